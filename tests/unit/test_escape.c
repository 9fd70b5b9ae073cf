/* Escape analysis: which objects go, what states say of them, and that random programs do the same without them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/graph_random.h"
#include "unit/graph_run.h"

static CorType object_type = {.kind = COR_KIND_CLASS, .name = "Object", .instance_size = 40};

static void run_pass(Graph *g) {
    jit_graph_analyse(g->graph);
    verify(g);
    jit_simplify(g->graph);
    jit_escape(g->graph);
    assert_false(g->graph->failed);
    verify(g);
}

static JitNode *make(Graph *g, uint32_t block) {
    JitNode *node = node0(g, block, JIT_NEW);
    node->of.type = &object_type;
    node->state = state(g, 7, 0, NULL);
    return node;
}

static JitNode *field(Graph *g, uint32_t block, JitNode *object, uint32_t offset, CorWidth width) {
    JitNode *node = node1(g, block, JIT_LOAD, object);
    node->access = (JitAccess){.offset = offset, .width = (uint8_t)width};
    return node;
}

static JitNode *set_field(Graph *g, uint32_t block, JitNode *object, uint32_t offset, CorWidth width,
                          JitNode *value) {
    JitNode *node = node2(g, block, JIT_STORE, object, value);
    node->access = (JitAccess){.offset = offset, .width = (uint8_t)width};
    return node;
}

/* An object whose field is counted in a loop, and which a check in the loop mentions. */
static void test_loop(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 3);
    JitNode *x = param(&g, 0), *object = make(&g, 0);
    set_field(&g, 0, object, 24, COR_WIDTH_64, x);
    jump(&g, 0, 1);
    JitNode *sum = node2(&g, 1, JIT_ADD, field(&g, 1, object, 24, COR_WIDTH_64), number(&g, 1));
    set_field(&g, 1, object, 24, COR_WIDTH_64, sum);
    JitNode *guard =
        check(&g, 1, node2(&g, 1, JIT_NE, sum, number(&g, 9)), COR_EXIT_INDEX, state(&g, 3, 1, &object));
    branch(&g, 1, node2(&g, 1, JIT_LT, sum, number(&g, 100)), 1, 2);
    JitNode *end = give(&g, 2, field(&g, 2, object, 24, COR_WIDTH_64));
    run_pass(&g);
    assert_int_equal(count_nodes(&g, JIT_NEW) + count_nodes(&g, JIT_LOAD) + count_nodes(&g, JIT_STORE), 0);
    assert_int_equal(count_nodes(&g, JIT_PHI), 1);
    assert_ptr_equal(end->inputs[0], sum);
    assert_int_equal(guard->state->object_count, 1);
    assert_ptr_equal(guard->state->objects[0].fields[0].value, sum);
    graph_close(&g);
}

/* Objects that hold each other go one after the other; one that a call gets stays, with what it holds. */
static void test_nested(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 1);
    JitNode *x = param(&g, 0), *inner = make(&g, 0), *outer = make(&g, 0), *lost = make(&g, 0),
            *held = make(&g, 0);
    set_field(&g, 0, inner, 24, COR_WIDTH_64, x);
    set_field(&g, 0, outer, 8, COR_WIDTH_REFERENCE, inner);
    set_field(&g, 0, lost, 8, COR_WIDTH_REFERENCE, held);
    JitNode *again = field(&g, 0, outer, 8, COR_WIDTH_REFERENCE);
    JitNode *guard = check(&g, 0, x, COR_EXIT_NULL, state(&g, 3, 1, &outer));
    JitNode *call = node1(&g, 0, JIT_CALL, lost);
    call->call.callee = &g.function;
    call->state = state(&g, 4, 0, NULL);
    JitNode *end = give(&g, 0, field(&g, 0, again, 24, COR_WIDTH_64));
    run_pass(&g);
    assert_ptr_equal(end->inputs[0], x);
    assert_int_equal(count_nodes(&g, JIT_NEW), 2);
    assert_int_equal(guard->state->object_count, 2);
    graph_close(&g);
}

/* A narrow field is cut as memory would; what is no other object is compared; a phi of an object and nothing keeps it. */
static void test_limits(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 4);
    JitNode *x = param(&g, 0), *narrow = make(&g, 0);
    set_field(&g, 0, narrow, 38, COR_WIDTH_U8, x);
    branch(&g, 0, x, 1, 2);
    JitNode *object = make(&g, 1);
    jump(&g, 1, 3);
    jump(&g, 2, 3);
    JitNode *either = node2(&g, 3, JIT_PHI, object, number(&g, 0));
    JitNode *same = node2(&g, 3, JIT_EQ, narrow, either);
    JitNode *end = jit_append(g.graph, g.blocks[3], JIT_RETURN, 3,
                              (JitNode *[]){field(&g, 3, narrow, 38, COR_WIDTH_I8), same, either});
    run_pass(&g);
    assert_int_equal(count_nodes(&g, JIT_NEW), 1);
    assert_int_equal(end->inputs[0]->op, JIT_EXTEND_I8);
    assert_true(jit_is_const(end->inputs[1]) && end->inputs[1]->bits == 0);
    graph_close(&g);
}

/* Two objects meet in a phi: both go, unless one of them is used behind it, where the other may be it. */
static void test_phi(void **unused) {
    (void)unused;
    for (uint32_t used_behind = 0; used_behind < 2; used_behind++) {
        Graph g;
        graph_open(&g, 4);
        JitNode *x = param(&g, 0), *first = make(&g, 0);
        set_field(&g, 0, first, 24, COR_WIDTH_64, x);
        branch(&g, 0, x, 1, 2);
        JitNode *second = make(&g, 1);
        set_field(&g, 1, second, 24, COR_WIDTH_64, number(&g, 5));
        jump(&g, 1, 3);
        jump(&g, 2, 3);
        JitNode *either = node2(&g, 3, JIT_PHI, second, first);
        set_field(&g, 3, either, 32, COR_WIDTH_64, x);
        check(&g, 3, x, COR_EXIT_NULL, state(&g, 3, 1, &either));
        JitNode *behind = used_behind ? first : either;
        JitNode *end = give(&g, 3,
                            node2(&g, 3, JIT_ADD, field(&g, 3, either, 24, COR_WIDTH_64),
                                  field(&g, 3, behind, 32, COR_WIDTH_64)));
        run_pass(&g);
        assert_int_equal(count_nodes(&g, JIT_NEW), used_behind ? 2 : 0);
        assert_int_equal(end->inputs[0]->op, JIT_ADD);
        graph_close(&g);
    }
}

/* A sum that is a new object in each round. */
static void test_round(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 3);
    JitNode *x = param(&g, 0), *start = make(&g, 0);
    jump(&g, 0, 1);
    JitNode *sum = node1(&g, 1, JIT_PHI, start), *old = field(&g, 1, sum, 24, COR_WIDTH_64),
            *next = make(&g, 1);
    set_field(&g, 1, next, 24, COR_WIDTH_64, node2(&g, 1, JIT_ADD, old, x));
    JitNode *guard =
        check(&g, 1, node2(&g, 1, JIT_LT, old, x), COR_EXIT_INDEX, state(&g, 3, 2, (JitNode *[]){sum, next}));
    jit_add_input(g.graph, sum, next);
    branch(&g, 1, x, 1, 2);
    give(&g, 2, field(&g, 2, next, 24, COR_WIDTH_64));
    run_pass(&g);
    assert_int_equal(count_nodes(&g, JIT_NEW), 0);
    assert_int_equal(guard->state->object_count, 2);
    graph_close(&g);
}

static JitNode *give_away(Graph *g, uint32_t block, JitNode *object) {
    JitNode *call = node1(g, block, JIT_CALL, object);
    call->call.callee = &g->function;
    call->state = state(g, 4, 1, &object);
    return call;
}

/* An object that only one path gives away is made there, with what it holds; behind it that one is meant. */
static void test_one_path(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 4);
    JitNode *x = param(&g, 0), *object = make(&g, 0);
    set_field(&g, 0, object, 24, COR_WIDTH_64, x);
    branch(&g, 0, x, 1, 2);
    JitNode *call = give_away(&g, 1, object);
    JitNode *end = give(&g, 1, field(&g, 1, object, 24, COR_WIDTH_64));
    JitNode *other = give(&g, 2, field(&g, 2, object, 24, COR_WIDTH_64));
    run_pass(&g);
    assert_int_equal(count_nodes(&g, JIT_NEW), 1);
    const JitNode *made = call->inputs[0];
    assert_ptr_equal(made->block, call->block);
    assert_true(made->flags & JIT_IS_LATE);
    assert_ptr_equal(call->state->slots[0].value, made);
    assert_ptr_equal(end->inputs[0]->inputs[0], made); /* the callee may have written it */
    assert_ptr_equal(other->inputs[0], x);
    graph_close(&g);
}

/* One that every path gives away stays where it is. */
static void test_every_path(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 4);
    JitNode *x = param(&g, 0), *object = make(&g, 0);
    branch(&g, 0, x, 1, 2);
    give_away(&g, 1, object);
    jump(&g, 1, 3);
    jump(&g, 2, 3);
    give(&g, 3, object);
    run_pass(&g);
    assert_ptr_equal(object->block, g.graph->blocks[0]);
    assert_int_equal(count_nodes(&g, JIT_NEW), 1);
    graph_close(&g);
}

/* A sum that is a new object in each round and outlives the loop is made once, behind it. */
static void test_result_of_loop(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 3);
    JitNode *x = param(&g, 0), *start = make(&g, 0);
    jump(&g, 0, 1);
    JitNode *sum = node1(&g, 1, JIT_PHI, start), *old = field(&g, 1, sum, 24, COR_WIDTH_64),
            *next = make(&g, 1);
    set_field(&g, 1, next, 24, COR_WIDTH_64, node2(&g, 1, JIT_ADD, old, x));
    jit_add_input(g.graph, sum, next);
    branch(&g, 1, node2(&g, 1, JIT_LT, old, x), 1, 2);
    JitNode *end = give(&g, 2, next);
    run_pass(&g);
    assert_int_equal(count_nodes(&g, JIT_NEW), 1);
    assert_ptr_equal(end->inputs[0]->block, end->block);
    graph_close(&g);
}

static void test_random(void **unused) {
    (void)unused;
    enum { GRAPHS = 1500, RUNS = 8 };
    uint32_t made = 0, left = 0;
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        Graph g;
        uint64_t params[RANDOM_PARAMS];
        Outcome before[RUNS];
        random_graph(&g, seed, &object_type);
        verify(&g);
        for (uint32_t n = 0; n < RUNS; n++) {
            random_params(params, n);
            before[n] = run_graph(g.graph, params, 300);
        }
        made += count_nodes(&g, JIT_NEW);
        run_pass(&g);
        left += count_nodes(&g, JIT_NEW);
        for (uint32_t n = 0; n < RUNS; n++) {
            random_params(params, n);
            Outcome after = run_graph(g.graph, params, 300);
            if (!same_outcome(&before[n], &after)) {
                jit_graph_dump(g.graph, stderr);
                fail_msg("seed %u, run %u: %u instead of %u", (unsigned)seed, n, after.kind, before[n].kind);
            }
        }
        graph_close(&g);
    }
    assert_true(left < made / 2);
}

static int set_types(void **unused) {
    static const CorType *const display[] = {&object_type};
    (void)unused;
    object_type.display = display;
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loop),       cmocka_unit_test(test_nested),
        cmocka_unit_test(test_limits),     cmocka_unit_test(test_phi),
        cmocka_unit_test(test_round),      cmocka_unit_test(test_one_path),
        cmocka_unit_test(test_every_path), cmocka_unit_test(test_result_of_loop),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests_name("escape", tests, set_types, NULL);
}

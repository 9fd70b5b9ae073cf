/* Paths that know the branch ahead: what they become, and that random programs do the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/graph_random.h"
#include "unit/graph_run.h"

static CorType object_type = {.kind = COR_KIND_CLASS, .name = "Object", .instance_size = 40};

static bool run_pass(Graph *g) {
    jit_graph_analyse(g->graph);
    verify(g);
    bool found = jit_paths(g->graph);
    assert_false(g->graph->failed);
    verify(g);
    jit_simplify(g->graph);
    verify(g);
    return found;
}

/* An object or null, asked for at once: each path goes its way, with what was computed where they met. */
static void test_optional(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 6);
    JitNode *x = param(&g, 0), *y = param(&g, 1);
    branch(&g, 0, x, 1, 2);
    JitNode *object = node0(&g, 1, JIT_NEW);
    object->of.type = &object_type;
    object->state = state(&g, 1, 0, NULL);
    jump(&g, 1, 3);
    jump(&g, 2, 3);
    JitNode *either = node2(&g, 3, JIT_PHI, object, number(&g, 0));
    JitNode *which = node2(&g, 3, JIT_PHI, x, y);
    JitNode *sum = node2(&g, 3, JIT_ADD, which, number(&g, 5));
    check(&g, 3, sum, COR_EXIT_INDEX, state(&g, 2, 2, (JitNode *[]){either, sum}));
    branch(&g, 3, node2(&g, 3, JIT_NE, either, number(&g, 0)), 4, 5);
    JitNode *some = give(&g, 4, sum), *none = give(&g, 5, sum);
    assert_true(run_pass(&g));
    assert_int_equal(count_nodes(&g, JIT_PHI), 0);
    assert_int_equal(count_nodes(&g, JIT_CHECK), 2);
    assert_ptr_equal(some->inputs[0]->inputs[0], x);
    assert_ptr_equal(none->inputs[0]->inputs[0], y);
    graph_close(&g);
}

/* One of three paths is decided; what is used where they meet again has two definitions. */
static void test_some(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 8);
    JitNode *x = param(&g, 0), *y = param(&g, 1);
    node1(&g, 0, JIT_SWITCH, x);
    for (uint32_t to = 1; to < 4; to++)
        edge(&g, 0, to);
    for (uint32_t from = 1; from < 4; from++)
        jump(&g, from, 4);
    JitNode *flag = jit_append(g.graph, g.blocks[4], JIT_PHI, 3, (JitNode *[]){number(&g, 1), x, y});
    JitNode *sum = node2(&g, 4, JIT_ADD, flag, y);
    branch(&g, 4, flag, 5, 6);
    jump(&g, 5, 7);
    jump(&g, 6, 7);
    JitNode *end = give(&g, 7, sum);
    assert_true(run_pass(&g));
    assert_int_equal(end->inputs[0]->op, JIT_PHI);
    graph_close(&g);
}

/* A loop's head stays whole, as does a block with a call. */
static void test_limits(void **unused) {
    (void)unused;
    for (uint32_t calls = 0; calls < 2; calls++) {
        Graph g;
        graph_open(&g, 6);
        JitNode *x = param(&g, 0);
        branch(&g, 0, x, 1, 2);
        jump(&g, 1, 3);
        jump(&g, 2, 3);
        JitNode *flag = node2(&g, 3, JIT_PHI, number(&g, 1), number(&g, 0));
        if (calls) {
            JitNode *call = node1(&g, 3, JIT_CALL, x);
            call->call.callee = &g.function;
            call->state = state(&g, 1, 0, NULL);
        } else {
            jit_add_input(g.graph, flag, number(&g, 0));
        }
        branch(&g, 3, flag, 4, 5);
        if (calls)
            give(&g, 4, x);
        else
            jump(&g, 4, 3);
        give(&g, 5, flag);
        assert_false(run_pass(&g));
        graph_close(&g);
    }
}

static void test_random(void **unused) {
    (void)unused;
    enum { GRAPHS = 1000, RUNS = 6 };
    uint32_t found = 0;
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        Graph g;
        uint64_t params[RANDOM_PARAMS];
        Outcome before[RUNS];
        random_graph(&g, seed, &object_type);
        for (uint32_t n = 0; n < RUNS; n++) {
            random_params(params, n);
            before[n] = run_graph(g.graph, params, 300);
        }
        bool again = true;
        for (uint32_t round = 0; again && round < 3; round++)
            found += again = run_pass(&g);
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
    assert_true(found > 50);
}

static int set_types(void **unused) {
    static const CorType *const display[] = {&object_type};
    (void)unused;
    object_type.display = display;
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_optional),
        cmocka_unit_test(test_some),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests_name("paths", tests, set_types, NULL);
}

/* The JIT's SSA form: building, analysis, and what the verifier finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/graphs.h"

/* for (i = 0; i < a; i++) for (j = 0; j < i; j++) {}; return i
 * 0 entry -> 1 head of i -> 2 before j -> 3 head of j -> 3 | 4 next i -> 1; 1 -> 5; 6 is not reached. */
static void build_loops(Graph *g, JitNode *phis[2]) {
    graph_open(g, 7);
    JitNode *limit = param(g, 0), *zero = number(g, 0), *one = number(g, 1);
    jump(g, 0, 1);
    phis[0] = node1(g, 1, JIT_PHI, zero);
    branch(g, 1, node2(g, 1, JIT_LT, phis[0], limit), 2, 5);
    jump(g, 2, 3);
    phis[1] = node1(g, 3, JIT_PHI, zero);
    JitNode *next = node2(g, 3, JIT_ADD, phis[1], one);
    branch(g, 3, node2(g, 3, JIT_LT, next, phis[0]), 3, 4);
    jit_add_input(g->graph, phis[1], next);
    jit_add_input(g->graph, phis[0], node2(g, 4, JIT_ADD, phis[0], one));
    jump(g, 4, 1);
    jump(g, 6, 5);
    JitNode *result = node2(g, 5, JIT_PHI, phis[0], phis[0]);
    give(g, 5, result);
}

static void test_analyse(void **unused) {
    (void)unused;
    Graph g;
    JitNode *phis[2];
    build_loops(&g, phis);
    /* 6 leads to 5 and came second there: its input of the phi goes. */
    jit_graph_analyse(g.graph);
    verify(&g);
    assert_int_equal(g.graph->block_count, 6);
    assert_int_equal(g.blocks[5]->predecessor_count, 1);
    assert_int_equal(g.blocks[5]->first->input_count, 1);
    assert_ptr_equal(g.graph->blocks[0], g.blocks[0]);
    assert_null(g.blocks[0]->dominator);
    assert_ptr_equal(g.blocks[4]->dominator, g.blocks[3]);
    assert_ptr_equal(g.blocks[5]->dominator, g.blocks[1]);
    assert_true(jit_dominates(g.blocks[1], g.blocks[4]));
    assert_true(jit_dominates(g.blocks[1], g.blocks[1]));
    assert_false(jit_dominates(g.blocks[4], g.blocks[1]));
    assert_false(jit_dominates(g.blocks[2], g.blocks[5]));

    assert_int_equal(g.graph->loop_count, 2);
    JitLoop *inner = g.blocks[3]->loop, *outer = g.blocks[1]->loop;
    assert_ptr_equal(inner->head, g.blocks[3]);
    assert_ptr_equal(inner->outer, outer);
    assert_ptr_equal(outer->head, g.blocks[1]);
    assert_true(inner->is_innermost);
    assert_false(outer->is_innermost);
    assert_int_equal(inner->depth, 2);
    assert_true(jit_loop_contains(outer, g.blocks[3]));
    assert_false(jit_loop_contains(inner, g.blocks[4]));
    assert_null(g.blocks[5]->loop);
    graph_close(&g);
}

static void test_constants(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 1);
    JitNode *seven = number(&g, 7);
    for (uint64_t bits = 0; bits < 1000; bits++)
        assert_int_equal(number(&g, bits << 40 | 7)->bits, bits << 40 | 7);
    assert_ptr_equal(number(&g, 7), seven);
    jit_remove(seven);
    JitNode *again = number(&g, 7);
    assert_ptr_not_equal(again, seven);
    assert_ptr_equal(again->block, g.blocks[0]);
    assert_ptr_equal(number(&g, 7), again);

    JitConstant code = {COR_CONSTANT_CODE, &g, &g.function, 3},
                other = {COR_CONSTANT_CODE, &g, &g.function, 4};
    assert_int_equal(jit_constant(g.graph, code), 0);
    assert_int_equal(jit_constant(g.graph, other), 1);
    assert_int_equal(jit_constant(g.graph, code), 0);
    graph_close(&g);
}

static void test_replace(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 1);
    JitNode *a = param(&g, 0), *b = param(&g, 1), *sum = node2(&g, 0, JIT_ADD, a, b),
            *twice = node2(&g, 0, JIT_ADD, sum, sum);
    JitState *outer = state(&g, 1, 1, &twice), *inner = state(&g, 9, 2, (JitNode *[]){sum, a});
    inner->caller = outer;
    inner->call = g.function.stub;
    check(&g, 0, twice, COR_EXIT_INDEX, inner);
    JitNode *end = give(&g, 0, twice);
    jit_graph_analyse(g.graph);
    verify(&g);

    JitNode **replaced = calloc(g.graph->node_count, sizeof *replaced);
    replaced[twice->id] = sum;
    replaced[sum->id] = b;
    jit_replace_all(g.graph, replaced);
    free(replaced);
    jit_remove(twice);
    jit_remove(sum);
    verify(&g);
    assert_ptr_equal(end->inputs[0], b);
    assert_ptr_equal(inner->slots[0].value, b);
    assert_ptr_equal(inner->slots[1].value, a);
    assert_ptr_equal(outer->slots[0].value, b);
    graph_close(&g);
}

/* A growing phi, nodes in the middle, and phis that come late. */
static void test_places(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 2);
    JitNode *a = param(&g, 0);
    jump(&g, 0, 1);
    JitNode *end = give(&g, 1, a);
    JitNode *phi = node1(&g, 1, JIT_PHI, a);
    JitNode *negative = jit_insert_before(g.graph, end, JIT_NEG, 1, &phi);
    end->inputs[0] = negative;
    assert_ptr_equal(g.blocks[1]->first, phi);
    assert_ptr_equal(phi->next, negative);
    assert_ptr_equal(negative->next, end);
    assert_ptr_equal(g.blocks[1]->last, end);
    for (uint32_t i = 0; i < 20; i++)
        jit_add_input(g.graph, end, negative);
    jit_graph_analyse(g.graph);
    verify(&g);
    assert_int_equal(end->input_count, 21);
    graph_close(&g);
}

static void expect_wrong(Graph *g, const char *part) {
    jit_graph_analyse(g->graph);
    const char *wrong = jit_graph_verify(g->graph);
    assert_non_null(wrong);
    if (strstr(wrong, part) == NULL)
        fail_msg("`%s` does not say `%s`", wrong, part);
    graph_close(g);
}

static void test_verify(void **unused) {
    (void)unused;
    Graph g;
    JitNode *phis[2];

    build_loops(&g, phis); /* a value of a loop's body used behind the loop's head */
    g.blocks[5]->last->inputs[0] = g.blocks[4]->first;
    expect_wrong(&g, "does not dominate");

    build_loops(&g, phis);
    phis[0]->inputs[0] = phis[1]; /* on the edge from the entry */
    expect_wrong(&g, "does not dominate");

    build_loops(&g, phis);
    jit_add_input(g.graph, phis[1], phis[0]);
    expect_wrong(&g, "3 inputs, its block 2 predecessors");

    build_loops(&g, phis);
    jit_remove(g.blocks[2]->last);
    expect_wrong(&g, "has no end");

    build_loops(&g, phis);
    edge(&g, 2, 5);
    expect_wrong(&g, "2 successors");

    build_loops(&g, phis);
    edge(&g, 5, 0);
    expect_wrong(&g, "is the entry");

    build_loops(&g, phis);
    JitNode *condition = g.blocks[3]->last->inputs[0];
    jit_remove(condition);
    expect_wrong(&g, "in no block");

    graph_open(&g, 1);
    JitNode *a = param(&g, 0), *early = node1(&g, 0, JIT_NEG, a), *late = node1(&g, 0, JIT_NEG, a);
    early->inputs[0] = late;
    give(&g, 0, late);
    expect_wrong(&g, "follows it");

    graph_open(&g, 1);
    check(&g, 0, param(&g, 0), COR_EXIT_INDEX, NULL);
    give(&g, 0, number(&g, 0));
    expect_wrong(&g, "no state");

    graph_open(&g, 1); /* a state whose value comes after the check */
    a = param(&g, 0);
    JitState *where = state(&g, 0, 1, &a);
    check(&g, 0, a, COR_EXIT_INDEX, where);
    late = node1(&g, 0, JIT_NEG, a);
    where->slots[0].value = late;
    give(&g, 0, late);
    expect_wrong(&g, "follows it");

    graph_open(&g, 1);
    a = param(&g, 0);
    late = node2(&g, 0, JIT_STORE, a, a);
    give(&g, 0, late);
    expect_wrong(&g, "no result");

    graph_open(&g, 1);
    a = param(&g, 0);
    a->rep = JIT_REP_VOID;
    node0(&g, 0, JIT_RETURN);
    expect_wrong(&g, "representation");
}

/* Every failure of memory leaves a graph that says so, whatever is built on. */
static void test_memory(void **unused) {
    (void)unused;
    for (size_t limit = 0; limit < 8; limit++) {
        CorArena *arena = cor_arena_new();
        arena->limit = limit * 16384;
        JitGraph *graph = jit_graph_new(arena, NULL);
        if (graph != NULL) {
            JitBlock *block = jit_block_new(graph), *other = jit_block_new(graph);
            JitNode *value = jit_const(graph, 1);
            for (uint64_t i = 0; i < 2000; i++)
                value = jit_append(graph, block, JIT_ADD, 2, (JitNode *[]){value, jit_const(graph, i)});
            jit_append(graph, block, JIT_BRANCH, 1, &value);
            jit_edge(graph, block, other);
            jit_edge(graph, block, other);
            jit_append(graph, other, JIT_RETURN, 1, &value);
            jit_graph_analyse(graph);
            assert_true(graph->failed);
            assert_null(jit_graph_verify(graph));
        }
        cor_arena_free(arena);
    }
}

static void test_dump(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 2);
    JitNode *a = param(&g, 0), *load = node1(&g, 0, JIT_LOAD, a);
    load->access = (JitAccess){.offset = 16, .width = COR_WIDTH_I32};
    check(&g, 0, load, COR_EXIT_NULL, state(&g, 3, 1, &a));
    jump(&g, 0, 1);
    give(&g, 1, load);
    jit_graph_analyse(g.graph);
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    jit_graph_dump(g.graph, file);
    fclose(file);
    assert_string_equal(text, "graph of test, tier 0, from 0\n"
                              "b0\n"
                              "  v0:any = param 0\n"
                              "  v1:any = load +16 i32 v0\n"
                              "  check NULL v1 @test:3(s0=v0)\n"
                              "  jump\n"
                              "    -> b1\n"
                              "b1 from b0\n"
                              "  return v1\n");
    free(text);
    graph_close(&g);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_analyse), cmocka_unit_test(test_constants), cmocka_unit_test(test_replace),
        cmocka_unit_test(test_places),  cmocka_unit_test(test_verify),    cmocka_unit_test(test_memory),
        cmocka_unit_test(test_dump),
    };
    return cmocka_run_group_tests_name("ir", tests, NULL, NULL);
}

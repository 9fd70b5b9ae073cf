/* Which representation values take: by their uses, webs together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/graphs.h"

static JitNode *load(Graph *g, uint32_t block, JitNode *base, CorWidth width) {
    JitNode *node = node1(g, block, JIT_LOAD, base);
    node->access = (JitAccess){.offset = 16, .width = (uint8_t)width};
    return node;
}

static void represent(Graph *g) {
    jit_graph_analyse(g->graph);
    verify(g);
    jit_represent(g->graph);
    verify(g);
    for (uint32_t b = 0; b < g->graph->block_count; b++)
        for (const JitNode *node = g->graph->blocks[b]->first; node != NULL; node = node->next)
            assert_int_not_equal(node->rep, JIT_REP_ANY);
}

static void test_uses(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 1);
    JitNode *object = param(&g, 0), *count = param(&g, 1), *unseen = param(&g, 2);
    JitNode *number_field = load(&g, 0, object, COR_WIDTH_64),
            *name = load(&g, 0, object, COR_WIDTH_REFERENCE), *byte = load(&g, 0, object, COR_WIDTH_U8);
    JitNode *sum = node2(&g, 0, JIT_ADD_F64, number_field, number_field);
    JitNode *more = node2(&g, 0, JIT_ADD, count, byte);
    /* a float that comes from a field: an integer there */
    JitNode *small = load(&g, 0, object, COR_WIDTH_U32), *wide = node1(&g, 0, JIT_F32_TO_F64, small);
    node1(&g, 0, JIT_SET_GLOBAL, name);
    node1(&g, 0, JIT_SET_GLOBAL, wide);
    check(&g, 0, node2(&g, 0, JIT_EQ, unseen, number(&g, 0)), COR_EXIT_NULL, state(&g, 0, 1, &sum));
    give(&g, 0, more);
    represent(&g);
    assert_int_equal(object->rep, JIT_REP_REF);
    assert_int_equal(count->rep, JIT_REP_I64);
    assert_int_equal(unseen->rep, JIT_REP_I64);
    assert_int_equal(number_field->rep, JIT_REP_F64);
    assert_int_equal(name->rep, JIT_REP_REF);
    assert_int_equal(byte->rep, JIT_REP_I64);
    assert_int_equal(small->rep, JIT_REP_I64);
    graph_close(&g);
}

/* total = a; while (i < n) { total = c ? total + x : total; i++ } return total: one web of doubles, one of integers. */
static void test_webs(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 3);
    JitNode *first = param(&g, 0), *limit = param(&g, 1), *x = param(&g, 2), *wanted = param(&g, 3);
    jump(&g, 0, 1);
    JitNode *total = node1(&g, 1, JIT_PHI, first), *i = node1(&g, 1, JIT_PHI, number(&g, 0));
    JitNode *sum = node2(&g, 1, JIT_ADD_F64, total, x);
    JitNode *chosen = node3(&g, 1, JIT_SELECT, wanted, sum, total);
    JitNode *next = node2(&g, 1, JIT_ADD, i, number(&g, 1));
    jit_add_input(g.graph, total, chosen);
    jit_add_input(g.graph, i, next);
    branch(&g, 1, node2(&g, 1, JIT_LT, next, limit), 1, 2);
    give(&g, 2, chosen);
    represent(&g);
    assert_int_equal(total->rep, JIT_REP_F64);
    assert_int_equal(chosen->rep, JIT_REP_F64);
    assert_int_equal(first->rep, JIT_REP_F64);
    assert_int_equal(x->rep, JIT_REP_F64);
    assert_int_equal(i->rep, JIT_REP_I64);
    assert_int_equal(wanted->rep, JIT_REP_I64);
    graph_close(&g);
}

/* What a loop wants outweighs what stands before it. */
static void test_depth(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 3);
    JitNode *value = param(&g, 0), *other = param(&g, 1);
    for (int n = 0; n < 4; n++)
        node1(&g, 0, JIT_SET_GLOBAL, node2(&g, 0, JIT_ADD, value, other));
    jump(&g, 0, 1);
    JitNode *total = node1(&g, 1, JIT_PHI, number(&g, 0));
    JitNode *sum = node2(&g, 1, JIT_ADD_F64, total, value);
    jit_add_input(g.graph, total, sum);
    branch(&g, 1, node2(&g, 1, JIT_LT_F64, sum, value), 1, 2);
    give(&g, 2, sum);
    represent(&g);
    assert_int_equal(value->rep, JIT_REP_F64);
    assert_int_equal(other->rep, JIT_REP_I64);
    assert_int_equal(total->rep, JIT_REP_F64);
    graph_close(&g);
}

/* A list's walk is of references, a float's sum of floats, though it starts as the bits of a field. */
static void test_other_webs(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 3);
    JitNode *list = param(&g, 0), *start = load(&g, 0, list, COR_WIDTH_U32);
    jump(&g, 0, 1);
    JitNode *at = node1(&g, 1, JIT_PHI, list), *total = node1(&g, 1, JIT_PHI, start);
    JitNode *next = load(&g, 1, at, COR_WIDTH_64), *sum = node2(&g, 1, JIT_ADD_F32, total, total);
    jit_add_input(g.graph, at, next);
    jit_add_input(g.graph, total, sum);
    branch(&g, 1, next, 1, 2);
    give(&g, 2, sum);
    represent(&g);
    assert_int_equal(at->rep, JIT_REP_REF);
    assert_int_equal(next->rep, JIT_REP_REF);
    assert_int_equal(list->rep, JIT_REP_REF);
    assert_int_equal(total->rep, JIT_REP_F32);
    assert_int_equal(start->rep, JIT_REP_I64);
    graph_close(&g);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_uses),
        cmocka_unit_test(test_webs),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_other_webs),
    };
    return cmocka_run_group_tests_name("represent", tests, NULL, NULL);
}

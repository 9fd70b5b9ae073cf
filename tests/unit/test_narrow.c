/* Which phis of loops hold 32-bit values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/graphs.h"

/* x = first; while (wanted) x = next(x); return x.  The flags of x's phi. */
static uint8_t flags_of(uint64_t first, JitOp extension, JitOp operation) {
    Graph g;
    graph_open(&g, 4);
    JitNode *wanted = param(&g, 0);
    jump(&g, 0, 1);
    JitNode *x = node1(&g, 1, JIT_PHI, number(&g, first));
    node1(&g, 1, JIT_BRANCH, wanted);
    edge(&g, 1, 2);
    edge(&g, 1, 3);
    JitNode *next = node2(&g, 2, operation, x, number(&g, 3));
    if (extension != JIT_CONST)
        next = node1(&g, 2, extension, next);
    jump(&g, 2, 1);
    jit_add_input(g.graph, x, next);
    give(&g, 3, x);
    jit_graph_analyse(g.graph);
    verify(&g);
    jit_represent(g.graph);
    jit_narrow(g.graph);
    uint8_t flags = x->flags & (JIT_IS_U32 | JIT_IS_I32);
    graph_close(&g);
    return flags;
}

static void phis_of_extended_values_are_narrow(void **state) {
    (void)state;
    assert_int_equal(flags_of(1, JIT_EXTEND_U32, JIT_ADD), JIT_IS_U32);
    assert_int_equal(flags_of(1, JIT_EXTEND_I32, JIT_MUL), JIT_IS_I32);
    assert_int_equal(flags_of(1, JIT_EXTEND_U8, JIT_ADD), JIT_IS_U32 | JIT_IS_I32);
    assert_int_equal(flags_of(UINT32_MAX, JIT_EXTEND_U32, JIT_XOR), JIT_IS_U32);
    assert_int_equal(flags_of(UINT32_MAX, JIT_EXTEND_I32, JIT_ADD), 0); /* no i32 */
    assert_int_equal(flags_of((uint64_t)1 << 32, JIT_EXTEND_U32, JIT_ADD), 0);
    assert_int_equal(flags_of((uint64_t)-1, JIT_EXTEND_I32, JIT_ADD), JIT_IS_I32);
}

static void phis_of_other_values_are_not(void **state) {
    (void)state;
    assert_int_equal(flags_of(1, JIT_CONST, JIT_ADD), 0);
    assert_int_equal(flags_of(1, JIT_CONST, JIT_SHL), 0);
    assert_int_equal(flags_of(1, JIT_CONST, JIT_USHR), JIT_IS_U32);
    assert_int_equal(flags_of(1, JIT_CONST, JIT_SHR), JIT_IS_I32);
    assert_int_equal(flags_of(1, JIT_CONST, JIT_AND), JIT_IS_U32 | JIT_IS_I32);
}

/* before = 1; while (wanted) { before = x; x = next(x) }: what is only handed on is as narrow; what is never computed is left. */
static void phis_of_narrow_phis_are_narrow(void **state) {
    (void)state;
    Graph g;
    graph_open(&g, 4);
    JitNode *wanted = param(&g, 0);
    jump(&g, 0, 1);
    JitNode *before = node1(&g, 1, JIT_PHI, number(&g, 1)), *x = node1(&g, 1, JIT_PHI, number(&g, 2));
    JitNode *one = node1(&g, 1, JIT_PHI, number(&g, 3)), *other = node1(&g, 1, JIT_PHI, number(&g, 4));
    node1(&g, 1, JIT_BRANCH, wanted);
    edge(&g, 1, 2);
    edge(&g, 1, 3);
    JitNode *next = node1(&g, 2, JIT_EXTEND_U32, node2(&g, 2, JIT_ADD, x, before));
    jump(&g, 2, 1);
    jit_add_input(g.graph, before, x);
    jit_add_input(g.graph, x, next);
    jit_add_input(g.graph, one, other);
    jit_add_input(g.graph, other, one);
    give(&g, 3, node2(&g, 3, JIT_ADD, x, node2(&g, 3, JIT_ADD, one, other)));
    jit_graph_analyse(g.graph);
    verify(&g);
    jit_represent(g.graph);
    jit_narrow(g.graph);
    assert_int_equal(x->flags & (JIT_IS_U32 | JIT_IS_I32), JIT_IS_U32);
    assert_int_equal(before->flags & (JIT_IS_U32 | JIT_IS_I32), JIT_IS_U32);
    assert_int_equal((one->flags | other->flags) & (JIT_IS_U32 | JIT_IS_I32), 0);
    graph_close(&g);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phis_of_extended_values_are_narrow),
        cmocka_unit_test(phis_of_other_values_are_not),
        cmocka_unit_test(phis_of_narrow_phis_are_narrow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phis_of_extended_values_are_narrow),
        cmocka_unit_test(phis_of_other_values_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Which phis are kept as branches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/graphs.h"

/* at = 0; other = 0; forever { switch f(at) { 0: at = wanted ? at + 2 : 7; 1: return other }; other = wanted ? other + 1 : 9 }:
 * the switch goes where `at` leads, and `other` has no part in it. */
static void what_leads_to_a_switch_stays_a_branch(void **state) {
    (void)state;
    Graph g;
    graph_open(&g, 9);
    JitNode *wanted = param(&g, 0), *zero = number(&g, 0);
    jump(&g, 0, 1);
    JitNode *at = node1(&g, 1, JIT_PHI, zero), *other = node1(&g, 1, JIT_PHI, zero);
    node1(&g, 1, JIT_SWITCH, node2(&g, 1, JIT_AND, at, number(&g, 1)));
    edge(&g, 1, 2);
    edge(&g, 1, 8);
    JitNode *stepped = node2(&g, 2, JIT_ADD, at, number(&g, 2)),
            *counted = node2(&g, 2, JIT_ADD, other, number(&g, 1));
    node1(&g, 2, JIT_BRANCH, wanted);
    edge(&g, 2, 3);
    edge(&g, 2, 4);
    jump(&g, 3, 5);
    jump(&g, 4, 5);
    JitNode *chosen = node2(&g, 5, JIT_PHI, stepped, number(&g, 7)),
            *last = node2(&g, 5, JIT_PHI, counted, number(&g, 9));
    jump(&g, 5, 1);
    jit_add_input(g.graph, at, chosen);
    jit_add_input(g.graph, other, last);
    jump(&g, 8, 6);
    jump(&g, 6, 7);
    give(&g, 7, other);
    jit_graph_analyse(g.graph);
    verify(&g);
    jit_represent(g.graph);
    jit_choices(g.graph);
    assert_true(chosen->flags & JIT_IS_CHOICE);
    assert_false(last->flags & JIT_IS_CHOICE);
    graph_close(&g);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_leads_to_a_switch_stays_a_branch)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

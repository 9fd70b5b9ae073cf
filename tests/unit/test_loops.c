/* Loops in chunks: the budget is the same to the unit, and where a chunk's check leaves, the loop's head has been passed with
 * the same values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/graph_random.h"
#include "unit/graph_run.h"

enum { WEIGHT = 3 };

/* for (i = start; i < length - less; i++) sum = sum + i * i, with a check of i + distance below `length`, a parameter that is not
 * negative. */
typedef struct Sum {
    Graph g;
    JitNode *i, *check;
} Sum;

static void build_sum(Sum *sum, int64_t step, int64_t distance) {
    Graph *g = &sum->g;
    graph_open(g, 5);
    JitNode *start = param(g, 0), *limit = param(g, 1), *zero = number(g, 0);
    JitNode *length = node1(g, 0, JIT_EXTEND_U32, param(g, 2));
    JitOp op = JIT_LT;
    branch(g, 0, step > 0 ? node2(g, 0, op, start, limit) : node2(g, 0, op, limit, start), 1, 4);
    jump(g, 1, 2);
    sum->i = node1(g, 2, JIT_PHI, start);
    JitNode *total = node1(g, 2, JIT_PHI, zero), *phis[2] = {sum->i, total};
    node0(g, 2, JIT_HEAD)->state = state(g, 0, 2, phis);
    JitNode *index = node2(g, 2, JIT_ADD, sum->i, number(g, (uint64_t)distance));
    sum->check = check(g, 2, node2(g, 2, JIT_ULT, index, length), COR_EXIT_INDEX, state(g, 1, 2, phis));
    JitNode *more = node2(g, 2, JIT_ADD, total, node2(g, 2, JIT_MUL, sum->i, sum->i));
    JitNode *next = node2(g, 2, JIT_ADD, sum->i, number(g, (uint64_t)step));
    next->flags = JIT_NO_WRAP;
    branch(g, 2, step > 0 ? node2(g, 2, op, next, limit) : node2(g, 2, op, limit, next), 3, 4);
    JitNode *charge = node0(g, 3, JIT_CHARGE), *later[2] = {next, more};
    charge->number = WEIGHT;
    charge->state = state(g, 0, 2, later);
    jump(g, 3, 2);
    jit_add_input(g->graph, sum->i, next);
    jit_add_input(g->graph, total, more);
    give(g, 4, node2(g, 4, JIT_PHI, zero, more));
    jit_graph_analyse(g->graph);
    verify(g);
}

static bool never(const CorLoweredFunction *function, uint32_t index, CorExitKind kind) {
    (void)function, (void)index, (void)kind;
    return false;
}

static bool always(const CorLoweredFunction *function, uint32_t index, CorExitKind kind) {
    (void)function, (void)index;
    return kind == COR_EXIT_LOOP;
}

static uint32_t unrolled; /* graphs that had loops of few rounds */

static void change(Graph *g) {
    if (jit_unroll(g->graph)) {
        unrolled++;
        verify(g);
        jit_simplify(g->graph);
        verify(g);
    }
    jit_hoist(g->graph, never);
    verify(g);
    jit_simplify(g->graph);
    verify(g);
    jit_loops(g->graph, never);
    assert_false(g->graph->failed);
    verify(g);
    jit_simplify(g->graph);
    verify(g);
    assert_int_equal(count_nodes(g, JIT_HEAD), 0);
}

static void test_sum(void **unused) {
    (void)unused;
    static const int64_t steps[] = {1, 2, 3, -1, -4};
    static const uint64_t params[][3] = {{0, 100, 100}, {0, 100, 99},   {0, 7, 1000}, {5, 6, 100},
                                         {5, 5, 100},   {90, 2, 95},    {90, 91, 95}, {50, (uint64_t)-3, 60},
                                         {0, 60, 30},   {3, 1000, 2000}};
    static const int64_t budgets[] = {0, 2, 3, 10, 11, 50, 299, 300, 5000};
    for (uint32_t s = 0; s < 5; s++)
        for (int64_t distance = -1; distance <= 1; distance++) {
            Sum plain, chunks;
            build_sum(&plain, steps[s], distance);
            build_sum(&chunks, steps[s], distance);
            change(&chunks.g);
            assert_int_equal(count_nodes(&chunks.g, JIT_SPEND), 1);
            assert_int_equal(count_nodes(&chunks.g, JIT_CHECK), 1);
            assert_int_equal(chunks.g.graph->loop_count, 2);
            for (uint32_t n = 0; n < 10 * 9; n++) {
                Outcome wanted = run_graph(plain.g.graph, params[n / 9], budgets[n % 9]);
                Outcome found = run_graph(chunks.g.graph, params[n / 9], budgets[n % 9]);
                if (found.exit == COR_EXIT_LOOP) {
                    assert_int_equal(wanted.exit,
                                     COR_EXIT_INDEX); /* no false alarm here, but for a chunk more */
                    assert_true(run_passed(&wanted, found.left));
                } else if (!same_outcome(&wanted, &found)) {
                    jit_graph_dump(chunks.g.graph, stderr);
                    fail_msg("step %d, run %u", (int)steps[s], n);
                }
            }
            graph_close(&plain.g);
            graph_close(&chunks.g);
        }
}

/* How many checks pay for a round that they leave. */
static uint32_t paying_checks(const Graph *g) {
    uint32_t count = 0;
    for (uint32_t b = 0; b < g->graph->block_count; b++)
        for (const JitNode *node = g->graph->blocks[b]->first; node != NULL; node = node->next)
            count += node->op == JIT_CHECK && node->input_count == 2;
    return count;
}

/* What is left alone: where the check of a whole loop failed before. A check that is not of an index stays. */
static void test_others(void **unused) {
    (void)unused;
    Sum sum;
    build_sum(&sum, 1, 0);
    jit_loops(sum.g.graph, always);
    verify(&sum.g);
    assert_int_equal(count_nodes(&sum.g, JIT_SPEND), 0);
    assert_int_equal(sum.check->exit, COR_EXIT_INDEX);
    graph_close(&sum.g);

    build_sum(&sum, 1, 0);
    JitNode *other = jit_insert_before(sum.g.graph, sum.check, JIT_LT, 2, (JitNode *[]){sum.i, sum.i});
    sum.check->inputs[0] = other; /* not of an index */
    jit_loops(sum.g.graph, never);
    verify(&sum.g);
    assert_int_equal(count_nodes(&sum.g, JIT_SPEND), 1);
    assert_int_equal(paying_checks(&sum.g), 1);
    graph_close(&sum.g);
}

/* The length of an array that a field holds is read before the loop, unless the loop writes the field or asks what it holds. */
static void test_hoisting(void **unused) {
    (void)unused;
    for (uint32_t variant = 0; variant < 3; variant++) {
        Sum sum;
        build_sum(&sum, 1, 0);
        Graph *g = &sum.g;
        JitNode *object = jit_insert_before(g->graph, g->blocks[0]->first, JIT_PARAM, 0, NULL);
        object->number = 3;
        JitNode *array = jit_insert_before(g->graph, sum.check, JIT_LOAD, 1, &object);
        array->access = (JitAccess){.offset = 8, .width = COR_WIDTH_REFERENCE};
        JitNode *length = jit_insert_before(g->graph, sum.check, JIT_LENGTH, 1, &array);
        JitNode *condition = jit_insert_before(g->graph, sum.check, JIT_ULT, 2, (JitNode *[]){sum.i, length});
        sum.check->inputs[0] = condition;
        if (variant == 1)
            jit_insert_before(g->graph, sum.check, JIT_STORE, 2, (JitNode *[]){object, object})->access =
                array->access;
        if (variant == 2)
            jit_insert_before(g->graph, sum.check, JIT_TYPE_OF, 1, &object);
        jit_graph_analyse(g->graph);
        verify(g);
        jit_hoist(g->graph, never);
        jit_loops(g->graph, never);
        verify(g);
        assert_int_equal(count_nodes(g, JIT_SPEND), 1);
        assert_int_equal(paying_checks(g), variant != 0);
        graph_close(g);
    }
}

static void test_random(void **unused) {
    (void)unused;
    enum { GRAPHS = 2000, RUNS = 10 };
    static Outcome before[RUNS];
    uint32_t changed = 0, early = 0;
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        Graph g;
        uint64_t params[RANDOM_PARAMS];
        random_graph(&g, seed, NULL);
        verify(&g);
        if (seed % 2)
            jit_simplify(g.graph);
        for (uint32_t n = 0; n < RUNS; n++) {
            random_params(params, n);
            before[n] = run_graph(g.graph, params, 20 + 40 * n);
        }
        change(&g);
        changed += count_nodes(&g, JIT_SPEND);
        for (uint32_t n = 0; n < RUNS; n++) {
            random_params(params, n);
            Outcome after = run_graph(g.graph, params, 20 + 40 * n);
            if (after.kind >= 2 && (after.exit == COR_EXIT_LOOP || after.exit == COR_EXIT_AHEAD)) {
                early++;
                assert_true(before[n].head_count == RUN_HEADS || run_passed(&before[n], after.left));
            } else if (after.kind >= 2 && after.exit == COR_EXIT_SAFEPOINT && after.budget >= 0) {
                /* the budget may not suffice for the round that begins */
                assert_true(before[n].head_count == RUN_HEADS || run_passed(&before[n], after.left));
            } else if (!same_outcome(&before[n], &after)) {
                jit_graph_dump(g.graph, stderr);
                fail_msg("seed %u, run %u: %u instead of %u", (unsigned)seed, n, after.kind, before[n].kind);
            }
        }
        graph_close(&g);
    }
    assert_true(changed > GRAPHS / 10 && early > 0 && unrolled > GRAPHS / 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sum),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_hoisting),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests_name("loops", tests, NULL, NULL);
}

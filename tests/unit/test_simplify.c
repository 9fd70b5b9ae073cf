/* Simplification: what it folds, merges, proves and removes, and that random programs do the same after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/graph_random.h"
#include "unit/graph_run.h"

static void simplify(Graph *g) {
    jit_graph_analyse(g->graph);
    verify(g);
    jit_simplify(g->graph);
    assert_false(g->graph->failed);
    verify(g);
}

static uint64_t bits_of(double value) {
    return value_of_f64(value);
}

/* The constant that a node of one or two constants is. */
static uint64_t folded(JitOp op, uint64_t a, uint64_t b, uint32_t bits) {
    Graph g;
    graph_open(&g, 1);
    JitNode *node = jit_op_info[op].inputs == 1 ? node1(&g, 0, op, number(&g, a))
                                                : node2(&g, 0, op, number(&g, a), number(&g, b));
    node->number = bits;
    JitNode *end = give(&g, 0, node);
    simplify(&g);
    uint64_t result = jit_is_const(end->inputs[0]) ? end->inputs[0]->bits : 0xBADBADu;
    graph_close(&g);
    return result;
}

static void test_constants(void **unused) {
    (void)unused;
    assert_int_equal(folded(JIT_ADD, 3, 4, 0), 7);
    assert_int_equal(folded(JIT_DIV, (uint64_t)INT64_MIN, UINT64_MAX, 0), (uint64_t)INT64_MIN);
    assert_int_equal(folded(JIT_REM, (uint64_t)INT64_MIN, UINT64_MAX, 0), 0);
    assert_int_equal(folded(JIT_UDIV, UINT64_MAX, 2, 0), INT64_MAX);
    assert_int_equal(folded(JIT_DIV, 3, 0, 0), 0xBADBAD); /* stays, behind a check that fails */
    assert_int_equal(folded(JIT_SHR, (uint64_t)-8, 65, 0), (uint64_t)-4);
    assert_int_equal(folded(JIT_EXTEND_I8, 0x1FF, 0, 0), UINT64_MAX);
    assert_int_equal(folded(JIT_ULE, UINT64_MAX, 1, 0), 0);
    assert_int_equal(folded(JIT_UADD_OVERFLOWS, UINT64_MAX, 1, 0), 1);
    assert_int_equal(folded(JIT_ADD_OVERFLOWS, UINT64_MAX, 1, 0), 0);
    assert_int_equal(folded(JIT_COMPARE_U64, UINT64_MAX, 1, 0), 1);
    assert_int_equal(folded(JIT_ADD_F64, bits_of(0.1), bits_of(0.2), 0), bits_of(0.1 + 0.2));
    assert_int_equal(folded(JIT_DIV_F64, bits_of(0), bits_of(0), 0), 0xBADBAD); /* which NaN? */
    assert_int_equal(folded(JIT_NEG_F64, bits_of(0.0), 0, 0), bits_of(-0.0));
    assert_int_equal(folded(JIT_COMPARE_F64, bits_of(-0.0), bits_of(0.0), 0), UINT64_MAX);
    assert_int_equal(folded(JIT_MUL_F32, value_of_f32(3), value_of_f32(0.5f), 0), value_of_f32(1.5f));
    assert_int_equal(folded(JIT_F64_TO_SIGNED, bits_of(1e10), 0, 32), INT32_MAX);
    assert_int_equal(folded(JIT_F64_TO_SIGNED, bits_of(-300), 0, 8), (uint64_t)-128);
    assert_int_equal(folded(JIT_F64_TO_UNSIGNED, bits_of(-1), 0, 16), 0);
    assert_int_equal(folded(JIT_I64_TO_F64, (uint64_t)-5, 0, 0), bits_of(-5));
}

/* Each gives the parameter. */
static void test_identities(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 1);
    JitNode *x = param(&g, 0), *zero = number(&g, 0), *one = number(&g, 1), *all = number(&g, UINT64_MAX);
    JitNode *same[] = {
        node2(&g, 0, JIT_ADD, zero, x),
        node2(&g, 0, JIT_SUB, x, zero),
        node2(&g, 0, JIT_MUL, one, x),
        node2(&g, 0, JIT_DIV, x, one),
        node2(&g, 0, JIT_AND, x, x),
        node2(&g, 0, JIT_AND, all, x),
        node2(&g, 0, JIT_OR, x, zero),
        node2(&g, 0, JIT_XOR, x, zero),
        node2(&g, 0, JIT_SHL, x, number(&g, 64)),
        node1(&g, 0, JIT_NEG, node1(&g, 0, JIT_NEG, x)),
        node1(&g, 0, JIT_NEG_F64, node1(&g, 0, JIT_NEG_F64, x)),
        node2(&g, 0, JIT_ADD, node2(&g, 0, JIT_ADD, x, number(&g, 5)), number(&g, (uint64_t)-5)),
        node2(&g, 0, JIT_SUB, node2(&g, 0, JIT_ADD, x, one), one),
        node3(&g, 0, JIT_SELECT, node2(&g, 0, JIT_EQ, x, zero), x, x),
        node3(&g, 0, JIT_SELECT, zero, one, x),
    };
    uint32_t count = sizeof same / sizeof *same;
    JitNode *end = jit_append(g.graph, g.blocks[0], JIT_RETURN, count, same);
    simplify(&g);
    for (uint32_t i = 0; i < count; i++)
        if (end->inputs[i] != x)
            fail_msg("identity %u", i);
    graph_close(&g);
}

/* What is not exact stays. */
static void test_no_identities(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 1);
    JitNode *x = param(&g, 0), *zero = number(&g, 0), *one = number(&g, bits_of(1));
    JitNode *other[] = {
        node2(&g, 0, JIT_ADD_F64, x, zero),    node2(&g, 0, JIT_SUB_F64, x, x),
        node2(&g, 0, JIT_MUL_F64, x, zero),    node2(&g, 0, JIT_EQ_F64, x, x),
        node2(&g, 0, JIT_MUL_F64, x, one),     node2(&g, 0, JIT_SHR, x, x),
        node2(&g, 0, JIT_COMPARE_F64, x, one),
    };
    uint32_t count = sizeof other / sizeof *other;
    JitNode *end = jit_append(g.graph, g.blocks[0], JIT_RETURN, count, other);
    simplify(&g);
    for (uint32_t i = 0; i < count; i++)
        assert_ptr_equal(end->inputs[i], other[i]);
    graph_close(&g);
}

static void test_extensions(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 1);
    JitNode *x = param(&g, 0), *byte = node1(&g, 0, JIT_LOAD, x);
    byte->access = (JitAccess){.offset = 8, .width = COR_WIDTH_U8};
    JitNode *results[] = {
        node1(&g, 0, JIT_EXTEND_U8, byte),
        node1(&g, 0, JIT_EXTEND_I16, byte),
        node1(&g, 0, JIT_EXTEND_I8, byte),
        node1(&g, 0, JIT_EXTEND_I32, node1(&g, 0, JIT_EXTEND_U32, x)),
        node1(&g, 0, JIT_EXTEND_U32, node1(&g, 0, JIT_EXTEND_U8, x)),
        node1(&g, 0, JIT_EXTEND_U8, node2(&g, 0, JIT_AND, x, number(&g, 0xFFF))),
        node1(&g, 0, JIT_EXTEND_U8, node2(&g, 0, JIT_AND, x, number(&g, 0x7F))),
        node1(&g, 0, JIT_EXTEND_U8, node2(&g, 0, JIT_LT, x, byte)),
    };
    JitNode *end = jit_append(g.graph, g.blocks[0], JIT_RETURN, 8, results);
    simplify(&g);
    assert_ptr_equal(end->inputs[0], byte);
    assert_ptr_equal(end->inputs[1], byte);
    assert_int_equal(end->inputs[2]->op, JIT_EXTEND_I8);
    assert_ptr_equal(end->inputs[3]->inputs[0], x);
    assert_int_equal(end->inputs[4]->op, JIT_EXTEND_U8);
    assert_ptr_equal(end->inputs[5]->inputs[0], x);
    assert_int_equal(end->inputs[6]->op, JIT_AND);
    assert_int_equal(end->inputs[7]->op, JIT_LT);
    graph_close(&g);
}

static void test_comparisons(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 3);
    JitNode *x = param(&g, 0), *y = param(&g, 1), *zero = number(&g, 0), *one = number(&g, 1);
    JitNode *less = node2(&g, 0, JIT_LT, x, y);
    JitNode *not_less = node2(&g, 0, JIT_EQ, less, zero), *again = node2(&g, 0, JIT_XOR, not_less, one);
    JitNode *strict = node2(&g, 0, JIT_LE, x, number(&g, 9)), *equal = node2(&g, 0, JIT_LE, x, x);
    JitNode *moved = node2(&g, 0, JIT_EQ, node2(&g, 0, JIT_ADD, x, number(&g, 3)), number(&g, 10));
    branch(&g, 0, node2(&g, 0, JIT_EQ, y, zero), 1, 2);
    JitNode *end =
        jit_append(g.graph, g.blocks[1], JIT_RETURN, 5, (JitNode *[]){not_less, again, strict, equal, moved});
    give(&g, 2, x);
    simplify(&g);
    assert_int_equal(end->inputs[0]->op, JIT_LE);
    assert_ptr_equal(end->inputs[0]->inputs[0], y);
    assert_int_equal(end->inputs[1]->op, JIT_LT);
    assert_int_equal(end->inputs[2]->op, JIT_LT);
    assert_int_equal(end->inputs[2]->inputs[1]->bits, 10);
    assert_int_equal(end->inputs[3]->bits, 1);
    assert_int_equal(end->inputs[4]->inputs[1]->bits, 7);
    assert_ptr_equal(g.blocks[0]->last->inputs[0], y); /* a branch on y, the other way round */
    assert_ptr_equal(g.blocks[0]->successors[0], g.blocks[2]);
    graph_close(&g);
}

static void test_numbering(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 4);
    JitNode *x = param(&g, 0), *y = param(&g, 1);
    JitNode *sum = node2(&g, 0, JIT_ADD, x, y);
    sum->flags = JIT_NO_WRAP;
    branch(&g, 0, node2(&g, 0, JIT_LT, x, y), 1, 2);
    JitNode *product = node2(&g, 1, JIT_MUL, x, y), *swapped = node2(&g, 1, JIT_ADD, y, x);
    node1(&g, 1, JIT_SET_GLOBAL, product);
    node1(&g, 1, JIT_SET_GLOBAL, swapped);
    jump(&g, 1, 3);
    JitNode *other = node2(&g, 2, JIT_MUL, x, y);
    node1(&g, 2, JIT_SET_GLOBAL, other);
    jump(&g, 2, 3);
    give(&g, 3, sum);
    simplify(&g);
    assert_int_equal(count_nodes(&g, JIT_ADD), 1);
    assert_int_equal(count_nodes(&g, JIT_MUL), 2); /* neither dominates the other */
    assert_int_equal(sum->flags, 0);               /* for the other one may wrap */
    graph_close(&g);
}

static void test_branches(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 8);
    JitNode *x = param(&g, 0), *three = number(&g, 3);
    branch(&g, 0, node2(&g, 0, JIT_LT, three, number(&g, 2)), 1, 2);
    jump(&g, 1, 3);
    node1(&g, 2, JIT_SWITCH, three);
    edge(&g, 2, 4);
    edge(&g, 2, 4);
    edge(&g, 2, 5);
    edge(&g, 2, 3);
    JitNode *phi = node2(&g, 3, JIT_PHI, x, three); /* from 1, from 2 */
    give(&g, 3, phi);
    give(&g, 4, node2(&g, 4, JIT_PHI, x, three));
    check(&g, 5, number(&g, 0), COR_EXIT_INDEX, state(&g, 0, 0, NULL));
    jump(&g, 5, 6);
    give(&g, 6, x);
    simplify(&g);
    assert_int_equal(g.graph->block_count, 1);
    assert_int_equal(g.blocks[0]->last->op, JIT_RETURN);
    assert_ptr_equal(g.blocks[0]->last->inputs[0], three);
    graph_close(&g);
}

/* A check that fails leaves; what it guards is gone. */
static void test_failing_check(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 3);
    JitNode *x = param(&g, 0);
    check(&g, 0, node2(&g, 0, JIT_NE, x, x), COR_EXIT_INDEX, state(&g, 5, 1, &x));
    node1(&g, 0, JIT_SET_GLOBAL, x);
    branch(&g, 0, x, 1, 2);
    give(&g, 1, x);
    give(&g, 2, x);
    simplify(&g);
    assert_int_equal(g.graph->block_count, 1);
    assert_int_equal(g.blocks[0]->last->op, JIT_LEAVE);
    assert_int_equal(g.blocks[0]->last->exit, COR_EXIT_INDEX);
    assert_int_equal(count_nodes(&g, JIT_SET_GLOBAL), 0);
    graph_close(&g);
}

/* ---- Facts ---- */

static JitNode *index_check(Graph *g, uint32_t block, JitNode *index, JitNode *length) {
    return check(g, block, node2(g, block, JIT_ULT, index, length), COR_EXIT_INDEX, state(g, 1, 1, &index));
}

static JitNode *plus(Graph *g, uint32_t block, JitNode *value, int64_t constant) {
    return node2(g, block, JIT_ADD, value, number(g, (uint64_t)constant));
}

static void test_dominated_checks(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 3);
    JitNode *i = param(&g, 0), *length = node1(&g, 0, JIT_LENGTH, param(&g, 1)), *other = param(&g, 2);
    index_check(&g, 0, i, length);
    index_check(&g, 0, i, length);                 /* the same */
    index_check(&g, 0, i, other);                  /* another length: stays */
    index_check(&g, 0, plus(&g, 0, i, 3), length); /* stays */
    index_check(&g, 0, plus(&g, 0, i, 2), length); /* between */
    index_check(&g, 0, plus(&g, 0, i, 4), length); /* stays */
    branch(&g, 0, node2(&g, 0, JIT_LT, number(&g, 0), i), 1, 2);
    index_check(&g, 1, plus(&g, 1, i, -1), length); /* i > 0 */
    give(&g, 1, i);
    index_check(&g, 2, plus(&g, 2, i, -1), length); /* stays */
    give(&g, 2, i);
    simplify(&g);
    assert_int_equal(count_nodes(&g, JIT_CHECK), 5);
    assert_int_equal(g.blocks[1]->last->previous == NULL, 1);
    graph_close(&g);
}

/* for (i = start; i < limit; i++) with checks of i in the loop, which the caller adds; rotated. */
typedef struct Loop {
    Graph g;
    JitNode *i, *limit, *array;
} Loop;

static void begin_loop(Loop *loop, int64_t less) {
    Graph *g = &loop->g;
    graph_open(g, 4);
    loop->array = param(g, 0);
    JitNode *zero = number(g, 0), *length = node1(g, 0, JIT_LENGTH, loop->array);
    loop->limit = less == 0 ? length : plus(g, 0, length, -less);
    branch(g, 0, node2(g, 0, JIT_LT, zero, loop->limit), 1, 3);
    jump(g, 1, 2);
    loop->i = node1(g, 2, JIT_PHI, zero);
}

static void end_loop(Loop *loop) {
    Graph *g = &loop->g;
    JitNode *next = plus(g, 2, loop->i, 1);
    jit_add_input(g->graph, loop->i, next);
    branch(g, 2, node2(g, 2, JIT_LT, next, loop->limit), 2, 3);
    give(g, 3, number(g, 0));
    simplify(g);
}

static void test_loop_checks(void **unused) {
    (void)unused;
    Loop loop;
    begin_loop(&loop, 0);
    index_check(&loop.g, 2, loop.i, node1(&loop.g, 2, JIT_LENGTH, loop.array));
    end_loop(&loop);
    assert_int_equal(count_nodes(&loop.g, JIT_CHECK), 0);
    assert_int_equal(loop.i->inputs[1]->flags, JIT_NO_WRAP);
    graph_close(&loop.g);

    begin_loop(&loop, 0); /* the next one is one too far */
    index_check(&loop.g, 2, plus(&loop.g, 2, loop.i, 1), node1(&loop.g, 2, JIT_LENGTH, loop.array));
    end_loop(&loop);
    assert_int_equal(count_nodes(&loop.g, JIT_CHECK), 1);
    graph_close(&loop.g);

    begin_loop(&loop, 1); /* but not below length - 1 */
    index_check(&loop.g, 2, plus(&loop.g, 2, loop.i, 1), node1(&loop.g, 2, JIT_LENGTH, loop.array));
    index_check(&loop.g, 2, loop.i, node1(&loop.g, 2, JIT_LENGTH, loop.array));
    end_loop(&loop);
    assert_int_equal(count_nodes(&loop.g, JIT_CHECK), 0);
    graph_close(&loop.g);

    begin_loop(&loop, 0); /* half of it, and from behind */
    JitNode *length = node1(&loop.g, 2, JIT_LENGTH, loop.array);
    index_check(&loop.g, 2, node2(&loop.g, 2, JIT_SHR, loop.i, number(&loop.g, 1)), length);
    index_check(&loop.g, 2, plus(&loop.g, 2, node2(&loop.g, 2, JIT_SUB, length, loop.i), -1), length);
    index_check(&loop.g, 2, plus(&loop.g, 2, loop.i, -1), length); /* stays: -1 at first */
    end_loop(&loop);
    assert_int_equal(count_nodes(&loop.g, JIT_CHECK), 1);
    graph_close(&loop.g);
}

/* As the builder makes `for i in 0..limit`, which must not compute limit - 1 where that wraps. */
static void test_counted_loop(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 4);
    JitNode *limit = param(&g, 0), *array = param(&g, 1), *zero = number(&g, 0),
            *least = number(&g, INT64_MIN);
    branch(&g, 0, node2(&g, 0, JIT_LT, zero, limit), 1, 3);
    jump(&g, 1, 2);
    JitNode *i = node1(&g, 2, JIT_PHI, zero);
    index_check(&g, 2, i, limit);
    index_check(&g, 2, i, node1(&g, 2, JIT_LENGTH, array)); /* stays: another bound */
    JitNode *is_low = node2(&g, 2, JIT_LT, limit, number(&g, (uint64_t)INT64_MIN + 1));
    JitNode *last = node3(&g, 2, JIT_SELECT, is_low, least, node2(&g, 2, JIT_SUB, limit, number(&g, 1)));
    JitNode *next = plus(&g, 2, i, 1);
    next->flags = JIT_NO_WRAP;
    jit_add_input(g.graph, i, next);
    branch(&g, 2, node2(&g, 2, JIT_LT, i, last), 2, 3);
    give(&g, 3, zero);
    simplify(&g);
    assert_int_equal(count_nodes(&g, JIT_CHECK), 1);
    assert_int_equal(count_nodes(&g, JIT_SELECT), 0); /* 0 < limit */
    graph_close(&g);
}

static void test_other_facts(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 4);
    JitNode *x = param(&g, 0), *y = param(&g, 1), *zero = number(&g, 0);
    JitNode *both = node2(&g, 0, JIT_AND, node2(&g, 0, JIT_LT, x, y), node2(&g, 0, JIT_NE, x, zero));
    branch(&g, 0, both, 1, 2);
    check(&g, 1, x, COR_EXIT_NULL, state(&g, 0, 0, NULL));
    branch(&g, 1, node2(&g, 1, JIT_LE, y, x), 2, 3);
    give(&g, 2, x);
    check(&g, 3, y, COR_EXIT_NULL, state(&g, 0, 0, NULL)); /* stays */
    give(&g, 3, node3(&g, 3, JIT_SELECT, both, y, x));
    simplify(&g);
    assert_int_equal(count_nodes(&g, JIT_CHECK), 1);
    assert_int_equal(count_nodes(&g, JIT_BRANCH), 1);
    assert_int_equal(count_nodes(&g, JIT_SELECT), 0);
    graph_close(&g);
}

/* ---- Objects ---- */

/* Three types: a base, one that extends it, and another. */
static CorType base_type = {.kind = COR_KIND_CLASS, .name = "Base", .instance_size = 32},
               derived_type = {.kind = COR_KIND_CLASS, .name = "Derived", .instance_size = 40, .depth = 1},
               object_type = {.kind = COR_KIND_CLASS, .name = "Object", .instance_size = 40},
               other_type = {.kind = COR_KIND_CASE, .name = "Other", .instance_size = 24, .ordinal = 3};

static int set_types(void **unused) {
    static const CorType *const base_display[] = {&base_type},
                                *const derived_display[] = {&base_type, &derived_type},
                                *const other_display[] = {&other_type};
    (void)unused;
    base_type.display = base_display;
    derived_type.display = derived_display;
    other_type.display = other_display;
    return 0;
}

static JitNode *make(Graph *g, uint32_t block, const CorType *type) {
    JitNode *node = node0(g, block, JIT_NEW);
    node->of.type = type;
    node->state = state(g, 7, 0, NULL);
    return node;
}

static JitNode *test_type(Graph *g, uint32_t block, JitOp op, JitNode *object, const CorType *type) {
    JitNode *node = node1(g, block, op, object);
    node->of.type = type;
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

static void test_types(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 3);
    JitNode *object = make(&g, 0, &derived_type), *x = param(&g, 0), *number3 = make(&g, 0, &other_type);
    JitNode *answers[] = {
        test_type(&g, 0, JIT_IS_EXACT, object, &derived_type),
        test_type(&g, 0, JIT_IS_EXACT, object, &base_type),
        test_type(&g, 0, JIT_IS_CLASS, object, &base_type),
        test_type(&g, 0, JIT_IS_CLASS, object, &other_type),
        node1(&g, 0, JIT_CASE_OF, number3),
        node2(&g, 0, JIT_EQ, object, x),
        node2(&g, 0, JIT_EQ, object, number3),
        node2(&g, 0, JIT_NE, object, number(&g, 0)),
        test_type(&g, 0, JIT_IS_CLASS, number(&g, 0), &base_type),
    };
    static const uint64_t expected[] = {1, 0, 1, 0, 3, 0, 0, 1, 0};
    JitNode *sure = test_type(&g, 0, JIT_IS_EXACT, x, &derived_type);
    branch(&g, 0, sure, 1, 2);
    JitNode *then[] = {test_type(&g, 1, JIT_IS_CLASS, x, &base_type),
                       test_type(&g, 1, JIT_IS_CLASS, x, &other_type),
                       test_type(&g, 1, JIT_IS_EXACT, x, &derived_type),
                       node2(&g, 1, JIT_EQ, x, number(&g, 0)), node1(&g, 1, JIT_TYPE_OF, x)};
    JitNode *first = jit_append(g.graph, g.blocks[1], JIT_RETURN, 5, then);
    JitNode *second = jit_append(g.graph, g.blocks[2], JIT_RETURN, 9, answers);
    simplify(&g);
    static const uint64_t behind[] = {1, 0, 1, 0};
    for (uint32_t i = 0; i < 9; i++)
        assert_true(jit_is_const(second->inputs[i]) && second->inputs[i]->bits == expected[i]);
    for (uint32_t i = 0; i < 4; i++)
        assert_true(jit_is_const(first->inputs[i]) && first->inputs[i]->bits == behind[i]);
    assert_int_equal(first->inputs[4]->op, JIT_POINTER);
    assert_ptr_equal(g.graph->constants[first->inputs[4]->number].pointer, &derived_type);
    assert_int_equal(count_nodes(&g, JIT_NEW), 0); /* nothing needs them */
    graph_close(&g);
}

static void test_class_facts(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 1);
    JitNode *x = param(&g, 0);
    check(&g, 0, test_type(&g, 0, JIT_IS_CLASS, x, &derived_type), COR_EXIT_CAST, state(&g, 0, 0, NULL));
    JitNode *answers[] = {
        test_type(&g, 0, JIT_IS_CLASS, x, &base_type), test_type(&g, 0, JIT_IS_CLASS, x, &other_type),
        test_type(&g, 0, JIT_IS_EXACT, x, &base_type), test_type(&g, 0, JIT_IS_EXACT, x, &derived_type)};
    JitNode *end = jit_append(g.graph, g.blocks[0], JIT_RETURN, 4, answers);
    simplify(&g);
    assert_int_equal(end->inputs[0]->bits, 1);
    assert_true(jit_is_const(end->inputs[1]) && end->inputs[1]->bits == 0);
    assert_true(jit_is_const(end->inputs[2]) && end->inputs[2]->bits == 0);
    assert_int_equal(end->inputs[3]->op, JIT_IS_EXACT); /* or a subclass */
    graph_close(&g);
}

static void test_memory(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 2);
    JitNode *x = param(&g, 0), *y = param(&g, 1), *value = param(&g, 2);
    JitNode *object = make(&g, 0, &base_type), *fresh = field(&g, 0, object, 16, COR_WIDTH_64);
    set_field(&g, 0, object, 16, COR_WIDTH_64, value);
    set_field(&g, 0, x, 16, COR_WIDTH_64, y); /* another object */
    set_field(&g, 0, object, 24, COR_WIDTH_U8, value);
    JitNode *known = field(&g, 0, object, 16, COR_WIDTH_64), *narrow = field(&g, 0, object, 24, COR_WIDTH_I8);
    JitNode *of_x = field(&g, 0, x, 8, COR_WIDTH_64), *of_y = field(&g, 0, y, 8, COR_WIDTH_64);
    jump(&g, 0, 1);
    JitNode *again = field(&g, 1, x, 8, COR_WIDTH_64);
    set_field(&g, 1, y, 8, COR_WIDTH_64, value); /* may be x */
    JitNode *may_differ = field(&g, 1, x, 8, COR_WIDTH_64);
    JitNode *call = node0(&g, 1, JIT_CALL);
    call->call.callee = &g.function;
    call->state = state(&g, 0, 0, NULL);
    JitNode *later = field(&g, 1, x, 8, COR_WIDTH_64);
    JitNode *end = jit_append(g.graph, g.blocks[1], JIT_RETURN, 8,
                              (JitNode *[]){fresh, known, narrow, of_x, of_y, again, may_differ, later});
    simplify(&g);
    assert_true(jit_is_const(end->inputs[0]) && end->inputs[0]->bits == 0);
    assert_ptr_equal(end->inputs[1], value);
    assert_int_equal(end->inputs[2]->op, JIT_EXTEND_I8);
    assert_ptr_equal(end->inputs[5], of_x);
    assert_ptr_equal(end->inputs[6], may_differ);
    assert_ptr_equal(end->inputs[7], later);
    graph_close(&g);
}

/* What only a state needs stays; what nothing needs goes, round loops, too. */
/* Where paths meet: what was read where they parted is known, unless one of them may have changed it. */
static void test_memory_of_paths(void **unused) {
    (void)unused;
    for (uint32_t writes = 0; writes < 2; writes++) {
        Graph g;
        graph_open(&g, 6);
        JitNode *x = param(&g, 0), *y = param(&g, 1), *value = param(&g, 2);
        JitNode *before = field(&g, 0, x, 8, COR_WIDTH_64);
        branch(&g, 0, value, 1, 2);
        set_field(&g, 1, x, 16, COR_WIDTH_64, value);
        jump(&g, 1, 4);
        branch(&g, 2, before, 3, 5);
        if (writes)
            set_field(&g, 3, y, 8, COR_WIDTH_64, value); /* may be x */
        jump(&g, 3, 4);
        JitNode *behind = field(&g, 4, x, 8, COR_WIDTH_64), *end = give(&g, 4, behind);
        give(&g, 5, field(&g, 5, x, 8, COR_WIDTH_64));
        simplify(&g);
        assert_ptr_equal(end->inputs[0], writes ? behind : before);
        assert_int_equal(count_nodes(&g, JIT_LOAD), 1 + writes);
        graph_close(&g);
    }
}

static void test_dead(void **unused) {
    (void)unused;
    Graph g;
    graph_open(&g, 3);
    JitNode *x = param(&g, 0), *kept = node2(&g, 0, JIT_MUL, x, x), *gone = node2(&g, 0, JIT_XOR, x, kept);
    check(&g, 0, x, COR_EXIT_NULL, state(&g, 0, 1, &kept));
    jump(&g, 0, 1);
    JitNode *phi = node1(&g, 1, JIT_PHI, gone);
    jit_add_input(g.graph, phi, plus(&g, 1, phi, 1));
    branch(&g, 1, node1(&g, 1, JIT_LOAD, x), 1, 2);
    give(&g, 2, x);
    simplify(&g);
    assert_int_equal(count_nodes(&g, JIT_MUL), 1);
    assert_int_equal(count_nodes(&g, JIT_XOR), 0);
    assert_int_equal(count_nodes(&g, JIT_PHI), 0);
    assert_int_equal(count_nodes(&g, JIT_ADD), 0);
    graph_close(&g);
}

/* ---- Random programs ---- */

static void test_random(void **unused) {
    (void)unused;
    enum { GRAPHS = 1500, RUNS = 12 };
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        Graph g;
        uint64_t params[RANDOM_PARAMS];
        Outcome before[RUNS];
        random_graph(&g, seed, seed % 2 == 0 ? &object_type : NULL);
        verify(&g);
        for (uint32_t n = 0; n < RUNS; n++) {
            random_params(params, n);
            before[n] = run_graph(g.graph, params, 300);
        }
        jit_simplify(g.graph);
        assert_false(g.graph->failed);
        verify(&g);
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
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_identities),
        cmocka_unit_test(test_no_identities),
        cmocka_unit_test(test_extensions),
        cmocka_unit_test(test_comparisons),
        cmocka_unit_test(test_numbering),
        cmocka_unit_test(test_branches),
        cmocka_unit_test(test_failing_check),
        cmocka_unit_test(test_dominated_checks),
        cmocka_unit_test(test_loop_checks),
        cmocka_unit_test(test_counted_loop),
        cmocka_unit_test(test_other_facts),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_class_facts),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_memory_of_paths),
        cmocka_unit_test(test_dead),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests_name("simplify", tests, set_types, NULL);
}

/* The code that LLVM makes of the JIT's SSA form: control flow, calls, and the ways out of native code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "jit/emit.h"
#include "unit/emitted.h"

static Emitted m, other; /* the code under test; what it calls */

static uint64_t address(const void *pointer) {
    return (uintptr_t)pointer;
}

/* ---- Helpers ---- */

static CorStatus record(CorIsolate *isolate, CorHelper helper, uint64_t a, uint64_t b) {
    m.called = helper;
    m.calls++;
    m.seen[0] = a;
    m.seen[1] = b;
    m.seen[2] = address(isolate->fp);
    m.seen[3] = address(isolate->ip);
    m.seen[4] = (uint64_t)isolate->budget;
    return helper == COR_HELPER_SETTLE ? m.settle_status : m.status;
}

static int64_t fake_refill(CorIsolate *isolate, int64_t ahead) {
    CorStatus status = record(isolate, COR_HELPER_REFILL, (uint64_t)ahead, 0);
    isolate->budget = 100;
    return status == COR_OK ? isolate->budget : -(int64_t)status;
}
static CorStatus fake_grow_stack(CorIsolate *isolate, uint64_t *end) {
    return record(isolate, COR_HELPER_GROW_STACK, address(end), 0);
}
static CorStatus fake_settle(CorIsolate *isolate, uint64_t *frame) {
    if (frame == emitted_frame(&m)) /* the test called */
        return COR_LEFT;
    CorStatus status = record(isolate, COR_HELPER_SETTLE, address(frame), 0);
    for (uint64_t i = 0; i < 4; i++)
        frame[i] = 200 + i;
    return status;
}
static CorStatus fake_syscall(CorIsolate *isolate, uint64_t number, const uint64_t *arguments,
                              uint64_t *result, const CorType *const *types) {
    CorStatus status = record(isolate, COR_HELPER_SYSCALL, number, address(types));
    m.seen[5] = arguments[0];
    result[0] = arguments[0] + 1;
    return status;
}

EmittedHelper *const emitted_helpers[COR_HELPER_COUNT] = {
    [COR_HELPER_REFILL] = (EmittedHelper *)fake_refill,
    [COR_HELPER_GROW_STACK] = (EmittedHelper *)fake_grow_stack,
    [COR_HELPER_KEEP] = (EmittedHelper *)cor_machine_keep,
    [COR_HELPER_SETTLE] = (EmittedHelper *)fake_settle,
    [COR_HELPER_SYSCALL] = (EmittedHelper *)fake_syscall,
};

static void open_graph(void **session, uint32_t tier, uint32_t parameters, uint32_t results,
                       uint32_t blocks) {
    emitted_open(&m, *session, blocks);
    m.g.graph->tier = tier;
    m.g.function.parameter_slots = parameters;
    m.g.function.result_slots = results;
}

static JitNode *with_state(JitNode *node, JitState *where) {
    node->state = where;
    return node;
}

static JitNode *charge(uint32_t block, uint32_t weight, JitState *where) {
    JitNode *node = with_state(node0(&m.g, block, JIT_CHARGE), where);
    node->number = weight;
    return node;
}

static JitNode *give_many(Graph *g, uint32_t block, uint32_t count, JitNode **values) {
    return jit_append(g->graph, g->blocks[block], JIT_RETURN, count, values);
}

/* The isolate is at an instruction of the function under test, in a frame at a distance from fp. */
static void expect_left(uint32_t distance, uint32_t index, CorStatus left) {
    assert_ptr_equal(m.isolate.fp, emitted_frame(&m) + distance);
    assert_ptr_equal(m.isolate.ip, m.code.words + index);
    assert_int_equal(m.isolate.left_status, left);
    assert_int_equal(m.isolate.fp[-2], address(m.code.words));
}

/* ---- Control flow ------------------------------------------------------------------------------ */

/* sum of i * i below a; tier 2 may do as it likes. */
static void test_loop(void **session) {
    for (uint32_t tier = 1; tier <= 2; tier++) {
        open_graph(session, tier, 1, 1, 4);
        JitNode *limit = param(&m.g, 0), *zero = number(&m.g, 0);
        jump(&m.g, 0, 1);
        JitNode *i = node1(&m.g, 1, JIT_PHI, zero), *sum = node1(&m.g, 1, JIT_PHI, zero);
        branch(&m.g, 1, node2(&m.g, 1, JIT_LT, i, limit), 2, 3);
        jit_add_input(m.g.graph, sum, node2(&m.g, 2, JIT_ADD, sum, node2(&m.g, 2, JIT_MUL, i, i)));
        jit_add_input(m.g.graph, i, node2(&m.g, 2, JIT_ADD, i, number(&m.g, 1)));
        jump(&m.g, 2, 1);
        give(&m.g, 3, sum);
        emitted_compile(&m);
        assert_int_equal(RESULT(&m, 10), 285);
        assert_int_equal(RESULT(&m, (uint64_t)-5), 0);
        emitted_close(&m);
    }
}

/* Both ways lead to one block, whose phi tells them apart; so do two cases of a switch. */
static void test_edges(void **session) {
    open_graph(session, 1, 1, 1, 2);
    JitNode *condition = param(&m.g, 0), *then = number(&m.g, 10), *otherwise = number(&m.g, 20);
    branch(&m.g, 0, condition, 1, 1);
    give(&m.g, 1, node2(&m.g, 1, JIT_PHI, then, otherwise));
    emitted_compile(&m);
    assert_int_equal(RESULT(&m, 1), 10);
    assert_int_equal(RESULT(&m, (uint64_t)1 << 40), 10);
    assert_int_equal(RESULT(&m, 0), 20);
    emitted_close(&m);

    open_graph(session, 2, 1, 1, 3);
    JitNode *values[] = {number(&m.g, 30), number(&m.g, 31), number(&m.g, 33)};
    node1(&m.g, 0, JIT_SWITCH, param(&m.g, 0));
    edge(&m.g, 0, 1);
    edge(&m.g, 0, 1);
    edge(&m.g, 0, 2);
    edge(&m.g, 0, 1);
    give(&m.g, 1, jit_append(m.g.graph, m.g.blocks[1], JIT_PHI, 3, values));
    give(&m.g, 2, number(&m.g, 32));
    emitted_compile(&m);
    for (uint64_t i = 0; i < 4; i++)
        assert_int_equal(RESULT(&m, i), 30 + i);
    assert_int_equal(RESULT(&m, UINT64_MAX), 33);
    emitted_close(&m);
}

/* max by SELECT, of integers and of doubles whose phis stay doubles. */
static void test_select(void **session) {
    open_graph(session, 1, 2, 1, 1);
    JitNode *a = param(&m.g, 0), *b = param(&m.g, 1);
    give(&m.g, 0,
         node3(&m.g, 0, JIT_SELECT, node2(&m.g, 0, JIT_LT_F64, a, b), b, node2(&m.g, 0, JIT_ADD_F64, a, a)));
    emitted_compile(&m);
    double one = 1, two = 2, four = 4;
    uint64_t bits[3];
    memcpy(&bits[0], &one, 8);
    memcpy(&bits[1], &two, 8);
    memcpy(&bits[2], &four, 8);
    assert_int_equal(RESULT(&m, bits[0], bits[1]), bits[1]);
    assert_int_equal(RESULT(&m, bits[1], bits[0]), bits[2]);
    emitted_close(&m);
}

/* The elements of an array, summed in a loop that is entered with the frame's slots: array, index, sum, limit. */
static void test_loop_entry(void **session) {
    uint64_t array[8] = {0, 6, 1, 2, 3, 4, 5, 6};
    for (uint32_t tier = 1; tier <= 2; tier++) {
        open_graph(session, tier, 2, 1, 4);
        m.g.graph->entry_index = 5;
        JitNode *slots[4];
        for (uint32_t i = 0; i < 4; i++) {
            slots[i] = node0(&m.g, 0, JIT_FRAME_SLOT);
            slots[i]->number = i;
        }
        jump(&m.g, 0, 1);
        JitNode *i = node1(&m.g, 1, JIT_PHI, slots[1]), *sum = node1(&m.g, 1, JIT_PHI, slots[2]);
        branch(&m.g, 1, node2(&m.g, 1, JIT_LT, i, slots[3]), 2, 3);
        JitNode *in_range = node2(&m.g, 2, JIT_ULT, i, node1(&m.g, 2, JIT_LENGTH, slots[0]));
        check(&m.g, 2, in_range, COR_EXIT_INDEX, state(&m.g, 7, 2, (JitNode *[]){sum, i}));
        JitNode *element = node2(&m.g, 2, JIT_LOAD_ELEMENT, slots[0], i);
        element->access = (JitAccess){.width = COR_WIDTH_64, .stride = 8};
        jit_add_input(m.g.graph, sum, node2(&m.g, 2, JIT_ADD, sum, element));
        jit_add_input(m.g.graph, i, node2(&m.g, 2, JIT_ADD, i, number(&m.g, 1)));
        jump(&m.g, 2, 1);
        give(&m.g, 3, sum);
        emitted_compile(&m);
        assert_int_equal(RESULT(&m, address(array), 2, 1000, 6), 1018);
        assert_int_equal(RUN(&m, address(array), 2, 1000, 7), COR_LEFT);
        expect_left(0, 7, COR_OK);
        assert_int_equal(emitted_frame(&m)[0], 1018);
        assert_int_equal(emitted_frame(&m)[1], 6);
        assert_int_equal(m.loaded->exits[0].count, 1);
        assert_int_equal(m.loaded->exits[0].kind, COR_EXIT_INDEX);
        emitted_close(&m);
    }
}

/* Hundreds of parameters and results, some in registers. */
static void test_many_slots(void **session) {
    enum { COUNT = 300 };
    uint64_t arguments[COUNT];
    JitNode *results[COUNT];
    open_graph(session, 1, COUNT, COUNT, 1);
    for (uint32_t i = 0; i < COUNT; i++) {
        arguments[i] = i * 1000;
        results[i] = node2(&m.g, 0, JIT_ADD, param(&m.g, COUNT - 1 - i), number(&m.g, i));
    }
    give_many(&m.g, 0, COUNT, results);
    emitted_compile(&m);
    assert_int_equal(emitted_run(&m, COUNT, arguments), COR_OK);
    for (uint64_t i = 0; i < COUNT; i++)
        assert_int_equal(emitted_frame(&m)[i], (COUNT - 1 - i) * 1000 + i);
    emitted_close(&m);
}

/* ---- Leaving ----------------------------------------------------------------------------------- */

/* A check in a function that is inlined: both frames are written, in the representations their values have. */
static void test_check(void **session) {
    for (uint32_t tier = 1; tier <= 2; tier++) {
        open_graph(session, tier, 2, 1, 1);
        m.isolate.budget = 50;
        JitNode *a = param(&m.g, 0), *f = node2(&m.g, 0, JIT_ADD_F64, param(&m.g, 1), param(&m.g, 1));
        JitNode *narrow = node1(&m.g, 0, JIT_F64_TO_F32, f);
        JitState *outer = state(&m.g, 3, 2, (JitNode *[]){a, f});
        JitState *inner = state(&m.g, 9, 3, (JitNode *[]){narrow, number(&m.g, 77), a});
        inner->slots[1].slot = 5;
        inner->distance = 10;
        inner->caller = outer;
        inner->call = m.code.words + 3;
        charge(0, 7, outer);
        check(&m.g, 0, a, COR_EXIT_CAST, inner);
        give(&m.g, 0, a);
        emitted_compile(&m);
        double half = 0.5;
        uint64_t bits, *frame = emitted_frame(&m);
        memcpy(&bits, &half, 8);
        assert_int_equal(RESULT(&m, 4, bits), 4);
        assert_int_equal(m.isolate.budget, 43);
        assert_int_equal(RUN(&m, 0, bits), COR_LEFT);
        assert_int_equal(m.isolate.budget, 36);
        expect_left(10, 9, COR_OK);
        const CorNativeExit *exit = NULL;
        for (uint32_t i = 0; i < m.emitted.exit_count; i++)
            exit = m.loaded->exits[i].kind == COR_EXIT_CAST ? &m.loaded->exits[i] : exit;
        assert_int_equal(exit->count, 1);
        assert_int_equal(exit->index, 9);
        assert_int_equal(frame[-2], address(m.code.words));
        assert_int_equal(frame[1], 0x3ff0000000000000);
        assert_int_equal(frame[10], 0x3f800000);
        assert_int_equal(frame[15], 77);
        assert_int_equal(frame[12], 0);
        assert_int_equal(frame[9], address(m.code.words + 3));
        emitted_close(&m);
    }
}

static void test_leave(void **session) {
    open_graph(session, 1, 1, 0, 1);
    JitNode *leave = with_state(node0(&m.g, 0, JIT_LEAVE), NULL);
    leave->exit = COR_EXIT_UNREACHED;
    JitNode *value = jit_insert_before(m.g.graph, leave, JIT_PARAM, 0, NULL);
    leave->state = state(&m.g, 4, 1, &value);
    emitted_compile(&m);
    assert_int_equal(RUN(&m, 8), COR_LEFT);
    expect_left(0, 4, COR_OK);
    assert_int_equal(m.loaded->exits[0].kind, COR_EXIT_UNREACHED);
    emitted_close(&m);
}

/* More values than there are registers, and what LLVM finds to be constants. */
static void test_leave_with_many_values(void **state_of_test) {
    enum { COUNT = 100 };
    static const uint64_t factors[] = {0,        5, (uint64_t)-7, 0x7fffffff, 0x80000001, 0x123456789abcdef,
                                       INT64_MAX};
    enum { FACTORS = sizeof factors / sizeof *factors };
    for (uint32_t tier = 0; tier <= 2; tier++) {
        open_graph(state_of_test, tier, COUNT, 1, 1);
        m.options.quick = tier == 0;
        uint64_t arguments[COUNT];
        JitNode *slots[COUNT + FACTORS], *sum = number(&m.g, 0);
        for (uint32_t i = 0; i < COUNT; i++) {
            arguments[i] = i * 1000;
            slots[i] = node2(&m.g, 0, JIT_ADD, param(&m.g, COUNT - 1 - i), number(&m.g, i));
            sum = node2(&m.g, 0, JIT_XOR, sum, slots[i]);
        }
        for (uint32_t i = 0; i < FACTORS; i++)
            slots[COUNT + i] = node2(&m.g, 0, JIT_MUL, number(&m.g, factors[i]), number(&m.g, 3));
        check(&m.g, 0, node2(&m.g, 0, JIT_LT, sum, number(&m.g, 0)), COR_EXIT_CAST,
              state(&m.g, 3, COUNT + FACTORS, slots));
        give(&m.g, 0, sum);
        emitted_compile(&m);
        assert_int_equal(emitted_run(&m, COUNT, arguments), COR_LEFT);
        for (uint64_t i = 0; i < COUNT; i++)
            assert_int_equal(emitted_frame(&m)[i], (COUNT - 1 - i) * 1000 + i);
        for (uint32_t i = 0; i < FACTORS; i++)
            assert_int_equal(emitted_frame(&m)[COUNT + i], factors[i] * 3);
        emitted_close(&m);
    }
}

/* A test's switch makes every third guard fail. */
static void test_failing_guards(void **session) {
    open_graph(session, 2, 1, 1, 1);
    m.options.fail_every = 3;
    JitNode *a = param(&m.g, 0);
    check(&m.g, 0, a, COR_EXIT_NULL, state(&m.g, 2, 1, &a));
    check(&m.g, 0, a, COR_EXIT_NULL, state(&m.g, 3, 1, &a));
    give(&m.g, 0, a);
    emitted_compile(&m);
    for (int turn = 0; turn < 3; turn++) {
        assert_int_equal(RUN(&m, 1), COR_OK);
        assert_int_equal(RUN(&m, 1), COR_LEFT);
        expect_left(0, 2, COR_OK);
    }
    emitted_close(&m);
}

/* ---- Safepoints -------------------------------------------------------------------------------- */

/* A loop of a rounds that charges 10 in each; the budget is exact whenever somebody looks. */
static void test_charge(void **session) {
    for (uint32_t tier = 1; tier <= 2; tier++) {
        open_graph(session, tier, 1, 1, 3);
        JitNode *limit = param(&m.g, 0), *zero = number(&m.g, 0);
        jump(&m.g, 0, 1);
        JitNode *i = node1(&m.g, 1, JIT_PHI, zero);
        JitState *where = state(&m.g, 6, 2, (JitNode *[]){limit, i});
        charge(1, 10, where);
        JitNode *next = node2(&m.g, 1, JIT_ADD, i, number(&m.g, 1));
        jit_add_input(m.g.graph, i, next);
        branch(&m.g, 1, node2(&m.g, 1, JIT_LT, next, limit), 1, 2);
        give(&m.g, 2, next);
        emitted_compile(&m);
        m.isolate.budget = 95;
        assert_int_equal(RESULT(&m, 9), 9);
        assert_int_equal(m.isolate.budget, 5);
        assert_int_equal(m.calls, 0);
        assert_int_equal(RESULT(&m, 3), 3);
        assert_int_equal(m.calls, 1);
        assert_int_equal((int64_t)m.seen[4], -5);
        assert_int_equal(m.seen[2], address(emitted_frame(&m)));
        const CorNativeSite *site = (const CorNativeSite *)m.seen[3];
        assert_true(site >= m.loaded->sites && site < m.loaded->sites + m.loaded->site_count);
        assert_int_equal(site->frame_count, 1);
        assert_int_equal(site->frames[0].index, 6);
        assert_ptr_equal(site->frames[0].function, &m.g.function);
        assert_int_equal(m.isolate.budget, 80);
        m.status = COR_LEFT;
        assert_int_equal(RUN(&m, 100), COR_LEFT);
        expect_left(0, 6, COR_OK);
        assert_int_equal(emitted_frame(&m)[1], 8); /* rounds that are complete */
        assert_int_equal(m.isolate.budget, 100);
        m.status = COR_STOPPED;
        assert_int_equal(RUN(&m, 100), COR_STOPPED);
        m.status = COR_THROWN;
        assert_int_equal(RUN(&m, 100), COR_THROWN);
        emitted_close(&m);
    }
}

static void test_stack(void **session) {
    open_graph(session, 1, 1, 1, 1);
    JitNode *a = param(&m.g, 0);
    JitNode *stack = with_state(node0(&m.g, 0, JIT_STACK), state(&m.g, 0, 1, &a));
    stack->number = 20;
    ((JitState *)(uintptr_t)stack->state)->catches = true; /* but the error is the caller's */
    give(&m.g, 0, a);
    emitted_compile(&m);
    m.isolate.stack.limit = emitted_frame(&m) + 20;
    assert_int_equal(RESULT(&m, 5), 5);
    assert_int_equal(m.calls, 0);
    m.isolate.stack.limit--;
    assert_int_equal(RESULT(&m, 5), 5);
    assert_int_equal(m.called, COR_HELPER_GROW_STACK);
    assert_int_equal(m.seen[0], address(emitted_frame(&m) + 20));
    m.status = COR_LEFT;
    assert_int_equal(RUN(&m, 5), COR_LEFT);
    expect_left(0, 0, COR_OK);
    m.status = COR_THROWN;
    assert_int_equal(RUN(&m, 5), COR_THROWN);
    m.isolate.stack.limit++;
    assert_int_equal(RUN(&m, 5), COR_OK);
    m.isolate.native_limit = (char *)UINTPTR_MAX; /* now it is the machine's stack that is too short */
    assert_int_equal(RUN(&m, 5), COR_THROWN);
    emitted_close(&m);
}

/* ---- Calls ------------------------------------------------------------------------------------- */

/* Code for the other function: of two parameters, which gives {a + b, a, b, 7}, or leaves when a is 0. */
static void compile_callee(void **session) {
    emitted_open(&other, *session, 1);
    other.g.function.parameter_slots = 2;
    other.g.function.result_slots = 4;
    JitNode *a = param(&other.g, 0), *b = param(&other.g, 1);
    check(&other.g, 0, a, COR_EXIT_NULL, state(&other.g, 1, 1, &b));
    JitNode *results[] = {node2(&other.g, 0, JIT_ADD, a, b), a, b, number(&other.g, 7)};
    give_many(&other.g, 0, 4, results);
    emitted_compile(&other);
}

/* The results of a call, with `first` as the argument before two more, doubled. */
static JitNode *build_call(JitOp op, uint32_t input_count, JitNode *const *inputs, JitState *where) {
    JitNode *call = with_state(jit_append(m.g.graph, m.g.blocks[0], op, input_count, inputs), where);
    call->call.window = 12;
    call->call.result_count = 4;
    call->call.callee = &other.g.function;
    JitNode *results[4];
    for (uint32_t i = 0; i < 4; i++) {
        results[i] = node1(&m.g, 0, JIT_PROJECT, call);
        results[i]->number = i;
    }
    give_many(&m.g, 0, 4, results);
    return call;
}

static void expect_results(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    const uint64_t expected[] = {a, b, c, d};
    assert_memory_equal(emitted_frame(&m), expected, sizeof expected);
}

/* Every way in which a call of the function can end; the budget is charged 5 before. */
static void try_call(bool catches, uint32_t extra) {
    uint64_t *frame = emitted_frame(&m), *callee = frame + 12;
    m.isolate.budget = 1000;
    m.calls = 0;
    m.status = m.settle_status = COR_OK;
    assert_int_equal(RUN(&m, 30, 4, extra), COR_OK);
    expect_results(34, 30, 4, 7);
    assert_int_equal(m.calls, 0);
    assert_int_equal(m.isolate.budget, 995);
    /* it leaves, and is settled */
    assert_int_equal(RUN(&m, 0, 4, extra), COR_OK);
    expect_results(200, 201, 202, 203);
    assert_int_equal(m.called, COR_HELPER_SETTLE);
    assert_int_equal(m.seen[0], address(callee));
    /* it leaves, and so does the caller */
    m.settle_status = COR_LEFT;
    assert_int_equal(RUN(&m, 0, 4, extra), COR_LEFT);
    assert_int_equal(callee[-1], address(m.code.words + 8));
    assert_int_equal(frame[-2], address(m.code.words));
    assert_int_equal(frame[6], 4);
    assert_ptr_equal(m.isolate.fp, callee); /* as the callee's code set it */
    /* it leaves, and what is interpreted then throws */
    m.settle_status = COR_THROWN;
    assert_int_equal(RUN(&m, 0, 4, extra), catches ? COR_LEFT : COR_THROWN);
    if (catches)
        expect_left(0, 8, COR_THROWN);
    m.settle_status = COR_STOPPED;
    assert_int_equal(RUN(&m, 0, 4, extra), COR_STOPPED);
    m.settle_status = COR_OK;
}

static JitState *call_state(bool catches, JitNode *value) {
    JitState *where = state(&m.g, 8, 1, &value);
    where->slots[0].slot = 6;
    where->catches = catches;
    return where;
}

static void test_call(void **session) {
    compile_callee(session);
    for (uint32_t turn = 0; turn < 4; turn++) {
        bool catches = turn % 2;
        open_graph(session, 1 + turn / 2, 2, 4, 1);
        JitNode *a = param(&m.g, 0), *b = param(&m.g, 1);
        charge(0, 5, state(&m.g, 0, 0, NULL));
        build_call(JIT_CALL, 2, (JitNode *[]){a, b}, call_state(catches, b));
        emitted_compile(&m);
        try_call(catches, 0);
        emitted_close(&m);
    }
    emitted_close(&other);
}

/* The callee is not lowered when the caller is compiled: its entry is asked for at each call. */
static void test_call_of_stub(void **session) {
    static struct {
        CorCodeHeader header;
        CorWord stub;
    } unlowered = {.stub = {.op = COR_LOWERED_ENTER_UNLOWERED}};
    compile_callee(session);
    open_graph(session, 1, 2, 4, 1);
    JitNode *a = param(&m.g, 0), *b = param(&m.g, 1);
    charge(0, 5, state(&m.g, 0, 0, NULL));
    build_call(JIT_CALL, 2, (JitNode *[]){a, b}, call_state(false, b));
    atomic_store(&other.g.function.entry, &unlowered.stub);
    emitted_compile(&m);
    atomic_store(&other.g.function.entry, other.code.words);
    try_call(false, 0);
    emitted_close(&m);
    emitted_close(&other);
}

static void test_call_of_entry(void **session) {
    compile_callee(session);
    open_graph(session, 2, 3, 4, 1);
    JitNode *a = param(&m.g, 0), *b = param(&m.g, 1);
    charge(0, 5, state(&m.g, 0, 0, NULL));
    JitNode *entry = node0(&m.g, 0, JIT_POINTER);
    entry->number =
        jit_constant(m.g.graph, (JitConstant){COR_CONSTANT_ENTRY, other.code.words, &other.g.function, 0});
    build_call(JIT_CALL_ENTRY, 3, (JitNode *[]){entry, a, b}, call_state(true, b));
    emitted_compile(&m);
    try_call(true, 0);
    emitted_close(&m);
    emitted_close(&other);
}

/* The closure comes as one argument more, which the callee need not take. */
static void test_call_of_closure(void **session) {
    CorClosureObject closure = {.function = &other.g.function};
    compile_callee(session);
    open_graph(session, 1, 3, 4, 1);
    JitNode *a = param(&m.g, 0), *b = param(&m.g, 1), *called = param(&m.g, 2);
    charge(0, 5, state(&m.g, 0, 0, NULL));
    build_call(JIT_CALL_CLOSURE, 3, (JitNode *[]){a, b, called}, call_state(false, b));
    emitted_compile(&m);
    uint64_t arguments[] = {30, 4, address(&closure)};
    assert_int_equal(emitted_run(&m, 3, arguments), COR_OK);
    expect_results(34, 30, 4, 7);
    emitted_close(&m);
    emitted_close(&other);
}

/* fib by calls of itself, which go straight there. */
static void test_recursion(void **session) {
    for (uint32_t tier = 1; tier <= 2; tier++) {
        open_graph(session, tier, 1, 1, 3);
        JitNode *n = param(&m.g, 0), *parts[2];
        JitState *start = state(&m.g, 0, 1, &n);
        JitNode *stack = with_state(node0(&m.g, 0, JIT_STACK), start);
        stack->number = 12;
        charge(0, 1, start);
        branch(&m.g, 0, node2(&m.g, 0, JIT_LT, n, number(&m.g, 2)), 1, 2);
        give(&m.g, 1, n);
        for (uint32_t i = 0; i < 2; i++) {
            JitNode *argument = node2(&m.g, 2, JIT_SUB, n, number(&m.g, i + 1));
            JitNode *call = with_state(node1(&m.g, 2, JIT_CALL, argument), state(&m.g, 4, 1, &n));
            call->call.window = 12;
            call->call.result_count = 1;
            call->call.callee = &m.g.function;
            parts[i] = node1(&m.g, 2, JIT_PROJECT, call);
        }
        give(&m.g, 2, node2(&m.g, 2, JIT_ADD, parts[0], parts[1]));
        emitted_compile(&m);
        m.isolate.budget = 100000;
        assert_int_equal(RESULT(&m, 20), 6765);
        assert_int_equal(m.isolate.budget, 100000 - 21891);
        assert_int_equal(m.calls, 0);
        emitted_close(&m);
    }
}

/* ---- Natives ----------------------------------------------------------------------------------- */

static CorStatus fake_native(CorIsolate *isolate, const uint64_t *arguments, uint64_t *result,
                             const CorType *const *types) {
    CorStatus status = record(isolate, COR_HELPER_COUNT, address(types), 0);
    assert_true(cor_word_is_site(isolate->ip));
    isolate->budget -= 11;
    result[0] = arguments[0] + arguments[1];
    result[1] = arguments[1];
    return status;
}

static void test_native(void **session) {
    static const CorType *const types[2];
    for (uint32_t turn = 0; turn < 4; turn++) {
        bool catches = turn & 1;
        open_graph(session, 1 + turn / 2, 2, 2, 1);
        JitNode *a = param(&m.g, 0), *b = param(&m.g, 1);
        charge(0, 5, state(&m.g, 0, 0, NULL));
        JitNode *call = with_state(node2(&m.g, 0, JIT_CALL_NATIVE, a, b), call_state(catches, b));
        call->call.native = fake_native;
        call->call.types = turn & 2 ? types : NULL;
        call->call.result_count = 2;
        JitNode *results[] = {node1(&m.g, 0, JIT_PROJECT, call), node1(&m.g, 0, JIT_PROJECT, call)};
        results[1]->number = 1;
        give_many(&m.g, 0, 2, results);
        emitted_compile(&m);
        assert_int_equal(RESULT(&m, 3, 4), 7);
        assert_int_equal(emitted_frame(&m)[1], 4);
        assert_int_equal(m.seen[0], turn & 2 ? address(types) : 0);
        assert_int_equal(m.seen[4], 995);
        assert_int_equal(m.isolate.budget, 984);
        m.status = COR_THROWN;
        assert_int_equal(RUN(&m, 3, 4), catches ? COR_LEFT : COR_THROWN);
        if (catches) {
            expect_left(0, 8, COR_THROWN);
            assert_int_equal(emitted_frame(&m)[6], 4);
        }
        m.status = COR_STOPPED;
        assert_int_equal(RUN(&m, 3, 4), COR_STOPPED);
        emitted_close(&m);
    }
}

static void test_system_call(void **session) {
    open_graph(session, 1, 1, 1, 1);
    JitNode *a = param(&m.g, 0);
    JitNode *call = with_state(node1(&m.g, 0, JIT_SYSCALL, a), call_state(false, a));
    call->number = 19;
    call->call.result_count = 1;
    give(&m.g, 0, node1(&m.g, 0, JIT_PROJECT, call));
    emitted_compile(&m);
    assert_int_equal(RESULT(&m, 41), 42);
    assert_int_equal(m.seen[0], 19);
    m.status = COR_STOPPED;
    assert_int_equal(RUN(&m, 41), COR_STOPPED);
    emitted_close(&m);
}

static int open_session(void **session) {
    char failure[JIT_FAILURE];
    *session = session_open(false, failure);
    return *session == NULL;
}

static int close_session(void **session) {
    session_close(*session);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loop),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_loop_entry),
        cmocka_unit_test(test_many_slots),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_leave),
        cmocka_unit_test(test_leave_with_many_values),
        cmocka_unit_test(test_failing_guards),
        cmocka_unit_test(test_charge),
        cmocka_unit_test(test_stack),
        cmocka_unit_test(test_call),
        cmocka_unit_test(test_call_of_stub),
        cmocka_unit_test(test_call_of_entry),
        cmocka_unit_test(test_call_of_closure),
        cmocka_unit_test(test_recursion),
        cmocka_unit_test(test_native),
        cmocka_unit_test(test_system_call),
    };
    return cmocka_run_group_tests(tests, open_session, close_session);
}

/* The code that LLVM makes of the JIT's SSA form: what every operation computes, at the edges of its values, is what the
 * interpreter computes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <inttypes.h>

#include <cmocka.h>

#include "jit/emit.h"
#include "unit/emitted.h"
#include "vm/runtime/value.h"

EmittedHelper *const emitted_helpers[COR_HELPER_COUNT] = {
    [COR_HELPER_REM_F64] = (EmittedHelper *)fmod,
    [COR_HELPER_REM_F32] = (EmittedHelper *)fmodf,
};

static const uint64_t integers[] = {
    0,
    1,
    2,
    3,
    7,
    63,
    64,
    65,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    0x7fffffff,
    0x80000000,
    0xffffffff,
    0x100000000,
    0x1234567890abcdef,
    INT64_MAX,
    (uint64_t)INT64_MIN,
    (uint64_t)INT64_MIN + 1,
    UINT64_MAX,
    UINT64_MAX - 1,
    (uint64_t)-128,
    (uint64_t)-129,
    (uint64_t)-32768,
    (uint64_t)-32769,
    (uint64_t)INT32_MIN,
    (uint64_t)INT32_MIN - 1,
    0xfffffffffffffbff,
    0x3fffffffffffffff,
    0x0020000000000001,
    0x8000008000000001,
};
enum { INTEGERS = sizeof integers / sizeof *integers };

static const double doubles[] = {
    0.0,           -0.0,
    1.0,           -1.0,
    0.5,           -0.5,
    1.5,           2.5,
    -2.5,          0.1,
    1e300,         -1e300,
    1e-310,        5e-324,
    INFINITY,      -INFINITY,
    NAN,           127.0,
    127.5,         128.0,
    -128.0,        -128.5,
    -129.0,        255.0,
    255.9,         256.0,
    32767.5,       -32768.9,
    65535.5,       2147483647.0,
    2147483648.5,  -2147483648.0,
    -2147483649.0, 4294967295.0,
    4294967296.0,  0x1p53,
    0x1p53 + 2,    0x1p63,
    -0x1p63,       0x1.fffffffffffffp62,
    0x1p64,        0x1.fffffffffffffp63,
    3.4e38,        3.5e38,
    1.17e-38,      1e-45,
};
enum { DOUBLES = sizeof doubles / sizeof *doubles };

typedef enum Kind { INTEGER, DOUBLE, FLOAT } Kind;

static uint32_t value_count(Kind kind) {
    return kind == INTEGER ? INTEGERS : DOUBLES;
}

static uint64_t value_at(Kind kind, uint32_t i) {
    return kind == INTEGER  ? integers[i]
           : kind == DOUBLE ? value_of_f64(doubles[i])
                            : value_of_f32((float)doubles[i]);
}

static bool is_nan(Kind kind, uint64_t slot) {
    return kind == DOUBLE ? value_f64(slot) != value_f64(slot)
                          : kind == FLOAT && value_f32(slot) != value_f32(slot);
}

/* Of a NaN only that it is one: its bits are canonical where they can be seen. */
static void expect(const char *name, Kind kind, uint64_t got, uint64_t wanted, uint64_t a, uint64_t b) {
    if (got != wanted && !(is_nan(kind, got) && is_nan(kind, wanted)))
        fail_msg("%s of %" PRIx64 " and %" PRIx64 ": %" PRIx64 ", not %" PRIx64, name, a, b, got, wanted);
}

typedef struct Binary {
    JitOp op;
    Kind kind, result;
    uint64_t (*value)(uint64_t a, uint64_t b);
    bool divides;
} Binary;

static uint64_t wrap_ult(uint64_t a, uint64_t b) {
    return a < b;
}
static uint64_t wrap_ule(uint64_t a, uint64_t b) {
    return a <= b;
}
static uint64_t add_overflows(uint64_t a, uint64_t b) {
    int64_t sum;
    return __builtin_add_overflow((int64_t)a, (int64_t)b, &sum);
}
static uint64_t uadd_overflows(uint64_t a, uint64_t b) {
    return a + b < a;
}

static const Binary binaries[] = {
    {JIT_ADD, INTEGER, INTEGER, value_add_i64, false},
    {JIT_SUB, INTEGER, INTEGER, value_sub_i64, false},
    {JIT_MUL, INTEGER, INTEGER, value_mul_i64, false},
    {JIT_DIV, INTEGER, INTEGER, value_div_i64, true},
    {JIT_REM, INTEGER, INTEGER, value_rem_i64, true},
    {JIT_UDIV, INTEGER, INTEGER, value_div_u64, true},
    {JIT_UREM, INTEGER, INTEGER, value_rem_u64, true},
    {JIT_AND, INTEGER, INTEGER, value_and_i64, false},
    {JIT_OR, INTEGER, INTEGER, value_or_i64, false},
    {JIT_XOR, INTEGER, INTEGER, value_xor_i64, false},
    {JIT_SHL, INTEGER, INTEGER, value_shl_i64, false},
    {JIT_SHR, INTEGER, INTEGER, value_shr_i64, false},
    {JIT_USHR, INTEGER, INTEGER, value_ushr_i64, false},
    {JIT_ADD_OVERFLOWS, INTEGER, INTEGER, add_overflows, false},
    {JIT_UADD_OVERFLOWS, INTEGER, INTEGER, uadd_overflows, false},
    {JIT_ADD_F64, DOUBLE, DOUBLE, value_add_f64, false},
    {JIT_SUB_F64, DOUBLE, DOUBLE, value_sub_f64, false},
    {JIT_MUL_F64, DOUBLE, DOUBLE, value_mul_f64, false},
    {JIT_DIV_F64, DOUBLE, DOUBLE, value_div_f64, false},
    {JIT_REM_F64, DOUBLE, DOUBLE, value_rem_f64, false},
    {JIT_ADD_F32, FLOAT, FLOAT, value_add_f32, false},
    {JIT_SUB_F32, FLOAT, FLOAT, value_sub_f32, false},
    {JIT_MUL_F32, FLOAT, FLOAT, value_mul_f32, false},
    {JIT_DIV_F32, FLOAT, FLOAT, value_div_f32, false},
    {JIT_REM_F32, FLOAT, FLOAT, value_rem_f32, false},
    {JIT_EQ, INTEGER, INTEGER, value_eq_i64, false},
    {JIT_NE, INTEGER, INTEGER, value_ne_i64, false},
    {JIT_LT, INTEGER, INTEGER, value_lt_i64, false},
    {JIT_LE, INTEGER, INTEGER, value_le_i64, false},
    {JIT_ULT, INTEGER, INTEGER, wrap_ult, false},
    {JIT_ULE, INTEGER, INTEGER, wrap_ule, false},
    {JIT_EQ_F64, DOUBLE, INTEGER, value_eq_f64, false},
    {JIT_LT_F64, DOUBLE, INTEGER, value_lt_f64, false},
    {JIT_LE_F64, DOUBLE, INTEGER, value_le_f64, false},
    {JIT_EQ_F32, FLOAT, INTEGER, value_eq_f32, false},
    {JIT_LT_F32, FLOAT, INTEGER, value_lt_f32, false},
    {JIT_LE_F32, FLOAT, INTEGER, value_le_f32, false},
    {JIT_KEY_EQ_F64, DOUBLE, INTEGER, value_key_eq_f64, false},
    {JIT_KEY_EQ_F32, FLOAT, INTEGER, value_key_eq_f32, false},
    {JIT_COMPARE_I64, INTEGER, INTEGER, value_compare_i64, false},
    {JIT_COMPARE_U64, INTEGER, INTEGER, value_compare_u64, false},
    {JIT_COMPARE_F64, DOUBLE, INTEGER, value_compare_f64, false},
    {JIT_COMPARE_F32, FLOAT, INTEGER, value_compare_f32, false},
    {JIT_HASH_MIX, INTEGER, INTEGER, value_hash_mix, false},
};

typedef struct Unary {
    JitOp op;
    uint32_t number;
    Kind kind, result;
    uint64_t (*value)(uint64_t a);
} Unary;

static const Unary unaries[] = {
    {JIT_NEG, 0, INTEGER, INTEGER, value_neg_i64},
    {JIT_NOT, 0, INTEGER, INTEGER, value_not_i64},
    {JIT_EXTEND_I8, 0, INTEGER, INTEGER, value_extend_i8},
    {JIT_EXTEND_I16, 0, INTEGER, INTEGER, value_extend_i16},
    {JIT_EXTEND_I32, 0, INTEGER, INTEGER, value_extend_i32},
    {JIT_EXTEND_U8, 0, INTEGER, INTEGER, value_extend_u8},
    {JIT_EXTEND_U16, 0, INTEGER, INTEGER, value_extend_u16},
    {JIT_EXTEND_U32, 0, INTEGER, INTEGER, value_extend_u32},
    {JIT_NEG_F64, 0, DOUBLE, INTEGER, value_neg_f64},
    {JIT_ABS_F64, 0, DOUBLE, INTEGER, value_abs_f64},
    {JIT_SQRT_F64, 0, DOUBLE, DOUBLE, value_sqrt_f64},
    {JIT_FLOOR_F64, 0, DOUBLE, DOUBLE, value_floor_f64},
    {JIT_CEIL_F64, 0, DOUBLE, DOUBLE, value_ceil_f64},
    {JIT_TRUNC_F64, 0, DOUBLE, DOUBLE, value_trunc_f64},
    {JIT_NEG_F32, 0, FLOAT, INTEGER, value_neg_f32},
    {JIT_I64_TO_F64, 0, INTEGER, DOUBLE, value_i64_to_f64},
    {JIT_U64_TO_F64, 0, INTEGER, DOUBLE, value_u64_to_f64},
    {JIT_I64_TO_F32, 0, INTEGER, FLOAT, value_i64_to_f32},
    {JIT_U64_TO_F32, 0, INTEGER, FLOAT, value_u64_to_f32},
    {JIT_F32_TO_F64, 0, FLOAT, DOUBLE, value_f32_to_f64},
    {JIT_F64_TO_F32, 0, DOUBLE, FLOAT, value_f64_to_f32},
    {JIT_F64_TO_SIGNED, 64, DOUBLE, INTEGER, value_f64_to_i64},
    {JIT_F64_TO_SIGNED, 32, DOUBLE, INTEGER, value_f64_to_i32},
    {JIT_F64_TO_SIGNED, 16, DOUBLE, INTEGER, value_f64_to_i16},
    {JIT_F64_TO_SIGNED, 8, DOUBLE, INTEGER, value_f64_to_i8},
    {JIT_F64_TO_UNSIGNED, 64, DOUBLE, INTEGER, value_f64_to_u64},
    {JIT_F64_TO_UNSIGNED, 32, DOUBLE, INTEGER, value_f64_to_u32},
    {JIT_F64_TO_UNSIGNED, 16, DOUBLE, INTEGER, value_f64_to_u16},
    {JIT_F64_TO_UNSIGNED, 8, DOUBLE, INTEGER, value_f64_to_u8},
    {JIT_HASH_I64, 0, INTEGER, INTEGER, value_hash_i64},
    {JIT_HASH_F64, 0, DOUBLE, INTEGER, value_hash_f64},
};

static void run_binary(JitSession *session, const Binary *row, uint32_t tier) {
    static Emitted m;
    emitted_open(&m, session, 1);
    m.g.graph->tier = tier;
    m.g.function.parameter_slots = 2;
    m.g.function.result_slots = 1;
    give(&m.g, 0, node2(&m.g, 0, row->op, param(&m.g, 0), param(&m.g, 1)));
    emitted_compile(&m);
    for (uint32_t i = 0; i < value_count(row->kind); i++) {
        for (uint32_t j = 0; j < value_count(row->kind); j++) {
            uint64_t a = value_at(row->kind, i), b = value_at(row->kind, j);
            if (row->divides && b == 0)
                continue;
            expect(jit_op_info[row->op].name, row->result, RESULT(&m, a, b), row->value(a, b), a, b);
        }
    }
    emitted_close(&m);
}

static void test_binary(void **state) {
    for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++) {
        run_binary(*state, &binaries[i], 1);
        run_binary(*state, &binaries[i], 2);
    }
}

/* With one operand known, LLVM computes otherwise: all of them at once, which are the results. */
static void run_constants(JitSession *session, const Binary *row, bool first) {
    static Emitted m;
    uint32_t count = value_count(row->kind), made = 0;
    JitNode *results[INTEGERS + DOUBLES];
    emitted_open(&m, session, 1);
    m.g.function.parameter_slots = 1;
    JitNode *given = param(&m.g, 0);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t known = value_at(row->kind, i);
        if (row->divides && !first && known == 0)
            continue;
        JitNode *constant = number(&m.g, known);
        results[made++] = node2(&m.g, 0, row->op, first ? constant : given, first ? given : constant);
    }
    m.g.function.result_slots = made;
    jit_append(m.g.graph, m.g.blocks[0], JIT_RETURN, made, results);
    emitted_compile(&m);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t a = value_at(row->kind, i);
        if (row->divides && first && a == 0)
            continue;
        assert_int_equal(RUN(&m, a), COR_OK);
        for (uint32_t j = 0, k = 0; j < count; j++) {
            uint64_t known = value_at(row->kind, j);
            if (row->divides && !first && known == 0)
                continue;
            uint64_t left = first ? known : a, right = first ? a : known;
            expect(jit_op_info[row->op].name, row->result, emitted_frame(&m)[k++], row->value(left, right),
                   left, right);
        }
    }
    emitted_close(&m);
}

static void test_binary_constants(void **state) {
    for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++) {
        run_constants(*state, &binaries[i], true);
        run_constants(*state, &binaries[i], false);
    }
}

static void run_unary(JitSession *session, const Unary *row, uint32_t tier) {
    static Emitted m;
    emitted_open(&m, session, 1);
    m.g.graph->tier = tier;
    m.g.function.parameter_slots = m.g.function.result_slots = 1;
    JitNode *node = node1(&m.g, 0, row->op, param(&m.g, 0));
    node->number = row->number;
    give(&m.g, 0, node);
    emitted_compile(&m);
    for (uint32_t i = 0; i < value_count(row->kind); i++) {
        uint64_t a = value_at(row->kind, i);
        expect(jit_op_info[row->op].name, row->result, RESULT(&m, a), row->value(a), a, row->number);
    }
    emitted_close(&m);
}

static void test_unary(void **state) {
    for (size_t i = 0; i < sizeof unaries / sizeof *unaries; i++) {
        run_unary(*state, &unaries[i], 1);
        run_unary(*state, &unaries[i], 2);
    }
}

static int open_session(void **state) {
    char failure[JIT_FAILURE];
    *state = session_open(false, failure);
    return *state == NULL;
}

static int close_session(void **state) {
    session_close(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_binary),
        cmocka_unit_test(test_binary_constants),
        cmocka_unit_test(test_unary),
    };
    return cmocka_run_group_tests(tests, open_session, close_session);
}

/* The interpreter on lowered code written by hand: values of operations, calls, unwinding, budget, re-entry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vm/heap/heap.h"
#include "vm/native/host.h"
#include "vm/runtime/isolate.h"
#include "vm/runtime/native.h"
#include "vm/runtime/object.h"
#include "vm/runtime/stack.h"

/* ---- Writing code ---- */

#define OP(name, first, second, third)                                                                       \
    { .op = COR_LOWERED_##name, .a = (uint16_t)(first), .b = (uint16_t)(second), .c = (uint16_t)(third) }
#define FAR(name, first, distance)                                                                           \
    {                                                                                                        \
        .far = {.op_ = COR_LOWERED_##name, .a_ = (uint16_t)(first), .offset = (distance) }                   \
    }
#define EDGE(words, charge)                                                                                  \
    {                                                                                                        \
        .edge = {.distance = (words), .weight = (charge) }                                                   \
    }
#define VALUE(value)                                                                                         \
    { .bits = (uint64_t)(value) }
#define POINTER(value)                                                                                       \
    { .pointer = (void *)(uintptr_t)(value) }

typedef struct Fixture {
    CorEngine *engine;
    CorIsolate *isolate;
    void *blocks[64]; /* freed at the end */
    int block_count;
} Fixture;

static void *keep(Fixture *fixture, void *block) {
    assert_non_null(block);
    assert_true(fixture->block_count < 64);
    return fixture->blocks[fixture->block_count++] = block;
}

static void open_isolate(Fixture *fixture, CorIsolateOptions options) {
    cor_isolate_free(fixture->isolate);
    assert_non_null(fixture->isolate = cor_isolate_new(fixture->engine, &options));
    assert_int_equal(cor_isolate_enter(fixture->isolate), COR_OK);
}

static int set_up(void **state) {
    Fixture *fixture = calloc(1, sizeof *fixture);
    CorEngineOptions options = {0};
    fixture->engine = cor_engine_new(&options);
    open_isolate(fixture, (CorIsolateOptions){0});
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    Fixture *fixture = *state;
    cor_isolate_free(fixture->isolate);
    cor_engine_free(fixture->engine);
    for (int i = 0; i < fixture->block_count; i++)
        free(fixture->blocks[i]);
    free(fixture);
    return 0;
}

typedef struct Shape {
    uint32_t frame, parameters, results;
} Shape;

static CorLoweredFunction *make(Fixture *fixture, Shape shape, const CorWord *words, size_t count) {
    CorLoweredFunction *function = keep(fixture, calloc(1, sizeof *function));
    CorWord *memory = keep(fixture, calloc(COR_CODE_HEADER_WORDS + count, sizeof *memory));
    CorCodeHeader *header = (CorCodeHeader *)memory;
    *header = (CorCodeHeader){
        .function = function, .frame_slots = shape.frame, .weight = 1, .native = cor_native_none()};
    memcpy(memory + COR_CODE_HEADER_WORDS, words, count * sizeof *words);
    function->engine = fixture->engine;
    function->name = "made";
    function->code = memory + COR_CODE_HEADER_WORDS;
    function->first_word = words[0];
    function->code_count = (uint32_t)count;
    function->frame_slots = shape.frame;
    function->parameter_slots = shape.parameters;
    function->result_slots = shape.results;
    atomic_store(&function->entry, function->code);
    return function;
}

#define MAKE(fixture, frame, parameters, results, ...)                                                       \
    make(fixture, (Shape){frame, parameters, results}, (const CorWord[]){__VA_ARGS__},                       \
         sizeof((const CorWord[]){__VA_ARGS__}) / sizeof(CorWord))

static uint64_t run(Fixture *fixture, CorLoweredFunction *function, uint64_t a, uint64_t b) {
    uint64_t arguments[2] = {a, b}, result = 0xdead;
    assert_int_equal(cor_call(fixture->isolate, function, arguments, &result), COR_OK);
    return result;
}

/* ---- Values ---- */

static uint64_t bits_of(double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static uint64_t bits_of_f32(float number) {
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

#define MIN      INT64_MIN
#define MAX      INT64_MAX
#define NAN_BITS 0x7ff8000000000000

static void values(void **state) {
    Fixture *fixture = *state;
    const struct {
        int op;
        uint64_t a, b, expected;
    } cases[] = {
#define BINARY(name, a, b, expected)  {COR_LOWERED_##name, (uint64_t)(a), (uint64_t)(b), (uint64_t)(expected)}
#define DOUBLES(name, a, b, expected) BINARY(name, bits_of(a), bits_of(b), expected)
        BINARY(ADD_I64, MAX, 1, MIN),
        BINARY(SUB_I64, MIN, 1, MAX),
        BINARY(MUL_I64, MIN, -1, MIN),
        BINARY(DIV_I64, MIN, -1, MIN),
        BINARY(DIV_I64, -7, 2, -3),
        BINARY(REM_I64, MIN, -1, 0),
        BINARY(REM_I64, -7, 2, -1),
        BINARY(REM_I64, 7, -2, 1),
        BINARY(DIV_U64, -1, 2, MAX),
        BINARY(REM_U64, -1, 10, 5),
        BINARY(SHL_I64, 1, 65, 2),
        BINARY(SHR_I64, -8, 1, -4),
        BINARY(USHR_I64, -8, 60, 15),
        BINARY(NEG_I64, MIN, 0, MIN),
        BINARY(NOT_I64, 0, 0, -1),
        BINARY(EXTEND_I8, 0x180, 0, -128),
        BINARY(EXTEND_U8, 0x180, 0, 128),
        BINARY(EXTEND_I16, 0xffff, 0, -1),
        BINARY(EXTEND_U32, -1, 0, UINT32_MAX),
        BINARY(ADD_I32, INT32_MAX, 1, INT32_MIN),
        BINARY(MUL_I32, 65536, 32768, INT32_MIN),
        BINARY(SUB_U32, 0, 1, UINT32_MAX),
        BINARY(ADD_U8, 255, 1, 0),
        BINARY(SUB_U8, 0, 1, 255),
        BINARY(LT_I64, -1, 0, 1),
        BINARY(LT_U64, -1, 0, 0),
        BINARY(COMPARE_I64, -1, 1, -1),
        BINARY(COMPARE_U64, -1, 1, 1),
        DOUBLES(ADD_F64, 0.1, 0.2, bits_of(0.1 + 0.2)),
        DOUBLES(REM_F64, -7.5, 2, bits_of(-1.5)),
        DOUBLES(NEG_F64, 0.0, 0, bits_of(-0.0)),
        DOUBLES(LT_F64, 1, 2, 1),
        BINARY(LT_F64, NAN_BITS, bits_of(1), 0),
        BINARY(NE_F64, NAN_BITS, NAN_BITS, 1),
        BINARY(KEY_EQ_F64, NAN_BITS, NAN_BITS, 1),
        DOUBLES(KEY_EQ_F64, 0.0, -0.0, 1),
        DOUBLES(COMPARE_F64, -0.0, 0.0, -1),
        BINARY(COMPARE_F64, NAN_BITS, bits_of(1e300), 1),
        BINARY(COMPARE_F64, NAN_BITS, NAN_BITS, 0),
        BINARY(ADD_F32, bits_of_f32(16777216), bits_of_f32(1), bits_of_f32(16777216)),
        BINARY(I64_TO_F64, (1ll << 53) + 1, 0, bits_of(9007199254740992.0)),
        BINARY(U64_TO_F64, -1, 0, bits_of(18446744073709551616.0)),
        BINARY(I64_TO_F32, 16777217, 0, bits_of_f32(16777216)),
        DOUBLES(F64_TO_I64, 1e19, 0, MAX),
        DOUBLES(F64_TO_I64, -1e19, 0, MIN),
        BINARY(F64_TO_I64, NAN_BITS, 0, 0),
        DOUBLES(F64_TO_I64, -9223372036854775808.0, 0, MIN),
        DOUBLES(F64_TO_I8, -128.9, 0, -128),
        DOUBLES(F64_TO_I8, 127.9, 0, 127),
        DOUBLES(F64_TO_U8, -0.9, 0, 0),
        DOUBLES(F64_TO_U8, 300, 0, 255),
        DOUBLES(F64_TO_U64, 1.8446744073709550e19, 0, 18446744073709549568u),
        DOUBLES(F64_TO_U64, 1e20, 0, -1),
        DOUBLES(F64_TO_U32, 4294967295.5, 0, UINT32_MAX),
        DOUBLES(FLOOR_F64, -0.5, 0, bits_of(-1)),
        DOUBLES(HASH_F64, 0.0, 0, 0),
        DOUBLES(HASH_F64, -0.0, 0, 0),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CorLoweredFunction *function = MAKE(fixture, 3, 2, 1, OP(NOP, 2, 0, 1), OP(RETURN_1, 2, 0, 0));
        function->code[0].op = (uint16_t)cases[i].op;
        if (strcmp(cor_lowered_info[cases[i].op].operands, "da-") == 0)
            function->code[0].c = 0;
        uint64_t result = run(fixture, function, cases[i].a, cases[i].b);
        if (result != cases[i].expected)
            print_message("%s: case %zu\n", cor_lowered_info[cases[i].op].mnemonic, i);
        assert_int_equal(result, cases[i].expected);
        free(fixture->blocks[--fixture->block_count]);
        free(fixture->blocks[--fixture->block_count]);
    }
}

static void immediates(void **state) {
    Fixture *fixture = *state;
    CorLoweredFunction *function = MAKE(
        fixture, 3, 1, 1, OP(ADD_I64_IMM, 1, 0, -3), OP(MUL_I64_IMM, 1, 1, -2), OP(SUB_FROM_IMM, 1, 1, 100),
        OP(AND_I64_IMM, 1, 1, -1), OP(XOR_I64_IMM, 1, 1, 1), OP(RETURN_1, 1, 0, 0));
    assert_int_equal(run(fixture, function, 10, 0), (100 + 14) ^ 1);
}

/* Counts the rounds of a loop from `start` to `limit`. */
static uint64_t rounds(Fixture *fixture, int op, uint64_t start, uint64_t limit, uint64_t step) {
    CorLoweredFunction *function =
        MAKE(fixture, 4, 2, 1, {.op = COR_LOWERED_CONST, .a = 3}, VALUE(step), OP(INT, 2, 0, 0),
             OP(ADD_I64_IMM, 2, 2, 1), OP(FOR_UP, 0, 1, 3), EDGE(-1, 1), OP(RETURN_1, 2, 0, 0));
    function->code[4].op = (uint16_t)op;
    return run(fixture, function, start, limit);
}

static void counted_loops(void **state) {
    Fixture *fixture = *state;
    assert_int_equal(rounds(fixture, COR_LOWERED_FOR_UP, 0, 10, 0), 10);
    assert_int_equal(rounds(fixture, COR_LOWERED_FOR_UP, (uint64_t)MAX - 3, (uint64_t)MAX, 0), 3);
    assert_int_equal(rounds(fixture, COR_LOWERED_FOR_UP, (uint64_t)MAX, (uint64_t)MIN, 0), 1);
    assert_int_equal(rounds(fixture, COR_LOWERED_FOR_UP_INCLUSIVE, (uint64_t)MAX - 3, (uint64_t)MAX, 0), 4);
    assert_int_equal(rounds(fixture, COR_LOWERED_FOR_DOWN, 2, 0, 0), 3);
    assert_int_equal(rounds(fixture, COR_LOWERED_FOR_DOWN, (uint64_t)MIN, (uint64_t)MIN, 0), 1);
    assert_int_equal(rounds(fixture, COR_LOWERED_FOR_STEP, 0, 10, 3), 4);
    assert_int_equal(rounds(fixture, COR_LOWERED_FOR_STEP, 10, 0, (uint64_t)-4), 3);
    assert_int_equal(rounds(fixture, COR_LOWERED_FOR_STEP, 0, 10, 0), 1);
    assert_int_equal(rounds(fixture, COR_LOWERED_FOR_STEP, (uint64_t)MAX - 1, (uint64_t)MAX, 5), 1);
    assert_int_equal(rounds(fixture, COR_LOWERED_FOR_UP_U64, UINT64_MAX - 2, UINT64_MAX, 0), 2);
    assert_int_equal(rounds(fixture, COR_LOWERED_FOR_STEP_U64, 0, UINT64_MAX, 1ull << 63), 2);
}

static void switches(void **state) {
    Fixture *fixture = *state;
    CorLoweredFunction *function =
        MAKE(fixture, 1, 1, 1, OP(SWITCH, 0, 2, 0), EDGE(4, 0), EDGE(5, 0), EDGE(6, 0),
             OP(RETURN_INT, 10, 0, 0), OP(RETURN_INT, 11, 0, 0), OP(RETURN_INT, -1, 0, 0));
    assert_int_equal(run(fixture, function, 0, 0), 10);
    assert_int_equal(run(fixture, function, 1, 0), 11);
    assert_int_equal(run(fixture, function, 2, 0), -1);
    assert_int_equal(run(fixture, function, (uint64_t)-1, 0), -1);
}

/* ---- Calls and the stack ---- */

static CorLoweredFunction *make_fibonacci(Fixture *fixture) {
    CorLoweredFunction *function =
        MAKE(fixture, 5, 1, 1, OP(BR_GE_I64_IMM, 0, 2, 2), OP(RETURN_1, 0, 0, 0), OP(ADD_I64_IMM, 4, 0, -1),
             OP(CALL, 1, 4, 0), VALUE(0), OP(ADD_I64_IMM, 4, 0, -2), OP(CALL, 4, 4, 0), VALUE(0),
             OP(ADD_I64, 1, 1, 4), OP(RETURN_1, 1, 0, 0));
    function->code[4].entry = function->code[7].entry = function->code;
    return function;
}

/* depth(n) = n == 0 ? 0 : 1 + depth(n - 1) */
static CorLoweredFunction *make_depth(Fixture *fixture) {
    CorLoweredFunction *function =
        MAKE(fixture, 5, 1, 1, OP(BR_NE_I64_IMM, 0, 0, 2), OP(RETURN_INT, 0, 0, 0), OP(ADD_I64_IMM, 4, 0, -1),
             OP(CALL, 1, 4, 0), VALUE(0), OP(ADD_I64_IMM, 1, 1, 1), OP(RETURN_1, 1, 0, 0));
    function->code[4].entry = function->code;
    return function;
}

static void calls(void **state) {
    Fixture *fixture = *state;
    assert_int_equal(run(fixture, make_fibonacci(fixture), 20, 0), 6765);
    assert_null(fixture->isolate->fp);
}

static void the_stack_grows(void **state) {
    Fixture *fixture = *state;
    assert_int_equal(run(fixture, make_depth(fixture), 100000, 0), 100000);
    assert_true(fixture->isolate->stack.capacity > 100000);
}

static void several_results(void **state) {
    Fixture *fixture = *state;
    CorLoweredFunction *triple =
        MAKE(fixture, 4, 1, 3, OP(ADD_I64_IMM, 1, 0, 1), OP(ADD_I64_IMM, 2, 0, 2), OP(RETURN_N, 0, 3, 0));
    CorLoweredFunction *caller = MAKE(fixture, 8, 1, 3, OP(MOVE, 7, 0, 0), OP(CALL, 1, 7, 0),
                                      POINTER(triple->code), OP(RETURN_N, 1, 3, 0));
    uint64_t argument = 5, results[3];
    assert_int_equal(cor_call(fixture->isolate, caller, &argument, results), COR_OK);
    assert_int_equal(results[0] * 100 + results[1] * 10 + results[2], 567);
}

/* ---- Types ---- */

static CorType *make_type(Fixture *fixture, const CorType *super, size_t vtable_count) {
    CorType *type = keep(fixture, calloc(1, sizeof *type + vtable_count * sizeof(void *)));
    const CorType **display = keep(fixture, calloc(8, sizeof *display));
    type->kind = COR_KIND_CLASS;
    type->engine = fixture->engine;
    type->name = "Made";
    type->instance_size = 24;
    type->mark_bytes = 16;
    type->heap_list = cor_heap_list(24, 16);
    type->depth = super ? super->depth + 1 : 0;
    for (uint32_t i = 0; super && i <= super->depth; i++)
        display[i] = super->display[i];
    display[type->depth] = type;
    type->display = display;
    return type;
}

static void objects_and_virtual_calls(void **state) {
    Fixture *fixture = *state;
    CorType *base = make_type(fixture, NULL, 1), *derived = make_type(fixture, base, 1);
    CorLoweredFunction *one = MAKE(fixture, 1, 1, 1, OP(RETURN_INT, 1, 0, 0));
    CorLoweredFunction *field = MAKE(fixture, 2, 1, 1, OP(LOAD_64, 1, 0, 16), OP(RETURN_1, 1, 0, 0));
    atomic_store(&base->vtable[0], one->code);
    atomic_store(&derived->vtable[0], field->code);
    for (int i = 0; i < 2; i++) {
        const CorType *type = i == 0 ? base : derived;
        CorLoweredFunction *function =
            MAKE(fixture, 6, 1, 1, OP(NEW, 1, 0, 0), POINTER(type), OP(STORE_64, 1, 16, 0),
                 OP(STORE_REFERENCE, 1, 8, 1), OP(LOAD_64, 5, 1, 8), OP(CALL_VIRTUAL, 2, 5, 0), VALUE(0),
                 OP(IS_CLASS, 3, 1, 0), POINTER(derived), OP(SHL_I64_IMM, 3, 3, 8), OP(ADD_I64, 2, 2, 3),
                 OP(RETURN_1, 2, 0, 0));
        assert_int_equal(run(fixture, function, 77, 0), i == 0 ? 1 : 256 + 77);
    }
}

/* A list of objects is kept alive by a slot of the frame while garbage is made. */
static void objects_survive_collections(void **state) {
    Fixture *fixture = *state;
    const CorType *type = make_type(fixture, NULL, 0);
    CorLoweredFunction *function =
        MAKE(fixture, 6, 1, 1, OP(INT, 1, 0, 0), OP(INT, 2, 0, 0), /* head, i */
             OP(NEW, 3, 0, 0), POINTER(type), OP(STORE_64, 3, 16, 2), OP(STORE_REFERENCE, 3, 8, 1),
             OP(MOVE, 1, 3, 0), OP(NEW, 4, 0, 0), POINTER(type), OP(INT, 4, 0, 0), OP(FOR_UP, 2, 0, 0),
             EDGE(-8, 1), /* garbage */
             OP(INT, 5, 0, 0), OP(LOAD_64, 3, 1, 16), OP(ADD_I64, 5, 5, 3), OP(LOAD_64, 1, 1, 8),
             OP(LOOP_TRUE, 1, 0, 0), EDGE(-3, 1), OP(RETURN_1, 5, 0, 0));
    cor_heap_stress(fixture->isolate->heap, 7, 0);
    assert_int_equal(run(fixture, function, 300, 0), 300 * 299 / 2);
    cor_heap_stress(fixture->isolate->heap, 0, 0);
    cor_isolate_leave(fixture->isolate);
    assert_int_equal(cor_isolate_enter(fixture->isolate), COR_OK);
    assert_int_equal(run(fixture, function, 300000, 0), 300000ll * 299999 / 2);
}

/* ---- Unwinding ---- */

static void errors_find_the_innermost_handler(void **state) {
    Fixture *fixture = *state;
    CorType *base = make_type(fixture, NULL, 0), *derived = make_type(fixture, base, 0),
            *other = make_type(fixture, base, 0);
    CorLoweredFunction *thrower = MAKE(fixture, 2, 1, 0, OP(THROW, 0, 0, 0));
    /* r0 object; calls thrower inside two nested ranges, of `other` and of `base`; r2 is the error caught */
    CorLoweredFunction *catcher =
        MAKE(fixture, 7, 1, 1, OP(MOVE, 6, 0, 0), OP(CALL, 1, 6, 0), POINTER(thrower->code),
             OP(RETURN_INT, 0, 0, 0), OP(RETURN_INT, 1, 0, 0), OP(EQ_I64, 2, 2, 0), OP(ADD_I64_IMM, 2, 2, 1),
             OP(RETURN_1, 2, 0, 0));
    CorLoweredHandler handlers[] = {
        {.start = 0, .end = 1, .target = 4, .slot = 2, .type = base}, /* not where the call is */
        {.start = 1, .end = 3, .target = 4, .slot = 2, .type = other},
        {.start = 0, .end = 4, .target = 5, .slot = 2, .type = base},
    };
    catcher->handlers = handlers;
    catcher->handler_count = 3;
    CorIsolate *isolate = fixture->isolate;
    CorObject *error = cor_object_new(isolate, derived), *unlucky = cor_object_new(isolate, other);
    assert_int_equal(run(fixture, catcher, (uintptr_t)error, 0), 2);
    assert_int_equal(run(fixture, catcher, (uintptr_t)unlucky, 0), 1);
    assert_null(isolate->pending);
    uint64_t argument = (uintptr_t)error;
    assert_int_equal(cor_call(isolate, thrower, &argument, NULL), COR_THROWN);
    assert_ptr_equal(isolate->pending, error);
    assert_null(isolate->fp);
}

static void unwinding_needs_no_c_stack(void **state) {
    Fixture *fixture = *state;
    CorType *base = make_type(fixture, NULL, 0);
    CorLoweredFunction *function =
        MAKE(fixture, 6, 2, 0, OP(BR_NE_I64_IMM, 0, 0, 2), OP(THROW, 1, 0, 0), OP(ADD_I64_IMM, 4, 0, -1),
             OP(MOVE, 5, 1, 0), OP(CALL, 0, 4, 0), VALUE(0), OP(RETURN, 0, 0, 0));
    function->code[5].entry = function->code;
    uint64_t arguments[2] = {100000, (uintptr_t)cor_object_new(fixture->isolate, base)};
    assert_int_equal(cor_call(fixture->isolate, function, arguments, NULL), COR_THROWN);
    assert_null(fixture->isolate->fp);
}

/* ---- Budget ---- */

static CorLoweredFunction *make_loop(Fixture *fixture) {
    return MAKE(fixture, 3, 1, 1, OP(INT, 1, 0, 0), OP(ADD_I64_IMM, 1, 1, 1), OP(LOOP_LT_I64, 1, 0, 0),
                EDGE(-1, 3), OP(RETURN_1, 1, 0, 0));
}

static void fuel_is_exact(void **state) {
    Fixture *fixture = *state;
    CorLoweredFunction *loop = make_loop(fixture);
    static const uint64_t sizes[] = {1, 2, 100, 33334, 100000, 1000000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int64_t needed = 1 + 3 * ((int64_t)sizes[i] - 1);
        uint64_t result;
        open_isolate(fixture, (CorIsolateOptions){.fuel = needed});
        assert_int_equal(cor_call(fixture->isolate, loop, &sizes[i], &result), COR_OK);
        assert_int_equal(cor_isolate_fuel(fixture->isolate), 0);
        open_isolate(fixture, (CorIsolateOptions){.fuel = needed + 5});
        assert_int_equal(cor_call(fixture->isolate, loop, &sizes[i], &result), COR_OK);
        assert_int_equal(cor_isolate_fuel(fixture->isolate), 5);
        if (needed == 1)
            continue;
        open_isolate(fixture, (CorIsolateOptions){.fuel = needed - 1});
        assert_int_equal(cor_call(fixture->isolate, loop, &sizes[i], &result), COR_STOPPED);
        assert_int_equal(fixture->isolate->stop_reason, COR_STOP_FUEL);
        assert_null(fixture->isolate->fp);
    }
}

static void interrupt(void *opaque) {
    const CorHost *host = cor_host_default();
    host->sleep_ns(host, 5000000);
    cor_isolate_interrupt(opaque, COR_STOP_INTERRUPT);
}

static void another_thread_interrupts(void **state) {
    Fixture *fixture = *state;
    const CorHost *host = cor_host_default();
    CorLoweredFunction *endless = MAKE(fixture, 1, 0, 0, OP(LOOP_JUMP, 0, 0, 0), EDGE(0, 1));
    CorHostThread *thread = host->thread_start(host, interrupt, fixture->isolate, 0);
    assert_int_equal(cor_call(fixture->isolate, endless, NULL, NULL), COR_STOPPED);
    assert_int_equal(fixture->isolate->stop_reason, COR_STOP_INTERRUPT);
    host->thread_join(host, thread);
}

/* ---- Re-entry ---- */

static CorStatus call_back(CorIsolate *isolate, const uint64_t *arguments, uint64_t *result,
                           const CorType *const *types) {
    uint64_t argument = arguments[0], value;
    CorStatus status = cor_call(isolate, (CorLoweredFunction *)(uintptr_t)types, &argument, &value);
    if (status == COR_OK)
        result[0] = value + 1;
    return status;
}

static void native_code_calls_back(void **state) {
    Fixture *fixture = *state;
    CorLoweredFunction *host = MAKE(fixture, 2, 1, 1, OP(ENTER_NATIVE_STUB, 0, 0, 0));
    host->host = call_back;
    host->host_context = make_depth(fixture);
    CorLoweredFunction *caller = MAKE(fixture, 5, 1, 1, OP(MOVE, 4, 0, 0), OP(CALL, 1, 4, 0),
                                      POINTER(host->code), OP(ADD_I64, 1, 1, 0), OP(RETURN_1, 1, 0, 0));
    assert_int_equal(run(fixture, caller, 20000, 0), 40001); /* the stack is moved meanwhile */
    host->host_context = caller;
    uint64_t argument = 1, result;
    open_isolate(fixture, (CorIsolateOptions){0});
    CorStatus status = cor_call(fixture->isolate, caller, &argument, &result); /* nests without end */
    assert_int_not_equal(status, COR_OK);
    assert_int_equal(fixture->isolate->call_depth, 0);
    assert_null(fixture->isolate->fp);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(values),
        TEST(immediates),
        TEST(counted_loops),
        TEST(switches),
        TEST(calls),
        TEST(the_stack_grows),
        TEST(several_results),
        TEST(objects_and_virtual_calls),
        TEST(objects_survive_collections),
        TEST(errors_find_the_innermost_handler),
        TEST(unwinding_needs_no_c_stack),
        TEST(fuel_is_exact),
        TEST(another_thread_interrupts),
        TEST(native_code_calls_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

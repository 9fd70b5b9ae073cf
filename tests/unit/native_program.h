/* A small program that exists as lowered code and as native code, both written by hand.
 *
 * `leaf` observes the frames and may throw, `middle` calls it, `outer` calls `middle` in a loop with a handler around the
 * call (as native code `middle` is inlined there), and `depth` calls itself, and at last the host, which may call `depth` again.
 * Included after cmocka.h. */
#ifndef TESTS_NATIVE_PROGRAM_H
#define TESTS_NATIVE_PROGRAM_H

#include <stdlib.h>

#include "vm/heap/heap.h"
#include "vm/native/host.h"
#include "vm/runtime/engine_internal.h"
#include "vm/runtime/object.h"
#include "vm/runtime/stack.h"
#include "vm/runtime/tier_internal.h"

/* ---- The program -------------------------------------------------------------------------------- */

#define OP(name, first, second, third)                                                                       \
    { .op = COR_LOWERED_##name, .a = (uint16_t)(first), .b = (uint16_t)(second), .c = (uint16_t)(third) }
#define EDGE(words, charge)                                                                                  \
    {                                                                                                        \
        .edge = {.distance = (words), .weight = (charge) }                                                   \
    }
#define VALUE(value)                                                                                         \
    { .bits = (uint64_t)(value) }

enum { LEAF, MIDDLE, OUTER, DEPTH, NATIVE, HOST = NATIVE, FUNCTIONS }; /* NATIVE of them have native code */
enum {
    OUTER_WEIGHT = 1,
    EDGE_WEIGHT = 2,
    MIDDLE_CALL = 1,
    OUTER_LOOP = 2,
    OUTER_CALL = 3,
    OUTER_CALL_END = 5,
    OUTER_CAUGHT = 9,
    OUTER_WINDOW = 7,
    MIDDLE_WINDOW = 4,
    DEPTH_CALL = 2,
    DEPTH_CALL_HOST = 7,
    DEPTH_WINDOW = 4,
    MOST_WORDS = 16,
    MOST_SEEN = 4096,
};

/* Where native code stands: a site for each instruction where it may. */
typedef struct Site {
    CorNativeSite site;
    CorNativeFrame frames[2];
} Site;

typedef struct Program {
    CorEngine *engine;
    CorLoweredFunction functions[FUNCTIONS];
    CorWord memory[FUNCTIONS][COR_CODE_HEADER_WORDS + MOST_WORDS];
    CorLoweredHandler handler;
    CorType *error; /* what is thrown; its fields are those of std.core's Error */
    const CorType *display[1];
    CorMember members[3];
    CorScalar scalars[3];

    Site leaf_entry, leaf_call, middle_entry, middle_call, outer_entry, outer_loop, inlined_entry,
        inlined_call, depth_entry, depth_call, depth_call_host;
    CorNativeCode codes[NATIVE], loop;

    /* what native code does: leaves at every n-th place where it can; 0: never */
    uint32_t leave_every, places;
    uint64_t throw_at;             /* what `leaf` throws for */
    uint32_t entered;              /* native functions entered */
    uint32_t nested, nested_depth; /* how often the host calls `depth` again, and with which argument */

    uint64_t seen[MOST_SEEN]; /* of every frame: function and index */
    uint32_t seen_count;
} Program;

static Program *program_of(const CorIsolate *isolate) {
    return isolate->host;
}

/* Called by `leaf`: notes the frames; throws, or gives its argument plus one. */
static CorStatus observe(CorIsolate *isolate, const uint64_t *arguments, uint64_t *result,
                         const CorType *const *types) {
    Program *program = program_of(isolate);
    (void)types;
    for (CorFrame frame = cor_frame_top(isolate); frame.fp && program->seen_count < MOST_SEEN;
         frame = cor_frame_caller(isolate, frame))
        program->seen[program->seen_count++] =
            (uint64_t)cor_frame_function(frame)->id << 32 | cor_frame_index(frame);
    if (arguments[0] == program->throw_at) {
        CorObject *error = cor_object_new(isolate, program->error);
        assert_non_null(error);
        return cor_throw_object(isolate, error);
    }
    *result = arguments[0] + 1;
    return COR_OK;
}

/* The host: calls `depth` again, or gives zero. */
static CorStatus call_again(CorIsolate *isolate, const uint64_t *arguments, uint64_t *result,
                            const CorType *const *types) {
    Program *program = program_of(isolate);
    volatile char used[8192]; /* of the machine stack */
    (void)arguments, (void)types;
    *result = 0;
    used[0] = used[sizeof used - 1] = 0;
    if (program->nested == 0)
        return COR_OK;
    program->nested--;
    uint64_t argument = program->nested_depth;
    return cor_call(isolate, &program->functions[DEPTH], &argument, result);
}

static void make(Program *program, int which, uint32_t frame_slots, const CorWord *words, size_t count) {
    CorLoweredFunction *function = &program->functions[which];
    CorCodeHeader *header = (CorCodeHeader *)(void *)program->memory[which];
    atomic_store(&header->native, cor_native_none());
    header->function = function;
    header->frame_slots = frame_slots;
    header->weight = 1;
    function->code = program->memory[which] + COR_CODE_HEADER_WORDS;
    memcpy(function->code, words, count * sizeof *words);
    function->first_word = words[0];
    function->code_count = (uint32_t)count;
    function->frame_slots = frame_slots;
    function->engine = program->engine;
    function->id = (uint32_t)which;
    function->name = "made";
    function->parameter_slots = function->result_slots = 1;
    atomic_store(&function->entry, function->code);
}

#define MAKE(which, frame_slots, ...)                                                                        \
    make(program, which, frame_slots, (const CorWord[]){__VA_ARGS__},                                        \
         sizeof((const CorWord[]){__VA_ARGS__}) / sizeof(CorWord))

static CorWord *entry_of(Program *program, int which) {
    return cor_function_entry(&program->functions[which]);
}

static void make_functions(Program *program) {
    MAKE(HOST, 2, OP(ENTER_NATIVE_STUB, 0, 0, 0));
    program->functions[HOST].host = call_again;
    MAKE(LEAF, 2, OP(CALL_NATIVE, 1, 0, 1), {.pointer = (void *)(uintptr_t)observe}, VALUE(0), VALUE(1),
         OP(RETURN_1, 1, 0, 0));
    MAKE(MIDDLE, 5, OP(MOVE, MIDDLE_WINDOW, 0, 0), OP(CALL, 1, MIDDLE_WINDOW, 0),
         {.entry = entry_of(program, LEAF)}, OP(ADD_I64_IMM, 1, 1, 10), OP(RETURN_1, 1, 0, 0));
    MAKE(OUTER, 8, OP(INT, 1, 0, 0), OP(INT, 2, 0, 0), OP(MOVE, OUTER_WINDOW, 2, 0),
         OP(CALL, 3, OUTER_WINDOW, 0), {.entry = entry_of(program, MIDDLE)}, OP(ADD_I64, 1, 1, 3),
         OP(FOR_UP, 2, 0, 0), EDGE(-4, EDGE_WEIGHT), OP(RETURN_1, 1, 0, 0), OP(ADD_I64_IMM, 1, 1, 1000),
         {.far = {.op_ = COR_LOWERED_JUMP, .offset = -4}});
    MAKE(DEPTH, 5, OP(BR_EQ_I64_IMM, 0, 0, 6), OP(ADD_I64_IMM, DEPTH_WINDOW, 0, -1),
         OP(CALL, 1, DEPTH_WINDOW, 0), VALUE(0), OP(ADD_I64_IMM, 1, 1, 1), OP(RETURN_1, 1, 0, 0),
         OP(MOVE, DEPTH_WINDOW, 0, 0), OP(CALL, 1, DEPTH_WINDOW, 0), {.entry = entry_of(program, HOST)},
         OP(RETURN_1, 1, 0, 0));
    program->functions[DEPTH].code[DEPTH_CALL + 1].entry = program->functions[DEPTH].code;
    program->handler = (CorLoweredHandler){.start = OUTER_CALL,
                                           .end = OUTER_CALL_END,
                                           .target = OUTER_CAUGHT,
                                           .slot = 4,
                                           .type = program->error};
    program->functions[OUTER].handlers = &program->handler;
    program->functions[OUTER].handler_count = 1;
}

/* A class like std.core's Error, so that the VM throws it, with a trace. */
static void make_error(Program *program) {
    static const char *const names[] = {"message", "cause", "frames"};
    CorType *type = calloc(1, sizeof *type);
    assert_non_null(type);
    program->display[0] = type;
    for (uint32_t i = 0; i < 3; i++) {
        program->scalars[i] = (CorScalar){.offset = 8 + 8 * i, .width = COR_WIDTH_REFERENCE};
        program->members[i] = (CorMember){.name = names[i], .slot = i, .scalars = &program->scalars[i]};
    }
    *type = (CorType){.kind = COR_KIND_CLASS,
                      .engine = program->engine,
                      .name = "Made",
                      .instance_size = 32,
                      .mark_bytes = 32,
                      .display = program->display,
                      .member_count = 3,
                      .members = program->members};
    program->error = type;
    program->engine->error_types[COR_ERROR_STACK_OVERFLOW] = type;
    program->engine->error_base = type;
}

/* ---- Native code -------------------------------------------------------------------------------- */

/* What a native function returns, and how it runs: its values are in `slots` until it leaves. */
typedef struct Result {
    uint64_t status, value;
} Result;

/* Makes of a function `Result name(isolate, fp, argument)` an entry by the convention of native.h, name_entry.  The budget
 * stays in the isolate. */
#ifdef __x86_64__
#define ENTRY_INSTRUCTIONS(name)                                                                             \
    "subq $8, %rsp\n movq %rdi, %rsi\n movq %r13, %rdi\n call " #name                                        \
    "\n movq (%r13), %r8\n addq $8, %rsp\n ret\n"
#else
#define ENTRY_INSTRUCTIONS(name)                                                                             \
    "stp x29, x30, [sp, #-16]!\n mov x1, x0\n mov x0, x20\n bl " #name                                       \
    "\n ldr x3, [x20]\n ldp x29, x30, [sp], #16\n ret\n"
#endif
#define USED __attribute__((used)) /* by instructions */
#define NATIVE_ENTRY(name)                                                                                   \
    extern char name##_entry[] __attribute__((visibility("hidden")));                                        \
    __asm__(".pushsection .text\n .p2align 4\n" #name "_entry:\n" ENTRY_INSTRUCTIONS(name) ".popsection\n");

typedef int64_t Refill(CorIsolate *isolate, int64_t ahead);
typedef CorStatus WithFrame(CorIsolate *isolate, uint64_t *frame);
#define HELPER_FUNCTION(name, type) ((type *)cor_helpers[COR_HELPER_##name].function)

static void set_site(Site *made, uint32_t window, const CorLoweredFunction *inner, uint32_t inner_index,
                     uint32_t distance, const CorLoweredFunction *outer, uint32_t outer_index) {
    made->frames[0] = (CorNativeFrame){inner, inner_index, distance};
    made->frames[1] = (CorNativeFrame){outer, outer_index, 0};
    made->site = (CorNativeSite){
        .words = {{.op = COR_LOWERED_NATIVE_SITE, .a = (uint16_t)window, .b = (uint16_t)window},
                  {.pointer = &made->site},
                  {.op = COR_LOWERED_HALT}},
        .frames = made->frames,
        .frame_count = outer ? 2 : 1,
    };
}

static void make_sites(Program *program) {
    const CorLoweredFunction *functions = program->functions;
    set_site(&program->leaf_entry, 0, &functions[LEAF], 0, 0, NULL, 0);
    program->leaf_call = program->leaf_entry;
    set_site(&program->middle_entry, 0, &functions[MIDDLE], 0, 0, NULL, 0);
    set_site(&program->middle_call, MIDDLE_WINDOW, &functions[MIDDLE], MIDDLE_CALL, 0, NULL, 0);
    set_site(&program->outer_entry, 0, &functions[OUTER], 0, 0, NULL, 0);
    set_site(&program->outer_loop, 0, &functions[OUTER], OUTER_LOOP, 0, NULL, 0);
    set_site(&program->inlined_entry, 0, &functions[MIDDLE], 0, OUTER_WINDOW, &functions[OUTER], OUTER_CALL);
    set_site(&program->inlined_call, OUTER_WINDOW + MIDDLE_WINDOW, &functions[MIDDLE], MIDDLE_CALL,
             OUTER_WINDOW, &functions[OUTER], OUTER_CALL);
    set_site(&program->depth_entry, 0, &functions[DEPTH], 0, 0, NULL, 0);
    set_site(&program->depth_call, DEPTH_WINDOW, &functions[DEPTH], DEPTH_CALL, 0, NULL, 0);
    set_site(&program->depth_call_host, DEPTH_WINDOW, &functions[DEPTH], DEPTH_CALL_HOST, 0, NULL, 0);
}

static void stand_at(CorIsolate *isolate, uint64_t *fp, const Site *site) {
    isolate->fp = fp;
    isolate->ip = site->site.words;
}

static CorStatus refill(CorIsolate *isolate, uint64_t *fp, const Site *site) {
    stand_at(isolate, fp, site);
    int64_t budget = HELPER_FUNCTION(REFILL, Refill)(isolate, 0);
    return budget < 0 ? (CorStatus)-budget : COR_OK;
}

/* The frame goes on in the interpreter, at an instruction of it; the caller has written its slots. */
static uint64_t leave(CorIsolate *isolate, uint64_t *fp, CorLoweredFunction *function, uint32_t index,
                      CorStatus status) {
    fp[-2] = (uintptr_t)function->code;
    isolate->fp = fp;
    isolate->ip = function->code + index;
    isolate->left_status = status;
    return COR_LEFT;
}

static bool wants_to_leave(Program *program) {
    return program->leave_every != 0 && ++program->places % program->leave_every == 0;
}

/* The start of a function: COR_LEFT: at its first instruction, with its argument written. */
static uint64_t begin(CorIsolate *isolate, uint64_t *fp, const Site *site, uint32_t slots,
                      uint64_t argument) {
    Program *program = program_of(isolate);
    CorLoweredFunction *function = (CorLoweredFunction *)(uintptr_t)site->frames[0].function;
    program->entered++;
    uint64_t status = COR_OK;
    if (fp + slots > isolate->stack.limit || (char *)__builtin_frame_address(0) < isolate->native_limit) {
        stand_at(isolate, fp, site);
        status = HELPER_FUNCTION(GROW_STACK, WithFrame)(isolate, fp + slots);
    }
    if (status == COR_OK) {
        isolate->budget -= cor_code_header(function->code)->weight;
        if (isolate->budget < 0) {
            status = refill(isolate, fp, site);
        }
    }
    if (status == COR_OK && wants_to_leave(program))
        status = COR_LEFT;
    if (status == COR_LEFT) {
        fp[0] = argument;
        return leave(isolate, fp, function, 0, COR_OK);
    }
    return status;
}

/* Calls what may have native code. COR_LEFT: the caller has to leave, too. */
static Result call(CorIsolate *isolate, uint64_t *fp, const Site *site, const CorWord *entry,
                   uint64_t argument) {
    uint64_t *callee = fp + site->site.words[0].b;
    void *native = atomic_load(&((CorCodeHeader *)(uintptr_t)cor_code_header(entry))->native);
    uint64_t registers[COR_MACHINE_ARGUMENTS] = {argument};
    callee[-1] = (uintptr_t)site->site.words;
    CorStatus status = native && native != cor_native_none()
                           ? (CorStatus)cor_machine_call(isolate, callee, native, registers, NULL, 0)
                           : cor_native_enter(isolate, callee, entry, registers, NULL);
    Result result = {status, registers[0]};
    if (result.status == COR_LEFT) {
        result.status = HELPER_FUNCTION(SETTLE, WithFrame)(isolate, callee);
        result.value = callee[0];
    }
    return result;
}

static USED Result leaf(CorIsolate *isolate, uint64_t *fp, uint64_t argument) {
    Program *program = program_of(isolate);
    Result result = {begin(isolate, fp, &program->leaf_entry, 2, argument), 0};
    if (result.status != COR_OK)
        return result;
    stand_at(isolate, fp, &program->leaf_call);
    result.status = observe(isolate, &argument, &result.value, NULL);
    return result;
}

static USED Result middle(CorIsolate *isolate, uint64_t *fp, uint64_t argument) {
    Program *program = program_of(isolate);
    CorLoweredFunction *function = &program->functions[MIDDLE];
    Result result = {begin(isolate, fp, &program->middle_entry, 5, argument), 0};
    if (result.status != COR_OK)
        return result;
    if (wants_to_leave(program)) { /* at the call, with its argument in place */
        fp[0] = fp[MIDDLE_WINDOW] = argument;
        return (Result){leave(isolate, fp, function, MIDDLE_CALL, COR_OK), 0};
    }
    result = call(isolate, fp, &program->middle_call, entry_of(program, LEAF), argument);
    if (result.status == COR_LEFT) {
        fp[-2] = (uintptr_t)function->code;
        fp[0] = argument;
        fp[MIDDLE_WINDOW - 1] = (uintptr_t)&function->code[MIDDLE_CALL];
    }
    result.value += 10;
    return result;
}

/* `outer` from its loop on, with `middle` inlined. */
typedef struct Loop {
    CorIsolate *isolate;
    Program *program;
    uint64_t *fp;
    uint64_t limit, sum, i;
} Loop;

/* Writes the slots of `outer`. */
static void write_outer(const Loop *loop) {
    loop->fp[-2] = (uintptr_t)loop->program->functions[OUTER].code;
    loop->fp[0] = loop->limit;
    loop->fp[1] = loop->sum;
    loop->fp[2] = loop->i;
}

/* Writes the frames of `outer` and of `middle`, which is called there; gives that of `middle`. */
static uint64_t *write_inlined(const Loop *loop) {
    uint64_t *inner = loop->fp + OUTER_WINDOW;
    write_outer(loop);
    inner[-2] = (uintptr_t)loop->program->functions[MIDDLE].code;
    inner[-1] = (uintptr_t)&loop->program->functions[OUTER].code[OUTER_CALL];
    inner[0] = loop->i;
    return inner;
}

static Result round_of(Loop *loop) {
    Program *program = loop->program;
    CorIsolate *isolate = loop->isolate;
    CorLoweredFunction *inlined = &program->functions[MIDDLE];
    Result result = {COR_OK, 0};
    isolate->budget -= cor_code_header(inlined->code)->weight;
    if (isolate->budget < 0) {
        result.status = refill(isolate, loop->fp, &program->inlined_entry);
    }
    if (result.status == COR_OK && wants_to_leave(program))
        result.status = COR_LEFT;
    if (result.status != COR_OK) {
        if (result.status == COR_LEFT)
            leave(isolate, write_inlined(loop), inlined, 0, COR_OK);
        return result;
    }
    result = call(isolate, loop->fp, &program->inlined_call, entry_of(program, LEAF), loop->i);
    if (result.status == COR_LEFT) {
        uint64_t *inner = write_inlined(loop);
        inner[MIDDLE_WINDOW - 1] = (uintptr_t)&inlined->code[MIDDLE_CALL];
    } else if (result.status == COR_THROWN) { /* caught in `outer`: the interpreter's task */
        result.status = leave(isolate, write_inlined(loop), inlined, MIDDLE_CALL, COR_THROWN);
    }
    result.value += 10;
    return result;
}

static Result run_loop(Loop loop) {
    Result result;
    for (;;) {
        result = round_of(&loop);
        if (result.status != COR_OK)
            return result;
        loop.sum += result.value;
        loop.i++;
        if ((int64_t)loop.i >= (int64_t)loop.limit)
            return (Result){COR_OK, loop.sum};
        loop.isolate->budget -= EDGE_WEIGHT;
        if (loop.isolate->budget < 0) {
            result.status = refill(loop.isolate, loop.fp, &loop.program->outer_loop);
        }
        if (result.status == COR_OK && wants_to_leave(loop.program))
            result.status = COR_LEFT;
        if (result.status == COR_LEFT) {
            write_outer(&loop);
            leave(loop.isolate, loop.fp, &loop.program->functions[OUTER], OUTER_LOOP, COR_OK);
        }
        if (result.status != COR_OK)
            return result;
    }
}

static USED Result outer(CorIsolate *isolate, uint64_t *fp, uint64_t argument) {
    Program *program = program_of(isolate);
    Result result = {begin(isolate, fp, &program->outer_entry, OUTER_WINDOW + 5, argument), 0};
    if (result.status != COR_OK)
        return result;
    return run_loop((Loop){isolate, program, fp, argument, 0, 0});
}

static USED Result depth(CorIsolate *isolate, uint64_t *fp, uint64_t argument) {
    Program *program = program_of(isolate);
    CorLoweredFunction *function = &program->functions[DEPTH];
    Result result = {begin(isolate, fp, &program->depth_entry, 5, argument), 0};
    if (result.status != COR_OK)
        return result;
    bool is_last = argument == 0;
    result = call(isolate, fp, is_last ? &program->depth_call_host : &program->depth_call,
                  entry_of(program, is_last ? HOST : DEPTH), argument - !is_last);
    if (result.status == COR_LEFT) {
        fp[-2] = (uintptr_t)function->code;
        fp[0] = argument;
        fp[DEPTH_WINDOW - 1] = (uintptr_t)&function->code[is_last ? DEPTH_CALL_HOST : DEPTH_CALL];
    }
    result.value += !is_last;
    return result;
}

static USED Result loop(CorIsolate *isolate, uint64_t *fp, uint64_t argument) {
    (void)argument;
    Program *program = program_of(isolate);
    program->entered++;
    return run_loop((Loop){isolate, program, fp, fp[0], fp[1], fp[2]});
}

NATIVE_ENTRY(leaf)
NATIVE_ENTRY(middle)
NATIVE_ENTRY(outer)
NATIVE_ENTRY(depth)
NATIVE_ENTRY(loop)

static void make_codes(Program *program) {
    void *entries[NATIVE] = {leaf_entry, middle_entry, outer_entry, depth_entry};
    for (int i = 0; i < NATIVE; i++)
        program->codes[i] =
            (CorNativeCode){.function = &program->functions[i], .tier = 2, .entry = entries[i]};
    program->loop = (CorNativeCode){
        .function = &program->functions[OUTER], .tier = 2, .index = OUTER_LOOP, .entry = loop_entry};
}

/* ---- Running ------------------------------------------------------------------------------------ */

static Program *program_new(const CorTierOptions *tiers) {
    Program *program = calloc(1, sizeof *program);
    CorEngineOptions options = {.tiers = tiers};
    assert_non_null(program);
    assert_non_null(program->engine = cor_engine_new(&options));
    program->throw_at = UINT64_MAX;
    make_error(program);
    make_functions(program);
    make_sites(program);
    make_codes(program);
    return program;
}

static void program_free(Program *program) {
    cor_engine_free(program->engine);
    free(program->error);
    free(program);
}

/* What can be seen of a run. */
typedef struct Outcome {
    CorStatus status;
    uint64_t result;
    int64_t fuel;
    uint32_t stop_reason, seen_count, frame_count;
    uint64_t seen[MOST_SEEN];
    uint64_t frames[512]; /* of the error's trace */
} Outcome;

static void note_trace(Outcome *outcome, const CorObject *error) {
    const CorArrayObject *frames = error ? (const CorArrayObject *)cor_error_frames(error) : NULL;
    outcome->frame_count = frames ? (uint32_t)frames->length : 0;
    if (frames)
        memcpy(outcome->frames, frames->elements, outcome->frame_count * sizeof *outcome->frames);
}

static Outcome *run(Program *program, int which, uint64_t argument, CorIsolateOptions options) {
    Outcome *outcome = calloc(1, sizeof *outcome);
    CorIsolate *isolate = cor_isolate_new(program->engine, &options);
    assert_non_null(outcome);
    assert_non_null(isolate);
    isolate->host = program;
    program->seen_count = program->places = program->entered = 0;
    assert_int_equal(cor_isolate_enter(isolate), COR_OK);
    outcome->status = cor_call(isolate, &program->functions[which], &argument, &outcome->result);
    outcome->stop_reason = isolate->stop_reason;
    outcome->fuel = cor_isolate_fuel(isolate);
    outcome->seen_count = program->seen_count;
    memcpy(outcome->seen, program->seen, outcome->seen_count * sizeof *outcome->seen);
    note_trace(outcome, isolate->pending);
    assert_null(isolate->fp);
    assert_null(isolate->native_top);
    assert_null(isolate->heap->native_base);
    assert_int_equal(isolate->native_runs, 0);
    cor_isolate_leave(isolate);
    cor_isolate_free(isolate);
    return outcome;
}

static void publish(Program *program, uint32_t set) {
    for (int i = 0; i < NATIVE; i++)
        if (set >> i & 1)
            cor_native_publish(&program->codes[i]);
}
static void withdraw(Program *program, uint32_t set) {
    for (int i = 0; i < NATIVE; i++)
        if (set >> i & 1)
            cor_native_withdraw(&program->codes[i]);
}

/* Runs with native code of the functions in `set`, and expects what the interpreter alone does. */
static void compare(Program *program, const Outcome *expected, uint32_t set, int which, uint64_t argument,
                    CorIsolateOptions options) {
    publish(program, set);
    Outcome *found = run(program, which, argument, options);
    withdraw(program, set);
    assert_int_equal(found->status, expected->status);
    assert_int_equal(found->result, expected->result);
    assert_int_equal(found->fuel, expected->fuel);
    assert_int_equal(found->stop_reason, expected->stop_reason);
    assert_int_equal(found->seen_count, expected->seen_count);
    assert_memory_equal(found->seen, expected->seen, sizeof found->seen);
    assert_int_equal(found->frame_count, expected->frame_count);
    assert_memory_equal(found->frames, expected->frames, sizeof found->frames);
    free(found);
}

#endif

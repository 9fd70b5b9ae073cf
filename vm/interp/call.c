/* Calls from C: of functions, to their end (cor_call) or step by step (run.h). */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "vm/heap/heap.h"
#include "vm/interp/boundary.h"
#include "vm/interp/interp.h"
#include "vm/runtime/call_words.h"
#include "vm/runtime/run.h"

/* ---- Frames ------------------------------------------------------------------------------------ */

/* Pushes, at `top`, the boundary and the frame of `entry` above it. */
static inline CorStatus call_push(CorIsolate *isolate, uint64_t *top, CorBoundary *boundary, CorWord *entry,
                                  size_t result_slots) {
    const CorCodeHeader *header = cor_code_header(entry);
    size_t frame_slots = header->frame_slots > result_slots ? header->frame_slots : result_slots;
    uint64_t *end = top + COR_STACK_BOUNDARY + COR_FRAME_HEADER + frame_slots;
    if (end > isolate->stack.limit) {
        size_t distance = (size_t)(top - isolate->stack.base);
        CorStatus status = cor_stack_grow(isolate, end);
        if (status != COR_OK)
            return status;
        top = isolate->stack.base + distance;
    }
    *boundary = (CorBoundary){
        .header = {.function = NULL, .frame_slots = (uint32_t)(COR_FRAME_HEADER + frame_slots)},
        .words = {{.op = COR_LOWERED_CALL, .a = COR_FRAME_HEADER, .b = COR_FRAME_HEADER},
                  {.entry = entry},
                  {.op = COR_LOWERED_HALT}},
    };
    uint64_t *fp = top + COR_STACK_BOUNDARY;
    fp[-4] = (uintptr_t)isolate->ip;
    fp[-3] = isolate->fp ? (uint64_t)(isolate->fp - isolate->stack.base) : 0;
    fp[-2] = (uintptr_t)boundary->words;
    fp[-1] = 0;
    fp += COR_FRAME_HEADER;
    fp[-2] = (uintptr_t)entry;
    fp[-1] = (uintptr_t)boundary->words;
    atomic_signal_fence(
        memory_order_seq_cst); /* as in a call: the collector reads the frame through isolate->fp */
    isolate->fp = fp;
    atomic_signal_fence(memory_order_seq_cst);
    return COR_OK;
}

static void call_place_arguments(CorIsolate *isolate, const CorLoweredFunction *function,
                                 const CorClosureObject *closure, const uint64_t *arguments) {
    for (uint32_t i = 0; i < function->parameter_slots; i++) /* few: a loop is shorter than a call */
        isolate->fp[i] = arguments[i];
    if (closure)
        isolate->fp[function->parameter_slots] = (uintptr_t)closure;
}

/* ---- Calls ------------------------------------------------------------------------------------- */

/* What hosts call often gets native code, too. */
static CorStatus call_refill(CorIsolate *isolate) {
    CorStatus status = cor_isolate_refill(isolate);
    if (status == COR_OK)
        boundary_sample(isolate);
    return status;
}

/* What is called.  `closure`: NULL when the function has no captures. */
typedef struct Call {
    CorLoweredFunction *function;
    const CorClosureObject *closure;
    const uint64_t *arguments;
    uint64_t *result;
} Call;

/* What a run of the interpreter has left in the boundary's frame, which is the topmost again. */
static void call_take_results(const CorIsolate *isolate, const CorLoweredFunction *function,
                              uint64_t *result) {
    for (uint32_t i = 0; i < function->result_slots; i++)
        result[i] = isolate->fp[COR_FRAME_HEADER + i];
}

/* The function at whose entry the topmost frame stands. */
static CorStatus call_interpret(CorIsolate *isolate, const Call *call, const CorWord *entry) {
    call_place_arguments(isolate, call->function, call->closure, call->arguments);
    isolate->budget -= cor_code_header(entry)->weight;
    CorStatus status = isolate->budget < 0 ? call_refill(isolate) : COR_OK;
    if (status == COR_OK)
        status = interp_run(isolate, entry, false);
    if (status == COR_OK)
        call_take_results(isolate, call->function, call->result);
    return status;
}

/* Likewise by its native code; `words` are the arguments, and the results then: all fit in registers. */
static inline CorStatus call_native(CorIsolate *isolate, const CorLoweredFunction *function, void *native,
                                    uint64_t *words) {
    bool is_done = false;
    CorStatus status = boundary_call(isolate, native, words, &is_done);
    if (status != COR_OK || is_done)
        return status;
    status = interp_run(isolate, isolate->ip, true);
    if (status == COR_OK)
        call_take_results(isolate, function, words);
    return status;
}

/* NULL: the function has none, or not all values fit in registers. */
static void *call_native_code(const CorLoweredFunction *function, const CorWord *entry) {
    void *native = atomic_load_explicit(&cor_code_header(entry)->native, memory_order_acquire);
    const bool fits = function->parameter_slots < cor_machine_arguments && /* the closure is one, too */
                      function->result_slots <= COR_NATIVE_RESULTS;
    return fits && native != cor_native_none() ? native : NULL;
}

static CorStatus call_run(CorIsolate *isolate, const Call *call, const CorWord *entry) {
    const CorLoweredFunction *function = call->function;
    void *native = call_native_code(function, entry);
    uint64_t words[COR_MACHINE_ARGUMENTS];
    if (!native || !boundary_prepare(isolate))
        return call_interpret(isolate, call, entry);
    for (uint32_t i = 0; i < function->parameter_slots; i++)
        words[i] = call->arguments[i];
    words[function->parameter_slots] = (uintptr_t)call->closure;
    CorStatus status = call_native(isolate, function, native, words);
    for (uint32_t i = 0; status == COR_OK && i < function->result_slots; i++)
        call->result[i] = words[i];
    return status;
}

static CorStatus call_enter(CorIsolate *isolate, const Call *call) {
    uint64_t *const saved_fp = isolate->fp;
    const uintptr_t saved_top = isolate->host_top;
    const bool is_native = isolate->native_top != NULL;
    const CorWord *const saved_ip = isolate->ip;
    const size_t saved = saved_fp ? (size_t)(saved_fp - isolate->stack.base) : 0;
    const uint32_t saved_runs = isolate->native_runs;
    CorBoundary boundary;
    CorWord *entry = cor_function_entry(call->function);
    assert((!is_native || saved_top) && "native code calls C that calls a program through cor_native_enter");
    CorStatus status =
        call_push(isolate, cor_stack_top(isolate), &boundary, entry, call->function->result_slots);
    if (status != COR_OK)
        return status;
    boundary_leave_native(isolate);
    isolate->host_top = 0;
    isolate->native_runs = 0;
    isolate->ip = entry;
    status = call_run(isolate, call, entry);
    isolate->host_top = saved_top;
    isolate->fp = saved_fp ? isolate->stack.base + saved : NULL;
    isolate->ip = saved_ip;
    isolate->native_runs = saved_runs;
    if (is_native)
        boundary_return_to_native(isolate);
    return status;
}

/* A test of runs: the call is one, of short steps.  What C calls in it is not: the trace goes through to the call. */
static CorStatus call_in_steps(CorIsolate *isolate, const Call *call) {
    CorRun *run;
    CorStatus status = cor_run_begin(isolate, call->function, call->closure, call->arguments, &run);
    if (status != COR_OK)
        return status;
    do
        status = cor_run_step(run, isolate->stress_step, call->result);
    while (status == COR_LEFT && isolate->stop_reason == COR_STOP_NONE);
    cor_run_free(run);
    return status == COR_LEFT ? COR_STOPPED : status;
}

static CorStatus call_function(CorIsolate *isolate, const Call *call) {
    if (isolate->call_depth >= COR_MAX_CALL_DEPTH)
        return cor_throw(isolate, COR_ERROR_STACK_OVERFLOW,
                         "calls between host and program are nested too deeply");
    CorStatus status = cor_isolate_enter(isolate);
    if (status != COR_OK)
        return status;
    isolate->call_depth++;
    status = isolate->stress_step && isolate->call_depth == 1 ? call_in_steps(isolate, call)
                                                              : call_enter(isolate, call);
    isolate->call_depth--;
    cor_isolate_leave(isolate);
    return status;
}

CorStatus cor_call(CorIsolate *isolate, CorLoweredFunction *function, const uint64_t *arguments,
                   uint64_t *result) {
    const Call call = {.function = function, .arguments = arguments, .result = result};
    return call_function(isolate, &call);
}

/* ---- Calls of few words ---- */

/* Whether the thread and the account are as they were when code last ran, and nobody uses the isolate. */
static bool words_find_all(const CorIsolate *isolate) {
    const CorHeapLists *lists = cor_heap_own_lists;
    const CorHeap *heap = isolate->heap;
    return lists && lists->thread == isolate->thread && isolate->entered == 0 && isolate->streaming == 0 &&
           !isolate->stress_step && !heap->owned && !heap->finalizing &&
           (heap->collect_every | heap->fail_at) == 0;
}

/* Likewise the stacks, for native code. */
static bool words_find_stacks(const CorIsolate *isolate) {
    return isolate->native_limit && isolate->stack.reserved != 0;
}

void *cor_call_words_prepare(CorIsolate *isolate, CorLoweredFunction *function) {
    CorWord *const entry = cor_function_entry(function);
    uint64_t *const base = isolate->stack.base;
    const uint64_t *end = base + COR_STACK_MARGIN + cor_code_header(entry)->frame_slots + COR_CALL_ARGUMENTS;
    void *const native = atomic_load_explicit(&cor_code_header(entry)->native, memory_order_acquire);
    if (!words_find_all(isolate) || (native != cor_native_none() && !words_find_stacks(isolate)) ||
        end > isolate->stack.limit)
        return NULL;
    CorStatus status = call_push(isolate, base, &isolate->ready_boundary, entry, 1);
    assert(status == COR_OK && "there is room");
    (void)status;
    isolate->fp = NULL; /* native code keeps the frame to itself until it calls */
    isolate->heap->lists = isolate->heap->thread = cor_heap_own_lists;
    isolate->ready_entry = entry;
    isolate->ready_native = native;
    isolate->ready_thread = isolate->thread;
    return native;
}

/* A run of the interpreter has ended, with the boundary's frame as the topmost if it has returned. */
static CorMachineResult words_end(CorIsolate *isolate, CorStatus status) {
    const uint64_t value = status == COR_OK ? isolate->fp[COR_FRAME_HEADER] : 0;
    isolate->fp = NULL;
    if (status == COR_OK) {
        cor_call_words_returned(isolate);
    } else { /* the caller leaves, and the account, too */
        isolate->ready_thread = 0;
        isolate->call_depth = 0;
    }
    return (CorMachineResult){status, value};
}

CorMachineResult cor_call_words_failed(CorIsolate *isolate, CorStatus status) {
    isolate->heap->native_base = NULL;
    status = boundary_call_failed(isolate, isolate->stack.base + COR_STACK_MARGIN, status);
    if (status == COR_OK)
        status = interp_run(isolate, isolate->ip, true);
    return words_end(isolate, status);
}

CorMachineResult cor_call_words_interpret(CorIsolate *isolate, uint64_t a0, uint64_t a1, uint64_t a2) {
    const CorWord *const entry = isolate->ready_entry;
    uint64_t *const fp = isolate->stack.base + COR_STACK_MARGIN;
    isolate->entered = isolate->call_depth = 1;
    fp[0] = a0;
    fp[1] = a1;
    fp[2] = a2;
    atomic_signal_fence(memory_order_seq_cst); /* as in a call */
    isolate->fp = fp;
    atomic_signal_fence(memory_order_seq_cst);
    isolate->ip = entry;
    isolate->budget -= cor_code_header(entry)->weight;
    CorStatus status = isolate->budget < 0 ? call_refill(isolate) : COR_OK;
    if (status == COR_OK)
        status = interp_run(isolate, entry, false);
    return words_end(isolate, status);
}

CorStatus cor_call_closure(CorIsolate *isolate, const CorClosureObject *closure, const uint64_t *arguments,
                           uint64_t *result) {
    const Call call = {
        .function = closure->function, .closure = closure, .arguments = arguments, .result = result};
    return call_function(isolate, &call);
}

/* ---- Runs -------------------------------------------------------------------------------------- */

/* With collections excluded: the frames that execute change places with those that do not. */
static void run_exchange(void *opaque) {
    CorRun *run = opaque;
    CorIsolate *isolate = run->isolate;
    CorFrames frames = {
        .stack = isolate->stack,
        .fp = isolate->fp,
        .ip = isolate->ip,
        .end = cor_isolate_alive(isolate),
        .native_result = isolate->native_result,
        .native_top = isolate->native_top,
        .host_top = isolate->host_top,
        .native_runs = isolate->native_runs,
    };
    isolate->stack = run->frames.stack;
    isolate->fp = run->frames.fp;
    isolate->ip = run->frames.ip;
    isolate->native_result = run->frames.native_result;
    isolate->native_top = run->frames.native_top;
    isolate->host_top = run->frames.host_top;
    isolate->native_runs = run->frames.native_runs;
    run->frames = frames;
}

static void run_link(void *opaque) {
    CorRun *run = opaque;
    run->next = run->isolate->runs;
    if (run->next)
        run->next->previous = run;
    run->isolate->runs = run;
}

static void run_unlink(void *opaque) {
    CorRun *run = opaque;
    if (run->next)
        run->next->previous = run->previous;
    if (run->previous)
        run->previous->next = run->next;
    else
        run->isolate->runs = run->next;
}

static size_t run_stack_bytes(const CorRun *run) {
    return run->frames.stack.capacity * sizeof *run->frames.stack.base;
}

/* The frames are dead. */
static void run_drop_frames(CorRun *run) {
    cor_heap_charge(run->isolate->heap, -(ptrdiff_t)run_stack_bytes(run));
    cor_heap_exclude_collection(run_unlink, run);
    cor_stack_free(run->isolate, &run->frames.stack);
    run->state = COR_RUN_ENDED;
}

CorStatus cor_run_begin(CorIsolate *isolate, CorLoweredFunction *function, const CorClosureObject *closure,
                        const uint64_t *arguments, CorRun **run) {
    CorRun *made = calloc(1, sizeof *made);
    *run = NULL;
    if (!made || !cor_stack_start(&made->frames.stack, isolate->stack.maximum)) {
        free(made);
        return COR_NO_MEMORY;
    }
    if (!cor_heap_charge(isolate->heap, (ptrdiff_t)run_stack_bytes(made))) {
        cor_stack_free(isolate, &made->frames.stack);
        free(made);
        return cor_throw_out_of_memory(isolate);
    }
    made->isolate = isolate;
    made->function = function;
    made->frames.end = made->frames.stack.base;
    cor_heap_exclude_collection(run_link, made);
    cor_heap_exclude_collection(run_exchange, made);
    CorWord *entry = cor_function_entry(function);
    CorStatus status =
        call_push(isolate, cor_stack_top(isolate), &made->boundary, entry, function->result_slots);
    if (status == COR_OK) {
        call_place_arguments(isolate, function, closure, arguments);
        isolate->ip = entry;
    }
    cor_heap_exclude_collection(run_exchange, made);
    if (status == COR_OK)
        *run = made;
    else
        cor_run_free(made);
    return status;
}

void cor_run_free(CorRun *run) {
    if (run && run->state != COR_RUN_ENDED)
        run_drop_frames(run);
    free(run);
}

/* ---- Steps ---- */

/* The isolate's own fuel, while a step has some of it. */
typedef struct StepFuel {
    bool has_fuel;
    int64_t left, aside;
    int64_t given; /* to the step */
} StepFuel;

/* What is left of a slice, so that short steps are no samples each. */
static int64_t step_slice(const CorIsolate *isolate) {
    return (isolate->budget > 0 ? isolate->budget : 0) + isolate->slice_rest;
}

static void step_set_fuel(CorIsolate *isolate, int64_t left, int64_t slice) {
    int64_t most = left < 0 ? 0 : left;
    isolate->budget = slice < most ? slice : most;
    isolate->fuel = left - isolate->budget;
    isolate->slice_rest = slice - isolate->budget;
}

/* The step may use what it is allowed, or all that there is. */
static void step_give(CorIsolate *isolate, int64_t allowed, StepFuel *own) {
    int64_t all = cor_isolate_all_fuel(isolate);
    *own = (StepFuel){
        .has_fuel = isolate->has_fuel,
        .left = isolate->has_fuel ? isolate->fuel + isolate->budget : isolate->fuel,
        .aside = isolate->aside,
        .given = allowed < all ? allowed : all,
    };
    isolate->aside = all == INT64_MAX ? INT64_MAX : all - own->given;
    isolate->has_fuel = true;
    step_set_fuel(isolate, own->given, step_slice(isolate));
}

/* Gives what has been used.  In a step, the rest of what there is stays aside; else nothing is. */
static int64_t step_take_back(CorIsolate *isolate, const StepFuel *own) {
    int64_t all = cor_isolate_all_fuel(isolate), slice = step_slice(isolate);
    int64_t used = own->given - (isolate->fuel + isolate->budget);
    int64_t left = isolate->pause_depth ? own->left - used : all;
    isolate->has_fuel = own->has_fuel;
    isolate->aside = !isolate->pause_depth ? 0 : all == INT64_MAX ? INT64_MAX : all - left;
    if (own->has_fuel) {
        step_set_fuel(isolate, left, slice);
    } else {
        isolate->fuel = own->left;
        isolate->budget = slice;
        isolate->slice_rest = 0;
    }
    return used;
}

static CorStatus step_execute(CorRun *run) {
    CorIsolate *isolate = run->isolate;
    const bool is_new = run->state == COR_RUN_NEW;
    CorStatus status = cor_isolate_heed(isolate);
    run->state = COR_RUN_EXECUTING;
    if (status == COR_OK && is_new)
        isolate->budget -= cor_code_header(cor_frame_entry(isolate->fp))->weight;
    if (status == COR_OK && isolate->fuel + isolate->budget < 0)
        status = cor_isolate_refill(isolate);
    return status == COR_OK ? interp_run(isolate, isolate->ip, !is_new) : status;
}

/* Among the frames of the run. */
static CorStatus step_run(CorRun *run, int64_t allowed, int64_t *used) {
    CorIsolate *isolate = run->isolate;
    const uint32_t depth = isolate->pause_depth;
    const bool wants_pause = isolate->wants_pause;
    StepFuel own;
    isolate->call_depth++;
    step_give(isolate, allowed, &own);
    isolate->pause_depth = isolate->call_depth;
    isolate->wants_pause = false;
    CorStatus status = step_execute(run);
    isolate->pausing = isolate->native_leaving = false;
    isolate->pause_depth = depth;
    isolate->wants_pause = wants_pause;
    isolate->call_depth--;
    *used = step_take_back(isolate, &own);
    return status;
}

CorStatus cor_run_step(CorRun *run, int64_t units, uint64_t *result) {
    CorIsolate *isolate = run->isolate;
    int64_t used = 0, allowed = units + run->balance;
    if (isolate->call_depth >= COR_MAX_CALL_DEPTH)
        return cor_throw(isolate, COR_ERROR_STACK_OVERFLOW,
                         "calls between host and program are nested too deeply");
    CorStatus status = cor_isolate_enter(isolate);
    if (status != COR_OK)
        return status;
    cor_heap_exclude_collection(run_exchange, run);
    status = step_run(run, allowed, &used);
    if (status == COR_OK && run->function->result_slots > 0) /* fp is that of the boundary again */
        memcpy(result, isolate->fp + COR_FRAME_HEADER, run->function->result_slots * sizeof *result);
    cor_heap_exclude_collection(run_exchange, run);
    run->balance = allowed < used ? allowed - used : 0;
    run->state = COR_RUN_PAUSED;
    if (status != COR_LEFT)
        run_drop_frames(run);
    cor_isolate_leave(isolate);
    return status;
}

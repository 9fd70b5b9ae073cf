/* Entering native code, and going on where it left.
 *
 * Who executes.  isolate->native_top tells whether it is native code.  It changes after everything that the other side
 * needs to find the roots has been set, and before that is undone; signal fences keep the compiler to this order, since a
 * collection of another thread may look at any instruction.
 *
 * The machine stack.  Native code that calls uses it; the interpreter does not, but native code may run the interpreter
 * (boundary_run), and that enters native code again.  When it gets short, the flag native_leaving is set and nothing
 * runs any more: every native frame, and every run of the interpreter that native code began, returns COR_LEFT, until the run
 * that cor_call began has all frames of the program on the VM stack and goes on with the innermost. */
#include "vm/interp/boundary.h"

#include <string.h>

#include "vm/heap/heap.h"
#include "vm/interp/interp.h"
#include "vm/interp/slow.h"
#include "vm/runtime/stack.h"
#include "vm/runtime/tier.h"

enum { BOUNDARY_STACK_RESERVE = 256 << 10 }; /* bytes of machine stack for what native code calls */

/* ---- The machine stack ---- */

/* Finds out how far the machine stack reaches; where that is unknown, no native code runs. */
static void boundary_find_limit(CorIsolate *isolate) {
    char *end = cor_heap_stack_end(isolate->heap);
    isolate->native_limit = end ? end + BOUNDARY_STACK_RESERVE : (char *)UINTPTR_MAX;
}

bool boundary_is_short(CorIsolate *isolate) {
    if ((char *)__builtin_frame_address(0) >= isolate->native_limit)
        return false;
    isolate->native_leaving = true;
    return true;
}

bool boundary_needs_room(CorIsolate *isolate) {
    if (isolate->native_runs == 0 ||
        (const char *)__builtin_frame_address(0) >= isolate->native_limit + COR_NATIVE_ROOM)
        return false;
    isolate->native_leaving = true;
    isolate->left_status = COR_OK;
    return true;
}

/* ---- Entering ---- */

static CorStatus boundary_unwind(CorIsolate *isolate, const CorWord *handler) {
    if (!handler)
        return COR_THROWN;
    isolate->ip = handler;
    return COR_OK;
}

/* The code has returned: hands its results, which are in the frame, to the caller of the frame. */
static CorStatus boundary_returned(CorIsolate *isolate, uint64_t *fp, const CorLoweredFunction *function) {
    const CorWord *call = cor_frame_call(fp);
    uint64_t *caller = fp - call->b;
    memmove(&caller[call->a], fp, function->result_slots * sizeof *fp);
    isolate->fp = caller;
    isolate->ip = call + 2;
    boundary_leave_native(isolate);
    if (isolate->looks_back) {
        isolate->looks_back = false;
        cor_isolate_look_next(isolate);
    }
    return COR_OK;
}

/* The code has returned something else: to be found by who looks at frames. */
static CorStatus boundary_failed(CorIsolate *isolate, uint64_t *fp, CorStatus status) {
    if (status != COR_LEFT)
        isolate->fp = fp;
    boundary_leave_native(isolate);
    return status == COR_THROWN ? boundary_unwind(isolate, slow_unwind_caller(isolate)) : status;
}

static CorStatus boundary_run_code(CorIsolate *isolate, const CorNativeCode *code) {
    uint64_t *fp = isolate->fp;
    const void *base = isolate->heap->native_base;
    if (!base)
        isolate->heap->native_base = __builtin_frame_address(0);
    if (code->index == 0) /* both the call and the code charge the weight */
        isolate->budget += cor_code_header(code->function->code)->weight;
    boundary_return_to_native(isolate);
    isolate->native_entries++;
    CorStatus status = cor_native_call(isolate, fp, code);
    isolate->heap->native_base = base;
    return status == COR_OK ? boundary_returned(isolate, fp, code->function)
                            : boundary_failed(isolate, fp, status);
}

/* The topmost frame left at a safepoint: other code for that place, or NULL. */
static const CorNativeCode *boundary_sample_left(CorIsolate *isolate) {
    isolate->left_at_safepoint = false;
    return cor_tier_left_for_test(isolate) ? NULL : boundary_sample(isolate);
}

/* Goes on in the frame that left. COR_OK: the interpreter does, at isolate->ip, unless there is *code to enter first. */
static CorStatus boundary_resume(CorIsolate *isolate, const CorNativeCode **code) {
    *code = NULL;
    if (isolate->native_leaving && isolate->native_runs > 0)
        return COR_LEFT;
    isolate->native_leaving = false;
    if (isolate->left_status == COR_NO_MEMORY) /* not even to leave */
        return COR_NO_MEMORY;
    if (isolate->left_status == COR_THROWN)
        return boundary_unwind(isolate, slow_unwind(isolate, COR_THROWN));
    if (isolate->pausing)
        return COR_LEFT;
    if (isolate->left_at_safepoint)
        *code = boundary_sample_left(isolate);
    else
        cor_tier_left(isolate);
    return COR_OK;
}

bool boundary_prepare(CorIsolate *isolate) {
    if (!isolate->native_limit)
        boundary_find_limit(isolate);
    return cor_stack_fix(isolate) && !boundary_is_short(isolate);
}

CorStatus boundary_enter(CorIsolate *isolate, const CorNativeCode *code) {
    if (!code)
        code = cor_native_code(cor_code_header(cor_frame_entry(isolate->fp))->function, 0);
    CorStatus status = COR_OK;
    while (code && status == COR_OK) {
        isolate->left_status = COR_OK;
        status = boundary_prepare(isolate) ? boundary_run_code(isolate, code) : COR_LEFT;
        if (status != COR_LEFT)
            return status;
        status = boundary_resume(isolate, &code);
    }
    return status;
}

CorStatus boundary_call_failed(CorIsolate *isolate, uint64_t *fp, CorStatus status) {
    status = boundary_failed(isolate, fp, status);
    if (status != COR_LEFT)
        return status;
    const CorNativeCode *code;
    status = boundary_resume(isolate, &code);
    return status == COR_OK && code ? boundary_enter(isolate, code) : status;
}

const CorNativeCode *boundary_sample(CorIsolate *isolate) {
    if (!isolate->is_sampled)
        return NULL;
    const CorNativeCode *code =
        cor_tier_sample(isolate, cor_frame_function(cor_frame_top(isolate)), isolate->ip);
    return code && code->index != 0 ? code : NULL;
}

/* ---- From native code ---- */

static CorStatus boundary_interpret(CorIsolate *isolate, const CorWord *entry) {
    if (entry)
        return interp_run(isolate, entry, false);
    const CorNativeCode *code;
    CorStatus status = boundary_resume(isolate, &code);
    if (status == COR_OK && code)
        status = boundary_enter(isolate, code);
    return status == COR_OK ? interp_run(isolate, isolate->ip, true) : status;
}

CorStatus boundary_run(CorIsolate *isolate, uint64_t *frame, const CorWord *entry) {
    const CorNativeSite *site = cor_word_site(cor_frame_call(frame));
    uint64_t *physical = frame - site->words[0].b, *result = isolate->native_result;
    const CorLoweredFunction *callee = cor_code_header(cor_frame_entry(frame))->function;
    /* the callee returns to a frame that the interpreter, or the collector, takes for one of its own until this returns */
    physical[-2] = (uintptr_t)site->frames[site->frame_count - 1].function->code;
    isolate->native_result = frame + callee->result_slots;
    isolate->native_runs++;
    boundary_leave_native(isolate);
    CorStatus status = boundary_interpret(isolate, entry);
    isolate->native_runs--;
    if (status != COR_LEFT) {
        isolate->fp = physical;
        isolate->ip = site->words;
    }
    boundary_return_to_native(isolate);
    isolate->native_result = result;
    return status;
}

/* The ways between the interpreter and native code; see native.h for the convention. */
#ifndef COR_INTERP_BOUNDARY_H
#define COR_INTERP_BOUNDARY_H

#include "vm/heap/heap.h"
#include "vm/runtime/native.h"

/* ---- Who executes ---- */

static inline void boundary_set_native(CorIsolate *isolate, uint64_t *top) {
    atomic_signal_fence(memory_order_seq_cst);
    isolate->native_top = top;
    atomic_signal_fence(memory_order_seq_cst);
}

/* Native code calls the VM, which executes in its place: from here on, isolate->fp and the frame there have to be valid
 * for the interpreter. */
static inline void boundary_leave_native(CorIsolate *isolate) {
    boundary_set_native(isolate, NULL);
}

/* Native code goes on. */
static inline void boundary_return_to_native(CorIsolate *isolate) {
    boundary_set_native(isolate, isolate->stack.base + isolate->stack.capacity);
}

/* ---- From the interpreter ---- */

/* Runs native code for the topmost frame, which stands at isolate->ip, where the code is entered; `code` NULL: what the
 * function has there.  COR_OK: the interpreter goes on, as resumed, at isolate->ip of the topmost frame, which may be another
 * one: the code has returned, has thrown an error that is caught, has left, or has not been entered.  Else: what the run of
 * the interpreter returns. */
CorStatus boundary_enter(CorIsolate *isolate, const CorNativeCode *code);

/* Prepares the isolate for native code; false: it cannot run any, or not now. */
bool boundary_prepare(CorIsolate *isolate);

/* Calls the native code of the topmost frame, which stands at its entry and is that of cor_call: a prepared isolate, and all
 * arguments in `registers` (machine.h).  *is_done: it has returned, with its results in `registers` and, beyond those, in the
 * frame, which is the topmost still.  Else as boundary_enter. */
CorStatus boundary_call_failed(CorIsolate *isolate, uint64_t *fp, CorStatus status); /* it has not returned */
static inline CorStatus boundary_call(CorIsolate *isolate, void *native, uint64_t *registers, bool *is_done) {
    uint64_t *const fp = isolate->fp;
    CorHeap *const heap = isolate->heap;
    const void *const base = heap->native_base;
    if (!base)
        heap->native_base = __builtin_frame_address(0);
    boundary_return_to_native(isolate);
    CorStatus status = (CorStatus)cor_machine_call(isolate, fp, native, registers, NULL, 0);
    heap->native_base = base;
    if (status != COR_OK)
        return boundary_call_failed(isolate, fp, status);
    isolate->fp = fp;
    boundary_leave_native(isolate);
    *is_done = true;
    return COR_OK;
}

/* The budget of the topmost frame has been refilled at isolate->ip: takes a sample.  The code to enter there, or NULL. */
const CorNativeCode *boundary_sample(CorIsolate *isolate);

/* ---- From native code ---- */

/* Runs the interpreter for the native code that stands at `site` in the frame `physical`; the callee's frame is `frame`. With
 * `entry`, the callee's frame is the topmost one and stands at its entry; else the callee has left, or frames above it.
 * COR_LEFT: the caller has to leave, too. */
CorStatus boundary_run(CorIsolate *isolate, uint64_t *frame, const CorWord *entry);

/* Whether the machine stack is too short to run native code.  If so all of it is going to leave. */
bool boundary_is_short(CorIsolate *isolate);

/* The topmost frame is about to call what may need much machine stack: the host, or the lowering.  When native code has used
 * most of it, all of that is going to leave: then the run has to return COR_LEFT, and the frame goes on where it stands. */
bool boundary_needs_room(CorIsolate *isolate);

#endif

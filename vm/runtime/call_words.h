/* The short way of calls by hosts: with few numbers, in an isolate that nobody uses.
 *
 * What such a call has to find out - that the thread is the one that was the last to run code here, that there is room for the
 * frames, that no test wants it otherwise - stays true until somebody enters the isolate.  So do the frames at the start of the stack,
 * and that the thread has entered the account: ready_thread, ready_entry and ready_native of the isolate say so, and the next call
 * does not look again. */
#ifndef COR_RUNTIME_CALL_WORDS_H
#define COR_RUNTIME_CALL_WORDS_H

#include "vm/heap/heap.h"
#include "vm/runtime/native.h"
#include "vm/runtime/stack.h"

/* The function has at most so many slots of parameters, and one of results or none. */
enum { COR_CALL_ARGUMENTS = 3 };

/* What such a call would execute now: the native code of the function, or cor_native_none().  NULL: somebody uses the isolate, or not
 * all is as above. */
static inline void *cor_call_words_ready(const CorIsolate *isolate, const CorLoweredFunction *function) {
    const CorHeapLists *const lists = cor_heap_own_lists;
    const CorWord *const entry = cor_function_entry(function);
    if (!lists || isolate->ready_thread != lists->thread || isolate->ready_entry != entry ||
        isolate->entered != 0 || cor_isolate_is_wished(isolate))
        return NULL;
    void *const native = atomic_load_explicit(&cor_code_header(entry)->native, memory_order_acquire);
    return native == isolate->ready_native ? native : NULL;
}

/* Makes that so.  NULL: the call has to be made otherwise. */
void *cor_call_words_prepare(CorIsolate *isolate, CorLoweredFunction *function);

/* The code has not returned with COR_OK. */
CorMachineResult cor_call_words_failed(CorIsolate *isolate, CorStatus status);

/* The interpreter executes the function. */
CorMachineResult cor_call_words_interpret(CorIsolate *isolate, uint64_t a0, uint64_t a1, uint64_t a2);

/* The code has returned: leaves. */
static inline void cor_call_words_returned(CorIsolate *isolate) {
    CorHeap *const heap = isolate->heap;
    isolate->entered = isolate->call_depth = 0;
    if (__builtin_expect(heap->owned != NULL, 0)) {
        isolate->ready_thread = 0;
        cor_heap_finalize_dead(heap);
        cor_heap_leave(heap);
    }
}

/* Enters the isolate, executes what cor_call_words_ready or cor_call_words_prepare has just given, and leaves; a0, a1 and a2 are the
 * slots of the parameters, as many as there are.  The result has a CorStatus and the result's slot.  After another status than COR_OK
 * the isolate has not been left. */
static inline CorMachineResult cor_call_words(CorIsolate *isolate, void *native, uint64_t a0, uint64_t a1,
                                              uint64_t a2) {
    if (native == cor_native_none())
        return cor_call_words_interpret(isolate, a0, a1, a2);
    uint64_t *const base = isolate->stack.base;
    isolate->entered = isolate->call_depth = 1;
    isolate->heap->native_base = __builtin_frame_address(0);
    atomic_signal_fence(memory_order_seq_cst); /* as where the interpreter enters native code */
    isolate->native_top = base + isolate->stack.capacity;
    CorMachineResult result = cor_machine_call_words(base + COR_STACK_MARGIN, native, a0, a1, a2, isolate);
    if (__builtin_expect(result.status != COR_OK, 0))
        return cor_call_words_failed(isolate, (CorStatus)result.status);
    if (isolate->fp) /* the code has called */
        isolate->fp = NULL;
    atomic_signal_fence(memory_order_seq_cst);
    isolate->native_top = NULL;
    isolate->heap->native_base = NULL;
    cor_call_words_returned(isolate);
    return result;
}

#endif

/* A run: a call that pauses when it has used what it was given, and goes on later.
 *
 * Its frames have a VM stack of their own, so that an isolate can have many runs, and calls go on beside them.  A run that pauses
 * consists of frames of the interpreter: native code leaves at the safepoint, as it does when the machine stack is short
 * (vm/interp/boundary.c).  So it pauses at the same place in every tier, any thread can go on with it, and it keeps nothing of
 * the machine's stack.
 *
 * Frames of C cannot be put aside.  Where a function of the host calls the program, that call goes on beyond what the step may
 * use, up to the isolate's limit, and the run pauses at the first safepoint after it. */
#ifndef COR_RUNTIME_RUN_H
#define COR_RUNTIME_RUN_H

#include "vm/runtime/isolate.h"
#include "vm/runtime/stack.h"

/* Frames that do not execute: those of a run, or, while it executes, those of the isolate beneath it. */
typedef struct CorFrames {
    CorStack stack;
    uint64_t *fp;
    const CorWord *ip;
    uint64_t *end; /* slots from here on are dead */
    uint64_t *native_result, *native_top;
    uintptr_t host_top;
    uint32_t native_runs;
} CorFrames;

typedef enum CorRunState {
    COR_RUN_NEW,    /* stands at the entry of its function */
    COR_RUN_PAUSED, /* stands at a safepoint */
    COR_RUN_EXECUTING,
    COR_RUN_ENDED,
} CorRunState;

struct CorRun {
    CorIsolate *isolate;
    CorFrames frames; /* owned */
    CorLoweredFunction *function;
    CorBoundary boundary; /* which its outermost frame returns to */
    CorRunState state;
    int64_t balance; /* negative: what the last step has used too much, which the next one has less */
    CorRun *next, *previous;
};

/* Begins a run of a function; `arguments` and `closure` as for cor_call and cor_call_closure, NULL: not a closure.  Nothing
 * executes yet.  The isolate has been entered.  COR_NO_MEMORY: of the host. COR_THROWN: the quota of the heap is reached. */
CorStatus cor_run_begin(CorIsolate *isolate, CorLoweredFunction *function, const CorClosureObject *closure,
                        const uint64_t *arguments, CorRun **run);

/* Lets the run use `units` of fuel, of which there are fewer when the isolate has fewer.  It has neither ended nor executes.
 * COR_OK: it has ended, and `result` has the slots of its result.  COR_LEFT: it has paused; isolate->stop_reason is
 * COR_STOP_FUEL when all fuel of the isolate is used, else COR_STOP_NONE.  Other statuses end it. */
CorStatus cor_run_step(CorRun *run, int64_t units, uint64_t *result);

/* Frees a run that does not execute.  Nothing of the program runs. */
void cor_run_free(CorRun *run);

#endif

/* An isolate: one running program.  Its globals, its stack, its budget, its pending error and its quotas.
 *
 * An isolate runs on one thread at a time; other threads may only call the functions that say so. */
#ifndef COR_RUNTIME_ISOLATE_H
#define COR_RUNTIME_ISOLATE_H

#include "vm/heap/owned.h"
#include "vm/runtime/engine.h"
#include "vm/runtime/error.h"

typedef enum CorStopReason {
    COR_STOP_NONE,
    COR_STOP_EXIT, /* exit(code): isolate->exit_code */
    COR_STOP_FUEL,
    COR_STOP_TIME,
    COR_STOP_INTERRUPT,
    COR_STOP_OUTPUT,
    COR_STOP_MEMORY, /* not even the OutOfMemoryError could be made */
} CorStopReason;

/* The VM stack of a fiber: slots that grow upwards; see stack.h. */
typedef struct CorStack {
    uint64_t *base;  /* owned */
    size_t reserved; /* bytes of address space at base, which stays there; 0: it is malloc'ed and moves */
    uint64_t *limit; /* a frame must end at or below it; at most base + capacity */
    size_t capacity; /* slots at base */
    size_t maximum;  /* quota, in slots */
    bool in_reserve; /* after a StackOverflowError: the limit may exceed the quota by the reserve */
} CorStack;

typedef enum CorInitializedState {
    COR_INITIALIZING,        /* what it imports */
    COR_INITIALIZED_IMPORTS, /* its own initialiser runs */
    COR_INITIALIZED,
} CorInitializedState;

typedef struct CorInitialized {
    CorLinkedModule *module;
    CorInitializedState state;
} CorInitialized;

typedef struct CorRun CorRun; /* run.h */

/* In host_top: native code has called the function of the host itself, and the function has not used the isolate yet.  It does not
 * count in host_depth, and what the API kept from before is old. */
enum { COR_HOST_FRESH = 1 };

struct CorIsolate {
    /* read or written by every call and back-edge */
    /* what may still be charged before the slow path looks: fuel, interruption, time; first: machine.h */
    int64_t budget;
    uint64_t *fp; /* the topmost frame, at every moment: traces and the collector read it */
    CorStack stack;
    CorHeap *heap;        /* the account of vm/heap */
    uint64_t *globals;    /* slots; laid out by the engine, in order of linking */
    uint8_t *globals_set; /* a byte per slot: whether it is initialised */
    uint32_t globals_count;
    uint32_t initializing; /* how many initialisers are running; no check of globals_set is needed at zero */

    /* the instruction the topmost frame executes; valid while native code or a slow path runs */
    const CorWord *ip;

    /* Native code; see native.h.  While it is what executes, isolate->fp and ip are only set where it calls what looks at
     * frames, and slots of the VM stack below native_top may be alive.  NULL: the interpreter executes.  Where both are set
     * host_top is what counts. */
    uint64_t *native_top;
    /* functions leave when the machine stack has grown beyond; NULL: not known for this thread yet */
    char *native_limit;
    uint32_t left_status;   /* with COR_LEFT: COR_OK: to go on at ip; COR_THROWN: an error is pending there */
    bool left_at_safepoint; /* with COR_LEFT: the interpreter asks for other native code before it goes on */
    /* all native code leaves, up to the innermost cor_call: the machine stack is short */
    bool native_leaving;
    /* runs of the interpreter that native code has begun since the innermost cor_call */
    uint32_t native_runs;
    uint64_t *native_result; /* the end of what such a run gives back */
    /* while C runs that native code has called: the end of the topmost frame, with COR_HOST_FRESH; else 0 */
    uintptr_t host_top;

    CorObject *pending;   /* the error being thrown */
    uint32_t stop_reason; /* CorStopReason */
    int32_t exit_code;
    _Atomic uint32_t
        interrupt; /* the CorStopReason another thread wishes; read by the slow path of the budget */

    /* fuel */
    bool has_fuel;
    int64_t fuel; /* what remains beyond the part that is in budget; negative when that has been overdrawn */

    /* runs: run.h */
    CorRun *runs;         /* all of them: not owned */
    int64_t aside;        /* fuel beyond what a step may use; INT64_MAX: without a limit */
    uint32_t pause_depth; /* the call_depth of the step that executes; deeper calls cannot pause.  0: none */
    bool pausing;         /* with COR_LEFT: the step ends here */
    bool wants_pause;     /* the step ends when the host's function that it has called returns */

    int64_t slice;      /* what a refill gives at most */
    int64_t slice_rest; /* what a refill did not give, since a limit of fuel comes before */
    /* state of a random sequence: slices of one length would end at the same place of a loop always */
    uint32_t slices;
    bool is_sampled; /* the engine has tiers: safepoints that refill are samples */
    /* the interpreter, when native code returns to it, looks for code at its next safepoints */
    bool looks_back;

    /* stress, for tests: every safepoint takes the slow path, where the stack moves; the n-th stops the program */
    bool stressed;
    uint64_t stop_at, safepoint_count;
    int64_t stress_step;        /* calls pause, and go on, after so much fuel; 0: they do not */
    bool watched;               /* every safepoint takes that path, for the tiers; the stack stays */
    uint64_t native_safepoints; /* of native code, that were samples */
    uint32_t native_exits;      /* how often native code has left other than at safepoints */
    uint32_t native_entries;    /* how often the interpreter has entered native code */
    uint32_t sampled_entries;   /* of them, at the last sample that looked */

    CorEngine *engine;
    CorInitialized *initialized; /* modules whose initialiser has run or runs */
    uint32_t initialized_count, initialized_capacity;
    bool has_failed_initializer; /* one has ever: it counts as one that is running */
    uint32_t entered;            /* nested cor_isolate_enter */
    uint32_t call_depth;         /* nested cor_call: frames of C between frames of the guest */
    uint64_t thread;             /* CorHeapLists.thread of the one that has entered, or was the last */

    /* What the last cor_call_words has left, as long as nobody has used the isolate since */
    /* CorHeapLists.thread of the one for which everything is as the next one needs it; 0: it has to look */
    uint64_t ready_thread;
    const CorWord *ready_entry; /* the function whose frame lies at the start of the stack */
    const void *ready_native;   /* its native code, or cor_native_none() */
    CorBoundary ready_boundary; /* below that */

    /* The dispatcher of system calls, and its state: policy, handles.  NULL: every call is denied. */
    CorStatus (*syscall)(CorIsolate *isolate, uint64_t number, const uint64_t *arguments, uint64_t *result,
                         const CorType *const *types);
    struct CorSyscallState *syscalls; /* vm/syscall: policy, handles */
    uint64_t direct_libraries;        /* that native code may call itself: CorDirectCall */
    int *errno_place;                 /* of that thread */
    int32_t foreign_errno;            /* what the last function of C left */
    struct CorForeignState *foreign;  /* vm/foreign: libraries it may call; NULL: none */
    void *host;                       /* the API's */
    void *host_handle;                /* what functions of the host get */
    uint32_t host_depth;              /* how many of them run that are not fresh */
    uint32_t streaming; /* functions of the host that run as streams: they cannot use the isolate */
    void (*visit_host)(void *host, CorHeapVisitor *visitor); /* the API's roots; may be NULL */
};

typedef struct CorIsolateOptions {
    size_t heap_quota;  /* bytes; 0: none */
    size_t stack_slots; /* 0: the default */
    int64_t fuel;       /* 0: unlimited */
} CorIsolateOptions;

/* NULL: host memory exhausted. */
CorIsolate *cor_isolate_new(CorEngine *engine, const CorIsolateOptions *options);
void cor_isolate_free(CorIsolate *isolate);

/* The end of the part of the VM stack that may be alive.  While native code executes and the collection is another
 * thread's, only native code knows. */
uint64_t *cor_isolate_alive(const CorIsolate *isolate);

/* What a thread does before it touches objects of the isolate, and after; pairs may nest.  COR_NO_MEMORY: it cannot. */
void cor_isolate_meet_thread(CorIsolate *isolate); /* one that is not the last one that had entered */
static inline CorStatus cor_isolate_enter(CorIsolate *isolate) {
    if (isolate->entered == 0) {
        isolate->ready_thread = 0;
        if (!cor_heap_enter(isolate->heap))
            return COR_NO_MEMORY;
        if (isolate->heap->thread->thread != isolate->thread)
            cor_isolate_meet_thread(isolate);
    }
    isolate->entered++;
    return COR_OK;
}
static inline void cor_isolate_leave(CorIsolate *isolate) {
    if (--isolate->entered == 0) {
        cor_heap_finalize_dead(isolate->heap);
        cor_heap_leave(isolate->heap);
    }
}

/* Calls a function: `arguments` are the slots of its parameters, `result` receives those of its result (may be NULL
 * without result). Re-entrant: native code may call it.  The arguments may not lie on the VM stack.  Implemented by vm/interp. */
CorStatus cor_call(CorIsolate *isolate, CorLoweredFunction *function, const uint64_t *arguments,
                   uint64_t *result);

/* Likewise a closure, which must be reachable from the machine stack. */
CorStatus cor_call_closure(CorIsolate *isolate, const CorClosureObject *closure, const uint64_t *arguments,
                           uint64_t *result);

/* How deeply cor_call may nest; deeper is StackOverflowError. */
enum { COR_MAX_CALL_DEPTH = 200 };

/* Asks the isolate to stop at its next look at the budget (at most COR_BUDGET_SLICE units away). Any thread. */
void cor_isolate_interrupt(CorIsolate *isolate, CorStopReason reason);
enum {
    COR_BUDGET_SLICE = 100000,
    COR_BUDGET_SAMPLE = 10000,        /* with tiers: so much work is a sample */
    COR_BUDGET_SAMPLE_FINAL = 100000, /* in code that no better one is going to replace */
};

/* How much work is a sample from the next refill on, where samples are taken. */
static inline void cor_isolate_sample_every(CorIsolate *isolate, int64_t units) {
    if (isolate->slice != 0)
        isolate->slice = units;
}

/* Whether another thread wishes that the program stops. */
static inline bool cor_isolate_is_wished(const CorIsolate *isolate) {
    return atomic_load_explicit(&isolate->interrupt, memory_order_relaxed) != COR_STOP_NONE;
}

/* COR_STOPPED when that is so: for what waits, and before a program begins. */
CorStatus cor_isolate_obey(CorIsolate *isolate); /* when there is a wish */
static inline CorStatus cor_isolate_heed(CorIsolate *isolate) {
    return cor_isolate_is_wished(isolate) ? cor_isolate_obey(isolate) : COR_OK;
}

/* The budget is used up: an interruption, the end of the fuel (COR_STOPPED), or a new slice.  COR_LEFT: a step ends, and the
 * topmost frame is to go on at the next instruction. */
CorStatus cor_isolate_refill(CorIsolate *isolate);

/* Makes the budget, which is not overdrawn, suffice for `amount`.  False: the fuel does not. */
bool cor_isolate_draw(CorIsolate *isolate, int64_t amount);

/* Lets the next safepoint look for an interruption, whatever is left of the budget. */
void cor_isolate_look_next(CorIsolate *isolate);

/* Lets the next safepoint be a sample, where samples are taken. */
void cor_isolate_look_soon(CorIsolate *isolate);

/* For tests: from now on every safepoint takes the slow path of the budget, and the stack moves there, so that nothing
 * may keep an address in it; the `stop_at`-th safepoint stops the program as an interruption does (0: none). */
void cor_isolate_stress(CorIsolate *isolate, uint64_t stop_at);

/* The fuel that is left, also beyond the step that executes; INT64_MAX without a limit.  _all_fuel: negative when more has
 * been used than there was. */
int64_t cor_isolate_fuel(const CorIsolate *isolate);
int64_t cor_isolate_all_fuel(const CorIsolate *isolate);

/* More fuel, where there is a limit. */
void cor_isolate_add_fuel(CorIsolate *isolate, int64_t units);

/* Lets the step that executes end when the function of the host that calls this has returned.  False: none executes. */
bool cor_isolate_pause(CorIsolate *isolate);

/* A function of the host has returned.  COR_LEFT: the step ends, as it has wished.  If a call that it made, which could not
 * pause, has overdrawn what the step may use, the next safepoint looks. */
CorStatus cor_isolate_look_returned(CorIsolate *isolate); /* when there is something to do */
static inline CorStatus cor_isolate_returned(CorIsolate *isolate) {
    return isolate->wants_pause || (isolate->fuel < 0 && isolate->budget > 0)
               ? cor_isolate_look_returned(isolate)
               : COR_OK;
}

/* Charges for work in proportion to a size; what goes below zero stops the program at the next safepoint. */
static inline void cor_isolate_charge(CorIsolate *isolate, uint64_t amount) {
    const uint64_t most = INT64_MAX >> 10; /* so that many of them do not overflow */
    isolate->budget -= (int64_t)(amount < most ? amount : most);
}

/* Whether the program stops now: somebody wishes it, or the fuel is overdrawn (which a step finds at its next safepoint). */
CorStatus cor_isolate_look(CorIsolate *isolate);

/* Charges for work before it is done.  COR_STOPPED: it is so much that it is not to be begun, since the fuel does not suffice,
 * or since the program was to stop anyway. */
static inline CorStatus cor_isolate_pay(CorIsolate *isolate, uint64_t amount) {
    enum { LARGE = 10000 }; /* what is less need not be looked at before the next safepoint */
    cor_isolate_charge(isolate, amount);
    return amount < LARGE ? COR_OK : cor_isolate_look(isolate);
}

/* Stops the program: sets the reason and returns COR_STOPPED. */
CorStatus cor_isolate_stop(CorIsolate *isolate, CorStopReason reason);

/* Makes room for the globals of modules linked since (vm/runtime calls it). */
CorStatus cor_isolate_update_globals(CorIsolate *isolate);

/* Runs the initialisers of a module and of what it imports that have not run in this isolate: imports first, in
 * source order, each once.  One that fails, and what imports the module, is to run again. */
CorStatus cor_isolate_initialize(CorIsolate *isolate, CorLinkedModule *module);

/* Initialises the module `to`, and gives its variables (`var`) the values of those of `from` that have the same name and
 * type. */
CorStatus cor_isolate_reload(CorIsolate *isolate, CorLinkedModule *from, CorLinkedModule *to);

#endif

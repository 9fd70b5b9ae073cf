/* An isolate: one running program.  Its globals, its stack, its budget, its pending error and its quotas.
 *
 * An isolate runs on one thread at a time; other threads may only call the functions that say so. */
#ifndef COR_RUNTIME_ISOLATE_H
#define COR_RUNTIME_ISOLATE_H

#include "vm/runtime/engine.h"

typedef enum CorStopReason {
    COR_STOP_NONE,
    COR_STOP_EXIT, /* exit(code): isolate->exit_code */
    COR_STOP_FUEL,
    COR_STOP_TIME,
    COR_STOP_INTERRUPT,
    COR_STOP_OUTPUT,
} CorStopReason;

/* The VM stack of a fiber: slots that grow upwards, moved when it grows (vm/interp/stack.h owns the policy). */
typedef struct CorStack {
    uint64_t *base;  /* owned */
    uint64_t *limit; /* end of the slots in use by policy; a frame must end at or below it */
    size_t capacity; /* slots at base */
    size_t maximum;  /* quota, in slots */
} CorStack;

struct CorIsolate {
    /* read by every call and back-edge */
    int64_t budget;      /* what may still be charged before the slow path looks: fuel, interruption, time */
    CorStack stack;
    uint64_t *globals;   /* slots; laid out by the engine, in order of linking */
    uint8_t *globals_set; /* a byte per slot: whether it is initialised */
    uint32_t globals_count;
    uint32_t initializing; /* how many initialisers are running; no check of globals_set is needed at zero */

    /* where it runs; valid while native code or a slow path is running, so that traces and roots can be read */
    uint64_t *fp;       /* the topmost frame */
    const CorWord *ip;  /* the instruction it executes */
    uint64_t *top;      /* the end of what the collector must scan */

    CorObject *pending; /* the error being thrown */
    uint32_t stop_reason; /* CorStopReason */
    int32_t exit_code;
    _Atomic uint32_t interrupt; /* set by other threads; the slow path of the budget reads it */

    /* fuel */
    bool has_fuel;
    int64_t fuel; /* what remains beyond the part that is in budget */

    CorEngine *engine;
    CorLinkedModule **initialized; /* modules whose initialiser has run or runs */
    uint32_t initialized_count;

    struct CorHeap *heap;         /* vm/heap: quota, thread's free lists */
    struct CorSyscallState *syscalls; /* vm/syscall: policy, handles */
    void *host;                   /* the API's */
};

typedef struct CorIsolateOptions {
    size_t heap_quota;   /* bytes; 0: none */
    size_t stack_slots;  /* 0: the default */
    int64_t fuel;        /* 0: unlimited */
} CorIsolateOptions;

/* NULL: host memory exhausted. */
CorIsolate *cor_isolate_new(CorEngine *engine, const CorIsolateOptions *options);
void cor_isolate_free(CorIsolate *isolate);

/* Makes room for the globals of modules linked since (vm/runtime calls it). */
CorStatus cor_isolate_update_globals(CorIsolate *isolate);

/* Runs the initialisers of a module and of what it imports that have not run in this isolate: imports first, in
 * source order, each once. */
CorStatus cor_isolate_initialize(CorIsolate *isolate, CorLinkedModule *module);

/* Raises an error of std.core with a formatted message: sets isolate->pending (trace included) and returns COR_THROWN. */
CorStatus cor_throw(CorIsolate *isolate, CorErrorClass error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

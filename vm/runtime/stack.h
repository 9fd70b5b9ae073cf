/* The VM stack: the frames of the program, as slots that grow upwards.
 *
 * It starts small and is moved when it grows, so that an isolate or a fiber costs no more than it uses, and none needs
 * a mapping of its own. Nothing refers to it by address but isolate->fp and the interpreter's copy of it: frames
 * are linked by distances (code.h).  Native code does hold addresses of frames: before an isolate runs some for the first
 * time, its stack moves once more, to address space for all of its quota, where it grows in place from then on.
 *
 * The quota counts logical slots, so the same call is the deepest on every host.  Beyond it lies a reserve: after a
 * StackOverflowError the frames of handlers may use it, until an error is caught well below the quota again. */
#ifndef COR_RUNTIME_STACK_H
#define COR_RUNTIME_STACK_H

#include "vm/runtime/isolate.h"

enum {
    COR_STACK_INITIAL = 1024,        /* slots; 8 KiB */
    COR_STACK_DEFAULT = 1024 * 1024, /* slots; 8 MiB: about a hundred thousand simple frames */
    COR_STACK_MINIMUM = 512,         /* least quota in slots */
    COR_STACK_RESERVE = 2048,        /* slots beyond the quota for handlers */
};

/* `maximum` is the quota in slots, 0: the default. False: host memory exhausted. */
bool cor_stack_start(CorStack *stack, size_t maximum);
void cor_stack_free(const CorIsolate *isolate, CorStack *stack);

/* Makes room for a frame that ends at `end`, which is above the limit; the stack may move, and isolate->fp with it.
 * COR_THROWN: StackOverflowError, or OutOfMemoryError by the heap quota. */
CorStatus cor_stack_grow(CorIsolate *isolate, uint64_t *end);

/* Moves the stack to other memory, and isolate->fp with it, where that can be had: for tests. */
void cor_stack_move(CorIsolate *isolate);

/* Moves the stack, unless that has been done, to where it will stay.  False: there is no address space. */
bool cor_stack_fix(CorIsolate *isolate);

/* Whether a frame that ends at `end` is within the quota (and the reserve, while that is in use). */
bool cor_stack_allows(const CorIsolate *isolate, const uint64_t *end);

/* An error was caught in the topmost frame: ends or keeps the use of the reserve. */
void cor_stack_caught(CorIsolate *isolate);

/* The end of the topmost frame, from where on nothing is alive; in native code, of the frame at whose site it stands. */
uint64_t *cor_stack_top(const CorIsolate *isolate);

/* ---- Walking the frames ---- */

/* Between the frames of the guest and those of C that called it lies a boundary frame, made by cor_call: its function is
 * NULL, and below its header it keeps the frame it interrupted: `fp[-3]` is the distance of its fp from the stack's base
 * (0: none), `fp[-4]` the instruction it executes.  Walks step over it. */
enum {
    COR_STACK_BOUNDARY = COR_FRAME_HEADER + 2, /* slots below the fp of a boundary frame */
    /* slots above the topmost frame that cor_call writes before its frame is the topmost: no references */
    COR_STACK_MARGIN = COR_STACK_BOUNDARY + COR_FRAME_HEADER,
};

/* A frame that native code reserved for itself is only its place and the site that stands for its instruction (native.h);
 * functions inlined there are frames, too, which share both and are told apart by `inlined`. */
typedef struct CorFrame {
    uint64_t *fp; /* NULL: beyond the outermost */
    const CorWord *ip;
    uint32_t inlined; /* at a site: index of its frame, innermost first */
} CorFrame;

/* The topmost frame; needs isolate->ip. */
CorFrame cor_frame_top(const CorIsolate *isolate);
/* The frame that called it. */
CorFrame cor_frame_caller(const CorIsolate *isolate, CorFrame frame);
/* The end of a frame of the interpreter. */
uint64_t *cor_frame_end(CorFrame frame);
/* What it runs, and the index of its instruction. */
const CorLoweredFunction *cor_frame_function(CorFrame frame);
uint32_t cor_frame_index(CorFrame frame);

static inline const CorWord *cor_frame_entry(const uint64_t *fp) {
    return (const CorWord *)(uintptr_t)fp[-2];
}
static inline const CorWord *cor_frame_call(const uint64_t *fp) {
    return (const CorWord *)(uintptr_t)fp[-1];
}

#endif

/* Native code: what a code generator makes of lowered code, and how it lives beside the interpreter.
 *
 * Convention.  A native function is called as
 *
 *     { i32 status, i64 r0, i64 r1, i64 budget } entry(isolate, fp, budget, a0, a1, ..)
 *
 * with LLVM's swiftcc, which is C's convention but for two things: all four results are in registers (rax, rdx, rcx, r8;
 * x0 to x3), and the isolate has a register of its own, which callees preserve (swiftself: r13; x20).  `fp` is slot 0 of
 * its logical frame on the VM stack, which lies where the interpreter would put it; `budget` is that of the isolate, where it is
 * not while native code calls native code and returns COR_OK: every other status finds it in the isolate; a0.. are
 * the function's parameter slots, each an i64, all of them; r0 and r1 are its first result slots (COR_NATIVE_RESULTS), further
 * ones are in the frame, from fp[2] on.  A call of a closure passes the closure as one argument more, which a function that
 * does not use it ignores.  The function makes sure of the stacks (GROW_STACK) and then charges its weight, in the order of the
 * interpreter.  Status: COR_OK, COR_THROWN (isolate->pending), COR_STOPPED, or COR_LEFT.  Code that is entered at a loop head has
 * no arguments: all live slots are in the frame.  C calls either by cor_machine_call.
 *
 * Frames.  The logical frame is reserved but not written: native code keeps its values in registers.  Before a call it
 * stores the address of the call's *site* at callee[-1], where the interpreter stores the calling instruction; a site
 * begins with a pseudo call of the same shape that returns to HALT, so an interpreted callee returns to whoever runs
 * the interpreter for native code.  A site knows the function and instruction of the frame, and of the functions
 * inlined there.  So traces read the same chain in every tier.  While native code runs, the VM stack does not move.
 *
 * Leaving.  At a safepoint, or where a guard fails, native code has its live slots written into its logical frame, and those
 * of inlined functions into theirs, with their headers {entry, call} (the outermost has its call already), by
 * cor_native_leave (leave.h), which sets isolate->fp and isolate->ip to the innermost, and isolate->left_status to COR_OK (go on
 * there), COR_THROWN (an error is pending there) or COR_NO_MEMORY (not even for that); then it asks cor_native_settle.  If native code has called, that interprets the frame to its end, and the code returns as ever.
 * If it was the interpreter, the code returns COR_LEFT, and the interpreter goes on there.  When the machine stack is short,
 * everything has to leave: native code returns COR_LEFT to native code, which writes its frames likewise, replaces the site
 * at callee[-1] by the calling instruction, and returns COR_LEFT; what the innermost frame set in the isolate stays.
 *
 * A function without native code is entered at cor_machine_enter, which finds the function's entry in the register of LLVM's
 * `nest` (r10, x18): every call passes it there, but for those of a function by itself. */
#ifndef COR_RUNTIME_NATIVE_H
#define COR_RUNTIME_NATIVE_H

#include "vm/native/machine.h"
#include "vm/runtime/exit.h"
#include "vm/runtime/isolate.h"

enum { COR_NATIVE_RESULTS = 2 }; /* result slots in registers */

/* Bytes of machine stack beyond native_limit for lowering, and for hosts, which may nest calls of programs. */
enum { COR_NATIVE_ROOM = 768 << 10 };

/* Physical or inlined frames of a site, innermost first. */
typedef struct CorNativeFrame {
    const CorLoweredFunction *function;
    uint32_t index;    /* of the instruction, in words */
    uint32_t distance; /* of its fp from the physical frame's, in slots */
} CorNativeFrame;

typedef struct CorNativeSite {
    /* {NATIVE_SITE, a, b: distance of the callee's frame}, {pointer: the site itself}, {HALT} */
    CorWord words[3];
    const CorNativeFrame *frames;
    uint32_t frame_count;
    /* of code that was entered at a loop head: what it has not read of its frame is still there */
    bool from_loop;
} CorNativeSite;

/* Where native code leaves, and how often it has done so there. */
typedef struct CorNativeExit {
    uint32_t count;                     /* incremented by whoever leaves, without regard to other threads */
    uint32_t kind;                      /* CorExitKind */
    const CorLoweredFunction *function; /* the innermost frame */
    uint32_t index;
} CorNativeExit;

/* What descriptions of leaving (leave.h) refer to by number.  It stands in front of them. */
typedef struct CorNativeTables {
    CorNativeExit *exits;
    const CorNativeFrame *frames;
    const void *const *constants;
    size_t size;    /* bytes of the descriptions */
    bool from_loop; /* as of the sites */
} CorNativeTables;

/* The code of one function, from its start or from a loop head on.  Made and owned by the loader (code_loader.h). */
typedef struct CorNativeCode {
    CorLoweredFunction *function;
    uint32_t tier;
    uint32_t index; /* 0, or the loop head where it is entered */
    void *entry;    /* by the convention above */
    size_t bytes;   /* of machine code and data */
    size_t held;    /* bytes of memory that it takes: whole pages */
    const CorNativeSite *sites;
    uint32_t site_count;
    CorNativeExit *exits;
    uint32_t exit_count;
    struct CorNativeCode *next; /* others of the same function: for the engine */
} CorNativeCode;

enum {
    EFFECT_F = 1 << 20,
    EFFECT_N = 1 << 22
}; /* of helpers, beyond those of opcodes.def and lowered.def: helpers.def */

/* The addresses of helpers.def, by CorHelper. */
typedef enum CorHelper {
#define HELPER(name, function, signature, effects, semantics) COR_HELPER_##name,
#include "vm/runtime/helpers.def"
#undef HELPER
    COR_HELPER_COUNT
} CorHelper;

typedef struct CorHelperInfo {
    const char *name; /* of the symbol */
    const char *signature;
    uint32_t effects;
    void (*function)(void);
} CorHelperInfo;

extern const CorHelperInfo cor_helpers[COR_HELPER_COUNT]; /* in vm/interp */

static inline bool cor_word_is_site(const CorWord *word) {
    return cor_word_load(word).op == COR_LOWERED_NATIVE_SITE;
}
static inline const CorNativeSite *cor_word_site(const CorWord *word) {
    return (const CorNativeSite *)(const void *)word;
}

/* How many of a function's result slots are in registers. */
static inline size_t cor_native_register_results(const CorLoweredFunction *function) {
    return function->result_slots < COR_NATIVE_RESULTS ? function->result_slots : COR_NATIVE_RESULTS;
}

/* Where native code enters a function that has none: cor_machine_enter. */
static inline void *cor_native_none(void) {
    return (void *)(uintptr_t)cor_machine_enter;
}

/* Calls code with the arguments in the frame, and leaves its results there. */
CorStatus cor_native_call(CorIsolate *isolate, uint64_t *fp, const CorNativeCode *code);

/* What comes from there; see machine.h.  COR_OK: the results are in registers[0], registers[1] and the frame. */
CorStatus cor_native_enter(CorIsolate *isolate, uint64_t *frame, const CorWord *entry, uint64_t *registers,
                           const uint64_t *stack);

/* Makes native code known: native callers and the interpreter enter it from now on.  Any thread; takes the engine's lock.
 * The newest code for an index is the one that is entered. */
void cor_native_publish(CorNativeCode *code);

/* Lets nobody enter the code any more.  Whoever is in it stays there. */
void cor_native_withdraw(CorNativeCode *code);

/* The code that is entered at an index; NULL: there is none. */
const CorNativeCode *cor_native_code(const CorLoweredFunction *function, uint32_t index);

#endif

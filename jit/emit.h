/* From the SSA form to a module of LLVM.
 *
 * A graph becomes one function, `entry`, by the convention of vm/runtime/native.h.  When it starts at a loop head, its live
 * slots are in the frame, and there are no arguments.
 *
 * The module mentions nothing of the process by address.  External symbols stand for it, which whoever loads the object
 * file defines:
 *   k0, k1, ..      graph->constants (emission adds to them)
 *   sites           the array of CorNativeSite, described by JitEmitted
 *   the helpers     by the names of their functions in helpers.def
 *
 * So the object file that is made of it is that of a code object (vm/runtime/code_object.h). */
#ifndef JIT_EMIT_H
#define JIT_EMIT_H

#include <llvm-c/Types.h>

#include "jit/ir.h"
#include "vm/runtime/leave.h"
#include "vm/runtime/native.h"

typedef struct JitEmitOptions {
    /* for LLVM's fast instruction selection: forms that it knows, and nothing that only passes of tier 2 read */
    bool fast;
    /* registers are allocated fast, too: there must be enough of them for what an instruction mentions */
    bool quick;
    bool unmetered;      /* for measuring: nothing is charged */
    uint64_t fail_every; /* test: every n-th guard fails; 0: none without reason */
    bool perf, gdb;      /* frame pointers and unwind tables, for them */
} JitEmitOptions;

/* A place where the code was asked to leave; LLVM may have made several of it, or none. */
typedef struct JitLeave {
    const JitState *state;
    CorLeaveKind kind;
    uint32_t distance, exit;           /* as in leave.h; of the emitted exits */
    uint32_t first_frame, frame_count; /* of the emitted frames */
    const JitNode **values;            /* the call's operands behind the first JIT_LEAVE_FIXED */
    uint32_t value_count;
} JitLeave;

enum {
    JIT_LEAVE_FIXED = 3, /* the isolate, fp, the budget */
    JIT_LEAVE_QUICK =
        8, /* values that may be in registers, when these are allocated fast; an operand more says where
                            the others are, each in a word */
};

/* All in the graph's arena. */
typedef struct JitEmitted {
    JitEmitOptions options;
    bool loops; /* whether there are any */
    CorCodeSite *sites;
    uint32_t site_count, site_capacity;
    CorCodeFrame *frames;
    uint32_t frame_count, frame_capacity;
    CorCodeExit *exits;
    uint32_t exit_count, exit_capacity;
    JitLeave *leaves; /* by the number of their calls */
    uint32_t leave_count, leave_capacity;
    /* once there is an object file: jit/leaves.h */
    CorCodeLeave *places;
    uint32_t place_count, place_capacity;
    const uint8_t *descriptions, *elf;
    uint32_t description_size;
    size_t elf_size;
} JitEmitted;

/* Fills the module with the code of a graph in which every representation is decided.  False: memory is exhausted, or the
 * function is too large. */
bool jit_emit(JitGraph *graph, LLVMModuleRef module, const JitEmitOptions *options, JitEmitted *emitted);

/* Whether a value that a state mentions must come from the code: constants and removed objects do not. */
static inline bool jit_leave_needs(const JitNode *node) {
    return node->op != JIT_CONST && node->op != JIT_POINTER && node->op != JIT_VIRTUAL;
}

/* Whether a slot's value is there already, as the entry found it in that slot. */
static inline bool jit_leave_is_in_place(const JitState *state, const JitSlot *slot) {
    return slot->value->op == JIT_FRAME_SLOT && slot->value->number == state->distance + slot->slot;
}

/* The name of a helper's symbol. */
const char *jit_helper_name(CorHelper helper);

#endif

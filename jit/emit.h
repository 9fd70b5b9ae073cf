/* From the SSA form to a module of LLVM.
 *
 * A graph that starts at the function's first instruction becomes two functions: the *entry*, by the convention of
 * vm/runtime/native.h, and the *adapter*, by which the interpreter calls it.  A graph that starts at a loop head becomes an
 * adapter alone, whose live slots are in the frame.
 *
 * The module mentions nothing of the process by address.  External symbols stand for it, which whoever loads the object
 * file defines:
 *   k0, k1, ..      graph->constants (emission adds to them)
 *   sites, exits    arrays of CorNativeSite and CorNativeExit, described by JitEmitted
 *   the helpers     by the names of their functions in helpers.def
 *
 * So the object file that is made of it is that of a code object (vm/runtime/code_object.h). */
#ifndef JIT_EMIT_H
#define JIT_EMIT_H

#include <llvm-c/Types.h>

#include "jit/ir.h"
#include "vm/runtime/native.h"

typedef struct JitEmitOptions {
    uint64_t fail_every; /* test: every n-th guard fails; 0: none without reason */
    bool perf, gdb;      /* frame pointers and unwind tables, for them */
} JitEmitOptions;

/* All in the graph's arena. */
typedef struct JitEmitted {
    CorCodeSite *sites;
    uint32_t site_count, site_capacity;
    CorCodeFrame *frames;
    uint32_t frame_count, frame_capacity;
    CorCodeExit *exits;
    uint32_t exit_count, exit_capacity;
} JitEmitted;

/* Fills the module with the code of a graph in which every representation is decided.  False: memory is exhausted, or the
 * function is too large. */
bool jit_emit(JitGraph *graph, LLVMModuleRef module, const JitEmitOptions *options, JitEmitted *emitted);

/* The name of a helper's symbol. */
const char *jit_helper_name(CorHelper helper);

#endif

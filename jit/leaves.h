/* Where native code leaves: from what LLVM says of the calls that leave to the tables of a code object. */
#ifndef JIT_LEAVES_H
#define JIT_LEAVES_H

#include "jit/emit.h"

/* Describes where the code of an object file leaves, of a graph that has been emitted: fills emitted->places and descriptions, and
 * emitted->elf, which is the file without what LLVM said.  All is in the graph's arena.  NULL, or what is wrong. */
const char *jit_leaves_describe(JitGraph *graph, JitEmitted *emitted, const void *file, size_t size);

#endif

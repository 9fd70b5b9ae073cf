/* A session with LLVM: modules become object files.
 *
 * An object file refers to nothing of the process by address: all of the engine that it mentions are undefined symbols.  The
 * engine loads it (vm/runtime/code_loader.h).  A session belongs to one thread at a time.  Nothing of LLVM but this folder
 * knows it. */
#ifndef JIT_SESSION_H
#define JIT_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <llvm-c/TargetMachine.h>

enum { JIT_FAILURE = 160 }; /* bytes of a message that says what failed */

typedef struct JitSession JitSession;

/* `quick`: LLVM takes as little time as it can, for tests of all that is before it.  NULL: `failure`, of JIT_FAILURE bytes, says
 * why. */
JitSession *session_open(bool quick, char *failure);
void session_close(JitSession *session);

/* Such as "LLVM 19.1.7, x86_64, znver3"; the session's. */
const char *session_description(const JitSession *session);

/* Whether the tier's instructions are selected fast: one by one, those that LLVM's fast selection knows. */
bool session_is_fast(const JitSession *session, uint32_t tier);

/* An empty module for the session's machine, in a context of its own; freed by session_free_module. */
LLVMModuleRef session_new_module(JitSession *session, const char *name);
void session_free_module(LLVMModuleRef module);

/* Runs the tier's pipeline on a module, which may have loops. */
bool session_optimize(JitSession *session, LLVMModuleRef module, uint32_t tier, bool loops, char *failure);

/* The module as an object file; freed by LLVMDisposeMemoryBuffer.  NULL: *failure. */
LLVMMemoryBufferRef session_object(JitSession *session, LLVMModuleRef module, uint32_t tier, char *failure);

/* Writes the instructions of an object file's functions. */
void session_disassemble(JitSession *session, const void *object, size_t size, void *file);

#endif

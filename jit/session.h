/* A session with LLVM: modules become object files, object files become running code.
 *
 * The two steps are separate, because object files can be kept.  An object file refers to nothing of the process by
 * address: all of the engine that it mentions are undefined symbols, whose values are given when it is loaded.  Loaded code is
 * a library of ORC of its own, so that it can be unloaded; libraries are used again, as LLVM's C interface cannot remove
 * one.  LLVM's linker (JITLink) writes the code before it makes it executable, and never has it both ways.
 *
 * A session belongs to one thread at a time.  Nothing of LLVM but this folder knows it. */
#ifndef JIT_SESSION_H
#define JIT_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <llvm-c/Orc.h>
#include <llvm-c/TargetMachine.h>

enum { JIT_FAILURE = 160 }; /* bytes of a message that says what failed */

typedef struct JitSession JitSession;

typedef struct JitSessionOptions {
    bool gdb;  /* register loaded code with a debugger */
    bool perf; /* write /tmp/perf-PID.map */
} JitSessionOptions;

/* The value of an undefined symbol of an object file. */
typedef struct JitSymbol {
    const char *name;
    uintptr_t address;
} JitSymbol;

/* Code in memory. */
typedef struct JitLoaded {
    LLVMOrcJITDylibRef library;
    void *addresses[2]; /* of the names asked for */
    size_t bytes;       /* of its sections */
} JitLoaded;

/* NULL: `failure`, of JIT_FAILURE bytes, says why. */
JitSession *session_open(const JitSessionOptions *options, char *failure);
void session_close(JitSession *session); /* what is loaded is gone then */

/* Such as "LLVM 19.1.7, x86_64, znver3"; the session's. */
const char *session_description(const JitSession *session);

/* What identifies objects that this session can load, beyond the modules they are made of: LLVM's version, the processor and its
 * features.  The session's. */
const char *session_target(const JitSession *session);

/* An empty module for the session's machine, in a context of its own; freed by session_free_module. */
LLVMModuleRef session_new_module(JitSession *session, const char *name);
void session_free_module(LLVMModuleRef module);

/* Runs the tier's pipeline on a module. */
bool session_optimize(JitSession *session, LLVMModuleRef module, uint32_t tier, char *failure);

/* The module as an object file; freed by LLVMDisposeMemoryBuffer.  NULL: *failure. */
LLVMMemoryBufferRef session_object(JitSession *session, LLVMModuleRef module, uint32_t tier, char *failure);

/* Loads an object file; its undefined symbols are `symbols` and a few functions of the C library.  `names` are the symbols
 * whose addresses are wanted, NULL: none. */
bool session_load(JitSession *session, const void *object, size_t size, const JitSymbol *symbols,
                  uint32_t symbol_count, const char *const names[2], JitLoaded *loaded, char *failure);
void session_unload(JitSession *session, JitLoaded *loaded);

/* Writes the instructions of a loaded or unloaded object file's functions. */
void session_disassemble(JitSession *session, const void *object, size_t size, void *file);

#endif

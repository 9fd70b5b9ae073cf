/* The parts of a session, shared by its files. */
#ifndef JIT_SESSION_INTERNAL_H
#define JIT_SESSION_INTERNAL_H

#include "jit/session.h"

#include <stdio.h>

#include <llvm-c/LLJIT.h>

enum { SESSION_TIERS = 2 };

struct JitSession {
    JitSessionOptions options;
    LLVMOrcLLJITRef jit;
    LLVMTargetMachineRef machines[SESSION_TIERS];
    char *triple, *cpu, *features; /* LLVM's */
    char description[128];
    char *target;
    LLVMOrcJITDylibRef *free; /* cleared libraries; room for all */
    uint32_t free_count, library_count;
    FILE *perf_map; /* NULL: none */
};

/* ---- session_object.c: reading object files ---- */

/* Bytes of the sections that are loaded. */
size_t session_object_bytes(const void *object, size_t size);

void session_perf_open(JitSession *session);
void session_perf_close(JitSession *session);
/* Tells perf where the named functions are. */
void session_perf_add(JitSession *session, const void *object, size_t size, const char *const names[2],
                      const JitLoaded *loaded);

#endif

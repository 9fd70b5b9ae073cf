/* The parts of a session, shared by its files. */
#ifndef JIT_SESSION_INTERNAL_H
#define JIT_SESSION_INTERNAL_H

#include "jit/session.h"

enum { SESSION_TIERS = 2 };

struct JitSession {
    LLVMTargetMachineRef machines[SESSION_TIERS];
    bool quick;
    char *triple, *cpu, *features; /* LLVM's */
    char description[128];
};

#endif

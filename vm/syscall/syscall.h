/* The dispatcher of system calls: the one way from a program to its host.
 *
 * Every call passes cor_syscall_dispatch: it checks the authority, charges fuel, and calls the
 * implementation, a function per row of vm/bytecode/syscalls.def named syscall_ROW (a row without one does
 * not link).  What an isolate may reach is its CorSyscallState: policy, open files, streams, arguments,
 * environment, quotas. */
#ifndef COR_SYSCALL_SYSCALL_H
#define COR_SYSCALL_SYSCALL_H

#include "vm/bytecode/syscall.h"
#include "vm/runtime/isolate.h"
#include "vm/syscall/handles.h"
#include "vm/syscall/policy.h"
#include "vm/syscall/stream.h"

/* Texts that the launcher gives a program. */
typedef struct SyscallTexts {
    char **items; /* owned */
    uint32_t count;
} SyscallTexts;

typedef struct CorSyscallState {
    const CorHost *host;
    Policy policy;
    Handles handles;
    StreamOutput standard_output, standard_error;
    StreamReader *read_input; /* NULL: from the host */
    void *input_context;
    uint64_t output_left; /* bytes that may still be written; UINT64_MAX: no quota */
    SyscallTexts arguments;
    SyscallTexts environment;                /* NAME=VALUE, sorted */
    uint8_t authority_of[COR_SYSCALL_COUNT]; /* PolicyAuthority */
} CorSyscallState;

enum { COR_SYSCALL_HANDLES = 256 }; /* open files, by default */

/* The state of an isolate that is granted nothing.  NULL: host memory exhausted. */
CorSyscallState *cor_syscall_state_new(const CorHost *host);
/* Hands on what was written and closes what is open. */
void cor_syscall_state_free(CorSyscallState *state);

/* Lets the isolate make calls, by the state, which stays the caller's. */
void cor_syscall_attach(CorIsolate *isolate, CorSyscallState *state);

/* Replaces texts by copies.  False: host memory exhausted. */
bool cor_syscall_set_texts(SyscallTexts *texts, const char *const *items, uint32_t count);

#endif

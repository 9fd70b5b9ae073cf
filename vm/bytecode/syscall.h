/* The table of syscalls, derived from syscalls.def. */
#ifndef COR_BYTECODE_SYSCALL_H
#define COR_BYTECODE_SYSCALL_H

#include <stddef.h>
#include <stdint.h>

typedef enum CorSyscall {
#define SYSCALL(name, text, signature, authority, semantics) COR_SYSCALL_##name,
#include "vm/bytecode/syscalls.def"
#undef SYSCALL
    COR_SYSCALL_COUNT
} CorSyscall;

typedef struct CorSyscallInfo {
    const char *name;
    const char *signature; /* see signature.h */
    const char *authority; /* what must have been granted; empty: nothing */
    const char *semantics;
} CorSyscallInfo;

extern const CorSyscallInfo cor_syscall_info[COR_SYSCALL_COUNT];

/* The number of the syscall of that name, or COR_NONE. */
uint32_t cor_syscall_find(const char *name, size_t length);

#endif

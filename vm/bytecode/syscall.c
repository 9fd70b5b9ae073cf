#include "vm/bytecode/syscall.h"

#include <string.h>

const CorSyscallInfo cor_syscall_info[COR_SYSCALL_COUNT] = {
#define SYSCALL(name, text, signature, authority, semantics)                                                 \
    [COR_SYSCALL_##name] = {text, signature, authority, semantics},
#include "vm/bytecode/syscalls.def"
#undef SYSCALL
};

uint32_t cor_syscall_find(const char *name, size_t length) {
    for (uint32_t i = 0; i < COR_SYSCALL_COUNT; i++) {
        const char *have = cor_syscall_info[i].name;
        if (strlen(have) == length && memcmp(have, name, length) == 0) {
            return i;
        }
    }
    return UINT32_MAX;
}

#include "vm/native/debugger.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vm/native/machine.h"

/* The names, types and numbers are the debugger's. */
struct CorDebuggerEntry {
    CorDebuggerEntry *next, *previous;
    const void *object;
    uint64_t size;
};

struct jit_descriptor {
    uint32_t version, action;
    CorDebuggerEntry *changed, *first;
};

enum { ACTION_ADD = 1, ACTION_REMOVE = 2 };

void __jit_debug_register_code(void);
extern struct jit_descriptor __jit_debug_descriptor;

__attribute__((noinline, used)) void __jit_debug_register_code(void) {
    __asm__ volatile("" ::: "memory");
}

struct jit_descriptor __jit_debug_descriptor = {.version = 1};

static atomic_flag debugger_lock = ATOMIC_FLAG_INIT; /* of the descriptor and the list */

static void debugger_tell(uint32_t action, CorDebuggerEntry *entry) {
    __jit_debug_descriptor.action = action;
    __jit_debug_descriptor.changed = entry;
    __jit_debug_register_code();
    atomic_flag_clear_explicit(&debugger_lock, memory_order_release);
}

static void debugger_take(void) {
    while (atomic_flag_test_and_set_explicit(&debugger_lock, memory_order_acquire))
        cor_machine_pause();
}

CorDebuggerEntry *cor_debugger_add(const void *object, size_t size) {
    CorDebuggerEntry *entry = malloc(sizeof *entry + size);
    if (!entry)
        return NULL;
    memcpy(entry + 1, object, size);
    *entry = (CorDebuggerEntry){.object = entry + 1, .size = size};
    debugger_take();
    entry->next = __jit_debug_descriptor.first;
    if (entry->next)
        entry->next->previous = entry;
    __jit_debug_descriptor.first = entry;
    debugger_tell(ACTION_ADD, entry);
    return entry;
}

void cor_debugger_remove(CorDebuggerEntry *entry) {
    if (!entry)
        return;
    debugger_take();
    if (entry->previous)
        entry->previous->next = entry->next;
    else
        __jit_debug_descriptor.first = entry->next;
    if (entry->next)
        entry->next->previous = entry->previous;
    debugger_tell(ACTION_REMOVE, entry);
    free(entry);
}

/* What the implementations of syscalls share. */
#ifndef COR_SYSCALL_SYSCALL_SUPPORT_H
#define COR_SYSCALL_SYSCALL_SUPPORT_H

#include "vm/runtime/object.h"
#include "vm/syscall/syscall.h"

#define SYSCALL(name, text, signature, authority, semantics) CorNative syscall_##name;
#include "vm/bytecode/syscalls.def"
#undef SYSCALL

/* The head of an implementation. */
#define SYSCALL_FUNCTION(name)                                                                               \
    CorStatus syscall_##name(                                                                                \
        __attribute__((unused)) CorIsolate *isolate, __attribute__((unused)) const uint64_t *arguments,      \
        __attribute__((unused)) uint64_t *result, __attribute__((unused)) const CorType *const *types)

static inline const CorStringObject *syscall_string(uint64_t slot) {
    return (const CorStringObject *)(uintptr_t)slot;
}

/* Gives an object as the result; NULL: raises OutOfMemoryError. */
CorStatus syscall_give(CorIsolate *isolate, uint64_t *result, const void *object);

/* What a message shows of a path, `%.*s%s`, so that what follows is never cut off. */
int syscall_shown_length(const char *path);
const char *syscall_shown_end(const char *path);

/* Raises the error of a failed operation of the host: `cannot ACTION 'PATH': why`; without a path when it is NULL. */
CorStatus syscall_throw(CorIsolate *isolate, CorHostStatus status, const char *action, const char *path);

/* The bytes [offset, offset + count) of an Array<u8>, checked: arguments[0] array, [1] offset, [2] count. */
CorStatus syscall_bytes(CorIsolate *isolate, const uint64_t *arguments, char **bytes, size_t *count);

/* A string of the host's text; what is not UTF-8 in it becomes U+FFFD.  NULL: out of memory. */
CorStringObject *syscall_text(CorIsolate *isolate, const char *bytes, size_t length);

/* Gives an Array<int> of the values as the result, or raises OutOfMemoryError. */
CorStatus syscall_give_ints(CorIsolate *isolate, uint64_t *result, const int64_t *values, uint32_t count);

/* An array of strings of the host's texts. `lengths` may be NULL: they are terminated. */
CorStatus syscall_give_texts(CorIsolate *isolate, uint64_t *result, char *const *items, const size_t *lengths,
                             uint32_t count);

#endif

/* Syscalls on the memory of C, for those who may call one of its libraries: addresses are trusted. */
#include <string.h>

#include "vm/foreign/foreign.h"
#include "vm/native/ffi/foreign.h"
#include "vm/syscall/syscall_support.h"

/* A place in C's memory; NULL: an error was thrown. */
static char *foreign_place(CorIsolate *isolate, uint64_t address) {
    if (address == 0)
        cor_throw(isolate, COR_ERROR_NULL, "the pointer is null");
    return (char *)(uintptr_t)address;
}

static bool foreign_is_width(uint64_t size) {
    return size == 1 || size == 2 || size == 4 || size == 8;
}

SYSCALL_FUNCTION(FFI_LOAD) {
    const char *place = foreign_place(isolate, arguments[0]);
    if (!place)
        return COR_THROWN;
    if (!foreign_is_width(arguments[1]))
        return cor_throw(isolate, COR_ERROR_VALUE, "numbers have 1, 2, 4 or 8 bytes");
    *result = 0;
    memcpy(result, place, arguments[1]); /* the lowest byte comes first */
    return COR_OK;
}

SYSCALL_FUNCTION(FFI_STORE) {
    char *place = foreign_place(isolate, arguments[0]);
    if (!place)
        return COR_THROWN;
    if (!foreign_is_width(arguments[1]))
        return cor_throw(isolate, COR_ERROR_VALUE, "numbers have 1, 2, 4 or 8 bytes");
    memcpy(place, &arguments[2], arguments[1]);
    return COR_OK;
}

static CorStatus foreign_copy(CorIsolate *isolate, const uint64_t *arguments, bool is_read) {
    char *bytes;
    size_t count;
    CorStatus status = syscall_bytes(isolate, arguments, &bytes, &count);
    if (status != COR_OK || count == 0)
        return status;
    char *place = foreign_place(isolate, arguments[3]);
    if (!place)
        return COR_THROWN;
    memmove(is_read ? bytes : place, is_read ? place : bytes, count);
    return COR_OK;
}

SYSCALL_FUNCTION(FFI_READ) {
    return foreign_copy(isolate, arguments, true);
}

SYSCALL_FUNCTION(FFI_WRITE) {
    return foreign_copy(isolate, arguments, false);
}

SYSCALL_FUNCTION(FFI_TEXT) {
    const char *place = foreign_place(isolate, arguments[0]);
    return place ? cor_foreign_take_text(isolate, place, result) : COR_THROWN;
}

SYSCALL_FUNCTION(FFI_ADDRESS) {
    *result = (uintptr_t)((CorArrayObject *)(uintptr_t)arguments[0])->elements;
    return COR_OK;
}

SYSCALL_FUNCTION(FFI_ERRNO) {
    *result = (uint64_t)(int64_t)isolate->foreign_errno;
    return COR_OK;
}

SYSCALL_FUNCTION(FFI_ERROR_TEXT) {
    const char *text = cor_c_error_text((int)arguments[0]);
    return syscall_give(isolate, result, syscall_text(isolate, text, strlen(text)));
}

SYSCALL_FUNCTION(FFI_FORGET) {
    cor_foreign_forget(isolate->foreign, (const CorObject *)(uintptr_t)arguments[0]);
    return COR_OK;
}

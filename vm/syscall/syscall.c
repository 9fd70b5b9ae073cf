#include "vm/syscall/syscall.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vm/bytecode/utf8.h"
#include "vm/syscall/syscall_support.h"

enum { SYSCALL_WEIGHT = 16 }; /* fuel of every call, beside what it charges by size */

/* ---- State ------------------------------------------------------------------------------------- */

CorSyscallState *cor_syscall_state_new(const CorHost *host) {
    CorSyscallState *state = calloc(1, sizeof *state);
    if (!state)
        return NULL;
    state->host = host;
    state->policy.host = host;
    state->policy.authorities = 1u << POLICY_NONE | 1u << POLICY_FILES;
    state->handles = (Handles){.host = host, .quota = COR_SYSCALL_HANDLES};
    state->standard_output = (StreamOutput){.host = host, .file = host->standard_output, .is_buffered = true};
    state->standard_output.is_terminal = host->terminal(host, host->standard_output, NULL);
    state->standard_error = (StreamOutput){.host = host, .file = host->standard_error};
    state->output_left = UINT64_MAX;
    for (uint32_t i = 0; i < COR_SYSCALL_COUNT; i++)
        state->authority_of[i] = (uint8_t)policy_authority(cor_syscall_info[i].authority);
    return state;
}

void cor_syscall_state_free(CorSyscallState *state) {
    if (!state)
        return;
    stream_flush(&state->standard_output);
    stream_free(&state->standard_output);
    stream_free(&state->standard_error);
    handles_free(&state->handles);
    policy_free(&state->policy);
    cor_syscall_set_texts(&state->arguments, NULL, 0);
    cor_syscall_set_texts(&state->environment, NULL, 0);
    free(state);
}

bool cor_syscall_set_texts(SyscallTexts *texts, const char *const *items, uint32_t count) {
    for (uint32_t i = 0; i < texts->count; i++)
        free(texts->items[i]);
    free(texts->items);
    *texts = (SyscallTexts){.items = count ? calloc(count, sizeof *texts->items) : NULL};
    if (count && !texts->items)
        return false;
    for (; texts->count < count; texts->count++)
        if (!(texts->items[texts->count] = strdup(items[texts->count])))
            return false;
    return true;
}

/* ---- Dispatch ---------------------------------------------------------------------------------- */

static CorStatus syscall_dispatch(CorIsolate *isolate, uint64_t number, const uint64_t *arguments,
                                  uint64_t *result, const CorType *const *types) {
    static CorNative *const implementations[COR_SYSCALL_COUNT] = {
#define SYSCALL(name, text, signature, authority, semantics) [COR_SYSCALL_##name] = syscall_##name,
#include "vm/bytecode/syscalls.def"
#undef SYSCALL
    };
    if (number >= COR_SYSCALL_COUNT)
        return cor_throw(isolate, COR_ERROR_STATE, "there is no syscall %" PRIu64, number);
    const CorSyscallState *state = isolate->syscalls;
    if (!(state->policy.authorities & 1u << state->authority_of[number]))
        return cor_throw(isolate, COR_ERROR_PERMISSION, "%s is not granted; %s",
                         cor_syscall_info[number].name,
                         policy_granted_by((PolicyAuthority)state->authority_of[number]));
    cor_isolate_charge(isolate, SYSCALL_WEIGHT);
    return implementations[number](isolate, arguments, result, types);
}

void cor_syscall_attach(CorIsolate *isolate, CorSyscallState *state) {
    isolate->syscalls = state;
    isolate->syscall = syscall_dispatch;
}

/* ---- What the implementations share ------------------------------------------------------------ */

CorStatus syscall_give(CorIsolate *isolate, uint64_t *result, const void *object) {
    if (!object)
        return cor_throw_out_of_memory(isolate);
    *result = (uintptr_t)object;
    return COR_OK;
}

enum { SYSCALL_SHOWN = 150 };

int syscall_shown_length(const char *path) {
    size_t length = strnlen(path, SYSCALL_SHOWN);
    while (length == SYSCALL_SHOWN && ((unsigned char)path[length] & 0xc0) == 0x80)
        length--;
    return (int)length;
}

const char *syscall_shown_end(const char *path) {
    return path[syscall_shown_length(path)] ? "..." : "";
}

CorStatus syscall_throw(CorIsolate *isolate, CorHostStatus status, const char *action, const char *path) {
    if (status == COR_HOST_NO_MEMORY)
        return cor_throw_out_of_memory(isolate);
    const char *why = cor_host_status_text(status);
    if (!path)
        return cor_throw(isolate, COR_ERROR_IO, "cannot %s: %s", action, why);
    return cor_throw(isolate, COR_ERROR_IO, "cannot %s '%.*s%s': %s", action, syscall_shown_length(path),
                     path, syscall_shown_end(path), why);
}

CorStatus syscall_bytes(CorIsolate *isolate, const uint64_t *arguments, char **bytes, size_t *count) {
    CorArrayObject *array = (CorArrayObject *)(uintptr_t)arguments[0];
    uint64_t offset = arguments[1], wanted = arguments[2];
    if (offset > array->length || wanted > array->length - offset)
        return cor_throw(isolate, COR_ERROR_INDEX,
                         "range %" PRId64 "..%" PRId64 " out of range for length %" PRIu64, (int64_t)offset,
                         (int64_t)(offset + wanted), array->length);
    if (cor_isolate_pay(isolate, wanted / 64) != COR_OK)
        return COR_STOPPED;
    *bytes = (char *)array->elements + offset;
    *count = wanted;
    return COR_OK;
}

/* Copies text with U+FFFD for every byte that belongs to no scalar; `out` NULL: only measures. */
static size_t syscall_repair(char *out, const char *bytes, size_t length) {
    static const char replacement[] = "\xef\xbf\xbd";
    size_t size = 0;
    for (size_t at = 0; at < length;) {
        uint32_t scalar;
        size_t width = cor_utf8_decode((const uint8_t *)bytes + at, length - at, &scalar);
        const char *piece = width > 0 ? bytes + at : replacement;
        size_t piece_length = width > 0 ? width : sizeof replacement - 1;
        if (out)
            memcpy(out + size, piece, piece_length);
        size += piece_length;
        at += width > 0 ? width : 1;
    }
    return size;
}

CorStringObject *syscall_text(CorIsolate *isolate, const char *bytes, size_t length) {
    CorStringObject *text = cor_string_allocate(isolate, syscall_repair(NULL, bytes, length));
    if (text)
        syscall_repair(text->bytes, bytes, length);
    return text;
}

CorStatus syscall_give_ints(CorIsolate *isolate, uint64_t *result, const int64_t *values, uint32_t count) {
    const CorType *element = cor_engine_type(isolate->engine, COR_KIND_I64);
    const CorType *type = cor_engine_array_type(isolate->engine, element);
    CorArrayObject *array = type ? cor_array_new(isolate, type, count) : NULL;
    for (uint32_t i = 0; array && i < count; i++)
        array->elements[i] = (uint64_t)values[i];
    return syscall_give(isolate, result, array);
}

CorStatus syscall_give_texts(CorIsolate *isolate, uint64_t *result, char *const *items, const size_t *lengths,
                             uint32_t count) {
    const CorType *string = cor_engine_type(isolate->engine, COR_KIND_STRING);
    const CorType *type = cor_engine_array_type(isolate->engine, string);
    CorArrayObject *array = type ? cor_array_new(isolate, type, count) : NULL;
    for (uint32_t i = 0; array && i < count; i++) {
        CorStringObject *text = syscall_text(isolate, items[i], lengths ? lengths[i] : strlen(items[i]));
        if (!text)
            return cor_throw_out_of_memory(isolate);
        cor_heap_store(array, &array->elements[i], text);
    }
    return syscall_give(isolate, result, array);
}

/* Syscalls on the process: its end, arguments, environment, clocks, random bytes. */
#include <string.h>

#include "vm/syscall/syscall_support.h"

SYSCALL_FUNCTION(EXIT) {
    isolate->exit_code = (int32_t)(uint8_t)arguments[0]; /* what a process can say */
    return cor_isolate_stop(isolate, COR_STOP_EXIT);
}

SYSCALL_FUNCTION(ARGS) {
    const SyscallTexts *texts = &isolate->syscalls->arguments;
    return syscall_give_texts(isolate, result, texts->items, NULL, texts->count);
}

SYSCALL_FUNCTION(ENV) {
    const SyscallTexts *texts = &isolate->syscalls->environment;
    const CorStringObject *name = syscall_string(arguments[0]);
    for (uint32_t i = 0; i < texts->count; i++) {
        const char *entry = texts->items[i];
        if (strncmp(entry, name->bytes, name->length) == 0 && entry[name->length] == '=') {
            const char *value = entry + name->length + 1;
            return syscall_give(isolate, result, syscall_text(isolate, value, strlen(value)));
        }
    }
    *result = 0;
    return COR_OK;
}

SYSCALL_FUNCTION(ENV_NAMES) {
    enum { MOST = 4096 };
    const SyscallTexts *texts = &isolate->syscalls->environment;
    size_t lengths[MOST];
    uint32_t count = texts->count < MOST ? texts->count : MOST;
    for (uint32_t i = 0; i < count; i++)
        lengths[i] = strcspn(texts->items[i], "=");
    return syscall_give_texts(isolate, result, texts->items, lengths, count);
}

SYSCALL_FUNCTION(CLOCK_NOW) {
    const CorHost *host = isolate->syscalls->host;
    *result = (uint64_t)host->wall_ns(host);
    return COR_OK;
}

SYSCALL_FUNCTION(CLOCK_MONOTONIC) {
    const CorHost *host = isolate->syscalls->host;
    *result = (uint64_t)host->monotonic_ns(host);
    return COR_OK;
}

SYSCALL_FUNCTION(CLOCK_SLEEP) {
    enum { SLICE = 10000000 }; /* how late an interruption may be heeded */
    const CorHost *host = isolate->syscalls->host;
    int64_t duration = (int64_t)arguments[0], now = host->monotonic_ns(host);
    int64_t end = duration > INT64_MAX - now ? INT64_MAX : now + duration;
    stream_flush(&isolate->syscalls->standard_output); /* what was written is seen before the pause */
    CorStatus status = COR_OK;
    for (int64_t left = duration; left > 0 && status == COR_OK; left = end - host->monotonic_ns(host)) {
        host->sleep_ns(host, left < SLICE ? left : SLICE);
        status = cor_isolate_heed(isolate);
    }
    return status;
}

SYSCALL_FUNCTION(RANDOM_BYTES) {
    const CorHost *host = isolate->syscalls->host;
    char *bytes;
    size_t count;
    CorStatus status = syscall_bytes(isolate, arguments, &bytes, &count);
    if (status != COR_OK)
        return status;
    if (cor_isolate_pay(isolate, count / 8) != COR_OK) /* more than bytes that are only moved */
        return COR_STOPPED;
    return host->random(host, bytes, count)
               ? COR_OK
               : cor_throw(isolate, COR_ERROR_IO, "the host has no random bytes");
}

/* Syscalls on the standard streams. */
#include "vm/syscall/syscall_support.h"

/* The buffer belongs to what the program holds. */
static bool stream_charge(CorIsolate *isolate, const StreamOutput *stream) {
    return !stream->is_buffered || stream->buffer || cor_heap_charge(isolate->heap, STREAM_BUFFER);
}

/* Writes what the quota allows; beyond it the program ends. */
static CorStatus stream_put(CorIsolate *isolate, StreamOutput *stream, const char *action, const char *bytes,
                            size_t count) {
    CorSyscallState *state = isolate->syscalls;
    size_t allowed = count < state->output_left ? count : (size_t)state->output_left;
    if (state->output_left != UINT64_MAX)
        state->output_left -= allowed;
    if (!stream_charge(isolate, stream))
        return cor_throw_out_of_memory(isolate);
    if (stream == &state->standard_error)
        stream_flush(&state->standard_output); /* so that the two stay in order where they meet */
    CorHostStatus status = stream_write(stream, bytes, allowed);
    if (status != COR_HOST_OK)
        return syscall_throw(isolate, status, action, NULL);
    return allowed < count ? cor_isolate_stop(isolate, COR_STOP_OUTPUT) : COR_OK;
}

static CorStatus stream_put_string(CorIsolate *isolate, StreamOutput *stream, const char *action,
                                   uint64_t slot) {
    const CorStringObject *text = syscall_string(slot);
    if (cor_isolate_pay(isolate, text->length / 64) != COR_OK)
        return COR_STOPPED;
    return stream_put(isolate, stream, action, text->bytes, text->length);
}

static CorStatus stream_put_bytes(CorIsolate *isolate, StreamOutput *stream, const char *action,
                                  const uint64_t *arguments) {
    char *bytes;
    size_t count;
    CorStatus status = syscall_bytes(isolate, arguments, &bytes, &count);
    return status == COR_OK ? stream_put(isolate, stream, action, bytes, count) : status;
}

SYSCALL_FUNCTION(STDOUT_WRITE) {
    return stream_put_string(isolate, &isolate->syscalls->standard_output, "write to standard output",
                             arguments[0]);
}

SYSCALL_FUNCTION(STDOUT_WRITE_LINE) {
    StreamOutput *stream = &isolate->syscalls->standard_output;
    CorStatus status = stream_put_string(isolate, stream, "write to standard output", arguments[0]);
    return status == COR_OK ? stream_put(isolate, stream, "write to standard output", "\n", 1) : status;
}

SYSCALL_FUNCTION(STDOUT_WRITE_BYTES) {
    return stream_put_bytes(isolate, &isolate->syscalls->standard_output, "write to standard output",
                            arguments);
}

SYSCALL_FUNCTION(STDOUT_FLUSH) {
    CorHostStatus status = stream_flush(&isolate->syscalls->standard_output);
    return status == COR_HOST_OK ? COR_OK : syscall_throw(isolate, status, "write to standard output", NULL);
}

SYSCALL_FUNCTION(STDERR_WRITE) {
    return stream_put_string(isolate, &isolate->syscalls->standard_error, "write to standard error",
                             arguments[0]);
}

SYSCALL_FUNCTION(STDERR_WRITE_BYTES) {
    return stream_put_bytes(isolate, &isolate->syscalls->standard_error, "write to standard error",
                            arguments);
}

static CorStatus stream_give_terminal(CorIsolate *isolate, CorHostFile file, bool is_host, uint64_t *result) {
    const CorHost *host = isolate->syscalls->host;
    CorHostTerminal terminal = {.columns = 0};
    if (is_host)
        host->terminal(host, file, &terminal);
    const int64_t values[] = {terminal.columns, terminal.rows, terminal.colours};
    return syscall_give_ints(isolate, result, values, 3);
}

SYSCALL_FUNCTION(STDIN_TERMINAL) {
    const CorSyscallState *state = isolate->syscalls;
    return stream_give_terminal(isolate, state->host->standard_input, !state->read_input, result);
}

SYSCALL_FUNCTION(STDOUT_TERMINAL) {
    const StreamOutput *stream = &isolate->syscalls->standard_output;
    return stream_give_terminal(isolate, stream->file, !stream->write, result);
}

SYSCALL_FUNCTION(STDERR_TERMINAL) {
    const StreamOutput *stream = &isolate->syscalls->standard_error;
    return stream_give_terminal(isolate, stream->file, !stream->write, result);
}

SYSCALL_FUNCTION(STDIN_READ) {
    CorSyscallState *state = isolate->syscalls;
    char *bytes;
    size_t count, got = 0;
    CorStatus status = syscall_bytes(isolate, arguments, &bytes, &count);
    if (status != COR_OK)
        return status;
    stream_flush(&state->standard_output); /* a question is seen before its answer is awaited */
    CorHostStatus read =
        state->read_input ? state->read_input(state->input_context, bytes, count, &got)
                          : state->host->read(state->host, state->host->standard_input, bytes, count, &got);
    if (read != COR_HOST_OK)
        return syscall_throw(isolate, read, "read standard input", NULL);
    *result = got;
    return COR_OK;
}

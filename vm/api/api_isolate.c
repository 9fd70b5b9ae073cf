/* Isolates: limits, grants, streams, and how a run ended. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/api/api_internal.h"
#include "vm/heap/heap.h"
#include "vm/native/host.h"

/* ---- Life -------------------------------------------------------------------------------------- */

static void isolate_visit(void *context, struct CorHeapVisitor *visitor) {
    CoracleIsolate *isolate = context;
    for (CoracleObject *object = isolate->objects; object; object = object->next)
        cor_heap_visit(visitor, &object->reference, &object->reference + 1);
    api_visit_functions(isolate, visitor);
    if (isolate->isolate->foreign)
        cor_foreign_visit(isolate->isolate->foreign, visitor);
    cor_heap_visit(visitor, &isolate->thrown, &isolate->thrown + 1);
}

static void isolate_apply(CoracleIsolate *isolate, const CoracleIsolateOptions *options) {
    if (options->output_bytes)
        isolate->syscalls->output_left = options->output_bytes;
    if (options->open_files)
        isolate->syscalls->handles.quota = options->open_files;
    if (options->stress_collect_every || options->stress_fail_at)
        cor_heap_stress(isolate->isolate->heap, options->stress_collect_every, options->stress_fail_at);
    if (options->stress_safepoints || options->stress_stop_at)
        cor_isolate_stress(isolate->isolate, options->stress_stop_at);
    if (options->stress_step)
        isolate->isolate->stress_step = (int64_t)(options->stress_step & INT32_MAX);
}

static void isolate_free(CoracleIsolate *isolate) {
    while (isolate->runs)
        api_free_run(isolate->runs);
    while (isolate->objects)
        api_free_object(isolate->objects);
    while (isolate->functions)
        api_free_function(isolate->functions);
    api_free_spare(isolate);
    cor_syscall_state_free(isolate->syscalls);
    free(isolate->system);
    CorForeignState *foreign = isolate->isolate ? isolate->isolate->foreign : NULL;
    cor_isolate_free(isolate->isolate);
    cor_foreign_state_free(foreign);
    free(isolate->error_text);
    free(isolate->result_text);
    free(isolate->key_text);
    api_engine_release(isolate->engine);
    free(isolate);
}

CoracleIsolate *coracle_isolate_new(CoracleEngine *engine, const CoracleIsolateOptions *options) {
    CoracleIsolateOptions defaults = {0};
    if (!options)
        options = &defaults;
    engine = api_engine(engine);
    bool can_limit = engine && !(engine->options.stress_unmetered && options->fuel != 0);
    CoracleIsolate *isolate = can_limit ? calloc(1, sizeof *isolate) : NULL;
    if (!isolate)
        return NULL;
    atomic_fetch_add(&engine->references, 1);
    CorIsolateOptions inner = {
        .heap_quota = options->heap_bytes,
        .stack_slots = options->stack_bytes / sizeof(uint64_t),
        .fuel = options->fuel,
    };
    const CorHost *host = cor_engine_host(engine->engine);
    isolate->engine = engine;
    isolate->isolate = cor_isolate_new(engine->engine, &inner);
    if (options->system) {
        isolate->system = api_system_new(options->system, host);
        host = api_system_host(isolate->system);
    }
    isolate->syscalls = host ? cor_syscall_state_new(host) : NULL;
    isolate->handle = isolate->isolate && isolate->syscalls ? handle_new(HANDLE_ISOLATE, isolate) : NULL;
    if (!isolate->handle) {
        isolate_free(isolate);
        return NULL;
    }
    isolate->isolate->host = isolate;
    isolate->isolate->host_handle = isolate->handle;
    isolate->isolate->visit_host = isolate_visit;
    cor_syscall_attach(isolate->isolate, isolate->syscalls);
    isolate_apply(isolate, options);
    return isolate->handle;
}

void coracle_isolate_free(CoracleIsolate *isolate) {
    if (!(isolate = api_isolate(isolate)) || isolate->isolate->entered != 0 ||
        isolate->isolate->streaming != 0 || isolate->isolate->heap->finalizing)
        return; /* it is in use */
    handle_free(isolate->handle);
    isolate_free(isolate);
}

void api_forget(CoracleIsolate *isolate) {
    isolate->message[0] = '\0';
    isolate->has_error = false;
    isolate->thrown = NULL;
}

void api_begin_use(CoracleIsolate *isolate) {
    isolate->isolate->host_top &= ~(uintptr_t)COR_HOST_FRESH;
    isolate->isolate->host_depth++;
    api_forget(isolate);
}

CoracleStatus api_refuse_entry(CoracleIsolate *isolate) {
    return api_fail(isolate, CORACLE_MISMATCH, "finalisers and streams cannot use their isolate");
}

/* ---- Grants ------------------------------------------------------------------------------------ */

void coracle_isolate_allow(CoracleIsolate *isolate, unsigned what) {
    if (!(isolate = api_isolate(isolate)))
        return;
    static const struct {
        unsigned flag;
        PolicyAuthority authority;
    } rows[] = {
        {CORACLE_ALLOW_STDIN, POLICY_STDIN},   {CORACLE_ALLOW_STDOUT, POLICY_STDOUT},
        {CORACLE_ALLOW_STDERR, POLICY_STDERR}, {CORACLE_ALLOW_CLOCK, POLICY_CLOCK},
        {CORACLE_ALLOW_RANDOM, POLICY_RANDOM},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (what & rows[i].flag)
            isolate->syscalls->policy.authorities |= 1u << rows[i].authority;
}

CoracleStatus coracle_isolate_set_working_directory(CoracleIsolate *isolate, const char *path) {
    if (!(isolate = api_isolate(isolate)) || !path)
        return CORACLE_MISMATCH;
    return policy_set_working_directory(&isolate->syscalls->policy, path) ? CORACLE_OK : CORACLE_NO_MEMORY;
}

CoracleStatus coracle_isolate_grant(CoracleIsolate *isolate, const CoracleGrant *grant,
                                    CoracleMessage *message) {
    if (!(isolate = api_isolate(isolate)) || !grant || !grant->name || !grant->directory) {
        api_message(message, "an argument is NULL, or a handle was released");
        return CORACLE_MISMATCH;
    }
    unsigned rights = (grant->read ? POLICY_READ : 0u) | (grant->write ? POLICY_WRITE : 0u);
    CorHostStatus status =
        policy_grant(&isolate->syscalls->policy, grant->name, grant->directory, grant->file, rights);
    if (status == COR_HOST_OK)
        return CORACLE_OK;
    api_message(message, "cannot open the directory '%s': %s", grant->directory,
                cor_host_status_text(status));
    return status == COR_HOST_NO_MEMORY   ? CORACLE_NO_MEMORY
           : status == COR_HOST_NOT_FOUND ? CORACLE_NOT_FOUND
                                          : CORACLE_FAILED;
}

static bool isolate_are_texts(const char *const *texts, size_t count) {
    if ((!texts && count > 0) || count > UINT32_MAX / 2)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!texts[i])
            return false;
    return true;
}

CoracleStatus coracle_isolate_set_arguments(CoracleIsolate *isolate, const char *const *arguments,
                                            size_t count) {
    if (!(isolate = api_isolate(isolate)) || !isolate_are_texts(arguments, count))
        return CORACLE_MISMATCH;
    bool set = cor_syscall_set_texts(&isolate->syscalls->arguments, arguments, (uint32_t)count);
    return set ? CORACLE_OK : CORACLE_NO_MEMORY;
}

static int isolate_compare_entries(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

CoracleStatus coracle_isolate_set_environment(CoracleIsolate *isolate, const char *const *entries,
                                              size_t count) {
    if (!(isolate = api_isolate(isolate)) || !isolate_are_texts(entries, count))
        return CORACLE_MISMATCH;
    SyscallTexts *environment = &isolate->syscalls->environment;
    if (!cor_syscall_set_texts(environment, entries, (uint32_t)count))
        return CORACLE_NO_MEMORY;
    if (count > 1)
        qsort(environment->items, count, sizeof *environment->items, isolate_compare_entries);
    isolate->syscalls->policy.authorities |= 1u << POLICY_ENV;
    return CORACLE_OK;
}

/* ---- Streams ----------------------------------------------------------------------------------- */

enum { ISOLATE_OUTPUT, ISOLATE_ERROR };

static void isolate_begin_stream(CorIsolate *isolate) {
    isolate->streaming++;
    isolate->ready_thread = 0;
}

static void isolate_end_stream(CorIsolate *isolate) {
    isolate->streaming--;
}

static CorHostStatus isolate_write(CoracleIsolate *isolate, int stream, const char *bytes, size_t length) {
    isolate_begin_stream(isolate->isolate);
    bool written = isolate->outputs[stream].write(isolate->outputs[stream].context, bytes, length);
    isolate_end_stream(isolate->isolate);
    return written ? COR_HOST_OK : COR_HOST_FAILED;
}

static CorHostStatus isolate_write_output(void *context, const char *bytes, size_t length) {
    CoracleIsolate *isolate = context;
    return isolate_write(isolate, ISOLATE_OUTPUT, bytes, length);
}

static CorHostStatus isolate_write_error(void *context, const char *bytes, size_t length) {
    CoracleIsolate *isolate = context;
    return isolate_write(isolate, ISOLATE_ERROR, bytes, length);
}

static CorHostStatus isolate_read_input(void *context, char *bytes, size_t size, size_t *got) {
    CoracleIsolate *isolate = context;
    isolate_begin_stream(isolate->isolate);
    bool is_read = isolate->read(isolate->read_context, bytes, size, got) && *got <= size;
    isolate_end_stream(isolate->isolate);
    return is_read ? COR_HOST_OK : COR_HOST_FAILED;
}

void coracle_isolate_set_output(CoracleIsolate *isolate, CoracleWrite *write, void *context) {
    if (!(isolate = api_isolate(isolate)))
        return;
    isolate->outputs[ISOLATE_OUTPUT].write = write;
    isolate->outputs[ISOLATE_OUTPUT].context = context;
    isolate->syscalls->standard_output.write = write ? isolate_write_output : NULL;
    isolate->syscalls->standard_output.is_terminal = false;
    isolate->syscalls->standard_output.context = isolate;
}

void coracle_isolate_set_error_output(CoracleIsolate *isolate, CoracleWrite *write, void *context) {
    if (!(isolate = api_isolate(isolate)))
        return;
    isolate->outputs[ISOLATE_ERROR].write = write;
    isolate->outputs[ISOLATE_ERROR].context = context;
    isolate->syscalls->standard_error.write = write ? isolate_write_error : NULL;
    isolate->syscalls->standard_error.context = isolate;
}

void coracle_isolate_set_input(CoracleIsolate *isolate, CoracleRead *read, void *context) {
    if (!(isolate = api_isolate(isolate)))
        return;
    isolate->read = read;
    isolate->read_context = context;
    isolate->syscalls->read_input = read ? isolate_read_input : NULL;
    isolate->syscalls->input_context = isolate;
}

bool coracle_isolate_flush(CoracleIsolate *isolate) {
    return (isolate = api_isolate(isolate)) && isolate->isolate->streaming == 0 && api_flush(isolate);
}

bool api_flush(CoracleIsolate *isolate) {
    bool files = handles_flush(&isolate->syscalls->handles) == COR_HOST_OK;
    return stream_flush(&isolate->syscalls->standard_output) == COR_HOST_OK && files;
}

/* ---- Control ----------------------------------------------------------------------------------- */

void coracle_isolate_interrupt(CoracleIsolate *isolate) {
    if ((isolate = handle_target(isolate, HANDLE_ISOLATE)))
        cor_isolate_interrupt(isolate->isolate, COR_STOP_INTERRUPT);
}

void coracle_isolate_time_out(CoracleIsolate *isolate) {
    if ((isolate = handle_target(isolate, HANDLE_ISOLATE)))
        cor_isolate_interrupt(isolate->isolate, COR_STOP_TIME);
}

void coracle_isolate_add_fuel(CoracleIsolate *isolate, int64_t units) {
    if ((isolate = api_isolate(isolate)))
        cor_isolate_add_fuel(isolate->isolate, units);
}

int64_t coracle_isolate_fuel(const CoracleIsolate *isolate) {
    return !(isolate = api_isolate(isolate)) ? 0 : cor_isolate_fuel(isolate->isolate);
}

int coracle_isolate_exit_code(const CoracleIsolate *isolate) {
    return !(isolate = api_isolate(isolate)) ? 0 : isolate->isolate->exit_code;
}

/* ---- How a run ended --------------------------------------------------------------------------- */

const CoracleError *coracle_isolate_error(const CoracleIsolate *isolate) {
    return (isolate = api_isolate(isolate)) && isolate->has_error ? &isolate->error : NULL;
}

const char *coracle_isolate_message(const CoracleIsolate *isolate) {
    return !(isolate = api_isolate(isolate))
               ? "the handle of the isolate was released, or another thread uses it"
               : isolate->message;
}

typedef struct IsolateText {
    char *bytes; /* NULL: measures */
    size_t length;
} IsolateText;

static void isolate_append_bytes(IsolateText *all, const char *bytes, size_t length) {
    if (all->bytes)
        memcpy(all->bytes + all->length, bytes, length);
    all->length += length;
}

/* A zero byte, which would end the text for the host, as it is written in a program. */
static void isolate_append(void *context, const char *text, size_t length) {
    const char *end = text + length;
    for (const char *zero; (zero = memchr(text, 0, (size_t)(end - text))); text = zero + 1) {
        isolate_append_bytes(context, text, (size_t)(zero - text));
        isolate_append_bytes(context, "\\0", 2);
    }
    isolate_append_bytes(context, text, (size_t)(end - text));
}

/* Type, message and the whole text, each terminated, one after another in one block. */
static void isolate_write_error_texts(CoracleIsolate *isolate, const CorObject *error, IsolateText *out,
                                      size_t at[3]) {
    const CorStringObject *message = cor_error_message(error);
    at[0] = out->length;
    isolate_append_bytes(out, error->type->name, strlen(error->type->name) + 1);
    at[1] = out->length;
    if (message)
        isolate_append(out, message->bytes, cor_error_shown_length(message));
    isolate_append_bytes(out, "", 1);
    at[2] = out->length;
    cor_error_write(isolate->isolate->engine, error, isolate_append, out);
    isolate_append_bytes(out, "", 1);
}

static CoracleErrorKind isolate_error_kind(CoracleIsolate *isolate, const CorObject *error) {
    static const struct {
        CorErrorClass class;
        CoracleErrorKind kind;
    } rows[] = {
        {COR_ERROR_OUT_OF_MEMORY, CORACLE_ERROR_OUT_OF_MEMORY},
        {COR_ERROR_STACK_OVERFLOW, CORACLE_ERROR_STACK_OVERFLOW},
        {COR_ERROR_PERMISSION, CORACLE_ERROR_PERMISSION},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const CorType *class = cor_engine_error(isolate->isolate->engine, rows[i].class);
        if (class && cor_type_extends(error->type, class))
            return rows[i].kind;
    }
    return CORACLE_ERROR_OTHER;
}

static CoracleStatus isolate_keep_error(CoracleIsolate *isolate) {
    const CorObject *error = isolate->isolate->pending;
    IsolateText text = {NULL, 0};
    size_t at[3];
    isolate_write_error_texts(isolate, error, &text, at);
    free(isolate->error_text);
    isolate->has_error = false;
    isolate->error_text = malloc(text.length);
    if (!isolate->error_text) {
        isolate->isolate->pending = NULL;
        return CORACLE_NO_MEMORY;
    }
    text = (IsolateText){isolate->error_text, 0};
    isolate_write_error_texts(isolate, error, &text, at);
    isolate->error = (CoracleError){
        .kind = isolate_error_kind(isolate, error),
        .type = isolate->error_text + at[0],
        .message = isolate->error_text + at[1],
        .text = isolate->error_text + at[2],
    };
    isolate->has_error = true;
    isolate->thrown = isolate->isolate->pending;
    isolate->isolate->pending = NULL;
    return CORACLE_THROWN;
}

CoracleStatus api_fail(CoracleIsolate *isolate, CoracleStatus status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(isolate->message, sizeof isolate->message, format, arguments);
    va_end(arguments);
    return status;
}

CoracleStatus api_finish(CoracleIsolate *isolate, CorStatus status) {
    static const CoracleStatus stops[] = {
        [COR_STOP_NONE] = CORACLE_INTERRUPTED,      [COR_STOP_EXIT] = CORACLE_EXITED,
        [COR_STOP_FUEL] = CORACLE_OUT_OF_FUEL,      [COR_STOP_TIME] = CORACLE_TIMED_OUT,
        [COR_STOP_INTERRUPT] = CORACLE_INTERRUPTED, [COR_STOP_OUTPUT] = CORACLE_OUTPUT_LIMIT,
        [COR_STOP_MEMORY] = CORACLE_NO_MEMORY,
    };
    switch (status) {
    case COR_OK: return CORACLE_OK;
    case COR_THROWN: return isolate->isolate->pending ? isolate_keep_error(isolate) : CORACLE_NO_MEMORY;
    case COR_STOPPED: return stops[isolate->isolate->stop_reason];
    default: return CORACLE_NO_MEMORY;
    }
}

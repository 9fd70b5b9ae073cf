#include "vm/runtime/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vm/runtime/engine_internal.h"
#include "vm/runtime/object.h"
#include "vm/runtime/stack.h"

enum {
    ERROR_MESSAGE_SIZE = 512,
    ERROR_INNERMOST = 200, /* frames of a long trace that are kept, */
    ERROR_OUTERMOST = 50,
    ERROR_CAUSES = 16,      /* and causes that are shown, */
    ERROR_SHOWN = 64 << 10, /* and bytes of the message of each */
};

/* ---- Fields ------------------------------------------------------------------------------------ */

static CorObject **error_field(const CorObject *error, const char *name) {
    const CorType *base = cor_engine_error_base(error->type->engine);
    for (uint32_t i = 0; base && i < base->member_count; i++)
        if (strcmp(base->members[i].name, name) == 0)
            return (CorObject **)((uintptr_t)error + base->members[i].scalars[0].offset);
    return NULL; /* no std.core, or not ours */
}

static CorObject *error_get(const CorObject *error, const char *name) {
    CorObject **field = error_field(error, name);
    return field ? *field : NULL;
}

static void error_set(CorObject *error, const char *name, CorObject *value) {
    CorObject **field = error_field(error, name);
    if (field)
        cor_heap_store(error, field, value);
}

const CorStringObject *cor_error_message(const CorObject *error) {
    return (const CorStringObject *)error_get(error, "message");
}

/* The length of the longest prefix that ends between scalars. */
static size_t error_whole_scalars(const char *text, size_t length) {
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

size_t cor_error_shown_length(const CorStringObject *message) {
    return message->length <= ERROR_SHOWN ? message->length
                                          : error_whole_scalars(message->bytes, ERROR_SHOWN);
}

const CorObject *cor_error_cause(const CorObject *error) {
    return error_get(error, "cause");
}
const CorObject *cor_error_frames(const CorObject *error) {
    return error_get(error, "frames");
}

/* ---- Capturing --------------------------------------------------------------------------------- */

static const CorType *error_frames_type(CorEngine *engine) {
    return cor_engine_array_type(engine, cor_engine_type(engine, COR_KIND_I64));
}

/* What a frame is in a trace; -1 stands for frames left out. */
static uint64_t error_pack(CorFrame frame) {
    return (uint64_t)cor_frame_function(frame)->id << 32 | cor_frame_index(frame);
}

/* Steps over `skip` frames that a trace shows. */
static CorFrame error_skip(const CorIsolate *isolate, CorFrame frame, uint32_t skip) {
    while (frame.fp && skip > 0) {
        if (!cor_frame_function(frame)->hidden)
            skip--;
        frame = cor_frame_caller(isolate, frame);
    }
    return frame;
}

/* Memory for a part of an error.  For the news that the quota is reached it is taken without regard to that. */
static void *error_allocate(CorIsolate *isolate, size_t size, size_t mark_bytes, bool reserved) {
    return reserved ? cor_heap_allocate_reserved(isolate->heap, size, mark_bytes)
                    : cor_heap_allocate(isolate->heap, size, mark_bytes);
}

static CorObject *error_capture(CorIsolate *isolate, uint32_t skip, bool reserved) {
    CorFrame first = error_skip(isolate, cor_frame_top(isolate), skip);
    uint64_t depth = 0;
    for (CorFrame frame = first; frame.fp; frame = cor_frame_caller(isolate, frame))
        depth++;
    cor_isolate_charge(isolate, depth * 4); /* it walks over all of them twice */
    bool all = depth <= ERROR_INNERMOST + ERROR_OUTERMOST;
    uint64_t count = all ? depth : ERROR_INNERMOST + 1 + ERROR_OUTERMOST;
    size_t size = COR_ARRAY_HEADER + count * sizeof(uint64_t);
    CorArrayObject *array = error_allocate(isolate, size, 0, reserved);
    if (!array)
        return NULL;
    array->type = error_frames_type(isolate->engine);
    array->length = count;
    uint64_t at = 0, number = 0;
    for (CorFrame frame = first; frame.fp; frame = cor_frame_caller(isolate, frame), number++) {
        if (all || number < ERROR_INNERMOST || number >= depth - ERROR_OUTERMOST)
            array->elements[at++] = error_pack(frame);
        else if (number == ERROR_INNERMOST)
            array->elements[at++] = UINT64_MAX;
    }
    return (CorObject *)array;
}

CorObject *cor_trace_capture(CorIsolate *isolate, uint32_t skip) {
    return error_capture(isolate, skip, false);
}

/* ---- Raising ----------------------------------------------------------------------------------- */

static bool error_fill_frames(CorIsolate *isolate, CorObject *error, bool reserved) {
    if (cor_error_frames(error))
        return true;
    CorObject *frames = error_capture(isolate, 0, reserved);
    if (frames)
        error_set(error, "frames", frames);
    return frames != NULL;
}

CorStatus cor_throw_object(CorIsolate *isolate, CorObject *error) {
    isolate->pending = error;
    return error_fill_frames(isolate, error, false) ? COR_THROWN : cor_throw_out_of_memory(isolate);
}

/* An error object.  NULL: its memory is not to be had. */
static CorObject *error_make(CorIsolate *isolate, const CorType *type, const char *text, size_t length,
                             bool reserved) {
    CorObject *error = error_allocate(isolate, type->instance_size, type->mark_bytes, reserved);
    if (!error)
        return NULL;
    error->type = type;
    isolate->pending = error;
    CorStringObject *message = error_allocate(isolate, COR_STRING_HEADER + length + 1, 0, reserved);
    if (!message)
        return NULL;
    message->type = cor_engine_type(isolate->engine, COR_KIND_STRING);
    message->length = (uint32_t)length;
    message->hash = 0;
    memcpy(message->bytes, text, length);
    message->bytes[length] = '\0';
    error_set(error, "message", (CorObject *)message);
    return error_fill_frames(isolate, error, reserved) ? error : NULL;
}

static CorStatus error_raise(CorIsolate *isolate, CorErrorClass class, const char *text, size_t length) {
    const CorType *type = cor_engine_error(isolate->engine, class);
    bool is_last = class == COR_ERROR_OUT_OF_MEMORY;
    if (type && error_make(isolate, type, text, length, is_last))
        return COR_THROWN;
    return is_last ? cor_isolate_stop(isolate, COR_STOP_MEMORY) : cor_throw_out_of_memory(isolate);
}

CorStatus cor_throw(CorIsolate *isolate, CorErrorClass error, const char *format, ...) {
    char text[ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t used = length < 0 ? 0 : (size_t)length;
    if (used >= sizeof text)
        used = error_whole_scalars(text, sizeof text - 1);
    return error_raise(isolate, error, text, used);
}

/* The errors themselves are not within the quota: a program that holds too many of them stops at the next safepoint. */
CorStatus cor_throw_out_of_memory(CorIsolate *isolate) {
    enum { BYTES_OF_UNIT = 32 };
    cor_isolate_charge(isolate, cor_heap_take_failed_count(isolate->heap) / BYTES_OF_UNIT);
    if (cor_heap_is_overdrawn(isolate->heap))
        cor_isolate_interrupt(isolate, COR_STOP_MEMORY);
    cor_isolate_look_next(isolate);
    return cor_throw(isolate, COR_ERROR_OUT_OF_MEMORY, "out of memory");
}

/* ---- Text -------------------------------------------------------------------------------------- */

typedef struct ErrorWriter {
    CorEngine *engine;
    CorTextSink *sink;
    void *context;
} ErrorWriter;

static void error_print(ErrorWriter *writer, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void error_print(ErrorWriter *writer, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length > 0)
        writer->sink(writer->context, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

static void error_print_line(ErrorWriter *writer, const CorLoweredFunction *function,
                             const CorPosition *position) {
    if (function->hidden)
        return;
    CorString file = cor_function_source_file(function);
    if (position && position->line != 0 && file.length != 0)
        error_print(writer, "  at %s (%.*s:%u:%u)\n", function->name, (int)file.length, file.bytes,
                    position->line, position->column);
    else if (function->module)
        error_print(writer, "  at %s (%s)\n", function->name, cor_module_name(function->module));
    else
        error_print(writer, "  at %s\n", function->name);
}

/* A frame and the calls that were inlined into its function there, innermost first. */
static void error_print_frame(ErrorWriter *writer, const CorLoweredFunction *function, uint32_t index) {
    const CorPosition *position = cor_function_position(function, index);
    uint32_t scope = position ? position->scope : 0;
    while (scope != 0 && scope <= function->scope_count) {
        const CorInlineScope *inlined = &function->scopes[scope - 1];
        error_print_line(writer, inlined->function, position);
        position = &inlined->call;
        scope = position->scope;
    }
    error_print_line(writer, function, position);
}

/* NULL when there is none: the number may come from any array of a program. */
static const CorLoweredFunction *error_function(CorEngine *engine, uint32_t id) {
    cor_engine_lock(engine);
    const CorLoweredFunction *function = id < engine->functions.count ? engine->functions.items[id] : NULL;
    cor_engine_unlock(engine);
    return function;
}

void cor_trace_write(CorEngine *engine, const CorObject *frames, CorTextSink *sink, void *context) {
    ErrorWriter writer = {.engine = engine, .sink = sink, .context = context};
    if (!frames || frames->type != error_frames_type(engine))
        return;
    const CorArrayObject *array = (const CorArrayObject *)frames;
    for (uint64_t i = 0, repeated = 0; i < array->length; i += repeated + 1) {
        uint64_t frame = array->elements[i];
        const CorLoweredFunction *function = error_function(engine, (uint32_t)(frame >> 32));
        repeated = 0; // frames like this one behind it: a recursion, which is only counted
        while (i + repeated + 1 < array->length && array->elements[i + repeated + 1] == frame)
            repeated++;
        if (frame == UINT64_MAX)
            error_print(&writer, "  ...\n");
        else if (function)
            error_print_frame(&writer, function, (uint32_t)frame);
        if (function && !function->hidden && repeated)
            error_print(&writer, "  ... and %" PRIu64 " times more\n", repeated);
    }
}

void cor_error_write(CorEngine *engine, const CorObject *error, CorTextSink *sink, void *context) {
    ErrorWriter writer = {.engine = engine, .sink = sink, .context = context};
    for (int depth = 0; error && depth < ERROR_CAUSES; depth++) {
        const CorStringObject *message = cor_error_message(error);
        error_print(&writer, "%s%s: ", depth > 0 ? "caused by " : "", error->type->name);
        size_t length = message ? cor_error_shown_length(message) : 0;
        if (message)
            sink(context, message->bytes, length);
        error_print(&writer, message && length < message->length ? "...\n" : "\n");
        cor_trace_write(engine, cor_error_frames(error), sink, context);
        error = cor_error_cause(error);
    }
}

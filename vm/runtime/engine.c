/* The engine's life, its memory and its answers about modules.
 *
 * All memory is one arena under the lock, but code, which is allocated block by block so that it can be freed alone
 * one day.  A failure inside is noted on the engine and taken by the entry point that holds the lock. */
#include "vm/runtime/engine_internal.h"
#include "vm/runtime/tier.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_MAX_INSTANCES = 1 << 20, DEFAULT_MAX_DEPTH = 64, DEFAULT_MAX_SLOTS = 1024 };

static const char *const error_names[COR_ERROR_COUNT] = {
    [COR_ERROR_ARITHMETIC] = "ArithmeticError",
    [COR_ERROR_CAST] = "CastError",
    [COR_ERROR_INDEX] = "IndexError",
    [COR_ERROR_IO] = "IOError",
    [COR_ERROR_KEY] = "KeyError",
    [COR_ERROR_NULL] = "NullError",
    [COR_ERROR_OUT_OF_MEMORY] = "OutOfMemoryError",
    [COR_ERROR_PERMISSION] = "PermissionError",
    [COR_ERROR_STACK_OVERFLOW] = "StackOverflowError",
    [COR_ERROR_STATE] = "StateError",
    [COR_ERROR_TIMEOUT] = "TimeoutError",
    [COR_ERROR_VALUE] = "ValueError",
};

const char *cor_error_class_name(CorErrorClass error) {
    return error_names[error];
}

static uint32_t option(uint32_t value, uint32_t otherwise) {
    return value != 0 ? value : otherwise;
}

CorEngine *cor_engine_new(const CorEngineOptions *options) {
    CorEngine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) {
        return NULL;
    }
    engine->options = options != NULL ? *options : (CorEngineOptions){0};
    engine->options.max_instances = option(engine->options.max_instances, DEFAULT_MAX_INSTANCES);
    engine->options.max_depth = option(engine->options.max_depth, DEFAULT_MAX_DEPTH);
    engine->options.max_slots = option(engine->options.max_slots, DEFAULT_MAX_SLOTS);
    engine->host = engine->options.host != NULL ? engine->options.host : cor_host_default();
    engine->arena = cor_arena_new();
    engine->lock = engine->host->mutex_new(engine->host);
    bool started = engine->arena != NULL && engine->lock != NULL && cor_types_start(engine);
    if (started && engine->options.tiers != NULL) {
        engine->tiers = cor_tiers_new(engine, engine->options.tiers);
        started = engine->tiers != NULL;
    }
    engine->options.tiers = NULL; /* they are the caller's */
    if (!started) {
        cor_engine_free(engine);
        return NULL;
    }
    return engine;
}

void cor_engine_free(CorEngine *engine) {
    if (engine == NULL) {
        return;
    }
    cor_tiers_free(engine->tiers);
    for (uint32_t i = 0; i < engine->modules.count; i++) {
        cor_module_free(((CorLinkedModule *)engine->modules.items[i])->module);
    }
    for (uint32_t i = 0; i < engine->rejected.count; i++) {
        cor_module_free(engine->rejected.items[i]);
    }
    for (uint32_t i = 0; i < engine->code_blocks.count; i++) {
        free(engine->code_blocks.items[i]);
    }
    if (engine->lock != NULL) {
        engine->host->mutex_free(engine->host, engine->lock);
    }
    cor_arena_free(engine->arena);
    free(engine);
}

const CorHost *cor_engine_host(const CorEngine *engine) {
    return engine->host;
}

CorTiers *cor_engine_tiers(const CorEngine *engine) {
    return engine->tiers;
}

void cor_engine_lock(CorEngine *engine) {
    engine->host->mutex_lock(engine->host, engine->lock);
}

void cor_engine_unlock(CorEngine *engine) {
    engine->host->mutex_unlock(engine->host, engine->lock);
}

/* ---- Failure ---- */

void cor_engine_fail(CorEngine *engine, CorFailure failure, const char *format, ...) {
    if (engine->failure != COR_FAILURE_NONE) {
        return;
    }
    engine->failure = failure;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(engine->failure_message, sizeof engine->failure_message, format, arguments);
    va_end(arguments);
}

CorStatus cor_engine_take_failure(CorEngine *engine, CorIsolate *isolate) {
    CorFailure failure = engine->failure;
    char message[sizeof engine->failure_message];
    memcpy(message, engine->failure_message, sizeof message);
    engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(engine);
    CorStatus status = failure == COR_FAILURE_MEMORY
                           ? cor_throw(isolate, COR_ERROR_OUT_OF_MEMORY, "the host has no memory left")
                           : cor_throw(isolate, COR_ERROR_STATE, "%s", message);
    cor_engine_lock(engine);
    return status;
}

/* ---- Memory ---- */

void *cor_engine_allocate(CorEngine *engine, size_t count, size_t size) {
    void *memory = cor_arena_allocate(engine->arena, count, size);
    if (memory == NULL) {
        cor_engine_fail(engine, COR_FAILURE_MEMORY, "the host has no memory left");
    }
    return memory;
}

void *cor_engine_copy(CorEngine *engine, const void *data, size_t count, size_t size) {
    void *memory = cor_engine_allocate(engine, count, size);
    if (memory != NULL && count != 0) {
        memcpy(memory, data, count * size);
    }
    return memory;
}

bool cor_vector_push(CorEngine *engine, CorVector *vector, void *item) {
    void *items =
        cor_arena_grow(engine->arena, vector->items, vector->count, &vector->capacity, sizeof(void *));
    if (items == NULL) {
        cor_engine_fail(engine, COR_FAILURE_MEMORY, "the host has no memory left");
        return false;
    }
    vector->items = items;
    vector->items[vector->count++] = item;
    return true;
}

const char *cor_engine_text(CorEngine *engine, const char *bytes, size_t length) {
    char *text = cor_engine_allocate(engine, length + 1, 1);
    if (text != NULL && length != 0) {
        memcpy(text, bytes, length);
    }
    return text;
}

const char *cor_module_text(CorLinkedModule *module, uint32_t string) {
    const CorString *entry = &module->module->strings[string];
    return cor_engine_text(module->engine, entry->bytes, entry->length);
}

/* ---- Literals ---- */

typedef struct LiteralKey {
    const char *bytes;
    size_t length;
} LiteralKey;

static bool literal_equal(const void *context, uint32_t index, const void *key) {
    const CorStringObject *literal = ((const CorEngine *)context)->literals.items[index];
    const LiteralKey *wanted = key;
    return literal->length == wanted->length && memcmp(literal->bytes, wanted->bytes, wanted->length) == 0;
}

CorStringObject *cor_literal(CorEngine *engine, const char *bytes, size_t length) {
    uint32_t hash = cor_hash_bytes(COR_HASH_START, bytes, length);
    LiteralKey key = {bytes, length};
    uint32_t found = cor_index_table_find(&engine->literal_table, hash, literal_equal, engine, &key);
    if (found != COR_NONE) {
        return engine->literals.items[found];
    }
    CorStringObject *literal = cor_engine_allocate(engine, 1, sizeof *literal + length + 1);
    if (literal == NULL || !cor_vector_push(engine, &engine->literals, literal)) {
        return NULL;
    }
    literal->type = engine->plain_types[COR_KIND_STRING];
    literal->length = (uint32_t)length;
    memcpy(literal->bytes, bytes, length);
    if (!cor_index_table_add(&engine->literal_table, engine->arena, hash, engine->literals.count - 1)) {
        cor_engine_fail(engine, COR_FAILURE_MEMORY, "the host has no memory left");
        return NULL;
    }
    return literal;
}

/* ---- Questions ---- */

static CorLinkedModule *find_module(CorEngine *engine, const char *name) {
    for (uint32_t i = 0; i < engine->modules.count; i++) {
        CorLinkedModule *module = engine->modules.items[i];
        if (strcmp(module->name, name) == 0) {
            return module;
        }
    }
    return NULL;
}

CorLinkedModule *cor_engine_module(CorEngine *engine, const char *name) {
    cor_engine_lock(engine);
    CorLinkedModule *module = find_module(engine, name);
    cor_engine_unlock(engine);
    return module;
}

const CorType *cor_engine_type(CorEngine *engine, CorKind kind) {
    return engine->plain_types[kind];
}

const CorType *cor_engine_array_type(CorEngine *engine, const CorType *element) {
    cor_engine_lock(engine);
    const CorType *type = cor_type_wrapped(engine, COR_KIND_ARRAY, element);
    engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(engine);
    return type;
}

const CorType *cor_engine_error(CorEngine *engine, CorErrorClass error) {
    return engine->error_types[error];
}

const CorType *cor_engine_error_base(CorEngine *engine) {
    return engine->error_base;
}

CorEngine *cor_module_engine(const CorLinkedModule *module) {
    return module->engine;
}

void *_Atomic *cor_module_handle(CorLinkedModule *module) {
    return &module->handle;
}

void cor_engine_modules(CorEngine *engine, CorModuleTaker *take) {
    cor_engine_lock(engine);
    for (uint32_t i = 0; i < engine->modules.count; i++) {
        take(engine->modules.items[i]);
    }
    cor_engine_unlock(engine);
}

const char *cor_module_name(const CorLinkedModule *module) {
    return module->name;
}

CorString cor_function_source_file(const CorLoweredFunction *function) {
    if (function->module == NULL) {
        return (CorString){0};
    }
    const CorModule *module = function->module->module;
    uint32_t own = function->portable != NULL ? function->portable->source_file : 0;
    return module->strings[own != 0 ? own : module->source_file];
}

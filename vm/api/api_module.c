/* Modules as bytes and text. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/api/api_internal.h"
#include "vm/bytecode/assembler.h"
#include "vm/bytecode/disassembler.h"
#include "vm/bytecode/format.h"
#include "vm/bytecode/reader.h"
#include "vm/bytecode/verifier.h"
#include "vm/bytecode/writer.h"
#include "vm/runtime/embedded.h"

void api_message(CoracleMessage *message, const char *format, ...) {
    if (!message)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message->text, sizeof message->text, format, arguments);
    va_end(arguments);
}

static CoracleStatus api_out_of_memory(CoracleMessage *message) {
    api_message(message, "out of memory");
    return CORACLE_NO_MEMORY;
}

static CoracleStatus api_parse(const void *bytes, size_t size, CorModule **module, CoracleMessage *message) {
    CorReadError error;
    CorModuleStatus status = cor_module_read(bytes, size, module, &error);
    if (status == COR_MODULE_NO_MEMORY)
        return api_out_of_memory(message);
    if (status == COR_MODULE_OK)
        return CORACLE_OK;
    const CorReadRuleInfo *rule = &cor_read_rule_info[error.rule];
    api_message(message, "not a valid module: %s, offset %zu: %s: %s", error.section ? error.section : "file",
                error.offset, rule->name, rule->sentence);
    return CORACLE_REJECTED;
}

static CoracleStatus api_verify(const CorModule *module, ApiTrust trust, CoracleMessage *message) {
    CorVerifyError error;
    CorVerifyOptions options = {.trusted = trust == API_LIBRARY};
    CorModuleStatus status = cor_verify(module, &options, &error);
    if (status == COR_MODULE_NO_MEMORY)
        return api_out_of_memory(message);
    if (status == COR_MODULE_OK)
        return CORACLE_OK;
    CorByteBuffer text = {0};
    cor_verify_error_text(module, &error, &text);
    api_message(message, "not a valid module: %.*s", (int)text.size,
                text.failed ? "" : (const char *)text.bytes);
    cor_byte_buffer_free(&text);
    return CORACLE_REJECTED;
}

static CoracleStatus api_read_embedded(const void *bytes, size_t size, CorModule **module,
                                       CoracleMessage *message) {
    switch (cor_module_read_own(bytes, size, COR_READ_EXECUTION, module)) {
    case COR_MODULE_OK: return CORACLE_OK;
    case COR_MODULE_NO_MEMORY: return api_out_of_memory(message);
    default: api_message(message, "not a valid module"); return CORACLE_REJECTED;
    }
}

CoracleStatus api_read(const void *bytes, size_t size, ApiTrust trust, CorModule **module,
                       CoracleMessage *message) {
    if (trust == API_EMBEDDED)
        return api_read_embedded(bytes, size, module, message);
    CoracleStatus status = api_parse(bytes, size, module, message);
    if (status == CORACLE_OK && (status = api_verify(*module, trust, message)) != CORACLE_OK)
        cor_module_free(*module);
    return status;
}

static bool api_read_rest(FILE *file, CoracleBytes *out) {
    size_t capacity = 1 << 16, got;
    out->bytes = malloc(capacity);
    while (out->bytes && (got = fread(out->bytes + out->size, 1, capacity - out->size, file)) > 0) {
        out->size += got;
        if (out->size < capacity)
            continue;
        unsigned char *larger = realloc(out->bytes, capacity *= 2);
        if (!larger)
            free(out->bytes);
        out->bytes = larger;
    }
    return out->bytes != NULL;
}

bool api_read_compiled(const char *path, CoracleBytes *out) {
    unsigned char start[sizeof COR_FORMAT_MAGIC];
    *out = (CoracleBytes){0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return true;
    bool is_read = true;
    if (coracle_is_module(start, fread(start, 1, sizeof start, file))) {
        rewind(file);
        is_read = api_read_rest(file, out);
    }
    fclose(file);
    return is_read;
}

/* ---- Public ------------------------------------------------------------------------------------ */

bool coracle_is_module(const void *bytes, size_t size) {
    return size >= strlen(COR_FORMAT_MAGIC) && memcmp(bytes, COR_FORMAT_MAGIC, strlen(COR_FORMAT_MAGIC)) == 0;
}

/* The embedded module of that name, or NULL. */
static const struct CorEmbeddedModule *find_embedded(const char *name) {
    size_t low = 0, high = cor_embedded_module_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct CorEmbeddedModule *module = &cor_embedded_modules[middle];
        int order = strcmp(name, module->name);
        if (order == 0)
            return module;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const unsigned char *coracle_standard_module(const char *name, size_t *size) {
    const struct CorEmbeddedModule *module = find_embedded(name);
    return module ? *size = module->size, module->bytes : NULL;
}

const char *coracle_standard_name(size_t index) {
    return index < cor_embedded_module_count ? cor_embedded_modules[index].name : NULL;
}

CoracleStatus coracle_module_verify(const void *bytes, size_t size, CoracleMessage *message) {
    CorModule *module;
    CoracleStatus status = api_read(bytes, size, API_FOREIGN, &module, message);
    if (status == CORACLE_OK)
        cor_module_free(module);
    return status;
}

/* Hands the content of a buffer over. */
static CoracleStatus api_give(CorByteBuffer *buffer, CoracleBytes *out, CoracleMessage *message) {
    if (buffer->failed) {
        cor_byte_buffer_free(buffer);
        return api_out_of_memory(message);
    }
    *out = (CoracleBytes){buffer->bytes, buffer->size};
    return CORACLE_OK;
}

CoracleStatus coracle_module_disassemble(const void *bytes, size_t size, CoracleBytes *text,
                                         CoracleMessage *message) {
    CorModule *module;
    CoracleStatus status = api_parse(bytes, size, &module, message);
    if (status != CORACLE_OK)
        return status;
    CorByteBuffer buffer = {0};
    buffer.failed = !cor_disassemble(module, &buffer) || buffer.failed;
    cor_module_free(module);
    return api_give(&buffer, text, message);
}

static CoracleStatus api_write(CorModule *module, bool strip, CoracleBytes *out, CoracleMessage *message) {
    CorByteBuffer buffer = {0};
    buffer.failed = cor_module_write(module, strip, &buffer) != COR_MODULE_OK || buffer.failed;
    cor_module_free(module);
    return api_give(&buffer, out, message);
}

CoracleStatus coracle_module_assemble(const char *text, size_t size, CoracleBytes *out,
                                      CoracleMessage *message) {
    CorModule *module;
    CorAssembleError error;
    CorModuleStatus status = cor_assemble(text, size, &module, &error);
    if (status == COR_MODULE_NO_MEMORY)
        return api_out_of_memory(message);
    if (status == COR_MODULE_REJECTED) {
        api_message(message, "line %u: %s", error.line, error.message);
        return CORACLE_REJECTED;
    }
    return api_write(module, false, out, message);
}

CoracleStatus coracle_module_strip(const void *bytes, size_t size, CoracleBytes *out,
                                   CoracleMessage *message) {
    CorModule *module;
    CoracleStatus status = api_parse(bytes, size, &module, message);
    return status == CORACLE_OK ? api_write(module, true, out, message) : status;
}

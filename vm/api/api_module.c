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

static bool api_read_bytes(const CorHost *host, CorHostFile file, unsigned char *bytes, size_t size) {
    size_t got;
    return cor_host_read_whole(host, file, bytes, size, &got) == COR_HOST_OK && got == size;
}

/* As api_read_compiled, of an open file. */
static bool api_read_open(const CorHost *host, CorHostFile file, CoracleBytes *out) {
    enum { START = sizeof COR_FORMAT_MAGIC - 1 };
    unsigned char start[START];
    CorHostFileInfo info;
    if (host->info(host, file, &info) != COR_HOST_OK || info.kind != COR_HOST_REGULAR || info.size < START ||
        !api_read_bytes(host, file, start, START) || !coracle_is_module(start, START))
        return true;
    unsigned char *bytes = malloc(info.size);
    if (!bytes)
        return false;
    memcpy(bytes, start, START);
    if (api_read_bytes(host, file, bytes + START, info.size - START))
        *out = (CoracleBytes){bytes, info.size};
    else
        free(bytes);
    return true;
}

bool api_read_compiled(const CorHost *host, const char *path, CoracleBytes *out) {
    CorHostFile file;
    *out = (CoracleBytes){0};
    if (host->open_file(host, path, &file) != COR_HOST_OK)
        return true;
    bool is_read = api_read_open(host, file, out);
    host->close(host, file);
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

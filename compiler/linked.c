// The compiler as an engine calls it: coracle_compile of coracle.h, over compile.h.
#include "compiler/compile.h"
#include "coracle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// One call. What has been found by the hook is kept until the end, as compile.h wants it.
typedef struct Linked {
    const CoracleCompilation *wanted;
    CompileResult *result;
    unsigned char **kept;
    size_t kept_count;
    bool no_memory; // for a file or a module: what the compiler makes of its absence is no matter
} Linked;

// ---- Files -------------------------------------------------------------------------------------

char *compile_read_file(FILE *file, size_t *length, const char **message) {
    enum { LARGEST = 1 << 28 }; // whoever feeds an endless stream is told so
    size_t capacity = 1 << 14, used = 0, got;
    char *text = malloc(capacity);
    while (text && (got = fread(text + used, 1, capacity - used - 1, file)) > 0) {
        used += got;
        if (capacity - used > 1)
            continue;
        if (capacity > LARGEST) {
            free(text);
            *message = "it has more than 256 MiB";
            errno = EFBIG;
            return NULL;
        }
        char *larger = realloc(text, capacity *= 2);
        if (!larger)
            free(text);
        text = larger;
    }
    if (!text) {
        *message = "out of memory";
        errno = ENOMEM;
        return NULL;
    }
    if (ferror(file)) {
        *message = strerror(errno);
        free(text);
        return NULL;
    }
    text[used] = '\0';
    *length = used;
    return text;
}

static char *linked_read(void *context, const char *path, size_t *length, const char **message) {
    Linked *linked = context;
    if (linked->wanted->source) {
        *message = "a program that is given as text has no files beside it";
        return NULL;
    }
    FILE *file = fopen(path, "rb");
    if (!file) {
        *message = strerror(errno);
        return NULL;
    }
    char *text = compile_read_file(file, length, message);
    linked->no_memory |= !text && errno == ENOMEM;
    fclose(file);
    return text;
}

// By what reading it says: ISO C knows no folders.
static bool linked_is_folder(void *context, const char *path) {
    const Linked *linked = context;
    FILE *file = linked->wanted->source ? NULL : fopen(path, "rb");
    if (!file)
        return false;
    errno = 0;
    bool is_folder = fgetc(file) == EOF && errno == EISDIR;
    fclose(file);
    return is_folder;
}

// ---- Compiled modules --------------------------------------------------------------------------

static const uint8_t *keep(Linked *linked, unsigned char *bytes) {
    unsigned char **kept = bytes ? realloc(linked->kept, (linked->kept_count + 1) * sizeof *kept) : NULL;
    if (!kept) {
        linked->no_memory = true;
        free(bytes);
        return NULL;
    }
    linked->kept = kept;
    return kept[linked->kept_count++] = bytes;
}

static const uint8_t *linked_binary(void *context, const char *name, size_t *length, bool *is_own) {
    Linked *linked = context;
    unsigned char *bytes;
    const unsigned char *standard = coracle_standard_module(name, length);
    *is_own = standard != NULL;
    if (standard)
        return standard;
    bool found = linked->wanted->find_module &&
                 linked->wanted->find_module(linked->wanted->find_context, name, &bytes, length);
    return found ? keep(linked, bytes) : NULL;
}

// ---- Diagnostics -------------------------------------------------------------------------------

// The host's, and the message: the first error, and how many more there are.
typedef struct Telling {
    const CoracleCompilation *wanted;
    CoracleMessage *message;
    uint32_t errors;
} Telling;

static void tell(void *context, const CompileDiagnostic *it) {
    Telling *telling = context;
    const CoracleCompilation *wanted = telling->wanted;
    if (wanted->diagnose)
        wanted->diagnose(wanted->diagnose_context, &(CoracleDiagnostic){.is_error = it->is_error,
                                                                        .code = it->code,
                                                                        .message = it->message,
                                                                        .path = it->path,
                                                                        .line = it->line,
                                                                        .column = it->column,
                                                                        .end_line = it->end_line,
                                                                        .end_column = it->end_column,
                                                                        .text = it->text});
    if (!it->is_error || telling->errors++ > 0 || !telling->message)
        return;
    snprintf(telling->message->text, sizeof telling->message->text, "%s:%u:%u: error[%s]: %s",
             it->path ? it->path : wanted->path, (unsigned)it->line, (unsigned)it->column, it->code,
             it->message);
}

static CoracleStatus reject(Linked *linked, CoracleMessage *message) {
    if (message) {
        size_t used = strlen(message->text);
        uint32_t more = linked->result->error_count - 1;
        if (more > 0)
            snprintf(message->text + used, sizeof message->text - used, " (and %u more error%s)",
                     (unsigned)more, more == 1 ? "" : "s");
    }
    return CORACLE_REJECTED;
}

// ---- The call ----------------------------------------------------------------------------------

static CoracleStatus give_modules(const Linked *linked) {
    const CompileResult *result = linked->result;
    for (uint32_t i = 0; i < result->module_count; i++) {
        const CompiledModule *module = &result->modules[i];
        if (!linked->wanted->take(linked->wanted->take_context, module->name, module->bytes, module->size))
            return CORACLE_REJECTED;
    }
    return CORACLE_OK;
}

static CoracleStatus finish(Linked *linked, CoracleMessage *message) {
    CompileResult *result = linked->result;
    Telling telling = {linked->wanted, message, 0};
    if (!result || linked->no_memory || result->status == COMPILE_NO_MEMORY ||
        !compile_diagnostics(result, tell, &telling)) {
        if (message)
            snprintf(message->text, sizeof message->text, "out of memory");
        return CORACLE_NO_MEMORY;
    }
    if (result->status == COMPILE_OK)
        return give_modules(linked);
    if (result->status == COMPILE_ERRORS)
        return reject(linked, message);
    if (message)
        snprintf(message->text, sizeof message->text, "%s", result->message);
    return CORACLE_NOT_FOUND;
}

CoracleStatus coracle_compile(void *context, const CoracleCompilation *compilation, CoracleMessage *message) {
    (void)context;
    Linked linked = {.wanted = compilation};
    CompileHost host = {linked_read, linked_is_folder, linked_binary, &linked, coracle_standard_name};
    char *folder = realpath(".", NULL);
    CompileOptions options = {.current_folder = folder,
                              .with_debug = true,
                              .module_name = compilation->module_name,
                              .source_text = compilation->source,
                              .source_length = compilation->length};
    if (message)
        message->text[0] = '\0';
    linked.result = compile_program(&host, compilation->path, &options);
    CoracleStatus status = finish(&linked, message);
    compile_free(linked.result);
    for (size_t i = 0; i < linked.kept_count; i++)
        free(linked.kept[i]);
    free(linked.kept);
    free(folder);
    return status;
}

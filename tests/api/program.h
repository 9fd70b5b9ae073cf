/* What the tests of the API share: modules from source text. */
#ifndef TESTS_API_PROGRAM_H
#define TESTS_API_PROGRAM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/compile.h"
#include "coracle.h"

static const uint8_t *program_standard(void *context, const char *name, size_t *length, bool *is_own) {
    (void)context;
    *is_own = true;
    return coracle_standard_module(name, length);
}

static char *program_read(void *context, const char *path, size_t *length, const char **message) {
    (void)context, (void)path, (void)length;
    *message = "there are no files";
    return NULL;
}

static bool program_is_folder(void *context, const char *path) {
    (void)context, (void)path;
    return false;
}

/* Compiles a program that imports nothing but the library, and loads it; NULL: it does not compile or load. */
static inline CoracleModule *program_load(CoracleEngine *engine, const char *name, const char *source) {
    const CompileHost host = {program_read, program_is_folder, program_standard, NULL, NULL};
    CompileOptions options = {
        .with_debug = true, .module_name = name, .source_text = source, .source_length = strlen(source)};
    CompileResult *result = compile_program(&host, name, &options);
    CoracleModule *module = NULL;
    CoracleMessage message;
    if (!result || result->status != COMPILE_OK)
        fprintf(stderr, "%s does not compile\n", name);
    else if (coracle_engine_load(engine, result->modules[0].bytes, result->modules[0].size, &module,
                                 &message) != CORACLE_OK)
        fprintf(stderr, "%s: %s\n", name, message.text);
    compile_free(result);
    return module;
}

static inline CoracleValue program_integer(int64_t integer) {
    return (CoracleValue){.kind = CORACLE_INT, .integer = integer};
}

#endif

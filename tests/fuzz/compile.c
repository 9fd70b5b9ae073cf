#include "tests/fuzz/compile.h"

#include "coracle.h"

static char *read_nothing(void *context, const char *path, size_t *length, const char **message) {
    (void)context, (void)path;
    *length = 0;
    *message = "there are no files";
    return NULL;
}

static bool is_no_folder(void *context, const char *path) {
    (void)context, (void)path;
    return false;
}

static const uint8_t *standard_module(void *context, const char *name, size_t *length, bool *is_own) {
    (void)context;
    *is_own = true;
    return coracle_standard_module(name, length);
}

CompileResult *fuzz_compile(const char *text, size_t size) {
    const CompileHost host = {read_nothing, is_no_folder, standard_module, NULL, NULL};
    CompileOptions options = {
        .with_debug = true, .module_name = "main", .source_text = text, .source_length = size};
    return compile_program(&host, "main.cora", &options);
}

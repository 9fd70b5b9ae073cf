/* Damaged sources.  Whatever compiles must load: the compiler never writes what the verifier or the linker rejects. */
#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"
#include "coracle.h"
#include "tests/fuzz/fuzz.h"

const FuzzForm fuzz_form = FUZZ_TEXT;
const char fuzz_suffix[] = ".cora";

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

static void discard(void *context, const char *bytes, size_t length) {
    size_t *sum = context;
    for (size_t i = 0; i < length; i++)
        *sum += (unsigned char)bytes[i];
}

void fuzz_mend(uint8_t *bytes, size_t size) {
    (void)bytes, (void)size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const CompileHost host = {read_nothing, is_no_folder, standard_module, NULL};
    char *text = malloc(size ? size : 1);
    bool accepted = false;
    if (!text)
        return -1;
    if (size)
        memcpy(text, data, size);
    CompileOptions options = {.with_debug = true,
                              .module_name = "main",
                              .source_text = text,
                              .source_length = size,
                              .memory_limit = (size_t)256 << 20};
    CompileResult *result = compile_program(&host, "main.cora", &options);
    size_t sum = 0;
    if (result) {
        compile_render_text(result, (DiagnosticWriter){discard, &sum}, (DiagnosticRenderOptions){true, 50});
        compile_render_json(result, (DiagnosticWriter){discard, &sum}, (DiagnosticRenderOptions){0});
    }
    if (result && result->status == COMPILE_OK && result->module_count == 1)
        accepted = fuzz_execute(result->modules[0].bytes, result->modules[0].size, true);
    compile_free(result);
    free(text);
    return accepted ? 0 : -1;
}

/* Sources.  Whatever compiles must load: the compiler never writes what the verifier or the linker rejects. */
#include "compiler/compile.h"
#include "coracle.h"
#include "tests/fuzz/fuzz.h"

const FuzzForm fuzz_form = FUZZ_TEXT;

/* What the compiler may hold: the library's core and the modules that are imported, and for each byte of the source. */
enum { COMPILER_BASE = 32 << 20, COMPILER_FACTOR = 4096 };

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const CompileHost host = {read_nothing, is_no_folder, standard_module, NULL};
    CompileOptions options = {
        .with_debug = true, .module_name = "main", .source_text = (const char *)data, .source_length = size};
    bool accepted = false;
    fuzz_memory_start();
    CompileResult *result = compile_program(&host, "main.cora", &options);
    fuzz_memory_check("compiler", size, COMPILER_FACTOR, COMPILER_BASE);
    size_t sum = 0;
    if (result) {
        compile_render_text(result, (DiagnosticWriter){discard, &sum}, (DiagnosticRenderOptions){true, 50});
        compile_render_json(result, (DiagnosticWriter){discard, &sum}, (DiagnosticRenderOptions){0});
    }
    if (result && result->status == COMPILE_OK && result->module_count == 1)
        accepted = fuzz_execute(result->modules[0].bytes, result->modules[0].size, true);
    compile_free(result);
    return accepted ? 0 : -1;
}

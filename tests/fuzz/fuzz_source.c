/* Sources.  Whatever compiles must load: the compiler never writes what the verifier or the linker rejects. */
#include "tests/fuzz/compile.h"
#include "tests/fuzz/fuzz.h"

const FuzzForm fuzz_form = FUZZ_TEXT;

/* What the compiler may hold: the library's core and the modules that are imported, and for each byte of the source. */
enum { COMPILER_BASE = 32 << 20, COMPILER_FACTOR = 4096 };

static void discard(void *context, const char *bytes, size_t length) {
    size_t *sum = context;
    for (size_t i = 0; i < length; i++)
        *sum += (unsigned char)bytes[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bool accepted = false;
    fuzz_memory_start();
    CompileResult *result = fuzz_compile((const char *)data, size);
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

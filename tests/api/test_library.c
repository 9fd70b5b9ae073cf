/* The modules of the library: an engine trusts those inside the executable, but they are as good as any other. */
#include "tests/api/program.h"
#include "vm/bytecode/reader.h"
#include "vm/bytecode/verifier.h"
#include "vm/runtime/embedded.h"

static void modules_verify(void **state) {
    (void)state;
    for (size_t i = 0; i < cor_embedded_module_count; i++) {
        CorModule *module;
        CorVerifyError error;
        CorByteBuffer text = {0};
        assert_int_equal(
            cor_module_read(cor_embedded_modules[i].bytes, cor_embedded_modules[i].size, &module, NULL),
            COR_MODULE_OK);
        if (cor_verify(module, &(CorVerifyOptions){.trusted = true}, &error) != COR_MODULE_OK) {
            cor_verify_error_text(module, &error, &text);
            fail_msg("%s: %.*s", cor_embedded_modules[i].name, (int)text.size, (const char *)text.bytes);
        }
        cor_module_free(module);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(modules_verify)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

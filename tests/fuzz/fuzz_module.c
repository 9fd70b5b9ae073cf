/* The bytes of modules.  The content hash is made right, so that what is wrong with the rest reaches reader and
 * verifier. */
#include <stdlib.h>
#include <string.h>

#include "coracle.h"
#include "tests/fuzz/fuzz.h"
#include "vm/bytecode/format.h"
#include "vm/bytecode/reader.h"
#include "vm/bytecode/verifier.h"
#include "vm/bytecode/writer.h"

const FuzzForm fuzz_form = FUZZ_MODULE;

enum { VERIFIER_FACTOR = 2048, VERIFIER_BASE = 4 << 20 };

/* What the reader accepts, the writer writes back to the same content, which the hash in the header stands for, and
 * to the same file where there is no optional section that the reader does not know. */
static void check_written(const CorModule *module, const uint8_t *bytes, size_t size) {
    CorByteBuffer written = {0};
    if (cor_module_write(module, false, &written) == COR_MODULE_OK)
        fuzz_check(written.size <= size && memcmp(written.bytes, bytes, COR_FORMAT_SECTIONS_OFFSET) == 0 &&
                       (written.size < size || memcmp(written.bytes, bytes, size) == 0),
                   "writer", "not the bytes that were read");
    cor_byte_buffer_free(&written);
}

static bool is_accepted(const uint8_t *bytes, size_t size) {
    CorModule *module;
    fuzz_memory_start();
    CorModuleStatus status = cor_module_read(bytes, size, &module, NULL);
    fuzz_memory_check("reader", size, COR_READ_MEMORY_FACTOR, COR_READ_MEMORY_BASE);
    if (status != COR_MODULE_OK)
        return false;
    check_written(module, bytes, size);
    CorVerifyError error;
    fuzz_memory_start();
    status = cor_verify(module, NULL, &error);
    fuzz_memory_check("verifier", size, VERIFIER_FACTOR, VERIFIER_BASE);
    if (status == COR_MODULE_REJECTED) {
        CorByteBuffer text = {0};
        cor_verify_error_text(module, &error, &text);
        cor_byte_buffer_free(&text);
    }
    cor_module_free(module);
    return status == COR_MODULE_OK;
}

static void disassemble(const uint8_t *bytes, size_t size) {
    CoracleBytes text;
    if (coracle_module_disassemble(bytes, size, &text, NULL) == CORACLE_OK)
        free(text.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *bytes = malloc(size ? size : 1); /* of the exact size, so that reading beyond is noticed */
    if (!bytes)
        return -1;
    if (size)
        memcpy(bytes, data, size);
    cor_module_seal(bytes, size);
    bool accepted = is_accepted(bytes, size);
    disassemble(bytes, size);
    if (accepted)
        fuzz_execute(bytes, size, false);
    free(bytes);
    return accepted ? 0 : -1;
}

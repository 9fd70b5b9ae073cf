/* Damaged modules.  The content hash is made right again, so that the damage reaches the verifier. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "vm/bytecode/writer.h"

const FuzzForm fuzz_form = FUZZ_BINARY;
const char fuzz_suffix[] = ".corm";

void fuzz_mend(uint8_t *bytes, size_t size) {
    cor_module_seal(bytes, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *bytes = malloc(size ? size : 1); /* of the exact size, so that reading beyond is noticed */
    if (!bytes)
        return 0;
    if (size)
        memcpy(bytes, data, size);
    fuzz_mend(bytes, size);
    bool accepted = fuzz_execute(bytes, size, false);
    free(bytes);
    return accepted ? 0 : -1;
}

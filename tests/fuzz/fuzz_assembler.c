/* Damaged assembly text; what it assembles to, if anything, goes the way of a module, through the disassembler too. */
#include <stdlib.h>
#include <string.h>

#include "coracle.h"
#include "tests/fuzz/fuzz.h"

const FuzzForm fuzz_form = FUZZ_TEXT;
const char fuzz_suffix[] = ".cora-asm";

/* Disassembled and assembled again a module is the same. */
static void check_round_trip(const CoracleBytes *module) {
    CoracleBytes text, again;
    CoracleMessage message = {""};
    if (coracle_module_disassemble(module->bytes, module->size, &text, &message) != CORACLE_OK)
        return;
    CoracleStatus status = coracle_module_assemble((const char *)text.bytes, text.size, &again, &message);
    if (status == CORACLE_OK) {
        fuzz_check(again.size == module->size && memcmp(again.bytes, module->bytes, again.size) == 0,
                   "disassembler", "another module after a round trip");
        free(again.bytes);
    }
    free(text.bytes);
}

void fuzz_mend(uint8_t *bytes, size_t size) {
    (void)bytes, (void)size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CoracleBytes module;
    char *text = malloc(size ? size : 1);
    bool accepted = false;
    if (!text)
        return -1;
    if (size)
        memcpy(text, data, size);
    if (coracle_module_assemble(text, size, &module, NULL) == CORACLE_OK) {
        if (coracle_module_verify(module.bytes, module.size, NULL) == CORACLE_OK)
            check_round_trip(&module);
        accepted = fuzz_execute(module.bytes, module.size, false);
        free(module.bytes);
    }
    free(text);
    return accepted ? 0 : -1;
}

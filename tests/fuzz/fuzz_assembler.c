/* Assembly text; what it assembles to, if anything, goes the way of a module, through the disassembler too. */
#include <stdlib.h>
#include <string.h>

#include "coracle.h"
#include "tests/fuzz/fuzz.h"

const FuzzForm fuzz_form = FUZZ_TEXT;

enum { ASSEMBLER_FACTOR = 4096, ASSEMBLER_BASE = 1 << 20 };

/* Disassembled and assembled again a module is the same. */
static void check_round_trip(const CoracleBytes *module) {
    CoracleBytes text, again;
    CoracleMessage message = {""};
    if (coracle_module_disassemble(module->bytes, module->size, &text, &message) != CORACLE_OK)
        return;
    CoracleStatus status = coracle_module_assemble((const char *)text.bytes, text.size, &again, &message);
    fuzz_check(status == CORACLE_OK, "disassembler", message.text);
    fuzz_check(again.size == module->size && memcmp(again.bytes, module->bytes, again.size) == 0,
               "disassembler", "another module after a round trip");
    free(again.bytes);
    free(text.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CoracleBytes module;
    bool accepted = false;
    fuzz_memory_start();
    CoracleStatus status = coracle_module_assemble((const char *)data, size, &module, NULL);
    fuzz_memory_check("assembler", size, ASSEMBLER_FACTOR, ASSEMBLER_BASE);
    if (status == CORACLE_OK) {
        if (coracle_module_verify(module.bytes, module.size, NULL) == CORACLE_OK)
            check_round_trip(&module);
        accepted = fuzz_execute(module.bytes, module.size, false);
        free(module.bytes);
    }
    return accepted ? 0 : -1;
}

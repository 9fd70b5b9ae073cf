/* Type soundness: modules that the verifier accepts, made from those of the corpus by edits that keep types (mutate_module.c),
 * run with all that lowering does and without, and do the same. */
#include "coracle.h"
#include "tests/fuzz/fuzz.h"

const FuzzForm fuzz_form = FUZZ_MODULE;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (coracle_module_verify(data, size, NULL) != CORACLE_OK)
        return -1;
    return fuzz_compare(data, size) ? 0 : -1;
}

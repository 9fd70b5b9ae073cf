/* Code objects: any bytes are loaded, or refused.  Nothing of what is loaded is executed. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "vm/native/host.h"
#include "vm/runtime/code_loader.h"

const FuzzForm fuzz_form = FUZZ_BINARY;

static void helper(void) {}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CorHelperInfo helpers[COR_HELPER_COUNT];
    for (int i = 0; i < COR_HELPER_COUNT; i++)
        helpers[i] = (CorHelperInfo){.name = "helper_double", .function = helper};
    CorLoweredFunction function = {.name = "f"};
    CorCodeConstant constants[] = {{.kind = COR_CONSTANT_FUNCTION, .pointer = &function},
                                   {.kind = COR_CONSTANT_TYPE, .pointer = constants}};
    CorCodeFrame frame = {.function = 0};
    CorCodeSite site = {.window = 3, .frame_count = 1};
    CorCodeExit exit = {.kind = COR_EXIT_CAST};
    CorCodeObject object = {.function = &function,
                            .tier = 1,
                            .elf = data,
                            .elf_size = size,
                            .constants = constants,
                            .constant_count = 2,
                            .sites = &site,
                            .site_count = 1,
                            .frames = &frame,
                            .frame_count = 1,
                            .exits = &exit,
                            .exit_count = 1};
    CorCodeLoaderOptions options = {.host = cor_host_default(), .helpers = helpers};
    CorCodeLoader *loader = cor_code_loader_new(&options);
    char failure[COR_CODE_FAILURE] = "";
    const CorNativeCode *code = cor_code_load(loader, &object, failure);
    fuzz_check((code == NULL) == (failure[0] != '\0'), "a failure that says why", failure);
    cor_code_loader_free(loader);
    return code != NULL ? 0 : -1;
}

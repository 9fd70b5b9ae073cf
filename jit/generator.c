/* The code generator, as the engine's compile thread opens it: the interface of vm/runtime/tier.h. */
#include "vm/runtime/tier.h"

#include <string.h>

static CorCompiler *generator_open(CorEngine *engine, const CorTierOptions *options,
                                   const CorGeneratorServices *services, char *failure) {
    (void)engine, (void)options, (void)services;
    strcpy(failure, "the code generator makes no code yet");
    return NULL;
}

__attribute__((visibility("default"))) CorCodeGeneratorSymbol coracle_code_generator;

const CorCodeGenerator *coracle_code_generator(void) {
    static const CorCodeGenerator generator = {
        .version = COR_CODE_GENERATOR_VERSION,
        .open = generator_open,
    };
    return &generator;
}

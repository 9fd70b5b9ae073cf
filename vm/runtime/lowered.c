/* The table of lowered operations, derived from lowered.def, and the length of an instruction. */
#include "vm/runtime/code.h"

#include <string.h>

const CorLoweredInfo cor_lowered_info[COR_LOWERED_COUNT] = {
#define LOWERED(name, mnemonic, operands, effects, semantics)                                                \
    [COR_LOWERED_##name] = {mnemonic, operands, effects, semantics},
#include "vm/runtime/lowered.def"
#undef LOWERED
};

uint32_t cor_lowered_length(const CorWord *word) {
    const char *extension = strchr(cor_lowered_info[word->op].operands, ':');
    if (extension == NULL) {
        return 1;
    }
    return extension[1] == '*' ? 1 + (uint32_t)word->b + 1 : (uint32_t)strlen(extension);
}

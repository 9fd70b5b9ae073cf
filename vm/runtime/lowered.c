/* What is to be known of lowered code without an engine: the table of operations, derived from lowered.def, lengths of
 * instructions, the first operations of pairs, positions. */
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

_Static_assert(COR_LOWERED_NOP == 0, "no pair begins with it");

/* The first operation of each pair; the others stand for themselves. */
static const CorLowered first_of_pair[COR_LOWERED_COUNT] = {
#define FUSED(first, second, match, mnemonic, operands, effects)                                             \
    [COR_LOWERED_##first##_##second] = COR_LOWERED_##first,
#define FUSED_TARGET(first, second, mnemonic) [COR_LOWERED_##first##_##second] = COR_LOWERED_##first,
#include "vm/runtime/fused.def"
#undef FUSED
#undef FUSED_TARGET
};

CorLowered cor_lowered_plain(CorLowered op) {
    switch (op) {
    case COR_LOWERED_CALL_VIRTUAL_PROFILED: return COR_LOWERED_CALL_VIRTUAL;
    case COR_LOWERED_CALL_INTERFACE_PROFILED: return COR_LOWERED_CALL_INTERFACE;
    case COR_LOWERED_CALL_CLOSURE_PROFILED: return COR_LOWERED_CALL_CLOSURE;
    default: return first_of_pair[op] != 0 ? first_of_pair[op] : op;
    }
}

const CorPosition *cor_function_position(const CorLoweredFunction *function, uint32_t index) {
    uint32_t low = 0, high = function->position_count;
    while (low < high) { /* the first entry above index */
        uint32_t middle = low + (high - low) / 2;
        if (function->positions[middle].index <= index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? NULL : &function->positions[low - 1];
}

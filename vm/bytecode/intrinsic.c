#include "vm/bytecode/intrinsic.h"

#include <string.h>

const CorIntrinsicInfo cor_intrinsic_info[COR_INTRINSIC_COUNT] = {
#define INTRINSIC(name, text, signature, effects, semantics)                                                 \
    [COR_INTRINSIC_##name] = {text, signature, effects, semantics},
#include "vm/bytecode/intrinsics.def"
#undef INTRINSIC
};

uint32_t cor_intrinsic_find(const char *name, size_t length) {
    for (uint32_t i = 0; i < COR_INTRINSIC_COUNT; i++) {
        const char *have = cor_intrinsic_info[i].name;
        if (strlen(have) == length && memcmp(have, name, length) == 0) {
            return i;
        }
    }
    return UINT32_MAX;
}

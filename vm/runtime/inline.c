/* Inlining of small functions. */
#include "vm/runtime/lower_internal.h"

bool cor_inline_wanted(LowerBody *body, const CorLoweredFunction *function) {
    (void)body, (void)function;
    return false;
}

void cor_inline_call(LowerBody *body, CorLoweredFunction *function, const uint32_t *arguments, uint32_t count,
                     uint32_t result) {
    (void)body, (void)function, (void)arguments, (void)count, (void)result;
}

void cor_inline_new(LowerBody *body, const CorInstruction *in, const CorType *type, CorLoweredFunction *init) {
    (void)body, (void)in, (void)type, (void)init;
}

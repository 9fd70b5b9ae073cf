/* Slots that hold one constant in all of a function: lowering loads constants before loops.  Code that is entered at a loop finds
 * them in the frame, but knows them from here, so that bounds and steps of loops are known, too. */
#include "jit/build.h"

typedef struct SlotConstant {
    enum { SLOT_UNWRITTEN, SLOT_CONSTANT, SLOT_OTHER } kind;
    uint64_t bits;
} SlotConstant;

typedef struct SlotConstants {
    SlotConstant *slots;
    uint32_t count;
    bool is_constant; /* of the instruction that is visited */
    uint64_t bits;
} SlotConstants;

static void visit(void *context, uint32_t first, uint32_t count, bool writes) {
    SlotConstants *constants = context;
    for (uint32_t s = first; writes && s < first + count && s < constants->count; s++) {
        SlotConstant *slot = &constants->slots[s];
        bool same = constants->is_constant && (slot->kind == SLOT_UNWRITTEN || slot->bits == constants->bits);
        slot->kind = same && slot->kind != SLOT_OTHER ? SLOT_CONSTANT : SLOT_OTHER;
        slot->bits = constants->bits;
    }
}

void jit_find_constants(JitBody *body) {
    const CorLoweredFunction *function = body->function;
    SlotConstants constants = {.count = body->facts->slot_count};
    constants.slots = jit_build_allocate(body->builder, constants.count, sizeof *constants.slots);
    if (constants.slots == NULL)
        return;
    for (uint32_t i = 0; i < function->code_count;) {
        CorWord word = jit_word(function, i);
        constants.is_constant = word.op == COR_LOWERED_INT || word.op == COR_LOWERED_CONST;
        constants.bits =
            word.op == COR_LOWERED_CONST ? function->code[i + 1].bits : (uint64_t)(int64_t)(int16_t)word.b;
        if (!jit_visit_slots(function, i, visit, &constants))
            return; /* nobody knows what the call writes */
        i += cor_lowered_length(&word);
    }
    constants.is_constant = false;
    for (uint32_t h = 0; h < function->handler_count; h++)
        visit(&constants, function->handlers[h].slot, 1, true);
    for (uint32_t s = function->parameter_slots + 1; s < constants.count; s++)
        if (body->slots[s] != NULL && constants.slots[s].kind == SLOT_CONSTANT)
            body->slots[s] = jit_number(body, constants.slots[s].bits);
}

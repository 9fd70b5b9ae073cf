/* Which slots an instruction of lowered code reads and writes, by the letters of lowered.def. */
#include "jit/facts.h"

#include <string.h>

#include "vm/runtime/type.h"

CorWord jit_word(const CorLoweredFunction *function, uint32_t index) {
    CorWord word = cor_code_word(function, index);
    word.op = (uint16_t)cor_lowered_plain((CorLowered)word.op);
    return word;
}

/* ---- Shapes of calls ---- */

static CorCallShape shape_of(const CorLoweredFunction *callee) {
    return (CorCallShape){(uint16_t)callee->parameter_slots, (uint16_t)callee->result_slots};
}

bool jit_call_shape(const CorLoweredFunction *function, uint32_t index, CorCallShape *shape) {
    CorWord word = jit_word(function, index);
    const CorWord *next = &function->code[index + 1];
    switch (word.op) {
    case COR_LOWERED_CALL:
        *shape = shape_of(cor_code_header(cor_word_load_pointer(next))->function);
        return true;
    case COR_LOWERED_CALL_VIRTUAL:
    case COR_LOWERED_CALL_CLOSURE:
        *shape = ((const CorCallProfile *)cor_word_load_pointer(next))->shape;
        return true;
    case COR_LOWERED_CALL_INTERFACE:
        *shape =
            *cor_interface_shape(((const CorCacheEntry *)cor_word_load_pointer(next))->interface, word.c);
        return true;
    case COR_LOWERED_CALL_ROLE: *shape = cor_role_shape((CorRole)word.c); return true;
    default: return false;
    }
}

/* ---- Counts of the letters that stand for several slots ---- */

static uint32_t layout_count(const CorWord *extension) {
    return ((const CorLayout *)extension->pointer)->count;
}

static uint32_t element_slots(const CorWord *extension) {
    return ((const CorType *)extension->pointer)->element->layout->count;
}

/* How many slots the letter D (`writes`) or A of an instruction stands for. */
static uint32_t run_length(const CorWord *code, CorWord word, const CorCallShape *shape, bool writes) {
    switch (word.op) {
    case COR_LOWERED_MOVE2:
    case COR_LOWERED_RETURN_2: return 2;
    case COR_LOWERED_MOVE_N:
    case COR_LOWERED_CLEAR:
    case COR_LOWERED_CONCAT: return word.c;
    case COR_LOWERED_RETURN_N: return word.b;
    case COR_LOWERED_LOAD_WIDE:
    case COR_LOWERED_STORE_WIDE:
    case COR_LOWERED_LOAD_ELEMENT_WIDE:
    case COR_LOWERED_STORE_ELEMENT_WIDE: return layout_count(&code[1]);
    case COR_LOWERED_NEW_ARRAY: return element_slots(&code[1]);
    case COR_LOWERED_ARRAY_OF: return word.c * element_slots(&code[1]);
    case COR_LOWERED_CALL_HOST:
    case COR_LOWERED_CALL_NATIVE:
    case COR_LOWERED_SYSCALL: return writes ? (uint32_t)code[3].bits : word.c;
    default: return shape->result_slots; /* calls */
    }
}

bool jit_visit_slots(const CorLoweredFunction *function, uint32_t index, JitSlotVisit *visit, void *context) {
    CorWord word = jit_word(function, index);
    const CorWord *code = &function->code[index];
    const char *letters = cor_lowered_info[word.op].operands;
    const uint16_t operands[] = {word.a, word.b, word.c};
    CorCallShape shape = {0};
    bool is_call = strchr(letters, 'w') != NULL;
    if (is_call && !jit_call_shape(function, index, &shape))
        return false;
    for (uint32_t i = 0; i < 3 && letters[i] != '\0' && letters[i] != ':'; i++) {
        switch (letters[i]) {
        case 'a': visit(context, operands[i], 1, false); break;
        case 'A': visit(context, operands[i], run_length(code, word, &shape, false), false); break;
        case 'm': visit(context, operands[i], 1, false); break;
        case 'w': visit(context, operands[i], shape.parameter_slots, false); break;
        case 'O':
        case 'g': i = 3; break;
        default: break;
        }
    }
    for (uint32_t i = 0; i < 3 && letters[i] != '\0' && letters[i] != ':'; i++) {
        switch (letters[i]) {
        case 'd':
        case 'm': visit(context, operands[i], 1, true); break;
        case 'D': visit(context, operands[i], run_length(code, word, &shape, true), true); break;
        case 'O':
        case 'g': i = 3; break;
        default: break;
        }
    }
    return true;
}

/* The code buffer of a lowering: words, labels, slots, positions, and the publication of the finished code. */
#include "vm/runtime/lower_internal.h"
#include "vm/runtime/native.h"

#include <stdlib.h>
#include <string.h>

void *cor_lower_allocate(Lowering *lowering, size_t count, size_t size) {
    void *memory = cor_arena_allocate(lowering->scratch, count, size);
    if (memory == NULL) {
        cor_engine_fail(lowering->engine, COR_FAILURE_MEMORY, "the host has no memory left");
        lowering->failed = true;
    }
    return memory;
}

void cor_lower_fail_limit(Lowering *lowering, const char *what) {
    cor_engine_fail(lowering->engine, COR_FAILURE_LIMIT, "%s is too large: %s", lowering->function->name,
                    what);
    lowering->failed = true;
}

bool cor_lower_grow(Lowering *lowering, void *items, uint32_t count, uint32_t *capacity, size_t size) {
    void **array = items;
    void *grown = cor_arena_grow(lowering->scratch, *array, count, capacity, size);
    if (grown == NULL) {
        cor_engine_fail(lowering->engine, COR_FAILURE_MEMORY, "the host has no memory left");
        lowering->failed = true;
        return false;
    }
    *array = grown;
    return true;
}

/* ---- Words ---- */

static void emit_word(Lowering *lowering, CorWord word) {
    if (!lowering->failed && cor_lower_grow(lowering, &lowering->code, lowering->code_count,
                                            &lowering->code_capacity, sizeof *lowering->code)) {
        lowering->code[lowering->code_count++] = word;
    }
}

uint32_t cor_emit(Lowering *lowering, CorLowered op, uint32_t a, uint32_t b, uint32_t c) {
    uint32_t index = lowering->last_instruction = lowering->code_count;
    emit_word(lowering, (CorWord){.op = (uint16_t)op, .a = (uint16_t)a, .b = (uint16_t)b, .c = (uint16_t)c});
    return index;
}

void cor_emit_bits(Lowering *lowering, uint64_t bits) {
    emit_word(lowering, (CorWord){.bits = bits});
}

void cor_emit_pointer(Lowering *lowering, const void *pointer) {
    CorWord word = {.bits = 0};
    word.pointer = (void *)(uintptr_t)pointer;
    emit_word(lowering, word);
}

void cor_emit_part(Lowering *lowering, uint32_t stride, uint32_t offset) {
    CorWord word = {.bits = 0};
    word.part.stride = stride;
    word.part.offset = offset;
    emit_word(lowering, word);
}

void cor_emit_far(Lowering *lowering, CorLowered op, uint32_t a, uint32_t value) {
    CorWord word = {.bits = 0};
    word.op = (uint16_t)op;
    word.a = (uint16_t)a;
    word.far.offset = (int32_t)value;
    lowering->last_instruction = lowering->code_count;
    emit_word(lowering, word);
}

bool cor_take_back(Lowering *lowering, uint32_t slot, CorWord *word) {
    uint32_t last = lowering->last_instruction;
    if (lowering->failed || last + 1 != lowering->code_count || lowering->last_label > last) {
        return false;
    }
    *word = lowering->code[last];
    if (cor_lowered_info[word->op].operands[0] != 'd' || word->a != slot) {
        return false;
    }
    lowering->code_count = last;
    CorPosition *positions = lowering->positions;
    uint32_t count = lowering->position_count;
    if (count != 0 && positions[count - 1].index > last) { /* what comes now takes its place */
        positions[count - 1].index = last;
        if (count > 1 && positions[count - 2].index == last) {
            positions[count - 2] = positions[count - 1];
            lowering->position_count--;
        }
    }
    return true;
}

/* ---- Labels ---- */

LowerLabel cor_label_new(Lowering *lowering) {
    if (!cor_lower_grow(lowering, &lowering->labels, lowering->label_count, &lowering->label_capacity,
                        sizeof *lowering->labels)) {
        return 0;
    }
    lowering->labels[lowering->label_count] = COR_NONE;
    return lowering->label_count++;
}

void cor_label_bind(Lowering *lowering, LowerLabel label) {
    if (!lowering->failed) {
        lowering->labels[label] = lowering->last_label = lowering->code_count;
    }
}

static void add_fixup(Lowering *lowering, LowerFixup fixup) {
    if (!lowering->failed && cor_lower_grow(lowering, &lowering->fixups, lowering->fixup_count,
                                            &lowering->fixup_capacity, sizeof *lowering->fixups)) {
        lowering->fixups[lowering->fixup_count++] = fixup;
    }
}

void cor_emit_jump(Lowering *lowering, LowerLabel label) {
    cor_emit_branch(lowering, COR_LOWERED_JUMP, 0, label);
}

void cor_emit_branch(Lowering *lowering, CorLowered op, uint32_t a, LowerLabel label) {
    uint32_t index = cor_emit(lowering, op, a, 0, 0);
    add_fixup(lowering, (LowerFixup){index, index, label, LOWER_FIX_FAR});
}

void cor_emit_type_branch(Lowering *lowering, CorLowered op, uint32_t a, const CorType *type,
                          LowerLabel label) {
    cor_emit_branch(lowering, op, a, label);
    cor_emit_pointer(lowering, type);
}

void cor_emit_interface_call(Lowering *lowering, const CorType *interface, uint32_t slot, CorCallShape shape,
                             uint32_t to, uint32_t window) {
    if (!cor_type_complete(lowering->engine, interface)) {
        lowering->failed = true;
        return;
    }
    CorCallShape *known = &interface->shapes[slot];
    if (known->parameter_slots == 0) { /* once it is set, others may read it */
        *known = shape;
    }
    cor_emit(lowering, COR_LOWERED_CALL_INTERFACE, to, window, slot);
    cor_emit_pointer(lowering, interface->empty_cache);
}

void cor_emit_compare_branch(Lowering *lowering, CorLowered op, CorLowered inverse, uint32_t a, uint32_t b,
                             LowerLabel label) {
    if (lowering->long_branches) {
        cor_emit(lowering, inverse, a, b, 2); /* over the jump */
        cor_emit_jump(lowering, label);
        return;
    }
    uint32_t index = cor_emit(lowering, op, a, b, 0);
    add_fixup(lowering, (LowerFixup){index, index, label, LOWER_FIX_NEAR});
}

void cor_emit_field_branch(Lowering *lowering, CorLowered op, CorLowered inverse, uint32_t a, uint32_t object,
                           uint32_t offset, LowerLabel label) {
    if (lowering->long_branches) {
        cor_emit(lowering, inverse, a, object, 3); /* over the jump */
        cor_emit_part(lowering, 0, offset);
        cor_emit_jump(lowering, label);
        return;
    }
    uint32_t index = cor_emit(lowering, op, a, object, 0);
    add_fixup(lowering, (LowerFixup){index, index, label, LOWER_FIX_NEAR});
    cor_emit_part(lowering, 0, offset);
}

void cor_emit_edge(Lowering *lowering, LowerLabel label, uint32_t weight) {
    CorWord word = {.bits = 0};
    word.edge.weight = weight;
    add_fixup(lowering, (LowerFixup){lowering->code_count - 1, lowering->code_count, label, LOWER_FIX_EDGE});
    emit_word(lowering, word);
}

void cor_emit_table_entry(Lowering *lowering, uint32_t instruction, LowerLabel label) {
    add_fixup(lowering, (LowerFixup){instruction, lowering->code_count, label, LOWER_FIX_EDGE});
    emit_word(lowering, (CorWord){.bits = 0});
}

static void apply_fixups(Lowering *lowering) {
    for (uint32_t i = 0; i < lowering->fixup_count; i++) {
        const LowerFixup *fixup = &lowering->fixups[i];
        int64_t distance = (int64_t)lowering->labels[fixup->label] - fixup->instruction;
        CorWord *word = &lowering->code[fixup->word];
        switch (fixup->kind) {
        case LOWER_FIX_FAR: word->far.offset = (int32_t)distance; break;
        case LOWER_FIX_EDGE: word->edge.distance = (int32_t)distance; break;
        case LOWER_FIX_NEAR:
            lowering->branch_too_long |= distance != (int16_t)distance;
            word->c = (uint16_t)distance;
            break;
        }
    }
}

/* ---- Slots ---- */

uint32_t cor_scratch(Lowering *lowering, uint32_t slots) {
    uint32_t slot = lowering->next_slot;
    lowering->next_slot += slots;
    if (lowering->next_slot > lowering->local_end) {
        lowering->local_end = lowering->next_slot;
    }
    if (lowering->next_slot >= LOWER_CONSTANTS) {
        cor_lower_fail_limit(lowering, "its frame needs too many slots");
        lowering->next_slot = slot;
    }
    return slot;
}

void cor_window_use(Lowering *lowering, uint32_t window, uint32_t slots) {
    uint32_t end = window - LOWER_WINDOW + slots;
    if (end > lowering->window_end) {
        lowering->window_end = end;
    }
    if (lowering->window_end >= UINT16_MAX - LOWER_WINDOW) {
        cor_lower_fail_limit(lowering, "its frame needs too many slots");
    }
}

void cor_emit_move(Lowering *lowering, uint32_t to, uint32_t from, uint32_t slots) {
    if (to == from || slots == 0) {
        return;
    }
    switch (slots) {
    case 1: cor_emit(lowering, COR_LOWERED_MOVE, to, from, 0); return;
    case 2: cor_emit(lowering, COR_LOWERED_MOVE2, to, from, 0); return;
    default: cor_emit(lowering, COR_LOWERED_MOVE_N, to, from, slots);
    }
}

void cor_emit_clear(Lowering *lowering, uint32_t slot, uint32_t slots) {
    if (slots == 1) {
        cor_emit(lowering, COR_LOWERED_INT, slot, 0, 0);
    } else if (slots != 0) {
        cor_emit(lowering, COR_LOWERED_CLEAR, slot, 0, slots);
    }
}

void cor_emit_constant(Lowering *lowering, uint32_t slot, uint64_t bits) {
    if ((int64_t)bits == (int16_t)bits) {
        cor_emit(lowering, COR_LOWERED_INT, slot, (uint16_t)bits, 0);
        return;
    }
    cor_emit(lowering, COR_LOWERED_CONST, slot, 0, 0);
    cor_emit_bits(lowering, bits);
}

void cor_emit_reference(Lowering *lowering, uint32_t slot, const void *object) {
    if (object == NULL) {
        cor_emit_constant(lowering, slot, 0);
        return;
    }
    cor_emit(lowering, COR_LOWERED_CONST_REFERENCE, slot, 0, 0);
    cor_emit_pointer(lowering, object);
}

void cor_emit_value(Lowering *lowering, uint32_t slot, const CorType *type, uint64_t bits) {
    if (type->is_reference) {
        cor_emit_reference(lowering, slot, (const void *)(uintptr_t)bits);
    } else {
        cor_emit_constant(lowering, slot, bits);
    }
}

/* ---- Positions ---- */

void cor_position_add(Lowering *lowering, CorPosition position) {
    position.index = lowering->code_count;
    if (lowering->position_count != 0) {
        CorPosition *last = &lowering->positions[lowering->position_count - 1];
        if (last->index == position.index) {
            *last = position;
            return;
        }
        if (last->line == position.line && last->column == position.column && last->scope == position.scope &&
            last->offset == position.offset) {
            return;
        }
    }
    if (!lowering->failed && cor_lower_grow(lowering, &lowering->positions, lowering->position_count,
                                            &lowering->position_capacity, sizeof *lowering->positions)) {
        lowering->positions[lowering->position_count++] = position;
    }
}

/* ---- The finished code ---- */

static bool is_slot_letter(char letter) {
    return strchr("damDAw", letter) != NULL;
}

static uint16_t relocated(const Lowering *lowering, uint16_t slot) {
    if (slot >= LOWER_WINDOW) {
        return (uint16_t)(slot - LOWER_WINDOW + lowering->local_end + lowering->constant_count);
    }
    return slot >= LOWER_CONSTANTS ? (uint16_t)(slot - LOWER_CONSTANTS + lowering->local_end) : slot;
}

/* Turns slots of constants and windows into slots of the frame, now that all locals are known. */
static void relocate_slots(Lowering *lowering) {
    for (uint32_t i = 0; i < lowering->code_count; i += cor_lowered_length(&lowering->code[i])) {
        CorWord *word = &lowering->code[i];
        const char *letters = cor_lowered_info[word->op].operands;
        uint16_t *operands[] = {&word->a, &word->b, &word->c};
        for (uint32_t j = 0; j < 3 && letters[j] != '\0' && letters[j] != ':'; j++) {
            if (is_slot_letter(letters[j])) {
                *operands[j] = relocated(lowering, *operands[j]);
            }
        }
    }
}

static bool is_return(uint16_t op) {
    return op >= COR_LOWERED_RETURN && op <= COR_LOWERED_RETURN_INT;
}

/* Where a branch to `index` ends up: jumps lead on, and forward only. */
static uint32_t final_target(const Lowering *lowering, uint32_t index) {
    while (index < lowering->code_count && lowering->code[index].op == COR_LOWERED_JUMP) {
        index += (uint32_t)lowering->code[index].far.offset;
    }
    return index;
}

/* Branches that lead to a jump go where it goes, and a jump to a return returns. */
static void thread_jumps(Lowering *lowering) {
    for (uint32_t i = 0; i < lowering->code_count; i += cor_lowered_length(&lowering->code[i])) {
        CorWord *word = &lowering->code[i];
        const char *letters = cor_lowered_info[word->op].operands;
        if (letters[1] == 'O') {
            uint32_t target = final_target(lowering, i + (uint32_t)word->far.offset);
            if (word->op == COR_LOWERED_JUMP && target < lowering->code_count &&
                is_return(lowering->code[target].op)) {
                *word = lowering->code[target];
            } else {
                word->far.offset = (int32_t)(target - i);
            }
        } else if (letters[1] != '\0' && letters[2] == 'o') {
            int64_t distance = (int64_t)final_target(lowering, i + (uint32_t)(int16_t)word->c) - i;
            word->c = distance == (int16_t)distance ? (uint16_t)distance : word->c;
        }
    }
}

/* Whether a branch or an error leads to the first instruction emitted. */
static bool starts_with_target(const Lowering *lowering) {
    for (uint32_t i = 0; i < lowering->handler_count; i++) {
        if (lowering->handlers[i].target == 0) {
            return true;
        }
    }
    for (uint32_t i = 0; i < lowering->fixup_count; i++) {
        if (lowering->labels[lowering->fixups[i].label] == 0) {
            return true;
        }
    }
    return false;
}

/* No branch may lead to the first word of a function, where ENTER_NATIVE comes to stand: then a NOP is the prologue. */
static uint32_t prologue_length(const Lowering *lowering) {
    uint32_t length = lowering->constant_count == 0 && starts_with_target(lowering) ? 1 : 0;
    for (uint32_t i = 0; i < lowering->constant_count; i++) {
        int64_t value = (int64_t)lowering->constants[i].bits;
        length += value == (int16_t)value ? 1 : 2;
    }
    return length;
}

static void write_prologue(const Lowering *lowering, CorWord *code) {
    for (uint32_t i = 0; i < lowering->constant_count; i++) {
        const LowerConstant *constant = &lowering->constants[i];
        bool is_small = (int64_t)constant->bits == (int16_t)constant->bits;
        CorLowered wide = constant->is_reference ? COR_LOWERED_CONST_REFERENCE : COR_LOWERED_CONST;
        *code++ = (CorWord){.op = (uint16_t)(is_small ? COR_LOWERED_INT : wide),
                            .a = (uint16_t)(lowering->local_end + i),
                            .b = is_small ? (uint16_t)constant->bits : 0};
        if (!is_small) {
            *code++ = (CorWord){.bits = constant->bits};
        }
    }
}

bool cor_lower_finish(Lowering *lowering) {
    if (lowering->failed) {
        return false;
    }
    apply_fixups(lowering);
    if (lowering->branch_too_long) {
        return false;
    }
    CorEngine *engine = lowering->engine;
    CorLoweredFunction *function = lowering->function;
    if (lowering->local_end < function->parameter_slots + 1) {
        lowering->local_end = function->parameter_slots + 1; /* room for the closure */
    }
    relocate_slots(lowering);
    if (!engine->options.plain_lowering) {
        thread_jumps(lowering);
    }
    uint32_t shift = prologue_length(lowering);
    uint32_t count = shift + lowering->code_count;
    CorWord *block = calloc(COR_CODE_HEADER_WORDS + count, sizeof *block);
    CorPosition *positions =
        cor_engine_copy(engine, lowering->positions, lowering->position_count, sizeof *positions);
    CorLoweredHandler *handlers =
        cor_engine_copy(engine, lowering->handlers, lowering->handler_count, sizeof *handlers);
    CorInlineScope *scopes = cor_engine_copy(engine, lowering->scopes, lowering->scope_count, sizeof *scopes);
    if (block == NULL || positions == NULL || handlers == NULL || scopes == NULL ||
        !cor_vector_push(engine, &engine->code_blocks, block)) {
        free(block);
        cor_engine_fail(engine, COR_FAILURE_MEMORY, "the host has no memory left");
        return false;
    }
    uint32_t frame_slots = lowering->local_end + lowering->constant_count + lowering->window_end;
    CorCodeHeader *header = (CorCodeHeader *)(void *)block;
    header->function = function;
    header->frame_slots = frame_slots;
    header->weight = lowering->weight;
    atomic_init(&header->native, cor_native_none());
    CorWord *code = block + COR_CODE_HEADER_WORDS;
    write_prologue(lowering, code);
    memcpy(code + shift, lowering->code, lowering->code_count * sizeof *code);
    if (!engine->options.plain_lowering) {
        cor_lower_fuse(lowering, code, count);
    }
    for (uint32_t i = 0; i < lowering->position_count; i++) {
        positions[i].index += positions[i].index != 0 ? shift : 0;
    }
    for (uint32_t i = 0; i < lowering->handler_count; i++) {
        handlers[i].start += shift;
        handlers[i].end += shift;
        handlers[i].target += shift;
    }
    function->code = code;
    function->code_count = count;
    function->first_word = code[0];
    function->frame_slots = frame_slots;
    function->handlers = handlers;
    function->handler_count = lowering->handler_count;
    function->positions = positions;
    function->position_count = lowering->position_count;
    function->scopes = scopes;
    function->scope_count = lowering->scope_count;
    atomic_store_explicit(&function->entry, code, memory_order_release);
    return true;
}

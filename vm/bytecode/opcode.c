/* The opcode table and the instruction decoder, both derived from opcodes.def.
 *
 * The decoder walks the operand letters of the row; it is the only code that knows how operands lie in
 * memory, apart from the encoder in code_builder.c, which walks the same letters. */
#include "vm/bytecode/opcode.h"

#include <assert.h>

#include "vm/bytecode/leb128.h"
#include "vm/bytecode/module.h"

const CorOpcodeInfo cor_opcode_info[COR_OP_COUNT] = {
#define OP(name, mnemonic, operands, effects, rule, semantics)                                               \
    [COR_OP_##name] = {mnemonic, operands, effects, rule, semantics},
#include "vm/bytecode/opcodes.def"
#undef OP
};

static_assert(COR_OP_COUNT <= 256, "an opcode is one byte");

static bool skip_numbers(const uint8_t *code, size_t size, size_t *position, uint32_t count) {
    uint32_t ignored;
    for (; count > 0; count--) {
        if (!cor_leb128_read_u32(code, size, position, &ignored)) {
            return false;
        }
    }
    return true;
}

static bool skip_path(const uint8_t *code, size_t size, size_t *position, uint32_t steps) {
    if (steps == 0 || steps > 255) {
        return false;
    }
    for (; steps > 0; steps--) {
        if (*position >= size || code[*position] > COR_PATH_TUPLE) {
            return false;
        }
        uint8_t kind = code[(*position)++];
        if (!skip_numbers(code, size, position, kind == COR_PATH_FIELD ? 2 : 1)) {
            return false;
        }
    }
    return true;
}

static bool decode_operand(const uint8_t *code, size_t size, size_t *position, char letter, uint32_t *operand,
                           CorInstruction *out) {
    if (letter == 'i') {
        return cor_leb128_read_i64(code, size, position, &out->immediate);
    }
    if (!cor_leb128_read_u32(code, size, position, operand)) {
        return false;
    }
    switch (letter) {
    case 'r':
        *operand -= 1; /* zero wraps to COR_NONE */
        return true;
    case 'A':
    case 'T': out->list_offset = (uint32_t)*position; return skip_numbers(code, size, position, *operand);
    case 'P': out->list_offset = (uint32_t)*position; return skip_path(code, size, position, *operand);
    default: return true;
    }
}

bool cor_instruction_decode(const uint8_t *code, uint32_t size, uint32_t offset, CorInstruction *out) {
    if (offset >= size || code[offset] >= COR_OP_COUNT) {
        return false;
    }
    *out = (CorInstruction){.opcode = (CorOpcode)code[offset], .offset = offset};
    size_t position = (size_t)offset + 1;
    uint32_t *operand = out->operand;
    for (const char *letter = cor_opcode_info[out->opcode].operands; *letter != '\0'; letter++) {
        if (!decode_operand(code, size, &position, *letter, operand++, out)) {
            return false;
        }
    }
    out->next = (uint32_t)position;
    return true;
}

uint32_t cor_instruction_list_next(const uint8_t *code, uint32_t *position) {
    size_t at = *position;
    uint32_t value = 0;
    cor_leb128_read_u32(code, at + 5, &at, &value); /* checked by the decoder, so it ends within five bytes */
    *position = (uint32_t)at;
    return value;
}

CorPathStep cor_instruction_path_next(const uint8_t *code, uint32_t *position) {
    CorPathStep step = {.kind = (CorPathKind)code[(*position)++]};
    if (step.kind == COR_PATH_FIELD) {
        step.definition = cor_instruction_list_next(code, position);
    }
    step.index = cor_instruction_list_next(code, position);
    return step;
}

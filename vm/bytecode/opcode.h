/* Opcodes, their names, operand shapes and effects, derived from opcodes.def, and the decoder of one
 * instruction. */
#ifndef COR_BYTECODE_OPCODE_H
#define COR_BYTECODE_OPCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EFFECT_T = 1 << 0, /* may throw */
    EFFECT_A = 1 << 1, /* may allocate, and so collect */
    EFFECT_C = 1 << 2, /* may call guest code */
    EFFECT_E = 1 << 3, /* ends a basic block; does not fall through */
    EFFECT_B = 1 << 4, /* branches */
    EFFECT_S = 1 << 5, /* safepoint */
};

typedef enum CorOpcode {
#define OP(name, mnemonic, operands, effects, rule, semantics) COR_OP_##name,
#include "vm/bytecode/opcodes.def"
#undef OP
    COR_OP_COUNT
} CorOpcode;

typedef struct CorOpcodeInfo {
    const char *mnemonic;
    const char *operands; /* letters as in opcodes.def */
    uint32_t effects;
    const char *rule;
    const char *semantics;
} CorOpcodeInfo;

extern const CorOpcodeInfo cor_opcode_info[COR_OP_COUNT];

typedef enum CorPathKind { COR_PATH_FIELD = 0, COR_PATH_ELEMENT = 1, COR_PATH_TUPLE = 2 } CorPathKind;

typedef struct CorPathStep {
    CorPathKind kind;
    uint32_t definition; /* FIELD */
    uint32_t index;      /* FIELD: field; ELEMENT: register; TUPLE: number */
} CorPathStep;

enum { COR_MAX_OPERANDS = 5 };

/* One decoded instruction.  `operand[i]` holds the i-th letter's number (a result 'r' is already minus one,
 * COR_NONE for no result; 'i' is in `immediate`).  The one list operand an instruction can have, A, T or P,
 * is decoded on demand with cor_instruction_list, cor_instruction_path from `list_offset`; its operand[]
 * holds the count. */
typedef struct CorInstruction {
    CorOpcode opcode;
    uint32_t offset;      /* byte offset in the code */
    uint32_t next;        /* byte offset of the following instruction */
    uint32_t list_offset; /* byte offset of the first list element */
    int64_t immediate;
    uint32_t operand[COR_MAX_OPERANDS];
} CorInstruction;

/* Decodes the instruction at `offset`.  False when the bytes are not one (unknown opcode, truncated, overlong
 * or too large LEB128). Never reads outside code[0, size). */
bool cor_instruction_decode(const uint8_t *code, uint32_t size, uint32_t offset, CorInstruction *out);

/* Iterates an A or T list: reads the element at *position and advances; call operand-count times. The list
 * has been bounds-checked by cor_instruction_decode. */
uint32_t cor_instruction_list_next(const uint8_t *code, uint32_t *position);

/* The same for the steps of a path. */
CorPathStep cor_instruction_path_next(const uint8_t *code, uint32_t *position);

#endif

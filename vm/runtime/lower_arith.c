/* Lowering of arithmetic, conversions and ordering: the operation is chosen by the operand type.
 *
 * Integers narrower than 64 bits are kept extended in their slots, so that bitwise operations, comparisons and
 * division need no variants of their own; what can leave the type's range is extended again. */
#include "vm/runtime/lower_internal.h"

/* ---- What a type's numbers need ---- */

static bool is_unsigned(const CorType *type) {
    return type->kind >= COR_KIND_U8 && type->kind <= COR_KIND_U64;
}

static uint32_t bits_of(const CorType *type) {
    switch (type->kind) {
    case COR_KIND_I8:
    case COR_KIND_U8: return 8;
    case COR_KIND_I16:
    case COR_KIND_U16: return 16;
    case COR_KIND_I32:
    case COR_KIND_U32: return 32;
    default: return 64;
    }
}

static CorLowered extension_of(const CorType *type) {
    switch (type->kind) {
    case COR_KIND_I8: return COR_LOWERED_EXTEND_I8;
    case COR_KIND_I16: return COR_LOWERED_EXTEND_I16;
    case COR_KIND_I32: return COR_LOWERED_EXTEND_I32;
    case COR_KIND_U8: return COR_LOWERED_EXTEND_U8;
    case COR_KIND_U16: return COR_LOWERED_EXTEND_U16;
    case COR_KIND_U32: return COR_LOWERED_EXTEND_U32;
    default: return COR_LOWERED_NOP;
    }
}

static void extend(Lowering *lowering, const CorType *type, uint32_t slot) {
    CorLowered op = extension_of(type);
    if (op != COR_LOWERED_NOP) {
        cor_emit(lowering, op, slot, slot, 0);
    }
}

/* ---- Sum, difference, product ---- */

typedef struct ArithmeticRow { /* by kind: the operation that already gives an extended result */
    CorLowered add, sub, mul, add_immediate;
} ArithmeticRow;

static const ArithmeticRow exact_rows[COR_KIND_CLOSURE + 1] = {
    [COR_KIND_I64] = {COR_LOWERED_ADD_I64, COR_LOWERED_SUB_I64, COR_LOWERED_MUL_I64, COR_LOWERED_ADD_I64_IMM},
    [COR_KIND_U64] = {COR_LOWERED_ADD_I64, COR_LOWERED_SUB_I64, COR_LOWERED_MUL_I64, COR_LOWERED_ADD_I64_IMM},
    [COR_KIND_I32] = {COR_LOWERED_ADD_I32, COR_LOWERED_SUB_I32, COR_LOWERED_MUL_I32, COR_LOWERED_ADD_I32_IMM},
    [COR_KIND_U32] = {COR_LOWERED_ADD_U32, COR_LOWERED_SUB_U32, COR_LOWERED_MUL_U32, COR_LOWERED_ADD_U32_IMM},
    [COR_KIND_U8] = {COR_LOWERED_ADD_U8, COR_LOWERED_SUB_U8, COR_LOWERED_NOP, COR_LOWERED_ADD_U8_IMM},
    [COR_KIND_F64] = {COR_LOWERED_ADD_F64, COR_LOWERED_SUB_F64, COR_LOWERED_MUL_F64, COR_LOWERED_NOP},
    [COR_KIND_F32] = {COR_LOWERED_ADD_F32, COR_LOWERED_SUB_F32, COR_LOWERED_MUL_F32, COR_LOWERED_NOP},
};

static bool is_float(const CorType *type) {
    return type->kind == COR_KIND_F64 || type->kind == COR_KIND_F32;
}

/* a + value, where the immediate fits. */
static void add_immediate(LowerBody *body, const CorType *type, uint32_t to, uint32_t a, int64_t value) {
    CorLowered op = exact_rows[type->kind].add_immediate;
    cor_emit(body->lowering, op != COR_LOWERED_NOP ? op : COR_LOWERED_ADD_I64_IMM, to, a, (uint16_t)value);
    if (op == COR_LOWERED_NOP) {
        extend(body->lowering, type, to);
    }
}

static bool add_or_multiply_immediate(LowerBody *body, const CorInstruction *in, const CorType *type) {
    uint32_t a = in->operand[1], b = in->operand[2];
    int64_t value;
    if (is_float(type)) {
        return false;
    }
    if (in->opcode != COR_OP_SUB && cor_small_constant(body, a, &value)) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    if (in->opcode == COR_OP_SUB && cor_small_constant(body, a, &value)) {
        uint32_t from = cor_read(body, b), to = cor_write(body, in->operand[0]);
        cor_emit(body->lowering, COR_LOWERED_SUB_FROM_IMM, to, from, (uint16_t)value);
        extend(body->lowering, type, to);
        return true;
    }
    if (!cor_small_constant(body, b, &value) || (in->opcode == COR_OP_SUB && value == INT16_MIN)) {
        return false;
    }
    uint32_t from = cor_read(body, a), to = cor_write(body, in->operand[0]);
    if (in->opcode == COR_OP_MUL) {
        cor_emit(body->lowering, COR_LOWERED_MUL_I64_IMM, to, from, (uint16_t)value);
        extend(body->lowering, type, to);
    } else {
        add_immediate(body, type, to, from, in->opcode == COR_OP_SUB ? -value : value);
    }
    return true;
}

static void add_sub_mul(LowerBody *body, const CorInstruction *in, const CorType *type) {
    static const CorLowered wide[] = {COR_LOWERED_ADD_I64, COR_LOWERED_SUB_I64, COR_LOWERED_MUL_I64};
    if (add_or_multiply_immediate(body, in, type)) {
        return;
    }
    const ArithmeticRow *row = &exact_rows[type->kind];
    CorLowered exact = in->opcode == COR_OP_ADD ? row->add : in->opcode == COR_OP_SUB ? row->sub : row->mul;
    uint32_t a = cor_read(body, in->operand[1]), b = cor_read(body, in->operand[2]);
    uint32_t to = cor_write(body, in->operand[0]);
    cor_emit(body->lowering, exact != COR_LOWERED_NOP ? exact : wide[in->opcode - COR_OP_ADD], to, a, b);
    if (exact == COR_LOWERED_NOP) {
        extend(body->lowering, type, to);
    }
}

/* ---- Division ---- */

static void divide(LowerBody *body, const CorInstruction *in, const CorType *type) {
    bool quotient = in->opcode == COR_OP_DIV;
    int64_t value;
    uint32_t a = cor_read(body, in->operand[1]);
    if (!is_float(type) && type->kind != COR_KIND_U64 && cor_small_constant(body, in->operand[2], &value) &&
        value != 0 && value != -1) {
        uint32_t to = cor_write(body, in->operand[0]);
        cor_emit(body->lowering, quotient ? COR_LOWERED_DIV_I64_IMM : COR_LOWERED_REM_I64_IMM, to, a,
                 (uint16_t)value);
        return;
    }
    uint32_t b = cor_read(body, in->operand[2]), to = cor_write(body, in->operand[0]);
    CorLowered op = quotient ? COR_LOWERED_DIV_I64 : COR_LOWERED_REM_I64;
    switch (type->kind) {
    case COR_KIND_F64: op = quotient ? COR_LOWERED_DIV_F64 : COR_LOWERED_REM_F64; break;
    case COR_KIND_F32: op = quotient ? COR_LOWERED_DIV_F32 : COR_LOWERED_REM_F32; break;
    case COR_KIND_U64: op = quotient ? COR_LOWERED_DIV_U64 : COR_LOWERED_REM_U64; break;
    default: break;
    }
    cor_emit(body->lowering, op, to, a, b);
    if (quotient && !is_float(type)) {
        extend(body->lowering, type, to); /* MIN / -1 */
    }
}

/* ---- Bits ---- */

static void bitwise(LowerBody *body, const CorInstruction *in) {
    static const CorLowered registers[] = {COR_LOWERED_AND_I64, COR_LOWERED_OR_I64, COR_LOWERED_XOR_I64};
    static const CorLowered immediates[] = {COR_LOWERED_AND_I64_IMM, COR_LOWERED_OR_I64_IMM,
                                            COR_LOWERED_XOR_I64_IMM};
    uint32_t which = in->opcode - COR_OP_AND, a = in->operand[1], b = in->operand[2];
    int64_t value;
    if (cor_small_constant(body, a, &value)) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    uint32_t first = cor_read(body, a);
    if (cor_small_constant(body, b, &value)) {
        cor_emit(body->lowering, immediates[which], cor_write(body, in->operand[0]), first, (uint16_t)value);
        return;
    }
    uint32_t second = cor_read(body, b);
    cor_emit(body->lowering, registers[which], cor_write(body, in->operand[0]), first, second);
}

/* The shift proper, of a value that is extended as the operation needs it. */
static void emit_shift(LowerBody *body, const CorInstruction *in, const CorType *type, uint32_t to,
                       uint32_t a) {
    bool left = in->opcode == COR_OP_SHL, logical = in->opcode == COR_OP_USHR || is_unsigned(type);
    uint32_t mask = bits_of(type) - 1;
    int64_t count;
    if (cor_constant(body, in->operand[2], &count)) {
        if (left && type->kind == COR_KIND_U32) {
            cor_emit(body->lowering, COR_LOWERED_SHL_U32_IMM, to, a, (uint32_t)count & mask);
            return;
        }
        CorLowered op = left      ? COR_LOWERED_SHL_I64_IMM
                        : logical ? COR_LOWERED_USHR_I64_IMM
                                  : COR_LOWERED_SHR_I64_IMM;
        cor_emit(body->lowering, op, to, a, (uint32_t)count & mask);
    } else {
        uint32_t by = cor_read(body, in->operand[2]);
        if (mask != 63) {
            uint32_t masked = cor_scratch(body->lowering, 1);
            cor_emit(body->lowering, COR_LOWERED_AND_I64_IMM, masked, by, mask);
            by = masked;
        }
        CorLowered op = left ? COR_LOWERED_SHL_I64 : logical ? COR_LOWERED_USHR_I64 : COR_LOWERED_SHR_I64;
        cor_emit(body->lowering, op, to, a, by);
    }
    if (left || (in->opcode == COR_OP_USHR && !is_unsigned(type))) {
        extend(body->lowering, type, to);
    }
}

static void shift(LowerBody *body, const CorInstruction *in, const CorType *type) {
    uint32_t a = cor_read(body, in->operand[1]);
    if (in->opcode == COR_OP_USHR && !is_unsigned(type) && bits_of(type) != 64) {
        static const CorLowered widen[] = {
            [8] = COR_LOWERED_EXTEND_U8, [16] = COR_LOWERED_EXTEND_U16, [32] = COR_LOWERED_EXTEND_U32};
        uint32_t zero_extended = cor_scratch(body->lowering, 1);
        cor_emit(body->lowering, widen[bits_of(type)], zero_extended, a, 0);
        a = zero_extended;
    }
    emit_shift(body, in, type, cor_write(body, in->operand[0]), a);
}

static void negate(LowerBody *body, const CorInstruction *in, const CorType *type) {
    uint32_t a = cor_read(body, in->operand[1]), to = cor_write(body, in->operand[0]);
    CorLowered op = type->kind == COR_KIND_F64   ? COR_LOWERED_NEG_F64
                    : type->kind == COR_KIND_F32 ? COR_LOWERED_NEG_F32
                                                 : COR_LOWERED_NEG_I64;
    cor_emit(body->lowering, op, to, a, 0);
    if (!is_float(type)) {
        extend(body->lowering, type, to);
    }
}

static void complement(LowerBody *body, const CorInstruction *in, const CorType *type) {
    uint32_t a = cor_read(body, in->operand[1]), to = cor_write(body, in->operand[0]);
    if (type->kind == COR_KIND_BOOL) {
        cor_emit(body->lowering, COR_LOWERED_XOR_I64_IMM, to, a, 1);
        return;
    }
    cor_emit(body->lowering, COR_LOWERED_NOT_I64, to, a, 0);
    if (is_unsigned(type)) {
        extend(body->lowering, type, to);
    }
}

/* ---- Conversion ---- */

static void from_f64(Lowering *lowering, const CorType *to, uint32_t slot, uint32_t a) {
    static const CorLowered rows[COR_KIND_CLOSURE + 1] = {
        [COR_KIND_I8] = COR_LOWERED_F64_TO_I8,   [COR_KIND_I16] = COR_LOWERED_F64_TO_I16,
        [COR_KIND_I32] = COR_LOWERED_F64_TO_I32, [COR_KIND_I64] = COR_LOWERED_F64_TO_I64,
        [COR_KIND_U8] = COR_LOWERED_F64_TO_U8,   [COR_KIND_U16] = COR_LOWERED_F64_TO_U16,
        [COR_KIND_U32] = COR_LOWERED_F64_TO_U32, [COR_KIND_U64] = COR_LOWERED_F64_TO_U64,
        [COR_KIND_F32] = COR_LOWERED_F64_TO_F32,
    };
    if (rows[to->kind] != COR_LOWERED_NOP) {
        cor_emit(lowering, rows[to->kind], slot, a, 0);
    } else {
        cor_emit_move(lowering, slot, a, 1);
    }
}

bool cor_conversion_keeps(const CorType *from, const CorType *to) {
    if (is_float(from) || is_float(to)) {
        return from == to;
    }
    if (extension_of(to) == COR_LOWERED_NOP || from == to) {
        return true; /* to 64 bits, or to char: always the slot as it is */
    }
    bool widens = bits_of(from) < bits_of(to) || from->kind == COR_KIND_BOOL;
    return widens && (is_unsigned(from) || from->kind == COR_KIND_BOOL || !is_unsigned(to));
}

static void convert(LowerBody *body, const CorInstruction *in) {
    const CorType *from = body->registers[in->operand[1]].type, *to = body->registers[in->operand[0]].type;
    Lowering *lowering = body->lowering;
    uint32_t a = cor_read(body, in->operand[1]), slot = cor_write(body, in->operand[0]);
    if (from == to) {
        cor_emit_move(lowering, slot, a, 1);
    } else if (from->kind == COR_KIND_F32) {
        cor_emit(lowering, COR_LOWERED_F32_TO_F64, slot, a, 0);
        if (to->kind != COR_KIND_F64) {
            from_f64(lowering, to, slot, slot);
        }
    } else if (from->kind == COR_KIND_F64) {
        from_f64(lowering, to, slot, a);
    } else if (to->kind == COR_KIND_F64) {
        cor_emit(lowering, from->kind == COR_KIND_U64 ? COR_LOWERED_U64_TO_F64 : COR_LOWERED_I64_TO_F64, slot,
                 a, 0);
    } else if (to->kind == COR_KIND_F32) {
        cor_emit(lowering, from->kind == COR_KIND_U64 ? COR_LOWERED_U64_TO_F32 : COR_LOWERED_I64_TO_F32, slot,
                 a, 0);
    } else if (extension_of(to) != COR_LOWERED_NOP) {
        cor_emit(lowering, extension_of(to), slot, a, 0);
    } else {
        cor_emit_move(lowering, slot, a, 1);
    }
}

/* ---- Order ---- */

static void order_strings(LowerBody *body, const CorInstruction *in) {
    uint32_t a = cor_read(body, in->operand[1]), b = cor_read(body, in->operand[2]);
    uint32_t to = cor_write(body, in->operand[0]);
    cor_emit(body->lowering, COR_LOWERED_STRING_COMPARE, to, a, b);
    cor_emit(body->lowering, in->opcode == COR_OP_LT ? COR_LOWERED_LT_I64_IMM : COR_LOWERED_LE_I64_IMM, to,
             to, 0);
}

static void order_immediate(LowerBody *body, const CorInstruction *in, bool on_right, int64_t value) {
    bool less = in->opcode == COR_OP_LT;
    uint32_t a = cor_read(body, in->operand[on_right ? 1 : 2]);
    CorLowered op = on_right ? (less ? COR_LOWERED_LT_I64_IMM : COR_LOWERED_LE_I64_IMM)
                             : (less ? COR_LOWERED_GT_I64_IMM : COR_LOWERED_GE_I64_IMM);
    cor_emit(body->lowering, op, cor_write(body, in->operand[0]), a, (uint16_t)value);
}

static void order(LowerBody *body, const CorInstruction *in, const CorType *type) {
    bool less = in->opcode == COR_OP_LT;
    int64_t value;
    CorLowered op = less ? COR_LOWERED_LT_I64 : COR_LOWERED_LE_I64;
    switch (type->kind) {
    case COR_KIND_STRING: order_strings(body, in); return;
    case COR_KIND_F64: op = less ? COR_LOWERED_LT_F64 : COR_LOWERED_LE_F64; break;
    case COR_KIND_F32: op = less ? COR_LOWERED_LT_F32 : COR_LOWERED_LE_F32; break;
    case COR_KIND_U64: op = less ? COR_LOWERED_LT_U64 : COR_LOWERED_LE_U64; break;
    default:
        for (uint32_t right = 0; right < 2; right++) {
            if (cor_small_constant(body, in->operand[1 + right], &value)) {
                order_immediate(body, in, right, value);
                return;
            }
        }
    }
    uint32_t a = cor_read(body, in->operand[1]), b = cor_read(body, in->operand[2]);
    cor_emit(body->lowering, op, cor_write(body, in->operand[0]), a, b);
}

static void same(LowerBody *body, const CorInstruction *in) {
    uint32_t a = cor_read(body, in->operand[1]), b = cor_read(body, in->operand[2]);
    cor_emit(body->lowering, COR_LOWERED_EQ_I64, cor_write(body, in->operand[0]), a, b);
}

bool cor_lower_arithmetic(LowerBody *body, const CorInstruction *in) {
    const CorType *type = body->registers[in->operand[1]].type;
    switch (in->opcode) {
    case COR_OP_ADD:
    case COR_OP_SUB:
    case COR_OP_MUL: add_sub_mul(body, in, type); return true;
    case COR_OP_DIV:
    case COR_OP_REM: divide(body, in, type); return true;
    case COR_OP_AND:
    case COR_OP_OR:
    case COR_OP_XOR: bitwise(body, in); return true;
    case COR_OP_SHL:
    case COR_OP_SHR:
    case COR_OP_USHR: shift(body, in, type); return true;
    case COR_OP_NEG: negate(body, in, type); return true;
    case COR_OP_NOT: complement(body, in, type); return true;
    case COR_OP_CONVERT: convert(body, in); return true;
    case COR_OP_LT:
    case COR_OP_LE: order(body, in, type); return true;
    case COR_OP_SAME: same(body, in); return true;
    default: return false;
    }
}

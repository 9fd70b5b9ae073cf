/* What pure nodes of integers and floats compute, when that is known or simpler.
 *
 * Constants are computed by the functions that the interpreter computes with.  Identities are those that hold to
 * the bit: of floats nearly none does, for NaN, -0.0 and rounding.  Constants stand on the right, comparisons with them are
 * strict, subtractions of them are additions: so that equal values look equal. */
#include "jit/simplify_internal.h"

#include "vm/runtime/type.h"
#include "vm/runtime/value.h"

/* ---- Constants --------------------------------------------------------------------------------- */

static uint64_t add_overflows(uint64_t a, uint64_t b) {
    int64_t sum;
    return __builtin_add_overflow((int64_t)a, (int64_t)b, &sum);
}

static uint64_t uadd_overflows(uint64_t a, uint64_t b) {
    return a + b < a;
}
static uint64_t le_u64(uint64_t a, uint64_t b) {
    return a <= b;
}

typedef uint64_t Binary(uint64_t a, uint64_t b);
typedef uint64_t Unary(uint64_t a);

static Binary *const binaries[JIT_OP_COUNT] = {
    [JIT_ADD] = value_add_i64,
    [JIT_SUB] = value_sub_i64,
    [JIT_MUL] = value_mul_i64,
    [JIT_DIV] = value_div_i64,
    [JIT_REM] = value_rem_i64,
    [JIT_UDIV] = value_div_u64,
    [JIT_UREM] = value_rem_u64,
    [JIT_AND] = value_and_i64,
    [JIT_OR] = value_or_i64,
    [JIT_XOR] = value_xor_i64,
    [JIT_SHL] = value_shl_i64,
    [JIT_SHR] = value_shr_i64,
    [JIT_USHR] = value_ushr_i64,
    [JIT_ADD_OVERFLOWS] = add_overflows,
    [JIT_UADD_OVERFLOWS] = uadd_overflows,
    [JIT_ADD_F64] = value_add_f64,
    [JIT_SUB_F64] = value_sub_f64,
    [JIT_MUL_F64] = value_mul_f64,
    [JIT_DIV_F64] = value_div_f64,
    [JIT_REM_F64] = value_rem_f64,
    [JIT_ADD_F32] = value_add_f32,
    [JIT_SUB_F32] = value_sub_f32,
    [JIT_MUL_F32] = value_mul_f32,
    [JIT_DIV_F32] = value_div_f32,
    [JIT_REM_F32] = value_rem_f32,
    [JIT_EQ] = value_eq_i64,
    [JIT_NE] = value_ne_i64,
    [JIT_LT] = value_lt_i64,
    [JIT_LE] = value_le_i64,
    [JIT_ULT] = value_lt_u64,
    [JIT_ULE] = le_u64,
    [JIT_EQ_F64] = value_eq_f64,
    [JIT_LT_F64] = value_lt_f64,
    [JIT_LE_F64] = value_le_f64,
    [JIT_EQ_F32] = value_eq_f32,
    [JIT_LT_F32] = value_lt_f32,
    [JIT_LE_F32] = value_le_f32,
    [JIT_KEY_EQ_F64] = value_key_eq_f64,
    [JIT_KEY_EQ_F32] = value_key_eq_f32,
    [JIT_COMPARE_I64] = value_compare_i64,
    [JIT_COMPARE_U64] = value_compare_u64,
    [JIT_COMPARE_F64] = value_compare_f64,
    [JIT_COMPARE_F32] = value_compare_f32,
    [JIT_HASH_MIX] = value_hash_mix,
};

static Unary *const unaries[JIT_OP_COUNT] = {
    [JIT_NEG] = value_neg_i64,           [JIT_NOT] = value_not_i64,
    [JIT_EXTEND_I8] = value_extend_i8,   [JIT_EXTEND_I16] = value_extend_i16,
    [JIT_EXTEND_I32] = value_extend_i32, [JIT_EXTEND_U8] = value_extend_u8,
    [JIT_EXTEND_U16] = value_extend_u16, [JIT_EXTEND_U32] = value_extend_u32,
    [JIT_NEG_F64] = value_neg_f64,       [JIT_ABS_F64] = value_abs_f64,
    [JIT_SQRT_F64] = value_sqrt_f64,     [JIT_FLOOR_F64] = value_floor_f64,
    [JIT_CEIL_F64] = value_ceil_f64,     [JIT_TRUNC_F64] = value_trunc_f64,
    [JIT_NEG_F32] = value_neg_f32,       [JIT_I64_TO_F64] = value_i64_to_f64,
    [JIT_U64_TO_F64] = value_u64_to_f64, [JIT_I64_TO_F32] = value_i64_to_f32,
    [JIT_U64_TO_F32] = value_u64_to_f32, [JIT_F32_TO_F64] = value_f32_to_f64,
    [JIT_F64_TO_F32] = value_f64_to_f32, [JIT_HASH_I64] = value_hash_i64,
    [JIT_HASH_F64] = value_hash_f64,
};

static uint64_t saturate(const JitNode *node, uint64_t a) {
    bool is_signed = node->op == JIT_F64_TO_SIGNED;
    switch (node->number) {
    case 8: return is_signed ? value_f64_to_i8(a) : value_f64_to_u8(a);
    case 16: return is_signed ? value_f64_to_i16(a) : value_f64_to_u16(a);
    case 32: return is_signed ? value_f64_to_i32(a) : value_f64_to_u32(a);
    default: return is_signed ? value_f64_to_i64(a) : value_f64_to_u64(a);
    }
}

/* Which NaN a computation gives depends on the processor: not a constant. */
static bool is_unsure(const JitNode *node, uint64_t bits) {
    if (jit_op_info[node->op].result == JIT_REP_F64)
        return value_f64(bits) != value_f64(bits);
    if (jit_op_info[node->op].result == JIT_REP_F32)
        return value_f32(bits) != value_f32(bits);
    return false;
}

static JitNode *fold_constants(JitGraph *graph, JitNode *node) {
    for (uint32_t i = 0; i < node->input_count; i++)
        if (!jit_is_const(node->inputs[i]))
            return node;
    uint64_t bits;
    if (node->input_count == 2 && binaries[node->op] != NULL) {
        uint64_t b = node->inputs[1]->bits;
        if (b == 0 &&
            (node->op == JIT_DIV || node->op == JIT_REM || node->op == JIT_UDIV || node->op == JIT_UREM))
            return node; /* behind a check that fails */
        bits = binaries[node->op](node->inputs[0]->bits, b);
    } else if (node->input_count == 1 && unaries[node->op] != NULL) {
        bits = unaries[node->op](node->inputs[0]->bits);
    } else if (node->op == JIT_F64_TO_SIGNED || node->op == JIT_F64_TO_UNSIGNED) {
        bits = saturate(node, node->inputs[0]->bits);
    } else {
        return node;
    }
    return is_unsure(node, bits) ? node : jit_const(graph, bits);
}

/* ---- What is known of a value's bits ----------------------------------------------------------- */

static bool is_comparison(const JitNode *node) {
    switch (node->op) {
    case JIT_EQ:
    case JIT_NE:
    case JIT_LT:
    case JIT_LE:
    case JIT_ULT:
    case JIT_ULE:
    case JIT_EQ_F64:
    case JIT_LT_F64:
    case JIT_LE_F64:
    case JIT_EQ_F32:
    case JIT_LT_F32:
    case JIT_LE_F32:
    case JIT_KEY_EQ_F64:
    case JIT_KEY_EQ_F32:
    case JIT_ADD_OVERFLOWS:
    case JIT_UADD_OVERFLOWS:
    case JIT_STRING_EQ:
    case JIT_IS_CLASS:
    case JIT_IS_EXACT:
    case JIT_IS_INTERFACE: return true;
    default: return false;
    }
}

static bool fits(const JitNode *node, uint32_t bits, bool is_signed, uint32_t depth);

static bool input_fits(const JitNode *node, uint32_t input, uint32_t bits, bool is_signed, uint32_t depth) {
    return depth != 0 && fits(node->inputs[input], bits, is_signed, depth - 1);
}

static bool loaded_fits(uint32_t width, uint32_t bits, bool is_signed) {
    uint32_t sign = is_signed; /* a bit more */
    switch (width) {
    case COR_WIDTH_U8: return bits >= 8 + sign;
    case COR_WIDTH_U16: return bits >= 16 + sign;
    case COR_WIDTH_U32: return bits >= 32 + sign;
    case COR_WIDTH_I8: return is_signed && bits >= 8;
    case COR_WIDTH_I16: return is_signed && bits >= 16;
    case COR_WIDTH_I32: return is_signed && bits >= 32;
    default: return false;
    }
}

/* Whether a value is what is left when it is cut to `bits` bits and extended again; 0 < bits < 64. */
static bool fits(const JitNode *node, uint32_t bits, bool is_signed, uint32_t depth) {
    if (is_comparison(node))
        return bits > is_signed;
    switch (node->op) {
    case JIT_CONST:
        return is_signed ? node->bits + ((uint64_t)1 << (bits - 1)) < (uint64_t)1 << bits
                         : node->bits < (uint64_t)1 << bits;
    case JIT_LOAD:
    case JIT_LOAD_ELEMENT: return loaded_fits(node->access.width, bits, is_signed);
    case JIT_EXTEND_U8:
    case JIT_STRING_BYTE: return loaded_fits(COR_WIDTH_U8, bits, is_signed);
    case JIT_EXTEND_U16: return loaded_fits(COR_WIDTH_U16, bits, is_signed);
    case JIT_EXTEND_U32:
    case JIT_STRING_LENGTH:
    case JIT_CASE_OF: return loaded_fits(COR_WIDTH_U32, bits, is_signed);
    case JIT_EXTEND_I8: return loaded_fits(COR_WIDTH_I8, bits, is_signed);
    case JIT_EXTEND_I16: return loaded_fits(COR_WIDTH_I16, bits, is_signed);
    case JIT_EXTEND_I32: return loaded_fits(COR_WIDTH_I32, bits, is_signed);
    case JIT_COMPARE_I64:
    case JIT_COMPARE_U64:
    case JIT_COMPARE_F64:
    case JIT_COMPARE_F32:
    case JIT_STRING_COMPARE: return is_signed && bits >= 2;
    case JIT_LENGTH: return bits == 63 && !is_signed;
    case JIT_USHR:
        return jit_is_const(node->inputs[1]) && (node->inputs[1]->bits & 63) != 0 &&
               64 - (node->inputs[1]->bits & 63) + is_signed <= bits;
    case JIT_AND: /* one that is not negative bounds the other */
        return input_fits(node, 0, bits - is_signed, false, depth) ||
               input_fits(node, 1, bits - is_signed, false, depth) ||
               (input_fits(node, 0, bits, is_signed, depth) && input_fits(node, 1, bits, is_signed, depth));
    case JIT_OR:
    case JIT_XOR:
        return input_fits(node, 0, bits, is_signed, depth) && input_fits(node, 1, bits, is_signed, depth);
    case JIT_SELECT:
        return input_fits(node, 1, bits, is_signed, depth) && input_fits(node, 2, bits, is_signed, depth);
    default: return false;
    }
}

bool jit_fits_unsigned(const JitNode *node, uint32_t bits) {
    return fits(node, bits, false, 4);
}
bool jit_fits_signed(const JitNode *node, uint32_t bits) {
    return fits(node, bits, true, 4);
}
bool jit_is_bool(const JitNode *node) {
    return fits(node, 1, false, 4);
}

/* ---- Helpers ----------------------------------------------------------------------------------- */

static JitNode *make1(JitGraph *graph, JitNode *place, JitOp op, JitNode *a) {
    return jit_insert_before(graph, place, op, 1, &a);
}

static JitNode *make2(JitGraph *graph, JitNode *place, JitOp op, JitNode *a, JitNode *b) {
    return jit_insert_before(graph, place, op, 2, (JitNode *[]){a, b});
}

static bool is_number(const JitNode *node, uint64_t bits) {
    return jit_is_const(node) && node->bits == bits;
}

JitNode *jit_opposite(JitGraph *graph, JitNode *condition, JitNode *place) {
    JitNode *a = condition->input_count > 0 ? condition->inputs[0] : NULL;
    JitNode *b = condition->input_count > 1 ? condition->inputs[1] : NULL;
    switch (condition->op) {
    case JIT_EQ: return make2(graph, place, JIT_NE, a, b);
    case JIT_NE: return make2(graph, place, JIT_EQ, a, b);
    case JIT_LT: return make2(graph, place, JIT_LE, b, a);
    case JIT_LE: return make2(graph, place, JIT_LT, b, a);
    case JIT_ULT: return make2(graph, place, JIT_ULE, b, a);
    case JIT_ULE: return make2(graph, place, JIT_ULT, b, a);
    default: return NULL;
    }
}

/* ---- Arithmetic -------------------------------------------------------------------------------- */

/* (x op c1) op c2: x op (c1 op c2). */
static JitNode *fold_twice(JitGraph *graph, JitNode *node) {
    JitNode *first = node->inputs[0], *second = node->inputs[1];
    if (first->op != node->op || !jit_is_const(second) || !jit_is_const(first->inputs[1]))
        return node;
    uint64_t a = first->inputs[1]->bits, b = second->bits;
    JitNode *both =
        make2(graph, node, node->op, first->inputs[0], jit_const(graph, binaries[node->op](a, b)));
    if (node->op == JIT_ADD && first->flags & node->flags & JIT_NO_WRAP && !add_overflows(a, b))
        both->flags |= JIT_NO_WRAP;
    return both;
}

static JitNode *fold_sum(JitGraph *graph, JitNode *node) {
    JitNode *a = node->inputs[0], *b = node->inputs[1];
    if (node->op == JIT_ADD)
        return is_number(b, 0) ? a : fold_twice(graph, node);
    if (a == b)
        return jit_const(graph, 0);
    if (is_number(a, 0))
        return make1(graph, node, JIT_NEG, b);
    if (!jit_is_const(b))
        return node;
    JitNode *sum = make2(graph, node, JIT_ADD, a, jit_const(graph, -b->bits));
    if (node->flags & JIT_NO_WRAP && b->bits != (uint64_t)INT64_MIN)
        sum->flags |= JIT_NO_WRAP;
    return sum;
}

static JitNode *fold_product(JitGraph *graph, JitNode *node) {
    JitNode *a = node->inputs[0], *b = node->inputs[1];
    bool is_signed = node->op == JIT_MUL || node->op == JIT_DIV;
    bool is_remainder = node->op == JIT_REM || node->op == JIT_UREM;
    if (is_number(b, 1))
        return is_remainder ? jit_const(graph, 0) : a;
    if (node->op == JIT_MUL && is_number(b, 0))
        return b;
    if (node->op == JIT_REM && is_number(b, UINT64_MAX))
        return jit_const(graph, 0);
    if (is_signed && is_number(b, UINT64_MAX))
        return make1(graph, node, JIT_NEG, a);
    return node->op == JIT_MUL ? fold_twice(graph, node) : node;
}

static JitNode *fold_bits(JitGraph *graph, JitNode *node) {
    JitNode *a = node->inputs[0], *b = node->inputs[1];
    if (a == b)
        return node->op == JIT_XOR ? jit_const(graph, 0) : a;
    if (is_number(b, 0))
        return node->op == JIT_AND ? b : a;
    if (is_number(b, UINT64_MAX))
        return node->op == JIT_AND ? a : node->op == JIT_OR ? b : make1(graph, node, JIT_NOT, a);
    if (is_number(b, 1) && node->op == JIT_AND && jit_is_bool(a))
        return a;
    if (is_number(b, 1) && node->op == JIT_XOR) {
        JitNode *opposite = jit_opposite(graph, a, node);
        if (opposite != NULL)
            return opposite;
    }
    return fold_twice(graph, node);
}

static JitNode *fold_shift(JitGraph *graph, JitNode *node) {
    JitNode *a = node->inputs[0], *b = node->inputs[1];
    if (is_number(a, 0))
        return a;
    if (!jit_is_const(b))
        return node;
    if ((b->bits & 63) == 0)
        return a;
    node->inputs[1] = jit_const(graph, b->bits & 63);
    return node;
}

/* Negation and complement, of integers and floats: twice is nothing. */
static JitNode *fold_opposite(JitNode *node) {
    return node->inputs[0]->op == node->op ? node->inputs[0]->inputs[0] : node;
}

static uint32_t extended_bits(uint32_t op) {
    switch (op) {
    case JIT_EXTEND_I8:
    case JIT_EXTEND_U8: return 8;
    case JIT_EXTEND_I16:
    case JIT_EXTEND_U16: return 16;
    case JIT_EXTEND_I32:
    case JIT_EXTEND_U32: return 32;
    default: return 0;
    }
}

static JitNode *fold_extension(JitNode *node) {
    JitNode *a = node->inputs[0];
    uint32_t bits = extended_bits(node->op);
    bool is_signed = node->op == JIT_EXTEND_I8 || node->op == JIT_EXTEND_I16 || node->op == JIT_EXTEND_I32;
    if (fits(a, bits, is_signed, 4))
        return a;
    uint64_t mask = ((uint64_t)1 << bits) - 1;
    while (extended_bits(a->op) >= bits ||
           (a->op == JIT_AND && jit_is_const(a->inputs[1]) && (a->inputs[1]->bits & mask) == mask))
        a = a->inputs[0]; /* the low bits pass */
    node->inputs[0] = a;
    return node;
}

/* ---- Comparisons ------------------------------------------------------------------------------- */

/* a <= c as a < c + 1, c <= a as c - 1 < a, where that does not wrap. */
static JitNode *make_strict(JitGraph *graph, JitNode *node) {
    JitNode *a = node->inputs[0], *b = node->inputs[1];
    bool is_signed = node->op == JIT_LE;
    JitOp strict = is_signed ? JIT_LT : JIT_ULT;
    uint64_t most = is_signed ? INT64_MAX : UINT64_MAX, least = is_signed ? (uint64_t)INT64_MIN : 0;
    if (jit_is_const(b))
        return b->bits == most ? jit_const(graph, 1)
                               : make2(graph, node, strict, a, jit_const(graph, b->bits + 1));
    if (jit_is_const(a))
        return a->bits == least ? jit_const(graph, 1)
                                : make2(graph, node, strict, jit_const(graph, a->bits - 1), b);
    return node;
}

static JitNode *fold_order(JitGraph *graph, JitNode *node) {
    JitNode *a = node->inputs[0], *b = node->inputs[1];
    bool is_strict = node->op == JIT_LT || node->op == JIT_ULT,
         is_signed = node->op == JIT_LT || node->op == JIT_LE;
    if (a == b)
        return jit_const(graph, !is_strict);
    if (!is_strict)
        return make_strict(graph, node);
    uint64_t most = is_signed ? INT64_MAX : UINT64_MAX, least = is_signed ? (uint64_t)INT64_MIN : 0;
    if (is_number(b, least) || is_number(a, most))
        return jit_const(graph, 0);
    if (!is_signed && is_number(b, 1))
        return make2(graph, node, JIT_EQ, a, jit_const(graph, 0));
    if (!is_signed && is_number(a, 0))
        return make2(graph, node, JIT_NE, b, a);
    if (is_signed && is_number(a, UINT64_MAX) && jit_fits_unsigned(b, 63))
        return jit_const(graph, 1); /* -1 < b */
    if (is_signed && is_number(b, 0) && jit_fits_unsigned(a, 63))
        return jit_const(graph, 0);
    return node;
}

static JitNode *fold_equality(JitGraph *graph, JitNode *node) {
    JitNode *a = node->inputs[0], *b = node->inputs[1];
    bool equal = node->op == JIT_EQ;
    if (a == b)
        return jit_const(graph, equal);
    if (jit_is_const(b) && jit_is_bool(a)) {
        if (b->bits > 1)
            return jit_const(graph, !equal);
        return (b->bits == 1) == equal ? a : make2(graph, node, JIT_XOR, a, jit_const(graph, 1));
    }
    if (jit_is_const(b) && a->op == JIT_ADD && jit_is_const(a->inputs[1])) /* a + c == d, modulo 2^64 */
        return make2(graph, node, node->op, a->inputs[0], jit_const(graph, b->bits - a->inputs[1]->bits));
    return node;
}

/* ---- Choices ----------------------------------------------------------------------------------- */

/* A condition by whether it is 0: without the comparison that says so; *opposite is toggled. */
static JitNode *strip_condition(JitNode *condition, bool *opposite) {
    for (;;) {
        bool is_zero_test = condition->input_count == 2 && is_number(condition->inputs[1], 0);
        if (condition->op == JIT_NE && is_zero_test) {
            condition = condition->inputs[0];
        } else if ((condition->op == JIT_EQ && is_zero_test) ||
                   (condition->op == JIT_XOR && is_number(condition->inputs[1], 1) &&
                    jit_is_bool(condition->inputs[0]))) {
            condition = condition->inputs[0];
            *opposite = !*opposite;
        } else {
            return condition;
        }
    }
}

static JitNode *fold_select(JitGraph *graph, JitNode *node) {
    bool opposite = false;
    node->inputs[0] = strip_condition(node->inputs[0], &opposite);
    if (opposite) {
        JitNode *other = node->inputs[1];
        node->inputs[1] = node->inputs[2];
        node->inputs[2] = other;
    }
    JitNode *condition = node->inputs[0], *yes = node->inputs[1], *no = node->inputs[2];
    if (jit_is_const(condition))
        return condition->bits != 0 ? yes : no;
    if (yes == no)
        return yes;
    if (jit_is_bool(condition) && is_number(yes, 1) && is_number(no, 0))
        return condition;
    if (jit_is_bool(condition) && is_number(yes, 0) && is_number(no, 1))
        return make2(graph, node, JIT_XOR, condition, jit_const(graph, 1));
    return node;
}

/* A check, or a branch with its successors, without the comparison with 0. */
static void strip_user(JitNode *node) {
    bool opposite = false;
    JitNode *condition = strip_condition(node->inputs[0], &opposite);
    if (!opposite) {
        node->inputs[0] = condition;
    } else if (node->op == JIT_BRANCH) {
        JitBlock **successors = node->block->successors, *first = successors[0];
        node->inputs[0] = condition;
        successors[0] = successors[1];
        successors[1] = first;
    }
}

/* ---- All of it --------------------------------------------------------------------------------- */

static bool is_commutative(const JitNode *node) {
    switch (node->op) {
    case JIT_ADD:
    case JIT_MUL:
    case JIT_AND:
    case JIT_OR:
    case JIT_XOR:
    case JIT_EQ:
    case JIT_NE:
    case JIT_ADD_OVERFLOWS:
    case JIT_UADD_OVERFLOWS: return true; /* floats: not which NaN comes out */
    default: return false;
    }
}

static void order_inputs(JitNode *node) {
    JitNode *a = node->inputs[0], *b = node->inputs[1];
    if (jit_is_const(b) || (!jit_is_const(a) && a->id <= b->id))
        return;
    node->inputs[0] = b;
    node->inputs[1] = a;
}

JitNode *jit_fold(JitGraph *graph, JitNode *node) {
    if (is_commutative(node))
        order_inputs(node);
    JitNode *folded = fold_constants(graph, node);
    if (folded != node)
        return folded;
    switch (node->op) {
    case JIT_ADD:
    case JIT_SUB: return fold_sum(graph, node);
    case JIT_MUL:
    case JIT_DIV:
    case JIT_REM:
    case JIT_UDIV:
    case JIT_UREM: return fold_product(graph, node);
    case JIT_AND:
    case JIT_OR:
    case JIT_XOR: return fold_bits(graph, node);
    case JIT_SHL:
    case JIT_SHR:
    case JIT_USHR: return fold_shift(graph, node);
    case JIT_NEG:
    case JIT_NOT:
    case JIT_NEG_F64:
    case JIT_NEG_F32: return fold_opposite(node);
    case JIT_EXTEND_I8:
    case JIT_EXTEND_I16:
    case JIT_EXTEND_I32:
    case JIT_EXTEND_U8:
    case JIT_EXTEND_U16:
    case JIT_EXTEND_U32: return fold_extension(node);
    case JIT_LT:
    case JIT_LE:
    case JIT_ULT:
    case JIT_ULE: return fold_order(graph, node);
    case JIT_EQ:
    case JIT_NE: return fold_equality(graph, node);
    case JIT_ADD_OVERFLOWS:
    case JIT_UADD_OVERFLOWS: return is_number(node->inputs[1], 0) ? node->inputs[1] : node;
    case JIT_COMPARE_I64:
    case JIT_COMPARE_U64: return node->inputs[0] == node->inputs[1] ? jit_const(graph, 0) : node;
    case JIT_SELECT: return fold_select(graph, node);
    case JIT_CHECK:
    case JIT_BRANCH: strip_user(node); return node;
    default: return node;
    }
}

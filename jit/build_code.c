/* Lowered instructions that neither branch nor call: most are a row of the table of plain operations, the rest is
 * memory, checks and allocation.  A case that is missing does not compile. */
#include "jit/build.h"

/* ---- Operations on slots ----------------------------------------------------------------------- */

typedef enum PlainKind {
    PLAIN_NONE,
    PLAIN_UNARY,    /* d := op b */
    PLAIN_BINARY,   /* d := b op c */
    PLAIN_SIGNED,   /* d := b op the signed immediate c */
    PLAIN_UNSIGNED, /* d := b op the unsigned immediate c */
    PLAIN_REVERSED, /* d := the signed immediate c op b */
    PLAIN_NEGATED,  /* d := not (b op c) */
    PLAIN_DIVISION, /* d := b op c, unless c is 0 */
} PlainKind;

typedef struct Plain {
    PlainKind kind;
    JitOp op;
    JitOp then;      /* applied to the result; CONST: nothing */
    uint32_t number; /* of the node */
} Plain;

#define UNARY(name, node)          [COR_LOWERED_##name] = {PLAIN_UNARY, JIT_##node, JIT_CONST, 0}
#define BINARY(name, node)         [COR_LOWERED_##name] = {PLAIN_BINARY, JIT_##node, JIT_CONST, 0}
#define NARROW(name, node, extend) [COR_LOWERED_##name] = {PLAIN_BINARY, JIT_##node, JIT_EXTEND_##extend, 0}
#define SIGNED(name, node)         [COR_LOWERED_##name] = {PLAIN_SIGNED, JIT_##node, JIT_CONST, 0}
#define UNSIGNED(name, node)       [COR_LOWERED_##name] = {PLAIN_UNSIGNED, JIT_##node, JIT_CONST, 0}
#define REVERSED(name, node)       [COR_LOWERED_##name] = {PLAIN_REVERSED, JIT_##node, JIT_CONST, 0}
#define NEGATED(name, node)        [COR_LOWERED_##name] = {PLAIN_NEGATED, JIT_##node, JIT_CONST, 0}
#define DIVISION(name, node)       [COR_LOWERED_##name] = {PLAIN_DIVISION, JIT_##node, JIT_CONST, 0}
#define TO_SIGNED(name, bits)      [COR_LOWERED_##name] = {PLAIN_UNARY, JIT_F64_TO_SIGNED, JIT_CONST, bits}
#define TO_UNSIGNED(name, bits)    [COR_LOWERED_##name] = {PLAIN_UNARY, JIT_F64_TO_UNSIGNED, JIT_CONST, bits}

static const Plain plain[COR_LOWERED_COUNT] = {
    BINARY(ADD_I64, ADD),
    BINARY(SUB_I64, SUB),
    BINARY(MUL_I64, MUL),
    DIVISION(DIV_I64, DIV),
    DIVISION(REM_I64, REM),
    DIVISION(DIV_U64, UDIV),
    DIVISION(REM_U64, UREM),
    BINARY(AND_I64, AND),
    BINARY(OR_I64, OR),
    BINARY(XOR_I64, XOR),
    BINARY(SHL_I64, SHL),
    BINARY(SHR_I64, SHR),
    BINARY(USHR_I64, USHR),
    UNARY(NEG_I64, NEG),
    UNARY(NOT_I64, NOT),
    SIGNED(ADD_I64_IMM, ADD),
    REVERSED(SUB_FROM_IMM, SUB),
    SIGNED(MUL_I64_IMM, MUL),
    SIGNED(DIV_I64_IMM, DIV),
    SIGNED(REM_I64_IMM, REM),
    SIGNED(AND_I64_IMM, AND),
    SIGNED(OR_I64_IMM, OR),
    SIGNED(XOR_I64_IMM, XOR),
    UNSIGNED(SHL_I64_IMM, SHL),
    UNSIGNED(SHR_I64_IMM, SHR),
    UNSIGNED(USHR_I64_IMM, USHR),
    UNARY(EXTEND_I8, EXTEND_I8),
    UNARY(EXTEND_I16, EXTEND_I16),
    UNARY(EXTEND_I32, EXTEND_I32),
    UNARY(EXTEND_U8, EXTEND_U8),
    UNARY(EXTEND_U16, EXTEND_U16),
    UNARY(EXTEND_U32, EXTEND_U32),
    NARROW(ADD_I32, ADD, I32),
    NARROW(SUB_I32, SUB, I32),
    NARROW(MUL_I32, MUL, I32),
    [COR_LOWERED_ADD_I32_IMM] = {PLAIN_SIGNED, JIT_ADD, JIT_EXTEND_I32, 0},
    NARROW(ADD_U32, ADD, U32),
    NARROW(SUB_U32, SUB, U32),
    NARROW(MUL_U32, MUL, U32),
    [COR_LOWERED_ADD_U32_IMM] = {PLAIN_SIGNED, JIT_ADD, JIT_EXTEND_U32, 0},
    [COR_LOWERED_SHL_U32_IMM] = {PLAIN_UNSIGNED, JIT_SHL, JIT_EXTEND_U32, 0},
    NARROW(ADD_U8, ADD, U8),
    NARROW(SUB_U8, SUB, U8),
    [COR_LOWERED_ADD_U8_IMM] = {PLAIN_SIGNED, JIT_ADD, JIT_EXTEND_U8, 0},
    BINARY(ADD_F64, ADD_F64),
    BINARY(SUB_F64, SUB_F64),
    BINARY(MUL_F64, MUL_F64),
    BINARY(DIV_F64, DIV_F64),
    BINARY(REM_F64, REM_F64),
    UNARY(NEG_F64, NEG_F64),
    UNARY(ABS_F64, ABS_F64),
    UNARY(SQRT_F64, SQRT_F64),
    UNARY(FLOOR_F64, FLOOR_F64),
    UNARY(CEIL_F64, CEIL_F64),
    UNARY(TRUNC_F64, TRUNC_F64),
    BINARY(ADD_F32, ADD_F32),
    BINARY(SUB_F32, SUB_F32),
    BINARY(MUL_F32, MUL_F32),
    BINARY(DIV_F32, DIV_F32),
    BINARY(REM_F32, REM_F32),
    UNARY(NEG_F32, NEG_F32),
    UNARY(I64_TO_F64, I64_TO_F64),
    UNARY(U64_TO_F64, U64_TO_F64),
    UNARY(I64_TO_F32, I64_TO_F32),
    UNARY(U64_TO_F32, U64_TO_F32),
    UNARY(F32_TO_F64, F32_TO_F64),
    UNARY(F64_TO_F32, F64_TO_F32),
    TO_SIGNED(F64_TO_I64, 64),
    TO_SIGNED(F64_TO_I32, 32),
    TO_SIGNED(F64_TO_I16, 16),
    TO_SIGNED(F64_TO_I8, 8),
    TO_UNSIGNED(F64_TO_U64, 64),
    TO_UNSIGNED(F64_TO_U32, 32),
    TO_UNSIGNED(F64_TO_U16, 16),
    TO_UNSIGNED(F64_TO_U8, 8),
    BINARY(EQ_I64, EQ),
    BINARY(NE_I64, NE),
    BINARY(LT_I64, LT),
    BINARY(LE_I64, LE),
    BINARY(LT_U64, ULT),
    BINARY(LE_U64, ULE),
    SIGNED(EQ_I64_IMM, EQ),
    SIGNED(NE_I64_IMM, NE),
    SIGNED(LT_I64_IMM, LT),
    SIGNED(LE_I64_IMM, LE),
    REVERSED(GT_I64_IMM, LT),
    REVERSED(GE_I64_IMM, LE),
    BINARY(EQ_F64, EQ_F64),
    NEGATED(NE_F64, EQ_F64),
    BINARY(LT_F64, LT_F64),
    BINARY(LE_F64, LE_F64),
    BINARY(EQ_F32, EQ_F32),
    NEGATED(NE_F32, EQ_F32),
    BINARY(LT_F32, LT_F32),
    BINARY(LE_F32, LE_F32),
    BINARY(KEY_EQ_F64, KEY_EQ_F64),
    BINARY(KEY_EQ_F32, KEY_EQ_F32),
    BINARY(COMPARE_I64, COMPARE_I64),
    BINARY(COMPARE_U64, COMPARE_U64),
    BINARY(COMPARE_F64, COMPARE_F64),
    BINARY(COMPARE_F32, COMPARE_F32),
    UNARY(HASH_I64, HASH_I64),
    UNARY(HASH_F64, HASH_F64),
    BINARY(HASH_MIX, HASH_MIX),
    UNARY(ARRAY_LENGTH, LENGTH),
    UNARY(LOAD_CASE, CASE_OF),
    UNARY(STRING_LENGTH, STRING_LENGTH),
    BINARY(STRING_EQ, STRING_EQ),
    BINARY(STRING_COMPARE, STRING_COMPARE),
    UNARY(STRING_HASH, STRING_HASH),
};

static JitNode *slot_b(JitBody *body) {
    return jit_slot(body, body->word.b);
}
static JitNode *slot_c(JitBody *body) {
    return jit_slot(body, body->word.c);
}
static JitNode *signed_c(JitBody *body) {
    return jit_number(body, (uint64_t)(int64_t)(int16_t)body->word.c);
}

static JitNode *plain_operands(JitBody *body, const Plain *row) {
    switch (row->kind) {
    case PLAIN_UNARY: return jit_unary(body, row->op, slot_b(body));
    case PLAIN_SIGNED: return jit_binary(body, row->op, slot_b(body), signed_c(body));
    case PLAIN_UNSIGNED: return jit_binary(body, row->op, slot_b(body), jit_number(body, body->word.c));
    case PLAIN_REVERSED: return jit_binary(body, row->op, signed_c(body), slot_b(body));
    case PLAIN_DIVISION:
        jit_check(body, jit_binary(body, JIT_NE, slot_c(body), jit_number(body, 0)), COR_EXIT_DIVISION);
        return jit_binary(body, row->op, slot_b(body), slot_c(body));
    case PLAIN_NEGATED:
        return jit_binary(body, JIT_XOR, jit_binary(body, row->op, slot_b(body), slot_c(body)),
                          jit_number(body, 1));
    default: return jit_binary(body, row->op, slot_b(body), slot_c(body));
    }
}

static void build_plain(JitBody *body, const Plain *row) {
    JitNode *value = plain_operands(body, row);
    value->number = row->number;
    body->slots[body->word.a] = row->then != JIT_CONST ? jit_unary(body, row->then, value) : value;
}

/* ---- Memory ------------------------------------------------------------------------------------ */

static const CorWord *extension_of(const JitBody *body, uint32_t number) {
    return &body->function->code[body->index + number];
}

static const CorType *type_extension(const JitBody *body) {
    return extension_of(body, 1)->pointer;
}

static JitNode *load(JitBody *body, JitNode *object, uint32_t offset, CorWidth width) {
    JitNode *node = jit_unary(body, JIT_LOAD, object);
    node->access = (JitAccess){.offset = offset, .width = (uint8_t)width};
    return node;
}

static void store(JitBody *body, JitNode *object, uint32_t offset, CorWidth width, JitNode *value) {
    JitNode *node = jit_binary(body, JIT_STORE, object, value);
    node->access = (JitAccess){.offset = offset, .width = (uint8_t)width};
    node->flags = width == COR_WIDTH_REFERENCE ? JIT_IS_REFERENCE : 0;
}

static void check_index(JitBody *body, JitNode *array, JitNode *index) {
    JitNode *length = jit_unary(body, JIT_LENGTH, array);
    jit_check(body, jit_binary(body, JIT_ULT, index, length), COR_EXIT_INDEX);
}

static uint32_t width_size(CorWidth width) {
    static const uint8_t sizes[COR_WIDTH_COUNT] = {
        [COR_WIDTH_U8] = 1,  [COR_WIDTH_I8] = 1,  [COR_WIDTH_U16] = 2, [COR_WIDTH_I16] = 2,
        [COR_WIDTH_U32] = 4, [COR_WIDTH_I32] = 4, [COR_WIDTH_64] = 8,  [COR_WIDTH_REFERENCE] = 8};
    return sizes[width];
}

static JitNode *load_element(JitBody *body, JitNode *array, JitNode *index, JitAccess access) {
    JitNode *node = jit_binary(body, JIT_LOAD_ELEMENT, array, index);
    node->access = access;
    return node;
}

static void store_element(JitBody *body, JitNode *array, JitNode *index, JitAccess access, JitNode *value) {
    JitNode *node = jit_node(body, JIT_STORE_ELEMENT, 3, (JitNode *[]){array, index, value});
    node->access = access;
    node->flags = access.width == COR_WIDTH_REFERENCE ? JIT_IS_REFERENCE : 0;
}

/* d := element c of the array b. */
static void build_load_element(JitBody *body, CorWidth width) {
    JitNode *array = slot_b(body), *index = slot_c(body);
    check_index(body, array, index);
    body->slots[body->word.a] =
        load_element(body, array, index, (JitAccess){.stride = width_size(width), .width = (uint8_t)width});
}

/* Element b of the array a := c. */
static void build_store_element(JitBody *body, CorWidth width) {
    JitNode *array = jit_slot(body, body->word.a), *index = slot_b(body);
    check_index(body, array, index);
    store_element(body, array, index, (JitAccess){.stride = width_size(width), .width = (uint8_t)width},
                  slot_c(body));
}

static JitAccess part_of(const JitBody *body, CorWidth width) {
    const CorWord *part = extension_of(body, 1);
    return (JitAccess){.offset = part->part.offset, .stride = part->part.stride, .width = (uint8_t)width};
}

static void build_load_part(JitBody *body, CorWidth width) {
    JitNode *array = slot_b(body), *index = slot_c(body);
    check_index(body, array, index);
    body->slots[body->word.a] = load_element(body, array, index, part_of(body, width));
}

static void build_store_part(JitBody *body, CorWidth width) {
    JitNode *array = jit_slot(body, body->word.a), *index = slot_b(body);
    check_index(body, array, index);
    store_element(body, array, index, part_of(body, width), slot_c(body));
}

static void build_load(JitBody *body, CorWidth width) {
    body->slots[body->word.a] = load(body, slot_b(body), body->word.c, width);
}

static void build_store(JitBody *body, CorWidth width) {
    store(body, jit_slot(body, body->word.a), body->word.b, width, slot_c(body));
}

static void build_load_wide(JitBody *body) {
    const CorLayout *layout = extension_of(body, 1)->pointer;
    JitNode *object = slot_b(body);
    for (uint32_t i = 0; i < layout->count; i++)
        body->slots[body->word.a + i] =
            load(body, object, layout->scalars[i].offset, (CorWidth)layout->scalars[i].width);
}

static void build_store_wide(JitBody *body) {
    const CorLayout *layout = extension_of(body, 1)->pointer;
    JitNode *object = jit_slot(body, body->word.a);
    for (uint32_t i = 0; i < layout->count; i++)
        store(body, object, layout->scalars[i].offset, (CorWidth)layout->scalars[i].width,
              jit_slot(body, body->word.b + i));
}

static JitAccess scalar_access(const CorLayout *layout, uint32_t number) {
    return (JitAccess){.offset = layout->scalars[number].offset,
                       .stride = layout->size,
                       .width = (uint8_t)layout->scalars[number].width};
}

static void build_load_element_wide(JitBody *body) {
    const CorLayout *layout = extension_of(body, 1)->pointer;
    JitNode *array = slot_b(body), *index = slot_c(body);
    check_index(body, array, index);
    for (uint32_t i = 0; i < layout->count; i++)
        body->slots[body->word.a + i] = load_element(body, array, index, scalar_access(layout, i));
}

static void build_store_element_wide(JitBody *body) {
    const CorLayout *layout = extension_of(body, 1)->pointer;
    JitNode *array = jit_slot(body, body->word.a), *index = slot_b(body);
    check_index(body, array, index);
    for (uint32_t i = 0; i < layout->count; i++)
        store_element(body, array, index, scalar_access(layout, i), jit_slot(body, body->word.c + i));
}

/* ---- With a field as operand ------------------------------------------------------------------- */

static uint32_t part_offset(const JitBody *body) {
    return extension_of(body, 1)->part.offset;
}

/* d := b op c[P] */
static void build_with_field(JitBody *body, JitOp op) {
    JitNode *field = load(body, slot_c(body), part_offset(body), COR_WIDTH_64);
    body->slots[body->word.a] = jit_binary(body, op, slot_b(body), field);
}

/* m := m op b * c */
static void build_product(JitBody *body, JitOp op) {
    JitNode *product = jit_binary(body, JIT_MUL_F64, slot_b(body), slot_c(body));
    body->slots[body->word.a] = jit_binary(body, op, jit_slot(body, body->word.a), product);
}

/* a[offset] := a[offset] op value */
static void update_field(JitBody *body, JitOp op, uint32_t offset, JitNode *value) {
    JitNode *object = jit_slot(body, body->word.a);
    JitNode *old = load(body, object, offset, COR_WIDTH_64);
    store(body, object, offset, COR_WIDTH_64, jit_binary(body, op, old, value));
}

static void update_field_by_product(JitBody *body, JitOp op) {
    update_field(body, op, part_offset(body), jit_binary(body, JIT_MUL_F64, slot_b(body), slot_c(body)));
}

/* d := element c of the array b[P] */
static void build_load_field_element(JitBody *body, CorWidth width) {
    JitNode *array = load(body, slot_b(body), part_offset(body), COR_WIDTH_REFERENCE), *index = slot_c(body);
    check_index(body, array, index);
    body->slots[body->word.a] =
        load_element(body, array, index, (JitAccess){.stride = width_size(width), .width = (uint8_t)width});
}

/* element b of the array a[P] := c */
static void build_store_field_element(JitBody *body, CorWidth width) {
    JitNode *array = load(body, jit_slot(body, body->word.a), part_offset(body), COR_WIDTH_REFERENCE);
    JitNode *index = slot_b(body);
    check_index(body, array, index);
    store_element(body, array, index, (JitAccess){.stride = width_size(width), .width = (uint8_t)width},
                  slot_c(body));
}

/* ---- Moves and constants ----------------------------------------------------------------------- */

static void build_moves(JitBody *body, uint32_t count) {
    uint32_t to = body->word.a, from = body->word.b;
    if (to <= from)
        for (uint32_t i = 0; i < count; i++)
            body->slots[to + i] = jit_slot(body, from + i);
    else
        for (uint32_t i = count; i-- > 0;)
            body->slots[to + i] = jit_slot(body, from + i);
}

static void build_clear(JitBody *body) {
    for (uint32_t i = 0; i < body->word.c; i++)
        body->slots[body->word.a + i] = jit_number(body, 0);
}

/* ---- Types and checks -------------------------------------------------------------------------- */

static JitNode *type_test(JitBody *body, JitOp op, JitNode *object) {
    JitNode *node = jit_unary(body, op, object);
    node->of.type = type_extension(body);
    return node;
}

static void build_cast(JitBody *body, JitOp op, CorExitKind exit) {
    jit_check(body, type_test(body, op, jit_slot(body, body->word.a)), exit);
}

static void build_string_byte(JitBody *body) {
    JitNode *string = slot_b(body), *index = slot_c(body);
    JitNode *length = jit_unary(body, JIT_STRING_LENGTH, string);
    jit_check(body, jit_binary(body, JIT_ULT, index, length), COR_EXIT_INDEX);
    body->slots[body->word.a] = jit_binary(body, JIT_STRING_BYTE, string, index);
}

static JitNode *numbered(JitBody *body, JitOp op, uint32_t input_count, JitNode *input, uint32_t number) {
    JitNode *node = jit_node(body, op, input_count, &input);
    node->number = number;
    return node;
}

static void build_global(JitBody *body, bool checked) {
    uint32_t slot = (uint32_t)body->word.far.offset;
    if (checked)
        jit_check(body, numbered(body, JIT_GLOBAL_READY, 0, NULL, slot), COR_EXIT_GLOBAL);
    body->slots[body->word.a] = numbered(body, JIT_GLOBAL, 0, NULL, slot);
}

static void build_set_global(JitBody *body, bool is_reference) {
    JitNode *node =
        numbered(body, JIT_SET_GLOBAL, 1, jit_slot(body, body->word.a), (uint32_t)body->word.far.offset);
    node->flags = is_reference ? JIT_IS_REFERENCE : 0;
}

/* ---- Allocation -------------------------------------------------------------------------------- */

/* d := a new object; what follows sees it. */
static void build_new(JitBody *body, JitOp op, uint32_t input_count, JitNode *const *inputs) {
    JitNode *node = jit_node(body, op, input_count, inputs);
    node->of.type = op == JIT_CONCAT ? NULL : type_extension(body);
    node->state = jit_state_behind(body);
    if (op == JIT_NEW_CLOSURE)
        node->of.callee = extension_of(body, 2)->pointer;
    if (op == JIT_ARRAY_OF)
        node->number = body->word.c;
    body->slots[body->word.a] = node;
}

static JitNode **list_slots(JitBody *body, uint32_t first, uint32_t count, uint32_t room) {
    JitNode **list = jit_build_allocate(body->builder, (size_t)count + room, sizeof *list);
    for (uint32_t i = 0; list != NULL && i < count; i++)
        list[room + i] = jit_slot(body, first + i);
    return list;
}

static void build_new_array(JitBody *body) {
    uint32_t slots = type_extension(body)->element->layout->count;
    JitNode **inputs = list_slots(body, body->word.c, slots, 1);
    if (inputs == NULL)
        return;
    inputs[0] = slot_b(body);
    build_new(body, JIT_NEW_ARRAY, slots + 1, inputs);
}

static void build_list(JitBody *body, JitOp op, uint32_t count) {
    JitNode **inputs = list_slots(body, body->word.b, count, 0);
    if (inputs != NULL)
        build_new(body, op, count, inputs);
}

/* ---- All --------------------------------------------------------------------------------------- */

void jit_build_instruction(JitBody *body) {
    CorWord word = body->word;
    if (plain[word.op].kind != PLAIN_NONE) {
        build_plain(body, &plain[word.op]);
        return;
    }
    switch ((CorLowered)word.op) {
    case COR_LOWERED_NOP: break;
    case COR_LOWERED_MOVE: build_moves(body, 1); break;
    case COR_LOWERED_MOVE2: build_moves(body, 2); break;
    case COR_LOWERED_MOVE_N: build_moves(body, word.c); break;
    case COR_LOWERED_INT: body->slots[word.a] = jit_number(body, (uint64_t)(int64_t)(int16_t)word.b); break;
    case COR_LOWERED_CONST: body->slots[word.a] = jit_number(body, extension_of(body, 1)->bits); break;
    case COR_LOWERED_CONST_REFERENCE:
        body->slots[word.a] = jit_pointer(body, COR_CONSTANT_OBJECT, extension_of(body, 1)->pointer);
        break;
    case COR_LOWERED_CLEAR: build_clear(body); break;
    case COR_LOWERED_HASH_F32:
        body->slots[word.a] = jit_unary(body, JIT_HASH_F64, jit_unary(body, JIT_F32_TO_F64, slot_b(body)));
        break;
    case COR_LOWERED_LOAD_U8: build_load(body, COR_WIDTH_U8); break;
    case COR_LOWERED_LOAD_I8: build_load(body, COR_WIDTH_I8); break;
    case COR_LOWERED_LOAD_U16: build_load(body, COR_WIDTH_U16); break;
    case COR_LOWERED_LOAD_I16: build_load(body, COR_WIDTH_I16); break;
    case COR_LOWERED_LOAD_U32: build_load(body, COR_WIDTH_U32); break;
    case COR_LOWERED_LOAD_I32: build_load(body, COR_WIDTH_I32); break;
    case COR_LOWERED_LOAD_64: build_load(body, COR_WIDTH_64); break;
    case COR_LOWERED_STORE_8: build_store(body, COR_WIDTH_U8); break;
    case COR_LOWERED_STORE_16: build_store(body, COR_WIDTH_U16); break;
    case COR_LOWERED_STORE_32: build_store(body, COR_WIDTH_U32); break;
    case COR_LOWERED_STORE_64: build_store(body, COR_WIDTH_64); break;
    case COR_LOWERED_STORE_REFERENCE: build_store(body, COR_WIDTH_REFERENCE); break;
    case COR_LOWERED_LOAD_WIDE: build_load_wide(body); break;
    case COR_LOWERED_STORE_WIDE: build_store_wide(body); break;
    case COR_LOWERED_CHECK_INDEX: check_index(body, jit_slot(body, word.a), slot_b(body)); break;
    case COR_LOWERED_LOAD_ELEMENT_U8: build_load_element(body, COR_WIDTH_U8); break;
    case COR_LOWERED_LOAD_ELEMENT_I8: build_load_element(body, COR_WIDTH_I8); break;
    case COR_LOWERED_LOAD_ELEMENT_U16: build_load_element(body, COR_WIDTH_U16); break;
    case COR_LOWERED_LOAD_ELEMENT_I16: build_load_element(body, COR_WIDTH_I16); break;
    case COR_LOWERED_LOAD_ELEMENT_U32: build_load_element(body, COR_WIDTH_U32); break;
    case COR_LOWERED_LOAD_ELEMENT_I32: build_load_element(body, COR_WIDTH_I32); break;
    case COR_LOWERED_LOAD_ELEMENT_64: build_load_element(body, COR_WIDTH_64); break;
    case COR_LOWERED_STORE_ELEMENT_8: build_store_element(body, COR_WIDTH_U8); break;
    case COR_LOWERED_STORE_ELEMENT_16: build_store_element(body, COR_WIDTH_U16); break;
    case COR_LOWERED_STORE_ELEMENT_32: build_store_element(body, COR_WIDTH_U32); break;
    case COR_LOWERED_STORE_ELEMENT_64: build_store_element(body, COR_WIDTH_64); break;
    case COR_LOWERED_STORE_ELEMENT_REFERENCE: build_store_element(body, COR_WIDTH_REFERENCE); break;
    case COR_LOWERED_LOAD_PART_U8: build_load_part(body, COR_WIDTH_U8); break;
    case COR_LOWERED_LOAD_PART_I8: build_load_part(body, COR_WIDTH_I8); break;
    case COR_LOWERED_LOAD_PART_U16: build_load_part(body, COR_WIDTH_U16); break;
    case COR_LOWERED_LOAD_PART_I16: build_load_part(body, COR_WIDTH_I16); break;
    case COR_LOWERED_LOAD_PART_U32: build_load_part(body, COR_WIDTH_U32); break;
    case COR_LOWERED_LOAD_PART_I32: build_load_part(body, COR_WIDTH_I32); break;
    case COR_LOWERED_LOAD_PART_64: build_load_part(body, COR_WIDTH_64); break;
    case COR_LOWERED_STORE_PART_8: build_store_part(body, COR_WIDTH_U8); break;
    case COR_LOWERED_STORE_PART_16: build_store_part(body, COR_WIDTH_U16); break;
    case COR_LOWERED_STORE_PART_32: build_store_part(body, COR_WIDTH_U32); break;
    case COR_LOWERED_STORE_PART_64: build_store_part(body, COR_WIDTH_64); break;
    case COR_LOWERED_STORE_PART_REFERENCE: build_store_part(body, COR_WIDTH_REFERENCE); break;
    case COR_LOWERED_LOAD_ELEMENT_WIDE: build_load_element_wide(body); break;
    case COR_LOWERED_STORE_ELEMENT_WIDE: build_store_element_wide(body); break;
    case COR_LOWERED_ADD_F64_FIELD: build_with_field(body, JIT_ADD_F64); break;
    case COR_LOWERED_SUB_F64_FIELD: build_with_field(body, JIT_SUB_F64); break;
    case COR_LOWERED_MUL_F64_FIELD: build_with_field(body, JIT_MUL_F64); break;
    case COR_LOWERED_ADD_I64_FIELD: build_with_field(body, JIT_ADD); break;
    case COR_LOWERED_SUB_I64_FIELD: build_with_field(body, JIT_SUB); break;
    case COR_LOWERED_MUL_ADD_F64: build_product(body, JIT_ADD_F64); break;
    case COR_LOWERED_MUL_SUB_F64: build_product(body, JIT_SUB_F64); break;
    case COR_LOWERED_FIELD_ADD_F64: update_field(body, JIT_ADD_F64, word.b, slot_c(body)); break;
    case COR_LOWERED_FIELD_SUB_F64: update_field(body, JIT_SUB_F64, word.b, slot_c(body)); break;
    case COR_LOWERED_FIELD_ADD_I64: update_field(body, JIT_ADD, word.b, slot_c(body)); break;
    case COR_LOWERED_FIELD_SUB_I64: update_field(body, JIT_SUB, word.b, slot_c(body)); break;
    case COR_LOWERED_FIELD_ADD_I64_IMM: update_field(body, JIT_ADD, word.b, signed_c(body)); break;
    case COR_LOWERED_FIELD_MUL_ADD_F64: update_field_by_product(body, JIT_ADD_F64); break;
    case COR_LOWERED_FIELD_MUL_SUB_F64: update_field_by_product(body, JIT_SUB_F64); break;
    case COR_LOWERED_LOAD_FIELD_ELEMENT_U8: build_load_field_element(body, COR_WIDTH_U8); break;
    case COR_LOWERED_LOAD_FIELD_ELEMENT_64: build_load_field_element(body, COR_WIDTH_64); break;
    case COR_LOWERED_STORE_FIELD_ELEMENT_8: build_store_field_element(body, COR_WIDTH_U8); break;
    case COR_LOWERED_STORE_FIELD_ELEMENT_64: build_store_field_element(body, COR_WIDTH_64); break;
    case COR_LOWERED_STORE_FIELD_ELEMENT_REFERENCE:
        build_store_field_element(body, COR_WIDTH_REFERENCE);
        break;
    case COR_LOWERED_NEW: build_new(body, JIT_NEW, 0, NULL); break;
    case COR_LOWERED_NEW_CLOSURE: build_new(body, JIT_NEW_CLOSURE, 0, NULL); break;
    case COR_LOWERED_NEW_ARRAY: build_new_array(body); break;
    case COR_LOWERED_RESERVE: build_new(body, JIT_NEW_ARRAY, 1, (JitNode *[]){slot_b(body)}); break;
    case COR_LOWERED_ARRAY_OF:
        build_list(body, JIT_ARRAY_OF, word.c * type_extension(body)->element->layout->count);
        break;
    case COR_LOWERED_CONCAT: build_list(body, JIT_CONCAT, word.c); break;
    case COR_LOWERED_IS_CLASS: body->slots[word.a] = type_test(body, JIT_IS_CLASS, slot_b(body)); break;
    case COR_LOWERED_IS_EXACT: body->slots[word.a] = type_test(body, JIT_IS_EXACT, slot_b(body)); break;
    case COR_LOWERED_IS_INTERFACE:
        body->slots[word.a] = type_test(body, JIT_IS_INTERFACE, slot_b(body));
        break;
    case COR_LOWERED_CAST_CLASS: build_cast(body, JIT_IS_CLASS, COR_EXIT_CAST); break;
    case COR_LOWERED_CAST_EXACT: build_cast(body, JIT_IS_EXACT, COR_EXIT_CAST); break;
    case COR_LOWERED_CAST_INTERFACE: build_cast(body, JIT_IS_INTERFACE, COR_EXIT_CAST); break;
    case COR_LOWERED_CHECK_CASE: build_cast(body, JIT_IS_EXACT, COR_EXIT_CASE); break;
    case COR_LOWERED_CHECK_PRESENT: jit_check(body, jit_slot(body, word.a), COR_EXIT_NULL); break;
    case COR_LOWERED_STRING_BYTE: build_string_byte(body); break;
    case COR_LOWERED_GLOBAL_GET: build_global(body, false); break;
    case COR_LOWERED_GLOBAL_GET_CHECKED: build_global(body, true); break;
    case COR_LOWERED_GLOBAL_SET: build_set_global(body, false); break;
    case COR_LOWERED_GLOBAL_SET_REFERENCE: build_set_global(body, true); break;
    case COR_LOWERED_CALL:
    case COR_LOWERED_CALL_VIRTUAL:
    case COR_LOWERED_CALL_INTERFACE:
    case COR_LOWERED_CALL_CLOSURE:
    case COR_LOWERED_CALL_ROLE:
    case COR_LOWERED_CALL_NATIVE:
    case COR_LOWERED_CALL_HOST:
    case COR_LOWERED_SYSCALL: jit_build_call(body); break;
    default: jit_leave(body, COR_EXIT_OPERATION); break;
    }
}

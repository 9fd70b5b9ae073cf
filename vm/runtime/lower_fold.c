/* Folding: a field load or a product that is used once, in the same block, becomes part of the operation that uses it.
 *
 *   x := a.f; y := b * x           mul_f64_field y, b, a.f
 *   x := a.f; y := x - v; a.f := y field_sub_f64 a.f, v
 *   x := b * c; y := y + x         mul_add_f64 y, b, c
 *   x := a.items; y := x[i]        load_field_element_64 y, a.items, i
 *
 * What is folded is computed where it is used, so nothing in between may change what it reads: only operations that
 * write no memory and call nothing may stand there, and none that defines its operands. */
#include "vm/runtime/lower_internal.h"

/* ---- What may be moved ---- */

/* Whether an instruction neither writes memory nor runs other code. */
static bool is_quiet(const CorInstruction *in) {
    switch (in->opcode) {
    case COR_OP_INTRINSIC: return cor_is_direct_intrinsic(in);
    case COR_OP_MOVE:
    case COR_OP_INT:
    case COR_OP_CONST:
    case COR_OP_CONVERT:
    case COR_OP_LT:
    case COR_OP_LE:
    case COR_OP_SAME:
    case COR_OP_LOAD:
    case COR_OP_STRUCT:
    case COR_OP_TAG:
    case COR_OP_SOME:
    case COR_OP_NONE:
    case COR_OP_UNWRAP:
    case COR_OP_IS_NULL:
    case COR_OP_LENGTH:
    case COR_OP_CAPTURE:
    case COR_OP_GLOBAL_GET: return true;
    default: return in->opcode >= COR_OP_ADD && in->opcode <= COR_OP_NOT;
    }
}

typedef struct Definition {
    uint32_t reg;
    bool found;
} Definition;

/* Who defines what a view looks into changes the view, too. */
static void look_for_definition(LowerBody *body, uint32_t instruction, uint32_t reg, bool defines, bool uses,
                                void *context) {
    (void)instruction, (void)uses;
    Definition *definition = context;
    for (uint32_t read = definition->reg; defines; read = body->registers[read].base) {
        definition->found |= read == reg;
        if (body->registers[read].place != LOWER_INTO) {
            break;
        }
    }
}

/* Whether what instruction `from` computes of `reg` can as well be computed at `to`. */
static bool is_movable(LowerBody *body, uint32_t reg, uint32_t from, uint32_t to) {
    Definition definition = {reg, false};
    for (uint32_t i = from + 1; i < to; i++) {
        cor_visit_registers(body, i, look_for_definition, &definition);
        if (definition.found || !is_quiet(&body->instructions[i].in)) {
            return false;
        }
    }
    return true;
}

/* The instruction that computes a register used only by instruction `user` of the same block; COR_NONE. */
static uint32_t temporary(const LowerBody *body, uint32_t reg, uint32_t user) {
    const LowerRegister *info = &body->registers[reg];
    bool is_temporary = info->place == LOWER_OWN && info->definitions == 1 && info->uses == 1 &&
                        info->is_local && reg >= body->portable->parameter_count && info->use == user &&
                        info->definition < user;
    const LowerInstruction *definition = &body->instructions[info->definition];
    return is_temporary && !definition->skip && definition->fold.kind == LOWER_FOLD_NONE ? info->definition
                                                                                         : COR_NONE;
}

static void keep_alive(LowerBody *body, uint32_t reg, uint32_t until) {
    LowerRegister *info = &body->registers[reg];
    info->last = info->last < until ? until : info->last;
}

static bool is_word(const CorType *type) {
    return type->kind == COR_KIND_I64 || type->kind == COR_KIND_U64 || type->kind == COR_KIND_F64;
}

/* A load of one 64-bit field of an object that can be done at `user`. */
static uint32_t field_load(LowerBody *body, uint32_t reg, uint32_t user, CorScalar *place) {
    uint32_t load = temporary(body, reg, user);
    if (load == COR_NONE || body->instructions[load].in.opcode != COR_OP_LOAD) {
        return COR_NONE;
    }
    const CorInstruction *in = &body->instructions[load].in;
    if (!cor_object_field(body, in, in->operand[1], place) || place->width < COR_WIDTH_64 ||
        !is_movable(body, in->operand[1], load, user)) {
        return COR_NONE;
    }
    return load;
}

/* A product of floats that can be done at `user`. */
static uint32_t product(LowerBody *body, uint32_t reg, uint32_t user) {
    uint32_t multiply = temporary(body, reg, user);
    if (multiply == COR_NONE || body->instructions[multiply].in.opcode != COR_OP_MUL ||
        body->registers[reg].type->kind != COR_KIND_F64) {
        return COR_NONE;
    }
    const CorInstruction *in = &body->instructions[multiply].in;
    bool movable =
        is_movable(body, in->operand[1], multiply, user) && is_movable(body, in->operand[2], multiply, user);
    return movable ? multiply : COR_NONE;
}

static void absorb(LowerBody *body, uint32_t instruction, uint32_t user) {
    const CorInstruction *in = &body->instructions[instruction].in;
    body->instructions[instruction].skip = true;
    keep_alive(body, in->operand[1], user);
    if (in->opcode == COR_OP_MUL) {
        keep_alive(body, in->operand[2], user);
    }
}

/* ---- Updates of fields: a.f := a.f + x ---- */

static bool is_sum(const CorInstruction *in) {
    return in->opcode == COR_OP_ADD || in->opcode == COR_OP_SUB;
}

/* Whether register `reg` holds the field that instruction `store` stores to. */
static bool is_same_field(LowerBody *body, uint32_t reg, uint32_t sum, uint32_t store, const CorScalar *place,
                          uint32_t *load) {
    const CorInstruction *to = &body->instructions[store].in;
    CorScalar from;
    *load = temporary(body, reg, sum);
    if (*load == COR_NONE || body->instructions[*load].in.opcode != COR_OP_LOAD) {
        return false;
    }
    const CorInstruction *in = &body->instructions[*load].in;
    return in->operand[1] == to->operand[0] && cor_object_field(body, in, in->operand[1], &from) &&
           from.offset == place->offset && is_movable(body, in->operand[1], *load, store);
}

static void fold_field_update(LowerBody *body, uint32_t store) {
    const CorInstruction *in = &body->instructions[store].in;
    CorScalar place;
    uint32_t sum = temporary(body, in->operand[1], store), load;
    if (sum == COR_NONE || !is_sum(&body->instructions[sum].in) ||
        !is_word(body->registers[in->operand[1]].type) ||
        !cor_object_field(body, in, in->operand[0], &place)) {
        return;
    }
    const CorInstruction *add = &body->instructions[sum].in;
    uint32_t other = add->operand[2];
    if (!is_same_field(body, add->operand[1], sum, store, &place, &load)) {
        if (add->opcode != COR_OP_ADD || !is_same_field(body, add->operand[2], sum, store, &place, &load)) {
            return;
        }
        other = add->operand[1];
    }
    if (!is_movable(body, other, sum, store)) {
        return;
    }
    LowerFold fold = {
        .kind = LOWER_FOLD_UPDATE_FIELD, .load = load, .sum = sum, .value = other, .multiply = COR_NONE};
    fold.multiply = product(body, other, sum);
    if (fold.multiply != COR_NONE && !is_movable(body, other, fold.multiply, store)) {
        fold.multiply = COR_NONE;
    }
    if (fold.multiply != COR_NONE) {
        absorb(body, fold.multiply, store);
    }
    absorb(body, load, store);
    body->instructions[sum].skip = true;
    keep_alive(body, other, store);
    body->instructions[store].fold = fold;
}

/* ---- Operands that are fields or products ---- */

static void fold_field_operand(LowerBody *body, uint32_t index) {
    const CorInstruction *in = &body->instructions[index].in;
    const CorType *type = body->registers[in->operand[0]].type;
    CorScalar place;
    if (!is_word(type) || (in->opcode == COR_OP_MUL && type->kind != COR_KIND_F64)) {
        return;
    }
    int64_t constant;
    uint32_t other = in->operand[1], load = field_load(body, in->operand[2], index, &place);
    if (load == COR_NONE && in->opcode != COR_OP_SUB) {
        load = field_load(body, in->operand[1], index, &place);
        other = in->operand[2];
    }
    if (load == COR_NONE || (type->kind != COR_KIND_F64 && cor_small_constant(body, other, &constant))) {
        return; /* with a constant there is a better operation */
    }
    absorb(body, load, index);
    body->instructions[index].fold =
        (LowerFold){.kind = LOWER_FOLD_FIELD_OPERAND, .load = load, .value = other};
}

/* d := x + b * c, where x is d or ends here.  In the latter case x is computed in d: then b and c must not be d. */
static void fold_product(LowerBody *body, uint32_t index) {
    const CorInstruction *in = &body->instructions[index].in;
    uint32_t other = in->operand[1], multiply = product(body, in->operand[2], index);
    if (multiply == COR_NONE && in->opcode == COR_OP_ADD) {
        multiply = product(body, in->operand[1], index);
        other = in->operand[2];
    }
    if (multiply == COR_NONE || other == in->operand[1 + (other == in->operand[1])]) {
        return;
    }
    const CorInstruction *factors = &body->instructions[multiply].in;
    uint32_t sum = cor_register_root(body, in->operand[0]);
    if (other != in->operand[0] && (cor_register_root(body, factors->operand[1]) == sum ||
                                    cor_register_root(body, factors->operand[2]) == sum ||
                                    !cor_place_part(body, index, other, in->operand[0], 0))) {
        return;
    }
    absorb(body, multiply, index);
    body->instructions[index].fold =
        (LowerFold){.kind = LOWER_FOLD_PRODUCT, .multiply = multiply, .value = other};
}

/* ---- Arrays in fields ---- */

static bool is_whole_element(LowerBody *body, const CorInstruction *in, uint32_t array) {
    const CorType *type = body->registers[array].type;
    uint32_t position = in->list_offset;
    if (type->kind != COR_KIND_ARRAY || in->operand[2] != 1 || type->element->slots != 1) {
        return false;
    }
    CorPathStep step = cor_instruction_path_next(body->portable->code, &position);
    uint32_t width = type->element->layout->scalars[0].width;
    return step.kind == COR_PATH_ELEMENT && (width >= COR_WIDTH_64 || width == COR_WIDTH_U8);
}

static void fold_array(LowerBody *body, uint32_t index) {
    const CorInstruction *in = &body->instructions[index].in;
    uint32_t array = in->operand[in->opcode == COR_OP_LOAD];
    CorScalar place;
    if (!is_whole_element(body, in, array)) {
        return;
    }
    uint32_t load = field_load(body, array, index, &place);
    if (load != COR_NONE) {
        absorb(body, load, index);
        body->instructions[index].fold = (LowerFold){.kind = LOWER_FOLD_ARRAY, .load = load};
    }
}

/* ---- Comparisons with a field: the check of a list's index ---- */

/* A register that is a view of another by a conversion that does nothing stands for it. */
static uint32_t behind_view(const LowerBody *body, uint32_t reg, uint32_t *conversion) {
    const LowerRegister *info = &body->registers[reg];
    *conversion = COR_NONE;
    if (info->place == LOWER_INTO && info->offset == 0 && info->definitions == 1 && info->uses == 1 &&
        body->instructions[info->definition].in.opcode == COR_OP_CONVERT) {
        *conversion = info->definition;
        return info->base;
    }
    return reg;
}

/* A field that operand `which` of a comparison is, when it can be read there; COR_NONE. */
static uint32_t compared_field(LowerBody *body, uint32_t index, uint32_t which) {
    uint32_t conversion;
    uint32_t reg = behind_view(body, body->instructions[index].in.operand[which], &conversion);
    uint32_t user = conversion != COR_NONE ? conversion : index;
    CorScalar place;
    if (body->registers[reg].block != body->instructions[index].block) {
        return COR_NONE;
    }
    uint32_t load = field_load(body, reg, user, &place);
    bool movable = load != COR_NONE && is_movable(body, body->instructions[load].in.operand[1], load, index);
    return movable ? load : COR_NONE;
}

/* The field must be the upper bound: there is an operation for a < field, and its inverse. */
static void fold_comparison(LowerBody *body, uint32_t index) {
    const CorInstruction *in = &body->instructions[index].in;
    bool field_first = in->opcode == COR_OP_BR_LE || in->opcode == COR_OP_BR_NOT_LE;
    if (body->registers[in->operand[0]].type->kind != COR_KIND_U64 ||
        body->index_at[in->operand[2]] <= index) {
        return;
    }
    uint32_t load = compared_field(body, index, !field_first);
    if (load != COR_NONE) {
        absorb(body, load, index);
        body->instructions[index].fold =
            (LowerFold){.kind = LOWER_FOLD_COMPARISON, .load = load, .value = in->operand[field_first]};
    }
}

void cor_fold(LowerBody *body) {
    for (uint32_t i = 0; i < body->count; i++) {
        if (body->instructions[i].in.opcode == COR_OP_STORE) {
            fold_field_update(body, i);
        }
    }
    for (uint32_t i = 0; i < body->count; i++) {
        LowerInstruction *instruction = &body->instructions[i];
        if (instruction->skip || instruction->fold.kind != LOWER_FOLD_NONE) {
            continue;
        }
        switch (instruction->in.opcode) {
        case COR_OP_ADD:
        case COR_OP_SUB:
            fold_field_operand(body, i);
            if (instruction->fold.kind == LOWER_FOLD_NONE) {
                fold_product(body, i);
            }
            break;
        case COR_OP_MUL: fold_field_operand(body, i); break;
        case COR_OP_LOAD:
        case COR_OP_STORE: fold_array(body, i); break;
        case COR_OP_BR_LT:
        case COR_OP_BR_LE:
        case COR_OP_BR_NOT_LT:
        case COR_OP_BR_NOT_LE: fold_comparison(body, i); break;
        default: break;
        }
    }
}

void cor_visit_folded(LowerBody *body, uint32_t instruction, LowerVisit *visit, void *context) {
    const LowerFold *fold = &body->instructions[instruction].fold;
    uint32_t absorbed[] = {fold->kind == LOWER_FOLD_PRODUCT ? COR_NONE : fold->load,
                           fold->kind == LOWER_FOLD_PRODUCT || fold->kind == LOWER_FOLD_UPDATE_FIELD
                               ? fold->multiply
                               : COR_NONE};
    for (uint32_t i = 0; i < 2; i++) {
        if (absorbed[i] != COR_NONE) {
            const CorInstruction *in = &body->instructions[absorbed[i]].in;
            visit(body, instruction, in->operand[1], false, true, context);
            if (in->opcode == COR_OP_MUL) {
                visit(body, instruction, in->operand[2], false, true, context);
            }
        }
    }
    if (fold->kind == LOWER_FOLD_UPDATE_FIELD) {
        visit(body, instruction, fold->value, false, true, context);
    }
}

/* ---- Emission ---- */

/* The object and the offset of a field that is folded. */
static uint32_t folded_field(LowerBody *body, uint32_t load, uint32_t *offset) {
    const CorInstruction *in = &body->instructions[load].in;
    CorScalar place = {0};
    cor_object_field(body, in, in->operand[1], &place);
    *offset = place.offset;
    return cor_read(body, in->operand[1]);
}

static void emit_field_operand(LowerBody *body, const CorInstruction *in, const LowerFold *fold) {
    static const CorLowered floats[] = {COR_LOWERED_ADD_F64_FIELD, COR_LOWERED_SUB_F64_FIELD,
                                        COR_LOWERED_MUL_F64_FIELD};
    static const CorLowered integers[] = {COR_LOWERED_ADD_I64_FIELD, COR_LOWERED_SUB_I64_FIELD};
    bool is_float = body->registers[in->operand[0]].type->kind == COR_KIND_F64;
    uint32_t offset, object = folded_field(body, fold->load, &offset), other = cor_read(body, fold->value);
    cor_emit(body->lowering, (is_float ? floats : integers)[in->opcode - COR_OP_ADD],
             cor_write(body, in->operand[0]), other, object);
    cor_emit_part(body->lowering, 0, offset);
}

static void emit_product(LowerBody *body, const CorInstruction *in, const LowerFold *fold) {
    const CorInstruction *multiply = &body->instructions[fold->multiply].in;
    uint32_t a = cor_read(body, multiply->operand[1]), b = cor_read(body, multiply->operand[2]);
    cor_emit(body->lowering, in->opcode == COR_OP_ADD ? COR_LOWERED_MUL_ADD_F64 : COR_LOWERED_MUL_SUB_F64,
             cor_write(body, in->operand[0]), a, b);
}

static void emit_field_update(LowerBody *body, const LowerFold *fold) {
    Lowering *lowering = body->lowering;
    const CorInstruction *sum = &body->instructions[fold->sum].in;
    bool adds = sum->opcode == COR_OP_ADD,
         is_float = body->registers[sum->operand[0]].type->kind == COR_KIND_F64;
    uint32_t offset, object = folded_field(body, fold->load, &offset);
    int64_t value;
    if (fold->multiply != COR_NONE) {
        const CorInstruction *multiply = &body->instructions[fold->multiply].in;
        uint32_t a = cor_read(body, multiply->operand[1]), b = cor_read(body, multiply->operand[2]);
        cor_emit(lowering, adds ? COR_LOWERED_FIELD_MUL_ADD_F64 : COR_LOWERED_FIELD_MUL_SUB_F64, object, a,
                 b);
        cor_emit_part(lowering, 0, offset);
    } else if (is_float) {
        cor_emit(lowering, adds ? COR_LOWERED_FIELD_ADD_F64 : COR_LOWERED_FIELD_SUB_F64, object, offset,
                 cor_read(body, fold->value));
    } else if (cor_small_constant(body, fold->value, &value) && value != INT16_MIN) {
        cor_emit(lowering, COR_LOWERED_FIELD_ADD_I64_IMM, object, offset, (uint16_t)(adds ? value : -value));
    } else {
        cor_emit(lowering, adds ? COR_LOWERED_FIELD_ADD_I64 : COR_LOWERED_FIELD_SUB_I64, object, offset,
                 cor_read(body, fold->value));
    }
}

static void emit_array(LowerBody *body, const CorInstruction *in, const LowerFold *fold) {
    bool is_load = in->opcode == COR_OP_LOAD;
    const CorType *array = body->registers[in->operand[is_load]].type;
    uint32_t width = array->element->layout->scalars[0].width, position = in->list_offset;
    CorPathStep step = cor_instruction_path_next(body->portable->code, &position);
    uint32_t offset, object = folded_field(body, fold->load, &offset), index = cor_read(body, step.index);
    if (is_load) {
        cor_emit(body->lowering,
                 width == COR_WIDTH_U8 ? COR_LOWERED_LOAD_FIELD_ELEMENT_U8
                                       : COR_LOWERED_LOAD_FIELD_ELEMENT_64,
                 cor_write(body, in->operand[0]), object, index);
    } else {
        CorLowered op = width == COR_WIDTH_U8          ? COR_LOWERED_STORE_FIELD_ELEMENT_8
                        : width == COR_WIDTH_REFERENCE ? COR_LOWERED_STORE_FIELD_ELEMENT_REFERENCE
                                                       : COR_LOWERED_STORE_FIELD_ELEMENT_64;
        cor_emit(body->lowering, op, object, index, cor_read(body, in->operand[1]));
    }
    cor_emit_part(body->lowering, 0, offset);
}

static void emit_comparison(LowerBody *body, const CorInstruction *in, const LowerFold *fold) {
    bool below = in->opcode == COR_OP_BR_LT || in->opcode == COR_OP_BR_NOT_LE;
    uint32_t offset, object = folded_field(body, fold->load, &offset), a = cor_read(body, fold->value);
    cor_emit_field_branch(body->lowering, below ? COR_LOWERED_BR_LT_U64_FIELD : COR_LOWERED_BR_GE_U64_FIELD,
                          below ? COR_LOWERED_BR_GE_U64_FIELD : COR_LOWERED_BR_LT_U64_FIELD, a, object,
                          offset, cor_target(body, in->operand[2]));
}

bool cor_lower_folded(LowerBody *body, const CorInstruction *in, const LowerFold *fold) {
    switch (fold->kind) {
    case LOWER_FOLD_NONE: return false;
    case LOWER_FOLD_FIELD_OPERAND: emit_field_operand(body, in, fold); break;
    case LOWER_FOLD_PRODUCT: emit_product(body, in, fold); break;
    case LOWER_FOLD_UPDATE_FIELD: emit_field_update(body, fold); break;
    case LOWER_FOLD_ARRAY: emit_array(body, in, fold); break;
    case LOWER_FOLD_COMPARISON: emit_comparison(body, in, fold); break;
    }
    return true;
}

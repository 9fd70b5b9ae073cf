/* Lowering of structs, tuples, optionals, enums, fields and arrays.
 *
 * A value type is its slots, so building one is moving slots and looking into one is naming some of them; only what
 * lies in an object or array takes a memory operation. */
#include "vm/runtime/lower_internal.h"

/* ---- Paths ---- */

typedef struct Path {
    const CorType *base;
    const CorType *type;    /* of the place it leads to */
    bool is_element;        /* enters an array */
    uint32_t index;         /* the register of the index */
    const CorMember *field; /* enters a class instance: the field */
    uint32_t slot;          /* of the place in the value entered */
} Path;

/* The member of a class instance that a step of the path names. */
static const CorMember *class_field(LowerBody *body, const CorType *type, CorPathStep step) {
    const CorDefinitionInfo *info = body->function->module->definitions[step.definition];
    if (!cor_type_complete(body->lowering->engine, type)) {
        body->lowering->failed = true;
        return NULL;
    }
    while (type->info != info) {
        type = type->super;
    }
    const uint32_t *map = body->function->module->field_maps[step.definition];
    return &type->members[map != NULL ? map[step.index] : step.index];
}

static bool resolve_path(LowerBody *body, const CorInstruction *in, const CorType *base, Path *path) {
    uint32_t position = in->list_offset;
    *path = (Path){.base = base, .type = base};
    for (uint32_t i = 0; i < in->operand[2]; i++) {
        CorPathStep step = cor_instruction_path_next(body->portable->code, &position);
        if (step.kind == COR_PATH_ELEMENT) {
            path->is_element = true;
            path->index = step.index;
            path->type = base->element;
        } else if (path->type->kind == COR_KIND_CLASS) {
            path->field = class_field(body, path->type, step);
            if (path->field == NULL) {
                return false;
            }
            path->type = path->field->type;
        } else {
            path->slot += path->type->members[step.index].slot;
            path->type = path->type->members[step.index].type;
        }
    }
    return true;
}

bool cor_object_field(LowerBody *body, const CorInstruction *in, uint32_t base, CorScalar *place) {
    Path path;
    const CorType *type = body->registers[base].type;
    if (type->kind != COR_KIND_CLASS || !resolve_path(body, in, type, &path) || path.type->slots != 1) {
        return false;
    }
    *place = path.field->scalars[path.slot];
    return true;
}

static void load(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    Path path;
    if (!resolve_path(body, in, body->registers[in->operand[1]].type, &path)) {
        return;
    }
    uint32_t base = cor_read(body, in->operand[1]), to = cor_write(body, in->operand[0]);
    if (path.is_element) {
        cor_emit_load_element(lowering, to, base, cor_read(body, path.index), path.base->element->layout,
                              path.slot, path.type->slots);
    } else if (path.field != NULL) {
        cor_emit_load(lowering, to, base, path.field->scalars + path.slot, path.type->slots);
    } else {
        cor_emit_move(lowering, to, base + path.slot, path.type->slots);
    }
}

static void store(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    Path path;
    if (!resolve_path(body, in, body->registers[in->operand[0]].type, &path)) {
        return;
    }
    uint32_t base = cor_read(body, in->operand[0]);
    if (path.is_element) {
        uint32_t index = cor_read(body, path.index), from = cor_read(body, in->operand[1]);
        cor_emit_store_element(lowering, base, index, path.base->element->layout, path.slot, from,
                               path.type->slots);
    } else if (path.field != NULL) {
        cor_emit_store(lowering, base, path.field->scalars + path.slot, cor_read(body, in->operand[1]),
                       path.type->slots);
    } else {
        cor_copy(body, base + path.slot, in->operand[1]);
    }
}

/* ---- Structs and tuples ---- */

/* Whether the plan has the part computed in its place in the whole. */
static bool is_in_place(const LowerBody *body, uint32_t part, uint32_t whole) {
    return body->registers[part].place == LOWER_INTO && body->registers[part].base == whole;
}

static void build(LowerBody *body, const CorInstruction *in) {
    uint32_t to = cor_write(body, in->operand[0]), position = in->list_offset;
    for (uint32_t i = 0; i < in->operand[1]; i++) {
        uint32_t part = cor_instruction_list_next(body->portable->code, &position);
        if (!is_in_place(body, part, in->operand[0])) {
            cor_copy(body, to, part);
        }
        to += body->registers[part].type->slots;
    }
}

/* ---- Enums ---- */

static const CorType *case_type(LowerBody *body, const CorType *type, uint32_t ordinal) {
    if (!cor_type_complete(body->lowering->engine, type)) {
        body->lowering->failed = true;
        return NULL;
    }
    return type->cases[ordinal].type;
}

static void enum_case(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    const CorType *type = body->registers[in->operand[0]].type;
    uint32_t to = cor_write(body, in->operand[0]), ordinal = in->operand[1], position = in->list_offset;
    if (type->kind == COR_KIND_PLAIN_ENUM) {
        cor_emit_constant(lowering, to, ordinal);
        return;
    }
    const CorType *object_type = case_type(body, type, ordinal);
    if (object_type == NULL) {
        return;
    }
    if (type->cases[ordinal].object != NULL) {
        cor_emit_reference(lowering, to, type->cases[ordinal].object);
        return;
    }
    bool is_operand = false; /* e := Neg(e) */
    for (uint32_t i = 0; i < in->operand[2]; i++) {
        uint32_t part = cor_instruction_list_next(body->portable->code, &position);
        is_operand |= part == in->operand[0];
    }
    uint32_t object = is_operand ? cor_scratch(lowering, 1) : to;
    cor_emit(lowering, COR_LOWERED_NEW, object, 0, 0);
    cor_emit_pointer(lowering, object_type);
    position = in->list_offset;
    for (uint32_t i = 0; i < in->operand[2]; i++) {
        uint32_t part = cor_instruction_list_next(body->portable->code, &position);
        const CorMember *member = &object_type->members[i];
        cor_emit_store(lowering, object, member->scalars, cor_read(body, part), member->type->slots);
    }
    cor_emit_move(lowering, to, object, 1);
}

static void tag(LowerBody *body, const CorInstruction *in) {
    bool is_plain = body->registers[in->operand[1]].type->kind == COR_KIND_PLAIN_ENUM;
    cor_emit(body->lowering, is_plain ? COR_LOWERED_MOVE : COR_LOWERED_LOAD_CASE,
             cor_write(body, in->operand[0]), cor_read(body, in->operand[1]), 0);
}

static void payload(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    const CorType *type = body->registers[in->operand[1]].type;
    uint32_t from = cor_read(body, in->operand[1]), ordinal = in->operand[2];
    const CorType *object_type = case_type(body, type, ordinal);
    if (object_type == NULL) {
        return;
    }
    if (body->known_enum != in->operand[1] || body->known_case != ordinal) {
        cor_emit(lowering, COR_LOWERED_CHECK_CASE, from, 0, 0);
        cor_emit_pointer(lowering, object_type);
        if (body->registers[in->operand[1]].definitions == 1) {
            body->known_enum = in->operand[1];
            body->known_case = ordinal;
        }
    }
    const CorMember *member = &object_type->members[in->operand[3]];
    cor_emit_load(lowering, cor_write(body, in->operand[0]), from, member->scalars, member->type->slots);
}

/* ---- Optionals ---- */

static void none(LowerBody *body, const CorInstruction *in) {
    cor_emit_clear(body->lowering, cor_write(body, in->operand[0]),
                   body->registers[in->operand[0]].type->slots);
}

static void some(LowerBody *body, const CorInstruction *in) {
    uint32_t to = cor_write(body, in->operand[0]);
    if (!body->registers[in->operand[0]].type->is_nullable) {
        cor_emit(body->lowering, COR_LOWERED_INT, to++, 1, 0);
    }
    if (!is_in_place(body, in->operand[1], in->operand[0])) {
        cor_copy(body, to, in->operand[1]);
    }
}

static void unwrap(LowerBody *body, const CorInstruction *in) {
    uint32_t from = cor_read(body, in->operand[1]);
    cor_emit(body->lowering, COR_LOWERED_CHECK_PRESENT, from, 0, 0);
    if (!is_in_place(body, in->operand[0], in->operand[1])) {
        from += !body->registers[in->operand[1]].type->is_nullable;
        cor_emit_move(body->lowering, cor_write(body, in->operand[0]), from,
                      body->registers[in->operand[0]].type->slots);
    }
}

static void is_null(LowerBody *body, const CorInstruction *in) {
    cor_emit(body->lowering, COR_LOWERED_EQ_I64_IMM, cor_write(body, in->operand[0]),
             cor_read(body, in->operand[1]), 0);
}

/* ---- Arrays ---- */

static void length(LowerBody *body, const CorInstruction *in) {
    bool is_string = body->registers[in->operand[1]].type->kind == COR_KIND_STRING;
    uint32_t from = cor_read(body, in->operand[1]);
    cor_emit(body->lowering, is_string ? COR_LOWERED_STRING_LENGTH : COR_LOWERED_ARRAY_LENGTH,
             cor_write(body, in->operand[0]), from, 0);
}

static const CorType *array_type(LowerBody *body, uint32_t reg) {
    const CorType *type = body->registers[reg].type;
    if (!cor_type_complete(body->lowering->engine, type) ||
        !cor_type_complete(body->lowering->engine, type->element)) {
        body->lowering->failed = true;
        return NULL;
    }
    return type;
}

static void array_new(LowerBody *body, const CorInstruction *in) {
    const CorType *type = array_type(body, in->operand[0]);
    uint32_t count = cor_read(body, in->operand[1]), value = cor_read(body, in->operand[2]);
    cor_emit(body->lowering, COR_LOWERED_NEW_ARRAY, cor_write(body, in->operand[0]), count, value);
    cor_emit_pointer(body->lowering, type);
}

/* A long array is made of its first element and gets the others stored one by one. */
static void array_of_many(LowerBody *body, const CorInstruction *in, const CorType *type) {
    Lowering *lowering = body->lowering;
    uint32_t position = in->list_offset, index = cor_scratch(lowering, 1), array = cor_scratch(lowering, 1);
    uint32_t scratch = lowering->next_slot;
    for (uint32_t i = 0; i < in->operand[1]; i++) {
        lowering->next_slot = scratch;
        uint32_t value = cor_read(body, cor_instruction_list_next(body->portable->code, &position));
        cor_emit_constant(lowering, index, i == 0 ? in->operand[1] : i);
        if (i == 0) {
            cor_emit(lowering, COR_LOWERED_NEW_ARRAY, array, index, value);
            cor_emit_pointer(lowering, type);
        } else {
            cor_emit_store_element(lowering, array, index, type->element->layout, 0, value,
                                   type->element->slots);
        }
    }
    cor_emit_move(lowering, cor_write(body, in->operand[0]), array, 1);
}

static void array_of(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    const CorType *type = array_type(body, in->operand[0]);
    uint32_t count = in->operand[1], position = in->list_offset;
    if (type == NULL) {
        return;
    }
    if (count != 0 && !body->instructions[body->current].has_window) {
        array_of_many(body, in, type);
        return;
    }
    uint32_t first = count == 0 ? 0 : cor_window(body), to = first;
    for (uint32_t i = 0; i < count; i++) {
        cor_copy(body, to, cor_instruction_list_next(body->portable->code, &position));
        to += type->element->slots;
    }
    if (count != 0) {
        cor_window_use(lowering, first, to - first);
    }
    cor_emit(lowering, COR_LOWERED_ARRAY_OF, cor_write(body, in->operand[0]), first, count);
    cor_emit_pointer(lowering, type);
}

bool cor_lower_aggregate(LowerBody *body, const CorInstruction *in) {
    switch (in->opcode) {
    case COR_OP_STRUCT: build(body, in); return true;
    case COR_OP_LOAD: load(body, in); return true;
    case COR_OP_STORE: store(body, in); return true;
    case COR_OP_ENUM: enum_case(body, in); return true;
    case COR_OP_TAG: tag(body, in); return true;
    case COR_OP_PAYLOAD: payload(body, in); return true;
    case COR_OP_NONE: none(body, in); return true;
    case COR_OP_SOME: some(body, in); return true;
    case COR_OP_UNWRAP: unwrap(body, in); return true;
    case COR_OP_IS_NULL: is_null(body, in); return true;
    case COR_OP_LENGTH: length(body, in); return true;
    case COR_OP_ARRAY_NEW: array_new(body, in); return true;
    case COR_OP_ARRAY: array_of(body, in); return true;
    default: return false;
    }
}

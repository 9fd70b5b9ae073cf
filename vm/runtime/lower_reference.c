/* Lowering of boxes, type tests, closures, cells and module variables. */
#include "vm/runtime/lower_internal.h"

/* ---- Type tests ---- */

typedef struct TypeTest {
    CorLowered is, cast, branch_not;
} TypeTest;

/* How an object is tested for a type that is not `any`. */
static TypeTest test_for(const CorType *type) {
    if (type->kind == COR_KIND_INTERFACE) {
        return (TypeTest){COR_LOWERED_IS_INTERFACE, COR_LOWERED_CAST_INTERFACE,
                          COR_LOWERED_BR_IS_NOT_INTERFACE};
    }
    if (type->is_final) {
        return (TypeTest){COR_LOWERED_IS_EXACT, COR_LOWERED_CAST_EXACT, COR_LOWERED_BR_IS_NOT_EXACT};
    }
    return (TypeTest){COR_LOWERED_IS_CLASS, COR_LOWERED_CAST_CLASS, COR_LOWERED_BR_IS_NOT_CLASS};
}

static bool prepare_target(LowerBody *body, const CorType *type) {
    if (type == NULL || !cor_type_complete(body->lowering->engine, type)) {
        body->lowering->failed = true;
        return false;
    }
    return true;
}

static void is(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    const CorType *target = cor_body_type(body, in->operand[2]);
    uint32_t to = cor_write(body, in->operand[0]);
    if (!prepare_target(body, target)) {
        return;
    }
    if (body->registers[in->operand[1]].type == target) {
        cor_emit(lowering, COR_LOWERED_INT, to, 1, 0);
        return;
    }
    uint32_t object = cor_read(body, in->operand[1]);
    if (target->kind == COR_KIND_ANY) {
        cor_emit(lowering, COR_LOWERED_NE_I64_IMM, to, object, 0);
        return;
    }
    cor_emit(lowering, test_for(target).is, to, object, 0);
    cor_emit_pointer(lowering, target);
}

static bool is_in_place(const LowerBody *body, uint32_t view, uint32_t base) {
    return body->registers[view].place == LOWER_INTO && body->registers[view].base == base;
}

/* The result of a test that succeeded. */
static void take(LowerBody *body, const CorInstruction *in, const CorType *type, uint32_t object) {
    if (!is_in_place(body, in->operand[0], in->operand[1])) {
        cor_emit_unbox(body->lowering, type, cor_write(body, in->operand[0]), object);
    }
}

static bool is_identity(LowerBody *body, const CorInstruction *in) {
    if (body->registers[in->operand[0]].type != body->registers[in->operand[1]].type) {
        return false;
    }
    if (!is_in_place(body, in->operand[0], in->operand[1])) {
        cor_copy(body, cor_write(body, in->operand[0]), in->operand[1]);
    }
    return true;
}

static void cast(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    const CorType *target = body->registers[in->operand[0]].type;
    if (!prepare_target(body, target) || is_identity(body, in)) {
        return;
    }
    uint32_t object = cor_read(body, in->operand[1]);
    if (target->is_nullable) { /* an object, or a boxed optional */
        LowerLabel plain = cor_label_new(lowering), done = cor_label_new(lowering);
        uint32_t to = cor_write(body, in->operand[0]), from = cor_scratch(lowering, 1);
        const CorType *element = target->element;
        cor_emit_move(lowering, from, object, 1);
        cor_emit_type_branch(lowering, test_for(target).branch_not, from, target, plain);
        cor_emit_unbox(lowering, target, to, from);
        cor_emit_jump(lowering, done);
        cor_label_bind(lowering, plain);
        if (element->kind != COR_KIND_ANY && prepare_target(body, element)) {
            cor_emit(lowering, test_for(element).cast, from, 0, 0);
            cor_emit_pointer(lowering, element);
        }
        cor_emit_move(lowering, to, from, 1);
        cor_label_bind(lowering, done);
        return;
    }
    if (target->kind == COR_KIND_ANY) {
        cor_emit(lowering, COR_LOWERED_CHECK_PRESENT, object, 0, 0);
    } else {
        cor_emit(lowering, test_for(target).cast, object, 0, 0);
        cor_emit_pointer(lowering, target);
    }
    take(body, in, target, object);
}

static void try_cast(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    const CorType *optional = body->registers[in->operand[0]].type, *target = optional->element;
    uint32_t to = cor_write(body, in->operand[0]);
    if (!prepare_target(body, target)) {
        return;
    }
    uint32_t object = cor_read(body, in->operand[1]);
    LowerLabel fails = cor_label_new(lowering), done = cor_label_new(lowering);
    if (target->kind == COR_KIND_ANY) {
        cor_emit_branch(lowering, COR_LOWERED_BR_FALSE, object, fails);
    } else {
        cor_emit_type_branch(lowering, test_for(target).branch_not, object, target, fails);
    }
    cor_emit_unbox(lowering, target, to + !optional->is_nullable, object);
    if (!optional->is_nullable) {
        cor_emit(lowering, COR_LOWERED_INT, to, 1, 0);
    }
    cor_emit_jump(lowering, done);
    cor_label_bind(lowering, fails);
    cor_emit_clear(lowering, to, optional->slots);
    cor_label_bind(lowering, done);
}

static void branch_is_not(LowerBody *body, const CorInstruction *in) {
    const CorType *target = body->registers[in->operand[0]].type;
    if (!prepare_target(body, target) || is_identity(body, in)) {
        return;
    }
    uint32_t object = cor_read(body, in->operand[1]), branch = body->index_at[in->operand[2]];
    if (target->kind == COR_KIND_ANY) {
        LowerLabel over = cor_label_new(body->lowering);
        cor_emit_branch(body->lowering, COR_LOWERED_BR_TRUE, object, over);
        if (branch > body->current) {
            cor_emit_jump(body->lowering, body->instructions[branch].label);
        } else {
            cor_emit(body->lowering, COR_LOWERED_LOOP_JUMP, 0, 0, 0);
            cor_emit_edge(body->lowering, body->instructions[branch].label,
                          body->instructions[branch].weight);
        }
        cor_label_bind(body->lowering, over);
    } else {
        cor_emit_type_test(body, test_for(target).branch_not, object, target, branch);
    }
    take(body, in, target, object);
}

/* Conversion to a supertype, `any` or an interface. */
static void upcast(LowerBody *body, const CorInstruction *in) {
    const CorType *from = body->registers[in->operand[1]].type;
    const CorType *to = body->registers[in->operand[0]].type;
    if (from->is_reference && (!from->is_nullable || to->is_nullable)) {
        cor_copy(body, cor_write(body, in->operand[0]), in->operand[1]);
        return;
    }
    if (!cor_type_complete(body->lowering->engine, from)) {
        body->lowering->failed = true;
        return;
    }
    uint32_t slot = cor_read(body, in->operand[1]);
    cor_emit_box(body->lowering, from, cor_write(body, in->operand[0]), slot);
}

/* ---- Closures and cells ---- */

static void closure(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    CorLoweredFunction *function = cor_body_function(body, in->operand[1]);
    const CorType *type = function != NULL ? cor_type_closure(lowering->engine, function) : NULL;
    if (type == NULL) {
        lowering->failed = true;
        return;
    }
    uint32_t to = cor_write(body, in->operand[0]), position = in->list_offset;
    if (in->operand[2] == 0) {
        const void *object = cor_constant_closure(lowering->engine, function);
        lowering->failed |= object == NULL;
        cor_emit_reference(lowering, to, object);
        return;
    }
    uint32_t object = cor_scratch(lowering, 1); /* a capture may be in the slot of the result */
    cor_emit(lowering, COR_LOWERED_NEW_CLOSURE, object, 0, 0);
    cor_emit_pointer(lowering, type);
    cor_emit_pointer(lowering, function);
    for (uint32_t i = 0; i < in->operand[2]; i++) {
        uint32_t capture = cor_instruction_list_next(body->portable->code, &position);
        const CorMember *member = &type->members[i];
        cor_emit_store(lowering, object, member->scalars, cor_read(body, capture), member->type->slots);
    }
    cor_emit_move(lowering, to, object, 1);
}

static void capture(LowerBody *body, const CorInstruction *in) {
    const CorType *type = cor_type_closure(body->lowering->engine, body->function);
    if (type == NULL) {
        body->lowering->failed = true;
        return;
    }
    const CorMember *member = &type->members[in->operand[1]];
    cor_emit_load(body->lowering, cor_write(body, in->operand[0]), body->function->parameter_slots,
                  member->scalars, member->type->slots);
}

static void cell(LowerBody *body, const CorInstruction *in) {
    const CorType *type = body->registers[in->operand[0]].type;
    if (!prepare_target(body, type)) {
        return;
    }
    uint32_t to = cor_write(body, in->operand[0]), from = cor_read(body, in->operand[1]);
    cor_emit(body->lowering, COR_LOWERED_NEW, to, 0, 0);
    cor_emit_pointer(body->lowering, type);
    cor_emit_store(body->lowering, to, type->box->scalars, from, type->element->slots);
}

static void cell_get(LowerBody *body, const CorInstruction *in) {
    const CorType *type = body->registers[in->operand[1]].type;
    if (prepare_target(body, type)) {
        uint32_t from = cor_read(body, in->operand[1]);
        cor_emit_load(body->lowering, cor_write(body, in->operand[0]), from, type->box->scalars,
                      type->element->slots);
    }
}

static void cell_set(LowerBody *body, const CorInstruction *in) {
    const CorType *type = body->registers[in->operand[0]].type;
    if (prepare_target(body, type)) {
        uint32_t to = cor_read(body, in->operand[0]);
        cor_emit_store(body->lowering, to, type->box->scalars, cor_read(body, in->operand[1]),
                       type->element->slots);
    }
}

/* ---- Module variables ---- */

/* Modules are initialised before those that import them, so only a module's own variables can be read too early. */
static void global_get(LowerBody *body, const CorInstruction *in) {
    const CorGlobalTarget *global = &body->function->module->globals[in->operand[1]];
    bool is_own = global->module == body->function->module;
    uint32_t to = cor_write(body, in->operand[0]);
    for (uint32_t i = 0; i < global->type->slots; i++) {
        cor_emit_far(body->lowering,
                     is_own && i == 0 ? COR_LOWERED_GLOBAL_GET_CHECKED : COR_LOWERED_GLOBAL_GET, to + i,
                     global->slot + i);
    }
}

static void global_set(LowerBody *body, const CorInstruction *in) {
    const CorGlobalTarget *global = &body->function->module->globals[in->operand[0]];
    uint32_t from = cor_read(body, in->operand[1]);
    for (uint32_t i = 0; i < global->type->slots; i++) {
        bool is_reference = global->type->layout->scalars[i].width == COR_WIDTH_REFERENCE;
        cor_emit_far(body->lowering, is_reference ? COR_LOWERED_GLOBAL_SET_REFERENCE : COR_LOWERED_GLOBAL_SET,
                     from + i, global->slot + i);
    }
}

bool cor_lower_reference(LowerBody *body, const CorInstruction *in) {
    switch (in->opcode) {
    case COR_OP_UPCAST: upcast(body, in); return true;
    case COR_OP_IS: is(body, in); return true;
    case COR_OP_CAST: cast(body, in); return true;
    case COR_OP_TRY_CAST: try_cast(body, in); return true;
    case COR_OP_BR_IS_NOT: branch_is_not(body, in); return true;
    case COR_OP_CLOSURE: closure(body, in); return true;
    case COR_OP_CAPTURE: capture(body, in); return true;
    case COR_OP_CELL: cell(body, in); return true;
    case COR_OP_CELL_GET: cell_get(body, in); return true;
    case COR_OP_CELL_SET: cell_set(body, in); return true;
    case COR_OP_GLOBAL_GET: global_get(body, in); return true;
    case COR_OP_GLOBAL_SET: global_set(body, in); return true;
    default: return false;
    }
}

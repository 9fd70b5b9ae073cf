// Places: what can be assigned.  A place is evaluated once: its root and the operands on the way are in
// registers, then
// it can be loaded and stored. A path of fields and elements inside a value or right behind one reference is
// a single
// instruction; storing behind anything else (a cell, a module variable, a property, a subscript) loads the
// value there,
// changes it and stores it back.
#include "compiler/emit.h"

enum { MAX_STEPS = 64 };

typedef enum PlaceRoot {
    PLACE_REGISTER, // a variable's own register
    PLACE_CELL,
    PLACE_GLOBAL,
    PLACE_SELF,      // the struct under construction, in registers by field
    PLACE_REFERENCE, // behind the reference in `base`; has at least one step
    PLACE_ACCESSOR,  // a property or subscript
    PLACE_VALUE      // not assignable: a temporary
} PlaceRoot;

struct Place {
    PlaceRoot root;
    const Type *root_type; // of the value at the root
    const Type *type;      // of the place itself
    uint32_t base;         // register, global handle, reference
    Variable *variable;    // of a cell
    CorPathStep steps[MAX_STEPS];
    uint32_t step_count;
    TreeExpr *accessor; // TREE_PROPERTY or TREE_SUBSCRIPT
    Place *receiver;    // of an accessor: a place, when its setter changes it
    uint32_t *args;     // receiver (unless a place), indices
    uint32_t arg_count;
};

// ------------------------------------------------------------------------------------------------ variables

// A variable declared without a value has a cell of an optional: null until it is assigned.
static const Type *late_type(FunctionEmitter *f, const Variable *variable) {
    uint64_t late;
    if (!pointer_map_get(&f->emitter->late, variable, &late))
        return NULL;
    return types_optional(f->emitter->checker->types, variable->type);
}

static uint32_t cell_get(FunctionEmitter *f, Variable *variable, uint32_t want) {
    const Type *late = late_type(f, variable);
    uint32_t d = want != COR_NONE ? want : emit_temp(f, variable->type);
    uint32_t value = late ? emit_temp(f, late) : d;
    EMIT(f, da, COR_OP_CELL_GET, value, emit_variable_register(f, variable));
    if (late)
        EMIT(f, da, COR_OP_UNWRAP, d, value);
    return d;
}

static void cell_set(FunctionEmitter *f, Variable *variable, uint32_t value) {
    const Type *late = late_type(f, variable);
    uint32_t stored = late ? emit_temp(f, late) : value;
    if (late)
        EMIT(f, da, COR_OP_SOME, stored, value);
    EMIT(f, aa, COR_OP_CELL_SET, emit_variable_register(f, variable), stored);
}

void emit_variable_declare(FunctionEmitter *f, Variable *variable) {
    bool is_local = variable->kind == VARIABLE_LOCAL || variable->kind == VARIABLE_PARAMETER;
    if (!is_local || !variable->in_cell)
        return;
    pointer_map_set(&f->emitter->late, f->emitter->arena, variable, 1);
    uint32_t empty = emit_temp(f, late_type(f, variable));
    EMIT(f, d, COR_OP_NONE, empty);
    EMIT(f, da, COR_OP_CELL, emit_variable_register(f, variable), empty);
}

uint32_t emit_variable_get(FunctionEmitter *f, Variable *variable, uint32_t want) {
    Emitter *e = f->emitter;
    if (variable->kind == VARIABLE_GLOBAL || variable->kind == VARIABLE_STATIC) {
        uint32_t d = want != COR_NONE ? want : emit_temp(f, variable->type);
        EMIT(f, dg, COR_OP_GLOBAL_GET, d, emit_global(e, variable));
        return d;
    }
    if (f->field_registers && variable == f->self) {
        const TypeDecl *decl = f->function->owner;
        uint32_t d = want != COR_NONE ? want : emit_temp(f, decl->self_type);
        EMIT(f, dA, COR_OP_STRUCT, d, f->field_registers, decl->field_count);
        return d;
    }
    uint32_t reg = emit_variable_register(f, variable);
    return variable->in_cell ? cell_get(f, variable, want) : emit_into(f, reg, want);
}

void emit_variable_set(FunctionEmitter *f, Variable *variable, uint32_t value) {
    if (variable->kind == VARIABLE_GLOBAL || variable->kind == VARIABLE_STATIC) {
        EMIT(f, ga, COR_OP_GLOBAL_SET, emit_global(f->emitter, variable), value);
    } else if (f->field_registers && variable == f->self) {
        const TypeDecl *decl = f->function->owner;
        for (uint32_t i = 0; i < decl->field_count; i++) {
            CorPathStep step = {COR_PATH_FIELD, emit_definition(f->emitter, f->function->owner),
                                emit_field_index(f->emitter, &decl->fields[i])};
            EMIT(f, daP, COR_OP_LOAD, f->field_registers[i], value, &step, 1);
        }
    } else if (variable->in_cell) {
        cell_set(f, variable, value);
    } else {
        emit_into(f, value, emit_variable_register(f, variable));
    }
}

void emit_variable_define(FunctionEmitter *f, Variable *variable, uint32_t value) {
    bool is_local = variable->kind == VARIABLE_LOCAL || variable->kind == VARIABLE_PARAMETER;
    if (is_local && variable->in_cell)
        EMIT(f, da, COR_OP_CELL, emit_variable_register(f, variable), value);
    else
        emit_variable_set(f, variable, value);
}

// ---------------------------------------------------------------------------------------------- preparation

static Place *new_place(FunctionEmitter *f, PlaceRoot root, const Type *type, uint32_t base) {
    Place *place = ARENA_NEW(f->scratch, Place);
    place->root = root;
    place->root_type = place->type = type;
    place->base = base;
    return place;
}

static bool is_behind_reference(const Type *type) {
    return type->kind == TYPE_ARRAY || (type->kind == TYPE_NAMED && type->decl->kind == COR_DEF_CLASS);
}

static Place *place_of_variable(FunctionEmitter *f, Variable *variable, const Type *type) {
    if (variable->kind == VARIABLE_GLOBAL || variable->kind == VARIABLE_STATIC)
        return new_place(f, PLACE_GLOBAL, type, emit_global(f->emitter, variable));
    if (f->field_registers && variable == f->self)
        return new_place(f, PLACE_SELF, type, COR_NONE);
    Place *place = new_place(f, variable->in_cell ? PLACE_CELL : PLACE_REGISTER, type,
                             emit_variable_register(f, variable));
    place->variable = variable;
    return place;
}

// Goes one step further into the place of `container`.
static Place *place_step(FunctionEmitter *f, TreeExpr *container, CorPathStep step, const Type *type) {
    Place *place;
    if (is_behind_reference(container->type)) {
        place = new_place(f, PLACE_REFERENCE, container->type, emit_operand(f, container, NULL, 0));
    } else {
        place = emit_place(f, container);
        if (place->step_count ==
            MAX_STEPS) { // deeper than one instruction takes: work on a copy behind a register
            Place *outer = new_place(f, PLACE_VALUE, place->type, emit_place_load(f, place, COR_NONE));
            outer->receiver = place;
            place = outer;
        }
    }
    place->steps[place->step_count++] = step;
    place->type = type;
    return place;
}

static Place *place_of_field(FunctionEmitter *f, TreeExpr *expr) {
    if (f->field_registers && expr->a->kind == TREE_VARIABLE && expr->a->variable == f->self)
        return new_place(f, PLACE_REGISTER, expr->type, f->field_registers[expr->field->index]);
    CorPathStep step = {COR_PATH_FIELD, emit_definition(f->emitter, expr->field->owner),
                        emit_field_index(f->emitter, expr->field)};
    return place_step(f, expr->a, step, expr->type);
}

static Place *place_of_element(FunctionEmitter *f, TreeExpr *expr) {
    Place *place = new_place(f, PLACE_REFERENCE, expr->a->type, emit_operand(f, expr->a, &expr->b, 1));
    uint32_t index = emit_operand(f, expr->b, NULL, 0);
    if (expr->b->kind == TREE_VARIABLE && !expr->b->variable->is_let)
        index = emit_into(f, index, emit_temp(f, expr->b->type));
    place->steps[place->step_count++] = (CorPathStep){COR_PATH_ELEMENT, 0, index};
    place->type = expr->type;
    return place;
}

static Place *place_of_accessor(FunctionEmitter *f, TreeExpr *expr) {
    Place *place = new_place(f, PLACE_ACCESSOR, expr->type, COR_NONE);
    place->accessor = expr;
    place->args = ARENA_ARRAY(f->scratch, uint32_t, expr->arg_count + 2);
    if (expr->a) {
        bool changes_receiver = expr->setter && expr->setter->is_mut;
        if (changes_receiver)
            place->receiver = emit_place(f, expr->a);
        else
            place->args[place->arg_count++] = emit_operand(f, expr->a, expr->args, expr->arg_count);
    }
    for (uint32_t i = 0; i < expr->arg_count; i++)
        place->args[place->arg_count++] =
            emit_operand(f, expr->args[i], expr->args + i + 1, expr->arg_count - i - 1);
    return place;
}

Place *emit_place(FunctionEmitter *f, TreeExpr *expr) {
    switch (expr->kind) {
    case TREE_VARIABLE: return place_of_variable(f, expr->variable, expr->type);
    case TREE_FIELD: return place_of_field(f, expr);
    case TREE_TUPLE_FIELD:
        return place_step(f, expr->a, (CorPathStep){COR_PATH_TUPLE, 0, expr->index}, expr->type);
    case TREE_ELEMENT: return place_of_element(f, expr);
    case TREE_PROPERTY:
    case TREE_SUBSCRIPT: return place_of_accessor(f, expr);
    default: return new_place(f, PLACE_VALUE, expr->type, emit_expr(f, expr, COR_NONE));
    }
}

// --------------------------------------------------------------------------------------------- load, store

static uint32_t accessor_args(FunctionEmitter *f, Place *place, uint32_t *args) {
    uint32_t count = 0;
    if (place->receiver)
        args[count++] = emit_place_load(f, place->receiver, COR_NONE);
    for (uint32_t i = 0; i < place->arg_count; i++)
        args[count++] = place->args[i];
    return count;
}

static uint32_t load_accessor(FunctionEmitter *f, Place *place, uint32_t want) {
    TreeExpr *expr = place->accessor;
    uint32_t *args = ARENA_ARRAY(f->scratch, uint32_t, place->arg_count + 2);
    uint32_t count = accessor_args(f, place, args);
    emit_at(f, expr->span);
    return emit_call_registers(f, expr->function, expr->flag, expr->type_args, expr->type_arg_count, args,
                               count, place->root_type, want);
}

static void store_accessor(FunctionEmitter *f, Place *place, uint32_t value) {
    TreeExpr *expr = place->accessor;
    uint32_t *args = ARENA_ARRAY(f->scratch, uint32_t, place->arg_count + 3);
    uint32_t count = accessor_args(f, place, args);
    args[count++] = value;
    emit_at(f, expr->span);
    const Type *result =
        place->receiver ? place->receiver->type : types_builtin(f->emitter->checker->types, TYPE_VOID);
    uint32_t changed = emit_call_registers(f, expr->setter, expr->flag, expr->type_args, expr->type_arg_count,
                                           args, count, result, COR_NONE);
    if (place->receiver)
        emit_place_store(f, place->receiver, changed);
}

static uint32_t load_root(FunctionEmitter *f, Place *place, uint32_t want) {
    uint32_t d = want;
    switch (place->root) {
    case PLACE_REGISTER:
    case PLACE_REFERENCE:
    case PLACE_VALUE: return emit_into(f, place->base, want);
    case PLACE_SELF: return emit_variable_get(f, f->self, want);
    case PLACE_ACCESSOR: return load_accessor(f, place, want);
    case PLACE_CELL: return cell_get(f, place->variable, want);
    case PLACE_GLOBAL:
        if (d == COR_NONE)
            d = emit_temp(f, place->root_type);
        EMIT(f, dg, COR_OP_GLOBAL_GET, d, place->base);
        return d;
    }
    return d;
}

uint32_t emit_place_load(FunctionEmitter *f, Place *place, uint32_t want) {
    if (!place->step_count)
        return load_root(f, place, want);
    uint32_t base = load_root(f, place, COR_NONE);
    uint32_t d = want != COR_NONE ? want : emit_temp(f, place->type);
    EMIT(f, daP, COR_OP_LOAD, d, base, place->steps, place->step_count);
    return d;
}

static void store_root(FunctionEmitter *f, Place *place, uint32_t value) {
    switch (place->root) {
    case PLACE_REGISTER: emit_into(f, value, place->base); break;
    case PLACE_SELF: emit_variable_set(f, f->self, value); break;
    case PLACE_CELL: cell_set(f, place->variable, value); break;
    case PLACE_GLOBAL: EMIT(f, ga, COR_OP_GLOBAL_SET, place->base, value); break;
    case PLACE_ACCESSOR: store_accessor(f, place, value); break;
    case PLACE_VALUE:
        if (place->receiver)
            emit_place_store(f, place->receiver, value);
        break;
    case PLACE_REFERENCE: break;
    }
}

void emit_place_store(FunctionEmitter *f, Place *place, uint32_t value) {
    if (!place->step_count) {
        store_root(f, place, value);
        return;
    }
    bool direct = place->root == PLACE_REGISTER || place->root == PLACE_REFERENCE;
    uint32_t base = place->base;
    if (!direct) {
        base = emit_temp(f, place->root_type);
        emit_into(f, load_root(f, place, COR_NONE), base);
    }
    EMIT(f, maP, COR_OP_STORE, base, value, place->steps, place->step_count);
    if (!direct)
        store_root(f, place, base);
}

// ----------------------------------------------------------------------------------------------- assignment

// The register that a plain variable's value can be computed into, or COR_NONE.
static uint32_t direct_register(FunctionEmitter *f, const TreeExpr *target) {
    if (target->kind == TREE_FIELD && f->field_registers && target->a->kind == TREE_VARIABLE &&
        target->a->variable == f->self)
        return f->field_registers[target->field->index];
    if (target->kind != TREE_VARIABLE)
        return COR_NONE;
    Variable *variable = target->variable;
    bool is_local = variable->kind == VARIABLE_LOCAL || variable->kind == VARIABLE_PARAMETER;
    if (!is_local || variable->in_cell || (f->field_registers && variable == f->self))
        return COR_NONE;
    return emit_variable_register(f, variable);
}

// Whether evaluating into the variable's register could be seen half done: by a handler or by the expression
// itself.
static bool is_single_step(const TreeExpr *value) {
    switch (value->kind) {
    case TREE_CONSTANT:
    case TREE_NULL:
    case TREE_VARIABLE:
    case TREE_BINARY:
    case TREE_UNARY:
    case TREE_CALL:
    case TREE_CALL_VIRTUAL:
    case TREE_CALL_VALUE:
    case TREE_FIELD:
    case TREE_ELEMENT:
    case TREE_CONVERT:
    case TREE_NEW:
    case TREE_SUBSCRIPT:
    case TREE_STRUCT:
    case TREE_TUPLE: return true;
    default: return false;
    }
}

void emit_assign(FunctionEmitter *f, TreeExpr *expr) {
    bool is_compound = expr->kind == TREE_COMPOUND;
    uint32_t direct = direct_register(f, expr->a);
    if (direct != COR_NONE && !is_compound) {
        uint32_t want = is_single_step(expr->b) ? direct : COR_NONE;
        emit_into(f, emit_expr(f, expr->b, want), direct);
        return;
    }
    if (expr->a->kind == TREE_VARIABLE &&
        !is_compound) { // a first assignment makes the cell elsewhere: see TREE_LET
        uint32_t value = emit_expr(f, expr->b, COR_NONE);
        emit_at(f, expr->span);
        emit_variable_set(f, expr->a->variable, value);
        return;
    }
    Place *place = emit_place(f, expr->a);
    uint32_t outer = f->hole;
    if (is_compound)
        f->hole = emit_place_load(f, place, COR_NONE);
    uint32_t want = direct != COR_NONE && is_single_step(expr->b) ? direct : COR_NONE;
    uint32_t value = emit_expr(f, expr->b, want);
    f->hole = outer;
    emit_at(f, expr->span);
    emit_place_store(f, place, value);
}

uint32_t emit_call_mut(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    Place *place = emit_place(f, expr->args[0]);
    uint32_t count;
    uint32_t *args = emit_arguments(f, expr, 1, 1, &count);
    args[0] = emit_place_load(f, place, COR_NONE);
    emit_at(f, expr->span);
    bool is_void = expr->type->kind == TYPE_VOID || expr->type->kind == TYPE_NEVER;
    const Type *self_type = expr->args[0]->type;
    if (is_void) {
        uint32_t self = emit_call_registers(f, expr->function, false, expr->type_args, expr->type_arg_count,
                                            args, expr->arg_count, self_type, COR_NONE);
        emit_place_store(f, place, self);
        return COR_NONE;
    }
    const Type *parts[] = {self_type, expr->type};
    const Type *both = types_tuple(f->emitter->checker->types, parts, 2);
    uint32_t result = emit_call_registers(f, expr->function, false, expr->type_args, expr->type_arg_count,
                                          args, expr->arg_count, both, COR_NONE);
    uint32_t self = emit_temp(f, self_type);
    CorPathStep first = {COR_PATH_TUPLE, 0, 0}, second = {COR_PATH_TUPLE, 0, 1};
    EMIT(f, daP, COR_OP_LOAD, self, result, &first, 1);
    emit_place_store(f, place, self);
    uint32_t d = emit_destination(f, expr, want);
    EMIT(f, daP, COR_OP_LOAD, d, result, &second, 1);
    return d;
}

// One function's code: its frame of registers, labels that know whether they are used, and the ways to
// return.
#include "compiler/emit.h"

#include "vm/bytecode/verifier.h"

// More have hardly room in COR_LIMIT_CODE_SIZE bytes.
enum { MOST_INSTRUCTIONS = COR_LIMIT_CODE_SIZE / 4 };

// From this many registers on, temporaries of finished statements are used again.
enum { MANY_REGISTERS = 512 };

// ------------------------------------------------------------------------------------------------ registers

static uint32_t spare_register(FunctionEmitter *f, uint32_t type) {
    for (uint32_t i = f->spare_count; i-- > 0;) {
        uint32_t reg = f->spare[i];
        if (cor_code_register_type(f->code, reg) != type)
            continue;
        f->spare[i] = f->spare[--f->spare_count];
        return reg;
    }
    return COR_NONE;
}

uint32_t emit_raw_temp(FunctionEmitter *f, uint32_t type) {
    uint32_t reg = COR_NONE;
    bool many = f->register_count >= MANY_REGISTERS;
    if (many)
        reg = spare_register(f, type);
    if (reg == COR_NONE) {
        reg = cor_code_register(f->code, type, 0);
        f->register_count++;
    }
    if (many)
        ARENA_PUSH(f->scratch, f->fresh, f->fresh_count, f->fresh_capacity, reg);
    return reg;
}

// What never comes needs a register too where dead code mentions it, of whatever type.
static uint32_t register_type(Emitter *e, const Type *type) {
    return type->kind == TYPE_NEVER ? cor_builder_type(e->builder, COR_TYPE_BOOL, 0, NULL, 0)
                                    : emit_type(e, type);
}

uint32_t emit_temp(FunctionEmitter *f, const Type *type) {
    return emit_raw_temp(f, register_type(f->emitter, type));
}

void emit_statement_end(FunctionEmitter *f, uint32_t mark) {
    for (uint32_t i = mark; i < f->fresh_count; i++)
        ARENA_PUSH(f->scratch, f->spare, f->spare_count, f->spare_capacity, f->fresh[i]);
    if (f->fresh_count > mark)
        f->fresh_count = mark;
}

void emit_keep(FunctionEmitter *f, uint32_t reg) {
    for (uint32_t i = f->fresh_count; i-- > 0;) {
        if (f->fresh[i] != reg)
            continue;
        f->fresh[i] = f->fresh[--f->fresh_count];
        return;
    }
}

uint32_t emit_variable_register(FunctionEmitter *f, Variable *variable) {
    uint64_t known;
    if (pointer_map_get(&f->registers, variable, &known))
        return (uint32_t)known;
    Emitter *e = f->emitter;
    uint64_t late;
    bool is_late = pointer_map_get(&e->late, variable, &late);
    uint32_t type =
        register_type(e, is_late ? types_optional(e->checker->types, variable->type) : variable->type);
    if (variable->in_cell)
        type = cor_builder_wrapped_type(e->builder, COR_TYPE_CELL, type);
    uint32_t name = e->with_debug ? cor_builder_text(e->builder, variable->name) : 0;
    uint32_t reg = cor_code_register(f->code, type, name);
    f->register_count++;
    pointer_map_set(&f->registers, f->scratch, variable, reg);
    return reg;
}

void emit_at(FunctionEmitter *f, Span span) {
    if (!f->emitter->with_debug)
        return;
    const SourceFile *file = source_file(f->emitter->checker->sources, span.file);
    if (!file || file != f->file) // the initialiser of a module in parts is in several files
        return;
    SourcePosition position = source_position_near(file, span.start, &f->line_hint);
    cor_code_position(f->code, position.line, position.column);
}

// --------------------------------------------------------------------------------------------------- labels

Label emit_label(FunctionEmitter *f) {
    return (Label){cor_code_label(f->code), false};
}

CorLabel emit_target(Label *label) {
    label->used = true;
    return label->id;
}

void emit_bind(FunctionEmitter *f, Label *label) {
    if (!label->used && !f->live)
        return;
    cor_code_bind(f->code, label->id);
    f->live = true;
}

void emit_jump(FunctionEmitter *f, Label *label) {
    if (!f->live)
        return;
    cor_code_emit_L(f->code, COR_OP_JUMP, emit_target(label));
    f->live = false;
}

// --------------------------------------------------------------------------------------------------- return

static uint32_t struct_self(FunctionEmitter *f) {
    const TypeDecl *decl = f->function->owner;
    uint32_t self = emit_temp(f, decl->self_type);
    EMIT(f, dA, COR_OP_STRUCT, self, f->field_registers, decl->field_count);
    return self;
}

static uint32_t mut_result(FunctionEmitter *f, uint32_t value) {
    uint32_t self = emit_variable_get(f, f->self, COR_NONE);
    if (value == COR_NONE)
        return self;
    const Type *parts[] = {f->function->self_type, f->function->result};
    uint32_t both = emit_temp(f, types_tuple(f->emitter->checker->types, parts, 2));
    uint32_t registers[] = {self, value};
    EMIT(f, dA, COR_OP_STRUCT, both, registers, 2);
    return both;
}

void emit_return(FunctionEmitter *f, uint32_t value) {
    if (!f->live)
        return;
    if (f->field_registers)
        value = struct_self(f);
    else if (f->function->is_mut)
        value = mut_result(f, value);
    if (value == COR_NONE)
        EMIT_PLAIN(f, COR_OP_RETURN_VOID);
    else
        EMIT(f, a, COR_OP_RETURN, value);
    f->live = false;
}

// ------------------------------------------------------------------------------------------------- function

// Parameters stand in the first registers; those that live in cells move there.
static void declare_parameter(FunctionEmitter *f, Variable *variable, uint32_t reg) {
    if (!variable)
        return;
    if (!variable->in_cell) {
        pointer_map_set(&f->registers, f->scratch, variable, reg);
        return;
    }
    EMIT(f, da, COR_OP_CELL, emit_variable_register(f, variable), reg);
}

static void declare_parameters(FunctionEmitter *f) {
    Function *function = f->function;
    uint32_t reg = 0;
    bool in_struct_init = function->kind == FUNCTION_INIT && function->owner->kind != COR_DEF_CLASS;
    if (function->self && !in_struct_init)
        declare_parameter(f, function->self, reg++);
    for (uint32_t i = 0; i < function->parameter_count; i++)
        declare_parameter(f, function->parameters[i].variable, reg++);
    for (uint32_t i = 0; i < function->capture_count; i++) {
        Variable *variable = function->captures[i];
        uint32_t local = emit_variable_register(f, variable);
        uint32_t index = cor_code_capture(f->code, cor_code_register_type(f->code, local));
        EMIT(f, dc, COR_OP_CAPTURE, local, index);
    }
}

// Fields with defaults are set before the constructor's own code, those of a struct in registers.
static void begin_constructor(FunctionEmitter *f) {
    TypeDecl *decl = f->function->owner;
    bool is_class = decl->kind == COR_DEF_CLASS;
    if (!is_class) {
        f->field_registers = ARENA_ARRAY(f->scratch, uint32_t, decl->field_count + 1);
        for (uint32_t i = 0; i < decl->field_count; i++)
            f->field_registers[i] = emit_temp(f, decl->fields[i].type);
    }
    for (uint32_t i = 0; i < decl->field_count; i++) {
        Field *field = &decl->fields[i];
        if (!field->default_value)
            continue;
        if (!is_class) {
            emit_into(f, emit_expr(f, field->default_value, f->field_registers[i]), f->field_registers[i]);
            continue;
        }
        uint32_t value = emit_expr(f, field->default_value, COR_NONE);
        CorPathStep step = {COR_PATH_FIELD, emit_definition(f->emitter, decl),
                            emit_field_index(f->emitter, field)};
        EMIT(f, maP, COR_OP_STORE, 0, value, &step, 1);
    }
}

static bool returns_nothing(const Function *function) {
    return function->kind == FUNCTION_INIT || function->kind == FUNCTION_MODULE_INIT || !function->result ||
           function->result->kind == TYPE_VOID || function->result->kind == TYPE_NEVER;
}

static void emit_body(FunctionEmitter *f) {
    Function *function = f->function;
    if (function->is_derived && !function->body) {
        emit_derived(f);
        return;
    }
    if (function->kind == FUNCTION_INIT) {
        if (function->is_memberwise && !function->body) {
            emit_memberwise(f);
            return;
        }
        begin_constructor(f);
    }
    if (returns_nothing(function)) {
        emit_effect(f, function->body);
        emit_return(f, COR_NONE);
        return;
    }
    emit_return(f, emit_expr(f, function->body, COR_NONE));
}

bool emit_is_too_large(const FunctionEmitter *f) {
    return f->register_count > COR_LIMIT_REGISTERS || f->instructions > MOST_INSTRUCTIONS ||
           f->handler_count > COR_LIMIT_HANDLERS || f->copies_too_large ||
           (uint64_t)f->handler_count * f->register_count > COR_LIMIT_FLOW_BITS;
}

static void report_too_large(Emitter *e, const Function *function) {
    bool is_initialiser = function->kind == FUNCTION_MODULE_INIT;
    Diagnostic *d =
        diagnostic_add(e->checker->sink, DIAGNOSTIC_FUNCTION_TOO_LARGE, function->span,
                       is_initialiser || !function->name ? "the code of this file"
                                                         : arena_printf(e->arena, "`%s`", function->name),
                       NULL);
    diagnostic_label(d, "too many values, instructions or ways to leave a `finally` or `defer`");
}

void emit_function_code(Emitter *e, Function *function) {
    uint64_t handle = emit_function(e, function);
    FunctionEmitter f = {.emitter = e,
                         .scratch = e->scratch,
                         .function = function,
                         .live = true,
                         .self = function->self,
                         .hole = COR_NONE};
    f.code = cor_code_begin(e->builder, (uint32_t)handle);
    f.file = source_file(e->checker->sources, function->span.file);
    if (e->with_debug && f.file && f.file != e->module->ast->file)
        cor_builder_function(e->builder, (uint32_t)handle)->source_file =
            cor_builder_text(e->builder, f.file->path);
    emit_at(&f, function->span);
    declare_parameters(&f);
    emit_body(&f);
    if (emit_is_too_large(&f))
        report_too_large(e, function);
    if (f.live)
        EMIT_PLAIN(&f, COR_OP_TRAP);
    cor_code_end(f.code);
    arena_clear(e->scratch);
}

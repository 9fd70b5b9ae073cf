// Calls: functions, methods, constructors, intrinsics and syscalls; default arguments; closures; collection
// literals;
// text formatting and print.
#include "compiler/emit.h"

#include <string.h>

// --------------------------------------------------------------------------------------- what a call becomes

// "op.NAME" names an instruction of the shape d a, d a a.
static bool opcode_of_intrinsic(const char *name, CorOpcode *out) {
    if (strncmp(name, "op.", 3) != 0)
        return false;
    for (int op = 0; op < COR_OP_COUNT; op++) {
        if (strcmp(cor_opcode_info[op].mnemonic, name + 3) != 0)
            continue;
        *out = (CorOpcode)op;
        return true;
    }
    return false;
}

// The methods of the core interfaces are instructions where the receiver is not known to be a reference.
static bool opcode_of_core_method(FunctionEmitter *f, const Function *function, uint32_t receiver,
                                  CorOpcode *out) {
    const CoreTypes *core = &f->emitter->checker->core;
    const TypeDecl *owner = function->owner;
    if (!owner || owner->kind != COR_DEF_INTERFACE)
        return false;
    CorTypeEntry type =
        cor_builder_type_entry(f->emitter->builder, cor_code_register_type(f->code, receiver));
    if (type.kind == COR_TYPE_ANY || type.kind == COR_TYPE_NAMED)
        return false;
    if (owner == core->Equatable || (owner == core->Hashable && strcmp(function->name, "equals") == 0))
        *out = COR_OP_EQ;
    else if (owner == core->Hashable)
        *out = COR_OP_HASH;
    else if (owner == core->Comparable)
        *out = COR_OP_COMPARE;
    else if (owner == core->Printable)
        *out = COR_OP_TO_STRING;
    else
        return false;
    return true;
}

static uint32_t emit_opcode_call(FunctionEmitter *f, CorOpcode op, const uint32_t *args, uint32_t d) {
    if (strcmp(cor_opcode_info[op].operands, "daa") == 0)
        EMIT(f, daa, op, d, args[0], args[1]);
    else
        EMIT(f, da, op, d, args[0]);
    return d;
}

uint32_t emit_call_registers(FunctionEmitter *f, Function *function, bool is_virtual,
                             const Type *const *type_args, uint32_t type_arg_count, const uint32_t *args,
                             uint32_t arg_count, const Type *result, uint32_t want) {
    if (!f->live)
        return want != COR_NONE || result->kind == TYPE_VOID || result->kind == TYPE_NEVER
                   ? want
                   : emit_temp(f, result);
    bool has_result = result->kind != TYPE_VOID && result->kind != TYPE_NEVER;
    uint32_t d = !has_result ? COR_NONE : want != COR_NONE ? want : emit_temp(f, result);
    CorOpcode op;
    if (function->intrinsic) {
        if (opcode_of_intrinsic(function->intrinsic, &op))
            return emit_opcode_call(f, op, args, d);
        uint32_t number = cor_intrinsic_find(function->intrinsic, strlen(function->intrinsic));
        EMIT(f, rxA, COR_OP_INTRINSIC, d, number, args, arg_count);
    } else if (function->syscall) {
        uint32_t number = cor_syscall_find(function->syscall, strlen(function->syscall));
        EMIT(f, rsA, COR_OP_SYSCALL, d, number, args, arg_count);
    } else if (is_virtual && opcode_of_core_method(f, function, args[0], &op)) {
        return emit_opcode_call(f, op, args, d);
    } else {
        uint32_t ref = emit_function_ref(f->emitter, function, type_args, type_arg_count);
        EMIT(f, rfA, is_virtual ? COR_OP_CALL_VIRTUAL : COR_OP_CALL, d, ref, args, arg_count);
    }
    if (f->live && (function->result && function->result->kind == TYPE_NEVER && !function->is_mut &&
                    function->kind != FUNCTION_INIT)) {
        EMIT_PLAIN(f, COR_OP_TRAP);
        f->live = false;
    }
    return d;
}

// ------------------------------------------------------------------------------------------------ arguments

// Parameter `index` of the function takes its default, computed from the arguments before it.
static uint32_t emit_default(FunctionEmitter *f, TreeExpr *call, uint32_t index, const uint32_t *args) {
    Function *hidden = call->function->parameters[index].default_function;
    if (!hidden)
        return COR_NONE;
    TypeTable *types = f->emitter->checker->types;
    Substitution substitution = {hidden->type_params, call->type_args, call->type_arg_count};
    const Type *result = types_substitute(types, hidden->result, &substitution);
    return emit_call_registers(f, hidden, false, call->type_args, call->type_arg_count, args,
                               hidden->parameter_count, result, COR_NONE);
}

uint32_t *emit_arguments(FunctionEmitter *f, TreeExpr *expr, uint32_t first, uint32_t self_count,
                         uint32_t *count) {
    uint32_t *args = ARENA_ARRAY(f->scratch, uint32_t, expr->arg_count + 2);
    for (uint32_t i = first; i < expr->arg_count; i++)
        if (expr->args[i]->kind != TREE_DEFAULT_ARGUMENT)
            args[i] = emit_operand(f, expr->args[i], expr->args + i + 1, expr->arg_count - i - 1);
    emit_at(f, expr->span);
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (expr->args[i]->kind == TREE_DEFAULT_ARGUMENT && f->live)
            args[i] = emit_default(f, expr, expr->args[i]->index, args + self_count);
    *count = expr->arg_count;
    return args;
}

static uint32_t emit_new(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    uint32_t count;
    uint32_t *args = emit_arguments(f, expr, 0, 0, &count);
    if (expr->function->owner->kind != COR_DEF_CLASS)
        return emit_call_registers(f, expr->function, false, expr->type_args, expr->type_arg_count, args,
                                   count, expr->type, want);
    uint32_t d = emit_destination(f, expr, want);
    uint32_t ref = emit_function_ref(f->emitter, expr->function, expr->type_args, expr->type_arg_count);
    emit_at(f, expr->span);
    EMIT(f, dfA, COR_OP_NEW, d, ref, args, count);
    return d;
}

static uint32_t emit_super_init(FunctionEmitter *f, TreeExpr *expr) {
    uint32_t count;
    uint32_t *args = emit_arguments(f, expr, 0, 0, &count);
    memmove(args + 1, args, count * sizeof *args);
    args[0] = 0; // self
    uint32_t ref = emit_function_ref(f->emitter, expr->function, expr->type_args, expr->type_arg_count);
    EMIT(f, fA, COR_OP_CALL_INIT, ref, args, count + 1);
    return COR_NONE;
}

static uint32_t emit_call_value(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    uint32_t *args = ARENA_ARRAY(f->scratch, uint32_t, expr->arg_count + 1);
    uint32_t callee = emit_operand(f, expr->a, expr->args, expr->arg_count);
    emit_operands(f, expr->args, expr->arg_count, args);
    uint32_t d = emit_destination(f, expr, want);
    if (expr->type->kind == TYPE_VOID)
        d = COR_NONE;
    emit_at(f, expr->span);
    EMIT(f, raA, COR_OP_CALL_VALUE, d, callee, args, expr->arg_count);
    if (expr->type->kind == TYPE_NEVER && f->live) {
        EMIT_PLAIN(f, COR_OP_TRAP);
        f->live = false;
    }
    return d;
}

static bool has_self(const Function *function) {
    return function->self_type && (function->kind == FUNCTION_METHOD || function->kind == FUNCTION_GETTER ||
                                   function->kind == FUNCTION_SETTER);
}

uint32_t emit_call(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    switch (expr->kind) {
    case TREE_NEW: return emit_new(f, expr, want);
    case TREE_SUPER_INIT: return emit_super_init(f, expr);
    case TREE_CALL_VALUE: return emit_call_value(f, expr, want);
    default: break;
    }
    uint32_t count;
    uint32_t *args = emit_arguments(f, expr, 0, has_self(expr->function) ? 1 : 0, &count);
    return emit_call_registers(f, expr->function, expr->kind == TREE_CALL_VIRTUAL, expr->type_args,
                               expr->type_arg_count, args, count, expr->type, want);
}

// -------------------------------------------------------------------------------------------------- closures

uint32_t emit_lambda(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    Function *function = expr->function;
    const Type *const *type_args = expr->type_args;
    uint32_t type_arg_count = expr->type_arg_count;
    uint32_t *captures = ARENA_ARRAY(f->scratch, uint32_t, function->capture_count + 1);
    uint32_t count = 0;
    if (function->kind == FUNCTION_LAMBDA) {
        const Function *generic = emit_generic_context(function); // the type arguments in force here
        const Type **own = ARENA_ARRAY(f->scratch, const Type *, generic->type_param_count + 1);
        for (uint32_t i = 0; i < generic->type_param_count; i++)
            own[i] = generic->type_params[i]->type;
        type_args = own;
        type_arg_count = generic->type_param_count;
        for (uint32_t i = 0; i < function->capture_count; i++) {
            Variable *variable = function->captures[i];
            captures[count++] = variable->in_cell ? emit_variable_register(f, variable)
                                                  : emit_variable_get(f, variable, COR_NONE);
        }
    }
    uint32_t d = emit_destination(f, expr, want);
    emit_at(f, expr->span);
    EMIT(f, dfA, COR_OP_CLOSURE, d, emit_function_ref(f->emitter, function, type_args, type_arg_count),
         captures, count);
    return d;
}

// ----------------------------------------------------------------------------------------------- collections

static Function *find_method(const TypeDecl *decl, const char *name) {
    for (uint32_t i = 0; decl && i < decl->method_count; i++)
        if (strcmp(decl->methods[i]->name, name) == 0 && decl->methods[i]->kind != FUNCTION_SETTER)
            return decl->methods[i];
    return NULL;
}

// The elements of one list literal that have registers at the same time; what follows them is pushed one by one.
enum { LIST_AT_ONCE = 1024 };

static void emit_pushes(FunctionEmitter *f, TreeExpr *expr, uint32_t list) {
    const TypeDecl *decl = f->emitter->checker->core.List;
    Function *push = find_method(decl, "push");
    const Type *nothing = types_builtin(f->emitter->checker->types, TYPE_VOID);
    for (uint32_t i = LIST_AT_ONCE; i < expr->arg_count; i++) {
        uint32_t mark = f->fresh_count;
        uint32_t args[] = {list, emit_expr(f, expr->args[i], COR_NONE)};
        emit_at(f, expr->args[i]->span);
        emit_call_registers(f, push, false, expr->type->args, 1, args, 2, nothing, COR_NONE);
        emit_statement_end(f, mark);
    }
}

static uint32_t emit_list_literal(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    Emitter *e = f->emitter;
    uint32_t count = expr->arg_count < LIST_AT_ONCE ? expr->arg_count : LIST_AT_ONCE;
    uint32_t *args = ARENA_ARRAY(f->scratch, uint32_t, count + 1);
    emit_operands(f, expr->args, count, args);
    uint32_t array = emit_temp(f, types_array(e->checker->types, expr->type->args[0]));
    emit_at(f, expr->span);
    EMIT(f, dA, COR_OP_ARRAY, array, args, count);
    const Type *type = types_named(e->checker->types, e->checker->core.List, expr->type->args, 1);
    Function *make = find_method(type->decl, "fromArray");
    if (count == expr->arg_count)
        return emit_call_registers(f, make, false, type->args, 1, &array, 1, type, want);
    uint32_t list = emit_call_registers(f, make, false, type->args, 1, &array, 1, type, COR_NONE);
    emit_pushes(f, expr, list);
    return emit_into(f, list, want);
}

// Of an array literal too long for that.
static uint32_t emit_long_array(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    const TypeDecl *decl = f->emitter->checker->core.List;
    uint32_t list = emit_list_literal(f, expr, COR_NONE);
    emit_at(f, expr->span);
    return emit_call_registers(f, find_method(decl, "toArray"), false, expr->type->args, 1, &list, 1,
                               expr->type, want);
}

// A map or a set: constructed empty, then filled one element after the other.
static uint32_t emit_hashed_literal(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    Emitter *e = f->emitter;
    TypeDecl *decl = expr->type->decl;
    bool is_map = expr->kind == TREE_MAP;
    uint32_t d = emit_temp(f, expr->type);
    emit_at(f, expr->span);
    EMIT(f, dfA, COR_OP_NEW, d, emit_function_ref(e, decl->inits[0], expr->type->args, expr->type->arg_count),
         NULL, 0);
    Function *put = find_method(decl, is_map ? "set" : "add");
    const Type *nothing = types_builtin(e->checker->types, is_map ? TYPE_VOID : TYPE_BOOL);
    uint32_t stride = is_map ? 2 : 1;
    for (uint32_t i = 0; i + stride <= expr->arg_count; i += stride) {
        uint32_t args[3] = {d}, mark = f->fresh_count;
        emit_operands(f, expr->args + i, stride, args + 1);
        emit_at(f, expr->args[i]->span);
        emit_call_registers(f, put, false, expr->type->args, expr->type->arg_count, args, stride + 1, nothing,
                            COR_NONE);
        emit_statement_end(f, mark);
    }
    return emit_into(f, d, want);
}

uint32_t emit_collection(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    if (expr->kind == TREE_ARRAY)
        return expr->arg_count > LIST_AT_ONCE ? emit_long_array(f, expr, want)
                                              : emit_list_of(f, expr, want, COR_OP_ARRAY);
    return expr->kind == TREE_LIST ? emit_list_literal(f, expr, want) : emit_hashed_literal(f, expr, want);
}

// ------------------------------------------------------------------------------------------------------ text

static uint32_t converted(FunctionEmitter *f, uint32_t value, const Type *from, TypeKind to) {
    const Type *type = types_builtin(f->emitter->checker->types, to);
    if (from == type)
        return value;
    uint32_t d = emit_temp(f, type);
    EMIT(f, da, COR_OP_CONVERT, d, value);
    return d;
}

static uint32_t as_text(FunctionEmitter *f, TreeExpr *expr) {
    uint32_t value = emit_operand(f, expr, NULL, 0);
    if (expr->type->kind == TYPE_STRING)
        return value;
    uint32_t d = emit_temp(f, types_builtin(f->emitter->checker->types, TYPE_STRING));
    EMIT(f, da, COR_OP_TO_STRING, d, value);
    return d;
}

// The value that `{value:?}` shows as it is written in a program.
static uint32_t source_of(FunctionEmitter *f, TreeExpr *expr) {
    uint32_t value = emit_operand(f, expr->a, NULL, 0), text = emit_temp(f, expr->type);
    EMIT(f, da, COR_OP_TO_SOURCE, text, value);
    return text;
}

uint32_t emit_format(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    const CoreTypes *core = &f->emitter->checker->core;
    const Type *type = expr->a->type, *integer = types_builtin(f->emitter->checker->types, TYPE_I64);
    uint32_t args[3], count = 0;
    Function *function;
    if (type_is_integer(type)) {
        bool is_signed = type_is_signed(type);
        function = !is_signed               ? core->format_unsigned
                   : type->kind == TYPE_I64 ? core->format_int
                                            : core->format_signed;
        args[count++] =
            converted(f, emit_operand(f, expr->a, NULL, 0), type, is_signed ? TYPE_I64 : TYPE_U64);
        if (type->kind != TYPE_I64)
            args[count++] = emit_int(f, integer, type_bits(type), COR_NONE);
    } else if (type_is_float(type)) {
        function = type->kind == TYPE_F32 ? core->format_f32 : core->format_float;
        args[count++] = emit_operand(f, expr->a, NULL, 0);
    } else {
        bool as_source = expr->text.length && expr->text.bytes[expr->text.length - 1] == '?';
        function = core->format_text;
        args[count++] = as_source ? source_of(f, expr) : as_text(f, expr->a);
    }
    args[count++] = emit_text(f, expr->text.bytes, expr->text.length, COR_NONE);
    emit_at(f, expr->span);
    return emit_call_registers(f, function, false, NULL, 0, args, count, expr->type, want);
}

void emit_print(FunctionEmitter *f, TreeExpr *expr) {
    Emitter *e = f->emitter;
    uint32_t *pieces = ARENA_ARRAY(f->scratch, uint32_t, expr->arg_count * 2 + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        if (i)
            pieces[count++] = emit_text(f, " ", 1, COR_NONE);
        emit_at(f, expr->args[i]->span);
        pieces[count++] = as_text(f, expr->args[i]);
    }
    emit_at(f, expr->span);
    uint32_t line = count == 1 ? pieces[0] : emit_temp(f, types_builtin(e->checker->types, TYPE_STRING));
    if (count == 0)
        emit_text(f, "", 0, line);
    if (count > 1)
        EMIT(f, dA, COR_OP_CONCAT, line, pieces, count);
    emit_call_registers(f, e->checker->core.print_line, false, NULL, 0, &line, 1,
                        types_builtin(e->checker->types, TYPE_VOID), COR_NONE);
}

// Values: one function per kind of expression.
//
// `want` names the register that shall hold the value; COR_NONE leaves the choice, and a variable then
// stands for
// itself, without a copy. The kinds that are whole subjects of their own (calls, places, conditions,
// control) are in
// the other files.
#include "compiler/emit.h"

#include <math.h>
#include <string.h>

// -------------------------------------------------------------------------------------------------- helpers

uint32_t emit_into(FunctionEmitter *f, uint32_t from, uint32_t want) {
    if (want == COR_NONE || want == from || from == COR_NONE)
        return from;
    EMIT(f, da, COR_OP_MOVE, want, from);
    return want;
}

uint32_t emit_destination(FunctionEmitter *f, const TreeExpr *expr, uint32_t want) {
    if (want != COR_NONE)
        return want;
    if (expr->type->kind == TYPE_VOID || expr->type->kind == TYPE_NEVER)
        return COR_NONE;
    return emit_temp(f, expr->type);
}

// Whether evaluating the expression leaves every variable alone.
static bool assigns_nothing(const TreeExpr *expr, int depth) {
    if (!expr)
        return true;
    if (depth == 0)
        return false;
    switch (expr->kind) {
    case TREE_CONSTANT:
    case TREE_NULL:
    case TREE_VARIABLE:
    case TREE_HOLE:
    case TREE_FUNCTION:
    case TREE_LAMBDA: return true;
    case TREE_FIELD:
    case TREE_TUPLE_FIELD:
    case TREE_UNARY:
    case TREE_CONVERT:
    case TREE_UPCAST:
    case TREE_SOME:
    case TREE_UNWRAP:
    case TREE_CAST:
    case TREE_IS: return assigns_nothing(expr->a, depth - 1);
    case TREE_BINARY:
    case TREE_COMPARE:
    case TREE_ELEMENT:
    case TREE_AND:
    case TREE_OR: return assigns_nothing(expr->a, depth - 1) && assigns_nothing(expr->b, depth - 1);
    case TREE_CALL:
    case TREE_CALL_VIRTUAL:
    case TREE_SUBSCRIPT:
    case TREE_PROPERTY:
    case TREE_CALL_VALUE:
    case TREE_NEW:
    case TREE_STRUCT:
    case TREE_TUPLE:
    case TREE_CONCAT:
    case TREE_TO_STRING:
        // A local in a register cannot be assigned by a callee: captured variables live in cells.
        if (!assigns_nothing(expr->a, depth - 1))
            return false;
        for (uint32_t i = 0; i < expr->arg_count; i++)
            if (!assigns_nothing(expr->args[i], depth - 1))
                return false;
        return true;
    default: return false;
    }
}

uint32_t emit_operand(FunctionEmitter *f, TreeExpr *expr, TreeExpr *const *others, uint32_t count) {
    uint32_t reg = emit_expr(f, expr, COR_NONE);
    const TreeExpr *inner = expr;
    if (inner->kind != TREE_VARIABLE || inner->variable->is_let || inner->variable->in_cell)
        return reg;
    if (inner->variable->kind == VARIABLE_GLOBAL || inner->variable->kind == VARIABLE_STATIC)
        return reg;
    for (uint32_t i = 0; i < count; i++)
        if (!assigns_nothing(others[i], 4))
            return emit_into(f, reg, emit_temp(f, expr->type));
    return reg;
}

void emit_operands(FunctionEmitter *f, TreeExpr *const *exprs, uint32_t count, uint32_t *registers) {
    for (uint32_t i = 0; i < count; i++)
        registers[i] = emit_operand(f, exprs[i], exprs + i + 1, count - i - 1);
}

void emit_effect(FunctionEmitter *f, TreeExpr *expr) {
    if (!expr || !f->live)
        return;
    emit_expr(f, expr, COR_NONE);
}

// ------------------------------------------------------------------------------------------------ constants

uint32_t emit_int(FunctionEmitter *f, const Type *type, int64_t value, uint32_t want) {
    uint32_t d = want != COR_NONE ? want : emit_temp(f, type);
    EMIT(f, di, COR_OP_INT, d, value);
    return d;
}

uint32_t emit_text(FunctionEmitter *f, const char *bytes, uint32_t length, uint32_t want) {
    Emitter *e = f->emitter;
    uint32_t type = cor_builder_plain_type(e->builder, COR_TYPE_STRING);
    uint32_t d = want != COR_NONE ? want : emit_raw_temp(f, type);
    EMIT(f, dk, COR_OP_CONST, d,
         cor_builder_constant_string(e->builder, type, cor_builder_string(e->builder, bytes, length)));
    return d;
}

static uint64_t float_bits(const Constant *constant) {
    if (constant->type->kind == TYPE_F32) {
        float narrow = (float)constant->real;
        uint32_t bits;
        memcpy(&bits, &narrow, sizeof bits);
        return isnan(constant->real) ? 0x7fc00000u : bits;
    }
    uint64_t bits;
    memcpy(&bits, &constant->real, sizeof bits);
    return isnan(constant->real) ? 0x7ff8000000000000u : bits;
}

uint32_t emit_constant(FunctionEmitter *f, const Constant *constant, uint32_t want) {
    const Type *type = constant->type;
    if (type->kind == TYPE_STRING)
        return emit_text(f, constant->string.bytes, constant->string.length, want);
    uint32_t d = want != COR_NONE ? want : emit_temp(f, type);
    if (type_is_float(type)) {
        CorBuilder *builder = f->emitter->builder;
        EMIT(f, dk, COR_OP_CONST, d,
             cor_builder_constant(builder, emit_type(f->emitter, type), float_bits(constant)));
    } else if (type->kind == TYPE_U64 &&
               constant->integer < 0) { // beyond what an immediate of the type can say
        CorBuilder *builder = f->emitter->builder;
        EMIT(f, dk, COR_OP_CONST, d,
             cor_builder_constant(builder, emit_type(f->emitter, type), (uint64_t)constant->integer));
    } else {
        EMIT(f, di, COR_OP_INT, d, constant->integer);
    }
    return d;
}

// ------------------------------------------------------------------------------------------------ operators

static const CorOpcode binary_opcodes[] = {
    [OPERATOR_ADD] = COR_OP_ADD,       [OPERATOR_SUB] = COR_OP_SUB,   [OPERATOR_MUL] = COR_OP_MUL,
    [OPERATOR_DIV] = COR_OP_DIV,       [OPERATOR_REM] = COR_OP_REM,   [OPERATOR_AND] = COR_OP_AND,
    [OPERATOR_OR] = COR_OP_OR,         [OPERATOR_XOR] = COR_OP_XOR,   [OPERATOR_SHL] = COR_OP_SHL,
    [OPERATOR_SHR] = COR_OP_SHR,       [OPERATOR_USHR] = COR_OP_USHR, [OPERATOR_EQ] = COR_OP_EQ,
    [OPERATOR_NE] = COR_OP_NE,         [OPERATOR_LT] = COR_OP_LT,     [OPERATOR_LE] = COR_OP_LE,
    [OPERATOR_GT] = COR_OP_LT,         [OPERATOR_GE] = COR_OP_LE,     [OPERATOR_SAME] = COR_OP_SAME,
    [OPERATOR_NOT_SAME] = COR_OP_SAME,
};

static uint32_t emit_null_test(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    TreeExpr *value = expr->b->kind == TREE_NULL ? expr->a : expr->b;
    uint32_t a = emit_operand(f, value, NULL, 0);
    uint32_t d = emit_destination(f, expr, want);
    if (expr->op == OPERATOR_EQ) {
        EMIT(f, da, COR_OP_IS_NULL, d, a);
        return d;
    }
    uint32_t is_null = emit_temp(f, expr->type);
    EMIT(f, da, COR_OP_IS_NULL, is_null, a);
    EMIT(f, da, COR_OP_NOT, d, is_null);
    return d;
}

static uint32_t emit_binary(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    bool is_equality = expr->op == OPERATOR_EQ || expr->op == OPERATOR_NE;
    if (is_equality && (expr->a->kind == TREE_NULL || expr->b->kind == TREE_NULL))
        return emit_null_test(f, expr, want);
    uint32_t a = emit_operand(f, expr->a, &expr->b, 1);
    uint32_t b = emit_operand(f, expr->b, NULL, 0);
    uint32_t d = emit_destination(f, expr, want);
    emit_at(f, expr->span);
    if (expr->op == OPERATOR_GT || expr->op == OPERATOR_GE) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    if (expr->op == OPERATOR_NOT_SAME) {
        uint32_t same = emit_temp(f, expr->type);
        EMIT(f, daa, COR_OP_SAME, same, a, b);
        EMIT(f, da, COR_OP_NOT, d, same);
        return d;
    }
    EMIT(f, daa, binary_opcodes[expr->op], d, a, b);
    return d;
}

// compare(a, b) op 0
static uint32_t emit_compare(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    uint32_t a = emit_operand(f, expr->a, &expr->b, 1);
    uint32_t b = emit_operand(f, expr->b, NULL, 0);
    const Type *integer = types_builtin(f->emitter->checker->types, TYPE_I64);
    uint32_t order = emit_temp(f, integer);
    TypeDecl *comparable = f->emitter->checker->core.Comparable;
    if (comparable)
        emit_definition(f->emitter, comparable); // what the operands' type implements is relied on
    emit_at(f, expr->span);
    EMIT(f, daa, COR_OP_COMPARE, order, a, b);
    uint32_t zero = emit_int(f, integer, 0, COR_NONE);
    uint32_t d = emit_destination(f, expr, want);
    bool swapped = expr->op == OPERATOR_GT || expr->op == OPERATOR_GE;
    EMIT(f, daa, binary_opcodes[expr->op], d, swapped ? zero : order, swapped ? order : zero);
    return d;
}

static uint32_t emit_unary(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    uint32_t a = emit_operand(f, expr->a, NULL, 0);
    uint32_t d = emit_destination(f, expr, want);
    EMIT(f, da, expr->op == OPERATOR_NEG ? COR_OP_NEG : COR_OP_NOT, d, a);
    return d;
}

// A condition as a value: false, unless the branches say true.
static uint32_t emit_truth(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    uint32_t d = emit_destination(f, expr, want == COR_NONE ? emit_temp(f, expr->type) : want);
    Label is_false = emit_label(f), end = emit_label(f);
    emit_branch(f, expr, &is_false, false);
    EMIT(f, di, COR_OP_INT, d, 1);
    emit_jump(f, &end);
    emit_bind(f, &is_false);
    EMIT(f, di, COR_OP_INT, d, 0);
    emit_bind(f, &end);
    return d;
}

// ---------------------------------------------------------------------------------------------- conversions

static uint32_t emit_conversion(FunctionEmitter *f, CorOpcode op, TreeExpr *expr, uint32_t want) {
    uint32_t a = emit_operand(f, expr->a, NULL, 0);
    if (!f->live)
        return emit_destination(f, expr, want);
    if (expr->type == expr->a->type)
        return emit_into(f, a, want);
    uint32_t d = emit_destination(f, expr, want);
    emit_at(f, expr->span);
    EMIT(f, da, op, d, a);
    return d;
}

static uint32_t emit_is(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    uint32_t a = emit_operand(f, expr->a, NULL, 0);
    uint32_t d = emit_destination(f, expr, want);
    EMIT(f, dat, COR_OP_IS, d, a, emit_type(f->emitter, expr->test_type));
    return d;
}

static uint32_t emit_to_string(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    if (expr->a->type->kind == TYPE_STRING)
        return emit_expr(f, expr->a, want);
    return emit_conversion(f, COR_OP_TO_STRING, expr, want);
}

// ---------------------------------------------------------------------------------------------- aggregates

uint32_t emit_list_of(FunctionEmitter *f, TreeExpr *expr, uint32_t want, CorOpcode op) {
    uint32_t *args = ARENA_ARRAY(f->scratch, uint32_t, expr->arg_count + 1);
    emit_operands(f, expr->args, expr->arg_count, args);
    uint32_t d = emit_destination(f, expr, want);
    emit_at(f, expr->span);
    EMIT(f, dA, op, d, args, expr->arg_count);
    return d;
}

// Many parts are joined in groups, so that not all need a register at the same time.
enum { PARTS_AT_ONCE = 1024 };

static uint32_t emit_concat(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    if (expr->arg_count <= PARTS_AT_ONCE)
        return emit_list_of(f, expr, want, COR_OP_CONCAT);
    uint32_t groups = (expr->arg_count + PARTS_AT_ONCE - 1) / PARTS_AT_ONCE;
    uint32_t *parts = ARENA_ARRAY(f->scratch, uint32_t, groups);
    for (uint32_t i = 0; i < groups; i++) {
        TreeExpr group = *expr;
        group.args = expr->args + (size_t)i * PARTS_AT_ONCE;
        group.arg_count = i + 1 < groups ? PARTS_AT_ONCE : expr->arg_count - i * PARTS_AT_ONCE;
        parts[i] = emit_temp(f, expr->type);
        uint32_t mark = f->fresh_count;
        emit_list_of(f, &group, parts[i], COR_OP_CONCAT);
        emit_statement_end(f, mark);
    }
    uint32_t d = emit_destination(f, expr, want);
    EMIT(f, dA, COR_OP_CONCAT, d, parts, groups);
    return d;
}

static uint32_t emit_enum_case(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    uint32_t *args = ARENA_ARRAY(f->scratch, uint32_t, expr->arg_count + 1);
    emit_operands(f, expr->args, expr->arg_count, args);
    uint32_t d = emit_destination(f, expr, want);
    emit_at(f, expr->span);
    EMIT(f, dnA, COR_OP_ENUM, d, expr->enum_case->ordinal, args, expr->arg_count);
    return d;
}

// A field, tuple element or array element: one instruction from the outermost reference or register on.
static uint32_t emit_read_place(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    Place *place = emit_place(f, expr);
    emit_at(f, expr->span);
    return emit_place_load(f, place, want);
}

static uint32_t emit_array_fill(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    uint32_t length = emit_operand(f, expr->a, &expr->b, 1);
    uint32_t value = emit_operand(f, expr->b, NULL, 0);
    uint32_t d = emit_destination(f, expr, want);
    emit_at(f, expr->span);
    EMIT(f, daa, COR_OP_ARRAY_NEW, d, length, value);
    return d;
}

// Array<T>(n, i => f(i)): the first value fills the array, so that no element is ever unset.
static uint32_t emit_array_generate(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    const Type *integer = types_builtin(f->emitter->checker->types, TYPE_I64);
    uint32_t length = emit_temp(f, integer);
    emit_into(f, emit_expr(f, expr->a, COR_NONE), length);
    uint32_t make = emit_operand(f, expr->b, NULL, 0);
    uint32_t array = emit_temp(f, expr->type), index = emit_temp(f, integer),
             value = emit_temp(f, expr->type->args[0]);
    Label empty = emit_label(f), filled = emit_label(f), end = emit_label(f), loop = emit_label(f);
    emit_at(f, expr->span);
    EMIT(f, di, COR_OP_INT, index, 0);
    EMIT(f, aaL, COR_OP_BR_LE, length, index, emit_target(&empty));
    EMIT(f, raA, COR_OP_CALL_VALUE, value, make, &index, 1);
    EMIT(f, daa, COR_OP_ARRAY_NEW, array, length, value);
    EMIT(f, di, COR_OP_INT, index, 1);
    EMIT(f, aaL, COR_OP_BR_NOT_LT, index, length, emit_target(&filled));
    emit_bind(f, &loop);
    EMIT_PLAIN(f, COR_OP_LOOP);
    EMIT(f, raA, COR_OP_CALL_VALUE, value, make, &index, 1);
    CorPathStep step = {COR_PATH_ELEMENT, 0, index};
    EMIT(f, maP, COR_OP_STORE, array, value, &step, 1);
    EMIT(f, maL, COR_OP_FOR_UP, index, length, emit_target(&loop));
    emit_jump(f, &filled);
    emit_bind(f, &empty);
    Label negative = emit_label(f);
    EMIT(f, aaL, COR_OP_BR_LT, length, index, emit_target(&negative));
    EMIT(f, dA, COR_OP_ARRAY, array, NULL, 0);
    emit_jump(f, &filled);
    emit_bind(f, &negative); // the length is wrong: let the checked operation say so
    uint32_t zeros = emit_temp(f, types_array(f->emitter->checker->types, integer));
    EMIT(f, daa, COR_OP_ARRAY_NEW, zeros, length, length);
    EMIT_PLAIN(f, COR_OP_TRAP);
    f->live = false;
    emit_bind(f, &filled);
    emit_bind(f, &end);
    return emit_into(f, array, want);
}

// ------------------------------------------------------------------------------------------------- optionals

static uint32_t emit_none(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    if (expr->type->kind == TYPE_NULL && want == COR_NONE)
        return COR_NONE; // nobody reads it
    uint32_t d = emit_destination(f, expr, want);
    EMIT(f, d, COR_OP_NONE, d);
    return d;
}

static uint32_t emit_coalesce(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    uint32_t a = emit_operand(f, expr->a, &expr->b, 1);
    // Not into `want`: the fallback may still read the variable that it is.
    uint32_t d = emit_temp(f, expr->type);
    Label absent = emit_label(f), end = emit_label(f);
    if (expr->type == expr->a->type) {
        EMIT(f, aL, COR_OP_BR_NULL, a, emit_target(&absent));
        EMIT(f, da, COR_OP_MOVE, d, a);
    } else {
        EMIT(f, daL, COR_OP_BR_NONE, d, a, emit_target(&absent));
    }
    emit_jump(f, &end);
    emit_bind(f, &absent);
    emit_into(f, emit_expr(f, expr->b, d), d);
    emit_bind(f, &end);
    return emit_into(f, d, want);
}

static uint32_t emit_optional_chain(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    uint32_t a = emit_operand(f, expr->a, NULL, 0);
    bool has_value = expr->type->kind != TYPE_VOID && expr->type->kind != TYPE_NEVER;
    uint32_t d = has_value ? emit_temp(f, expr->type) : COR_NONE;
    Label absent = emit_label(f), end = emit_label(f);
    uint32_t inner = emit_temp(f, expr->variable->type);
    EMIT(f, daL, COR_OP_BR_NONE, inner, a, emit_target(&absent));
    if (expr->variable->in_cell)
        emit_variable_define(f, expr->variable, inner);
    else
        pointer_map_set(&f->registers, f->scratch, expr->variable, inner);
    bool is_flat = expr->flag || !has_value;
    uint32_t b = emit_expr(f, expr->b, is_flat ? d : COR_NONE);
    if (has_value) {
        if (is_flat)
            emit_into(f, b, d);
        else if (b != COR_NONE)
            EMIT(f, da, COR_OP_SOME, d, b);
        emit_jump(f, &end);
        emit_bind(f, &absent);
        EMIT(f, d, COR_OP_NONE, d);
    } else {
        emit_bind(f, &absent);
    }
    emit_bind(f, &end);
    return emit_into(f, d, want);
}

static void emit_let(FunctionEmitter *f, TreeExpr *expr) {
    TreePattern *pattern = expr->pattern;
    bool is_single = pattern->kind == PATTERN_BIND && !pattern->sub;
    if (!expr->a) {
        if (is_single)
            emit_variable_declare(f, pattern->variable);
        return;
    }
    if (is_single) {
        Variable *variable = pattern->variable;
        bool in_register =
            !variable->in_cell && (variable->kind == VARIABLE_LOCAL || variable->kind == VARIABLE_PARAMETER);
        uint32_t want = in_register ? emit_variable_register(f, variable) : COR_NONE;
        uint32_t value = emit_expr(f, expr->a, want);
        if (f->live)
            emit_variable_define(f, variable, value);
        return;
    }
    uint32_t subject = emit_expr(f, expr->a, COR_NONE);
    bool stable = expr->a->kind != TREE_VARIABLE || expr->a->variable->is_let;
    Label never = emit_label(f), end = emit_label(f);
    emit_pattern(f, pattern, subject, stable, &never);
    if (!never.used)
        return; // irrefutable, as checked
    emit_jump(f, &end);
    emit_bind(f, &never);
    EMIT_PLAIN(f, COR_OP_TRAP);
    f->live = false;
    emit_bind(f, &end);
}

static uint32_t emit_throw(FunctionEmitter *f, TreeExpr *expr) {
    uint32_t error = emit_operand(f, expr->a, NULL, 0);
    emit_at(f, expr->span);
    EMIT(f, a, COR_OP_THROW, error);
    f->live = false;
    return COR_NONE;
}

static uint32_t emit_return_value(FunctionEmitter *f, TreeExpr *expr) {
    uint32_t value = COR_NONE;
    bool has_value = expr->a && expr->a->type->kind != TYPE_VOID && expr->a->type->kind != TYPE_NEVER;
    if (expr->a)
        value = emit_expr(f, expr->a, has_value && f->cleanup ? emit_temp(f, expr->a->type) : COR_NONE);
    emit_leave(f, NULL);
    emit_return(f, has_value ? value : COR_NONE);
    emit_reopen(f);
    return COR_NONE;
}

// ------------------------------------------------------------------------------------------------- dispatch

static uint32_t emit_statement(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    switch (expr->kind) {
    case TREE_LET: emit_let(f, expr); return COR_NONE;
    case TREE_ASSIGN:
    case TREE_COMPOUND: emit_assign(f, expr); return COR_NONE;
    case TREE_IF: return emit_if(f, expr, want);
    case TREE_MATCH: return emit_match(f, expr, want);
    case TREE_BLOCK: return emit_block(f, expr, want);
    case TREE_WHILE: emit_while(f, expr); return COR_NONE;
    case TREE_FOR_RANGE: emit_for_range(f, expr); return COR_NONE;
    case TREE_FOR_ARRAY: emit_for_array(f, expr); return COR_NONE;
    case TREE_FOR_ITERATE: emit_for_iterate(f, expr); return COR_NONE;
    case TREE_BREAK:
    case TREE_CONTINUE: emit_exit_loop(f, expr); return COR_NONE;
    case TREE_RETURN: return emit_return_value(f, expr);
    case TREE_THROW: return emit_throw(f, expr);
    case TREE_TRY: return emit_try(f, expr, want);
    case TREE_TRY_OPTIONAL: return emit_try_optional(f, expr, want);
    default: return COR_NONE;
    }
}

static uint32_t emit_live(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    switch (expr->kind) {
    case TREE_CONSTANT: return emit_constant(f, &expr->constant, want);
    case TREE_NULL: return emit_none(f, expr, want);
    case TREE_VARIABLE: emit_at(f, expr->span); return emit_variable_get(f, expr->variable, want);
    case TREE_HOLE: return emit_into(f, f->hole, want);
    case TREE_FIELD:
    case TREE_TUPLE_FIELD:
    case TREE_ELEMENT:
    case TREE_PROPERTY:
    case TREE_SUBSCRIPT: return emit_read_place(f, expr, want);
    case TREE_ENUM_CASE: return emit_enum_case(f, expr, want);
    case TREE_STRUCT:
    case TREE_TUPLE: return emit_list_of(f, expr, want, COR_OP_STRUCT);
    case TREE_ARRAY:
    case TREE_LIST:
    case TREE_SET:
    case TREE_MAP: return emit_collection(f, expr, want);
    case TREE_ARRAY_NEW:
        return expr->flag ? emit_array_generate(f, expr, want) : emit_array_fill(f, expr, want);
    case TREE_LAMBDA:
    case TREE_FUNCTION: return emit_lambda(f, expr, want);
    case TREE_CALL:
    case TREE_CALL_VIRTUAL:
    case TREE_CALL_VALUE:
    case TREE_NEW:
    case TREE_SUPER_INIT: return emit_call(f, expr, want);
    case TREE_CALL_MUT: return emit_call_mut(f, expr, want);
    case TREE_PRINT: emit_print(f, expr); return COR_NONE;
    case TREE_UNARY:
        return expr->op == OPERATOR_NOT && expr->a->kind != TREE_VARIABLE ? emit_truth(f, expr, want)
                                                                          : emit_unary(f, expr, want);
    case TREE_BINARY: return emit_binary(f, expr, want);
    case TREE_COMPARE: return emit_compare(f, expr, want);
    case TREE_AND:
    case TREE_OR:
    case TREE_TEST: return emit_truth(f, expr, want);
    case TREE_COALESCE: return emit_coalesce(f, expr, want);
    case TREE_OPTIONAL_CHAIN: return emit_optional_chain(f, expr, want);
    case TREE_CONCAT: return emit_concat(f, expr, want);
    case TREE_TO_STRING: return emit_to_string(f, expr, want);
    case TREE_FORMAT: return emit_format(f, expr, want);
    case TREE_CONVERT: return emit_conversion(f, COR_OP_CONVERT, expr, want);
    case TREE_UPCAST: return emit_conversion(f, COR_OP_UPCAST, expr, want);
    case TREE_SOME: return emit_conversion(f, COR_OP_SOME, expr, want);
    case TREE_UNWRAP: return emit_conversion(f, COR_OP_UNWRAP, expr, want);
    case TREE_CAST: return emit_conversion(f, COR_OP_CAST, expr, want);
    case TREE_TRY_CAST: return emit_conversion(f, COR_OP_TRY_CAST, expr, want);
    case TREE_IS: return emit_is(f, expr, want);
    default: return emit_statement(f, expr, want);
    }
}

uint32_t emit_expr(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    if (!f->live)
        return want != COR_NONE ? want : emit_destination(f, expr, COR_NONE);
    uint32_t result = emit_live(f, expr, want);
    // Behind an expression that does not return, whatever is asked for is a register nobody reads.
    if (!f->live && result == COR_NONE)
        result = want;
    return result;
}

// Type arguments: inference variables and what arguments and expected results say about them.
//
// The variables of a call live on a stack while its arguments are checked. Each has at most one solution, the
// first that is found, or what joins the values given for it (check_call.c); arguments are then converted to the
// parameter types that follow from it, so a later contradiction is reported where it stands. Nothing with an open
// variable is ever a solution.
#include "compiler/check.h"

uint32_t check_infer_begin(Body *b, TypeParameter *const *parameters, uint32_t count) {
    uint32_t first = b->variable_count;
    for (uint32_t i = 0; i < count; i++) {
        InferenceVariable variable = {.parameter = parameters[i]};
        ARENA_PUSH(b->arena, b->variables, b->variable_count, b->variable_capacity, variable);
    }
    return first;
}

void check_infer_end(Body *b, uint32_t first) {
    b->variable_count = first;
}

const Type *check_infer_variable(Body *b, uint32_t number) {
    return types_variable(b->types, number);
}

const Type *check_resolve(Body *b, const Type *type) {
    if (!type || !type->has_variables)
        return type;
    if (type->kind == TYPE_VARIABLE) {
        const Type *solution =
            type->variable < b->variable_count ? b->variables[type->variable].solution : NULL;
        return solution ? solution : type;
    }
    const Type **args = ARENA_ARRAY(b->arena, const Type *, type->arg_count);
    for (uint32_t i = 0; i < type->arg_count; i++)
        args[i] = check_resolve(b, type->args[i]);
    switch (type->kind) {
    case TYPE_OPTIONAL: return types_optional(b->types, args[0]);
    case TYPE_ARRAY: return types_array(b->types, args[0]);
    case TYPE_TUPLE: return types_tuple(b->types, args, type->arg_count);
    case TYPE_FUNCTION: return types_function(b->types, args, type->arg_count - 1, args[type->arg_count - 1]);
    case TYPE_NAMED: return types_named(b->types, type->decl, args, type->arg_count);
    default: return type;
    }
}

bool check_concrete(Body *b, const Type **type) {
    *type = check_resolve(b, *type);
    return *type && !(*type)->has_variables;
}

static void check_solve(Body *b, const Type *variable, const Type *actual) {
    if (variable->variable >= b->variable_count || actual->has_variables)
        return;
    InferenceVariable *open = &b->variables[variable->variable];
    if (!open->solution && actual->kind != TYPE_NULL && actual->kind != TYPE_NEVER &&
        actual->kind != TYPE_VOID)
        open->solution = actual;
}

void check_infer(Body *b, const Type *pattern, const Type *actual) {
    pattern = check_resolve(b, pattern);
    actual = check_resolve(b, actual);
    if (!pattern || !actual || !pattern->has_variables)
        return;
    switch (pattern->kind) {
    case TYPE_VARIABLE: check_solve(b, pattern, actual); return;
    case TYPE_OPTIONAL: check_infer(b, pattern->args[0], check_strip(actual)); return;
    case TYPE_NAMED:
        if (actual->kind != TYPE_NAMED || actual->decl != pattern->decl) {
            const Type *above = actual->has_variables || actual->has_error ? NULL
                                : pattern->decl->kind == COR_DEF_INTERFACE
                                    ? find_interface(b->checker, actual, pattern->decl)
                                    : find_supertype(b->checker, actual, pattern->decl);
            if (!above)
                return;
            actual = above;
        }
        break;
    case TYPE_ARRAY:
    case TYPE_TUPLE:
    case TYPE_FUNCTION:
        if (actual->kind != pattern->kind || actual->arg_count != pattern->arg_count)
            return;
        break;
    default: return;
    }
    for (uint32_t i = 0; i < pattern->arg_count && i < actual->arg_count; i++) {
        check_infer(b, pattern->args[i], actual->args[i]);
    }
}

void check_infer_invariant(Body *b, const Type *pattern, const Type *expected) {
    if (!pattern || !expected || !pattern->has_variables)
        return;
    if (expected->kind == TYPE_OPTIONAL && pattern->kind != TYPE_OPTIONAL)
        expected = expected->args[0];
    if (pattern->kind == TYPE_OPTIONAL && expected->kind == TYPE_OPTIONAL) {
        check_infer_invariant(b, pattern->args[0], expected->args[0]);
        return;
    }
    bool same =
        pattern->kind == expected->kind && pattern->arg_count == expected->arg_count &&
        (pattern->kind == TYPE_ARRAY || (pattern->kind == TYPE_NAMED && pattern->decl == expected->decl));
    for (uint32_t i = 0; same && i < pattern->arg_count; i++)
        check_infer(b, pattern->args[i], expected->args[i]);
}

// Expressions: the dispatch over their kinds, and the small forms.
#include "compiler/check.h"

TreeExpr *check_operand(Body *b, const AstExpr *e, const Type *hint) {
    TreeExpr *value = check_expr(b, e, hint && hint->kind == TYPE_VOID ? NULL : hint);
    if (value->type->kind != TYPE_VOID)
        return value;
    Diagnostic *d = check_report(b, DIAGNOSTIC_NO_VALUE, e->span, NULL, NULL);
    diagnostic_label(d, "this gives no value");
    check_help_no_value(d, value);
    return check_error_tree(b, e->span);
}

TreeExpr *check_value(Body *b, const AstExpr *e, const Type *target) {
    return check_convert(b, check_expr(b, e, target), target, e->span);
}

// -------------------------------------------------------------------------------------------------- names

static TreeExpr *check_self(Body *b, const AstExpr *e) {
    Context *context = check_self_context(b);
    if (!context) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NO_SELF, e->span, NULL, NULL);
        diagnostic_label(d, "there is no object here");
        diagnostic_help(d, "`self` exists in methods, constructors and properties that are not static");
        return check_error_tree(b, e->span);
    }
    Variable *self = context->function->self;
    if (self->function != b->context->function && !self->is_let && context->function->kind != FUNCTION_INIT &&
        !check_info(b, self)->is_captured) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_CAPTURED_SELF, e->span, NULL, NULL);
        diagnostic_label(d, "captured by a closure");
        diagnostic_help(d, "copy what the closure needs into a `let` before it");
    }
    check_self_use(b, e->span);
    return check_read_variable(b, self, e->span);
}

// ---------------------------------------------------------------------------------------------- postfix `!`

TreeExpr *check_unwrap(Body *b, const AstExpr *e, const Type *hint) {
    const Type *inner = hint && hint->kind != TYPE_VOID && !hint->has_variables && hint->kind != TYPE_ANY
                            ? types_optional(b->types, hint)
                            : NULL;
    const AstExpr *operand = e->operand.operand;
    TreeExpr *value = check_operand(b, operand, inner);
    if (value->type->has_error || value->type->kind == TYPE_NEVER)
        return value;
    if (value->type->kind != TYPE_OPTIONAL) {
        if (((value->kind == TREE_UNWRAP || value->kind == TREE_CAST) && value->flag) || b->inferring)
            return value; // narrowed already
        Diagnostic *d =
            check_report(b, DIAGNOSTIC_UNNEEDED_UNWRAP, e->span, check_name_of(b, value->type), NULL);
        Span mark = {e->span.file, operand->span.end, e->span.end};
        diagnostic_suggest(d, mark, "", "it is never null: remove the `!`");
        return value;
    }
    return check_unary_tree(b, TREE_UNWRAP, value->type->args[0], value, e->span);
}

static TreeExpr *check_not_supported(Body *b, const AstExpr *e, const char *what) {
    check_report(b, DIAGNOSTIC_NOT_SUPPORTED, e->span, what, NULL);
    return check_error_tree(b, e->span);
}

TreeExpr *check_expr(Body *b, const AstExpr *e, const Type *hint) {
    switch (e->kind) {
    case AST_EXPR_ERROR: return check_error_tree(b, e->span);
    case AST_EXPR_INT:
    case AST_EXPR_FLOAT:
    case AST_EXPR_CHAR:
    case AST_EXPR_STRING:
    case AST_EXPR_BOOL:
    case AST_EXPR_NULL: return check_literal(b, e, hint);
    case AST_EXPR_INTERPOLATION: return check_interpolation(b, e);
    case AST_EXPR_TUPLE: return check_tuple(b, e, hint);
    case AST_EXPR_LIST: return check_list(b, e, hint);
    case AST_EXPR_MAP: return check_map(b, e, hint);
    case AST_EXPR_SELF: return check_self(b, e);
    case AST_EXPR_NAME:
    case AST_EXPR_MEMBER:
    case AST_EXPR_INSTANTIATE:
    case AST_EXPR_IMPLICIT_MEMBER: {
        Reference reference = check_reference(b, e, hint);
        return check_reference_value(b, &reference, e, hint);
    }
    case AST_EXPR_SUPER: return check_error_tree(b, e->span); // the parser has reported it
    case AST_EXPR_TUPLE_MEMBER: return check_tuple_member(b, e);
    case AST_EXPR_OPTIONAL_CHAIN: return check_chain(b, e, hint);
    case AST_EXPR_CALL: return check_call(b, e, hint);
    case AST_EXPR_INDEX: return check_index(b, e, true);
    case AST_EXPR_SLICE: return check_slice(b, e);
    case AST_EXPR_UNWRAP: return check_unwrap(b, e, hint);
    case AST_EXPR_UNARY: return check_unary(b, e, hint);
    case AST_EXPR_BINARY: return check_binary(b, e, hint);
    case AST_EXPR_RANGE: return check_range(b, e);
    case AST_EXPR_CAST: return check_cast(b, e);
    case AST_EXPR_IS: return check_is_test(b, e);
    case AST_EXPR_TRY_OPTIONAL: return check_try_optional(b, e, hint);
    case AST_EXPR_LAMBDA: return check_lambda(b, e, hint);
    case AST_EXPR_BLOCK: return check_block(b, e, hint);
    case AST_EXPR_IF: return check_if(b, e, hint);
    case AST_EXPR_MATCH: return check_match(b, e, hint);
    case AST_EXPR_TRY: return check_try(b, e, hint);
    case AST_EXPR_THROW: return check_throw(b, e);
    case AST_EXPR_RETURN: return check_return(b, e);
    case AST_EXPR_BREAK:
    case AST_EXPR_CONTINUE: return check_jump(b, e);
    case AST_EXPR_SPAWN: return check_not_supported(b, e, "spawn");
    case AST_EXPR_SCOPE: return check_not_supported(b, e, "scope");
    case AST_EXPR_SELECT: return check_not_supported(b, e, "select");
    }
    return check_error_tree(b, e->span);
}

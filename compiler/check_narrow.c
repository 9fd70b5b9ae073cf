// Conditions: what is known when they are true and when they are false.
#include "compiler/check.h"

// The variable that a plain name means, if tests of it may narrow it.
static Variable *check_narrowable(Body *b, const AstExpr *e) {
    if (e->kind != AST_EXPR_NAME || !e->name.name.text)
        return NULL;
    const Local *local = check_find_local(b, e->name.name.text);
    if (!local) {
        Symbol symbol = lookup_name(b->checker, e->name.name.text);
        return symbol.kind == SYMBOL_GLOBAL && symbol.global->is_let ? symbol.global : NULL;
    }
    if (!local->variable || (!local->variable->is_let && check_info(b, local->variable)->closure_assigned))
        return NULL;
    return local->variable;
}

// The variable as it is under its narrowing: the test of what is known already is no mistake.
static TreeExpr *check_unnarrowed(TreeExpr *value) {
    while ((value->kind == TREE_UNWRAP || value->kind == TREE_CAST) && value->flag)
        value = value->a;
    return value;
}

static TreeExpr *check_null_test(Body *b, const AstExpr *e, Flow *when_true, Flow *when_false) {
    bool left_null = e->binary.left->kind == AST_EXPR_NULL;
    const AstExpr *operand = left_null ? e->binary.right : e->binary.left;
    TreeExpr *value = check_operand(b, operand, NULL);
    Variable *variable = check_narrowable(b, operand);
    const Type *known = value->type;
    if (value->type->kind != TYPE_OPTIONAL)
        value = check_unnarrowed(value);
    TreeExpr *null = check_tree(b, TREE_NULL, check_builtin(b, TYPE_NULL),
                                left_null ? e->binary.left->span : e->binary.right->span);
    TreeExpr *tree = check_apply_binary(b, e->binary.operator, left_null ? null : value,
                                        left_null ? value : null, e->span, e->binary.operator_span);
    *when_true = *when_false = b->flow;
    if (variable && known->kind == TYPE_OPTIONAL)
        flow_narrow(b->arena, e->binary.operator== AST_BINARY_EQUAL ? when_false : when_true, variable,
                    known->args[0]);
    return tree;
}

static TreeExpr *check_type_test(Body *b, const AstExpr *e, Flow *when_true, Flow *when_false) {
    TreeExpr *tree = check_is_test(b, e);
    Variable *variable = check_narrowable(b, e->cast.operand);
    *when_true = *when_false = b->flow;
    if (variable && tree->kind == TREE_IS)
        flow_narrow(b->arena, when_true, variable, tree->test_type);
    return tree;
}

static TreeExpr *check_logic(Body *b, const AstExpr *e, Flow *when_true, Flow *when_false) {
    bool is_and = e->binary.operator== AST_BINARY_AND;
    Flow left_true, left_false, right_true, right_false;
    TreeExpr *left = check_condition_expr(b, e->binary.left, &left_true, &left_false);
    b->flow = is_and ? left_true : left_false;
    TreeExpr *right = check_condition_expr(b, e->binary.right, &right_true, &right_false);
    *when_true = is_and ? right_true : flow_join(b->arena, left_true, right_true);
    *when_false = is_and ? flow_join(b->arena, left_false, right_false) : right_false;
    if (left->type->has_error || right->type->has_error)
        return check_error_tree(b, e->span);
    TreeExpr *tree =
        check_unary_tree(b, is_and ? TREE_AND : TREE_OR, check_builtin(b, TYPE_BOOL), left, e->span);
    tree->b = right;
    return tree;
}

static bool check_is_condition(const AstExpr *e) {
    switch (e->kind) {
    case AST_EXPR_IS: return true;
    case AST_EXPR_UNARY: return e->unary.operator== AST_UNARY_NOT && check_is_condition(e->unary.operand);
    case AST_EXPR_BINARY:
        return e->binary.operator== AST_BINARY_AND || e->binary.operator== AST_BINARY_OR ||(
            (e->binary.operator== AST_BINARY_EQUAL || e->binary.operator== AST_BINARY_NOT_EQUAL) &&
            (e->binary.left->kind == AST_EXPR_NULL || e->binary.right->kind == AST_EXPR_NULL));
    default: return false;
    }
}

TreeExpr *check_condition_expr(Body *b, const AstExpr *e, Flow *when_true, Flow *when_false) {
    if (!check_is_condition(e)) {
        TreeExpr *tree = check_value(b, e, check_builtin(b, TYPE_BOOL));
        *when_true = *when_false = b->flow;
        return tree;
    }
    if (e->kind == AST_EXPR_IS)
        return check_type_test(b, e, when_true, when_false);
    if (e->kind == AST_EXPR_UNARY) {
        TreeExpr *operand = check_condition_expr(b, e->unary.operand, when_false, when_true);
        if (operand->type->has_error)
            return operand;
        TreeExpr *tree = check_unary_tree(b, TREE_UNARY, check_builtin(b, TYPE_BOOL), operand, e->span);
        tree->op = OPERATOR_NOT;
        return tree;
    }
    if (e->binary.operator== AST_BINARY_AND || e->binary.operator== AST_BINARY_OR)
        return check_logic(b, e, when_true, when_false);
    return check_null_test(b, e, when_true, when_false);
}

// `let pattern = value` takes the value out of an optional.
static TreeExpr *check_let_condition(Body *b, const AstCondition *condition) {
    TreeExpr *value = check_operand(b, condition->value, NULL);
    const Type *type = value->type;
    if (type->kind == TYPE_NULL)
        type = check_builtin(b, TYPE_ERROR);
    bool optional = type->kind == TYPE_OPTIONAL;
    bool narrowed = (value->kind == TREE_UNWRAP || value->kind == TREE_CAST) && value->flag;
    bool names_case = type->kind == TYPE_NAMED && type->decl->kind == COR_DEF_ENUM;
    if (!optional && !narrowed && !names_case && condition->pattern->kind == AST_PATTERN_NAME &&
        !type->has_error && type->kind != TYPE_NEVER) {
        Diagnostic *d =
            check_report(b, DIAGNOSTIC_ALWAYS_MATCHES, condition->value->span, check_name_of(b, type), NULL);
        diagnostic_label(d, "this is never null");
    }
    bool is_null_pattern = condition->pattern->kind == AST_PATTERN_LITERAL &&
                           condition->pattern->literal.value->kind == AST_EXPR_NULL;
    TreePattern *pattern =
        check_pattern(b, condition->pattern, optional && !is_null_pattern ? type->args[0] : type, true);
    if (optional && !is_null_pattern) {
        TreePattern *some = ARENA_NEW(b->arena, TreePattern);
        *some = (TreePattern){.kind = PATTERN_SOME, .type = type, .span = pattern->span, .sub = pattern};
        pattern = some;
    }
    TreeExpr *tree = check_unary_tree(b, TREE_TEST, check_builtin(b, TYPE_BOOL), value, condition->span);
    tree->pattern = pattern;
    return tree;
}

TreeExpr *check_condition(Body *b, const AstCondition *condition, Flow *when_true, Flow *when_false) {
    if (!condition->pattern)
        return check_condition_expr(b, condition->value, when_true, when_false);
    TreeExpr *tree = check_let_condition(b, condition);
    *when_true = *when_false = b->flow;
    return tree;
}

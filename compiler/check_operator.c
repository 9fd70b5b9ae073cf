// Operators: built-in ones on built-in types, equality and order by the language's rules, operator functions.
#include "compiler/check.h"

#include <string.h>

// Built-in meaning of the binary operators, by AstBinaryOperator.
typedef enum OperatorGroup {
    GROUP_ARITHMETIC,
    GROUP_BITS,
    GROUP_SHIFT,
    GROUP_ORDER,
    GROUP_EQUALITY,
    GROUP_IDENTITY,
    GROUP_LOGIC
} OperatorGroup;

static const struct {
    TreeOperator operator;
    OperatorGroup group;
} binary_operators[AST_BINARY_COUNT] = {
    [AST_BINARY_MULTIPLY] = {OPERATOR_MUL, GROUP_ARITHMETIC},
    [AST_BINARY_DIVIDE] = {OPERATOR_DIV, GROUP_ARITHMETIC},
    [AST_BINARY_REMAINDER] = {OPERATOR_REM, GROUP_ARITHMETIC},
    [AST_BINARY_ADD] = {OPERATOR_ADD, GROUP_ARITHMETIC},
    [AST_BINARY_SUBTRACT] = {OPERATOR_SUB, GROUP_ARITHMETIC},
    [AST_BINARY_SHIFT_LEFT] = {OPERATOR_SHL, GROUP_SHIFT},
    [AST_BINARY_SHIFT_RIGHT] = {OPERATOR_SHR, GROUP_SHIFT},
    [AST_BINARY_SHIFT_RIGHT_LOGICAL] = {OPERATOR_USHR, GROUP_SHIFT},
    [AST_BINARY_BIT_AND] = {OPERATOR_AND, GROUP_BITS},
    [AST_BINARY_BIT_XOR] = {OPERATOR_XOR, GROUP_BITS},
    [AST_BINARY_BIT_OR] = {OPERATOR_OR, GROUP_BITS},
    [AST_BINARY_LESS] = {OPERATOR_LT, GROUP_ORDER},
    [AST_BINARY_LESS_EQUAL] = {OPERATOR_LE, GROUP_ORDER},
    [AST_BINARY_GREATER] = {OPERATOR_GT, GROUP_ORDER},
    [AST_BINARY_GREATER_EQUAL] = {OPERATOR_GE, GROUP_ORDER},
    [AST_BINARY_EQUAL] = {OPERATOR_EQ, GROUP_EQUALITY},
    [AST_BINARY_NOT_EQUAL] = {OPERATOR_NE, GROUP_EQUALITY},
    [AST_BINARY_SAME] = {OPERATOR_SAME, GROUP_IDENTITY},
    [AST_BINARY_NOT_SAME] = {OPERATOR_NOT_SAME, GROUP_IDENTITY},
    [AST_BINARY_AND] = {OPERATOR_AND, GROUP_LOGIC},
    [AST_BINARY_OR] = {OPERATOR_OR, GROUP_LOGIC},
    [AST_BINARY_COALESCE] = {OPERATOR_OR, GROUP_LOGIC},
};

TreeOperator check_tree_operator(AstBinaryOperator operator) {
    return binary_operators[operator].operator;
}

// -------------------------------------------------------------------------------------------------- unary

static TreeExpr *check_no_unary(Body *b, const AstExpr *e, const Type *type) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_NO_UNARY, e->span, ast_unary_spelling(e->unary.operator),
                                 check_name_of(b, type));
    if (e->unary.operator== AST_UNARY_NEGATE && type_is_integer(type))
        diagnostic_help(
            d, "an unsigned number has no negative: convert it to a signed type first, as in `-(x as int)`");
    else if (e->unary.operator== AST_UNARY_NOT && type_is_integer(type))
        diagnostic_help(d, "compare it with `== 0`, or use `~` for the complement of its bits");
    else if (e->unary.operator== AST_UNARY_NOT && type->kind == TYPE_OPTIONAL)
        diagnostic_help(d, "compare it with `== null`");
    return check_error_tree(b, e->span);
}

// The hint of an arithmetic expression is that of its operands, when it is a number.
static const Type *check_operand_hint(OperatorGroup group, const Type *hint) {
    const Type *type = check_strip(hint);
    bool arithmetic = group == GROUP_ARITHMETIC || group == GROUP_BITS || group == GROUP_SHIFT;
    return arithmetic && type && type_is_number(type) ? type : NULL;
}

TreeExpr *check_unary(Body *b, const AstExpr *e, const Type *hint) {
    AstUnaryOperator operator= e->unary.operator;
    const AstExpr *operand = e->unary.operand;
    if (operator== AST_UNARY_NEGATE &&(operand->kind == AST_EXPR_INT || operand->kind == AST_EXPR_FLOAT))
        return check_negative_literal(b, e, hint);
    TreeExpr *value = check_operand(
        b, operand, check_operand_hint(GROUP_ARITHMETIC, operator== AST_UNARY_NOT ? NULL : hint));
    const Type *type = value->type;
    if (type->has_error || type->kind == TYPE_NEVER)
        return value;
    TreeExpr *tree = check_unary_tree(b, TREE_UNARY, type, value, e->span);
    switch (operator) {
    case AST_UNARY_NEGATE:
        tree->op = OPERATOR_NEG;
        if (type_is_float(type) || (type_is_integer(type) && type_is_signed(type)))
            return tree;
        break;
    case AST_UNARY_NOT:
        tree->op = OPERATOR_NOT;
        if (type->kind == TYPE_BOOL)
            return tree;
        break;
    case AST_UNARY_COMPLEMENT:
        tree->op = OPERATOR_COMPLEMENT;
        if (type_is_integer(type))
            return tree;
        break;
    }
    static const char *const names[] = {
        [AST_UNARY_NEGATE] = "neg", [AST_UNARY_NOT] = "not", [AST_UNARY_COMPLEMENT] = "~"};
    Member member;
    if (check_need_method(b, type, names[operator], &member) && member.method->parameter_count == 0)
        return check_make_call(b, &member, value, NULL, 0, e->span);
    return check_no_unary(b, e, type);
}

// -------------------------------------------------------------------------------------- built-in operators

static TreeExpr *check_binary_tree(Body *b, AstBinaryOperator operator, const Type * type, TreeExpr *left,
                                   TreeExpr *right, Span span) {
    TreeExpr *tree = check_unary_tree(b, TREE_BINARY, type, left, span);
    tree->op = check_tree_operator(operator);
    tree->b = right;
    return tree;
}

// A bare literal takes the type of the other operand.
static void check_adapt_operands(Body *b, TreeExpr **left, TreeExpr **right) {
    if ((*left)->type == (*right)->type)
        return;
    bool out_of_range;
    TreeExpr *adapted = check_adapt(b, *right, (*left)->type, &out_of_range);
    if (adapted || out_of_range) {
        *right = check_convert(b, *right, check_strip(check_strip((*left)->type)), (*right)->span);
        return;
    }
    adapted = check_adapt(b, *left, (*right)->type, &out_of_range);
    if (adapted || out_of_range)
        *left = check_convert(b, *left, check_strip(check_strip((*right)->type)), (*left)->span);
}

static TreeExpr *check_concat(Body *b, TreeExpr *left, TreeExpr *right, Span span) {
    if (left->kind == TREE_CONCAT &&
        left->flag) { // a + b + c is one concatenation; capacity is a power of two
        uint32_t count = left->arg_count;
        if ((count & (count - 1)) == 0) {
            TreeExpr **larger = ARENA_ARRAY(b->arena, TreeExpr *, (size_t)count * 2);
            memcpy(larger, left->args, count * sizeof *larger);
            left->args = larger;
        }
        left->args[left->arg_count++] = right;
        return left;
    }
    TreeExpr *tree = check_tree(b, TREE_CONCAT, check_builtin(b, TYPE_STRING), span);
    tree->flag = true;
    tree->args = ARENA_ARRAY(b->arena, TreeExpr *, 2);
    tree->arg_count = 2;
    tree->args[0] = left;
    tree->args[1] = right;
    return tree;
}

static void check_help_operands(Body *b, Diagnostic *d, AstBinaryOperator operator, const TreeExpr * left,
                                const TreeExpr *right) {
    const Type *l = left->type, *r = right->type;
    if ((operator== AST_BINARY_ADD &&(l->kind == TYPE_STRING || r->kind == TYPE_STRING)) ||
        (operator== AST_BINARY_REMAINDER && l->kind == TYPE_STRING))
        diagnostic_help(d, "text is made of any value by interpolation: \"{...}\"");
    else if (operator== AST_BINARY_MULTIPLY && l->kind == TYPE_STRING && type_is_integer(r))
        diagnostic_help(d, "a text is repeated by `text.repeat(n)`");
    else if (operator== AST_BINARY_MULTIPLY && l->kind == TYPE_NAMED && l->decl == b->checker->core.List)
        diagnostic_help(d, "a list of equal values is made by `List.filled(n, value)`");
    else if (l->kind == TYPE_OPTIONAL || r->kind == TYPE_OPTIONAL)
        diagnostic_help(d, "a value that may be null is taken with `!`, `??` or `if let` first");
    else if (l == r && type_is_float(l))
        diagnostic_help(d, "convert the numbers to integers first: `... as int`");
    else if (type_is_number(l) && type_is_number(r))
        diagnostic_help(d, "numbers of different types are converted explicitly: `... as %s`",
                        check_name_of(b, type_is_float(r) ? r : l));
    else if ((l->kind == TYPE_U8 && r->kind == TYPE_STRING) || (l->kind == TYPE_STRING && r->kind == TYPE_U8))
        diagnostic_help(d, "a subscript of a text is a byte: compare it with a character, `text[i] == 'a'`");
    else if ((l->kind == TYPE_CHAR && r->kind == TYPE_STRING) ||
             (l->kind == TYPE_STRING && r->kind == TYPE_CHAR))
        diagnostic_help(d, "a character stands in single quotes: `'a'`");
    else if (l->kind == TYPE_CHAR || r->kind == TYPE_CHAR)
        diagnostic_help(d, "convert the character to its code first: `c as int`");
}

static TreeExpr *check_no_binary(Body *b, AstBinaryOperator operator, const TreeExpr * left,
                                 const TreeExpr *right, Span span, Span operator_span) {
    const char *types =
        arena_printf(b->arena, "`%s` and `%s`", check_name_of(b, left->type), check_name_of(b, right->type));
    Diagnostic *d = check_report(b, DIAGNOSTIC_NO_BINARY, span, ast_binary_spelling(operator), types);
    (void)operator_span;
    check_help_operands(b, d, operator, left, right);
    return check_error_tree(b, span);
}

static TreeExpr *check_operator_function(Body *b, AstBinaryOperator operator, TreeExpr * left,
                                         TreeExpr *right, Span span, Span operator_span) {
    Member member;
    Span right_span = right->span;
    if (!check_need_method(b, left->type, ast_binary_spelling(operator), &member) ||
        member.method->parameter_count != 1)
        return check_no_binary(b, operator, left, right, span, operator_span);
    if (!check_infer_operator(b, &member, right, right_span))
        return check_error_tree(b, span);
    const Type *parameter = check_through(b, &member, member.method, member.method->parameters[0].type);
    if (!check_converts(b, right, parameter)) {
        if (left->type->kind == TYPE_STRING)
            return check_no_binary(b, operator, left, right, span, operator_span);
        check_report_mismatch(b, right_span, right, parameter, right->type);
        return check_error_tree(b, span);
    }
    return check_make_call(b, &member, left, &right, 1, operator_span);
}

// ------------------------------------------------------------------------------------ equality and order

// Both operands as one type, or false.
static bool check_one_type(Body *b, TreeExpr **left, TreeExpr **right) {
    if ((*left)->type == (*right)->type)
        return true;
    if (check_converts(b, *right, (*left)->type))
        *right = check_convert(b, *right, (*left)->type, (*right)->span);
    else if (check_converts(b, *left, (*right)->type))
        *left = check_convert(b, *left, (*right)->type, (*left)->span);
    else
        return false;
    return true;
}

static const Type *check_class_inside(const Type *type) {
    type = check_strip(type);
    return type->kind == TYPE_NAMED &&
                   (type->decl->kind == COR_DEF_CLASS || type->decl->kind == COR_DEF_INTERFACE)
               ? type
               : NULL;
}

static TreeExpr *check_equality(Body *b, AstBinaryOperator operator, TreeExpr * left, TreeExpr *right,
                                Span span, Span operator_span) {
    const Type *bool_type = check_builtin(b, TYPE_BOOL);
    bool null = left->type->kind == TYPE_NULL || right->type->kind == TYPE_NULL;
    const TreeExpr *other = left->type->kind == TYPE_NULL ? right : left;
    if (null && other->type->kind != TYPE_OPTIONAL && other->type->kind != TYPE_NULL) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NEVER_NULL, span, check_name_of(b, other->type), NULL);
        diagnostic_label(d, operator== AST_BINARY_EQUAL ? "this is always false" : "this is always true");
        return check_error_tree(b, span);
    }
    if (left->type->kind == TYPE_NULL && right->type->kind == TYPE_NULL)
        left = check_convert(b, left, types_optional(b->types, bool_type), span);
    if (!check_one_type(b, &left, &right)) {
        const char *types = arena_printf(b->arena, "`%s` and `%s`", check_name_of(b, left->type),
                                         check_name_of(b, right->type));
        Diagnostic *d = check_report(b, DIAGNOSTIC_COMPARE_TYPES, span, types, NULL);
        check_help_operands(b, d, operator, left, right);
        return check_error_tree(b, span);
    }
    const char *reason = NULL;
    bool ordered = left->type->kind == TYPE_PARAM && is_comparable(b->checker, left->type, NULL);
    if (!null && !left->type->has_error && !ordered && !is_equatable(b->checker, left->type, &reason)) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NO_EQUALITY, span, check_name_of(b, left->type),
                                     ast_binary_spelling(operator));
        if (reason)
            diagnostic_note(d, "%s", reason);
        if (check_class_inside(left->type)) {
            const char *same = operator== AST_BINARY_EQUAL ? "===" : "!==";
            diagnostic_suggest(d, operator_span, same, "to ask whether both are the same object, use `%s`",
                               same);
        }
        return check_error_tree(b, span);
    }
    return check_binary_tree(b, operator, bool_type, left, right, operator_span);
}

static bool check_has_identity(const Type *type) {
    type = check_strip(type);
    return type->kind == TYPE_ARRAY || type->kind == TYPE_ANY || type->kind == TYPE_FUNCTION ||
           (type->kind == TYPE_NAMED &&
            (type->decl->kind == COR_DEF_CLASS || type->decl->kind == COR_DEF_INTERFACE));
}

static TreeExpr *check_identity(Body *b, AstBinaryOperator operator, TreeExpr * left, TreeExpr *right,
                                Span span, Span operator_span) {
    const Type *wrong = left->type->kind != TYPE_NULL && !check_has_identity(left->type)     ? left->type
                        : right->type->kind != TYPE_NULL && !check_has_identity(right->type) ? right->type
                                                                                             : NULL;
    if (wrong || (left->type->kind == TYPE_NULL && right->type->kind == TYPE_NULL)) {
        Diagnostic *d =
            check_report(b, DIAGNOSTIC_NO_IDENTITY, span, check_name_of(b, wrong ? wrong : left->type),
                         ast_binary_spelling(operator));
        const char *equal = operator== AST_BINARY_SAME ? "==" : "!=";
        diagnostic_suggest(d, operator_span, equal, "values are compared with `%s`", equal);
        return check_error_tree(b, span);
    }
    if (!check_one_type(b, &left, &right)) {
        const char *types = arena_printf(b->arena, "`%s` and `%s`", check_name_of(b, left->type),
                                         check_name_of(b, right->type));
        check_report(b, DIAGNOSTIC_COMPARE_TYPES, span, types, NULL);
        return check_error_tree(b, span);
    }
    return check_binary_tree(b, operator, check_builtin(b, TYPE_BOOL), left, right, operator_span);
}

static TreeExpr *check_order(Body *b, AstBinaryOperator operator, TreeExpr * left, TreeExpr *right, Span span,
                             Span operator_span) {
    if (!check_one_type(b, &left, &right))
        return check_no_binary(b, operator, left, right, span, operator_span);
    const Type *type = left->type, *bool_type = check_builtin(b, TYPE_BOOL);
    if (type_is_number(type) || type->kind == TYPE_CHAR || type->kind == TYPE_STRING)
        return check_binary_tree(b, operator, bool_type, left, right, operator_span);
    const char *reason = NULL;
    if (!is_comparable(b->checker, type, &reason)) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NO_ORDER, span, check_name_of(b, type), NULL);
        const char *name = check_name_of(b, type);
        if (type->kind == TYPE_PARAM)
            diagnostic_help(d, "bound the type parameter: `%s: Comparable<%s>`", name, name);
        else if (type->kind == TYPE_OPTIONAL)
            diagnostic_help(d, "a value that may be null is taken with `!`, `??` or `if let` first");
        else if (type->kind == TYPE_NAMED && type->decl->module == b->checker->module)
            diagnostic_help(d, "implement `Comparable<%s>`: `fn compare(other: %s): int`", name, name);
        else if (reason)
            diagnostic_note(d, "%s", reason);
        else
            check_help_operands(b, d, operator, left, right);
        return check_error_tree(b, span);
    }
    TreeExpr *tree = check_binary_tree(b, operator, bool_type, left, right, operator_span);
    tree->kind = TREE_COMPARE;
    return tree;
}

// ------------------------------------------------------------------------------------------------- binary

TreeExpr *check_apply_binary(Body *b, AstBinaryOperator operator, TreeExpr * left, TreeExpr *right, Span span,
                             Span operator_span) {
    if (left->type->has_error || right->type->has_error)
        return check_error_tree(b, span);
    if (left->type->kind == TYPE_NEVER || right->type->kind == TYPE_NEVER)
        return left->type->kind == TYPE_NEVER ? left : right;
    OperatorGroup group = binary_operators[operator].group;
    if (group != GROUP_SHIFT)
        check_adapt_operands(b, &left, &right);
    if (left->type->has_error || right->type->has_error)
        return check_error_tree(b, span);
    const Type *type = left->type;
    bool same = type == right->type;
    switch (group) {
    case GROUP_ARITHMETIC:
        if (operator== AST_BINARY_ADD && type->kind == TYPE_STRING && same)
            return check_concat(b, left, right, operator_span);
        if (type_is_number(type) && same)
            return check_binary_tree(b, operator, type, left, right, operator_span);
        break;
    case GROUP_BITS:
        if ((type_is_integer(type) || type->kind == TYPE_BOOL) && same)
            return check_binary_tree(b, operator, type, left, right, operator_span);
        break;
    case GROUP_SHIFT:
        if (type_is_integer(type) && type_is_integer(right->type))
            return check_binary_tree(b, operator, type, left, right, operator_span);
        break;
    case GROUP_ORDER: return check_order(b, operator, left, right, span, operator_span);
    case GROUP_EQUALITY: return check_equality(b, operator, left, right, span, operator_span);
    case GROUP_IDENTITY: return check_identity(b, operator, left, right, span, operator_span);
    case GROUP_LOGIC: break;
    }
    return check_operator_function(b, operator, left, right, span, operator_span);
}

TreeExpr *check_right_operand(Body *b, AstBinaryOperator operator, const TreeExpr * left,
                              const AstExpr *right) {
    OperatorGroup group = binary_operators[operator].group;
    const Type *type = left->type;
    if (group == GROUP_SHIFT && type_is_integer(type))
        return check_operand(b, right, NULL);
    if (type->has_error || type->kind == TYPE_NULL || type->kind == TYPE_NEVER)
        return check_operand(b, right, NULL);
    if (type_is_number(type) || group == GROUP_EQUALITY || group == GROUP_ORDER || group == GROUP_IDENTITY) {
        bool branches =
            right->kind == AST_EXPR_IF || right->kind == AST_EXPR_MATCH || right->kind == AST_EXPR_TRY;
        return check_operand(b, right, branches && !type_is_number(type) ? NULL : type);
    }
    Member member;
    if (group == GROUP_ARITHMETIC || group == GROUP_BITS || group == GROUP_SHIFT)
        if (type->kind != TYPE_STRING && check_need_method(b, type, ast_binary_spelling(operator), &member) &&
            member.method->parameter_count == 1)
            return check_operand(b, right, check_operator_hint(b, &member));
    return check_operand(b, right, NULL);
}

// Whether the hint says what `a ?? b` must be.
static bool check_coalesce_wanted(const Type *hint) {
    return hint && !hint->has_variables && !hint->has_error && hint->kind != TYPE_VOID &&
           hint->kind != TYPE_ANY;
}

static TreeExpr *check_coalesce(Body *b, const AstExpr *e, const Type *hint) {
    bool wanted = check_coalesce_wanted(hint);
    TreeExpr *left =
        check_operand(b, e->binary.left, wanted ? types_optional(b->types, check_strip(hint)) : NULL);
    return check_coalesce_with(b, left, e->binary.right, hint, e->binary.operator_span);
}

TreeExpr *check_coalesce_with(Body *b, TreeExpr *left, const AstExpr *right_ast, const Type *hint,
                              Span operator_span) {
    bool wanted = check_coalesce_wanted(hint);
    if (left->type->has_error) {
        check_operand(b, right_ast, hint);
        return check_error_tree(b, operator_span);
    }
    if (left->type->kind != TYPE_OPTIONAL) {
        bool narrowed = (left->kind == TREE_UNWRAP || left->kind == TREE_CAST) && left->flag;
        if (!narrowed && left->type->kind != TYPE_NEVER && left->type->kind != TYPE_NULL && !b->inferring) {
            Diagnostic *d = check_report(b, DIAGNOSTIC_UNNEEDED_COALESCE, operator_span,
                                         check_name_of(b, left->type), NULL);
            diagnostic_label(d, "the left side is never null");
            const char *get = intern_string(b->checker->names, "get");
            if (left->kind == TREE_SUBSCRIPT &&
                lookup_member(b->checker, left->a->type, get).kind != MEMBER_NONE)
                diagnostic_help(d, "a subscript throws where there is nothing; `get(...)` gives null");
        }
        Flow before = b->flow;
        TreeExpr *right = check_operand(b, right_ast, hint);
        b->flow = before;
        return left->type->kind == TYPE_NULL ? right : left;
    }
    Flow before = b->flow;
    const Type *inner = left->type->args[0];
    TreeExpr *right =
        check_operand(b, right_ast, wanted && check_type_converts(b, inner, hint) ? hint : inner);
    b->flow = flow_join(b->arena, before, b->flow);
    TreeExpr *tree = check_unary_tree(b, TREE_COALESCE, inner, left, operator_span);
    if (check_converts(b, right, inner)) {
        tree->b = check_convert(b, right, inner, right_ast->span);
    } else if (check_converts(b, right, left->type)) {
        tree->type = left->type;
        tree->b = check_convert(b, right, left->type, right_ast->span);
    } else if (check_type_converts(b, inner, right->type)) {
        tree->type = right->type;
        const Type *both =
            right->type->kind == TYPE_OPTIONAL ? right->type : types_optional(b->types, right->type);
        tree->a = check_convert(b, left, both, left->span);
        tree->b = right;
    } else if (hint && !hint->has_variables && check_type_converts(b, inner, hint) &&
               check_converts(b, right, hint)) {
        tree->type = hint;
        tree->a = check_convert(b, left, types_optional(b->types, hint), left->span);
        tree->b = check_convert(b, right, hint, right_ast->span);
    } else {
        check_report_mismatch(b, right_ast->span, right, inner, right->type);
        return check_error_tree(b, operator_span);
    }
    return tree;
}

TreeExpr *check_binary(Body *b, const AstExpr *e, const Type *hint) {
    AstBinaryOperator operator= e->binary.operator;
    if (operator== AST_BINARY_COALESCE)
        return check_coalesce(b, e, hint);
    bool null = e->binary.left->kind == AST_EXPR_NULL || e->binary.right->kind == AST_EXPR_NULL;
    if (operator == AST_BINARY_AND || operator == AST_BINARY_OR || (null && binary_operators[operator].group == GROUP_EQUALITY)) {
        Flow when_true, when_false;
        TreeExpr *tree = check_condition_expr(b, e, &when_true, &when_false);
        b->flow = flow_join(b->arena, when_true, when_false);
        return tree;
    }
    const Type *operands = check_operand_hint(binary_operators[operator].group, hint);
    TreeExpr *left, *right;
    if (check_is_literal_expr(e->binary.left) && !check_is_literal_expr(e->binary.right)) {
        bool shift = binary_operators[operator].group == GROUP_SHIFT;
        right = check_operand(b, e->binary.right, shift ? NULL : operands);
        bool adapts = !shift && (type_is_number(right->type) || check_is(right->type, TYPE_OPTIONAL));
        left = check_operand(b, e->binary.left, adapts ? right->type : operands);
    } else {
        left = check_operand(b, e->binary.left, operands);
        right = check_right_operand(b, operator, left, e->binary.right);
    }
    return check_apply_binary(b, operator, left, right, e->span, e->binary.operator_span);
}

// ------------------------------------------------------------------------------------------------- ranges

TreeExpr *check_range(Body *b, const AstExpr *e) {
    TypeDecl *range = b->checker->core.Range;
    const Type *integer = check_builtin(b, TYPE_I64);
    TreeExpr *low = check_value(b, e->range.low, integer), *high = check_value(b, e->range.high, integer);
    if (!range || range->init_count != 1 || range->inits[0]->parameter_count != 4) {
        check_report(b, DIAGNOSTIC_CORE_MISSING, e->span, "Range", NULL);
        return check_error_tree(b, e->span);
    }
    TreeExpr *tree = check_tree(b, TREE_NEW, range->self_type, e->span);
    tree->function = range->inits[0];
    tree->args = ARENA_ARRAY(b->arena, TreeExpr *, 4);
    tree->arg_count = 4;
    tree->args[0] = low;
    tree->args[1] = high;
    tree->args[2] = check_integer_tree(b, 1, e->span);
    tree->args[3] = check_constant_tree(
        b, (Constant){.type = check_builtin(b, TYPE_BOOL), .integer = e->range.inclusive}, e->span);
    return tree;
}

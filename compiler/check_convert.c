// Conversions: those that happen by themselves, made explicit in the tree, and `as`, `as?`, `is`.
//
// By themselves convert: a literal to any type it fits; null and T to T?; a value to `any` and the interfaces it
// implements (boxed); a class to its superclasses; a function to one whose parameters convert to its own and to
// whose result its own converts (through an adapter); never to everything.
#include "compiler/check.h"

// ------------------------------------------------------------------------------------------------- whether

TreeExpr *check_adapt(Body *b, const TreeExpr *value, const Type *target, bool *out_of_range) {
    *out_of_range = false;
    const Type *type = check_strip(check_strip(target));
    if (value->kind != TREE_CONSTANT || !value->flag)
        return NULL;
    Constant constant = value->constant;
    bool integer = type_is_integer(constant.type);
    if (integer && type_is_integer(type)) {
        bool negative = constant.integer < 0;
        uint64_t magnitude = negative ? 0 - (uint64_t)constant.integer : (uint64_t)constant.integer;
        if (!constant_fits(type, negative, magnitude)) {
            *out_of_range = true;
            return NULL;
        }
    } else if (integer && type_is_float(type)) {
        constant.real = (double)constant.integer;
    } else if (constant.type->kind == TYPE_CHAR && type->kind == TYPE_U8) {
        if (constant.integer >= 128) {
            *out_of_range = true;
            return NULL;
        }
    } else if (!(type_is_float(constant.type) && type_is_float(type))) {
        return NULL;
    }
    if (type->kind == TYPE_F32)
        constant.real = (double)(float)constant.real;
    constant.type = type;
    return check_constant_tree(b, constant, value->span);
}

static bool check_function_converts(Body *b, const Type *from, const Type *target) {
    if (from->arg_count != target->arg_count)
        return false;
    uint32_t last = from->arg_count - 1;
    for (uint32_t i = 0; i < last; i++)
        if (!check_type_converts(b, target->args[i], from->args[i]))
            return false;
    return target->args[last]->kind == TYPE_VOID ||
           check_type_converts(b, from->args[last], target->args[last]);
}

static bool check_is_top(const Type *type) {
    return type->kind == TYPE_ANY || (type->kind == TYPE_NAMED && type->decl->kind == COR_DEF_INTERFACE);
}

bool check_type_converts(Body *b, const Type *from, const Type *target) {
    if (from == target || from->kind == TYPE_ERROR || target->kind == TYPE_ERROR || from->has_error ||
        target->has_error || from->kind == TYPE_NEVER)
        return true;
    if (from->kind == TYPE_VOID || target->kind == TYPE_VOID)
        return false;
    if (target->kind == TYPE_OPTIONAL) {
        if (from->kind == TYPE_NULL || from == target->args[0])
            return true;
        return check_type_converts(b, check_strip(from), target->args[0]);
    }
    if (from->kind == TYPE_NULL)
        return false;
    if (is_subtype(b->checker, from, target) ||
        (check_is_top(target) && implements(b->checker, from, target)))
        return true;
    return from->kind == TYPE_FUNCTION && target->kind == TYPE_FUNCTION &&
           check_function_converts(b, from, target);
}

bool check_converts(Body *b, const TreeExpr *value, const Type *target) {
    bool out_of_range;
    if (check_type_converts(b, value->type, target) || check_adapt(b, value, target, &out_of_range))
        return true;
    const Type *shape = check_strip(target);
    if (value->kind != TREE_TUPLE || shape->kind != TYPE_TUPLE || shape->arg_count != value->arg_count)
        return false;
    for (uint32_t i = 0; i < value->arg_count; i++)
        if (!check_converts(b, value->args[i], shape->args[i]))
            return false;
    return true;
}

// ----------------------------------------------------------------------------------------------- wrappers

TreeExpr *check_wrapper(Body *b, const Type *type, Span span, CheckWrapperBody *build, void *context) {
    uint32_t count = type->arg_count - 1;
    Function *function = checker_new_function(b->checker, FUNCTION_LAMBDA, "lambda", span);
    function->parameters = ARENA_ARRAY(b->arena, Parameter, count);
    function->parameter_count = count;
    function->result = type->args[count];
    function->state = SYMBOL_KNOWN;
    for (uint32_t i = 0; i < count; i++)
        function->parameters[i] = (Parameter){.type = type->args[i], .span = span};
    Flow flow = b->flow;
    Context inner = {.is_lambda = true, .result = function->result};
    check_context_enter(b, &inner, function);
    check_declare_parameters(b, function);
    TreeExpr **values = ARENA_ARRAY(b->arena, TreeExpr *, count);
    for (uint32_t i = 0; i < count; i++)
        values[i] = check_variable_tree(b, function->parameters[i].variable, span);
    function->body = build(b, context, values, count);
    check_context_leave(b, &inner);
    b->flow = flow;
    if (!b->inferring)
        checker_add_function(b->checker, function);
    TreeExpr *tree = check_tree(b, TREE_LAMBDA, type, span);
    tree->function = function;
    return tree;
}

typedef struct Adapter {
    Variable *function;
    const Type *type;
    Span span;
} Adapter;

static TreeExpr *check_adapter_body(Body *b, void *context, TreeExpr **parameters, uint32_t count) {
    const Adapter *adapter = context;
    check_mention(b, adapter->function);
    TreeExpr *call = check_tree(b, TREE_CALL_VALUE, adapter->type->args[count], adapter->span);
    call->a = check_variable_tree(b, adapter->function, adapter->span);
    call->args = ARENA_ARRAY(b->arena, TreeExpr *, count);
    call->arg_count = count;
    for (uint32_t i = 0; i < count; i++)
        call->args[i] = check_convert(b, parameters[i], adapter->type->args[i], adapter->span);
    const Type *result = b->context->result;
    return result->kind == TYPE_VOID ? call : check_convert(b, call, result, adapter->span);
}

static TreeExpr *check_convert_function(Body *b, TreeExpr *value, const Type *target) {
    Adapter adapter = {.type = value->type, .span = value->span};
    TreeExpr **let = ARENA_ARRAY(b->arena, TreeExpr *, 1);
    let[0] = check_temporary(b, value, &adapter.function);
    TreeExpr *lambda = check_wrapper(b, target, value->span, check_adapter_body, &adapter);
    return check_block_tree(b, let, 1, lambda, value->span);
}

// ------------------------------------------------------------------------------------------- conversions

// a?.convert: null stays null.
static TreeExpr *check_convert_inside(Body *b, TreeExpr *value, const Type *target, Span span) {
    TreeExpr *chain = check_unary_tree(b, TREE_OPTIONAL_CHAIN, target, value, span);
    chain->variable = check_declare(b, NULL, value->type->args[0], span, true);
    chain->b = check_convert(b, check_variable_tree(b, chain->variable, span), target->args[0], span);
    return chain;
}

static TreeExpr *check_convert_optional(Body *b, TreeExpr *value, const Type *target, Span span) {
    if (value->type->kind == TYPE_NULL) {
        TreeExpr *null = check_tree(b, TREE_NULL, target, value->span);
        if (value->kind == TREE_NULL)
            return null;
        TreeExpr **statement = ARENA_ARRAY(b->arena, TreeExpr *, 1); // something whose only value is null
        statement[0] = value;
        return check_block_tree(b, statement, 1, null, value->span);
    }
    if (value->type->kind == TYPE_OPTIONAL && value->type != target->args[0] &&
        check_type_converts(b, value->type, target))
        return check_convert_inside(b, value, target, span);
    return check_unary_tree(b, TREE_SOME, target, check_convert(b, value, target->args[0], span),
                            value->span);
}

static TreeExpr *check_convert_tuple(Body *b, TreeExpr *value, const Type *target) {
    for (uint32_t i = 0; i < value->arg_count; i++)
        value->args[i] = check_convert(b, value->args[i], target->args[i], value->args[i]->span);
    value->type = target;
    return value;
}

TreeExpr *check_convert(Body *b, TreeExpr *value, const Type *target, Span span) {
    if (value->type == target || value->type->kind == TYPE_NEVER || target->kind == TYPE_VOID)
        return value;
    if (value->type->has_error || target->has_error)
        return check_error_tree(b, value->span);
    bool out_of_range;
    TreeExpr *adapted = check_adapt(b, value, target, &out_of_range);
    if (out_of_range) {
        bool is_char = value->type->kind == TYPE_CHAR;
        Diagnostic *d = check_report(b, DIAGNOSTIC_LITERAL_RANGE, span, check_source_text(b, value->span),
                                     check_name_of(b, check_strip(target)));
        if (is_char)
            diagnostic_note(d, "only ASCII characters are a `u8`");
        return check_error_tree(b, value->span);
    }
    if (adapted)
        value = adapted;
    if (value->type == target)
        return value;
    if (value->kind == TREE_TUPLE && target->kind == TYPE_TUPLE && value->arg_count == target->arg_count)
        return check_convert_tuple(b, value, target);
    if (!check_converts(b, value, target)) {
        check_report_mismatch(b, span, value, target, value->type);
        return check_error_tree(b, value->span);
    }
    if (target->kind == TYPE_OPTIONAL)
        return check_convert_optional(b, value, target, span);
    if (value->type->kind == TYPE_FUNCTION && target->kind == TYPE_FUNCTION)
        return check_convert_function(b, value, target);
    return check_unary_tree(b, TREE_UPCAST, target, value, value->span);
}

// ---------------------------------------------------------------------------------------------- as, as?, is

static bool check_is_plain_enum(const Type *type) {
    return type->kind == TYPE_NAMED && type->decl->kind == COR_DEF_ENUM && !type->decl->has_payload;
}

static bool check_converts_number(const Type *from, const Type *to) {
    if (to->kind == TYPE_CHAR)
        return from->kind == TYPE_U8;
    if (!type_is_number(to))
        return false;
    return type_is_number(from) ||
           ((from->kind == TYPE_CHAR || from->kind == TYPE_BOOL || check_is_plain_enum(from)) &&
            type_is_integer(to));
}

static bool check_is_final(const Type *type) {
    return type->kind != TYPE_NAMED ||
           (type->decl->kind == COR_DEF_CLASS ? !type->decl->is_open && !type->decl->is_abstract
                                              : type->decl->kind != COR_DEF_INTERFACE);
}

// Whether a reference of type `from` can turn out to be a `to`.
static bool check_may_be(Body *b, const Type *from, const Type *to) {
    if (from->kind == TYPE_ANY || from->kind == TYPE_PARAM)
        return to->kind != TYPE_VOID && to->kind != TYPE_NEVER;
    if (from->kind != TYPE_NAMED ||
        (from->decl->kind != COR_DEF_CLASS && from->decl->kind != COR_DEF_INTERFACE))
        return false;
    if (to->kind == TYPE_PARAM || check_type_converts(b, to, from))
        return true;
    if (!check_is_top(to) && !check_is_top(from))
        return false;
    return check_is_top(from) && check_is_top(to) ? true : check_is_top(to) ? !check_is_final(from) : false;
}

TreeExpr *check_as_reference(Body *b, TreeExpr *value) {
    return value->type->kind == TYPE_PARAM
               ? check_unary_tree(b, TREE_UPCAST, check_builtin(b, TYPE_ANY), value, value->span)
               : value;
}

static TreeExpr *check_bad_cast(Body *b, Span span, const TreeExpr *value, const Type *to) {
    const Type *from = value->type;
    Diagnostic *d = check_report(b, DIAGNOSTIC_CAST, span, check_name_of(b, from), check_name_of(b, to));
    diagnostic_label(d, "`%s` is never `%s`", check_name_of(b, from), check_name_of(b, to));
    if (to->kind == TYPE_CHAR && type_is_integer(from))
        diagnostic_help(d, "not every number is a character: `char.from(code)` gives a `char?`");
    else if (from->kind == TYPE_STRING && type_is_number(to))
        diagnostic_help(d, "a text is read as a number by `%s.parse(...)`", check_name_of(b, to));
    else if (to->kind == TYPE_STRING)
        diagnostic_help(d, "text is made of any value by interpolation: \"{...}\"");
    else if (to->kind == TYPE_BOOL)
        diagnostic_help(d, "compare it: `!= 0`");
    else if (from->kind == TYPE_OPTIONAL)
        diagnostic_help(d, "take its value first: with `!`, `??` or `if let`");
    return check_error_tree(b, span);
}

// a as? T of an optional: null stays null.
static TreeExpr *check_try_cast_optional(Body *b, TreeExpr *value, const Type *to, Span span) {
    TreeExpr *chain = check_unary_tree(b, TREE_OPTIONAL_CHAIN, types_optional(b->types, to), value, span);
    chain->flag = true;
    chain->variable = check_declare(b, NULL, value->type->args[0], span, true);
    TreeExpr *inner = check_as_reference(b, check_variable_tree(b, chain->variable, span));
    chain->b = check_unary_tree(b, TREE_TRY_CAST, chain->type, inner, span);
    return chain;
}

TreeExpr *check_cast(Body *b, const AstExpr *e) {
    const Type *to = resolve_type(b->checker, &b->context->scope, e->cast.type);
    const AstExpr *operand = e->cast.operand;
    const Type *hint = NULL;
    if (operand->kind == AST_EXPR_INT && operand->integer.value > INT64_MAX && type_is_number(to))
        hint = check_builtin(b, TYPE_U64);
    else if (!type_is_number(to) && to->kind != TYPE_CHAR && !e->cast.optional && !to->has_error)
        hint = to;
    TreeExpr *value = check_operand(b, operand, hint);
    const Type *from = value->type;
    if (to->has_error || from->has_error)
        return check_error_tree(b, e->span);
    if (from->kind == TYPE_NEVER)
        return value;
    if (e->cast.optional) {
        const Type *optional = types_optional(b->types, to);
        if (from->kind == TYPE_OPTIONAL && check_may_be(b, from->args[0], to))
            return check_try_cast_optional(b, value, to, e->span);
        if (check_may_be(b, from, to))
            return check_unary_tree(b, TREE_TRY_CAST, optional, check_as_reference(b, value), e->span);
        if (check_type_converts(b, from, to))
            return check_convert(b, value, optional, e->span);
        return check_bad_cast(b, e->span, value, to);
    }
    if (from == to)
        return value;
    if (check_converts_number(from, to))
        return check_unary_tree(b, TREE_CONVERT, to, value, e->span);
    if (check_converts(b, value, to))
        return check_convert(b, value, to, e->span);
    if (check_may_be(b, from, to))
        return check_unary_tree(b, TREE_CAST, to, check_as_reference(b, value), e->span);
    return check_bad_cast(b, e->span, value, to);
}

TreeExpr *check_is_test(Body *b, const AstExpr *e) {
    const Type *to = resolve_type(b->checker, &b->context->scope, e->cast.type);
    TreeExpr *value = check_operand(b, e->cast.operand, NULL);
    if (to->has_error || value->type->has_error)
        return check_error_tree(b, e->span);
    if (!check_may_be(b, check_strip(value->type), to)) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_POINTLESS_TEST, e->span, check_name_of(b, value->type),
                                     check_name_of(b, to));
        diagnostic_label(d, check_type_converts(b, value->type, to) ? "this is always true"
                                                                    : "this is always false");
        return check_error_tree(b, e->span);
    }
    TreeExpr *tree =
        check_unary_tree(b, TREE_IS, check_builtin(b, TYPE_BOOL), check_as_reference(b, value), e->span);
    tree->test_type = to;
    return tree;
}

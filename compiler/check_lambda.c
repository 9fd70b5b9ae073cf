// Functions as values: lambdas, functions declared in bodies, and names of functions, methods and cases.
#include "compiler/check.h"

// ------------------------------------------------------------------------------------------------ lambdas

static const Type *check_lambda_parameter(Body *b, const AstParameter *ast, const Type *hint,
                                          bool error_hint) {
    if (ast->type)
        return resolve_type(b->checker, &b->context->scope, ast->type);
    if (check_concrete(b, &hint))
        return hint;
    if (check_has_error(hint) || error_hint)
        return check_builtin(b, TYPE_ERROR);
    Diagnostic *d =
        check_report(b, DIAGNOSTIC_LAMBDA_PARAMETER, ast->span, ast->name.text ? ast->name.text : "_", NULL);
    diagnostic_label(d, "its type is not known here");
    diagnostic_help(d, "write it: `(%s: int) => ...`", ast->name.text ? ast->name.text : "_");
    return check_builtin(b, TYPE_ERROR);
}

static bool check_is_blank(const char *name) {
    return !name || (name[0] == '_' && !name[1]);
}

// Narrowings of variables that may change do not hold in a closure, which runs at another time.
static void check_forget_variables(Body *b) {
    Flow *flow = &b->flow;
    for (const Narrowing *n = flow->narrowings; n; n = n->next)
        if (!n->variable->is_let)
            flow_forget(b->arena, flow, n->variable);
}

// The type of the i-th part of a tuple or Entry.
static const Type *check_part_type(Body *b, const Type *whole, uint32_t i) {
    return whole->kind == TYPE_TUPLE ? whole->args[i]
                                     : member_type(b->checker, whole, whole->decl->fields[i].type);
}

// Whether a lambda of `count` parameters takes the parts of the one parameter of `shape`: a tuple, or an Entry.
static bool check_takes_parts(Body *b, const Type *shape, uint32_t count) {
    if (shape->arg_count != 2 || count < 2)
        return false;
    const Type *whole = check_resolve(b, shape->args[0]);
    if (whole->kind == TYPE_TUPLE)
        return whole->arg_count == count;
    return whole->kind == TYPE_NAMED && whole->decl == b->checker->core.Entry &&
           count == whole->decl->field_count;
}

bool check_lambda_fits(Body *b, const AstExpr *e, const Type *shape) {
    return shape->arg_count - 1 == e->lambda.parameter_count ||
           check_takes_parts(b, shape, e->lambda.parameter_count);
}

// Variables for the parts of the parameter of a lambda that takes them by name.
static void check_declare_parts(Body *b, const Function *function, TreeList *out) {
    const AstExpr *lambda = function->ast_lambda;
    const Parameter *whole = &function->parameters[0];
    for (uint32_t i = 0; i < lambda->lambda.parameter_count; i++) {
        const AstParameter *ast = &lambda->lambda.parameters[i];
        if (check_is_blank(ast->name.text))
            continue;
        const Type *type = check_part_type(b, whole->type, i);
        TreeKind kind = whole->type->kind == TYPE_TUPLE ? TREE_TUPLE_FIELD : TREE_FIELD;
        TreeExpr *part =
            check_unary_tree(b, kind, type, check_variable_tree(b, whole->variable, ast->span), ast->span);
        if (kind == TREE_TUPLE_FIELD)
            part->index = i;
        else
            part->field = &whole->type->decl->fields[i];
        Variable *variable = check_declare(b, ast->name.text, type, ast->span, true);
        check_append(b, out, check_let_tree(b, variable, part, ast->span));
    }
}

// The body of a lambda or local function whose parameters are known; its result may be inferred (NULL).
static void check_closure_body(Body *b, Function *function, const AstExpr *body, const Type *result) {
    Flow outside = b->flow;
    ChainScope *chain = b->chain;
    b->chain = NULL;
    check_forget_variables(b);
    b->flow.dead = false;
    Context context = {.is_lambda = true, .result = result};
    check_context_enter(b, &context, function);
    context.scope = b->context->outer->scope;
    uint32_t mark = check_scope_open(b);
    check_declare_parameters(b, function);
    TreeList parts = {0};
    if (function->ast_lambda && function->ast_lambda->lambda.parameter_count > function->parameter_count)
        check_declare_parts(b, function, &parts);
    TreeExpr *value = check_code(b, body, result, function->span);
    function->result = result ? result : check_finish_returns(b, &context, &value, body->span);
    function->body = parts.count ? check_block_tree(b, parts.items, parts.count, value, body->span) : value;
    check_scope_close(b, mark);
    check_context_leave(b, &context);
    b->flow = outside;
    b->chain = chain;
}

// The type of a function that takes only its first `count` parameters.
static const Type *check_partial_type(Body *b, const Function *function, uint32_t count) {
    const Type **types = ARENA_ARRAY(b->arena, const Type *, count);
    for (uint32_t i = 0; i < count; i++)
        types[i] = function->parameters[i].type;
    return types_function(b->types, types, count, function->result);
}

static const Type *check_function_type(Body *b, const Function *function) {
    return check_partial_type(b, function, function->parameter_count);
}

// How many parameters a function has as a value of the hint's type: those behind may take their defaults.
static uint32_t check_value_arity(const Function *function, const Type *hint) {
    const Type *shape = check_strip(hint);
    uint32_t count = function->parameter_count;
    uint32_t wanted = shape && shape->kind == TYPE_FUNCTION ? shape->arg_count - 1 : count;
    while (count > wanted && function->parameters[count - 1].has_default)
        count--;
    return count == wanted ? count : function->parameter_count;
}

TreeExpr *check_lambda(Body *b, const AstExpr *e, const Type *hint) {
    const Type *shape = check_strip(check_resolve(b, hint));
    uint32_t count = e->lambda.parameter_count;
    bool fits = shape && shape->kind == TYPE_FUNCTION;
    bool takes_parts = fits && check_takes_parts(b, shape, count);
    if (fits && shape->arg_count - 1 != count && !takes_parts) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_LAMBDA_COUNT, e->span,
                                     arena_printf(b->arena, "%u parameter%s", count, count == 1 ? "" : "s"),
                                     arena_printf(b->arena, "%u", shape->arg_count - 1));
        diagnostic_label(d, "expected `%s`", check_name_of(b, shape));
        return check_error_tree(b, e->span);
    }
    Function *function = checker_new_function(b->checker, FUNCTION_LAMBDA,
                                              intern_string(b->checker->names, "lambda"), e->span);
    function->ast_lambda = e;
    function->state = SYMBOL_KNOWN;
    function->parameter_count = takes_parts ? 1 : count;
    function->parameters = ARENA_ARRAY(b->arena, Parameter, count);
    bool error = false;
    const Type *whole = takes_parts ? check_resolve(b, shape->args[0]) : NULL;
    for (uint32_t i = 0; i < count; i++) {
        const AstParameter *ast = &e->lambda.parameters[i];
        const Type *wanted = takes_parts ? check_part_type(b, whole, i) : fits ? shape->args[i] : NULL;
        const Type *type = check_lambda_parameter(b, ast, wanted, check_has_error(hint));
        if (takes_parts)
            check_infer(b, wanted, type);
        error |= type->has_error;
        if (takes_parts && type != check_resolve(b, wanted) && !type->has_error) {
            check_report_mismatch(b, ast->span, NULL, type, wanted);
            error = true;
        }
        const char *name = check_is_blank(ast->name.text) ? NULL : ast->name.text;
        function->parameters[i] = (Parameter){.name = name, .type = type, .ast = ast, .span = ast->span};
    }
    if (takes_parts) {
        error |= !check_concrete(b, &whole);
        function->parameters[0].name = NULL;
        function->parameters[0].type = whole;
    }
    if (error && takes_parts)
        return check_error_tree(b, e->span);
    const Type *result = fits ? shape->args[shape->arg_count - 1] : NULL;
    if (e->lambda.result)
        result = resolve_type(b->checker, &b->context->scope, e->lambda.result);
    else if (!check_concrete(b, &result))
        result = NULL;
    check_closure_body(b, function, e->lambda.body, result);
    if (function->result->kind == TYPE_NULL) {
        check_report(b, DIAGNOSTIC_CANNOT_INFER, e->lambda.body->span, check_name_of(b, function->result),
                     NULL);
        error = true;
    }
    if (error || function->result->has_error)
        return check_error_tree(b, e->span);
    if (!b->inferring)
        checker_add_function(b->checker, function);
    TreeExpr *tree = check_tree(b, TREE_LAMBDA, check_function_type(b, function), e->span);
    tree->function = function;
    return tree;
}

void check_local_function(Body *b, const AstDecl *decl, TreeList *out) {
    Function *function = declare_local_function(b->checker, &b->context->scope, decl);
    if (!function)
        return;
    if (decl->function.type_parameter_count) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_LOCAL_GENERIC, decl->name.span, function->name, NULL);
        diagnostic_help(d, "declare it outside of this function");
        check_declare(b, function->name, check_builtin(b, TYPE_ERROR), decl->name.span, true);
        return;
    }
    bool inferred = !function->result;
    if (inferred)
        function->result = check_builtin(b, TYPE_ERROR); // of itself in its own body
    Variable *variable =
        check_declare(b, function->name, check_function_type(b, function), decl->name.span, true);
    VariableInfo *info = check_info(b, variable);
    info->local_function = function;
    check_closure_body(b, function, decl->function.body, inferred ? NULL : function->result);
    check_close_recursion(b, function);
    info->local_function = NULL;
    info->is_used = false;
    info->warn_unused = true;
    variable->type = check_function_type(b, function);
    if (function->result->has_error)
        return;
    if (!b->inferring)
        checker_add_function(b->checker, function);
    TreeExpr *lambda = check_tree(b, TREE_LAMBDA, variable->type, decl->name.span);
    lambda->function = function;
    check_append(b, out, check_let_tree(b, variable, lambda, decl->name.span));
}

// --------------------------------------------------------------------------------- references as values

typedef struct BoundCall {
    const Reference *reference;
    Variable *receiver;
    const Type **type_args;
    uint32_t type_arg_count;
    const Type *result;
} BoundCall;

static TreeExpr *check_bound_body(Body *b, void *context, TreeExpr **parameters, uint32_t count) {
    const BoundCall *bound = context;
    const Reference *reference = bound->reference;
    TreeExpr *call = check_tree(b, TREE_CALL, bound->result, reference->span);
    uint32_t self = bound->receiver ? 1 : 0;
    uint32_t all = reference->kind == REFERENCE_CASE ? count : reference->function->parameter_count;
    call->arg_count = all + self;
    call->args = ARENA_ARRAY(b->arena, TreeExpr *, (size_t)all + self);
    for (uint32_t i = 0; i < count; i++)
        call->args[i + self] = parameters[i];
    if (reference->kind == REFERENCE_CASE) {
        call->kind = TREE_ENUM_CASE;
        call->enum_case = reference->enum_case;
        return call;
    }
    Substitution substitution = {reference->function->type_params, bound->type_args, bound->type_arg_count};
    for (uint32_t i = count; i < all; i++) {
        const Type *type = types_substitute(b->types, reference->function->parameters[i].type, &substitution);
        call->args[i + self] = check_tree(b, TREE_DEFAULT_ARGUMENT, type, reference->span);
        call->args[i + self]->index = i;
    }
    if (self) {
        check_mention(b, bound->receiver);
        call->args[0] = check_variable_tree(b, bound->receiver, reference->span);
    }
    call->kind = reference->is_virtual ? TREE_CALL_VIRTUAL : TREE_CALL;
    call->function = reference->function;
    call->type_args = bound->type_args;
    call->type_arg_count = bound->type_arg_count;
    return call;
}

// The function's type with its type arguments, inferred from the hint where they are not given.
static const Type *check_instantiate_function(Body *b, const Reference *reference, const Type *hint,
                                              BoundCall *bound, const AstExpr *e) {
    const Function *function = reference->function;
    uint32_t count = function->type_param_count, first = check_infer_begin(b, function->type_params, count);
    const Type **args = ARENA_ARRAY(b->arena, const Type *, count);
    if (!check_known_arguments(b, reference, first)) {
        check_infer_end(b, first);
        return check_builtin(b, TYPE_ERROR);
    }
    for (uint32_t i = 0; i < count; i++)
        args[i] = check_infer_variable(b, first + i);
    Substitution substitution = {function->type_params, args, count};
    uint32_t arity = check_value_arity(function, hint);
    const Type *type = types_substitute(b->types, check_partial_type(b, function, arity), &substitution);
    check_infer(b, type, check_strip(hint));
    bool known = check_concrete(b, &type);
    for (uint32_t i = 0; i < count; i++)
        args[i] = check_resolve(b, args[i]);
    check_infer_end(b, first);
    bound->type_args = args;
    bound->type_arg_count = count;
    if (known && check_bounds(b->checker, function->type_params, args, count, e->span))
        return type;
    if (!known) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_CANNOT_INFER_ARGUMENT, e->span,
                                     function->type_params[0]->name, function->name);
        diagnostic_help(d, "give the type arguments: `%s<...>`", function->name);
    }
    return check_builtin(b, TYPE_ERROR);
}

static TreeExpr *check_function_value(Body *b, const Reference *reference, const AstExpr *e,
                                      const Type *hint) {
    const Function *function = reference->function;
    if (function->is_mut) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_MUT_VALUE, e->span, function->name, NULL);
        diagnostic_help(d, "call it, or write a lambda that calls it on a variable");
        return check_error_tree(b, e->span);
    }
    if (!function->result || function->result->has_error)
        return check_error_tree(b, e->span);
    BoundCall bound = {.reference = reference};
    const Type *type = check_instantiate_function(b, reference, hint, &bound, e);
    if (type->has_error)
        return check_error_tree(b, e->span);
    bound.result = type->args[type->arg_count - 1];
    bool whole = type->arg_count == function->parameter_count + 1;
    if (reference->kind == REFERENCE_FUNCTION && whole && !function->intrinsic && !function->syscall) {
        TreeExpr *tree = check_tree(b, TREE_FUNCTION, type, e->span);
        tree->function = reference->function;
        tree->type_args = bound.type_args;
        tree->type_arg_count = bound.type_arg_count;
        return tree;
    }
    if (reference->kind == REFERENCE_FUNCTION)
        return check_wrapper(b, type, e->span, check_bound_body, &bound);
    TreeExpr *receiver = reference->receiver;
    if (!reference->is_virtual && reference->owner)
        receiver = check_convert(b, receiver, reference->owner, receiver->span);
    TreeExpr **let = ARENA_ARRAY(b->arena, TreeExpr *, 1);
    let[0] = check_temporary(b, receiver, &bound.receiver);
    TreeExpr *lambda = check_wrapper(b, type, e->span, check_bound_body, &bound);
    return check_block_tree(b, let, 1, lambda, e->span);
}

static TreeExpr *check_case_value(Body *b, const Reference *reference, const AstExpr *e, const Type *hint) {
    EnumCase *enum_case = reference->enum_case;
    const Type *shape = check_strip(check_resolve(b, hint));
    if (enum_case->field_count && !(shape && shape->kind == TYPE_FUNCTION)) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_CASE_PAYLOAD, e->span, enum_case->name, NULL);
        diagnostic_label(d, "it has %u value%s", enum_case->field_count,
                         enum_case->field_count == 1 ? "" : "s");
        diagnostic_help(d, "write them in parentheses: `%s(...)`", enum_case->name);
        return check_error_tree(b, e->span);
    }
    const Type *type = reference->owner;
    if (reference->is_open) {
        const Type *made = enum_case->field_count ? shape->args[shape->arg_count - 1] : shape;
        made = check_strip(made);
        if (!check_concrete(b, &made) || made->kind != TYPE_NAMED || made->decl != enum_case->owner) {
            Diagnostic *d = check_report(b, DIAGNOSTIC_CANNOT_INFER_ARGUMENT, e->span,
                                         enum_case->owner->type_params[0]->name, enum_case->owner->name);
            diagnostic_help(d, "give the type arguments: `%s<...>.%s`", enum_case->owner->name,
                            enum_case->name);
            return check_error_tree(b, e->span);
        }
        type = made;
    }
    if (!enum_case->field_count) {
        TreeExpr *tree = check_tree(b, TREE_ENUM_CASE, type, e->span);
        tree->enum_case = enum_case;
        return tree;
    }
    const Type **parameters = ARENA_ARRAY(b->arena, const Type *, enum_case->field_count);
    for (uint32_t i = 0; i < enum_case->field_count; i++)
        parameters[i] = member_type(b->checker, type, enum_case->fields[i].type);
    BoundCall bound = {.reference = reference, .result = type};
    return check_wrapper(b, types_function(b->types, parameters, enum_case->field_count, type), e->span,
                         check_bound_body, &bound);
}

TreeExpr *check_reference_value(Body *b, Reference *reference, const AstExpr *e, const Type *hint) {
    switch (reference->kind) {
    case REFERENCE_ERROR: return check_error_tree(b, e->span);
    case REFERENCE_VALUE: return reference->value;
    case REFERENCE_FUNCTION:
    case REFERENCE_METHOD: return check_function_value(b, reference, e, hint);
    case REFERENCE_CASE: return check_case_value(b, reference, e, hint);
    case REFERENCE_TYPE: {
        Diagnostic *d =
            check_report(b, DIAGNOSTIC_NOT_A_VALUE, e->span, check_source_text(b, e->span), "type");
        diagnostic_label(d, "a type, not a value");
        diagnostic_help(d, "make one by calling it: `%s(...)`", check_source_text(b, e->span));
        return check_error_tree(b, e->span);
    }
    case REFERENCE_MODULE: {
        Diagnostic *d =
            check_report(b, DIAGNOSTIC_NOT_A_VALUE, e->span, check_source_text(b, e->span), "module");
        diagnostic_label(d, "a module, not a value");
        return check_error_tree(b, e->span);
    }
    }
    return check_error_tree(b, e->span);
}

// Entry points of the body half: functions, their default arguments, defaults of fields, inferred results.
//
// Each starts an outermost context with an empty flow state. What is inferred on demand is checked once for its
// type alone (`Body.inferring`: nothing is registered) and again when its turn comes; the sink drops the repeated
// diagnostics.
#include "compiler/check.h"

// What is put aside while another function is checked on demand in the middle of one.
typedef struct Suspended {
    Context *context;
    Flow flow;
    Local *locals;
    uint32_t local_count, local_capacity, errors_before;
    NameTable local_names;
    Recursion *recursions;
} Suspended;

static Suspended check_suspend(Body *b) {
    Suspended s = {b->context,        b->flow,          b->locals,      b->local_count,
                   b->local_capacity, b->errors_before, b->local_names, b->recursions};
    b->context = NULL;
    b->flow = flow_start();
    b->locals = NULL;
    b->local_count = b->local_capacity = 0;
    b->local_names = (NameTable){0};
    b->recursions = NULL;
    b->errors_before = b->checker->sink->error_count;
    return s;
}

static void check_resume(Body *b, const Suspended *s) {
    b->context = s->context;
    b->flow = s->flow;
    b->locals = s->locals;
    b->local_count = s->local_count;
    b->local_capacity = s->local_capacity;
    b->local_names = s->local_names;
    b->recursions = s->recursions;
    b->errors_before = s->errors_before;
}

static void check_declare_parameter(Body *b, Function *function, Parameter *parameter) {
    Variable *variable = checker_new_variable(b->checker, VARIABLE_PARAMETER, parameter->name,
                                              parameter->type, parameter->span);
    variable->is_let = true;
    variable->function = function;
    variable->state = SYMBOL_KNOWN;
    parameter->variable = variable;
    if (parameter->name)
        check_push_local(b, (Local){.name = parameter->name, .variable = variable});
}

void check_declare_parameters(Body *b, Function *function) {
    for (uint32_t i = 0; i < function->parameter_count; i++)
        check_declare_parameter(b, function, &function->parameters[i]);
    if (!function->self_type || function->kind == FUNCTION_STATIC || function->kind == FUNCTION_LAMBDA)
        return;
    bool is_value = !function->owner || function->owner->kind != COR_DEF_CLASS;
    bool changes = function->is_mut || function->kind == FUNCTION_INIT || (function->kind == FUNCTION_SETTER);
    Variable *self =
        checker_new_variable(b->checker, VARIABLE_PARAMETER, intern_string(b->checker->names, "self"),
                             function->self_type, function->span);
    self->is_let = !(is_value && changes);
    self->function = function;
    self->state = SYMBOL_KNOWN;
    function->self = self;
}

static const AstExpr *check_body_of(const Function *function) {
    if (!function->ast)
        return NULL;
    switch (function->ast->kind) {
    case AST_DECL_FUNCTION:
    case AST_DECL_INIT:
    case AST_DECL_GETTER:
    case AST_DECL_SETTER: return function->ast->function.body;
    default: return NULL;
    }
}

// ------------------------------------------------------------------------------------------------- bodies

static Span check_result_span(const Function *function, Span name) {
    const AstDecl *ast = function->ast;
    if (ast && (ast->kind == AST_DECL_FUNCTION || ast->kind == AST_DECL_GETTER) && ast->function.result)
        return ast->function.result->span;
    return function->ast_lambda && function->ast_lambda->lambda.result
               ? function->ast_lambda->lambda.result->span
               : name;
}

static void check_missing_return(Body *b, const AstExpr *body, const TreeExpr *value, const Type *result,
                                 Span name) {
    Span end = {body->span.file, body->span.end ? body->span.end - 1 : 0, body->span.end};
    Span promise = check_result_span(b->context->function, name);
    Diagnostic *d = check_report(b, DIAGNOSTIC_MISSING_RETURN, promise, check_name_of(b, result), NULL);
    diagnostic_label(d, "a value is promised here");
    diagnostic_secondary(d, end, "the end is reached without one");
    if (value->kind == TREE_BLOCK && value->arg_count && value->args[value->arg_count - 1]->kind == TREE_IF)
        diagnostic_help(d, "an `if` without `else` has no value: add the `else`, or a `return` after it");
}

TreeExpr *check_code(Body *b, const AstExpr *body, const Type *result, Span name) {
    TreeExpr *value = check_expr(b, body, result);
    if (!result || result->kind == TYPE_VOID)
        return value;
    if (value->type->kind == TYPE_VOID && body->kind == AST_EXPR_BLOCK) {
        if (!result->has_error)
            check_missing_return(b, body, value, result, name);
        return value;
    }
    return check_convert(b, value, result, body->span);
}

static void check_body_code(Body *b, Function *function, Context *context, const AstExpr *body) {
    InitState init = {0};
    NameSet names = check_closure_assigned(b, body);
    context->closure_names = names.names;
    context->closure_name_count = names.count;
    if (function->kind == FUNCTION_INIT)
        check_init_begin(b, function, body, &init);
    TreeExpr *code = check_code(b, body, context->result, function->span);
    if (function->kind == FUNCTION_INIT) {
        TreeList list = {0};
        check_append(b, &list, code);
        check_init_exit(b, function->span, &list);
        code = check_block_tree(b, list.items, list.count, NULL, body->span);
    }
    function->body = code;
}

// The hidden function that computes a default from the parameters before it.
static void check_default(Body *b, Function *function, uint32_t index) {
    Parameter *parameter = &function->parameters[index];
    if (!parameter->has_default || !parameter->ast || !parameter->ast->default_value ||
        parameter->default_function)
        return;
    Function *hidden = checker_new_function(b->checker, FUNCTION_DEFAULT, function->name, parameter->span);
    hidden->owner = function->owner;
    hidden->extension = function->extension;
    hidden->type_params = function->type_params;
    hidden->type_param_count = function->type_param_count;
    hidden->own_type_param_start = function->own_type_param_start;
    hidden->result = parameter->type;
    hidden->state = SYMBOL_KNOWN;
    hidden->parameter_count = index;
    hidden->parameters = ARENA_ARRAY(b->arena, Parameter, index);
    for (uint32_t i = 0; i < index; i++) {
        const Parameter *before = &function->parameters[i];
        hidden->parameters[i] = (Parameter){.name = before->name, .type = before->type, .span = before->span};
    }
    Suspended suspended = check_suspend(b);
    Context context = {.scope = function_type_scope(function), .result = hidden->result};
    check_context_enter(b, &context, hidden);
    uint32_t mark = check_scope_open(b);
    check_declare_parameters(b, hidden);
    hidden->body = check_value(b, parameter->ast->default_value, parameter->type);
    check_scope_close(b, mark);
    check_context_leave(b, &context);
    check_resume(b, &suspended);
    parameter->default_function = hidden;
    parameter->default_value = hidden->body;
    checker_add_function(b->checker, hidden);
}

void check_function(Checker *checker, Function *function) {
    Body *b = check_body(checker);
    for (uint32_t i = 0; i < function->parameter_count; i++)
        check_default(b, function, i);
    const AstExpr *body = check_body_of(function);
    if (!body)
        return;
    Suspended suspended = check_suspend(b);
    Context context = {.scope = function_type_scope(function), .result = function->result};
    if (!context.result || function->kind == FUNCTION_INIT)
        context.result = check_builtin(b, TYPE_VOID);
    check_context_enter(b, &context, function);
    uint32_t mark = check_scope_open(b);
    check_declare_parameters(b, function);
    check_body_code(b, function, &context, body);
    check_scope_close(b, mark);
    check_context_leave(b, &context);
    check_resume(b, &suspended);
}

void check_field_default(Checker *checker, Field *field) {
    Body *b = check_body(checker);
    const AstExpr *value = field->ast ? field->ast->field.value : NULL;
    if (!value)
        return;
    Suspended suspended = check_suspend(b);
    Function *hidden = checker_new_function(checker, FUNCTION_DEFAULT, field->name, field->span);
    hidden->owner = field->owner;
    hidden->type_params = field->owner->type_params;
    hidden->type_param_count = hidden->own_type_param_start = field->owner->type_param_count;
    Context context = {.scope = function_type_scope(hidden), .result = field->type};
    check_context_enter(b, &context, hidden);
    field->default_value = check_value(b, value, field->type);
    check_context_leave(b, &context);
    check_resume(b, &suspended);
}

TreeExpr *check_standalone(Body *b, const AstExpr *e, const Type *expected) {
    Suspended suspended = check_suspend(b);
    Function *hidden = checker_new_function(b->checker, FUNCTION_MODULE_INIT,
                                            intern_string(b->checker->names, "init"), e->span);
    Context context = {.result = check_builtin(b, TYPE_VOID)};
    check_context_enter(b, &context, hidden);
    b->inferring++;
    TreeExpr *tree = expected ? check_value(b, e, expected) : check_operand(b, e, NULL);
    b->inferring--;
    check_context_leave(b, &context);
    check_resume(b, &suspended);
    return tree;
}

// ------------------------------------------------------------------------------------------ types on demand

// The type that a value gives to what it initialises, or the error type, reported.
static const Type *check_inferred_type(Body *b, const TreeExpr *value, Span span) {
    if (value->type->kind == TYPE_NULL || value->type->kind == TYPE_NEVER) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_CANNOT_INFER, span, check_name_of(b, value->type), NULL);
        diagnostic_help(d, "write the type after the name, as in `name: int?`");
        return check_builtin(b, TYPE_ERROR);
    }
    return value->type;
}

const Type *infer_initializer_type(Checker *checker, const TypeScope *scope, const AstExpr *value) {
    Body *b = check_body(checker);
    Suspended suspended = check_suspend(b);
    Function *hidden = checker_new_function(checker, FUNCTION_MODULE_INIT,
                                            intern_string(checker->names, "init"), value->span);
    hidden->result = check_builtin(b, TYPE_VOID);
    Context context = {.result = hidden->result};
    if (scope) {
        context.scope = *scope;
        hidden->type_params = scope->parameters;
        hidden->type_param_count = hidden->own_type_param_start = scope->parameter_count;
        hidden->owner =
            scope->self_type && scope->self_type->kind == TYPE_NAMED ? scope->self_type->decl : NULL;
    }
    check_context_enter(b, &context, hidden);
    b->inferring++;
    const Type *type = check_inferred_type(b, check_operand(b, value, NULL), value->span);
    b->inferring--;
    check_context_leave(b, &context);
    check_resume(b, &suspended);
    return type;
}

const Type *infer_function_result(Checker *checker, Function *function) {
    Body *b = check_body(checker);
    const AstExpr *body = check_body_of(function);
    if (!body)
        return check_builtin(b, TYPE_VOID);
    Suspended suspended = check_suspend(b);
    Context context = {.scope = function_type_scope(function)};
    check_context_enter(b, &context, function);
    uint32_t mark = check_scope_open(b);
    check_declare_parameters(b, function);
    NameSet names = check_closure_assigned(b, body);
    context.closure_names = names.names;
    context.closure_name_count = names.count;
    b->inferring++;
    TreeExpr *value = check_expr(b, body, NULL);
    const Type *type = check_finish_returns(b, &context, &value, body->span);
    b->inferring--;
    if (type->kind == TYPE_NULL)
        type = check_inferred_type(b, value, body->span);
    check_scope_close(b, mark);
    check_context_leave(b, &context);
    check_resume(b, &suspended);
    return type;
}

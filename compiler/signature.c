// Signatures of functions, methods, inits, getters and setters: kind, type parameters, parameters, result,
// and what must or must not have a body.
#include "compiler/declarations.h"

#include <string.h>

static FunctionKind function_kind(AstDeclKind kind, uint32_t modifiers, DeclContext context) {
    switch (kind) {
    case AST_DECL_INIT: return FUNCTION_INIT;
    case AST_DECL_GETTER: return FUNCTION_GETTER;
    case AST_DECL_SETTER: return FUNCTION_SETTER;
    default: break;
    }
    if (context == CONTEXT_MODULE)
        return FUNCTION_PLAIN;
    return modifiers & AST_MODIFIER_STATIC ? FUNCTION_STATIC : FUNCTION_METHOD;
}

// ------------------------------------------------------------------------------------------------- operators

static const struct {
    const char *spelling;
    uint32_t least, most; // parameters
    const char *name;
    const char *rule;
} operators[] = {
    {"+", 1, 1, "+", "takes one operand besides `self`"},
    {"-", 0, 0, "neg", NULL},
    {"-", 1, 1, "-", "takes one operand besides `self`, or none for the unary one"},
    {"*", 1, 1, "*", "takes one operand besides `self`"},
    {"/", 1, 1, "/", "takes one operand besides `self`"},
    {"%", 1, 1, "%", "takes one operand besides `self`"},
    {"&", 1, 1, "&", "takes one operand besides `self`"},
    {"|", 1, 1, "|", "takes one operand besides `self`"},
    {"^", 1, 1, "^", "takes one operand besides `self`"},
    {"<<", 1, 1, "<<", "takes one operand besides `self`"},
    {">>", 1, 1, ">>", "takes one operand besides `self`"},
    {"~", 0, 0, "~", "takes no operand besides `self`"},
    {"!", 0, 0, "not", "takes no operand besides `self`"},
    {"[]", 1, 1, "[]", "takes one index besides `self`: a tuple for several, as in `grid[(x, y)]`"},
    {"[]=", 2, 2, "[]=", "takes an index and a value besides `self`: a tuple for several indices"},
};

// Gives the function its operator's contract name, which depends on the number of operands.
static void name_operator(Checker *checker, Function *function, const AstDecl *ast) {
    const char *rule = "cannot be defined";
    uint32_t count = ast->function.parameter_count;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (strcmp(operators[i].spelling, ast->name.text) != 0)
            continue;
        if (count >= operators[i].least && count <= operators[i].most) {
            function->name = intern_string(checker->names, operators[i].name);
            rule = NULL;
            break;
        }
        rule = operators[i].rule;
    }
    if (rule) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_INVALID_OPERATOR, ast->name.span,
                                       ast->name.text, rule, NULL);
        diagnostic_label(d, "%s", rule);
        return;
    }
    bool is_assignment = !strcmp(function->name, "[]=");
    bool has_result = ast->function.result || ast->function.has_arrow;
    if (is_assignment ? ast->function.result != NULL : !has_result) {
        rule = is_assignment ? "has no result" : "needs a result";
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_INVALID_OPERATOR, ast->name.span,
                                       ast->name.text, rule, NULL);
        diagnostic_label(
            d, "%s", is_assignment ? "its value is the last parameter" : "the type of the result is missing");
    }
}

static bool is_operator_name(const char *name) {
    return strchr("+-*/%&|^<>~![", name[0]) != NULL;
}

// ---------------------------------------------------------------------------------------------------- parts

static void declare_type_parameters(Checker *checker, Function *function, const TypeScope *outer,
                                    const AstDecl *ast) {
    uint32_t own = ast->function.type_parameter_count;
    TypeParameter **parameters =
        resolve_declare_parameters(checker, ast->function.type_parameters, own, outer->parameter_count);
    for (uint32_t i = 0; i < own; i++) {
        for (uint32_t j = 0; j < outer->parameter_count; j++) {
            if (outer->parameters[j]->name != parameters[i]->name)
                continue;
            Diagnostic *d =
                diagnostic_add(checker->sink, DIAGNOSTIC_DUPLICATE_TYPE_PARAMETER,
                               ast->function.type_parameters[i].name.span, parameters[i]->name, NULL);
            diagnostic_label(d, "already a type parameter of the type around it");
        }
    }
    function->own_type_param_start = outer->parameter_count;
    function->type_param_count = outer->parameter_count + own;
    function->type_params = own == 0 ? outer->parameters
                                     : resolve_join_parameters(checker, outer->parameters,
                                                               outer->parameter_count, parameters, own);
    TypeScope scope = {function->type_params, function->type_param_count, NULL};
    for (uint32_t i = 0; i < own; i++) {
        const AstTypeParameter *parameter = &ast->function.type_parameters[i];
        resolve_bounds(checker, &scope, parameters[i], parameter->bounds, parameter->bound_count);
    }
}

static void check_parameter_name(Checker *checker, const Function *function, uint32_t index) {
    const Parameter *parameter = &function->parameters[index];
    if (!parameter->name || !strcmp(parameter->name, "_"))
        return;
    for (uint32_t i = 0; i < index; i++) {
        if (function->parameters[i].name != parameter->name)
            continue;
        Diagnostic *d =
            diagnostic_add(checker->sink, DIAGNOSTIC_DUPLICATE_NAME, parameter->span, parameter->name, NULL);
        diagnostic_label(d, "declared again here");
        diagnostic_secondary(d, function->parameters[i].span, "the parameter `%s` is declared here",
                             parameter->name);
        return;
    }
}

static void declare_parameters(Checker *checker, Function *function, const AstDecl *ast) {
    TypeScope scope = function_type_scope(function);
    function->parameter_count = ast->function.parameter_count;
    function->parameters = ARENA_ARRAY(checker->arena, Parameter, function->parameter_count);
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        const AstParameter *from = &ast->function.parameters[i];
        Parameter *parameter = &function->parameters[i];
        parameter->name = from->name.text;
        parameter->span = from->name.text ? from->name.span : from->span;
        parameter->ast = from;
        parameter->has_default = from->default_value != NULL;
        if (from->type) {
            parameter->type = resolve_value_type(checker, &scope, from->type);
        } else if (function->kind != FUNCTION_SETTER) {                  // which takes its getter's type
            parameter->type = types_builtin(checker->types, TYPE_ERROR); // the parser has reported it
        }
        if (function->parameter_count <= 64) // a quadratic search, and a longer list is nobody's
            check_parameter_name(checker, function, i);
    }
}

static void declare_result(Checker *checker, Function *function, const AstDecl *ast) {
    TypeScope scope = function_type_scope(function);
    function->state = SYMBOL_KNOWN;
    bool is_valued = function->kind != FUNCTION_INIT && function->kind != FUNCTION_SETTER;
    if (is_valued && ast->function.result)
        function->result = resolve_type(checker, &scope, ast->function.result);
    else if (is_valued && ast->function.has_arrow && ast->function.body)
        function->state = SYMBOL_UNKNOWN; // inferred when it is needed
    else
        function->result = types_builtin(checker->types, TYPE_VOID);
    if (function->kind == FUNCTION_GETTER && function->result && function->result->kind == TYPE_VOID) {
        Diagnostic *d =
            diagnostic_add(checker->sink, DIAGNOSTIC_MISSING_TYPE, function->span, function->name, NULL);
        diagnostic_label(d, "write `get %s: Type`", function->name);
        function->result = types_builtin(checker->types, TYPE_ERROR);
    }
}

static void require_body(Checker *checker, const Function *function, const AstDecl *ast) {
    const char *why = function->intrinsic || function->syscall ? "an operation of the VM"
                      : function->is_host                      ? "a function of the host"
                      : function->foreign                      ? "a function of a C library"
                      : function->is_abstract                  ? "abstract"
                                                               : NULL;
    if (ast->function.body && why) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_UNEXPECTED_BODY, function->span,
                                       function->name, why, NULL);
        diagnostic_label(d, "declared %s",
                         function->is_abstract                    ? "abstract"
                         : function->is_host || function->foreign ? "`extern`"
                                                                  : "by an attribute");
    }
    if (ast->function.body || why || (ast->modifiers & AST_MODIFIER_ABSTRACT))
        return;
    Diagnostic *d =
        diagnostic_add(checker->sink, DIAGNOSTIC_MISSING_BODY, function->span, function->name, NULL);
    diagnostic_label(d, "a body is expected: `{ ... }` or `=> value`");
    if (function->owner && function->owner->kind == COR_DEF_CLASS && !function->extension)
        diagnostic_help(d, "a method without a body is `abstract`, in an abstract class");
}

static bool is_value_site(const MemberSite *site) {
    if (site->context == CONTEXT_STRUCT || site->context == CONTEXT_ENUM)
        return true;
    return site->context == CONTEXT_EXTENSION && site->scope.self_type &&
           !type_is_reference(site->scope.self_type);
}

static void apply_modifiers(Checker *checker, Function *function, const MemberSite *site, const AstDecl *ast,
                            uint32_t modifiers) {
    function->is_public = modifiers & AST_MODIFIER_PUB;
    function->is_private = modifiers & AST_MODIFIER_PRIVATE;
    function->is_override = modifiers & AST_MODIFIER_OVERRIDE;
    function->is_abstract = modifiers & AST_MODIFIER_ABSTRACT;
    function->is_open = modifiers & (AST_MODIFIER_OPEN | AST_MODIFIER_ABSTRACT | AST_MODIFIER_OVERRIDE);
    function->is_mut = modifiers & AST_MODIFIER_MUT;
    if (function->is_mut && !is_value_site(site)) {
        Diagnostic *d =
            diagnostic_add(checker->sink, DIAGNOSTIC_INVALID_MODIFIER, modifiers_span(ast, AST_MODIFIER_MUT),
                           "mut", "a method of a reference type", NULL);
        diagnostic_label(d, "means nothing here");
        function->is_mut = false;
    }
    // Assigning a property of a value changes the value.
    if (function->kind == FUNCTION_SETTER && is_value_site(site) && !(modifiers & AST_MODIFIER_STATIC))
        function->is_mut = true;
    if (function->kind == FUNCTION_INIT || (modifiers & AST_MODIFIER_STATIC) ||
        site->context == CONTEXT_MODULE)
        return;
    function->is_operator = (modifiers & AST_MODIFIER_OPERATOR) || is_operator_name(ast->name.text);
    if (function->is_operator)
        name_operator(checker, function, ast);
}

// ------------------------------------------------------------------------------------------------ signatures

void signature_fill(Checker *checker, Function *function, const MemberSite *site, const AstDecl *ast) {
    uint32_t modifiers = modifiers_check(checker, ast, site->context);
    function->kind = function_kind(ast->kind, modifiers, site->context);
    function->owner = site->owner;
    function->extension = site->extension;
    function->ast = ast;
    function->doc = ast->doc;
    apply_modifiers(checker, function, site, ast, modifiers);
    modifiers_attributes(checker, function, ast);
    function->is_host |= site->owner && site->owner->is_host && !site->extension;
    if (site->context != CONTEXT_MODULE && !(modifiers & AST_MODIFIER_STATIC))
        function->self_type = site->scope.self_type;
    if (site->context == CONTEXT_INTERFACE) {
        bool is_operation = function->intrinsic || function->syscall;
        function->is_default_method = ast->function.body || is_operation;
        function->is_abstract |= !function->is_default_method;
    }
    declare_type_parameters(checker, function, &site->scope, ast);
    declare_parameters(checker, function, ast);
    declare_result(checker, function, ast);
    require_body(checker, function, ast);
    if (function->foreign)
        foreign_check_function(checker, function, ast);
}

Function *declare_function(Checker *checker, const MemberSite *site, const AstDecl *ast) {
    Function *function = checker_new_function(checker, FUNCTION_METHOD, ast->name.text, ast->name.span);
    signature_fill(checker, function, site, ast);
    return function;
}

Function *declare_local_function(Checker *checker, const TypeScope *outer, const AstDecl *decl) {
    TypeScope none = {0};
    const char *name = decl->name.text ? decl->name.text : intern_string(checker->names, "_");
    Function *function = checker_new_function(checker, FUNCTION_LAMBDA, name, decl->name.span);
    function->ast = decl;
    function->doc = decl->doc;
    modifiers_check(checker, decl, CONTEXT_MODULE);
    modifiers_attributes(checker, function, decl);
    function->self_type = outer ? outer->self_type : NULL;
    declare_type_parameters(checker, function, outer ? outer : &none, decl);
    declare_parameters(checker, function, decl);
    declare_result(checker, function, decl);
    require_body(checker, function, decl);
    function->self_type = NULL;
    return function;
}

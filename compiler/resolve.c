// Type names: from the syntax of a type to the type.
//
// A simple name is a type parameter in scope, a name of the module, or a built-in type; a qualified one is a
// public type of an imported module. Every AstType stands in one scope, so its resolution is kept in its
// `info` slot and whatever is wrong with it is reported once. While a module is being declared, checks of
// bounds are put off until all supertypes and extensions are known.
#include "compiler/declarations.h"
#include "compiler/familiar.h"

#include <string.h>

static const Type *error_type(Checker *checker) {
    return types_builtin(checker->types, TYPE_ERROR);
}

static const Type *resolve(Checker *checker, const TypeScope *scope, const AstType *ast);

// ------------------------------------------------------------------------------------------------ names

static TypeParameter *find_parameter(const TypeScope *scope, const char *name) {
    for (uint32_t i = scope ? scope->parameter_count : 0; i > 0; i--) {
        if (scope->parameters[i - 1]->name == name)
            return scope->parameters[i - 1];
    }
    return NULL;
}

static const char *symbol_description(SymbolKind kind) {
    switch (kind) {
    case SYMBOL_FUNCTION: return "function";
    case SYMBOL_GLOBAL: return "variable";
    case SYMBOL_CONSTANT: return "constant";
    case SYMBOL_MODULE: return "module";
    default: return "name";
    }
}

static void report_unknown_type(Checker *checker, const TypeScope *scope, AstName name) {
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_UNKNOWN_TYPE, name.span, name.text, NULL);
    diagnostic_label(d, "no type of this name is known here");
    const Familiar *row = familiar_find(FAMILIAR_TYPE, name.text);
    if (row) {
        familiar_help(d, row, name.span);
        return;
    }
    const char *similar =
        suggest_elsewhere(checker, d, name, true) ? NULL : scope_suggest_type(checker, scope, name.text);
    if (similar)
        diagnostic_suggest(d, name.span, similar, "did you mean `%s`?", similar);
}

static void report_not_in_module(Checker *checker, const ModuleSymbol *module, AstName name) {
    if (hidden_in_module(module, name.text)) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_PRIVATE_IN_MODULE, name.span, name.text,
                                       module->name, NULL);
        diagnostic_label(d, "not declared `pub` there");
        return;
    }
    Diagnostic *d =
        diagnostic_add(checker->sink, DIAGNOSTIC_NOT_IN_MODULE, name.span, module->name, name.text, NULL);
    diagnostic_label(d, "not found in that module");
    const char *similar = suggest_in_module(checker, module, name.text);
    if (similar)
        diagnostic_suggest(d, name.span, similar, "did you mean `%s`?", similar);
}

// The symbol of a qualified name; SYMBOL_NONE after a report.
static Symbol find_qualified(Checker *checker, const AstType *ast) {
    AstName qualifier = ast->named.path[0], name = ast->named.path[1];
    Symbol none = {.kind = SYMBOL_NONE};
    Symbol module = scope_find(checker, qualifier.text);
    if (module.kind != SYMBOL_MODULE || ast->named.path_count > 2) {
        Diagnostic *d =
            diagnostic_add(checker->sink, DIAGNOSTIC_NOT_A_MODULE, qualifier.span, qualifier.text, NULL);
        diagnostic_label(d, module.kind == SYMBOL_NONE ? "no import binds this name"
                                                       : "a qualified type is `module.Type`");
        return none;
    }
    if (!module.module || !name.text)
        return none; // reported at the import, or by the parser
    const ModuleName *found = scope_find_in(module.module, name.text);
    if (!found || !found->is_public) {
        report_not_in_module(checker, module.module, name);
        return none;
    }
    return found->symbol;
}

// ------------------------------------------------------------------------------------------- type arguments

static const char *count_phrase(Checker *checker, uint32_t count) {
    return arena_printf(checker->arena, "%u type argument%s", count, count == 1 ? "" : "s");
}

static bool check_argument_count(Checker *checker, const AstType *ast, const char *name, uint32_t expected,
                                 const TypeDecl *decl) {
    uint32_t given = ast->named.argument_count;
    if (given == expected)
        return true;
    if (expected == 0) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_NOT_GENERIC, ast->span, name, NULL);
        diagnostic_label(d, "has no type parameters");
        diagnostic_suggest(d, ast->span, name, "remove the type arguments");
        return false;
    }
    const char *was = given == 0   ? "none is"
                      : given == 1 ? "1 is"
                                   : arena_printf(checker->arena, "%u are", given);
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_TYPE_ARGUMENT_COUNT, ast->span, name,
                                   count_phrase(checker, expected), was, NULL);
    diagnostic_label(d, "expected %s", count_phrase(checker, expected));
    if (decl && decl->ast)
        diagnostic_secondary(d, decl->span, "`%s` is declared here", name);
    return false;
}

// False if the arguments are known not to meet the bounds, which has been reported.
static bool check_or_defer_bounds(Checker *checker, const Type *type, const AstType *ast) {
    Declarations *state = checker->declarations;
    if (!state->bounds_wait)
        return relations_check_written(checker, type, ast);
    PendingBounds check = {type, ast};
    ARENA_PUSH(checker->arena, state->pending, state->pending_count, state->pending_capacity, check);
    return true;
}

void resolve_pending_bounds(Checker *checker) {
    Declarations *state = checker->declarations;
    state->bounds_wait = false;
    for (uint32_t i = 0; i < state->pending_count; i++)
        relations_check_written(checker, state->pending[i].type, state->pending[i].ast);
    state->pending_count = 0;
}

static const Type *resolve_declared(Checker *checker, const TypeScope *scope, const AstType *ast,
                                    TypeDecl *decl) {
    if (!check_argument_count(checker, ast, decl->name, decl->type_param_count, decl))
        return error_type(checker);
    const Type **args = ARENA_ARRAY(checker->arena, const Type *, decl->type_param_count);
    bool wrong = false;
    for (uint32_t i = 0; i < decl->type_param_count; i++) {
        args[i] = resolve_value_type(checker, scope, ast->named.arguments[i]);
        wrong |= args[i]->kind == TYPE_ERROR;
    }
    if (wrong)
        return error_type(checker);
    const Type *type = types_named(checker->types, decl, args, decl->type_param_count);
    if (type->kind == TYPE_NAMED && type->arg_count > 0 && !check_or_defer_bounds(checker, type, ast))
        return error_type(checker);
    return type;
}

static const Type *resolve_builtin(Checker *checker, const TypeScope *scope, const AstType *ast,
                                   const Type *builtin) {
    const char *name = ast->named.path[ast->named.path_count - 1].text;
    if (builtin)
        return check_argument_count(checker, ast, name, 0, NULL) ? builtin : error_type(checker);
    if (!check_argument_count(checker, ast, name, 1, NULL))
        return error_type(checker);
    const Type *element = resolve_value_type(checker, scope, ast->named.arguments[0]);
    return element->kind == TYPE_ERROR ? element : types_array(checker->types, element);
}

static const Type *resolve_named(Checker *checker, const TypeScope *scope, const AstType *ast) {
    AstName name = ast->named.path[0];
    if (ast->named.path_count == 0 || !name.text)
        return error_type(checker);
    Symbol symbol;
    if (ast->named.path_count == 1) {
        TypeParameter *parameter = find_parameter(scope, name.text);
        if (parameter) {
            bool plain = check_argument_count(checker, ast, name.text, 0, NULL);
            return plain ? types_param(checker->types, parameter) : error_type(checker);
        }
        symbol = scope_find(checker, name.text);
        if (symbol.kind == SYMBOL_NONE)
            report_unknown_type(checker, scope, name);
    } else {
        symbol = find_qualified(checker, ast);
        name = ast->named.path[ast->named.path_count - 1];
    }
    switch (symbol.kind) {
    case SYMBOL_TYPE: return resolve_declared(checker, scope, ast, symbol.type);
    case SYMBOL_BUILTIN_TYPE: return resolve_builtin(checker, scope, ast, symbol.builtin);
    case SYMBOL_NONE: return error_type(checker);
    default: break;
    }
    const char *what = symbol_description(symbol.kind);
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_NOT_A_TYPE, name.span, name.text, what, NULL);
    diagnostic_label(d, "a type is expected here");
    return error_type(checker);
}

// ------------------------------------------------------------------------------------------------- types

static const Type *resolve_list(Checker *checker, const TypeScope *scope, AstType *const *list,
                                uint32_t count, const Type **out) {
    const Type *wrong = NULL;
    for (uint32_t i = 0; i < count; i++) {
        out[i] = resolve_value_type(checker, scope, list[i]);
        if (out[i]->kind == TYPE_ERROR)
            wrong = out[i];
    }
    return wrong;
}

static const Type *resolve_tuple(Checker *checker, const TypeScope *scope, const AstType *ast) {
    const Type **elements = ARENA_ARRAY(checker->arena, const Type *, ast->tuple.count);
    const Type *wrong = resolve_list(checker, scope, ast->tuple.elements, ast->tuple.count, elements);
    return wrong ? wrong : types_tuple(checker->types, elements, ast->tuple.count);
}

static const Type *resolve_function(Checker *checker, const TypeScope *scope, const AstType *ast) {
    uint32_t count = ast->function.parameter_count;
    const Type **parameters = ARENA_ARRAY(checker->arena, const Type *, count);
    const Type *wrong = resolve_list(checker, scope, ast->function.parameters, count, parameters);
    const Type *result = types_builtin(checker->types, TYPE_VOID);
    if (ast->function.result)
        result = resolve_type(checker, scope, ast->function.result);
    if (wrong || result->kind == TYPE_ERROR)
        return error_type(checker);
    return types_function(checker->types, parameters, count, result);
}

static const Type *resolve(Checker *checker, const TypeScope *scope, const AstType *ast) {
    switch (ast->kind) {
    case AST_TYPE_ERROR: return error_type(checker);
    case AST_TYPE_NAMED: return resolve_named(checker, scope, ast);
    case AST_TYPE_OPTIONAL: {
        const Type *inner = resolve_value_type(checker, scope, ast->optional.element);
        return inner->kind == TYPE_ERROR ? inner : types_optional(checker->types, inner);
    }
    case AST_TYPE_TUPLE: return resolve_tuple(checker, scope, ast);
    case AST_TYPE_FUNCTION: return resolve_function(checker, scope, ast);
    case AST_TYPE_BOUNDED: break; // only in the header of an extension, where it has its type already
    }
    return error_type(checker);
}

const Type *resolve_type(Checker *checker, const TypeScope *scope, const AstType *ast) {
    if (ast->info)
        return ast->info;
    const Type *type = resolve(checker, scope, ast);
    if (types_overflowed(checker->types)) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_TYPE_TOO_LARGE, ast->span, NULL);
        diagnostic_label(d, "nested too deeply, or of too many parts");
    }
    ((AstType *)ast)->info = (void *)type;
    return type;
}

const Type *resolve_value_type(Checker *checker, const TypeScope *scope, const AstType *ast) {
    const Type *type = resolve_type(checker, scope, ast);
    if (type->kind != TYPE_VOID)
        return type;
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_VOID_VALUE, ast->span, NULL);
    diagnostic_label(d, "a type with values is expected here");
    ((AstType *)ast)->info = (void *)error_type(checker);
    return error_type(checker);
}

// ----------------------------------------------------------------------------------------- type parameters

static TypeParameter *new_parameter(Checker *checker, const char *name, uint32_t index) {
    TypeParameter *parameter = ARENA_NEW(checker->arena, TypeParameter);
    parameter->name = name;
    parameter->index = index;
    types_param(checker->types, parameter);
    return parameter;
}

TypeParameter **resolve_declare_parameters(Checker *checker, const AstTypeParameter *ast, uint32_t count,
                                           uint32_t start) {
    TypeParameter **parameters = ARENA_ARRAY(checker->arena, TypeParameter *, count);
    for (uint32_t i = 0; i < count; i++) {
        const char *name = ast[i].name.text ? ast[i].name.text : intern_string(checker->names, "_");
        parameters[i] = new_parameter(checker, name, start + i);
        for (uint32_t j = 0; j < i && ast[i].name.text; j++) {
            if (parameters[j]->name != name)
                continue;
            Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_DUPLICATE_TYPE_PARAMETER,
                                           ast[i].name.span, name, NULL);
            diagnostic_label(d, "declared again here");
            diagnostic_secondary(d, ast[j].name.span, "first declared here");
            break;
        }
    }
    return parameters;
}

TypeParameter **resolve_join_parameters(Checker *checker, TypeParameter *const *outer, uint32_t outer_count,
                                        TypeParameter *const *own, uint32_t own_count) {
    TypeParameter **all = ARENA_ARRAY(checker->arena, TypeParameter *, outer_count + own_count);
    for (uint32_t i = 0; i < outer_count; i++)
        all[i] = outer[i];
    for (uint32_t i = 0; i < own_count; i++)
        all[outer_count + i] = own[i];
    return all;
}

static void add_bound(Checker *checker, TypeParameter *parameter, const Type *bound, uint32_t capacity) {
    for (uint32_t i = 0; i < parameter->bound_count; i++) {
        if (parameter->bounds[i] == bound)
            return;
    }
    if (!parameter->bounds)
        parameter->bounds = ARENA_ARRAY(checker->arena, const Type *, capacity);
    parameter->bounds[parameter->bound_count++] = bound;
}

static void resolve_bounds_within(Checker *checker, const TypeScope *scope, TypeParameter *parameter,
                                  AstType *const *bounds, uint32_t count, uint32_t capacity) {
    for (uint32_t i = 0; i < count; i++) {
        const Type *bound = resolve_type(checker, scope, bounds[i]);
        if (bound->kind == TYPE_ERROR)
            continue;
        if (bound->kind == TYPE_NAMED && bound->decl->kind == COR_DEF_INTERFACE) {
            add_bound(checker, parameter, bound, capacity);
            continue;
        }
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_BOUND_NOT_INTERFACE, bounds[i]->span,
                                       types_name(checker->types, bound), NULL);
        diagnostic_label(d, "a bound must be an interface");
        if (bound->kind == TYPE_NAMED && bound->decl->ast)
            diagnostic_secondary(d, bound->decl->span, "declared here");
    }
}

void resolve_bounds(Checker *checker, const TypeScope *scope, TypeParameter *parameter,
                    AstType *const *bounds, uint32_t count) {
    resolve_bounds_within(checker, scope, parameter, bounds, count, count);
}

// ---------------------------------------------------------------------------------------------- extensions
//
// `extend Map<K: Hashable<K>, V>`: an argument with a bound, or a bare name that no type has, declares a
// parameter.

typedef struct HeaderParameters {
    TypeParameter **items;
    const AstType **asts; // where each was declared
    uint32_t count, ast_count, capacity, ast_capacity;
} HeaderParameters;

static const AstName *declared_name(Checker *checker, const AstType *ast) {
    if (ast->kind == AST_TYPE_BOUNDED)
        return ast->bounded.name.text ? &ast->bounded.name : NULL;
    if (ast->kind != AST_TYPE_NAMED || ast->named.path_count != 1 || ast->named.argument_count > 0)
        return NULL;
    const AstName *name = &ast->named.path[0];
    return name->text && scope_find(checker, name->text).kind == SYMBOL_NONE ? name : NULL;
}

static void collect_parameters(Checker *checker, const AstType *ast, HeaderParameters *found, bool is_target);

static void collect_from_list(Checker *checker, AstType *const *list, uint32_t count,
                              HeaderParameters *found) {
    for (uint32_t i = 0; i < count; i++)
        collect_parameters(checker, list[i], found, false);
}

static void collect_parameters(Checker *checker, const AstType *ast, HeaderParameters *found,
                               bool is_target) {
    const AstName *name = is_target ? NULL : declared_name(checker, ast);
    if (name) {
        uint32_t known = 0;
        while (known < found->count && found->items[known]->name != name->text)
            known++;
        if (known == found->count) {
            TypeParameter *parameter = new_parameter(checker, name->text, found->count);
            ARENA_PUSH(checker->arena, found->items, found->count, found->capacity, parameter);
            ARENA_PUSH(checker->arena, found->asts, found->ast_count, found->ast_capacity, ast);
        } else if (ast->kind == AST_TYPE_BOUNDED) {
            Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_DUPLICATE_TYPE_PARAMETER, name->span,
                                           name->text, NULL);
            diagnostic_label(d, "declared again here");
            diagnostic_secondary(d, found->asts[known]->span, "first declared here");
        }
        if (ast->kind == AST_TYPE_BOUNDED)
            ((AstType *)ast)->info = (void *)found->items[known]->type;
        return;
    }
    switch (ast->kind) {
    case AST_TYPE_NAMED:
        collect_from_list(checker, ast->named.arguments, ast->named.argument_count, found);
        break;
    case AST_TYPE_OPTIONAL: collect_parameters(checker, ast->optional.element, found, false); break;
    case AST_TYPE_TUPLE: collect_from_list(checker, ast->tuple.elements, ast->tuple.count, found); break;
    case AST_TYPE_FUNCTION:
        collect_from_list(checker, ast->function.parameters, ast->function.parameter_count, found);
        if (ast->function.result)
            collect_parameters(checker, ast->function.result, found, false);
        break;
    default: break;
    }
}

static bool can_extend(const Type *type) {
    switch (type->kind) {
    case TYPE_VOID:
    case TYPE_NEVER:
    case TYPE_NULL:
    case TYPE_ANY:
    case TYPE_OPTIONAL:
    case TYPE_PARAM:
    case TYPE_VARIABLE: return false;
    default: return true;
    }
}

// The bounds that the declaration of the target puts on its own parameters hold for those of the extension
// too.
static void inherit_bounds(Checker *checker, const Type *target, TypeParameter *parameter,
                           uint32_t own_count) {
    if (target->kind != TYPE_NAMED)
        return;
    Substitution substitution = substitution_of(checker, target);
    uint32_t capacity = own_count;
    for (uint32_t i = 0; i < target->arg_count; i++)
        capacity += target->decl->type_params[i]->bound_count;
    for (uint32_t i = 0; i < target->arg_count; i++) {
        if (target->args[i] != parameter->type)
            continue;
        const TypeParameter *declared = target->decl->type_params[i];
        for (uint32_t j = 0; j < declared->bound_count; j++)
            add_bound(checker, parameter,
                      types_substitute(checker->types, declared->bounds[j], &substitution), capacity);
    }
}

void resolve_extension_header(Checker *checker, Extension *extension) {
    const AstType *ast = extension->ast->extend.target;
    HeaderParameters found = {0};
    collect_parameters(checker, ast, &found, true);
    extension->type_params = found.items;
    extension->type_param_count = found.count;
    TypeScope scope = {found.items, found.count, NULL};
    extension->target = resolve_type(checker, &scope, ast);
    if (!can_extend(extension->target)) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_EXTENSION_TARGET, ast->span,
                                       types_name(checker->types, extension->target), NULL);
        diagnostic_label(d, "not a type that can have members of its own");
        extension->target = error_type(checker);
    }
    for (uint32_t i = 0; i < found.count; i++) {
        const AstType *at = found.asts[i];
        uint32_t own = at->kind == AST_TYPE_BOUNDED ? at->bounded.bound_count : 0;
        TypeParameter *parameter = found.items[i];
        // Room for the bounds inherited from the declaration is made first, because lists do not grow.
        inherit_bounds(checker, extension->target, parameter, own);
        if (own > 0)
            resolve_bounds_within(checker, &scope, parameter, at->bounded.bounds, own, own);
    }
}

// Declaring, step one and two: the names of a module, and the headers of its types and extensions.
//
// After declare_names every top-level name has its symbol, and nothing is known about any of them. After
// declare_headers type parameters have their bounds, types their supertypes, and extensions their targets;
// from then on the relations between types can be asked for. Signatures and members follow in
// declare_members.c.
#include "compiler/declarations.h"

#include <string.h>

// Capacities of the growing lists of a module.
typedef struct ModuleLists {
    uint32_t types, functions, globals, constants, extensions;
} ModuleLists;

// ----------------------------------------------------------------------------------------------- new symbols

Function *checker_new_function(Checker *checker, FunctionKind kind, const char *name, Span span) {
    Function *function = ARENA_NEW(checker->arena, Function);
    function->kind = kind;
    function->name = name;
    function->span = span;
    function->module = checker->module;
    function->number = ++checker->next_number;
    return function;
}

Variable *checker_new_variable(Checker *checker, VariableKind kind, const char *name, const Type *type,
                               Span span) {
    Variable *variable = ARENA_NEW(checker->arena, Variable);
    variable->kind = kind;
    variable->name = name;
    variable->type = type;
    variable->span = span;
    variable->module = checker->module;
    variable->number = ++checker->next_number;
    variable->state = type ? SYMBOL_KNOWN : SYMBOL_UNKNOWN;
    return variable;
}

void checker_add_function(Checker *checker, Function *function) {
    ModuleSymbol *module = checker->module;
    ARENA_PUSH(checker->arena, module->functions, module->function_count, module->function_capacity,
               function);
}

TypeScope function_type_scope(const Function *function) {
    return (TypeScope){function->type_params, function->type_param_count, function->self_type};
}

// ----------------------------------------------------------------------------------------------------- names

static bool is_builtin_name(Checker *checker, const char *name) {
    const Declarations *state = checker->declarations;
    return name_table_get(&state->builtins, name) || name == state->array_name;
}

static CorDefinitionKind definition_kind(AstDeclKind kind) {
    switch (kind) {
    case AST_DECL_CLASS: return COR_DEF_CLASS;
    case AST_DECL_ENUM: return COR_DEF_ENUM;
    case AST_DECL_INTERFACE: return COR_DEF_INTERFACE;
    default: return COR_DEF_STRUCT;
    }
}

DeclContext declare_context(const TypeDecl *decl) {
    switch (decl->kind) {
    case COR_DEF_CLASS: return CONTEXT_CLASS;
    case COR_DEF_ENUM: return CONTEXT_ENUM;
    case COR_DEF_INTERFACE: return CONTEXT_INTERFACE;
    case COR_DEF_STRUCT: break;
    }
    return CONTEXT_STRUCT;
}

static void declare_type(Checker *checker, AstDecl *ast, ModuleLists *lists) {
    if (!ast->name.text)
        return;
    uint32_t modifiers = modifiers_check(checker, ast, CONTEXT_MODULE);
    TypeDecl *decl = ARENA_NEW(checker->arena, TypeDecl);
    decl->kind = definition_kind(ast->kind);
    decl->is_c = modifiers_of_type(checker, ast);
    decl->name = ast->name.text;
    decl->span = ast->name.span;
    decl->module = checker->module;
    decl->is_public = modifiers & AST_MODIFIER_PUB;
    decl->is_abstract = modifiers & AST_MODIFIER_ABSTRACT;
    decl->is_open = (modifiers & AST_MODIFIER_OPEN) || decl->is_abstract;
    decl->ast = ast;
    decl->doc = ast->doc;
    decl->number = ++checker->next_number;
    decl->type_param_count = ast->type.type_parameter_count;
    decl->type_params =
        resolve_declare_parameters(checker, ast->type.type_parameters, decl->type_param_count, 0);
    const Type **args = ARENA_ARRAY(checker->arena, const Type *, decl->type_param_count);
    for (uint32_t i = 0; i < decl->type_param_count; i++)
        args[i] = decl->type_params[i]->type;
    decl->self_type = types_named(checker->types, decl, args, decl->type_param_count);
    ast->info = decl;
    ModuleSymbol *module = checker->module;
    ARENA_PUSH(checker->arena, module->types, module->type_count, lists->types, decl);
    if (is_builtin_name(checker, decl->name)) {
        Diagnostic *d =
            diagnostic_add(checker->sink, DIAGNOSTIC_BUILTIN_TYPE_NAME, decl->span, decl->name, NULL);
        diagnostic_label(d, "choose another name");
        return;
    }
    Symbol symbol = {.kind = SYMBOL_TYPE, .type = decl};
    scope_declare(checker, decl->name, symbol, decl->span, decl->is_public);
    if (module->name == checker->declarations->core_name)
        scope_note_core_type(checker, decl);
}

static void declare_module_function(Checker *checker, AstDecl *ast) {
    if (!ast->name.text)
        return;
    Function *function = checker_new_function(checker, FUNCTION_PLAIN, ast->name.text, ast->name.span);
    function->ast = ast;
    function->is_public = ast->modifiers & AST_MODIFIER_PUB;
    ast->info = function;
    checker_add_function(checker, function);
    Symbol symbol = {.kind = SYMBOL_FUNCTION, .function = function};
    scope_declare(checker, function->name, symbol, function->span, function->is_public);
    if (checker->module->name == checker->declarations->core_name)
        scope_note_core_function(checker, function);
}

static void declare_constant(Checker *checker, AstDecl *ast, ModuleLists *lists) {
    const AstPattern *pattern = ast->binding.pattern;
    if (!pattern || pattern->kind != AST_PATTERN_NAME || !pattern->name.name.text)
        return; // the parser has said that a constant has one name, and a value
    AstName name = pattern->name.name;
    NamedConstant *constant = ARENA_NEW(checker->arena, NamedConstant);
    constant->name = name.text;
    constant->span = name.span;
    constant->is_public = ast->modifiers & AST_MODIFIER_PUB;
    constant->module = checker->module;
    constant->ast = ast;
    constant->doc = ast->doc;
    constant->state = ast->binding.value ? SYMBOL_UNKNOWN : SYMBOL_KNOWN;
    constant->value.type = ast->binding.value ? NULL : types_builtin(checker->types, TYPE_ERROR);
    ast->info = constant;
    ModuleSymbol *module = checker->module;
    ARENA_PUSH(checker->arena, module->constants, module->constant_count, lists->constants, constant);
    Symbol symbol = {.kind = SYMBOL_CONSTANT, .constant = constant};
    scope_declare(checker, constant->name, symbol, constant->span, constant->is_public);
}

static void declare_global(Checker *checker, const AstDecl *ast, AstName name, ModuleLists *lists) {
    if (!name.text)
        return;
    Variable *variable = checker_new_variable(checker, VARIABLE_GLOBAL, name.text, NULL, name.span);
    variable->ast = ast;
    variable->is_let = ast->binding.kind == AST_BINDING_LET;
    variable->is_public = ast->modifiers & AST_MODIFIER_PUB;
    variable->doc = ast->doc;
    ModuleSymbol *module = checker->module;
    ARENA_PUSH(checker->arena, module->globals, module->global_count, lists->globals, variable);
    Symbol symbol = {.kind = SYMBOL_GLOBAL, .global = variable};
    scope_declare(checker, variable->name, symbol, variable->span, variable->is_public);
}

// Every name that the pattern binds becomes a variable of the module.
static void declare_globals(Checker *checker, const AstDecl *ast, const AstPattern *pattern,
                            ModuleLists *lists) {
    switch (pattern->kind) {
    case AST_PATTERN_NAME: declare_global(checker, ast, pattern->name.name, lists); break;
    case AST_PATTERN_TYPE: declare_global(checker, ast, pattern->type_test.name, lists); break;
    case AST_PATTERN_TUPLE:
        for (uint32_t i = 0; i < pattern->tuple.count; i++)
            declare_globals(checker, ast, pattern->tuple.elements[i], lists);
        break;
    case AST_PATTERN_CASE:
        for (uint32_t i = 0; i < pattern->variant.field_count; i++)
            declare_globals(checker, ast, pattern->variant.fields[i].pattern, lists);
        break;
    default: break;
    }
}

static void declare_extension(Checker *checker, AstDecl *ast, ModuleLists *lists) {
    modifiers_no_attributes(checker, ast);
    modifiers_check(checker, ast, CONTEXT_MODULE);
    Extension *extension = ARENA_NEW(checker->arena, Extension);
    extension->module = checker->module;
    extension->ast = ast;
    ast->info = extension;
    ModuleSymbol *module = checker->module;
    ARENA_PUSH(checker->arena, module->extensions, module->extension_count, lists->extensions, extension);
}

void declare_reject_extern(Checker *checker, const AstDecl *member) {
    bool is_named = member->kind == AST_DECL_FUNCTION || member->kind == AST_DECL_CLASS;
    diagnostic_add(checker->sink, DIAGNOSTIC_EXTERN_MEMBER, is_named ? member->name.span : member->span,
                   NULL);
}

static bool can_be_extern(const AstDecl *member) {
    return (member->kind == AST_DECL_FUNCTION && member->function.type_parameter_count == 0) ||
           (member->kind == AST_DECL_CLASS && member->type.type_parameter_count == 0);
}

// Functions and classes of the host are those of the module; those of C libraries are functions of it.
static void declare_extern(Checker *checker, const AstDecl *ast, ModuleLists *lists) {
    const bool is_host = ast->extern_.library && !strcmp(ast->extern_.library, "host");
    if (!is_host)
        foreign_check_library(checker, ast);
    for (uint32_t i = 0; i < ast->extern_.member_count; i++) {
        AstDecl *member = ast->extern_.members[i];
        bool is_class = member->kind == AST_DECL_CLASS;
        if (member->kind == AST_DECL_ERROR ||
            ((is_class || member->kind == AST_DECL_FUNCTION) && !member->name.text))
            continue;
        if (!can_be_extern(member) || (is_class && !is_host)) {
            declare_reject_extern(checker, member);
        } else if (is_class) {
            declare_type(checker, member, lists);
            ((TypeDecl *)member->info)->is_host = true;
        } else {
            declare_module_function(checker, member);
            Function *function = member->info;
            function->is_host = is_host;
            function->foreign = is_host ? NULL : foreign_new_function(checker, ast, member);
        }
    }
}

void declare_names(Checker *checker, const AstModule *ast) {
    ModuleLists lists = {0};
    for (uint32_t i = 0; i < ast->item_count; i++) {
        if (ast->items[i]->kind != AST_STMT_DECL)
            continue;
        AstDecl *decl = ast->items[i]->decl.decl;
        switch (decl->kind) {
        case AST_DECL_STRUCT:
        case AST_DECL_CLASS:
        case AST_DECL_ENUM:
        case AST_DECL_INTERFACE: declare_type(checker, decl, &lists); break;
        case AST_DECL_FUNCTION: declare_module_function(checker, decl); break;
        case AST_DECL_BINDING:
            modifiers_no_attributes(checker, decl);
            modifiers_check(checker, decl, CONTEXT_MODULE);
            if (decl->binding.kind == AST_BINDING_CONST)
                declare_constant(checker, decl, &lists);
            else if (decl->binding.pattern)
                declare_globals(checker, decl, decl->binding.pattern, &lists);
            break;
        case AST_DECL_EXTEND: declare_extension(checker, decl, &lists); break;
        case AST_DECL_EXTERN: declare_extern(checker, decl, &lists); break;
        default: break;
        }
    }
}

// --------------------------------------------------------------------------------------------------- headers

static void report_supertype(Checker *checker, const AstType *ast, const Type *type, const char *why) {
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_INVALID_SUPERTYPE, ast->span,
                                   types_name(checker->types, type), why, NULL);
    diagnostic_label(d, "%s", why);
    if (type->kind == TYPE_NAMED && type->decl->ast)
        diagnostic_secondary(d, type->decl->span, "declared here");
}

// Whether `type` can be the superclass, which is listed first; reports why not.
static bool accept_superclass(Checker *checker, TypeDecl *decl, const AstType *ast, const Type *type) {
    if (decl->kind != COR_DEF_CLASS) {
        report_supertype(checker, ast, type, "only a class has a superclass");
        return false;
    }
    if (decl->is_host) {
        report_supertype(checker, ast, type, "a class of the host has no superclass");
        return false;
    }
    if (decl->super) {
        report_supertype(checker, ast, type, "a class has at most one superclass");
        return false;
    }
    if (decl->interface_count > 0)
        report_supertype(checker, ast, type, "the superclass is listed before the interfaces");
    if (!type->decl->is_open && type->decl != decl) {
        Diagnostic *d =
            diagnostic_add(checker->sink, DIAGNOSTIC_SUPERCLASS_FINAL, ast->span, type->decl->name, NULL);
        diagnostic_label(d, "cannot be inherited from");
        if (type->decl->ast) {
            Span at = source_span(type->decl->ast->span.file, type->decl->ast->span.start,
                                  type->decl->ast->span.start);
            diagnostic_secondary(d, type->decl->span, "declared here");
            if (type->decl->module == checker->module && type->decl->ast->modifiers == 0)
                diagnostic_suggest(d, at, "open ", "make `%s` open", type->decl->name);
        }
    }
    return true;
}

static bool is_interface(const Type *type) {
    return type->kind == TYPE_NAMED && type->decl->kind == COR_DEF_INTERFACE;
}

static bool add_interface(Checker *checker, const Type **list, uint32_t *count, const AstType *ast,
                          const Type *type, const char *name) {
    for (uint32_t i = 0; i < *count; i++) {
        if (list[i]->decl != type->decl)
            continue;
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_DUPLICATE_CONFORMANCE, ast->span, name,
                                       types_name(checker->types, type), NULL);
        diagnostic_label(d, "listed before");
        return false;
    }
    list[(*count)++] = type;
    return true;
}

static void resolve_supertypes(Checker *checker, TypeDecl *decl) {
    const AstDecl *ast = decl->ast;
    TypeScope scope = {decl->type_params, decl->type_param_count, NULL};
    decl->interfaces = ARENA_ARRAY(checker->arena, const Type *, ast->type.supertype_count);
    for (uint32_t i = 0; i < ast->type.supertype_count; i++) {
        const AstType *named = ast->type.supertypes[i];
        const Type *type = resolve_type(checker, &scope, named);
        decl->is_broken |= type->kind == TYPE_ERROR;
        if (type->kind == TYPE_ERROR)
            continue;
        if (is_interface(type))
            add_interface(checker, decl->interfaces, &decl->interface_count, named, type, decl->name);
        else if (type->kind != TYPE_NAMED || type->decl->kind != COR_DEF_CLASS)
            report_supertype(checker, named, type, "neither a class nor an interface");
        else if (accept_superclass(checker, decl, named, type))
            decl->super = type;
    }
}

static void resolve_extension(Checker *checker, Extension *extension) {
    resolve_extension_header(checker, extension);
    const AstDecl *ast = extension->ast;
    TypeScope scope = {extension->type_params, extension->type_param_count, NULL};
    extension->interfaces = ARENA_ARRAY(checker->arena, const Type *, ast->extend.interface_count);
    for (uint32_t i = 0; i < ast->extend.interface_count; i++) {
        const AstType *named = ast->extend.interfaces[i];
        const Type *type = resolve_type(checker, &scope, named);
        if (type->kind == TYPE_ERROR || extension->target->kind == TYPE_ERROR)
            continue;
        if (is_interface(type))
            add_interface(checker, extension->interfaces, &extension->interface_count, named, type,
                          types_name(checker->types, extension->target));
        else
            report_supertype(checker, named, type, "an extension lists interfaces");
    }
}

void declare_headers(Checker *checker, const AstModule *ast) {
    (void)ast;
    ModuleSymbol *module = checker->module;
    checker->declarations->bounds_wait = true;
    for (uint32_t i = 0; i < module->type_count; i++) {
        TypeDecl *decl = module->types[i];
        TypeScope scope = {decl->type_params, decl->type_param_count, NULL};
        for (uint32_t j = 0; j < decl->type_param_count; j++) {
            const AstTypeParameter *parameter = &decl->ast->type.type_parameters[j];
            resolve_bounds(checker, &scope, decl->type_params[j], parameter->bounds, parameter->bound_count);
        }
    }
    for (uint32_t i = 0; i < module->type_count; i++)
        resolve_supertypes(checker, module->types[i]);
    for (uint32_t i = 0; i < module->extension_count; i++)
        resolve_extension(checker, module->extensions[i]);
}

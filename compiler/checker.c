// The checker's driver: the phases for one module, in order.
//
// A module is checked after everything it imports; the loader may check another module while this one
// resolves its imports, so the module being checked and its scope are saved around that. A module joins the
// loaded ones when the loader hands it over, which may be as symbols read back from its compiled form. Each
// phase covers the whole module and goes on after errors.
#include "compiler/declarations.h"

static void add_builtin(Checker *checker, const char *name, TypeKind kind) {
    Declarations *state = checker->declarations;
    const Type *type = types_builtin(checker->types, kind);
    name_table_put(&state->builtins, checker->arena, intern_string(checker->names, name), (void *)type);
}

Declarations *checker_declarations(Checker *checker) {
    if (checker->declarations)
        return checker->declarations;
    Declarations *state = ARENA_NEW(checker->arena, Declarations);
    checker->declarations = state;
    state->array_name = intern_string(checker->names, "Array");
    state->core_name = intern_string(checker->names, "std.core");
    state->init_name = intern_string(checker->names, "init");
    for (TypeKind kind = TYPE_VOID; kind <= TYPE_ANY; kind++) {
        if (kind != TYPE_NULL)
            add_builtin(checker, types_name(checker->types, types_builtin(checker->types, kind)), kind);
    }
    add_builtin(checker, "i64", TYPE_I64);
    add_builtin(checker, "f64", TYPE_F64);
    return state;
}

// -------------------------------------------------------------------------------------- inferring and bodies

static void infer_methods(Checker *checker, Function *const *methods, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        infer_function(checker, methods[i]);
}

static void infer_statics(Checker *checker, Variable *const *statics, uint32_t static_count,
                          NamedConstant *const *constants, uint32_t constant_count) {
    for (uint32_t i = 0; i < constant_count; i++)
        infer_constant(checker, constants[i]);
    for (uint32_t i = 0; i < static_count; i++)
        infer_variable(checker, statics[i]);
}

// Everything whose type is left out gets it, in source order, asked for or not.
static void infer_module(Checker *checker, const ModuleSymbol *module) {
    infer_statics(checker, module->globals, module->global_count, module->constants, module->constant_count);
    for (uint32_t i = 0; i < module->type_count; i++) {
        TypeDecl *decl = module->types[i];
        infer_statics(checker, decl->statics, decl->static_count, decl->constants, decl->constant_count);
        for (uint32_t j = 0; j < decl->field_count; j++)
            infer_field(checker, &decl->fields[j]);
        infer_methods(checker, decl->methods, decl->method_count);
    }
    for (uint32_t i = 0; i < module->extension_count; i++) {
        const Extension *extension = module->extensions[i];
        infer_statics(checker, extension->statics, extension->static_count, extension->constants,
                      extension->constant_count);
        infer_methods(checker, extension->methods, extension->method_count);
    }
    uint32_t count = module->function_count; // inference may add hidden ones
    for (uint32_t i = 0; i < count; i++) {
        if (module->functions[i]->kind == FUNCTION_PLAIN)
            infer_function(checker, module->functions[i]);
    }
}

static void check_all(Checker *checker, Function *const *functions, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (functions[i]->ast)
            check_function(checker, functions[i]);
    }
}

static void check_type_bodies(Checker *checker, TypeDecl *decl) {
    for (uint32_t i = 0; i < decl->field_count; i++) {
        if (decl->fields[i].has_default)
            check_field_default(checker, &decl->fields[i]);
    }
    check_all(checker, decl->inits, decl->init_count);
    if (decl->init_count == 1 && decl->inits[0]->is_memberwise)
        derive_default_functions(checker, decl->inits[0]);
    check_all(checker, decl->methods, decl->method_count);
}

static void check_bodies(Checker *checker, const AstModule *ast) {
    ModuleSymbol *module = checker->module;
    for (uint32_t i = 0; i < module->type_count; i++)
        check_type_bodies(checker, module->types[i]);
    for (uint32_t i = 0; i < module->extension_count; i++)
        check_all(checker, module->extensions[i]->methods, module->extensions[i]->method_count);
    uint32_t count = module->function_count; // bodies add hidden ones behind
    for (uint32_t i = 0; i < count; i++) {
        if (module->functions[i]->kind == FUNCTION_PLAIN && module->functions[i]->ast)
            check_function(checker, module->functions[i]);
    }
    check_module_initializer(checker, ast);
}

// ------------------------------------------------------------------------------------------------------ main

static bool is_main_parameter(const Checker *checker, const Function *main) {
    if (main->parameter_count == 0)
        return true;
    const Type *type = main->parameters[0].type;
    if (type->kind == TYPE_ERROR)
        return true;
    return main->parameter_count == 1 && type->kind == TYPE_NAMED && type->decl == checker->core.List &&
           type->args[0]->kind == TYPE_STRING;
}

static void find_main(Checker *checker) {
    const ModuleName *name = scope_find_in(checker->module, intern_string(checker->names, "main"));
    if (!name || name->symbol.kind != SYMBOL_FUNCTION)
        return;
    Function *main = name->symbol.function;
    infer_function(checker, main);
    TypeKind result = main->result->kind;
    const char *wrong = NULL;
    if (main->type_param_count > 0)
        wrong = "cannot be generic";
    else if (!is_main_parameter(checker, main))
        wrong = "takes nothing or `args: List<string>`";
    else if (result != TYPE_VOID && result != TYPE_I64 && result != TYPE_NEVER && result != TYPE_ERROR)
        wrong = "returns nothing or `int`";
    if (!wrong) {
        checker->module->main_function = main;
        return;
    }
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_MAIN_SIGNATURE, main->span, wrong, NULL);
    diagnostic_label(d, "the function that a program starts with");
}

// ------------------------------------------------------------------------------------------------ the phases

static void report_large_types(Checker *checker, const AstModule *ast) {
    Declarations *state = checker->declarations;
    if (types_overflowed(checker->types) || state->types_too_large)
        diagnostic_add(checker->sink, DIAGNOSTIC_TYPE_TOO_LARGE, source_span(ast->file->id, 0, 0), NULL);
    state->types_too_large = false;
}

static void check_module(Checker *checker, const AstModule *ast) {
    scope_import_modules(checker, ast);
    declare_names(checker, ast);
    declare_headers(checker, ast);
    inherit_check_headers(checker);
    for (uint32_t i = 0; i < checker->module->extension_count; i++)
        conformance_index_extension(checker, checker->module->extensions[i]);
    declare_members(checker, ast);
    bool is_within_limits = limits_check_module(checker);
    structure_check_module(checker);
    resolve_pending_bounds(checker);
    conformance_check_module(checker);
    infer_module(checker, checker->module);
    find_main(checker);
    uint32_t errors = checker->sink->error_count;
    if (is_within_limits)
        check_bodies(checker, ast);
    if (checker->sink->error_count == errors && !ast->is_broken)
        scope_report_unused(checker);
    report_large_types(checker, ast);
}

ModuleSymbol *checker_check_module(Checker *checker, const AstModule *ast, const char *name) {
    Declarations *state = checker_declarations(checker);
    ModuleSymbol *outer_module = checker->module;
    ModuleScope *outer_scope = checker->scope;
    ModuleSymbol *module = ARENA_NEW(checker->arena, ModuleSymbol);
    module->name = intern_string(checker->names, name);
    module->ast = ast;
    module->source_file = ast->file->path;
    ModuleInProgress in_progress = {module->name, state->in_progress};
    state->in_progress = &in_progress;
    checker->module = module;
    checker->scope = ARENA_NEW(checker->arena, ModuleScope);
    check_module(checker, ast);
    state->in_progress = in_progress.importer;
    checker->module = outer_module;
    checker->scope = outer_scope;
    return module;
}

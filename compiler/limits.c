// Limits of the module format that a declaration can exceed. They are reported where the declaration stands, so that
// nobody meets them as a module that the verifier refuses.
#include "compiler/declarations.h"

#include "vm/bytecode/verifier.h"

// The language allows fewer parameters than the format, which gives some to self and to what the compiler adds.
enum { MOST_PARAMETERS = 255 };

static void limit_count(Checker *checker, const char *name, Span span, uint32_t count, uint32_t most,
                        const char *what) {
    if (count <= most)
        return;
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_TOO_MANY_PARTS, span, name, what, NULL);
    diagnostic_label(d, "%u of them; %u are allowed", count, most);
}

static void limit_function(Checker *checker, const Function *function) {
    limit_count(checker, function->name, function->span, function->parameter_count, MOST_PARAMETERS,
                "parameters");
    limit_count(checker, function->name, function->span, function->type_param_count, COR_LIMIT_TYPE_PARAMS,
                "type parameters");
}

static void limit_functions(Checker *checker, Function *const *functions, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (functions[i]->ast)
            limit_function(checker, functions[i]);
}

static void limit_type(Checker *checker, const TypeDecl *decl) {
    limit_count(checker, decl->name, decl->span, decl->type_param_count, COR_LIMIT_TYPE_PARAMS,
                "type parameters");
    limit_count(checker, decl->name, decl->span, decl->field_count, COR_LIMIT_FIELDS, "fields");
    limit_count(checker, decl->name, decl->span, decl->case_count, COR_LIMIT_CASES, "cases");
    for (uint32_t i = 0; i < decl->case_count; i++)
        limit_count(checker, decl->cases[i].name, decl->cases[i].span, decl->cases[i].field_count,
                    COR_LIMIT_FIELDS, "fields");
    limit_functions(checker, decl->methods, decl->method_count);
    limit_functions(checker, decl->inits, decl->init_count);
}

bool limits_check_module(Checker *checker) {
    const ModuleSymbol *module = checker->module;
    uint32_t errors = checker->sink->error_count;
    for (uint32_t i = 0; i < module->type_count; i++)
        limit_type(checker, module->types[i]);
    for (uint32_t i = 0; i < module->extension_count; i++)
        limit_functions(checker, module->extensions[i]->methods, module->extensions[i]->method_count);
    limit_functions(checker, module->functions, module->function_count);
    return checker->sink->error_count == errors;
}

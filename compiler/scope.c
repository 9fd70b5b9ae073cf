// Module-level names: what a module declares, what its imports bind, and what std.core gives to everybody.
//
// Every module, from source or compiled, has a table of the names it declares; a module sees its own names,
// then the names its imports bind, then the public names of std.core. Loaded modules are kept in the order in
// which they were first needed, which is the order of imports in the source.
#include "compiler/declarations.h"

#include "compiler/suggest.h"

#include <string.h>

// --------------------------------------------------------------------------------------------- declaring

static const char *symbol_kind_name(const Symbol *symbol) {
    switch (symbol->kind) {
    case SYMBOL_TYPE:
    case SYMBOL_BUILTIN_TYPE: return "type";
    case SYMBOL_FUNCTION: return "function";
    case SYMBOL_GLOBAL: return "variable";
    case SYMBOL_CONSTANT: return "constant";
    case SYMBOL_MODULE: return "module";
    case SYMBOL_NONE: break;
    }
    return "name";
}

static ModuleName *add_name(Checker *checker, ModuleSymbol *module, ModuleName name) {
    ModuleName *entry = ARENA_NEW(checker->arena, ModuleName);
    *entry = name;
    if (!module->names)
        module->names = ARENA_NEW(checker->arena, NameTable);
    name_table_put(module->names, checker->arena, name.name, entry);
    return entry;
}

bool scope_declare(Checker *checker, const char *name, Symbol symbol, Span span, bool is_public) {
    ModuleName *earlier = scope_find_in(checker->module, name);
    const ImportedName *import = name_table_get(&checker->scope->imports, name);
    if (earlier || import) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_DUPLICATE_NAME, span, name, NULL);
        diagnostic_label(d, "declared again here");
        if (earlier)
            diagnostic_secondary(d, earlier->span, "the %s `%s` is declared here",
                                 symbol_kind_name(&earlier->symbol), name);
        else
            diagnostic_secondary(d, import->span, "the module `%s` is imported here", name);
        diagnostic_help(d, earlier ? "rename one of them" : "rename it, or import the module with `as`");
        if (earlier)
            return false;
    }
    ModuleName *entry = add_name(checker, checker->module, (ModuleName){symbol, name, span, is_public, NULL});
    if (checker->scope->last)
        checker->scope->last->next = entry;
    else
        checker->scope->first = entry;
    checker->scope->last = entry;
    return true;
}

void scope_declare_imported(Checker *checker, ModuleSymbol *module, const char *name, Symbol symbol,
                            bool is_public) {
    add_name(checker, module, (ModuleName){symbol, name, {0}, is_public, NULL});
}

void scope_note_core_type(Checker *checker, TypeDecl *decl) {
#define CORE_TYPE(type_name)                                                                                 \
    if (!strcmp(decl->name, #type_name)) {                                                                   \
        checker->core.type_name = decl;                                                                      \
        return;                                                                                              \
    }
#include "compiler/core_types.def"
#undef CORE_TYPE
}

void scope_note_core_function(Checker *checker, Function *function) {
    const struct {
        const char *name;
        Function **slot;
    } functions[] = {
        {"printLine", &checker->core.print_line},           {"formatInt", &checker->core.format_int},
        {"formatUnsigned", &checker->core.format_unsigned}, {"formatSigned", &checker->core.format_signed},
        {"formatFloat", &checker->core.format_float},       {"formatF32", &checker->core.format_f32},
        {"formatText", &checker->core.format_text},
    };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (!strcmp(function->name, functions[i].name))
            *functions[i].slot = function;
    }
}

// ------------------------------------------------------------------------------------------------ modules

void scope_add_module(Checker *checker, ModuleSymbol *module) {
    Declarations *state = checker_declarations(checker);
    if (name_table_get(&state->modules, module->name))
        return;
    name_table_put(&state->modules, checker->arena, module->name, module);
    ARENA_PUSH(checker->arena, checker->loaded, checker->loaded_count, checker->loaded_capacity, module);
    if (module->name != state->core_name)
        return;
    for (uint32_t i = 0; i < module->type_count; i++)
        scope_note_core_type(checker, module->types[i]);
    for (uint32_t i = 0; i < module->function_count; i++) {
        if (module->functions[i]->kind == FUNCTION_PLAIN)
            scope_note_core_function(checker, module->functions[i]);
    }
}

ModuleSymbol *scope_load_module(Checker *checker, const char *name, const char **message) {
    Declarations *state = checker_declarations(checker);
    name = intern_string(checker->names, name);
    ModuleSymbol *module = name_table_get(&state->modules, name);
    if (module)
        return module;
    *message = NULL;
    if (!checker->loader.load)
        return NULL;
    module = checker->loader.load(checker->loader.context, name, message);
    if (module)
        scope_add_module(checker, module);
    return module;
}

// The chain `a -> b -> a`, if `name` is being checked already.
static const char *import_cycle(Checker *checker, const char *name) {
    const char *chain = name;
    for (const ModuleInProgress *at = checker->declarations->in_progress; at; at = at->importer) {
        chain = arena_printf(checker->arena, "%s -> %s", at->name, chain);
        if (at->name == name)
            return chain;
    }
    return NULL;
}

// The dotted name that `./helpers` or `../a/b` means in the module being checked; NULL if it leaves the
// package.
static const char *import_name(Checker *checker, const AstDecl *decl) {
    Arena *arena = checker->arena;
    const char *base = "";
    if (decl->import.relative) {
        size_t length = strlen(checker->module->name);
        for (uint32_t up = 0; up <= decl->import.parents; up++) {
            if (up > 0 && length == 0)
                return NULL;
            while (length > 0 && checker->module->name[length - 1] != '.')
                length--;
            length -= length > 0; // the dot
        }
        base = arena_copy_text(arena, checker->module->name, length);
    }
    for (uint32_t i = 0; i < decl->import.segment_count; i++) {
        const char *segment = decl->import.segments[i].text;
        if (!segment)
            return NULL;
        base = *base ? arena_printf(arena, "%s.%s", base, segment) : segment;
    }
    return intern_string(checker->names, base);
}

// Whether all but the last segment is a module: `import std.math.sqrt`.
static bool import_names_member(Checker *checker, const AstDecl *decl, const char *name) {
    const char *dot = strrchr(name, '.'), *message;
    if (decl->import.relative || !dot)
        return false;
    return scope_load_module(checker, arena_copy_text(checker->arena, name, (size_t)(dot - name)), &message);
}

// The module of the library with the nearest name, or NULL.
static const char *similar_module(const Checker *checker, const char *name) {
    Suggestion suggestion = suggest_begin(name);
    const char *candidate;
    for (size_t i = 0; checker->loader.name && (candidate = checker->loader.name(i)); i++)
        suggest_consider(&suggestion, candidate);
    return suggestion.best;
}

static ModuleSymbol *load_import(Checker *checker, const AstDecl *decl) {
    Span span = decl->import.path_span;
    const char *name = import_name(checker, decl);
    if (!name) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_IMPORT_OUTSIDE, span, NULL);
        diagnostic_label(d, "there is no folder above that of the package");
        return NULL;
    }
    const char *cycle = import_cycle(checker, name);
    if (cycle) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_CYCLIC_IMPORT, span, cycle, NULL);
        diagnostic_label(d, "this import closes the cycle");
        diagnostic_help(d, "move what both modules need into a third one");
        return NULL;
    }
    const char *message = NULL;
    ModuleSymbol *module = scope_load_module(checker, name, &message);
    if (!module) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_UNKNOWN_MODULE, span, name, NULL);
        bool is_library = strncmp(name, "std.", 4) == 0;
        diagnostic_label(d, "%s",
                         is_library ? "the library has no such module"
                         : message  ? message
                                    : "no such module");
        const char *in_library = arena_printf(checker->arena, "std.%s", name), *similar;
        if (!decl->import.relative && scope_load_module(checker, in_library, &message))
            diagnostic_suggest(d, span, in_library, "the module of the library is `%s`", in_library);
        else if (import_names_member(checker, decl, name))
            diagnostic_help(
                d, "a module is imported whole, and its names are reached through it: `import std.math`, "
                   "`math.Pi`");
        else if (is_library && (similar = similar_module(checker, name)) != NULL)
            diagnostic_suggest(d, span, similar, "did you mean `%s`?", similar);
        else if (!decl->import.relative && decl->import.segment_count == 1)
            diagnostic_help(d, "a module of the same folder is imported by `import ./%s`", name);
    }
    return module;
}

static void append_import(Checker *checker, ModuleSymbol *module, ModuleSymbol *imported, uint32_t capacity) {
    for (uint32_t i = 0; i < module->import_count; i++) {
        if (module->imports[i] == imported)
            return;
    }
    if (!module->imports)
        module->imports = ARENA_ARRAY(checker->arena, ModuleSymbol *, capacity);
    module->imports[module->import_count++] = imported;
}

static void bind_import(Checker *checker, const AstDecl *decl, ModuleSymbol *module) {
    AstName name = decl->import.alias;
    if (!name.text && decl->import.segment_count > 0)
        name = decl->import.segments[decl->import.segment_count - 1];
    if (!name.text)
        return;
    ModuleScope *scope = checker->scope;
    const ImportedName *earlier = name_table_get(&scope->imports, name.text);
    if (earlier) {
        Diagnostic *d =
            diagnostic_add(checker->sink, DIAGNOSTIC_DUPLICATE_IMPORT, name.span, name.text, NULL);
        diagnostic_label(d, "imported again here");
        diagnostic_secondary(d, earlier->span, "`%s` is imported here", name.text);
        diagnostic_help(d, "remove this import, or give it another name with `as`");
        return;
    }
    ImportedName *entry = ARENA_NEW(checker->arena, ImportedName);
    *entry = (ImportedName){module, name.span, false};
    name_table_put(&scope->imports, checker->arena, name.text, entry);
    uint32_t names = scope->import_count, capacity = scope->import_capacity;
    ARENA_PUSH(checker->arena, scope->imported_names, names, capacity, name.text);
    ARENA_PUSH(checker->arena, scope->imported, scope->import_count, scope->import_capacity, entry);
}

void scope_import_modules(Checker *checker, const AstModule *ast) {
    Declarations *state = checker->declarations;
    ModuleSymbol *module = checker->module;
    if (module->name != state->core_name) {
        const char *message = NULL;
        ModuleSymbol *core = scope_load_module(checker, state->core_name, &message);
        if (core) {
            append_import(checker, module, core, ast->item_count + 1);
        } else {
            Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_UNKNOWN_MODULE,
                                           source_span(ast->file->id, 0, 0), state->core_name, NULL);
            diagnostic_label(d, "%s", message ? message : "every module imports it");
        }
    }
    for (uint32_t i = 0; i < ast->item_count; i++) {
        const AstStmt *item = ast->items[i];
        if (item->kind != AST_STMT_DECL || item->decl.decl->kind != AST_DECL_IMPORT)
            continue;
        modifiers_check(checker, item->decl.decl, CONTEXT_MODULE);
        ModuleSymbol *imported = load_import(checker, item->decl.decl);
        if (imported)
            append_import(checker, module, imported, ast->item_count + 1);
        bind_import(checker, item->decl.decl, imported);
    }
}

// Extensions are used without a name, so a module that has some is never reported.
void scope_report_unused(Checker *checker) {
    const ModuleScope *scope = checker->scope;
    for (uint32_t i = 0; i < scope->import_count; i++) {
        const ImportedName *import = scope->imported[i];
        if (import->is_used || !import->module || import->module->extension_count > 0)
            continue;
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_UNUSED_IMPORT, import->span,
                                       scope->imported_names[i], NULL);
        diagnostic_help(d, "remove the import");
    }
}

// ------------------------------------------------------------------------------------------------ looking up

ModuleName *scope_find_in(const ModuleSymbol *module, const char *name) {
    return module->names ? name_table_get(module->names, name) : NULL;
}

static ModuleSymbol *core_of(Checker *checker) {
    Declarations *state = checker->declarations;
    return name_table_get(&state->modules, state->core_name);
}

Symbol scope_find(Checker *checker, const char *name) {
    Declarations *state = checker->declarations;
    const ModuleName *own = scope_find_in(checker->module, name);
    if (own)
        return own->symbol;
    ImportedName *import = name_table_get(&checker->scope->imports, name);
    if (import) {
        import->is_used = true;
        return (Symbol){.kind = SYMBOL_MODULE, .module = import->module};
    }
    ModuleSymbol *core = core_of(checker);
    const ModuleName *common = core ? scope_find_in(core, name) : NULL;
    if (common && common->is_public)
        return common->symbol;
    const Type *builtin = name_table_get(&state->builtins, name);
    if (builtin || name == state->array_name)
        return (Symbol){.kind = SYMBOL_BUILTIN_TYPE, .builtin = builtin};
    return (Symbol){.kind = SYMBOL_NONE};
}

Symbol lookup_name(Checker *checker, const char *name) {
    Symbol symbol = scope_find(checker, name);
    infer_symbol(checker, &symbol);
    return symbol;
}

Symbol lookup_in_module(Checker *checker, ModuleSymbol *module, const char *name) {
    const ModuleName *found = module ? scope_find_in(module, name) : NULL;
    if (!found || (!found->is_public && module != checker->module))
        return (Symbol){.kind = SYMBOL_NONE};
    Symbol symbol = found->symbol;
    infer_symbol(checker, &symbol);
    return symbol;
}

bool hidden_in_module(const ModuleSymbol *module, const char *name) {
    const ModuleName *found = scope_find_in(module, name);
    return found && !found->is_public;
}

// --------------------------------------------------------------------------------------------- suggestions

static bool is_type_symbol(const Symbol *symbol) {
    return symbol->kind == SYMBOL_TYPE;
}

static void consider_module(Suggestion *suggestion, const ModuleSymbol *module, bool only_types) {
    for (uint32_t i = 0; i < module->type_count; i++) {
        if (module->types[i]->is_public)
            suggest_consider(suggestion, module->types[i]->name);
    }
    if (only_types)
        return;
    for (uint32_t i = 0; i < module->function_count; i++) {
        if (module->functions[i]->is_public && module->functions[i]->kind == FUNCTION_PLAIN)
            suggest_consider(suggestion, module->functions[i]->name);
    }
    for (uint32_t i = 0; i < module->constant_count; i++) {
        if (module->constants[i]->is_public)
            suggest_consider(suggestion, module->constants[i]->name);
    }
    for (uint32_t i = 0; i < module->global_count; i++) {
        if (module->globals[i]->is_public && module->globals[i]->kind == VARIABLE_GLOBAL)
            suggest_consider(suggestion, module->globals[i]->name);
    }
}

static void consider_visible(Checker *checker, Suggestion *suggestion, bool only_types) {
    for (const ModuleName *own = checker->scope->first; own; own = own->next) {
        if (!only_types || is_type_symbol(&own->symbol))
            suggest_consider(suggestion, own->name);
    }
    if (!only_types) {
        for (uint32_t i = 0; i < checker->scope->import_count; i++)
            suggest_consider(suggestion, checker->scope->imported_names[i]);
    }
    const ModuleSymbol *core = core_of(checker);
    if (core && core != checker->module)
        consider_module(suggestion, core, only_types);
}

// A search costs as much as there are names; a program with this many errors has other worries than spelling.
#define SCOPE_MAX_SUGGESTIONS 200

bool suggest_is_tired(const Checker *checker) {
    return checker->sink->error_count > SCOPE_MAX_SUGGESTIONS;
}

const char *suggest_name(Checker *checker, const char *name) {
    if (suggest_is_tired(checker))
        return NULL;
    Suggestion suggestion = suggest_begin(name);
    consider_visible(checker, &suggestion, false);
    suggest_consider(&suggestion, "print");
    return suggestion.best;
}

const char *suggest_in_module(Checker *checker, const ModuleSymbol *module, const char *name) {
    if (suggest_is_tired(checker))
        return NULL;
    Suggestion suggestion = suggest_begin(name);
    consider_module(&suggestion, module, false);
    return suggestion.best;
}

static bool offers(const ModuleSymbol *module, const char *name, bool only_types) {
    const ModuleName *found = module ? scope_find_in(module, name) : NULL;
    return found && found->is_public && (!only_types || is_type_symbol(&found->symbol));
}

static bool suggest_imported(Checker *checker, Diagnostic *diagnostic, AstName name, bool only_types) {
    for (uint32_t i = 0; i < checker->scope->import_count; i++) {
        ImportedName *import = checker->scope->imported[i];
        if (offers(import->module, name.text, only_types)) {
            const char *full =
                arena_printf(checker->arena, "%s.%s", checker->scope->imported_names[i], name.text);
            diagnostic_suggest(diagnostic, name.span, full, "it is in the module `%s`: write `%s`",
                               import->module->name, full);
            import->is_used = true;
            return true;
        }
    }
    return false;
}

bool suggest_elsewhere(Checker *checker, Diagnostic *diagnostic, AstName name, bool only_types) {
    if (suggest_is_tired(checker))
        return false;
    if (suggest_imported(checker, diagnostic, name, only_types))
        return true;
    const char *library, *message;
    for (size_t i = 0; checker->loader.name && (library = checker->loader.name(i)); i++) {
        if (offers(scope_load_module(checker, library, &message), name.text, only_types)) {
            diagnostic_help(diagnostic,
                            "it is in the module `%s`: write `import %s` at the top of the file, and `%s.%s`",
                            library, library, strrchr(library, '.') + 1, name.text);
            return true;
        }
    }
    return false;
}

const char *scope_suggest_type(Checker *checker, const TypeScope *scope, const char *name) {
    static const char *const builtins[] = {"int",    "i8",  "i16",   "i32",   "u8",   "u16",
                                           "u32",    "u64", "f32",   "float", "bool", "char",
                                           "string", "any", "never", "void",  "Array"};
    if (suggest_is_tired(checker))
        return NULL;
    Suggestion suggestion = suggest_begin(name);
    for (uint32_t i = 0; scope && i < scope->parameter_count; i++)
        suggest_consider(&suggestion, scope->parameters[i]->name);
    consider_visible(checker, &suggestion, true);
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
        suggest_consider(&suggestion, builtins[i]);
    return suggestion.best;
}

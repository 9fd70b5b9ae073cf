/* Linking: a verified module becomes part of the engine.
 *
 * The modules it imports are linked first, in source order, loaded by the engine's loader when they are not there yet;
 * a chain of modules being linked finds cycles.  Then, under the lock and in the order of the tables, every imported
 * definition, function and variable is looked up by name in the module that owns it and its declaration compared with
 * the real thing (link_check.c), so that what the verifier took for granted holds.  The first difference is the error,
 * and it names both modules. */
#include "vm/runtime/link_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool cor_link_fail(Linker *linker, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(linker->error->text, sizeof linker->error->text, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- Looking up ---- */

static const CorString *string_of(const CorLinkedModule *linked, uint32_t string) {
    return &linked->module->strings[string];
}

/* The linked module that an imported entity names. */
static CorLinkedModule *owner_of(Linker *linker, uint32_t name) {
    CorLinkedModule *linked = linker->linked;
    for (uint32_t i = 0; i < linked->module->import_count; i++) {
        if (linked->module->imports[i] == name) {
            return linked->imports[i];
        }
    }
    const CorString *wanted = string_of(linked, name);
    for (uint32_t i = 0; i < linked->engine->modules.count; i++) {
        CorLinkedModule *other = linked->engine->modules.items[i];
        if (cor_string_is(wanted, other->name)) {
            return other;
        }
    }
    cor_link_fail(linker, "module %s uses module %.*s, which is not imported", linked->name,
                  (int)wanted->length, wanted->bytes);
    return NULL;
}

static bool link_definition(Linker *linker, uint32_t index) {
    CorLinkedModule *linked = linker->linked;
    const CorDefinition *wanted = &linked->module->definitions[index];
    const CorString *name = string_of(linked, wanted->name);
    CorLinkedModule *owner = owner_of(linker, wanted->module);
    if (owner == NULL) {
        return false;
    }
    for (uint32_t i = owner->module->imported_definition_count; i < owner->module->definition_count; i++) {
        if (cor_string_equal(string_of(owner, owner->module->definitions[i].name), name)) {
            linked->definitions[index] = owner->definitions[i];
            return true;
        }
    }
    return cor_link_fail(linker, "module %s needs %s.%.*s, which module %s does not declare", linked->name,
                         owner->name, (int)name->length, name->bytes, owner->name);
}

static void describe_function(const CorLinkedModule *linked, const CorFunction *function, char *text,
                              size_t size) {
    const CorString *name = string_of(linked, function->name);
    if (function->owner != COR_NONE) {
        const CorString *owner = string_of(linked, linked->module->definitions[function->owner].name);
        snprintf(text, size, "%.*s.%.*s", (int)owner->length, owner->bytes, (int)name->length, name->bytes);
    } else {
        snprintf(text, size, "%.*s", (int)name->length, name->bytes);
    }
}

static bool link_function(Linker *linker, uint32_t index) {
    CorLinkedModule *linked = linker->linked;
    const CorFunction *wanted = &linked->module->functions[index];
    CorLinkedModule *owner = owner_of(linker, wanted->module);
    if (owner == NULL) {
        return false;
    }
    char text[256];
    bool same_name = false;
    uint32_t hash = cor_link_hash(string_of(linked, wanted->name));
    for (uint32_t i = cor_link_first_function(owner, string_of(linked, wanted->name), hash); i != COR_NONE;
         i = owner->next_of_name[i]) {
        if (!cor_link_same_member(linker, wanted, owner, &owner->module->functions[i])) {
            continue;
        }
        same_name = true;
        if (cor_link_same_signature(linker, wanted, owner, &owner->module->functions[i])) {
            linked->functions[index] = (CorFunctionTarget){owner, i};
            return true;
        }
    }
    describe_function(linked, wanted, text, sizeof text);
    return cor_link_fail(linker,
                         same_name
                             ? "module %s needs %s.%s with a signature that it does not have in module %s"
                             : "module %s needs %s.%s, which module %s does not declare",
                         linked->name, owner->name, text, owner->name);
}

static bool link_global(Linker *linker, uint32_t index) {
    CorLinkedModule *linked = linker->linked;
    const CorGlobal *wanted = &linked->module->globals[index];
    const CorString *name = string_of(linked, wanted->name);
    CorLinkedModule *owner = owner_of(linker, wanted->module);
    if (owner == NULL) {
        return false;
    }
    for (uint32_t i = owner->module->imported_global_count; i < owner->module->global_count; i++) {
        const CorGlobal *global = &owner->module->globals[i];
        if (cor_string_equal(string_of(owner, global->name), name) &&
            cor_link_same_owner(linker, wanted->owner, owner, global->owner) &&
            cor_link_same_optional_type(linker, wanted->extends, owner, global->extends)) {
            bool assigns = (wanted->flags & COR_GLOBAL_VAR) != 0 && (global->flags & COR_GLOBAL_VAR) == 0;
            if (assigns || !cor_link_same_type(linker, wanted->type, owner, global->type)) {
                return cor_link_fail(linker,
                                     "module %s needs %s.%.*s with a type that it does not have in module %s",
                                     linked->name, owner->name, (int)name->length, name->bytes, owner->name);
            }
            linked->globals[index] = owner->globals[i];
            return true;
        }
    }
    return cor_link_fail(linker, "module %s needs %s.%.*s, which module %s does not declare", linked->name,
                         owner->name, (int)name->length, name->bytes, owner->name);
}

/* ---- Own entities ---- */

static bool find_open_types(CorLinkedModule *linked) {
    const CorModule *module = linked->module;
    for (uint32_t i = 0; i < module->type_count; i++) {
        const CorTypeEntry *entry = &module->types[i];
        linked->type_is_open[i] = entry->kind == COR_TYPE_PARAM;
        for (uint32_t j = 0; j < entry->arg_count; j++) {
            linked->type_is_open[i] |= linked->type_is_open[entry->args[j]];
        }
    }
    return true;
}

static bool add_own_functions(CorLinkedModule *linked) {
    const CorModule *module = linked->module;
    for (uint32_t i = module->function_count; i-- > module->imported_function_count;) {
        const CorString *name = string_of(linked, module->functions[i].name);
        uint32_t hash = cor_link_hash(name);
        linked->functions[i] = (CorFunctionTarget){linked, i};
        if (!cor_link_add_function(linked, i, name, hash)) {
            return false;
        }
    }
    return true;
}

/* Places the module's own variables behind those of the modules linked before. */
static bool add_own_globals(CorLinkedModule *linked) {
    const CorModule *module = linked->module;
    CorEngine *engine = linked->engine;
    CorTypeContext context = {.module = linked};
    for (uint32_t i = module->imported_global_count; i < module->global_count; i++) {
        const CorType *type = cor_instantiate(engine, &context, module->globals[i].type);
        if (type == NULL) {
            return false;
        }
        linked->globals[i] = (CorGlobalTarget){linked, engine->globals_count, type};
        engine->globals_count += type->slots;
        if (engine->globals_count > INT32_MAX) {
            cor_engine_fail(engine, COR_FAILURE_LIMIT, "too many module variables");
            return false;
        }
    }
    return true;
}

static bool add_conformances(Linker *linker) {
    CorLinkedModule *linked = linker->linked;
    CorEngine *engine = linked->engine;
    for (uint32_t i = 0; i < linked->module->conformance_count; i++) {
        const CorConformance *conformance = &linked->module->conformances[i];
        if (conformance->module != 0) { /* only relied on */
            if (!cor_link_check_relied(linker, conformance)) {
                return false;
            }
            continue;
        }
        CorConformanceInfo *info = cor_engine_allocate(engine, 1, sizeof *info);
        if (info == NULL || !cor_link_check_conformance(linker, conformance)) {
            return false;
        }
        *info = (CorConformanceInfo){linked, conformance};
        CorVector *same_head =
            cor_conformances_of(engine, cor_definition_of_entry(linked, conformance->type));
        if (!cor_vector_push(engine, same_head, info)) {
            return false;
        }
        if (!cor_vector_push(engine, &engine->conformances, info)) {
            same_head->count--;
            return false;
        }
    }
    return true;
}

/* The error classes that the VM raises. */
static bool note_core(CorLinkedModule *linked) {
    CorEngine *engine = linked->engine;
    for (uint32_t i = linked->module->imported_definition_count; i < linked->module->definition_count; i++) {
        const CorString *name = string_of(linked, linked->module->definitions[i].name);
        bool is_base = cor_string_is(name, "Error");
        uint32_t error = 0;
        while (error < COR_ERROR_COUNT && !cor_string_is(name, cor_error_class_name((CorErrorClass)error))) {
            error++;
        }
        if (linked->module->definitions[i].kind != COR_DEF_CLASS || (!is_base && error == COR_ERROR_COUNT)) {
            continue;
        }
        const CorType *type = cor_type_named(engine, linked->definitions[i], NULL, 0);
        if (type == NULL || !cor_type_complete(engine, type)) {
            return false;
        }
        if (is_base) {
            engine->error_base = type;
        } else {
            engine->error_types[error] = type;
        }
    }
    engine->core = linked;
    return true;
}

/* ---- One module, everything it imports being linked ---- */

static CorLinkedModule *new_linked(CorEngine *engine, CorModule *module) {
    CorLinkedModule *linked = cor_engine_allocate(engine, 1, sizeof *linked);
    if (linked == NULL) {
        return NULL;
    }
    linked->engine = engine;
    linked->module = module;
    linked->number = engine->modules.count;
    linked->name = cor_module_text(linked, module->name);
    linked->imports = cor_engine_allocate(engine, module->import_count, sizeof *linked->imports);
    linked->definitions = cor_engine_allocate(engine, module->definition_count, sizeof *linked->definitions);
    linked->functions = cor_engine_allocate(engine, module->function_count, sizeof *linked->functions);
    linked->globals = cor_engine_allocate(engine, module->global_count, sizeof *linked->globals);
    linked->closed_types = cor_engine_allocate(engine, module->type_count, sizeof *linked->closed_types);
    linked->type_is_open = cor_engine_allocate(engine, module->type_count, sizeof *linked->type_is_open);
    linked->next_of_name = cor_engine_allocate(engine, module->function_count, sizeof *linked->next_of_name);
    linked->first_of_name =
        cor_engine_allocate(engine, module->function_count, sizeof *linked->first_of_name);
    linked->field_maps = cor_engine_allocate(engine, module->definition_count, sizeof *linked->field_maps);
    return engine->failure == COR_FAILURE_NONE ? linked : NULL;
}

/* Whoever may call what is decided by the host. */
static bool check_host_functions(Linker *linker) {
    const CorModule *module = linker->linked->module;
    const CorEngineOptions *options = &linker->linked->engine->options;
    for (uint32_t i = module->imported_function_count; i < module->function_count; i++) {
        const CorFunction *function = &module->functions[i];
        if ((function->flags & COR_FN_HOST) == 0) {
            continue;
        }
        const char *name = cor_module_text(linker->linked, function->intrinsic);
        if (name == NULL || options->host_function == NULL ||
            options->host_function(options->host_context, linker->linked->name, name) == NULL) {
            return cor_link_fail(linker,
                                 "module %s calls the host's function `%.200s`, which it is not granted",
                                 linker->linked->name, name != NULL ? name : "");
        }
        if (function->parameter_count > COR_HOST_PARAMETERS) {
            return cor_link_fail(linker, "the host's function `%.200s` has more than %d parameters", name,
                                 COR_HOST_PARAMETERS);
        }
    }
    return true;
}

static bool link_entities(Linker *linker) {
    CorLinkedModule *linked = linker->linked;
    const CorModule *module = linked->module;
    find_open_types(linked);
    for (uint32_t i = 0; i < module->imported_definition_count; i++) {
        if (!link_definition(linker, i)) {
            return false;
        }
    }
    if (!cor_definitions_link(linked)) {
        return false;
    }
    for (uint32_t i = 0; i < module->imported_definition_count; i++) {
        if (!cor_link_check_definition(linker, i)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < module->imported_function_count; i++) {
        if (!link_function(linker, i)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < module->imported_global_count; i++) {
        if (!link_global(linker, i)) {
            return false;
        }
    }
    return check_host_functions(linker) && add_own_functions(linked) && add_own_globals(linked) &&
           add_conformances(linker);
}

/* Registers the module; the lock is held. */
static CorLinkedModule *register_module(CorEngine *engine, CorModule *module, CorLinkedModule **imports,
                                        Linker *linker) {
    engine->failure = COR_FAILURE_NONE;
    linker->linked = new_linked(engine, module);
    uint32_t conformances = engine->conformances.count;
    if (linker->linked != NULL) {
        if (module->import_count != 0) {
            memcpy(linker->linked->imports, imports, module->import_count * sizeof *imports);
        }
        bool is_core = strcmp(linker->linked->name, "std.core") == 0;
        if (link_entities(linker) && (!is_core || note_core(linker->linked)) &&
            cor_vector_push(engine, &engine->modules, linker->linked)) {
            return linker->linked;
        }
    }
    while (engine->conformances.count > conformances) {
        const CorConformanceInfo *info = engine->conformances.items[--engine->conformances.count];
        cor_conformances_of(engine, cor_definition_of_entry(info->module, info->conformance->type))->count--;
    }
    if (engine->failure != COR_FAILURE_NONE) {
        cor_link_fail(linker, "%s", engine->failure_message);
        linker->error->no_memory = engine->failure == COR_FAILURE_MEMORY;
    }
    engine->failure = COR_FAILURE_NONE;
    return NULL;
}

/* ---- Imports ---- */

typedef struct Chain { /* of modules being linked, innermost first */
    const CorModule *module;
    const struct Chain *outer;
} Chain;

static bool is_in_chain(const Chain *chain, const CorString *name) {
    for (; chain != NULL; chain = chain->outer) {
        if (cor_string_equal(&chain->module->strings[chain->module->name], name)) {
            return true;
        }
    }
    return false;
}

static CorLinkedModule *link_module(CorEngine *engine, CorModule *module, const Chain *outer,
                                    CorLinkError *error);

/* The import `name` of the module at the head of the chain. */
static CorLinkedModule *link_import(CorEngine *engine, const CorString *name, const Chain *chain,
                                    CorLinkError *error) {
    char text[512];
    const CorString *importer = &chain->module->strings[chain->module->name];
    Linker linker = {.error = error};
    if (name->length >= sizeof text) {
        cor_link_fail(&linker, "module %.*s imports a name that is too long", (int)importer->length,
                      importer->bytes);
        return NULL;
    }
    memcpy(text, name->bytes, name->length);
    text[name->length] = '\0';
    CorLinkedModule *found = cor_engine_module(engine, text);
    if (found != NULL) {
        return found;
    }
    if (is_in_chain(chain, name)) {
        cor_link_fail(&linker, "module %.*s imports %s, which imports it in turn", (int)importer->length,
                      importer->bytes, text);
        return NULL;
    }
    error->text[0] = '\0';
    CorModule *loaded = engine->options.loader == NULL
                            ? NULL
                            : engine->options.loader(engine->options.loader_context, text, error);
    if (loaded == NULL) {
        CorLinkError why = *error;
        cor_link_fail(&linker, "module %.*s imports %s, which is %.800s", (int)importer->length,
                      importer->bytes, text, why.text[0] != '\0' ? why.text : "not found");
        return NULL;
    }
    if (!cor_string_equal(&loaded->strings[loaded->name], name)) {
        cor_link_fail(&linker, "module %.*s imports %s, but what is found is another module",
                      (int)importer->length, importer->bytes, text);
        cor_module_free(loaded);
        return NULL;
    }
    return link_module(engine, loaded, chain, error);
}

/* A module of that name may have been linked by another thread, or before. */
static CorLinkedModule *find_or_register(CorEngine *engine, CorModule *module, CorLinkedModule **imports,
                                         Linker *linker) {
    for (uint32_t i = 0; i < engine->modules.count; i++) {
        CorLinkedModule *other = engine->modules.items[i];
        if (!cor_string_is(&module->strings[module->name], other->name)) {
            continue;
        }
        if (memcmp(other->module->hash, module->hash, sizeof module->hash) == 0) {
            return other;
        }
        cor_link_fail(linker, "another module %s is there already", other->name);
        return NULL;
    }
    return register_module(engine, module, imports, linker);
}

static CorLinkedModule *link_module(CorEngine *engine, CorModule *module, const Chain *outer,
                                    CorLinkError *error) {
    Chain chain = {module, outer};
    Linker linker = {.error = error};
    CorArena *scratch = cor_arena_new();
    CorLinkedModule **imports =
        scratch != NULL ? cor_arena_allocate(scratch, (size_t)module->import_count + 1, sizeof *imports)
                        : NULL;
    CorLinkedModule *linked = NULL;
    error->no_memory = imports == NULL;
    bool good = imports != NULL || cor_link_fail(&linker, "the host has no memory left");
    for (uint32_t i = 0; good && i < module->import_count; i++) {
        imports[i] = link_import(engine, &module->strings[module->imports[i]], &chain, error);
        good = imports[i] != NULL;
    }
    cor_engine_lock(engine);
    if (good) {
        linked = find_or_register(engine, module, imports, &linker);
    }
    bool is_owned = linked != NULL && linked->module == module;
    if (!is_owned && linked == NULL && cor_vector_push(engine, &engine->rejected, module)) {
        is_owned = true; /* types may mention it: kept until the end */
    }
    engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(engine);
    if (!is_owned) {
        cor_module_free(module);
    }
    cor_arena_free(scratch);
    return linked;
}

CorLinkedModule *cor_engine_link(CorEngine *engine, CorModule *module, CorLinkError *error) {
    return link_module(engine, module, NULL, error);
}

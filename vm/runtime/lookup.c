/* Functions of modules by their names: "name" or "Owner.name", without type arguments, as stack traces show them. */
#include "vm/runtime/engine_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static CorStatus plain_function(CorIsolate *isolate, CorLinkedModule *module, uint32_t index,
                                CorLoweredFunction **function) {
    *function = NULL;
    if (index == COR_NONE) {
        return COR_OK;
    }
    CorEngine *engine = module->engine;
    cor_engine_lock(engine);
    *function = cor_function_instance(engine, module, index, NULL, 0);
    CorStatus status = *function != NULL ? COR_OK : cor_engine_take_failure(engine, isolate);
    engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(engine);
    return status;
}

CorStatus cor_module_initializer(CorIsolate *isolate, CorLinkedModule *module,
                                 CorLoweredFunction **function) {
    return plain_function(isolate, module, module->module->initializer, function);
}

CorStatus cor_module_main(CorIsolate *isolate, CorLinkedModule *module, CorLoweredFunction **function) {
    return plain_function(isolate, module, module->module->main_function, function);
}

/* "name" or "Owner.name". */
static bool has_dotted_name(CorLinkedModule *module, const CorFunction *function, const char *name) {
    const CorString *own = &module->module->strings[function->name];
    if (function->owner != COR_NONE) {
        const CorString *owner = &module->module->strings[module->module->definitions[function->owner].name];
        if (strncmp(name, owner->bytes, owner->length) != 0 || name[owner->length] != '.') {
            return false;
        }
        name += owner->length + 1;
    }
    return cor_string_is(own, name);
}

CorStatus cor_module_function(CorIsolate *isolate, CorLinkedModule *module, const char *name,
                              CorLoweredFunction **function) {
    for (uint32_t i = module->module->imported_function_count; i < module->module->function_count; i++) {
        const CorFunction *candidate = &module->module->functions[i];
        if (candidate->param_count == 0 && (candidate->flags & COR_FN_LAMBDA) == 0 &&
            has_dotted_name(module, candidate, name)) {
            return plain_function(isolate, module, i, function);
        }
    }
    return plain_function(isolate, module, COR_NONE, function);
}

CorStatus cor_module_host_class(CorIsolate *isolate, CorLinkedModule *module, const char *name,
                                const CorType **class) {
    const CorModule *portable = module->module;
    CorEngine *engine = module->engine;
    uint32_t i = portable->imported_definition_count;
    *class = NULL;
    while (i < portable->definition_count &&
           ((portable->definitions[i].flags & COR_DEF_HOST) == 0 ||
            !cor_string_is(&portable->strings[portable->definitions[i].name], name))) {
        i++;
    }
    if (i == portable->definition_count) {
        return COR_OK;
    }
    cor_engine_lock(engine);
    const CorType *type = cor_type_named(engine, module->definitions[i], NULL, 0);
    bool complete = type != NULL && cor_type_complete(engine, type);
    CorStatus status = complete ? COR_OK : cor_engine_take_failure(engine, isolate);
    engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(engine);
    *class = complete ? type : NULL;
    return status;
}

/* ---- Of objects ---- */

static uint32_t own_method(const CorDefinitionInfo *info, const char *name, uint32_t unwanted) {
    for (uint32_t i = 0; i < info->method_count; i++) {
        uint32_t flags = info->module->module->functions[info->methods[i]].flags;
        if ((flags & COR_FN_METHOD) != 0 && (flags & unwanted) == 0 &&
            cor_string_is(cor_function_name_string(info->module, info->methods[i]), name)) {
            return info->methods[i];
        }
    }
    return COR_NONE;
}

static CorStatus method_instance(CorIsolate *isolate, const CorType *type, uint32_t index,
                                 CorLoweredFunction **function) {
    CorEngine *engine = isolate->engine;
    CorLinkedModule *module = type->info->module;
    *function = NULL;
    if (index == COR_NONE || module->module->functions[index].param_count != type->argument_count) {
        return COR_OK; /* it has type parameters of its own */
    }
    cor_engine_lock(engine);
    *function = cor_function_instance(engine, module, index, type->arguments, type->argument_count);
    CorStatus status = *function != NULL ? COR_OK : cor_engine_take_failure(engine, isolate);
    engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(engine);
    return status;
}

CorStatus cor_type_method(CorIsolate *isolate, const CorType *type, const char *name,
                          CorLoweredFunction **function) {
    *function = NULL;
    for (type = cor_type_nominal(type); type != NULL && type->info != NULL; type = type->super) {
        uint32_t index = own_method(type->info, name, COR_FN_SETTER | COR_FN_PRIVATE);
        if (index != COR_NONE) {
            return method_instance(isolate, type, index, function);
        }
    }
    return COR_OK;
}

CorStatus cor_type_private_method(CorIsolate *isolate, const CorType *type, const char *name,
                                  CorLoweredFunction **function) {
    return method_instance(isolate, type, own_method(type->info, name, 0), function);
}

const CorMember *cor_type_field(const CorType *type, const char *name, bool *is_mutable) {
    for (; type != NULL && type->kind == COR_KIND_CLASS; type = type->super) {
        for (uint32_t i = 0; i < type->member_count; i++) {
            uint32_t flags = type->definition->fields[i].flags;
            if ((flags & COR_FIELD_PRIVATE) == 0 && strcmp(type->members[i].name, name) == 0) {
                *is_mutable = (flags & COR_FIELD_VAR) != 0;
                return &type->members[i];
            }
        }
    }
    return NULL;
}

/* ---- All of a name ---- */

static bool has_code(const CorFunction *function) {
    return (function->flags & COR_FN_CODELESS) == 0;
}

/* Makes the instances of that name that need no type arguments.  False: engine->failure. */
static bool make_plain_functions(CorEngine *engine, CorLinkedModule *module, const char *name) {
    for (uint32_t i = module->module->imported_function_count; i < module->module->function_count; i++) {
        const CorFunction *candidate = &module->module->functions[i];
        bool is_plain = candidate->param_count == 0 && (candidate->flags & COR_FN_LAMBDA) == 0;
        if (is_plain && has_code(candidate) && has_dotted_name(module, candidate, name) &&
            cor_function_instance(engine, module, i, NULL, 0) == NULL) {
            return false;
        }
    }
    return true;
}

static bool is_instance(const CorLoweredFunction *function, const CorLinkedModule *module, const char *name) {
    return function->portable != NULL && has_code(function->portable) &&
           (module == NULL || function->module == module) && strcmp(function->name, name) == 0;
}

/* The instances of that name in the module, or in all for NULL; *count may be 0.  NULL: memory exhausted. */
static CorLoweredFunction **collect_instances(const CorEngine *engine, const CorLinkedModule *module,
                                              const char *name, uint32_t *count) {
    *count = 0;
    CorLoweredFunction **found = malloc((engine->functions.count + 1) * sizeof *found);
    for (uint32_t i = 0; found != NULL && i < engine->functions.count; i++) {
        if (is_instance(engine->functions.items[i], module, name)) {
            found[(*count)++] = engine->functions.items[i];
        }
    }
    return found;
}

/* The lock is held. */
static CorLoweredFunction **find_all(CorEngine *engine, CorLinkedModule *module, const char *name,
                                     uint32_t *count) {
    if (!make_plain_functions(engine, module, name)) {
        return NULL;
    }
    CorLoweredFunction **found = collect_instances(engine, module, name, count);
    if (found == NULL || *count > 0) {
        return found;
    }
    free(found);
    for (uint32_t i = 0; i < engine->modules.count; i++) {
        if (!make_plain_functions(engine, engine->modules.items[i], name)) {
            return NULL;
        }
    }
    return collect_instances(engine, NULL, name, count);
}

CorStatus cor_functions_named(CorIsolate *isolate, CorLinkedModule *module, const char *name,
                              CorLoweredFunction ***functions, uint32_t *count) {
    CorEngine *engine = module->engine;
    CorStatus status = COR_OK;
    cor_engine_lock(engine);
    *functions = find_all(engine, module, name, count);
    if (*functions == NULL) {
        status =
            engine->failure != COR_FAILURE_NONE ? cor_engine_take_failure(engine, isolate) : COR_NO_MEMORY;
    }
    engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(engine);
    return status;
}

static void give_name(const CorModule *module, const CorFunction *function, CorFunctionNameTaker *take,
                      void *context) {
    char name[256];
    CorString own = module->strings[function->name];
    CorString owner = {.bytes = ""};
    if (function->owner != COR_NONE) {
        owner = module->strings[module->definitions[function->owner].name];
    }
    int length = snprintf(name, sizeof name, "%.*s%s%.*s", (int)owner.length, owner.bytes,
                          owner.length > 0 ? "." : "", (int)own.length, own.bytes);
    if (length > 0 && (size_t)length < sizeof name) {
        take(context, name);
    }
}

void cor_function_names(CorEngine *engine, CorFunctionNameTaker *take, void *context) {
    cor_engine_lock(engine);
    for (uint32_t m = engine->modules.count; m-- > 0;) {
        const CorModule *module = ((const CorLinkedModule *)engine->modules.items[m])->module;
        for (uint32_t i = module->imported_function_count; i < module->function_count; i++) {
            if (has_code(&module->functions[i])) {
                give_name(module, &module->functions[i], take, context);
            }
        }
    }
    cor_engine_unlock(engine);
}

#include "vm/runtime/type_name.h"

#include <ctype.h>
#include <string.h>

#include "vm/runtime/engine_internal.h"
#include "vm/runtime/object.h"

enum { NAME_DEPTH = 16, NAME_ARGUMENTS = 8, NAME_LENGTH = 256 };

typedef struct NameReader {
    CorEngine *engine;
    const char *at;
    uint32_t depth;
} NameReader;

static const CorType *read_type(NameReader *reader);

static bool accept(NameReader *reader, char wanted) {
    while (*reader->at == ' ')
        reader->at++;
    bool found = *reader->at == wanted;
    reader->at += found;
    while (found && *reader->at == ' ')
        reader->at++;
    return found;
}

static const CorType *plain_type(const CorEngine *engine, const char *name) {
    for (uint32_t kind = COR_KIND_BOOL; kind <= COR_KIND_ANY; kind++) {
        const CorType *type = engine->plain_types[kind];
        if (type && strcmp(type->name, name) == 0)
            return type;
    }
    return NULL;
}

static CorLinkedModule *module_named(const CorEngine *engine, const char *name, size_t length) {
    for (uint32_t i = 0; i < engine->modules.count; i++) {
        CorLinkedModule *module = engine->modules.items[i];
        if (strncmp(module->name, name, length) == 0 && module->name[length] == '\0')
            return module;
    }
    return NULL;
}

/* A public definition, by a name with or without its module. */
static CorDefinitionInfo *definition_named(const CorEngine *engine, const char *name) {
    const char *dot = strrchr(name, '.');
    CorLinkedModule *module = dot ? module_named(engine, name, (size_t)(dot - name)) : engine->core;
    const char *own = dot ? dot + 1 : name;
    if (!module)
        return NULL;
    for (uint32_t i = module->module->imported_definition_count; i < module->module->definition_count; i++) {
        const CorDefinition *definition = &module->module->definitions[i];
        if ((definition->flags & COR_DEF_PUBLIC) != 0 &&
            cor_string_is(&module->module->strings[definition->name], own))
            return module->definitions[i];
    }
    return NULL;
}

static bool keeps_bounds(CorEngine *engine, const CorDefinitionInfo *definition,
                         const CorType *const *arguments, uint32_t count) {
    CorTypeContext context = {definition->module, arguments, count};
    for (uint32_t i = 0; i < count; i++) {
        const CorTypeParam *parameter = &definition->definition->params[i];
        for (uint32_t j = 0; j < parameter->bound_count; j++) {
            const CorType *bound = cor_instantiate(engine, &context, parameter->bounds[j]);
            if (!bound || !cor_type_implements(engine, arguments[i], bound))
                return false;
        }
    }
    return true;
}

/* `<arguments>`, if there are any. False: they cannot be read. */
static bool read_arguments(NameReader *reader, const CorType **arguments, uint32_t *count) {
    *count = 0;
    if (!accept(reader, '<'))
        return true;
    do {
        const CorType *argument = *count < NAME_ARGUMENTS ? read_type(reader) : NULL;
        if (!argument)
            return false;
        arguments[(*count)++] = argument;
    } while (accept(reader, ','));
    return accept(reader, '>');
}

static const CorType *read_named(NameReader *reader) {
    char name[NAME_LENGTH];
    const CorType *arguments[NAME_ARGUMENTS];
    uint32_t count;
    size_t length = 0;
    while (isalnum((unsigned char)reader->at[length]) || reader->at[length] == '_' ||
           reader->at[length] == '.')
        length++;
    if (length == 0 || length >= sizeof name)
        return NULL;
    memcpy(name, reader->at, length);
    name[length] = '\0';
    reader->at += length;
    if (!read_arguments(reader, arguments, &count))
        return NULL;
    const CorType *plain = count == 0 ? plain_type(reader->engine, name) : NULL;
    if (plain)
        return plain;
    if (count == 1 && strcmp(name, "Array") == 0)
        return cor_type_wrapped(reader->engine, COR_KIND_ARRAY, arguments[0]);
    CorDefinitionInfo *definition = definition_named(reader->engine, name);
    if (!definition || definition->definition->param_count != count ||
        !keeps_bounds(reader->engine, definition, arguments, count))
        return NULL;
    return cor_type_named(reader->engine, definition, arguments, count);
}

static const CorType *read_type(NameReader *reader) {
    if (reader->depth == NAME_DEPTH)
        return NULL;
    reader->depth++;
    const CorType *type = read_named(reader);
    if (type && accept(reader, '?'))
        type = cor_type_wrapped(reader->engine, COR_KIND_OPTIONAL, type);
    reader->depth--;
    return type;
}

CorStatus cor_type_of_name(CorIsolate *isolate, const char *name, const CorType **type) {
    CorEngine *engine = isolate->engine;
    NameReader reader = {.engine = engine, .at = name};
    cor_engine_lock(engine);
    *type = read_type(&reader);
    if (*type && (*reader.at != '\0' || !cor_type_complete(engine, *type)))
        *type = NULL;
    CorStatus status =
        engine->failure == COR_FAILURE_NONE ? COR_OK : cor_engine_take_failure(engine, isolate);
    engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(engine);
    return status;
}

/* ---- Making ------------------------------------------------------------------------------------ */

static uint32_t plain_constructor(const CorDefinitionInfo *info) {
    for (uint32_t i = 0; i < info->method_count; i++) {
        const CorFunction *function = &info->module->module->functions[info->methods[i]];
        if ((function->flags & COR_FN_INIT) != 0 && (function->flags & COR_FN_PRIVATE) == 0 &&
            function->parameter_count == 1)
            return info->methods[i];
    }
    return COR_NONE;
}

CorStatus cor_type_construct(CorIsolate *isolate, const CorType *type, CorObject **object) {
    CorEngine *engine = isolate->engine;
    *object = NULL;
    bool is_class =
        type->kind == COR_KIND_CLASS && (type->definition->flags & (COR_DEF_ABSTRACT | COR_DEF_HOST)) == 0;
    uint32_t index = is_class ? plain_constructor(type->info) : COR_NONE;
    if (index == COR_NONE)
        return COR_OK;
    cor_engine_lock(engine);
    CorLoweredFunction *init =
        cor_function_instance(engine, type->info->module, index, type->arguments, type->argument_count);
    CorStatus status = init ? COR_OK : cor_engine_take_failure(engine, isolate);
    engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(engine);
    if (status == COR_OK)
        status = cor_isolate_initialize(isolate, type->info->module);
    if (status != COR_OK)
        return status;
    CorObject *volatile made = cor_object_new(isolate, type); /* on the machine stack */
    if (!made)
        return cor_throw_out_of_memory(isolate);
    const uint64_t self = (uintptr_t)made;
    uint64_t unused[2];
    status = cor_call(isolate, init, &self, unused);
    *object = status == COR_OK ? made : NULL;
    return status;
}

/* Instantiation of types: from an entry of a module's type table and the type arguments in force to the one CorType of
 * the engine.
 *
 * A type is made in two steps.  Making it gives its name, kind and register form: all that a mention needs, so that
 * recursive classes and enums end.  Completing it (cor_type_complete, complete.c) gives fields, cases, vtable and
 * object layout; it happens when code that needs them is lowered.  Values (structs, tuples, optionals) need the
 * register form of their parts at once. */
#include "vm/runtime/engine_internal.h"

#include <stdio.h>
#include <string.h>

typedef struct TypeKey {
    CorKind kind;
    const CorDefinitionInfo *info;
    const CorType *const *arguments;
    uint32_t count;
} TypeKey;

static const struct {
    const char *name;
    CorWidth width;
} plain_kinds[] = {
    [COR_KIND_VOID] = {"void", COR_WIDTH_COUNT},
    [COR_KIND_NEVER] = {"never", COR_WIDTH_COUNT},
    [COR_KIND_BOOL] = {"bool", COR_WIDTH_U8},
    [COR_KIND_I8] = {"i8", COR_WIDTH_I8},
    [COR_KIND_I16] = {"i16", COR_WIDTH_I16},
    [COR_KIND_I32] = {"i32", COR_WIDTH_I32},
    [COR_KIND_I64] = {"int", COR_WIDTH_64},
    [COR_KIND_U8] = {"u8", COR_WIDTH_U8},
    [COR_KIND_U16] = {"u16", COR_WIDTH_U16},
    [COR_KIND_U32] = {"u32", COR_WIDTH_U32},
    [COR_KIND_U64] = {"u64", COR_WIDTH_64},
    [COR_KIND_F32] = {"f32", COR_WIDTH_U32},
    [COR_KIND_F64] = {"float", COR_WIDTH_64},
    [COR_KIND_CHAR] = {"char", COR_WIDTH_U32},
    [COR_KIND_STRING] = {"string", COR_WIDTH_REFERENCE},
    [COR_KIND_ANY] = {"any", COR_WIDTH_REFERENCE},
};

static const CorKind kind_of_entry[] = {
    [COR_TYPE_VOID] = COR_KIND_VOID, [COR_TYPE_NEVER] = COR_KIND_NEVER, [COR_TYPE_BOOL] = COR_KIND_BOOL,
    [COR_TYPE_I8] = COR_KIND_I8,     [COR_TYPE_I16] = COR_KIND_I16,     [COR_TYPE_I32] = COR_KIND_I32,
    [COR_TYPE_I64] = COR_KIND_I64,   [COR_TYPE_U8] = COR_KIND_U8,       [COR_TYPE_U16] = COR_KIND_U16,
    [COR_TYPE_U32] = COR_KIND_U32,   [COR_TYPE_U64] = COR_KIND_U64,     [COR_TYPE_F32] = COR_KIND_F32,
    [COR_TYPE_F64] = COR_KIND_F64,   [COR_TYPE_CHAR] = COR_KIND_CHAR,   [COR_TYPE_STRING] = COR_KIND_STRING,
    [COR_TYPE_ANY] = COR_KIND_ANY,
};

/* ---- Names ---- */

typedef struct NameBuffer {
    char text[1024];
    size_t length;
} NameBuffer;

static void name_append(NameBuffer *name, const char *text, size_t length) {
    size_t room = sizeof name->text - 1 - name->length;
    length = length < room ? length : room;
    memcpy(name->text + name->length, text, length);
    name->length += length;
}

static void name_text(NameBuffer *name, const char *text) {
    name_append(name, text, strlen(text));
}

static void name_list(NameBuffer *name, const CorType *const *types, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        name_text(name, i == 0 ? "" : ", ");
        name_text(name, types[i]->name);
    }
}

static void name_type(NameBuffer *name, const TypeKey *key) {
    switch (key->kind) {
    case COR_KIND_OPTIONAL: {
        bool is_function = key->arguments[0]->kind == COR_KIND_FUNCTION;
        name_text(name, is_function ? "(" : "");
        name_text(name, key->arguments[0]->name);
        name_text(name, is_function ? ")?" : "?");
        return;
    }
    case COR_KIND_ARRAY:
    case COR_KIND_CELL:
        name_text(name, key->kind == COR_KIND_ARRAY ? "Array<" : "cell<");
        name_list(name, key->arguments, 1);
        name_text(name, ">");
        return;
    case COR_KIND_TUPLE:
        name_text(name, "(");
        name_list(name, key->arguments, key->count);
        name_text(name, ")");
        return;
    case COR_KIND_FUNCTION:
        name_text(name, "fn(");
        name_list(name, key->arguments, key->count - 1);
        name_text(name, ")");
        if (key->arguments[key->count - 1]->kind != COR_KIND_VOID) {
            name_text(name, ": ");
            name_list(name, key->arguments + key->count - 1, 1);
        }
        return;
    default: {
        const CorString *own = &key->info->module->module->strings[key->info->definition->name];
        name_append(name, own->bytes, own->length);
        if (key->count != 0) {
            name_text(name, "<");
            name_list(name, key->arguments, key->count);
            name_text(name, ">");
        }
    }
    }
}

/* ---- Making ---- */

static uint32_t hash_key(const TypeKey *key) {
    uint32_t hash = cor_hash_u32(COR_HASH_START, key->kind);
    if (key->info != NULL) {
        hash = cor_hash_u32(cor_hash_u32(hash, key->info->module->number), key->info->index);
    }
    for (uint32_t i = 0; i < key->count; i++) {
        hash = cor_hash_u32(hash, key->arguments[i]->id);
    }
    return hash;
}

static bool key_equal(const void *context, uint32_t index, const void *wanted) {
    const CorType *type = ((const CorEngine *)context)->types.items[index];
    const TypeKey *key = wanted;
    return type->kind == key->kind && type->info == key->info && type->argument_count == key->count &&
           (key->count == 0 || memcmp(type->arguments, key->arguments, key->count * sizeof(CorType *)) == 0);
}

/* A zeroed type with its number, name and a display of itself. */
static CorType *new_type(CorEngine *engine, const TypeKey *key, uint32_t vtable_count) {
    uint32_t count = engine->types.count + engine->functions.count;
    if (count >= engine->options.max_instances) {
        cor_engine_fail(engine, COR_FAILURE_LIMIT, "more than %u types and functions are instantiated",
                        engine->options.max_instances);
        return NULL;
    }
    CorType *type = cor_engine_allocate(engine, 1, sizeof *type + vtable_count * sizeof type->vtable[0]);
    const CorType **display = cor_engine_allocate(engine, 1, sizeof *display);
    const CorType **arguments = cor_engine_copy(engine, key->arguments, key->count, sizeof *key->arguments);
    if (type == NULL || display == NULL || arguments == NULL) {
        return NULL;
    }
    display[0] = type;
    type->kind = key->kind;
    type->id = engine->types.count;
    type->display = display;
    type->engine = engine;
    type->info = (CorDefinitionInfo *)(uintptr_t)key->info;
    type->vtable_count = vtable_count;
    type->argument_count = key->count;
    type->arguments = arguments;
    for (uint32_t i = 0; i < key->count; i++) {
        uint32_t nesting = key->arguments[i]->nesting + 1;
        type->nesting = nesting > type->nesting ? nesting : type->nesting;
    }
    if (type->info != NULL) {
        type->module = type->info->module;
        type->definition = type->info->definition;
    }
    return cor_vector_push(engine, &engine->types, type) ? type : NULL;
}

static bool name_new_type(CorEngine *engine, CorType *type, const TypeKey *key) {
    NameBuffer name = {.length = 0};
    name_type(&name, key);
    type->name = cor_engine_text(engine, name.text, name.length);
    type->name_length = (uint32_t)name.length;
    type->short_name =
        type->info != NULL ? cor_module_text(type->module, type->definition->name) : type->name;
    return type->name != NULL && type->short_name != NULL;
}

/* The register form and layouts of a value of one scalar. */
static bool make_scalar(CorEngine *engine, CorType *type, CorWidth width) {
    type->slots = 1;
    type->has_references = width == COR_WIDTH_REFERENCE;
    CorScalar *scalars = cor_engine_allocate(engine, 2, sizeof *scalars);
    if (scalars == NULL) {
        return false;
    }
    scalars[0].width = scalars[1].width = width;
    type->layout = cor_layout_element(engine, scalars, 1);
    if (!type->is_reference) {
        uint32_t mark = 0;
        type->box = cor_layout_object(engine, scalars + 1, 1, COR_HEADER_SIZE, &mark);
        type->mark_bytes = mark;
        type->instance_size = type->box != NULL ? type->box->size : 0;
    }
    return type->layout != NULL && (type->is_reference || type->box != NULL);
}

static bool make_reference(CorEngine *engine, CorType *type) {
    type->is_reference = true;
    return make_scalar(engine, type, COR_WIDTH_REFERENCE);
}

/* The widths of a value's slots, its parts' one after another; `tag` puts a bool first.  While a part is being
 * built, the type stays in building too, and is left to build_postponed. */
static bool make_composite(CorEngine *engine, CorType *type, const CorType *const *parts, uint32_t count,
                           bool tag) {
    uint32_t slots = tag;
    for (uint32_t i = 0; i < count; i++) {
        if (parts[i]->state == COR_STATE_BUILDING) {
            type->is_postponed = true;
            return true;
        }
        if (parts[i]->state == COR_STATE_FAILED || parts[i]->state == COR_STATE_STARVED) {
            cor_engine_fail(engine, COR_FAILURE_LIMIT, "the type %.80s... cannot be instantiated",
                            parts[i]->name);
            return false;
        }
        slots += parts[i]->slots;
        type->has_references |= parts[i]->has_references;
    }
    if (slots > engine->options.max_slots) {
        cor_engine_fail(engine, COR_FAILURE_LIMIT, "the value type %.80s... has more than %u slots",
                        type->name, engine->options.max_slots);
        return false;
    }
    CorScalar *scalars = cor_engine_allocate(engine, 2 * (size_t)slots, sizeof *scalars);
    if (scalars == NULL) {
        return false;
    }
    uint32_t next = 0;
    if (tag) {
        scalars[next++].width = COR_WIDTH_U8;
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < parts[i]->slots; j++) {
            scalars[next++].width = parts[i]->layout->scalars[j].width;
        }
    }
    memcpy(scalars + slots, scalars, slots * sizeof *scalars);
    uint32_t mark = 0;
    type->slots = slots;
    type->layout = cor_layout_element(engine, scalars, slots);
    type->box = cor_layout_object(engine, scalars + slots, slots, COR_HEADER_SIZE, &mark);
    type->mark_bytes = mark;
    type->is_final = true;
    type->instance_size = type->box != NULL ? type->box->size : 0;
    return type->layout != NULL && type->box != NULL;
}

static bool make_optional(CorEngine *engine, CorType *type) {
    const CorType *element = type->element;
    if (element->state != COR_STATE_BUILDING && element->is_reference && !element->is_nullable) {
        type->is_reference = type->is_nullable = type->is_final = true;
        type->has_references = true;
        CorScalar *scalar = cor_engine_allocate(engine, 1, sizeof *scalar);
        if (scalar == NULL || !make_scalar(engine, type, COR_WIDTH_REFERENCE)) {
            return false;
        }
        uint32_t mark = 0;
        scalar->width = COR_WIDTH_REFERENCE;
        type->box = cor_layout_object(engine, scalar, 1, COR_HEADER_SIZE, &mark);
        type->mark_bytes = mark;
        type->instance_size = type->box != NULL ? type->box->size : 0;
        return type->box != NULL;
    }
    return make_composite(engine, type, &element, 1, true);
}

/* Names and places of the fields of a struct or the elements of a tuple. */
static bool make_members(CorEngine *engine, CorType *type, const CorType *const *parts, uint32_t count) {
    if (type->is_postponed) {
        return true;
    }
    CorMember *members = cor_engine_allocate(engine, count, sizeof *members);
    if (members == NULL) {
        return false;
    }
    uint32_t slot = 0;
    for (uint32_t i = 0; i < count; i++) {
        const char *name = type->kind == COR_KIND_STRUCT
                               ? cor_module_text(type->module, type->definition->fields[i].name)
                               : "";
        members[i] =
            (CorMember){.name = name, .type = parts[i], .slot = slot, .scalars = type->box->scalars + slot};
        slot += parts[i]->slots;
    }
    type->members = members;
    type->member_count = count;
    return true;
}

static bool make_struct(CorEngine *engine, CorType *type) {
    uint32_t count = type->definition->field_count;
    const CorType **parts = cor_engine_allocate(engine, count, sizeof *parts);
    if (parts == NULL) {
        return false;
    }
    CorTypeContext context = {type->module, type->arguments, type->argument_count};
    for (uint32_t i = 0; i < count; i++) {
        parts[i] = cor_instantiate(engine, &context, type->definition->fields[i].type);
        if (parts[i] == NULL) {
            return false;
        }
    }
    return make_composite(engine, type, parts, count, false) && make_members(engine, type, parts, count);
}

static CorWidth ordinal_width(uint32_t cases) {
    return cases <= 256 ? COR_WIDTH_U8 : cases <= 65536 ? COR_WIDTH_U16 : COR_WIDTH_U32;
}

static bool make_by_kind(CorEngine *engine, CorType *type) {
    switch (type->kind) {
    case COR_KIND_OPTIONAL: return make_optional(engine, type);
    case COR_KIND_STRUCT: return make_struct(engine, type);
    case COR_KIND_TUPLE:
        return make_composite(engine, type, type->arguments, type->argument_count, false) &&
               make_members(engine, type, type->arguments, type->argument_count);
    case COR_KIND_PLAIN_ENUM:
        type->is_final = true;
        return make_scalar(engine, type, ordinal_width(type->definition->case_count));
    case COR_KIND_CLASS:
        type->is_final = (type->definition->flags & (COR_DEF_OPEN | COR_DEF_ABSTRACT)) == 0;
        return make_reference(engine, type);
    case COR_KIND_ARRAY: type->is_final = true; return make_reference(engine, type);
    default: return make_reference(engine, type);
    }
}

static bool is_too_deep(CorEngine *engine, const TypeKey *key) {
    for (uint32_t i = 0; i < key->count; i++) {
        if (key->arguments[i]->nesting >= engine->options.max_depth) {
            cor_engine_fail(engine, COR_FAILURE_LIMIT, "types are nested more than %u deep around %.80s...",
                            engine->options.max_depth, key->arguments[i]->name);
            return true;
        }
    }
    return false;
}

/* Builds a type that is in the table, or postpones it. */
static bool build(CorEngine *engine, CorType *type) {
    type->is_postponed = false;
    bool made = make_by_kind(engine, type);
    if (made && type->is_postponed) {
        made = cor_vector_push(engine, &engine->postponed, type);
    } else if (made) {
        type->state = COR_STATE_MADE;
    }
    if (!made) {
        type->state = engine->failure == COR_FAILURE_MEMORY ? COR_STATE_STARVED : COR_STATE_FAILED;
    }
    return made;
}

/* Builds what was postponed, as in `struct Tree { children: Array<(Tree, int)> }`: the tuple waits for Tree, which
 * needs no more of it than that an array is a reference.  Where nothing can go first, values contain themselves. */
static bool build_postponed(CorEngine *engine) {
    bool made = true;
    for (bool progress = true; progress && engine->postponed.count != 0;) {
        CorVector waiting = engine->postponed;
        uint32_t types = engine->types.count;
        engine->postponed = (CorVector){.count = 0};
        progress = false;
        for (uint32_t i = 0; i < waiting.count; i++) {
            CorType *type = waiting.items[i];
            made &= build(engine, type);
            progress |= type->state != COR_STATE_BUILDING;
        }
        progress |= engine->types.count != types;
    }
    for (uint32_t i = 0; i < engine->postponed.count; i++) {
        CorType *type = engine->postponed.items[i];
        cor_engine_fail(engine, COR_FAILURE_LIMIT, "the value type %.80s contains itself", type->name);
        type->state = COR_STATE_FAILED;
        made = false;
    }
    engine->postponed.count = 0;
    return made;
}

static CorType *build_all(CorEngine *engine, CorType *type) {
    type->state = COR_STATE_BUILDING;
    engine->building++;
    bool made = build(engine, type);
    if (engine->building == 1) {
        made &= build_postponed(engine);
    }
    engine->building--;
    return made ? type : NULL;
}

static CorType *make_type(CorEngine *engine, const TypeKey *key) {
    uint32_t vtable_count = 0;
    if (is_too_deep(engine, key)) {
        return NULL;
    }
    if (key->kind == COR_KIND_CLASS) {
        if (!cor_definition_slots(engine, (CorDefinitionInfo *)(uintptr_t)key->info)) {
            return NULL;
        }
        vtable_count = key->info->slot_count;
    }
    CorType *type = new_type(engine, key, vtable_count);
    if (type == NULL || !name_new_type(engine, type, key)) {
        return NULL;
    }
    type->element =
        key->kind == COR_KIND_OPTIONAL || key->kind == COR_KIND_ARRAY || key->kind == COR_KIND_CELL
            ? type->arguments[0]
            : NULL;
    if (!cor_index_table_add(&engine->type_table, engine->arena, hash_key(key), type->id)) {
        cor_engine_fail(engine, COR_FAILURE_MEMORY, "the host has no memory left");
        return NULL;
    }
    return build_all(engine, type);
}

/* A type that cannot be stays in the table, and every later mention fails too. */
static const CorType *canonical(CorEngine *engine, const TypeKey *key) {
    uint32_t found = cor_index_table_find(&engine->type_table, hash_key(key), key_equal, engine, key);
    if (found == COR_NONE) {
        return make_type(engine, key);
    }
    CorType *type = engine->types.items[found];
    if (type->state == COR_STATE_STARVED) {
        return build_all(engine, type);
    }
    if (type->state == COR_STATE_FAILED) {
        cor_engine_fail(engine, COR_FAILURE_LIMIT, "the type %.80s... cannot be instantiated", type->name);
        return NULL;
    }
    return type;
}

const CorType *cor_type_wrapped(CorEngine *engine, CorKind kind, const CorType *element) {
    return canonical(engine, &(TypeKey){.kind = kind, .arguments = &element, .count = 1});
}

const CorType *cor_type_tuple(CorEngine *engine, CorKind kind, const CorType *const *arguments,
                              uint32_t count) {
    return canonical(engine, &(TypeKey){.kind = kind, .arguments = arguments, .count = count});
}

const CorType *cor_type_named(CorEngine *engine, CorDefinitionInfo *definition,
                              const CorType *const *arguments, uint32_t count) {
    static const CorKind kinds[] = {[COR_DEF_STRUCT] = COR_KIND_STRUCT,
                                    [COR_DEF_CLASS] = COR_KIND_CLASS,
                                    [COR_DEF_ENUM] = COR_KIND_PLAIN_ENUM,
                                    [COR_DEF_INTERFACE] = COR_KIND_INTERFACE};
    CorKind kind = kinds[definition->definition->kind];
    kind = kind == COR_KIND_PLAIN_ENUM && definition->has_payload ? COR_KIND_ENUM : kind;
    return canonical(engine, &(TypeKey){kind, definition, arguments, count});
}

static bool make_short_texts(CorEngine *engine, const CorType *type) {
    engine->short_texts =
        cor_engine_allocate(engine, COR_SHORT_TEXTS, COR_SHORT_TEXT_WORDS * sizeof(uint64_t));
    for (uint32_t i = 0; engine->short_texts != NULL && i < COR_SHORT_TEXTS; i++) {
        CorStringObject *text = (CorStringObject *)(void *)&engine->short_texts[i * COR_SHORT_TEXT_WORDS];
        text->type = type;
        text->length = i < COR_SHORT_TEXTS - 1;
        text->bytes[0] = (char)(i & 0x7f);
    }
    return engine->short_texts != NULL;
}

bool cor_types_start(CorEngine *engine) {
    for (uint32_t kind = 0; kind < sizeof plain_kinds / sizeof plain_kinds[0]; kind++) {
        if (plain_kinds[kind].name == NULL) {
            continue;
        }
        CorType *type = new_type(engine, &(TypeKey){.kind = (CorKind)kind}, 0);
        if (type == NULL) {
            return false;
        }
        type->name = type->short_name = plain_kinds[kind].name;
        type->name_length = (uint32_t)strlen(type->name);
        type->state = COR_STATE_COMPLETE;
        type->is_final = kind != COR_KIND_ANY;
        type->is_reference = plain_kinds[kind].width == COR_WIDTH_REFERENCE;
        if (plain_kinds[kind].width != COR_WIDTH_COUNT &&
            !make_scalar(engine, type, plain_kinds[kind].width)) {
            return false;
        }
        if (kind == COR_KIND_STRING) {
            type->instance_size = COR_STRING_HEADER;
            if (!make_short_texts(engine, type)) {
                return false;
            }
        }
        engine->plain_types[kind] = type;
    }
    return true;
}

/* ---- From a module's type table ---- */

enum { FEW_ARGUMENTS = 8 };

static const CorType *instantiate_arguments(CorEngine *engine, const CorTypeContext *context,
                                            const CorTypeEntry *entry) {
    const CorType *few[FEW_ARGUMENTS];
    const CorType **arguments = few;
    if (entry->arg_count > FEW_ARGUMENTS) {
        arguments = cor_engine_allocate(engine, entry->arg_count, sizeof *arguments);
        if (arguments == NULL) {
            return NULL;
        }
    }
    for (uint32_t i = 0; i < entry->arg_count; i++) {
        arguments[i] = cor_instantiate(engine, context, entry->args[i]);
        if (arguments[i] == NULL) {
            return NULL;
        }
    }
    switch (entry->kind) {
    case COR_TYPE_OPTIONAL: return cor_type_wrapped(engine, COR_KIND_OPTIONAL, arguments[0]);
    case COR_TYPE_ARRAY: return cor_type_wrapped(engine, COR_KIND_ARRAY, arguments[0]);
    case COR_TYPE_CELL: return cor_type_wrapped(engine, COR_KIND_CELL, arguments[0]);
    case COR_TYPE_TUPLE: return cor_type_tuple(engine, COR_KIND_TUPLE, arguments, entry->arg_count);
    case COR_TYPE_FUNCTION: return cor_type_tuple(engine, COR_KIND_FUNCTION, arguments, entry->arg_count);
    default:
        return cor_type_named(engine, context->module->definitions[entry->index], arguments,
                              entry->arg_count);
    }
}

const CorType *cor_instantiate(CorEngine *engine, const CorTypeContext *context, uint32_t index) {
    CorLinkedModule *module = context->module;
    const CorTypeEntry *entry = &module->module->types[index];
    if (entry->kind < sizeof kind_of_entry / sizeof kind_of_entry[0]) {
        return engine->plain_types[kind_of_entry[entry->kind]];
    }
    if (entry->kind == COR_TYPE_PARAM) {
        return context->arguments[entry->index];
    }
    if (module->closed_types[index] != NULL) {
        return module->closed_types[index];
    }
    const CorType *type = instantiate_arguments(engine, context, entry);
    if (type != NULL && !module->type_is_open[index]) {
        module->closed_types[index] = type;
    }
    return type;
}

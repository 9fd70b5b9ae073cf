#include <string.h>

#include "vm/bytecode/leb128.h"
#include "vm/runtime/code_entry.h"
#include "vm/runtime/engine_internal.h"
#include "vm/runtime/exit.h"
#include "vm/runtime/natives.h"

enum { ENTRY_MAX_COUNT = 1 << 20 }; /* of anything in a table */

typedef struct EntryPart {
    const CorType *type;          /* NULL: it is a function */
    CorLoweredFunction *function; /* NULL: it is a type */
} EntryPart;

typedef struct EntryReader {
    const uint8_t *bytes;
    size_t size, position;
    CorEngine *engine;
    CorArena *arena;
    CorLinkedModule **modules;
    uint32_t module_count;
    EntryPart *items;
    uint32_t item_count;
    const char *failure; /* NULL: none */
} EntryReader;

static void fail(EntryReader *reader, const char *why) {
    if (reader->failure == NULL)
        reader->failure = why;
}

/* ---- Bytes ------------------------------------------------------------------------------------- */

static uint32_t take(EntryReader *reader) {
    uint32_t number = 0;
    if (!cor_leb128_read_u32(reader->bytes, reader->size, &reader->position, &number))
        fail(reader, "a number is cut off");
    return number;
}

static uint32_t take_below(EntryReader *reader, uint32_t limit) {
    uint32_t number = take(reader);
    if (number >= limit) {
        fail(reader, "a number is too large");
        return 0;
    }
    return number;
}

static const uint8_t *take_bytes(EntryReader *reader, size_t size) {
    if (size > reader->size - reader->position) {
        fail(reader, "bytes are missing");
        return NULL;
    }
    const uint8_t *bytes = reader->bytes + reader->position;
    reader->position += size;
    return bytes;
}

/* How many of something follow, and room for them; each takes at least one byte. */
static uint32_t take_count(EntryReader *reader, void *array, size_t size) {
    uint32_t count = take_below(reader, ENTRY_MAX_COUNT);
    if (count > reader->size - reader->position) {
        fail(reader, "a count is too large");
        count = 0;
    }
    void *items = cor_arena_allocate(reader->arena, count + (size_t)1, size);
    if (items == NULL)
        fail(reader, "out of memory");
    memcpy(array, &items, sizeof items);
    return items != NULL ? count : 0;
}

/* ---- Modules ----------------------------------------------------------------------------------- */

static CorLinkedModule *find_module(const CorEngine *engine, const char *name, size_t length) {
    for (uint32_t i = 0; i < engine->modules.count; i++) {
        CorLinkedModule *module = engine->modules.items[i];
        if (strlen(module->name) == length && memcmp(module->name, name, length) == 0)
            return module;
    }
    return NULL;
}

static uint32_t first_global(const CorLinkedModule *module) {
    uint32_t own = module->module->imported_global_count;
    return own < module->module->global_count ? module->globals[own].slot : 0;
}

static void read_module(EntryReader *reader, CorLinkedModule **module) {
    uint32_t length = take(reader);
    const char *name = (const char *)take_bytes(reader, length);
    const uint8_t *hash = take_bytes(reader, sizeof(*module)->module->hash);
    uint32_t global = take(reader);
    *module = hash != NULL ? find_module(reader->engine, name, length) : NULL;
    if (*module == NULL)
        fail(reader, "a module is not there");
    else if (memcmp((*module)->module->hash, hash, sizeof(*module)->module->hash) != 0)
        fail(reader, "a module is another one");
    else if (first_global(*module) != global)
        fail(reader, "the variables of a module lie elsewhere");
}

static void read_modules(EntryReader *reader) {
    uint32_t count = take_count(reader, &reader->modules, sizeof(CorLinkedModule *));
    for (uint32_t i = 0; i < count && reader->failure == NULL; i++)
        read_module(reader, &reader->modules[i]);
    reader->module_count = count;
}

/* ---- Items ------------------------------------------------------------------------------------- */

static const CorType *take_type(EntryReader *reader) {
    uint32_t number = take_below(reader, reader->item_count);
    const CorType *type = reader->failure == NULL ? reader->items[number].type : NULL;
    if (type == NULL)
        fail(reader, "a type is a function");
    return type;
}

static CorLoweredFunction *take_function(EntryReader *reader) {
    uint32_t number = take_below(reader, reader->item_count);
    CorLoweredFunction *function = reader->failure == NULL ? reader->items[number].function : NULL;
    if (function == NULL)
        fail(reader, "a function is a type");
    return function;
}

static const CorType **take_types(EntryReader *reader, uint32_t *count) {
    const CorType **types;
    *count = take_count(reader, &types, sizeof *types);
    for (uint32_t i = 0; i < *count && reader->failure == NULL; i++)
        types[i] = take_type(reader);
    return types;
}

static const CorType *read_plain(EntryReader *reader) {
    uint32_t kind = take_below(reader, COR_KIND_CLOSURE + 1);
    const CorType *type = reader->engine->plain_types[kind];
    if (type == NULL)
        fail(reader, "a type of no such kind");
    return type;
}

static const CorType *read_wrapped(EntryReader *reader) {
    uint32_t kind = take(reader);
    const CorType *element = take_type(reader);
    bool is_one = kind == COR_KIND_OPTIONAL || kind == COR_KIND_ARRAY || kind == COR_KIND_CELL;
    if (!is_one)
        fail(reader, "a type of no such kind");
    return reader->failure == NULL ? cor_type_wrapped(reader->engine, (CorKind)kind, element) : NULL;
}

static const CorType *read_tuple(EntryReader *reader) {
    uint32_t kind = take(reader), count;
    const CorType **types = take_types(reader, &count);
    if ((kind != COR_KIND_TUPLE && kind != COR_KIND_FUNCTION) || count == 0)
        fail(reader, "a type of no such kind");
    return reader->failure == NULL ? cor_type_tuple(reader->engine, (CorKind)kind, types, count) : NULL;
}

static const CorType *read_named(EntryReader *reader) {
    uint32_t module = take_below(reader, reader->module_count), index = take(reader), count;
    const CorType **types = take_types(reader, &count);
    if (reader->failure != NULL)
        return NULL;
    const CorLinkedModule *linked = reader->modules[module];
    if (index >= linked->module->definition_count ||
        linked->definitions[index]->definition->param_count != count) {
        fail(reader, "a definition is not there");
        return NULL;
    }
    return cor_type_named(reader->engine, linked->definitions[index], types, count);
}

static const CorType *read_case(EntryReader *reader) {
    const CorType *owner = take_type(reader);
    uint32_t ordinal = take(reader);
    if (reader->failure != NULL || !cor_type_complete(reader->engine, owner))
        return NULL;
    if (owner->kind != COR_KIND_ENUM || ordinal >= owner->case_count) {
        fail(reader, "a case is not there");
        return NULL;
    }
    return owner->cases[ordinal].type;
}

static CorLoweredFunction *read_function(EntryReader *reader) {
    uint32_t module = take_below(reader, reader->module_count), index = take(reader), count;
    const CorType **types = take_types(reader, &count);
    if (reader->failure != NULL)
        return NULL;
    CorLinkedModule *linked = reader->modules[module];
    if (index < linked->module->imported_function_count || index >= linked->module->function_count) {
        fail(reader, "a function is not there");
        return NULL;
    }
    return cor_function_instance(reader->engine, linked, index, types, count);
}

/* One of those that the engine has made. */
static CorLoweredFunction *find_synthesised(const CorEngine *engine, const CorLoweredFunction *wanted) {
    for (uint32_t i = 0; i < engine->functions.count; i++) {
        CorLoweredFunction *function = engine->functions.items[i];
        if (function->portable == NULL && function->host == NULL &&
            function->synthesis == wanted->synthesis && function->role == wanted->role &&
            function->role_type == wanted->role_type && function->target == wanted->target)
            return function;
    }
    return NULL;
}

/* What has not been asked for yet may be made once more, later: then it is known as another function, which costs only
 * time. */
static CorLoweredFunction *read_synthesised(EntryReader *reader) {
    CorLoweredFunction wanted = {.synthesis = take_below(reader, COR_SYNTHESIS_ABSTRACT + 1)};
    wanted.role = (CorRole)take_below(reader, COR_ROLE_COUNT + 1);
    wanted.role_type = take_type(reader);
    uint32_t target = take_below(reader, reader->item_count + 1);
    wanted.parameter_slots = take(reader);
    wanted.result_slots = take(reader);
    if (reader->failure != NULL)
        return NULL;
    wanted.target = target > 0 ? reader->items[target - 1].function : NULL;
    CorEngine *engine = reader->engine;
    CorLoweredFunction *found = find_synthesised(engine, &wanted);
    if (found == NULL && wanted.synthesis == COR_SYNTHESIS_ROLE && wanted.role < COR_ROLE_COUNT) {
        const CorWord *entry = cor_type_role_locked(engine, wanted.role_type, wanted.role);
        found = entry != NULL ? cor_code_header(entry)->function : NULL;
    } else if (found == NULL) {
        found = cor_function_synthesise(engine, (CorSynthesis)wanted.synthesis, wanted.role_type, wanted.role,
                                        wanted.target, wanted.parameter_slots, wanted.result_slots);
    }
    return found;
}

typedef const CorType *TypeOfFunction(CorEngine *engine, CorLoweredFunction *function);

static const CorType *read_of_function(EntryReader *reader, TypeOfFunction *make) {
    CorLoweredFunction *function = take_function(reader);
    if (function != NULL && function->portable == NULL)
        fail(reader, "a function is not the module's");
    return reader->failure == NULL ? make(reader->engine, function) : NULL;
}

static void read_item(EntryReader *reader, EntryPart *item) {
    CorEngine *engine = reader->engine;
    switch ((CodeItemKind)take_below(reader, CODE_ITEM_KINDS)) {
    case CODE_ITEM_PLAIN: item->type = read_plain(reader); break;
    case CODE_ITEM_WRAPPED: item->type = read_wrapped(reader); break;
    case CODE_ITEM_TUPLE: item->type = read_tuple(reader); break;
    case CODE_ITEM_NAMED: item->type = read_named(reader); break;
    case CODE_ITEM_CASE: item->type = read_case(reader); break;
    case CODE_ITEM_FUNCTION: item->function = read_function(reader); break;
    case CODE_ITEM_SYNTHESISED: item->function = read_synthesised(reader); break;
    case CODE_ITEM_CLOSURE: item->type = read_of_function(reader, cor_type_closure); break;
    case CODE_ITEM_SELECTOR: item->type = read_of_function(reader, cor_type_selector); break;
    case CODE_ITEM_KINDS: break;
    }
    bool is_complete = item->type == NULL || cor_type_complete(engine, item->type);
    if ((item->type == NULL && item->function == NULL) || !is_complete)
        fail(reader, "a type or function cannot be made");
}

static void read_items(EntryReader *reader) {
    uint32_t count = take_count(reader, &reader->items, sizeof *reader->items);
    for (uint32_t i = 0; i < count && reader->failure == NULL; i++) {
        read_item(reader, &reader->items[i]);
        reader->item_count = i + 1; /* what follows may refer to it */
    }
}

/* Lowers the functions whose code the object refers to. */
static void read_codes(EntryReader *reader) {
    uint32_t count = take_below(reader, ENTRY_MAX_COUNT);
    for (uint32_t i = 0; i < count && reader->failure == NULL; i++) {
        CorLoweredFunction *function = take_function(reader);
        uint64_t digest = 0;
        const uint8_t *bytes = take_bytes(reader, sizeof digest);
        if (bytes == NULL || function == NULL)
            return;
        memcpy(&digest, bytes, sizeof digest);
        if (!cor_function_lower_once(reader->engine, function))
            fail(reader, "a function cannot be lowered");
        else if (cor_code_entry_digest(function) != digest)
            fail(reader, "a function is lowered in another way");
    }
}

/* ---- Constants --------------------------------------------------------------------------------- */

static const void *read_native(EntryReader *reader) {
    static CorNative *const natives[] = {
#define NATIVE(name, function, semantics) function,
#include "vm/runtime/natives.def"
#undef NATIVE
    };
    uint32_t number = take_below(reader, COR_INTRINSIC_COUNT + sizeof natives / sizeof *natives);
    CorNative *native = number < COR_INTRINSIC_COUNT ? cor_intrinsic_native((CorIntrinsic)number)
                                                     : natives[number - COR_INTRINSIC_COUNT];
    return (const void *)(uintptr_t)native;
}

static const void *read_object(EntryReader *reader) {
    uint32_t item = take_below(reader, reader->item_count + 1), detail = take(reader);
    if (item == 0) {
        const char *text = (const char *)take_bytes(reader, detail);
        return text != NULL ? cor_literal(reader->engine, text, detail) : NULL;
    }
    if (reader->failure != NULL)
        return NULL;
    CorLoweredFunction *function = reader->items[item - 1].function;
    if (function != NULL && function->portable != NULL && function->portable->capture_count == 0)
        return cor_constant_closure(reader->engine, function);
    const CorType *owner = reader->items[item - 1].type;
    if (owner != NULL && owner->kind == COR_KIND_ARRAY)
        return cor_type_complete(reader->engine, owner) ? cor_constant_array(reader->engine, owner) : NULL;
    bool holds = owner != NULL && owner->kind == COR_KIND_ENUM && detail < owner->case_count;
    return holds ? owner->cases[detail].object : NULL;
}

/* The engine's, with NULL behind the last one. */
static const void *read_types(EntryReader *reader) {
    uint32_t count;
    const CorType **types = take_types(reader, &count);
    return reader->failure == NULL ? cor_engine_copy(reader->engine, types, count + (size_t)1, sizeof *types)
                                   : NULL;
}

static const void *read_code(EntryReader *reader, CorCodeConstant *constant) {
    CorLoweredFunction *function = take_function(reader);
    constant->function = function;
    constant->index = constant->kind == COR_CONSTANT_CODE ? take(reader) : 0;
    if (function == NULL || function->code == NULL || constant->index >= function->code_count)
        return NULL;
    return function->code + constant->index;
}

static void read_constant(EntryReader *reader, CorCodeConstant *constant) {
    constant->kind = (CorCodeConstantKind)take_below(reader, COR_CONSTANT_TYPES + 1);
    switch (constant->kind) {
    case COR_CONSTANT_TYPE: constant->pointer = take_type(reader); break;
    case COR_CONSTANT_FUNCTION: constant->function = constant->pointer = take_function(reader); break;
    case COR_CONSTANT_ENTRY:
    case COR_CONSTANT_CODE: constant->pointer = read_code(reader, constant); break;
    case COR_CONSTANT_OBJECT: constant->pointer = read_object(reader); break;
    case COR_CONSTANT_NATIVE: constant->pointer = read_native(reader); break;
    case COR_CONSTANT_TYPES: constant->pointer = read_types(reader); break;
    }
    if (constant->pointer == NULL)
        fail(reader, "a constant is not there");
}

/* ---- Objects ----------------------------------------------------------------------------------- */

/* The constant of a function, and an instruction of it. */
static void take_place(EntryReader *reader, const CorCodeConstant *constants, uint32_t count,
                       uint32_t *function, uint32_t *index) {
    *function = take_below(reader, count);
    *index = take(reader);
    const CorCodeConstant *constant = reader->failure == NULL ? &constants[*function] : NULL;
    if (constant != NULL &&
        (constant->kind != COR_CONSTANT_FUNCTION || *index >= constant->function->code_count))
        fail(reader, "an instruction is not there");
}

static void read_leaves(EntryReader *reader, CorCodeObject *object) {
    CorCodeLeave *leaves;
    object->leave_count = take_count(reader, &leaves, sizeof *leaves);
    for (uint32_t i = 0; i < object->leave_count && reader->failure == NULL; i++) {
        leaves[i].place = take(reader);
        leaves[i].description = take(reader);
    }
    object->leaves = leaves;
    object->description_size = take(reader);
    object->descriptions = take_bytes(reader, object->description_size);
}

static void read_tables(EntryReader *reader, CorCodeObject *object) {
    CorCodeFrame *frames;
    CorCodeSite *sites;
    CorCodeExit *exits;
    object->frame_count = take_count(reader, &frames, sizeof *frames);
    for (uint32_t i = 0; i < object->frame_count && reader->failure == NULL; i++) {
        take_place(reader, object->constants, object->constant_count, &frames[i].function, &frames[i].index);
        frames[i].distance = take(reader);
    }
    object->site_count = take_count(reader, &sites, sizeof *sites);
    for (uint32_t i = 0; i < object->site_count && reader->failure == NULL; i++) {
        sites[i].window = take(reader);
        sites[i].first_frame = take(reader);
        sites[i].frame_count = take(reader);
    }
    object->exit_count = take_count(reader, &exits, sizeof *exits);
    for (uint32_t i = 0; i < object->exit_count && reader->failure == NULL; i++) {
        exits[i].kind = take_below(reader, COR_EXIT_COUNT);
        take_place(reader, object->constants, object->constant_count, &exits[i].function, &exits[i].index);
    }
    object->frames = frames;
    object->sites = sites;
    object->exits = exits;
}

static void read_object_of(EntryReader *reader, CorCodeObject *object) {
    CorCodeConstant *constants;
    if (take_function(reader) != object->function || take(reader) != object->tier ||
        take(reader) != object->index)
        fail(reader, "it is another function's");
    object->constant_count = take_count(reader, &constants, sizeof *constants);
    for (uint32_t i = 0; i < object->constant_count && reader->failure == NULL; i++)
        read_constant(reader, &constants[i]);
    object->constants = constants;
    if (reader->failure == NULL)
        read_tables(reader, object);
    if (reader->failure == NULL)
        read_leaves(reader, object);
    object->elf_size = take(reader);
    object->elf = take_bytes(reader, object->elf_size);
}

const char *cor_code_entry_read(const uint8_t *bytes, size_t size, CorArena *arena,
                                CorLoweredFunction *function, uint32_t tier, uint32_t index,
                                CorCodeObject *object) {
    EntryReader reader = {.bytes = bytes, .size = size, .engine = function->engine, .arena = arena};
    *object = (CorCodeObject){.function = function, .tier = tier, .index = index};
    cor_engine_lock(function->engine);
    read_modules(&reader);
    if (reader.failure == NULL)
        read_items(&reader);
    if (reader.failure == NULL)
        read_codes(&reader);
    if (reader.failure == NULL)
        read_object_of(&reader, object);
    if (reader.failure == NULL && reader.position != size)
        fail(&reader, "there is more behind it");
    function->engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(function->engine);
    return reader.failure;
}

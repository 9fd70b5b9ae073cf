/* Tables, entities and the finish of the module builder; see builder.h. */
#include "vm/bytecode/builder.h"

#include <stdlib.h>
#include <string.h>

#include "vm/bytecode/builder_internal.h"
#include "vm/bytecode/string_walk.h"

typedef struct BuilderImport {
    uint32_t name;
    uint8_t hash[32];
} BuilderImport;

#define ITEM(array, Type, index) (((Type *)(array).items)[index])

/* ---- Life ---- */

CorBuilder *cor_builder_new(const char *name) {
    CorBuilder *builder = calloc(1, sizeof *builder);
    if (builder == NULL) {
        return NULL;
    }
    builder->arena = cor_arena_new();
    builder->scratch = cor_arena_new();
    if (builder->arena != NULL && builder->scratch != NULL) {
        builder->module = cor_arena_allocate(builder->arena, 1, sizeof *builder->module);
    }
    if (builder->module == NULL) {
        cor_builder_free(builder);
        return NULL;
    }
    builder->module->arena = builder->arena;
    builder->module->initializer = COR_NONE;
    builder->module->main_function = COR_NONE;
    cor_builder_text(builder, "");
    builder->module->name = cor_builder_text(builder, name);
    return builder;
}

void cor_builder_free(CorBuilder *builder) {
    if (builder != NULL) {
        cor_arena_free(builder->arena);
        cor_arena_free(builder->scratch);
        free(builder);
    }
}

void *builder_allocate(CorBuilder *builder, size_t count, size_t size) {
    void *memory = cor_arena_allocate(builder->arena, count, size);
    builder->failed |= memory == NULL;
    return memory;
}

/* A copy in the module's arena; nothing for nothing. */
static void *keep(CorBuilder *builder, const void *data, size_t count, size_t size) {
    if (count == 0) {
        return NULL;
    }
    void *copy = cor_arena_copy(builder->arena, data, count, size);
    builder->failed |= copy == NULL;
    return copy;
}

void *cor_builder_copy(CorBuilder *builder, const void *data, size_t count, size_t size) {
    void *copy = cor_arena_copy(builder->scratch, data, count, size);
    builder->failed |= copy == NULL;
    return copy;
}

void *builder_push_slowly(CorBuilder *builder, BuilderArray *array, size_t size) {
    void *items = cor_arena_grow(builder->scratch, array->items, array->count, &array->capacity, size);
    if (items == NULL) {
        builder->failed = true;
        return NULL;
    }
    array->items = items;
    return (char *)items + size * array->count++;
}

/* ---- Interned tables ---- */

/* What the four tables have in common: look up, else append and note the new index. */
static uint32_t intern(CorBuilder *builder, CorIndexTable *table, uint32_t hash, CorIndexEqual *equal,
                       const void *key, uint32_t (*append)(CorBuilder *builder, const void *key)) {
    if (builder->failed) {
        return 0; /* the entries may be incomplete */
    }
    uint32_t index = cor_index_table_find(table, hash, equal, builder, key);
    if (index == COR_NONE) {
        index = append(builder, key);
        builder->failed |= !cor_index_table_add(table, builder->scratch, hash, index);
    }
    return index;
}

static bool string_equal(const void *context, uint32_t index, const void *key) {
    const CorBuilder *builder = context;
    CorString have = ITEM(builder->strings, CorString, index);
    const CorString *want = key;
    return have.length == want->length &&
           (have.length == 0 || memcmp(have.bytes, want->bytes, have.length) == 0);
}

static uint32_t append_string(CorBuilder *builder, const void *key) {
    const CorString *string = key;
    CorString *entry = builder_push(builder, &builder->strings, sizeof *entry);
    if (entry == NULL) {
        return 0;
    }
    entry->length = string->length;
    entry->bytes = string->length == 0 ? "" : keep(builder, string->bytes, string->length, 1);
    return builder->strings.count - 1;
}

uint32_t cor_builder_string(CorBuilder *builder, const char *bytes, size_t length) {
    if (length > UINT32_MAX / 2) {
        builder->failed = true;
        return 0;
    }
    CorString key = {bytes, (uint32_t)length};
    return intern(builder, &builder->string_table, cor_hash_bytes(COR_HASH_START, bytes, length),
                  string_equal, &key, append_string);
}

uint32_t cor_builder_text(CorBuilder *builder, const char *text) {
    return text == NULL ? 0 : cor_builder_string(builder, text, strlen(text));
}

static uint32_t hash_list(uint32_t hash, const uint32_t *items, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        hash = cor_hash_u32(hash, items[i]);
    }
    return hash;
}

static bool same_list(const uint32_t *a, const uint32_t *b, uint32_t count) {
    return count == 0 || memcmp(a, b, count * sizeof *a) == 0;
}

static bool type_equal(const void *context, uint32_t index, const void *key) {
    const CorBuilder *builder = context;
    const CorTypeEntry *have = &ITEM(builder->types, CorTypeEntry, index), *want = key;
    return have->kind == want->kind && have->index == want->index && have->arg_count == want->arg_count &&
           same_list(have->args, want->args, want->arg_count);
}

static uint32_t append_type(CorBuilder *builder, const void *key) {
    const CorTypeEntry *type = key;
    CorTypeEntry *entry = builder_push(builder, &builder->types, sizeof *entry);
    if (entry == NULL) {
        return 0;
    }
    *entry = *type;
    entry->args = keep(builder, type->args, type->arg_count, sizeof *type->args);
    return builder->types.count - 1;
}

uint32_t cor_builder_type(CorBuilder *builder, CorTypeKind kind, uint32_t index, const uint32_t *args,
                          uint32_t arg_count) {
    CorTypeEntry key = {kind, index, arg_count, args};
    uint32_t hash = hash_list(cor_hash_u32((uint32_t)kind, index), args, arg_count);
    return intern(builder, &builder->type_table, hash, type_equal, &key, append_type);
}

uint32_t cor_builder_plain_type(CorBuilder *builder, CorTypeKind kind) {
    return cor_builder_type(builder, kind, 0, NULL, 0);
}

uint32_t cor_builder_wrapped_type(CorBuilder *builder, CorTypeKind kind, uint32_t arg) {
    return cor_builder_type(builder, kind, 0, &arg, 1);
}

CorTypeEntry cor_builder_type_entry(const CorBuilder *builder, uint32_t type) {
    return type < builder->types.count ? ITEM(builder->types, CorTypeEntry, type) : (CorTypeEntry){0};
}

static bool function_ref_equal(const void *context, uint32_t index, const void *key) {
    const CorBuilder *builder = context;
    const CorFunctionRef *have = &ITEM(builder->function_refs, CorFunctionRef, index), *want = key;
    return have->function == want->function && have->arg_count == want->arg_count &&
           same_list(have->args, want->args, want->arg_count);
}

static uint32_t append_function_ref(CorBuilder *builder, const void *key) {
    const CorFunctionRef *reference = key;
    CorFunctionRef *entry = builder_push(builder, &builder->function_refs, sizeof *entry);
    if (entry == NULL) {
        return 0;
    }
    *entry = *reference;
    entry->args = keep(builder, reference->args, reference->arg_count, sizeof *reference->args);
    return builder->function_refs.count - 1;
}

uint32_t cor_builder_function_ref(CorBuilder *builder, uint32_t function, const uint32_t *args,
                                  uint32_t arg_count) {
    CorFunctionRef key = {function, arg_count, args};
    uint32_t hash = hash_list(cor_hash_u32(COR_HASH_START, function), args, arg_count);
    return intern(builder, &builder->function_ref_table, hash, function_ref_equal, &key, append_function_ref);
}

static bool constant_equal(const void *context, uint32_t index, const void *key) {
    const CorBuilder *builder = context;
    const CorConstant *have = &ITEM(builder->constants, CorConstant, index), *want = key;
    return have->type == want->type && have->bits == want->bits;
}

static uint32_t append_constant(CorBuilder *builder, const void *key) {
    CorConstant *entry = builder_push(builder, &builder->constants, sizeof *entry);
    if (entry == NULL) {
        return 0;
    }
    memcpy(entry, key, sizeof *entry);
    return builder->constants.count - 1;
}

uint32_t cor_builder_constant(CorBuilder *builder, uint32_t type, uint64_t bits) {
    CorConstant key = {.type = type, .bits = bits};
    uint32_t hash = cor_hash_u32(cor_hash_u32(type, (uint32_t)bits), (uint32_t)(bits >> 32));
    return intern(builder, &builder->constant_table, hash, constant_equal, &key, append_constant);
}

uint32_t cor_builder_constant_string(CorBuilder *builder, uint32_t type, uint32_t string) {
    CorConstant key = {.type = type, .bits = 0};
    key.string = string;
    return cor_builder_constant(builder, type, key.bits);
}

/* The appended entry is found by later lookups of an equal one. */
static uint32_t append_noted(CorBuilder *builder, CorIndexTable *table, uint32_t hash, uint32_t index) {
    if (!cor_index_table_add(table, builder->scratch, hash, index)) {
        builder->failed = true;
    }
    return index;
}

uint32_t cor_builder_append_type(CorBuilder *builder, CorTypeEntry entry) {
    uint32_t hash = hash_list(cor_hash_u32((uint32_t)entry.kind, entry.index), entry.args, entry.arg_count);
    return append_noted(builder, &builder->type_table, hash, append_type(builder, &entry));
}

uint32_t cor_builder_append_function_ref(CorBuilder *builder, CorFunctionRef reference) {
    uint32_t hash =
        hash_list(cor_hash_u32(COR_HASH_START, reference.function), reference.args, reference.arg_count);
    return append_noted(builder, &builder->function_ref_table, hash,
                        append_function_ref(builder, &reference));
}

uint32_t cor_builder_append_constant(CorBuilder *builder, CorConstant constant) {
    uint32_t low = (uint32_t)constant.bits, high = (uint32_t)(constant.bits >> 32);
    uint32_t hash = cor_hash_u32(cor_hash_u32(constant.type, low), high);
    return append_noted(builder, &builder->constant_table, hash, append_constant(builder, &constant));
}

/* ---- Entities ---- */

/* Adds a zeroed draft and returns its handle. */
static uint32_t add_draft(CorBuilder *builder, BuilderArray *array, size_t size) {
    void *draft = cor_arena_allocate(builder->scratch, 1, size);
    void **slot = draft == NULL ? NULL : builder_push(builder, array, sizeof *slot);
    if (slot == NULL) {
        builder->failed = true;
        return COR_NONE;
    }
    *slot = draft;
    return array->count - 1;
}

uint32_t cor_builder_add_definition(CorBuilder *builder, uint32_t module) {
    uint32_t handle = add_draft(builder, &builder->definitions, sizeof(CorDefinition));
    CorDefinition *draft = cor_builder_definition(builder, handle);
    draft->module = module;
    draft->super = COR_NONE;
    return handle;
}

uint32_t cor_builder_add_function(CorBuilder *builder, uint32_t module) {
    uint32_t handle = add_draft(builder, &builder->functions, sizeof(CorFunction));
    CorFunction *draft = cor_builder_function(builder, handle);
    draft->module = module;
    draft->owner = COR_NONE;
    draft->extends = COR_NONE;
    CorCode **code = builder_push(builder, &builder->codes, sizeof *code);
    if (code != NULL) {
        *code = NULL;
    }
    return handle;
}

uint32_t cor_builder_add_global(CorBuilder *builder, uint32_t module) {
    uint32_t handle = add_draft(builder, &builder->globals, sizeof(CorGlobal));
    CorGlobal *draft = cor_builder_global(builder, handle);
    draft->module = module;
    draft->owner = COR_NONE;
    draft->extends = COR_NONE;
    return handle;
}

CorDefinition *cor_builder_definition(CorBuilder *builder, uint32_t handle) {
    bool there = handle < builder->definitions.count;
    return there ? ITEM(builder->definitions, CorDefinition *, handle) : &builder->dummy.definition;
}

CorFunction *cor_builder_function(CorBuilder *builder, uint32_t handle) {
    bool there = handle < builder->functions.count;
    return there ? ITEM(builder->functions, CorFunction *, handle) : &builder->dummy.function;
}

CorGlobal *cor_builder_global(CorBuilder *builder, uint32_t handle) {
    bool there = handle < builder->globals.count;
    return there ? ITEM(builder->globals, CorGlobal *, handle) : &builder->dummy.global;
}

void cor_builder_add_import(CorBuilder *builder, uint32_t name, const uint8_t hash[32]) {
    for (uint32_t i = 0; i < builder->imports.count; i++) {
        if (ITEM(builder->imports, BuilderImport, i).name == name) {
            return;
        }
    }
    BuilderImport *import = builder_push(builder, &builder->imports, sizeof *import);
    if (import != NULL) {
        *import = (BuilderImport){.name = name};
        if (hash != NULL) {
            memcpy(import->hash, hash, sizeof import->hash);
        }
    }
}

void cor_builder_add_named_constant(CorBuilder *builder, CorNamedConstant constant) {
    CorNamedConstant *entry = builder_push(builder, &builder->named_constants, sizeof *entry);
    if (entry != NULL) {
        *entry = constant;
    }
}

void cor_builder_add_conformance(CorBuilder *builder, CorConformance conformance) {
    CorConformance *entry = builder_push(builder, &builder->conformances, sizeof *entry);
    if (entry != NULL) {
        *entry = conformance;
    }
}

/* Keeps the list ascending and without repetition. */
void cor_builder_add_syscall(CorBuilder *builder, uint32_t number) {
    uint32_t at = 0;
    while (at < builder->syscalls.count && ITEM(builder->syscalls, uint32_t, at) < number) {
        at++;
    }
    if (at < builder->syscalls.count && ITEM(builder->syscalls, uint32_t, at) == number) {
        return;
    }
    if (builder_push(builder, &builder->syscalls, sizeof number) != NULL) {
        uint32_t *items = builder->syscalls.items;
        memmove(&items[at + 1], &items[at], (builder->syscalls.count - 1 - at) * sizeof *items);
        items[at] = number;
    }
}

void cor_builder_set_name(CorBuilder *builder, uint32_t string) {
    builder->module->name = string;
}

void cor_builder_set_source_file(CorBuilder *builder, uint32_t string) {
    builder->module->source_file = string;
}
void cor_builder_set_initializer(CorBuilder *builder, uint32_t function) {
    builder->module->initializer = function;
}
void cor_builder_set_main(CorBuilder *builder, uint32_t function) {
    builder->module->main_function = function;
}
void cor_builder_set_doc(CorBuilder *builder, uint32_t string) {
    builder->module->doc = string;
}

/* ---- Finish: handles become indices, drafts become tables ---- */

/* The imported-first numbering of drafts, all of which have their `module` at that offset. */
static BuilderMap number(CorBuilder *builder, const BuilderArray *drafts, size_t module_offset,
                         uint32_t *imported) {
    uint32_t *final = cor_arena_allocate(builder->scratch, drafts->count, sizeof *final);
    if (final == NULL) {
        builder->failed = true;
        return (BuilderMap){NULL, 0};
    }
    uint32_t next = 0;
    for (int own = 0; own <= 1; own++) {
        for (uint32_t i = 0; i < drafts->count; i++) {
            uint32_t module;
            memcpy(&module, ITEM(*drafts, const char *, i) + module_offset, sizeof module);
            if ((module == COR_NONE) == own) {
                final[i] = next++;
            }
        }
        if (!own) {
            *imported = next;
        }
    }
    return (BuilderMap){final, drafts->count};
}

static const CorTypeParam *keep_params(CorBuilder *builder, const CorTypeParam *params, uint32_t count) {
    CorTypeParam *copy = keep(builder, params, count, sizeof *params);
    for (uint32_t i = 0; copy != NULL && i < count; i++) {
        copy[i].bounds = keep(builder, params[i].bounds, params[i].bound_count, sizeof *params[i].bounds);
    }
    return copy;
}

static void finish_tables(CorBuilder *builder, const BuilderMaps *maps) {
    CorModule *module = builder->module;
    module->constant_count = builder->constants.count;
    module->constants =
        keep(builder, builder->constants.items, builder->constants.count, sizeof(CorConstant));

    CorTypeEntry *types = keep(builder, builder->types.items, builder->types.count, sizeof *types);
    for (uint32_t i = 0; types != NULL && i < builder->types.count; i++) {
        if (types[i].kind == COR_TYPE_NAMED) {
            types[i].index = builder_map(maps->definitions, types[i].index);
        }
    }
    module->type_count = builder->types.count;
    module->types = types;

    CorFunctionRef *references =
        keep(builder, builder->function_refs.items, builder->function_refs.count, sizeof *references);
    for (uint32_t i = 0; references != NULL && i < builder->function_refs.count; i++) {
        references[i].function = builder_map(maps->functions, references[i].function);
    }
    module->function_ref_count = builder->function_refs.count;
    module->function_refs = references;
}

static void finish_definitions(CorBuilder *builder, const BuilderMaps *maps) {
    uint32_t count = builder->definitions.count;
    CorDefinition *definitions = builder_allocate(builder, count, sizeof *definitions);
    for (uint32_t i = 0; definitions != NULL && i < count; i++) {
        const CorDefinition *draft = ITEM(builder->definitions, CorDefinition *, i);
        CorDefinition *definition = &definitions[maps->definitions.final[i]];
        *definition = *draft;
        definition->params = keep_params(builder, draft->params, draft->param_count);
        definition->interfaces =
            keep(builder, draft->interfaces, draft->interface_count, sizeof *draft->interfaces);
        definition->fields = keep(builder, draft->fields, draft->field_count, sizeof *draft->fields);
        CorCase *cases = keep(builder, draft->cases, draft->case_count, sizeof *cases);
        for (uint32_t j = 0; cases != NULL && j < draft->case_count; j++) {
            cases[j].fields = keep(builder, cases[j].fields, cases[j].field_count, sizeof *cases[j].fields);
        }
        definition->cases = cases;
    }
    builder->module->definition_count = count;
    builder->module->definitions = definitions;
}

static void finish_functions(CorBuilder *builder, const BuilderMaps *maps) {
    uint32_t count = builder->functions.count;
    CorFunction *functions = builder_allocate(builder, count, sizeof *functions);
    for (uint32_t i = 0; functions != NULL && i < count; i++) {
        const CorFunction *draft = ITEM(builder->functions, CorFunction *, i);
        CorFunction *function = &functions[maps->functions.final[i]];
        *function = *draft;
        function->owner = builder_map(maps->definitions, draft->owner);
        function->params = keep_params(builder, draft->params, draft->param_count);
        CorParameter *parameters =
            keep(builder, draft->parameters, draft->parameter_count, sizeof *parameters);
        for (uint32_t j = 0; parameters != NULL && j < draft->parameter_count; j++) {
            parameters[j].default_function = builder_map(maps->functions, parameters[j].default_function);
        }
        function->parameters = parameters;
        if (i < builder->codes.count && ITEM(builder->codes, CorCode *, i) != NULL && !builder->failed) {
            code_builder_finish(ITEM(builder->codes, CorCode *, i), maps, function);
        }
    }
    builder->module->function_count = count;
    builder->module->functions = functions;
}

static void finish_globals(CorBuilder *builder, const BuilderMaps *maps) {
    uint32_t count = builder->globals.count;
    CorGlobal *globals = builder_allocate(builder, count, sizeof *globals);
    for (uint32_t i = 0; globals != NULL && i < count; i++) {
        CorGlobal *global = &globals[maps->globals.final[i]];
        *global = *ITEM(builder->globals, CorGlobal *, i);
        global->owner = builder_map(maps->definitions, global->owner);
    }
    builder->module->global_count = count;
    builder->module->globals = globals;
}

static void finish_exports(CorBuilder *builder, const BuilderMaps *maps) {
    CorModule *module = builder->module;
    uint32_t count = builder->named_constants.count;
    CorNamedConstant *constants = keep(builder, builder->named_constants.items, count, sizeof *constants);
    for (uint32_t i = 0; constants != NULL && i < count; i++) {
        constants[i].owner = builder_map(maps->definitions, constants[i].owner);
    }
    module->named_constant_count = count;
    module->named_constants = constants;

    count = builder->conformances.count;
    CorConformance *conformances = keep(builder, builder->conformances.items, count, sizeof *conformances);
    for (uint32_t i = 0; conformances != NULL && i < count; i++) {
        CorConformance *entry = &conformances[i];
        entry->params = keep_params(builder, entry->params, entry->param_count);
        uint32_t *methods = keep(builder, entry->methods, entry->method_count, sizeof *methods);
        for (uint32_t j = 0; methods != NULL && j < entry->method_count; j++) {
            methods[j] = builder_map(maps->functions, methods[j]);
        }
        entry->methods = methods;
    }
    module->conformance_count = count;
    module->conformances = conformances;
}

static void finish_header(CorBuilder *builder, const BuilderMaps *maps) {
    CorModule *module = builder->module;
    uint32_t count = builder->imports.count;
    uint32_t *names = builder_allocate(builder, count, sizeof *names);
    uint8_t(*hashes)[32] = builder_allocate(builder, count, sizeof *hashes);
    for (uint32_t i = 0; names != NULL && hashes != NULL && i < count; i++) {
        names[i] = ITEM(builder->imports, BuilderImport, i).name;
        memcpy(hashes[i], ITEM(builder->imports, BuilderImport, i).hash, sizeof hashes[i]);
    }
    module->import_count = count;
    module->imports = names;
    module->import_hashes = (const uint8_t(*)[32])hashes;
    module->syscall_count = builder->syscalls.count;
    module->syscalls =
        keep(builder, builder->syscalls.items, builder->syscalls.count, sizeof *module->syscalls);
    module->initializer = builder_map(maps->functions, module->initializer);
    module->main_function = builder_map(maps->functions, module->main_function);
}

/* The canonical order of strings: by first use, those of content first; unused ones are left out. */
typedef struct StringOrder {
    CorBuilder *builder;
    uint32_t *final; /* by old index: the new one plus one, zero while unused */
    CorString *strings;
    uint32_t count;
} StringOrder;

static void order_string(void *context, uint32_t *string) {
    StringOrder *order = context;
    if (*string >= order->builder->strings.count) {
        return; /* no such string: the verifier rejects it */
    }
    if (order->final[*string] == 0) {
        order->strings[order->count] = ITEM(order->builder->strings, CorString, *string);
        order->final[*string] = ++order->count;
    }
    *string = order->final[*string] - 1;
}

static void finish_strings(CorBuilder *builder) {
    uint32_t count = builder->strings.count, empty = 0;
    StringOrder order = {.builder = builder};
    order.final = cor_arena_allocate(builder->scratch, count, sizeof *order.final);
    order.strings = builder_allocate(builder, count, sizeof *order.strings);
    if (order.final == NULL || order.strings == NULL) {
        builder->failed = true;
        return;
    }
    order_string(&order, &empty);
    cor_string_walk(builder->module, COR_STRING_CONTENT, order_string, &order);
    cor_string_walk(builder->module, COR_STRING_DOCUMENTATION, order_string, &order);
    cor_string_walk(builder->module, COR_STRING_SOURCE, order_string, &order);
    builder->module->strings = order.strings;
    builder->module->string_count = order.count;
}

CorModule *cor_builder_finish(CorBuilder *builder) {
    CorModule *module = builder->module;
    BuilderMaps maps = {
        number(builder, &builder->definitions, offsetof(CorDefinition, module),
               &module->imported_definition_count),
        number(builder, &builder->functions, offsetof(CorFunction, module), &module->imported_function_count),
        number(builder, &builder->globals, offsetof(CorGlobal, module), &module->imported_global_count),
    };
    if (!builder->failed) {
        finish_tables(builder, &maps);
        finish_definitions(builder, &maps);
        finish_functions(builder, &maps);
        finish_globals(builder, &maps);
        finish_exports(builder, &maps);
        finish_header(builder, &maps);
    }
    if (!builder->failed) {
        finish_strings(builder);
    }
    if (builder->failed) {
        module = NULL;
    } else {
        builder->arena = NULL; /* the module's now */
    }
    cor_builder_free(builder);
    return module;
}

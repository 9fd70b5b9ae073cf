#include <stdlib.h>
#include <string.h>

#include "vm/runtime/code_entry.h"
#include "vm/runtime/engine_internal.h"
#include "vm/runtime/natives.h"

typedef struct EntryItem {
    const void *pointer;
    bool needs_code; /* a function whose lowered code the object refers to */
} EntryItem;

typedef struct EntryWriter {
    CorByteBuffer items; /* written so far */
    EntryItem *table;    /* from malloc */
    uint32_t item_count, item_capacity;
    CorLinkedModule **modules; /* from malloc */
    uint32_t module_count, module_capacity;
    bool failed;
} EntryWriter;

/* Room for one more element of an array from malloc. */
static bool make_room(EntryWriter *writer, void *array, uint32_t count, uint32_t *capacity, size_t size) {
    void *items;
    memcpy(&items, array, sizeof items);
    if (count < *capacity)
        return true;
    uint32_t larger = *capacity == 0 ? 32 : *capacity * 2;
    items = realloc(items, larger * size);
    if (items == NULL) {
        writer->failed = true;
        return false;
    }
    memcpy(array, &items, sizeof items);
    *capacity = larger;
    return true;
}

/* ---- Items ------------------------------------------------------------------------------------- */

static uint32_t write_type(EntryWriter *writer, const CorType *type);
static uint32_t write_function(EntryWriter *writer, const CorLoweredFunction *function);

static void put(EntryWriter *writer, uint64_t number) {
    cor_byte_buffer_add_number(&writer->items, number);
}

static uint32_t module_number(EntryWriter *writer, CorLinkedModule *module) {
    for (uint32_t i = 0; i < writer->module_count; i++) {
        if (writer->modules[i] == module)
            return i;
    }
    if (module == NULL || !make_room(writer, &writer->modules, writer->module_count, &writer->module_capacity,
                                     sizeof(void *))) {
        writer->failed = true;
        return 0;
    }
    writer->modules[writer->module_count] = module;
    return writer->module_count++;
}

/* Modules that were not read, but made in this process, have no hash. */
static bool has_hash(const CorLinkedModule *module) {
    static const uint8_t none[sizeof module->module->hash];
    return memcmp(module->module->hash, none, sizeof none) != 0;
}

static uint32_t find_item(const EntryWriter *writer, const void *pointer) {
    uint32_t number = 0;
    while (number < writer->item_count && writer->table[number].pointer != pointer)
        number++;
    return number < writer->item_count ? number : COR_NONE;
}

/* Numbers an item whose parts are written. */
static uint32_t add_item(EntryWriter *writer, const void *pointer, CodeItemKind kind) {
    if (!make_room(writer, &writer->table, writer->item_count, &writer->item_capacity, sizeof *writer->table))
        return 0;
    put(writer, kind);
    writer->table[writer->item_count] = (EntryItem){.pointer = pointer};
    return writer->item_count++;
}

/* Writes the parts before the item itself is begun, so that it can refer to them. */
static void write_parts(EntryWriter *writer, const CorType *const *types, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        write_type(writer, types[i]);
}

static void put_parts(EntryWriter *writer, const CorType *const *types, uint32_t count) {
    put(writer, count);
    for (uint32_t i = 0; i < count; i++)
        put(writer, write_type(writer, types[i]));
}

static uint32_t write_named(EntryWriter *writer, const CorType *type) {
    write_parts(writer, type->arguments, type->argument_count);
    uint32_t module = module_number(writer, type->info->module);
    uint32_t number = add_item(writer, type, CODE_ITEM_NAMED);
    put(writer, module);
    put(writer, type->info->index);
    put_parts(writer, type->arguments, type->argument_count);
    return number;
}

/* An item that one other makes. */
static uint32_t write_derived(EntryWriter *writer, const CorType *type, CodeItemKind kind, uint32_t part,
                              uint64_t detail) {
    uint32_t number = add_item(writer, type, kind);
    if (kind == CODE_ITEM_WRAPPED)
        put(writer, type->kind);
    put(writer, part);
    if (kind == CODE_ITEM_CASE)
        put(writer, detail);
    return number;
}

static uint32_t write_new_type(EntryWriter *writer, const CorType *type) {
    uint32_t number;
    switch ((CorKind)type->kind) {
    case COR_KIND_OPTIONAL:
    case COR_KIND_ARRAY:
    case COR_KIND_CELL:
        return write_derived(writer, type, CODE_ITEM_WRAPPED, write_type(writer, type->element), 0);
    case COR_KIND_TUPLE:
    case COR_KIND_FUNCTION:
        write_parts(writer, type->arguments, type->argument_count);
        number = add_item(writer, type, CODE_ITEM_TUPLE);
        put(writer, type->kind);
        put_parts(writer, type->arguments, type->argument_count);
        return number;
    case COR_KIND_INTERFACE:
        if (type->body != NULL)
            return write_derived(writer, type, CODE_ITEM_SELECTOR, write_function(writer, type->body), 0);
        return write_named(writer, type);
    case COR_KIND_PLAIN_ENUM:
    case COR_KIND_STRUCT:
    case COR_KIND_CLASS:
    case COR_KIND_ENUM: return write_named(writer, type);
    case COR_KIND_CASE:
        return write_derived(writer, type, CODE_ITEM_CASE, write_type(writer, type->super), type->ordinal);
    case COR_KIND_CLOSURE:
        return write_derived(writer, type, CODE_ITEM_CLOSURE, write_function(writer, type->body), 0);
    default:
        number = add_item(writer, type, CODE_ITEM_PLAIN);
        put(writer, type->kind);
        return number;
    }
}

static uint32_t write_type(EntryWriter *writer, const CorType *type) {
    uint32_t number = find_item(writer, type);
    return number != COR_NONE || writer->failed ? number : write_new_type(writer, type);
}

static uint32_t write_synthesised(EntryWriter *writer, const CorLoweredFunction *function) {
    uint32_t type = write_type(writer, function->role_type);
    uint32_t target = function->target != NULL ? write_function(writer, function->target) + 1 : 0;
    uint32_t number = add_item(writer, function, CODE_ITEM_SYNTHESISED);
    put(writer, function->synthesis);
    put(writer, function->role);
    put(writer, type);
    put(writer, target);
    put(writer, function->parameter_slots);
    put(writer, function->result_slots);
    return number;
}

static uint32_t write_function(EntryWriter *writer, const CorLoweredFunction *function) {
    uint32_t number = find_item(writer, function);
    if (number != COR_NONE || writer->failed)
        return number;
    writer->failed |= function->host != NULL; /* the embedder's */
    if (function->host != NULL)
        return 0;
    if (function->portable == NULL)
        return write_synthesised(writer, function);
    const CorType *const *arguments = function->arguments;
    write_parts(writer, arguments, function->argument_count);
    uint32_t module = module_number(writer, function->module);
    number = add_item(writer, function, CODE_ITEM_FUNCTION);
    put(writer, module);
    put(writer, (uint64_t)(function->portable - function->module->module->functions));
    put_parts(writer, arguments, function->argument_count);
    return number;
}

/* A function whose code the object refers to. */
static uint32_t write_code(EntryWriter *writer, const CorLoweredFunction *function) {
    uint32_t number = write_function(writer, function);
    if (!writer->failed)
        writer->table[number].needs_code = true;
    return number;
}

/* ---- Modules ----------------------------------------------------------------------------------- */

static void add_modules(EntryWriter *writer, const CorEngine *engine) {
    if (engine->core != NULL)
        module_number(writer, engine->core);
    for (uint32_t i = 0; i < writer->module_count && !writer->failed; i++) {
        const CorLinkedModule *module = writer->modules[i];
        writer->failed |= !has_hash(module);
        for (uint32_t k = 0; k < module->module->import_count; k++)
            module_number(writer, module->imports[k]);
    }
}

/* Where the variables of a module begin. */
static uint32_t first_global(const CorLinkedModule *module) {
    uint32_t own = module->module->imported_global_count;
    return own < module->module->global_count ? module->globals[own].slot : 0;
}

static void put_text(CorByteBuffer *buffer, const void *text, size_t length) {
    cor_byte_buffer_add_number(buffer, length);
    cor_byte_buffer_add(buffer, text, length);
}

static void put_modules(CorByteBuffer *buffer, const EntryWriter *writer) {
    cor_byte_buffer_add_number(buffer, writer->module_count);
    for (uint32_t i = 0; i < writer->module_count; i++) {
        const CorLinkedModule *module = writer->modules[i];
        put_text(buffer, module->name, strlen(module->name));
        cor_byte_buffer_add(buffer, module->module->hash, sizeof module->module->hash);
        cor_byte_buffer_add_number(buffer, first_global(module));
    }
}

static void put_items(CorByteBuffer *buffer, const EntryWriter *writer) {
    cor_byte_buffer_add_number(buffer, writer->item_count);
    cor_byte_buffer_add(buffer, writer->items.bytes, writer->items.size);
}

static bool end_writer(EntryWriter *writer, const CorByteBuffer *buffer) {
    bool holds = !writer->failed && !writer->items.failed && !buffer->failed;
    cor_byte_buffer_free(&writer->items);
    free(writer->table);
    free(writer->modules);
    return holds;
}

bool cor_code_entry_identify(CorByteBuffer *buffer, const CorLoweredFunction *function) {
    EntryWriter writer = {0};
    write_function(&writer, function);
    add_modules(&writer, function->engine);
    put_modules(buffer, &writer);
    put_items(buffer, &writer);
    return end_writer(&writer, buffer);
}

/* ---- Objects ----------------------------------------------------------------------------------- */

uint64_t cor_code_entry_digest(const CorLoweredFunction *function) {
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a, by words */
    for (uint32_t i = 0; i < function->code_count; i += cor_code_length(function, i)) {
        CorWord word = cor_code_word(function, i);
        word.op = (uint16_t)cor_lowered_plain((CorLowered)word.op);
        hash = (hash ^ word.bits) * 0x100000001b3u;
    }
    return hash;
}

/* The number of a native: of the intrinsics, then of natives.def; COR_NONE: it has none. */
static uint32_t native_number(const void *pointer) {
    static CorNative *const natives[] = {
#define NATIVE(name, function, semantics) function,
#include "vm/runtime/natives.def"
#undef NATIVE
    };
    for (uint32_t i = 0; i < COR_INTRINSIC_COUNT; i++) {
        if ((const void *)(uintptr_t)cor_intrinsic_native((CorIntrinsic)i) == pointer)
            return i;
    }
    for (uint32_t i = 0; i < sizeof natives / sizeof *natives; i++) {
        if ((const void *)(uintptr_t)natives[i] == pointer)
            return COR_INTRINSIC_COUNT + i;
    }
    return COR_NONE;
}

/* A literal, the one object of an enum's case, an array without elements, or a closure without captures. */
static void note_object(EntryWriter *writer, const CorObject *object) {
    const CorType *type = object->type;
    if (type->kind == COR_KIND_CASE)
        write_type(writer, type->super);
    else if (type->kind == COR_KIND_ARRAY)
        write_type(writer, type);
    else if (type->kind == COR_KIND_CLOSURE && type->body->closure == object)
        write_function(writer, type->body);
    else
        writer->failed |= type->kind != COR_KIND_STRING;
}

static void note_types(EntryWriter *writer, const CorType *const *types) {
    for (; *types != NULL; types++)
        write_type(writer, *types);
}

/* Writes the items that a constant needs. */
static void note_constant(EntryWriter *writer, const CorCodeConstant *constant) {
    switch (constant->kind) {
    case COR_CONSTANT_TYPE: write_type(writer, constant->pointer); break;
    case COR_CONSTANT_FUNCTION: write_function(writer, constant->pointer); break;
    case COR_CONSTANT_ENTRY:
    case COR_CONSTANT_CODE: write_code(writer, constant->function); break;
    case COR_CONSTANT_OBJECT: note_object(writer, constant->pointer); break;
    case COR_CONSTANT_NATIVE: writer->failed |= native_number(constant->pointer) == COR_NONE; break;
    case COR_CONSTANT_TYPES: note_types(writer, constant->pointer); break;
    }
}

static void put_object(CorByteBuffer *buffer, const EntryWriter *writer, const CorObject *object) {
    const CorType *type = object->type;
    if (type->kind == COR_KIND_CASE) {
        cor_byte_buffer_add_number(buffer, find_item(writer, type->super) + 1);
        cor_byte_buffer_add_number(buffer, type->ordinal);
    } else if (type->kind == COR_KIND_CLOSURE || type->kind == COR_KIND_ARRAY) {
        const void *item = type->kind == COR_KIND_ARRAY ? (const void *)type : type->body;
        cor_byte_buffer_add_number(buffer, find_item(writer, item) + 1);
        cor_byte_buffer_add_number(buffer, 0);
    } else {
        const CorStringObject *string = (const CorStringObject *)(const void *)object;
        cor_byte_buffer_add_number(buffer, 0);
        put_text(buffer, string->bytes, string->length);
    }
}

static void put_types(CorByteBuffer *buffer, const EntryWriter *writer, const CorType *const *types) {
    uint32_t count = 0;
    while (types[count] != NULL)
        count++;
    cor_byte_buffer_add_number(buffer, count);
    for (uint32_t i = 0; i < count; i++)
        cor_byte_buffer_add_number(buffer, find_item(writer, types[i]));
}

static void put_constant(CorByteBuffer *buffer, const EntryWriter *writer, const CorCodeConstant *constant) {
    cor_byte_buffer_add_number(buffer, constant->kind);
    switch (constant->kind) {
    case COR_CONSTANT_TYPE:
    case COR_CONSTANT_FUNCTION:
        cor_byte_buffer_add_number(buffer, find_item(writer, constant->pointer));
        break;
    case COR_CONSTANT_ENTRY: cor_byte_buffer_add_number(buffer, find_item(writer, constant->function)); break;
    case COR_CONSTANT_CODE:
        cor_byte_buffer_add_number(buffer, find_item(writer, constant->function));
        cor_byte_buffer_add_number(buffer, constant->index);
        break;
    case COR_CONSTANT_OBJECT: put_object(buffer, writer, constant->pointer); break;
    case COR_CONSTANT_NATIVE: cor_byte_buffer_add_number(buffer, native_number(constant->pointer)); break;
    case COR_CONSTANT_TYPES: put_types(buffer, writer, constant->pointer); break;
    }
}

/* Functions whose lowered code must be as it is here. */
static void put_codes(CorByteBuffer *buffer, const EntryWriter *writer) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < writer->item_count; i++)
        count += writer->table[i].needs_code;
    cor_byte_buffer_add_number(buffer, count);
    for (uint32_t i = 0; i < writer->item_count; i++) {
        if (!writer->table[i].needs_code)
            continue;
        uint64_t digest = cor_code_entry_digest(writer->table[i].pointer);
        cor_byte_buffer_add_number(buffer, i);
        cor_byte_buffer_add(buffer, &digest, sizeof digest);
    }
}

static void put_tables(CorByteBuffer *buffer, const CorCodeObject *object) {
    cor_byte_buffer_add_number(buffer, object->frame_count);
    for (uint32_t i = 0; i < object->frame_count; i++) {
        cor_byte_buffer_add_number(buffer, object->frames[i].function);
        cor_byte_buffer_add_number(buffer, object->frames[i].index);
        cor_byte_buffer_add_number(buffer, object->frames[i].distance);
    }
    cor_byte_buffer_add_number(buffer, object->site_count);
    for (uint32_t i = 0; i < object->site_count; i++) {
        cor_byte_buffer_add_number(buffer, object->sites[i].window);
        cor_byte_buffer_add_number(buffer, object->sites[i].first_frame);
        cor_byte_buffer_add_number(buffer, object->sites[i].frame_count);
    }
    cor_byte_buffer_add_number(buffer, object->exit_count);
    for (uint32_t i = 0; i < object->exit_count; i++) {
        cor_byte_buffer_add_number(buffer, object->exits[i].kind);
        cor_byte_buffer_add_number(buffer, object->exits[i].function);
        cor_byte_buffer_add_number(buffer, object->exits[i].index);
    }
    cor_byte_buffer_add_number(buffer, object->leave_count);
    for (uint32_t i = 0; i < object->leave_count; i++) {
        cor_byte_buffer_add_number(buffer, object->leaves[i].place);
        cor_byte_buffer_add_number(buffer, object->leaves[i].description);
    }
    put_text(buffer, object->descriptions, object->description_size);
}

/* Frames and exits refer to instructions, by constants. */
static void note_tables(EntryWriter *writer, const CorCodeObject *object) {
    for (uint32_t i = 0; i < object->frame_count && !writer->failed; i++)
        write_code(writer, object->constants[object->frames[i].function].pointer);
    for (uint32_t i = 0; i < object->exit_count && !writer->failed; i++)
        write_code(writer, object->constants[object->exits[i].function].pointer);
}

bool cor_code_entry_write(CorByteBuffer *buffer, const CorCodeObject *object) {
    EntryWriter writer = {0};
    uint32_t function = write_code(&writer, object->function);
    for (uint32_t i = 0; i < object->constant_count && !writer.failed; i++)
        note_constant(&writer, &object->constants[i]);
    note_tables(&writer, object);
    add_modules(&writer, object->function->engine);
    put_modules(buffer, &writer);
    put_items(buffer, &writer);
    if (!writer.failed)
        put_codes(buffer, &writer);
    cor_byte_buffer_add_number(buffer, function);
    cor_byte_buffer_add_number(buffer, object->tier);
    cor_byte_buffer_add_number(buffer, object->index);
    cor_byte_buffer_add_number(buffer, object->constant_count);
    for (uint32_t i = 0; i < object->constant_count && !writer.failed; i++)
        put_constant(buffer, &writer, &object->constants[i]);
    put_tables(buffer, object);
    cor_byte_buffer_add_number(buffer, object->elf_size);
    cor_byte_buffer_add(buffer, object->elf, object->elf_size);
    return end_writer(&writer, buffer);
}

/* The writer: one function a section, each filling a buffer that is written with its id and length unless
 * empty. */
#include "vm/bytecode/writer.h"

#include <string.h>

#include "vm/bytecode/format.h"
#include "vm/bytecode/leb128.h"
#include "vm/bytecode/sha256.h"
#include "vm/bytecode/string_walk.h"

typedef struct Writer {
    const CorModule *module;
    uint32_t content_strings; /* strings below this index belong to the content */
    CorByteBuffer section;
} Writer;

/* ---- Parts ---- */

static void number(Writer *writer, uint64_t value) {
    cor_byte_buffer_add_number(&writer->section, value);
}

/* An index or COR_NONE, as the index plus one or zero. */
static void optional(Writer *writer, uint32_t index) {
    number(writer, index == COR_NONE ? 0 : (uint64_t)index + 1);
}

static void list(Writer *writer, const uint32_t *items, uint32_t count) {
    number(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        number(writer, items[i]);
    }
}

static void strings(Writer *writer, uint32_t from, uint32_t to) {
    if (from >= to) {
        return;
    }
    number(writer, to - from);
    for (uint32_t i = from; i < to; i++) {
        number(writer, writer->module->strings[i].length);
        cor_byte_buffer_add(&writer->section, writer->module->strings[i].bytes,
                            writer->module->strings[i].length);
    }
}

static void type_params(Writer *writer, const CorTypeParam *params, uint32_t count) {
    number(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        number(writer, params[i].name);
        list(writer, params[i].bounds, params[i].bound_count);
    }
}

static void fields(Writer *writer, const CorField *items, uint32_t count) {
    number(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        number(writer, items[i].name);
        number(writer, items[i].type);
        number(writer, items[i].flags);
    }
}

/* The counts of a table that starts with imported entities; false for an empty table. */
static bool split_count(Writer *writer, uint32_t imported, uint32_t count) {
    if (count == 0) {
        return false;
    }
    number(writer, imported);
    number(writer, count - imported);
    return true;
}

/* ---- Content sections ---- */

static void write_strings(Writer *writer) {
    strings(writer, 1, writer->content_strings);
}

static void write_module(Writer *writer) {
    number(writer, writer->module->name);
    optional(writer, writer->module->initializer);
    optional(writer, writer->module->main_function);
}

static void write_types(Writer *writer) {
    const CorModule *module = writer->module;
    if (module->type_count != 0) {
        number(writer, module->type_count);
    }
    for (uint32_t i = 0; i < module->type_count; i++) {
        const CorTypeEntry *type = &module->types[i];
        number(writer, type->kind);
        switch (type->kind) {
        case COR_TYPE_OPTIONAL:
        case COR_TYPE_ARRAY:
        case COR_TYPE_CELL: number(writer, type->arg_count != 0 ? type->args[0] : 0); break;
        case COR_TYPE_TUPLE:
        case COR_TYPE_FUNCTION: list(writer, type->args, type->arg_count); break;
        case COR_TYPE_NAMED:
            number(writer, type->index);
            list(writer, type->args, type->arg_count);
            break;
        case COR_TYPE_PARAM: number(writer, type->index); break;
        default: break;
        }
    }
}

static void write_imports(Writer *writer) {
    const CorModule *module = writer->module;
    if (module->import_count != 0) {
        number(writer, module->import_count);
    }
    for (uint32_t i = 0; i < module->import_count; i++) {
        number(writer, module->imports[i]);
        cor_byte_buffer_add(&writer->section, module->import_hashes[i], sizeof module->import_hashes[i]);
    }
}

static void write_definitions(Writer *writer) {
    const CorModule *module = writer->module;
    if (!split_count(writer, module->imported_definition_count, module->definition_count)) {
        return;
    }
    for (uint32_t i = 0; i < module->definition_count; i++) {
        const CorDefinition *definition = &module->definitions[i];
        if (i < module->imported_definition_count) {
            number(writer, definition->module);
        }
        number(writer, definition->kind);
        number(writer, definition->name);
        number(writer, definition->flags);
        type_params(writer, definition->params, definition->param_count);
        optional(writer, definition->super);
        list(writer, definition->interfaces, definition->interface_count);
        fields(writer, definition->fields, definition->field_count);
        number(writer, definition->case_count);
        for (uint32_t j = 0; j < definition->case_count; j++) {
            number(writer, definition->cases[j].name);
            fields(writer, definition->cases[j].fields, definition->cases[j].field_count);
        }
    }
}

static void write_functions(Writer *writer) {
    const CorModule *module = writer->module;
    if (!split_count(writer, module->imported_function_count, module->function_count)) {
        return;
    }
    for (uint32_t i = 0; i < module->function_count; i++) {
        const CorFunction *function = &module->functions[i];
        if (i < module->imported_function_count) {
            number(writer, function->module);
        }
        number(writer, function->name);
        number(writer, function->flags);
        optional(writer, function->owner);
        optional(writer, function->extends);
        type_params(writer, function->params, function->param_count);
        number(writer, function->own_param_start);
        number(writer, function->parameter_count);
        for (uint32_t j = 0; j < function->parameter_count; j++) {
            number(writer, function->parameters[j].name);
            number(writer, function->parameters[j].type);
            optional(writer, function->parameters[j].default_function);
        }
        number(writer, function->result);
        number(writer, function->intrinsic);
    }
}

static void write_globals(Writer *writer) {
    const CorModule *module = writer->module;
    if (!split_count(writer, module->imported_global_count, module->global_count)) {
        return;
    }
    for (uint32_t i = 0; i < module->global_count; i++) {
        const CorGlobal *global = &module->globals[i];
        if (i < module->imported_global_count) {
            number(writer, global->module);
        }
        number(writer, global->name);
        number(writer, global->type);
        number(writer, global->flags);
        optional(writer, global->owner);
        optional(writer, global->extends);
    }
}

static void write_function_refs(Writer *writer) {
    const CorModule *module = writer->module;
    if (module->function_ref_count != 0) {
        number(writer, module->function_ref_count);
    }
    for (uint32_t i = 0; i < module->function_ref_count; i++) {
        number(writer, module->function_refs[i].function);
        list(writer, module->function_refs[i].args, module->function_refs[i].arg_count);
    }
}

static void write_constants(Writer *writer) {
    const CorModule *module = writer->module;
    if (module->constant_count != 0) {
        number(writer, module->constant_count);
    }
    for (uint32_t i = 0; i < module->constant_count; i++) {
        const CorConstant *constant = &module->constants[i];
        bool text =
            constant->type < module->type_count && module->types[constant->type].kind == COR_TYPE_STRING;
        number(writer, constant->type);
        number(writer, text ? constant->string : constant->bits);
    }
}

/* The count of the functions for which `has` holds, which a section about some functions starts with; false
 * for none. */
static bool function_count(Writer *writer, bool (*has)(const CorFunction *)) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < writer->module->function_count; i++) {
        count += has(&writer->module->functions[i]);
    }
    if (count != 0) {
        number(writer, count);
    }
    return count != 0;
}

static bool has_code(const CorFunction *function) {
    return function->code_size != 0;
}
static bool has_handlers(const CorFunction *function) {
    return function->handler_count != 0;
}
static bool has_lines(const CorFunction *function) {
    return function->line_count != 0;
}
static bool has_names(const CorFunction *function) {
    return function->register_names != NULL && function->register_count != 0;
}

static bool has_source(const CorFunction *function) {
    return function->source_file != 0;
}

static void write_code(Writer *writer) {
    const CorModule *module = writer->module;
    if (!function_count(writer, has_code)) {
        return;
    }
    for (uint32_t i = 0; i < module->function_count; i++) {
        const CorFunction *function = &module->functions[i];
        if (has_code(function)) {
            number(writer, i);
            list(writer, function->captures, function->capture_count);
            list(writer, function->registers, function->register_count);
            number(writer, function->code_size);
            cor_byte_buffer_add(&writer->section, function->code, function->code_size);
        }
    }
}

static void write_handlers(Writer *writer) {
    const CorModule *module = writer->module;
    if (!function_count(writer, has_handlers)) {
        return;
    }
    for (uint32_t i = 0; i < module->function_count; i++) {
        const CorFunction *function = &module->functions[i];
        if (has_handlers(function)) {
            number(writer, i);
            number(writer, function->handler_count);
        }
        for (uint32_t j = 0; j < function->handler_count; j++) {
            const CorHandler *handler = &function->handlers[j];
            number(writer, handler->start);
            number(writer, handler->end);
            number(writer, handler->target);
            number(writer, handler->type);
            number(writer, handler->reg);
        }
    }
}

static void write_conformances(Writer *writer) {
    const CorModule *module = writer->module;
    if (module->conformance_count != 0) {
        number(writer, module->conformance_count);
    }
    for (uint32_t i = 0; i < module->conformance_count; i++) {
        const CorConformance *conformance = &module->conformances[i];
        number(writer, conformance->module);
        type_params(writer, conformance->params, conformance->param_count);
        number(writer, conformance->type);
        number(writer, conformance->interface);
        number(writer, conformance->method_count);
        for (uint32_t j = 0; j < conformance->method_count; j++) {
            optional(writer, conformance->methods[j]);
        }
    }
}

static void write_exports(Writer *writer) {
    const CorModule *module = writer->module;
    if (module->named_constant_count != 0) {
        number(writer, module->named_constant_count);
    }
    for (uint32_t i = 0; i < module->named_constant_count; i++) {
        const CorNamedConstant *constant = &module->named_constants[i];
        number(writer, constant->name);
        number(writer, constant->constant);
        number(writer, constant->flags);
        optional(writer, constant->owner);
        optional(writer, constant->extends);
    }
}

static void write_syscalls(Writer *writer) {
    if (writer->module->syscall_count != 0) {
        list(writer, writer->module->syscalls, writer->module->syscall_count);
    }
}

/* ---- Debug sections ---- */

static void write_debug_strings(Writer *writer) {
    strings(writer, writer->content_strings, writer->module->string_count);
}

static void write_source(Writer *writer) {
    if (writer->module->source_file != 0) {
        number(writer, writer->module->source_file);
    }
}

static void write_lines(Writer *writer) {
    const CorModule *module = writer->module;
    if (!function_count(writer, has_lines)) {
        return;
    }
    for (uint32_t i = 0; i < module->function_count; i++) {
        const CorFunction *function = &module->functions[i];
        CorLine before = {0};
        if (has_lines(function)) {
            number(writer, i);
            number(writer, function->line_count);
        }
        for (uint32_t j = 0; j < function->line_count; j++) {
            const CorLine *line = &function->lines[j];
            number(writer, line->offset - before.offset);
            cor_byte_buffer_add_signed(&writer->section, (int64_t)line->line - before.line);
            number(writer, line->column);
            before = *line;
        }
    }
}

static void write_names(Writer *writer) {
    const CorModule *module = writer->module;
    if (!function_count(writer, has_names)) {
        return;
    }
    for (uint32_t i = 0; i < module->function_count; i++) {
        const CorFunction *function = &module->functions[i];
        if (has_names(function)) {
            number(writer, i);
            list(writer, function->register_names, function->register_count);
        }
    }
}

typedef struct DocWalk {
    Writer *writer; /* NULL while counting */
    uint32_t place, last, count;
} DocWalk;

static void visit_doc(void *context, uint32_t *doc) {
    DocWalk *walk = context;
    if (*doc != 0) {
        if (walk->writer != NULL) {
            number(walk->writer, walk->place - walk->last);
            number(walk->writer, *doc);
        }
        walk->last = walk->place;
        walk->count++;
    }
    walk->place++;
}

static void write_docs(Writer *writer) {
    DocWalk counting = {0}, writing = {.writer = writer};
    cor_string_walk(writer->module, COR_STRING_DOCUMENTATION, visit_doc, &counting);
    if (counting.count != 0) {
        number(writer, counting.count);
        cor_string_walk(writer->module, COR_STRING_DOCUMENTATION, visit_doc, &writing);
    }
}

static void write_function_sources(Writer *writer) {
    const CorModule *module = writer->module;
    if (!function_count(writer, has_source)) {
        return;
    }
    for (uint32_t i = 0; i < module->function_count; i++) {
        if (has_source(&module->functions[i])) {
            number(writer, i);
            number(writer, module->functions[i].source_file);
        }
    }
}

/* ---- The file ---- */

typedef struct SectionWriter {
    CorSection id;
    bool debug;
    void (*write)(Writer *);
} SectionWriter;

static const SectionWriter section_writers[] = {
#define SECTION(name, symbol, id, text, debug, content) {COR_SECTION_##name, debug, write_##symbol},
#include "vm/bytecode/sections.def"
#undef SECTION
};

static void count_content_string(void *context, uint32_t *string) {
    Writer *writer = context;
    if (*string < writer->module->string_count && *string >= writer->content_strings) {
        writer->content_strings = *string + 1;
    }
}

static void put_little_endian(uint8_t *out, uint64_t value, int size) {
    for (int i = 0; i < size; i++) {
        out[i] = (uint8_t)(value >> (8 * i));
    }
}

/* Appends the header with a hash of zeros. */
static void write_header(CorByteBuffer *out) {
    uint8_t header[COR_FORMAT_SECTIONS_OFFSET] = COR_FORMAT_MAGIC;
    put_little_endian(header + COR_FORMAT_VERSION_OFFSET, COR_FORMAT_VERSION, 4);
    put_little_endian(header + COR_FORMAT_FEATURES_OFFSET, 0, 8);
    cor_byte_buffer_add(out, header, sizeof header);
}

/* The hash covers the header up to the hash, and the content sections with their ids and lengths. */
static void write_hash(uint8_t *file, size_t content_end) {
    CorSha256 hash;
    cor_sha256_begin(&hash);
    cor_sha256_add(&hash, file, COR_FORMAT_HASH_OFFSET);
    cor_sha256_add(&hash, file + COR_FORMAT_SECTIONS_OFFSET, content_end - COR_FORMAT_SECTIONS_OFFSET);
    cor_sha256_end(&hash, file + COR_FORMAT_HASH_OFFSET);
}

CorModuleStatus cor_module_write(const CorModule *module, bool strip, CorByteBuffer *out) {
    Writer writer = {.module = module, .content_strings = 1};
    cor_string_walk(module, COR_STRING_CONTENT, count_content_string, &writer);
    size_t start = out->size;
    write_header(out);
    size_t content_end = out->size;
    for (size_t i = 0; i < sizeof section_writers / sizeof section_writers[0]; i++) {
        if (section_writers[i].debug && strip) {
            continue;
        }
        writer.section.size = 0;
        section_writers[i].write(&writer);
        if (writer.section.size != 0) {
            cor_byte_buffer_add_number(out, section_writers[i].id);
            cor_byte_buffer_add_number(out, writer.section.size);
            cor_byte_buffer_add(out, writer.section.bytes, writer.section.size);
        }
        if (!section_writers[i].debug) {
            content_end = out->size;
        }
    }
    bool failed = out->failed || writer.section.failed;
    cor_byte_buffer_free(&writer.section);
    if (failed) {
        return COR_MODULE_NO_MEMORY;
    }
    write_hash(out->bytes + start, content_end - start);
    return COR_MODULE_OK;
}

void cor_module_seal(uint8_t *bytes, size_t size) {
    size_t position = COR_FORMAT_SECTIONS_OFFSET, content_end = position;
    while (position < size) {
        uint32_t id, length;
        if (!cor_leb128_read_u32(bytes, size, &position, &id) ||
            !cor_leb128_read_u32(bytes, size, &position, &length) || length > size - position) {
            break;
        }
        position += length;
        content_end = id < COR_FORMAT_FIRST_OPTIONAL ? position : content_end;
    }
    if (size >= COR_FORMAT_SECTIONS_OFFSET) {
        write_hash(bytes, content_end);
    }
}

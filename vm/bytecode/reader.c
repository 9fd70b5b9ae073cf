/* The reader: one function a section, mirrors of the writer's.
 *
 * A failure is noted once and makes every later read return zero, so that section readers need no error
 * paths; loops are bounded because counts are checked against the bytes that remain before anything is
 * allocated. */
#include "vm/bytecode/reader.h"

#include <string.h>

#include "vm/bytecode/arena.h"
#include "vm/bytecode/format.h"
#include "vm/bytecode/leb128.h"
#include "vm/bytecode/sha256.h"
#include "vm/bytecode/string_walk.h"
#include "vm/bytecode/utf8.h"

const CorReadRuleInfo cor_read_rule_info[COR_READ_RULE_COUNT] = {
#define RULE(name, text, sentence) [COR_READ_##name] = {text, sentence},
#include "vm/bytecode/read_rules.def"
#undef RULE
};

typedef struct Reader {
    const uint8_t *bytes; /* the file, which lasts as long as the module */
    size_t position;
    size_t end; /* of the section being read */
    const char *section;
    CorArena *arena;
    CorModule *module;
    CorFunction *functions;   /* module->functions, still to be filled in */
    uint32_t content_strings; /* strings of the strings section, and string 0 */
    uint64_t skipped;         /* bit i: sections with the id i are not read */
    uint32_t skipped_debug;   /* bit i: nor those with the id COR_FORMAT_FIRST_OPTIONAL + i */
    bool trusts;              /* what the writer guarantees is not checked */
    bool module_found;        /* the section of that name */
    CorModuleStatus status;
    CorReadError error;
} Reader;

/* ---- Parts ---- */

static void reject(Reader *reader, CorReadRule rule) {
    if (reader->status == COR_MODULE_OK) {
        reader->status = COR_MODULE_REJECTED;
        reader->error = (CorReadError){rule, reader->position, reader->section};
    }
    reader->position = reader->end;
}

static void *allocate(Reader *reader, size_t count, size_t size) {
    if (count == 0 || reader->status != COR_MODULE_OK) {
        return NULL;
    }
    void *memory = cor_arena_allocate(reader->arena, count, size);
    if (memory == NULL) {
        reader->status = COR_MODULE_NO_MEMORY;
        reader->position = reader->end;
    }
    return memory;
}

static uint64_t long_number(Reader *reader) {
    uint64_t value = 0;
    if (!cor_leb128_read_u64(reader->bytes, reader->end, &reader->position, &value)) {
        reject(reader, COR_READ_NUMBER);
    }
    return value;
}

static uint32_t number(Reader *reader) {
    if (reader->position < reader->end && reader->bytes[reader->position] < 0x80) { /* most are that small */
        return reader->bytes[reader->position++];
    }
    uint32_t value = 0;
    if (!cor_leb128_read_u32(reader->bytes, reader->end, &reader->position, &value)) {
        reject(reader, COR_READ_NUMBER);
    }
    return value;
}

/* An index plus one, or zero for COR_NONE; UINT32_MAX would be a second spelling of an index and is not
 * allowed. */
static uint32_t optional(Reader *reader) {
    return number(reader) - 1;
}

/* A count of elements that take `smallest` bytes each at least; never more than the section still holds. */
static uint32_t count_of(Reader *reader, size_t smallest) {
    uint32_t count = number(reader);
    if (count > (reader->end - reader->position) / smallest) {
        reject(reader, COR_READ_COUNT);
        return 0;
    }
    return count;
}

/* The count that a section starts with; a section without elements is not written. */
static uint32_t section_count(Reader *reader, size_t smallest) {
    uint32_t count = count_of(reader, smallest);
    if (count == 0) {
        reject(reader, COR_READ_SECTION_ORDER);
    }
    return count;
}

static const uint8_t *raw(Reader *reader, size_t size) {
    if (size > reader->end - reader->position) {
        reject(reader, COR_READ_TRUNCATED);
        return NULL;
    }
    const uint8_t *bytes = reader->bytes + reader->position;
    reader->position += size;
    return bytes;
}

static const uint32_t *list(Reader *reader, uint32_t *count) {
    *count = count_of(reader, 1);
    uint32_t *items = allocate(reader, *count, sizeof *items);
    for (uint32_t i = 0; items != NULL && i < *count; i++) {
        items[i] = number(reader);
    }
    return items;
}

static const CorTypeParam *type_params(Reader *reader, uint32_t *count) {
    *count = count_of(reader, 2);
    CorTypeParam *params = allocate(reader, *count, sizeof *params);
    for (uint32_t i = 0; params != NULL && i < *count; i++) {
        params[i].name = number(reader);
        params[i].bounds = list(reader, &params[i].bound_count);
    }
    return params;
}

static const CorField *fields(Reader *reader, uint32_t *count) {
    *count = count_of(reader, 3);
    CorField *items = allocate(reader, *count, sizeof *items);
    for (uint32_t i = 0; items != NULL && i < *count; i++) {
        items[i].name = number(reader);
        items[i].type = number(reader);
        items[i].flags = number(reader);
    }
    return items;
}

/* The two counts of a table that starts with imported entities. */
static uint32_t split_count(Reader *reader, size_t smallest, uint32_t *imported) {
    *imported = number(reader);
    uint32_t own = number(reader);
    uint64_t count = (uint64_t)*imported + own;
    if (count > (reader->end - reader->position) / smallest) {
        reject(reader, COR_READ_COUNT);
    } else if (count == 0) {
        reject(reader, COR_READ_SECTION_ORDER);
    }
    return reader->status == COR_MODULE_OK ? (uint32_t)count : 0;
}

/* ---- Content sections ---- */

/* Reads strings behind the `have` first ones. */
static void strings(Reader *reader, uint32_t have) {
    CorModule *module = reader->module;
    uint32_t count = section_count(reader, 1);
    CorString *items = allocate(reader, (size_t)have + count, sizeof *items);
    if (items == NULL) {
        return;
    }
    memcpy(items, module->strings, have * sizeof *items);
    for (uint32_t i = have; i < have + count; i++) {
        items[i].length = number(reader);
        const uint8_t *bytes = raw(reader, items[i].length);
        if (bytes == NULL || (!reader->trusts && !cor_utf8_valid(bytes, items[i].length))) {
            reject(reader, COR_READ_UTF8);
            return;
        }
        items[i].bytes = (const char *)bytes;
    }
    module->strings = items;
    module->string_count = have + count;
}

static void read_strings(Reader *reader) {
    strings(reader, 1);
    reader->content_strings = reader->module->string_count;
}

static void read_module(Reader *reader) {
    reader->module->name = number(reader);
    reader->module->initializer = optional(reader);
    reader->module->main_function = optional(reader);
    reader->module_found = true;
}

static void one_type_argument(Reader *reader, CorTypeEntry *type) {
    uint32_t *arg = allocate(reader, 1, sizeof *arg);
    if (arg != NULL) {
        *arg = number(reader);
        type->args = arg;
        type->arg_count = 1;
    }
}

static void read_types(Reader *reader) {
    uint32_t count = section_count(reader, 1);
    CorTypeEntry *types = allocate(reader, count, sizeof *types);
    for (uint32_t i = 0; types != NULL && i < count; i++) {
        uint32_t kind = number(reader);
        if (kind > COR_TYPE_PARAM) {
            reject(reader, COR_READ_KIND);
            return;
        }
        types[i].kind = (CorTypeKind)kind;
        switch (types[i].kind) {
        case COR_TYPE_OPTIONAL:
        case COR_TYPE_ARRAY:
        case COR_TYPE_CELL: one_type_argument(reader, &types[i]); break;
        case COR_TYPE_NAMED:
            types[i].index = number(reader);
            types[i].args = list(reader, &types[i].arg_count);
            break;
        case COR_TYPE_TUPLE:
        case COR_TYPE_FUNCTION: types[i].args = list(reader, &types[i].arg_count); break;
        case COR_TYPE_PARAM: types[i].index = number(reader); break;
        default: break;
        }
    }
    reader->module->type_count = count;
    reader->module->types = types;
}

static void read_imports(Reader *reader) {
    uint32_t count = section_count(reader, 33);
    uint32_t *names = allocate(reader, count, sizeof *names);
    uint8_t(*hashes)[32] = allocate(reader, count, sizeof *hashes);
    for (uint32_t i = 0; names != NULL && hashes != NULL && i < count; i++) {
        names[i] = number(reader);
        const uint8_t *hash = raw(reader, sizeof hashes[i]);
        if (hash != NULL) {
            memcpy(hashes[i], hash, sizeof hashes[i]);
        }
    }
    reader->module->import_count = count;
    reader->module->imports = names;
    reader->module->import_hashes = (const uint8_t(*)[32])hashes;
}

static const CorCase *cases(Reader *reader, uint32_t *count) {
    *count = count_of(reader, 2);
    CorCase *items = allocate(reader, *count, sizeof *items);
    for (uint32_t i = 0; items != NULL && i < *count; i++) {
        items[i].name = number(reader);
        items[i].fields = fields(reader, &items[i].field_count);
    }
    return items;
}

static void read_definition(Reader *reader, CorDefinition *definition, bool imported) {
    definition->module = imported ? number(reader) : COR_NONE;
    uint32_t kind = number(reader);
    if (kind > COR_DEF_INTERFACE) {
        reject(reader, COR_READ_KIND);
    }
    definition->kind = (CorDefinitionKind)kind;
    definition->name = number(reader);
    definition->flags = number(reader);
    definition->params = type_params(reader, &definition->param_count);
    definition->super = optional(reader);
    definition->interfaces = list(reader, &definition->interface_count);
    definition->fields = fields(reader, &definition->field_count);
    definition->cases = cases(reader, &definition->case_count);
}

static void read_definitions(Reader *reader) {
    CorModule *module = reader->module;
    uint32_t count = split_count(reader, 8, &module->imported_definition_count);
    CorDefinition *definitions = allocate(reader, count, sizeof *definitions);
    for (uint32_t i = 0; definitions != NULL && i < count; i++) {
        read_definition(reader, &definitions[i], i < module->imported_definition_count);
    }
    module->definition_count = count;
    module->definitions = definitions;
}

static const CorParameter *parameters(Reader *reader, uint32_t *count) {
    *count = count_of(reader, 3);
    CorParameter *items = allocate(reader, *count, sizeof *items);
    for (uint32_t i = 0; items != NULL && i < *count; i++) {
        items[i].name = number(reader);
        items[i].type = number(reader);
        items[i].default_function = optional(reader);
    }
    return items;
}

static void read_functions(Reader *reader) {
    CorModule *module = reader->module;
    uint32_t count = split_count(reader, 9, &module->imported_function_count);
    CorFunction *functions = allocate(reader, count, sizeof *functions);
    for (uint32_t i = 0; functions != NULL && i < count; i++) {
        CorFunction *function = &functions[i];
        function->module = i < module->imported_function_count ? number(reader) : COR_NONE;
        function->name = number(reader);
        function->flags = number(reader);
        function->owner = optional(reader);
        function->extends = optional(reader);
        function->params = type_params(reader, &function->param_count);
        function->own_param_start = number(reader);
        function->parameters = parameters(reader, &function->parameter_count);
        function->result = number(reader);
        function->intrinsic = number(reader);
    }
    module->function_count = count;
    module->functions = functions;
    reader->functions = functions;
}

static void read_globals(Reader *reader) {
    CorModule *module = reader->module;
    uint32_t count = split_count(reader, 5, &module->imported_global_count);
    CorGlobal *globals = allocate(reader, count, sizeof *globals);
    for (uint32_t i = 0; globals != NULL && i < count; i++) {
        globals[i].module = i < module->imported_global_count ? number(reader) : COR_NONE;
        globals[i].name = number(reader);
        globals[i].type = number(reader);
        globals[i].flags = number(reader);
        globals[i].owner = optional(reader);
        globals[i].extends = optional(reader);
    }
    module->global_count = count;
    module->globals = globals;
}

static void read_function_refs(Reader *reader) {
    uint32_t count = section_count(reader, 2);
    CorFunctionRef *references = allocate(reader, count, sizeof *references);
    for (uint32_t i = 0; references != NULL && i < count; i++) {
        references[i].function = number(reader);
        references[i].args = list(reader, &references[i].arg_count);
    }
    reader->module->function_ref_count = count;
    reader->module->function_refs = references;
}

static void read_constants(Reader *reader) {
    CorModule *module = reader->module;
    uint32_t count = section_count(reader, 2);
    CorConstant *constants = allocate(reader, count, sizeof *constants);
    for (uint32_t i = 0; constants != NULL && i < count; i++) {
        uint32_t type = constants[i].type = number(reader);
        if (type < module->type_count && module->types[type].kind == COR_TYPE_STRING) {
            constants[i].string = number(reader);
        } else {
            constants[i].bits = long_number(reader);
        }
    }
    module->constant_count = count;
    module->constants = constants;
}

/* The function that the next part of a section is about: one with code, behind `*previous` (COR_NONE at
 * first). */
static CorFunction *next_function(Reader *reader, uint32_t *previous, bool needs_code) {
    uint32_t index = number(reader);
    bool ascending = *previous == COR_NONE || index > *previous;
    if (reader->status != COR_MODULE_OK || !ascending || index < reader->module->imported_function_count ||
        index >= reader->module->function_count || (needs_code && reader->functions[index].code_size == 0)) {
        reject(reader, COR_READ_FUNCTION_INDEX);
        return NULL;
    }
    *previous = index;
    return &reader->functions[index];
}

static void read_code(Reader *reader) {
    uint32_t count = section_count(reader, 5), previous = COR_NONE;
    for (; count > 0; count--) {
        CorFunction *function = next_function(reader, &previous, false);
        if (function == NULL) {
            return;
        }
        function->captures = list(reader, &function->capture_count);
        function->registers = list(reader, &function->register_count);
        uint32_t size = section_count(reader, 1);
        function->code = raw(reader, size);
        function->code_size = function->code != NULL ? size : 0;
    }
}

static void read_handlers(Reader *reader) {
    uint32_t count = section_count(reader, 7), previous = COR_NONE;
    for (; count > 0; count--) {
        CorFunction *function = next_function(reader, &previous, true);
        uint32_t handler_count = function == NULL ? 0 : section_count(reader, 5);
        CorHandler *handlers = allocate(reader, handler_count, sizeof *handlers);
        for (uint32_t i = 0; handlers != NULL && i < handler_count; i++) {
            handlers[i].start = number(reader);
            handlers[i].end = number(reader);
            handlers[i].target = number(reader);
            handlers[i].type = number(reader);
            handlers[i].reg = number(reader);
        }
        if (handlers == NULL) {
            return;
        }
        function->handlers = handlers;
        function->handler_count = handler_count;
    }
}

static void read_conformances(Reader *reader) {
    uint32_t count = section_count(reader, 5);
    CorConformance *conformances = allocate(reader, count, sizeof *conformances);
    for (uint32_t i = 0; conformances != NULL && i < count; i++) {
        CorConformance *conformance = &conformances[i];
        conformance->module = number(reader);
        conformance->params = type_params(reader, &conformance->param_count);
        conformance->type = number(reader);
        conformance->interface = number(reader);
        conformance->method_count = count_of(reader, 1);
        uint32_t *methods = allocate(reader, conformance->method_count, sizeof *methods);
        for (uint32_t j = 0; methods != NULL && j < conformance->method_count; j++) {
            methods[j] = optional(reader);
        }
        conformance->methods = methods;
    }
    reader->module->conformance_count = count;
    reader->module->conformances = conformances;
}

static void read_exports(Reader *reader) {
    uint32_t count = section_count(reader, 5);
    CorNamedConstant *constants = allocate(reader, count, sizeof *constants);
    for (uint32_t i = 0; constants != NULL && i < count; i++) {
        constants[i].name = number(reader);
        constants[i].constant = number(reader);
        constants[i].flags = number(reader);
        constants[i].owner = optional(reader);
        constants[i].extends = optional(reader);
    }
    reader->module->named_constant_count = count;
    reader->module->named_constants = constants;
}

static void read_syscalls(Reader *reader) {
    reader->module->syscalls = list(reader, &reader->module->syscall_count);
    if (reader->module->syscall_count == 0) {
        reject(reader, COR_READ_SECTION_ORDER);
    }
}

/* ---- Debug sections ---- */

static void read_debug_strings(Reader *reader) {
    strings(reader, reader->module->string_count);
}

static void read_source(Reader *reader) {
    reader->module->source_file = number(reader);
    if (reader->module->source_file == 0) {
        reject(reader, COR_READ_SECTION_ORDER);
    }
}

static void read_lines(Reader *reader) {
    uint32_t count = section_count(reader, 5), previous = COR_NONE;
    for (; count > 0; count--) {
        CorFunction *function = next_function(reader, &previous, true);
        uint32_t line_count = function == NULL ? 0 : section_count(reader, 3);
        CorLine *lines = allocate(reader, line_count, sizeof *lines), before = {0};
        for (uint32_t i = 0; lines != NULL && i < line_count; i++) {
            int64_t change = 0;
            lines[i].offset = before.offset + number(reader);
            if (!cor_leb128_read_i64(reader->bytes, reader->end, &reader->position, &change) ||
                change < -(int64_t)before.line || change > (int64_t)UINT32_MAX - before.line) {
                reject(reader, COR_READ_NUMBER);
            }
            lines[i].line = (uint32_t)(before.line + change);
            lines[i].column = number(reader);
            before = lines[i];
        }
        if (lines == NULL) {
            return;
        }
        function->lines = lines;
        function->line_count = line_count;
    }
}

static void read_names(Reader *reader) {
    uint32_t count = section_count(reader, 3), previous = COR_NONE;
    for (; count > 0; count--) {
        CorFunction *function = next_function(reader, &previous, true);
        if (function == NULL) {
            return;
        }
        uint32_t name_count;
        function->register_names = list(reader, &name_count);
        bool any = false;
        for (uint32_t i = 0; function->register_names != NULL && i < name_count; i++) {
            any |= function->register_names[i] != 0;
        }
        if (!any || name_count != function->register_count) {
            reject(reader, COR_READ_NAME_COUNT);
            function->register_names = NULL;
            return;
        }
    }
}

/* Walks all documentation places, giving those that the section names their text. */
typedef struct DocWalk {
    Reader *reader;
    uint32_t left;  /* entries still to be placed, the next one included */
    uint32_t place; /* of the next visit */
    uint64_t next;  /* place of the next entry */
} DocWalk;

static void visit_doc(void *context, uint32_t *doc) {
    DocWalk *walk = context;
    Reader *reader = walk->reader;
    if (walk->left != 0 && reader->status == COR_MODULE_OK && walk->place == walk->next) {
        *doc = number(reader);
        if (*doc == 0) {
            reject(reader, COR_READ_DOC_PLACE);
        }
        if (--walk->left != 0) {
            uint32_t step = number(reader);
            if (step == 0) {
                reject(reader, COR_READ_DOC_PLACE);
            }
            walk->next += step;
        }
    }
    walk->place++;
}

static void read_docs(Reader *reader) {
    DocWalk walk = {.reader = reader, .left = section_count(reader, 2)};
    walk.next = number(reader);
    cor_string_walk(reader->module, COR_STRING_DOCUMENTATION, visit_doc, &walk);
    if (walk.left != 0) {
        reject(reader, COR_READ_DOC_PLACE);
    }
}

static void read_function_sources(Reader *reader) {
    uint32_t count = section_count(reader, 2), previous = COR_NONE;
    for (; count > 0; count--) {
        CorFunction *function = next_function(reader, &previous, true);
        if (function == NULL) {
            return;
        }
        function->source_file = number(reader);
        if (function->source_file == 0) {
            reject(reader, COR_READ_STRING_INDEX);
        }
    }
}

/* ---- The file ---- */

typedef struct SectionReader {
    uint32_t id;
    const char *name;
    void (*read)(Reader *);
} SectionReader;

static const SectionReader section_readers[] = {
#define SECTION(name, symbol, id, text, debug, content) {id, text, read_##symbol},
#include "vm/bytecode/sections.def"
#undef SECTION
};

static const SectionReader *find_section(uint32_t id) {
    for (size_t i = 0; i < sizeof section_readers / sizeof section_readers[0]; i++) {
        if (section_readers[i].id == id) {
            return &section_readers[i];
        }
    }
    return NULL;
}

static uint64_t little_endian(const uint8_t *bytes, int size) {
    uint64_t value = 0;
    for (int i = size; i-- > 0;) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static void read_header(Reader *reader, size_t size) {
    if (size < sizeof COR_FORMAT_MAGIC - 1 ||
        memcmp(reader->bytes, COR_FORMAT_MAGIC, sizeof COR_FORMAT_MAGIC - 1) != 0) {
        reject(reader, COR_READ_MAGIC);
    } else if (size < COR_FORMAT_SECTIONS_OFFSET) {
        reject(reader, COR_READ_TRUNCATED);
    } else if (little_endian(reader->bytes + COR_FORMAT_VERSION_OFFSET, 4) != COR_FORMAT_VERSION) {
        reject(reader, COR_READ_VERSION);
    } else if ((little_endian(reader->bytes + COR_FORMAT_FEATURES_OFFSET, 8) & ~COR_FORMAT_FEATURES) != 0) {
        reject(reader, COR_READ_FEATURES);
    } else {
        reader->position = COR_FORMAT_SECTIONS_OFFSET;
    }
}

static bool is_skipped(const Reader *reader, uint32_t id) {
    return id < COR_FORMAT_FIRST_OPTIONAL
               ? reader->skipped >> id & 1
               : id < COR_FORMAT_FIRST_OPTIONAL + 32 &&
                     (reader->skipped_debug >> (id - COR_FORMAT_FIRST_OPTIONAL) & 1) != 0;
}

/* Reads one section behind `*previous`; true when it belongs to the content that is hashed. */
static bool read_section(Reader *reader, size_t size, uint32_t *previous) {
    reader->end = size;
    reader->section = "header";
    uint32_t id = number(reader), length = number(reader);
    if (reader->status != COR_MODULE_OK) {
        return false;
    }
    if (id <= *previous || length == 0) {
        reject(reader, COR_READ_SECTION_ORDER);
        return false;
    }
    if (length > size - reader->position) {
        reject(reader, COR_READ_TRUNCATED);
        return false;
    }
    *previous = id;
    const SectionReader *section = find_section(id);
    size_t end = reader->position + length;
    if (is_skipped(reader, id)) {
        reader->position = end;
    } else if (section != NULL) {
        reader->section = section->name;
        reader->end = end;
        section->read(reader);
        if (reader->status == COR_MODULE_OK && reader->position != end) {
            reject(reader, COR_READ_SECTION_LENGTH);
        }
    } else if (id < COR_FORMAT_FIRST_OPTIONAL) {
        reject(reader, COR_READ_SECTION_UNKNOWN);
    }
    reader->position = end;
    return id < COR_FORMAT_FIRST_OPTIONAL;
}

static void check_hash(Reader *reader, size_t content_end) {
    CorSha256 hash;
    cor_sha256_begin(&hash);
    cor_sha256_add(&hash, reader->bytes, COR_FORMAT_HASH_OFFSET);
    cor_sha256_add(&hash, reader->bytes + COR_FORMAT_SECTIONS_OFFSET,
                   content_end - COR_FORMAT_SECTIONS_OFFSET);
    cor_sha256_end(&hash, reader->module->hash);
    if (memcmp(reader->module->hash, reader->bytes + COR_FORMAT_HASH_OFFSET, sizeof reader->module->hash) !=
        0) {
        reader->position = COR_FORMAT_HASH_OFFSET;
        reject(reader, COR_READ_HASH);
    }
}

/* Checks that references are in bounds and that the table is in the order of first use. */
typedef struct StringCheck {
    Reader *reader;
    uint32_t next;  /* the next string that has not been used */
    uint32_t limit; /* references are below this */
} StringCheck;

static void check_string(void *context, uint32_t *string) {
    StringCheck *check = context;
    if (*string >= check->limit) {
        reject(check->reader, COR_READ_STRING_INDEX);
    } else if (*string > check->next) {
        reject(check->reader, COR_READ_STRING_ORDER);
    } else if (*string == check->next) {
        check->next++;
    }
}

static void check_strings(Reader *reader) {
    CorModule *module = reader->module;
    StringCheck check = {reader, 1, reader->content_strings};
    cor_string_walk(module, COR_STRING_CONTENT, check_string, &check);
    bool complete = check.next == reader->content_strings;
    check.limit = module->string_count;
    cor_string_walk(module, COR_STRING_DOCUMENTATION, check_string, &check);
    cor_string_walk(module, COR_STRING_SOURCE, check_string, &check);
    if (!complete || check.next != module->string_count) {
        reject(reader, COR_READ_STRING_ORDER);
    }
}

static void read_file(Reader *reader, size_t size) {
    reader->section = "header";
    reader->end = size;
    read_header(reader, size);
    uint32_t previous = 0;
    size_t content_end = reader->position;
    while (reader->status == COR_MODULE_OK && reader->position < size) {
        if (read_section(reader, size, &previous)) {
            content_end = reader->position;
        }
    }
    if (!reader->module_found) {
        reject(reader, COR_READ_SECTION_ORDER);
    }
    reader->section = "header";
    if (reader->trusts) {
        memcpy(reader->module->hash, reader->bytes + COR_FORMAT_HASH_OFFSET, sizeof reader->module->hash);
        return;
    }
    if (reader->status == COR_MODULE_OK) {
        check_hash(reader, content_end);
    }
    if (reader->status == COR_MODULE_OK) {
        reader->section = "strings";
        check_strings(reader);
    }
}

/* Takes the arena, in which the module and the bytes are, or what is needed besides the bytes. */
static CorModuleStatus read_into(CorArena *arena, Reader *reader, size_t size, CorModule **out) {
    static const CorString empty = {"", 0};
    CorModule *module = reader->module = cor_arena_allocate(arena, 1, sizeof *module);
    if (module == NULL || reader->bytes == NULL) {
        reader->status = COR_MODULE_NO_MEMORY;
    } else {
        *module = (CorModule){.arena = arena, .strings = &empty, .string_count = 1};
        module->initializer = module->main_function = COR_NONE;
        reader->arena = arena;
        reader->content_strings = 1;
        read_file(reader, size);
    }
    if (reader->status == COR_MODULE_OK) {
        *out = module;
    } else {
        cor_arena_free(arena);
    }
    return reader->status;
}

CorModuleStatus cor_module_read(const uint8_t *bytes, size_t size, CorModule **out, CorReadError *error) {
    *out = NULL;
    CorArena *arena = cor_arena_new();
    if (arena == NULL) {
        return COR_MODULE_NO_MEMORY;
    }
    Reader reader = {.bytes = cor_arena_copy(arena, bytes, size, 1)};
    CorModuleStatus status = read_into(arena, &reader, size, out);
    if (status == COR_MODULE_REJECTED && error != NULL) {
        *error = reader.error;
    }
    return status;
}

#define BIT(section)       (UINT64_C(1) << COR_SECTION_##section)
#define DEBUG_BIT(section) (UINT32_C(1) << (COR_SECTION_##section - COR_FORMAT_FIRST_OPTIONAL))

CorModuleStatus cor_module_read_own(const uint8_t *bytes, size_t size, CorReadParts parts, CorModule **out) {
    *out = NULL;
    CorArena *arena = cor_arena_new();
    if (arena == NULL) {
        return COR_MODULE_NO_MEMORY;
    }
    Reader reader = {.bytes = bytes, .trusts = true, .skipped_debug = DEBUG_BIT(NAMES) | DEBUG_BIT(DOCS)};
    if (parts == COR_READ_DECLARATIONS) {
        reader.skipped = BIT(FUNCTION_REFS) | BIT(CODE) | BIT(HANDLERS);
        reader.skipped_debug |= DEBUG_BIT(LINES) | DEBUG_BIT(FUNCTION_SOURCES);
    }
    return read_into(arena, &reader, size, out);
}

/* Symbols, types, constants and strings of the disassembler.
 *
 * A symbol is the entity's name behind its owner's and module's, made unique with `#` and the index; so the text can
 * name overloaded constructors and lambdas.  A type is written out unless that takes more than LONGEST_TYPE entries
 * (tables can share parts, so a short table can hold enormous types): then it is `#index`. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vm/bytecode/assembly_names.h"
#include "vm/bytecode/disassembler_internal.h"

enum { LONGEST_TYPE = 24, LONGEST_SYMBOL = 120 };

/* ---- Symbols ---- */

/* What stands for a name in symbols: operators that the assembler's words cannot hold have names. */
static const char *const spelled_operators[][2] = {
    {"[]", "index"}, {"[]=", "set_index"}, {"<<", "shl"}, {">>", "shr"}, {"", "_"},
};

static bool is_symbol_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_.$+-*/%&|^~!=", c) != NULL);
}

typedef struct SymbolText {
    char bytes[LONGEST_SYMBOL + 16];
    size_t length;
} SymbolText;

static void append_name(const Disassembler *dis, SymbolText *text, uint32_t string) {
    CorString name = string < dis->module->string_count ? dis->module->strings[string] : (CorString){"", 0};
    for (size_t i = 0; i < sizeof spelled_operators / sizeof spelled_operators[0]; i++) {
        const char *operator= spelled_operators[i][0];
        if (strlen(operator) == name.length && memcmp(operator, name.bytes, name.length) == 0) {
            name = (CorString){spelled_operators[i][1], (uint32_t)strlen(spelled_operators[i][1])};
            break;
        }
    }
    for (uint32_t i = 0; i < name.length && text->length < LONGEST_SYMBOL; i++) {
        text->bytes[text->length++] = is_symbol_byte(name.bytes[i]) ? name.bytes[i] : '_';
    }
}

static void append_dot(SymbolText *text) {
    text->bytes[text->length++] = '.';
}

static bool symbol_equal(const void *context, uint32_t index, const void *key) {
    const DisSymbols *symbols = context;
    return strcmp(symbols->names[index], key) == 0;
}

/* Notes the symbol of the next entity. */
static void add_symbol(Disassembler *dis, DisSymbols *symbols, SymbolText *text) {
    text->bytes[text->length] = '\0';
    uint32_t hash = cor_hash_bytes(COR_HASH_START, text->bytes, text->length);
    if (cor_index_table_find(&symbols->table, hash, symbol_equal, symbols, text->bytes) != COR_NONE) {
        text->length += (size_t)snprintf(text->bytes + text->length, 16, "#%u", symbols->count);
        hash = cor_hash_bytes(COR_HASH_START, text->bytes, text->length);
    }
    const char *name = cor_arena_copy(dis->arena, text->bytes, text->length + 1, 1);
    if (name == NULL || !cor_index_table_add(&symbols->table, dis->arena, hash, symbols->count)) {
        dis->failed = true;
        return;
    }
    symbols->names[symbols->count++] = name;
}

static void append_origin(const Disassembler *dis, SymbolText *text, uint32_t module) {
    if (module != COR_NONE) {
        append_name(dis, text, module);
        append_dot(text);
    }
}

static void append_owner(const Disassembler *dis, SymbolText *text, uint32_t owner) {
    if (owner < dis->module->definition_count) {
        append_name(dis, text, dis->module->definitions[owner].name);
        append_dot(text);
    }
}

static bool symbols_begin(Disassembler *dis, DisSymbols *symbols, uint32_t count) {
    symbols->names = cor_arena_allocate(dis->arena, count, sizeof *symbols->names);
    return symbols->names != NULL;
}

static bool measure_types(Disassembler *dis) {
    const CorModule *module = dis->module;
    dis->type_sizes = cor_arena_allocate(dis->arena, module->type_count, sizeof *dis->type_sizes);
    for (uint32_t i = 0; dis->type_sizes != NULL && i < module->type_count; i++) {
        uint32_t size = 1;
        for (uint32_t j = 0; j < module->types[i].arg_count && size <= LONGEST_TYPE; j++) {
            uint32_t arg = module->types[i].args[j];
            size += arg < i ? dis->type_sizes[arg] : 1;
        }
        dis->type_sizes[i] = size;
    }
    return dis->type_sizes != NULL;
}

bool dis_names_begin(Disassembler *dis) {
    const CorModule *module = dis->module;
    if (!symbols_begin(dis, &dis->definitions, module->definition_count) ||
        !symbols_begin(dis, &dis->functions, module->function_count) ||
        !symbols_begin(dis, &dis->globals, module->global_count) || !measure_types(dis)) {
        return false;
    }
    for (uint32_t i = 0; i < module->definition_count && !dis->failed; i++) {
        SymbolText text = {.length = 0};
        append_origin(dis, &text, module->definitions[i].module);
        append_name(dis, &text, module->definitions[i].name);
        add_symbol(dis, &dis->definitions, &text);
    }
    for (uint32_t i = 0; i < module->function_count && !dis->failed; i++) {
        SymbolText text = {.length = 0};
        append_origin(dis, &text, module->functions[i].module);
        append_owner(dis, &text, module->functions[i].owner);
        append_name(dis, &text, module->functions[i].name);
        add_symbol(dis, &dis->functions, &text);
    }
    for (uint32_t i = 0; i < module->global_count && !dis->failed; i++) {
        SymbolText text = {.length = 0};
        append_origin(dis, &text, module->globals[i].module);
        append_owner(dis, &text, module->globals[i].owner);
        append_name(dis, &text, module->globals[i].name);
        add_symbol(dis, &dis->globals, &text);
    }
    return !dis->failed;
}

void dis_symbol(Disassembler *dis, const DisSymbols *symbols, uint32_t index) {
    if (index < symbols->count) {
        dis_printf(dis, "@%s", symbols->names[index]);
    } else {
        dis_printf(dis, "#%u", index);
    }
}

/* ---- Strings, types, references, constants ---- */

void dis_string(Disassembler *dis, uint32_t string) {
    if (string >= dis->module->string_count) {
        dis_printf(dis, "#%u", string);
        return;
    }
    const CorString *text = &dis->module->strings[string];
    cor_byte_buffer_add(dis->out, "\"", 1);
    for (uint32_t i = 0; i < text->length; i++) {
        unsigned char c = (unsigned char)text->bytes[i];
        if (c == '"' || c == '\\') {
            dis_printf(dis, "\\%c", c);
        } else if (c == '\n') {
            dis_printf(dis, "\\n");
        } else if (c < 0x20 || c == 0x7f) {
            dis_printf(dis, "\\x%02x", c);
        } else {
            cor_byte_buffer_add(dis->out, &text->bytes[i], 1);
        }
    }
    cor_byte_buffer_add(dis->out, "\"", 1);
}

static void put_type_list(Disassembler *dis, uint32_t user, const uint32_t *args, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (i != 0) {
            dis_printf(dis, ", ");
        }
        if (args[i] < user) {
            dis_type(dis, args[i]);
        } else {
            dis_printf(dis, "#%u", args[i]); /* not before its user: a wrong table, perhaps a cyclic one */
        }
    }
}

void dis_type_entry(Disassembler *dis, uint32_t index) {
    const CorTypeEntry *type = &dis->module->types[index];
    bool brackets = type->arg_count != 0;
    switch (type->kind) {
    case COR_TYPE_OPTIONAL:
        if (type->arg_count == 1 && type->args[0] < index &&
            dis->module->types[type->args[0]].kind != COR_TYPE_FUNCTION) {
            put_type_list(dis, index, type->args, 1);
            dis_printf(dis, "?");
            return;
        }
        break;
    case COR_TYPE_TUPLE:
        if (type->arg_count > 1) {
            dis_printf(dis, "(");
            put_type_list(dis, index, type->args, type->arg_count);
            dis_printf(dis, ")");
            return;
        }
        brackets = true;
        break;
    case COR_TYPE_FUNCTION:
        if (type->arg_count != 0) {
            dis_printf(dis, "fn(");
            put_type_list(dis, index, type->args, type->arg_count - 1);
            dis_printf(dis, "): ");
            put_type_list(dis, index, type->args + type->arg_count - 1, 1);
            return;
        }
        dis_printf(dis, "fn");
        return;
    case COR_TYPE_PARAM: dis_printf(dis, "$%u", type->index); return;
    case COR_TYPE_NAMED:
        dis_symbol(dis, &dis->definitions, type->index);
        brackets |= type->index >= dis->module->definition_count; /* else it would read as a type index */
        break;
    default: break;
    }
    if (type->kind != COR_TYPE_NAMED) {
        dis_printf(dis, "%s", cor_type_kind_names[type->kind]);
    }
    if (brackets) {
        dis_printf(dis, "<");
        put_type_list(dis, index, type->args, type->arg_count);
        dis_printf(dis, ">");
    }
}

void dis_type(Disassembler *dis, uint32_t type) {
    if (type < dis->module->type_count && dis->type_sizes[type] <= LONGEST_TYPE) {
        dis_type_entry(dis, type);
    } else {
        dis_printf(dis, "#%u", type);
    }
}

void dis_function_ref(Disassembler *dis, uint32_t index) {
    if (index >= dis->module->function_ref_count) {
        dis_printf(dis, "#%u", index);
        return;
    }
    const CorFunctionRef *reference = &dis->module->function_refs[index];
    dis_symbol(dis, &dis->functions, reference->function);
    if (reference->arg_count != 0) {
        dis_printf(dis, "<");
        put_type_list(dis, COR_NONE, reference->args, reference->arg_count);
        dis_printf(dis, ">");
    }
}

static void put_bits(Disassembler *dis, CorTypeKind kind, uint64_t bits) {
    if (kind >= COR_TYPE_I8 && kind <= COR_TYPE_I64) {
        dis_printf(dis, "%" PRId64, (int64_t)bits);
    } else if (kind == COR_TYPE_F32 || kind == COR_TYPE_F64) {
        dis_printf(dis, "0x%" PRIx64, bits);
    } else {
        dis_printf(dis, "%" PRIu64, bits);
    }
}

void dis_constant(Disassembler *dis, uint32_t index) {
    if (index >= dis->module->constant_count) {
        dis_printf(dis, "#%u", index);
        return;
    }
    const CorConstant *constant = &dis->module->constants[index];
    CorTypeKind kind =
        constant->type < dis->module->type_count ? dis->module->types[constant->type].kind : COR_TYPE_VOID;
    dis_type(dis, constant->type);
    dis_printf(dis, " ");
    if (kind == COR_TYPE_STRING) {
        dis_string(dis, constant->string);
    } else {
        put_bits(dis, kind, constant->bits);
    }
}

/* Types, function references and constants of the assembler: as operands, where they are interned, and as tables,
 * whose entries are appended as they stand.
 *
 *   type = atom {"?"}
 *   atom = "(" types ")" | "fn(" [types] "):" type | word ["<" [types] ">"] | "@" name ["<" types ">"] | "$" n | "#" n */
#include <string.h>

#include "vm/bytecode/assembler_internal.h"
#include "vm/bytecode/assembly_names.h"

enum { DEEPEST_TYPE = 200 };

typedef struct TypeList {
    void *items; /* uint32_t */
    uint32_t count, capacity;
} TypeList;

static uint32_t parse_type(Assembler *assembler, int depth);

static void parse_type_into(Assembler *assembler, TypeList *list, int depth) {
    uint32_t type = parse_type(assembler, depth + 1);
    uint32_t *slot = asm_push(assembler, &list->items, &list->count, &list->capacity, sizeof *slot);
    if (slot != NULL) {
        *slot = type;
    }
}

/* Types separated by commas, and the closing mark. */
static void parse_types(Assembler *assembler, TypeList *list, char close, int depth) {
    if (asm_accept_mark(assembler, close)) {
        return;
    }
    do {
        parse_type_into(assembler, list, depth);
    } while (asm_accept_mark(assembler, ','));
    asm_expect_mark(assembler, close);
}

static CorTypeEntry with_args(CorTypeKind kind, uint32_t index, TypeList list) {
    return (CorTypeEntry){kind, index, list.count, list.items};
}

static CorTypeEntry parse_atom(Assembler *assembler, int depth) {
    TypeList list = {0};
    if (asm_accept_mark(assembler, '(')) {
        parse_types(assembler, &list, ')', depth);
        return with_args(COR_TYPE_TUPLE, 0, list);
    }
    AsmToken word = assembler->token;
    if (word.kind != ASM_WORD) {
        asm_fail(assembler, "expected a type");
        return (CorTypeEntry){0};
    }
    if (word.text[0] == '$') {
        assembler->token.text++;
        assembler->token.length--;
        return (CorTypeEntry){.kind = COR_TYPE_PARAM, .index = asm_small_number(assembler)};
    }
    if (word.text[0] == '@' || word.text[0] == '#') {
        uint32_t definition = asm_symbol(assembler, &assembler->definitions);
        if (asm_accept_mark(assembler, '<')) {
            parse_types(assembler, &list, '>', depth);
        }
        return with_args(COR_TYPE_NAMED, definition, list);
    }
    uint32_t kind = cor_find_name(cor_type_kind_names, COR_TYPE_NAMED, word.text, word.length);
    if (kind == COR_NONE) {
        asm_fail(assembler, "unknown type");
        return (CorTypeEntry){0};
    }
    asm_advance(assembler);
    if (kind == COR_TYPE_FUNCTION && asm_accept_mark(assembler, '(')) {
        parse_types(assembler, &list, ')', depth);
        asm_expect_mark(assembler, ':');
        parse_type_into(assembler, &list, depth);
    } else if (kind >= COR_TYPE_OPTIONAL && asm_accept_mark(assembler, '<')) {
        parse_types(assembler, &list, '>', depth);
    }
    return with_args((CorTypeKind)kind, 0, list);
}

static uint32_t intern(Assembler *assembler, CorTypeEntry entry) {
    return cor_builder_type(assembler->builder, entry.kind, entry.index, entry.args, entry.arg_count);
}

/* A type up to its last level, which is left to the caller to intern or append. */
static CorTypeEntry parse_entry(Assembler *assembler, int depth) {
    CorTypeEntry entry = parse_atom(assembler, depth);
    while (asm_accept_mark(assembler, '?')) {
        uint32_t *arg = cor_arena_allocate(assembler->arena, 1, sizeof *arg);
        if (arg == NULL) {
            asm_out_of_memory(assembler);
            break;
        }
        *arg = intern(assembler, entry);
        entry = (CorTypeEntry){COR_TYPE_OPTIONAL, 0, 1, arg};
    }
    return entry;
}

/* `#n` alone is the type of that index; `#n<...>` is a type of definition n, and so is `#n<>`. */
static uint32_t parse_type(Assembler *assembler, int depth) {
    if (depth > DEEPEST_TYPE) {
        asm_fail(assembler, "the type is too deep");
        return 0;
    }
    uint32_t index;
    Assembler before = *assembler;
    if (asm_accept_index(assembler, &index)) {
        if (assembler->token.kind != ASM_MARK ||
            (*assembler->token.text != '<' && *assembler->token.text != '?')) {
            return index;
        }
        if (asm_accept_mark(assembler, '?')) {
            return cor_builder_wrapped_type(assembler->builder, COR_TYPE_OPTIONAL, index);
        }
        *assembler = before;
    }
    return intern(assembler, parse_entry(assembler, depth));
}

uint32_t asm_type(Assembler *assembler) {
    return parse_type(assembler, 0);
}

uint32_t asm_function_ref(Assembler *assembler) {
    uint32_t index;
    if (asm_accept_index(assembler, &index)) {
        return index;
    }
    uint32_t function = asm_symbol(assembler, &assembler->functions);
    TypeList list = {0};
    if (asm_accept_mark(assembler, '<')) {
        parse_types(assembler, &list, '>', 0);
    }
    return cor_builder_function_ref(assembler->builder, function, list.items, list.count);
}

static CorConstant parse_constant(Assembler *assembler) {
    CorConstant constant = {.type = asm_type(assembler), .bits = 0};
    if (assembler->token.kind == ASM_STRING) {
        constant.string = asm_string(assembler);
    } else {
        constant.bits = asm_number(assembler);
    }
    return constant;
}

uint32_t asm_constant(Assembler *assembler) {
    uint32_t index;
    if (asm_accept_index(assembler, &index)) {
        return index;
    }
    CorConstant constant = parse_constant(assembler);
    return cor_builder_constant(assembler->builder, constant.type, constant.bits);
}

/* ---- Tables ---- */

/* Moves to the next line of a table; false at its `end`. */
static bool next_row(Assembler *assembler) {
    asm_expect_line_end(assembler);
    while (assembler->token.kind == ASM_NEWLINE) {
        asm_advance(assembler);
    }
    if (assembler->token.kind == ASM_END) {
        asm_fail(assembler, "a table has no end");
    }
    return assembler->status == COR_MODULE_OK && !asm_accept_word(assembler, "end");
}

void asm_types_table(Assembler *assembler) {
    while (next_row(assembler)) {
        cor_builder_append_type(assembler->builder, parse_entry(assembler, 0));
    }
}

void asm_references_table(Assembler *assembler) {
    while (next_row(assembler)) {
        CorFunctionRef reference = {.function = asm_symbol(assembler, &assembler->functions)};
        TypeList list = {0};
        if (asm_accept_mark(assembler, '<')) {
            parse_types(assembler, &list, '>', 0);
        }
        reference.args = list.items;
        reference.arg_count = list.count;
        cor_builder_append_function_ref(assembler->builder, reference);
    }
}

void asm_constants_table(Assembler *assembler) {
    while (next_row(assembler)) {
        cor_builder_append_constant(assembler->builder, parse_constant(assembler));
    }
}

/* The assembler: declarations.  The text is read twice, first to give every declared symbol its handle. */
#include "vm/bytecode/assembler.h"

#include <string.h>

#include "vm/bytecode/assembler_internal.h"
#include "vm/bytecode/assembly_names.h"
#include "vm/bytecode/syscall.h"

typedef struct List {
    void *items;
    uint32_t count, capacity;
} List;

#define PUSH(assembler, list, Type)                                                                          \
    ((Type *)asm_push(assembler, &(list)->items, &(list)->count, &(list)->capacity, sizeof(Type)))

/* ---- Blocks: lines up to `end` ---- */

/* Moves to the next line of a block; false at its `end`. */
static bool next_line(Assembler *assembler) {
    asm_expect_line_end(assembler);
    while (assembler->token.kind == ASM_NEWLINE) {
        asm_advance(assembler);
    }
    if (assembler->token.kind == ASM_END) {
        asm_fail(assembler, "a block has no end");
    }
    return assembler->status == COR_MODULE_OK && !asm_accept_word(assembler, "end");
}

static void unknown_line(Assembler *assembler) {
    asm_fail(assembler, "unknown word at the start of a line");
}

/* ---- Definitions ---- */

static void parse_type_param(Assembler *assembler, List *params) {
    CorTypeParam *param = PUSH(assembler, params, CorTypeParam);
    List bounds = {0};
    uint32_t name = asm_string(assembler);
    if (asm_accept_mark(assembler, ':')) {
        do {
            uint32_t type = asm_type(assembler), *bound = PUSH(assembler, &bounds, uint32_t);
            if (bound != NULL) {
                *bound = type;
            }
        } while (asm_accept_mark(assembler, ','));
    }
    if (param != NULL) {
        *param = (CorTypeParam){name, bounds.count, bounds.items};
    }
}

typedef struct DefinitionParser {
    Assembler *assembler;
    CorDefinition *draft;
    List params, interfaces, fields, cases, payload; /* payload: the fields of the last case */
    uint32_t *doc;                                   /* of what was read last */
} DefinitionParser;

/* The last case keeps what has been read of its payload; lists move as they grow. */
static void keep_payload(DefinitionParser *parser) {
    if (parser->cases.count != 0 && parser->cases.items != NULL) {
        CorCase *last = (CorCase *)parser->cases.items + parser->cases.count - 1;
        last->fields = parser->payload.items;
        last->field_count = parser->payload.count;
    }
}

static void parse_field(DefinitionParser *parser) {
    Assembler *assembler = parser->assembler;
    CorField *field =
        PUSH(assembler, parser->cases.count != 0 ? &parser->payload : &parser->fields, CorField);
    if (field != NULL) {
        field->name = asm_string(assembler);
        field->type = asm_type(assembler);
        field->flags = asm_flags(assembler, cor_field_flag_names);
        if (asm_accept_word(assembler, "count")) {
            field->flags |= asm_small_number(assembler) << COR_FIELD_COUNT_SHIFT;
        }
        parser->doc = &field->doc;
    }
}

static void parse_case(DefinitionParser *parser) {
    keep_payload(parser);
    parser->payload = (List){0};
    CorCase *item = PUSH(parser->assembler, &parser->cases, CorCase);
    if (item != NULL) {
        item->name = asm_string(parser->assembler);
        parser->doc = &item->doc;
    }
}

static void parse_definition_line(DefinitionParser *parser) {
    Assembler *assembler = parser->assembler;
    if (asm_accept_word(assembler, "imported")) {
        parser->draft->module = asm_string(assembler);
    } else if (asm_accept_word(assembler, "doc")) {
        *parser->doc = asm_string(assembler);
    } else if (asm_accept_word(assembler, "param")) {
        parse_type_param(assembler, &parser->params);
    } else if (asm_accept_word(assembler, "super")) {
        parser->draft->super = asm_type(assembler);
    } else if (asm_accept_word(assembler, "implements")) {
        uint32_t type = asm_type(assembler), *interface = PUSH(assembler, &parser->interfaces, uint32_t);
        if (interface != NULL) {
            *interface = type;
        }
    } else if (asm_accept_word(assembler, "field")) {
        parse_field(parser);
    } else if (asm_accept_word(assembler, "case")) {
        parse_case(parser);
    } else {
        unknown_line(assembler);
    }
}

static void parse_definition(Assembler *assembler, CorDefinitionKind kind) {
    uint32_t handle = asm_symbol(assembler, &assembler->definitions);
    DefinitionParser parser = {.assembler = assembler,
                               .draft = cor_builder_definition(assembler->builder, handle)};
    CorDefinition *draft = parser.draft;
    parser.doc = &draft->doc;
    draft->kind = kind;
    draft->name = asm_string(assembler);
    draft->flags = asm_flags(assembler, cor_definition_flag_names);
    while (next_line(assembler)) {
        parse_definition_line(&parser);
    }
    keep_payload(&parser);
    draft->params = parser.params.items, draft->param_count = parser.params.count;
    draft->interfaces = parser.interfaces.items, draft->interface_count = parser.interfaces.count;
    draft->fields = parser.fields.items, draft->field_count = parser.fields.count;
    draft->cases = parser.cases.items, draft->case_count = parser.cases.count;
}

/* ---- Functions ---- */

static void parse_parameter(Assembler *assembler, List *parameters) {
    CorParameter *parameter = PUSH(assembler, parameters, CorParameter);
    if (parameter != NULL) {
        parameter->name = asm_string(assembler);
        parameter->type = asm_type(assembler);
        parameter->default_function =
            asm_accept_word(assembler, "default") ? asm_symbol(assembler, &assembler->functions) : COR_NONE;
    }
}

/* A line in front of the code; false when the code begins. */
static bool parse_function_line(Assembler *assembler, CorFunction *draft, List *params, List *parameters) {
    if (asm_accept_word(assembler, "imported")) {
        draft->module = asm_string(assembler);
    } else if (asm_accept_word(assembler, "doc")) {
        draft->doc = asm_string(assembler);
    } else if (asm_accept_word(assembler, "owner")) {
        draft->owner = asm_symbol(assembler, &assembler->definitions);
    } else if (asm_accept_word(assembler, "extends")) {
        draft->extends = asm_type(assembler);
    } else if (asm_accept_word(assembler, "param")) {
        parse_type_param(assembler, params);
    } else if (asm_accept_word(assembler, "own_params_from")) {
        draft->own_param_start = asm_small_number(assembler);
    } else if (asm_accept_word(assembler, "parameter")) {
        parse_parameter(assembler, parameters);
    } else if (asm_accept_word(assembler, "result")) {
        draft->result = asm_type(assembler);
    } else if (asm_accept_word(assembler, "intrinsic")) {
        draft->intrinsic = asm_string(assembler);
    } else if (asm_accept_word(assembler, "source")) {
        draft->source_file = asm_string(assembler);
    } else {
        return false;
    }
    return true;
}

static void parse_function(Assembler *assembler) {
    uint32_t handle = asm_symbol(assembler, &assembler->functions);
    CorFunction *draft = cor_builder_function(assembler->builder, handle);
    List params = {0}, parameters = {0};
    draft->name = asm_string(assembler);
    draft->flags = asm_flags(assembler, cor_function_flag_names);
    while (next_line(assembler)) {
        if (!parse_function_line(assembler, draft, &params, &parameters)) {
            asm_code(assembler, handle);
            asm_accept_word(assembler, "end");
            break;
        }
    }
    draft->params = params.items, draft->param_count = params.count;
    draft->parameters = parameters.items, draft->parameter_count = parameters.count;
}

/* ---- Globals, exports, conformances ---- */

static void parse_global(Assembler *assembler) {
    CorGlobal *draft = cor_builder_global(assembler->builder, asm_symbol(assembler, &assembler->globals));
    draft->name = asm_string(assembler);
    draft->type = asm_type(assembler);
    draft->flags = asm_flags(assembler, cor_global_flag_names);
    while (next_line(assembler)) {
        if (asm_accept_word(assembler, "imported")) {
            draft->module = asm_string(assembler);
        } else if (asm_accept_word(assembler, "owner")) {
            draft->owner = asm_symbol(assembler, &assembler->definitions);
        } else if (asm_accept_word(assembler, "extends")) {
            draft->extends = asm_type(assembler);
        } else if (asm_accept_word(assembler, "doc")) {
            draft->doc = asm_string(assembler);
        } else {
            unknown_line(assembler);
        }
    }
}

static void parse_export(Assembler *assembler) {
    CorNamedConstant constant = {.owner = COR_NONE, .extends = COR_NONE};
    constant.name = asm_string(assembler);
    constant.constant = asm_constant(assembler);
    constant.flags = asm_flags(assembler, cor_global_flag_names);
    while (next_line(assembler)) {
        if (asm_accept_word(assembler, "owner")) {
            constant.owner = asm_symbol(assembler, &assembler->definitions);
        } else if (asm_accept_word(assembler, "extends")) {
            constant.extends = asm_type(assembler);
        } else if (asm_accept_word(assembler, "doc")) {
            constant.doc = asm_string(assembler);
        } else {
            unknown_line(assembler);
        }
    }
    cor_builder_add_named_constant(assembler->builder, constant);
}

static void parse_conformance(Assembler *assembler) {
    CorConformance conformance = {.type = asm_type(assembler)};
    List params = {0}, methods = {0};
    asm_expect_mark(assembler, ':');
    conformance.interface = asm_type(assembler);
    while (next_line(assembler)) {
        if (asm_accept_word(assembler, "imported")) {
            conformance.module = asm_string(assembler);
        } else if (asm_accept_word(assembler, "param")) {
            parse_type_param(assembler, &params);
        } else if (asm_accept_word(assembler, "method")) {
            uint32_t *method = PUSH(assembler, &methods, uint32_t);
            bool none = asm_accept_word(assembler, "none");
            uint32_t function = none ? COR_NONE : asm_symbol(assembler, &assembler->functions);
            if (method != NULL) {
                *method = function;
            }
        } else {
            unknown_line(assembler);
        }
    }
    conformance.params = params.items, conformance.param_count = params.count;
    conformance.methods = methods.items, conformance.method_count = methods.count;
    cor_builder_add_conformance(assembler->builder, conformance);
}

/* ---- The module ---- */

static void parse_import(Assembler *assembler) {
    uint32_t name = asm_string(assembler);
    uint8_t hash[32] = {0};
    AsmToken word = assembler->token;
    if (word.kind == ASM_WORD) {
        if (word.length != 64) {
            asm_fail(assembler, "a content hash has 64 digits");
            return;
        }
        for (size_t i = 0; i < 32; i++) {
            char digits[4] = {'0', 'x', word.text[2 * i], word.text[2 * i + 1]};
            assembler->token = (AsmToken){ASM_WORD, digits, sizeof digits};
            const char *next = assembler->next;
            hash[i] = (uint8_t)asm_number(assembler);
            if (i < 31 && assembler->status == COR_MODULE_OK) {
                assembler->next = next;
            }
        }
    }
    cor_builder_add_import(assembler->builder, name, hash);
}

static void parse_require(Assembler *assembler) {
    uint32_t number;
    AsmToken word = assembler->token;
    if (!asm_accept_index(assembler, &number)) {
        number = word.kind == ASM_WORD ? cor_syscall_find(word.text, word.length) : COR_NONE;
        if (number == COR_NONE) {
            asm_fail(assembler, "unknown syscall");
            return;
        }
        asm_advance(assembler);
    }
    cor_builder_add_syscall(assembler->builder, number);
}

/* The kind of definition that the word declares, or COR_NONE. */
static uint32_t definition_kind(const Assembler *assembler) {
    AsmToken word = assembler->token;
    return word.kind != ASM_WORD
               ? COR_NONE
               : cor_find_name(cor_definition_kind_names, COR_DEF_INTERFACE + 1, word.text, word.length);
}

static void parse_top_line(Assembler *assembler) {
    CorBuilder *builder = assembler->builder;
    uint32_t kind = definition_kind(assembler);
    if (kind != COR_NONE) {
        asm_advance(assembler);
        parse_definition(assembler, (CorDefinitionKind)kind);
    } else if (asm_accept_word(assembler, "function")) {
        parse_function(assembler);
    } else if (asm_accept_word(assembler, "global")) {
        parse_global(assembler);
    } else if (asm_accept_word(assembler, "export")) {
        parse_export(assembler);
    } else if (asm_accept_word(assembler, "conformance")) {
        parse_conformance(assembler);
    } else if (asm_accept_word(assembler, "types")) {
        asm_types_table(assembler);
    } else if (asm_accept_word(assembler, "references")) {
        asm_references_table(assembler);
    } else if (asm_accept_word(assembler, "constants")) {
        asm_constants_table(assembler);
    } else if (asm_accept_word(assembler, "import")) {
        parse_import(assembler);
    } else if (asm_accept_word(assembler, "require")) {
        parse_require(assembler);
    } else if (asm_accept_word(assembler, "source")) {
        cor_builder_set_source_file(builder, asm_string(assembler));
    } else if (asm_accept_word(assembler, "doc")) {
        cor_builder_set_doc(builder, asm_string(assembler));
    } else if (asm_accept_word(assembler, "initializer")) {
        cor_builder_set_initializer(builder, asm_symbol(assembler, &assembler->functions));
    } else if (asm_accept_word(assembler, "main")) {
        cor_builder_set_main(builder, asm_symbol(assembler, &assembler->functions));
    } else {
        unknown_line(assembler);
    }
}

/* Some instructions are called like declarations; those have no symbol behind them. */
static void declare(Assembler *assembler, AsmNames *names, uint32_t (*add)(CorBuilder *, uint32_t)) {
    asm_advance(assembler);
    AsmToken symbol = assembler->token;
    if (symbol.kind == ASM_WORD && symbol.text[0] == '@' &&
        !asm_define(assembler, names, symbol, add(assembler->builder, COR_NONE))) {
        asm_fail(assembler, "the symbol is declared twice");
    }
}

/* The first reading: every line that begins with a declaring word and a symbol declares it. */
static void declare_symbols(Assembler *assembler) {
    while (assembler->token.kind != ASM_END) {
        if (definition_kind(assembler) != COR_NONE) {
            declare(assembler, &assembler->definitions, cor_builder_add_definition);
        } else if (asm_is_word(assembler, "function")) {
            declare(assembler, &assembler->functions, cor_builder_add_function);
        } else if (asm_is_word(assembler, "global")) {
            declare(assembler, &assembler->globals, cor_builder_add_global);
        }
        asm_skip_line(assembler);
        if (assembler->token.kind == ASM_NEWLINE) {
            asm_advance(assembler);
        }
    }
}

static void skip_empty_lines(Assembler *assembler) {
    while (assembler->token.kind == ASM_NEWLINE) {
        asm_advance(assembler);
    }
}

/* `module "name"`, which every text begins with: makes the builder. */
static void parse_name(Assembler *assembler) {
    skip_empty_lines(assembler);
    if (!asm_accept_word(assembler, "module") || assembler->token.kind != ASM_STRING) {
        asm_fail(assembler, "expected `module` and its name in quotes");
        return;
    }
    assembler->builder = cor_builder_new("");
    if (assembler->builder == NULL) {
        asm_out_of_memory(assembler);
        return;
    }
    cor_builder_set_name(assembler->builder, asm_string(assembler));
    asm_expect_line_end(assembler);
}

static void parse_text(Assembler *assembler, const char *text, size_t size) {
    asm_begin(assembler, text, size);
    parse_name(assembler);
    Assembler behind_name = *assembler;
    if (assembler->status != COR_MODULE_OK) {
        return;
    }
    declare_symbols(assembler);
    if (assembler->status != COR_MODULE_OK) {
        return;
    }
    assembler->next = behind_name.next;
    assembler->token = behind_name.token;
    assembler->line = behind_name.line;
    for (skip_empty_lines(assembler); assembler->token.kind != ASM_END; skip_empty_lines(assembler)) {
        parse_top_line(assembler);
        asm_expect_line_end(assembler);
    }
}

CorModuleStatus cor_assemble(const char *text, size_t size, CorModule **out, CorAssembleError *error) {
    *out = NULL;
    Assembler assembler = {.arena = cor_arena_new()};
    if (assembler.arena == NULL) {
        return COR_MODULE_NO_MEMORY;
    }
    parse_text(&assembler, text, size);
    if (assembler.status == COR_MODULE_OK) {
        *out = cor_builder_finish(assembler.builder);
        assembler.status = *out == NULL ? COR_MODULE_NO_MEMORY : COR_MODULE_OK;
    } else {
        cor_builder_free(assembler.builder);
    }
    if (assembler.status == COR_MODULE_REJECTED && error != NULL) {
        *error = assembler.error;
    }
    cor_arena_free(assembler.arena);
    return assembler.status;
}

/* The code part of the assembler: a line is a label, a position, an instruction, bytes or an exception range. */
#include <string.h>

#include "vm/bytecode/assembler_internal.h"
#include "vm/bytecode/intrinsic.h"
#include "vm/bytecode/syscall.h"

typedef struct CodeParser {
    Assembler *assembler;
    CorCode *code;
    AsmNames labels;
    void *operands; /* uint64_t, of the instruction being read */
    uint32_t operand_count, operand_capacity;
} CodeParser;

static void push(CodeParser *parser, uint64_t value) {
    uint64_t *slot = asm_push(parser->assembler, &parser->operands, &parser->operand_count,
                              &parser->operand_capacity, sizeof *slot);
    if (slot != NULL) {
        *slot = value;
    }
}

/* A label by name, made when it is first mentioned. */
static CorLabel named_label(CodeParser *parser, AsmToken word) {
    uint32_t label = 0;
    if (!asm_find(&parser->labels, word, &label)) {
        label = cor_code_label(parser->code);
        asm_define(parser->assembler, &parser->labels, word, label);
    }
    return label;
}

/* A label, or `=` and a byte offset. */
static CorLabel parse_label(CodeParser *parser) {
    Assembler *assembler = parser->assembler;
    AsmToken word = assembler->token;
    if (word.kind != ASM_WORD) {
        asm_fail(assembler, "expected a label");
        return 0;
    }
    if (word.text[0] == '=') {
        assembler->token.text++;
        assembler->token.length--;
        return cor_code_label_at(parser->code, asm_small_number(assembler) & INT32_MAX);
    }
    asm_advance(assembler);
    return named_label(parser, word);
}

static uint32_t parse_register(CodeParser *parser) {
    Assembler *assembler = parser->assembler;
    if (assembler->token.kind != ASM_WORD || assembler->token.text[0] != 'r') {
        asm_fail(assembler, "expected a register");
        return 0;
    }
    assembler->token.text++;
    assembler->token.length--;
    return asm_small_number(assembler);
}

static uint32_t parse_table_name(CodeParser *parser, uint32_t (*find)(const char *, size_t),
                                 const char *message) {
    Assembler *assembler = parser->assembler;
    uint32_t number;
    if (asm_accept_index(assembler, &number)) {
        return number;
    }
    number =
        assembler->token.kind == ASM_WORD ? find(assembler->token.text, assembler->token.length) : COR_NONE;
    if (number == COR_NONE) {
        asm_fail(assembler, message);
    } else {
        asm_advance(assembler);
    }
    return number;
}

/* ---- Operands ---- */

/* `[item, item]`: the count, then the items. */
static void parse_list(CodeParser *parser, char letter) {
    asm_expect_mark(parser->assembler, '[');
    uint32_t count_at = parser->operand_count, count = 0;
    push(parser, 0);
    if (!asm_accept_mark(parser->assembler, ']')) {
        do {
            push(parser, letter == 'T' ? parse_label(parser) : parse_register(parser));
            count++;
        } while (asm_accept_mark(parser->assembler, ','));
        asm_expect_mark(parser->assembler, ']');
    }
    if (count_at < parser->operand_count) {
        ((uint64_t *)parser->operands)[count_at] = count;
    }
}

static void parse_step(CodeParser *parser) {
    Assembler *assembler = parser->assembler;
    if (asm_accept_word(assembler, "field")) {
        push(parser, COR_PATH_FIELD);
        push(parser, asm_symbol(assembler, &assembler->definitions));
        push(parser, asm_small_number(assembler));
    } else if (asm_accept_word(assembler, "element")) {
        push(parser, COR_PATH_ELEMENT);
        push(parser, parse_register(parser));
    } else if (asm_accept_word(assembler, "tuple")) {
        push(parser, COR_PATH_TUPLE);
        push(parser, asm_small_number(assembler));
    } else {
        asm_fail(assembler, "expected field, element or tuple");
    }
}

static void parse_path(CodeParser *parser) {
    uint32_t count_at = parser->operand_count, count = 0;
    push(parser, 0);
    do {
        parse_step(parser);
        count++;
    } while (asm_accept_mark(parser->assembler, ','));
    if (count_at < parser->operand_count) {
        ((uint64_t *)parser->operands)[count_at] = count;
    }
}

static void parse_operand(CodeParser *parser, char letter) {
    Assembler *assembler = parser->assembler;
    switch (letter) {
    case 'r':
        if (asm_accept_word(assembler, "_")) {
            push(parser, 0);
        } else {
            push(parser, (uint64_t)parse_register(parser) + 1);
        }
        return;
    case 'd':
    case 'a':
    case 'm': push(parser, parse_register(parser)); return;
    case 'i': push(parser, asm_number(assembler)); return;
    case 'k': push(parser, asm_constant(assembler)); return;
    case 't': push(parser, asm_type(assembler)); return;
    case 'f': push(parser, asm_function_ref(assembler)); return;
    case 'g': push(parser, asm_symbol(assembler, &assembler->globals)); return;
    case 'D': push(parser, asm_symbol(assembler, &assembler->definitions)); return;
    case 's': push(parser, parse_table_name(parser, cor_syscall_find, "unknown syscall")); return;
    case 'x': push(parser, parse_table_name(parser, cor_intrinsic_find, "unknown intrinsic")); return;
    case 'L': push(parser, parse_label(parser)); return;
    case 'A':
    case 'T': parse_list(parser, letter); return;
    case 'P': parse_path(parser); return;
    default: push(parser, asm_small_number(assembler)); return;
    }
}

/* ---- Lines ---- */

static uint32_t find_opcode(AsmToken word) {
    for (uint32_t i = 0; i < COR_OP_COUNT; i++) {
        const char *mnemonic = cor_opcode_info[i].mnemonic;
        if (strlen(mnemonic) == word.length && memcmp(mnemonic, word.text, word.length) == 0) {
            return i;
        }
    }
    return COR_NONE;
}

static void parse_instruction(CodeParser *parser, AsmToken word) {
    uint32_t opcode = find_opcode(word);
    if (opcode == COR_NONE) {
        asm_fail(parser->assembler, "unknown instruction");
        return;
    }
    parser->operand_count = 0;
    for (const char *letter = cor_opcode_info[opcode].operands; *letter != '\0'; letter++) {
        if (letter != cor_opcode_info[opcode].operands) {
            asm_expect_mark(parser->assembler, ',');
        }
        parse_operand(parser, *letter);
    }
    cor_code_emit_operands(parser->code, (CorOpcode)opcode, parser->operands, parser->operand_count);
}

static void parse_bytes(CodeParser *parser) {
    Assembler *assembler = parser->assembler;
    while (!asm_at_line_end(assembler)) {
        AsmToken word = assembler->token;
        char text[4] = {'0', 'x', word.kind == ASM_WORD ? word.text[0] : ' ',
                        word.length == 2 ? word.text[1] : ' '};
        assembler->token = (AsmToken){word.kind, text, sizeof text};
        uint8_t byte = (uint8_t)asm_number(assembler);
        cor_code_emit_bytes(parser->code, &byte, 1);
    }
}

static void parse_catch(CodeParser *parser) {
    Assembler *assembler = parser->assembler;
    CorLabel start = parse_label(parser);
    asm_expect_mark(assembler, ',');
    CorLabel end = parse_label(parser);
    asm_expect_mark(assembler, ',');
    CorLabel target = parse_label(parser);
    asm_expect_mark(assembler, ',');
    uint32_t type = asm_type(assembler);
    asm_expect_mark(assembler, ',');
    cor_code_handler(parser->code, start, end, target, type, parse_register(parser));
}

static void parse_line(CodeParser *parser) {
    Assembler *assembler = parser->assembler;
    AsmToken word = assembler->token;
    if (word.kind != ASM_WORD) {
        asm_fail(assembler, "expected an instruction or a label");
        return;
    }
    asm_advance(assembler);
    if (asm_accept_mark(assembler, ':')) {
        cor_code_bind(parser->code, named_label(parser, word));
    } else if (word.length == 4 && memcmp(word.text, "line", 4) == 0) {
        uint32_t line = asm_small_number(assembler);
        asm_expect_mark(assembler, ':');
        cor_code_position(parser->code, line, asm_small_number(assembler));
    } else if (word.length == 5 && memcmp(word.text, "bytes", 5) == 0) {
        parse_bytes(parser);
    } else if (word.length == 5 && memcmp(word.text, "catch", 5) == 0) {
        parse_catch(parser);
    } else {
        parse_instruction(parser, word);
    }
}

void asm_code(Assembler *assembler, uint32_t function) {
    CodeParser parser = {.assembler = assembler, .code = cor_code_begin_plain(assembler->builder, function)};
    bool in_code = false;
    while (assembler->status == COR_MODULE_OK && !asm_is_word(assembler, "end")) {
        if (assembler->token.kind == ASM_NEWLINE) {
            asm_advance(assembler);
            continue;
        }
        if (assembler->token.kind == ASM_END) {
            asm_fail(assembler, "a function has no end");
        } else if (in_code) {
            parse_line(&parser);
        } else if (asm_accept_word(assembler, "capture")) {
            cor_code_capture(parser.code, asm_type(assembler));
        } else if (asm_accept_word(assembler, "register")) {
            uint32_t type = asm_type(assembler);
            cor_code_register(parser.code, type,
                              assembler->token.kind == ASM_STRING ? asm_string(assembler) : 0);
        } else if (asm_accept_word(assembler, "code")) {
            in_code = true;
        } else {
            asm_fail(assembler, "expected capture, register or code");
        }
        if (assembler->status == COR_MODULE_OK && !asm_is_word(assembler, "end")) {
            asm_expect_line_end(assembler);
        }
    }
}

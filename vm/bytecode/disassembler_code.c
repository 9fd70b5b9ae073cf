/* The code part of the disassembler: one line an instruction, operands in encoding order.
 *
 * Branch targets become labels `L` and the offset; a target that is not an instruction is `=` and the offset.  Bytes that
 * are not an instruction, and all behind them, are written as bytes. */
#include <inttypes.h>
#include <string.h>

#include "vm/bytecode/disassembler_internal.h"
#include "vm/bytecode/intrinsic.h"
#include "vm/bytecode/syscall.h"

enum { IS_INSTRUCTION = 1, IS_TARGET = 2 };

typedef struct CodeText {
    Disassembler *dis;
    const CorFunction *function;
    uint8_t *marks;   /* what is at each offset; code_size + 1 */
    uint32_t decoded; /* the offset behind the last instruction */
} CodeText;

/* ---- Labels ---- */

static void mark(CodeText *text, uint32_t offset) {
    if (offset <= text->function->code_size) {
        text->marks[offset] |= IS_TARGET;
    }
}

static void mark_targets(CodeText *text, const CorInstruction *at) {
    const char *letters = cor_opcode_info[at->opcode].operands;
    for (int i = 0; letters[i] != '\0'; i++) {
        if (letters[i] == 'L') {
            mark(text, at->operand[i]);
        } else if (letters[i] == 'T') {
            uint32_t position = at->list_offset;
            for (uint32_t j = 0; j < at->operand[i]; j++) {
                mark(text, cor_instruction_list_next(text->function->code, &position));
            }
        }
    }
}

static void mark_code(CodeText *text) {
    const CorFunction *function = text->function;
    CorInstruction at;
    uint32_t offset = 0;
    while (offset < function->code_size &&
           cor_instruction_decode(function->code, function->code_size, offset, &at)) {
        text->marks[offset] |= IS_INSTRUCTION;
        mark_targets(text, &at);
        offset = at.next;
    }
    text->decoded = offset;
    text->marks[offset] |= IS_INSTRUCTION;
    text->marks[function->code_size] |= IS_INSTRUCTION;
    for (uint32_t i = 0; i < function->handler_count; i++) {
        mark(text, function->handlers[i].start);
        mark(text, function->handlers[i].end);
        mark(text, function->handlers[i].target);
    }
}

static void put_label(CodeText *text, uint32_t offset) {
    bool is_label = offset <= text->function->code_size && (text->marks[offset] & IS_INSTRUCTION) != 0;
    dis_printf(text->dis, is_label ? "L%u" : "=%u", offset);
}

/* ---- Instructions ---- */

static void put_list(CodeText *text, char letter, const CorInstruction *at, uint32_t count) {
    uint32_t position = at->list_offset;
    dis_printf(text->dis, "[");
    for (uint32_t i = 0; i < count; i++) {
        uint32_t item = cor_instruction_list_next(text->function->code, &position);
        dis_printf(text->dis, i == 0 ? "" : ", ");
        if (letter == 'T') {
            put_label(text, item);
        } else {
            dis_printf(text->dis, "r%u", item);
        }
    }
    dis_printf(text->dis, "]");
}

static void put_path(CodeText *text, const CorInstruction *at, uint32_t count) {
    Disassembler *dis = text->dis;
    uint32_t position = at->list_offset;
    for (uint32_t i = 0; i < count; i++) {
        CorPathStep step = cor_instruction_path_next(text->function->code, &position);
        dis_printf(dis, i == 0 ? "" : ", ");
        switch (step.kind) {
        case COR_PATH_FIELD:
            dis_printf(dis, "field ");
            dis_symbol(dis, &dis->definitions, step.definition);
            dis_printf(dis, " %u", step.index);
            break;
        case COR_PATH_ELEMENT: dis_printf(dis, "element r%u", step.index); break;
        case COR_PATH_TUPLE: dis_printf(dis, "tuple %u", step.index); break;
        }
    }
}

static void put_name_or_number(Disassembler *dis, const char *name, uint32_t number) {
    if (name != NULL) {
        dis_printf(dis, "%s", name);
    } else {
        dis_printf(dis, "#%u", number);
    }
}

static void put_operand(CodeText *text, char letter, const CorInstruction *at, int index) {
    Disassembler *dis = text->dis;
    uint32_t value = at->operand[index];
    switch (letter) {
    case 'r':
        if (value == COR_NONE) {
            dis_printf(dis, "_");
            return;
        }
        dis_printf(dis, "r%u", value);
        return;
    case 'd':
    case 'a':
    case 'm': dis_printf(dis, "r%u", value); return;
    case 'i': dis_printf(dis, "%" PRId64, at->immediate); return;
    case 'k': dis_constant(dis, value); return;
    case 't': dis_type(dis, value); return;
    case 'f': dis_function_ref(dis, value); return;
    case 'g': dis_symbol(dis, &dis->globals, value); return;
    case 'D': dis_symbol(dis, &dis->definitions, value); return;
    case 's':
        put_name_or_number(dis, value < COR_SYSCALL_COUNT ? cor_syscall_info[value].name : NULL, value);
        return;
    case 'x':
        put_name_or_number(dis, value < COR_INTRINSIC_COUNT ? cor_intrinsic_info[value].name : NULL, value);
        return;
    case 'L': put_label(text, value); return;
    case 'A':
    case 'T': put_list(text, letter, at, value); return;
    case 'P': put_path(text, at, value); return;
    default: dis_printf(dis, "%u", value); return;
    }
}

static void put_instruction(CodeText *text, const CorInstruction *at) {
    const CorOpcodeInfo *info = &cor_opcode_info[at->opcode];
    dis_printf(text->dis, "  %s", info->mnemonic);
    for (int i = 0; info->operands[i] != '\0'; i++) {
        dis_printf(text->dis, i == 0 ? " " : ", ");
        put_operand(text, info->operands[i], at, i);
    }
    dis_printf(text->dis, "\n");
}

/* What stands before the code at an offset: its label, and its position when that changes there. */
static void put_marks(CodeText *text, uint32_t offset, uint32_t *line) {
    const CorFunction *function = text->function;
    if ((text->marks[offset] & IS_TARGET) != 0) {
        dis_printf(text->dis, " L%u:\n", offset);
    }
    while (*line < function->line_count && function->lines[*line].offset <= offset) {
        if (function->lines[*line].offset == offset) {
            dis_printf(text->dis, "  line %u:%u\n", function->lines[*line].line,
                       function->lines[*line].column);
        }
        ++*line;
    }
}

static void put_code(CodeText *text) {
    const CorFunction *function = text->function;
    uint32_t line = 0, offset = 0;
    for (CorInstruction at; offset < text->decoded; offset = at.next) {
        put_marks(text, offset, &line);
        cor_instruction_decode(function->code, function->code_size, offset, &at);
        put_instruction(text, &at);
    }
    for (; offset < function->code_size; offset++) {
        if (offset == text->decoded) {
            put_marks(text, offset, &line);
            dis_printf(text->dis, "  bytes");
        }
        dis_printf(text->dis, " %02x", function->code[offset]);
        if (offset + 1 == function->code_size) {
            dis_printf(text->dis, "\n");
        }
    }
    if ((text->marks[function->code_size] & IS_TARGET) != 0) {
        dis_printf(text->dis, " L%u:\n", function->code_size);
    }
}

static void put_handlers(CodeText *text) {
    for (uint32_t i = 0; i < text->function->handler_count; i++) {
        const CorHandler *handler = &text->function->handlers[i];
        dis_printf(text->dis, "  catch ");
        put_label(text, handler->start);
        dis_printf(text->dis, ", ");
        put_label(text, handler->end);
        dis_printf(text->dis, ", ");
        put_label(text, handler->target);
        dis_printf(text->dis, ", ");
        dis_type(text->dis, handler->type);
        dis_printf(text->dis, ", r%u\n", handler->reg);
    }
}

void dis_code(Disassembler *dis, const CorFunction *function) {
    CodeText text = {.dis = dis, .function = function};
    text.marks = cor_arena_allocate(dis->arena, (size_t)function->code_size + 1, 1);
    if (text.marks == NULL) {
        dis->failed = true;
        return;
    }
    for (uint32_t i = 0; i < function->capture_count; i++) {
        dis_printf(dis, "  capture ");
        dis_type(dis, function->captures[i]);
        dis_printf(dis, "\n");
    }
    for (uint32_t i = 0; i < function->register_count; i++) {
        dis_printf(dis, "  register ");
        dis_type(dis, function->registers[i]);
        if (function->register_names != NULL && function->register_names[i] != 0) {
            dis_printf(dis, " ");
            dis_string(dis, function->register_names[i]);
        }
        dis_printf(dis, "\n");
    }
    dis_printf(dis, "code\n");
    mark_code(&text);
    put_code(&text);
    put_handlers(&text);
}

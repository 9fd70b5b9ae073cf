/* Edits of modules that know what a module is: instructions, registers, tables.  Most of what they make is read by the
 * reader, and much of it is accepted by the verifier: registers are exchanged for others of their type, instructions
 * for others of their operands, copies and moves put where registers are known.
 *
 * A function's code is taken apart into instructions whose branches name instructions, edited, and put together. */
#include <string.h>

#include "tests/fuzz/mutate.h"
#include "vm/bytecode/arena.h"
#include "vm/bytecode/byte_buffer.h"
#include "vm/bytecode/leb128.h"
#include "vm/bytecode/reader.h"
#include "vm/bytecode/writer.h"

enum { MOST_INSTRUCTIONS = 5000, SPARE_INSTRUCTIONS = 16, ROUNDS = 8 };

typedef struct Instruction {
    CorOpcode opcode;
    uint32_t offset; /* in the code as it was, later as it is written */
    int64_t immediate;
    uint32_t operand[COR_MAX_OPERANDS]; /* a branch: the number of an instruction */
    uint32_t count;                     /* of the list */
    uint32_t *list;                     /* registers, numbers of instructions, or three numbers a step */
} Instruction;

typedef struct Body {
    CorArena *arena;
    const CorModule *module;
    CorFunction *function;
    Instruction *instructions;
    uint32_t count;
    CorHandler *handlers; /* with numbers of instructions */
    bool failed;
} Body;

static const char *letters_of(const Instruction *instruction) {
    return cor_opcode_info[instruction->opcode].operands;
}

/* ---- Taking apart ------------------------------------------------------------------------------ */

static uint32_t number_at(const Body *body, uint32_t offset) {
    for (uint32_t i = 0; i < body->count; i++)
        if (body->instructions[i].offset >= offset)
            return i;
    return body->count;
}

static void take_list(Body *body, Instruction *out, const CorInstruction *in, char letter, uint32_t count) {
    uint32_t position = in->list_offset;
    out->count = letter == 'P' ? 3 * count : count;
    out->list = cor_arena_allocate(body->arena, out->count + 1, sizeof *out->list);
    for (uint32_t i = 0; out->list && i < count; i++) {
        if (letter == 'P') {
            CorPathStep step = cor_instruction_path_next(body->function->code, &position);
            memcpy(out->list + 3 * i, (uint32_t[]){step.kind, step.definition, step.index},
                   3 * sizeof(uint32_t));
        } else {
            out->list[i] = cor_instruction_list_next(body->function->code, &position);
        }
    }
    body->failed |= !out->list;
}

static void take_instruction(Body *body, const CorInstruction *in) {
    Instruction *out = &body->instructions[body->count++];
    *out = (Instruction){.opcode = in->opcode, .offset = in->offset, .immediate = in->immediate};
    memcpy(out->operand, in->operand, sizeof out->operand);
    const char *letters = letters_of(out);
    for (uint32_t i = 0; letters[i]; i++)
        if (strchr("ATP", letters[i]))
            take_list(body, out, in, letters[i], in->operand[i]);
}

static void name_targets(Body *body) {
    for (uint32_t i = 0; i < body->count; i++) {
        Instruction *instruction = &body->instructions[i];
        const char *letters = letters_of(instruction);
        for (uint32_t k = 0; letters[k]; k++) {
            if (letters[k] == 'L')
                instruction->operand[k] = number_at(body, instruction->operand[k]);
            for (uint32_t n = 0; letters[k] == 'T' && n < instruction->count; n++)
                instruction->list[n] = number_at(body, instruction->list[n]);
        }
    }
    for (uint32_t i = 0; i < body->function->handler_count; i++) {
        CorHandler *handler = &body->handlers[i];
        handler->start = number_at(body, handler->start);
        handler->end = number_at(body, handler->end);
        handler->target = number_at(body, handler->target);
    }
}

static bool take_apart(Body *body) {
    CorFunction *function = body->function;
    CorInstruction in;
    uint32_t count = 0;
    for (uint32_t at = 0; at < function->code_size; at = in.next, count++)
        if (count == MOST_INSTRUCTIONS ||
            !cor_instruction_decode(function->code, function->code_size, at, &in))
            return false;
    body->instructions =
        cor_arena_allocate(body->arena, count + SPARE_INSTRUCTIONS, sizeof *body->instructions);
    body->handlers =
        cor_arena_copy(body->arena, function->handlers, function->handler_count, sizeof *body->handlers);
    if (count == 0 || !body->instructions || !body->handlers)
        return false;
    for (uint32_t at = 0; at < function->code_size && !body->failed; at = in.next) {
        cor_instruction_decode(function->code, function->code_size, at, &in);
        take_instruction(body, &in);
    }
    if (!body->failed)
        name_targets(body);
    return !body->failed;
}

/* ---- Putting together -------------------------------------------------------------------------- */

static uint32_t offset_of(const Body *body, uint32_t number, uint32_t end) {
    return number < body->count ? body->instructions[number].offset : end;
}

static void write_list(const Body *body, const Instruction *instruction, char letter, uint32_t end,
                       CorByteBuffer *out) {
    const uint32_t *list = instruction->list;
    cor_byte_buffer_add_number(out, letter == 'P' ? instruction->count / 3 : instruction->count);
    for (uint32_t i = 0; i < instruction->count; i++) {
        if (letter == 'P' && i % 3 == 1 && list[i - 1] != COR_PATH_FIELD)
            continue;
        cor_byte_buffer_add_number(out, letter == 'T' ? offset_of(body, list[i], end) : list[i]);
    }
}

static void write_instruction(const Body *body, const Instruction *instruction, uint32_t end,
                              CorByteBuffer *out) {
    const char *letters = letters_of(instruction);
    uint8_t opcode = (uint8_t)instruction->opcode;
    cor_byte_buffer_add(out, &opcode, 1);
    for (uint32_t i = 0; letters[i]; i++) {
        uint32_t operand = instruction->operand[i];
        if (strchr("ATP", letters[i]))
            write_list(body, instruction, letters[i], end, out);
        else if (letters[i] == 'i')
            cor_byte_buffer_add_signed(out, instruction->immediate);
        else
            cor_byte_buffer_add_number(out, letters[i] == 'L'   ? offset_of(body, operand, end)
                                            : letters[i] == 'r' ? (uint64_t)(operand + 1)
                                                                : operand);
    }
}

/* Offsets decide the length of branches, which decides offsets: a few rounds settle them. */
static void put_together(Body *body) {
    CorByteBuffer out = {0};
    uint32_t end = 0;
    for (int round = 0; round < ROUNDS; round++) {
        out.size = 0;
        for (uint32_t i = 0; i < body->count; i++) {
            uint32_t offset = (uint32_t)out.size;
            write_instruction(body, &body->instructions[i], end, &out);
            body->instructions[i].offset = offset;
        }
        end = (uint32_t)out.size;
    }
    for (uint32_t i = 0; i < body->function->handler_count; i++) {
        CorHandler *handler = &body->handlers[i];
        handler->start = offset_of(body, handler->start, end);
        handler->end = offset_of(body, handler->end, end);
        handler->target = offset_of(body, handler->target, end);
    }
    uint8_t *code = out.failed ? NULL : cor_arena_copy(body->arena, out.bytes, out.size, 1);
    cor_byte_buffer_free(&out);
    if (!code)
        return;
    body->function->code = code;
    body->function->code_size = end;
    body->function->handlers = body->handlers;
    body->function->line_count = 0; /* they name offsets that are gone */
}

/* ---- Editing code ------------------------------------------------------------------------------ */

/* A register of the type, or now and then any. */
static uint32_t other_register(Random *random, const Body *body, uint32_t reg) {
    uint32_t count = body->function->register_count, start = random_below(random, count);
    if (count == 0 || reg >= count || random_below(random, 12) == 0)
        return start;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t candidate = (start + i) % count;
        if (candidate != reg && body->function->registers[candidate] == body->function->registers[reg])
            return candidate;
    }
    return reg;
}

static int64_t other_immediate(Random *random, int64_t immediate) {
    static const int64_t values[] = {0,    1,   -1,    2,     7,         63,        64,        127,
                                     -128, 255, 32767, 65535, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    return random_below(random, 2) ? values[random_below(random, sizeof values / sizeof *values)]
                                   : (int64_t)((uint64_t)immediate + random_below(random, 5) - 2);
}

/* A constant of the type of the one that is there. */
static uint32_t other_constant(Random *random, const Body *body, uint32_t constant) {
    const CorModule *module = body->module;
    for (int attempt = 0; attempt < 8 && constant < module->constant_count; attempt++) {
        uint32_t candidate = random_below(random, module->constant_count);
        if (module->constants[candidate].type == module->constants[constant].type)
            return candidate;
    }
    return random_below(random, module->constant_count + 1);
}

static void edit_list(Random *random, const Body *body, Instruction *instruction, char letter) {
    if (instruction->count == 0)
        return;
    uint32_t at = random_below(random, instruction->count);
    if (letter == 'A')
        instruction->list[at] = other_register(random, body, instruction->list[at]);
    else if (letter == 'T')
        instruction->list[at] = random_below(random, body->count);
    else if (instruction->list[at - at % 3] == COR_PATH_ELEMENT)
        instruction->list[at - at % 3 + 2] = other_register(random, body, instruction->list[at - at % 3 + 2]);
    else if (random_below(random, 4))
        instruction->list[at - at % 3 + 2] = random_below(random, 4);
    else
        instruction->count -= instruction->count > 3 ? 3 : 0;
}

static void edit_operand(Random *random, const Body *body, Instruction *instruction) {
    const CorModule *module = body->module;
    const char *letters = letters_of(instruction);
    size_t length = strlen(letters);
    if (length == 0)
        return;
    size_t i = random_below(random, length);
    uint32_t *operand = &instruction->operand[i];
    switch (letters[i]) {
    case 'd':
    case 'a':
    case 'm': *operand = other_register(random, body, *operand); break;
    case 'r': *operand = random_below(random, 6) ? other_register(random, body, *operand) : COR_NONE; break;
    case 'i': instruction->immediate = other_immediate(random, instruction->immediate); break;
    case 'k': *operand = other_constant(random, body, *operand); break;
    case 't': *operand = random_below(random, module->type_count); break;
    case 'f': *operand = random_below(random, module->function_ref_count); break;
    case 'g': *operand = random_below(random, module->global_count); break;
    case 'D': *operand = random_below(random, module->definition_count); break;
    case 'n': *operand = random_below(random, 5); break;
    case 'L': *operand = random_below(random, body->count); break;
    case 'A':
    case 'T':
    case 'P': edit_list(random, body, instruction, letters[i]); break;
    default: *operand = random_below(random, 128); break;
    }
}

/* Another instruction with the same operands. */
static void edit_opcode(Random *random, Instruction *instruction) {
    uint32_t start = random_below(random, COR_OP_COUNT);
    for (uint32_t i = 0; i < COR_OP_COUNT; i++) {
        uint32_t candidate = (start + i) % COR_OP_COUNT;
        if (strcmp(cor_opcode_info[candidate].operands, letters_of(instruction)) == 0) {
            instruction->opcode = (CorOpcode)candidate;
            return;
        }
    }
}

static void shift(uint32_t *number, uint32_t at, int by) {
    if (*number > at || (by > 0 && *number == at))
        *number += (uint32_t)by;
}

/* Branches keep their targets when an instruction comes or goes. */
static void shift_targets(Body *body, uint32_t at, int by) {
    for (uint32_t i = 0; i < body->count; i++) {
        Instruction *instruction = &body->instructions[i];
        const char *letters = letters_of(instruction);
        for (uint32_t k = 0; letters[k]; k++) {
            if (letters[k] == 'L')
                shift(&instruction->operand[k], at, by);
            for (uint32_t n = 0; letters[k] == 'T' && n < instruction->count; n++)
                shift(&instruction->list[n], at, by);
        }
    }
    for (uint32_t i = 0; i < body->function->handler_count; i++) {
        shift(&body->handlers[i].start, at, by);
        shift(&body->handlers[i].end, at, by);
        shift(&body->handlers[i].target, at, by);
    }
}

static void delete_instruction(Body *body, uint32_t at) {
    if (body->count < 2)
        return;
    memmove(&body->instructions[at], &body->instructions[at + 1],
            (body->count - at - 1) * sizeof *body->instructions);
    body->count--;
    shift_targets(body, at, -1);
}

static void insert_instruction(Body *body, uint32_t at, Instruction new) {
    if (new.count) {
        new.list = cor_arena_copy(body->arena, new.list, new.count, sizeof *new.list);
        if (!new.list)
            return;
    }
    shift_targets(body, at, 1);
    memmove(&body->instructions[at + 1], &body->instructions[at],
            (body->count - at) * sizeof *body->instructions);
    body->instructions[at] = new;
    body->count++;
}

/* A copy of a register into another of its type: what the places of lowered code must keep apart. */
static void insert_move(Random *random, Body *body, uint32_t at) {
    uint32_t from = random_below(random, body->function->register_count);
    uint32_t to = other_register(random, body, from);
    if (body->function->register_count > 0)
        insert_instruction(body, at, (Instruction){.opcode = COR_OP_MOVE, .operand = {to, from}});
}

static void edit_handler(Random *random, Body *body) {
    if (body->function->handler_count == 0)
        return;
    CorHandler *handler = &body->handlers[random_below(random, body->function->handler_count)];
    uint32_t *const numbers[] = {&handler->start, &handler->end, &handler->target};
    uint32_t *number = numbers[random_below(random, 3)];
    *number = random_below(random, 3) ? *number + random_below(random, 5) - 2
                                      : random_below(random, body->count + 1);
    if (*number > body->count)
        *number = body->count;
}

static void edit_body(Random *random, Body *body) {
    uint32_t at = random_below(random, body->count), from = random_below(random, body->count);
    Instruction *instruction = &body->instructions[at];
    switch (random_below(random, 16)) {
    case 0:
    case 1: edit_opcode(random, instruction); break;
    case 2: delete_instruction(body, at); break;
    case 3:
    case 4: insert_instruction(body, at, body->instructions[from]); break;
    case 5: /* a copy with another operand */
        insert_instruction(body, at, body->instructions[from]);
        edit_operand(random, body, &body->instructions[at]);
        break;
    case 6:
    case 7:
    case 8: insert_move(random, body, at); break;
    case 9: /* with its neighbour */
        if (at + 1 < body->count) {
            Instruction next = instruction[1];
            instruction[1] = instruction[0];
            instruction[0] = next;
        }
        break;
    case 10: edit_handler(random, body); break;
    default: edit_operand(random, body, instruction); break;
    }
}

/* ---- Editing tables ---------------------------------------------------------------------------- */

/* What the reader made is not constant to its owner. */
#define WRITABLE(type, pointer) ((type *)(uintptr_t)(pointer))

static void edit_type_entry(Random *random, CorModule *module) {
    uint32_t at = random_below(random, module->type_count);
    const CorTypeEntry *type = &module->types[at];
    if (at > 0 && type->arg_count > 0)
        WRITABLE(uint32_t, type->args)[random_below(random, type->arg_count)] = random_below(random, at);
}

static void edit_definition(Random *random, CorModule *module) {
    if (module->definition_count == module->imported_definition_count)
        return;
    CorDefinition *definition = WRITABLE(
        CorDefinition, &module->definitions[module->definition_count - 1 -
                                            random_below(random, module->definition_count -
                                                                     module->imported_definition_count)]);
    const CorField *fields = definition->fields;
    uint32_t count = definition->field_count;
    if (definition->case_count > 0) {
        const CorCase *of = &definition->cases[random_below(random, definition->case_count)];
        fields = of->fields;
        count = of->field_count;
    }
    switch (random_below(random, 4)) {
    case 0: definition->flags ^= 1u << random_below(random, 3); break;
    case 1:
        if (definition->interface_count > 0)
            definition->interface_count--;
        break;
    default:
        if (count > 0) {
            CorField *field = WRITABLE(CorField, &fields[random_below(random, count)]);
            if (random_below(random, 3))
                field->type = random_below(random, module->type_count);
            else
                field->flags ^= 1u << random_below(random, 3);
        }
        break;
    }
}

static void edit_function(Random *random, CorModule *module, CorFunction *function) {
    switch (random_below(random, 6)) {
    case 0: function->flags ^= 1u << random_below(random, 18); break;
    case 1: function->result = random_below(random, module->type_count); break;
    case 2:
        if (function->parameter_count > 0)
            WRITABLE(CorParameter, function->parameters)
        [random_below(random, function->parameter_count)].type = random_below(random, module->type_count);
        break;
    case 3:
        if (function->capture_count > 0)
            WRITABLE(uint32_t, function->captures)
        [random_below(random, function->capture_count)] = random_below(random, module->type_count);
        break;
    default:
        if (function->register_count > 0)
            WRITABLE(uint32_t, function->registers)
        [random_below(random, function->register_count)] = random_below(random, module->type_count);
        break;
    }
}

static void edit_tables(Random *random, CorModule *module) {
    switch (random_below(random, 6)) {
    case 0: edit_type_entry(random, module); break;
    case 1:
    case 2: edit_definition(random, module); break;
    case 3:
        if (module->global_count > module->imported_global_count) {
            CorGlobal *global = WRITABLE(CorGlobal, &module->globals[module->global_count - 1]);
            global->type = random_below(random, module->type_count);
        }
        break;
    case 4:
        if (module->function_ref_count > 0) {
            const CorFunctionRef *ref =
                &module->function_refs[random_below(random, module->function_ref_count)];
            if (ref->arg_count > 0)
                WRITABLE(uint32_t, ref->args)
            [random_below(random, ref->arg_count)] = random_below(random, module->type_count);
            else WRITABLE(CorFunctionRef, ref)->function = random_below(random, module->function_count);
        }
        break;
    default:
        if (module->conformance_count > 0) {
            const CorConformance *of = &module->conformances[random_below(random, module->conformance_count)];
            if (of->method_count > 0)
                WRITABLE(uint32_t, of->methods)
            [random_below(random, of->method_count)] = random_below(random, module->function_count);
        }
        break;
    }
}

/* ---- Modules ----------------------------------------------------------------------------------- */

static CorFunction *random_function(Random *random, CorModule *module) {
    uint32_t own = module->function_count - module->imported_function_count;
    for (int attempt = 0; own > 0 && attempt < 8; attempt++) {
        const CorFunction *function =
            &module->functions[module->imported_function_count + random_below(random, own)];
        if (function->code_size > 0)
            return WRITABLE(CorFunction, function);
    }
    return NULL;
}

static void edit_module(Random *random, CorModule *module) {
    uint32_t what = random_below(random, 10);
    CorFunction *function = random_function(random, module);
    if (what == 0 || !function) {
        edit_tables(random, module);
        return;
    }
    if (what == 1) {
        edit_function(random, module, function);
        return;
    }
    Body body = {.arena = module->arena, .module = module, .function = function};
    if (!take_apart(&body))
        return;
    uint32_t edits = random_below(random, 3) ? 1 + random_below(random, 2) : 1 + random_below(random, 8);
    for (; edits > 0; edits--)
        edit_body(random, &body);
    put_together(&body);
}

bool mutate_module(Random *random, Input *input) {
    CorModule *module;
    CorByteBuffer out = {0};
    if (cor_module_read(input->bytes, input->size, &module, NULL) != COR_MODULE_OK)
        return false;
    if (module->type_count > 0)
        edit_module(random, module);
    bool written = cor_module_write(module, false, &out) == COR_MODULE_OK && out.size <= input->capacity;
    if (written) {
        memcpy(input->bytes, out.bytes, out.size);
        input->size = out.size;
    }
    cor_byte_buffer_free(&out);
    cor_module_free(module);
    return written;
}

/* Planning a body: decoding, basic blocks, loops and the weights that fuel is charged by, and who mentions which
 * register.  The places of the registers follow in lower_place.c. */
#include "vm/runtime/lower_internal.h"

#include <string.h>

/* ---- Decoding ---- */

static bool decode(LowerBody *body) {
    const CorFunction *portable = body->portable;
    Lowering *lowering = body->lowering;
    CorInstruction in;
    for (uint32_t offset = 0; offset < portable->code_size; offset = in.next, body->count++) {
        if (!cor_instruction_decode(portable->code, portable->code_size, offset, &in)) {
            cor_lower_fail_limit(lowering, "its code is malformed"); /* the verifier excludes it */
            return false;
        }
    }
    body->instructions = cor_lower_allocate(lowering, body->count, sizeof *body->instructions);
    body->index_at = cor_lower_allocate(lowering, (size_t)portable->code_size + 1, sizeof *body->index_at);
    if (body->instructions == NULL || body->index_at == NULL) {
        return false;
    }
    uint32_t index = 0;
    for (uint32_t offset = 0; offset < portable->code_size; offset = in.next, index++) {
        cor_instruction_decode(portable->code, portable->code_size, offset, &in);
        body->index_at[offset] = index;
        body->instructions[index] = (LowerInstruction){
            .in = in, .label = COR_NONE, .loop = COR_NONE, .loop_end = COR_NONE, .known_enum = COR_NONE};
    }
    body->index_at[portable->code_size] = body->count;
    return true;
}

/* ---- Code that nothing reaches ---- */

typedef void VisitTarget(LowerBody *body, uint32_t from, uint32_t offset, void *context);

static void visit_targets(LowerBody *body, uint32_t instruction, VisitTarget *visit, void *context) {
    const CorInstruction *in = &body->instructions[instruction].in;
    const char *letters = cor_opcode_info[in->opcode].operands;
    uint32_t position = in->list_offset;
    for (uint32_t j = 0; letters[j] != '\0'; j++) {
        if (letters[j] == 'L') {
            visit(body, instruction, in->operand[j], context);
        }
        for (uint32_t k = 0; letters[j] == 'T' && k < in->operand[j]; k++) {
            visit(body, instruction, cor_instruction_list_next(body->portable->code, &position), context);
        }
    }
}

typedef struct Reached {
    bool *at;            /* by instruction */
    uint32_t *before;    /* how many there are before an instruction; only with handlers */
    uint32_t *by_target; /* by instruction: the handlers that lead there, linked by next; COR_NONE */
    uint32_t *next;
} Reached;

static void reach(LowerBody *body, uint32_t from, uint32_t offset, void *context) {
    (void)from;
    ((Reached *)context)->at[body->index_at[offset]] = true;
}

static bool link_handlers(LowerBody *body, Reached *reached) {
    uint32_t handlers = body->portable->handler_count;
    reached->before = cor_lower_allocate(body->lowering, (size_t)body->count + 1, sizeof *reached->before);
    reached->by_target =
        cor_lower_allocate(body->lowering, (size_t)body->count + 1, sizeof *reached->by_target);
    reached->next = cor_lower_allocate(body->lowering, handlers, sizeof *reached->next);
    if (reached->before == NULL || reached->by_target == NULL || reached->next == NULL) {
        return false;
    }
    memset(reached->by_target, 0xFF, ((size_t)body->count + 1) * sizeof *reached->by_target);
    for (uint32_t i = 0; i < handlers; i++) {
        uint32_t *head = &reached->by_target[body->index_at[body->portable->handlers[i].target]];
        reached->next[i] = *head;
        *head = i;
    }
    return true;
}

/* A handler is reached by an instruction of its range, which ends before it. */
static void reach_from_ranges(LowerBody *body, Reached *reached, uint32_t index) {
    reached->before[index + 1] = reached->before[index];
    for (uint32_t i = reached->by_target[index]; i != COR_NONE; i = reached->next[i]) {
        const CorHandler *handler = &body->portable->handlers[i];
        reached->at[index] |=
            reached->before[body->index_at[handler->end]] > reached->before[body->index_at[handler->start]];
    }
    reached->before[index + 1] += reached->at[index];
}

/* What nothing reaches becomes traps, which mention no register: the verifier does not ask there that registers are
 * assigned before they are read, on which places rely. */
static bool drop_unreachable(LowerBody *body) {
    Reached reached = {.at = cor_lower_allocate(body->lowering, (size_t)body->count + 1, sizeof *reached.at)};
    bool with_handlers = body->portable->handler_count != 0;
    if (reached.at == NULL || (with_handlers && !link_handlers(body, &reached))) {
        return false;
    }
    reached.at[0] = true;
    for (uint32_t i = 0; i < body->count; i++) {
        if (with_handlers) {
            reach_from_ranges(body, &reached, i);
        }
        if (!reached.at[i]) {
            body->instructions[i].in.opcode = COR_OP_TRAP;
            continue;
        }
        reached.at[i + 1] |= (cor_opcode_info[body->instructions[i].in.opcode].effects & EFFECT_E) == 0;
        visit_targets(body, i, reach, &reached);
    }
    return true;
}

/* ---- Mentions of one instruction ---- */

uint32_t cor_instruction_registers(const LowerBody *body, uint32_t instruction, uint32_t *list) {
    const CorInstruction *in = &body->instructions[instruction].in;
    const char *letters = cor_opcode_info[in->opcode].operands;
    const char *found = strchr(letters, 'A');
    uint32_t count = found == NULL ? 0 : in->operand[found - letters];
    uint32_t position = in->list_offset;
    for (uint32_t i = 0; list != NULL && i < count; i++) {
        list[i] = cor_instruction_list_next(body->portable->code, &position);
    }
    return count;
}

/* A store into an object leaves the register that refers to it as it is. */
static bool changes_register(const LowerBody *body, const CorInstruction *in) {
    const CorType *type = body->registers[in->operand[0]].type;
    return in->opcode != COR_OP_STORE || type->kind == COR_KIND_STRUCT || type->kind == COR_KIND_TUPLE;
}

void cor_visit_registers(LowerBody *body, uint32_t instruction, LowerVisit *visit, void *context) {
    const CorInstruction *in = &body->instructions[instruction].in;
    const char *letters = cor_opcode_info[in->opcode].operands;
    uint32_t position = in->list_offset;
    for (uint32_t i = 0; letters[i] != '\0'; i++) {
        uint32_t operand = in->operand[i];
        switch (letters[i]) {
        case 'd': visit(body, instruction, operand, true, false, context); break;
        case 'r':
            if (operand != COR_NONE) {
                visit(body, instruction, operand, true, false, context);
            }
            break;
        case 'a': visit(body, instruction, operand, false, true, context); break;
        case 'm': visit(body, instruction, operand, changes_register(body, in), true, context); break;
        case 'A':
            for (uint32_t j = 0; j < operand; j++) {
                uint32_t reg = cor_instruction_list_next(body->portable->code, &position);
                visit(body, instruction, reg, false, true, context);
            }
            break;
        case 'P':
            for (uint32_t j = 0; j < operand; j++) {
                CorPathStep step = cor_instruction_path_next(body->portable->code, &position);
                if (step.kind == COR_PATH_ELEMENT) {
                    visit(body, instruction, step.index, false, true, context);
                }
            }
            break;
        default: break;
        }
    }
    if (body->instructions[instruction].fold.kind != LOWER_FOLD_NONE) {
        cor_visit_folded(body, instruction, visit, context);
    }
}

/* ---- Blocks and loops ---- */

static void note_target(LowerBody *body, uint32_t from, uint32_t offset, void *context) {
    (void)context;
    uint32_t index = body->index_at[offset];
    LowerInstruction *target = &body->instructions[index];
    if (target->label == COR_NONE) {
        target->label = cor_label_new(body->lowering);
    }
    target->references++;
    if (index <= from && (target->loop_end == COR_NONE || target->loop_end < from)) {
        target->loop_end = from;
    }
}

static void find_targets(LowerBody *body) {
    for (uint32_t i = 0; i < body->count; i++) {
        visit_targets(body, i, note_target, NULL);
    }
    for (uint32_t i = 0; i < body->portable->handler_count; i++) {
        note_target(body, 0, body->portable->handlers[i].target, NULL);
        body->instructions[body->index_at[body->portable->handlers[i].target]].references++;
    }
}

static bool ends_block(const LowerInstruction *instruction) {
    return (cor_opcode_info[instruction->in.opcode].effects & (EFFECT_E | EFFECT_B)) != 0;
}

static void number_blocks(LowerBody *body) {
    uint32_t block = 0;
    for (uint32_t i = 0; i < body->count; i++) {
        LowerInstruction *instruction = &body->instructions[i];
        if (i != 0 && (instruction->label != COR_NONE || instruction->in.opcode == COR_OP_LOOP ||
                       ends_block(&body->instructions[i - 1]))) {
            block++;
        }
        instruction->block = block;
    }
}

/* Blocks that end by raising an error are cold: nothing is inlined into them. */
static void find_cold_blocks(LowerBody *body) {
    bool is_cold = false;
    for (uint32_t i = body->count; i-- > 0;) {
        LowerInstruction *instruction = &body->instructions[i];
        if (i + 1 == body->count || instruction->block != body->instructions[i + 1].block) {
            is_cold = instruction->in.opcode == COR_OP_THROW || instruction->in.opcode == COR_OP_TRAP;
        }
        instruction->is_cold = is_cold;
    }
}

/* The innermost loop of every instruction, and what a round of each loop and a pass through the rest weigh: one for
 * each instruction that belongs to no loop further in. */
static void find_loops(LowerBody *body) {
    uint32_t innermost = COR_NONE;
    for (uint32_t i = 0; i < body->count; i++) {
        LowerInstruction *instruction = &body->instructions[i];
        while (innermost != COR_NONE && body->instructions[innermost].loop_end < i) {
            innermost = body->instructions[innermost].loop;
        }
        if (instruction->in.opcode == COR_OP_LOOP && instruction->loop_end != COR_NONE) {
            instruction->loop = innermost;
            innermost = i;
        }
        if (innermost == COR_NONE) {
            body->lowering->weight += body->caller == NULL;
            continue;
        }
        body->instructions[innermost].weight++;
        if (i != innermost) {
            instruction->loop = innermost;
        }
    }
    for (uint32_t i = 0; i < body->count; i++) {
        LowerInstruction *instruction = &body->instructions[i];
        uint32_t around = instruction->loop;
        instruction->loop_depth = (around != COR_NONE ? body->instructions[around].loop_depth : 0) +
                                  (instruction->loop_end != COR_NONE);
    }
}

/* A switch on the tag just taken from an enum tells which case its targets have, when nothing else leads there. */
static void note_known_cases(LowerBody *body) {
    for (uint32_t i = 1; i < body->count; i++) {
        const CorInstruction *in = &body->instructions[i].in;
        const CorInstruction *tag = &body->instructions[i - 1].in;
        if (in->opcode != COR_OP_SWITCH || tag->opcode != COR_OP_TAG || tag->operand[0] != in->operand[0]) {
            continue;
        }
        uint32_t position = in->list_offset;
        for (uint32_t k = 0; k < in->operand[1]; k++) {
            uint32_t index = body->index_at[cor_instruction_list_next(body->portable->code, &position)];
            LowerInstruction *target = &body->instructions[index];
            bool falls_in =
                (cor_opcode_info[body->instructions[index - 1].in.opcode].effects & EFFECT_E) == 0;
            if (target->references == 1 && !falls_in && body->registers[tag->operand[1]].definitions == 1) {
                target->known_enum = tag->operand[1];
                target->known_case = k;
            }
        }
    }
}

/* ---- Mentions ---- */

static void count_mention(LowerBody *body, uint32_t instruction, uint32_t reg, bool defines, bool uses,
                          void *context) {
    (void)context;
    LowerRegister *info = &body->registers[reg];
    uint32_t block = body->instructions[instruction].block;
    if (info->first == COR_NONE) {
        info->first = instruction;
        info->block = block;
    } else if (info->block != block) {
        info->is_local = false;
    }
    info->last = instruction;
    if (defines) {
        info->definitions++;
        info->definition = instruction;
    }
    if (uses) {
        info->uses++;
        info->use = instruction;
    }
}

/* A parameter that an inlined function does not assign is the argument. */
static void place_parameter(LowerBody *body, uint32_t reg) {
    LowerRegister *parameter = &body->registers[reg];
    const LowerArgument *argument = &body->arguments[reg];
    if (parameter->definitions != 1) {
        return;
    }
    parameter->place = argument->is_constant ? LOWER_CONSTANT : LOWER_PLACED;
    parameter->slot = argument->slot;
    parameter->bits = argument->bits;
}

static bool prepare_registers(LowerBody *body) {
    const CorFunction *portable = body->portable;
    body->registers = cor_lower_allocate(body->lowering, portable->register_count, sizeof *body->registers);
    if (body->registers == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < portable->register_count; i++) {
        const CorType *type = cor_body_type(body, portable->registers[i]);
        if (type == NULL) {
            return false;
        }
        bool is_parameter = i < portable->parameter_count;
        body->registers[i] = (LowerRegister){
            .type = type, .first = COR_NONE, .is_local = !is_parameter, .definitions = is_parameter};
    }
    for (uint32_t i = 0; i < body->count; i++) {
        cor_visit_registers(body, i, count_mention, NULL);
    }
    for (uint32_t i = 0; body->arguments != NULL && i < portable->parameter_count; i++) {
        place_parameter(body, i);
    }
    for (uint32_t i = 0; i < portable->handler_count; i++) {
        LowerRegister *caught = &body->registers[portable->handlers[i].reg];
        caught->definitions += 2; /* never a view, nor the base of one */
        caught->is_local = false;
    }
    return true;
}

/* ---- All ---- */

static bool plan_calls(LowerBody *body) {
    for (uint32_t i = 0; i < body->count; i++) {
        if (!cor_plan_call(body, i)) {
            return false;
        }
    }
    return true;
}

bool cor_plan(LowerBody *body) {
    if (!decode(body) || !drop_unreachable(body)) {
        return false;
    }
    find_targets(body);
    if (body->lowering->failed) {
        return false;
    }
    number_blocks(body);
    find_cold_blocks(body);
    find_loops(body);
    if (!prepare_registers(body) || !plan_calls(body)) {
        return false;
    }
    note_known_cases(body);
    cor_place_registers(body);
    return !body->lowering->failed;
}

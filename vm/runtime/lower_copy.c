/* Copies that need no move: a variable is copied to keep what it holds now, and in the rest of the copy's life, within
 * the block, nobody assigns it.  Then the copy is a view of the variable.
 *
 *   j' := j; a[j'] := v; j := j + 1       the store uses j itself
 *
 * (Registers that are defined once are views of each other by place_view of lower_plan.c already.)  This runs when
 * folding has settled where everything is computed; what places registers later must count a mention of a view as one
 * of the variable. */
#include "vm/runtime/lower_internal.h"

typedef struct CopyScan {
    uint32_t copy, variable;
    uint32_t last_use;   /* the last instruction so far that mentions the copy */
    uint32_t assignment; /* the first one that defines the variable */
} CopyScan;

static void note_mention(LowerBody *body, uint32_t instruction, uint32_t reg, bool defines, bool uses,
                         void *context) {
    (void)body, (void)uses;
    CopyScan *scan = context;
    if (reg == scan->copy) {
        scan->last_use = instruction;
    }
    if (reg == scan->variable && defines && scan->assignment == COR_NONE) {
        scan->assignment = instruction;
    }
}

/* Whether an operation of one slot reads its operands before it writes its result. */
static bool reads_first(CorOpcode opcode) {
    return (opcode >= COR_OP_ADD && opcode <= COR_OP_NOT) || opcode == COR_OP_MOVE;
}

/* Whether other registers look into this one: their lives would count, too. */
static bool has_views(const LowerBody *body, uint32_t reg) {
    for (uint32_t i = 0; i < body->portable->register_count; i++) {
        if (body->registers[i].place == LOWER_INTO && body->registers[i].base == reg) {
            return true;
        }
    }
    return false;
}

static bool can_be_view(LowerBody *body, uint32_t index) {
    const CorInstruction *in = &body->instructions[index].in;
    const LowerRegister *copy = &body->registers[in->operand[0]], *of = &body->registers[in->operand[1]];
    if (in->operand[0] == in->operand[1] || copy->definitions != 1 || copy->place != LOWER_OWN ||
        !copy->is_local || in->operand[0] < body->portable->parameter_count || of->place != LOWER_OWN ||
        of->definitions == 1 || copy->type->slots != 1 || has_views(body, in->operand[0])) {
        return false;
    }
    CopyScan scan = {in->operand[0], in->operand[1], index, COR_NONE};
    uint32_t block = body->instructions[index].block;
    for (uint32_t i = index + 1; i < body->count && body->instructions[i].block == block; i++) {
        cor_visit_registers(body, i, note_mention, &scan);
    }
    if (scan.assignment == COR_NONE || scan.assignment > scan.last_use) {
        return true;
    }
    const LowerInstruction *last = &body->instructions[scan.assignment];
    return scan.assignment == scan.last_use && last->fold.kind == LOWER_FOLD_NONE &&
           reads_first(last->in.opcode);
}

void cor_place_copies(LowerBody *body) {
    for (uint32_t i = 0; i < body->count; i++) {
        LowerInstruction *instruction = &body->instructions[i];
        if (instruction->in.opcode != COR_OP_MOVE || instruction->skip ||
            instruction->fold.kind != LOWER_FOLD_NONE || !can_be_view(body, i)) {
            continue;
        }
        LowerRegister *copy = &body->registers[instruction->in.operand[0]];
        copy->place = LOWER_INTO;
        copy->base = instruction->in.operand[1];
        copy->offset = 0;
        instruction->skip = true;
    }
}

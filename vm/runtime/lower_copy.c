/* Copies that need no move: a variable, or a part of one, is copied to keep what it holds now, and in the rest of the
 * copy's life, within the block, nobody assigns it.  Then the copy is a view of the variable.
 *
 *   j' := j; a[j'] := v; j := j + 1       the store uses j itself
 *   x := p.x; y := x + 1; p.x := y        p.x := p.x + 1
 *
 * (Registers that are defined once are views of each other by place_view of lower_place.c already.)  What moves
 * instructions or places registers later must count a mention of a view as one of the variable. */
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

/* A move, or the load of a field of a struct or tuple in a register. */
static bool is_copy(const LowerBody *body, const CorInstruction *in) {
    if (in->opcode == COR_OP_LOAD) {
        CorKind kind = (CorKind)body->registers[in->operand[1]].type->kind;
        return kind == COR_KIND_STRUCT || kind == COR_KIND_TUPLE;
    }
    return in->opcode == COR_OP_MOVE;
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
    return scan.assignment == scan.last_use &&
           reads_first((CorOpcode)body->instructions[scan.assignment].in.opcode);
}

void cor_place_copies(LowerBody *body) {
    for (uint32_t i = 0; i < body->count; i++) {
        LowerInstruction *instruction = &body->instructions[i];
        const CorInstruction *in = &instruction->in;
        if (instruction->skip || !is_copy(body, in) || !can_be_view(body, i)) {
            continue;
        }
        LowerRegister *copy = &body->registers[in->operand[0]];
        copy->place = LOWER_INTO;
        copy->base = in->operand[1];
        copy->offset =
            in->opcode == COR_OP_LOAD ? cor_path_slot(body, in, body->registers[copy->base].type) : 0;
        instruction->skip = true;
    }
}

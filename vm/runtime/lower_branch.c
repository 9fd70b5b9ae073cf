/* Lowering of branches, loops and switches.
 *
 * A comparison becomes a relation between two slots or a slot and an immediate, of one of four operand classes; each
 * class has the branch operations it needs, and the rest follows by exchanging operands or inverting.  A branch that
 * goes back charges the loop's weight.  A jump back to a loop head that starts with the loop's test is lowered as that
 * test inverted, so that a round takes one branch. */
#include "vm/runtime/lower_internal.h"

typedef enum Relation {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_EQUAL,
    GREATER,
    GREATER_EQUAL,
    NOT_LESS,
    NOT_LESS_EQUAL
} Relation;

typedef enum OperandClass { SIGNED, UNSIGNED, DOUBLE, SINGLE } OperandClass;

typedef struct Condition {
    Relation relation;
    OperandClass operands;
    bool immediate; /* b is a 16-bit immediate */
    uint32_t a, b;  /* slots */
} Condition;

enum { RELATIONS = NOT_LESS_EQUAL + 1 };

/* Operations by relation; NOP where there is none. */
static const CorLowered branch_on_slots[][RELATIONS] = {
    [SIGNED] = {[EQUAL] = COR_LOWERED_BR_EQ_I64,
                [NOT_EQUAL] = COR_LOWERED_BR_NE_I64,
                [LESS] = COR_LOWERED_BR_LT_I64,
                [LESS_EQUAL] = COR_LOWERED_BR_LE_I64},
    [UNSIGNED] = {[EQUAL] = COR_LOWERED_BR_EQ_I64,
                  [NOT_EQUAL] = COR_LOWERED_BR_NE_I64,
                  [LESS] = COR_LOWERED_BR_LT_U64,
                  [LESS_EQUAL] = COR_LOWERED_BR_LE_U64},
    [DOUBLE] = {[EQUAL] = COR_LOWERED_BR_EQ_F64,
                [NOT_EQUAL] = COR_LOWERED_BR_NE_F64,
                [LESS] = COR_LOWERED_BR_LT_F64,
                [LESS_EQUAL] = COR_LOWERED_BR_LE_F64,
                [NOT_LESS] = COR_LOWERED_BR_NOT_LT_F64,
                [NOT_LESS_EQUAL] = COR_LOWERED_BR_NOT_LE_F64},
    [SINGLE] = {[EQUAL] = COR_LOWERED_BR_EQ_F32,
                [NOT_EQUAL] = COR_LOWERED_BR_NE_F32,
                [LESS] = COR_LOWERED_BR_LT_F32,
                [LESS_EQUAL] = COR_LOWERED_BR_LE_F32,
                [NOT_LESS] = COR_LOWERED_BR_NOT_LT_F32,
                [NOT_LESS_EQUAL] = COR_LOWERED_BR_NOT_LE_F32},
};

static const CorLowered branch_on_immediate[RELATIONS] = {
    [EQUAL] = COR_LOWERED_BR_EQ_I64_IMM,   [NOT_EQUAL] = COR_LOWERED_BR_NE_I64_IMM,
    [LESS] = COR_LOWERED_BR_LT_I64_IMM,    [LESS_EQUAL] = COR_LOWERED_BR_LE_I64_IMM,
    [GREATER] = COR_LOWERED_BR_GT_I64_IMM, [GREATER_EQUAL] = COR_LOWERED_BR_GE_I64_IMM,
};

static const CorLowered loop_on_slots[][RELATIONS] = {
    [SIGNED] = {[EQUAL] = COR_LOWERED_LOOP_EQ_I64,
                [NOT_EQUAL] = COR_LOWERED_LOOP_NE_I64,
                [LESS] = COR_LOWERED_LOOP_LT_I64,
                [LESS_EQUAL] = COR_LOWERED_LOOP_LE_I64},
    [UNSIGNED] = {[EQUAL] = COR_LOWERED_LOOP_EQ_I64, [NOT_EQUAL] = COR_LOWERED_LOOP_NE_I64},
    [DOUBLE] = {[LESS] = COR_LOWERED_LOOP_LT_F64, [LESS_EQUAL] = COR_LOWERED_LOOP_LE_F64},
    [SINGLE] = {COR_LOWERED_NOP},
};

static const CorLowered loop_on_immediate[RELATIONS] = {
    [EQUAL] = COR_LOWERED_LOOP_EQ_I64_IMM,   [NOT_EQUAL] = COR_LOWERED_LOOP_NE_I64_IMM,
    [LESS] = COR_LOWERED_LOOP_LT_I64_IMM,    [LESS_EQUAL] = COR_LOWERED_LOOP_LE_I64_IMM,
    [GREATER] = COR_LOWERED_LOOP_GT_I64_IMM, [GREATER_EQUAL] = COR_LOWERED_LOOP_GE_I64_IMM,
};

/* ---- Conditions ---- */

/* The relation of b to a. */
static Relation mirrored(Relation relation) {
    static const Relation relations[RELATIONS] = {EQUAL, NOT_EQUAL,  GREATER,  GREATER_EQUAL,
                                                  LESS,  LESS_EQUAL, NOT_LESS, NOT_LESS_EQUAL};
    return relations[relation];
}

/* The form that has an operation: slots know no greater, integers no "not less". */
static void normalise(Condition *condition) {
    bool is_integer = condition->operands <= UNSIGNED;
    if (is_integer && condition->relation == NOT_LESS) {
        condition->relation = GREATER_EQUAL;
    } else if (is_integer && condition->relation == NOT_LESS_EQUAL) {
        condition->relation = GREATER;
    }
    if (!condition->immediate && (condition->relation == GREATER || condition->relation == GREATER_EQUAL)) {
        uint32_t swap = condition->a;
        condition->a = condition->b;
        condition->b = swap;
        condition->relation = mirrored(condition->relation);
    }
}

static Condition inverse(Condition condition) {
    static const Relation integers[RELATIONS] = {NOT_EQUAL,  EQUAL, GREATER_EQUAL, GREATER,
                                                 LESS_EQUAL, LESS,  LESS,          LESS_EQUAL};
    static const Relation floats[RELATIONS] = {NOT_EQUAL,      EQUAL,    NOT_LESS, NOT_LESS_EQUAL,
                                               NOT_LESS_EQUAL, NOT_LESS, LESS,     LESS_EQUAL};
    condition.relation = (condition.operands <= UNSIGNED ? integers : floats)[condition.relation];
    normalise(&condition);
    return condition;
}

static OperandClass class_of(const CorType *type) {
    switch (type->kind) {
    case COR_KIND_F64: return DOUBLE;
    case COR_KIND_F32: return SINGLE;
    case COR_KIND_U64: return UNSIGNED;
    default: return SIGNED;
    }
}

/* The comparison whose result, computed just before and used here only, a branch tests: the branch compares itself. */
static bool take_comparison(LowerBody *body, uint32_t reg, Condition *condition) {
    static const struct {
        Relation relation;
        OperandClass operands;
        bool is_comparison, immediate;
    } rows[COR_LOWERED_COUNT] = {
        [COR_LOWERED_EQ_I64] = {EQUAL, SIGNED, true, false},
        [COR_LOWERED_NE_I64] = {NOT_EQUAL, SIGNED, true, false},
        [COR_LOWERED_LT_I64] = {LESS, SIGNED, true, false},
        [COR_LOWERED_LE_I64] = {LESS_EQUAL, SIGNED, true, false},
        [COR_LOWERED_LT_U64] = {LESS, UNSIGNED, true, false},
        [COR_LOWERED_LE_U64] = {LESS_EQUAL, UNSIGNED, true, false},
        [COR_LOWERED_EQ_I64_IMM] = {EQUAL, SIGNED, true, true},
        [COR_LOWERED_NE_I64_IMM] = {NOT_EQUAL, SIGNED, true, true},
        [COR_LOWERED_LT_I64_IMM] = {LESS, SIGNED, true, true},
        [COR_LOWERED_LE_I64_IMM] = {LESS_EQUAL, SIGNED, true, true},
        [COR_LOWERED_GT_I64_IMM] = {GREATER, SIGNED, true, true},
        [COR_LOWERED_GE_I64_IMM] = {GREATER_EQUAL, SIGNED, true, true},
        [COR_LOWERED_EQ_F64] = {EQUAL, DOUBLE, true, false},
        [COR_LOWERED_NE_F64] = {NOT_EQUAL, DOUBLE, true, false},
        [COR_LOWERED_LT_F64] = {LESS, DOUBLE, true, false},
        [COR_LOWERED_LE_F64] = {LESS_EQUAL, DOUBLE, true, false},
    };
    const LowerRegister *info = &body->registers[reg];
    Lowering *lowering = body->lowering;
    CorWord word;
    if (lowering->engine->options.plain_lowering || info->place != LOWER_OWN || info->definitions != 1 ||
        info->uses != 1 || reg < body->portable->parameter_count ||
        body->instructions[body->current].label != COR_NONE || lowering->code_count == 0 ||
        !rows[lowering->code[lowering->last_instruction].op].is_comparison ||
        !cor_take_back(lowering, cor_read(body, reg), &word)) {
        return false;
    }
    *condition =
        (Condition){rows[word.op].relation, rows[word.op].operands, rows[word.op].immediate, word.b, word.c};
    return true;
}

/* What a test branches on; false for tests of other kinds. */
static bool read_condition(LowerBody *body, const CorInstruction *in, Condition *condition) {
    static const Relation relations[] = {EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, NOT_LESS, NOT_LESS_EQUAL};
    uint32_t a = in->operand[0], b = in->operand[1];
    int64_t value;
    *condition = (Condition){.relation = NOT_EQUAL, .immediate = true};
    switch (in->opcode) {
    case COR_OP_BR_TRUE:
    case COR_OP_BR_FALSE:
        if (take_comparison(body, a, condition)) {
            if (in->opcode == COR_OP_BR_FALSE) {
                *condition = inverse(*condition);
            }
            return true;
        }
        __attribute__((fallthrough));
    case COR_OP_BR_NULL:
        condition->relation = in->opcode == COR_OP_BR_TRUE ? NOT_EQUAL : EQUAL;
        condition->a = cor_read(body, a);
        return true;
    case COR_OP_BR_NONE:
        condition->relation = EQUAL;
        condition->a = cor_read(body, b);
        return true;
    case COR_OP_BR_EQ:
    case COR_OP_BR_NE:
    case COR_OP_BR_LT:
    case COR_OP_BR_LE:
    case COR_OP_BR_NOT_LT:
    case COR_OP_BR_NOT_LE: break;
    default: return false;
    }
    condition->relation = relations[in->opcode - COR_OP_BR_EQ];
    condition->operands = class_of(body->registers[a].type);
    bool may_be_immediate = condition->operands == SIGNED ||
                            (condition->operands == UNSIGNED && condition->relation <= NOT_EQUAL);
    if (may_be_immediate && cor_small_constant(body, b, &value)) {
        condition->a = cor_read(body, a);
        condition->b = (uint16_t)value;
    } else if (may_be_immediate && cor_small_constant(body, a, &value)) {
        condition->a = cor_read(body, b);
        condition->b = (uint16_t)value;
        normalise(condition); /* an integer's "not less" has no mirror image */
        condition->relation = mirrored(condition->relation);
    } else {
        condition->immediate = false;
        condition->a = cor_read(body, a);
        condition->b = cor_read(body, b);
    }
    normalise(condition);
    return true;
}

static bool is_zero_test(const Condition *condition) {
    return condition->immediate && condition->b == 0 && condition->relation <= NOT_EQUAL;
}

static void emit_forward(Lowering *lowering, Condition condition, LowerLabel label) {
    if (is_zero_test(&condition)) {
        bool is_equal = condition.relation == EQUAL;
        cor_emit_branch(lowering, is_equal ? COR_LOWERED_BR_FALSE : COR_LOWERED_BR_TRUE, condition.a, label);
        return;
    }
    Condition other = inverse(condition);
    const CorLowered *row = condition.immediate ? branch_on_immediate : branch_on_slots[condition.operands];
    if (other.a == condition.a) {
        cor_emit_compare_branch(lowering, row[condition.relation], row[other.relation], condition.a,
                                condition.b, label);
    } else if (!lowering->long_branches) {
        cor_emit_compare_branch(lowering, row[condition.relation], COR_LOWERED_NOP, condition.a, condition.b,
                                label);
    } else { /* the inverse has its operands exchanged */
        cor_emit(lowering, row[other.relation], other.a, other.b, 2);
        cor_emit_jump(lowering, label);
    }
}

static void emit_back(Lowering *lowering, Condition condition, LowerLabel label, uint32_t weight) {
    CorLowered op = condition.immediate ? loop_on_immediate[condition.relation]
                                        : loop_on_slots[condition.operands][condition.relation];
    if (is_zero_test(&condition)) {
        op = condition.relation == EQUAL ? COR_LOWERED_LOOP_FALSE : COR_LOWERED_LOOP_TRUE;
    }
    if (op != COR_LOWERED_NOP) {
        cor_emit(lowering, op, condition.a,
                 op == COR_LOWERED_LOOP_FALSE || op == COR_LOWERED_LOOP_TRUE ? 0 : condition.b, 0);
        cor_emit_edge(lowering, label, weight);
        return;
    }
    LowerLabel over = cor_label_new(lowering);
    emit_forward(lowering, inverse(condition), over);
    cor_emit(lowering, COR_LOWERED_LOOP_JUMP, 0, 0, 0);
    cor_emit_edge(lowering, label, weight);
    cor_label_bind(lowering, over);
}

/* ---- Branches ---- */

static uint32_t target_index(const LowerBody *body, const CorInstruction *in) {
    const char *letters = cor_opcode_info[in->opcode].operands;
    uint32_t last = 0;
    while (letters[last + 1] != '\0') {
        last++;
    }
    return body->index_at[in->operand[last]];
}

/* A comparison of two constants, as inlined functions have them: whether it branches. */
static bool is_decided(const LowerBody *body, const CorInstruction *in, bool *taken) {
    int64_t a, b;
    if (in->opcode < COR_OP_BR_EQ || in->opcode > COR_OP_BR_NOT_LE ||
        !cor_constant(body, in->operand[0], &a) || !cor_constant(body, in->operand[1], &b) ||
        class_of(body->registers[in->operand[0]].type) != SIGNED) {
        return false;
    }
    const bool outcomes[] = {a == b, a != b, a<b, a <= b, a >= b, a> b}; /* from BR_EQ on */
    *taken = outcomes[in->opcode - COR_OP_BR_EQ];
    return true;
}

static void conditional(LowerBody *body, const CorInstruction *in) {
    Condition condition;
    bool taken = false;
    uint32_t target = target_index(body, in);
    LowerInstruction *to = &body->instructions[target];
    if (target > body->current && is_decided(body, in, &taken)) {
        if (taken) {
            cor_emit_jump(body->lowering, to->label);
        }
    } else {
        read_condition(body, in, &condition);
        if (target <= body->current) {
            emit_back(body->lowering, condition, to->label, to->weight);
        } else {
            emit_forward(body->lowering, condition, to->label);
        }
    }
    body->instructions[body->current].taken_index = body->lowering->code_count;
}

/* br_none: the value is taken where the branch falls through. */
static void optional_value(LowerBody *body, const CorInstruction *in) {
    conditional(body, in);
    const LowerRegister *value = &body->registers[in->operand[0]];
    if (value->place != LOWER_INTO || value->base != in->operand[1]) {
        bool nullable = body->registers[in->operand[1]].type->is_nullable;
        cor_emit_move(body->lowering, cor_write(body, in->operand[0]),
                      cor_read(body, in->operand[1]) + !nullable, value->type->slots);
    }
}

void cor_emit_type_test(LowerBody *body, CorLowered op, uint32_t slot, const CorType *type, uint32_t target) {
    Lowering *lowering = body->lowering;
    const LowerInstruction *to = &body->instructions[target];
    if (target > body->current) {
        cor_emit_type_branch(lowering, op, slot, type, to->label);
        return;
    }
    LowerLabel back = cor_label_new(lowering), over = cor_label_new(lowering);
    cor_emit_type_branch(lowering, op, slot, type, back);
    cor_emit_jump(lowering, over);
    cor_label_bind(lowering, back);
    cor_emit(lowering, COR_LOWERED_LOOP_JUMP, 0, 0, 0);
    cor_emit_edge(lowering, to->label, to->weight);
    cor_label_bind(lowering, over);
}

static void case_test(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    const CorType *type = body->registers[in->operand[0]].type;
    uint32_t target = target_index(body, in), enumeration = cor_read(body, in->operand[0]);
    LowerInstruction *to = &body->instructions[target];
    if (type->kind == COR_KIND_PLAIN_ENUM) {
        Condition condition = {NOT_EQUAL, SIGNED, true, enumeration, in->operand[1]};
        if (target <= body->current) {
            emit_back(lowering, condition, to->label, to->weight);
        } else {
            emit_forward(lowering, condition, to->label);
        }
        return;
    }
    if (!cor_type_complete(lowering->engine, type)) {
        lowering->failed = true;
        return;
    }
    cor_emit_type_test(body, COR_LOWERED_BR_IS_NOT_EXACT, enumeration, type->cases[in->operand[1]].type,
                       target);
    if (body->registers[in->operand[0]].definitions == 1) {
        body->known_enum = in->operand[0];
        body->known_case = in->operand[1];
    }
}

/* ---- Loops ---- */

static bool same_handlers(const LowerBody *body, uint32_t a, uint32_t b) {
    for (uint32_t i = 0; i < body->portable->handler_count; i++) {
        const CorHandler *handler = &body->portable->handlers[i];
        if ((a >= handler->start && a < handler->end) != (b >= handler->start && b < handler->end)) {
            return false;
        }
    }
    return true;
}

enum { LONGEST_TEST = 5 }; /* instructions of a loop's test that are worth repeating */

/* The branch out of the loop that ends the test at its head; COR_NONE when it has none that can be repeated at the
 * end of a round. */
static uint32_t find_test(const LowerBody *body, uint32_t head) {
    for (uint32_t i = head + 1; i < body->count && i <= head + LONGEST_TEST; i++) {
        const CorInstruction *in = &body->instructions[i].in;
        uint32_t effects = cor_opcode_info[in->opcode].effects;
        if (body->instructions[i].label != COR_NONE ||
            !same_handlers(body, in->offset, body->instructions[body->current].in.offset)) {
            return COR_NONE;
        }
        if ((effects & (EFFECT_E | EFFECT_B)) == 0) {
            continue;
        }
        bool is_plain = in->opcode >= COR_OP_BR_TRUE && in->opcode <= COR_OP_BR_NONE &&
                        body->instructions[i].fold.kind == LOWER_FOLD_NONE;
        return is_plain && target_index(body, in) > body->current ? i : COR_NONE;
    }
    return COR_NONE;
}

/* The end of a round: the loop's test again, inverted, going back behind the test at the head. */
static bool repeat_test(LowerBody *body, uint32_t head) {
    uint32_t test = find_test(body, head), jump = body->current;
    if (test == COR_NONE || body->lowering->engine->options.plain_lowering) {
        return false;
    }
    Lowering *lowering = body->lowering;
    for (uint32_t i = head + 1; i < test; i++) {
        cor_lower_instruction(body, i);
    }
    body->current = test;
    const CorInstruction *in = &body->instructions[test].in;
    Condition condition;
    uint32_t scratch = lowering->next_slot;
    read_condition(body, in, &condition);
    LowerLabel behind = cor_label_new(lowering);
    if (!lowering->failed) {
        lowering->labels[behind] = body->instructions[test].taken_index;
    }
    emit_back(lowering, inverse(condition), behind, body->instructions[head].weight);
    lowering->next_slot = scratch;
    body->current = jump;
    uint32_t out = target_index(body, in);
    if (out != jump + 1) {
        cor_emit_jump(lowering, body->instructions[out].label);
    }
    return true;
}

static void jump(LowerBody *body, const CorInstruction *in) {
    uint32_t target = target_index(body, in);
    const LowerInstruction *to = &body->instructions[target];
    if (target > body->current) {
        if (target != body->current + 1) {
            cor_emit_jump(body->lowering, to->label);
        }
    } else if (!repeat_test(body, target)) {
        cor_emit(body->lowering, COR_LOWERED_LOOP_JUMP, 0, 0, 0);
        cor_emit_edge(body->lowering, to->label, to->weight);
    }
}

static void counted(LowerBody *body, const CorInstruction *in) {
    static const CorLowered signed_rows[] = {COR_LOWERED_FOR_UP, COR_LOWERED_FOR_UP_INCLUSIVE,
                                             COR_LOWERED_FOR_DOWN, COR_LOWERED_FOR_STEP};
    static const CorLowered unsigned_rows[] = {COR_LOWERED_FOR_UP_U64, COR_LOWERED_FOR_UP_INCLUSIVE_U64,
                                               COR_LOWERED_FOR_DOWN_U64, COR_LOWERED_FOR_STEP_U64};
    bool is_u64 = body->registers[in->operand[0]].type->kind == COR_KIND_U64;
    uint32_t step = in->opcode == COR_OP_FOR_STEP ? cor_read(body, in->operand[2]) : 0;
    uint32_t limit = cor_read(body, in->operand[1]);
    const LowerInstruction *head = &body->instructions[target_index(body, in)];
    cor_emit(body->lowering, (is_u64 ? unsigned_rows : signed_rows)[in->opcode - COR_OP_FOR_UP],
             cor_write(body, in->operand[0]), limit, step);
    cor_emit_edge(body->lowering, head->label, head->weight);
}

/* ---- Switches ---- */

static void table(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    const CorInstruction *before = body->current > 0 ? &body->instructions[body->current - 1].in : in;
    uint32_t count = in->operand[1], position = in->list_offset;
    bool on_case = before->opcode == COR_OP_TAG && body->instructions[body->current - 1].skip &&
                   before->operand[0] == in->operand[0] &&
                   body->registers[before->operand[1]].type->kind == COR_KIND_ENUM;
    uint32_t subject = cor_read(body, on_case ? before->operand[1] : in->operand[0]);
    uint32_t index =
        cor_emit(lowering, on_case ? COR_LOWERED_SWITCH_CASE : COR_LOWERED_SWITCH, subject, count, 0);
    LowerLabel *targets = cor_lower_allocate(lowering, (size_t)count + 1, sizeof *targets);
    for (uint32_t i = 0; targets != NULL && i <= count; i++) {
        uint32_t offset =
            i < count ? cor_instruction_list_next(body->portable->code, &position) : in->operand[2];
        bool is_back = body->index_at[offset] <= body->current;
        targets[i] = is_back ? cor_label_new(lowering) : cor_target(body, offset);
        cor_emit_table_entry(lowering, index, targets[i]);
    }
    /* going back charges, so it takes a jump of its own behind the table */
    position = in->list_offset;
    for (uint32_t i = 0; targets != NULL && i <= count; i++) {
        uint32_t offset =
            i < count ? cor_instruction_list_next(body->portable->code, &position) : in->operand[2];
        const LowerInstruction *to = &body->instructions[body->index_at[offset]];
        if (targets[i] != to->label) {
            cor_label_bind(lowering, targets[i]);
            cor_emit(lowering, COR_LOWERED_LOOP_JUMP, 0, 0, 0);
            cor_emit_edge(lowering, to->label, to->weight);
        }
    }
}

bool cor_lower_branch(LowerBody *body, const CorInstruction *in) {
    switch (in->opcode) {
    case COR_OP_JUMP: jump(body, in); return true;
    case COR_OP_BR_NONE: optional_value(body, in); return true;
    case COR_OP_BR_CASE_NOT: case_test(body, in); return true;
    case COR_OP_SWITCH: table(body, in); return true;
    case COR_OP_FOR_UP:
    case COR_OP_FOR_UP_INCLUSIVE:
    case COR_OP_FOR_DOWN:
    case COR_OP_FOR_STEP: counted(body, in); return true;
    case COR_OP_BR_IS_NOT: return cor_lower_reference(body, in);
    default: conditional(body, in); return true;
    }
}

/* The ends of spans: branches, back-edges, switches, returns. */
#include "jit/build.h"

/* ---- Conditions -------------------------------------------------------------------------------- */

typedef struct Condition {
    JitOp op; /* CONST: not a comparison */
    enum {
        COMPARES_SLOTS = 1,
        COMPARES_NUMBER,
        NUMBER_COMPARES
    } operands; /* a op b, a op immediate, immediate op a */
    bool inverted;
} Condition;

#define SLOTS(name, node)          [COR_LOWERED_##name] = {JIT_##node, COMPARES_SLOTS, false}
#define SLOTS_INVERTED(name, node) [COR_LOWERED_##name] = {JIT_##node, COMPARES_SLOTS, true}
#define NUMBER(name, node)         [COR_LOWERED_##name] = {JIT_##node, COMPARES_NUMBER, false}
#define REVERSED(name, node)       [COR_LOWERED_##name] = {JIT_##node, NUMBER_COMPARES, false}

static const Condition conditions[COR_LOWERED_COUNT] = {
    SLOTS(BR_EQ_I64, EQ),
    SLOTS(BR_NE_I64, NE),
    SLOTS(BR_LT_I64, LT),
    SLOTS(BR_LE_I64, LE),
    SLOTS(BR_LT_U64, ULT),
    SLOTS(BR_LE_U64, ULE),
    NUMBER(BR_EQ_I64_IMM, EQ),
    NUMBER(BR_NE_I64_IMM, NE),
    NUMBER(BR_LT_I64_IMM, LT),
    NUMBER(BR_LE_I64_IMM, LE),
    REVERSED(BR_GT_I64_IMM, LT),
    REVERSED(BR_GE_I64_IMM, LE),
    SLOTS(BR_EQ_F64, EQ_F64),
    SLOTS_INVERTED(BR_NE_F64, EQ_F64),
    SLOTS(BR_LT_F64, LT_F64),
    SLOTS(BR_LE_F64, LE_F64),
    SLOTS_INVERTED(BR_NOT_LT_F64, LT_F64),
    SLOTS_INVERTED(BR_NOT_LE_F64, LE_F64),
    SLOTS(BR_EQ_F32, EQ_F32),
    SLOTS_INVERTED(BR_NE_F32, EQ_F32),
    SLOTS(BR_LT_F32, LT_F32),
    SLOTS(BR_LE_F32, LE_F32),
    SLOTS_INVERTED(BR_NOT_LT_F32, LT_F32),
    SLOTS_INVERTED(BR_NOT_LE_F32, LE_F32),
    SLOTS(LOOP_EQ_I64, EQ),
    SLOTS(LOOP_NE_I64, NE),
    SLOTS(LOOP_LT_I64, LT),
    SLOTS(LOOP_LE_I64, LE),
    NUMBER(LOOP_EQ_I64_IMM, EQ),
    NUMBER(LOOP_NE_I64_IMM, NE),
    NUMBER(LOOP_LT_I64_IMM, LT),
    NUMBER(LOOP_LE_I64_IMM, LE),
    REVERSED(LOOP_GT_I64_IMM, LT),
    REVERSED(LOOP_GE_I64_IMM, LE),
    SLOTS(LOOP_LT_F64, LT_F64),
    SLOTS(LOOP_LE_F64, LE_F64),
};

static JitNode *slot_a(JitBody *body) {
    return jit_slot(body, body->word.a);
}
static JitNode *slot_b(JitBody *body) {
    return jit_slot(body, body->word.b);
}

static JitNode *comparison(JitBody *body, const Condition *condition) {
    JitNode *a = slot_a(body);
    JitNode *b = condition->operands == COMPARES_SLOTS
                     ? slot_b(body)
                     : jit_number(body, (uint64_t)(int64_t)(int16_t)body->word.b);
    return condition->operands == NUMBER_COMPARES ? jit_binary(body, condition->op, b, a)
                                                  : jit_binary(body, condition->op, a, b);
}

/* ---- Branches ---------------------------------------------------------------------------------- */

static uint32_t span_at(const JitBody *body, int64_t distance) {
    return body->facts->span_at[body->index + distance];
}

/* A block on an edge, so that two edges between the same blocks are told apart and there is room for what happens on it. */
static JitBlock *edge_block(JitBody *body) {
    JitBlock *block = jit_block_new(body->builder->graph);
    jit_edge(body->builder->graph, body->block, block);
    return block;
}

static void jump_from(JitBody *body, JitBlock *block, uint32_t span) {
    jit_append(body->builder->graph, block, JIT_JUMP, 0, NULL);
    jit_build_arrive(body, block, span);
}

/* Whether a branch to one of two spans is there to raise an error with the other, and has hardly done so. */
static bool only_goes_to(const JitBody *body, uint32_t span, uint32_t other) {
    return body->facts->spans[other].raises && !body->facts->spans[span].raises &&
           !jit_has_failed(body, COR_EXIT_UNREACHED);
}

/* A branch that would raise an error leaves before itself: passes know what to do with checks. */
static void expect(JitBody *body, JitNode *condition, bool holds, uint32_t span) {
    jit_check(body, holds ? condition : jit_binary(body, JIT_EQ, condition, jit_number(body, 0)),
              COR_EXIT_UNREACHED);
    jump_from(body, body->block, span);
    body->block = NULL;
}

/* To `taken` when the condition holds (or not, if inverted), else to the next span. */
static void branch(JitBody *body, JitNode *condition, bool inverted, uint32_t taken) {
    if (only_goes_to(body, taken, body->span + 1)) {
        expect(body, condition, !inverted, taken);
        return;
    }
    if (only_goes_to(body, body->span + 1, taken)) {
        expect(body, condition, inverted, body->span + 1);
        return;
    }
    jit_unary(body, JIT_BRANCH, condition);
    JitBlock *first = edge_block(body), *second = edge_block(body);
    uint32_t next = body->span + 1;
    jump_from(body, first, inverted ? next : taken);
    jump_from(body, second, inverted ? taken : next);
    body->block = NULL;
}

static int64_t branch_distance(const JitBody *body) {
    switch (body->word.op) {
    case COR_LOWERED_JUMP:
    case COR_LOWERED_BR_TRUE:
    case COR_LOWERED_BR_FALSE:
    case COR_LOWERED_BR_IS_NOT_CLASS:
    case COR_LOWERED_BR_IS_NOT_EXACT:
    case COR_LOWERED_BR_IS_NOT_INTERFACE: return body->word.far.offset;
    default: return (int16_t)body->word.c;
    }
}

static void branch_on_field(JitBody *body, bool inverted) {
    JitNode *field = jit_unary(body, JIT_LOAD, slot_b(body));
    field->access =
        (JitAccess){.offset = body->function->code[body->index + 1].part.offset, .width = COR_WIDTH_64};
    branch(body, jit_binary(body, JIT_ULT, slot_a(body), field), inverted,
           span_at(body, branch_distance(body)));
}

static void branch_on_type(JitBody *body, JitOp op) {
    JitNode *test = jit_unary(body, op, slot_a(body));
    test->of.type = body->function->code[body->index + 1].pointer;
    branch(body, test, true, span_at(body, branch_distance(body)));
}

/* ---- Back-edges -------------------------------------------------------------------------------- */

/* Charges the loop and goes back from `block`, with the slots as they are. */
static void go_back(JitBody *body, JitBlock *block) {
    CorWord edge = body->function->code[body->index + 1];
    uint32_t head = span_at(body, edge.edge.distance);
    JitNode *charge = jit_append(body->builder->graph, block, JIT_CHARGE, 0, NULL);
    charge->number = edge.edge.weight;
    charge->state = jit_state_at_span(body, head);
    jump_from(body, block, head);
}

/* Goes back while the condition holds (or does not); then slot a is `next`, unless that is NULL. */
static void loop(JitBody *body, JitNode *condition, bool inverted, JitNode *next) {
    jit_unary(body, JIT_BRANCH, condition);
    JitBlock *first = edge_block(body), *second = edge_block(body);
    jump_from(body, inverted ? first : second, body->span + 1);
    if (next != NULL)
        body->slots[body->word.a] = next;
    go_back(body, inverted ? second : first);
    body->block = NULL;
}

/* Counted loops.  All are "while m is below the last value that may still be advanced", which is computed without
 * overflow, so that the counter is known not to wrap. */
static JitNode *no_wrap(JitNode *node) {
    node->flags |= JIT_NO_WRAP;
    return node;
}

static JitNode *choose(JitBody *body, JitNode *condition, JitNode *yes, JitNode *no) {
    return jit_node(body, JIT_SELECT, 3, (JitNode *[]){condition, yes, no});
}

static void for_up_by(JitBody *body, int64_t step) {
    JitNode *m = slot_a(body), *limit = slot_b(body), *by = jit_number(body, (uint64_t)step);
    JitNode *least = jit_number(body, (uint64_t)INT64_MIN);
    JitNode *is_low = jit_binary(body, JIT_LT, limit, jit_number(body, (uint64_t)(INT64_MIN + step)));
    JitNode *last = choose(body, is_low, least, jit_binary(body, JIT_SUB, limit, by));
    loop(body, jit_binary(body, JIT_LT, m, last), false, no_wrap(jit_binary(body, JIT_ADD, m, by)));
}

static void for_down_by(JitBody *body, int64_t step) {
    JitNode *m = slot_a(body), *limit = slot_b(body), *by = jit_number(body, (uint64_t)step);
    JitNode *greatest = jit_number(body, INT64_MAX);
    JitNode *is_high = jit_binary(body, JIT_LT, jit_number(body, (uint64_t)(INT64_MAX + step)), limit);
    JitNode *last = choose(body, is_high, greatest, jit_binary(body, JIT_SUB, limit, by));
    loop(body, jit_binary(body, JIT_LT, last, m), false, no_wrap(jit_binary(body, JIT_ADD, m, by)));
}

static void for_step(JitBody *body) {
    JitNode *m = slot_a(body), *limit = slot_b(body), *step = jit_slot(body, body->word.c);
    if (jit_is_const(step) && (int64_t)step->bits > 0) {
        for_up_by(body, (int64_t)step->bits);
        return;
    }
    if (jit_is_const(step) && (int64_t)step->bits < 0 && step->bits != (uint64_t)INT64_MIN) {
        for_down_by(body, (int64_t)step->bits);
        return;
    }
    JitNode *zero = jit_number(body, 0), *next = jit_binary(body, JIT_ADD, m, step);
    JitNode *fits =
        jit_binary(body, JIT_XOR, jit_binary(body, JIT_ADD_OVERFLOWS, m, step), jit_number(body, 1));
    JitNode *within = choose(body, jit_binary(body, JIT_LT, zero, step),
                             jit_binary(body, JIT_LT, next, limit), jit_binary(body, JIT_LT, limit, next));
    JitNode *moves = jit_binary(body, JIT_NE, step, zero);
    loop(body, jit_binary(body, JIT_AND, jit_binary(body, JIT_AND, fits, moves), within), false, next);
}

static void for_up_u64(JitBody *body) {
    JitNode *m = slot_a(body), *limit = slot_b(body), *one = jit_number(body, 1), *zero = jit_number(body, 0);
    JitNode *last =
        choose(body, jit_binary(body, JIT_EQ, limit, zero), zero, jit_binary(body, JIT_SUB, limit, one));
    loop(body, jit_binary(body, JIT_ULT, m, last), false, jit_binary(body, JIT_ADD, m, one));
}

static void for_step_u64(JitBody *body) {
    JitNode *m = slot_a(body), *limit = slot_b(body), *step = jit_slot(body, body->word.c);
    JitNode *next = jit_binary(body, JIT_ADD, m, step);
    JitNode *fits =
        jit_binary(body, JIT_XOR, jit_binary(body, JIT_UADD_OVERFLOWS, m, step), jit_number(body, 1));
    JitNode *moves = jit_binary(body, JIT_NE, step, jit_number(body, 0));
    loop(body,
         jit_binary(body, JIT_AND, jit_binary(body, JIT_AND, fits, moves),
                    jit_binary(body, JIT_ULT, next, limit)),
         false, next);
}

/* While m is on its way to the limit, by one, the limit itself included. */
static void for_inclusive(JitBody *body, JitOp less, bool down, bool is_signed) {
    JitNode *m = slot_a(body), *limit = slot_b(body);
    JitNode *goes_on = down ? jit_binary(body, less, limit, m) : jit_binary(body, less, m, limit);
    JitNode *next = jit_binary(body, down ? JIT_SUB : JIT_ADD, m, jit_number(body, 1));
    loop(body, goes_on, false, is_signed ? no_wrap(next) : next);
}

/* ---- Switches and returns ---------------------------------------------------------------------- */

static void build_switch(JitBody *body, JitNode *value) {
    const CorWord *table = &body->function->code[body->index + 1];
    jit_unary(body, JIT_SWITCH, value);
    uint32_t count = (uint32_t)body->word.b + 1;
    JitBlock **blocks = jit_build_allocate(body->builder, count, sizeof *blocks);
    for (uint32_t i = 0; blocks != NULL && i < count; i++)
        blocks[i] = edge_block(body);
    for (uint32_t i = 0; blocks != NULL && i < count; i++)
        jump_from(body, blocks[i], span_at(body, table[i].edge.distance));
    body->block = NULL;
}

void jit_build_returned(JitBody *body, JitNode **values) {
    JitReturn *found = jit_build_allocate(body->builder, 1, sizeof *found);
    if (found == NULL)
        return;
    jit_node(body, JIT_JUMP, 0, NULL);
    *found = (JitReturn){body->block, values, body->returns};
    body->returns = found;
    body->return_count++;
}

static void build_return(JitBody *body, uint32_t first, uint32_t count, JitNode *only) {
    JitNode **values = jit_build_allocate(body->builder, (size_t)count + 1, sizeof *values);
    if (values == NULL)
        return;
    for (uint32_t i = 0; i < count; i++)
        values[i] = only != NULL ? only : jit_slot(body, first + i);
    if (body->caller == NULL) {
        jit_node(body, JIT_RETURN, count, values);
    } else {
        jit_build_returned(body, values);
    }
    body->block = NULL;
}

/* ---- All --------------------------------------------------------------------------------------- */

static bool build_loop_end(JitBody *body) {
    switch ((CorLowered)body->word.op) {
    case COR_LOWERED_LOOP_JUMP:
        go_back(body, body->block);
        body->block = NULL;
        return true;
    case COR_LOWERED_LOOP_TRUE: loop(body, slot_a(body), false, NULL); return true;
    case COR_LOWERED_LOOP_FALSE: loop(body, slot_a(body), true, NULL); return true;
    case COR_LOWERED_FOR_UP: for_up_by(body, 1); return true;
    case COR_LOWERED_FOR_UP_INCLUSIVE: for_inclusive(body, JIT_LT, false, true); return true;
    case COR_LOWERED_FOR_DOWN: for_inclusive(body, JIT_LT, true, true); return true;
    case COR_LOWERED_FOR_STEP: for_step(body); return true;
    case COR_LOWERED_FOR_UP_U64: for_up_u64(body); return true;
    case COR_LOWERED_FOR_UP_INCLUSIVE_U64: for_inclusive(body, JIT_ULT, false, false); return true;
    case COR_LOWERED_FOR_DOWN_U64: for_inclusive(body, JIT_ULT, true, false); return true;
    case COR_LOWERED_FOR_STEP_U64: for_step_u64(body); return true;
    default: return false;
    }
}

static bool build_branch_end(JitBody *body) {
    uint32_t op = body->word.op;
    switch ((CorLowered)op) {
    case COR_LOWERED_JUMP:
        jump_from(body, body->block, span_at(body, branch_distance(body)));
        body->block = NULL;
        return true;
    case COR_LOWERED_BR_TRUE:
        branch(body, slot_a(body), false, span_at(body, branch_distance(body)));
        return true;
    case COR_LOWERED_BR_FALSE:
        branch(body, slot_a(body), true, span_at(body, branch_distance(body)));
        return true;
    case COR_LOWERED_BR_LT_U64_FIELD: branch_on_field(body, false); return true;
    case COR_LOWERED_BR_GE_U64_FIELD: branch_on_field(body, true); return true;
    case COR_LOWERED_BR_IS_NOT_CLASS: branch_on_type(body, JIT_IS_CLASS); return true;
    case COR_LOWERED_BR_IS_NOT_EXACT: branch_on_type(body, JIT_IS_EXACT); return true;
    case COR_LOWERED_BR_IS_NOT_INTERFACE: branch_on_type(body, JIT_IS_INTERFACE); return true;
    case COR_LOWERED_SWITCH: build_switch(body, slot_a(body)); return true;
    case COR_LOWERED_SWITCH_CASE: build_switch(body, jit_unary(body, JIT_CASE_OF, slot_a(body))); return true;
    default: return build_loop_end(body);
    }
}

bool jit_build_end(JitBody *body) {
    CorWord word = body->word;
    const Condition *condition = &conditions[word.op];
    if (condition->operands != 0) {
        JitNode *test = comparison(body, condition);
        bool goes_back = (cor_lowered_info[word.op].effects & EFFECT_S) != 0;
        if (goes_back)
            loop(body, test, condition->inverted, NULL);
        else
            branch(body, test, condition->inverted, span_at(body, branch_distance(body)));
        return true;
    }
    switch ((CorLowered)word.op) {
    case COR_LOWERED_RETURN: build_return(body, 0, 0, NULL); return true;
    case COR_LOWERED_RETURN_1: build_return(body, word.a, 1, NULL); return true;
    case COR_LOWERED_RETURN_2: build_return(body, word.a, 2, NULL); return true;
    case COR_LOWERED_RETURN_N: build_return(body, word.a, word.b, NULL); return true;
    case COR_LOWERED_RETURN_INT:
        build_return(body, 0, 1, jit_number(body, (uint64_t)(int64_t)(int16_t)word.a));
        return true;
    case COR_LOWERED_THROW:
    case COR_LOWERED_TRAP: jit_leave(body, COR_EXIT_THROW); return true;
    default: return build_branch_end(body);
    }
}

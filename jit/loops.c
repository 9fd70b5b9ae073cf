/* Counted innermost loops run in chunks: as many rounds as the loop still takes and the budget pays, without a look at the
 * budget, and with one check of an index for all rounds.  loops_chunk.c says how; here is which loops.
 *
 * The last branch before the back-edge has to be the one that counts.  There may be other ways out, where the loop is not in
 * another one.  Calls stand in the way, and whatever else looks at the budget. */
#include "jit/loops_internal.h"

#include <string.h>

enum { MOST_NODES = 400, MOST_NESTING = 4 };

/* ---- Heads ------------------------------------------------------------------------------------- */

const JitNode *jit_head_of(const JitBlock *block) {
    const JitNode *node = block->first;
    while (node != NULL && (node->op == JIT_PHI || node->op == JIT_VIRTUAL))
        node = node->next;
    return node != NULL && node->op == JIT_HEAD ? node : NULL;
}

static JitNode *value_at_head(void *context, JitNode *value) {
    const JitNode *head = context;
    return value->op == JIT_PHI && value->block == head->block ? value->scratch : value;
}

const JitState *jit_state_of_head(JitGraph *graph, const JitNode *head) {
    return jit_state_map(graph, head->state, value_at_head, (void *)(uintptr_t)head);
}

/* ---- The shape of the loop --------------------------------------------------------------------- */

/* Entry and latch, and the branch before the latch. */
static bool find_shape(Counted *counted) {
    JitBlock *head = counted->head = counted->loop->head;
    if (head->predecessor_count != 2)
        return false;
    counted->entry_index = jit_loop_contains(counted->loop, head->predecessors[0]);
    counted->entry = head->predecessors[counted->entry_index];
    counted->latch = head->predecessors[1 - counted->entry_index];
    counted->charge = counted->latch->first;
    counted->head_node = jit_head_of(head);
    if (jit_loop_contains(counted->loop, counted->entry) || counted->head_node == NULL ||
        counted->entry->last->op != JIT_JUMP || counted->charge->op != JIT_CHARGE ||
        counted->charge->next->op != JIT_JUMP || counted->latch->predecessor_count != 1)
        return false;
    JitBlock *exiting = counted->exiting = counted->latch->predecessors[0];
    counted->branch = exiting->last;
    if (counted->branch->op != JIT_BRANCH || exiting->successors[0] == exiting->successors[1])
        return false;
    counted->latch_edge = exiting->successors[1] == counted->latch;
    counted->exit = exiting->successors[1 - counted->latch_edge];
    return !jit_loop_contains(counted->loop, counted->exit);
}

/* A value as a sum with a constant. */
static JitNode *split(JitNode *value, int64_t *distance) {
    bool is_sum = value->op == JIT_ADD && jit_is_const(value->inputs[1]);
    *distance = is_sum ? (int64_t)value->inputs[1]->bits : 0;
    return is_sum ? value->inputs[0] : value;
}

int64_t jit_step_of(const Counted *counted, const JitNode *phi) {
    int64_t step;
    if (phi->op != JIT_PHI || phi->block != counted->head ||
        split(phi->inputs[1 - counted->entry_index], &step) != phi || step > JIT_MOST_STEP ||
        step < -JIT_MOST_STEP)
        return 0;
    return step;
}

/* What does not change in the loop, and is added to a phi of the head in each round; NULL. */
static JitNode *stride_of(const Counted *counted, const JitNode *phi) {
    if (phi->op != JIT_PHI || phi->block != counted->head)
        return NULL;
    const JitNode *next = phi->inputs[1 - counted->entry_index];
    if (next->op != JIT_ADD || (next->inputs[0] == phi) == (next->inputs[1] == phi))
        return NULL;
    JitNode *stride = next->inputs[next->inputs[0] == phi];
    return jit_is_invariant(counted, stride) && !jit_is_const(stride) ? stride : NULL;
}

/* A phi that advances by a stride, or what it is in the next round, is below what does not change. */
static bool find_stride(Counted *counted, JitNode *low, JitNode *high) {
    JitNode *phi = low;
    for (uint32_t i = 0; i < 2 && low->op == JIT_ADD; i++)
        if (stride_of(counted, low->inputs[i]) == low->inputs[1 - i])
            phi = low->inputs[i];
    counted->stride = stride_of(counted, phi);
    counted->is_ahead = phi != low;
    counted->low = (JitSide){.value = phi};
    counted->high = (JitSide){.value = high};
    return counted->stride != NULL && jit_is_invariant(counted, high);
}

/* The condition without the part that the next value of the counter does not wrap. */
static const JitNode *without_overflow(const Counted *counted, const JitNode *condition) {
    for (uint32_t i = 0; i < 2 && condition->op == JIT_AND; i++) {
        const JitNode *part = condition->inputs[i], *overflows = part->inputs[0];
        if (part->op != JIT_XOR || overflows->op != JIT_ADD_OVERFLOWS)
            continue;
        for (uint32_t k = 0; k < 2; k++)
            if (stride_of(counted, overflows->inputs[k]) == overflows->inputs[1 - k])
                return condition->inputs[1 - i];
    }
    return condition;
}

static bool find_side(const Counted *counted, JitNode *value, JitSide *side) {
    *side = (JitSide){.value = value};
    if (jit_is_invariant(counted, value))
        return true;
    side->value = split(value, &side->distance);
    side->step = jit_step_of(counted, side->value);
    return side->step != 0 && (side->distance == 0 || side->distance == side->step);
}

static bool never_wraps(const Counted *counted, const JitSide *side) {
    return side->step == 0 || side->value->inputs[1 - counted->entry_index]->flags & JIT_NO_WRAP;
}

/* What is compared in the branch comes nearer by a constant in each round. */
static bool find_counter(Counted *counted) {
    const JitNode *condition = counted->branch->inputs[0];
    bool negated = counted->latch_edge == 1;
    if (!negated)
        condition = without_overflow(counted, condition);
    switch (condition->op) {
    case JIT_LT: counted->less = negated ? JIT_LE : JIT_LT; break;
    case JIT_LE: counted->less = negated ? JIT_LT : JIT_LE; break;
    case JIT_ULT: counted->less = negated ? JIT_ULE : JIT_ULT; break;
    case JIT_ULE: counted->less = negated ? JIT_ULT : JIT_ULE; break;
    case JIT_NE: counted->less = negated ? JIT_EQ : JIT_NE; break;
    case JIT_EQ: counted->less = negated ? JIT_NE : JIT_EQ; break;
    default: return false;
    }
    if (condition->op == JIT_LT && !negated &&
        find_stride(counted, condition->inputs[0], condition->inputs[1]))
        return true;
    counted->stride = NULL;
    bool is_equality = counted->less == JIT_NE, swapped = negated && !is_equality; /* !(a < b): b <= a */
    if (counted->less == JIT_EQ || counted->less == JIT_ULE ||
        !find_side(counted, condition->inputs[swapped], &counted->low) ||
        !find_side(counted, condition->inputs[!swapped], &counted->high))
        return false;
    int64_t step = counted->low.step - counted->high.step;
    if (is_equality && step < 0) {
        JitSide low = counted->low;
        counted->low = counted->high;
        counted->high = low;
        step = -step;
    }
    if (step <= 0)
        return false;
    counted->step = (uint64_t)step;
    /* each by one at most they stop where they meet; by more they might go past, and round */
    bool is_strict = counted->less == JIT_LT || counted->less == JIT_ULT;
    bool by_one = counted->low.step <= 1 && counted->high.step >= -1 && counted->low.step >= 0 &&
                  counted->high.step <= 0;
    if (is_equality)
        return step == 1;
    return (is_strict && by_one) || (counted->less != JIT_ULT && never_wraps(counted, &counted->low) &&
                                     never_wraps(counted, &counted->high));
}

bool jit_find_counted(Counted *counted) {
    return find_shape(counted) && find_counter(counted);
}

/* ---- What is in it ----------------------------------------------------------------------------- */

static bool is_small(int64_t value) {
    return value <= (int64_t)1 << 32 && value >= -((int64_t)1 << 32);
}

static bool grows(const Counted *counted, const JitNode *value, JitGrowth *growth, uint32_t nesting) {
    JitGrowth a, b;
    *growth = (JitGrowth){0};
    if (jit_is_invariant(counted, value))
        return true;
    if (nesting == MOST_NESTING)
        return false;
    switch (value->op) {
    case JIT_PHI:
        growth->fixed = jit_step_of(counted, value);
        growth->strides = counted->stride != NULL && stride_of(counted, value) == counted->stride;
        return growth->fixed != 0 || growth->strides != 0;
    case JIT_ADD:
    case JIT_SUB: {
        int64_t sign = value->op == JIT_ADD ? 1 : -1;
        if (!grows(counted, value->inputs[0], &a, nesting + 1) ||
            !grows(counted, value->inputs[1], &b, nesting + 1))
            return false;
        *growth = (JitGrowth){a.fixed + sign * b.fixed, a.strides + sign * b.strides};
        return is_small(growth->fixed) && growth->strides >= -1 && growth->strides <= 1;
    }
    case JIT_MUL:
    case JIT_SHL:
        if (!jit_is_const(value->inputs[1]) || !grows(counted, value->inputs[0], &a, nesting + 1))
            return false;
        b.fixed = value->op == JIT_MUL ? (int64_t)value->inputs[1]->bits
                                       : (int64_t)1 << (value->inputs[1]->bits & 31);
        return is_small(b.fixed) && !__builtin_mul_overflow(a.fixed, b.fixed, &growth->fixed) &&
               is_small(growth->fixed) && a.strides == 0;
    default: return false;
    }
}

bool jit_is_affine(const Counted *counted, const JitNode *value, JitGrowth *growth) {
    return grows(counted, value, growth, 0);
}

bool jit_is_chunk_check(const Counted *counted, const JitNode *check) {
    const JitNode *condition = check->inputs[0];
    JitGrowth growth;
    if (!jit_dominates(check->block, counted->exiting) && !counted->may_guess)
        return false;
    return jit_is_invariant(counted, condition) ||
           (condition->op == JIT_ULT && jit_is_invariant(counted, condition->inputs[1]) &&
            jit_is_affine(counted, condition->inputs[0], &growth));
}

static bool is_suitable(Counted *counted) {
    const JitGraph *graph = counted->graph;
    uint32_t count = 0;
    for (uint32_t b = counted->head->order; b < graph->block_count; b++) {
        const JitBlock *block = graph->blocks[b];
        if (!jit_loop_contains(counted->loop, block))
            continue;
        for (const JitNode *node = block->first; node != NULL; node = node->next) {
            uint32_t effects = jit_op_info[node->op].effects;
            if (++count > MOST_NODES || effects & EFFECT_K || node->op == JIT_BUDGET ||
                node->op == JIT_SPEND ||
                (effects & EFFECT_X && node->op != JIT_CHECK && node->op != JIT_CHARGE &&
                 node->op != JIT_HEAD))
                return false;
            if (node->op != JIT_CHARGE || node == counted->charge)
                continue;
            if (node->number > JIT_MOST_STEP)
                return false;
            *(jit_dominates(block, counted->exiting) ? &counted->inner_weight
                                                     : &counted->conditional_weight) += node->number;
        }
    }
    return true;
}

/* A loop in another one that may be left in the middle, or whose bound moves, too, often ends before a chunk has paid. */
static bool may_be_short(const Counted *counted) {
    const JitGraph *graph = counted->graph;
    if (counted->loop->outer != NULL && counted->low.step != 0 && counted->high.step != 0)
        return true;
    for (uint32_t b = counted->head->order; b < graph->block_count && counted->loop->outer != NULL; b++) {
        const JitBlock *block = graph->blocks[b];
        for (uint32_t s = 0; jit_loop_contains(counted->loop, block) && s < block->successor_count; s++)
            if (block != counted->exiting && !jit_loop_contains(counted->loop, block->successors[s]))
                return true;
    }
    return false;
}

/* ---- All of it --------------------------------------------------------------------------------- */

static void change_loop(JitGraph *graph, const JitLoop *loop, JitHasFailed *failed) {
    Counted counted = {.graph = graph, .loop = loop};
    if (!loop->is_innermost || !jit_find_counted(&counted))
        return;
    const JitState *state = counted.head_node->state;
    if (failed != NULL && failed(state->function, state->index, COR_EXIT_LOOP))
        return;
    counted.may_guess = failed == NULL || !failed(state->function, state->index, COR_EXIT_AHEAD);
    counted.may_tell_apart = failed == NULL || !failed(state->function, state->index, COR_EXIT_ALIAS);
    if (!may_be_short(&counted) && is_suitable(&counted))
        jit_make_chunks(&counted);
}

void jit_loops(JitGraph *graph, JitHasFailed *failed) {
    for (uint32_t l = 0; l < graph->loop_count && !graph->failed; l++)
        change_loop(graph, graph->loops[l], failed);
    for (uint32_t b = 0; b < graph->block_count && !graph->failed; b++)
        for (JitNode *node = graph->blocks[b]->first, *next; node != NULL; node = next) {
            next = node->next;
            if (node->op == JIT_HEAD)
                jit_remove(node);
        }
    jit_graph_analyse(graph);
}

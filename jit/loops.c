/* Counted innermost loops whose rounds are independent of leaving: they run in chunks, which LLVM can turn into vector code.
 *
 *   head: phis                                  outer: phis; takes := back-edges still to be taken, count := min(takes,
 *     body, CHECKs of indices                            budget / weight); CHECK of all indices of the chunk
 *     BRANCH goes on -> latch | exit    =>      head: phis; round := 0, 1, ..
 *   latch: CHARGE weight, to head                 body
 *                                                 BRANCH round < count -> latch (to head) | end
 *                                               end: SPEND count * weight; BRANCH goes on -> again | exit
 *                                               again: CHARGE weight, to outer
 *
 * The budget after each chunk, and at each safepoint, is what it would have been.  `count` may be less than what the loop
 * takes, never more, so a wrong guess costs time only.  The CHECK leaves at the loop's head (the state of its HEAD), and the
 * interpreter raises the error in the round where it belongs.
 *
 * Only loops that LLVM is likely to vectorise are changed, for others would only pay for the chunks: one exit, no calls,
 * elements at the counter's distance.  Functions that were inlined charge in every round: a chunk has their weight, too, and
 * a CHARGE of nothing before it makes sure of the first round's. */
#include "jit/loops_internal.h"

#include <string.h>

enum { MOST_STEP = 1 << 16, MOST_ROUNDS = 1 << 30, MOST_NODES = 300 };

/* ---- The shape of the loop --------------------------------------------------------------------- */

static uint32_t predecessor_index(const JitBlock *block, const JitBlock *from) {
    uint32_t p = 0;
    while (block->predecessors[p] != from)
        p++;
    return p;
}

static JitNode *head_state(const JitBlock *head) {
    JitNode *node = head->first;
    while (node != NULL && (node->op == JIT_PHI || node->op == JIT_VIRTUAL))
        node = node->next;
    return node != NULL && node->op == JIT_HEAD ? node : NULL;
}

/* Entry and latch, the branch before the latch, and no other way out. */
static bool find_shape(Counted *counted, const JitGraph *graph) {
    JitBlock *head = counted->head = counted->loop->head;
    if (head->predecessor_count != 2)
        return false;
    counted->entry_index = jit_loop_contains(counted->loop, head->predecessors[0]);
    counted->entry = head->predecessors[counted->entry_index];
    counted->latch = head->predecessors[1 - counted->entry_index];
    counted->charge = counted->latch->first;
    counted->head_node = head_state(head);
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
    for (uint32_t b = 0; b < graph->block_count; b++) {
        const JitBlock *block = graph->blocks[b];
        if (!jit_loop_contains(counted->loop, block))
            continue;
        for (uint32_t s = 0; s < block->successor_count; s++)
            if (!jit_loop_contains(counted->loop, block->successors[s]) &&
                (block != exiting || s == counted->latch_edge))
                return false;
    }
    return !jit_loop_contains(counted->loop, counted->exit);
}

bool jit_is_invariant(const Counted *counted, const JitNode *node) {
    return !jit_loop_contains(counted->loop, node->block);
}

/* The head's phi that a value is, with what is added to it; NULL. */
static JitNode *counter_of(const Counted *counted, JitNode *value, int64_t *distance) {
    *distance = 0;
    if (value->op == JIT_ADD && jit_is_const(value->inputs[1])) {
        *distance = (int64_t)value->inputs[1]->bits;
        value = value->inputs[0];
    }
    return value->op == JIT_PHI && value->block == counted->head ? value : NULL;
}

/* The counter: advanced by a constant, and compared with what does not change, in the branch. */
static bool find_counter(Counted *counted) {
    JitNode *condition = counted->branch->inputs[0];
    if (condition->op != JIT_LT && condition->op != JIT_LE)
        return false;
    bool is_strict = condition->op == JIT_LT, negated = counted->latch_edge == 1;
    JitNode *left = condition->inputs[negated], *right = condition->inputs[!negated]; /* !(a < b): b <= a */
    counted->is_strict = is_strict != negated;
    counted->is_left = jit_is_invariant(counted, right);
    JitNode *compared = counted->is_left ? left : right;
    counted->bound = counted->is_left ? right : left;
    counted->counter = counter_of(counted, compared, &counted->distance);
    if (counted->counter == NULL || !jit_is_invariant(counted, counted->bound))
        return false;
    JitNode *next = counted->counter->inputs[1 - counted->entry_index];
    if (counter_of(counted, next, &counted->step) != counted->counter || counted->step == 0 ||
        (counted->step > 0) != counted->is_left || counted->step > MOST_STEP || counted->step < -MOST_STEP)
        return false;
    /* by one it stops at the bound at the latest; by more it might go past, and round */
    bool is_next = counted->distance == counted->step, by_one = counted->step == 1 || counted->step == -1;
    return (counted->distance == 0 || is_next) &&
           (next->flags & JIT_NO_WRAP || (by_one && counted->is_strict));
}

/* ---- What is in it ----------------------------------------------------------------------------- */

/* The index of an element, or of a check, as the counter plus a constant. */
static bool is_affine(const Counted *counted, JitNode *index) {
    int64_t distance;
    return counter_of(counted, index, &distance) == counted->counter;
}

static bool is_index_check(const Counted *counted, const JitNode *check) {
    const JitNode *condition = check->inputs[0];
    return condition->op == JIT_ULT && is_affine(counted, condition->inputs[0]) &&
           jit_is_invariant(counted, condition->inputs[1]) && jit_fits_unsigned(condition->inputs[1], 63);
}

static bool is_power_of_two(uint64_t bits) {
    return bits != 0 && (bits & (bits - 1)) == 0;
}

static bool is_vector_operation(const JitNode *node) {
    if ((node->op == JIT_DIV || node->op == JIT_REM) && jit_is_const(node->inputs[1]))
        return is_power_of_two(node->inputs[1]->bits);
    return (node->op >= JIT_ADD && node->op <= JIT_SELECT && node->op != JIT_DIV && node->op != JIT_REM &&
            node->op != JIT_UDIV && node->op != JIT_UREM) ||
           (node->op >= JIT_ADD_F64 && node->op <= JIT_NEG_F32 && node->op != JIT_REM_F64 &&
            node->op != JIT_REM_F32) ||
           (node->op >= JIT_I64_TO_F64 && node->op <= JIT_LE_F32);
}

/* A sum, which vector code adds up in order. */
static bool is_sum(const JitNode *phi, const JitNode *next) {
    return (next->op == JIT_ADD_F64 || next->op == JIT_ADD_F32) &&
           (next->inputs[0] == phi) != (next->inputs[1] == phi);
}

static bool fits_vector_code(Counted *counted, JitNode *node) {
    switch (node->op) {
    case JIT_CONST:
    case JIT_POINTER:
    case JIT_HEAD:
    case JIT_VIRTUAL:
    case JIT_JUMP:
    case JIT_BRANCH: return true;
    case JIT_PHI: {
        if (node->block != counted->head)
            return true;
        JitNode *next = node->inputs[1 - counted->entry_index];
        return (next->rep != JIT_REP_F64 && next->rep != JIT_REP_F32) || is_sum(node, next);
    }
    case JIT_CHARGE:
        if (node == counted->charge)
            return true;
        counted->inner_weight += node->number;
        return jit_dominates(node->block, counted->exiting) && node->number <= MOST_STEP;
    case JIT_CHECK: return is_index_check(counted, node) || jit_is_invariant(counted, node->inputs[0]);
    case JIT_LOAD_ELEMENT:
    case JIT_STORE_ELEMENT:
        return jit_is_invariant(counted, node->inputs[0]) && is_affine(counted, node->inputs[1]) &&
               node->access.width != COR_WIDTH_REFERENCE;
    default: return is_vector_operation(node);
    }
}

static bool is_suitable(Counted *counted, const JitGraph *graph) {
    uint32_t count = 0;
    for (uint32_t b = 0; b < graph->block_count; b++) {
        if (!jit_loop_contains(counted->loop, graph->blocks[b]))
            continue;
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            if (++count > MOST_NODES || !fits_vector_code(counted, node))
                return false;
    }
    return true;
}

/* ---- Blocks ------------------------------------------------------------------------------------ */

static JitNode *binary(JitGraph *graph, JitBlock *block, JitOp op, JitNode *a, JitNode *b) {
    return jit_append(graph, block, op, 2, (JitNode *[]){a, b});
}

static JitNode *choose(JitGraph *graph, JitBlock *block, JitNode *condition, JitNode *yes, JitNode *no) {
    return jit_append(graph, block, JIT_SELECT, 3, (JitNode *[]){condition, yes, no});
}

/* A block on the way from the entry to the head, and on the way from the branch to the exit. */
static void insert_blocks(JitGraph *graph, Counted *counted) {
    JitBlock *outer = counted->outer = jit_block_new(graph), *end = counted->end = jit_block_new(graph);
    JitBlock *again = counted->again = jit_block_new(graph), *entry = counted->entry;
    if (graph->failed)
        return;
    for (uint32_t s = 0; s < entry->successor_count; s++)
        if (entry->successors[s] == counted->head)
            entry->successors[s] = outer;
    jit_edge(graph, outer, counted->head); /* as the last predecessor, and moved to where the entry was */
    jit_edge(graph, entry, outer);
    entry->successor_count--; /* it has the edge already */
    counted->head->predecessors[counted->entry_index] = outer;
    counted->head->predecessor_count--;
    uint32_t at = predecessor_index(counted->exit, counted->exiting);
    counted->exiting->successors[1 - counted->latch_edge] = end;
    jit_edge(graph, counted->exiting, end);
    counted->exiting->successor_count--;
    for (uint32_t s = 0; s < 2; s++)
        jit_edge(graph, end, s == counted->latch_edge ? again : counted->exit);
    counted->exit->predecessor_count--;
    counted->exit->predecessors[at] = end;
    jit_edge(graph, again, outer);
}

/* The outer head's phis, and what the head's are then. */
static void make_phis(JitGraph *graph, Counted *counted) {
    uint32_t entry = counted->entry_index;
    for (JitNode *phi = counted->head->first; phi != NULL && phi->op == JIT_PHI; phi = phi->next) {
        JitNode *outer = jit_append(graph, counted->outer, JIT_PHI, 2,
                                    (JitNode *[]){phi->inputs[entry], phi->inputs[1 - entry]});
        phi->scratch = outer;
        phi->inputs[entry] = outer;
    }
}

static JitNode *in_outer(const Counted *counted, JitNode *value) {
    return value->op == JIT_PHI && value->block == counted->head ? value->scratch : value;
}

/* The state of the head, in the outer head. What surrounds the function was there before the loop. */
static const JitState *outer_state(JitGraph *graph, const Counted *counted) {
    const JitState *old = counted->head_node->state;
    JitState *state = cor_arena_copy(graph->arena, old, 1, sizeof *state);
    JitSlot *slots = cor_arena_copy(graph->arena, old->slots, old->slot_count, sizeof *slots);
    JitObject *objects = cor_arena_copy(graph->arena, old->objects, old->object_count, sizeof *objects);
    if (state == NULL || slots == NULL || objects == NULL) {
        graph->failed = true;
        return old;
    }
    for (uint32_t i = 0; i < old->slot_count; i++)
        slots[i].value = in_outer(counted, slots[i].value);
    for (uint32_t o = 0; o < old->object_count; o++) {
        uint32_t count = objects[o].field_count;
        objects[o].fields = cor_arena_copy(graph->arena, objects[o].fields, count, sizeof(JitField));
        for (uint32_t f = 0; objects[o].fields != NULL && f < count; f++)
            objects[o].fields[f].value = in_outer(counted, objects[o].fields[f].value);
        graph->failed |= objects[o].fields == NULL;
    }
    state->slots = slots;
    state->objects = objects;
    return state;
}

/* ---- Numbers ----------------------------------------------------------------------------------- */

/* How often the loop goes back from the round that the outer head starts. */
static JitNode *make_takes(JitGraph *graph, const Counted *counted) {
    JitBlock *block = counted->outer;
    JitNode *one = jit_const(graph, 1), *zero = jit_const(graph, 0);
    uint64_t step = (uint64_t)(counted->step < 0 ? -counted->step : counted->step);
    JitNode *compared = binary(graph, block, JIT_ADD, in_outer(counted, counted->counter),
                               jit_const(graph, (uint64_t)counted->distance));
    JitNode *low = counted->is_left ? compared : counted->bound;
    JitNode *high = counted->is_left ? counted->bound : compared;
    JitNode *goes_on = binary(graph, block, counted->is_strict ? JIT_LT : JIT_LE, low, high);
    JitNode *way = binary(graph, block, JIT_SUB, high, low);
    if (counted->is_strict)
        way = binary(graph, block, JIT_SUB, way, one);
    JitNode *steps = binary(graph, block, JIT_UDIV, way, jit_const(graph, step));
    return choose(graph, block, goes_on, binary(graph, block, JIT_ADD, steps, one), zero);
}

static JitNode *least(JitGraph *graph, JitBlock *block, JitNode *a, JitNode *b) {
    return choose(graph, block, binary(graph, block, JIT_ULT, a, b), a, b);
}

/* The budget suffices for the charges of one round. */
static void ensure_first_round(JitGraph *graph, const Counted *counted) {
    if (counted->inner_weight == 0)
        return;
    JitNode *charge = jit_append(graph, counted->outer, JIT_CHARGE, 0, NULL);
    charge->state = outer_state(graph, counted);
    charge->bits = counted->inner_weight;
}

static void make_count(JitGraph *graph, Counted *counted) {
    JitBlock *block = counted->outer;
    JitNode *zero = jit_const(graph, 0);
    JitNode *weight = jit_const(graph, (uint64_t)counted->charge->number + counted->inner_weight);
    JitNode *budget = jit_append(graph, block, JIT_BUDGET, 0, NULL);
    if (counted->inner_weight != 0) /* of the first round */
        budget = binary(graph, block, JIT_SUB, budget, jit_const(graph, counted->inner_weight));
    JitNode *paid = choose(graph, block, binary(graph, block, JIT_LT, budget, zero), zero,
                           binary(graph, block, JIT_UDIV, budget, weight));
    JitNode *takes = make_takes(graph, counted);
    counted->count = least(graph, block, least(graph, block, takes, paid), jit_const(graph, MOST_ROUNDS));
}

/* ---- Checks ------------------------------------------------------------------------------------ */

static JitNode *all_of(JitGraph *graph, JitBlock *block, JitNode *a, JitNode *b) {
    return a == NULL ? b : binary(graph, block, JIT_AND, a, b);
}

static JitNode *as_bool(JitGraph *graph, JitBlock *block, JitNode *condition) {
    return jit_is_bool(condition) ? condition : binary(graph, block, JIT_NE, condition, jit_const(graph, 0));
}

/* Of the indices of all rounds of the chunk: that of the first and that of the last are below the length, and they are less than
 * half of all numbers apart, so those between are below it, too. */
static JitNode *chunk_condition(JitGraph *graph, const Counted *counted, JitNode *check) {
    JitBlock *block = counted->outer;
    JitNode *condition = check->inputs[0], *length = condition->inputs[1];
    if (jit_is_invariant(counted, condition))
        return as_bool(graph, block, condition);
    int64_t distance;
    counter_of(counted, condition->inputs[0], &distance);
    JitNode *first = binary(graph, block, JIT_ADD, in_outer(counted, counted->counter),
                            jit_const(graph, (uint64_t)distance));
    JitNode *way = binary(graph, block, JIT_MUL, counted->count, jit_const(graph, (uint64_t)counted->step));
    JitNode *last = binary(graph, block, JIT_ADD, first, way);
    return binary(graph, block, JIT_AND, binary(graph, block, JIT_ULT, first, length),
                  binary(graph, block, JIT_ULT, last, length));
}

static void move_checks(JitGraph *graph, Counted *counted) {
    JitNode *conditions = NULL;
    for (uint32_t b = 0; b < graph->block_count; b++) {
        if (!jit_loop_contains(counted->loop, graph->blocks[b]))
            continue;
        for (JitNode *node = graph->blocks[b]->first, *next; node != NULL; node = next) {
            next = node->next;
            if (node->op == JIT_CHARGE && node != counted->charge)
                jit_remove(node);
            if (node->op != JIT_CHECK)
                continue;
            conditions = all_of(graph, counted->outer, conditions, chunk_condition(graph, counted, node));
            jit_remove(node);
        }
    }
    if (conditions == NULL)
        return;
    JitNode *check = jit_append(graph, counted->outer, JIT_CHECK, 1, &conditions);
    check->exit = COR_EXIT_LOOP;
    check->state = outer_state(graph, counted);
}

/* ---- All of it --------------------------------------------------------------------------------- */

static void make_chunks(JitGraph *graph, Counted *counted) {
    JitNode *zero = jit_const(graph, 0), *one = jit_const(graph, 1);
    JitNode *condition = counted->branch->inputs[0];
    insert_blocks(graph, counted);
    if (graph->failed)
        return;
    make_phis(graph, counted);
    ensure_first_round(graph, counted);
    make_count(graph, counted);
    move_checks(graph, counted);
    jit_append(graph, counted->outer, JIT_JUMP, 0, NULL);

    JitNode *round = jit_append(graph, counted->head, JIT_PHI, 2, (JitNode *[]){zero, zero});
    JitNode *next = jit_insert_before(graph, counted->latch->last, JIT_ADD, 2, (JitNode *[]){round, one});
    next->flags |= JIT_NO_WRAP;
    round->inputs[1 - counted->entry_index] = next;
    counted->branch->inputs[0] =
        jit_insert_before(graph, counted->branch, JIT_ULT, 2, (JitNode *[]){round, counted->count});
    JitBlock **successors = counted->exiting->successors;
    successors[0] = counted->latch;
    successors[1] = counted->end;

    uint64_t weight = (uint64_t)counted->charge->number + counted->inner_weight;
    JitNode *spent = binary(graph, counted->end, JIT_MUL, counted->count, jit_const(graph, weight));
    if (counted->inner_weight != 0)
        spent = binary(graph, counted->end, JIT_ADD, spent, jit_const(graph, counted->inner_weight));
    jit_append(graph, counted->end, JIT_SPEND, 1, &spent);
    jit_append(graph, counted->end, JIT_BRANCH, 1, &condition);
    JitNode *charge = jit_append(graph, counted->again, JIT_CHARGE, 0, NULL);
    charge->number = counted->charge->number;
    charge->state = counted->charge->state;
    jit_append(graph, counted->again, JIT_JUMP, 0, NULL);
    jit_remove(counted->charge);
}

static bool change_loop(JitGraph *graph, const JitLoop *loop, JitHasFailed *failed) {
    Counted counted = {.loop = loop};
    if (!loop->is_innermost || !find_shape(&counted, graph))
        return false;
    const JitState *state = counted.head_node->state;
    if (failed != NULL && failed(state->function, state->index, COR_EXIT_LOOP))
        return false;
    jit_hoist_invariants(graph, &counted);
    if (graph->failed || !find_counter(&counted) || !is_suitable(&counted, graph))
        return false;
    make_chunks(graph, &counted);
    return true;
}

void jit_loops(JitGraph *graph, JitHasFailed *failed) {
    if (!graph->is_analysed)
        jit_graph_analyse(graph);
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

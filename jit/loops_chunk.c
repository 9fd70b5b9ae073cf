/* A counted loop becomes one that runs in chunks:
 *
 *   head: phis                                  outer: phis; takes := back-edges still to be taken, count := min(takes,
 *     body, CHECKs                                       budget / weight); CHECK of all indices of the chunk
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
 * On other ways out, and where checks that stay fail, the rounds so far are paid.  Functions that were inlined charge in
 * every round: a chunk has their weight, too, and a CHARGE of nothing before it makes sure of the first round's.  Those
 * behind conditions take their weight where they stand; the chunk counts on all of them. */
#include "jit/loops_internal.h"

static JitNode *binary(JitGraph *graph, JitBlock *block, JitOp op, JitNode *a, JitNode *b) {
    return jit_append(graph, block, op, 2, (JitNode *[]){a, b});
}

static JitNode *choose(JitGraph *graph, JitBlock *block, JitNode *condition, JitNode *yes, JitNode *no) {
    return jit_append(graph, block, JIT_SELECT, 3, (JitNode *[]){condition, yes, no});
}

static uint32_t weight_of_round(const Counted *counted) {
    return counted->charge->number + counted->inner_weight;
}

/* ---- Blocks ------------------------------------------------------------------------------------ */

/* The edge to successor `index` leads to `to`, which has no predecessor yet. */
static void lead_to(JitGraph *graph, JitBlock *from, uint32_t index, JitBlock *to) {
    uint32_t count = from->successor_count;
    jit_edge(graph, from, to);
    from->successors[index] = to;
    from->successor_count = count;
}

/* A block on an edge; what it leads to keeps the order of its predecessors. */
static JitBlock *insert_block(JitGraph *graph, JitBlock *from, uint32_t index) {
    JitBlock *to = from->successors[index], *between = jit_block_new(graph);
    if (graph->failed)
        return between;
    uint32_t at = 0, earlier = 0;
    for (uint32_t s = 0; s < index; s++)
        earlier += from->successors[s] == to;
    while (to->predecessors[at] != from || earlier-- > 0)
        at++;
    lead_to(graph, from, index, between);
    jit_edge(graph, between, to);
    to->predecessor_count--;
    to->predecessors[at] = between;
    return between;
}

static void insert_blocks(Counted *counted) {
    JitGraph *graph = counted->graph;
    counted->outer = insert_block(graph, counted->entry, 0);
    counted->end = insert_block(graph, counted->exiting, 1 - counted->latch_edge);
    counted->again = jit_block_new(graph);
    if (graph->failed)
        return;
    jit_edge(graph, counted->end, counted->again);
    if (counted->latch_edge == 0) {
        counted->end->successors[1] = counted->exit;
        counted->end->successors[0] = counted->again;
    }
    jit_edge(graph, counted->again, counted->outer);
}

/* The outer head's phis, and what the head's are then. */
static void make_phis(Counted *counted) {
    uint32_t entry = counted->entry_index;
    for (JitNode *phi = counted->head->first; phi != NULL && phi->op == JIT_PHI; phi = phi->next) {
        JitNode *outer = jit_append(counted->graph, counted->outer, JIT_PHI, 2,
                                    (JitNode *[]){phi->inputs[entry], phi->inputs[1 - entry]});
        phi->scratch = outer;
        phi->inputs[entry] = outer;
    }
}

JitNode *jit_in_first_round(Counted *counted, JitNode *value) {
    if (jit_is_invariant(counted, value))
        return value;
    if (value->op == JIT_PHI)
        return value->scratch;
    JitNode *a = jit_in_first_round(counted, value->inputs[0]),
            *b = jit_in_first_round(counted, value->inputs[1]);
    return binary(counted->graph, counted->outer, value->op, a, b);
}

/* ---- Numbers ----------------------------------------------------------------------------------- */

static JitNode *side(Counted *counted, const JitSide *of) {
    JitNode *value = jit_in_first_round(counted, of->value);
    return of->distance == 0 ? value
                             : binary(counted->graph, counted->outer, JIT_ADD, value,
                                      jit_const(counted->graph, (uint64_t)of->distance));
}

/* How often the loop goes back from the round that the outer head starts. */
static JitNode *make_takes(Counted *counted) {
    JitGraph *graph = counted->graph;
    JitBlock *block = counted->outer;
    JitNode *one = jit_const(graph, 1), *low = side(counted, &counted->low),
            *high = side(counted, &counted->high);
    JitNode *way = binary(graph, block, JIT_SUB, high, low);
    if (counted->is_ahead) {
        low = binary(graph, block, JIT_ADD, low, counted->stride);
        way = binary(graph, block, JIT_SUB, high, low);
    }
    if (counted->less == JIT_NE)
        return way;
    JitNode *goes_on = binary(graph, block, counted->less, low, high);
    if (counted->less != JIT_LE)
        way = binary(graph, block, JIT_SUB, way, one);
    JitNode *step = counted->stride != NULL ? counted->stride : jit_const(graph, counted->step);
    JitNode *steps = binary(graph, block, JIT_UDIV, way, step);
    return choose(graph, block, goes_on, binary(graph, block, JIT_ADD, steps, one), jit_const(graph, 0));
}

static JitNode *least(Counted *counted, JitNode *a, JitNode *b) {
    JitNode *is_less = binary(counted->graph, counted->outer, JIT_ULT, a, b);
    return choose(counted->graph, counted->outer, is_less, a, b);
}

/* The budget suffices for the charges of one round. */
static void ensure_first_round(Counted *counted, uint32_t first) {
    if (first == 0)
        return;
    JitNode *charge = jit_append(counted->graph, counted->outer, JIT_CHARGE, 0, NULL);
    charge->state = jit_state_of_head(counted->graph, counted->head_node);
    charge->bits = first;
}

/* A stride that is not known is positive, and so small that no counter below the bound wraps. */
static void check_stride(Counted *counted) {
    JitGraph *graph = counted->graph;
    JitBlock *block = counted->outer;
    if (counted->stride == NULL)
        return;
    JitNode *most = jit_const(graph, INT32_MAX), *last = jit_const(graph, INT64_MAX - INT32_MAX);
    JitNode *fits =
        binary(graph, block, JIT_AND, binary(graph, block, JIT_LT, jit_const(graph, 0), counted->stride),
               binary(graph, block, JIT_LE, counted->stride, most));
    fits = binary(graph, block, JIT_AND, fits, binary(graph, block, JIT_LE, counted->high.value, last));
    JitNode *check = jit_append(graph, block, JIT_CHECK, 1, &fits);
    check->exit = COR_EXIT_LOOP;
    check->state = jit_state_of_head(graph, counted->head_node);
}

static void make_count(Counted *counted) {
    JitGraph *graph = counted->graph;
    JitBlock *block = counted->outer;
    check_stride(counted);
    uint32_t first = counted->inner_weight + counted->conditional_weight;
    ensure_first_round(counted, first);
    JitNode *zero = jit_const(graph, 0);
    JitNode *weight = jit_const(graph, weight_of_round(counted) + counted->conditional_weight);
    JitNode *budget = jit_append(graph, block, JIT_BUDGET, 0, NULL);
    if (first != 0)
        budget = binary(graph, block, JIT_SUB, budget, jit_const(graph, first));
    JitNode *paid = choose(graph, block, binary(graph, block, JIT_LT, budget, zero), zero,
                           binary(graph, block, JIT_UDIV, budget, weight));
    counted->count =
        least(counted, least(counted, make_takes(counted), paid), jit_const(graph, JIT_MOST_ROUNDS));
}

/* Rounds of the chunk, and what functions inlined into the round that is under way have taken. */
static JitNode *price(Counted *counted, JitBlock *block, JitNode *place, JitNode *rounds, uint32_t started) {
    JitGraph *graph = counted->graph;
    JitNode *inputs[2] = {rounds, jit_const(graph, weight_of_round(counted))};
    JitNode *result = place != NULL ? jit_insert_before(graph, place, JIT_MUL, 2, inputs)
                                    : jit_append(graph, block, JIT_MUL, 2, inputs);
    if (started == 0)
        return result;
    inputs[0] = result;
    inputs[1] = jit_const(graph, started);
    return place != NULL ? jit_insert_before(graph, place, JIT_ADD, 2, inputs)
                         : jit_append(graph, block, JIT_ADD, 2, inputs);
}

/* ---- Checks ------------------------------------------------------------------------------------ */

/* Of the indices of all rounds of the chunk: that of the first and that of the last are below the length, and they are less than
 * half of all numbers apart, so those between are below it, too. */
static JitNode *chunk_range(Counted *counted, JitNode *index, JitNode *length) {
    JitGraph *graph = counted->graph;
    JitBlock *block = counted->outer;
    JitGrowth growth;
    jit_is_affine(counted, index, &growth);
    JitNode *first = jit_in_first_round(counted, index);
    JitNode *each = jit_const(graph, (uint64_t)growth.fixed);
    if (growth.strides != 0)
        each = binary(graph, block, growth.strides > 0 ? JIT_ADD : JIT_SUB, each, counted->stride);
    JitNode *way = binary(graph, block, JIT_MUL, counted->count, each);
    JitNode *last = binary(graph, block, JIT_ADD, first, way);
    JitNode *both = binary(graph, block, JIT_AND, binary(graph, block, JIT_ULT, first, length),
                           binary(graph, block, JIT_ULT, last, length));
    return jit_fits_unsigned(length, 63) ? both
                                         : binary(graph, block, JIT_AND, both,
                                                  binary(graph, block, JIT_LE, jit_const(graph, 0), length));
}

static JitNode *chunk_condition(Counted *counted, const JitNode *check) {
    JitGraph *graph = counted->graph;
    JitBlock *block = counted->outer;
    JitNode *condition = check->inputs[0];
    if (jit_is_invariant(counted, condition))
        return jit_is_bool(condition) ? condition
                                      : binary(graph, block, JIT_NE, condition, jit_const(graph, 0));
    return chunk_range(counted, condition->inputs[0], condition->inputs[1]);
}

/* That an element behind a condition may be read in all rounds, where that condition may be what kept the index in range. */
static JitNode *readable_condition(Counted *counted, const JitNode *node) {
    if (node->op != JIT_LOAD_ELEMENT && node->op != JIT_STRING_BYTE)
        return NULL;
    JitOp op = node->op == JIT_STRING_BYTE ? JIT_STRING_LENGTH : JIT_LENGTH;
    JitNode *length = jit_append(counted->graph, counted->outer, op, 1, &node->inputs[0]);
    return chunk_range(counted, node->inputs[1], length);
}

/* One check for all, of those in every round or of the others. */
static void move_checks(Counted *counted, bool in_every_round) {
    JitGraph *graph = counted->graph;
    JitNode *conditions = NULL;
    for (uint32_t b = counted->head->order; b < graph->block_count; b++) {
        JitBlock *block = graph->blocks[b];
        if (!jit_loop_contains(counted->loop, block) ||
            jit_dominates(block, counted->exiting) != in_every_round)
            continue;
        for (JitNode *node = block->first, *next; node != NULL; node = next) {
            next = node->next;
            JitNode *condition = NULL;
            if (node->op == JIT_CHECK && jit_is_chunk_check(counted, node)) {
                condition = chunk_condition(counted, node);
                jit_remove(node);
            } else if (!in_every_round && counted->is_flattened) {
                condition = readable_condition(counted, node);
            }
            if (condition != NULL)
                conditions = conditions == NULL
                                 ? condition
                                 : binary(graph, counted->outer, JIT_AND, conditions, condition);
        }
    }
    if (conditions == NULL)
        return;
    JitNode *check = jit_append(graph, counted->outer, JIT_CHECK, 1, &conditions);
    check->exit = in_every_round ? COR_EXIT_LOOP : COR_EXIT_AHEAD;
    check->state = jit_state_of_head(graph, counted->head_node);
}

/* ---- What is paid where ------------------------------------------------------------------------ */

/* What the charges of every round before the end of a block, or before a node of it, come to. */
static uint32_t weight_before(const Counted *counted, const JitBlock *end, const JitNode *place) {
    uint32_t weight = 0;
    for (const JitBlock *block = end;; block = block->dominator) {
        for (const JitNode *node = block->first; node != NULL && node != place; node = node->next)
            if (node->op == JIT_CHARGE && jit_dominates(block, counted->exiting))
                weight += node->number;
        if (block == counted->head)
            return weight;
        place = NULL;
    }
}

/* Checks that stay, and other ways out, before the charges are taken away. */
static void pay_on_the_way(Counted *counted) {
    JitGraph *graph = counted->graph;
    uint32_t block_count = graph->block_count;
    for (uint32_t b = counted->head->order; b < block_count && !graph->failed; b++) {
        JitBlock *block = graph->blocks[b];
        if (!jit_loop_contains(counted->loop, block))
            continue;
        for (JitNode *node = block->first; node != NULL; node = node->next)
            if (node->op == JIT_CHECK)
                jit_add_input(
                    graph, node,
                    price(counted, NULL, node, counted->round, weight_before(counted, block, node)));
        for (uint32_t s = 0; s < block->successor_count; s++) {
            if (block == counted->exiting || jit_loop_contains(counted->loop, block->successors[s]))
                continue;
            JitBlock *way = insert_block(graph, block, s);
            JitNode *spent = price(counted, way, NULL, counted->round, weight_before(counted, block, NULL));
            jit_append(graph, way, JIT_SPEND, 1, &spent);
            jit_append(graph, way, JIT_JUMP, 0, NULL);
        }
    }
}

/* Charges of every round go; those behind conditions need no look. */
static void drop_charges(Counted *counted) {
    JitGraph *graph = counted->graph;
    for (uint32_t b = counted->head->order; b < graph->block_count; b++) {
        JitBlock *block = graph->blocks[b];
        if (!jit_loop_contains(counted->loop, block))
            continue;
        for (JitNode *node = block->first, *next; node != NULL; node = next) {
            next = node->next;
            if (node->op != JIT_CHARGE || node == counted->charge)
                continue;
            if (!jit_dominates(block, counted->exiting)) {
                JitNode *weight = jit_const(graph, node->number);
                jit_insert_before(graph, node, JIT_SPEND, 1, &weight);
            }
            jit_remove(node);
        }
    }
}

/* ---- All of it --------------------------------------------------------------------------------- */

/* The head's phi, and the sum before the back-edge, which come last of all so that nothing takes them for the loop's. */
static void count_rounds(Counted *counted) {
    JitGraph *graph = counted->graph;
    JitNode *zero = jit_const(graph, 0), *one = jit_const(graph, 1);
    counted->round = jit_append(graph, counted->head, JIT_PHI, 2, (JitNode *[]){zero, zero});
    JitNode *next =
        jit_insert_before(graph, counted->latch->last, JIT_ADD, 2, (JitNode *[]){counted->round, one});
    next->flags |= JIT_NO_WRAP;
    counted->round->inputs[1 - counted->entry_index] = next;
    counted->branch->inputs[0] =
        jit_insert_before(graph, counted->branch, JIT_ULT, 2, (JitNode *[]){counted->round, counted->count});
    counted->exiting->successors[0] = counted->latch;
    counted->exiting->successors[1] = counted->end;
}

void jit_make_chunks(Counted *counted) {
    JitGraph *graph = counted->graph;
    JitNode *condition = counted->branch->inputs[0];
    counted->is_flattened = jit_is_flattened(counted);
    insert_blocks(counted);
    if (graph->failed)
        return;
    make_phis(counted);
    make_count(counted);
    move_checks(counted, true);
    move_checks(counted, false);
    jit_carry(counted);
    jit_append(graph, counted->outer, JIT_JUMP, 0, NULL);
    count_rounds(counted);
    pay_on_the_way(counted);
    drop_charges(counted);

    JitNode *spent = price(counted, counted->end, NULL, counted->count, counted->inner_weight);
    jit_append(graph, counted->end, JIT_SPEND, 1, &spent);
    jit_append(graph, counted->end, JIT_BRANCH, 1, &condition);
    JitNode *charge = jit_append(graph, counted->again, JIT_CHARGE, 0, NULL);
    charge->number = counted->charge->number;
    charge->state = counted->charge->state;
    jit_append(graph, counted->again, JIT_JUMP, 0, NULL);
    jit_remove(counted->charge);
    if (counted->is_flattened)
        jit_flatten(counted);
}

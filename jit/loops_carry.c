/* What one round stores and the next one loads, as `row[j]` and `row[j - 1]`, need not go through memory, on which the rounds
 * would wait for each other: the load becomes a phi, of what is in memory before the first round and what each round stores.
 *
 * The load is in every round, with nothing before it that may leave, so that it may be done in front of the loop; and
 * no other store may reach the element: those to the same array are a constant apart, and other arrays are checked to be others
 * (exit ALIAS). */
#include "jit/loops_internal.h"

enum { MOST_ARRAYS = 3 };

/* A load on its way. */
typedef struct Carry {
    Counted *counted;
    JitNode *load, *phi; /* which has the element of the phi plus `distance`, */
    int64_t distance;
    int64_t earlier;              /* which in the round before is that of the phi plus this, */
    JitNode *store;               /* and is stored there; NULL: not found yet */
    JitNode *arrays[MOST_ARRAYS]; /* that are not to be the load's */
    uint32_t array_count;
} Carry;

static bool tell_apart(Carry *carry, JitNode *array) {
    if (jit_are_distinct(array, carry->load->inputs[0]))
        return true;
    for (uint32_t i = 0; i < carry->array_count; i++)
        if (carry->arrays[i] == array)
            return true;
    if (!carry->counted->may_tell_apart || !jit_is_invariant(carry->counted, array) ||
        carry->array_count == MOST_ARRAYS)
        return false;
    carry->arrays[carry->array_count++] = array;
    return true;
}

/* Whether a store is the one, or reaches other elements. */
static bool look_at_store(Carry *carry, JitNode *store) {
    int64_t distance;
    if (!jit_same_access(store, carry->load))
        return true;
    if (store->inputs[0] != carry->load->inputs[0])
        return tell_apart(carry, store->inputs[0]);
    if (jit_split_sum(store->inputs[1], &distance) != carry->phi || distance == carry->distance)
        return false;
    if (distance != carry->earlier)
        return true;
    bool is_only = carry->store == NULL;
    carry->store = store;
    return is_only && jit_dominates(store->block, carry->counted->exiting);
}

/* Whether the value of a load is what the round before has stored. */
static bool find_store(Carry *carry) {
    const Counted *counted = carry->counted;
    const JitGraph *graph = counted->graph;
    uint8_t width = carry->load->access.width;
    carry->phi = jit_split_sum(carry->load->inputs[1], &carry->distance);
    int64_t step = jit_step_of(counted, carry->phi);
    if (step == 0 || (width != COR_WIDTH_64 && width != COR_WIDTH_REFERENCE) ||
        !jit_is_invariant(counted, carry->load->inputs[0]) ||
        __builtin_add_overflow(carry->distance, step, &carry->earlier))
        return false;
    for (uint32_t b = counted->head->order; b < graph->block_count; b++) {
        if (!jit_loop_contains(counted->loop, graph->blocks[b]))
            continue;
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            if (node->op == JIT_STORE_ELEMENT && !look_at_store(carry, node))
                return false;
    }
    return carry->store != NULL;
}

static void replace(const Carry *carry) {
    Counted *counted = carry->counted;
    JitGraph *graph = counted->graph;
    JitNode *load = carry->load, *array = load->inputs[0];
    for (uint32_t i = 0; i < carry->array_count; i++) {
        JitNode *differ =
            jit_append(graph, counted->outer, JIT_NE, 2, (JitNode *[]){array, carry->arrays[i]});
        JitNode *check = jit_append(graph, counted->outer, JIT_CHECK, 1, &differ);
        check->exit = COR_EXIT_ALIAS;
        check->state = jit_state_of_head(graph, counted->head_node);
    }
    JitNode *index = jit_in_first_round(counted, load->inputs[1]);
    JitNode *first = jit_append(graph, counted->outer, JIT_LOAD_ELEMENT, 2, (JitNode *[]){array, index});
    first->access = load->access;
    first->flags = load->flags;
    first->rep = load->rep;
    JitNode *inputs[2] = {carry->store->inputs[2], carry->store->inputs[2]};
    inputs[counted->entry_index] = first;
    JitNode *phi = jit_append(graph, counted->head, JIT_PHI, 2, inputs);
    phi->rep = load->rep;
    JitNode **replaced = cor_arena_allocate(graph->arena, graph->node_count, sizeof(JitNode *));
    if (replaced == NULL || graph->failed) {
        graph->failed = true;
        return;
    }
    replaced[load->id] = phi;
    jit_replace_all(graph, replaced);
    jit_remove(load);
}

/* Whether a round may end before its end. */
static bool may_leave(const Counted *counted) {
    const JitGraph *graph = counted->graph;
    for (uint32_t b = counted->head->order; b < graph->block_count; b++) {
        const JitBlock *block = graph->blocks[b];
        if (!jit_loop_contains(counted->loop, block))
            continue;
        for (const JitNode *node = block->first; node != NULL; node = node->next)
            if (node->op == JIT_CHECK)
                return true;
        for (uint32_t s = 0; s < block->successor_count; s++)
            if (block != counted->exiting && !jit_loop_contains(counted->loop, block->successors[s]))
                return true;
    }
    return false;
}

void jit_carry(Counted *counted) {
    const JitGraph *graph = counted->graph;
    uint32_t block_count = may_leave(counted) ? counted->head->order + 1 : graph->block_count;
    for (uint32_t b = counted->head->order; b < block_count; b++) {
        JitBlock *block = graph->blocks[b];
        if (!jit_loop_contains(counted->loop, block) || !jit_dominates(block, counted->exiting))
            continue;
        for (JitNode *node = block->first, *next; node != NULL && node->op != JIT_CHECK; node = next) {
            next = node->next;
            Carry carry = {.counted = counted, .load = node};
            if (node->op == JIT_LOAD_ELEMENT && find_store(&carry) && !graph->failed)
                replace(&carry);
        }
    }
}

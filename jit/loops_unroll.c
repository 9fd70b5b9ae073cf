/* Short loops whose number of rounds is known are written out: the last round is the loop itself, and each round before it a
 * copy.  What is left of the loop, a branch whose condition is known, simplification removes.
 *
 * So the loop around it may become one that runs in chunks, and what depends on the counter becomes constant. */
#include "jit/loops_internal.h"

#include <string.h>

enum { MOST_COPIES = 9, MOST_NODES = 300 };

/* Copies of a loop. */
typedef struct Unroll {
    const Counted *counted;
    JitGraph *graph;
    JitNode **values;  /* by id: what stands for a node of the loop in the round that is written */
    JitBlock **blocks; /* by id: the copy of a block */
    uint32_t node_count, block_count;
} Unroll;

/* ---- How often, and how much ------------------------------------------------------------------- */

/* What a side of the comparison is in the first round. */
static bool first_value(const Counted *counted, const JitSide *side, uint64_t *value) {
    const JitNode *node = side->step == 0 ? side->value : side->value->inputs[counted->entry_index];
    *value = jit_is_const(node) ? node->bits + (uint64_t)side->distance : 0;
    return jit_is_const(node);
}

static bool goes_on(JitOp less, uint64_t low, uint64_t high) {
    switch (less) {
    case JIT_LT: return (int64_t)low < (int64_t)high;
    case JIT_LE: return (int64_t)low <= (int64_t)high;
    case JIT_ULT: return low < high;
    default: return low != high;
    }
}

/* How many rounds come before the last one; more than MOST_COPIES: too many, or nobody knows. */
static uint32_t count_copies(const Counted *counted) {
    uint64_t low, high;
    uint32_t count = 0;
    if (counted->stride != NULL || !first_value(counted, &counted->low, &low) ||
        !first_value(counted, &counted->high, &high))
        return UINT32_MAX;
    for (; count <= MOST_COPIES && goes_on(counted->less, low, high); count++) {
        low += (uint64_t)counted->low.step;
        high += (uint64_t)counted->high.step;
    }
    return count;
}

/* How many nodes the loop has; UINT32_MAX when it must not be copied: it has calls, or is left in the middle. */
static uint32_t count_nodes(const Counted *counted) {
    const JitGraph *graph = counted->graph;
    uint32_t count = 0;
    for (uint32_t b = counted->head->order; b < graph->block_count; b++) {
        const JitBlock *block = graph->blocks[b];
        if (!jit_loop_contains(counted->loop, block))
            continue;
        for (const JitNode *node = block->first; node != NULL; node = node->next) {
            count += node->op != JIT_PHI && node->op != JIT_JUMP;
            if (jit_op_info[node->op].effects & EFFECT_K || node->op == JIT_VIRTUAL)
                return UINT32_MAX;
        }
        for (uint32_t s = 0; s < block->successor_count; s++)
            if (!jit_loop_contains(counted->loop, block->successors[s]) && block != counted->exiting)
                return UINT32_MAX;
    }
    return count;
}

/* ---- Copies ------------------------------------------------------------------------------------ */

static JitNode *value_in_round(void *context, JitNode *node) {
    const Unroll *unroll = context;
    return node->id < unroll->node_count && unroll->values[node->id] != NULL ? unroll->values[node->id]
                                                                             : node;
}

/* A phi gets its inputs with its block's edges; the branch that counts is decided. */
static void copy_node(Unroll *unroll, JitNode *node) {
    bool is_empty = node->op == JIT_PHI || node == unroll->counted->branch;
    JitOp op = node == unroll->counted->branch ? JIT_JUMP : (JitOp)node->op;
    JitNode *copy = jit_append(unroll->graph, unroll->blocks[node->block->id], op,
                               is_empty ? 0 : node->input_count, node->inputs);
    if (unroll->graph->failed)
        return;
    JitNode own = *copy;
    *copy = *node; /* what the operation says, and who it is: */
    copy->op = own.op;
    copy->id = own.id;
    copy->block = own.block;
    copy->previous = own.previous;
    copy->next = own.next;
    copy->input_count = own.input_count;
    copy->input_capacity = own.input_capacity;
    copy->inputs = own.inputs;
    for (uint32_t i = 0; i < copy->input_count; i++)
        copy->inputs[i] = value_in_round(unroll, copy->inputs[i]);
    copy->state = jit_state_map(unroll->graph, node->state, value_in_round, unroll);
    unroll->values[node->id] = copy;
}

static void copy_phi_inputs(Unroll *unroll, const JitBlock *block) {
    const JitBlock *copy = unroll->blocks[block->id];
    for (const JitNode *phi = block->first; phi != NULL && phi->op == JIT_PHI; phi = phi->next)
        for (uint32_t i = 0; i < copy->predecessor_count; i++) {
            uint32_t p = 0;
            while (unroll->blocks[block->predecessors[p]->id] != copy->predecessors[i])
                p++;
            jit_add_input(unroll->graph, unroll->values[phi->id], value_in_round(unroll, phi->inputs[p]));
        }
}

static bool is_copied(Unroll *unroll, const JitBlock *block) {
    return jit_loop_contains(unroll->counted->loop, block);
}

/* The blocks of a round, in which the head's phis have got their values. */
static void copy_blocks(Unroll *unroll) {
    JitGraph *graph = unroll->graph;
    const JitBlock *head = unroll->counted->head;
    for (uint32_t b = head->order; b < unroll->block_count; b++)
        if (is_copied(unroll, graph->blocks[b])) {
            unroll->blocks[b] = jit_block_new(graph);
            unroll->blocks[b]->is_cold = graph->blocks[b]->is_cold;
        }
    for (uint32_t b = head->order; b < unroll->block_count && !graph->failed; b++) {
        const JitBlock *block = graph->blocks[b];
        if (!is_copied(unroll, block))
            continue;
        for (JitNode *node = block->first; node != NULL && !graph->failed; node = node->next)
            if (node->op != JIT_HEAD && (node->op != JIT_PHI || block != head))
                copy_node(unroll, node);
        if (block != head && !graph->failed)
            copy_phi_inputs(unroll, block);
        for (uint32_t s = 0; s < block->successor_count && !graph->failed; s++)
            if (is_copied(unroll, block->successors[s]) && block->successors[s] != head)
                jit_edge(graph, unroll->blocks[b], unroll->blocks[block->successors[s]->id]);
    }
}

/* What the head's phis are in the next round. */
static void begin_round(Unroll *unroll, uint32_t edge) {
    for (JitNode *phi = unroll->counted->head->first; phi->op == JIT_PHI; phi = phi->next)
        phi->scratch = value_in_round(unroll, phi->inputs[edge]);
    memset(unroll->values, 0, unroll->node_count * sizeof *unroll->values);
    for (JitNode *phi = unroll->counted->head->first; phi->op == JIT_PHI; phi = phi->next)
        unroll->values[phi->id] = phi->scratch;
}

/* A copy of the loop between what leads to the loop and its head. */
static void copy_round(Unroll *unroll, bool is_first) {
    const Counted *counted = unroll->counted;
    JitGraph *graph = unroll->graph;
    JitBlock *head = counted->head, *entry = head->predecessors[counted->entry_index];
    begin_round(unroll, is_first ? counted->entry_index : 1 - counted->entry_index);
    copy_blocks(unroll);
    if (graph->failed)
        return;
    entry->successor_count = 0; /* a jump's only one */
    jit_edge(graph, entry, unroll->blocks[head->id]);
    JitBlock *latch = unroll->blocks[counted->latch->id];
    jit_edge(graph, latch, head);
    head->predecessor_count--; /* it is where the entry was */
    head->predecessors[counted->entry_index] = latch;
}

static void write_out(const Counted *counted, uint32_t copies) {
    JitGraph *graph = counted->graph;
    Unroll unroll = {.counted = counted,
                     .graph = graph,
                     .node_count = graph->node_count,
                     .block_count = graph->block_count};
    unroll.values = cor_arena_allocate(graph->arena, unroll.node_count, sizeof *unroll.values);
    unroll.blocks = cor_arena_allocate(graph->arena, unroll.block_count, sizeof *unroll.blocks);
    if (unroll.values == NULL || unroll.blocks == NULL) {
        graph->failed = true;
        return;
    }
    for (uint32_t n = 0; n < copies && !graph->failed; n++)
        copy_round(&unroll, n == 0);
    if (graph->failed)
        return;
    for (JitNode *phi = counted->head->first; copies != 0 && phi->op == JIT_PHI; phi = phi->next)
        phi->scratch = value_in_round(&unroll, phi->inputs[1 - counted->entry_index]);
    for (JitNode *phi = counted->head->first; copies != 0 && phi->op == JIT_PHI; phi = phi->next)
        phi->inputs[counted->entry_index] = phi->scratch;
    counted->branch->inputs[0] = jit_const(graph, counted->latch_edge == 1);
}

bool jit_unroll(JitGraph *graph) {
    bool changed = false;
    for (uint32_t l = 0; l < graph->loop_count && !graph->failed; l++) {
        Counted counted = {.graph = graph, .loop = graph->loops[l]};
        if (!counted.loop->is_innermost || !jit_find_counted(&counted))
            continue;
        uint32_t copies = count_copies(&counted), nodes = copies > MOST_COPIES ? 0 : count_nodes(&counted);
        if (copies > MOST_COPIES || nodes > MOST_NODES / (copies + 1))
            continue;
        write_out(&counted, copies);
        changed = true;
    }
    if (changed)
        jit_graph_analyse(graph);
    return changed;
}

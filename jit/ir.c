/* The JIT's SSA form: building graphs, and changing them (ir.h has the model).
 *
 * After a failure (memory, size) every function goes on with the graph's own spare node and block, which belong to no
 * list, so a builder checks graph->failed once at its end. */
#include "jit/ir.h"

#include <assert.h>
#include <string.h>

const JitOpInfo jit_op_info[JIT_OP_COUNT] = {
#define NODE(name, text, inputs, result, effects, semantics) {text, inputs, JIT_REP_##result, effects},
#include "jit/nodes.def"
#undef NODE
};

/* ---- The graph and its blocks ------------------------------------------------------------------ */

JitGraph *jit_graph_new(CorArena *arena, CorLoweredFunction *function) {
    JitGraph *graph = cor_arena_allocate(arena, 1, sizeof *graph);
    if (graph == NULL)
        return NULL;
    graph->arena = arena;
    graph->function = function;
    graph->no_node.block = &graph->no_block;
    return graph;
}

JitBlock *jit_block_new(JitGraph *graph) {
    if (graph->failed)
        return &graph->no_block;
    JitBlock **blocks = graph->block_count == JIT_MAX_BLOCKS
                            ? NULL
                            : cor_arena_grow(graph->arena, graph->blocks, graph->block_count,
                                             &graph->block_capacity, sizeof *blocks);
    JitBlock *block = blocks == NULL ? NULL : cor_arena_allocate(graph->arena, 1, sizeof *block);
    if (block == NULL) {
        graph->failed = true;
        return &graph->no_block;
    }
    graph->blocks = blocks;
    block->id = graph->block_count++;
    blocks[block->id] = block;
    graph->is_analysed = false;
    return block;
}

void jit_edge(JitGraph *graph, JitBlock *from, JitBlock *to) {
    if (graph->failed)
        return;
    JitBlock **successors = cor_arena_grow(graph->arena, from->successors, from->successor_count,
                                           &from->successor_capacity, sizeof *successors);
    JitBlock **predecessors = cor_arena_grow(graph->arena, to->predecessors, to->predecessor_count,
                                             &to->predecessor_capacity, sizeof *predecessors);
    if (successors == NULL || predecessors == NULL) {
        graph->failed = true;
        return;
    }
    from->successors = successors;
    successors[from->successor_count++] = to;
    to->predecessors = predecessors;
    predecessors[to->predecessor_count++] = from;
    graph->is_analysed = false;
}

/* ---- Nodes ------------------------------------------------------------------------------------- */

/* A node in no block yet; NULL and graph->failed when there is no room. */
static JitNode *make_node(JitGraph *graph, JitOp op, uint32_t input_count, JitNode *const *inputs) {
    assert(jit_op_info[op].inputs < 0 || jit_op_info[op].inputs == (int)input_count);
    if (graph->failed)
        return NULL;
    JitNode *node =
        graph->node_count == JIT_MAX_NODES ? NULL : cor_arena_allocate(graph->arena, 1, sizeof *node);
    JitNode **copy = node == NULL ? NULL : cor_arena_allocate(graph->arena, input_count, sizeof *copy);
    if (copy == NULL) {
        graph->failed = true;
        return NULL;
    }
    if (input_count != 0)
        memcpy(copy, inputs, input_count * sizeof *copy);
    node->op = (uint16_t)op;
    node->rep = (uint8_t)jit_op_info[op].result;
    node->id = graph->node_count++;
    node->inputs = copy;
    node->input_count = node->input_capacity = input_count;
    return node;
}

/* Puts a node before `next`, or last when that is NULL. */
static JitNode *link_node(JitBlock *block, JitNode *node, JitNode *next) {
    JitNode *previous = next == NULL ? block->last : next->previous;
    node->block = block;
    node->previous = previous;
    node->next = next;
    *(previous == NULL ? &block->first : &previous->next) = node;
    *(next == NULL ? &block->last : &next->previous) = node;
    return node;
}

static JitNode *first_after_phis(const JitBlock *block) {
    JitNode *node = block->first;
    while (node != NULL && node->op == JIT_PHI)
        node = node->next;
    return node;
}

JitNode *jit_append(JitGraph *graph, JitBlock *block, JitOp op, uint32_t input_count,
                    JitNode *const *inputs) {
    JitNode *node = make_node(graph, op, input_count, inputs);
    if (node == NULL)
        return &graph->no_node;
    if (op == JIT_PHI)
        return link_node(block, node, first_after_phis(block));
    assert(block->last == NULL || !(jit_op_info[block->last->op].effects & EFFECT_E));
    return link_node(block, node, NULL);
}

JitNode *jit_insert_before(JitGraph *graph, JitNode *place, JitOp op, uint32_t input_count,
                           JitNode *const *inputs) {
    JitNode *node = make_node(graph, op, input_count, inputs);
    return node == NULL ? &graph->no_node : link_node(place->block, node, place);
}

void jit_add_input(JitGraph *graph, JitNode *node, JitNode *input) {
    if (graph->failed)
        return;
    JitNode **inputs =
        cor_arena_grow(graph->arena, node->inputs, node->input_count, &node->input_capacity, sizeof *inputs);
    if (inputs == NULL) {
        graph->failed = true;
        return;
    }
    node->inputs = inputs;
    inputs[node->input_count++] = input;
}

void jit_remove(JitNode *node) {
    JitBlock *block = node->block;
    *(node->previous == NULL ? &block->first : &node->previous->next) = node->next;
    *(node->next == NULL ? &block->last : &node->next->previous) = node->previous;
    node->block = NULL;
    node->previous = node->next = NULL;
}

void jit_move_before(JitNode *node, JitNode *place) {
    jit_remove(node);
    link_node(place->block, node, place);
}

/* ---- Constants --------------------------------------------------------------------------------- */

/* Where the table has the CONST of these bits, or where it would go: open addressing, at most half full. */
static JitNode **find_number(JitNode **table, uint32_t capacity, uint64_t bits) {
    uint32_t at = (uint32_t)((bits * 0x9E3779B97F4A7C15u) >> 32);
    for (;; at++) {
        JitNode **place = &table[at & (capacity - 1)];
        if (*place == NULL || (*place)->bits == bits)
            return place;
    }
}

static bool grow_numbers(JitGraph *graph) {
    uint32_t capacity = graph->number_capacity == 0 ? 64 : graph->number_capacity * 2;
    JitNode **table = cor_arena_allocate(graph->arena, capacity, sizeof *table);
    if (table == NULL)
        return false;
    for (uint32_t i = 0; i < graph->number_capacity; i++) {
        JitNode *node = graph->numbers[i];
        if (node != NULL)
            *find_number(table, capacity, node->bits) = node;
    }
    graph->numbers = table;
    graph->number_capacity = capacity;
    return true;
}

JitNode *jit_const(JitGraph *graph, uint64_t bits) {
    if (graph->number_count * 2 >= graph->number_capacity && !graph->failed && !grow_numbers(graph))
        graph->failed = true;
    if (graph->failed)
        return &graph->no_node;
    JitNode **place = find_number(graph->numbers, graph->number_capacity, bits);
    if (*place != NULL && (*place)->block != NULL)
        return *place;
    JitNode *node = make_node(graph, JIT_CONST, 0, NULL);
    if (node == NULL)
        return &graph->no_node;
    node->bits = bits;
    graph->number_count += *place == NULL; /* else it was removed, and comes back */
    *place = node;
    return link_node(graph->blocks[0], node, graph->blocks[0]->first);
}

uint32_t jit_constant(JitGraph *graph, JitConstant constant) {
    for (uint32_t i = 0; i < graph->constant_count; i++) {
        const JitConstant *other = &graph->constants[i];
        if (other->kind == constant.kind && other->pointer == constant.pointer &&
            other->function == constant.function && other->index == constant.index)
            return i;
    }
    JitConstant *constants = cor_arena_grow(graph->arena, graph->constants, graph->constant_count,
                                            &graph->constant_capacity, sizeof *constants);
    if (constants == NULL) {
        graph->failed = true;
        return 0;
    }
    graph->constants = constants;
    constants[graph->constant_count] = constant;
    return graph->constant_count++;
}

/* ---- Replacing --------------------------------------------------------------------------------- */

/* What a value becomes in the end; shortens the way there. */
static JitNode *final_value(JitNode **replaced, JitNode *node) {
    JitNode *end = node;
    while (replaced[end->id] != NULL)
        end = replaced[end->id];
    while (node != end) {
        JitNode *next = replaced[node->id];
        replaced[node->id] = end;
        node = next;
    }
    return end;
}

static void replace_in_state(JitNode **replaced, const JitState *state) {
    for (uint32_t i = 0; i < state->slot_count; i++)
        state->slots[i].value = final_value(replaced, state->slots[i].value);
    for (uint32_t o = 0; o < state->object_count; o++)
        for (uint32_t f = 0; f < state->objects[o].field_count; f++)
            state->objects[o].fields[f].value = final_value(replaced, state->objects[o].fields[f].value);
}

void jit_replace_all(JitGraph *graph, JitNode **replaced) {
    graph->visits++;
    for (uint32_t b = 0; b < graph->block_count; b++) {
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next) {
            for (uint32_t i = 0; i < node->input_count; i++)
                node->inputs[i] = final_value(replaced, node->inputs[i]);
            for (const JitState *state = node->state; jit_state_visit(graph, state); state = state->caller)
                replace_in_state(replaced, state);
        }
    }
}

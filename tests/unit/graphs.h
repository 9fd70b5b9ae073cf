/* Graphs of the JIT's SSA form, built by hand. */
#ifndef TEST_GRAPHS_H
#define TEST_GRAPHS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jit/ir.h"
#include "vm/runtime/type.h"

/* A graph with its arena, and blocks that a test names by number. */
typedef struct Graph {
    CorArena *arena;
    JitGraph *graph;
    CorLoweredFunction function;
    JitBlock *blocks[16];
} Graph;

static inline void graph_open(Graph *g, uint32_t blocks) {
    memset(g, 0, sizeof *g);
    g->arena = cor_arena_new();
    g->function.name = "test";
    g->graph = jit_graph_new(g->arena, &g->function);
    for (uint32_t b = 0; b < blocks; b++)
        g->blocks[b] = jit_block_new(g->graph);
}

static inline void graph_close(Graph *g) {
    cor_arena_free(g->arena);
}

static inline void edge(Graph *g, uint32_t from, uint32_t to) {
    jit_edge(g->graph, g->blocks[from], g->blocks[to]);
}

static inline JitNode *node0(Graph *g, uint32_t block, JitOp op) {
    return jit_append(g->graph, g->blocks[block], op, 0, NULL);
}

static inline JitNode *node1(Graph *g, uint32_t block, JitOp op, JitNode *a) {
    return jit_append(g->graph, g->blocks[block], op, 1, &a);
}

static inline JitNode *node2(Graph *g, uint32_t block, JitOp op, JitNode *a, JitNode *b) {
    return jit_append(g->graph, g->blocks[block], op, 2, (JitNode *[]){a, b});
}

static inline JitNode *node3(Graph *g, uint32_t block, JitOp op, JitNode *a, JitNode *b, JitNode *c) {
    return jit_append(g->graph, g->blocks[block], op, 3, (JitNode *[]){a, b, c});
}

static inline JitNode *param(Graph *g, uint32_t number) {
    JitNode *node = node0(g, 0, JIT_PARAM);
    node->number = number;
    return node;
}

static inline JitNode *number(Graph *g, uint64_t bits) {
    return jit_const(g->graph, bits);
}

/* A state of `count` slots, 0 and up. */
static inline JitState *state(Graph *g, uint32_t index, uint32_t count, JitNode *const *values) {
    JitState *made = cor_arena_allocate(g->arena, 1, sizeof *made);
    made->function = &g->function;
    made->index = index;
    made->slot_count = count;
    made->slots = cor_arena_allocate(g->arena, count, sizeof *made->slots);
    for (uint32_t i = 0; i < count; i++)
        made->slots[i] = (JitSlot){i, values[i]};
    return made;
}

static inline JitNode *check(Graph *g, uint32_t block, JitNode *condition, uint32_t exit, JitState *where) {
    JitNode *node = node1(g, block, JIT_CHECK, condition);
    node->exit = exit;
    node->state = where;
    return node;
}

static inline void jump(Graph *g, uint32_t from, uint32_t to) {
    node0(g, from, JIT_JUMP);
    edge(g, from, to);
}

static inline void branch(Graph *g, uint32_t from, JitNode *condition, uint32_t then, uint32_t otherwise) {
    node1(g, from, JIT_BRANCH, condition);
    edge(g, from, then);
    edge(g, from, otherwise);
}

static inline JitNode *give(Graph *g, uint32_t block, JitNode *value) {
    return node1(g, block, JIT_RETURN, value);
}

/* How many nodes of an operation the graph has. */
static inline uint32_t count_nodes(const Graph *g, JitOp op) {
    uint32_t count = 0;
    for (uint32_t b = 0; b < g->graph->block_count; b++)
        for (const JitNode *node = g->graph->blocks[b]->first; node != NULL; node = node->next)
            count += node->op == op;
    return count;
}

/* Fails the test, with the graph, when an invariant is broken. */
static inline void verify(Graph *g) {
    const char *wrong = jit_graph_verify(g->graph);
    if (wrong == NULL)
        return;
    jit_graph_dump(g->graph, stderr);
    fail_msg("%s", wrong);
}

#endif

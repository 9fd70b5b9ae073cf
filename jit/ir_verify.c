/* Checks what ir.h and nodes.def promise of a graph, so that a pass that breaks it is found where it stands. */
#include "jit/ir.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct Verifier {
    const JitGraph *graph;
    uint8_t *seen;     /* by id: the node is in a block */
    uint32_t *place;   /* by id: its number in the block */
    const char *wrong; /* the first thing found */
} Verifier;

static void report(Verifier *verifier, const JitNode *node, const char *format, ...) {
    if (verifier->wrong != NULL)
        return;
    enum { SIZE = 200 };
    char *text = cor_arena_allocate(verifier->graph->arena, SIZE, 1);
    verifier->wrong = text == NULL ? "no memory" : text;
    if (text == NULL)
        return;
    int length = node == NULL ? 0 : snprintf(text, SIZE, "v%u %s: ", node->id, jit_op_info[node->op].name);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, SIZE - (size_t)length, format, arguments);
    va_end(arguments);
}

/* ---- Blocks ------------------------------------------------------------------------------------ */

static uint32_t count_block(JitBlock *const *blocks, uint32_t count, const JitBlock *block) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        found += blocks[i] == block;
    return found;
}

static bool is_block(const Verifier *verifier, const JitBlock *block) {
    return block->id < verifier->graph->block_count && verifier->graph->blocks[block->id] == block;
}

static void verify_edges(Verifier *verifier, const JitBlock *block) {
    if (block->id == 0 && block->predecessor_count != 0)
        report(verifier, NULL, "b0 is the entry and has a predecessor");
    for (uint32_t s = 0; s < block->successor_count; s++) {
        const JitBlock *next = block->successors[s];
        if (!is_block(verifier, next) || count_block(block->successors, block->successor_count, next) !=
                                             count_block(next->predecessors, next->predecessor_count, block))
            report(verifier, NULL, "b%u leads to b%u, which does not know as many edges", block->id,
                   next->id);
    }
    for (uint32_t p = 0; p < block->predecessor_count; p++) {
        const JitBlock *before = block->predecessors[p];
        if (!is_block(verifier, before) ||
            count_block(before->successors, before->successor_count, block) == 0)
            report(verifier, NULL, "b%u comes from b%u, which does not lead there", block->id, before->id);
    }
}

static void verify_end(Verifier *verifier, const JitBlock *block) {
    const JitNode *end = block->last;
    if (end == NULL || !(jit_op_info[end->op].effects & EFFECT_E)) {
        report(verifier, NULL, "b%u has no end", block->id);
        return;
    }
    uint32_t count = block->successor_count;
    bool right = end->op == JIT_JUMP     ? count == 1
                 : end->op == JIT_BRANCH ? count == 2
                 : end->op == JIT_SWITCH ? count >= 1
                                         : count == 0;
    if (!right)
        report(verifier, end, "b%u has %u successors", block->id, count);
}

/* Lists, ids, order in the block. */
static void verify_list(Verifier *verifier, const JitBlock *block) {
    const JitNode *previous = NULL;
    uint32_t place = 0;
    for (const JitNode *node = block->first; node != NULL; previous = node, node = node->next) {
        if (node->op >= JIT_OP_COUNT || node->id >= verifier->graph->node_count || verifier->seen[node->id]) {
            report(verifier, NULL, "a node of b%u has an impossible operation or id", block->id);
            return;
        }
        verifier->seen[node->id] = 1;
        verifier->place[node->id] = place++;
        if (node->block != block || node->previous != previous)
            report(verifier, node, "is not linked into b%u", block->id);
        if (node->op == JIT_PHI && previous != NULL && previous->op != JIT_PHI)
            report(verifier, node, "follows a node that is no phi");
        if (jit_op_info[node->op].effects & EFFECT_E && node->next != NULL)
            report(verifier, node, "is not the last node of b%u", block->id);
        if (node->op == JIT_FRAME_SLOT && block->id != 0)
            report(verifier, node, "is not in the entry");
    }
    if (block->last != previous)
        report(verifier, NULL, "b%u has another last node", block->id);
    verify_end(verifier, block);
}

/* ---- Nodes ------------------------------------------------------------------------------------- */

/* The value is known at the user in `block`, or at the end of that block, a predecessor of a phi. */
static void verify_use(Verifier *verifier, const JitNode *user, const JitNode *value, const JitBlock *block,
                       bool at_end) {
    if (value == NULL || value->block == NULL || value->id >= verifier->graph->node_count ||
        !verifier->seen[value->id]) {
        report(verifier, user, "uses a node that is in no block");
    } else if (value->rep == JIT_REP_VOID) {
        report(verifier, user, "uses v%u, which has no result", value->id);
    } else if (value->block == block && !at_end) {
        if (verifier->place[value->id] >= verifier->place[user->id])
            report(verifier, user, "uses v%u, which follows it", value->id);
    } else if (!jit_dominates(value->block, block)) {
        report(verifier, user, "uses v%u of b%u, which does not dominate b%u", value->id, value->block->id,
               block->id);
    }
}

/* A removed object is among those of the state. */
static void verify_virtual(Verifier *verifier, const JitNode *node, const JitNode *value) {
    if (value->op != JIT_VIRTUAL)
        return;
    for (uint32_t o = 0; o < node->state->object_count; o++)
        if (node->state->objects[o].node == value)
            return;
    report(verifier, node, "has v%u in a state, which does not say what it holds", value->id);
}

static void verify_state(Verifier *verifier, const JitNode *node) {
    bool wanted = (jit_op_info[node->op].effects & EFFECT_X) != 0;
    if (wanted != (node->state != NULL)) {
        report(verifier, node, wanted ? "has no state" : "has a state");
        return;
    }
    for (const JitState *state = node->state; state != NULL; state = state->caller) {
        if ((state->caller == NULL) != (state->call == NULL))
            report(verifier, node, "has a state with a caller but no call, or the other way round");
        for (uint32_t i = 0; i < state->slot_count; i++) {
            verify_use(verifier, node, state->slots[i].value, node->block, false);
            verify_virtual(verifier, node, state->slots[i].value);
        }
    }
    for (uint32_t o = 0; node->state != NULL && o < node->state->object_count; o++) {
        const JitObject *object = &node->state->objects[o];
        for (uint32_t f = 0; f < object->field_count; f++) {
            verify_use(verifier, node, object->fields[f].value, node->block, false);
            verify_virtual(verifier, node, object->fields[f].value);
        }
    }
}

static void verify_rep(Verifier *verifier, const JitNode *node) {
    JitRep wanted = jit_op_info[node->op].result;
    bool right = wanted == JIT_REP_ANY ? node->rep != JIT_REP_VOID && node->rep <= JIT_REP_ANY
                                       : node->rep == (uint8_t)wanted;
    if (!right)
        report(verifier, node, "has representation %u", node->rep);
}

static void verify_node(Verifier *verifier, const JitNode *node) {
    const JitBlock *block = node->block;
    int inputs = jit_op_info[node->op].inputs;
    if (inputs >= 0 && node->input_count != (uint32_t)inputs)
        report(verifier, node, "has %u inputs", node->input_count);
    if (node->op == JIT_PHI && node->input_count != block->predecessor_count) {
        report(verifier, node, "has %u inputs, its block %u predecessors", node->input_count,
               block->predecessor_count);
        return;
    }
    if (node->op == JIT_PROJECT && node->input_count == 1 && node->inputs[0] != NULL &&
        node->inputs[0]->block != NULL && jit_op_info[node->inputs[0]->op].result == JIT_REP_VOID) {
        const JitNode *call = node->inputs[0]; /* a call has results, but is no value itself */
        if (!verifier->seen[call->id] || !jit_dominates(call->block, block) ||
            (call->block == block && verifier->place[call->id] >= verifier->place[node->id]))
            report(verifier, node, "does not follow its call");
    } else {
        for (uint32_t i = 0; i < node->input_count; i++) {
            if (node->inputs[i] != NULL && node->inputs[i]->op == JIT_VIRTUAL)
                report(verifier, node, "uses v%u, which was removed", node->inputs[i]->id);
            verify_use(verifier, node, node->inputs[i], node->op == JIT_PHI ? block->predecessors[i] : block,
                       node->op == JIT_PHI);
        }
    }
    if (node->op == JIT_POINTER && node->number >= verifier->graph->constant_count)
        report(verifier, node, "is no constant of the graph");
    verify_state(verifier, node);
    verify_rep(verifier, node);
}

const char *jit_graph_verify(const JitGraph *graph) {
    if (graph->failed)
        return NULL; /* nothing of it will be used */
    if (!graph->is_analysed)
        return "the graph is not analysed";
    Verifier verifier = {.graph = graph};
    verifier.seen = cor_arena_allocate(graph->arena, graph->node_count, sizeof *verifier.seen);
    verifier.place = cor_arena_allocate(graph->arena, graph->node_count, sizeof *verifier.place);
    if (verifier.seen == NULL || verifier.place == NULL)
        return "no memory";
    for (uint32_t b = 0; b < graph->block_count && verifier.wrong == NULL; b++) {
        if (graph->blocks[b]->id != b || graph->blocks[b]->order != b)
            report(&verifier, NULL, "block %u has another number", b);
        verify_edges(&verifier, graph->blocks[b]);
        verify_list(&verifier, graph->blocks[b]);
    }
    for (uint32_t b = 0; b < graph->block_count && verifier.wrong == NULL; b++)
        for (const JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            verify_node(&verifier, node);
    return verifier.wrong;
}

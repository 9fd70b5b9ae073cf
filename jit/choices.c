/* Which phis are kept as branches.  Where a condition only chooses between two values LLVM makes a conditional move of it, which no
 * prediction can miss.  When a switch of the same loop goes where that value leads (the next instruction of an interpreter, the
 * next state of a machine), nothing is won: what the condition was is missed there instead, and until the move is done the
 * processor does not know the address that it has to read from, and cannot run ahead.  A branch lets it.
 *
 * Such phis are found backwards from the switches, through arithmetic, loads, and other phis of the loop. */
#include "jit/ir.h"

typedef struct Choices {
    JitNode **found; /* values that lead to a switch, each once */
    uint32_t count;
    bool *is_found; /* by id */
} Choices;

static void add(Choices *choices, const JitLoop *loop, JitNode *value) {
    if (choices->is_found[value->id] || value->block == NULL || !jit_loop_contains(loop, value->block))
        return;
    choices->is_found[value->id] = true;
    choices->found[choices->count++] = value;
}

static bool leads_on(const JitNode *node) {
    return node->op == JIT_PHI || node->op == JIT_LOAD || node->op == JIT_LOAD_ELEMENT ||
           jit_op_info[node->op].effects == 0;
}

static void find_from(Choices *choices, const JitNode *choice) {
    const JitLoop *loop = choice->block->loop;
    uint32_t next = choices->count;
    add(choices, loop, choice->inputs[0]);
    for (; next < choices->count; next++) {
        JitNode *node = choices->found[next];
        if (node->op == JIT_PHI && node->rep == JIT_REP_I64)
            node->flags |= JIT_IS_CHOICE;
        for (uint32_t i = 0; leads_on(node) && i < node->input_count; i++)
            add(choices, loop, node->inputs[i]);
    }
}

void jit_choices(JitGraph *graph) {
    jit_graph_analyse(graph);
    Choices choices = {.found = cor_arena_allocate(graph->arena, graph->node_count, sizeof(JitNode *)),
                       .is_found = cor_arena_allocate(graph->arena, graph->node_count, sizeof(bool))};
    if (choices.found == NULL || choices.is_found == NULL) {
        graph->failed = true;
        return;
    }
    for (uint32_t b = 0; b < graph->block_count; b++)
        if (graph->blocks[b]->last->op == JIT_SWITCH && graph->blocks[b]->loop != NULL)
            find_from(&choices, graph->blocks[b]->last);
}

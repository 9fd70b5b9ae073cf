/* Moving what does not change in a loop in front of it: arithmetic, lengths, and fields that nothing in the loop writes.
 *
 * A field or a length may be read earlier than it was only where its object is sure to be one that has it.  Registers of lowered
 * code have static types, so it is where the loop reads it in every round, unless it asks what the object is. */
#include "jit/loops_internal.h"

enum { MOST_ROUNDS = 4 };

/* Whether something in the loop may write what a load reads. */
static bool is_written(const JitGraph *graph, const Counted *counted, const JitNode *load) {
    for (uint32_t b = 0; b < graph->block_count; b++) {
        if (!jit_loop_contains(counted->loop, graph->blocks[b]))
            continue;
        for (const JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next) {
            uint32_t effects = jit_op_info[node->op].effects;
            if (effects & EFFECT_K)
                return true;
            if (load->op == JIT_LOAD && node->op == JIT_STORE && node->access.offset == load->access.offset)
                return true;
            if (load->op == JIT_GLOBAL && node->op == JIT_SET_GLOBAL && node->number == load->number)
                return true;
        }
    }
    return false;
}

/* Whether a node asks what kind of thing its input is, or depends on the answer. */
static bool asks(const JitNode *node) {
    switch (node->op) {
    case JIT_CHECK:
    case JIT_BRANCH:
    case JIT_SWITCH:
    case JIT_SELECT:
    case JIT_EQ:
    case JIT_NE:
    case JIT_TYPE_OF:
    case JIT_CASE_OF:
    case JIT_FUNCTION_OF:
    case JIT_IS_CLASS:
    case JIT_IS_EXACT:
    case JIT_IS_INTERFACE:
    case JIT_PHI: return true;
    default: return false;
    }
}

static bool is_questioned(const JitGraph *graph, const Counted *counted, const JitNode *object) {
    for (uint32_t b = 0; b < graph->block_count; b++) {
        if (!jit_loop_contains(counted->loop, graph->blocks[b]))
            continue;
        for (const JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            for (uint32_t i = 0; i < node->input_count; i++)
                if (node->inputs[i] == object && asks(node))
                    return true;
    }
    return false;
}

/* Whether the object of a node is what the node takes it for when the loop begins. */
static bool is_safe(const JitGraph *graph, const Counted *counted, const JitNode *node) {
    return jit_dominates(node->block, counted->latch) && !is_questioned(graph, counted, node->inputs[0]);
}

static bool may_move(const JitGraph *graph, const Counted *counted, const JitNode *node) {
    for (uint32_t i = 0; i < node->input_count; i++)
        if (!jit_is_invariant(counted, node->inputs[i]))
            return false;
    switch (node->op) {
    case JIT_POINTER:
    case JIT_ADD:
    case JIT_SUB:
    case JIT_MUL:
    case JIT_AND:
    case JIT_OR:
    case JIT_XOR:
    case JIT_SHL:
    case JIT_SHR:
    case JIT_USHR:
    case JIT_SELECT:
    case JIT_EQ:
    case JIT_NE:
    case JIT_LT:
    case JIT_LE:
    case JIT_ULT:
    case JIT_ULE: return true;
    case JIT_LENGTH: return is_safe(graph, counted, node);
    case JIT_LOAD: return is_safe(graph, counted, node) && !is_written(graph, counted, node);
    case JIT_GLOBAL: return !is_written(graph, counted, node);
    default: return false;
    }
}

void jit_hoist_invariants(JitGraph *graph, const Counted *counted) {
    bool moved = true;
    for (uint32_t round = 0; round < MOST_ROUNDS && moved; round++) {
        moved = false;
        for (uint32_t b = counted->head->order; b < graph->block_count; b++) {
            JitBlock *block = graph->blocks[b];
            if (!jit_loop_contains(counted->loop, block))
                continue;
            for (JitNode *node = block->first, *next; node != NULL; node = next) {
                next = node->next;
                if (!may_move(graph, counted, node))
                    continue;
                node->flags &= (uint8_t)~JIT_NO_WRAP; /* where it would not have been computed, it may wrap */
                jit_move_before(node, counted->entry->last);
                moved = true;
            }
        }
    }
}

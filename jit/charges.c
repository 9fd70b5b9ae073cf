/* Which charges of the budget need a look at it.
 *
 * The interpreter looks at every charge.  Native code may look ahead: one charge makes sure that the budget also suffices
 * for all that follow it on any path up to the next look, and those are plain subtractions.  When it does not suffice, the
 * slow path draws more from the fuel, or, where there is none, leaves: the interpreter finds the exact place where the
 * program stops.  So most functions that were inlined cost no branch, no exit and no description of one.
 *
 * A charge has to look behind a call or a chunk of a loop, for nobody knows what they have left, and at a back-edge, for rounds are not
 * counted.  The rest is two passes over the blocks: forwards, whether a look covers a place on every path to it;
 * backwards, what the unlooked charges that follow come to at most. */
#include "jit/ir.h"

#include <string.h>

typedef struct Charges {
    JitGraph *graph;
    bool *covered;  /* by block: at its end */
    int64_t *ahead; /* by block: what may be charged from its start on before the next look */
} Charges;

/* Whether the block leads back to a loop's head. */
static bool goes_back(const JitBlock *block) {
    for (uint32_t i = 0; i < block->successor_count; i++)
        if (block->successors[i]->order <= block->order)
            return true;
    return false;
}

/* Whether what is left of the budget is not known behind it: a callee, or the chunk of a loop, has taken from it. */
static bool takes_unknown(const JitNode *node) {
    return (jit_op_info[node->op].effects & EFFECT_K) != 0 || node->op == JIT_SPEND;
}

static bool has_charge(const JitBlock *block) {
    for (const JitNode *node = block->first; node != NULL; node = node->next)
        if (node->op == JIT_CHARGE)
            return true;
    return false;
}

/* ---- Forwards ---------------------------------------------------------------------------------- */

static bool covered_at_start(const Charges *charges, const JitBlock *block) {
    bool covered = block->predecessor_count > 0;
    for (uint32_t i = 0; i < block->predecessor_count; i++) {
        const JitBlock *from = block->predecessors[i];
        covered &= charges->covered[from->id] && (from->order < block->order || has_charge(from));
    }
    return covered;
}

/* Sets which charges of a block look; whether its end is covered. */
static bool cover_block(const Charges *charges, JitBlock *block) {
    bool covered = covered_at_start(charges, block), back = goes_back(block);
    for (JitNode *node = block->first; node != NULL; node = node->next) {
        if (node->op == JIT_CHARGE) {
            node->flags = covered && !back && node->bits == 0 ? JIT_UNLOOKED : 0;
            covered = true;
        } else if (takes_unknown(node)) {
            covered = false;
        }
    }
    return covered;
}

static void cover_blocks(Charges *charges) {
    const JitGraph *graph = charges->graph;
    memset(charges->covered, true, graph->block_count * sizeof *charges->covered);
    for (bool again = true; again;) {
        again = false;
        for (uint32_t b = 0; b < graph->block_count; b++) {
            bool covered = cover_block(charges, graph->blocks[b]);
            again |= covered != charges->covered[b];
            charges->covered[b] = covered;
        }
    }
}

/* ---- Backwards --------------------------------------------------------------------------------- */

static void look_ahead(Charges *charges) {
    const JitGraph *graph = charges->graph;
    for (uint32_t b = graph->block_count; b-- > 0;) {
        JitBlock *block = graph->blocks[b];
        int64_t ahead = 0;
        for (uint32_t i = 0; i < block->successor_count; i++) {
            const JitBlock *next = block->successors[i];
            if (next->order > block->order && charges->ahead[next->id] > ahead)
                ahead = charges->ahead[next->id];
        }
        for (JitNode *node = block->last; node != NULL; node = node->previous) {
            if (takes_unknown(node)) {
                ahead = 0;
            } else if (node->op == JIT_CHARGE && node->flags == JIT_UNLOOKED) {
                ahead += node->number;
            } else if (node->op == JIT_CHARGE) {
                if (ahead > (int64_t)node->bits)
                    node->bits = (uint64_t)ahead;
                ahead = 0;
            }
        }
        charges->ahead[b] = ahead;
    }
}

/* The charge of a back-edge looks ahead into the loop. */
static void look_back(const Charges *charges) {
    const JitGraph *graph = charges->graph;
    for (uint32_t b = 0; b < graph->block_count; b++) {
        const JitBlock *block = graph->blocks[b];
        JitNode *last = NULL;
        for (JitNode *node = block->last; node != NULL && last == NULL && !takes_unknown(node);
             node = node->previous)
            last = node->op == JIT_CHARGE ? node : NULL;
        for (uint32_t i = 0; last != NULL && i < block->successor_count; i++) {
            int64_t ahead = charges->ahead[block->successors[i]->id];
            if (block->successors[i]->order <= block->order && ahead > (int64_t)last->bits)
                last->bits = (uint64_t)ahead;
        }
    }
}

void jit_charges(JitGraph *graph) {
    jit_graph_analyse(graph);
    Charges charges = {
        .graph = graph,
        .covered = cor_arena_allocate(graph->arena, graph->block_count, sizeof(bool)),
        .ahead = cor_arena_allocate(graph->arena, graph->block_count, sizeof(int64_t)),
    };
    if (charges.covered == NULL || charges.ahead == NULL) {
        graph->failed = true;
        return;
    }
    cover_blocks(&charges);
    look_ahead(&charges);
    look_back(&charges);
}

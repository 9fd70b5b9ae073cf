/* What the parts of loops.c share. */
#ifndef JIT_LOOPS_INTERNAL_H
#define JIT_LOOPS_INTERNAL_H

#include "jit/ir.h"
#include "jit/simplify_internal.h"
#include "vm/runtime/type.h"

/* A loop on its way to chunks. */
typedef struct Counted {
    const JitLoop *loop;
    JitBlock *head, *entry, *latch, *exiting, *exit;
    uint32_t entry_index; /* of the head's predecessors */
    uint32_t latch_edge;  /* of the successors of `exiting` */
    JitNode *head_node, *charge, *branch;

    JitNode *counter; /* phi: + step in each round */
    int64_t step, distance;
    JitNode *bound; /* goes on while counter + distance is below it, or above when step is negative */
    bool is_strict; /* else while it is equal, too */
    bool is_left;   /* the counter is the smaller one */

    uint32_t inner_weight; /* of the charges in a round, before the back-edge: of functions inlined there */

    JitBlock *outer, *end, *again;
    JitNode *count; /* back-edges of a chunk */
} Counted;

bool jit_is_invariant(const Counted *counted, const JitNode *node);

/* loops_hoist.c: moves what does not change in the loop to the end of the entry, as far as checks of its loop need not come
 * before it. */
void jit_hoist_invariants(JitGraph *graph, const Counted *counted);

#endif

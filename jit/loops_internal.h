/* What the parts of loops.c share. */
#ifndef JIT_LOOPS_INTERNAL_H
#define JIT_LOOPS_INTERNAL_H

#include "jit/ir.h"
#include "jit/simplify_internal.h"
#include "vm/runtime/type.h"

/* A side of the comparison that ends a loop: what does not change, or a phi of the head that advances by a constant, plus a
 * constant. */
typedef struct JitSide {
    JitNode *value;
    int64_t distance; /* what is added to it */
    int64_t step;     /* in each round */
} JitSide;

/* By how much a value grows in each round: so much, and so many times the stride of the loop. */
typedef struct JitGrowth {
    int64_t fixed, strides;
} JitGrowth;

/* A loop on its way to chunks. */
typedef struct Counted {
    JitGraph *graph;
    const JitLoop *loop;
    JitBlock *head, *entry, *latch, *exiting, *exit;
    uint32_t entry_index; /* of the head's predecessors */
    uint32_t latch_edge;  /* of the successors of `exiting` */
    const JitNode *head_node;
    JitNode *charge, *branch;

    JitSide low, high; /* goes on while low is below high, by the comparison `less`; NE: while they differ */
    JitOp less;
    uint64_t step; /* by which they come nearer in each round */
    /* or this, which does not change in the loop, if it is positive: low advances by it; else NULL */
    JitNode *stride;
    bool is_ahead; /* and low is what it is in the next round */

    /* of the charges in every round, before the back-edge: of functions inlined there */
    uint32_t inner_weight;
    uint32_t conditional_weight; /* of those that are not in every round */
    bool may_guess;              /* checks behind conditions may be made in front, too */
    bool may_tell_apart;         /* and that arrays are not the same */
    bool is_flattened;           /* what is behind conditions is done always */

    JitBlock *outer, *end, *again;
    JitNode *count, *round; /* back-edges of a chunk; those taken in it */
} Counted;

enum { JIT_MOST_STEP = 1 << 16, JIT_MOST_ROUNDS = 1 << 30 };

/* The HEAD of a block, or NULL. */
const JitNode *jit_head_of(const JitBlock *block);
/* The state of a HEAD with the values that the head's phis have as `scratch` in their places. */
const JitState *jit_state_of_head(JitGraph *graph, const JitNode *head);

static inline bool jit_is_invariant(const Counted *counted, const JitNode *node) {
    return !jit_loop_contains(counted->loop, node->block);
}
/* Fills in how an innermost loop is counted, up to `step`; false: it is not. */
bool jit_find_counted(Counted *counted);
/* By how much a phi of the head advances in each round; 0: not by a constant. */
int64_t jit_step_of(const Counted *counted, const JitNode *phi);
/* Whether a value grows by the same in each round, and by how much. */
bool jit_is_affine(const Counted *counted, const JitNode *value, JitGrowth *growth);
/* Whether a check can be made for a whole chunk. */
bool jit_is_chunk_check(const Counted *counted, const JitNode *check);

/* loops_flatten.c: whether the loop's body is to be one block, with which its parts behind conditions are done always; and,
 * once it runs in chunks, making it so. */
bool jit_is_flattened(const Counted *counted);
void jit_flatten(const Counted *counted);

/* loops_carry.c: what a round stores and the next one loads becomes a phi; before the jump of `outer` is made. */
void jit_carry(Counted *counted);

/* loops_chunk.c: what a value that is the same in each round, or grows by the same, is in the first round of a chunk, and... */
JitNode *jit_in_first_round(Counted *counted, JitNode *value);
/* ...carries out what loops.c has found possible. */
void jit_make_chunks(Counted *counted);

#endif

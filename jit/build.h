/* What the files of the builder share.
 *
 * The builder executes lowered code symbolically: it walks the spans of a function in reverse postorder and keeps, for
 * every slot of the frame, the node that is its value.  At a join the values that differ become phis; at a loop head those
 * that the loop writes.  A call that is inlined is a body of its own, whose first slots are the caller's window.
 *
 * Entry in mid-loop.  Code that is entered at a loop head is built as if the rest of each loop around the entry had been
 * copied out: the copy of the innermost loop is entered first, what follows it in the loop around it comes next, and so on;
 * only then do the loops run as they stand.  So a span may be built several times, once per *context*, the number
 * of loops around the entry whose copy it belongs to; and inner loops stay loops with one entry.  The copy of a loop goes round
 * itself; with the option `peels` it is only the rest of a round, behind which the loop as it stands begins, so that what the
 * interpreter made does not meet there what later rounds make. */
#ifndef JIT_BUILD_H
#define JIT_BUILD_H

#include "jit/facts.h"
#include "jit/ir.h"
#include "vm/runtime/tier.h"
#include "vm/runtime/type.h"

typedef struct JitFactsList {
    JitFacts *facts;
    struct JitFactsList *next;
} JitFactsList;

typedef struct JitBuilder {
    JitGraph *graph;
    CorArena *arena;
    JitBuildOptions options;
    JitFactsList *facts; /* of functions met so far */
    uint32_t inlined;    /* words of lowered code inlined so far */
    const char *failure;
} JitBuilder;

/* A way into a span, with the values of the slots there. */
typedef struct JitArrival {
    JitBlock *from;
    JitNode **slots;
    struct JitArrival *next;
} JitArrival;

/* A span in a context. */
typedef struct JitPlace {
    JitBlock *block;              /* NULL until something leads there */
    JitArrival *arrivals, **last; /* in the order of the block's predecessors */
    uint32_t arrival_count;
    JitNode **phis; /* by slot, once it is built as a loop head */
    uint32_t order; /* in reverse postorder; JIT_NONE: not reached */
    bool is_head;
} JitPlace;

typedef struct JitReturn {
    JitBlock *from;
    JitNode **values;
    struct JitReturn *next;
} JitReturn;

typedef struct JitBody JitBody;
struct JitBody {
    JitBuilder *builder;
    JitBody *caller; /* NULL: the function of the request */
    JitFacts *facts;
    CorLoweredFunction *function;
    uint32_t distance; /* of its frame from the physical one's, in slots */
    uint32_t depth;    /* of inlining */
    const JitState *caller_state;
    const CorWord *call;
    /* of which only what leads to an early return is built: the call of it, for all else */
    const struct JitCall *rest;
    uint32_t context_count; /* 1 + loops around the entry */
    uint32_t *entry_loops;  /* [context]: the loop, from 1 on, the outermost first */
    JitPlace *places;       /* [span * context_count + context] */
    JitReturn *returns;     /* of an inlined one */
    uint32_t return_count;
    /* where it is: */
    JitBlock *block; /* NULL: nothing leads here */
    JitNode **slots;
    uint32_t span, context, index;
    CorWord word;
    JitLiveness liveness;
};

/* ---- build.c ---- */
void *jit_build_allocate(JitBuilder *builder, size_t count, size_t size);
JitFacts *jit_build_facts(JitBuilder *builder, const CorLoweredFunction *function);
/* Builds a body whose `slots` are the values at its start and whose `block` is where it goes on from: at span `span`. */
void jit_build_body(JitBody *body, uint32_t span);
/* Leads from the current block to a span; `block` is where from. */
void jit_build_arrive(JitBody *body, JitBlock *from, uint32_t span);
/* The states before and behind the current instruction, the latter without its results. */
const JitState *jit_state_before(JitBody *body);
const JitState *jit_state_behind(JitBody *body);
const JitState *jit_state_at_span(JitBody *body, uint32_t span);

/* The value of a slot; never NULL. */
JitNode *jit_slot(JitBody *body, uint32_t slot);
JitNode *jit_node(JitBody *body, JitOp op, uint32_t input_count, JitNode *const *inputs);
JitNode *jit_unary(JitBody *body, JitOp op, JitNode *a);
JitNode *jit_binary(JitBody *body, JitOp op, JitNode *a, JitNode *b);
JitNode *jit_number(JitBody *body, uint64_t bits);
JitNode *jit_pointer(JitBody *body, JitConstantKind kind, const void *pointer);
/* Leaves before the current instruction unless the condition holds. */
void jit_check(JitBody *body, JitNode *condition, CorExitKind exit);
void jit_leave(JitBody *body, CorExitKind exit);
/* Whether speculation of that kind has failed too often at the current instruction. */
bool jit_has_failed(const JitBody *body, CorExitKind exit);
/* Slots of a frame that is entered at a loop and hold one constant in all of the function become it. */
void jit_find_constants(JitBody *body);

/* ---- build_code.c ---- */
/* The current instruction, unless it ends its span. */
void jit_build_instruction(JitBody *body);
/* ---- build_branch.c ---- */
/* The last instruction of a span, when it is a branch, a loop's or a return. False: it is none of these. */
bool jit_build_end(JitBody *body);
/* An inlined function returns from the current block with these values of its result's slots. */
void jit_build_returned(JitBody *body, JitNode **values);
/* ---- build_call.c ---- */
void jit_build_call(JitBody *body);
/* Calls the function of a body of which only a part is built; its start is executed again. */
void jit_build_rest(JitBody *body);

#endif

/* What the parts of simplification share: simplify.c drives them. */
#ifndef JIT_SIMPLIFY_INTERNAL_H
#define JIT_SIMPLIFY_INTERNAL_H

#include "jit/ir.h"

typedef struct JitFact JitFact;

/* Of a branch or switch: which edge it takes; of a CHECK: that it fails. Carried out when a walk is over, which then needs
 * not care for blocks that vanish. */
typedef struct JitDecision {
    JitNode *node;
    uint32_t edge;
} JitDecision;

typedef struct JitSimplifier {
    JitGraph *graph;
    JitNode **replaced; /* by id: what a value becomes at the end of the walk */
    uint32_t replaced_capacity;
    JitNode **table; /* pure values by operation and inputs: open addressing */
    uint32_t table_capacity;
    JitDecision *decisions;
    uint32_t decision_count, decision_capacity;
    bool changed; /* something, in this round */

    /* simplify_facts.c, simplify_prove.c */
    JitFact **facts;      /* by id: what is known about the value in parts of the graph */
    uint32_t *places;     /* by id: number of the node in its block */
    uint32_t known_count; /* nodes that the two have room for */
    uint32_t steps;       /* that proofs may still take */
} JitSimplifier;

/* What a value is now. */
JitNode *jit_value_of(JitSimplifier *simplifier, JitNode *node);
/* `node` becomes `value`, and goes. */
void jit_becomes(JitSimplifier *simplifier, JitNode *node, JitNode *value);
/* A branch or switch takes an edge always, or a CHECK always fails. */
void jit_decide(JitSimplifier *simplifier, JitNode *node, uint32_t edge);
/* A CHECK, branch or switch whose condition is this constant. */
void jit_decide_constant(JitSimplifier *simplifier, JitNode *node, uint64_t bits);

/* ---- simplify_fold.c ---- */

/* What a pure node computes, as an older value or a constant, or as a new node put before it; the node itself when there is
 * nothing simpler, perhaps changed in place. */
JitNode *jit_fold(JitGraph *graph, JitNode *node);
/* Whether a value is 0 or 1. */
bool jit_is_bool(const JitNode *node);
/* Whether a value is an integer below 2^bits, not negative. */
bool jit_fits_unsigned(const JitNode *node, uint32_t bits);
bool jit_fits_signed(const JitNode *node, uint32_t bits);
/* The opposite of a comparison of integers, put before `place`; NULL when there is none. */
JitNode *jit_opposite(JitGraph *graph, JitNode *condition, JitNode *place);

/* ---- simplify_object.c ---- */

/* Likewise for questions about objects: types, lengths, what was stored. */
JitNode *jit_fold_object(JitGraph *graph, JitNode *node);
/* The exact type of an object, as far as the object itself tells; NULL. */
const CorType *jit_exact_type(const JitGraph *graph, const JitNode *node);
/* Whether an object is made by this node, so that it is no other object. */
bool jit_is_allocation(const JitNode *node);
/* Whether two values are certainly different objects (or one of them is none). */
bool jit_are_distinct(const JitNode *a, const JitNode *b);
/* Whether two loads or stores of elements reach the same part of elements of the same size. */
bool jit_same_access(const JitNode *a, const JitNode *b);

/* The answer to a question about an object's type, when it is `type`; else the question. */
JitNode *jit_answer_type(JitGraph *graph, JitNode *question, const CorType *type);

/* ---- simplify_facts.c: conditions that hold where control has come ---- */

/* A place in the graph: before node number `place` of a block, or, with `to`, on the edge from the block to another. */
typedef struct JitPlace {
    const JitBlock *block;
    uint32_t place;
    const JitBlock *to;
} JitPlace;

typedef enum JitRelation {
    JIT_FACT_EQ,
    JIT_FACT_NE,
    JIT_FACT_LT, /* signed */
    JIT_FACT_LE,
    JIT_FACT_ULT,
    JIT_FACT_ULE,
    JIT_FACT_TRUE, /* a is not 0 */
    JIT_FACT_FALSE,
    JIT_FACT_EXACT, /* a is an object of exactly the type */
    JIT_FACT_CLASS, /* a is an object of the type by its display */
} JitRelation;

/* `a` relation `b` from a place on. Kept with a, b, and what they are sums of with a constant. */
struct JitFact {
    JitFact *next; /* of the same value */
    JitRelation relation;
    JitNode *a, *b;
    const CorType *type;
    JitPlace since;
};

/* Finds what conditions tell, and with it removes checks, decides branches and answers comparisons and type tests. */
void jit_use_facts(JitSimplifier *simplifier);
/* Whether a fact holds at a place. */
bool jit_fact_holds(const JitFact *fact, const JitPlace *at);
JitFact *jit_facts_of(const JitSimplifier *simplifier, const JitNode *node);

/* ---- simplify_prove.c: inequalities that follow ---- */

/* Whether a + k <= b, as integers without wrapping, follows from what is known at a place. */
bool jit_proves(JitSimplifier *simplifier, JitNode *a, int64_t k, JitNode *b, JitPlace at);
/* Whether a < b unsigned follows. */
bool jit_proves_below(JitSimplifier *simplifier, JitNode *a, JitNode *b, JitPlace at);
/* Whether the sum of a value and a constant does not wrap, signed. */
bool jit_proves_no_wrap(JitSimplifier *simplifier, JitNode *sum, JitPlace at);
/* The value that a sum with a constant has it added to, and the constant; the value itself and 0. */
JitNode *jit_split_sum(JitNode *value, int64_t *constant);

#endif

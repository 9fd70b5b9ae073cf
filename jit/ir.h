/* The JIT's own SSA form: a graph of basic blocks that hold nodes, of one function and all that is inlined into it.
 *
 * It stands between lowered code and LLVM because what native code needs to leave (the interpreter's frames, as values)
 * has to be known to whoever inlines, removes allocations and moves checks.  LLVM does the scalar work afterwards.
 *
 * A node is one operation of nodes.def.  It is a value when it has a result; a value is defined once, in a block that dominates
 * its uses (the matching predecessor, for a phi).  Nodes of a block stand in the order of execution; phis come first and
 * a node with EFFECT_E last.
 *
 * A state says how the interpreter goes on where native code leaves: a chain of frames, innermost first, each with
 * the instruction and the slots that are alive there.  The frame that a state belongs to is at `distance` slots from fp.
 * Its meaning depends on the node: CHECK, CHARGE, STACK and LEAVE go on *before* the instruction; a call or allocation has already
 * happened, and the state has what is alive *behind* it (and what handlers there need), without its results.
 *
 * Everything is in the graph's arena and is freed with it. */
#ifndef JIT_IR_H
#define JIT_IR_H

#include "vm/bytecode/arena.h"
#include "vm/bytecode/opcode.h"
#include "vm/runtime/code.h"
#include "vm/runtime/code_object.h"
#include "vm/runtime/exit.h"

enum { /* effects of nodes beyond those of opcodes.def */
       EFFECT_R = 1 << 16,
       EFFECT_W = 1 << 17,
       EFFECT_K = 1 << 18,
       EFFECT_X = 1 << 19,
};

typedef enum JitOp {
#define NODE(name, text, inputs, result, effects, semantics) JIT_##name,
#include "jit/nodes.def"
#undef NODE
    JIT_OP_COUNT
} JitOp;

typedef enum JitRep { JIT_REP_VOID, JIT_REP_I64, JIT_REP_F64, JIT_REP_F32, JIT_REP_REF, JIT_REP_ANY } JitRep;

typedef struct JitOpInfo {
    const char *name;
    int inputs;
    JitRep result;
    uint32_t effects;
} JitOpInfo;

extern const JitOpInfo jit_op_info[JIT_OP_COUNT];

/* Memory by what may alias: accesses of different classes, or of one class with different offset and width, never meet. */
typedef enum JitAliasClass {
    JIT_ALIAS_FIELD,   /* scalar of an object: by offset and width */
    JIT_ALIAS_ELEMENT, /* part of an array's element: by stride, offset and width */
    JIT_ALIAS_GLOBAL,
} JitAliasClass;

typedef struct JitAccess {
    uint32_t offset; /* bytes: from the object's start; in the element */
    uint32_t stride; /* of elements */
    uint8_t width;   /* CorWidth */
} JitAccess;

typedef CorCodeConstantKind JitConstantKind;
typedef CorCodeConstant JitConstant;

typedef struct JitSlot {
    uint32_t slot; /* of the frame of the state */
    struct JitNode *value;
} JitSlot;

/* An object that escape.c removed, as it would be at the state of a node: made where native code leaves there.  What
 * is not among its fields is zero. */
typedef struct JitField {
    JitAccess access;
    struct JitNode *value; /* may be another one of the state's objects */
} JitField;

typedef struct JitObject {
    struct JitNode *node; /* VIRTUAL: stands for it in slots and fields */
    uint32_t field_count;
    JitField *fields;
} JitObject;

typedef struct JitState JitState;
struct JitState {
    const CorLoweredFunction *function;
    uint32_t index;    /* of the instruction, in words */
    uint32_t distance; /* of its frame from fp, in slots */
    /* state at the call of an inlined function, as behind that call; NULL: outermost */
    const JitState *caller;
    const CorWord *call; /* the calling instruction in the caller's code; NULL: outermost */
    uint32_t slot_count;
    JitSlot *slots;
    uint32_t object_count; /* of the whole chain, at its innermost state */
    JitObject *objects;
    bool catches;    /* a handler of this frame covers the instruction */
    uint32_t visits; /* the last walk that came here: jit_state_visit */
};

typedef struct JitBlock JitBlock;
typedef struct JitNode JitNode;

struct JitNode {
    uint16_t op;   /* JitOp */
    uint8_t rep;   /* JitRep; never ANY once represent.c has run */
    uint8_t flags; /* JIT_NO_WRAP ... */
    uint32_t id;   /* dense in the graph */
    JitBlock *block;
    JitNode *previous, *next; /* in the block */
    uint32_t input_count, input_capacity;
    JitNode **inputs;
    const JitState *state; /* nodes with EFFECT_X */
    uint32_t exit;         /* CorExitKind of CHECK and LEAVE */
    uint32_t number;       /* as nodes.def says */
    union {
        uint64_t bits;       /* CONST; CHARGE: what the budget must still suffice for behind it */
        JitAccess access;    /* LOAD, STORE and of elements */
        struct {             /* calls */
            uint32_t window; /* distance of the callee's frame from the *physical* fp */
            uint32_t result_count;
            CorLoweredFunction *callee;
            CorNative *native;
            const CorType *const *types;
        } call;
        struct {
            const CorType *type; /* type tests, allocation */
            CorLoweredFunction *callee;
        } of;
    };
    void *scratch; /* of whichever pass runs */
};

enum {
    JIT_NO_WRAP = 1,
    JIT_IS_REFERENCE = 2, /* STORE and of elements: of a reference; LOAD_ELEMENT: known to be one */
    JIT_UNLOOKED = 4,     /* CHARGE: one before it has looked at the budget for it, too */
    JIT_IS_U32 = 8,       /* PHI: extended from 32 bits, without sign */
    JIT_IS_I32 = 16,      /* PHI: likewise, with sign */
    JIT_IS_LATE = 32,   /* NEW, NEW_CLOSURE: cannot fail; its state is no more than a site (escape_sink.c) */
    JIT_IS_CHOICE = 64, /* PHI: no conditional move is made of it (choices.c) */
};

struct JitBlock {
    uint32_t id; /* dense; the entry is 0 */
    JitNode *first, *last;
    JitBlock **predecessors;
    uint32_t predecessor_count, predecessor_capacity;
    JitBlock **successors;
    uint32_t successor_count, successor_capacity;
    bool is_cold; /* raises an error or leaves */
    /* by jit_graph_analyse: */
    JitBlock *dominator;   /* NULL: the entry */
    struct JitLoop *loop;  /* innermost; NULL */
    uint32_t order;        /* in reverse postorder */
    uint32_t enter, leave; /* the range of its subtree in a walk of the dominator tree */
};

typedef struct JitLoop {
    JitBlock *head;
    struct JitLoop *outer;
    uint32_t depth;
    bool is_innermost;
    uint32_t number;
} JitLoop;

typedef struct JitGraph {
    CorArena *arena;
    CorLoweredFunction *function;
    uint32_t tier;
    uint32_t entry_index; /* 0, or the loop head of an entry in mid-loop */
    uint32_t extent;      /* slots from fp on that this function and what is inlined into it may touch */
    JitBlock **blocks;    /* by id, then in reverse postorder after jit_graph_analyse */
    uint32_t block_count, block_capacity;
    uint32_t node_count;
    JitConstant *constants;
    uint32_t constant_count, constant_capacity;
    JitLoop **loops; /* inner ones before those around them */
    uint32_t loop_count, loop_capacity;
    JitNode **numbers; /* a hash table of the CONST nodes */
    uint32_t number_count, number_capacity;
    uint32_t unprofiled; /* calls built that may call several functions, of which nobody has counted any */
    uint32_t visits;     /* walks over states so far */
    bool is_analysed;    /* no edge or block came since jit_graph_analyse */
    bool failed;         /* out of memory, or too large */
    JitNode no_node;     /* what building returns after a failure */
    JitBlock no_block;
} JitGraph;

enum { JIT_MAX_NODES = 1 << 18, JIT_MAX_BLOCKS = 1 << 16 };

/* ---- Building (every function leaves graph->failed set when memory is exhausted, and then returns a harmless node) ---- */
JitGraph *jit_graph_new(CorArena *arena, CorLoweredFunction *function); /* NULL: memory exhausted */
/* The first one is the entry, which nothing leads to. */
JitBlock *jit_block_new(JitGraph *graph);
/* A node at the end of a block, or behind its phis when it is one; inputs are copied. */
JitNode *jit_append(JitGraph *graph, JitBlock *block, JitOp op, uint32_t input_count, JitNode *const *inputs);
/* A node before another one. */
JitNode *jit_insert_before(JitGraph *graph, JitNode *place, JitOp op, uint32_t input_count,
                           JitNode *const *inputs);
void jit_add_input(JitGraph *graph, JitNode *node, JitNode *input);
void jit_remove(JitNode *node); /* it has no uses */
void jit_move_before(JitNode *node, JitNode *place);
void jit_edge(JitGraph *graph, JitBlock *from, JitBlock *to);
/* The CONST of these bits: one for the whole graph, at the start of the entry block. */
JitNode *jit_const(JitGraph *graph, uint64_t bits);
uint32_t jit_constant(JitGraph *graph, JitConstant constant); /* number of an equal one */
/* Every use of `old`, in inputs and states, becomes `new` (and what that becomes). Linear in the graph: for many, fill
 * `replaced` and call once. */
void jit_replace_all(JitGraph *graph, JitNode **replaced /* by id; NULL: stays */);

/* States are shared.  To see each once: ++graph->visits, and from each node's state along the callers while this is true. */
static inline bool jit_state_visit(const JitGraph *graph, const JitState *state) {
    if (state == NULL || state->visits == graph->visits)
        return false;
    ((JitState *)(uintptr_t)state)->visits = graph->visits;
    return true;
}

/* The state with what `map` makes of each value: a copy, as far as something changes. */
typedef JitNode *JitValueMap(void *context, JitNode *value);
const JitState *jit_state_map(JitGraph *graph, const JitState *state, JitValueMap *map, void *context);

/* ---- Analysis ---- */
/* Removes unreachable blocks, orders the rest and numbers them so, finds dominators and loops. */
void jit_graph_analyse(JitGraph *graph);
static inline bool jit_dominates(const JitBlock *a, const JitBlock *b) {
    return a->enter <= b->enter && b->enter <= a->leave;
}
bool jit_loop_contains(const JitLoop *loop, const JitBlock *block);
static inline bool jit_is_const(const JitNode *node) {
    return node->op == JIT_CONST;
}

/* Checks the invariants above of an analysed graph; for assertions and tests.  NULL, or what is wrong (in the arena). */
const char *jit_graph_verify(const JitGraph *graph);
/* As text, for dumps. */
void jit_graph_dump(const JitGraph *graph, void *file);

/* ---- Passes ---- */
/* build.c: the graph of a request. NULL with *failure set. */
struct CorCompileRequest;
struct CorGeneratorServices;
typedef struct JitBuildOptions {
    uint32_t inline_budget; /* words of lowered code that inlining may add; 0: none */
    bool peels;             /* entered in mid-loop: the rest of a round is no part of the loop */
    const struct CorGeneratorServices *services;
} JitBuildOptions;
JitGraph *jit_build(CorArena *arena, const struct CorCompileRequest *request, const JitBuildOptions *options,
                    const char **failure);
void jit_simplify(JitGraph *graph); /* folds constants, type tests and copies; merges equal pure nodes */
void jit_escape(JitGraph *graph);   /* removes objects that nobody else sees */
bool jit_paths(JitGraph *graph);    /* paths that know the branch ahead skip it; whether there were any */
/* How many objects the graph makes, as an estimate from the places of its blocks, in runs of the whole. */
double jit_count_allocations(JitGraph *graph);
typedef bool JitHasFailed(const CorLoweredFunction *function, uint32_t index, CorExitKind kind);
/* Moves what does not change in loops in front of them; checks only where those of a whole loop have not `failed` too often.
 * NULL: never. */
void jit_hoist(JitGraph *graph, JitHasFailed *failed);
/* Writes out innermost loops of few rounds; whether there were any. */
bool jit_unroll(JitGraph *graph);
/* Runs counted loops in chunks, likewise, and takes the HEADs away. */
void jit_loops(JitGraph *graph, JitHasFailed *failed);
/* Which phis hold narrow values; behind jit_represent. */
void jit_narrow(JitGraph *graph);
/* Which phis stay branches, since a switch goes where they lead; likewise. */
void jit_choices(JitGraph *graph);
/* Which charges look at the budget; the last pass. */
void jit_charges(JitGraph *graph);
void jit_represent(JitGraph *graph); /* decides every ANY; PHI and SELECT may become F32 */
/* In which representation a node uses an input; ANY: in whatever it has (a phi: in its own). */
JitRep jit_wanted_rep(const JitNode *user, uint32_t input);

#endif

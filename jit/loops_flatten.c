/* The body of a loop that runs in chunks becomes one block when that may make vector code of it: what is behind conditions is
 * computed always, and where ways meet again, what was computed on the way that was not taken is not chosen.
 *
 * LLVM does so itself, but not where it has made a switch of comparisons first. */
#include "jit/loops_internal.h"

enum { MOST_CONDITIONAL = 40, MOST_EDGES = 16 };

/* ---- Which loops ------------------------------------------------------------------------------- */

static bool is_power_of_two(uint64_t bits) {
    return bits != 0 && (bits & (bits - 1)) == 0;
}

static bool is_vector_operation(const JitNode *node) {
    if ((node->op == JIT_DIV || node->op == JIT_REM) && jit_is_const(node->inputs[1]))
        return is_power_of_two(node->inputs[1]->bits);
    return (node->op >= JIT_ADD && node->op <= JIT_SELECT && node->op != JIT_DIV && node->op != JIT_REM &&
            node->op != JIT_UDIV && node->op != JIT_UREM) ||
           (node->op >= JIT_ADD_F64 && node->op <= JIT_NEG_F32 && node->op != JIT_REM_F64 &&
            node->op != JIT_REM_F32) ||
           (node->op >= JIT_I64_TO_F64 && node->op <= JIT_LE_F32);
}

static bool is_vector_access(const Counted *counted, const JitNode *node) {
    JitGrowth growth;
    return jit_is_invariant(counted, node->inputs[0]) && jit_is_affine(counted, node->inputs[1], &growth);
}

static bool is_float(const JitNode *node) {
    return node->rep == JIT_REP_F64 || node->rep == JIT_REP_F32;
}

/* A float that is chosen is no sum that vector code adds up in order. */
static bool chooses_float(const Counted *counted, const JitNode *phi) {
    for (uint32_t i = 0; i < phi->input_count && phi->block != counted->head; i++)
        if (is_float(phi->inputs[i]))
            return true;
    return false;
}

/* Whether a node may be part of vector code, and done where it was not to be when it is behind a condition. */
static bool fits(const Counted *counted, const JitNode *node, bool is_conditional) {
    if (is_conditional && is_float(node))
        return false;
    switch (node->op) {
    case JIT_PHI: return !chooses_float(counted, node);
    case JIT_BRANCH:
    case JIT_JUMP:
    case JIT_CHARGE:
    case JIT_HEAD: return true;
    case JIT_CHECK: return jit_is_chunk_check(counted, node);
    case JIT_LOAD_ELEMENT:
    case JIT_STRING_BYTE: return (!is_conditional || counted->may_guess) && is_vector_access(counted, node);
    case JIT_STORE_ELEMENT: return !is_conditional && is_vector_access(counted, node);
    default: return is_vector_operation(node);
    }
}

bool jit_is_flattened(const Counted *counted) {
    const JitGraph *graph = counted->graph;
    uint32_t conditional = 0, edges = 0;
    for (uint32_t b = counted->head->order; b < graph->block_count; b++) {
        const JitBlock *block = graph->blocks[b];
        if (!jit_loop_contains(counted->loop, block))
            continue;
        bool is_conditional = !jit_dominates(block, counted->exiting) && block != counted->latch;
        for (const JitNode *node = block->first; node != NULL; node = node->next) {
            conditional += is_conditional;
            if (!fits(counted, node, is_conditional))
                return false;
        }
        for (uint32_t s = 0; s < block->successor_count; s++)
            if (!jit_loop_contains(counted->loop, block->successors[s]) && block != counted->exiting)
                return false;
        bool is_fork = block->successor_count > 1 && block != counted->exiting;
        if ((is_fork && block->successors[0] == block->successors[1]) ||
            block->predecessor_count > MOST_EDGES)
            return false;
        edges += is_fork;
    }
    return edges != 0 && edges <= MOST_EDGES && conditional <= MOST_CONDITIONAL;
}

/* ---- Doing it ---------------------------------------------------------------------------------- */

typedef struct Flatten {
    const Counted *counted;
    JitGraph *graph;
    JitNode *place;    /* the head's end, before which everything goes */
    JitNode **reached; /* by block: whether it is reached in a round; NULL: always */
} Flatten;

static JitNode *add(const Flatten *flatten, JitOp op, uint32_t count, JitNode *const *inputs) {
    return jit_insert_before(flatten->graph, flatten->place, op, count, inputs);
}

static JitNode *both(const Flatten *flatten, JitNode *a, JitNode *b) {
    return a == NULL ? b : add(flatten, JIT_AND, 2, (JitNode *[]){a, b});
}

/* Whether an edge is taken; NULL: always. */
static JitNode *is_taken(const Flatten *flatten, const JitBlock *from, const JitBlock *to) {
    JitNode *reached = flatten->reached[from->id];
    if (from->successor_count == 1)
        return reached;
    JitNode *condition = from->last->inputs[0];
    bool is_first = from->successors[0] == to;
    if (is_first && jit_is_bool(condition))
        return both(flatten, reached, condition);
    JitNode *inputs[2] = {condition, jit_const(flatten->graph, 0)};
    return both(flatten, reached, add(flatten, is_first ? JIT_NE : JIT_EQ, 2, inputs));
}

/* Whether a block is reached, and which of the inputs its phis are. */
static void join(const Flatten *flatten, const JitBlock *block) {
    JitNode *taken[MOST_EDGES + 2], *reached = NULL;
    uint32_t count = block->predecessor_count;
    for (uint32_t p = 0; p < count; p++) {
        taken[p] = is_taken(flatten, block->predecessors[p], block);
        reached = p == 0 ? taken[p] : add(flatten, JIT_OR, 2, (JitNode *[]){reached, taken[p]});
    }
    flatten->reached[block->id] = jit_dominates(block, flatten->counted->exiting) ? NULL : reached;
    for (JitNode *phi = block->first, *next; phi != NULL && phi->op == JIT_PHI; phi = next) {
        next = phi->next;
        JitNode *value = phi->inputs[0];
        for (uint32_t p = 1; p + 1 < count; p++)
            value = add(flatten, JIT_SELECT, 3, (JitNode *[]){taken[p], phi->inputs[p], value});
        JitNode *last[3] = {taken[count - 1], phi->inputs[count - 1], value};
        while (phi->input_count < 3)
            jit_add_input(flatten->graph, phi, value);
        if (flatten->graph->failed)
            return;
        phi->op = JIT_SELECT;
        phi->input_count = 3;
        for (uint32_t i = 0; i < 3; i++)
            phi->inputs[i] = last[i];
    }
}

/* What a block does goes to the end of the head. */
static void move_nodes(const Flatten *flatten, JitBlock *block) {
    JitNode *reached = flatten->reached[block->id];
    for (JitNode *node = block->first, *next; node != block->last; node = next) {
        next = node->next;
        if (node->op == JIT_SPEND && reached != NULL)
            node->inputs[0] = add(flatten, JIT_SELECT, 3,
                                  (JitNode *[]){reached, node->inputs[0], jit_const(flatten->graph, 0)});
        node->flags &= (uint8_t)~JIT_NO_WRAP;
        jit_move_before(node, flatten->place);
    }
}

/* The head ends as the last block did. */
static void take_end(const Counted *counted, JitNode *place) {
    JitBlock *head = counted->head, *exiting = counted->exiting;
    jit_move_before(counted->branch, place);
    jit_remove(place);
    head->successor_count = 0;
    for (uint32_t s = 0; s < exiting->successor_count; s++) {
        JitBlock *to = exiting->successors[s];
        jit_edge(counted->graph, head, to);
        to->predecessor_count--;
        for (uint32_t p = 0; p < to->predecessor_count; p++)
            if (to->predecessors[p] == exiting)
                to->predecessors[p] = head;
    }
    exiting->successor_count = 0;
}

void jit_flatten(const Counted *counted) {
    JitGraph *graph = counted->graph;
    uint32_t block_count = graph->block_count;
    Flatten flatten = {.counted = counted, .graph = graph, .place = counted->head->last};
    flatten.reached = cor_arena_allocate(graph->arena, block_count, sizeof *flatten.reached);
    if (flatten.reached == NULL || graph->failed) {
        graph->failed = true;
        return;
    }
    for (uint32_t b = counted->head->order + 1; b < block_count && !graph->failed; b++) {
        JitBlock *block = graph->blocks[b];
        if (!jit_loop_contains(counted->loop, block) || block == counted->latch)
            continue;
        join(&flatten, block);
        if (!graph->failed)
            move_nodes(&flatten, block);
    }
    if (!graph->failed)
        take_end(counted, flatten.place);
}

/* Decides the representation of every value that nodes.def leaves open: 64 bits that are an integer, a double or a
 * reference, and of phis and selects also a float.
 *
 * A value takes what its users want, each counting by how deep its loop is.  Phis and selects that feed each other form
 * a web and decide together, so that what goes round a loop is not converted in each round; what comes in counts there
 * like a use.  Then the others decide, users that are webs being known.  What wants something else converts, which
 * the code generator does where the value is used: constants cost nothing, states and memory take any. */
#include "jit/ir.h"

#include "vm/runtime/type.h"

/* ---- What a use wants -------------------------------------------------------------------------- */

JitRep jit_wanted_rep(const JitNode *user, uint32_t input) {
    switch (user->op) {
    case JIT_ADD_F64:
    case JIT_SUB_F64:
    case JIT_MUL_F64:
    case JIT_DIV_F64:
    case JIT_REM_F64:
    case JIT_NEG_F64:
    case JIT_ABS_F64:
    case JIT_SQRT_F64:
    case JIT_FLOOR_F64:
    case JIT_CEIL_F64:
    case JIT_TRUNC_F64:
    case JIT_F64_TO_F32:
    case JIT_F64_TO_SIGNED:
    case JIT_F64_TO_UNSIGNED:
    case JIT_EQ_F64:
    case JIT_LT_F64:
    case JIT_LE_F64:
    case JIT_KEY_EQ_F64:
    case JIT_COMPARE_F64:
    case JIT_HASH_F64: return JIT_REP_F64;

    case JIT_ADD_F32:
    case JIT_SUB_F32:
    case JIT_MUL_F32:
    case JIT_DIV_F32:
    case JIT_REM_F32:
    case JIT_NEG_F32:
    case JIT_F32_TO_F64:
    case JIT_EQ_F32:
    case JIT_LT_F32:
    case JIT_LE_F32:
    case JIT_KEY_EQ_F32:
    case JIT_COMPARE_F32: return JIT_REP_F32;

    case JIT_LOAD:
    case JIT_LENGTH:
    case JIT_TYPE_OF:
    case JIT_CASE_OF:
    case JIT_FUNCTION_OF:
    case JIT_STRING_LENGTH:
    case JIT_STRING_EQ:
    case JIT_STRING_COMPARE:
    case JIT_STRING_HASH:
    case JIT_IS_CLASS:
    case JIT_IS_EXACT:
    case JIT_IS_INTERFACE:
    case JIT_CONCAT:
    case JIT_VIRTUAL_ENTRY:
    case JIT_INTERFACE_ENTRY:
    case JIT_ROLE_ENTRY: return JIT_REP_REF;

    case JIT_LOAD_ELEMENT:
    case JIT_STRING_BYTE: return input == 0 ? JIT_REP_REF : JIT_REP_I64;
    case JIT_STORE: return input == 0 ? JIT_REP_REF : JIT_REP_ANY;
    case JIT_STORE_ELEMENT: return input == 0 ? JIT_REP_REF : input == 1 ? JIT_REP_I64 : JIT_REP_ANY;
    case JIT_NEW_ARRAY: return input == 0 ? JIT_REP_I64 : JIT_REP_ANY;
    case JIT_SELECT: return input == 0 ? JIT_REP_I64 : JIT_REP_ANY;
    case JIT_CALL_ENTRY: return input == 0 ? JIT_REP_REF : JIT_REP_ANY;
    case JIT_CALL_CLOSURE: return input == user->input_count - 1 ? JIT_REP_REF : JIT_REP_ANY;

    case JIT_PHI: /* its own representation */
    case JIT_PROJECT:
    case JIT_EQ: /* of references, too */
    case JIT_NE:
    case JIT_CHECK:
    case JIT_BRANCH:
    case JIT_SET_GLOBAL:
    case JIT_ARRAY_OF:
    case JIT_CALL:
    case JIT_CALL_NATIVE:
    case JIT_CALL_FOREIGN:
    case JIT_CALL_HOST:
    case JIT_SYSCALL:
    case JIT_RETURN: return JIT_REP_ANY;

    default: return JIT_REP_I64;
    }
}

/* ---- Votes ------------------------------------------------------------------------------------- */

/* By the id of a value; of a web, its root's. */
typedef struct Votes {
    uint64_t count[JIT_REP_ANY];
    JitNode *web; /* towards the root; the root has NULL */
} Votes;

static bool is_web(const JitNode *node) {
    return node->op == JIT_PHI || node->op == JIT_SELECT;
}

/* The inputs of a web's node that are values of the web. */
static bool is_web_input(const JitNode *user, uint32_t input) {
    return user->op == JIT_PHI || (user->op == JIT_SELECT && input != 0);
}

static JitNode *root(Votes *votes, JitNode *node) {
    JitNode *end = node;
    while (votes[end->id].web != NULL)
        end = votes[end->id].web;
    while (node != end) {
        JitNode *next = votes[node->id].web;
        votes[node->id].web = end;
        node = next;
    }
    return end;
}

static void join_webs(const JitGraph *graph, Votes *votes) {
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            for (uint32_t i = 0; i < node->input_count; i++) {
                if (!is_web_input(node, i) || !is_web(node->inputs[i]))
                    continue;
                JitNode *a = root(votes, node), *c = root(votes, node->inputs[i]);
                if (a != c)
                    votes[c->id].web = a;
            }
}

static uint64_t weight_of(const JitBlock *block) {
    uint32_t depth = block->loop == NULL ? 0 : block->loop->depth;
    return block->is_cold ? 1 : (uint64_t)8 << 3 * (depth < 8 ? depth : 8);
}

static void vote(Votes *votes, JitRep rep, uint64_t weight) {
    if (rep > JIT_REP_VOID && rep < JIT_REP_ANY)
        votes->count[rep] += weight;
}

static JitRep elected(const Votes *votes) {
    JitRep best = JIT_REP_I64;
    for (JitRep rep = JIT_REP_I64; rep < JIT_REP_ANY; rep++)
        if (votes->count[rep] > votes->count[best])
            best = rep;
    return best;
}

/* Where a phi's input is converted, or any other user's. */
static const JitBlock *place_of(const JitNode *user, uint32_t input) {
    return user->op == JIT_PHI ? user->block->predecessors[input] : user->block;
}

/* What the uses of the webs want, and what comes into them with a representation of its own. */
static void vote_in_webs(const JitGraph *graph, Votes *votes) {
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            for (uint32_t i = 0; i < node->input_count; i++) {
                JitNode *input = node->inputs[i];
                uint64_t weight = weight_of(place_of(node, i));
                if (is_web(input))
                    vote(&votes[root(votes, input)->id], jit_wanted_rep(node, i), weight);
                if (is_web_input(node, i) && !is_web(input) && !jit_is_const(input))
                    vote(&votes[root(votes, node)->id], input->rep, weight);
            }
}

/* ---- Values on their own ----------------------------------------------------------------------- */

/* Memory decides for narrow integers and references. */
static void decide_by_width(JitNode *node) {
    if (node->op != JIT_LOAD && node->op != JIT_LOAD_ELEMENT)
        return;
    if (node->access.width == COR_WIDTH_REFERENCE)
        node->rep = JIT_REP_REF;
    else if (node->access.width != COR_WIDTH_64)
        node->rep = JIT_REP_I64;
}

static void vote_for_others(const JitGraph *graph, Votes *votes) {
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            for (uint32_t i = 0; i < node->input_count; i++) {
                JitNode *input = node->inputs[i];
                if (input->rep != JIT_REP_ANY)
                    continue;
                JitRep rep = is_web_input(node, i) ? (JitRep)node->rep : jit_wanted_rep(node, i);
                if (rep != JIT_REP_F32) /* in memory and in slots it is an integer */
                    vote(&votes[input->id], rep, weight_of(place_of(node, i)));
            }
}

void jit_represent(JitGraph *graph) {
    if (graph->failed)
        return;
    Votes *votes = cor_arena_allocate(graph->arena, graph->node_count, sizeof *votes);
    if (votes == NULL) {
        graph->failed = true;
        return;
    }
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            decide_by_width(node);
    join_webs(graph, votes);
    vote_in_webs(graph, votes);
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            if (is_web(node))
                node->rep = (uint8_t)elected(&votes[root(votes, node)->id]);
    vote_for_others(graph, votes);
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            if (node->rep == JIT_REP_ANY)
                node->rep = (uint8_t)elected(&votes[node->id]);
}

/* Simplification: what is known without running is not computed, and what was computed is not computed again.
 *
 * A round merges blocks that only follow each other, removes phis that are copies, folds every node in reverse
 * postorder and looks it up in a table of values (global value numbering: an equal value that dominates it takes
 * its place), uses what conditions say on the paths behind them (simplify_facts.c), and removes what nothing needs. Rounds
 * follow while they find something.  States are uses: what the interpreter would need stays. */
#include "jit/simplify_internal.h"

#include <assert.h>
#include <string.h>

#include "vm/runtime/object.h"

enum { MOST_ROUNDS = 6, MOST_PROBES = 64 };

/* ---- Replacing --------------------------------------------------------------------------------- */

JitNode *jit_value_of(JitSimplifier *simplifier, JitNode *node) {
    while (node->id < simplifier->replaced_capacity && simplifier->replaced[node->id] != NULL)
        node = simplifier->replaced[node->id];
    return node;
}

/* Room for a replacement of every node there is, and to come for a while. */
static bool make_room(JitSimplifier *simplifier) {
    JitGraph *graph = simplifier->graph;
    if (graph->node_count <= simplifier->replaced_capacity)
        return true;
    uint32_t capacity = graph->node_count + graph->node_count / 2 + 64;
    JitNode **larger = cor_arena_allocate(graph->arena, capacity, sizeof *larger);
    if (larger == NULL) {
        graph->failed = true;
        return false;
    }
    if (simplifier->replaced_capacity != 0)
        memcpy(larger, simplifier->replaced, simplifier->replaced_capacity * sizeof *larger);
    simplifier->replaced = larger;
    simplifier->replaced_capacity = capacity;
    return true;
}

void jit_becomes(JitSimplifier *simplifier, JitNode *node, JitNode *value) {
    assert(node != value);
    if (!make_room(simplifier))
        return;
    simplifier->replaced[node->id] = value;
    simplifier->changed = true;
    jit_remove(node);
}

/* ---- Edges ------------------------------------------------------------------------------------- */

void jit_decide(JitSimplifier *simplifier, JitNode *node, uint32_t edge) {
    JitGraph *graph = simplifier->graph;
    JitDecision *decisions = cor_arena_grow(graph->arena, simplifier->decisions, simplifier->decision_count,
                                            &simplifier->decision_capacity, sizeof *decisions);
    if (decisions == NULL) {
        graph->failed = true;
        return;
    }
    simplifier->decisions = decisions;
    decisions[simplifier->decision_count++] = (JitDecision){node, edge};
}

void jit_decide_constant(JitSimplifier *simplifier, JitNode *node, uint64_t bits) {
    uint32_t last = node->block->successor_count - 1;
    switch (node->op) {
    case JIT_BRANCH: jit_decide(simplifier, node, bits == 0); break;
    case JIT_SWITCH: jit_decide(simplifier, node, bits < last ? (uint32_t)bits : last); break;
    default:
        if (bits == 0) {
            jit_decide(simplifier, node, 0);
        } else {
            simplifier->changed = true;
            jit_remove(node);
        }
    }
}

static void remove_predecessor(JitBlock *block, uint32_t index) {
    block->predecessor_count--;
    for (uint32_t p = index; p < block->predecessor_count; p++)
        block->predecessors[p] = block->predecessors[p + 1];
    for (JitNode *node = block->first; node != NULL && node->op == JIT_PHI; node = node->next) {
        node->input_count--;
        for (uint32_t p = index; p < node->input_count; p++)
            node->inputs[p] = node->inputs[p + 1];
    }
}

/* The edge to successor `index` goes.  Of several from one block to another, the n-th leads to the n-th entry. */
static void drop_edge(JitBlock *block, uint32_t index) {
    JitBlock *to = block->successors[index];
    uint32_t earlier = 0;
    for (uint32_t s = 0; s < index; s++)
        earlier += block->successors[s] == to;
    for (uint32_t p = 0; p < to->predecessor_count; p++) {
        if (to->predecessors[p] == block && earlier-- == 0) {
            remove_predecessor(to, p);
            break;
        }
    }
    block->successor_count--;
    for (uint32_t s = index; s < block->successor_count; s++)
        block->successors[s] = block->successors[s + 1];
}

/* What follows a CHECK that fails is not reached. */
static void end_with_leave(const JitSimplifier *simplifier, JitNode *check) {
    JitBlock *block = check->block;
    while (block->last != check)
        jit_remove(block->last);
    if (check->input_count == 2)
        jit_insert_before(simplifier->graph, check, JIT_SPEND, 1, &check->inputs[1]);
    while (block->successor_count != 0)
        drop_edge(block, block->successor_count - 1);
    check->op = JIT_LEAVE;
    check->input_count = 0;
}

static void carry_out(JitSimplifier *simplifier) {
    for (uint32_t d = 0; d < simplifier->decision_count; d++) {
        JitNode *node = simplifier->decisions[d].node;
        JitBlock *block = node->block;
        if (block == NULL)
            continue; /* behind a check that fails */
        if (node->op == JIT_CHECK) {
            end_with_leave(simplifier, node);
            continue;
        }
        for (uint32_t s = block->successor_count; s-- > 0;)
            if (s != simplifier->decisions[d].edge)
                drop_edge(block, s);
        node->op = JIT_JUMP;
        node->input_count = 0;
    }
    if (simplifier->decision_count != 0) {
        simplifier->decision_count = 0;
        simplifier->changed = true;
        jit_graph_analyse(simplifier->graph);
    }
}

/* The end of a walk: uses are replaced, branches taken. */
static void apply(JitSimplifier *simplifier) {
    JitGraph *graph = simplifier->graph;
    if (graph->failed || !make_room(simplifier))
        return;
    jit_replace_all(graph, simplifier->replaced);
    memset(simplifier->replaced, 0, simplifier->replaced_capacity * sizeof *simplifier->replaced);
    carry_out(simplifier);
}

/* ---- Blocks that follow each other ------------------------------------------------------------- */

static void merge_into(JitBlock *block, JitBlock *next) {
    jit_remove(block->last);
    for (JitNode *node = next->first; node != NULL; node = node->next)
        node->block = block;
    next->first->previous = block->last;
    *(block->last == NULL ? &block->first : &block->last->next) = next->first;
    block->last = next->last;
    block->is_cold |= next->is_cold;
    block->successors = next->successors;
    block->successor_count = next->successor_count;
    block->successor_capacity = next->successor_capacity;
    for (uint32_t s = 0; s < block->successor_count; s++) {
        JitBlock *to = block->successors[s];
        for (uint32_t p = 0; p < to->predecessor_count; p++)
            if (to->predecessors[p] == next)
                to->predecessors[p] = block;
    }
    next->first = next->last = NULL;
    next->successors = NULL;
    next->successor_count = next->successor_capacity = next->predecessor_count = 0;
}

/* After phis with one input are gone. */
static void merge_blocks(JitSimplifier *simplifier) {
    JitGraph *graph = simplifier->graph;
    bool merged = false;
    for (uint32_t b = 0; b < graph->block_count; b++) {
        JitBlock *block = graph->blocks[b];
        while (block->last != NULL && block->last->op == JIT_JUMP) {
            JitBlock *next = block->successors[0];
            if (next == block || next->predecessor_count != 1 || next->first->op == JIT_PHI)
                break;
            merge_into(block, next);
            merged = true;
        }
    }
    if (merged)
        jit_graph_analyse(graph);
}

/* ---- Copies ------------------------------------------------------------------------------------ */

/* The one value that a phi has besides itself, or NULL. */
static JitNode *copied_value(JitSimplifier *simplifier, JitNode *phi) {
    JitNode *only = NULL;
    for (uint32_t i = 0; i < phi->input_count; i++) {
        JitNode *input = jit_value_of(simplifier, phi->inputs[i]);
        if (input == phi || input == only)
            continue;
        if (only != NULL)
            return NULL;
        only = input;
    }
    return only;
}

static void remove_copies(JitSimplifier *simplifier) {
    JitGraph *graph = simplifier->graph;
    bool found = true, any = false;
    while (found && !graph->failed) {
        found = false;
        for (uint32_t b = 0; b < graph->block_count; b++) {
            for (JitNode *phi = graph->blocks[b]->first, *next; phi != NULL && phi->op == JIT_PHI;
                 phi = next) {
                next = phi->next;
                JitNode *only = copied_value(simplifier, phi);
                if (only == NULL)
                    continue;
                jit_becomes(simplifier, phi, only);
                found = any = true;
            }
        }
    }
    if (any)
        apply(simplifier);
}

/* ---- Value numbering --------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t next) {
    return (hash ^ next) * 0x9E3779B97F4A7C15u;
}

static bool has_type(const JitNode *node) {
    return node->op == JIT_IS_CLASS || node->op == JIT_IS_EXACT || node->op == JIT_IS_INTERFACE;
}

static uint32_t hash_node(const JitNode *node) {
    uint64_t hash = mix(node->op, node->number);
    for (uint32_t i = 0; i < node->input_count; i++)
        hash = mix(hash ^ hash >> 29, node->inputs[i]->id);
    if (has_type(node))
        hash = mix(hash ^ hash >> 29, (uintptr_t)node->of.type);
    return (uint32_t)(hash >> 32);
}

static bool equal_nodes(const JitNode *a, const JitNode *b) {
    if (a->op != b->op || a->number != b->number || a->input_count != b->input_count)
        return false;
    for (uint32_t i = 0; i < a->input_count; i++)
        if (a->inputs[i] != b->inputs[i])
            return false;
    if (a->op == JIT_PHI)
        return a->block == b->block;
    return !has_type(a) || a->of.type == b->of.type;
}

static bool is_numbered(const JitNode *node) {
    return jit_op_info[node->op].effects == 0 && node->op != JIT_CONST && node->op != JIT_VIRTUAL;
}

/* An equal value that dominates the node, or the node, which is in the table then. */
static JitNode *look_up(JitSimplifier *simplifier, JitNode *node) {
    uint32_t mask = simplifier->table_capacity - 1, at = hash_node(node);
    for (uint32_t probe = 0; probe < MOST_PROBES; probe++, at++) {
        JitNode **entry = &simplifier->table[at & mask];
        if (*entry == NULL) {
            *entry = node;
            return node;
        }
        if (equal_nodes(*entry, node) && (*entry)->block != NULL &&
            jit_dominates((*entry)->block, node->block)) {
            (*entry)->flags &= node->flags; /* where one of them does not wrap, the other may */
            return *entry;
        }
    }
    return node;
}

static void clear_table(JitSimplifier *simplifier) {
    JitGraph *graph = simplifier->graph;
    uint32_t capacity = 64;
    while (capacity < 2 * graph->node_count)
        capacity *= 2;
    if (capacity > simplifier->table_capacity) {
        simplifier->table = cor_arena_allocate(graph->arena, capacity, sizeof *simplifier->table);
        simplifier->table_capacity = capacity;
    } else {
        memset(simplifier->table, 0, simplifier->table_capacity * sizeof *simplifier->table);
    }
    if (simplifier->table == NULL)
        graph->failed = true;
}

/* What a node is folded to, through the nodes that folding makes. */
static JitNode *simpler(JitSimplifier *simplifier, JitNode *node) {
    JitGraph *graph = simplifier->graph;
    JitNode *made = node;
    for (;;) {
        uint32_t count = graph->node_count;
        JitNode *folded = jit_fold_object(graph, node);
        if (folded == node)
            folded = jit_fold(graph, node);
        if (folded == node || graph->failed)
            break;
        if (node != made) /* made on the way, and not needed */
            jit_remove(node);
        node = folded;
        if (node->id < count || jit_is_const(node))
            return node;
    }
    if (!is_numbered(node) || graph->failed)
        return node;
    JitNode *equal = look_up(simplifier, node);
    if (equal != node && node != made)
        jit_remove(node);
    return equal;
}

static void visit(JitSimplifier *simplifier, JitNode *node) {
    for (uint32_t i = 0; i < node->input_count; i++)
        node->inputs[i] = jit_value_of(simplifier, node->inputs[i]);
    JitNode *value = simpler(simplifier, node);
    if (value != node)
        jit_becomes(simplifier, node, value);
    else if ((node->op == JIT_CHECK || node->op == JIT_BRANCH || node->op == JIT_SWITCH) &&
             jit_is_const(node->inputs[0]))
        jit_decide_constant(simplifier, node, node->inputs[0]->bits);
}

static void number_values(JitSimplifier *simplifier) {
    JitGraph *graph = simplifier->graph;
    clear_table(simplifier);
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first, *next; node != NULL && !graph->failed; node = next) {
            next = node->next;
            visit(simplifier, node);
        }
    apply(simplifier);
}

/* ---- What nothing needs ------------------------------------------------------------------------ */

/* Large arrays stay: they are charged for, and that memory runs out there is what a program may be about. */
static bool is_small_array(const JitNode *node) {
    return jit_is_const(node->inputs[0]) &&
           cor_array_is_small(node->inputs[0]->bits, node->of.type->element->layout->size);
}

/* Whether a node matters even when nothing uses its result.  Memory that runs out at a small allocation is no result. */
static bool is_root(const JitNode *node) {
    switch (node->op) {
    case JIT_NEW:
    case JIT_NEW_CLOSURE:
    case JIT_ARRAY_OF: return false;
    case JIT_NEW_ARRAY: return !is_small_array(node);
    default: return (jit_op_info[node->op].effects & ~(uint32_t)EFFECT_R) != 0;
    }
}

typedef struct Marker {
    JitGraph *graph;
    uint8_t *marked; /* by id */
    JitNode **queue;
    uint32_t count;
} Marker;

static void mark(Marker *marker, JitNode *node) {
    if (marker->marked[node->id])
        return;
    marker->marked[node->id] = 1;
    marker->queue[marker->count++] = node;
}

static void mark_uses(Marker *marker, const JitNode *node) {
    for (uint32_t i = 0; i < node->input_count; i++)
        mark(marker, node->inputs[i]);
    for (const JitState *state = node->state; jit_state_visit(marker->graph, state); state = state->caller) {
        for (uint32_t i = 0; i < state->slot_count; i++)
            mark(marker, state->slots[i].value);
        for (uint32_t o = 0; o < state->object_count; o++)
            for (uint32_t f = 0; f < state->objects[o].field_count; f++)
                mark(marker, state->objects[o].fields[f].value);
    }
}

static void remove_dead(JitSimplifier *simplifier) {
    JitGraph *graph = simplifier->graph;
    Marker marker = {.graph = graph};
    marker.marked = cor_arena_allocate(graph->arena, graph->node_count, 1);
    marker.queue = cor_arena_allocate(graph->arena, graph->node_count, sizeof *marker.queue);
    if (marker.marked == NULL || marker.queue == NULL) {
        graph->failed = true;
        return;
    }
    graph->visits++;
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            if (is_root(node))
                mark(&marker, node);
    while (marker.count != 0)
        mark_uses(&marker, marker.queue[--marker.count]);
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first, *next; node != NULL; node = next) {
            next = node->next;
            if (!marker.marked[node->id])
                jit_remove(node);
        }
}

void jit_simplify(JitGraph *graph) {
    JitSimplifier simplifier = {.graph = graph};
    if (!graph->is_analysed)
        jit_graph_analyse(graph);
    for (uint32_t round = 0; round < MOST_ROUNDS && !graph->failed; round++) {
        simplifier.changed = false;
        remove_copies(&simplifier);
        if (!graph->failed)
            merge_blocks(&simplifier);
        if (!graph->failed)
            number_values(&simplifier);
        if (!graph->failed)
            jit_use_facts(&simplifier);
        if (!graph->failed)
            apply(&simplifier);
        if (!graph->failed)
            remove_dead(&simplifier);
        if (!simplifier.changed)
            break;
    }
}

/* Partial escape analysis: on which paths an object has to exist.
 *
 * An object is virtual until it escapes, and real on every path from there on; so where a path on which it is real meets one
 * on which it is not, it is made at the end of the latter, if anything behind uses it.  A phi of objects of one kind is
 * an object, too, as long as nobody can tell it from a copy of what comes in: all of them are virtual there, and none is used
 * behind the phi, but through it.  Else the phi stays, and what comes in escapes.  All of this is one fixed point: a set
 * of objects for each block, which only grows.
 *
 * It pays when objects are made less often than they were allocated, by an estimate of how often blocks run; objects that
 * meet in phis are decided about together.  After Stadler, Wuerthinger and Moessenboeck, Partial Escape Analysis and Scalar
 * Replacement for Java (2014), whose single pass over the graph is here an analysis, a change (escape_sink.c), and the
 * removal of what does not escape at all (escape.c). */
#include "jit/escape_internal.h"

#include <string.h>

enum { MOST_CANDIDATES = 512, LOOP_ROUNDS = 10, COLD_SHARE = 100 };

static void *allocate(JitGraph *graph, size_t count, size_t size) {
    void *memory = cor_arena_allocate(graph->arena, count, size);
    if (memory == NULL)
        graph->failed = true;
    return memory;
}

/* ---- Objects ----------------------------------------------------------------------------------- */

typedef struct Kinds {
    const JitNode **like; /* by id: an allocation of what a value is; NULL: not known to be an object */
    uint8_t *mixed;       /* by id: phis that are no object of one kind */
} Kinds;

static bool same_kind(const JitNode *a, const JitNode *b) {
    return a->op == b->op && a->of.type == b->of.type && a->of.callee == b->of.callee;
}

/* Kinds come from inputs to phis. Whether something was new. */
static bool spread_kinds(Kinds *kinds, const JitNode *phi) {
    bool changed = false;
    for (uint32_t i = 0; i < phi->input_count && !kinds->mixed[phi->id]; i++) {
        const JitNode *like = kinds->like[phi->inputs[i]->id];
        if (like == NULL || like == kinds->like[phi->id])
            continue;
        if (kinds->like[phi->id] == NULL) {
            kinds->like[phi->id] = like;
            changed = true;
        } else if (!same_kind(kinds->like[phi->id], like)) {
            kinds->mixed[phi->id] = 1;
            changed = true;
        }
    }
    return changed;
}

/* A phi of something else than objects of its kind is none. */
static bool spread_mixed(Kinds *kinds, const JitNode *phi) {
    bool is_mixed = kinds->like[phi->id] == NULL;
    for (uint32_t i = 0; i < phi->input_count; i++)
        is_mixed |= kinds->like[phi->inputs[i]->id] == NULL || kinds->mixed[phi->inputs[i]->id];
    if (!is_mixed || kinds->mixed[phi->id])
        return false;
    kinds->mixed[phi->id] = 1;
    return true;
}

static void find_kinds(const JitGraph *graph, Kinds *kinds, bool (*spread)(Kinds *, const JitNode *)) {
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t b = 0; b < graph->block_count; b++)
            for (const JitNode *phi = graph->blocks[b]->first; phi != NULL && phi->op == JIT_PHI;
                 phi = phi->next)
                changed |= spread(kinds, phi);
    }
}

static uint32_t find_group(EscapeAnalysis *analysis, uint32_t number) {
    EscapeObject *objects = analysis->objects;
    while (objects[number].group != number)
        number = objects[number].group = objects[objects[number].group].group;
    return number;
}

static void number_objects(EscapeAnalysis *analysis, const Kinds *kinds) {
    const JitGraph *graph = analysis->graph;
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next) {
            if (!jit_is_removable(node) && (node->op != JIT_PHI || kinds->mixed[node->id]))
                continue;
            if (analysis->count < MOST_CANDIDATES)
                analysis->objects[analysis->count] =
                    (EscapeObject){.node = node, .like = kinds->like[node->id], .group = analysis->count};
            analysis->numbers[node->id] = ++analysis->count;
        }
}

static void join_groups(EscapeAnalysis *analysis) {
    for (uint32_t number = 0; number < analysis->count; number++) {
        const JitNode *node = analysis->objects[number].node;
        for (uint32_t i = 0; node->op == JIT_PHI && i < node->input_count; i++)
            analysis->objects[find_group(analysis, escape_number(analysis, node->inputs[i]))].group =
                find_group(analysis, number);
    }
    for (uint32_t number = 0; number < analysis->count; number++)
        analysis->objects[number].group = find_group(analysis, number);
}

/* False: there are none, or too many. */
static bool find_objects(EscapeAnalysis *analysis) {
    JitGraph *graph = analysis->graph;
    Kinds kinds = {allocate(graph, graph->node_count, sizeof *kinds.like),
                   allocate(graph, graph->node_count, 1)};
    analysis->id_count = graph->node_count;
    analysis->numbers = allocate(graph, graph->node_count, sizeof *analysis->numbers);
    analysis->objects = allocate(graph, MOST_CANDIDATES, sizeof *analysis->objects);
    if (graph->failed)
        return false;
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (const JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            if (jit_is_removable(node))
                kinds.like[node->id] = node;
    find_kinds(graph, &kinds, spread_kinds);
    find_kinds(graph, &kinds, spread_mixed);
    number_objects(analysis, &kinds);
    if (analysis->count == 0 || analysis->count > MOST_CANDIDATES)
        return false;
    join_groups(analysis);
    return true;
}

/* ---- Sets -------------------------------------------------------------------------------------- */

/* Adds the members of `more`; whether one was new. */
static bool add_all(uint64_t *set, const uint64_t *more, uint32_t words) {
    bool changed = false;
    for (uint32_t w = 0; w < words; w++) {
        changed |= (more[w] & ~set[w]) != 0;
        set[w] |= more[w];
    }
    return changed;
}

static void add_object(const EscapeAnalysis *analysis, uint64_t *set, const JitNode *node) {
    uint32_t number = escape_number(analysis, node);
    if (number != ESCAPE_NONE)
        jit_set_add(set, number);
}

static void add_uses(const EscapeAnalysis *analysis, uint64_t *set, const JitNode *node) {
    for (uint32_t i = 0; node->op != JIT_PHI && i < node->input_count; i++)
        add_object(analysis, set, node->inputs[i]);
    for (const JitState *state = node->state; state != NULL; state = state->caller) {
        for (uint32_t i = 0; i < state->slot_count; i++)
            add_object(analysis, set, state->slots[i].value);
        for (uint32_t o = 0; o < state->object_count; o++)
            for (uint32_t f = 0; f < state->objects[o].field_count; f++)
                add_object(analysis, set, state->objects[o].fields[f].value);
    }
}

/* What a block has by itself: uses that are not behind a definition in it (to `live`), definitions, escapes. */
static void look_at_block(const EscapeAnalysis *analysis, const JitBlock *block) {
    uint64_t *live = escape_set(analysis, analysis->live, block);
    for (const JitNode *node = block->last; node != NULL; node = node->previous) {
        uint32_t number = escape_number(analysis, node);
        if (number != ESCAPE_NONE) {
            jit_set_remove(live, number);
            jit_set_add(escape_set(analysis, analysis->defined, block), number);
        }
        add_uses(analysis, live, node);
        for (uint32_t i = 0; i < node->input_count; i++)
            if (node->op == JIT_PHI && number == ESCAPE_NONE)
                add_object(analysis, escape_set(analysis, analysis->escapes, block->predecessors[i]),
                           node->inputs[i]);
            else if (node->op != JIT_PHI && jit_lets_escape(node, i))
                add_object(analysis, escape_set(analysis, analysis->escapes, block), node->inputs[i]);
    }
}

/* What is alive behind a block is alive at its start, unless the block defines it. Whether something was new. */
static bool spread_live(const EscapeAnalysis *analysis, const JitBlock *block, uint64_t *set) {
    memset(set, 0, analysis->words * sizeof *set);
    for (uint32_t s = 0; s < block->successor_count; s++) {
        const JitBlock *next = block->successors[s];
        add_all(set, escape_set(analysis, analysis->live, next), analysis->words);
        for (uint32_t p = 0; p < next->predecessor_count; p++)
            for (const JitNode *phi = next->first;
                 next->predecessors[p] == block && phi != NULL && phi->op == JIT_PHI; phi = phi->next)
                add_object(analysis, set, phi->inputs[p]);
    }
    const uint64_t *defined = escape_set(analysis, analysis->defined, block);
    for (uint32_t w = 0; w < analysis->words; w++)
        set[w] &= ~defined[w];
    return add_all(escape_set(analysis, analysis->live, block), set, analysis->words);
}

/* False: no memory. */
static bool make_sets(EscapeAnalysis *analysis) {
    JitGraph *graph = analysis->graph;
    analysis->words = (analysis->count + 63) / 64;
    size_t count = (size_t)graph->block_count * analysis->words;
    analysis->live = allocate(graph, count, sizeof(uint64_t));
    analysis->defined = allocate(graph, count, sizeof(uint64_t));
    analysis->escapes = allocate(graph, count, sizeof(uint64_t));
    analysis->start = allocate(graph, count, sizeof(uint64_t));
    analysis->end = allocate(graph, count, sizeof(uint64_t));
    analysis->phis = allocate(graph, analysis->words, sizeof(uint64_t));
    uint64_t *scratch = allocate(graph, analysis->words, sizeof(uint64_t));
    if (graph->failed)
        return false;
    for (uint32_t b = 0; b < graph->block_count; b++)
        look_at_block(analysis, graph->blocks[b]);
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t b = graph->block_count; b-- > 0;)
            changed |= spread_live(analysis, graph->blocks[b], scratch);
    }
    return true;
}

/* ---- What is real ------------------------------------------------------------------------------ */

/* Whether the object that comes into a phi could be told from a copy of it, or is real. */
static bool is_told_apart(const EscapeAnalysis *analysis, const JitNode *phi, uint32_t input) {
    const JitBlock *block = phi->block;
    const JitNode *object = phi->inputs[input];
    uint32_t number = escape_number(analysis, object);
    if (jit_set_has(escape_set(analysis, analysis->end, block->predecessors[input]), number))
        return true;
    if (object == phi)
        return false; /* round a loop without a change */
    if (jit_set_has(escape_set(analysis, analysis->live, block), number))
        return true;
    for (const JitNode *other = block->first; other->op == JIT_PHI; other = other->next)
        if (other != phi && other->inputs[input] == object)
            return true;
    return false;
}

/* Whether the phi has become one that stays. */
static bool settle_phi(const EscapeAnalysis *analysis, const JitNode *phi) {
    uint32_t number = escape_number(analysis, phi);
    if (number == ESCAPE_NONE || jit_set_has(analysis->phis, number))
        return false;
    bool stays = false;
    for (uint32_t i = 0; i < phi->input_count; i++)
        stays |= is_told_apart(analysis, phi, i);
    if (!stays)
        return false;
    jit_set_add(analysis->phis, number);
    for (uint32_t i = 0; i < phi->input_count; i++)
        add_object(analysis, escape_set(analysis, analysis->escapes, phi->block->predecessors[i]),
                   phi->inputs[i]);
    return true;
}

static bool spread_real(const EscapeAnalysis *analysis, const JitBlock *block) {
    uint32_t words = analysis->words;
    uint64_t *start = escape_set(analysis, analysis->start, block);
    uint64_t *end = escape_set(analysis, analysis->end, block);
    const uint64_t *live = escape_set(analysis, analysis->live, block);
    bool changed = false;
    for (uint32_t p = 0; p < block->predecessor_count; p++)
        add_all(start, escape_set(analysis, analysis->end, block->predecessors[p]), words);
    for (uint32_t w = 0; w < words; w++)
        start[w] &= live[w];
    for (uint32_t p = 0; p < block->predecessor_count; p++) /* and so everywhere in front of the block */
        changed |= add_all(escape_set(analysis, analysis->escapes, block->predecessors[p]), start, words);
    for (const JitNode *phi = block->first; phi != NULL && phi->op == JIT_PHI; phi = phi->next)
        changed |= settle_phi(analysis, phi);
    changed |= add_all(end, start, words);
    changed |= add_all(end, escape_set(analysis, analysis->escapes, block), words);
    const uint64_t *defined = escape_set(analysis, analysis->defined, block);
    for (uint32_t w = 0; w < words; w++) {
        changed |= (defined[w] & analysis->phis[w] & ~end[w]) != 0;
        end[w] |= defined[w] & analysis->phis[w];
    }
    return changed;
}

/* ---- What pays --------------------------------------------------------------------------------- */

static double share(const JitBlock *block, const JitBlock *next) {
    double share = next->is_cold ? 1.0 / COLD_SHARE : 1.0;
    return block->loop != NULL && !jit_loop_contains(block->loop, next) ? share / LOOP_ROUNDS : share;
}

/* How often blocks run, by their place alone: [order]; NULL: no memory. */
static double *estimate(JitGraph *graph) {
    double *often = allocate(graph, graph->block_count, sizeof *often);
    for (uint32_t b = 0; often != NULL && b < graph->block_count; b++) {
        const JitBlock *block = graph->blocks[b];
        if (b == 0)
            often[b] = 1.0;
        if (block->loop != NULL && block->loop->head == block)
            often[b] *= LOOP_ROUNDS;
        double sum = 0.0;
        for (uint32_t s = 0; s < block->successor_count; s++)
            sum += share(block, block->successors[s]);
        for (uint32_t s = 0; s < block->successor_count; s++)
            if (block->successors[s]->order > b)
                often[block->successors[s]->order] += often[b] * share(block, block->successors[s]) / sum;
    }
    return often;
}

double jit_count_allocations(JitGraph *graph) {
    const double *often = estimate(graph);
    double count = 0.0;
    for (uint32_t b = 0; !graph->failed && b < graph->block_count; b++)
        for (const JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            count += jit_is_removable(node) ? often[b] : 0.0;
    return count;
}

typedef struct Balance { /* of a group, in estimated runs */
    double allocated, made;
    bool has_copies; /* phis that become objects */
} Balance;

static void weigh_block(const EscapeAnalysis *analysis, const JitBlock *block, double often, uint64_t *real,
                        Balance *balances) {
    memcpy(real, escape_set(analysis, analysis->start, block), analysis->words * sizeof *real);
    for (const JitNode *node = block->first; node != NULL; node = node->next) {
        uint32_t number = escape_number(analysis, node);
        Balance *balance = number == ESCAPE_NONE ? NULL : &balances[analysis->objects[number].group];
        if (balance != NULL && node->op != JIT_PHI)
            balance->allocated += often;
        else if (balance != NULL && jit_set_has(analysis->phis, number))
            jit_set_add(real, number);
        else if (balance != NULL)
            balance->has_copies = true;
        for (uint32_t i = 0; node->op != JIT_PHI && i < node->input_count; i++) {
            uint32_t input = escape_number(analysis, node->inputs[i]);
            if (input == ESCAPE_NONE || !jit_lets_escape(node, i) || jit_set_has(real, input))
                continue;
            jit_set_add(real, input);
            balances[analysis->objects[input].group].made += often;
        }
    }
    const uint64_t *end = escape_set(analysis, analysis->end, block);
    for (uint32_t number = 0; number < analysis->count; number++)
        if (jit_set_has(end, number) && !jit_set_has(real, number))
            balances[analysis->objects[number].group].made += often;
}

/* Whether some group is to change. */
static bool choose_groups(EscapeAnalysis *analysis) {
    JitGraph *graph = analysis->graph;
    const double *often = estimate(graph);
    Balance *balances = allocate(graph, analysis->count, sizeof *balances);
    uint64_t *real = allocate(graph, analysis->words, sizeof *real);
    if (graph->failed)
        return false;
    for (uint32_t b = 0; b < graph->block_count; b++)
        weigh_block(analysis, graph->blocks[b], often[b], real, balances);
    bool found = false;
    for (uint32_t number = 0; number < analysis->count; number++) {
        const Balance *balance = &balances[analysis->objects[number].group];
        bool pays = balance->made < 0.9 * balance->allocated;
        analysis->objects[number].is_left = !pays || (balance->made == 0.0 && !balance->has_copies);
        found |= !analysis->objects[number].is_left;
    }
    return found;
}

bool jit_analyse_escape(EscapeAnalysis *analysis, JitGraph *graph) {
    *analysis = (EscapeAnalysis){.graph = graph};
    if (!find_objects(analysis) || !make_sets(analysis))
        return false;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t b = 0; b < graph->block_count; b++)
            changed |= spread_real(analysis, graph->blocks[b]);
    }
    return choose_groups(analysis);
}

/* Phis of objects that do not escape otherwise: the phi becomes a new object, whose fields are phis of the fields of the objects
 * that meet there.  That is the same as long as nobody can tell the copy from what it is a copy of: none of them is compared, and
 * none is used any more once it has gone into the phi.
 *
 * An object goes into one phi only, at the end of block P; every other use of it is in a block that dominates P, and its definition,
 * those blocks and P have the same innermost loop.  Then no way from the phi leads to such a use without making the object
 * anew: it would go round a loop that contains them all, through its head, and from there past the definition, which dominates
 * the use. */
#include "jit/escape_internal.h"

#include <string.h>

#include "vm/runtime/type.h"

typedef struct Merge {
    JitGraph *graph;
    uint32_t count;                    /* of nodes, before there are copies */
    uint8_t *valid;                    /* by id: objects and phis that may be copied */
    const CorType **types;             /* by id */
    JitNode **phi_use;                 /* by id: the phi that a value goes into; NULL */
    JitAccess fields[JIT_MOST_FIELDS]; /* of the phi that is being replaced */
    uint32_t field_count;
} Merge;

static bool is_object(const Merge *merge, const JitNode *node) {
    return (node->op == JIT_NEW || node->op == JIT_PHI) && merge->valid[node->id];
}

/* ---- Which ------------------------------------------------------------------------------------- */

static void find_candidates(Merge *merge) {
    const JitGraph *graph = merge->graph;
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (const JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next) {
            merge->valid[node->id] = node->op == JIT_PHI || node->op == JIT_NEW;
            if (node->op == JIT_NEW)
                merge->types[node->id] = node->of.type;
        }
}

/* Types come from objects to phis; false: nothing was new. A phi of two types is none. */
static bool spread_types(Merge *merge, JitNode *phi) {
    bool changed = false;
    for (uint32_t i = 0; i < phi->input_count; i++) {
        const CorType *type = merge->types[phi->inputs[i]->id];
        if (type == NULL || type == merge->types[phi->id])
            continue;
        if (merge->types[phi->id] != NULL)
            merge->valid[phi->id] = 0;
        merge->types[phi->id] = type;
        changed = merge->valid[phi->id];
    }
    return changed;
}

/* Whether the user may have the object as this input; notes the one phi that may. */
static bool may_use(Merge *merge, JitNode *user, uint32_t input) {
    JitNode *object = user->inputs[input];
    if (user->op == JIT_LOAD || user->op == JIT_STORE)
        return input == 0;
    if (user->op != JIT_PHI || !merge->valid[user->id])
        return false;
    if (user == object)
        return true; /* round a loop without a change */
    if (merge->phi_use[object->id] != NULL)
        return false;
    merge->phi_use[object->id] = user;
    return true;
}

static uint32_t input_index(const JitNode *phi, const JitNode *object) {
    uint32_t i = 0;
    while (phi->inputs[i] != object)
        i++;
    return i;
}

/* Whether a use in `block` comes before the object goes into its phi, as said above. */
static bool is_before(const Merge *merge, const JitNode *object, const JitBlock *block) {
    const JitNode *phi = merge->phi_use[object->id];
    if (phi == NULL)
        return true;
    const JitBlock *end = phi->block->predecessors[input_index(phi, object)];
    return jit_dominates(block, end) && block->loop == end->loop && object->block->loop == end->loop;
}

static void check_state(Merge *merge, const JitNode *node) {
    for (const JitState *state = node->state; state != NULL; state = state->caller) {
        for (uint32_t i = 0; i < state->slot_count; i++)
            if (is_object(merge, state->slots[i].value) &&
                !is_before(merge, state->slots[i].value, node->block))
                merge->valid[state->slots[i].value->id] = 0;
        for (uint32_t o = 0; o < state->object_count; o++)
            for (uint32_t f = 0; f < state->objects[o].field_count; f++) {
                const JitNode *value = state->objects[o].fields[f].value;
                if (is_object(merge, value) && !is_before(merge, value, node->block))
                    merge->valid[value->id] = 0;
            }
    }
}

/* One round over all uses; what is not valid any more makes others invalid in the next one. */
static void check_uses(Merge *merge) {
    const JitGraph *graph = merge->graph;
    memset(merge->phi_use, 0, graph->node_count * sizeof *merge->phi_use);
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            for (uint32_t i = 0; i < node->input_count; i++)
                if (is_object(merge, node->inputs[i]) && !may_use(merge, node, i))
                    merge->valid[node->inputs[i]->id] = 0;
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next) {
            for (uint32_t i = 0; i < node->input_count; i++) {
                const JitNode *object = node->inputs[i];
                bool is_phi = node->op == JIT_PHI;
                if (is_object(merge, object) && !(is_phi && merge->phi_use[object->id] == node) &&
                    !(is_phi && node == object) && !is_before(merge, object, node->block))
                    merge->valid[object->id] = 0;
                if (is_phi && !is_object(merge, object))
                    merge->valid[node->id] = 0;
            }
            check_state(merge, node);
        }
}

static uint32_t count_valid(const Merge *merge) {
    uint32_t count = 0;
    for (uint32_t id = 0; id < merge->graph->node_count; id++)
        count += merge->valid[id];
    return count;
}

/* Until nothing changes. */
static void find_valid(Merge *merge) {
    JitGraph *graph = merge->graph;
    find_candidates(merge);
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t b = 0; b < graph->block_count; b++)
            for (JitNode *phi = graph->blocks[b]->first; phi != NULL && phi->op == JIT_PHI; phi = phi->next)
                changed |= merge->valid[phi->id] && spread_types(merge, phi);
    }
    for (uint32_t before = UINT32_MAX, count = count_valid(merge); count < before;) {
        before = count;
        check_uses(merge);
        count = count_valid(merge);
    }
}

/* ---- Replacing --------------------------------------------------------------------------------- */

/* The fields that are accessed of objects of the type; false: too many. */
static bool find_fields(Merge *merge, const CorType *type) {
    const JitGraph *graph = merge->graph;
    merge->field_count = 0;
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (const JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next) {
            if ((node->op != JIT_LOAD && node->op != JIT_STORE) || node->inputs[0]->id >= merge->count ||
                merge->types[node->inputs[0]->id] != type)
                continue;
            uint32_t f = 0;
            while (f < merge->field_count && merge->fields[f].offset != node->access.offset)
                f++;
            if (f == JIT_MOST_FIELDS)
                return false;
            if (f == merge->field_count || node->access.width == COR_WIDTH_REFERENCE)
                merge->fields[f] = node->access;
            merge->field_count += f == merge->field_count;
        }
    return true;
}

/* A new object in the place of a phi, with what the phi's objects hold. */
static JitNode *copy_phi(Merge *merge, JitNode *phi, const CorType *type) {
    JitGraph *graph = merge->graph;
    JitBlock *block = phi->block;
    JitNode *place = block->first;
    while (place->op == JIT_PHI)
        place = place->next;
    JitNode *object = jit_insert_before(graph, place, JIT_NEW, 0, NULL);
    object->of.type = type;
    for (uint32_t f = 0; f < merge->field_count && !graph->failed; f++) {
        JitNode *value = jit_append(graph, block, JIT_PHI, 0, NULL);
        for (uint32_t p = 0; p < block->predecessor_count; p++) {
            JitNode *load =
                jit_insert_before(graph, block->predecessors[p]->last, JIT_LOAD, 1, &phi->inputs[p]);
            load->access = merge->fields[f];
            jit_add_input(graph, value, load);
        }
        jit_insert_before(graph, place, JIT_STORE, 2, (JitNode *[]){object, value})->access =
            merge->fields[f];
    }
    return object;
}

static bool replace_phis(JitGraph *graph, JitNode **copies, uint32_t count) {
    JitNode **replaced = cor_arena_allocate(graph->arena, graph->node_count, sizeof *replaced);
    if (replaced == NULL || graph->failed) {
        graph->failed = true;
        return false;
    }
    memcpy(replaced, copies, count * sizeof *replaced);
    jit_replace_all(graph, replaced);
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *phi = graph->blocks[b]->first, *next; phi != NULL && phi->op == JIT_PHI; phi = next) {
            next = phi->next;
            if (phi->id < count && copies[phi->id] != NULL)
                jit_remove(phi);
        }
    return true;
}

/* The copies have no state: they go next, for nothing lets them escape. */
bool jit_copy_phis(JitGraph *graph) {
    uint32_t count = graph->node_count;
    Merge merge = {.graph = graph, .count = count};
    merge.valid = cor_arena_allocate(graph->arena, count, sizeof *merge.valid);
    merge.types = cor_arena_allocate(graph->arena, count, sizeof *merge.types);
    merge.phi_use = cor_arena_allocate(graph->arena, count, sizeof *merge.phi_use);
    JitNode **copies = cor_arena_allocate(graph->arena, count, sizeof *copies);
    if (merge.valid == NULL || merge.types == NULL || merge.phi_use == NULL || copies == NULL) {
        graph->failed = true;
        return false;
    }
    find_valid(&merge);
    bool found = false;
    for (uint32_t b = 0; b < graph->block_count && !graph->failed; b++)
        for (JitNode *phi = graph->blocks[b]->first; phi != NULL && phi->op == JIT_PHI; phi = phi->next) {
            const CorType *type = phi->id < count && merge.valid[phi->id] ? merge.types[phi->id] : NULL;
            if (type == NULL || !find_fields(&merge, type))
                continue;
            copies[phi->id] = copy_phi(&merge, phi, type);
            found = true;
        }
    return found && replace_phis(graph, copies, count);
}

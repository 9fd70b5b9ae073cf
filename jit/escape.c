/* Escape analysis: an object that only its own fields are read from and written to, and that states mention, is never
 * made.  Its fields become values, its loads and stores go; a state that mentions it gets what it holds there (JitObject),
 * and where native code leaves with that state, the object is made.
 *
 * An object escapes that is an input of anything else: an argument, a result, a value stored, part of a phi. One that escapes on
 * some paths only is made there first, so that it does not escape any more (escape_partial.c, escape_sink.c); one that is stored into
 * an object which goes does not escape after that; so all of this is repeated.  Fields are renamed as
 * variables are when SSA form is built: the allocation dominates every use, so only blocks that it dominates matter, and
 * values that meet there get a phi. */
#include "jit/escape_internal.h"

#include <string.h>

#include "vm/runtime/type.h"

enum { MOST_ROUNDS = 8, MOST_OBJECTS = 200 };

typedef struct Escape {
    JitGraph *graph;
    JitNode *object;                   /* that is being removed */
    JitAccess fields[JIT_MOST_FIELDS]; /* of it */
    uint32_t field_count;
    JitNode **ends; /* [block * field_count + field]: values at the ends of blocks */
    JitNode **replaced;
    uint32_t replaced_count;
} Escape;

static void *allocate(JitGraph *graph, size_t count, size_t size) {
    void *memory = cor_arena_allocate(graph->arena, count, size);
    if (memory == NULL)
        graph->failed = true;
    return memory;
}

/* ---- What escapes ------------------------------------------------------------------------------ */

bool jit_is_removable(const JitNode *node) {
    return node->op == JIT_NEW || node->op == JIT_NEW_CLOSURE;
}

bool jit_lets_escape(const JitNode *user, uint32_t input) {
    switch (user->op) {
    case JIT_LOAD:
    case JIT_STORE: return input != 0;
    case JIT_EQ:
    case JIT_NE: return false; /* no other value is the object */
    default: return true;
    }
}

/* By id. NULL: no memory. */
static uint8_t *find_escaping(JitGraph *graph) {
    uint8_t *escapes = allocate(graph, graph->node_count, 1);
    for (uint32_t b = 0; escapes != NULL && b < graph->block_count; b++)
        for (const JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            for (uint32_t i = 0; i < node->input_count; i++)
                if (jit_is_removable(node->inputs[i]) && jit_lets_escape(node, i))
                    escapes[node->inputs[i]->id] = 1;
    return escapes;
}

/* ---- Fields ------------------------------------------------------------------------------------ */

static uint32_t find_field(Escape *escape, const JitAccess *access) {
    for (uint32_t f = 0; f < escape->field_count; f++)
        if (escape->fields[f].offset == access->offset)
            return f;
    return JIT_MOST_FIELDS;
}

bool jit_is_part_of(const JitAccess *field, const CorType *type) {
    return field->offset + cor_width_bytes(field->width) <= type->instance_size;
}

bool jit_is_amiss(const JitAccess *field, const JitAccess *other) {
    uint32_t bytes = cor_width_bytes(field->width), others = cor_width_bytes(other->width);
    bool meet = field->offset < other->offset + others && other->offset < field->offset + bytes;
    return meet && (field->offset != other->offset || bytes != others);
}

static bool is_amiss(const Escape *escape, const JitAccess *access) {
    for (uint32_t f = 0; f < escape->field_count; f++)
        if (jit_is_amiss(&escape->fields[f], access))
            return true;
    return false;
}

/* Every field that is accessed; false: too many, or of several shapes. */
static bool find_fields(Escape *escape) {
    const JitGraph *graph = escape->graph;
    escape->field_count = 0;
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (const JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next) {
            if ((node->op != JIT_LOAD && node->op != JIT_STORE) || node->inputs[0] != escape->object)
                continue;
            if (is_amiss(escape, &node->access))
                return false;
            uint32_t field = find_field(escape, &node->access);
            if (field == JIT_MOST_FIELDS) {
                if (escape->field_count == JIT_MOST_FIELDS)
                    return false;
                escape->fields[escape->field_count++] = node->access;
            } else if (node->access.width == COR_WIDTH_REFERENCE) {
                escape->fields[field].width = COR_WIDTH_REFERENCE;
            }
        }
    return true;
}

/* ---- States ------------------------------------------------------------------------------------ */

static bool mentions(const JitState *state, const JitNode *object) {
    for (uint32_t o = 0; state != NULL && o < state->object_count; o++)
        for (uint32_t f = 0; f < state->objects[o].field_count; f++)
            if (state->objects[o].fields[f].value == object)
                return true;
    for (; state != NULL; state = state->caller)
        for (uint32_t i = 0; i < state->slot_count; i++)
            if (state->slots[i].value == object)
                return true;
    return false;
}

/* The node's state, with what the object holds. */
static void describe(Escape *escape, JitNode *node, JitNode *const *values) {
    JitGraph *graph = escape->graph;
    const JitState *old = node->state;
    JitState *state = cor_arena_copy(graph->arena, old, 1, sizeof *state);
    JitObject *objects = allocate(graph, old->object_count + (size_t)1, sizeof *objects);
    JitField *fields = allocate(graph, escape->field_count, sizeof *fields);
    if (state == NULL || objects == NULL || fields == NULL) {
        graph->failed = true;
        return;
    }
    uint32_t field_count = 0;
    for (uint32_t f = 0; f < escape->field_count; f++)
        if (jit_is_part_of(&escape->fields[f], escape->object->of.type))
            fields[field_count++] = (JitField){escape->fields[f], values[f]};
    if (old->object_count != 0)
        memcpy(objects, old->objects, old->object_count * sizeof *objects);
    objects[old->object_count] = (JitObject){escape->object, field_count, fields};
    state->objects = objects;
    state->object_count = old->object_count + 1;
    node->state = state;
}

/* ---- Renaming ---------------------------------------------------------------------------------- */

/* What a load of the given width reads where the value was stored. */
static JitNode *loaded_value(JitGraph *graph, JitNode *load, JitNode *value) {
    static const uint16_t extensions[COR_WIDTH_COUNT] = {
        [COR_WIDTH_U8] = JIT_EXTEND_U8,   [COR_WIDTH_I8] = JIT_EXTEND_I8,   [COR_WIDTH_U16] = JIT_EXTEND_U16,
        [COR_WIDTH_I16] = JIT_EXTEND_I16, [COR_WIDTH_U32] = JIT_EXTEND_U32, [COR_WIDTH_I32] = JIT_EXTEND_I32,
    };
    uint32_t width = load->access.width;
    if (width == COR_WIDTH_64 || width == COR_WIDTH_REFERENCE || value->rep == JIT_REP_F32)
        return value;
    return jit_insert_before(graph, load, (JitOp)extensions[width], 1, &value);
}

/* Room in `replaced` for nodes that were made since. */
static bool make_room(Escape *escape) {
    JitGraph *graph = escape->graph;
    if (graph->node_count <= escape->replaced_count)
        return true;
    uint32_t count = graph->node_count * 2;
    JitNode **replaced = allocate(graph, count, sizeof *replaced);
    if (replaced == NULL)
        return false;
    if (escape->replaced_count != 0)
        memcpy(replaced, escape->replaced, escape->replaced_count * sizeof *replaced);
    escape->replaced = replaced;
    escape->replaced_count = count;
    return true;
}

static void becomes(Escape *escape, JitNode *node, JitNode *value) {
    if (make_room(escape))
        escape->replaced[node->id] = value;
    jit_remove(node);
}

static void rename_node(Escape *escape, JitNode *node, JitNode **values) {
    JitGraph *graph = escape->graph;
    JitNode *object = escape->object;
    bool is_access = (node->op == JIT_LOAD || node->op == JIT_STORE) && node->inputs[0] == object;
    if (is_access && node->op == JIT_STORE) {
        values[find_field(escape, &node->access)] = node->inputs[1];
        jit_remove(node);
    } else if (is_access) {
        becomes(escape, node, loaded_value(graph, node, values[find_field(escape, &node->access)]));
    } else if ((node->op == JIT_EQ || node->op == JIT_NE) &&
               (node->inputs[0] == object || node->inputs[1] == object)) {
        bool is_same = node->inputs[0] == node->inputs[1];
        becomes(escape, node, jit_const(graph, is_same == (node->op == JIT_EQ)));
    } else if (mentions(node->state, object)) {
        describe(escape, node, values);
    }
}

static JitNode **ends_of(const Escape *escape, const JitBlock *block) {
    return &escape->ends[(size_t)block->order * escape->field_count];
}

/* The fields' values at the start of a block that the allocation's block dominates: phis, where they may differ. */
static void start_block(Escape *escape, JitBlock *block, JitNode **values) {
    bool is_head = false, differs[JIT_MOST_FIELDS] = {false};
    memcpy(values, ends_of(escape, block->predecessors[0]), escape->field_count * sizeof *values);
    for (uint32_t p = 0; p < block->predecessor_count; p++) {
        is_head |= block->predecessors[p]->order >= block->order;
        for (uint32_t f = 0; f < escape->field_count; f++)
            differs[f] |= ends_of(escape, block->predecessors[p])[f] != values[f];
    }
    for (uint32_t f = 0; f < escape->field_count; f++) {
        if (!is_head && !differs[f])
            continue;
        values[f] = jit_append(escape->graph, block, JIT_PHI, 0, NULL);
        values[f]->scratch = escape; /* its inputs are still to come */
    }
}

/* The phis that start_block made, in the order of the fields they are for. */
static void finish_block(Escape *escape, JitBlock *block, JitNode *const *starts) {
    for (uint32_t f = 0; f < escape->field_count; f++) {
        JitNode *phi = starts[f];
        if (phi->op != JIT_PHI || phi->block != block || phi->scratch != escape)
            continue;
        phi->scratch = NULL;
        for (uint32_t p = 0; p < block->predecessor_count; p++)
            jit_add_input(escape->graph, phi, ends_of(escape, block->predecessors[p])[f]);
    }
}

static void rename_fields(Escape *escape) {
    JitGraph *graph = escape->graph;
    const JitBlock *first = escape->object->block;
    size_t count = (size_t)graph->block_count * escape->field_count;
    JitNode **starts = allocate(graph, count, sizeof *starts);
    escape->ends = allocate(graph, count, sizeof *escape->ends);
    if (starts == NULL || escape->ends == NULL)
        return;
    JitNode *zero = jit_const(graph, 0);
    for (uint32_t b = first->order; b < graph->block_count && !graph->failed; b++) {
        JitBlock *block = graph->blocks[b];
        JitNode **values = ends_of(escape, block), *node = escape->object->next;
        if (!jit_dominates(first, block))
            continue;
        if (block == first) {
            for (uint32_t f = 0; f < escape->field_count; f++)
                values[f] = zero;
        } else {
            start_block(escape, block, values);
            memcpy(&starts[(size_t)b * escape->field_count], values, escape->field_count * sizeof *values);
            node = block->first;
        }
        for (JitNode *next; node != NULL && !graph->failed; node = next) {
            next = node->next;
            rename_node(escape, node, values);
        }
    }
    for (uint32_t b = first->order + 1; b < graph->block_count && !graph->failed; b++)
        if (jit_dominates(first, graph->blocks[b]))
            finish_block(escape, graph->blocks[b], &starts[(size_t)b * escape->field_count]);
}

static void remove_object(Escape *escape, JitNode *object) {
    escape->object = object;
    if (!find_fields(escape))
        return;
    rename_fields(escape);
    object->op = JIT_VIRTUAL;
    object->state = NULL;
    if (escape->graph->failed || !make_room(escape))
        return;
    jit_replace_all(escape->graph, escape->replaced);
    memset(escape->replaced, 0, escape->replaced_count * sizeof *escape->replaced);
}

/* ---- All of it --------------------------------------------------------------------------------- */

/* Whether objects went. */
static bool remove_objects(JitGraph *graph) {
    Escape *escape = allocate(graph, 1, sizeof *escape);
    uint8_t *escapes = find_escaping(graph);
    uint32_t id_count = graph->node_count, removed = 0;
    if (escape == NULL || escapes == NULL)
        return false;
    escape->graph = graph;
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next) {
            if (!jit_is_removable(node) || node->id >= id_count || escapes[node->id])
                continue;
            if (removed == MOST_OBJECTS)
                return true;
            remove_object(escape, node);
            removed += node->op == JIT_VIRTUAL;
            if (graph->failed)
                return false;
        }
    return removed != 0;
}

void jit_escape(JitGraph *graph) {
    for (uint32_t round = 0; round < MOST_ROUNDS && !graph->failed; round++) {
        if (jit_paths(graph))
            jit_simplify(graph);
        if (!remove_objects(graph) && !(jit_sink_objects(graph) && remove_objects(graph)))
            break;
        if (!graph->failed)
            jit_simplify(graph);
    }
}

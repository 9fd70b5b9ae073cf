/* States with other values.  They are shared by nodes, so what changes is a copy. */
#include "jit/ir.h"

typedef struct Mapping {
    JitGraph *graph;
    JitValueMap *map;
    void *context;
} Mapping;

static void *copy(JitGraph *graph, const void *from, size_t count, size_t size) {
    void *memory = cor_arena_copy(graph->arena, from, count, size);
    if (memory == NULL)
        graph->failed = true;
    return memory;
}

/* The slots with their new values; the same ones when nothing changes. */
static JitSlot *map_slots(const Mapping *mapping, const JitState *state) {
    JitSlot *slots = state->slots;
    for (uint32_t i = 0; i < state->slot_count; i++) {
        JitNode *value = mapping->map(mapping->context, slots[i].value);
        if (value == slots[i].value)
            continue;
        if (slots == state->slots)
            slots = copy(mapping->graph, slots, state->slot_count, sizeof *slots);
        if (slots == NULL)
            return state->slots;
        slots[i].value = value;
    }
    return slots;
}

static JitField *map_fields(const Mapping *mapping, const JitObject *object) {
    JitField *fields = object->fields;
    for (uint32_t f = 0; f < object->field_count; f++) {
        JitNode *value = mapping->map(mapping->context, fields[f].value);
        if (value == fields[f].value)
            continue;
        if (fields == object->fields)
            fields = copy(mapping->graph, fields, object->field_count, sizeof *fields);
        if (fields == NULL)
            return object->fields;
        fields[f].value = value;
    }
    return fields;
}

static JitObject *map_objects(const Mapping *mapping, const JitState *state) {
    JitObject *objects = state->objects;
    for (uint32_t o = 0; o < state->object_count; o++) {
        JitField *fields = map_fields(mapping, &objects[o]);
        if (fields == objects[o].fields)
            continue;
        if (objects == state->objects)
            objects = copy(mapping->graph, objects, state->object_count, sizeof *objects);
        if (objects == NULL)
            return state->objects;
        objects[o].fields = fields;
    }
    return objects;
}

const JitState *jit_state_map(JitGraph *graph, const JitState *state, JitValueMap *map, void *context) {
    Mapping mapping = {graph, map, context};
    if (state == NULL)
        return NULL;
    const JitState *caller = jit_state_map(graph, state->caller, map, context);
    JitSlot *slots = map_slots(&mapping, state);
    JitObject *objects = map_objects(&mapping, state);
    if (caller == state->caller && slots == state->slots && objects == state->objects)
        return state;
    JitState *made = copy(graph, state, 1, sizeof *made);
    if (made == NULL)
        return state;
    made->caller = caller;
    made->slots = slots;
    made->objects = objects;
    made->visits = 0;
    return made;
}

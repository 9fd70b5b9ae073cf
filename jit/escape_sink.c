/* Makes objects where they have to exist, as escape_partial.c found out: later than the program did, on fewer paths.
 *
 * Where an object becomes real a new one is made with what the old one holds there, and takes its place in all that can only
 * come behind.  A phi that is an object of its own becomes one with phis of the fields.  What was allocated before does
 * not escape after that, and goes (escape.c): so nothing is lost by loading every field of it here.
 *
 * The program asked for the memory where it allocated.  That it runs out when the object is made cannot be told to the program there,
 * where no state says how to go on; such nodes (JIT_IS_LATE) always succeed, and the next safepoint raises the error. */
#include "jit/escape_internal.h"

#include <string.h>

#include "vm/runtime/type.h"

typedef struct FieldList {
    JitAccess *fields;
    uint32_t count;
} FieldList;

typedef struct Sink {
    EscapeAnalysis analysis;
    JitGraph *graph;
    FieldList *lists; /* by group: what is accessed of its objects */
    /* of the object that is being made: */
    uint32_t number;
    JitNode *object;
    JitNode **ends; /* by order of blocks: what it is at their ends; NULL: virtual, or not alive */
} Sink;

static void *allocate(JitGraph *graph, size_t count, size_t size) {
    void *memory = cor_arena_allocate(graph->arena, count, size);
    if (memory == NULL)
        graph->failed = true;
    return memory;
}

/* ---- Fields ------------------------------------------------------------------------------------ */

/* False: too many, or of several shapes. */
static bool add_field(Sink *sink, FieldList *list, const JitAccess *access) {
    if (list->fields == NULL)
        list->fields = allocate(sink->graph, JIT_MOST_FIELDS, sizeof *list->fields);
    if (list->fields == NULL)
        return false;
    uint32_t f = 0;
    for (; f < list->count; f++)
        if (jit_is_amiss(&list->fields[f], access))
            return false;
    f = 0;
    while (f < list->count && list->fields[f].offset != access->offset)
        f++;
    if (f == JIT_MOST_FIELDS)
        return false;
    if (f == list->count || access->width == COR_WIDTH_REFERENCE)
        list->fields[f] = *access;
    list->count += f == list->count;
    return true;
}

/* Groups with too many are left. */
static void list_fields(Sink *sink) {
    const JitGraph *graph = sink->graph;
    EscapeAnalysis *analysis = &sink->analysis;
    sink->lists = allocate(sink->graph, analysis->count, sizeof *sink->lists);
    for (uint32_t b = 0; sink->lists != NULL && b < graph->block_count; b++)
        for (const JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next) {
            if (node->op != JIT_LOAD && node->op != JIT_STORE)
                continue;
            uint32_t number = escape_number(analysis, node->inputs[0]);
            if (number == ESCAPE_NONE || analysis->objects[number].is_left)
                continue;
            uint32_t group = analysis->objects[number].group;
            if (add_field(sink, &sink->lists[group], &node->access))
                continue;
            for (uint32_t other = 0; other < analysis->count; other++)
                analysis->objects[other].is_left |= analysis->objects[other].group == group;
        }
}

/* ---- Making ------------------------------------------------------------------------------------ */

/* The state of a site: frames and instructions, without slots. */
static const JitState *bare_state(JitGraph *graph, const JitState *state) {
    if (state == NULL)
        return NULL;
    JitState *bare = cor_arena_copy(graph->arena, state, 1, sizeof *bare);
    if (bare == NULL) {
        graph->failed = true;
        return NULL;
    }
    bare->caller = bare_state(graph, state->caller);
    bare->slot_count = bare->object_count = 0;
    bare->visits = 0;
    return bare;
}

static JitNode *make_late(Sink *sink, const JitNode *like, JitNode *place) {
    JitNode *made = jit_insert_before(sink->graph, place, (JitOp)like->op, 0, NULL);
    made->of = like->of;
    made->flags = JIT_IS_LATE;
    made->state = bare_state(sink->graph, like->state);
    return made;
}

static void store_field(Sink *sink, JitNode *object, const JitAccess *access, JitNode *value,
                        JitNode *place) {
    JitNode *store = jit_insert_before(sink->graph, place, JIT_STORE, 2, (JitNode *[]){object, value});
    store->access = *access;
    store->flags = access->width == COR_WIDTH_REFERENCE ? JIT_IS_REFERENCE : 0;
}

static JitNode *load_field(Sink *sink, JitNode *object, const JitAccess *access, JitNode *place) {
    JitNode *load = jit_insert_before(sink->graph, place, JIT_LOAD, 1, &object);
    load->access = *access;
    return load;
}

/* The current object as it is at a place. */
static JitNode *make_real(Sink *sink, JitNode *place) {
    const EscapeObject *object = &sink->analysis.objects[sink->number];
    const FieldList *list = &sink->lists[object->group];
    JitNode *made = make_late(sink, object->like, place);
    for (uint32_t f = 0; f < list->count; f++)
        if (jit_is_part_of(&list->fields[f], made->of.type))
            store_field(sink, made, &list->fields[f], load_field(sink, sink->object, &list->fields[f], place),
                        place);
    return made;
}

/* ---- Uses of what is real ---------------------------------------------------------------------- */

typedef struct Exchange {
    JitNode *old, *value;
} Exchange;

static JitNode *exchange(void *context, JitNode *value) {
    const Exchange *exchange = context;
    return value == exchange->old ? exchange->value : value;
}

static void replace_uses(Sink *sink, JitNode *user, JitNode *value) {
    for (uint32_t i = 0; i < user->input_count; i++)
        if (user->inputs[i] == sink->object)
            user->inputs[i] = value;
    Exchange context = {sink->object, value};
    user->state = jit_state_map(sink->graph, user->state, exchange, &context);
}

/* ---- One object -------------------------------------------------------------------------------- */

static bool escapes_in(const Sink *sink, const JitNode *user) {
    for (uint32_t i = 0; i < user->input_count; i++)
        if (user->inputs[i] == sink->object && jit_lets_escape(user, i))
            return true;
    return false;
}

/* What the object is at the start of a block where it is real: a phi, whose inputs are still to come when the block is a loop's
 * head. */
static JitNode *start_block(Sink *sink, JitBlock *block) {
    JitNode *value = sink->ends[block->predecessors[0]->order];
    for (uint32_t p = 0; p < block->predecessor_count; p++) {
        const JitBlock *from = block->predecessors[p];
        if (from->order < block->order && sink->ends[from->order] == value)
            continue;
        value = jit_append(sink->graph, block, JIT_PHI, 0, NULL);
        value->scratch = sink; /* marks it */
        return value;
    }
    return value;
}

static void make_in_block(Sink *sink, JitBlock *block) {
    const EscapeAnalysis *analysis = &sink->analysis;
    JitNode *real = NULL, *node = block->first;
    if (block == sink->object->block)
        node = sink->object->next;
    else if (jit_set_has(escape_set(analysis, analysis->start, block), sink->number))
        real = start_block(sink, block);
    for (; node != NULL && !sink->graph->failed; node = node->next) {
        if (node->op == JIT_PHI)
            continue;
        if (real == NULL && escapes_in(sink, node))
            real = make_real(sink, node);
        if (real != NULL)
            replace_uses(sink, node, real);
    }
    if (real == NULL && jit_set_has(escape_set(analysis, analysis->end, block), sink->number))
        real = make_real(sink, block->last);
    sink->ends[block->order] = real;
}

/* Inputs of phis: of those that stand for the object, and of the program's. */
static void finish_block(Sink *sink, JitBlock *block) {
    for (JitNode *phi = block->first; phi != NULL && phi->op == JIT_PHI; phi = phi->next) {
        uint32_t number = escape_number(&sink->analysis, phi);
        bool is_new = phi->scratch == sink;
        phi->scratch = NULL;
        for (uint32_t p = 0; p < block->predecessor_count; p++) {
            JitNode *end = sink->ends[block->predecessors[p]->order];
            if (is_new)
                jit_add_input(sink->graph, phi, end);
            else if (phi->inputs[p] == sink->object &&
                     (number == ESCAPE_NONE || !escape_is_copied(&sink->analysis, number)))
                phi->inputs[p] = end;
        }
    }
}

static void make_object(Sink *sink, uint32_t number) {
    const JitGraph *graph = sink->graph;
    sink->number = number;
    sink->object = sink->analysis.objects[number].node;
    const JitBlock *first = sink->object->block;
    memset(sink->ends, 0, graph->block_count * sizeof(JitNode *));
    for (uint32_t b = first->order; b < graph->block_count && !graph->failed; b++)
        if (jit_dominates(first, graph->blocks[b]))
            make_in_block(sink, graph->blocks[b]);
    for (uint32_t b = 0; b < graph->block_count && !graph->failed; b++)
        finish_block(sink, graph->blocks[b]);
}

/* ---- Phis -------------------------------------------------------------------------------------- */

/* An object in the place of a phi, with what the phi's objects hold. */
static JitNode *copy_phi(Sink *sink, const EscapeObject *object) {
    JitGraph *graph = sink->graph;
    JitNode *phi = object->node;
    JitBlock *block = phi->block;
    const FieldList *list = &sink->lists[object->group];
    JitNode *place = block->first;
    while (place->op == JIT_PHI)
        place = place->next;
    JitNode *made = make_late(sink, object->like, place);
    for (uint32_t f = 0; f < list->count && !graph->failed; f++) {
        JitNode *value = jit_append(graph, block, JIT_PHI, 0, NULL);
        for (uint32_t p = 0; p < block->predecessor_count; p++)
            jit_add_input(graph, value,
                          load_field(sink, phi->inputs[p], &list->fields[f], block->predecessors[p]->last));
        store_field(sink, made, &list->fields[f], value, place);
    }
    return made;
}

static void copy_phis(Sink *sink) {
    JitGraph *graph = sink->graph;
    const EscapeAnalysis *analysis = &sink->analysis;
    JitNode **copies = allocate(graph, analysis->count, sizeof *copies);
    for (uint32_t number = 0; number < analysis->count && !graph->failed; number++)
        if (escape_is_copied(analysis, number))
            copies[number] = copy_phi(sink, &analysis->objects[number]);
    JitNode **replaced = allocate(graph, graph->node_count, sizeof *replaced);
    if (graph->failed)
        return;
    for (uint32_t number = 0; number < analysis->count; number++)
        if (copies[number] != NULL)
            replaced[analysis->objects[number].node->id] = copies[number];
    jit_replace_all(graph, replaced);
    for (uint32_t number = 0; number < analysis->count; number++)
        if (copies[number] != NULL)
            jit_remove(analysis->objects[number].node);
}

bool jit_sink_objects(JitGraph *graph) {
    Sink sink = {.graph = graph};
    if (graph->failed || !jit_analyse_escape(&sink.analysis, graph))
        return false;
    sink.ends = allocate(graph, graph->block_count, sizeof(JitNode *));
    list_fields(&sink);
    if (graph->failed)
        return false;
    for (uint32_t number = 0; number < sink.analysis.count && !graph->failed; number++) {
        const EscapeObject *object = &sink.analysis.objects[number];
        if (!object->is_left && (object->node->op != JIT_PHI || escape_is_copied(&sink.analysis, number)))
            make_object(&sink, number);
    }
    copy_phis(&sink);
    return true;
}

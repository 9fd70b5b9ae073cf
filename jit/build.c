#include "jit/build.h"

#include <string.h>

/* ---- Basics ------------------------------------------------------------------------------------ */

void *jit_build_allocate(JitBuilder *builder, size_t count, size_t size) {
    void *memory = cor_arena_allocate(builder->arena, count, size);
    if (memory == NULL)
        builder->graph->failed = true;
    return memory;
}

JitFacts *jit_build_facts(JitBuilder *builder, const CorLoweredFunction *function) {
    for (const JitFactsList *known = builder->facts; known != NULL; known = known->next)
        if (known->facts->function == function)
            return known->facts;
    JitFacts *facts = jit_facts(builder->arena, function);
    JitFactsList *list = facts != NULL ? jit_build_allocate(builder, 1, sizeof *list) : NULL;
    if (list == NULL)
        return NULL;
    *list = (JitFactsList){facts, builder->facts};
    builder->facts = list;
    return facts;
}

JitNode *jit_node(JitBody *body, JitOp op, uint32_t input_count, JitNode *const *inputs) {
    return jit_append(body->builder->graph, body->block, op, input_count, inputs);
}
JitNode *jit_unary(JitBody *body, JitOp op, JitNode *a) {
    return jit_node(body, op, 1, &a);
}
JitNode *jit_binary(JitBody *body, JitOp op, JitNode *a, JitNode *b) {
    return jit_node(body, op, 2, (JitNode *[]){a, b});
}
JitNode *jit_number(JitBody *body, uint64_t bits) {
    return jit_const(body->builder->graph, bits);
}

JitNode *jit_pointer(JitBody *body, JitConstantKind kind, const void *pointer) {
    JitNode *node = jit_node(body, JIT_POINTER, 0, NULL);
    node->number = jit_constant(body->builder->graph, (JitConstant){.kind = kind, .pointer = pointer});
    return node;
}

JitNode *jit_slot(JitBody *body, uint32_t slot) {
    JitNode *value = body->slots[slot];
    return value != NULL ? value : jit_number(body, 0);
}

/* ---- States ------------------------------------------------------------------------------------ */

static const JitState *make_state(JitBody *body, uint32_t index, const uint64_t *live) {
    JitState *state = jit_build_allocate(body->builder, 1, sizeof *state);
    JitSlot *slots = jit_build_allocate(body->builder, body->facts->slot_count, sizeof *slots);
    if (state == NULL || slots == NULL)
        return NULL;
    *state = (JitState){.function = body->function,
                        .index = index,
                        .distance = body->distance,
                        .caller = body->caller_state,
                        .call = body->call,
                        .slots = slots,
                        .catches = jit_is_covered(body->function, index)};
    for (uint32_t slot = 0; slot < body->facts->slot_count; slot++)
        if (jit_set_has(live, slot) && body->slots[slot] != NULL)
            slots[state->slot_count++] = (JitSlot){slot, body->slots[slot]};
    return state;
}

static uint32_t word_of_span(const JitBody *body) {
    return body->index - body->facts->spans[body->span].start;
}

const JitState *jit_state_before(JitBody *body) {
    return make_state(body, body->index, body->liveness.before[word_of_span(body)]);
}

const JitState *jit_state_behind(JitBody *body) {
    return make_state(body, body->index, body->liveness.behind[word_of_span(body)]);
}

const JitState *jit_state_at_span(JitBody *body, uint32_t span) {
    return make_state(body, body->facts->spans[span].start, body->facts->spans[span].live_in);
}

void jit_check(JitBody *body, JitNode *condition, CorExitKind exit) {
    JitNode *check = jit_unary(body, JIT_CHECK, condition);
    check->state = jit_state_before(body);
    check->exit = exit;
}

bool jit_has_failed(const JitBody *body, CorExitKind exit) {
    return body->builder->options.services->failed(body->function, body->index, exit);
}

void jit_leave(JitBody *body, CorExitKind exit) {
    JitNode *leave = jit_node(body, JIT_LEAVE, 0, NULL);
    leave->state = jit_state_before(body);
    leave->exit = exit;
    body->block->is_cold = true;
    body->block = NULL;
}

/* ---- Places ------------------------------------------------------------------------------------ */

static JitPlace *place_of(const JitBody *body, uint32_t span, uint32_t context) {
    return &body->places[(size_t)span * body->context_count + context];
}

/* Whether a copy of a loop, which is entered once, goes on to the span. */
static bool is_in_copy(const JitBody *body, uint32_t span, uint32_t context) {
    const JitSourceLoop *loop = &body->facts->loops[body->entry_loops[context]];
    return jit_set_has(loop->spans, span) && !(body->builder->options.peels && loop->head == span);
}

/* The context of a span that is reached from one in `context`: out of copied loops that it does not belong to. */
static uint32_t context_of(const JitBody *body, uint32_t span, uint32_t context) {
    while (context > 0 && !is_in_copy(body, span, context))
        context--;
    return context;
}

static void arrive_at(JitBody *body, JitBlock *from, JitPlace *place) {
    JitBuilder *builder = body->builder;
    if (place->block == NULL)
        place->block = jit_block_new(builder->graph);
    JitArrival *arrival = jit_build_allocate(builder, 1, sizeof *arrival);
    JitNode **slots = jit_build_allocate(builder, body->facts->slot_count, sizeof(JitNode *));
    if (arrival == NULL || slots == NULL)
        return;
    memcpy(slots, body->slots, body->facts->slot_count * sizeof(JitNode *));
    *arrival = (JitArrival){from, slots, NULL};
    if (place->arrivals == NULL)
        place->last = &place->arrivals;
    *place->last = arrival;
    place->last = &arrival->next;
    place->arrival_count++;
    jit_edge(builder->graph, from, place->block);
}

void jit_build_arrive(JitBody *body, JitBlock *from, uint32_t span) {
    arrive_at(body, from, place_of(body, span, context_of(body, span, body->context)));
}

/* ---- Order of the places ----------------------------------------------------------------------- */

typedef struct Visit {
    uint32_t place, successor;
} Visit;

typedef struct Order {
    uint32_t *places; /* in reverse postorder, from `count` entries before the end on */
    uint32_t count, room;
} Order;

/* Depth-first; marks places that a retreating edge leads to as heads. */
static bool order_places(JitBody *body, uint32_t start, Order *order) {
    uint32_t total = body->facts->span_count * body->context_count, depth = 0;
    enum { UNSEEN, OPEN, DONE };
    uint8_t *state = jit_build_allocate(body->builder, total, 1);
    Visit *stack = jit_build_allocate(body->builder, (size_t)total + 1, sizeof *stack);
    order->places = jit_build_allocate(body->builder, total, sizeof *order->places);
    order->room = total;
    if (state == NULL || stack == NULL || order->places == NULL)
        return false;
    stack[depth++] = (Visit){start, 0};
    state[start] = OPEN;
    while (depth > 0) {
        Visit *visit = &stack[depth - 1];
        const JitSpan *span = &body->facts->spans[visit->place / body->context_count];
        if (visit->successor == span->successor_count) {
            state[visit->place] = DONE;
            order->places[total - ++order->count] = visit->place;
            depth--;
            continue;
        }
        uint32_t next_span = span->successors[visit->successor++];
        uint32_t context = context_of(body, next_span, visit->place % body->context_count);
        uint32_t next = next_span * body->context_count + context;
        if (state[next] == OPEN)
            body->places[next].is_head = true;
        if (state[next] == UNSEEN) {
            state[next] = OPEN;
            stack[depth++] = (Visit){next, 0};
        }
    }
    return true;
}

/* ---- Joins ------------------------------------------------------------------------------------- */

/* The slots that may change between two visits of a head; NULL: any.  In a copy of a loop the head may be in its middle. */
static const uint64_t *written_in_loop(const JitBody *body, uint32_t span) {
    if (body->context > 0)
        return body->facts->loops[body->entry_loops[body->context]].written;
    for (uint32_t loop = body->facts->spans[span].loop; loop != JIT_NONE;
         loop = body->facts->loops[loop].outer)
        if (body->facts->loops[loop].head == span)
            return body->facts->loops[loop].written;
    return NULL;
}

static void enter_head(JitBody *body, JitPlace *place, uint32_t span) {
    const uint64_t *live = body->facts->spans[span].live_in;
    const uint64_t *written = written_in_loop(body, span);
    place->phis = jit_build_allocate(body->builder, body->facts->slot_count, sizeof(JitNode *));
    if (place->phis == NULL)
        return;
    for (uint32_t slot = 0; slot < body->facts->slot_count; slot++) {
        if (!jit_set_has(live, slot)) {
            body->slots[slot] = NULL;
        } else if (written == NULL || jit_set_has(written, slot) || place->arrival_count > 1) {
            place->phis[slot] = body->slots[slot] = jit_node(body, JIT_PHI, 0, NULL);
        }
    }
}

static void enter_join(JitBody *body, const JitPlace *place, uint32_t span) {
    const uint64_t *live = body->facts->spans[span].live_in;
    for (uint32_t slot = 0; slot < body->facts->slot_count; slot++) {
        if (!jit_set_has(live, slot)) {
            body->slots[slot] = NULL;
            continue;
        }
        JitNode *value = place->arrivals->slots[slot];
        bool differs = false;
        for (const JitArrival *arrival = place->arrivals; arrival != NULL; arrival = arrival->next)
            differs |= arrival->slots[slot] != value;
        if (differs) {
            value = jit_node(body, JIT_PHI, 0, NULL);
            for (const JitArrival *arrival = place->arrivals; arrival != NULL; arrival = arrival->next)
                jit_add_input(body->builder->graph, value,
                              arrival->slots[slot] != NULL ? arrival->slots[slot]
                                                           : jit_const(body->builder->graph, 0));
        }
        body->slots[slot] = value;
    }
}

/* Gives the phis of a loop head their inputs, when all that leads there has been built. */
static void finish_head(JitBody *body, const JitPlace *place) {
    for (uint32_t slot = 0; place->phis != NULL && slot < body->facts->slot_count; slot++)
        for (const JitArrival *arrival = place->arrivals; place->phis[slot] != NULL && arrival != NULL;
             arrival = arrival->next)
            jit_add_input(body->builder->graph, place->phis[slot],
                          arrival->slots[slot] != NULL ? arrival->slots[slot]
                                                       : jit_const(body->builder->graph, 0));
}

/* ---- Spans ------------------------------------------------------------------------------------- */

static uint32_t instruction_length(const JitBody *body) {
    return cor_lowered_length(&body->word);
}

static void build_span(JitBody *body) {
    const JitSpan *span = &body->facts->spans[body->span];
    if (!jit_span_liveness(body->facts, body->span, &body->liveness)) {
        body->builder->graph->failed = true;
        return;
    }
    body->index = span->start;
    body->word = jit_word(body->function, body->index);
    if (span->raises && !jit_has_failed(body, COR_EXIT_UNREACHED)) {
        jit_leave(body, COR_EXIT_UNREACHED);
        return;
    }
    for (uint32_t i = span->start; i < span->end && body->block != NULL; i += instruction_length(body)) {
        body->index = i;
        body->word = jit_word(body->function, i);
        if (body->builder->graph->failed || (i == span->last && jit_build_end(body)))
            return;
        jit_build_instruction(body);
    }
    if (body->block != NULL) { /* falls into the next one */
        jit_node(body, JIT_JUMP, 0, NULL);
        jit_build_arrive(body, body->block, body->span + 1);
    }
}

static void build_place(JitBody *body, uint32_t number) {
    JitPlace *place = &body->places[number];
    if (place->block == NULL)
        return; /* what leads there left */
    body->span = number / body->context_count;
    body->context = number % body->context_count;
    body->block = place->block;
    if (body->rest != NULL && !body->facts->spans[body->span].is_early) {
        jit_build_rest(body);
        return;
    }
    memcpy(body->slots, place->arrivals->slots, body->facts->slot_count * sizeof(JitNode *));
    if (place->is_head) {
        enter_head(body, place, body->span);
        jit_node(body, JIT_HEAD, 0, NULL)->state = jit_state_at_span(body, body->span);
    } else {
        enter_join(body, place, body->span);
    }
    build_span(body);
}

/* The loops around the entry, for a body that is entered in mid-loop. */
static bool find_contexts(JitBody *body, uint32_t span) {
    body->context_count = 1;
    body->entry_loops = NULL;
    if (span == 0)
        return true;
    uint32_t loop = body->facts->spans[span].loop;
    uint32_t depth = loop != JIT_NONE ? body->facts->loops[loop].depth : 0;
    body->context_count = depth + 1;
    body->entry_loops = jit_build_allocate(body->builder, (size_t)depth + 1, sizeof *body->entry_loops);
    for (; body->entry_loops != NULL && depth > 0; depth--) {
        body->entry_loops[depth] = loop;
        loop = body->facts->loops[loop].outer;
    }
    return body->entry_loops != NULL;
}

void jit_build_body(JitBody *body, uint32_t span) {
    JitBuilder *builder = body->builder;
    Order order = {0};
    if (!find_contexts(body, span))
        return;
    uint32_t total = body->facts->span_count * body->context_count;
    uint32_t end = body->distance + body->function->frame_slots;
    builder->graph->extent = end > builder->graph->extent ? end : builder->graph->extent;
    body->places = jit_build_allocate(builder, total, sizeof *body->places);
    if (body->places == NULL ||
        !order_places(body, span * body->context_count + body->context_count - 1, &order))
        return;
    body->context = body->context_count - 1;
    jit_node(body, JIT_JUMP, 0, NULL);
    arrive_at(body, body->block, place_of(body, span, body->context));
    for (uint32_t i = order.room - order.count; i < order.room && !builder->graph->failed; i++)
        build_place(body, order.places[i]);
    for (uint32_t i = 0; i < total && !builder->graph->failed; i++)
        if (body->places[i].is_head)
            finish_head(body, &body->places[i]);
    body->block = NULL;
}

/* ---- The function itself ----------------------------------------------------------------------- */

/* What comes first: at the function's start it is charged; at a loop head that has been done. */
static void build_entry(JitBody *body, uint32_t span) {
    const JitState *state = jit_state_at_span(body, span);
    jit_node(body, JIT_STACK, 0, NULL)->state = state;
    if (body->builder->graph->entry_index == 0) {
        JitNode *charge = jit_node(body, JIT_CHARGE, 0, NULL);
        charge->number = cor_code_header(body->function->code)->weight;
        charge->state = state;
    }
}

static void build_function(JitBuilder *builder, const CorCompileRequest *request) {
    JitBody body = {.builder = builder, .function = request->function};
    body.facts = jit_build_facts(builder, request->function);
    if (body.facts == NULL) {
        builder->failure = "the function is too large";
        return;
    }
    uint32_t span = body.facts->span_at[request->index];
    if (span == JIT_NONE || !body.facts->spans[span].is_reached) {
        builder->failure = "the loop is not reached without an error";
        return;
    }
    body.slots = jit_build_allocate(builder, body.facts->slot_count, sizeof(JitNode *));
    body.block = jit_block_new(builder->graph);
    if (builder->graph->failed)
        return;
    for (uint32_t slot = 0; slot < body.facts->slot_count; slot++) {
        if (!jit_set_has(body.facts->spans[span].live_in, slot))
            continue;
        bool is_parameter = slot <= request->function->parameter_slots; /* the closure, too */
        if (request->index != 0 || is_parameter) {
            body.slots[slot] = jit_node(&body, request->index != 0 ? JIT_FRAME_SLOT : JIT_PARAM, 0, NULL);
            body.slots[slot]->number = slot;
        }
    }
    if (request->index != 0)
        jit_find_constants(&body);
    build_entry(&body, span);
    jit_build_body(&body, span);
}

JitGraph *jit_build(CorArena *arena, const CorCompileRequest *request, const JitBuildOptions *options,
                    const char **failure) {
    JitGraph *graph = jit_graph_new(arena, request->function);
    *failure = "out of memory";
    if (graph == NULL)
        return NULL;
    graph->tier = request->tier;
    graph->entry_index = request->index;
    JitBuilder builder = {.graph = graph, .arena = arena, .options = *options};
    build_function(&builder, request);
    if (builder.failure != NULL || graph->failed) {
        *failure = builder.failure != NULL ? builder.failure : "out of memory, or the function is too large";
        return NULL;
    }
    for (uint32_t i = 0; i < graph->block_count; i++)
        for (JitNode *node = graph->blocks[i]->first; node != NULL; node = node->next)
            if (node->op == JIT_STACK)
                node->number = graph->extent;
    return graph;
}

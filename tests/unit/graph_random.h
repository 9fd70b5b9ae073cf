/* Random graphs of the JIT's SSA form: structured programs over a few variables, with checks, branches and loops.
 * Every state holds all variables, so a pass that changes one of them where it is alive is found out. */
#ifndef TEST_GRAPH_RANDOM_H
#define TEST_GRAPH_RANDOM_H

#include "unit/graphs.h"

enum { RANDOM_OBJECTS = 4, RANDOM_VARIABLES = 6, RANDOM_PARAMS = 4, RANDOM_MOST_DEPTH = 3 };

typedef struct Random {
    Graph *g;
    uint64_t seed;
    JitBlock *block; /* where nodes go */
    JitNode *variables[RANDOM_VARIABLES];
    JitNode *index; /* of the innermost loop; NULL */
    JitNode *limit;
    uint32_t states;
    const CorType *type; /* of objects, which have two references and then scalars; NULL: there are none */
    JitNode *objects[RANDOM_OBJECTS];
    uint32_t object_count; /* in this scope */
} Random;

static inline uint32_t random_below(Random *r, uint32_t count) {
    r->seed = r->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((r->seed >> 33) % count);
}

static inline JitNode *random_node(Random *r, JitOp op, JitNode *a, JitNode *b) {
    return jit_append(r->g->graph, r->block, op, b == NULL ? 1 : 2, (JitNode *[]){a, b});
}

static inline JitState *random_state(Random *r) {
    JitNode *values[RANDOM_VARIABLES + RANDOM_OBJECTS];
    memcpy(values, r->variables, sizeof r->variables);
    memcpy(values + RANDOM_VARIABLES, r->objects, sizeof r->objects);
    return state(r->g, r->states++, RANDOM_VARIABLES + r->object_count, values);
}

static inline JitNode *random_operand(Random *r) {
    static const int64_t numbers[] = {0,   1,   -1,        2,         3,         7,  8, 16,
                                      255, 256, INT32_MAX, INT64_MAX, INT64_MIN, 63, -8};
    uint32_t choice = random_below(r, 10);
    if (choice < 3)
        return jit_const(r->g->graph, (uint64_t)numbers[random_below(r, sizeof numbers / sizeof *numbers)]);
    if (choice < 5 && r->index != NULL)
        return choice == 3 ? r->index : r->limit;
    return r->variables[random_below(r, RANDOM_VARIABLES)];
}

static inline JitNode *random_condition(Random *r) {
    static const JitOp ops[] = {JIT_EQ, JIT_NE, JIT_LT, JIT_LE, JIT_ULT, JIT_ULE, JIT_LT, JIT_ULT};
    JitNode *a = random_node(r, ops[random_below(r, 8)], random_operand(r), random_operand(r));
    switch (random_below(r, 8)) {
    case 0: return random_node(r, JIT_XOR, a, jit_const(r->g->graph, 1));
    case 1:
        return random_node(r, random_below(r, 2) ? JIT_AND : JIT_OR, a,
                           random_node(r, ops[random_below(r, 8)], random_operand(r), random_operand(r)));
    case 2: return r->variables[random_below(r, RANDOM_VARIABLES)];
    default: return a;
    }
}

static inline JitNode *random_value(Random *r) {
    static const JitOp binary[] = {JIT_ADD,  JIT_ADD, JIT_ADD,         JIT_SUB,          JIT_MUL,
                                   JIT_AND,  JIT_OR,  JIT_XOR,         JIT_SHL,          JIT_SHR,
                                   JIT_USHR, JIT_EQ,  JIT_COMPARE_I64, JIT_ADD_OVERFLOWS};
    static const JitOp unary[] = {JIT_NEG,        JIT_NOT,       JIT_EXTEND_I8,  JIT_EXTEND_I16,
                                  JIT_EXTEND_I32, JIT_EXTEND_U8, JIT_EXTEND_U16, JIT_EXTEND_U32};
    switch (random_below(r, 6)) {
    case 0: return random_node(r, unary[random_below(r, 8)], random_operand(r), NULL);
    case 1: {
        JitNode *inputs[3] = {random_condition(r), random_operand(r), random_operand(r)};
        return jit_append(r->g->graph, r->block, JIT_SELECT, 3, inputs);
    }
    case 2: { /* a divisor that is not 0 */
        static const JitOp divisions[] = {JIT_DIV, JIT_REM, JIT_UDIV, JIT_UREM};
        JitNode *divisor = random_node(r, JIT_OR, random_operand(r), jit_const(r->g->graph, 1));
        return random_node(r, divisions[random_below(r, 4)], random_operand(r), divisor);
    }
    default: return random_node(r, binary[random_below(r, 14)], random_operand(r), random_operand(r));
    }
}

static inline JitNode *random_check(Random *r, JitNode *condition) {
    JitNode *node = random_node(r, JIT_CHECK, condition, NULL);
    node->exit = COR_EXIT_INDEX;
    node->state = random_state(r);
    return node;
}

/* A check of an index: what loops are full of. */
static inline void random_index_check(Random *r) {
    JitNode *index = r->index == NULL || random_below(r, 3) == 0 ? random_operand(r) : r->index;
    uint32_t distance = random_below(r, 4);
    if (distance != 0)
        index = random_node(r, JIT_ADD, index, jit_const(r->g->graph, (uint64_t)(int64_t)distance - 2));
    JitNode *length = r->limit != NULL && random_below(r, 2) ? r->limit : random_operand(r);
    random_check(r, random_node(r, JIT_ULT, index, length));
}

static inline JitBlock *random_jump(Random *r) {
    JitBlock *next = jit_block_new(r->g->graph);
    jit_append(r->g->graph, r->block, JIT_JUMP, 0, NULL);
    jit_edge(r->g->graph, r->block, next);
    return next;
}

static inline void random_branch(Random *r, JitNode *condition, JitBlock *then, JitBlock *otherwise) {
    jit_append(r->g->graph, r->block, JIT_BRANCH, 1, &condition);
    jit_edge(r->g->graph, r->block, then);
    jit_edge(r->g->graph, r->block, otherwise);
}

/* Phis of all variables at the start of a block, of the values on the first edge; then an input each for the second. */
static inline void random_phis(Random *r, JitNode **phis) {
    for (uint32_t v = 0; v < RANDOM_VARIABLES; v++)
        phis[v] = jit_append(r->g->graph, r->block, JIT_PHI, 1, &r->variables[v]);
    memcpy(r->variables, phis, sizeof r->variables);
}

static inline void random_close(Random *r, JitNode **phis, JitNode *const *values) {
    for (uint32_t v = 0; v < RANDOM_VARIABLES; v++)
        jit_add_input(r->g->graph, phis[v], values[v]);
}

/* Makes an object, reads or writes a field, compares, or (seldom) lets one escape. */
static inline void random_object(Random *r) {
    static const JitAccess numbers[] = {{.offset = 24, .width = COR_WIDTH_64},
                                        {.offset = 32, .width = COR_WIDTH_U32},
                                        {.offset = 36, .width = COR_WIDTH_I16},
                                        {.offset = 38, .width = COR_WIDTH_U8}};
    uint32_t choice = random_below(r, 16), variable = random_below(r, RANDOM_VARIABLES);
    if (r->object_count == 0 || (choice < 4 && r->object_count < RANDOM_OBJECTS)) {
        JitNode *made = jit_append(r->g->graph, r->block, JIT_NEW, 0, NULL);
        made->of.type = r->type;
        made->state = random_state(r);
        r->objects[r->object_count++] = made;
        return;
    }
    JitNode *object = r->objects[random_below(r, r->object_count)];
    JitNode *other = r->objects[random_below(r, r->object_count)];
    JitAccess access = numbers[random_below(r, 4)];
    if (choice < 9) {
        random_node(r, JIT_STORE, object, random_operand(r))->access = access;
    } else if (choice < 13) {
        r->variables[variable] = random_node(r, JIT_LOAD, object, NULL);
        r->variables[variable]->access = access;
    } else if (choice == 13) {
        random_node(r, JIT_STORE, object, other)->access =
            (JitAccess){.offset = 8 + 8 * random_below(r, 2), .width = COR_WIDTH_REFERENCE};
    } else if (choice == 14) {
        r->variables[variable] = random_node(r, JIT_EQ, object, other);
    } else if (random_below(r, 4) == 0) {
        JitNode *call = random_node(r, JIT_CALL, object, NULL);
        call->call.callee = &r->g->function;
        call->state = random_state(r);
    }
}

static inline void random_statements(Random *r, uint32_t depth);

static inline JitNode *random_new(Random *r) {
    JitNode *made = jit_append(r->g->graph, r->block, JIT_NEW, 0, NULL);
    made->of.type = r->type;
    made->state = random_state(r);
    random_node(r, JIT_STORE, made, random_operand(r))->access =
        (JitAccess){.offset = 24, .width = COR_WIDTH_64};
    return made;
}

/* An object for a phi: a new one, or one that there is. */
static inline JitNode *random_input(Random *r) {
    return r->object_count == 0 || random_below(r, 2) ? random_new(r)
                                                      : r->objects[random_below(r, r->object_count)];
}

static inline bool random_joins(Random *r) {
    return r->type != NULL && r->object_count < RANDOM_OBJECTS && random_below(r, 2);
}

static inline void random_if(Random *r, uint32_t depth) {
    JitGraph *graph = r->g->graph;
    JitNode *before[RANDOM_VARIABLES], *first[RANDOM_VARIABLES], *phis[RANDOM_VARIABLES];
    JitBlock *then = jit_block_new(graph), *otherwise = jit_block_new(graph), *join = jit_block_new(graph);
    bool joins = random_joins(r);
    JitNode *objects[2] = {NULL, NULL};
    random_branch(r, random_condition(r), then, otherwise);
    memcpy(before, r->variables, sizeof before);
    r->block = then;
    random_statements(r, depth + 1);
    if (joins)
        objects[0] = random_input(r);
    jit_append(graph, r->block, JIT_JUMP, 0, NULL);
    jit_edge(graph, r->block, join);
    memcpy(first, r->variables, sizeof first);
    memcpy(r->variables, before, sizeof before);
    r->block = otherwise;
    if (random_below(r, 2))
        random_statements(r, depth + 1);
    if (joins)
        objects[1] = random_input(r);
    jit_append(graph, r->block, JIT_JUMP, 0, NULL);
    jit_edge(graph, r->block, join);
    JitNode *second[RANDOM_VARIABLES];
    memcpy(second, r->variables, sizeof second);
    memcpy(r->variables, first, sizeof first);
    r->block = join;
    random_phis(r, phis);
    random_close(r, phis, second);
    if (joins)
        r->objects[r->object_count++] = jit_append(graph, join, JIT_PHI, 2, objects);
}

/* What a function costs that was inlined. */
static inline void random_charge(Random *r) {
    JitNode *charge = jit_append(r->g->graph, r->block, JIT_CHARGE, 0, NULL);
    charge->number = 1 + random_below(r, 9);
    charge->state = random_state(r);
}

/* What a loop may have that runs in chunks. */
static inline void random_simple_statements(Random *r) {
    static const JitOp ops[] = {JIT_ADD, JIT_SUB, JIT_XOR, JIT_AND, JIT_MUL, JIT_LT, JIT_SHL};
    uint32_t count = 1 + random_below(r, 5);
    for (uint32_t i = 0; i < count; i++)
        if (random_below(r, 2))
            random_index_check(r);
        else
            r->variables[random_below(r, RANDOM_VARIABLES)] =
                random_node(r, ops[random_below(r, 7)], random_operand(r), random_operand(r));
}

/* for (i = start; i < limit; i++), or by a stride: tested before it and at its end, where the round is charged. */
static inline void random_loop(Random *r, uint32_t depth) {
    JitGraph *graph = r->g->graph;
    JitNode *outer_index = r->index, *outer_limit = r->limit, *phis[RANDOM_VARIABLES];
    JitNode *start = random_below(r, 2) ? jit_const(graph, random_below(r, 3)) : random_operand(r);
    uint32_t kind = random_below(r, 8);
    JitNode *limit = kind < 2    ? random_operand(r)
                     : kind == 2 ? jit_const(graph, random_below(r, 6))
                                 : random_node(r, JIT_AND, random_operand(r), jit_const(graph, 31));
    JitNode *stride = random_below(r, 4) == 0 ? random_node(r, JIT_AND, random_operand(r),
                                                            jit_const(graph, 3 + random_below(r, 2)))
                                              : NULL;
    JitNode *skipped[RANDOM_VARIABLES];
    memcpy(skipped, r->variables, sizeof skipped);
    JitBlock *before = jit_block_new(graph), *head = jit_block_new(graph), *behind = jit_block_new(graph);
    JitBlock *skip = r->block;
    bool joins = random_joins(r);
    uint32_t outer_objects = r->object_count;
    JitNode *object = joins ? random_input(r) : NULL, *last = NULL;
    JitNode *phi = NULL, *results[3] = {object};
    random_branch(r, random_node(r, JIT_LT, start, limit), before, behind);
    r->block = before;
    jit_append(graph, before, JIT_JUMP, 0, NULL);
    jit_edge(graph, before, head);
    r->block = head;
    r->index = jit_append(graph, head, JIT_PHI, 1, &start);
    r->limit = limit;
    random_phis(r, phis);
    if (joins)
        r->objects[r->object_count++] = phi = jit_append(graph, head, JIT_PHI, 1, &object);
    JitNode *all[RANDOM_VARIABLES + 1] = {r->index};
    memcpy(all + 1, phis, sizeof phis);
    jit_append(graph, head, JIT_HEAD, 0, NULL)->state = state(r->g, r->states++, RANDOM_VARIABLES + 1, all);
    if (random_below(r, 2))
        random_statements(r, depth + 1);
    else
        random_simple_statements(r);
    JitNode *broken[RANDOM_VARIABLES];
    bool breaks = random_below(r, 3) == 0;
    if (breaks) { /* out of the loop, in the middle */
        JitBlock *out = jit_block_new(graph), *on = jit_block_new(graph);
        random_branch(r, random_condition(r), out, on);
        r->block = out;
        jit_append(graph, out, JIT_JUMP, 0, NULL);
        jit_edge(graph, out, behind);
        memcpy(broken, r->variables, sizeof broken);
        r->block = on;
        random_simple_statements(r);
    }
    JitNode *next = random_node(r, JIT_ADD, r->index, stride != NULL ? stride : jit_const(graph, 1));
    if (random_below(r, 4) == 0) /* leaves in the middle, too: behind a check that may fail */
        random_check(r, random_condition(r));
    if (joins)
        jit_add_input(graph, phi, last = random_input(r));
    JitBlock *latch = jit_block_new(graph);
    if (stride == NULL &&
        random_below(r, 2)) { /* as the builder does it, so that the sum is known not to wrap */
        JitNode *least = jit_const(graph, (uint64_t)INT64_MIN), *one = jit_const(graph, 1);
        JitNode *is_low = random_node(r, JIT_LT, limit, jit_const(graph, (uint64_t)INT64_MIN + 1));
        JitNode *choice[3] = {is_low, least, random_node(r, JIT_SUB, limit, one)};
        next->flags = JIT_NO_WRAP;
        random_branch(r, random_node(r, JIT_LT, r->index, jit_append(graph, r->block, JIT_SELECT, 3, choice)),
                      latch, behind);
    } else {
        random_branch(r, random_node(r, JIT_LT, next, limit), latch, behind);
    }
    JitBlock *end = r->block;
    r->block = latch;
    JitNode *charge = jit_append(graph, latch, JIT_CHARGE, 0, NULL);
    charge->number = 1 + random_below(r, 9);
    charge->state = random_state(r);
    jit_append(graph, latch, JIT_JUMP, 0, NULL);
    jit_edge(graph, latch, head);
    jit_add_input(graph, r->index, next);
    random_close(r, phis, r->variables);
    r->index = outer_index;
    r->limit = outer_limit;
    r->object_count = outer_objects;
    r->block = behind;
    assert_ptr_equal(behind->predecessors[0], skip);
    assert_ptr_equal(behind->predecessors[1 + breaks], end);
    JitNode *after[RANDOM_VARIABLES];
    memcpy(after, r->variables, sizeof after);
    memcpy(r->variables, skipped, sizeof skipped);
    random_phis(r, phis);
    if (breaks)
        random_close(r, phis, broken);
    random_close(r, phis, after);
    if (breaks)
        results[1] = phi;
    results[1 + breaks] = last;
    if (joins)
        r->objects[r->object_count++] = jit_append(graph, behind, JIT_PHI, 2 + breaks, results);
}

static inline void random_statements(Random *r, uint32_t depth) {
    uint32_t count = 1 + random_below(r, 5), outer_objects = r->object_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t choice = random_below(r, 12);
        if (r->type != NULL && random_below(r, 2))
            random_object(r);
        else if (choice < 2 && depth < RANDOM_MOST_DEPTH)
            random_if(r, depth);
        else if (choice < 4 && depth < RANDOM_MOST_DEPTH)
            random_loop(r, depth);
        else if (choice < 5 && random_below(r, 2))
            random_charge(r);
        else if (choice < 5)
            random_check(r, random_condition(r));
        else if (choice < 7)
            random_index_check(r);
        else
            r->variables[random_below(r, RANDOM_VARIABLES)] = random_value(r);
    }
    r->object_count = outer_objects;
}

/* Fills an empty graph, and analyses it. `type` of objects, or NULL. */
static inline void random_graph(Graph *g, uint64_t seed, const CorType *type) {
    Random r = {.g = g, .type = type, .seed = seed * 2654435761u + 12345};
    graph_open(g, 1);
    r.block = g->blocks[0];
    for (uint32_t v = 0; v < RANDOM_VARIABLES; v++)
        r.variables[v] = v < RANDOM_PARAMS ? param(g, v) : jit_const(g->graph, v);
    random_statements(&r, 0);
    random_statements(&r, 0);
    if (type != NULL) { /* which leaves objects in scope */
        random_loop(&r, 1);
        random_if(&r, 1);
    }
    JitNode *results[RANDOM_VARIABLES + RANDOM_OBJECTS];
    memcpy(results, r.variables, sizeof r.variables);
    memcpy(results + RANDOM_VARIABLES, r.objects, sizeof r.objects);
    jit_append(g->graph, r.block, JIT_RETURN, RANDOM_VARIABLES + r.object_count, results);
    jit_graph_analyse(g->graph);
}

/* Parameters for the n-th run. */
static inline void random_params(uint64_t *params, uint32_t n) {
    static const int64_t numbers[] = {0, 1, 5, -1, 31, 17, INT64_MAX, INT64_MIN, 100, 2, 3, 30, -2, 4};
    for (uint32_t p = 0; p < RANDOM_PARAMS; p++)
        params[p] = (uint64_t)numbers[(n * 5 + p * (3 + n % 4) + n / 3) % (sizeof numbers / sizeof *numbers)];
}

#endif

/* Executes graphs of the JIT's SSA form: what passes must not change.
 *
 * The outcome is how a run ends (returning, leaving at which instruction), with which values in which slots, and what
 * is left of the budget.  Objects are real memory; those among the values are described by their types and fields, each the
 * first time it is met. */
#ifndef TEST_GRAPH_RUN_H
#define TEST_GRAPH_RUN_H

#include "unit/graphs.h"
#include "vm/runtime/value.h"

enum { RUN_HEADS = 4096, RUN_VALUES = 256, RUN_OBJECTS = 4096, RUN_STEPS = 200000 };

typedef struct Outcome {
    uint32_t kind; /* 0: returned; 1: too many steps; else 2 + the index of the innermost state */
    uint32_t count;
    uint64_t values[RUN_VALUES];
    int64_t budget;
    uint64_t calls; /* what they got, as a hash */
    uint32_t steps;
    uint32_t exit; /* CorExitKind */
    uint64_t left; /* where it left, as in `heads` */
    uint32_t head_count;
    uint64_t heads[RUN_HEADS]; /* what HEADs were passed, with which values and budget */
} Outcome;

typedef struct Run {
    const JitGraph *graph;
    const uint64_t *params;
    uint64_t *values; /* by id */
    int64_t budget;
    struct {
        CorObject *object;
        size_t size;
        uint32_t number; /* of its description; 0: none yet */
    } objects[RUN_OBJECTS];
    uint32_t object_count, described;
    Outcome *outcome;
} Run;

/* ---- Objects ---- */

static inline CorObject *run_allocate(Run *run, const CorType *type, size_t size) {
    CorObject *object = calloc(1, size < sizeof *object ? sizeof *object : size);
    object->type = type;
    if (run->object_count == RUN_OBJECTS)
        fail_msg("too many objects");
    run->objects[run->object_count].object = object;
    run->objects[run->object_count++].size = size;
    return object;
}

static inline void run_put(Run *run, uint64_t value) {
    if (run->outcome->count < RUN_VALUES)
        run->outcome->values[run->outcome->count++] = value;
}

/* A value for the outcome: a number, or an object as what it is. */
static inline void run_describe(Run *run, uint64_t value) {
    for (uint32_t i = 0; i < run->object_count; i++) {
        if ((uintptr_t)run->objects[i].object != value)
            continue;
        bool is_new = run->objects[i].number == 0;
        if (is_new)
            run->objects[i].number = ++run->described;
        run_put(run, 0xB0B0000000000000u + run->objects[i].number);
        if (!is_new)
            return;
        const uint64_t *words = (const uint64_t *)(const void *)run->objects[i].object;
        for (size_t w = 0; w < run->objects[i].size / 8; w++)
            run_describe(run, words[w]);
        return;
    }
    run_put(run, value);
}

static inline void run_store(uint64_t base, uint64_t offset, uint32_t width, uint64_t value) {
    static const uint8_t sizes[COR_WIDTH_COUNT] = {1, 1, 2, 2, 4, 4, 8, 8};
    memcpy((char *)(uintptr_t)base + offset, &value, sizes[width]);
}

/* Makes the objects that were removed. */
static inline void run_materialize(Run *run, const JitState *state) {
    for (uint32_t o = 0; o < state->object_count; o++) {
        const JitNode *node = state->objects[o].node;
        run->values[node->id] = (uintptr_t)run_allocate(run, node->of.type, node->of.type->instance_size);
    }
    for (uint32_t o = 0; o < state->object_count; o++)
        for (uint32_t f = 0; f < state->objects[o].field_count; f++) {
            const JitField *field = &state->objects[o].fields[f];
            run_store(run->values[state->objects[o].node->id], field->access.offset, field->access.width,
                      run->values[field->value->id]);
        }
}

/* What the interpreter would see where a state is: instruction, slots, budget. */
static inline uint64_t run_digest(const Run *run, const JitState *state) {
    uint64_t hash = hash_mix(state->index, (uint64_t)run->budget);
    for (uint32_t i = 0; i < state->slot_count; i++)
        hash = hash_mix(hash_mix(hash, state->slots[i].slot), run->values[state->slots[i].value->id]);
    return hash;
}

static inline void run_end(Run *run, const JitNode *node, uint32_t kind) {
    Outcome *outcome = run->outcome;
    outcome->kind = kind;
    outcome->budget = run->budget;
    if (node->state != NULL) {
        outcome->exit = node->exit;
        outcome->left = run_digest(run, node->state);
    }
    if (node->op == JIT_RETURN)
        for (uint32_t i = 0; i < node->input_count; i++)
            run_describe(run, run->values[node->inputs[i]->id]);
    if (node->state != NULL)
        run_materialize(run, node->state);
    for (const JitState *state = node->state; state != NULL; state = state->caller)
        for (uint32_t i = 0; i < state->slot_count; i++) {
            run_put(run, state->slots[i].slot);
            run_describe(run, run->values[state->slots[i].value->id]);
        }
}

/* A call sees all that it gets, and writes the first scalar of objects of the test's class. */
static inline void run_call(Run *run, const JitNode *node) {
    Outcome *outcome = run->outcome;
    uint32_t count = outcome->count;
    for (uint32_t i = 0; i < node->input_count; i++) {
        uint64_t value = run->values[node->inputs[i]->id];
        run_describe(run, value);
        for (uint32_t o = 0; o < run->object_count; o++)
            if ((uintptr_t)run->objects[o].object == value && run->objects[o].size >= 32)
                ((uint64_t *)(void *)run->objects[o].object)[3] += 7;
    }
    while (outcome->count > count)
        outcome->calls = hash_mix(outcome->calls, outcome->values[--outcome->count]);
}

/* ---- Nodes ---- */

static inline uint64_t run_load(uint64_t base, uint64_t offset, uint32_t width) {
    const char *at = (const char *)(uintptr_t)base + offset;
    switch (width) {
    case COR_WIDTH_U8: return *(const uint8_t *)at;
    case COR_WIDTH_I8: return (uint64_t)(int64_t) * (const int8_t *)at;
    case COR_WIDTH_U16: return *(const uint16_t *)(const void *)at;
    case COR_WIDTH_I16: return (uint64_t)(int64_t) * (const int16_t *)(const void *)at;
    case COR_WIDTH_U32: return *(const uint32_t *)(const void *)at;
    case COR_WIDTH_I32: return (uint64_t)(int64_t) * (const int32_t *)(const void *)at;
    default: return *(const uint64_t *)(const void *)at;
    }
}

static inline uint64_t run_element(const JitNode *node, uint64_t index) {
    return COR_ARRAY_HEADER + index * node->access.stride + node->access.offset;
}

static inline bool run_is(uint64_t object, const CorType *type, bool exact) {
    if (object == 0)
        return false;
    const CorType *own = ((const CorObject *)(uintptr_t)object)->type;
    return exact ? own == type : cor_type_extends(own, type);
}

/* The value of a pure node of integers. */
static inline uint64_t run_integer(const JitNode *node, uint64_t a, uint64_t b, uint64_t c) {
    int64_t sum;
    switch (node->op) {
    case JIT_ADD: return a + b;
    case JIT_SUB: return a - b;
    case JIT_MUL: return a * b;
    case JIT_DIV: return value_div_i64(a, b);
    case JIT_REM: return value_rem_i64(a, b);
    case JIT_UDIV: return a / b;
    case JIT_UREM: return a % b;
    case JIT_AND: return a & b;
    case JIT_OR: return a | b;
    case JIT_XOR: return a ^ b;
    case JIT_SHL: return a << (b & 63);
    case JIT_SHR: return (uint64_t)((int64_t)a >> (b & 63));
    case JIT_USHR: return a >> (b & 63);
    case JIT_NEG: return -a;
    case JIT_NOT: return ~a;
    case JIT_EXTEND_I8: return (uint64_t)(int64_t)(int8_t)a;
    case JIT_EXTEND_I16: return (uint64_t)(int64_t)(int16_t)a;
    case JIT_EXTEND_I32: return (uint64_t)(int64_t)(int32_t)a;
    case JIT_EXTEND_U8: return (uint8_t)a;
    case JIT_EXTEND_U16: return (uint16_t)a;
    case JIT_EXTEND_U32: return (uint32_t)a;
    case JIT_ADD_OVERFLOWS: return __builtin_add_overflow((int64_t)a, (int64_t)b, &sum);
    case JIT_UADD_OVERFLOWS: return a + b < a;
    case JIT_SELECT: return a != 0 ? b : c;
    case JIT_EQ: return a == b;
    case JIT_NE: return a != b;
    case JIT_LT: return (int64_t)a < (int64_t)b;
    case JIT_LE: return (int64_t)a <= (int64_t)b;
    case JIT_ULT: return a < b;
    case JIT_ULE: return a <= b;
    case JIT_COMPARE_I64: return value_compare_i64(a, b);
    case JIT_COMPARE_U64: return value_compare_u64(a, b);
    default: fail_msg("the test does not execute %s", jit_op_info[node->op].name); return 0;
    }
}

static inline uint64_t run_value(Run *run, const JitNode *node) {
    uint64_t in[4] = {0};
    for (uint32_t i = 0; i < node->input_count && i < 4; i++)
        in[i] = run->values[node->inputs[i]->id];
    switch (node->op) {
    case JIT_CONST: return node->bits;
    case JIT_POINTER: return (uintptr_t)run->graph->constants[node->number].pointer;
    case JIT_PARAM: return run->params[node->number];
    case JIT_LOAD: return run_load(in[0], node->access.offset, node->access.width);
    case JIT_STORE: run_store(in[0], node->access.offset, node->access.width, in[1]); return 0;
    case JIT_LOAD_ELEMENT: return run_load(in[0], run_element(node, in[1]), node->access.width);
    case JIT_STORE_ELEMENT: run_store(in[0], run_element(node, in[1]), node->access.width, in[2]); return 0;
    case JIT_LENGTH: return ((const CorArrayObject *)(uintptr_t)in[0])->length;
    case JIT_TYPE_OF: return (uintptr_t)((const CorObject *)(uintptr_t)in[0])->type;
    case JIT_CASE_OF: return ((const CorObject *)(uintptr_t)in[0])->type->ordinal;
    case JIT_IS_EXACT: return run_is(in[0], node->of.type, true);
    case JIT_IS_CLASS: return run_is(in[0], node->of.type, false);
    case JIT_NEW: return (uintptr_t)run_allocate(run, node->of.type, node->of.type->instance_size);
    case JIT_ARRAY_OF: {
        uint64_t array =
            (uintptr_t)run_allocate(run, node->of.type, COR_ARRAY_HEADER + 8 * (size_t)node->number);
        ((CorArrayObject *)(uintptr_t)array)->length = node->number;
        for (uint32_t i = 0; i < node->number; i++)
            run_store(array, COR_ARRAY_HEADER + 8 * i, COR_WIDTH_64, run->values[node->inputs[i]->id]);
        return array;
    }
    case JIT_VIRTUAL: return 0;
    case JIT_BUDGET: return (uint64_t)run->budget;
    case JIT_SPEND: run->budget -= (int64_t)in[0]; return 0;
    case JIT_CALL: run_call(run, node); return 0;
    default: return run_integer(node, in[0], in[1], in[2]);
    }
}

/* Which edge the end of a block takes. */
static inline uint32_t run_edge(const Run *run, const JitNode *end) {
    uint64_t value = end->input_count == 0 ? 0 : run->values[end->inputs[0]->id];
    uint32_t last = end->block->successor_count - 1;
    switch (end->op) {
    case JIT_BRANCH: return value == 0;
    case JIT_SWITCH: return value < last ? (uint32_t)value : last;
    default: return 0;
    }
}

/* The entry of `next` that edge number `edge` of a block is. */
static inline uint32_t run_entry(const JitBlock *block, uint32_t edge, const JitBlock *next) {
    uint32_t earlier = 0;
    for (uint32_t s = 0; s < edge; s++)
        earlier += block->successors[s] == next;
    for (uint32_t p = 0; p < next->predecessor_count; p++)
        if (next->predecessors[p] == block && earlier-- == 0)
            return p;
    fail_msg("an edge has no entry");
    return 0;
}

static inline void run_phis(Run *run, const JitBlock *block, uint32_t entry) {
    uint64_t fresh[64];
    uint32_t count = 0;
    for (const JitNode *phi = block->first; phi != NULL && phi->op == JIT_PHI; phi = phi->next)
        fresh[count++] = run->values[phi->inputs[entry]->id];
    count = 0;
    for (const JitNode *phi = block->first; phi != NULL && phi->op == JIT_PHI; phi = phi->next)
        run->values[phi->id] = fresh[count++];
}

static inline bool run_passed(const Outcome *outcome, uint64_t head) {
    for (uint32_t i = 0; i < outcome->head_count; i++)
        if (outcome->heads[i] == head)
            return true;
    return false;
}

/* Executes a node that is not the end of its block; false: the run has ended. */
static inline bool run_node(Run *run, const JitNode *node) {
    if (node->op == JIT_CHECK) {
        if (run->values[node->inputs[0]->id] == 0) {
            if (node->input_count == 2)
                run->budget -= (int64_t)run->values[node->inputs[1]->id];
            return run_end(run, node, 2 + node->state->index), false;
        }
    } else if (node->op == JIT_HEAD) {
        if (run->outcome->head_count < RUN_HEADS)
            run->outcome->heads[run->outcome->head_count++] = run_digest(run, node->state);
    } else if (node->op == JIT_CHARGE) {
        run->budget -= node->number;
        if (run->budget < (int64_t)node->bits)
            return run_end(run, node, 2 + node->state->index), false;
    } else if (node->op != JIT_PHI) {
        run->values[node->id] = run_value(run, node);
    }
    return true;
}

static inline void run_blocks(Run *run) {
    const JitBlock *block = run->graph->blocks[0];
    for (;;) {
        const JitNode *node = block->first;
        for (; node != block->last; node = node->next)
            if (++run->outcome->steps > RUN_STEPS || !run_node(run, node))
                return;
        if (node->op == JIT_RETURN || node->op == JIT_LEAVE) {
            run_end(run, node, node->op == JIT_RETURN ? 0 : 2 + node->state->index);
            return;
        }
        uint32_t edge = run_edge(run, node);
        const JitBlock *next = block->successors[edge];
        run_phis(run, next, run_entry(block, edge, next));
        block = next;
    }
}

static inline Outcome run_graph(const JitGraph *graph, const uint64_t *params, int64_t budget) {
    static Run run; /* large */
    static Outcome outcome;
    memset(&outcome, 0, sizeof outcome);
    outcome.kind = 1;
    memset(&run, 0, sizeof run);
    run.graph = graph;
    run.params = params;
    run.budget = budget;
    run.outcome = &outcome;
    run.values = calloc(graph->node_count, sizeof *run.values);
    run_blocks(&run);
    free(run.values);
    for (uint32_t i = 0; i < run.object_count; i++)
        free(run.objects[i].object);
    return outcome;
}

static inline bool same_outcome(const Outcome *a, const Outcome *b) {
    return a->kind == b->kind && a->count == b->count && a->budget == b->budget && a->calls == b->calls &&
           memcmp(a->values, b->values, a->count * sizeof *a->values) == 0;
}

#endif

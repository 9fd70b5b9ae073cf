// Flow state; the model is described in flow.h.
#include "compiler/flow.h"

#include <string.h>

Flow flow_start(void) {
    return (Flow){0};
}

Flow flow_dead(Flow flow) {
    flow.dead = true;
    return flow;
}

static bool flow_bit(const uint64_t *set, uint32_t index) {
    return (set[index / 64] >> (index % 64)) & 1;
}

static uint64_t *flow_copy(Arena *arena, const Flow *flow, uint32_t words) {
    uint64_t *sets = ARENA_ARRAY(arena, uint64_t, (size_t)words * 2);
    if (flow->words) {
        memcpy(sets, flow->sets, flow->words * sizeof *sets);
        memcpy(sets + words, flow->sets + flow->words, flow->words * sizeof *sets);
    }
    return sets;
}

static void flow_set(Arena *arena, Flow *flow, uint32_t index, bool assigned, bool unassigned) {
    uint32_t words = index / 64 + 1 > flow->words ? index / 64 + 1 : flow->words;
    uint64_t *sets = flow_copy(arena, flow, words);
    uint64_t bit = (uint64_t)1 << (index % 64);
    uint64_t *low = &sets[index / 64], *high = &sets[words + index / 64];
    *low = assigned ? *low | bit : *low & ~bit;
    *high = unassigned ? *high | bit : *high & ~bit;
    flow->sets = sets;
    flow->words = words;
}

void flow_declare(Arena *arena, Flow *flow, uint32_t index) {
    flow_set(arena, flow, index, false, true);
}

void flow_assign(Arena *arena, Flow *flow, uint32_t index) {
    flow_set(arena, flow, index, true, false);
}

void flow_maybe_assign(Arena *arena, Flow *flow, uint32_t index) {
    if (flow_is_unassigned(flow, index))
        flow_set(arena, flow, index, flow_is_assigned(flow, index), false);
}

bool flow_is_assigned(const Flow *flow, uint32_t index) {
    if (flow->dead || index == FLOW_UNTRACKED)
        return true;
    return index / 64 < flow->words && flow_bit(flow->sets, index);
}

bool flow_is_unassigned(const Flow *flow, uint32_t index) {
    if (flow->dead)
        return true;
    return index != FLOW_UNTRACKED && index / 64 < flow->words && flow_bit(flow->sets + flow->words, index);
}

static const Type *flow_lookup(const Narrowing *list, const Variable *variable) {
    for (; list; list = list->next)
        if (list->variable == variable)
            return list->type;
    return NULL;
}

static const Narrowing *flow_push(Arena *arena, const Narrowing *list, const Variable *variable,
                                  const Type *type) {
    Narrowing *n = ARENA_NEW(arena, Narrowing);
    *n = (Narrowing){list, variable, type, list ? list->depth + 1 : 1};
    return n;
}

// The newest narrowing of the variable that holds in both. All of one variable above an ended one hold together, each
// within the one before it.
static const Type *flow_shared(const Narrowing *a, const Narrowing *b, const Variable *variable) {
    for (; a; a = a->next) {
        if (a->variable != variable)
            continue;
        if (!a->type)
            return NULL;
        for (const Narrowing *n = b; n; n = n->next) {
            if (n->variable != variable)
                continue;
            if (!n->type)
                break;
            if (n->type == a->type)
                return a->type;
        }
    }
    return NULL;
}

// The narrowings that hold in both: the shared tail of the two lists, and what their heads agree on.
static const Narrowing *flow_common(Arena *arena, const Narrowing *a, const Narrowing *b) {
    const Narrowing *tail_a = a, *tail_b = b;
    while (tail_a != tail_b) {
        uint32_t depth_a = tail_a ? tail_a->depth : 0, depth_b = tail_b ? tail_b->depth : 0;
        if (depth_a >= depth_b)
            tail_a = tail_a->next;
        if (depth_b >= depth_a)
            tail_b = tail_b->next;
    }
    const Narrowing *common = tail_a;
    for (int side = 0; side < 2; side++) {
        for (const Narrowing *n = side ? b : a; n != tail_a; n = n->next) {
            const Type *type = flow_shared(a, b, n->variable);
            if (type != flow_lookup(common, n->variable))
                common = flow_push(arena, common, n->variable, type);
        }
    }
    return common;
}

static void flow_combine(Arena *arena, Flow *out, const Flow *a, const Flow *b, bool either_assigned) {
    if (a->sets == b->sets)
        return;
    uint32_t words = a->words < b->words ? a->words : b->words;
    uint64_t *sets = ARENA_ARRAY(arena, uint64_t, (size_t)words * 2);
    for (uint32_t i = 0; i < words; i++) {
        uint64_t x = a->sets[i], y = b->sets[i];
        sets[i] = either_assigned ? x | y : x & y;
        sets[words + i] = a->sets[a->words + i] & b->sets[b->words + i];
    }
    out->sets = sets;
    out->words = words;
}

Flow flow_join(Arena *arena, Flow a, Flow b) {
    if (a.dead)
        return b;
    if (b.dead)
        return a;
    Flow out = a;
    flow_combine(arena, &out, &a, &b, false);
    out.narrowings = flow_common(arena, a.narrowings, b.narrowings);
    return out;
}

Flow flow_sequence(Arena *arena, Flow before, Flow after) {
    if (before.dead || after.dead)
        return flow_dead(after);
    Flow out = after;
    flow_combine(arena, &out, &before, &after, true);
    return out;
}

void flow_narrow(Arena *arena, Flow *flow, const Variable *variable, const Type *type) {
    flow->narrowings = flow_push(arena, flow->narrowings, variable, type);
}

void flow_forget(Arena *arena, Flow *flow, const Variable *variable) {
    if (flow_narrowed(flow, variable))
        flow_narrow(arena, flow, variable, NULL);
}

const Type *flow_narrowed(const Flow *flow, const Variable *variable) {
    return flow_lookup(flow->narrowings, variable);
}

#include "jit/facts.h"

#include <string.h>

/* ---- Basics ------------------------------------------------------------------------------------ */

static void *facts_allocate(JitFacts *facts, size_t count, size_t size) {
    void *memory = cor_arena_allocate(facts->arena, count, size);
    if (memory == NULL)
        facts->failed = true;
    return memory;
}

static uint64_t *new_set(JitFacts *facts) {
    return facts_allocate(facts, facts->slot_words, sizeof(uint64_t));
}

bool jit_is_covered(const CorLoweredFunction *function, uint32_t index) {
    for (uint32_t i = 0; i < function->handler_count; i++)
        if (index >= function->handlers[i].start && index < function->handlers[i].end)
            return true;
    return false;
}

/* ---- Spans ------------------------------------------------------------------------------------- */

/* The places that an instruction branches to, in order; a table of a switch included.  Returns how many; `targets` may be NULL. */
static uint32_t branch_targets(const CorLoweredFunction *function, uint32_t index, uint32_t *targets) {
    CorWord word = jit_word(function, index);
    const CorWord *code = &function->code[index];
    const char *letters = cor_lowered_info[word.op].operands;
    uint32_t count = 0;
    int64_t distance = 0;
    bool has = false;
    for (uint32_t i = 0; letters[i] != '\0'; i++) {
        if (letters[i] == 'o')
            distance = (int16_t)word.c, has = true;
        else if (letters[i] == 'O')
            distance = word.far.offset, has = true;
        else if (letters[i] == 'B')
            distance = code[1].edge.distance, has = true;
    }
    if (has && targets != NULL)
        targets[0] = (uint32_t)(index + distance);
    if (has)
        return 1;
    if (strchr(letters, '*') != NULL) {
        for (count = 0; count <= word.b; count++)
            if (targets != NULL)
                targets[count] = (uint32_t)(index + code[1 + count].edge.distance);
    }
    return count;
}

static bool falls_through(CorWord word) {
    return (cor_lowered_info[word.op].effects & EFFECT_E) == 0;
}

static uint32_t word_length(const CorLoweredFunction *function, uint32_t index) {
    CorWord word = jit_word(function, index);
    return cor_lowered_length(&word);
}

typedef enum WordMark { MARK_INSTRUCTION = 1, MARK_LEADER = 2 } WordMark;

static void mark_leaders(JitFacts *facts, uint8_t *marks) {
    const CorLoweredFunction *function = facts->function;
    uint32_t count = function->code_count, most = 0;
    for (uint32_t i = 0; i < count; i += word_length(function, i)) {
        marks[i] |= MARK_INSTRUCTION;
        uint32_t targets = branch_targets(function, i, NULL);
        most = targets > most ? targets : most;
    }
    uint32_t *targets = facts_allocate(facts, (size_t)most + 1, sizeof *targets);
    if (facts->failed)
        return;
    marks[0] |= MARK_LEADER;
    for (uint32_t i = 0; i < count; i += word_length(function, i)) {
        uint32_t target_count = branch_targets(function, i, targets);
        for (uint32_t k = 0; k < target_count; k++)
            marks[targets[k]] |= MARK_LEADER;
        if (target_count > 0 || !falls_through(jit_word(function, i)))
            marks[i + word_length(function, i)] |= MARK_LEADER;
    }
    for (uint32_t i = 0; i < function->handler_count; i++)
        marks[function->handlers[i].target] |= MARK_LEADER;
}

static void make_spans(JitFacts *facts, const uint8_t *marks) {
    const CorLoweredFunction *function = facts->function;
    uint32_t count = function->code_count;
    for (uint32_t i = 0; i < count; i++)
        facts->span_count += (marks[i] & MARK_LEADER) != 0;
    facts->spans = facts_allocate(facts, facts->span_count, sizeof *facts->spans);
    facts->span_at = facts_allocate(facts, (size_t)count + 1, sizeof *facts->span_at);
    if (facts->failed)
        return;
    memset(facts->span_at, 0xff, ((size_t)count + 1) * sizeof *facts->span_at);
    JitSpan *span = facts->spans - 1;
    for (uint32_t i = 0; i < count; i += word_length(function, i)) {
        if (marks[i] & MARK_LEADER) {
            span++;
            *span = (JitSpan){.start = i, .loop = JIT_NONE};
            facts->span_at[i] = (uint32_t)(span - facts->spans);
        }
        span->last = i;
        span->end = i + word_length(function, i);
    }
}

static void link_spans(JitFacts *facts) {
    for (uint32_t i = 0; i < facts->span_count && !facts->failed; i++) {
        JitSpan *span = &facts->spans[i];
        uint32_t count = branch_targets(facts->function, span->last, NULL);
        span->successors = facts_allocate(facts, (size_t)count + 1, sizeof *span->successors);
        if (facts->failed)
            return;
        branch_targets(facts->function, span->last, span->successors);
        for (uint32_t k = 0; k < count; k++) {
            uint32_t target = facts->span_at[span->successors[k]];
            span->successors[k] = target;
            if (target <= i)
                facts->spans[target].is_head = true;
        }
        if (falls_through(jit_word(facts->function, span->last)) && i + 1 < facts->span_count)
            span->successors[count++] = i + 1;
        span->successor_count = count;
    }
}

/* What is reached from the start without an error. */
static void reach_spans(JitFacts *facts) {
    uint32_t *stack = facts_allocate(facts, (size_t)facts->span_count + 1, sizeof *stack), depth = 0;
    if (facts->failed)
        return;
    stack[depth++] = 0;
    facts->spans[0].is_reached = true;
    while (depth > 0) {
        JitSpan *span = &facts->spans[stack[--depth]];
        for (uint32_t k = 0; k < span->successor_count; k++) {
            JitSpan *next = &facts->spans[span->successors[k]];
            if (!next->is_reached) {
                next->is_reached = true;
                stack[depth++] = span->successors[k];
            }
        }
    }
}

/* A span whose every way ends by raising an error. */
static void find_raising(JitFacts *facts) {
    for (uint32_t i = facts->span_count; i-- > 0;) {
        JitSpan *span = &facts->spans[i];
        CorWord last = jit_word(facts->function, span->last);
        span->raises = last.op == COR_LOWERED_THROW || last.op == COR_LOWERED_TRAP;
        if (span->successor_count > 0) {
            span->raises = true;
            for (uint32_t k = 0; k < span->successor_count; k++)
                span->raises &= span->successors[k] > i && facts->spans[span->successors[k]].raises;
        }
    }
}

/* ---- Early returns ----------------------------------------------------------------------------- */

/* Whether an instruction only computes, checks or branches forwards, and is charged nothing by size. */
static bool can_be_repeated(CorWord word) {
    const CorLoweredInfo *info = &cor_lowered_info[word.op];
    if ((info->effects & (EFFECT_A | EFFECT_C | EFFECT_S | EFFECT_P)) != 0)
        return false;
    if ((info->effects & EFFECT_E) != 0)
        return (info->effects & EFFECT_T) == 0;
    return (info->effects & EFFECT_B) != 0 || strchr("dDm", info->operands[0]) != NULL;
}

static bool span_can_be_repeated(const JitFacts *facts, const JitSpan *span) {
    bool can = !span->is_head;
    for (uint32_t i = span->start; can && i < span->end; i += word_length(facts->function, i))
        can = can_be_repeated(jit_word(facts->function, i));
    return can;
}

/* Finds the spans of which each leads to a return, and the start to each, over others of them. */
static void find_early(JitFacts *facts) {
    bool *returns = facts_allocate(facts, facts->span_count, sizeof *returns);
    if (facts->failed)
        return;
    for (uint32_t i = facts->span_count; i-- > 0;) {
        const JitSpan *span = &facts->spans[i];
        bool leads = span->successor_count == 0;
        for (uint32_t k = 0; k < span->successor_count; k++)
            leads |= span->successors[k] > i && returns[span->successors[k]];
        returns[i] = leads && span_can_be_repeated(facts, span);
    }
    facts->spans[0].is_early = returns[0];
    for (uint32_t i = 0; i < facts->span_count; i++) {
        const JitSpan *span = &facts->spans[i];
        if (!span->is_early)
            continue;
        facts->early_words += span->end - span->start;
        for (uint32_t k = 0; k < span->successor_count; k++)
            facts->spans[span->successors[k]].is_early |= returns[span->successors[k]];
    }
}

/* ---- Liveness ---------------------------------------------------------------------------------- */

static void visit_highest(void *context, uint32_t first, uint32_t count, bool writes) {
    JitFacts *facts = context;
    (void)writes;
    if (count > 0 && first + count > facts->slot_count)
        facts->slot_count = first + count;
}

static void visit_writes(void *context, uint32_t first, uint32_t count, bool writes) {
    uint64_t *set = context;
    for (uint32_t i = 0; writes && i < count; i++)
        jit_set_remove(set, first + i);
}

static void visit_reads(void *context, uint32_t first, uint32_t count, bool writes) {
    uint64_t *set = context;
    for (uint32_t i = 0; !writes && i < count; i++)
        jit_set_add(set, first + i);
}

static void visit_written(void *context, uint32_t first, uint32_t count, bool writes) {
    uint64_t *set = context;
    for (uint32_t i = 0; writes && i < count; i++)
        jit_set_add(set, first + i);
}

static void count_slots(JitFacts *facts) {
    const CorLoweredFunction *function = facts->function;
    facts->slot_count = function->parameter_slots + 1;
    for (uint32_t i = 0; i < function->code_count; i += word_length(function, i))
        jit_visit_slots(function, i, visit_highest, facts);
    for (uint32_t i = 0; i < function->handler_count; i++)
        visit_highest(facts, function->handlers[i].slot, 1, true);
    facts->slot_words = (facts->slot_count + 63) / 64;
}

/* Adds what the handlers that cover an instruction read. */
static void add_handlers(JitFacts *facts, uint32_t index, uint64_t *set) {
    const CorLoweredFunction *function = facts->function;
    for (uint32_t i = 0; i < function->handler_count; i++) {
        const CorLoweredHandler *handler = &function->handlers[i];
        if (index < handler->start || index >= handler->end)
            continue;
        const uint64_t *live = facts->spans[facts->span_at[handler->target]].live_in;
        for (uint32_t k = 0; k < facts->slot_words; k++)
            set[k] |= k == handler->slot / 64 ? live[k] & ~((uint64_t)1 << handler->slot % 64) : live[k];
    }
}

/* From the set behind an instruction to that before it. */
static void step_back(JitFacts *facts, uint32_t index, uint64_t *set) {
    jit_visit_slots(facts->function, index, visit_writes, set);
    jit_visit_slots(facts->function, index, visit_reads, set);
    add_handlers(facts, index, set);
}

/* The instructions of a span into `list`, in order; returns how many. */
static uint32_t list_instructions(const JitFacts *facts, const JitSpan *span, uint32_t *list) {
    uint32_t count = 0;
    for (uint32_t i = span->start; i < span->end; i += word_length(facts->function, i))
        list[count++] = i;
    return count;
}

static bool join_successors(JitFacts *facts, JitSpan *span) {
    bool changed = false;
    for (uint32_t k = 0; k < span->successor_count; k++) {
        const uint64_t *live = facts->spans[span->successors[k]].live_in;
        for (uint32_t w = 0; w < facts->slot_words; w++) {
            changed |= (live[w] & ~span->live_out[w]) != 0;
            span->live_out[w] |= live[w];
        }
    }
    return changed;
}

static void find_live(JitFacts *facts) {
    for (uint32_t i = 0; i < facts->span_count; i++) {
        facts->spans[i].live_in = new_set(facts);
        facts->spans[i].live_out = new_set(facts);
    }
    uint32_t *list = facts_allocate(facts, facts->function->code_count, sizeof *list);
    uint64_t *set = new_set(facts);
    if (facts->failed)
        return;
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = facts->span_count; i-- > 0;) {
            JitSpan *span = &facts->spans[i];
            join_successors(facts, span);
            memcpy(set, span->live_out, facts->slot_words * sizeof *set);
            for (uint32_t n = list_instructions(facts, span, list); n-- > 0;)
                step_back(facts, list[n], set);
            if (memcmp(set, span->live_in, facts->slot_words * sizeof *set) != 0) {
                memcpy(span->live_in, set, facts->slot_words * sizeof *set);
                again = true;
            }
        }
    }
}

bool jit_span_liveness(JitFacts *facts, uint32_t number, JitLiveness *liveness) {
    const JitSpan *span = &facts->spans[number];
    uint32_t words = span->end - span->start;
    liveness->before = facts_allocate(facts, words, sizeof *liveness->before);
    liveness->behind = facts_allocate(facts, words, sizeof *liveness->behind);
    uint32_t *list = facts_allocate(facts, words, sizeof *list);
    uint64_t *set = new_set(facts);
    if (facts->failed)
        return false;
    memcpy(set, span->live_out, facts->slot_words * sizeof *set);
    for (uint32_t n = list_instructions(facts, span, list); n-- > 0;) {
        uint64_t *behind = new_set(facts), *before = new_set(facts);
        if (facts->failed)
            return false;
        memcpy(behind, set, facts->slot_words * sizeof *set);
        jit_visit_slots(facts->function, list[n], visit_writes, behind);
        add_handlers(facts, list[n], behind);
        step_back(facts, list[n], set);
        memcpy(before, set, facts->slot_words * sizeof *set);
        liveness->before[list[n] - span->start] = before;
        liveness->behind[list[n] - span->start] = behind;
    }
    return true;
}

/* ---- Loops ------------------------------------------------------------------------------------- */

/* Predecessors of the reached spans, by span: offsets into one list. */
typedef struct Predecessors {
    uint32_t *start, *list;
} Predecessors;

static Predecessors find_predecessors(JitFacts *facts) {
    Predecessors found = {facts_allocate(facts, (size_t)facts->span_count + 2, sizeof *found.start), NULL};
    uint32_t edges = 0;
    if (facts->failed)
        return found;
    for (uint32_t i = 0; i < facts->span_count; i++)
        for (uint32_t k = 0; facts->spans[i].is_reached && k < facts->spans[i].successor_count; k++, edges++)
            found.start[facts->spans[i].successors[k] + 2]++;
    for (uint32_t i = 2; i < facts->span_count + 2; i++)
        found.start[i] += found.start[i - 1];
    found.list = facts_allocate(facts, (size_t)edges + 1, sizeof *found.list);
    for (uint32_t i = 0; !facts->failed && i < facts->span_count; i++)
        for (uint32_t k = 0; facts->spans[i].is_reached && k < facts->spans[i].successor_count; k++)
            found.list[found.start[facts->spans[i].successors[k] + 1]++] = i;
    return found;
}

/* The spans from which `latch` is reached without the head, and the head. */
static void fill_loop(JitSourceLoop *loop, uint32_t latch, const Predecessors *predecessors,
                      uint32_t *stack) {
    uint32_t depth = 0;
    if (!jit_set_has(loop->spans, loop->head)) {
        jit_set_add(loop->spans, loop->head);
        loop->size++;
    }
    if (!jit_set_has(loop->spans, latch)) {
        jit_set_add(loop->spans, latch);
        loop->size++;
        stack[depth++] = latch;
    }
    while (depth > 0) {
        uint32_t span = stack[--depth];
        for (uint32_t i = predecessors->start[span]; i < predecessors->start[span + 1]; i++) {
            uint32_t before = predecessors->list[i];
            if (jit_set_has(loop->spans, before))
                continue;
            jit_set_add(loop->spans, before);
            loop->size++;
            stack[depth++] = before;
        }
    }
}

static void note_written(JitFacts *facts, JitSourceLoop *loop) {
    for (uint32_t i = 0; i < facts->span_count; i++) {
        const JitSpan *span = &facts->spans[i];
        if (!jit_set_has(loop->spans, i))
            continue;
        for (uint32_t at = span->start; at < span->end; at += word_length(facts->function, at))
            jit_visit_slots(facts->function, at, visit_written, loop->written);
    }
}

/* Larger loops contain smaller ones: numbers the innermost of each span. */
static void nest_loops(JitFacts *facts) {
    for (uint32_t i = 1; i < facts->loop_count; i++) {
        JitSourceLoop loop = facts->loops[i];
        uint32_t at = i;
        for (; at > 0 && facts->loops[at - 1].size < loop.size; at--)
            facts->loops[at] = facts->loops[at - 1];
        facts->loops[at] = loop;
    }
    for (uint32_t i = 0; i < facts->loop_count; i++) {
        JitSourceLoop *loop = &facts->loops[i];
        loop->outer = facts->spans[loop->head].loop;
        loop->depth = loop->outer == JIT_NONE ? 1 : facts->loops[loop->outer].depth + 1;
        for (uint32_t k = 0; k < facts->span_count; k++)
            if (jit_set_has(loop->spans, k))
                facts->spans[k].loop = i;
    }
}

static void find_loops(JitFacts *facts) {
    uint32_t heads = 0;
    for (uint32_t i = 0; i < facts->span_count; i++)
        heads += facts->spans[i].is_head && facts->spans[i].is_reached;
    if (heads == 0)
        return;
    Predecessors predecessors = find_predecessors(facts);
    facts->loops = facts_allocate(facts, heads, sizeof *facts->loops);
    uint32_t *stack = facts_allocate(facts, facts->span_count, sizeof *stack);
    for (uint32_t head = 0; !facts->failed && head < facts->span_count; head++) {
        if (!facts->spans[head].is_head || !facts->spans[head].is_reached)
            continue;
        JitSourceLoop *loop = &facts->loops[facts->loop_count++];
        *loop = (JitSourceLoop){.head = head, .outer = JIT_NONE};
        loop->spans = facts_allocate(facts, (facts->span_count + 63) / 64, sizeof(uint64_t));
        loop->written = new_set(facts);
        for (uint32_t i = predecessors.start[head]; !facts->failed && i < predecessors.start[head + 1]; i++)
            if (predecessors.list[i] >= head)
                fill_loop(loop, predecessors.list[i], &predecessors, stack);
        if (!facts->failed)
            note_written(facts, loop);
    }
    if (!facts->failed)
        nest_loops(facts);
}

/* ---- All --------------------------------------------------------------------------------------- */

JitFacts *jit_facts(CorArena *arena, const CorLoweredFunction *function) {
    JitFacts *facts = cor_arena_allocate(arena, 1, sizeof *facts);
    if (facts == NULL || function->code_count == 0 || function->code_count > JIT_MOST_WORDS)
        return NULL;
    facts->function = function;
    facts->arena = arena;
    uint8_t *marks = facts_allocate(facts, (size_t)function->code_count + 1, 1);
    if (!facts->failed)
        mark_leaders(facts, marks);
    if (!facts->failed)
        make_spans(facts, marks);
    if (!facts->failed)
        link_spans(facts);
    if (!facts->failed)
        reach_spans(facts);
    if (!facts->failed) {
        find_raising(facts);
        find_early(facts);
        count_slots(facts);
        find_live(facts);
    }
    if (!facts->failed)
        find_loops(facts);
    return facts->failed ? NULL : facts;
}

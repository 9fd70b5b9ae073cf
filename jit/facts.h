/* What the JIT asks about lowered code: its basic blocks, loops, and which slots are alive where.
 *
 * Blocks that only a handler of errors reaches are not among them: errors leave native code. Slots that such a handler
 * reads are alive throughout the range it covers. */
#ifndef JIT_FACTS_H
#define JIT_FACTS_H

#include "vm/bytecode/arena.h"
#include "vm/runtime/native.h"

enum { JIT_NONE = UINT32_MAX, JIT_MOST_WORDS = 8000 };

typedef struct JitSpan {
    uint32_t start, end; /* words: the first instruction's, and behind the last one */
    uint32_t last;       /* the last instruction */
    /* spans; of a conditional branch the one where it leads to, then the one behind it */
    uint32_t *successors;
    uint32_t successor_count;
    bool is_reached, is_head;
    bool raises;   /* ends by raising an error, whatever happens */
    bool is_early; /* on a way from the start to a return, with nothing on it that could not be done again */
    uint32_t loop; /* innermost, by number; JIT_NONE */
    uint64_t *live_in; /* slots, a bit each */
    uint64_t *live_out;
} JitSpan;

typedef struct JitSourceLoop {
    uint32_t head;     /* span */
    uint32_t outer;    /* JIT_NONE */
    uint32_t depth;    /* 1: outermost */
    uint32_t size;     /* spans */
    uint64_t *spans;   /* that belong to it, a bit each */
    uint64_t *written; /* slots that are written in it */
} JitSourceLoop;

typedef struct JitFacts {
    const CorLoweredFunction *function;
    CorArena *arena;
    uint32_t slot_count, slot_words; /* slots that are mentioned; 64-bit words of a set of them */
    uint32_t *span_at;               /* by word: the span that starts there; JIT_NONE */
    JitSpan *spans;                  /* in order of their code */
    uint32_t span_count;
    JitSourceLoop *loops; /* outer ones first */
    uint32_t loop_count;
    uint32_t early_words; /* of the spans that are early */
    bool failed;
} JitFacts;

/* NULL: out of memory or too large. */
JitFacts *jit_facts(CorArena *arena, const CorLoweredFunction *function);

/* The instruction at `index` with the operation that it means: the first of a pair, the original of a function's first word. */
CorWord jit_word(const CorLoweredFunction *function, uint32_t index);

/* Calls `visit` for each run of slots that an instruction reads or writes.  False: the shape of a call is not known. */
typedef void JitSlotVisit(void *context, uint32_t first, uint32_t count, bool writes);
bool jit_visit_slots(const CorLoweredFunction *function, uint32_t index, JitSlotVisit *visit, void *context);

/* What a call at `index` passes and gives; false: not known, for it has never found a callee. */
bool jit_call_shape(const CorLoweredFunction *function, uint32_t index, CorCallShape *shape);

/* Whether a handler of the function covers the instruction. */
bool jit_is_covered(const CorLoweredFunction *function, uint32_t index);

/* The slots alive before each instruction of a span, [instruction's word - span's start], in arena memory, and those alive behind
 * it, without what it writes.  `behind` sets have what covering handlers read, too, which sees what was there before. */
typedef struct JitLiveness {
    uint64_t **before; /* NULL between instructions */
    uint64_t **behind;
} JitLiveness;
bool jit_span_liveness(JitFacts *facts, uint32_t span, JitLiveness *liveness);

static inline bool jit_set_has(const uint64_t *set, uint32_t member) {
    return set[member / 64] >> member % 64 & 1;
}
static inline void jit_set_add(uint64_t *set, uint32_t member) {
    set[member / 64] |= (uint64_t)1 << member % 64;
}
static inline void jit_set_remove(uint64_t *set, uint32_t member) {
    set[member / 64] &= ~((uint64_t)1 << member % 64);
}

#endif

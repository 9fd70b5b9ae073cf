/* What the parts of escape analysis share. */
#ifndef JIT_ESCAPE_INTERNAL_H
#define JIT_ESCAPE_INTERNAL_H

#include "jit/facts.h"
#include "jit/ir.h"

enum { JIT_MOST_FIELDS = 32 }; /* of an object that is removed */

/* ---- escape.c ---- */

/* Whether a node may be an object that is never made. */
bool jit_is_removable(const JitNode *node);

/* Whether an object of the type has the field.  Code that asks for a case may be about an object of another one, and is not
 * reached then. */
bool jit_is_part_of(const JitAccess *field, const CorType *type);

/* Whether two accesses are to the same bytes and not of the same shape: those of different cases. */
bool jit_is_amiss(const JitAccess *field, const JitAccess *other);
/* Whether an object that is this input of a node needs to exist there (a phi's: at the end of the predecessor). */
bool jit_lets_escape(const JitNode *user, uint32_t input);

/* ---- escape_partial.c: where objects have to exist ---- */

typedef struct EscapeObject {
    JitNode *node;       /* an allocation, or a phi of objects of one kind */
    const JitNode *like; /* an allocation of that kind */
    uint32_t group;      /* objects that meet in phis: the number of one of them */
    bool is_left;        /* its group stays as it is */
} EscapeObject;

/* An object is virtual from its allocation to where it escapes first, on each path, and real from there on.  Sets are of
 * objects, by number, one after the other for each block: `words` of them. */
typedef struct EscapeAnalysis {
    JitGraph *graph;
    EscapeObject *objects;
    uint32_t count, words;
    uint32_t *numbers; /* by id of nodes: 1 + number of the object; 0: none */
    uint32_t id_count; /* of nodes before there were new ones */
    uint64_t *live;    /* at the starts of blocks, without uses in their phis */
    uint64_t *defined; /* in blocks */
    uint64_t *escapes; /* somewhere in blocks, or at their ends */
    uint64_t *start;   /* real at the starts of blocks, among those alive */
    uint64_t *end;     /* real at the ends of blocks */
    /* one set: phis that do not become objects, but refer to those that their inputs become */
    uint64_t *phis;
} EscapeAnalysis;

enum { ESCAPE_NONE = UINT32_MAX };

/* False: no group of objects gains by being made later, or never. */
bool jit_analyse_escape(EscapeAnalysis *analysis, JitGraph *graph);

static inline uint32_t escape_number(const EscapeAnalysis *analysis, const JitNode *node) {
    return node->id < analysis->id_count ? analysis->numbers[node->id] - 1 : ESCAPE_NONE;
}
static inline uint64_t *escape_set(const EscapeAnalysis *analysis, uint64_t *sets, const JitBlock *block) {
    return sets + (size_t)block->order * analysis->words;
}
/* Whether a phi becomes an object of its own. */
static inline bool escape_is_copied(const EscapeAnalysis *analysis, uint32_t number) {
    return analysis->objects[number].node->op == JIT_PHI && !analysis->objects[number].is_left &&
           !jit_set_has(analysis->phis, number);
}

/* ---- escape_sink.c ---- */

/* Makes objects where they have to exist, so that those that there were before do not escape any more.  Whether there were
 * any. */
bool jit_sink_objects(JitGraph *graph);

#endif

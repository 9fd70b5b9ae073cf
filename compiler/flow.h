// Flow state: what is known where control stands.
//
// While a body is checked in source order, one Flow describes the current point: whether it can be reached,
// which tracked variables are definitely assigned and which are definitely still unassigned (the two sets of
// the Java Language Specification, chapter 16), and to which types variables have been narrowed by tests.
// A Flow is a small value over immutable shared parts: a branch copies it, a join intersects two of them.
//
// Only variables and fields without an initial value are tracked; each has an index within its function.
#ifndef COMPILER_FLOW_H
#define COMPILER_FLOW_H

#include "compiler/arena.h"
#include "compiler/symbols.h"

#define FLOW_UNTRACKED UINT32_MAX

typedef struct Narrowing {
    const struct Narrowing *next;
    const Variable *variable;
    const Type *type; // NULL: a narrowing further down the list has ended
    uint32_t depth;   // of the list
} Narrowing;

typedef struct Flow {
    bool dead;            // control cannot come here; everything holds
    uint32_t words;       // of each of the two sets
    const uint64_t *sets; // assigned, then unassigned
    const Narrowing *narrowings;
} Flow;

// No variable assigned, none narrowed, reachable.
Flow flow_start(void);
// The state after something that does not return.
Flow flow_dead(Flow flow);

// A new tracked variable, not assigned yet.
void flow_declare(Arena *arena, Flow *flow, uint32_t index);
void flow_assign(Arena *arena, Flow *flow, uint32_t index);
// It may have been assigned on some path: no longer definitely unassigned.
void flow_maybe_assign(Arena *arena, Flow *flow, uint32_t index);
bool flow_is_assigned(const Flow *flow, uint32_t index);
bool flow_is_unassigned(const Flow *flow, uint32_t index);

// The state where two paths meet.
Flow flow_join(Arena *arena, Flow a, Flow b);
// What holds after `finally`: everything assigned in either; unassigned in both; narrowed in `after`.
Flow flow_sequence(Arena *arena, Flow before, Flow after);

void flow_narrow(Arena *arena, Flow *flow, const Variable *variable, const Type *type);
void flow_forget(Arena *arena, Flow *flow, const Variable *variable);
// The narrowed type, or NULL.
const Type *flow_narrowed(const Flow *flow, const Variable *variable);

#endif

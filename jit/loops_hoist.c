/* Moving what does not change in a loop in front of it, from inner loops outwards: arithmetic, lengths, fields and elements that
 * nothing in the loop writes, and checks.
 *
 * A check in front of the loop leaves at its head (exit LOOP), so it may fail too early, never too late; where it failed
 * often, checks stay.  Nothing is moved out of code that depends on a condition which itself does not change in the loop,
 * for that may be there to prevent it.
 *
 * Memory may be read earlier than it was only where the object is sure to be one that has it.  Registers of lowered code have
 * static types, so it is, unless the loop asks what the object is.  An element is read behind a check of its index, and may
 * turn out to be none yet (null), which is checked before anything is read from it. */
#include "jit/loops_internal.h"

#include <string.h>

enum { MOST_SWEEPS = 6, MOST_NESTING = 4 };

/* One loop. */
typedef struct Hoist {
    JitGraph *graph;
    const JitLoop *loop;
    JitBlock *entry; /* the only way in, which ends with a jump */
    uint32_t entry_index;
    const JitNode *head_node;
    const JitState *state;     /* of the head, at the entry's end; NULL: not made yet */
    bool may_check, may_guess; /* what is in every round; what is behind conditions */
    bool may_tell_apart;       /* that arrays are not the same */
    bool has_calls;
    bool *guarded;   /* by block: at its end, something decides that depends on nothing in the loop */
    bool *early;     /* by id: an element that is read earlier than the program does; there may be none yet */
    JitBlock **read; /* by id: where an object is first looked into */
    uint32_t count;  /* nodes that the two have room for */
    bool moved;
} Hoist;

static bool is_inside(const Hoist *hoist, const JitNode *node) {
    return jit_loop_contains(hoist->loop, node->block);
}

/* ---- What the loop does ------------------------------------------------------------------------ */

/* Whether a store and a load may reach the same part of an element. Widths are the same where they do, but for the sign. */
static bool same_part(const JitNode *store, const JitNode *load) {
    return store->access.offset == load->access.offset && store->access.stride == load->access.stride &&
           (!(load->flags & JIT_IS_REFERENCE) || store->flags & JIT_IS_REFERENCE);
}

/* Whether a node writes what a load reads. */
static bool writes(const JitNode *node, const JitNode *load) {
    switch (node->op) {
    case JIT_STORE: return load->op == JIT_LOAD && node->access.offset == load->access.offset;
    case JIT_STORE_ELEMENT: return load->op == JIT_LOAD_ELEMENT && same_part(node, load);
    case JIT_SET_GLOBAL: return load->op == JIT_GLOBAL && node->number == load->number;
    default: return false;
    }
}

/* Whether the index of a store begins above that of a load and only grows. */
static bool is_passed(const Hoist *hoist, const JitNode *store, const JitNode *load) {
    int64_t from_phi, from_start, from_load, step;
    JitNode *index = store->inputs[1], *phi = jit_split_sum(index, &from_phi);
    if (phi->op != JIT_PHI || phi->block != hoist->loop->head || phi->input_count != 2 || from_phi < 0 ||
        (from_phi != 0 && !(index->flags & JIT_NO_WRAP)))
        return false;
    JitNode *start = phi->inputs[hoist->entry_index], *next = phi->inputs[1 - hoist->entry_index];
    if (jit_split_sum(next, &step) != phi || step <= 0 || !(next->flags & JIT_NO_WRAP) ||
        jit_split_sum(start, &from_start) != jit_split_sum(load->inputs[1], &from_load))
        return false;
    return from_start > from_load && (from_start == 0 || start->flags & JIT_NO_WRAP) &&
           (from_load == 0 || load->inputs[1]->flags & JIT_NO_WRAP);
}

/* Whether a store is to an array that can be checked in front of the loop not to be the one of a load. */
static bool is_tellable(const Hoist *hoist, const JitNode *store, const JitNode *load) {
    return hoist->may_tell_apart && store->op == JIT_STORE_ELEMENT && !is_inside(hoist, store->inputs[0]) &&
           store->inputs[0] != load->inputs[0];
}

/* Whether something in the loop writes what a load reads, if arrays that can be told apart are not the same. */
static bool is_written(const Hoist *hoist, const JitNode *load) {
    if (hoist->has_calls)
        return true;
    for (uint32_t b = hoist->loop->head->order; b < hoist->graph->block_count; b++) {
        if (!jit_loop_contains(hoist->loop, hoist->graph->blocks[b]))
            continue;
        for (const JitNode *node = hoist->graph->blocks[b]->first; node != NULL; node = node->next)
            if (writes(node, load) && !is_tellable(hoist, node, load) &&
                !(node->op == JIT_STORE_ELEMENT && is_passed(hoist, node, load)))
                return true;
    }
    return false;
}

/* Whether a value is the answer to a question about what kind of thing an object is. */
static bool asks(const JitNode *node, const JitNode *object, uint32_t nesting) {
    if (nesting > MOST_NESTING)
        return false;
    switch (node->op) {
    case JIT_EQ:
    case JIT_NE:
    case JIT_TYPE_OF:
    case JIT_CASE_OF:
    case JIT_FUNCTION_OF:
    case JIT_IS_CLASS:
    case JIT_IS_EXACT:
    case JIT_IS_INTERFACE:
    case JIT_AND:
    case JIT_OR:
    case JIT_XOR:
    case JIT_SELECT: break;
    default: return false;
    }
    for (uint32_t i = 0; i < node->input_count; i++)
        if (node->inputs[i] == object || asks(node->inputs[i], object, nesting + 1))
            return true;
    return false;
}

/* Whether the loop asks what kind of thing an object is, and what it does depends on the answer. */
static bool is_questioned(const Hoist *hoist, const JitNode *object) {
    for (uint32_t b = hoist->loop->head->order; b < hoist->graph->block_count; b++) {
        if (!jit_loop_contains(hoist->loop, hoist->graph->blocks[b]))
            continue;
        for (const JitNode *node = hoist->graph->blocks[b]->first; node != NULL; node = node->next) {
            bool decides = node->op == JIT_CHECK || node->op == JIT_BRANCH || node->op == JIT_SWITCH ||
                           node->op == JIT_SELECT || node->op == JIT_PHI;
            if (asks(node, object, 0))
                return true;
            for (uint32_t i = 0; decides && i < node->input_count; i++)
                if (node->inputs[i] == object || asks(node->inputs[i], object, 0))
                    return true;
        }
    }
    return false;
}

/* Whether a condition has a part that is the same in all rounds. */
static bool is_guard(const Hoist *hoist, const JitNode *condition, uint32_t nesting) {
    if (jit_is_const(condition))
        return false;
    if (!is_inside(hoist, condition) || nesting > MOST_NESTING)
        return true;
    bool is_logic = condition->op == JIT_AND || condition->op == JIT_OR || condition->op == JIT_XOR ||
                    condition->op == JIT_SELECT;
    bool is_test = (condition->op == JIT_EQ || condition->op == JIT_NE) && jit_is_const(condition->inputs[1]);
    for (uint32_t i = 0; (is_logic || is_test) && i < condition->input_count; i++)
        if (is_guard(hoist, condition->inputs[i], nesting + 1))
            return true;
    return false;
}

/* ---- Moving ------------------------------------------------------------------------------------ */

static void move(Hoist *hoist, JitNode *node) {
    node->flags &= (uint8_t)~JIT_NO_WRAP; /* where it would not have been computed, it may wrap */
    jit_move_before(node, hoist->entry->last);
    hoist->moved = true;
}

/* Whether no round is completed without a node. */
static bool is_in_every_round(const Hoist *hoist, const JitNode *node) {
    const JitBlock *head = hoist->loop->head;
    for (uint32_t p = 0; p < head->predecessor_count; p++)
        if (p != hoist->entry_index && !jit_dominates(node->block, head->predecessors[p]))
            return false;
    return true;
}

static bool may_add_check(const Hoist *hoist, const JitNode *node) {
    return is_in_every_round(hoist, node) ? hoist->may_check : hoist->may_guess;
}

static void check_in_front(Hoist *hoist, JitNode *check, bool in_every_round) {
    if (hoist->state == NULL) {
        for (JitNode *phi = hoist->loop->head->first; phi->op == JIT_PHI; phi = phi->next)
            phi->scratch = phi->inputs[hoist->entry_index];
        hoist->state = jit_state_of_head(hoist->graph, hoist->head_node);
    }
    check->exit = in_every_round ? COR_EXIT_LOOP : COR_EXIT_AHEAD;
    check->state = hoist->state;
}

/* For a node that is moved. */
static void add_check(Hoist *hoist, const JitNode *node, JitOp op, JitNode *a, JitNode *b) {
    JitNode *place = hoist->entry->last;
    JitNode *condition = jit_insert_before(hoist->graph, place, op, 2, (JitNode *[]){a, b});
    check_in_front(hoist, jit_insert_before(hoist->graph, place, JIT_CHECK, 1, &condition),
                   is_in_every_round(hoist, node));
}

/* Whether a node may look into its object in front of the loop. */
static bool is_readable(Hoist *hoist, const JitNode *node) {
    JitNode *object = node->inputs[0];
    if (is_questioned(hoist, object))
        return false;
    if (object->id < hoist->count && hoist->early[object->id])
        add_check(hoist, node, JIT_NE, object, jit_const(hoist->graph, 0));
    return true;
}

static bool is_checked_in_front(const Hoist *hoist, JitOp op, const JitNode *a, const JitNode *b) {
    for (const JitNode *node = hoist->entry->last; node != NULL; node = node->previous)
        if (node->op == JIT_CHECK && node->inputs[0]->op == op && node->inputs[0]->inputs[0] == a &&
            node->inputs[0]->inputs[1] == b)
            return true;
    return false;
}

/* Checks that nothing is stored in the array of a load, as far as is_written relies on it. */
static void tell_apart(Hoist *hoist, const JitNode *load) {
    JitGraph *graph = hoist->graph;
    JitNode *array = load->inputs[0], *place = hoist->entry->last;
    for (uint32_t b = hoist->loop->head->order; b < graph->block_count; b++) {
        if (!jit_loop_contains(hoist->loop, graph->blocks[b]))
            continue;
        for (const JitNode *node = graph->blocks[b]->first; node != NULL && !graph->failed;
             node = node->next) {
            if (!writes(node, load) || !is_tellable(hoist, node, load) ||
                jit_are_distinct(array, node->inputs[0]) ||
                is_checked_in_front(hoist, JIT_NE, array, node->inputs[0]))
                continue;
            JitNode *differ =
                jit_insert_before(graph, place, JIT_NE, 2, (JitNode *[]){array, node->inputs[0]});
            JitNode *check = jit_insert_before(graph, place, JIT_CHECK, 1, &differ);
            check_in_front(hoist, check, true);
            check->exit = COR_EXIT_ALIAS;
        }
    }
}

static bool move_element(Hoist *hoist, JitNode *node) {
    if (!may_add_check(hoist, node) || is_written(hoist, node) || !is_readable(hoist, node))
        return false;
    JitNode *length = jit_insert_before(hoist->graph, hoist->entry->last, JIT_LENGTH, 1, &node->inputs[0]);
    add_check(hoist, node, JIT_ULT, node->inputs[1], length);
    tell_apart(hoist, node);
    if (node->id < hoist->count)
        hoist->early[node->id] = true;
    return true;
}

static bool is_divisible(const JitNode *node) {
    return jit_is_const(node->inputs[1]) && node->inputs[1]->bits != 0;
}

/* Whether a node whose inputs are there in front of the loop may be moved there; what has to be checked for that is. */
static bool may_move(Hoist *hoist, JitNode *node) {
    if (node->op == JIT_POINTER || (node->op >= JIT_ADD && node->op <= JIT_EXTEND_U32) ||
        (node->op >= JIT_EQ && node->op <= JIT_ULE))
        return (node->op != JIT_DIV && node->op != JIT_REM && node->op != JIT_UDIV && node->op != JIT_UREM) ||
               is_divisible(node);
    switch (node->op) {
    case JIT_SELECT:
    case JIT_IS_CLASS:
    case JIT_IS_EXACT:
    case JIT_IS_INTERFACE: return true;
    case JIT_LENGTH:
    case JIT_STRING_LENGTH: return is_readable(hoist, node);
    case JIT_LOAD: return !is_written(hoist, node) && is_readable(hoist, node);
    case JIT_LOAD_ELEMENT: return move_element(hoist, node);
    case JIT_GLOBAL: return !is_written(hoist, node);
    default: return false;
    }
}

static bool asks_type(const JitNode *node) {
    return node->op == JIT_IS_CLASS || node->op == JIT_IS_EXACT || node->op == JIT_IS_INTERFACE;
}

static bool reads_object(const JitNode *node) {
    return node->op == JIT_LENGTH || node->op == JIT_STRING_LENGTH || node->op == JIT_LOAD ||
           node->op == JIT_LOAD_ELEMENT || node->op == JIT_STORE || node->op == JIT_STORE_ELEMENT;
}

/* Whether something before the loop looks into the object of a node. */
static bool is_read_before(const Hoist *hoist, const JitNode *node) {
    uint32_t id = node->inputs[0]->id;
    return id < hoist->count && hoist->read[id] != NULL && jit_dominates(hoist->read[id], hoist->entry);
}

/* Whether a node may be in its place only because something else turned out to be so. */
static bool depends_on_guards(const Hoist *hoist, const JitNode *node) {
    return asks_type(node) || (reads_object(node) && !is_read_before(hoist, node));
}

static void visit(Hoist *hoist, JitNode *node, bool guarded) {
    for (uint32_t i = 0; i < node->input_count; i++)
        if (is_inside(hoist, node->inputs[i]))
            return;
    if (node->op == JIT_CHECK) {
        if (guarded || !may_add_check(hoist, node))
            return;
        check_in_front(hoist, node, is_in_every_round(hoist, node));
        move(hoist, node);
    } else if (!(guarded && depends_on_guards(hoist, node)) && may_move(hoist, node)) {
        move(hoist, node);
    }
}

static void sweep(Hoist *hoist) {
    const JitGraph *graph = hoist->graph;
    for (uint32_t b = hoist->loop->head->order; b < graph->block_count; b++) {
        JitBlock *block = graph->blocks[b];
        if (!jit_loop_contains(hoist->loop, block))
            continue;
        bool guarded = block != hoist->loop->head && hoist->guarded[block->dominator->id];
        for (JitNode *node = block->first, *next; node != NULL && !graph->failed; node = next) {
            next = node->next;
            visit(hoist, node, guarded);
            bool decides = node->op == JIT_CHECK || node->op == JIT_BRANCH || node->op == JIT_SWITCH;
            guarded |= decides && is_inside(hoist, node) && is_guard(hoist, node->inputs[0], 0);
        }
        hoist->guarded[block->id] = guarded;
    }
}

/* ---- Bounds ------------------------------------------------------------------------------------ */

static bool is_checked_before(const Hoist *hoist, const JitNode *bound) {
    for (const JitNode *node = hoist->entry->last; node != NULL; node = node->previous)
        if (node->op == JIT_CHECK && node->inputs[0]->op == JIT_LE &&
            jit_is_const(node->inputs[0]->inputs[0]) && node->inputs[0]->inputs[1] == bound)
            return true;
    return false;
}

/* The field that an index is checked to be below before it is checked against the length of an array, as those of lists are;
 * NULL. */
static JitNode *narrower_bound(const JitNode *check) {
    const JitNode *condition = check->inputs[0];
    if (condition->inputs[1]->op != JIT_LENGTH)
        return NULL;
    for (const JitNode *node = check->previous; node != NULL; node = node->previous) {
        const JitNode *before = node->op == JIT_CHECK ? node->inputs[0] : NULL;
        if (before != NULL && before->op == JIT_ULT && before->inputs[0] == condition->inputs[0] &&
            before->inputs[1]->op == JIT_LOAD)
            return before->inputs[1];
    }
    return NULL;
}

/* Indices are checked below bounds, without sign.  A bound that is known not to be negative orders them with sign, too, from
 * which more follows (simplify_prove.c); of the length of an array that is known, and of a field it is checked. Where an index
 * is checked below a field and below a length, they are compared once, and what is below the one is below the other. */
static void check_bounds(Hoist *hoist) {
    const JitGraph *graph = hoist->graph;
    for (uint32_t b = hoist->loop->head->order; b < graph->block_count; b++) {
        if (!jit_loop_contains(hoist->loop, graph->blocks[b]))
            continue;
        for (const JitNode *node = graph->blocks[b]->first; node != NULL && !graph->failed;
             node = node->next) {
            const JitNode *condition = node->op == JIT_CHECK ? node->inputs[0] : NULL;
            if (condition == NULL || condition->op != JIT_ULT || !may_add_check(hoist, node))
                continue;
            JitNode *bound = condition->inputs[1];
            if (bound->op == JIT_LOAD && !is_inside(hoist, bound) && !jit_fits_unsigned(bound, 63) &&
                !is_checked_before(hoist, bound))
                add_check(hoist, node, JIT_LE, jit_const(hoist->graph, 0), bound);
            JitNode *narrower = is_inside(hoist, bound) ? NULL : narrower_bound(node);
            if (narrower != NULL && !is_inside(hoist, narrower) &&
                !is_checked_in_front(hoist, JIT_LE, narrower, bound))
                add_check(hoist, node, JIT_LE, narrower, bound);
        }
    }
}

/* ---- All of it --------------------------------------------------------------------------------- */

static bool find_entry(Hoist *hoist) {
    const JitBlock *head = hoist->loop->head;
    hoist->entry = NULL;
    for (uint32_t p = 0; p < head->predecessor_count; p++) {
        if (jit_loop_contains(hoist->loop, head->predecessors[p]))
            continue;
        if (hoist->entry != NULL)
            return false;
        hoist->entry = head->predecessors[p];
        hoist->entry_index = p;
    }
    hoist->head_node = jit_head_of(head);
    return hoist->entry != NULL && hoist->entry->last->op == JIT_JUMP && hoist->head_node != NULL;
}

static bool has_calls(const Hoist *hoist) {
    for (uint32_t b = hoist->loop->head->order; b < hoist->graph->block_count; b++) {
        if (!jit_loop_contains(hoist->loop, hoist->graph->blocks[b]))
            continue;
        for (const JitNode *node = hoist->graph->blocks[b]->first; node != NULL; node = node->next)
            if (jit_op_info[node->op].effects & EFFECT_K)
                return true;
    }
    return false;
}

static void find_reads(const JitGraph *graph, JitBlock **read) {
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (const JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            if (reads_object(node) && read[node->inputs[0]->id] == NULL) {
                read[node->inputs[0]->id] = graph->blocks[b];
                if (node->inputs[0]->op == JIT_LOAD_ELEMENT)
                    node->inputs[0]->flags |= JIT_IS_REFERENCE;
            }
}

void jit_hoist(JitGraph *graph, JitHasFailed *failed) {
    uint32_t count = graph->node_count;
    bool *guarded = cor_arena_allocate(graph->arena, graph->block_count, sizeof *guarded);
    bool *early = cor_arena_allocate(graph->arena, count, sizeof *early);
    JitBlock **read = cor_arena_allocate(graph->arena, count, sizeof *read);
    if (guarded == NULL || early == NULL || read == NULL) {
        graph->failed = true;
        return;
    }
    find_reads(graph, read);
    for (uint32_t l = 0; l < graph->loop_count && !graph->failed; l++) {
        Hoist hoist = {.graph = graph,
                       .loop = graph->loops[l],
                       .guarded = guarded,
                       .early = early,
                       .read = read,
                       .count = count};
        if (!find_entry(&hoist))
            continue;
        const JitState *state = hoist.head_node->state;
        hoist.may_check = failed == NULL || !failed(state->function, state->index, COR_EXIT_LOOP);
        hoist.may_guess =
            hoist.may_check && (failed == NULL || !failed(state->function, state->index, COR_EXIT_AHEAD));
        hoist.may_tell_apart =
            hoist.may_check && (failed == NULL || !failed(state->function, state->index, COR_EXIT_ALIAS));
        hoist.has_calls = has_calls(&hoist);
        hoist.moved = true;
        for (uint32_t n = 0; n < MOST_SWEEPS && hoist.moved && !graph->failed; n++) {
            hoist.moved = false;
            sweep(&hoist);
        }
        check_bounds(&hoist);
    }
}

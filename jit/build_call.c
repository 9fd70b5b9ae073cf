/* Calls: finding the callee, and building it into the caller where that pays.
 *
 * The callee of a virtual, interface or closure call is known when the receiver or closure was made in sight; else the
 * profile of the call may name a few.  For one that gets nearly all calls the code checks that it is the one, and leaves if
 * not; several are told apart by tests, with the general call behind them if there may be more.  A check that has failed too
 * often (cor_tier_failed) is not made again.
 *
 * Of a callee that is too large, or recurs too deeply, the part that leads from its start to a return can be built in by itself
 * (partial inlining), when nothing in it does more than compute: everything else calls the function, which does that part
 * again. */
#include "jit/build.h"

#include <string.h>

enum {
    SMALL_CALLEE = 40,   /* words: inlined anywhere */
    HOT_CALLEE = 160,    /* in loops, and of functions that are called often */
    OBJECTS_CALLEE = 80, /* where objects may go then */
    TINY_CALLEE = 12,    /* by tier 1 */
    EARLY_CALLEE = 16,   /* what leads to an early return, of a callee that is not inlined */
    MOST_DEPTH = 9,      /* of inlining */
    MOST_RECURSION = 4,  /* of one function in itself, in levels */
    MOST_MUTUAL = 2,     /* likewise when it does so by others */
    RECURSION_WORDS = 150,
    MOST_EXTENT = 30000, /* slots */
    MOST_RECEIVERS = 3,  /* told apart at a call */
    RARE_SHARE = 32,     /* a callee that gets less than 1/32 of the calls is not looked for */
};

/* ---- The call ---------------------------------------------------------------------------------- */

typedef struct JitCall {
    JitBody *body;
    CorCallShape shape;
    uint32_t result, window; /* slots of the caller's frame */
    JitNode *closure;        /* of a closure's call; else NULL */
    JitBlock *joined;        /* where several ways of calling meet; NULL while there is one */
    JitReturn *ways;
    uint32_t way_count;
} Call;

static const CorWord *second_word(const JitBody *body) {
    return &body->function->code[body->index + 1];
}

static CorLoweredFunction *function_of_entry(const CorWord *entry) {
    return entry != NULL ? cor_code_header(entry)->function : NULL;
}

/* The arguments' slots, and the closure if the callee wants it. */
static JitNode **list_arguments(const Call *call, uint32_t room, bool with_closure, uint32_t *count) {
    JitBody *body = call->body;
    JitNode **list =
        jit_build_allocate(body->builder, (size_t)call->shape.parameter_slots + room + 1, sizeof *list);
    *count = room + call->shape.parameter_slots + with_closure;
    for (uint32_t i = 0; list != NULL && i < call->shape.parameter_slots; i++)
        list[room + i] = jit_slot(body, call->window + i);
    if (list != NULL && with_closure)
        list[room + call->shape.parameter_slots] = call->closure;
    return list;
}

static JitNode **take_results(const Call *call, JitNode *node) {
    JitBody *body = call->body;
    JitNode **results =
        jit_build_allocate(body->builder, (size_t)call->shape.result_slots + 1, sizeof *results);
    for (uint32_t i = 0; results != NULL && i < call->shape.result_slots; i++) {
        results[i] = jit_unary(body, JIT_PROJECT, node);
        results[i]->number = i;
    }
    return results;
}

static JitNode **emit_call(const Call *call, JitOp op, uint32_t input_count, JitNode **inputs,
                           CorLoweredFunction *callee) {
    JitBody *body = call->body;
    if (inputs == NULL)
        return NULL;
    JitNode *node = jit_node(body, op, input_count, inputs);
    node->call.window = body->distance + call->window;
    node->call.result_count = call->shape.result_slots;
    node->call.callee = callee;
    node->state = jit_state_behind(body);
    return take_results(call, node);
}

/* ---- Inlining ---------------------------------------------------------------------------------- */

static bool is_lowered(const CorLoweredFunction *function) {
    return !cor_entry_is_stub(cor_function_entry(function)) && function->code != NULL &&
           function->host == NULL;
}

static uint32_t recursion_of(const JitBody *body, const CorLoweredFunction *function) {
    uint32_t count = 0;
    for (; body != NULL; body = body->caller)
        count += body->function == function;
    return count;
}

/* How many levels of a function are inlined in itself: as many as take no more than RECURSION_WORDS, by the places where it calls
 * itself, those in loops counted twice. */
static uint32_t recursion_limit(JitBuilder *builder, const CorLoweredFunction *function) {
    const JitFacts *facts = jit_build_facts(builder, function);
    uint32_t calls = 0;
    for (uint32_t i = 0; facts != NULL && i < facts->span_count; i++) {
        const JitSpan *span = &facts->spans[i];
        for (uint32_t at = span->start; span->is_reached && at < span->end;) {
            CorWord word = jit_word(function, at);
            if (word.op == COR_LOWERED_CALL &&
                function_of_entry(cor_word_load_pointer(&function->code[at + 1])) == function)
                calls += span->loop == JIT_NONE ? 1 : 2;
            at += cor_lowered_length(&word);
        }
    }
    if (calls == 0)
        return MOST_MUTUAL;
    uint32_t limit = 1, level = function->code_count * calls, total = level;
    while (limit < MOST_RECURSION && (total += level *= calls) <= RECURSION_WORDS)
        limit++;
    return limit;
}

static bool is_in_loop(const JitBody *body) {
    for (; body != NULL; body = body->caller)
        if (body->facts->spans[body->span].loop != JIT_NONE)
            return true;
    return false;
}

/* What has not run yet is lowered: it may be what the next phase of the program, or other data, will lead to. */
static bool may_lower(const JitBody *body, CorLoweredFunction *callee) {
    const JitBuilder *builder = body->builder;
    return builder->graph->tier >= 2 && cor_entry_is_stub(cor_function_entry(callee)) &&
           builder->options.services->lower(callee) && is_lowered(callee);
}

/* The exact type of an object made in sight; NULL: not known. */
static const CorType *exact_type(const JitBody *body, const JitNode *object) {
    switch ((JitOp)object->op) {
    case JIT_NEW:
    case JIT_NEW_CLOSURE:
    case JIT_NEW_ARRAY:
    case JIT_ARRAY_OF: return object->of.type;
    case JIT_POINTER: {
        const JitConstant *constant = &body->builder->graph->constants[object->number];
        return constant->kind == COR_CONSTANT_OBJECT ? ((const CorObject *)constant->pointer)->type : NULL;
    }
    default: return NULL;
    }
}

/* Whether a closure is given that is made in sight: inlined, it is called by name, and perhaps not made. */
static bool gives_closure(const Call *call, const CorLoweredFunction *callee) {
    for (uint32_t i = 0; callee->takes_functions && i < call->shape.parameter_slots; i++) {
        const CorType *type = exact_type(call->body, jit_slot(call->body, call->window + i));
        if (type != NULL && type->kind == COR_KIND_CLOSURE)
            return true;
    }
    return false;
}

/* Whether inlining may save objects: the callee makes some, or gets one that has been made in sight. */
static bool may_save_objects(const Call *call, const CorLoweredFunction *callee) {
    for (uint32_t i = 0; i < call->shape.parameter_slots; i++) {
        if (jit_slot(call->body, call->window + i)->op == JIT_NEW)
            return true;
    }
    for (uint32_t at = 0; at < callee->code_count;) {
        CorWord word = jit_word(callee, at);
        if (word.op == COR_LOWERED_NEW)
            return true;
        at += cor_lowered_length(&word);
    }
    return false;
}

/* How much of a callee becomes part of the caller. */
typedef enum Inlining { INLINE_NOTHING, INLINE_EARLY, INLINE_ALL } Inlining;

/* What a callee that is not inlined by itself may be worth: its early returns. */
static Inlining choose_early(const Call *call, CorLoweredFunction *callee) {
    JitBuilder *builder = call->body->builder;
    const JitFacts *facts = jit_build_facts(builder, callee);
    return facts != NULL && facts->early_words > 0 && facts->early_words <= EARLY_CALLEE &&
                   builder->inlined + facts->early_words <= builder->options.inline_budget
               ? INLINE_EARLY
               : INLINE_NOTHING;
}

static Inlining choose_inlining(const Call *call, CorLoweredFunction *callee) {
    const JitBody *body = call->body;
    JitBuilder *builder = body->builder;
    if ((!is_lowered(callee) && !may_lower(body, callee)) || body->depth >= MOST_DEPTH ||
        body->distance + call->window + callee->frame_slots > MOST_EXTENT)
        return INLINE_NOTHING;
    uint32_t words = callee->code_count, recursion = recursion_of(body, callee);
    bool fits = builder->inlined + words <= builder->options.inline_budget;
    bool is_tiny = words <= TINY_CALLEE && recursion == 0 && fits;
    if (builder->graph->tier < 2)
        return is_tiny ? INLINE_ALL : INLINE_NOTHING;
    bool in_loop = is_in_loop(body);
    if (!in_loop &&
        builder->graph->entry_index != 0) /* executed once, if at all: what is entered is a loop before it */
        return is_tiny ? INLINE_ALL : INLINE_NOTHING;
    uint32_t most = in_loop || body->depth == 0 || gives_closure(call, callee) ? HOT_CALLEE
                    : may_save_objects(call, callee)                           ? OBJECTS_CALLEE
                                                                               : SMALL_CALLEE;
    if (recursion > 0 && (words > SMALL_CALLEE || recursion > recursion_limit(builder, callee)))
        return choose_early(call, callee);
    return words <= most && fits ? INLINE_ALL : choose_early(call, callee);
}

/* Charges the callee's weight, as a call does. */
static void charge_entry(JitBody *body) {
    JitNode *charge = jit_node(body, JIT_CHARGE, 0, NULL);
    charge->number = cor_code_header(body->function->code)->weight;
    charge->state = jit_state_at_span(body, 0);
}

/* The results of the ways to a block, which phis join; NULL when nothing leads there. */
static JitNode **join_results(JitBody *body, JitReturn *ways, uint32_t way_count, uint32_t result_count) {
    JitBuilder *builder = body->builder;
    body->block = NULL;
    if (way_count == 0)
        return NULL;
    body->block = jit_block_new(builder->graph);
    JitNode **results = jit_build_allocate(builder, (size_t)result_count + 1, sizeof *results);
    if (results == NULL)
        return NULL;
    for (const JitReturn *way = ways; way != NULL; way = way->next)
        jit_edge(builder->graph, way->from, body->block);
    for (uint32_t i = 0; i < result_count; i++) {
        if (way_count == 1) {
            results[i] = ways->values[i];
            continue;
        }
        results[i] = jit_node(body, JIT_PHI, 0, NULL);
        for (const JitReturn *way = ways; way != NULL; way = way->next)
            jit_add_input(builder->graph, results[i], way->values[i]);
    }
    return results;
}

static JitNode **inline_call(const Call *call, CorLoweredFunction *callee, JitFacts *facts, bool is_early) {
    JitBody *body = call->body;
    JitBuilder *builder = body->builder;
    JitBody inner = {.builder = builder,
                     .caller = body,
                     .facts = facts,
                     .function = callee,
                     .distance = body->distance + call->window,
                     .depth = body->depth + 1,
                     .caller_state = jit_state_behind(body),
                     .call = &body->function->code[body->index],
                     .rest = is_early ? call : NULL,
                     .block = body->block};
    inner.slots = jit_build_allocate(builder, facts->slot_count, sizeof(JitNode *));
    if (inner.slots == NULL)
        return NULL;
    builder->inlined += is_early ? facts->early_words : callee->code_count;
    for (uint32_t i = 0; i < callee->parameter_slots; i++)
        inner.slots[i] = jit_slot(body, call->window + i);
    inner.slots[callee->parameter_slots] = call->closure;
    charge_entry(&inner);
    jit_build_body(&inner, 0);
    return join_results(body, inner.returns, inner.return_count, call->shape.result_slots);
}

/* Whether a function uses the closure it is called through. */
static bool wants_closure(JitBuilder *builder, const CorLoweredFunction *function) {
    if (!is_lowered(function))
        return true;
    const JitFacts *facts = jit_build_facts(builder, function);
    return facts == NULL || jit_set_has(facts->spans[0].live_in, function->parameter_slots);
}

static JitNode **call_directly(const Call *call, CorLoweredFunction *callee) {
    uint32_t count;
    bool with_closure = call->closure != NULL && wants_closure(call->body->builder, callee);
    JitNode **inputs = list_arguments(call, 0, with_closure, &count);
    return emit_call(call, JIT_CALL, count, inputs, callee);
}

/* Calls a known function.  The results; NULL: it does not return. */
static JitNode **call_function(const Call *call, CorLoweredFunction *callee) {
    Inlining inlining = choose_inlining(call, callee);
    JitFacts *facts = inlining != INLINE_NOTHING ? jit_build_facts(call->body->builder, callee) : NULL;
    return facts != NULL ? inline_call(call, callee, facts, inlining == INLINE_EARLY)
                         : call_directly(call, callee);
}

void jit_build_rest(JitBody *body) {
    JitBody *caller = body->caller;
    JitBlock *calling = caller->block;
    uint64_t weight = cor_code_header(body->function->code)->weight;
    jit_unary(body, JIT_SPEND, jit_number(body, -weight)); /* the call charges it again */
    caller->block = body->block;
    JitNode **results = call_directly(body->rest, body->function);
    caller->block = calling;
    if (results != NULL)
        jit_build_returned(body, results);
}

/* ---- Several ways ------------------------------------------------------------------------------ */

/* One way of calling has ended, with these results, in the current block. */
static void add_way(Call *call, JitNode **results) {
    JitBody *body = call->body;
    JitReturn *way = jit_build_allocate(body->builder, 1, sizeof *way);
    if (body->block == NULL || way == NULL || results == NULL)
        return;
    jit_node(body, JIT_JUMP, 0, NULL);
    *way = (JitReturn){body->block, results, call->ways};
    call->ways = way;
    call->way_count++;
}

static void give_results(const Call *call, JitNode **results) {
    JitBody *body = call->body;
    for (uint32_t i = 0; body->block != NULL && results != NULL && i < call->shape.result_slots; i++)
        body->slots[call->result + i] = results[i];
}

/* Goes on in one block when the condition holds, and leaves the other as the current one. */
static JitBlock *split(JitBody *body, JitNode *condition) {
    jit_unary(body, JIT_BRANCH, condition);
    JitBlock *yes = jit_block_new(body->builder->graph), *no = jit_block_new(body->builder->graph);
    jit_edge(body->builder->graph, body->block, yes);
    jit_edge(body->builder->graph, body->block, no);
    body->block = yes;
    return no;
}

/* What a call may find: a type of the receiver or a function of the closure, and what is called then. */
typedef struct Target {
    const void *key;
    CorLoweredFunction *callee;
} Target;

/* Calls that of the targets whose key is found; `general` does the call when there may be others. */
static void call_targets(Call *call, JitNode *found, JitConstantKind kind, const Target *targets,
                         uint32_t count, bool may_be_other, CorExitKind exit,
                         JitNode **(*general)(Call *call, JitNode *found)) {
    JitBody *body = call->body;
    for (uint32_t i = 0; i < count; i++) {
        JitNode *same = jit_binary(body, JIT_EQ, found, jit_pointer(body, kind, targets[i].key));
        JitBlock *other = NULL;
        if (i + 1 < count || may_be_other)
            other = split(body, same);
        else
            jit_check(body, same, exit);
        JitNode **results = call_function(call, targets[i].callee);
        if (count == 1 && !may_be_other) {
            give_results(call, results);
            return;
        }
        add_way(call, results);
        body->block = other;
    }
    if (may_be_other)
        add_way(call, general(call, found));
    give_results(call, join_results(body, call->ways, call->way_count, call->shape.result_slots));
}

static const CorCallProfile *profile_of(const JitBody *body) {
    return body->builder->graph->tier >= 2
               ? body->builder->options.services->call_profile(body->function, body->index)
               : NULL;
}

/* The keys of a profile that are worth a test, most frequent first, with what `resolve` says they call. */
static uint32_t choose_targets(Call *call, const CorCallProfile *profile, Target *targets, bool *may_be_other,
                               CorLoweredFunction *(*resolve)(const Call *call, const void *key)) {
    uint64_t total = profile == NULL ? 0 : atomic_load_explicit(&profile->other, memory_order_relaxed);
    uint32_t count = 0, found = 0;
    const void *keys[COR_PROFILE_ENTRIES];
    uint32_t counts[COR_PROFILE_ENTRIES];
    for (uint32_t i = 0; profile != NULL && i < COR_PROFILE_ENTRIES; i++) {
        const void *key = atomic_load_explicit(&profile->callee[i], memory_order_acquire);
        uint32_t times = atomic_load_explicit(&profile->count[i], memory_order_relaxed);
        if (key == NULL || times == 0)
            continue;
        total += times;
        uint32_t at = found++;
        for (; at > 0 && counts[at - 1] < times; at--)
            keys[at] = keys[at - 1], counts[at] = counts[at - 1];
        keys[at] = key, counts[at] = times;
    }
    uint64_t covered = 0;
    for (uint32_t i = 0; i < found && count < MOST_RECEIVERS; i++) {
        CorLoweredFunction *callee = resolve(call, keys[i]);
        if (callee == NULL || (uint64_t)counts[i] * RARE_SHARE < total)
            continue;
        targets[count++] = (Target){keys[i], callee};
        covered += counts[i];
    }
    *may_be_other = covered < total || count == 0;
    call->body->builder->graph->unprofiled += total == 0;
    return count;
}

/* ---- Receivers --------------------------------------------------------------------------------- */

static CorLoweredFunction *resolve_virtual(const Call *call, const void *key) {
    const CorType *type = key;
    uint32_t slot = call->body->word.c;
    if (slot >= type->vtable_count)
        return NULL;
    return function_of_entry(
        atomic_load_explicit(&((CorType *)(uintptr_t)type)->vtable[slot], memory_order_acquire));
}

static const CorType *called_interface(const JitBody *body) {
    return ((const CorCacheEntry *)cor_word_load_pointer(second_word(body)))->interface;
}

static CorLoweredFunction *resolve_interface(const Call *call, const void *key) {
    const CorCacheEntry *methods =
        call->body->builder->options.services->interface(key, called_interface(call->body));
    if (methods == NULL)
        return NULL;
    const CorCacheEntry *method = &methods[call->body->word.c];
    return function_of_entry(
        atomic_load_explicit(&((CorCacheEntry *)(uintptr_t)method)->entry, memory_order_acquire));
}

static CorLoweredFunction *resolve_role(const Call *call, const void *key) {
    const CorType *type = key;
    return function_of_entry(
        atomic_load_explicit(&((CorType *)(uintptr_t)type)->roles[call->body->word.c], memory_order_acquire));
}

static CorLoweredFunction *resolve_closure(const Call *call, const void *key) {
    (void)call;
    return (CorLoweredFunction *)(uintptr_t)key;
}

/* ---- By entry ---------------------------------------------------------------------------------- */

static JitNode **call_entry(Call *call, JitNode *entry) {
    uint32_t count;
    JitNode **inputs = list_arguments(call, 1, false, &count);
    if (inputs == NULL)
        return NULL;
    inputs[0] = entry;
    return emit_call(call, JIT_CALL_ENTRY, count, inputs, NULL);
}

static JitNode **general_virtual(Call *call, JitNode *type) {
    JitNode *entry = jit_unary(call->body, JIT_VIRTUAL_ENTRY, type);
    entry->number = call->body->word.c;
    return call_entry(call, entry);
}

/* The state of a look-up that fails is that of the call: what is alive behind it, and its handlers. */
static JitNode *look_up(Call *call, JitOp op, JitNode *type) {
    JitNode *entry = jit_unary(call->body, op, type);
    entry->number = call->body->word.c;
    entry->state = jit_state_behind(call->body);
    return entry;
}

static JitNode **general_interface(Call *call, JitNode *type) {
    JitNode *entry = look_up(call, JIT_INTERFACE_ENTRY, type);
    entry->of.type = called_interface(call->body);
    return call_entry(call, entry);
}

static JitNode **general_role(Call *call, JitNode *type) {
    return call_entry(call, look_up(call, JIT_ROLE_ENTRY, type));
}

static JitNode **general_closure(Call *call, JitNode *function) {
    (void)function;
    uint32_t count;
    JitNode **inputs = list_arguments(call, 0, true, &count);
    return emit_call(call, JIT_CALL_CLOSURE, count, inputs, NULL);
}

typedef CorLoweredFunction *Resolve(const Call *call, const void *key);
typedef JitNode **General(Call *call, JitNode *found);

/* A call by the type of the object in the window's first slot. */
static void call_receiver(Call *call, Resolve *resolve, General *general) {
    JitBody *body = call->body;
    JitNode *receiver = jit_slot(body, call->window);
    const CorType *type = exact_type(body, receiver);
    CorLoweredFunction *callee = type != NULL ? resolve(call, type) : NULL;
    if (callee != NULL) {
        give_results(call, call_function(call, callee));
        return;
    }
    Target targets[MOST_RECEIVERS];
    bool may_be_other = true;
    uint32_t count = choose_targets(call, profile_of(body), targets, &may_be_other, resolve);
    may_be_other |= jit_has_failed(body, COR_EXIT_RECEIVER);
    JitNode *found = jit_unary(body, JIT_TYPE_OF, receiver);
    call_targets(call, found, COR_CONSTANT_TYPE, targets, count, may_be_other, COR_EXIT_RECEIVER, general);
}

static void call_closure(Call *call) {
    JitBody *body = call->body;
    call->closure = jit_slot(body, body->word.c);
    if (call->closure->op == JIT_NEW_CLOSURE) {
        give_results(call, call_function(call, call->closure->of.callee));
        return;
    }
    Target targets[MOST_RECEIVERS];
    bool may_be_other = true;
    uint32_t count = choose_targets(call, profile_of(body), targets, &may_be_other, resolve_closure);
    may_be_other |= jit_has_failed(body, COR_EXIT_CALLEE);
    JitNode *found = jit_unary(body, JIT_FUNCTION_OF, call->closure);
    call_targets(call, found, COR_CONSTANT_FUNCTION, targets, count, may_be_other, COR_EXIT_CALLEE,
                 general_closure);
}

/* ---- Natives ----------------------------------------------------------------------------------- */

/* Of an instruction with its arguments in slots, the types in the third word and the number of results in the fourth. */
static Call call_of_slots(JitBody *body) {
    const CorWord *code = &body->function->code[body->index];
    return (Call){.body = body,
                  .shape = {body->word.c, (uint16_t)code[3].bits},
                  .result = body->word.a,
                  .window = body->word.b};
}

static JitNode *last_call(const JitBody *body) {
    JitNode *node = body->block->last;
    while (node->op == JIT_PROJECT)
        node = node->previous;
    return node;
}

static void call_native(JitBody *body) {
    const CorWord *code = &body->function->code[body->index];
    bool is_syscall = body->word.op == COR_LOWERED_SYSCALL;
    Call call = call_of_slots(body);
    uint32_t count;
    JitNode **inputs = list_arguments(&call, 0, false, &count);
    JitNode **results = emit_call(&call, is_syscall ? JIT_SYSCALL : JIT_CALL_NATIVE, count, inputs, NULL);
    if (results == NULL)
        return;
    JitNode *node = last_call(body);
    node->call.types = code[2].pointer;
    if (is_syscall)
        node->number = (uint32_t)code[1].bits;
    else
        node->call.native = (CorNative *)(uintptr_t)code[1].bits;
    give_results(&call, results);
}

/* ---- Functions of the host and of C: what calls them is a function of its own, and nothing but the call -------- */

/* Native code calls C itself. */
static void call_foreign(JitBody *body) {
    const CorWord *code = &body->function->code[body->index];
    Call call = call_of_slots(body);
    JitNode *may = jit_node(body, JIT_MAY_CALL, 0, NULL);
    may->of.callee = body->function;
    jit_check(body, may, COR_EXIT_FOREIGN);
    uint32_t count;
    JitNode **inputs = list_arguments(&call, 0, false, &count);
    JitNode **results = emit_call(&call, JIT_CALL_FOREIGN, count, inputs, body->function);
    if (results == NULL)
        return;
    JitNode *node = last_call(body);
    node->call.types = code[2].pointer;
    node->state = NULL; /* it does not leave */
    give_results(&call, results);
}

/* Before the next instruction: the step may end here. */
static void check_going_on(JitBody *body) {
    const uint32_t index = body->index;
    body->index += cor_code_length(body->function, index);
    jit_check(body, jit_node(body, JIT_GOES_ON, 0, NULL), COR_EXIT_SAFEPOINT);
    body->index = index;
}

static void call_host(JitBody *body) {
    const CorDirectCall *direct = body->function->direct;
    if (direct != NULL && !direct->is_host && !jit_has_failed(body, COR_EXIT_FOREIGN)) {
        call_foreign(body);
        return;
    }
    Call call = call_of_slots(body);
    jit_check(body, jit_node(body, JIT_HAS_ROOM, 0, NULL), COR_EXIT_STACK);
    uint32_t count;
    JitNode **inputs = list_arguments(&call, 0, false, &count);
    JitNode **results = emit_call(&call, JIT_CALL_HOST, count, inputs, body->function);
    if (results == NULL)
        return;
    JitNode *node = last_call(body);
    node->call.types = body->function->code[body->index + 2].pointer;
    node->number = body->distance + cor_code_header(body->function->code)->frame_slots;
    give_results(&call, results);
    check_going_on(body);
}

/* ---- All --------------------------------------------------------------------------------------- */

void jit_build_call(JitBody *body) {
    CorWord word = body->word;
    Call call = {.body = body, .result = word.a, .window = word.b};
    if (word.op == COR_LOWERED_CALL_NATIVE || word.op == COR_LOWERED_SYSCALL) {
        call_native(body);
        return;
    }
    if (word.op == COR_LOWERED_CALL_HOST) {
        call_host(body);
        return;
    }
    if (!jit_call_shape(body->function, body->index, &call.shape)) {
        jit_leave(body, COR_EXIT_OPERATION);
        return;
    }
    switch ((CorLowered)word.op) {
    case COR_LOWERED_CALL:
        give_results(&call,
                     call_function(&call, function_of_entry(cor_word_load_pointer(second_word(body)))));
        break;
    case COR_LOWERED_CALL_VIRTUAL: call_receiver(&call, resolve_virtual, general_virtual); break;
    case COR_LOWERED_CALL_INTERFACE: call_receiver(&call, resolve_interface, general_interface); break;
    case COR_LOWERED_CALL_ROLE: call_receiver(&call, resolve_role, general_role); break;
    default: call_closure(&call); break;
    }
}

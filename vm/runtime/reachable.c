#include "vm/runtime/reachable.h"

#include <stdlib.h>
#include <string.h>

#include "vm/runtime/engine_internal.h"
#include "vm/runtime/type.h"

/* A growing set of functions or types, in the order in which they were found; both have a number in the engine. */
typedef struct ReachableSet {
    void **items; /* from malloc */
    uint32_t count, capacity;
    uint8_t *marks; /* from malloc, by number: it is in the set */
    uint32_t mark_count;
} ReachableSet;

/* A call that finds its callee when it runs: CALL_VIRTUAL, CALL_INTERFACE or CALL_ROLE, and what it asks of the type. */
typedef struct ReachableCall {
    CorLowered operation;
    uint32_t slot;            /* of the vtable, method of the interface, role */
    const CorType *interface; /* NULL but for interface calls */
} ReachableCall;

typedef struct Reachable {
    CorEngine *engine;
    ReachableSet functions, types;
    ReachableCall *calls; /* from malloc */
    uint32_t call_count, call_capacity;
    bool failed; /* host memory is exhausted */
} Reachable;

/* ---- Sets -------------------------------------------------------------------------------------- */

static bool make_room(void *array, uint32_t count, uint32_t *capacity, size_t size) {
    void *items;
    memcpy(&items, array, sizeof items);
    if (count < *capacity)
        return true;
    uint32_t larger = *capacity == 0 ? 64 : *capacity * 2;
    items = realloc(items, larger * size);
    if (items == NULL)
        return false;
    memcpy(array, &items, sizeof items);
    *capacity = larger;
    return true;
}

static bool mark(ReachableSet *set, uint32_t number, bool *is_new) {
    if (number >= set->mark_count) {
        uint32_t larger = number + number / 2 + 256;
        uint8_t *marks = realloc(set->marks, larger);
        if (marks == NULL)
            return false;
        memset(marks + set->mark_count, 0, larger - set->mark_count);
        set->marks = marks;
        set->mark_count = larger;
    }
    *is_new = set->marks[number] == 0;
    set->marks[number] = 1;
    return true;
}

static void add(Reachable *reachable, ReachableSet *set, const void *item, uint32_t number) {
    bool is_new;
    bool added = mark(set, number, &is_new) &&
                 (!is_new || make_room(&set->items, set->count, &set->capacity, sizeof *set->items));
    if (added && is_new)
        set->items[set->count++] = (void *)(uintptr_t)item;
    reachable->failed |= !added;
}

static void add_function(Reachable *reachable, const CorLoweredFunction *function) {
    if (function != NULL)
        add(reachable, &reachable->functions, function, function->id);
}

static void add_entry(Reachable *reachable, const CorWord *entry) {
    if (entry != NULL)
        add_function(reachable, cor_code_header(entry)->function);
}

static void add_call(Reachable *reachable, ReachableCall call) {
    for (uint32_t i = 0; i < reachable->call_count; i++) {
        const ReachableCall *known = &reachable->calls[i];
        if (known->operation == call.operation && known->slot == call.slot &&
            known->interface == call.interface)
            return;
    }
    if (make_room(&reachable->calls, reachable->call_count, &reachable->call_capacity,
                  sizeof *reachable->calls))
        reachable->calls[reachable->call_count++] = call;
    else
        reachable->failed = true;
}

/* ---- Code -------------------------------------------------------------------------------------- */

/* What cannot be made is not there; only memory is missed. */
static void take_failure(Reachable *reachable) {
    reachable->failed |= reachable->engine->failure == COR_FAILURE_MEMORY;
    reachable->engine->failure = COR_FAILURE_NONE;
}

/* An object of the type may be made. */
static void add_type(Reachable *reachable, const CorType *type) {
    if (type->kind == COR_KIND_CLOSURE)
        add_function(reachable, type->body);
    else
        add(reachable, &reachable->types, type, type->id);
}

static void scan_extension(Reachable *reachable, CorWord word, const CorWord *extension, char letter) {
    CorLowered op = cor_lowered_plain((CorLowered)word.op);
    const void *pointer = cor_word_load_pointer(extension);
    switch (letter) {
    case 'E': add_entry(reachable, pointer); break;
    case 'F': add_function(reachable, pointer); break;
    case 'T':
        if ((cor_lowered_info[op].effects & EFFECT_A) != 0)
            add_type(reachable, pointer);
        break;
    case 'V':
        if (op == COR_LOWERED_CONST_REFERENCE && pointer != NULL)
            add_type(reachable, ((const CorObject *)pointer)->type);
        break;
    case 'C':
        add_call(reachable, (ReachableCall){op, word.c, ((const CorCacheEntry *)pointer)->interface});
        break;
    case 'S':
        if (op != COR_LOWERED_CALL_CLOSURE)
            add_call(reachable, (ReachableCall){op, word.c, NULL});
        break;
    default: break;
    }
}

static void scan_function(Reachable *reachable, CorLoweredFunction *function) {
    if (function->host == NULL && !cor_function_lower_once(reachable->engine, function))
        take_failure(reachable);
    for (uint32_t i = 0; i < function->code_count; i += cor_code_length(function, i)) {
        CorWord word = cor_code_word(function, i);
        const char *letters = strchr(cor_lowered_info[word.op].operands, ':');
        for (uint32_t k = 1; letters != NULL && letters[k] != '\0' && letters[k] != '*'; k++)
            scan_extension(reachable, word, &function->code[i + k], letters[k]);
    }
}

/* ---- Calls that find their callee ------------------------------------------------------------------ */

static void resolve(Reachable *reachable, const CorType *type, const ReachableCall *call) {
    CorEngine *engine = reachable->engine;
    CorType *own = (CorType *)(uintptr_t)type;
    const CorCacheEntry *methods;
    switch (call->operation) {
    case COR_LOWERED_CALL_VIRTUAL:
        if (call->slot < type->vtable_count)
            add_entry(reachable, atomic_load_explicit(&own->vtable[call->slot], memory_order_acquire));
        break;
    case COR_LOWERED_CALL_INTERFACE:
        methods = cor_type_interface_locked(engine, type, call->interface);
        if (methods != NULL)
            add_entry(reachable,
                      atomic_load_explicit(&((CorCacheEntry *)(uintptr_t)methods)[call->slot].entry,
                                           memory_order_acquire));
        break;
    default: add_entry(reachable, cor_type_role_locked(engine, type, (CorRole)call->slot)); break;
    }
    take_failure(reachable);
}

static void resolve_all(Reachable *reachable) {
    for (uint32_t i = 0; i < reachable->types.count; i++)
        for (uint32_t k = 0; k < reachable->call_count && !reachable->failed; k++)
            resolve(reachable, reachable->types.items[i], &reachable->calls[k]);
}

/* ---- All --------------------------------------------------------------------------------------- */

static void add_root(Reachable *reachable, CorLinkedModule *module, uint32_t index) {
    if (index != COR_NONE)
        add_function(reachable, cor_function_instance(reachable->engine, module, index, NULL, 0));
    take_failure(reachable);
}

/* What a host can call by its name. */
static void add_callable(Reachable *reachable, CorLinkedModule *module) {
    const uint32_t wanted = COR_FN_PUBLIC, unwanted = COR_FN_ABSTRACT | COR_FN_LAMBDA;
    for (uint32_t i = module->module->imported_function_count; i < module->module->function_count; i++) {
        const CorFunction *function = &module->module->functions[i];
        if (function->param_count == 0 && (function->flags & (wanted | unwanted)) == wanted)
            add_root(reachable, module, i);
    }
}

static void add_roots(Reachable *reachable, CorLinkedModule *program) {
    const CorEngine *engine = reachable->engine;
    if (program->module->main_function != COR_NONE)
        add_root(reachable, program, program->module->main_function);
    else
        add_callable(reachable, program);
    for (uint32_t i = 0; i < engine->modules.count; i++) {
        CorLinkedModule *module = engine->modules.items[i];
        add_root(reachable, module, module->module->initializer);
    }
    for (uint32_t i = 0; i < engine->functions.count; i++) {
        const CorLoweredFunction *function = engine->functions.items[i];
        if (function->code != NULL)
            add_function(reachable, function);
    }
}

/* Those that have code. */
static CorLoweredFunction **copy_with_code(const ReachableSet *set, uint32_t *count) {
    CorLoweredFunction **functions = malloc((set->count + (size_t)1) * sizeof *functions);
    *count = 0;
    for (uint32_t i = 0; functions != NULL && i < set->count; i++) {
        CorLoweredFunction *function = set->items[i];
        if (function->code != NULL)
            functions[(*count)++] = function;
    }
    return functions;
}

bool cor_reachable_functions(CorLinkedModule *program, CorLoweredFunction ***functions, uint32_t *count) {
    CorEngine *engine = program->engine;
    Reachable reachable = {.engine = engine};
    uint32_t scanned = 0;
    cor_engine_lock(engine);
    add_roots(&reachable, program);
    while (scanned < reachable.functions.count && !reachable.failed) {
        scan_function(&reachable, reachable.functions.items[scanned++]);
        if (scanned == reachable.functions.count)
            resolve_all(&reachable);
    }
    cor_engine_unlock(engine);
    *functions = reachable.failed ? NULL : copy_with_code(&reachable.functions, count);
    free(reachable.functions.items);
    free(reachable.functions.marks);
    free(reachable.types.items);
    free(reachable.types.marks);
    free(reachable.calls);
    return *functions != NULL;
}

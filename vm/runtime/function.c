/* Function instances: one CorLoweredFunction per portable function and tuple of type arguments, made when it is first
 * mentioned, and the few that the engine makes itself.  A new one has only its stub, which lowers it when it runs. */
#include "vm/runtime/engine_internal.h"

#include <stdio.h>
#include <string.h>

#include "vm/heap/heap.h"
#include "vm/runtime/tier.h"

typedef struct FunctionKey {
    const CorFunction *portable;
    const CorType *const *arguments;
    uint32_t count;
} FunctionKey;

static bool key_equal(const void *context, uint32_t index, const void *wanted) {
    const CorLoweredFunction *function = ((const CorEngine *)context)->functions.items[index];
    const FunctionKey *key = wanted;
    return function->portable == key->portable && function->argument_count == key->count &&
           (key->count == 0 ||
            memcmp(function->arguments, key->arguments, key->count * sizeof(CorType *)) == 0);
}

static uint32_t hash_key(const FunctionKey *key, uint32_t module, uint32_t index) {
    uint32_t hash = cor_hash_u32(cor_hash_u32(COR_HASH_START, module), index);
    for (uint32_t i = 0; i < key->count; i++) {
        hash = cor_hash_u32(hash, key->arguments[i]->id);
    }
    return hash;
}

/* A registered function with a stub; the caller fills in the rest. */
static CorLoweredFunction *new_function(CorEngine *engine) {
    if (engine->types.count + engine->functions.count >= engine->options.max_instances) {
        cor_engine_fail(engine, COR_FAILURE_LIMIT, "more than %u types and functions are instantiated",
                        engine->options.max_instances);
        return NULL;
    }
    CorLoweredFunction *function = cor_engine_allocate(engine, 1, sizeof *function);
    if (function == NULL || !cor_vector_push(engine, &engine->functions, function)) {
        return NULL;
    }
    function->engine = engine;
    function->id = engine->functions.count - 1;
    function->name = "";
    return function;
}

static void make_stub(CorLoweredFunction *function) {
    uint32_t slots = function->parameter_slots + 1;
    CorCodeHeader header = {.function = function,
                            .native = cor_native_none(),
                            .frame_slots = slots > function->result_slots ? slots : function->result_slots};
    memcpy(function->stub, &header, sizeof header);
    CorWord *entry = &function->stub[COR_CODE_HEADER_WORDS];
    *entry = (CorWord){.op = COR_LOWERED_ENTER_UNLOWERED};
    atomic_store_explicit(&function->entry, entry, memory_order_release);
}

static const char *dotted_name(CorEngine *engine, CorLinkedModule *module, const CorFunction *portable) {
    const CorModule *source = module->module;
    CorString owner = {.bytes = "", .length = 0};
    const CorTypeEntry *extended = portable->extends != COR_NONE ? &source->types[portable->extends] : NULL;
    if (extended != NULL && extended->kind != COR_TYPE_NAMED) {
        CorTypeContext context = {.module = module};
        const CorType *type = module->type_is_open[portable->extends]
                                  ? NULL
                                  : cor_instantiate(engine, &context, portable->extends);
        owner.bytes = type != NULL ? type->name : extended->kind == COR_TYPE_ARRAY ? "Array" : "";
        owner.length = (uint32_t)strlen(owner.bytes);
    } else if (portable->owner != COR_NONE) {
        owner = source->strings[source->definitions[portable->owner].name];
    }
    const CorString *own = &source->strings[portable->name];
    size_t length = (size_t)owner.length + 1 + own->length;
    char *name = cor_engine_allocate(engine, length + 1, 1);
    if (name == NULL) {
        return NULL;
    }
    if (owner.length == 0) {
        memcpy(name, own->bytes, own->length);
    } else {
        memcpy(name, owner.bytes, owner.length);
        name[owner.length] = '.';
        memcpy(name + owner.length + 1, own->bytes, own->length);
    }
    return name;
}

/* Parameter and result slots. */
static bool make_signature(CorEngine *engine, CorLoweredFunction *function) {
    CorTypeContext context = {function->module, function->arguments, function->argument_count};
    const CorFunction *portable = function->portable;
    for (uint32_t i = 0; i < portable->parameter_count; i++) {
        const CorType *type = cor_instantiate(engine, &context, portable->parameters[i].type);
        if (type == NULL) {
            return false;
        }
        function->parameter_slots += type->slots;
        function->takes_functions |= type->kind == COR_KIND_FUNCTION;
    }
    const CorType *result = cor_instantiate(engine, &context, portable->result);
    if (result == NULL) {
        return false;
    }
    /* a constructor gives back self, so that the caller need not keep a copy */
    function->result_slots = (portable->flags & COR_FN_INIT) != 0 ? 1 : result->slots;
    return true;
}

static CorLoweredFunction *make_instance(CorEngine *engine, CorLinkedModule *module, uint32_t index,
                                         const FunctionKey *key) {
    CorLoweredFunction *function = new_function(engine);
    if (function == NULL) {
        return NULL;
    }
    function->module = module;
    function->portable = key->portable;
    function->argument_count = key->count;
    function->arguments = cor_engine_copy(engine, key->arguments, key->count, sizeof *key->arguments);
    function->hidden = (key->portable->flags & COR_FN_HIDDEN) != 0;
    function->is_initializer = index == module->module->initializer;
    function->name = dotted_name(engine, module, key->portable);
    if (function->arguments == NULL || function->name == NULL || !make_signature(engine, function)) {
        return NULL;
    }
    make_stub(function);
    return function;
}

CorLoweredFunction *cor_function_instance(CorEngine *engine, CorLinkedModule *module, uint32_t index,
                                          const CorType *const *arguments, uint32_t count) {
    CorFunctionTarget target = module->functions[index];
    FunctionKey key = {&target.module->module->functions[target.index], arguments, count};
    uint32_t hash = hash_key(&key, target.module->number, target.index);
    uint32_t found = cor_index_table_find(&engine->function_table, hash, key_equal, engine, &key);
    if (found != COR_NONE) {
        return engine->functions.items[found];
    }
    CorLoweredFunction *function = make_instance(engine, target.module, target.index, &key);
    if (function == NULL) {
        return NULL;
    }
    if (!cor_index_table_add(&engine->function_table, engine->arena, hash, function->id)) {
        cor_engine_fail(engine, COR_FAILURE_MEMORY, "the host has no memory left");
        return NULL;
    }
    return function;
}

CorLoweredFunction *cor_function_synthesise(CorEngine *engine, CorSynthesis synthesis, const CorType *type,
                                            CorRole role, CorLoweredFunction *target,
                                            uint32_t parameter_slots, uint32_t result_slots) {
    CorLoweredFunction *function = new_function(engine);
    if (function == NULL) {
        return NULL;
    }
    function->synthesis = synthesis;
    function->role_type = type;
    function->role = role;
    function->target = target;
    function->module = type->module != NULL ? type->module : engine->core;
    function->hidden = true;
    function->parameter_slots = parameter_slots;
    function->result_slots = result_slots;
    function->name = type->name;
    make_stub(function);
    return function;
}

/* Lowers once: what failed by a limit fails again in the same way. */
bool cor_function_lower_once(CorEngine *engine, CorLoweredFunction *function) {
    if (function->failure != NULL) {
        cor_engine_fail(engine, COR_FAILURE_LIMIT, "%s", function->failure);
        return false;
    }
    if (!cor_entry_is_stub(cor_function_entry(function)) || cor_lower(engine, function)) {
        return true;
    }
    if (engine->failure == COR_FAILURE_LIMIT) {
        function->failure = cor_engine_text(engine, engine->failure_message, strlen(engine->failure_message));
    }
    return false;
}

/* What lowering a function will hardly exceed: of a word of code, its position, and types that it mentions. */
enum { LOWERED_BASE = 4096, LOWERED_FACTOR = 64 };

static ptrdiff_t lowered_estimate(const CorLoweredFunction *function) {
    const CorFunction *portable = function->portable;
    return LOWERED_BASE + LOWERED_FACTOR * (ptrdiff_t)(portable != NULL ? portable->code_size : 0);
}

/* The lock is held. */
static ptrdiff_t used_memory(const CorEngine *engine) {
    return (ptrdiff_t)engine->arena->allocated - (engine->arena->end - engine->arena->next);
}

/* Code belongs to the engine, which keeps it: what it takes is charged, for good, to the isolate that needs it first,
 * so that a program cannot make the engine hold more than its quota by ever new type arguments. */
CorStatus cor_function_lower(CorIsolate *isolate, CorLoweredFunction *function) {
    CorEngine *engine = function->engine;
    CorStatus status = COR_OK;
    ptrdiff_t estimate = lowered_estimate(function);
    if (!cor_heap_charge(isolate->heap, estimate)) {
        return cor_throw_out_of_memory(isolate);
    }
    cor_engine_lock(engine);
    ptrdiff_t before = used_memory(engine);
    bool is_new = cor_entry_is_stub(cor_function_entry(function));
    if (!cor_function_lower_once(engine, function)) {
        status = cor_engine_take_failure(engine, isolate);
    }
    ptrdiff_t taken = used_memory(engine) - before;
    if (is_new && status == COR_OK) {
        taken += (ptrdiff_t)(function->code_count * sizeof(CorWord));
    }
    cor_engine_unlock(engine);
    if (!cor_heap_charge(isolate->heap, taken - estimate) && status == COR_OK) {
        status = cor_throw_out_of_memory(isolate);
    }
    if (is_new && status == COR_OK) {
        cor_tier_first_call(function);
    }
    return status;
}

bool cor_function_lower_ahead(CorLoweredFunction *function, uint32_t most) {
    CorEngine *engine = function->engine;
    if (function->portable == NULL || function->portable->code_size > most) {
        return false;
    }
    cor_engine_lock(engine);
    bool is_lowered = cor_function_lower_once(engine, function);
    engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(engine);
    return is_lowered;
}

/* Which function implements a method of an interface for a type: conformances of definitions and extensions,
 * overrides further down a class chain, the interface's defaults, and the interfaces of std.core that values have by
 * themselves.  The answers are kept in each type's interface table, which grows by published copies. */
#include "vm/bytecode/verifier.h"
#include "vm/runtime/engine_internal.h"

#include <string.h>

/* ---- Matching a conformance's type, which mentions its parameters, with an instance ---- */

typedef struct Match {
    CorEngine *engine;
    CorLinkedModule *module;
    const CorType *bindings[COR_LIMIT_TYPE_PARAMS];
    uint32_t count;
} Match;

static CorTypeContext match_context(const Match *match) {
    return (CorTypeContext){match->module, match->bindings, match->count};
}

static bool match_type(Match *match, uint32_t pattern, const CorType *type) {
    const CorTypeEntry *entry = &match->module->module->types[pattern];
    if (entry->kind == COR_TYPE_PARAM) {
        if (entry->index >= match->count) {
            return false;
        }
        const CorType **binding = &match->bindings[entry->index];
        *binding = *binding == NULL ? type : *binding;
        return *binding == type;
    }
    if (!match->module->type_is_open[pattern]) {
        CorTypeContext context = match_context(match);
        return cor_instantiate(match->engine, &context, pattern) == type;
    }
    static const CorKind kinds[] = {[COR_TYPE_OPTIONAL] = COR_KIND_OPTIONAL,
                                    [COR_TYPE_ARRAY] = COR_KIND_ARRAY,
                                    [COR_TYPE_CELL] = COR_KIND_CELL,
                                    [COR_TYPE_TUPLE] = COR_KIND_TUPLE,
                                    [COR_TYPE_FUNCTION] = COR_KIND_FUNCTION};
    bool same_head = entry->kind == COR_TYPE_NAMED ? type->info == match->module->definitions[entry->index]
                                                   : type->kind == kinds[entry->kind];
    if (!same_head || type->argument_count != entry->arg_count) {
        return false;
    }
    for (uint32_t i = 0; i < entry->arg_count; i++) {
        if (!match_type(match, entry->args[i], type->arguments[i])) {
            return false;
        }
    }
    return true;
}

static bool bounds_hold(Match *match, const CorTypeParam *params) {
    CorTypeContext context = match_context(match);
    for (uint32_t i = 0; i < match->count; i++) {
        for (uint32_t j = 0; match->bindings[i] != NULL && j < params[i].bound_count; j++) {
            const CorType *bound = cor_instantiate(match->engine, &context, params[i].bounds[j]);
            if (bound == NULL || !cor_type_implements(match->engine, match->bindings[i], bound)) {
                return false;
            }
        }
    }
    return true;
}

/* Whether a conformance is of `type` for `interface`; fills the match. */
static bool conformance_applies(CorEngine *engine, const CorConformanceInfo *info, const CorType *type,
                                const CorType *interface, Match *match) {
    const CorConformance *conformance = info->conformance;
    const CorModule *module = info->module->module;
    const CorTypeEntry *entry = &module->types[conformance->interface];
    if (info->module->definitions[entry->index] != interface->info) {
        return false;
    }
    *match = (Match){.engine = engine, .module = info->module, .count = conformance->param_count};
    if (!match_type(match, conformance->type, type)) {
        return false;
    }
    CorTypeContext context = match_context(match);
    return cor_instantiate(engine, &context, conformance->interface) == interface &&
           bounds_hold(match, conformance->params);
}

/* The conformance of `type` or of a superclass of it, the nearest first; *holder is the type that has it. */
static const CorConformanceInfo *find_conformance(CorEngine *engine, const CorType *type,
                                                  const CorType *interface, Match *match,
                                                  const CorType **holder) {
    for (; type != NULL; type = type->super) {
        if (!cor_type_complete(engine, type)) {
            return NULL;
        }
        const CorVector *conformances = cor_conformances_of(engine, type->info);
        for (uint32_t i = 0; i < conformances->count; i++) {
            const CorConformanceInfo *info = conformances->items[i];
            if (conformance_applies(engine, info, type, interface, match)) {
                *holder = type;
                return info;
            }
        }
    }
    return NULL;
}

/* ---- Interfaces that values have by themselves ---- */

CorRole cor_structural_role(const CorType *interface, const CorString *method) {
    static const struct {
        const char *interface, *method;
        CorRole role;
    } rows[] = {{"Equatable", "equals", COR_ROLE_EQUALS},
                {"Hashable", "equals", COR_ROLE_EQUALS},
                {"Hashable", "hash", COR_ROLE_HASH},
                {"Comparable", "compare", COR_ROLE_COMPARE},
                {"Printable", "toString", COR_ROLE_TO_STRING}};
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (cor_definition_is_core(interface->info, rows[i].interface) &&
            cor_string_is(method, rows[i].method)) {
            return rows[i].role;
        }
    }
    return COR_ROLE_COUNT;
}

/* Whether a value is equatable and so on because its parts are. */
static bool is_structural(CorEngine *engine, const CorType *type, const CorType *interface) {
    if (interface->info == NULL || strcmp(interface->info->module->name, "std.core") != 0) {
        return false;
    }
    if (cor_definition_is_core(interface->info, "Printable")) {
        return true;
    }
    bool comparable = cor_definition_is_core(interface->info, "Comparable");
    if (!comparable && !cor_definition_is_core(interface->info, "Equatable") &&
        !cor_definition_is_core(interface->info, "Hashable")) {
        return false;
    }
    if (interface->argument_count == 1 && interface->arguments[0] != type) {
        return false;
    }
    switch (type->kind) {
    case COR_KIND_TUPLE:
    case COR_KIND_STRUCT:
        if (comparable && type->kind == COR_KIND_STRUCT) {
            return false;
        }
        for (uint32_t i = 0; i < type->member_count; i++) {
            const CorType *part = type->members[i].type;
            const CorType *wanted = cor_type_named(engine, interface->info, &part, interface->argument_count);
            if (wanted == NULL || !cor_type_implements(engine, part, wanted)) {
                return false;
            }
        }
        return true;
    case COR_KIND_OPTIONAL:
    case COR_KIND_ARRAY: {
        const CorType *wanted =
            cor_type_named(engine, interface->info, &type->element, interface->argument_count);
        return !comparable && wanted != NULL && cor_type_implements(engine, type->element, wanted);
    }
    case COR_KIND_PLAIN_ENUM:
    case COR_KIND_ENUM: return !comparable;
    case COR_KIND_BOOL: return !comparable;
    case COR_KIND_CLASS:
    case COR_KIND_INTERFACE:
    case COR_KIND_ANY:
    case COR_KIND_FUNCTION:
    case COR_KIND_VOID:
    case COR_KIND_NEVER: return false;
    default: return true; /* numbers, char, string */
    }
}

enum { DEEPEST_EXTENSION = 64 };

static bool interface_extends(CorEngine *engine, const CorType *type, const CorType *wanted, uint32_t depth) {
    if (type == wanted) {
        return true;
    }
    if (type->info == NULL || depth > DEEPEST_EXTENSION) {
        return false;
    }
    CorTypeContext context = {type->module, type->arguments, type->argument_count};
    for (uint32_t i = 0; i < type->definition->interface_count; i++) {
        const CorType *super = cor_instantiate(engine, &context, type->definition->interfaces[i]);
        if (super != NULL && interface_extends(engine, super, wanted, depth + 1)) {
            return true;
        }
    }
    return false;
}

/* A conformance to an interface that extends the wanted one. */
static bool implements_through_extension(CorEngine *engine, const CorType *type, const CorType *interface) {
    for (; type != NULL; type = type->super) {
        const CorVector *conformances = cor_conformances_of(engine, type->info);
        for (uint32_t i = 0; i < conformances->count; i++) {
            const CorConformanceInfo *info = conformances->items[i];
            Match match = {.engine = engine, .module = info->module, .count = info->conformance->param_count};
            if (!match_type(&match, info->conformance->type, type)) {
                continue;
            }
            CorTypeContext context = match_context(&match);
            const CorType *other = cor_instantiate(engine, &context, info->conformance->interface);
            if (other != NULL && other != interface && interface_extends(engine, other, interface, 0) &&
                bounds_hold(&match, info->conformance->params)) {
                return true;
            }
        }
    }
    return false;
}

/* A question whose answer depends on itself, as for the parts of `struct Tree { children: Array<Tree> }`, is answered
 * with yes: the rest decides. */
typedef struct CorQuestion {
    const CorType *type, *interface;
    const struct CorQuestion *outer;
} CorQuestion;

static bool is_asked(const CorEngine *engine, const CorType *type, const CorType *interface) {
    for (const CorQuestion *question = engine->question; question != NULL; question = question->outer) {
        if (question->type == type && question->interface == interface) {
            return true;
        }
    }
    return false;
}

static bool implements(CorEngine *engine, const CorType *type, const CorType *interface) {
    Match match;
    const CorType *holder;
    CorQuestion question = {type, interface, engine->question};
    engine->question = &question;
    bool holds = find_conformance(engine, type, interface, &match, &holder) != NULL ||
                 implements_through_extension(engine, type, interface) ||
                 is_structural(engine, type, interface);
    engine->question = question.outer;
    return holds;
}

bool cor_type_implements(CorEngine *engine, const CorType *type, const CorType *interface) {
    type = cor_type_nominal(type);
    if (interface->kind != COR_KIND_INTERFACE) {
        return interface->kind == COR_KIND_ANY || type == interface;
    }
    if (type->kind == COR_KIND_INTERFACE) {
        return interface_extends(engine, type, interface, 0);
    }
    if (interface->info == NULL || engine->failure != COR_FAILURE_NONE) {
        return false;
    }
    return is_asked(engine, type, interface) || implements(engine, type, interface);
}

/* ---- Resolving a method ---- */

/* All type arguments of an instance: the owner's and the method's own. */
static CorLoweredFunction *instance(CorEngine *engine, CorLinkedModule *module, uint32_t function,
                                    const CorType *const *owner, uint32_t owner_count,
                                    const CorType *const *own, uint32_t own_count) {
    if (own_count == 0) {
        return cor_function_instance(engine, module, function, owner, owner_count);
    }
    const CorType **all = cor_engine_allocate(engine, (size_t)owner_count + own_count, sizeof *all);
    if (all == NULL) {
        return NULL;
    }
    memcpy(all, owner, owner_count * sizeof *all);
    memcpy(all + owner_count, own, own_count * sizeof *all);
    return cor_function_instance(engine, module, function, all, owner_count + own_count);
}

typedef struct Method {
    const CorString *name;
    uint32_t accessor; /* flags */
    const CorType *const *own;
    uint32_t own_count;
} Method;

/* The method of that name in the chain from `type` up to and including `last` (NULL: to the top). */
static CorLoweredFunction *find_in_chain(CorEngine *engine, const CorType *type, const CorType *last,
                                         const Method *method) {
    for (; type != NULL && type->info != NULL; type = type->super) {
        uint32_t found = cor_definition_method(type->info, method->name, method->accessor);
        if (found != COR_NONE) {
            const CorFunction *function = &type->module->module->functions[found];
            return (function->flags & COR_FN_ABSTRACT) != 0
                       ? NULL
                       : instance(engine, type->module, found, type->arguments, type->argument_count,
                                  method->own, method->own_count);
        }
        if (type == last) {
            return NULL;
        }
    }
    return NULL;
}

/* A function listed by a conformance: its owner's type arguments follow from the type that it is a method of. */
static CorLoweredFunction *listed_function(CorEngine *engine, const Match *match, uint32_t function,
                                           const CorType *holder, const Method *method) {
    CorFunctionTarget target = match->module->functions[function];
    const CorFunction *portable = &target.module->module->functions[target.index];
    if (portable->extends != COR_NONE) {
        Match own = {.engine = engine, .module = target.module, .count = portable->own_param_start};
        if (own.count > COR_LIMIT_TYPE_PARAMS || !match_type(&own, portable->extends, holder)) {
            return NULL;
        }
        return instance(engine, target.module, target.index, own.bindings, own.count, method->own,
                        method->own_count);
    }
    const CorType *owner = holder;
    CorDefinitionInfo *info =
        portable->owner != COR_NONE ? target.module->definitions[portable->owner] : NULL;
    while (owner != NULL && owner->info != info) {
        owner = owner->super;
    }
    return owner == NULL ? NULL
                         : instance(engine, target.module, target.index, owner->arguments,
                                    owner->argument_count, method->own, method->own_count);
}

/* The interface's own body for a method. */
static bool resolve_default(CorEngine *engine, const CorType *interface, uint32_t slot, const Method *method,
                            CorImplementation *out) {
    const CorVirtualSlot *place = &interface->info->slots[slot];
    const CorFunction *function = &place->owner->module->module->functions[place->function];
    if ((function->flags & COR_FN_ABSTRACT) != 0) {
        return false;
    }
    out->is_default = true;
    out->function = instance(engine, place->owner->module, place->function, interface->arguments,
                             interface->argument_count, method->own, method->own_count);
    return out->function != NULL;
}

static bool is_named(const CorLinkedModule *module, uint32_t function, const Method *method) {
    uint32_t flags = module->module->functions[function].flags;
    return (flags & (COR_FN_GETTER | COR_FN_SETTER)) == method->accessor &&
           cor_string_equal(cor_function_name_string(module, function), method->name);
}

bool cor_resolve_method(CorEngine *engine, const CorType *type, const CorType *interface, uint32_t slot,
                        const CorType *const *own, uint32_t own_count, CorImplementation *out) {
    *out = (CorImplementation){.role = COR_ROLE_COUNT};
    type = cor_type_nominal(type);
    if (!cor_type_complete(engine, type) || !cor_type_complete(engine, interface)) {
        return false;
    }
    const CorVirtualSlot *place = &interface->info->slots[slot];
    Method method = {.name = cor_function_name_string(place->owner->module, place->function),
                     .accessor = place->owner->module->module->functions[place->function].flags &
                                 (COR_FN_GETTER | COR_FN_SETTER),
                     .own = own,
                     .own_count = own_count};
    Match match;
    const CorType *holder = NULL;
    const CorConformanceInfo *info = find_conformance(engine, type, interface, &match, &holder);
    /* what a subclass overrides comes before what the conformance lists */
    if (type->kind == COR_KIND_CLASS || info == NULL) {
        out->function = find_in_chain(engine, type, holder, &method);
    }
    for (uint32_t i = 0; out->function == NULL && info != NULL && i < info->conformance->method_count; i++) {
        uint32_t listed = info->conformance->methods[i];
        if (listed != COR_NONE && is_named(info->module, listed, &method)) {
            out->function = listed_function(engine, &match, listed, holder, &method);
        }
    }
    if (out->function != NULL) {
        const CorFunction *portable = out->function->portable;
        out->is_default = portable->owner != COR_NONE &&
                          out->function->module->definitions[portable->owner] == place->owner;
        return true;
    }
    if (engine->failure != COR_FAILURE_NONE) {
        return false;
    }
    if (info == NULL && is_structural(engine, type, interface)) {
        out->role = cor_structural_role(interface, method.name);
        out->is_structural = out->role != COR_ROLE_COUNT;
        return out->is_structural;
    }
    return resolve_default(engine, interface, slot, &method, out);
}

/* ---- Interface tables ---- */

static const CorCacheEntry *lookup(const CorInterfaceTable *table, const CorType *interface, bool *known) {
    *known = false;
    if (table == NULL) {
        return NULL;
    }
    for (uint32_t i = cor_type_hash(interface) & table->mask;; i = (i + 1) & table->mask) {
        if (table->rows[i].interface == interface) {
            *known = true;
            return table->rows[i].methods;
        }
        if (table->rows[i].interface == NULL) {
            return NULL;
        }
    }
}

static void insert(CorInterfaceTable *table, CorInterfaceRow row) {
    uint32_t i = cor_type_hash(row.interface) & table->mask;
    while (table->rows[i].interface != NULL) {
        i = (i + 1) & table->mask;
    }
    table->rows[i] = row;
    table->count++;
}

static bool publish(CorEngine *engine, CorType *type, CorInterfaceRow row) {
    const CorInterfaceTable *old = atomic_load_explicit(&type->interfaces, memory_order_relaxed);
    uint32_t size = 4;
    while (old != NULL && size < 2 * (old->count + 1)) {
        size *= 2;
    }
    CorInterfaceTable *table = cor_engine_allocate(engine, 1, sizeof *table + size * sizeof table->rows[0]);
    if (table == NULL) {
        return false;
    }
    table->mask = size - 1;
    for (uint32_t i = 0; old != NULL && i <= old->mask; i++) {
        if (old->rows[i].interface != NULL) {
            insert(table, old->rows[i]);
        }
    }
    insert(table, row);
    atomic_store_explicit(&type->interfaces, table, memory_order_release);
    return true;
}

/* The function a cache entry calls: receivers come as references, so values need an adapter. */
static CorLoweredFunction *callable(CorEngine *engine, const CorType *type,
                                    const CorImplementation *implementation) {
    const CorType *nominal = cor_type_nominal(type);
    if (implementation->is_structural) {
        bool binary = implementation->role == COR_ROLE_EQUALS || implementation->role == COR_ROLE_COMPARE;
        return cor_function_synthesise(engine, COR_SYNTHESIS_STRUCTURAL, nominal, implementation->role, NULL,
                                       1 + (binary ? nominal->slots : 0), 1);
    }
    CorLoweredFunction *function = implementation->function;
    if (implementation->is_default || (nominal->is_reference && !nominal->is_nullable)) {
        return function;
    }
    return cor_function_synthesise(engine, COR_SYNTHESIS_UNBOX, nominal, COR_ROLE_COUNT, function,
                                   function->parameter_slots - nominal->slots + 1, function->result_slots);
}

CorLoweredFunction *cor_class_method(CorEngine *engine, const CorType *type,
                                     const CorLoweredFunction *named) {
    const CorFunction *portable = named->portable;
    uint32_t owner_count = portable->own_param_start;
    Method method = {.name = &named->module->module->strings[portable->name],
                     .accessor = portable->flags & (COR_FN_GETTER | COR_FN_SETTER),
                     .own = named->arguments + owner_count,
                     .own_count = named->argument_count - owner_count};
    return find_in_chain(engine, type, NULL, &method);
}

static bool resolve_place(CorEngine *engine, const CorType *type, const CorType *interface, uint32_t slot,
                          CorImplementation *out) {
    if (interface->body == NULL) {
        return cor_resolve_method(engine, type, interface, slot, NULL, 0, out);
    }
    /* a selector: one generic method of a class or interface */
    const CorLoweredFunction *selected = interface->body;
    const CorFunction *portable = selected->portable;
    uint32_t owner_count = portable->own_param_start;
    CorDefinitionInfo *info = selected->module->definitions[portable->owner];
    const CorType *owner = cor_type_named(engine, info, selected->arguments, owner_count);
    if (owner == NULL || !cor_type_complete(engine, owner)) {
        return false;
    }
    const CorType *const *own = selected->arguments + owner_count;
    if (owner->kind == COR_KIND_INTERFACE) {
        for (uint32_t i = 0; i < info->slot_count; i++) {
            if (&info->module->module->functions[info->slots[i].function] == portable) {
                return cor_resolve_method(engine, type, owner, i, own, portable->param_count - owner_count,
                                          out);
            }
        }
        return false;
    }
    *out = (CorImplementation){.function = cor_class_method(engine, type, selected), .role = COR_ROLE_COUNT};
    return out->function != NULL;
}

static const CorCacheEntry *make_methods(CorEngine *engine, const CorType *type, const CorType *interface) {
    uint32_t count = interface->body != NULL ? 1 : interface->info->slot_count;
    CorCacheEntry *methods = cor_engine_allocate(engine, (size_t)count + 1, sizeof *methods);
    if (methods == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        CorImplementation implementation;
        CorLoweredFunction *function = NULL;
        if (resolve_place(engine, type, interface, i, &implementation)) {
            function = callable(engine, type, &implementation);
        } else if (engine->failure == COR_FAILURE_NONE) {
            function =
                cor_function_synthesise(engine, COR_SYNTHESIS_ABSTRACT, type, COR_ROLE_COUNT, NULL, 1, 0);
        }
        if (function == NULL) {
            return NULL;
        }
        methods[i].type = type;
        methods[i].interface = interface;
        atomic_store_explicit(&methods[i].entry, cor_function_entry(function), memory_order_relaxed);
    }
    return methods;
}

const CorCacheEntry *cor_type_interface_locked(CorEngine *engine, const CorType *type,
                                               const CorType *interface) {
    bool known;
    const CorCacheEntry *methods = lookup(type->interfaces, interface, &known);
    if (known) {
        return methods;
    }
    if (!cor_type_complete(engine, interface)) {
        return NULL;
    }
    if (interface->body != NULL || cor_type_implements(engine, type, interface)) {
        methods = make_methods(engine, type, interface);
    }
    if (engine->failure != COR_FAILURE_NONE ||
        !publish(engine, (CorType *)(uintptr_t)type, (CorInterfaceRow){interface, methods})) {
        return NULL;
    }
    return methods;
}

const CorCacheEntry *cor_type_interface(const CorType *type, const CorType *interface) {
    bool known;
    const CorInterfaceTable *table =
        atomic_load_explicit(&((CorType *)(uintptr_t)type)->interfaces, memory_order_acquire);
    const CorCacheEntry *methods = lookup(table, interface, &known);
    if (known) {
        return methods;
    }
    CorEngine *engine = type->engine;
    cor_engine_lock(engine);
    methods = cor_type_interface_locked(engine, type, interface);
    engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(engine);
    return methods;
}

/* ---- Roles ---- */

/* The method that serves a role, and the interface of std.core that has it. */
static const struct {
    const char *method, *interface;
} role_names[COR_ROLE_COUNT] = {
    [COR_ROLE_EQUALS] = {"equals", "Equatable"},      [COR_ROLE_KEY_EQUALS] = {"equals", "Equatable"},
    [COR_ROLE_HASH] = {"hash", "Hashable"},           [COR_ROLE_TO_STRING] = {"toString", "Printable"},
    [COR_ROLE_TO_SOURCE] = {"toString", "Printable"}, [COR_ROLE_COMPARE] = {"compare", "Comparable"}};

/* The interface of std.core by that name, for `argument`, among `type` and what it extends. */
static const CorType *extended_core(CorEngine *engine, const CorType *type, const char *name,
                                    const CorType *argument, uint32_t depth) {
    if (cor_definition_is_core(type->info, name)) {
        return type->argument_count == 1 && type->arguments[0] == argument ? type : NULL;
    }
    const CorType *found = NULL;
    CorTypeContext context = {type->module, type->arguments, type->argument_count};
    for (uint32_t i = 0; found == NULL && depth <= DEEPEST_EXTENSION && i < type->definition->interface_count;
         i++) {
        const CorType *super = cor_instantiate(engine, &context, type->definition->interfaces[i]);
        found = super != NULL ? extended_core(engine, super, name, argument, depth + 1) : NULL;
    }
    return found;
}

const CorType *cor_role_interface(CorEngine *engine, const CorType *type, CorRole role, uint32_t *slot) {
    const CorType *interface = extended_core(engine, type, role_names[role].interface, type, 0);
    if (interface == NULL || !cor_type_complete(engine, interface)) {
        return NULL;
    }
    for (*slot = 0; *slot < interface->info->slot_count; ++*slot) {
        const CorVirtualSlot *place = &interface->info->slots[*slot];
        if (cor_string_is(cor_function_name_string(place->owner->module, place->function),
                          role_names[role].method)) {
            return interface;
        }
    }
    return NULL;
}

/* Whether a method of a role's name has its signature, too. */
static bool serves_role(CorEngine *engine, const CorLoweredFunction *function, const CorType *type,
                        CorRole role) {
    static const CorKind results[COR_ROLE_COUNT] = {COR_KIND_BOOL,   COR_KIND_BOOL,   COR_KIND_I64,
                                                    COR_KIND_STRING, COR_KIND_STRING, COR_KIND_I64};
    bool is_binary = role == COR_ROLE_EQUALS || role == COR_ROLE_KEY_EQUALS || role == COR_ROLE_COMPARE;
    const CorFunction *portable = function->portable;
    CorTypeContext context = {function->module, function->arguments, function->argument_count};
    const CorType *result = cor_instantiate(engine, &context, portable->result);
    if (portable->parameter_count != 1u + is_binary || result == NULL || result->kind != results[role]) {
        return false;
    }
    const CorType *other = is_binary ? cor_instantiate(engine, &context, portable->parameters[1].type) : type;
    return other == type || (other != NULL && other->kind == COR_KIND_CLASS && cor_type_extends(type, other));
}

CorLoweredFunction *cor_role_method(CorEngine *engine, const CorType *type, CorRole role) {
    type = cor_type_nominal(type);
    if (!cor_type_complete(engine, type)) {
        return NULL;
    }
    CorString name = {role_names[role].method, (uint32_t)strlen(role_names[role].method)};
    Method method = {.name = &name};
    CorLoweredFunction *found = find_in_chain(engine, type, NULL, &method);
    if (found != NULL) {
        return serves_role(engine, found, type, role) ? found : NULL;
    }
    const CorVector *conformances = cor_conformances_of(engine, type->info);
    for (uint32_t i = 0; i < conformances->count; i++) {
        const CorConformanceInfo *info = conformances->items[i];
        const CorTypeEntry *entry = &info->module->module->types[info->conformance->interface];
        CorDefinitionInfo *interface = info->module->definitions[entry->index];
        Match match = {.engine = engine, .module = info->module, .count = info->conformance->param_count};
        if (!cor_definition_is_core(interface, role_names[role].interface) ||
            !match_type(&match, info->conformance->type, type) ||
            !bounds_hold(&match, info->conformance->params)) {
            continue;
        }
        for (uint32_t j = 0; j < info->conformance->method_count; j++) {
            uint32_t function = info->conformance->methods[j];
            if (function != COR_NONE &&
                cor_string_is(cor_function_name_string(info->module, function), name.bytes)) {
                found = listed_function(engine, &match, function, type, &method);
                return found != NULL && serves_role(engine, found, type, role) ? found : NULL;
            }
        }
    }
    return NULL;
}

CorWord *cor_type_role_locked(CorEngine *engine, const CorType *type, CorRole role) {
    CorType *mutable = (CorType *)(uintptr_t)type;
    CorWord *entry = atomic_load_explicit(&mutable->roles[role], memory_order_acquire);
    if (entry != NULL) {
        return entry;
    }
    bool binary = role == COR_ROLE_EQUALS || role == COR_ROLE_KEY_EQUALS || role == COR_ROLE_COMPARE;
    CorLoweredFunction *function =
        cor_function_synthesise(engine, COR_SYNTHESIS_ROLE, type, role, NULL, 1 + binary, 1);
    if (function == NULL) {
        return NULL;
    }
    entry = cor_function_entry(function);
    atomic_store_explicit(&mutable->roles[role], entry, memory_order_release);
    return entry;
}

CorWord *cor_type_role(const CorType *type, CorRole role) {
    CorWord *entry = atomic_load_explicit(&((CorType *)(uintptr_t)type)->roles[role], memory_order_acquire);
    if (entry != NULL) {
        return entry;
    }
    CorEngine *engine = type->engine;
    cor_engine_lock(engine);
    entry = cor_type_role_locked(engine, type, role);
    engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(engine);
    return entry;
}

/* Methods as members of their definitions: names, overrides, what abstract methods leave open. */
#include "vm/bytecode/verifier_internal.h"

enum { ACCESSORS = COR_FN_GETTER | COR_FN_SETTER };

typedef struct MethodKey {
    uint32_t definition, name, accessor;
} MethodKey;

static MethodKey key_of(const CorFunction *function) {
    return (MethodKey){function->owner, function->name, function->flags & ACCESSORS};
}

static uint32_t hash_key(MethodKey key) {
    return cor_hash_u32(cor_hash_u32(cor_hash_u32(COR_HASH_START, key.definition), key.name), key.accessor);
}

static bool method_equal(const void *context, uint32_t index, const void *key) {
    const Verifier *verifier = context;
    MethodKey have = key_of(&verifier->module->functions[index]);
    const MethodKey *want = key;
    return have.definition == want->definition && have.name == want->name && have.accessor == want->accessor;
}

uint32_t verify_find_method(const Verifier *verifier, uint32_t definition, uint32_t name, uint32_t flags) {
    MethodKey key = {definition, name, flags & ACCESSORS};
    return cor_index_table_find(&verifier->methods, hash_key(key), method_equal, verifier, &key);
}

/* Lists the methods of every definition in the order of the functions, and finds names used twice. */
static bool collect_methods(Verifier *verifier) {
    const CorModule *module = verifier->module;
    verifier->method_first = cor_arena_allocate(verifier->arena, module->definition_count, sizeof(uint32_t));
    verifier->method_next = cor_arena_allocate(verifier->arena, module->function_count, sizeof(uint32_t));
    if (verifier->method_first == NULL || verifier->method_next == NULL) {
        return verify_no_memory(verifier);
    }
    for (uint32_t i = 0; i < module->definition_count; i++) {
        verifier->method_first[i] = COR_NONE;
    }
    for (uint32_t i = module->function_count; i-- > 0;) {
        const CorFunction *function = &module->functions[i];
        if ((function->flags & COR_FN_METHOD) == 0 || function->owner == COR_NONE ||
            function->extends != COR_NONE) {
            continue;
        }
        verifier->at = (CorVerifyError){.place = COR_PLACE_FUNCTION, .index = i, .offset = COR_NONE};
        verifier->method_next[i] = verifier->method_first[function->owner];
        verifier->method_first[function->owner] = i;
        if (verify_find_method(verifier, function->owner, function->name, function->flags) != COR_NONE) {
            return verify_fail(verifier, COR_VERIFY_METHOD_NAME);
        }
        if (!cor_index_table_add(&verifier->methods, verifier->arena, hash_key(key_of(function)), i)) {
            return verify_no_memory(verifier);
        }
    }
    return true;
}

/* ---- Signatures ---- */

/* The arguments of an owner, followed by parameters numbered from `own` for the method's own ones. */
static bool all_arguments(Verifier *verifier, const CorFunction *method, const CorTypeEntry *owner,
                          uint32_t own, uint32_t out[2 * COR_LIMIT_TYPE_PARAMS]) {
    uint32_t own_count = method->param_count - method->own_param_start;
    if (owner->arg_count != method->own_param_start || own + own_count > COR_LIMIT_TYPE_PARAMS) {
        return false;
    }
    for (uint32_t i = 0; i < owner->arg_count; i++) {
        out[i] = owner->args[i];
    }
    for (uint32_t i = 0; i < own_count; i++) {
        out[owner->arg_count + i] = verify_make_type(verifier, COR_TYPE_PARAM, own + i, NULL, 0);
        if (out[owner->arg_count + i] == COR_NONE) {
            return false;
        }
    }
    return true;
}

static bool same_type(Verifier *verifier, uint32_t a, const uint32_t *a_args, uint32_t a_count, uint32_t b,
                      const uint32_t *b_args, uint32_t b_count) {
    uint32_t first = verify_substitute(verifier, a, a_args, a_count);
    uint32_t second = verify_substitute(verifier, b, b_args, b_count);
    return first != COR_NONE && first == second;
}

/* Whether a result can stand for another as it is: a reference for a reference that it is a subtype of. */
static bool is_covariant(Verifier *verifier, uint32_t result, uint32_t promised) {
    if (verify_assignable(verifier, result, promised)) {
        return true;
    }
    CorTypeKind kind = verify_kind(verifier, result), wanted = verify_kind(verifier, promised);
    if (kind != COR_TYPE_STRING && kind != COR_TYPE_ARRAY && kind != COR_TYPE_FUNCTION) {
        return false;
    }
    return wanted == COR_TYPE_ANY || (verify_definition_of(verifier, promised, COR_DEF_INTERFACE) != NULL &&
                                      verify_implements(verifier, result, promised));
}

bool verify_same_signature(Verifier *verifier, const CorFunction *wanted, const CorTypeEntry *wanted_owner,
                           const CorFunction *given, const CorTypeEntry *given_owner, uint32_t own) {
    uint32_t wanted_args[2 * COR_LIMIT_TYPE_PARAMS], given_args[2 * COR_LIMIT_TYPE_PARAMS];
    uint32_t wanted_count = wanted->param_count, given_count = given->param_count;
    if (wanted->parameter_count != given->parameter_count ||
        wanted_count - wanted->own_param_start != given_count - given->own_param_start ||
        (wanted->flags & ACCESSORS) != (given->flags & ACCESSORS) || (given->flags & COR_FN_METHOD) == 0 ||
        (given->flags & COR_FN_MUT) != 0 ||
        !all_arguments(verifier, wanted, wanted_owner, own, wanted_args) ||
        !all_arguments(verifier, given, given_owner, own, given_args)) {
        return false;
    }
    for (uint32_t i = 1; i < wanted->parameter_count; i++) {
        if (!same_type(verifier, wanted->parameters[i].type, wanted_args, wanted_count,
                       given->parameters[i].type, given_args, given_count)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < wanted_count - wanted->own_param_start; i++) {
        const CorTypeParam *a = &wanted->params[wanted->own_param_start + i];
        const CorTypeParam *b = &given->params[given->own_param_start + i];
        bool same = a->bound_count == b->bound_count;
        for (uint32_t j = 0; same && j < a->bound_count; j++) {
            same = same_type(verifier, a->bounds[j], wanted_args, wanted_count, b->bounds[j], given_args,
                             given_count);
        }
        if (!same) {
            return false;
        }
    }
    uint32_t result = verify_substitute(verifier, given->result, given_args, given_count);
    uint32_t promised = verify_substitute(verifier, wanted->result, wanted_args, wanted_count);
    return result != COR_NONE && promised != COR_NONE && is_covariant(verifier, result, promised);
}

/* ---- Overrides ---- */

/* What an override may replace: looks for a method of the name in the type, then above it.  True when the search is
 * over: *found tells whether something was there. */
typedef struct OverrideSearch {
    Verifier *verifier;
    const CorFunction *method;
    CorTypeEntry self; /* the method's owner over its own parameters */
    bool found;
    bool fits;
} OverrideSearch;

static void compare_with(OverrideSearch *search, uint32_t type) {
    Verifier *verifier = search->verifier;
    CorTypeEntry owner = verifier->types[type];
    uint32_t inherited =
        verify_find_method(verifier, owner.index, search->method->name, search->method->flags);
    if (inherited != COR_NONE && !search->found) {
        const CorFunction *wanted = &verifier->module->functions[inherited];
        search->found = true;
        search->fits = (wanted->flags & COR_FN_VIRTUAL) != 0 &&
                       verify_same_signature(verifier, wanted, &owner, search->method, &search->self,
                                             search->method->own_param_start);
    }
}

/* Recursion is bounded by the inheritance being acyclic, its depth by the work limit's stack share below. */
static void search_interfaces(OverrideSearch *search, uint32_t type, int depth) {
    Verifier *verifier = search->verifier;
    CorTypeEntry entry = verifier->types[type];
    const CorDefinition *definition = &verifier->module->definitions[entry.index];
    for (uint32_t i = 0; i < definition->interface_count && depth < 64 && verify_work(verifier, 1); i++) {
        uint32_t interface =
            verify_substitute(verifier, definition->interfaces[i], entry.args, entry.arg_count);
        if (interface != COR_NONE) {
            compare_with(search, interface);
            search_interfaces(search, interface, depth + 1);
        }
    }
}

static uint32_t super_of(Verifier *verifier, uint32_t type) {
    CorTypeEntry entry = verifier->types[type];
    uint32_t super = verifier->module->definitions[entry.index].super;
    return super == COR_NONE ? COR_NONE : verify_substitute(verifier, super, entry.args, entry.arg_count);
}

/* A virtual or overriding method takes over what it finds above it, so that must fit; an overriding one must find
 * something. */
static bool verify_override(Verifier *verifier, const CorFunction *function) {
    uint32_t self = verify_self_type(verifier, function->owner);
    if (self == COR_NONE || !verify_enter_context(verifier, function->params, function->param_count)) {
        return false;
    }
    OverrideSearch search = {.verifier = verifier, .method = function, .self = verifier->types[self]};
    for (uint32_t type = super_of(verifier, self); type != COR_NONE && verify_work(verifier, 1);
         type = super_of(verifier, type)) {
        compare_with(&search, type);
    }
    if (!search.found && (function->flags & COR_FN_OVERRIDE) != 0) {
        for (uint32_t type = self; type != COR_NONE && verify_work(verifier, 1);
             type = super_of(verifier, type)) {
            search_interfaces(&search, type, 0);
        }
    }
    bool needs = (function->flags & COR_FN_OVERRIDE) != 0;
    return verify_require(verifier, search.found ? search.fits : !needs, COR_VERIFY_OVERRIDE);
}

/* ---- Abstract methods ---- */

/* Whether a class between `bottom` and `top`, which it includes, has a method with code in place of an abstract one. */
static bool is_implemented(Verifier *verifier, uint32_t bottom, uint32_t top, const CorFunction *abstract) {
    for (uint32_t type = bottom; type != COR_NONE && verify_work(verifier, 1);
         type = super_of(verifier, type)) {
        uint32_t found =
            verify_find_method(verifier, verifier->types[type].index, abstract->name, abstract->flags);
        if (found != COR_NONE) {
            return (verifier->module->functions[found].flags & COR_FN_ABSTRACT) == 0;
        }
        if (type == top) {
            break;
        }
    }
    return false;
}

static bool verify_concrete(Verifier *verifier, uint32_t definition) {
    uint32_t self = verify_self_type(verifier, definition);
    verifier->at = (CorVerifyError){.place = COR_PLACE_DEFINITION, .index = definition, .offset = COR_NONE};
    for (uint32_t type = self; type != COR_NONE; type = super_of(verifier, type)) {
        uint32_t method = verifier->method_first[verifier->types[type].index];
        for (; method != COR_NONE && verify_work(verifier, 1); method = verifier->method_next[method]) {
            const CorFunction *function = &verifier->module->functions[method];
            if ((function->flags & COR_FN_ABSTRACT) != 0 && !is_implemented(verifier, self, type, function)) {
                return verify_fail(verifier, COR_VERIFY_ABSTRACT_METHOD);
            }
        }
    }
    return verifier->status == COR_MODULE_OK;
}

bool verify_methods(Verifier *verifier) {
    const CorModule *module = verifier->module;
    if (!collect_methods(verifier)) {
        return false;
    }
    for (uint32_t i = module->imported_function_count; i < module->function_count; i++) {
        const CorFunction *function = &module->functions[i];
        verifier->at = (CorVerifyError){.place = COR_PLACE_FUNCTION, .index = i, .offset = COR_NONE};
        if ((function->flags & (COR_FN_VIRTUAL | COR_FN_OVERRIDE)) != 0 && function->owner != COR_NONE &&
            function->extends == COR_NONE && module->definitions[function->owner].kind != COR_DEF_INTERFACE &&
            !verify_override(verifier, function)) {
            return false;
        }
    }
    for (uint32_t i = module->imported_definition_count; i < module->definition_count; i++) {
        const CorDefinition *definition = &module->definitions[i];
        if (definition->kind == COR_DEF_CLASS && (definition->flags & COR_DEF_ABSTRACT) == 0 &&
            !verify_concrete(verifier, i)) {
            return false;
        }
    }
    return true;
}

/* Who extends, implements and may stand for whom.
 *
 * A type implements an interface by its definition's list, by its superclass, by a conformance whose type it is an
 * instance of, or structurally: numbers, strings and whatever is made of them are Equatable, Hashable, Printable and in
 * part Comparable by themselves (std.core's interfaces).  Chains are followed to a fixed depth, and steps counted, so
 * that wrong modules cannot make this long. */
#include "vm/bytecode/verifier_internal.h"

enum { DEEPEST_CHAIN = 64 };

const CorDefinition *verify_definition_of(const Verifier *verifier, uint32_t type, CorDefinitionKind kind) {
    const CorTypeEntry *entry = &verifier->types[type];
    if (entry->kind != COR_TYPE_NAMED || verifier->module->definitions[entry->index].kind != kind) {
        return NULL;
    }
    return &verifier->module->definitions[entry->index];
}

/* A type that a definition mentions, for an instance of the definition. */
static uint32_t of_instance(Verifier *verifier, uint32_t mentioned, uint32_t instance) {
    CorTypeEntry entry = verifier->types[instance];
    return verify_substitute(verifier, mentioned, entry.args, entry.arg_count);
}

uint32_t verify_class_instance(Verifier *verifier, uint32_t type, uint32_t definition) {
    for (int depth = 0; depth < DEEPEST_CHAIN && type != COR_NONE; depth++) {
        const CorTypeEntry *entry = &verifier->types[type];
        if (entry->kind != COR_TYPE_NAMED) {
            return COR_NONE;
        }
        if (entry->index == definition) {
            return type;
        }
        uint32_t super = verifier->module->definitions[entry->index].super;
        type = super == COR_NONE ? COR_NONE : of_instance(verifier, super, type);
    }
    return COR_NONE;
}

/* ---- Structural interfaces ---- */

static bool implements(Verifier *verifier, uint32_t type, uint32_t interface, int depth);

/* Whether all parts of the type implement the same interface of themselves. */
static bool parts_implement(Verifier *verifier, const uint32_t *parts, uint32_t count, uint32_t interface,
                            int depth) {
    CorTypeEntry wanted = verifier->types[interface];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t part = verify_make_type(verifier, COR_TYPE_NAMED, wanted.index, &parts[i], wanted.arg_count);
        if (part == COR_NONE || !implements(verifier, parts[i], part, depth + 1)) {
            return false;
        }
    }
    return true;
}

/* A struct is what its fields are.  One that reaches itself, through an array say, is taken to be what is asked while
 * its fields are looked at; of an imported one only the fields declared are known, and the linker knows the rest. */
static bool struct_implements(Verifier *verifier, uint32_t type, uint32_t interface, int depth) {
    const CorDefinition *definition = &verifier->module->definitions[verifier->types[type].index];
    if (verifier->type_info[type].assumed) {
        return true;
    }
    bool all = true;
    verifier->type_info[type].assumed = true;
    for (uint32_t i = 0; all && i < definition->field_count; i++) {
        uint32_t part = of_instance(verifier, definition->fields[i].type, type);
        all = part != COR_NONE && parts_implement(verifier, &part, 1, interface, depth);
    }
    verifier->type_info[type].assumed = false;
    return all;
}

/* Mirrors what the VM synthesises. */
static bool is_structural(Verifier *verifier, uint32_t type, uint32_t interface, int depth) {
    CorTypeEntry wanted = verifier->types[interface], have = verifier->types[type];
    const VerifyCore *core = &verifier->core;
    if (wanted.index == core->printable) {
        return verify_is_storable(verifier, type);
    }
    bool comparable = wanted.index == core->comparable;
    if ((!comparable && wanted.index != core->equatable && wanted.index != core->hashable) ||
        wanted.arg_count != 1 || wanted.args[0] != type) {
        return false;
    }
    switch (have.kind) {
    case COR_TYPE_CHAR:
    case COR_TYPE_STRING: return true;
    case COR_TYPE_BOOL: return !comparable;
    case COR_TYPE_TUPLE: return parts_implement(verifier, have.args, have.arg_count, interface, depth);
    case COR_TYPE_OPTIONAL:
    case COR_TYPE_ARRAY: return !comparable && parts_implement(verifier, have.args, 1, interface, depth);
    case COR_TYPE_NAMED:
        return !comparable && (verify_definition_of(verifier, type, COR_DEF_ENUM) != NULL ||
                               (verify_definition_of(verifier, type, COR_DEF_STRUCT) != NULL &&
                                struct_implements(verifier, type, interface, depth)));
    default: return verify_is_number(verifier, type);
    }
}

/* ---- Declared interfaces ---- */

/* Binds the parameters in `pattern` so that it becomes `type`. */
static bool unify(Verifier *verifier, uint32_t pattern, uint32_t type, uint32_t *bindings) {
    if (!verifier->type_info[pattern].has_params) {
        return pattern == type;
    }
    const CorTypeEntry *want = &verifier->types[pattern], *have = &verifier->types[type];
    if (!verify_work(verifier, 1)) {
        return false;
    }
    if (want->kind == COR_TYPE_PARAM) {
        uint32_t *bound = &bindings[want->index];
        bool fits = *bound == COR_NONE || *bound == type;
        *bound = type;
        return fits;
    }
    if (want->kind != have->kind || want->index != have->index || want->arg_count != have->arg_count) {
        return false;
    }
    for (uint32_t i = 0; i < want->arg_count; i++) {
        if (!unify(verifier, want->args[i], have->args[i], bindings)) {
            return false;
        }
    }
    return true;
}

bool verify_unify(Verifier *verifier, uint32_t pattern, uint32_t type,
                  uint32_t bindings[COR_LIMIT_TYPE_PARAMS]) {
    for (uint32_t i = 0; i < COR_LIMIT_TYPE_PARAMS; i++) {
        bindings[i] = COR_NONE;
    }
    return unify(verifier, pattern, type, bindings);
}

static bool bounds_hold(Verifier *verifier, const CorConformance *conformance, const uint32_t *bindings,
                        int depth) {
    for (uint32_t i = 0; i < conformance->param_count; i++) {
        const CorTypeParam *param = &conformance->params[i];
        for (uint32_t j = 0; j < param->bound_count; j++) {
            uint32_t bound =
                verify_substitute(verifier, param->bounds[j], bindings, conformance->param_count);
            if (bound == COR_NONE || !implements(verifier, bindings[i], bound, depth + 1)) {
                return false;
            }
        }
    }
    return true;
}

static bool conforms(Verifier *verifier, const CorConformance *conformance, uint32_t type, uint32_t interface,
                     int depth) {
    uint32_t bindings[COR_LIMIT_TYPE_PARAMS];
    if (!verify_unify(verifier, conformance->type, type, bindings)) {
        return false;
    }
    uint32_t given = verify_substitute(verifier, conformance->interface, bindings, conformance->param_count);
    return given != COR_NONE && implements(verifier, given, interface, depth + 1) &&
           bounds_hold(verifier, conformance, bindings, depth);
}

static bool definition_implements(Verifier *verifier, uint32_t type, uint32_t interface, int depth) {
    const CorDefinition *definition = &verifier->module->definitions[verifier->types[type].index];
    for (uint32_t i = 0; i < definition->interface_count; i++) {
        uint32_t listed = of_instance(verifier, definition->interfaces[i], type);
        if (listed == COR_NONE || implements(verifier, listed, interface, depth + 1)) {
            return listed != COR_NONE;
        }
    }
    uint32_t super =
        definition->super == COR_NONE ? COR_NONE : of_instance(verifier, definition->super, type);
    return super != COR_NONE && implements(verifier, super, interface, depth + 1);
}

static bool param_implements(Verifier *verifier, uint32_t number, uint32_t interface, int depth) {
    for (uint32_t i = 0; number < verifier->param_count && i < verifier->params[number].bound_count; i++) {
        if (implements(verifier, verifier->params[number].bounds[i], interface, depth + 1)) {
            return true;
        }
    }
    return false;
}

static bool implements(Verifier *verifier, uint32_t type, uint32_t interface, int depth) {
    if (type == interface) {
        return true;
    }
    if (depth > DEEPEST_CHAIN || !verify_work(verifier, 1)) {
        return false;
    }
    CorTypeKind kind = verify_kind(verifier, type);
    if (kind == COR_TYPE_PARAM && param_implements(verifier, verifier->types[type].index, interface, depth)) {
        return true;
    }
    if (kind == COR_TYPE_NAMED && definition_implements(verifier, type, interface, depth)) {
        return true;
    }
    if (verify_definition_of(verifier, type, COR_DEF_INTERFACE) != NULL ||
        !verify_is_storable(verifier, type)) {
        return false;
    }
    uint32_t i = verifier->conformance_first[verify_conformance_head(verifier, type)];
    for (; i != COR_NONE; i = verifier->conformance_next[i]) {
        if (!verify_work(verifier, 1)) {
            return false;
        }
        if (conforms(verifier, &verifier->module->conformances[i], type, interface, depth)) {
            return true;
        }
    }
    return is_structural(verifier, type, interface, depth);
}

bool verify_implements(Verifier *verifier, uint32_t type, uint32_t interface) {
    return implements(verifier, type, interface, 0);
}

/* ---- Assignment ---- */

static bool is_class_or_interface(const Verifier *verifier, uint32_t type) {
    return verify_definition_of(verifier, type, COR_DEF_CLASS) != NULL ||
           verify_definition_of(verifier, type, COR_DEF_INTERFACE) != NULL;
}

bool verify_assignable(Verifier *verifier, uint32_t from, uint32_t to) {
    if (from == to) {
        return true;
    }
    if (!is_class_or_interface(verifier, from)) {
        return false;
    }
    if (verify_definition_of(verifier, to, COR_DEF_CLASS) != NULL) {
        return verify_class_instance(verifier, from, verifier->types[to].index) == to;
    }
    return verify_kind(verifier, to) == COR_TYPE_ANY ||
           (verify_definition_of(verifier, to, COR_DEF_INTERFACE) != NULL &&
            verify_implements(verifier, from, to));
}

bool verify_is_error(Verifier *verifier, uint32_t type) {
    return verifier->core.error != COR_NONE && verify_definition_of(verifier, type, COR_DEF_CLASS) != NULL &&
           verify_class_instance(verifier, type, verifier->core.error) != COR_NONE;
}

bool verify_is_comparable(Verifier *verifier, uint32_t type) {
    CorTypeKind kind = verify_kind(verifier, type);
    if (verify_is_number(verifier, type) || kind == COR_TYPE_CHAR || kind == COR_TYPE_STRING) {
        return true;
    }
    if (verifier->core.comparable == COR_NONE) {
        return false;
    }
    uint32_t interface = verify_make_type(verifier, COR_TYPE_NAMED, verifier->core.comparable, &type, 1);
    return interface != COR_NONE && verify_implements(verifier, type, interface);
}

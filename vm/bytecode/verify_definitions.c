/* Definitions: first the shape of every one (so that chains of superclasses and interfaces can be followed), then what
 * needs types in context. */
#include <string.h>

#include "vm/bytecode/verifier_internal.h"

static bool at_definition(Verifier *verifier, uint32_t index) {
    verifier->at = (CorVerifyError){.place = COR_PLACE_DEFINITION, .index = index, .offset = COR_NONE};
    return verify_work(verifier, 1);
}

/* ---- Shape ---- */

static bool verify_kind_of_members(Verifier *verifier, const CorDefinition *definition) {
    bool is_class = definition->kind == COR_DEF_CLASS, is_enum = definition->kind == COR_DEF_ENUM;
    uint32_t known = COR_DEF_PUBLIC | (is_class ? COR_DEF_OPEN | COR_DEF_ABSTRACT | COR_DEF_HOST : 0);
    bool of_host = (definition->flags & COR_DEF_HOST) != 0;
    if (definition->kind > COR_DEF_INTERFACE || (definition->flags & ~known) != 0 ||
        (of_host && (definition->flags & (COR_DEF_OPEN | COR_DEF_ABSTRACT)) != 0)) {
        return verify_fail(verifier, COR_VERIFY_DEFINITION_FLAGS);
    }
    if ((of_host &&
         (definition->field_count != 0 || definition->super != COR_NONE || definition->param_count != 0)) ||
        (definition->field_count != 0 && !is_class && definition->kind != COR_DEF_STRUCT) ||
        (definition->case_count != 0) != is_enum || (definition->super != COR_NONE && !is_class)) {
        return verify_fail(verifier, COR_VERIFY_DEFINITION_MEMBERS);
    }
    return verify_require(verifier,
                          definition->field_count <= COR_LIMIT_FIELDS &&
                              definition->case_count <= COR_LIMIT_CASES,
                          COR_VERIFY_LIMIT) &&
           verify_bounds(verifier, definition->params, definition->param_count);
}

static bool verify_supertypes(Verifier *verifier, const CorDefinition *definition) {
    uint32_t type_count = verifier->module->type_count;
    if (definition->super != COR_NONE) {
        const CorDefinition *super = definition->super < type_count
                                         ? verify_definition_of(verifier, definition->super, COR_DEF_CLASS)
                                         : NULL;
        if (super == NULL || (super->flags & (COR_DEF_OPEN | COR_DEF_ABSTRACT)) == 0) {
            return verify_fail(verifier, COR_VERIFY_SUPERCLASS);
        }
    }
    for (uint32_t i = 0; i < definition->interface_count; i++) {
        uint32_t interface = definition->interfaces[i];
        if (interface >= type_count || verify_definition_of(verifier, interface, COR_DEF_INTERFACE) == NULL) {
            return verify_fail(verifier, COR_VERIFY_INTERFACE_LIST);
        }
    }
    return true;
}

/* Strings below this count can be marked as seen under a stamp. */
static bool is_new_name(uint32_t *stamps, uint32_t name, uint32_t stamp) {
    if (name != 0 && stamps[name] == stamp) {
        return false;
    }
    stamps[name] = stamp;
    return true;
}

static bool verify_fields(Verifier *verifier, const CorField *fields, uint32_t count, uint32_t *stamps,
                          uint32_t stamp) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t elements = fields[i].flags >> COR_FIELD_COUNT_SHIFT;
        if (fields[i].type >= verifier->module->type_count || !verify_is_storable(verifier, fields[i].type) ||
            (elements != 0 && verifier->module->types[fields[i].type].kind != COR_TYPE_ARRAY) ||
            elements > COR_FIELD_COUNT_MOST) {
            return verify_fail(verifier, COR_VERIFY_FIELD_TYPE);
        }
        if (!is_new_name(stamps, fields[i].name, stamp)) {
            return verify_fail(verifier, COR_VERIFY_FIELD_NAME);
        }
    }
    return true;
}

static bool verify_members(Verifier *verifier, const CorDefinition *definition, uint32_t *stamps,
                           uint32_t *stamp) {
    if (!verify_fields(verifier, definition->fields, definition->field_count, stamps, ++*stamp)) {
        return false;
    }
    uint32_t case_stamp = ++*stamp;
    for (uint32_t i = 0; i < definition->case_count; i++) {
        if (definition->cases[i].name == 0 || !is_new_name(stamps, definition->cases[i].name, case_stamp)) {
            return verify_fail(verifier, COR_VERIFY_FIELD_NAME);
        }
    }
    for (uint32_t i = 0; i < definition->case_count; i++) {
        const CorCase *item = &definition->cases[i];
        if (item->field_count > COR_LIMIT_FIELDS) {
            return verify_fail(verifier, COR_VERIFY_LIMIT);
        }
        if (!verify_work(verifier, 1) ||
            !verify_fields(verifier, item->fields, item->field_count, stamps, ++*stamp)) {
            return false;
        }
    }
    return true;
}

static bool verify_shapes(Verifier *verifier) {
    const CorModule *module = verifier->module;
    uint32_t *stamps = cor_arena_allocate(verifier->arena, module->string_count, sizeof *stamps);
    uint32_t *names = cor_arena_allocate(verifier->arena, module->string_count, sizeof *names);
    if (stamps == NULL || names == NULL) {
        return verify_no_memory(verifier);
    }
    for (uint32_t i = 0, stamp = 0; i < module->definition_count; i++) {
        const CorDefinition *definition = &module->definitions[i];
        uint32_t own = definition->module == COR_NONE;
        if (!at_definition(verifier, i) || !verify_kind_of_members(verifier, definition) ||
            !verify_supertypes(verifier, definition) ||
            !verify_members(verifier, definition, stamps, &stamp)) {
            return false;
        }
        if (definition->name == 0 || (own && !is_new_name(names, definition->name, 1))) {
            return verify_fail(verifier, COR_VERIFY_DEFINITION_NAME);
        }
    }
    return true;
}

/* ---- Inheritance ---- */

enum { UNSEEN, ON_PATH, DONE };

/* Depth-first over superclasses and interfaces; the path is a stack of its own, since modules choose its length. */
typedef struct InheritanceSearch {
    uint8_t *states;
    struct InheritanceStep {
        uint32_t definition, next; /* next: which supertype to look at; the superclass is the last */
    } * path;
    uint32_t depth;
} InheritanceSearch;

/* The definition of the n-th supertype, or COR_NONE behind the last. */
static uint32_t supertype(const Verifier *verifier, uint32_t index, uint32_t number) {
    const CorDefinition *definition = &verifier->module->definitions[index];
    if (number < definition->interface_count) {
        return verifier->types[definition->interfaces[number]].index;
    }
    return number == definition->interface_count && definition->super != COR_NONE
               ? verifier->types[definition->super].index
               : COR_NONE;
}

static bool search_inheritance(Verifier *verifier, InheritanceSearch *search, uint32_t start) {
    search->path[0] = (struct InheritanceStep){start, 0};
    search->states[start] = ON_PATH;
    for (search->depth = 1; search->depth > 0 && verify_work(verifier, 1);) {
        struct InheritanceStep *step = &search->path[search->depth - 1];
        uint32_t next = supertype(verifier, step->definition, step->next++);
        if (next == COR_NONE) {
            search->states[step->definition] = DONE;
            search->depth--;
        } else if (search->states[next] == ON_PATH) {
            return verify_fail(verifier, COR_VERIFY_INHERITANCE_CYCLE);
        } else if (search->states[next] == UNSEEN) {
            search->states[next] = ON_PATH;
            search->path[search->depth++] = (struct InheritanceStep){next, 0};
        }
    }
    return verifier->status == COR_MODULE_OK;
}

static bool verify_inheritance(Verifier *verifier) {
    uint32_t count = verifier->module->definition_count;
    InheritanceSearch search = {.states = cor_arena_allocate(verifier->arena, count, 1),
                                .path = cor_arena_allocate(verifier->arena, count, sizeof *search.path)};
    if (search.states == NULL || search.path == NULL) {
        return verify_no_memory(verifier);
    }
    for (uint32_t i = 0; i < count; i++) {
        at_definition(verifier, i);
        if (search.states[i] == UNSEEN && !search_inheritance(verifier, &search, i)) {
            return false;
        }
    }
    return true;
}

/* ---- Values inside values ---- */

/* Whether a value of the type lies inside itself; each type is looked into once.  A generic struct that contains ever
 * larger instances of itself reaches the depth limit of types. */
static bool verify_contents(Verifier *verifier, uint32_t type, int depth) {
    CorTypeEntry entry = verifier->types[type];
    const CorDefinition *definition = verify_definition_of(verifier, type, COR_DEF_STRUCT);
    bool inline_parts = entry.kind == COR_TYPE_TUPLE || entry.kind == COR_TYPE_OPTIONAL;
    if (verifier->type_info[type].contained == DONE || (definition == NULL && !inline_parts)) {
        return true;
    }
    if (verifier->type_info[type].contained == ON_PATH || depth > 4 * COR_LIMIT_TYPE_DEPTH) {
        return verify_fail(verifier, COR_VERIFY_VALUE_CYCLE);
    }
    verifier->type_info[type].contained = ON_PATH;
    uint32_t count = definition != NULL ? definition->field_count : entry.arg_count;
    for (uint32_t i = 0; i < count && verify_work(verifier, 1); i++) {
        uint32_t part = definition != NULL ? verify_substitute(verifier, definition->fields[i].type,
                                                               entry.args, entry.arg_count)
                                           : entry.args[i];
        if (part == COR_NONE || !verify_contents(verifier, part, depth + 1)) {
            return false;
        }
    }
    verifier->type_info[type].contained = DONE;
    return verifier->status == COR_MODULE_OK;
}

/* ---- In context ---- */

uint32_t verify_self_type(Verifier *verifier, uint32_t definition) {
    uint32_t count = verifier->module->definitions[definition].param_count;
    uint32_t params[COR_LIMIT_TYPE_PARAMS];
    for (uint32_t i = 0; i < count; i++) {
        params[i] = verify_make_type(verifier, COR_TYPE_PARAM, i, NULL, 0);
        if (params[i] == COR_NONE) {
            return COR_NONE;
        }
    }
    return verify_make_type(verifier, COR_TYPE_NAMED, definition, params, count);
}

static bool verify_field_types(Verifier *verifier, const CorField *fields, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (!verify_type(verifier, fields[i].type)) {
            return false;
        }
    }
    return true;
}

static bool verify_in_context(Verifier *verifier, uint32_t index) {
    const CorDefinition *definition = &verifier->module->definitions[index];
    if (!verify_enter_context(verifier, definition->params, definition->param_count) ||
        (definition->super != COR_NONE && !verify_type(verifier, definition->super)) ||
        !verify_field_types(verifier, definition->fields, definition->field_count)) {
        return false;
    }
    for (uint32_t i = 0; i < definition->interface_count; i++) {
        if (!verify_type(verifier, definition->interfaces[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < definition->case_count; i++) {
        if (!verify_field_types(verifier, definition->cases[i].fields, definition->cases[i].field_count)) {
            return false;
        }
    }
    uint32_t self = verify_self_type(verifier, index);
    return self != COR_NONE && verify_contents(verifier, self, 0);
}

/* Chains the conformances by the heads of their types, each chain in their order. */
static bool chain_conformances(Verifier *verifier) {
    const CorModule *module = verifier->module;
    uint32_t head_count = COR_TYPE_NAMED + module->definition_count + 1;
    uint32_t *first = cor_arena_allocate(verifier->arena, head_count, sizeof *first);
    uint32_t *next = cor_arena_allocate(verifier->arena, module->conformance_count, sizeof *next);
    if (first == NULL || next == NULL) {
        return verify_no_memory(verifier);
    }
    memset(first, 0xff, head_count * sizeof *first); /* COR_NONE */
    for (uint32_t i = module->conformance_count; i-- > 0;) {
        uint32_t type = module->conformances[i].type;
        if (type >= module->type_count) {
            verifier->at = (CorVerifyError){.place = COR_PLACE_CONFORMANCE, .index = i, .offset = COR_NONE};
            return verify_fail(verifier, COR_VERIFY_TYPE_INDEX);
        }
        uint32_t *chain = &first[verify_conformance_head(verifier, type)];
        next[i] = *chain;
        *chain = i;
    }
    verifier->conformance_first = first;
    verifier->conformance_next = next;
    return true;
}

/* Conformances are consulted while types are checked, so their shape comes before that. */
static bool verify_conformance_shapes(Verifier *verifier) {
    const CorModule *module = verifier->module;
    for (uint32_t i = 0; i < module->conformance_count && verify_work(verifier, 1); i++) {
        const CorConformance *conformance = &module->conformances[i];
        uint32_t bindings[COR_LIMIT_TYPE_PARAMS];
        verifier->at = (CorVerifyError){.place = COR_PLACE_CONFORMANCE, .index = i, .offset = COR_NONE};
        if (conformance->type >= module->type_count || conformance->interface >= module->type_count) {
            return verify_fail(verifier, COR_VERIFY_TYPE_INDEX);
        }
        if (!verify_bounds(verifier, conformance->params, conformance->param_count)) {
            return false;
        }
        if (verify_definition_of(verifier, conformance->interface, COR_DEF_INTERFACE) == NULL ||
            verify_definition_of(verifier, conformance->type, COR_DEF_INTERFACE) != NULL ||
            verify_kind(verifier, conformance->type) == COR_TYPE_PARAM ||
            !verify_is_storable(verifier, conformance->type)) {
            return verify_fail(verifier, COR_VERIFY_CONFORMANCE_TYPE);
        }
        verify_unify(verifier, conformance->type, conformance->type, bindings);
        for (uint32_t j = 0; j < COR_LIMIT_TYPE_PARAMS; j++) {
            if ((bindings[j] == COR_NONE) == (j < conformance->param_count)) {
                return verify_fail(verifier, COR_VERIFY_CONFORMANCE_TYPE);
            }
        }
    }
    return verifier->status == COR_MODULE_OK;
}

bool verify_definitions(Verifier *verifier) {
    if (!chain_conformances(verifier) || !verify_shapes(verifier) || !verify_inheritance(verifier) ||
        !verify_conformance_shapes(verifier)) {
        return false;
    }
    for (uint32_t i = 0; i < verifier->module->definition_count; i++) {
        if (!at_definition(verifier, i) || !verify_in_context(verifier, i)) {
            return false;
        }
    }
    return true;
}

/* Comparing what a module declares about its imports with the modules themselves.
 *
 * The verifier accepted the importing module for these declarations, so they must hold exactly where safety depends on
 * them: kinds, type parameters, supertypes, the types of fields and signatures.  What may differ: a class may have got
 * more fields and methods, an enum more cases behind the others. */
#include <stdio.h>

#include "vm/runtime/link_internal.h"

/* ---- Functions by name ---- */

uint32_t cor_link_hash(const CorString *name) {
    return cor_hash_bytes(COR_HASH_START, name->bytes, name->length);
}

static bool has_name(const void *context, uint32_t index, const void *key) {
    return cor_string_equal(cor_function_name_string(context, index), key);
}

uint32_t cor_link_first_function(const CorLinkedModule *linked, const CorString *name, uint32_t hash) {
    uint32_t head = cor_index_table_find(&linked->function_names, hash, has_name, linked, name);
    return head == COR_NONE ? COR_NONE : linked->first_of_name[head];
}

/* The table has one function of each name; the list of that name starts at first_of_name of it. */
bool cor_link_add_function(CorLinkedModule *linked, uint32_t function, const CorString *name, uint32_t hash) {
    uint32_t head = cor_index_table_find(&linked->function_names, hash, has_name, linked, name);
    linked->next_of_name[function] = head == COR_NONE ? COR_NONE : linked->first_of_name[head];
    linked->first_of_name[head == COR_NONE ? function : head] = function;
    if (head == COR_NONE &&
        !cor_index_table_add(&linked->function_names, linked->engine->arena, hash, function)) {
        cor_engine_fail(linked->engine, COR_FAILURE_MEMORY, "the host has no memory left");
        return false;
    }
    return true;
}

/* ---- Types ---- */

bool cor_link_same_type(Linker *linker, uint32_t type, const CorLinkedModule *other, uint32_t other_type) {
    const CorTypeEntry *a = &linker->linked->module->types[type], *b = &other->module->types[other_type];
    if (a->kind != b->kind || a->arg_count != b->arg_count) {
        return false;
    }
    if (a->kind == COR_TYPE_NAMED && linker->linked->definitions[a->index] != other->definitions[b->index]) {
        return false;
    }
    if (a->kind == COR_TYPE_PARAM && a->index != b->index) {
        return false;
    }
    for (uint32_t i = 0; i < a->arg_count; i++) {
        if (!cor_link_same_type(linker, a->args[i], other, b->args[i])) {
            return false;
        }
    }
    return true;
}

bool cor_link_same_optional_type(Linker *linker, uint32_t type, const CorLinkedModule *other,
                                 uint32_t other_type) {
    if (type == COR_NONE || other_type == COR_NONE) {
        return type == other_type;
    }
    return cor_link_same_type(linker, type, other, other_type);
}

bool cor_link_same_owner(Linker *linker, uint32_t owner, const CorLinkedModule *other, uint32_t other_owner) {
    if (owner == COR_NONE || other_owner == COR_NONE) {
        return owner == other_owner;
    }
    return linker->linked->definitions[owner] == other->definitions[other_owner];
}

static bool same_params(Linker *linker, const CorTypeParam *params, uint32_t count,
                        const CorLinkedModule *other, const CorTypeParam *other_params,
                        uint32_t other_count) {
    if (count != other_count) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (params[i].bound_count != other_params[i].bound_count) {
            return false;
        }
        for (uint32_t j = 0; j < params[i].bound_count; j++) {
            if (!cor_link_same_type(linker, params[i].bounds[j], other, other_params[i].bounds[j])) {
                return false;
            }
        }
    }
    return true;
}

/* ---- Functions ---- */

bool cor_link_same_member(Linker *linker, const CorFunction *wanted, const CorLinkedModule *other,
                          const CorFunction *function) {
    const uint32_t kind = COR_FN_METHOD | COR_FN_STATIC | COR_FN_GETTER | COR_FN_SETTER | COR_FN_INIT |
                          COR_FN_STRUCT_INIT | COR_FN_LAMBDA;
    return ((wanted->flags ^ function->flags) & kind) == 0 &&
           cor_link_same_owner(linker, wanted->owner, other, function->owner) &&
           cor_link_same_optional_type(linker, wanted->extends, other, function->extends);
}

bool cor_link_same_signature(Linker *linker, const CorFunction *wanted, const CorLinkedModule *other,
                             const CorFunction *function) {
    const uint32_t relied =
        COR_FN_MUT | COR_FN_VIRTUAL | COR_FN_ABSTRACT | COR_FN_PRIVATE | COR_FN_INTRINSIC | COR_FN_SYSCALL;
    if (wanted->parameter_count != function->parameter_count ||
        wanted->own_param_start != function->own_param_start ||
        ((wanted->flags ^ function->flags) & relied) != 0 ||
        !same_params(linker, wanted->params, wanted->param_count, other, function->params,
                     function->param_count) ||
        !cor_link_same_type(linker, wanted->result, other, function->result)) {
        return false;
    }
    for (uint32_t i = 0; i < wanted->parameter_count; i++) {
        if (!cor_link_same_type(linker, wanted->parameters[i].type, other, function->parameters[i].type)) {
            return false;
        }
    }
    return true;
}

/* ---- Definitions ---- */

static bool differs(Linker *linker, uint32_t index, const char *what) {
    const CorLinkedModule *linked = linker->linked;
    const CorDefinitionInfo *info = linked->definitions[index];
    const CorString *name = &linked->module->strings[linked->module->definitions[index].name];
    return cor_link_fail(linker, "module %s relies on %s.%.*s, but in module %s it differs: %s", linked->name,
                         info->module->name, (int)name->length, name->bytes, info->module->name, what);
}

static bool has_interface(Linker *linker, uint32_t interface, const CorDefinitionInfo *info) {
    for (uint32_t i = 0; i < info->definition->interface_count; i++) {
        if (cor_link_same_type(linker, interface, info->module, info->definition->interfaces[i])) {
            return true;
        }
    }
    return false;
}

static uint32_t find_field(Linker *linker, const CorField *wanted, const CorDefinitionInfo *info) {
    for (uint32_t i = 0; i < info->definition->field_count; i++) {
        const CorField *field = &info->definition->fields[i];
        if (cor_string_equal(&linker->linked->module->strings[wanted->name],
                             &info->module->module->strings[field->name]) &&
            cor_link_same_type(linker, wanted->type, info->module, field->type) &&
            ((wanted->flags & COR_FIELD_VAR) == 0 || (field->flags & COR_FIELD_VAR) != 0) &&
            ((wanted->flags & COR_FIELD_PRIVATE) != 0 || (field->flags & COR_FIELD_PRIVATE) == 0)) {
            return i;
        }
    }
    return COR_NONE;
}

static bool check_fields(Linker *linker, uint32_t index) {
    CorLinkedModule *linked = linker->linked;
    const CorDefinition *wanted = &linked->module->definitions[index];
    const CorDefinitionInfo *info = linked->definitions[index];
    if (wanted->field_count == 0) {
        return wanted->kind != COR_DEF_STRUCT || info->definition->field_count == 0 ||
               differs(linker, index, "its fields");
    }
    uint32_t *map = cor_engine_allocate(linked->engine, wanted->field_count, sizeof *map);
    if (map == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < wanted->field_count; i++) {
        map[i] = find_field(linker, &wanted->fields[i], info);
        bool moved = wanted->kind == COR_DEF_STRUCT && map[i] != i;
        if (map[i] == COR_NONE || moved) {
            const CorString *name = &linked->module->strings[wanted->fields[i].name];
            char what[160];
            snprintf(what, sizeof what, "field %.*s", (int)(name->length < 100 ? name->length : 100),
                     name->bytes);
            return differs(linker, index, what);
        }
    }
    if (wanted->kind == COR_DEF_STRUCT && wanted->field_count != info->definition->field_count) {
        return differs(linker, index, "it has more fields");
    }
    linked->field_maps[index] = map;
    return true;
}

static bool same_case(Linker *linker, const CorCase *wanted, const CorDefinitionInfo *info,
                      const CorCase *other) {
    if (!cor_string_equal(&linker->linked->module->strings[wanted->name],
                          &info->module->module->strings[other->name]) ||
        wanted->field_count != other->field_count) {
        return false;
    }
    for (uint32_t i = 0; i < wanted->field_count; i++) {
        if (!cor_link_same_type(linker, wanted->fields[i].type, info->module, other->fields[i].type)) {
            return false;
        }
    }
    return true;
}

/* Cases are numbered by their order, so new ones may only come behind; whether any has a payload decides how the enum
 * is kept and converted. */
static bool check_cases(Linker *linker, uint32_t index) {
    const CorDefinition *wanted = &linker->linked->module->definitions[index];
    const CorDefinitionInfo *info = linker->linked->definitions[index];
    bool has_payload = false;
    for (uint32_t i = 0; i < wanted->case_count; i++) {
        if (i >= info->definition->case_count ||
            !same_case(linker, &wanted->cases[i], info, &info->definition->cases[i])) {
            return differs(linker, index, "its cases");
        }
        has_payload |= wanted->cases[i].field_count != 0;
    }
    return wanted->case_count == 0 || has_payload == info->has_payload || differs(linker, index, "its cases");
}

bool cor_link_check_definition(Linker *linker, uint32_t index) {
    const CorDefinition *wanted = &linker->linked->module->definitions[index];
    const CorDefinitionInfo *info = linker->linked->definitions[index];
    const CorDefinition *real = info->definition;
    const uint32_t relied = COR_DEF_OPEN | COR_DEF_ABSTRACT | COR_DEF_HOST;
    if (wanted->kind != real->kind) {
        return differs(linker, index, "its kind");
    }
    if (((wanted->flags ^ real->flags) & relied) != 0) {
        return differs(linker, index, "whether it is open, abstract or of the host");
    }
    if (!same_params(linker, wanted->params, wanted->param_count, info->module, real->params,
                     real->param_count)) {
        return differs(linker, index, "its type parameters");
    }
    if (wanted->super != COR_NONE &&
        !cor_link_same_optional_type(linker, wanted->super, info->module, real->super)) {
        return differs(linker, index, "its superclass");
    }
    for (uint32_t i = 0; i < wanted->interface_count; i++) {
        if (!has_interface(linker, wanted->interfaces[i], info)) {
            return differs(linker, index, "its interfaces");
        }
    }
    return check_fields(linker, index) && check_cases(linker, index);
}

/* ---- Conformances ---- */

static bool same_conformance(Linker *linker, const CorConformance *wanted, const CorConformanceInfo *other) {
    return cor_link_same_type(linker, wanted->type, other->module, other->conformance->type) &&
           cor_link_same_type(linker, wanted->interface, other->module, other->conformance->interface);
}

static const CorVector *same_head_conformances(const Linker *linker, const CorConformance *conformance) {
    return cor_conformances_of(linker->linked->engine,
                               cor_definition_of_entry(linker->linked, conformance->type));
}

static const CorDefinitionInfo *interface_of(const Linker *linker, const CorConformance *conformance) {
    return linker->linked->definitions[linker->linked->module->types[conformance->interface].index];
}

bool cor_link_check_relied(Linker *linker, const CorConformance *conformance) {
    const CorVector *same_head = same_head_conformances(linker, conformance);
    for (uint32_t i = 0; i < same_head->count; i++) {
        const CorConformanceInfo *other = same_head->items[i];
        if (same_conformance(linker, conformance, other) &&
            same_params(linker, conformance->params, conformance->param_count, other->module,
                        other->conformance->params, other->conformance->param_count)) {
            return true;
        }
    }
    const CorDefinitionInfo *interface = interface_of(linker, conformance);
    const CorString *name = &interface->module->module->strings[interface->definition->name];
    const CorString *owner = &linker->linked->module->strings[conformance->module];
    return cor_link_fail(linker, "module %s relies on module %.*s to implement %.*s for a type",
                         linker->linked->name, (int)owner->length, owner->bytes, (int)name->length,
                         name->bytes);
}

static bool lists_method(const Linker *linker, const CorConformance *conformance,
                         const CorVirtualSlot *slot) {
    const CorLinkedModule *linked = linker->linked;
    for (uint32_t i = 0; i < conformance->method_count; i++) {
        if (conformance->methods[i] != COR_NONE &&
            cor_string_equal(cor_function_name_string(linked, conformance->methods[i]),
                             cor_function_name_string(slot->owner->module, slot->function))) {
            return true;
        }
    }
    return false;
}

/* An abstract class may leave methods to its subclasses. */
static bool may_be_incomplete(const Linker *linker, const CorConformance *conformance) {
    const CorTypeEntry *entry = &linker->linked->module->types[conformance->type];
    return entry->kind == COR_TYPE_NAMED &&
           (linker->linked->module->definitions[entry->index].flags & COR_DEF_ABSTRACT) != 0;
}

bool cor_link_check_conformance(Linker *linker, const CorConformance *conformance) {
    CorLinkedModule *linked = linker->linked;
    CorEngine *engine = linked->engine;
    CorDefinitionInfo *interface = (CorDefinitionInfo *)(uintptr_t)interface_of(linker, conformance);
    const CorString *name = &interface->module->module->strings[interface->definition->name];
    const CorVector *same_head = same_head_conformances(linker, conformance);
    for (uint32_t i = 0; i < same_head->count; i++) {
        const CorConformanceInfo *other = same_head->items[i];
        if (same_conformance(linker, conformance, other)) {
            return cor_link_fail(linker, "modules %s and %s both implement %.*s for the same type",
                                 other->module->name, linked->name, (int)name->length, name->bytes);
        }
    }
    if (!cor_definition_slots(engine, interface)) {
        return false;
    }
    for (uint32_t i = 0; i < interface->slot_count; i++) {
        const CorVirtualSlot *slot = &interface->slots[i];
        uint32_t flags = slot->owner->module->module->functions[slot->function].flags;
        if ((flags & COR_FN_ABSTRACT) != 0 && !lists_method(linker, conformance, slot) &&
            !may_be_incomplete(linker, conformance)) {
            const CorString *method = cor_function_name_string(slot->owner->module, slot->function);
            return cor_link_fail(linker, "module %s implements %s.%.*s without its method %.*s", linked->name,
                                 interface->module->name, (int)name->length, name->bytes, (int)method->length,
                                 method->bytes);
        }
    }
    return true;
}

/* What a definition means for all its instances: its methods, and which functions fill the places of its vtable.
 *
 * The vtable of a class starts with that of its superclass; an override replaces the place of the inherited method of
 * its name, every other virtual method gets a new place.  The "places" of an interface are its methods in declaration
 * order, as conformances list them. */
#include "vm/runtime/engine_internal.h"

#include <string.h>

bool cor_string_is(const CorString *string, const char *text) {
    return strlen(text) == string->length && memcmp(string->bytes, text, string->length) == 0;
}

bool cor_string_equal(const CorString *a, const CorString *b) {
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

bool cor_definition_is_core(const CorDefinitionInfo *info, const char *name) {
    return info != NULL && strcmp(info->module->name, "std.core") == 0 &&
           cor_string_is(&info->module->module->strings[info->definition->name], name);
}

const CorString *cor_function_name_string(const CorLinkedModule *module, uint32_t function) {
    return &module->module->strings[module->module->functions[function].name];
}

enum { ACCESSOR_FLAGS = COR_FN_GETTER | COR_FN_SETTER };

static bool is_own_method(const CorFunction *function, uint32_t definition) {
    return function->owner == definition && function->extends == COR_NONE;
}

/* Distributes the module's functions to their owners in two passes over them. */
static bool collect_methods(CorLinkedModule *linked) {
    const CorModule *module = linked->module;
    for (uint32_t i = module->imported_function_count; i < module->function_count; i++) {
        const CorFunction *function = &module->functions[i];
        if (function->owner != COR_NONE && function->owner >= module->imported_definition_count &&
            is_own_method(function, function->owner)) {
            linked->definitions[function->owner]->method_count++;
        }
    }
    for (uint32_t i = module->imported_definition_count; i < module->definition_count; i++) {
        CorDefinitionInfo *info = linked->definitions[i];
        info->methods = cor_engine_allocate(linked->engine, info->method_count, sizeof *info->methods);
        if (info->methods == NULL) {
            return false;
        }
        info->method_count = 0;
    }
    for (uint32_t i = module->imported_function_count; i < module->function_count; i++) {
        const CorFunction *function = &module->functions[i];
        if (function->owner != COR_NONE && function->owner >= module->imported_definition_count &&
            is_own_method(function, function->owner)) {
            CorDefinitionInfo *info = linked->definitions[function->owner];
            info->methods[info->method_count++] = i;
        }
    }
    return true;
}

bool cor_definitions_link(CorLinkedModule *linked) {
    const CorModule *module = linked->module;
    for (uint32_t i = module->imported_definition_count; i < module->definition_count; i++) {
        CorDefinitionInfo *info = cor_engine_allocate(linked->engine, 1, sizeof *info);
        if (info == NULL) {
            return false;
        }
        *info = (CorDefinitionInfo){.module = linked, .index = i, .definition = &module->definitions[i]};
        for (uint32_t j = 0; j < info->definition->case_count; j++) {
            info->has_payload |= info->definition->cases[j].field_count != 0;
        }
        linked->definitions[i] = info;
    }
    for (uint32_t i = module->imported_definition_count; i < module->definition_count; i++) {
        uint32_t super = module->definitions[i].super;
        if (super != COR_NONE) {
            linked->definitions[i]->super = linked->definitions[module->types[super].index];
        }
    }
    return collect_methods(linked);
}

uint32_t cor_definition_method(const CorDefinitionInfo *info, const CorString *name,
                               uint32_t accessor_flags) {
    for (uint32_t i = 0; i < info->method_count; i++) {
        const CorFunction *function = &info->module->module->functions[info->methods[i]];
        if ((function->flags & COR_FN_METHOD) != 0 && (function->flags & ACCESSOR_FLAGS) == accessor_flags &&
            cor_string_equal(cor_function_name_string(info->module, info->methods[i]), name)) {
            return info->methods[i];
        }
    }
    return COR_NONE;
}

static uint32_t find_slot(const CorDefinitionInfo *info, uint32_t count, const CorLinkedModule *module,
                          uint32_t function) {
    const CorString *name = cor_function_name_string(module, function);
    uint32_t accessor = module->module->functions[function].flags & ACCESSOR_FLAGS;
    for (uint32_t i = 0; i < count; i++) {
        const CorVirtualSlot *slot = &info->slots[i];
        const CorFunction *candidate = &slot->owner->module->module->functions[slot->function];
        if ((candidate->flags & ACCESSOR_FLAGS) == accessor &&
            cor_string_equal(cor_function_name_string(slot->owner->module, slot->function), name)) {
            return i;
        }
    }
    return COR_NONE;
}

static void fill_class_slots(CorDefinitionInfo *info) {
    uint32_t inherited = info->super != NULL ? info->super->slot_count : 0;
    for (uint32_t i = 0; i < inherited; i++) {
        info->slots[i] = info->super->slots[i];
    }
    info->slot_count = inherited;
    for (uint32_t i = 0; i < info->method_count; i++) {
        uint32_t flags = info->module->module->functions[info->methods[i]].flags;
        if ((flags & COR_FN_METHOD) == 0 || (flags & (COR_FN_VIRTUAL | COR_FN_OVERRIDE)) == 0) {
            continue;
        }
        uint32_t slot = find_slot(info, inherited, info->module, info->methods[i]);
        if (slot == COR_NONE && (flags & COR_FN_VIRTUAL) == 0) {
            continue; /* overrides an interface's default and is itself final */
        }
        slot = slot == COR_NONE ? info->slot_count++ : slot;
        info->slots[slot] = (CorVirtualSlot){.owner = info, .function = info->methods[i]};
    }
}

static void fill_interface_slots(CorDefinitionInfo *info) {
    for (uint32_t i = 0; i < info->method_count; i++) {
        uint32_t flags = info->module->module->functions[info->methods[i]].flags;
        if ((flags & COR_FN_METHOD) != 0) {
            info->slots[info->slot_count++] = (CorVirtualSlot){.owner = info, .function = info->methods[i]};
        }
    }
}

static bool make_slots(CorEngine *engine, CorDefinitionInfo *info) {
    bool is_class = info->definition->kind == COR_DEF_CLASS;
    uint32_t inherited = 0;
    if (is_class && info->super != NULL) {
        if (!cor_definition_slots(engine, info->super)) {
            return false;
        }
        inherited = info->super->slot_count;
    }
    info->slots = cor_engine_allocate(engine, (size_t)inherited + info->method_count, sizeof *info->slots);
    if (info->slots == NULL) {
        return false;
    }
    if (is_class) {
        fill_class_slots(info);
    } else if (info->definition->kind == COR_DEF_INTERFACE) {
        fill_interface_slots(info);
    }
    return true;
}

bool cor_definition_slots(CorEngine *engine, CorDefinitionInfo *info) {
    if (info->slots_ready) {
        return true;
    }
    if (info->slots_busy) {
        cor_engine_fail(engine, COR_FAILURE_LIMIT, "a class of module %s is its own superclass",
                        info->module->name);
        return false;
    }
    info->slots_busy = true;
    info->slots_ready = make_slots(engine, info);
    info->slots_busy = false;
    return info->slots_ready;
}

/* Completing types: fields, cases, object layout, display and vtable, made when code that needs them is lowered. */
#include "vm/runtime/engine_internal.h"

#include <string.h>

/* The fields of `parts` laid out from `start` on in an object of `type`. */
static bool place_members(CorEngine *engine, CorType *type, const CorField *fields, uint32_t count,
                          uint32_t start, uint32_t *mark) {
    CorTypeContext context = {type->module, type->arguments, type->argument_count};
    CorMember *members = cor_engine_allocate(engine, count, sizeof *members);
    if (members == NULL) {
        return false;
    }
    uint32_t slots = 0;
    for (uint32_t i = 0; i < count; i++) {
        const CorType *part = cor_instantiate(engine, &context, fields[i].type);
        if (part == NULL) {
            return false;
        }
        members[i] =
            (CorMember){.name = cor_module_text(type->module, fields[i].name), .type = part, .slot = slots};
        slots += part->slots;
    }
    CorScalar *scalars = cor_engine_allocate(engine, slots, sizeof *scalars);
    if (scalars == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        members[i].scalars = scalars + members[i].slot;
        for (uint32_t j = 0; j < members[i].type->slots; j++) {
            scalars[members[i].slot + j].width = members[i].type->layout->scalars[j].width;
        }
    }
    type->members = members;
    type->member_count = count;
    cor_layout_place(scalars, slots, start, &type->data_end, mark);
    type->instance_size = (type->data_end + 7) & ~7u;
    if (type->instance_size > COR_MAX_OBJECT) {
        cor_engine_fail(engine, COR_FAILURE_LIMIT, "objects of %.80s are larger than %d bytes", type->name,
                        COR_MAX_OBJECT);
        return false;
    }
    return true;
}

static bool extend_display(CorEngine *engine, CorType *type, const CorType *super) {
    const CorType **display = cor_engine_allocate(engine, (size_t)super->depth + 2, sizeof *display);
    if (display == NULL) {
        return false;
    }
    memcpy(display, super->display, (super->depth + 1) * sizeof *display);
    display[super->depth + 1] = type;
    type->depth = super->depth + 1;
    type->display = display;
    type->super = super;
    return true;
}

/* ---- Classes ---- */

static CorLoweredFunction *slot_function(CorEngine *engine, const CorType *type, const CorVirtualSlot *slot) {
    const CorType *owner = type;
    while (owner->info != slot->owner) {
        owner = owner->super;
    }
    CorLinkedModule *module = slot->owner->module;
    const CorFunction *function = &module->module->functions[slot->function];
    if ((function->flags & COR_FN_ABSTRACT) != 0 || function->param_count != owner->argument_count) {
        /* a generic method is found through a selector, never through the vtable */
        return cor_function_synthesise(engine, COR_SYNTHESIS_ABSTRACT, type, COR_ROLE_COUNT, NULL, 1, 0);
    }
    return cor_function_instance(engine, module, slot->function, owner->arguments, owner->argument_count);
}

static bool fill_vtable(CorEngine *engine, CorType *type) {
    for (uint32_t i = 0; i < type->vtable_count; i++) {
        CorLoweredFunction *function = slot_function(engine, type, &type->info->slots[i]);
        if (function == NULL) {
            return false;
        }
        atomic_store_explicit(&type->vtable[i], cor_function_entry(function), memory_order_relaxed);
    }
    return true;
}

static bool complete_class(CorEngine *engine, CorType *type) {
    bool of_host = (type->definition->flags & COR_DEF_HOST) != 0;
    uint32_t start = of_host ? sizeof(CorHostObject) : COR_HEADER_SIZE, mark = 0;
    if (type->definition->super != COR_NONE) {
        CorTypeContext context = {type->module, type->arguments, type->argument_count};
        const CorType *super = cor_instantiate(engine, &context, type->definition->super);
        if (super == NULL || !cor_type_complete(engine, super) || !extend_display(engine, type, super)) {
            return false;
        }
        start = super->data_end;
        mark = (uint32_t)super->mark_bytes;
    }
    if (!place_members(engine, type, type->definition->fields, type->definition->field_count, start, &mark)) {
        return false;
    }
    type->mark_bytes = mark;
    return fill_vtable(engine, type);
}

/* ---- Enums ---- */

/* The type of a case with or without payload; a case without one gets its only object too. */
static bool complete_case(CorEngine *engine, CorType *type, uint32_t ordinal, CorCaseInfo *info) {
    const CorCase *definition = &type->definition->cases[ordinal];
    CorType *member = cor_engine_allocate(engine, 1, sizeof *member);
    if (member == NULL) {
        return false;
    }
    *member = (CorType){.kind = COR_KIND_CASE,
                        .slots = 1,
                        .ordinal = ordinal,
                        .id = engine->types.count,
                        .is_final = true,
                        .is_reference = true,
                        .has_references = true,
                        .layout = type->layout,
                        .argument_count = type->argument_count,
                        .arguments = type->arguments,
                        .name = type->name,
                        .name_length = type->name_length,
                        .short_name = type->short_name,
                        .engine = engine,
                        .module = type->module,
                        .definition = type->definition,
                        .info = type->info,
                        .state = COR_STATE_COMPLETE};
    uint32_t mark = 0;
    if (!cor_vector_push(engine, &engine->types, member) || !extend_display(engine, member, type) ||
        !place_members(engine, member, definition->fields, definition->field_count, COR_HEADER_SIZE, &mark)) {
        return false;
    }
    member->mark_bytes = mark;
    info->type = member;
    if (definition->field_count == 0) {
        CorObject *object = cor_engine_allocate(engine, 1, sizeof *object);
        if (object == NULL) {
            return false;
        }
        object->type = member;
        info->object = object;
    }
    return true;
}

static bool complete_enum(CorEngine *engine, CorType *type) {
    uint32_t count = type->definition->case_count;
    CorCaseInfo *cases = cor_engine_allocate(engine, count, sizeof *cases);
    if (cases == NULL) {
        return false;
    }
    type->cases = cases;
    type->case_count = count;
    for (uint32_t i = 0; i < count; i++) {
        cases[i].name = cor_module_text(type->module, type->definition->cases[i].name);
        if (cases[i].name == NULL ||
            (type->kind == COR_KIND_ENUM && !complete_case(engine, type, i, &cases[i]))) {
            return false;
        }
    }
    return true;
}

/* ---- Closures and selectors ---- */

const CorType *cor_type_closure(CorEngine *engine, CorLoweredFunction *function) {
    if (function->closure_type != NULL) {
        return function->closure_type;
    }
    const CorFunction *portable = function->portable;
    uint32_t parameters = portable->parameter_count;
    const CorType **signature = cor_engine_allocate(engine, (size_t)parameters + 1, sizeof *signature);
    CorField *captures = cor_engine_allocate(engine, portable->capture_count, sizeof *captures);
    CorType *type = cor_engine_allocate(engine, 1, sizeof *type);
    if (signature == NULL || captures == NULL || type == NULL) {
        return NULL;
    }
    CorTypeContext context = {function->module, function->arguments, function->argument_count};
    for (uint32_t i = 0; i <= parameters; i++) {
        signature[i] = cor_instantiate(engine, &context,
                                       i < parameters ? portable->parameters[i].type : portable->result);
        if (signature[i] == NULL) {
            return NULL;
        }
    }
    for (uint32_t i = 0; i < portable->capture_count; i++) {
        captures[i].type = portable->captures[i];
    }
    const CorType *super = cor_type_tuple(engine, COR_KIND_FUNCTION, signature, parameters + 1);
    if (super == NULL) {
        return NULL;
    }
    *type = (CorType){.kind = COR_KIND_CLOSURE,
                      .slots = 1,
                      .id = engine->types.count,
                      .is_final = true,
                      .is_reference = true,
                      .has_references = true,
                      .layout = super->layout,
                      .name = super->name,
                      .name_length = super->name_length,
                      .short_name = super->short_name,
                      .engine = engine,
                      .module = function->module,
                      .argument_count = function->argument_count,
                      .arguments = function->arguments,
                      .body = function,
                      .state = COR_STATE_COMPLETE};
    uint32_t mark = 0;
    if (!cor_vector_push(engine, &engine->types, type) || !extend_display(engine, type, super) ||
        !place_members(engine, type, captures, portable->capture_count, sizeof(CorClosureObject), &mark)) {
        return NULL;
    }
    type->mark_bytes = mark;
    function->closure_type = type;
    return type;
}

void *cor_constant_array(CorEngine *engine, const CorType *type) {
    if (type->empty_array == NULL) {
        CorArrayObject *array = cor_engine_allocate(engine, 1, sizeof *array);
        if (array != NULL) {
            array->type = type;
        }
        ((CorType *)(uintptr_t)type)->empty_array = array;
    }
    return type->empty_array;
}

void *cor_constant_closure(CorEngine *engine, CorLoweredFunction *function) {
    const CorType *type = cor_type_closure(engine, function);
    if (function->closure == NULL && type != NULL) {
        CorClosureObject *closure = cor_engine_allocate(engine, 1, sizeof *closure);
        if (closure != NULL) {
            *closure = (CorClosureObject){.type = type, .function = function};
        }
        function->closure = closure;
    }
    return function->closure;
}

const CorType *cor_type_selector(CorEngine *engine, CorLoweredFunction *method) {
    if (method->closure_type != NULL) {
        return method->closure_type;
    }
    CorType *type = cor_engine_allocate(engine, 1, sizeof *type);
    const CorType **display = cor_engine_allocate(engine, 1, sizeof *display);
    CorCacheEntry *cache = cor_engine_allocate(engine, 1, sizeof *cache);
    CorCallShape *shape = cor_engine_allocate(engine, 1, sizeof *shape);
    if (type == NULL || display == NULL || cache == NULL || shape == NULL) {
        return NULL;
    }
    display[0] = type;
    *type = (CorType){.kind = COR_KIND_INTERFACE,
                      .slots = 1,
                      .id = engine->types.count,
                      .is_reference = true,
                      .display = display,
                      .name = method->name,
                      .short_name = method->name,
                      .name_length = (uint32_t)strlen(method->name),
                      .engine = engine,
                      .module = method->module,
                      .empty_cache = cache,
                      .shapes = shape,
                      .body = method,
                      .state = COR_STATE_COMPLETE};
    cache->interface = type;
    method->closure_type = type;
    return cor_vector_push(engine, &engine->types, type) ? type : NULL;
}

/* ---- All ---- */

static bool complete_interface(CorEngine *engine, CorType *type) {
    CorCacheEntry *cache = cor_engine_allocate(engine, 1, sizeof *cache);
    if (cache == NULL || !cor_definition_slots(engine, type->info)) {
        return false;
    }
    type->shapes = cor_engine_allocate(engine, type->info->slot_count, sizeof *type->shapes);
    if (type->shapes == NULL) {
        return false;
    }
    cache->interface = type;
    type->empty_cache = cache;
    return true;
}

static bool complete(CorEngine *engine, CorType *type) {
    switch (type->kind) {
    case COR_KIND_CLASS: return complete_class(engine, type);
    case COR_KIND_ENUM:
    case COR_KIND_PLAIN_ENUM: return complete_enum(engine, type);
    case COR_KIND_INTERFACE: return complete_interface(engine, type);
    case COR_KIND_ARRAY:
        type->instance_size = COR_ARRAY_HEADER;
        type->mark_bytes = type->element->has_references ? SIZE_MAX : 0;
        return true;
    case COR_KIND_CELL:
        type->box = type->element->box;
        if (type->box == NULL) { /* a reference: laid out as a box of one */
            const CorType *optional = cor_type_wrapped(engine, COR_KIND_OPTIONAL, type->element);
            type->box = optional != NULL ? optional->box : NULL;
        }
        if (type->box != NULL) {
            type->instance_size = type->box->size;
            type->mark_bytes = type->box->references != 0 ? COR_HEADER_SIZE + 8 * type->box->references : 0;
        }
        return type->box != NULL;
    default: return true;
    }
}

bool cor_type_complete(CorEngine *engine, const CorType *constant) {
    CorType *type = (CorType *)(uintptr_t)constant;
    if (type->state == COR_STATE_COMPLETE) {
        return true;
    }
    if (type->state != COR_STATE_MADE) {
        cor_engine_fail(engine, COR_FAILURE_LIMIT, "the type %.80s cannot be instantiated", type->name);
        return false;
    }
    type->state = COR_STATE_COMPLETE; /* first: parts may mention the type itself */
    if (!complete(engine, type)) {
        type->state = COR_STATE_MADE;
        return false;
    }
    return true;
}

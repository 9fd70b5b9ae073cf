/* Choosing what a virtual call calls: the function itself where the receiver's type decides it (values, final classes,
 * methods that are not overridden anywhere), a place of the vtable, or a method of an interface by its table. */
#include "vm/runtime/lower_internal.h"

CorLoweredFunction *cor_body_function(LowerBody *body, uint32_t reference) {
    const CorFunctionRef *ref = &body->module->function_refs[reference];
    const CorType **arguments = cor_lower_allocate(body->lowering, ref->arg_count, sizeof *arguments);
    if (arguments == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < ref->arg_count; i++) {
        arguments[i] = cor_body_type(body, ref->args[i]);
        if (arguments[i] == NULL) {
            return NULL;
        }
    }
    CorLoweredFunction *function = cor_function_instance(body->lowering->engine, body->function->module,
                                                         ref->function, arguments, ref->arg_count);
    body->lowering->failed |= function == NULL;
    return function;
}

/* ---- The method and its owner ---- */

typedef struct Method {
    CorLoweredFunction *function; /* as named by the call */
    CorDefinitionInfo *owner_info;
    const CorType *owner; /* with its type arguments */
    const CorType *const *own;
    uint32_t own_count;
    uint32_t slot; /* in the owner's slots; COR_NONE */
} Method;

static uint32_t find_slot(const CorDefinitionInfo *info, const CorFunction *portable) {
    for (uint32_t i = 0; i < info->slot_count; i++) {
        const CorVirtualSlot *slot = &info->slots[i];
        if (&slot->owner->module->module->functions[slot->function] == portable) {
            return i;
        }
    }
    return COR_NONE;
}

static bool describe_method(CorEngine *engine, CorLoweredFunction *function, Method *method) {
    const CorFunction *portable = function->portable;
    uint32_t owner_count = portable->own_param_start;
    *method = (Method){.function = function,
                       .owner_info = function->module->definitions[portable->owner],
                       .own = function->arguments + owner_count,
                       .own_count = function->argument_count - owner_count};
    method->owner = cor_type_named(engine, method->owner_info, function->arguments, owner_count);
    if (method->owner == NULL || !cor_definition_slots(engine, method->owner_info)) {
        return false;
    }
    method->slot = find_slot(method->owner_info, portable);
    return true;
}

/* ---- Classes ---- */

/* The place of a function in the vtable of a class; COR_NONE when it has none. */
static uint32_t vtable_slot(const CorType *type, const CorLoweredFunction *function) {
    return find_slot(type->info, function->portable);
}

static void dispatch_by_table(LowerCall *call, const Method *method, CorEngine *engine) {
    call->kind = LOWER_CALL_INTERFACE;
    call->interface = method->owner;
    call->slot = method->slot;
    if (method->own_count != 0 || method->slot == COR_NONE || method->owner->kind != COR_KIND_INTERFACE) {
        call->interface = cor_type_selector(engine, method->function);
        call->slot = 0;
    }
}

/* A method of a class, on a receiver of that class or a subclass. */
static bool dispatch_class_method(CorEngine *engine, const CorType *receiver, const Method *method,
                                  LowerCall *call) {
    const CorFunction *portable = method->function->portable;
    uint32_t virtual = portable->flags & (COR_FN_VIRTUAL | COR_FN_OVERRIDE | COR_FN_ABSTRACT);
    call->kind = LOWER_CALL_DIRECT;
    call->function = method->function;
    if (virtual == 0) {
        return true;
    }
    if (receiver->is_final) {
        CorLoweredFunction *found = cor_class_method(engine, receiver, method->function);
        call->function = found != NULL ? found : method->function;
        return engine->failure == COR_FAILURE_NONE;
    }
    if (method->own_count != 0) {
        dispatch_by_table(call, method, engine);
        return call->interface != NULL;
    }
    if (method->slot != COR_NONE) {
        call->kind = LOWER_CALL_VTABLE;
        call->slot = method->slot;
    }
    return true;
}

/* A method of an interface, on a receiver of a class that implements it. */
static bool dispatch_interface_on_class(CorEngine *engine, const CorType *receiver, const Method *method,
                                        LowerCall *call) {
    CorImplementation found;
    bool resolved =
        method->slot != COR_NONE && cor_resolve_method(engine, receiver, method->owner, method->slot,
                                                       method->own, method->own_count, &found);
    if (engine->failure != COR_FAILURE_NONE) {
        return false;
    }
    if (!resolved || found.is_structural || (found.is_default && !receiver->is_final)) {
        dispatch_by_table(call, method, engine);
        return call->interface != NULL;
    }
    call->kind = LOWER_CALL_DIRECT;
    call->function = found.function;
    if (receiver->is_final || found.function->portable->owner == COR_NONE) {
        return true;
    }
    uint32_t slot = vtable_slot(receiver, found.function);
    if (slot != COR_NONE && method->own_count != 0) {
        dispatch_by_table(call, method, engine);
        return call->interface != NULL;
    }
    if (slot != COR_NONE) {
        call->kind = LOWER_CALL_VTABLE;
        call->slot = slot;
    }
    return true;
}

/* ---- Values ---- */

static bool is_primitive(const CorType *type) {
    return type->kind >= COR_KIND_BOOL && type->kind <= COR_KIND_STRING && type->kind != COR_KIND_PLAIN_ENUM;
}

/* Equality, order, hash and text of primitive types are operations, whatever the library says about them. */
static bool is_primitive_role(CorEngine *engine, const CorType *receiver, const Method *method,
                              LowerCall *call) {
    if (!is_primitive(receiver) || method->slot == COR_NONE) {
        return false;
    }
    const CorVirtualSlot *slot = &method->owner_info->slots[method->slot];
    call->role =
        cor_structural_role(method->owner, cor_function_name_string(slot->owner->module, slot->function));
    call->kind = LOWER_CALL_STRUCTURAL;
    return call->role != COR_ROLE_COUNT && cor_type_implements(engine, receiver, method->owner);
}

static bool dispatch_on_value(CorEngine *engine, const CorType *receiver, const Method *method,
                              LowerCall *call) {
    if (is_primitive_role(engine, receiver, method, call)) {
        return true;
    }
    CorImplementation found;
    if (method->slot == COR_NONE || !cor_resolve_method(engine, receiver, method->owner, method->slot,
                                                        method->own, method->own_count, &found)) {
        cor_engine_fail(engine, COR_FAILURE_LIMIT, "%s does not implement %s", receiver->name,
                        method->owner->name);
        return false;
    }
    call->kind = found.is_structural ? LOWER_CALL_STRUCTURAL : LOWER_CALL_DIRECT;
    call->role = found.role;
    call->function = found.function;
    call->box_self = found.is_default && (!receiver->is_reference || receiver->is_nullable);
    return true;
}

bool cor_dispatch(LowerBody *body, CorLoweredFunction *named, const CorType *receiver, LowerCall *call) {
    CorEngine *engine = body->lowering->engine;
    Method method;
    if (named->portable->owner == COR_NONE) { /* an extension of a built-in type */
        call->kind = LOWER_CALL_DIRECT;
        call->function = named;
        return true;
    }
    if (!describe_method(engine, named, &method) || !cor_type_complete(engine, receiver) ||
        !cor_type_complete(engine, method.owner)) {
        return false;
    }
    if (receiver->kind == COR_KIND_INTERFACE || receiver->kind == COR_KIND_ANY) {
        dispatch_by_table(call, &method, engine);
        return call->interface != NULL;
    }
    if (receiver->kind == COR_KIND_CLASS) {
        return method.owner->kind == COR_KIND_INTERFACE
                   ? dispatch_interface_on_class(engine, receiver, &method, call)
                   : dispatch_class_method(engine, receiver, &method, call);
    }
    if (method.owner->kind != COR_KIND_INTERFACE) {
        call->kind = LOWER_CALL_DIRECT;
        call->function = named;
        return true;
    }
    return dispatch_on_value(engine, receiver, &method, call);
}

/* Conformances: that the functions fit the interface's methods, and that what definitions promise is there. */
#include "vm/bytecode/verifier_internal.h"

static bool at_conformance(Verifier *verifier, uint32_t index) {
    verifier->at = (CorVerifyError){.place = COR_PLACE_CONFORMANCE, .index = index, .offset = COR_NONE};
    return verify_work(verifier, 1);
}

/* The instance of an interface definition that an interface type is or extends, or COR_NONE. */
static uint32_t interface_instance(Verifier *verifier, uint32_t type, uint32_t definition, int depth) {
    CorTypeEntry entry = verifier->types[type];
    const CorDefinition *interface = &verifier->module->definitions[entry.index];
    if (entry.index == definition) {
        return type;
    }
    for (uint32_t i = 0; i < interface->interface_count && depth < 64 && verify_work(verifier, 1); i++) {
        uint32_t super = verify_substitute(verifier, interface->interfaces[i], entry.args, entry.arg_count);
        uint32_t found =
            super == COR_NONE ? COR_NONE : interface_instance(verifier, super, definition, depth + 1);
        if (found != COR_NONE) {
            return found;
        }
    }
    return COR_NONE;
}

/* ---- The functions of a conformance ---- */

/* The type arguments of the owner or extension of a function that implements a method for the conformance's type, as
 * the arguments of `out`; false when it is no method of that type. */
static bool owner_arguments(Verifier *verifier, const CorConformance *conformance, const CorFunction *given,
                            uint32_t bindings[COR_LIMIT_TYPE_PARAMS], CorTypeEntry *out) {
    if (given->extends != COR_NONE) {
        *out = (CorTypeEntry){.kind = COR_TYPE_NAMED, .arg_count = given->own_param_start, .args = bindings};
        return verify_unify(verifier, given->extends, conformance->type, bindings);
    }
    if (given->owner == COR_NONE) {
        return false;
    }
    bool of_interface = verifier->module->definitions[given->owner].kind == COR_DEF_INTERFACE;
    uint32_t owner = of_interface ? interface_instance(verifier, conformance->interface, given->owner, 0)
                                  : verify_class_instance(verifier, conformance->type, given->owner);
    if (owner == COR_NONE) {
        return false;
    }
    *out = verifier->types[owner];
    return true;
}

/* Whether there is something to run: code, or a method that subclasses must implement. */
static bool can_be_run(const CorModule *module, const CorFunction *given) {
    bool of_interface =
        given->owner != COR_NONE && module->definitions[given->owner].kind == COR_DEF_INTERFACE;
    return (given->flags & (COR_FN_INTRINSIC | COR_FN_SYSCALL)) == 0 &&
           ((given->flags & COR_FN_ABSTRACT) == 0 || !of_interface);
}

static bool implements_method(Verifier *verifier, const CorConformance *conformance, uint32_t wanted,
                              uint32_t given) {
    const CorModule *module = verifier->module;
    uint32_t bindings[COR_LIMIT_TYPE_PARAMS];
    CorTypeEntry owner;
    CorTypeEntry interface = verifier->types[conformance->interface];
    return given < module->function_count && can_be_run(module, &module->functions[given]) &&
           owner_arguments(verifier, conformance, &module->functions[given], bindings, &owner) &&
           verify_same_signature(verifier, &module->functions[wanted], &interface, &module->functions[given],
                                 &owner, conformance->param_count);
}

/* For an own interface the methods are in its order; for an imported one only the linker knows the order, so here each
 * function is compared with the method of its name. */
static bool verify_method_list(Verifier *verifier, const CorConformance *conformance) {
    const CorModule *module = verifier->module;
    uint32_t definition = verifier->types[conformance->interface].index;
    bool imported = definition < module->imported_definition_count;
    uint32_t wanted = verifier->method_first[definition], count = 0;
    for (; wanted != COR_NONE && count < conformance->method_count;
         wanted = verifier->method_next[wanted], count++) {
        uint32_t given = conformance->methods[count], model = wanted;
        if (imported && given < module->function_count) {
            model = verify_find_method(verifier, definition, module->functions[given].name,
                                       module->functions[given].flags);
        }
        bool fits = given == COR_NONE
                        ? imported || (module->functions[wanted].flags & COR_FN_ABSTRACT) == 0
                        : model != COR_NONE && implements_method(verifier, conformance, model, given);
        if (!verify_work(verifier, 1) || !fits) {
            return verify_fail(verifier, COR_VERIFY_CONFORMANCE_METHODS);
        }
    }
    return verify_require(verifier, wanted == COR_NONE && count == conformance->method_count,
                          COR_VERIFY_CONFORMANCE_METHODS);
}

static bool verify_conformance(Verifier *verifier, uint32_t index) {
    const CorModule *module = verifier->module;
    const CorConformance *conformance = &module->conformances[index];
    if (!verify_enter_context(verifier, conformance->params, conformance->param_count) ||
        !verify_type(verifier, conformance->type) || !verify_type(verifier, conformance->interface)) {
        return false;
    }
    uint32_t i = verifier->conformance_first[verify_conformance_head(verifier, conformance->type)];
    for (; i < index && verify_work(verifier, 1); i = verifier->conformance_next[i]) {
        if (module->conformances[i].type == conformance->type &&
            module->conformances[i].interface == conformance->interface) {
            return verify_fail(verifier, COR_VERIFY_CONFORMANCE_DUPLICATE);
        }
    }
    if (conformance->module != 0) { /* relied on: its functions are the linker's matter */
        return verify_require(verifier, conformance->method_count == 0, COR_VERIFY_CONFORMANCE_METHODS);
    }
    return verify_method_list(verifier, conformance);
}

/* ---- What definitions promise ---- */

static bool has_conformance(Verifier *verifier, uint32_t type, uint32_t interface) {
    const CorModule *module = verifier->module;
    uint32_t i = verifier->conformance_first[verify_conformance_head(verifier, type)];
    for (; i != COR_NONE && verify_work(verifier, 1); i = verifier->conformance_next[i]) {
        const CorConformance *conformance = &module->conformances[i];
        uint32_t bindings[COR_LIMIT_TYPE_PARAMS];
        if (verify_unify(verifier, conformance->type, type, bindings) &&
            verify_substitute(verifier, conformance->interface, bindings, conformance->param_count) ==
                interface) {
            return true;
        }
    }
    return false;
}

/* A listed interface, and those above it, are implemented by a conformance, or by the superclass. */
static bool verify_promise(Verifier *verifier, uint32_t self, uint32_t interface, int depth) {
    CorTypeEntry entry = verifier->types[self], listed = verifier->types[interface];
    uint32_t super = verifier->module->definitions[entry.index].super;
    if (super != COR_NONE) {
        super = verify_substitute(verifier, super, entry.args, entry.arg_count);
    }
    if (!has_conformance(verifier, self, interface) &&
        (super == COR_NONE || !verify_implements(verifier, super, interface))) {
        return verify_fail(verifier, COR_VERIFY_CONFORMANCE_MISSING);
    }
    const CorDefinition *definition = &verifier->module->definitions[listed.index];
    for (uint32_t i = 0; i < definition->interface_count; i++) {
        uint32_t above =
            verify_substitute(verifier, definition->interfaces[i], listed.args, listed.arg_count);
        if (above == COR_NONE || depth > 64 || !verify_work(verifier, 1) ||
            !verify_promise(verifier, self, above, depth + 1)) {
            return verify_fail(verifier, COR_VERIFY_CONFORMANCE_MISSING);
        }
    }
    return verifier->status == COR_MODULE_OK;
}

static bool verify_promises(Verifier *verifier, uint32_t index) {
    const CorDefinition *definition = &verifier->module->definitions[index];
    verifier->at = (CorVerifyError){.place = COR_PLACE_DEFINITION, .index = index, .offset = COR_NONE};
    uint32_t self = verify_self_type(verifier, index);
    for (uint32_t i = 0; self != COR_NONE && i < definition->interface_count; i++) {
        if (!verify_promise(verifier, self, definition->interfaces[i], 0)) {
            return false;
        }
    }
    return verifier->status == COR_MODULE_OK;
}

bool verify_conformances(Verifier *verifier) {
    const CorModule *module = verifier->module;
    for (uint32_t i = 0; i < module->conformance_count; i++) {
        if (!at_conformance(verifier, i) || !verify_conformance(verifier, i)) {
            return false;
        }
    }
    for (uint32_t i = module->imported_definition_count; i < module->definition_count; i++) {
        if (module->definitions[i].kind != COR_DEF_INTERFACE && !verify_promises(verifier, i)) {
            return false;
        }
    }
    return true;
}

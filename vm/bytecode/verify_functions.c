/* Functions one by one: flags, owner, type parameters, signature, defaults; not their code. */
#include <string.h>

#include "vm/bytecode/assembly_names.h"
#include "vm/bytecode/foreign_name.h"
#include "vm/bytecode/intrinsic.h"
#include "vm/bytecode/syscall.h"
#include "vm/bytecode/verifier_internal.h"

static bool at_function(Verifier *verifier, uint32_t index) {
    verifier->at = (CorVerifyError){.place = COR_PLACE_FUNCTION, .index = index, .offset = COR_NONE};
    return verify_work(verifier, 1);
}

/* ---- Flags ---- */

/* If all flags of `when` are set, so is one of `then` (0: nothing is wanted) and none of `never`. */
typedef struct FlagRule {
    uint32_t when, then, never;
} FlagRule;

static const FlagRule flag_rules[] = {
    {COR_FN_METHOD, 0, COR_FN_STATIC | COR_FN_INIT | COR_FN_STRUCT_INIT | COR_FN_LAMBDA},
    {COR_FN_INIT, 0, COR_FN_STATIC | COR_FN_VIRTUAL | COR_FN_LAMBDA | COR_FN_CODELESS},
    {COR_FN_INIT, 0, COR_FN_MUT | COR_FN_GETTER | COR_FN_SETTER | COR_FN_OVERRIDE},
    {COR_FN_VIRTUAL, COR_FN_METHOD, COR_FN_MUT | COR_FN_LEAF},
    {COR_FN_ABSTRACT, COR_FN_VIRTUAL, COR_FN_LEAF},
    {COR_FN_OVERRIDE, COR_FN_METHOD, 0},
    {COR_FN_MUT, COR_FN_METHOD, COR_FN_ABSTRACT},
    {COR_FN_GETTER, 0, COR_FN_SETTER},
    {COR_FN_STRUCT_INIT, COR_FN_STATIC, COR_FN_LAMBDA | COR_FN_LEAF},
    {COR_FN_INTRINSIC, 0, COR_FN_SYSCALL | COR_FN_LAMBDA},
    {COR_FN_SYSCALL, 0, COR_FN_LAMBDA},
    {COR_FN_HOST, 0, COR_FN_LAMBDA | COR_FN_MUT | COR_FN_INTRINSIC | COR_FN_SYSCALL},
    {COR_FN_FOREIGN, 0, COR_FN_LAMBDA | COR_FN_METHOD | COR_FN_INTRINSIC | COR_FN_SYSCALL | COR_FN_HOST},
};

static bool verify_flags(Verifier *verifier, const CorFunction *function) {
    if ((function->flags & ~((COR_FN_FOREIGN << 1) - 1)) != 0) {
        return verify_fail(verifier, COR_VERIFY_FUNCTION_FLAGS);
    }
    for (size_t i = 0; i < sizeof flag_rules / sizeof flag_rules[0]; i++) {
        const FlagRule *rule = &flag_rules[i];
        if ((function->flags & rule->when) != 0 &&
            ((rule->then != 0 && (function->flags & rule->then) == 0) ||
             (function->flags & rule->never) != 0)) {
            return verify_fail(verifier, COR_VERIFY_FUNCTION_FLAGS);
        }
    }
    return true;
}

/* ---- Owner and type parameters ---- */

static bool verify_owner(Verifier *verifier, const CorFunction *function) {
    const CorModule *module = verifier->module;
    uint32_t flags = function->flags;
    bool extension = function->extends != COR_NONE, owned = function->owner != COR_NONE;
    if ((owned && function->owner >= module->definition_count) ||
        (extension && function->extends >= module->type_count)) {
        return verify_fail(verifier, COR_VERIFY_FUNCTION_OWNER);
    }
    if (owned && !extension && function->module == COR_NONE &&
        function->owner < module->imported_definition_count) {
        return verify_fail(verifier, COR_VERIFY_FUNCTION_OWNER);
    }
    if (!owned && !extension && (flags & (COR_FN_METHOD | COR_FN_INIT | COR_FN_STRUCT_INIT)) != 0) {
        return verify_fail(verifier, COR_VERIFY_FUNCTION_OWNER);
    }
    CorDefinitionKind kind = owned ? module->definitions[function->owner].kind : COR_DEF_STRUCT;
    bool is_class = owned && !extension && kind == COR_DEF_CLASS;
    bool of_host = is_class && (module->definitions[function->owner].flags & COR_DEF_HOST) != 0;
    bool is_interface = owned && !extension && kind == COR_DEF_INTERFACE;
    bool is_struct = owned && !extension && kind == COR_DEF_STRUCT;
    return verify_require(
        verifier,
        ((flags & COR_FN_INIT) == 0 || (is_class && !of_host)) &&
            ((flags & COR_FN_HOST) == 0 || (flags & COR_FN_METHOD) == 0 || of_host) &&
            ((flags & (COR_FN_VIRTUAL | COR_FN_OVERRIDE)) == 0 || !extension) &&
            ((flags & COR_FN_VIRTUAL) == 0 || is_class || is_interface) &&
            ((flags & COR_FN_METHOD) == 0 || !is_interface || (flags & COR_FN_VIRTUAL) != 0) &&
            ((flags & COR_FN_STRUCT_INIT) == 0 || is_struct),
        COR_VERIFY_FUNCTION_FLAGS);
}

static bool same_bounds(const CorTypeParam *a, const CorTypeParam *b, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (a[i].bound_count != b[i].bound_count ||
            (a[i].bound_count != 0 &&
             memcmp(a[i].bounds, b[i].bounds, a[i].bound_count * sizeof *a[i].bounds) != 0)) {
            return false;
        }
    }
    return true;
}

/* An extension's parameters are those that occur in the extended type, all of them. */
static bool extension_params_fit(Verifier *verifier, const CorFunction *function) {
    uint32_t bindings[COR_LIMIT_TYPE_PARAMS];
    verify_unify(verifier, function->extends, function->extends, bindings);
    for (uint32_t i = 0; i < COR_LIMIT_TYPE_PARAMS; i++) {
        if ((bindings[i] != COR_NONE) != (i < function->own_param_start)) {
            return false;
        }
    }
    return true;
}

static bool verify_params(Verifier *verifier, const CorFunction *function) {
    if (!verify_bounds(verifier, function->params, function->param_count)) {
        return false;
    }
    bool fits = function->own_param_start <= function->param_count;
    if (function->extends != COR_NONE) {
        fits = fits && extension_params_fit(verifier, function);
    } else if (function->owner != COR_NONE) {
        const CorDefinition *owner = &verifier->module->definitions[function->owner];
        fits = fits && function->own_param_start == owner->param_count &&
               same_bounds(function->params, owner->params, owner->param_count);
    } else {
        fits = fits && function->own_param_start == 0;
    }
    return verify_require(verifier, fits, COR_VERIFY_FUNCTION_PARAMS) &&
           verify_enter_context(verifier, function->params, function->param_count);
}

/* ---- Signature ---- */

static bool verify_parameter_types(Verifier *verifier, const CorFunction *function) {
    if (function->parameter_count > COR_LIMIT_PARAMETERS) {
        return verify_fail(verifier, COR_VERIFY_LIMIT);
    }
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        if (!verify_type(verifier, function->parameters[i].type)) {
            return false;
        }
        if (!verify_is_storable(verifier, function->parameters[i].type)) {
            return verify_fail(verifier, COR_VERIFY_FUNCTION_TYPE);
        }
    }
    if (!verify_type(verifier, function->result)) {
        return false;
    }
    bool is_cell = verify_kind(verifier, function->result) == COR_TYPE_CELL;
    bool returns = verify_kind(verifier, function->result) != COR_TYPE_VOID;
    return verify_require(verifier, !is_cell && !((function->flags & COR_FN_INIT) != 0 && returns),
                          COR_VERIFY_FUNCTION_TYPE);
}

static bool is_pair_with(const Verifier *verifier, uint32_t type, uint32_t first) {
    const CorTypeEntry *entry = &verifier->types[type];
    return entry->kind == COR_TYPE_TUPLE && entry->arg_count == 2 && entry->args[0] == first;
}

static bool verify_self(Verifier *verifier, const CorFunction *function) {
    uint32_t self = function->extends;
    if (self == COR_NONE && function->owner != COR_NONE) {
        self = verify_self_type(verifier, function->owner);
        if (self == COR_NONE) {
            return false;
        }
    }
    if (function->extends != COR_NONE && !verify_type(verifier, function->extends)) {
        return false;
    }
    bool good = true;
    if ((function->flags & (COR_FN_METHOD | COR_FN_INIT)) != 0) {
        good = function->parameter_count != 0 && function->parameters[0].type == self;
    }
    if ((function->flags & COR_FN_STRUCT_INIT) != 0) {
        good = good && function->result == self;
    }
    if ((function->flags & COR_FN_MUT) != 0) {
        good = good && (function->result == self || is_pair_with(verifier, function->result, self));
    }
    return verify_require(verifier, good, COR_VERIFY_FUNCTION_SELF);
}

/* A default's function takes parameters before it, from the first one on, self left out where there is one. */
static bool verify_default(Verifier *verifier, const CorFunction *function, uint32_t number) {
    const CorModule *module = verifier->module;
    uint32_t index = function->parameters[number].default_function;
    if (index == COR_NONE) {
        return true;
    }
    if (index >= module->function_count) {
        return verify_fail(verifier, COR_VERIFY_FUNCTION_DEFAULT);
    }
    const CorFunction *by_default = &module->functions[index];
    uint32_t self = (function->flags & (COR_FN_METHOD | COR_FN_INIT)) != 0 ? 1 : 0;
    uint32_t never = COR_FN_METHOD | COR_FN_INIT | COR_FN_LAMBDA | COR_FN_LEAF;
    bool good = number >= self && by_default->parameter_count <= number - self &&
                (by_default->flags & never) == 0 && by_default->param_count == function->param_count &&
                by_default->result == function->parameters[number].type;
    for (uint32_t i = 0; good && i < by_default->parameter_count; i++) {
        good = by_default->parameters[i].type == function->parameters[self + i].type;
    }
    return verify_require(verifier,
                          good && same_bounds(by_default->params, function->params, function->param_count),
                          COR_VERIFY_FUNCTION_DEFAULT);
}

/* ---- Leaves and code ---- */

static bool names_instruction(const CorString *name) {
    for (uint32_t i = 0; i < COR_OP_COUNT; i++) {
        const char *mnemonic = cor_opcode_info[i].mnemonic;
        if (name->length == strlen(mnemonic) + 3 && memcmp(name->bytes, "op.", 3) == 0 &&
            memcmp(name->bytes + 3, mnemonic, name->length - 3) == 0) {
            return true;
        }
    }
    return false;
}

static bool verify_leaf(Verifier *verifier, const CorFunction *function) {
    const CorString *name = &verifier->module->strings[function->intrinsic];
    bool good = function->intrinsic == 0;
    if ((function->flags & COR_FN_INTRINSIC) != 0) {
        good = cor_intrinsic_find(name->bytes, name->length) != COR_NONE || names_instruction(name);
    } else if ((function->flags & COR_FN_SYSCALL) != 0) {
        good = cor_syscall_find(name->bytes, name->length) != COR_NONE;
    } else if ((function->flags & COR_FN_HOST) != 0) {
        good = name->length > 0 && function->param_count == 0;
    } else if ((function->flags & COR_FN_FOREIGN) != 0) {
        CorForeignName parts;
        good = function->param_count == 0 && cor_foreign_name(name->bytes, name->length, &parts) &&
               parts.fixed <= function->parameter_count;
    }
    return verify_require(verifier, good, COR_VERIFY_FUNCTION_LEAF);
}

static bool verify_code_presence(Verifier *verifier, const CorFunction *function) {
    bool wants_code = function->module == COR_NONE && (function->flags & COR_FN_CODELESS) == 0;
    bool has_rest =
        function->register_count != 0 || function->handler_count != 0 || function->line_count != 0;
    if ((function->code_size != 0) != wants_code || (!wants_code && has_rest)) {
        return verify_fail(verifier, COR_VERIFY_FUNCTION_CODE);
    }
    if (function->capture_count != 0 && (!wants_code || (function->flags & COR_FN_LAMBDA) == 0)) {
        return verify_fail(verifier, COR_VERIFY_FUNCTION_CAPTURES);
    }
    for (uint32_t i = 0; i < function->capture_count; i++) {
        if (!verify_type(verifier, function->captures[i])) {
            return false;
        }
        if (!verify_is_storable(verifier, function->captures[i]) &&
            verify_kind(verifier, function->captures[i]) != COR_TYPE_CELL) {
            return verify_fail(verifier, COR_VERIFY_FUNCTION_CAPTURES);
        }
    }
    return true;
}

/* Everything whose indices others rely on comes first, for all functions. */
bool verify_functions(Verifier *verifier) {
    const CorModule *module = verifier->module;
    for (uint32_t i = 0; i < module->function_count; i++) {
        const CorFunction *function = &module->functions[i];
        if (!at_function(verifier, i) || !verify_flags(verifier, function) ||
            !verify_owner(verifier, function) || !verify_params(verifier, function) ||
            !verify_parameter_types(verifier, function) || !verify_self(verifier, function) ||
            !verify_leaf(verifier, function) || !verify_code_presence(verifier, function)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < module->function_count; i++) {
        for (uint32_t j = 0; j < module->functions[i].parameter_count; j++) {
            if (!at_function(verifier, i) || !verify_default(verifier, &module->functions[i], j)) {
                return false;
            }
        }
    }
    return true;
}

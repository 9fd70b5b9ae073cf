/* The type table: its own rules, its extension by substitution, and the rules of a type in a context. */
#include <string.h>

#include "vm/bytecode/verifier_internal.h"

/* ---- The table ---- */

static uint32_t hash_type(const CorTypeEntry *type) {
    uint32_t hash = cor_hash_u32(cor_hash_u32(COR_HASH_START, (uint32_t)type->kind), type->index);
    for (uint32_t i = 0; i < type->arg_count; i++) {
        hash = cor_hash_u32(hash, type->args[i]);
    }
    return hash;
}

static bool type_equal(const void *context, uint32_t index, const void *key) {
    const CorTypeEntry *have = &((const Verifier *)context)->types[index], *want = key;
    return have->kind == want->kind && have->index == want->index && have->arg_count == want->arg_count &&
           (want->arg_count == 0 ||
            memcmp(have->args, want->args, want->arg_count * sizeof *want->args) == 0);
}

/* Depth, size and whether parameters are mentioned; the arguments' are known. */
static VerifyTypeInfo measure(const Verifier *verifier, const CorTypeEntry *type) {
    uint32_t depth = 0, size = 1;
    bool has_params = type->kind == COR_TYPE_PARAM;
    for (uint32_t i = 0; i < type->arg_count; i++) {
        const VerifyTypeInfo *arg = &verifier->type_info[type->args[i]];
        depth = arg->depth > depth ? arg->depth : depth;
        size = size + arg->size > COR_LIMIT_TYPE_SIZE ? COR_LIMIT_TYPE_SIZE + 1 : size + arg->size;
        has_params |= arg->has_params;
    }
    return (VerifyTypeInfo){.depth = (uint16_t)(depth + 1),
                            .size = (uint16_t)size,
                            .has_params = has_params,
                            .checked_context = COR_NONE};
}

/* Adds an entry whose arguments are in the table. */
static bool add_type(Verifier *verifier, const CorTypeEntry *type, uint32_t hash) {
    VerifyTypeInfo info = measure(verifier, type);
    if (info.depth > COR_LIMIT_TYPE_DEPTH || info.size > COR_LIMIT_TYPE_SIZE ||
        verifier->type_count >= COR_LIMIT_TYPES_DERIVED) {
        return verify_fail(verifier, COR_VERIFY_LIMIT);
    }
    uint32_t capacity = verifier->type_capacity;
    CorTypeEntry *types =
        cor_arena_grow(verifier->arena, verifier->types, verifier->type_count, &capacity, sizeof *types);
    capacity = verifier->type_capacity;
    VerifyTypeInfo *infos =
        cor_arena_grow(verifier->arena, verifier->type_info, verifier->type_count, &capacity, sizeof *infos);
    if (types == NULL || infos == NULL) {
        return verify_no_memory(verifier);
    }
    verifier->types = types;
    verifier->type_info = infos;
    verifier->type_capacity = capacity;
    types[verifier->type_count] = *type;
    infos[verifier->type_count] = info;
    if (!cor_index_table_add(&verifier->type_table, verifier->arena, hash, verifier->type_count)) {
        return verify_no_memory(verifier);
    }
    verifier->type_count++;
    return true;
}

static bool has_right_arity(const Verifier *verifier, const CorTypeEntry *type) {
    switch (type->kind) {
    case COR_TYPE_OPTIONAL:
    case COR_TYPE_ARRAY:
    case COR_TYPE_CELL: return type->arg_count == 1;
    case COR_TYPE_TUPLE: return type->arg_count >= 2;
    case COR_TYPE_FUNCTION: return type->arg_count >= 1;
    case COR_TYPE_NAMED: return type->arg_count == verifier->module->definitions[type->index].param_count;
    default: return type->arg_count == 0;
    }
}

static bool argument_is_allowed(const Verifier *verifier, const CorTypeEntry *type, uint32_t index) {
    CorTypeKind kind = verifier->types[type->args[index]].kind;
    bool is_result = type->kind == COR_TYPE_FUNCTION && index == type->arg_count - 1;
    return kind != COR_TYPE_CELL && (is_result || (kind != COR_TYPE_VOID && kind != COR_TYPE_NEVER));
}

static bool verify_entry(Verifier *verifier, uint32_t index) {
    const CorTypeEntry *type = &verifier->module->types[index];
    if (type->kind > COR_TYPE_PARAM) {
        return verify_fail(verifier, COR_VERIFY_TYPE_ARITY);
    }
    for (uint32_t i = 0; i < type->arg_count; i++) {
        if (type->args[i] >= index) {
            return verify_fail(verifier, COR_VERIFY_TYPE_ORDER);
        }
    }
    if (type->kind == COR_TYPE_NAMED && type->index >= verifier->module->definition_count) {
        return verify_fail(verifier, COR_VERIFY_TYPE_DEFINITION);
    }
    if (type->kind == COR_TYPE_PARAM && type->index >= COR_LIMIT_TYPE_PARAMS) {
        return verify_fail(verifier, COR_VERIFY_TYPE_PARAM);
    }
    if (!has_right_arity(verifier, type)) {
        return verify_fail(verifier, COR_VERIFY_TYPE_ARITY);
    }
    for (uint32_t i = 0; i < type->arg_count; i++) {
        if (!argument_is_allowed(verifier, type, i)) {
            return verify_fail(verifier, COR_VERIFY_TYPE_ARGUMENT);
        }
    }
    uint32_t hash = hash_type(type);
    if (cor_index_table_find(&verifier->type_table, hash, type_equal, verifier, type) != COR_NONE) {
        return verify_fail(verifier, COR_VERIFY_TYPE_DUPLICATE);
    }
    return add_type(verifier, type, hash);
}

bool verify_type_table(Verifier *verifier) {
    verifier->at.place = COR_PLACE_TYPE;
    for (uint32_t i = 0; i < verifier->module->type_count; i++) {
        verifier->at.index = i;
        if (!verify_work(verifier, 1 + verifier->module->types[i].arg_count) || !verify_entry(verifier, i)) {
            return false;
        }
    }
    return true;
}

/* ---- Substitution ---- */

uint32_t verify_make_type(Verifier *verifier, CorTypeKind kind, uint32_t index, const uint32_t *args,
                          uint32_t count) {
    CorTypeEntry key = {kind, index, count, args};
    uint32_t hash = hash_type(&key);
    uint32_t found = cor_index_table_find(&verifier->type_table, hash, type_equal, verifier, &key);
    if (found != COR_NONE) {
        return found;
    }
    key.args = cor_arena_copy(verifier->arena, args, count, sizeof *args);
    if (key.args == NULL) {
        verify_no_memory(verifier);
        return COR_NONE;
    }
    return add_type(verifier, &key, hash) ? verifier->type_count - 1 : COR_NONE;
}

/* Recursion is as deep as the type, which is limited. */
uint32_t verify_substitute(Verifier *verifier, uint32_t index, const uint32_t *args, uint32_t count) {
    if (!verifier->type_info[index].has_params) {
        return index;
    }
    CorTypeEntry type = verifier->types[index];
    if (type.kind == COR_TYPE_PARAM) {
        if (type.index >= count) {
            verify_fail(verifier, COR_VERIFY_TYPE_PARAM);
            return COR_NONE;
        }
        return args[type.index];
    }
    uint32_t few[8];
    uint32_t *substituted =
        type.arg_count <= 8 ? few : cor_arena_allocate(verifier->arena, type.arg_count, sizeof *few);
    if (substituted == NULL) {
        verify_no_memory(verifier);
        return COR_NONE;
    }
    for (uint32_t i = 0; i < type.arg_count; i++) {
        substituted[i] =
            verify_work(verifier, 1) ? verify_substitute(verifier, type.args[i], args, count) : COR_NONE;
        if (substituted[i] == COR_NONE) {
            return COR_NONE;
        }
    }
    return verify_make_type(verifier, type.kind, type.index, substituted, type.arg_count);
}

/* ---- A type in a context ---- */

bool verify_type_arguments(Verifier *verifier, const CorTypeParam *params, uint32_t count,
                           const uint32_t *args) {
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < params[i].bound_count; j++) {
            uint32_t bound = verify_substitute(verifier, params[i].bounds[j], args, count);
            if (bound == COR_NONE) {
                return false;
            }
            if (!verify_implements(verifier, args[i], bound)) {
                return verify_fail(verifier, COR_VERIFY_TYPE_BOUND);
            }
        }
    }
    return true;
}

bool verify_type(Verifier *verifier, uint32_t index) {
    if (index >= verifier->module->type_count) {
        return verify_fail(verifier, COR_VERIFY_TYPE_INDEX);
    }
    uint32_t context = verifier->type_info[index].has_params ? verifier->context : 0;
    if (verifier->type_info[index].checked_context == context) {
        return true;
    }
    const CorTypeEntry type = verifier->types[index];
    if (type.kind == COR_TYPE_PARAM && type.index >= verifier->param_count) {
        return verify_fail(verifier, COR_VERIFY_TYPE_PARAM);
    }
    for (uint32_t i = 0; i < type.arg_count; i++) {
        if (!verify_type(verifier, type.args[i])) {
            return false;
        }
    }
    if (type.kind == COR_TYPE_NAMED) {
        const CorDefinition *definition = &verifier->module->definitions[type.index];
        if (!verify_type_arguments(verifier, definition->params, definition->param_count, type.args)) {
            return false;
        }
    }
    verifier->type_info[index].checked_context = context;
    return verifier->status == COR_MODULE_OK;
}

/* ---- Kinds ---- */

bool verify_is_storable(const Verifier *verifier, uint32_t type) {
    CorTypeKind kind = verify_kind(verifier, type);
    return kind != COR_TYPE_VOID && kind != COR_TYPE_NEVER && kind != COR_TYPE_CELL;
}

bool verify_is_integer(const Verifier *verifier, uint32_t type) {
    CorTypeKind kind = verify_kind(verifier, type);
    return kind >= COR_TYPE_I8 && kind <= COR_TYPE_U64;
}

bool verify_is_number(const Verifier *verifier, uint32_t type) {
    CorTypeKind kind = verify_kind(verifier, type);
    return kind >= COR_TYPE_I8 && kind <= COR_TYPE_F64;
}

// Types by structure.
//
// A table owns every type of a compilation. Constructors look the structure up in one open-addressing hash
// table, so two types are equal exactly if their pointers are. The table's order is never observed, therefore
// hashing addresses does not make any output depend on them.
#include "compiler/types.h"

#include "compiler/symbols.h"

#include <string.h>

#define TYPES_FIRST_CAPACITY 512u

struct TypeTable {
    Arena *arena;
    const Type *builtins[TYPE_VARIABLE + 1];
    const Type **slots; // capacity is a power of two
    uint32_t *hashes;
    uint32_t count, capacity;
    bool overflowed;
};

static const char *const builtin_names[] = {
    [TYPE_ERROR] = "<error>", [TYPE_VOID] = "void", [TYPE_NEVER] = "never", [TYPE_NULL] = "null",
    [TYPE_BOOL] = "bool",     [TYPE_I8] = "i8",     [TYPE_I16] = "i16",     [TYPE_I32] = "i32",
    [TYPE_I64] = "int",       [TYPE_U8] = "u8",     [TYPE_U16] = "u16",     [TYPE_U32] = "u32",
    [TYPE_U64] = "u64",       [TYPE_F32] = "f32",   [TYPE_F64] = "float",   [TYPE_CHAR] = "char",
    [TYPE_STRING] = "string", [TYPE_ANY] = "any",
};

// ------------------------------------------------------------------------------------------------- interning

static uint32_t mix(uint32_t hash, uintptr_t word) {
    uint64_t product = ((uint64_t)word ^ hash) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(product >> 32) ^ (uint32_t)product;
}

static uint32_t hash_of(const Type *type) {
    uint32_t hash = mix((uint32_t)type->kind + 1, type->arg_count);
    for (uint32_t i = 0; i < type->arg_count; i++)
        hash = mix(hash, (uintptr_t)type->args[i]);
    hash = mix(hash, (uintptr_t)type->decl);
    hash = mix(hash, (uintptr_t)type->parameter);
    return mix(hash, type->variable);
}

static bool same_structure(const Type *a, const Type *b) {
    if (a->kind != b->kind || a->arg_count != b->arg_count || a->decl != b->decl ||
        a->parameter != b->parameter || a->variable != b->variable)
        return false;
    for (uint32_t i = 0; i < a->arg_count; i++) {
        if (a->args[i] != b->args[i])
            return false;
    }
    return true;
}

static void insert(TypeTable *table, const Type *type, uint32_t hash) {
    uint32_t mask = table->capacity - 1;
    uint32_t slot = hash & mask;
    while (table->slots[slot])
        slot = (slot + 1) & mask;
    table->slots[slot] = type;
    table->hashes[slot] = hash;
}

static void enlarge(TypeTable *table) {
    TypeTable old = *table;
    table->capacity = old.capacity ? old.capacity * 2 : TYPES_FIRST_CAPACITY;
    table->slots = ARENA_ARRAY(table->arena, const Type *, table->capacity);
    table->hashes = ARENA_ARRAY(table->arena, uint32_t, table->capacity);
    for (uint32_t i = 0; i < old.capacity; i++) {
        if (old.slots[i])
            insert(table, old.slots[i], old.hashes[i]);
    }
}

// Fills in what is known of a type through its arguments. False if it is too large.
static bool summarise(Type *type) {
    uint32_t depth = 0, size = 1;
    type->has_params = type->kind == TYPE_PARAM;
    type->has_variables = type->kind == TYPE_VARIABLE;
    type->has_error = type->kind == TYPE_ERROR;
    for (uint32_t i = 0; i < type->arg_count; i++) {
        const Type *argument = type->args[i];
        type->has_params |= argument->has_params;
        type->has_variables |= argument->has_variables;
        type->has_error |= argument->has_error;
        depth = argument->depth > depth ? argument->depth : depth;
        size += argument->size;
        if (size > TYPES_MAX_SIZE)
            return false;
    }
    type->depth = (uint16_t)(depth + 1);
    type->size = (uint16_t)size;
    return depth < TYPES_MAX_DEPTH;
}

// The one type with the structure of `key`, whose argument array is copied if it is new.
static const Type *intern(TypeTable *table, const Type *key) {
    if (table->count >= table->capacity / 4 * 3)
        enlarge(table);
    uint32_t hash = hash_of(key);
    uint32_t mask = table->capacity - 1;
    for (uint32_t slot = hash & mask; table->slots[slot]; slot = (slot + 1) & mask) {
        if (table->hashes[slot] == hash && same_structure(table->slots[slot], key))
            return table->slots[slot];
    }
    Type summary = *key;
    if (!summarise(&summary)) {
        table->overflowed = true;
        return table->builtins[TYPE_ERROR];
    }
    Type *type = ARENA_NEW(table->arena, Type);
    *type = summary;
    type->args = NULL;
    if (key->arg_count > 0) {
        type->args = ARENA_ARRAY(table->arena, const Type *, key->arg_count);
        memcpy(type->args, key->args, key->arg_count * sizeof *key->args);
    }
    insert(table, type, hash);
    table->count++;
    return type;
}

TypeTable *types_create(Arena *arena) {
    TypeTable *table = ARENA_NEW(arena, TypeTable);
    table->arena = arena;
    for (TypeKind kind = TYPE_ERROR; kind <= TYPE_ANY; kind++)
        table->builtins[kind] = intern(table, &(Type){.kind = kind});
    return table;
}

bool types_overflowed(TypeTable *table) {
    bool overflowed = table->overflowed;
    table->overflowed = false;
    return overflowed;
}

const Type *types_builtin(TypeTable *table, TypeKind kind) {
    return table->builtins[kind];
}

static const Type *make(TypeTable *table, TypeKind kind, TypeDecl *decl, const Type *const *args,
                        uint32_t count) {
    return intern(table,
                  &(Type){.kind = kind, .decl = decl, .args = (const Type **)args, .arg_count = count});
}

const Type *types_optional(TypeTable *table, const Type *inner) {
    return make(table, TYPE_OPTIONAL, NULL, &inner, 1);
}

const Type *types_array(TypeTable *table, const Type *element) {
    return make(table, TYPE_ARRAY, NULL, &element, 1);
}

const Type *types_tuple(TypeTable *table, const Type *const *elements, uint32_t count) {
    return make(table, TYPE_TUPLE, NULL, elements, count);
}

const Type *types_named(TypeTable *table, TypeDecl *decl, const Type *const *args, uint32_t count) {
    return make(table, TYPE_NAMED, decl, args, count);
}

#define TYPES_FEW 16 // argument lists up to this length are put together on the stack

static const Type **scratch(TypeTable *table, const Type **few, uint32_t count) {
    return count <= TYPES_FEW ? few : ARENA_ARRAY(table->arena, const Type *, count);
}

const Type *types_function(TypeTable *table, const Type *const *parameters, uint32_t count,
                           const Type *result) {
    const Type *few[TYPES_FEW];
    const Type **args = scratch(table, few, count + 1);
    for (uint32_t i = 0; i < count; i++)
        args[i] = parameters[i];
    args[count] = result;
    return make(table, TYPE_FUNCTION, NULL, args, count + 1);
}

const Type *types_param(TypeTable *table, TypeParameter *parameter) {
    if (!parameter->type)
        parameter->type = intern(table, &(Type){.kind = TYPE_PARAM, .parameter = parameter});
    return parameter->type;
}

const Type *types_variable(TypeTable *table, uint32_t number) {
    return intern(table, &(Type){.kind = TYPE_VARIABLE, .variable = number});
}

// ---------------------------------------------------------------------------------------------- substitution

const Type *types_substitute(TypeTable *table, const Type *type, const Substitution *substitution) {
    if (!type->has_params || substitution->count == 0)
        return type;
    if (type->kind == TYPE_PARAM) {
        for (uint32_t i = 0; i < substitution->count; i++) {
            if (substitution->parameters[i] == type->parameter && substitution->arguments[i])
                return substitution->arguments[i];
        }
        return type;
    }
    const Type *few[TYPES_FEW];
    const Type **args = scratch(table, few, type->arg_count);
    bool changed = false;
    for (uint32_t i = 0; i < type->arg_count; i++) {
        args[i] = types_substitute(table, type->args[i], substitution);
        changed |= args[i] != type->args[i];
    }
    return changed ? make(table, type->kind, type->decl, args, type->arg_count) : type;
}

// ----------------------------------------------------------------------------------------------------- names

typedef struct TextBuffer {
    Arena *arena;
    char *text;
    uint32_t count, capacity;
} TextBuffer;

static void put(TextBuffer *out, const char *text) {
    for (; *text; text++)
        ARENA_PUSH(out->arena, out->text, out->count, out->capacity, *text);
}

static void put_type(TextBuffer *out, const Type *type);

static void put_list(TextBuffer *out, const Type *const *types, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            put(out, ", ");
        put_type(out, types[i]);
    }
}

static void put_function(TextBuffer *out, const Type *type) {
    put(out, "fn(");
    put_list(out, type->args, type->arg_count - 1);
    put(out, ")");
    const Type *result = type->args[type->arg_count - 1];
    if (result->kind != TYPE_VOID) {
        put(out, ": ");
        put_type(out, result);
    }
}

static void put_arguments(TextBuffer *out, const Type *type) {
    if (type->arg_count == 0)
        return;
    put(out, "<");
    put_list(out, type->args, type->arg_count);
    put(out, ">");
}

static void put_type(TextBuffer *out, const Type *type) {
    switch (type->kind) {
    case TYPE_OPTIONAL: {
        bool is_function = type->args[0]->kind == TYPE_FUNCTION;
        put(out, is_function ? "(" : "");
        put_type(out, type->args[0]);
        put(out, is_function ? ")?" : "?");
        break;
    }
    case TYPE_ARRAY:
        put(out, "Array");
        put_arguments(out, type);
        break;
    case TYPE_TUPLE:
        put(out, "(");
        put_list(out, type->args, type->arg_count);
        put(out, ")");
        break;
    case TYPE_FUNCTION: put_function(out, type); break;
    case TYPE_NAMED:
        put(out, type->decl->name);
        put_arguments(out, type);
        break;
    case TYPE_PARAM: put(out, type->parameter->name); break;
    case TYPE_VARIABLE: put(out, "_"); break;
    default: put(out, builtin_names[type->kind]); break;
    }
}

const char *types_name(TypeTable *table, const Type *type) {
    if (type->kind <= TYPE_ANY)
        return builtin_names[type->kind];
    TextBuffer out = {.arena = table->arena};
    put_type(&out, type);
    ARENA_PUSH(out.arena, out.text, out.count, out.capacity, '\0');
    return out.text;
}

// ------------------------------------------------------------------------------------------------ properties

bool type_is_integer(const Type *type) {
    return type->kind >= TYPE_I8 && type->kind <= TYPE_U64;
}

bool type_is_signed(const Type *type) {
    return type->kind >= TYPE_I8 && type->kind <= TYPE_I64;
}

bool type_is_float(const Type *type) {
    return type->kind == TYPE_F32 || type->kind == TYPE_F64;
}

bool type_is_number(const Type *type) {
    return type_is_integer(type) || type_is_float(type);
}

bool type_is_reference(const Type *type) {
    switch (type->kind) {
    case TYPE_ANY:
    case TYPE_STRING:
    case TYPE_ARRAY:
    case TYPE_FUNCTION: return true;
    case TYPE_NAMED: return type->decl->kind == COR_DEF_CLASS || type->decl->kind == COR_DEF_INTERFACE;
    default: return false;
    }
}

uint32_t type_bits(const Type *type) {
    switch (type->kind) {
    case TYPE_I8:
    case TYPE_U8: return 8;
    case TYPE_I16:
    case TYPE_U16: return 16;
    case TYPE_I32:
    case TYPE_U32:
    case TYPE_F32: return 32;
    case TYPE_I64:
    case TYPE_U64:
    case TYPE_F64: return 64;
    default: return 0;
    }
}

// The compiler's types: immutable, interned (equal types are the same pointer), owned by a TypeTable.
//
// A generic parameter is a type of its own (TYPE_PARAM, identified by its TypeParameter object);
// substitution replaces
// parameters by arguments.  TYPE_ERROR stands for the type of anything that was already reported: it
// converts to and
// from everything silently, so that one mistake gives one diagnostic.
#ifndef COMPILER_TYPES_H
#define COMPILER_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/arena.h"

struct TypeDecl;
struct Interface;

typedef enum TypeKind {
    TYPE_ERROR,
    TYPE_VOID,
    TYPE_NEVER,
    TYPE_NULL, // of the literal `null` before its context is known
    TYPE_BOOL,
    TYPE_I8,
    TYPE_I16,
    TYPE_I32,
    TYPE_I64,
    TYPE_U8,
    TYPE_U16,
    TYPE_U32,
    TYPE_U64,
    TYPE_F32,
    TYPE_F64,
    TYPE_CHAR,
    TYPE_STRING,
    TYPE_ANY,
    TYPE_OPTIONAL, // args[0]
    TYPE_ARRAY,    // args[0]
    TYPE_TUPLE,    // args
    TYPE_FUNCTION, // args: parameters, then the result
    TYPE_NAMED,    // decl, args
    TYPE_PARAM,    // parameter
    TYPE_VARIABLE  // inference variable: lives only while one expression is checked; never in the tree
} TypeKind;

typedef struct Type Type;

typedef struct TypeParameter {
    const char *name;
    uint32_t index;      // position in its function: the owner's first
    const Type **bounds; // interfaces (TYPE_NAMED); may mention the parameters
    uint32_t bound_count;
    const Type *type; // its TYPE_PARAM
} TypeParameter;

struct Type {
    TypeKind kind;
    uint32_t arg_count;
    const Type **args;
    struct TypeDecl *decl;                     // NAMED
    TypeParameter *parameter;                  // PARAM
    uint32_t variable;                         // VARIABLE
    bool has_params, has_variables, has_error; // anywhere inside
    uint16_t depth;                            // of nesting, 1 without arguments
    uint16_t size;                             // types written in its name
};

// Larger types are not made: the constructors give the error type instead and note it (types_overflowed). So
// walks over
// types may recurse, and take bounded time although types share their parts.
#define TYPES_MAX_DEPTH 64
#define TYPES_MAX_SIZE  1024

typedef struct TypeTable TypeTable; // one per compilation: interning and the builtin singletons

TypeTable *types_create(Arena *arena);
// Whether a type was too large since the last call; the caller reports it.
bool types_overflowed(TypeTable *);
const Type *types_builtin(TypeTable *, TypeKind kind); // kinds without arguments
const Type *types_optional(TypeTable *, const Type *inner);
const Type *types_array(TypeTable *, const Type *element);
const Type *types_tuple(TypeTable *, const Type *const *elements, uint32_t count);
const Type *types_function(TypeTable *, const Type *const *parameters, uint32_t count, const Type *result);
const Type *types_named(TypeTable *, struct TypeDecl *decl, const Type *const *args, uint32_t count);
const Type *types_param(TypeTable *, TypeParameter *parameter); // also stored in parameter->type
const Type *types_variable(TypeTable *, uint32_t number);

// A parameter-to-argument mapping; `arguments[i]` replaces `parameters[i]`.
typedef struct Substitution {
    TypeParameter *const *parameters;
    const Type *const *arguments;
    uint32_t count;
} Substitution;
const Type *types_substitute(TypeTable *, const Type *type, const Substitution *substitution);

// `int`, `List<string>`, `fn(int): bool`: as the user would write it. Allocated in the arena.
const char *types_name(TypeTable *, const Type *type);

bool type_is_integer(const Type *);
bool type_is_signed(const Type *);
bool type_is_float(const Type *);
bool type_is_number(const Type *); // integer or float
bool type_is_reference(
    const Type *); // any, string, array, function, class, interface, enum with payload is NOT (no identity)
uint32_t type_bits(const Type *); // width of a number

#endif

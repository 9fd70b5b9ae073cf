/* The verifier's data and parts; nobody else includes it.
 *
 * Types are compared by index.  To make that possible for generic code the verifier has a type table of its own: it
 * begins as the module's and grows by what substituting type arguments makes, interned like the rest.
 *
 * Checks return false when the module is rejected (or memory ran out); the first failure is the one reported. */
#ifndef COR_BYTECODE_VERIFIER_INTERNAL_H
#define COR_BYTECODE_VERIFIER_INTERNAL_H

#include "vm/bytecode/arena.h"
#include "vm/bytecode/index_table.h"
#include "vm/bytecode/verifier.h"

/* What is known of a type without looking at its context. */
typedef struct VerifyTypeInfo {
    uint16_t depth;
    uint16_t size;            /* entries when written out */
    bool has_params;          /* mentions type parameters */
    bool assumed;             /* a struct that is being asked whether it is equatable or the like */
    uint32_t checked_context; /* the last context whose rules it has been found to keep */
    uint32_t contained;       /* value-cycle search: 1 on the path, 2 done */
} VerifyTypeInfo;

/* The definitions of std.core that rules mention, or COR_NONE where the module does not. */
typedef struct VerifyCore {
    uint32_t error, equatable, hashable, comparable, printable, list;
} VerifyCore;

typedef struct Verifier {
    const CorModule *module;
    bool trusted;
    CorArena *arena;          /* ends with the verification */
    CorArena *function_arena; /* of the function being verified; reset behind each */
    CorModuleStatus status;
    CorVerifyError error;
    CorVerifyError at; /* where the verification is; becomes the error */
    uint64_t work;     /* steps done */
    VerifyCore core;

    CorTypeEntry *types; /* the module's, then derived ones */
    VerifyTypeInfo *type_info;
    uint32_t type_count, type_capacity;
    CorIndexTable type_table;

    /* the context: whose type parameters the types at hand mention */
    const CorTypeParam *params;
    uint32_t param_count;
    uint32_t context; /* number of the context; types without parameters are checked once, in context 0 */

    uint32_t *ref_context; /* by function reference: the context in which its arguments were last checked */

    uint32_t *conformance_first; /* by head of the implementing type (verify_conformance_head), or COR_NONE */
    uint32_t *conformance_next;  /* by conformance: the next one of the same head */

    uint32_t *method_first; /* by definition: the first of its methods (extensions' not), or COR_NONE */
    uint32_t *method_next;  /* by function: the next method of the same definition */
    CorIndexTable methods;  /* functions by owner, name and accessor kind */
} Verifier;

/* What a type and all that unify with it have in common: its kind, of a named type its definition. Below
 * COR_TYPE_NAMED + the module's count of definitions, if the type's index is. */
static inline uint32_t verify_conformance_head(const Verifier *verifier, uint32_t type) {
    const CorTypeEntry *entry = &verifier->types[type];
    return entry->kind == COR_TYPE_NAMED ? COR_TYPE_NAMED + entry->index : (uint32_t)entry->kind;
}

/* ---- verifier.c ---- */

/* Notes the failure; always false. */
bool verify_fail(Verifier *verifier, CorVerifyRule rule);
bool verify_no_memory(Verifier *verifier);

/* `condition`, with the failure of the rule noted where it is false. */
static inline bool verify_require(Verifier *verifier, bool condition, CorVerifyRule rule) {
    return condition || verify_fail(verifier, rule);
}

/* Counts steps; false when there were too many. */
static inline bool verify_work(Verifier *verifier, uint32_t steps) {
    verifier->work += steps;
    if (verifier->work > COR_LIMIT_WORK) {
        return verify_fail(verifier, COR_VERIFY_LIMIT);
    }
    return verifier->status == COR_MODULE_OK;
}

/* Whether a string of the module is that text. */
bool verify_string_is(const Verifier *verifier, uint32_t string, const char *text);

/* Whether an integer, char or bool type holds the value. */
bool verify_immediate_fits(const Verifier *verifier, uint32_t type, int64_t value);

/* Checks that bounds are interfaces, which must hold before they are looked at. */
bool verify_bounds(Verifier *verifier, const CorTypeParam *params, uint32_t count);

/* Makes the type parameters of an entity the context, and checks their bounds as types. */
bool verify_enter_context(Verifier *verifier, const CorTypeParam *params, uint32_t count);

/* ---- Types: verify_types.c ---- */

bool verify_type_table(Verifier *verifier);

static inline CorTypeKind verify_kind(const Verifier *verifier, uint32_t type) {
    return verifier->types[type].kind;
}

/* The type with its parameters replaced by the arguments; COR_NONE on failure, which has been noted. */
uint32_t verify_substitute(Verifier *verifier, uint32_t type, const uint32_t *args, uint32_t count);

/* The interned type of that structure; COR_NONE on failure. */
uint32_t verify_make_type(Verifier *verifier, CorTypeKind kind, uint32_t index, const uint32_t *args,
                          uint32_t count);

/* Checks an index from the module, the parameters that the type mentions, and the bounds of its arguments. */
bool verify_type(Verifier *verifier, uint32_t type);

/* Checks the same of a list of arguments for parameters. */
bool verify_type_arguments(Verifier *verifier, const CorTypeParam *params, uint32_t count,
                           const uint32_t *args);

/* Not void, never or a cell. */
bool verify_is_storable(const Verifier *verifier, uint32_t type);
bool verify_is_integer(const Verifier *verifier, uint32_t type);
bool verify_is_number(const Verifier *verifier, uint32_t type);

/* ---- Subtypes: verify_subtypes.c ---- */

/* The definition of a named type of that kind, or NULL. */
const CorDefinition *verify_definition_of(const Verifier *verifier, uint32_t type, CorDefinitionKind kind);

/* The instance of a class definition that a class type is or extends, or COR_NONE. */
uint32_t verify_class_instance(Verifier *verifier, uint32_t type, uint32_t definition);

bool verify_implements(Verifier *verifier, uint32_t type, uint32_t interface);

/* Binds the parameters in `pattern` so that it becomes `type`; those that do not occur stay COR_NONE. */
bool verify_unify(Verifier *verifier, uint32_t pattern, uint32_t type,
                  uint32_t bindings[COR_LIMIT_TYPE_PARAMS]);

/* Whether a value of the one type may stand where the other is wanted: the same type, or a class or interface of
 * which the other is a superclass, an inherited interface, or any. */
bool verify_assignable(Verifier *verifier, uint32_t from, uint32_t to);

bool verify_is_error(Verifier *verifier, uint32_t type);
bool verify_is_comparable(Verifier *verifier, uint32_t type);

/* ---- Definitions and functions ---- */

bool verify_definitions(Verifier *verifier);  /* verify_definitions.c */
bool verify_functions(Verifier *verifier);    /* verify_functions.c: one by one */
bool verify_methods(Verifier *verifier);      /* verify_methods.c: as members of their definitions */
bool verify_conformances(Verifier *verifier); /* verify_conformances.c */

/* The method of a definition (not of an extension) of that name and accessor kind, or COR_NONE. */
uint32_t verify_find_method(const Verifier *verifier, uint32_t definition, uint32_t name, uint32_t flags);

/* The type of a definition over its own parameters. */
uint32_t verify_self_type(Verifier *verifier, uint32_t definition);

/* Whether one method can stand for another: the same parameters behind self, result, own type parameters and accessor
 * kind, when the parameters of either's owner are replaced by the arguments and own ones are numbered from `own`. */
bool verify_same_signature(Verifier *verifier, const CorFunction *wanted, const CorTypeEntry *wanted_owner,
                           const CorFunction *given, const CorTypeEntry *given_owner, uint32_t own);

/* ---- Code: verify_code.c, verify_instructions.c, verify_calls.c ---- */

bool verify_code(Verifier *verifier, uint32_t function);

#endif

/* What the files of vm/runtime know of the engine; nobody else includes this.
 *
 * Everything here is created under the engine's lock and lives in its arena.  Functions whose names end in nothing
 * special take it as held; the public entry points of engine.h, type.h and code.h take the lock themselves.
 * Failure under the lock is noted with cor_engine_fail and travels as NULL or false. */
#ifndef COR_RUNTIME_ENGINE_INTERNAL_H
#define COR_RUNTIME_ENGINE_INTERNAL_H

#include "vm/bytecode/arena.h"
#include "vm/bytecode/index_table.h"
#include "vm/native/host.h"
#include "vm/runtime/engine.h"
#include "vm/runtime/isolate.h"

/* A growing array in the engine's arena. */
typedef struct CorVector {
    void **items;
    uint32_t count, capacity;
} CorVector;

/* A definition of a linked module: what instantiation asks about it, the same for all its instances. */
typedef struct CorDefinitionInfo CorDefinitionInfo;

/* A place of a class's vtable: which function fills it, and in which class of the chain that is declared. */
typedef struct CorVirtualSlot {
    CorDefinitionInfo *owner;
    uint32_t function; /* in owner's module */
} CorVirtualSlot;

struct CorDefinitionInfo {
    CorLinkedModule *module;
    uint32_t index; /* in the module */
    const CorDefinition *definition;
    CorDefinitionInfo *super;
    bool has_payload;      /* an enum some of whose cases have payload */
    uint32_t method_count; /* of its own: methods, accessors, constructors, statics; no extension's */
    uint32_t *methods;     /* function indices */
    uint32_t slot_count;   /* class: the vtable; interface: its methods in declaration order */
    CorVirtualSlot *slots;
    bool slots_ready, slots_busy;
    CorVector conformances; /* CorConformanceInfo of its instances */
};

/* An implementation of an interface; of a definition or an extension. */
typedef struct CorConformanceInfo {
    CorLinkedModule *module;
    const CorConformance *conformance;
} CorConformanceInfo;

typedef struct CorFunctionTarget {
    CorLinkedModule *module;
    uint32_t index;
} CorFunctionTarget;

typedef struct CorGlobalTarget {
    CorLinkedModule *module;
    uint32_t slot; /* of the isolate's globals */
    const CorType *type;
} CorGlobalTarget;

struct CorLinkedModule {
    CorEngine *engine;
    void *_Atomic handle; /* the API's */
    CorModule *module;    /* owned */
    const char *name;
    uint32_t number;
    CorLinkedModule **imports;       /* as module->imports */
    CorDefinitionInfo **definitions; /* as module->definitions, imported ones resolved */
    CorFunctionTarget *functions;    /* as module->functions, imported ones resolved */
    CorGlobalTarget *globals;        /* as module->globals, imported ones resolved */
    const CorType **closed_types;    /* as module->types: those without type parameters, once instantiated */
    bool *type_is_open;              /* as module->types: mentions a type parameter */
    uint32_t **field_maps; /* as module->definitions: an imported one's fields to the real ones; or NULL */
    CorIndexTable function_names; /* own functions by name: one of each */
    uint32_t *first_of_name;      /* as module->functions, for those in the table: the first of that name */
    uint32_t *next_of_name;       /* as module->functions: the next own function of that name, or COR_NONE */
};

typedef enum CorFailure { COR_FAILURE_NONE, COR_FAILURE_MEMORY, COR_FAILURE_LIMIT } CorFailure;

struct CorEngine {
    const CorHost *host;
    struct CorTiers *tiers; /* NULL: the interpreter runs everything */
    CorHostMutex *lock;
    CorEngineOptions options;
    CorArena *arena;
    CorFailure failure;
    char failure_message[256];

    CorVector modules;                  /* CorLinkedModule, in order of linking */
    CorVector types;                    /* CorType, by id */
    CorVector postponed;                /* CorType in building that wait for others; empty between entries */
    uint32_t building;                  /* nesting of types in building */
    const struct CorQuestion *question; /* the innermost that cor_type_implements has not answered yet */
    CorVector functions;                /* CorLoweredFunction, by id */
    CorVector literals;                 /* CorStringObject */
    CorVector conformances;             /* CorConformanceInfo: all, in order of linking */
    CorVector value_conformances;       /* those of types without a definition */
    CorVector code_blocks;              /* malloc'ed code, freed with the engine */
    CorVector rejected;                 /* CorModule that could not be linked */
    CorIndexTable type_table, function_table, literal_table;
    uint32_t globals_count; /* slots of all linked modules */

    CorLinkedModule *core; /* std.core once it is linked */
    const CorType *plain_types[COR_KIND_CLOSURE + 1];
    uint64_t *short_texts; /* a string, of COR_SHORT_TEXT_WORDS, of each byte below 128, then the empty one */
    const CorType *error_types[COR_ERROR_COUNT];
    const CorType *error_base;
};

/* ---- Engine ---- */
void cor_engine_lock(CorEngine *engine);
void cor_engine_unlock(CorEngine *engine);
/* Notes why the current operation fails; the first reason stays. */
void cor_engine_fail(CorEngine *engine, CorFailure failure, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Takes and clears the failure: COR_NO_MEMORY, or COR_THROWN with a StateError pending. */
CorStatus cor_engine_take_failure(CorEngine *engine, CorIsolate *isolate);
/* Zeroed memory of the engine; NULL after noting the failure. */
void *cor_engine_allocate(CorEngine *engine, size_t count, size_t size);
void *cor_engine_copy(CorEngine *engine, const void *data, size_t count, size_t size);
bool cor_vector_push(CorEngine *engine, CorVector *vector, void *item);
/* A copy of text as a C string; NULL after noting the failure. */
const char *cor_engine_text(CorEngine *engine, const char *bytes, size_t length);
const char *cor_module_text(CorLinkedModule *module, uint32_t string);
/* A string object that lives as long as the engine; canonical by content. NULL after noting the failure. */
CorStringObject *cor_literal(CorEngine *engine, const char *bytes, size_t length);

/* ---- Definitions (definition.c) ---- */
bool cor_definitions_link(CorLinkedModule *module);
/* The vtable of a class, the methods of an interface; made on first use. */
bool cor_definition_slots(CorEngine *engine, CorDefinitionInfo *info);
/* The own method (or accessor: flags GETTER or SETTER) of that name; COR_NONE. */
uint32_t cor_definition_method(const CorDefinitionInfo *info, const CorString *name, uint32_t accessor_flags);
const CorString *cor_function_name_string(const CorLinkedModule *module, uint32_t function);
bool cor_string_is(const CorString *string, const char *text);
bool cor_string_equal(const CorString *a, const CorString *b);
bool cor_definition_is_core(const CorDefinitionInfo *info, const char *name);

/* The conformances of the instances of a definition, or, for NULL, of types without one: where to look for those of a
 * type, of an entry of a module's type table. */
static inline CorVector *cor_conformances_of(CorEngine *engine, CorDefinitionInfo *info) {
    return info != NULL ? &info->conformances : &engine->value_conformances;
}
static inline CorDefinitionInfo *cor_definition_of_entry(const CorLinkedModule *linked, uint32_t type) {
    const CorTypeEntry *entry = &linked->module->types[type];
    return entry->kind == COR_TYPE_NAMED ? linked->definitions[entry->index] : NULL;
}

/* ---- Instantiation (instantiate.c, layout.c) ---- */

/* What the PARAM types of a module's type table stand for. */
typedef struct CorTypeContext {
    CorLinkedModule *module;
    const CorType *const *arguments;
    uint32_t argument_count;
} CorTypeContext;

/* CorType.state; only complete types have objects. */
enum {
    COR_STATE_BUILDING = 1,
    COR_STATE_STARVED, /* memory was exhausted; it is built when it is mentioned again */
    COR_STATE_FAILED,
    COR_STATE_MADE,
    COR_STATE_COMPLETE
};

const CorType *cor_instantiate(CorEngine *engine, const CorTypeContext *context, uint32_t type);
const CorType *cor_type_wrapped(CorEngine *engine, CorKind kind, const CorType *element);
const CorType *cor_type_tuple(CorEngine *engine, CorKind kind, const CorType *const *arguments,
                              uint32_t count);
const CorType *cor_type_named(CorEngine *engine, CorDefinitionInfo *definition,
                              const CorType *const *arguments, uint32_t count);
/* Makes fields, cases, superclass, display, layout and vtable of a class or enum; nothing to do for others. */
bool cor_type_complete(CorEngine *engine, const CorType *type);
/* The types of closures over `function` with its captures laid out. */
const CorType *cor_type_closure(CorEngine *engine, CorLoweredFunction *function);
/* The array of a type that has no elements, one object for ever. */
void *cor_constant_array(CorEngine *engine, const CorType *type);
/* The closure over a function without captures, one object for ever. */
void *cor_constant_closure(CorEngine *engine, CorLoweredFunction *function);
/* A one-method interface that stands for a generic virtual method with its own type arguments. */
const CorType *cor_type_selector(CorEngine *engine, CorLoweredFunction *method);
bool cor_types_start(CorEngine *engine);

/* Sets the offsets of scalars whose widths are set, from byte `start` on: references first, then by falling width.
 * *end is behind the last one, *mark_end behind the last reference (unchanged without references). */
void cor_layout_place(CorScalar *scalars, uint32_t count, uint32_t start, uint32_t *end, uint32_t *mark_end);
const CorLayout *cor_layout_element(CorEngine *engine, CorScalar *scalars, uint32_t count);
const CorLayout *cor_layout_object(CorEngine *engine, CorScalar *scalars, uint32_t count, uint32_t start,
                                   uint32_t *mark_bytes);

/* ---- Functions (function.c) ---- */

/* The instance of a function of a linked module (which may be imported there) with all its type arguments. */
CorLoweredFunction *cor_function_instance(CorEngine *engine, CorLinkedModule *module, uint32_t function,
                                          const CorType *const *arguments, uint32_t count);
typedef enum CorSynthesis {
    COR_SYNTHESIS_ROLE,  /* a role function: self and other are references to objects of exactly `type` */
    COR_SYNTHESIS_UNBOX, /* calls `target` with its self unboxed from an object of `type` */
    COR_SYNTHESIS_STRUCTURAL, /* Equatable, Hashable or Comparable method of a type without its own: role; self boxed */
    COR_SYNTHESIS_ABSTRACT, /* traps */
} CorSynthesis;
CorLoweredFunction *cor_function_synthesise(CorEngine *engine, CorSynthesis synthesis, const CorType *type,
                                            CorRole role, CorLoweredFunction *target,
                                            uint32_t parameter_slots, uint32_t result_slots);

/* Lowers a function unless it is lowered; what failed by a limit fails again. */
bool cor_function_lower_once(CorEngine *engine, CorLoweredFunction *function);

/* ---- Interfaces (implementation.c) ---- */

/* How a type implements a method of an interface, resolved for an instance. */
typedef struct CorImplementation {
    CorLoweredFunction *function; /* NULL with is_structural */
    bool is_default;              /* the interface's own: takes self as the interface */
    bool is_structural; /* no conformance, but a std.core interface that values have by themselves */
    CorRole role;       /* of a structural one */
} CorImplementation;

/* False: `type` does not implement it (or memory is exhausted: engine->failure).  `own` are type arguments of the
 * method's own. */
bool cor_resolve_method(CorEngine *engine, const CorType *type, const CorType *interface, uint32_t slot,
                        const CorType *const *own, uint32_t own_count, CorImplementation *out);
bool cor_type_implements(CorEngine *engine, const CorType *type, const CorType *interface);
const CorCacheEntry *cor_type_interface_locked(CorEngine *engine, const CorType *type,
                                               const CorType *interface);
CorWord *cor_type_role_locked(CorEngine *engine, const CorType *type, CorRole role);
/* The method of a named type (superclasses included, then extensions) that serves a role; NULL: none. */
CorLoweredFunction *cor_role_method(CorEngine *engine, const CorType *type, CorRole role);
/* The interface of std.core, and the place in it, whose method serves a role for values of the interface `type`, which
 * extends it for itself, as `interface Shape : Comparable<Shape>` does.  NULL: none (or engine->failure). */
const CorType *cor_role_interface(CorEngine *engine, const CorType *type, CorRole role, uint32_t *slot);
/* The role of a method of std.core's Equatable, Hashable, Comparable or Printable; COR_ROLE_COUNT: none. */
CorRole cor_structural_role(const CorType *interface, const CorString *method);
/* What a class has for a virtual method named in one of its superclasses. */
CorLoweredFunction *cor_class_method(CorEngine *engine, const CorType *type, const CorLoweredFunction *named);

/* ---- Lowering (lower.c) ---- */
bool cor_lower(CorEngine *engine, CorLoweredFunction *function);

#endif

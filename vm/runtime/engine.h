/* The engine: what many isolates share.  Modules, types, functions and their lowered code; all of it is created under
 * one lock and never changes after publication except by atomic rewrites of entries.  Everything is freed with the
 * engine, which outlives its isolates. */
#ifndef COR_RUNTIME_ENGINE_H
#define COR_RUNTIME_ENGINE_H

#include "vm/runtime/type.h"

/* Classes of std.core that the VM itself throws. */
typedef enum CorErrorClass {
    COR_ERROR_ARITHMETIC,
    COR_ERROR_CAST,
    COR_ERROR_INDEX,
    COR_ERROR_IO,
    COR_ERROR_KEY,
    COR_ERROR_NULL,
    COR_ERROR_OUT_OF_MEMORY,
    COR_ERROR_PERMISSION,
    COR_ERROR_STACK_OVERFLOW,
    COR_ERROR_STATE,
    COR_ERROR_TIMEOUT,
    COR_ERROR_VALUE,
    COR_ERROR_COUNT
} CorErrorClass;

/* The name of an error class, as in std.core. */
const char *cor_error_class_name(CorErrorClass error);

/* Why a module could not be linked. */
typedef struct CorLinkError {
    bool no_memory; /* of the host; else the module is wrong, or what it imports */
    char text[1024];
} CorLinkError;

/* Finds a module by name: gives a verified module, of which the engine becomes the owner, or NULL (no such module, or
 * it is bad: *error, which is empty, may then say why). Called under no lock. */
typedef CorModule *CorModuleLoader(void *context, const char *name, CorLinkError *error);

struct CorHost;

/* A function of the host, as long as the engine.  It gets its arguments and gives its result as slots outside of the VM stack, of
 * `types` (those of the parameters, then that of the result), may call the program, and throws by cor_throw. */
typedef struct CorHostFunction CorHostFunction;

/* A value as functions of the host take and give it: the layout of CoracleValue, and the kinds that native code knows. */
typedef struct CorHostValue {
    uint32_t kind;
    uint64_t bits, length;
} CorHostValue;
enum { COR_HOST_VOID = 0, COR_HOST_BOOL = 2, COR_HOST_INT = 3, COR_HOST_UINT = 4, COR_HOST_FLOAT = 5 };

typedef uint32_t CorHostCall(void *context, void *isolate, const CorHostValue *arguments,
                             CorHostValue *result);

/* How native code calls a function itself.
 *
 * Of C, whose values are scalars: in an isolate whose direct_libraries has the bit; it is charged COR_FOREIGN_FUEL then.  Of the
 * host: a CorHostCall, when all values are of 64 bits or bool; where that is all the function has done, nothing else is to be. */
typedef struct CorDirectCall {
    _Atomic(void *) address; /* NULL until it has been called once; then for good */
    uint64_t library;        /* the bit; 0, which no isolate has: there are too many libraries */
    void *context;           /* of the host's */
    bool is_host;
} CorDirectCall;
enum { COR_FOREIGN_FUEL = 16 };

struct CorHostFunction {
    CorDirectCall *direct; /* NULL: only `call` calls it */
    CorStatus (*call)(CorIsolate *isolate, const CorHostFunction *function, const uint64_t *arguments,
                      uint64_t *result, const CorType *const *types);
    /* of the host: native code has called it itself, and there is something to do about what it gave */
    CorStatus (*returned)(CorIsolate *isolate, const CorHostFunction *function, uint32_t status,
                          const CorHostValue *value, uint64_t *result, const CorType *const *types);
};
enum {
    COR_HOST_PARAMETERS = 32,
    COR_HOST_SLOTS = 4 * COR_HOST_PARAMETERS,
    COR_HOST_RESULTS = 16
}; /* the most that it may have */

/* The host's function of that name that the module may call; NULL: none.  Called under the engine's lock. */
typedef const CorHostFunction *CorHostFunctionFinder(void *context, const char *module, const char *name);

/* What calls the function of a C library of that name (foreign_name.h), whose parameters and result have the types; NULL: C has
 * no such types, or host memory is exhausted.  Called under the engine's lock; what it gives stays as long as the engine. */
typedef const CorHostFunction *CorForeignFinder(void *context, const char *name, const CorType *const *types,
                                                uint32_t count);

typedef struct CorEngineOptions {
    const struct CorHost *host; /* NULL: cor_host_default() */
    CorModuleLoader *loader;    /* for imports; may be NULL */
    void *loader_context;
    CorHostFunctionFinder *host_function; /* NULL: the host has none */
    void *host_context;
    CorForeignFinder *foreign_function; /* NULL: there are none */
    void *foreign_context;
    uint32_t max_instances; /* functions and types; 0: the default */
    uint32_t max_depth;     /* nesting of type arguments; 0: the default */
    uint32_t max_slots;     /* flattened slots of one type; 0: the default */
    bool plain_lowering; /* without inlining, folding and places that save moves: what tests compare with */
    const struct CorTierOptions *tiers; /* copied; NULL: no native code */
} CorEngineOptions;

/* NULL when host memory is exhausted. */
CorEngine *cor_engine_new(const CorEngineOptions *options);
/* No isolate may be left. */
void cor_engine_free(CorEngine *engine);

/* What the engine and its isolates run on. */
const struct CorHost *cor_engine_host(const CorEngine *engine);

/* NULL: it was made without. */
struct CorTiers *cor_engine_tiers(const CorEngine *engine);

/* The registered module of that name, or NULL. */
CorLinkedModule *cor_engine_module(CorEngine *engine, const char *name);

/* Registers a verified module and everything it imports, checks the declarations of its imports.  The engine owns
 * the module from here on, also on failure.  NULL: *error says what and where (both modules named).
 * A module of that name already registered: returned as it is when its hash is the same, else an error. */
CorLinkedModule *cor_engine_link(CorEngine *engine, CorModule *module, CorLinkError *error);

/* The types that the VM itself needs; canonical. */
const CorType *cor_engine_type(CorEngine *engine, CorKind kind); /* scalars, string, any */
const CorType *cor_engine_array_type(CorEngine *engine, const CorType *element);

/* An error class of std.core; NULL before std.core is linked. */
const CorType *cor_engine_error(CorEngine *engine, CorErrorClass error);
/* std.core's Error; its fields `message: string`, `cause: Error?`, `trace` as laid out. */
const CorType *cor_engine_error_base(CorEngine *engine);

/* A function of a module: by its name, without type arguments ("main", "Owner.name"), or what the module has. OK with
 * NULL in *function: there is none; else an error is thrown, for want of memory or because of a limit. */
CorStatus cor_module_function(CorIsolate *isolate, CorLinkedModule *module, const char *name,
                              CorLoweredFunction **function);
/* The method of that name ("add", "[]") of an object of an exact class or enum, an inherited one too, as virtual calls find it.
 * Status as above. */
CorStatus cor_type_method(CorIsolate *isolate, const CorType *type, const char *name,
                          CorLoweredFunction **function);
/* Likewise a private one, which it has itself. */
CorStatus cor_type_private_method(CorIsolate *isolate, const CorType *type, const char *name,
                                  CorLoweredFunction **function);
/* The field of that name, not a private one, of an object of an exact class, which may be inherited; NULL: there is none.  *is_mutable: `var`. */
const CorMember *cor_type_field(const CorType *type, const char *name, bool *is_mutable);
/* A class of the host that the module declares, complete; status as above. */
CorStatus cor_module_host_class(CorIsolate *isolate, CorLinkedModule *module, const char *name,
                                const CorType **class);
CorStatus cor_module_initializer(CorIsolate *isolate, CorLinkedModule *module, CorLoweredFunction **function);
CorStatus cor_module_main(CorIsolate *isolate, CorLinkedModule *module, CorLoweredFunction **function);
/* All functions of that name which have code, as in stack traces, lowered or not: those of the module, or if it has none,
 * of all modules.  Of generic functions and closures only the instances that have been mentioned so far.  *functions is from
 * malloc; *count may be 0. */
CorStatus cor_functions_named(CorIsolate *isolate, CorLinkedModule *module, const char *name,
                              CorLoweredFunction ***functions, uint32_t *count);
/* Gives the names of all functions with code, the modules that were linked last first.  Under the engine's lock; a name lasts
 * until `take` returns. */
typedef void CorFunctionNameTaker(void *context, const char *name);
void cor_function_names(CorEngine *engine, CorFunctionNameTaker *take, void *context);

const char *cor_module_name(const CorLinkedModule *module);
CorEngine *cor_module_engine(const CorLinkedModule *module);
/* A place for what the API knows the module by; NULL at first. */
void *_Atomic *cor_module_handle(CorLinkedModule *module);
/* Gives all modules; under the engine's lock. */
typedef void CorModuleTaker(CorLinkedModule *module);
void cor_engine_modules(CorEngine *engine, CorModuleTaker *take);
CorString cor_function_source_file(const CorLoweredFunction *function); /* empty without debug data */

#endif

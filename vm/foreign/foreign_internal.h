/* What the parts of vm/foreign share. */
#ifndef COR_FOREIGN_FOREIGN_INTERNAL_H
#define COR_FOREIGN_FOREIGN_INTERNAL_H

#include <stdatomic.h>

#include "vm/foreign/foreign.h"
#include "vm/foreign/shape.h"
#include "vm/runtime/isolate.h"

struct CorForeignLibrary {
    char *name, *path;      /* owned; path NULL: the system finds it by its name */
    CorHostLibrary *opened; /* under the mutex; NULL: not yet */
    uint64_t direct;        /* CorDirectCall.library; 0: there are too many */
    CorForeignLibrary *next;
};

/* What a value is for C. */
typedef enum ForeignRole {
    FOREIGN_VALUE,
    FOREIGN_TEXT,
    FOREIGN_BUFFER,   /* CBuffer: the address of its bytes */
    FOREIGN_REF,      /* CRef: of a copy of its value, which is taken back */
    FOREIGN_FUNCTION, /* a function of the program, as long as the call */
    FOREIGN_CALLBACK  /* Callback: as long as it is not closed */
} ForeignRole;

typedef struct ForeignCallee ForeignCallee;

typedef struct ForeignPlace {
    ForeignRole role;
    bool is_optional;
    uint32_t slot, slots;
    const char *type_name;
    const ForeignShape *shape;   /* VALUE, REF */
    size_t at;                   /* VALUE, REF: of the value in the memory of the call */
    size_t field;                /* BUFFER, CALLBACK: of the reference in the object */
    const CorScalar *scalars;    /* REF: where the object has the value */
    const ForeignCallee *callee; /* FUNCTION, CALLBACK */
} ForeignPlace;

/* A function of the program, as C calls it. */
struct ForeignCallee {
    CorCSignature *signature;
    ForeignPlace result;
    ForeignCallee *next; /* of all */
    uint32_t count;
    ForeignPlace parameters[]; /* VALUE or TEXT */
};

/* A function of C, as a program calls it. */
typedef struct ForeignFunction ForeignFunction;
struct ForeignFunction {
    CorHostFunction function; /* what the VM calls */
    CorForeign *foreign;
    CorForeignLibrary *library;
    char *symbol; /* owned */
    CorDirectCall direct;
    CorCSignature *signature;
    size_t room; /* bytes for result and arguments */
    ForeignPlace result;
    ForeignFunction *next; /* of all */
    uint32_t count;
    ForeignPlace parameters[];
};

/* Something that C calls, made of a function value. */
typedef struct ForeignCallback ForeignCallback;
struct ForeignCallback {
    CorForeignState *state;
    const ForeignCallee *callee;
    const CorClosureObject *closure; /* a root, or an argument of the call */
    const CorObject *owner;          /* the Callback; a root; NULL: as long as the call */
    CorCClosure *code;
    ForeignCallback *next;
};

/* A call of C that has not returned. */
typedef struct ForeignCall ForeignCall;
struct ForeignCall {
    CorStatus status;           /* what a function of the program gave that C has called */
    ForeignCallback *callbacks; /* as long as the call */
    ForeignCall *outer;
};

struct CorForeignState {
    CorIsolate *isolate;
    const CorForeignLibrary **allowed; /* owned */
    uint32_t allowed_count;
    bool has_kept; /* C may call the program at any time: from then on native code does not call it itself */
    atomic_bool strayed; /* C has called from another thread */
    ForeignCall *call;   /* the innermost; NULL: none */
    ForeignCallback *kept;
};

struct CorForeign {
    const CorHost *host;
    CorHostMutex *mutex; /* of the libraries */
    CorForeignLibrary *libraries;
    ForeignFunction *functions; /* these three under the engine's lock */
    ForeignCallee *callees;
    ForeignShape *shapes;
};

/* plan.c: what C calls, and how it is called.  NULL: C has no such types, or host memory is exhausted. */
ForeignFunction *foreign_plan(CorForeign *foreign, const CorType *const *types, uint32_t count,
                              uint32_t fixed);
void foreign_free_plans(CorForeign *foreign);

/* call.c */
CorStatus foreign_call(CorIsolate *isolate, const CorHostFunction *function, const uint64_t *slots,
                       uint64_t *result, const CorType *const *types);

/* callback.c: the code for C of a function value, whose owner is a Callback or NULL.  NULL: host memory exhausted. */
void *foreign_callback_code(CorForeignState *state, const ForeignCallee *callee,
                            const CorClosureObject *closure, const CorObject *owner);
void foreign_free_callbacks(ForeignCallback *callbacks);

/* library.c: the address of the function; NULL: an error was thrown. */
void *foreign_find_symbol(CorIsolate *isolate, const ForeignFunction *function);

#endif

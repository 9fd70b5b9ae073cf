/* The objects behind the handles of coracle.h; shared by the files of vm/api.
 *
 * A CoracleIsolate * and its like are handles (handle.h) at the border, where each public function begins with api_isolate and its
 * like, and what it gives out is the `handle` of an object; behind it they are pointers. */
#ifndef COR_API_API_INTERNAL_H
#define COR_API_API_INTERNAL_H

#include <string.h>

#include "coracle.h"

#include "vm/api/handle.h"
#include "vm/bytecode/module.h"
#include "vm/foreign/foreign.h"
#include "vm/heap/heap.h"
#include "vm/runtime/host_signature.h"
#include "vm/runtime/isolate.h"
#include "vm/syscall/syscall.h"

/* A module of the host (api_host.c). */
typedef struct ApiHostModule ApiHostModule;

/* What the module of a text will be called; it belongs to the call that compiles. */
typedef struct ApiName {
    char *text; /* owned */
    struct ApiName *next;
} ApiName;

struct CoracleEngine {
    CoracleEngine *handle;
    atomic_uint references; /* the host's, and its isolates' */
    CorEngine *engine;
    CoracleEngineOptions options;
    ApiHostModule *_Atomic host_modules; /* owned */
    CorHostMutex *mutex;                 /* of these two: */
    unsigned named;                      /* modules of texts whose name has a number */
    ApiName *names;                      /* of texts that are being compiled */
    CorForeign *foreign;                 /* owned; libraries of C */
};

struct CoracleObject {
    CoracleObject *handle;
    CorObject *reference; /* a root */
    CoracleIsolate *isolate;
    CoracleObject *next, *previous;
    uint32_t level;           /* goes when this many functions of the host, and no more, run; 0: it stays */
    CoracleObject *next_left; /* of those that go */
};

/* Whether the values of a function are few, at least one, and numbers of 64 bits only, so that it can be called by the short way; and
 * its result. */
typedef enum CallPlain { CALL_NOT_PLAIN, CALL_GIVES_NOTHING, CALL_GIVES_WORD, CALL_GIVES_DOUBLE } CallPlain;

struct CoracleFunction {
    CoracleFunction *handle;
    CoracleIsolate *isolate;
    CorIsolate *inner; /* the isolate's */
    CorLoweredFunction *function;
    CorObject *self; /* a root: the receiver of a method, a function value; or NULL */
    bool is_closure; /* self is a function value */
    bool is_void;    /* it has no result */
    bool is_scalar;  /* values are numbers, booleans and characters only */
    CallPlain plain;
    uint8_t second,
        third; /* the values that are passed then, besides the first: what is not there is the first again */
    uint32_t first; /* of the parameters that the host passes: 1 with a receiver */
    HostSignature signature;
    char *name;       /* owned */
    uint32_t running; /* calls of it that execute */
    bool is_released; /* while they do */
    CoracleFunction *next, *previous;
};

/* A system of the host's own (api_system.c). */
typedef struct ApiSystem ApiSystem;

struct CoracleIsolate {
    CoracleIsolate *handle;
    CorIsolate *isolate;
    CoracleEngine *engine;
    CorSyscallState *syscalls;
    ApiSystem *system;      /* owned; what `syscalls` has as its host, or NULL */
    CoracleObject *objects; /* owned */
    CoracleObject *spare;   /* owned; that were released, and are used again */
    uint32_t spare_count;
    CoracleFunction *functions; /* owned */
    CoracleRun *runs;           /* owned */
    CorObject *thrown;          /* the error of has_error; a root */
    CoracleObject *left;        /* objects that go when one of them returns, those of the innermost first */
    CoracleError error;
    bool has_error;
    char *error_text; /* owned; all texts of `error` are in it */
    char message[512];
    char *result_text; /* owned; of the last result */
    char *key_text;    /* owned; of the last key of a map */
    struct {
        CoracleWrite *write;
        void *context;
    } outputs[2]; /* standard output and error of the host */
    CoracleRead *read;
    void *read_context;
};

/* ---- Handles ---- */

static inline CoracleEngine *api_engine(const CoracleEngine *handle) {
    return handle_target(handle, HANDLE_ENGINE);
}
/* One isolate less, or the host, needs the engine. */
void api_engine_release(CoracleEngine *engine);

/* Whether another thread uses the isolate. */
static inline bool api_is_elsewhere(const CoracleIsolate *isolate) {
    return isolate->isolate->entered != 0 && !cor_heap_is_own_thread(isolate->isolate->heap);
}

/* Messages and errors from before are forgotten. */
void api_forget(CoracleIsolate *isolate);
/* A function of the host that native code has called uses its isolate for the first time. */
void api_begin_use(CoracleIsolate *isolate);

/* Whether the calling thread may use the isolate, as it is going to. */
static inline bool api_uses(CoracleIsolate *isolate) {
    if (api_is_elsewhere(isolate))
        return false;
    if (__builtin_expect(isolate->isolate->host_top & COR_HOST_FRESH, 0))
        api_begin_use(isolate);
    return true;
}

/* What the handle means; NULL: it is a bad one, or another thread uses the isolate. */
static inline CoracleIsolate *api_isolate(const CoracleIsolate *handle) {
    CoracleIsolate *isolate = handle_target(handle, HANDLE_ISOLATE);
    return isolate && api_uses(isolate) ? isolate : NULL;
}
static inline CoracleObject *api_object(const CoracleObject *handle) {
    CoracleObject *object = handle_target(handle, HANDLE_OBJECT);
    return object && api_uses(object->isolate) ? object : NULL;
}
static inline CoracleFunction *api_function(const CoracleFunction *handle) {
    CoracleFunction *function = handle_target(handle, HANDLE_FUNCTION);
    return function && api_uses(function->isolate) ? function : NULL;
}

/* A module of that engine; NULL: it is none. */
static inline CorLinkedModule *api_module(const CoracleEngine *engine, const CoracleModule *handle) {
    CorLinkedModule *module = handle_target(handle, HANDLE_MODULE);
    return module && cor_module_engine(module) == engine->engine ? module : NULL;
}
/* The module's handle.  NULL: the host's memory is exhausted. */
CoracleModule *api_module_handle(CorLinkedModule *module);

/* Release what is the host's, when its isolate goes or the host lets it go. */
void api_free_object(CoracleObject *object);
void api_free_function(CoracleFunction *function);
void api_free_run(CoracleRun *run);
void api_free_spare(CoracleIsolate *isolate);

/* Writes a message; NULL is allowed. */
void api_message(CoracleMessage *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The system as a host for syscalls, where `process` provides what it does not have.  NULL: out of memory. */
ApiSystem *api_system_new(const CoracleSystem *system, const CorHost *process);
const CorHost *api_system_host(const ApiSystem *system);

/* What is known about the origin of bytes. */
typedef enum ApiTrust {
    API_FOREIGN, /* verified */
    API_LIBRARY, /* verified, but for what only the library may do */
    API_EMBEDDED /* made with this executable: not verified again */
} ApiTrust;

/* Reads a module and verifies it. */
CoracleStatus api_read(const void *bytes, size_t size, ApiTrust trust, CorModule **module,
                       CoracleMessage *message);

/* The content of a file that is a compiled module, from malloc; bytes NULL: it is none, or cannot be read.  False: out of
 * memory. */
bool api_read_compiled(const CorHost *host, const char *path, CoracleBytes *out);

/* ---- Modules of the host (api_host.c) ---- */

CorHostFunctionFinder api_find_host_function; /* context: the CoracleEngine */
/* The compiled module of that name; NULL: the host has made none. */
const unsigned char *api_host_module(const CoracleEngine *engine, const char *name, size_t *size);
void api_free_host_modules(CoracleEngine *engine);

/* ---- Compiling (api_engine.c) ---- */

/* Compiles and loads: source text, or, when it is NULL, what `path` names. Fills in the rest of *wanted.
 * *compiled gets the bytes of the program's own module, from malloc; NULL: nobody wants them. */
CoracleStatus api_compile(CoracleEngine *engine, CoracleCompilation *wanted, CoracleModule **module,
                          CoracleBytes *compiled, CoracleMessage *message);

/* ---- Values (api_value.c) ---- */

/* Whether the value fits the type, which is a simple one; writes its slots.  False with *out_of_memory: a string could not be
 * made.  May collect. */
bool api_put_value(CorIsolate *isolate, const CorType *type, const CoracleValue *value, uint64_t *slots,
                   bool *out_of_memory);
/* Behind a message that names the type: what else is wrong with a value that does not fit. */
const char *api_misfit(const CorIsolate *isolate, const CorType *type, const CoracleValue *value);
/* The value in slots of a simple type.  A string lasts until the next one is taken from the isolate; an object is the host's. */
CoracleStatus api_take_value(CoracleIsolate *isolate, const CorType *type, const uint64_t *slots,
                             CoracleValue *result);

/* Releases what was left to be released when the innermost function of the host returns. */
void api_release_left(CoracleIsolate *isolate);

/* A handle of an object. */
CoracleStatus api_take_object(CoracleIsolate *isolate, CorObject *reference, CoracleValue *result);

/* A double of the program as hosts see it: which NaN one is depends on the processor. */
static inline uint64_t api_double(uint64_t slot) {
    double number;
    memcpy(&number, &slot, sizeof number);
    return number == number ? slot : COR_NAN;
}

/* The kind of a scalar; CORACLE_VOID: the type has others. */
CoracleKind api_scalar_kind(const CorType *type);
/* Likewise scalars: what is a number, a boolean, or a character. */
bool api_put_scalar(const CorType *type, const CoracleScalar *value, uint64_t *slot);
CoracleScalar api_take_scalar(const CorType *type, uint64_t slot);

/* Checks the arguments of a call, and writes their slots.  The isolate has been entered.  May collect. */
CoracleStatus api_place_arguments(const CoracleFunction *call, const char *name,
                                  const CoracleValue *arguments, size_t count, uint64_t *slots);

/* The roots of prepared calls (api_call.c). */
void api_visit_functions(const CoracleIsolate *isolate, struct CorHeapVisitor *visitor);

/* ---- Using an isolate ---- */

/* What every function does first that may touch objects of the isolate, and, if it gave CORACLE_OK, last; pairs may nest.  Not within
 * a finaliser or a stream: CORACLE_MISMATCH. */
CoracleStatus api_refuse_entry(CoracleIsolate *isolate); /* a finaliser or stream runs */
static inline CoracleStatus api_enter(CoracleIsolate *isolate) {
    isolate->message[0] = '\0';
    if (isolate->isolate->heap->finalizing || isolate->isolate->streaming != 0)
        return api_refuse_entry(isolate);
    return cor_isolate_enter(isolate->isolate) == COR_OK ? CORACLE_OK : CORACLE_NO_MEMORY;
}
static inline void api_leave(CoracleIsolate *isolate) {
    cor_isolate_leave(isolate->isolate);
}

/* Hands on buffered output. */
bool api_flush(CoracleIsolate *isolate);

/* ---- Failures ---- */

/* Sets the isolate's message; gives the status. */
CoracleStatus api_fail(CoracleIsolate *isolate, CoracleStatus status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What a status of the VM means to the host; keeps the error's text. */
CoracleStatus api_finish(CoracleIsolate *isolate, CorStatus status);

#endif

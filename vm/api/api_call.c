/* Calls of functions, methods and function values by hosts. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "vm/api/api_internal.h"
#include "vm/heap/heap.h"
#include "vm/runtime/call_words.h"
#include "vm/runtime/object.h"

/* ---- Preparing --------------------------------------------------------------------------------- */

/* Whether a slot of the type and a value of hosts are the same bits, but for a NaN. */
static bool call_is_plain(const CorType *type) {
    return type->kind == COR_KIND_I64 || type->kind == COR_KIND_U64 || type->kind == COR_KIND_F64;
}

static bool call_is_scalar(const CorType *type) {
    return type->kind >= COR_KIND_BOOL && type->kind <= COR_KIND_CHAR;
}

/* Whether a host can call the function; completes *call. */
static CoracleStatus call_check(CoracleFunction *call, const char *name) {
    CoracleIsolate *isolate = call->isolate;
    HostSignature *signature = &call->signature;
    call->first = call->self && !call->is_closure;
    if (call->function->portable->parameter_count > COR_HOST_PARAMETERS)
        return api_fail(isolate, CORACLE_MISMATCH, "`%s` has more parameters than a host can pass", name);
    CorStatus status = host_signature_of(isolate->isolate, call->function, signature);
    if (status != COR_OK)
        return api_finish(isolate, status);
    call->is_void = signature->result->kind == COR_KIND_VOID || signature->result->kind == COR_KIND_NEVER;
    call->is_scalar = call->is_void || call_is_scalar(signature->result);
    bool is_plain = !call->self && signature->count <= COR_CALL_ARGUMENTS &&
                    (call->is_void ? signature->count > 0 : call_is_plain(signature->result));
    if (!call->is_void && !host_can_hold(signature->result))
        return api_fail(isolate, CORACLE_MISMATCH, "`%s` returns a %s, which a host cannot take", name,
                        signature->result->name);
    for (uint32_t i = call->first; i < signature->count; i++) {
        const CorType *type = signature->parameters[i];
        call->is_scalar &= call_is_scalar(type);
        is_plain &= call_is_plain(type);
        if (!host_can_hold(type))
            return api_fail(isolate, CORACLE_MISMATCH, "argument %u of `%s`: a host cannot pass a %s",
                            i - call->first + 1, name, type->name);
    }
    call->second = signature->count > 1 ? 1 : 0;
    call->third = signature->count > 2 ? 2 : 0;
    if (is_plain)
        call->plain = call->is_void                             ? CALL_GIVES_NOTHING
                      : signature->result->kind == COR_KIND_F64 ? CALL_GIVES_DOUBLE
                                                                : CALL_GIVES_WORD;
    return CORACLE_OK;
}

static CoracleStatus call_find(CoracleFunction *call, const CoracleModule *handle, const char *name) {
    CoracleIsolate *isolate = call->isolate;
    CorLinkedModule *module = api_module(isolate->engine, handle);
    if (!module)
        return api_fail(isolate, CORACLE_MISMATCH, "it is no module of the isolate's engine");
    CorStatus status = cor_module_function(isolate->isolate, module, name, &call->function);
    if (status != COR_OK)
        return api_finish(isolate, status);
    if (!call->function || !(call->function->portable->flags & COR_FN_PUBLIC))
        return api_fail(isolate, CORACLE_NOT_FOUND,
                        "module %s has no public function `%s` without type parameters",
                        cor_module_name(module), name);
    CoracleStatus checked = call_check(call, name);
    if (checked != CORACLE_OK)
        return checked;
    status = cor_isolate_initialize(isolate->isolate, module);
    return api_finish(isolate, status);
}

static CoracleStatus call_find_method(CoracleFunction *call, const char *name) {
    CoracleIsolate *isolate = call->isolate;
    const CorType *type = cor_type_nominal(call->self->type);
    call->function = NULL;
    CorStatus status = type->kind == COR_KIND_CLASS || type->kind == COR_KIND_ENUM
                           ? cor_type_method(isolate->isolate, type, name, &call->function)
                           : COR_OK;
    if (status != COR_OK)
        return api_finish(isolate, status);
    if (!call->function)
        return api_fail(isolate, CORACLE_NOT_FOUND, "%s has no method `%s` that a host can call", type->name,
                        name);
    return call_check(call, name);
}

static CoracleStatus call_find_body(CoracleFunction *call) {
    CoracleIsolate *isolate = call->isolate;
    if (call->self->type->kind != COR_KIND_CLOSURE)
        return api_fail(isolate, CORACLE_MISMATCH, "a %s is no function",
                        cor_type_nominal(call->self->type)->name);
    call->is_closure = true;
    call->function = ((CorClosureObject *)call->self)->function;
    return call_check(call, cor_type_nominal(call->self->type)->name);
}

/* ---- Calling ----------------------------------------------------------------------------------- */

static CorStatus call_execute(const CoracleFunction *call, const uint64_t *slots, uint64_t *out) {
    CorIsolate *isolate = call->isolate->isolate;
    CorStatus status = cor_isolate_heed(isolate); /* of what came when nothing ran */
    if (status != COR_OK)
        return status;
    return call->is_closure ? cor_call_closure(isolate, (const CorClosureObject *)call->self, slots, out)
                            : cor_call(isolate, call->function, slots, out);
}

CoracleStatus api_place_arguments(const CoracleFunction *call, const char *name,
                                  const CoracleValue *arguments, size_t count, uint64_t *slots) {
    CoracleIsolate *isolate = call->isolate;
    const uint32_t wanted = call->signature.count - call->first;
    uint32_t at = call->first;
    if (count != wanted)
        return api_fail(isolate, CORACLE_MISMATCH, "`%s` takes %u argument%s, not %zu", name, wanted,
                        wanted == 1 ? "" : "s", count);
    slots[0] = (uintptr_t)call->self;
    for (uint32_t i = call->first; i < call->signature.count; i++) {
        const CorType *type = call->signature.parameters[i];
        const uint32_t number = i - call->first;
        bool out_of_memory = false;
        if (!api_put_value(isolate->isolate, type, &arguments[number], slots + at, &out_of_memory))
            return out_of_memory
                       ? api_finish(isolate, cor_throw_out_of_memory(isolate->isolate))
                       : api_fail(isolate, CORACLE_MISMATCH, "argument %u of `%s` must be of type `%s`%s",
                                  number + 1, name, type->name,
                                  api_misfit(isolate->isolate, type, &arguments[number]));
        at += type->slots;
    }
    return CORACLE_OK;
}

/* The isolate has been entered. */
static CoracleStatus call_now(const CoracleFunction *call, const char *name, const CoracleValue *arguments,
                              size_t count, CoracleValue *result) {
    uint64_t slots[2 * call->signature.count + 1], out[2] = {0, 0}; /* no more: see host_call */
    CoracleStatus placed = api_place_arguments(call, name, arguments, count, slots);
    if (placed != CORACLE_OK)
        return placed;
    CorStatus status = call_execute(call, slots, out);
    if (status != COR_OK || !result)
        return api_finish(call->isolate, status);
    result->kind = CORACLE_VOID;
    return call->is_void ? CORACLE_OK : api_take_value(call->isolate, call->signature.result, out, result);
}

CoracleStatus coracle_isolate_call(CoracleIsolate *isolate, CoracleModule *module, const char *function,
                                   const CoracleValue *arguments, size_t count, CoracleValue *result) {
    if (!(isolate = api_isolate(isolate)) || !function)
        return CORACLE_MISMATCH;
    CoracleFunction call = {.isolate = isolate, .inner = isolate->isolate};
    CoracleStatus status = api_enter(isolate);
    if (status != CORACLE_OK)
        return status;
    status = call_find(&call, module, function);
    if (status == CORACLE_OK)
        status = call_now(&call, function, arguments, count, result);
    api_leave(isolate);
    return status;
}

/* ---- Prepared calls ---------------------------------------------------------------------------- */

/* `find` has the isolate entered, and `self` reachable. */
static CoracleStatus call_keep(CoracleFunction *found, const char *name, CoracleFunction **function) {
    CoracleIsolate *isolate = found->isolate;
    CoracleFunction *call = malloc(sizeof *call), *handle = call ? handle_new(HANDLE_FUNCTION, call) : NULL;
    char *copy = handle ? strdup(name) : NULL;
    if (!copy) {
        if (handle)
            handle_free(handle);
        free(call);
        return CORACLE_NO_MEMORY;
    }
    *call = *found;
    call->handle = handle;
    call->name = copy;
    call->previous = NULL;
    call->next = isolate->functions;
    if (call->next)
        call->next->previous = call;
    atomic_signal_fence(memory_order_seq_cst); /* the collector may walk the list at any instruction */
    isolate->functions = call;
    *function = handle;
    return CORACLE_OK;
}

/* object NULL: of the module; name NULL: the object itself. */
static CoracleStatus call_prepare(CoracleIsolate *isolate, const CoracleModule *module,
                                  const CoracleObject *object, const char *name, CoracleFunction **function) {
    CoracleFunction call = {
        .isolate = isolate, .inner = isolate->isolate, .self = object ? object->reference : NULL};
    CoracleStatus status = api_enter(isolate);
    if (status != CORACLE_OK)
        return status;
    status = !object ? call_find(&call, module, name)
             : name  ? call_find_method(&call, name)
                     : call_find_body(&call);
    if (status == CORACLE_OK)
        status = call_keep(&call, name ? name : cor_type_nominal(call.self->type)->name, function);
    api_leave(isolate);
    return status;
}

CoracleStatus coracle_isolate_function(CoracleIsolate *isolate, CoracleModule *module, const char *name,
                                       CoracleFunction **function) {
    if (function)
        *function = NULL;
    return (isolate = api_isolate(isolate)) && name && function
               ? call_prepare(isolate, module, NULL, name, function)
               : CORACLE_MISMATCH;
}

CoracleStatus coracle_object_method(CoracleObject *object, const char *name, CoracleFunction **function) {
    if (function)
        *function = NULL;
    return (object = api_object(object)) && name && function
               ? call_prepare(object->isolate, NULL, object, name, function)
               : CORACLE_MISMATCH;
}

CoracleStatus coracle_object_function(CoracleObject *object, CoracleFunction **function) {
    if (function)
        *function = NULL;
    return (object = api_object(object)) && function
               ? call_prepare(object->isolate, NULL, object, NULL, function)
               : CORACLE_MISMATCH;
}

void api_free_function(CoracleFunction *function) {
    handle_free(function->handle);
    if (function->previous)
        function->previous->next = function->next;
    else
        function->isolate->functions = function->next;
    if (function->next)
        function->next->previous = function->previous;
    free(function->name);
    free(function);
}

/* One that executes goes when it has ended. */
void coracle_function_release(CoracleFunction *function) {
    if (!(function = api_function(function)))
        return;
    function->is_released = true;
    function->plain = CALL_NOT_PLAIN;
    if (function->running == 0)
        api_free_function(function);
}

static void call_ended(CoracleFunction *function) {
    if (--function->running == 0 && function->is_released)
        api_free_function(function);
}

void api_visit_functions(const CoracleIsolate *isolate, struct CorHeapVisitor *visitor) {
    for (CoracleFunction *call = isolate->functions; call; call = call->next)
        cor_heap_visit(visitor, &call->self, &call->self + 1);
}

CoracleStatus coracle_function_call(CoracleFunction *function, const CoracleValue *arguments, size_t count,
                                    CoracleValue *result) {
    if (!(function = api_function(function)) || function->is_released)
        return CORACLE_MISMATCH;
    CoracleIsolate *isolate = function->isolate;
    CoracleStatus status = api_enter(isolate);
    if (status != CORACLE_OK)
        return status;
    function->running++;
    status = call_now(function, function->name, arguments, count, result);
    call_ended(function);
    api_leave(isolate);
    return status;
}

/* A call by the short way has failed. */
static __attribute__((noinline, cold)) CoracleStatus call_failed(CoracleIsolate *isolate, CorStatus status) {
    isolate->message[0] = '\0';
    CoracleStatus finished = api_finish(isolate, status);
    api_leave(isolate);
    return finished;
}

/* The short way.  The function may be released while it executes. */
static inline __attribute__((always_inline)) CoracleStatus call_plainly(const CoracleFunction *call,
                                                                        CallPlain plain, CorIsolate *inner,
                                                                        void *native, CoracleScalar *values) {
    CorMachineResult result =
        cor_call_words(inner, native, values[0].unsigned_integer, values[call->second].unsigned_integer,
                       values[call->third].unsigned_integer);
    if (__builtin_expect(result.status != COR_OK, 0))
        return call_failed(inner->host, (CorStatus)result.status);
    if (plain == CALL_GIVES_WORD)
        values[0].unsigned_integer = result.value;
    else if (plain == CALL_GIVES_DOUBLE)
        values[0].unsigned_integer = api_double(result.value);
    return CORACLE_OK;
}

static __attribute__((noinline)) CoracleStatus call_scalars(CoracleFunction *function, CoracleScalar *values);

/* What the handle means is no function that gives an integer. */
static __attribute__((noinline)) CoracleStatus
call_other(CoracleFunction *function, const CoracleFunction *call, CoracleScalar *values) {
    CorIsolate *const inner = call ? call->inner : NULL;
    void *const native =
        call && values && call->plain != CALL_NOT_PLAIN ? cor_call_words_ready(inner, call->function) : NULL;
    return native ? call_plainly(call, call->plain, inner, native, values) : call_scalars(function, values);
}

CoracleStatus coracle_function_call_scalars(CoracleFunction *function, CoracleScalar *values) {
    const CoracleFunction *const call = handle_target(function, HANDLE_FUNCTION);
    if (__builtin_expect(!call || !values || call->plain != CALL_GIVES_WORD, 0))
        return call_other(function, call, values);
    CorIsolate *const inner = call->inner;
    void *const native = cor_call_words_ready(inner, call->function);
    return native ? call_plainly(call, CALL_GIVES_WORD, inner, native, values)
                  : call_scalars(function, values);
}

/* Any function, any isolate. */
static CoracleStatus call_scalars(CoracleFunction *function, CoracleScalar *values) {
    if (!(function = api_function(function)) || function->is_released)
        return CORACLE_MISMATCH;
    void *const native =
        values && function->plain != CALL_NOT_PLAIN && !cor_isolate_is_wished(function->inner)
            ? cor_call_words_prepare(function->inner, function->function)
            : NULL;
    if (native)
        return call_plainly(function, function->plain, function->inner, native, values);
    CoracleIsolate *isolate = function->isolate;
    const HostSignature *signature = &function->signature;
    uint64_t slots[signature->count + 1], out = 0;
    bool has_values = signature->count != function->first || !function->is_void;
    if (!function->is_scalar || (!values && has_values))
        return api_fail(isolate, CORACLE_MISMATCH, "`%s` has other values than scalars", function->name);
    slots[0] = (uintptr_t)function->self;
    for (uint32_t i = function->first; i < signature->count; i++) {
        const CoracleScalar *value = &values[i - function->first];
        slots[i] = value->unsigned_integer;
        if (signature->parameters[i]->kind != COR_KIND_I64 && /* the most usual, quickly */
            !api_put_scalar(signature->parameters[i], value, &slots[i]))
            return api_fail(isolate, CORACLE_MISMATCH, "argument %u of `%s` is out of range for `%s`",
                            i - function->first + 1, function->name, signature->parameters[i]->name);
    }
    CoracleStatus finished = api_enter(isolate);
    if (finished != CORACLE_OK)
        return finished;
    function->running++;
    CorStatus status = call_execute(function, slots, &out);
    finished = status == COR_OK ? CORACLE_OK : api_finish(isolate, status);
    if (finished == CORACLE_OK && !function->is_void && signature->result->kind == COR_KIND_I64)
        values[0].unsigned_integer = out;
    else if (finished == CORACLE_OK && !function->is_void)
        values[0] = api_take_scalar(signature->result, out);
    call_ended(function);
    api_leave(isolate);
    return finished;
}

/* Calls of C by programs. */
#include <stdlib.h>
#include <string.h>

#include "vm/bytecode/utf8.h"
#include "vm/foreign/foreign_internal.h"
#include "vm/heap/heap.h"
#include "vm/runtime/error.h"
#include "vm/runtime/object.h"

enum {
    CALL_STACK = 256 << 10, /* bytes of the machine stack that C finds at least */
};

/* What C reads and writes; the result is at its start. */
typedef struct CallMemory {
    char *bytes;                          /* aligned to 16 */
    void *pointers[COR_HOST_PARAMETERS];  /* what a reference, text or function is for C */
    void *arguments[COR_HOST_PARAMETERS]; /* where each value is */
} CallMemory;

/* ---- Arguments --------------------------------------------------------------------------------- */

static void *call_reference(const CorObject *object, size_t offset) {
    return *(void *const *)(const void *)((const char *)object + offset);
}

static CorStatus call_put_text(CorIsolate *isolate, const CorStringObject *text, void **pointer) {
    if (memchr(text->bytes, 0, text->length))
        return cor_throw(isolate, COR_ERROR_VALUE, "a text for C cannot contain a zero byte");
    *pointer = (void *)(uintptr_t)text->bytes; /* it lies still, and ends with a zero byte */
    return COR_OK;
}

static CorStatus call_put_function(CorIsolate *isolate, const ForeignPlace *place, const CorObject *object,
                                   void **pointer) {
    const bool is_kept = place->role == FOREIGN_CALLBACK;
    const CorClosureObject *closure = is_kept ? call_reference(object, place->field) : (const void *)object;
    *pointer = foreign_callback_code(isolate->foreign, place->callee, closure, is_kept ? object : NULL);
    return *pointer ? COR_OK : cor_throw_out_of_memory(isolate);
}

static CorStatus call_put_reference(CorIsolate *isolate, const ForeignPlace *place, const CorObject *object,
                                    char *memory, void **pointer) {
    *pointer = NULL;
    if (!object)
        return COR_OK; /* null of an optional */
    switch (place->role) {
    case FOREIGN_TEXT: return call_put_text(isolate, (const CorStringObject *)object, pointer);
    case FOREIGN_BUFFER:
        *pointer = ((CorArrayObject *)call_reference(object, place->field))->elements;
        return COR_OK;
    case FOREIGN_REF:
        *pointer = memory + place->at;
        return foreign_store_object(isolate, place->shape, (const char *)object, place->scalars, *pointer);
    default: return call_put_function(isolate, place, object, pointer);
    }
}

static CorStatus call_put_arguments(CorIsolate *isolate, const ForeignFunction *function,
                                    const uint64_t *slots, CallMemory *memory) {
    CorStatus status = COR_OK;
    for (uint32_t i = 0; i < function->count && status == COR_OK; i++) {
        const ForeignPlace *place = &function->parameters[i];
        if (place->role == FOREIGN_VALUE) {
            memory->arguments[i] = memory->bytes + place->at;
            status = foreign_store(isolate, place->shape, slots + place->slot, memory->arguments[i]);
            continue;
        }
        memory->arguments[i] = &memory->pointers[i];
        status = call_put_reference(isolate, place, (const CorObject *)(uintptr_t)slots[place->slot],
                                    memory->bytes, &memory->pointers[i]);
    }
    return status;
}

/* ---- Results ----------------------------------------------------------------------------------- */

static CorStatus call_take_copies(CorIsolate *isolate, const ForeignFunction *function, const uint64_t *slots,
                                  const char *memory) {
    CorStatus status = COR_OK;
    for (uint32_t i = 0; i < function->count && status == COR_OK; i++) {
        const ForeignPlace *place = &function->parameters[i];
        void *object = (void *)(uintptr_t)slots[place->slot];
        if (place->role == FOREIGN_REF && object)
            status = foreign_load_object(isolate, place->shape, memory + place->at, object, object,
                                         place->scalars);
    }
    return status;
}

CorStatus cor_foreign_take_text(CorIsolate *isolate, const char *text, uint64_t *slot) {
    size_t length = strlen(text);
    if (!cor_utf8_valid((const uint8_t *)text, length))
        return cor_throw(isolate, COR_ERROR_VALUE, "a text of C is not UTF-8");
    cor_isolate_charge(isolate, length / 64);
    CorStringObject *string = cor_string_new(isolate, text, length);
    *slot = (uintptr_t)string;
    return string ? COR_OK : cor_throw_out_of_memory(isolate);
}

static CorStatus call_take_result(CorIsolate *isolate, const ForeignFunction *function, const char *memory,
                                  uint64_t *result) {
    const ForeignPlace *place = &function->result;
    if (place->role == FOREIGN_VALUE)
        return foreign_load(isolate, place->shape, memory, result);
    const char *text = *(char *const *)(const void *)memory;
    if (text)
        return cor_foreign_take_text(isolate, text, result);
    *result = 0;
    return place->is_optional
               ? COR_OK
               : cor_throw(isolate, COR_ERROR_NULL, "`%s` gave a null pointer; its result is a `string?`",
                           function->symbol);
}

/* ---- Calls ------------------------------------------------------------------------------------- */

static bool call_has_stack(CorIsolate *isolate) {
    const char *end = cor_heap_stack_end(isolate->heap);
    return !end || (const char *)__builtin_frame_address(0) - end > CALL_STACK;
}

static CorStatus call_run(CorIsolate *isolate, const ForeignFunction *function, void *address,
                          const uint64_t *slots, CallMemory *memory, uint64_t *result) {
    CorForeignState *state = isolate->foreign;
    ForeignCall call = {.status = COR_OK, .outer = state->call};
    const uint64_t direct = isolate->direct_libraries;
    state->call = &call;
    CorStatus status = call_put_arguments(isolate, function, slots, memory);
    if (status == COR_OK) {
        isolate->foreign_errno = cor_c_call(function->signature, address, memory->bytes, memory->arguments);
        status = call.status;
    }
    state->call = call.outer;
    foreign_free_callbacks(call.callbacks);
    isolate->direct_libraries = state->has_kept ? 0 : direct;
    if (status == COR_OK)
        status = call_take_copies(isolate, function, slots, memory->bytes);
    if (status != COR_OK)
        return status;
    if (atomic_load_explicit(&state->strayed, memory_order_relaxed) &&
        atomic_exchange(&state->strayed, false))
        return cor_throw(isolate, COR_ERROR_STATE, "%s has called the program on another thread",
                         function->library->name);
    return call_take_result(isolate, function, memory->bytes, result);
}

CorStatus foreign_call(CorIsolate *isolate, const CorHostFunction *base, const uint64_t *slots,
                       uint64_t *result, const CorType *const *types) {
    (void)types;
    const ForeignFunction *function = (const ForeignFunction *)(const void *)base;
    void *address = foreign_find_symbol(isolate, function);
    if (!address)
        return COR_THROWN;
    if (!call_has_stack(isolate))
        return cor_throw(isolate, COR_ERROR_STACK_OVERFLOW, "no room for a call of C");
    cor_isolate_charge(isolate, COR_FOREIGN_FUEL);
    _Alignas(16) char room[function->room];
    CallMemory memory;
    memory.bytes = room;
    return call_run(isolate, function, address, slots, &memory, result);
}

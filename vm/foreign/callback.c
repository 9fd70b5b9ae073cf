/* Calls of programs by C. */
#include <stdlib.h>
#include <string.h>

#include "vm/foreign/foreign_internal.h"
#include "vm/heap/heap.h"
#include "vm/runtime/error.h"

enum { CALLBACK_BYTES = 512 }; /* that the host holds of one, about */

/* ---- Running ----------------------------------------------------------------------------------- */

static CorStatus callback_take_text(CorIsolate *isolate, const ForeignPlace *place, const char *text,
                                    uint64_t *slot) {
    *slot = 0;
    if (text)
        return cor_foreign_take_text(isolate, text, slot);
    return place->is_optional ? COR_OK
                              : cor_throw(isolate, COR_ERROR_NULL,
                                          "C gave a null pointer for a `string`; it is a `string?`");
}

static CorStatus callback_take_arguments(CorIsolate *isolate, const ForeignCallee *callee, void **arguments,
                                         uint64_t *slots) {
    CorStatus status = COR_OK;
    for (uint32_t i = 0; i < callee->count && status == COR_OK; i++) {
        const ForeignPlace *place = &callee->parameters[i];
        if (place->role == FOREIGN_VALUE)
            status = foreign_load(isolate, place->shape, arguments[i], slots + place->slot);
        else
            status = callback_take_text(isolate, place, *(char *const *)arguments[i], slots + place->slot);
    }
    return status;
}

/* C gets zeros when the program cannot run: an error or a stop waits for C to return, or this is no thread of its. */
static void callback_run(void *context, void *result, void **arguments) {
    const ForeignCallback *callback = context;
    const ForeignCallee *callee = callback->callee;
    CorForeignState *state = callback->state;
    CorIsolate *isolate = state->isolate;
    memset(result, 0, cor_c_result_room(callee->result.shape->type));
    if (!cor_heap_is_own_thread(isolate->heap)) {
        atomic_store(&state->strayed, true);
        return;
    }
    ForeignCall *call = state->call;
    if (!call || call->status != COR_OK)
        return;
    uint64_t slots[COR_HOST_SLOTS], out[COR_HOST_RESULTS] = {0};
    call->status = callback_take_arguments(isolate, callee, arguments, slots);
    if (call->status == COR_OK)
        call->status = cor_call_closure(isolate, callback->closure, slots, out);
    if (call->status == COR_OK)
        call->status = foreign_store(isolate, callee->result.shape, out, result);
}

/* ---- Making ------------------------------------------------------------------------------------ */

static ForeignCallback *callback_new(CorForeignState *state, const ForeignCallee *callee,
                                     const CorClosureObject *closure, const CorObject *owner) {
    ForeignCallback *callback = malloc(sizeof *callback);
    if (!callback)
        return NULL;
    *callback = (ForeignCallback){.state = state, .callee = callee, .closure = closure, .owner = owner};
    if ((callback->code = cor_c_closure_new(callee->signature, callback_run, callback)))
        return callback;
    free(callback);
    return NULL;
}

static ForeignCallback *callback_kept(const CorForeignState *state, const ForeignCallee *callee,
                                      const CorObject *owner) {
    for (ForeignCallback *callback = state->kept; callback; callback = callback->next)
        if (callback->owner == owner && callback->callee == callee)
            return callback;
    return NULL;
}

void *foreign_callback_code(CorForeignState *state, const ForeignCallee *callee,
                            const CorClosureObject *closure, const CorObject *owner) {
    ForeignCallback *callback = owner ? callback_kept(state, callee, owner) : NULL;
    if (callback)
        return cor_c_closure_code(callback->code);
    if (owner && !cor_heap_charge(state->isolate->heap, CALLBACK_BYTES))
        return NULL;
    ForeignCallback **list = owner ? &state->kept : &state->call->callbacks;
    callback = callback_new(state, callee, closure, owner);
    if (!callback) {
        if (owner)
            cor_heap_charge(state->isolate->heap, -(ptrdiff_t)CALLBACK_BYTES);
        return NULL;
    }
    state->has_kept |= owner != NULL;
    state->isolate->direct_libraries = 0; /* any function of C may call the program now */
    callback->next = *list;
    atomic_signal_fence(memory_order_seq_cst); /* the collector may walk the list at any instruction */
    *list = callback;
    return cor_c_closure_code(callback->code);
}

void foreign_free_callbacks(ForeignCallback *callbacks) {
    for (ForeignCallback *next; callbacks; callbacks = next) {
        next = callbacks->next;
        cor_c_closure_free(callbacks->code);
        free(callbacks);
    }
}

void cor_foreign_forget(CorForeignState *state, const CorObject *owner) {
    ForeignCallback **link = &state->kept;
    while (*link) {
        ForeignCallback *callback = *link;
        if (callback->owner != owner) {
            link = &callback->next;
            continue;
        }
        *link = callback->next;
        callback->next = NULL;
        foreign_free_callbacks(callback);
        cor_heap_charge(state->isolate->heap, -(ptrdiff_t)CALLBACK_BYTES);
    }
}

void cor_foreign_visit(const CorForeignState *state, struct CorHeapVisitor *visitor) {
    for (ForeignCallback *callback = state->kept; callback; callback = callback->next) {
        cor_heap_visit(visitor, &callback->closure, &callback->closure + 1);
        cor_heap_visit(visitor, &callback->owner, &callback->owner + 1);
    }
}

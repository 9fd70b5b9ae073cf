/* The helpers of helpers.def that are not functions of C's library: what native code calls. */
#include <math.h>
#include <string.h>

#include "vm/heap/heap.h"
#include "vm/interp/boundary.h"
#include "vm/interp/slow.h"
#include "vm/runtime/hash.h"
#include "vm/runtime/stack.h"
#include "vm/runtime/tier.h"

/* ---- Safepoints and stacks ---- */

/* The interpreter would go on; native code does not look again before `ahead` is charged, too. */
static CorStatus native_draw(CorIsolate *isolate, int64_t ahead) {
    return cor_isolate_draw(isolate, ahead) ? COR_OK : COR_LEFT;
}

/* What draws would seldom use its budget up, and so would its callers: that it draws is an end of a slice, too. */
static CorStatus native_refill(CorIsolate *isolate, int64_t ahead) {
    if (isolate->budget < 0 && isolate->heap->owes)
        return COR_LEFT; /* the interpreter throws: inlined frames may have a handler */
    CorStatus status = isolate->budget < 0 ? cor_isolate_refill(isolate) : cor_isolate_heed(isolate);
    if (status != COR_OK)
        return status;
    if (isolate->is_sampled && cor_tier_sample_native(isolate, cor_word_site(isolate->ip))) {
        isolate->left_at_safepoint = true;
        return COR_LEFT;
    }
    return native_draw(isolate, ahead);
}

static int64_t cor_native_refill(CorIsolate *isolate, int64_t ahead) {
    CorStatus status = native_refill(isolate, ahead);
    return status == COR_OK ? isolate->budget : -(int64_t)status;
}

/* A frame is called from where the caller stands: an overflow is raised there. */
static CorStatus native_grow_for_call(CorIsolate *isolate, uint64_t *end) {
    CorFrame callee = cor_frame_top(isolate), caller = cor_frame_caller(isolate, callee);
    if (!caller.fp) /* C called, and has made sure of what the interpreter needs */
        return COR_OK;
    isolate->fp = caller.fp;
    isolate->ip = caller.ip;
    CorStatus status = cor_stack_grow(isolate, end);
    if (status == COR_OK) {
        isolate->fp = callee.fp;
        isolate->ip = callee.ip;
    }
    boundary_return_to_native(isolate);
    return status;
}

/* Charges what the interpreter's call would have charged before the frame's first instruction. */
static CorStatus native_charge_and_leave(CorIsolate *isolate, const CorLoweredFunction *function) {
    isolate->budget -= cor_code_header(function->code)->weight;
    CorStatus status = isolate->budget < 0 ? cor_isolate_refill(isolate) : COR_OK;
    return status == COR_OK ? COR_LEFT : status;
}

static CorStatus cor_native_grow_stack(CorIsolate *isolate, uint64_t *end) {
    const CorLoweredFunction *function = cor_frame_function(cor_frame_top(isolate));
    uint64_t *own_end =
        isolate->fp + function->frame_slots; /* the code may want more, for functions inlined in it */
    if (own_end > isolate->stack.limit) {
        CorStatus status = native_grow_for_call(isolate, own_end);
        if (status != COR_OK)
            return status;
    }
    if (end > isolate->stack.limit && cor_stack_allows(isolate, end)) {
        CorStatus status = native_grow_for_call(isolate, end);
        if (status != COR_OK)
            return status;
    }
    if (end > isolate->stack.limit || boundary_is_short(isolate))
        return native_charge_and_leave(isolate, function);
    return COR_OK;
}

/* ---- Calls ---- */

_Static_assert(offsetof(CorIsolate, budget) == 0, "cor_machine_enter stores it there");

/* As a call of the interpreter, from the site on. */
static CorStatus native_push(CorIsolate *isolate, uint64_t *frame, const CorWord *entry) {
    const CorCodeHeader *header = cor_code_header(entry);
    if (frame + header->frame_slots > isolate->stack.limit) {
        CorStatus status = cor_stack_grow(isolate, frame + header->frame_slots);
        boundary_return_to_native(isolate);
        if (status != COR_OK)
            return status;
    }
    frame[-2] = (uintptr_t)entry;
    isolate->fp = frame;
    isolate->ip = entry;
    isolate->budget -= header->weight;
    return COR_OK;
}

/* Whether the closure follows the arguments. */
static bool native_calls_closure(const CorNativeSite *site) {
    uint16_t op = cor_code_word(site->frames[0].function, site->frames[0].index).op;
    return op == COR_LOWERED_CALL_CLOSURE || op == COR_LOWERED_CALL_CLOSURE_PROFILED;
}

CorStatus cor_native_enter(CorIsolate *isolate, uint64_t *frame, const CorWord *entry, uint64_t *registers,
                           const uint64_t *stack) {
    const CorWord *site = cor_frame_call(frame);
    isolate->fp = frame - site->b;
    isolate->ip = site;
    if (cor_entry_is_stub(entry))
        entry = cor_function_entry(cor_code_header(entry)->function);
    CorLoweredFunction *function = cor_code_header(entry)->function;
    if (!cor_entry_is_stub(entry)) /* else another thread may be lowering it */
        cor_tier_called_by_native(function);
    CorFrame caller = cor_frame_top(isolate);
    CorStatus status = native_push(isolate, frame, entry);
    if (status != COR_OK)
        return status;
    uint32_t count = function->parameter_slots + native_calls_closure(cor_word_site(site));
    for (uint32_t i = 0; i < count; i++)
        frame[i] = i < cor_machine_arguments ? registers[i] : stack[i - cor_machine_arguments];
    boundary_leave_native(isolate);
    if (isolate->budget < 0) {
        status = cor_isolate_refill(isolate);
        if (status == COR_OK)
            boundary_sample(isolate);
    }
    if (status == COR_OK && boundary_is_short(isolate)) {
        isolate->left_status = COR_OK;
        status = COR_LEFT;
    }
    if (status == COR_OK) {
        status = boundary_run(isolate, frame, entry);
        memcpy(registers, frame, cor_native_register_results(function) * sizeof *frame);
        return status;
    }
    if (status != COR_LEFT) {
        isolate->fp = caller.fp;
        isolate->ip = caller.ip;
    }
    boundary_return_to_native(isolate);
    return status;
}

static CorStatus cor_native_settle(CorIsolate *isolate, uint64_t *frame) {
    if (!cor_word_is_site(cor_frame_call(frame)))
        return COR_LEFT; /* the interpreter called */
    cor_tier_called_by_native(cor_code_header(cor_frame_entry(frame))->function);
    if (isolate->native_leaving || boundary_is_short(isolate))
        return COR_LEFT;
    return boundary_run(isolate, frame, NULL);
}

/* ---- Operations ---- */

/* An object, or NULL with the error pending. */
static void *native_object(CorStatus status, const uint64_t *slot) {
    return status == COR_OK ? (void *)(uintptr_t)*slot : NULL;
}

static void *cor_native_new(CorIsolate *isolate, const CorType *type) {
    uint64_t slot = 0;
    return native_object(slow_new(isolate, &slot, type), &slot);
}

static void *cor_native_new_late(CorIsolate *isolate, const CorType *type) {
    CorObject *object = cor_heap_allocate_owing(isolate->heap, type->instance_size, type->mark_bytes);
    if (object)
        object->type = type;
    return object;
}

static void *cor_native_new_array(CorIsolate *isolate, const CorType *type, int64_t length,
                                  const uint64_t *value) {
    uint64_t slot = 0;
    CorStatus status = value ? slow_new_array(isolate, &slot, type, length, value)
                             : slow_reserve(isolate, &slot, type, length);
    return native_object(status, &slot);
}

static void *cor_native_array_of(CorIsolate *isolate, const CorType *type, int64_t count,
                                 const uint64_t *values) {
    uint64_t slot = 0;
    return native_object(slow_array_of(isolate, &slot, type, (uint32_t)count, values), &slot);
}

static void *cor_native_concat(CorIsolate *isolate, const uint64_t *strings, int64_t count) {
    uint64_t slot = 0;
    return native_object(slow_concat(isolate, &slot, strings, (uint32_t)count), &slot);
}

/* The collector and calls of the program find the end of the frames in host_top, since nothing has written them. */
static CorStatus cor_native_call_host(CorIsolate *isolate, const CorLoweredFunction *function, uint64_t *top,
                                      const uint64_t *arguments, uint64_t *result) {
    isolate->host_top = (uintptr_t)top;
    boundary_leave_native(isolate);
    CorStatus status = slow_ask_host(isolate, function->code, arguments, result);
    if (status == COR_OK)
        cor_isolate_returned(isolate); /* if the step ends, native_leaving says so */
    boundary_return_to_native(isolate);
    isolate->host_top = 0;
    return status;
}

/* Native code has called the function itself, and set host_top. */
static CorStatus cor_native_host_returned(CorIsolate *isolate, const CorLoweredFunction *function,
                                          int64_t given, const void *value, uint64_t *result) {
    const CorHostFunction *host = function->code[1].pointer;
    CorStatus status =
        host->returned(isolate, host, (uint32_t)given, value, result, function->code[2].pointer);
    if (status == COR_OK)
        cor_isolate_returned(isolate);
    return status;
}

static CorStatus cor_native_syscall(CorIsolate *isolate, int64_t number, const uint64_t *arguments,
                                    uint64_t *result, const CorType *const *types) {
    return slow_syscall(isolate, (uint64_t)number, arguments, result, types);
}

static CorWord *cor_native_interface_entry(CorIsolate *isolate, const CorType *receiver,
                                           const CorType *interface, int64_t slot) {
    const CorCacheEntry *method = slow_interface_method(isolate, receiver, interface, (uint32_t)slot);
    return method ? atomic_load_explicit(&((CorCacheEntry *)(uintptr_t)method)->entry, memory_order_acquire)
                  : NULL;
}

static CorWord *cor_native_role_entry(CorIsolate *isolate, const CorType *receiver, int64_t role) {
    CorWord *entry =
        atomic_load_explicit(&((CorType *)(uintptr_t)receiver)->roles[role], memory_order_acquire);
    return entry ? entry : slow_role_entry(isolate, receiver, (uint32_t)role);
}

static int64_t cor_native_is_interface(const CorObject *object, const CorType *interface) {
    return slow_is_interface(object, interface);
}

static int64_t cor_native_string_eq(CorIsolate *isolate, const CorStringObject *a, const CorStringObject *b) {
    return slow_string_eq(isolate, a, b);
}

static int64_t cor_native_string_compare(CorIsolate *isolate, const CorStringObject *a,
                                         const CorStringObject *b) {
    return slow_string_compare(isolate, a, b);
}

static int64_t cor_native_string_hash(CorStringObject *string) {
    return (int64_t)hash_string(string);
}

/* ---- The table ---- */

const CorHelperInfo cor_helpers[COR_HELPER_COUNT] = {
#define HELPER(name, function, signature, effects, semantics)                                                \
    [COR_HELPER_##name] = {#function, signature, effects, (void (*)(void))(function)},
#include "vm/runtime/helpers.def"
#undef HELPER
};

#include "vm/interp/slow.h"

#include "vm/interp/boundary.h"

#include <inttypes.h>
#include <string.h>

#include "vm/heap/heap.h"
#include "vm/runtime/native.h"
#include "vm/runtime/object.h"
#include "vm/runtime/stack.h"

/* ---- Errors ------------------------------------------------------------------------------------ */

CorStatus slow_division_by_zero(CorIsolate *isolate) {
    return cor_throw(isolate, COR_ERROR_ARITHMETIC, "division by zero");
}

CorStatus slow_index(CorIsolate *isolate, uint64_t index, uint64_t length) {
    return cor_throw(isolate, COR_ERROR_INDEX, "index %" PRId64 " out of range for length %" PRIu64,
                     (int64_t)index, length);
}

CorStatus slow_null(CorIsolate *isolate) {
    return cor_throw(isolate, COR_ERROR_NULL, "the value is null");
}

CorStatus slow_cast(CorIsolate *isolate, const CorObject *object, const CorType *target) {
    return cor_throw(isolate, COR_ERROR_CAST, "%s is not %s", object ? object->type->name : "null",
                     target->name);
}

CorStatus slow_wrong_case(CorIsolate *isolate, const CorObject *object, const CorType *expected) {
    return cor_throw(isolate, COR_ERROR_STATE, "the value is a %s, not a %s", object->type->name,
                     expected->name);
}

CorStatus slow_trap(CorIsolate *isolate, uint32_t trap) {
    return cor_throw(isolate, COR_ERROR_STATE, "%s",
                     trap == COR_TRAP_ABSTRACT ? "an abstract method was called"
                                               : "unreachable code was reached");
}

CorStatus slow_not_initialized(CorIsolate *isolate) {
    return cor_throw(isolate, COR_ERROR_STATE, "a module variable is read before it is initialised");
}

/* ---- Objects ----------------------------------------------------------------------------------- */

CorStatus slow_new(CorIsolate *isolate, uint64_t *result, const CorType *type) {
    CorObject *object = cor_object_new(isolate, type);
    if (!object)
        return cor_throw_out_of_memory(isolate);
    *result = (uintptr_t)object;
    return COR_OK;
}

/* Copies the first element over the rest, doubling what is there. */
static void slow_repeat(char *elements, size_t size, size_t count) {
    for (size_t done = 1; done < count;) {
        size_t part = done < count - done ? done : count - done;
        memcpy(elements + done * size, elements, part * size);
        done += part;
    }
}

static bool slow_all_zero(const uint64_t *slots, uint32_t count) {
    uint64_t bits = 0;
    for (uint32_t i = 0; i < count; i++)
        bits |= slots[i];
    return bits == 0;
}

CorStatus slow_reserve(CorIsolate *isolate, uint64_t *result, const CorType *type, int64_t length) {
    if (length < 0)
        return cor_throw(isolate, COR_ERROR_VALUE, "the length of an array is negative: %" PRId64, length);
    CorArrayObject *array = cor_array_new(isolate, type, (uint64_t)length);
    if (!array)
        return cor_throw_out_of_memory(isolate);
    uint32_t size = type->element->layout->size;
    if (!cor_array_is_small((uint64_t)length, size))
        cor_isolate_charge(isolate, (uint64_t)length * size / 64);
    *result = (uintptr_t)array;
    return COR_OK;
}

CorStatus slow_new_array(CorIsolate *isolate, uint64_t *result, const CorType *type, int64_t length,
                         const uint64_t *value) {
    const CorLayout *layout = type->element->layout;
    uint64_t array;
    CorStatus status = slow_reserve(isolate, &array, type, length);
    if (status != COR_OK)
        return status;
    char *elements = (char *)((CorArrayObject *)(uintptr_t)array)->elements;
    if (length > 0 && !slow_all_zero(value, layout->count)) {
        slow_store_wide((CorObject *)(uintptr_t)array, elements, value, layout);
        slow_repeat(elements, layout->size, (size_t)length);
    }
    *result = array;
    return COR_OK;
}

CorStatus slow_array_of(CorIsolate *isolate, uint64_t *result, const CorType *type, uint32_t count,
                        const uint64_t *values) {
    CorArrayObject *array = cor_array_new(isolate, type, count);
    if (!array)
        return cor_throw_out_of_memory(isolate);
    const CorLayout *layout = type->element->layout;
    char *element = (char *)array->elements;
    for (uint32_t i = 0; i < count; i++, element += layout->size, values += layout->count)
        slow_store_wide((CorObject *)array, element, values, layout);
    *result = (uintptr_t)array;
    return COR_OK;
}

bool slow_is_interface(const CorObject *object, const CorType *interface) {
    return object && cor_type_interface(object->type, interface);
}

void slow_load_wide(uint64_t *slots, const char *memory, const CorLayout *layout) {
    for (uint32_t i = 0; i < layout->count; i++)
        slots[i] = cor_scalar_load(memory + layout->scalars[i].offset, layout->scalars[i].width);
}

void slow_store_wide(CorObject *object, char *memory, const uint64_t *slots, const CorLayout *layout) {
    for (uint32_t i = 0; i < layout->count; i++)
        cor_scalar_store(object, memory + layout->scalars[i].offset, layout->scalars[i].width, slots[i]);
}

/* ---- Strings ----------------------------------------------------------------------------------- */

static const CorStringObject *slow_string(uint64_t slot) {
    return (const CorStringObject *)(uintptr_t)slot;
}

CorStatus slow_concat(CorIsolate *isolate, uint64_t *result, const uint64_t *strings, uint32_t count) {
    size_t length = 0;
    for (uint32_t i = 0; i < count; i++)
        length += slow_string(strings[i])->length;
    CorStringObject *joined = cor_string_allocate(isolate, length);
    if (!joined)
        return cor_throw_out_of_memory(isolate);
    char *to = joined->bytes;
    for (uint32_t i = 0; i < count; i++) {
        const CorStringObject *part = slow_string(strings[i]);
        cor_copy_text(to, part->bytes, part->length);
        to += part->length;
    }
    cor_isolate_charge(isolate, length / 64);
    *result = (uintptr_t)joined;
    return COR_OK;
}

bool slow_string_eq(CorIsolate *isolate, const CorStringObject *a, const CorStringObject *b) {
    return cor_strings_equal(isolate, a, b);
}

int64_t slow_string_compare(CorIsolate *isolate, const CorStringObject *a, const CorStringObject *b) {
    size_t common = a->length < b->length ? a->length : b->length;
    uint64_t looked = 0;
    int order = cor_compare_text(a->bytes, b->bytes, common, &looked);
    cor_isolate_charge(isolate, looked / 64);
    if (order == 0)
        return (a->length > b->length) - (a->length < b->length);
    return order < 0 ? -1 : 1;
}

/* ---- Calls ------------------------------------------------------------------------------------- */

/* Counters are approximate: threads that count at the same time may lose some. */
static void slow_increment(_Atomic uint32_t *count) {
    uint32_t before = atomic_load_explicit(count, memory_order_relaxed);
    if (before != UINT32_MAX)
        atomic_store_explicit(count, before + 1, memory_order_relaxed);
}

void slow_count(CorCallProfile *profile, const void *callee) {
    for (int i = 0; i < COR_PROFILE_ENTRIES; i++) {
        const void *known = atomic_load_explicit(&profile->callee[i], memory_order_relaxed);
        if (!known && atomic_compare_exchange_strong_explicit(&profile->callee[i], &known, callee,
                                                              memory_order_relaxed, memory_order_relaxed))
            known = callee;
        if (known == callee) {
            slow_increment(&profile->count[i]);
            return;
        }
    }
    slow_increment(&profile->other);
}

void slow_count_interface(const uint64_t *fp, const CorWord *call, const CorType *receiver) {
    const CorWord *entry = cor_frame_entry(fp);
    const CorCallProfile *profile =
        cor_call_profile(cor_code_header(entry)->function, (uint32_t)(call - entry));
    if (profile)
        slow_count((CorCallProfile *)(uintptr_t)profile, receiver);
}

const CorCacheEntry *slow_interface_method(CorIsolate *isolate, const CorType *receiver,
                                           const CorType *interface, uint32_t slot) {
    const CorCacheEntry *methods = cor_type_interface(receiver, interface);
    if (!methods) /* the verifier knows that it implements it: only memory can be missing */
        cor_throw_out_of_memory(isolate);
    return methods ? methods + slot : NULL;
}

CorWord *slow_interface_entry(CorIsolate *isolate, CorWord *call, const CorType *receiver) {
    const CorCacheEntry *cached = cor_word_load_pointer(&call[1]);
    const CorCacheEntry *method = slow_interface_method(isolate, receiver, cached->interface, call->c);
    if (!method)
        return NULL;
    cor_word_store_pointer(&call[1], (void *)(uintptr_t)method);
    return atomic_load_explicit(&((CorCacheEntry *)(uintptr_t)method)->entry, memory_order_acquire);
}

CorWord *slow_role_entry(CorIsolate *isolate, const CorType *receiver, uint32_t role) {
    CorWord *entry = cor_type_role(receiver, (CorRole)role);
    if (!entry)
        cor_throw_out_of_memory(isolate);
    return entry;
}

/* Replaces the stub by the code, if it is still the stub. */
static void slow_replace(_Atomic(CorWord *) *place, CorWord *stub, CorWord *code) {
    atomic_compare_exchange_strong_explicit(place, &stub, code, memory_order_release, memory_order_relaxed);
}

/* The operation of a call of the frame `fp`. */
static CorLowered slow_call_operation(const CorWord *call, const uint64_t *fp) {
    if (call->op == COR_LOWERED_ENTER_NATIVE) /* it is the function's first instruction */
        return cor_lowered_plain(cor_code_word(cor_code_header(cor_frame_entry(fp))->function, 0).op);
    return cor_lowered_plain(call->op);
}

static void slow_replace_in_call(CorWord *call, const uint64_t *callee, CorWord *stub, CorWord *code) {
    const CorObject *receiver = (const CorObject *)(uintptr_t)callee[0];
    switch (slow_call_operation(call, callee - call->b)) {
    case COR_LOWERED_CALL:
        if (cor_word_load_pointer(&call[1]) == stub)
            cor_word_store_pointer(&call[1], code);
        break;
    case COR_LOWERED_CALL_VIRTUAL:
        slow_replace(&((CorType *)(uintptr_t)receiver->type)->vtable[call->c], stub, code);
        break;
    case COR_LOWERED_CALL_INTERFACE:
        slow_replace(&((CorCacheEntry *)cor_word_load_pointer(&call[1]))->entry, stub, code);
        break;
    case COR_LOWERED_CALL_ROLE:
        slow_replace(&((CorType *)(uintptr_t)receiver->type)->roles[call->c], stub, code);
        break;
    default: break; /* a closure's call asks the function */
    }
}

/* An overflow is raised where the caller stands, as by a call of lowered code. */
static CorStatus slow_grow_for_callee(CorIsolate *isolate, CorFrame callee, uint64_t *end) {
    CorFrame caller = cor_frame_caller(isolate, callee);
    if (!caller.fp || cor_stack_allows(isolate, end))
        return cor_stack_grow(isolate, end);
    isolate->fp = caller.fp;
    isolate->ip = caller.ip;
    CorStatus status = cor_stack_grow(isolate, end);
    isolate->fp = callee.fp;
    isolate->ip = callee.ip;
    return status;
}

CorStatus slow_enter_unlowered(CorIsolate *isolate) {
    if (boundary_needs_room(isolate))
        return COR_LEFT;
    CorFrame frame = cor_frame_top(isolate);
    CorLoweredFunction *function = (CorLoweredFunction *)(uintptr_t)cor_frame_function(frame);
    CorWord *stub = (CorWord *)(uintptr_t)frame.ip;
    CorStatus status = cor_function_lower(isolate, function);
    if (status != COR_OK)
        return status;
    CorWord *code = cor_function_entry(function);
    CorWord *call = (CorWord *)(uintptr_t)cor_frame_call(frame.fp);
    slow_replace_in_call(call, frame.fp, stub, code);
    const CorCodeHeader *header = cor_code_header(code);
    if (frame.fp + header->frame_slots > isolate->stack.limit) {
        status = slow_grow_for_callee(isolate, frame, frame.fp + header->frame_slots);
        if (status != COR_OK)
            return status;
    }
    isolate->fp[-2] = (uintptr_t)code;
    isolate->ip = code;
    isolate->budget -= header->weight;
    return isolate->budget < 0 ? cor_isolate_refill(isolate) : COR_OK;
}

CorStatus slow_enter_native(CorIsolate *isolate, uint32_t *result_slots) {
    enum { RESULT_SLOTS = 64 };
    uint64_t result[RESULT_SLOTS];
    if (boundary_needs_room(isolate))
        return COR_LEFT;
    const CorLoweredFunction *function = cor_frame_function(cor_frame_top(isolate));
    *result_slots = function->result_slots;
    if (function->result_slots > RESULT_SLOTS)
        return cor_throw(isolate, COR_ERROR_STATE, "a host function returns too many values");
    CorStatus status =
        function->host(isolate, isolate->fp, result, (const CorType *const *)function->host_context);
    if (status == COR_OK)
        memcpy(isolate->fp, result, function->result_slots * sizeof *result);
    return status;
}

CorStatus slow_syscall(CorIsolate *isolate, uint64_t number, const uint64_t *arguments, uint64_t *result,
                       const CorType *const *types) {
    if (!isolate->syscall)
        return cor_throw(isolate, COR_ERROR_PERMISSION, "system calls are not granted");
    return isolate->syscall(isolate, number, arguments, result, types);
}

CorStatus slow_call_host(CorIsolate *isolate, const CorWord *word) {
    enum { CALL_HOST_WORDS = 4 };
    uint64_t arguments[COR_HOST_SLOTS], result[COR_HOST_RESULTS];
    if (boundary_needs_room(isolate))
        return COR_LEFT;
    const CorWord first = cor_word_load(word);
    for (uint32_t i = 0; i < first.c; i++) /* few: a loop is shorter than a call */
        arguments[i] = isolate->fp[first.b + i];
    CorStatus status = slow_ask_host(isolate, word, arguments, result);
    if (status != COR_OK)
        return status;
    for (uint64_t i = 0; i < word[3].bits; i++)
        isolate->fp[first.a + i] = result[i];
    isolate->ip = word + CALL_HOST_WORDS; /* where a step goes on that ends here */
    return cor_isolate_returned(isolate);
}

/* ---- Unwinding --------------------------------------------------------------------------------- */

static const CorLoweredHandler *slow_find_handler(CorFrame frame, const CorType *type) {
    const CorLoweredFunction *function = cor_frame_function(frame);
    uint32_t index = cor_frame_index(frame);
    if (frame.fp[-2] != (uintptr_t)function->code)
        return NULL; /* in a stub */
    for (uint32_t i = 0; i < function->handler_count; i++) {
        const CorLoweredHandler *handler = &function->handlers[i];
        if (index >= handler->start && index < handler->end && cor_type_extends(type, handler->type))
            return handler;
    }
    return NULL;
}

/* Steps to the caller; false: that is native code, or C. */
static bool slow_caller(CorFrame *frame) {
    const CorWord *call = cor_frame_call(frame->fp);
    *frame = (CorFrame){.fp = frame->fp - call->b, .ip = call};
    return !cor_word_is_site(call) && cor_frame_function(*frame);
}

static const CorWord *slow_unwind_from(CorIsolate *isolate, CorFrame frame) {
    if (!isolate->pending)
        return NULL; /* not even the OutOfMemoryError could be made */
    do {
        const CorLoweredHandler *handler = slow_find_handler(frame, isolate->pending->type);
        if (handler) {
            isolate->fp = frame.fp;
            frame.fp[handler->slot] = (uintptr_t)isolate->pending;
            isolate->pending = NULL;
            cor_stack_caught(isolate);
            if (cor_frame_function(frame)->native != NULL)
                cor_isolate_look_soon(isolate); /* the loop around the handler may have native code */
            return cor_frame_function(frame)->code + handler->target;
        }
    } while (slow_caller(&frame));
    return NULL;
}

const CorWord *slow_unwind(CorIsolate *isolate, CorStatus status) {
    return status == COR_THROWN ? slow_unwind_from(isolate, cor_frame_top(isolate)) : NULL;
}

const CorWord *slow_unwind_caller(CorIsolate *isolate) {
    CorFrame frame = cor_frame_top(isolate);
    return slow_caller(&frame) ? slow_unwind_from(isolate, frame) : NULL;
}

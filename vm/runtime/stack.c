#include "vm/runtime/stack.h"

#include <stdlib.h>
#include <string.h>

#include "vm/heap/heap.h"
#include "vm/runtime/engine_internal.h"
#include "vm/runtime/native.h"

bool cor_stack_start(CorStack *stack, size_t maximum) {
    stack->maximum = maximum == 0                  ? COR_STACK_DEFAULT
                     : maximum < COR_STACK_MINIMUM ? COR_STACK_MINIMUM
                                                   : maximum;
    stack->capacity = stack->maximum < COR_STACK_INITIAL ? stack->maximum : COR_STACK_INITIAL;
    stack->base = calloc(stack->capacity, sizeof *stack->base);
    stack->limit = stack->base + stack->capacity;
    return stack->base != NULL;
}

static const CorHost *stack_host(const CorIsolate *isolate) {
    return isolate->engine->host;
}

void cor_stack_free(const CorIsolate *isolate, CorStack *stack) {
    if (stack->reserved)
        stack_host(isolate)->release(stack_host(isolate), stack->base, stack->reserved);
    else
        free(stack->base);
    stack->base = NULL;
}

/* ---- Growth ------------------------------------------------------------------------------------ */

static size_t stack_allowed(const CorStack *stack) {
    return stack->maximum + (stack->in_reserve ? COR_STACK_RESERVE : 0);
}

static void stack_set_limit(CorStack *stack) {
    size_t allowed = stack_allowed(stack);
    stack->limit = stack->base + (allowed < stack->capacity ? allowed : stack->capacity);
}

typedef struct StackMove {
    CorIsolate *isolate;
    uint64_t *target;
    size_t capacity;
} StackMove;

/* With collections excluded, since the roots are base and fp together. */
static void stack_move(void *opaque) {
    StackMove *move = opaque;
    CorIsolate *isolate = move->isolate;
    CorStack *stack = &isolate->stack;
    memcpy(move->target, stack->base, stack->capacity * sizeof *stack->base);
    if (isolate->fp)
        isolate->fp = move->target + (isolate->fp - stack->base);
    uint64_t *old = stack->base;
    stack->base = move->target;
    stack->capacity = move->capacity;
    move->target = old;
}

bool cor_stack_allows(const CorIsolate *isolate, const uint64_t *end) {
    return (size_t)(end - isolate->stack.base) <= stack_allowed(&isolate->stack);
}

static size_t stack_pages(const CorHost *host, size_t slots) {
    size_t bytes = slots * sizeof(uint64_t);
    return (bytes + host->page_size - 1) / host->page_size * host->page_size;
}

/* Makes memory for `capacity` slots, in place or elsewhere; false: there is none. */
static bool stack_resize(CorIsolate *isolate, size_t capacity) {
    CorStack *stack = &isolate->stack;
    if (stack->reserved) {
        const CorHost *host = stack_host(isolate);
        size_t before = stack_pages(host, stack->capacity), after = stack_pages(host, capacity);
        if (after > before && !host->commit(host, (char *)stack->base + before, after - before))
            return false;
        stack->capacity = capacity;
        return true;
    }
    StackMove move = {
        .isolate = isolate, .target = calloc(capacity, sizeof *stack->base), .capacity = capacity};
    if (!move.target)
        return false;
    cor_heap_exclude_collection(stack_move, &move);
    free(move.target);
    return true;
}

bool cor_stack_fix(CorIsolate *isolate) {
    CorStack *stack = &isolate->stack;
    const CorHost *host = stack_host(isolate);
    size_t reserved = stack_pages(host, stack->maximum + COR_STACK_RESERVE);
    if (stack->reserved)
        return true;
    StackMove move = {
        .isolate = isolate, .target = host->reserve(host, reserved), .capacity = stack->capacity};
    if (!move.target)
        return false;
    if (!host->commit(host, move.target, stack_pages(host, stack->capacity))) {
        host->release(host, move.target, reserved);
        return false;
    }
    cor_heap_exclude_collection(stack_move, &move);
    free(move.target);
    stack->reserved = reserved;
    stack_set_limit(stack);
    return true;
}

CorStatus cor_stack_grow(CorIsolate *isolate, uint64_t *end) {
    CorStack *stack = &isolate->stack;
    size_t needed = (size_t)(end - stack->base), allowed = stack_allowed(stack);
    if (needed > allowed) {
        if (!stack->in_reserve) {
            stack->in_reserve = true;
            stack_set_limit(stack);
        }
        return cor_throw(isolate, COR_ERROR_STACK_OVERFLOW, "the stack of %zu slots is exhausted",
                         stack->maximum);
    }
    size_t capacity = stack->capacity * 2;
    while (capacity < needed)
        capacity *= 2;
    if (capacity > allowed)
        capacity = allowed;
    if (capacity <= stack->capacity) { /* the room is there since an earlier overflow */
        stack_set_limit(stack);
        return COR_OK;
    }
    size_t bytes = (capacity - stack->capacity) * sizeof *stack->base;
    if (!cor_heap_charge(isolate->heap, (ptrdiff_t)bytes))
        return cor_throw_out_of_memory(isolate);
    if (!stack_resize(isolate, capacity)) {
        cor_heap_charge(isolate->heap, -(ptrdiff_t)bytes);
        return cor_throw_out_of_memory(isolate);
    }
    stack_set_limit(stack);
    return COR_OK;
}

void cor_stack_move(CorIsolate *isolate) {
    if (!isolate->stack.reserved && stack_resize(isolate, isolate->stack.capacity))
        stack_set_limit(&isolate->stack);
}

void cor_stack_caught(CorIsolate *isolate) {
    CorStack *stack = &isolate->stack;
    if (stack->in_reserve &&
        (size_t)(cor_stack_top(isolate) - stack->base) + COR_STACK_RESERVE <= stack->maximum) {
        stack->in_reserve = false;
        stack_set_limit(stack);
    }
}

/* The end of the frames that stand at a site. */
static uint64_t *stack_site_end(uint64_t *fp, const CorNativeSite *site) {
    const CorNativeFrame *inner = &site->frames[0], *outer = &site->frames[site->frame_count - 1];
    size_t inner_end = inner->distance + inner->function->frame_slots,
           outer_end = outer->function->frame_slots;
    return fp + (inner_end > outer_end ? inner_end : outer_end);
}

uint64_t *cor_stack_top(const CorIsolate *isolate) {
    if (isolate->host_top)
        return (uint64_t *)(isolate->host_top & ~(uintptr_t)COR_HOST_FRESH);
    if (isolate->native_top && cor_word_is_site(isolate->ip))
        return stack_site_end(isolate->fp, cor_word_site(isolate->ip));
    return isolate->fp ? isolate->fp + cor_code_header(cor_frame_entry(isolate->fp))->frame_slots
                       : isolate->stack.base;
}

/* ---- Frames ------------------------------------------------------------------------------------ */

CorFrame cor_frame_top(const CorIsolate *isolate) {
    return (CorFrame){.fp = isolate->fp, .ip = isolate->ip};
}

CorFrame cor_frame_caller(const CorIsolate *isolate, CorFrame frame) {
    if (cor_word_is_site(frame.ip) && frame.inlined + 1 < cor_word_site(frame.ip)->frame_count)
        return (CorFrame){.fp = frame.fp, .ip = frame.ip, .inlined = frame.inlined + 1};
    const CorWord *call = cor_frame_call(frame.fp);
    CorFrame caller = {.fp = frame.fp - call->b, .ip = call};
    if (cor_frame_function(caller))
        return caller;
    if (caller.fp[-3] == 0)
        return (CorFrame){0};
    return (CorFrame){.fp = isolate->stack.base + caller.fp[-3],
                      .ip = (const CorWord *)(uintptr_t)caller.fp[-4]};
}

/* What a site says of the frame. */
static const CorNativeFrame *frame_at_site(CorFrame frame) {
    return &cor_word_site(frame.ip)->frames[frame.inlined];
}

uint64_t *cor_frame_end(CorFrame frame) {
    return frame.fp + cor_code_header(cor_frame_entry(frame.fp))->frame_slots;
}

const CorLoweredFunction *cor_frame_function(CorFrame frame) {
    if (cor_word_is_site(frame.ip))
        return frame_at_site(frame)->function;
    return cor_code_header(cor_frame_entry(frame.fp))->function;
}

uint32_t cor_frame_index(CorFrame frame) {
    if (cor_word_is_site(frame.ip))
        return frame_at_site(frame)->index;
    ptrdiff_t index = frame.ip - cor_frame_entry(frame.fp);
    return index >= 0 && index < UINT32_MAX ? (uint32_t)index : 0;
}

#include "vm/api/handle.h"

#include <stdlib.h>

HandleRow *_Atomic handle_chunks[HANDLE_CHUNKS];

static struct {
    _Atomic uint64_t
        free; /* the first free row, as its number and one, and above that how often it has changed */
    _Atomic uint32_t chunks; /* that were asked for */
} handles;

static HandleRow *handle_row(uint32_t number) {
    HandleRow *chunk =
        atomic_load_explicit(&handle_chunks[number >> HANDLE_CHUNK_BITS], memory_order_acquire);
    return &chunk[number & (HANDLE_CHUNK - 1)];
}

/* ---- Free rows: a stack without a lock --------------------------------------------------------- */

/* Puts rows there that follow each other from `first` to `last`. */
static void handle_push(uint32_t first, uint32_t last) {
    uint64_t head = atomic_load(&handles.free);
    do {
        atomic_store_explicit(&handle_row(last)->next, (uint32_t)head, memory_order_relaxed);
    } while (!atomic_compare_exchange_weak(&handles.free, &head, ((head >> 32) + 1) << 32 | (first + 1)));
}

/* Takes one; false: there is none.  A row that another thread takes at the same time is still a row, and the count of changes says
 * that what was read of it is old. */
static bool handle_pop(uint32_t *number) {
    uint64_t head = atomic_load(&handles.free), next;
    do {
        if ((uint32_t)head == 0)
            return false;
        *number = (uint32_t)head - 1;
        next = atomic_load_explicit(&handle_row(*number)->next, memory_order_relaxed);
    } while (!atomic_compare_exchange_weak(&handles.free, &head, ((head >> 32) + 1) << 32 | next));
    return true;
}

/* Adds rows; false: the host's memory is exhausted. */
static bool handle_grow(void) {
    const uint32_t number = atomic_load(&handles.chunks);
    HandleRow *chunk = number < HANDLE_CHUNKS ? calloc(HANDLE_CHUNK, sizeof *chunk) : NULL, *none = NULL;
    if (!chunk)
        return false;
    const uint32_t first = number << HANDLE_CHUNK_BITS;
    for (uint32_t i = 0; i < HANDLE_CHUNK; i++)
        atomic_init(&chunk[i].next, first + i + 2);
    if (!atomic_compare_exchange_strong(&handle_chunks[number], &none, chunk)) {
        free(chunk); /* another thread has been quicker */
        return true;
    }
    atomic_store(&handles.chunks, number + 1);
    handle_push(first, first + HANDLE_CHUNK - 1);
    return true;
}

/* ---- Handles ----------------------------------------------------------------------------------- */

/* Gives the row out. */
static void *handle_stamp(HandleRow *row, uint32_t number, HandleKind kind) {
    const uint32_t stamp = row->stamp + (1u << HANDLE_KIND_BITS) + kind;
    atomic_store_explicit(&row->stamp, stamp, memory_order_release);
    return (void *)((uintptr_t)stamp << 32 | number);
}

void *handle_new(HandleKind kind, void *target) {
    uint32_t number;
    while (!handle_pop(&number))
        if (!handle_grow())
            return NULL;
    HandleRow *row = handle_row(number);
    atomic_store_explicit(&row->target, target, memory_order_relaxed);
    return handle_stamp(row, number, kind);
}

void handle_retire(const void *handle) {
    HandleRow *row = handle_row((uint32_t)(uintptr_t)handle);
    atomic_store_explicit(&row->stamp, row->stamp >> HANDLE_KIND_BITS << HANDLE_KIND_BITS,
                          memory_order_release);
}

void *handle_renew(const void *handle, HandleKind kind) {
    const uint32_t number = (uint32_t)(uintptr_t)handle;
    return handle_stamp(handle_row(number), number, kind);
}

void handle_free(const void *handle) {
    const uint32_t number = (uint32_t)(uintptr_t)handle;
    handle_retire(handle);
    atomic_store_explicit(&handle_row(number)->target, NULL, memory_order_relaxed);
    handle_push(number, number);
}

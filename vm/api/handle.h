/* What a host holds instead of pointers.
 *
 * A handle is a number in the shape of a pointer: the place of its row in a table of the process, and a stamp that the row has as long
 * as the handle is good.  So one that was released, is of another kind or was never given out is found out without looking at memory
 * that may be gone.  The table only grows, nothing locks it, and looking a handle up takes three loads. */
#ifndef COR_API_HANDLE_H
#define COR_API_HANDLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum HandleKind {
    HANDLE_ENGINE = 1,
    HANDLE_MODULE,
    HANDLE_ISOLATE,
    HANDLE_OBJECT,
    HANDLE_FUNCTION,
    HANDLE_RUN,
} HandleKind;

enum {
    HANDLE_CHUNK_BITS = 10,
    HANDLE_CHUNK = 1 << HANDLE_CHUNK_BITS,
    HANDLE_CHUNKS = 1 << 16,
    HANDLE_KIND_BITS = 3
};

typedef struct HandleRow {
    _Atomic uint32_t stamp; /* how often the row was given out, and the kind; kind 0: it is free */
    _Atomic uint32_t next;  /* free: the next such row, as its number and one; 0: the last */
    void *_Atomic target;
} HandleRow;

extern HandleRow *_Atomic handle_chunks[HANDLE_CHUNKS];

/* A handle of the target.  NULL: the host's memory is exhausted. */
void *handle_new(HandleKind kind, void *target);

/* Makes it bad. */
void handle_free(const void *handle);

/* Makes it bad and keeps its row, which handle_renew gives a new handle of the same target. */
void handle_retire(const void *handle);
void *handle_renew(const void *handle, HandleKind kind);

/* What it is a handle of; NULL: it is none of that kind. */
static inline void *handle_target(const void *handle, HandleKind kind) {
    _Static_assert(sizeof(uintptr_t) == 8, "a handle holds a stamp and the number of a row");
    const uint32_t number = (uint32_t)(uintptr_t)handle, stamp = (uint32_t)((uintptr_t)handle >> 32);
    if ((stamp & ((1u << HANDLE_KIND_BITS) - 1)) != kind || number >= HANDLE_CHUNKS * (uint32_t)HANDLE_CHUNK)
        return NULL;
    HandleRow *chunk =
        atomic_load_explicit(&handle_chunks[number >> HANDLE_CHUNK_BITS], memory_order_acquire);
    if (!chunk)
        return NULL;
    HandleRow *row = &chunk[number & (HANDLE_CHUNK - 1)];
    void *target = atomic_load_explicit(&row->target, memory_order_relaxed);
    return atomic_load_explicit(&row->stamp, memory_order_acquire) == stamp ? target : NULL;
}

#endif

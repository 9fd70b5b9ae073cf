/* Arenas of the bytecode layer: memory that lives as long as one module, or one pass over it.
 *
 * An arena grows by chunks and frees all of them at once.  Allocation returns NULL when the host has no
 * memory left or the arena's limit is reached; callers hand that up as COR_MODULE_NO_MEMORY. */
#ifndef COR_BYTECODE_ARENA_H
#define COR_BYTECODE_ARENA_H

#include <stddef.h>
#include <stdint.h>

typedef struct CorArenaChunk CorArenaChunk;

typedef struct CorArena {
    CorArenaChunk *chunks; /* newest first; owned */
    char *next, *end;      /* free space of the newest chunk */
    size_t allocated;      /* bytes obtained from the host */
    size_t limit;          /* bytes that may be obtained; SIZE_MAX unless the owner lowers it */
} CorArena;

/* An empty arena on the host's heap, or NULL. */
CorArena *cor_arena_new(void);

/* Frees the arena and everything allocated from it; NULL is allowed. */
void cor_arena_free(CorArena *arena);

/* Takes back everything that was allocated, and keeps the newest chunk for what comes next. */
void cor_arena_reset(CorArena *arena);

/* `count` elements of `size` zeroed bytes, aligned for any type; NULL when memory is exhausted or the product
 * overflows. Zero bytes give a pointer that is not NULL. */
void *cor_arena_allocate(CorArena *arena, size_t count, size_t size);

/* A copy of `count` elements of `size` bytes, or NULL. */
void *cor_arena_copy(CorArena *arena, const void *data, size_t count, size_t size);

/* Makes room for one more element in a growing array: returns `items`, or a larger copy with *capacity
 * updated, or NULL (then `items` is unchanged). */
void *cor_arena_grow(CorArena *arena, void *items, uint32_t count, uint32_t *capacity, size_t size);

#endif

#include "vm/bytecode/arena.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 1024, LARGEST_CHUNK = 256 * 1024, ALIGNMENT = 16 };

struct CorArenaChunk {
    CorArenaChunk *older;
    size_t size;
};

enum { HEADER = (sizeof(CorArenaChunk) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT };

CorArena *cor_arena_new(void) {
    CorArena *arena = calloc(1, sizeof *arena);
    if (arena != NULL) {
        arena->limit = SIZE_MAX;
    }
    return arena;
}

static void free_chunks(CorArenaChunk *chunk) {
    while (chunk != NULL) {
        CorArenaChunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
}

void cor_arena_free(CorArena *arena) {
    if (arena != NULL) {
        free_chunks(arena->chunks);
        free(arena);
    }
}

void cor_arena_reset(CorArena *arena) {
    CorArenaChunk *kept = arena->chunks;
    if (kept == NULL) {
        return;
    }
    free_chunks(kept->older);
    kept->older = NULL;
    char *start = (char *)kept + HEADER;
    memset(start, 0, (size_t)(arena->next - start));
    arena->next = start;
    arena->allocated = kept->size;
}

/* Chunks double up to a bound, so that small modules stay small; a large request gets a chunk of its own
 * size. */
static bool add_chunk(CorArena *arena, size_t bytes) {
    size_t size = arena->chunks == NULL ? FIRST_CHUNK : arena->chunks->size * 2;
    if (size > LARGEST_CHUNK) {
        size = LARGEST_CHUNK;
    }
    if (bytes > SIZE_MAX / 2) {
        return false;
    }
    if (size < HEADER + bytes) {
        size = HEADER + bytes;
    }
    if (size > arena->limit - arena->allocated) {
        return false;
    }
    CorArenaChunk *chunk = calloc(1, size);
    if (chunk == NULL) {
        return false;
    }
    chunk->older = arena->chunks;
    chunk->size = size;
    arena->chunks = chunk;
    arena->next = (char *)chunk + HEADER;
    arena->end = (char *)chunk + size;
    arena->allocated += size;
    return true;
}

void *cor_arena_allocate(CorArena *arena, size_t count, size_t size) {
    if (size != 0 && count > (SIZE_MAX / 4) / size) {
        return NULL;
    }
    size_t bytes = (count * size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (bytes == 0) {
        bytes = ALIGNMENT;
    }
    if ((size_t)(arena->end - arena->next) < bytes && !add_chunk(arena, bytes)) {
        return NULL;
    }
    void *memory = arena->next;
    arena->next += bytes;
    return memory;
}

void *cor_arena_copy(CorArena *arena, const void *data, size_t count, size_t size) {
    void *copy = cor_arena_allocate(arena, count, size);
    if (copy != NULL && count * size != 0) {
        memcpy(copy, data, count * size);
    }
    return copy;
}

void *cor_arena_grow(CorArena *arena, void *items, uint32_t count, uint32_t *capacity, size_t size) {
    if (count < *capacity) {
        return items;
    }
    if (*capacity > UINT32_MAX / 2) {
        return NULL;
    }
    uint32_t larger = *capacity == 0 ? 8 : *capacity * 2;
    void *copy = cor_arena_allocate(arena, larger, size);
    if (copy == NULL) {
        return NULL;
    }
    if (count != 0) {
        memcpy(copy, items, (size_t)count * size);
    }
    *capacity = larger;
    return copy;
}

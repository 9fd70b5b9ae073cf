#include "compiler/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Chunks grow geometrically up to a bound, so that a small file costs little and a large one few calls.
#define ARENA_FIRST_CHUNK  ((size_t)16 << 10)
#define ARENA_LARGEST_STEP ((size_t)4 << 20)

struct ArenaChunk {
    ArenaChunk *older;
    size_t size; // of the whole chunk, header included
    alignas(max_align_t) char bytes[];
};

void arena_init(Arena *arena, jmp_buf *escape) {
    *arena = (Arena){.limit = SIZE_MAX, .escape = escape};
}

void arena_release(Arena *arena) {
    ArenaChunk *chunk = arena->chunks;
    while (chunk) {
        ArenaChunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
    arena_init(arena, arena->escape);
}

static _Noreturn void exhausted(Arena *arena) {
    longjmp(*arena->escape, 1);
}

static size_t round_up(Arena *arena, size_t size) {
    size_t mask = alignof(max_align_t) - 1;
    if (size > SIZE_MAX - mask)
        exhausted(arena);
    return (size + mask) & ~mask;
}

static void add_chunk(Arena *arena, size_t needed) {
    size_t step = arena->chunks ? arena->chunks->size * 2 : ARENA_FIRST_CHUNK;
    if (step > ARENA_LARGEST_STEP)
        step = ARENA_LARGEST_STEP;
    if (needed > SIZE_MAX - sizeof(ArenaChunk))
        exhausted(arena);
    size_t size = needed + sizeof(ArenaChunk);
    if (size < step)
        size = step;
    if (size > arena->limit || arena->allocated > arena->limit - size)
        exhausted(arena);
    ArenaChunk *chunk = malloc(size);
    if (!chunk)
        exhausted(arena);
    chunk->older = arena->chunks;
    chunk->size = size;
    arena->chunks = chunk;
    arena->allocated += size;
    arena->next = chunk->bytes;
    arena->end = (char *)chunk + size;
}

void *arena_allocate(Arena *arena, size_t size) {
    size = round_up(arena, size);
    if (!arena->chunks || (size_t)(arena->end - arena->next) < size)
        add_chunk(arena, size);
    char *result = arena->next;
    arena->next += size;
    return memset(result, 0, size);
}

void *arena_allocate_array(Arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size)
        exhausted(arena);
    return arena_allocate(arena, count * size);
}

char *arena_copy_text(Arena *arena, const char *text, size_t length) {
    if (length == SIZE_MAX)
        exhausted(arena);
    char *copy = arena_allocate(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

char *arena_vprintf(Arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) { // an encoding error of the C library: no text is better than no diagnostic
        va_end(again);
        return arena_copy_text(arena, "", 0);
    }
    char *text = arena_allocate(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(Arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

void *arena_grow(Arena *arena, void *items, uint32_t count, uint32_t *capacity, size_t item_size) {
    if (count < *capacity)
        return items;
    if (*capacity > UINT32_MAX / 2)
        exhausted(arena);
    uint32_t larger = *capacity ? *capacity * 2 : 4;
    void *copy = arena_allocate_array(arena, larger, item_size);
    if (count)
        memcpy(copy, items, count * item_size);
    *capacity = larger;
    return copy;
}

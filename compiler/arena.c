#include "compiler/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Chunks grow geometrically up to a bound, so that a small file costs little and a large one few calls.
#define ARENA_FIRST_CHUNK  ((size_t)16 << 10)
#define ARENA_LARGEST_STEP ((size_t)4 << 20)
// An array of this size that grows moves to a chunk of its own.
#ifdef NDEBUG
#define ARENA_LARGE_ARRAY ((size_t)256 << 10)
#define ARENA_UNUSED      0 // what unused memory is filled with: it is ready to be given out
#else
#define ARENA_UNUSED      0xdd          // whoever kept something from before arena_clear notices
#define ARENA_LARGE_ARRAY ((size_t)256) // whoever keeps a pointer into one notices
#endif

struct ArenaChunk {
    ArenaChunk *older;
    size_t size;       // of the whole chunk, header included
    bool is_one_array; // holds the elements of one growing array and nothing else
    alignas(max_align_t) char bytes[];
};

void arena_init(Arena *arena, jmp_buf *escape) {
    *arena = (Arena){.limit = SIZE_MAX, .escape = escape};
}

static void free_chunks(ArenaChunk *chunk) {
    while (chunk) {
        ArenaChunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
}

void arena_release(Arena *arena) {
    free_chunks(arena->chunks);
    arena_init(arena, arena->escape);
}

void arena_clear(Arena *arena) {
    ArenaChunk *newest = arena->chunks;
    if (!newest)
        return;
    free_chunks(newest->older);
    newest->older = NULL;
    size_t used = (size_t)(arena->next - newest->bytes);
    arena->allocated = newest->size;
    arena->next = newest->bytes;
    memset(newest->bytes, ARENA_UNUSED, used);
}

static _Noreturn void exhausted(Arena *arena) {
    longjmp(*arena->escape, 1);
}

static size_t round_up(Arena *arena, size_t size) {
    size_t mask = alignof(void *) - 1; // no node holds anything that needs more
    if (size > SIZE_MAX - mask)
        exhausted(arena);
    return (size + mask) & ~mask;
}

// A chunk for `needed` bytes and at least `size` large; `old`, if there is one, is enlarged to it, and may move.
static ArenaChunk *obtain_chunk(Arena *arena, ArenaChunk *old, size_t needed, size_t size) {
    if (needed > SIZE_MAX - sizeof(ArenaChunk))
        exhausted(arena);
    if (size < needed + sizeof(ArenaChunk))
        size = needed + sizeof(ArenaChunk);
    size_t more = size - (old ? old->size : 0);
    if (more > arena->limit || arena->allocated > arena->limit - more)
        exhausted(arena);
    ArenaChunk *chunk = old ? realloc(old, size) : calloc(1, size);
    if (!chunk)
        exhausted(arena);
    chunk->size = size;
    arena->allocated += more;
    return chunk;
}

static void add_chunk(Arena *arena, size_t needed) {
    size_t step = arena->chunks ? arena->chunks->size * 2 : ARENA_FIRST_CHUNK;
    if (step > ARENA_LARGEST_STEP)
        step = ARENA_LARGEST_STEP;
    ArenaChunk *chunk = obtain_chunk(arena, NULL, needed, step);
    size_t size = chunk->size;
    chunk->is_one_array = false;
    chunk->older = arena->chunks;
    arena->chunks = chunk;
    arena->next = chunk->bytes;
    arena->end = (char *)chunk + size;
}

void *arena_allocate(Arena *arena, size_t size) {
    size = round_up(arena, size);
    if (!arena->chunks || (size_t)(arena->end - arena->next) < size)
        add_chunk(arena, size);
    char *result = arena->next;
    arena->next += size;
    return ARENA_UNUSED ? memset(result, 0, size) : result;
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

// The elements of a large array have a chunk of their own behind the newest, which grows without a copy left behind.
static void *grow_large(Arena *arena, void *items, size_t used, size_t size) {
    if (!arena->chunks)
        add_chunk(arena, 0);
    ArenaChunk **link = &arena->chunks->older;
    while (*link && !((*link)->is_one_array && (*link)->bytes == (char *)items))
        link = &(*link)->older;
    ArenaChunk *old = *link, *older = old ? old->older : arena->chunks->older;
    ArenaChunk *chunk = obtain_chunk(arena, old, size, 0);
    chunk->is_one_array = true;
    chunk->older = older;
    *(old ? link : &arena->chunks->older) = chunk;
    if (!old && used)
        memcpy(chunk->bytes, items, used);
    return chunk->bytes;
}

void *arena_grow(Arena *arena, void *items, uint32_t count, uint32_t *capacity, size_t item_size) {
    if (count < *capacity)
        return items;
    if (*capacity > UINT32_MAX / 2)
        exhausted(arena);
    uint32_t larger = *capacity ? *capacity * 2 : 4;
    size_t used = count * item_size;
    void *grown;
    if (used >= ARENA_LARGE_ARRAY && larger <= SIZE_MAX / item_size) {
        grown = grow_large(arena, items, used, larger * item_size);
        memset((char *)grown + used, 0, larger * item_size - used);
    } else {
        grown = arena_allocate_array(arena, larger, item_size);
        if (used)
            memcpy(grown, items, used);
    }
    *capacity = larger;
    return grown;
}

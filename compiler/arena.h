// Arena: memory that lives as long as one compilation.
//
// Everything the compiler makes (source text, tokens, syntax trees, types, diagnostics) is allocated from an
// arena and released with it, so no function of the compiler frees anything and a partly built tree needs no
// clean-up. Allocation never returns NULL: when the host has no memory left, or the arena's limit is reached,
// the arena jumps to the escape point that its owner gave to `arena_init`. The owner is the entry point of
// the compiler (or a test); frames between it and the allocation hold nothing but arena memory.
#ifndef COMPILER_ARENA_H
#define COMPILER_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ArenaChunk ArenaChunk;

typedef struct Arena {
    ArenaChunk *chunks; // newest first; owned
    char *next;         // free space of the newest chunk
    char *end;
    size_t allocated; // bytes obtained from the host
    size_t limit;     // bytes that may be obtained; SIZE_MAX unless the owner lowers it
    jmp_buf *escape;  // where an allocation that cannot be met continues, with value 1
} Arena;

// Prepares an empty arena. `escape` is set by the caller with `setjmp` before the first allocation and must
// stay valid as long as the arena is allocated from.
void arena_init(Arena *arena, jmp_buf *escape);

// Releases everything. The arena may be initialised again.
void arena_release(Arena *arena);

// Forgets what was allocated but keeps a chunk for what comes.
void arena_clear(Arena *arena);

// `size` zeroed bytes, aligned as a pointer or a 64-bit number. Does not return if memory is exhausted.
void *arena_allocate(Arena *arena, size_t size);

// `count` elements of `size` zeroed bytes; an overflow of the product counts as exhausted memory.
void *arena_allocate_array(Arena *arena, size_t count, size_t size);

// A NUL-terminated copy of `length` bytes.
char *arena_copy_text(Arena *arena, const char *text, size_t length);

#if defined(__GNUC__)
#define ARENA_PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#else
#define ARENA_PRINTF_LIKE(text, first)
#endif

// Formatted text, NUL-terminated.
char *arena_printf(Arena *arena, const char *format, ...) ARENA_PRINTF_LIKE(2, 3);
char *arena_vprintf(Arena *arena, const char *format, va_list arguments) ARENA_PRINTF_LIKE(2, 0);

// Room for one more element in a growing array: returns `items` (of `count` used elements) or a larger copy
// of it (the old one may be gone), with `*capacity` updated. `ARENA_PUSH` is the typed form: `items`, `count` and `capacity` are
// lvalues.
void *arena_grow(Arena *arena, void *items, uint32_t count, uint32_t *capacity, size_t item_size);

#define ARENA_NEW(arena, Type)          ((Type *)arena_allocate((arena), sizeof(Type)))
#define ARENA_ARRAY(arena, Type, count) ((Type *)arena_allocate_array((arena), (count), sizeof(Type)))
#define ARENA_PUSH(arena, items, count, capacity, value)                                                     \
    ((items) = (count) < (capacity) ? (items)                                                                \
                                    : arena_grow((arena), (items), (count), &(capacity), sizeof *(items)),   \
     (void)((items)[(count)++] = (value)))

#endif

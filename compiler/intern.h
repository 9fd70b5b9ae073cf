// Interned names: within one table, two names have the same text exactly if their pointers are equal.
//
// One table serves a whole compilation, so the names of all its modules compare by pointer. The texts are
// NUL-terminated and live in the table's arena.
#ifndef COMPILER_INTERN_H
#define COMPILER_INTERN_H

#include "compiler/arena.h"

typedef struct InternTable {
    Arena *arena;
    const char **slots; // open addressing; capacity is a power of two or zero
    uint32_t *hashes;
    uint32_t count;
    uint32_t capacity;
} InternTable;

void intern_init(InternTable *table, Arena *arena);

// The one pointer for this text; `text` need not be terminated and must not contain NUL.
const char *intern_text(InternTable *table, const char *text, size_t length);

// The same for a C string.
const char *intern_string(InternTable *table, const char *text);

#endif

/* A hash table of indices into an array that the caller owns: what interning needs.
 *
 * The table stores only indices; the caller gives the hash of what it looks for and a predicate that compares
 * an element of its array with it.  Open addressing, grown at two thirds. */
#ifndef COR_BYTECODE_INDEX_TABLE_H
#define COR_BYTECODE_INDEX_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/bytecode/arena.h"

typedef struct CorIndexTable {
    struct CorIndexSlot {
        uint32_t index_plus_one; /* zero: free */
        uint32_t hash;
    } * slots;         /* in the arena */
    uint32_t capacity; /* a power of two, or zero */
    uint32_t count;
} CorIndexTable;

typedef bool CorIndexEqual(const void *context, uint32_t index, const void *key);

/* The index of an element equal to `key`, or COR_NONE. */
uint32_t cor_index_table_find(const CorIndexTable *table, uint32_t hash, CorIndexEqual *equal,
                              const void *context, const void *key);

/* Adds an index; false when memory is exhausted. */
bool cor_index_table_add(CorIndexTable *table, CorArena *arena, uint32_t hash, uint32_t index);

/* FNV-1a over bytes, to be chained: start with COR_HASH_START. */
#define COR_HASH_START 2166136261u
uint32_t cor_hash_bytes(uint32_t hash, const void *bytes, size_t size);
uint32_t cor_hash_u32(uint32_t hash, uint32_t value);

#endif

// Name tables: from a pointer (an interned name, or any object with identity) to a pointer.
//
// Tables are looked into, never walked: whoever needs an order keeps an array beside the table. A zeroed
// table is empty. Memory is the arena's.
#ifndef COMPILER_NAME_TABLE_H
#define COMPILER_NAME_TABLE_H

#include "compiler/arena.h"

typedef struct NameTable {
    const void **keys; // open addressing; capacity is a power of two or zero
    void **values;
    uint32_t count, capacity;
} NameTable;

// The value of `key`, or NULL.
void *name_table_get(const NameTable *table, const void *key);

// Sets the value of `key`, which is not NULL; `value` is not NULL either.
void name_table_put(NameTable *table, Arena *arena, const void *key, void *value);

#endif

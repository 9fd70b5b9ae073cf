#include "compiler/name_table.h"

#define NAME_TABLE_FIRST_CAPACITY 8u

// Fibonacci hashing of the address (Knuth, TAOCP volume 3, 6.4). The order it gives is never observed.
static uint32_t slot_of(const NameTable *table, const void *key) {
    uint64_t product = (uint64_t)(uintptr_t)key * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(product >> 32) & (table->capacity - 1);
}

// The slot that holds `key`, or the free one where it belongs.
static uint32_t find(const NameTable *table, const void *key) {
    uint32_t slot = slot_of(table, key);
    while (table->keys[slot] && table->keys[slot] != key)
        slot = (slot + 1) & (table->capacity - 1);
    return slot;
}

void *name_table_get(const NameTable *table, const void *key) {
    return table->capacity > 0 ? table->values[find(table, key)] : NULL;
}

static void enlarge(NameTable *table, Arena *arena) {
    NameTable old = *table;
    table->capacity = old.capacity ? old.capacity * 2 : NAME_TABLE_FIRST_CAPACITY;
    table->keys = ARENA_ARRAY(arena, const void *, table->capacity);
    table->values = ARENA_ARRAY(arena, void *, table->capacity);
    for (uint32_t i = 0; i < old.capacity; i++) {
        if (!old.keys[i])
            continue;
        uint32_t slot = find(table, old.keys[i]);
        table->keys[slot] = old.keys[i];
        table->values[slot] = old.values[i];
    }
}

void name_table_put(NameTable *table, Arena *arena, const void *key, void *value) {
    if (table->count >= table->capacity / 4 * 3)
        enlarge(table, arena);
    uint32_t slot = find(table, key);
    if (!table->keys[slot]) {
        table->keys[slot] = key;
        table->count++;
    }
    table->values[slot] = value;
}

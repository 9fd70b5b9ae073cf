#include "vm/bytecode/index_table.h"

uint32_t cor_hash_bytes(uint32_t hash, const void *bytes, size_t size) {
    const uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ at[i]) * 16777619u;
    }
    return hash;
}

uint32_t cor_hash_u32(uint32_t hash, uint32_t value) {
    hash = (hash ^ value) * 0x9e3779b1u;
    return hash ^ hash >> 15;
}

uint32_t cor_index_table_find(const CorIndexTable *table, uint32_t hash, CorIndexEqual *equal,
                              const void *context, const void *key) {
    if (table->capacity == 0) {
        return UINT32_MAX;
    }
    uint32_t mask = table->capacity - 1;
    for (uint32_t i = hash & mask; table->slots[i].index_plus_one != 0; i = (i + 1) & mask) {
        uint32_t index = table->slots[i].index_plus_one - 1;
        if (table->slots[i].hash == hash && equal(context, index, key)) {
            return index;
        }
    }
    return UINT32_MAX;
}

static void insert(CorIndexTable *table, uint32_t hash, uint32_t index_plus_one) {
    uint32_t mask = table->capacity - 1;
    uint32_t i = hash & mask;
    while (table->slots[i].index_plus_one != 0) {
        i = (i + 1) & mask;
    }
    table->slots[i].hash = hash;
    table->slots[i].index_plus_one = index_plus_one;
}

bool cor_index_table_add(CorIndexTable *table, CorArena *arena, uint32_t hash, uint32_t index) {
    if (table->count >= table->capacity / 3 * 2) {
        CorIndexTable larger = {.capacity = table->capacity == 0 ? 32 : table->capacity * 2,
                                .count = table->count};
        larger.slots = cor_arena_allocate(arena, larger.capacity, sizeof *larger.slots);
        if (larger.slots == NULL) {
            return false;
        }
        for (uint32_t i = 0; i < table->capacity; i++) {
            if (table->slots[i].index_plus_one != 0) {
                insert(&larger, table->slots[i].hash, table->slots[i].index_plus_one);
            }
        }
        *table = larger;
    }
    insert(table, hash, index + 1);
    table->count++;
    return true;
}

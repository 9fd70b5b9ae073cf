#include "compiler/intern.h"

#include <string.h>

#define INTERN_FIRST_CAPACITY 256u

void intern_init(InternTable *table, Arena *arena) {
    *table = (InternTable){.arena = arena};
}

// FNV-1a, 32 bits (Fowler, Noll, Vo). The order of the table is never observed.
static uint32_t hash_text(const char *text, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash;
}

static void insert(InternTable *table, const char *text, uint32_t hash) {
    uint32_t mask = table->capacity - 1;
    uint32_t slot = hash & mask;
    while (table->slots[slot])
        slot = (slot + 1) & mask;
    table->slots[slot] = text;
    table->hashes[slot] = hash;
}

static void enlarge(InternTable *table) {
    InternTable old = *table;
    table->capacity = old.capacity ? old.capacity * 2 : INTERN_FIRST_CAPACITY;
    table->slots = ARENA_ARRAY(table->arena, const char *, table->capacity);
    table->hashes = ARENA_ARRAY(table->arena, uint32_t, table->capacity);
    for (uint32_t i = 0; i < old.capacity; i++) {
        if (old.slots[i])
            insert(table, old.slots[i], old.hashes[i]);
    }
}

const char *intern_text(InternTable *table, const char *text, size_t length) {
    if (table->count >= table->capacity / 4 * 3)
        enlarge(table);
    uint32_t hash = hash_text(text, length);
    uint32_t mask = table->capacity - 1;
    for (uint32_t slot = hash & mask; table->slots[slot]; slot = (slot + 1) & mask) {
        const char *found = table->slots[slot];
        if (table->hashes[slot] == hash && strncmp(found, text, length) == 0 && found[length] == '\0')
            return found;
    }
    const char *copy = arena_copy_text(table->arena, text, length);
    insert(table, copy, hash);
    table->count++;
    return copy;
}

const char *intern_string(InternTable *table, const char *text) {
    return intern_text(table, text, strlen(text));
}

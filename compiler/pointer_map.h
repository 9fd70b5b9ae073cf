// A map from pointers to numbers, in an arena. Only looked up, never iterated, so addresses do not leak into output.
#ifndef COMPILER_POINTER_MAP_H
#define COMPILER_POINTER_MAP_H

#include "compiler/arena.h"
#include <stdbool.h>

typedef struct PointerMap {
    struct PointerMapSlot {
        const void *key;
        uint64_t value;
    } * slots;
    uint32_t count, capacity; // capacity: a power of two, or zero
} PointerMap;

bool pointer_map_get(const PointerMap *map, const void *key, uint64_t *value);
void pointer_map_set(PointerMap *map, Arena *arena, const void *key, uint64_t value);

#endif

#include "compiler/pointer_map.h"

static uint32_t place_of(const PointerMap *map, const void *key) {
    uint32_t i = (uint32_t)(((uintptr_t)key >> 4) * 0x9e3779b97f4a7c15u >> 32);
    for (;; i++) {
        i &= map->capacity - 1;
        if (!map->slots[i].key || map->slots[i].key == key)
            return i;
    }
}

bool pointer_map_get(const PointerMap *map, const void *key, uint64_t *value) {
    if (!map->capacity)
        return false;
    uint32_t i = place_of(map, key);
    if (!map->slots[i].key)
        return false;
    *value = map->slots[i].value;
    return true;
}

void pointer_map_set(PointerMap *map, Arena *arena, const void *key, uint64_t value) {
    if (map->count * 4 >= map->capacity * 3) {
        PointerMap larger = {.count = 0, .capacity = map->capacity ? map->capacity * 2 : 16};
        larger.slots = arena_allocate_array(arena, larger.capacity, sizeof *larger.slots);
        for (uint32_t i = 0; i < map->capacity; i++) {
            if (!map->slots[i].key)
                continue;
            larger.slots[place_of(&larger, map->slots[i].key)] = map->slots[i];
            larger.count++;
        }
        *map = larger;
    }
    uint32_t i = place_of(map, key);
    if (!map->slots[i].key)
        map->count++;
    map->slots[i].key = key;
    map->slots[i].value = value;
}

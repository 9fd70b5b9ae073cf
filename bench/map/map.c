// Both maps are open-addressed tables of a power of two of slots, probed linearly, at most half full.
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory)
        exit(1);
    return memory;
}

// ---- Integer keys

struct integer_slot {
    int64_t key, count;
    bool used;
};

struct integer_map {
    struct integer_slot *slots;
    size_t capacity, length;
};

static size_t integer_hash(int64_t key) {
    uint64_t hash = (uint64_t)key * 0x9E3779B97F4A7C15u;
    return (size_t)(hash ^ hash >> 32);
}

/// The slot of the key, or the free one where it would go.
static struct integer_slot *integer_find(const struct integer_map *map, int64_t key) {
    size_t index = integer_hash(key) & (map->capacity - 1);
    while (map->slots[index].used && map->slots[index].key != key)
        index = (index + 1) & (map->capacity - 1);
    return &map->slots[index];
}

static void integer_add(struct integer_map *map, int64_t key) {
    if (2 * map->length >= map->capacity) {
        size_t capacity = map->capacity ? 2 * map->capacity : 16;
        struct integer_map larger = {allocate(capacity, sizeof *map->slots), capacity, map->length};
        for (size_t i = 0; i < map->capacity; i++)
            if (map->slots[i].used)
                *integer_find(&larger, map->slots[i].key) = map->slots[i];
        free(map->slots);
        *map = larger;
    }
    struct integer_slot *slot = integer_find(map, key);
    if (!slot->used) {
        *slot = (struct integer_slot){key, 0, true};
        map->length++;
    }
    slot->count++;
}

static bool integer_remove(struct integer_map *map, int64_t key) {
    struct integer_slot *slot = integer_find(map, key);
    if (!slot->used)
        return false;
    map->length--;
    size_t mask = map->capacity - 1, hole = (size_t)(slot - map->slots);
    for (size_t next = (hole + 1) & mask; map->slots[next].used; next = (next + 1) & mask) {
        size_t home = integer_hash(map->slots[next].key) & mask;
        if (((next - home) & mask) >= ((next - hole) & mask)) { // its home is not between the hole and itself
            map->slots[hole] = map->slots[next];
            hole = next;
        }
    }
    map->slots[hole].used = false;
    return true;
}

static void integers(int64_t draws) {
    struct integer_map map = {0};
    int64_t seed = 42;
    for (int64_t draw = 0; draw < draws; draw++) {
        seed = (seed * 3877 + 29573) % 139968;
        integer_add(&map, seed * 1021);
    }
    int64_t found = 0;
    for (int64_t i = 0; i < draws; i++) {
        const struct integer_slot *slot = integer_find(&map, i * 211 % 279936 * 1021);
        if (slot->used)
            found += slot->count;
    }
    int64_t removed = 0;
    for (int64_t i = 0; i < 139968; i += 2)
        removed += integer_remove(&map, i * 1021);
    int64_t sum = 0;
    for (size_t i = 0; i < map.capacity; i++)
        if (map.slots[i].used)
            sum += map.slots[i].key % 1000 * map.slots[i].count;
    printf("%" PRId64 " %" PRId64 " %zu %" PRId64 "\n", found, removed, map.length, sum);
    free(map.slots);
}

// ---- String keys: the map points to the text of the keys

struct word_slot {
    const char *text;
    size_t length;
    uint64_t hash;
    int64_t count;
};

struct word_map {
    struct word_slot *slots;
    size_t capacity, length;
};

static uint64_t word_hash(const char *text, size_t length) {
    uint64_t hash = 0xCBF29CE484222325u; // FNV-1a
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001B3u;
    return hash ^ hash >> 32;
}

static struct word_slot *word_find(const struct word_map *map, const char *text, size_t length,
                                   uint64_t hash) {
    size_t index = hash & (map->capacity - 1);
    for (;; index = (index + 1) & (map->capacity - 1)) {
        struct word_slot *slot = &map->slots[index];
        if (!slot->text ||
            (slot->hash == hash && slot->length == length && memcmp(slot->text, text, length) == 0))
            return slot;
    }
}

static void word_add(struct word_map *map, const char *text, size_t length) {
    if (2 * map->length >= map->capacity) {
        size_t capacity = map->capacity ? 2 * map->capacity : 16;
        struct word_map larger = {allocate(capacity, sizeof *map->slots), capacity, map->length};
        for (size_t i = 0; i < map->capacity; i++)
            if (map->slots[i].text)
                *word_find(&larger, map->slots[i].text, map->slots[i].length, map->slots[i].hash) =
                    map->slots[i];
        free(map->slots);
        *map = larger;
    }
    uint64_t hash = word_hash(text, length);
    struct word_slot *slot = word_find(map, text, length, hash);
    if (!slot->text) {
        *slot = (struct word_slot){text, length, hash, 0};
        map->length++;
    }
    slot->count++;
}

static void words(int64_t draws) {
    enum { LONGEST = 12 };
    char *text = allocate((size_t)draws + 1, LONGEST), *end = text;
    int64_t seed = 42;
    for (int64_t draw = 0; draw < draws; draw++) {
        seed = (seed * 3877 + 29573) % 139968;
        end += sprintf(end, "word%" PRId64 " ", seed % 5000);
    }
    struct word_map map = {0};
    for (const char *word = text; word < end;) {
        const char *space = memchr(word, ' ', (size_t)(end - word));
        word_add(&map, word, (size_t)(space - word));
        word = space + 1;
    }
    int64_t sum = 0;
    for (int64_t i = 0; i < 10000; i++) {
        char word[LONGEST + 1];
        size_t length = (size_t)sprintf(word, "word%" PRId64, i);
        const struct word_slot *slot = word_find(&map, word, length, word_hash(word, length));
        if (slot->text)
            sum += i * slot->count;
    }
    printf("%zu %" PRId64 "\n", map.length, sum);
    free(map.slots);
    free(text);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    integers(atoll(argv[1]));
    words(atoll(argv[1]));
    return 0;
}

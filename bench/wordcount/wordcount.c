// The map is an open-addressed table of a power of two of slots, probed linearly, at most half full; it owns its keys.
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 32 };

static void *allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory)
        exit(1);
    return memory;
}

static char *generate(int64_t words) {
    static const char *const starts[] = {"Ka", "Lo", "Mi", "Ren", "Tu", "Sa", "Vor", "Ne"};
    static const char *const syllables[] = {"ka", "lo", "mi", "ren", "tu", "sa", "vor", "ne"};
    char *text = allocate((size_t)words + 1, LONGEST), *end = text;
    int64_t seed = 42;
    for (int64_t i = 0; i < words; i++) {
        seed = (seed * 3877 + 29573) % 139968;
        int64_t a = seed;
        seed = (seed * 3877 + 29573) % 139968;
        int64_t rest = a * seed / 139968 * 8192 / 139968;
        end = stpcpy(end, i % 12 == 0 ? starts[rest % 8] : syllables[rest % 8]);
        while (rest >= 8) {
            rest /= 8;
            end = stpcpy(end, syllables[rest % 8]);
        }
        end = stpcpy(end, i % 12 == 11 ? ".\n" : i % 12 == 5 ? ", " : " ");
    }
    return text;
}

struct entry {
    char *word;
    size_t length;
    uint64_t hash;
    int64_t count;
};

struct map {
    struct entry *slots;
    size_t capacity, length;
};

static struct entry *find(const struct map *map, const char *word, size_t length, uint64_t hash) {
    size_t index = hash & (map->capacity - 1);
    for (;; index = (index + 1) & (map->capacity - 1)) {
        struct entry *slot = &map->slots[index];
        if (!slot->word ||
            (slot->hash == hash && slot->length == length && memcmp(slot->word, word, length) == 0))
            return slot;
    }
}

static void grow(struct map *map) {
    size_t capacity = map->capacity ? 2 * map->capacity : 16;
    struct map larger = {allocate(capacity, sizeof *map->slots), capacity, map->length};
    for (size_t i = 0; i < map->capacity; i++) {
        struct entry *slot = &map->slots[i];
        if (slot->word)
            *find(&larger, slot->word, slot->length, slot->hash) = *slot;
    }
    free(map->slots);
    *map = larger;
}

static void add(struct map *map, const char *word, size_t length, uint64_t hash) {
    if (2 * map->length >= map->capacity)
        grow(map);
    struct entry *slot = find(map, word, length, hash);
    if (!slot->word) {
        *slot = (struct entry){allocate(length + 1, 1), length, hash, 0};
        memcpy(slot->word, word, length);
        map->length++;
    }
    slot->count++;
}

static void discard(struct map *map) {
    for (size_t i = 0; i < map->capacity; i++)
        free(map->slots[i].word);
    free(map->slots);
}

static struct map count(const char *text) {
    struct map map = {0};
    char word[LONGEST];
    while (*text) {
        size_t length = 0;
        uint64_t hash = 0xCBF29CE484222325u; // FNV-1a
        for (; *text != ' ' && *text != '\n'; text++) {
            if (*text == '.' || *text == ',')
                continue;
            word[length] = (char)tolower((unsigned char)*text);
            hash = (hash ^ (unsigned char)word[length++]) * 0x100000001B3u;
        }
        text++;
        add(&map, word, length, hash ^ hash >> 32);
    }
    return map;
}

static int most_frequent(const void *left, const void *right) {
    const struct entry *a = left, *b = right;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    if (!a->word || !b->word)
        return 0;
    return strcmp(a->word, b->word);
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    char *text = generate(atoll(argv[1]));
    size_t total = 0;
    for (int64_t round = 1; round < atoll(argv[2]); round++) {
        struct map map = count(text);
        total += map.length;
        discard(&map);
    }
    struct map map = count(text);
    printf("%zu %zu\n", strlen(text), total + map.length);
    qsort(map.slots, map.capacity, sizeof *map.slots, most_frequent);
    for (size_t i = 0; i < 10 && i < map.length; i++)
        printf("%s %" PRId64 "\n", map.slots[i].word, map.slots[i].count);
    discard(&map);
    free(text);
    return 0;
}

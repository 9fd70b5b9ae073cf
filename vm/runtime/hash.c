#include "vm/runtime/hash.h"

/* Eight bytes a step, read as little-endian numbers. */
static uint64_t hash_load(const char *bytes, size_t count) {
    unsigned char part[8] = {0};
    memcpy(part, bytes, count);
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--)
        value = value << 8 | part[i];
    return value;
}

uint32_t hash_bytes(const char *bytes, size_t length) {
    uint64_t hash = length * 0x9E3779B97F4A7C15u;
    for (; length >= 8; bytes += 8, length -= 8) {
        hash = (hash ^ hash_load(bytes, 8)) * 0xD6E8FEB86659FD93u;
        hash ^= hash >> 32;
    }
    if (length > 0)
        hash = (hash ^ hash_load(bytes, length)) * 0xD6E8FEB86659FD93u;
    hash = hash_i64(hash);
    uint32_t folded = (uint32_t)(hash ^ hash >> 32);
    return folded != 0 ? folded : 1;
}

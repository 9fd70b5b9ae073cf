#include "vm/runtime/hash.h"

/* Eight bytes, read as a little-endian number. */
static uint64_t hash_load(const char *bytes) {
    unsigned char part[8];
    memcpy(part, bytes, sizeof part);
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--)
        value = value << 8 | part[i];
    return value;
}

uint32_t hash_text(const CorStringObject *string) {
    uint64_t hash = string->length * 0x9E3779B97F4A7C15u;
    const char *bytes = string->bytes, *end = bytes + (string->length & ~(size_t)7);
    for (; bytes < end; bytes += 8) {
        hash = (hash ^ hash_load(bytes)) * 0xD6E8FEB86659FD93u;
        hash ^= hash >> 32;
    }
    if (string->length % 8 != 0) /* zero bytes follow the text */
        hash = (hash ^ hash_load(bytes)) * 0xD6E8FEB86659FD93u;
    hash = hash_i64(hash);
    uint32_t folded = (uint32_t)(hash ^ hash >> 32);
    return folded != 0 ? folded : 1;
}

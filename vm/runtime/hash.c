#include "vm/runtime/hash.h"

/* Eight bytes, read as a little-endian number. */
static inline uint64_t hash_load(const char *bytes) {
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? value : __builtin_bswap64(value);
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

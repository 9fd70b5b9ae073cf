/* LEB128 numbers, the only number encoding of the module format: seven bits a byte, least significant first,
 * the top bit set on all bytes but the last.  Readers accept the shortest form only, so that a module has one
 * encoding. */
#ifndef COR_BYTECODE_LEB128_H
#define COR_BYTECODE_LEB128_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COR_LEB128_MAX = 10 }; /* bytes of the longest number */

/* Numbers of any length; below, the inline functions take those of one byte, which most are, themselves. */
bool cor_leb128_read_long_u32(const uint8_t *bytes, size_t size, size_t *position, uint32_t *out);
bool cor_leb128_read_long_u64(const uint8_t *bytes, size_t size, size_t *position, uint64_t *out);
bool cor_leb128_read_long_i64(const uint8_t *bytes, size_t size, size_t *position, int64_t *out);

/* Reads a number at *position and moves *position behind it.  False (and *position unchanged) when it is
 * truncated, overlong, or does not fit. */
static inline bool cor_leb128_read_u32(const uint8_t *bytes, size_t size, size_t *position, uint32_t *out) {
    if (*position < size && bytes[*position] < 0x80) {
        *out = bytes[(*position)++];
        return true;
    }
    return cor_leb128_read_long_u32(bytes, size, position, out);
}

static inline bool cor_leb128_read_u64(const uint8_t *bytes, size_t size, size_t *position, uint64_t *out) {
    if (*position < size && bytes[*position] < 0x80) {
        *out = bytes[(*position)++];
        return true;
    }
    return cor_leb128_read_long_u64(bytes, size, position, out);
}

static inline bool cor_leb128_read_i64(const uint8_t *bytes, size_t size, size_t *position, int64_t *out) {
    if (*position < size && bytes[*position] < 0x40) {
        *out = bytes[(*position)++];
        return true;
    }
    return cor_leb128_read_long_i64(bytes, size, position, out);
}

/* Writes the shortest form and returns its length. */
size_t cor_leb128_write_u64(uint8_t out[COR_LEB128_MAX], uint64_t value);
size_t cor_leb128_write_i64(uint8_t out[COR_LEB128_MAX], int64_t value);

/* The length of the shortest form. */
size_t cor_leb128_size_u64(uint64_t value);

#endif

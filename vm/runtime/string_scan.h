/* Searching and measuring UTF-8 text.  Texts are valid UTF-8 throughout; offsets count bytes. */
#ifndef COR_RUNTIME_STRING_SCAN_H
#define COR_RUNTIME_STRING_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STRING_NOT_FOUND = -1, STRING_NO_MEMORY = -2 };

/* The offset of the first occurrence of `part` at or after `from` (at most length), or STRING_NOT_FOUND.
 * Takes time in proportion to both lengths. */
int64_t string_find(const char *text, size_t length, const char *part, size_t part_length, size_t from);

/* The offset of the last occurrence; linear too. STRING_NO_MEMORY: host memory exhausted. */
int64_t string_find_last(const char *text, size_t length, const char *part, size_t part_length);

/* How many scalars there are. */
size_t string_count(const char *text, size_t length);

/* The bytes of the first `count` scalars; the length when there are fewer. */
size_t string_prefix(const char *text, size_t length, uint64_t count);

/* Whether a scalar starts (or the text ends) at an offset. */
static inline bool string_is_boundary(const char *text, size_t length, size_t offset) {
    return offset >= length || ((unsigned char)text[offset] & 0xc0) != 0x80;
}

/* The scalar that starts at `text`, and its bytes, for text known to be valid. */
static inline uint32_t string_scalar(const char *text, size_t *width) {
    const unsigned char *at = (const unsigned char *)text;
    if (at[0] < 0x80)
        return *width = 1, at[0];
    if (at[0] < 0xe0)
        return *width = 2, (at[0] & 0x1fu) << 6 | (at[1] & 0x3fu);
    if (at[0] < 0xf0)
        return *width = 3, (at[0] & 0xfu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
    return *width = 4, (at[0] & 7u) << 18 | (at[1] & 0x3fu) << 12 | (at[2] & 0x3fu) << 6 | (at[3] & 0x3fu);
}

#endif

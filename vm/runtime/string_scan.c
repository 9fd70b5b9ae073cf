#include "vm/runtime/string_scan.h"

#include <stdlib.h>
#include <string.h>

int64_t string_find(const char *text, size_t length, const char *part, size_t part_length, size_t from) {
    if (part_length == 0)
        return (int64_t)from;
    if (part_length > length - from)
        return STRING_NOT_FOUND;
    const char *at = text + from, *last = text + length - part_length;
    /* Most first bytes that are found begin the part.  Where many do not, memmem takes over, whose tables pay then. */
    for (int misses = 0; misses < 8; misses++) {
        at = memchr(at, part[0], (size_t)(last - at) + 1);
        if (!at)
            return STRING_NOT_FOUND;
        if (part_length == 1 || memcmp(at, part, part_length) == 0)
            return at - text;
        if (at++ == last)
            return STRING_NOT_FOUND;
    }
    const char *found = memmem(at, (size_t)(text + length - at), part, part_length);
    return found ? found - text : STRING_NOT_FOUND;
}

/* Backwards by the first byte; good while the part is short. */
static int64_t string_find_last_short(const char *text, size_t length, const char *part, size_t part_length) {
    size_t end = length - part_length + 1;
    const char *found;
    while ((found = memrchr(text, part[0], end)) != NULL) {
        if (memcmp(found, part, part_length) == 0)
            return found - text;
        end = (size_t)(found - text);
    }
    return STRING_NOT_FOUND;
}

static void string_reverse(char *to, const char *from, size_t length) {
    for (size_t i = 0; i < length; i++)
        to[i] = from[length - 1 - i];
}

int64_t string_find_last(const char *text, size_t length, const char *part, size_t part_length) {
    enum { SHORT = 32 };
    if (part_length > length)
        return STRING_NOT_FOUND;
    if (part_length == 0)
        return (int64_t)length;
    if (part_length <= SHORT)
        return string_find_last_short(text, length, part, part_length);
    char *reversed = malloc(
        length + part_length); /* the first one of the reversed text, which memmem finds in linear time */
    if (!reversed)
        return STRING_NO_MEMORY;
    string_reverse(reversed, text, length);
    string_reverse(reversed + length, part, part_length);
    const char *found = memmem(reversed, length, reversed + length, part_length);
    int64_t offset = found ? (int64_t)(length - part_length) - (found - reversed) : STRING_NOT_FOUND;
    free(reversed);
    return offset;
}

size_t string_count(const char *text, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

size_t string_prefix(const char *text, size_t length, uint64_t count) {
    size_t end = 0;
    for (; end < length && count > 0; count--) {
        size_t width;
        string_scalar(text + end, &width);
        end += width;
    }
    return end;
}

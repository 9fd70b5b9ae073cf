/* What the files of Unicode share: how the tables of unicode.def are laid out and searched. */
#ifndef COR_RUNTIME_UNICODE_TABLE_H
#define COR_RUNTIME_UNICODE_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* ROW of a property or mapping. */
typedef struct UnicodeRun {
    uint32_t first : 24, step : 8;
    uint32_t last;
    int32_t distance; /* to what the mapping gives */
} UnicodeRun;

/* RUN of a property with values. */
typedef struct UnicodeValueRun {
    uint32_t first : 24, value : 8;
    uint32_t last;
} UnicodeValueRun;

/* The run that holds the scalar, or NULL. */
static inline const UnicodeRun *unicode_find(const UnicodeRun *runs, size_t count, uint32_t scalar) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (scalar > runs[middle].last)
            low = middle + 1;
        else if (scalar < runs[middle].first)
            high = middle;
        else
            return (scalar - runs[middle].first) % runs[middle].step == 0 ? &runs[middle] : NULL;
    }
    return NULL;
}

/* The value of the run that holds the scalar, or `otherwise`. */
static inline unsigned unicode_find_value(const UnicodeValueRun *runs, size_t count, uint32_t scalar,
                                          unsigned otherwise) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (scalar > runs[middle].last)
            low = middle + 1;
        else if (scalar < runs[middle].first)
            high = middle;
        else
            return runs[middle].value;
    }
    return otherwise;
}

#define UNICODE_FIND(runs, scalar) unicode_find(runs, sizeof(runs) / sizeof *(runs), scalar)
#define UNICODE_FIND_VALUE(runs, scalar, otherwise)                                                          \
    unicode_find_value(runs, sizeof(runs) / sizeof *(runs), scalar, otherwise)

#endif

/* Normalization forms (UAX #15).  Text is decomposed into an array of scalars, each with its combining class in the
 * upper 8 bits; marks are put in order there, and composed in place. */
#include <assert.h>
#include <string.h>

#include "vm/runtime/string_scan.h"
#include "vm/runtime/unicode.h"
#include "vm/runtime/unicode_table.h"

/* ---- Tables ------------------------------------------------------------------------------------ */

#define ROW(first, last, step, distance) {first, step, last, distance},
#define UNICODE_NOT_NFC
static const UnicodeRun normalize_not_nfc[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_NOT_NFC
#define UNICODE_NOT_NFD
static const UnicodeRun normalize_not_nfd[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_NOT_NFD
#define UNICODE_NOT_NFKC
static const UnicodeRun normalize_not_nfkc[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_NOT_NFKC
#define UNICODE_NOT_NFKD
static const UnicodeRun normalize_not_nfkd[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_NOT_NFKD
#define UNICODE_COMPATIBLE
static const UnicodeRun normalize_compatible[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_COMPATIBLE
#undef ROW

#define RUN(first, last, value) {first, value, last},
#define UNICODE_COMBINING
static const UnicodeValueRun normalize_classes[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_COMBINING
#undef RUN

/* A scalar that decomposes into two, or into one: the second is 0.  The second has no parts of its own that matter. */
typedef struct CanonicalRow {
    uint32_t scalar, first, second;
} CanonicalRow;

#define ROW(scalar, first, second) {scalar, first, second},
#define UNICODE_CANONICAL
static const CanonicalRow normalize_canonical[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_CANONICAL
#undef ROW

/* Rows of the table above that are undone by composing, ordered by first and second. */
#define UNICODE_COMPOSITION
static const uint16_t normalize_composition[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_COMPOSITION

/* Whole compatible decompositions of several scalars. */
typedef struct CompatibleRow {
    uint32_t scalar;
    uint16_t start, count;
} CompatibleRow;

#define ROW(scalar, start, count) {scalar, start, count},
#define UNICODE_COMPATIBLE_SEQUENCE
static const CompatibleRow normalize_sequences[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_COMPATIBLE_SEQUENCE
#undef ROW
#define UNICODE_COMPATIBLE_SCALARS
static const uint32_t normalize_sequence_scalars[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_COMPATIBLE_SCALARS

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Scalars below are in the form, start a segment, and nothing that follows changes that but a mark. */
static const struct {
    const UnicodeRun *unsure; /* not in the form, or not always; without Hangul syllables */
    size_t count;
    uint32_t first;
} normalize_checks[UNICODE_FORM_COUNT] = {
    [UNICODE_NFC] = {normalize_not_nfc, COUNT(normalize_not_nfc), 0x300},
    [UNICODE_NFD] = {normalize_not_nfd, COUNT(normalize_not_nfd), 0xC0},
    [UNICODE_NFKC] = {normalize_not_nfkc, COUNT(normalize_not_nfkc), 0xA0},
    [UNICODE_NFKD] = {normalize_not_nfkd, COUNT(normalize_not_nfkd), 0xA0},
};

/* Hangul syllables are computed (The Unicode Standard, 3.12). */
enum {
    S_BASE = 0xAC00,
    L_BASE = 0x1100,
    V_BASE = 0x1161,
    T_BASE = 0x11A7,
    L_COUNT = 19,
    V_COUNT = 21,
    T_COUNT = 28,
    S_COUNT = L_COUNT * V_COUNT * T_COUNT,
};

static bool normalize_composes(UnicodeForm form) {
    return form == UNICODE_NFC || form == UNICODE_NFKC;
}

static unsigned normalize_class(uint32_t scalar) {
    return scalar < 0x300 ? 0 : UNICODE_FIND_VALUE(normalize_classes, scalar, 0);
}

bool unicode_is_plainly_normal(UnicodeForm form, const char *text, size_t length) {
    unsigned last = 0;
    size_t width;
    for (size_t at = 0; at < length; at += width) {
        uint32_t scalar = string_scalar(text + at, &width);
        if (scalar < normalize_checks[form].first) {
            last = 0;
            continue;
        }
        unsigned class = normalize_class(scalar);
        bool is_hangul = scalar - S_BASE < S_COUNT;
        if ((class != 0 && class < last) || (is_hangul && !normalize_composes(form)) ||
            unicode_find(normalize_checks[form].unsure, normalize_checks[form].count, scalar))
            return false;
        last = class;
    }
    return true;
}

/* ---- Decomposing ------------------------------------------------------------------------------- */

/* Where decomposed scalars go; counts only while `scalars` is NULL. */
typedef struct Decomposed {
    uint32_t *scalars;
    size_t count;
} Decomposed;

static void decomposed_add(Decomposed *all, uint32_t scalar) {
    if (all->scalars)
        all->scalars[all->count] = scalar | normalize_class(scalar) << 24;
    all->count++;
}

static void decompose_hangul(Decomposed *all, uint32_t index) {
    decomposed_add(all, L_BASE + index / (V_COUNT * T_COUNT));
    decomposed_add(all, V_BASE + index % (V_COUNT * T_COUNT) / T_COUNT);
    if (index % T_COUNT != 0)
        decomposed_add(all, T_BASE + index % T_COUNT);
}

static const CanonicalRow *normalize_find_canonical(uint32_t scalar) {
    size_t low = 0, high = COUNT(normalize_canonical);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (normalize_canonical[middle].scalar == scalar)
            return &normalize_canonical[middle];
        if (normalize_canonical[middle].scalar < scalar)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void decompose_canonically(Decomposed *all, uint32_t scalar) {
    enum { DEEPEST = 4 };
    uint32_t seconds[DEEPEST];
    int depth = 0;
    for (const CanonicalRow *row; (row = normalize_find_canonical(scalar)); scalar = row->first)
        if (row->second != 0) {
            assert(depth < DEEPEST);
            seconds[depth++] = row->second;
        }
    decomposed_add(all, scalar);
    while (depth > 0)
        decomposed_add(all, seconds[--depth]);
}

/* False: what the scalar decomposes into is the same as canonically. */
static bool decompose_compatibly(Decomposed *all, uint32_t scalar) {
    const UnicodeRun *run = UNICODE_FIND(normalize_compatible, scalar);
    if (run) {
        decomposed_add(all, scalar + (uint32_t)run->distance);
        return true;
    }
    size_t low = 0, high = COUNT(normalize_sequences);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const CompatibleRow *row = &normalize_sequences[middle];
        if (row->scalar == scalar) {
            for (unsigned i = 0; i < row->count; i++)
                decomposed_add(all, normalize_sequence_scalars[row->start + i]);
            return true;
        }
        if (row->scalar < scalar)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void decompose(Decomposed *all, UnicodeForm form, const char *text, size_t length) {
    bool is_compatible = form == UNICODE_NFKC || form == UNICODE_NFKD;
    size_t width;
    for (size_t at = 0; at < length; at += width) {
        uint32_t scalar = string_scalar(text + at, &width);
        if (scalar < 0xA0)
            decomposed_add(all, scalar);
        else if (scalar - S_BASE < S_COUNT)
            decompose_hangul(all, scalar - S_BASE);
        else if (!is_compatible || !decompose_compatibly(all, scalar))
            decompose_canonically(all, scalar);
    }
}

size_t unicode_decomposed_count(UnicodeForm form, const char *text, size_t length) {
    Decomposed all = {NULL, 0};
    decompose(&all, form, text, length);
    return all.count;
}

/* ---- Ordering and composing -------------------------------------------------------------------- */

/* Sorts marks by their class, stably: a few by insertion, many (nobody writes them, but they come) by counting, with
 * room for as many behind `spare`. */
static void normalize_sort(uint32_t *marks, size_t count, uint32_t *spare) {
    enum { FEW = 16 };
    if (count <= FEW) {
        for (size_t i = 1; i < count; i++) {
            uint32_t mark = marks[i];
            size_t at = i;
            for (; at > 0 && marks[at - 1] >> 24 > mark >> 24; at--)
                marks[at] = marks[at - 1];
            marks[at] = mark;
        }
        return;
    }
    size_t starts[257] = {0};
    for (size_t i = 0; i < count; i++)
        starts[(marks[i] >> 24) + 1]++;
    for (int class = 0; class < 256; class ++)
        starts[class + 1] += starts[class];
    for (size_t i = 0; i < count; i++)
        spare[starts[marks[i] >> 24]++] = marks[i];
    memcpy(marks, spare, count * sizeof *marks);
}

/* The scalar that two make, or 0. */
static uint32_t normalize_pair(uint32_t first, uint32_t second) {
    if (first - L_BASE < L_COUNT && second - V_BASE < V_COUNT)
        return S_BASE + ((first - L_BASE) * V_COUNT + second - V_BASE) * T_COUNT;
    if (first - S_BASE < S_COUNT && (first - S_BASE) % T_COUNT == 0 && second - T_BASE - 1 < T_COUNT - 1)
        return first + second - T_BASE;
    size_t low = 0, high = COUNT(normalize_composition);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const CanonicalRow *row = &normalize_canonical[normalize_composition[middle]];
        if (row->first == first && row->second == second)
            return row->scalar;
        if (row->first < first || (row->first == first && row->second < second))
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* Composes in place; the new count. */
static size_t normalize_compose(uint32_t *scalars, size_t count) {
    size_t used = 0, starter = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        uint32_t scalar = scalars[i] & 0xFFFFFF, class = scalars[i] >> 24;
        bool is_reached = starter != SIZE_MAX && (starter + 1 == used || scalars[used - 1] >> 24 < class);
        uint32_t pair = is_reached ? normalize_pair(scalars[starter], scalar) : 0;
        if (pair != 0) {
            scalars[starter] = pair;
            continue;
        }
        if (class == 0)
            starter = used;
        scalars[used++] = scalars[i];
    }
    return used;
}

size_t unicode_normalize(UnicodeForm form, const char *text, size_t length, uint32_t *scalars) {
    Decomposed all = {scalars, 0};
    decompose(&all, form, text, length);
    for (size_t i = 0; i < all.count;) {
        size_t end = i;
        while (end < all.count && scalars[end] >> 24 != 0)
            end++;
        if (end - i > 1)
            normalize_sort(scalars + i, end - i, scalars + all.count);
        i = end + 1;
    }
    if (normalize_composes(form))
        all.count = normalize_compose(scalars, all.count);
    for (size_t i = 0; i < all.count; i++)
        scalars[i] &= 0xFFFFFF;
    return all.count;
}

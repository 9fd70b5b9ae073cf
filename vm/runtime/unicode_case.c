/* Full case mapping and folding (The Unicode Standard, 3.13). */
#include <string.h>

#include "vm/bytecode/utf8.h"
#include "vm/runtime/string_scan.h"
#include "vm/runtime/unicode.h"
#include "vm/runtime/unicode_break.h"
#include "vm/runtime/unicode_table.h"

enum { CAPITAL_SIGMA = 0x3A3, FINAL_SIGMA = 0x3C2 };
enum { FIRST_SPECIAL = 0xDF }; /* the first scalar that is mapped otherwise than by a simple mapping */

/* A mapping to several scalars; what is not used is 0. */
typedef struct CaseSequence {
    uint32_t scalar;
    uint32_t to[3];
} CaseSequence;

#define ROW(scalar, first, second, third) {scalar, {first, second, third}},
#define UNICODE_FULL_UPPER
static const CaseSequence case_upper_sequences[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_FULL_UPPER
#define UNICODE_FULL_LOWER
static const CaseSequence case_lower_sequences[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_FULL_LOWER
#define UNICODE_FULL_TITLE
static const CaseSequence case_title_sequences[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_FULL_TITLE
#define UNICODE_FULL_FOLD
static const CaseSequence case_fold_sequences[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_FULL_FOLD
#undef ROW

#define ROW(first, last, step, distance) {first, step, last, distance},
#define UNICODE_TO_TITLE
static const UnicodeRun case_titles[] = {
/* where it is not the upper case */
#include "vm/runtime/unicode.def"
};
#undef UNICODE_TO_TITLE
#define UNICODE_FOLD
static const UnicodeRun case_folds[] = {
/* where it is not the lower case */
#include "vm/runtime/unicode.def"
};
#undef UNICODE_FOLD
#undef ROW

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct {
    const CaseSequence *sequences;
    size_t count;
    const UnicodeRun *exceptions; /* from the simple mapping */
    size_t exception_count;
    uint32_t (*simple)(uint32_t scalar);
} case_tables[] = {
    [UNICODE_UPPER_CASE] = {case_upper_sequences, COUNT(case_upper_sequences), NULL, 0, unicode_to_upper},
    [UNICODE_LOWER_CASE] = {case_lower_sequences, COUNT(case_lower_sequences), NULL, 0, unicode_to_lower},
    [UNICODE_TITLE_CASE] = {case_title_sequences, COUNT(case_title_sequences), case_titles,
                            COUNT(case_titles), unicode_to_upper},
    [UNICODE_FOLDED] = {case_fold_sequences, COUNT(case_fold_sequences), case_folds, COUNT(case_folds),
                        unicode_to_lower},
};

static const CaseSequence *case_find_sequence(UnicodeCase target, uint32_t scalar) {
    const CaseSequence *sequences = case_tables[target].sequences;
    size_t low = 0, high = scalar < FIRST_SPECIAL ? 0 : case_tables[target].count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sequences[middle].scalar == scalar)
            return &sequences[middle];
        if (sequences[middle].scalar < scalar)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static uint32_t case_map_simple(UnicodeCase target, uint32_t scalar) {
    const UnicodeRun *run = scalar < 0x80 ? NULL
                                          : unicode_find(case_tables[target].exceptions,
                                                         case_tables[target].exception_count, scalar);
    return run ? scalar + (uint32_t)run->distance : case_tables[target].simple(scalar);
}

/* ---- The end of a word, as a sigma sees it ----------------------------------------------------- */

static bool case_is_cased(uint32_t scalar) {
    return unicode_is_lower(scalar) || unicode_is_upper(scalar) || unicode_category(scalar) == UNICODE_Lt;
}

static bool case_is_ignorable(uint32_t scalar) {
    switch (unicode_category(scalar)) {
    case UNICODE_Mn:
    case UNICODE_Me:
    case UNICODE_Cf:
    case UNICODE_Lm:
    case UNICODE_Sk: return true;
    default: return unicode_is_within_word(scalar);
    }
}

/* Whether the sigma from `start` to `end` has a cased letter before it and none behind it, not looking at what is
 * ignorable. */
static bool case_is_final(const char *text, size_t length, size_t start, size_t end) {
    size_t width;
    bool is_behind_letter = false;
    while (start > 0 && !is_behind_letter) {
        do
            start--;
        while (!string_is_boundary(text, length, start));
        uint32_t scalar = string_scalar(text + start, &width);
        if (case_is_ignorable(scalar))
            continue;
        is_behind_letter = case_is_cased(scalar);
        break;
    }
    for (; is_behind_letter && end < length; end += width) {
        uint32_t scalar = string_scalar(text + end, &width);
        if (!case_is_ignorable(scalar))
            return !case_is_cased(scalar);
    }
    return is_behind_letter;
}

/* ---- Texts ------------------------------------------------------------------------------------- */

size_t unicode_map_case(UnicodeCase target, const char *text, size_t length, char *to) {
    size_t size = 0, width;
    for (size_t at = 0; at < length; at += width) {
        uint32_t scalar = string_scalar(text + at, &width), mapped[3] = {0, 0, 0};
        const CaseSequence *sequence = case_find_sequence(target, scalar);
        if (sequence)
            memcpy(mapped, sequence->to, sizeof mapped);
        else if (target == UNICODE_LOWER_CASE && scalar == CAPITAL_SIGMA &&
                 case_is_final(text, length, at, at + width))
            mapped[0] = FINAL_SIGMA;
        else
            mapped[0] = case_map_simple(target, scalar);
        for (int i = 0; i == 0 || (i < 3 && mapped[i] != 0); i++) {
            uint8_t bytes[4];
            size_t count = cor_utf8_encode(bytes, mapped[i]);
            if (to)
                memcpy(to + size, bytes, count);
            size += count;
        }
    }
    return size;
}

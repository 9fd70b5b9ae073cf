#include "vm/runtime/unicode.h"

#include "vm/runtime/unicode_table.h"

#define ROW(first, last, step, distance) {first, step, last, distance},

#define UNICODE_LETTER
static const UnicodeRun unicode_letters[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_LETTER
#define UNICODE_UPPER
static const UnicodeRun unicode_uppers[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_UPPER
#define UNICODE_LOWER
static const UnicodeRun unicode_lowers[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_LOWER
#define UNICODE_SPACE
static const UnicodeRun unicode_spaces[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_SPACE
#define UNICODE_TO_UPPER
static const UnicodeRun unicode_upper_mappings[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_TO_UPPER
#define UNICODE_TO_LOWER
static const UnicodeRun unicode_lower_mappings[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_TO_LOWER
#undef ROW

#define RUN(first, last, value) {first, UNICODE_##value, last},
#define UNICODE_CATEGORY
static const UnicodeValueRun unicode_categories[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_CATEGORY
#undef RUN

static bool unicode_in_range(uint32_t scalar, uint32_t first, uint32_t last) {
    return scalar >= first && scalar <= last;
}

bool unicode_is_letter(uint32_t scalar) {
    if (scalar < 0x80)
        return unicode_in_range(scalar | 0x20, 'a', 'z');
    return UNICODE_FIND(unicode_letters, scalar) != NULL;
}

bool unicode_is_upper(uint32_t scalar) {
    if (scalar < 0x80)
        return unicode_in_range(scalar, 'A', 'Z');
    return UNICODE_FIND(unicode_uppers, scalar) != NULL;
}

bool unicode_is_lower(uint32_t scalar) {
    if (scalar < 0x80)
        return unicode_in_range(scalar, 'a', 'z');
    return UNICODE_FIND(unicode_lowers, scalar) != NULL;
}

bool unicode_is_space(uint32_t scalar) {
    if (scalar < 0x80)
        return scalar == ' ' || unicode_in_range(scalar, '\t', '\r');
    return UNICODE_FIND(unicode_spaces, scalar) != NULL;
}

UnicodeCategory unicode_category(uint32_t scalar) {
    return (UnicodeCategory)UNICODE_FIND_VALUE(unicode_categories, scalar, UNICODE_Cn);
}

uint32_t unicode_to_upper(uint32_t scalar) {
    if (scalar < 0x80)
        return unicode_in_range(scalar, 'a', 'z') ? scalar - 0x20 : scalar;
    const UnicodeRun *run = UNICODE_FIND(unicode_upper_mappings, scalar);
    return run ? scalar + (uint32_t)run->distance : scalar;
}

uint32_t unicode_to_lower(uint32_t scalar) {
    if (scalar < 0x80)
        return unicode_in_range(scalar, 'A', 'Z') ? scalar + 0x20 : scalar;
    const UnicodeRun *run = UNICODE_FIND(unicode_lower_mappings, scalar);
    return run ? scalar + (uint32_t)run->distance : scalar;
}

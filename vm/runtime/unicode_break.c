/* Boundaries of grapheme clusters and words (UAX #29; the rules have its names), and display width (after UAX #11). */
#include "vm/runtime/unicode_break.h"

#include "vm/runtime/string_scan.h"
#include "vm/runtime/unicode.h"
#include "vm/runtime/unicode_table.h"

/* ---- Grapheme clusters ------------------------------------------------------------------------- */

typedef enum Grapheme {
    GRAPHEME_Other,
    GRAPHEME_CR,
    GRAPHEME_LF,
    GRAPHEME_Control,
    GRAPHEME_Extend,
    GRAPHEME_ZWJ,
    GRAPHEME_Regional_Indicator,
    GRAPHEME_Prepend,
    GRAPHEME_SpacingMark,
    GRAPHEME_L,
    GRAPHEME_V,
    GRAPHEME_T,
    GRAPHEME_LV,
    GRAPHEME_LVT,
    GRAPHEME_Pictographic, /* Extended_Pictographic, which is another property; none of these has a class */
} Grapheme;

#define RUN(first, last, value) {first, GRAPHEME_##value, last},
#define UNICODE_GRAPHEME
static const UnicodeValueRun break_graphemes[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_GRAPHEME
#undef RUN

enum { HANGUL_FIRST = 0xAC00, HANGUL_LAST = 0xD7A3, HANGUL_TRAILING_COUNT = 28 };

static Grapheme grapheme_class(uint32_t scalar) {
    if (scalar >= ' ' && scalar <= '~')
        return GRAPHEME_Other;
    if (scalar >= HANGUL_FIRST && scalar <= HANGUL_LAST)
        return (scalar - HANGUL_FIRST) % HANGUL_TRAILING_COUNT == 0 ? GRAPHEME_LV : GRAPHEME_LVT;
    return (Grapheme)UNICODE_FIND_VALUE(break_graphemes, scalar, GRAPHEME_Other);
}

static bool grapheme_is_control(Grapheme class) {
    return class == GRAPHEME_CR || class == GRAPHEME_LF || class == GRAPHEME_Control;
}

/* What a cluster has been so far, as far as the rules ask. */
typedef struct GraphemeState {
    Grapheme last;
    bool has_odd_indicators; /* an odd number of regional indicators, and nothing else, ends it */
    bool is_pictographic;    /* it ends in Pictographic Extend*, or that and a joiner */
} GraphemeState;

static void grapheme_take(GraphemeState *state, Grapheme class) {
    state->has_odd_indicators = class == GRAPHEME_Regional_Indicator && !state->has_odd_indicators;
    state->is_pictographic = class == GRAPHEME_Pictographic ||
                             (state->is_pictographic && (class == GRAPHEME_Extend || class == GRAPHEME_ZWJ) &&
                              state->last != GRAPHEME_ZWJ);
    state->last = class;
}

static bool grapheme_goes_on(const GraphemeState *state, Grapheme next) {
    Grapheme last = state->last;
    if (last == GRAPHEME_CR && next == GRAPHEME_LF) /* GB3 */
        return true;
    if (grapheme_is_control(last) || grapheme_is_control(next)) /* GB4, GB5 */
        return false;
    switch (next) {
    case GRAPHEME_Extend: /* GB9 */
    case GRAPHEME_ZWJ:
    case GRAPHEME_SpacingMark: /* GB9a */ return true;
    case GRAPHEME_L: /* GB6 */
    case GRAPHEME_LV:
    case GRAPHEME_LVT: return last == GRAPHEME_L || last == GRAPHEME_Prepend;
    case GRAPHEME_V: /* GB6, GB7 */
        return last == GRAPHEME_L || last == GRAPHEME_V || last == GRAPHEME_LV || last == GRAPHEME_Prepend;
    case GRAPHEME_T: /* GB7, GB8 */
        return last == GRAPHEME_V || last == GRAPHEME_LV || last == GRAPHEME_LVT || last == GRAPHEME_T ||
               last == GRAPHEME_Prepend;
    case GRAPHEME_Pictographic: /* GB11 */
        return last == GRAPHEME_Prepend || (last == GRAPHEME_ZWJ && state->is_pictographic);
    case GRAPHEME_Regional_Indicator: /* GB12, GB13 */
        return last == GRAPHEME_Prepend || state->has_odd_indicators;
    default: return last == GRAPHEME_Prepend; /* GB9b */
    }
}

size_t unicode_grapheme_end(const char *text, size_t length, size_t at) {
    size_t width;
    GraphemeState state = {GRAPHEME_Other, false, false};
    grapheme_take(&state, grapheme_class(string_scalar(text + at, &width)));
    for (at += width; at < length; at += width) {
        Grapheme next = grapheme_class(string_scalar(text + at, &width));
        if (!grapheme_goes_on(&state, next))
            break;
        grapheme_take(&state, next);
    }
    return at;
}

size_t unicode_grapheme_count(const char *text, size_t length) {
    size_t count = 0;
    for (size_t at = 0; at < length; at = unicode_grapheme_end(text, length, at))
        count++;
    return count;
}

/* ---- Display width ----------------------------------------------------------------------------- */

#define ROW(first, last, step, distance) {first, step, last, distance},
#define UNICODE_WIDE
static const UnicodeRun break_wide[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_WIDE
#undef ROW

enum { SOFT_HYPHEN = 0xAD, EMOJI_SELECTOR = 0xFE0F };

static unsigned width_of_scalar(uint32_t scalar) {
    if (scalar >= ' ' && scalar <= '~')
        return 1;
    if (scalar == EMOJI_SELECTOR) /* asks for the wide picture of what stands before it */
        return 2;
    if (UNICODE_FIND(break_wide, scalar))
        return 2;
    switch (unicode_category(scalar)) {
    case UNICODE_Mn:
    case UNICODE_Me:
    case UNICODE_Zl:
    case UNICODE_Zp:
    case UNICODE_Cc: return 0;
    case UNICODE_Cf: return scalar == SOFT_HYPHEN;
    default: break;
    }
    Grapheme class = grapheme_class(scalar);
    return class != GRAPHEME_V &&
           class != GRAPHEME_T; /* vowels and finals stand under the initial of a syllable */
}

size_t unicode_display_width(const char *text, size_t length) {
    size_t total = 0;
    for (size_t at = 0; at < length;) {
        size_t end = unicode_grapheme_end(text, length, at), width;
        unsigned widest = 0;
        for (; at < end; at += width) {
            unsigned columns = width_of_scalar(string_scalar(text + at, &width));
            widest = columns > widest ? columns : widest;
        }
        total += widest;
    }
    return total;
}

/* ---- Words ------------------------------------------------------------------------------------- */

typedef enum Word {
    WORD_Other,
    WORD_CR,
    WORD_LF,
    WORD_Newline,
    WORD_Extend,
    WORD_Format,
    WORD_ZWJ,
    WORD_Katakana,
    WORD_Hebrew_Letter,
    WORD_ALetter,
    WORD_MidLetter,
    WORD_MidNum,
    WORD_MidNumLet,
    WORD_Single_Quote,
    WORD_Double_Quote,
    WORD_Numeric,
    WORD_ExtendNumLet,
    WORD_Regional_Indicator,
    WORD_WSegSpace,
} Word;

#define RUN(first, last, value) {first, WORD_##value, last},
#define UNICODE_WORD
static const UnicodeValueRun break_words[] = {
#include "vm/runtime/unicode.def"
};
#undef UNICODE_WORD
#undef RUN

static Word word_class(uint32_t scalar) {
    if ((scalar | 0x20) >= 'a' && (scalar | 0x20) <= 'z')
        return WORD_ALetter;
    return (Word)UNICODE_FIND_VALUE(break_words, scalar, WORD_Other);
}

bool unicode_is_within_word(uint32_t scalar) {
    Word class = word_class(scalar);
    return class == WORD_MidLetter || class == WORD_MidNumLet || class == WORD_Single_Quote;
}

static bool word_is_newline(Word class) {
    return class == WORD_CR || class == WORD_LF || class == WORD_Newline;
}

/* What WB4 looks through. */
static bool word_is_ignored(Word class) {
    return class == WORD_Extend || class == WORD_Format || class == WORD_ZWJ;
}

static bool word_is_letter(Word class) { /* AHLetter */
    return class == WORD_ALetter || class == WORD_Hebrew_Letter;
}

static bool word_joins_letters(Word class) { /* MidLetter | MidNumLetQ */
    return class == WORD_MidLetter || class == WORD_MidNumLet || class == WORD_Single_Quote;
}

static bool word_joins_digits(Word class) { /* MidNum | MidNumLetQ */
    return class == WORD_MidNum || class == WORD_MidNumLet || class == WORD_Single_Quote;
}

/* The class of the first scalar at or behind `at` that is not ignored. */
static Word word_class_ahead(const char *text, size_t length, size_t at) {
    for (size_t width; at < length; at += width) {
        Word class = word_class(string_scalar(text + at, &width));
        if (!word_is_ignored(class))
            return class;
    }
    return WORD_Other;
}

/* Whether a word goes on from `last`, with `before` in front of that, to `next`; `ahead` stands behind it.  Nothing
 * ignored is among them. */
static bool word_goes_on(Word before, Word last, Word next, Word ahead, bool has_odd_indicators) {
    if (word_is_letter(last)) {
        if (word_is_letter(next) || next == WORD_Numeric || next == WORD_ExtendNumLet) /* WB5, WB9, WB13a */
            return true;
        if (word_joins_letters(next) && word_is_letter(ahead)) /* WB6 */
            return true;
        return last == WORD_Hebrew_Letter && (next == WORD_Single_Quote || /* WB7a, WB7b */
                                              (next == WORD_Double_Quote && ahead == WORD_Hebrew_Letter));
    }
    if (word_joins_letters(last) && word_is_letter(before) && word_is_letter(next)) /* WB7 */
        return true;
    if (word_joins_digits(last) && before == WORD_Numeric && next == WORD_Numeric) /* WB11 */
        return true;
    switch (last) {
    case WORD_Double_Quote: /* WB7c */ return before == WORD_Hebrew_Letter && next == WORD_Hebrew_Letter;
    case WORD_Numeric: /* WB8, WB10, WB13a, WB12 */
        return next == WORD_Numeric || word_is_letter(next) || next == WORD_ExtendNumLet ||
               (word_joins_digits(next) && ahead == WORD_Numeric);
    case WORD_Katakana: /* WB13, WB13a */ return next == WORD_Katakana || next == WORD_ExtendNumLet;
    case WORD_ExtendNumLet: /* WB13a, WB13b */
        return next == WORD_ExtendNumLet || word_is_letter(next) || next == WORD_Numeric ||
               next == WORD_Katakana;
    case WORD_Regional_Indicator: /* WB15, WB16 */
        return next == WORD_Regional_Indicator && has_odd_indicators;
    default: return false;
    }
}

size_t unicode_word_end(const char *text, size_t length, size_t at) {
    size_t width;
    Word before = WORD_Other, last = word_class(string_scalar(text + at, &width));
    Word neighbour = last; /* the one just before, ignored or not */
    bool has_odd_indicators = last == WORD_Regional_Indicator;
    for (at += width; at < length; at += width) {
        uint32_t scalar = string_scalar(text + at, &width);
        Word next = word_class(scalar);
        bool is_joined =
            (neighbour == WORD_CR && next == WORD_LF) ||                                  /* WB3 */
            (neighbour == WORD_ZWJ && grapheme_class(scalar) == GRAPHEME_Pictographic) || /* WB3c */
            (neighbour == WORD_WSegSpace && next == WORD_WSegSpace);                      /* WB3d */
        if (!is_joined && (word_is_newline(neighbour) || word_is_newline(next)))          /* WB3a, WB3b */
            break;
        neighbour = next;
        if (word_is_ignored(next)) /* WB4 */
            continue;
        Word ahead = word_joins_letters(next) || word_joins_digits(next) || next == WORD_Double_Quote
                         ? word_class_ahead(text, length, at + width)
                         : WORD_Other;
        if (!is_joined && !word_goes_on(before, last, next, ahead, has_odd_indicators))
            break;
        has_odd_indicators = next == WORD_Regional_Indicator && !has_odd_indicators;
        before = last;
        last = next;
    }
    return at;
}

/* Unicode, as the language defines it by the version that unicode.def was generated from: the same on every host.
 *
 * unicode.c knows properties and simple mappings of single scalar values, unicode_case.c full case mappings,
 * unicode_normalize.c the normalization forms (UAX #15), unicode_break.c where grapheme clusters and words end
 * (UAX #29) and how wide text is displayed (after UAX #11).  Properties are sorted tables of runs, searched in
 * halves; ASCII is answered without them.  Texts are valid UTF-8 throughout; offsets count bytes. */
#ifndef COR_RUNTIME_UNICODE_H
#define COR_RUNTIME_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Properties -------------------------------------------------------------------------------- */

bool unicode_is_letter(uint32_t scalar); /* Alphabetic */
bool unicode_is_upper(uint32_t scalar);  /* Uppercase */
bool unicode_is_lower(uint32_t scalar);  /* Lowercase */
bool unicode_is_space(uint32_t scalar);  /* White_Space */

/* General_Category, in the order of the standard. */
typedef enum UnicodeCategory {
    UNICODE_Lu,
    UNICODE_Ll,
    UNICODE_Lt,
    UNICODE_Lm,
    UNICODE_Lo,
    UNICODE_Mn,
    UNICODE_Mc,
    UNICODE_Me,
    UNICODE_Nd,
    UNICODE_Nl,
    UNICODE_No,
    UNICODE_Pc,
    UNICODE_Pd,
    UNICODE_Ps,
    UNICODE_Pe,
    UNICODE_Pi,
    UNICODE_Pf,
    UNICODE_Po,
    UNICODE_Sm,
    UNICODE_Sc,
    UNICODE_Sk,
    UNICODE_So,
    UNICODE_Zs,
    UNICODE_Zl,
    UNICODE_Zp,
    UNICODE_Cc,
    UNICODE_Cf,
    UNICODE_Cs,
    UNICODE_Co,
    UNICODE_Cn,
} UnicodeCategory;

UnicodeCategory unicode_category(uint32_t scalar);

/* ---- Case -------------------------------------------------------------------------------------- */

typedef enum UnicodeCase {
    UNICODE_UPPER_CASE,
    UNICODE_LOWER_CASE,
    UNICODE_TITLE_CASE,
    UNICODE_FOLDED, /* equal for texts that differ in case only */
} UnicodeCase;

/* The simple mapping (one scalar to one); the scalar itself when it has none. */
uint32_t unicode_to_upper(uint32_t scalar);
uint32_t unicode_to_lower(uint32_t scalar);

/* The full mapping, which may be of several scalars and see what stands around (a sigma at the end of a word):
 * writes every scalar's to `to`, unless that is NULL, and gives the length. */
size_t unicode_map_case(UnicodeCase target, const char *text, size_t length, char *to);

/* ---- Normalization ----------------------------------------------------------------------------- */

typedef enum UnicodeForm {
    UNICODE_NFC,
    UNICODE_NFD,
    UNICODE_NFKC,
    UNICODE_NFKD,
} UnicodeForm;

enum { UNICODE_FORM_COUNT = UNICODE_NFKD + 1 };

/* Whether text is seen to be normalized at a glance; false may mean either. */
bool unicode_is_plainly_normal(UnicodeForm form, const char *text, size_t length);

/* How many scalars the text has when it is decomposed. */
size_t unicode_decomposed_count(UnicodeForm form, const char *text, size_t length);

/* Normalizes the text into `scalars`, which has room for twice as many as the count above; how many there are.
 * Takes time in proportion to the length, whatever the text. */
size_t unicode_normalize(UnicodeForm form, const char *text, size_t length, uint32_t *scalars);

/* ---- Boundaries and width ---------------------------------------------------------------------- */

/* The end of the extended grapheme cluster, or of the word or what stands between words, that begins at `at`
 * (itself a boundary, below the length). */
size_t unicode_grapheme_end(const char *text, size_t length, size_t at);
size_t unicode_word_end(const char *text, size_t length, size_t at);

size_t unicode_grapheme_count(const char *text, size_t length);

/* Columns that the text takes on a terminal: of each grapheme cluster that of its widest scalar. */
size_t unicode_display_width(const char *text, size_t length);

#endif

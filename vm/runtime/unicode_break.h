/* What other files of Unicode ask of word boundaries. */
#ifndef COR_RUNTIME_UNICODE_BREAK_H
#define COR_RUNTIME_UNICODE_BREAK_H

#include <stdbool.h>
#include <stdint.h>

/* Whether it may stand within a word, like an apostrophe: Word_Break is MidLetter, MidNumLet or Single_Quote. */
bool unicode_is_within_word(uint32_t scalar);

#endif

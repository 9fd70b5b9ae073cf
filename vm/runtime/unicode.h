/* Properties and simple case mappings of Unicode scalar values, as the language defines them by the version
 * of Unicode that unicode.def was generated from: the same on every host.
 *
 * Each property is a sorted table of runs, searched in halves; ASCII is answered without it. */
#ifndef COR_RUNTIME_UNICODE_H
#define COR_RUNTIME_UNICODE_H

#include <stdbool.h>
#include <stdint.h>

bool unicode_is_letter(uint32_t scalar); /* Alphabetic */
bool unicode_is_upper(uint32_t scalar);  /* Uppercase */
bool unicode_is_lower(uint32_t scalar);  /* Lowercase */
bool unicode_is_space(uint32_t scalar);  /* White_Space */

/* The simple mapping (one scalar to one); the scalar itself when it has none. */
uint32_t unicode_to_upper(uint32_t scalar);
uint32_t unicode_to_lower(uint32_t scalar);

#endif

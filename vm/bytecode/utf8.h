/* UTF-8 (RFC 3629). */
#ifndef COR_BYTECODE_UTF8_H
#define COR_BYTECODE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the scalar value that starts at `bytes`, and the value; 0 when that is not a whole, shortest-form
 * encoding of a scalar value. */
size_t cor_utf8_decode(const uint8_t *bytes, size_t size, uint32_t *out);

/* Whether all of it is UTF-8. */
bool cor_utf8_valid(const uint8_t *bytes, size_t size);

/* Writes a scalar value; its length. */
size_t cor_utf8_encode(uint8_t out[4], uint32_t value);

#endif

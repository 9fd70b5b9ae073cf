/* SHA-256 (FIPS 180-4): the content hash of modules. */
#ifndef COR_BYTECODE_SHA256_H
#define COR_BYTECODE_SHA256_H

#include <stddef.h>
#include <stdint.h>

typedef struct CorSha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    uint8_t block[64];
} CorSha256;

void cor_sha256_begin(CorSha256 *hash);
void cor_sha256_add(CorSha256 *hash, const void *bytes, size_t size);
void cor_sha256_end(CorSha256 *hash, uint8_t out[32]);

/* Takes `count` blocks of 64 bytes into a state, for those who do the rest themselves. */
void cor_sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t count);

#endif

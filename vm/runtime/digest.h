/* The compression functions of hashes: whole blocks into a state.  Padding, lengths and results are std.hash's.
 *
 * A state is an array of 64-bit words, of which MD5, SHA-1 and SHA-256 use the lower halves. */
#ifndef COR_RUNTIME_DIGEST_H
#define COR_RUNTIME_DIGEST_H

#include <stddef.h>
#include <stdint.h>

typedef enum Digest {
    DIGEST_MD5,    /* RFC 1321 */
    DIGEST_SHA1,   /* FIPS 180-4 */
    DIGEST_SHA256, /* FIPS 180-4 */
    DIGEST_SHA512, /* FIPS 180-4 */
    DIGEST_BLAKE2B, /* RFC 7693; behind the eight words stand the count of bytes before these blocks, which grows, and,
                       for the last block, how many of its bytes are counted, plus 1; else 0 */
    DIGEST_XXH64, /* xxHash, XXH64: the four accumulators */
    DIGEST_COUNT
} Digest;

/* Bytes of a block, and words of the state. */
size_t digest_block(Digest digest);
size_t digest_state(Digest digest);

/* Takes `count` blocks in. */
void digest_blocks(Digest digest, uint64_t *state, const uint8_t *bytes, size_t count);

typedef enum Checksum {
    CHECKSUM_CRC32,   /* polynomial 0xEDB88320, as in zip and PNG (ISO 3309) */
    CHECKSUM_CRC32C,  /* polynomial 0x82F63B78 (Castagnoli), as in iSCSI and ext4 */
    CHECKSUM_ADLER32, /* RFC 1950 */
    CHECKSUM_FNV1A,   /* 64 bits, Fowler, Noll and Vo */
    CHECKSUM_COUNT
} Checksum;

/* The checksum of what had the checksum `value` with `size` bytes behind it. */
uint64_t checksum_add(Checksum checksum, uint64_t value, const uint8_t *bytes, size_t size);

#endif

#include "vm/runtime/digest.h"

#include <string.h>

#include "vm/bytecode/sha256.h"

static uint32_t rotate_left(uint32_t value, int count) {
    return value << count | value >> (32 - count);
}

static uint64_t rotate_right_64(uint64_t value, int count) {
    return value >> count | value << (64 - count);
}

static uint32_t read_big(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint64_t read_big_64(const uint8_t *at) {
    return (uint64_t)read_big(at) << 32 | read_big(at + 4);
}

static uint32_t read_little(const uint8_t *at) {
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static uint64_t read_little_64(const uint8_t *at) {
    return (uint64_t)read_little(at + 4) << 32 | read_little(at);
}

/* ---- MD5 --------------------------------------------------------------------------------------- */

static void md5_block(uint64_t *state, const uint8_t *block) {
    static const uint32_t sines[64] = {
        0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
        0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
        0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
        0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
        0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
        0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
        0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
        0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
    };
    static const uint8_t shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t a = (uint32_t)state[0], b = (uint32_t)state[1], c = (uint32_t)state[2], d = (uint32_t)state[3];
    for (int i = 0; i < 64; i++) {
        uint32_t f;
        int word;
        switch (i / 16) {
        case 0: f = (b & c) | (~b & d), word = i; break;
        case 1: f = (d & b) | (~d & c), word = (5 * i + 1) % 16; break;
        case 2: f = b ^ c ^ d, word = (3 * i + 5) % 16; break;
        default: f = c ^ (b | ~d), word = 7 * i % 16;
        }
        uint32_t sum = a + f + sines[i] + read_little(block + 4 * (size_t)word);
        a = d, d = c, c = b;
        b += rotate_left(sum, shifts[i / 16][i % 4]);
    }
    state[0] = (uint32_t)((uint32_t)state[0] + a);
    state[1] = (uint32_t)((uint32_t)state[1] + b);
    state[2] = (uint32_t)((uint32_t)state[2] + c);
    state[3] = (uint32_t)((uint32_t)state[3] + d);
}

/* ---- SHA-1, SHA-2 ------------------------------------------------------------------------------ */

/* What the rounds of SHA-1 mix, by the quarter they are in. */
static inline uint32_t sha1_mix(int quarter, uint32_t b, uint32_t c, uint32_t d) {
    switch (quarter) {
    case 0: return (d ^ (b & (c ^ d))) + 0x5a827999;
    case 1: return (b ^ c ^ d) + 0x6ed9eba1;
    case 2: return ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    default: return (b ^ c ^ d) + 0xca62c1d6;
    }
}

/* One round; the roles of the five words rotate from round to round, so that none is moved. */
static inline void sha1_round(int quarter, uint32_t a, uint32_t *b, uint32_t c, uint32_t d, uint32_t *e,
                              uint32_t input) {
    *e += rotate_left(a, 5) + sha1_mix(quarter, *b, c, d) + input;
    *b = rotate_left(*b, 30);
}

static inline void sha1_quarter(int quarter, uint32_t v[5], const uint32_t *input) {
    uint32_t a = v[0], b = v[1], c = v[2], d = v[3], e = v[4];
    for (int i = 0; i < 20; i += 5) {
        sha1_round(quarter, a, &b, c, d, &e, input[i]);
        sha1_round(quarter, e, &a, b, c, &d, input[i + 1]);
        sha1_round(quarter, d, &e, a, b, &c, input[i + 2]);
        sha1_round(quarter, c, &d, e, a, &b, input[i + 3]);
        sha1_round(quarter, b, &c, d, e, &a, input[i + 4]);
    }
    v[0] = a, v[1] = b, v[2] = c, v[3] = d, v[4] = e;
}

static void sha1_block(uint64_t *state, const uint8_t *block) {
    uint32_t w[80], v[5];
    for (size_t i = 0; i < 16; i++)
        w[i] = read_big(block + 4 * i);
    for (int i = 16; i < 80; i++)
        w[i] = rotate_left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 5; i++)
        v[i] = (uint32_t)state[i];
    sha1_quarter(0, v, w);
    sha1_quarter(1, v, w + 20);
    sha1_quarter(2, v, w + 40);
    sha1_quarter(3, v, w + 60);
    for (int i = 0; i < 5; i++)
        state[i] = (uint32_t)((uint32_t)state[i] + v[i]);
}

static void sha256_blocks(uint64_t *state, const uint8_t *bytes, size_t count) {
    uint32_t words[8];
    for (int i = 0; i < 8; i++)
        words[i] = (uint32_t)state[i];
    cor_sha256_blocks(words, bytes, count);
    for (int i = 0; i < 8; i++)
        state[i] = words[i];
}

static inline void sha512_round(uint64_t a, uint64_t b, uint64_t c, uint64_t *d, uint64_t e, uint64_t f,
                                uint64_t g, uint64_t *h, uint64_t input) {
    uint64_t s1 = rotate_right_64(e, 14) ^ rotate_right_64(e, 18) ^ rotate_right_64(e, 41);
    uint64_t t1 = *h + s1 + (g ^ (e & (f ^ g))) + input;
    uint64_t s0 = rotate_right_64(a, 28) ^ rotate_right_64(a, 34) ^ rotate_right_64(a, 39);
    *d += t1;
    *h = t1 + s0 + ((a & b) | (c & (a | b)));
}

static void sha512_block(uint64_t *state, const uint8_t *block) {
    static const uint64_t constants[80] = {
        0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
        0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
        0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
        0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
        0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
        0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
        0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
        0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
        0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
        0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
        0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
        0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
        0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
        0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
        0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
        0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
    };
    uint64_t w[80], v[8];
    for (size_t i = 0; i < 16; i++)
        w[i] = read_big_64(block + 8 * i);
    for (int i = 16; i < 80; i++) {
        uint64_t s0 = rotate_right_64(w[i - 15], 1) ^ rotate_right_64(w[i - 15], 8) ^ w[i - 15] >> 7;
        uint64_t s1 = rotate_right_64(w[i - 2], 19) ^ rotate_right_64(w[i - 2], 61) ^ w[i - 2] >> 6;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    memcpy(v, state, sizeof v);
    for (int i = 0; i < 80; i += 8) {
        const uint64_t *k = &constants[i], *x = &w[i];
        sha512_round(v[0], v[1], v[2], &v[3], v[4], v[5], v[6], &v[7], k[0] + x[0]);
        sha512_round(v[7], v[0], v[1], &v[2], v[3], v[4], v[5], &v[6], k[1] + x[1]);
        sha512_round(v[6], v[7], v[0], &v[1], v[2], v[3], v[4], &v[5], k[2] + x[2]);
        sha512_round(v[5], v[6], v[7], &v[0], v[1], v[2], v[3], &v[4], k[3] + x[3]);
        sha512_round(v[4], v[5], v[6], &v[7], v[0], v[1], v[2], &v[3], k[4] + x[4]);
        sha512_round(v[3], v[4], v[5], &v[6], v[7], v[0], v[1], &v[2], k[5] + x[5]);
        sha512_round(v[2], v[3], v[4], &v[5], v[6], v[7], v[0], &v[1], k[6] + x[6]);
        sha512_round(v[1], v[2], v[3], &v[4], v[5], v[6], v[7], &v[0], k[7] + x[7]);
    }
    for (int i = 0; i < 8; i++)
        state[i] += v[i];
}

/* ---- BLAKE2b ----------------------------------------------------------------------------------- */

static void blake2b_mix(uint64_t *a, uint64_t *b, uint64_t *c, uint64_t *d, uint64_t x, uint64_t y) {
    *a += *b + x;
    *d = rotate_right_64(*d ^ *a, 32);
    *c += *d;
    *b = rotate_right_64(*b ^ *c, 24);
    *a += *b + y;
    *d = rotate_right_64(*d ^ *a, 16);
    *c += *d;
    *b = rotate_right_64(*b ^ *c, 63);
}

static void blake2b_block(uint64_t *state, const uint8_t *block) {
    static const uint64_t initial[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                        0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                        0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
    static const uint8_t sigma[10][16] = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
        {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
        {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
        {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
        {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
        {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
        {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
        {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
        {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
        {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
    };
    uint64_t m[16], v[16];
    for (size_t i = 0; i < 16; i++)
        m[i] = read_little_64(block + 8 * i);
    uint64_t last = state[9];
    state[8] += last != 0 ? last - 1 : 128;
    memcpy(v, state, 8 * sizeof *v);
    memcpy(v + 8, initial, sizeof initial);
    v[12] ^= state[8];
    if (last != 0)
        v[14] = ~v[14];
    for (int i = 0; i < 12; i++) {
        const uint8_t *s = sigma[i % 10];
        blake2b_mix(&v[0], &v[4], &v[8], &v[12], m[s[0]], m[s[1]]);
        blake2b_mix(&v[1], &v[5], &v[9], &v[13], m[s[2]], m[s[3]]);
        blake2b_mix(&v[2], &v[6], &v[10], &v[14], m[s[4]], m[s[5]]);
        blake2b_mix(&v[3], &v[7], &v[11], &v[15], m[s[6]], m[s[7]]);
        blake2b_mix(&v[0], &v[5], &v[10], &v[15], m[s[8]], m[s[9]]);
        blake2b_mix(&v[1], &v[6], &v[11], &v[12], m[s[10]], m[s[11]]);
        blake2b_mix(&v[2], &v[7], &v[8], &v[13], m[s[12]], m[s[13]]);
        blake2b_mix(&v[3], &v[4], &v[9], &v[14], m[s[14]], m[s[15]]);
    }
    for (int i = 0; i < 8; i++)
        state[i] ^= v[i] ^ v[i + 8];
}

/* ---- XXH64 ------------------------------------------------------------------------------------- */

static void xxh64_block(uint64_t *state, const uint8_t *block) {
    for (size_t i = 0; i < 4; i++) {
        uint64_t sum = state[i] + read_little_64(block + 8 * i) * 0xc2b2ae3d27d4eb4f;
        state[i] = rotate_right_64(sum, 33) * 0x9e3779b185ebca87;
    }
}

/* ---- All of them ------------------------------------------------------------------------------- */

static const struct {
    uint8_t block, state;
    void (*add)(uint64_t *state, const uint8_t *block); /* NULL: in digest_blocks */
} digests[DIGEST_COUNT] = {
    [DIGEST_MD5] = {64, 4, md5_block},
    [DIGEST_SHA1] = {64, 5, sha1_block},
    [DIGEST_SHA256] = {64, 8, NULL},
    [DIGEST_SHA512] = {128, 8, sha512_block},
    [DIGEST_BLAKE2B] = {128, 10, blake2b_block},
    [DIGEST_XXH64] = {32, 4, xxh64_block},
};

size_t digest_block(Digest digest) {
    return digests[digest].block;
}

size_t digest_state(Digest digest) {
    return digests[digest].state;
}

void digest_blocks(Digest digest, uint64_t *state, const uint8_t *bytes, size_t count) {
    if (digest == DIGEST_SHA256) {
        sha256_blocks(state, bytes, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        digests[digest].add(state, bytes + i * digests[digest].block);
}

/* ---- Checksums --------------------------------------------------------------------------------- */

/* The remainders of what `bits` bits push out, for a reflected polynomial. */
static void crc_table(uint32_t polynomial, int bits, uint32_t *table) {
    for (uint32_t i = 0; i < 1u << bits; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < bits; bit++)
            crc = crc >> 1 ^ (polynomial & (0u - (crc & 1)));
        table[i] = crc;
    }
}

/* Half a byte at a time: its table is made in no time. */
static uint32_t crc_short(uint32_t polynomial, uint32_t crc, const uint8_t *bytes, size_t size) {
    uint32_t table[16];
    crc_table(polynomial, 4, table);
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return crc;
}

/* Eight bytes at a time, by tables that take each of them to the end of the eight (Kounavis and Berry, "A Systematic
 * Approach to Building High Performance Software-Based CRC Generators", 2005). */
static uint32_t crc_long(uint32_t polynomial, uint32_t crc, const uint8_t *bytes, size_t size) {
    uint32_t tables[8][256];
    crc_table(polynomial, 8, tables[0]);
    for (int i = 1; i < 8; i++)
        for (int byte = 0; byte < 256; byte++)
            tables[i][byte] = tables[i - 1][byte] >> 8 ^ tables[0][tables[i - 1][byte] & 255];
    for (; size >= 8; bytes += 8, size -= 8) {
        uint64_t word = read_little_64(bytes) ^ crc;
        crc = tables[7][word & 255] ^ tables[6][word >> 8 & 255] ^ tables[5][word >> 16 & 255] ^
              tables[4][word >> 24 & 255] ^ tables[3][word >> 32 & 255] ^ tables[2][word >> 40 & 255] ^
              tables[1][word >> 48 & 255] ^ tables[0][word >> 56];
    }
    return crc_short(polynomial, crc, bytes, size);
}

static uint32_t crc_add(uint32_t polynomial, uint32_t crc, const uint8_t *bytes, size_t size) {
    return ~(size < 4096 ? crc_short : crc_long)(polynomial, ~crc, bytes, size);
}

static uint32_t adler_add(uint32_t value, const uint8_t *bytes, size_t size) {
    uint32_t a = (value & 0xffff) % 65521, b = (value >> 16) % 65521;
    while (size > 0) {
        size_t part = size < 5552 ? size : 5552; /* the sums of so many bytes fit */
        for (size_t i = 0; i < part; i++)
            a += bytes[i], b += a;
        a %= 65521, b %= 65521;
        bytes += part, size -= part;
    }
    return b << 16 | a;
}

uint64_t checksum_add(Checksum checksum, uint64_t value, const uint8_t *bytes, size_t size) {
    switch (checksum) {
    case CHECKSUM_CRC32: return crc_add(0xedb88320, (uint32_t)value, bytes, size);
    case CHECKSUM_CRC32C: return crc_add(0x82f63b78, (uint32_t)value, bytes, size);
    case CHECKSUM_ADLER32: return adler_add((uint32_t)value, bytes, size);
    default:
        for (size_t i = 0; i < size; i++)
            value = (value ^ bytes[i]) * 0x100000001b3;
        return value;
    }
}

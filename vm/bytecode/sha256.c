#include "vm/bytecode/sha256.h"

#include <string.h>

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

void cor_sha256_begin(CorSha256 *hash) {
    *hash = (CorSha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                                  0x1f83d9ab, 0x5be0cd19}};
}

static uint32_t rotate_right(uint32_t value, int count) {
    return value >> count | value << (32 - count);
}

/* One round; the roles of the eight words rotate from round to round, so that none is moved. */
static inline void one_round(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f,
                             uint32_t g, uint32_t *h, uint32_t input) {
    uint32_t s1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
    uint32_t t1 = *h + s1 + (g ^ (e & (f ^ g))) + input;
    uint32_t s0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
    *d += t1;
    *h = t1 + s0 + ((a & b) | (c & (a | b)));
}

static void add_block(uint32_t state[8], const uint8_t *block) {
    uint32_t w[64];
    for (int i = 0; i < 16; i++) {
        const uint8_t *word = block + (size_t)i * 4;
        w[i] = (uint32_t)word[0] << 24 | (uint32_t)word[1] << 16 | (uint32_t)word[2] << 8 | word[3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t s0 = rotate_right(w[i - 15], 7) ^ rotate_right(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = rotate_right(w[i - 2], 17) ^ rotate_right(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < 64; i += 8) {
        const uint32_t *k = &round_constants[i], *x = &w[i];
        one_round(a, b, c, &d, e, f, g, &h, k[0] + x[0]);
        one_round(h, a, b, &c, d, e, f, &g, k[1] + x[1]);
        one_round(g, h, a, &b, c, d, e, &f, k[2] + x[2]);
        one_round(f, g, h, &a, b, c, d, &e, k[3] + x[3]);
        one_round(e, f, g, &h, a, b, c, &d, k[4] + x[4]);
        one_round(d, e, f, &g, h, a, b, &c, k[5] + x[5]);
        one_round(c, d, e, &f, g, h, a, &b, k[6] + x[6]);
        one_round(b, c, d, &e, f, g, h, &a, k[7] + x[7]);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void cor_sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < count; i++)
        add_block(state, bytes + 64 * i);
}

void cor_sha256_add(CorSha256 *hash, const void *bytes, size_t size) {
    const uint8_t *at = bytes;
    size_t used = hash->length % 64;
    hash->length += size;
    while (size > 0) {
        if (used == 0 && size >= 64) {
            add_block(hash->state, at);
            at += 64, size -= 64;
            continue;
        }
        size_t part = 64 - used < size ? 64 - used : size;
        memcpy(hash->block + used, at, part);
        at += part, size -= part, used += part;
        if (used == 64) {
            add_block(hash->state, hash->block);
            used = 0;
        }
    }
}

void cor_sha256_end(CorSha256 *hash, uint8_t out[32]) {
    uint64_t bits = hash->length * 8;
    uint8_t length[8];
    for (int i = 0; i < 8; i++) {
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    }
    cor_sha256_add(hash, "\x80", 1);
    static const uint8_t zeros[64];
    cor_sha256_add(hash, zeros, (120 - hash->length % 64) % 64);
    cor_sha256_add(hash, length, sizeof length);
    for (int i = 0; i < 32; i++) {
        out[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

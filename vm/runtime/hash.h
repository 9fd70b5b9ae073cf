/* Hashes of scalars and strings: the same on every host and in every run, which programs can rely on. */
#ifndef COR_RUNTIME_HASH_H
#define COR_RUNTIME_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vm/runtime/type.h"

/* A bijection in which every input bit changes about half of the output bits (Stafford's variant 13 of the MurmurHash3
 * finaliser, as in SplitMix64). */
static inline uint64_t hash_i64(uint64_t value) {
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return value ^ value >> 31;
}

/* Of the IEEE bits of a double: all NaN alike, -0.0 as 0.0. */
static inline uint64_t hash_f64(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (value == 0)
        bits = 0;
    else if (value != value)
        bits = COR_NAN;
    return hash_i64(bits);
}

/* The hash of a sequence from the hash of what precedes and that of the next part. */
static inline uint64_t hash_mix(uint64_t before, uint64_t next) {
    return hash_i64(before * 31 + next + 0x9E3779B97F4A7C15u);
}

/* Of the bytes of a string; 32 bits, never 0. */
uint32_t hash_text(const CorStringObject *string);

/* Of a string object, which remembers it. */
static inline uint64_t hash_string(const CorStringObject *string) {
    uint32_t hash = __atomic_load_n(&string->hash, __ATOMIC_RELAXED);
    if (hash == 0) {
        hash = hash_text(string);
        __atomic_store_n((uint32_t *)(uintptr_t)&string->hash, hash, __ATOMIC_RELAXED);
    }
    return hash;
}

#endif

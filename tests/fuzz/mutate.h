/* Damage: random edits of an input, with parts of another.  The same generator gives the same edits. */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include "tests/fuzz/fuzz.h"

typedef struct Random {
    uint64_t state;
} Random;

/* Below `limit`, or 0. */
uint32_t random_below(Random *random, size_t limit);

typedef struct Input {
    uint8_t *bytes;
    size_t size, capacity;
} Input;

/* Edits a module in place (mutate_module.c).  False: it is none. */
bool mutate_module(Random *random, Input *input);

/* Edits the input in place; it stays within its capacity. */
void mutate(Random *random, FuzzForm form, Input *input, const Input *other);

#endif

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void *allocate(size_t size) {
    void *memory = malloc(size);
    if (!memory)
        exit(1);
    return memory;
}

static uint8_t *generate(int64_t length, int64_t seed) {
    uint8_t *text = allocate((size_t)length);
    for (int64_t i = 0; i < length; i++) {
        seed = (seed * 3877 + 29573) % 139968;
        text[i] = (uint8_t)('a' + seed * 4 / 139968);
    }
    return text;
}

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int64_t distance(const uint8_t *a, int64_t a_length, const uint8_t *b, int64_t b_length) {
    int64_t *above = allocate((size_t)(b_length + 1) * sizeof *above);
    int64_t *row = allocate((size_t)(b_length + 1) * sizeof *row);
    for (int64_t j = 0; j <= b_length; j++)
        above[j] = j;
    for (int64_t i = 0; i < a_length; i++) {
        row[0] = i + 1;
        for (int64_t j = 0; j < b_length; j++) {
            int64_t replaced = above[j] + (a[i] == b[j] ? 0 : 1);
            row[j + 1] = least(least(replaced, above[j + 1] + 1), row[j] + 1);
        }
        int64_t *swapped = above;
        above = row;
        row = swapped;
    }
    int64_t result = above[b_length];
    free(above);
    free(row);
    return result;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    int64_t length = atoll(argv[1]), sum = 0;
    for (int64_t pair = 0; pair < atoll(argv[2]); pair++) {
        int64_t longer = length + pair % 7;
        uint8_t *a = generate(length, pair), *b = generate(longer, pair + 1000);
        sum += distance(a, length, b, longer);
        free(a);
        free(b);
    }
    printf("%" PRId64 "\n", sum);
    return 0;
}

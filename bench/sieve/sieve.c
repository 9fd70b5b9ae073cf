#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t sieve(int64_t limit) {
    bool *composite = calloc((size_t)limit, sizeof *composite);
    int64_t count = 0;
    if (!composite)
        exit(1);
    for (int64_t i = 2; i < limit; i++) {
        if (!composite[i]) {
            count++;
            for (int64_t multiple = i + i; multiple < limit; multiple += i)
                composite[multiple] = true;
        }
    }
    free(composite);
    return count;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    int64_t limit = atoll(argv[1]), rounds = atoll(argv[2]), total = 0;
    for (int64_t round = 0; round < rounds; round++)
        total += sieve(limit - round);
    printf("%" PRId64 "\n", total);
    return 0;
}

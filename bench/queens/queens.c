#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t place(int64_t row, int64_t n, bool *columns, bool *rising, bool *falling) {
    if (row == n)
        return 1;
    int64_t ways = 0;
    for (int64_t column = 0; column < n; column++) {
        if (!columns[column] && !rising[row + column] && !falling[row - column + n]) {
            columns[column] = true;
            rising[row + column] = true;
            falling[row - column + n] = true;
            ways += place(row + 1, n, columns, rising, falling);
            columns[column] = false;
            rising[row + column] = false;
            falling[row - column + n] = false;
        }
    }
    return ways;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    int64_t n = atoll(argv[1]), rounds = atoll(argv[2]);
    for (int64_t round = 0; round < rounds; round++) {
        bool *columns = calloc((size_t)n, sizeof *columns);
        bool *rising = calloc(2 * (size_t)n, sizeof *rising);
        bool *falling = calloc(2 * (size_t)n, sizeof *falling);
        if (!columns || !rising || !falling)
            return 1;
        printf("%" PRId64 "\n", place(0, n, columns, rising, falling));
        free(columns);
        free(rising);
        free(falling);
    }
    return 0;
}

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static double **allocate(int64_t n) {
    double **rows = malloc((size_t)n * sizeof *rows);
    if (!rows)
        exit(1);
    for (int64_t i = 0; i < n; i++) {
        rows[i] = calloc((size_t)n, sizeof **rows);
        if (!rows[i])
            exit(1);
    }
    return rows;
}

static double **generate(int64_t n, double seed) {
    double **rows = allocate(n);
    double scale = seed / (double)n / (double)n;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            rows[i][j] = scale * (double)((i - j) * (i + j));
    return rows;
}

static double **multiply(double **a, double **b, int64_t n) {
    double **transposed = allocate(n);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            transposed[j][i] = b[i][j];
    double **product = allocate(n);
    for (int64_t i = 0; i < n; i++) {
        const double *row = a[i];
        double *out = product[i];
        for (int64_t j = 0; j < n; j++) {
            const double *column = transposed[j];
            double sum = 0;
            for (int64_t k = 0; k < n; k++)
                sum += row[k] * column[k];
            out[j] = sum;
        }
    }
    return product;
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    int64_t n = atoll(argv[1]);
    double **product = multiply(generate(n, 1.0), generate(n, 2.0), n);
    printf("%" PRId64 "\n", (int64_t)(product[n / 2][n / 2] * 1e6));
    printf("%" PRId64 "\n", (int64_t)(product[0][n - 1] * 1e6));
    return 0;
}

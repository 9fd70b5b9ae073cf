#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double entry(int64_t i, int64_t j) {
    return 1.0 / (double)((i + j) * (i + j + 1) / 2 + i + 1);
}

static void multiply(int64_t n, const double *v, double *product) {
    for (int64_t i = 0; i < n; i++) {
        double sum = 0;
        for (int64_t j = 0; j < n; j++)
            sum += entry(i, j) * v[j];
        product[i] = sum;
    }
}

static void multiply_transposed(int64_t n, const double *v, double *product) {
    for (int64_t i = 0; i < n; i++) {
        double sum = 0;
        for (int64_t j = 0; j < n; j++)
            sum += entry(j, i) * v[j];
        product[i] = sum;
    }
}

static double spectral_norm(int64_t n) {
    double *u = malloc((size_t)n * sizeof *u);
    double *v = malloc((size_t)n * sizeof *v);
    double *between = malloc((size_t)n * sizeof *between);
    if (!u || !v || !between)
        exit(1);
    for (int64_t i = 0; i < n; i++)
        u[i] = 1;
    for (int round = 0; round < 10; round++) {
        multiply(n, u, between);
        multiply_transposed(n, between, v);
        multiply(n, v, between);
        multiply_transposed(n, between, u);
    }
    double uv = 0, vv = 0;
    for (int64_t i = 0; i < n; i++) {
        uv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    return sqrt(uv / vv);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    printf("%.9f\n", spectral_norm(atoll(argv[1])));
    return 0;
}

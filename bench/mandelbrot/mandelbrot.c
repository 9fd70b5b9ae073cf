#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t mandelbrot(int64_t n) {
    double size = (double)n;
    int64_t checksum = 0;
    for (int64_t y = 0; y < n; y++) {
        double ci = 2.0 * (double)y / size - 1.0;
        int64_t byte = 0;
        for (int64_t x = 0; x < n; x++) {
            double cr = 2.0 * (double)x / size - 1.5;
            double zr = 0, zi = 0, square_r = 0, square_i = 0;
            for (int64_t i = 0; i < 50 && square_r + square_i <= 4.0; i++) {
                zi = 2.0 * zr * zi + ci;
                zr = square_r - square_i + cr;
                square_r = zr * zr;
                square_i = zi * zi;
            }
            byte *= 2;
            if (square_r + square_i <= 4.0)
                byte++;
            if (x % 8 == 7) {
                checksum = (checksum * 31 + byte) % 65521;
                byte = 0;
            }
        }
    }
    return checksum;
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    printf("%" PRId64 "\n", mandelbrot(atoll(argv[1])));
    return 0;
}

/* The digits of pi by an unbounded spigot (Jeremy Gibbons, 2006): sum / denominator is the least that the rest may be,
 * (sum + part) / denominator the most. */
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 0;
    char *out = malloc((size_t)count + 1);
    mpz_t part, sum, denominator, digit, next;
    mpz_init_set_ui(part, 1);
    mpz_init_set_ui(sum, 3);
    mpz_init_set_ui(denominator, 1);
    mpz_inits(digit, next, NULL);
    unsigned long k = 0;
    for (long length = 0; length < count;) {
        k++;
        mpz_mul_ui(sum, sum, 2 * k + 1);
        mpz_addmul_ui(sum, part, k - 1);
        mpz_mul_ui(denominator, denominator, 2 * k + 1);
        mpz_mul_ui(part, part, k);
        mpz_mul_2exp(next, part, 2);
        if (mpz_cmp(next, sum) > 0)
            continue;
        mpz_tdiv_q(digit, sum, denominator);
        mpz_add(next, sum, part);
        mpz_tdiv_q(next, next, denominator);
        if (mpz_cmp(digit, next) != 0)
            continue;
        unsigned long value = mpz_get_ui(digit);
        out[length++] = (char)('0' + value);
        mpz_submul_ui(sum, denominator, value);
        mpz_mul_ui(sum, sum, 10);
        mpz_mul_ui(part, part, 10);
    }
    out[count] = '\0';
    puts(out);
    mpz_clears(part, sum, denominator, digit, next, NULL);
    free(out);
    return 0;
}

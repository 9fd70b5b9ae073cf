/* Intrinsics of whole numbers of any size, on GMP.
 *
 * A number is its two's complement in words of 64 bits, the lowest first, and as few as possible: none for 0, and the
 * top bit of the last one is the sign.  So equal numbers are equal arrays.  Operands need not be of that form, for any
 * module may call with any array; results are.
 *
 * Sums, products, shifts and bits are computed on that form by GMP's mpn functions, straight into the result's array.
 * What is rarer goes through GMP's integers, whose memory is malloc's: GMP knows no way out when that fails, so it is
 * charged to the isolate's quota before, and numbers are limited in size.  GMP also aborts on what has no result, so
 * that is looked for here. */
#include <inttypes.h>
#include <stdlib.h>

#include <gmp.h>

#include "vm/runtime/intrinsic_support.h"

_Static_assert(GMP_NUMB_BITS == 64 && sizeof(mp_limb_t) == sizeof(uint64_t),
               "a limb is a word of the number, on every host");

__extension__ typedef unsigned __int128 Wide;

enum {
    BIGINT_MAX_BITS = 1 << 28,
    BIGINT_MAX_WORDS = BIGINT_MAX_BITS / 64,
    BIGINT_FREE_WORDS = 1024, /* of scratch memory, which are not worth an entry in the account */
    BIGINT_SMALL = 16,        /* words of a magnitude that need no memory */
};

/* ---- Operands and results ---------------------------------------------------------------------- */

typedef struct Operand {
    const mp_limb_t *words;
    size_t count;
    mp_limb_t fill; /* what stands above the words: the sign in every bit */
} Operand;

/* How many of the words are needed. */
static size_t trimmed(const mp_limb_t *words, size_t count) {
    for (; count > 0; count--) {
        bool below_is_negative = count > 1 && words[count - 2] >> 63;
        if (words[count - 1] != (below_is_negative ? ~(mp_limb_t)0 : 0))
            break;
    }
    return count;
}

static Operand operand(uint64_t slot) {
    const CorArrayObject *array = intrinsic_array(slot);
    size_t count = trimmed(array->elements, array->length);
    bool negative = count > 0 && array->elements[count - 1] >> 63;
    return (Operand){array->elements, count, negative ? ~(mp_limb_t)0 : 0};
}

static mp_limb_t operand_word(const Operand *a, size_t index) {
    return index < a->count ? a->words[index] : a->fill;
}

static CorStatus throw_too_large(CorIsolate *isolate) {
    return cor_throw(isolate, COR_ERROR_ARITHMETIC, "an integer of more than %d bits", BIGINT_MAX_BITS);
}

/* Takes an array for a result that needs at most `count` words, with a spare one above a magnitude; the caller sets them all. */
static CorStatus take(CorIsolate *isolate, const CorType *type, size_t count, CorArrayObject **array) {
    if (count > BIGINT_MAX_WORDS + 1)
        return throw_too_large(isolate);
    if (intrinsic_pay_copy(isolate, count * sizeof(mp_limb_t)) != COR_OK)
        return COR_STOPPED;
    *array = cor_array_new_unset(isolate, type, count, count);
    return *array ? COR_OK : cor_throw_out_of_memory(isolate);
}

/* Gives what was taken, without the words that it did not need: it is cut short in place unless that wastes much. */
static CorStatus give(CorIsolate *isolate, CorArrayObject *array, uint64_t *result) {
    size_t count = trimmed(array->elements, array->length);
    if (count > BIGINT_MAX_WORDS)
        return throw_too_large(isolate);
    if (array->length - count > 8 + count / 4) {
        CorArrayObject *exact = cor_array_new_unset(isolate, array->type, count, count);
        if (!exact)
            return cor_throw_out_of_memory(isolate);
        memcpy(exact->elements, array->elements, count * sizeof(mp_limb_t));
        array = exact;
    }
    array->length = count;
    *result = (uintptr_t)array;
    return COR_OK;
}

/* What a product costs, or what takes as long: the schoolbook's steps for small numbers, and for large ones fewer, as GMP
 * takes.  Four words go for one unit. */
static uint64_t product_units(size_t a, size_t b) {
    const size_t schoolbook = 32;
    size_t least = a < b ? a : b, most = a < b ? b : a, each = least;
    if (least > schoolbook)
        for (each = schoolbook; least > schoolbook; least /= 2)
            each += schoolbook / 2;
    return most * (uint64_t)each / 4;
}

/* Accounts for memory that GMP is going to take, and pays for the work; COR_OK is followed by release. */
static CorStatus begin(CorIsolate *isolate, size_t words, uint64_t units) {
    if (cor_isolate_pay(isolate, units) != COR_OK)
        return COR_STOPPED;
    bool held =
        words <= BIGINT_FREE_WORDS || cor_heap_charge(isolate->heap, (ptrdiff_t)(words * sizeof(mp_limb_t)));
    return held ? COR_OK : cor_throw_out_of_memory(isolate);
}

static void release(CorIsolate *isolate, size_t words) {
    if (words > BIGINT_FREE_WORDS)
        cor_heap_charge(isolate->heap, -(ptrdiff_t)(words * sizeof(mp_limb_t)));
}

/* ---- Sums, shifts, bits ------------------------------------------------------------------------ */

/* a + b, or a - b. */
static CorStatus give_sum(CorIsolate *isolate, Operand a, Operand b, bool subtracts, const CorType *type,
                          uint64_t *result) {
    size_t common = a.count < b.count ? a.count : b.count;
    size_t count = (a.count < b.count ? b.count : a.count) + 1;
    CorArrayObject *sum;
    CorStatus status = take(isolate, type, count, &sum);
    if (status != COR_OK)
        return status;
    mp_limb_t carry = 0;
    if (common > 0)
        carry = subtracts ? mpn_sub_n(sum->elements, a.words, b.words, (mp_size_t)common)
                          : mpn_add_n(sum->elements, a.words, b.words, (mp_size_t)common);
    for (size_t i = common; i < count; i++) {
        Wide x = operand_word(&a, i), y = operand_word(&b, i);
        Wide word = subtracts ? x - y - carry : x + y + carry;
        sum->elements[i] = (mp_limb_t)word;
        carry = (mp_limb_t)(word >> 64) & 1;
    }
    return give(isolate, sum, result);
}

NATIVE_FUNCTION(intrinsic_BIGINT_ADD) {
    return give_sum(isolate, operand(arguments[0]), operand(arguments[1]), false, types[0], result);
}

NATIVE_FUNCTION(intrinsic_BIGINT_SUB) {
    return give_sum(isolate, operand(arguments[0]), operand(arguments[1]), true, types[0], result);
}

static CorStatus give_left(CorIsolate *isolate, Operand a, uint64_t distance, const CorType *type,
                           uint64_t *result) {
    if (distance > BIGINT_MAX_BITS && a.count > 0)
        return throw_too_large(isolate);
    size_t words = a.count > 0 ? distance / 64 : 0;
    unsigned bits = distance % 64;
    CorArrayObject *shifted;
    CorStatus status = take(isolate, type, words + a.count + 1, &shifted);
    if (status != COR_OK)
        return status;
    memset(shifted->elements, 0, words * sizeof(mp_limb_t));
    mp_limb_t *high = shifted->elements + words;
    high[a.count] = a.fill;
    if (a.count > 0 && bits > 0)
        high[a.count] = a.fill << bits | mpn_lshift(high, a.words, (mp_size_t)a.count, bits);
    else
        memcpy(high, a.words, a.count * sizeof(mp_limb_t));
    return give(isolate, shifted, result);
}

static CorStatus give_right(CorIsolate *isolate, Operand a, uint64_t distance, const CorType *type,
                            uint64_t *result) {
    size_t words = distance / 64 < a.count ? distance / 64 : a.count, count = a.count - words;
    unsigned bits = distance % 64;
    CorArrayObject *shifted;
    CorStatus status = take(isolate, type, count + 1, &shifted);
    if (status != COR_OK)
        return status;
    shifted->elements[count] = a.fill;
    if (count > 0 && bits > 0) {
        mpn_rshift(shifted->elements, a.words + words, (mp_size_t)count, bits);
        shifted->elements[count - 1] |= a.fill << (64 - bits);
    } else {
        memcpy(shifted->elements, a.words + words, count * sizeof(mp_limb_t));
    }
    return give(isolate, shifted, result);
}

NATIVE_FUNCTION(intrinsic_BIGINT_SHIFT) {
    Operand a = operand(arguments[0]);
    uint64_t distance = arguments[1];
    return (int64_t)distance < 0 ? give_right(isolate, a, -distance, types[0], result)
                                 : give_left(isolate, a, distance, types[0], result);
}

NATIVE_FUNCTION(intrinsic_BIGINT_BITS) {
    Operand a = operand(arguments[0]), b = operand(arguments[1]);
    uint64_t operation = arguments[2];
    if (operation > 2)
        return cor_throw(isolate, COR_ERROR_VALUE, "not an operation on bits: %" PRId64, (int64_t)operation);
    CorArrayObject *bits;
    CorStatus status = take(isolate, types[0], (a.count < b.count ? b.count : a.count) + 1, &bits);
    if (status != COR_OK)
        return status;
    for (size_t i = 0; i < bits->length; i++) {
        mp_limb_t x = operand_word(&a, i), y = operand_word(&b, i);
        bits->elements[i] = operation == 0 ? x & y : operation == 1 ? x | y : x ^ y;
    }
    return give(isolate, bits, result);
}

NATIVE_FUNCTION(intrinsic_BIGINT_COMPARE) {
    Operand a = operand(arguments[0]), b = operand(arguments[1]);
    int order = 0;
    if (a.fill != b.fill)
        order = a.fill ? -1 : 1;
    else if (a.count != b.count)
        order = (a.count < b.count) == (a.fill == 0) ? -1 : 1;
    else if (a.count > 0)
        order = mpn_cmp(a.words, b.words, (mp_size_t)a.count);
    cor_isolate_charge(isolate, a.count / 8);
    *result = (uint64_t)(int64_t)((order > 0) - (order < 0));
    return COR_OK;
}

/* ---- Products ---------------------------------------------------------------------------------- */

/* The product of the words as if there were no signs, from which each negative operand takes the other one,
 * shifted by its own length: it means its words less a one above them. */
static void multiply(mp_limb_t *product, Operand a, Operand b) {
    if (a.words == b.words && a.count == b.count)
        mpn_sqr(product, a.words, (mp_size_t)a.count);
    else if (a.count >= b.count)
        mpn_mul(product, a.words, (mp_size_t)a.count, b.words, (mp_size_t)b.count);
    else
        mpn_mul(product, b.words, (mp_size_t)b.count, a.words, (mp_size_t)a.count);
    if (a.fill)
        mpn_sub_n(product + a.count, product + a.count, b.words, (mp_size_t)b.count);
    if (b.fill)
        mpn_sub_n(product + b.count, product + b.count, a.words, (mp_size_t)a.count);
}

NATIVE_FUNCTION(intrinsic_BIGINT_MUL) {
    Operand a = operand(arguments[0]), b = operand(arguments[1]);
    size_t count = a.count > 0 && b.count > 0 ? a.count + b.count : 0, scratch = 4 * count;
    CorArrayObject *product;
    CorStatus status = take(isolate, types[0], count, &product);
    if (status != COR_OK)
        return status;
    if (count > 0) {
        status = begin(isolate, scratch, product_units(a.count, b.count));
        if (status != COR_OK)
            return status;
        multiply(product->elements, a, b);
        release(isolate, scratch);
    }
    return give(isolate, product, result);
}

/* ---- Division ---------------------------------------------------------------------------------- */

typedef struct Magnitude {
    const mp_limb_t *words;
    size_t count; /* the last word is not 0 */
    mp_limb_t small[BIGINT_SMALL];
    mp_limb_t *owned; /* from malloc, or NULL */
} Magnitude;

static bool magnitude_open(Magnitude *magnitude, Operand a) {
    magnitude->words = a.words;
    magnitude->count = a.count;
    magnitude->owned = NULL;
    if (a.fill) {
        mp_limb_t *words = magnitude->small;
        if (a.count > BIGINT_SMALL && !(words = magnitude->owned = malloc(a.count * sizeof *words)))
            return false;
        mpn_neg(words, a.words, (mp_size_t)a.count);
        magnitude->words = words;
    }
    if (magnitude->count > 0 && magnitude->words[magnitude->count - 1] == 0)
        magnitude->count--;
    return true;
}

static void set_sign(CorArrayObject *number, bool negative) {
    if (negative)
        mpn_neg(number->elements, number->elements, (mp_size_t)number->length);
}

/* Quotient, rounded towards zero, and remainder, with the sign of `a`; |a| >= |b| > 0. */
static CorStatus divide(CorIsolate *isolate, Operand a, Operand b, const Magnitude *x, const Magnitude *y,
                        const CorType *type, uint64_t result[2]) {
    size_t count = x->count - y->count + 1;
    CorArrayObject *quotient, *remainder;
    CorStatus status = take(isolate, type, count + 1, &quotient);
    if (status == COR_OK)
        status = take(isolate, type, y->count + 1, &remainder);
    if (status != COR_OK)
        return status;
    quotient->elements[count] = remainder->elements[y->count] = 0;
    mpn_tdiv_qr(quotient->elements, remainder->elements, 0, x->words, (mp_size_t)x->count, y->words,
                (mp_size_t)y->count);
    set_sign(quotient, a.fill != b.fill);
    set_sign(remainder, a.fill != 0);
    status = give(isolate, quotient, &result[0]);
    return status == COR_OK ? give(isolate, remainder, &result[1]) : status;
}

NATIVE_FUNCTION(intrinsic_BIGINT_DIVIDE) {
    Operand a = operand(arguments[0]), b = operand(arguments[1]), zero = {NULL, 0, 0};
    uint64_t results[2] = {0, arguments[0]};
    if (b.count == 0)
        return cor_throw(isolate, COR_ERROR_ARITHMETIC, "division by zero");
    size_t scratch = 4 * (a.count + b.count);
    size_t least = a.count < b.count ? 0 : a.count - b.count + 1; /* words of the quotient */
    CorStatus status = begin(isolate, scratch, product_units(least, b.count));
    if (status != COR_OK)
        return status;
    Magnitude x, y = {.owned = NULL};
    if (!magnitude_open(&x, a) || !magnitude_open(&y, b)) {
        status = cor_throw_out_of_memory(isolate);
    } else if (x.count < y.count) {
        status = give_sum(isolate, zero, zero, false, types[0], &results[0]);
        if (status == COR_OK)
            status = give_sum(isolate, a, zero, false, types[0], &results[1]);
    } else {
        status = divide(isolate, a, b, &x, &y, types[0], results);
    }
    free(x.owned);
    free(y.owned);
    release(isolate, scratch);
    if (status == COR_OK)
        memcpy(result, results, sizeof results);
    return status;
}

/* ---- By GMP's integers ------------------------------------------------------------------------- */

static void integer_open(mpz_t integer, Operand a) {
    mp_size_t count = (mp_size_t)a.count;
    mpz_init(integer);
    if (count == 0)
        return;
    mp_limb_t *words = mpz_limbs_write(integer, count);
    if (a.fill)
        mpn_neg(words, a.words, count);
    else
        mpn_copyi(words, a.words, count);
    mpz_limbs_finish(integer, a.fill ? -count : count);
}

static CorStatus give_integer(CorIsolate *isolate, const mpz_t integer, const CorType *type,
                              uint64_t *result) {
    size_t count = mpz_size(integer);
    CorArrayObject *number;
    CorStatus status = take(isolate, type, count + 1, &number);
    if (status != COR_OK)
        return status;
    memcpy(number->elements, mpz_limbs_read(integer), count * sizeof(mp_limb_t));
    number->elements[count] = 0;
    set_sign(number, mpz_sgn(integer) < 0);
    return give(isolate, number, result);
}

NATIVE_FUNCTION(intrinsic_BIGINT_GCD) {
    Operand a = operand(arguments[0]), b = operand(arguments[1]);
    size_t scratch = 8 * (a.count + b.count);
    CorStatus status = begin(isolate, scratch, product_units(a.count * 8, b.count * 8));
    if (status != COR_OK)
        return status;
    mpz_t x, y;
    integer_open(x, a);
    integer_open(y, b);
    mpz_gcd(x, x, y);
    status = give_integer(isolate, x, types[0], result);
    mpz_clears(x, y, (mpz_ptr)0);
    release(isolate, scratch);
    return status;
}

NATIVE_FUNCTION(intrinsic_BIGINT_SQRT) {
    Operand a = operand(arguments[0]);
    size_t scratch = 4 * a.count;
    if (a.fill)
        return cor_throw(isolate, COR_ERROR_ARITHMETIC, "the square root of a negative number");
    CorStatus status = begin(isolate, scratch, product_units(a.count, a.count));
    if (status != COR_OK)
        return status;
    mpz_t x;
    integer_open(x, a);
    mpz_sqrt(x, x);
    status = give_integer(isolate, x, types[0], result);
    mpz_clear(x);
    release(isolate, scratch);
    return status;
}

/* x to the y-th power, for numbers with which that takes so long that it has to be stopped in between. */
static CorStatus power_by_steps(CorIsolate *isolate, mpz_t x, const mpz_t y, const mpz_t modulus) {
    CorStatus status = COR_OK;
    mpz_t power;
    mpz_init_set_ui(power, 1);
    mpz_mod(x, x, modulus);
    for (size_t bit = mpz_sizeinbase(y, 2); bit-- > 0 && status == COR_OK;
         status = cor_isolate_look(isolate)) {
        mpz_mul(power, power, power);
        if (mpz_tstbit(y, bit)) {
            mpz_mod(power, power, modulus);
            mpz_mul(power, power, x);
        }
        mpz_mod(power, power, modulus);
    }
    mpz_swap(x, power);
    mpz_clear(power);
    return status;
}

NATIVE_FUNCTION(intrinsic_BIGINT_POW_MOD) {
    const uint64_t quick = 64 << 20; /* units of work that need no look in between */
    Operand base = operand(arguments[0]), exponent = operand(arguments[1]), modulus = operand(arguments[2]);
    size_t scratch = 2 * (base.count + exponent.count) + 16 * modulus.count;
    if (modulus.count == 0 || modulus.fill)
        return cor_throw(isolate, COR_ERROR_ARITHMETIC, "a modulus must be positive");
    if (exponent.fill)
        return cor_throw(isolate, COR_ERROR_ARITHMETIC, "a negative exponent");
    uint64_t units = product_units(base.count, modulus.count),
             of_word = product_units(modulus.count * 64, modulus.count);
    if (__builtin_mul_overflow(of_word, exponent.count, &of_word) ||
        __builtin_add_overflow(units, of_word, &units))
        units = UINT64_MAX;
    CorStatus status = begin(isolate, scratch, units);
    if (status != COR_OK)
        return status;
    mpz_t x, y, z;
    integer_open(x, base);
    integer_open(y, exponent);
    integer_open(z, modulus);
    if (units <= quick)
        mpz_powm(x, x, y, z);
    else
        status = power_by_steps(isolate, x, y, z);
    if (status == COR_OK)
        status = give_integer(isolate, x, types[0], result);
    mpz_clears(x, y, z, (mpz_ptr)0);
    release(isolate, scratch);
    return status;
}

NATIVE_FUNCTION(intrinsic_BIGINT_INVERSE) {
    Operand a = operand(arguments[0]), modulus = operand(arguments[1]);
    size_t scratch = 12 * (a.count + modulus.count);
    if (modulus.count == 0 || modulus.fill)
        return cor_throw(isolate, COR_ERROR_ARITHMETIC, "a modulus must be positive");
    CorStatus status = begin(isolate, scratch, product_units(a.count * 8, modulus.count * 8));
    if (status != COR_OK)
        return status;
    mpz_t x, z;
    integer_open(x, a);
    integer_open(z, modulus);
    if (mpz_cmp_ui(z, 1) == 0 || mpz_invert(x, x, z) == 0)
        *result = 0;
    else
        status = give_integer(isolate, x, types[0], result);
    mpz_clears(x, z, (mpz_ptr)0);
    release(isolate, scratch);
    return status;
}

/* ---- Text -------------------------------------------------------------------------------------- */

static CorStatus throw_radix(CorIsolate *isolate, uint64_t radix) {
    return cor_throw(isolate, COR_ERROR_VALUE, "a radix must be from 2 to 36, not %" PRId64, (int64_t)radix);
}

static CorStatus give_digits(CorIsolate *isolate, const mpz_t integer, int radix, uint64_t *result) {
    char small[256], *text = small;
    size_t size = mpz_sizeinbase(integer, radix) + 2;
    if (size > sizeof small && !(text = malloc(size)))
        return cor_throw_out_of_memory(isolate);
    mpz_get_str(text, radix, integer);
    CorStatus status = intrinsic_give_text(isolate, result, text, strlen(text));
    if (text != small)
        free(text);
    return status;
}

NATIVE_FUNCTION(intrinsic_BIGINT_TO_TEXT) {
    Operand a = operand(arguments[0]);
    uint64_t radix = arguments[1];
    if (radix < 2 || radix > 36)
        return throw_radix(isolate, radix);
    size_t scratch = 16 * a.count; /* the text and what dividing by powers of the radix takes */
    CorStatus status = begin(isolate, scratch, product_units(a.count * 4, a.count));
    if (status != COR_OK)
        return status;
    mpz_t x;
    integer_open(x, a);
    status = give_digits(isolate, x, (int)radix, result);
    mpz_clear(x);
    release(isolate, scratch);
    return status;
}

static unsigned digit_value(char c) {
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'z' ? (unsigned)(lower - 'a') + 10 : 255;
}

/* The values of the digits, `_` between two of them left out; how many, 0 when this is no number. */
static size_t read_digits(const char *text, size_t length, unsigned radix, unsigned char *digits) {
    size_t count = 0;
    bool digit_before = false;
    for (size_t i = 0; i < length; i++) {
        unsigned value = digit_value(text[i]);
        if (text[i] == '_' && digit_before)
            digit_before = false;
        else if (value >= radix)
            return 0;
        else
            digits[count++] = (unsigned char)value, digit_before = true;
    }
    return digit_before ? count : 0;
}

/* The number of the digits; null when there are none. */
static CorStatus give_read(CorIsolate *isolate, const unsigned char *digits, size_t count, unsigned radix,
                           bool negative, const CorType *type, uint64_t *result) {
    if (count == 0) {
        *result = 0;
        return COR_OK;
    }
    for (; count > 1 && *digits == 0; count--)
        digits++;
    size_t bits = 64 - (size_t)__builtin_clzll(radix - 1); /* of a digit, rounded up */
    CorArrayObject *number;
    CorStatus status = take(isolate, type, count / 64 * bits + (count % 64 * bits) / 64 + 2, &number);
    if (status != COR_OK)
        return status;
    if (cor_isolate_pay(isolate, product_units(number->length, number->length)) != COR_OK)
        return COR_STOPPED;
    size_t used = (size_t)mpn_set_str(number->elements, digits, count, (int)radix);
    memset(number->elements + used, 0, (number->length - used) * sizeof(mp_limb_t));
    set_sign(number, negative);
    return give(isolate, number, result);
}

NATIVE_FUNCTION(intrinsic_BIGINT_PARSE) {
    const CorStringObject *text = intrinsic_string(arguments[0]);
    uint64_t radix = arguments[1];
    if (radix < 2 || radix > 36)
        return throw_radix(isolate, radix);
    size_t sign = text->length > 0 && (text->bytes[0] == '-' || text->bytes[0] == '+');
    size_t length = text->length - sign,
           scratch = length / 2; /* of words: a byte for a digit, and as for text */
    unsigned char small[256], *digits = small;
    CorStatus status = begin(isolate, scratch, text->length / 8);
    if (status != COR_OK)
        return status;
    if (length > sizeof small && !(digits = malloc(length))) {
        status = cor_throw_out_of_memory(isolate);
    } else {
        size_t count = read_digits(text->bytes + sign, length, (unsigned)radix, digits);
        status = give_read(isolate, digits, count, (unsigned)radix, text->bytes[0] == '-', types[2]->element,
                           result);
    }
    if (digits != small)
        free(digits);
    release(isolate, scratch);
    return status;
}

/* Format specs, `{value:spec}` of interpolated text:
 *
 *   [[fill]align][sign][#][0][width][.precision][type]
 *
 * with the meaning they have in Rust.  fill: any scalar; align: `<` `^` `>` (numbers right, texts left by
 * default); sign `+`: of numbers that are not negative too; `#`: the prefix of a radix; `0`: zeros between
 * sign and digits instead of fill; width: least number of scalars; precision: decimals of a float, most
 * scalars of a text; type: `x` `X` `o` `b` of integers, `e` `E` `f` of floats, `?` of texts. */
#ifndef COR_RUNTIME_FORMAT_H
#define COR_RUNTIME_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FORMAT_MAX_NUMBER = 65535 }; /* of width and precision */

typedef struct FormatSpec {
    char fill[4]; /* UTF-8 of one scalar */
    uint8_t fill_length;
    char align; /* 0: the default */
    bool plus, alternate, zero;
    bool has_precision;
    uint32_t width, precision;
    char type; /* 0: none */
} FormatSpec;

/* False: it is not a spec, or its type is none of `types`. */
bool format_read(const char *text, size_t length, const char *types, FormatSpec *spec);

/* A formatted value before padding: its sign, its prefix, and its digits or text. */
typedef struct FormatParts {
    char prefix[4]; /* sign and prefix of the radix, not counted with the body */
    uint32_t prefix_length;
    const char *body;
    size_t body_length;
    bool is_number; /* aligned to the right by default */
    bool is_digits; /* may be padded with zeros */
} FormatParts;

/* Bytes of the padded text, and the text itself. */
size_t format_length(const FormatSpec *spec, const FormatParts *parts);
void format_write(const FormatSpec *spec, const FormatParts *parts, char *out);

enum { FORMAT_INTEGER = 64 }; /* bytes that hold the digits of any integer in any radix */

/* An integer: `magnitude` and sign for decimal digits, `bits` (of its own width) for the others.  Uses
 * `buffer`. */
void format_integer(const FormatSpec *spec, uint64_t magnitude, bool negative, uint64_t bits,
                    char buffer[FORMAT_INTEGER], FormatParts *parts);

/* Bytes that the body of a float needs in format_float's buffer. */
size_t format_float_size(const FormatSpec *spec);
/* A float, of an f32 with `is_f32`: it has less digits of its own. */
void format_float(const FormatSpec *spec, double value, bool is_f32, char *buffer, FormatParts *parts);

/* A text, cut to the precision. */
void format_text(const FormatSpec *spec, const char *text, size_t length, FormatParts *parts);

#endif

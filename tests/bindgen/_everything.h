/* What a header can have, as `coracle bindgen` finds it: tests/bindgen.py compares _everything.cora. */
#ifndef EVERYTHING_H
#define EVERYTHING_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef __clang__
#define _Nonnull
#endif

/* ---- Macros ---- */

#define EVERYTHING_VERSION "1.0 \"{beta}\"\n\\é"
#define EVERYTHING_NUMBER  42
#define EVERYTHING_LEAST   INT64_MIN
#define EVERYTHING_MOST    UINT64_MAX
#define EVERYTHING_FLAGS   (EVERYTHING_NUMBER | (1u << 31))
#define EVERYTHING_HALF    0.5f
#define EVERYTHING_LARGE   1e300
#define EVERYTHING_LETTER  'a'
#define EVERYTHING_SIZE    sizeof(struct point)
#define EVERYTHING_LONG    1.5L
#define EVERYTHING_BYTES   "\xff"
#define EVERYTHING_EMPTY
#define EVERYTHING_SEVERAL 1, 2
#define EVERYTHING_ZERO    "a\0b"
#define EVERYTHING_CALL(x) (x)
#define EVERYTHING_ALIAS   add_points
#define EVERYTHING_TYPE    int
#define EVERYTHING_NOWHERE ((void *)0)
#define match              7
#define RED_ALIAS          RED

/* ---- Enums ---- */

/** Colours of boats. */
enum colour {
    RED,       /**< Like a rose. */
    GREEN = 5, ///< Like grass.
    BLUE
};
typedef enum { COLD = -1, WARM = 1 } weather;
enum { NAMELESS = 3, let = 4 };
enum wide { WIDE = 0x100000000 };

/* ---- Structs ---- */

/// A point of the plane.
///
///     not an example of Cora
struct point {
    double x; /**< Across. */
    double y;
};
typedef struct {
    struct point from, to;
    enum colour colour;
    bool self;
    char letter;
    const char *name;
    int (*compare)(const void *, const void *);
} line;
typedef struct tag_of_node {
    struct tag_of_node *next;
    long value;
} node;
struct opaque;
typedef struct handle *handle_t;
struct bits {
    unsigned a : 3, b : 5;
};
struct arrays {
    int values[4];
    char name[8];
    signed char matrix[2][3];
    struct point points[2];
    const char *texts[2];
};
struct empty_array {
    int count;
    int values[0];
};
struct huge {
    char values[16384];
    char more;
};
struct flexible {
    int count;
    int values[];
};
struct nested {
    struct {
        int inside;
    } part;
};
struct __attribute__((packed)) packed {
    char a;
    int b;
};
struct __attribute__((aligned(32))) aligned {
    int a;
};
struct holds_bits {
    struct bits bits;
};
struct holds_long {
    long double value;
};
union number {
    int i;
    float f;
};
struct add_numbers {
    int a;
};
struct string {
    int length;
};

/* ---- Functions ---- */

/**
 * Adds two points.
 *
 * @param a The first, as <b>value</b>.
 * - *strong*
 */
struct point add_points(struct point a, struct point b);
int8_t scalars(signed char a, unsigned char b, short c, unsigned short d, unsigned e, unsigned long f,
               long long g, float h, bool i, wchar_t j, size_t k, char l);
line make_line(struct point from, struct point to, enum colour colour, weather weather);
void move_point(struct point *point, double by);
long sum_nodes(const node *first);
handle_t open_handle(const char *name, char *out, const char *const *names);
void close_handle(handle_t handle);
const char *colour_name(enum colour colour);
char *copy_of(const char *text);
void nothing(void);
int without_prototype();
int count_texts(const char *_Nonnull first, ...);
int format_list(const char *format, va_list arguments);
int apply(int (*function)(int value, void *context), int value, void *context);
void each(void (*visit)(const char *name, struct point at), const struct point *points, int count);
typedef void (*finish)(struct point);
finish choose(finish first, void (**table)(void), int (*variadic)(int, ...));
double sum_all(const double values[], size_t count, int matrix[2][2]);
__attribute__((visibility("default"))) int add_numbers(int a, int b);
int is(int in, int fn, int, int string);
int renamed(int value) __asm__("renamed_in_c");
int add_numbers(int a, int b); /* again */
long double too_long(long double value);
_Complex double too_complex(void);
union number by_union(union number number);
struct bits by_bits(struct bits bits);
__int128 too_wide(void);
struct arrays make_arrays(int first, const char *name) __attribute__((nonnull(2)));
void fill_arrays(struct arrays *arrays);
int never_null(const char *a, int (*b)(int value), const char *c) __attribute__((nonnull))
__attribute__((pure));
static inline int in_line(int a) {
    return a;
}
int __internal(void);

/* ---- Variables ---- */

extern int everything_count;
static const int everything_fixed = 3;
static const char *const everything_text = "text";
static const struct point everything_origin = {0, 0};

#endif

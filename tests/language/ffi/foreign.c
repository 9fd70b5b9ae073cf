/* A C library that the tests beside it call. */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define ECHO(name, type)                                                                                     \
    EXPORT type echo_##name(type value);                                                                     \
    type echo_##name(type value) {                                                                           \
        return value;                                                                                        \
    }

ECHO(i8, int8_t)
ECHO(i16, int16_t)
ECHO(i32, int32_t)
ECHO(i64, int64_t)
ECHO(u8, uint8_t)
ECHO(u16, uint16_t)
ECHO(u32, uint32_t)
ECHO(u64, uint64_t)
ECHO(f32, float)
ECHO(f64, double)
ECHO(bool, bool)
ECHO(pointer, void *)
ECHO(text, const char *)

EXPORT double mixed(int8_t a, double b, uint16_t c, float d, int64_t e, bool f, uint32_t g, double h,
                    int32_t i, float j, uint64_t k, int16_t l);
double mixed(int8_t a, double b, uint16_t c, float d, int64_t e, bool f, uint32_t g, double h, int32_t i,
             float j, uint64_t k, int16_t l) {
    return a + 2 * b + 3 * c + 4 * d + 5 * (double)e + 6 * f + 7.0 * g + 8 * h + 9.0 * i + 10 * j +
           11 * (double)k + 12.0 * l;
}

/* ---- Bits of floats ---- */

EXPORT uint64_t bits_of_f64(double value);
uint64_t bits_of_f64(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}
EXPORT uint32_t bits_of_f32(float value);
uint32_t bits_of_f32(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}
EXPORT uint64_t bits_given(double (*give)(void));
uint64_t bits_given(double (*give)(void)) {
    return bits_of_f64(give());
}
EXPORT uint64_t bits_at(const double *place);
uint64_t bits_at(const double *place) {
    return bits_of_f64(*place);
}

/* ---- Structs ---- */

typedef struct Small {
    int8_t a;
    int16_t b;
} Small;
typedef struct Pair {
    double x, y;
} Pair;
typedef struct Floats {
    float a, b, c;
} Floats;
typedef struct Mixed {
    int32_t a;
    double b;
} Mixed;
typedef struct Large {
    int64_t a;
    Small small;
    Pair pair;
    bool last;
} Large;

EXPORT Small turn_small(Small value);
Small turn_small(Small value) {
    return (Small){(int8_t)value.b, value.a};
}
EXPORT Pair add_pairs(Pair a, Pair b);
Pair add_pairs(Pair a, Pair b) {
    return (Pair){a.x + b.x, a.y + b.y};
}
EXPORT Floats turn_floats(Floats value);
Floats turn_floats(Floats value) {
    return (Floats){value.c, value.a, value.b};
}
EXPORT Mixed turn_mixed(Mixed value);
Mixed turn_mixed(Mixed value) {
    return (Mixed){(int32_t)value.b, value.a};
}
EXPORT Large turn_large(int32_t by, Large value);
Large turn_large(int32_t by, Large value) {
    return (Large){
        value.a + by, {(int8_t)value.small.b, value.small.a}, {value.pair.y, value.pair.x}, !value.last};
}
EXPORT bool change_large(Large *value);
bool change_large(Large *value) {
    if (!value)
        return false;
    *value = turn_large(1, *value);
    return true;
}

/* ---- Arrays in structs ---- */

typedef struct Four {
    float values[4];
} Four;
typedef struct Track {
    char name[8];
    int32_t length;
    Small points[3];
    Four fours[2];
    bool ends[2];
    void *owners[2];
} Track;

EXPORT Four turn_four(Four value);
Four turn_four(Four value) {
    return (Four){{value.values[3], value.values[2], value.values[1], value.values[0]}};
}
EXPORT Track turn_track(Track value);
Track turn_track(Track value) {
    Track result = {.length = value.length + 1, .ends = {value.ends[1], value.ends[0]}};
    memcpy(result.name, value.name, sizeof result.name);
    result.name[0] = 'T';
    for (int i = 0; i < 3; i++)
        result.points[i] = turn_small(value.points[2 - i]);
    for (int i = 0; i < 2; i++) {
        result.fours[i] = turn_four(value.fours[i]);
        result.owners[i] = (char *)value.owners[i] + 1;
    }
    return result;
}
EXPORT void change_track(Track *value);
void change_track(Track *value) {
    *value = turn_track(*value);
}
EXPORT int32_t with_track(int32_t (*function)(Track), Track value);
int32_t with_track(int32_t (*function)(Track), Track value) {
    return function(turn_track(value));
}
EXPORT float make_four(Four (*function)(void));
float make_four(Four (*function)(void)) {
    Four four = function();
    return four.values[0] + 2 * four.values[1] + 3 * four.values[2] + 4 * four.values[3];
}

/* ---- Memory ---- */

EXPORT void fill(uint8_t *bytes, uint64_t count, uint8_t value);
void fill(uint8_t *bytes, uint64_t count, uint8_t value) {
    memset(bytes, value, count);
}
EXPORT int32_t divide(int32_t a, int32_t b, int32_t *remainder);
int32_t divide(int32_t a, int32_t b, int32_t *remainder) {
    if (b == 0) {
        errno = EDOM;
        return 0;
    }
    if (remainder)
        *remainder = a % b;
    return a / b;
}
EXPORT bool is_null(const void *pointer);
bool is_null(const void *pointer) {
    return !pointer;
}
EXPORT const char *not_utf8(void);
const char *not_utf8(void) {
    return "\xff\xfe";
}

/* ---- Variadic ---- */

EXPORT double sum(int32_t count, ...);
double sum(int32_t count, ...) {
    double total = 0;
    va_list list;
    va_start(list, count);
    for (int32_t i = 0; i < count; i++)
        total += i % 2 ? va_arg(list, double) : (double)va_arg(list, int64_t);
    va_end(list);
    return total;
}

/* ---- Callbacks ---- */

EXPORT int64_t apply(int64_t (*function)(int64_t), int64_t value);
int64_t apply(int64_t (*function)(int64_t), int64_t value) {
    return function ? function(value) : -1;
}
EXPORT int32_t count_calls(bool (*function)(int32_t), int32_t most);
int32_t count_calls(bool (*function)(int32_t), int32_t most) {
    int32_t count = 0;
    for (int32_t i = 0; i < most; i++)
        count += function(i);
    return count;
}
typedef float Every(int8_t a, float b, double c, uint16_t d, Pair e, const char *f, bool g);
EXPORT float call_every(Every *function);
float call_every(Every *function) {
    return function(-1, 0.5f, 0.25, 65535, (Pair){1, 2}, "text", true);
}
EXPORT Large make_large(Large (*function)(int8_t));
Large make_large(Large (*function)(int8_t)) {
    return turn_large(1, function(-7));
}
EXPORT int8_t call_small(int8_t (*function)(void));
int8_t call_small(int8_t (*function)(void)) {
    return function();
}

static int64_t (*kept)(int64_t);
EXPORT void keep(int64_t (*function)(int64_t));
void keep(int64_t (*function)(int64_t)) {
    kept = function;
}
EXPORT int64_t call_kept(int64_t value);
int64_t call_kept(int64_t value) {
    return kept(value);
}

EXPORT int64_t keep_and_call(int64_t (*function)(int64_t), int64_t value);
int64_t keep_and_call(int64_t (*function)(int64_t), int64_t value) {
    kept = function;
    return function(value);
}

static void *run_elsewhere(void *function) {
    int64_t (*call)(int64_t);
    memcpy(&call, &function, sizeof call);
    return (void *)(intptr_t)call(1);
}
EXPORT int64_t apply_elsewhere(int64_t (*function)(int64_t));
int64_t apply_elsewhere(int64_t (*function)(int64_t)) {
    pthread_t thread;
    void *argument, *result = NULL;
    memcpy(&argument, &function, sizeof argument);
    if (pthread_create(&thread, NULL, run_elsewhere, argument) == 0)
        pthread_join(thread, &result);
    return (int64_t)(intptr_t)result;
}

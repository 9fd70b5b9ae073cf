/* Those functions of _everything.h that calls.cora calls. */
#include "_everything.h"

#include <string.h>

#pragma GCC visibility push(default)

struct point add_points(struct point a, struct point b) {
    return (struct point){a.x + b.x, a.y + b.y};
}

int8_t scalars(signed char a, unsigned char b, short c, unsigned short d, unsigned e, unsigned long f,
               long long g, float h, bool i, wchar_t j, size_t k, char l) {
    double sum = a + b + c + d + e + (double)f + (double)g + h + i + j + (double)k + l;
    return (int8_t)sum;
}

line make_line(struct point from, struct point to, enum colour colour, weather weather) {
    return (line){from, to, colour, weather == WARM, 'l', "line", NULL};
}

void move_point(struct point *point, double by) {
    point->x += by;
}

const char *colour_name(enum colour colour) {
    return colour == RED ? "red" : colour == GREEN ? "green" : NULL;
}

char *copy_of(const char *text) {
    return text ? strdup(text) : NULL;
}

int count_texts(const char *first, ...) {
    int count = 0;
    va_list others;
    va_start(others, first);
    for (const char *text = first; text; text = va_arg(others, const char *))
        count++;
    va_end(others);
    return count;
}

int apply(int (*function)(int value, void *context), int value, void *context) {
    return function ? function(value, context) : value;
}

void each(void (*visit)(const char *name, struct point at), const struct point *points, int count) {
    for (int i = 0; i < count; i++)
        visit(i == 0 ? "first" : NULL, points[i]);
}

double sum_all(const double values[], size_t count, int matrix[2][2]) {
    double sum = matrix ? matrix[1][1] : 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

int is(int in, int fn, int third, int string) {
    return in + fn + third + string;
}

int renamed(int value) {
    return -value;
}

struct arrays make_arrays(int first, const char *name) {
    struct arrays made = {{first, first + 1}, "", {{1, 2, 3}, {4, 5, 6}}, {{1, 2}, {3, 4}}, {name, NULL}};
    strncpy(made.name, name, sizeof made.name - 1);
    return made;
}

int never_null(const char *a, int (*b)(int value), const char *c) {
    return b((int)(strlen(a) + strlen(c)));
}

void fill_arrays(struct arrays *arrays) {
    for (int i = 0; i < 4; i++)
        arrays->values[i] += i;
}

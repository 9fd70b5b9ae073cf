#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct shape;

struct shape_class {
    int64_t (*area)(const struct shape *self, int64_t round);
};

struct shape {
    const struct shape_class *class;
    int64_t a, b;
};

static int64_t square_area(const struct shape *self, int64_t round) {
    return self->a * self->a + round;
}
static int64_t rectangle_area(const struct shape *self, int64_t round) {
    return self->a * self->b + round;
}
static int64_t slab_area(const struct shape *self, int64_t round) {
    return self->a * 3 - round;
}

static const struct shape_class square = {square_area};
static const struct shape_class rectangle = {rectangle_area};
static const struct shape_class slab = {slab_area};

static struct shape **shapes(int64_t count) {
    struct shape **result = malloc((size_t)count * sizeof *result);
    if (!result)
        exit(1);
    int64_t seed = 42;
    for (int64_t i = 0; i < count; i++) {
        seed = (seed * 1103 + 12345) % 65536;
        int64_t size = seed % 100, kind = seed / 128 % 3;
        struct shape *shape = malloc(sizeof *shape);
        if (!shape)
            exit(1);
        shape->class = kind == 0 ? &square : kind == 1 ? &rectangle : &slab;
        shape->a = size;
        shape->b = size + 1;
        result[i] = shape;
    }
    return result;
}

static int64_t total(struct shape **shapes, int64_t count, int64_t rounds) {
    int64_t sum = 0;
    for (int64_t round = 0; round < rounds; round++)
        for (int64_t i = 0; i < count; i++)
            sum += shapes[i]->class->area(shapes[i], round);
    return sum;
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    printf("%" PRId64 "\n", total(shapes(1000), 1000, atoll(argv[1])));
    return 0;
}

// The steps of a chain are function pointers with a context, and each makes a list, as in the other languages; the
// compiler is free to see through them.
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { MODULUS = 1000003 };

struct item {
    int64_t price, quantity;
};

struct list {
    int64_t *values;
    size_t length;
};

struct items {
    struct item *values;
    size_t length;
};

static void *allocate(size_t count, size_t size) {
    void *memory = malloc(count ? count * size : 1);
    if (!memory)
        exit(1);
    return memory;
}

static struct list new_list(size_t length) {
    return (struct list){allocate(length, sizeof(int64_t)), length};
}

static struct list map(struct list list, int64_t (*f)(int64_t x, const void *context), const void *context) {
    struct list result = new_list(list.length);
    for (size_t i = 0; i < list.length; i++)
        result.values[i] = f(list.values[i], context);
    return result;
}

static struct list filter(struct list list, bool (*f)(int64_t x, const void *context), const void *context) {
    struct list result = {allocate(list.length, sizeof(int64_t)), 0};
    for (size_t i = 0; i < list.length; i++)
        if (f(list.values[i], context))
            result.values[result.length++] = list.values[i];
    return result;
}

static int64_t fold(struct list list, int64_t initial, int64_t (*f)(int64_t sum, int64_t x)) {
    int64_t sum = initial;
    for (size_t i = 0; i < list.length; i++)
        sum = f(sum, list.values[i]);
    return sum;
}

static struct list range_map(size_t end, int64_t (*f)(int64_t i, void *context), void *context) {
    struct list result = new_list(end);
    for (size_t i = 0; i < end; i++)
        result.values[i] = f((int64_t)i, context);
    return result;
}

static struct items items_filter(struct items items, bool (*f)(struct item item, const void *context),
                                 const void *context) {
    struct items result = {allocate(items.length, sizeof(struct item)), 0};
    for (size_t i = 0; i < items.length; i++)
        if (f(items.values[i], context))
            result.values[result.length++] = items.values[i];
    return result;
}

static struct list items_map(struct items items, int64_t (*f)(struct item item)) {
    struct list result = new_list(items.length);
    for (size_t i = 0; i < items.length; i++)
        result.values[i] = f(items.values[i]);
    return result;
}

// ---- What the chains are made of

static int64_t plus(int64_t sum, int64_t x) {
    return sum + x;
}

static int64_t plus_modulo(int64_t sum, int64_t x) {
    return (sum + x) % MODULUS;
}

static int64_t triple_plus(int64_t x, const void *round) {
    return x * 3 + *(const int64_t *)round;
}

static bool is_even(int64_t x, const void *context) {
    (void)context;
    return x % 2 == 0;
}

static int64_t half(int64_t x, const void *context) {
    (void)context;
    return x / 2;
}

static int64_t square(int64_t i, void *context) {
    (void)context;
    return i * i % 1009;
}

static bool at_least(int64_t x, const void *least) {
    return x >= *(const int64_t *)least;
}

static bool quantity_at_least(struct item item, const void *least) {
    return item.quantity >= *(const int64_t *)least;
}

static int64_t price_of_all(struct item item) {
    return item.price * item.quantity;
}

struct step {
    int64_t (*f)(int64_t x, const void *context);
    const void *context;
};

struct steps {
    const struct step *values;
    size_t length;
};

static int64_t through_steps(int64_t x, const void *context) {
    const struct steps *steps = context;
    for (size_t i = 0; i < steps->length; i++)
        x = steps->values[i].f(x, steps->values[i].context);
    return x;
}

static int64_t step_add(int64_t x, const void *round) {
    return x + *(const int64_t *)round;
}

static int64_t step_multiply(int64_t x, const void *context) {
    (void)context;
    return x * 7 % MODULUS;
}

static int64_t step_halve(int64_t x, const void *context) {
    (void)context;
    return x % 2 == 0 ? x / 2 : x + 1;
}

static int64_t distance(int64_t x, const void *center) {
    int64_t difference = x - *(const int64_t *)center;
    return difference < 0 ? -difference : difference;
}

static int64_t lesser(int64_t least, int64_t x) {
    return x < least ? x : least;
}

static int64_t plus_if_near(int64_t sum, int64_t x) {
    return sum + (x < 1000);
}

// ---- The chains

static int64_t halves(struct list numbers, int64_t round) {
    struct list tripled = map(numbers, triple_plus, &round), even = filter(tripled, is_even, NULL);
    struct list halved = map(even, half, NULL);
    int64_t sum = fold(halved, 0, plus_modulo);
    free(tripled.values);
    free(even.values);
    free(halved.values);
    return sum;
}

static int64_t squares(size_t count, int64_t least) {
    struct list all = range_map(count, square, NULL), some = filter(all, at_least, &least);
    int64_t sum = fold(some, 0, plus);
    free(all.values);
    free(some.values);
    return sum;
}

static int64_t turnover(struct items items, int64_t least) {
    struct items some = items_filter(items, quantity_at_least, &least);
    struct list prices = items_map(some, price_of_all);
    int64_t sum = fold(prices, 0, plus);
    free(some.values);
    free(prices.values);
    return sum;
}

/// Sends each number through all the steps.
static int64_t composed(struct list numbers, struct steps steps) {
    struct list sent = map(numbers, through_steps, &steps);
    int64_t sum = fold(sent, 0, plus_modulo);
    free(sent.values);
    return sum;
}

static int64_t around(struct list numbers, int64_t center) {
    struct list distances = map(numbers, distance, &center);
    int64_t result = fold(distances, MODULUS, lesser) + fold(distances, 0, plus_if_near);
    free(distances.values);
    return result;
}

static int64_t next_number(int64_t i, void *seed) {
    (void)i;
    return *(int64_t *)seed = (*(int64_t *)seed * 3877 + 29573) % 139968;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    size_t count = (size_t)atoll(argv[1]);
    int64_t seed = 42;
    struct list numbers = range_map(count, next_number, &seed);
    struct items items = {allocate(count, sizeof(struct item)), count};
    for (size_t i = 0; i < count; i++)
        items.values[i] = (struct item){numbers.values[i] % 1000, numbers.values[i] / 1000};
    int64_t half = 0, square = 0, sold = 0, through = 0, near = 0;
    for (int64_t round = 0; round < atoll(argv[2]); round++) {
        const struct step steps[] = {{step_add, &round}, {step_multiply, NULL}, {step_halve, NULL}};
        half += halves(numbers, round);
        square += squares(count, round % 500);
        sold += turnover(items, round % 100);
        through += composed(numbers, (struct steps){steps, 3});
        near += around(numbers, round * 37 % 139968);
    }
    printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", half, square, sold, through,
           near);
    free(numbers.values);
    free(items.values);
    return 0;
}

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct person {
    int64_t id, age;
};

static int ascending(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int descending(const void *left, const void *right) {
    return ascending(right, left);
}

static int oldest(const void *left, const void *right) {
    const struct person *a = left, *b = right;
    if (a->age != b->age)
        return a->age < b->age ? 1 : -1;
    return (a->id > b->id) - (a->id < b->id);
}

static int64_t checksum(const int64_t *values, size_t count) {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum = (sum * 31 + values[i]) % 1000003;
    return sum;
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    size_t count = (size_t)atoll(argv[1]);
    int64_t *numbers = malloc(count * sizeof *numbers);
    struct person *people = malloc(count * sizeof *people);
    if (!numbers || !people)
        return 1;
    int64_t seed = 42;
    for (size_t i = 0; i < count; i++) {
        seed = (seed * 3877 + 29573) % 139968;
        numbers[i] = seed;
        seed = (seed * 3877 + 29573) % 139968;
        people[i] = (struct person){(int64_t)i, seed % 100};
    }
    qsort(numbers, count, sizeof *numbers, ascending);
    printf("%" PRId64 "\n", checksum(numbers, count));
    qsort(numbers, count, sizeof *numbers, descending);
    printf("%" PRId64 "\n", checksum(numbers, count));
    qsort(people, count, sizeof *people, oldest);
    for (size_t i = 0; i < count; i++)
        numbers[i] = people[i].id;
    printf("%" PRId64 "\n", checksum(numbers, count));
    free(numbers);
    free(people);
    return 0;
}

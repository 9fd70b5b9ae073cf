/* What an input makes the process hold, and checks that end it. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

/* The sanitizers' interface, where there is one. */
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
                                              void (*on_free)(const volatile void *)) __attribute__((weak));
size_t __sanitizer_get_allocated_size(const volatile void *pointer) __attribute__((weak));

static struct {
    bool hooked;
    size_t held, start, peak;
} memory;

static void on_malloc(const volatile void *pointer, size_t size) {
    (void)pointer;
    memory.held += size;
    if (memory.held > memory.peak)
        memory.peak = memory.held;
}

static void on_free(const volatile void *pointer) {
    if (pointer)
        memory.held -= __sanitizer_get_allocated_size(pointer);
}

void fuzz_memory_start(void) {
    if (!memory.hooked && __sanitizer_install_malloc_and_free_hooks) {
        __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
        memory.held = (size_t)1 << 40; /* what was allocated before may be freed */
        memory.hooked = true;
    }
    memory.start = memory.peak = memory.held;
}

size_t fuzz_memory_peak(void) {
    return memory.peak - memory.start;
}

void fuzz_memory_check(const char *what, size_t input, size_t factor, size_t base) {
    char detail[128];
    snprintf(detail, sizeof detail, "%zu bytes for an input of %zu; allowed are %zu for each byte and %zu",
             fuzz_memory_peak(), input, factor, base);
    fuzz_check(fuzz_memory_peak() <= base + factor * input, what, detail);
}

void fuzz_check(bool holds, const char *what, const char *detail) {
    if (holds)
        return;
    fprintf(stderr, "SUMMARY: fuzz_check: %s: %s\n", what, detail);
    abort();
}

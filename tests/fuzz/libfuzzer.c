/* How libFuzzer changes the inputs of a target: half of the time as it knows how to (bytes, and the words of the
 * dictionary), half of the time, and more of modules, by edits that know the form of the input (mutate.h). */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutate.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data, size_t size, const uint8_t *other, size_t other_size,
                                 uint8_t *out, size_t max_size, unsigned seed);

/* The collector reads whole stacks; it is not one of the roots that the leak detector knows, so nothing that was
 * malloc'ed may be reached from its heap alone. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_stack_use_after_return=0:handle_abort=1:allocator_may_return_null=1";
}
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void) {
    return "print_stacktrace=1:report_error_type=1";
}

static size_t change(uint8_t *data, size_t size, size_t max_size, const Input *other, unsigned seed) {
    Random random = {seed};
    Input input = {data, size, max_size};
    if (size == 0 || random_below(&random, 8) < (fuzz_form == FUZZ_MODULE ? 1 : 4))
        input.size = LLVMFuzzerMutate(data, size, max_size);
    else
        mutate(&random, fuzz_form, &input, other);
    return input.size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed) {
    Input other = {malloc(size ? size : 1), size, size};
    if (!other.bytes)
        return size;
    memcpy(other.bytes, data, size);
    size = change(data, size, max_size, &other, seed);
    free(other.bytes);
    return size;
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *data, size_t size, const uint8_t *other, size_t other_size,
                                 uint8_t *out, size_t max_size, unsigned seed) {
    if (size > max_size || other_size == 0 || size == 0)
        return 0;
    Random random = {seed};
    Input input = {out, size, max_size}, from = {(uint8_t *)(uintptr_t)other, other_size, other_size};
    memcpy(out, data, size);
    mutate(&random, fuzz_form, &input, &from);
    return input.size;
}

/* A fuzz target without libFuzzer: runs each file that is named, as it is.  `./dev test` runs the regressions so. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

/* The collector reads whole stacks, and frees nothing at the end. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0:detect_stack_use_after_return=0:allocator_may_return_null=1";
}

static bool replay(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "cannot read %s: %s\n", path, strerror(errno));
        return false;
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    uint8_t *bytes =
        malloc(size > 0 ? (size_t)size : 1); /* of the exact size: reading beyond it is noticed */
    bool whole = size >= 0 && bytes && fread(bytes, 1, (size_t)size, file) == (size_t)size;
    fclose(file);
    if (whole) {
        fprintf(stderr, "%s\n", path);
        LLVMFuzzerTestOneInput(bytes, (size_t)size);
    }
    free(bytes);
    return whole;
}

int main(int count, char **arguments) {
    bool whole = true;
    for (int i = 1; i < count; i++)
        whole = replay(arguments[i]) && whole;
    return whole ? 0 : 1;
}

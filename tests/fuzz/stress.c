/* Every failure at every place:
 *
 *     stress MODULE...        for each compiled module and each N from 1 on: the N-th allocation on the collected heap
 *                             fails; the N-th safepoint is interrupted; N units of fuel; a stack of the least size and
 *                             N frames more; N KiB of heap; the N-th malloc of the host fails from loading on
 *
 * until that changes nothing any more, for several N.  Beyond DENSE, N grows by a sixteenth.  Any end that coracle.h documents is fine; a
 * crash, a report or a run that does other than the first one, once nothing fails any more, is not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/execute.h"
#include "tests/fuzz/fuzz.h"

enum { HEAP = 64 << 20, FUEL = 3000000, OUTPUT = 4 << 20, DENSE = 256, UNCHANGED = 20, MOST_RUNS = 700 };

const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0:detect_stack_use_after_return=0:allocator_may_return_null=1";
}

/* ---- The host's memory: the linker sends what the VM allocates here (--wrap) -------------------- */

static unsigned long long malloc_count, malloc_fails_at; /* 0: none */

static bool malloc_fails(void) {
    return ++malloc_count == malloc_fails_at;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size) {
    return malloc_fails() ? NULL : __real_malloc(size);
}
void *__wrap_calloc(size_t count, size_t size) {
    return malloc_fails() ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *pointer, size_t size) {
    return malloc_fails() ? NULL : __real_realloc(pointer, size);
}

/* ---- Modes ------------------------------------------------------------------------------------- */

typedef struct Subject {
    const unsigned char *bytes;
    size_t size;
    CoracleEngine *engine;
    CoracleModule *module;
} Subject;

typedef enum Mode {
    FAIL_ALLOCATION,
    STOP_SAFEPOINT,
    LITTLE_FUEL,
    LITTLE_STACK,
    LITTLE_HEAP,
    FAIL_MALLOC,
    MODES
} Mode;
static const char *const mode_names[MODES] = {"allocation fails", "safepoint stops", "fuel", "stack", "heap",
                                              "malloc fails"};

static const CoracleIsolateOptions plain_options = {.heap_bytes = HEAP, .fuel = FUEL, .output_bytes = OUTPUT};

/* Loads into a new engine and runs there, with the n-th malloc failing. */
static Outcome run_afresh(const Subject *subject, uint64_t n) {
    Outcome outcome = {.status = CORACLE_NO_MEMORY, .limited = true};
    CoracleModule *module;
    malloc_count = 0;
    malloc_fails_at = n;
    CoracleEngine *engine = coracle_engine_new(NULL);
    if (engine && coracle_engine_load(engine, subject->bytes, subject->size, &module, NULL) == CORACLE_OK)
        outcome = execute_run(engine, module, &plain_options);
    coracle_engine_free(engine);
    malloc_fails_at = 0;
    return outcome;
}

static Outcome run_in_mode(const Subject *subject, Mode mode, uint64_t n) {
    CoracleIsolateOptions options = plain_options;
    switch (mode) {
    case FAIL_ALLOCATION: options.stress_fail_at = n; break;
    case STOP_SAFEPOINT: options.stress_stop_at = n; break;
    case LITTLE_FUEL: options.fuel = (int64_t)n; break;
    case LITTLE_STACK: options.stack_bytes = 4096 + n * 24; break;
    case LITTLE_HEAP: options.heap_bytes = n << 10; break;
    default: return run_afresh(subject, n);
    }
    return execute_run(subject->engine, subject->module, &options);
}

static void stress(const Subject *subject, Mode mode, const Outcome *wanted) {
    unsigned runs = 0, unchanged = 0;
    uint64_t n = 1;
    for (; runs++ < MOST_RUNS; n += n < DENSE ? 1 : n / 16) {
        Outcome outcome = run_in_mode(subject, mode, n);
        bool documented = outcome.status == CORACLE_OK || outcome.status == CORACLE_THROWN ||
                          (outcome.status >= CORACLE_EXITED && outcome.status <= CORACLE_OUTPUT_LIMIT) ||
                          outcome.status == CORACLE_NO_MEMORY || outcome.status == CORACLE_REJECTED;
        fuzz_check(documented, mode_names[mode], "a status that is not documented");
        unchanged = outcome.sum == wanted->sum ? unchanged + 1 : 0;
        if (mode == FAIL_MALLOC ? malloc_count < n : unchanged == UNCHANGED)
            break;
    }
    Outcome again = run_in_mode(subject, FAIL_ALLOCATION, 0);
    fuzz_check(again.sum == wanted->sum, mode_names[mode], "another outcome afterwards");
    printf("    %s: %u runs, up to %llu\n", mode_names[mode], runs, (unsigned long long)n);
}

static bool stress_file(const char *path) {
    FILE *file = fopen(path, "rb");
    static unsigned char bytes[1 << 20];
    Subject subject = {.bytes = bytes, .size = file ? fread(bytes, 1, sizeof bytes, file) : 0};
    CoracleMessage message = {"cannot be read"};
    if (file)
        fclose(file);
    subject.engine = coracle_engine_new(NULL);
    if (!subject.engine ||
        coracle_engine_load(subject.engine, bytes, subject.size, &subject.module, &message) != CORACLE_OK) {
        fprintf(stderr, "%s: %s\n", path, message.text);
        coracle_engine_free(subject.engine);
        return false;
    }
    Outcome wanted = execute_run(subject.engine, subject.module, &plain_options);
    Outcome again = execute_run(subject.engine, subject.module, &plain_options);
    if (wanted.sum != again.sum || wanted.limited)
        printf("    left out: it depends on the world, or takes too long\n");
    else
        for (Mode mode = 0; mode < MODES; mode++)
            stress(&subject, mode, &wanted);
    coracle_engine_free(subject.engine);
    return true;
}

int main(int count, char **arguments) {
    bool read = true;
    for (int i = 1; i < count; i++) {
        printf("%s\n", arguments[i]);
        fflush(stdout); /* what a crash is about */
        read = stress_file(arguments[i]) && read;
    }
    return read ? 0 : 1;
}

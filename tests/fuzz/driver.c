/* The driver of a fuzz target where libFuzzer is not at hand.
 *
 *     fuzz_module --time=60 --seed=1 --findings=build/fuzz FILE...     damages the files, one after another
 *     fuzz_module --repeat FILE...                                     runs them as they are, in this process
 *
 * A child process works and its parent watches: each input is in memory that both share, so that the parent can keep
 * what made the child die or never end, and starts another child behind it.  Findings whose reports end in the same
 * summary are kept once.  Input number i of a seed is always the same. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutate.h"

enum {
    INPUT_CAPACITY = 1 << 20,
    INPUTS_OF_A_CHILD = 3000, /* then a new one, without what the old one has piled up */
    LONGEST_INPUT_SECONDS = 30,
    MAX_FINDINGS = 200,
    SUMMARY_SIZE = 300
};

typedef struct Shared {
    atomic_uint_fast64_t index;    /* of the input in work */
    atomic_uint_fast64_t accepted; /* inputs that came as far as the VM */
    size_t size;
    uint8_t bytes[INPUT_CAPACITY];
} Shared;

typedef struct Driver {
    Input *corpus;
    size_t corpus_count;
    uint64_t seed;
    double seconds;
    const char *findings; /* folder */
    char summaries[MAX_FINDINGS][SUMMARY_SIZE];
    size_t found;
    Shared *shared;
} Driver;

/* The sanitizers' options: the collector reads whole stacks and frees nothing at the end. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0:detect_stack_use_after_return=0:handle_abort=1:allocator_may_return_null=1:"
           "exitcode=99";
}
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void) {
    return "print_stacktrace=1:report_error_type=1";
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static bool read_input(const char *path, Input *input) {
    FILE *file = fopen(path, "rb");
    *input = (Input){malloc(INPUT_CAPACITY), 0, INPUT_CAPACITY};
    if (file && input->bytes)
        input->size = fread(input->bytes, 1, INPUT_CAPACITY, file);
    if (file)
        fclose(file);
    else
        fprintf(stderr, "cannot read %s: %s\n", path, strerror(errno));
    if (input->bytes && input->size) {
        void *fitting = realloc(input->bytes, input->size);
        input->bytes = fitting ? fitting : input->bytes;
        return true;
    }
    free(input->bytes);
    return false;
}

/* ---- The child --------------------------------------------------------------------------------- */

static void make_input(const Driver *driver, uint64_t index) {
    Random random = {driver->seed * 0x100000001B3u + index * 0x9E3779B1u};
    const Input *base = &driver->corpus[random_below(&random, driver->corpus_count)];
    const Input *other = &driver->corpus[random_below(&random, driver->corpus_count)];
    Input input = {driver->shared->bytes, base->size, INPUT_CAPACITY};
    memcpy(input.bytes, base->bytes, base->size);
    mutate(&random, fuzz_form, &input, other);
    fuzz_mend(input.bytes, input.size);
    driver->shared->size = input.size;
}

static void work(const Driver *driver, uint64_t first, const char *log, double end) {
    int file = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file >= 0) {
        dup2(file, STDOUT_FILENO);
        dup2(file, STDERR_FILENO);
    }
    for (uint64_t index = first; index < first + INPUTS_OF_A_CHILD && now() < end; index++) {
        make_input(driver, index);
        atomic_store(&driver->shared->index, index);
        if (LLVMFuzzerTestOneInput(driver->shared->bytes, driver->shared->size) == 0)
            atomic_fetch_add(&driver->shared->accepted, 1);
    }
    _exit(0);
}

/* ---- The parent -------------------------------------------------------------------------------- */

/* Waits for the child; false: an input did not end, and the child is no more. */
static bool watch(const Driver *driver, pid_t child, int *status) {
    uint64_t index = atomic_load(&driver->shared->index);
    double since = now();
    while (waitpid(child, status, WNOHANG) == 0) {
        uint64_t at = atomic_load(&driver->shared->index);
        if (at != index)
            index = at, since = now();
        if (now() - since > LONGEST_INPUT_SECONDS) {
            kill(child, SIGKILL);
            waitpid(child, status, 0);
            return false;
        }
        usleep(5000);
    }
    return true;
}

/* The line of a report that tells it from others. */
static void read_summary(const char *log, int status, char summary[SUMMARY_SIZE]) {
    snprintf(summary, SUMMARY_SIZE, WIFSIGNALED(status) ? "signal %d" : "exit code %d",
             WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    FILE *file = fopen(log, "r");
    char line[SUMMARY_SIZE];
    while (file && fgets(line, sizeof line, file)) {
        bool is_first = strstr(line, "Assertion `") != NULL || strstr(line, ": runtime error: ") != NULL;
        if (is_first || strncmp(line, "SUMMARY:", 8) == 0) {
            line[strcspn(line, "\n")] = '\0';
            memcpy(summary, line, sizeof line);
        }
        if (is_first)
            break;
    }
    if (file)
        fclose(file);
}

static bool is_known(const Driver *driver, const char *summary) {
    for (size_t i = 0; i < driver->found; i++)
        if (strcmp(driver->summaries[i], summary) == 0)
            return true;
    return false;
}

static void keep_finding(Driver *driver, const char *summary, const char *log) {
    if (driver->found == MAX_FINDINGS || is_known(driver, summary))
        return;
    snprintf(driver->summaries[driver->found++], SUMMARY_SIZE, "%s", summary);
    char path[4096], kept_log[4096 + 8];
    snprintf(path, sizeof path, "%s/finding-%llu-%zu%s", driver->findings, (unsigned long long)driver->seed,
             driver->found, fuzz_suffix);
    snprintf(kept_log, sizeof kept_log, "%s.txt", path);
    FILE *file = fopen(path, "wb");
    if (file) {
        fwrite(driver->shared->bytes, 1, driver->shared->size, file);
        fclose(file);
    }
    rename(log, kept_log);
    printf("FAIL %s\n    %s\n", path, summary);
    fflush(stdout);
}

static uint64_t fuzz(Driver *driver) {
    char log[4096], summary[SUMMARY_SIZE];
    snprintf(log, sizeof log, "%s/log-%ld", driver->findings, (long)getpid());
    double end = now() + driver->seconds;
    uint64_t next = 0;
    while (now() < end) {
        atomic_store(&driver->shared->index, next);
        pid_t child = fork();
        if (child == 0)
            work(driver, next, log, end);
        if (child < 0)
            break;
        int status = 0;
        bool ended = watch(driver, child, &status);
        if (!ended)
            keep_finding(driver, "no end", log);
        else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            read_summary(log, status, summary);
            keep_finding(driver, summary, log);
        }
        next = atomic_load(&driver->shared->index) + 1;
    }
    unlink(log);
    return next;
}

static int repeat(const Driver *driver) {
    for (size_t i = 0; i < driver->corpus_count; i++)
        LLVMFuzzerTestOneInput(driver->corpus[i].bytes, driver->corpus[i].size);
    return 0;
}

int main(int count, char **arguments) {
    Driver *driver = calloc(1, sizeof *driver);
    Input *corpus = calloc((size_t)count, sizeof *corpus);
    void *shared = mmap(NULL, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool repeats = false;
    if (!driver || !corpus || shared == MAP_FAILED)
        return 2;
    *driver = (Driver){.corpus = corpus, .seed = 1, .seconds = 60, .findings = ".", .shared = shared};
    for (int i = 1; i < count; i++) {
        if (strncmp(arguments[i], "--time=", 7) == 0)
            driver->seconds = atof(arguments[i] + 7);
        else if (strncmp(arguments[i], "--seed=", 7) == 0)
            driver->seed = strtoull(arguments[i] + 7, NULL, 10);
        else if (strncmp(arguments[i], "--findings=", 11) == 0)
            driver->findings = arguments[i] + 11;
        else if (strcmp(arguments[i], "--repeat") == 0)
            repeats = true;
        else if (read_input(arguments[i], &corpus[driver->corpus_count]))
            driver->corpus_count++;
    }
    if (driver->corpus_count == 0) {
        fprintf(stderr, "usage: %s [--time=SECONDS] [--seed=N] [--findings=FOLDER] [--repeat] FILE...\n",
                arguments[0]);
        return 2;
    }
    if (repeats)
        return repeat(driver);
    mkdir(driver->findings, 0777);
    uint64_t inputs = fuzz(driver);
    printf("%llu inputs came as far as the VM\n", (unsigned long long)atomic_load(&driver->shared->accepted));
    printf("%llu passed, %zu failed\n", (unsigned long long)(inputs - driver->found), driver->found);
    return driver->found != 0;
}

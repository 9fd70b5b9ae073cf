/* Running tests on threads. A worker takes the next test of the list until none is left; the caller's thread reports
 * what has ended, in order, and stops tests that take too long. */
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/grants.h"
#include "cli/test_suite.h"

enum {
    TEST_HEAP_GIB = 1, /* by default */
    TEST_OUTPUT_MIB = 16,
    TEST_SECONDS = 60,
    TEST_STACK_MIB = 16, /* of a worker's thread, on which the compiler recurses */
    TEST_MAX_JOBS = 256,
    TEST_SHOWN_BYTES = 160, /* of a line of a source */
};

static const char TEST_FOLDER[] = "/test"; /* std.test says so to the program */

typedef struct Worker Worker;

typedef struct Run {
    TestSuite *suite;
    atomic_size_t next;
    pthread_mutex_t lock; /* of the outcomes, and of what the workers run */
    pthread_cond_t changed;
    Worker *workers;
} Run;

struct Worker {
    Run *run;
    pthread_t thread;
    CoracleIsolate *isolate; /* what it runs now, or NULL */
    double deadline;
};

static double run_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void run_watch(Worker *worker, CoracleIsolate *isolate) {
    double limit =
        worker->run->suite->settings->timeout > 0 ? worker->run->suite->settings->timeout : TEST_SECONDS;
    pthread_mutex_lock(&worker->run->lock);
    worker->isolate = isolate;
    worker->deadline = run_now() + limit;
    pthread_mutex_unlock(&worker->run->lock);
}

/* ---- One test ---------------------------------------------------------------------------------- */

typedef struct Output {
    char *bytes;
    size_t length, capacity;
} Output;

static bool run_take_output(void *context, const char *bytes, size_t length) {
    Output *output = context;
    if (length > output->capacity - output->length) {
        size_t capacity = 2 * (output->capacity + length);
        char *larger = realloc(output->bytes, capacity);
        if (!larger)
            return false;
        output->bytes = larger;
        output->capacity = capacity;
    }
    memcpy(output->bytes + output->length, bytes, length);
    output->length += length;
    return true;
}

static bool run_no_input(void *context, char *bytes, size_t size, size_t *got) {
    (void)context, (void)bytes, (void)size;
    *got = 0;
    return true;
}

static char *run_format(const char *format, const char *text) {
    size_t size = strlen(format) + strlen(text) + 1;
    char *out = malloc(size);
    if (out)
        snprintf(out, size, format, text);
    return out;
}

/* The line of the file that the trace in a text names first; 0: none. */
static unsigned run_traced_line(const char *path, const char *text) {
    char place[4200];
    int length = snprintf(place, sizeof place, "(%s:", path);
    const char *found = length > 0 && (size_t)length < sizeof place ? strstr(text, place) : NULL;
    return found ? (unsigned)strtoul(found + length, NULL, 10) : 0;
}

/* What an uncaught error says, with the line of the test that it came from. */
static char *run_uncaught(const TestFile *file, const CoracleError *error) {
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    size_t heading = strlen("Failure: ");
    bool is_failure = strcmp(error->type, "Failure") == 0 && strncmp(error->text, "Failure: ", heading) == 0;
    fputs(is_failure ? "" : "uncaught ", out);
    const char *said = is_failure ? error->text + heading : error->text;
    size_t end = strlen(said);
    fprintf(out, "%.*s", (int)(end && said[end - 1] == '\n' ? end - 1 : end), said);
    unsigned line = run_traced_line(file->source->path, error->text);
    const SourceFile *source = file->source->documentation->file;
    if (line && line <= source->line_count) {
        uint32_t count;
        const char *shown = source_line(source, line, &count);
        while (count && (*shown == ' ' || *shown == '\t'))
            shown++, count--;
        fprintf(out, "\n  %u | %.*s", line, count > TEST_SHOWN_BYTES ? TEST_SHOWN_BYTES : (int)count, shown);
    }
    fclose(out);
    return text;
}

/* Why a test has not come to its end, malloc'ed; NULL: it has. */
static char *run_failure(const TestFile *file, const CoracleIsolate *isolate, CoracleStatus status) {
    switch (status) {
    case CORACLE_OK: return NULL;
    case CORACLE_EXITED: return coracle_isolate_exit_code(isolate) ? strdup("it has called exit") : NULL;
    case CORACLE_THROWN: return run_uncaught(file, coracle_isolate_error(isolate));
    case CORACLE_OUT_OF_FUEL: return strdup("it has used up its fuel (--fuel)");
    case CORACLE_TIMED_OUT: return strdup("it has not ended in time (--timeout)");
    case CORACLE_INTERRUPTED: return strdup("interrupted");
    case CORACLE_OUTPUT_LIMIT: return strdup("it has written more than --output allows");
    case CORACLE_NO_MEMORY: return strdup("out of memory");
    default: return strdup(coracle_isolate_message(isolate));
    }
}

static CoracleIsolate *run_isolate(const TestGroup *group, Output *output) {
    const Settings *settings = group->settings;
    CoracleIsolateOptions options = {
        .heap_bytes = settings->heap_bytes ? settings->heap_bytes : (size_t)TEST_HEAP_GIB << 30,
        .stack_bytes = settings->stack_bytes,
        .fuel = settings->fuel,
        .output_bytes = settings->output_bytes ? settings->output_bytes : (uint64_t)TEST_OUTPUT_MIB << 20,
        .stress_collect_every = settings->stress_collect_every,
        .stress_fail_at = settings->stress_fail_at,
        .stress_safepoints = settings->stress_safepoints,
        .stress_stop_at = settings->stress_stop_at,
        .stress_step = settings->stress_step,
    };
    CoracleIsolate *isolate = coracle_isolate_new(group->engine, &options);
    if (isolate) {
        coracle_isolate_set_output(isolate, run_take_output, output);
        coracle_isolate_set_error_output(isolate, run_take_output, output);
        coracle_isolate_set_input(isolate, run_no_input, NULL);
    }
    return isolate;
}

static int run_remove_entry(const char *path, const struct stat *info, int kind, struct FTW *where) {
    (void)info, (void)kind, (void)where;
    return remove(path);
}

static bool run_grant_folder(CoracleIsolate *isolate, const char *name, const char *folder) {
    CoracleMessage message;
    CoracleGrant grant = {.name = name, .directory = folder, .read = true, .write = true};
    return coracle_isolate_grant(isolate, &grant, &message) == CORACLE_OK;
}

/* Every test has an empty folder, which it knows by a name. Examples also work there; tests of a module work where the
 * command does, with what it was granted. */
static bool run_grant(const TestCase *test, CoracleIsolate *isolate, char *scratch, char **message) {
    if (test->function && !grants_apply(isolate, test->file->group->settings, 0, NULL))
        return *message = strdup("what the flags grant cannot be granted"), false;
    if (!mkdtemp(scratch))
        return *message = run_format("there is no folder to work in: %s", strerror(errno)), false;
    bool works = test->function || (coracle_isolate_set_working_directory(isolate, scratch) == CORACLE_OK &&
                                    run_grant_folder(isolate, ".", scratch));
    if (!works || !run_grant_folder(isolate, TEST_FOLDER, scratch))
        return *message = run_format("there is no folder to work in: %s", scratch), false;
    coracle_isolate_allow(isolate, CORACLE_ALLOW_STDIN | CORACLE_ALLOW_STDOUT | CORACLE_ALLOW_STDERR |
                                       CORACLE_ALLOW_CLOCK | CORACLE_ALLOW_RANDOM);
    return true;
}

static void run_remove_scratch(char *scratch) {
    if (rmdir(scratch) != 0 && errno == ENOTEMPTY)
        nftw(scratch, run_remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Whether the test has thrown what std.test throws to skip it. */
static bool run_is_skipped(const CoracleIsolate *isolate, CoracleStatus status) {
    return status == CORACLE_THROWN && strcmp(coracle_isolate_error(isolate)->type, "Skipped") == 0;
}

/* Runs an example's program or a function of a module. Sets the output and, if it did not come to its end, the
 * message. */
static void run_program(Worker *worker, TestCase *test, CoracleModule *module) {
    Output output = {0};
    char scratch[PATH_MAX];
    const char *above = getenv("TMPDIR");
    snprintf(scratch, sizeof scratch, "%s/coracle-test-XXXXXX", above && *above ? above : "/tmp");
    CoracleIsolate *isolate = run_isolate(test->file->group, &output);
    if (!isolate) {
        test->message = strdup("out of memory");
        return;
    }
    if (run_grant(test, isolate, scratch, &test->message)) {
        int code;
        run_watch(worker, isolate);
        CoracleStatus status = test->function
                                   ? coracle_isolate_call(isolate, module, test->function, NULL, 0, NULL)
                                   : coracle_isolate_run(isolate, module, &code);
        run_watch(worker, NULL);
        coracle_isolate_flush(isolate);
        if (run_is_skipped(isolate, status)) {
            test->outcome = TEST_SKIPPED;
            test->message = strdup(coracle_isolate_error(isolate)->message);
        } else {
            test->message = run_failure(test->file, isolate, status);
        }
    }
    run_remove_scratch(scratch);
    coracle_isolate_free(isolate);
    test->output = output.bytes;
    test->output_length = output.length;
}

static void run_function(Worker *worker, TestCase *test) {
    run_program(worker, test, test->file->loaded);
    if (test->outcome == TEST_PENDING)
        test->outcome = test->message ? TEST_FAILED : TEST_PASSED;
}

/* Compiles and loads an example. NULL: *message says why, malloc'ed. */
static CoracleModule *run_compile(const TestCase *test, size_t number, char **message) {
    const DocExample *example = test->example;
    TestGroup *group = test->file->group;
    char name[64];
    snprintf(name, sizeof name, "example_%zu", number);
    CompileOptions options = {
        .program_name = name, .source_text = example->program, .source_length = example->program_length};
    CoracleModule *module = NULL;
    CompileResult *compiled = suite_compile(group, test->file->source->path, options);
    if (compiled && compiled->status == COMPILE_OK) {
        module = suite_load(group, compiled, message);
    } else { /* as its author has written it, if it is wrong like that */
        options.source_text = example->text;
        options.source_length = example->length;
        CompileResult *plain = suite_compile(group, test->file->source->path, options);
        *message = suite_diagnostics(plain && plain->status != COMPILE_OK ? plain : compiled);
        compile_free(plain);
    }
    compile_free(compiled);
    return module;
}

/* Puts what the comments find wrong before what ended the example. */
static void run_add_verdict(TestCase *test, char *wrong) {
    if (!wrong || !test->message) {
        test->message = wrong ? wrong : test->message;
        return;
    }
    size_t size = strlen(wrong) + strlen(test->message) + 2;
    char *both = malloc(size);
    if (both)
        snprintf(both, size, "%s\n%s", wrong, test->message);
    free(wrong);
    if (both) {
        free(test->message);
        test->message = both;
    }
}

static char *run_problem(const TestCase *test) {
    char text[512];
    snprintf(text, sizeof text, ":%u: %s", test->example->problem_line, test->example->problem);
    size_t size = strlen(test->file->source->path) + strlen(text) + 1;
    char *message = malloc(size);
    if (message)
        snprintf(message, size, "%s%s", test->file->source->path, text);
    return message;
}

static void run_example(Worker *worker, TestCase *test, size_t number) {
    test->outcome = TEST_FAILED;
    if (test->example->problem) {
        test->message = run_problem(test);
        return;
    }
    CoracleModule *module = run_compile(test, number, &test->message);
    if (!module)
        return;
    test->outcome = TEST_PENDING;
    run_program(worker, test, module);
    if (test->outcome == TEST_SKIPPED)
        return;
    if (test->output)
        run_add_verdict(test, example_judge(test->file, test->example, test->output, &test->output_length,
                                            !test->message));
    else if (!test->message && test->example->expectation_count)
        test->message = strdup("the example ends before its expectations");
    test->outcome = test->message ? TEST_FAILED : TEST_PASSED;
}

/* ---- Workers ----------------------------------------------------------------------------------- */

static void *run_worker(void *context) {
    Worker *worker = context;
    Run *run = worker->run;
    for (size_t i; (i = atomic_fetch_add(&run->next, 1)) < run->suite->case_count;) {
        if (run->suite->cases[i].outcome != TEST_PENDING)
            continue;
        TestCase test = run->suite->cases[i];
        double start = run_now();
        if (test.function)
            run_function(worker, &test);
        else
            run_example(worker, &test, i);
        test.seconds = run_now() - start;
        pthread_mutex_lock(&run->lock);
        run->suite->cases[i] = test;
        pthread_cond_signal(&run->changed);
        pthread_mutex_unlock(&run->lock);
    }
    return NULL;
}

static void run_stop_late(Run *run, size_t jobs) {
    double now = run_now();
    for (size_t i = 0; i < jobs; i++)
        if (run->workers[i].isolate && run->workers[i].deadline < now)
            coracle_isolate_time_out(run->workers[i].isolate);
}

/* Waits until all tests have ended. */
static void run_report(Run *run, size_t jobs, void (*done)(void *context, const TestCase *test),
                       void *context) {
    pthread_mutex_lock(&run->lock);
    for (size_t i = 0; i < run->suite->case_count;) {
        if (run->suite->cases[i].outcome != TEST_PENDING) {
            pthread_mutex_unlock(&run->lock);
            done(context, &run->suite->cases[i++]);
            pthread_mutex_lock(&run->lock);
            continue;
        }
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 100000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&run->changed, &run->lock, &until);
        run_stop_late(run, jobs);
    }
    pthread_mutex_unlock(&run->lock);
}

static size_t run_jobs(const TestSuite *suite) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t jobs = suite->settings->jobs ? suite->settings->jobs : processors > 0 ? (size_t)processors : 1;
    jobs = jobs > suite->case_count ? suite->case_count : jobs;
    return jobs > TEST_MAX_JOBS ? TEST_MAX_JOBS : jobs;
}

bool suite_run(TestSuite *suite, void (*done)(void *context, const TestCase *test), void *context) {
    size_t jobs = run_jobs(suite), started = 0;
    Run run = {.suite = suite, .workers = calloc(jobs + 1, sizeof(Worker))};
    if (!run.workers)
        return command_report("out of memory"), false;
    pthread_mutex_init(&run.lock, NULL);
    pthread_cond_init(&run.changed, NULL);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)TEST_STACK_MIB << 20);
    while (started < jobs) {
        run.workers[started].run = &run;
        if (pthread_create(&run.workers[started].thread, &attributes, run_worker, &run.workers[started]) != 0)
            break;
        started++;
    }
    pthread_attr_destroy(&attributes);
    bool runs = started > 0 || jobs == 0;
    if (runs)
        run_report(&run, started, done, context);
    else
        command_report("cannot start a thread");
    for (size_t i = 0; i < started; i++)
        pthread_join(run.workers[i].thread, NULL);
    pthread_cond_destroy(&run.changed);
    pthread_mutex_destroy(&run.lock);
    free(run.workers);
    return runs;
}

/* Programs that try to evade their limits (tests/limits), several at once on threads of one engine, next to one that does not:
 * each ends in the status of its limit, the well-behaved one gets its results all the time, and the engine goes on. */
#include <stdatomic.h>
#include <string.h>

#include "tests/api/program.h"
#include "vm/native/host.h"

typedef struct Evader {
    const char *name; /* of the program */
    CoracleIsolateOptions limits;
    CoracleStatus status;   /* how it ends */
    CoracleErrorKind error; /* with CORACLE_THROWN */
} Evader;

enum { MIB = 1 << 20, FUEL = 1000000, STACK = 64 << 10 };

static const Evader evaders[] = {
    {"loop_in_initialiser", {.fuel = FUEL}, CORACLE_OUT_OF_FUEL, 0},
    {"loop_in_comparator", {.fuel = FUEL}, CORACLE_OUT_OF_FUEL, 0},
    {"loop_in_handler", {.fuel = FUEL}, CORACLE_OUT_OF_FUEL, 0},
    {"work_sort_texts", {.fuel = FUEL, .heap_bytes = 64 * MIB}, CORACLE_OUT_OF_FUEL, 0},
    {"work_repeat_at_once", {.fuel = FUEL}, CORACLE_OUT_OF_FUEL, 0},
    {"stack_in_handler", {.fuel = FUEL, .stack_bytes = STACK}, CORACLE_OUT_OF_FUEL, 0},
    {"stack_comparator", {.stack_bytes = STACK}, CORACLE_THROWN, CORACLE_ERROR_STACK_OVERFLOW},
    {"stack_text", {.stack_bytes = STACK}, CORACLE_THROWN, CORACLE_ERROR_STACK_OVERFLOW},
    {"heap_map", {.heap_bytes = 4 * MIB}, CORACLE_THROWN, CORACLE_ERROR_OUT_OF_MEMORY},
    {"heap_closures", {.heap_bytes = 4 * MIB}, CORACLE_THROWN, CORACLE_ERROR_OUT_OF_MEMORY},
    {"heap_of_errors", {.heap_bytes = 4 * MIB}, CORACLE_NO_MEMORY, 0},
    {"heap_caught", {.heap_bytes = 2 * MIB, .fuel = FUEL}, CORACLE_OUT_OF_FUEL, 0},
    {"output_lines", {.output_bytes = 1000}, CORACLE_OUTPUT_LIMIT, 0},
    {"loop_with_exit_in_comparator", {.fuel = FUEL}, CORACLE_EXITED, 0},
    {"loop_without_body", {0}, CORACLE_TIMED_OUT, 0},
    {"time_power", {.heap_bytes = 64 * MIB}, CORACLE_TIMED_OUT, 0},
    {"time_handler", {0}, CORACLE_TIMED_OUT, 0},
};
enum { EVADERS = sizeof evaders / sizeof *evaders };

static const char good_source[] = "pub fn sum(n: int): int {\n"
                                  "    let texts = (0..n).map(i => \"text {i}\").toList()\n"
                                  "    var all = 0\n"
                                  "    for text in texts { all += text.length }\n"
                                  "    return all\n"
                                  "}\n";
enum { GOOD_COUNT = 1000, GOOD_SUM = 7890, ENOUGH = 20 };

typedef struct Attempt {
    const Evader *evader;
    CoracleIsolate *isolate;
    CoracleModule *module;
    CoracleStatus status;
    size_t written;
    atomic_bool has_ended;
    CorHostThread *thread;
} Attempt;

static bool count_output(void *context, const char *bytes, size_t length) {
    (void)bytes;
    *(size_t *)context += length;
    return true;
}

static void run_attempt(void *opaque) {
    Attempt *attempt = opaque;
    int code;
    attempt->status = coracle_isolate_run(attempt->isolate, attempt->module, &code);
    atomic_store(&attempt->has_ended, true);
}

static void start(Attempt *attempt, CoracleEngine *engine, const Evader *evader) {
    char path[512];
    CoracleMessage message;
    *attempt = (Attempt){.evader = evader};
    snprintf(path, sizeof path, "%s/limits/%s.cora", TEST_DATA, evader->name);
    if (coracle_engine_load_file(engine, path, &attempt->module, &message) != CORACLE_OK)
        fail_msg("%s: %s", path, message.text);
    attempt->isolate = coracle_isolate_new(engine, &evader->limits);
    assert_non_null(attempt->isolate);
    coracle_isolate_allow(attempt->isolate, CORACLE_ALLOW_STDOUT | CORACLE_ALLOW_STDERR);
    coracle_isolate_set_output(attempt->isolate, count_output, &attempt->written);
    attempt->thread = cor_host_default()->thread_start(cor_host_default(), run_attempt, attempt, 0);
    assert_non_null(attempt->thread);
}

static void finish(Attempt *attempt) {
    const Evader *evader = attempt->evader;
    if (evader->status == CORACLE_TIMED_OUT)
        coracle_isolate_time_out(attempt->isolate);
    cor_host_default()->thread_join(cor_host_default(), attempt->thread);
    if (attempt->status != evader->status)
        fail_msg("%s: status %d, not %d", evader->name, attempt->status, evader->status);
    if (evader->status == CORACLE_THROWN)
        assert_int_equal(coracle_isolate_error(attempt->isolate)->kind, evader->error);
    if (evader->status == CORACLE_OUTPUT_LIMIT)
        assert_int_equal(attempt->written, evader->limits.output_bytes);
    if (evader->status == CORACLE_OUT_OF_FUEL)
        assert_int_equal(coracle_isolate_fuel(attempt->isolate), 0);
    coracle_isolate_free(attempt->isolate);
}

static void behave(CoracleIsolate *isolate, CoracleModule *module) {
    CoracleValue count = program_integer(GOOD_COUNT), sum;
    assert_int_equal(coracle_isolate_call(isolate, module, "sum", &count, 1, &sum), CORACLE_OK);
    assert_int_equal(sum.integer, GOOD_SUM);
}

/* Those that only time ends run until all others have ended. */
static bool others_run(const Attempt *attempts) {
    for (int i = 0; i < EVADERS; i++)
        if (attempts[i].evader->status != CORACLE_TIMED_OUT && !atomic_load(&attempts[i].has_ended))
            return true;
    return false;
}

static void nobody_is_disturbed(void **state) {
    (void)state;
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module = program_load(engine, "good", good_source);
    assert_non_null(module);
    CoracleIsolate *good = coracle_isolate_new(engine, &(CoracleIsolateOptions){.heap_bytes = 8 * MIB});
    Attempt attempts[EVADERS];
    for (int i = 0; i < EVADERS; i++)
        start(&attempts[i], engine, &evaders[i]);
    for (int i = 0; i < ENOUGH || others_run(attempts); i++)
        behave(good, module);
    for (int i = 0; i < EVADERS; i++)
        finish(&attempts[i]);
    behave(good, module);
    coracle_isolate_free(good);
    good = coracle_isolate_new(engine, NULL); /* the engine goes on: with a new isolate, and another module */
    behave(good, program_load(engine, "another", good_source));
    coracle_isolate_free(good);
    coracle_engine_free(engine);
}

/* What has hit a limit is an isolate as ever: it can be called again. */
static void an_isolate_outlives_its_limits(void **state) {
    (void)state;
    static const char source[] = "var held = List<string>()\n"
                                 "pub fn grow() { while true { held.push(\"text {held.length}\") } }\n"
                                 "pub fn drop(): int { held = []\n return held.length }\n"
                                 "pub fn deep(n: int): int => deep(n + 1) + 1\n";
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module = program_load(engine, "outlives", source);
    assert_non_null(module);
    CoracleIsolateOptions limits = {.heap_bytes = 2 * MIB, .stack_bytes = STACK};
    CoracleIsolate *isolate = coracle_isolate_new(engine, &limits);
    CoracleValue zero = program_integer(0), result;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(coracle_isolate_call(isolate, module, "grow", NULL, 0, NULL), CORACLE_THROWN);
        assert_int_equal(coracle_isolate_error(isolate)->kind, CORACLE_ERROR_OUT_OF_MEMORY);
        assert_int_equal(coracle_isolate_call(isolate, module, "drop", NULL, 0, &result), CORACLE_OK);
        assert_int_equal(coracle_isolate_call(isolate, module, "deep", &zero, 1, NULL), CORACLE_THROWN);
        assert_int_equal(coracle_isolate_error(isolate)->kind, CORACLE_ERROR_STACK_OVERFLOW);
        coracle_isolate_time_out(isolate);
        assert_int_equal(coracle_isolate_call(isolate, module, "grow", NULL, 0, NULL), CORACLE_TIMED_OUT);
        assert_int_equal(coracle_isolate_call(isolate, module, "drop", NULL, 0, &result), CORACLE_OK);
        assert_int_equal(result.integer, 0);
    }
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_disturbed),
        cmocka_unit_test(an_isolate_outlives_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Runs: calls that are made step by step. */
#include <pthread.h>

#include "tests/api/program.h"

static const char host_source[] = "extern \"host\" {\n"
                                  "    /// Calls `Host.work` of the program.\n"
                                  "    pub fn inside(n: int): int\n"
                                  "    /// Pauses, and gives n.\n"
                                  "    pub fn rest(n: int): int\n"
                                  "}\n";
static const char source[] =
    "import game\n"
    "pub var total = 0\n"
    "class Node { var next: Node?\n let value: int\n"
    "    init(value: int, next: Node?) { self.value = value; self.next = next } }\n"
    "fn fib(n: int): int { if n < 2 { return n }; return fib(n - 1) + fib(n - 2) }\n"
    "pub fn work(n: int): int {\n"
    "    var list: Node? = null\n"
    "    var text = \"\"\n"
    "    for i in 0..n {\n"
    "        list = Node(fib(i % 12), list)\n"
    "        if i % 8 == 0 { text = \"{i}\" + text }\n"
    "    }\n"
    "    var sum = text.length\n"
    "    while let node = list { sum += node.value; list = node.next }\n"
    "    total += 1\n"
    "    return sum\n"
    "}\n"
    "pub fn forever() { while true { total += 1 } }\n"
    "pub fn guarded(): int {\n"
    "    var caught = 0\n"
    "    for i in 0..50 {\n"
    "        try { if i % 3 == 0 { throw ValueError(\"{i}\") } } catch e: ValueError { "
    "caught += 1 }\n"
    "    }\n"
    "    return caught\n"
    "}\n"
    "pub fn fails(n: int): int { var x = work(n); throw ValueError(\"no {x}\") }\n"
    "pub fn outside(n: int): int { var sum = 0\n"
    "    for i in 0..n { sum += game.inside(i) }\n"
    "    return sum }\n"
    "fn resting(n: int): int { return game.rest(n) + 1 }\n"
    "pub fn rests(n: int): int { var sum = 0\n"
    "    for i in 0..n { sum += if i % 2 == 0 { game.rest(i) } else { resting(i) } }\n"
    "    return sum }\n"
    "pub fn greeting(name: string): string { return \"hello \" + name }\n"
    "pub fn adder(n: int): fn(int): int { return x => work(x) + n }\n"
    "pub fn calls(): int { return total }\n";

typedef struct Fixture {
    CoracleEngine *engine;
    CoracleModule *module;
    CoracleIsolate *isolate;
    CoracleFunction *work;  /* for the host's function */
    CoracleRun *run;        /* likewise: what it tries to step */
    int64_t most_in_a_call; /* fuel of calls by the host's function */
    CoracleStatus inner;    /* of its last call */
} Fixture;

static CoracleStatus host_inside(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                 CoracleValue *result) {
    Fixture *fixture = context;
    CoracleScalar value = {.integer = arguments[0].integer};
    int64_t before = coracle_isolate_fuel(isolate);
    if (fixture->run)
        fixture->inner = coracle_run_step(fixture->run, 5, NULL);
    CoracleStatus status = coracle_function_call_scalars(fixture->work, &value);
    int64_t used = before - coracle_isolate_fuel(isolate);
    fixture->most_in_a_call = used > fixture->most_in_a_call ? used : fixture->most_in_a_call;
    *result = program_integer(value.integer);
    return status;
}

static CoracleStatus host_rest(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                               CoracleValue *result) {
    Fixture *fixture = context;
    fixture->inner = coracle_isolate_pause(isolate);
    *result = arguments[0];
    return CORACLE_OK;
}

static CoracleFunction *prepare(const Fixture *fixture, const char *name) {
    CoracleFunction *function;
    assert_int_equal(coracle_isolate_function(fixture->isolate, fixture->module, name, &function),
                     CORACLE_OK);
    return function;
}

static void open_fixture(Fixture *fixture, const CoracleEngineOptions *options,
                         const CoracleIsolateOptions *limits) {
    *fixture = (Fixture){.engine = coracle_engine_new(options)};
    CoracleMessage message = {""};
    CoracleNativeFunction functions[] = {{"inside", host_inside, fixture}, {"rest", host_rest, fixture}};
    coracle_engine_add_module(fixture->engine, "game", host_source, functions, 2, NULL, &message);
    assert_string_equal(message.text, "");
    coracle_engine_compile(fixture->engine, "steps.cora", source, strlen(source), &fixture->module, &message);
    assert_string_equal(message.text, "");
    fixture->isolate = coracle_isolate_new(fixture->engine, limits);
    fixture->work = prepare(fixture, "work");
}

static void close_fixture(Fixture *fixture) {
    coracle_isolate_free(fixture->isolate);
    coracle_engine_free(fixture->engine);
}

static CoracleRun *start(const Fixture *fixture, const char *name, int64_t argument) {
    CoracleFunction *function = prepare(fixture, name);
    CoracleValue value = program_integer(argument);
    CoracleRun *run;
    assert_int_equal(coracle_function_start(function, &value, argument >= 0, &run), CORACLE_OK);
    coracle_function_release(function);
    return run;
}

/* Steps to the end. */
static CoracleStatus finish(CoracleRun *run, int64_t units, CoracleValue *result, int64_t *steps) {
    CoracleStatus status;
    *steps = 0;
    do
        ++*steps;
    while ((status = coracle_run_step(run, units, result)) == CORACLE_PAUSED);
    return status;
}

static const CoracleEngineOptions tiers[] = {
    {.tier = CORACLE_TIER_INTERPRETER},
    {.tier = CORACLE_TIER_ONE, .stress_eager = true, .stress_eager_loops = true},
    {.tier = CORACLE_TIER_TWO, .stress_eager = true, .stress_eager_loops = true},
    {.tier = CORACLE_TIER_TWO,
     .stress_eager = true,
     .stress_eager_loops = true,
     .stress_leave_every = 3,
     .stress_fail_every = 5},
};
static const CoracleIsolateOptions plenty = {.fuel = 1 << 30};

/* What a function gives and uses, in steps of that size; 0: by a call. */
static void measure(const Fixture *fixture, const char *name, int64_t argument, int64_t units, int64_t *value,
                    int64_t *fuel, int64_t *steps) {
    CoracleFunction *function = prepare(fixture, name);
    CoracleValue given = program_integer(argument), result = {.kind = CORACLE_VOID};
    size_t count = argument >= 0;
    int64_t before = coracle_isolate_fuel(fixture->isolate);
    if (units == 0) {
        assert_int_equal(coracle_function_call(function, &given, count, &result), CORACLE_OK);
    } else {
        CoracleRun *run;
        assert_int_equal(coracle_function_start(function, &given, count, &run), CORACLE_OK);
        assert_int_equal(finish(run, units, &result, steps), CORACLE_OK);
        coracle_run_release(run);
    }
    *value = result.integer;
    *fuel = before - coracle_isolate_fuel(fixture->isolate);
    coracle_function_release(function);
}

static void steps_are_the_same_in_every_tier(void **state) {
    (void)state;
    static const int64_t units[] = {0, 1, 7, 1000, 12345, INT64_MAX};
    static const struct {
        const char *name;
        int64_t argument;
    } calls[] = {{"work", 100}, {"guarded", -1}, {"outside", 20}};
    for (size_t c = 0; c < sizeof calls / sizeof *calls; c++) {
        int64_t value = 0, fuel = 0, paused[sizeof units / sizeof *units] = {0};
        for (size_t t = 0; t < sizeof tiers / sizeof *tiers; t++) {
            Fixture fixture;
            open_fixture(&fixture, &tiers[t], &plenty);
            for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
                int64_t got, used, steps = 0;
                measure(&fixture, calls[c].name, calls[c].argument, units[u], &got, &used, &steps);
                if (t == 0 && u == 0)
                    value = got, fuel = used;
                if (t == 0)
                    paused[u] = steps;
                assert_int_equal(got, value);
                assert_int_equal(used, fuel);
                assert_int_equal(steps, paused[u]);
            }
            close_fixture(&fixture);
        }
        assert_int_equal(paused[5], 1);
        if (c == 0) /* what is too much is taken from the next */
            assert_in_range(paused[2], fuel / 7 - 2, fuel / 7 + 2);
    }
}

static void runs_go_on_side_by_side(void **state) {
    (void)state;
    enum { RUNS = 20 };
    for (size_t t = 0; t < sizeof tiers / sizeof *tiers; t++) {
        Fixture fixture;
        CoracleIsolateOptions limits = {.stress_collect_every = t == 0 ? 13 : 0};
        open_fixture(&fixture, &tiers[t], &limits);
        CoracleRun *runs[RUNS];
        CoracleValue expected, result, argument = program_integer(40);
        assert_int_equal(coracle_function_call(fixture.work, &argument, 1, &expected), CORACLE_OK);
        for (int i = 0; i < RUNS; i++)
            runs[i] = start(&fixture, "work", 40);
        int open = RUNS;
        while (open > 0)
            for (int i = 0; i < RUNS; i++) {
                if (!coracle_run_goes_on(runs[i]))
                    continue;
                CoracleStatus status = coracle_run_step(runs[i], 50 + i, &result);
                if (status == CORACLE_OK) {
                    assert_int_equal(result.integer, expected.integer);
                    open--;
                } else {
                    assert_int_equal(status, CORACLE_PAUSED);
                }
            }
        assert_int_equal(coracle_run_step(runs[3], 100, NULL), CORACLE_MISMATCH);
        assert_string_equal(coracle_isolate_message(fixture.isolate), "the run has ended");
        for (int i = 0; i < RUNS; i += 2)
            coracle_run_release(runs[i]);
        assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "calls", NULL, 0, &result),
                         CORACLE_OK);
        assert_int_equal(result.integer, RUNS + 1);
        close_fixture(&fixture);
    }
}

static void fuel_can_be_added(void **state) {
    (void)state;
    for (size_t t = 0; t < sizeof tiers / sizeof *tiers; t++) {
        Fixture fixture;
        int64_t value, fuel, steps;
        open_fixture(&fixture, &tiers[t], &plenty);
        measure(&fixture, "work", 200, 0, &value, &fuel, &steps);
        close_fixture(&fixture);

        CoracleIsolateOptions limits = {.fuel = 500};
        open_fixture(&fixture, &tiers[t], &limits);
        CoracleRun *run = start(&fixture, "work", 200);
        CoracleValue result;
        CoracleStatus status;
        int64_t given = coracle_isolate_fuel(fixture.isolate);
        while ((status = coracle_run_step(run, INT64_MAX, &result)) == CORACLE_OUT_OF_FUEL) {
            assert_int_equal(coracle_isolate_fuel(fixture.isolate), 0);
            assert_int_equal(coracle_run_step(run, INT64_MAX, &result), CORACLE_OUT_OF_FUEL);
            coracle_isolate_add_fuel(fixture.isolate, 333);
            given += 333;
        }
        assert_int_equal(status, CORACLE_OK);
        assert_int_equal(result.integer, value);
        assert_int_equal(given - coracle_isolate_fuel(fixture.isolate), fuel);
        coracle_isolate_add_fuel(fixture.isolate, INT64_MAX);
        assert_true(coracle_isolate_fuel(fixture.isolate) == INT64_MAX - 1);
        coracle_isolate_add_fuel(fixture.isolate, -5);
        assert_true(coracle_isolate_fuel(fixture.isolate) == INT64_MAX - 1);
        close_fixture(&fixture);
    }
}

/* A call by a function of the host is not paused, but the limit of the isolate holds there. */
static void calls_of_the_host_are_not_paused(void **state) {
    (void)state;
    for (size_t t = 0; t < sizeof tiers / sizeof *tiers; t++) {
        Fixture fixture;
        int64_t steps;
        open_fixture(&fixture, &tiers[t], &plenty);
        CoracleRun *run = start(&fixture, "outside", 40);
        CoracleValue result;
        assert_int_equal(finish(run, 10, &result, &steps), CORACLE_OK);
        assert_true(fixture.most_in_a_call > 1000);
        fixture.run = run = start(&fixture, "outside", 3); /* which steps itself */
        fixture.inner = CORACLE_OK;
        assert_int_equal(finish(run, 10, &result, &steps), CORACLE_OK);
        assert_int_equal(fixture.inner, CORACLE_MISMATCH);
        run = start(&fixture, "outside", 50); /* which steps another one, while it goes on */
        fixture.run = start(&fixture, "work", 30);
        assert_int_equal(finish(run, 10, &result, &steps), CORACLE_OK);
        int64_t total = (1 << 30) - coracle_isolate_fuel(fixture.isolate);
        assert_true(total > 0);
        close_fixture(&fixture);

        CoracleIsolateOptions limits = {.fuel = 3000};
        open_fixture(&fixture, &tiers[t], &limits);
        run = start(&fixture, "outside", 40);
        assert_int_equal(finish(run, 10, &result, &steps), CORACLE_OUT_OF_FUEL);
        close_fixture(&fixture);
    }
}

/* A function of the host ends the step. */
static void hosts_pause(void **state) {
    (void)state;
    for (size_t t = 0; t < sizeof tiers / sizeof *tiers; t++) {
        Fixture fixture;
        int64_t steps, fuel[2], value;
        open_fixture(&fixture, &tiers[t], &plenty);
        measure(&fixture, "rests", 50, INT64_MAX, &value, &fuel[0], &steps);
        assert_int_equal(value, 49 * 25 + 25);
        assert_int_equal(steps, 51);
        assert_int_equal(fixture.inner, CORACLE_OK);
        measure(&fixture, "rests", 50, 0, &value, &fuel[1], &steps);
        assert_int_equal(value, 49 * 25 + 25);
        assert_int_equal(fuel[0], fuel[1]);
        assert_int_equal(fixture.inner, CORACLE_MISMATCH);
        close_fixture(&fixture);
    }
}

static void *interrupt(void *isolate) {
    coracle_isolate_interrupt(isolate);
    return NULL;
}

static void *step(void *run) {
    return coracle_run_step(run, 1000, NULL) == CORACLE_PAUSED ? run : NULL;
}

static void runs_are_interrupted(void **state) {
    (void)state;
    for (size_t t = 0; t < sizeof tiers / sizeof *tiers; t++) {
        Fixture fixture;
        pthread_t thread;
        void *same;
        open_fixture(&fixture, &tiers[t], NULL);
        CoracleRun *run = start(&fixture, "forever", -1);
        for (int i = 0; i < 20; i++) { /* any thread steps */
            assert_int_equal(pthread_create(&thread, NULL, step, run), 0);
            pthread_join(thread, &same);
            assert_ptr_equal(same, run);
        }
        coracle_isolate_time_out(fixture.isolate); /* while it is paused */
        assert_int_equal(coracle_run_step(run, 1, NULL), CORACLE_TIMED_OUT);
        assert_false(coracle_run_goes_on(run));
        run = start(&fixture, "forever", -1);
        assert_int_equal(pthread_create(&thread, NULL, interrupt, fixture.isolate), 0);
        assert_int_equal(coracle_run_step(run, INT64_MAX, NULL), CORACLE_INTERRUPTED);
        pthread_join(thread, NULL);
        run = start(&fixture, "work", 40);
        int64_t steps;
        assert_int_equal(finish(run, 50, NULL, &steps), CORACLE_OK);
        run = start(&fixture, "forever", -1); /* and goes with the isolate */
        assert_int_equal(coracle_run_step(run, 1000, NULL), CORACLE_PAUSED);
        close_fixture(&fixture);
    }
}

static void runs_end_as_calls_do(void **state) {
    (void)state;
    Fixture fixture;
    CoracleIsolateOptions limits = {.stack_bytes = 64 << 10};
    open_fixture(&fixture, NULL, &limits);
    CoracleRun *run = start(&fixture, "fails", 20);
    int64_t steps;
    CoracleValue result;
    assert_int_equal(finish(run, 9, &result, &steps), CORACLE_THROWN);
    const CoracleError *error = coracle_isolate_error(fixture.isolate);
    assert_string_equal(error->type, "ValueError");
    assert_non_null(strstr(error->text, "fails"));
    CoracleFunction *function = prepare(&fixture, "greeting");
    CoracleValue wrong = program_integer(1), right = {.kind = CORACLE_STRING, .string = {"you", 3}};
    assert_int_equal(coracle_function_start(function, &wrong, 1, &run), CORACLE_MISMATCH);
    assert_null(run);
    assert_int_equal(coracle_function_start(function, &right, 0, &run), CORACLE_MISMATCH);
    assert_int_equal(coracle_function_start(function, &right, 1, &run), CORACLE_OK);
    assert_int_equal(coracle_run_step(run, 0, &result), CORACLE_PAUSED);
    assert_int_equal(coracle_run_step(run, -3, &result), CORACLE_PAUSED);
    assert_int_equal(coracle_run_step(run, 1000, &result), CORACLE_OK);
    assert_memory_equal(result.string.bytes, "hello you", 9);
    CoracleValue argument = program_integer(5);
    assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "adder", &argument, 1, &result),
                     CORACLE_OK);
    assert_int_equal(coracle_object_function(result.object, &function), CORACLE_OK);
    coracle_object_release(result.object);
    assert_int_equal(coracle_function_start(function, &argument, 1, &run), CORACLE_OK);
    coracle_function_release(function);
    assert_int_equal(finish(run, 3, &result, &steps), CORACLE_OK);
    coracle_run_release(run);
    coracle_run_release(NULL);
    close_fixture(&fixture);
}

/* Stacks of runs count for the heap, and are given back. */
static void runs_hold_memory(void **state) {
    (void)state;
    Fixture fixture;
    CoracleIsolateOptions limits = {.heap_bytes = 4 << 20};
    open_fixture(&fixture, NULL, &limits);
    CoracleValue argument = program_integer(10);
    for (int round = 0; round < 3; round++) {
        CoracleRun *runs[2000];
        int count = 0;
        CoracleStatus status;
        while ((status = coracle_function_start(fixture.work, &argument, 1, &runs[count])) == CORACLE_OK)
            assert_true(++count < 2000);
        assert_int_equal(status, CORACLE_THROWN);
        assert_int_equal(coracle_isolate_error(fixture.isolate)->kind, CORACLE_ERROR_OUT_OF_MEMORY);
        assert_true(count > 100);
        while (count > 0)
            coracle_run_release(runs[--count]);
    }
    close_fixture(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_the_same_in_every_tier),
        cmocka_unit_test(runs_go_on_side_by_side),
        cmocka_unit_test(fuel_can_be_added),
        cmocka_unit_test(calls_of_the_host_are_not_paused),
        cmocka_unit_test(hosts_pause),
        cmocka_unit_test(runs_are_interrupted),
        cmocka_unit_test(runs_end_as_calls_do),
        cmocka_unit_test(runs_hold_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

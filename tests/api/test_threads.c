/* Isolates on several threads that share one engine and one module, with the whole library: instantiation at the same
 * time, errors, collections, quotas, interruption; many isolates at once; fuel. */
#include <stdatomic.h>

#include "tests/api/program.h"
#include "vm/native/host.h"

static const char source[] =
    "struct Pair<A, B> { let a: A\n let b: B }\n"
    "pub fn work(seed: int): int {\n"
    "    let map = Map<string, List<Pair<int, string>>>()\n"
    "    var sum = 0\n"
    "    for i in 0..200 {\n"
    "        let key = \"k{(seed + i) % 17}\"\n"
    "        let list = map.get(key) ?? List<Pair<int, string>>()\n"
    "        list.push(Pair(i, \"v{i}\"))\n"
    "        map[key] = list\n"
    "        try {\n"
    "            if i % 10 == 3 { throw ValueError(\"no {i}\") }\n"
    "            sum += list[list.length - 1].b.length\n"
    "            sum += list[i].a\n"
    "        } catch e: IndexError { sum += 1 } catch e: ValueError { sum += e.message.length }\n"
    "    }\n"
    "    return sum + map.length\n"
    "}\n"
    "pub fn hoard(): int {\n"
    "    var caught = 0\n"
    "    for round in 0..3 {\n"
    "        let all = List<string>()\n"
    "        try { while true { all.push(\"some text to hoard {all.length}\") } }\n"
    "        catch e: OutOfMemoryError { caught += 1 }\n"
    "    }\n"
    "    return caught\n"
    "}\n"
    "pub fn spin() { var i = 0\n while true { i += 1 } }\n"
    "pub fn count(n: int): int { var i = 0\n while i < n { i += \"{i}\".length }\n return i }\n";

enum { THREADS = 4, ROUNDS = 12 };

typedef struct Worker {
    CoracleEngine *engine;
    CoracleModule *module;
    int number;
    int wrong;
} Worker;

static bool calls(CoracleIsolate *isolate, CoracleModule *module, const char *name, int64_t argument,
                  bool has_argument, int64_t *result) {
    CoracleValue in = program_integer(argument), out;
    if (coracle_isolate_call(isolate, module, name, &in, has_argument, &out) != CORACLE_OK) {
        const CoracleError *error = coracle_isolate_error(isolate);
        fprintf(stderr, "%s: %s", name, error ? error->text : coracle_isolate_message(isolate));
        return false;
    }
    *result = out.integer;
    return out.kind == CORACLE_INT;
}

static int64_t reference_result(CoracleEngine *engine, CoracleModule *module, int64_t seed) {
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    int64_t result = -1;
    calls(isolate, module, "work", seed, true, &result);
    coracle_isolate_free(isolate);
    return result;
}

static void work(void *opaque) {
    Worker *worker = opaque;
    for (int i = 0; i < ROUNDS; i++) {
        bool hoards = worker->number == 0 && i % 4 == 0;
        CoracleIsolateOptions options = {.heap_bytes = hoards ? 2 << 20 : 32 << 20,
                                         .stress_collect_every = worker->number == 1 ? 97 : 0};
        CoracleIsolate *isolate = coracle_isolate_new(worker->engine, &options);
        int64_t first = 0, second = 0, caught = 3;
        worker->wrong += !isolate || !calls(isolate, worker->module, "work", i, true, &first) ||
                         !calls(isolate, worker->module, "work", i, true, &second) || first != second ||
                         first <= 0;
        if (hoards) /* the quota of one isolate; the others do not notice */
            worker->wrong += !calls(isolate, worker->module, "hoard", 0, false, &caught) || caught != 3;
        coracle_isolate_free(isolate);
    }
}

static void threads_share_an_engine(void **state) {
    (void)state;
    const CorHost *host = cor_host_default();
    for (int round = 0; round < 3; round++) { /* a new engine: the first calls race to lower */
        CoracleEngine *engine = coracle_engine_new(NULL);
        CoracleModule *module = program_load(engine, "shared", source);
        assert_non_null(module);
        Worker workers[THREADS];
        CorHostThread *threads[THREADS];
        for (int i = 0; i < THREADS; i++) {
            workers[i] = (Worker){engine, module, i, 0};
            threads[i] = host->thread_start(host, work, &workers[i], 0);
            assert_non_null(threads[i]);
        }
        for (int i = 0; i < THREADS; i++) {
            host->thread_join(host, threads[i]);
            assert_int_equal(workers[i].wrong, 0);
        }
        assert_true(reference_result(engine, module, 5) > 0);
        coracle_engine_free(engine);
    }
}

/* ---- Interruption ------------------------------------------------------------------------------ */

typedef struct Spinner {
    CoracleIsolate *isolate;
    CoracleModule *module;
    atomic_bool ended;
    CoracleStatus status;
} Spinner;

static void spin(void *opaque) {
    Spinner *spinner = opaque;
    spinner->status = coracle_isolate_call(spinner->isolate, spinner->module, "spin", NULL, 0, NULL);
    atomic_store(&spinner->ended, true);
}

static void another_thread_interrupts(void **state) {
    (void)state;
    const CorHost *host = cor_host_default();
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module = program_load(engine, "shared", source);
    for (int round = 0; round < 20; round++) {
        Spinner spinner = {.isolate = coracle_isolate_new(engine, NULL), .module = module};
        CorHostThread *thread = host->thread_start(host, spin, &spinner, 0);
        assert_non_null(thread);
        while (!atomic_load(&spinner.ended)) /* an interruption before the call began may be over with it */
            (round % 2 ? coracle_isolate_time_out : coracle_isolate_interrupt)(spinner.isolate);
        host->thread_join(host, thread);
        assert_int_equal(spinner.status, round % 2 ? CORACLE_TIMED_OUT : CORACLE_INTERRUPTED);
        coracle_isolate_free(spinner.isolate);
    }
    coracle_engine_free(engine);
}

static void a_sleeper_is_interrupted(void **state) {
    (void)state;
    const CorHost *host = cor_host_default();
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module =
        program_load(engine, "sleeper", "import std.time\npub fn spin() { time.sleep(time.Duration.Max) }");
    assert_non_null(module);
    Spinner spinner = {.isolate = coracle_isolate_new(engine, NULL), .module = module};
    coracle_isolate_allow(spinner.isolate, CORACLE_ALLOW_CLOCK);
    CorHostThread *thread = host->thread_start(host, spin, &spinner, 0);
    assert_non_null(thread);
    while (!atomic_load(&spinner.ended)) {
        coracle_isolate_interrupt(spinner.isolate);
        host->sleep_ns(host, 1000000);
    }
    host->thread_join(host, thread);
    assert_int_equal(spinner.status, CORACLE_INTERRUPTED);
    coracle_isolate_free(spinner.isolate);
    coracle_engine_free(engine);
}

/* ---- Many isolates ----------------------------------------------------------------------------- */

enum { MANY = 1000 };

static void a_thousand_isolates(void **state) {
    (void)state;
    static CoracleIsolate *isolates[MANY];
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module = program_load(engine, "shared", source);
    int64_t wanted = reference_result(engine, module, 1), result;
    for (int i = 0; i < MANY; i++) {
        isolates[i] = coracle_isolate_new(engine, &(CoracleIsolateOptions){.heap_bytes = 4 << 20});
        assert_non_null(isolates[i]);
    }
    for (int i = 0; i < MANY; i++) {
        assert_true(calls(isolates[i], module, "work", 1, true, &result));
        assert_int_equal(result, wanted);
    }
    for (int i = 0; i < MANY; i++)
        coracle_isolate_free(isolates[(i * 7) % MANY]);
    coracle_engine_free(engine);
}

/* ---- Fuel -------------------------------------------------------------------------------------- */

static int64_t fuel_used(CoracleEngine *engine, CoracleModule *module, const CoracleIsolateOptions *options,
                         CoracleStatus wanted) {
    CoracleIsolate *isolate = coracle_isolate_new(engine, options);
    CoracleValue argument = program_integer(20000);
    assert_int_equal(coracle_isolate_call(isolate, module, "count", &argument, 1, NULL), wanted);
    int64_t used = options->fuel - coracle_isolate_fuel(isolate);
    coracle_isolate_free(isolate);
    return used;
}

/* The count is the program's, whatever the limit, and the limit is exact. */
static void fuel_is_exact(void **state) {
    (void)state;
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module = program_load(engine, "shared", source);
    CoracleIsolateOptions options = {.fuel = INT64_C(1) << 40};
    int64_t used = fuel_used(engine, module, &options, CORACLE_OK);
    assert_true(used > 0);
    const int64_t limits[] = {used, used + 1, used + 99999, 2 * used, 100 * used};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        options = (CoracleIsolateOptions){.fuel = limits[i]};
        assert_int_equal(fuel_used(engine, module, &options, CORACLE_OK), used);
    }
    options = (CoracleIsolateOptions){.fuel = INT64_C(1) << 40, .stress_collect_every = 50};
    assert_int_equal(fuel_used(engine, module, &options, CORACLE_OK), used);
    for (int64_t less = 1; less < used; less = 3 * less + 1) {
        options = (CoracleIsolateOptions){.fuel = used - less};
        fuel_used(engine, module, &options, CORACLE_OUT_OF_FUEL);
    }
    coracle_engine_free(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_share_an_engine),
        cmocka_unit_test(another_thread_interrupts),
        cmocka_unit_test(a_sleeper_is_interrupted),
        cmocka_unit_test(a_thousand_isolates),
        cmocka_unit_test(fuel_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Threads that share an engine, and use what the API has beside calls: they compile, add modules, reload, step, keep objects of the
 * host, and call C; and isolates go from thread to thread. */
#include <pthread.h>
#include <stdatomic.h>

#include "tests/api/program.h"

enum { THREADS = 4, ROUNDS = 20, RUNS = 8, STEPS = 40 };

static atomic_int made, finalised;

static void finalise(void *pointer) {
    free(pointer);
    atomic_fetch_add(&finalised, 1);
}

static CoracleStatus new_counter(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                 CoracleValue *result) {
    (void)context;
    CoracleObject *object;
    int64_t *count = malloc(sizeof *count);
    *count = arguments[0].integer;
    atomic_fetch_add(&made, 1);
    CoracleStatus status =
        coracle_object_new_host(isolate, "counters.Counter", count, sizeof *count, finalise, &object);
    if (status == CORACLE_OK)
        *result = (CoracleValue){.kind = CORACLE_OBJECT, .object = coracle_object_release_on_return(object)};
    return status;
}

static CoracleStatus add_to_counter(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                    CoracleValue *result) {
    (void)context, (void)isolate;
    int64_t *count = coracle_object_host(arguments[0].object, "counters.Counter");
    *result = program_integer(*count += arguments[1].integer);
    return CORACLE_OK;
}

static CoracleStatus wait_here(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                               CoracleValue *result) {
    (void)context, (void)arguments, (void)result;
    coracle_isolate_pause(isolate); /* of no effect in a call */
    return CORACLE_OK;
}

static const char source[] =
    "import counters\n"
    "extern \"libm.so.6\" { fn fabs(x: f64): f64 }\n"
    "extern \"libc.so.6\" {\n"
    "    fn qsort(base: CBuffer, count: u64, size: u64, compare: fn(Ptr, Ptr): i32)\n"
    "}\n"
    "var total = 0\n"
    "pub fn count(by: int): int {\n"
    "    let counter = counters.Counter.make(by)\n"
    "    for i in 0..500 { counter.add(i % 3)\n        if i % 100 == 0 { counters.wait() } }\n"
    "    total += counter.add(0)\n"
    "    return total\n"
    "}\n"
    "pub fn foreign(n: int): int {\n"
    "    var sum = 0.0\n"
    "    for i in 0..n { sum += fabs(-(i as float)) }\n"
    "    let bytes = CBuffer(8)\n"
    "    for i in 0..8 { bytes[i] = (8 - i) as u8 }\n"
    "    qsort(bytes, 8, 1, (a, b) => a.u8() as i32 - b.u8() as i32)\n"
    "    return sum as int + bytes[0] as int\n"
    "}\n";

typedef struct Shared {
    CoracleEngine *engine;
    CoracleModule *module;
    pthread_mutex_t mutex;
    struct {
        CoracleIsolate *isolate;
        CoracleRun *run; /* NULL: it is being stepped, or has ended */
        int64_t result;
    } runs[RUNS];
} Shared;

typedef struct Worker {
    Shared *shared;
    int number, wrong;
} Worker;

/* Only the first thread may use cmocka. */
static void expect(Worker *worker, int line, int64_t found, int64_t wanted) {
    if (found == wanted)
        return;
    worker->wrong++;
    fprintf(stderr, "line %d: %lld != %lld\n", line, (long long)found, (long long)wanted);
}
#define EXPECT(found, wanted) expect(worker, __LINE__, (int64_t)(found), (wanted))

static CoracleIsolate *new_isolate(const Shared *shared) {
    CoracleIsolate *isolate = coracle_isolate_new(shared->engine, NULL);
    coracle_isolate_allow_library(isolate, "libm.so.6", NULL, NULL);
    coracle_isolate_allow_library(isolate, "libc.so.6", NULL, NULL);
    return isolate;
}

static int64_t call(CoracleIsolate *isolate, CoracleModule *module, const char *name, int64_t argument) {
    CoracleValue in = program_integer(argument), out = program_integer(-1);
    return coracle_isolate_call(isolate, module, name, &in, 1, &out) == CORACLE_OK ? out.integer : -1;
}

/* A module of the thread's own is added, compiled against, and reloaded. */
static void compile_and_reload(Worker *worker, int round) {
    CoracleEngine *engine = worker->shared->engine;
    char name[32], text[200];
    CoracleMessage message = {""};
    CoracleModule *modules[2] = {NULL, NULL};
    snprintf(name, sizeof name, "own_%d_%d", worker->number, round);
    EXPECT(coracle_engine_add_module(engine, name, "pub fn base(): int => 100\n", NULL, 0, NULL, NULL),
           CORACLE_OK);
    for (int i = 0; i < 2; i++) {
        snprintf(
            text, sizeof text,
            "import %s as own\nimport counters\nvar at = 0\n"
            "pub fn step(n: int): int { at += counters.Counter.make(n).add(%d)\n return at + own.base() }\n",
            name, i);
        EXPECT(coracle_engine_compile(engine, "step.cora", text, strlen(text), &modules[i], &message),
               CORACLE_OK);
    }
    CoracleIsolate *isolate = new_isolate(worker->shared);
    EXPECT(call(isolate, modules[0], "step", 5), 105);
    EXPECT(coracle_isolate_reload(isolate, modules[0], modules[1]), CORACLE_OK);
    EXPECT(call(isolate, modules[1], "step", 5), 111);
    coracle_isolate_free(isolate);
}

static int take_run(Shared *shared, CoracleRun **run) {
    int taken = -1;
    pthread_mutex_lock(&shared->mutex);
    for (int i = 0; i < RUNS && taken < 0; i++)
        if (shared->runs[i].run) {
            *run = shared->runs[taken = i].run;
            shared->runs[i].run = NULL;
        }
    pthread_mutex_unlock(&shared->mutex);
    return taken;
}

static void step_somebodys(Worker *worker) {
    Shared *shared = worker->shared;
    CoracleRun *run;
    CoracleValue result;
    int taken = take_run(shared, &run);
    if (taken < 0)
        return;
    CoracleStatus status = coracle_run_step(run, 300, &result);
    pthread_mutex_lock(&shared->mutex);
    if (status == CORACLE_PAUSED)
        shared->runs[taken].run = run;
    else
        shared->runs[taken].result = status == CORACLE_OK ? result.integer : -1;
    pthread_mutex_unlock(&shared->mutex);
}

static void *work(void *opaque) {
    Worker *worker = opaque;
    const Shared *shared = worker->shared;
    for (int round = 0; round < ROUNDS; round++) {
        CoracleIsolate *isolate = new_isolate(shared);
        EXPECT(call(isolate, shared->module, "count", 10), 509);
        EXPECT(call(isolate, shared->module, "count", 20), 1028);
        EXPECT(call(isolate, shared->module, "foreign", 2000), 1999001);
        coracle_isolate_free(isolate);
        compile_and_reload(worker, round);
        for (int i = 0; i < STEPS; i++)
            step_somebodys(worker);
    }
    return NULL;
}

static void share(CoracleTier tier) {
    static const char declarations[] = "extern \"host\" {\n"
                                       "    pub class Counter {\n"
                                       "        static fn make(from: int): Counter\n"
                                       "        fn add(by: int): int\n"
                                       "    }\n"
                                       "    pub fn wait()\n"
                                       "}\n";
    const CoracleNativeFunction functions[] = {{"Counter.make", new_counter, NULL},
                                               {"Counter.add", add_to_counter, NULL},
                                               {"wait", wait_here, NULL}};
    CoracleEngineOptions options = {.tier = tier, .stress_eager = tier != CORACLE_TIER_AUTO};
    Shared shared = {.engine = coracle_engine_new(&options), .mutex = PTHREAD_MUTEX_INITIALIZER};
    CoracleMessage message = {""};
    coracle_engine_add_module(shared.engine, "counters", declarations, functions, 3, NULL, &message);
    coracle_engine_compile(shared.engine, "shared.cora", source, strlen(source), &shared.module, &message);
    assert_string_equal(message.text, "");
    for (int i = 0; i < RUNS; i++) {
        CoracleFunction *function;
        CoracleValue from = program_integer(i);
        shared.runs[i].isolate = new_isolate(&shared);
        assert_int_equal(coracle_isolate_function(shared.runs[i].isolate, shared.module, "count", &function),
                         CORACLE_OK);
        assert_int_equal(coracle_function_start(function, &from, 1, &shared.runs[i].run), CORACLE_OK);
    }
    pthread_t threads[THREADS];
    Worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (Worker){.shared = &shared, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    int wrong = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        wrong += workers[i].wrong;
    }
    assert_int_equal(wrong, 0);
    for (int i = 0; i < RUNS; i++) {
        assert_null(shared.runs[i].run);
        assert_int_equal(shared.runs[i].result, 499 + i);
        coracle_isolate_free(shared.runs[i].isolate);
    }
    coracle_engine_free(shared.engine);
}

static void parts_are_used_by_threads(void **state) {
    (void)state;
    for (CoracleTier tier = CORACLE_TIER_AUTO; tier <= CORACLE_TIER_TWO; tier++)
        share(tier);
    assert_int_equal(atomic_load(&made), atomic_load(&finalised));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(parts_are_used_by_threads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

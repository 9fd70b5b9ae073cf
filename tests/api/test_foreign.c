/* Grants of C libraries: each isolate has its own, in native code that they share, too. */
#include "tests/api/program.h"

#include <pthread.h>

static const char source[] = "extern \"libm.so.6\" { fn fabs(x: f64): f64 }\n"
                             "extern \"m\" { @symbol(\"fabs\") fn other(x: f64): f64 }\n"
                             "pub fn sum(n: int): float {\n    var sum = 0.0\n    for i in 0..n { sum += "
                             "fabs(-(i as float)) }\n    return sum\n}\n"
                             "pub fn otherOf(x: float): float => other(x)\n"
                             "pub fn peek(): int => Ptr(4096).i32() as int\n";

static CoracleStatus call(CoracleIsolate *isolate, CoracleModule *module, const char *name,
                          CoracleValue argument, double *number) {
    CoracleValue result = {.kind = CORACLE_VOID};
    size_t count = argument.kind == CORACLE_VOID ? 0 : 1;
    CoracleStatus status = coracle_isolate_call(isolate, module, name, &argument, count, &result);
    *number = result.kind == CORACLE_FLOAT ? result.number : -1;
    return status;
}

static void expect_denied(CoracleIsolate *isolate, CoracleModule *module) {
    double number;
    assert_int_equal(call(isolate, module, "sum", program_integer(1), &number), CORACLE_THROWN);
    const CoracleError *error = coracle_isolate_error(isolate);
    assert_int_equal(error->kind, CORACLE_ERROR_PERMISSION);
    assert_string_equal(error->message, "calls of libm.so.6 are not granted; run with --ffi=libm.so.6");
}

static void each_isolate_has_its_grants(void **state) {
    (void)state;
    CoracleMessage message;
    for (CoracleTier tier = CORACLE_TIER_AUTO; tier <= CORACLE_TIER_TWO; tier++) {
        CoracleEngineOptions options = {.tier = tier, .stress_eager = tier >= CORACLE_TIER_ONE};
        CoracleEngine *engine = coracle_engine_new(&options);
        CoracleModule *module = program_load(engine, "foreign", source);
        assert_non_null(module);
        CoracleIsolate *granted = coracle_isolate_new(engine, NULL),
                       *denied = coracle_isolate_new(engine, NULL);
        double number;
        expect_denied(denied, module);
        assert_int_equal(coracle_isolate_allow_library(granted, "libm.so.6", NULL, &message), CORACLE_OK);
        assert_int_equal(coracle_isolate_allow_library(granted, "libm.so.6", NULL, &message), CORACLE_OK);
        for (int i = 0; i < 3; i++) { /* native code comes to call the function itself */
            assert_int_equal(call(granted, module, "sum", program_integer(50000), &number), CORACLE_OK);
            assert_true(number == 1249975000.0);
            expect_denied(denied, module);
        }
        assert_int_equal(
            call(granted, module, "otherOf", (CoracleValue){.kind = CORACLE_FLOAT, .number = -2}, &number),
            CORACLE_THROWN);
        assert_int_equal(coracle_isolate_allow_library(granted, "m", NULL, &message), CORACLE_OK);
        assert_int_equal(
            call(granted, module, "otherOf", (CoracleValue){.kind = CORACLE_FLOAT, .number = -2}, &number),
            CORACLE_OK);
        assert_true(number == 2);
        assert_int_equal(call(denied, module, "peek", (CoracleValue){.kind = CORACLE_VOID}, &number),
                         CORACLE_THROWN);
        assert_int_equal(coracle_isolate_error(denied)->kind, CORACLE_ERROR_PERMISSION);
        coracle_isolate_free(granted);
        expect_denied(denied, module);
        coracle_isolate_free(denied);
        coracle_engine_free(engine);
    }
}

static void a_name_means_one_library(void **state) {
    (void)state;
    CoracleMessage message;
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    assert_int_equal(coracle_isolate_allow_library(isolate, "mine", "/nowhere/libmine.so", &message),
                     CORACLE_OK);
    assert_int_equal(coracle_isolate_allow_library(isolate, "mine", "/nowhere/libmine.so", &message),
                     CORACLE_OK);
    assert_int_equal(coracle_isolate_allow_library(isolate, "mine", "/elsewhere/libmine.so", &message),
                     CORACLE_MISMATCH);
    assert_string_equal(message.text, "mine is another library in this engine");
    CoracleModule *module =
        program_load(engine, "mine", "extern \"mine\" { fn f(): i32 }\npub fn go(): int => f() as int\n");
    double number;
    assert_int_equal(call(isolate, module, "go", (CoracleValue){.kind = CORACLE_VOID}, &number),
                     CORACLE_THROWN);
    assert_non_null(strstr(coracle_isolate_error(isolate)->text, "IOError: cannot load mine"));
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
}

typedef struct Worker {
    CoracleEngine *engine;
    CoracleModule *module;
    bool is_granted, good;
} Worker;

static void *work(void *opaque) {
    Worker *worker = opaque;
    worker->good = true;
    for (int i = 0; i < 20; i++) {
        CoracleIsolate *isolate = coracle_isolate_new(worker->engine, NULL);
        double number;
        if (worker->is_granted)
            coracle_isolate_allow_library(isolate, "libm.so.6", NULL, NULL);
        CoracleStatus status = call(isolate, worker->module, "sum", program_integer(5000), &number);
        worker->good &=
            worker->is_granted ? status == CORACLE_OK && number == 12497500.0 : status == CORACLE_THROWN;
        coracle_isolate_free(isolate);
    }
    return NULL;
}

static void threads_call_at_once(void **state) {
    (void)state;
    enum { WORKERS = 4 };
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module = program_load(engine, "foreign", source);
    Worker workers[WORKERS];
    pthread_t threads[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = (Worker){.engine = engine, .module = module, .is_granted = i % 2 == 0};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
        assert_true(workers[i].good);
    }
    coracle_engine_free(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_isolate_has_its_grants),
        cmocka_unit_test(a_name_means_one_library),
        cmocka_unit_test(threads_call_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

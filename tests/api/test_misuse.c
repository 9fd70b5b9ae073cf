/* Misuse: handles that were released or are of another kind, isolate or engine, NULL everywhere, use by two threads, by callbacks of
 * what they are called by.  Everything gives an error or does nothing, in every build. */
#include "tests/api/program.h"

#include <pthread.h>

static const char source[] = "import host\n"
                             "pub class Unit { var name: string\n    init() { self.name = \"\" } }\n"
                             "pub fn add(a: int, b: int): int => a + b\n"
                             "pub fn make(): Unit => Unit()\n"
                             "pub fn numbers(): List<int> => [1, 2]\n"
                             "pub fn prices(): Map<string, int> => [\"a\": 1]\n"
                             "pub fn closure(): fn(): int => () => 1\n"
                             "pub fn callback(value: any): int => host.callback(value)\n"
                             "pub fn main() { print(\"text\") }\n";

typedef struct Fixture Fixture;
typedef CoracleStatus Action(Fixture *fixture, CoracleIsolate *isolate, const CoracleValue *arguments);

struct Fixture {
    CoracleEngine *engine;
    CoracleModule *module;
    CoracleIsolate *isolate;
    CoracleFunction *add, *callback;
    CoracleRun *run;
    Action *action; /* of the host's function `callback` */
};

static CoracleStatus host_callback(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                   CoracleValue *result) {
    Fixture *fixture = context;
    *result = program_integer(7);
    return fixture->action(fixture, isolate, arguments);
}

static void open_fixture(Fixture *fixture) {
    CoracleMessage message = {""};
    *fixture = (Fixture){.engine = coracle_engine_new(NULL)};
    const CoracleNativeFunction function = {"callback", host_callback, fixture};
    static const char declarations[] =
        "extern \"host\" { pub fn callback(value: any): int\n pub class Thing { } }";
    CoracleStatus status =
        coracle_engine_add_module(fixture->engine, "host", declarations, &function, 1, NULL, &message);
    if (status == CORACLE_OK)
        status = coracle_engine_compile(fixture->engine, "misuse.cora", source, strlen(source),
                                        &fixture->module, &message);
    if (status != CORACLE_OK)
        fail_msg("%s", message.text);
    fixture->isolate = coracle_isolate_new(fixture->engine, NULL);
    assert_int_equal(coracle_isolate_function(fixture->isolate, fixture->module, "add", &fixture->add),
                     CORACLE_OK);
    assert_int_equal(
        coracle_isolate_function(fixture->isolate, fixture->module, "callback", &fixture->callback),
        CORACLE_OK);
}

static void close_fixture(Fixture *fixture) {
    coracle_isolate_free(fixture->isolate);
    coracle_engine_free(fixture->engine);
}

static CoracleObject *call_object(Fixture *fixture, const char *name) {
    CoracleValue result;
    assert_int_equal(coracle_isolate_call(fixture->isolate, fixture->module, name, NULL, 0, &result),
                     CORACLE_OK);
    assert_int_equal(result.kind, CORACLE_OBJECT);
    return result.object;
}

/* ---- Bad handles ------------------------------------------------------------------------------- */

static bool write_nothing(void *context, const char *bytes, size_t length) {
    (void)context, (void)bytes, (void)length;
    return true;
}

/* Uses every function with handles that are all bad. */
static void use_all(CoracleEngine *engine, CoracleModule *module, CoracleIsolate *isolate,
                    CoracleFunction *function, CoracleObject *object, CoracleRun *run) {
    CoracleMessage message = {""};
    CoracleModule *out_module;
    CoracleFunction *out_function;
    CoracleObject *out_object;
    CoracleRun *out_run;
    CoracleAhead ahead;
    CoracleValue value = program_integer(1), key = value;
    CoracleScalar scalars[2] = {{.integer = 1}, {.integer = 2}};
    CoracleGrant grant = {.name = "x", .directory = "/", .read = true};
    CoracleExplainOptions explain = {.function = "add", .tier = CORACLE_TIER_ONE};
    const char *texts[] = {"a"};
    size_t position = 0;
    int code;
    assert_int_equal(coracle_engine_load(engine, "x", 1, &out_module, &message), CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_compile(engine, "x", "", 0, &out_module, &message), CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_load_file(engine, "x", &out_module, &message), CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_add_module(engine, "x", "", NULL, 0, NULL, &message), CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_compile_ahead(engine, module, &ahead, &message), CORACLE_MISMATCH);
    assert_null(coracle_engine_added_module(engine, "x", &(size_t){0}));
    assert_false(coracle_engine_report(engine, write_nothing, NULL));
    assert_false(coracle_engine_stop_compiling(engine));
    coracle_engine_functions(engine, NULL, NULL);
    assert_null(coracle_module_name(module));
    assert_null(coracle_isolate_new(engine, NULL));
    coracle_isolate_allow(isolate, CORACLE_ALLOW_STDOUT);
    assert_int_equal(coracle_isolate_set_working_directory(isolate, "/"), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_grant(isolate, &grant, &message), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_allow_library(isolate, "m", NULL, &message), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_set_arguments(isolate, texts, 1), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_set_environment(isolate, texts, 1), CORACLE_MISMATCH);
    coracle_isolate_set_output(isolate, write_nothing, NULL);
    coracle_isolate_set_error_output(isolate, write_nothing, NULL);
    coracle_isolate_set_input(isolate, NULL, NULL);
    assert_false(coracle_isolate_flush(isolate));
    coracle_isolate_interrupt(isolate);
    coracle_isolate_time_out(isolate);
    coracle_isolate_add_fuel(isolate, 1);
    assert_int_equal(coracle_isolate_fuel(isolate), 0);
    assert_int_equal(coracle_isolate_exit_code(isolate), 0);
    assert_int_equal(coracle_isolate_run(isolate, module, &code), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_reload(isolate, module, module), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_call(isolate, module, "add", &value, 1, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_function(isolate, module, "add", &out_function), CORACLE_MISMATCH);
    assert_null(out_function);
    assert_int_equal(coracle_isolate_throw(isolate, "Error", "x"), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_pause(isolate), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_explain(isolate, module, &explain, write_nothing, NULL, &message),
                     CORACLE_MISMATCH);
    assert_null(coracle_isolate_error(isolate));
    assert_non_null(coracle_isolate_message(isolate));
    assert_int_equal(coracle_object_new(isolate, "List<int>", &out_object), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_new_host(isolate, "host.Thing", malloc(1), 0, free, &out_object),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_function_call(function, &value, 1, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_function_call_scalars(function, scalars), CORACLE_MISMATCH);
    assert_int_equal(coracle_function_start(function, &value, 1, &out_run), CORACLE_MISMATCH);
    assert_int_equal(coracle_run_step(run, 100, NULL), CORACLE_MISMATCH);
    assert_false(coracle_run_goes_on(run));
    assert_int_equal(coracle_object_method(object, "x", &out_function), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_function(object, &out_function), CORACLE_MISMATCH);
    assert_null(coracle_object_keep(object));
    assert_null(coracle_object_type(object));
    assert_null(coracle_object_host(object, "host.Thing"));
    assert_null(coracle_object_release_on_return(object));
    assert_int_equal(coracle_object_get(object, "name", &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_set(object, "name", &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_length(object), 0);
    assert_int_equal(coracle_list_get(object, 0, &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_set(object, 0, &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_append(object, &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_read(object, 0, 1, CORACLE_INT, 8, scalars), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_write(object, 0, 1, CORACLE_INT, 8, scalars), CORACLE_MISMATCH);
    assert_int_equal(coracle_map_length(object), 0);
    assert_int_equal(coracle_map_get(object, &key, &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_map_set(object, &key, &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_map_remove(object, &key), CORACLE_MISMATCH);
    assert_int_equal(coracle_map_next(object, &position, &key, &value), CORACLE_MISMATCH);
    coracle_run_release(run);
    coracle_function_release(function);
    coracle_object_release(object);
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
}

static void test_bad_handles(void **state) {
    (void)state;
    use_all(NULL, NULL, NULL, NULL, NULL, NULL);
    Fixture fixture;
    open_fixture(&fixture);
    CoracleObject *object = call_object(&fixture, "make");
    CoracleValue arguments[] = {program_integer(1), program_integer(2)}, result;
    CoracleRun *run;
    assert_int_equal(coracle_function_start(fixture.add, arguments, 2, &run), CORACLE_OK);
    /* good ones, of other kinds */
    void *handles[] = {fixture.engine, fixture.module, fixture.isolate, fixture.add, object, run};
    for (size_t i = 1; i < 6; i++) {
        void *h[6];
        for (size_t j = 0; j < 6; j++)
            h[j] = handles[(i + j) % 6];
        use_all(h[0], h[1], h[2], h[3], h[4], h[5]);
    }
    /* what never was one */
    static const uintptr_t forged[] = {1, 8, 0xffffffff, UINTPTR_MAX, (uintptr_t)1 << 63, 0x1fffffffff};
    for (size_t i = 0; i < sizeof forged / sizeof *forged; i++)
        use_all((void *)forged[i], (void *)forged[i], (void *)forged[i], (void *)forged[i], (void *)forged[i],
                (void *)forged[i]);
    /* they are all good still */
    assert_int_equal(coracle_function_call(fixture.add, arguments, 2, &result), CORACLE_OK);
    assert_int_equal(coracle_run_step(run, 1000, &result), CORACLE_OK);
    assert_string_equal(coracle_object_type(object), "Unit");
    close_fixture(&fixture);
    use_all(fixture.engine, fixture.module, fixture.isolate, fixture.add, object, run);
    open_fixture(&fixture); /* others take their rows */
    use_all(handles[0], handles[1], handles[2], handles[3], object, run);
    close_fixture(&fixture);
}

static void test_released(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture);
    CoracleObject *object = call_object(&fixture, "make"), *other;
    coracle_object_release(object);
    coracle_object_release(object);
    for (int i = 0; i < 300; i++) {
        assert_null(coracle_object_type(object));
        other = call_object(&fixture, "make"); /* perhaps in its place */
        assert_ptr_not_equal(other, object);
        coracle_object_release(object);
        assert_string_equal(coracle_object_type(other), "Unit");
        if (i % 3)
            coracle_object_release(other);
    }
    CoracleValue argument = {.kind = CORACLE_OBJECT, .object = object};
    assert_int_equal(coracle_function_call(fixture.callback, &argument, 1, NULL), CORACLE_MISMATCH);
    coracle_function_release(fixture.add);
    coracle_function_release(fixture.add);
    assert_int_equal(coracle_function_call(fixture.add, NULL, 0, NULL), CORACLE_MISMATCH);
    close_fixture(&fixture);
}

/* Objects and modules of others. */
static void test_strangers(void **state) {
    (void)state;
    Fixture fixture, stranger;
    open_fixture(&fixture);
    open_fixture(&stranger);
    CoracleIsolate *second = coracle_isolate_new(fixture.engine, NULL);
    CoracleObject *object = call_object(&fixture, "make"), *list = call_object(&stranger, "numbers");
    CoracleValue argument = {.kind = CORACLE_OBJECT, .object = object};
    assert_int_equal(coracle_isolate_call(second, fixture.module, "callback", &argument, 1, NULL),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_call(fixture.isolate, stranger.module, "add", NULL, 0, NULL),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_run(fixture.isolate, stranger.module, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_function(fixture.isolate, stranger.module, "add", &fixture.add),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_list_append(list, &argument), CORACLE_MISMATCH);
    coracle_isolate_free(second);
    close_fixture(&fixture);
    close_fixture(&stranger);
}

/* ---- NULL -------------------------------------------------------------------------------------- */

static void test_null(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture);
    CoracleObject *object = call_object(&fixture, "make"), *list = call_object(&fixture, "numbers"),
                  *map = call_object(&fixture, "prices");
    CoracleModule *module;
    CoracleValue value = program_integer(1);
    CoracleFunction *function;
    const CoracleNativeFunction half = {NULL, host_callback, NULL};
    assert_int_equal(coracle_engine_load(fixture.engine, NULL, 0, &module, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_load(fixture.engine, "x", 1, NULL, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_load(fixture.engine, "x", 1, &module, NULL), CORACLE_REJECTED);
    assert_int_equal(coracle_engine_compile(fixture.engine, NULL, "", 0, &module, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_compile(fixture.engine, "x", NULL, 0, &module, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_compile(fixture.engine, "x", "let", 3, &module, NULL), CORACLE_REJECTED);
    assert_int_equal(coracle_engine_load_file(fixture.engine, NULL, &module, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_add_module(fixture.engine, NULL, "", NULL, 0, NULL, NULL),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_add_module(fixture.engine, "x", NULL, NULL, 0, NULL, NULL),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_add_module(fixture.engine, "x", "", NULL, 1, NULL, NULL),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_add_module(fixture.engine, "x", "", &half, 1, NULL, NULL),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_add_module(fixture.engine, "x", "let", NULL, 0, NULL, NULL),
                     CORACLE_REJECTED);
    assert_false(coracle_engine_report(fixture.engine, NULL, NULL));
    assert_int_equal(coracle_isolate_call(fixture.isolate, NULL, "add", NULL, 0, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, NULL, NULL, 0, NULL),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "add", NULL, 2, NULL),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_function(fixture.isolate, fixture.module, NULL, &function),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_function(fixture.isolate, fixture.module, "add", NULL),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_function_call(fixture.add, NULL, 2, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_function_call_scalars(fixture.add, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_function_start(fixture.add, NULL, 2, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_set_arguments(fixture.isolate, NULL, 1), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_set_arguments(fixture.isolate, NULL, 0), CORACLE_OK);
    assert_int_equal(coracle_isolate_set_working_directory(fixture.isolate, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_grant(fixture.isolate, NULL, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_new(fixture.isolate, NULL, &object), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_new(fixture.isolate, "List<int>", NULL), CORACLE_MISMATCH);
    object = call_object(&fixture, "make");
    assert_int_equal(coracle_object_get(object, NULL, &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_get(object, "name", NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_set(object, "name", NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_method(object, NULL, &function), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_method(object, "x", NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_get(list, 0, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_set(list, 0, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_append(list, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_read(list, 0, 1, CORACLE_INT, 8, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_write(list, 0, 1, CORACLE_INT, 8, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_map_get(map, NULL, &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_map_set(map, &value, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_map_remove(map, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_map_next(map, NULL, &value, &value), CORACLE_MISMATCH);
    value = (CoracleValue){.kind = CORACLE_OBJECT, .object = NULL};
    assert_int_equal(coracle_function_call(fixture.callback, &value, 1, NULL), CORACLE_MISMATCH);
    value = (CoracleValue){.kind = (CoracleKind)99};
    assert_int_equal(coracle_function_call(fixture.callback, &value, 1, NULL), CORACLE_MISMATCH);
    assert_null(coracle_object_host(object, NULL));
    close_fixture(&fixture);
}

/* ---- Callbacks --------------------------------------------------------------------------------- */

static CoracleStatus frees_everything(Fixture *fixture, CoracleIsolate *isolate,
                                      const CoracleValue *arguments) {
    CoracleRun *run;
    coracle_isolate_free(isolate); /* runs: it stays */
    coracle_function_release(fixture->callback);
    coracle_object_release(arguments[0].object);
    coracle_object_release(arguments[0].object);
    assert_null(coracle_object_type(arguments[0].object));
    assert_int_equal(coracle_function_call(fixture->callback, arguments, 1, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_function_start(fixture->callback, arguments, 1, &run), CORACLE_MISMATCH);
    coracle_run_release(fixture->run);
    assert_int_equal(coracle_run_step(fixture->run, 1, NULL), CORACLE_MISMATCH);
    coracle_engine_free(fixture->engine); /* goes with the isolate */
    assert_null(coracle_isolate_new(fixture->engine, NULL));
    return CORACLE_OK;
}

static CoracleStatus calls_itself(Fixture *fixture, CoracleIsolate *isolate, const CoracleValue *arguments) {
    (void)isolate;
    return coracle_function_call(fixture->callback, arguments, 1, NULL);
}

static CoracleStatus gives_nonsense(Fixture *fixture, CoracleIsolate *isolate,
                                    const CoracleValue *arguments) {
    (void)fixture, (void)isolate, (void)arguments;
    return (CoracleStatus)77;
}

static void test_callbacks(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture);
    CoracleValue argument = {.kind = CORACLE_OBJECT, .object = call_object(&fixture, "make")}, result;
    fixture.action = calls_itself;
    assert_int_equal(coracle_function_call(fixture.callback, &argument, 1, &result), CORACLE_THROWN);
    assert_string_equal(coracle_isolate_error(fixture.isolate)->type, "StackOverflowError");
    fixture.action = gives_nonsense;
    assert_int_equal(coracle_function_call(fixture.callback, &argument, 1, &result), CORACLE_THROWN);
    fixture.action = frees_everything;
    assert_int_equal(coracle_function_call(fixture.callback, &argument, 1, &result), CORACLE_OK);
    assert_int_equal(result.integer, 7);
    /* the engine is gone for the host, and the isolate goes on */
    assert_int_equal(coracle_function_call(fixture.callback, &argument, 1, &result), CORACLE_MISMATCH);
    assert_string_equal(coracle_object_type(argument.object), "Unit");
    coracle_isolate_free(fixture.isolate);
    /* likewise from a step */
    open_fixture(&fixture);
    argument.object = call_object(&fixture, "make");
    assert_int_equal(coracle_function_start(fixture.callback, &argument, 1, &fixture.run), CORACLE_OK);
    fixture.action = frees_everything;
    assert_int_equal(coracle_run_step(fixture.run, 1000000, &result), CORACLE_OK);
    assert_int_equal(result.integer, 7);
    assert_false(coracle_run_goes_on(fixture.run));
    coracle_isolate_free(fixture.isolate);
}

/* A stream uses the isolate that writes to it. */
static bool write_and_call(void *context, const char *bytes, size_t length) {
    Fixture *fixture = context;
    CoracleValue arguments[] = {program_integer(1), program_integer(2)};
    (void)bytes, (void)length;
    coracle_isolate_free(fixture->isolate);
    assert_false(coracle_isolate_flush(fixture->isolate));
    assert_int_equal(coracle_function_call(fixture->add, arguments, 2, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_throw(fixture->isolate, "Error", "x"), CORACLE_MISMATCH);
    return true;
}

static void test_streams(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture);
    coracle_isolate_allow(fixture.isolate, CORACLE_ALLOW_STDOUT);
    coracle_isolate_set_output(fixture.isolate, write_and_call, &fixture);
    assert_int_equal(coracle_isolate_run(fixture.isolate, fixture.module, NULL), CORACLE_OK);
    close_fixture(&fixture);
}

/* ---- Threads ----------------------------------------------------------------------------------- */

static void *use_from_elsewhere(void *opaque) {
    Fixture *fixture = opaque;
    CoracleScalar values[2] = {{.integer = 1}, {.integer = 2}};
    CoracleObject *object;
    assert_int_equal(coracle_function_call_scalars(fixture->add, values), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_new(fixture->isolate, "List<int>", &object), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_call(fixture->isolate, fixture->module, "make", NULL, 0, NULL),
                     CORACLE_MISMATCH);
    coracle_function_release(fixture->add);
    coracle_isolate_free(fixture->isolate);
    coracle_isolate_interrupt(fixture->isolate);
    return NULL;
}

static CoracleStatus starts_thread(Fixture *fixture, CoracleIsolate *isolate, const CoracleValue *arguments) {
    pthread_t thread;
    (void)isolate, (void)arguments;
    assert_int_equal(pthread_create(&thread, NULL, use_from_elsewhere, fixture), 0);
    pthread_join(thread, NULL);
    return CORACLE_OK;
}

static void test_threads(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture);
    CoracleValue argument = {.kind = CORACLE_OBJECT, .object = call_object(&fixture, "make")};
    CoracleScalar values[2] = {{.integer = 1}, {.integer = 2}};
    fixture.action = starts_thread;
    assert_int_equal(coracle_function_call(fixture.callback, &argument, 1, NULL), CORACLE_INTERRUPTED);
    assert_int_equal(coracle_function_call_scalars(fixture.add, values), CORACLE_OK);
    assert_int_equal(values[0].integer, 3);
    close_fixture(&fixture);
}

/* Isolates that are left behind their engine. */
static void test_order(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture);
    CoracleIsolate *second = coracle_isolate_new(fixture.engine, NULL);
    coracle_engine_free(fixture.engine);
    coracle_engine_free(fixture.engine);
    CoracleScalar values[2] = {{.integer = 1}, {.integer = 2}};
    assert_int_equal(coracle_function_call_scalars(fixture.add, values), CORACLE_OK);
    assert_int_equal(coracle_isolate_run(second, fixture.module, NULL), CORACLE_MISMATCH);
    coracle_isolate_free(second);
    coracle_isolate_free(second);
    coracle_isolate_free(fixture.isolate);
    assert_int_equal(coracle_function_call_scalars(fixture.add, values), CORACLE_MISMATCH);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_handles), cmocka_unit_test(test_released),
        cmocka_unit_test(test_strangers),   cmocka_unit_test(test_null),
        cmocka_unit_test(test_callbacks),   cmocka_unit_test(test_streams),
        cmocka_unit_test(test_threads),     cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* coracle SCRIPT interpreter|native: measure.h. */
#include "measure.h"

#include <string.h>

#include "coracle.h"

static CoracleStatus add(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                         CoracleValue *result) {
    (void)context, (void)isolate;
    *result = (CoracleValue){.kind = CORACLE_INT, .integer = arguments[0].integer + arguments[1].integer};
    return CORACLE_OK;
}

static CoracleModule *compile(CoracleEngine *engine, const char *text, size_t size) {
    CoracleModule *module;
    CoracleMessage message;
    CoracleStatus status = coracle_engine_compile(engine, "script.cora", text, size, &module, &message);
    if (status != CORACLE_OK)
        fprintf(stderr, "%s\n", message.text);
    must(status, "compile");
    return module;
}

static CoracleFunction *prepare(CoracleIsolate *isolate, CoracleModule *module, const char *name) {
    CoracleFunction *function;
    must(coracle_isolate_function(isolate, module, name, &function), name);
    return function;
}

static void measure_isolates(CoracleEngine *engine, CoracleModule *module) {
    static CoracleIsolate *isolates[ISOLATES];
    double kib = resident_kib();
    for (int i = 0; i < ISOLATES; i++) {
        isolates[i] = coracle_isolate_new(engine, NULL);
        prepare(isolates[i], module, "add");
    }
    printf("isolate_kib %.1f\n", (resident_kib() - kib) / ISOLATES);
    double best = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        double start = micros();
        for (int n = 0; n < 100; n++)
            coracle_isolate_free(coracle_isolate_new(engine, NULL));
        best = least(best, (micros() - start) / 100);
    }
    printf("isolate_us %.2f\n", best);
    for (int i = 0; i < ISOLATES; i++)
        coracle_isolate_free(isolates[i]);
}

static void measure_calls(CoracleIsolate *isolate, CoracleModule *module) {
    CoracleFunction *function = prepare(isolate, module, "add"), *loop = prepare(isolate, module, "callHost");
    double call = 1e9, host = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        CoracleScalar values[2];
        double start = micros();
        int64_t sum = 0;
        for (int64_t n = 0; n < CALLS; n++) {
            values[0].integer = sum;
            values[1].integer = n;
            must(coracle_function_call_scalars(function, values), "add");
            sum = values[0].integer;
        }
        call = least(call, (micros() - start) * 1e3 / CALLS);
        values[0].integer = CALLS;
        start = micros();
        must(coracle_function_call_scalars(loop, values), "callHost");
        host = least(host, (micros() - start) * 1e3 / CALLS);
    }
    printf("call_ns %.1f\nhost_ns %.1f\n", call, host);
}

int main(int argc, char **argv) {
    size_t size;
    const char *text = read_script(argc == 3 ? argv[1] : "", &size);
    CoracleEngineOptions options = {.tier = strcmp(argv[2], "native") == 0 ? CORACLE_TIER_TWO
                                                                           : CORACLE_TIER_INTERPRETER};
    CoracleNativeFunction functions[] = {{"add", add, NULL}};
    CoracleMessage message;
    double start = micros();
    CoracleEngine *engine = coracle_engine_new(&options);
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    printf("start_us %.0f\n", micros() - start);
    start = micros();
    must(coracle_engine_add_module(engine, "host", "extern \"host\" { pub fn add(a: int, b: int): int }",
                                   functions, 1, NULL, &message),
         "add_module");
    CoracleModule *module = compile(engine, text, size);
    prepare(isolate, module, "add");
    printf("first_us %.0f\n", micros() - start);
    double best = 1e9;
    for (int i = 0; i < COMPILES; i++) {
        start = micros();
        prepare(isolate, compile(engine, text, size), "add");
        best = least(best, micros() - start);
    }
    printf("compile_us %.0f\n", best);
    measure_calls(isolate, module);
    measure_isolates(engine, module);
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
    return 0;
}

/* Running what the verifier accepts.  The engine is new for each input, so that an input alone repeats a finding. */
#include "tests/fuzz/fuzz.h"

#include "coracle.h"
#include "vm/api/api_internal.h"
#include "vm/runtime/engine_internal.h"
#include "vm/runtime/host_signature.h"

enum { HEAP = 16 << 20, STACK = 256 << 10, FUEL = 200000, OUTPUT = 64 << 10, CALLED_FUNCTIONS = 40 };

static bool discard(void *context, const char *bytes, size_t length) {
    size_t *sum = context;
    for (size_t i = 0; i < length; i++) /* a sanitizer looks at every byte */
        *sum += (unsigned char)bytes[i];
    return true;
}

static uint32_t sum_of(const uint8_t *bytes, size_t size) {
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ bytes[i]) * 16777619u;
    return sum;
}

/* A value for a parameter; false: a host has none. */
static bool value_of(const CorType *type, CoracleValue *value) {
    switch (type->kind) {
    case COR_KIND_BOOL: *value = (CoracleValue){.kind = CORACLE_BOOL, .boolean = true}; return true;
    case COR_KIND_I8:
    case COR_KIND_I16:
    case COR_KIND_I32:
    case COR_KIND_I64: *value = (CoracleValue){.kind = CORACLE_INT, .integer = 3}; return true;
    case COR_KIND_U8:
    case COR_KIND_U16:
    case COR_KIND_U32:
    case COR_KIND_U64: *value = (CoracleValue){.kind = CORACLE_UINT, .unsigned_integer = 200}; return true;
    case COR_KIND_F32:
    case COR_KIND_F64: *value = (CoracleValue){.kind = CORACLE_FLOAT, .number = -1.5}; return true;
    case COR_KIND_CHAR: *value = (CoracleValue){.kind = CORACLE_CHAR, .character = 0x1F600}; return true;
    case COR_KIND_STRING:
        *value = (CoracleValue){.kind = CORACLE_STRING, .string = {"h\xC3\xA9llo", 6}};
        return true;
    case COR_KIND_OPTIONAL: *value = (CoracleValue){.kind = CORACLE_NULL}; return true;
    default: return false;
    }
}

static void call_function(CoracleIsolate *isolate, CoracleModule *module, CorLoweredFunction *function) {
    HostSignature signature;
    CoracleValue values[HOST_SIGNATURE_PARAMETERS], result;
    if (!host_signature_of(function, &signature))
        return;
    for (uint32_t i = 0; i < signature.count; i++)
        if (!value_of(signature.parameters[i], &values[i]))
            return;
    if (coracle_isolate_call(isolate, module, function->name, values, signature.count, &result) ==
            CORACLE_OK &&
        result.kind == CORACLE_OBJECT)
        coracle_object_release(result.object);
}

/* Lowers every function that needs no type arguments, reached or not, and calls those that a host can. */
static void use_functions(CoracleIsolate *isolate, CoracleModule *module) {
    CorLinkedModule *linked = api_module(module);
    CorEngine *engine = isolate->isolate->engine;
    uint32_t called = 0;
    for (uint32_t i = linked->module->imported_function_count; i < linked->module->function_count; i++) {
        const CorFunction *portable = &linked->module->functions[i];
        if (portable->param_count != 0 || portable->code_size == 0)
            continue;
        cor_engine_lock(engine);
        CorLoweredFunction *function = cor_function_instance(engine, linked, i, NULL, 0);
        if (function == NULL)
            engine->failure = COR_FAILURE_NONE;
        cor_engine_unlock(engine);
        if (function == NULL || cor_isolate_enter(isolate->isolate) != COR_OK)
            continue;
        cor_function_lower(isolate->isolate, function);
        cor_isolate_leave(isolate->isolate);
        if ((portable->flags & COR_FN_PUBLIC) != 0 && called++ < CALLED_FUNCTIONS)
            call_function(isolate, module, function);
    }
}

static void run(CoracleEngine *engine, CoracleModule *module, uint32_t variation) {
    CoracleIsolateOptions options = {.heap_bytes = HEAP,
                                     .stack_bytes = STACK,
                                     .fuel = FUEL,
                                     .output_bytes = OUTPUT,
                                     .stress_collect_every = variation % 4 == 0 ? 1 + variation / 4 % 50 : 0,
                                     .stress_fail_at = variation % 7 == 0 ? 1 + variation / 7 % 500 : 0};
    CoracleIsolate *isolate = coracle_isolate_new(engine, &options);
    size_t sum = 0;
    int code = 0;
    if (!isolate)
        return;
    coracle_isolate_allow(isolate, CORACLE_ALLOW_STDOUT | CORACLE_ALLOW_STDERR);
    coracle_isolate_set_output(isolate, discard, &sum);
    coracle_isolate_set_error_output(isolate, discard, &sum);
    coracle_isolate_run(isolate, module, &code);
    use_functions(isolate, module);
    coracle_isolate_free(isolate);
}

bool fuzz_execute(const uint8_t *bytes, size_t size, bool must_load) {
    CoracleMessage message = {""};
    CoracleStatus status = coracle_module_verify(bytes, size, &message);
    fuzz_check(!must_load || status == CORACLE_OK, "rejected", message.text);
    if (status != CORACLE_OK)
        return false;
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module = NULL;
    if (!engine)
        return false;
    status = coracle_engine_load(engine, bytes, size, &module, &message);
    fuzz_check(!must_load || status == CORACLE_OK, "not linked", message.text);
    if (status == CORACLE_OK)
        run(engine, module, sum_of(bytes, size));
    coracle_engine_free(engine);
    return status == CORACLE_OK;
}

/* Running what the verifier accepts.  The engine is new for each input, so that an input alone repeats a finding. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "tests/fuzz/execute.h"
#include "vm/api/api_internal.h"
#include "vm/runtime/engine_internal.h"
#include "vm/runtime/host_signature.h"

enum { HEAP = 16 << 20, STACK = 256 << 10, FUEL = 200000, OUTPUT = 64 << 10, CALLED_FUNCTIONS = 40 };

static void outcome_add(Outcome *outcome, const void *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        outcome->sum = (outcome->sum ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
}

static void outcome_end(Outcome *outcome, const CoracleIsolate *isolate, CoracleStatus status) {
    outcome_add(outcome, &status, sizeof status);
    outcome->limited |=
        status == CORACLE_OUT_OF_FUEL || status == CORACLE_OUTPUT_LIMIT || status == CORACLE_NO_MEMORY;
    const CoracleError *error = status == CORACLE_THROWN ? coracle_isolate_error(isolate) : NULL;
    if (error) {
        outcome_add(outcome, error->text, strlen(error->text));
        outcome->limited |= error->kind != CORACLE_ERROR_OTHER;
    }
}

static bool take_output(void *context, const char *bytes, size_t length) {
    outcome_add(context, bytes, length);
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

static void add_result(Outcome *outcome, const CoracleValue *result) {
    outcome_add(outcome, &result->kind, sizeof result->kind);
    switch (result->kind) {
    case CORACLE_BOOL: outcome_add(outcome, &result->boolean, sizeof result->boolean); break;
    case CORACLE_INT:
    case CORACLE_UINT: outcome_add(outcome, &result->integer, sizeof result->integer); break;
    case CORACLE_FLOAT:
        if (result->number == result->number)
            outcome_add(outcome, &result->number, sizeof result->number);
        break;
    case CORACLE_CHAR: outcome_add(outcome, &result->character, sizeof result->character); break;
    case CORACLE_STRING: outcome_add(outcome, result->string.bytes, result->string.length); break;
    case CORACLE_OBJECT: coracle_object_release(result->object); break;
    default: break;
    }
}

static void call_function(CoracleIsolate *isolate, CoracleModule *module, CorLoweredFunction *function,
                          Outcome *outcome) {
    CorIsolate *inner = api_isolate(isolate)->isolate;
    HostSignature signature;
    CoracleValue values[COR_HOST_PARAMETERS], result;
    if (function->portable->parameter_count > COR_HOST_PARAMETERS || cor_isolate_enter(inner) != COR_OK)
        return;
    CorStatus types = host_signature_of(inner, function, &signature);
    cor_isolate_leave(inner);
    if (types != COR_OK)
        return;
    for (uint32_t i = 0; i < signature.count; i++)
        if (!value_of(signature.parameters[i], &values[i]))
            return;
    CoracleStatus status =
        coracle_isolate_call(isolate, module, function->name, values, signature.count, &result);
    outcome_end(outcome, isolate, status);
    if (status == CORACLE_OK)
        add_result(outcome, &result);
}

/* Lowers every function that needs no type arguments, reached or not, and calls those that a host can. */
static void use_functions(CoracleIsolate *isolate, CoracleModule *module, Outcome *outcome) {
    CorIsolate *inner = api_isolate(isolate)->isolate;
    CorLinkedModule *linked = handle_target(module, HANDLE_MODULE);
    CorEngine *engine = inner->engine;
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
        if (function == NULL || cor_isolate_enter(inner) != COR_OK)
            continue;
        cor_function_lower(inner, function);
        cor_isolate_leave(inner);
        if ((portable->flags & COR_FN_PUBLIC) != 0 && called++ < CALLED_FUNCTIONS)
            call_function(isolate, module, function, outcome);
    }
}

Outcome execute_run(CoracleEngine *engine, CoracleModule *module, const CoracleIsolateOptions *options) {
    Outcome outcome = {.sum = 14695981039346656037u};
    CoracleIsolate *isolate = coracle_isolate_new(engine, options);
    int code = 0;
    if (!isolate)
        return (Outcome){.status = CORACLE_NO_MEMORY, .limited = true};
    coracle_isolate_allow(isolate, CORACLE_ALLOW_STDOUT | CORACLE_ALLOW_STDERR);
    coracle_isolate_set_output(isolate, take_output, &outcome);
    coracle_isolate_set_error_output(isolate, take_output, &outcome);
    outcome.status = coracle_isolate_run(isolate, module, &code);
    outcome_end(&outcome, isolate, outcome.status);
    outcome_add(&outcome, &code, sizeof code);
    use_functions(isolate, module, &outcome);
    coracle_isolate_free(isolate);
    return outcome;
}

/* Loads the bytes into a new engine and runs them; *loaded tells whether they could be. */
static Outcome load_and_run(const uint8_t *bytes, size_t size, bool plain,
                            const CoracleIsolateOptions *options, bool *loaded, CoracleMessage *message) {
    Outcome outcome = {.limited = true};
    CoracleModule *module = NULL;
    CoracleEngine *engine = coracle_engine_new(NULL);
    *loaded = engine && coracle_engine_load(engine, bytes, size, &module, message) == CORACLE_OK;
    if (*loaded) {
        api_engine(engine)->engine->options.plain_lowering = plain;
        outcome = execute_run(engine, module, options);
    }
    coracle_engine_free(engine);
    return outcome;
}

bool fuzz_execute(const uint8_t *bytes, size_t size, bool must_load) {
    CoracleMessage message = {""};
    CoracleStatus status = coracle_module_verify(bytes, size, &message);
    fuzz_check(!must_load || status == CORACLE_OK, "rejected", message.text);
    if (status != CORACLE_OK)
        return false;
    uint32_t variation = sum_of(bytes, size);
    CoracleIsolateOptions options = {.heap_bytes = HEAP,
                                     .stack_bytes = STACK,
                                     .fuel = FUEL,
                                     .output_bytes = OUTPUT,
                                     .stress_collect_every = variation % 8 == 0 ? 1 + variation / 8 % 50 : 0,
                                     .stress_fail_at = variation % 7 == 0 ? 1 + variation / 7 % 500 : 0};
    bool loaded;
    load_and_run(bytes, size, false, &options, &loaded, &message);
    fuzz_check(!must_load || loaded, "not linked", message.text);
    return loaded;
}

bool fuzz_compare(const uint8_t *bytes, size_t size) {
    CoracleMessage message = {""};
    CoracleIsolateOptions options = {
        .heap_bytes = HEAP, .stack_bytes = STACK, .fuel = FUEL, .output_bytes = OUTPUT};
    bool loaded;
    Outcome quick = load_and_run(bytes, size, false, &options, &loaded, &message);
    if (!loaded || quick.limited)
        return loaded;
    options.fuel *= 4;
    Outcome plain = load_and_run(bytes, size, true, &options, &loaded, &message);
    if (plain.limited || plain.sum == quick.sum)
        return true;
    /* A limit that the program caught makes a difference too. */
    options = (CoracleIsolateOptions){
        .heap_bytes = 4 * HEAP, .stack_bytes = 4 * STACK, .fuel = 4 * FUEL, .output_bytes = OUTPUT};
    Outcome again = load_and_run(bytes, size, false, &options, &loaded, &message);
    fuzz_check(again.sum != quick.sum, "lowering", "another outcome without what saves moves and calls");
    return true;
}

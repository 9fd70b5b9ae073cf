/* The API: an input is a sequence of calls, an operation and its operands a byte each, on a few isolates and handles.  Handles are kept
 * when they are released, so they are used and released again, in other isolates, too; functions of the host go on with the input;
 * isolates have small limits, and the n-th allocation of their heap may fail.  Whatever happens, nothing is read or freed that is
 * gone, and each thing of the host is finalised once. */
#include <stdlib.h>
#include <string.h>

#include "coracle.h"
#include "tests/fuzz/fuzz.h"

const FuzzForm fuzz_form = FUZZ_BINARY;

enum { ISOLATES = 4, OBJECTS = 16, FUNCTIONS = 6, RUNS = 4, DEPTH = 3, MOST_CALLS = 2000 };

typedef struct Api {
    const uint8_t *at, *end;
    uint32_t depth, calls;
    CoracleEngine *second; /* has no modules */
    CoracleIsolate *isolates[ISOLATES];
    CoracleObject *objects[OBJECTS];
    CoracleFunction *functions[FUNCTIONS];
    CoracleRun *runs[RUNS];
    uint32_t made, finalised; /* things */
} Api;

static Api *api; /* of the input that runs */
static CoracleEngine *engine;
static CoracleModule *module;

static const char declarations[] = "extern \"host\" {\n"
                                   "    pub class Thing { fn act(n: int): Thing?\n        get size: int }\n"
                                   "    pub fn act(value: any): any?\n"
                                   "    pub fn thing(bytes: int): Thing\n"
                                   "}\n";
static const char source[] =
    "import host\n"
    "pub class Unit : Hashable<Unit> { var name: string\n    var next: Unit?\n"
    "    init() { self.name = \"unit\"\n        self.next = null }\n"
    "    fn hash(): int { host.act(self)\n        return self.name.hash() }\n"
    "    fn equals(o: Unit): bool => self.name == o.name }\n"
    "var kept: List<any> = []\n"
    "pub fn unit(name: string): Unit { let u = Unit()\n    u.name = name\n    kept.push(u)\n    return u }\n"
    "pub fn numbers(n: int): List<int> => (0..n % 100).toList()\n"
    "pub fn table(): Map<string, float?> => [\"a\": 1.5, \"b\": null]\n"
    "pub fn units(): Map<Unit, int> => [Unit(): 1]\n"
    "pub fn later(): fn(int): int { var n = 0\n    return k => { host.act(\"later\")\n        n += k\n       "
    " return n } }\n"
    "pub fn things(n: int): int { var size = 0\n    for i in 0..n % 50 { size += host.thing(i * 100).size }\n"
    "    return size }\n"
    "pub fn call(value: any): any? { try { return host.act(value) } catch e: ValueError { return e } }\n"
    "pub fn down(n: int): int => if n <= 0 { 0 } else { 1 + down(n - 1) }\n"
    "pub fn spin(n: int): int { var s = 0\n    for i in 0..n { s = s ^ i }\n    return s }\n"
    "pub fn show(value: any): string => \"{value}\"\n"
    "pub fn keep(value: any) { kept.push(value) }\n"
    "pub fn add(a: int, b: float): float => a as float + b\n";

/* ---- Reading the input ------------------------------------------------------------------------- */

static uint32_t take(void) {
    return api->at < api->end ? *api->at++ : 0;
}

static CoracleIsolate *take_isolate(void) {
    return api->isolates[take() % ISOLATES];
}

static CoracleObject *take_object(void) {
    return api->objects[take() % OBJECTS];
}

static CoracleFunction *take_function(void) {
    return api->functions[take() % FUNCTIONS];
}

static CoracleValue take_value(void) {
    static const struct {
        const char *bytes;
        size_t length;
    } texts[] = {{"a", 1}, {"", 0}, {"b\0c", 3}, {"\xff", 1}, {NULL, 0}, {"unit", 4}, {NULL, 3}};
    const uint32_t kind = take() % 12, operand = take();
    switch (kind) {
    case 0: return (CoracleValue){.kind = CORACLE_NULL};
    case 1: return (CoracleValue){.kind = CORACLE_BOOL, .boolean = operand & 1};
    case 2: return (CoracleValue){.kind = CORACLE_FLOAT, .number = operand / 3.0};
    case 3: return (CoracleValue){.kind = CORACLE_CHAR, .character = operand << 8};
    case 4: return (CoracleValue){.kind = (CoracleKind)operand};
    case 5:
    case 6: {
        const uint32_t text = operand % (sizeof texts / sizeof *texts);
        return (CoracleValue){.kind = CORACLE_STRING, .string = {texts[text].bytes, texts[text].length}};
    }
    case 7:
    case 8: return (CoracleValue){.kind = CORACLE_INT, .integer = (int8_t)operand};
    default: return (CoracleValue){.kind = CORACLE_OBJECT, .object = api->objects[operand % OBJECTS]};
    }
}

/* Keeps an object that was given, in place of another, which is mostly not released before. */
static void note(CoracleStatus status, const CoracleValue *value) {
    if (status != CORACLE_OK)
        return;
    if (value->kind == CORACLE_OBJECT)
        api->objects[take() % OBJECTS] = value->object;
    if (value->kind == CORACLE_STRING) { /* readable to its end */
        uint32_t sum = 0;
        for (size_t i = 0; i <= value->string.length; i++)
            sum += (unsigned char)value->string.bytes[i];
        fuzz_check(value->string.bytes[value->string.length] == '\0' && sum < UINT32_MAX, "text", "its end");
    }
}

/* ---- The host ---------------------------------------------------------------------------------- */

static void go_on(uint32_t most);

static void finalise(void *thing) {
    api->finalised++;
    if (api->depth < DEPTH && (*(unsigned char *)thing & 3) == 0) {
        CoracleValue result;
        CoracleObject *object;
        for (int i = 0; i < ISOLATES; i++) { /* its own is refused; those of others may be used */
            coracle_isolate_free(NULL);
            coracle_object_new(api->isolates[i], "List<int>", &object);
            coracle_isolate_call(api->isolates[i], module, "table", NULL, 0, &result);
        }
    }
    free(thing);
}

static CoracleStatus make_thing(CoracleIsolate *isolate, size_t bytes, CoracleObject **object) {
    unsigned char *thing = malloc(8);
    if (!thing)
        return CORACLE_NO_MEMORY;
    memset(thing, (int)take(), 8);
    api->made++;
    return coracle_object_new_host(isolate, take() % 9 ? "host.Thing" : "host.Nothing", thing, bytes,
                                   finalise, object);
}

static CoracleStatus native_thing(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                  CoracleValue *result) {
    CoracleObject *object;
    (void)context;
    CoracleStatus status = make_thing(isolate, (size_t)arguments[0].integer, &object);
    if (status == CORACLE_OK)
        *result = (CoracleValue){.kind = CORACLE_OBJECT, .object = coracle_object_release_on_return(object)};
    return status;
}

/* What comes next in the input happens inside, and decides how it ends. */
static CoracleStatus native_act(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                CoracleValue *result) {
    (void)context;
    api->depth++;
    if (arguments[0].kind == CORACLE_OBJECT)
        api->objects[take() % OBJECTS] =
            take() % 2 ? arguments[0].object : coracle_object_keep(arguments[0].object);
    if (api->depth < DEPTH)
        go_on(take() % 8);
    api->depth--;
    *result = take_value();
    switch (take() % 8) {
    case 0: return coracle_isolate_throw(isolate, "ValueError", "thrown");
    case 1: return (CoracleStatus)(take() % 16);
    case 2: *result = arguments[0]; return CORACLE_OK;
    default: return CORACLE_OK;
    }
}

static CoracleStatus native_size(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                 CoracleValue *result) {
    (void)context, (void)isolate;
    const unsigned char *thing = coracle_object_host(arguments[0].object, "host.Thing");
    *result = (CoracleValue){.kind = CORACLE_INT, .integer = thing ? thing[0] : -1};
    return CORACLE_OK;
}

static void start(void) {
    const CoracleNativeFunction functions[] = {{"act", native_act, NULL},
                                               {"thing", native_thing, NULL},
                                               {"Thing.act", native_act, NULL},
                                               {"Thing.size", native_size, NULL}};
    CoracleMessage message = {""};
    engine = coracle_engine_new(
        &(CoracleEngineOptions){.tier = CORACLE_TIER_INTERPRETER, .compile = coracle_compile});
    bool loaded =
        engine &&
        coracle_engine_add_module(engine, "host", declarations, functions, 4, NULL, &message) == CORACLE_OK &&
        coracle_engine_compile(engine, "api.cora", source, strlen(source), &module, &message) == CORACLE_OK;
    fuzz_check(loaded, "the program", message.text);
}

/* ---- Operations -------------------------------------------------------------------------------- */

static void op_isolate(void) {
    const uint32_t number = take() % ISOLATES, flags = take();
    if (flags & 1)
        coracle_isolate_free(api->isolates[number]);
    const CoracleIsolateOptions options = {
        .heap_bytes = flags & 2 ? 1 << 18 : 1 << 22,
        .stack_bytes = 1 << 15,
        .fuel = 20000,
        .stress_collect_every = flags & 4 ? 1 + take() % 32 : 0,
        .stress_fail_at = flags & 8 ? 1 + take() : 0,
    };
    bool is_gone = coracle_isolate_set_arguments(api->isolates[number], NULL, 0) == CORACLE_MISMATCH;
    if (is_gone) /* one that is in use stays */
        api->isolates[number] = coracle_isolate_new(flags & 128 ? api->second : engine, &options);
}

static void op_call(void) {
    static const char *const names[] = {"unit", "numbers", "table", "units", "later", "things", "call",
                                        "down", "spin",    "show",  "keep",  "add",   "none"};
    CoracleValue arguments[2], result;
    CoracleIsolate *isolate = take_isolate();
    const char *name = names[take() % (sizeof names / sizeof *names)];
    const uint32_t count = take() % 3;
    for (uint32_t i = 0; i < count; i++)
        arguments[i] = take_value();
    note(coracle_isolate_call(isolate, module, name, arguments, count, &result), &result);
}

static void op_prepare(void) {
    static const char *const names[] = {"call", "add",  "spin",   "unit", "push", "[]",
                                        "hash", "size", "length", "act",  "none", "set"};
    CoracleFunction *function = NULL;
    const char *name = names[take() % (sizeof names / sizeof *names)];
    switch (take() % 3) {
    case 0: coracle_isolate_function(take_isolate(), module, name, &function); break;
    case 1: coracle_object_method(take_object(), name, &function); break;
    default: coracle_object_function(take_object(), &function); break;
    }
    if (function)
        api->functions[take() % FUNCTIONS] = function;
}

static void op_call_prepared(void) {
    CoracleValue arguments[2] = {take_value(), take_value()}, result;
    CoracleScalar scalars[3] = {{.integer = (int64_t)take()}, {.number = 1.5}, {.integer = 0}};
    CoracleFunction *function = take_function();
    CoracleRun *run;
    switch (take() % 4) {
    case 0: coracle_function_call_scalars(function, scalars); break;
    case 1:
        if (coracle_function_start(function, arguments, take() % 3, &run) == CORACLE_OK)
            api->runs[take() % RUNS] = run;
        break;
    default: note(coracle_function_call(function, arguments, take() % 3, &result), &result); break;
    }
}

static void op_run(void) {
    CoracleValue result = {.kind = CORACLE_VOID};
    CoracleRun *run = api->runs[take() % RUNS];
    switch (take() % 4) {
    case 0: coracle_run_release(run); break;
    case 1: coracle_run_goes_on(run); break;
    default: note(coracle_run_step(run, (int64_t)take() * 4, &result), &result); break;
    }
}

static void op_object(void) {
    static const char *const fields[] = {"name", "next", "items", "used", "nothing"};
    CoracleObject *object = take_object();
    const char *field = fields[take() % 5];
    CoracleValue value = take_value();
    switch (take() % 8) {
    case 0: api->objects[take() % OBJECTS] = coracle_object_keep(object); break;
    case 1: note(coracle_object_get(object, field, &value), &value); break;
    case 2: coracle_object_set(object, field, &value); break;
    case 3: coracle_object_type(object); break;
    case 4: coracle_object_release_on_return(object); break;
    case 5: coracle_object_host(object, "host.Thing"); break;
    default: coracle_object_release(object); break;
    }
}

static void op_new(void) {
    static const char *const types[] = {"List<int>",     "List<float>", "Map<string, int>",
                                        "List<any>",     "api.Unit",    "Map<api.Unit, int>",
                                        "List<string?>", "List<",       "Thing"};
    CoracleObject *object;
    CoracleIsolate *isolate = take_isolate();
    const uint32_t type = take() % 10;
    CoracleStatus status = type == 9 ? make_thing(isolate, (size_t)take() << 10, &object)
                                     : coracle_object_new(isolate, types[type], &object);
    if (status == CORACLE_OK)
        api->objects[take() % OBJECTS] = object;
}

static void op_list(void) {
    double numbers[16] = {0};
    CoracleObject *list = take_object();
    const size_t index = take(), count = take() % 17;
    const CoracleKind kind = take() % 2 ? CORACLE_FLOAT : CORACLE_INT;
    CoracleValue value = take_value();
    switch (take() % 6) {
    case 0: note(coracle_list_get(list, index, &value), &value); break;
    case 1: coracle_list_set(list, index, &value); break;
    case 2: coracle_list_read(list, index, count, kind, 8, numbers); break;
    case 3: coracle_list_write(list, index, count, kind, 8, numbers); break;
    case 4: coracle_list_write(list, coracle_list_length(list), count, kind, 8, numbers); break;
    default: coracle_list_append(list, &value); break;
    }
}

static void op_map(void) {
    CoracleObject *map = take_object();
    CoracleValue key = take_value(), value = take_value();
    size_t position = take();
    switch (take() % 5) {
    case 0: note(coracle_map_get(map, &key, &value), &value); break;
    case 1: coracle_map_remove(map, &key); break;
    case 2:
        if (coracle_map_next(map, &position, &key, &value) == CORACLE_OK) {
            note(CORACLE_OK, &key);
            note(CORACLE_OK, &value);
        }
        break;
    default: coracle_map_set(map, &key, &value); break;
    }
}

static void op_other(void) {
    CoracleIsolate *isolate = take_isolate();
    switch (take() % 10) {
    case 0: coracle_function_release(take_function()); break;
    case 1: coracle_isolate_free(isolate); break;
    case 2: coracle_isolate_interrupt(isolate); break;
    case 3: coracle_isolate_add_fuel(isolate, 1000); break;
    case 4: coracle_isolate_throw(isolate, "ValueError", "outside"); break;
    case 5: coracle_isolate_error(isolate); break;
    case 6: coracle_isolate_reload(isolate, module, module); break;
    case 7: coracle_isolate_pause(isolate); break;
    case 8:
        coracle_engine_free(api->second);
        api->second = coracle_engine_new(&(CoracleEngineOptions){.tier = CORACLE_TIER_INTERPRETER});
        break;
    default: coracle_isolate_run(isolate, module, NULL); break;
    }
}

static void go_on(uint32_t most) {
    static void (*const operations[])(void) = {op_isolate, op_call,   op_prepare, op_call_prepared,
                                               op_run,     op_object, op_object,  op_new,
                                               op_list,    op_map,    op_other,   op_call};
    while (most-- > 0 && api->at < api->end && api->calls++ < MOST_CALLS)
        operations[take() % (sizeof operations / sizeof *operations)]();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Api state = {.at = data, .end = data + size};
    if (!engine)
        start();
    api = &state;
    state.isolates[0] =
        coracle_isolate_new(engine, &(CoracleIsolateOptions){.fuel = 20000, .heap_bytes = 1 << 22});
    go_on(UINT32_MAX);
    state.depth = DEPTH;
    for (int i = 0; i < ISOLATES; i++)
        coracle_isolate_free(state.isolates[i]);
    coracle_engine_free(state.second);
    fuzz_check(state.made == state.finalised, "things", "made and finalised");
    return 0;
}

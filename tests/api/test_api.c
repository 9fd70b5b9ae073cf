/* The public interface, used as an embedder would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/compile.h"
#include "coracle.h"

/* ---- A compiler for the engine ----------------------------------------------------------------- */

static char *read_nothing(void *context, const char *path, size_t *length, const char **message) {
    (void)context, (void)path, (void)length;
    *message = "there is no such file";
    return NULL;
}

static const uint8_t *find_standard(void *context, const char *name, size_t *length) {
    (void)context;
    return coracle_standard_module(name, length);
}

static CoracleStatus compile(void *context, const char *path, const char *source, size_t length,
                             CoracleTakeModule *take, void *take_context, CoracleMessage *message) {
    (void)context;
    CompileHost host = {.read = read_nothing, .binary = find_standard};
    CompileOptions options = {
        .with_debug = true, .module_name = "main", .source_text = source, .source_length = length};
    CompileResult *result = compile_program(&host, path, &options);
    CoracleStatus status = result && result->status == COMPILE_OK ? CORACLE_OK : CORACLE_REJECTED;
    snprintf(message->text, sizeof message->text, "%u errors", result ? result->error_count : 0);
    for (uint32_t i = 0; status == CORACLE_OK && i < result->module_count; i++)
        if (!take(take_context, result->modules[i].name, result->modules[i].bytes, result->modules[i].size))
            status = CORACLE_REJECTED;
    compile_free(result);
    return status;
}

static CoracleModule *load(CoracleEngine *engine, const char *source) {
    CoracleModule *module = NULL;
    CoracleMessage message;
    if (coracle_engine_compile(engine, "main.cora", source, strlen(source), &module, &message) != CORACLE_OK)
        fail_msg("%s", message.text);
    return module;
}

/* Collects what a program writes. */
typedef struct Output {
    char text[4096];
    size_t length;
} Output;

static bool collect(void *context, const char *bytes, size_t length) {
    Output *output = context;
    if (length > sizeof output->text - 1 - output->length)
        return false;
    memcpy(output->text + output->length, bytes, length);
    output->length += length;
    output->text[output->length] = '\0';
    return true;
}

typedef struct Fixture {
    CoracleEngine *engine;
    CoracleIsolate *isolate;
    Output output;
} Fixture;

static Fixture *start(const CoracleIsolateOptions *options) {
    Fixture *fixture = calloc(1, sizeof *fixture);
    fixture->engine = coracle_engine_new(&(CoracleEngineOptions){.compile = compile});
    fixture->isolate = coracle_isolate_new(fixture->engine, options);
    assert_non_null(fixture->isolate);
    coracle_isolate_allow(fixture->isolate, CORACLE_ALLOW_STDOUT);
    coracle_isolate_set_output(fixture->isolate, collect, &fixture->output);
    return fixture;
}

static void stop(Fixture *fixture) {
    coracle_isolate_free(fixture->isolate);
    coracle_engine_free(fixture->engine);
    free(fixture);
}

/* ---- Running ----------------------------------------------------------------------------------- */

static void test_run(void **state) {
    (void)state;
    Fixture *f = start(NULL);
    int code = -1;
    CoracleModule *module =
        load(f->engine, "fn main(args: List<string>): int { print(\"hello\", args); return 7 }");
    const char *arguments[] = {"a", "b c"};
    assert_int_equal(coracle_isolate_set_arguments(f->isolate, arguments, 2), CORACLE_OK);
    assert_int_equal(coracle_isolate_run(f->isolate, module, &code), CORACLE_OK);
    assert_int_equal(code, 7);
    assert_string_equal(f->output.text, "hello [\"a\", \"b c\"]\n");
    assert_string_equal(coracle_module_name(module), "main");
    stop(f);
}

static void test_errors(void **state) {
    (void)state;
    Fixture *f = start(NULL);
    CoracleModule *module = load(f->engine, "pub fn f(i: int): int => [1, 2][i]\npub fn g() { exit(3) }");
    CoracleValue index = {.kind = CORACLE_INT, .integer = 5}, result;
    assert_null(coracle_isolate_error(f->isolate));
    assert_int_equal(coracle_isolate_call(f->isolate, module, "f", &index, 1, &result), CORACLE_THROWN);
    const CoracleError *error = coracle_isolate_error(f->isolate);
    assert_string_equal(error->type, "IndexError");
    assert_string_equal(error->message, "index 5 out of range for length 2");
    assert_string_equal(error->text,
                        "IndexError: index 5 out of range for length 2\n  at f (main.cora:1:26)\n");
    index.integer = 1;
    assert_int_equal(coracle_isolate_call(f->isolate, module, "f", &index, 1, &result), CORACLE_OK);
    assert_int_equal(result.integer, 2);
    assert_int_equal(coracle_isolate_call(f->isolate, module, "g", NULL, 0, NULL), CORACLE_EXITED);
    assert_int_equal(coracle_isolate_exit_code(f->isolate), 3);
    stop(f);
}

static void test_rejected(void **state) {
    (void)state;
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module;
    CoracleMessage message;
    assert_int_equal(coracle_engine_load(engine, "CORMxyz", 7, &module, &message), CORACLE_REJECTED);
    assert_true(strlen(message.text) > 0);
    assert_int_equal(coracle_engine_compile(engine, "x", "", 0, &module, &message), CORACLE_NOT_FOUND);
    coracle_engine_free(engine);
}

/* ---- Values ------------------------------------------------------------------------------------ */

static const char value_source[] =
    "pub fn add(a: int, b: int): int => a + b\n"
    "pub fn narrow(a: u8): i8 => a as i8\n"
    "pub fn half(x: float): float => x / 2.0\n"
    "pub fn single(x: f32): f32 => x\n"
    "pub fn not(b: bool): bool => !b\n"
    "pub fn next(c: char): char? => char.from(c as int + 1)\n"
    "pub fn shout(s: string): string => s.toUpper() + \"!\"\n"
    "pub fn maybe(i: int?): int? => if i == null { 0 } else { null }\n"
    "pub class Counter { var n = 0 \n fn up(): int { self.n += 1; return self.n } }\n"
    "pub fn make(): Counter => Counter()\n"
    "pub fn count(c: Counter): int => c.up()\n"
    "pub fn anything(a: any): string => \"{a}\"\n"
    "pub fn pair(): (int, int) => (1, 2)\n"
    "fn hidden() { }\n";

static CoracleValue call(Fixture *f, CoracleModule *module, const char *name, CoracleValue argument) {
    CoracleValue result = {.kind = CORACLE_VOID};
    CoracleStatus status = coracle_isolate_call(f->isolate, module, name, &argument, 1, &result);
    if (status != CORACLE_OK)
        fail_msg("%s: %d %s", name, status, coracle_isolate_message(f->isolate));
    return result;
}

static void test_values(void **state) {
    (void)state;
    Fixture *f = start(NULL);
    CoracleModule *module = load(f->engine, value_source);
    CoracleValue two[] = {{.kind = CORACLE_INT, .integer = 40}, {.kind = CORACLE_INT, .integer = 2}}, result;
    assert_int_equal(coracle_isolate_call(f->isolate, module, "add", two, 2, &result), CORACLE_OK);
    assert_int_equal(result.integer, 42);
    assert_int_equal(call(f, module, "narrow", (CoracleValue){CORACLE_UINT, .unsigned_integer = 255}).integer,
                     -1);
    assert_true(call(f, module, "half", (CoracleValue){CORACLE_FLOAT, .number = 5}).number == 2.5);
    assert_true(call(f, module, "single", (CoracleValue){CORACLE_FLOAT, .number = 0.5}).number == 0.5);
    assert_false(call(f, module, "not", (CoracleValue){CORACLE_BOOL, .boolean = true}).boolean);
    assert_int_equal(call(f, module, "next", (CoracleValue){CORACLE_CHAR, .character = 'a'}).character, 'b');
    assert_int_equal(call(f, module, "next", (CoracleValue){CORACLE_CHAR, .character = 0x10ffff}).kind,
                     CORACLE_NULL);
    result = call(f, module, "shout", (CoracleValue){CORACLE_STRING, .string = {"h\xc3\xa9", 3}});
    assert_string_equal(result.string.bytes, "H\xc3\x89!");
    assert_int_equal(call(f, module, "maybe", (CoracleValue){CORACLE_NULL, .integer = 0}).integer, 0);
    assert_int_equal(call(f, module, "maybe", (CoracleValue){CORACLE_INT, .integer = 1}).kind, CORACLE_NULL);
    stop(f);
}

static void test_objects(void **state) {
    (void)state;
    Fixture *f = start(NULL);
    CoracleModule *module = load(f->engine, value_source);
    CoracleValue counter;
    assert_int_equal(coracle_isolate_call(f->isolate, module, "make", NULL, 0, &counter), CORACLE_OK);
    assert_int_equal(counter.kind, CORACLE_OBJECT);
    for (int i = 1; i <= 3; i++)
        assert_int_equal(call(f, module, "count", counter).integer, i);
    assert_string_equal(call(f, module, "anything", counter).string.bytes, "<Counter>");
    coracle_object_release(counter.object);
    stop(f);
}

static void test_mismatches(void **state) {
    (void)state;
    Fixture *f = start(NULL);
    CoracleModule *module = load(f->engine, value_source);
    CoracleValue number = {CORACLE_INT, .integer = 300}, byte = {CORACLE_UINT, .unsigned_integer = 300},
                 result;
    assert_int_equal(coracle_isolate_call(f->isolate, module, "shout", &number, 1, &result),
                     CORACLE_MISMATCH);
    assert_string_equal(coracle_isolate_message(f->isolate), "argument 1 of `shout` must be a string");
    assert_int_equal(coracle_isolate_call(f->isolate, module, "narrow", &byte, 1, &result), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_call(f->isolate, module, "add", &number, 1, &result), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_call(f->isolate, module, "pair", NULL, 0, &result), CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_call(f->isolate, module, "hidden", NULL, 0, NULL), CORACLE_NOT_FOUND);
    assert_int_equal(coracle_isolate_call(f->isolate, module, "nothing", NULL, 0, NULL), CORACLE_NOT_FOUND);
    CoracleValue bad = {CORACLE_STRING, .string = {"\xff", 1}};
    assert_int_equal(coracle_isolate_call(f->isolate, module, "shout", &bad, 1, &result), CORACLE_MISMATCH);
    stop(f);
}

/* ---- Limits and grants ------------------------------------------------------------------------- */

static CoracleStatus run_with(const CoracleIsolateOptions *options, const char *source, Output *output) {
    Fixture *f = start(options);
    CoracleModule *module = load(f->engine, source);
    CoracleStatus status = coracle_isolate_run(f->isolate, module, NULL);
    if (output)
        *output = f->output;
    stop(f);
    return status;
}

static void test_limits(void **state) {
    (void)state;
    Output output;
    assert_int_equal(run_with(&(CoracleIsolateOptions){.fuel = 100000}, "while true { }", NULL),
                     CORACLE_OUT_OF_FUEL);
    assert_int_equal(
        run_with(&(CoracleIsolateOptions){.output_bytes = 10}, "while true { print(\"abc\") }", &output),
        CORACLE_OUTPUT_LIMIT);
    assert_string_equal(output.text, "abc\nabc\nab");
    const char *hungry = "let all: List<List<int>> = []\nwhile true { all.push([1, 2, 3]) }";
    assert_int_equal(run_with(&(CoracleIsolateOptions){.heap_bytes = 4 << 20}, hungry, NULL), CORACLE_THROWN);
    const char *deep = "fn f(n: int): int => f(n + 1) + 1\nprint(f(0))";
    assert_int_equal(run_with(&(CoracleIsolateOptions){.stack_bytes = 1 << 20}, deep, NULL), CORACLE_THROWN);
}

static void *interrupt_soon(void *isolate) {
    usleep(20000);
    coracle_isolate_interrupt(isolate);
    return NULL;
}

static void test_interrupt(void **state) {
    (void)state;
    Fixture *f = start(NULL);
    CoracleModule *module = load(f->engine, "while true { }");
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, interrupt_soon, f->isolate), 0);
    assert_int_equal(coracle_isolate_run(f->isolate, module, NULL), CORACLE_INTERRUPTED);
    pthread_join(thread, NULL);
    stop(f);
}

static void test_grants(void **state) {
    (void)state;
    Fixture *f = start(NULL);
    char folder[] = "/tmp/coracle-api-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    CoracleModule *module =
        load(f->engine, "import std.fs\n"
                        "pub fn save(text: string) { fs.writeText(\"data/x.txt\", text) }\n"
                        "pub fn load(): string => fs.readText(\"data/x.txt\")\n");
    CoracleValue text = {CORACLE_STRING, .string = {"saved", 5}}, result;
    CoracleMessage message;
    assert_int_equal(coracle_isolate_call(f->isolate, module, "save", &text, 1, NULL), CORACLE_THROWN);
    assert_int_equal(coracle_isolate_error(f->isolate)->kind, CORACLE_ERROR_PERMISSION);
    CoracleGrant grant = {.name = "data", .directory = folder, .write = true};
    assert_int_equal(coracle_isolate_grant(f->isolate, &grant, &message), CORACLE_OK);
    assert_int_equal(coracle_isolate_call(f->isolate, module, "save", &text, 1, NULL), CORACLE_OK);
    assert_int_equal(coracle_isolate_call(f->isolate, module, "load", NULL, 0, &result), CORACLE_THROWN);
    grant = (CoracleGrant){.name = "data", .directory = folder, .read = true};
    assert_int_equal(coracle_isolate_grant(f->isolate, &grant, &message), CORACLE_OK);
    assert_int_equal(coracle_isolate_call(f->isolate, module, "load", NULL, 0, &result), CORACLE_OK);
    assert_string_equal(result.string.bytes, "saved");
    snprintf(path, sizeof path, "%s/x.txt", folder);
    assert_int_equal(unlink(path) | rmdir(folder), 0);
    stop(f);
}

/* ---- Modules as text --------------------------------------------------------------------------- */

static void test_text(void **state) {
    (void)state;
    size_t size;
    const unsigned char *bytes = coracle_standard_module("std.time", &size);
    CoracleBytes text, again;
    CoracleMessage message;
    assert_non_null(bytes);
    assert_true(coracle_is_module(bytes, size));
    assert_int_equal(coracle_module_verify(bytes, size, &message), CORACLE_OK);
    assert_int_equal(coracle_module_disassemble(bytes, size, &text, &message), CORACLE_OK);
    assert_int_equal(coracle_module_assemble((const char *)text.bytes, text.size, &again, &message),
                     CORACLE_OK);
    assert_int_equal(again.size, size);
    assert_memory_equal(again.bytes, bytes, size);
    free(text.bytes);
    free(again.bytes);
    assert_int_equal(coracle_module_strip(bytes, size, &again, &message), CORACLE_OK);
    assert_true(again.size < size);
    free(again.bytes);
    assert_int_equal(coracle_module_assemble("nonsense", 8, &again, &message), CORACLE_REJECTED);
    assert_null(coracle_standard_module("std.nothing", &size));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run),    cmocka_unit_test(test_errors),    cmocka_unit_test(test_rejected),
        cmocka_unit_test(test_values), cmocka_unit_test(test_objects),   cmocka_unit_test(test_mismatches),
        cmocka_unit_test(test_limits), cmocka_unit_test(test_interrupt), cmocka_unit_test(test_grants),
        cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

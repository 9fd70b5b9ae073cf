/* Prepared calls, methods, function values and fields by coracle.h. */
#include <pthread.h>

#include "tests/api/program.h"

static const char source[] =
    "pub var count = 0\n"
    "pub fn add(a: int, b: int): int { count += 1; return a + b }\n"
    "pub fn calls(): int { return count }\n"
    "pub fn narrow(a: u8, b: i16, c: bool, d: char): u8 { return if c { a } else { "
    "(b as int + d as int) as u8 } }\n"
    "pub fn half(x: f32): f32 { return x / 2 }\n"
    "pub fn scale(x: float, y: float): float { return x * y }\n"
    "pub fn nothing() {}\n"
    "pub fn depth(n: int): int { return if n == 0 { 0 } else { depth(n - 1) + 1 } }\n"
    "pub fn checked(a: int, b: int, c: int): int {\n"
    "    if a == b { throw ValueError(\"{a} twice\") }\n"
    "    return a * 100 + b * 10 + c }\n"
    "pub fn fail(n: int): int { throw ValueError(\"no {n}\") }\n"
    "pub fn zero() { throw ValueError(\"a\\0b\") }\n"
    "pub fn same<T>(x: T): T => x\n"
    "pub fn forever(): int { var n = 0; while true { n += 1 }; return n }\n"
    "pub fn adder(n: int): fn(int): int { return x => x + n }\n"
    "pub fn plain(): fn(string): string { return s => s.toUpper() }\n"
    "pub open class Shape {\n"
    "    let name: string\n"
    "    var scale: float = 1.0\n"
    "    var label: string? = null\n"
    "    var next: Shape? = null\n"
    "    var tiny: u8 = 7\n"
    "    private var secret = 1\n"
    "    init(name: string) { self.name = name }\n"
    "    open fn area(): float { return 0.0 }\n"
    "    fn same<T>(x: T): T { return x }\n"
    "    private fn hidden(): int { return self.secret }\n"
    "    fn link(other: Shape?) { self.next = other }\n"
    "}\n"
    "pub class Square : Shape {\n"
    "    let side: float\n"
    "    var corners: (int, int) = (1, 2)\n"
    "    init(name: string, side: float) { self.side = side; super(name) }\n"
    "    override fn area(): float { return self.side * self.side * self.scale }\n"
    "}\n"
    "pub fn square(side: float): Shape { return Square(\"square\", side) }\n"
    "pub fn numbers(): List<int> { return [10, 20, 30] }\n"
    "pub fn table(): Map<string, int> { return [\"a\": 1] }\n";

typedef struct Fixture {
    CoracleEngine *engine;
    CoracleModule *module;
    CoracleIsolate *isolate;
} Fixture;

static Fixture open_fixture(const CoracleEngineOptions *options, const CoracleIsolateOptions *limits) {
    Fixture fixture = {.engine = coracle_engine_new(options)};
    CoracleMessage message = {""};
    coracle_engine_compile(fixture.engine, "shapes.cora", source, strlen(source), &fixture.module, &message);
    assert_string_equal(message.text, "");
    fixture.isolate = coracle_isolate_new(fixture.engine, limits);
    return fixture;
}

static void close_fixture(Fixture *fixture) {
    coracle_isolate_free(fixture->isolate);
    coracle_engine_free(fixture->engine);
}

static CoracleFunction *prepare(const Fixture *fixture, const char *name) {
    CoracleFunction *function;
    assert_int_equal(coracle_isolate_function(fixture->isolate, fixture->module, name, &function),
                     CORACLE_OK);
    return function;
}

static CoracleObject *make(const Fixture *fixture, const char *name, const CoracleValue *arguments,
                           size_t count) {
    CoracleValue result;
    assert_int_equal(coracle_isolate_call(fixture->isolate, fixture->module, name, arguments, count, &result),
                     CORACLE_OK);
    assert_int_equal(result.kind, CORACLE_OBJECT);
    return result.object;
}

static CoracleFunction *method(CoracleObject *object, const char *name) {
    CoracleFunction *function;
    assert_int_equal(coracle_object_method(object, name, &function), CORACLE_OK);
    return function;
}

static CoracleValue real(double number) {
    return (CoracleValue){.kind = CORACLE_FLOAT, .number = number};
}

/* ---- Functions --------------------------------------------------------------------------------- */

static void calls_are_prepared_once(void **state) {
    (void)state;
    Fixture fixture = open_fixture(NULL, NULL);
    CoracleFunction *add = prepare(&fixture, "add"), *calls = prepare(&fixture, "calls");
    CoracleScalar values[2];
    CoracleValue result;
    for (int64_t i = 0; i < 100000; i++) {
        values[0].integer = i;
        values[1].integer = -2 * i;
        assert_int_equal(coracle_function_call_scalars(add, values), CORACLE_OK);
        assert_int_equal(values[0].integer, -i);
    }
    assert_int_equal(coracle_function_call(calls, NULL, 0, &result), CORACLE_OK);
    assert_int_equal(result.integer, 100000);
    coracle_function_release(add);
    coracle_function_release(NULL);
    close_fixture(&fixture);
}

static void scalars_are_checked(void **state) {
    (void)state;
    Fixture fixture = open_fixture(NULL, NULL);
    CoracleFunction *narrow = prepare(&fixture, "narrow"), *half = prepare(&fixture, "half"),
                    *scale = prepare(&fixture, "scale"), *nothing = prepare(&fixture, "nothing");
    CoracleScalar values[4] = {
        {.integer = 200}, {.integer = -32768}, {.boolean = true}, {.character = 0x10ffff}};
    assert_int_equal(coracle_function_call_scalars(narrow, values), CORACLE_OK);
    assert_int_equal(values[0].unsigned_integer, 200);
    static const CoracleScalar bad[][4] = {
        {{.integer = 256}, {.integer = 0}, {.integer = 0}, {.integer = 65}},
        {{.integer = -1}, {.integer = 0}, {.integer = 0}, {.integer = 65}},
        {{.integer = 0}, {.integer = 32768}, {.integer = 0}, {.integer = 65}},
        {{.integer = 0}, {.integer = 0}, {.integer = 0}, {.integer = 0xd800}},
        {{.integer = 0}, {.integer = 0}, {.integer = 0}, {.integer = 0x110000}},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        memcpy(values, bad[i], sizeof values);
        assert_int_equal(coracle_function_call_scalars(narrow, values), CORACLE_MISMATCH);
        assert_non_null(strstr(coracle_isolate_message(fixture.isolate), "`narrow` is out of range for "));
    }
    values[0].number = 3;
    assert_int_equal(coracle_function_call_scalars(half, values), CORACLE_OK);
    assert_true(values[0].number == 1.5);
    values[0].number = 2.5;
    values[1].number = 4;
    assert_int_equal(coracle_function_call_scalars(scale, values), CORACLE_OK);
    assert_true(values[0].number == 10);
    values[0].number = 0;
    values[1].number = 1.0 / 0.0;
    assert_int_equal(coracle_function_call_scalars(scale, values), CORACLE_OK);
    assert_int_equal(values[0].unsigned_integer, 0x7ff8000000000000);
    assert_int_equal(coracle_function_call_scalars(nothing, NULL), CORACLE_OK);
    assert_int_equal(coracle_function_call_scalars(prepare(&fixture, "numbers"), values), CORACLE_MISMATCH);
    close_fixture(&fixture);
}

static void errors_and_stops(void **state) {
    (void)state;
    Fixture fixture = open_fixture(NULL, &(CoracleIsolateOptions){.fuel = 100000});
    CoracleFunction *fail = prepare(&fixture, "fail"), *forever = prepare(&fixture, "forever");
    CoracleScalar value = {.integer = 5};
    assert_int_equal(coracle_function_call_scalars(fail, &value), CORACLE_THROWN);
    assert_string_equal(coracle_isolate_error(fixture.isolate)->message, "no 5");
    assert_int_equal(coracle_function_call_scalars(forever, &value), CORACLE_OUT_OF_FUEL);
    CoracleValue argument = program_integer(1);
    assert_int_equal(coracle_function_call(fail, &argument, 2, NULL), CORACLE_MISMATCH);
    assert_string_equal(coracle_isolate_message(fixture.isolate), "`fail` takes 1 argument, not 2");
    close_fixture(&fixture);
}

static void missing_functions(void **state) {
    (void)state;
    Fixture fixture = open_fixture(NULL, NULL);
    CoracleFunction *function;
    assert_int_equal(coracle_isolate_function(fixture.isolate, fixture.module, "none", &function),
                     CORACLE_NOT_FOUND);
    assert_null(function);
    assert_int_equal(coracle_isolate_function(fixture.isolate, fixture.module, "same", &function),
                     CORACLE_NOT_FOUND);
    assert_non_null(strstr(coracle_isolate_message(fixture.isolate), "`same` without type parameters"));
    close_fixture(&fixture);
}

/* Texts of errors end where C says; a zero byte in them is shown. */
static void errors_have_whole_texts(void **state) {
    (void)state;
    Fixture fixture = open_fixture(NULL, NULL);
    assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "zero", NULL, 0, NULL),
                     CORACLE_THROWN);
    assert_string_equal(coracle_isolate_error(fixture.isolate)->message, "a\\0b");
    assert_non_null(strstr(coracle_isolate_error(fixture.isolate)->text, "a\\0b\n  at zero (shapes.cora:"));
    close_fixture(&fixture);
}

/* ---- Function values --------------------------------------------------------------------------- */

static void function_values_are_called(void **state) {
    (void)state;
    Fixture fixture = open_fixture(NULL, &(CoracleIsolateOptions){.stress_collect_every = 3});
    CoracleValue seven = program_integer(7), result;
    CoracleObject *object = make(&fixture, "adder", &seven, 1);
    CoracleFunction *adder, *plain;
    assert_string_equal(coracle_object_type(object), "fn(int): int");
    assert_int_equal(coracle_object_function(object, &adder), CORACLE_OK);
    coracle_object_release(object); /* the call keeps it */
    for (int64_t i = 0; i < 1000; i++) {
        CoracleScalar value = {.integer = i};
        assert_int_equal(coracle_function_call_scalars(adder, &value), CORACLE_OK);
        assert_int_equal(value.integer, i + 7);
    }
    object = make(&fixture, "plain", NULL, 0);
    assert_int_equal(coracle_object_function(object, &plain), CORACLE_OK);
    CoracleValue text = {.kind = CORACLE_STRING, .string = {"größe", 7}};
    assert_int_equal(coracle_function_call(plain, &text, 1, &result), CORACLE_OK);
    assert_string_equal(result.string.bytes, "GRÖSSE");
    CoracleObject *list = make(&fixture, "numbers", NULL, 0);
    assert_int_equal(coracle_object_function(list, &plain), CORACLE_MISMATCH);
    assert_string_equal(coracle_isolate_message(fixture.isolate), "a List<int> is no function");
    close_fixture(&fixture);
}

/* ---- Methods ----------------------------------------------------------------------------------- */

static void methods_are_those_of_the_object(void **state) {
    (void)state;
    Fixture fixture = open_fixture(NULL, NULL);
    CoracleValue side = real(3);
    CoracleObject *square = make(&fixture, "square", &side, 1);
    CoracleScalar value;
    assert_int_equal(coracle_function_call_scalars(method(square, "area"), &value), CORACLE_OK);
    assert_true(value.number == 9);
    CoracleFunction *function;
    static const char *const absent[] = {"", "none", "hidden", "same", "init", "side"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        assert_int_equal(coracle_object_method(square, absent[i], &function), CORACLE_NOT_FOUND);
    CoracleValue other = {.kind = CORACLE_OBJECT, .object = square}, list;
    assert_int_equal(coracle_function_call(method(square, "link"), &other, 1, NULL), CORACLE_OK);
    other.object = make(&fixture, "numbers", NULL, 0);
    assert_int_equal(coracle_function_call(method(square, "link"), &other, 1, NULL), CORACLE_MISMATCH);
    other.object = NULL;
    assert_int_equal(coracle_function_call(method(square, "link"), &other, 1, NULL), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_get(square, "next", &list), CORACLE_OK);
    close_fixture(&fixture);
}

static void collections_by_their_methods(void **state) {
    (void)state;
    Fixture fixture = open_fixture(NULL, NULL);
    CoracleObject *list = make(&fixture, "numbers", NULL, 0), *table = make(&fixture, "table", NULL, 0);
    CoracleScalar value;
    CoracleValue result, argument = program_integer(40);
    assert_string_equal(coracle_object_type(list), "List<int>");
    assert_int_equal(coracle_function_call(method(list, "push"), &argument, 1, NULL), CORACLE_OK);
    assert_int_equal(coracle_function_call_scalars(method(list, "length"), &value), CORACLE_OK);
    assert_int_equal(value.integer, 4);
    value.integer = 3;
    assert_int_equal(coracle_function_call_scalars(method(list, "[]"), &value), CORACLE_OK);
    assert_int_equal(value.integer, 40);
    value.integer = 4;
    assert_int_equal(coracle_function_call_scalars(method(list, "[]"), &value), CORACLE_THROWN);
    assert_string_equal(coracle_isolate_error(fixture.isolate)->type, "IndexError");
    CoracleValue key = {.kind = CORACLE_STRING, .string = {"a", 1}};
    assert_int_equal(coracle_function_call(method(table, "get"), &key, 1, &result), CORACLE_OK);
    assert_int_equal(result.integer, 1);
    key.string.bytes = "b";
    assert_int_equal(coracle_function_call(method(table, "get"), &key, 1, &result), CORACLE_OK);
    assert_int_equal(result.kind, CORACLE_NULL);
    close_fixture(&fixture);
}

/* ---- Fields ------------------------------------------------------------------------------------ */

static void fields_are_read_and_written(void **state) {
    (void)state;
    Fixture fixture = open_fixture(NULL, &(CoracleIsolateOptions){.stress_collect_every = 5});
    CoracleIsolate *isolate = fixture.isolate;
    CoracleValue side = real(2), value, text = {.kind = CORACLE_STRING, .string = {"here", 4}};
    CoracleObject *square = make(&fixture, "square", &side, 1), *other = make(&fixture, "square", &side, 1);
    assert_int_equal(coracle_object_get(square, "name", &value), CORACLE_OK);
    assert_string_equal(value.string.bytes, "square");
    assert_int_equal(coracle_object_get(square, "label", &value), CORACLE_OK);
    assert_int_equal(value.kind, CORACLE_NULL);
    assert_int_equal(coracle_object_set(square, "label", &text), CORACLE_OK);
    assert_int_equal(coracle_object_get(square, "label", &value), CORACLE_OK);
    assert_string_equal(value.string.bytes, "here");
    CoracleValue ten = real(10), link = {.kind = CORACLE_OBJECT, .object = other},
                 tiny = {.kind = CORACLE_UINT};
    assert_int_equal(coracle_object_set(square, "scale", &ten), CORACLE_OK);
    CoracleScalar area;
    assert_int_equal(coracle_function_call_scalars(method(square, "area"), &area), CORACLE_OK);
    assert_true(area.number == 40);
    assert_int_equal(coracle_object_set(square, "next", &link), CORACLE_OK);
    coracle_object_release(other);
    assert_int_equal(coracle_object_get(square, "next", &value), CORACLE_OK);
    assert_string_equal(coracle_object_type(value.object), "Square");
    tiny.unsigned_integer = 255;
    assert_int_equal(coracle_object_set(square, "tiny", &tiny), CORACLE_OK);
    assert_int_equal(coracle_object_get(square, "tiny", &value), CORACLE_OK);
    assert_int_equal(value.unsigned_integer, 255);
    tiny.unsigned_integer = 256;
    assert_int_equal(coracle_object_set(square, "tiny", &tiny), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_set(square, "name", &text), CORACLE_MISMATCH);
    assert_string_equal(coracle_isolate_message(isolate), "field `name` of Square is not `var`");
    assert_int_equal(coracle_object_set(square, "scale", &text), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_get(square, "corners", &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_object_get(square, "secret", &value), CORACLE_NOT_FOUND);
    assert_int_equal(coracle_object_get(square, "none", &value), CORACLE_NOT_FOUND);
    close_fixture(&fixture);
}

static void objects_stay_in_their_isolate(void **state) {
    (void)state;
    Fixture fixture = open_fixture(NULL, NULL);
    CoracleIsolate *second = coracle_isolate_new(fixture.engine, NULL);
    CoracleValue side = real(2), result;
    assert_int_equal(coracle_isolate_call(second, fixture.module, "square", &side, 1, &result), CORACLE_OK);
    CoracleObject *mine = make(&fixture, "square", &side, 1);
    assert_int_equal(coracle_object_set(mine, "next", &result), CORACLE_MISMATCH);
    assert_int_equal(coracle_function_call(method(mine, "link"), &result, 1, NULL), CORACLE_MISMATCH);
    coracle_isolate_free(second);
    close_fixture(&fixture);
}

static const CoracleEngineOptions tiers[] = {
    {.tier = CORACLE_TIER_INTERPRETER},
    {.tier = CORACLE_TIER_ONE, .stress_eager = true},
    {.tier = CORACLE_TIER_TWO, .stress_eager = true},
    {.tier = CORACLE_TIER_TWO, .stress_eager = true, .stress_leave_every = 2},
};

static void every_tier_does_the_same(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++) {
        Fixture fixture = open_fixture(&tiers[i], NULL);
        CoracleValue seven = program_integer(7), side = real(3);
        CoracleFunction *adder;
        assert_int_equal(coracle_object_function(make(&fixture, "adder", &seven, 1), &adder), CORACLE_OK);
        CoracleScalar value = {.integer = 35}, area;
        assert_int_equal(coracle_function_call_scalars(adder, &value), CORACLE_OK);
        assert_int_equal(value.integer, 42);
        assert_int_equal(
            coracle_function_call_scalars(method(make(&fixture, "square", &side, 1), "area"), &area),
            CORACLE_OK);
        assert_true(area.number == 9);
        close_fixture(&fixture);
    }
}

typedef struct Calls {
    CoracleFunction *checked, *depth;
    int64_t sum;
} Calls;

/* Each of these calls enters the isolate from nothing. */
static void *call_often(void *opaque) {
    Calls *calls = opaque;
    for (int64_t i = 0; i < 2000; i++) {
        CoracleScalar values[3] = {{.integer = i % 7}, {.integer = i % 5}, {.integer = i}};
        CoracleStatus status = coracle_function_call_scalars(calls->checked, values);
        assert_int_equal(status, i % 7 == i % 5 ? CORACLE_THROWN : CORACLE_OK);
        calls->sum += status == CORACLE_OK ? values[0].integer : 1;
        values[0].integer = i % 100;
        assert_int_equal(coracle_function_call_scalars(calls->depth, values), CORACLE_OK);
        assert_int_equal(values[0].integer, i % 100);
    }
    return NULL;
}

/* On several threads in turn, by all tiers: with errors, a stack that is too short, and the end of the fuel. */
static void calls_of_integers_are_the_same_everywhere(void **state) {
    (void)state;
    int64_t left[2] = {0};
    for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++) {
        Fixture fixture =
            open_fixture(&tiers[i], &(CoracleIsolateOptions){.fuel = 20000000, .stack_bytes = 1 << 20});
        Calls calls = {prepare(&fixture, "checked"), prepare(&fixture, "depth"), 0};
        call_often(&calls);
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, call_often, &calls), 0);
        pthread_join(thread, NULL);
        assert_int_equal(calls.sum, 4570270);
        CoracleScalar value = {.integer = 100000};
        assert_int_equal(coracle_function_call_scalars(calls.depth, &value), CORACLE_THROWN);
        assert_string_equal(coracle_isolate_error(fixture.isolate)->type, "StackOverflowError");
        value.integer = 10;
        assert_int_equal(coracle_function_call_scalars(calls.depth, &value), CORACLE_OK);
        left[i > 0] = coracle_isolate_fuel(fixture.isolate);
        assert_int_equal(left[i > 0], left[0]);
        CoracleStatus status;
        int64_t count = 0;
        do {
            value.integer = 1000;
            status = coracle_function_call_scalars(calls.depth, &value);
            count++;
        } while (status == CORACLE_OK && count < 100000);
        assert_int_equal(status, CORACLE_OUT_OF_FUEL);
        assert_int_equal(coracle_isolate_fuel(fixture.isolate), 0);
        close_fixture(&fixture);
    }
}

/* However little it does, and by whatever way it is made. */
static void an_interruption_ends_the_next_call(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++) {
        Fixture fixture = open_fixture(&tiers[i], NULL);
        CoracleFunction *add = prepare(&fixture, "add");
        CoracleValue numbers[] = {program_integer(1), program_integer(2)};
        CoracleRun *run;
        for (int way = 0; way < 4; way++) {
            for (int round = 0; round < 3; round++) {
                CoracleScalar values[] = {{.integer = 1}, {.integer = 2}};
                CoracleStatus status, wanted = round == 1 ? CORACLE_INTERRUPTED : CORACLE_OK;
                assert_int_equal(coracle_function_start(add, numbers, 2, &run), CORACLE_OK);
                if (round == 1)
                    coracle_isolate_interrupt(fixture.isolate);
                status = way == 0   ? coracle_function_call(add, numbers, 2, NULL)
                         : way == 1 ? coracle_function_call_scalars(add, values)
                         : way == 2 ? coracle_run_step(run, 1000, NULL)
                                    : coracle_isolate_run(fixture.isolate, fixture.module, NULL);
                assert_int_equal(status, wanted);
                coracle_run_release(run);
            }
        }
        close_fixture(&fixture);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_of_integers_are_the_same_everywhere),
        cmocka_unit_test(calls_are_prepared_once),
        cmocka_unit_test(scalars_are_checked),
        cmocka_unit_test(errors_and_stops),
        cmocka_unit_test(missing_functions),
        cmocka_unit_test(function_values_are_called),
        cmocka_unit_test(methods_are_those_of_the_object),
        cmocka_unit_test(collections_by_their_methods),
        cmocka_unit_test(fields_are_read_and_written),
        cmocka_unit_test(objects_stay_in_their_isolate),
        cmocka_unit_test(errors_have_whole_texts),
        cmocka_unit_test(an_interruption_ends_the_next_call),
        cmocka_unit_test(every_tier_does_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

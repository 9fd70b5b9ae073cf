/* Functions of the host: modules that declare them, calls in all tiers, errors, re-entrance. */
#include "tests/api/program.h"

/* ---- The host's module ------------------------------------------------------------------------- */

static const char declarations[] =
    "/// What the test offers.\n"
    "extern \"host\" {\n"
    "    pub fn log(text: string)\n"
    "    pub fn add(a: int, b: int): int\n"
    "    pub fn twice(x: float): float\n"
    "    pub fn flip(x: bool, times: u64): bool\n"
    "    pub fn moody(n: int): int\n"
    "    pub fn mixed(a: u8, b: bool, c: char, d: f32, e: float?, f: string?): string\n"
    "    pub fn either(a: int?, b: float?): int\n"
    "    pub fn half(n: int): int?\n"
    "    pub fn pair(a: any, b: any): any\n"
    "    pub fn first(list: List<string>): string?\n"
    "    pub fn apply(f: fn(int): int, n: int): int\n"
    "    pub fn fail(kind: string, message: string): int\n"
    "    pub fn wrong(): u8\n"
    "    pub fn nested(depth: int): int\n"
    "    pub fn forget(): int\n"
    "    pub fn claim()\n"
    "    pub fn keep(value: any)\n"
    "    pub fn give(): any\n"
    "}\n"
    "pub fn shout(text: string) { log(text.toUpper()) }\n"
    "pub fn deeper(depth: int): int { return if depth == 0 { 0 } else { 1 + nested(depth - 1) } }\n";

typedef struct Host {
    char log[1024];
    size_t logged;
    CoracleModule *module;
    CoracleObject *kept;
    CoracleStatus inner; /* of the last call inside */
} Host;

static CoracleStatus host_log(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                              CoracleValue *result) {
    Host *host = context;
    (void)isolate, (void)result;
    host->logged += (size_t)snprintf(host->log + host->logged, sizeof host->log - host->logged, "%.*s\n",
                                     (int)arguments[0].string.length, arguments[0].string.bytes);
    return CORACLE_OK;
}

static CoracleStatus host_add(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                              CoracleValue *result) {
    (void)context, (void)isolate;
    *result = program_integer(arguments[0].integer + arguments[1].integer);
    return CORACLE_OK;
}

/* NaN: every one of the program's is the same here. */
static CoracleStatus host_twice(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                CoracleValue *result) {
    (void)context, (void)isolate;
    assert_int_equal(arguments[0].kind, CORACLE_FLOAT);
    if (arguments[0].number != arguments[0].number)
        assert_int_equal(arguments[0].unsigned_integer, 0x7ff8000000000000);
    *result = (CoracleValue){.kind = CORACLE_FLOAT, .number = arguments[0].number * 2};
    return CORACLE_OK;
}

static CoracleStatus host_flip(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                               CoracleValue *result) {
    (void)context, (void)isolate;
    assert_int_equal(arguments[1].kind, CORACLE_UINT);
    *result = (CoracleValue){.kind = CORACLE_BOOL,
                             .boolean = arguments[0].boolean == (arguments[1].unsigned_integer % 2 == 0)};
    return CORACLE_OK;
}

/* Gives a number, another kind, or an error, which it may forget; and fails. */
static CoracleStatus host_moody(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                CoracleValue *result) {
    (void)context;
    *result = arguments[0];
    switch (arguments[0].integer % 6) {
    case 1: result->kind = CORACLE_UINT; return CORACLE_OK;
    case 2: return coracle_isolate_throw(isolate, "ValueError", "moody");
    case 3: coracle_isolate_throw(isolate, "ValueError", "forgotten"); return CORACLE_OK;
    case 4: return CORACLE_THROWN;
    case 5: return CORACLE_FAILED;
    default: return CORACLE_OK;
    }
}

static CoracleStatus host_mixed(void *context, CoracleIsolate *isolate, const CoracleValue *a,
                                CoracleValue *result) {
    static char text[160];
    (void)context, (void)isolate;
    int length = snprintf(text, sizeof text, "%d%d%d%d%d%d: %u %d %x %g %g %.*s", a[0].kind == CORACLE_UINT,
                          a[1].kind == CORACLE_BOOL, a[2].kind == CORACLE_CHAR, a[3].kind == CORACLE_FLOAT,
                          a[4].kind == CORACLE_NULL, a[5].kind == CORACLE_NULL,
                          (unsigned)a[0].unsigned_integer, a[1].boolean, (unsigned)a[2].character,
                          a[3].number, a[4].kind == CORACLE_NULL ? 0 : a[4].number,
                          a[5].kind == CORACLE_NULL ? 1 : (int)a[5].string.length,
                          a[5].kind == CORACLE_NULL ? "-" : a[5].string.bytes);
    *result = (CoracleValue){.kind = CORACLE_STRING, .string = {text, (size_t)length}};
    return CORACLE_OK;
}

/* Few values that take more slots than there are. */
static CoracleStatus host_either(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                 CoracleValue *result) {
    (void)context, (void)isolate;
    *result = program_integer((arguments[0].kind == CORACLE_NULL ? 10 : arguments[0].integer) +
                              (arguments[1].kind == CORACLE_NULL ? 100 : (int64_t)arguments[1].number));
    return CORACLE_OK;
}

static CoracleStatus host_half(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                               CoracleValue *result) {
    (void)context, (void)isolate;
    *result = arguments[0].integer % 2 ? (CoracleValue){.kind = CORACLE_NULL}
                                       : program_integer(arguments[0].integer / 2);
    return CORACLE_OK;
}

/* Two texts at once, as they lie in the program. */
static CoracleStatus host_pair(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                               CoracleValue *result) {
    (void)context, (void)isolate;
    *result = arguments[0].kind == CORACLE_STRING && arguments[1].kind == CORACLE_STRING
                  ? program_integer(arguments[0].string.bytes[0] * 1000 + arguments[1].string.bytes[0])
                  : arguments[1];
    return CORACLE_OK;
}

/* Calls methods of an argument. */
static CoracleStatus host_first(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                CoracleValue *result) {
    CoracleFunction *at;
    CoracleValue zero = program_integer(0);
    (void)context, (void)isolate;
    assert_string_equal(coracle_object_type(arguments[0].object), "List<string>");
    CoracleStatus status = coracle_object_method(arguments[0].object, "[]", &at);
    if (status == CORACLE_OK)
        status = coracle_function_call(at, &zero, 1, result);
    coracle_function_release(at);
    return status;
}

static CoracleStatus host_apply(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                CoracleValue *result) {
    Host *host = context;
    CoracleFunction *function;
    (void)isolate;
    CoracleStatus status = coracle_object_function(arguments[0].object, &function);
    if (status == CORACLE_OK)
        status = coracle_function_call(function, &arguments[1], 1, result);
    coracle_function_release(function);
    return host->inner = status;
}

static CoracleStatus host_fail(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                               CoracleValue *result) {
    (void)context, (void)result;
    char kind[64];
    snprintf(kind, sizeof kind, "%.*s", (int)arguments[0].string.length, arguments[0].string.bytes);
    return coracle_isolate_throw(isolate, kind, arguments[1].string.bytes);
}

/* Throws, and then goes on as if nothing had happened. */
static CoracleStatus host_forget(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                 CoracleValue *result) {
    (void)context, (void)arguments;
    assert_int_equal(coracle_isolate_throw(isolate, "ValueError", "forgotten"), CORACLE_THROWN);
    *result = program_integer(1);
    return CORACLE_OK;
}

/* Says that an error was thrown, and there was none. */
static CoracleStatus host_claim(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                CoracleValue *result) {
    (void)context, (void)isolate, (void)arguments, (void)result;
    return CORACLE_THROWN;
}

static CoracleStatus host_wrong(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                CoracleValue *result) {
    (void)context, (void)isolate, (void)arguments;
    *result = (CoracleValue){.kind = CORACLE_UINT, .unsigned_integer = 256};
    return CORACLE_OK;
}

static CoracleStatus host_nested(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                 CoracleValue *result) {
    Host *host = context;
    return coracle_isolate_call(isolate, host->module, "deeper", arguments, 1, result);
}

static CoracleStatus host_keep(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                               CoracleValue *result) {
    Host *host = context;
    (void)isolate, (void)result;
    coracle_object_release(host->kept);
    host->kept = coracle_object_keep(arguments[0].object);
    return CORACLE_OK;
}

static CoracleStatus host_give(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                               CoracleValue *result) {
    Host *host = context;
    (void)isolate, (void)arguments;
    *result = (CoracleValue){.kind = CORACLE_OBJECT, .object = host->kept};
    return CORACLE_OK;
}

/* ---- Fixture ----------------------------------------------------------------------------------- */

typedef struct Fixture {
    Host host;
    CoracleEngine *engine;
    CoracleIsolate *isolate;
} Fixture;

static void open_fixture(Fixture *fixture, const CoracleEngineOptions *options,
                         const CoracleIsolateOptions *limits) {
    *fixture = (Fixture){.engine = coracle_engine_new(options)};
    Host *host = &fixture->host;
    const CoracleNativeFunction functions[] = {
        {"log", host_log, host},     {"flip", host_flip, host},     {"moody", host_moody, host},
        {"twice", host_twice, host}, {"add", host_add, host},       {"mixed", host_mixed, host},
        {"first", host_first, host}, {"apply", host_apply, host},   {"fail", host_fail, host},
        {"wrong", host_wrong, host}, {"nested", host_nested, host}, {"forget", host_forget, host},
        {"claim", host_claim, host}, {"keep", host_keep, host},     {"give", host_give, host},
        {"pair", host_pair, host},   {"either", host_either, host}, {"half", host_half, host},
    };
    CoracleMessage message = {""};
    coracle_engine_add_module(fixture->engine, "game", declarations, functions,
                              sizeof functions / sizeof *functions, &host->module, &message);
    assert_string_equal(message.text, "");
    fixture->isolate = coracle_isolate_new(fixture->engine, limits);
}

static void close_fixture(Fixture *fixture) {
    coracle_isolate_free(fixture->isolate);
    coracle_engine_free(fixture->engine);
}

static CoracleStatus run(Fixture *fixture, const char *source) {
    CoracleModule *module;
    CoracleMessage message = {""};
    coracle_engine_compile(fixture->engine, "program.cora", source, strlen(source), &module, &message);
    assert_string_equal(message.text, "");
    return coracle_isolate_run(fixture->isolate, module, NULL);
}

/* ---- Tests ------------------------------------------------------------------------------------- */

static const char everything[] =
    "import game\n"
    "game.shout(\"hello\")\n"
    "var sum = 0\n"
    "for i in 0..3000 { sum = game.add(sum, i) }\n"
    "game.log(\"{sum}\")\n"
    "game.log(game.mixed(200, true, 'ß', 1.5, null, \"x\"))\n"
    "game.log(game.mixed(0, false, 'a', -0.5, 2.25, null))\n"
    "game.log(\"{game.either(1, 2.0)} {game.either(null, 2.0)} {game.either(1, null)} {game.either(null, "
    "null)}\")\n"
    "game.log(\"{game.half(6)} {game.half(7)}\")\n"
    "game.log(\"{game.pair(\"a\", \"b\")} {game.pair(\"a\", 1.5)} {game.pair(1, [2])} {game.pair(1, 9) is "
    "int}\")\n"
    "game.log(game.first([\"one\", \"two\"]) ?? \"none\")\n"
    "var real = 0.0\n"
    "for i in 0..100 { real = game.twice(real + 0.5) / 2.0 }\n"
    "game.log(\"{real} {game.twice(0.0 / 0.0)} {game.twice(-(0.0 / 0.0))}\")\n"
    "var flips = 0\n"
    "for i in 0..99 { if game.flip(i % 3 == 0, i as u64) { flips += 1 } }\n"
    "game.log(\"{flips}\")\n"
    "fn mood(n: int): string {\n"
    "    try { return \"{game.moody(n)}\" } catch e: ValueError { return e.message } catch e: StateError { "
    "return e.message }\n"
    "}\n"
    "let moods = Set<string>()\n"
    "for i in 0..200 { moods.add(mood(i % 8)) }\n"
    "for m in moods { game.log(m) }\n"
    "let n = 3\n"
    "game.log(\"{game.apply(x => x * n, 14)}\")\n"
    "let f = game.add\n"
    "game.log(\"{[1, 2, 3].fold(0, f)}\")\n"
    "game.log(\"{game.deeper(20)}\")\n"
    "try { game.fail(\"IndexError\", \"no\") } catch e: IndexError { game.log(\"caught {e.message}\") }\n"
    "try { game.first([]) } catch e: IndexError { game.log(\"inner\") }\n"
    "try { game.wrong() } catch e: StateError { game.log(e.message) }\n"
    "fn deep(n: int): int { return if n == 0 { 0 } else { game.add(deep(n - 1), 1) } }\n"
    "game.log(\"{deep(50000)}\")\n" /* the machine stack is short on the way, and at the calls */
    "fn down(n: int): int { return if n == 0 { 0 } else { down(game.add(n, -1)) + 1 } }\n"
    "game.log(\"{down(50000)}\")\n"
    "fn caught(n: int): int { try { return game.fail(\"ValueError\", \"no\") } catch e: ValueError { return "
    "n } }\n"
    "sum = 0\n"
    "for i in 0..300 { sum += caught(i) }\n"
    "game.log(\"{sum}\")\n";
static const char everything_logged[] =
    "HELLO\n4498500\n111110: 200 1 df 1.5 0 x\n111101: 0 0 61 -0.5 2.25 -\n3 12 101 110\n3 null\n97098 1.5 "
    "[2] true\none\n50.0 "
    "nan nan\n50\n0\n"
    "the host's function `moody` gave a value that is no int\nmoody\n3\na function of the host failed\n"
    "the host's function `moody` failed\n6\n42\n6\n20\n"
    "caught no\ninner\nthe host's function `wrong` gave a value that is no u8, and is out of "
    "range\n50000\n50000\n44850\n";

static void every_tier_calls_the_host(void **state) {
    (void)state;
    static const CoracleEngineOptions options[] = {
        {.tier = CORACLE_TIER_INTERPRETER},
        {.tier = CORACLE_TIER_ONE, .stress_eager = true, .stress_eager_loops = true},
        {.tier = CORACLE_TIER_TWO, .stress_eager = true, .stress_eager_loops = true},
        {.tier = CORACLE_TIER_TWO, .stress_eager = true, .stress_leave_every = 3, .stress_fail_every = 5},
    };
    static const CoracleIsolateOptions limits[] = {
        {0}, {.stress_collect_every = 7}, {.stress_safepoints = true}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        for (size_t j = 0; j < sizeof limits / sizeof *limits; j++) {
            Fixture fixture;
            open_fixture(&fixture, &options[i], &limits[j]);
            assert_int_equal(run(&fixture, everything), CORACLE_OK);
            assert_string_equal(fixture.host.log, everything_logged);
            assert_int_equal(coracle_isolate_throw(fixture.isolate, "Error", "none of them is left"),
                             CORACLE_MISMATCH);
            close_fixture(&fixture);
        }
    }
}

static void errors_are_traced_through_the_host(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture, NULL, NULL);
    static const char source[] = "import game\n"
                                 "fn inner(n: int): int { throw ValueError(\"deep {n}\") }\n"
                                 "fn outer(): int { return game.apply(inner, 7) }\n"
                                 "outer()\n";
    assert_int_equal(run(&fixture, source), CORACLE_THROWN);
    const CoracleError *error = coracle_isolate_error(fixture.isolate);
    assert_string_equal(error->type, "ValueError");
    assert_string_equal(error->message, "deep 7");
    assert_non_null(strstr(error->text, "at inner (program.cora:2"));
    assert_int_equal(fixture.host.inner, CORACLE_THROWN);
    close_fixture(&fixture);
}

static void nesting_ends_in_an_error(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture, NULL, NULL);
    assert_int_equal(
        run(&fixture,
            "import game\ntry { game.deeper(100000) } catch e: StackOverflowError { game.log(\"deep\") }\n"
            "game.log(\"{game.deeper(5)}\")\n"),
        CORACLE_OK);
    assert_string_equal(fixture.host.log, "deep\n5\n");
    close_fixture(&fixture);
}

static void stops_pass_through_the_host(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture, NULL, &(CoracleIsolateOptions){.fuel = 50000});
    assert_int_equal(
        run(&fixture,
            "import game\ntry { game.apply(x => { var n = x; while true { n += 1 }; return n }, 1) } "
            "catch e: Error { game.log(\"caught\") }\ngame.log(\"after\")\n"),
        CORACLE_OUT_OF_FUEL);
    assert_int_equal(fixture.host.inner, CORACLE_OUT_OF_FUEL);
    assert_string_equal(fixture.host.log, "");
    close_fixture(&fixture);
}

static void objects_can_be_kept(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture, NULL, &(CoracleIsolateOptions){.stress_collect_every = 2});
    assert_int_equal(run(&fixture, "import game\nlet list = [1, 2, 3]\ngame.keep(list)\ngame.keep([4, 5])\n"
                                   "game.log(\"{game.give() as List<int>}\")\n"),
                     CORACLE_OK);
    assert_string_equal(fixture.host.log, "[4, 5]\n");
    close_fixture(&fixture);
}

static void what_is_not_declared_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *source, *function, *message;
        CoracleStatus status;
    } rows[] = {
        {"extern \"host\" { pub fn a() }", "b", "calls the host's function `a`, which it is not granted",
         CORACLE_REJECTED},
        {"pub fn a() {}", "a", "the source declares no function `a` of the host", CORACLE_MISMATCH},
        {"extern \"host\" { pub fn a(x: (int, int)) }", "a", "`a` has a parameter that is a (int, int)",
         CORACLE_MISMATCH},
        {"struct S { x: int }\nextern \"host\" { fn a(): S }", "a", "`a` returns a S", CORACLE_MISMATCH},
        {"extern \"host\" { pub fn a(x: int??) }", "a", "`a` has a parameter that is a int??",
         CORACLE_MISMATCH},
        {"extern \"host\" { pub fn a() { } }", "a", "error[E0", CORACLE_REJECTED},
        {"extern \"host\" { pub fn a<T>(x: T) }", "a", "error[E0", CORACLE_REJECTED},
        {"extern \"host\" { let x = 1 }", "a", "", CORACLE_REJECTED},
        {"extern \"host\" {", "a", "error[E0", CORACLE_REJECTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CoracleEngine *engine = coracle_engine_new(NULL);
        CoracleMessage message = {""};
        CoracleModule *module;
        const CoracleNativeFunction function = {rows[i].function, host_add, NULL};
        CoracleStatus status =
            coracle_engine_add_module(engine, "m", rows[i].source, &function, 1, &module, &message);
        if (!strstr(message.text, rows[i].message))
            fail_msg("%s: %s", rows[i].source, message.text);
        assert_int_equal(status, rows[i].status);
        assert_null(module);
        coracle_engine_free(engine);
    }
}

static void names_are_given_once(void **state) {
    (void)state;
    static const char source[] = "extern \"host\" { pub fn a() }",
                      both[] = "extern \"host\" { pub fn a()\n pub fn b() }";
    static const char *const bad[] = {"", "a b", "1x", "a.", ".a", "a..b", "x/y", "std", "std.math"};
    const CoracleNativeFunction functions[] = {
        {"a", host_claim, NULL}, {"a", host_claim, NULL}, {"b", host_claim, NULL}};
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module;
    CoracleMessage message;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(coracle_engine_add_module(engine, bad[i], source, functions, 1, &module, &message),
                         CORACLE_MISMATCH);
        assert_non_null(strstr(message.text, "is no name for a module"));
    }
    assert_int_equal(coracle_engine_add_module(engine, "m", source, functions, 2, &module, &message),
                     CORACLE_MISMATCH);
    assert_string_equal(message.text, "the function `a` is given twice");
    /* after a failure it can be tried again, and only then */
    assert_int_equal(coracle_engine_add_module(engine, "m", source, functions + 1, 2, &module, &message),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_engine_add_module(engine, "m", both, functions, 1, &module, &message),
                     CORACLE_REJECTED);
    size_t size;
    assert_null(coracle_engine_added_module(engine, "m", &size));
    assert_int_equal(coracle_engine_add_module(engine, "m", source, functions, 1, &module, &message),
                     CORACLE_OK);
    assert_int_equal(coracle_engine_add_module(engine, "m", both, functions + 1, 2, &module, &message),
                     CORACLE_MISMATCH);
    assert_string_equal(message.text, "the engine has a module `m` of the host already");
    assert_int_equal(coracle_engine_add_module(engine, "a.b_2", both, functions + 1, 2, &module, &message),
                     CORACLE_OK);
    coracle_engine_free(engine);
}

static void programs_cannot_declare_functions_of_the_host(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture, NULL, NULL);
    CoracleModule *module;
    CoracleMessage message;
    static const char source[] =
        "extern \"host\" { fn add(a: string, b: string): string }\nprint(add(\"a\", \"b\"))\n";
    assert_int_equal(
        coracle_engine_compile(fixture.engine, "evil.cora", source, strlen(source), &module, &message),
        CORACLE_REJECTED);
    assert_non_null(
        strstr(message.text, "module evil calls the host's function `add`, which it is not granted"));
    close_fixture(&fixture);
}

static void throwing_needs_a_program(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture, NULL, NULL);
    assert_int_equal(coracle_isolate_throw(fixture.isolate, "ValueError", "x"), CORACLE_MISMATCH);
    assert_int_equal(run(&fixture, "import game\ntry { game.fail(\"Nothing\", \"m\") } catch e: StateError { "
                                   "game.log(e.message) }\n"),
                     CORACLE_OK);
    assert_string_equal(fixture.host.log, "m\n");
    assert_int_equal(run(&fixture, "import game\ngame.forget()\ngame.claim()\n"), CORACLE_THROWN);
    assert_string_equal(coracle_isolate_error(fixture.isolate)->message, "a function of the host failed");
    close_fixture(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tier_calls_the_host),
        cmocka_unit_test(errors_are_traced_through_the_host),
        cmocka_unit_test(nesting_ends_in_an_error),
        cmocka_unit_test(stops_pass_through_the_host),
        cmocka_unit_test(objects_can_be_kept),
        cmocka_unit_test(what_is_not_declared_is_refused),
        cmocka_unit_test(names_are_given_once),
        cmocka_unit_test(programs_cannot_declare_functions_of_the_host),
        cmocka_unit_test(throwing_needs_a_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

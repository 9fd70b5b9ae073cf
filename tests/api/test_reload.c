/* Modules that get a new text while the program goes on, and initialisers that fail. */
#include "tests/api/program.h"

static const char world[] = "pub class Player { let name: string\n pub var score = 0\n"
                            "    init(name: string) { self.name = name } }\n";

typedef struct Fixture {
    CoracleEngine *engine;
    CoracleModule *module;
    CoracleIsolate *isolate;
} Fixture;

static CoracleModule *compile(const Fixture *fixture, const char *source) {
    CoracleModule *module = NULL;
    CoracleMessage message = {""};
    coracle_engine_compile(fixture->engine, "game.cora", source, strlen(source), &module, &message);
    assert_string_equal(message.text, "");
    return module;
}

static Fixture open_fixture(const char *source) {
    Fixture fixture = {.engine = coracle_engine_new(NULL)};
    CoracleMessage message = {""};
    coracle_engine_add_module(fixture.engine, "world", world, NULL, 0, NULL, &message);
    assert_string_equal(message.text, "");
    fixture.module = compile(&fixture, source);
    fixture.isolate = coracle_isolate_new(fixture.engine, NULL);
    return fixture;
}

static void close_fixture(Fixture *fixture) {
    coracle_isolate_free(fixture->isolate);
    coracle_engine_free(fixture->engine);
}

static CoracleValue call(const Fixture *fixture, CoracleModule *module, const char *name) {
    CoracleValue value = {.kind = CORACLE_VOID};
    assert_int_equal(coracle_isolate_call(fixture->isolate, module, name, NULL, 0, &value), CORACLE_OK);
    return value;
}

static const char first[] = "import world\n"
                            "let speed = 1\n"
                            "var position = 0\n"
                            "var names: List<string> = []\n"
                            "var player = world.Player(\"first\")\n"
                            "var pair = (1, \"one\")\n"
                            "var changed = 5\n"
                            "class Own { var n = 1 }\n"
                            "var own = Own()\n"
                            "class Counter { static var count = 0 }\n"
                            "pub fn step(): int { position += speed; names.push(\"{position}\"); "
                            "player.score += 10; pair = (position, "
                            "\"p\")\n"
                            "    changed += 1; own.n += 1; Counter.count += 1; return position }\n"
                            "pub fn stepper(): fn(): int { return () => step() }\n"
                            "pub fn own_object(): Own { return own }\n";
static const char second[] = "import world\n"
                             "let speed = 100\n"
                             "var more = 7\n"
                             "var changed = \"text\"\n"
                             "class Counter { static var count = 0 }\n"
                             "class Own { var n = 1 }\n"
                             "var pair = (0, \"\")\n"
                             "var player = world.Player(\"second\")\n"
                             "var names: List<string> = []\n"
                             "var own = Own()\n"
                             "var position = 0\n"
                             "pub fn step(): int { position += speed; return position + more }\n"
                             "pub fn state(): string { return \"{position} {names} {player.name} "
                             "{player.score} {pair} {changed} {own.n} "
                             "{Counter.count}\" }\n"
                             "pub fn take(own: Own): int { return own.n }\n";

static void variables_are_kept(void **state) {
    (void)state;
    Fixture fixture = open_fixture(first);
    call(&fixture, fixture.module, "step");
    call(&fixture, fixture.module, "step");
    CoracleFunction *old_step;
    CoracleValue stepper = call(&fixture, fixture.module, "stepper"),
                 own = call(&fixture, fixture.module, "own_object"), value;
    assert_int_equal(coracle_object_function(stepper.object, &old_step), CORACLE_OK);

    CoracleModule *next = compile(&fixture, second);
    assert_int_equal(coracle_isolate_reload(fixture.isolate, fixture.module, next), CORACLE_OK);
    value = call(&fixture, next, "state");
    assert_string_equal(value.string.bytes, "2 [\"1\", \"2\"] first 20 (2, \"p\") text 1 2");
    assert_int_equal(call(&fixture, next, "step").integer, 109);

    /* the old one goes on by itself, but for the objects that both know */
    assert_int_equal(coracle_function_call(old_step, NULL, 0, &value), CORACLE_OK);
    assert_int_equal(value.integer, 3);
    value = call(&fixture, next, "state");
    assert_string_equal(value.string.bytes, "102 [\"1\", \"2\", \"3\"] first 30 (2, \"p\") text 1 2");
    assert_int_equal(coracle_isolate_call(fixture.isolate, next, "take", &own, 1, &value), CORACLE_MISMATCH);
    close_fixture(&fixture);
}

static void a_text_that_fails_changes_nothing(void **state) {
    (void)state;
    Fixture fixture = open_fixture("var n = 1\npub fn next(): int { n += 1; return n }");
    call(&fixture, fixture.module, "next");
    CoracleModule *wrong =
        compile(&fixture, "var n = fails()\nfn fails(): int { throw ValueError(\"x\") }\npub fn f() {}");
    assert_int_equal(coracle_isolate_reload(fixture.isolate, fixture.module, wrong), CORACLE_THROWN);
    assert_int_equal(call(&fixture, fixture.module, "next").integer, 3);
    CoracleModule *right = compile(&fixture, "var n = 1\npub fn next(): int { n += 10; return n }");
    assert_int_equal(coracle_isolate_reload(fixture.isolate, fixture.module, right), CORACLE_OK);
    assert_int_equal(call(&fixture, right, "next").integer, 13);
    /* back to the old one */
    assert_int_equal(coracle_isolate_reload(fixture.isolate, right, fixture.module), CORACLE_OK);
    assert_int_equal(call(&fixture, fixture.module, "next").integer, 14);
    close_fixture(&fixture);
}

/* What an initialiser has not set is not read, though it has failed; it runs again. */
static void initialisers_that_fail_run_again(void **state) {
    (void)state;
    Fixture fixture = open_fixture("var tries = 0\n"
                                   "pub let list: List<int> = make()\n"
                                   "fn make(): List<int> { tries += 1\n"
                                   "    if tries < 3 { throw ValueError(\"{tries}\") }\n"
                                   "    return [1, 2, 3] }\n"
                                   "pub fn length(): int { return list.length }\n");
    CoracleModule *twice = compile(&fixture, "fn endless(): int { while true {} }\n"
                                             "pub let text: string = \"{endless()}\"\n"
                                             "pub fn length(): int { return text.length }\n");
    CoracleValue value;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "length", NULL, 0, &value),
                         CORACLE_THROWN);
        assert_string_equal(coracle_isolate_error(fixture.isolate)->message, "1");
        coracle_isolate_interrupt(fixture.isolate);
        assert_int_equal(coracle_isolate_call(fixture.isolate, twice, "length", NULL, 0, &value),
                         CORACLE_INTERRUPTED);
    }
    close_fixture(&fixture);
}

static CoracleModule *importer;
static CoracleStatus poked;

static CoracleStatus poke(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                          CoracleValue *result) {
    (void)context, (void)arguments, (void)result;
    poked = coracle_isolate_call(isolate, importer, "length", NULL, 0, NULL);
    return CORACLE_OK;
}

/* An initialiser calls the host, which calls a module that imports the one that is not initialised yet. */
static void modules_wait_for_their_imports(void **state) {
    (void)state;
    Fixture fixture = {.engine = coracle_engine_new(NULL)};
    CoracleMessage message = {""};
    CoracleNativeFunction functions[] = {{"poke", poke, NULL}};
    coracle_engine_add_module(fixture.engine, "host", "extern \"host\" { pub fn poke() }", functions, 1, NULL,
                              &message);
    coracle_engine_add_module(fixture.engine, "data",
                              "import host\nfn make(): List<int> { host.poke(); return [1, 2] }\n"
                              "pub let list: List<int> = make()\n",
                              NULL, 0, NULL, &message);
    assert_string_equal(message.text, "");
    importer = compile(&fixture, "import data\npub fn length(): int { return data.list.length }");
    fixture.isolate = coracle_isolate_new(fixture.engine, NULL);
    assert_int_equal(call(&fixture, importer, "length").integer, 2); /* its initialiser runs already */
    fixture.module = compile(&fixture, "import data\npub fn length(): int { return data.list.length }");
    CoracleIsolate *other = fixture.isolate;
    fixture.isolate = coracle_isolate_new(fixture.engine, NULL);
    assert_int_equal(call(&fixture, fixture.module, "length").integer, 2);
    assert_int_equal(poked, CORACLE_THROWN);
    assert_int_equal(call(&fixture, importer, "length").integer, 2);
    coracle_isolate_free(other);
    close_fixture(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_are_kept),
        cmocka_unit_test(a_text_that_fails_changes_nothing),
        cmocka_unit_test(initialisers_that_fail_run_again),
        cmocka_unit_test(modules_wait_for_their_imports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

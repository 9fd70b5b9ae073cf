/* Lists, arrays and maps that a host makes, reads and changes; strings with any content. */
#include "tests/api/program.h"

#include <math.h>

static const char source[] =
    "pub enum Color { Red, Green }\n"
    "pub struct Pair { let a: int = 1\n    let b: int = 2 }\n"
    "pub class Unit : Hashable<Unit> { var name: string\n    init() { self.name = \"unit\" }\n"
    "    fn hash(): int => self.name.hash()\n"
    "    fn equals(o: Unit): bool => self.name == o.name }\n"
    "pub class Needs { let x: int }\n"
    "pub open abstract class Shape { }\n"
    "var ready = 1\n"
    "pub fn sum(values: List<float>): float { var s = 0.0\n    for v in values { s += v }\n    return s }\n"
    "pub fn range(n: int): List<int> => (0..n).toList()\n"
    "pub fn pairs(): List<Pair> => [Pair()]\n"
    "pub fn colors(): List<Color> => [Color.Red, Color.Green]\n"
    "pub fn bytes(n: int): Array<u8> => Array<u8>(n, 7 as u8)\n"
    "pub fn strange(): List<float> => [0.0 / 0.0, -(0.0 / 0.0), 1.5]\n"
    "pub fn mixed(): List<any> => [true, 5, 7 as u64, 1.5, 'x', \"a\\0b\", 7 as u8, Color.Green, [1], (1, "
    "2)]\n"
    "pub fn kinds(l: List<any>): string => l.map(x => if x is int { \"int\" } else if x is string { "
    "\"string\" "
    "} else if x is float { \"float\" } else if x is u64 { \"u64\" } else if x is bool { \"bool\" } else if "
    "x is "
    "char { \"char\" } else { \"{x}\" }).join(\" \")\n"
    "pub fn after(c: Color): Color => if c == .Red { .Green } else { .Red }\n"
    "pub fn show(value: any): string => \"{value}\"\n"
    "pub fn words(): Map<string, string?> => [\"a\": \"one\", \"b\": null, \"c\": \"three\"]\n"
    "pub fn iterate(list: List<int>, change: fn()): int { for v in list { change() }\n    return list.length "
    "}\n"
    "pub fn echo(text: string): string => text\n"
    "pub fn units(): Map<Unit, int> => [Unit(): 1]\n"
    "pub fn lookup(map: Map<Unit, int>, unit: Unit): int => map[unit]\n";

typedef struct Fixture {
    CoracleEngine *engine;
    CoracleModule *module;
    CoracleIsolate *isolate;
} Fixture;

static void open_fixture(Fixture *fixture, const CoracleIsolateOptions *options) {
    fixture->engine = coracle_engine_new(NULL);
    assert_non_null(fixture->engine);
    fixture->module = program_load(fixture->engine, "game", source);
    assert_non_null(fixture->module);
    fixture->isolate = coracle_isolate_new(fixture->engine, options);
    assert_non_null(fixture->isolate);
}

static void close_fixture(Fixture *fixture) {
    coracle_isolate_free(fixture->isolate);
    coracle_engine_free(fixture->engine);
}

static CoracleValue text_of(const char *bytes, size_t length) {
    return (CoracleValue){.kind = CORACLE_STRING, .string = {bytes, length}};
}

static CoracleValue object_of(CoracleObject *object) {
    return (CoracleValue){.kind = CORACLE_OBJECT, .object = object};
}

static CoracleValue call(Fixture *fixture, const char *name, const CoracleValue *arguments, size_t count) {
    CoracleValue result = {.kind = CORACLE_VOID};
    CoracleStatus status =
        coracle_isolate_call(fixture->isolate, fixture->module, name, arguments, count, &result);
    if (status != CORACLE_OK)
        fail_msg("%s: %d %s", name, (int)status, coracle_isolate_message(fixture->isolate));
    return result;
}

static CoracleObject *make(Fixture *fixture, const char *type) {
    CoracleObject *object;
    CoracleStatus status = coracle_object_new(fixture->isolate, type, &object);
    if (status != CORACLE_OK)
        fail_msg("%s: %d %s", type, (int)status, coracle_isolate_message(fixture->isolate));
    return object;
}

static void assert_shown(Fixture *fixture, CoracleObject *object, const char *wanted) {
    CoracleValue argument = object_of(object);
    assert_string_equal(call(fixture, "show", &argument, 1).string.bytes, wanted);
}

/* What is the same when the host gives it back comes as a value, all else as an object. */
static void test_any(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture, &(CoracleIsolateOptions){.stress_collect_every = 1});
    CoracleObject *mixed = call(&fixture, "mixed", NULL, 0).object;
    static const CoracleKind kinds[] = {CORACLE_BOOL,   CORACLE_INT,    CORACLE_UINT,   CORACLE_FLOAT,
                                        CORACLE_CHAR,   CORACLE_STRING, CORACLE_OBJECT, CORACLE_OBJECT,
                                        CORACLE_OBJECT, CORACLE_OBJECT};
    CoracleObject *copy = make(&fixture, "List<any>");
    assert_int_equal(coracle_list_length(mixed), sizeof kinds / sizeof *kinds);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        CoracleValue value;
        assert_int_equal(coracle_list_get(mixed, i, &value), CORACLE_OK);
        assert_int_equal(value.kind, kinds[i]);
        if (i == 5)
            assert_memory_equal(value.string.bytes, "a\0b", 4);
        assert_int_equal(coracle_list_append(copy, &value), CORACLE_OK);
    }
    CoracleValue argument = object_of(copy), shown;
    shown = call(&fixture, "kinds", &argument, 1);
    assert_string_equal(shown.string.bytes, "bool int u64 float char string 7 Green [1] (1, 2)");
    argument = (CoracleValue){.kind = CORACLE_NULL};
    assert_int_equal(coracle_list_append(copy, &argument), CORACLE_MISMATCH);
    close_fixture(&fixture);
}

/* An enum without payload is its ordinal. */
static void test_enums(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture, NULL);
    CoracleValue color = program_integer(0);
    color = call(&fixture, "after", &color, 1);
    assert_int_equal(color.kind, CORACLE_INT);
    assert_int_equal(color.integer, 1);
    assert_int_equal(call(&fixture, "after", &color, 1).integer, 0);
    for (int64_t wrong = -1; wrong < 4; wrong += 3) {
        color = program_integer(wrong);
        assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "after", &color, 1, NULL),
                         CORACLE_MISMATCH);
        assert_string_equal(coracle_isolate_message(fixture.isolate),
                            "argument 1 of `after` must be of type `Color`, and is out of range");
    }
    CoracleValue text = text_of("\xff", 1);
    assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "echo", &text, 1, NULL),
                     CORACLE_MISMATCH);
    assert_string_equal(coracle_isolate_message(fixture.isolate),
                        "argument 1 of `echo` must be of type `string`, and its text is not UTF-8");
    close_fixture(&fixture);
}

static void test_types(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture, NULL);
    static const char *const good[] = {
        "List<int>",
        "List<int?>",
        "List<List<float>>",
        "Map<string, int>",
        "Map<string,List<game.Unit?>>",
        "Set<char>",
        "List<Array<u8>>",
        "game.Unit",
        "std.core.List<any>",
        "Map< game.Unit , int >",
        "List<game.Pair>",
        "Map<game.Color, bool>",
    };
    static const char *const bad[] = {
        "",
        "List",
        "List<>",
        "List<int",
        "List<int>>",
        "List<int> x",
        "List<nothing>",
        "int",
        "string",
        "Array<int>",
        "game.Needs",
        "game.Shape",
        "game.Nothing",
        "nothing.Unit",
        "Unit",
        "game.Color",
        "Map<int>",
        "Map<any, int>",
        "Map<fn(int): int, int>",
        "List<int, int>",
        "game.Pair",
        "<int>",
        "List<(int)>",
        "Error<int>",
        "game.",
        ".",
        "Iterable<int>",
        ("List<List<List<List<List<List<List<List<List<List<List<List<List<List<List<List<List<int>>>>>>>>>>>"
         ">"
         ">>>>>"),
    };
    CoracleObject *object;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        coracle_object_release(make(&fixture, good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (coracle_object_new(fixture.isolate, bad[i], &object) != CORACLE_NOT_FOUND)
            fail_msg("%s", bad[i]);
    object = make(&fixture, "Map<string, int>");
    assert_string_equal(coracle_object_type(object), "Map<string, int>");
    CoracleObject *unit = make(&fixture, "game.Unit");
    CoracleValue name;
    assert_int_equal(coracle_object_get(unit, "name", &name), CORACLE_OK);
    assert_string_equal(name.string.bytes, "unit");
    close_fixture(&fixture);
}

static void test_lists(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture, &(CoracleIsolateOptions){.stress_collect_every = 3});
    CoracleObject *list = make(&fixture, "List<string>");
    CoracleValue value;
    for (int i = 0; i < 40; i++) {
        char text[16];
        int length = snprintf(text, sizeof text, "t%d", i);
        value = text_of(text, (size_t)length);
        assert_int_equal(coracle_list_append(list, &value), CORACLE_OK);
    }
    assert_int_equal(coracle_list_length(list), 40);
    for (size_t i = 0; i < 40; i++) {
        char text[16];
        snprintf(text, sizeof text, "t%zu", i);
        assert_int_equal(coracle_list_get(list, i, &value), CORACLE_OK);
        assert_string_equal(value.string.bytes, text);
    }
    assert_int_equal(coracle_list_get(list, 40, &value), CORACLE_NOT_FOUND);
    assert_int_equal(coracle_list_get(list, SIZE_MAX, &value), CORACLE_NOT_FOUND);
    value = text_of("x", 1);
    assert_int_equal(coracle_list_set(list, 40, &value), CORACLE_NOT_FOUND);
    assert_int_equal(coracle_list_set(list, 3, &value), CORACLE_OK);
    value = program_integer(1);
    assert_int_equal(coracle_list_set(list, 3, &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_append(list, &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_length(list), 40);
    /* optionals, lists in lists */
    CoracleObject *outer = make(&fixture, "List<List<int?>?>"), *inner = make(&fixture, "List<int?>");
    assert_int_equal(coracle_list_append(inner, &value), CORACLE_OK);
    value = (CoracleValue){.kind = CORACLE_NULL};
    assert_int_equal(coracle_list_append(inner, &value), CORACLE_OK);
    assert_int_equal(coracle_list_append(outer, &value), CORACLE_OK);
    value = object_of(inner);
    assert_int_equal(coracle_list_append(outer, &value), CORACLE_OK);
    value = object_of(list);
    assert_int_equal(coracle_list_append(outer, &value), CORACLE_MISMATCH);
    assert_shown(&fixture, outer, "[null, [1, null]]");
    assert_int_equal(coracle_list_get(inner, 1, &value), CORACLE_OK);
    assert_int_equal(value.kind, CORACLE_NULL);
    /* other objects, and elements that a host cannot hold */
    CoracleObject *map = make(&fixture, "Map<int, int>"), *pairs = call(&fixture, "pairs", NULL, 0).object;
    assert_int_equal(coracle_list_length(map), 0);
    assert_int_equal(coracle_list_get(map, 0, &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_length(pairs), 1);
    assert_int_equal(coracle_list_get(pairs, 0, &value), CORACLE_MISMATCH);
    CoracleObject *colors = call(&fixture, "colors", NULL, 0).object;
    assert_int_equal(coracle_list_get(colors, 1, &value), CORACLE_OK);
    assert_int_equal(value.integer, 1);
    unsigned char byte = 77;
    assert_int_equal(coracle_list_write(colors, 0, 1, CORACLE_INT, 1, &byte), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_write(colors, 0, 1, CORACLE_UINT, 1, &byte), CORACLE_MISMATCH);
    close_fixture(&fixture);
}

static void test_numbers(void **state) {
    (void)state;
    enum { COUNT = 10000 };
    Fixture fixture;
    open_fixture(&fixture, NULL);
    static double numbers[COUNT], back[COUNT];
    for (int i = 0; i < COUNT; i++)
        numbers[i] = i * 0.5;
    CoracleObject *list = make(&fixture, "List<float>");
    assert_int_equal(coracle_list_write(list, 0, COUNT, CORACLE_FLOAT, sizeof *numbers, numbers), CORACLE_OK);
    assert_int_equal(coracle_list_length(list), COUNT);
    CoracleValue argument = object_of(list);
    assert_true(call(&fixture, "sum", &argument, 1).number == 0.5 * (COUNT - 1) * COUNT / 2);
    assert_int_equal(coracle_list_read(list, 0, COUNT, CORACLE_FLOAT, sizeof *back, back), CORACLE_OK);
    assert_memory_equal(numbers, back, sizeof numbers);
    assert_int_equal(coracle_list_write(list, COUNT - 1, 2, CORACLE_FLOAT, 8, numbers), CORACLE_OK);
    assert_int_equal(coracle_list_length(list), COUNT + 1);
    assert_int_equal(coracle_list_write(list, COUNT + 2, 1, CORACLE_FLOAT, 8, numbers), CORACLE_NOT_FOUND);
    assert_int_equal(coracle_list_read(list, COUNT, 2, CORACLE_FLOAT, 8, back), CORACLE_NOT_FOUND);
    assert_int_equal(coracle_list_read(list, SIZE_MAX, 2, CORACLE_FLOAT, 8, back), CORACLE_NOT_FOUND);
    assert_int_equal(coracle_list_read(list, COUNT + 1, 0, CORACLE_FLOAT, 8, NULL), CORACLE_OK);
    assert_int_equal(coracle_list_read(list, 0, 1, CORACLE_FLOAT, 4, back), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_read(list, 0, 1, CORACLE_INT, 8, back), CORACLE_MISMATCH);
    /* NaNs, booleans, characters, bytes */
    double strange[3];
    CoracleObject *nans = call(&fixture, "strange", NULL, 0).object;
    assert_int_equal(coracle_list_read(nans, 0, 3, CORACLE_FLOAT, 8, strange), CORACLE_OK);
    assert_memory_equal(&strange[0], &strange[1], 8);
    assert_true(isnan(strange[0]) && strange[2] == 1.5);
    const unsigned char flags[] = {1, 0, 2};
    CoracleObject *booleans = make(&fixture, "List<bool>");
    assert_int_equal(coracle_list_write(booleans, 0, 3, CORACLE_BOOL, 1, flags), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_write(booleans, 0, 2, CORACLE_BOOL, 1, flags), CORACLE_OK);
    assert_shown(&fixture, booleans, "[true, false]");
    const uint32_t scalars[] = {'a', 0x10ffff, 0xd800};
    CoracleObject *characters = make(&fixture, "List<char>");
    assert_int_equal(coracle_list_write(characters, 0, 3, CORACLE_CHAR, 4, scalars), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_write(characters, 0, 2, CORACLE_CHAR, 4, scalars), CORACLE_OK);
    CoracleValue four = program_integer(4);
    CoracleObject *bytes = call(&fixture, "bytes", &four, 1).object;
    unsigned char data[4] = {1, 2, 3, 4};
    assert_int_equal(coracle_list_write(bytes, 1, 3, CORACLE_UINT, 1, data), CORACLE_OK);
    assert_int_equal(coracle_list_write(bytes, 2, 3, CORACLE_UINT, 1, data), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_read(bytes, 0, 4, CORACLE_UINT, 1, data), CORACLE_OK);
    assert_memory_equal(data, "\7\1\2\3", 4);
    argument = (CoracleValue){.kind = CORACLE_UINT, .unsigned_integer = 9};
    assert_int_equal(coracle_list_append(bytes, &argument), CORACLE_MISMATCH);
    assert_int_equal(coracle_list_set(bytes, 0, &argument), CORACLE_OK);
    close_fixture(&fixture);
}

/* The limit of the heap holds. */
static void test_limits(void **state) {
    (void)state;
    static double numbers[1 << 16];
    Fixture fixture;
    open_fixture(&fixture, &(CoracleIsolateOptions){.heap_bytes = 4 << 20});
    CoracleObject *list = make(&fixture, "List<float>");
    CoracleStatus status = CORACLE_OK;
    size_t length = 0;
    for (int i = 0; i < 20 && status == CORACLE_OK; i++) {
        length = coracle_list_length(list);
        status = coracle_list_write(list, length, 1 << 16, CORACLE_FLOAT, 8, numbers);
    }
    assert_int_equal(status, CORACLE_THROWN);
    assert_string_equal(coracle_isolate_error(fixture.isolate)->type, "OutOfMemoryError");
    assert_int_equal(coracle_list_length(list), length);
    assert_int_equal(coracle_list_write(list, length, SIZE_MAX / 2, CORACLE_FLOAT, 8, numbers),
                     CORACLE_THROWN);
    assert_int_equal(coracle_list_write(list, length, SIZE_MAX, CORACLE_FLOAT, 8, numbers), CORACLE_THROWN);
    close_fixture(&fixture);
}

static void test_maps(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture, &(CoracleIsolateOptions){.stress_collect_every = 5});
    CoracleObject *map = make(&fixture, "Map<string, int?>");
    CoracleValue key, value;
    for (int i = 0; i < 30; i++) {
        char text[16];
        int length = snprintf(text, sizeof text, "k%d", i % 20);
        key = text_of(text, (size_t)length);
        value = i % 7 == 0 ? (CoracleValue){.kind = CORACLE_NULL} : program_integer(i);
        assert_int_equal(coracle_map_set(map, &key, &value), CORACLE_OK);
    }
    assert_int_equal(coracle_map_length(map), 20);
    key = text_of("k4", 2);
    assert_int_equal(coracle_map_get(map, &key, &value), CORACLE_OK);
    assert_int_equal(value.integer, 24);
    key = text_of("k7", 2);
    assert_int_equal(coracle_map_get(map, &key, &value), CORACLE_OK);
    assert_int_equal(value.integer, 27);
    key = text_of("k8", 2);
    assert_int_equal(coracle_map_get(map, &key, &value), CORACLE_OK);
    assert_int_equal(value.kind, CORACLE_NULL);
    assert_int_equal(coracle_map_remove(map, &key), CORACLE_OK);
    assert_int_equal(coracle_map_remove(map, &key), CORACLE_NOT_FOUND);
    assert_int_equal(coracle_map_get(map, &key, &value), CORACLE_NOT_FOUND);
    key = program_integer(1);
    assert_int_equal(coracle_map_get(map, &key, &value), CORACLE_MISMATCH);
    assert_int_equal(coracle_map_set(map, &key, &value), CORACLE_MISMATCH);
    key = text_of("k9", 2);
    value = text_of("x", 1);
    assert_int_equal(coracle_map_set(map, &key, &value), CORACLE_MISMATCH);
    size_t position = 0, count = 0;
    while (coracle_map_next(map, &position, &key, &value) == CORACLE_OK) {
        int64_t number = strtol(key.string.bytes + 1, NULL, 10);
        assert_true(number != 8);
        count++;
    }
    assert_int_equal(count, 19);
    position = SIZE_MAX;
    assert_int_equal(coracle_map_next(map, &position, &key, &value), CORACLE_NOT_FOUND);
    /* both are texts */
    CoracleObject *words = call(&fixture, "words", NULL, 0).object;
    char all[64] = "";
    for (position = 0; coracle_map_next(words, &position, &key, &value) == CORACLE_OK;) {
        strcat(all, key.string.bytes);
        strcat(all, value.kind == CORACLE_NULL ? "-" : value.string.bytes);
    }
    assert_string_equal(all, "aoneb-cthree");
    /* keys of a class */
    CoracleObject *units = call(&fixture, "units", NULL, 0).object, *unit = make(&fixture, "game.Unit");
    key = object_of(unit);
    assert_int_equal(coracle_map_get(units, &key, &value), CORACLE_OK);
    assert_int_equal(value.integer, 1);
    value = text_of("other", 5);
    assert_int_equal(coracle_object_set(unit, "name", &value), CORACLE_OK);
    assert_int_equal(coracle_map_get(units, &key, &value), CORACLE_NOT_FOUND);
    value = program_integer(2);
    assert_int_equal(coracle_map_set(units, &key, &value), CORACLE_OK);
    CoracleValue arguments[] = {object_of(units), key};
    assert_int_equal(call(&fixture, "lookup", arguments, 2).integer, 2);
    /* what is none */
    CoracleObject *list = make(&fixture, "List<int>");
    assert_int_equal(coracle_map_length(list), 0);
    assert_int_equal(coracle_map_get(list, &key, &value), CORACLE_MISMATCH);
    close_fixture(&fixture);
}

/* Texts have any length and content, but for what is no UTF-8. */
static void test_texts(void **state) {
    (void)state;
    Fixture fixture;
    open_fixture(&fixture, NULL);
    static const CoracleText good[] = {
        {"", 0}, {"a\0b", 3}, {"\0", 1}, {"\xf0\x9f\x98\x80\xed\x9f\xbf", 7}, {"\xef\xbf\xbf", 3}, {NULL, 0}};
    static const CoracleText bad[] = {
        {"\xff", 1}, {"a\xc3", 2}, {"\xc0\x80", 2}, {"\xed\xa0\x80", 3}, {"\xf4\x90\x80\x80", 4},
        {"\x80", 1}, {NULL, 1}};
    CoracleObject *list = make(&fixture, "List<string>");
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CoracleValue argument = {.kind = CORACLE_STRING, .string = good[i]}, value;
        CoracleValue result = call(&fixture, "echo", &argument, 1);
        assert_int_equal(result.string.length, good[i].length);
        assert_int_equal(coracle_list_append(list, &argument), CORACLE_OK);
        assert_int_equal(coracle_list_get(list, i, &value), CORACLE_OK);
        assert_int_equal(value.string.length, good[i].length);
        if (good[i].length)
            assert_memory_equal(value.string.bytes, good[i].bytes, good[i].length);
        assert_int_equal(value.string.bytes[good[i].length], 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CoracleValue argument = {.kind = CORACLE_STRING, .string = bad[i]};
        assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "echo", &argument, 1, NULL),
                         CORACLE_MISMATCH);
        assert_int_equal(coracle_list_append(list, &argument), CORACLE_MISMATCH);
    }
    close_fixture(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any),   cmocka_unit_test(test_enums),   cmocka_unit_test(test_types),
        cmocka_unit_test(test_lists), cmocka_unit_test(test_numbers), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_maps),  cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

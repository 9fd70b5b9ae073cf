/* Misuse of coracle.h: every wrong call gets a status and a text, and nothing is lost or crashes. */
#include "tests/api/program.h"

static const char source[] = "pub fn add(a: int, b: u8): int { return a + b as int }\n"
                             "pub fn greet(name: string?): string { return \"hello \" + (name ?? \"?\") }\n"
                             "pub fn make(): List<int> { return [1, 2, 3] }\n"
                             "pub fn size(list: List<int>): int { return list.length }\n"
                             "pub fn half(x: float): f32 { return (x / 2.0) as f32 }\n"
                             "pub fn letter(c: char): char { return c }\n"
                             "pub fn pair(): (int, int) { return (1, 2) }\n"
                             "pub fn fail(text: string) { throw ValueError(text) }\n"
                             "pub fn same<T>(x: T): T { return x }\n"
                             "pub abstract class Shape { pub abstract fn area(): float }\n"
                             "fn hidden(): int { return 1 }\n";

typedef struct Fixture {
    CoracleEngine *engine;
    CoracleModule *module;
    CoracleIsolate *isolate;
} Fixture;

static Fixture open_fixture(void) {
    Fixture fixture = {.engine = coracle_engine_new(NULL)};
    fixture.module = program_load(fixture.engine, "api", source);
    assert_non_null(fixture.module);
    fixture.isolate = coracle_isolate_new(fixture.engine, NULL);
    assert_non_null(fixture.isolate);
    return fixture;
}

static void close_fixture(Fixture *fixture) {
    coracle_isolate_free(fixture->isolate);
    coracle_engine_free(fixture->engine);
}

static CoracleValue text_value(const char *text) {
    return (CoracleValue){.kind = CORACLE_STRING, .string = {text, strlen(text)}};
}

static void garbage_is_rejected(void **state) {
    (void)state;
    static const char *const garbage[] = {"",
                                          "C",
                                          "CORM",
                                          "CORM\1\0\0\0",
                                          "fn main() {}",
                                          "\x7f"
                                          "ELF"};
    CoracleEngine *engine = coracle_engine_new(NULL);
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        CoracleModule *module = NULL;
        CoracleMessage message = {""};
        assert_int_equal(coracle_engine_load(engine, garbage[i], strlen(garbage[i]), &module, &message),
                         CORACLE_REJECTED);
        assert_null(module);
        assert_true(message.text[0] != '\0');
        assert_int_equal(coracle_engine_load(engine, garbage[i], strlen(garbage[i]), &module, NULL),
                         CORACLE_REJECTED);
    }
    coracle_engine_free(engine);
}

static void missing_functions(void **state) {
    (void)state;
    Fixture fixture = open_fixture();
    static const char *const names[] = {"", "nothing", "add.x", ".", "hidden", "same", "Shape.area", "init"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CoracleStatus status = coracle_isolate_call(fixture.isolate, fixture.module, names[i], NULL, 0, NULL);
        assert_true(status == CORACLE_NOT_FOUND || status == CORACLE_MISMATCH);
        assert_true(coracle_isolate_message(fixture.isolate)[0] != '\0');
    }
    close_fixture(&fixture);
}

static const char leaves[] = "@intrinsic(\"string.at\") pub fn at(text: string, offset: int): u8\n"
                             "@intrinsic(\"string.compare\") pub fn compare(a: string, b: string): int\n"
                             "@intrinsic(\"string.hash\") pub fn hash(text: string): int\n"
                             "@intrinsic(\"op.hash\") pub fn hashOf(text: string): int\n"
                             "@intrinsic(\"math.sqrt\") pub fn sqrt(x: float): float\n"
                             "@intrinsic(\"math.floor\") pub fn floor(x: float): float\n"
                             "@intrinsic(\"math.ceil\") pub fn ceil(x: float): float\n"
                             "@intrinsic(\"math.trunc\") pub fn trunc(x: float): float\n"
                             "@intrinsic(\"math.abs\") pub fn abs(x: float): float\n"
                             "@intrinsic(\"math.fmod\") pub fn fmod(x: float, y: float): float\n"
                             "@intrinsic(\"float.fromBits\") pub fn fromBits(x: u64): float\n"
                             "@intrinsic(\"f32.fromBits\") pub fn fromNarrowBits(x: u32): f32\n"
                             "@intrinsic(\"range.checkIndex\") pub fn check(index: int, length: int)\n"
                             "@intrinsic(\"int.parse\") pub fn parse(text: string): int?\n"
                             "@syscall(\"clock.monotonic\") pub fn clock(): int\n";

static CoracleValue call_float(Fixture *fixture, const char *name, double x, double y, size_t count) {
    CoracleValue values[2] = {{.kind = CORACLE_FLOAT, .number = x}, {.kind = CORACLE_FLOAT, .number = y}},
                 result;
    assert_int_equal(coracle_isolate_call(fixture->isolate, fixture->module, name, values, count, &result),
                     CORACLE_OK);
    assert_int_equal(result.kind, CORACLE_FLOAT);
    return result;
}

/* Intrinsics and system calls of a module are functions to a host. */
static void leaves_are_called(void **state) {
    (void)state;
    Fixture fixture = {.engine = coracle_engine_new(NULL)};
    fixture.module = program_load(fixture.engine, "leaves", leaves);
    fixture.isolate = coracle_isolate_new(fixture.engine, NULL);
    CoracleIsolate *isolate = fixture.isolate;
    CoracleModule *module = fixture.module;
    CoracleValue text[] = {text_value("bc"), text_value("bb")}, result;
    CoracleValue at[] = {text_value("bc"), program_integer(1)},
                 range[] = {program_integer(2), program_integer(2)};
    assert_int_equal(coracle_isolate_call(isolate, module, "at", at, 2, &result), CORACLE_OK);
    assert_int_equal(result.unsigned_integer, 'c');
    at[1].integer = 2;
    assert_int_equal(coracle_isolate_call(isolate, module, "at", at, 2, &result), CORACLE_THROWN);
    assert_string_equal(coracle_isolate_error(isolate)->type, "IndexError");
    assert_int_equal(coracle_isolate_call(isolate, module, "compare", text, 2, &result), CORACLE_OK);
    assert_int_equal(result.integer, 1);
    text[1] = text_value("bcd");
    assert_int_equal(coracle_isolate_call(isolate, module, "compare", text, 2, &result), CORACLE_OK);
    assert_int_equal(result.integer, -1);
    CoracleValue hash;
    assert_int_equal(coracle_isolate_call(isolate, module, "hash", text, 1, &hash), CORACLE_OK);
    assert_int_equal(coracle_isolate_call(isolate, module, "hash", text, 1, &result), CORACLE_OK);
    assert_int_equal(hash.integer, result.integer);
    assert_int_equal(coracle_isolate_call(isolate, module, "hashOf", text, 1, &result), CORACLE_THROWN);
    assert_non_null(strstr(coracle_isolate_error(isolate)->message, "no intrinsic"));
    assert_true(call_float(&fixture, "sqrt", 2.25, 0, 1).number == 1.5);
    assert_true(call_float(&fixture, "floor", -1.5, 0, 1).number == -2);
    assert_true(call_float(&fixture, "ceil", -1.5, 0, 1).number == -1);
    assert_true(call_float(&fixture, "trunc", -1.5, 0, 1).number == -1);
    assert_true(call_float(&fixture, "abs", -1.5, 0, 1).number == 1.5);
    assert_true(call_float(&fixture, "fmod", -5.5, 2, 2).number == -1.5);
    CoracleValue bits = {.kind = CORACLE_UINT, .unsigned_integer = 0x3FF8000000000000u};
    assert_int_equal(coracle_isolate_call(isolate, module, "fromBits", &bits, 1, &result), CORACLE_OK);
    assert_true(result.number == 1.5);
    bits.unsigned_integer = 0x3FC00000;
    assert_int_equal(coracle_isolate_call(isolate, module, "fromNarrowBits", &bits, 1, &result), CORACLE_OK);
    assert_true(result.number == 1.5);
    assert_int_equal(coracle_isolate_call(isolate, module, "check", range, 2, &result), CORACLE_THROWN);
    range[0].integer = 1;
    assert_int_equal(coracle_isolate_call(isolate, module, "check", range, 2, &result), CORACLE_OK);
    assert_int_equal(result.kind, CORACLE_VOID);
    CoracleValue digits = text_value("-12");
    assert_int_equal(coracle_isolate_call(isolate, module, "parse", &digits, 1, &result), CORACLE_OK);
    assert_int_equal(result.integer, -12);
    assert_int_equal(coracle_isolate_call(isolate, module, "clock", NULL, 0, &result), CORACLE_THROWN);
    assert_int_equal(coracle_isolate_error(isolate)->kind, CORACLE_ERROR_PERMISSION);
    coracle_isolate_allow(isolate, CORACLE_ALLOW_CLOCK);
    assert_int_equal(coracle_isolate_call(isolate, module, "clock", NULL, 0, &result), CORACLE_OK);
    assert_int_equal(result.kind, CORACLE_INT);
    close_fixture(&fixture);
}

static void wrong_kinds(void **state) {
    (void)state;
    Fixture fixture = open_fixture();
    CoracleValue result, list;
    assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "make", NULL, 0, &list),
                     CORACLE_OK);
    assert_int_equal(list.kind, CORACLE_OBJECT);
    const CoracleValue values[] = {{.kind = CORACLE_VOID},
                                   {.kind = CORACLE_NULL},
                                   {.kind = CORACLE_BOOL, .boolean = true},
                                   {.kind = CORACLE_FLOAT, .number = 1e300},
                                   {.kind = CORACLE_CHAR, .character = 0xD800},
                                   {.kind = CORACLE_CHAR, .character = 0x110000},
                                   text_value("\xFF\xFE"),
                                   list,
                                   {.kind = (CoracleKind)77}};
    static const char *const names[] = {"add", "greet", "size", "half", "letter", "fail"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t j = 0; j < sizeof values / sizeof *values; j++)
            for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
                CoracleValue pair[] = {values[j], values[k]};
                CoracleStatus status = coracle_isolate_call(fixture.isolate, fixture.module, names[i], pair,
                                                            2 - (i > 0), &result);
                assert_true(status == CORACLE_OK || status == CORACLE_MISMATCH || status == CORACLE_THROWN);
                if (status == CORACLE_MISMATCH)
                    assert_true(coracle_isolate_message(fixture.isolate)[0] != '\0');
            }
    const CoracleValue big[] = {program_integer(1), {.kind = CORACLE_UINT, .unsigned_integer = 256}};
    assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "add", big, 2, &result),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "add", big, 1, &result),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "pair", NULL, 0, &result),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "size", &list, 1, &result),
                     CORACLE_OK);
    assert_int_equal(result.integer, 3);
    close_fixture(&fixture); /* the list goes with its isolate */
}

static void errors_have_texts(void **state) {
    (void)state;
    Fixture fixture = open_fixture();
    assert_null(coracle_isolate_error(fixture.isolate));
    CoracleValue text = text_value("no such thing");
    assert_int_equal(coracle_isolate_call(fixture.isolate, fixture.module, "fail", &text, 1, NULL),
                     CORACLE_THROWN);
    const CoracleError *error = coracle_isolate_error(fixture.isolate);
    assert_non_null(error);
    assert_int_equal(error->kind, CORACLE_ERROR_OTHER);
    assert_string_equal(error->type, "ValueError");
    assert_string_equal(error->message, "no such thing");
    assert_non_null(strstr(error->text, "ValueError: no such thing\n  at fail (api:8:"));
    close_fixture(&fixture);
}

static void nothing_can_be_freed(void **state) {
    (void)state;
    coracle_isolate_free(NULL);
    coracle_engine_free(NULL);
    coracle_object_release(NULL);
}

/* What a forged module declares of the library is compared with the library. */
static void forgeries_do_not_link(void **state) {
    (void)state;
    static const char shared[] =
        "module \"shared\"\ninterface @I \"I\" public\nend\n"
        "interface @J \"J\" public\nend\n"
        "function @I.f \"f\" public method virtual abstract\n  owner @I\n"
        "  parameter \"self\" @I\n  result void\nend\n"
        "class @A \"A\" public open\n  param \"T\"\nend\n"
        "class @B \"B\" public\n  super @A<int>\n  implements @J\nend\n"
        "class @H \"H\" public host\nend\n"
        "struct @S \"S\" public\n  field \"x\" int var\n  field \"y\" int\nend\n"
        "enum @E \"E\" public\n  case \"One\"\n  case \"Two\"\n    field \"n\" int\nend\n"
        "function @g \"g\" public\n  parameter \"n\" int\n  result int\n"
        "  register int\ncode\n  return r0\nend\n"
        "global @v \"v\" int var public\nend\nconformance @B : @J\nend\n";
    static const struct {
        const char *text, *message;
    } forgeries[] = {
        {"class @L \"List\" public\n  imported \"std.core\"\n  param \"T\"\n  field \"used\" int var\nend\n",
         "field used"},
        {"class @L \"List\" public\n  imported \"std.core\"\n  param \"T\"\nend\n"
         "function @L.shrink \"shrink\" method hidden\n  imported \"std.core\"\n  owner @L\n  param \"T\"\n"
         "  own_params_from 1\n  parameter \"self\" @L<$0>\n  parameter \"length\" int\n  result void\nend\n",
         "shrink"},
        {"class @E \"Error\" public\n  imported \"std.core\"\n  field \"nothing\" int var\nend\n", "Error"},
        {"class @X \"X\" public\n  imported \"shared\"\nend\n", "needs shared.X"},
        {"struct @B \"B\" public\n  imported \"shared\"\nend\n", "its kind"},
        {"class @B \"B\" public open\n  imported \"shared\"\nend\n", "open, abstract or of the host"},
        {"class @H \"H\" public\n  imported \"shared\"\nend\n", "of the host"},
        {"class @B \"B\" public host\n  imported \"shared\"\nend\n", "of the host"},
        {"class @A \"A\" public open\n  imported \"shared\"\nend\n", "its type parameters"},
        {"class @A \"A\" public open\n  imported \"shared\"\n  param \"T\"\nend\n"
         "class @B \"B\" public\n  imported \"shared\"\n  super @A<float>\nend\n",
         "its superclass"},
        {"interface @I \"I\" public\n  imported \"shared\"\nend\n"
         "class @B \"B\" public\n  imported \"shared\"\n  implements @I\nend\n",
         "its interfaces"},
        {"struct @S \"S\" public\n  imported \"shared\"\n  field \"x\" int var\nend\n", "more fields"},
        {"struct @S \"S\" public\n  imported \"shared\"\nend\n", "its fields"},
        {"struct @S \"S\" public\n  imported \"shared\"\n  field \"y\" int\n  field \"x\" int var\nend\n",
         "field y"},
        {"struct @S \"S\" public\n  imported \"shared\"\n  field \"x\" int var\n  field \"y\" int var\nend\n",
         "field y"},
        {"enum @E \"E\" public\n  imported \"shared\"\n  case \"Two\"\n  case \"One\"\nend\n", "its cases"},
        {"enum @E \"E\" public\n  imported \"shared\"\n  case \"One\"\nend\n", "its cases"},
        {"enum @E \"E\" public\n  imported \"shared\"\n  case \"One\"\n  case \"Two\"\n    field \"n\" "
         "float\nend\n",
         "its cases"},
        {"function @h \"h\" public\n  imported \"shared\"\n  result int\nend\n", "needs shared.h"},
        {"function @g \"g\" public\n  imported \"shared\"\n  parameter \"n\" float\n  result int\nend\n",
         "signature"},
        {"function @g \"g\" public\n  imported \"shared\"\n  result int\nend\n", "signature"},
        {"global @w \"w\" int var public\n  imported \"shared\"\nend\n", "shared.w"},
        {"global @v \"v\" float var public\n  imported \"shared\"\nend\n", "shared.v"},
        {"interface @I \"I\" public\n  imported \"shared\"\nend\n"
         "class @B \"B\" public\n  imported \"shared\"\nend\nconformance @B : @I\n  imported "
         "\"shared\"\nend\n",
         "to implement I"},
        {"interface @J \"J\" public\n  imported \"shared\"\nend\n"
         "class @B \"B\" public\n  imported \"shared\"\nend\nconformance @B : @J\nend\n",
         "both implement J"},
        {"interface @I \"I\" public\n  imported \"shared\"\nend\nstruct @P \"P\"\nend\nconformance @P : "
         "@I\nend\n",
         "without its method f"},
    };
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
        char text[4096];
        CoracleBytes bytes, other;
        CoracleMessage message = {""};
        CoracleModule *module;
        snprintf(text, sizeof text,
                 "module \"forged\"\nimport \"std.core\" %064d\nimport \"shared\" %064d\n%s", 0, 0,
                 forgeries[i].text);
        if (coracle_module_assemble(text, strlen(text), &bytes, &message) != CORACLE_OK ||
            coracle_module_verify(bytes.bytes, bytes.size, &message) != CORACLE_OK ||
            coracle_module_assemble(shared, strlen(shared), &other, &message) != CORACLE_OK)
            fail_msg("%zu: %s", i, message.text);
        CoracleEngine *engine = coracle_engine_new(NULL);
        if (coracle_engine_load(engine, other.bytes, other.size, &module, &message) != CORACLE_OK)
            fail_msg("%zu: %s", i, message.text);
        assert_int_equal(coracle_engine_load(engine, bytes.bytes, bytes.size, &module, &message),
                         CORACLE_REJECTED);
        if (!strstr(message.text, "forged") || !strstr(message.text, forgeries[i].message))
            fail_msg("%zu: %s", i, message.text);
        coracle_engine_free(engine);
        free(bytes.bytes);
        free(other.bytes);
    }
}

typedef struct Found {
    const char *name, *text;
} Found;

static bool find_text(void *context, const char *name, unsigned char **bytes, size_t *size) {
    for (const Found *found = context; found->name; found++) {
        CoracleBytes module;
        CoracleMessage message;
        if (strcmp(found->name, name) != 0)
            continue;
        if (coracle_module_assemble(found->text, strlen(found->text), &module, &message) != CORACLE_OK)
            fail_msg("%s", message.text);
        *bytes = module.bytes;
        *size = module.size;
        return true;
    }
    return false;
}

/* Imports that lead nowhere, in a circle, or to something else. */
static void bad_imports(void **state) {
    (void)state;
    static const Found modules[] = {{"nobody", "module \"somebody\"\n"},
                                    {"circle", "module \"circle\"\nimport \"start\"\n"},
                                    {"broken", "module \"broken\"\nmain @m\nfunction @m \"m\"\n  result int\n"
                                               "  register int\ncode\n  return_void\nend\n"},
                                    {NULL, NULL}};
    static const Found starts[] = {
        {"nobody", "is another module"},
        {"circle", "imports it in turn"},
        {"missing", "not found"},
        {"broken", "imports broken, which is not a valid module"},
    };
    CoracleEngineOptions options = {.find_module = find_text, .find_context = (void *)(uintptr_t)modules};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        char text[256];
        CoracleBytes bytes;
        CoracleMessage message = {""};
        CoracleModule *module;
        CoracleEngine *engine = coracle_engine_new(&options);
        snprintf(text, sizeof text, "module \"start\"\nimport \"%s\"\n", starts[i].name);
        assert_int_equal(coracle_module_assemble(text, strlen(text), &bytes, &message), CORACLE_OK);
        assert_int_equal(coracle_engine_load(engine, bytes.bytes, bytes.size, &module, &message),
                         CORACLE_REJECTED);
        if (!strstr(message.text, starts[i].text))
            fail_msg("%s: %s", starts[i].name, message.text);
        free(bytes.bytes);
        coracle_engine_free(engine);
    }
}

/* Two modules of one name do not meet in an engine; the same bytes again are the same module. */
static void one_module_of_a_name(void **state) {
    (void)state;
    static const char *const texts[] = {"module \"same\"\n",
                                        "module \"same\"\nglobal @v \"v\" int var\nend\n"};
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *modules[3] = {NULL, NULL, NULL};
    CoracleMessage message;
    for (int i = 0; i < 3; i++) {
        CoracleBytes bytes;
        const char *text = texts[i == 1];
        assert_int_equal(coracle_module_assemble(text, strlen(text), &bytes, &message), CORACLE_OK);
        assert_int_equal(coracle_engine_load(engine, bytes.bytes, bytes.size, &modules[i], &message),
                         i == 1 ? CORACLE_REJECTED : CORACLE_OK);
        if (i == 1)
            assert_non_null(strstr(message.text, "is there already"));
        free(bytes.bytes);
    }
    assert_ptr_equal(modules[0], modules[2]);
    coracle_engine_free(engine);
}

static bool keep_text(void *context, const char *bytes, size_t length) {
    char *text = context;
    size_t kept = length < 1023 ? length : 1023;
    memcpy(text, bytes, kept);
    text[kept] = '\0';
    return length > 0;
}

/* Every tier gives the same, and the engine says why there is no native code. */
static void tiers(void **state) {
    (void)state;
    static const struct {
        CoracleEngineOptions options;
        const char *report;
    } cases[] = {
        {{.tier = CORACLE_TIER_AUTO}, "--tier=auto"},
        {{.tier = CORACLE_TIER_INTERPRETER, .stress_eager = true}, "no native code: it is not wanted"},
        {{.tier = CORACLE_TIER_ONE, .code_generator = "/nowhere/jit.so", .stress_eager = true},
         "no native code: /nowhere/jit.so"},
        {{.tier = CORACLE_TIER_TWO, .native_code_bytes = 1 << 20, .stress_leave_every = 2}, "--tier=2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CoracleEngine *engine = coracle_engine_new(&cases[i].options);
        CoracleModule *module = program_load(engine, "api", source);
        CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
        CoracleValue arguments[] = {{.kind = CORACLE_INT, .integer = 40},
                                    {.kind = CORACLE_UINT, .unsigned_integer = 2}};
        CoracleValue result;
        char text[1024] = "";
        assert_int_equal(coracle_isolate_call(isolate, module, "add", arguments, 2, &result), CORACLE_OK);
        assert_int_equal(result.integer, 42);
        assert_true(coracle_engine_report(engine, keep_text, text));
        if (!strstr(text, cases[i].report))
            fail_msg("%s", text);
        assert_false(coracle_engine_stop_compiling(engine));
        coracle_isolate_free(isolate);
        coracle_engine_free(engine);
    }
}

/* Code that counts no fuel cannot uphold a limit of it. */
static void unmetered_code_has_no_limit(void **state) {
    (void)state;
    CoracleEngine *engine = coracle_engine_new(&(CoracleEngineOptions){.stress_unmetered = true});
    assert_null(coracle_isolate_new(engine, &(CoracleIsolateOptions){.fuel = 1000}));
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    assert_non_null(isolate);
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
}

static void find_name(void *context, const char *name) {
    const char **wanted = context;
    if (*wanted && strcmp(name, *wanted) == 0)
        *wanted = NULL;
}

static void explaining(void **state) {
    (void)state;
    CoracleEngineOptions options = {.tier = CORACLE_TIER_INTERPRETER, .code_generator = "/nowhere/jit.so"};
    CoracleEngine *engine = coracle_engine_new(&options);
    CoracleModule *module = program_load(engine, "api", source);
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    CoracleMessage message;
    char text[1024] = "";
    CoracleExplainOptions wanted = {.function = "add", .tier = CORACLE_TIER_ONE};
    assert_int_equal(coracle_isolate_explain(isolate, module, &wanted, keep_text, text, &message),
                     CORACLE_FAILED);
    assert_non_null(strstr(message.text, "there is no native code: /nowhere/jit.so"));
    wanted.loop_line = 1;
    assert_int_equal(coracle_isolate_explain(isolate, module, &wanted, keep_text, text, &message),
                     CORACLE_NOT_FOUND);
    assert_string_equal(message.text, "`add` has no loop at line 1");
    wanted.function = "nothing";
    assert_int_equal(coracle_isolate_explain(isolate, module, &wanted, keep_text, text, NULL),
                     CORACLE_NOT_FOUND);
    assert_string_equal(text, "");
    const char *name = "add";
    coracle_engine_functions(engine, find_name, &name);
    assert_null(name);
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explaining),
        cmocka_unit_test(garbage_is_rejected),
        cmocka_unit_test(missing_functions),
        cmocka_unit_test(leaves_are_called),
        cmocka_unit_test(wrong_kinds),
        cmocka_unit_test(errors_have_texts),
        cmocka_unit_test(nothing_can_be_freed),
        cmocka_unit_test(forgeries_do_not_link),
        cmocka_unit_test(bad_imports),
        cmocka_unit_test(one_module_of_a_name),
        cmocka_unit_test(tiers),
        cmocka_unit_test(unmetered_code_has_no_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

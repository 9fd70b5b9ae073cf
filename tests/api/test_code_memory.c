/* The memory of native code: it goes with the engine, is capped, and is never writable and executable at once.
 *
 * What the process has mapped is read from /proc/self/maps, so code counts that nobody keeps an account of.  Where there is no code
 * generator, all counts are 0. */
#include "tests/api/program.h"

static const char source[] =
    "pub fn work(n: int): int { var sum = 0\n for i in 0..n { sum += odd(i) + twice<int>(i) }\n return sum "
    "}\n"
    "fn odd(i: int): int { var n = i\n while n > 1 { n -= 2 }\n return n }\n"
    "fn twice<T>(value: T): int { var n = 0\n while n < 2 { n += 1 }\n return n }\n"
    "pub fn again(n: int): int { var sum = 0\n for i in 0..n { sum += work(i % 10) }\n return sum }\n";

/* Bytes of executable memory that belongs to no file. */
static size_t code_mapped(void) {
    FILE *maps = fopen("/proc/self/maps", "r");
    assert_non_null(maps);
    char line[512];
    size_t bytes = 0;
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long long start, end, node;
        char rights[8];
        int path = 0;
        assert_int_equal(
            sscanf(line, "%llx-%llx %7s %*x %*x:%*x %llu %n", &start, &end, rights, &node, &path), 4);
        bool is_executable = rights[2] == 'x';
        assert_false(is_executable && rights[1] == 'w');
        if (is_executable && node == 0 && line[path] != '[')
            bytes += (size_t)(end - start);
    }
    fclose(maps);
    return bytes;
}

static bool has_code_generator(void) {
    CoracleEngine *engine =
        coracle_engine_new(&(CoracleEngineOptions){.tier = CORACLE_TIER_ONE, .stress_eager = true});
    CoracleModule *module = program_load(engine, "memory", source);
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    CoracleValue argument = program_integer(1), result;
    size_t before = code_mapped();
    coracle_isolate_call(isolate, module, "work", &argument, 1, &result);
    bool has = code_mapped() > before;
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
    return has;
}

static int64_t call(CoracleEngine *engine, CoracleModule *module, const char *name, int64_t argument) {
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    CoracleValue in = program_integer(argument), out;
    assert_int_equal(coracle_isolate_call(isolate, module, name, &in, 1, &out), CORACLE_OK);
    coracle_isolate_free(isolate);
    return out.integer;
}

static void it_goes_with_the_engine(void **state) {
    (void)state;
    bool has = has_code_generator();
    size_t before = code_mapped();
    for (int round = 0; round < 6; round++) {
        CoracleEngineOptions options = {.tier = round % 2 == 0 ? CORACLE_TIER_ONE : CORACLE_TIER_TWO,
                                        .stress_eager = true,
                                        .stress_eager_loops = true,
                                        .stress_leave_every = round < 4 ? 0 : 3};
        CoracleEngine *engine = coracle_engine_new(&options);
        CoracleModule *module = program_load(engine, "memory", source);
        assert_int_equal(call(engine, module, "work", 100), 250);
        size_t first = code_mapped();
        assert_true(first > before || !has);
        for (int i = 0; i < 5; i++)
            assert_int_equal(call(engine, module, "work", 100), 250); /* other isolates, the same code */
        call(engine, module, "again", 20);
        assert_true(code_mapped() > first || !has);
        coracle_engine_free(engine);
        assert_int_equal(code_mapped(), before);
    }
}

static bool note_text(void *context, const char *bytes, size_t length) {
    return snprintf(context, 8192, "%.*s", (int)length, bytes) > 0;
}

static void it_is_capped(void **state) {
    (void)state;
    if (!has_code_generator())
        skip();
    size_t before = code_mapped();
    CoracleEngineOptions options = {
        .tier = CORACLE_TIER_TWO, .stress_eager = true, .native_code_bytes = 65536};
    CoracleEngine *engine = coracle_engine_new(&options);
    char all[8192], name[32], report[8192];
    int used = 0;
    for (int i = 0; i < 40; i++)
        used += snprintf(
            all + used, sizeof all - (size_t)used,
            "pub fn f%d(n: int): int { var s = %d\n for i in 0..n { s = s * 3 + i }\n return s }\n", i, i);
    CoracleModule *module = program_load(engine, "many", all);
    size_t reached = 0;
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "f%d", i);
        assert_int_equal(call(engine, module, name, 2), 9 * i + 1);
        reached = i == 10 ? code_mapped() : reached;
    }
    assert_true(reached > before);
    assert_int_equal(code_mapped(), reached);
    assert_true(coracle_engine_report(engine, note_text, report));
    assert_non_null(strstr(report, "jit: no more code was made: 65536 bytes are the most"));
    assert_non_null(strstr(report, "bytes more than the engine may have"));
    coracle_engine_free(engine);
    assert_int_equal(code_mapped(), before);
}

/* While code is made in the background, whenever one looks. */
static void no_page_can_be_written_and_executed(void **state) {
    (void)state;
    for (int round = 0; round < 3; round++) {
        CoracleEngine *engine = coracle_engine_new(&(CoracleEngineOptions){.tier = CORACLE_TIER_AUTO});
        CoracleModule *module = program_load(engine, "memory", source);
        for (int i = 0; i < 50; i++) {
            call(engine, module, "work", 1000);
            code_mapped();
        }
        coracle_engine_free(engine);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_with_the_engine),
        cmocka_unit_test(it_is_capped),
        cmocka_unit_test(no_page_can_be_written_and_executed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

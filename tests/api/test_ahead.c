/* Compiling ahead of time: what can be reached, and that a run finds it. */
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/api/program.h"
#include "vm/api/handle.h"
#include "vm/runtime/reachable.h"

/* ---- What can be reached ------------------------------------------------------------------------- */

/* The names of the functions that the program may call, each followed by a space. */
static void reach(const char *source, char *names, size_t size) {
    CoracleEngine *engine = coracle_engine_new(&(CoracleEngineOptions){.tier = CORACLE_TIER_INTERPRETER});
    CoracleModule *module = program_load(engine, "reach", source);
    CorLoweredFunction **functions;
    uint32_t count;
    assert_non_null(module);
    assert_true(cor_reachable_functions(handle_target(module, HANDLE_MODULE), &functions, &count));
    size_t used = 0;
    names[0] = '\0';
    for (uint32_t i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(names + used, size - used, "%s ", functions[i]->name);
    free(functions);
    coracle_engine_free(engine);
}

static void assert_reached(const char *source, const char *wanted) {
    char names[4096];
    reach(source, names, sizeof names);
    if (!strstr(names, wanted))
        fail_msg("%s is not among %s", wanted, names);
}

static void assert_not_reached(const char *source, const char *unwanted) {
    char names[4096];
    reach(source, names, sizeof names);
    if (strstr(names, unwanted))
        fail_msg("%s is among %s", unwanted, names);
}

/* Bodies with a loop are not inlined when they are lowered. */
#define BODY(result) " { var i = 0\n while i < 9 { i += 1 }\n return i + " #result " }\n"

static void calls_by_name(void **state) {
    (void)state;
    static const char source[] = "fn used(): int" BODY(1) "fn unused(): int" BODY(2) "fn main() { used() }\n";
    assert_reached(source, "main ");
    assert_reached(source, " used ");
    assert_not_reached(source, "unused ");
}

static void instances(void **state) {
    (void)state;
    static const char source[] = "fn pick<T>(a: T): T { var i = 0\n while i < 9 { i += 1 }\n return a }\n"
                                 "fn main() { pick(1)\n pick(\"a\") }\n";
    assert_reached(source, "pick pick ");
}

static void closures(void **state) {
    (void)state;
    assert_reached("fn apply(f: fn(int): int): int { var i = 0\n while i < 9 { i = f(i) }\n return i }\n"
                   "fn main() { let by = 2\n apply((x) => x + by) }\n",
                   "lambda");
    assert_reached("fn next(i: int): int" BODY(1) //
                   "fn apply(f: fn(int): int): int { var i = 0\n while i < 9 { i = f(i) }\n return i }\n"
                   "fn main() { apply(next) }\n",
                   "next ");
}

#define SHAPES                                                                                               \
    "abstract class Shape { abstract fn area(): int\n fn other(): int" BODY(                                 \
        0) "}\n"                                                                                             \
           "class Square: Shape { override fn area(): int" BODY(                                             \
               1) "}\n"                                                                                      \
                  "class Line: Shape { override fn area(): int" BODY(                                        \
                      2) "}\n"                                                                               \
                         "fn use(shape: Shape): int { return shape.area() }\n"

static void methods_of_what_is_made(void **state) {
    (void)state;
    assert_reached(SHAPES "fn main() { use(Square()) }\n", "Square.area ");
    assert_not_reached(SHAPES "fn main() { use(Square()) }\n", "Line.area ");
    assert_reached(SHAPES "fn main() { use(Square())\n use(Line()) }\n", "Line.area ");
    assert_not_reached(SHAPES "fn main() { Square() }\n", "Square.area "); /* nobody calls it */
}

#define NAMED                                                                                                \
    "interface Named { fn id(): int }\n"                                                                     \
    "class One: Named { fn id(): int" BODY(1) "}\n"                                                          \
                                              "struct Two: Named { fn id(): int" BODY(                       \
                                                  2) "}\n"                                                   \
                                                     "fn use(named: Named): int { return named.id() }\n"

static void implementations_of_what_is_made(void **state) {
    (void)state;
    assert_reached(NAMED "fn main() { use(One()) }\n", "One.id ");
    assert_not_reached(NAMED "fn main() { use(One()) }\n", "Two.id ");
    assert_reached(NAMED "fn main() { use(Two()) }\n", "Two.id ");
}

static void initialisers(void **state) {
    (void)state;
    assert_reached("fn first(): int" BODY(1) "let value = first()\nfn main() { print(value) }\n", "first ");
}

static void a_library_is_called_by_its_host(void **state) {
    (void)state;
    static const char source[] =
        "pub fn start(): int { return hidden() }\nfn hidden(): int" BODY(1) "fn unused(): int" BODY(2);
    assert_reached(source, "start ");
    assert_reached(source, "hidden ");
    assert_not_reached(source, "unused ");
}

/* ---- A run finds it ------------------------------------------------------------------------------ */

static bool note_text(void *context, const char *bytes, size_t length) {
    return snprintf(context, 8192, "%.*s", (int)length, bytes) > 0;
}

static void remove_folder(const char *path) {
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        char file[512];
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        remove(file);
    }
    if (folder)
        closedir(folder);
    rmdir(path);
}

static const char work[] =
    "pub fn work(): int { var sum = 0\n for i in 0..1000 { sum += twice(i) }\n return sum }\n"
    "fn twice(i: int): int { var n = 0\n while n < 2 * i { n += 2 }\n return n }\n";

static void a_run_finds_it(void **state) {
    (void)state;
    char cache[] = "/tmp/test_ahead_XXXXXX", report[8192];
    assert_non_null(mkdtemp(cache));
    CoracleEngineOptions options = {
        .tier = CORACLE_TIER_TWO, .code_cache = cache, .stress_eager_loops = true};
    CoracleEngine *engine = coracle_engine_new(&options);
    CoracleModule *module = program_load(engine, "work", work);
    CoracleAhead ahead, again;
    CoracleMessage message;
    CoracleStatus status = coracle_engine_compile_ahead(engine, module, &ahead, &message);
    if (status == CORACLE_OK) {
        assert_int_equal(coracle_engine_compile_ahead(engine, module, &again, &message), CORACLE_OK);
        assert_int_equal(again.present, ahead.functions + ahead.loops);
        assert_int_equal(again.bytes, 0);
    } else {
        assert_int_equal(status, CORACLE_FAILED);
        print_message("%s\n", message.text);
    }
    coracle_engine_free(engine);

    engine = coracle_engine_new(&options);
    module = program_load(engine, "work", work);
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    CoracleValue result;
    assert_int_equal(coracle_isolate_call(isolate, module, "work", NULL, 0, &result), CORACLE_OK);
    assert_int_equal(result.integer, 999000);
    coracle_engine_report(engine, note_text, report);
    if (status == CORACLE_OK) {
        assert_non_null(strstr(report, "the code generator was not opened"));
        assert_non_null(strstr(report, ", cached"));
    }
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
    remove_folder(cache);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_by_name),
        cmocka_unit_test(instances),
        cmocka_unit_test(closures),
        cmocka_unit_test(methods_of_what_is_made),
        cmocka_unit_test(implementations_of_what_is_made),
        cmocka_unit_test(initialisers),
        cmocka_unit_test(a_library_is_called_by_its_host),
        cmocka_unit_test(a_run_finds_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

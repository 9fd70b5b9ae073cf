/* What isolates cost: memory of those that live, and of those that have ended. */
#include <unistd.h>

#include "tests/api/program.h"

enum { ALIVE = 1000, ENDED = 40000, MOST_KIB = 48, GROWTH_KIB = 8 << 10 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IS_EXACT = false }; /* their allocators keep what is freed */
#else
enum { IS_EXACT = true };
#endif

static const char source[] = "var list: List<int> = [1, 2, 3]\n"
                             "pub fn text(): int { var t = \"\"\n"
                             "    for i in 0..20 { t = t + \"{i}\" }\n"
                             "    list.push(t.length)\n"
                             "    return list.length }\n";

static long resident_kib(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file && fscanf(file, "%*s %ld", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static CoracleIsolate *run_one(CoracleEngine *engine, CoracleModule *module) {
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    CoracleValue result;
    assert_int_equal(coracle_isolate_call(isolate, module, "text", NULL, 0, &result), CORACLE_OK);
    assert_int_equal(result.integer, 4);
    return isolate;
}

static void isolates_are_small(void **state) {
    (void)state;
    static CoracleIsolate *isolates[ALIVE];
    CoracleEngine *engine = coracle_engine_new(&(CoracleEngineOptions){.tier = CORACLE_TIER_INTERPRETER});
    CoracleModule *module = program_load(engine, "isolates", source);
    coracle_isolate_free(run_one(engine, module));
    long before = resident_kib();
    for (int i = 0; i < ALIVE; i++)
        isolates[i] = run_one(engine, module);
    if (IS_EXACT)
        assert_true(resident_kib() - before < (long)ALIVE * MOST_KIB);
    for (int i = 0; i < ALIVE; i++)
        coracle_isolate_free(isolates[i]);
    for (int i = 0; i < ENDED; i++) /* until collections keep pace */
        coracle_isolate_free(run_one(engine, module));
    before = resident_kib();
    for (int i = 0; i < ENDED; i++)
        coracle_isolate_free(run_one(engine, module));
    if (IS_EXACT)
        assert_true(resident_kib() - before < GROWTH_KIB);
    coracle_engine_free(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(isolates_are_small)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <stdio.h>
#include <time.h>

#include "cli/flags.h"
#include "cli/test_report.h"

static void test_done(void *context, const TestCase *test) {
    report_test(context, test);
}

static int test_list(const TestSuite *suite) {
    for (size_t i = 0; i < suite->case_count; i++)
        printf("%s (%s:%u)\n", suite->cases[i].name, suite->cases[i].file->source->path,
               suite->cases[i].line);
    return EXIT_OK;
}

static bool test_has_failures(const TestSuite *suite) {
    for (size_t i = 0; i < suite->case_count; i++)
        if (suite->cases[i].outcome == TEST_FAILED)
            return true;
    return false;
}

static int test_run(TestSuite *suite) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (!suite_run(suite, test_done, suite))
        return EXIT_INTERNAL;
    clock_gettime(CLOCK_MONOTONIC, &end);
    const char *junit = suite->settings->junit_file;
    bool written = !junit || report_write_junit(suite, junit);
    report_summary(suite, (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
    return !written ? EXIT_INTERNAL : test_has_failures(suite) ? EXIT_UNCAUGHT : EXIT_OK;
}

static int run(const Settings *settings, int count, char **arguments) {
    TestSuite suite;
    int exit_code = suite_open(&suite, settings, "test", count, arguments);
    if (exit_code == EXIT_OK)
        exit_code = settings->lists ? test_list(&suite) : test_run(&suite);
    suite_close(&suite);
    return exit_code;
}

static const Flag test_flags[] = {
    {"--filter", "TEXT", "only tests whose name or path contains TEXT; may be given several times",
     flag_filter},
    {"--list", NULL, "names the tests and runs none", flag_list},
    {"--verbose", NULL, "a line for each test, with its time, not only for those that fail", flag_verbose},
    {"--junit", "FILE", "writes a report in the format of JUnit", flag_junit},
    {"--jobs", "N", "how many run at the same time (default: one for each processor)", flag_jobs},
    {"--timeout", "SECONDS", "time that a test may take (default 60)", flag_timeout},
    {"--read", "PATH", "lets tests read a folder and all below it, or a file;\nmay be given several times",
     flag_read},
    {"--write", "PATH", "lets them create, write, rename and remove there", flag_write},
    {"--env", "[=NAMES]", "lets them see the environment, or only NAMES (A,B,C)", flag_environment},
    {"--ffi", "LIBRARY",
     "lets them call a C library: libm.so.6, m, mine=./libmine.so;\nmay be given several times", flag_ffi},
    {"--heap", "SIZE", "memory that a test may use (default 1G)", flag_heap},
    {"--stack", "SIZE", "depth of its calls (default 8M)", flag_stack},
    {"--fuel", "N", "units of work before it is stopped (default: no limit)", flag_fuel},
    {"--output", "SIZE", "bytes it may print (default 16M)", flag_output},
    {"--tier", "NAME", "how they are executed: interp, 1 or 2 (native code), auto (default)", flag_tier},
    {"--jit-library", "PATH", "the code generator (default: found beside the command)", flag_jit_library},
    {"--stress", "MODES", "tests of the VM, as in `coracle run`", flag_stress},
    {"--module", "NAME", "of the folder or file, when it is not that of its package", flag_module_name},
    {0},
};

const Command command_test = {
    .name = "test",
    .summary = "runs tests, and the examples in documentation comments",
    .arguments = "[FILE.cora|FOLDER]...",
    .flags = test_flags,
    .text =
        "A test is a function marked @test, without parameters, which fails when it throws; std.test has\n"
        "what it says its expectations with. Folders are searched for sources; without any path it is\n"
        "the current folder. The exit code is 1 when a test fails.\n"
        "\n"
        "  coracle test\n"
        "  coracle test --filter=parse --verbose geometry/shapes.cora\n"
        "  coracle test --read=data --junit=report.xml\n",
    .run = run,
};

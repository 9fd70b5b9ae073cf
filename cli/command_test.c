#include <stdio.h>
#include <string.h>

#include "cli/flags.h"
#include "cli/test_suite.h"

typedef struct Report {
    size_t passed, failed;
} Report;

static void test_write_indented(const char *text, size_t length, const char *prefix) {
    for (const char *end = text + length; text < end;) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t size = newline ? (size_t)(newline - text) : (size_t)(end - text);
        printf("%s%.*s\n", size ? prefix : "", (int)size, text);
        text += size + 1;
    }
}

static void test_done(void *context, const TestCase *test) {
    Report *report = context;
    if (test->outcome == TEST_PASSED) {
        report->passed++;
        return;
    }
    report->failed++;
    printf("FAIL %s (%s:%u)\n", test->name, test->file->path, test->line);
    const char *message = test->message ? test->message : "out of memory";
    test_write_indented(message, strlen(message), "    ");
    if (test->output_length) {
        puts("    output:");
        test_write_indented(test->output, test->output_length, "    | ");
    }
    fflush(stdout);
}

static int run(const Settings *settings, int count, char **arguments) {
    TestSuite suite;
    Report report = {0};
    int exit_code = suite_open(&suite, settings, count, arguments);
    if (exit_code == EXIT_OK && !suite_run(&suite, test_done, &report))
        exit_code = EXIT_INTERNAL;
    suite_close(&suite);
    if (exit_code != EXIT_OK)
        return exit_code;
    printf("%zu passed, %zu failed\n", report.passed, report.failed);
    return report.failed ? EXIT_UNCAUGHT : EXIT_OK;
}

static const Flag test_flags[] = {
    {"--filter", "TEXT", "only tests whose name or path contains TEXT; may be given several times",
     flag_filter},
    {"--jobs", "N", "how many run at the same time (default: one for each processor)", flag_jobs},
    {"--timeout", "SECONDS", "time that a test may take (default 60)", flag_timeout},
    {"--module", "NAME", "of the folder or file, when it is not that of its package", flag_module_name},
    {"--heap", "SIZE", "memory that a test may use (default 1G)", flag_heap},
    {"--stack", "SIZE", "depth of its calls (default 8M)", flag_stack},
    {"--fuel", "N", "units of work before it is stopped (default: no limit)", flag_fuel},
    {"--output", "SIZE", "bytes it may print (default 16M)", flag_output},
    {0},
};

const Command command_test = {
    .name = "test",
    .summary = "runs the examples in documentation comments",
    .arguments = "[FILE.cora|FOLDER]...",
    .flags = test_flags,
    .text =
        "Folders are searched for sources; without any path it is the current folder. The exit code is 1\n"
        "when a test fails.\n"
        "\n"
        "  coracle test\n"
        "  coracle test geometry/shapes.cora\n",
    .run = run,
};

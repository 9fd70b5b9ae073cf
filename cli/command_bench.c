/* For each file a program is made, which gives the functions that are marked @bench to std.bench and prints its table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/flags.h"
#include "cli/program.h"
#include "cli/test_suite.h"

static const double BENCH_SECONDS = 0.5;

/* How the program calls the module: the last part of its import. */
static const char *bench_module_name(const TestFile *file) {
    const char *name = strrchr(file->source->import, '/');
    return name ? name + 1 : file->source->import;
}

static char *bench_program(const TestSuite *suite, const TestFile *file, size_t *length) {
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    if (!out)
        return NULL;
    double seconds = suite->settings->bench_seconds;
    fprintf(
        out,
        "import %s as coracle_module\nimport std.bench as coracle_bench\nimport std.time as coracle_time\n",
        file->source->import);
    fprintf(out, "let suite = coracle_bench.Suite(\"%s\", coracle_time.Duration(nanoseconds: %.0f))\n",
            bench_module_name(file), 1e9 * (seconds > 0 ? seconds : BENCH_SECONDS) + 1);
    for (size_t i = 0; i < suite->case_count; i++)
        if (suite->cases[i].file == file)
            fprintf(out, "suite.add(\"%s\", () => { coracle_module.%s() })\n", suite->cases[i].function,
                    suite->cases[i].function);
    fputs("print(suite.table())\n", out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

static int bench_run_program(const TestSuite *suite, const TestFile *file, const char *text, size_t length) {
    char name[64]; /* the modules of an engine have names of their own */
    snprintf(name, sizeof name, "coracle_bench_%zu", (size_t)(file - suite->files));
    CompileOptions options = {.program_name = name, .source_text = text, .source_length = length};
    char *message = NULL;
    CoracleModule *module = NULL;
    CompileResult *compiled = suite_compile(file->group, file->source->path, options);
    if (compiled && compiled->status == COMPILE_OK)
        module = suite_load(file->group, compiled, &message);
    else
        message = suite_diagnostics(compiled);
    if (!module)
        fprintf(stderr, "%s\n", message ? message : "coracle: out of memory");
    int exit_code =
        module ? program_run(suite->settings, file->group->engine, module, NULL, 0, NULL) : EXIT_COMPILE;
    free(message);
    compile_free(compiled);
    return exit_code;
}

static int bench_file(const TestSuite *suite, const TestFile *file) {
    const TestCase *first = NULL;
    for (size_t i = 0; i < suite->case_count && !first; i++)
        first = suite->cases[i].file == file ? &suite->cases[i] : NULL;
    if (!first)
        return EXIT_OK;
    if (first->outcome == TEST_FAILED) { /* the module does not compile */
        fprintf(stderr, "%s\n", first->message ? first->message : "coracle: out of memory");
        return EXIT_COMPILE;
    }
    size_t length;
    char *text = bench_program(suite, file, &length);
    if (!text)
        return command_report("out of memory"), EXIT_INTERNAL;
    int exit_code = bench_run_program(suite, file, text, length);
    free(text);
    return exit_code;
}

static int run(const Settings *settings, int count, char **arguments) {
    TestSuite suite;
    int exit_code = suite_open(&suite, settings, "bench", count, arguments);
    bool any = false;
    for (size_t i = 0; exit_code == EXIT_OK && i < suite.sources.count; i++) {
        bool has_cases = false;
        for (size_t j = 0; j < suite.case_count && !has_cases; j++)
            has_cases = suite.cases[j].file == &suite.files[i];
        if (has_cases && any)
            putchar('\n');
        any |= has_cases;
        fflush(stdout);
        exit_code = bench_file(&suite, &suite.files[i]);
    }
    suite_close(&suite);
    return exit_code;
}

static const Flag bench_flags[] = {
    {"--filter", "TEXT", "only functions whose name or path contains TEXT; may be given several times",
     flag_filter},
    {"--time", "SECONDS", "how long each is measured (default 0.5)", flag_time},
    {"--read", "PATH", "lets them read a folder and all below it, or a file;\nmay be given several times",
     flag_read},
    {"--write", "PATH", "lets them create, write, rename and remove there", flag_write},
    {"--heap", "SIZE", "memory they may use: 64M, 2G (default 4G)", flag_heap},
    {"--tier", "NAME", "how they are executed: interp, 1 or 2 (native code), auto (default)", flag_tier},
    {"--jit-stats", NULL, "says at the end what native code was made", flag_jit_stats},
    {"--jit-library", "PATH", "the code generator (default: found beside the command)", flag_jit_library},
    {"--perf", NULL, "makes native code known to perf", flag_perf},
    {0},
};

const Command command_bench = {
    .name = "bench",
    .summary = "measures the functions marked @bench",
    .arguments = "[FILE.cora|FOLDER]...",
    .flags = bench_flags,
    .text =
        "Each is run until it is warm, then for half a second; the table shows the median, the fastest\n"
        "sample, how far samples are from the median, and how many times the fastest of the file it takes.\n"
        "Folders are searched for sources; without any path it is the current folder. std.bench is what\n"
        "does it, and can be used in programs.\n"
        "\n"
        "  coracle bench --filter=sort lists.cora\n",
    .run = run,
};

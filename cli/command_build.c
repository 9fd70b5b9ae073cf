#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/files.h"
#include "cli/flags.h"
#include "cli/program.h"

static int build_out_of_memory(void) {
    command_report("out of memory");
    return EXIT_INTERNAL;
}

/* FILE.cora gives FILE.corm, a folder FOLDER/main.corm, standard input main.corm. */
static char *build_default_output(const char *path) {
    size_t length = strlen(path);
    if (strcmp(path, "-") == 0)
        return strdup("main.corm");
    if (files_is_folder(path))
        return files_join(path, "main.corm");
    if (length > 5 && strcmp(path + length - 5, ".cora") == 0)
        length -= 5;
    char *output = malloc(length + 6);
    if (output)
        snprintf(output, length + 6, "%.*s.corm", (int)length, path);
    return output;
}

/* The program's own module goes to `output`, modules that it imports from source beside it under their names.
 */
static int build_write_modules(const CompileResult *compiled, const char *output) {
    char *folder = files_folder(output);
    int exit_code = folder ? EXIT_OK : build_out_of_memory();
    for (uint32_t i = 0; exit_code == EXIT_OK && i < compiled->module_count; i++) {
        const CompiledModule *module = &compiled->modules[i];
        bool is_own = i + 1 == compiled->module_count;
        char file[512];
        snprintf(file, sizeof file, "%s.corm", module->name);
        char *beside = is_own ? strdup(output) : files_join(folder, file);
        if (!beside)
            exit_code = build_out_of_memory();
        else if (!files_write(beside, module->bytes, module->size))
            exit_code = EXIT_INTERNAL;
        free(beside);
    }
    free(folder);
    return exit_code;
}

/* A compiled module is rewritten; only --strip changes it. */
static int build_rewrite(const Program *program, const char *output) {
    CoracleBytes bytes;
    CoracleMessage message;
    if (!program->settings->strip)
        return files_write(output, program->bytes, program->size) ? EXIT_OK : EXIT_INTERNAL;
    if (coracle_module_strip(program->bytes, program->size, &bytes, &message) != CORACLE_OK) {
        command_report("%s: %s", program->path, message.text);
        return EXIT_COMPILE;
    }
    bool written = files_write(output, bytes.bytes, bytes.size);
    free(bytes.bytes);
    return written ? EXIT_OK : EXIT_INTERNAL;
}

/* ---- Native code ------------------------------------------------------------------------------- */

static int build_size(const CoracleAhead *ahead, char *text, size_t size) {
    bool is_large = ahead->bytes >= 1000000;
    return snprintf(text, size, "%.1f %s", (double)ahead->bytes / (is_large ? 1e6 : 1e3),
                    is_large ? "MB" : "kB");
}

static void build_report(const CoracleAhead *ahead, const char *cache) {
    char size[32], without[64] = "";
    build_size(ahead, size, sizeof size);
    if (ahead->without > 0)
        snprintf(without, sizeof without, "; %u cannot have any", ahead->without);
    fprintf(stderr, "native code of %u functions and %u loops (tier 2: %u, tier 1: %u), %s new in %s%s\n",
            ahead->functions, ahead->loops, ahead->tier_two,
            ahead->functions + ahead->loops - ahead->tier_two, ahead->bytes > 0 ? size : "nothing", cache,
            without);
}

static int build_compile(CoracleEngine *engine, CoracleModule *module, const char *cache) {
    CoracleAhead ahead;
    CoracleMessage message;
    if (!cache) {
        command_report("there is no folder for native code: --cache=DIR");
        return EXIT_INTERNAL;
    }
    if (coracle_engine_compile_ahead(engine, module, &ahead, &message) != CORACLE_OK) {
        command_report("%s", message.text);
        return EXIT_INTERNAL;
    }
    build_report(&ahead, cache);
    return EXIT_OK;
}

/* With arguments, or --run, the program runs first. */
static int build_train(const Settings *settings, CoracleEngine *engine, CoracleModule *module, int count,
                       char **arguments) {
    if (count == 0 && !settings->runs_first)
        return EXIT_OK;
    CoracleIsolate *isolate = program_isolate(settings, engine);
    if (!isolate)
        return EXIT_INTERNAL;
    bool ran = program_run_first(settings, isolate, module, count, arguments);
    coracle_isolate_free(isolate);
    return ran ? EXIT_OK : EXIT_USAGE;
}

/* Fills the cache for the module that has been written, as `coracle run` will load it. */
static int build_native(const Settings *settings, const char *output, int count, char **arguments) {
    Program program;
    int exit_code = program_open(&program, settings, output);
    CoracleEngineOptions options = program_engine_options(&program);
    options.tier = CORACLE_TIER_INTERPRETER;
    options.counts_calls = true;
    CoracleEngine *engine = exit_code == EXIT_OK ? coracle_engine_new(&options) : NULL;
    if (exit_code == EXIT_OK && !engine)
        exit_code = build_out_of_memory();
    CoracleModule *module = engine ? program_load(&program, engine) : NULL;
    if (engine && !module)
        exit_code = EXIT_COMPILE;
    if (module)
        exit_code = build_train(settings, engine, module, count, arguments);
    if (module && exit_code == EXIT_OK)
        exit_code = build_compile(engine, module, options.code_cache);
    coracle_engine_free(engine);
    program_close(&program);
    return exit_code;
}

/* ---- The command ------------------------------------------------------------------------------- */

static bool build_takes_arguments(const Settings *settings) {
    return settings->module_name || settings->native;
}

static const char *build_wrong_use(const Settings *settings, int count) {
    if (count == 0)
        return "which program?";
    if (count > 1 && !build_takes_arguments(settings))
        return "one program at a time";
    if (settings->runs_first && !settings->native)
        return "--run is for --native";
    if (settings->native && settings->output_file && strcmp(settings->output_file, "-") == 0)
        return "--native needs a module that can be run: -o FILE";
    if (settings->native && settings->jit_cache && strcmp(settings->jit_cache, "off") == 0)
        return "--native keeps its code in the cache: --cache=DIR";
    return NULL;
}

static int run(const Settings *settings, int count, char **arguments) {
    const char *wrong = build_wrong_use(settings, count);
    if (wrong)
        return command_usage(&command_build, "%s", wrong);
    Program program;
    Settings with_parts = *settings;
    if (settings->module_name) {
        with_parts.parts = arguments + 1;
        with_parts.part_count = (size_t)count - 1;
    }
    int exit_code = program_open(&program, &with_parts, arguments[0]);
    char *output = settings->output_file ? strdup(settings->output_file) : build_default_output(arguments[0]);
    if (!output) {
        exit_code = build_out_of_memory();
    } else if (exit_code == EXIT_OK && program.compiled) {
        program_write_diagnostics(&program); /* warnings */
        exit_code = build_write_modules(program.compiled, output);
    } else if (exit_code == EXIT_OK) {
        exit_code = build_rewrite(&program, output);
    }
    program_close(&program);
    bool has_arguments = !settings->module_name;
    if (exit_code == EXIT_OK && settings->native)
        exit_code = build_native(settings, output, has_arguments ? count - 1 : 0, arguments + 1);
    free(output);
    return exit_code;
}

static const Flag build_flags[] = {
    {"-o", "FILE", "where the module goes (default: the source's name with .corm)", flag_output_file},
    {"--strip", NULL, "leaves out lines and names, which stack traces show", flag_strip},
    {"--stdlib-dir", "DIR", "compiled modules to use as the standard library", flag_stdlib_folder},
    {"--module", "NAME",
     "the module's name, when it is not that of its file; it may then consist of\nseveral files",
     flag_module_name},
    {"--native", NULL, "also compiles it for this machine, so that the first run starts warm", flag_native},
    {"--cache", "DIR", "keeps that native code there (default: ~/.cache/coracle)", flag_cache},
    {"--run", NULL, "runs the program first, for what its calls find;\nso do arguments", flag_run_first},
    {"--read", "PATH", "grants files to that run", flag_read},
    {"--write", "PATH", "likewise", flag_write},
    {"--heap", "SIZE", "memory that it may use: 64M, 2G (default 4G)", flag_heap},
    {"--timeout", "SECONDS", "time before that run is stopped", flag_timeout},
    {"--jit-library", "PATH", "the code generator (default: found beside the command)", flag_jit_library},
    {"--stress", "MODES", "tests of the VM, as in `coracle run`", flag_stress},
    {0},
};

const Command command_build = {
    .name = "build",
    .summary = "compiles a program to a portable module",
    .arguments = "FILE.cora|FOLDER|- [ARGUMENTS]",
    .flags = build_flags,
    .text = "The same source gives the same bytes on every machine, and the module runs on every machine.\n"
            "Modules that the program imports from source are written beside it, named after\n"
            "the module: shop.cart.corm. The standard library is inside the command.\n"
            "\n"
            "Native code belongs to the machine and goes to the cache, where `coracle run` finds it.\n"
            "Code that is best when made with a look at a run is simpler without one: give the program\n"
            "typical arguments, or --run. It is interpreted then, and its output goes to standard error.\n"
            "\n"
            "  coracle build hello.cora                   writes hello.corm\n"
            "  coracle build --strip -o dist/hello.corm hello.cora\n"
            "  coracle build --native wordcount.cora README.md\n",
    .run = run,
};

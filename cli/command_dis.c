/* `coracle dis`: what a module consists of as assembly text, or what native code of a function would be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/files.h"
#include "cli/flags.h"
#include "cli/program.h"
#include "compiler/suggest.h"

/* ---- A module as assembly text ----------------------------------------------------------------- */

static int dis_write(const Settings *settings, const void *text, size_t length) {
    const char *output = settings->output_file ? settings->output_file : "-";
    return files_write(output, text, length) ? EXIT_OK : EXIT_INTERNAL;
}

static int dis_module(const Settings *settings, const Program *program) {
    const unsigned char *bytes = program->bytes;
    size_t size = program->size;
    if (program->compiled) {
        const CompiledModule *own = &program->compiled->modules[program->compiled->module_count - 1];
        bytes = own->bytes;
        size = own->size;
    }
    CoracleBytes text;
    CoracleMessage message;
    if (coracle_module_disassemble(bytes, size, &text, &message) != CORACLE_OK) {
        command_report("%s: %s", program->path, message.text);
        return EXIT_COMPILE;
    }
    int exit_code = dis_write(settings, text.bytes, text.size);
    free(text.bytes);
    return exit_code;
}

/* ---- Native code of a function ----------------------------------------------------------------- */

/* The name that is nearest to a wrong one. */
typedef struct DisNames {
    Suggestion suggestion;
    char best[256]; /* a copy, since names go */
} DisNames;

static void dis_take_name(void *context, const char *name) {
    DisNames *names = context;
    suggest_consider(&names->suggestion, name);
    if (names->suggestion.best == name && strlen(name) < sizeof names->best) {
        strcpy(names->best, name);
        names->suggestion.best = names->best;
    }
}

/* Says what is wrong, and what may have been meant. */
static void dis_report(const Settings *settings, CoracleEngine *engine, const char *function,
                       const char *message, bool has_run) {
    DisNames names = {.suggestion = suggest_begin(function)};
    coracle_engine_functions(engine, dis_take_name, &names);
    if (strcmp(names.best, function) != 0 && names.best[0] != '\0')
        command_report("%s; did you mean `%s`?", message, names.best);
    else if (names.best[0] != '\0' && !has_run && !settings->loop_line)
        command_report("%s; --run runs the program first", message);
    else
        command_report("%s", message);
}

static bool dis_keep(void *context, const char *bytes, size_t length) {
    return dis_write(context, bytes, length) == EXIT_OK;
}

static int dis_explain(const Settings *settings, CoracleEngine *engine, CoracleIsolate *isolate,
                       CoracleModule *module, const char *function, bool has_run) {
    CoracleExplainOptions options = {
        .function = function, .tier = settings->tier, .loop_line = settings->loop_line};
    CoracleMessage message;
    CoracleStatus status = coracle_isolate_explain(isolate, module, &options, dis_keep,
                                                   (Settings *)(uintptr_t)settings, &message);
    if (status == CORACLE_OK)
        return EXIT_OK;
    if (status == CORACLE_NOT_FOUND) {
        dis_report(settings, engine, function, message.text, has_run);
        return EXIT_USAGE;
    }
    command_report("%s", message.text);
    if (status == CORACLE_THROWN)
        fputs(coracle_isolate_error(isolate)->text, stderr);
    return EXIT_INTERNAL;
}

static int dis_in_isolate(const Settings *settings, CoracleEngine *engine, CoracleModule *module, int count,
                          char **arguments) {
    CoracleIsolate *isolate = program_isolate(settings, engine);
    if (!isolate)
        return EXIT_INTERNAL;
    bool runs = settings->runs_first || count > 2;
    int exit_code = EXIT_USAGE;
    if (!runs || program_run_first(settings, isolate, module, count - 2, arguments + 2))
        exit_code = dis_explain(settings, engine, isolate, module, arguments[0], runs);
    coracle_isolate_free(isolate);
    return exit_code;
}

static int dis_native(const Settings *settings, const Program *program, int count, char **arguments) {
    CoracleEngineOptions options = program_engine_options(program);
    options.tier = CORACLE_TIER_INTERPRETER;
    options.counts_calls = true;
    CoracleEngine *engine = coracle_engine_new(&options);
    CoracleModule *module = engine ? program_load(program, engine) : NULL;
    int exit_code = module ? dis_in_isolate(settings, engine, module, count, arguments) : EXIT_COMPILE;
    if (engine)
        coracle_engine_free(engine);
    else
        command_report("out of memory");
    return exit_code;
}

/* ---- The command ------------------------------------------------------------------------------- */

static int dis_check(const Settings *settings, int count) {
    bool is_native = settings->tier != CORACLE_TIER_AUTO;
    if (count == 0)
        return command_usage(&command_dis, is_native ? "which function?" : "which module?");
    if (is_native)
        return count > 1 ? EXIT_OK
                         : command_usage(&command_dis, "which program? It stands behind the function");
    if (settings->runs_first || settings->loop_line)
        return command_usage(&command_dis, "%s is about native code: --tier=1 or --tier=2",
                             settings->runs_first ? "--run" : "--loop");
    return count == 1
               ? EXIT_OK
               : command_usage(&command_dis, "one module at a time; for the native code of a function, "
                                             "--tier=1 or --tier=2");
}

static int run(const Settings *settings, int count, char **arguments) {
    int exit_code = dis_check(settings, count);
    if (exit_code != EXIT_OK)
        return exit_code;
    bool is_native = settings->tier != CORACLE_TIER_AUTO;
    Program program;
    exit_code = program_open(&program, settings, arguments[is_native ? 1 : 0]);
    if (exit_code == EXIT_OK)
        exit_code =
            is_native ? dis_native(settings, &program, count, arguments) : dis_module(settings, &program);
    program_close(&program);
    return exit_code;
}

static const Flag dis_flags[] = {
    {"-o", "FILE", "where the text goes (default: standard output)", flag_output_file},
    {"--strip", NULL, "without lines and names, when the file is source", flag_strip},
    {"--stdlib-dir", "DIR", "compiled modules to use as the standard library", flag_stdlib_folder},
    {"--tier", "N", "shows native code of a function, as tier 1 or 2 makes it", flag_native_tier},
    {"--loop", "LINE", "code that is entered at the loop on that line", flag_loop},
    {"--run", NULL, "runs the program first, for what its calls find;\nso do arguments", flag_run_first},
    {"--read", "PATH", "grants files to that run", flag_read},
    {"--write", "PATH", "likewise", flag_write},
    {"--heap", "SIZE", "memory that it may use: 64M, 2G (default 4G)", flag_heap},
    {"--timeout", "SECONDS", "time before that run is stopped", flag_timeout},
    {"--jit-library", "PATH", "the code generator (default: found beside the command)", flag_jit_library},
    {"--stress", "MODES", "tests of the VM, as in `coracle run`", flag_stress},
    {0},
};

const Command command_dis = {
    .name = "dis",
    .summary = "shows a module as assembly text, or native code of a function",
    .arguments = "[FUNCTION] FILE.corm|FILE.cora [ARGUMENTS]",
    .flags = dis_flags,
    .text = "The text is complete: `coracle asm` makes the same module of it, byte for byte.\n"
            "docs/bytecode.md explains the instructions.\n"
            "\n"
            "  coracle dis hello.cora\n"
            "  coracle dis hello.corm -o hello.cora-asm\n"
            "\n"
            "With --tier it shows how the functions of a name, as stack traces have it, become native\n"
            "code: lowered code, SSA form, LLVM's, instructions. docs/jit.md explains how to read it.\n"
            "A program that runs first is interpreted, and its output goes to standard error; flags of\n"
            "its own stand behind `--`. Without a run, tier 2 knows nothing of what calls find, and\n"
            "generic functions have no instances to show.\n"
            "\n"
            "  coracle dis --tier=1 fib fib.cora\n"
            "  coracle dis --tier=2 --run Planner.incrementalAdd deltablue.cora\n"
            "  coracle dis --tier=2 --loop=12 main sieve.cora 1000\n",
    .run = run,
};

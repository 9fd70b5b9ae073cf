#include <stdio.h>

#include "cli/flags.h"
#include "cli/grants.h"
#include "cli/program.h"

enum { RUN_HEAP_GIB = 4 }; /* by default; the same on every machine */

static int run_uncaught(const CoracleIsolate *isolate) {
    static const int codes[] = {
        [CORACLE_ERROR_OTHER] = EXIT_UNCAUGHT,
        [CORACLE_ERROR_OUT_OF_MEMORY] = EXIT_HEAP,
        [CORACLE_ERROR_STACK_OVERFLOW] = EXIT_STACK,
        [CORACLE_ERROR_PERMISSION] = EXIT_DENIED,
    };
    const CoracleError *error = coracle_isolate_error(isolate);
    fprintf(stderr, "uncaught %s", error->text);
    return codes[error->kind];
}

/* What the end of a run means to the shell. */
static int run_exit_code(const CoracleIsolate *isolate, CoracleStatus status, int code) {
    switch (status) {
    case CORACLE_OK:
    case CORACLE_EXITED: return code & 255;
    case CORACLE_THROWN: return run_uncaught(isolate);
    case CORACLE_OUT_OF_FUEL: command_report("the program has used up its fuel (--fuel)"); return EXIT_FUEL;
    case CORACLE_TIMED_OUT: command_report("the program has used up its time"); return EXIT_TIME;
    case CORACLE_INTERRUPTED: command_report("interrupted"); return EXIT_TIME;
    case CORACLE_OUTPUT_LIMIT:
        command_report("the program has written more than --output allows");
        return EXIT_OUTPUT;
    case CORACLE_NO_MEMORY: command_report("out of memory"); return EXIT_HEAP;
    default: command_report("%s", coracle_isolate_message(isolate)); return EXIT_UNCAUGHT;
    }
}

static int run_module(const Settings *settings, CoracleEngine *engine, CoracleModule *module, int count,
                      char **arguments) {
    CoracleIsolateOptions options = {
        .heap_bytes = settings->heap_bytes ? settings->heap_bytes : (size_t)RUN_HEAP_GIB << 30,
        .stack_bytes = settings->stack_bytes,
        .fuel = settings->fuel,
        .output_bytes = settings->output_bytes,
        .stress_collect_every = settings->stress_collect_every,
        .stress_fail_at = settings->stress_fail_at,
    };
    CoracleIsolate *isolate = coracle_isolate_new(engine, &options);
    if (!isolate) {
        command_report("out of memory");
        return EXIT_INTERNAL;
    }
    int exit_code = EXIT_USAGE;
    if (grants_apply(isolate, settings, count, arguments)) {
        int code;
        CoracleStatus status = coracle_isolate_run(isolate, module, &code);
        exit_code = run_exit_code(isolate, status, code);
    }
    coracle_isolate_free(isolate);
    return exit_code;
}

static int run(const Settings *settings, int count, char **arguments) {
    if (count == 0)
        return command_usage(&command_run,
                             "which program? Name a .cora file, a .corm file, a folder, or - for "
                             "standard input");
    Program program;
    int exit_code = program_open(&program, settings, arguments[0]);
    if (exit_code == EXIT_OK) {
        CoracleEngine *engine = coracle_engine_new(
            &(CoracleEngineOptions){.find_module = program_find_module,
                                    .find_context = &program,
                                    .trusts_found_library = settings->stdlib_folder != NULL});
        CoracleModule *module = engine ? program_load(&program, engine) : NULL;
        exit_code = module ? run_module(settings, engine, module, count - 1, arguments + 1) : EXIT_COMPILE;
        coracle_engine_free(engine);
    }
    program_close(&program);
    return exit_code;
}

static const Flag run_flags[] = {
    {"--read", "PATH",
     "lets the program read a folder and all below it, or a file;\nmay be given several times", flag_read},
    {"--write", "PATH", "lets it create, write, rename and remove there", flag_write},
    {"--env", "[=NAMES]", "lets it see the environment, or only NAMES (A,B,C)", flag_environment},
    {"--heap", "SIZE", "memory it may use: 64M, 2G (default 4G)", flag_heap},
    {"--stack", "SIZE", "depth of its calls (default 8M)", flag_stack},
    {"--fuel", "N", "units of work before it is stopped (default: no limit)", flag_fuel},
    {"--output", "SIZE", "bytes it may print (default: no limit)", flag_output},
    {"--tier", "NAME", "how it is executed: interp", flag_tier},
    {"--stdlib-dir", "DIR", "compiled modules to use as the standard library", flag_stdlib_folder},
    {"--stress", "MODE", "tests of the VM: gc, gc:N, alloc, alloc:N", flag_stress},
    {0},
};

const Command command_run = {
    .name = "run",
    .summary = "runs a program",
    .arguments = "FILE.cora|FILE.corm|FOLDER|- [ARGUMENTS]",
    .flags = run_flags,
    .text = "Flags come before the program; everything after it is the program's arguments.\n"
            "A folder is a package: its main.cora runs. `-` reads the program from standard input.\n"
            "\n"
            "A program can use the standard streams, the clock and random numbers, and nothing else\n"
            "of the machine unless you grant it. A file that you name as an argument may be read;\n"
            "all other files take --read or --write.\n"
            "\n"
            "  coracle run hello.cora\n"
            "  coracle run wordcount.cora README.md       README.md may be read: you named it\n"
            "  coracle run --read=data --write=out report.cora\n"
            "  coracle run --heap=64M --fuel=1000000 untrusted.corm\n"
            "\n"
            "A file can begin with `#!/usr/bin/env coracle`, and then runs by its own name.\n"
            "`coracle help` lists the exit codes.\n",
    .run = run,
};

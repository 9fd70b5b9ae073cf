#include <stdio.h>

#include "cli/flags.h"
#include "cli/program.h"

static int run(const Settings *settings, int count, char **arguments) {
    if (count == 0)
        return command_usage(&command_run,
                             "which program? Name a .cora file, a .corm file, a folder, or - for "
                             "standard input");
    Deadline deadline;
    bool limited = settings->timeout > 0;
    if (limited && !deadline_start(&deadline, settings->timeout))
        return EXIT_INTERNAL;
    Program program;
    int exit_code = program_open(&program, settings, arguments[0]);
    if (exit_code == EXIT_OK) {
        CoracleEngine *engine = program_take_engine(&program);
        CoracleModule *module = engine ? program_load(&program, engine) : NULL;
        exit_code = module ? program_run(settings, engine, module, limited ? &deadline : NULL, count - 1,
                                         arguments + 1)
                           : EXIT_COMPILE;
        if (engine) {
            program_report_engine(settings, engine);
            program_end_engine(engine, exit_code);
        }
    }
    if (limited)
        deadline_finish(&deadline);
    program_close(&program);
    return exit_code;
}

static const Flag run_flags[] = {
    {"--read", "PATH",
     "lets the program read a folder and all below it, or a file;\nmay be given several times", flag_read},
    {"--write", "PATH", "lets it create, write, rename and remove there", flag_write},
    {"--env", "[=NAMES]", "lets it see the environment, or only NAMES (A,B,C)", flag_environment},
    {"--ffi", "LIBRARY",
     "lets it call a C library: libm.so.6, m, mine=./libmine.so;\nmay be given several times", flag_ffi},
    {"--plugin", "FILE", "a shared library with modules for the program; may be given several times",
     flag_plugin},
    {"--heap", "SIZE", "memory it may use: 64M, 2G (default 4G)", flag_heap},
    {"--stack", "SIZE", "depth of its calls (default 8M)", flag_stack},
    {"--fuel", "N", "units of work before it is stopped (default: no limit)", flag_fuel},
    {"--show-fuel", NULL, "says at the end how many units it has used", flag_show_fuel},
    {"--timeout", "SECONDS", "time before it is stopped, loading included (default: no limit)", flag_timeout},
    {"--output", "SIZE", "bytes it may print (default: no limit)", flag_output},
    {"--tier", "NAME", "how it is executed: interp, 1 or 2 (native code), auto (default)", flag_tier},
    {"--jit-stats", NULL, "says at the end what native code was made", flag_jit_stats},
    {"--cache", "DIR", "keeps native code there, or off (default: ~/.cache/coracle)", flag_cache},
    {"--perf", NULL, "makes native code known to perf", flag_perf},
    {"--gdb", NULL, "makes native code known to gdb", flag_gdb},
    {"--jit-library", "PATH", "the code generator (default: found beside the command)", flag_jit_library},
    {"--stdlib-dir", "DIR", "compiled modules to use as the standard library", flag_stdlib_folder},
    {"--stress", "MODES",
     "tests of the VM: gc, gc:N, alloc, alloc:N, safepoint, safepoint:N,\n"
     "step:N, plain, eager, loops, quick, leave:N, fail:N, most:N; several with commas",
     flag_stress},
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

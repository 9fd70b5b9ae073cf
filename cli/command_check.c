#include <stdio.h>

#include "cli/flags.h"
#include "cli/program.h"

/* A compiled module is checked by the verifier. */
static int check_module(const Program *program) {
    CoracleMessage message;
    if (coracle_module_verify(program->bytes, program->size, &message) == CORACLE_OK)
        return EXIT_OK;
    command_report("%s: %s", program->path, message.text);
    return EXIT_COMPILE;
}

static int run(const Settings *settings, int count, char **arguments) {
    if (count == 0)
        return command_usage(&command_check, "which program?");
    int worst = EXIT_OK;
    for (int i = 0; i < count; i++) {
        Program program;
        int exit_code = program_open(&program, settings, arguments[i]);
        if (exit_code == EXIT_OK && program.compiled)
            program_write_diagnostics(&program); /* warnings */
        else if (exit_code == EXIT_OK)
            exit_code = check_module(&program);
        program_close(&program);
        worst = worst != EXIT_OK ? worst : exit_code;
    }
    return worst;
}

static const Flag check_flags[] = {
    {"--json", NULL, "one JSON object a line on standard output, for tools", flag_json},
    {"--plugin", "FILE", "a shared library with modules for the program; may be given several times",
     flag_plugin},
    {"--stdlib-dir", "DIR", "compiled modules to use as the standard library", flag_stdlib_folder},
    {0},
};

const Command command_check = {
    .name = "check",
    .summary = "finds the mistakes in a program without running it",
    .arguments = "FILE...",
    .flags = check_flags,
    .text = "Prints every error and warning it finds. The exit code is 65 when there are errors, else 0.\n"
            "A compiled module (.corm) is verified instead.\n"
            "\n"
            "  coracle check shop.cora\n"
            "  coracle check --json src/main.cora\n",
    .run = run,
};

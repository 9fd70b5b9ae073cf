#include <stdio.h>
#include <stdlib.h>

#include "cli/files.h"
#include "cli/flags.h"
#include "cli/program.h"

static int run(const Settings *settings, int count, char **arguments) {
    if (count != 1)
        return command_usage(&command_dis, count == 0 ? "which module?" : "one module at a time");
    Program program;
    int exit_code = program_open(&program, settings, arguments[0]);
    if (exit_code == EXIT_OK) {
        const unsigned char *bytes = program.bytes;
        size_t size = program.size;
        if (program.compiled) {
            const CompiledModule *own = &program.compiled->modules[program.compiled->module_count - 1];
            bytes = own->bytes;
            size = own->size;
        }
        CoracleBytes text;
        CoracleMessage message;
        if (coracle_module_disassemble(bytes, size, &text, &message) == CORACLE_OK) {
            const char *output = settings->output_file ? settings->output_file : "-";
            exit_code = files_write(output, text.bytes, text.size) ? EXIT_OK : EXIT_INTERNAL;
            free(text.bytes);
        } else {
            command_report("%s: %s", program.path, message.text);
            exit_code = EXIT_COMPILE;
        }
    }
    program_close(&program);
    return exit_code;
}

static const Flag dis_flags[] = {
    {"-o", "FILE", "where the text goes (default: standard output)", flag_output_file},
    {"--strip", NULL, "without lines and names, when the file is source", flag_strip},
    {"--stdlib-dir", "DIR", "compiled modules to use as the standard library", flag_stdlib_folder},
    {0},
};

const Command command_dis = {
    .name = "dis",
    .summary = "shows a module as assembly text",
    .arguments = "FILE.corm|FILE.cora",
    .flags = dis_flags,
    .text = "The text is complete: `coracle asm` makes the same module of it, byte for byte.\n"
            "docs/bytecode.md explains the instructions.\n"
            "\n"
            "  coracle dis hello.cora\n"
            "  coracle dis hello.corm -o hello.cora-asm\n",
    .run = run,
};

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/files.h"
#include "cli/flags.h"
#include "coracle.h"

/* FILE.cora-asm gives FILE.corm. */
static char *asm_default_output(const char *path) {
    static const char suffix[] = ".cora-asm";
    size_t length = strlen(path);
    if (length > strlen(suffix) && strcmp(path + length - strlen(suffix), suffix) == 0)
        length -= strlen(suffix);
    char *output = malloc(length + 6);
    if (output)
        snprintf(output, length + 6, "%.*s.corm", (int)length, strcmp(path, "-") == 0 ? "a" : path);
    return output;
}

static int asm_assemble(const char *path, const char *text, size_t length, const char *output) {
    CoracleBytes module;
    CoracleMessage message;
    if (coracle_module_assemble(text, length, &module, &message) != CORACLE_OK) {
        command_report("%s: %s", path, message.text);
        return EXIT_COMPILE;
    }
    bool written = files_write(output, module.bytes, module.size);
    free(module.bytes);
    return written ? EXIT_OK : EXIT_INTERNAL;
}

static int run(const Settings *settings, int count, char **arguments) {
    if (count != 1)
        return command_usage(&command_asm, count == 0 ? "which file?" : "one file at a time");
    size_t length;
    const char *message;
    char *text = files_read(arguments[0], &length, &message);
    if (!text) {
        command_report("cannot read %s: %s", arguments[0], message);
        return EXIT_COMPILE;
    }
    char *output = settings->output_file ? strdup(settings->output_file) : asm_default_output(arguments[0]);
    int exit_code = EXIT_INTERNAL;
    if (output)
        exit_code = asm_assemble(arguments[0], text, length, output);
    else
        command_report("out of memory");
    free(output);
    free(text);
    return exit_code;
}

static const Flag asm_flags[] = {
    {"-o", "FILE", "where the module goes (default: the file's name with .corm)", flag_output_file},
    {0},
};

const Command command_asm = {
    .name = "asm",
    .summary = "makes a module of assembly text",
    .arguments = "FILE.cora-asm|-",
    .flags = asm_flags,
    .text =
        "The module is not verified; `coracle check FILE.corm` does that, and `coracle run` always does.\n"
        "\n"
        "  coracle asm hello.cora-asm -o hello.corm\n",
    .run = run,
};

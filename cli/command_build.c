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

static int run(const Settings *settings, int count, char **arguments) {
    if (count == 0 || (count > 1 && !settings->module_name))
        return command_usage(&command_build, count == 0 ? "which program?" : "one program at a time");
    Program program;
    Settings with_parts = *settings;
    with_parts.parts = arguments + 1;
    with_parts.part_count = (size_t)count - 1;
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
    free(output);
    program_close(&program);
    return exit_code;
}

static const Flag build_flags[] = {
    {"-o", "FILE", "where the module goes (default: the source's name with .corm)", flag_output_file},
    {"--strip", NULL, "leaves out lines and names, which stack traces show", flag_strip},
    {"--stdlib-dir", "DIR", "compiled modules to use as the standard library", flag_stdlib_folder},
    {"--module", "NAME",
     "the module's name, when it is not that of its file; it may then consist of\nseveral files",
     flag_module_name},
    {0},
};

const Command command_build = {
    .name = "build",
    .summary = "compiles a program to a portable module",
    .arguments = "FILE.cora|FOLDER|-",
    .flags = build_flags,
    .text = "The same source gives the same bytes on every machine, and the module runs on every machine.\n"
            "Modules that the program imports from source are written beside it, named after\n"
            "the module: shop.cart.corm. The standard library is inside the command.\n"
            "\n"
            "  coracle build hello.cora                   writes hello.corm\n"
            "  coracle build --strip -o dist/hello.corm hello.cora\n",
    .run = run,
};

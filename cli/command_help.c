#include <string.h>

#include "cli/command.h"
#include "cli/flags.h"
#include "cli/manual.h"
#include "compiler/suggest.h"

static int run(const Settings *settings, int count, char **arguments) {
    if (settings->write_file) {
        settings->write_file();
        return EXIT_OK;
    }
    if (count == 0) {
        command_write_overview();
        return EXIT_OK;
    }
    const Command *command = command_find(arguments[0]);
    if (command) {
        command_write_help(command);
        return EXIT_OK;
    }
    Suggestion suggestion = suggest_begin(arguments[0]);
    for (size_t i = 0; i < command_count; i++)
        suggest_consider(&suggestion, command_table[i]->name);
    if (suggestion.best)
        return command_usage(NULL, "there is no command `%s`; did you mean `%s`?", arguments[0],
                             suggestion.best);
    return command_usage(NULL, "there is no command `%s`", arguments[0]);
}

static const Flag help_flags[] = {
    {"--completion", "SHELL", "writes the completion of bash or zsh", flag_completion},
    {"--man", NULL, "writes the manual page", flag_man},
    {0},
};

const Command command_help = {
    .name = "help",
    .summary = "explains a command",
    .arguments = "[COMMAND]",
    .flags = help_flags,
    .text = "An installation has these files where the shells and man look for them; otherwise:\n"
            "\n"
            "  eval \"$(coracle help --completion=bash)\"\n"
            "  coracle help --man | man -l -\n",
    .run = run,
};

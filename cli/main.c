/* The coracle command: finds the command, reads its flags, runs it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/files.h"
#include "compiler/suggest.h"

/* Moves the arguments to the front, in order; flags may stand between them, except behind the program of
 * `run`. Returns how many they are, or -1 after a report. */
static int take_arguments(const Command *command, Settings *settings, int count, char **words) {
    int arguments = 0;
    for (int at = 0; at < count;) {
        int taken = command_take_flags(command, settings, count - at, words + at);
        if (taken < 0)
            return -1;
        at += taken;
        bool ended = taken > 0 && strcmp(words[at - 1], "--") == 0;
        do {
            if (at < count)
                words[arguments++] = words[at++];
        } while (at < count && (ended || command == &command_run));
    }
    return arguments;
}

/* Code that charges nothing upholds no limit that is counted or looked at where it would. */
static bool is_unlimited(const Command *command, const Settings *settings) {
    return command != &command_test && settings->fuel == 0 && !settings->show_fuel &&
           settings->timeout == 0 && settings->stress_step == 0 && settings->stress_stop_at == 0;
}

static int run_command(const Command *command, int count, char **words) {
    Settings settings = {0};
    int arguments = take_arguments(command, &settings, count, words);
    if (arguments < 0)
        return EXIT_USAGE;
    if (settings.wants_help) {
        command_write_help(command);
        return EXIT_OK;
    }
    if (settings.stress_unmetered && !is_unlimited(command, &settings))
        return command_usage(command, "--stress=unmetered leaves no limit of fuel or time");
    return command->run(&settings, arguments, words);
}

/* `coracle FILE` runs it, so that a script can begin with `#!/usr/bin/env coracle`. */
static bool is_program(const char *word) {
    size_t length = strlen(word);
    bool named =
        length > 5 && (strcmp(word + length - 5, ".cora") == 0 || strcmp(word + length - 5, ".corm") == 0);
    return named || (strchr(word, '/') && files_is_readable(word));
}

static int unknown_command(const char *word) {
    Suggestion suggestion = suggest_begin(word);
    for (size_t i = 0; i < command_count; i++)
        suggest_consider(&suggestion, command_table[i]->name);
    if (suggestion.best)
        return command_usage(NULL, "there is no command `%s`; did you mean `%s`?", word, suggestion.best);
    if (word[0] == '-')
        return command_usage(NULL, "a command comes before its flags: coracle COMMAND %s", word);
    return command_usage(NULL, "there is no command `%s`", word);
}

int main(int count, char **words) {
    if (count < 2) {
        command_write_overview();
        return EXIT_USAGE;
    }
    const char *name = words[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0)
        name = "version";
    const Command *command = command_find(name);
    if (command)
        return run_command(command, count - 2, words + 2);
    return is_program(name) ? run_command(&command_run, count - 1, words + 1) : unknown_command(name);
}

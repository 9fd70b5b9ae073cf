#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "compiler/suggest.h"

const Command *const command_table[] = {
#define COMMAND(name) &command_##name,
#include "cli/commands.def"
#undef COMMAND
};
const size_t command_count = sizeof command_table / sizeof *command_table;

const Command *command_find(const char *name) {
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(command_table[i]->name, name) == 0)
            return command_table[i];
    return NULL;
}

/* ---- Messages ---------------------------------------------------------------------------------- */

void command_report(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("coracle: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

int command_usage(const Command *command, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("coracle: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    if (command)
        fprintf(stderr, "usage: coracle %s%s %s\n`coracle help %s` explains it\n", command->name,
                command->flags->name ? " [FLAGS]" : "", command->arguments, command->name);
    else
        fputs("`coracle help` lists the commands\n", stderr);
    return EXIT_USAGE;
}

/* ---- Help -------------------------------------------------------------------------------------- */

static void command_write_flag(const Flag *flag) {
    char left[64];
    const char *argument = flag->argument ? flag->argument : "";
    const char *joint = !flag->argument || *argument == '[' ? "" : flag->name[1] == '-' ? "=" : " ";
    snprintf(left, sizeof left, "%s%s%s", flag->name, joint, argument);
    printf("  %-20s ", left);
    for (const char *line = flag->help; *line;) { /* further lines stand below the first */
        size_t length = strcspn(line, "\n");
        printf("%.*s\n", (int)length, line);
        line += length;
        if (*line == '\n')
            printf("  %-20s ", ""), line++;
    }
}

void command_write_help(const Command *command) {
    printf("coracle %s: %s\n\nusage: coracle %s%s %s\n", command->name, command->summary, command->name,
           command->flags->name ? " [FLAGS]" : "", command->arguments);
    if (command->flags->name)
        puts("");
    for (const Flag *flag = command->flags; flag->name; flag++)
        command_write_flag(flag);
    if (*command->text)
        printf("\n%s", command->text);
}

void command_write_overview(void) {
    puts("Coracle runs programs written in Cora.\n\nusage: coracle COMMAND [FLAGS] [ARGUMENTS]\n"
         "       coracle FILE.cora [ARGUMENTS]        the same as `coracle run`\n");
    for (size_t i = 0; i < command_count; i++)
        printf("  %-10s %s\n", command_table[i]->name, command_table[i]->summary);
    puts("\nTo begin with, write `print(\"Hello!\")` into hello.cora and say `coracle run hello.cora`.\n"
         "`coracle help COMMAND` explains a command, with its flags and examples.\n\nexit codes:");
    puts("  0   success, or the code that the program gives itself");
#define EXIT_CODE(name, code, when) printf("  %-3d %s\n", code, when);
#include "cli/exit_codes.def"
#undef EXIT_CODE
}

/* ---- Flags ------------------------------------------------------------------------------------- */

static int command_unknown_flag(const Command *command, const char *word, size_t length) {
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)length, word);
    Suggestion suggestion = suggest_begin(name);
    for (const Flag *flag = command->flags; flag->name; flag++)
        suggest_consider(&suggestion, flag->name);
    if (suggestion.best)
        command_usage(command, "`coracle %s` has no flag %s; did you mean %s?", command->name, name,
                      suggestion.best);
    else
        command_usage(command, "`coracle %s` has no flag %s", command->name, name);
    return -1;
}

static int command_apply(const Command *command, const Flag *flag, Settings *settings, const char *value) {
    bool needs = flag->argument && *flag->argument != '[';
    const char *wrong = NULL;
    if (needs && !value)
        wrong = "it needs a value, behind `=`";
    else if (!flag->argument && value)
        wrong = "it takes no value";
    else
        wrong = flag->apply(settings, value);
    if (!wrong)
        return 0;
    command_usage(command, "%s%s%s: %s", flag->name, value ? "=" : "", value ? value : "", wrong);
    return -1;
}

int command_take_flags(const Command *command, Settings *settings, int count, char **words) {
    int taken = 0;
    while (taken < count && words[taken][0] == '-' && words[taken][1] != '\0') {
        const char *word = words[taken++];
        if (strcmp(word, "--") == 0)
            return taken;
        if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            settings->wants_help = true;
            continue;
        }
        bool is_long = word[1] == '-';
        size_t length = is_long ? strcspn(word, "=") : 2; /* -oFILE */
        const char *value = is_long ? (word[length] ? word + length + 1 : NULL) : (word[2] ? word + 2 : NULL);
        const Flag *flag = command->flags;
        while (flag->name && (strlen(flag->name) != length || strncmp(flag->name, word, length) != 0))
            flag++;
        if (!flag->name)
            return command_unknown_flag(command, word, length);
        if (!value && !is_long && flag->argument && taken < count)
            value = words[taken++];
        if (command_apply(command, flag, settings, value) < 0)
            return -1;
    }
    return taken;
}

#include "cli/manual.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"

/* ---- The page ---------------------------------------------------------------------------------- */

/* Writes a text for troff: `-` is no hyphen, and no line begins with a request. */
static void page_write(const char *text) {
    bool begins = true;
    for (; *text; begins = *text++ == '\n') {
        if (begins && (*text == '.' || *text == '\''))
            fputs("\\&", stdout);
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text);
    }
}

static void page_write_upper(const char *text) {
    for (; *text; text++)
        putchar(toupper((unsigned char)*text));
}

/* What stands between a flag and its argument. */
static const char *flag_joint(const Flag *flag) {
    if (!flag->argument || flag->argument[0] == '[')
        return "";
    return flag->name[1] == '-' ? "=" : " ";
}

static void page_write_flag(const Flag *flag) {
    fputs(".TP\n\\fB", stdout);
    page_write(flag->name);
    printf("\\fR%s", flag_joint(flag));
    if (flag->argument) {
        fputs("\\fI", stdout);
        page_write(flag->argument);
        fputs("\\fR", stdout);
    }
    putchar('\n');
    page_write(flag->help);
    putchar('\n');
}

static void page_write_command(const Command *command) {
    fputs(".SH ", stdout);
    page_write_upper(command->name);
    printf("\n.B coracle %s\n", command->name);
    if (command->flags->name)
        puts("[FLAGS]");
    page_write(command->arguments);
    fputs("\n.PP\nIt ", stdout);
    page_write(command->summary);
    puts(".");
    for (const Flag *flag = command->flags; flag->name; flag++)
        page_write_flag(flag);
    if (*command->text) {
        puts(".PP\n.nf");
        page_write(command->text);
        puts(".fi");
    }
}

void manual_write_page(void) {
    printf(".TH CORACLE 1 \"\" \"Coracle %s\" \"User Commands\"\n", coracle_version());
    puts(".nh\n.SH NAME\ncoracle \\- runs, checks, tests and compiles programs written in Cora\n"
         ".SH SYNOPSIS\n.B coracle\n\\fICOMMAND\\fR [\\fIFLAGS\\fR] [\\fIARGUMENTS\\fR]\n.br\n"
         ".B coracle\n\\fIFILE\\fR.cora [\\fIARGUMENTS\\fR]\n"
         ".SH DESCRIPTION\nThe second form is the same as \\fBcoracle run\\fR. Flags are written "
         "\\fB\\-\\-name\\fR or\n"
         "\\fB\\-\\-name=\\fIvalue\\fR, before the arguments; \\fB\\-\\-\\fR ends them. The commands are:");
    for (size_t i = 0; i < command_count; i++)
        printf(".TP\n.B %s\n%s\n", command_table[i]->name, command_table[i]->summary);
    for (size_t i = 0; i < command_count; i++)
        page_write_command(command_table[i]);
    puts(".SH EXIT STATUS\n.TP\n0\nsuccess, or the code that the program gives itself");
#define EXIT_CODE(name, code, when)                                                                          \
    printf(".TP\n%d\n", code);                                                                               \
    page_write(when);                                                                                        \
    putchar('\n');
#include "cli/exit_codes.def"
#undef EXIT_CODE
    puts(".SH ENVIRONMENT\n.TP\n.B XDG_CACHE_HOME\nthe folder above that of native code, in place of "
         "~/.cache\n"
         ".TP\n.B NO_COLOR\nwhen it is not empty, nothing is coloured\n"
         ".TP\n.B TMPDIR\nthe folder above the scratch folders of tests");
}

/* ---- Completion -------------------------------------------------------------------------------- */

static void write_names(void) {
    for (size_t i = 0; i < command_count; i++)
        printf("%s%s", i == 0 ? "" : " ", command_table[i]->name);
}

/* The names of the flags, those that need a value with their `=`. */
static void bash_write_flags(const Command *command) {
    for (const Flag *flag = command->flags; flag->name; flag++)
        printf("%s%s ", flag->name, strcmp(flag_joint(flag), "=") == 0 ? "=" : "");
    printf("--help");
}

void manual_write_bash(void) {
    puts("# Completion of coracle for bash, made by `coracle help --completion=bash`.\n"
         "_coracle() {\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} words=\n"
         "    case $COMP_CWORD:${COMP_WORDS[1]}:$word in");
    for (size_t i = 0; i < command_count; i++) {
        printf("    *:%s:-*) words=\"", command_table[i]->name);
        bash_write_flags(command_table[i]);
        puts("\" ;;");
    }
    fputs("    1:* | *:help:*) words=\"", stdout);
    write_names();
    puts("\" ;;");
    puts("    esac\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "    if [[ ${COMPREPLY[0]-} == *= ]]; then compopt -o nospace 2>/dev/null; fi\n"
         "}\n"
         "complete -o default -F _coracle coracle # files, where there is nothing else");
}

/* A text between single quotes, in a specification of _arguments. */
static void zsh_write(const char *text) {
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (*text == '\n')
            putchar(' ');
        else if (strchr(":[]\\", *text))
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

static const char *zsh_values(const Flag *flag) {
    static const char *const files[] = {"PATH", "FILE", "DIR", "FOLDER"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(flag->argument, files[i]) == 0)
            return i < 2 ? "_files" : "_files -/";
    return " ";
}

static void zsh_write_flag(const Flag *flag) {
    bool may_be_left_out = flag->argument && *flag->argument == '[';
    const char *joint = may_be_left_out ? "=-" : strcmp(flag_joint(flag), " ") == 0 ? "+" : flag_joint(flag);
    printf(" \\\n            '*%s%s[", flag->name, joint);
    zsh_write(flag->help);
    putchar(']');
    if (flag->argument) {
        fputs(may_be_left_out ? "::" : ":", stdout);
        zsh_write(flag->argument);
        printf(":%s", zsh_values(flag));
    }
    putchar('\'');
}

void manual_write_zsh(void) {
    puts("#compdef coracle\n# Completion of coracle for zsh, made by `coracle help --completion=zsh`.\n"
         "_coracle() {\n"
         "    local -a names=(");
    for (size_t i = 0; i < command_count; i++) {
        printf("        '%s:", command_table[i]->name);
        zsh_write(command_table[i]->summary);
        puts("'");
    }
    puts("    )\n"
         "    if ((CURRENT == 2)); then\n"
         "        _describe -t commands command names\n"
         "        _files\n"
         "        return\n"
         "    fi\n"
         "    shift words\n"
         "    ((CURRENT--))\n"
         "    case $words[1] in");
    for (size_t i = 0; i < command_count; i++) {
        const Command *command = command_table[i];
        printf("    %s)\n        _arguments", command->name);
        for (const Flag *flag = command->flags; flag->name; flag++)
            zsh_write_flag(flag);
        if (command == &command_help)
            fputs(" \\\n            '1:command:(", stdout), write_names(), puts(")'\n        ;;");
        else
            puts(" \\\n            '*:file:_files'\n        ;;");
    }
    puts("    esac\n}\n_coracle \"$@\"");
}

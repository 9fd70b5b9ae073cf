/* The command line: `coracle COMMAND [FLAGS] [ARGUMENTS]`.
 *
 * A command is a row of commands.def with a file of its own: its flags, its help text and its function.
 * Flags are written `--name` or `--name=value`; `--` ends them.  What follows the program of `run` belongs to
 * the program. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "coracle.h"

typedef enum ExitCode {
    EXIT_OK = 0,
#define EXIT_CODE(name, code, when) EXIT_##name = code,
#include "cli/exit_codes.def"
#undef EXIT_CODE
} ExitCode;

enum { COMMAND_GRANTS = 64, COMMAND_ENVIRONMENT = 64, COMMAND_FILTERS = 64, COMMAND_PLUGINS = 16 };

/* --read and --write. */
typedef struct PathGrant {
    const char *path;
    bool read, write;
} PathGrant;

/* What the flags say; each command reads its own. */
typedef struct Settings {
    const char *output_file;   /* -o */
    const char *stdlib_folder; /* --stdlib-dir */
    const char *module_name;   /* --module */
    char *const *parts;        /* further sources of that module */
    size_t part_count;
    bool strip, native, json, wants_help;
    void (*write_file)(void); /* --man, --completion */
    size_t heap_bytes, stack_bytes;
    int64_t fuel;
    uint64_t output_bytes;
    PathGrant grants[COMMAND_GRANTS];
    const char *libraries[COMMAND_GRANTS]; /* of C that the program may call: NAME or NAME=PATH */
    size_t library_count;
    const char *plugins[COMMAND_PLUGINS]; /* paths */
    size_t plugin_count;
    size_t grant_count;
    const char *library;                   /* --library */
    const char *includes[COMMAND_FILTERS]; /* --include */
    size_t include_count;
    bool all_environment;
    const char *environment;              /* names separated by commas */
    const char *filters[COMMAND_FILTERS]; /* --filter */
    size_t filter_count;
    double bench_seconds;                /* --time; 0: the default */
    bool missing;                        /* --missing */
    bool lists, verbose;                 /* --list, --verbose */
    const char *junit_file;              /* --junit */
    size_t jobs;                         /* --jobs; 0: the default */
    double timeout;                      /* --timeout, in seconds; 0: the default */
    CoracleTier tier;                    /* --tier */
    bool jit_stats, perf, gdb;           /* --jit-stats, --perf, --gdb */
    bool show_fuel;                      /* --show-fuel */
    const char *jit_cache, *jit_library; /* --cache: a folder, or "off"; --jit-library; NULL: the default */
    uint32_t loop_line;                  /* --loop; 0: none */
    bool runs_first;                     /* --run */
    uint64_t stress_collect_every, stress_fail_at, stress_stop_at, stress_step; /* --stress */
    uint64_t stress_leave_every, stress_fail_every, stress_compile_most;
    bool stress_safepoints, stress_plain_lowering, stress_eager, stress_eager_loops, stress_quick,
        stress_unmetered;
} Settings;

typedef struct Flag {
    const char *name;     /* "--heap" or "-o" */
    const char *argument; /* "SIZE"; "[=NAMES]" when it may be left out; NULL: takes none */
    const char *help;
    const char *(*apply)(Settings *settings, const char *value); /* what is wrong with the value, or NULL */
} Flag;

typedef struct Command {
    const char *name;
    const char *summary;
    const char *arguments; /* in the usage line */
    const char *text;      /* of the help, below the flags */
    const Flag *flags;     /* ends with a row without name */
    int (*run)(const Settings *settings, int count, char **arguments);
} Command;

#define COMMAND(name) extern const Command command_##name;
#include "cli/commands.def"
#undef COMMAND

extern const Command *const command_table[];
extern const size_t command_count;

const Command *command_find(const char *name);

/* Reports a wrong use on standard error, with what to read; returns EXIT_USAGE. */
int command_usage(const Command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reports a failure: `coracle: message`. */
void command_report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes the help of a command, or of all of it. */
void command_write_help(const Command *command);
void command_write_overview(void);

/* Takes the flags off the front.  Returns how many words they are, or -1 after reporting what is wrong. */
int command_take_flags(const Command *command, Settings *settings, int count, char **words);

#endif

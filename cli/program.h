/* A program as the command line names it: a source file, a package's folder, a compiled module, or `-`. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include "cli/command.h"
#include "cli/deadline.h"
#include "compiler/compile.h"
#include "coracle.h"

typedef struct Program {
    const Settings *settings;
    char *path;
    char *folder;         /* of the file, where modules that it imports are looked for */
    unsigned char *bytes; /* of the file when it is a module or standard input */
    size_t size;
    CompileResult *compiled; /* when it is source */
    unsigned char **kept;    /* compiled modules that the compiler reads */
    size_t kept_count;
    CoracleEngine *engine; /* with the plugins' modules; NULL: there are no plugins, or it has been taken */
    char *cache;           /* the user's folder of native code, unless the flags name another; NULL: none */
} Program;

/* Reads, and compiles what is source.  EXIT_OK, or the exit code after a report; program_close in any case.
 */
int program_open(Program *program, const Settings *settings, const char *path);
void program_close(Program *program);

/* Writes the diagnostics to standard error, or as JSON to standard output. */
void program_write_diagnostics(const Program *program);

/* How bytes are written to a stream; the context is its FILE. */
bool program_write_stream(void *context, const char *bytes, size_t length);

/* What the flags say of the engine that is to run it. */
CoracleEngineOptions program_engine_options(const Program *program);

/* The engine that is to run it, with the plugins' modules, from now on the caller's.  NULL: out of memory. */
CoracleEngine *program_take_engine(Program *program);

/* Writes what native code it made to standard error, if the flags say so. */
void program_report_engine(const Settings *settings, CoracleEngine *engine);

/* Ends an engine.  While it compiles, which nobody has to wait for any more, the process ends here, with that exit code. */
void program_end_engine(CoracleEngine *engine, int exit_code);

/* Loads it into an engine.  NULL: reported. */
CoracleModule *program_load(const Program *program, CoracleEngine *engine);

/* An isolate as the flags say.  NULL: reported. */
CoracleIsolate *program_isolate(const Settings *settings, CoracleEngine *engine);

/* Runs it in an isolate for what its calls find, within the time of --timeout, with its output on standard error; how it ends does not matter. False: the
 * grants are wrong. */
bool program_run_first(const Settings *settings, CoracleIsolate *isolate, CoracleModule *module, int count,
                       char **arguments);

/* Runs it in an isolate of its own, with those arguments, until it ends or the deadline, which may be NULL, ends it; then that is
 * finished. The exit code, after a report if need be. */
int program_run(const Settings *settings, CoracleEngine *engine, CoracleModule *module, Deadline *deadline,
                int count, char **arguments);

/* The hook by which the engine finds imports; its context is the program. */
bool program_find_module(void *context, const char *name, unsigned char **bytes, size_t *size);

#endif

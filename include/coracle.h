/* coracle.h: the public interface of the Coracle virtual machine.
 *
 *     CoracleEngine *engine = coracle_engine_new(NULL);
 *     CoracleModule *module;
 *     CoracleMessage message;
 *     if (coracle_engine_load_file(engine, "program.cora", &module, &message) != CORACLE_OK) ...
 *     CoracleIsolate *isolate = coracle_isolate_new(engine, &(CoracleIsolateOptions){.heap_bytes = 64 << 20});
 *     coracle_isolate_allow(isolate, CORACLE_ALLOW_STDOUT);
 *     int code;
 *     if (coracle_isolate_run(isolate, module, &code) == CORACLE_THROWN)
 *         fputs(coracle_isolate_error(isolate)->text, stderr);
 *     coracle_isolate_free(isolate);
 *     coracle_engine_free(engine);
 *
 * An engine holds what programs share: modules, types and code.  An isolate is one running program: its
 * variables, objects, grants and limits.  An isolate shares nothing mutable with another, and thousands fit
 * in a process.
 *
 * Threads.  An engine may be used by any threads at the same time.  An isolate is used by one thread at a
 * time, which need not always be the same; coracle_isolate_interrupt and coracle_isolate_time_out alone may be called from any other.
 *
 * Handles are no pointers.  In every build a function finds out that one was released, is of another kind, isolate or engine, or NULL,
 * that another thread uses the isolate, or that a pointer which it needs is NULL: then it gives CORACLE_MISMATCH, or nothing (NULL,
 * 0, false), and changes nothing.  What it cannot find out: two threads that begin to use an isolate, or free it, in the same
 * instant; and pointers that lead nowhere.
 *
 * Ownership.  What a function named ..._new gives is freed by ..._free; isolates before their engine.  Texts
 * and bytes that are passed in are copied unless it says otherwise; texts that are given out belong to the
 * handle they come from and last until the next call with it.
 *
 * Errors.  Functions that can fail return a status, and say why in a CoracleMessage or, for what a program
 * does, in coracle_isolate_error.  Nothing aborts, and nothing jumps over frames of the host. */
#ifndef CORACLE_H
#define CORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define CORACLE_API     __attribute__((visibility("default")))
#define CORACLE_UNNAMED __extension__ /* unnamed unions are newer than C99 and C++11 */
#else
#define CORACLE_API
#define CORACLE_UNNAMED
#endif

typedef struct CoracleEngine CoracleEngine;
typedef struct CoracleIsolate CoracleIsolate;
typedef struct CoracleModule CoracleModule; /* loaded; belongs to its engine */
typedef struct CoracleObject CoracleObject; /* keeps an object of a program alive; belongs to its isolate */
typedef struct CoracleFunction CoracleFunction; /* a call, prepared; belongs to its isolate */
typedef struct CoracleRun CoracleRun;           /* a call that is made step by step; belongs to its isolate */

typedef enum CoracleStatus {
    CORACLE_OK,
    CORACLE_NO_MEMORY,   /* the host's memory is exhausted */
    CORACLE_REJECTED,    /* the bytes are no module that can be run; or the source does not compile */
    CORACLE_NOT_FOUND,   /* no such module, function, file or directory */
    CORACLE_MISMATCH,    /* the values do not fit the function's parameters or result */
    CORACLE_FAILED,      /* the host failed */
    CORACLE_THROWN,      /* the program threw an error and did not catch it */
    CORACLE_EXITED,      /* the program called exit; coracle_isolate_exit_code */
    CORACLE_OUT_OF_FUEL, /* stopped by a limit or from outside; such a stop runs no handler of the program: */
    CORACLE_TIMED_OUT,
    CORACLE_INTERRUPTED,
    CORACLE_OUTPUT_LIMIT,
    CORACLE_PAUSED, /* a run has used its units: coracle_run_step goes on */
} CoracleStatus;

/* Says why something failed; lives with the caller. */
typedef struct CoracleMessage {
    char text[1024];
} CoracleMessage;

/* The version of the library, such as "0.1.0". */
CORACLE_API const char *coracle_version(void);

/* ---- Engines ----------------------------------------------------------------------------------- */

/* Finds the bytes of a compiled module by its dotted name, for imports that are not of the standard library.
 * *bytes is from malloc and becomes the engine's; NULL: memory is exhausted.  False: there is none. */
typedef bool CoracleFindModule(void *context, const char *name, unsigned char **bytes, size_t *size);

/* Takes a module that a compiler has made; false: the engine rejects it, and the compiler gives up. */
typedef bool CoracleTakeModule(void *context, const char *name, const unsigned char *bytes, size_t size);

/* Takes bytes that are written, all of them; false: that failed. */
typedef bool CoracleWrite(void *context, const char *bytes, size_t length);

/* One thing that the compiler has to say about a program.  Its texts last until the function returns that is told. */
typedef struct CoracleDiagnostic {
    bool is_error;    /* else a warning */
    const char *code; /* "E0301"; docs/diagnostics.md explains each */
    const char *message;
    const char *path;              /* of the source; NULL when it is about no place */
    uint32_t line, column;         /* from 1; columns in Unicode scalar values */
    uint32_t end_line, end_column; /* exclusive */
    /* all of it as `coracle check` shows it: source lines, labels, help; ends with a newline */
    const char *text;
} CoracleDiagnostic;
typedef void CoracleDiagnose(void *context, const CoracleDiagnostic *diagnostic);

/* What a compiler is asked for. */
typedef struct CoracleCompilation {
    const char *path; /* names the source in messages and traces */
    /* UTF-8; NULL: the file at `path`, or the package of that folder, and what these import from files */
    const char *source;
    size_t length;
    const char *module_name; /* what the module of the source is called; NULL: by its path */
    /* for imports that are neither from source nor of the library; may be NULL */
    CoracleFindModule *find_module;
    void *find_context;
    /* is given every module that is made, imports first and the program's own last */
    CoracleTakeModule *take;
    void *take_context;
    CoracleDiagnose *diagnose; /* is told every error and warning; may be NULL */
    void *diagnose_context;
} CoracleCompilation;

/* Compiles.  CORACLE_REJECTED: the source is wrong, and the message has its first error; CORACLE_NOT_FOUND: it cannot be read. */
typedef CoracleStatus CoracleCompile(void *context, const CoracleCompilation *compilation,
                                     CoracleMessage *message);

/* The compiler of this library, which engines use that are given no other.  Any thread; `context` is not used.  The source may be
 * any bytes. */
CORACLE_API CoracleCompile coracle_compile;

/* How programs are executed; what they do is the same. */
typedef enum CoracleTier {
    CORACLE_TIER_AUTO,        /* interpreted; what is hot gets native code, on a thread of the engine */
    CORACLE_TIER_INTERPRETER, /* no native code */
    CORACLE_TIER_ONE,         /* only native code that is made quickly */
    CORACLE_TIER_TWO,         /* only native code that runs fast */
} CoracleTier;

typedef struct CoracleEngineOptions { /* all zero: the defaults */
    CoracleFindModule *find_module;
    void *find_context;
    /* modules named std.* that find_module gives may do what the embedded ones may */
    bool trusts_found_library;
    CoracleCompile *compile; /* default: coracle_compile, where the compiler is linked */
    void *compile_context;
    /* is told what the compiler says, by the thread that compiles; default: nobody is */
    CoracleDiagnose *diagnose;
    void *diagnose_context;
    CoracleTier tier;
    size_t native_code_bytes; /* most memory for native code; default 64 MiB */
    /* path of libcoracle-jit.so; NULL: in ../lib of, or beside, the file that the VM is part of, or installed */
    const char *code_generator;
    const char *code_cache;   /* folder where native code is kept from run to run; NULL: it is not */
    bool tell_perf, tell_gdb; /* make native code known to them */
    bool counts_calls; /* dispatched calls are counted from the first one on, for coracle_isolate_explain */
    bool stress_plain_lowering; /* for tests: without inlining, folding and places that save moves */
    bool stress_eager; /* for tests: a function is compiled when it is first called, and the program waits */
    bool stress_eager_loops; /* for tests: likewise a loop when it first goes round */
    bool stress_quick;       /* for tests: native code is made in little time, and is slow */
    /* for measuring: native code uses no fuel and cannot be stopped; no isolate may have a limit of fuel */
    bool stress_unmetered;
    /* for tests: native code goes back to the interpreter at every n-th safepoint */
    uint64_t stress_leave_every;
    uint64_t stress_fail_every;   /* for tests: every n-th assumption of native code fails */
    uint64_t stress_compile_most; /* for tests: only the first n compilations are made; 0: all */
} CoracleEngineOptions;

/* NULL: the host's memory is exhausted.  The modules of the standard library are read when a program imports
 * them. */
CORACLE_API CoracleEngine *coracle_engine_new(const CoracleEngineOptions *options);
/* Lets the engine and its modules go.  Isolates that are left go on, and the last one takes the memory with it. */
CORACLE_API void coracle_engine_free(CoracleEngine *engine);

/* Loads a module and what it imports: verifies the bytes, links the declarations.  Loading the same bytes
 * again gives the same module.  CORACLE_REJECTED: the message names the function, the offset and the rule, or
 * the import that does not fit. */
CORACLE_API CoracleStatus coracle_engine_load(CoracleEngine *engine, const void *bytes, size_t size,
                                              CoracleModule **module, CoracleMessage *message);

/* Compiles source text and loads the result.  `path` names it in messages and traces; a program that comes as text can import
 * what the library and find_module have, and no files.  Each text is a module of its own, also when the path is the same.
 * CORACLE_REJECTED: it does not compile; the message has the first error, `diagnose` is told all. */
CORACLE_API CoracleStatus coracle_engine_compile(CoracleEngine *engine, const char *path, const char *source,
                                                 size_t length, CoracleModule **module,
                                                 CoracleMessage *message);

/* Loads a program from the host's files: a compiled module, or source (a file, or the folder of a package) with what it imports
 * beside it.  CORACLE_NOT_FOUND: it cannot be read. */
CORACLE_API CoracleStatus coracle_engine_load_file(CoracleEngine *engine, const char *path,
                                                   CoracleModule **module, CoracleMessage *message);

/* Starts no compilation of native code any more.  True: one is running, and coracle_engine_free will wait for it; a host
 * that is about to end its process need not. */
CORACLE_API bool coracle_engine_stop_compiling(CoracleEngine *engine);

/* Writes what native code was made, and where it went back to the interpreter: a text to look at, of no fixed form. */
CORACLE_API bool coracle_engine_report(CoracleEngine *engine, CoracleWrite *write, void *context);

/* Takes a name, which lasts until it returns.  It may not call the engine. */
typedef void CoracleTakeName(void *context, const char *name);

/* Gives the names of all functions of the modules that are loaded, as stack traces show them ("main", "Type.method"); those of
 * the last module first. */
CORACLE_API void coracle_engine_functions(CoracleEngine *engine, CoracleTakeName *take, void *context);

/* The name of a module, as it is imported: that of a text is its path's without folders and ending, "game" of "scripts/game.cora",
 * or, when the engine has such a module, with a number: "game_2".  Lasts as long as the engine. */
CORACLE_API const char *coracle_module_name(const CoracleModule *module);

/* ---- Systems ----------------------------------------------------------------------------------- */

/* What became of an operation on files; the program sees an IOError that says so. */
typedef enum CoracleFileStatus {
    CORACLE_FILE_OK,
    CORACLE_FILE_NOT_FOUND,
    CORACLE_FILE_EXISTS,
    CORACLE_FILE_REFUSED,
    CORACLE_FILE_NOT_DIRECTORY,
    CORACLE_FILE_IS_DIRECTORY,
    CORACLE_FILE_NOT_EMPTY,
    CORACLE_FILE_NO_SPACE,
    CORACLE_FILE_READ_ONLY,
    CORACLE_FILE_FAILED,
} CoracleFileStatus;

typedef enum CoracleFileMode {
    CORACLE_FILE_READ,
    CORACLE_FILE_REPLACE, /* writes; makes it, or empties it */
    CORACLE_FILE_APPEND,  /* writes at its end; makes it */
    CORACLE_FILE_NEW,     /* writes; CORACLE_FILE_EXISTS: it is there */
} CoracleFileMode;

typedef struct CoracleFileInfo {
    bool is_directory;
    uint64_t size;       /* bytes */
    int64_t modified_ns; /* since 1970-01-01 UTC */
} CoracleFileInfo;

/* Clocks, random bytes and files as programs see them, in place of those of the process.  A clock that is NULL is the process's,
 * and so are random bytes; what of files is NULL fails.  All get `context` first, are called by the thread that runs the program,
 * and may not call the isolate.
 *
 * A path is the `directory` of a CoracleGrant, or that, a `/`, and what the program names beneath it, without `.` and `..`; UTF-8.
 */
typedef struct CoracleSystem {
    void *context;
    int64_t (*wall_ns)(void *context);                       /* since 1970-01-01 UTC */
    int64_t (*monotonic_ns)(void *context);                  /* since any moment; never goes back */
    void (*sleep_ns)(void *context, int64_t duration);       /* monotonic_ns is that much more afterwards */
    bool (*random)(void *context, void *bytes, size_t size); /* fills them; false: there are none */
    CoracleFileStatus (*info)(void *context, const char *path, CoracleFileInfo *info);
    CoracleFileStatus (*open)(void *context, const char *path, CoracleFileMode mode, void **file);
    CoracleFileStatus (*read)(void *context, void *file, char *bytes, size_t size,
                              size_t *got); /* *got is 0 at the end */
    CoracleFileStatus (*write)(void *context, void *file, const char *bytes, size_t size); /* all of them */
    CoracleFileStatus (*close)(void *context, void *file); /* it is closed also when that fails */
    CoracleFileStatus (*list)(void *context, const char *path, CoracleTakeName *take,
                              void *take_context); /* in any order */
    CoracleFileStatus (*make_directory)(void *context, const char *path);
    CoracleFileStatus (*remove)(void *context, const char *path); /* a file, or a directory that is empty */
    CoracleFileStatus (*rename)(void *context, const char *from, const char *to); /* replaces a file */
} CoracleSystem;

/* ---- Isolates ---------------------------------------------------------------------------------- */

typedef struct CoracleIsolateOptions { /* 0: no limit, or the default */
    size_t heap_bytes;  /* all memory that the program makes the host hold; beyond it OutOfMemoryError */
    size_t stack_bytes; /* depth of calls, 8 bytes a variable; beyond it StackOverflowError; default 8 MiB */
    int64_t fuel;       /* units of work, the same on every host */
    uint64_t output_bytes;         /* on standard output and standard error together */
    uint32_t open_files;           /* default 256 */
    const CoracleSystem *system;   /* copied; NULL: the process's */
    uint64_t stress_collect_every; /* tests: a collection at every n-th allocation */
    uint64_t stress_fail_at;       /* tests: the n-th allocation fails */
    bool stress_safepoints;        /* tests: every safepoint takes the slow path, and the stack moves there */
    uint64_t stress_stop_at;       /* tests: so too, and the n-th safepoint interrupts the program */
    /* tests: every call pauses whenever it has used so many units of fuel, and goes on */
    uint64_t stress_step;
} CoracleIsolateOptions;

/* NULL: the host's memory is exhausted, or a limit of fuel would not hold (stress_unmetered).  `options` may be NULL.  A new isolate may reach nothing of the host.
 */
CORACLE_API CoracleIsolate *coracle_isolate_new(CoracleEngine *engine, const CoracleIsolateOptions *options);
/* Hands on buffered output, closes what is open, and lets go of all handles of the isolate.  Nothing happens while the isolate is in use:
 * in a function that it calls, or when another thread uses it. */
CORACLE_API void coracle_isolate_free(CoracleIsolate *isolate);

/* What an isolate may do, beside files. */
enum {
    CORACLE_ALLOW_STDIN = 1 << 0,
    CORACLE_ALLOW_STDOUT = 1 << 1,
    CORACLE_ALLOW_STDERR = 1 << 2,
    CORACLE_ALLOW_CLOCK = 1 << 3,
    CORACLE_ALLOW_RANDOM = 1 << 4,
};
CORACLE_API void coracle_isolate_allow(CoracleIsolate *isolate, unsigned what);

/* A part of the host's files.  A path of the program that begins with `name` is resolved by the system
 * beneath `directory`; neither `..` nor a symbolic link leads out of it. */
typedef struct CoracleGrant {
    const char *name; /* what the program calls it; relative to the working directory when it is relative */
    const char *directory; /* of the host */
    const char *file; /* only this entry of the directory (`name` is then the file's), or NULL: all of it */
    bool read, write;
} CoracleGrant;
/* Relative paths and names start at the working directory, so it is set before anything is granted. */
CORACLE_API CoracleStatus coracle_isolate_set_working_directory(CoracleIsolate *isolate, const char *path);
CORACLE_API CoracleStatus coracle_isolate_grant(CoracleIsolate *isolate, const CoracleGrant *grant,
                                                CoracleMessage *message);

/* Lets the program call a C library, which its source calls `name` (`extern "libm.so.6"`).  What it calls there is not confined: it
 * may do what the process may.  `path` is where the library is; NULL: the system finds it by its name ("m" is libm.so or the newest
 * libm.so.N).  It is loaded when it is first called.  CORACLE_MISMATCH: the engine knows it by another path. */
CORACLE_API CoracleStatus coracle_isolate_allow_library(CoracleIsolate *isolate, const char *name,
                                                        const char *path, CoracleMessage *message);

/* The program's arguments, and its environment as NAME=VALUE (granted by being given). */
CORACLE_API CoracleStatus coracle_isolate_set_arguments(CoracleIsolate *isolate, const char *const *arguments,
                                                        size_t count);
CORACLE_API CoracleStatus coracle_isolate_set_environment(CoracleIsolate *isolate, const char *const *entries,
                                                          size_t count);

/* Streams of the host in place of those of the process; NULL: the process's again.  The program may use them when they are allowed,
 * as it may those (coracle_isolate_allow).  A reader gives up to `size` bytes, 0 at the end; false: it failed, and the program sees an
 * IOError.  They may not call the isolate. */
typedef bool CoracleRead(void *context, char *bytes, size_t size, size_t *got);
CORACLE_API void coracle_isolate_set_output(CoracleIsolate *isolate, CoracleWrite *write, void *context);
CORACLE_API void coracle_isolate_set_error_output(CoracleIsolate *isolate, CoracleWrite *write,
                                                  void *context);
CORACLE_API void coracle_isolate_set_input(CoracleIsolate *isolate, CoracleRead *read, void *context);
/* Hands on what the program has written; false: that failed. */
CORACLE_API bool coracle_isolate_flush(CoracleIsolate *isolate);

/* Stops the program soon, from any thread, as CORACLE_INTERRUPTED or CORACLE_TIMED_OUT.  When nothing runs in the isolate, the next
 * call ends so. */
CORACLE_API void coracle_isolate_interrupt(CoracleIsolate *isolate);
CORACLE_API void coracle_isolate_time_out(CoracleIsolate *isolate);

/* Gives the isolate more fuel, when it has a limit; `units` are positive.  A function of the host may do it for the program that
 * calls it. */
CORACLE_API void coracle_isolate_add_fuel(CoracleIsolate *isolate, int64_t units);
/* Units of fuel that are left; INT64_MAX without a limit. */
CORACLE_API int64_t coracle_isolate_fuel(const CoracleIsolate *isolate);
/* The argument of exit modulo 256, after CORACLE_EXITED. */
CORACLE_API int coracle_isolate_exit_code(const CoracleIsolate *isolate);

/* ---- Running ----------------------------------------------------------------------------------- */

/* Runs a program: the initialisers of its modules, then `main` if there is one, and hands on what it has
 * written.  *exit_code is what `main` returns, or coracle_isolate_exit_code after CORACLE_EXITED, else 0.
 * CORACLE_FAILED: the end of the output could not be written. */
CORACLE_API CoracleStatus coracle_isolate_run(CoracleIsolate *isolate, CoracleModule *module, int *exit_code);

typedef enum CoracleKind {
    CORACLE_VOID, /* no value */
    CORACLE_NULL, /* of an optional */
    CORACLE_BOOL,
    CORACLE_INT,   /* every signed integer type; an enum without payloads: its ordinal */
    CORACLE_UINT,  /* every unsigned one */
    CORACLE_FLOAT, /* f32 too; every NaN that a program gives is the same one */
    CORACLE_CHAR,
    CORACLE_STRING,
    CORACLE_OBJECT, /* whatever else is a reference */
} CoracleKind; /* a value of type `any` comes as what it is if that is a bool, int, u64, float, char or string, else as an object */

typedef struct CoracleText { /* UTF-8 */
    const char *bytes;
    size_t length;
} CoracleText;

typedef struct CoracleValue {
    CoracleKind kind;
    CORACLE_UNNAMED union {
        bool boolean;
        int64_t integer;
        uint64_t unsigned_integer;
        double number;
        uint32_t character;    /* a Unicode scalar value */
        CoracleText string;    /* of a result: lasts until the next call with the isolate */
        CoracleObject *object; /* of a result: the caller's, until coracle_object_release */
    };
} CoracleValue;

/* Calls a public function of a module by its name ("main", "Type.method" of a static one), after running the
 * initialisers that have not run; one that fails runs again next time.  The values must have the kinds of its parameters.  *result may be NULL
 * when nobody wants it. CORACLE_MISMATCH: a value does not fit; structs, tuples and type parameters cannot be
 * passed. */
CORACLE_API CoracleStatus coracle_isolate_call(CoracleIsolate *isolate, CoracleModule *module,
                                               const char *function, const CoracleValue *arguments,
                                               size_t count, CoracleValue *result);

/* Goes on with a new text of a module, `to`, which has been compiled and loaded beside the old one, `from`: runs its initialisers, if they
 * have not run, and gives each of its module variables and static ones that are `var` the value of the one of `from` that
 * has the same name and type.  What is `let` is as the new text says, and so is a variable whose type the module declares itself: that
 * is another type now.  The old module stays: its functions, the objects of its classes and what of it executes go
 * on with its own variables.  Functions of the new one have to be prepared anew.
 * Other statuses than CORACLE_OK are those of the initialisers; nothing has been given then, and the old module can go on. */
CORACLE_API CoracleStatus coracle_isolate_reload(CoracleIsolate *isolate, CoracleModule *from,
                                                 CoracleModule *to);

/* ---- Prepared calls ---- */

/* Prepares calls of a public function, which is looked up and checked once; runs the initialisers that have not run.
 * CORACLE_NOT_FOUND, CORACLE_MISMATCH: there is no such function, or a host cannot call it (coracle_isolate_message). */
CORACLE_API CoracleStatus coracle_isolate_function(CoracleIsolate *isolate, CoracleModule *module,
                                                   const char *name, CoracleFunction **function);

/* Prepares calls of a method of an object: "add", "[]", "length" of a property.  It is the one that the object's own class has,
 * and needs no type arguments; methods of extensions and of values are not found.  The object stays alive as long as that. */
CORACLE_API CoracleStatus coracle_object_method(CoracleObject *object, const char *name,
                                                CoracleFunction **function);

/* Prepares calls of an object that is a function value. */
CORACLE_API CoracleStatus coracle_object_function(CoracleObject *object, CoracleFunction **function);

/* As coracle_isolate_call. */
CORACLE_API CoracleStatus coracle_function_call(CoracleFunction *function, const CoracleValue *arguments,
                                                size_t count, CoracleValue *result);

/* A number, boolean or character, of which the function's signature says what it is; an f32 is a `number`, too. */
typedef union CoracleScalar {
    bool boolean;
    int64_t integer;
    uint64_t unsigned_integer;
    double number;
    uint32_t character;
} CoracleScalar;

/* The quickest way to call: all values are scalars.  `values` are the arguments, as many as the function has, and the first one
 * receives the result; it may not be NULL when there is either.  CORACLE_MISMATCH: the function has other values, or one is out
 * of range for a narrow type. */
CORACLE_API CoracleStatus coracle_function_call_scalars(CoracleFunction *function, CoracleScalar *values);

/* Lets a prepared call go, when it executes as soon as that has ended.  What is not released goes with its isolate. */
CORACLE_API void coracle_function_release(CoracleFunction *function);

/* ---- Step by step ---- */

/* Starts a call that is made step by step, for programs that share a thread with others, or with a game.  Takes values as
 * coracle_isolate_call does.  Nothing of the program runs yet; the function may be released.  An isolate can have any number of
 * runs that have not ended, and is otherwise used as ever meanwhile; objects that they use stay alive. */
CORACLE_API CoracleStatus coracle_function_start(CoracleFunction *function, const CoracleValue *arguments,
                                                 size_t count, CoracleRun **run);

/* Goes on for `units` of fuel, from where the run has paused; from any thread, one at a time.  Where that is, is the same in every
 * tier: at the first safepoint (a loop's end, the entry of a function) after more has been used, and what that is too much, the
 * next step has less.  *result may be NULL.
 * CORACLE_PAUSED: go on with another step.
 * CORACLE_OUT_OF_FUEL: the isolate has no more; after coracle_isolate_add_fuel the run goes on.  But when that happens inside a
 * call that a function of the host makes, the run ends.
 * Whatever else ends the run, as it ends a call: CORACLE_OK with the result, CORACLE_THROWN, CORACLE_INTERRUPTED...
 * CORACLE_MISMATCH: the run has ended before, or it executes: a function of the host cannot step the run that called it.
 * A call that a function of the host makes is not paused: it goes on to its end, and the run pauses after that. */
CORACLE_API CoracleStatus coracle_run_step(CoracleRun *run, int64_t units, CoracleValue *result);

/* In a function of the host: lets the step that executes end when the function has returned, with
 * CORACLE_PAUSED, whatever it may still use; so a program waits for the next frame, or for what the host is going to have.
 * CORACLE_MISMATCH: the program is not stepped. */
CORACLE_API CoracleStatus coracle_isolate_pause(CoracleIsolate *isolate);

/* Whether a step may go on with it: it has not ended. */
CORACLE_API bool coracle_run_goes_on(const CoracleRun *run);

/* Lets a run go.  One that has not ended is dropped where it stands: nothing of the program runs; one that executes ends with its
 * step.  What is not released goes with its isolate. */
CORACLE_API void coracle_run_release(CoracleRun *run);

/* ---- Functions of the host ---- */

/* A function that programs call.  It gets as many arguments as its declaration has parameters, of the kinds that this says: texts
 * and objects last until it returns (coracle_object_keep).  It sets *result, unless it has none; the handle of an
 * object there stays the host's.  It may call the isolate, and runs on the thread that runs the program.
 * CORACLE_OK; or what coracle_isolate_throw or a call of the isolate gave: then the program gets the error, or stops. */
typedef CoracleStatus CoracleNative(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                    CoracleValue *result);

typedef struct CoracleNativeFunction {
    const char *name; /* "play"; of a class of the host "Sprite.move", and to set a property "Sprite.x=" */
    CoracleNative *call;
    void *context;
} CoracleNativeFunction;

/* Makes a module of the host, which programs import by its name.  The source is Cora: it declares the functions of the host in
 * a block `extern "host" { pub fn log(text: string) }`, by which the compiler checks what programs pass, and may have whatever
 * else a module has.  It may declare classes of the host there, whose methods, properties and static functions are functions of
 * the host; methods get their object as the first argument (coracle_object_new_host).  Names and functions are copied.  Every function that is declared is given, and the other way round.  Before
 * programs that import it are compiled or loaded.  `name` is one of Cora, or several with points between them, and not of `std`; it
 * is given once.
 * CORACLE_REJECTED: the source does not compile, or a function that it declares is missing; CORACLE_MISMATCH: one is not declared,
 * is given twice, or has values that a host cannot hold; or the name cannot be had. */
CORACLE_API CoracleStatus coracle_engine_add_module(CoracleEngine *engine, const char *name,
                                                    const char *source,
                                                    const CoracleNativeFunction *functions, size_t count,
                                                    CoracleModule **module, CoracleMessage *message);

/* The bytes of a module that the host has added, for a compiler of its own; NULL: there is none of that name.  They last as long as
 * the engine. */
CORACLE_API const unsigned char *coracle_engine_added_module(CoracleEngine *engine, const char *name,
                                                             size_t *size);

/* A plugin: what a shared library for `coracle run --plugin=FILE` exports under the name CORACLE_PLUGIN.  It adds modules of its own
 * to the engine, before the program is compiled; false: the message says why it cannot. */
typedef bool CoraclePlugin(CoracleEngine *engine, CoracleMessage *message);
#define CORACLE_PLUGIN "coracle_plugin"

/* Throws an error of std.core, such as "ValueError" ("Error" or another name: StateError), in the program that called:
 * `return coracle_isolate_throw(isolate, "ValueError", "no such sprite")`.  Gives CORACLE_THROWN. */
CORACLE_API CoracleStatus coracle_isolate_throw(CoracleIsolate *isolate, const char *type,
                                                const char *message);

/* ---- Objects of the host ---- */

/* Frees what an object of the host stands for.  It runs once for each, on the thread that uses the isolate: at some time after the
 * object was found to be garbage, when the program allocates, an object of the host is made, or a call of the isolate ends, and at
 * the latest in coracle_isolate_free.  It may not use the library. */
typedef void CoracleFinalize(void *pointer);

/* Makes an object of a class that a module of the host declares in `extern "host"`, as "scene.Sprite": programs see its methods, and
 * never the pointer, which may not be NULL.  The module has been added to the engine.  `bytes` of the host's memory are charged to
 * heap_bytes as long as the object lives.  `finalize` may be NULL; when this function fails, it has run.  *object is the
 * caller's.  May run finalisers.
 * CORACLE_NOT_FOUND: no such class.  CORACLE_THROWN: the limit of the heap; a function of the host returns that. */
CORACLE_API CoracleStatus coracle_object_new_host(CoracleIsolate *isolate, const char *class_name,
                                                  void *pointer, size_t bytes, CoracleFinalize *finalize,
                                                  CoracleObject **object);

/* The pointer of an object of that class; NULL: it is none. */
CORACLE_API void *coracle_object_host(const CoracleObject *object, const char *class_name);

/* ---- Objects ---- */

/* Another handle of the object, for keeps.  NULL: the host's memory is exhausted. */
CORACLE_API CoracleObject *coracle_object_keep(CoracleObject *object);

/* Its type as the program prints it, "List<int>"; lasts as long as the engine. */
CORACLE_API const char *coracle_object_type(const CoracleObject *object);

/* A field of an object of a class, not a private one.  CORACLE_MISMATCH: a host cannot hold its values; or, of _set, the value
 * does not fit, or the field is not `var`. */
CORACLE_API CoracleStatus coracle_object_get(CoracleObject *object, const char *field, CoracleValue *value);
CORACLE_API CoracleStatus coracle_object_set(CoracleObject *object, const char *field,
                                             const CoracleValue *value);

/* Makes an object of a class that has a public `init` without parameters, and runs that: "List<float>", "Map<string, int>",
 * "game.units.Unit"; names stand behind that of their module, unless they are of std.core, and the module is loaded.  *object is
 * the caller's.  CORACLE_NOT_FOUND: no such class, or type arguments that do not fit. */
CORACLE_API CoracleStatus coracle_object_new(CoracleIsolate *isolate, const char *type,
                                             CoracleObject **object);

/* Lets an object go.  What is not released goes with its isolate. */
CORACLE_API void coracle_object_release(CoracleObject *object);

/* Lets an object go when the innermost function of the host that runs in the isolate has returned, for an object that was made to be
 * its result: `result->object = coracle_object_release_on_return(made)`.  Gives the object.  When none runs, it stays. */
CORACLE_API CoracleObject *coracle_object_release_on_return(CoracleObject *object);

/* ---- Lists and maps ----
 * A List or an Array, and a Map, of values that a host can hold.  CORACLE_MISMATCH: the object is something else, or a value does not
 * fit. */

/* How many elements, or entries, there are; 0 for other objects. */
CORACLE_API size_t coracle_list_length(const CoracleObject *list);
CORACLE_API size_t coracle_map_length(const CoracleObject *map);

/* An element of a list.  CORACLE_NOT_FOUND: the index is not below the length. */
CORACLE_API CoracleStatus coracle_list_get(CoracleObject *list, size_t index, CoracleValue *value);
CORACLE_API CoracleStatus coracle_list_set(CoracleObject *list, size_t index, const CoracleValue *value);
/* Adds an element at the end, not of an Array. */
CORACLE_API CoracleStatus coracle_list_append(CoracleObject *list, const CoracleValue *value);

/* Copies `count` elements from index `start` on, numbers, booleans or characters, to a C array whose elements are of the same kind
 * and have `size` bytes: CORACLE_FLOAT and sizeof(double) for List<float>, CORACLE_UINT and 1 for List<u8>.
 * CORACLE_NOT_FOUND: there are not so many. */
CORACLE_API CoracleStatus coracle_list_read(CoracleObject *list, size_t start, size_t count, CoracleKind kind,
                                            size_t size, void *elements);
/* Likewise from a C array.  Elements beyond the end are added to a list, which then ends with them; `start` is at most the
 * length. */
CORACLE_API CoracleStatus coracle_list_write(CoracleObject *list, size_t start, size_t count,
                                             CoracleKind kind, size_t size, const void *elements);

/* The value of a key, and a key's new value, and its removal; keys of classes of the program run their methods.
 * CORACLE_NOT_FOUND: there is no such key. */
CORACLE_API CoracleStatus coracle_map_get(CoracleObject *map, const CoracleValue *key, CoracleValue *value);
CORACLE_API CoracleStatus coracle_map_set(CoracleObject *map, const CoracleValue *key,
                                          const CoracleValue *value);
CORACLE_API CoracleStatus coracle_map_remove(CoracleObject *map, const CoracleValue *key);

/* The next entry, in the order of the map: `*position` is 0 before the first, and means nothing else to the caller.  Both texts last
 * until the next call.  CORACLE_NOT_FOUND: there is no other.  A map that is changed meanwhile may give entries twice, or not. */
CORACLE_API CoracleStatus coracle_map_next(CoracleObject *map, size_t *position, CoracleValue *key,
                                           CoracleValue *value);

/* Errors that a launcher treats apart. */
typedef enum CoracleErrorKind {
    CORACLE_ERROR_OTHER,
    CORACLE_ERROR_OUT_OF_MEMORY,
    CORACLE_ERROR_STACK_OVERFLOW,
    CORACLE_ERROR_PERMISSION,
} CoracleErrorKind;

/* The error of the last call that gave CORACLE_THROWN. */
typedef struct CoracleError {
    CoracleErrorKind kind;
    const char *type;    /* "IndexError" */
    const char *message; /* "index 5 out of range for length 3" */
    const char *text;    /* all of it: type, message, stack trace, causes; lines that end with a newline */
} CoracleError;          /* a zero byte in a message is `\0` */
/* NULL: there was none. */
CORACLE_API const CoracleError *coracle_isolate_error(const CoracleIsolate *isolate);
/* Why the last call with the isolate gave CORACLE_MISMATCH, CORACLE_NOT_FOUND or CORACLE_FAILED. */
CORACLE_API const char *coracle_isolate_message(const CoracleIsolate *isolate);

/* ---- Showing code ------------------------------------------------------------------------------ */

typedef struct CoracleExplainOptions {
    const char *function; /* its name, as in stack traces */
    CoracleTier tier;     /* CORACLE_TIER_ONE or _TWO */
    uint32_t loop_line;   /* of a loop, for code that is entered there; 0: code from the start */
} CoracleExplainOptions;

/* Writes how native code is made of the functions of that name: lowered code, the code generator's own form, LLVM's, and
 * instructions; a text to look at, of no fixed form.  Nothing runs, and what is made is thrown away.  Functions of the
 * module come first; when it has none, those of all others.  Functions with type parameters, and closures, are known by
 * their instances in what has run so far in the engine.  What the calls of a function have found is used, as it would be
 * in a running program; counts_calls makes sure that it is there.
 * CORACLE_NOT_FOUND: no such function or loop.  CORACLE_FAILED: no code generator, or it was not written. */
CORACLE_API CoracleStatus coracle_isolate_explain(CoracleIsolate *isolate, CoracleModule *module,
                                                  const CoracleExplainOptions *options, CoracleWrite *write,
                                                  void *context, CoracleMessage *message);

/* ---- Compiling ahead of time -------------------------------------------------------------------- */

typedef struct CoracleAhead {  /* starts of functions, and loops, which code can be entered at, too */
    uint32_t functions, loops; /* that have code in the cache now */
    uint32_t tier_two;         /* of these: as fast as it gets; the rest is of tier 1 */
    uint32_t present;          /* of these: were there already */
    uint32_t without;          /* cannot be compiled, or not be kept */
    uint64_t bytes;            /* that were written */
} CoracleAhead;

/* Fills the engine's code_cache with native code of all that a program may call: its main function and the initialisers of
 * all modules, and what can be reached from there or has run in the engine.  Nothing runs, and what is made is not used in this
 * engine.  What has run while calls were counted (counts_calls) gets the code that it would get in the end; elsewhere
 * code that depends on such counts is made by a run, and until then there is code of tier 1.
 * CORACLE_FAILED: no code generator, or the cache cannot be used. */
CORACLE_API CoracleStatus coracle_engine_compile_ahead(CoracleEngine *engine, CoracleModule *module,
                                                       CoracleAhead *ahead, CoracleMessage *message);

/* ---- Modules as bytes and text ----------------------------------------------------------------- */

typedef struct CoracleBytes { /* from malloc; the caller frees `bytes` */
    unsigned char *bytes;
    size_t size;
} CoracleBytes;

/* The compiled module of the standard library of that name, such as "std.fs"; static.  NULL: none. */
CORACLE_API const unsigned char *coracle_standard_module(const char *name, size_t *size);

/* The names of those modules, in order: that of an index from 0 on; NULL behind the last. */
CORACLE_API const char *coracle_standard_name(size_t index);

/* Whether the bytes begin like a compiled module. */
CORACLE_API bool coracle_is_module(const void *bytes, size_t size);

/* Checks the bytes of a module by themselves, without loading it. */
CORACLE_API CoracleStatus coracle_module_verify(const void *bytes, size_t size, CoracleMessage *message);

/* A module as assembly text, and assembly text as a module, which is not verified. */
CORACLE_API CoracleStatus coracle_module_disassemble(const void *bytes, size_t size, CoracleBytes *text,
                                                     CoracleMessage *message);
CORACLE_API CoracleStatus coracle_module_assemble(const char *text, size_t size, CoracleBytes *module,
                                                  CoracleMessage *message);
/* The module without debug sections. */
CORACLE_API CoracleStatus coracle_module_strip(const void *bytes, size_t size, CoracleBytes *module,
                                               CoracleMessage *message);

#ifdef __cplusplus
}
#endif

#endif

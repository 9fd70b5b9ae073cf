/* Tests: finding, running and judging them. `coracle test` reports what comes out.
 *
 * A suite is made of files. The modules of a package, or of a folder outside of any, share an engine, in which each
 * is compiled and loaded once. Every test runs in an isolate of its own; tests of a suite run on several threads, and
 * what a test finds out does not depend on the others. */
#ifndef CLI_TEST_SUITE_H
#define CLI_TEST_SUITE_H

#include <pthread.h>

#include "cli/program.h"
#include "cli/sources.h"
#include "coracle.h"

typedef struct TestBinary {
    struct TestBinary *next;
    char *name;
    unsigned char *bytes;
    size_t size;
} TestBinary;

/* Compiled modules by name, of what has one root. */
typedef struct TestGroup {
    const char *root; /* of the sources */
    CoracleEngine *engine;
    CompileResult **compiled; /* owned; their modules are the table */
    size_t compiled_count;
    Program place; /* where .corm files are looked for */
    pthread_mutex_t lock;
    TestBinary *binaries; /* those that were read; under the lock */
    const Settings *settings;
} TestGroup;

typedef struct TestFile {
    const Source *source;
    TestGroup *group;
    CoracleModule *loaded; /* when it has tests */
} TestFile;

typedef enum TestOutcome { TEST_PENDING, TEST_PASSED, TEST_FAILED, TEST_SKIPPED } TestOutcome;

typedef struct TestCase {
    const TestFile *file;
    char *name; /* "std.random.Random.below"; unique with the line */
    unsigned line;
    const char *function;      /* marked @test; or NULL */
    const DocExample *example; /* or NULL; neither: the module itself does not compile */
    TestOutcome outcome;
    double seconds;
    char *message; /* why it failed or was skipped: lines, the last without its end */
    char *output;  /* what it has written */
    size_t output_length;
} TestCase;

typedef struct TestSuite {
    const Settings *settings;
    const char *attribute; /* that marks a function to be called */
    TestGroup **groups;
    size_t group_count;
    SourceList sources;
    TestFile *files; /* one for each source */
    TestCase *cases; /* in the order of the files and lines */
    size_t case_count, case_capacity;
} TestSuite;

/* Finds the functions with the attribute below the paths, files or folders, and for "test" also the examples. EXIT_OK, or the exit code after a report; suite_close in any
 * case. */
int suite_open(TestSuite *suite, const Settings *settings, const char *attribute, int count, char **paths);
void suite_close(TestSuite *suite);

/* Runs the tests, calling `done` for each, in order, as soon as it and all before it have ended. False: reported. */
bool suite_run(TestSuite *suite, void (*done)(void *context, const TestCase *test), void *context);

/* ---- Parts of the suite ------------------------------------------------------------------------ */

/* Compiles, as options say, against the modules of the group. NULL: out of memory. */
CompileResult *suite_compile(TestGroup *group, const char *path, CompileOptions options);

/* The diagnostics of a compilation, malloc'ed. */
char *suite_diagnostics(CompileResult *compiled);

/* Loads the modules of a compilation; returns the program's own. NULL: *message says why, malloc'ed. */
CoracleModule *suite_load(const TestGroup *group, const CompileResult *compiled, char **message);

/* Compares what an example has written with what it expects. NULL, or what is wrong, malloc'ed. The output is left
 * without the marks. `ended` is false when the example did not come to its end. */
char *example_judge(const TestFile *file, const DocExample *example, char *output, size_t *length,
                    bool ended);

#endif

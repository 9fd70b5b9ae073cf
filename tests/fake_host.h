/* A host for tests: deterministic, in memory, and it fails when it is told to.
 *
 * Its clocks advance by a fixed step whenever they are asked, and by as much as a program sleeps; its random bytes are those
 * of a seed; its files are a tree in memory, and what is written to the standard streams is kept.  Memory, threads and their
 * synchronisation are the real host's.  The n-th call of an operation from now on fails as a test says.
 *
 * A test that is linked with --wrap=cor_host_default (tests/CMakeLists.txt) has it as the host of the whole process, from
 * fake_host_reset on. */
#ifndef TESTS_FAKE_HOST_H
#define TESTS_FAKE_HOST_H

#include "vm/native/host.h"

/* The operations that can fail. */
#define FAKE_OPERATIONS(OPERATION)                                                                           \
    OPERATION(RESERVE)                                                                                       \
    OPERATION(COMMIT)                                                                                        \
    OPERATION(MAKE_EXECUTABLE)                                                                               \
    OPERATION(RANDOM)                                                                                        \
    OPERATION(THREAD_START)                                                                                  \
    OPERATION(MUTEX_NEW)                                                                                     \
    OPERATION(CONDITION_NEW)                                                                                 \
    OPERATION(OPEN_ROOT)                                                                                     \
    OPERATION(OPEN_PRIVATE)                                                                                  \
    OPERATION(OPEN_FILE)                                                                                     \
    OPERATION(OPEN)                                                                                          \
    OPERATION(CLOSE)                                                                                         \
    OPERATION(READ)                                                                                          \
    OPERATION(WRITE)                                                                                         \
    OPERATION(INFO)                                                                                          \
    OPERATION(PATH_INFO)                                                                                     \
    OPERATION(LIST)                                                                                          \
    OPERATION(MAKE_DIRECTORY)                                                                                \
    OPERATION(REMOVE)                                                                                        \
    OPERATION(REMOVE_DIRECTORY)                                                                              \
    OPERATION(RENAME)                                                                                        \
    OPERATION(LIBRARY_OPEN)

typedef enum FakeOperation {
#define OPERATION(name) FAKE_##name,
    FAKE_OPERATIONS(OPERATION)
#undef OPERATION
        FAKE_OPERATION_COUNT
} FakeOperation;

const char *fake_operation_name(FakeOperation operation);

/* Empties the tree but for its root "/", and sets everything else back. */
void fake_host_reset(void);
const CorHost *fake_host(void);

/* Lets the n-th call from now on fail, n from 1 on, and with `for_good` those after it.  A status only means something where the
 * operation has one. */
void fake_host_fail(FakeOperation operation, uint32_t n, bool for_good, CorHostStatus status);
/* Whether it has failed. */
bool fake_host_failed(void);
/* How often it was called since the reset. */
uint32_t fake_host_calls(FakeOperation operation);

/* The most bytes that a read or write moves, and that all files have together. */
void fake_host_limit(size_t transfer, size_t space);

/* Files and directories that are open. */
uint32_t fake_host_open_files(void);

/* The content of a file by its whole path, terminated; NULL: there is none.  Until the file changes. */
const char *fake_host_content(const char *path);
/* Adds a file, or with NULL a directory. */
void fake_host_add(const char *path, const void *content, size_t size);
/* How many entries there are whose whole path begins like that. */
uint32_t fake_host_count(const char *prefix);

/* What was written to standard output and standard error, together; and what standard input has. */
const char *fake_host_output(void);
void fake_host_set_input(const char *text);

#endif

/* The host interface: all that the VM asks of the system it runs on, as a table of functions.
 *
 * vm/native/posix fills it for POSIX systems; an embedder may fill its own, and the tests use a deterministic
 * fake. Nothing outside vm/native includes a header of an operating system or asks which one it is.  Every
 * function takes the table itself first, so that an implementation finds its own state in `context`.  All may
 * be called from any thread.  None of them knows a capability: what a program may reach is decided above, in
 * vm/syscall.
 *
 * A path is UTF-8 with '/' between its components, not empty, and is always resolved beneath an open
 * directory: neither `..` nor a symbolic link nor an absolute path leads out of it (COR_HOST_ESCAPES).  Only
 * what says `host_path` takes a path of the host. */
#ifndef COR_NATIVE_HOST_H
#define COR_NATIVE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum CorHostStatus {
    COR_HOST_OK,
#define ERROR(name, text) COR_HOST_##name,
#include "vm/native/host_errors.def"
#undef ERROR
    COR_HOST_STATUS_COUNT
} CorHostStatus;

/* The text of a status, static. */
const char *cor_host_status_text(CorHostStatus status);

typedef struct CorHost CorHost;
typedef struct CorHostThread CorHostThread;
typedef struct CorHostMutex CorHostMutex;
typedef struct CorHostCondition CorHostCondition;
typedef struct CorHostLibrary CorHostLibrary;

/* An open file or directory; COR_HOST_NO_FILE is none. */
typedef intptr_t CorHostFile;
#define COR_HOST_NO_FILE ((CorHostFile)-1)

enum { /* flags of `open` */
       COR_HOST_OPEN_READ = 1 << 0,
       COR_HOST_OPEN_WRITE = 1 << 1,
       COR_HOST_OPEN_APPEND = 1 << 2,
       COR_HOST_OPEN_CREATE = 1 << 3,
       COR_HOST_OPEN_TRUNCATE = 1 << 4,
       COR_HOST_OPEN_EXCLUSIVE = 1 << 5, /* with CREATE: fail when it exists */
       COR_HOST_OPEN_DIRECTORY = 1 << 6, /* fail when it is not a directory */
       COR_HOST_OPEN_PRIVATE =
           1 << 7, /* only a file of the user whom the process runs for, which nobody else may
                                            write: others are refused, no link is followed, and a new one is so */
};

typedef enum CorHostFileKind {
    COR_HOST_REGULAR,
    COR_HOST_DIRECTORY,
    COR_HOST_LINK,
    COR_HOST_OTHER
} CorHostFileKind;

typedef struct CorHostFileInfo {
    CorHostFileKind kind;
    uint64_t size;       /* bytes */
    int64_t modified_ns; /* since 1970-01-01 UTC */
} CorHostFileInfo;

typedef struct CorHostTerminal {
    uint32_t columns, rows; /* of characters */
    uint32_t colours;       /* 0 when it shows none or its user wants none, else 16, 256 or 1 << 24 */
} CorHostTerminal;

typedef enum CorHostWhence { COR_HOST_FROM_START, COR_HOST_FROM_CURRENT, COR_HOST_FROM_END } CorHostWhence;

/* Called by `list` for every entry of a directory but `.` and `..`, in no particular order; false ends the
 * listing. */
typedef bool CorHostVisit(void *context, const char *name, CorHostFileKind kind);

struct CorHost {
    void *context; /* of the implementation */

    /* Address space.  `reserve` gives inaccessible memory (NULL: none left), `commit` makes a part of it
     * readable and writable and zero, `decommit` gives the pages back.  Sizes and addresses are multiples of
     * page_size. */
    size_t page_size;
    void *(*reserve)(const CorHost *host, size_t size);
    bool (*commit)(const CorHost *host, void *start, size_t size);
    void (*decommit)(const CorHost *host, void *start, size_t size);
    void (*release)(const CorHost *host, void *start, size_t size);
    /* Makes accessible memory readable and executable, and no longer writable; false: the system does not allow it. */
    bool (*make_executable)(const CorHost *host, void *start, size_t size);
    /* Advice: the accessible memory, of any address and size, will be used in full. */
    void (*prefer_large_pages)(const CorHost *host, void *start, size_t size);

    /* Time, in nanoseconds; the monotonic clock starts anywhere, the wall clock at 1970-01-01 UTC. */
    int64_t (*monotonic_ns)(const CorHost *host);
    int64_t (*wall_ns)(const CorHost *host);
    void (*sleep_ns)(const CorHost *host, int64_t duration);

    /* Fills the buffer with unpredictable bytes; false when the host has none. */
    bool (*random)(const CorHost *host, void *buffer, size_t size);

    /* Threads and their synchronisation; NULL when the host has no memory or no threads left. */
    CorHostThread *(*thread_start)(const CorHost *host, void (*run)(void *), void *argument,
                                   size_t stack_size);
    void (*thread_join)(const CorHost *host, CorHostThread *thread); /* frees it */
    uint32_t (*processor_count)(const CorHost *host);                /* that the process may use */
    /* The lowest address to which the machine stack of the calling thread may grow; NULL when that is unknown. */
    char *(*stack_end)(const CorHost *host);
    CorHostMutex *(*mutex_new)(const CorHost *host);
    void (*mutex_free)(const CorHost *host, CorHostMutex *mutex);
    void (*mutex_lock)(const CorHost *host, CorHostMutex *mutex);
    void (*mutex_unlock)(const CorHost *host, CorHostMutex *mutex);
    CorHostCondition *(*condition_new)(const CorHost *host);
    void (*condition_free)(const CorHost *host, CorHostCondition *condition);
    /* Waits with the mutex held; a negative timeout waits for ever.  False after the timeout. */
    bool (*condition_wait)(const CorHost *host, CorHostCondition *condition, CorHostMutex *mutex,
                           int64_t timeout_ns);
    void (*condition_signal)(const CorHost *host, CorHostCondition *condition);
    void (*condition_broadcast)(const CorHost *host, CorHostCondition *condition);

    /* Files.  `read` gives 0 bytes at the end; `write` may write less than asked, never nothing.  Every
     * handle that an open function gives is the caller's to close. */
    CorHostFile standard_input, standard_output, standard_error;
    CorHostStatus (*open_root)(const CorHost *host, const char *host_path, CorHostFile *directory);
    /* A directory like the files of COR_HOST_OPEN_PRIVATE; makes it, and those above it, when they are missing. */
    CorHostStatus (*open_private)(const CorHost *host, const char *host_path, CorHostFile *directory);
    /* A file for reading, wherever it is. */
    CorHostStatus (*open_file)(const CorHost *host, const char *host_path, CorHostFile *file);
    CorHostStatus (*open)(const CorHost *host, CorHostFile directory, const char *path, uint32_t flags,
                          CorHostFile *file);
    CorHostStatus (*close)(const CorHost *host, CorHostFile file);
    CorHostStatus (*read)(const CorHost *host, CorHostFile file, void *buffer, size_t size, size_t *got);
    CorHostStatus (*write)(const CorHost *host, CorHostFile file, const void *buffer, size_t size,
                           size_t *written);
    CorHostStatus (*seek)(const CorHost *host, CorHostFile file, int64_t offset, CorHostWhence whence,
                          int64_t *position);
    CorHostStatus (*info)(const CorHost *host, CorHostFile file, CorHostFileInfo *info);
    CorHostStatus (*path_info)(const CorHost *host, CorHostFile directory, const char *path,
                               CorHostFileInfo *info);
    CorHostStatus (*list)(const CorHost *host, CorHostFile directory, const char *path, CorHostVisit *visit,
                          void *context);
    CorHostStatus (*make_directory)(const CorHost *host, CorHostFile directory, const char *path);
    CorHostStatus (*remove)(const CorHost *host, CorHostFile directory,
                            const char *path); /* a file or link */
    CorHostStatus (*remove_directory)(const CorHost *host, CorHostFile directory, const char *path);
    CorHostStatus (*rename)(const CorHost *host, CorHostFile from_directory, const char *from,
                            CorHostFile to_directory, const char *to);
    /* Whether the file is a terminal; `terminal`, unless it is NULL, is filled if so. */
    bool (*terminal)(const CorHost *host, CorHostFile file, CorHostTerminal *terminal);

    /* The number of the process. */
    uint64_t (*process_id)(const CorHost *host);

    /* The value of an environment variable, valid until the environment changes; NULL when it is not set. */
    const char *(*environment)(const CorHost *host, const char *name);

    /* Libraries that are loaded while the process runs, by a path with '/', by the name of a file that the system finds, or by
     * a bare name: "z" is the system's libz.so, or the newest libz.so.N.  NULL: `message`, of `size` bytes, says why.  What has
     * been loaded stays mapped until the process ends; closing ends its use. */
    CorHostLibrary *(*library_open)(const CorHost *host, const char *name, char *message, size_t size);
    void *(*library_symbol)(const CorHost *host, CorHostLibrary *library, const char *name); /* NULL: none */
    void (*library_close)(const CorHost *host, CorHostLibrary *library);
    /* The file that the VM is part of, an executable or a shared library, as a path of the host without links; false when
     * that is unknown or does not fit. */
    bool (*own_path)(const CorHost *host, char *path, size_t size);
};

/* The table of the system this was built for: immutable and shared by all. */
const CorHost *cor_host_default(void);

/* Reads `size` bytes of a file from its place on, fewer only where it ends: *got. */
CorHostStatus cor_host_read_whole(const CorHost *host, CorHostFile file, void *bytes, size_t size,
                                  size_t *got);

#endif

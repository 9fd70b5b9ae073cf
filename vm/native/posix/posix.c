/* The table of functions for POSIX systems: clocks, random bytes and environment here, the rest in its own
 * files. */
#include "vm/native/posix/posix.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

CorHostStatus posix_status(int error) {
    switch (error) {
    case 0: return COR_HOST_OK;
    case ENOENT: return COR_HOST_NOT_FOUND;
    case EEXIST: return COR_HOST_EXISTS;
    case EACCES:
    case EPERM: return COR_HOST_REFUSED;
    case EXDEV: return COR_HOST_ESCAPES; /* what RESOLVE_BENEATH answers */
    case ENOTDIR: return COR_HOST_NOT_DIRECTORY;
    case EISDIR: return COR_HOST_IS_DIRECTORY;
    case ENOTEMPTY: return COR_HOST_NOT_EMPTY;
    case ELOOP: return COR_HOST_LOOP;
    case ENAMETOOLONG: return COR_HOST_NAME_TOO_LONG;
    case ENOSPC:
    case EDQUOT: return COR_HOST_NO_SPACE;
    case EFBIG: return COR_HOST_TOO_LARGE;
    case EMFILE:
    case ENFILE: return COR_HOST_TOO_MANY_OPEN;
    case EROFS: return COR_HOST_READ_ONLY;
    case EPIPE: return COR_HOST_CLOSED_PIPE;
    case EBUSY:
    case ETXTBSY: return COR_HOST_BUSY;
    case EINTR: return COR_HOST_INTERRUPTED;
    case ESPIPE: return COR_HOST_NOT_SEEKABLE;
    case EINVAL: return COR_HOST_INVALID;
    case ENOSYS:
    case ENOTSUP: return COR_HOST_UNSUPPORTED;
    case ENOMEM: return COR_HOST_NO_MEMORY;
    default: return COR_HOST_FAILED;
    }
}

enum { NANOSECONDS = 1000000000 };

static int64_t posix_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NANOSECONDS + now.tv_nsec;
}

static int64_t posix_monotonic_ns(const CorHost *host) {
    (void)host;
    return posix_clock(CLOCK_MONOTONIC);
}

static int64_t posix_wall_ns(const CorHost *host) {
    (void)host;
    return posix_clock(CLOCK_REALTIME);
}

static void posix_sleep_ns(const CorHost *host, int64_t duration) {
    (void)host;
    struct timespec left = {.tv_sec = duration / NANOSECONDS, .tv_nsec = (long)(duration % NANOSECONDS)};
    while (duration > 0 && nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

static bool posix_random(const CorHost *host, void *buffer, size_t size) {
    (void)host;
    char *at = buffer;
    while (size > 0) {
        size_t part = size < 256 ? size : 256; /* up to 256 bytes come whole */
        if (getentropy(at, part) != 0)
            return false;
        at += part, size -= part;
    }
    return true;
}

static uint64_t posix_process_id(const CorHost *host) {
    (void)host;
    return (uint64_t)getpid();
}

static const char *posix_environment(const CorHost *host, const char *name) {
    (void)host;
    return getenv(name);
}

const CorHost *cor_host_default(void) {
    static const CorHost table = {
        .context = NULL,
        .page_size = 65536, /* a multiple of the page size of every POSIX system */
        .reserve = posix_reserve,
        .commit = posix_commit,
        .decommit = posix_decommit,
        .release = posix_release,
        .make_executable = posix_make_executable,
        .prefer_large_pages = posix_prefer_large_pages,
        .monotonic_ns = posix_monotonic_ns,
        .wall_ns = posix_wall_ns,
        .sleep_ns = posix_sleep_ns,
        .random = posix_random,
        .thread_start = posix_thread_start,
        .thread_join = posix_thread_join,
        .processor_count = posix_processor_count,
        .stack_end = posix_stack_end,
        .mutex_new = posix_mutex_new,
        .mutex_free = posix_mutex_free,
        .mutex_lock = posix_mutex_lock,
        .mutex_unlock = posix_mutex_unlock,
        .condition_new = posix_condition_new,
        .condition_free = posix_condition_free,
        .condition_wait = posix_condition_wait,
        .condition_signal = posix_condition_signal,
        .condition_broadcast = posix_condition_broadcast,
        .standard_input = STDIN_FILENO,
        .standard_output = STDOUT_FILENO,
        .standard_error = STDERR_FILENO,
        .open_root = posix_open_root,
        .open_private = posix_open_private,
        .open_file = posix_open_file,
        .open = posix_open,
        .close = posix_close,
        .read = posix_read,
        .write = posix_write,
        .seek = posix_seek,
        .info = posix_info,
        .path_info = posix_path_info,
        .list = posix_list,
        .make_directory = posix_make_directory,
        .remove = posix_remove,
        .remove_directory = posix_remove_directory,
        .rename = posix_rename,
        .terminal = posix_terminal,
        .process_id = posix_process_id,
        .environment = posix_environment,
        .library_open = posix_library_open,
        .library_symbol = posix_library_symbol,
        .library_close = posix_library_close,
        .own_path = posix_own_path,
    };
    return &table;
}

/* A system of the host's own: its clocks, random bytes and files as the host that syscalls ask.
 *
 * The VM's hosts resolve paths beneath open directories; these systems know whole paths only.  So a directory is its path here,
 * and what is beneath it is that, `/`, and the rest, from which the policy has taken `.` and `..` already. */
#include <stdlib.h>
#include <string.h>

#include "vm/api/api_internal.h"
#include "vm/native/host.h"

struct ApiSystem {
    CorHost host;
    CoracleSystem system;
    const CorHost *process;
};

/* What an open CorHostFile points to, but for the standard streams, which are the process's. */
typedef struct SystemFile {
    void *file;   /* of the system; of no meaning for a directory */
    char *folder; /* the path of a directory, in the same block; NULL: a file */
} SystemFile;

static const ApiSystem *system_of(const CorHost *host) {
    return host->context;
}

static SystemFile *system_file(CorHostFile file) {
    return (SystemFile *)(void *)file;
}

static CorHostStatus system_status(CoracleFileStatus status) {
    static const CorHostStatus statuses[] = {
        [CORACLE_FILE_OK] = COR_HOST_OK,
        [CORACLE_FILE_NOT_FOUND] = COR_HOST_NOT_FOUND,
        [CORACLE_FILE_EXISTS] = COR_HOST_EXISTS,
        [CORACLE_FILE_REFUSED] = COR_HOST_REFUSED,
        [CORACLE_FILE_NOT_DIRECTORY] = COR_HOST_NOT_DIRECTORY,
        [CORACLE_FILE_IS_DIRECTORY] = COR_HOST_IS_DIRECTORY,
        [CORACLE_FILE_NOT_EMPTY] = COR_HOST_NOT_EMPTY,
        [CORACLE_FILE_NO_SPACE] = COR_HOST_NO_SPACE,
        [CORACLE_FILE_READ_ONLY] = COR_HOST_READ_ONLY,
        [CORACLE_FILE_FAILED] = COR_HOST_FAILED,
    };
    return (unsigned)status < sizeof statuses / sizeof *statuses ? statuses[status] : COR_HOST_FAILED;
}

/* ---- Clocks and random bytes ------------------------------------------------------------------- */

static int64_t system_wall_ns(const CorHost *host) {
    const ApiSystem *own = system_of(host);
    return own->system.wall_ns ? own->system.wall_ns(own->system.context)
                               : own->process->wall_ns(own->process);
}

static int64_t system_monotonic_ns(const CorHost *host) {
    const ApiSystem *own = system_of(host);
    return own->system.monotonic_ns ? own->system.monotonic_ns(own->system.context)
                                    : own->process->monotonic_ns(own->process);
}

static void system_sleep_ns(const CorHost *host, int64_t duration) {
    const ApiSystem *own = system_of(host);
    if (own->system.sleep_ns)
        own->system.sleep_ns(own->system.context, duration);
    else
        own->process->sleep_ns(own->process, duration);
}

static bool system_random(const CorHost *host, void *buffer, size_t size) {
    const ApiSystem *own = system_of(host);
    return own->system.random ? own->system.random(own->system.context, buffer, size)
                              : own->process->random(own->process, buffer, size);
}

/* ---- Paths ------------------------------------------------------------------------------------- */

enum { SYSTEM_PATH = 8192 };

/* The whole path of what is beneath a directory. */
static CorHostStatus system_path(CorHostFile directory, const char *path, char whole[SYSTEM_PATH]) {
    const char *folder = system_file(directory)->folder;
    size_t above = strlen(folder), length = strlen(path);
    if (above + 1 + length >= SYSTEM_PATH)
        return COR_HOST_NAME_TOO_LONG;
    memcpy(whole, folder, above + 1);
    if (strcmp(path, ".") == 0)
        return COR_HOST_OK;
    if (above == 0 || folder[above - 1] != '/')
        whole[above++] = '/';
    memcpy(whole + above, path, length + 1);
    return COR_HOST_OK;
}

/* Calls a function of the system, which it may not have, with the whole path and what else there is. */
#define SYSTEM_CALL(name, directory, ...)                                                                    \
    char whole[SYSTEM_PATH];                                                                                 \
    const CoracleSystem *system = &system_of(host)->system;                                                  \
    CorHostStatus status = system->name ? system_path(directory, path, whole) : COR_HOST_UNSUPPORTED;        \
    if (status != COR_HOST_OK)                                                                               \
        return status;                                                                                       \
    status = system_status(system->name(system->context, __VA_ARGS__))

static CorHostStatus system_path_info(const CorHost *host, CorHostFile directory, const char *path,
                                      CorHostFileInfo *info) {
    CoracleFileInfo found = {.size = 0};
    SYSTEM_CALL(info, directory, whole, &found);
    *info = (CorHostFileInfo){.kind = found.is_directory ? COR_HOST_DIRECTORY : COR_HOST_REGULAR,
                              .size = found.size,
                              .modified_ns = found.modified_ns};
    return status;
}

static CorHostStatus system_make_directory(const CorHost *host, CorHostFile directory, const char *path) {
    SYSTEM_CALL(make_directory, directory, whole);
    return status;
}

static CorHostStatus system_remove(const CorHost *host, CorHostFile directory, const char *path) {
    SYSTEM_CALL(remove, directory, whole);
    return status;
}

static CorHostStatus system_rename(const CorHost *host, CorHostFile directory, const char *path,
                                   CorHostFile to_directory, const char *to) {
    char target[SYSTEM_PATH];
    CorHostStatus fits = system_path(to_directory, to, target);
    if (fits != COR_HOST_OK)
        return fits;
    SYSTEM_CALL(rename, directory, whole, target);
    return status;
}

typedef struct SystemListing {
    CorHostVisit *visit;
    void *context;
    bool ended;
} SystemListing;

static void system_take_name(void *context, const char *name) {
    SystemListing *listing = context;
    if (!listing->ended)
        listing->ended = !listing->visit(listing->context, name, COR_HOST_OTHER);
}

static CorHostStatus system_list(const CorHost *host, CorHostFile directory, const char *path,
                                 CorHostVisit *visit, void *context) {
    SystemListing listing = {.visit = visit, .context = context};
    SYSTEM_CALL(list, directory, whole, system_take_name, &listing);
    return status;
}

/* ---- Open files -------------------------------------------------------------------------------- */

static bool system_is_stream(const CorHost *host, CorHostFile file) {
    return file == host->standard_input || file == host->standard_output || file == host->standard_error;
}

static CorHostStatus system_open_root(const CorHost *host, const char *host_path, CorHostFile *directory) {
    const CoracleSystem *system = &system_of(host)->system;
    CoracleFileInfo found = {.size = 0};
    *directory = COR_HOST_NO_FILE;
    if (!system->info)
        return COR_HOST_UNSUPPORTED;
    CorHostStatus status = system_status(system->info(system->context, host_path, &found));
    if (status != COR_HOST_OK || !found.is_directory)
        return status != COR_HOST_OK ? status : COR_HOST_NOT_DIRECTORY;
    SystemFile *opened = malloc(sizeof *opened + strlen(host_path) + 1);
    if (!opened)
        return COR_HOST_NO_MEMORY;
    *opened = (SystemFile){.folder = (char *)(opened + 1)};
    strcpy(opened->folder, host_path);
    *directory = (CorHostFile)opened;
    return COR_HOST_OK;
}

static CoracleFileMode system_mode(uint32_t flags) {
    return !(flags & COR_HOST_OPEN_WRITE)    ? CORACLE_FILE_READ
           : flags & COR_HOST_OPEN_EXCLUSIVE ? CORACLE_FILE_NEW
           : flags & COR_HOST_OPEN_APPEND    ? CORACLE_FILE_APPEND
                                             : CORACLE_FILE_REPLACE;
}

static CorHostStatus system_open_path(const CorHost *host, CorHostFile directory, const char *path,
                                      uint32_t flags, void **file) {
    SYSTEM_CALL(open, directory, whole, system_mode(flags), file);
    return status;
}

static CorHostStatus system_open(const CorHost *host, CorHostFile directory, const char *path, uint32_t flags,
                                 CorHostFile *file) {
    *file = COR_HOST_NO_FILE;
    SystemFile *opened = calloc(1, sizeof *opened);
    if (!opened)
        return COR_HOST_NO_MEMORY;
    CorHostStatus status = system_open_path(host, directory, path, flags, &opened->file);
    if (status == COR_HOST_OK)
        *file = (CorHostFile)opened;
    else
        free(opened);
    return status;
}

static CorHostStatus system_close(const CorHost *host, CorHostFile file) {
    const CoracleSystem *system = &system_of(host)->system;
    SystemFile *closed = system_file(file);
    CorHostStatus status = COR_HOST_OK;
    if (!closed->folder && system->close)
        status = system_status(system->close(system->context, closed->file));
    free(closed);
    return status;
}

static CorHostStatus system_read(const CorHost *host, CorHostFile file, void *buffer, size_t size,
                                 size_t *got) {
    const ApiSystem *own = system_of(host);
    *got = 0;
    if (system_is_stream(host, file))
        return own->process->read(own->process, file, buffer, size, got);
    if (!own->system.read)
        return COR_HOST_UNSUPPORTED;
    return system_status(own->system.read(own->system.context, system_file(file)->file, buffer, size, got));
}

static CorHostStatus system_write(const CorHost *host, CorHostFile file, const void *buffer, size_t size,
                                  size_t *written) {
    const ApiSystem *own = system_of(host);
    if (system_is_stream(host, file))
        return own->process->write(own->process, file, buffer, size, written);
    *written = size;
    if (!own->system.write)
        return COR_HOST_UNSUPPORTED;
    return system_status(own->system.write(own->system.context, system_file(file)->file, buffer, size));
}

/* Asked of files that were just opened, whether they can be buffered. */
static CorHostStatus system_info(const CorHost *host, CorHostFile file, CorHostFileInfo *info) {
    (void)host;
    *info = (CorHostFileInfo){.kind = system_file(file)->folder ? COR_HOST_DIRECTORY : COR_HOST_REGULAR};
    return COR_HOST_OK;
}

static bool system_terminal(const CorHost *host, CorHostFile file, CorHostTerminal *terminal) {
    const ApiSystem *own = system_of(host);
    return own->process->terminal(own->process, file, terminal);
}

/* ---- The host ---------------------------------------------------------------------------------- */

/* Syscalls ask a host for nothing else. */
ApiSystem *api_system_new(const CoracleSystem *system, const CorHost *process) {
    ApiSystem *own = malloc(sizeof *own);
    if (!own)
        return NULL;
    own->system = *system;
    own->process = process;
    own->host = (CorHost){
        .context = own,
        .wall_ns = system_wall_ns,
        .monotonic_ns = system_monotonic_ns,
        .sleep_ns = system_sleep_ns,
        .random = system_random,
        .standard_input = process->standard_input,
        .standard_output = process->standard_output,
        .standard_error = process->standard_error,
        .open_root = system_open_root,
        .open = system_open,
        .close = system_close,
        .read = system_read,
        .write = system_write,
        .info = system_info,
        .path_info = system_path_info,
        .list = system_list,
        .make_directory = system_make_directory,
        .remove = system_remove,
        .remove_directory = system_remove,
        .rename = system_rename,
        .terminal = system_terminal,
    };
    return own;
}

const CorHost *api_system_host(const ApiSystem *system) {
    return system ? &system->host : NULL;
}

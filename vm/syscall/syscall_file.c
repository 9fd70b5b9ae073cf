/* Syscalls on files: paths go through the policy, open files through the table of handles. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vm/syscall/syscall_support.h"

/* ---- Paths ------------------------------------------------------------------------------------- */

/* Raises the PermissionError of a path that no grant leads to, with the flag that would grant it. */
static CorStatus file_deny(CorIsolate *isolate, const CorStringObject *path, unsigned right) {
    const char *shown = path->bytes, *folder = shown, *slash = memrchr(shown, '/', path->length);
    int length = slash ? slash > shown ? (int)(slash - shown) : 1 : 1;
    bool writes = right == POLICY_WRITE;
    if (!slash)
        folder = ".";
    if (length > syscall_shown_length(shown)) {
        folder = "PATH";
        length = 4;
    }
    return cor_throw(isolate, COR_ERROR_PERMISSION, "%s '%.*s%s' is not granted; run with --%s=%.*s",
                     writes ? "writing" : "reading", syscall_shown_length(shown), shown,
                     syscall_shown_end(shown), writes ? "write" : "read", length, folder);
}

/* Resolves a path for one of the rights; `action` is what fails otherwise.  What has been written is there then. */
static CorStatus file_place(CorIsolate *isolate, uint64_t slot, unsigned right, const char *action,
                            PolicyPlace *place) {
    const CorStringObject *path = syscall_string(slot);
    handles_flush(&isolate->syscalls->handles);
    CorHostStatus status =
        policy_resolve(&isolate->syscalls->policy, path->bytes, path->length, right, place);
    if (status == COR_HOST_REFUSED)
        return file_deny(isolate, path, right);
    return status == COR_HOST_OK ? COR_OK : syscall_throw(isolate, status, action, path->bytes);
}

/* What a call that gives nothing back ends with. */
static CorStatus file_done(CorIsolate *isolate, CorHostStatus status, const char *action, uint64_t path) {
    return status == COR_HOST_OK ? COR_OK
                                 : syscall_throw(isolate, status, action, syscall_string(path)->bytes);
}

SYSCALL_FUNCTION(FS_STAT) {
    static const uint8_t kinds[] = {
        [COR_HOST_REGULAR] = 1, [COR_HOST_DIRECTORY] = 2, [COR_HOST_LINK] = 3, [COR_HOST_OTHER] = 3};
    const CorHost *host = isolate->syscalls->host;
    PolicyPlace place;
    CorStatus status = file_place(isolate, arguments[0], POLICY_READ | POLICY_WRITE, "inspect", &place);
    if (status != COR_OK)
        return status;
    CorHostFileInfo info = {.size = 0};
    CorHostStatus found = host->path_info(host, place.directory, place.path, &info);
    bool is_there = found == COR_HOST_OK;
    if (!is_there && found != COR_HOST_NOT_FOUND && found != COR_HOST_NOT_DIRECTORY)
        return file_done(isolate, found, "inspect", arguments[0]);
    const int64_t values[] = {is_there ? kinds[info.kind] : 0, (int64_t)info.size, info.modified_ns};
    return syscall_give_ints(isolate, result, values, 3);
}

SYSCALL_FUNCTION(FS_MKDIR) {
    const CorHost *host = isolate->syscalls->host;
    PolicyPlace place;
    CorStatus status = file_place(isolate, arguments[0], POLICY_WRITE, "make", &place);
    if (status != COR_OK)
        return status;
    return file_done(isolate, host->make_directory(host, place.directory, place.path), "make", arguments[0]);
}

SYSCALL_FUNCTION(FS_REMOVE) {
    const CorHost *host = isolate->syscalls->host;
    PolicyPlace place;
    CorStatus status = file_place(isolate, arguments[0], POLICY_WRITE, "remove", &place);
    if (status != COR_OK)
        return status;
    CorHostStatus removed = host->remove(host, place.directory, place.path);
    if (removed == COR_HOST_IS_DIRECTORY)
        removed = host->remove_directory(host, place.directory, place.path);
    return file_done(isolate, removed, "remove", arguments[0]);
}

SYSCALL_FUNCTION(FS_RENAME) {
    const CorHost *host = isolate->syscalls->host;
    PolicyPlace from, to;
    CorStatus status = file_place(isolate, arguments[0], POLICY_WRITE, "rename", &from);
    if (status == COR_OK)
        status = file_place(isolate, arguments[1], POLICY_WRITE, "rename", &to);
    if (status != COR_OK)
        return status;
    CorHostStatus renamed = host->rename(host, from.directory, from.path, to.directory, to.path);
    return file_done(isolate, renamed, "rename", arguments[0]);
}

/* ---- Directories ------------------------------------------------------------------------------- */

typedef struct FileNames {
    char **items;
    uint32_t count, capacity;
    bool failed; /* host memory exhausted */
} FileNames;

static bool file_add_name(void *context, const char *name, CorHostFileKind kind) {
    (void)kind;
    FileNames *names = context;
    if (names->count == names->capacity) {
        uint32_t capacity = names->capacity ? names->capacity * 2 : 64;
        char **items = realloc(names->items, capacity * sizeof *items);
        if (!items)
            return !(names->failed = true);
        names->items = items;
        names->capacity = capacity;
    }
    char *copy = strdup(name);
    if (!copy)
        return !(names->failed = true);
    names->items[names->count++] = copy;
    return true;
}

static int file_compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

SYSCALL_FUNCTION(FS_LIST) {
    const CorHost *host = isolate->syscalls->host;
    PolicyPlace place;
    CorStatus status = file_place(isolate, arguments[0], POLICY_READ, "list", &place);
    if (status != COR_OK)
        return status;
    FileNames names = {.items = NULL};
    CorHostStatus listed = host->list(host, place.directory, place.path, file_add_name, &names);
    if (names.failed)
        listed = COR_HOST_NO_MEMORY;
    if (listed == COR_HOST_OK) {
        if (names.count > 1)
            qsort(names.items, names.count, sizeof *names.items, file_compare_names);
        cor_isolate_charge(isolate, names.count * (uint64_t)8);
        status = syscall_give_texts(isolate, result, names.items, NULL, names.count);
    } else {
        status = file_done(isolate, listed, "list", arguments[0]);
    }
    for (uint32_t i = 0; i < names.count; i++)
        free(names.items[i]);
    free(names.items);
    return status;
}

/* ---- Open files -------------------------------------------------------------------------------- */

/* The table of open files, and the buffer of what is written, belong to what the program holds. */
static bool file_charge_table(CorIsolate *isolate) {
    const Handles *handles = &isolate->syscalls->handles;
    size_t size = handles->quota * sizeof *handles->slots + STREAM_BUFFER;
    return handles->slots || cor_heap_charge(isolate->heap, (ptrdiff_t)size);
}

SYSCALL_FUNCTION(FS_OPEN) {
    enum { CREATE = COR_HOST_OPEN_WRITE | COR_HOST_OPEN_CREATE };
    static const uint32_t modes[] = {COR_HOST_OPEN_READ, CREATE | COR_HOST_OPEN_TRUNCATE,
                                     CREATE | COR_HOST_OPEN_APPEND, CREATE | COR_HOST_OPEN_EXCLUSIVE};
    CorSyscallState *state = isolate->syscalls;
    const CorStringObject *path = syscall_string(arguments[0]);
    uint64_t mode = arguments[1];
    if (mode >= sizeof modes / sizeof *modes)
        return cor_throw(isolate, COR_ERROR_VALUE, "fs.open has no mode %" PRId64, (int64_t)mode);
    const char *action = mode == 0 ? "read" : "write";
    PolicyPlace place;
    CorStatus status =
        file_place(isolate, arguments[0], mode == 0 ? POLICY_READ : POLICY_WRITE, action, &place);
    if (status != COR_OK)
        return status;
    if (!file_charge_table(isolate))
        return cor_throw_out_of_memory(isolate);
    CorHostFile file;
    CorHostFileInfo info = {.kind = COR_HOST_OTHER};
    CorHostStatus opened = state->host->open(state->host, place.directory, place.path, modes[mode], &file);
    if (opened == COR_HOST_OK && state->host->info(state->host, file, &info) == COR_HOST_OK &&
        info.kind == COR_HOST_DIRECTORY) {
        state->host->close(state->host, file);
        opened = COR_HOST_IS_DIRECTORY;
    }
    if (opened != COR_HOST_OK)
        return file_done(isolate, opened, action, arguments[0]);
    bool is_buffered = mode != 0 && info.kind == COR_HOST_REGULAR;
    int64_t handle = handles_add(&state->handles, file, is_buffered, path->bytes, path->length);
    if (handle < 0) {
        state->host->close(state->host, file);
        return handle == -2 ? cor_throw_out_of_memory(isolate)
                            : file_done(isolate, COR_HOST_TOO_MANY_OPEN, action, arguments[0]);
    }
    *result = (uint64_t)handle;
    return COR_OK;
}

/* The open file of a handle, and the bytes to move. */
static CorStatus file_transfer(CorIsolate *isolate, const uint64_t *arguments, HandleSlot **slot,
                               char **bytes, size_t *count) {
    *slot = handles_find(&isolate->syscalls->handles, arguments[0]);
    if (!*slot)
        return cor_throw(isolate, COR_ERROR_STATE, "the file is closed");
    return syscall_bytes(isolate, arguments + 1, bytes, count);
}

SYSCALL_FUNCTION(FS_READ) {
    const CorHost *host = isolate->syscalls->host;
    HandleSlot *slot;
    char *bytes;
    size_t count, got = 0;
    CorStatus status = file_transfer(isolate, arguments, &slot, &bytes, &count);
    if (status != COR_OK)
        return status;
    handles_flush(&isolate->syscalls->handles);
    CorHostStatus read = host->read(host, slot->file, bytes, count, &got);
    if (read != COR_HOST_OK)
        return syscall_throw(isolate, read, "read", slot->path);
    *result = got;
    return COR_OK;
}

SYSCALL_FUNCTION(FS_WRITE) {
    HandleSlot *slot;
    char *bytes;
    size_t count, written = 0;
    CorStatus status = file_transfer(isolate, arguments, &slot, &bytes, &count);
    if (status != COR_OK)
        return status;
    if (count > 0) {
        CorHostStatus wrote = handles_write(&isolate->syscalls->handles, slot, bytes, count, &written);
        if (wrote != COR_HOST_OK)
            return syscall_throw(isolate, wrote, "write", slot->path);
    }
    *result = written;
    return COR_OK;
}

SYSCALL_FUNCTION(FS_FLUSH) {
    Handles *handles = &isolate->syscalls->handles;
    HandleSlot *slot = handles_find(handles, arguments[0]);
    if (!slot)
        return cor_throw(isolate, COR_ERROR_STATE, "the file is closed");
    handles_flush(handles);
    CorHostStatus status = slot->failure;
    slot->failure = COR_HOST_OK;
    return status == COR_HOST_OK ? COR_OK : syscall_throw(isolate, status, "write", slot->path);
}

SYSCALL_FUNCTION(FS_CLOSE) {
    Handles *handles = &isolate->syscalls->handles;
    HandleSlot *slot = handles_find(handles, arguments[0]);
    if (!slot)
        return COR_OK;
    CorHostStatus status = handles_close(handles, slot);
    return status == COR_HOST_OK ? COR_OK : syscall_throw(isolate, status, "close the file", NULL);
}

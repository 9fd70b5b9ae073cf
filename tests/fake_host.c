#include "tests/fake_host.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const CorHost *__real_cor_host_default(void);
const CorHost *__wrap_cor_host_default(void);

enum { FAKE_ENTRIES = 256, FAKE_FILES = 64, FAKE_STANDARD = 3, FAKE_PATH = 256 };

static const int64_t fake_start = 1000000000000000000, fake_step = 1000; /* of the clocks, in nanoseconds */

typedef struct FakeEntry {
    char path[FAKE_PATH]; /* "/a/b"; empty: a free place */
    bool is_directory;
    char *bytes; /* owned */
    size_t size;
    int64_t modified_ns;
} FakeEntry;

typedef struct FakeFile {
    FakeEntry *entry; /* NULL: closed */
    size_t at;
    bool appends;
} FakeFile;

static struct {
    CorHost host;
    CorHostMutex *lock; /* of all that follows */
    FakeEntry entries[FAKE_ENTRIES];
    FakeFile files[FAKE_FILES];
    FakeEntry output, input; /* of the standard streams */
    size_t input_at, transfer, space;
    int64_t now;
    uint64_t random;
    uint32_t calls[FAKE_OPERATION_COUNT];
    struct {
        FakeOperation operation;
        uint32_t left; /* calls until it fails; 0: it does not */
        bool for_good, failed;
        CorHostStatus status;
    } failure;
} fake;

static const CorHost *real(void) {
    return __real_cor_host_default();
}

static void lock(void) {
    real()->mutex_lock(real(), fake.lock);
}

static void unlock(void) {
    real()->mutex_unlock(real(), fake.lock);
}

const char *fake_operation_name(FakeOperation operation) {
    static const char *const names[] = {
#define OPERATION(name) #name,
        FAKE_OPERATIONS(OPERATION)
#undef OPERATION
    };
    return names[operation];
}

/* ---- Failures ---------------------------------------------------------------------------------- */

/* Counts a call; whether it shall fail.  The lock is held. */
static bool fails(FakeOperation operation) {
    fake.calls[operation]++;
    if (fake.failure.operation != operation || fake.failure.left == 0 || --fake.failure.left > 0)
        return false;
    fake.failure.failed = true;
    fake.failure.left = fake.failure.for_good;
    return true;
}

static bool fails_alone(FakeOperation operation) {
    lock();
    bool does = fails(operation);
    unlock();
    return does;
}

/* The frame of an operation with a status. */
#define FAKE_DO(operation, value)                                                                            \
    lock();                                                                                                  \
    CorHostStatus status = fails(operation) ? fake.failure.status : (value);                                 \
    unlock();                                                                                                \
    return status

void fake_host_fail(FakeOperation operation, uint32_t n, bool for_good, CorHostStatus status) {
    fake.failure.operation = operation;
    fake.failure.left = n;
    fake.failure.for_good = for_good;
    fake.failure.failed = false;
    fake.failure.status = status;
}

bool fake_host_failed(void) {
    return fake.failure.failed;
}

uint32_t fake_host_calls(FakeOperation operation) {
    return fake.calls[operation];
}

/* ---- Memory, clocks, random bytes, threads ----------------------------------------------------- */

static void *fake_reserve(const CorHost *host, size_t size) {
    (void)host;
    return fails_alone(FAKE_RESERVE) ? NULL : real()->reserve(real(), size);
}

static bool fake_commit(const CorHost *host, void *start, size_t size) {
    (void)host;
    return !fails_alone(FAKE_COMMIT) && real()->commit(real(), start, size);
}

static bool fake_make_executable(const CorHost *host, void *start, size_t size) {
    (void)host;
    return !fails_alone(FAKE_MAKE_EXECUTABLE) && real()->make_executable(real(), start, size);
}

static int64_t fake_clock(const CorHost *host) {
    (void)host;
    lock();
    int64_t now = fake.now += fake_step;
    unlock();
    return now;
}

static int64_t fake_wall_ns(const CorHost *host) {
    return fake_start + fake_clock(host);
}

static void fake_sleep_ns(const CorHost *host, int64_t duration) {
    (void)host;
    lock();
    fake.now += duration;
    unlock();
}

static bool fake_random(const CorHost *host, void *buffer, size_t size) {
    (void)host;
    lock();
    bool given = !fails(FAKE_RANDOM);
    for (size_t i = 0; given && i < size; i++) {
        fake.random = fake.random * 6364136223846793005u + 1442695040888963407u;
        ((unsigned char *)buffer)[i] = (unsigned char)(fake.random >> 56);
    }
    unlock();
    return given;
}

static CorHostThread *fake_thread_start(const CorHost *host, void (*run)(void *), void *argument,
                                        size_t stack_size) {
    (void)host;
    return fails_alone(FAKE_THREAD_START) ? NULL : real()->thread_start(real(), run, argument, stack_size);
}

static uint32_t fake_processor_count(const CorHost *host) {
    (void)host;
    return 1;
}

static CorHostMutex *fake_mutex_new(const CorHost *host) {
    (void)host;
    return fails_alone(FAKE_MUTEX_NEW) ? NULL : real()->mutex_new(real());
}

static CorHostCondition *fake_condition_new(const CorHost *host) {
    (void)host;
    return fails_alone(FAKE_CONDITION_NEW) ? NULL : real()->condition_new(real());
}

static bool fake_condition_wait(const CorHost *host, CorHostCondition *condition, CorHostMutex *mutex,
                                int64_t timeout_ns) {
    (void)host;
    return real()->condition_wait(real(), condition, mutex, timeout_ns);
}

static CorHostLibrary *fake_library_open(const CorHost *host, const char *path, char *message, size_t size) {
    (void)host;
    if (!fails_alone(FAKE_LIBRARY_OPEN))
        return real()->library_open(real(), path, message, size);
    strncpy(message, "there are no libraries", size);
    return NULL;
}

static uint64_t fake_process_id(const CorHost *host) {
    (void)host;
    return 7;
}

/* ---- The tree ---------------------------------------------------------------------------------- */

static FakeEntry *find(const char *path) {
    for (size_t i = 0; i < FAKE_ENTRIES; i++)
        if (fake.entries[i].path[0] && strcmp(fake.entries[i].path, path) == 0)
            return &fake.entries[i];
    return NULL;
}

static FakeEntry *add(const char *path, bool is_directory) {
    FakeEntry *entry = fake.entries;
    while (entry->path[0])
        assert(entry < fake.entries + FAKE_ENTRIES - 1), entry++;
    *entry = (FakeEntry){.is_directory = is_directory, .modified_ns = fake_start + fake.now};
    strcpy(entry->path, path);
    return entry;
}

static void drop(FakeEntry *entry) {
    free(entry->bytes);
    *entry = (FakeEntry){.path = ""};
}

static size_t space_used(void) {
    size_t used = 0;
    for (size_t i = 0; i < FAKE_ENTRIES; i++)
        used += fake.entries[i].size;
    return used;
}

/* Writes at a place of an entry; what is beyond it grows. */
static void put(FakeEntry *entry, size_t at, const void *bytes, size_t size) {
    size_t end = at + size;
    if (end > entry->size || !entry->bytes) {
        entry->bytes = realloc(entry->bytes, end + 1);
        entry->size = end;
        entry->bytes[end] = '\0';
    }
    memcpy(entry->bytes + at, bytes, size);
}

static bool is_below(const FakeEntry *entry, const char *folder) {
    size_t length = strlen(folder) == 1 ? 0 : strlen(folder);
    return strncmp(entry->path, folder, length) == 0 && entry->path[length] == '/' &&
           entry->path[length + 1] != '\0';
}

static bool is_empty(const char *folder) {
    for (size_t i = 0; i < FAKE_ENTRIES; i++)
        if (is_below(&fake.entries[i], folder))
            return false;
    return true;
}

static CorHostStatus path_beneath(CorHostFile directory, const char *path, char whole[FAKE_PATH]) {
    const char *folder = fake.files[directory - FAKE_STANDARD].entry->path;
    whole[0] = '\0';
    if (path[0] == '/' || strstr(path, ".."))
        return COR_HOST_ESCAPES;
    if (strlen(folder) + 1 + strlen(path) >= FAKE_PATH)
        return COR_HOST_NAME_TOO_LONG;
    strcpy(whole, folder);
    if (strcmp(path, ".") == 0)
        return COR_HOST_OK;
    if (strlen(folder) > 1)
        strcat(whole, "/");
    strcat(whole, path);
    return COR_HOST_OK;
}

/* Whether the folder above a path is there. */
static CorHostStatus check_above(const char *path) {
    char above[FAKE_PATH];
    strcpy(above, path);
    char *slash = strrchr(above, '/');
    slash[slash == above] = '\0';
    const FakeEntry *entry = find(above);
    return !entry ? COR_HOST_NOT_FOUND : entry->is_directory ? COR_HOST_OK : COR_HOST_NOT_DIRECTORY;
}

static CorHostStatus open_entry(FakeEntry *entry, bool appends, CorHostFile *file) {
    for (size_t i = 0; i < FAKE_FILES; i++)
        if (!fake.files[i].entry) {
            fake.files[i] = (FakeFile){.entry = entry, .appends = appends};
            *file = (CorHostFile)i + FAKE_STANDARD;
            return COR_HOST_OK;
        }
    return COR_HOST_TOO_MANY_OPEN;
}

static CorHostStatus do_open_directory(const char *path, CorHostFile *file) {
    FakeEntry *entry = find(path);
    *file = COR_HOST_NO_FILE;
    if (!entry)
        return COR_HOST_NOT_FOUND;
    return entry->is_directory ? open_entry(entry, false, file) : COR_HOST_NOT_DIRECTORY;
}

static CorHostStatus fake_open_root(const CorHost *host, const char *path, CorHostFile *file) {
    (void)host;
    *file = COR_HOST_NO_FILE;
    FAKE_DO(FAKE_OPEN_ROOT, do_open_directory(path, file));
}

static CorHostStatus fake_open_private(const CorHost *host, const char *path, CorHostFile *file) {
    (void)host;
    *file = COR_HOST_NO_FILE;
    FAKE_DO(FAKE_OPEN_PRIVATE, do_open_directory((find(path) ? find(path) : add(path, true))->path, file));
}

static CorHostStatus do_open_file(const char *path, CorHostFile *file) {
    FakeEntry *entry = find(path);
    return entry ? open_entry(entry, false, file) : COR_HOST_NOT_FOUND;
}

static CorHostStatus fake_open_file(const CorHost *host, const char *path, CorHostFile *file) {
    (void)host;
    *file = COR_HOST_NO_FILE;
    FAKE_DO(FAKE_OPEN_FILE, do_open_file(path, file));
}

static CorHostStatus do_open(CorHostFile directory, const char *path, uint32_t flags, CorHostFile *file) {
    char whole[FAKE_PATH];
    CorHostStatus status = path_beneath(directory, path, whole);
    if (status == COR_HOST_OK)
        status = check_above(whole);
    if (status != COR_HOST_OK)
        return status;
    FakeEntry *entry = find(whole);
    if (!entry && !(flags & COR_HOST_OPEN_CREATE))
        return COR_HOST_NOT_FOUND;
    if (entry && (flags & COR_HOST_OPEN_EXCLUSIVE))
        return COR_HOST_EXISTS;
    if (entry && entry->is_directory && (flags & COR_HOST_OPEN_WRITE))
        return COR_HOST_IS_DIRECTORY;
    if (!entry)
        entry = add(whole, false);
    if (flags & COR_HOST_OPEN_TRUNCATE)
        entry->size = 0;
    return open_entry(entry, flags & COR_HOST_OPEN_APPEND, file);
}

static CorHostStatus fake_open(const CorHost *host, CorHostFile directory, const char *path, uint32_t flags,
                               CorHostFile *file) {
    (void)host;
    *file = COR_HOST_NO_FILE;
    FAKE_DO(FAKE_OPEN, do_open(directory, path, flags, file));
}

/* The file is closed also when that fails, as everywhere. */
static CorHostStatus fake_close(const CorHost *host, CorHostFile file) {
    (void)host;
    assert(file >= FAKE_STANDARD && fake.files[file - FAKE_STANDARD].entry);
    fake.files[file - FAKE_STANDARD].entry = NULL;
    FAKE_DO(FAKE_CLOSE, COR_HOST_OK);
}

static CorHostStatus do_read(CorHostFile file, void *buffer, size_t size, size_t *got) {
    FakeFile *open = file < FAKE_STANDARD ? NULL : &fake.files[file - FAKE_STANDARD];
    const FakeEntry *entry = open ? open->entry : &fake.input;
    size_t *at = open ? &open->at : &fake.input_at, left = entry->size > *at ? entry->size - *at : 0;
    if (entry->is_directory)
        return COR_HOST_IS_DIRECTORY;
    *got = size < left ? size : left;
    *got = *got < fake.transfer ? *got : fake.transfer;
    if (*got > 0)
        memcpy(buffer, entry->bytes + *at, *got);
    *at += *got;
    return COR_HOST_OK;
}

static CorHostStatus fake_read(const CorHost *host, CorHostFile file, void *buffer, size_t size,
                               size_t *got) {
    (void)host;
    *got = 0;
    FAKE_DO(FAKE_READ, do_read(file, buffer, size, got));
}

static CorHostStatus do_write(CorHostFile file, const void *buffer, size_t size, size_t *written) {
    *written = size < fake.transfer ? size : fake.transfer;
    if (file < FAKE_STANDARD) {
        put(&fake.output, fake.output.size, buffer, *written);
        return COR_HOST_OK;
    }
    FakeFile *open = &fake.files[file - FAKE_STANDARD];
    size_t room = fake.space - space_used();
    if (room == 0)
        return COR_HOST_NO_SPACE;
    *written = *written < room ? *written : room;
    if (open->appends)
        open->at = open->entry->size;
    put(open->entry, open->at, buffer, *written);
    open->at += *written;
    return COR_HOST_OK;
}

static CorHostStatus fake_write(const CorHost *host, CorHostFile file, const void *buffer, size_t size,
                                size_t *written) {
    (void)host;
    *written = 0;
    FAKE_DO(FAKE_WRITE, do_write(file, buffer, size, written));
}

static CorHostStatus fake_seek(const CorHost *host, CorHostFile file, int64_t offset, CorHostWhence whence,
                               int64_t *position) {
    (void)host, (void)file, (void)offset, (void)whence, (void)position;
    return COR_HOST_NOT_SEEKABLE;
}

static CorHostStatus describe(const FakeEntry *entry, CorHostFileInfo *info) {
    if (!entry)
        return COR_HOST_NOT_FOUND;
    *info = (CorHostFileInfo){.kind = entry->is_directory ? COR_HOST_DIRECTORY : COR_HOST_REGULAR,
                              .size = entry->size,
                              .modified_ns = entry->modified_ns};
    return COR_HOST_OK;
}

static CorHostStatus fake_info(const CorHost *host, CorHostFile file, CorHostFileInfo *info) {
    (void)host;
    FAKE_DO(FAKE_INFO, describe(fake.files[file - FAKE_STANDARD].entry, info));
}

static CorHostStatus do_path_info(CorHostFile directory, const char *path, CorHostFileInfo *info) {
    char whole[FAKE_PATH];
    CorHostStatus status = path_beneath(directory, path, whole);
    return status == COR_HOST_OK ? describe(find(whole), info) : status;
}

static CorHostStatus fake_path_info(const CorHost *host, CorHostFile directory, const char *path,
                                    CorHostFileInfo *info) {
    (void)host;
    FAKE_DO(FAKE_PATH_INFO, do_path_info(directory, path, info));
}

/* Without the lock, since the visitor may ask the host. */
static CorHostStatus fake_list(const CorHost *host, CorHostFile directory, const char *path,
                               CorHostVisit *visit, void *context) {
    (void)host;
    char whole[FAKE_PATH];
    if (fails_alone(FAKE_LIST))
        return fake.failure.status;
    CorHostStatus status = path_beneath(directory, path, whole);
    const FakeEntry *folder = find(whole);
    if (status != COR_HOST_OK || !folder || !folder->is_directory)
        return status != COR_HOST_OK ? status : folder ? COR_HOST_NOT_DIRECTORY : COR_HOST_NOT_FOUND;
    size_t length = strlen(whole) == 1 ? 0 : strlen(whole);
    for (size_t i = FAKE_ENTRIES; i-- > 0;) {
        const FakeEntry *entry = &fake.entries[i];
        bool is_child = is_below(entry, whole) && !strchr(entry->path + length + 1, '/');
        if (is_child && !visit(context, entry->path + length + 1,
                               entry->is_directory ? COR_HOST_DIRECTORY : COR_HOST_REGULAR))
            break;
    }
    return COR_HOST_OK;
}

static CorHostStatus do_make_directory(CorHostFile directory, const char *path) {
    char whole[FAKE_PATH];
    CorHostStatus status = path_beneath(directory, path, whole);
    if (status == COR_HOST_OK)
        status = check_above(whole);
    if (status == COR_HOST_OK && find(whole))
        status = COR_HOST_EXISTS;
    if (status == COR_HOST_OK)
        add(whole, true);
    return status;
}

static CorHostStatus fake_make_directory(const CorHost *host, CorHostFile directory, const char *path) {
    (void)host;
    FAKE_DO(FAKE_MAKE_DIRECTORY, do_make_directory(directory, path));
}

static CorHostStatus do_remove(CorHostFile directory, const char *path, bool is_directory) {
    char whole[FAKE_PATH];
    CorHostStatus status = path_beneath(directory, path, whole);
    FakeEntry *entry = find(whole);
    if (status != COR_HOST_OK || !entry)
        return status != COR_HOST_OK ? status : COR_HOST_NOT_FOUND;
    if (entry->is_directory != is_directory)
        return is_directory ? COR_HOST_NOT_DIRECTORY : COR_HOST_IS_DIRECTORY;
    if (is_directory && !is_empty(whole))
        return COR_HOST_NOT_EMPTY;
    drop(entry);
    return COR_HOST_OK;
}

static CorHostStatus fake_remove(const CorHost *host, CorHostFile directory, const char *path) {
    (void)host;
    FAKE_DO(FAKE_REMOVE, do_remove(directory, path, false));
}

static CorHostStatus fake_remove_directory(const CorHost *host, CorHostFile directory, const char *path) {
    (void)host;
    FAKE_DO(FAKE_REMOVE_DIRECTORY, do_remove(directory, path, true));
}

/* Of files only. */
static CorHostStatus do_rename(CorHostFile from_directory, const char *from, CorHostFile to_directory,
                               const char *to) {
    char source[FAKE_PATH], target[FAKE_PATH];
    CorHostStatus status = path_beneath(from_directory, from, source);
    if (status == COR_HOST_OK)
        status = path_beneath(to_directory, to, target);
    if (status == COR_HOST_OK)
        status = check_above(target);
    FakeEntry *entry = find(source);
    if (status != COR_HOST_OK || !entry)
        return status != COR_HOST_OK ? status : COR_HOST_NOT_FOUND;
    FakeEntry *replaced = find(target);
    if (replaced)
        drop(replaced);
    strcpy(entry->path, target);
    return COR_HOST_OK;
}

static CorHostStatus fake_rename(const CorHost *host, CorHostFile from_directory, const char *from,
                                 CorHostFile to_directory, const char *to) {
    (void)host;
    FAKE_DO(FAKE_RENAME, do_rename(from_directory, from, to_directory, to));
}

static bool fake_terminal(const CorHost *host, CorHostFile file, CorHostTerminal *terminal) {
    (void)host, (void)file, (void)terminal;
    return false;
}

/* ---- The host ---------------------------------------------------------------------------------- */

static const CorHost fake_table = {
    .reserve = fake_reserve,
    .commit = fake_commit,
    .make_executable = fake_make_executable,
    .monotonic_ns = fake_clock,
    .wall_ns = fake_wall_ns,
    .sleep_ns = fake_sleep_ns,
    .random = fake_random,
    .thread_start = fake_thread_start,
    .processor_count = fake_processor_count,
    .mutex_new = fake_mutex_new,
    .condition_new = fake_condition_new,
    .condition_wait = fake_condition_wait,
    .standard_input = 0,
    .standard_output = 1,
    .standard_error = 2,
    .open_root = fake_open_root,
    .open_private = fake_open_private,
    .open_file = fake_open_file,
    .open = fake_open,
    .close = fake_close,
    .read = fake_read,
    .write = fake_write,
    .seek = fake_seek,
    .info = fake_info,
    .path_info = fake_path_info,
    .list = fake_list,
    .make_directory = fake_make_directory,
    .remove = fake_remove,
    .remove_directory = fake_remove_directory,
    .rename = fake_rename,
    .terminal = fake_terminal,
    .process_id = fake_process_id,
    .library_open = fake_library_open,
};

void fake_host_reset(void) {
    CorHostMutex *lock = fake.lock ? fake.lock : real()->mutex_new(real());
    for (size_t i = 0; i < FAKE_ENTRIES; i++)
        drop(&fake.entries[i]);
    free(fake.output.bytes);
    free(fake.input.bytes);
    memset(&fake, 0, sizeof fake);
    fake.lock = lock;
    fake.transfer = fake.space = SIZE_MAX;
    fake.host = fake_table;
    fake.host.page_size = real()->page_size; /* the rest is as it is */
    fake.host.decommit = real()->decommit;
    fake.host.release = real()->release;
    fake.host.prefer_large_pages = real()->prefer_large_pages;
    fake.host.thread_join = real()->thread_join;
    fake.host.stack_end = real()->stack_end;
    fake.host.mutex_free = real()->mutex_free;
    fake.host.mutex_lock = real()->mutex_lock;
    fake.host.mutex_unlock = real()->mutex_unlock;
    fake.host.condition_free = real()->condition_free;
    fake.host.condition_signal = real()->condition_signal;
    fake.host.condition_broadcast = real()->condition_broadcast;
    fake.host.environment = real()->environment;
    fake.host.library_symbol = real()->library_symbol;
    fake.host.library_close = real()->library_close;
    fake.host.own_path = real()->own_path;
    add("/", true);
}

const CorHost *fake_host(void) {
    return &fake.host;
}

const CorHost *__wrap_cor_host_default(void) {
    if (!fake.lock)
        fake_host_reset();
    return &fake.host;
}

void fake_host_limit(size_t transfer, size_t space) {
    fake.transfer = transfer;
    fake.space = space;
}

uint32_t fake_host_open_files(void) {
    uint32_t count = 0;
    for (size_t i = 0; i < FAKE_FILES; i++)
        count += fake.files[i].entry != NULL;
    return count;
}

const char *fake_host_content(const char *path) {
    const FakeEntry *entry = find(path);
    if (!entry || entry->is_directory)
        return NULL;
    if (entry->bytes)
        entry->bytes[entry->size] = '\0';
    return entry->bytes ? entry->bytes : "";
}

void fake_host_add(const char *path, const void *content, size_t size) {
    FakeEntry *entry = add(path, !content);
    if (content)
        put(entry, 0, content, size);
}

uint32_t fake_host_count(const char *prefix) {
    uint32_t count = 0;
    for (size_t i = 0; i < FAKE_ENTRIES; i++)
        count += fake.entries[i].path[0] && strncmp(fake.entries[i].path, prefix, strlen(prefix)) == 0;
    return count;
}

const char *fake_host_output(void) {
    return fake.output.bytes ? fake.output.bytes : "";
}

void fake_host_set_input(const char *text) {
    put(&fake.input, 0, text, strlen(text));
}

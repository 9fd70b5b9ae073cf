/* The POSIX host: paths stay beneath their directory, both ways of resolving them; files, clocks, threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "vm/native/host.h"
#include "vm/native/machine.h"
#include "vm/native/posix/beneath.h"

/* A directory with inside/{file,sub/deep}, links that stay and links that leave. */
typedef struct Tree {
    char path[64];
    CorHostFile root;
} Tree;

static int make_tree(void **state) {
    static const char *const links[][2] = {
        {"inside/file", "stay"},
        {"inside", "directory"},
        {"../outside", "leave"},
        {"/etc/passwd", "absolute"},
        {"inside/../../outside", "detour"},
        {"round", "round"},
        {"sub/../file", "inside/back"},
    };
    Tree *tree = calloc(1, sizeof *tree);
    strcpy(tree->path, "/tmp/test_host_XXXXXX");
    const CorHost *host = cor_host_default();
    if (!tree || !mkdtemp(tree->path) || host->open_root(host, tree->path, &tree->root) != COR_HOST_OK)
        return 1;
    host->make_directory(host, tree->root, "inside");
    host->make_directory(host, tree->root, "inside/sub");
    static const char *const files[] = {"inside/file", "inside/sub/deep"};
    for (int i = 0; i < 2; i++) {
        CorHostFile file;
        if (host->open(host, tree->root, files[i], COR_HOST_OPEN_WRITE | COR_HOST_OPEN_CREATE, &file) !=
            COR_HOST_OK)
            return 1;
        size_t written;
        host->write(host, file, files[i], strlen(files[i]), &written);
        host->close(host, file);
    }
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (symlinkat(links[i][0], (int)tree->root, links[i][1]) != 0)
            return 1;
    *state = tree;
    return 0;
}

static int remove_tree(void **state) {
    Tree *tree = *state;
    const CorHost *host = cor_host_default();
    static const char *const names[] = {"stay",  "directory",   "leave",       "absolute",       "detour",
                                        "round", "inside/back", "inside/file", "inside/sub/deep"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        host->remove(host, tree->root, names[i]);
    host->remove_directory(host, tree->root, "inside/sub");
    host->remove_directory(host, tree->root, "inside");
    host->close(host, tree->root);
    int failed = rmdir(tree->path);
    free(tree);
    return failed;
}

static void paths_stay_beneath(void **state) {
    static const struct {
        const char *path;
        int error;
    } cases[] = {
        {"inside/file", 0},
        {"inside/sub/deep", 0},
        {"./inside//sub/./deep", 0},
        {"inside/../inside/file", 0},
        {"inside/sub/..", 0},
        {"inside/", 0},
        {".", 0},
        {"stay", 0},
        {"directory/file", 0},
        {"inside/back", 0},
        {"missing", ENOENT},
        {"inside/missing/file", ENOENT},
        {"inside/file/", ENOTDIR},
        {"inside/file/x", ENOTDIR},
        {"..", EXDEV},
        {"../etc", EXDEV},
        {"inside/../..", EXDEV},
        {"/etc/passwd", EXDEV},
        {"leave", EXDEV},
        {"leave/passwd", EXDEV},
        {"absolute", EXDEV},
        {"detour", EXDEV},
        {"round", ELOOP},
        {"", ENOENT},
    };
    Tree *tree = *state;
    int (*const ways[])(int, const char *, int, unsigned) = {beneath_open, beneath_open_by_component};
    for (size_t way = 0; way < 2; way++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            errno = 0;
            int file = ways[way]((int)tree->root, cases[i].path, O_RDONLY, 0);
            int error = file < 0 ? errno : 0;
            if (error != cases[i].error)
                print_message("way %zu: '%s' gives %s\n", way, cases[i].path, strerror(error));
            assert_int_equal(error, cases[i].error);
            if (file >= 0)
                close(file);
        }
}

static void nothing_is_created_outside(void **state) {
    Tree *tree = *state;
    int (*const ways[])(int, const char *, int, unsigned) = {beneath_open, beneath_open_by_component};
    for (size_t way = 0; way < 2; way++) {
        assert_int_equal(ways[way]((int)tree->root, "leave", O_WRONLY | O_CREAT, 0600), -1);
        assert_int_equal(ways[way]((int)tree->root, "../outside", O_WRONLY | O_CREAT, 0600), -1);
        int file = ways[way]((int)tree->root, "inside/new", O_WRONLY | O_CREAT | O_EXCL, 0600);
        assert_true(file >= 0);
        close(file);
        assert_int_equal(unlinkat((int)tree->root, "inside/new", 0), 0);
    }
    const CorHost *host = cor_host_default();
    assert_int_equal(host->make_directory(host, tree->root, "../made"), COR_HOST_ESCAPES);
    assert_int_equal(host->remove(host, tree->root, "leave/passwd"), COR_HOST_ESCAPES);
    assert_int_equal(host->rename(host, tree->root, "inside/file", tree->root, "../file"), COR_HOST_ESCAPES);
    assert_int_equal(host->remove_directory(host, tree->root, ".."), COR_HOST_INVALID);
}

static bool count_entry(void *context, const char *name, CorHostFileKind kind) {
    (void)name, (void)kind;
    return ++*(int *)context < 100;
}

static void files(void **state) {
    Tree *tree = *state;
    const CorHost *host = cor_host_default();
    CorHostFile file;
    assert_int_equal(
        host->open(host, tree->root, "inside/file", COR_HOST_OPEN_READ | COR_HOST_OPEN_WRITE, &file), 0);
    char text[32];
    size_t count;
    assert_int_equal(host->read(host, file, text, sizeof text, &count), COR_HOST_OK);
    assert_int_equal(count, strlen("inside/file"));
    assert_int_equal(host->read(host, file, text, sizeof text, &count), COR_HOST_OK);
    assert_int_equal(count, 0);
    int64_t position;
    assert_int_equal(host->seek(host, file, -4, COR_HOST_FROM_END, &position), COR_HOST_OK);
    assert_int_equal(position, 7);
    CorHostFileInfo info;
    assert_int_equal(host->info(host, file, &info), COR_HOST_OK);
    assert_int_equal(info.size, 11);
    assert_int_equal(info.kind, COR_HOST_REGULAR);
    assert_int_equal(host->close(host, file), COR_HOST_OK);
    assert_int_equal(host->path_info(host, tree->root, "directory", &info), COR_HOST_OK);
    assert_int_equal(info.kind, COR_HOST_DIRECTORY);
    int entries = 0;
    assert_int_equal(host->list(host, tree->root, ".", count_entry, &entries), COR_HOST_OK);
    assert_int_equal(entries, 7);
    assert_int_equal(host->open(host, tree->root, "inside", COR_HOST_OPEN_WRITE, &file),
                     COR_HOST_IS_DIRECTORY);
    assert_int_equal(host->remove_directory(host, tree->root, "inside"), COR_HOST_NOT_EMPTY);
    assert_string_equal(cor_host_status_text(COR_HOST_NOT_EMPTY), "the directory is not empty");
}

/* Directories and files that only the user may write. */
static void private_files(void **state) {
    Tree *tree = *state;
    const CorHost *host = cor_host_default();
    char path[128];
    CorHostFile directory, file;
    size_t written;
    snprintf(path, sizeof path, "%s/new/deep/er", tree->path);
    assert_int_equal(host->open_private(host, path, &directory), COR_HOST_OK);
    uint32_t flags =
        COR_HOST_OPEN_WRITE | COR_HOST_OPEN_CREATE | COR_HOST_OPEN_EXCLUSIVE | COR_HOST_OPEN_PRIVATE;
    assert_int_equal(host->open(host, directory, "a", flags, &file), COR_HOST_OK);
    assert_int_equal(host->write(host, file, "x", 1, &written), COR_HOST_OK);
    host->close(host, file);
    struct stat found;
    strcat(path, "/a");
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    flags = COR_HOST_OPEN_READ | COR_HOST_OPEN_PRIVATE;
    assert_int_equal(host->open(host, directory, "a", flags, &file), COR_HOST_OK);
    host->close(host, file);
    chmod(path, 0622);
    assert_int_equal(host->open(host, directory, "a", flags, &file), COR_HOST_REFUSED);
    assert_int_equal(host->open(host, directory, "a", COR_HOST_OPEN_READ, &file), COR_HOST_OK);
    host->close(host, file);
    chmod(path, 0600);
    strcpy(strrchr(path, '/'), "/b");
    assert_int_equal(symlink("a", path), 0);
    assert_int_not_equal(host->open(host, directory, "b", flags, &file), COR_HOST_OK);
    host->remove(host, directory, "a");
    host->remove(host, directory, "b");
    host->close(host, directory);
    *strrchr(path, '/') = '\0';
    chmod(path, 0777);
    assert_int_equal(host->open_private(host, path, &directory), COR_HOST_REFUSED);
    chmod(path, 0700);
    host->remove_directory(host, tree->root, "new/deep/er");
    host->remove_directory(host, tree->root, "new/deep");
    host->remove_directory(host, tree->root, "new");
}

static void memory(void **state) {
    (void)state;
    const CorHost *host = cor_host_default();
    size_t size = host->page_size * 16;
    char *start = host->reserve(host, size);
    assert_non_null(start);
    assert_true(host->commit(host, start + host->page_size, host->page_size));
    start[host->page_size] = 1;
    host->decommit(host, start + host->page_size, host->page_size);
    assert_true(host->commit(host, start, size));
    assert_int_equal(start[host->page_size], 0);
    host->prefer_large_pages(host, start + 1, size - 2);
    host->prefer_large_pages(host, start + 1, 2); /* less than a page */
    start[size - 1] = 1;
    assert_int_equal(start[0], 0);
    host->release(host, start, size);
}

typedef struct Meeting {
    const CorHost *host;
    CorHostMutex *mutex;
    CorHostCondition *condition;
    int arrived;
} Meeting;

static void arrive(void *opaque) {
    Meeting *meeting = opaque;
    const CorHost *host = meeting->host;
    host->mutex_lock(host, meeting->mutex);
    meeting->arrived++;
    host->condition_broadcast(host, meeting->condition);
    host->mutex_unlock(host, meeting->mutex);
}

static void threads(void **state) {
    (void)state;
    const CorHost *host = cor_host_default();
    Meeting meeting = {host, host->mutex_new(host), host->condition_new(host), 0};
    CorHostThread *started[4];
    for (int i = 0; i < 4; i++)
        assert_non_null(started[i] = host->thread_start(host, arrive, &meeting, 256 << 10));
    host->mutex_lock(host, meeting.mutex);
    while (meeting.arrived < 4)
        host->condition_wait(host, meeting.condition, meeting.mutex, -1);
    assert_false(host->condition_wait(host, meeting.condition, meeting.mutex, 1000000));
    host->mutex_unlock(host, meeting.mutex);
    for (int i = 0; i < 4; i++)
        host->thread_join(host, started[i]);
    host->condition_free(host, meeting.condition);
    host->mutex_free(host, meeting.mutex);
}

static void clocks_and_machine(void **state) {
    (void)state;
    const CorHost *host = cor_host_default();
    int64_t before = host->monotonic_ns(host);
    host->sleep_ns(host, 2000000);
    assert_true(host->monotonic_ns(host) - before >= 2000000);
    assert_true(host->wall_ns(host) > (int64_t)1600000000 * 1000000000);
    unsigned char bytes[600] = {0};
    assert_true(host->random(host, bytes, sizeof bytes));
    assert_memory_not_equal(bytes, bytes + 300, 300);
    char processor[64];
    cor_machine_processor(processor, sizeof processor);
    assert_true(strlen(processor) > 0 && strlen(cor_machine_name()) > 0);
    assert_true(cor_machine_stack_pointer() != 0);
}

static void libraries(void **state) {
    (void)state;
    const CorHost *host = cor_host_default();
    char message[300] = "", path[4096];
    assert_null(host->library_open(host, "/nowhere/library.so", message, sizeof message));
    assert_non_null(strstr(message, "/nowhere/library.so"));
    CorHostLibrary *library = host->library_open(host, "libc.so.6", message, sizeof message);
    assert_non_null(library);
    assert_non_null(host->library_symbol(host, library, "strlen"));
    assert_null(host->library_symbol(host, library, "coracle_has_no_such_symbol"));
    host->library_close(host, library);
    assert_true(host->own_path(host, path, sizeof path));
    assert_non_null(strstr(path, "/"));
    assert_false(host->own_path(host, path, 4));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(paths_stay_beneath, make_tree, remove_tree),
        cmocka_unit_test_setup_teardown(nothing_is_created_outside, make_tree, remove_tree),
        cmocka_unit_test_setup_teardown(files, make_tree, remove_tree),
        cmocka_unit_test_setup_teardown(private_files, make_tree, remove_tree),
        cmocka_unit_test(memory),
        cmocka_unit_test(threads),
        cmocka_unit_test(clocks_and_machine),
        cmocka_unit_test(libraries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "vm/native/posix/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__linux__) && defined(SYS_openat2)
#include <linux/openat2.h>

static int beneath_open_by_kernel(int directory, const char *path, int flags, unsigned mode) {
    struct open_how how = {
        .flags = (unsigned)(flags | O_CLOEXEC),
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    for (int attempt = 0; attempt < 64; attempt++) {
        int file = (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
        if (file >= 0 || errno != EAGAIN) /* EAGAIN: something was renamed meanwhile */
            return file;
    }
    errno = EBUSY;
    return -1;
}
#else
static int beneath_open_by_kernel(int directory, const char *path, int flags, unsigned mode) {
    (void)directory, (void)path, (void)flags, (void)mode;
    errno = ENOSYS;
    return -1;
}
#endif

int beneath_open(int directory, const char *path, int flags, unsigned mode) {
    int file = beneath_open_by_kernel(directory, path, flags, mode);
    if (file < 0 && errno == ENOSYS)
        file = beneath_open_by_component(directory, path, flags, mode);
    return file;
}

/* ---- Component by component --------------------------------------------------------------------
 *
 * The state is the stack of directories entered, so that `..` goes back to where we came from and can be seen
 * to leave the first, and the text that is still to be resolved, which a symbolic link extends. */

enum { BENEATH_DEPTH = 256, BENEATH_LINKS = 40 };

typedef struct BeneathWalk {
    int stack[BENEATH_DEPTH]; /* descriptors; stack[0] is the caller's */
    int depth;
    int links;
    char rest[PATH_MAX];
} BeneathWalk;

static int beneath_fail(int error) {
    errno = error;
    return -1;
}

static void beneath_end(BeneathWalk *walk) {
    int error = errno;
    while (walk->depth > 0)
        close(walk->stack[walk->depth--]);
    errno = error;
}

/* Takes the first component off the rest.  Returns its length. */
static size_t beneath_take(BeneathWalk *walk, char name[NAME_MAX + 1], bool *last) {
    size_t start = strspn(walk->rest, "/");
    size_t length = strcspn(walk->rest + start, "/");
    size_t next = start + length + strspn(walk->rest + start + length, "/");
    *last = walk->rest[next] == '\0';
    if (length <= NAME_MAX) {
        memcpy(name, walk->rest + start, length);
        name[length] = '\0';
    }
    bool slash = *last && next > start + length;
    memmove(walk->rest, walk->rest + next, strlen(walk->rest + next) + 1);
    if (slash)
        strcpy(walk->rest, "."), *last = false; /* a trailing slash demands a directory */
    return length;
}

/* Puts the target of a link before the rest. */
static int beneath_follow(BeneathWalk *walk, const char *name) {
    char target[PATH_MAX];
    ssize_t length = readlinkat(walk->stack[walk->depth], name, target, sizeof target);
    if (length < 0)
        return -1;
    if (++walk->links > BENEATH_LINKS)
        return beneath_fail(ELOOP);
    if (length > 0 && target[0] == '/')
        return beneath_fail(EXDEV);
    size_t rest = strlen(walk->rest);
    if (length == 0 || (size_t)length + 1 + rest + 1 > sizeof walk->rest)
        return beneath_fail(ENAMETOOLONG);
    size_t shift = (size_t)length + (rest > 0);
    memmove(walk->rest + shift, walk->rest, rest + 1);
    memcpy(walk->rest, target, (size_t)length);
    if (rest > 0)
        walk->rest[length] = '/';
    return 0;
}

static bool beneath_is_link(BeneathWalk *walk, const char *name) {
    struct stat info;
    return fstatat(walk->stack[walk->depth], name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode);
}

static int beneath_enter(BeneathWalk *walk, const char *name) {
    if (walk->depth + 1 >= BENEATH_DEPTH)
        return beneath_fail(ENAMETOOLONG);
    int child = openat(walk->stack[walk->depth], name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (child < 0) {
        int error = errno;
        return beneath_is_link(walk, name) ? beneath_follow(walk, name) : beneath_fail(error);
    }
    walk->stack[++walk->depth] = child;
    return 0;
}

int beneath_open_by_component(int directory, const char *path, int flags, unsigned mode) {
    BeneathWalk *walk = malloc(sizeof *walk);
    if (!walk)
        return beneath_fail(ENOMEM);
    int file = -1, done = 0;
    walk->depth = walk->links = 0;
    walk->stack[0] = directory;
    if (path[0] == '\0')
        done = beneath_fail(ENOENT);
    else if (path[0] == '/')
        done = beneath_fail(EXDEV);
    else if (strlen(path) >= sizeof walk->rest)
        done = beneath_fail(ENAMETOOLONG);
    else
        strcpy(walk->rest, path);
    while (done == 0) {
        char name[NAME_MAX + 1];
        bool last;
        size_t length = beneath_take(walk, name, &last);
        if (length > NAME_MAX) {
            done = beneath_fail(ENAMETOOLONG);
        } else if (strcmp(name, "..") == 0 && walk->depth == 0) {
            done = beneath_fail(EXDEV);
        } else if (last && (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)) {
            if (name[1] == '.')
                close(walk->stack[walk->depth--]);
            file = openat(walk->stack[walk->depth], ".", flags | O_CLOEXEC, mode);
            break;
        } else if (strcmp(name, ".") == 0) {
            continue;
        } else if (strcmp(name, "..") == 0) {
            close(walk->stack[walk->depth--]);
        } else if (!last) {
            done = beneath_enter(walk, name);
        } else if (!(flags & O_NOFOLLOW) && !((flags & O_CREAT) && (flags & O_EXCL)) &&
                   beneath_is_link(walk, name)) {
            done = beneath_follow(walk, name);
        } else {
            file = openat(walk->stack[walk->depth], name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
            break;
        }
    }
    beneath_end(walk);
    free(walk);
    return file;
}

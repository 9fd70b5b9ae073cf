/* Files and directories.  Every operation on a path resolves it with beneath_open; those that change an entry
 * open its parent beneath and then act on the last component alone. */
#include "vm/native/posix/posix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm/native/posix/beneath.h"

static CorHostStatus files_status(bool success) {
    return success ? COR_HOST_OK : posix_status(errno);
}

CorHostStatus posix_open_root(const CorHost *host, const char *host_path, CorHostFile *directory) {
    (void)host;
    int file = open(host_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *directory = file;
    return files_status(file >= 0);
}

/* Whether it belongs to the user, and others cannot write it. */
static bool files_is_private(int file) {
    struct stat found;
    return fstat(file, &found) == 0 && found.st_uid == geteuid() &&
           (found.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Closes what is not private. */
static CorHostStatus files_check_private(CorHostFile *file) {
    if (*file < 0)
        return posix_status(errno);
    if (files_is_private((int)*file))
        return COR_HOST_OK;
    close((int)*file);
    *file = COR_HOST_NO_FILE;
    return COR_HOST_REFUSED;
}

/* Makes the directories of a path that are missing. */
static bool files_make_all(char *path) {
    for (char *at = path + 1;; at++) {
        char next = *at;
        if (next != '/' && next != '\0')
            continue;
        *at = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *at = next;
        if (!made || next == '\0')
            return made;
    }
}

CorHostStatus posix_open_private(const CorHost *host, const char *host_path, CorHostFile *directory) {
    char path[PATH_MAX];
    size_t length = strlen(host_path);
    if (length == 0 || length >= sizeof path)
        return length == 0 ? COR_HOST_NOT_FOUND : COR_HOST_NAME_TOO_LONG;
    memcpy(path, host_path, length + 1);
    CorHostStatus status = posix_open_root(host, path, directory);
    if (status == COR_HOST_NOT_FOUND && files_make_all(path))
        status = posix_open_root(host, path, directory);
    return status == COR_HOST_OK ? files_check_private(directory) : status;
}

CorHostStatus posix_open_file(const CorHost *host, const char *host_path, CorHostFile *file) {
    (void)host;
    *file = open(host_path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
    return files_status(*file >= 0);
}

static int files_open_flags(uint32_t flags) {
    bool read = flags & COR_HOST_OPEN_READ, write = flags & COR_HOST_OPEN_WRITE;
    int result = O_NOCTTY | (read && write ? O_RDWR : write ? O_WRONLY : O_RDONLY);
    result |= flags & COR_HOST_OPEN_APPEND ? O_APPEND : 0;
    result |= flags & COR_HOST_OPEN_CREATE ? O_CREAT : 0;
    result |= flags & COR_HOST_OPEN_TRUNCATE ? O_TRUNC : 0;
    result |= flags & COR_HOST_OPEN_EXCLUSIVE ? O_EXCL : 0;
    result |= flags & COR_HOST_OPEN_DIRECTORY ? O_DIRECTORY : 0;
    result |= flags & COR_HOST_OPEN_PRIVATE ? O_NOFOLLOW : 0;
    return result;
}

CorHostStatus posix_open(const CorHost *host, CorHostFile directory, const char *path, uint32_t flags,
                         CorHostFile *file) {
    (void)host;
    bool is_private = flags & COR_HOST_OPEN_PRIVATE;
    *file = beneath_open((int)directory, path, files_open_flags(flags), is_private ? 0600 : 0666);
    return is_private ? files_check_private(file) : files_status(*file >= 0);
}

CorHostStatus posix_close(const CorHost *host, CorHostFile file) {
    (void)host;
    return files_status(close((int)file) == 0 || errno == EINTR); /* Linux has closed it even then */
}

CorHostStatus posix_read(const CorHost *host, CorHostFile file, void *buffer, size_t size, size_t *got) {
    (void)host;
    ssize_t count;
    do
        count = read((int)file, buffer, size < SSIZE_MAX ? size : SSIZE_MAX);
    while (count < 0 && errno == EINTR);
    *got = count < 0 ? 0 : (size_t)count;
    return files_status(count >= 0);
}

CorHostStatus posix_write(const CorHost *host, CorHostFile file, const void *buffer, size_t size,
                          size_t *written) {
    (void)host;
    ssize_t count;
    do
        count = write((int)file, buffer, size < SSIZE_MAX ? size : SSIZE_MAX);
    while (count < 0 && errno == EINTR);
    *written = count < 0 ? 0 : (size_t)count;
    return files_status(count >= 0);
}

CorHostStatus posix_seek(const CorHost *host, CorHostFile file, int64_t offset, CorHostWhence whence,
                         int64_t *position) {
    (void)host;
    static const int whences[] = {SEEK_SET, SEEK_CUR, SEEK_END};
    off_t result = lseek((int)file, offset, whences[whence]);
    *position = result;
    return files_status(result >= 0);
}

static CorHostFileKind files_kind(mode_t mode) {
    return S_ISREG(mode)   ? COR_HOST_REGULAR
           : S_ISDIR(mode) ? COR_HOST_DIRECTORY
           : S_ISLNK(mode) ? COR_HOST_LINK
                           : COR_HOST_OTHER;
}

static CorHostStatus files_describe(const struct stat *found, CorHostFileInfo *info) {
    info->kind = files_kind(found->st_mode);
    info->size = (uint64_t)found->st_size;
    info->modified_ns = (int64_t)found->st_mtim.tv_sec * 1000000000 + found->st_mtim.tv_nsec;
    return COR_HOST_OK;
}

CorHostStatus posix_info(const CorHost *host, CorHostFile file, CorHostFileInfo *info) {
    (void)host;
    struct stat found;
    return fstat((int)file, &found) == 0 ? files_describe(&found, info) : posix_status(errno);
}

CorHostStatus posix_path_info(const CorHost *host, CorHostFile directory, const char *path,
                              CorHostFileInfo *info) {
    struct stat found;
    bool is_name = strchr(path, '/') == NULL && strcmp(path, "..") != 0;
    if (is_name && fstatat((int)directory, path, &found, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISLNK(found.st_mode))
        return files_describe(&found, info);
    int file = beneath_open((int)directory, path, O_PATH, 0);
    if (file < 0)
        return posix_status(errno);
    CorHostStatus status = posix_info(host, file, info);
    close(file);
    return status;
}

static CorHostFileKind files_entry_kind(DIR *directory, const struct dirent *entry) {
    switch (entry->d_type) {
    case DT_REG: return COR_HOST_REGULAR;
    case DT_DIR: return COR_HOST_DIRECTORY;
    case DT_LNK: return COR_HOST_LINK;
    case DT_UNKNOWN: break;
    default: return COR_HOST_OTHER;
    }
    struct stat found;
    bool known = fstatat(dirfd(directory), entry->d_name, &found, AT_SYMLINK_NOFOLLOW) == 0;
    return known ? files_kind(found.st_mode) : COR_HOST_OTHER;
}

CorHostStatus posix_list(const CorHost *host, CorHostFile directory, const char *path, CorHostVisit *visit,
                         void *context) {
    (void)host;
    int file = beneath_open((int)directory, path, O_RDONLY | O_DIRECTORY, 0);
    if (file < 0)
        return posix_status(errno);
    DIR *listing = fdopendir(file);
    if (!listing) {
        CorHostStatus status = posix_status(errno);
        close(file);
        return status;
    }
    struct dirent *entry;
    while (errno = 0, (entry = readdir(listing)) != NULL) {
        bool self = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        if (!self && !visit(context, entry->d_name, files_entry_kind(listing, entry)))
            break;
    }
    CorHostStatus status = entry ? COR_HOST_OK : posix_status(errno);
    closedir(listing);
    return status;
}

/* The parent of a path, opened if it is another than the directory that the path starts from, and its last component. */
typedef struct FilesPlace {
    int parent;
    bool opened;
    char name[NAME_MAX + 1];
} FilesPlace;

static CorHostStatus files_place(CorHostFile directory, const char *path, FilesPlace *place) {
    size_t end = strlen(path);
    while (end > 0 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    if (end == 0)
        return path[0] == '/' ? COR_HOST_ESCAPES : COR_HOST_NOT_FOUND;
    if (end - start > NAME_MAX || start >= PATH_MAX)
        return COR_HOST_NAME_TOO_LONG;
    memcpy(place->name, path + start, end - start);
    place->name[end - start] = '\0';
    if (strcmp(place->name, ".") == 0 || strcmp(place->name, "..") == 0)
        return COR_HOST_INVALID;
    place->opened = start > 0;
    if (start == 0) {
        place->parent = (int)directory;
        return COR_HOST_OK;
    }
    char parent[PATH_MAX];
    memcpy(parent, path, start);
    parent[start] = '\0';
    place->parent = beneath_open((int)directory, parent, O_PATH | O_DIRECTORY, 0);
    return files_status(place->parent >= 0);
}

static void files_close_place(FilesPlace *place) {
    if (place->opened)
        close(place->parent);
}

static CorHostStatus files_leave(FilesPlace *place, bool success) {
    CorHostStatus status = files_status(success);
    files_close_place(place);
    return status;
}

CorHostStatus posix_make_directory(const CorHost *host, CorHostFile directory, const char *path) {
    (void)host;
    FilesPlace place;
    CorHostStatus status = files_place(directory, path, &place);
    return status != COR_HOST_OK ? status : files_leave(&place, mkdirat(place.parent, place.name, 0777) == 0);
}

CorHostStatus posix_remove(const CorHost *host, CorHostFile directory, const char *path) {
    (void)host;
    FilesPlace place;
    CorHostStatus status = files_place(directory, path, &place);
    return status != COR_HOST_OK ? status : files_leave(&place, unlinkat(place.parent, place.name, 0) == 0);
}

CorHostStatus posix_remove_directory(const CorHost *host, CorHostFile directory, const char *path) {
    (void)host;
    FilesPlace place;
    CorHostStatus status = files_place(directory, path, &place);
    return status != COR_HOST_OK ? status
                                 : files_leave(&place, unlinkat(place.parent, place.name, AT_REMOVEDIR) == 0);
}

CorHostStatus posix_rename(const CorHost *host, CorHostFile from_directory, const char *from,
                           CorHostFile to_directory, const char *to) {
    (void)host;
    FilesPlace source, target;
    CorHostStatus status = files_place(from_directory, from, &source);
    if (status != COR_HOST_OK)
        return status;
    status = files_place(to_directory, to, &target);
    if (status == COR_HOST_OK)
        status = files_leave(&target, renameat(source.parent, source.name, target.parent, target.name) == 0);
    files_close_place(&source);
    return status;
}

/* By the customs of terminals: NO_COLOR (no-color.org), TERM=dumb, COLORTERM=truecolor, TERM=*-256color. */
static uint32_t files_colours(void) {
    const char *refused = getenv("NO_COLOR"), *name = getenv("TERM"), *more = getenv("COLORTERM");
    if ((refused && *refused) || !name || strcmp(name, "dumb") == 0)
        return 0;
    if (more && (strcmp(more, "truecolor") == 0 || strcmp(more, "24bit") == 0))
        return 1u << 24;
    return strstr(name, "256color") ? 256 : 16;
}

bool posix_terminal(const CorHost *host, CorHostFile file, CorHostTerminal *terminal) {
    (void)host;
    if (!isatty((int)file))
        return false;
    if (!terminal)
        return true;
    struct winsize size;
    *terminal = (CorHostTerminal){.columns = 80, .rows = 24, .colours = files_colours()};
    if (ioctl((int)file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        terminal->columns = size.ws_col;
        terminal->rows = size.ws_row;
    }
    return true;
}

#include "cli/files.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "compiler/compile.h"

char *files_read(const char *path, size_t *length, const char **message) {
    if (strcmp(path, "-") == 0)
        return compile_read_file(stdin, length, message);
    if (files_is_folder(path)) {
        *message = "it is a folder";
        return NULL;
    }
    FILE *file = fopen(path, "rb");
    if (!file) {
        *message = strerror(errno);
        return NULL;
    }
    char *bytes = compile_read_file(file, length, message);
    fclose(file);
    return bytes;
}

static bool files_write_to(FILE *file, const void *bytes, size_t length) {
    return fwrite(bytes, 1, length, file) == length && fflush(file) == 0;
}

bool files_write(const char *path, const void *bytes, size_t length) {
    if (strcmp(path, "-") == 0) {
        if (files_write_to(stdout, bytes, length))
            return true;
        command_report("cannot write to standard output: %s", strerror(errno));
        return false;
    }
    size_t size = strlen(path) + 32;
    char *scratch = malloc(size);
    if (!scratch) {
        command_report("out of memory");
        return false;
    }
    snprintf(scratch, size, "%s.%ld.new", path, (long)getpid());
    FILE *file = fopen(scratch, "wb");
    bool written = file && files_write_to(file, bytes, length);
    if (file)
        written = fclose(file) == 0 && written;
    written = written && rename(scratch, path) == 0;
    if (!written) {
        command_report("cannot write %s: %s", path, strerror(errno));
        unlink(scratch);
    }
    free(scratch);
    return written;
}

bool files_is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool files_is_readable(const char *path) {
    return access(path, R_OK) == 0;
}

char *files_join(const char *folder, const char *name) {
    size_t length = strlen(folder), size = length + strlen(name) + 2;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s%s%s", folder, length > 0 && folder[length - 1] != '/' ? "/" : "", name);
    return path;
}

char *files_folder(const char *path) {
    const char *slash = strrchr(path, '/');
    size_t length = !slash ? 0 : slash == path ? 1 : (size_t)(slash - path);
    return strndup(path, length);
}

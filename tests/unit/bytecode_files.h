/* What the tests of the bytecode layer share: reading the files of tests/bytecode. */
#ifndef TESTS_BYTECODE_FILES_H
#define TESTS_BYTECODE_FILES_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct FileText {
    char name[512]; /* the whole path */
    char *bytes;
    size_t size;
} FileText;

static inline FileText read_text(const char *path) {
    FileText file = {.bytes = NULL};
    snprintf(file.name, sizeof file.name, "%s", path);
    FILE *stream = fopen(path, "rb");
    if (stream != NULL) {
        fseek(stream, 0, SEEK_END);
        file.size = (size_t)ftell(stream);
        rewind(stream);
        file.bytes = malloc(file.size + 1);
        file.size = fread(file.bytes, 1, file.size, stream);
        file.bytes[file.size] = '\0';
        fclose(stream);
    }
    return file;
}

/* Calls `visit` for every .cora-asm file of a folder of tests/bytecode; how many there were. */
static inline int for_each_assembly(const char *folder, void (*visit)(const FileText *, void *),
                                    void *context) {
    char path[512];
    int count = 0;
    snprintf(path, sizeof path, "%s/bytecode/%s", TEST_DATA, folder);
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot != NULL && strcmp(dot, ".cora-asm") == 0) {
            snprintf(path, sizeof path, "%s/bytecode/%s/%s", TEST_DATA, folder, entry->d_name);
            FileText file = read_text(path);
            visit(&file, context);
            free(file.bytes);
            count++;
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
    return count;
}

#endif

/* Source files that a command line names: files, or folders in which they are looked for, with the modules they make
 * and what they document. */
#ifndef CLI_SOURCES_H
#define CLI_SOURCES_H

#include "cli/command.h"
#include "compiler/compile.h"
#include "compiler/documentation.h"

typedef struct Source {
    char *path;
    char *module; /* dotted name; several files can be parts of one (a folder with a parts.txt) */
    char *root;   /* the folder of its package, or of an unnamed one */
    char *import; /* how a program beside it imports it; NULL: not at all, it is the core */
    Documentation *documentation;
} Source;

typedef struct SourceList {
    Source **items; /* by path; the parts of a module in their order */
    size_t count;
    const char *searched; /* the path that is searched now */
    const char *module;   /* what is searched is called that (--module), or NULL */
} SourceList;

/* Finds them below the paths; without any, below the current folder. EXIT_OK, or the exit code after a report;
 * sources_free in any case. */
int sources_find(SourceList *sources, const Settings *settings, int count, char **paths);
void sources_free(SourceList *sources);

/* Whether it is a module of the library, which is inside the command. */
bool source_is_library(const Source *source);

/* What the compiler asks for. */
char *sources_read(void *context, const char *path, size_t *length, const char **message);
bool sources_is_folder(void *context, const char *path);

/* Room for one more element behind `count` of them, which grows by doubling; NULL: out of memory, reported. */
void *sources_grow(void *items, size_t count, size_t size);

#endif

/* Reading and writing files for the command. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stdbool.h>
#include <stddef.h>

/* The whole content of a file ("-": standard input), from malloc, terminated; NULL: *message says why,
 * static. */
char *files_read(const char *path, size_t *length, const char **message);

/* Writes a file ("-": standard output), replacing it only when all of it is written.  False: reported. */
bool files_write(const char *path, const void *bytes, size_t length);

bool files_is_folder(const char *path);
bool files_is_readable(const char *path);

/* `folder` and `name` joined, from malloc; a folder of "" is the current one.  NULL: out of memory. */
char *files_join(const char *folder, const char *name);
/* The folder of a path, "" for the current one; from malloc. */
char *files_folder(const char *path);

#endif

#include "cli/grants.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

/* Grants a file or folder of the host under the name that was typed and under its real path. */
static bool grants_path(CoracleIsolate *isolate, const char *name, const char *directory, const char *file,
                        bool read, bool write) {
    char real[2 * PATH_MAX];
    snprintf(real, sizeof real, "%s%s%s", directory, file ? "/" : "", file ? file : "");
    const char *names[] = {name, real};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CoracleMessage message;
        CoracleGrant grant = {
            .name = names[i], .directory = directory, .file = file, .read = read, .write = write};
        if (coracle_isolate_grant(isolate, &grant, &message) != CORACLE_OK) {
            command_report("%s: %s", name, message.text);
            return false;
        }
    }
    return true;
}

/* A file by its real folder and its name there. */
static bool grants_file(CoracleIsolate *isolate, const char *name, char *real, bool read, bool write) {
    char *slash = strrchr(real, '/');
    const char *file = slash + 1;
    const char *directory = slash == real ? "/" : real;
    *slash = '\0';
    return grants_path(isolate, name, directory, file, read, write);
}

/* A file that is still to be written: its folder has to be there. */
static bool grants_new_file(CoracleIsolate *isolate, const PathGrant *grant) {
    char real[PATH_MAX], folder[PATH_MAX];
    const char *slash = strrchr(grant->path, '/');
    const char *name = slash ? slash + 1 : grant->path;
    int length = slash ? slash > grant->path ? (int)(slash - grant->path) : 1 : 1;
    snprintf(folder, sizeof folder, "%.*s", length, slash ? grant->path : ".");
    if (!*name || !realpath(folder, real)) {
        command_report("--%s=%s: there is no such file or folder", grant->read ? "read" : "write",
                       grant->path);
        return false;
    }
    return grants_path(isolate, grant->path, real, name, grant->read, grant->write);
}

static bool grants_flag(CoracleIsolate *isolate, const PathGrant *grant) {
    char real[PATH_MAX];
    struct stat info;
    if (!realpath(grant->path, real) || stat(real, &info) != 0) {
        if (grant->write && errno == ENOENT)
            return grants_new_file(isolate, grant);
        command_report("--%s=%s: %s", grant->read ? "read" : "write", grant->path, strerror(errno));
        return false;
    }
    if (S_ISDIR(info.st_mode))
        return grants_path(isolate, grant->path, real, NULL, grant->read, grant->write);
    return grants_file(isolate, grant->path, real, grant->read, grant->write);
}

static bool grants_argument(CoracleIsolate *isolate, const char *argument) {
    char real[PATH_MAX];
    struct stat info;
    if (!realpath(argument, real) || stat(real, &info) != 0 || !S_ISREG(info.st_mode))
        return true;
    return grants_file(isolate, argument, real, true, false);
}

/* ---- Environment ------------------------------------------------------------------------------- */

/* Whether the comma-separated names contain that of an entry NAME=VALUE. */
static bool grants_names(const char *names, const char *entry) {
    size_t length = strcspn(entry, "=");
    for (const char *at = names; *at;) {
        size_t size = strcspn(at, ",");
        if (size == length && strncmp(at, entry, length) == 0)
            return true;
        at += size + (at[size] == ',');
    }
    return false;
}

static bool grants_environment(CoracleIsolate *isolate, const Settings *settings) {
    if (!settings->all_environment && !settings->environment)
        return true;
    size_t total = 0, count = 0;
    while (environ[total])
        total++;
    const char **entries = calloc(total + 1, sizeof *entries);
    for (size_t i = 0; entries && i < total; i++)
        if (settings->all_environment || grants_names(settings->environment, environ[i]))
            entries[count++] = environ[i];
    bool set = entries && coracle_isolate_set_environment(isolate, entries, count) == CORACLE_OK;
    free(entries);
    if (!set)
        command_report("out of memory");
    return set;
}

/* ---- Libraries --------------------------------------------------------------------------------- */

/* NAME, or NAME=PATH. */
static bool grants_library(CoracleIsolate *isolate, const char *text) {
    CoracleMessage message;
    const char *equals = strchr(text, '=');
    char *name = strndup(text, equals ? (size_t)(equals - text) : strlen(text));
    CoracleStatus status =
        name ? coracle_isolate_allow_library(isolate, name, equals ? equals + 1 : NULL, &message)
             : CORACLE_NO_MEMORY;
    if (status != CORACLE_OK)
        command_report("--ffi=%s: %s", text, name ? message.text : "out of memory");
    free(name);
    return status == CORACLE_OK;
}

bool grants_apply(CoracleIsolate *isolate, const Settings *settings, int count, char **arguments) {
    char folder[PATH_MAX];
    if (getcwd(folder, sizeof folder) &&
        coracle_isolate_set_working_directory(isolate, folder) != CORACLE_OK) {
        command_report("out of memory");
        return false;
    }
    coracle_isolate_allow(isolate, CORACLE_ALLOW_STDIN | CORACLE_ALLOW_STDOUT | CORACLE_ALLOW_STDERR |
                                       CORACLE_ALLOW_CLOCK | CORACLE_ALLOW_RANDOM);
    for (size_t i = 0; i < settings->grant_count; i++)
        if (!grants_flag(isolate, &settings->grants[i]))
            return false;
    for (size_t i = 0; i < settings->library_count; i++)
        if (!grants_library(isolate, settings->libraries[i]))
            return false;
    for (int i = 0; i < count; i++)
        if (!grants_argument(isolate, arguments[i]))
            return false;
    if (coracle_isolate_set_arguments(isolate, (const char *const *)arguments, (size_t)count) != CORACLE_OK) {
        command_report("out of memory");
        return false;
    }
    return grants_environment(isolate, settings);
}

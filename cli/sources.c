#include "cli/sources.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/files.h"

static const char SOURCES_PARTS[] = "parts.txt";

void *sources_grow(void *items, size_t count, size_t size) {
    if (count & (count - 1) || (count && count < 8))
        return items;
    void *larger = realloc(items, (count < 8 ? 8 : 2 * count) * size);
    if (!larger)
        command_report("out of memory");
    return larger;
}

char *sources_read(void *context, const char *path, size_t *length, const char **message) {
    (void)context;
    return files_read(path, length, message);
}

bool sources_is_folder(void *context, const char *path) {
    (void)context;
    return files_is_folder(path);
}

bool source_is_library(const Source *source) {
    return strncmp(source->module, "std.", 4) == 0;
}

/* ---- Modules ----------------------------------------------------------------------------------- */

/* How a program imports the module of a file: the library's by its name, others beside it. */
static char *sources_import(const char *path, const char *module) {
    if (strcmp(module, "std.core") == 0)
        return NULL;
    if (strncmp(module, "std.", 4) == 0)
        return strdup(module);
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    size_t length = strlen(name);
    char *import = malloc(length + 3);
    if (import)
        snprintf(import, length + 3, "./%.*s", (int)(length > 5 ? length - 5 : length), name);
    return import;
}

/* A folder with a parts.txt is one module: its files are named after it. */
static void sources_name_part(const char *path, char *module) {
    char *folder = files_folder(path), *parts = folder ? files_join(folder, SOURCES_PARTS) : NULL;
    char *dot = strrchr(module, '.');
    if (parts && dot && files_is_readable(parts))
        *dot = '\0';
    free(parts);
    free(folder);
}

/* The name of a file's module below one that is given. */
static char *sources_module_below(const SourceList *sources, const char *path) {
    size_t above = strlen(sources->searched);
    bool is_below = strncmp(path, sources->searched, above) == 0 && strcmp(sources->searched, ".") != 0;
    const char *rest = is_below ? path + above : path;
    size_t size = strlen(sources->module) + strlen(rest) + 2;
    char *name = malloc(size);
    if (!name)
        return NULL;
    rest += *rest == '/';
    size_t length = *rest ? strlen(rest) - strlen(".cora") : 0;
    snprintf(name, size, "%s%s%.*s", sources->module, *rest ? "." : "", (int)length, rest);
    for (char *at = name; *at; at++)
        if (*at == '/')
            *at = '.';
    return name;
}

static bool sources_place(const SourceList *sources, Source *source) {
    CompileHost host = {.read = sources_read, .is_folder = sources_is_folder};
    CompilePlace place;
    char folder[4096];
    bool placed = compile_place(&host, source->path, getcwd(folder, sizeof folder), &place);
    source->module = place.name;
    source->root = place.root;
    if (!placed)
        return false;
    if (sources->module) {
        free(source->module);
        source->module = sources_module_below(sources, source->path);
        if (!source->module)
            return false;
    }
    sources_name_part(source->path, source->module);
    source->import = sources_import(source->path, source->module);
    return true;
}

static bool sources_add_file(SourceList *sources, const char *path) {
    Source **items = sources_grow(sources->items, sources->count, sizeof *items);
    if (!items)
        return false;
    sources->items = items;
    Source *source = calloc(1, sizeof *source);
    if (!source)
        return command_report("out of memory"), false;
    items[sources->count++] = source;
    source->path = strdup(path);
    size_t length;
    const char *message;
    char *text = files_read(path, &length, &message);
    if (!text)
        return command_report("cannot read %s: %s", path, message), false;
    bool placed = source->path && sources_place(sources, source);
    if (placed)
        source->documentation = documentation_read(path, text, length, source->import);
    free(text);
    if (!source->documentation)
        command_report("out of memory");
    return source->documentation != NULL;
}

/* ---- Folders ----------------------------------------------------------------------------------- */

static bool sources_is_source(const char *name) {
    size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".cora") == 0;
}

static int sources_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

/* The parts of a module, in the order of the list that names them, one a line. */
static bool sources_add_parts(SourceList *sources, const char *folder, char *list) {
    bool added = true;
    char *rest = list;
    for (char *name; added && (name = strsep(&rest, "\n"));) {
        char *path = files_join(folder, name);
        added = path && (!*name || sources_add_file(sources, path));
        free(path);
    }
    return added;
}

static bool sources_add_folder(SourceList *sources, const char *path) {
    char *parts = files_join(path, SOURCES_PARTS);
    size_t length;
    const char *message;
    char *list = parts && files_is_readable(parts) ? files_read(parts, &length, &message) : NULL;
    free(parts);
    if (list) {
        bool added = sources_add_parts(sources, path, list);
        free(list);
        return added;
    }
    struct dirent **entries;
    int count = scandir(path, &entries, sources_visible, alphasort);
    if (count < 0)
        return command_report("cannot read %s: %s", path, strerror(errno)), false;
    bool added = true;
    for (int i = 0; i < count; i++) {
        char *inner = files_join(strcmp(path, ".") == 0 ? "" : path, entries[i]->d_name);
        if (!inner)
            command_report("out of memory"), added = false;
        else if (added && files_is_folder(inner)) /* a link could lead back */
            added = entries[i]->d_type == DT_LNK || sources_add_folder(sources, inner);
        else if (added && sources_is_source(inner))
            added = sources_add_file(sources, inner);
        free(inner);
        free(entries[i]);
    }
    free(entries);
    return added;
}

int sources_find(SourceList *sources, const Settings *settings, int count, char **paths) {
    *sources = (SourceList){.module = settings->module_name};
    char *here[] = {"."};
    if (count == 0)
        count = 1, paths = here;
    for (int i = 0; i < count; i++) {
        sources->searched = paths[i];
        bool is_folder = files_is_folder(paths[i]);
        if (!(is_folder ? sources_add_folder(sources, paths[i]) : sources_add_file(sources, paths[i])))
            return EXIT_COMPILE;
    }
    return EXIT_OK;
}

void sources_free(SourceList *sources) {
    for (size_t i = 0; i < sources->count; i++) {
        Source *source = sources->items[i];
        documentation_free(source->documentation);
        free(source->import);
        free(source->root);
        free(source->module);
        free(source->path);
        free(source);
    }
    free(sources->items);
}

/* Libraries that are loaded while the process runs, over dlopen. */
#include "vm/native/posix/posix.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Never unmapped: large libraries leave destructors and thread-local data behind. */
static void *library_open(const char *name) {
    return dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

/* Without the files for development there is only the library with its version. */
static void *library_search(const char *name) {
    enum { VERSIONS = 100 };
    char file[256];
    int length = snprintf(file, sizeof file, "lib%s.so", name);
    if (length < 0 || (size_t)length > sizeof file - 8)
        return NULL;
    void *handle = library_open(file);
    for (int version = VERSIONS; !handle && version >= 0; version--) {
        snprintf(file + length, sizeof file - (size_t)length, ".%d", version);
        handle = library_open(file);
    }
    return handle;
}

CorHostLibrary *posix_library_open(const CorHost *host, const char *name, char *message, size_t size) {
    (void)host;
    const bool is_bare = !strchr(name, '/') && !strstr(name, ".so");
    void *handle = is_bare ? library_search(name) : library_open(name);
    if (!handle && is_bare)
        snprintf(message, size, "the system has no lib%.200s.so", name);
    else if (!handle)
        snprintf(message, size, "%s", dlerror());
    return handle;
}

void *posix_library_symbol(const CorHost *host, CorHostLibrary *library, const char *name) {
    (void)host;
    return dlsym(library, name);
}

void posix_library_close(const CorHost *host, CorHostLibrary *library) {
    (void)host;
    dlclose(library);
}

/* The dynamic linker knows the main program without a name, and libraries as they were found. */
bool posix_own_path(const CorHost *host, char *path, size_t size) {
    static const char here;
    (void)host;
    Dl_info info;
    struct link_map *map = NULL;
    bool is_library = dladdr1(&here, &info, (void **)&map, RTLD_DL_LINKMAP) && map && map->l_name[0] != '\0';
    char *whole = realpath(is_library ? map->l_name : "/proc/self/exe", NULL);
    bool fits = whole && strlen(whole) < size;
    if (fits)
        memcpy(path, whole, strlen(whole) + 1);
    free(whole);
    return fits;
}

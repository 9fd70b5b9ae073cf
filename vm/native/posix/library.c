/* Libraries that are loaded while the process runs, over dlopen. */
#include "vm/native/posix/posix.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

CorHostLibrary *posix_library_open(const CorHost *host, const char *host_path, char *message, size_t size) {
    (void)host;
    /* never unmapped: large libraries leave destructors and thread-local data behind */
    void *handle = dlopen(host_path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle)
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

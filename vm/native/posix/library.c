/* Libraries that are loaded while the process runs, over dlopen. */
#include "vm/native/posix/posix.h"

#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

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

bool posix_executable_path(const CorHost *host, char *path, size_t size) {
    (void)host;
    ssize_t length = readlink("/proc/self/exe", path, size);
    if (length < 0 || (size_t)length >= size)
        return false;
    path[length] = '\0';
    return true;
}

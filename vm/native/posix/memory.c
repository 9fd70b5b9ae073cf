/* Address space: reserved without access and without swap accounting, made accessible in parts. */
#include "vm/native/posix/posix.h"

#include <sys/mman.h>

void *posix_reserve(const CorHost *host, size_t size) {
    (void)host;
    void *start = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return start == MAP_FAILED ? NULL : start;
}

bool posix_commit(const CorHost *host, void *start, size_t size) {
    (void)host;
    return mprotect(start, size, PROT_READ | PROT_WRITE) == 0;
}

void posix_decommit(const CorHost *host, void *start, size_t size) {
    (void)host;
    mmap(start, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

void posix_release(const CorHost *host, void *start, size_t size) {
    (void)host;
    munmap(start, size);
}

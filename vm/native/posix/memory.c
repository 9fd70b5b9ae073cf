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

bool posix_make_executable(const CorHost *host, void *start, size_t size) {
    (void)host;
    return mprotect(start, size, PROT_READ | PROT_EXEC) == 0;
}

void posix_prefer_large_pages(const CorHost *host, void *start, size_t size) {
    char *first = (char *)start + (host->page_size - (uintptr_t)start % host->page_size) % host->page_size;
    size_t before = (size_t)(first - (char *)start);
#ifdef MADV_HUGEPAGE
    if (before < size) {
        madvise(first, size - before, MADV_HUGEPAGE); /* a refusal does not matter */
    }
#else
    (void)before, (void)size;
#endif
}

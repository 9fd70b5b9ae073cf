/* The parts of the POSIX host, one file each; posix.c puts them into one constant table. */
#ifndef COR_NATIVE_POSIX_H
#define COR_NATIVE_POSIX_H

#include "vm/native/host.h"

/* The status of an errno value. */
CorHostStatus posix_status(int error);

/* memory.c */
void *posix_reserve(const CorHost *host, size_t size);
bool posix_commit(const CorHost *host, void *start, size_t size);
void posix_decommit(const CorHost *host, void *start, size_t size);
void posix_release(const CorHost *host, void *start, size_t size);
bool posix_make_executable(const CorHost *host, void *start, size_t size);
void posix_prefer_large_pages(const CorHost *host, void *start, size_t size);

/* threads.c */
CorHostThread *posix_thread_start(const CorHost *host, void (*run)(void *), void *argument,
                                  size_t stack_size);
void posix_thread_join(const CorHost *host, CorHostThread *thread);
uint32_t posix_processor_count(const CorHost *host);
char *posix_stack_end(const CorHost *host);
CorHostMutex *posix_mutex_new(const CorHost *host);
void posix_mutex_free(const CorHost *host, CorHostMutex *mutex);
void posix_mutex_lock(const CorHost *host, CorHostMutex *mutex);
void posix_mutex_unlock(const CorHost *host, CorHostMutex *mutex);
CorHostCondition *posix_condition_new(const CorHost *host);
void posix_condition_free(const CorHost *host, CorHostCondition *condition);
bool posix_condition_wait(const CorHost *host, CorHostCondition *condition, CorHostMutex *mutex,
                          int64_t timeout_ns);
void posix_condition_signal(const CorHost *host, CorHostCondition *condition);
void posix_condition_broadcast(const CorHost *host, CorHostCondition *condition);

/* files.c */
CorHostStatus posix_open_root(const CorHost *host, const char *host_path, CorHostFile *directory);
CorHostStatus posix_open_private(const CorHost *host, const char *host_path, CorHostFile *directory);
CorHostStatus posix_open_file(const CorHost *host, const char *host_path, CorHostFile *file);
CorHostStatus posix_open(const CorHost *host, CorHostFile directory, const char *path, uint32_t flags,
                         CorHostFile *file);
CorHostStatus posix_close(const CorHost *host, CorHostFile file);
CorHostStatus posix_read(const CorHost *host, CorHostFile file, void *buffer, size_t size, size_t *got);
CorHostStatus posix_write(const CorHost *host, CorHostFile file, const void *buffer, size_t size,
                          size_t *written);
CorHostStatus posix_seek(const CorHost *host, CorHostFile file, int64_t offset, CorHostWhence whence,
                         int64_t *position);
CorHostStatus posix_info(const CorHost *host, CorHostFile file, CorHostFileInfo *info);
CorHostStatus posix_path_info(const CorHost *host, CorHostFile directory, const char *path,
                              CorHostFileInfo *info);
CorHostStatus posix_list(const CorHost *host, CorHostFile directory, const char *path, CorHostVisit *visit,
                         void *context);
CorHostStatus posix_make_directory(const CorHost *host, CorHostFile directory, const char *path);
CorHostStatus posix_remove(const CorHost *host, CorHostFile directory, const char *path);
CorHostStatus posix_remove_directory(const CorHost *host, CorHostFile directory, const char *path);
CorHostStatus posix_rename(const CorHost *host, CorHostFile from_directory, const char *from,
                           CorHostFile to_directory, const char *to);
bool posix_terminal(const CorHost *host, CorHostFile file, CorHostTerminal *terminal);

/* library.c */
CorHostLibrary *posix_library_open(const CorHost *host, const char *name, char *message, size_t size);
void *posix_library_symbol(const CorHost *host, CorHostLibrary *library, const char *name);
void posix_library_close(const CorHost *host, CorHostLibrary *library);
bool posix_own_path(const CorHost *host, char *path, size_t size);

#endif

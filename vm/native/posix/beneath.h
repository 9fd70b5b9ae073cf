/* Opening paths that cannot leave a directory. */
#ifndef COR_NATIVE_POSIX_BENEATH_H
#define COR_NATIVE_POSIX_BENEATH_H

#include <stdint.h>

/* Opens `path` beneath `directory` with open(2)'s flags and mode; O_CLOEXEC is added.  Symbolic links are
 * followed as long as they stay beneath, the last one unless O_NOFOLLOW is given.  Returns a descriptor, or
 * -1 with errno: EXDEV when the path would leave the directory.
 *
 * Linux resolves it in one system call, openat2 with RESOLVE_BENEATH; where that is missing it is resolved
 * here component by component, each opened without following, which no concurrent rename can lead astray. */
int beneath_open(int directory, const char *path, int flags, unsigned mode);

/* The second way alone, for its tests. */
int beneath_open_by_component(int directory, const char *path, int flags, unsigned mode);

#endif

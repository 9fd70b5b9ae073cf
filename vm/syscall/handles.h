/* The open files of an isolate.  A handle is a small number that is never given twice: slot + quota * (times
 * the slot was used before), so a closed handle never becomes somebody else's. */
#ifndef COR_SYSCALL_HANDLES_H
#define COR_SYSCALL_HANDLES_H

#include "vm/native/host.h"

typedef struct HandleSlot {
    CorHostFile file; /* COR_HOST_NO_FILE: free */
    int64_t handle;   /* that is open, or the next one of the slot */
    char *path;       /* owned; for messages */
} HandleSlot;

typedef struct Handles {
    const CorHost *host;
    uint32_t quota;
    HandleSlot *slots; /* owned; quota of them, made at the first use */
} Handles;

void handles_free(Handles *handles);

/* Takes over an open file.  -1: the quota is reached; -2: host memory exhausted. */
int64_t handles_add(Handles *handles, CorHostFile file, const char *path, size_t length);

/* The slot of an open handle, or NULL. */
HandleSlot *handles_find(Handles *handles, uint64_t handle);

/* Closes the file and frees the slot. */
CorHostStatus handles_close(Handles *handles, HandleSlot *slot);

#endif

/* The open files of an isolate.  A handle is a small number that is never given twice: slot + quota * (times
 * the slot was used before), so a closed handle never becomes somebody else's.
 *
 * What is written to regular files is collected in one buffer, of the file that was written last.  It is handed on
 * when it is full, when another file is written, when the file is closed, at the end, and before anything is asked
 * of the host that could tell the difference: a program never sees that there is a buffer. */
#ifndef COR_SYSCALL_HANDLES_H
#define COR_SYSCALL_HANDLES_H

#include "vm/syscall/stream.h"

typedef struct HandleSlot {
    CorHostFile file; /* COR_HOST_NO_FILE: free */
    int64_t handle;   /* that is open, or the next one of the slot */
    char *path;       /* owned; for messages */
    bool is_buffered;
    CorHostStatus failure; /* of bytes that were taken before: the next write or close tells */
} HandleSlot;

typedef struct Handles {
    const CorHost *host;
    uint32_t quota;
    HandleSlot *slots;  /* owned; quota of them, made at the first use */
    HandleSlot *writer; /* whose bytes are in the buffer, or NULL */
    StreamOutput output;
} Handles;

void handles_free(Handles *handles);

/* Takes over an open file.  -1: the quota is reached; -2: host memory exhausted. */
int64_t handles_add(Handles *handles, CorHostFile file, bool is_buffered, const char *path, size_t length);

/* Takes all of the bytes, or a part of them, at least one, where the file has no buffer. */
CorHostStatus handles_write(Handles *handles, HandleSlot *slot, const char *bytes, size_t count,
                            size_t *written);
/* Hands on what is in the buffer; a failure is remembered for its file. */
CorHostStatus handles_flush(Handles *handles);

/* The slot of an open handle, or NULL. */
HandleSlot *handles_find(Handles *handles, uint64_t handle);

/* Closes the file and frees the slot. */
CorHostStatus handles_close(Handles *handles, HandleSlot *slot);

#endif

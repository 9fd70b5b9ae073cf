/* The standard streams of an isolate: where they lead, and the buffer of what is written.
 *
 * Output is handed on when the buffer is full, at the end of the program, when the program asks, before
 * standard input is read and before standard error is written; to a terminal also at the end of every write
 * that ends a line.  The quota counts bytes of both output streams. */
#ifndef COR_SYSCALL_STREAM_H
#define COR_SYSCALL_STREAM_H

#include "vm/native/host.h"

/* Takes all of the bytes. */
typedef CorHostStatus StreamWriter(void *context, const char *bytes, size_t length);
/* Gives up to `size` bytes; 0 at the end. */
typedef CorHostStatus StreamReader(void *context, char *bytes, size_t size, size_t *got);

typedef struct StreamOutput {
    StreamWriter *write; /* NULL: to the host's file */
    void *context;
    const CorHost *host;
    CorHostFile file;
    bool is_buffered, is_terminal;
    char *buffer; /* owned; made at the first write */
    size_t used;
} StreamOutput;

enum { STREAM_BUFFER = 16384 };

void stream_free(StreamOutput *stream);
CorHostStatus stream_write(StreamOutput *stream, const char *bytes, size_t length);
CorHostStatus stream_flush(StreamOutput *stream);

#endif

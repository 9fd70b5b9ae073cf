#include "vm/syscall/stream.h"

#include <stdlib.h>
#include <string.h>

void stream_free(StreamOutput *stream) {
    free(stream->buffer);
    stream->buffer = NULL;
}

static CorHostStatus stream_hand_on(StreamOutput *stream, const char *bytes, size_t length) {
    if (stream->write)
        return stream->write(stream->context, bytes, length);
    while (length > 0) {
        size_t written;
        CorHostStatus status = stream->host->write(stream->host, stream->file, bytes, length, &written);
        if (status != COR_HOST_OK)
            return status;
        bytes += written;
        length -= written;
    }
    return COR_HOST_OK;
}

CorHostStatus stream_flush(StreamOutput *stream) {
    size_t length = stream->used;
    stream->used = 0; /* also on failure: trying again would write twice what was taken */
    return length > 0 ? stream_hand_on(stream, stream->buffer, length) : COR_HOST_OK;
}

CorHostStatus stream_write(StreamOutput *stream, const char *bytes, size_t length) {
    if (stream->is_buffered && !stream->buffer)
        stream->buffer = malloc(STREAM_BUFFER);
    if (!stream->buffer)
        return stream_hand_on(stream, bytes, length);
    if (length > STREAM_BUFFER - stream->used) {
        CorHostStatus status = stream_flush(stream);
        if (status != COR_HOST_OK)
            return status;
        if (length >= STREAM_BUFFER)
            return stream_hand_on(stream, bytes, length);
    }
    memcpy(stream->buffer + stream->used, bytes, length);
    stream->used += length;
    bool ends_line = length > 0 && bytes[length - 1] == '\n';
    return stream->is_terminal && ends_line ? stream_flush(stream) : COR_HOST_OK;
}

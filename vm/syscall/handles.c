#include "vm/syscall/handles.h"

#include <stdlib.h>
#include <string.h>

void handles_free(Handles *handles) {
    for (uint32_t i = 0; handles->slots && i < handles->quota; i++)
        if (handles->slots[i].file != COR_HOST_NO_FILE)
            handles_close(handles, &handles->slots[i]);
    stream_free(&handles->output);
    free(handles->slots);
}

static bool handles_start(Handles *handles) {
    if (handles->slots)
        return true;
    handles->slots = calloc(handles->quota, sizeof *handles->slots);
    for (uint32_t i = 0; handles->slots && i < handles->quota; i++)
        handles->slots[i] = (HandleSlot){.file = COR_HOST_NO_FILE, .handle = i};
    return handles->slots != NULL;
}

int64_t handles_add(Handles *handles, CorHostFile file, bool is_buffered, const char *path, size_t length) {
    if (!handles_start(handles))
        return -2;
    for (uint32_t i = 0; i < handles->quota; i++) {
        HandleSlot *slot = &handles->slots[i];
        if (slot->file != COR_HOST_NO_FILE)
            continue;
        if (!(slot->path = strndup(path, length)))
            return -2;
        slot->file = file;
        slot->is_buffered = is_buffered;
        slot->failure = COR_HOST_OK;
        return slot->handle;
    }
    return -1;
}

HandleSlot *handles_find(Handles *handles, uint64_t handle) {
    if (!handles->slots)
        return NULL;
    HandleSlot *slot = &handles->slots[handle % handles->quota];
    return slot->file != COR_HOST_NO_FILE && (uint64_t)slot->handle == handle ? slot : NULL;
}

CorHostStatus handles_flush(Handles *handles) {
    HandleSlot *writer = handles->writer;
    if (!writer)
        return COR_HOST_OK;
    handles->writer = NULL;
    CorHostStatus status = stream_flush(&handles->output);
    if (status != COR_HOST_OK)
        writer->failure = status;
    return status;
}

CorHostStatus handles_write(Handles *handles, HandleSlot *slot, const char *bytes, size_t count,
                            size_t *written) {
    CorHostStatus failure = slot->failure;
    slot->failure = COR_HOST_OK;
    if (failure != COR_HOST_OK)
        return failure;
    if (!slot->is_buffered)
        return handles->host->write(handles->host, slot->file, bytes, count, written);
    if (handles->writer != slot) {
        handles_flush(handles);
        handles->writer = slot;
        handles->output.host = handles->host;
        handles->output.file = slot->file;
        handles->output.is_buffered = true;
    }
    *written = count;
    return stream_write(&handles->output, bytes, count);
}

CorHostStatus handles_close(Handles *handles, HandleSlot *slot) {
    if (handles->writer == slot)
        handles_flush(handles);
    CorHostStatus status = handles->host->close(handles->host, slot->file);
    if (slot->failure != COR_HOST_OK)
        status = slot->failure;
    free(slot->path);
    slot->path = NULL;
    slot->file = COR_HOST_NO_FILE;
    slot->handle += handles->quota;
    return status;
}

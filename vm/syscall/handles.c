#include "vm/syscall/handles.h"

#include <stdlib.h>
#include <string.h>

void handles_free(Handles *handles) {
    for (uint32_t i = 0; handles->slots && i < handles->quota; i++)
        if (handles->slots[i].file != COR_HOST_NO_FILE)
            handles_close(handles, &handles->slots[i]);
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

int64_t handles_add(Handles *handles, CorHostFile file, const char *path, size_t length) {
    if (!handles_start(handles))
        return -2;
    for (uint32_t i = 0; i < handles->quota; i++) {
        HandleSlot *slot = &handles->slots[i];
        if (slot->file != COR_HOST_NO_FILE)
            continue;
        if (!(slot->path = strndup(path, length)))
            return -2;
        slot->file = file;
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

CorHostStatus handles_close(Handles *handles, HandleSlot *slot) {
    CorHostStatus status = handles->host->close(handles->host, slot->file);
    free(slot->path);
    slot->path = NULL;
    slot->file = COR_HOST_NO_FILE;
    slot->handle += handles->quota;
    return status;
}

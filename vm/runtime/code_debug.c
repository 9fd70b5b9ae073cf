/* Telling perf and a debugger where native code is. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/runtime/code_loader_internal.h"

/* perf reads /tmp/perf-PID.map, lines of "start size name" in hexadecimal.  The file may belong to an earlier process of that
 * number, or be somebody's link: it is made anew. */
void loader_open_perf(CorCodeLoader *loader) {
    const CorHost *host = loader->host;
    CorHostFile folder;
    char name[32];
    snprintf(name, sizeof name, "perf-%" PRIu64 ".map", host->process_id(host));
    if (host->open_root(host, "/tmp", &folder) != COR_HOST_OK)
        return;
    uint32_t flags = COR_HOST_OPEN_WRITE | COR_HOST_OPEN_CREATE | COR_HOST_OPEN_EXCLUSIVE;
    host->remove(host, folder, name);
    if (host->open(host, folder, name, flags, &loader->perf_map) != COR_HOST_OK)
        loader->perf_map = COR_HOST_NO_FILE;
    host->close(host, folder);
}

void loader_close_perf(CorCodeLoader *loader) {
    if (loader->perf_map != COR_HOST_NO_FILE)
        loader->host->close(loader->host, loader->perf_map);
}

static void write_all(const CorHost *host, CorHostFile file, const char *text, size_t size) {
    size_t written = 0;
    while (size > 0 && host->write(host, file, text, size, &written) == COR_HOST_OK)
        text += written, size -= written;
}

static void announce_to_perf(CorCodeLoader *loader, const CorNativeCode *code, uint64_t start,
                             uint64_t size) {
    char line[512], place[24] = "";
    if (code->index != 0)
        snprintf(place, sizeof place, " loop@%u", code->index);
    int length = snprintf(line, sizeof line, "%" PRIx64 " %" PRIx64 " %.400s%s [tier %u]\n", start, size,
                          code->function->name, place, code->tier);
    write_all(loader->host, loader->perf_map, line, (size_t)length);
}

/* A copy of the object whose sections say where they are. */
static void announce_to_debugger(LoadedCode *loaded, const CodeElf *elf, const uint64_t *addresses) {
    uint8_t *copy = malloc(elf->size);
    if (copy == NULL)
        return;
    memcpy(copy, elf->bytes, elf->size);
    for (uint32_t i = 0; i < elf->section_count; i++) {
        uint8_t *header = copy + elf->header.section_offset + i * sizeof(CodeElfSection);
        memcpy(header + offsetof(CodeElfSection, address), &addresses[i], sizeof addresses[i]);
    }
    loaded->debugger = cor_debugger_add(copy, elf->size);
    free(copy);
}

void loader_announce(CorCodeLoader *loader, LoadedCode *loaded, const CodeElf *elf, const uint64_t *addresses,
                     uint64_t start, uint64_t size) {
    if (loader->perf_map != COR_HOST_NO_FILE)
        announce_to_perf(loader, &loaded->code, start, size);
    if (loader->options.gdb)
        announce_to_debugger(loaded, elf, addresses);
}

void loader_withdraw(LoadedCode *loaded) {
    cor_debugger_remove(loaded->debugger);
    loaded->debugger = NULL;
}

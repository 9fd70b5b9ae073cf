/* Telling perf and a debugger where native code is. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/runtime/code_loader_internal.h"

enum { DEBUG_NAME = 512 }; /* bytes of a name */

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

/* "Owner.name [tier 2]", and for code that is entered at a loop its line, or if that is not known, its place in lowered code. */
static void name_code(const CorNativeCode *code, char name[DEBUG_NAME]) {
    const CorPosition *position =
        code->index != 0 ? cor_function_position(code->function, code->index) : NULL;
    char place[24] = "";
    if (position != NULL && position->line != 0)
        snprintf(place, sizeof place, " loop:%u", position->line);
    else if (code->index != 0)
        snprintf(place, sizeof place, " loop@%u", code->index);
    snprintf(name, DEBUG_NAME, "%.400s%s [tier %u]", code->function->name, place, code->tier);
}

static void announce_to_perf(CorCodeLoader *loader, const CorNativeCode *code, uint64_t start,
                             uint64_t size) {
    char name[DEBUG_NAME], line[DEBUG_NAME + 64];
    name_code(code, name);
    int length = snprintf(line, sizeof line, "%" PRIx64 " %" PRIx64 " %s\n", start, size, name);
    write_all(loader->host, loader->perf_map, line, (size_t)length);
}

/* Gives the symbols of the copy their names for the eye.  There is room for them behind the file and its strings. */
static void name_symbols(const CorNativeCode *code, const CodeElf *elf, uint8_t *copy) {
    uint64_t strings = elf->size, used = elf->texts.size;
    memcpy(copy + strings, elf->bytes + elf->texts.offset, elf->texts.size);
    for (uint32_t i = 0; i < elf->symbol_count; i++) {
        CodeElfSymbol symbol;
        code_elf_symbol(elf, i, &symbol);
        const char *known = code_elf_symbol_name(elf, &symbol);
        char name[DEBUG_NAME];
        if (strcmp(known, "entry") != 0 || used - elf->texts.size > DEBUG_NAME)
            continue;
        name_code(code, name);
        symbol.name = (uint32_t)used;
        memcpy(copy + elf->symbols.offset + i * sizeof symbol, &symbol, sizeof symbol);
        memcpy(copy + strings + used, name, strlen(name) + 1);
        used += strlen(name) + 1;
    }
    CodeElfSection texts = elf->texts;
    texts.offset = strings;
    texts.size = used;
    memcpy(copy + elf->header.section_offset + elf->symbols.link * sizeof texts, &texts, sizeof texts);
}

/* A copy of the object whose sections say where they are, and whose symbols have the function's name. */
static void announce_to_debugger(LoadedCode *loaded, const CodeElf *elf, const uint64_t *addresses) {
    size_t size = elf->size + elf->texts.size + 2 * DEBUG_NAME;
    uint8_t *copy = calloc(1, size);
    if (copy == NULL)
        return;
    memcpy(copy, elf->bytes, elf->size);
    name_symbols(&loaded->code, elf, copy);
    for (uint32_t i = 0; i < elf->section_count; i++) {
        uint8_t *header = copy + elf->header.section_offset + i * sizeof(CodeElfSection);
        memcpy(header + offsetof(CodeElfSection, address), &addresses[i], sizeof addresses[i]);
    }
    loaded->debugger = cor_debugger_add(copy, size);
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

/* What the files of the loader share. */
#ifndef COR_RUNTIME_CODE_LOADER_INTERNAL_H
#define COR_RUNTIME_CODE_LOADER_INTERNAL_H

#include "vm/native/debugger.h"
#include "vm/native/host.h"
#include "vm/runtime/code_elf.h"
#include "vm/runtime/code_loader.h"

typedef struct LoadedCode {
    CorNativeCode code; /* first: it stands for the whole */
    struct LoadedCode *previous, *next;
    char *start; /* of the mapping */
    size_t size;
    CorDebuggerEntry *debugger; /* NULL: it does not know the code */
} LoadedCode;

struct CorCodeLoader {
    CorCodeLoaderOptions options;
    const CorHost *host;
    LoadedCode *codes;    /* all */
    uint32_t made;        /* how many so far */
    CorHostFile perf_map; /* COR_HOST_NO_FILE: none */
};

/* ---- code_debug.c ---- */
void loader_open_perf(CorCodeLoader *loader);
void loader_close_perf(CorCodeLoader *loader);
/* Tells perf and the debugger about code in [start, start + size); `addresses` are those of the object's sections, 0: not
 * loaded. */
void loader_announce(CorCodeLoader *loader, LoadedCode *loaded, const CodeElf *elf, const uint64_t *addresses,
                     uint64_t start, uint64_t size);
void loader_withdraw(LoadedCode *loaded);

#endif

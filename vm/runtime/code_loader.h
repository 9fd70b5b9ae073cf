/* Loading code objects: from an ELF file to native code that can be entered.
 *
 * The code of an object lies in one mapping.  Its first part has instructions, stubs for calls that reach too far, addresses of
 * symbols, constants and the sites; it is written, and then made executable and read-only.  The second part has
 * what the code writes: its variables and the counts of its exits.  So no page can be written and executed at once. */
#ifndef COR_RUNTIME_CODE_LOADER_H
#define COR_RUNTIME_CODE_LOADER_H

#include "vm/runtime/code_object.h"
#include "vm/runtime/native.h"

struct CorHost;

typedef struct CorCodeLoader CorCodeLoader;

typedef struct CorCodeLoaderOptions {
    const struct CorHost *host;
    const CorHelperInfo *helpers; /* by CorHelper; NULL: objects cannot mention any */
    bool perf;                    /* write /tmp/perf-PID.map */
    bool gdb;                     /* tell a debugger */
} CorCodeLoaderOptions;

enum { COR_CODE_FAILURE = 160 }; /* bytes of a message that says what failed */

/* NULL: host memory exhausted. */
CorCodeLoader *cor_code_loader_new(const CorCodeLoaderOptions *options);
/* With all its code. */
void cor_code_loader_free(CorCodeLoader *loader);

/* NULL: `failure` says why.  The code is the loader's.  The object is not needed any more.  One thread at a time. */
CorNativeCode *cor_code_load(CorCodeLoader *loader, const CorCodeObject *object, char *failure);

/* Nobody may be in the code, or come to it. */
void cor_code_unload(CorCodeLoader *loader, CorNativeCode *code);

#endif

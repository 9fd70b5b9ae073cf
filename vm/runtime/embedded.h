/* The modules inside the executable.
 *
 * The build compiles every module of stdlib/ and generates a C file that defines this table, sorted by
 * name (.cmake/embed_stdlib.py). An engine looks here for an import that starts with `std.` and reads
 * nothing of a module that no program imports. `coracle-bootstrap`, which compiles the library, and
 * the unit tests of the lower layers link an empty table instead.
 */
#ifndef COR_RUNTIME_EMBEDDED_H
#define COR_RUNTIME_EMBEDDED_H

#include <stddef.h>

struct CorEmbeddedModule {
    const char *name; /* as imported: "std.fs" */
    const unsigned char *bytes;
    size_t size;
};

/* Sorted by name in byte order; static storage, valid for the life of the process. */
extern const struct CorEmbeddedModule cor_embedded_modules[];
extern const size_t cor_embedded_module_count;

#endif

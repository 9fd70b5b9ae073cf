/* How a module names a function of a C library: `LIBRARY!SYMBOL`, and `LIBRARY!SYMBOL,FIXED` one that takes any number of
 * arguments after its first FIXED ones. */
#ifndef COR_BYTECODE_FOREIGN_NAME_H
#define COR_BYTECODE_FOREIGN_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct CorForeignName { /* parts of the text that was read */
    const char *library, *symbol;
    size_t library_length, symbol_length;
    bool is_variadic;
    uint32_t fixed; /* 0 unless is_variadic, then at least 1 */
} CorForeignName;

/* False: the text is no such name. */
bool cor_foreign_name(const char *text, size_t length, CorForeignName *name);

#endif

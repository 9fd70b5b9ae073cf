/* Making a module of assembly text (docs/bytecode.md has the language).
 *
 * The assembler knows the shape of everything and the sense of nothing: it makes wrong modules as readily as right ones,
 * which is how the verifier is tested. */
#ifndef COR_BYTECODE_ASSEMBLER_H
#define COR_BYTECODE_ASSEMBLER_H

#include "vm/bytecode/module.h"
#include "vm/bytecode/status.h"

typedef struct CorAssembleError {
    uint32_t line; /* from 1 */
    char message[160];
} CorAssembleError;

/* Assembles `size` bytes of text.  On success *out is the caller's, to be freed with cor_module_free; on
 * COR_MODULE_REJECTED *error (which may be NULL) tells why. */
CorModuleStatus cor_assemble(const char *text, size_t size, CorModule **out, CorAssembleError *error);

#endif

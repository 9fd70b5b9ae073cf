/* Writing a module as the bytes of a .corm file (docs/bytecode.md). */
#ifndef COR_BYTECODE_WRITER_H
#define COR_BYTECODE_WRITER_H

#include "vm/bytecode/byte_buffer.h"
#include "vm/bytecode/module.h"
#include "vm/bytecode/status.h"

/* Appends the file to `out`, without debug sections if `strip` is set.  Equal modules give equal bytes.  The
 * module must come from cor_builder_finish or the reader: their string tables are in the order that the
 * format wants. COR_MODULE_NO_MEMORY leaves `out` in an unspecified state. */
CorModuleStatus cor_module_write(const CorModule *module, bool strip, CorByteBuffer *out);

/* The content hash that a file of this module has; false when memory ran out. */
bool cor_module_content_hash(const CorModule *module, uint8_t out[32]);

/* Writes the right content hash into a file that was changed; for tests.  Nothing happens to what is not framed like a
 * module. */
void cor_module_seal(uint8_t *bytes, size_t size);

#endif

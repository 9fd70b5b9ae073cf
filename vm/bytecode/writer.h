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

/* Writes the right content hash into a file that was changed; for tests.  Nothing happens to what is not framed like a
 * module. */
void cor_module_seal(uint8_t *bytes, size_t size);

#endif

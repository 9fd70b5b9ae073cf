/* Writing a module as text, in the language that the assembler reads (docs/bytecode.md).
 *
 * The text is complete: the assembler makes a module of it that the writer writes to the same bytes.  Any module can be
 * disassembled, verified or not; where its parts make no sense, numbers stand instead of names. */
#ifndef COR_BYTECODE_DISASSEMBLER_H
#define COR_BYTECODE_DISASSEMBLER_H

#include "vm/bytecode/byte_buffer.h"
#include "vm/bytecode/module.h"

/* Appends the text of the whole module; false when memory ran out. */
bool cor_disassemble(const CorModule *module, CorByteBuffer *out);

#endif

/* Code objects as bytes, that mean the same in another process.
 *
 * What an object mentions of the engine is written by its structure: a function by its module, its number there and its
 * type arguments; a type likewise; a literal by its bytes; a native by its number.  Types and functions are *items*, each
 * written once, behind those that it is made of.  An object also depends on code that is inlined into it and on how things lie in
 * memory; both follow from modules.  So the modules of all items, and what they import, are written with the hashes of their
 * contents, and with the place of their variables, which depends on the order of linking.
 *
 * Reading makes sure of all that in its engine, where it may instantiate types and functions and lower functions. */
#ifndef COR_RUNTIME_CODE_ENTRY_H
#define COR_RUNTIME_CODE_ENTRY_H

#include "vm/bytecode/arena.h"
#include "vm/bytecode/byte_buffer.h"
#include "vm/runtime/code_object.h"

/* Appends what identifies a function, and all modules that its code can come from unless a call finds others when it
 * runs.  False: it is none that another process could have, or memory is exhausted. */
bool cor_code_entry_identify(CorByteBuffer *buffer, const CorLoweredFunction *function);

/* Appends an object.  False as above. */
bool cor_code_entry_write(CorByteBuffer *buffer, const CorCodeObject *object);

/* Reads an object of the function, for `tier` and `index`, whose tables are in the arena and whose file is in the bytes.  NULL,
 * or why it cannot be used here.  Takes the engine's lock. */
const char *cor_code_entry_read(const uint8_t *bytes, size_t size, CorArena *arena,
                                CorLoweredFunction *function, uint32_t tier, uint32_t index,
                                CorCodeObject *object);

/* ---- Shared by writer and reader ---- */

/* What an item is, and what follows. */
typedef enum CodeItemKind {
    CODE_ITEM_PLAIN,       /* kind */
    CODE_ITEM_WRAPPED,     /* kind, item */
    CODE_ITEM_TUPLE,       /* kind, count, items: TUPLE and FUNCTION */
    CODE_ITEM_NAMED,       /* module, definition, count, items */
    CODE_ITEM_CASE,        /* item of the enum, ordinal */
    CODE_ITEM_CLOSURE,     /* item of the function */
    CODE_ITEM_SELECTOR,    /* item of the method */
    CODE_ITEM_FUNCTION,    /* module, number, count, items */
    CODE_ITEM_SYNTHESISED, /* synthesis, role, item of the type, item of the target + 1 or 0, slots, slots */
    CODE_ITEM_KINDS
} CodeItemKind;

/* Changes when the lowered code of a function does, but for what is rewritten while it runs. */
uint64_t cor_code_entry_digest(const CorLoweredFunction *function);

#endif

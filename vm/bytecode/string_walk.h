/* The canonical walk over the string references of a module.
 *
 * Strings of content come first in a module's string table and those that only debug data uses follow, each
 * in the order in which this walk meets them first; so a module has one string table, and stripping debug
 * data takes a tail of it away.  The builder numbers strings by this walk, the writer splits the table by it,
 * and the reader checks it. */
#ifndef COR_BYTECODE_STRING_WALK_H
#define COR_BYTECODE_STRING_WALK_H

#include "vm/bytecode/module.h"

typedef enum CorStringUse {
    COR_STRING_CONTENT,       /* names, string constants */
    COR_STRING_DOCUMENTATION, /* debug; the n-th visit is documentation place n of the file format */
    COR_STRING_SOURCE,        /* debug: source files and register names */
} CorStringUse;

typedef void CorStringVisitor(void *context, uint32_t *string);

/* Visits every reference of that use, absent ones (0) too.  The visitor may change it if it owns the module.
 */
void cor_string_walk(const CorModule *module, CorStringUse use, CorStringVisitor *visit, void *context);

#endif

/* The interface by which a debugger learns of code that is made while the process runs ("JIT Compilation Interface" of gdb's
 * manual, which others follow): it stops at a function of a fixed name and reads a list of object files at a fixed
 * address.  Both belong to the process, whatever engines there are. */
#ifndef COR_NATIVE_DEBUGGER_H
#define COR_NATIVE_DEBUGGER_H

#include <stddef.h>

typedef struct CorDebuggerEntry CorDebuggerEntry;

/* An ELF object in memory, whose sections have the addresses where they were loaded; it is copied.  NULL: no memory. */
CorDebuggerEntry *cor_debugger_add(const void *object, size_t size);
void cor_debugger_remove(CorDebuggerEntry *entry); /* NULL: nothing */

#endif

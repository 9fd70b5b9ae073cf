/* Text of lowered code, for debugging and golden tests. */
#ifndef COR_RUNTIME_LOWERED_DUMP_H
#define COR_RUNTIME_LOWERED_DUMP_H

#include <stdio.h>

#include "vm/runtime/code.h"

/* Writes a function's code, one instruction a line: its index, its position, mnemonic and operands.  Nothing in the
 * text depends on addresses.  A function that is not lowered says so. */
void cor_lowered_dump(FILE *out, const CorLoweredFunction *function);

#endif

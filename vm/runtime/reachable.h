/* What a program may call: the functions that can be reached from its main function and the initialisers of its modules, without
 * running anything.  A module without a main function is a library: a host may call all its public functions.
 *
 * It is found in lowered code, so instances of generic functions are there, too: what a function calls by name, the closures it
 * makes, and, for calls that find their callee when they run, what each type of which an object may have been made has for
 * that call (rapid type analysis, Bacon and Sweeney 1996).  Host functions can be reached, too, but have no code. */
#ifndef COR_RUNTIME_REACHABLE_H
#define COR_RUNTIME_REACHABLE_H

#include "vm/runtime/code.h"

/* Makes and lowers those of a program, with what is lowered already in its engine.  What cannot be lowered is left out: it
 * throws when it is called.  *functions is from malloc.  False: host memory is exhausted.  Takes the engine's lock. */
bool cor_reachable_functions(CorLinkedModule *program, CorLoweredFunction ***functions, uint32_t *count);

#endif

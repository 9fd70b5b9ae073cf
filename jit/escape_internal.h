/* What the parts of escape analysis share. */
#ifndef JIT_ESCAPE_INTERNAL_H
#define JIT_ESCAPE_INTERNAL_H

#include "jit/ir.h"

enum { JIT_MOST_FIELDS = 32 }; /* of an object that is removed */

/* escape_phi.c: copies the objects that meet in phis, where nobody can tell, so that all of them can go.  Whether there
 * were any. */
bool jit_copy_phis(JitGraph *graph);

#endif

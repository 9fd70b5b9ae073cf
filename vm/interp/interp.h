/* The interpreter proper, for those who run it: cor_call, and native code through boundary.c. */
#ifndef COR_INTERP_INTERP_H
#define COR_INTERP_INTERP_H

#include "vm/runtime/native.h"

/* Executes from `ip` in the topmost frame until the frame returns that was called by a boundary or by a site of native
 * code; its result is where that pseudo call says.  `is_resumed`: the topmost frame has been running, so that at the first
 * word of a function it is not native code that goes on.  COR_LEFT: in a run for native
 * code, and when a step ends (run.h). */
CorStatus interp_run(CorIsolate *isolate, const CorWord *ip, bool is_resumed);

#endif

/* The ways between the interpreter and native code; see native.h for the convention. */
#ifndef COR_INTERP_BOUNDARY_H
#define COR_INTERP_BOUNDARY_H

#include "vm/runtime/native.h"

/* ---- From the interpreter ---- */

/* Runs native code for the topmost frame, which stands at isolate->ip, where the code is entered; `code` NULL: what the
 * function has there.  COR_OK: the interpreter goes on, as resumed, at isolate->ip of the topmost frame, which may be another
 * one: the code has returned, has thrown an error that is caught, has left, or has not been entered.  Else: what the run of
 * the interpreter returns. */
CorStatus boundary_enter(CorIsolate *isolate, const CorNativeCode *code);

/* The budget of the topmost frame has been refilled at isolate->ip: takes a sample.  The code to enter there, or NULL. */
const CorNativeCode *boundary_sample(CorIsolate *isolate);

/* ---- From native code ---- */

/* Native code calls the VM, which executes in its place: from here on, isolate->fp and the frame there have to be valid
 * for the interpreter. */
void boundary_leave_native(CorIsolate *isolate);
/* Native code goes on. */
void boundary_return_to_native(CorIsolate *isolate);

/* Runs the interpreter for the native code that stands at `site` in the frame `physical`; the callee's frame is `frame`. With
 * `entry`, the callee's frame is the topmost one and stands at its entry; else the callee has left, or frames above it.
 * COR_LEFT: the caller has to leave, too. */
CorStatus boundary_run(CorIsolate *isolate, uint64_t *frame, const CorWord *entry);

/* Whether the machine stack is too short to run native code.  If so all of it is going to leave. */
bool boundary_is_short(CorIsolate *isolate);

/* The topmost frame is about to call what may need much machine stack: the host, or the lowering.  When native code has used
 * most of it, all of that is going to leave: then the run has to return COR_LEFT, and the frame goes on where it stands. */
bool boundary_needs_room(CorIsolate *isolate);
/* Likewise for native code itself, which leaves then. */
bool boundary_lacks_room(CorIsolate *isolate);

#endif

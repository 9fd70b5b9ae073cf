/* The C functions behind the intrinsics (vm/bytecode/intrinsics.def) and behind natives.def. */
#ifndef COR_RUNTIME_NATIVES_H
#define COR_RUNTIME_NATIVES_H

#include "vm/bytecode/intrinsic.h"
#include "vm/runtime/code.h"

#define NATIVE(name, function, semantics) CorNative function;
#include "vm/runtime/natives.def"
#undef NATIVE

/* The function of an intrinsic.  Its `types` are the types of its arguments in order, then that of its result (VOID
 * without one).  Arguments and result are flattened slots, one after another. */
CorNative *cor_intrinsic_native(CorIntrinsic intrinsic);

#endif

/* The types of functions between a program and its host. */
#ifndef COR_RUNTIME_HOST_SIGNATURE_H
#define COR_RUNTIME_HOST_SIGNATURE_H

#include "vm/runtime/engine.h"

/* Whether a host can hold a value of the type: what is no struct, tuple, or optional in an optional. */
bool host_can_hold(const CorType *type);

typedef struct HostSignature {
    const CorType *parameters[COR_HOST_PARAMETERS];
    uint32_t count;
    const CorType *result;
} HostSignature;

/* The types of a function from source with at most that many parameters; not COR_OK: a type cannot be made, and an
 * error was thrown. */
CorStatus host_signature_of(CorIsolate *isolate, CorLoweredFunction *function, HostSignature *out);

/* Gives the functions of the host that a linked module declares; false from `take` ends it.  False: that, or a type cannot be
 * made.  Under the engine's lock. */
typedef bool HostFunctionTaker(void *context, const char *name, const HostSignature *signature);
bool host_functions_of(CorLinkedModule *module, HostFunctionTaker *take, void *context);

#endif

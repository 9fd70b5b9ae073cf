/* The types of a function as a host calls it. */
#ifndef COR_RUNTIME_HOST_SIGNATURE_H
#define COR_RUNTIME_HOST_SIGNATURE_H

#include "vm/runtime/engine.h"

enum { HOST_SIGNATURE_PARAMETERS = 32 };

typedef struct HostSignature {
    const CorType *parameters[HOST_SIGNATURE_PARAMETERS];
    uint32_t count;
    const CorType *result;
} HostSignature;

/* The types of a function from source with at most that many parameters; not COR_OK: a type cannot be made, and an
 * error was thrown. */
CorStatus host_signature_of(CorIsolate *isolate, CorLoweredFunction *function, HostSignature *out);

#endif

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

/* False: the function has more parameters than that, was made by the engine, or memory is exhausted. */
bool host_signature_of(CorLoweredFunction *function, HostSignature *out);

#endif

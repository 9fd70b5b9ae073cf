#include "vm/runtime/host_signature.h"

#include "vm/runtime/engine_internal.h"

CorStatus host_signature_of(CorIsolate *isolate, CorLoweredFunction *function, HostSignature *out) {
    const CorFunction *portable = function->portable;
    CorEngine *engine = function->engine;
    CorTypeContext context = {function->module, function->arguments, function->argument_count};
    cor_engine_lock(engine);
    out->count = portable->parameter_count;
    for (uint32_t i = 0; i < out->count; i++)
        out->parameters[i] = cor_instantiate(engine, &context, portable->parameters[i].type);
    out->result = cor_instantiate(engine, &context, portable->result);
    bool complete = engine->failure == COR_FAILURE_NONE;
    for (uint32_t i = 0; complete && i < out->count; i++)
        complete = out->parameters[i] && cor_type_complete(engine, out->parameters[i]);
    CorStatus status = complete ? COR_OK : cor_engine_take_failure(engine, isolate);
    cor_engine_unlock(engine);
    return status;
}

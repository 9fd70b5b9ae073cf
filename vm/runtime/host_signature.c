#include "vm/runtime/host_signature.h"

#include "vm/runtime/engine_internal.h"

bool host_can_hold(const CorType *type) {
    if (type->kind == COR_KIND_OPTIONAL)
        return type->element->kind != COR_KIND_OPTIONAL && host_can_hold(type->element);
    return type->is_reference || (type->kind >= COR_KIND_BOOL && type->kind <= COR_KIND_PLAIN_ENUM);
}

/* The lock is held.  False: engine->failure. */
static bool fill_signature(CorEngine *engine, const CorTypeContext *context, const CorFunction *portable,
                           HostSignature *out) {
    out->count = portable->parameter_count;
    for (uint32_t i = 0; i < out->count; i++)
        out->parameters[i] = cor_instantiate(engine, context, portable->parameters[i].type);
    out->result = cor_instantiate(engine, context, portable->result);
    bool complete = engine->failure == COR_FAILURE_NONE;
    for (uint32_t i = 0; complete && i < out->count; i++)
        complete = out->parameters[i] && cor_type_complete(engine, out->parameters[i]);
    return complete;
}

CorStatus host_signature_of(CorIsolate *isolate, CorLoweredFunction *function, HostSignature *out) {
    CorEngine *engine = function->engine;
    CorTypeContext context = {function->module, function->arguments, function->argument_count};
    cor_engine_lock(engine);
    bool complete = fill_signature(engine, &context, function->portable, out);
    CorStatus status = complete ? COR_OK : cor_engine_take_failure(engine, isolate);
    cor_engine_unlock(engine);
    return status;
}

bool host_functions_of(CorLinkedModule *module, HostFunctionTaker *take, void *context) {
    const CorModule *portable = module->module;
    CorTypeContext types = {module, NULL, 0};
    bool good = true;
    cor_engine_lock(module->engine);
    for (uint32_t i = portable->imported_function_count; good && i < portable->function_count; i++) {
        HostSignature signature;
        const CorFunction *function = &portable->functions[i];
        if ((function->flags & COR_FN_HOST) != 0)
            good = fill_signature(module->engine, &types, function, &signature) &&
                   take(context, cor_module_text(module, function->intrinsic), &signature);
    }
    module->engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(module->engine);
    return good;
}

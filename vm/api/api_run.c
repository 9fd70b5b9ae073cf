/* Running programs. */
#include "vm/api/api_internal.h"

CoracleStatus coracle_isolate_reload(CoracleIsolate *isolate, CoracleModule *from, CoracleModule *to) {
    if (!(isolate = api_isolate(isolate)))
        return CORACLE_MISMATCH;
    CoracleStatus status = api_enter(isolate);
    if (status != CORACLE_OK)
        return status;
    CorLinkedModule *old = api_module(isolate->engine, from), *new = api_module(isolate->engine, to);
    status = old && new ? api_finish(isolate, cor_isolate_reload(isolate->isolate, old, new))
                        : api_fail(isolate, CORACLE_MISMATCH, "it is no module of the isolate's engine");
    api_leave(isolate);
    return status;
}

/* The arguments of `main`: nothing, or what std.core makes of the program's arguments. */
static CorStatus call_main_arguments(CorIsolate *isolate, CorLoweredFunction *main, uint64_t *list) {
    if (main->parameter_slots == 0)
        return COR_OK;
    CorLinkedModule *core = cor_engine_module(isolate->engine, "std.core");
    CorLoweredFunction *make = NULL;
    CorStatus status = core ? cor_module_function(isolate, core, "programArguments", &make) : COR_OK;
    if (status != COR_OK)
        return status;
    if (!make)
        return cor_throw(isolate, COR_ERROR_STATE, "std.core has no programArguments");
    return cor_call(isolate, make, NULL, list);
}

static CorStatus call_program(CorIsolate *isolate, CorLinkedModule *module, int *exit_code) {
    CorLoweredFunction *main = NULL;
    CorStatus status = cor_isolate_heed(isolate);
    if (status == COR_OK)
        status = cor_isolate_initialize(isolate, module);
    if (status == COR_OK)
        status = cor_module_main(isolate, module, &main);
    if (!main)
        return status;
    uint64_t list = 0, result = 0;
    status = call_main_arguments(isolate, main, &list);
    if (status == COR_OK)
        status = cor_call(isolate, main, &list, &result);
    if (status == COR_OK && main->result_slots == 1)
        *exit_code = (int)result;
    return status;
}

CoracleStatus coracle_isolate_run(CoracleIsolate *isolate, CoracleModule *module, int *exit_code) {
    int code = 0;
    if (!(isolate = api_isolate(isolate)))
        return CORACLE_MISMATCH;
    CoracleStatus finished = api_enter(isolate);
    if (finished != CORACLE_OK)
        return finished;
    CorLinkedModule *linked = api_module(isolate->engine, module);
    finished = linked ? api_finish(isolate, call_program(isolate->isolate, linked, &code))
                      : api_fail(isolate, CORACLE_MISMATCH, "it is no module of the isolate's engine");
    api_leave(isolate);
    if (exit_code)
        *exit_code = finished == CORACLE_EXITED ? isolate->isolate->exit_code : code;
    if (!api_flush(isolate) && (finished == CORACLE_OK || finished == CORACLE_EXITED))
        return api_fail(isolate, CORACLE_FAILED, "cannot write all of the output");
    return finished;
}

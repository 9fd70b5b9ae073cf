/* Compiling a program ahead of time. */
#include <stdlib.h>

#include "vm/api/api_internal.h"
#include "vm/runtime/reachable.h"
#include "vm/runtime/tier.h"

CoracleStatus coracle_engine_compile_ahead(CoracleEngine *engine, CoracleModule *module, CoracleAhead *ahead,
                                           CoracleMessage *message) {
    CorLoweredFunction **functions;
    uint32_t count;
    CorLinkedModule *linked = (engine = api_engine(engine)) ? api_module(engine, module) : NULL;
    if (!linked || !ahead) {
        api_message(message, "an argument is NULL, or a handle was released");
        return CORACLE_MISMATCH;
    }
    if (!cor_reachable_functions(linked, &functions, &count)) {
        api_message(message, "out of memory");
        return CORACLE_NO_MEMORY;
    }
    CorTierAhead report;
    CorExplanationFailure failure;
    bool filled =
        cor_tiers_compile_ahead(cor_engine_tiers(engine->engine), functions, count, &report, &failure);
    free(functions);
    *ahead = (CoracleAhead){.functions = report.made[1] + report.made[2] - report.loops,
                            .loops = report.loops,
                            .tier_two = report.made[2],
                            .present = report.present,
                            .without = report.made[0],
                            .bytes = report.bytes};
    if (!filled)
        api_message(message, "%s", failure.text);
    return filled ? CORACLE_OK : CORACLE_FAILED;
}

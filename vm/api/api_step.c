/* Calls that are made step by step. */
#include <stdlib.h>

#include "vm/api/api_internal.h"
#include "vm/runtime/run.h"

struct CoracleRun {
    CoracleRun *handle;
    CoracleIsolate *isolate;
    CorRun *run;           /* owned; NULL: it has ended */
    const CorType *result; /* NULL: there is none */
    bool is_released;      /* while it executes */
    CoracleRun *next, *previous;
};

static CoracleStatus step_start(const CoracleFunction *function, const CoracleValue *arguments, size_t count,
                                CorRun **run) {
    CoracleIsolate *isolate = function->isolate;
    uint64_t slots[COR_HOST_SLOTS];
    CoracleStatus placed = api_place_arguments(function, function->name, arguments, count, slots);
    if (placed != CORACLE_OK)
        return placed;
    const CorClosureObject *closure = function->is_closure ? (const CorClosureObject *)function->self : NULL;
    return api_finish(isolate, cor_run_begin(isolate->isolate, function->function, closure, slots, run));
}

/* What the handle means; NULL: it is a bad one, or another thread uses the isolate. */
static CoracleRun *step_run(const CoracleRun *handle) {
    CoracleRun *run = handle_target(handle, HANDLE_RUN);
    return run && api_uses(run->isolate) ? run : NULL;
}

static void step_drop(CoracleRun *run, const CoracleRun *handle) {
    if (handle)
        handle_free(handle);
    free(run);
}

CoracleStatus coracle_function_start(CoracleFunction *function, const CoracleValue *arguments, size_t count,
                                     CoracleRun **run) {
    if (run)
        *run = NULL;
    if (!(function = api_function(function)) || function->is_released || !run)
        return CORACLE_MISMATCH;
    CoracleIsolate *isolate = function->isolate;
    CoracleRun *made = malloc(sizeof *made), *handle = made ? handle_new(HANDLE_RUN, made) : NULL;
    CoracleStatus status = handle ? api_enter(isolate) : CORACLE_NO_MEMORY;
    if (status != CORACLE_OK) {
        step_drop(made, handle);
        return status;
    }
    *made = (CoracleRun){.handle = handle, .isolate = isolate, .next = isolate->runs};
    if (!function->is_void)
        made->result = function->signature.result;
    status = step_start(function, arguments, count, &made->run);
    api_leave(isolate);
    if (status != CORACLE_OK) {
        step_drop(made, handle);
        return status;
    }
    if (made->next)
        made->next->previous = made;
    isolate->runs = made;
    *run = handle;
    return CORACLE_OK;
}

/* The isolate has been entered, and the run can go on. */
static CoracleStatus step_go_on(CoracleRun *run, int64_t units, CoracleValue *result) {
    CoracleIsolate *isolate = run->isolate;
    uint64_t out[COR_HOST_RESULTS] = {0};
    CorStatus status = cor_isolate_heed(isolate->isolate);
    if (status == COR_OK)
        status = cor_run_step(run->run, units, out);
    if (status == COR_LEFT)
        return isolate->isolate->stop_reason == COR_STOP_FUEL ? CORACLE_OUT_OF_FUEL : CORACLE_PAUSED;
    cor_run_free(run->run);
    run->run = NULL;
    if (status != COR_OK || !result)
        return api_finish(isolate, status);
    result->kind = CORACLE_VOID;
    return run->result ? api_take_value(isolate, run->result, out, result) : CORACLE_OK;
}

CoracleStatus coracle_run_step(CoracleRun *run, int64_t units, CoracleValue *result) {
    if (!(run = step_run(run)))
        return CORACLE_MISMATCH;
    CoracleIsolate *isolate = run->isolate;
    if (!run->run)
        return api_fail(isolate, CORACLE_MISMATCH, "the run has ended");
    if (run->run->state == COR_RUN_EXECUTING)
        return api_fail(isolate, CORACLE_MISMATCH, "the run executes");
    CoracleStatus status = api_enter(isolate);
    if (status != CORACLE_OK)
        return status;
    status = step_go_on(run, units < 0 ? 0 : units, result);
    if (run->is_released)
        api_free_run(run);
    api_leave(isolate);
    return status;
}

CoracleStatus coracle_isolate_pause(CoracleIsolate *isolate) {
    if (!(isolate = api_isolate(isolate)))
        return CORACLE_MISMATCH;
    if (cor_isolate_pause(isolate->isolate))
        return CORACLE_OK;
    return api_fail(isolate, CORACLE_MISMATCH, "no run of the program executes");
}

bool coracle_run_goes_on(const CoracleRun *run) {
    return (run = step_run(run)) && run->run != NULL;
}

void coracle_run_release(CoracleRun *run) {
    if (!(run = step_run(run)))
        return;
    if (run->run && run->run->state == COR_RUN_EXECUTING)
        run->is_released = true;
    else
        api_free_run(run);
}

void api_free_run(CoracleRun *run) {
    handle_free(run->handle);
    cor_run_free(run->run);
    if (run->previous)
        run->previous->next = run->next;
    else
        run->isolate->runs = run->next;
    if (run->next)
        run->next->previous = run->previous;
    free(run);
}

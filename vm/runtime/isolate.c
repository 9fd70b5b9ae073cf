#include "vm/runtime/isolate.h"

#include <stdlib.h>
#include <string.h>

#include "vm/heap/heap.h"
#include "vm/heap/owned.h"
#include "vm/native/ffi/foreign.h"
#include "vm/runtime/engine_internal.h"
#include "vm/runtime/native.h"
#include "vm/runtime/run.h"
#include "vm/runtime/stack.h"
#include "vm/runtime/tier.h"

/* ---- Life -------------------------------------------------------------------------------------- */

uint64_t *cor_isolate_alive(const CorIsolate *isolate) {
    if (isolate->native_top && !isolate->host_top && !cor_heap_is_own_thread(isolate->heap))
        return isolate->native_top;
    uint64_t *top = cor_stack_top(isolate);
    return isolate->native_result > top ? isolate->native_result : top;
}

/* Whether slots of a frame may be all that knows an object: the interpreter's, and those that it has left to the code of a loop,
 * which reads what it wants and relies on the rest when it leaves. */
static bool has_slots(CorFrame frame) {
    if (!cor_word_is_site(frame.ip))
        return true;
    const CorNativeSite *site = cor_word_site(frame.ip);
    return site->from_loop && frame.inlined + 1 == site->frame_count;
}

/* What lies in the frames that native code has reserved for itself is old, and not visited.  They can be told apart where the
 * isolate's thread stands when it allocates. */
static void isolate_visit_stack(const CorIsolate *isolate, const CorHeap *heap, CorHeapVisitor *visitor,
                                const uint64_t *top) {
    if (!heap->native_base || !cor_heap_is_own_thread(heap)) {
        cor_heap_visit(visitor, isolate->stack.base, top);
        return;
    }
    const uint64_t *start = NULL, *end = NULL; /* of frames that follow each other */
    for (CorFrame frame = cor_frame_top(isolate); frame.fp; frame = cor_frame_caller(isolate, frame)) {
        if (!has_slots(frame))
            continue;
        const uint64_t *frame_end = cor_frame_end(frame);
        if (!start || frame_end + COR_FRAME_HEADER < start) {
            cor_heap_visit(visitor, start, end);
            end = frame_end;
        }
        start = frame.fp;
    }
    cor_heap_visit(visitor, start, end);
}

/* The collector may stop the isolate's thread anywhere: everything alive is below the end of the topmost frame.  What
 * lies above is cleared, so that it keeps nothing alive later. */
static void isolate_roots(void *context, const CorHeap *heap, CorHeapVisitor *visitor) {
    CorIsolate *isolate = context;
    enum { CLEARED = 4096 };
    uint64_t *top = cor_isolate_alive(isolate);
    size_t above = (size_t)(isolate->stack.base + isolate->stack.capacity - top);
    if (above > COR_STACK_MARGIN) {
        size_t dead = above - COR_STACK_MARGIN;
        memset(top + COR_STACK_MARGIN, 0, (dead < CLEARED ? dead : CLEARED) * sizeof *top);
    }
    isolate_visit_stack(isolate, heap, visitor, top);
    cor_heap_visit(visitor, isolate->globals, isolate->globals + isolate->globals_count);
    cor_heap_visit(visitor, &isolate->pending, &isolate->pending + 1);
    for (const CorRun *run = isolate->runs; run; run = run->next)
        cor_heap_visit(visitor, run->frames.stack.base, run->frames.end);
    if (isolate->visit_host)
        isolate->visit_host(isolate->host, visitor);
}

CorIsolate *cor_isolate_new(CorEngine *engine, const CorIsolateOptions *options) {
    CorIsolate *isolate = calloc(1, sizeof *isolate);
    if (!isolate)
        return NULL;
    isolate->engine = engine;
    isolate->has_fuel = options->fuel != 0;
    isolate->fuel = options->fuel != 0 ? options->fuel : INT64_MAX;
    isolate->watched = cor_tiers_watch_safepoints(engine->tiers);
    isolate->is_sampled = cor_tiers_want_samples(engine->tiers);
    isolate->slice = isolate->watched ? 0 : isolate->is_sampled ? COR_BUDGET_SAMPLE : COR_BUDGET_SLICE;
    if (!cor_stack_start(&isolate->stack, options->stack_slots) ||
        !(isolate->heap = cor_heap_new(options->heap_quota, isolate_roots, isolate))) {
        cor_isolate_free(isolate);
        return NULL;
    }
    return isolate;
}

void cor_isolate_free(CorIsolate *isolate) {
    if (!isolate)
        return;
    cor_heap_free(isolate->heap);
    cor_stack_free(isolate, &isolate->stack);
    free(isolate->globals);
    free(isolate->globals_set);
    free(isolate->initialized);
    free(isolate);
}

void cor_isolate_meet_thread(CorIsolate *isolate) {
    isolate->thread = isolate->heap->thread->thread;
    isolate->native_limit = NULL;
    isolate->errno_place = cor_c_errno_place();
}

/* ---- Budget ------------------------------------------------------------------------------------ */

void cor_isolate_interrupt(CorIsolate *isolate, CorStopReason reason) {
    atomic_store_explicit(&isolate->interrupt, (uint32_t)reason, memory_order_relaxed);
}

CorStatus cor_isolate_stop(CorIsolate *isolate, CorStopReason reason) {
    isolate->stop_reason = (uint32_t)reason;
    return COR_STOPPED;
}

int64_t cor_isolate_all_fuel(const CorIsolate *isolate) {
    if (!isolate->has_fuel || isolate->aside == INT64_MAX)
        return INT64_MAX;
    return isolate->aside + isolate->fuel + isolate->budget;
}

int64_t cor_isolate_fuel(const CorIsolate *isolate) {
    int64_t left = cor_isolate_all_fuel(isolate);
    return left < 0 ? 0 : left;
}

void cor_isolate_add_fuel(CorIsolate *isolate, int64_t units) {
    int64_t all = cor_isolate_all_fuel(isolate), room = INT64_MAX - 1 - (all < 0 ? 0 : all);
    int64_t *fuel = isolate->pause_depth ? &isolate->aside : &isolate->fuel;
    if (units > 0 && room > 0)
        *fuel += units < room ? units : room;
}

void cor_isolate_stress(CorIsolate *isolate, uint64_t stop_at) {
    isolate->stressed = true;
    isolate->stop_at = stop_at;
    isolate->safepoint_count = 0;
    isolate->slice = 0;
    if (isolate->has_fuel)
        isolate->fuel += isolate->budget;
    isolate->budget = 0;
}

CorStatus cor_isolate_obey(CorIsolate *isolate) {
    uint32_t wish = atomic_exchange_explicit(&isolate->interrupt, COR_STOP_NONE, memory_order_relaxed);
    return wish == COR_STOP_NONE ? COR_OK : cor_isolate_stop(isolate, (CorStopReason)wish);
}

/* Between half and all of what is usual. */
static int64_t isolate_next_slice(CorIsolate *isolate) {
    isolate->slices = isolate->slices * 1664525u + 1013904223u; /* Knuth's linear congruential generator */
    int64_t half = isolate->slice / 2;
    return half + (int64_t)((uint64_t)half * (isolate->slices >> 16) >> 16);
}

static bool isolate_can_pause(const CorIsolate *isolate) {
    return isolate->pause_depth != 0 && isolate->call_depth == isolate->pause_depth;
}

/* What may be used before the program stops or pauses: calls that cannot pause go on beyond the end of the step. */
static int64_t isolate_usable_fuel(const CorIsolate *isolate) {
    return isolate_can_pause(isolate) ? isolate->fuel + isolate->budget : cor_isolate_all_fuel(isolate);
}

/* Makes the budget `wanted`, or all that may be used. */
static void isolate_give(CorIsolate *isolate, int64_t usable, int64_t wanted) {
    int64_t budget = usable < wanted ? usable : wanted;
    isolate->fuel += isolate->budget - budget;
    isolate->budget = budget;
    isolate->slice_rest = wanted - budget;
}

/* The topmost frame goes on later.  A step leaves as native code does whose machine stack is short: all frames become the interpreter's. */
static CorStatus isolate_use_up(CorIsolate *isolate) {
    isolate->fuel += isolate->budget;
    isolate->slice_rest += isolate->budget > 0 ? isolate->budget : 0;
    isolate->budget = 0;
    if (!isolate_can_pause(isolate))
        return cor_isolate_stop(isolate, COR_STOP_FUEL);
    isolate->stop_reason = cor_isolate_all_fuel(isolate) < 0 ? COR_STOP_FUEL : COR_STOP_NONE;
    isolate->pausing = true;
    isolate->native_leaving = true;
    isolate->left_status = COR_OK;
    return COR_LEFT;
}

CorStatus cor_isolate_look(CorIsolate *isolate) {
    CorStatus status = cor_isolate_heed(isolate);
    if (!isolate->has_fuel && isolate->budget < 0)
        isolate->budget = -1; /* that it is overdrawn suffices */
    bool is_overdrawn = !isolate_can_pause(isolate) && cor_isolate_all_fuel(isolate) < 0;
    return status == COR_OK && is_overdrawn ? isolate_use_up(isolate) : status;
}

CorStatus cor_isolate_look_returned(CorIsolate *isolate) {
    if (isolate->wants_pause && isolate_can_pause(isolate))
        return isolate_use_up(isolate);
    if (isolate->fuel < 0 && isolate->budget > 0) {
        isolate->fuel += isolate->budget;
        isolate->slice_rest += isolate->budget;
        isolate->budget = 0;
    }
    return COR_OK;
}

bool cor_isolate_pause(CorIsolate *isolate) {
    isolate->wants_pause = isolate->pause_depth != 0;
    return isolate->wants_pause;
}

CorStatus cor_isolate_refill(CorIsolate *isolate) {
    CorStatus status = cor_isolate_heed(isolate);
    if (status != COR_OK)
        return status;
    if (isolate->heap->owes) {
        isolate->heap->owes = false;
        return cor_throw_out_of_memory(isolate);
    }
    if (isolate->stressed) {
        if (isolate->safepoint_count++ % (isolate->stack.capacity / COR_STACK_INITIAL + 1) == 0)
            cor_stack_move(isolate); /* large ones seldom: what they cost stays in proportion to the work */
        if (isolate->safepoint_count == isolate->stop_at)
            return cor_isolate_stop(isolate, COR_STOP_INTERRUPT);
    }
    int64_t slice = isolate_next_slice(isolate);
    if (!isolate->has_fuel) {
        isolate->budget = slice;
        return COR_OK;
    }
    int64_t left = isolate_usable_fuel(isolate); /* the budget is negative: it has been overdrawn */
    if (left < 0)
        return isolate_use_up(isolate);
    isolate_give(isolate, left, slice);
    return COR_OK;
}

void cor_isolate_look_next(CorIsolate *isolate) {
    if (isolate->budget > 0) {
        isolate->fuel += isolate->has_fuel ? isolate->budget : 0;
        isolate->budget = 0;
        isolate->slice_rest = 0;
    }
}

void cor_isolate_look_soon(CorIsolate *isolate) {
    if (isolate->is_sampled)
        cor_isolate_look_next(isolate);
}

bool cor_isolate_draw(CorIsolate *isolate, int64_t amount) {
    if (isolate->budget >= amount)
        return true;
    int64_t wanted =
        amount + isolate_next_slice(isolate); /* or a loop might always end its slices where it draws */
    if (!isolate->has_fuel) {
        isolate->budget = wanted;
        return true;
    }
    int64_t left = isolate_usable_fuel(isolate);
    if (left < amount)
        return false;
    isolate_give(isolate, left, wanted);
    return true;
}

/* ---- Globals ----------------------------------------------------------------------------------- */

typedef struct IsolateGlobals {
    CorIsolate *isolate;
    uint64_t *globals;
    uint8_t *set;
    uint32_t count;
} IsolateGlobals;

static void isolate_exchange_globals(void *opaque) {
    IsolateGlobals *made = opaque;
    CorIsolate *isolate = made->isolate;
    uint32_t kept = isolate->globals_count;
    if (kept > 0) {
        memcpy(made->globals, isolate->globals, kept * sizeof *made->globals);
        memcpy(made->set, isolate->globals_set, kept);
    }
    uint64_t *globals = isolate->globals;
    uint8_t *set = isolate->globals_set;
    isolate->globals = made->globals;
    isolate->globals_set = made->set;
    isolate->globals_count = made->count;
    made->globals = globals;
    made->set = set;
}

CorStatus cor_isolate_update_globals(CorIsolate *isolate) {
    cor_engine_lock(isolate->engine);
    uint32_t count = isolate->engine->globals_count;
    cor_engine_unlock(isolate->engine);
    if (count <= isolate->globals_count)
        return COR_OK;
    IsolateGlobals made = {
        .isolate = isolate,
        .globals = calloc(count, sizeof *made.globals),
        .set = calloc(count, sizeof *made.set),
        .count = count,
    };
    bool whole = made.globals && made.set;
    if (whole)
        cor_heap_exclude_collection(isolate_exchange_globals, &made);
    free(made.globals);
    free(made.set);
    return whole ? COR_OK : COR_NO_MEMORY;
}

/* ---- Initialisers ------------------------------------------------------------------------------ */

/* NULL: it has not begun, or has failed. */
static CorInitialized *isolate_initialized(const CorIsolate *isolate, const CorLinkedModule *module) {
    for (uint32_t i = 0; i < isolate->initialized_count; i++)
        if (isolate->initialized[i].module == module)
            return &isolate->initialized[i];
    return NULL;
}

static bool isolate_note_initialized(CorIsolate *isolate, CorLinkedModule *module) {
    if (isolate->initialized_count == isolate->initialized_capacity) {
        uint32_t capacity = isolate->initialized_capacity ? isolate->initialized_capacity * 2 : 16;
        CorInitialized *grown = realloc(isolate->initialized, capacity * sizeof *grown);
        if (!grown)
            return false;
        isolate->initialized = grown;
        isolate->initialized_capacity = capacity;
    }
    isolate->initialized[isolate->initialized_count++] = (CorInitialized){.module = module};
    return true;
}

/* The initialiser runs again when the module is wanted again. Until then what the program has left somewhere may read its
 * variables, so these are checked from now on. */
static void isolate_note_failed(CorIsolate *isolate, const CorLinkedModule *module) {
    CorInitialized *failed = isolate_initialized(isolate, module);
    *failed = isolate->initialized[--isolate->initialized_count];
    if (!isolate->has_failed_initializer)
        isolate->initializing++;
    isolate->has_failed_initializer = true;
}

static CorStatus isolate_initialize(CorIsolate *isolate, CorLinkedModule *module, CorInitializedState least);

static CorStatus isolate_run_initializer(CorIsolate *isolate, CorLinkedModule *module) {
    for (uint32_t i = 0; i < module->module->import_count; i++) {
        CorLinkedModule *import = module->imports[i];
        CorStatus status = import ? isolate_initialize(isolate, import, COR_INITIALIZED) : COR_OK;
        if (status != COR_OK)
            return status;
    }
    CorLoweredFunction *initializer;
    CorStatus status = cor_module_initializer(isolate, module, &initializer);
    isolate_initialized(isolate, module)->state = COR_INITIALIZED_IMPORTS;
    return initializer ? cor_call(isolate, initializer, NULL, NULL) : status;
}

/* A function of the host, called by an initialiser, may want a module before it is ready.  `least`: what is ready enough: a module
 * checks its reads of its own variables, but not those of variables that it imports. */
static CorStatus isolate_initialize(CorIsolate *isolate, CorLinkedModule *module, CorInitializedState least) {
    const CorInitialized *known = isolate_initialized(isolate, module);
    if (known)
        return known->state >= least
                   ? COR_OK
                   : cor_throw(isolate, COR_ERROR_STATE, "module %s is being initialised", module->name);
    if (!isolate_note_initialized(isolate, module))
        return COR_NO_MEMORY;
    CorStatus status = isolate_run_initializer(isolate, module);
    if (status == COR_OK)
        isolate_initialized(isolate, module)->state = COR_INITIALIZED;
    else
        isolate_note_failed(isolate, module);
    return status;
}

CorStatus cor_isolate_initialize(CorIsolate *isolate, CorLinkedModule *module) {
    CorStatus status = cor_isolate_update_globals(isolate);
    if (status != COR_OK)
        return status;
    isolate->initializing++;
    status = isolate_initialize(isolate, module, COR_INITIALIZED_IMPORTS);
    isolate->initializing--;
    return status;
}

/* ---- Reloading --------------------------------------------------------------------------------- */

static bool reload_same_name(const CorLinkedModule *a, uint32_t name, const CorLinkedModule *b,
                             uint32_t other) {
    return cor_string_equal(&a->module->strings[name], &b->module->strings[other]);
}

static bool reload_same_variable(const CorLinkedModule *a, uint32_t index, const CorLinkedModule *b,
                                 uint32_t other) {
    const CorGlobal *x = &a->module->globals[index], *y = &b->module->globals[other];
    if (!(x->flags & y->flags & COR_GLOBAL_VAR) || x->extends != COR_NONE || y->extends != COR_NONE ||
        a->globals[index].type != b->globals[other].type || !reload_same_name(a, x->name, b, y->name))
        return false;
    if (x->owner == COR_NONE || y->owner == COR_NONE)
        return x->owner == y->owner;
    return reload_same_name(a, a->module->definitions[x->owner].name, b,
                            b->module->definitions[y->owner].name);
}

static void reload_keep(CorIsolate *isolate, const CorLinkedModule *from, const CorLinkedModule *to,
                        uint32_t index) {
    const CorGlobalTarget *target = &to->globals[index];
    for (uint32_t i = from->module->imported_global_count; i < from->module->global_count; i++) {
        uint32_t slot = from->globals[i].slot;
        if (!reload_same_variable(from, i, to, index) || !isolate->globals_set[slot])
            continue;
        for (uint32_t s = 0; s < target->type->slots; s++)
            isolate->globals[target->slot + s] = isolate->globals[slot + s];
    }
}

CorStatus cor_isolate_reload(CorIsolate *isolate, CorLinkedModule *from, CorLinkedModule *to) {
    CorStatus status = cor_isolate_initialize(isolate, to);
    for (uint32_t i = to->module->imported_global_count; status == COR_OK && i < to->module->global_count;
         i++)
        reload_keep(isolate, from, to, i);
    return status;
}

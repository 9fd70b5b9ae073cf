/* The queue of places that want code, and the threads that serve it.
 *
 * A thread starts with the first request.  It asks the cache, and opens the code generator when that has not got what is
 * wanted.  When there is no code generator, it ends, and nobody asks for code any more. */
#include "vm/runtime/tier_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Requests (the lock is held) ---- */

static void drop_queue(CorTiers *tiers) {
    for (; tiers->queue != NULL; tiers->queue = tiers->queue->next_wanted) {
        tiers->queue->wanted = 0;
    }
    tiers->host->condition_broadcast(tiers->host, tiers->done);
}

static void close_tiers(CorTiers *tiers) {
    atomic_store_explicit(&tiers->closed, true, memory_order_relaxed);
    drop_queue(tiers);
    tiers->host->condition_broadcast(tiers->host, tiers->work); /* for the other thread */
}

static void run_thread(void *opaque);

static bool start_worker(TierWorker *worker) {
    const CorHost *host = worker->tiers->host;
    if (worker->thread == NULL) {
        worker->thread = host->thread_start(host, run_thread, worker, TIER_STACK_BYTES);
    }
    return worker->thread != NULL;
}

static bool start_thread(CorTiers *tiers) {
    bool runs = start_worker(&tiers->workers[0]);
    if (!runs) {
        snprintf(tiers->failure, sizeof tiers->failure, "the host has no thread for it");
        close_tiers(tiers);
    }
    return runs;
}

/* Nobody may ask for more. */
static bool has_ended(const CorTiers *tiers) {
    return tiers->closed || tiers->full || tiers->stopping ||
           (tiers->options.most != 0 && tiers->asked == tiers->options.most);
}

static void enqueue(CorTiers *tiers, TierPlace *place, uint32_t wanted) {
    place->wanted = wanted;
    place->wanted_at = place->samples;
    place->next_wanted = tiers->queue;
    tiers->queue = place;
    tiers->host->condition_broadcast(tiers->host, tiers->work);
}

/* While the first thread makes code of tier 2, which takes long, the second makes that of tier 1; where it would take the program's
 * processor, only for what has waited. */
static void start_second(CorTiers *tiers, const TierPlace *place) {
    const TierPlace *compiling = tiers->workers[0].compiling;
    uint32_t waited = place->samples - place->wanted_at;
    if (place->wanted == 1 && compiling != NULL && compiling->wanted == 2 &&
        tiers->options.mode == COR_TIER_AUTO && waited >= tiers->second_waits && !tiers->stopping) {
        start_worker(&tiers->workers[1]); /* or all waits */
    }
}

void tier_want(TierPlace *place, uint32_t tier, bool again) {
    CorTiers *tiers = place->function->function->engine->tiers;
    const TierCode *code = atomic_load_explicit(&place->code, memory_order_relaxed);
    bool has = code != NULL && code->tier >= tier && !again;
    place->asked_at = tiers->samples;
    if (!has && !has_ended(tiers) && place->wanted == 0 && !place->given_up[tier] && start_thread(tiers)) {
        tiers->asked++;
        place->again = again;
        enqueue(tiers, place, tier);
    }
    start_second(tiers, place);
}

static uint32_t best_tier(const CorTiers *tiers) {
    return tiers->options.mode == COR_TIER_ONE ? 1 : 2;
}

void tier_want_cached(TierPlace *place) {
    CorTiers *tiers = place->function->function->engine->tiers;
    const TierCode *code = atomic_load_explicit(&place->code, memory_order_relaxed);
    bool has_best = code != NULL && code->tier == best_tier(tiers);
    if (tiers->options.cache != NULL && !has_best && !has_ended(tiers) && place->wanted == 0 &&
        !place->looked_up && start_thread(tiers)) {
        place->looked_up = true;
        enqueue(tiers, place, TIER_LOOK_UP);
    }
}

void tier_want_and_wait(TierPlace *place, uint32_t tier) {
    CorTiers *tiers = place->function->function->engine->tiers;
    tier_want(place, tier, false);
    place->urgent = true;
    while (place->wanted != 0) {
        tiers->host->condition_wait(tiers->host, tiers->done, tiers->lock, -1);
    }
}

/* A start that has no code is wanted for what its loops were sampled, too. */
static uint64_t samples_of(const TierPlace *place) {
    const TierCode *code = place->code;
    uint64_t samples = place->samples + (code != NULL ? code->samples : 0) + 1;
    if (place->index == 0 && code == NULL) {
        for (const TierPlace *other = place->function->places; other != NULL; other = other->next) {
            samples += other->samples;
        }
    }
    return samples;
}

/* What saves most comes first, and what costs next to nothing before it. */
static uint64_t urgency(const TierPlace *place) {
    uint64_t samples = samples_of(place);
    if (place->wanted == TIER_LOOK_UP) {
        return UINT64_MAX - 1;
    }
    return place->urgent ? UINT64_MAX : samples * (place->wanted == 1 || place->again ? TIER_URGENCY : 1);
}

/* How long it still takes until what wants tier 2 has asked for it again, if it is still hot: the code of tier 2 that was made last
 * may have it inlined. */
static int64_t unsettled_ns(const CorTiers *tiers) {
    const int64_t settle_ns = TIER_SETTLE * (int64_t)1000;
    int64_t since = tiers->host->monotonic_ns(tiers->host) - tiers->made_second_ns;
    return tiers->made_second_ns != 0 && since < settle_ns ? settle_ns - since : 0;
}

/* Whether nobody waits for it, and it is not asked for because code has failed. */
static bool can_wait(const TierPlace *place) {
    return !place->again && !place->urgent && place->wanted != TIER_LOOK_UP;
}

/* Whoever asked has got other code since, or is over. */
static bool is_stale(const CorTiers *tiers, const TierPlace *place) {
    bool is_inlined = place->wanted == 2 && tiers->made_second_ns != 0 && unsettled_ns(tiers) == 0 &&
                      (int32_t)(tiers->made_second_at - place->asked_at) >= 0;
    return can_wait(place) && (is_inlined || tiers->samples - place->asked_at > TIER_STALE);
}

static void forget_stale(CorTiers *tiers) {
    for (TierPlace **at = &tiers->queue; *at != NULL;) {
        TierPlace *place = *at;
        if (is_stale(tiers, place)) {
            *at = place->next_wanted;
            place->wanted = 0;
        } else {
            at = &place->next_wanted;
        }
    }
}

static bool is_first(const TierWorker *worker) {
    return worker == &worker->tiers->workers[0];
}

/* NULL: there is nothing for the worker. */
static TierPlace *take_first(const TierWorker *worker) {
    CorTiers *tiers = worker->tiers;
    forget_stale(tiers);
    TierPlace **best = NULL;
    for (TierPlace **at = &tiers->queue; *at != NULL; at = &(*at)->next_wanted) {
        bool serves =
            (*at)->wanted != 2 || (is_first(worker) && (!can_wait(*at) || unsettled_ns(tiers) == 0));
        if (serves && (best == NULL || urgency(*at) > urgency(*best))) {
            best = at;
        }
    }
    TierPlace *place = best != NULL ? *best : NULL;
    if (place != NULL) {
        *best = place->next_wanted;
    }
    return place;
}

/* ---- Making code ---- */

static void store_lock(CorTiers *tiers) {
    tiers->host->mutex_lock(tiers->host, tiers->store);
}
static void store_unlock(CorTiers *tiers) {
    tiers->host->mutex_unlock(tiers->host, tiers->store);
}

/* The object that the cache has, as code. */
static bool take_cached(CorTiers *tiers, TierCode *code, const CorCompileRequest *request) {
    store_lock(tiers);
    const CorCodeObject *object = tiers->cache != NULL ? cor_code_cache_find(tiers->cache, request) : NULL;
    if (object != NULL) {
        code->native = cor_code_load(tiers->loader, object, code->made.failure);
    }
    store_unlock(tiers);
    code->cached = code->native != NULL;
    return code->cached;
}

/* The object that the code generator makes of it, as code. */
static void generate(TierWorker *worker, TierCode *code, const CorCompileRequest *request) {
    CorTiers *tiers = worker->tiers;
    tiers->generator->compile(worker->compiler, request, &code->made);
    if (code->made.object != NULL) {
        store_lock(tiers);
        code->native = cor_code_load(tiers->loader, code->made.object, code->made.failure);
        store_unlock(tiers);
    }
}

static CorCompileRequest request_of(const TierCode *code) {
    return (CorCompileRequest){
        .function = code->place->function->function, .tier = code->tier, .index = code->place->index};
}

/* The code generator is opened when it is needed.  False: there is none. */
static bool open_generator(TierWorker *worker) {
    CorTiers *tiers = worker->tiers;
    store_lock(tiers);
    bool opened = tier_open_generator(tiers, worker);
    store_unlock(tiers);
    tiers_lock(tiers);
    if (opened && !tiers->opened) {
        tiers->opened = true;
        tiers->compiler = worker->compiler;
    }
    tiers_unlock(tiers);
    return opened;
}

/* False: there is no code generator. */
static bool compile(TierWorker *worker, TierCode *code) {
    CorCompileRequest request = request_of(code);
    if (!code->place->again && take_cached(worker->tiers, code, &request)) {
        return true;
    }
    if (worker->compiler == NULL && !open_generator(worker)) {
        return false;
    }
    generate(worker, code, &request);
    return true;
}

/* What is best, if the cache has it, else tier 1; but that comes when the place is hot, as if it had to be made, where until then the
 * interpreter counts for tier 2 what calls find. */
static void look_up(CorTiers *tiers, TierCode *code) {
    const TierPlace *place = code->place;
    code->tier = best_tier(tiers);
    CorCompileRequest request = request_of(code);
    if (!take_cached(tiers, code, &request) && tiers->options.mode == COR_TIER_AUTO &&
        atomic_load_explicit(&place->code, memory_order_relaxed) == NULL &&
        !cor_function_has_profiles(place->function->function)) {
        code->tier = request.tier = 1;
        take_cached(tiers, code, &request);
    }
}

/* With the cap reached there is no more code, so that what there is need not be weighed against it. */
static void check_cap(CorTiers *tiers, TierCode *code) {
    CorNativeCode *native = code->native;
    tiers_lock(tiers);
    size_t bytes = tiers->code_bytes + native->held;
    bool is_full = bytes > tiers->options.code_bytes;
    if (is_full) {
        tiers->full = true;
        drop_queue(tiers);
    }
    tiers_unlock(tiers);
    if (is_full) {
        snprintf(code->made.failure, sizeof code->made.failure, "%zu bytes more than the engine may have",
                 bytes - tiers->options.code_bytes);
        store_lock(tiers);
        cor_code_unload(tiers->loader, native);
        store_unlock(tiers);
        code->native = NULL;
    }
}

/* The older code of the place, which nobody enters any more, but who is in it stays there: so nothing is freed before the
 * engine, and it still counts against the cap. */
static void publish(TierCode *code) {
    const TierCode *older = atomic_load_explicit(&code->place->code, memory_order_relaxed);
    cor_native_publish(code->native);
    if (older != NULL && older->tier == code->tier) { /* else it may come back */
        cor_native_withdraw(older->native);
    }
    if (code->tier == 2) {
        cor_function_profile(code->place->function->function, false);
    }
}

/* Notes what came out.  The lock is held. */
static void keep(CorTiers *tiers, TierCode *code) {
    TierPlace *place = code->place;
    code->next_made = tiers->made;
    tiers->made = code;
    code->next = atomic_load_explicit(&place->function->codes, memory_order_relaxed);
    atomic_store_explicit(&place->function->codes, code, memory_order_release);
    if (code->native != NULL) {
        TierCode *older = atomic_load_explicit(&place->code, memory_order_relaxed);
        if (older != NULL) {
            older->replaced = true;
        }
        atomic_store_explicit(&place->code, code, memory_order_release);
        if (place->index != 0) {
            atomic_store_explicit(&place->function->has_loop_code, true, memory_order_relaxed);
        }
        tiers->code_bytes += code->native->held;
        if (code->tier == 2 && !code->cached) {
            tiers->made_second_at = tiers->samples;
            tiers->made_second_ns = tiers->host->monotonic_ns(tiers->host);
        }
    } else {
        place->given_up[code->tier] = true;
        place->given_up[2] = true; /* what tier 1 cannot do, tier 2 cannot either */
    }
}

/* Keeps what was made for other processes. */
static void fill_cache(CorTiers *tiers, TierCode *code) {
    store_lock(tiers);
    if (tiers->cache != NULL && code->native != NULL && !code->cached) {
        cor_code_cache_keep(tiers->cache, code->made.object);
    }
    if (tiers->cache != NULL) {
        tiers_lock(tiers);
        tiers->cached = *cor_code_cache_report(tiers->cache);
        tiers_unlock(tiers);
    }
    store_unlock(tiers);
    code->made.object = NULL;
}

/* Makes code for a place, without the lock.  False: there is no code generator. */
static bool make(TierWorker *worker, TierCode *code) {
    CorTiers *tiers = worker->tiers;
    bool can = true;
    code->start_ns = tiers->host->monotonic_ns(tiers->host) - tiers->begin_ns;
    if (code->tier == TIER_LOOK_UP) {
        look_up(tiers, code);
    } else {
        can = compile(worker, code);
    }
    if (code->native != NULL) {
        check_cap(tiers, code);
    }
    if (code->native != NULL) {
        publish(code);
    }
    fill_cache(tiers, code);
    return can;
}

/* ---- The threads ---- */

/* Serves a place that has been taken from the queue.  The lock is held before and after. */
static void serve(TierWorker *worker, TierPlace *place) {
    CorTiers *tiers = worker->tiers;
    TierCode *code = calloc(1, sizeof *code);
    if (code != NULL) {
        code->place = place;
        code->tier = place->wanted;
        worker->compiling = place;
        tiers_unlock(tiers);
        bool can = make(worker, code);
        tiers_lock(tiers);
        worker->compiling = NULL;
        if (!can) {
            close_tiers(tiers);
        }
        if (can && (place->wanted != TIER_LOOK_UP || code->native != NULL)) {
            keep(tiers, code);
        } else {
            free(code);
        }
    }
    place->wanted = 0;
    place->urgent = false;
    tiers->host->condition_broadcast(tiers->host, tiers->done);
}

/* Serves the queue until the end.  The lock is held. */
static void work(TierWorker *worker) {
    CorTiers *tiers = worker->tiers;
    while (!tiers->stopping && !tiers->closed) {
        TierPlace *place = take_first(worker);
        if (place != NULL) {
            serve(worker, place);
        } else {
            int64_t wait_ns = is_first(worker) && tiers->queue != NULL ? unsettled_ns(tiers) : 0;
            tiers->host->condition_wait(tiers->host, tiers->work, tiers->lock, wait_ns != 0 ? wait_ns : -1);
        }
    }
}

/* Nobody will ask what calls found. */
static void end_profiles(TierFunction *function) {
    for (; function != NULL; function = function->next) {
        if (function->profiled) {
            cor_function_profile(function->function, false);
        }
    }
}

static void run_thread(void *opaque) {
    TierWorker *worker = opaque;
    CorTiers *tiers = worker->tiers;
    store_lock(tiers);
    bool opened = tiers->loader != NULL || tier_open_loader(tiers);
    store_unlock(tiers);
    tiers_lock(tiers);
    if (opened) {
        work(worker);
    } else {
        close_tiers(tiers);
    }
    TierFunction *profiled = tiers->closed ? tiers->functions : NULL;
    tiers_unlock(tiers);
    end_profiles(profiled);
}

bool cor_tiers_stop(CorTiers *tiers) {
    tiers_lock(tiers);
    tiers->stopping = true;
    drop_queue(tiers);
    tiers->host->condition_broadcast(tiers->host, tiers->work);
    bool compiling = false;
    for (int i = 0; i < TIER_WORKERS; i++) {
        compiling |= tiers->workers[i].compiling != NULL;
    }
    tiers_unlock(tiers);
    return compiling;
}

void tier_end_threads(CorTiers *tiers) {
    if (tiers->workers[0].thread == NULL) {
        return;
    }
    cor_tiers_stop(tiers);
    for (int i = 0; i < TIER_WORKERS; i++) {
        if (tiers->workers[i].thread != NULL) {
            tiers->host->thread_join(tiers->host, tiers->workers[i].thread);
        }
    }
}

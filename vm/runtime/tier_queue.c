/* The queue of places that want code, and the thread that serves it.
 *
 * The thread starts with the first request and opens the code generator.  When that fails, it ends, and nobody asks for
 * code any more.  Between requests it looks at the exits of the code there is, ever more seldom while nothing changes. */
#include "vm/runtime/tier_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SWEEP_START_NS = TIER_SWEEP_MS * 1000000, SWEEP_MOST_NS = 1000000000 };

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
}

static void run_thread(void *opaque);

static bool start_thread(CorTiers *tiers) {
    if (tiers->thread == NULL) {
        tiers->thread = tiers->host->thread_start(tiers->host, run_thread, tiers, TIER_STACK_BYTES);
    }
    if (tiers->thread == NULL) {
        snprintf(tiers->failure, sizeof tiers->failure, "the host has no thread for it");
        close_tiers(tiers);
    }
    return tiers->thread != NULL;
}

void tier_want(TierPlace *place, uint32_t tier, bool again) {
    CorTiers *tiers = place->function->function->engine->tiers;
    const TierCode *code = atomic_load_explicit(&place->code, memory_order_relaxed);
    bool has = code != NULL && code->tier >= tier && !again;
    bool ended = tiers->closed || tiers->full || tiers->stopping ||
                 (tiers->options.most != 0 && tiers->asked == tiers->options.most);
    if (has || ended || place->wanted != 0 || place->given_up[tier] || !start_thread(tiers)) {
        return;
    }
    tiers->asked++;
    place->wanted = tier;
    place->next_wanted = tiers->queue;
    tiers->queue = place;
    tiers->host->condition_signal(tiers->host, tiers->work);
}

void tier_want_and_wait(TierPlace *place, uint32_t tier) {
    CorTiers *tiers = place->function->function->engine->tiers;
    tier_want(place, tier, false);
    place->urgent = true;
    while (place->wanted != 0) {
        tiers->host->condition_wait(tiers->host, tiers->done, tiers->lock, -1);
    }
}

/* What saves most comes first. */
static uint64_t urgency(const TierPlace *place) {
    const TierCode *code = place->code;
    uint64_t samples = place->samples + (code != NULL ? code->samples : 0) + 1;
    return place->urgent ? UINT64_MAX : samples * (place->wanted == 1 ? TIER_URGENCY : 1);
}

static TierPlace *take_first(CorTiers *tiers) {
    TierPlace **best = &tiers->queue;
    for (TierPlace **at = &tiers->queue; *at != NULL; at = &(*at)->next_wanted) {
        if (urgency(*at) > urgency(*best)) {
            best = at;
        }
    }
    TierPlace *place = *best;
    if (place != NULL) {
        *best = place->next_wanted;
    }
    return place;
}

/* ---- The thread ---- */

static void compile(CorTiers *tiers, TierCode *code) {
    CorCompileRequest request = {
        .function = code->place->function->function, .tier = code->tier, .index = code->place->index};
    code->start_ns = tiers->host->monotonic_ns(tiers->host) - tiers->begin_ns;
    tiers->generator->compile(tiers->compiler, &request, &code->made);
    if (code->made.object != NULL) {
        code->native = cor_code_load(tiers->loader, code->made.object, code->made.failure);
    }
    code->made.object = NULL;
}

/* With the cap reached there is no more code, so that what there is need not be weighed against it. */
static void check_cap(CorTiers *tiers, TierCode *code) {
    CorNativeCode *native = code->native;
    if (tiers->code_bytes + native->bytes <= tiers->options.code_bytes) {
        return;
    }
    snprintf(code->made.failure, sizeof code->made.failure, "%zu bytes more than the engine may have",
             tiers->code_bytes + native->bytes - tiers->options.code_bytes);
    cor_code_unload(tiers->loader, native);
    code->native = NULL;
    tiers_lock(tiers);
    tiers->full = true;
    drop_queue(tiers);
    tiers_unlock(tiers);
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
        tiers->code_bytes += code->native->bytes;
        tier_look_soon(tiers);
    } else {
        place->given_up[code->tier] = true;
        place->given_up[2] = true; /* what tier 1 cannot do, tier 2 cannot either */
    }
}

/* Compiles for a place that has been taken from the queue.  The lock is held before and after. */
static void serve(CorTiers *tiers, TierPlace *place) {
    TierCode *code = calloc(1, sizeof *code);
    if (code != NULL) {
        code->place = place;
        code->tier = place->wanted;
        tiers->compiling = place;
        tiers_unlock(tiers);
        compile(tiers, code);
        if (code->native != NULL) {
            check_cap(tiers, code);
        }
        if (code->native != NULL) {
            publish(code);
        }
        tiers_lock(tiers);
        tiers->compiling = NULL;
        keep(tiers, code);
    }
    place->wanted = 0;
    place->urgent = false;
    tiers->host->condition_broadcast(tiers->host, tiers->done);
}

void tier_look_soon(CorTiers *tiers) {
    int64_t soon = tiers->host->monotonic_ns(tiers->host) + SWEEP_START_NS;
    tiers->sweep_pause_ns = SWEEP_START_NS;
    if (tiers->sweep_at_ns > soon) {
        tiers->sweep_at_ns = soon;
        tiers->host->condition_signal(tiers->host, tiers->work);
    }
}

/* Looks at the exits when it is time; the pause until the next time is in *pause_ns. */
static void sweep(CorTiers *tiers, int64_t *pause_ns) {
    int64_t now = tiers->host->monotonic_ns(tiers->host);
    if (now >= tiers->sweep_at_ns) {
        CorNativeCode *withdrawn;
        bool found = tier_sweep(tiers, &withdrawn);
        if (withdrawn != NULL) {
            tiers_unlock(tiers);
            cor_native_withdraw(withdrawn);
            tiers_lock(tiers);
        }
        bool longer = !found && tiers->sweep_pause_ns < SWEEP_MOST_NS;
        tiers->sweep_pause_ns = found ? SWEEP_START_NS : tiers->sweep_pause_ns * (longer ? 2 : 1);
        tiers->sweep_at_ns = now + tiers->sweep_pause_ns;
    }
    *pause_ns = tiers->sweep_at_ns - now;
}

/* Serves the queue until the end.  The lock is held. */
static void work(CorTiers *tiers) {
    while (!tiers->stopping) {
        TierPlace *place = take_first(tiers);
        if (place != NULL) {
            serve(tiers, place);
        }
        int64_t pause_ns = -1;
        if (tiers->made != NULL) {
            sweep(tiers, &pause_ns);
        }
        if (tiers->queue == NULL && !tiers->stopping) {
            tiers->host->condition_wait(tiers->host, tiers->work, tiers->lock, pause_ns);
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
    CorTiers *tiers = opaque;
    bool opened = tier_open_generator(tiers);
    tiers_lock(tiers);
    if (!opened) {
        close_tiers(tiers);
    }
    tiers->opened = opened;
    tiers->sweep_pause_ns = SWEEP_START_NS;
    if (opened) {
        work(tiers);
    }
    TierFunction *profiled = opened ? NULL : tiers->functions;
    tiers_unlock(tiers);
    end_profiles(profiled);
}

bool cor_tiers_stop(CorTiers *tiers) {
    tiers_lock(tiers);
    tiers->stopping = true;
    drop_queue(tiers);
    tiers->host->condition_signal(tiers->host, tiers->work);
    bool opening = tiers->thread != NULL && !tiers->opened && !tiers->closed;
    bool compiling = opening || tiers->compiling != NULL;
    tiers_unlock(tiers);
    return compiling;
}

void tier_end_thread(CorTiers *tiers) {
    if (tiers->thread != NULL) {
        cor_tiers_stop(tiers);
        tiers->host->thread_join(tiers->host, tiers->thread);
    }
}

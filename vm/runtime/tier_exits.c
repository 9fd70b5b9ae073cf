/* Speculation that fails: exits that are taken often are remembered by function and instruction, and the code is compiled
 * again without what it relied on.  As only what is new there counts, this ends; besides, it is limited.
 *
 * The program itself looks, when it has left some more times: so the sooner, the more often it leaves.  Where it left it
 * counts again what calls find, since that has changed. */
#include "vm/runtime/stack.h"
#include "vm/runtime/tier_internal.h"

#include <stdlib.h>

static const bool exit_is_speculative[COR_EXIT_COUNT] = {
#define EXIT(name, speculative, text) [COR_EXIT_##name] = (speculative),
#include "vm/runtime/exits.def"
#undef EXIT
};

static bool is_known(const TierFunction *function, uint32_t index, CorExitKind kind) {
    const TierFailure *failure = function != NULL ? function->failures : NULL;
    while (failure != NULL && (failure->index != index || failure->kind != kind)) {
        failure = failure->next;
    }
    return failure != NULL;
}

bool cor_tier_failed(const CorLoweredFunction *function, uint32_t index, CorExitKind kind) {
    CorTiers *tiers = function->engine->tiers;
    tiers_lock(tiers);
    bool failed = is_known(function->tier, index, kind);
    tiers_unlock(tiers);
    return failed;
}

static uint32_t exit_count(const CorNativeExit *exit) {
    return __atomic_load_n(&exit->count, __ATOMIC_RELAXED);
}

/* A speculation that fails at least `limit` times, which is not known. */
static bool is_new_failure(const CorNativeExit *exit, uint32_t limit) {
    return exit_is_speculative[exit->kind] && exit_count(exit) >= limit &&
           !is_known(exit->function->tier, exit->index, (CorExitKind)exit->kind);
}

static void note_failures(CorTiers *tiers, const CorNativeCode *native) {
    for (uint32_t i = 0; i < native->exit_count; i++) {
        const CorNativeExit *exit = &native->exits[i];
        if (!is_new_failure(exit, TIER_EXIT_LIMIT / TIER_EXIT_SHARE)) {
            continue;
        }
        TierFunction *function = tier_function(tiers, exit->function);
        TierFailure *failure = function != NULL ? malloc(sizeof *failure) : NULL;
        if (failure != NULL) {
            *failure = (TierFailure){function->failures, exit->index, (CorExitKind)exit->kind};
            function->failures = failure;
        }
    }
}

static bool fails(const CorNativeCode *native) {
    for (uint32_t i = 0; i < native->exit_count; i++) {
        if (is_new_failure(&native->exits[i], TIER_EXIT_LIMIT)) {
            return true;
        }
    }
    return false;
}

/* Code of tier 1 that the place had before. */
static TierCode *earlier_code(const TierPlace *place) {
    TierCode *code = place->function->codes;
    while (code != NULL && (code->place != place || code->tier != 1 || code->native == NULL)) {
        code = code->next;
    }
    return code;
}

/* What is compiled again instead of code that fails, or not any more.  Until then, and if not, the code of tier 1 comes
 * back, if there was some: then the result is the code that nobody may enter any more. */
static CorNativeCode *replace(TierPlace *place, TierCode *code) {
    if (place->recompiled < TIER_RECOMPILATIONS) {
        place->recompiled++;
        tier_want(place, code->tier, true);
    } else {
        place->given_up[2] = true;
    }
    TierCode *earlier = code->tier == 2 ? earlier_code(place) : NULL;
    if (earlier == NULL) {
        return NULL;
    }
    code->replaced = true;
    earlier->replaced = false;
    atomic_store_explicit(&place->code, earlier, memory_order_release);
    return code->native;
}

/* Looks for code that fails, from *at on.  The lock is held. */
static CorNativeCode *give_up_next(CorTiers *tiers, TierCode **at) {
    CorNativeCode *withdrawn = NULL;
    for (; *at != NULL && withdrawn == NULL; *at = (*at)->next_made) {
        TierCode *code = *at;
        TierPlace *place = code->place;
        bool is_current = code->native != NULL && atomic_load(&place->code) == code;
        if (is_current && place->wanted == 0 && fails(code->native)) {
            note_failures(tiers, code->native);
            withdrawn = replace(place, code);
        }
    }
    return withdrawn;
}

static void look_at_exits(CorTiers *tiers) {
    tiers_lock(tiers);
    TierCode *at = tiers->made;
    while (at != NULL) {
        CorNativeCode *withdrawn = give_up_next(tiers, &at);
        if (withdrawn != NULL) {
            tiers_unlock(tiers);
            cor_native_withdraw(withdrawn);
            tiers_lock(tiers);
        }
    }
    tiers_unlock(tiers);
}

void cor_tier_left(CorIsolate *isolate) {
    CorTiers *tiers = isolate->engine->tiers;
    if (++isolate->native_exits % TIER_EXIT_LOOK != 0 || tiers == NULL ||
        atomic_load_explicit(&tiers->closed, memory_order_relaxed)) {
        return;
    }
    if (tiers->options.mode != COR_TIER_ONE) {
        const CorLoweredFunction *function = cor_frame_function(cor_frame_top(isolate));
        cor_function_profile((CorLoweredFunction *)(uintptr_t)function, true);
    }
    look_at_exits(tiers);
}

/* Compiling ahead of time, into the cache.
 *
 * A function gets code for its start and for each of its loops, since a call may last in any of them; an initialiser, which runs
 * once, for its loops only.  What a run would compile with a profile is not guessed: where tier 2 would use a profile and there
 * is none, the place gets tier 1, and tier 2 in a run that samples it often.
 *
 * As for an explanation (tier_explain.c) a code generator is opened that shares nothing with the engine's. */
#include "vm/runtime/tier_internal.h"

#include <stdio.h>
#include <string.h>

typedef struct Ahead {
    CorTiers *own;
    CorTierAhead *report;
    bool stopped; /* the cache cannot be written */
} Ahead;

/* Keeps an object.  False: it cannot be kept. */
static bool keep(Ahead *ahead, const CorCodeObject *object) {
    const CorCodeCacheReport *cached = cor_code_cache_report(ahead->own->cache);
    uint32_t kept = cached->kept;
    ahead->stopped = !cor_code_cache_keep(ahead->own->cache, object);
    ahead->report->bytes = cached->bytes;
    return cached->kept != kept;
}

/* Sees to it that the cache has the object. */
static bool fill(Ahead *ahead, const CorCompileRequest *request) {
    CorCompileResult result;
    if (cor_code_cache_find(ahead->own->cache, request) != NULL) {
        ahead->report->present++;
        return true;
    }
    ahead->own->generator->compile(ahead->own->workers[0].compiler, request, &result);
    return result.object != NULL && keep(ahead, result.object);
}

static void fill_place(Ahead *ahead, CorLoweredFunction *function, uint32_t index) {
    CorCompileRequest request = {.function = function, .tier = 2, .index = index, .profiled = true};
    while (request.tier > 0 && !ahead->stopped && !fill(ahead, &request)) {
        request.tier--;
        request.profiled = false;
    }
    ahead->report->loops += request.tier > 0 && index != 0;
    ahead->report->made[request.tier]++;
}

static void fill_function(Ahead *ahead, CorLoweredFunction *function) {
    if (ahead->own->options.profile)
        cor_function_profile(function, false); /* what it has counted stays */
    if (!function->is_initializer)
        fill_place(ahead, function, 0);
    for (uint32_t head = 0; (head = cor_tiers_loop_head(function, head, 0)) != 0 && !ahead->stopped;)
        fill_place(ahead, function, head);
}

static bool open_all(CorTiers *own, CorExplanationFailure *failure) {
    char problem[sizeof own->cache_problem];
    own->cache = cor_code_cache_open(own->engine, &own->options, problem);
    if (own->cache == NULL)
        snprintf(failure->text, sizeof failure->text, "the cache cannot be used: %s", problem);
    else if (!tier_open_generator(own, &own->workers[0]))
        snprintf(failure->text, sizeof failure->text, "there is no native code: %.960s", own->failure);
    return own->cache != NULL && own->workers[0].compiler != NULL;
}

bool cor_tiers_compile_ahead(const CorTiers *tiers, CorLoweredFunction *const *functions, uint32_t count,
                             CorTierAhead *report, CorExplanationFailure *failure) {
    *report = (CorTierAhead){0};
    CorTiers *own = cor_tiers_new(tiers->engine, &tiers->options);
    if (own == NULL) {
        snprintf(failure->text, sizeof failure->text, "out of memory");
        return false;
    }
    Ahead ahead = {.own = own, .report = report};
    bool opened = open_all(own, failure);
    for (uint32_t i = 0; opened && i < count && !ahead.stopped; i++)
        fill_function(&ahead, functions[i]);
    if (ahead.stopped)
        snprintf(failure->text, sizeof failure->text, "the cache cannot be used: %s: %s", own->options.cache,
                 cor_code_cache_report(own->cache)->problem);
    cor_tiers_free(own);
    return opened && !ahead.stopped;
}

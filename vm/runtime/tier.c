/* The policy: what samples ask for.  Its constants are in tier_policy.def; docs/jit.md tells why.
 *
 * In the interpreter a sample belongs to the place it was taken at.  In native code it belongs to the code, found by the
 * site: code of tier 1 that is sampled often is what tier 2 is for.  Where that is the code of a function's start, the
 * start gets tier 2; when the old code is still sampled in a loop after that, the loop is long, and gets its own. */
#include "vm/runtime/stack.h"
#include "vm/runtime/tier_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- Life ---- */

static bool copy_text(const char **text) {
    if (*text != NULL) {
        char *copy = malloc(strlen(*text) + 1);
        if (copy != NULL) {
            strcpy(copy, *text);
        }
        *text = copy;
        return copy != NULL;
    }
    return true;
}

CorTiers *cor_tiers_new(CorEngine *engine, const CorTierOptions *options) {
    CorTiers *tiers = calloc(1, sizeof *tiers);
    if (tiers == NULL) {
        return NULL;
    }
    tiers->engine = engine;
    tiers->host = engine->host;
    tiers->options = *options;
    bool copied = copy_text(&tiers->options.library);
    copied &= copy_text(&tiers->options.cache);
    tiers->options.code_bytes = options->code_bytes != 0 ? options->code_bytes : TIER_CODE_BYTES;
    tiers->closed = options->mode == COR_TIER_INTERP;
    uint32_t processors = tiers->host->processor_count(tiers->host);
    tiers->scale = processors > 1 ? 1 : TIER_SINGLE;
    tiers->second_waits = processors > 2 ? 0 : processors > 1 ? TIER_WAITS : UINT32_MAX;
    tiers->begin_ns = tiers->host->monotonic_ns(tiers->host);
    tiers->lock = tiers->host->mutex_new(tiers->host);
    tiers->work = tiers->host->condition_new(tiers->host);
    tiers->done = tiers->host->condition_new(tiers->host);
    tiers->store = tiers->host->mutex_new(tiers->host);
    for (int i = 0; i < TIER_WORKERS; i++) {
        tiers->workers[i].tiers = tiers;
    }
    if (!copied || tiers->lock == NULL || tiers->store == NULL || tiers->work == NULL ||
        tiers->done == NULL) {
        cor_tiers_free(tiers);
        return NULL;
    }
    return tiers;
}

static void free_places(TierFunction *function) {
    for (TierPlace *place = function->places, *next; place != NULL; place = next) {
        next = place->next;
        free(place);
    }
    for (TierFailure *failure = function->failures, *next; failure != NULL; failure = next) {
        next = failure->next;
        free(failure);
    }
}

void cor_tiers_free(CorTiers *tiers) {
    if (tiers == NULL) {
        return;
    }
    tier_end_threads(tiers);
    tier_close_generator(tiers);
    cor_code_loader_free(tiers->loader); /* with all code */
    cor_code_cache_close(tiers->cache);
    for (TierCode *code = tiers->made, *next; code != NULL; code = next) {
        next = code->next_made;
        free(code);
    }
    for (TierFunction *function = tiers->functions, *next; function != NULL; function = next) {
        next = function->next;
        function->function->tier = NULL;
        free_places(function);
        free(function);
    }
    if (tiers->done != NULL) {
        tiers->host->condition_free(tiers->host, tiers->done);
    }
    if (tiers->work != NULL) {
        tiers->host->condition_free(tiers->host, tiers->work);
    }
    if (tiers->store != NULL) {
        tiers->host->mutex_free(tiers->host, tiers->store);
    }
    if (tiers->lock != NULL) {
        tiers->host->mutex_free(tiers->host, tiers->lock);
    }
    free((char *)(uintptr_t)tiers->options.library);
    free((char *)(uintptr_t)tiers->options.cache);
    free(tiers);
}

const CorTierOptions *cor_tiers_options(const CorTiers *tiers) {
    return &tiers->options;
}

bool cor_tiers_want_samples(const CorTiers *tiers) {
    return tiers != NULL && tiers->options.mode != COR_TIER_INTERP;
}

bool cor_tiers_watch_safepoints(const CorTiers *tiers) {
    return cor_tiers_want_samples(tiers) && (tiers->options.eager_loops || tiers->options.leave_every != 0);
}

/* ---- Functions and places ---- */

TierFunction *tier_function(CorTiers *tiers, const CorLoweredFunction *function) {
    TierFunction *known = atomic_load_explicit(&function->tier, memory_order_relaxed);
    if (known != NULL) {
        return known;
    }
    TierFunction *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    made->function = (CorLoweredFunction *)(uintptr_t)function;
    made->next = tiers->functions;
    tiers->functions = made;
    atomic_store_explicit(&made->function->tier, made, memory_order_release);
    return made;
}

/* The loop head that an instruction goes back to; COR_NONE: it does not. */
static uint32_t back_edge(const CorLoweredFunction *function, uint32_t at) {
    const char *extension = strchr(cor_lowered_info[cor_code_word(function, at).op].operands, ':');
    bool goes_back = extension != NULL && extension[1] == 'B';
    return goes_back ? (uint32_t)((int64_t)at + function->code[at + 1].edge.distance) : COR_NONE;
}

static TierPlace *find_place(const TierFunction *function, uint32_t index) {
    TierPlace *place = atomic_load_explicit(&function->places, memory_order_acquire);
    while (place != NULL && place->index != index) {
        place = place->next;
    }
    return place;
}

/* A new place, or the one that there is, reaches to `end`. */
static bool add_place(TierFunction *function, uint32_t index, uint32_t end) {
    TierPlace *place = find_place(function, index);
    if (place == NULL) {
        place = calloc(1, sizeof *place);
        if (place == NULL) {
            return false;
        }
        place->function = function;
        place->index = index;
        place->next = atomic_load_explicit(&function->places, memory_order_relaxed);
        atomic_store_explicit(&function->places, place, memory_order_release);
    }
    place->end = end;
    return true;
}

/* Makes the places of a function. */
static bool find_places(TierFunction *function) {
    const CorLoweredFunction *code = function->function;
    bool done = add_place(function, 0, 0);
    for (uint32_t at = 0; done && at < code->code_count; at += cor_code_length(code, at)) {
        uint32_t head = back_edge(code, at);
        done = head == COR_NONE || head == 0 || add_place(function, head, at);
    }
    return done;
}

TierPlace *tier_place(TierFunction *function, uint32_t index) {
    if (!function->placed) {
        function->placed = find_places(function);
    }
    return function->placed ? find_place(function, index) : NULL;
}

/* The innermost loop around an instruction; the start, where there is none. */
static TierPlace *place_around(TierFunction *function, uint32_t index) {
    TierPlace *around = tier_place(function, 0);
    for (TierPlace *place = function->places; around != NULL && place != NULL; place = place->next) {
        if (place->index <= index && place->end >= index && place->index > around->index) {
            around = place;
        }
    }
    return around;
}

static TierPlace *place_of(CorTiers *tiers, const CorLoweredFunction *function, uint32_t index) {
    TierFunction *known = tier_function(tiers, function);
    return known != NULL ? tier_place(known, index) : NULL;
}

static TierCode *place_code(const TierPlace *place) {
    return atomic_load_explicit(&place->code, memory_order_acquire);
}

static uint32_t first_tier(const CorTiers *tiers) {
    return tiers->options.mode == COR_TIER_TWO ? 2 : 1;
}

/* For tests.  Nobody will notice the first call of what has been lowered meanwhile. */
static void want_and_wait(CorTiers *tiers, TierPlace *place, uint32_t tier) {
    tiers->ahead_left = TIER_AHEAD;
    tier_want_and_wait(place, tier);
    tiers->ahead_left = 0; /* there may be no end of what these call */
    for (TierPlace *next; (next = tiers->ahead) != NULL;) {
        tiers->ahead = next->next_ahead;
        tier_want_and_wait(next, first_tier(tiers));
    }
}

/* ---- The interpreter ---- */

/* The outermost loop around this one that goes round often enough to be entered soon; else the loop itself.  Code that
 * is entered there is better, for it has the inner loops whole. */
static TierPlace *choose_loop(TierPlace *inner) {
    TierPlace *chosen = inner;
    for (TierPlace *place = inner->function->places; place != NULL; place = place->next) {
        bool is_around = place->index != 0 && place->index < inner->index && place->end >= inner->index;
        if (is_around && place->samples * TIER_OUTER_SHARE >= inner->samples &&
            place->index < chosen->index) {
            chosen = place;
        }
    }
    return chosen;
}

/* Whether a loop had better wait: code is being made for another one of the function, or is there and will be entered. */
static bool waits_for_loop(TierPlace *loop, uint32_t tier) {
    bool has_other = false;
    for (TierPlace *place = loop->function->places; place != NULL; place = place->next) {
        const TierCode *code = place_code(place);
        if (place != loop && place->index != 0) {
            if (place->wanted != 0 && place->wanted != TIER_LOOK_UP) {
                return true;
            }
            has_other |= code != NULL && code->tier >= tier;
        }
    }
    return has_other && loop->patience++ < TIER_LOOP_PATIENCE;
}

static void want_loop(TierPlace *place, uint32_t tier) {
    if (!waits_for_loop(place, tier)) {
        tier_want(place->patience < TIER_LOOP_PATIENCE ? choose_loop(place) : place, tier, false);
    }
}

/* The initialiser of a module runs once. */
static void want_entry(CorTiers *tiers, TierFunction *function, uint32_t tier) {
    TierPlace *entry = function->function->is_initializer ? NULL : place_of(tiers, function->function, 0);
    if (entry != NULL) {
        tier_want(entry, tier, false);
    }
}

/* A number that changes, most likely, when the frame is another call of its function: the frame of its caller is
 * as it was while the call lasts, though the stack may move.  Native code keeps its frames elsewhere, but its calls are counted. */
static uint64_t activation_of(const CorIsolate *isolate, const CorLoweredFunction *function,
                              const uint64_t *fp) {
    const CorWord *call = cor_frame_call(fp);
    uint64_t hash = (uint64_t)(fp - isolate->stack.base) ^ (uintptr_t)call;
    if (cor_word_is_site(call)) {
        return hash + function->native_calls;
    }
    for (const uint64_t *slot = fp - call->b; slot < fp - COR_FRAME_HEADER; slot++) {
        hash = (hash ^ *slot) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    return hash;
}

/* Counts a sample of a loop for the call it belongs to. */
static void note_activation(TierFunction *function, uint64_t activation) {
    if (function->activation != activation) {
        function->activation = activation;
        function->activations++;
        function->activation_samples = 0;
    }
    function->activation_samples++;
}

/* A function that is called again and again gets code for its start, a call that lasts for the loop it is in. */
static void decide_loop(CorTiers *tiers, TierPlace *place) {
    TierFunction *function = place->function;
    bool has_code = place_code(place) != NULL;
    place->reentries += has_code;
    if (function->activations > 1 || place->reentries >= TIER_REENTRIES) {
        want_entry(tiers, function, first_tier(tiers));
    }
    uint32_t lasting = TIER_LASTING * (function->activations > 1 ? TIER_LASTING_CALLED : 1) * tiers->scale;
    if (!has_code && function->activation_samples >= lasting) {
        want_loop(place, first_tier(tiers));
    }
}

static bool has_run_for_a_while(const CorTiers *tiers) {
    return tiers->samples >= TIER_START * tiers->scale;
}

static void decide_interpreted(CorTiers *tiers, TierPlace *place) {
    uint32_t least = (first_tier(tiers) == 1 ? TIER_FIRST : TIER_ALONE) * tiers->scale;
    if (place->samples < least) {
        return;
    }
    if (place->index == 0) {
        tier_want(place, first_tier(tiers), false);
    } else {
        decide_loop(tiers, place);
    }
}

/* What the cache has for a place, and for its function. */
static void look_up(CorTiers *tiers, TierPlace *place) {
    if (tiers->options.cache != NULL && !place->looked_up) {
        TierPlace *entry =
            place->function->function->is_initializer ? NULL : place_of(tiers, place->function->function, 0);
        tier_want_cached(place);
        if (entry != NULL) {
            tier_want_cached(entry);
        }
    }
}

static void sample_interpreted(CorTiers *tiers, const CorIsolate *isolate, TierPlace *place,
                               const uint64_t *fp) {
    bool waits = tiers->options.eager_loops && place->index != 0 && place_code(place) == NULL;
    place->samples++;
    if (place->index != 0) {
        note_activation(place->function, activation_of(isolate, place->function->function, fp));
    }
    if (tiers->samples >= TIER_LOOK_UP_START) {
        look_up(tiers, place);
    }
    if (waits) {
        want_and_wait(tiers, place, first_tier(tiers));
    } else if (has_run_for_a_while(tiers)) {
        decide_interpreted(tiers, place);
    }
}

/* Whether calls of the function should be counted from now on: tier 2 will want to know what it calls. */
static bool starts_profile(CorTiers *tiers, TierFunction *function) {
    bool starts = !function->profiled && !tiers->closed && has_run_for_a_while(tiers) &&
                  tiers->options.mode != COR_TIER_ONE;
    if (starts) { /* behind the end of compiling others read it without the lock */
        function->profiled = true;
    }
    return starts;
}

/* A sample of a call in the interpreter, of which the frame is: at a place, or (`calls`) at a call of what was sampled. */
static TierPlace *count_interpreted(CorTiers *tiers, const CorIsolate *isolate,
                                    const CorLoweredFunction *function, uint32_t index, const uint64_t *fp,
                                    bool calls) {
    tiers_lock(tiers);
    TierFunction *known = tier_function(tiers, function);
    TierPlace *place = known != NULL ? calls ? place_around(known, index) : tier_place(known, index) : NULL;
    bool starts = place != NULL && starts_profile(tiers, known);
    if (place != NULL && !(calls && place_code(place) != NULL)) { /* else its code will be entered soon */
        sample_interpreted(tiers, isolate, place, fp);
    }
    tiers_unlock(tiers);
    if (starts) {
        cor_function_profile(known->function, true);
    }
    return place;
}

/* The outermost of the frames that stand at one site. */
static CorFrame outermost(CorFrame frame) {
    if (cor_word_is_site(frame.ip))
        frame.inlined = cor_word_site(frame.ip)->frame_count - 1;
    return frame;
}

/* ---- From native code back to a loop that has code ---- */

/* The frame, of the interpreter, waits for native code to return.  Where it stands in a loop that has code by now, its next
 * safepoints are samples, until one is at the loop's head: else its own work, which is little, might not be sampled for long. */
static void look_back(CorTiers *tiers, CorIsolate *isolate, CorFrame frame) {
    const CorLoweredFunction *function = cor_frame_function(frame);
    TierFunction *known = atomic_load_explicit(&function->tier, memory_order_acquire);
    if (known == NULL || !atomic_load_explicit(&known->has_loop_code, memory_order_relaxed)) {
        return;
    }
    tiers_lock(tiers);
    const TierPlace *place = place_around(known, cor_frame_index(frame));
    isolate->looks_back = place != NULL && place->index != 0 && place_code(place) != NULL;
    tiers_unlock(tiers);
}

/* The frame of the interpreter that is nearest to one of native code; its fp is NULL when there is none near. */
static CorFrame nearest_interpreted(const CorIsolate *isolate, CorFrame frame) {
    for (int depth = 0; depth < TIER_NEAR && frame.fp != NULL; depth++) {
        frame = cor_frame_caller(isolate, outermost(frame));
        if (frame.fp != NULL && !cor_word_is_site(frame.ip)) {
            return frame;
        }
    }
    return (CorFrame){.fp = NULL};
}

/* A frame of the interpreter that enters native code again and again is sampled with what it calls: its own work would seldom be,
 * for native code, which looks at the budget for more than it charges, uses that up. */
static void sample_around(CorTiers *tiers, CorIsolate *isolate, CorFrame native) {
    CorFrame frame = nearest_interpreted(isolate, native);
    uint32_t entries = isolate->native_entries - isolate->sampled_entries;
    isolate->sampled_entries = isolate->native_entries;
    const CorLoweredFunction *function = frame.fp != NULL ? cor_frame_function(frame) : NULL;
    if (function == NULL || function->code == NULL) {
        return;
    }
    if (entries >= TIER_ENTRIES && !atomic_load_explicit(&tiers->closed, memory_order_relaxed)) {
        count_interpreted(tiers, isolate, function, cor_frame_index(frame), frame.fp, true);
    }
    look_back(tiers, isolate, frame);
}

const CorNativeCode *cor_tier_sample(CorIsolate *isolate, const CorLoweredFunction *function,
                                     const CorWord *ip) {
    CorTiers *tiers = isolate->engine->tiers;
    if (tiers == NULL || atomic_load_explicit(&tiers->closed, memory_order_relaxed) ||
        function->code == NULL || ip < function->code || ip >= function->code + function->code_count) {
        return NULL;
    }
    atomic_fetch_add_explicit(&tiers->samples, 1, memory_order_relaxed);
    cor_isolate_sample_every(isolate, COR_BUDGET_SAMPLE);
    TierPlace *place =
        count_interpreted(tiers, isolate, function, (uint32_t)(ip - function->code), isolate->fp, false);
    TierCode *code = place != NULL && place->index != 0 ? place_code(place) : NULL;
    if (place != NULL && place->index == 0 && place_code(place) != NULL) {
        sample_around(tiers, isolate, (CorFrame){.fp = isolate->fp, .ip = ip});
    }
    return code != NULL ? code->native : NULL;
}

/* ---- Native code ---- */

static TierCode *code_of_site(const TierFunction *function, const CorNativeSite *site) {
    TierCode *code = atomic_load_explicit(&function->codes, memory_order_acquire);
    for (; code != NULL; code = code->next) {
        const CorNativeCode *native = code->native;
        if (native != NULL && site >= native->sites && site < native->sites + native->site_count) {
            return code;
        }
    }
    return NULL;
}

/* `index` of the function's own loop head, or 0: at its entry or in what is inlined. */
static void decide_native(CorTiers *tiers, TierCode *code, uint32_t index) {
    TierFunction *function = code->place->function;
    TierPlace *head = index != 0 ? tier_place(function, index) : NULL;
    if (head != NULL) {
        head->samples++;
    }
    const TierCode *best = place_code(code->place);
    if (code->place->index == 0 && (best == NULL || best->tier < 2) && !code->place->given_up[2]) {
        want_entry(tiers, function, 2);
    } else if (head != NULL && (code->place->index != 0 || code->late++ >= TIER_LATE)) {
        want_loop(head, 2);
    } else if (code->place->index != 0) {
        tier_want(code->place, 2, false);
    }
}

/* The cache may have better code for the loop, which the interpreter has not come to. */
static void look_up_native(CorTiers *tiers, TierCode *code, uint32_t index) {
    TierPlace *head = index != 0 ? tier_place(code->place->function, index) : NULL;
    look_up(tiers, head != NULL ? head : code->place);
}

static bool is_better_code_at(const TierFunction *function, uint32_t index, uint32_t tier) {
    const TierPlace *place = find_place(function, index);
    const TierCode *code = place != NULL ? place_code(place) : NULL;
    return code != NULL && code->tier > tier;
}

static TierCode *code_at_site(const CorNativeSite *site) {
    const CorNativeFrame *frame = &site->frames[site->frame_count - 1];
    const TierFunction *function = atomic_load_explicit(&frame->function->tier, memory_order_acquire);
    return function != NULL ? code_of_site(function, site) : NULL;
}

/* Whether tier 2 would inline the function where it is called. */
static bool is_inlined(const CorLoweredFunction *function) {
    return function->code_count <= (function->takes_functions ? TIER_INLINED_TAKING : TIER_INLINED);
}

/* The index of an instruction of the function itself; 0: in what is inlined there. */
static uint32_t site_index(const CorNativeSite *site) {
    return site->frame_count == 1 ? site->frames[0].index : 0;
}

/* How many samples the code has had before. */
static uint32_t count_native(CorTiers *tiers, TierCode *code, const CorNativeSite *site) {
    uint32_t earlier = code != NULL ? atomic_fetch_add_explicit(&code->samples, 1, memory_order_relaxed) : 0;
    uint32_t samples = earlier + 1;
    if (samples % TIER_PAUSE != 0 || code == NULL || code->tier != 1 ||
        tiers->options.mode != COR_TIER_AUTO) {
        return earlier;
    }
    tiers_lock(tiers);
    if (samples >= TIER_SECOND * tiers->scale) {
        decide_native(tiers, code, site_index(site));
    } else {
        look_up_native(tiers, code, site_index(site));
    }
    tiers_unlock(tiers);
    return earlier;
}

/* What is inlined is sampled for its callers, too, up to one that is not. */
static void count_callers(CorTiers *tiers, const CorIsolate *isolate, const CorNativeSite *site) {
    CorFrame frame = outermost((CorFrame){.fp = isolate->fp, .ip = site->words});
    for (int depth = 0; depth < TIER_INLINED_DEPTH && is_inlined(cor_frame_function(frame)); depth++) {
        frame = cor_frame_caller(isolate, frame);
        const CorLoweredFunction *function = frame.fp != NULL ? cor_frame_function(frame) : NULL;
        if (function == NULL) {
            break;
        }
        if (!cor_word_is_site(frame.ip)) {
            if (function->code != NULL && !atomic_load_explicit(&tiers->closed, memory_order_relaxed)) {
                count_interpreted(tiers, isolate, function, cor_frame_index(frame), frame.fp, true);
            }
            break;
        }
        count_native(tiers, code_at_site(cor_word_site(frame.ip)), cor_word_site(frame.ip));
        frame = outermost(frame);
    }
}

bool cor_tier_left_for_test(const CorIsolate *isolate) {
    uint64_t every = isolate->engine->tiers->options.leave_every;
    return every != 0 && isolate->native_safepoints % every == 0;
}

bool cor_tier_sample_native(CorIsolate *isolate, const CorNativeSite *site) {
    CorTiers *tiers = isolate->engine->tiers;
    isolate->native_safepoints++;
    if (cor_tier_left_for_test(isolate)) {
        return true;
    }
    atomic_fetch_add_explicit(&tiers->samples, 1, memory_order_relaxed);
    uint32_t index = site_index(site);
    TierCode *code = code_at_site(site);
    uint32_t earlier = count_native(tiers, code, site);
    bool is_final = code != NULL && code->tier >= 2;
    cor_isolate_sample_every(isolate, is_final ? COR_BUDGET_SAMPLE_FINAL : COR_BUDGET_SAMPLE);
    if (is_final && earlier % TIER_AROUND != 0) {
        return false;
    }
    count_callers(tiers, isolate, site);
    sample_around(tiers, isolate, (CorFrame){.fp = isolate->fp, .ip = site->words});
    return code != NULL && index != 0 && is_better_code_at(code->place->function, index, code->tier);
}

void cor_tier_called_by_native(CorLoweredFunction *function) {
    CorTiers *tiers = function->engine->tiers;
    uint32_t calls = atomic_fetch_add_explicit(&function->native_calls, 1, memory_order_relaxed) + 1;
    bool looks_up = calls == 1 && tiers != NULL && tiers->options.cache != NULL;
    if (tiers == NULL || function->code == NULL || (calls % TIER_NATIVE_CALLS != 0 && !looks_up)) {
        return;
    }
    tiers_lock(tiers);
    TierFunction *known = tier_function(tiers, function);
    TierPlace *entry = known != NULL && looks_up ? tier_place(known, 0) : NULL;
    if (entry != NULL) {
        look_up(tiers, entry);
    } else if (known != NULL) {
        want_entry(tiers, known, first_tier(tiers));
    }
    tiers_unlock(tiers);
}

/* ---- Tests ---- */

void cor_tier_first_call(CorLoweredFunction *function) {
    CorTiers *tiers = function->engine->tiers;
    if (tiers != NULL && tiers->options.profile && function->code != NULL) {
        cor_function_profile(function, true);
    }
    if (tiers == NULL || !tiers->options.eager || tiers->closed || function->code == NULL) {
        return;
    }
    tiers_lock(tiers);
    TierPlace *place = place_of(tiers, function, 0);
    if (place != NULL) {
        want_and_wait(tiers, place, first_tier(tiers));
    }
    tiers_unlock(tiers);
}

/* ---- Functions before their first call ---- */

bool cor_tier_lower(CorLoweredFunction *function) {
    enum { MOST_BYTES = 400 };
    CorTiers *tiers = function->engine->tiers;
    if (tiers == NULL || !tiers->options.eager) {
        bool waits_for_calls = tiers != NULL && tiers->options.profile;
        return !waits_for_calls && cor_function_lower_ahead(function, MOST_BYTES);
    }
    tiers_lock(tiers);
    bool may_lower = !tiers->options.profile && tiers->ahead_left > 0;
    tiers_unlock(tiers);
    if (!may_lower || !cor_function_lower_ahead(function, MOST_BYTES)) {
        return false;
    }
    tiers_lock(tiers);
    TierPlace *place = place_of(tiers, function, 0);
    if (place != NULL) {
        place->next_ahead = tiers->ahead;
        tiers->ahead = place;
        tiers->ahead_left--;
    }
    tiers_unlock(tiers);
    return true;
}

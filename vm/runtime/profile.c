/* Call profiles: counting whom virtual, interface and closure calls call.
 *
 * Nothing is counted until a function is profiled: then its calls are rewritten, a word at a time, to operations that
 * count, and back at the end.  When that happens again, what is known already counts little.  A call that was the second of a pair is executed on its own meanwhile.  The profiles of
 * virtual and closure calls are made with the code; those of interface calls, whose second word is a cache, only now. */
#include "vm/runtime/lower_internal.h"

static CorLowered profiled(CorLowered op) {
    switch (op) {
    case COR_LOWERED_CALL_VIRTUAL: return COR_LOWERED_CALL_VIRTUAL_PROFILED;
    case COR_LOWERED_CALL_INTERFACE: return COR_LOWERED_CALL_INTERFACE_PROFILED;
    case COR_LOWERED_CALL_CLOSURE: return COR_LOWERED_CALL_CLOSURE_PROFILED;
    default: return op;
    }
}

/* ---- Finding ---- */

static const CorCallProfile *find_interface_profile(const CorLoweredFunction *function, uint32_t index) {
    const CorInterfaceProfiles *profiles = atomic_load_explicit(
        &((CorLoweredFunction *)(uintptr_t)function)->interface_profiles, memory_order_acquire);
    uint32_t low = 0, high = profiles != NULL ? profiles->count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (profiles->calls[middle].index == index) {
            return profiles->calls[middle].profile;
        }
        if (profiles->calls[middle].index < index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const CorCallProfile *cor_call_profile(const CorLoweredFunction *function, uint32_t index) {
    switch (cor_lowered_plain(cor_code_word(function, index).op)) {
    case COR_LOWERED_CALL_VIRTUAL:
    case COR_LOWERED_CALL_CLOSURE: return function->code[index + 1].pointer;
    case COR_LOWERED_CALL_INTERFACE: return find_interface_profile(function, index);
    default: return NULL;
    }
}

/* ---- Switching ---- */

static uint32_t count_interface_calls(const CorLoweredFunction *function) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < function->code_count; i += cor_code_length(function, i)) {
        count += cor_lowered_plain(cor_code_word(function, i).op) == COR_LOWERED_CALL_INTERFACE;
    }
    return count;
}

/* Without memory there are none, and the calls are not counted. */
static void make_interface_profiles(CorLoweredFunction *function) {
    uint32_t count = count_interface_calls(function);
    CorArena *arena = function->engine->arena;
    CorInterfaceProfiles *made = cor_arena_allocate(arena, 1, sizeof *made + count * sizeof made->calls[0]);
    CorCallProfile *profiles = cor_arena_allocate(arena, count, sizeof *profiles);
    if (made == NULL || profiles == NULL) {
        return;
    }
    for (uint32_t i = 0; i < function->code_count; i += cor_code_length(function, i)) {
        CorWord word = cor_code_word(function, i);
        if (cor_lowered_plain(word.op) != COR_LOWERED_CALL_INTERFACE) {
            continue;
        }
        const CorCacheEntry *cache = cor_word_load_pointer(&function->code[i + 1]);
        CorCallProfile *profile = &profiles[made->count];
        profile->shape = *cor_interface_shape(cache->interface, word.c);
        made->calls[made->count].index = i;
        made->calls[made->count++].profile = profile;
    }
    atomic_store_explicit(&function->interface_profiles, made, memory_order_release);
}

static void store_word(CorWord *place, CorWord word) {
    __atomic_store_n(&place->bits, word.bits, __ATOMIC_RELEASE);
}

static void set_operation(CorLoweredFunction *function, uint32_t index, CorLowered op) {
    CorWord word = cor_code_word(function, index);
    word.op = (uint16_t)op;
    if (index == 0) {
        store_word(&function->first_word, word);
    }
    if (function->code[index].op != COR_LOWERED_ENTER_NATIVE) {
        store_word(&function->code[index], word);
    }
}

/* What has been counted so far, if that was in another time: it counts no more than what will be found soon. */
static void forget(CorCallProfile *profile) {
    uint32_t most = COR_PROFILE_OLD;
    for (uint32_t i = 0; i < COR_PROFILE_ENTRIES; i++) {
        if (atomic_load_explicit(&profile->count[i], memory_order_relaxed) > most) {
            atomic_store_explicit(&profile->count[i], most, memory_order_relaxed);
        }
    }
    if (atomic_load_explicit(&profile->other, memory_order_relaxed) > most) {
        atomic_store_explicit(&profile->other, most, memory_order_relaxed);
    }
}

/* The call at `index`, and the instruction before it, which may be fused with it. */
static void switch_call(CorLoweredFunction *function, uint32_t before, uint32_t index, bool on) {
    CorLowered call = cor_lowered_plain(cor_code_word(function, index).op);
    CorCallProfile *profile = (CorCallProfile *)(uintptr_t)cor_call_profile(function, index);
    if (on && profile == NULL) {
        return;
    }
    if (on) {
        forget(profile);
    }
    if (before != COR_NONE && before + 1 == index) {
        CorLowered op = cor_code_word(function, before).op, first = cor_lowered_plain(op);
        CorLowered pair = cor_lowered_pair(first, call);
        if (on && pair == op) {
            set_operation(function, before, first);
        } else if (!on && op == first && !function->engine->options.plain_lowering) {
            set_operation(function, before, pair);
        }
    }
    set_operation(function, index, on ? profiled(call) : call);
}

bool cor_function_has_profiles(const CorLoweredFunction *function) {
    bool found = false;
    for (uint32_t i = 0; i < function->code_count && !found; i += cor_code_length(function, i)) {
        CorLowered op = cor_lowered_plain(cor_code_word(function, i).op);
        found = profiled(op) != op;
    }
    return found;
}

void cor_function_profile(CorLoweredFunction *function, bool on) {
    CorEngine *engine = function->engine;
    cor_engine_lock(engine);
    if (on && function->interface_profiles == NULL) {
        make_interface_profiles(function);
    }
    uint32_t before = COR_NONE;
    for (uint32_t i = 0; i < function->code_count; i += cor_code_length(function, i)) {
        CorLowered op = cor_lowered_plain(cor_code_word(function, i).op);
        if (profiled(op) != op) {
            switch_call(function, before, i, on);
        }
        before = i;
    }
    cor_engine_unlock(engine);
}

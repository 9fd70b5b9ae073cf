/* What the files of tier*.c share; nobody else includes this.
 *
 * A *place* is where code of a function can be entered: its start or a loop head.  A place wants at most one tier at a
 * time, and then stands in the queue or is being compiled; so nothing is compiled twice.  Places and what is known of
 * functions are under the lock of CorTiers, which is a leaf: nothing is called with it held.  Native code, which
 * samples often, only reads: lists that only grow, and atomic members. */
#ifndef COR_RUNTIME_TIER_INTERNAL_H
#define COR_RUNTIME_TIER_INTERNAL_H

#include "vm/runtime/code_cache.h"
#include "vm/runtime/code_loader.h"
#include "vm/runtime/engine_internal.h"
#include "vm/runtime/tier.h"

enum {
#define POLICY(name, value, text) TIER_##name = (value),
#include "vm/runtime/tier_policy.def"
#undef POLICY
    TIER_LOOK_UP = 3,            /* in place of a tier that is wanted: whatever the cache has */
    TIER_STACK_BYTES = 16 << 20, /* of the thread: LLVM recurses */
    TIER_CODE_BYTES = 64 << 20,  /* most code of an engine, by default */
    TIER_WORKERS = 2,
};

typedef struct TierFunction TierFunction;
typedef struct TierPlace TierPlace;
typedef struct TierCode TierCode;

/* A compilation that has been tried.  Lives as long as the engine. */
struct TierCode {
    TierCode *next;      /* of the function, newest first; immutable */
    TierCode *next_made; /* of all, newest first */
    TierPlace *place;
    uint32_t tier;
    bool replaced; /* by better code, or by code without its speculation; whoever runs it stays in it */
    bool cached;   /* it came from the cache */
    CorNativeCode *native; /* the loader's; NULL: failed, made.failure says why */
    CorCompileResult made; /* its object is gone */
    int64_t start_ns;      /* since the engine began */
    uint32_t late;         /* decisions since the start of the function had better code */
    _Atomic uint32_t samples;
};

struct TierPlace {
    TierPlace *next; /* of the function; immutable */
    TierFunction *function;
    uint32_t index;           /* 0: the start */
    uint32_t end;             /* of a loop head: index of its last back-edge */
    _Atomic(TierCode *) code; /* published; the best there is */
    uint32_t samples;
    uint32_t reentries;     /* samples in the interpreter while it had code */
    uint32_t patience;      /* samples that waited for code of another loop to be entered */
    uint32_t wanted;        /* tier, or TIER_LOOK_UP; 0: none */
    uint32_t wanted_at;     /* by `samples`: since when */
    uint32_t asked_at;      /* by the engine's samples: last */
    bool again;             /* not what the cache has */
    bool looked_up;         /* in the cache: it is not there, or it was taken */
    bool urgent;            /* the program waits */
    bool given_up[3];       /* tiers that could not be compiled, or left too often */
    uint32_t recompiled;    /* how often, because of exits */
    TierPlace *next_wanted; /* in the queue */
    TierPlace *next_ahead;
};

/* A speculation that failed. */
typedef struct TierFailure {
    struct TierFailure *next;
    uint32_t index;
    CorExitKind kind;
} TierFailure;

struct TierFunction {
    TierFunction *next; /* of all */
    CorLoweredFunction *function;
    _Atomic(TierPlace *) places;
    _Atomic(TierCode *) codes;
    TierFailure *failures;
    uint64_t activation;                      /* of the last sample in a loop */
    uint32_t activations, activation_samples; /* how many there were, and samples of that one, in a row */
    bool profiled;                            /* its calls have been counted */
    bool placed;                              /* its start and all its loops are `places` */
    _Atomic bool has_loop_code;               /* there is code that is entered at one of its loops */
};

/* A thread that compiles.  The first serves all requests; the second, which starts when the first makes code of tier 2, those for
 * tier 1 only. */
typedef struct TierWorker {
    CorTiers *tiers;
    CorHostThread *thread;
    TierPlace *compiling;
    CorCompiler *compiler; /* of the thread; NULL: not opened */
} TierWorker;

struct CorTiers {
    CorEngine *engine;
    const CorHost *host;
    CorTierOptions options; /* its texts are owned */
    int64_t begin_ns;
    _Atomic bool closed; /* there is no code generator, or nobody wants one */
    _Atomic uint32_t samples;
    uint32_t scale;        /* of thresholds: the price of a compilation */
    uint32_t second_waits; /* samples of a place that wait before a second thread starts */

    CorHostMutex *lock;
    CorHostCondition *work; /* for the thread: requests, the end */
    CorHostCondition *done; /* for programs that wait */
    TierFunction *functions;
    TierPlace *queue;
    /* with `eager`: starts of functions that were lowered to be inlined, before their first call */
    TierPlace *ahead;
    uint32_t ahead_left;     /* how many more the code that is made now may have so */
    uint64_t asked;          /* how often */
    uint32_t made_second_at; /* by `samples`: when code of tier 2 was made last, */
    int64_t made_second_ns;  /* and by the clock.  0: never */
    TierWorker workers[TIER_WORKERS];
    bool stopping;
    bool opened; /* the code generator */
    bool full;   /* no more code: code_bytes */
    size_t code_bytes;
    TierCode *made;

    CorCompiler *compiler; /* that was opened first */

    /* of the workers, under `store`, which is taken before the lock; `failure` is read after it has been set, under the lock */
    CorHostMutex *store;
    CorHostLibrary *library;
    CorCodeLoader *loader;     /* owns all code */
    CorCodeCache *cache;       /* NULL: none */
    char cache_problem[160];   /* why there is none */
    CorCodeCacheReport cached; /* under the lock */
    const CorCodeGenerator *generator;
    int64_t open_ns;    /* what opening took */
    char failure[1024]; /* why there is no code generator */
};

static inline void tiers_lock(CorTiers *tiers) {
    tiers->host->mutex_lock(tiers->host, tiers->lock);
}
static inline void tiers_unlock(CorTiers *tiers) {
    tiers->host->mutex_unlock(tiers->host, tiers->lock);
}

/* ---- tier.c (the lock is held) ---- */
TierFunction *tier_function(CorTiers *tiers, const CorLoweredFunction *function); /* NULL: no memory */
/* NULL: no memory, or the index is neither 0 nor a loop head. */
TierPlace *tier_place(TierFunction *function, uint32_t index);

/* ---- tier_queue.c (the lock is held) ---- */
/* Puts the place into the queue, unless it has such code, or cannot; `again`: in place of code of the same tier. What is
 * not repeated may be forgotten while others want code, `again` excepted. */
void tier_want(TierPlace *place, uint32_t tier, bool again);
/* Likewise, and waits until it is compiled, has failed, or cannot be. */
void tier_want_and_wait(TierPlace *place, uint32_t tier);
/* Puts the place into the queue once, for what the cache has, if there is a cache. */
void tier_want_cached(TierPlace *place);
void tier_end_threads(CorTiers *tiers); /* without the lock */

/* ---- tier_library.c (without the lock, but `store` is held) ---- */
/* Makes the loader, and opens the cache. false: tiers->failure. */
bool tier_open_loader(CorTiers *tiers);
/* Finds the code generator, if need be, and opens it for the worker; false: tiers->failure. */
bool tier_open_generator(CorTiers *tiers, TierWorker *worker);
void tier_close_generator(CorTiers *tiers);

#endif

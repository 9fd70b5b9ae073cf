/* Tiers: which functions get native code, when, and from whom.
 *
 * Nothing counts calls or rounds.  Where the budget of work is used up, every few thousand units, the interpreter and native
 * code come here: the function and the safepoint they stand at are a sample, so what is sampled often is what uses the
 * time.  A few samples queue a function for tier 1, more for tier 2; samples at back-edges ask for code that is entered at the
 * loop.  A thread takes from the queue what has most samples, and is started with the first request; another one, for tier 1
 * alone, with the first compilation of tier 2.  They open the code generator, a library of its own, so a short program never pays for it.  The program never waits for it, unless
 * a switch for tests says so.
 *
 * Code is published by two stores: the entry in the function's CorCodeHeader, which native callers read, and ENTER_NATIVE in
 * the first word of its lowered code, whose original word is kept in `first_word`. */
#ifndef COR_RUNTIME_TIER_H
#define COR_RUNTIME_TIER_H

#include "vm/runtime/code_object.h"
#include "vm/runtime/native.h"

struct CorHost;

typedef enum CorTierMode {
    COR_TIER_AUTO,   /* as said above */
    COR_TIER_INTERP, /* no native code */
    COR_TIER_ONE,    /* never tier 2 */
    COR_TIER_TWO,    /* tier 2 at once, without tier 1 */
} CorTierMode;

typedef struct CorTierOptions {
    CorTierMode mode;
    bool eager;       /* test: a function is compiled when it is first called, and the program waits for it */
    bool eager_loops; /* test: likewise at the first back-edge of a loop */
    bool quick;       /* test: all passes of the code generator, but hardly any of LLVM */
    bool unmetered;   /* for measuring: native code charges nothing, and nothing stops it */
    uint64_t leave_every; /* test: native code leaves at every n-th safepoint; 0: never without need */
    uint64_t fail_every;  /* test: every n-th guard fails; 0: none without reason */
    uint64_t most;        /* test: only the first requests are served, so many; 0: all */
    size_t code_bytes;    /* most native code of the engine; 0: the default */
    const char *library;  /* path of the code generator; NULL: beside the program or where it was installed */
    const char *cache;    /* folder of compiled objects; NULL: none */
    uint64_t cache_bytes; /* most in that folder; 0: the default */
    bool perf, gdb;       /* tell them about native code */
    /* calls are counted from the first one on, in any mode: for who wants to see code made with it */
    bool profile;
    const struct CorCodeGenerator *generator; /* test: in place of the library */
} CorTierOptions;

/* ---- The code generator ---- */

/* What the engine wants compiled.  The function is lowered. */
typedef struct CorCompileRequest {
    CorLoweredFunction *function;
    uint32_t tier;  /* 1 or 2 */
    uint32_t index; /* 0, or the loop head to enter at */
    bool profiled;  /* fails where a profile would have been used and there is none: see `unprofiled` */
} CorCompileRequest;

typedef struct CorCompileResult {
    const CorCodeObject *object; /* the compiler's, until it is used again; NULL: `failure` says why */
    char failure[160];
    int64_t build_ns, generate_ns; /* of its time: the code generator's own form, LLVM */
    uint32_t unprofiled; /* calls that find their callee when they run, and of which nobody has counted any */
} CorCompileResult;

typedef struct CorCompiler CorCompiler;

/* What the library, which does not link the VM, asks the engine; any thread. */
typedef struct CorGeneratorServices {
    const CorCallProfile *(*call_profile)(const CorLoweredFunction *function, uint32_t index);
    bool (*failed)(const CorLoweredFunction *function, uint32_t index,
                   CorExitKind kind);                                                 /* cor_tier_failed */
    const CorCacheEntry *(*interface)(const CorType *type, const CorType *interface); /* cor_type_interface */
    bool (*lower)(CorLoweredFunction *function);                                      /* cor_tier_lower */
} CorGeneratorServices;

/* The interface of the library: what `coracle_code_generator`, its one symbol, returns.  Several compilers may
 * be open, each of which one thread uses at a time. */
typedef struct CorCodeGenerator {
    uint32_t version;                                  /* COR_CODE_GENERATOR_VERSION it was built for */
    const char *(*description)(CorCompiler *compiler); /* such as "LLVM 19.1.7, x86-64, znver3" */
    /* NULL: *failure, of 160 bytes, says why.  The options and services outlive the compiler. */
    CorCompiler *(*open)(CorEngine *engine, const CorTierOptions *options,
                         const CorGeneratorServices *services, char *failure);
    void (*close)(CorCompiler *compiler);
    void (*compile)(CorCompiler *compiler, const CorCompileRequest *request, CorCompileResult *result);
    /* Writes lowered code, the generator's own form, LLVM's and machine code of a function; false: *failure. */
    bool (*explain)(CorCompiler *compiler, const CorCompileRequest *request, void *file, char *failure);
} CorCodeGenerator;

enum { COR_CODE_GENERATOR_VERSION = 4 };
typedef const CorCodeGenerator *CorCodeGeneratorSymbol(void);

/* ---- The engine's side ---- */

typedef struct CorTiers CorTiers; /* of an engine: queue, thread, code, statistics */

/* NULL: host memory exhausted.  Texts of the options are copied. */
CorTiers *cor_tiers_new(CorEngine *engine, const CorTierOptions *options);
void cor_tiers_free(CorTiers *tiers); /* ends the threads; waits for what they compile */
const CorTierOptions *cor_tiers_options(const CorTiers *tiers);

/* Starts no compilation any more.  True: one is running, so that cor_tiers_free will wait. */
bool cor_tiers_stop(CorTiers *tiers);

/* Whether anybody wants samples: not of an engine without tiers (NULL), nor where the interpreter is to run everything. */
bool cor_tiers_want_samples(const CorTiers *tiers);

/* Whether an isolate has to come to the budget's slow path at every safepoint: tests. */
bool cor_tiers_watch_safepoints(const CorTiers *tiers);

/* The interpreter is at a safepoint of the topmost frame, at instruction `ip`: counts it, and may ask for code. Gives
 * the code to enter at the loop head `ip`, or NULL. */
const CorNativeCode *cor_tier_sample(CorIsolate *isolate, const CorLoweredFunction *function,
                                     const CorWord *ip);

/* Native code is at a safepoint where the budget was used up: counts it, and may ask for better code.  True: it is to
 * leave, and the interpreter to come to cor_tier_sample at the same place, for there is something better. */
bool cor_tier_sample_native(CorIsolate *isolate, const CorNativeSite *site);

/* Whether the leave that cor_tier_sample_native has just asked for is only a test's: the interpreter executes what is at the
 * place, since code that is entered there may leave again before it does. */
bool cor_tier_left_for_test(const CorIsolate *isolate);

/* Native code has left at an instruction of the topmost frame, which the interpreter executes now, not because it was asked
 * to at a safepoint.  May ask for other code, in place of code that leaves often, which is not entered any more then. */
void cor_tier_left(CorIsolate *isolate);

/* Native code has called a function that the interpreter runs, because it has no native code, which it gets when that happens
 * often, or because that has left. */
void cor_tier_called_by_native(CorLoweredFunction *function);

/* A function has just been lowered and is about to run for the first time; with `profile` lets it count its calls, with
 * `eager` compiles it, and waits. */
void cor_tier_first_call(CorLoweredFunction *function);

/* Whether code has left often for that reason at that instruction of the function, which may be inlined elsewhere: then
 * code had better not rely on it. */
bool cor_tier_failed(const CorLoweredFunction *function, uint32_t index, CorExitKind kind);

/* Lowers a function that has not run yet, so that code which is going to call it can have it inlined; false: it is too large for
 * that, or not to be touched before its first call. */
bool cor_tier_lower(CorLoweredFunction *function);

/* Writes how native code is made of functions, which are lowered: as the code generator explains it, after a line that names
 * the function.  The generator is opened for that alone, on the calling thread.  False: there is none, *failure says why.
 * `file` is a FILE. */
typedef struct CorExplanationFailure {
    char text[1024];
} CorExplanationFailure;
bool cor_tiers_explain(const CorTiers *tiers, const CorCompileRequest *requests, uint32_t count, void *file,
                       CorExplanationFailure *failure);

/* Compiles functions, which are lowered, for the cache of the engine's options: their starts and their loops.  A code generator
 * is opened for it as above.  What is in the cache already stays.  False: *failure says why. */
typedef struct CorTierAhead {
    /* starts and loops by the tier of their code; 0: they have none, or it cannot be kept */
    uint32_t made[3];
    uint32_t loops;   /* those of them with code that are loops, */
    uint32_t present; /* and whose code was there already */
    uint64_t bytes;   /* of the files that are new */
} CorTierAhead;
bool cor_tiers_compile_ahead(const CorTiers *tiers, CorLoweredFunction *const *functions, uint32_t count,
                             CorTierAhead *ahead, CorExplanationFailure *failure);

/* The first loop head of a lowered function behind the instruction `index` whose line that is, as the report of the tiers
 * has it, or any for line 0; 0: there is none. */
uint32_t cor_tiers_loop_head(const CorLoweredFunction *function, uint32_t index, uint32_t line);

/* What was compiled, when, how long it took, and where it left: for --jit-stats.  `file` is a FILE. */
void cor_tiers_report(CorTiers *tiers, void *file);

#endif

#include "jit/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include <llvm-c/Analysis.h>
#include <llvm-c/Core.h>
#include <llvm-c/Error.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>
#include <llvm-c/Transforms/PassBuilder.h>

#include "jit/session_internal.h"

static void session_fail(char *failure, const char *what, const char *why) {
    snprintf(failure, JIT_FAILURE, "%s: %s", what, why);
}

/* Consumes the error.  Whether there was none. */
static bool session_check(LLVMErrorRef error, const char *what, char *failure) {
    if (!error)
        return true;
    char *message = LLVMGetErrorMessage(error);
    session_fail(failure, what, message);
    LLVMDisposeErrorMessage(message);
    return false;
}

/* ---- Life -------------------------------------------------------------------------------------- */

/* Sums of floats keep their order also in vector code; LLVM does that on x86-64 only when told.  What is live behind a place where
 * code leaves nobody reads.  The last two: registers are allocated well also where instructions are selected fast, which is most of
 * what such code gains; and what leaves finds values in registers, not only on the stack. */
static const char *const session_options[] = {"coracle", "-force-ordered-reductions=true",
                                              "-enable-patchpoint-liveness=false", "-optimize-regalloc=true",
                                              "-use-registers-for-deopt-values"};
enum {
    SESSION_OPTIONS = sizeof session_options / sizeof *session_options,
    SESSION_QUICK_OPTIONS = SESSION_OPTIONS - 2,
};

/* A minimum that rounds of a loop carry stays a conditional move: a branch, which LLVM makes of it on x86-64, is taken or not as the
 * data say.  LLVM knows the option only where it generates code of x86-64. */
static const char *const session_options_x86_64[] = {"coracle", "-x86-cmov-converter=false"};

/* Tier 1 takes FastISel, and no passes over machine code: a third of the time of the level above. */
static const LLVMCodeGenOptLevel session_levels[SESSION_TIERS] = {LLVMCodeGenLevelNone,
                                                                  LLVMCodeGenLevelDefault};

static void session_parse_options(int count) {
    char *triple = LLVMGetDefaultTargetTriple();
    LLVMParseCommandLineOptions(count, session_options, NULL);
    if (strncmp(triple, "x86_64", strlen("x86_64")) == 0)
        LLVMParseCommandLineOptions(sizeof session_options_x86_64 / sizeof *session_options_x86_64,
                                    session_options_x86_64, NULL);
    LLVMDisposeMessage(triple);
}

static void session_set_options(void) {
    session_parse_options(SESSION_OPTIONS);
}

static void session_set_quick_options(void) {
    session_parse_options(SESSION_QUICK_OPTIONS);
}

static void session_initialize_target(void) {
    LLVMInitializeNativeTarget();
    LLVMInitializeNativeAsmPrinter();
    LLVMInitializeNativeAsmParser();
    LLVMInitializeNativeDisassembler();
}

/* What LLVM has once for the process: not while other threads compile, which have done it. */
static void session_initialize(bool quick) {
    static once_flag options = ONCE_FLAG_INIT, quick_options = ONCE_FLAG_INIT, target = ONCE_FLAG_INIT;
    call_once(quick ? &quick_options : &options, quick ? session_set_quick_options : session_set_options);
    call_once(&target, session_initialize_target);
}

static bool session_find_target(JitSession *session, char *failure) {
    session_initialize(session->quick);
    session->triple = LLVMGetDefaultTargetTriple();
    session->cpu = LLVMGetHostCPUName();
    session->features = LLVMGetHostCPUFeatures();
    char *message = NULL;
    LLVMTargetRef target;
    if (LLVMGetTargetFromTriple(session->triple, &target, &message)) {
        session_fail(failure, "no target", message);
        LLVMDisposeMessage(message);
        return false;
    }
    for (uint32_t tier = 0; tier < SESSION_TIERS; tier++) {
        LLVMCodeGenOptLevel level = session->quick ? LLVMCodeGenLevelNone : session_levels[tier];
        session->machines[tier] =
            LLVMCreateTargetMachine(target, session->triple, session->cpu, session->features, level,
                                    LLVMRelocPIC, LLVMCodeModelDefault);
        if (!session->machines[tier]) {
            session_fail(failure, "no target machine", session->triple);
            return false;
        }
        /* It is what AArch64 takes at the lowest level, and it cannot record where values are. */
        LLVMSetTargetMachineGlobalISel(session->machines[tier], false);
    }
    unsigned major, minor, patch;
    LLVMGetVersion(&major, &minor, &patch);
    size_t processor = strcspn(session->triple, "-");
    snprintf(session->description, sizeof session->description, "LLVM %u.%u.%u, %.*s, %s", major, minor,
             patch, (int)processor, session->triple, session->cpu);
    return true;
}

JitSession *session_open(bool quick, char *failure) {
    JitSession *session = calloc(1, sizeof *session);
    if (!session) {
        session_fail(failure, "session", "out of memory");
        return NULL;
    }
    session->quick = quick;
    if (!session_find_target(session, failure)) {
        session_close(session);
        return NULL;
    }
    return session;
}

void session_close(JitSession *session) {
    if (!session)
        return;
    for (uint32_t tier = 0; tier < SESSION_TIERS; tier++) {
        if (session->machines[tier])
            LLVMDisposeTargetMachine(session->machines[tier]);
    }
    LLVMDisposeMessage(session->triple);
    LLVMDisposeMessage(session->cpu);
    LLVMDisposeMessage(session->features);
    free(session);
}

const char *session_description(const JitSession *session) {
    return session->description;
}

/* ---- Modules ----------------------------------------------------------------------------------- */

static LLVMTargetMachineRef session_machine(const JitSession *session, uint32_t tier) {
    return session->machines[tier >= 2 ? 1 : 0];
}

bool session_is_fast(const JitSession *session, uint32_t tier) {
    return session->quick || tier < 2;
}

LLVMModuleRef session_new_module(JitSession *session, const char *name) {
    LLVMContextRef context = LLVMContextCreate();
    LLVMModuleRef module = LLVMModuleCreateWithNameInContext(name, context);
    LLVMSetTarget(module, session->triple);
    LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(session->machines[0]);
    LLVMSetModuleDataLayout(module, layout);
    LLVMDisposeTargetData(layout);
    return module;
}

void session_free_module(LLVMModuleRef module) {
    LLVMContextRef context = LLVMGetModuleContext(module);
    LLVMDisposeModule(module);
    LLVMContextDispose(context);
}

/* What pays in code that runs for a millisecond. */
static const char session_light[] = "sroa,early-cse,simplifycfg";

/* About O2, which takes twice as long: what is left out are repetitions, and what is about other languages or
 * other modules. */
static const char session_thorough[] =
    "function("
    "sroa,early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>,correlated-propagation,simplifycfg,"
    "loop-mssa(loop-instsimplify,loop-rotate,licm,simple-loop-unswitch),simplifycfg,instcombine<no-verify-"
    "fixpoint>,"
    "loop(loop-idiom,indvars,loop-deletion,loop-unroll-full),gvn,loop-mssa(licm),simplifycfg,"
    "loop-vectorize,slp-vectorizer,vector-combine,instcombine<no-verify-fixpoint>,loop-unroll<O2>,loop-mssa("
    "licm),"
    "simplifycfg<hoist-common-insts;sink-common-insts>,div-rem-pairs)";

/* The same where there are no loops: a third of the time. */
static const char session_straight[] =
    "function("
    "sroa,early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>,correlated-propagation,simplifycfg,"
    "gvn,simplifycfg<hoist-common-insts;sink-common-insts>,div-rem-pairs)";

bool session_optimize(JitSession *session, LLVMModuleRef module, uint32_t tier, bool loops, char *failure) {
    if (session->quick)
        return true;
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMPassBuilderOptionsSetLoopVectorization(options, tier >= 2);
    LLVMPassBuilderOptionsSetSLPVectorization(options, tier >= 2);
    LLVMPassBuilderOptionsSetLoopInterleaving(options, tier >= 2);
    const char *passes = tier < 2 ? session_light : loops ? session_thorough : session_straight;
    LLVMErrorRef error = LLVMRunPasses(module, passes, session_machine(session, tier), options);
    LLVMDisposePassBuilderOptions(options);
    return session_check(error, "passes", failure);
}

/* Keeps what depends on nothing else from optimising instructions: scheduling, before all. */
static void mark_unoptimized(LLVMModuleRef module) {
    static const char name[] = "optnone";
    unsigned kind = LLVMGetEnumAttributeKindForName(name, sizeof name - 1);
    LLVMAttributeRef none = LLVMCreateEnumAttribute(LLVMGetModuleContext(module), kind, 0);
    for (LLVMValueRef function = LLVMGetFirstFunction(module); function;
         function = LLVMGetNextFunction(function)) {
        if (!LLVMIsDeclaration(function))
            LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex, none);
    }
}

LLVMMemoryBufferRef session_object(JitSession *session, LLVMModuleRef module, uint32_t tier, char *failure) {
    char *message = NULL;
    LLVMMemoryBufferRef object;
    if (session_is_fast(session, tier))
        mark_unoptimized(module);
    if (LLVMTargetMachineEmitToMemoryBuffer(session_machine(session, tier), module, LLVMObjectFile, &message,
                                            &object)) {
        session_fail(failure, "code generation", message);
        LLVMDisposeMessage(message);
        return NULL;
    }
    return object;
}

#include "jit/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <llvm-c/Analysis.h>
#include <llvm-c/Core.h>
#include <llvm-c/Error.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/LLJITUtils.h>
#include <llvm-c/Object.h>
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

static bool session_find_target(JitSession *session, char *failure) {
    LLVMInitializeNativeTarget();
    LLVMInitializeNativeAsmPrinter();
    LLVMInitializeNativeAsmParser();
    LLVMInitializeNativeDisassembler();
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
        LLVMCodeGenOptLevel level = tier == 0 ? LLVMCodeGenLevelLess : LLVMCodeGenLevelDefault;
        session->machines[tier] =
            LLVMCreateTargetMachine(target, session->triple, session->cpu, session->features, level,
                                    LLVMRelocPIC, LLVMCodeModelDefault);
        if (!session->machines[tier]) {
            session_fail(failure, "no target machine", session->triple);
            return false;
        }
    }
    unsigned major, minor, patch;
    LLVMGetVersion(&major, &minor, &patch);
    size_t processor = strcspn(session->triple, "-");
    snprintf(session->description, sizeof session->description, "LLVM %u.%u.%u, %.*s, %s", major, minor,
             patch, (int)processor, session->triple, session->cpu);
    size_t size = strlen(session->description) + strlen(session->features) + 2;
    session->target = malloc(size);
    if (!session->target) {
        session_fail(failure, "target", "out of memory");
        return false;
    }
    snprintf(session->target, size, "%s %s", session->description, session->features);
    return true;
}

static bool session_start(JitSession *session, char *failure) {
    LLVMOrcJITTargetMachineBuilderRef machine;
    if (!session_check(LLVMOrcJITTargetMachineBuilderDetectHost(&machine), "target machine", failure))
        return false;
    LLVMOrcLLJITBuilderRef builder = LLVMOrcCreateLLJITBuilder();
    LLVMOrcLLJITBuilderSetJITTargetMachineBuilder(builder, machine);
    if (!session_check(LLVMOrcCreateLLJIT(&session->jit, builder), "LLVM's linker", failure))
        return false;
    return !session->options.gdb ||
           session_check(LLVMOrcLLJITEnableDebugSupport(session->jit), "debugger support", failure);
}

JitSession *session_open(const JitSessionOptions *options, char *failure) {
    JitSession *session = calloc(1, sizeof *session);
    if (!session) {
        session_fail(failure, "session", "out of memory");
        return NULL;
    }
    session->options = *options;
    if (!session_find_target(session, failure) || !session_start(session, failure)) {
        session_close(session);
        return NULL;
    }
    if (options->perf)
        session_perf_open(session);
    return session;
}

void session_close(JitSession *session) {
    if (!session)
        return;
    if (session->jit)
        LLVMConsumeError(LLVMOrcDisposeLLJIT(session->jit));
    for (uint32_t tier = 0; tier < SESSION_TIERS; tier++) {
        if (session->machines[tier])
            LLVMDisposeTargetMachine(session->machines[tier]);
    }
    LLVMDisposeMessage(session->triple);
    LLVMDisposeMessage(session->cpu);
    LLVMDisposeMessage(session->features);
    session_perf_close(session);
    free(session->target);
    free(session->free);
    free(session);
}

const char *session_description(const JitSession *session) {
    return session->description;
}

const char *session_target(const JitSession *session) {
    return session->target;
}

/* ---- Modules ----------------------------------------------------------------------------------- */

static LLVMTargetMachineRef session_machine(const JitSession *session, uint32_t tier) {
    return session->machines[tier >= 2 ? 1 : 0];
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

bool session_optimize(JitSession *session, LLVMModuleRef module, uint32_t tier, char *failure) {
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMPassBuilderOptionsSetLoopVectorization(options, tier >= 2);
    LLVMPassBuilderOptionsSetSLPVectorization(options, tier >= 2);
    LLVMPassBuilderOptionsSetLoopInterleaving(options, tier >= 2);
    const char *passes = tier >= 2 ? "default<O2>" : "sroa,early-cse,simplifycfg";
    LLVMErrorRef error = LLVMRunPasses(module, passes, session_machine(session, tier), options);
    LLVMDisposePassBuilderOptions(options);
    return session_check(error, "passes", failure);
}

LLVMMemoryBufferRef session_object(JitSession *session, LLVMModuleRef module, uint32_t tier, char *failure) {
    char *message = NULL;
    LLVMMemoryBufferRef object;
    if (LLVMTargetMachineEmitToMemoryBuffer(session_machine(session, tier), module, LLVMObjectFile, &message,
                                            &object)) {
        session_fail(failure, "code generation", message);
        LLVMDisposeMessage(message);
        return NULL;
    }
    return object;
}

/* ---- Loading ----------------------------------------------------------------------------------- */

/* A cleared library, or a new one; NULL: *failure. */
static LLVMOrcJITDylibRef session_library(JitSession *session, char *failure) {
    if (session->free_count > 0)
        return session->free[--session->free_count];
    char name[32];
    snprintf(name, sizeof name, "code%u", session->library_count);
    LLVMOrcExecutionSessionRef execution = LLVMOrcLLJITGetExecutionSession(session->jit);
    LLVMOrcJITDylibRef library = LLVMOrcExecutionSessionCreateBareJITDylib(execution, name);
    /* room to give any library back without an allocation that may fail */
    LLVMOrcJITDylibRef *grown = realloc(session->free, (session->library_count + 1) * sizeof(*grown));
    if (!library || !grown) {
        session_fail(failure, "library", "out of memory");
        return NULL;
    }
    session->free = grown;
    session->library_count++;
    return library;
}

/* What LLVM may call although the module does not mention it. */
static const JitSymbol session_runtime[] = {
    {"memcpy", (uintptr_t)memcpy}, {"memmove", (uintptr_t)memmove}, {"memset", (uintptr_t)memset},
    {"floor", (uintptr_t)floor},   {"ceil", (uintptr_t)ceil},       {"trunc", (uintptr_t)trunc},
};
enum { SESSION_RUNTIME = sizeof session_runtime / sizeof *session_runtime };

static LLVMOrcCSymbolMapPair session_pair(LLVMOrcExecutionSessionRef execution, const JitSymbol *symbol) {
    return (LLVMOrcCSymbolMapPair){
        .Name = LLVMOrcExecutionSessionIntern(execution, symbol->name),
        .Sym = {.Address = symbol->address, .Flags = {.GenericFlags = LLVMJITSymbolGenericFlagsExported}},
    };
}

static bool session_define(JitSession *session, LLVMOrcJITDylibRef library, const JitSymbol *symbols,
                           uint32_t count, char *failure) {
    LLVMOrcExecutionSessionRef execution = LLVMOrcLLJITGetExecutionSession(session->jit);
    LLVMOrcCSymbolMapPair *pairs = calloc(count + SESSION_RUNTIME, sizeof *pairs);
    if (!pairs) {
        session_fail(failure, "symbols", "out of memory");
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        pairs[i] = session_pair(execution, &symbols[i]);
    for (uint32_t i = 0; i < SESSION_RUNTIME; i++)
        pairs[count + i] = session_pair(execution, &session_runtime[i]);
    LLVMOrcMaterializationUnitRef unit = LLVMOrcAbsoluteSymbols(pairs, count + SESSION_RUNTIME);
    free(pairs);
    LLVMErrorRef error = LLVMOrcJITDylibDefine(library, unit);
    if (error)
        LLVMOrcDisposeMaterializationUnit(unit);
    return session_check(error, "symbols", failure);
}

typedef struct SessionLookup {
    LLVMErrorRef error;
    LLVMOrcSymbolStringPoolEntryRef names[2];
    void **addresses;
} SessionLookup;

/* Called before LLVMOrcExecutionSessionLookup returns, as the session has no threads. */
static void session_found(LLVMErrorRef error, LLVMOrcCSymbolMapPairs result, size_t count, void *context) {
    SessionLookup *lookup = context;
    lookup->error = error;
    for (size_t i = 0; !error && i < count; i++) {
        for (int j = 0; j < 2; j++) {
            if (result[i].Name == lookup->names[j])
                lookup->addresses[j] = (void *)(uintptr_t)result[i].Sym.Address;
        }
    }
}

/* Finds the addresses, which links the object. */
static bool session_look_up(JitSession *session, const char *const names[2], JitLoaded *loaded,
                            char *failure) {
    LLVMOrcExecutionSessionRef execution = LLVMOrcLLJITGetExecutionSession(session->jit);
    LLVMOrcCJITDylibSearchOrderElement order = {.JD = loaded->library,
                                                .JDLookupFlags = LLVMOrcJITDylibLookupFlagsMatchAllSymbols};
    LLVMOrcCLookupSetElement wanted[2];
    SessionLookup lookup = {.addresses = loaded->addresses};
    size_t count = 0;
    for (int i = 0; i < 2; i++) {
        if (!names[i])
            continue;
        lookup.names[i] = LLVMOrcExecutionSessionIntern(execution, names[i]);
        wanted[count++] = (LLVMOrcCLookupSetElement){.Name = lookup.names[i],
                                                     .LookupFlags = LLVMOrcSymbolLookupFlagsRequiredSymbol};
    }
    LLVMOrcExecutionSessionLookup(execution, LLVMOrcLookupKindStatic, &order, 1, wanted, count, session_found,
                                  &lookup);
    return session_check(lookup.error, "linking", failure);
}

bool session_load(JitSession *session, const void *object, size_t size, const JitSymbol *symbols,
                  uint32_t symbol_count, const char *const names[2], JitLoaded *loaded, char *failure) {
    *loaded = (JitLoaded){.library = session_library(session, failure)};
    if (!loaded->library)
        return false;
    LLVMMemoryBufferRef buffer =
        LLVMCreateMemoryBufferWithMemoryRangeCopy(object, size, names[0] ? names[0] : names[1]);
    if (!session_define(session, loaded->library, symbols, symbol_count, failure)) {
        LLVMDisposeMemoryBuffer(buffer);
        session_unload(session, loaded);
        return false;
    }
    if (!session_check(LLVMOrcLLJITAddObjectFile(session->jit, loaded->library, buffer), "object file",
                       failure) ||
        !session_look_up(session, names, loaded, failure)) {
        session_unload(session, loaded);
        return false;
    }
    loaded->bytes = session_object_bytes(object, size);
    session_perf_add(session, object, size, names, loaded);
    return true;
}

void session_unload(JitSession *session, JitLoaded *loaded) {
    if (!loaded->library)
        return;
    LLVMErrorRef error = LLVMOrcJITDylibClear(loaded->library);
    if (!error)
        session->free[session->free_count++] = loaded->library;
    LLVMConsumeError(error);
    LLVMOrcExecutionSessionRef execution = LLVMOrcLLJITGetExecutionSession(session->jit);
    LLVMOrcSymbolStringPoolClearDeadEntries(LLVMOrcExecutionSessionGetSymbolStringPool(execution));
    *loaded = (JitLoaded){0};
}

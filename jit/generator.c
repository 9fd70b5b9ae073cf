/* The code generator, as the engine's compile thread opens it: the interface of vm/runtime/tier.h.
 *
 *   request -> graph (build, simplify, represent) -> module (emit) -> object file (session) -> code (session)
 *
 * Everything that describes the code (sites, exits) is allocated with its CorNativeCode. */
#include "vm/runtime/tier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <llvm-c/Core.h>

#include "jit/emit.h"
#include "jit/session.h"
#include "vm/runtime/lowered_dump.h"

enum { /* words of lowered code that inlining may add, by tier */
       GENERATOR_INLINE_ONE = 200,
       GENERATOR_INLINE_TWO = 3000,
};

struct CorCompiler {
    JitSession *session;
    const CorTierOptions *options;
    const CorGeneratorServices *services;
};

/* What a CorNativeCode is the beginning of. */
typedef struct GeneratorCode {
    CorNativeCode code;
    JitLoaded loaded;
    CorNativeSite *sites;
    CorNativeFrame *frames;
    CorNativeExit *exits;
} GeneratorCode;

/* One compilation. */
typedef struct Generation {
    CorCompiler *compiler;
    const CorCompileRequest *request;
    CorArena *arena;
    JitGraph *graph;
    LLVMModuleRef module;
    JitEmitted emitted;
    LLVMMemoryBufferRef object;
    FILE *explain; /* NULL: nothing is written */
    char *failure;
} Generation;

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * (int64_t)1000000000 + now.tv_nsec;
}

static bool fail(Generation *generation, const char *why) {
    snprintf(generation->failure, JIT_FAILURE, "%s", why);
    return false;
}

/* ---- Open and close ---------------------------------------------------------------------------- */

static void generator_close(CorCompiler *compiler) {
    session_close(compiler->session);
    free(compiler);
}

static CorCompiler *generator_open(CorEngine *engine, const CorTierOptions *options,
                                   const CorGeneratorServices *services, char *failure) {
    (void)engine;
    CorCompiler *compiler = calloc(1, sizeof *compiler);
    if (!compiler || !services->helpers) {
        snprintf(failure, JIT_FAILURE, compiler ? "the VM has no helpers of native code" : "out of memory");
        free(compiler);
        return NULL;
    }
    compiler->options = options;
    compiler->services = services;
    compiler->session =
        session_open(&(JitSessionOptions){.gdb = options->gdb, .perf = options->perf}, failure);
    if (!compiler->session) {
        free(compiler);
        return NULL;
    }
    return compiler;
}

static const char *generator_description(CorCompiler *compiler) {
    return session_description(compiler->session);
}

/* ---- From a request to an object file ---------------------------------------------------------- */

static void show_graph(Generation *generation, const char *title) {
    if (generation->explain) {
        fprintf(generation->explain, "\n; ---- %s ----\n", title);
        jit_graph_dump(generation->graph, generation->explain);
    }
}

static void show_module(Generation *generation, const char *title) {
    if (generation->explain) {
        char *text = LLVMPrintModuleToString(generation->module);
        fprintf(generation->explain, "\n; ---- %s ----\n%s", title, text);
        LLVMDisposeMessage(text);
    }
}

static bool make_graph(Generation *generation) {
    const CorCompileRequest *request = generation->request;
    JitBuildOptions options = {.inline_budget =
                                   request->tier >= 2 ? GENERATOR_INLINE_TWO : GENERATOR_INLINE_ONE,
                               .services = generation->compiler->services};
    const char *failure = "";
    generation->graph = jit_build(generation->arena, request, &options, &failure);
    if (!generation->graph)
        return fail(generation, failure);
    jit_graph_analyse(generation->graph);
    show_graph(generation, "as built");
    jit_simplify(generation->graph);
    jit_represent(generation->graph);
    show_graph(generation, "simplified");
    return !generation->graph->failed || fail(generation, "out of memory, or the function is too large");
}

static bool make_object(Generation *generation) {
    const CorCompiler *compiler = generation->compiler;
    uint32_t tier = generation->request->tier;
    JitEmitOptions options = {.fail_every = compiler->options->fail_every,
                              .perf = compiler->options->perf,
                              .gdb = compiler->options->gdb};
    generation->module = session_new_module(compiler->session, generation->request->function->name);
    if (!jit_emit(generation->graph, generation->module, &options, &generation->emitted))
        return fail(generation, "out of memory, or the code is too large");
    show_module(generation, "LLVM");
    if (!session_optimize(compiler->session, generation->module, tier, generation->failure))
        return false;
    show_module(generation, "LLVM, optimised");
    generation->object = session_object(compiler->session, generation->module, tier, generation->failure);
    return generation->object != NULL;
}

static void end_generation(Generation *generation) {
    if (generation->object)
        LLVMDisposeMemoryBuffer(generation->object);
    if (generation->module)
        session_free_module(generation->module);
    cor_arena_free(generation->arena);
}

/* ---- From an object file to code --------------------------------------------------------------- */

static void free_code(CorCompiler *compiler, GeneratorCode *made) {
    session_unload(compiler->session, &made->loaded);
    free(made->sites);
    free(made->frames);
    free(made->exits);
    free(made);
}

static void fill_sites(GeneratorCode *made, const JitEmitted *emitted) {
    CorNativeFrame *frames = made->frames;
    for (uint32_t i = 0; i < emitted->site_count; i++) {
        const JitSite *from = &emitted->sites[i];
        CorNativeSite *site = &made->sites[i];
        uint16_t window = (uint16_t)from->window;
        *site = (CorNativeSite){.words = {{.op = COR_LOWERED_NATIVE_SITE, .a = window, .b = window},
                                          {.pointer = site},
                                          {.op = COR_LOWERED_HALT}},
                                .frames = frames,
                                .frame_count = from->frame_count};
        memcpy(frames, from->frames, from->frame_count * sizeof *frames);
        frames += from->frame_count;
    }
    if (emitted->exit_count > 0)
        memcpy(made->exits, emitted->exits, emitted->exit_count * sizeof *made->exits);
}

/* The code's description, without the code.  NULL: out of memory. */
static GeneratorCode *describe(CorCompiler *compiler, const CorCompileRequest *request,
                               const JitEmitted *emitted) {
    size_t frame_count = 0;
    for (uint32_t i = 0; i < emitted->site_count; i++)
        frame_count += emitted->sites[i].frame_count;
    GeneratorCode *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    made->sites = calloc(emitted->site_count + (size_t)1, sizeof *made->sites);
    made->frames = calloc(frame_count + 1, sizeof *made->frames);
    made->exits = calloc(emitted->exit_count + (size_t)1, sizeof *made->exits);
    if (!made->sites || !made->frames || !made->exits) {
        free_code(compiler, made);
        return NULL;
    }
    fill_sites(made, emitted);
    made->code = (CorNativeCode){.function = request->function,
                                 .tier = request->tier,
                                 .index = request->index,
                                 .bytes = emitted->site_count * sizeof *made->sites +
                                          frame_count * sizeof *made->frames +
                                          emitted->exit_count * sizeof *made->exits,
                                 .sites = made->sites,
                                 .site_count = emitted->site_count,
                                 .exits = made->exits,
                                 .exit_count = emitted->exit_count};
    return made;
}

/* The values of the module's external symbols: of the arena; NULL: out of memory. */
static JitSymbol *list_symbols(const Generation *generation, const GeneratorCode *made, uint32_t *count) {
    enum { NAME = 16 };
    const JitGraph *graph = generation->graph;
    const CorHelperInfo *helpers = generation->compiler->services->helpers;
    size_t room = graph->constant_count + COR_HELPER_COUNT + (size_t)2;
    JitSymbol *symbols = cor_arena_allocate(generation->arena, room, sizeof *symbols);
    char *name = cor_arena_allocate(generation->arena, graph->constant_count + (size_t)1, NAME);
    *count = 0;
    if (!symbols || !name)
        return NULL;
    for (uint32_t i = 0; i < graph->constant_count; i++, name += NAME) {
        snprintf(name, NAME, "k%u", i);
        symbols[(*count)++] = (JitSymbol){name, (uintptr_t)graph->constants[i].pointer};
    }
    for (uint32_t i = 0; i < COR_HELPER_COUNT; i++) {
        if (generation->emitted.helpers[i])
            symbols[(*count)++] = (JitSymbol){jit_helper_name((CorHelper)i), (uintptr_t)helpers[i].function};
    }
    symbols[(*count)++] = (JitSymbol){"sites", (uintptr_t)made->sites};
    symbols[(*count)++] = (JitSymbol){"exits", (uintptr_t)made->exits};
    return symbols;
}

static CorNativeCode *load(Generation *generation) {
    const JitEmitted *emitted = &generation->emitted;
    GeneratorCode *made = describe(generation->compiler, generation->request, emitted);
    uint32_t symbol_count;
    JitSymbol *symbols = made ? list_symbols(generation, made, &symbol_count) : NULL;
    const char *const names[2] = {emitted->entry, emitted->adapter};
    if (!symbols)
        fail(generation, "out of memory");
    if (!symbols || !session_load(generation->compiler->session, LLVMGetBufferStart(generation->object),
                                  LLVMGetBufferSize(generation->object), symbols, symbol_count, names,
                                  &made->loaded, generation->failure)) {
        if (made)
            free_code(generation->compiler, made);
        return NULL;
    }
    made->code.entry = made->loaded.addresses[0];
    memcpy(&made->code.adapter, &made->loaded.addresses[1], sizeof made->code.adapter);
    made->code.bytes += made->loaded.bytes;
    return &made->code;
}

/* ---- The interface ----------------------------------------------------------------------------- */

static void generator_compile(CorCompiler *compiler, const CorCompileRequest *request,
                              CorCompileResult *result) {
    *result = (CorCompileResult){0};
    Generation generation = {.compiler = compiler, .request = request, .failure = result->failure};
    int64_t start = now_ns(), built = start;
    generation.arena = cor_arena_new();
    bool made = generation.arena ? make_graph(&generation) : fail(&generation, "out of memory");
    built = now_ns();
    if (made && make_object(&generation))
        result->code = load(&generation);
    end_generation(&generation);
    result->build_ns = built - start;
    result->generate_ns = now_ns() - built;
}

static void generator_free_code(CorCompiler *compiler, CorNativeCode *code) {
    free_code(compiler, (GeneratorCode *)(void *)code);
}

static bool generator_explain(CorCompiler *compiler, const CorCompileRequest *request, void *file,
                              char *failure) {
    Generation generation = {.compiler = compiler, .request = request, .failure = failure, .explain = file};
    generation.arena = cor_arena_new();
    fprintf(file, "; ---- lowered ----\n");
    cor_lowered_dump(file, request->function);
    bool made = generation.arena ? make_graph(&generation) && make_object(&generation)
                                 : fail(&generation, "out of memory");
    if (made) {
        fprintf(file, "\n; ---- machine code ----\n");
        session_disassemble(compiler->session, LLVMGetBufferStart(generation.object),
                            LLVMGetBufferSize(generation.object), file);
    }
    end_generation(&generation);
    return made;
}

__attribute__((visibility("default"))) CorCodeGeneratorSymbol coracle_code_generator;

const CorCodeGenerator *coracle_code_generator(void) {
    static const CorCodeGenerator generator = {
        .version = COR_CODE_GENERATOR_VERSION,
        .description = generator_description,
        .open = generator_open,
        .close = generator_close,
        .compile = generator_compile,
        .free_code = generator_free_code,
        .explain = generator_explain,
    };
    return &generator;
}

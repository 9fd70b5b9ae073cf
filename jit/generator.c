/* The code generator, as the engine's compile thread opens it: the interface of vm/runtime/tier.h.
 *
 *   request -> graph (build, simplify, represent) -> module (emit) -> object file (session)
 *
 * The engine makes code of the object. */
#include "vm/runtime/tier.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <llvm-c/Core.h>

#include "jit/emit.h"
#include "jit/leaves.h"
#include "jit/session.h"
#include "vm/runtime/lowered_dump.h"

enum { /* words of lowered code that inlining may add, by tier */
       GENERATOR_INLINE_ONE = 200,
       GENERATOR_INLINE_TWO = 700,
       /* loops in each other that are written out */
       GENERATOR_UNROLLINGS = 3,
};

struct CorCompiler {
    JitSession *session;
    const CorTierOptions *options;
    const CorGeneratorServices *services;
    /* the last object that was made */
    CorCodeObject object;
    CorArena *arena; /* its tables and its file */
};

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

static void free_object(CorCompiler *compiler) {
    cor_arena_free(compiler->arena);
    compiler->arena = NULL;
}

static void generator_close(CorCompiler *compiler) {
    free_object(compiler);
    session_close(compiler->session);
    free(compiler);
}

static CorCompiler *generator_open(CorEngine *engine, const CorTierOptions *options,
                                   const CorGeneratorServices *services, char *failure) {
    (void)engine;
    CorCompiler *compiler = calloc(1, sizeof *compiler);
    if (!compiler) {
        snprintf(failure, JIT_FAILURE, "out of memory");
        return NULL;
    }
    compiler->options = options;
    compiler->services = services;
    compiler->session = session_open(options->quick, failure);
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

static void show_graph(Generation *generation, const JitGraph *graph, const char *title) {
    assert(jit_graph_verify(graph) == NULL);
    if (generation->explain) {
        fprintf(generation->explain, "\n; ---- %s ----\n", title);
        jit_graph_dump(graph, generation->explain);
    }
}

static void show_module(Generation *generation, const char *title) {
    if (generation->explain) {
        char *text = LLVMPrintModuleToString(generation->module);
        fprintf(generation->explain, "\n; ---- %s ----\n%s", title, text);
        LLVMDisposeMessage(text);
    }
}

/* The graph of the request up to the removal of objects; NULL with *failure set. */
static JitGraph *build_graph(Generation *generation, bool peels, const char **failure) {
    const CorCompileRequest *request = generation->request;
    bool is_last = request->tier >= 2;
    JitBuildOptions options = {.inline_budget = is_last ? GENERATOR_INLINE_TWO : GENERATOR_INLINE_ONE,
                               .peels = peels,
                               .services = generation->compiler->services};
    JitGraph *graph = jit_build(generation->arena, request, &options, failure);
    if (!graph)
        return NULL;
    jit_graph_analyse(graph);
    show_graph(generation, graph, peels ? "as built, first rounds apart" : "as built");
    jit_simplify(graph);
    if (is_last)
        jit_escape(graph);
    return graph;
}

/* Code that is entered in mid-loop begins with objects that the interpreter made.  Where later rounds make them anew, and need
 * not, it pays to keep the first one apart. */
static void try_peeling(Generation *generation) {
    const char *failure;
    JitGraph *graph = generation->graph;
    double count = jit_count_allocations(graph);
    if (graph->entry_index == 0 || graph->failed || count < 2.0)
        return;
    JitGraph *peeled = build_graph(generation, true, &failure);
    if (peeled && !peeled->failed && jit_count_allocations(peeled) < 0.8 * count)
        generation->graph = peeled;
}

static bool make_graph(Generation *generation) {
    const char *failure = "";
    generation->graph = build_graph(generation, false, &failure);
    if (!generation->graph)
        return fail(generation, failure);
    if (generation->request->tier >= 2) {
        try_peeling(generation);
        for (uint32_t n = 0; n < GENERATOR_UNROLLINGS && jit_unroll(generation->graph); n++)
            jit_simplify(generation->graph);
        jit_hoist(generation->graph, generation->compiler->services->failed);
        jit_simplify(generation->graph);
        jit_loops(generation->graph, generation->compiler->services->failed);
        jit_simplify(generation->graph);
    }
    jit_represent(generation->graph);
    jit_narrow(generation->graph);
    if (generation->request->tier >= 2)
        jit_choices(generation->graph);
    jit_charges(generation->graph);
    show_graph(generation, generation->graph, "simplified");
    return !generation->graph->failed || fail(generation, "out of memory, or the function is too large");
}

static bool make_object(Generation *generation) {
    const CorCompiler *compiler = generation->compiler;
    uint32_t tier = generation->request->tier;
    JitEmitOptions options = {.fast = session_is_fast(compiler->session, tier),
                              .quick = compiler->options->quick,
                              .unmetered = compiler->options->unmetered,
                              .fail_every = compiler->options->fail_every,
                              .perf = compiler->options->perf,
                              .gdb = compiler->options->gdb};
    generation->module = session_new_module(compiler->session, generation->request->function->name);
    if (!jit_emit(generation->graph, generation->module, &options, &generation->emitted))
        return fail(generation, "out of memory, or the code is too large");
    show_module(generation, "LLVM");
    if (!session_optimize(compiler->session, generation->module, tier, generation->emitted.loops,
                          generation->failure))
        return false;
    show_module(generation, "LLVM, optimised");
    generation->object = session_object(compiler->session, generation->module, tier, generation->failure);
    if (!generation->object)
        return false;
    const char *wrong =
        jit_leaves_describe(generation->graph, &generation->emitted, LLVMGetBufferStart(generation->object),
                            LLVMGetBufferSize(generation->object));
    return !wrong || fail(generation, wrong);
}

static void end_generation(Generation *generation) {
    if (generation->object)
        LLVMDisposeMemoryBuffer(generation->object);
    if (generation->module)
        session_free_module(generation->module);
    cor_arena_free(generation->arena);
}

/* The object takes the arena. */
static const CorCodeObject *keep_object(Generation *generation) {
    CorCompiler *compiler = generation->compiler;
    const JitEmitted *emitted = &generation->emitted;
    compiler->arena = generation->arena;
    generation->arena = NULL;
    compiler->object = (CorCodeObject){
        .function = generation->request->function,
        .tier = generation->request->tier,
        .index = generation->request->index,
        .elf = emitted->elf,
        .elf_size = emitted->elf_size,
        .constants = generation->graph->constants,
        .constant_count = generation->graph->constant_count,
        .sites = emitted->sites,
        .site_count = emitted->site_count,
        .frames = emitted->frames,
        .frame_count = emitted->frame_count,
        .exits = emitted->exits,
        .exit_count = emitted->exit_count,
        .leaves = emitted->places,
        .leave_count = emitted->place_count,
        .descriptions = emitted->descriptions,
        .description_size = emitted->description_size,
    };
    return &compiler->object;
}

/* ---- The interface ----------------------------------------------------------------------------- */

static void generator_compile(CorCompiler *compiler, const CorCompileRequest *request,
                              CorCompileResult *result) {
    *result = (CorCompileResult){0};
    free_object(compiler);
    Generation generation = {.compiler = compiler, .request = request, .failure = result->failure};
    int64_t start = now_ns(), built = start;
    generation.arena = cor_arena_new();
    bool made = generation.arena ? make_graph(&generation) : fail(&generation, "out of memory");
    result->unprofiled = made ? generation.graph->unprofiled : 0;
    if (result->unprofiled > 0 && request->profiled)
        made = fail(&generation, "calls that have not been profiled");
    built = now_ns();
    if (made && make_object(&generation))
        result->object = keep_object(&generation);
    end_generation(&generation);
    result->build_ns = built - start;
    result->generate_ns = now_ns() - built;
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
        .explain = generator_explain,
    };
    return &generator;
}

/* Graphs that are compiled and run, in an isolate of which there is only what native code touches. */
#ifndef TEST_EMITTED_H
#define TEST_EMITTED_H

#include "jit/leaves.h"
#include "jit/session.h"
#include "unit/graphs.h"
#include "vm/heap/heap.h"
#include "vm/native/host.h"
#include "vm/runtime/code_loader.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/Core.h>

enum { WORDS = 64, STACK_SLOTS = 8192, GLOBALS = 16 };

/* The test's own helpers, by CorHelper; they find the machine by isolate->host. */
typedef void EmittedHelper(void);
extern EmittedHelper *const emitted_helpers[COR_HELPER_COUNT];

typedef struct Emitted {
    Graph g;
    JitSession *session;
    CorIsolate isolate;
    CorHeap heap;
    CorHeapLists lists;
    uint64_t stack[STACK_SLOTS], globals[GLOBALS];
    uint8_t globals_set[GLOBALS];
    struct {
        CorCodeHeader header;
        CorWord words[WORDS];
    } code;
    /* of the compiled graph */
    CorArena *arena;
    JitEmitOptions options;
    JitEmitted emitted;
    CorHelperInfo helpers[COR_HELPER_COUNT];
    CorCodeLoader *loader;
    CorNativeCode *loaded;
    /* what helpers saw and do */
    CorHelper called;
    uint32_t calls;
    CorStatus status, settle_status;
    uint64_t seen[8];
    void *gives;
} Emitted;

static inline uint64_t *emitted_frame(Emitted *m) {
    return m->stack + 8;
}

/* A graph of so many blocks, with which the test goes on. */
static inline void emitted_open(Emitted *m, JitSession *session, uint32_t blocks) {
    memset(m, 0, sizeof *m);
    m->session = session;
    graph_open(&m->g, blocks);
    m->code.header.function = &m->g.function;
    m->g.function.code = m->code.words;
    m->g.function.code_count = WORDS;
    atomic_store(&m->g.function.entry, m->code.words);
    m->isolate.budget = 1000;
    m->isolate.stack.base = m->stack;
    m->isolate.stack.limit = m->stack + STACK_SLOTS;
    m->isolate.globals = m->globals;
    m->isolate.globals_set = m->globals_set;
    m->isolate.heap = &m->heap;
    m->isolate.host = m;
    m->heap.lists = &m->lists;
    m->g.graph->extent = 16;
    m->g.graph->tier = 1;
    for (uint32_t i = 0; i < COR_HELPER_COUNT; i++)
        m->helpers[i] =
            (CorHelperInfo){.name = jit_helper_name((CorHelper)i), .function = emitted_helpers[i]};
    m->loader =
        cor_code_loader_new(&(CorCodeLoaderOptions){.host = cor_host_default(), .helpers = m->helpers});
}

static inline void emitted_unload(Emitted *m) {
    if (m->loaded)
        cor_code_unload(m->loader, m->loaded);
    m->loaded = NULL;
}

static inline void emitted_close(Emitted *m) {
    emitted_unload(m);
    cor_code_loader_free(m->loader);
    graph_close(&m->g);
}

static inline bool emitted_load(Emitted *m, LLVMMemoryBufferRef buffer, char *failure) {
    const JitGraph *graph = m->g.graph;
    const char *wrong =
        jit_leaves_describe(m->g.graph, &m->emitted, LLVMGetBufferStart(buffer), LLVMGetBufferSize(buffer));
    if (wrong)
        fail_msg("%s", wrong);
    CorCodeObject object = {.function = &m->g.function,
                            .tier = graph->tier,
                            .index = graph->entry_index,
                            .elf = m->emitted.elf,
                            .elf_size = m->emitted.elf_size,
                            .constants = graph->constants,
                            .constant_count = graph->constant_count,
                            .sites = m->emitted.sites,
                            .site_count = m->emitted.site_count,
                            .frames = m->emitted.frames,
                            .frame_count = m->emitted.frame_count,
                            .exits = m->emitted.exits,
                            .exit_count = m->emitted.exit_count,
                            .leaves = m->emitted.places,
                            .leave_count = m->emitted.place_count,
                            .descriptions = m->emitted.descriptions,
                            .description_size = m->emitted.description_size};
    m->loaded = cor_code_load(m->loader, &object, failure);
    return m->loaded;
}

/* Compiles the graph as it stands, for its tier; `represented`: its representations are decided already. */
static inline void emitted_compile(Emitted *m) {
    JitGraph *graph = m->g.graph;
    char failure[JIT_FAILURE] = "";
    emitted_unload(m);
    jit_graph_analyse(graph);
    verify(&m->g);
    jit_represent(graph);
    LLVMModuleRef module = session_new_module(m->session, "test");
    m->options.fast = session_is_fast(m->session, graph->tier);
    if (!jit_emit(graph, module, &m->options, &m->emitted))
        fail_msg("not emitted");
    char *text = LLVMPrintModuleToString(module), *message = NULL;
    if (LLVMVerifyModule(module, LLVMReturnStatusAction, &message))
        fail_msg("%s\n%s", message, text);
    LLVMDisposeMessage(message);
    assert_true(session_optimize(m->session, module, graph->tier, m->emitted.loops, failure));
    LLVMMemoryBufferRef object = session_object(m->session, module, graph->tier, failure);
    session_free_module(module);
    if (getenv("TEST_EMIT_PRINT")) {
        fprintf(stderr, "%s\n", text);
        session_disassemble(m->session, LLVMGetBufferStart(object), LLVMGetBufferSize(object), stderr);
    }
    if (!object || !emitted_load(m, object, failure))
        fail_msg("%s\n%s", failure, text);
    LLVMDisposeMessage(text);
    LLVMDisposeMemoryBuffer(object);
    atomic_store(&m->code.header.native, m->loaded->entry);
}

/* Calls it with arguments in the frame, where its results are then. */
static inline CorStatus emitted_run(Emitted *m, uint32_t count, const uint64_t *arguments) {
    if (count > 0)
        memcpy(emitted_frame(m), arguments, count * sizeof *arguments);
    return cor_native_call(&m->isolate, emitted_frame(m), m->loaded);
}

/* Runs it, which must succeed; the first result. */
static inline uint64_t emitted_result(Emitted *m, uint32_t count, const uint64_t *arguments) {
    assert_int_equal(emitted_run(m, count, arguments), COR_OK);
    return emitted_frame(m)[0];
}

#define RUN(m, ...)    emitted_run((m), sizeof((uint64_t[]){__VA_ARGS__}) / 8, (uint64_t[]){__VA_ARGS__})
#define RESULT(m, ...) emitted_result((m), sizeof((uint64_t[]){__VA_ARGS__}) / 8, (uint64_t[]){__VA_ARGS__})

#endif

/* Building the JIT's form from lowered code: every function and every loop head of tests/lowered, in both tiers, gives a
 * graph that keeps its invariants, through all passes; and what a few of them look like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>

#include "jit/ir.h"
#include "unit/runtime_modules.h"
#include "vm/runtime/engine_internal.h"
#include "vm/runtime/tier.h"

/* ---- Building ---- */

static bool has_failed;

static bool failed(const CorLoweredFunction *function, uint32_t index, CorExitKind kind) {
    (void)function, (void)index, (void)kind;
    return has_failed;
}

static const CorGeneratorServices services = {.call_profile = cor_call_profile,
                                              .failed = failed,
                                              .interface = cor_type_interface,
                                              .lower = cor_tier_lower};

static void verify(const JitGraph *graph, const char *when) {
    const char *wrong = jit_graph_verify(graph);
    if (wrong != NULL) {
        jit_graph_dump(graph, stderr);
        fail_msg("%s at %u, tier %u, %s: %s", graph->function->name, graph->entry_index, graph->tier, when,
                 wrong);
    }
}

static JitGraph *build(CorArena *arena, CorLoweredFunction *function, uint32_t index, uint32_t tier) {
    CorCompileRequest request = {.function = function, .tier = tier, .index = index};
    JitBuildOptions options = {.inline_budget = tier == 2 ? 2000 : 0, .services = &services};
    const char *failure = NULL;
    JitGraph *graph = jit_build(arena, &request, &options, &failure);
    if (graph == NULL) {
        fail_msg("%s at %u: %s", function->name, index, failure);
    }
    jit_graph_analyse(graph);
    verify(graph, "built");
    return graph;
}

static uint32_t count_nodes(const JitGraph *graph, JitOp op) {
    uint32_t count = 0;
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (const JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next)
            count += node->op == op;
    return count;
}

/* ---- Every function ---- */

static char *read_case(const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/lowered/%s", TEST_DATA, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 1 << 20);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

/* The loop head that the back-edge at `index` leads to; 0: there is no back-edge. */
static uint32_t head_of(const CorLoweredFunction *function, uint32_t index) {
    CorWord word = cor_code_word(function, index);
    const char *letters = cor_lowered_info[cor_lowered_plain((CorLowered)word.op)].operands;
    return strstr(letters, ":B") ? (uint32_t)((int64_t)index + function->code[index + 1].edge.distance) : 0;
}

static void pass(JitGraph *graph, void (*run)(JitGraph *graph), const char *name) {
    run(graph);
    assert_false(graph->failed);
    verify(graph, name);
}

static void loops(JitGraph *graph) {
    jit_loops(graph, failed);
}

static void build_every_entry(CorLoweredFunction *function) {
    for (uint32_t index = 0; index < function->code_count; index += cor_code_length(function, index)) {
        uint32_t entry = index == 0 ? 0 : head_of(function, index);
        for (uint32_t tier = 1; tier <= 2 && (index == 0 || entry != 0); tier++) {
            CorArena *arena = cor_arena_new();
            JitGraph *graph = build(arena, function, entry, tier);
            assert_int_equal(count_nodes(graph, JIT_PARAM) > 0, entry == 0 && function->parameter_slots > 0);
            pass(graph, jit_simplify, "simplified");
            pass(graph, jit_escape, "without objects");
            pass(graph, loops, "in chunks");
            pass(graph, jit_simplify, "simplified again");
            pass(graph, jit_represent, "represented");
            cor_arena_free(arena);
        }
    }
}

/* Runs `test` of a case, so that what it calls is lowered. */
static CorEngine *run_case(const char *name, CorIsolate **isolate, CorLoweredFunction **function) {
    char *text = read_case(name);
    CorEngine *engine = new_engine();
    CorLinkedModule *linked = link_text(engine, text);
    uint64_t argument = 5, result;
    *isolate = new_isolate(engine);
    *function = function_named(engine, linked, "test");
    assert_int_equal(cor_call(*isolate, *function, &argument, &result), COR_OK);
    free(text);
    return engine;
}

static void end_case(CorEngine *engine, CorIsolate *isolate) {
    cor_isolate_leave(isolate);
    cor_isolate_free(isolate);
    cor_engine_free(engine);
}

static void every_function_gives_a_valid_graph(void **state) {
    (void)state;
    char path[512];
    snprintf(path, sizeof path, "%s/lowered", TEST_DATA);
    DIR *directory = opendir(path);
    assert_non_null(directory);
    uint32_t built = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (strstr(entry->d_name, ".cora-asm") == NULL)
            continue;
        CorIsolate *isolate;
        CorLoweredFunction *function;
        CorEngine *engine = run_case(entry->d_name, &isolate, &function);
        for (uint32_t i = 0; i < engine->functions.count; i++) {
            CorLoweredFunction *each = engine->functions.items[i];
            for (has_failed = false; each->code != NULL; has_failed = true) {
                build_every_entry(each);
                built++;
                if (has_failed)
                    break;
            }
        }
        end_case(engine, isolate);
    }
    closedir(directory);
    assert_true(built > 10);
}

/* ---- What they look like ---- */

/* fib calls itself twice: tier 1 has two calls, tier 2 builds some into it and describes their frames.  The calls that remain give
 * back what the early return before them was charged. */
static void recursion_is_inlined_a_few_levels(void **state) {
    (void)state;
    CorIsolate *isolate;
    CorLoweredFunction *function;
    CorEngine *engine = run_case("recursion.cora-asm", &isolate, &function);
    CorArena *arena = cor_arena_new();
    has_failed = false;
    JitGraph *first = build(arena, function, 0, 1), *second = build(arena, function, 0, 2);
    assert_int_equal(count_nodes(first, JIT_CALL), 2);
    assert_int_equal(first->extent, function->frame_slots);
    assert_true(count_nodes(second, JIT_CALL) > 2);
    assert_int_equal(count_nodes(second, JIT_SPEND), count_nodes(second, JIT_CALL));
    assert_true(second->extent > first->extent);
    uint32_t deepest = 0;
    for (uint32_t b = 0; b < second->block_count; b++)
        for (const JitNode *node = second->blocks[b]->first; node != NULL; node = node->next) {
            uint32_t depth = 0;
            for (const JitState *frame = node->state; frame != NULL; frame = frame->caller) {
                assert_true(frame->caller == NULL || frame->distance > frame->caller->distance);
                assert_int_equal(frame->call != NULL, frame->caller != NULL);
                depth++;
            }
            deepest = depth > deepest ? depth : deepest;
        }
    assert_true(deepest >= 2);
    cor_arena_free(arena);
    end_case(engine, isolate);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function_gives_a_valid_graph),
        cmocka_unit_test(recursion_is_inlined_a_few_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

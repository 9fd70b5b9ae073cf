/* Lowering, end to end: every tests/lowered/NAME.cora-asm is linked, its function `test` run with the argument of the
 * line `; ARGUMENT -> RESULT`, and the code of all functions lowered on the way compared with NAME.lowered.
 * CORACLE_BLESS=1 in the environment rewrites those files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>

#include "unit/runtime_modules.h"
#include "vm/runtime/engine_internal.h"
#include "vm/runtime/lowered_dump.h"

static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    char *text = calloc(1, 1 << 20);
    size_t size = fread(text, 1, (1 << 20) - 1, file);
    text[size] = '\0';
    fclose(file);
    return text;
}

static char *dump_all(CorEngine *engine) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (uint32_t i = 0; i < engine->functions.count; i++) {
        const CorLoweredFunction *function = engine->functions.items[i];
        if (function->code != NULL) {
            cor_lowered_dump(out, function);
        }
    }
    fclose(out);
    return text;
}

static void compare_with_golden(const char *path, const char *text) {
    if (getenv("CORACLE_BLESS") != NULL) {
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        fputs(text, file);
        fclose(file);
        return;
    }
    char *expected = read_file(path);
    if (expected == NULL || strcmp(expected, text) != 0) {
        fail_msg("%s differs; the code is now:\n%s", path, text);
    }
    free(expected);
}

/* Runs the function `test` in a new engine; gives its result, and the text of all code lowered on the way. */
static int64_t run_function(const char *text, bool plain_lowering, uint64_t argument, char **dump) {
    CorEngine *engine = cor_engine_new(&(CorEngineOptions){.plain_lowering = plain_lowering});
    CorLinkedModule *linked = link_text(engine, text);
    CorIsolate *isolate = new_isolate(engine);
    CorLoweredFunction *function = function_named(engine, linked, "test");
    uint64_t result = 0;
    assert_non_null(function);
    assert_int_equal(cor_call(isolate, function, &argument, &result), COR_OK);
    *dump = dump_all(engine);
    cor_isolate_leave(isolate);
    cor_isolate_free(isolate);
    cor_engine_free(engine);
    return (int64_t)result;
}

static void run_case(const char *name) {
    char path[512], *dump;
    snprintf(path, sizeof path, "%s/lowered/%s.cora-asm", TEST_DATA, name);
    char *text = read_file(path);
    assert_non_null(text);
    long long argument, wanted;
    const char *line = strstr(text, "->");
    while (line > text && line[-1] != '\n') {
        line--;
    }
    assert_int_equal(sscanf(line, "; %lld -> %lld", &argument, &wanted), 2);
    assert_int_equal(run_function(text, true, (uint64_t)argument, &dump), wanted);
    free(dump);
    assert_int_equal(run_function(text, false, (uint64_t)argument, &dump), wanted);
    snprintf(path, sizeof path, "%s/lowered/%s.lowered", TEST_DATA, name);
    compare_with_golden(path, dump);
    free(dump);
    free(text);
}

static void cases_give_their_results_and_code(void **state) {
    (void)state;
    char path[512];
    int count = 0;
    snprintf(path, sizeof path, "%s/lowered", TEST_DATA);
    DIR *directory = opendir(path);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char *dot = strstr(entry->d_name, ".cora-asm");
        if (dot != NULL) {
            *dot = '\0';
            run_case(entry->d_name);
            count++;
        }
    }
    closedir(directory);
    assert_true(count > 2);
}

/* Every instruction's length follows from its letters, and every call form has two words. */
static void call_forms_have_two_words(void **state) {
    (void)state;
    for (uint32_t op = 0; op < COR_LOWERED_COUNT; op++) {
        const char *letters = cor_lowered_info[op].operands;
        assert_true(strcspn(letters, ":") == 3 || strchr(letters, 'O') != NULL ||
                    strchr(letters, 'g') != NULL);
        if (strchr(letters, 'w') != NULL) {
            CorWord word = {.op = (uint16_t)op};
            assert_int_equal(cor_lowered_length(&word), 2);
        }
    }
}

/* ---- Sharing ---- */

enum { THREADS = 4, ROUNDS = 20 };

typedef struct SharedRun {
    CorEngine *engine;
    CorLoweredFunction *function;
    uint64_t result;
    CorStatus status;
} SharedRun;

static void run_in_thread(void *argument) {
    SharedRun *run = argument;
    CorIsolate *isolate = cor_isolate_new(run->engine, &(CorIsolateOptions){0});
    run->status = isolate == NULL ? COR_NO_MEMORY : cor_isolate_enter(isolate);
    uint64_t four = 4;
    for (int i = 0; run->status == COR_OK && i < ROUNDS; i++) {
        run->status = cor_call(isolate, run->function, &four, &run->result);
    }
    cor_isolate_leave(isolate);
    cor_isolate_free(isolate);
}

/* Threads that meet code that is not lowered yet all wait for, and then run, the same code. */
static void threads_share_code(void **state) {
    (void)state;
    const CorHost *host = cor_host_default();
    char path[512];
    snprintf(path, sizeof path, "%s/lowered/objects.cora-asm", TEST_DATA);
    char *text = read_file(path);
    for (int round = 0; round < ROUNDS; round++) {
        CorEngine *engine = new_engine();
        CorLinkedModule *linked = link_text(engine, text);
        SharedRun runs[THREADS];
        CorHostThread *threads[THREADS];
        for (int i = 0; i < THREADS; i++) {
            runs[i] = (SharedRun){.engine = engine, .function = function_named(engine, linked, "test")};
            threads[i] = host->thread_start(host, run_in_thread, &runs[i], 0);
            assert_non_null(threads[i]);
        }
        for (int i = 0; i < THREADS; i++) {
            host->thread_join(host, threads[i]);
            assert_int_equal(runs[i].status, COR_OK);
            assert_int_equal(runs[i].result, 459);
        }
        cor_engine_free(engine);
    }
    free(text);
}

/* ---- Linking ---- */

static void imports_are_checked(void **state) {
    (void)state;
    CorLinkError error;
    CorEngine *engine = new_engine();
    link_text(engine, "module \"shapes\"\nstruct @P \"P\" public\n  field \"x\" int\nend\n");
    CorModule *wrong =
        assemble_text("module \"app\"\nimport \"shapes\"\nstruct @P \"P\"\n  imported \"shapes\"\n"
                      "  field \"x\" float\nend\n");
    assert_null(cor_engine_link(engine, wrong, &error));
    assert_non_null(strstr(error.text, "app"));
    assert_non_null(strstr(error.text, "shapes"));
    assert_non_null(strstr(error.text, "field x"));
    CorModule *missing = assemble_text("module \"app\"\nimport \"nowhere\"\n");
    assert_null(cor_engine_link(engine, missing, &error));
    assert_non_null(strstr(error.text, "nowhere"));
    CorModule *good =
        assemble_text("module \"app\"\nimport \"shapes\"\nstruct @P \"P\"\n  imported \"shapes\"\n"
                      "  field \"x\" int\nend\n");
    assert_non_null(cor_engine_link(engine, good, &error));
    cor_engine_free(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_give_their_results_and_code),
        cmocka_unit_test(call_forms_have_two_words),
        cmocka_unit_test(threads_share_code),
        cmocka_unit_test(imports_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

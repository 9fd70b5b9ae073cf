/* Isolates: many in an engine, on several threads at once, lowering the same functions; globals; stack quota. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/runtime_modules.h"
#include "vm/heap/heap.h"
#include "vm/native/host.h"
#include "vm/runtime/isolate.h"
#include "vm/runtime/object.h"
#include "vm/runtime/stack.h"

/* A program of tests/lowered, and what its `test` gives: a line `; argument -> result`. */
static char *read_case(const char *name, long long *argument, long long *wanted) {
    char path[512];
    snprintf(path, sizeof path, "%s/lowered/%s.cora-asm", TEST_DATA, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 65536);
    assert_non_null(text);
    assert_true(fread(text, 1, 65535, file) > 0);
    fclose(file);
    const char *line = strstr(text, "->");
    assert_non_null(line);
    while (line > text && line[-1] != '\n')
        line--;
    assert_int_equal(sscanf(line, "; %lld -> %lld", argument, wanted), 2);
    return text;
}

typedef struct Worker {
    CorEngine *engine;
    CorLoweredFunction *function;
    uint64_t argument, wanted;
    uint64_t collect_every;
    int wrong;
} Worker;

enum { WORKERS = 4, ISOLATES = 8 };

/* One isolate after another, each running the function. */
static void work(void *opaque) {
    Worker *worker = opaque;
    for (int i = 0; i < ISOLATES; i++) {
        CorIsolateOptions options = {.heap_quota = 4 << 20};
        CorIsolate *isolate = cor_isolate_new(worker->engine, &options);
        uint64_t result = 0;
        if (!isolate || cor_isolate_enter(isolate) != COR_OK) {
            worker->wrong++;
            continue;
        }
        if (cor_isolate_update_globals(isolate) != COR_OK)
            worker->wrong++;
        cor_heap_stress(isolate->heap, worker->collect_every, 0);
        if (cor_call(isolate, worker->function, &worker->argument, &result) != COR_OK ||
            result != worker->wanted)
            worker->wrong++;
        cor_isolate_leave(isolate);
        cor_isolate_free(isolate);
    }
}

static void threads_share_code(void **state) {
    (void)state;
    static const char *const names[] = {"recursion", "loop", "objects"};
    const CorHost *host = cor_host_default();
    for (int round = 0; round < 10; round++) {
        for (int name = 0; name < 3; name++) {
            long long argument, wanted;
            char *text = read_case(names[name], &argument, &wanted);
            CorEngine *engine = new_engine();
            CorLinkedModule *linked = link_text(engine, text);
            CorLoweredFunction *function = function_named(engine, linked, "test");
            Worker workers[WORKERS];
            CorHostThread *threads[WORKERS];
            for (int i = 0; i < WORKERS; i++) {
                workers[i] =
                    (Worker){engine, function, (uint64_t)argument, (uint64_t)wanted, i == 0 ? 5 : 0, 0};
                threads[i] = host->thread_start(host, work, &workers[i], 0);
                assert_non_null(threads[i]);
            }
            for (int i = 0; i < WORKERS; i++) {
                host->thread_join(host, threads[i]);
                assert_int_equal(workers[i].wrong, 0);
            }
            cor_engine_free(engine);
            free(text);
        }
    }
}

/* Makes and frees isolates until another thread has seen enough collections. */
typedef struct Maker {
    CorEngine *engine;
    atomic_bool enough;
} Maker;

static void make_isolates(void *opaque) {
    Maker *maker = opaque;
    while (!atomic_load(&maker->enough)) {
        CorIsolate *isolate = cor_isolate_new(maker->engine, &(CorIsolateOptions){0});
        assert_non_null(isolate);
        cor_isolate_free(isolate);
    }
}

/* A collection may come while an isolate is only half made: its roots are asked for before it knows its heap. */
static void isolates_begin_while_others_collect(void **state) {
    (void)state;
    Maker maker = {.engine = new_engine()};
    CorIsolate *isolate = new_isolate(maker.engine);
    const CorHost *host = cor_host_default();
    enum { MAKERS = 3, COLLECTIONS = 1000 };
    CorHostThread *threads[MAKERS];
    for (int i = 0; i < MAKERS; i++)
        assert_non_null(threads[i] = host->thread_start(host, make_isolates, &maker, 0));
    for (int i = 0; i < COLLECTIONS; i++)
        cor_heap_collect(isolate->heap);
    atomic_store(&maker.enough, true);
    for (int i = 0; i < MAKERS; i++)
        host->thread_join(host, threads[i]);
    cor_isolate_leave(isolate);
    cor_isolate_free(isolate);
    cor_engine_free(maker.engine);
}

/* Each isolate has its own globals, and runs initialisers once. */
static void globals_belong_to_the_isolate(void **state) {
    (void)state;
    CorEngine *engine = new_engine();
    CorLinkedModule *linked =
        link_text(engine, "module \"counter\"\n"
                          "initializer @init\n"
                          "global @count \"count\" int var\nend\n"
                          "function @init \"init\"\n  result void\n  register int\ncode\n"
                          "  int r0, 40\n  global_set @count, r0\n  return_void\nend\n"
                          "function @next \"next\"\n  result int\n  register int\n"
                          "  register int\n  register int\ncode\n"
                          "  global_get r0, @count\n  int r1, 1\n  add r2, r0, r1\n"
                          "  global_set @count, r2\n  return r2\nend\n");
    CorLoweredFunction *next = function_named(engine, linked, "next");
    assert_non_null(next);
    CorIsolate *isolates[3];
    for (int i = 0; i < 3; i++) {
        isolates[i] = new_isolate(engine);
        assert_int_equal(cor_isolate_initialize(isolates[i], linked), COR_OK);
        assert_int_equal(cor_isolate_initialize(isolates[i], linked), COR_OK);
    }
    for (uint64_t round = 1; round < 4; round++)
        for (int i = 0; i < 3; i++) {
            uint64_t result = 0;
            assert_int_equal(cor_call(isolates[i], next, NULL, &result), COR_OK);
            assert_int_equal(result, 40 + round);
        }
    for (int i = 0; i < 3; i++) {
        cor_isolate_leave(isolates[i]);
        cor_isolate_free(isolates[i]);
    }
    cor_engine_free(engine);
}

/* Each has several ranges of roots; all of them are found. */
static void thousands_of_isolates_are_collected(void **state) {
    (void)state;
    enum { MANY = 6000 };
    CorEngine *engine = new_engine();
    CorIsolate **isolates = calloc(MANY, sizeof *isolates);
    assert_non_null(isolates);
    for (int i = 0; i < MANY; i++) {
        isolates[i] = new_isolate(engine);
        isolates[i]->pending = (CorObject *)cor_string_new(isolates[i], "kept", 4);
        assert_non_null(isolates[i]->pending);
        cor_isolate_leave(isolates[i]);
    }
    cor_heap_collect(isolates[0]->heap);
    for (int i = 0; i < MANY; i++) {
        assert_string_equal(((CorStringObject *)isolates[i]->pending)->bytes, "kept");
        cor_isolate_free(isolates[i]);
    }
    free(isolates);
    cor_engine_free(engine);
}

/* A sample that comes sooner costs no fuel. */
static void samples_can_be_brought_forward(void **state) {
    (void)state;
    CorEngine *engine = new_engine();
    CorIsolate *isolate = new_isolate(engine);
    for (int fuel = 0; fuel < 2; fuel++) {
        isolate->has_fuel = fuel;
        for (int sampled = 0; sampled < 2; sampled++) {
            isolate->is_sampled = sampled;
            isolate->fuel = 1000;
            isolate->budget = 50;
            cor_isolate_look_soon(isolate);
            assert_int_equal(isolate->budget, sampled ? 0 : 50);
            assert_int_equal(isolate->fuel, sampled && fuel ? 1050 : 1000);
        }
        isolate->budget = -3; /* overdrawn: it looks anyway */
        cor_isolate_look_soon(isolate);
        assert_int_equal(isolate->budget, -3);
    }
    cor_isolate_leave(isolate);
    cor_isolate_free(isolate);
    cor_engine_free(engine);
}

/* Native code draws while some budget is left, without a sample: a loop whose rounds cost the same must not come to a draw, and
 * never to a sample, each time that what it has drawn is used up. */
static void draws_vary(void **state) {
    (void)state;
    CorEngine *engine = new_engine();
    CorIsolate *isolate = new_isolate(engine);
    int64_t least = INT64_MAX, most = 0;
    isolate->is_sampled = true;
    isolate->slice = 50000;
    for (int i = 0; i < 100; i++) {
        isolate->budget = 3;
        assert_true(cor_isolate_draw(isolate, 12));
        least = isolate->budget < least ? isolate->budget : least;
        most = isolate->budget > most ? isolate->budget : most;
    }
    assert_true(least >= 12 && most <= 50012 && most - least > 10000);
    cor_isolate_leave(isolate);
    cor_isolate_free(isolate);
    cor_engine_free(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_share_code),
        cmocka_unit_test(isolates_begin_while_others_collect),
        cmocka_unit_test(globals_belong_to_the_isolate),
        cmocka_unit_test(thousands_of_isolates_are_collected),
        cmocka_unit_test(samples_can_be_brought_forward),
        cmocka_unit_test(draws_vary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

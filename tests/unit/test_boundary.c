/* The boundary between the interpreter and native code: whatever of the program of native_program.h is native, and wherever
 * native code leaves, the result, the frames that were seen, the fuel and the error are those of the interpreter alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unit/native_program.h"

/* ---- Tests -------------------------------------------------------------------------------------- */

static const uint32_t leave_patterns[] = {0, 1, 2, 3, 5, 7};
enum {
    PATTERNS = sizeof leave_patterns / sizeof *leave_patterns,
    LOOP_SET = 1 << LEAF | 1 << MIDDLE | 1 << OUTER
};

/* The loop with every set of native functions, leaving in every pattern. */
static void compare_loops(Program *program, uint64_t argument, CorIsolateOptions options) {
    Outcome *expected = run(program, OUTER, argument, options);
    assert_int_equal(program->entered, 0);
    for (uint32_t set = 1; set <= LOOP_SET; set++)
        for (int i = 0; i < PATTERNS; i++) {
            program->leave_every = leave_patterns[i];
            compare(program, expected, set, OUTER, argument, options);
            assert_true(program->entered > 0 || options.fuel != 0);
        }
    program->leave_every = 0;
    free(expected);
}

static void native_code_calls_is_called_and_leaves(void **state) {
    (void)state;
    Program *program = program_new(NULL);
    Outcome *outcome = run(program, OUTER, 10, (CorIsolateOptions){0});
    assert_int_equal(outcome->result, 10 * 11 + 45);
    assert_int_equal(outcome->seen_count, 30);
    free(outcome);
    compare_loops(program, 10, (CorIsolateOptions){0});
    compare_loops(program, 1, (CorIsolateOptions){0});
    program_free(program);
}

static void errors_go_through_native_code(void **state) {
    (void)state;
    Program *program = program_new(NULL);
    program->throw_at = 4; /* caught in `outer` */
    Outcome *outcome = run(program, OUTER, 10, (CorIsolateOptions){0});
    assert_int_equal(outcome->result, 10 * 11 + 45 - 15 + 1000);
    free(outcome);
    compare_loops(program, 10, (CorIsolateOptions){0});
    outcome = run(program, MIDDLE, 4, (CorIsolateOptions){0});
    assert_int_equal(outcome->status, COR_THROWN);
    assert_int_equal(outcome->frame_count, 2);
    for (uint32_t set = 1; set < 4; set++)
        for (int i = 0; i < PATTERNS; i++) {
            program->leave_every = leave_patterns[i];
            compare(program, outcome, set, MIDDLE, 4, (CorIsolateOptions){0});
        }
    free(outcome);
    program_free(program);
}

static void fuel_is_the_same(void **state) {
    (void)state;
    Program *program = program_new(NULL);
    program->throw_at = 2;
    for (int64_t fuel = 1; fuel < 24; fuel++)
        compare_loops(program, 5, (CorIsolateOptions){.fuel = fuel});
    program_free(program);
}

static void deep_recursion_leaves_and_overflows_alike(void **state) {
    (void)state;
    Program *program = program_new(NULL);
    static const uint64_t arguments[] = {0, 1, 1000, 250000, 262000, 262150, 400000};
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
        Outcome *expected = run(program, DEPTH, arguments[i], (CorIsolateOptions){0});
        assert_int_equal(expected->status, arguments[i] <= 262000 ? COR_OK : COR_THROWN);
        compare(program, expected, 1 << DEPTH, DEPTH, arguments[i], (CorIsolateOptions){0});
        if (arguments[i] > 1000) /* native code goes on after it has left for want of machine stack */
            assert_true(program->entered > 200000);
        program->leave_every = 3;
        compare(program, expected, 1 << DEPTH, DEPTH, arguments[i], (CorIsolateOptions){0});
        program->leave_every = 0;
        free(expected);
    }
    program_free(program);
}

typedef struct Thread {
    Program *program;
    const Outcome *expected;
    uint64_t argument;
} Thread;

static void run_in_thread(void *opaque) {
    Thread *thread = opaque;
    publish(thread->program, 1 << DEPTH);
    Outcome *found = run(thread->program, DEPTH, thread->argument, (CorIsolateOptions){0});
    withdraw(thread->program, 1 << DEPTH);
    bool same = memcmp(found, thread->expected, sizeof *found) == 0;
    free(found);
    thread->expected = same ? thread->expected : NULL;
}

/* Machine stacks of every size: one that is too small for native code, and one that is used up again and again. */
static void small_machine_stacks_suffice(void **state) {
    (void)state;
    const CorHost *host = cor_host_default();
    Program *program = program_new(NULL);
    Outcome *expected = run(program, DEPTH, 100000, (CorIsolateOptions){0});
    static const size_t sizes[] = {128 << 10, 300 << 10, 512 << 10};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        Thread thread = {.program = program, .expected = expected, .argument = 100000};
        CorHostThread *started = host->thread_start(host, run_in_thread, &thread, sizes[i]);
        assert_non_null(started);
        host->thread_join(host, started);
        assert_non_null(thread.expected);
        assert_true(i == 0 ? program->entered == 0 : program->entered > 100);
    }
    free(expected);
    program_free(program);
}

/* The host nests calls of a program whose native code has used up what there was of the machine stack. */
static void hosts_have_machine_stack(void **state) {
    (void)state;
    Program *program = program_new(NULL);
    static const uint32_t depths[] = {100, 1000, 4000};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        program->nested_depth = depths[i];
        program->nested = 45;
        Outcome *expected = run(program, DEPTH, 50000, (CorIsolateOptions){.stack_slots = 4 << 20});
        assert_int_equal(expected->result, 50000 + 45 * depths[i]);
        program->nested = 45;
        compare(program, expected, 1 << DEPTH, DEPTH, 50000, (CorIsolateOptions){.stack_slots = 4 << 20});
        assert_int_equal(program->nested, 0);
        free(expected);
    }
    program_free(program);
}

/* ---- Tiers: entering loops, leaving at safepoints ---- */

/* A code generator that makes nothing: the tiers get what is written by hand. */
static CorCompiler *generator_open(CorEngine *engine, const CorTierOptions *options,
                                   const CorGeneratorServices *services, char *failure) {
    (void)options, (void)services, (void)failure;
    return (CorCompiler *)(void *)engine;
}
static void generator_close(CorCompiler *compiler) {
    (void)compiler;
}
static const char *generator_description(CorCompiler *compiler) {
    (void)compiler;
    return "none";
}
static void generator_compile(CorCompiler *compiler, const CorCompileRequest *request,
                              CorCompileResult *result) {
    (void)compiler, (void)request;
    strcpy(result->failure, "it is written by hand");
}

static const CorCodeGenerator generator = {.version = COR_CODE_GENERATOR_VERSION,
                                           .description = generator_description,
                                           .open = generator_open,
                                           .close = generator_close,
                                           .compile = generator_compile};

static void loops_are_entered_and_left_at_safepoints(void **state) {
    (void)state;
    Program *plain = program_new(NULL);
    for (uint64_t leave_every = 1; leave_every < 5; leave_every++)
        for (int64_t fuel = 0; fuel < 60; fuel += 7) {
            CorIsolateOptions options = {.fuel = fuel};
            Outcome *expected = run(plain, OUTER, 10, options);
            CorTierOptions tiers = {
                .mode = COR_TIER_TWO, .leave_every = leave_every, .generator = &generator};
            Program *program = program_new(&tiers);
            CorTiers *known = program->engine->tiers;
            TierPlace *head = tier_place(tier_function(known, &program->functions[OUTER]), OUTER_LOOP);
            assert_non_null(head);
            TierCode code = {.place = head, .tier = 2, .native = &program->loop};
            atomic_store(&head->code, &code);
            compare(program, expected, 0, OUTER, 10, options);
            assert_true(fuel != 0 || program->entered > 10 / leave_every / 2);
            program_free(program);
            free(expected);
        }
    program_free(plain);
}

/* ---- Memory ---- */

enum { HELD = 1000 };

/* Holds objects by nothing but its own variables while everything is collected and counted. */
static USED Result holder(CorIsolate *isolate, uint64_t *fp, uint64_t argument) {
    (void)argument;
    Program *program = program_of(isolate);
    stand_at(isolate, fp, &program->leaf_entry);
    CorObject *head = NULL;
    for (int i = 0; i < HELD; i++) {
        CorObject *object = cor_object_new(isolate, program->error);
        assert_non_null(object);
        cor_heap_store(object, (char *)object + 8, head);
        head = object;
    }
    fp[0] = 0; /* where no slot refers to them */
    cor_heap_collect(isolate->heap);
    size_t live = isolate->heap->live;
    int count = 0;
    for (const CorObject *object = head; object; object = *(CorObject *const *)((const char *)object + 8)) {
        assert_ptr_equal(object->type, program->error);
        count++;
    }
    return (Result){COR_OK, count == HELD ? live : 0};
}
NATIVE_ENTRY(holder)

static void counts_see_what_native_code_holds(void **state) {
    (void)state;
    Program *program = program_new(NULL);
    program->codes[LEAF].entry = holder_entry;
    publish(program, 1 << LEAF);
    Outcome *outcome = run(program, LEAF, 0, (CorIsolateOptions){0});
    assert_int_equal(outcome->status, COR_OK);
    assert_true(outcome->result >= HELD * 32 && outcome->result < 2 * HELD * 32);
    withdraw(program, 1 << LEAF);
    free(outcome);
    program_free(program);
}

enum { OLD = 100, OLD_LENGTH = 100 };

/* The slots that native code has reserved for itself still refer to lists that nobody needs. */
static USED Result reserver(CorIsolate *isolate, uint64_t *fp, uint64_t argument) {
    (void)argument;
    Program *program = program_of(isolate);
    stand_at(isolate, fp, &program->leaf_entry);
    for (int i = 0; i < OLD; i++) {
        CorObject *head = NULL;
        for (int j = 0; j < OLD_LENGTH; j++) {
            CorObject *object = cor_object_new(isolate, program->error);
            assert_non_null(object);
            cor_heap_store(object, (char *)object + 8, head);
            head = object;
        }
        fp[2 + i] = (uintptr_t)head;
    }
    cor_heap_collect(isolate->heap);
    return (Result){COR_OK, isolate->heap->live};
}
NATIVE_ENTRY(reserver)

static void reserved_frames_keep_nothing_alive(void **state) {
    (void)state;
    Program *program = program_new(NULL);
    CorCodeHeader *header = (CorCodeHeader *)(uintptr_t)cor_code_header(program->functions[LEAF].code);
    header->frame_slots = program->functions[LEAF].frame_slots = 2 + OLD;
    program->codes[LEAF].entry = reserver_entry;
    publish(program, 1 << LEAF);
    Outcome *outcome = run(program, LEAF, 0, (CorIsolateOptions){0});
    assert_true(outcome->result < OLD * OLD_LENGTH * 32 / 4); /* a few may be found on the machine stack */
    withdraw(program, 1 << LEAF);
    free(outcome);
    program_free(program);
}

/* Collects until the program is done. */
typedef struct Collector {
    CorEngine *engine;
    _Atomic bool done;
    _Atomic uint32_t collections;
} Collector;

static void collect_always(void *opaque) {
    Collector *collector = opaque;
    CorIsolate *isolate = cor_isolate_new(collector->engine, &(CorIsolateOptions){0});
    if (!isolate || cor_isolate_enter(isolate) != COR_OK)
        return;
    do {
        cor_heap_collect(isolate->heap);
        collector->collections++;
    } while (!collector->done);
    cor_isolate_leave(isolate);
    cor_isolate_free(isolate);
}

/* A collection stops the thread at any instruction: there, too, it finds its way through the frames. */
static void another_thread_collects(void **state) {
    (void)state;
    const CorHost *host = cor_host_default();
    Program *program = program_new(NULL);
    Collector collector = {.engine = program->engine};
    CorHostThread *thread = host->thread_start(host, collect_always, &collector, 0);
    assert_non_null(thread);
    while (collector.collections < 100) {
        compare_loops(program, 5, (CorIsolateOptions){0});
        Outcome *expected = run(program, DEPTH, 3000, (CorIsolateOptions){0});
        program->leave_every = 3;
        compare(program, expected, 1 << DEPTH, DEPTH, 3000, (CorIsolateOptions){0});
        free(expected);
    }
    collector.done = true;
    host->thread_join(host, thread);
    program_free(program);
}

/* ---- Profiles ---- */

static void profiles_count_callees(void **state) {
    (void)state;
    Program *program = program_new(NULL);
    CorCallProfile profile = {.shape = {1, 1}};
    CorLoweredFunction *caller = &program->functions[MIDDLE], *called = &program->functions[DEPTH];
    CorClosureObject closure = {.type = program->error, .function = called};
    MAKE(MIDDLE, 6, {.op = COR_LOWERED_CONST_REFERENCE, .a = 2}, {.pointer = &closure},
         OP(MOVE_CALL_CLOSURE, MIDDLE_WINDOW, 0, 0), OP(CALL_CLOSURE, 1, MIDDLE_WINDOW, 2),
         {.pointer = &profile}, OP(RETURN_1, 1, 0, 0));
    for (int round = 0; round < 3; round++) {
        cor_function_profile(caller, round == 1);
        assert_int_equal(caller->code[2].op, round == 1 ? COR_LOWERED_MOVE : COR_LOWERED_MOVE_CALL_CLOSURE);
        Outcome *outcome = run(program, MIDDLE, 3, (CorIsolateOptions){0});
        assert_int_equal(outcome->result, 3);
        free(outcome);
        assert_int_equal(profile.count[0], round >= 1);
    }
    assert_ptr_equal(profile.callee[0], called);
    assert_ptr_equal(cor_call_profile(caller, 3), &profile);
    assert_null(cor_call_profile(caller, 2));
    profile.count[0] = 1000;
    profile.other = 2000;
    cor_function_profile(caller, false);
    assert_int_equal(profile.count[0], 1000);
    cor_function_profile(caller, true); /* what was is worth little now */
    assert_int_equal(profile.count[0], COR_PROFILE_OLD);
    assert_int_equal(profile.other, COR_PROFILE_OLD);
    program_free(program);
}

/* Tables may hold the stub of a function that the interpreter has never called through them. */
static void calls_by_the_stub_enter_native_code_too(void **state) {
    (void)state;
    Program *program = program_new(NULL);
    const CorLoweredFunction *function = &program->functions[LEAF];
    const CorWord *entries[] = {function->code, &function->stub[COR_CODE_HEADER_WORDS]};
    publish(program, 1 << LEAF);
    for (int i = 0; i < 2; i++)
        assert_ptr_equal(cor_code_header(entries[i])->native, program->codes[LEAF].entry);
    withdraw(program, 1 << LEAF);
    for (int i = 0; i < 2; i++)
        assert_ptr_equal(cor_code_header(entries[i])->native, cor_native_none());
    program_free(program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(native_code_calls_is_called_and_leaves),
        cmocka_unit_test(errors_go_through_native_code),
        cmocka_unit_test(fuel_is_the_same),
        cmocka_unit_test(deep_recursion_leaves_and_overflows_alike),
        cmocka_unit_test(small_machine_stacks_suffice),
        cmocka_unit_test(hosts_have_machine_stack),
        cmocka_unit_test(loops_are_entered_and_left_at_safepoints),
        cmocka_unit_test(counts_see_what_native_code_holds),
        cmocka_unit_test(reserved_frames_keep_nothing_alive),
        cmocka_unit_test(another_thread_collects),
        cmocka_unit_test(profiles_count_callees),
        cmocka_unit_test(calls_by_the_stub_enter_native_code_too),
    };
    return cmocka_run_group_tests_name("boundary", tests, NULL, NULL);
}

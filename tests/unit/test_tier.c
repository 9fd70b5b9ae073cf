/* The tiers with a code generator that makes nothing that could run: what is asked for, when, by whom, and what becomes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/runtime_modules.h"
#include "vm/native/host.h"
#include "vm/runtime/tier_internal.h"

/* ---- A code generator --------------------------------------------------------------------------- */

enum { FAKE_CODES = 64 };

/* What it made. */
typedef struct Fake {
    CorCodeConstant constant; /* the function */
    CorCodeFrame frame;
    CorCodeSite site;
    CorCodeExit exits[2];
    CorCodeObject object;
} Fake;

static struct {
    Fake codes[FAKE_CODES];
    uint32_t count, open, closed;
    uint32_t exit_index[2]; /* of each */
    uint32_t frame_index;   /* of the site of each entry */
    bool refuses;           /* to compile */
    bool refuses_opening;
    CorLoweredFunction *inlines; /* into other functions */
    bool inlined;
    const CorGeneratorServices *services;
    uint32_t last_failed; /* how many of the exits of the last request were known to fail */
} fake;

static struct {
    uint8_t bytes[16384];
    size_t size;
} elf; /* of an object that does nothing */

static CorCompiler *fake_open(CorEngine *engine, const CorTierOptions *options,
                              const CorGeneratorServices *services, char *failure) {
    (void)engine, (void)options;
    fake.services = services;
    if (fake.refuses_opening) {
        strcpy(failure, "it does not want to");
        return NULL;
    }
    fake.open++;
    return (CorCompiler *)&fake;
}

static void fake_close(CorCompiler *compiler) {
    (void)compiler;
    fake.closed++;
}

static const char *fake_description(CorCompiler *compiler) {
    (void)compiler;
    return "fake";
}

static void fake_compile(CorCompiler *compiler, const CorCompileRequest *request, CorCompileResult *result) {
    (void)compiler;
    if (fake.refuses) {
        strcpy(result->failure, "an operation it does not know");
        return;
    }
    if (fake.inlines && fake.inlines != request->function)
        fake.inlined = fake.services->lower(fake.inlines);
    Fake *made = &fake.codes[__atomic_fetch_add(&fake.count, 1, __ATOMIC_SEQ_CST) % FAKE_CODES];
    *made = (Fake){.constant = {.kind = COR_CONSTANT_FUNCTION, .pointer = request->function},
                   .frame = {.index = request->index != 0 ? request->index : fake.frame_index},
                   .site = {.frame_count = 1}};
    uint32_t failed = 0;
    for (int i = 0; i < 2; i++) {
        made->exits[i] = (CorCodeExit){.kind = COR_EXIT_RECEIVER, .index = fake.exit_index[i]};
        failed += fake.services->failed(request->function, fake.exit_index[i], COR_EXIT_RECEIVER);
    }
    __atomic_store_n(&fake.last_failed, failed, __ATOMIC_SEQ_CST); /* two threads compile */
    made->object = (CorCodeObject){.function = request->function,
                                   .tier = request->tier,
                                   .index = request->index,
                                   .elf = elf.bytes,
                                   .elf_size = elf.size,
                                   .constants = &made->constant,
                                   .constant_count = 1,
                                   .sites = &made->site,
                                   .site_count = 1,
                                   .frames = &made->frame,
                                   .frame_count = 1,
                                   .exits = made->exits,
                                   .exit_count = 2};
    result->object = &made->object;
    result->build_ns = 1000000;
}

static const CorCodeGenerator generator = {
    .version = COR_CODE_GENERATOR_VERSION,
    .description = fake_description,
    .open = fake_open,
    .close = fake_close,
    .compile = fake_compile,
};

/* ---- Programs ----------------------------------------------------------------------------------- */

/* Two loops, one in the other. */
static const char program[] = "module \"loops\"\n"
                              "function @count \"count\"\n"
                              "  parameter \"n\" int\n"
                              "  result int\n"
                              "  register int\n"
                              "  register int\n"
                              "  register int\n"
                              "  register int\n"
                              "  register int\n"
                              "code\n"
                              "  int r1, 0\n"
                              "  int r3, 0\n"
                              "  int r4, 1\n"
                              " outer:\n"
                              "  loop\n"
                              "  br_not_lt r1, r0, out\n"
                              "  add r1, r1, r4\n"
                              "  int r2, 0\n"
                              " inner:\n"
                              "  loop\n"
                              "  br_not_lt r2, r0, outer\n"
                              "  add r2, r2, r4\n"
                              "  add r3, r3, r2\n"
                              "  jump inner\n"
                              " out:\n"
                              "  return r3\n"
                              "end\n"
                              "function @other \"other\"\n"
                              "  parameter \"n\" int\n"
                              "  result int\n"
                              "  register int\n"
                              "code\n"
                              "  return r0\n"
                              "end\n";

typedef struct Fixture {
    CorEngine *engine;
    CorIsolate *isolate;
    CorLinkedModule *module;
    CorLoweredFunction *count, *other;
    uint64_t *fp;          /* of the call that the samples are of: its caller has four variables */
    uint32_t outer, inner; /* loop heads of `count` */
} Fixture;

/* The targets of the back-edges: the loop with more code is the outer one. */
static void find_loops(Fixture *fixture) {
    const CorLoweredFunction *function = fixture->count;
    uint32_t lowest = UINT32_MAX, highest = 0;
    for (uint32_t at = 0; at < function->code_count; at += cor_lowered_length(&function->code[at])) {
        const char *operands = cor_lowered_info[function->code[at].op].operands;
        if (strstr(operands, ":B") != NULL) {
            uint32_t head = (uint32_t)((int64_t)at + function->code[at + 1].edge.distance);
            lowest = head < lowest ? head : lowest;
            highest = head > highest ? head : highest;
        }
    }
    fixture->outer = lowest, fixture->inner = highest;
    assert_true(lowest > 0 && lowest < highest);
}

static const CorWord caller_call = {.op = COR_LOWERED_CALL, .b = 4 + COR_FRAME_HEADER};

static uint64_t *caller_frame(const Fixture *fixture) {
    return fixture->fp - caller_call.b;
}

/* Makes a frame, of nothing that runs, which C has called. */
static void push_frame(Fixture *fixture) {
    static const CorWord boundary[COR_CODE_HEADER_WORDS + 1];
    fixture->fp = fixture->isolate->stack.base + 16;
    fixture->fp[-1] = (uintptr_t)&caller_call;
    caller_frame(fixture)[-2] = (uintptr_t)&boundary[COR_CODE_HEADER_WORDS];
    caller_frame(fixture)[-3] = 0;
    fixture->isolate->fp = fixture->fp;
}

static Fixture start(CorTierOptions options) {
    Fixture fixture = {0};
    fixture.engine = cor_engine_new(&(CorEngineOptions){.tiers = &options});
    assert_non_null(fixture.engine);
    fixture.engine->tiers->scale = 1; /* also where there is but one processor */
    fixture.module = link_text(fixture.engine, program);
    fixture.isolate = new_isolate(fixture.engine);
    fixture.count = function_named(fixture.engine, fixture.module, "count");
    fixture.other = function_named(fixture.engine, fixture.module, "other");
    assert_int_equal(cor_function_lower(fixture.isolate, fixture.count), COR_OK);
    assert_int_equal(cor_function_lower(fixture.isolate, fixture.other), COR_OK);
    find_loops(&fixture);
    push_frame(&fixture);
    return fixture;
}

static Fixture start_fake(CorTierOptions options) {
    memset(&fake, 0, sizeof fake);
    options.generator = &generator;
    return start(options);
}

/* Waits until nothing is wanted any more. */
static void settle(const Fixture *fixture) {
    CorTiers *tiers = fixture->engine->tiers;
    for (bool busy = true; busy;) {
        fixture->engine->host->sleep_ns(fixture->engine->host, 200000);
        tiers_lock(tiers);
        busy = !tiers->closed && (tiers->queue != NULL || tiers->workers[0].compiling != NULL ||
                                  tiers->workers[1].compiling != NULL);
        tiers_unlock(tiers);
    }
}

static const CorNativeCode *sample(const Fixture *fixture, uint32_t index, int times) {
    const CorNativeCode *code = NULL;
    for (int i = 0; i < times; i++) {
        code = cor_tier_sample(fixture->isolate, fixture->count, fixture->count->code + index);
    }
    return code;
}

/* So that the engine has run for a while. */
static void warm_up(const Fixture *fixture) {
    for (int i = 0; i < TIER_START; i++) {
        cor_tier_sample(fixture->isolate, fixture->other, fixture->other->code);
    }
    settle(fixture);
}

static void end(Fixture *fixture) {
    fixture->isolate->fp = NULL;
    cor_isolate_leave(fixture->isolate);
    cor_isolate_free(fixture->isolate);
    cor_engine_free(fixture->engine);
}

/* Whether the report says so; ends the engine. */
static bool finish(Fixture *fixture, const char *text) {
    char *report = NULL;
    size_t size;
    FILE *file = open_memstream(&report, &size);
    cor_tiers_report(fixture->engine->tiers, file);
    fclose(file);
    bool found = strstr(report, text) != NULL;
    if (!found) {
        print_message("%s\n", report);
    }
    free(report);
    end(fixture);
    return found;
}

/* How often code was made for a place of `count`. */
static uint32_t made(const Fixture *fixture, uint32_t tier, uint32_t index) {
    CorTiers *tiers = fixture->engine->tiers;
    uint32_t count = 0;
    tiers_lock(tiers);
    for (const TierCode *code = tiers->made; code != NULL; code = code->next_made) {
        const CorNativeCode *native = code->native;
        count += native != NULL && native->function == fixture->count && native->tier == tier &&
                 native->index == index;
    }
    tiers_unlock(tiers);
    return count;
}

/* The newest code. */
static CorNativeCode *newest(const Fixture *fixture) {
    CorTiers *tiers = fixture->engine->tiers;
    tiers_lock(tiers);
    CorNativeCode *code = tiers->made->native;
    tiers_unlock(tiers);
    return code;
}

/* ---- Requests ----------------------------------------------------------------------------------- */

static void short_programs_start_nothing(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    sample(&fixture, fixture.inner, TIER_START - 1);
    assert_null(fixture.engine->tiers->workers[0].thread);
    assert_true(finish(&fixture, "nothing was asked for"));
    assert_int_equal(fake.open, 0);
}

static void one_processor_compiles_less(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    fixture.engine->tiers->scale = TIER_SINGLE;
    sample(&fixture, 0, TIER_SINGLE * TIER_START - 1);
    assert_null(fixture.engine->tiers->workers[0].thread);
    sample(&fixture, 0, 1);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 1);
    const CorNativeSite *site = newest(&fixture)->sites;
    for (int i = 0; i < TIER_SINGLE * TIER_SECOND - 1; i++) {
        cor_tier_sample_native(fixture.isolate, site);
    }
    settle(&fixture);
    assert_int_equal(made(&fixture, 2, 0), 0);
    assert_true(finish(&fixture, "1 of tier 1"));
}

static void entry_goes_up_the_tiers(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 0);
    sample(&fixture, 0, TIER_FIRST);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 1);
    const CorNativeCode *first = newest(&fixture);
    const CorCodeHeader *header = cor_code_header(fixture.count->code);
    assert_ptr_equal(header->native, first->entry);
    assert_int_equal(fixture.count->code->op, COR_LOWERED_ENTER_NATIVE);
    const CorNativeSite *site = first->sites;
    for (int i = 0; i < TIER_SECOND - 1; i++) {
        assert_false(cor_tier_sample_native(fixture.isolate, site));
    }
    settle(&fixture);
    assert_int_equal(made(&fixture, 2, 0), 0);
    for (int i = 0; i < TIER_PAUSE; i++) {
        cor_tier_sample_native(fixture.isolate, site);
    }
    settle(&fixture);
    assert_int_equal(made(&fixture, 2, 0), 1);
    assert_ptr_equal(header->native, newest(&fixture)->entry);
    sample(&fixture, 0, 100);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 1);
    assert_int_equal(made(&fixture, 2, 0), 1);
    assert_true(finish(&fixture, "count, replaced"));
    assert_int_equal(fake.closed, 1);
}

static void long_loops_are_entered(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    sample(&fixture, fixture.inner, TIER_LASTING - 1);
    settle(&fixture);
    assert_null(fixture.count->native);
    sample(&fixture, fixture.inner, 1);
    settle(&fixture);
    const CorNativeCode *code = sample(&fixture, fixture.inner, 1);
    assert_non_null(code);
    assert_int_equal(code->index, fixture.inner);
    assert_int_equal(made(&fixture, 1, 0), 0); /* perhaps it is called but once */
    sample(&fixture, fixture.inner, TIER_REENTRIES);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 1);
    /* the loop runs on, and gets tier 2: the old code leaves for it */
    const CorNativeSite *site = code->sites;
    for (int i = 0; i < TIER_SECOND + TIER_PAUSE; i++) {
        cor_tier_sample_native(fixture.isolate, site);
    }
    settle(&fixture);
    assert_int_equal(made(&fixture, 2, fixture.inner), 1);
    assert_true(cor_tier_sample_native(fixture.isolate, site));
    assert_int_equal(sample(&fixture, fixture.inner, 1)->tier, 2);
    assert_true(finish(&fixture, "count, loop"));
}

static void outer_loops_come_first(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    sample(&fixture, fixture.outer, 1);
    warm_up(&fixture);
    sample(&fixture, fixture.inner, TIER_LASTING);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, fixture.outer), 1);
    assert_int_equal(made(&fixture, 1, fixture.inner), 0);
    assert_non_null(sample(&fixture, fixture.outer, 1));
    sample(&fixture, fixture.inner, TIER_LOOP_PATIENCE - 1);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, fixture.inner), 0);
    sample(&fixture, fixture.inner, 2); /* but it has to be entered some time */
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, fixture.inner), 1);
    assert_true(finish(&fixture, "fake"));
}

/* The frame is the same call wherever the stack lies, which moves when native code is entered first. */
static void a_call_lasts_when_the_stack_moves(void **state) {
    (void)state;
    enum { MOVED = 32 };
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    sample(&fixture, fixture.inner, TIER_LASTING - 1);
    uint64_t *base = fixture.isolate->stack.base, *fp = fixture.fp;
    memcpy(base + MOVED, base, 16 * sizeof *base);
    fixture.isolate->stack.base = base + MOVED;
    fixture.isolate->fp = fp + MOVED;
    sample(&fixture, fixture.inner, 1);
    fixture.isolate->stack.base = base;
    fixture.isolate->fp = fp;
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 0);
    assert_int_equal(made(&fixture, 1, fixture.inner), 1);
    assert_true(finish(&fixture, "loop"));
}

/* Calls that do not last get code for the start. */
static void repeated_calls_are_seen(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    sample(&fixture, fixture.inner, TIER_LASTING - 1);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 0);
    fixture.fp[-COR_FRAME_HEADER - 1]++; /* a variable of the caller */
    sample(&fixture, fixture.inner, 1);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 1);
    assert_int_equal(made(&fixture, 1, fixture.inner), 0);
    sample(&fixture, fixture.inner, TIER_LASTING * TIER_LASTING_CALLED - 2);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, fixture.inner), 0);
    sample(&fixture, fixture.inner, 1);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, fixture.inner), 1);
    assert_true(finish(&fixture, "3 of tier 1"));
}

/* Native code may leave at other safepoints than loop heads. The first word of a function with code has another length. */
static void only_loop_heads_are_entered(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){.eager = true, .eager_loops = true});
    assert_int_equal(fixture.count->code->op, COR_LOWERED_ENTER_NATIVE);
    assert_null(sample(&fixture, fixture.inner + 2, 100));
    assert_int_equal(sample(&fixture, fixture.inner, 1)->index, fixture.inner);
    assert_int_equal(fake.count, 3);
    assert_true(finish(&fixture, "3 of tier 1"));
}

static void code_gets_tier_two_before_its_loops(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    fake.frame_index = fixture.inner;
    warm_up(&fixture);
    sample(&fixture, 0, TIER_FIRST);
    settle(&fixture);
    const CorNativeCode *entry = newest(&fixture);
    for (int i = 0; i < TIER_SECOND; i++) {
        cor_tier_sample_native(fixture.isolate, entry->sites);
    }
    settle(&fixture);
    assert_int_equal(made(&fixture, 2, 0), 1);
    assert_int_equal(made(&fixture, 2, fixture.inner), 0);
    for (int i = 0; i < TIER_PAUSE * (TIER_LATE + 1) - 1; i++) { /* it is still in the old code */
        assert_false(cor_tier_sample_native(fixture.isolate, entry->sites));
    }
    cor_tier_sample_native(fixture.isolate,
                           entry->sites); /* asks for better code, which may be there at once */
    settle(&fixture);
    assert_int_equal(made(&fixture, 2, fixture.inner), 1);
    assert_true(cor_tier_sample_native(fixture.isolate, entry->sites));
    assert_true(finish(&fixture, "2 of tier 2"));
}

/* Code of a start whose loop has better code leaves for that, and gets tier 2 all the same. */
static void starts_beside_better_loops(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    sample(&fixture, fixture.inner, TIER_LASTING);
    settle(&fixture);
    const CorNativeCode *loop = newest(&fixture);
    for (int i = 0; i < TIER_SECOND; i++) {
        cor_tier_sample_native(fixture.isolate, loop->sites);
    }
    settle(&fixture);
    assert_int_equal(made(&fixture, 2, fixture.inner), 1);
    fake.frame_index = fixture.inner;
    sample(&fixture, 0, TIER_FIRST);
    settle(&fixture);
    const CorNativeSite *site = newest(&fixture)->sites;
    for (int i = 0; i < TIER_SECOND; i++) {
        assert_true(cor_tier_sample_native(fixture.isolate, site));
    }
    settle(&fixture);
    assert_int_equal(made(&fixture, 2, 0), 1);
    assert_true(finish(&fixture, "2 of tier 2"));
}

/* Tier 2 of their callers has them inlined. */
static void small_functions_count_for_their_callers(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    sample(&fixture, 0, TIER_FIRST);
    settle(&fixture);
    const CorNativeCode *caller = newest(&fixture), *callee = cor_native_code(fixture.other, 0);
    assert_int_equal(made(&fixture, 1, 0), 1);
    assert_int_equal(callee->tier, 1);
    for (int i = 0; i < TIER_SECOND; i++) { /* called by the interpreter */
        cor_tier_sample_native(fixture.isolate, callee->sites);
    }
    settle(&fixture);
    assert_int_equal(cor_native_code(fixture.other, 0)->tier, 2);
    assert_int_equal(made(&fixture, 2, 0), 0);
    fixture.fp[-1] = (uintptr_t)caller->sites[0].words;
    for (int i = 0; i < TIER_SECOND; i++) {
        cor_tier_sample_native(fixture.isolate, callee->sites);
    }
    settle(&fixture);
    assert_int_equal(made(&fixture, 2, 0), 1);
    assert_true(finish(&fixture, "2 of tier 2"));
}

/* The interpreter goes round a loop that has code by now, but all samples are taken in what that calls. */
static void loops_around_native_code_are_entered(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    const CorNativeCode *callee = cor_native_code(fixture.other, 0);
    const CorWord *call = &fixture.count->code[fixture.inner]; /* no call, but in the loop */
    CorWord here = *call;
    caller_frame(&fixture)[-2] = (uintptr_t)fixture.count->code;
    caller_frame(&fixture)[-1] = fixture.fp[-1];
    fixture.fp[-1] = (uintptr_t)call;
    ((CorWord *)(uintptr_t)call)->b = caller_call.b;
    cor_tier_sample_native(fixture.isolate, callee->sites);
    assert_false(fixture.isolate->looks_back);
    sample(&fixture, fixture.inner, TIER_LASTING * (TIER_LASTING_CALLED + 1));
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, fixture.inner), 1);
    cor_tier_sample_native(fixture.isolate, callee->sites);
    assert_true(fixture.isolate->looks_back);
    fixture.isolate->looks_back = false;
    cor_tier_sample(fixture.isolate, fixture.other, fixture.other->code); /* called from there */
    assert_true(fixture.isolate->looks_back);
    *(CorWord *)(uintptr_t)call = here;
    assert_true(finish(&fixture, "loop"));
}

/* Those that take functions are inlined when they are larger; a caller in the interpreter gets its first tier. */
static void callers_in_the_interpreter_are_counted(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    settle(&fixture);
    const CorNativeCode *callee = cor_native_code(fixture.other, 0);
    caller_frame(&fixture)[-2] = (uintptr_t)fixture.count->code;
    fixture.other->takes_functions = true;
    uint32_t words = fixture.other->code_count;
    fixture.other->code_count = TIER_INLINED_TAKING + 1;
    for (int i = 0; i < TIER_FIRST; i++) {
        cor_tier_sample_native(fixture.isolate, callee->sites);
    }
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 0);
    fixture.other->code_count = TIER_INLINED_TAKING;
    for (int i = 0; i < TIER_FIRST; i++) {
        cor_tier_sample_native(fixture.isolate, callee->sites);
    }
    fixture.other->code_count = words;
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 1);
    assert_true(finish(&fixture, "tier 1"));
}

/* The interpreter enters native code again and again, which is not inlined, and in which all samples are taken. */
static void callers_that_enter_native_code_are_counted(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    const CorNativeCode *callee = cor_native_code(fixture.other, 0);
    caller_frame(&fixture)[-2] = (uintptr_t)fixture.count->code;
    uint32_t words = fixture.other->code_count;
    fixture.other->code_count = TIER_INLINED_TAKING + 1;
    for (uint32_t entries = TIER_ENTRIES - 1; entries <= TIER_ENTRIES; entries++) {
        for (int i = 0; i < TIER_FIRST; i++) {
            fixture.isolate->native_entries += entries;
            cor_tier_sample_native(fixture.isolate, callee->sites);
        }
        settle(&fixture);
        assert_int_equal(made(&fixture, 1, 0), entries == TIER_ENTRIES);
    }
    fixture.other->code_count = words;
    assert_true(finish(&fixture, "tier 1"));
}

/* What others have made needless meanwhile. */
static void requests_are_forgotten(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    CorTiers *tiers = fixture.engine->tiers;
    tiers_lock(tiers);
    TierFunction *function = tier_function(tiers, fixture.count);
    tier_want(tier_place(function, 0), 1, false);
    tier_want(tier_place(function, fixture.outer), 1, false);
    tiers->samples += TIER_STALE;
    tier_want(tier_place(function, fixture.outer), 1, false);
    tier_want(tier_place(function, fixture.inner), 1, false);
    tiers->samples++;
    tiers_unlock(tiers);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 0);
    assert_int_equal(made(&fixture, 1, fixture.outer), 1);
    assert_int_equal(made(&fixture, 1, fixture.inner), 1);
    sample(&fixture, 0, TIER_FIRST);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 1);
    assert_true(finish(&fixture, "fake"));
}

/* Other code of tier 2 has been made since, in which it may be inlined. */
static void second_tiers_are_asked_for_again(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    CorTiers *tiers = fixture.engine->tiers;
    for (uint32_t again = 0; again <= 1; again++) {
        tiers_lock(tiers);
        TierPlace *place = tier_place(tier_function(tiers, fixture.count), 0);
        tier_want(place, 2, false);
        tiers->made_second_at = tiers->samples - again;
        tiers->made_second_ns = 1; /* long ago */
        tiers_unlock(tiers);
        settle(&fixture);
        assert_int_equal(made(&fixture, 2, 0), again);
    }
    assert_true(finish(&fixture, "1 of tier 2"));
}

static void modes(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){.mode = COR_TIER_INTERP});
    warm_up(&fixture);
    sample(&fixture, 0, 1000);
    assert_true(finish(&fixture, "--tier=interp"));
    assert_int_equal(fake.open, 0);

    fixture = start_fake((CorTierOptions){.mode = COR_TIER_ONE});
    warm_up(&fixture);
    sample(&fixture, 0, TIER_FIRST);
    settle(&fixture);
    for (int i = 0; i < 100; i++) {
        cor_tier_sample_native(fixture.isolate, newest(&fixture)->sites);
    }
    settle(&fixture);
    assert_int_equal(made(&fixture, 2, 0), 0);
    assert_true(finish(&fixture, "--tier=1"));

    fixture = start_fake((CorTierOptions){.mode = COR_TIER_TWO});
    warm_up(&fixture);
    sample(&fixture, 0, TIER_ALONE);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 0);
    assert_int_equal(made(&fixture, 2, 0), 1);
    assert_true(finish(&fixture, "0 of tier 1"));
}

/* The caller is native code: its frame tells nothing. */
static void repeated_calls_by_native_code_are_seen(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    const CorWord site = {.op = COR_LOWERED_NATIVE_SITE, .b = 4 + COR_FRAME_HEADER};
    fixture.fp[-1] = (uintptr_t)&site;
    for (int i = 0; i < 2 * TIER_LASTING; i++) {
        cor_tier_called_by_native(fixture.count);
        sample(&fixture, fixture.inner, 1);
    }
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, fixture.inner), 0);
    assert_int_equal(made(&fixture, 1, 0), 1);
    sample(&fixture, fixture.inner, TIER_LASTING * TIER_LASTING_CALLED);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, fixture.inner), 1);
    assert_true(finish(&fixture, "3 of tier 1"));
}

static void only_the_first(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){.most = 2, .eager = true});
    warm_up(&fixture);
    sample(&fixture, fixture.inner, 100);
    settle(&fixture);
    assert_int_equal(fake.count, 2);
    assert_true(finish(&fixture, "2 of tier 1"));
}

static void what_native_code_calls_gets_code(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    for (int i = 0; i < TIER_NATIVE_CALLS - 1; i++) {
        cor_tier_called_by_native(fixture.count);
    }
    assert_null(fixture.engine->tiers->workers[0].thread);
    cor_tier_called_by_native(fixture.count);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 1);
    assert_true(finish(&fixture, "count"));
}

/* ---- Failures ----------------------------------------------------------------------------------- */

static void failed_compilations_are_remembered(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    fake.refuses = true;
    warm_up(&fixture);
    sample(&fixture, 0, TIER_FIRST);
    settle(&fixture);
    fake.refuses = false;
    sample(&fixture, 0, 100);
    settle(&fixture);
    assert_int_equal(made(&fixture, 1, 0), 0);
    assert_non_null(fixture.engine->tiers->made);
    assert_true(finish(&fixture, "an operation it does not know"));
}

static void without_a_code_generator(void **state) {
    (void)state;
    Fixture fixture = start((CorTierOptions){.library = "/nowhere/libcoracle-jit.so"});
    warm_up(&fixture);
    sample(&fixture, 0, TIER_FIRST);
    settle(&fixture);
    assert_null(sample(&fixture, fixture.inner, TIER_LASTING));
    assert_true(finish(&fixture, "/nowhere/libcoracle-jit.so"));

    static CorCodeGenerator newer;
    newer = generator;
    newer.version++;
    fixture = start((CorTierOptions){.generator = &newer});
    warm_up(&fixture);
    settle(&fixture);
    assert_true(finish(&fixture, "no native code: the code generator is of version"));

    fixture = start_fake((CorTierOptions){.eager = true});
    end(&fixture);
    fake.refuses_opening = true;
    fixture = start((CorTierOptions){.generator = &generator, .eager = true}); /* does not wait for ever */
    assert_true(finish(&fixture, "no native code: it does not want to"));
}

static void code_has_a_cap(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){.eager = true});
    size_t bytes = newest(&fixture)->held;
    end(&fixture);
    fixture = start_fake((CorTierOptions){.code_bytes = bytes * 2 + bytes / 2});
    warm_up(&fixture);
    sample(&fixture, 0, TIER_FIRST);
    settle(&fixture);
    sample(&fixture, fixture.inner, TIER_LASTING);
    settle(&fixture);
    assert_null(sample(&fixture, fixture.inner, 1));
    assert_int_equal(fake.count, 3); /* `other` is the first */
    assert_null(newest(&fixture));
    sample(&fixture, fixture.outer, TIER_LASTING);
    settle(&fixture);
    assert_int_equal(fake.count, 3);
    assert_true(finish(&fixture, "bytes are the most"));
}

/* ---- Exits -------------------------------------------------------------------------------------- */

/* Makes the program leave so often that it looks at the exits. */
static void leave(const Fixture *fixture) {
    fixture->isolate->ip = fixture->count->code;
    fixture->fp[-2] = (uintptr_t)fixture->count->code;
    for (int i = 0; i < TIER_EXIT_LOOK; i++) {
        cor_tier_left(fixture->isolate);
    }
}

/* Whether there is more code of the place than `count`, after the exits have been looked at. */
static bool comes(const Fixture *fixture, uint32_t tier, uint32_t index, uint32_t count) {
    leave(fixture);
    settle(fixture);
    return made(fixture, tier, index) > count;
}

static void speculation_that_fails_is_given_up(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){.mode = COR_TIER_ONE});
    fake.exit_index[0] = 1;
    fake.exit_index[1] = 2;
    warm_up(&fixture);
    sample(&fixture, 0, TIER_FIRST);
    settle(&fixture);
    assert_int_equal(fake.last_failed, 0);
    newest(&fixture)->exits[0].count = TIER_EXIT_LIMIT;
    assert_true(comes(&fixture, 1, 0, 1));
    assert_int_equal(fake.last_failed, 1);
    assert_true(cor_tier_failed(fixture.count, 1, COR_EXIT_RECEIVER));
    assert_false(cor_tier_failed(fixture.count, 1, COR_EXIT_CALLEE));
    assert_false(cor_tier_failed(fixture.count, 2, COR_EXIT_RECEIVER));
    /* it fails all the same: once is enough */
    CorNativeExit *exits = newest(&fixture)->exits;
    exits[0].count = 10 * TIER_EXIT_LIMIT;
    assert_false(comes(&fixture, 1, 0, 2));
    exits[1].kind = COR_EXIT_THROW; /* no speculation */
    exits[1].count = 10 * TIER_EXIT_LIMIT;
    assert_false(comes(&fixture, 1, 0, 2));
    exits[1].kind = COR_EXIT_RECEIVER;
    assert_true(comes(&fixture, 1, 0, 2));
    assert_int_equal(fake.last_failed, 2);
    assert_true(finish(&fixture, "left 1000 times, receiver of another type"));
}

static void code_that_fails_again_and_again_goes_back(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    sample(&fixture, fixture.inner, TIER_LASTING);
    settle(&fixture);
    const CorNativeCode *first = sample(&fixture, fixture.inner, 1);
    for (int i = 0; i < TIER_SECOND; i++) {
        cor_tier_sample_native(fixture.isolate, first->sites);
    }
    for (uint32_t i = 0; i <= TIER_RECOMPILATIONS; i++) {
        settle(&fixture);
        const CorNativeCode *code = sample(&fixture, fixture.inner, 1);
        assert_int_equal(code->tier, 2);
        code->exits[0].index = 10 + i; /* another one each time */
        code->exits[0].count = TIER_EXIT_LIMIT;
        assert_int_equal(comes(&fixture, 2, fixture.inner, i + 1), i < TIER_RECOMPILATIONS);
        assert_ptr_not_equal(sample(&fixture, fixture.inner, 1), code);
    }
    assert_ptr_equal(sample(&fixture, fixture.inner, 1), first);
    assert_ptr_equal(cor_native_code(fixture.count, fixture.inner), first);
    for (int i = 0; i < 100; i++) {
        assert_false(cor_tier_sample_native(fixture.isolate, first->sites));
    }
    settle(&fixture);
    assert_int_equal(made(&fixture, 2, fixture.inner), 1 + TIER_RECOMPILATIONS);
    assert_true(finish(&fixture, "replaced"));
}

/* While the thread does something else. */
static void code_that_fails_is_not_entered(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    warm_up(&fixture);
    sample(&fixture, fixture.inner, TIER_LASTING);
    settle(&fixture);
    const CorNativeCode *first = sample(&fixture, fixture.inner, 1);
    for (int i = 0; i < TIER_SECOND; i++) {
        cor_tier_sample_native(fixture.isolate, first->sites);
    }
    settle(&fixture);
    const CorNativeCode *code = sample(&fixture, fixture.inner, 1);
    assert_ptr_equal(cor_native_code(fixture.count, fixture.inner), code);
    code->exits[0].count = TIER_EXIT_LIMIT;
    fixture.engine->tiers->stopping = true;
    leave(&fixture);
    assert_ptr_equal(cor_native_code(fixture.count, fixture.inner), first);
    assert_ptr_equal(sample(&fixture, fixture.inner, 1), first);
    assert_true(finish(&fixture, "replaced"));
}

/* ---- Tests switches ----------------------------------------------------------------------------- */

static void eager(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){.eager = true}); /* lowers two functions */
    assert_int_equal(fake.count, 2);
    assert_int_equal(made(&fixture, 1, 0), 1);
    assert_true(finish(&fixture, "2 of tier 1"));

    fixture = start_fake((CorTierOptions){.eager = true, .mode = COR_TIER_TWO});
    assert_int_equal(made(&fixture, 2, 0), 1);
    assert_true(finish(&fixture, "2 of tier 2"));

    fixture = start_fake((CorTierOptions){.eager_loops = true});
    assert_int_equal(fake.count, 0);
    assert_true(fixture.isolate->watched);
    assert_int_equal(sample(&fixture, fixture.inner, 1)->index, fixture.inner);
    assert_int_equal(sample(&fixture, fixture.outer, 1)->index, fixture.outer);
    assert_true(finish(&fixture, "2 of tier 1"));
}

/* What is inlined before its first call has code as well. */
static void eager_and_inlined(void **state) {
    (void)state;
    memset(&fake, 0, sizeof fake);
    CorTierOptions options = {.generator = &generator, .eager = true, .mode = COR_TIER_TWO};
    CorEngine *engine = cor_engine_new(&(CorEngineOptions){.tiers = &options});
    CorLinkedModule *module = link_text(engine, program);
    CorIsolate *isolate = new_isolate(engine);
    fake.inlines = function_named(engine, module, "other");
    assert_int_equal(cor_function_lower(isolate, function_named(engine, module, "count")), COR_OK);
    assert_true(fake.inlined);
    assert_int_equal(fake.count, 2);
    assert_ptr_equal(fake.codes[1].object.function, fake.inlines);
    cor_isolate_free(isolate);
    cor_engine_free(engine);
}

static void leaves_everywhere(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){.eager = true, .leave_every = 3});
    const CorNativeSite *site = fixture.count->native->sites;
    int left = 0;
    for (int i = 0; i < 30; i++) {
        left += cor_tier_sample_native(fixture.isolate, site);
    }
    assert_int_equal(left, 10);
    assert_true(fixture.isolate->watched);
    assert_true(finish(&fixture, "fake"));
}

/* ---- Threads ------------------------------------------------------------------------------------ */

enum { WORKERS = 4, ROUNDS = 10000000 };

/* Samples everything until the outer loop has code of tier 2. */
static void hammer(void *opaque) {
    const Fixture *fixture = opaque;
    CorIsolate *isolate = cor_isolate_new(fixture->engine, &(CorIsolateOptions){0});
    Fixture own = {.isolate = isolate};
    push_frame(&own);
    uint32_t tier = 0;
    for (int i = 0; i < ROUNDS && tier < 2; i++) {
        const CorLoweredFunction *function = fixture->count;
        uint32_t indices[] = {0, fixture->outer, fixture->inner};
        const CorNativeCode *code =
            cor_tier_sample(isolate, function, function->code + indices[(unsigned)i % 3]);
        if (code != NULL) {
            cor_tier_sample_native(isolate, code->sites);
            tier = code->index == fixture->outer ? code->tier : 0;
        }
        cor_tier_called_by_native(fixture->other);
    }
    isolate->fp = NULL;
    cor_isolate_free(isolate);
}

static void many_threads(void **state) {
    (void)state;
    Fixture fixture = start_fake((CorTierOptions){0});
    const CorHost *host = fixture.engine->host;
    CorHostThread *threads[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        assert_non_null(threads[i] = host->thread_start(host, hammer, &fixture, 1 << 20));
    }
    for (int i = 0; i < WORKERS; i++) {
        host->thread_join(host, threads[i]);
    }
    settle(&fixture);
    uint32_t indices[] = {0, fixture.outer, fixture.inner};
    for (int i = 0; i < 3; i++) {
        assert_true(made(&fixture, 1, indices[i]) <= 1);
        assert_true(made(&fixture, 2, indices[i]) <= 1);
    }
    assert_int_equal(made(&fixture, 1, 0), 1);
    assert_int_equal(made(&fixture, 2, fixture.outer), 1);
    assert_true(finish(&fixture, "fake"));
}

/* Ends engines while the thread is at work. */
static void engines_end_at_any_time(void **state) {
    (void)state;
    for (int i = 0; i < 50; i++) {
        Fixture fixture = start_fake((CorTierOptions){0});
        sample(&fixture, fixture.inner, TIER_START + TIER_LASTING);
        sample(&fixture, 0, i % 4);
        if (i % 3 == 0) {
            cor_tiers_stop(fixture.engine->tiers);
        }
        assert_true(finish(&fixture, "--tier=auto"));
        assert_int_equal(fake.open, fake.closed);
    }
}

static int read_object(void **state) {
    (void)state;
    FILE *file = fopen(TEST_OBJECT, "rb");
    elf.size = file != NULL ? fread(elf.bytes, 1, sizeof elf.bytes, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    return elf.size > 0 ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_programs_start_nothing),
        cmocka_unit_test(one_processor_compiles_less),
        cmocka_unit_test(entry_goes_up_the_tiers),
        cmocka_unit_test(long_loops_are_entered),
        cmocka_unit_test(outer_loops_come_first),
        cmocka_unit_test(repeated_calls_are_seen),
        cmocka_unit_test(a_call_lasts_when_the_stack_moves),
        cmocka_unit_test(only_loop_heads_are_entered),
        cmocka_unit_test(code_gets_tier_two_before_its_loops),
        cmocka_unit_test(starts_beside_better_loops),
        cmocka_unit_test(small_functions_count_for_their_callers),
        cmocka_unit_test(loops_around_native_code_are_entered),
        cmocka_unit_test(callers_in_the_interpreter_are_counted),
        cmocka_unit_test(callers_that_enter_native_code_are_counted),
        cmocka_unit_test(requests_are_forgotten),
        cmocka_unit_test(second_tiers_are_asked_for_again),
        cmocka_unit_test(modes),
        cmocka_unit_test(repeated_calls_by_native_code_are_seen),
        cmocka_unit_test(only_the_first),
        cmocka_unit_test(what_native_code_calls_gets_code),
        cmocka_unit_test(failed_compilations_are_remembered),
        cmocka_unit_test(without_a_code_generator),
        cmocka_unit_test(code_has_a_cap),
        cmocka_unit_test(speculation_that_fails_is_given_up),
        cmocka_unit_test(code_that_fails_again_and_again_goes_back),
        cmocka_unit_test(code_that_fails_is_not_entered),
        cmocka_unit_test(eager),
        cmocka_unit_test(eager_and_inlined),
        cmocka_unit_test(leaves_everywhere),
        cmocka_unit_test(many_threads),
        cmocka_unit_test(engines_end_at_any_time),
    };
    return cmocka_run_group_tests(tests, read_object, NULL);
}

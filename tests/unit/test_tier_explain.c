/* Showing native code: which functions and loops are found, and what a code generator is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/runtime_modules.h"
#include "vm/runtime/tier.h"

/* ---- A code generator that writes what it is asked ---------------------------------------------- */

static struct {
    int open;
    bool refuses_opening, refuses;
} fake;

static CorCompiler *fake_open(CorEngine *engine, const CorTierOptions *options,
                              const CorGeneratorServices *services, char *failure) {
    (void)engine, (void)options, (void)services;
    if (fake.refuses_opening) {
        strcpy(failure, "it does not want to");
        return NULL;
    }
    fake.open++;
    return (CorCompiler *)&fake;
}

static void fake_close(CorCompiler *compiler) {
    (void)compiler;
    fake.open--;
}

static const char *fake_description(CorCompiler *compiler) {
    (void)compiler;
    return "fake";
}

static bool fake_explain(CorCompiler *compiler, const CorCompileRequest *request, void *file, char *failure) {
    (void)compiler;
    fprintf(file, "explained: %s from %u\n", request->function->name, request->index);
    if (fake.refuses) {
        strcpy(failure, "an operation it does not know");
    }
    return !fake.refuses;
}

static const CorCodeGenerator generator = {
    .version = COR_CODE_GENERATOR_VERSION,
    .description = fake_description,
    .open = fake_open,
    .close = fake_close,
    .explain = fake_explain,
};

/* ---- A program ----------------------------------------------------------------------------------- */

static const char program[] = "module \"loops\"\n"
                              "function @count \"count\"\n"
                              "  parameter \"n\" int\n"
                              "  result int\n"
                              "  register int\n"
                              "  register int\n"
                              "  register int\n"
                              "code\n"
                              "  int r1, 0\n"
                              "  int r2, 1\n"
                              " head:\n"
                              "  loop\n"
                              "  br_not_lt r1, r0, out\n"
                              "  add r1, r1, r2\n"
                              "  jump head\n"
                              " out:\n"
                              "  return r1\n"
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
} Fixture;

static Fixture start(void) {
    memset(&fake, 0, sizeof fake);
    Fixture fixture = {
        .engine = cor_engine_new(&(CorEngineOptions){
            .tiers = &(CorTierOptions){.mode = COR_TIER_INTERP, .generator = &generator, .profile = true}})};
    fixture.module = link_text(fixture.engine, program);
    fixture.isolate = new_isolate(fixture.engine);
    return fixture;
}

static void end(Fixture *fixture) {
    cor_isolate_leave(fixture->isolate);
    cor_isolate_free(fixture->isolate);
    cor_engine_free(fixture->engine);
    assert_int_equal(fake.open, 0);
}

static CorLoweredFunction *only_function(Fixture *fixture, const char *name) {
    CorLoweredFunction **found;
    uint32_t count;
    assert_int_equal(cor_functions_named(fixture->isolate, fixture->module, name, &found, &count), COR_OK);
    assert_int_equal(count, 1);
    CorLoweredFunction *function = found[0];
    free(found);
    assert_int_equal(cor_function_lower(fixture->isolate, function), COR_OK);
    return function;
}

/* ---- Tests --------------------------------------------------------------------------------------- */

static void take_name(void *context, const char *name) {
    char *all = context;
    strcat(strcat(all, name), " ");
}

static void names(void **state) {
    (void)state;
    Fixture fixture = start();
    CorLoweredFunction **found;
    uint32_t count;
    assert_int_equal(cor_functions_named(fixture.isolate, fixture.module, "none", &found, &count), COR_OK);
    assert_int_equal(count, 0);
    free(found);
    CorLoweredFunction *function = only_function(&fixture, "count");
    assert_string_equal(function->name, "count");
    assert_ptr_equal(only_function(&fixture, "count"), function);
    char all[256] = "";
    cor_function_names(fixture.engine, take_name, all);
    assert_non_null(strstr(all, "count other "));
    end(&fixture);
}

static void loops(void **state) {
    (void)state;
    Fixture fixture = start();
    const CorLoweredFunction *function = only_function(&fixture, "count");
    uint32_t head = cor_tiers_loop_head(function, 0, 0);
    assert_true(head > 0);
    assert_int_equal(cor_tiers_loop_head(function, head, 0), 0);
    assert_int_equal(cor_tiers_loop_head(function, 0, 7), 0); /* it has no lines */
    assert_int_equal(cor_tiers_loop_head(only_function(&fixture, "other"), 0, 0), 0);
    end(&fixture);
}

/* Whether the functions can be explained; then the text is `wanted`. */
static bool explains(Fixture *fixture, const char *wanted, CorExplanationFailure *failure) {
    CorLoweredFunction *function = only_function(fixture, "count");
    CorCompileRequest requests[] = {
        {.function = only_function(fixture, "other"), .tier = 1},
        {.function = function, .tier = 2, .index = cor_tiers_loop_head(function, 0, 0)}};
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    bool explained = cor_tiers_explain(cor_engine_tiers(fixture->engine), requests, 2, file, failure);
    fclose(file);
    assert_string_equal(text, wanted);
    free(text);
    return explained;
}

static void texts(void **state) {
    (void)state;
    Fixture fixture = start();
    char wanted[512];
    CorExplanationFailure failure = {""};
    uint32_t head = cor_tiers_loop_head(only_function(&fixture, "count"), 0, 0);
    snprintf(wanted, sizeof wanted,
             "; fake\n\n; ==== other, tier 1 ====\n\nexplained: other from 0\n"
             "\n; ==== count, tier 2, from a loop ====\n\nexplained: count from %u\n",
             head);
    assert_true(explains(&fixture, wanted, &failure));
    fake.refuses = true;
    snprintf(wanted, sizeof wanted,
             "; fake\n\n; ==== other, tier 1 ====\n\nexplained: other from 0\n\n; not compiled: %s\n"
             "\n; ==== count, tier 2, from a loop ====\n\nexplained: count from %u\n\n; not compiled: %s\n",
             "an operation it does not know", head, "an operation it does not know");
    assert_true(explains(&fixture, wanted, &failure));
    fake.refuses_opening = true;
    assert_false(explains(&fixture, "", &failure));
    assert_string_equal(failure.text, "it does not want to");
    end(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(loops),
        cmocka_unit_test(texts),
    };
    return cmocka_run_group_tests_name("tier_explain", tests, NULL, NULL);
}

// The body half of the checker where behaviour tests do not reach: a core library that lacks what the language refers to,
// the flow state, the exhaustiveness of large matches.
#include "unit/compilation.h"

#include "compiler/check.h"
#include "compiler/parser.h"

#include <stdio.h>

static ModuleSymbol *check_text(Compilation *c, Checker *checker) {
    *checker = (Checker){.arena = &c->arena,
                         .scratch = &c->scratch,
                         .names = &c->names,
                         .sources = &c->sources,
                         .sink = &c->sink};
    checker->types = types_create(&c->arena);
    const AstModule *ast = parser_parse(c->file, &c->arena, &c->names, &c->sink);
    return checker_check_module(checker, ast, "std.core");
}

static void expect_errors(Compilation *c, const void *expected) {
    Checker checker;
    check_text(c, &checker);
    assert_string_equal(compilation_errors(c), expected);
}

static void check_source(const char *text, const char *errors) {
    compilation_run(text, strlen(text), expect_errors, errors);
}

static void test_missing_core(void **state) {
    (void)state;
    check_source("fn f() { [1] }\n", "E0411@1:10"); // error: E0411
    check_source("fn f() { [1: 2] }\n", "E0411@1:10");
    check_source("fn f() { let _r = 0..1 }\n", "E0411@1:19");
    check_source("fn f() { throw f() }\n", "E0411@1:10 E0402@1:16");
}

// A pattern of many columns, in which every row is open in all but one, is decided without trying all combinations.
static void test_wide_match(void **state) {
    (void)state;
    char text[4096];
    size_t at = 0;
    at += (size_t)snprintf(text + at, sizeof text - at, "fn f(t: (bool");
    for (int i = 1; i < 20; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, ", bool");
    at += (size_t)snprintf(text + at, sizeof text - at, ")): int => match t {\n");
    for (int row = 0; row < 20; row++) {
        for (int i = 0; i < 20; i++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", i ? ", " : "(",
                                   i == row ? "true" : "_");
        at += (size_t)snprintf(text + at, sizeof text - at, ") => %d\n", row);
    }
    snprintf(text + at, sizeof text - at, "}\n");
    check_source(text, "E0650@1:139");
}

static void run_flow(Compilation *c, const void *context) {
    (void)context;
    Arena *arena = &c->arena;
    Variable x = {0}, y = {0};
    Type narrow = {0};
    Flow flow = flow_start();
    flow_declare(arena, &flow, 0);
    flow_declare(arena, &flow, 70);
    Flow left = flow, right = flow;
    flow_assign(arena, &left, 70);
    flow_narrow(arena, &left, &x, &narrow);
    flow_narrow(arena, &left, &y, &narrow);
    flow_narrow(arena, &right, &y, &narrow);
    Flow joined = flow_join(arena, left, right);
    assert_false(flow_is_assigned(&joined, 70));
    assert_false(flow_is_unassigned(&joined, 70));
    assert_true(flow_is_unassigned(&joined, 0));
    assert_null(flow_narrowed(&joined, &x));
    assert_ptr_equal(flow_narrowed(&joined, &y), &narrow);
    joined = flow_join(arena, left, flow_dead(right));
    assert_true(flow_is_assigned(&joined, 70));
    assert_ptr_equal(flow_narrowed(&joined, &x), &narrow);
    flow_forget(arena, &joined, &x);
    assert_null(flow_narrowed(&joined, &x));
    joined = flow_sequence(arena, left, right);
    assert_true(flow_is_assigned(&joined, 70));
}

static void test_flow(void **state) {
    (void)state;
    compilation_run("", 0, run_flow, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing_core),
        cmocka_unit_test(test_wide_match),
        cmocka_unit_test(test_flow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

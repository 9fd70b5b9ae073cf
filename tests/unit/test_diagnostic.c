// Rendering of diagnostics for people and programs, their order, and the search for similar names.
#include "unit/compilation.h"

#include "compiler/suggest.h"

typedef struct Output {
    Arena *arena;
    const char *text;
} Output;

static void append(void *context, const char *bytes, size_t length) {
    Output *output = context;
    output->text = arena_printf(output->arena, "%s%.*s", output->text, (int)length, bytes);
}

static const char *rendered(Compilation *c, bool json, DiagnosticRenderOptions options) {
    Output output = {&c->arena, ""};
    DiagnosticWriter writer = {append, &output};
    if (json)
        diagnostic_render_json(&c->sink, writer, options);
    else
        diagnostic_render_text(&c->sink, writer, options);
    return output.text;
}

static Span span(uint32_t start, uint32_t end) {
    return source_span(0, start, end);
}

static void check_text(Compilation *c, const void *context) {
    (void)context;
    Diagnostic *d = diagnostic_add(&c->sink, DIAGNOSTIC_EXPECTED, span(9, 12), "a", "b", NULL);
    diagnostic_label(d, "here");
    diagnostic_secondary(d, span(0, 3), "because of %s", "this");
    diagnostic_note(d, "a note");
    diagnostic_suggest(d, span(9, 12), "x", "write `%s`", "x");
    assert_string_equal(rendered(c, false, (DiagnosticRenderOptions){0}),
                        "error[E0201]: expected a, found b\n"
                        "  --> test.cora:2:4\n"
                        "   |\n"
                        " 1 | one\n"
                        "   | --- because of this\n"
                        " 2 |     \xE6\xBC\xA2 two\n"
                        "   |        ^^^ here\n"
                        "   |\n"
                        "   = note: a note\n"
                        "   = help: write `x`\n"
                        "\n"
                        "1 error\n");
}

static void test_text(void **state) {
    (void)state;
    // A tab is shown as blanks up to the next multiple of four columns, the ideograph takes two.
    static const char source[] = "one\n\t\xE6\xBC\xA2 two\n";
    compilation_run(source, sizeof source - 1, check_text, NULL);
}

static void check_order(Compilation *c, const void *context) {
    (void)context;
    diagnostic_add(&c->sink, DIAGNOSTIC_UNARY_PLUS, span(4, 5), NULL);
    diagnostic_add(&c->sink, DIAGNOSTIC_STRAY_BRACE, span(0, 1), NULL);
    diagnostic_add(&c->sink, DIAGNOSTIC_UNARY_PLUS, span(4, 5), NULL);
    assert_string_equal(compilation_errors(c), "E0107@1:1 E0208@2:1");
    const char *text = rendered(c, false, (DiagnosticRenderOptions){.limit = 1});
    assert_non_null(strstr(text, "2 errors (1 not shown)"));
}

static void test_order(void **state) {
    (void)state;
    compilation_run("abc\ndef", 7, check_order, NULL);
}

static void check_json(Compilation *c, const void *context) {
    (void)context;
    diagnostic_add(&c->sink, DIAGNOSTIC_UNKNOWN_ESCAPE, span(0, 2), "\\\"\n", NULL);
    assert_string_equal(
        rendered(c, true, (DiagnosticRenderOptions){0}),
        "{\"severity\":\"error\",\"code\":\"E0109\",\"message\":\"unknown escape `\\\\\\\"\\n`\","
        "\"span\":{\"file\":\"test.cora\",\"start\":{\"line\":1,\"column\":1,\"offset\":0},"
        "\"end\":{\"line\":1,\"column\":3,\"offset\":2}},\"label\":null,\"labels\":[],"
        "\"remarks\":[]}\n");
}

static void test_json(void **state) {
    (void)state;
    compilation_run("abc", 3, check_json, NULL);
}

static void check_limit(Compilation *c, const void *context) {
    (void)context;
    for (uint32_t i = 0; i < DIAGNOSTIC_SINK_LIMIT + 10; i++)
        diagnostic_label(diagnostic_add(&c->sink, DIAGNOSTIC_UNARY_PLUS, span(i, i + 1), NULL), "x");
    assert_int_equal(c->sink.count, DIAGNOSTIC_SINK_LIMIT);
    assert_int_equal(c->sink.dropped, 10);
    assert_int_equal(c->sink.error_count, DIAGNOSTIC_SINK_LIMIT + 10);
}

static void test_limit(void **state) {
    (void)state;
    compilation_run("abc", 3, check_limit, NULL);
}

/* Warnings do not hide an error that comes behind them. */
static void check_error_behind_warnings(Compilation *c, const void *context) {
    (void)context;
    for (uint32_t i = 0; i < DIAGNOSTIC_SINK_LIMIT + 10; i++)
        diagnostic_add(&c->sink, DIAGNOSTIC_UNUSED_VARIABLE, span(0, 1 + i % 2), "a", NULL);
    diagnostic_add(&c->sink, DIAGNOSTIC_NOT_ASSIGNED, span(2, 3), "a", NULL);
    const char *text = rendered(c, false, (DiagnosticRenderOptions){.limit = 1});
    assert_non_null(strstr(text, "error[E0601]"));
    assert_null(strstr(text, "warning["));
    assert_non_null(strstr(text, "1 error, 2 warnings ("));
}

static void test_error_behind_warnings(void **state) {
    (void)state;
    compilation_run("abc", 3, check_error_behind_warnings, NULL);
}

static const char *nearest(const char *wanted) {
    static const char *const names[] = {"length", "append", "push", "pop", "indexOf", "contains"};
    Suggestion suggestion = suggest_begin(wanted);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        suggest_consider(&suggestion, names[i]);
    return suggestion.best;
}

static void test_suggestions(void **state) {
    (void)state;
    assert_string_equal(nearest("lenght"), "length");
    assert_string_equal(nearest("Length"), "length");
    assert_string_equal(nearest("indexof"), "indexOf");
    assert_string_equal(nearest("contain"), "contains");
    assert_null(nearest("volume"));
    assert_null(nearest("x"));
    assert_string_equal(nearest("size"), "length");
    assert_string_equal(nearest("has"), "contains");
    assert_string_equal(nearest("add"), "push"); // the first of what others mean by it
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_error_behind_warnings),
        cmocka_unit_test(test_suggestions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

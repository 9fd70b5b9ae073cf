// Which comments belong to what, what an example is, and the program that is made of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/documentation.h"

static Documentation *read(const char *source, const char *import) {
    Documentation *documentation = documentation_read("m.cora", source, strlen(source), import);
    assert_non_null(documentation);
    return documentation;
}

static const DocEntry *find(const Documentation *documentation, const char *name) {
    for (uint32_t i = 0; i < documentation->entry_count; i++)
        if (strcmp(documentation->entries[i].name, name) == 0)
            return &documentation->entries[i];
    return NULL;
}

// ---- Comments ----------------------------------------------------------------------------------------------

static void check_doc(const char *source, const char *name, const char *doc) {
    Documentation *documentation = read(source, NULL);
    const DocEntry *entry = find(documentation, name);
    assert_non_null(entry);
    if (doc)
        assert_string_equal(entry->doc, doc);
    else
        assert_null(entry->doc);
    documentation_free(documentation);
}

static void test_owners(void **state) {
    (void)state;
    check_doc("/// F.\npub fn f() {}", "f", "F.");
    check_doc("/// F.\npub fn f() {}", "", NULL);
    check_doc("/// M.\n\n/// F.\npub fn f() {}", "f", "F.");
    check_doc("/// M.\n\n/// F.\npub fn f() {}", "", "M.");
    check_doc("/// M.\n \t\r\n\r\npub fn f() {}", "", "M.");
    check_doc("/// M.\n \t\r\n\r\npub fn f() {}", "f", NULL);
    check_doc("/// M.\nimport std.math\n/// F.\npub fn f() {}", "", "M.");
    check_doc("/// M.", "", "M.");
    check_doc("#!/usr/bin/env coracle\n/// M.\n\nf()", "", "M.");
    check_doc("\xEF\xBB\xBF/// M.\n\nf()", "", "M.");
    check_doc("/// lost\n\n/// lost too\n\nf()\n/// lost\n\n/// F.\npub fn f() {}", "f", "F.");
    check_doc("/// F.\n// other\npub fn f() {}", "f", "F.");
    check_doc("/// F.\n/// more\n@hidden\npub fn f() {}", "f", "F.\nmore");
    check_doc("@hidden\n/// F.\npub fn f() {}", "f", "F.");
    check_doc("//// no\npub fn f() {}", "f", NULL);
    check_doc("/// F.\r\n///\r\n///  two\r\npub fn f() {}", "f", "F.\n\n two");
}

static void test_entries(void **state) {
    (void)state;
    Documentation *documentation = read("pub struct S<T: Equatable<T>> : I {\n"
                                        "    x: int\n"
                                        "    private y: int\n"
                                        "    fn m(\n        a: int,\n    ): int => 1\n"
                                        "    @hidden\n    fn internal() {}\n"
                                        "    operator fn +(o: S): S => self\n"
                                        "    static const C = 1\n"
                                        "}\n"
                                        "struct P {}\n"
                                        "extend P { fn f() {} }\n"
                                        "extend List<int> : I { fn g() {} }\n"
                                        "fn private() {}\n"
                                        "pub let (a, b) = (1, 2)\n"
                                        "pub let many = [\n    1,\n]\n"
                                        "pub enum E { A, B(x: int) }",
                                        NULL);
    static const struct {
        const char *name, *signature;
        uint32_t line;
    } wanted[] = {
        {"S", "pub struct S<T: Equatable<T>> : I", 1},
        {"S.x", "x: int", 2},
        {"S.m", "fn m(\n    a: int,\n): int", 4},
        {"S.+", "operator fn +(o: S): S", 9},
        {"S.C", "static const C = 1", 10},
        {"List", "extend List<int> : I", 14},
        {"List.g", "fn g()", 14},
        {"many", "pub let many", 17},
        {"E", "pub enum E", 20},
        {"E.A", "A", 20},
        {"E.B", "B(x: int)", 20},
    };
    assert_int_equal(documentation->entry_count, 1 + sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const DocEntry *entry = &documentation->entries[i + 1];
        assert_string_equal(entry->name, wanted[i].name);
        assert_string_equal(entry->signature, wanted[i].signature);
        assert_int_equal(entry->line, wanted[i].line);
    }
    documentation_free(documentation);
}

// ---- Examples ----------------------------------------------------------------------------------------------

// The examples of the function `f` behind a comment.
static void check_examples(const char *comment, size_t count, const uint32_t *lines,
                           const char *const *texts) {
    char source[1024];
    snprintf(source, sizeof source, "%s\npub fn f() {}\n", comment);
    Documentation *documentation = read(source, NULL);
    const DocEntry *entry = find(documentation, "f");
    assert_int_equal(entry->example_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(entry->examples[i].line, lines[i]);
        assert_string_equal(entry->examples[i].text, texts[i]);
    }
    documentation_free(documentation);
}

static void test_blocks(void **state) {
    (void)state;
    check_examples("/// No.\n///     continued", 0, NULL, NULL);
    check_examples("///     a", 1, (uint32_t[]){1}, (const char *[]){"        a\n"});
    check_examples("/// X.\n///\n///     a\n///\n///       b\n///\n/// Y.\n///\n///     c", 2,
                   (uint32_t[]){3, 9},
                   (const char *[]){"\n\n        a\n\n          b\n", "\n\n\n\n\n\n\n\n        c\n"});
    check_examples("/// ```\n///\n///     a\n/// ```\n///\n///    b", 0, NULL, NULL);
    check_examples("///     a\r\n///\r\n///     b\r", 1, (uint32_t[]){1},
                   (const char *[]){"        a\n\n        b\n"});
    check_examples("///     a\n// other\n///     b", 1, (uint32_t[]){1},
                   (const char *[]){"        a\n        b\n"});
}

// The first example of a comment; `documentation_free(*documentation)` afterwards.
static const DocExample *read_example(Documentation **documentation, const char *code, const char *import) {
    char source[1024];
    snprintf(source, sizeof source, "///     %s\npub fn f() {}\n", code);
    *documentation = read(source, import);
    const DocEntry *entry = find(*documentation, "f");
    assert_int_equal(entry->example_count, 1);
    return &entry->examples[0];
}

static void check_expectation(const char *code, DocExpectationKind kind, uint32_t line, const char *text,
                              const char *part) {
    Documentation *documentation;
    const DocExample *example = read_example(&documentation, code, NULL);
    assert_null(example->problem);
    assert_int_equal(example->expectation_count, 1);
    const DocExpectation *expectation = &example->expectations[0];
    assert_int_equal(expectation->kind, kind);
    assert_int_equal(expectation->line, line);
    assert_string_equal(expectation->text, text);
    assert_string_equal(expectation->part ? expectation->part : "", part ? part : "");
    documentation_free(documentation);
}

static void test_expectations(void **state) {
    (void)state;
    check_expectation("a // => 1", DOC_EXPECT_VALUE, 1, "1", NULL);
    check_expectation("a//=>  1  ", DOC_EXPECT_VALUE, 1, " 1", NULL);
    check_expectation("\"// => 2\" // => 1", DOC_EXPECT_VALUE, 1, "1", NULL);
    check_expectation("a\n///         .b\n///     // => 1", DOC_EXPECT_VALUE, 3, "1", NULL);
    check_expectation("let a = b // throws E", DOC_EXPECT_ERROR, 1, "E", NULL);
    check_expectation("a // throws m.E: part: x", DOC_EXPECT_ERROR, 1, "m.E", "part: x");
    check_expectation("a; b // prints x  y", DOC_EXPECT_OUTPUT, 1, "x  y", NULL);
    check_expectation("a // prints", DOC_EXPECT_OUTPUT, 1, "", NULL);
    check_expectation("for i in a { b }\n///     // prints 1\n///     // prints 2", DOC_EXPECT_OUTPUT, 2,
                      "1\n2", NULL);
}

static void test_prose(void **state) {
    (void)state;
    static const char *const codes[] = {"a // throws away", "a // throws Things away", "a // printsx",
                                        "a // = 1", "a"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        Documentation *documentation;
        const DocExample *example = read_example(&documentation, codes[i], NULL);
        assert_int_equal(example->expectation_count, 0);
        assert_null(example->problem);
        documentation_free(documentation);
    }
}

static void test_problems(void **state) {
    (void)state;
    static const struct {
        const char *code, *problem;
        uint32_t line;
    } cases[] = {
        {"// => 1", "there is no statement before", 1},
        {"let a = 1 // => 1", "behind an expression", 1},
        {"if a {\n///         b // => 1\n///     }", "inside of a statement", 2},
        {"a // => 1\n///     // => 2", "another expectation of this kind", 2},
        {"a // => 1\n///     // throws E", "another expectation of this kind", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Documentation *documentation;
        const DocExample *example = read_example(&documentation, cases[i].code, NULL);
        assert_non_null(example->problem);
        assert_non_null(strstr(example->problem, cases[i].problem));
        assert_int_equal(example->problem_line, cases[i].line);
        documentation_free(documentation);
    }
}

static void check_program(const char *code, const char *import, const char *program) {
    Documentation *documentation;
    const DocExample *example = read_example(&documentation, code, import);
    assert_string_equal(example->program, program);
    assert_int_equal(example->program_length, strlen(program));
    documentation_free(documentation);
}

static void test_programs(void **state) {
    (void)state;
    check_program("(a + b) * c // => 1", NULL,
                  "        print(\"\\u{1}1=\", [(a + b) * c], \"\\u{2}\") // => 1\n");
    check_program("a // throws E", NULL,
                  "        try { a; print(\"\\u{1}1-\\u{2}\") } catch error: E { print(\"\\u{1}1!\", error, "
                  "\"\\u{2}\") } "
                  "catch error { print(\"\\u{1}1?\", error, \"\\u{2}\") } // throws E\n");
    check_program("a // prints x", NULL,
                  "        print(\"\\u{1}1<\\u{2}\"); a; print(\"\\u{1}1>\\u{2}\") // prints x\n");
    check_program("a", "std.x.y", "        a\n\nimport std.x.y\n");
    check_program("import std.x.y", "std.x.y", "        import std.x.y\n");
    check_program("import std.z as y", "./y", "        import std.z as y\n");
    check_program("a(", "./y", "        a(\n"); // its diagnostics are for its author
}

// ---- What is missing ---------------------------------------------------------------------------------------

static void test_missing(void **state) {
    (void)state;
    Documentation *documentation =
        read("/// I.\n///\n///     a\n"
             "pub interface I {\n    /// M.\n    fn m()\n    fn n()\n"
             "    /// D.\n    fn d() {}\n}\n"
             "/// S.\n"
             "pub struct S : I {\n    /// X.\n    x: int\n    y: int\n    init() {}\n"
             "    fn m() {}\n    fn toString(): string => \"\"\n"
             "    /// E.\n    ///\n    ///     a\n    fn e() {}\n}\n"
             "/// No.\npub fn no() {}\n"
             "pub fn nothing() {}\n",
             NULL);
    static const struct {
        const char *name;
        DocMissing missing;
    } wanted[] = {
        {"", DOC_NO_COMMENT},    {"I", DOC_COMPLETE},          {"I.m", DOC_COMPLETE},
        {"I.n", DOC_NO_COMMENT}, {"I.d", DOC_NO_EXAMPLE},      {"S", DOC_COMPLETE},
        {"S.x", DOC_COMPLETE},   {"S.y", DOC_NO_COMMENT},      {"S.init", DOC_COMPLETE},
        {"S.m", DOC_COMPLETE},   {"S.toString", DOC_COMPLETE}, {"S.e", DOC_COMPLETE},
        {"no", DOC_NO_EXAMPLE},  {"nothing", DOC_NO_COMMENT},
    };
    assert_int_equal(documentation->entry_count, sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_string_equal(documentation->entries[i].name, wanted[i].name);
        assert_int_equal(documentation_missing(documentation, &documentation->entries[i]), wanted[i].missing);
    }
    documentation_free(documentation);
}

// Any bytes may stand in a file.
static void test_bytes(void **state) {
    (void)state;
    static const char *const sources[] = {
        "",       "\xFF",     "///",        "/// \xFF\n\xFF", "pub fn",    "pub",
        "extend", "extend X", "///     \"", "pub struct S",   "///     )", "/// \n///\n///     \n///"};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        documentation_free(read(sources[i], "./m"));
    documentation_free(documentation_read("m.cora", "a\0///     b\0", 11, NULL));
    documentation_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_owners),       cmocka_unit_test(test_entries), cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_expectations), cmocka_unit_test(test_prose),   cmocka_unit_test(test_problems),
        cmocka_unit_test(test_programs),     cmocka_unit_test(test_missing), cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

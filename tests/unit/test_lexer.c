// Tokens of every kind, the layout of strings, and how unbalanced brackets are repaired.
#include "unit/compilation.h"

#include "compiler/lexer.h"

// The tokens as text: kind or spelling, "~" before a token that begins a line (but the first), "+" before an
// inserted one.
static const char *dump(Compilation *c, TokenList list) {
    const char *text = "";
    for (uint32_t i = 0; i + 1 < list.count; i++) {
        const Token *token = &list.items[i];
        bool spelled = token_is_keyword(token->kind) || token_is_punctuator(token->kind);
        const char *shown =
            spelled ? token_spelling(token->kind)
                    : arena_copy_text(&c->arena, c->file->text + token->start, token->end - token->start);
        if (token->kind == TOKEN_STRING_END)
            shown = "end";
        text = arena_printf(&c->arena, "%s%s%s%s%s", text, i ? " " : "",
                            token->flags & TOKEN_INSERTED ? "+" : "",
                            i && (token->flags & TOKEN_STARTS_LINE) ? "~" : "", shown);
    }
    return text;
}

typedef struct LexerCase {
    const char *source, *tokens, *errors;
} LexerCase;

static void check_case(Compilation *c, const void *context) {
    const LexerCase *expected = context;
    TokenList list = lexer_lex(c->file, &c->arena, &c->sink);
    assert_string_equal(dump(c, list), expected->tokens);
    assert_string_equal(compilation_errors(c), expected->errors ? expected->errors : "");
}

static void check(const LexerCase *cases, size_t count) {
    for (size_t i = 0; i < count; i++)
        compilation_run(cases[i].source, strlen(cases[i].source), check_case, &cases[i]);
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof *(cases))

static void test_words_and_numbers(void **state) {
    (void)state;
    static const LexerCase cases[] = {
        {"", "", NULL},
        {"a _b1 \xC3\xA9t\xC3\xA9 classy class", "a _b1 \xC3\xA9t\xC3\xA9 classy class", NULL},
        {"1_000 0xff 0o17 0b1010", "1_000 0xff 0o17 0b1010", NULL},
        {"1.5 2e-3 1..2 3.max t.0.1", "1.5 2e-3 1 .. 2 3 . max t . 0 . 1", NULL},
        {"0b12", "0b12", "E0116@1:4"},
        {"0x", "0x", "E0117@1:1"},
        {"12u8", "12u8", "E0118@1:3"},
        {"#!/usr/bin/coracle\nx", "x", NULL},
        {"\xEF\xBB\xBFx", "x", NULL},
        {"5 $ 3", "5 $ 3", "E0102@1:3"},
        {"a \xFF\xFE b", "a \xFF\xFE b", "E0101@1:3"},
    };
    CHECK(cases);
}

static void test_longest_token(void **state) {
    (void)state;
    static const LexerCase cases[] = {
        {"a!=b a!==b a! = b", "a != b a !== b a ! = b", NULL},
        {"a>>>=b>>>c>>=d>>e>=f", "a >>>= b >>> c >>= d >> e >= f", NULL},
        {"a?\?b a?.b a?\?=b a..=b", "a ?\? b a ?. b a ?\?= b a ..= b", NULL},
        {"x=>y===z", "x => y === z", NULL},
    };
    CHECK(cases);
}

static void test_blanks_and_comments(void **state) {
    (void)state;
    static const LexerCase cases[] = {
        {"a // b\nc", "a ~c", NULL}, {"a /* /* b */ */ c", "a c", NULL}, {"a /*\n*/ b", "a ~b", NULL},
        {"a\r\nb", "a ~b", NULL},    {"a /* /* */", "a", "E0103@1:3"},
    };
    CHECK(cases);
}

static void test_strings(void **state) {
    (void)state;
    static const LexerCase cases[] = {
        {"\"a\\\"b\" r\"\\\"", "\" a\\\"b end r\" \\ end", NULL},
        {"\"a {x} b\"", "\" a  { x }  b end", NULL},
        {"\"{{{n}}}\"", "\" {{ { n } }} end", NULL},
        {"\"{m[\"k\"]:>8}\"", "\" { m [ \" k end ] >8 } end", NULL},
        {"\"{f(a: 1)}\"", "\" { f ( a : 1 ) } end", NULL},
        {"\"{if a { \"}\" }}\"", "\" { if a { \" } end } } end", "E0107@1:11"},
        {"\"\\u{41}\"", "\" \\u{41} end", NULL},
        {"\"\"\"a \"\"b\"\" c\"\"\"", "\"\"\" a \"\"b\"\" c end", NULL},
        {"\"\"\"a\"\"\"\"", "\"\"\" a\" end", NULL},
        {"\"abc\nd", "\" abc end ~d", "E0104@1:1"},
        {"\"abc", "\" abc end", "E0104@1:1"},
        {"\"a {b\nc", "\" a  { b  end ~c", "E0105@1:4"},
        {"f(\"{g(\"x)\")\nc", "f ( \" { g ( \" x) end )  end +) ~c", "E0105@1:4"},
        {"'a' '\\'' '\\u{1F6F6}'", "'a' '\\'' '\\u{1F6F6}'", NULL},
        {"'a\nb", "'a ~b", "E0115@1:1"},
    };
    CHECK(cases);
}

static void test_brackets(void **state) {
    (void)state;
    static const LexerCase cases[] = {
        {"f(a[1])", "f ( a [ 1 ] )", NULL},
        {"fn f() {\n    g(1\n}\nh()", "fn f ( ) { ~g ( 1 +) ~} ~h ( )", "E0202@2:6"},
        {"f(1\nlet x = 2", "f ( 1 +) ~let x = 2", "E0202@1:2"},
        {"a) b", "a b", "E0203@1:2"},
        {"a }\nb", "a ~b", "E0203@1:3"},
        {"fn f() {\n    a\n\nfn g() { b }", "fn f ( ) { ~a +} ~fn g ( ) { b }", "E0202@1:8"},
        {"fn f() {\n    if a {\n        b\n}\nc", "fn f ( ) { ~if a { ~b +} ~} ~c", "E0202@2:10"},
        {"f(x => { a )", "f ( x => { a +} )", "E0202@1:8"},
    };
    CHECK(cases);
}

static void check_documentation(Compilation *c, const void *context) {
    (void)context;
    TokenList list = lexer_lex(c->file, &c->arena, &c->sink);
    assert_int_equal(list.doc_count, 1);
    assert_int_equal(list.docs[0].token, 0);
    assert_true(list.items[0].flags & TOKEN_HAS_DOC);
    assert_false(list.items[1].flags & TOKEN_HAS_DOC);
}

static void test_documentation(void **state) {
    (void)state;
    static const char source[] = "/// One.\n//// no\n/// Two.\nfn f";
    compilation_run(source, sizeof source - 1, check_documentation, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_and_numbers),
        cmocka_unit_test(test_longest_token),
        cmocka_unit_test(test_blanks_and_comments),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_brackets),
        cmocka_unit_test(test_documentation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

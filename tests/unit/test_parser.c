// The tree of every construct, the diagnostics of wrong ones, and the parser's limits.
#include "unit/compilation.h"

#include "compiler/ast_dump.h"
#include "compiler/parser.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct TreeCase {
    const char *source;
    const char *tree; // of the module, without the final newline
} TreeCase;

static const char *parse(Compilation *c) {
    const AstModule *module = parser_parse(c->file, &c->arena, &c->names, &c->sink);
    const char *tree = ast_dump_module(&c->arena, module);
    size_t length = strlen(tree);
    return arena_copy_text(&c->arena, tree, length ? length - 1 : 0);
}

static void check_tree(Compilation *c, const void *context) {
    const TreeCase *expected = context;
    assert_string_equal(parse(c), expected->tree);
    assert_string_equal(compilation_errors(c), "");
}

static void check_trees(const TreeCase *cases, size_t count) {
    for (size_t i = 0; i < count; i++)
        compilation_run(cases[i].source, strlen(cases[i].source), check_tree, &cases[i]);
}

#define CHECK_TREES(cases) check_trees(cases, sizeof(cases) / sizeof *(cases))

static void test_operators(void **state) {
    (void)state;
    static const TreeCase cases[] = {
        {"a + b * c - d", "(- (+ a (* b c)) d)"},
        {"-a.b!", "(- (unwrap (. a b)))"},
        {"-x as int * 2", "(* (as (- x) int) 2)"},
        {"a as? B ?? c", "(?? (as? a B) c)"},
        {"a is B? && c", "(&& (is a (optional B)) c)"},
        {"a ?? b ?? c", "(?? a (?? b c))"},
        {"try? a || b ?? c", "(?? (try? (|| a b)) c)"},
        {"a | b ^ c & d << e", "(| a (^ b (& c (<< d e))))"},
        {"0..n + 1", "(.. 0 (+ n 1))"},
        {"a..=b == c", "(== (..= a b) c)"},
        {"a == b != c", "(!= (== a b) c)"},
        {"a < b == c < d", "(== (< a b) (< c d))"},
        {"!a && ~b == c", "(&& (! a) (== (~ b) c))"},
        {"x as int < 5", "(< (as x int) 5)"},
        {"a >>> b >> c", "(>> (>>> a b) c)"},
    };
    CHECK_TREES(cases);
}

static void test_postfix(void **state) {
    (void)state;
    static const TreeCase cases[] = {
        {"a.b(c, d: e)[f].0.1", "(. (. (index (call (. a b) c d: e) f) 0) 1)"},
        {"a?.b.c()", "(chain (call (. (?. a b) c)))"},
        {"a?.b!.c", "(. (unwrap (chain (?. a b))) c)"},
        {"a[x..y]; a[x..]; a[..=y]; a[..]",
         "(slice a (.. x y))\n(slice a (.. x _))\n(slice a (..= _ y))\n(slice a (.. _ _))"},
        {"a[i ?? 0]", "(index a (?? i 0))"},
        {".Red.name", "(. .Red name)"},
        {"super.m(); super(1)", "(call (. super m))\n(call super 1)"},
        {"100.ms", "(. 100 ms)"},
        {"x.match", "(. x match)"},
    };
    CHECK_TREES(cases);
}

static void test_type_arguments(void **state) {
    (void)state;
    static const TreeCase cases[] = {
        {"parse<int>(text)", "(call (instantiate parse int) text)"},
        {"Map<string, List<List<int>>>()", "(call (instantiate Map string (List (List int))))"},
        {"f(a < b, c > d)", "(call f (< a b) (> c d))"},
        {"a < b && c > (d)", "(&& (< a b) (> c d))"},
        {"id<int>(4) < 5", "(< (call (instantiate id int) 4) 5)"},
        {"List<fn(int): T?>.of(1)", "(call (. (instantiate List (fn (int) (optional T))) of) 1)"},
        {"let f = id<int>\nlet g = a < b", "(let f (instantiate id int))\n(let g (< a b))"},
        {"let a: List<List<int>>= b", "(let a: (List (List int)) b)"},
    };
    CHECK_TREES(cases);
}

static void test_literals(void **state) {
    (void)state;
    static const TreeCase cases[] = {
        {"18446744073709551615", "18446744073709551615"},
        {"18446744073709551616", "18446744073709551615!"},
        {"0xFF; 0o17; 0b11; 007", "255\n15\n3\n7"},
        {"1_0.5_0e1_0", "10.50e10"},
        {"'\\u{41}'; '\\''; '\\x7E'", "'A'\n'''\n'~'"},
        {"\"a\\n\\u{e9}{{}}\"", "\"a\\n\\xc3\\xa9{}\""},
        {"r\"\\n{x}\"", "\"\\x5cn{x}\""},
        {"\"{a}{b:*^+#010.3x}c\"",
         "(format a b:fill=42,align=^,plus,#,zero,width=10,precision=3,type=x \"c\")"},
        {"\"\"\"\n    a\n      b\n\n    \"\"\"", "\"a\\n  b\\n\""},
        {"\"\"\"\n    \"\"\"", "\"\""},
        {"\"\"\"\r\n  a\r\n  \"\"\"", "\"a\""},
        {"\"\"\"\n  {a}\n  b\n  \"\"\"", "(format a \"\\nb\")"},
        {"(1, 'a'); (1); [1, 2,]; []; [:]; [\"a\": 1, b: 2]",
         "(tuple 1 'a')\n1\n(list 1 2)\n(list)\n(map)\n(map \"a\": 1 b: 2)"},
        {"true; false; null", "true\nfalse\nnull"},
    };
    CHECK_TREES(cases);
}

static void test_lambdas(void **state) {
    (void)state;
    static const TreeCase cases[] = {
        {"f(x => x + 1, () => 0)", "(call f (lambda (x) _ (+ x 1)) (lambda () _ 0))"},
        {"(a, b) => a", "(lambda (a b) _ a)"},
        {"(x: int): int => { x }", "(lambda (x: int) int {x})"},
        {"(x): List<(int, T)>? => x", "(lambda (x) (optional (List (tuple int T))) x)"},
        {"x => y = 1", "(lambda (x) _ {(= y 1)})"},
        {"x => y => z", "(lambda (x) _ (lambda (y) _ z))"},
        {"[(a): 1]", "(map a: 1)"},
    };
    CHECK_TREES(cases);
}

static void test_control(void **state) {
    (void)state;
    static const TreeCase cases[] = {
        {"if a { b } else if let Num(v) = c { v } else { d }",
         "(if a {b} (if (let (case Num (v)) c) {v} {d}))"},
        {"while let x = next() { x }", "(while (let x (call next)) {x})"},
        {"outer: for (k, v) in map { break outer }", "(for outer: (tuple k v) map {(break outer)})"},
        {"for i in 0..n { continue }", "(for i (.. 0 n) {(continue)})"},
        {"guard let x = a else { return }", "(guard (let x a) {(return)})"},
        {"guard a\nelse { throw b }", "(guard a {(throw b)})"},
        {"defer { a }", "(defer {a})"},
        {"try { a } catch e: IOError { b } catch { c }\nfinally { d }",
         "(try {a} (catch e IOError {b}) (catch _ _ {c}) (finally {d}))"},
        {"x ?? return 1", "(?? x (return 1))"},
        {"if f(y => { y }) { z }", "(if (call f (lambda (y) _ {y})) {z})"},
        {"(a, b) = (b, a); x += 1; y ?\?= z", "(= (tuple a b) (tuple b a))\n(+= x 1)\n(?\?= y z)"},
        {"scope { spawn { a }; spawn f() }", "(scope {(spawn {a}); (spawn (call f))})"},
        {"select {\n v = c.get() => v\n after 100.ms => 0\n}",
         "(select (v = (call (. c get)) => v) (after (. 100 ms) => 0))"},
        {"scope + select.after", "(+ scope (. select after))"},
    };
    CHECK_TREES(cases);
}

static void test_match(void **state) {
    (void)state;
    static const TreeCase cases[] = {
        {"match x { 1 => a, -2 => b; _ => c }", "(match x (1 => a) ((- 2) => b) (_ => c))"},
        {"match x {\n    0..10 | 20..=30 => a\n    'a'..='z' => b\n}",
         "(match x ((| (.. 0 10) (..= 20 30)) => a) ((..= 'a' 'z') => b))"},
        {"match x {\n    .Red => a\n    .Green\n        => b.c\n    .Blue => d\n}",
         "(match x ((case .Red) => a) ((case .Green) => (. b c)) ((case .Blue) => d))"},
        {"match x { Color.Red => a, Bin(left: l, ..) => b, Bin('+', (c: Circle), _) => c }",
         "(match x ((case Color.Red) => a) ((case Bin (left: l ..)) => b) ((case Bin ('+' (type c Circle) "
         "_)) => c))"},
        {"match x { c: Circle if c.r > 0 => a, n if (ready) => b, null => d }",
         "(match x ((type c Circle) if (> (. c r) 0) => a) (n if ready => b) (null => d))"},
        {"match x { (a, Some(b)) => throw a, Low..High => c }",
         "(match x ((tuple a (case Some (b))) => (throw a)) ((.. Low High) => c))"},
        {"match x { A => y = 1\n B => { z } }", "(match x (A => {(= y 1)}) (B => {z}))"},
    };
    CHECK_TREES(cases);
}

static void test_newlines(void **state) {
    (void)state;
    static const TreeCase cases[] = {
        {"a\n-b\n(c)\n[d]\n!e", "a\n(- b)\nc\n(list d)\n(! e)"},
        {"a\n+ b\n.c\n?.d\nas int", "(+ a (as (chain (?. (. b c) d)) int))"},
        {"a +\nb =>\nc", "(+ a (lambda (b) _ c))"},
        {"(a\n-b)", "(- a b)"},
        {"f(x => {\n a\n -b\n})", "(call f (lambda (x) _ {a; (- b)}))"},
        {"if a { b }\nelse { c }", "(if a {b} {c})"},
        {"return\na", "(return)\na"},
        {"fn f()\n{ a }", "(fn f () _ {a})"},
    };
    CHECK_TREES(cases);
}

static void test_declarations(void **state) {
    (void)state;
    static const TreeCase cases[] = {
        {"import std.json as j\nimport ./a/b\nimport ../../c",
         "(import std.json as j)\n(import ./a/b)\n(import ../../c)"},
        {"pub const A = 1; let (a, b): T = c; var d: int",
         "(pub const A 1)\n(let (tuple a b): T c)\n(var d: int)"},
        {"pub fn f<T: A & B, U>(a: T, b: U = 1): T? => a",
         "(pub fn f <T: A B U> (a: T b: U = 1) (optional T) => a)"},
        {"fn f(g: fn(int, x: (A, B)): R)", "(fn f (g: (fn (int (tuple A B)) R)) _)"},
        {"struct P<T> { x: T; let y = 1\n mut fn m() {}\n operator fn []=(i: int, v: T) {}\n operator fn "
         "-(): P => self }",
         "(struct P <T> (field x: T) (let y 1) (mut fn m () _ {}) (operator fn []= (i: int v: T) _ {}) "
         "(operator fn - () P => self))"},
        {"abstract class C : B, I<int> { static var n: int = 0; abstract fn f(); private init() { super() }\n"
         "get p: int => 1\nset p(v) { }\nvar get = 1 }",
         "(abstract class C : B (I int) (static var n: int 0) (abstract fn f () _) (private init () _ {(call "
         "super)}) "
         "(get p () int => 1) (set p (v) _ {}) (var get 1))"},
        {"enum E<T> : I { A, B(x: T)\n C\n fn f() {} }",
         "(enum E <T> : I (case A) (case B (x: T)) (case C) (fn f () _ {}))"},
        {"interface I { fn f(): int\n fn g() => 1 }", "(interface I (fn f () int) (fn g () _ => 1))"},
        {"extend List<T: Comparable<T> & A> : I, J { }",
         "(extend (List (bounded T (Comparable T) A)) : I J)"},
        {"extend Map<K, V> { }", "(extend (Map K V))"},
        {"extern \"libm.so.6\" { fn cos(x: f64): f64 }", "(extern libm.so.6 (fn cos (x: f64) f64))"},
        {"@intrinsic(\"a\", 1) @test pub fn f()", "(@intrinsic \"a\" 1 @test pub fn f () _)"},
    };
    CHECK_TREES(cases);
}

static void check_documentation(Compilation *c, const void *context) {
    (void)context;
    const AstModule *module = parser_parse(c->file, &c->arena, &c->names, &c->sink);
    assert_string_equal(module->items[0]->decl.decl->doc, "One.\n Two.");
    assert_null(module->items[1]->decl.decl->doc);
    assert_string_equal(module->items[1]->decl.decl->type.members[0]->doc, "X.");
}

static void test_documentation(void **state) {
    (void)state;
    static const char source[] =
        "/// One.\r\n///  Two.\n@a\nfn f() {}\nstruct S {\n    /// X.\n    x: int\n}";
    compilation_run(source, sizeof source - 1, check_documentation, NULL);
}

static void check_spans(Compilation *c, const void *context) {
    (void)context;
    const AstDecl *decl = parser_parse(c->file, &c->arena, &c->names, &c->sink)->items[0]->decl.decl;
    assert_int_equal(decl->span.start, 0);
    assert_int_equal(decl->span.end, c->file->length);
    assert_int_equal(decl->name.span.start, 7);
    assert_int_equal(decl->function.signature_span.end, 21);
    assert_int_equal(decl->function.body->span.start, 25);
    assert_int_equal(decl->function.body->binary.left->span.end, 29);
}

static void test_spans(void **state) {
    (void)state;
    static const char source[] = "pub fn f(a: int): int => g(a) + 1";
    compilation_run(source, sizeof source - 1, check_spans, NULL);
}

// --------------------------------------------------------------------------------------------------- errors

typedef struct ErrorCase {
    const char *source, *errors;
} ErrorCase;

static void check_errors(Compilation *c, const void *context) {
    const ErrorCase *expected = context;
    parse(c);
    assert_string_equal(compilation_errors(c), expected->errors);
}

static void test_errors(void **state) {
    (void)state;
    static const ErrorCase cases[] = {
        {"let a = 1 let b = 2", "E0201@1:11"},
        {"let x =\nlet y = 2", "E0201@2:1"},
        {"let match = 1", "E0204@1:5"},
        {"fn f(in: int) {}", "E0204@1:6"},
        {"fn f(a) {}", "E0220@1:6"},
        {"fn f(a int, b: ) { = }", "E0201@1:8 E0201@1:16 E0201@1:20"},
        {"f(1, =, 2, =)", "E0201@1:6 E0201@1:12"},
        {"a < b < c", "E0206@1:7"},
        {"a..b..c", "E0207@1:5"},
        {"+a", "E0208@1:1"},
        {"i++\nj--", "E0209@1:2 E0209@2:2"},
        {"a ? b : c", "E0210@1:3"},
        {"if a = b { }", "E0211@1:6"},
        {"f(a = 1)", "E0211@1:5"},
        {"a + b = 1", "E0212@1:1"},
        {"super", "E0213@1:1"},
        {"try { }", "E0214@1:1"},
        {"if var x = y { }", "E0215@1:4"},
        {"match x { else => 1 }", "E0216@1:11"},
        {"match x { \"{a}\" => 1 }", "E0217@1:11"},
        {"match x { A(let y) => 1 }", "E0218@1:13"},
        {"let a: int[]\nlet b: [int]", "E0219@1:8 E0219@2:8"},
        {"const A", "E0221@1:7"},
        {"pub pub fn f() {}", "E0222@1:5"},
        {"private fn f() {}\nstruct S { override x: int }", "E0223@1:1 E0223@2:12"},
        {"fn f() { class A { } }", "E0224@1:10"},
        {"class A { class B { } }", "E0225@1:11"},
        {"init() { }", "E0226@1:1"},
        {"class A { init(): int { } }", "E0227@1:19"},
        {"class A { fn init() { } }", "E0228@1:11"},
        {"class A { operator fn ==(o: A): bool => true }", "E0229@1:23"},
        {"class A { fn +(o: A): A => self }", "E0230@1:14"},
        {"enum E { case A }", "E0231@1:10"},
        {"fn f() -> int { 1 }\nlet f = x -> x", "E0205@1:8 E0205@2:11"},
        {"\"{}\" ; \"{a:zz}\"", "E0106@1:2 E0108@1:12"},
        {"\"\\q\"; '\\u{D800}'; '\\xFF'; ''; 'ab'", "E0109@1:2 E0110@1:8 E0111@1:20 E0113@1:27 E0114@1:31"},
        {"\"\"\"\n    a\n  b\n    \"\"\"", "E0112@3:1"},
        {"f($)\ng(1 2)", "E0102@1:3 E0201@2:5"},
        {"class A {\n    int x\n    fn f() { 1 + }\n    y: \n}\nb c",
         "E0201@2:5 E0201@3:18 E0201@5:1 E0201@6:3"},
        {"for (let i = 0; i < 3; i++) { a b }", "E0201@1:5 E0201@1:33"},
        {"if (x) return 1\ny", "E0201@1:8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        compilation_run(cases[i].source, strlen(cases[i].source), check_errors, &cases[i]);
}

// --------------------------------------------------------------------------------------------------- limits

static char *repeat(const char *text, size_t count) {
    size_t length = strlen(text);
    char *all = malloc(length * count + 1);
    assert_non_null(all);
    for (size_t i = 0; i < count; i++)
        memcpy(all + i * length, text, length);
    all[length * count] = '\0';
    return all;
}

static void check_nesting(Compilation *c, const void *context) {
    (void)context;
    parse(c);
    assert_true(c->sink.error_count > 0);
    assert_true(c->arena.allocated < (size_t)2000 * c->file->length);
}

// Constructs that nest without end: a diagnostic, no overflow of the C stack, memory in proportion.
static void test_nesting(void **state) {
    (void)state;
    static const char *const parts[] = {"(",
                                        "[",
                                        "{",
                                        "f(",
                                        "x => ",
                                        "!",
                                        "-",
                                        "1+(",
                                        "if ",
                                        "if x {",
                                        "match x {",
                                        "a ? ",
                                        "a ?? ",
                                        "a[",
                                        "let a: A<",
                                        "fn(",
                                        "let a: (",
                                        "\"{",
                                        "try { ",
                                        "spawn ",
                                        "return ",
                                        "match x { (",
                                        "a ? b : ",
                                        "class A { fn f() {",
                                        "else if a { ",
                                        "1+",
                                        "a."};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *source = repeat(parts[i], 20000);
        compilation_run(source, strlen(source), check_nesting, NULL);
        free(source);
    }
}

static void check_valid(Compilation *c, const void *context) {
    (void)context;
    parse(c);
    assert_string_equal(compilation_errors(c), "");
}

static void test_depth_that_is_allowed(void **state) {
    (void)state;
    static const char *const parts[][2] = {{"(", ")"}, {"[", "]"}, {"f(1 + ", ")"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *open = repeat(parts[i][0], 200), *close = repeat(parts[i][1], 200);
        char source[2000];
        int length = snprintf(source, sizeof source, "%s1%s", open, close);
        assert_in_range(length, 1, sizeof source - 1);
        compilation_run(source, (size_t)length, check_valid, NULL);
        free(open);
        free(close);
    }
}

static void check_first_error(Compilation *c, const void *context) {
    parse(c);
    diagnostic_sort(&c->sink);
    assert_int_equal(c->sink.count, 1);
    assert_string_equal(diagnostic_info(c->sink.items[0]->code)->code, context);
}

static void test_limits(void **state) {
    (void)state;
    char *open = repeat("(", 300), *close = repeat(")", 300), *chain = repeat("1 + ", 1100);
    char source[5000];
    int length = snprintf(source, sizeof source, "%s1%s", open, close);
    compilation_run(source, (size_t)length, check_first_error, "E0901");
    length = snprintf(source, sizeof source, "%s1", chain);
    compilation_run(source, (size_t)length, check_first_error, "E0902");
    free(open);
    free(close);
    free(chain);
}

static void only_parse(Compilation *c, const void *context) {
    (void)context;
    parse(c);
}

// Every prefix of a program that has a bit of everything, and every program with one byte replaced.
static void test_damaged_sources(void **state) {
    (void)state;
    static const char source[] =
        "/// Doc.\n@a(\"b\") pub open class C<T: A & B> : D, E<int> {\n    private let x: Map<string, (int, "
        "T?)> = [:]\n"
        "    init(y: int = 1) { self.x = y; super(y) }\n    get p: int => 1\n    operator fn [](i: int): T "
        "=> x[i]!\n}\n"
        "enum E { A, B(x: int) }\nextend List<T: F<T>> : G { fn f() {} }\n"
        "fn g<T>(a: fn(int): T): T? {\n    guard let z = a?.b else { return null }\n    defer { h() }\n"
        "    for (k, v) in m[1..] { \"a {k:>7} {\"{v}\"} {{\" }\n    try { 1 } catch e: I { 2 } finally { 3 "
        "}\n"
        "    let s = \"\"\"\n        t {x}\n        \"\"\"\n    return match a {\n        .A => x ?? throw "
        "y\n"
        "        B(x: 1..=2 | -3, ..) if b => (c, d) => { e = f as? G }\n        (q, r: S) => parse<int>(u) "
        "is V\n    }\n}\n"
        "select { v = c() => 1 }\nextern \"l\" { fn m(n: int) }\n";
    static const char bytes[] = "(){}[]\"'\n<>=.;:,!?/*@\\x0\xC3";
    for (size_t i = 0; i < sizeof source; i++) {
        char *copy = malloc(sizeof source);
        assert_non_null(copy);
        memcpy(copy, source, sizeof source);
        compilation_run(copy, i, only_parse, NULL);
        copy[i] = bytes[i % (sizeof bytes - 1)];
        compilation_run(copy, sizeof source - 1, only_parse, NULL);
        free(copy);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operators),      cmocka_unit_test(test_postfix),
        cmocka_unit_test(test_type_arguments), cmocka_unit_test(test_literals),
        cmocka_unit_test(test_lambdas),        cmocka_unit_test(test_control),
        cmocka_unit_test(test_match),          cmocka_unit_test(test_newlines),
        cmocka_unit_test(test_declarations),   cmocka_unit_test(test_documentation),
        cmocka_unit_test(test_spans),          cmocka_unit_test(test_errors),
        cmocka_unit_test(test_nesting),        cmocka_unit_test(test_depth_that_is_allowed),
        cmocka_unit_test(test_limits),         cmocka_unit_test(test_damaged_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// The entry point of the compiler: files that are too large, and how a file finds its package.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/compile.h"
#include "compiler/source.h"

#include <stdlib.h>
#include <string.h>

typedef struct Text {
    char bytes[8192];
    size_t length;
} Text;

static void append(void *context, const char *bytes, size_t length) {
    Text *text = context;
    if (length > sizeof text->bytes - 1 - text->length)
        length = sizeof text->bytes - 1 - text->length;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

// The files of a test: pairs of path and content, then NULL.
static char *read_listed(void *context, const char *path, size_t *length, const char **message) {
    for (const char *const *file = context; *file; file += 2) {
        if (strcmp(file[0], path) != 0)
            continue;
        *length = strlen(file[1]);
        char *copy = malloc(*length + 1);
        if (copy)
            memcpy(copy, file[1], *length + 1);
        return copy;
    }
    *message = "no such file";
    return NULL;
}

static char *read_too_much(void *context, const char *path, size_t *length, const char **message) {
    (void)context;
    *message = "no such file";
    if (strcmp(path, "main.cora") != 0)
        return NULL;
    *length = SOURCE_MAX_LENGTH + 1;
    return malloc(1); // not to be looked at
}

static void expect_errors(CompileHost *host, const char *path, const CompileOptions *options,
                          const char *expected) {
    CompileResult *result = compile_program(host, path, options);
    assert_non_null(result);
    assert_int_equal(result->status, COMPILE_ERRORS);
    Text text = {.length = 0};
    compile_render_text(result, (DiagnosticWriter){append, &text}, (DiagnosticRenderOptions){.limit = 0});
    if (!strstr(text.bytes, expected))
        fail_msg("expected %s in:\n%s", expected, text.bytes);
    compile_free(result);
}

static void expect_text(CompileHost *host, const char *path, const char *current_folder,
                        const char *expected) {
    expect_errors(host, path, &(CompileOptions){.current_folder = current_folder}, expected);
}

static void test_too_large(void **state) {
    (void)state;
    CompileHost host = {.read = read_too_much};
    expect_text(&host, "main.cora", NULL, "E0903"); // error: E0903
    CompileOptions options = {.source_text = "", .source_length = SOURCE_MAX_LENGTH + 1};
    CompileResult *result = compile_program(&host, "main.cora", &options);
    assert_int_equal(result->status, COMPILE_ERRORS);
    assert_int_equal(result->error_count, 1);
    compile_free(result);
}

// The name of the package's module shows in the message about its import.
static void test_package_above(void **state) {
    (void)state;
    static const char *const files[] = {"../coracle.toml", "name = \"shop\"\n", "cart.cora",
                                        "import ./x\n",    "../tools/y.cora",   "import ../z\n",
                                        "deep/a.cora",     "import ./b\n",      NULL};
    CompileHost host = {.read = read_listed, .context = (void *)files};
    expect_text(&host, "cart.cora", "/home/me/shop/model", "cannot find module `shop.model.x`");
    expect_text(&host, "cart.cora", "/home/me/shop/model", "there is no file ../model/x.cora");
    expect_text(&host, "../tools/y.cora", "/home/me/shop/model", "cannot find module `shop.z`");
    expect_text(&host, "deep/a.cora", "/home/me/shop/model", "cannot find module `shop.model.deep.b`");
    expect_text(&host, "cart.cora", NULL, "cannot find module `x`");
    expect_text(&host, "cart.cora", "/", "cannot find module `x`");
}

// One module; every message names the file it is about.
static void test_parts(void **state) {
    (void)state;
    static const char *const files[] = {"a.cora",     "fn a(): int => b()\n", "b.cora",   "\nfn b() {}\n",
                                        "twice.cora", "fn a() {}\n",          "bad.cora", "let = 1\n",
                                        NULL};
    CompileHost host = {.read = read_listed, .context = (void *)files};
    char *const good[] = {"b.cora"}, *const twice[] = {"b.cora", "twice.cora"}, *const bad[] = {"bad.cora"},
                *const missing[] = {"b.cora", "none.cora"};
    CompileOptions options = {.module_name = "std.core", .parts = good, .part_count = 1};
    expect_errors(&host, "a.cora", &options, "a.cora:1:16");
    options.parts = twice, options.part_count = 2;
    expect_errors(&host, "a.cora", &options, "twice.cora:1:4");
    options.parts = bad, options.part_count = 1;
    expect_errors(&host, "b.cora", &options, "bad.cora:1:5");
    options.parts = missing, options.part_count = 2;
    CompileResult *result = compile_program(&host, "a.cora", &options);
    assert_int_equal(result->status, COMPILE_UNREADABLE);
    assert_string_equal(result->message, "none.cora: no such file");
    compile_free(result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_package_above),
        cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Programs from source by coracle.h alone: texts, files, packages, and what is wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "coracle.h"

static CoracleStatus compile(CoracleEngine *engine, const char *path, const char *source,
                             CoracleModule **module, CoracleMessage *message) {
    return coracle_engine_compile(engine, path, source, strlen(source), module, message);
}

static int64_t call_integer(CoracleEngine *engine, CoracleModule *module, const char *function) {
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    CoracleValue result = {0};
    assert_int_equal(coracle_isolate_call(isolate, module, function, NULL, 0, &result), CORACLE_OK);
    coracle_isolate_free(isolate);
    return result.integer;
}

/* ---- Texts ------------------------------------------------------------------------------------- */

static void texts_are_modules_of_their_own(void **state) {
    (void)state;
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *first, *second, *third;
    assert_int_equal(compile(engine, "lib/game.cora", "pub fn answer(): int { return 1 }", &first, NULL),
                     CORACLE_OK);
    assert_int_equal(compile(engine, "lib/game.cora", "pub fn answer(): int { return 2 }", &second, NULL),
                     CORACLE_OK);
    assert_int_equal(compile(engine, "game", "pub fn answer(): int { return 3 }", &third, NULL), CORACLE_OK);
    assert_string_equal(coracle_module_name(first), "game");
    assert_string_equal(coracle_module_name(second), "game_2");
    assert_string_equal(coracle_module_name(third), "game_3");
    assert_int_equal(call_integer(engine, first, "answer"), 1);
    assert_int_equal(call_integer(engine, second, "answer"), 2);
    assert_int_equal(call_integer(engine, third, "answer"), 3);
    coracle_engine_free(engine);
}

static void any_path_names_a_text(void **state) {
    (void)state;
    static const char *const paths[] = {"",     "/",        ".",     "..",       "7",       "a b",
                                        "a/b/", "\xff\xfe", "match", "std.core", "<input>", "Größe.cora"};
    CoracleEngine *engine = coracle_engine_new(NULL);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        CoracleModule *module = NULL;
        CoracleMessage message = {""};
        CoracleStatus status =
            compile(engine, paths[i], "pub fn answer(): int { return 42 }", &module, &message);
        assert_string_equal(message.text, "");
        assert_int_equal(status, CORACLE_OK);
        assert_int_equal(call_integer(engine, module, "answer"), 42);
    }
    coracle_engine_free(engine);
}

static void texts_use_the_library_and_no_files(void **state) {
    (void)state;
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module;
    CoracleMessage message;
    static const char source[] =
        "import std.json\npub fn answer(): int { return json.parse(\"[40, 2]\").toString().length }";
    assert_int_equal(compile(engine, "a.cora", source, &module, &message), CORACLE_OK);
    assert_int_equal(call_integer(engine, module, "answer"), 6);
    assert_int_equal(
        compile(engine, "a.cora", "import ./beside\npub fn answer(): int { return 1 }", &module, &message),
        CORACLE_REJECTED);
    assert_null(module);
    assert_true(strlen(message.text) > 0);
    coracle_engine_free(engine);
}

static void empty_and_odd_texts(void **state) {
    (void)state;
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module;
    CoracleMessage message;
    assert_int_equal(coracle_engine_compile(engine, "empty", "", 0, &module, &message), CORACLE_OK);
    assert_int_equal(coracle_engine_compile(engine, "zero", "let a = 1\0let b = 2", 19, &module, &message),
                     CORACLE_REJECTED);
    assert_int_equal(coracle_engine_compile(engine, "bytes", "\xff\xfe\xfd", 3, &module, &message),
                     CORACLE_REJECTED);
    coracle_engine_free(engine);
}

/* ---- What is wrong ----------------------------------------------------------------------------- */

typedef struct Told {
    int errors, warnings;
    char code[16], text[2000];
    uint32_t line, column, end_column;
} Told;

static void take_diagnostic(void *context, const CoracleDiagnostic *diagnostic) {
    Told *told = context;
    if (diagnostic->is_error && told->errors++ == 0) {
        snprintf(told->code, sizeof told->code, "%s", diagnostic->code);
        snprintf(told->text, sizeof told->text, "%s", diagnostic->text);
        told->line = diagnostic->line;
        told->column = diagnostic->column;
        told->end_column = diagnostic->end_column;
        assert_string_equal(diagnostic->path, "wrong.cora");
    }
    told->warnings += !diagnostic->is_error;
}

static void errors_are_told_with_their_places(void **state) {
    (void)state;
    Told told = {0};
    CoracleEngine *engine =
        coracle_engine_new(&(CoracleEngineOptions){.diagnose = take_diagnostic, .diagnose_context = &told});
    CoracleModule *module;
    CoracleMessage message;
    static const char source[] =
        "pub fn f(): int {\n    return lenght + 1\n}\npub fn g(): string { return 1 }\n";
    assert_int_equal(compile(engine, "wrong.cora", source, &module, &message), CORACLE_REJECTED);
    assert_int_equal(told.errors, 2);
    assert_int_equal(told.line, 2);
    assert_int_equal(told.column, 12);
    assert_int_equal(told.end_column, 18);
    char start[64];
    snprintf(start, sizeof start, "wrong.cora:2:12: error[%s]: ", told.code);
    assert_memory_equal(message.text, start, strlen(start));
    assert_non_null(strstr(message.text, "(and 1 more error)"));
    assert_non_null(strstr(told.text, "    return lenght + 1"));
    assert_int_equal(compile(engine, "wrong.cora", source, &module, NULL), CORACLE_REJECTED);
    coracle_engine_free(engine);
}

/* ---- Files ------------------------------------------------------------------------------------- */

typedef struct Folder {
    char path[64];
} Folder;

static Folder new_folder(void) {
    Folder folder = {"/tmp/coracle-compile-XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    return folder;
}

static const char *put_file(const Folder *folder, const char *name, const void *bytes, size_t size) {
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
    return path;
}

static const char *put_source(const Folder *folder, const char *name, const char *source) {
    return put_file(folder, name, source, strlen(source));
}

static void remove_folder(const Folder *folder) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder->path);
    assert_int_equal(system(command), 0);
}

static void files_import_what_is_beside_them(void **state) {
    (void)state;
    Folder folder = new_folder();
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module;
    CoracleMessage message = {""};
    put_source(&folder, "numbers.cora", "pub fn seven(): int { return 7 }\n");
    const char *path = put_source(&folder, "main.cora",
                                  "import ./numbers\npub fn answer(): int { return 6 * numbers.seven() }\n");
    CoracleStatus status = coracle_engine_load_file(engine, path, &module, &message);
    assert_string_equal(message.text, "");
    assert_int_equal(status, CORACLE_OK);
    assert_int_equal(call_integer(engine, module, "answer"), 42);
    coracle_engine_free(engine);
    remove_folder(&folder);
}

/* The system takes any bytes as the name of a file. */
static void files_of_any_name(void **state) {
    (void)state;
    Folder folder = new_folder();
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module;
    CoracleMessage message = {""};
    const char *path = put_source(&folder, "\xff\xfe.cora", "pub fn answer(): int { return 42 }");
    CoracleStatus status = coracle_engine_load_file(engine, path, &module, &message);
    assert_string_equal(message.text, "");
    assert_int_equal(status, CORACLE_OK);
    assert_int_equal(call_integer(engine, module, "answer"), 42);
    coracle_engine_free(engine);
    remove_folder(&folder);
}

static bool take_module(void *context, const char *name, const unsigned char *bytes, size_t size) {
    (void)name;
    put_file(context, "compiled.corm", bytes, size);
    return true;
}

static void files_may_be_compiled_modules(void **state) {
    (void)state;
    Folder folder = new_folder();
    static const char source[] = "pub fn answer(): int { return 42 }";
    CoracleCompilation wanted = {.path = "compiled",
                                 .source = source,
                                 .length = strlen(source),
                                 .take = take_module,
                                 .take_context = &folder};
    assert_int_equal(coracle_compile(NULL, &wanted, NULL), CORACLE_OK);
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module;
    char path[128];
    snprintf(path, sizeof path, "%s/compiled.corm", folder.path);
    assert_int_equal(coracle_engine_load_file(engine, path, &module, NULL), CORACLE_OK);
    assert_int_equal(call_integer(engine, module, "answer"), 42);
    coracle_engine_free(engine);
    remove_folder(&folder);
}

static void files_that_cannot_be_read(void **state) {
    (void)state;
    Folder folder = new_folder();
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module;
    CoracleMessage message;
    assert_int_equal(coracle_engine_load_file(engine, "/nowhere/main.cora", &module, &message),
                     CORACLE_NOT_FOUND);
    assert_non_null(strstr(message.text, "/nowhere/main.cora"));
    assert_null(module);
    assert_int_not_equal(coracle_engine_load_file(engine, folder.path, &module, &message), CORACLE_OK);
    assert_true(message.text[0] != '\0');
    assert_int_equal(
        coracle_engine_load_file(engine, put_file(&folder, "cut.corm", "CORM", 4), &module, &message),
        CORACLE_REJECTED);
    assert_int_not_equal(coracle_engine_load_file(engine, "", &module, NULL), CORACLE_OK);
    coracle_engine_free(engine);
    remove_folder(&folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_modules_of_their_own),
        cmocka_unit_test(any_path_names_a_text),
        cmocka_unit_test(texts_use_the_library_and_no_files),
        cmocka_unit_test(empty_and_odd_texts),
        cmocka_unit_test(errors_are_told_with_their_places),
        cmocka_unit_test(files_import_what_is_beside_them),
        cmocka_unit_test(files_of_any_name),
        cmocka_unit_test(files_may_be_compiled_modules),
        cmocka_unit_test(files_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The host's memory runs out in what programs do not need to run: modules of the host, reloading, C libraries, systems, and showing
 * or keeping native code. What failed has done nothing, and the same call succeeds when there is memory again. */
#include <unistd.h>

#include "tests/api/failing.h"

static CoracleModule *compile(CoracleEngine *engine, const char *source) {
    CoracleModule *module = NULL;
    CoracleMessage message = {""};
    coracle_engine_compile(engine, "part.cora", source, strlen(source), &module, &message);
    assert_string_equal(message.text, "");
    return module;
}

static int64_t call(CoracleIsolate *isolate, CoracleModule *module, const char *name) {
    CoracleValue value = program_integer(-1);
    CoracleStatus status = coracle_isolate_call(isolate, module, name, NULL, 0, &value);
    if (status == CORACLE_THROWN)
        fail_msg("%s", coracle_isolate_error(isolate)->text);
    assert_int_equal(status, CORACLE_OK);
    return value.integer;
}

/* ---- Modules ---- */

static CoracleStatus seven(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                           CoracleValue *result) {
    (void)context, (void)isolate, (void)arguments;
    *result = program_integer(7);
    return CORACLE_OK;
}

static bool count_bytes(void *context, const char *bytes, size_t length) {
    (void)bytes;
    *(size_t *)context += length;
    return true;
}

static void count_name(void *context, const char *name) {
    (void)name;
    ++*(size_t *)context;
}

static CoracleStatus refuse(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                            CoracleValue *result) {
    (void)context, (void)arguments, (void)result;
    return coracle_isolate_throw(isolate, "ValueError", "refused");
}

static CoracleStatus add_module(CoracleEngine *engine, CoracleMessage *message) {
    static const char declarations[] = "extern \"host\" {\n"
                                       "    pub class Thing { fn seven(): int }\n"
                                       "    pub fn seven(): int\n"
                                       "    pub fn refuse()\n"
                                       "}\n";
    static const CoracleNativeFunction functions[] = {
        {"seven", seven, NULL}, {"refuse", refuse, NULL}, {"Thing.seven", seven, NULL}};
    return coracle_engine_add_module(engine, "host", declarations, functions, 3, NULL, message);
}

static void work_modules(void *context, bool may_fail) {
    static const char source[] = "import host\npub fn ask(): int {\n"
                                 "    try { host.refuse() } catch e: ValueError { return host.seven() }\n"
                                 "    return 0\n}\n";
    CoracleEngine *engine = coracle_engine_new(&(CoracleEngineOptions){.tier = CORACLE_TIER_INTERPRETER});
    CoracleModule *module = NULL, *loaded = NULL;
    CoracleMessage message;
    size_t size, count = 0;
    arm(may_fail);
    bool is_added = went(may_fail, add_module(engine, &message));
    if (is_added) {
        assert_non_null(coracle_engine_added_module(engine, "host", &size));
        went(may_fail,
             coracle_engine_compile(engine, "part.cora", source, strlen(source), &module, &message));
    }
    went(may_fail, coracle_engine_load_file(engine, context, &loaded, &message));
    coracle_engine_functions(engine, count_name, &count);
    assert_true(coracle_engine_report(engine, count_bytes, &count) || may_fail);
    CoracleValue value;
    CoracleIsolate *isolate = module ? coracle_isolate_new(engine, NULL) : NULL;
    if (isolate)
        went(may_fail, coracle_isolate_call(isolate, module, "ask", NULL, 0, &value));
    arm(false);
    coracle_isolate_free(isolate);
    if (!is_added && add_module(engine, &message) != CORACLE_OK)
        fail_msg("%s", message.text);
    isolate = coracle_isolate_new(engine, NULL);
    assert_int_equal(call(isolate, module ? module : compile(engine, source), "ask"), 7);
    if (loaded)
        assert_int_equal(call(isolate, loaded, "one"), 1);
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
}

static void modules_survive(void **state) {
    (void)state;
    char path[] = "/tmp/coracle-exhaustion-XXXXXX";
    int file = mkstemp(path);
    static const char source[] = "pub fn one(): int => 1\n";
    assert_int_equal(write(file, source, strlen(source)), strlen(source));
    close(file);
    exhaust(work_modules, path);
    unlink(path);
}

/* ---- Reloading ---- */

typedef struct Texts {
    CoracleEngine *engine;
    CoracleModule *old, *new;
} Texts;

static void work_reload(void *context, bool may_fail) {
    Texts *texts = context;
    CoracleIsolate *isolate = coracle_isolate_new(texts->engine, NULL);
    assert_int_equal(call(isolate, texts->old, "step"), 1);
    arm(may_fail);
    bool is_reloaded = went(may_fail, coracle_isolate_reload(isolate, texts->old, texts->new));
    arm(false);
    if (!is_reloaded) { /* the program goes on with the old text */
        assert_int_equal(call(isolate, texts->old, "step"), 2);
        assert_int_equal(coracle_isolate_reload(isolate, texts->old, texts->new), CORACLE_OK);
    }
    assert_int_equal(call(isolate, texts->new, "step"), is_reloaded ? 101 : 102);
    coracle_isolate_free(isolate);
}

static void reloading_survives(void **state) {
    (void)state;
    Texts texts = {.engine = coracle_engine_new(NULL)};
    texts.old = compile(texts.engine, "var at = 0\nvar names: List<string> = []\n"
                                      "pub fn step(): int { at += 1\n names.push(\"{at}\")\n return at }\n");
    texts.new =
        compile(texts.engine, "var at = 0\nvar names: List<string> = [\"new\"]\nlet by = [100].length * 100\n"
                              "pub fn step(): int { at += by\n return at }\n");
    exhaust(work_reload, &texts);
    coracle_engine_free(texts.engine);
}

/* ---- C libraries ---- */

static void work_library(void *context, bool may_fail) {
    CoracleEngine *engine = coracle_engine_new(&(CoracleEngineOptions){.tier = CORACLE_TIER_INTERPRETER});
    CoracleModule *module = compile(engine, context);
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    CoracleMessage message;
    CoracleValue value;
    arm(may_fail);
    if (went(may_fail, coracle_isolate_allow_library(isolate, "libc.so.6", NULL, &message)) &&
        went(may_fail, coracle_isolate_allow_library(isolate, "m", "libm.so.6", &message)))
        went(may_fail, coracle_isolate_call(isolate, module, "calls", NULL, 0, &value));
    arm(false);
    coracle_isolate_free(isolate);
    isolate = coracle_isolate_new(engine, NULL);
    assert_int_equal(coracle_isolate_allow_library(isolate, "libc.so.6", NULL, &message), CORACLE_OK);
    assert_int_equal(coracle_isolate_allow_library(isolate, "m", "libm.so.6", &message), CORACLE_OK);
    assert_int_equal(call(isolate, module, "calls"), 12);
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
}

static void libraries_survive(void **state) {
    (void)state;
    static char source[] =
        "@c\nstruct Names { @count(390) var all: Array<u8> = Array<u8>(390, 0) }\n"
        "@c\nstruct Division { let quotient: i32\n let rest: i32 }\n"
        "extern \"libc.so.6\" {\n"
        "    fn strlen(text: string): u64\n"
        "    fn uname(names: CRef<Names>): i32\n"
        "    fn div(a: i32, b: i32): Division\n"
        "    @symbol(\"strdup\") fn copy(text: string): string\n"
        "    fn bsearch(key: Ptr, base: CBuffer, count: u64, size: u64, compare: fn(Ptr, Ptr): i32): Ptr\n"
        "    @symbol(\"bsearch\") fn search(key: Ptr, base: CBuffer, count: u64, size: u64,\n"
        "        compare: Callback<fn(Ptr, Ptr): i32>): Ptr\n"
        "}\n"
        "extern \"m\" { fn cos(x: f64): f64 }\n"
        "pub fn calls(): int {\n"
        "    let names = CRef(Names())\n"
        "    uname(names)\n"
        "    let bytes = CBuffer(8)\n"
        "    let found = bsearch(bytes.address, bytes, 8, 1, (a, b) => 0)\n"
        "    let callback = Callback((a: Ptr, b: Ptr): i32 => 1)\n"
        "    let missed = search(bytes.address, bytes, 8, 1, callback)\n"
        "    callback.close()\n"
        "    return strlen(copy(\"four\")) as int + div(17, 5).rest as int + cos(0.0) as int +\n"
        "        (if found.isNull || !missed.isNull || names.value.all[0] == 0 { 0 } else { 5 })\n"
        "}\n";
    exhaust(work_library, source);
}

/* ---- Systems ---- */

static CoracleFileStatus find_info(void *context, const char *path, CoracleFileInfo *found) {
    (void)context;
    found->is_directory = strcmp(path, "root") == 0;
    return CORACLE_FILE_OK;
}

static CoracleFileStatus open_file(void *context, const char *path, CoracleFileMode mode, void **file) {
    (void)path, (void)mode;
    ++*(int *)context;
    *file = context;
    return CORACLE_FILE_OK;
}

static CoracleFileStatus read_file(void *context, void *file, char *buffer, size_t size, size_t *got) {
    (void)context, (void)file, (void)buffer, (void)size;
    *got = 0;
    return CORACLE_FILE_OK;
}

static CoracleFileStatus close_file(void *context, void *file) {
    (void)file;
    --*(int *)context;
    return CORACLE_FILE_OK;
}

static CoracleFileStatus list(void *context, const char *path, CoracleTakeName *take, void *take_context) {
    (void)context, (void)path;
    take(take_context, "b");
    take(take_context, "a");
    return CORACLE_FILE_OK;
}

static bool read_input(void *context, char *bytes, size_t size, size_t *got) {
    (void)context;
    *got = size < 100 ? size : 100;
    memset(bytes, '\n', *got);
    return true;
}

static void work_system(void *context, bool may_fail) {
    Texts *texts = context;
    int opened = 0;
    size_t written = 0;
    const CoracleSystem system = {.context = &opened,
                                  .info = find_info,
                                  .open = open_file,
                                  .read = read_file,
                                  .close = close_file,
                                  .list = list};
    const CoracleGrant grant = {.name = "/data", .directory = "root", .read = true, .write = true};
    CoracleMessage message;
    CoracleValue value;
    arm(may_fail);
    CoracleIsolate *isolate = coracle_isolate_new(texts->engine, &(CoracleIsolateOptions){.system = &system});
    assert_true(isolate || may_fail);
    if (isolate) {
        coracle_isolate_allow(isolate, CORACLE_ALLOW_STDIN | CORACLE_ALLOW_STDERR);
        coracle_isolate_set_input(isolate, read_input, NULL);
        coracle_isolate_set_error_output(isolate, count_bytes, &written);
    }
    if (isolate && went(may_fail, coracle_isolate_grant(isolate, &grant, &message)) &&
        went(may_fail, coracle_isolate_call(isolate, texts->old, "files", NULL, 0, &value)))
        assert_int_equal(value.integer, 2);
    arm(false);
    coracle_isolate_free(isolate);
    assert_int_equal(opened, 0);
}

static void systems_survive(void **state) {
    (void)state;
    Texts texts = {.engine = coracle_engine_new(&(CoracleEngineOptions){.tier = CORACLE_TIER_INTERPRETER})};
    texts.old = compile(texts.engine, "import std.fs\nimport std.io\n"
                                      "pub fn files(): int {\n"
                                      "    io.stderr.write(io.stdin.readLine() ?? \"none\")\n"
                                      "    let text = fs.readText(\"/data/a\")\n"
                                      "    return fs.list(\"/data\").toList().length + text.length\n"
                                      "}\n");
    work_system(&texts, false);
    exhaust(work_system, &texts);
    coracle_engine_free(texts.engine);
}

/* ---- Native code ---- */

static const char loop_source[] =
    "pub fn loop(n: int): int {\n    var sum = 0\n    for i in 0..n { sum += i }\n"
    "    return sum\n}\npub fn main() { loop(3) }\n";

/* False: there is no code generator in this build. */
static bool explain(Texts *texts, bool may_fail) {
    CoracleIsolate *isolate = coracle_isolate_new(texts->engine, NULL);
    CoracleExplainOptions wanted = {.function = "loop", .tier = CORACLE_TIER_ONE, .loop_line = 3};
    CoracleMessage message = {""};
    size_t length = 0;
    arm(may_fail);
    CoracleStatus status =
        coracle_isolate_explain(isolate, texts->old, &wanted, count_bytes, &length, &message);
    arm(false);
    coracle_isolate_free(isolate);
    if (status == CORACLE_FAILED)
        assert_true(length == 0 && message.text[0] != '\0');
    else
        assert_true(went(may_fail, status) == (length > 0));
    return status != CORACLE_FAILED;
}

static void work_explain(void *context, bool may_fail) {
    explain(context, may_fail);
}

static void explaining_survives(void **state) {
    (void)state;
    Texts texts = {.engine = coracle_engine_new(NULL)};
    texts.old = compile(texts.engine, loop_source);
    if (explain(&texts, false))
        exhaust(work_explain, &texts);
    coracle_engine_free(texts.engine);
}

static void work_ahead(void *context, bool may_fail) {
    CoracleEngine *engine = coracle_engine_new(&(CoracleEngineOptions){.code_cache = context});
    CoracleModule *module = compile(engine, loop_source);
    CoracleAhead ahead = {0};
    CoracleMessage message = {""};
    arm(may_fail);
    CoracleStatus status = coracle_engine_compile_ahead(engine, module, &ahead, &message);
    arm(false);
    if (may_fail && status == CORACLE_FAILED)
        assert_true(message.text[0] != '\0');
    else
        went(may_fail, status);
    coracle_engine_free(engine);
}

static void compiling_ahead_survives(void **state) {
    (void)state;
    Texts texts = {.engine = coracle_engine_new(NULL)};
    texts.old = compile(texts.engine, loop_source);
    char folder[] = "/tmp/coracle-ahead-XXXXXX", command[64];
    assert_non_null(mkdtemp(folder));
    if (explain(&texts, false))
        exhaust(work_ahead, folder);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    coracle_engine_free(texts.engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modules_survive),     cmocka_unit_test(reloading_survives),
        cmocka_unit_test(libraries_survive),   cmocka_unit_test(systems_survive),
        cmocka_unit_test(explaining_survives), cmocka_unit_test(compiling_ahead_survives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Programs on a host that is in memory, deterministic, and fails (tests/fake_host.h): whatever the host answers, a program sees an
 * error that it can catch, or does what it would have done; nothing stays open, and the next one runs. */
#include "tests/api/program.h"
#include "tests/fake_host.h"

/* ---- Running ----------------------------------------------------------------------------------- */

typedef struct Run {
    CoracleStatus status;
    char text[8192];   /* what the program wrote, when it is not the host that gets it */
    char report[8192]; /* on native code */
    int64_t result;
    bool failed; /* whether the host did before the isolate ended; whether native code ran out of stack */
} Run;

static bool append(void *context, const char *bytes, size_t length) {
    char *text = context;
    size_t used = strlen(text);
    if (used + length >= sizeof((Run *)0)->text)
        return false;
    memcpy(text + used, bytes, length);
    text[used + length] = '\0';
    return true;
}

static CoracleIsolate *isolate_with_all(CoracleEngine *engine) {
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    coracle_isolate_allow(isolate, CORACLE_ALLOW_STDIN | CORACLE_ALLOW_STDOUT | CORACLE_ALLOW_CLOCK |
                                       CORACLE_ALLOW_RANDOM);
    return isolate;
}

/* Runs a program that may use the folder /data of the host as `data`. */
static Run run_program(const char *source, bool captures) {
    Run run = {.text = ""};
    CoracleEngine *engine = coracle_engine_new(&(CoracleEngineOptions){.tier = CORACLE_TIER_INTERPRETER});
    CoracleModule *module = program_load(engine, "program", source);
    CoracleIsolate *isolate = isolate_with_all(engine);
    CoracleGrant grant = {.name = "data", .directory = "/data", .read = true, .write = true};
    CoracleMessage message;
    assert_non_null(module);
    assert_int_equal(coracle_isolate_grant(isolate, &grant, &message), CORACLE_OK);
    if (captures)
        coracle_isolate_set_output(isolate, append, run.text);
    run.status = coracle_isolate_run(isolate, module, NULL);
    if (run.status == CORACLE_THROWN)
        fprintf(stderr, "%s", coracle_isolate_error(isolate)->text);
    run.failed = fake_host_failed();
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
    assert_int_equal(fake_host_open_files(), 0);
    return run;
}

static void reset(void) {
    fake_host_reset();
    fake_host_add("/data", NULL, 0);
}

/* ---- The world of a program -------------------------------------------------------------------- */

static void clocks_and_random_bytes_are_the_hosts(void **state) {
    (void)state;
    static const char source[] = "import std.time\nimport std.random\n"
                                 "let start = time.monotonic()\n"
                                 "time.sleep(time.Duration(hours: 5))\n"
                                 "print(time.now(), time.monotonic() - start, random.bytes(4).toList())\n";
    Run runs[2];
    for (int i = 0; i < 2; i++) {
        reset();
        runs[i] = run_program(source, true);
        assert_int_equal(runs[i].status, CORACLE_OK);
    }
    assert_string_equal(runs[0].text, runs[1].text);
    assert_non_null(strstr(runs[0].text, "2001-09-09T06:46:4"));
    assert_non_null(strstr(runs[0].text, " 18000000"));
}

/* Every operation on files; what fails is written down. */
static const char files_source[] =
    "import std.fs\nimport std.random\n"
    "fn step(name: string, run: fn()) {\n"
    "    try { run() } catch e: IOError { print(\"{name}: {e.message}\") }\n"
    "    catch e: OutOfMemoryError { print(\"{name}: no memory\") }\n"
    "}\n"
    "step(\"make\", () => fs.createDirectory(\"data/a\"))\n"
    "step(\"write\", () => fs.writeText(\"data/a/one\", \"one\\ntwo\\n\"))\n"
    "step(\"append\", () => fs.appendText(\"data/a/one\", \"three\\n\"))\n"
    "step(\"read\", () => print(fs.readText(\"data/a/one\").length))\n"
    "step(\"copy\", () => fs.copy(\"data/a/one\", \"data/two\"))\n"
    "step(\"two\", () => {\n"
    "    let left = fs.File.create(\"data/left\")\n    defer { left.close() }\n"
    "    let right = fs.File.create(\"data/right\")\n    defer { right.close() }\n"
    "    for i in 0..3 { left.writeLine(\"l{i}\")\n right.writeLine(\"r{i}\") }\n"
    "    left.flush()\n"
    "})\n"
    "step(\"list\", () => print(fs.list(\"data\")))\n"
    "step(\"size\", () => print(fs.size(\"data/two\")))\n"
    "step(\"rename\", () => fs.rename(\"data/two\", \"data/three\"))\n"
    "step(\"remove\", () => fs.remove(\"data/a/one\"))\n"
    "step(\"remove folder\", () => fs.remove(\"data/a\"))\n"
    "step(\"random\", () => print(random.bytes(3).length))\n";

static const char files_output[] = "14\n[\"a\", \"left\", \"right\", \"two\"]\n14\n3\n";

static void files_are_the_hosts(void **state) {
    (void)state;
    reset();
    Run run = run_program(files_source, true);
    assert_int_equal(run.status, CORACLE_OK);
    assert_string_equal(run.text, files_output);
    assert_string_equal(fake_host_content("/data/three"), "one\ntwo\nthree\n");
    assert_string_equal(fake_host_content("/data/right"), "r0\nr1\nr2\n");
    assert_null(fake_host_content("/data/two"));
    assert_int_equal(fake_host_count("/data/a"), 0);
}

static void transfers_may_be_short(void **state) {
    (void)state;
    reset();
    fake_host_limit(2, SIZE_MAX);
    assert_string_equal(run_program(files_source, true).text, files_output);
    assert_string_equal(fake_host_content("/data/three"), "one\ntwo\nthree\n");
    assert_string_equal(fake_host_content("/data/left"), "l0\nl1\nl2\n");
}

static void every_operation_on_files_may_fail(void **state) {
    (void)state;
    static const FakeOperation operations[] = {FAKE_OPEN,   FAKE_CLOSE,     FAKE_READ,  FAKE_WRITE,
                                               FAKE_INFO,   FAKE_PATH_INFO, FAKE_LIST,  FAKE_MAKE_DIRECTORY,
                                               FAKE_REMOVE, FAKE_RENAME,    FAKE_RANDOM};
    uint32_t failures = 0;
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        for (uint32_t n = 1, failed = true; failed; n++)
            for (CorHostStatus status = COR_HOST_NOT_FOUND; status < COR_HOST_STATUS_COUNT; status++) {
                if (status != COR_HOST_NO_SPACE && status != COR_HOST_FAILED && status != COR_HOST_NO_MEMORY)
                    continue;
                reset();
                fake_host_fail(operations[i], n, false, status);
                Run run = run_program(files_source, true);
                failed = run.failed;
                failures += failed;
                const char *text = operations[i] == FAKE_RANDOM   ? "the host has no random bytes"
                                   : status == COR_HOST_NO_MEMORY ? "no memory"
                                                                  : cor_host_status_text(status);
                bool is_told = strstr(run.text, text) != NULL;
                /* what kind of file was opened is only asked to choose a buffer */
                if (run.status != CORACLE_OK || (failed && operations[i] != FAKE_INFO && !is_told) ||
                    (!failed && strcmp(run.text, files_output) != 0))
                    fail_msg("call %u of %s fails with %s: status %d, %s", n,
                             fake_operation_name(operations[i]), cor_host_status_text(status), run.status,
                             run.text);
            }
    assert_true(failures > 100);
}

static void nothing_works_any_more(void **state) {
    (void)state;
    for (FakeOperation operation = FAKE_OPEN; operation <= FAKE_RENAME; operation++) {
        reset();
        fake_host_fail(operation, 1, true, COR_HOST_FAILED);
        assert_int_equal(run_program(files_source, true).status, CORACLE_OK);
    }
}

static void the_disk_is_full(void **state) {
    (void)state;
    static const char source[] = "import std.fs\n"
                                 "try { fs.writeText(\"data/large\", \"0123456789\".repeat(100)) }\n"
                                 "catch e: IOError { print(e.message) }\n"
                                 "let file = fs.File.create(\"data/more\")\n"
                                 "file.writeText(\"more\")\n"
                                 "try { file.flush() } catch e: IOError { print(e.message) }\n"
                                 "file.close()\n";
    reset();
    fake_host_limit(SIZE_MAX, 100);
    Run run = run_program(source, true);
    assert_int_equal(run.status, CORACLE_OK);
    assert_string_equal(run.text, "cannot close the file: no space left\n"
                                  "cannot write 'data/more': no space left\n");
    assert_int_equal(strlen(fake_host_content("/data/large")), 100);
}

static void what_is_granted_may_not_open(void **state) {
    (void)state;
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    CoracleGrant grant = {.name = "data", .directory = "/data", .read = true};
    CoracleMessage message;
    reset();
    fake_host_fail(FAKE_OPEN_ROOT, 1, false, COR_HOST_TOO_MANY_OPEN);
    assert_int_equal(coracle_isolate_grant(isolate, &grant, &message), CORACLE_FAILED);
    assert_string_equal(message.text, "cannot open the directory '/data': too many open files");
    assert_int_equal(coracle_isolate_grant(isolate, &grant, &message), CORACLE_OK);
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
}

static void a_module_may_not_be_read(void **state) {
    (void)state;
    static const FakeOperation operations[] = {FAKE_OPEN_FILE, FAKE_INFO, FAKE_READ};
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module;
    CoracleMessage message;
    CoracleBytes bytes;
    static const char text[] = "module \"empty\"\n";
    assert_int_equal(coracle_module_assemble(text, strlen(text), &bytes, &message), CORACLE_OK);
    reset();
    fake_host_limit(7, SIZE_MAX);
    fake_host_add("/empty.corm", bytes.bytes, bytes.size);
    free(bytes.bytes);
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        for (uint32_t n = 1, failed = true; failed; n++) {
            fake_host_fail(operations[i], n, false, COR_HOST_FAILED);
            CoracleStatus status = coracle_engine_load_file(engine, "/empty.corm", &module, &message);
            failed = fake_host_failed();
            /* the compiler looks for it, too, and has other files */
            assert_int_equal(status, failed ? CORACLE_NOT_FOUND : CORACLE_OK);
            assert_int_equal(fake_host_open_files(), 0);
        }
    coracle_engine_free(engine);
}

/* ---- Standard streams -------------------------------------------------------------------------- */

static void output_fails_at_the_end(void **state) {
    (void)state;
    reset();
    fake_host_fail(FAKE_WRITE, 1, false, COR_HOST_CLOSED_PIPE);
    assert_int_equal(run_program("print(\"lost\")", false).status, CORACLE_FAILED);
    assert_int_equal(run_program("print(\"kept\")", false).status, CORACLE_OK);
    assert_string_equal(fake_host_output(), "kept\n");
}

static void streams_fail_meanwhile(void **state) {
    (void)state;
    static const char source[] =
        "import std.io\n"
        "var wrong = \"\"\nvar line = \"\"\n"
        "try { for i in 0..20000 { print(i) } } catch e: IOError { wrong = e.message }\n"
        "try { line = io.stdin.readLine() ?? \"\" } catch e: IOError { line = e.message }\n"
        "print(\"{wrong}; {line}\")\n";
    static const struct {
        FakeOperation operation;
        const char *last;
    } rows[] = {
        {FAKE_WRITE, "\ncannot write to standard output: no space left; a line\n"},
        {FAKE_READ, "\n19999\n; cannot read standard input: no space left\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        reset();
        fake_host_set_input("a line\n");
        fake_host_fail(rows[i].operation, rows[i].operation == FAKE_WRITE ? 3 : 1, false, COR_HOST_NO_SPACE);
        assert_int_equal(run_program(source, false).status, CORACLE_OK);
        size_t length = strlen(fake_host_output());
        assert_string_equal(fake_host_output() + length - strlen(rows[i].last), rows[i].last);
    }
}

/* ---- Engines and native code ------------------------------------------------------------------- */

static const char work_source[] =
    "pub fn work(n: int): int {\n    var sum = 0\n    for i in 0..n { sum += odd(i) }\n"
    "    return sum + deep(2000)\n}\n"
    "fn odd(i: int): int { return if i % 2 == 0 { i } else { 0 } }\n"
    "fn deep(n: int): int { return if n == 0 { 0 } else { 1 + deep(n - 1) } }\n";

/* Calls `work` where every function gets native code before it runs. */
static Run run_native(const char *cache) {
    Run run = {.text = ""};
    CoracleEngineOptions options = {.tier = CORACLE_TIER_ONE, .stress_eager = true, .code_cache = cache};
    CoracleEngine *engine = coracle_engine_new(&options);
    CoracleModule *module = program_load(engine, "work", work_source);
    CoracleIsolate *isolate = isolate_with_all(engine);
    CoracleValue argument = program_integer(100), result;
    run.status = coracle_isolate_call(isolate, module, "work", &argument, 1, &result);
    run.failed = run.status == CORACLE_THROWN;
    if (run.failed) { /* for want of memory for the stack; afterwards there is some */
        assert_int_equal(coracle_isolate_error(isolate)->kind, CORACLE_ERROR_OUT_OF_MEMORY);
        run.status = coracle_isolate_call(isolate, module, "work", &argument, 1, &result);
    }
    run.result = run.status == CORACLE_OK ? result.integer : 0;
    coracle_isolate_free(isolate);
    coracle_engine_report(engine, append, run.report);
    coracle_engine_free(engine);
    assert_int_equal(fake_host_open_files(), 0);
    return run;
}

static const int64_t work_result = 2450 + 2000;

static void an_engine_may_not_come_about(void **state) {
    (void)state;
    for (FakeOperation operation = FAKE_MUTEX_NEW; operation <= FAKE_CONDITION_NEW; operation++) {
        reset();
        for (uint32_t n = 1;; n++) {
            fake_host_fail(operation, n, false, COR_HOST_FAILED);
            CoracleEngine *engine = coracle_engine_new(NULL);
            assert_int_equal(engine == NULL, fake_host_failed());
            coracle_engine_free(engine);
            if (!fake_host_failed())
                break;
        }
    }
}

static void native_code_may_not_come_about(void **state) {
    (void)state;
    static const struct {
        FakeOperation operation;
        const char *report;
    } rows[] = {
        {FAKE_THREAD_START, "the host has no thread for it"},
        {FAKE_LIBRARY_OPEN, "there are no libraries"},
        {FAKE_MAKE_EXECUTABLE, "the host lets no memory be executed"},
        {FAKE_RESERVE, "out of memory"},
        {FAKE_COMMIT, "out of memory"},
    };
    reset();
    bool has = strstr(run_native(NULL).report, "jit: no native code") == NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        reset();
        fake_host_fail(rows[i].operation, 1, true, COR_HOST_FAILED);
        Run run = run_native(NULL);
        assert_int_equal(run.status, CORACLE_OK);
        assert_int_equal(run.result, work_result);
        if (has && !strstr(run.report, rows[i].report))
            fail_msg("%s: %s", fake_operation_name(rows[i].operation), run.report);
    }
}

static void memory_for_code_runs_out_somewhere(void **state) {
    (void)state;
    bool thrown = false, has = false;
    for (FakeOperation operation = FAKE_RESERVE; operation <= FAKE_MAKE_EXECUTABLE; operation++)
        for (uint32_t n = 1, failed = true; failed; n++) {
            reset();
            fake_host_fail(operation, n, false, COR_HOST_FAILED);
            Run run = run_native(NULL);
            failed = fake_host_failed();
            thrown |= run.failed;
            has |= strstr(run.report, "jit: no native code") == NULL;
            if (run.status != CORACLE_OK || run.result != work_result)
                fail_msg("call %u of %s fails: status %d\n%s", n, fake_operation_name(operation), run.status,
                         run.report);
        }
    assert_int_equal(thrown, has);
}

static void the_cache_may_fail(void **state) {
    (void)state;
    static const FakeOperation operations[] = {FAKE_OPEN_PRIVATE, FAKE_OPEN,   FAKE_CLOSE,
                                               FAKE_READ,         FAKE_WRITE,  FAKE_INFO,
                                               FAKE_RENAME,       FAKE_RANDOM, FAKE_LIST};
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        for (uint32_t n = 1; n <= 3; n++) {
            reset();
            for (int round = 0; round < 2; round++) { /* that fills it, and that uses it */
                fake_host_fail(operations[i], n, false, COR_HOST_FAILED);
                assert_int_equal(run_native("/cache").result, work_result);
            }
            fake_host_fail(operations[i], 0, false, COR_HOST_OK);
            assert_int_equal(run_native("/cache").result, work_result);
            assert_int_equal(fake_host_count("/cache/new-"), 0); /* nothing that was begun is left */
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_and_random_bytes_are_the_hosts),
        cmocka_unit_test(files_are_the_hosts),
        cmocka_unit_test(transfers_may_be_short),
        cmocka_unit_test(every_operation_on_files_may_fail),
        cmocka_unit_test(nothing_works_any_more),
        cmocka_unit_test(the_disk_is_full),
        cmocka_unit_test(what_is_granted_may_not_open),
        cmocka_unit_test(a_module_may_not_be_read),
        cmocka_unit_test(output_fails_at_the_end),
        cmocka_unit_test(streams_fail_meanwhile),
        cmocka_unit_test(an_engine_may_not_come_about),
        cmocka_unit_test(native_code_may_not_come_about),
        cmocka_unit_test(memory_for_code_runs_out_somewhere),
        cmocka_unit_test(the_cache_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Isolates with a system of the host's own: clocks, random bytes, and files that are missing in part. */
#include "tests/api/program.h"

typedef struct World {
    int64_t now;
    int opened, closed;
    CoracleFileStatus status; /* of every operation on files */
    char paths[1024], text[4096];
} World;

static int64_t now(void *context) {
    return ((World *)context)->now += 1000;
}

static void sleep_ns(void *context, int64_t duration) {
    ((World *)context)->now += duration;
}

static bool random_bytes(void *context, void *bytes, size_t size) {
    (void)context;
    memset(bytes, 7, size);
    return size < 100;
}

static CoracleFileStatus asked(World *world, const char *what, const char *path) {
    size_t used = strlen(world->paths);
    snprintf(world->paths + used, sizeof world->paths - used, "%s %s\n", what, path);
    return world->status;
}

static CoracleFileStatus info(void *context, const char *path, CoracleFileInfo *found) {
    found->is_directory = strcmp(path, "root") == 0;
    return found->is_directory ? CORACLE_FILE_OK : asked(context, "info", path);
}

static CoracleFileStatus open_file(void *context, const char *path, CoracleFileMode mode, void **file) {
    World *world = context;
    static const char *const modes[] = {"read", "replace", "append", "new"};
    CoracleFileStatus status = asked(world, modes[mode], path);
    world->opened += status == CORACLE_FILE_OK;
    *file = world;
    return status;
}

static CoracleFileStatus close_file(void *context, void *file) {
    World *world = context;
    assert_ptr_equal(file, world);
    world->closed++;
    return world->status;
}

static CoracleFileStatus list(void *context, const char *path, CoracleTakeName *take, void *take_context) {
    take(take_context, "b");
    take(take_context, "a");
    return asked(context, "list", path);
}

static CoracleFileStatus make_directory(void *context, const char *path) {
    return asked(context, "make", path);
}

static CoracleFileStatus remove_entry(void *context, const char *path) {
    return asked(context, "remove", path);
}

static CoracleFileStatus rename_entry(void *context, const char *from, const char *to) {
    CoracleFileStatus status = asked(context, "from", from);
    asked(context, "to", to);
    return status;
}

static bool append(void *context, const char *bytes, size_t length) {
    World *world = context;
    size_t used = strlen(world->text);
    snprintf(world->text + used, sizeof world->text - used, "%.*s", (int)length, bytes);
    return true;
}

static void run(const CoracleSystem *system, const char *source) {
    World *world = system->context;
    CoracleEngine *engine = coracle_engine_new(&(CoracleEngineOptions){.tier = CORACLE_TIER_INTERPRETER});
    CoracleModule *module = program_load(engine, "program", source);
    CoracleIsolate *isolate = coracle_isolate_new(engine, &(CoracleIsolateOptions){.system = system});
    CoracleGrant grant = {.name = "data", .directory = "root", .read = true, .write = true};
    CoracleMessage message = {""};
    CoracleStatus granted = coracle_isolate_grant(isolate, &grant, &message);
    if (system->info)
        assert_int_equal(granted, CORACLE_OK);
    else
        assert_string_equal(message.text, "cannot open the directory 'root': not supported by the host");
    coracle_isolate_allow(isolate, CORACLE_ALLOW_STDOUT | CORACLE_ALLOW_CLOCK | CORACLE_ALLOW_RANDOM);
    coracle_isolate_set_output(isolate, append, world);
    assert_int_equal(coracle_isolate_run(isolate, module, NULL), CORACLE_OK);
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
    assert_int_equal(world->opened, world->closed);
}

static void clocks_and_random_bytes(void **state) {
    (void)state;
    World world = {.now = 0};
    CoracleSystem system = {
        .context = &world, .wall_ns = now, .monotonic_ns = now, .sleep_ns = sleep_ns, .random = random_bytes};
    run(&system, "import std.time\nimport std.random\n"
                 "let start = time.monotonic()\ntime.sleep(time.Duration(hours: 1))\n"
                 "print(time.monotonic() - start > 3_599_999_999_999, time.now(), random.bytes(2).toList())\n"
                 "try { _ = random.bytes(100) } catch e: IOError { print(e.message) }\n");
    assert_non_null(strstr(world.text, "true 1970-01-01T01:00:00.00"));
    assert_non_null(strstr(world.text, "Z [7, 7]\nthe host has no random bytes\n"));
}

static void those_of_the_process(void **state) {
    (void)state;
    World world = {.now = 0};
    CoracleSystem system = {.context = &world};
    run(&system, "import std.time\nimport std.random\nimport std.fs\n"
                 "time.sleep(time.Duration(milliseconds: 1))\n"
                 "print(time.monotonic() > 0, time.now() > time.Instant.parse(\"2020-01-01T00:00:00Z\"),\n"
                 "    random.bytes(3).length)\n");
    assert_string_equal(world.text, "true true 3\n");
}

/* What is done with files, with everything that fails written down. */
static const char files[] = "import std.fs\n"
                            "fn step(run: fn()) { try { run() } catch e: IOError { print(e.message) } }\n"
                            "step(() => print(fs.exists(\"data/x\")))\n"
                            "step(() => print(fs.list(\"data/../data/.\")))\n"
                            "step(() => fs.createDirectory(\"data/new\"))\n"
                            "step(() => fs.rename(\"data/a\", \"data/b/c\"))\n"
                            "step(() => fs.remove(\"data/a\"))\n"
                            "step(() => fs.appendText(\"data/log\", \"more\"))\n"
                            "step(() => print(fs.readText(\"data/log\")))\n";

static void what_is_asked_of_files(void **state) {
    (void)state;
    World world = {.status = CORACLE_FILE_OK};
    CoracleSystem system = {.context = &world,
                            .info = info,
                            .open = open_file,
                            .close = close_file,
                            .list = list,
                            .make_directory = make_directory,
                            .remove = remove_entry,
                            .rename = rename_entry};
    run(&system, files);
    assert_string_equal(world.paths, "info root/x\nlist root\nmake root/new\nfrom root/a\nto root/b/c\n"
                                     "remove root/a\nappend root/log\nread root/log\ninfo root/log\n");
    assert_string_equal(world.text, "true\n[\"a\", \"b\"]\ncannot close the file: not supported by the host\n"
                                    "cannot read 'data/log': not supported by the host\n");
}

static void every_status_has_a_text(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "no such file or directory",
                                        "it exists already",
                                        "the host refuses access",
                                        "not a directory",
                                        "it is a directory",
                                        "the directory is not empty",
                                        "no space left",
                                        "the file system is read-only",
                                        "input/output error",
                                        "input/output error"};
    for (int status = CORACLE_FILE_NOT_FOUND; status <= CORACLE_FILE_FAILED + 1; status++) {
        World world = {.status = (CoracleFileStatus)status};
        char expected[100];
        CoracleSystem system = {
            .context = &world, .info = info, .make_directory = make_directory, .close = close_file};
        run(&system, "import std.fs\ntry { fs.createDirectory(\"data/new\") }\n"
                     "catch e: IOError { print(e.message) }\n");
        snprintf(expected, sizeof expected, "cannot make 'data/new': %s\n", texts[status]);
        assert_string_equal(world.text, expected);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_and_random_bytes),
        cmocka_unit_test(those_of_the_process),
        cmocka_unit_test(what_is_asked_of_files),
        cmocka_unit_test(every_status_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

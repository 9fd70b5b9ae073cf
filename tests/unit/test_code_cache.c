/* The cache of code objects: what is kept by one engine is found by another; what is damaged, another's, or made of something
 * else is not; and the tiers do without a code generator where it has everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/runtime_modules.h"
#include "vm/bytecode/reader.h"
#include "vm/bytecode/writer.h"
#include "vm/native/host.h"
#include "vm/runtime/code_cache.h"
#include "vm/runtime/engine_internal.h"
#include "vm/runtime/natives.h"
#include "vm/runtime/tier_internal.h"

static const char program[] = "module \"loops\"\n"
                              "function @count \"count\"\n"
                              "  parameter \"n\" int\n"
                              "  result int\n"
                              "  register int\n"
                              "  register int\n"
                              "code\n"
                              "  int r1, 0\n"
                              " again:\n"
                              "  loop\n"
                              "  br_not_lt r1, r0, out\n"
                              "  add r1, r1, r0\n"
                              "  jump again\n"
                              " out:\n"
                              "  return r1\n"
                              "end\n"
                              "function @other \"other\"\n"
                              "  parameter \"n\" int\n"
                              "  result int\n"
                              "  register int\n"
                              "code\n"
                              "  return r0\n"
                              "end\n";

static struct {
    uint8_t bytes[16384];
    size_t size;
} elf; /* of an object that does nothing */

/* ---- Engines, and a folder ----------------------------------------------------------------------- */

typedef struct World {
    char folder[64];
    CorTierOptions options; /* of the caches */
    CorEngine *engine;
    CorLinkedModule *module;
    CorLoweredFunction *count, *other;
    CorCodeConstant constants[16];
    uint32_t constant_count;
    CorCodeFrame frame;
    CorCodeSite site;
    CorCodeExit exit;
    CorCodeLeave leave;
    CorCodeObject object; /* of `count`, tier 2 */
} World;

static CorLoweredFunction *lowered(CorEngine *engine, CorLinkedModule *module, const char *name) {
    CorLoweredFunction *function = function_named(engine, module, name);
    CorIsolate *isolate = new_isolate(engine);
    assert_int_equal(cor_function_lower(isolate, function), COR_OK);
    cor_isolate_leave(isolate);
    cor_isolate_free(isolate);
    return function;
}

/* A module as it comes from a file, with the hash of its contents. */
static CorLinkedModule *link_read(CorEngine *engine, const char *text) {
    CorModule *assembled = assemble_text(text), *module;
    CorByteBuffer bytes = {0};
    CorReadError wrong;
    CorLinkError error = {0};
    assert_int_equal(cor_module_write(assembled, true, &bytes), COR_MODULE_OK);
    assert_int_equal(cor_module_read(bytes.bytes, bytes.size, &module, &wrong), COR_MODULE_OK);
    CorLinkedModule *linked = cor_engine_link(engine, module, &error);
    assert_non_null(linked);
    cor_module_free(assembled);
    cor_byte_buffer_free(&bytes);
    return linked;
}

static void start_engine(World *world, const char *text) {
    world->engine = new_engine();
    world->module = link_read(world->engine, text);
    world->count = lowered(world->engine, world->module, "count");
    world->other = lowered(world->engine, world->module, "other");
}

static uint32_t add_constant(World *world, CorCodeConstant constant) {
    world->constants[world->constant_count] = constant;
    return world->constant_count++;
}

static void add_type(World *world, const CorType *type) {
    assert_non_null(type);
    add_constant(world, (CorCodeConstant){.kind = COR_CONSTANT_TYPE, .pointer = type});
}

/* Constants of every kind. */
static void make_constants(World *world) {
    CorEngine *engine = world->engine;
    const CorType *integer = cor_engine_type(engine, COR_KIND_I64),
                  *string = cor_engine_type(engine, COR_KIND_STRING);
    const CorType *pair[] = {integer, string};
    static const CorType *types[3];
    types[0] = integer, types[1] = string, types[2] = NULL;
    cor_engine_lock(engine);
    add_constant(
        world,
        (CorCodeConstant){.kind = COR_CONSTANT_FUNCTION, .pointer = world->count, .function = world->count});
    add_type(world, integer);
    add_type(world, cor_type_wrapped(engine, COR_KIND_ARRAY, string));
    add_type(world,
             cor_type_wrapped(engine, COR_KIND_OPTIONAL, cor_type_tuple(engine, COR_KIND_TUPLE, pair, 2)));
    add_type(world, cor_type_tuple(engine, COR_KIND_FUNCTION, pair, 2));
    add_type(world, cor_type_closure(engine, world->other));
    add_constant(world, (CorCodeConstant){.kind = COR_CONSTANT_ENTRY,
                                          .pointer = world->other->code,
                                          .function = world->other});
    add_constant(world, (CorCodeConstant){.kind = COR_CONSTANT_CODE,
                                          .pointer = world->count->code + 1,
                                          .function = world->count,
                                          .index = 1});
    add_constant(
        world, (CorCodeConstant){.kind = COR_CONSTANT_OBJECT, .pointer = cor_literal(engine, "literal", 7)});
    add_constant(world, (CorCodeConstant){.kind = COR_CONSTANT_OBJECT,
                                          .pointer = cor_constant_closure(engine, world->other)});
    add_constant(world, (CorCodeConstant){.kind = COR_CONSTANT_OBJECT,
                                          .pointer = cor_constant_array(
                                              engine, cor_type_wrapped(engine, COR_KIND_ARRAY, integer))});
    CorNative *native = cor_intrinsic_native((CorIntrinsic)3);
    add_constant(world, (CorCodeConstant){.kind = COR_CONSTANT_NATIVE, .pointer = (void *)(uintptr_t)native});
    add_constant(world, (CorCodeConstant){.kind = COR_CONSTANT_TYPES, .pointer = types});
    cor_engine_unlock(engine);
}

/* Of a leave, behind two bytes: its place, exit, frames, kind, distance, three registers, no objects, a slot in a register. */
static const uint8_t description[] = {7, 7, 2, 0, 0, 1, 0, 4, 0, 8, 16, 0, 1, 5, 24};

static void make_object(World *world) {
    world->constant_count = 0;
    make_constants(world);
    world->frame = (CorCodeFrame){.function = 0, .index = 1, .distance = 3};
    world->site = (CorCodeSite){.window = 9, .first_frame = 0, .frame_count = 1};
    world->exit = (CorCodeExit){.kind = COR_EXIT_CAST, .function = 0, .index = 2};
    world->leave = (CorCodeLeave){.description = 2};
    world->object = (CorCodeObject){.function = world->count,
                                    .tier = 2,
                                    .elf = elf.bytes,
                                    .elf_size = elf.size,
                                    .constants = world->constants,
                                    .constant_count = world->constant_count,
                                    .sites = &world->site,
                                    .site_count = 1,
                                    .frames = &world->frame,
                                    .frame_count = 1,
                                    .exits = &world->exit,
                                    .exit_count = 1,
                                    .leaves = &world->leave,
                                    .leave_count = 1,
                                    .descriptions = description,
                                    .description_size = sizeof description};
}

static int open_world(void **state) {
    World *world = calloc(1, sizeof *world);
    strcpy(world->folder, "/tmp/test_code_cache_XXXXXX");
    if (mkdtemp(world->folder) == NULL)
        return -1;
    world->options.cache = world->folder;
    start_engine(world, program);
    make_object(world);
    *state = world;
    return 0;
}

/* The path of the n-th file; false: there are not so many. */
static bool file_in(const World *world, int number, char path[512]) {
    DIR *folder = opendir(world->folder);
    struct dirent *entry;
    bool found = false;
    while (!found && (entry = readdir(folder)) != NULL)
        found = entry->d_name[0] != '.' && number-- == 0;
    if (found)
        snprintf(path, 512, "%s/%s", world->folder, entry->d_name);
    closedir(folder);
    return found;
}

static int close_world(void **state) {
    World *world = *state;
    char path[512];
    cor_engine_free(world->engine);
    while (file_in(world, 0, path))
        remove(path);
    rmdir(world->folder);
    free(world);
    return 0;
}

/* Ends the engine, and starts one that has the same module, or another. */
static void start_again(World *world, const char *text) {
    cor_engine_free(world->engine);
    start_engine(world, text);
}

static CorCodeCache *open_cache(World *world) {
    char problem[160];
    CorCodeCache *cache = cor_code_cache_open(world->engine, &world->options, problem);
    if (cache == NULL)
        fail_msg("%s", problem);
    return cache;
}

static void keep(World *world) {
    CorCodeCache *cache = open_cache(world);
    cor_code_cache_keep(cache, &world->object);
    assert_int_equal(cor_code_cache_report(cache)->kept, 1);
    cor_code_cache_close(cache);
}

static CorCompileRequest request(const World *world) {
    return (CorCompileRequest){.function = world->count, .tier = 2};
}

/* What a new cache makes of the request. */
static CorCodeCacheReport look(World *world, CorCompileRequest wanted) {
    CorCodeCache *cache = open_cache(world);
    const CorCodeObject *found = cor_code_cache_find(cache, &wanted);
    CorCodeCacheReport report = *cor_code_cache_report(cache);
    assert_int_equal(found != NULL, report.found);
    cor_code_cache_close(cache);
    return report;
}

/* ---- What is kept is found ----------------------------------------------------------------------- */

static void assert_same_objects(const World *world, const CorCodeObject *found) {
    assert_ptr_equal(found->function, world->count);
    assert_int_equal(found->elf_size, elf.size);
    assert_memory_equal(found->elf, elf.bytes, elf.size);
    assert_int_equal(found->constant_count, world->constant_count);
    for (uint32_t i = 0; i < found->constant_count; i++) {
        assert_int_equal(found->constants[i].kind, world->constants[i].kind);
        if (found->constants[i].kind == COR_CONSTANT_TYPES)
            assert_memory_equal(found->constants[i].pointer, world->constants[i].pointer, 3 * sizeof(void *));
        else
            assert_ptr_equal(found->constants[i].pointer, world->constants[i].pointer);
    }
    assert_int_equal(found->frame_count, 1);
    assert_memory_equal(found->frames, &world->frame, sizeof world->frame);
    assert_int_equal(found->site_count, 1);
    assert_memory_equal(found->sites, &world->site, sizeof world->site);
    assert_int_equal(found->exit_count, 1);
    assert_memory_equal(found->exits, &world->exit, sizeof world->exit);
    assert_int_equal(found->leave_count, 1);
    assert_memory_equal(found->leaves, &world->leave, sizeof world->leave);
    assert_int_equal(found->description_size, sizeof description);
    assert_memory_equal(found->descriptions, description, sizeof description);
}

static void another_engine_finds_it(void **state) {
    World *world = *state;
    keep(world);
    start_again(world, program);
    CorCodeCache *cache = open_cache(world);
    CorCompileRequest wanted = request(world);
    const CorCodeObject *found = cor_code_cache_find(cache, &wanted);
    assert_non_null(found);
    make_object(world); /* the same constants, of this engine */
    assert_same_objects(world, found);
    cor_code_cache_close(cache);
}

static void requests_are_told_apart(void **state) {
    World *world = *state;
    keep(world);
    CorCompileRequest wanted = request(world);
    wanted.tier = 1;
    assert_int_equal(look(world, wanted).missing, 1);
    wanted = request(world);
    wanted.index = 1;
    assert_int_equal(look(world, wanted).missing, 1);
    wanted = request(world);
    wanted.function = world->other;
    assert_int_equal(look(world, wanted).missing, 1);
    world->options.fail_every = 7; /* is in the code */
    assert_int_equal(look(world, request(world)).missing, 1);
    world->options.fail_every = 0;
    world->options.quick = true;
    assert_int_equal(look(world, request(world)).missing, 1);
    world->options.quick = false;
    assert_int_equal(look(world, request(world)).found, 1);
}

static void another_module_is_another(void **state) {
    World *world = *state;
    char changed[sizeof program];
    keep(world);
    strcpy(changed, program);
    strstr(changed, "r1, 0")[4] = '1';
    start_again(world, changed);
    assert_int_equal(look(world, request(world)).missing, 1);
    start_again(world, program);
    assert_int_equal(look(world, request(world)).found, 1);
}

/* Natives of an embedder, modules that were made in this process. */
static void what_has_no_name_is_not_kept(void **state) {
    World *world = *state;
    CorEngine *engine = new_engine();
    CorCodeObject object = world->object;
    object.function = function_named(engine, link_text(engine, program), "count");
    object.constant_count = object.site_count = object.frame_count = object.exit_count = object.leave_count =
        0;
    CorCodeCache *other = cor_code_cache_open(engine, &world->options, (char[160]){0});
    cor_code_cache_keep(other, &object);
    assert_int_equal(cor_code_cache_report(other)->kept, 0);
    cor_code_cache_close(other);
    cor_engine_free(engine);
    world->constants[0].pointer = world; /* a native of nobody */
    world->constants[0].kind = COR_CONSTANT_NATIVE;
    world->object.frame_count = world->object.exit_count = world->object.site_count = 0;
    CorCodeCache *cache = open_cache(world);
    cor_code_cache_keep(cache, &world->object);
    assert_int_equal(cor_code_cache_report(cache)->kept, 0);
    cor_code_cache_close(cache);
}

/* ---- What is wrong is not used ------------------------------------------------------------------- */

static void change_byte(const char *path, long at) {
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, at, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(byte ^ 4, file);
    fclose(file);
}

static void damage_is_seen(void **state) {
    World *world = *state;
    char path[512];
    struct stat found;
    keep(world);
    assert_true(file_in(world, 0, path));
    assert_int_equal(stat(path, &found), 0);
    for (long at = 0; at < found.st_size; at += 1 + at / 16) {
        change_byte(path, at);
        CorCodeCacheReport report = look(world, request(world));
        assert_int_equal(report.unusable, 1);
        assert_non_null(strstr(report.problem, "it is damaged"));
        change_byte(path, at);
    }
    assert_int_equal(look(world, request(world)).found, 1);
    for (off_t size = found.st_size - 1; size > 0; size /= 2) {
        assert_int_equal(truncate(path, size), 0);
        assert_int_equal(look(world, request(world)).unusable, 1);
    }
    keep(world); /* in its place */
    assert_int_equal(look(world, request(world)).found, 1);
}

static void files_of_others_are_refused(void **state) {
    World *world = *state;
    char path[512], problem[160];
    keep(world);
    assert_true(file_in(world, 0, path));
    chmod(path, 0622);
    CorCodeCacheReport report = look(world, request(world));
    assert_int_equal(report.unusable, 1);
    assert_non_null(strstr(report.problem, "not the user's alone"));
    chmod(path, 0600);
    assert_int_equal(look(world, request(world)).found, 1);
    chmod(world->folder, 0777);
    assert_null(cor_code_cache_open(world->engine, &world->options, problem));
    assert_non_null(strstr(problem, "not the user's alone"));
    chmod(world->folder, 0700);
    world->options.cache = "/dev/null/nowhere";
    assert_null(cor_code_cache_open(world->engine, &world->options, problem));
    assert_non_null(strstr(problem, "/dev/null/nowhere"));
}

/* ---- Many ---------------------------------------------------------------------------------------- */

enum { WRITERS = 4, ROUNDS = 50 };

/* Keeps and finds the same object again and again: whoever reads finds a whole one. */
static void write_and_read(void *opaque) {
    World *world = opaque;
    char problem[160];
    CorCodeCache *cache = cor_code_cache_open(world->engine, &world->options, problem);
    CorCompileRequest wanted = request(world);
    for (int i = 0; i < ROUNDS; i++) {
        cor_code_cache_keep(cache, &world->object);
        cor_code_cache_find(cache, &wanted);
    }
    const CorCodeCacheReport *report = cor_code_cache_report(cache);
    if (report->kept != ROUNDS || report->found != ROUNDS)
        abort();
    cor_code_cache_close(cache);
}

static void many_writers(void **state) {
    World *world = *state;
    const CorHost *host = cor_host_default();
    CorHostThread *threads[WRITERS];
    for (int i = 0; i < WRITERS; i++)
        threads[i] = host->thread_start(host, write_and_read, world, 1 << 20);
    for (int i = 0; i < WRITERS; i++)
        host->thread_join(host, threads[i]);
    char path[512];
    assert_true(file_in(world, 0, path));
    assert_false(file_in(world, 1, path)); /* and nothing is left of the others */
}

static void the_oldest_go(void **state) {
    World *world = *state;
    char path[512];
    keep(world);
    assert_true(file_in(world, 0, path));
    struct stat found;
    stat(path, &found);
    char other[512]; /* is not the cache's, and stays */
    snprintf(other, sizeof other, "%s/0000", world->folder);
    FILE *file = fopen(other, "w");
    assert_int_equal(fprintf(file, "%*d", (int)found.st_size, 1), found.st_size);
    fclose(file);
    world->options.cache_bytes = (uint64_t)found.st_size * 5;
    for (uint32_t index = 1; index < 6; index++) {
        cor_host_default()->sleep_ns(cor_host_default(), 20000000); /* clocks of file systems are slow */
        world->object.index = index;
        keep(world);
    }
    int left = 0;
    while (file_in(world, left, path))
        left++;
    assert_in_range(left, 3 + 1, 4 + 1);
    assert_int_equal(remove(other), 0);
    CorCompileRequest wanted = request(world);
    assert_int_equal(look(world, wanted).missing, 1);
    wanted.index = 5;
    assert_int_equal(look(world, wanted).found, 1);
}

/* ---- The tiers ----------------------------------------------------------------------------------- */

static struct {
    World *world;
    uint32_t opened, compiled;
} fake;

static CorCompiler *fake_open(CorEngine *engine, const CorTierOptions *options,
                              const CorGeneratorServices *services, char *failure) {
    (void)engine, (void)options, (void)services, (void)failure;
    fake.opened++;
    return (CorCompiler *)&fake;
}

static void fake_close(CorCompiler *compiler) {
    (void)compiler;
}

static const char *fake_description(CorCompiler *compiler) {
    (void)compiler;
    return "fake";
}

static void fake_compile(CorCompiler *compiler, const CorCompileRequest *wanted, CorCompileResult *result) {
    (void)compiler;
    World *world = fake.world;
    fake.compiled++;
    world->constants[0] = (CorCodeConstant){
        .kind = COR_CONSTANT_FUNCTION, .pointer = wanted->function, .function = wanted->function};
    world->frame.index = 0;
    world->exit.index = 0;
    world->object.function = wanted->function;
    world->object.tier = wanted->tier;
    world->object.index = wanted->index;
    world->object.constant_count = 1;
    result->object = &world->object;
}

static const CorCodeGenerator generator = {
    .version = COR_CODE_GENERATOR_VERSION,
    .description = fake_description,
    .open = fake_open,
    .close = fake_close,
    .compile = fake_compile,
};

/* Runs an engine that compiles `count` and `other` at once; what the report says of the cache. */
static CorCodeCacheReport run_tiers(World *world, CorTierMode mode) {
    CorTierOptions options = {.mode = mode, .cache = world->folder, .generator = &generator, .eager = true};
    fake.world = world;
    fake.opened = fake.compiled = 0;
    CorEngine *engine = cor_engine_new(&(CorEngineOptions){.tiers = &options});
    CorLinkedModule *module = link_read(engine, program);
    const CorLoweredFunction *count = lowered(engine, module, "count");
    lowered(engine, module, "other");
    assert_non_null(cor_native_code(count, 0));
    CorCodeCacheReport report = engine->tiers->cached;
    cor_engine_free(engine);
    return report;
}

static void a_full_cache_needs_no_code_generator(void **state) {
    World *world = *state;
    CorCodeCacheReport report = run_tiers(world, COR_TIER_AUTO);
    assert_int_equal(fake.compiled, 2);
    assert_int_equal(report.kept, 2);
    report = run_tiers(world, COR_TIER_AUTO);
    assert_int_equal(fake.opened, 0);
    assert_int_equal(report.found, 2);
    char path[512];
    assert_true(file_in(world, 0, path));
    change_byte(path, 100);
    report = run_tiers(world, COR_TIER_AUTO);
    assert_int_equal(fake.compiled, 1);
    assert_int_equal(report.found, 1);
    assert_int_equal(report.unusable, 1);
    assert_int_equal(report.kept, 1);
}

/* What the cache has after a run in that mode is found by a few samples. */
static void check_samples(World *world, CorTierMode mode, uint32_t tier) {
    run_tiers(world, mode);
    CorTierOptions options = {.cache = world->folder, .generator = &generator};
    fake.opened = 0;
    CorEngine *engine = cor_engine_new(&(CorEngineOptions){.tiers = &options});
    CorLinkedModule *module = link_read(engine, program);
    const CorLoweredFunction *other = lowered(engine, module, "other");
    CorIsolate *isolate = new_isolate(engine);
    for (int i = 0; i < TIER_LOOK_UP_START; i++)
        cor_tier_sample(isolate, other, other->code);
    for (int i = 0; i < 1000 && cor_native_code(other, 0) == NULL; i++)
        engine->host->sleep_ns(engine->host, 1000000);
    assert_non_null(cor_native_code(other, 0));
    assert_int_equal(cor_native_code(other, 0)->tier, tier);
    assert_int_equal(fake.opened, 0);
    cor_isolate_leave(isolate);
    cor_isolate_free(isolate);
    cor_engine_free(engine);
}

/* Tier 1 at once, too, where there are no calls to be counted first; tier 2 is better. */
static void a_sample_asks_the_cache(void **state) {
    check_samples(*state, COR_TIER_ONE, 1);
    check_samples(*state, COR_TIER_TWO, 2);
}

static int read_object(void **state) {
    (void)state;
    FILE *file = fopen(TEST_OBJECT, "rb");
    elf.size = file != NULL ? fread(elf.bytes, 1, sizeof elf.bytes, file) : 0;
    if (file != NULL)
        fclose(file);
    return elf.size > 0 ? 0 : -1;
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(another_engine_finds_it),
        TEST(requests_are_told_apart),
        TEST(another_module_is_another),
        TEST(what_has_no_name_is_not_kept),
        TEST(damage_is_seen),
        TEST(files_of_others_are_refused),
        TEST(many_writers),
        TEST(the_oldest_go),
        TEST(a_full_cache_needs_no_code_generator),
        TEST(a_sample_asks_the_cache),
    };
    return cmocka_run_group_tests(tests, read_object, NULL);
}

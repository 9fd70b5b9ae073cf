/* The loader of code objects: what the code does once it is loaded, and what happens to objects that are not as they should be.
 * The object is tests/unit/objects/native.c. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vm/bytecode/byte_buffer.h"
#include "vm/native/host.h"
#include "vm/native/machine.h"
#include "vm/runtime/code_elf.h"
#include "vm/runtime/code_loader.h"
#include "vm/runtime/leave.h"

typedef int64_t Entry(void *results, int64_t which, double number);

static int64_t helper_double(int64_t value) {
    return value * 2;
}

typedef struct World {
    uint8_t *elf;
    size_t elf_size;
    CorLoweredFunction functions[2];
    CorCodeConstant constants[3];
    CorCodeFrame frames[3];
    CorCodeSite sites[2];
    CorCodeExit exits[2];
    CorCodeLeave leave;
    CorWord code[16];
    CorByteBuffer description;
    CorCodeObject object;
    CorHelperInfo helpers[COR_HELPER_COUNT];
    CorCodeLoader *loader;
    char failure[COR_CODE_FAILURE];
} World;

static void read_object(World *world) {
    FILE *file = fopen(TEST_OBJECT, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    world->elf_size = (size_t)ftell(file);
    rewind(file);
    world->elf = malloc(world->elf_size);
    assert_int_equal(fread(world->elf, 1, world->elf_size, file), world->elf_size);
    fclose(file);
}

static CorCodeLoader *new_loader(World *world, bool perf, bool gdb) {
    CorCodeLoaderOptions options = {
        .host = cor_host_default(), .helpers = world->helpers, .perf = perf, .gdb = gdb};
    CorCodeLoader *loader = cor_code_loader_new(&options);
    assert_non_null(loader);
    return loader;
}

static int open_world(void **state) {
    World *world = calloc(1, sizeof *world);
    read_object(world);
    for (int i = 0; i < COR_HELPER_COUNT; i++)
        world->helpers[i].name = "";
    world->helpers[3] = (CorHelperInfo){.name = "helper_double", .function = (void (*)(void))helper_double};
    world->functions[0].name = "first";
    world->functions[0].code = world->functions[1].code = world->code;
    world->constants[0] = (CorCodeConstant){.kind = COR_CONSTANT_FUNCTION, .pointer = &world->functions[0]};
    world->constants[1] = (CorCodeConstant){.kind = COR_CONSTANT_TYPE, .pointer = world};
    world->constants[2] = (CorCodeConstant){.kind = COR_CONSTANT_FUNCTION, .pointer = &world->functions[1]};
    world->frames[0] = (CorCodeFrame){.function = 0, .index = 4};
    world->frames[1] = (CorCodeFrame){.function = 2, .index = 6, .distance = 9};
    world->frames[2] = (CorCodeFrame){.function = 0, .index = 8};
    world->sites[0] = (CorCodeSite){.window = 7, .first_frame = 0, .frame_count = 1};
    world->sites[1] = (CorCodeSite){.window = 20, .first_frame = 1, .frame_count = 2};
    world->exits[0] = (CorCodeExit){.kind = COR_EXIT_CAST, .function = 0, .index = 3};
    world->exits[1] = (CorCodeExit){.kind = COR_EXIT_NULL, .function = 2, .index = 5};
    world->object = (CorCodeObject){.function = &world->functions[0],
                                    .tier = 2,
                                    .elf = world->elf,
                                    .elf_size = world->elf_size,
                                    .constants = world->constants,
                                    .constant_count = 3,
                                    .sites = world->sites,
                                    .site_count = 2,
                                    .frames = world->frames,
                                    .frame_count = 3,
                                    .exits = world->exits,
                                    .exit_count = 2};
    world->loader = new_loader(world, false, false);
    *state = world;
    return 0;
}

static int close_world(void **state) {
    World *world = *state;
    cor_code_loader_free(world->loader);
    cor_byte_buffer_free(&world->description);
    free(world->elf);
    free(world);
    return 0;
}

static CorNativeCode *load(World *world) {
    CorNativeCode *code = cor_code_load(world->loader, &world->object, world->failure);
    if (code == NULL)
        fail_msg("%s", world->failure);
    return code;
}

static void assert_refused(World *world, const char *why) {
    assert_null(cor_code_load(world->loader, &world->object, world->failure));
    if (strstr(world->failure, why) == NULL)
        fail_msg("\"%s\" instead of \"%s\"", world->failure, why);
}

static int64_t call(const CorNativeCode *code, void *results, int64_t which, double number) {
    Entry *entry;
    memcpy(&entry, &code->entry, sizeof entry);
    return entry(results, which, number);
}

static void test_constants(void **state) {
    World *world = *state;
    const CorNativeCode *code = load(world);
    void *pointer = NULL;
    assert_int_equal(call(code, &pointer, 0, 0), 1);
    assert_ptr_equal(pointer, &world->functions[0]);
    assert_int_equal(call(code, &pointer, 1, 0), 11);
    assert_ptr_equal(pointer, (char *)world + 8);
    assert_int_equal(call(code, &pointer, 2, 0), 22);
    assert_ptr_equal(pointer, code->sites);
}

static void test_calls_and_data(void **state) {
    World *world = *state;
    const CorNativeCode *code = load(world), *other = load(world);
    union {
        double number;
        unsigned char bytes[8];
    } result;
    assert_int_equal(call(code, &result, 4, 10.0), 44);
    assert_true(result.number == fmod(10.0, 3.25));
    assert_int_equal(call(code, NULL, 5, 0), 7);
    assert_int_equal(call(code, NULL, 5, 0), 9);
    assert_int_equal(call(other, NULL, 5, 0), 7); /* each has its own variables */
    assert_true(call(code, NULL, 6, 0) == (int64_t)(intptr_t)&world->functions[0] * 2 + 1);
    assert_int_equal(call(code, &result, 7, 3.0), 77);
    assert_int_equal(result.bytes[2], 7);
}

static void test_tables(void **state) {
    World *world = *state;
    const CorNativeCode *code = load(world);
    assert_ptr_equal(code->function, &world->functions[0]);
    assert_int_equal(code->tier, 2);
    assert_int_equal(code->site_count, 2);
    const CorNativeSite *site = &code->sites[1];
    assert_true(cor_word_is_site(site->words));
    assert_int_equal(site->words[0].b, 20);
    assert_ptr_equal(cor_word_site(site->words[1].pointer), site);
    assert_int_equal(site->words[2].op, COR_LOWERED_HALT);
    assert_int_equal(site->frame_count, 2);
    assert_ptr_equal(site->frames[0].function, &world->functions[1]);
    assert_int_equal(site->frames[0].distance, 9);
    assert_int_equal(site->frames[1].index, 8);
    assert_int_equal(code->exit_count, 2);
    assert_int_equal(code->exits[1].kind, COR_EXIT_NULL);
    assert_ptr_equal(code->exits[1].function, &world->functions[1]);
    assert_in_range(code->bytes, 100, 16384);
}

static void test_loop(void **state) {
    World *world = *state;
    world->object.index = 12;
    const CorNativeCode *code = load(world);
    assert_non_null(code->entry);
    assert_int_equal(code->index, 12);
}

/* ---- Leaving ------------------------------------------------------------------------------------- */

static void put(World *world, uint64_t number) {
    cor_byte_buffer_add_number(&world->description, number);
}

static void put_value(World *world, CorLeaveValue kind, uint64_t number) {
    put(world, number << COR_LEAVE_VALUE_BITS | kind);
}

static void put_integer(World *world, int64_t value) {
    put_value(world, COR_LEAVE_NUMBER, 0);
    cor_byte_buffer_add_signed(&world->description, value);
}

/* The object leaves where it has room for that: in two frames, of which the outer one gets all registers. */
static void describe(World *world, CorLeaveKind kind, const CorIsolate *isolate, const uint64_t *fp) {
    world->leave = (CorCodeLeave){.place = (uint32_t)call(load(world), NULL, 3, 0)};
    put(world, 0);
    put(world, 1); /* exit */
    put(world, 1); /* frames */
    put(world, 2);
    put(world, kind);
    put(world, 20);
    put_integer(world, (int64_t)(intptr_t)isolate);
    put_integer(world, (int64_t)(intptr_t)fp);
    put_integer(world, -3);
    put(world, 0);
    put(world, 2);
    put(world, 3);
    put_value(world, COR_LEAVE_CONSTANT, 1);
    put(world, 0);
    put_value(world, COR_LEAVE_STACK, 0);
    put(world, COR_MACHINE_REGISTERS);
    for (uint32_t i = 0; i < COR_MACHINE_REGISTERS; i++) {
        put(world, i);
        put_value(world, COR_LEAVE_REGISTER, i);
    }
    world->object.leaves = &world->leave;
    world->object.leave_count = 1;
    world->object.descriptions = world->description.bytes;
    world->object.description_size = (uint32_t)world->description.size;
}

static void test_leave(void **state) {
    World *world = *state;
    CorIsolate isolate = {0};
    uint64_t stack[64] = {0}, *fp = stack + 4, results;
    world->frames[1].distance = 40;
    describe(world, COR_LEAVE_THROWN, &isolate, fp);
    const CorNativeCode *code = load(world);
    assert_int_equal(call(code, &results, 8, 0), 88);
    assert_int_equal(isolate.budget, -3);
    assert_ptr_equal(isolate.fp, fp + 40);
    assert_ptr_equal(isolate.ip, world->code + 6);
    assert_int_equal(isolate.left_status, COR_THROWN);
    assert_int_equal(code->exits[1].count, 1);
    assert_int_equal(code->exits[0].count, 0);
    assert_int_equal(fp[40 - 2], (uintptr_t)world->code);
    assert_int_equal(fp[40 - 1], (uintptr_t)(world->code + 8));
    assert_int_equal(fp[40 + 3], (uintptr_t)world);
}

/* What the registers held is in the frame, the arguments among it, and the stack pointer by its number. */
static void test_leave_registers(void **state) {
    World *world = *state;
    CorIsolate isolate = {0};
    uint64_t stack[64] = {0}, *fp = stack + 24, results;
    world->frames[1].distance = 0; /* what the inner one writes, the outer one writes again */
    world->frames[2].distance = 0;
    describe(world, COR_LEAVE_BELOW, &isolate, fp);
    const CorNativeCode *code = load(world);
    assert_int_equal(call(code, &results, 8, 0), 88);
    bool has_pointer = false, has_number = false;
    for (uint32_t i = 0; i < COR_MACHINE_REGISTERS; i++) {
        has_pointer |= fp[i] == (uintptr_t)&results;
        has_number |= fp[i] == 1234567;
    }
    assert_true(has_pointer && has_number);
    uintptr_t distance = (uintptr_t)&stack - fp[cor_machine_stack_register()];
    assert_in_range(distance, 1, 4096);
    assert_null(isolate.fp); /* stays with whoever left before */
    assert_int_equal(fp[19], (uintptr_t)(world->code + 6));
}

/* Whatever is wrong in a description is found before it is used. */
static void test_wrong_descriptions(void **state) {
    World *world = *state;
    CorIsolate isolate = {0};
    uint64_t stack[64] = {0};
    describe(world, COR_LEAVE_HERE, &isolate, stack);
    uint32_t size = world->object.description_size;
    for (world->object.description_size = 0; world->object.description_size < size;
         world->object.description_size++)
        assert_refused(world, "tables");
    for (uint32_t at = 0; at < size; at++) {
        uint8_t old = world->description.bytes[at];
        for (uint32_t bits = 1; bits < 256; bits += 2) {
            world->description.bytes[at] = (uint8_t)(old ^ bits);
            CorNativeCode *code = cor_code_load(world->loader, &world->object, world->failure);
            if (code != NULL)
                cor_code_unload(world->loader, code);
        }
        world->description.bytes[at] = old;
    }
    world->leave.place = 1 << 20;
    assert_refused(world, "out of reach");
    world->leave.description = 1;
    assert_refused(world, "tables");
}

/* ---- Memory -------------------------------------------------------------------------------------- */

/* Line `what` of /proc/self/maps about the address says which protection it has. */
static void protection(const void *address, char out[5]) {
    FILE *maps = fopen("/proc/self/maps", "r");
    assert_non_null(maps);
    unsigned long start, end;
    char line[512];
    strcpy(out, "none");
    while (fgets(line, sizeof line, maps) != NULL) {
        char found[5];
        if (sscanf(line, "%lx-%lx %4s", &start, &end, found) == 3 && (uintptr_t)address >= start &&
            (uintptr_t)address < end)
            strcpy(out, found);
    }
    fclose(maps);
}

static void test_nothing_is_writable_and_executable(void **state) {
    World *world = *state;
    const CorNativeCode *code = load(world);
    char found[5];
    protection(code->entry, found);
    assert_string_equal(found, "r-xp");
    protection(code->sites, found);
    assert_string_equal(found, "r-xp");
    protection(code->exits, found);
    assert_string_equal(found, "rw-p");
}

static void test_unload(void **state) {
    World *world = *state;
    CorNativeCode *codes[5];
    for (int i = 0; i < 5; i++)
        codes[i] = load(world);
    cor_code_unload(world->loader, codes[0]);
    cor_code_unload(world->loader, codes[4]);
    cor_code_unload(world->loader, codes[2]);
    assert_int_equal(call(codes[1], NULL, 5, 0), 7);
    assert_int_equal(call(codes[3], NULL, 5, 0), 7);
}

/* ---- Objects that are not as they should be ------------------------------------------------------ */

static void test_unknown_symbol(void **state) {
    World *world = *state;
    world->helpers[3].name = "another";
    assert_refused(world, "no symbol helper_double");
    world->helpers[3].name = "helper_double";
    world->object.constant_count = 1;
    world->object.frame_count = 1;
    world->object.site_count = 1;
    world->object.exit_count = 1;
    assert_refused(world, "no symbol k1");
}

static void test_wrong_tables(void **state) {
    World *world = *state;
    world->frames[1].function = 1; /* a type */
    assert_refused(world, "tables");
    world->frames[1].function = 3;
    assert_refused(world, "tables");
    world->frames[1].function = 2;
    world->sites[1].frame_count = 3;
    assert_refused(world, "tables");
    world->sites[1].frame_count = 0;
    assert_refused(world, "tables");
    world->sites[1] = (CorCodeSite){.first_frame = UINT32_MAX, .frame_count = 2};
    assert_refused(world, "tables");
    world->sites[1] = (CorCodeSite){.window = 65536, .frame_count = 2};
    assert_refused(world, "tables");
    world->sites[1].window = 4;
    world->exits[0].kind = COR_EXIT_COUNT;
    assert_refused(world, "tables");
}

static CodeElfHeader *header_of(World *world) {
    return (CodeElfHeader *)(void *)world->elf;
}

static CodeElfSection *section_of(World *world, const char *name) {
    CodeElf elf;
    assert_null(code_elf_open(&elf, world->elf, world->elf_size, cor_machine_elf()));
    for (uint32_t i = 1; i < elf.section_count; i++) {
        CodeElfSection section;
        assert_true(code_elf_section(&elf, i, &section));
        if (strcmp(code_elf_section_name(&elf, &section), name) == 0)
            return (CodeElfSection *)(void *)(world->elf + elf.header.section_offset) + i;
    }
    fail_msg("no section %s", name);
    return NULL;
}

static void test_wrong_header(void **state) {
    World *world = *state;
    header_of(world)->machine ^= 1;
    assert_refused(world, "another instruction set");
    header_of(world)->machine ^= 1;
    header_of(world)->type = 3;
    assert_refused(world, "no relocatable ELF");
    header_of(world)->type = 1;
    header_of(world)->section_offset = UINT64_MAX - 8;
    assert_refused(world, "table of sections");
    world->object.elf_size = 40;
    assert_refused(world, "too short");
}

static void test_wrong_sections(void **state) {
    World *world = *state;
    CodeElfSection *text = section_of(world, ".text"), *bss = section_of(world, ".bss");
    uint64_t size = bss->size;
    bss->size = UINT64_MAX - 100;
    assert_refused(world, "too large");
    bss->size = size;
    text->alignment = 3;
    assert_refused(world, "outside");
    text->alignment = 16;
    size = text->size;
    text->size = 4;
    assert_refused(world, "relocation leads out");
    text->size = size;
    text->flags &= ~(uint64_t)CODE_ELF_EXECUTE;
    assert_refused(world, "define what is called");
    text->flags |= CODE_ELF_TLS;
    assert_refused(world, "threads");
    text->flags = CODE_ELF_ALLOCATED | CODE_ELF_EXECUTE | CODE_ELF_WRITE;
    assert_refused(world, "code and data");
}

/* Whatever bytes are changed: it loads or is refused, and nothing else happens. */
static void test_damage(void **state) {
    World *world = *state;
    uint32_t random = 1;
    for (int round = 0; round < 4000; round++) {
        uint8_t *copy = malloc(world->elf_size);
        memcpy(copy, world->elf, world->elf_size);
        for (int i = 0; i < 3; i++) {
            random = random * 1664525 + 1013904223;
            copy[(random >> 8) % world->elf_size] = (uint8_t)(random >> 3);
        }
        world->object.elf = copy;
        world->object.elf_size = round % 4 == 0 ? random % world->elf_size : world->elf_size;
        CorNativeCode *code = cor_code_load(world->loader, &world->object, world->failure);
        if (code != NULL)
            cor_code_unload(world->loader, code);
        free(copy);
    }
}

/* ---- Perf and the debugger ----------------------------------------------------------------------- */

static void test_perf_map(void **state) {
    World *world = *state;
    CorCodeLoader *loader = new_loader(world, true, false);
    CorNativeCode *code = cor_code_load(loader, &world->object, world->failure);
    assert_non_null(code);
    char path[64], name[64];
    snprintf(path, sizeof path, "/tmp/perf-%llu.map",
             (unsigned long long)cor_host_default()->process_id(cor_host_default()));
    FILE *map = fopen(path, "r");
    assert_non_null(map);
    unsigned long long start, size;
    assert_int_equal(fscanf(map, "%llx %llx %63[^\n]", &start, &size, name), 3);
    fclose(map);
    assert_true((uintptr_t)code->entry >= start && (uintptr_t)code->entry < start + size);
    assert_string_equal(name, "first [tier 2]");
    cor_code_loader_free(loader);
    remove(path);
}

/* As gdb reads them. */
extern struct {
    uint32_t version, action;
    struct DebuggerEntry {
        struct DebuggerEntry *next, *previous;
        const uint8_t *object;
        uint64_t size;
    } * changed, *first;
} __jit_debug_descriptor;

static void test_debugger(void **state) {
    World *world = *state;
    CorCodeLoader *loader = new_loader(world, false, true);
    CorNativeCode *first = cor_code_load(loader, &world->object, world->failure);
    CorNativeCode *second = cor_code_load(loader, &world->object, world->failure);
    assert_int_equal(__jit_debug_descriptor.version, 1);
    const struct DebuggerEntry *entry = __jit_debug_descriptor.first;
    assert_ptr_equal(entry, __jit_debug_descriptor.changed);
    assert_non_null(entry->next);
    CodeElf elf;
    CodeElfSection text = {0};
    assert_null(code_elf_open(&elf, entry->object, entry->size, cor_machine_elf()));
    for (uint32_t i = 1; strcmp(code_elf_section_name(&elf, &text), ".text") != 0; i++)
        assert_true(code_elf_section(&elf, i, &text));
    assert_true((uintptr_t)second->entry >= text.address &&
                (uintptr_t)second->entry < text.address + text.size);
    CodeElfSymbol symbol = {0};
    for (uint32_t i = 0; strcmp(code_elf_symbol_name(&elf, &symbol), "first [tier 2]") != 0; i++) {
        assert_true(i < elf.symbol_count);
        code_elf_symbol(&elf, i, &symbol);
    }
    assert_ptr_equal(text.address + symbol.value, (uintptr_t)second->entry);
    cor_code_unload(loader, first);
    assert_ptr_equal(__jit_debug_descriptor.first, entry);
    assert_null(entry->next);
    cor_code_loader_free(loader);
    assert_null(__jit_debug_descriptor.first);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(test_constants),
        TEST(test_calls_and_data),
        TEST(test_tables),
        TEST(test_loop),
        TEST(test_leave),
        TEST(test_leave_registers),
        TEST(test_wrong_descriptions),
        TEST(test_nothing_is_writable_and_executable),
        TEST(test_unload),
        TEST(test_unknown_symbol),
        TEST(test_wrong_tables),
        TEST(test_wrong_header),
        TEST(test_wrong_sections),
        TEST(test_damage),
        TEST(test_perf_map),
        TEST(test_debugger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

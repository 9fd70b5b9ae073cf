/* The reader: every rule of read_rules.def broken once by hand-made bytes, memory in proportion to the input, and any
 * damage survived. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "unit/bytecode_files.h"
#include "vm/bytecode/arena.h"
#include "vm/bytecode/assembler.h"
#include "vm/bytecode/reader.h"
#include "vm/bytecode/writer.h"

/* A section: its id, and its content as a string literal with its length. */
typedef struct Part {
    uint8_t id;
    const char *bytes;
    size_t size;
} Part;

#define PART(id, text)                                                                                       \
    { id, text, sizeof(text) - 1 }

#define HEADER "CORM\1\0\0\0\0\0\0\0\0\0\0\0"

static CorByteBuffer make_file(const Part *parts, size_t count) {
    CorByteBuffer file = {0};
    static const char zeros[32];
    cor_byte_buffer_add(&file, HEADER, 16);
    cor_byte_buffer_add(&file, zeros, 32);
    for (size_t i = 0; i < count && parts[i].bytes != NULL; i++) {
        cor_byte_buffer_add_number(&file, parts[i].id);
        cor_byte_buffer_add_number(&file, parts[i].size);
        cor_byte_buffer_add(&file, parts[i].bytes, parts[i].size);
    }
    cor_module_seal(file.bytes, file.size);
    return file;
}

/* The name of the rule that rejects the bytes, "" when they are accepted. */
static const char *verdict(const uint8_t *bytes, size_t size) {
    CorModule *module;
    CorReadError error;
    CorModuleStatus status = cor_module_read(bytes, size, &module, &error);
    assert_int_not_equal(status, COR_MODULE_NO_MEMORY);
    cor_module_free(module);
    return status == COR_MODULE_OK ? "" : cor_read_rule_info[error.rule].name;
}

enum { MAX_PARTS = 6 };

/* A module `m` with a function `f` of one register and one instruction, to which sections are added. */
#define STRINGS   PART(1, "\2\1m\1f")
#define MODULE    PART(2, "\1\0\0")
#define TYPES     PART(3, "\2\0\6")
#define FUNCTIONS PART(6, "\0\1\2\0\0\0\0\0\0\0\0")
#define CODE      PART(10, "\1\0\0\1\1\1\63")

static const struct {
    const char *rule;
    Part parts[MAX_PARTS];
} cases[] = {
    {"", {STRINGS, MODULE, TYPES, FUNCTIONS, CODE}},
    {"", {STRINGS, MODULE, TYPES, FUNCTIONS, CODE, PART(100, "anything")}},
    {"number", {PART(2, "\x80\0\0\0")}},
    {"number", {PART(2, "\xff\xff\xff\xff\x7f")}},
    {"number", {PART(2, "\1")}},
    {"count", {PART(3, "\xff\xff\x03\0")}},
    {"count", {PART(5, "\xff\xff\xff\xff\x0f\xff\xff\xff\xff\x0f")}},
    {"section-order", {MODULE, STRINGS}},
    {"section-order", {STRINGS, STRINGS}},
    {"section-order", {PART(3, "\0")}},
    {"section-order", {PART(3, "")}},
    {"section-order", {PART(100, "no module section")}},
    {"section-unknown", {PART(40, "?")}},
    {"section-length", {STRINGS, PART(2, "\1\0\0\0")}},
    {"truncated", {PART(1, "\1\5ab")}},
    {"utf8", {PART(1, "\1\1\xff")}},
    {"string-index", {PART(2, "\1\0\0")}},
    {"string-index", {STRINGS, MODULE, TYPES, FUNCTIONS, CODE, PART(65, "\7")}},
    {"string-index", {STRINGS, MODULE, TYPES, FUNCTIONS, CODE, PART(69, "\1\0\0")}},
    {"string-order", {STRINGS, PART(2, "\2\0\0")}},
    {"string-order", {STRINGS, MODULE}},
    {"kind", {PART(3, "\1\x20")}},
    {"kind", {PART(5, "\0\1\x09\0\0\0\0\0\0\0")}},
    {"function-index", {PART(10, "\1\0\0\1\1\1\63")}},
    {"function-index", {STRINGS, MODULE, TYPES, FUNCTIONS, CODE, PART(66, "\1\1\1\0\1\1")}},
    {"function-index", {STRINGS, MODULE, TYPES, FUNCTIONS, CODE, PART(69, "\1\1\1")}},
    {"function-index", {STRINGS, MODULE, TYPES, FUNCTIONS, PART(11, "\1\0\1\0\1\1\1\0")}},
    {"name-count", {STRINGS, MODULE, TYPES, FUNCTIONS, CODE, PART(67, "\1\0\2\1\1")}},
    {"name-count", {STRINGS, MODULE, TYPES, FUNCTIONS, CODE, PART(67, "\1\0\1\0")}},
    {"doc-place", {STRINGS, MODULE, TYPES, FUNCTIONS, CODE, PART(68, "\1\x09\1")}},
    {"doc-place", {STRINGS, MODULE, TYPES, FUNCTIONS, CODE, PART(68, "\2\0\1\0\1")}},
};

static void every_rule_rejects(void **state) {
    (void)state;
    bool broken[COR_READ_RULE_COUNT] = {false};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CorByteBuffer file = make_file(cases[i].parts, MAX_PARTS);
        const char *got = verdict(file.bytes, file.size);
        if (strcmp(got, cases[i].rule) != 0) {
            fail_msg("case %zu: expected %s, got %s", i, cases[i].rule, got);
        }
        for (uint32_t rule = 0; rule < COR_READ_RULE_COUNT; rule++) {
            broken[rule] |= strcmp(cor_read_rule_info[rule].name, got) == 0;
        }
        cor_byte_buffer_free(&file);
    }
    broken[COR_READ_MAGIC] = broken[COR_READ_VERSION] = broken[COR_READ_FEATURES] = broken[COR_READ_HASH] =
        true;
    for (uint32_t rule = 0; rule < COR_READ_RULE_COUNT; rule++) {
        if (!broken[rule]) {
            fail_msg("nothing breaks the rule %s", cor_read_rule_info[rule].name);
        }
    }
}

static void the_header_is_checked(void **state) {
    (void)state;
    static const struct {
        const char *rule;
        size_t offset;
    } changes[] = {{"magic", 0}, {"version", 4}, {"features", 8}, {"hash", 20}};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        CorByteBuffer file = make_file(cases[0].parts, MAX_PARTS);
        file.bytes[changes[i].offset] ^= 0x40;
        assert_string_equal(verdict(file.bytes, file.size), changes[i].rule);
        cor_byte_buffer_free(&file);
    }
    assert_string_equal(verdict((const uint8_t *)"", 0), "magic");
    assert_string_equal(verdict((const uint8_t *)HEADER, 16), "truncated");
}

/* ---- Real files ---- */

static CorByteBuffer real_file(void) {
    FileText text = read_text(TEST_DATA "/bytecode/good/everything.cora-asm");
    CorModule *module;
    assert_int_equal(cor_assemble(text.bytes, text.size, &module, NULL), COR_MODULE_OK);
    CorByteBuffer file = {0};
    assert_int_equal(cor_module_write(module, false, &file), COR_MODULE_OK);
    cor_module_free(module);
    free(text.bytes);
    return file;
}

static void every_prefix_is_rejected_or_stripped(void **state) {
    (void)state;
    CorByteBuffer file = real_file();
    for (size_t size = 0; size < file.size; size++) {
        uint8_t *copy = malloc(size + 1); /* so that reading too far is noticed */
        memcpy(copy, file.bytes, size);
        verdict(copy, size);
        free(copy);
    }
    cor_byte_buffer_free(&file);
}

static void memory_is_in_proportion(void **state) {
    (void)state;
    static const Part parts[][2] = {
        {PART(1, "\x7f")}, {PART(3, "\x7f")}, {PART(9, "\x7f")}, {PART(6, "\0\x7f")}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        Part part = parts[i][0];
        char content[1024] = {0};
        memcpy(content, part.bytes, part.size);
        Part big = {part.id, content, sizeof content};
        CorByteBuffer file = make_file(&big, 1);
        CorModule *module;
        if (cor_module_read(file.bytes, file.size, &module, NULL) == COR_MODULE_OK) {
            const CorArena *arena = module->arena;
            assert_true(arena->allocated <= file.size * COR_READ_MEMORY_FACTOR + COR_READ_MEMORY_BASE);
            cor_module_free(module);
        }
        cor_byte_buffer_free(&file);
    }
    CorByteBuffer file = real_file();
    CorModule *module;
    assert_int_equal(cor_module_read(file.bytes, file.size, &module, NULL), COR_MODULE_OK);
    const CorArena *arena = module->arena;
    assert_true(arena->allocated <= file.size * COR_READ_MEMORY_FACTOR + COR_READ_MEMORY_BASE);
    cor_module_free(module);
    cor_byte_buffer_free(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_rejects),
        cmocka_unit_test(the_header_is_checked),
        cmocka_unit_test(every_prefix_is_rejected_or_stripped),
        cmocka_unit_test(memory_is_in_proportion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

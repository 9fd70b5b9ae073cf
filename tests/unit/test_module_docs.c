/* docs/bytecode.md shows the tables of vm/bytecode as they are: what stands between the markers is made here from the
 * same .def files.  With CORACLE_BLESS in the environment the file is rewritten instead of compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/bytecode_files.h"
#include "vm/bytecode/byte_buffer.h"
#include "vm/bytecode/intrinsic.h"
#include "vm/bytecode/reader.h"
#include "vm/bytecode/syscall.h"
#include "vm/bytecode/verifier.h"

#define DOCUMENT TEST_DATA "/../docs/bytecode.md"

/* ---- Tables ---- */

/* Text in a cell: `|` would end it. */
static void cell(CorByteBuffer *out, const char *text) {
    for (; *text != '\0'; text++) {
        cor_byte_buffer_printf(out, *text == '|' ? "\\|" : "%c", *text);
    }
}

static void effects(CorByteBuffer *out, uint32_t flags) {
    static const char letters[] = "TACEBSU";
    for (int i = 0; letters[i] != '\0'; i++) {
        if ((flags & 1u << i) != 0) {
            cor_byte_buffer_printf(out, "%c", letters[i]);
        }
    }
}

static void sections(CorByteBuffer *out) {
    cor_byte_buffer_add_text(out, "| id | section | content |\n| --- | --- | --- |\n");
#define SECTION(name, symbol, id, text, debug, content)                                                      \
    cor_byte_buffer_printf(out, "| %d | %s%s | ", id, text, debug ? " (debug)" : "");                        \
    cell(out, content);                                                                                      \
    cor_byte_buffer_add_text(out, " |\n");
#include "vm/bytecode/sections.def"
#undef SECTION
}

static void opcodes(CorByteBuffer *out) {
    cor_byte_buffer_add_text(out, "| number | instruction | operands | effects | types | meaning |\n"
                                  "| --- | --- | --- | --- | --- | --- |\n");
    for (uint32_t i = 0; i < COR_OP_COUNT; i++) {
        const CorOpcodeInfo *info = &cor_opcode_info[i];
        cor_byte_buffer_printf(out, "| %u | `%s` | %s | ", i, info->mnemonic, info->operands);
        effects(out, info->effects);
        cor_byte_buffer_add_text(out, " | ");
        cell(out, info->rule);
        cor_byte_buffer_add_text(out, " | ");
        cell(out, info->semantics);
        cor_byte_buffer_add_text(out, " |\n");
    }
}

static void rules_header(CorByteBuffer *out) {
    cor_byte_buffer_add_text(out, "| rule | |\n| --- | --- |\n");
}

static void rule(CorByteBuffer *out, const char *name, const char *sentence) {
    cor_byte_buffer_printf(out, "| `%s` | ", name);
    cell(out, sentence);
    cor_byte_buffer_add_text(out, " |\n");
}

static void read_rules(CorByteBuffer *out) {
    rules_header(out);
    for (uint32_t i = 0; i < COR_READ_RULE_COUNT; i++) {
        rule(out, cor_read_rule_info[i].name, cor_read_rule_info[i].sentence);
    }
}

static void verify_rules(CorByteBuffer *out) {
    rules_header(out);
    for (uint32_t i = 0; i < COR_VERIFY_RULE_COUNT; i++) {
        rule(out, cor_verify_rule_info[i].name, cor_verify_rule_info[i].sentence);
    }
}

static void limits(CorByteBuffer *out) {
    cor_byte_buffer_add_text(out, "| at most | of |\n| --- | --- |\n");
#define LIMIT(name, value, what)                                                                             \
    cor_byte_buffer_printf(out, "| %d | ", value);                                                           \
    cell(out, what);                                                                                         \
    cor_byte_buffer_add_text(out, " |\n");
#include "vm/bytecode/limits.def"
#undef LIMIT
}

static void intrinsics(CorByteBuffer *out) {
    cor_byte_buffer_add_text(out, "| number | intrinsic | signature | effects | meaning |\n"
                                  "| --- | --- | --- | --- | --- |\n");
    for (uint32_t i = 0; i < COR_INTRINSIC_COUNT; i++) {
        const CorIntrinsicInfo *info = &cor_intrinsic_info[i];
        cor_byte_buffer_printf(out, "| %u | `%s` | `%s` | ", i, info->name, info->signature);
        effects(out, info->effects);
        cor_byte_buffer_add_text(out, " | ");
        cell(out, info->semantics);
        cor_byte_buffer_add_text(out, " |\n");
    }
}

static void syscalls(CorByteBuffer *out) {
    cor_byte_buffer_add_text(out, "| number | syscall | signature | authority | meaning |\n"
                                  "| --- | --- | --- | --- | --- |\n");
    for (uint32_t i = 0; i < COR_SYSCALL_COUNT; i++) {
        const CorSyscallInfo *info = &cor_syscall_info[i];
        cor_byte_buffer_printf(out, "| %u | `%s` | `%s` | %s | ", i, info->name, info->signature,
                               info->authority);
        cell(out, info->semantics);
        cor_byte_buffer_add_text(out, " |\n");
    }
}

static const struct {
    const char *name;
    void (*make)(CorByteBuffer *out);
} parts[] = {
    {"sections", sections},         {"read-rules", read_rules}, {"opcodes", opcodes},
    {"verify-rules", verify_rules}, {"limits", limits},         {"intrinsics", intrinsics},
    {"syscalls", syscalls},
};

/* ---- The document ---- */

/* The document with the part between its markers made anew. */
static CorByteBuffer replace(const CorByteBuffer *document, const char *name, void (*make)(CorByteBuffer *)) {
    char marker[64];
    snprintf(marker, sizeof marker, "<!-- generated: %s -->\n", name);
    const char *text = (const char *)document->bytes;
    const char *start = strstr(text, marker);
    assert_non_null(start);
    start += strlen(marker);
    const char *end = strstr(start, "<!-- end -->\n");
    assert_non_null(end);
    CorByteBuffer out = {0};
    cor_byte_buffer_add(&out, text, (size_t)(start - text));
    make(&out);
    cor_byte_buffer_add(&out, end, strlen(end) + 1);
    return out;
}

static void the_tables_are_up_to_date(void **state) {
    (void)state;
    FileText file = read_text(DOCUMENT);
    assert_non_null(file.bytes);
    CorByteBuffer document = {0};
    cor_byte_buffer_add(&document, file.bytes, file.size + 1);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        CorByteBuffer next = replace(&document, parts[i].name, parts[i].make);
        cor_byte_buffer_free(&document);
        document = next;
    }
    if (getenv("CORACLE_BLESS") != NULL) {
        FILE *stream = fopen(DOCUMENT, "wb");
        assert_non_null(stream);
        fwrite(document.bytes, 1, document.size - 1, stream);
        fclose(stream);
    } else if (strcmp((const char *)document.bytes, file.bytes) != 0) {
        fail_msg("docs/bytecode.md is not up to date: run this test with CORACLE_BLESS=1");
    }
    cor_byte_buffer_free(&document);
    free(file.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_tables_are_up_to_date)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

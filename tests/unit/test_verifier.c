/* The verifier: every module of tests/bytecode/good is accepted, every one of tests/bytecode/bad is rejected by the rule
 * that its line `; expect: rule` names, and every rule is expected by one of them or by a test below. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/bytecode_files.h"
#include "vm/bytecode/assembler.h"
#include "vm/bytecode/reader.h"
#include "vm/bytecode/verifier.h"
#include "vm/bytecode/writer.h"

static CorModule *assemble(const FileText *file) {
    CorModule *module = NULL;
    CorAssembleError error = {0};
    if (cor_assemble(file->bytes, file->size, &module, &error) != COR_MODULE_OK) {
        fail_msg("%s:%u: %s", file->name, error.line, error.message);
    }
    return module;
}

/* The name of the rule that rejects the module, "" when it is accepted; the message goes to `text`. */
static const char *verdict(const CorModule *module, bool trusted, CorByteBuffer *text) {
    CorVerifyOptions options = {.trusted = trusted};
    CorVerifyError error;
    CorModuleStatus status = cor_verify(module, &options, &error);
    assert_int_not_equal(status, COR_MODULE_NO_MEMORY);
    if (status == COR_MODULE_OK) {
        return "";
    }
    cor_verify_error_text(module, &error, text);
    return cor_verify_rule_info[error.rule].name;
}

static void accept(const FileText *file, void *context) {
    (void)context;
    CorByteBuffer text = {0};
    CorModule *module = assemble(file);
    if (verdict(module, strstr(file->bytes, "; trusted") != NULL, &text)[0] != '\0') {
        fail_msg("%s: %.*s", file->name, (int)text.size, (const char *)text.bytes);
    }
    cor_module_free(module);
}

static void good_modules_are_accepted(void **state) {
    (void)state;
    assert_true(for_each_assembly("good", accept, NULL) > 0);
}

/* ---- Bad modules ---- */

/* Rules that the files cannot break, because assembler and builder keep them. */
static const char *const broken_below[] = {"string-index", "string-duplicate", "debug-lines"};

static bool expected[COR_VERIFY_RULE_COUNT];

static uint32_t rule_named(const char *name, size_t length) {
    for (uint32_t i = 0; i < COR_VERIFY_RULE_COUNT; i++) {
        if (strlen(cor_verify_rule_info[i].name) == length &&
            strncmp(cor_verify_rule_info[i].name, name, length) == 0) {
            return i;
        }
    }
    return COR_VERIFY_RULE_COUNT;
}

static void reject(const FileText *file, void *context) {
    int *wrong = context;
    const char *mark = strstr(file->bytes, "; expect: ");
    assert_non_null(mark);
    const char *name = mark + strlen("; expect: ");
    uint32_t rule = rule_named(name, strcspn(name, "\r\n "));
    if (rule == COR_VERIFY_RULE_COUNT) {
        fail_msg("%s expects an unknown rule", file->name);
    }
    expected[rule] = true;
    CorByteBuffer text = {0};
    CorModule *module = assemble(file);
    const char *got = verdict(module, false, &text);
    if (strcmp(got, cor_verify_rule_info[rule].name) != 0) {
        print_error("%s: expected %s, but: %.*s\n", file->name, cor_verify_rule_info[rule].name,
                    got[0] != '\0' ? (int)text.size : 8,
                    got[0] != '\0' ? (const char *)text.bytes : "accepted");
        ++*wrong;
    }
    cor_byte_buffer_free(&text);
    cor_module_free(module);
}

static void bad_modules_are_rejected_by_their_rule(void **state) {
    (void)state;
    int wrong = 0;
    assert_true(for_each_assembly("bad", reject, &wrong) > 0);
    assert_int_equal(wrong, 0);
    for (size_t i = 0; i < sizeof broken_below / sizeof broken_below[0]; i++) {
        expected[rule_named(broken_below[i], strlen(broken_below[i]))] = true;
    }
    for (uint32_t i = 0; i < COR_VERIFY_RULE_COUNT; i++) {
        if (!expected[i]) {
            fail_msg("no module breaks the rule %s", cor_verify_rule_info[i].name);
        }
    }
}

/* ---- Modules that only memory can hold ---- */

static CorModule *everything(void) {
    FileText file = read_text(TEST_DATA "/bytecode/good/everything.cora-asm");
    assert_non_null(file.bytes);
    CorModule *module = assemble(&file);
    free(file.bytes);
    return module;
}

static void expect_rule(const CorModule *module, const char *rule) {
    CorByteBuffer text = {0};
    assert_string_equal(verdict(module, false, &text), rule);
    assert_true(text.size != 0);
    cor_byte_buffer_free(&text);
}

static void strings_are_checked(void **state) {
    (void)state;
    CorModule *module = everything();
    ((CorDefinition *)module->definitions)[0].doc = module->string_count;
    expect_rule(module, "string-index");
    cor_module_free(module);
    module = everything();
    ((CorString *)module->strings)[2] = module->strings[1];
    expect_rule(module, "string-duplicate");
    cor_module_free(module);
}

static void lines_are_checked(void **state) {
    (void)state;
    CorModule *module = everything();
    for (uint32_t i = 0; i < module->function_count; i++) {
        if (module->functions[i].line_count != 0) {
            ((CorLine *)module->functions[i].lines)[0].offset = module->functions[i].code_size;
        }
    }
    expect_rule(module, "debug-lines");
    cor_module_free(module);
}

static void limits_are_kept(void **state) {
    (void)state;
    CorByteBuffer text = {0};
    cor_byte_buffer_add_text(&text, "module \"m\"\nglobal @g \"g\" ");
    for (int i = 0; i < 100; i++) {
        cor_byte_buffer_add_text(&text, "Array<");
    }
    cor_byte_buffer_add_text(&text, "int");
    for (int i = 0; i < 100; i++) {
        cor_byte_buffer_add_text(&text, ">");
    }
    cor_byte_buffer_add_text(&text, "\nend\n");
    CorModule *module;
    assert_int_equal(cor_assemble((const char *)text.bytes, text.size, &module, NULL), COR_MODULE_OK);
    expect_rule(module, "limit");
    cor_module_free(module);
    cor_byte_buffer_free(&text);
}

/* ---- Any bytes ---- */

/* Every single byte of a module's content changed in a few ways, with the hash made right again: the reader or the
 * verifier rejects it, or accepts it; nothing else happens. */
static void changed_bytes_are_survived(void **state) {
    (void)state;
    CorModule *module = everything();
    CorByteBuffer file = {0};
    assert_int_equal(cor_module_write(module, false, &file), COR_MODULE_OK);
    cor_module_free(module);
    static const uint8_t changes[] = {0x01, 0x02, 0x10, 0x40, 0x7f, 0x80, 0xff};
    for (size_t at = 48; at < file.size; at++) {
        for (size_t i = 0; i < sizeof changes; i++) {
            file.bytes[at] ^= changes[i];
            cor_module_seal(file.bytes, file.size);
            CorModule *changed;
            CorReadError read_error;
            if (cor_module_read(file.bytes, file.size, &changed, &read_error) == COR_MODULE_OK) {
                CorByteBuffer text = {0};
                verdict(changed, false, &text);
                cor_byte_buffer_free(&text);
                cor_module_free(changed);
            }
            file.bytes[at] ^= changes[i];
        }
    }
    cor_byte_buffer_free(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_modules_are_accepted), cmocka_unit_test(bad_modules_are_rejected_by_their_rule),
        cmocka_unit_test(strings_are_checked),       cmocka_unit_test(lines_are_checked),
        cmocka_unit_test(limits_are_kept),           cmocka_unit_test(changed_bytes_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

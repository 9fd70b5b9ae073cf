/* Assembler and disassembler: every module of tests/bytecode survives text -> module -> file -> module -> text ->
 * module -> file with the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/bytecode_files.h"
#include "vm/bytecode/assembler.h"
#include "vm/bytecode/disassembler.h"
#include "vm/bytecode/reader.h"
#include "vm/bytecode/writer.h"

static CorModule *assemble(const char *name, const char *text, size_t size) {
    CorModule *module = NULL;
    CorAssembleError error = {0};
    if (cor_assemble(text, size, &module, &error) != COR_MODULE_OK) {
        fail_msg("%s:%u: %s", name, error.line, error.message);
    }
    return module;
}

/* Disassembles, assembles again, and compares the files. */
static void check_round_trip(const char *name, const CorModule *module) {
    CorByteBuffer text = {0}, first = {0}, second = {0};
    assert_true(cor_disassemble(module, &text));
    CorModule *again = assemble(name, (const char *)text.bytes, text.size);
    assert_int_equal(cor_module_write(module, false, &first), COR_MODULE_OK);
    assert_int_equal(cor_module_write(again, false, &second), COR_MODULE_OK);
    if (first.size != second.size || memcmp(first.bytes, second.bytes, first.size) != 0) {
        fail_msg("%s: the disassembly is another module:\n%.*s", name, (int)text.size,
                 (const char *)text.bytes);
    }
    cor_module_free(again);
    cor_byte_buffer_free(&text);
    cor_byte_buffer_free(&first);
    cor_byte_buffer_free(&second);
}

static void visit(const FileText *file, void *context) {
    (void)context;
    CorModule *module = assemble(file->name, file->bytes, file->size);
    check_round_trip(file->name, module);
    CorByteBuffer bytes = {0};
    assert_int_equal(cor_module_write(module, false, &bytes), COR_MODULE_OK);
    cor_module_free(module);
    CorReadError error;
    if (cor_module_read(bytes.bytes, bytes.size, &module, &error) == COR_MODULE_OK) {
        check_round_trip(file->name, module);
        cor_module_free(module);
    } else if (strstr(file->name, "/good/") != NULL) {
        fail_msg("%s: %s at %zu in %s", file->name, cor_read_rule_info[error.rule].name, error.offset,
                 error.section);
    }
    cor_byte_buffer_free(&bytes);
}

static void modules_round_trip(void **state) {
    (void)state;
    assert_true(for_each_assembly("good", visit, NULL) > 0);
    for_each_assembly("bad", visit, NULL);
}

static void errors_name_their_line(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t line;
    } cases[] = {
        {"", 1},
        {"module \"m\"\nnonsense\n", 2},
        {"module \"m\"\nmain @missing\n", 2},
        {"module \"m\"\nfunction @f \"f\"\ncode\n  add r0, r1\nend\n", 4},
        {"module \"m\"\nfunction @f \"f\"\n  result int\n", 4},
        {"module \"m\"\nglobal @g \"g\" in\nend\n", 2},
        {"module \"m\"\nsource \"x\n", 2},
        {"module \"m\"\nsource \"\\q\"\n", 2},
        {"module \"m\" }\n", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CorModule *module;
        CorAssembleError error = {0};
        assert_int_equal(cor_assemble(cases[i].text, strlen(cases[i].text), &module, &error),
                         COR_MODULE_REJECTED);
        assert_int_equal(error.line, cases[i].line);
        assert_true(error.message[0] != '\0');
    }
}

/* Text cut off anywhere is an error or a module, never more. */
static void any_prefix_is_survived(void **state) {
    (void)state;
    FileText file = read_text(TEST_DATA "/bytecode/good/everything.cora-asm");
    assert_non_null(file.bytes);
    for (size_t size = 0; size < file.size; size += 3) {
        char *copy = malloc(size + 1); /* so that reading too far is noticed */
        memcpy(copy, file.bytes, size);
        CorModule *module;
        cor_assemble(copy, size, &module, NULL);
        cor_module_free(module);
        free(copy);
    }
    free(file.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modules_round_trip),
        cmocka_unit_test(errors_name_their_line),
        cmocka_unit_test(any_prefix_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

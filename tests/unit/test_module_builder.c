/* The module builder, and the way of its modules through writer and reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vm/bytecode/builder.h"
#include "vm/bytecode/reader.h"
#include "vm/bytecode/writer.h"

/* fn main(): int with an imported function, called through a handle made before it was known to be imported first. */
static CorModule *small_module(void) {
    CorBuilder *builder = cor_builder_new("test.small");
    uint32_t int_type = cor_builder_plain_type(builder, COR_TYPE_I64);
    uint32_t own = cor_builder_add_function(builder, COR_NONE);
    CorFunction *main_function = cor_builder_function(builder, own);
    main_function->name = cor_builder_text(builder, "main");
    main_function->doc = cor_builder_text(builder, "Starts here.");
    main_function->result = int_type;
    uint32_t origin = cor_builder_text(builder, "std.core");
    cor_builder_add_import(builder, origin, NULL);
    uint32_t imported = cor_builder_add_function(builder, origin);
    cor_builder_function(builder, imported)->name = cor_builder_text(builder, "answer");
    cor_builder_function(builder, imported)->result = int_type;
    CorCode *code = cor_code_begin(builder, own);
    uint32_t x = cor_code_register(code, int_type, cor_builder_text(builder, "x"));
    cor_code_position(code, 3, 7);
    cor_code_emit_rfA(code, COR_OP_CALL, x, cor_builder_function_ref(builder, imported, NULL, 0), NULL, 0);
    CorLabel end = cor_code_label(code);
    cor_code_emit_L(code, COR_OP_JUMP, end);
    for (int i = 0; i < 200; i++) {
        cor_code_emit_da(code, COR_OP_MOVE, x, x);
    }
    cor_code_bind(code, end);
    cor_code_emit_a(code, COR_OP_RETURN, x);
    cor_builder_set_main(builder, own);
    return cor_builder_finish(builder);
}

static void imported_entities_come_first(void **state) {
    (void)state;
    CorModule *module = small_module();
    assert_non_null(module);
    assert_int_equal(module->function_count, 2);
    assert_int_equal(module->imported_function_count, 1);
    assert_int_equal(module->main_function, 1);
    assert_int_equal(module->function_refs[0].function, 0);
    assert_int_equal(module->strings[module->functions[0].name].length, 6);
    cor_module_free(module);
}

static void far_branches_have_the_shortest_form(void **state) {
    (void)state;
    CorModule *module = small_module();
    const CorFunction *function = &module->functions[1];
    CorInstruction jump;
    assert_true(cor_instruction_decode(function->code, function->code_size, 4, &jump));
    assert_int_equal(jump.opcode, COR_OP_JUMP);
    assert_int_equal(jump.operand[0], 4 + 3 + 200 * 3);
    cor_module_free(module);
}

static void files_read_back_to_the_same_bytes(void **state) {
    (void)state;
    CorModule *module = small_module();
    CorByteBuffer first = {0}, second = {0}, stripped = {0};
    assert_int_equal(cor_module_write(module, false, &first), COR_MODULE_OK);
    CorModule *copy;
    CorReadError error;
    assert_int_equal(cor_module_read(first.bytes, first.size, &copy, &error), COR_MODULE_OK);
    assert_int_equal(cor_module_write(copy, false, &second), COR_MODULE_OK);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.bytes, second.bytes, first.size);
    assert_int_equal(cor_module_write(copy, true, &stripped), COR_MODULE_OK);
    assert_true(stripped.size < first.size);
    uint8_t hash[32];
    memcpy(hash, copy->hash, 32);
    cor_module_free(copy);
    assert_int_equal(cor_module_read(stripped.bytes, stripped.size, &copy, &error), COR_MODULE_OK);
    assert_memory_equal(hash, copy->hash, 32);
    assert_int_equal(copy->functions[1].doc, 0);
    cor_module_free(copy);
    cor_module_free(module);
    cor_byte_buffer_free(&first);
    cor_byte_buffer_free(&second);
    cor_byte_buffer_free(&stripped);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(imported_entities_come_first),
        cmocka_unit_test(far_branches_have_the_shortest_form),
        cmocka_unit_test(files_read_back_to_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

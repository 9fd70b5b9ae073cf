/* Unicode properties and mappings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vm/runtime/unicode.h"

static void test_properties(void **state) {
    (void)state;
    assert_true(unicode_is_letter('a') && unicode_is_letter(0xDF) && unicode_is_letter(0x6F22) &&
                unicode_is_letter(0x10400));
    assert_false(unicode_is_letter('5') || unicode_is_letter('_') || unicode_is_letter(0x1F6F6) ||
                 unicode_is_letter(0x10FFFF));
    assert_true(unicode_is_space(' ') && unicode_is_space('\n') && unicode_is_space(0xA0) &&
                unicode_is_space(0x3000));
    assert_false(unicode_is_space(0x200B) || unicode_is_space('x') || unicode_is_space(0));
    assert_true(unicode_is_upper('A') && unicode_is_upper(0x3A9) && !unicode_is_upper('a') &&
                !unicode_is_upper('1'));
    assert_true(unicode_is_lower('a') && unicode_is_lower(0x3C9) && unicode_is_lower(0xAA) &&
                !unicode_is_lower('A'));
}

static void test_mappings(void **state) {
    (void)state;
    assert_int_equal(unicode_to_upper('z'), 'Z');
    assert_int_equal(unicode_to_upper(0xDF), 0xDF); /* its upper case is two letters */
    assert_int_equal(unicode_to_upper(0xFF), 0x178);
    assert_int_equal(unicode_to_lower(0x130), 'i');
    assert_int_equal(unicode_to_lower(0x3A9), 0x3C9);
    assert_int_equal(unicode_to_lower(0x10400), 0x10428);
    assert_int_equal(unicode_to_upper(0x10FFFF), 0x10FFFF);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_properties),
        cmocka_unit_test(test_mappings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

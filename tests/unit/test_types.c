// Types: equal structure is one pointer, substitution, names, limits.
#include "unit/compilation.h"

#include "compiler/symbols.h"

static void test_interning(Compilation *c, const void *context) {
    (void)context;
    TypeTable *types = types_create(&c->arena);
    const Type *i = types_builtin(types, TYPE_I64), *s = types_builtin(types, TYPE_STRING);
    const Type *pair[] = {i, s}, *swapped[] = {s, i};
    assert_ptr_equal(types_optional(types, i), types_optional(types, i));
    assert_ptr_not_equal(types_optional(types, i), types_array(types, i));
    assert_ptr_equal(types_tuple(types, pair, 2), types_tuple(types, pair, 2));
    assert_ptr_not_equal(types_tuple(types, pair, 2), types_tuple(types, swapped, 2));
    assert_ptr_equal(types_function(types, pair, 2, s), types_function(types, pair, 2, s));
    assert_ptr_not_equal(types_function(types, pair, 1, s), types_tuple(types, pair, 2));
    // Many types, so that the table grows several times.
    const Type *deep = i;
    for (int k = 0; k < 100; k++)
        deep = types_optional(types, deep);
    for (int k = 0; k < 3000; k++)
        types_variable(types, (uint32_t)k);
    const Type *again = i;
    for (int k = 0; k < 100; k++)
        again = types_optional(types, again);
    assert_ptr_equal(deep, again);
}

static void test_substitution(Compilation *c, const void *context) {
    (void)context;
    TypeTable *types = types_create(&c->arena);
    TypeParameter t = {.name = "T"}, u = {.name = "U", .index = 1};
    const Type *pair[] = {types_param(types, &t), types_param(types, &u)};
    const Type *generic = types_optional(types, types_tuple(types, pair, 2));
    assert_true(generic->has_params);
    TypeParameter *parameters[] = {&t, &u};
    const Type *arguments[] = {types_builtin(types, TYPE_I64), types_builtin(types, TYPE_STRING)};
    const Type *concrete = types_substitute(types, generic, &(Substitution){parameters, arguments, 2});
    assert_string_equal(types_name(types, concrete), "(int, string)?");
    assert_false(concrete->has_params);
    // Parameters become each other at once, not one after the other.
    const Type *swapped[] = {u.type, t.type};
    const Type *exchanged = types_substitute(types, generic, &(Substitution){parameters, swapped, 2});
    assert_string_equal(types_name(types, exchanged), "(U, T)?");
    // What is not known stays.
    const Type *partial[] = {arguments[0], NULL};
    assert_string_equal(
        types_name(types, types_substitute(types, generic, &(Substitution){parameters, partial, 2})),
        "(int, U)?");
}

static void test_names(Compilation *c, const void *context) {
    (void)context;
    TypeTable *types = types_create(&c->arena);
    const Type *i = types_builtin(types, TYPE_I64), *f = types_builtin(types, TYPE_F64);
    const Type *none = types_builtin(types, TYPE_VOID);
    assert_string_equal(types_name(types, i), "int");
    assert_string_equal(types_name(types, f), "float");
    assert_string_equal(types_name(types, types_builtin(types, TYPE_U8)), "u8");
    assert_string_equal(types_name(types, types_array(types, types_optional(types, f))), "Array<float?>");
    const Type *function = types_function(types, &i, 1, f);
    assert_string_equal(types_name(types, function), "fn(int): float");
    assert_string_equal(types_name(types, types_optional(types, function)), "(fn(int): float)?");
    assert_string_equal(types_name(types, types_function(types, NULL, 0, none)), "fn()");
    TypeDecl decl = {.name = "Map"};
    const Type *arguments[] = {i, f};
    assert_string_equal(types_name(types, types_named(types, &decl, arguments, 2)), "Map<int, float>");
}

static void test_limits(Compilation *c, const void *context) {
    (void)context;
    TypeTable *types = types_create(&c->arena);
    const Type *deep = types_builtin(types, TYPE_I64);
    for (int k = 1; k < TYPES_MAX_DEPTH; k++)
        deep = types_optional(types, deep);
    assert_int_equal(deep->depth, TYPES_MAX_DEPTH);
    assert_false(types_overflowed(types));
    assert_int_equal(types_optional(types, deep)->kind, TYPE_ERROR);
    assert_true(types_overflowed(types));
    assert_false(types_overflowed(types));
    const Type *wide = types_builtin(types, TYPE_I64);
    for (int k = 0; k < 40 && wide->kind != TYPE_ERROR; k++) {
        const Type *twice[] = {wide, wide};
        wide = types_tuple(types, twice, 2);
    }
    assert_int_equal(wide->kind, TYPE_ERROR);
    assert_true(types_overflowed(types));
}

static void test_properties(Compilation *c, const void *context) {
    (void)context;
    TypeTable *types = types_create(&c->arena);
    assert_true(type_is_signed(types_builtin(types, TYPE_I8)));
    assert_false(type_is_signed(types_builtin(types, TYPE_U64)));
    assert_true(type_is_number(types_builtin(types, TYPE_F32)));
    assert_false(type_is_number(types_builtin(types, TYPE_CHAR)));
    assert_int_equal(type_bits(types_builtin(types, TYPE_U16)), 16);
    TypeDecl class = {.name = "C", .kind = COR_DEF_CLASS}, plain = {.name = "E", .kind = COR_DEF_ENUM};
    assert_true(type_is_reference(types_named(types, &class, NULL, 0)));
    assert_false(type_is_reference(types_named(types, &plain, NULL, 0)));
    assert_true(type_is_reference(types_builtin(types, TYPE_STRING)));
}

static void run(CompilationTest *test) {
    compilation_run("", 0, test, NULL);
}

#define CASE(name)                                                                                           \
    static void case_##name(void **state) {                                                                  \
        (void)state;                                                                                         \
        run(test_##name);                                                                                    \
    }
CASE(interning)
CASE(substitution)
CASE(names)
CASE(limits)
CASE(properties)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_interning), cmocka_unit_test(case_substitution), cmocka_unit_test(case_names),
        cmocka_unit_test(case_limits),    cmocka_unit_test(case_properties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

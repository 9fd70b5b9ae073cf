/* Instantiation and layout: register forms, memory layouts, canonical types, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/runtime_modules.h"
#include "vm/runtime/engine_internal.h"

static const char types_text[] = "module \"types\"\n"
                                 "struct @Mixed \"Mixed\" public\n"
                                 "  field \"flag\" bool\n"
                                 "  field \"name\" string\n"
                                 "  field \"small\" i16\n"
                                 "  field \"count\" int\n"
                                 "end\n"
                                 "struct @Pair \"Pair\" public\n"
                                 "  param \"A\"\n"
                                 "  param \"B\"\n"
                                 "  field \"first\" $0\n"
                                 "  field \"second\" $1\n"
                                 "end\n"
                                 "class @Base \"Base\" open\n"
                                 "  field \"name\" string\n"
                                 "  field \"flag\" bool\n"
                                 "end\n"
                                 "class @Derived \"Derived\"\n"
                                 "  super @Base\n"
                                 "  field \"small\" u8\n"
                                 "  field \"next\" @Derived?\n"
                                 "end\n"
                                 "enum @Color \"Color\"\n"
                                 "  case \"Red\"\n"
                                 "  case \"Green\"\n"
                                 "end\n"
                                 "enum @Tree \"Tree\"\n"
                                 "  case \"Leaf\"\n"
                                 "  case \"Node\"\n"
                                 "    field \"value\" int\n"
                                 "    field \"left\" @Tree\n"
                                 "end\n"
                                 "function @types \"types\"\n"
                                 "  parameter \"a\" @Mixed\n"
                                 "  parameter \"b\" @Pair<u8, string>\n"
                                 "  parameter \"c\" @Derived\n"
                                 "  parameter \"d\" @Color\n"
                                 "  parameter \"e\" @Tree\n"
                                 "  parameter \"f\" int?\n"
                                 "  parameter \"g\" string?\n"
                                 "  parameter \"h\" string??\n"
                                 "  parameter \"i\" (bool, @Pair<u8, string>)\n"
                                 "  parameter \"j\" Array<(bool, @Pair<u8, string>)>\n"
                                 "  result void\n"
                                 "  register @Mixed\n"
                                 "  register @Pair<u8, string>\n"
                                 "  register @Derived\n"
                                 "  register @Color\n"
                                 "  register @Tree\n"
                                 "  register int?\n"
                                 "  register string?\n"
                                 "  register string??\n"
                                 "  register (bool, @Pair<u8, string>)\n"
                                 "  register Array<(bool, @Pair<u8, string>)>\n"
                                 "code\n"
                                 "  return_void\n"
                                 "end\n";

typedef struct Fixture {
    CorEngine *engine;
    CorLinkedModule *linked;
} Fixture;

static int set_up(void **state) {
    static Fixture fixture;
    fixture.engine = new_engine();
    fixture.linked = link_text(fixture.engine, types_text);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state) {
    cor_engine_free(((Fixture *)*state)->engine);
    return 0;
}

/* The completed type of a parameter of the function `types`. */
static const CorType *parameter_type(Fixture *fixture, uint32_t index) {
    CorTypeContext context = {.module = fixture->linked};
    const CorFunction *function = &fixture->linked->module->functions[0];
    cor_engine_lock(fixture->engine);
    const CorType *type = cor_instantiate(fixture->engine, &context, function->parameters[index].type);
    assert_non_null(type);
    assert_true(cor_type_complete(fixture->engine, type));
    cor_engine_unlock(fixture->engine);
    return type;
}

static void structs_are_flattened(void **state) {
    const CorType *mixed = parameter_type(*state, 0);
    assert_int_equal(mixed->slots, 4);
    assert_string_equal(mixed->name, "Mixed");
    assert_int_equal(mixed->members[3].slot, 3);
    /* an element: the reference, then by falling width */
    assert_int_equal(mixed->layout->scalars[1].offset, 0);
    assert_int_equal(mixed->layout->scalars[3].offset, 8);
    assert_int_equal(mixed->layout->scalars[2].offset, 16);
    assert_int_equal(mixed->layout->scalars[0].offset, 18);
    assert_int_equal(mixed->layout->size, 24);
    assert_int_equal(mixed->layout->references, 1);
    /* a box: the same behind the header */
    assert_int_equal(mixed->box->scalars[1].offset, 8);
    assert_int_equal(mixed->mark_bytes, 16);
    assert_int_equal(mixed->instance_size, 32);
}

static void subclasses_append(void **state) {
    const CorType *derived = parameter_type(*state, 2), *base = derived->super;
    assert_int_equal(base->members[0].scalars[0].offset, 8);
    assert_int_equal(base->members[1].scalars[0].offset, 16);
    assert_int_equal(base->mark_bytes, 16);
    assert_int_equal(derived->members[1].scalars[0].offset, 24); /* the reference first */
    assert_int_equal(derived->members[0].scalars[0].offset, 32);
    assert_int_equal(derived->mark_bytes, 32);
    assert_int_equal(derived->instance_size, 40);
    assert_int_equal(derived->depth, 1);
    assert_true(cor_type_extends(derived, base));
    assert_false(cor_type_extends(base, derived));
    assert_ptr_equal(derived->members[1].type->element, derived);
}

static void enums_are_integers_or_objects(void **state) {
    const CorType *color = parameter_type(*state, 3), *tree = parameter_type(*state, 4);
    assert_int_equal(color->kind, COR_KIND_PLAIN_ENUM);
    assert_int_equal(color->layout->size, 1);
    assert_false(color->is_reference);
    assert_int_equal(tree->kind, COR_KIND_ENUM);
    assert_true(tree->is_reference);
    assert_non_null(tree->cases[0].object);
    assert_null(tree->cases[1].object);
    const CorType *node = tree->cases[1].type;
    assert_int_equal(node->members[1].scalars[0].offset, 8); /* left */
    assert_int_equal(node->members[0].scalars[0].offset, 16);
    assert_int_equal(node->mark_bytes, 16);
    assert_true(cor_type_extends(node, tree));
    assert_int_equal(((const CorObject *)tree->cases[0].object)->type->ordinal, 0);
}

static void optionals_take_a_tag_or_none(void **state) {
    const CorType *number = parameter_type(*state, 5), *text = parameter_type(*state, 6);
    const CorType *twice = parameter_type(*state, 7);
    assert_int_equal(number->slots, 2);
    assert_false(number->is_nullable);
    assert_int_equal(text->slots, 1);
    assert_true(text->is_nullable);
    assert_int_equal(twice->slots, 2);
    assert_false(twice->is_nullable);
    assert_string_equal(twice->name, "string??");
}

static void generics_are_canonical(void **state) {
    const CorType *pair = parameter_type(*state, 1), *tuple = parameter_type(*state, 8);
    const CorType *array = parameter_type(*state, 9);
    assert_string_equal(pair->name, "Pair<u8, string>");
    assert_string_equal(tuple->name, "(bool, Pair<u8, string>)");
    assert_ptr_equal(tuple->members[1].type, pair);
    assert_ptr_equal(array->element, tuple);
    assert_int_equal(tuple->slots, 3);
    assert_int_equal(array->element->layout->size, 16);
    assert_int_equal(array->mark_bytes, SIZE_MAX);
}

/* Nesting that would never end is an error that says so. */
static void limits_are_errors(void **state) {
    Fixture *fixture = *state;
    const CorType *type = fixture->engine->plain_types[COR_KIND_I64];
    cor_engine_lock(fixture->engine);
    while (type != NULL) {
        type = cor_type_wrapped(fixture->engine, COR_KIND_ARRAY, type);
    }
    assert_int_equal(fixture->engine->failure, COR_FAILURE_LIMIT);
    fixture->engine->failure = COR_FAILURE_NONE;
    type = fixture->engine->plain_types[COR_KIND_I64];
    while (type != NULL) {
        const CorType *twice[] = {type, type};
        type = cor_type_tuple(fixture->engine, COR_KIND_TUPLE, twice, 2);
    }
    assert_int_equal(fixture->engine->failure, COR_FAILURE_LIMIT);
    fixture->engine->failure = COR_FAILURE_NONE;
    cor_engine_unlock(fixture->engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(structs_are_flattened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(subclasses_append, set_up, tear_down),
        cmocka_unit_test_setup_teardown(enums_are_integers_or_objects, set_up, tear_down),
        cmocka_unit_test_setup_teardown(optionals_take_a_tag_or_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generics_are_canonical, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits_are_errors, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

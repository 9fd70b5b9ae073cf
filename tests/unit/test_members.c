// Lookups of members, relations between types, suggestions: over small modules that stand for std.core, so that nothing
// is imported.
#include "unit/compilation.h"

#include "compiler/checker.h"
#include "compiler/declarations.h"
#include "compiler/parser.h"

static const char core[] =
    "interface Equatable<T> { fn equals(other: T): bool }\n"
    "interface Hashable<T> : Equatable<T> { fn hash(): int }\n"
    "interface Comparable<T> { fn compare(other: T): int }\n"
    "interface Shape { fn area(): float\n fn name(): string => \"shape\"\n get sides: int }\n"
    "open class Base { let id: int = 1\n open fn greet(): int => 1\n fn plain(): int => 2\n"
    "  static fn make(): int => 3\n static const Max = 9\n private fn secret() {} }\n"
    "class Derived : Base, Shape { override fn greet(): int => 4\n fn area(): float => 1.0\n"
    "  get sides: int { return 0 }\n set sides(value) {} }\n"
    "class Box<T> { var value: T\n init(value: T) { self.value = value }\n fn get1(): T => self.value }\n"
    "extend Box<T: Comparable<T>> : Comparable<Box<T>> {\n"
    "  fn compare(other: Box<T>): int => 0\n fn best(): T => self.value }\n"
    "extend Box<int> { fn sum(): int => 1 }\n"
    "extend int : Comparable<int> { fn compare(other: int): int => 0\n fn twice(): int => 2 }\n"
    "extend Array<T> { fn first(): T => self[0] }\n"
    "struct Point { let x: int\n let y: (int, string)? }\n"
    "struct Holder { let base: Base }\n"
    "enum Tree { Leaf, Node(left: Tree, right: Tree) }\n"
    "enum Bad { Leaf, Node(left: Bad, base: Base) }\n"
    "struct Own { let base: Base\n fn equals(other: Own): bool => true }\n"
    "fn generic<T: Hashable<T> & Shape>(x: T) {}\n";

typedef struct Checked {
    Checker checker;
    ModuleSymbol *module;
} Checked;

static Checked *check(Compilation *c) {
    Checked *checked = ARENA_NEW(&c->arena, Checked);
    Checker *checker = &checked->checker;
    checker->arena = &c->arena;
    checker->names = &c->names;
    checker->sources = &c->sources;
    checker->sink = &c->sink;
    checker->types = types_create(&c->arena);
    const AstModule *ast = parser_parse(c->file, &c->arena, &c->names, &c->sink);
    checked->module = checker_check_module(checker, ast, "std.core");
    return checked;
}

static const char *name(Checked *c, const char *text) {
    return intern_string(c->checker.names, text);
}

static TypeDecl *decl(Checked *c, const char *text) {
    Symbol symbol = lookup_in_module(&c->checker, c->module, name(c, text));
    return symbol.kind == SYMBOL_TYPE ? symbol.type : scope_find_in(c->module, name(c, text))->symbol.type;
}

static const Type *of(Checked *c, const char *text) {
    return decl(c, text)->self_type;
}

static const Type *box(Checked *c, const Type *argument) {
    return types_named(c->checker.types, decl(c, "Box"), &argument, 1);
}

static Member member(Checked *c, const Type *type, const char *text) {
    return lookup_member(&c->checker, type, name(c, text));
}

static const Type *builtin(Checked *c, TypeKind kind) {
    return types_builtin(c->checker.types, kind);
}

static void test_classes(Compilation *compilation, const void *context) {
    (void)context;
    Checked *c = check(compilation);
    assert_string_equal(compilation_errors(compilation), "");
    const Type *derived = of(c, "Derived");
    Member greet = member(c, derived, "greet");
    assert_int_equal(greet.kind, MEMBER_METHOD);
    assert_ptr_equal(greet.owner, derived);
    assert_false(greet.is_virtual); // the class is final
    assert_true(member(c, of(c, "Base"), "greet").is_virtual);
    Member plain = member(c, derived, "plain");
    assert_ptr_equal(plain.owner, of(c, "Base"));
    assert_false(plain.is_virtual);
    assert_int_equal(member(c, derived, "id").kind, MEMBER_FIELD);
    assert_int_equal(member(c, derived, "make").kind, MEMBER_NONE);
    assert_int_equal(lookup_static(&c->checker, derived, name(c, "make")).kind, MEMBER_METHOD);
    Member max = lookup_static(&c->checker, of(c, "Base"), name(c, "Max"));
    assert_int_equal(max.kind, MEMBER_CONSTANT);
    assert_int_equal(max.constant->value.integer, 9);
    Member sides = member(c, derived, "sides");
    assert_int_equal(sides.kind, MEMBER_PROPERTY);
    assert_non_null(sides.getter);
    assert_non_null(sides.setter);
    assert_ptr_equal(sides.setter->parameters[0].type, builtin(c, TYPE_I64));
    assert_string_equal(suggest_member(&c->checker, derived, "gret", false), "greet");
}

static void test_interfaces(Compilation *compilation, const void *context) {
    (void)context;
    Checked *c = check(compilation);
    Member inherited = member(c, of(c, "Derived"), "name"); // the default
    assert_int_equal(inherited.kind, MEMBER_METHOD);
    assert_ptr_equal(inherited.owner, of(c, "Shape"));
    assert_true(inherited.is_virtual);
    const Function *generic = scope_find_in(c->module, name(c, "generic"))->symbol.function;
    const Type *parameter = generic->type_params[0]->type;
    assert_true(member(c, parameter, "hash").is_virtual);
    assert_int_equal(member(c, parameter, "equals").kind, MEMBER_METHOD);
    assert_int_equal(member(c, parameter, "sides").kind, MEMBER_PROPERTY);
    assert_int_equal(member(c, parameter, "compare").kind, MEMBER_NONE);
    assert_ptr_equal(find_interface(&c->checker, parameter, decl(c, "Equatable"))->args[0], parameter);
    const TypeDecl *derived = decl(c, "Derived");
    assert_int_equal(derived->conformance_count, 1);
    assert_int_equal(derived->conformances[0]->method_count, 3);
    assert_null(derived->conformances[0]->methods[1]); // the default again
    assert_ptr_equal(derived->conformances[0]->methods[2], member(c, of(c, "Derived"), "sides").getter);
}

static void test_extensions(Compilation *compilation, const void *context) {
    (void)context;
    Checked *c = check(compilation);
    const Type *integers = box(c, builtin(c, TYPE_I64)), *flags = box(c, builtin(c, TYPE_BOOL));
    assert_int_equal(member(c, integers, "sum").kind, MEMBER_METHOD);
    assert_int_equal(member(c, flags, "sum").kind, MEMBER_NONE);
    Member best = member(c, integers, "best");
    assert_int_equal(best.kind, MEMBER_METHOD);
    assert_int_equal(best.type_arg_count, 1);
    assert_ptr_equal(best.type_args[0], builtin(c, TYPE_I64));
    Member unmet = member(c, flags, "best");
    assert_int_equal(unmet.kind, MEMBER_NONE);
    assert_string_equal(unmet.unmet, "`bool` does not implement `Comparable<bool>`");
    assert_true(is_comparable(&c->checker, integers, NULL));
    assert_true(is_comparable(&c->checker, box(c, integers), NULL)); // by its own rule, twice
    assert_false(is_comparable(&c->checker, box(c, flags), NULL));
    const Type *array = types_array(c->checker.types, integers);
    Member first = member(c, array, "first");
    assert_ptr_equal(first.type_args[0], integers);
}

static void test_structure(Compilation *compilation, const void *context) {
    (void)context;
    Checked *c = check(compilation);
    const char *reason = NULL;
    assert_true(is_equatable(&c->checker, of(c, "Point"), NULL));
    assert_true(is_hashable(&c->checker, of(c, "Tree"), NULL));
    assert_false(is_equatable(&c->checker, of(c, "Bad"), &reason));
    assert_string_equal(reason, "`Base` does not implement `Equatable`");
    assert_false(is_equatable(&c->checker, of(c, "Holder"), NULL));
    assert_true(is_equatable(&c->checker, of(c, "Own"), NULL));
    assert_false(is_hashable(&c->checker, of(c, "Own"), &reason));
    assert_string_equal(reason, "`Own` has its own `equals`, but no `hash`");
    assert_int_equal(member(c, of(c, "Holder"), "hash").kind, MEMBER_NONE);
    assert_true(member(c, of(c, "Point"), "equals").method->is_derived);
    assert_int_equal(member(c, of(c, "Tree"), "ordinal").kind, MEMBER_PROPERTY);
}

static void test_subtypes(Compilation *compilation, const void *context) {
    (void)context;
    Checked *c = check(compilation);
    Checker *checker = &c->checker;
    const Type *base = of(c, "Base"), *derived = of(c, "Derived"), *shape = of(c, "Shape");
    assert_true(is_subtype(checker, derived, base));
    assert_false(is_subtype(checker, base, derived));
    assert_true(is_subtype(checker, derived, shape));
    assert_true(is_subtype(checker, base, builtin(c, TYPE_ANY)));
    assert_false(is_subtype(checker, builtin(c, TYPE_I64), builtin(c, TYPE_ANY))); // boxes
    assert_true(implements(checker, builtin(c, TYPE_I64), builtin(c, TYPE_ANY)));
    assert_true(is_subtype(checker, builtin(c, TYPE_NEVER), builtin(c, TYPE_I64)));
    assert_false(is_subtype(checker, box(c, derived), box(c, base)));
    assert_ptr_equal(find_supertype(checker, derived, decl(c, "Base")), base);
    assert_null(find_supertype(checker, base, decl(c, "Derived")));
}

static void run(CompilationTest *test) {
    compilation_run(core, strlen(core), test, NULL);
}

#define CASE(name)                                                                                           \
    static void case_##name(void **state) {                                                                  \
        (void)state;                                                                                         \
        run(test_##name);                                                                                    \
    }
CASE(classes)
CASE(interfaces)
CASE(extensions)
CASE(structure)
CASE(subtypes)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_classes),    cmocka_unit_test(case_interfaces),
        cmocka_unit_test(case_extensions), cmocka_unit_test(case_structure),
        cmocka_unit_test(case_subtypes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

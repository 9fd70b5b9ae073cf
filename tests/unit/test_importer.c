// A module comes back from its compiled form as the same symbols, and a malformed one is refused with a reason.
#include "unit/compilation.h"

#include "compiler/checker.h"
#include "compiler/declarations.h"
#include "compiler/emitter.h"
#include "compiler/parser.h"

static const char source[] =
    "pub interface Comparable<T> { fn compare(other: T): int\n fn less(other: T): bool => "
    "self.compare(other) < 0 }\n"
    "pub const Limit = 40 + 2\n"
    "pub let start: int = 1\n"
    "pub struct Point { x: int\n var y: int = 3\n mut fn move(by: int): int { self.x += by\n return self.x } "
    "}\n"
    "pub open class Base<T> { let value: T\n private var uses: int = 0\n static var made: int = 0\n"
    "  open fn get1(default: int = 5): T => self.value\n get size: int { return 1 }\n set size(v) {} }\n"
    "pub enum Tree { Leaf, Node(left: Tree, right: Tree) }\n"
    "extend Base<T: Comparable<T>> : Comparable<Base<T>> { fn compare(other: Base<T>): int => 0\n"
    "  fn best(): T => self.value }\n"
    "extend int : Comparable<int> { static const Answer = 42\n fn compare(other: int): int => 0 }\n"
    "pub fn largest<T: Comparable<T>>(a: T, b: T): T => if a.compare(b) > 0 { a } else { b }\n"
    "fn hidden() {}\n";

static Checker *new_checker(Compilation *c) {
    Checker *checker = ARENA_NEW(&c->arena, Checker);
    checker->arena = &c->arena;
    checker->scratch = &c->scratch;
    checker->names = &c->names;
    checker->sources = &c->sources;
    checker->sink = &c->sink;
    checker->types = types_create(&c->arena);
    return checker;
}

static CorModule *compile(Compilation *c) {
    Checker *checker = new_checker(c);
    const AstModule *ast = parser_parse(c->file, &c->arena, &c->names, &c->sink);
    ModuleSymbol *module = checker_check_module(checker, ast, "std.core");
    assert_string_equal(compilation_errors(c), "");
    CorModule *binary = emitter_emit(checker, module, true, cor_builder_new(module->name));
    assert_non_null(binary);
    return binary;
}

typedef struct Imported {
    Compilation *compilation;
    Checker *checker;
    ModuleSymbol *module;
} Imported;

static Imported import(Compilation *c, const CorModule *binary) {
    Checker *checker = new_checker(c);
    const char *message = NULL;
    ModuleSymbol *module = importer_import(checker, binary, &message);
    if (!module)
        fail_msg("refused: %s", message);
    return (Imported){c, checker, module};
}

static const char *name(const Imported *i, const char *text) {
    return intern_string(&i->compilation->names, text);
}

static Symbol symbol(const Imported *i, const char *text) {
    return lookup_in_module(i->checker, i->module, name(i, text));
}

static const char *type_text(const Imported *i, const Type *type) {
    return types_name(i->checker->types, type);
}

static void test_symbols(Compilation *c, const void *context) {
    (void)context;
    CorModule *binary = compile(c);
    Imported i = import(c, binary);
    assert_int_equal(symbol(&i, "Limit").constant->value.integer, 42);
    assert_true(symbol(&i, "start").global->is_let);
    assert_int_equal(symbol(&i, "hidden").kind, SYMBOL_NONE);
    assert_true(hidden_in_module(i.module, name(&i, "hidden")));
    const Function *largest = symbol(&i, "largest").function;
    assert_int_equal(largest->type_param_count, 1);
    assert_string_equal(type_text(&i, largest->type_params[0]->bounds[0]), "Comparable<T>");
    assert_ptr_equal(largest->parameters[0].type, largest->type_params[0]->type);
    const TypeDecl *tree = symbol(&i, "Tree").type;
    assert_true(tree->has_payload);
    assert_int_equal(tree->case_count, 2);
    assert_ptr_equal(tree->cases[1].fields[0].type, tree->self_type);
    cor_module_free(binary);
}

static void test_members(Compilation *c, const void *context) {
    (void)context;
    CorModule *binary = compile(c);
    Imported i = import(c, binary);
    TypeDecl *base = symbol(&i, "Base").type, *point = symbol(&i, "Point").type;
    const Type *integer = types_builtin(i.checker->types, TYPE_I64);
    const Type *integers = types_named(i.checker->types, base, &integer, 1);
    Member get = lookup_member(i.checker, integers, name(&i, "get1"));
    assert_int_equal(get.kind, MEMBER_METHOD);
    assert_true(get.is_virtual);
    assert_true(get.method->parameters[0].has_default);
    assert_int_equal(get.method->parameters[0].default_function->kind, FUNCTION_DEFAULT);
    assert_string_equal(type_text(&i, member_type(i.checker, get.owner, get.method->result)), "int");
    Member size = lookup_member(i.checker, integers, name(&i, "size"));
    assert_non_null(size.getter);
    assert_non_null(size.setter);
    assert_true(lookup_member(i.checker, integers, name(&i, "uses")).field->is_private);
    assert_int_equal(lookup_static(i.checker, base->self_type, name(&i, "made")).kind, MEMBER_STATIC);
    Member answer = lookup_static(i.checker, integer, name(&i, "Answer"));
    assert_int_equal(answer.constant->value.integer, 42);
    Member move = lookup_member(i.checker, point->self_type, name(&i, "move"));
    assert_true(move.method->is_mut);
    assert_ptr_equal(move.method->result, integer); // not the pair that the bytecode gives
    assert_int_equal(point->init_count, 1);
    assert_int_equal(point->inits[0]->parameter_count, 2);
    assert_true(point->inits[0]->parameters[1].has_default);
    cor_module_free(binary);
}

static void test_relations(Compilation *c, const void *context) {
    (void)context;
    CorModule *binary = compile(c);
    Imported i = import(c, binary);
    scope_add_module(i.checker, i.module);
    TypeDecl *base = symbol(&i, "Base").type;
    const TypeDecl *comparable = symbol(&i, "Comparable").type;
    const Type *integer = types_builtin(i.checker->types, TYPE_I64),
               *flag = types_builtin(i.checker->types, TYPE_BOOL);
    const Type *integers = types_named(i.checker->types, base, &integer, 1);
    const Type *flags = types_named(i.checker->types, base, &flag, 1);
    assert_string_equal(type_text(&i, find_interface(i.checker, integers, comparable)),
                        "Comparable<Base<int>>");
    assert_null(find_interface(i.checker, flags, comparable));
    assert_int_equal(lookup_member(i.checker, integers, name(&i, "best")).kind, MEMBER_METHOD);
    assert_string_equal(lookup_member(i.checker, flags, name(&i, "best")).unmet,
                        "`bool` does not implement `Comparable<bool>`");
    assert_int_equal(lookup_member(i.checker, integer, name(&i, "less")).kind, MEMBER_METHOD);
    cor_module_free(binary);
}

// Every index that the importer follows, out of range in a copy of the module.
static void test_malformed(Compilation *c, const void *context) {
    (void)context;
    CorModule *binary = compile(c);
    uint32_t *const places[] = {
        (uint32_t *)&binary->definitions[binary->imported_definition_count].name,
        (uint32_t *)&binary->definitions[binary->definition_count - 2].params[0].name,
        (uint32_t *)&binary->functions[binary->imported_function_count].name,
        (uint32_t *)&binary->functions[0].result,
        (uint32_t *)&binary->functions[0].owner,
        (uint32_t *)&binary->functions[0].parameters[1].type,
        (uint32_t *)&binary->globals[0].type,
        (uint32_t *)&binary->named_constants[0].constant,
        (uint32_t *)&binary->conformances[0].type,
        (uint32_t *)&binary->conformances[0].interface,
    };
    for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
        uint32_t kept = *places[k];
        *places[k] = 1000000;
        const char *message = NULL;
        if (importer_import(new_checker(c), binary, &message) || !message)
            fail_msg("place %u: accepted", (unsigned)k);
        *places[k] = kept;
    }
    import(c, binary);
    cor_module_free(binary);
}

static void run(CompilationTest *test) {
    compilation_run(source, strlen(source), test, NULL);
}

#define CASE(name)                                                                                           \
    static void case_##name(void **state) {                                                                  \
        (void)state;                                                                                         \
        run(test_##name);                                                                                    \
    }
CASE(symbols)
CASE(members)
CASE(relations)
CASE(malformed)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_symbols),
        cmocka_unit_test(case_members),
        cmocka_unit_test(case_relations),
        cmocka_unit_test(case_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The host's memory runs out, while programs are compiled and run and values are used. Nothing may crash, the status has to say what
 * happened, and the engine can still be used. */
#include "tests/api/failing.h"

static const char source[] =
    "interface Shape { fn area(): float; fn name(): string => \"shape {self.area():.1}\" }\n"
    "struct Square : Shape { side: float; fn area(): float => self.side * self.side }\n"
    "open class Round : Shape, Hashable<Round> { let r: float; fn area(): float => 3.0 * self.r * self.r\n"
    "    fn equals(o: Round): bool => self.r == o.r\n    fn hash(): int => 7 }\n"
    "class Named : Round { let text: string\n    init(r: float, text: string) { self.text = text; super(r) "
    "}\n"
    "    override fn name(): string => \"{self.text} {super.name()}\" }\n"
    "enum Tree<T> { Leaf, Node(value: T, left: Tree<T>, right: Tree<T>)\n"
    "    fn sum(f: fn(T): int): int => match self { Leaf => 0\n"
    "        Node(v, l, r) => f(v) + l.sum(f) + r.sum(f) } }\n"
    "fn largest<T: Comparable<T>>(items: List<T>): T? => items.max()\n"
    "fn risky(n: int): int { defer { count += 1 }\n"
    "    try { return 10 / n } catch e: ArithmeticError { throw ValueError(\"zero\", e) } finally { count += "
    "1 } }\n"
    "var count = 0\n"
    "pub fn main(): int {\n"
    "    let shapes: List<Shape> = [Square(2.0), Named(1.0, \"round\"), Round(2.0)]\n"
    "    for s in shapes { print(s.name(), s is Round) }\n"
    "    let tree: Tree<(int, string)> = .Node((1, \"a\"), .Leaf, .Node((2, \"b\"), .Leaf, .Leaf))\n"
    "    print(tree, tree.sum(p => p.0), largest([3, 9, 2]), largest([\"x\", \"y\"]))\n"
    "    let counts = Map<string, List<int?>>()\n"
    "    for i in 0..40 { counts.getOrPut(\"k{i % 7}\", () => []).push(if i % 3 == 0 { null } else { i }) }\n"
    "    print(counts.length, counts[\"k1\"], counts.keys().sorted().join(\",\"))\n"
    "    let set: Set<Round> = [Round(1.0), Round(1.0)]\n"
    "    print(set.length, risky(2), try? risky(0), count, [1.5, 2.5] == [1.5, 2.5], (1, \"a\") < (1, "
    "\"b\"))\n"
    "    let text = \"a-b-c\".split(\"-\").map(w => w.toUpper().repeat(300)).join(\"+\")\n"
    "    let any1: any = [text.length: text.hash()]\n"
    "    print(text.length, any1 as? Map<int, int> == null, \"{text.length:>+8} {1.5e300} {0.1 as "
    "f32:.30}\")\n"
    "    var deep = 0\n"
    "    fn down(n: int): int => if n == 0 { 0 } else { 1 + down(n - 1) }\n"
    "    deep = down(3000)\n"
    "    return deep\n"
    "}\n"
    "pub fn fail(text: string) { throw ValueError(\"{text}{count}\") }\n"
    "pub fn make(n: int): List<int> => (0..n).toList()\n"
    "pub fn text(n: int): string => \"t\".repeat(n)\n";

/* ---- Running ---- */

typedef struct Bytes {
    unsigned char *bytes;
    size_t size;
} Bytes;

static Bytes compiled(void) {
    const CompileHost host = {program_read, program_is_folder, program_standard, NULL, NULL};
    CompileOptions options = {
        .with_debug = true, .module_name = "work", .source_text = source, .source_length = sizeof source - 1};
    CompileResult *result = compile_program(&host, "work", &options);
    assert_non_null(result);
    assert_int_equal(result->status, COMPILE_OK);
    Bytes bytes = {malloc(result->modules[0].size), result->modules[0].size};
    memcpy(bytes.bytes, result->modules[0].bytes, bytes.size);
    compile_free(result);
    return bytes;
}

static bool ignore_output(void *context, const char *bytes, size_t length) {
    (void)bytes;
    *(size_t *)context += length;
    return true;
}

static CoracleStatus run_all(CoracleIsolate *isolate, CoracleModule *module, bool *complete) {
    int code = -1;
    CoracleStatus status = coracle_isolate_run(isolate, module, &code);
    *complete = status == CORACLE_OK && code == 3000;
    if (status == CORACLE_OK)
        assert_int_equal(code, 3000);
    CoracleValue result;
    if (status == CORACLE_OK)
        status = coracle_isolate_call(isolate, module, "make",
                                      &(CoracleValue){.kind = CORACLE_INT, .integer = 99}, 1, &result);
    if (status == CORACLE_OK)
        coracle_object_release(result.object);
    if (status == CORACLE_OK)
        status = coracle_isolate_call(isolate, module, "text",
                                      &(CoracleValue){.kind = CORACLE_INT, .integer = 5000}, 1, &result);
    if (status == CORACLE_OK) {
        CoracleValue text = {.kind = CORACLE_STRING, .string = {"why ", 4}};
        CoracleStatus thrown = coracle_isolate_call(isolate, module, "fail", &text, 1, NULL);
        assert_true(thrown == CORACLE_THROWN || thrown == CORACLE_NO_MEMORY);
    } else if (status == CORACLE_THROWN) {
        const CoracleError *error = coracle_isolate_error(isolate);
        assert_true(!error || error->text[0] != '\0');
    }
    return status;
}

static void work_run(void *context, bool may_fail) {
    const Bytes *bytes = context;
    size_t written = 0, written_after = 0;
    CoracleMessage message = {""};
    CoracleModule *module = NULL;
    arm(may_fail);
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleStatus status = engine ? coracle_engine_load(engine, bytes->bytes, bytes->size, &module, &message)
                                  : CORACLE_NO_MEMORY;
    CoracleIsolate *isolate = status == CORACLE_OK ? coracle_isolate_new(engine, NULL) : NULL;
    bool complete = false;
    if (isolate) {
        coracle_isolate_allow(isolate, CORACLE_ALLOW_STDOUT);
        coracle_isolate_set_output(isolate, ignore_output, &written);
        status = run_all(isolate, module, &complete);
        assert_true(status == CORACLE_OK || status == CORACLE_NO_MEMORY || status == CORACLE_THROWN);
    } else {
        assert_true(status == CORACLE_OK || status == CORACLE_NO_MEMORY);
    }
    assert_true(may_fail || complete);
    arm(false);
    coracle_isolate_free(isolate);
    if (engine && !module)
        (void)coracle_engine_load(engine, bytes->bytes, bytes->size, &module, &message);
    if (module) { /* there is memory again */
        isolate = coracle_isolate_new(engine, NULL);
        assert_non_null(isolate);
        coracle_isolate_allow(isolate, CORACLE_ALLOW_STDOUT);
        coracle_isolate_set_output(isolate, ignore_output, &written_after);
        status = run_all(isolate, module, &complete);
        if (status == CORACLE_THROWN)
            fail_msg("%s", coracle_isolate_error(isolate)->text);
        assert_int_equal(status, CORACLE_OK);
        coracle_isolate_free(isolate);
    }
    coracle_engine_free(engine);
}

static void running_survives(void **state) {
    (void)state;
    Bytes bytes = compiled();
    exhaust(work_run, &bytes);
    free(bytes.bytes);
}

/* ---- Handles and objects ---- */

/* An engine whose types and code are made, so that what fails is what the functions of the API take. */
typedef struct Prepared {
    CoracleEngine *engine;
    CoracleModule *module;
    int made, finalised;
} Prepared;

static void finalise(void *thing) {
    ++*(int *)thing;
}

static CoracleStatus native_thing(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                  CoracleValue *result) {
    Prepared *prepared = context;
    CoracleObject *object;
    (void)arguments;
    prepared->made++;
    CoracleStatus status =
        coracle_object_new_host(isolate, "host.Thing", &prepared->finalised, 100, finalise, &object);
    if (status == CORACLE_OK)
        *result = (CoracleValue){.kind = CORACLE_OBJECT, .object = coracle_object_release_on_return(object)};
    return status;
}

static const char objects_source[] = "import host\n"
                                     "pub fn add(a: int, b: int): int => a + b\n"
                                     "pub class Node { pub var text = \"a\"\n init() {} }\n"
                                     "pub fn adder(by: int): fn(int): int => x => x + by\n"
                                     "pub fn thing(texts: List<string>): host.Thing => host.thing(texts)\n"
                                     "pub fn fail(text: string) { throw ValueError(text) }\n";

static void use_collections(CoracleIsolate *isolate, bool may_fail) {
    static const double numbers[3000];
    CoracleObject *list, *map, *texts;
    CoracleValue key = {.kind = CORACLE_STRING, .string = {"key", 3}}, value = key, other;
    if (went(may_fail, coracle_object_new(isolate, "List<float>", &list)))
        went(may_fail, coracle_list_write(list, 0, 3000, CORACLE_FLOAT, 8, numbers));
    if (went(may_fail, coracle_object_new(isolate, "List<string>", &texts)) &&
        went(may_fail, coracle_list_append(texts, &value)) &&
        went(may_fail, coracle_list_set(texts, 0, &value)))
        went(may_fail, coracle_list_get(texts, 0, &other));
    size_t position = 0;
    if (went(may_fail, coracle_object_new(isolate, "Map<string, string>", &map)) &&
        went(may_fail, coracle_map_set(map, &key, &value)) &&
        went(may_fail, coracle_map_get(map, &key, &other)) &&
        went(may_fail, coracle_map_next(map, &position, &other, &value)))
        went(may_fail, coracle_map_remove(map, &key));
}

static void use_fields(Prepared *prepared, CoracleIsolate *isolate, bool may_fail) {
    CoracleObject *node = NULL;
    CoracleFunction *adder = NULL;
    CoracleScalar scalars[] = {{.integer = 2}};
    CoracleValue text = {.kind = CORACLE_STRING, .string = {"b", 1}}, by = program_integer(1), value;
    if (went(may_fail, coracle_object_new(isolate, "objects.Node", &node)) &&
        went(may_fail, coracle_object_set(node, "text", &text)))
        went(may_fail, coracle_object_get(node, "text", &value));
    if (went(may_fail, coracle_isolate_call(isolate, prepared->module, "adder", &by, 1, &value)) &&
        went(may_fail, coracle_object_function(value.object, &adder)) &&
        went(may_fail, coracle_function_call_scalars(adder, scalars)))
        assert_int_equal(scalars[0].integer, 3);
}

static void use_functions(Prepared *prepared, CoracleIsolate *isolate, bool may_fail) {
    CoracleObject *texts = NULL, *kept = NULL;
    CoracleFunction *add = NULL, *length = NULL;
    CoracleRun *run = NULL;
    CoracleValue arguments[] = {program_integer(1), program_integer(2)}, result;
    if (went(may_fail, coracle_isolate_function(isolate, prepared->module, "add", &add)) &&
        went(may_fail, coracle_function_call(add, arguments, 2, &result)) &&
        went(may_fail, coracle_function_start(add, arguments, 2, &run)))
        went(may_fail, coracle_run_step(run, 1000, &result));
    if (went(may_fail, coracle_object_new(isolate, "List<string>", &texts)) &&
        went(may_fail, coracle_object_method(texts, "length", &length)))
        went(may_fail, coracle_function_call(length, NULL, 0, &result));
    CoracleValue argument = {.kind = CORACLE_OBJECT, .object = texts};
    if (texts &&
        went(may_fail, coracle_isolate_call(isolate, prepared->module, "thing", &argument, 1, &result))) {
        assert_ptr_equal(coracle_object_host(result.object, "host.Thing"), &prepared->finalised);
        kept = coracle_object_keep(result.object);
        assert_true(kept || may_fail);
    }
    CoracleValue text = {.kind = CORACLE_STRING, .string = {"why", 3}};
    CoracleStatus status = coracle_isolate_call(isolate, prepared->module, "fail", &text, 1, NULL);
    assert_true(status == CORACLE_THROWN || (may_fail && status == CORACLE_NO_MEMORY));
    coracle_function_release(add);
    coracle_object_release(kept);
}

static void work_objects(void *context, bool may_fail) {
    Prepared *prepared = context;
    static const char *const texts[] = {"a=b", "c=d"};
    CoracleMessage message;
    prepared->made = prepared->finalised = 0;
    arm(may_fail);
    CoracleIsolate *isolate = coracle_isolate_new(prepared->engine, NULL);
    assert_true(isolate || may_fail);
    if (isolate) {
        const CoracleGrant grant = {.name = "/x", .directory = "/", .read = true};
        went(may_fail, coracle_isolate_set_working_directory(isolate, "/"));
        went(may_fail, coracle_isolate_grant(isolate, &grant, &message));
        went(may_fail, coracle_isolate_set_arguments(isolate, texts, 2));
        went(may_fail, coracle_isolate_set_environment(isolate, texts, 2));
        use_collections(isolate, may_fail);
        use_functions(prepared, isolate, may_fail);
        use_fields(prepared, isolate, may_fail);
    }
    arm(false);
    coracle_isolate_free(isolate);
    assert_int_equal(prepared->made, prepared->finalised);
}

static void objects_survive(void **state) {
    (void)state;
    Prepared prepared = {.engine =
                             coracle_engine_new(&(CoracleEngineOptions){.tier = CORACLE_TIER_INTERPRETER})};
    const CoracleNativeFunction function = {"thing", native_thing, &prepared};
    static const char declarations[] =
        "extern \"host\" { pub class Thing { }\n pub fn thing(texts: List<string>): Thing }";
    CoracleMessage message = {""};
    CoracleStatus status =
        coracle_engine_add_module(prepared.engine, "host", declarations, &function, 1, NULL, &message);
    if (status == CORACLE_OK)
        status = coracle_engine_compile(prepared.engine, "objects", objects_source, strlen(objects_source),
                                        &prepared.module, &message);
    if (status != CORACLE_OK)
        fail_msg("%s", message.text);
    work_objects(&prepared, false);
    exhaust(work_objects, &prepared);
    coracle_engine_free(prepared.engine);
}

/* ---- Tools ---- */

static void work_tools(void *context, bool may_fail) {
    const Bytes *bytes = context;
    CoracleMessage message;
    CoracleBytes text = {0}, module = {0}, stripped = {0};
    arm(may_fail);
    CoracleStatus verified = coracle_module_verify(bytes->bytes, bytes->size, &message),
                  disassembled = coracle_module_disassemble(bytes->bytes, bytes->size, &text, &message),
                  assembled = disassembled == CORACLE_OK
                                  ? coracle_module_assemble((char *)text.bytes, text.size, &module, &message)
                                  : CORACLE_NO_MEMORY,
                  bare = coracle_module_strip(bytes->bytes, bytes->size, &stripped, &message);
    arm(false);
    assert_true(verified == CORACLE_OK || (may_fail && verified == CORACLE_NO_MEMORY));
    assert_true(disassembled == CORACLE_OK || (may_fail && disassembled == CORACLE_NO_MEMORY));
    assert_true(assembled == CORACLE_OK || (may_fail && assembled == CORACLE_NO_MEMORY));
    assert_true(bare == CORACLE_OK || (may_fail && bare == CORACLE_NO_MEMORY));
    free(text.bytes);
    free(module.bytes);
    free(stripped.bytes);
}

static void tools_survive(void **state) {
    (void)state;
    Bytes bytes = compiled();
    exhaust(work_tools, &bytes);
    free(bytes.bytes);
}

static void work_compile(void *context, bool may_fail) {
    size_t limit = *(const size_t *)context;
    const CompileHost host = {program_read, program_is_folder, program_standard, NULL, NULL};
    CompileOptions options = {.with_debug = true,
                              .module_name = "work",
                              .source_text = source,
                              .source_length = sizeof source - 1,
                              .memory_limit = limit};
    arm(may_fail);
    CompileResult *result = compile_program(&host, "work", &options);
    arm(false);
    if (result)
        assert_true(result->status == COMPILE_OK || result->status == COMPILE_NO_MEMORY);
    assert_true(may_fail || limit || (result && result->status == COMPILE_OK));
    compile_free(result);
}

static void compiling_survives(void **state) {
    (void)state;
    size_t limit = 0;
    exhaust(work_compile, &limit);
    for (limit = 1000; limit < 40000000; limit += limit / 8)
        work_compile(&limit, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_survives),
        cmocka_unit_test(objects_survive),
        cmocka_unit_test(tools_survive),
        cmocka_unit_test(compiling_survives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

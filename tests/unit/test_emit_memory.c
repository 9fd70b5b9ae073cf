/* The code that LLVM makes of the JIT's SSA form: memory, types and allocation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "jit/emit.h"
#include "unit/emitted.h"

/* ---- Helpers that record what they are asked ---- */

static Emitted *record(CorIsolate *isolate, CorHelper helper, uint64_t a, uint64_t b, uint64_t c) {
    Emitted *m = isolate->host;
    m->called = helper;
    m->calls++;
    m->seen[0] = a;
    m->seen[1] = b;
    m->seen[2] = c;
    return m;
}

static void *fake_new(CorIsolate *isolate, const CorType *type) {
    assert_ptr_equal(isolate->fp, emitted_frame(isolate->host));
    assert_true(cor_word_is_site(isolate->ip));
    return record(isolate, COR_HELPER_NEW, (uintptr_t)type, 0, 0)->gives;
}
static void *fake_new_array(CorIsolate *isolate, const CorType *type, uint64_t length,
                            const uint64_t *value) {
    Emitted *m = record(isolate, COR_HELPER_NEW_ARRAY, (uintptr_t)type, length, value[0]);
    m->seen[3] = value[1];
    return m->gives;
}
static void *fake_array_of(CorIsolate *isolate, const CorType *type, uint64_t count, const uint64_t *slots) {
    Emitted *m = record(isolate, COR_HELPER_ARRAY_OF, (uintptr_t)type, count, slots[0]);
    m->seen[3] = slots[count - 1];
    return m->gives;
}
static void *fake_concat(CorIsolate *isolate, const uint64_t *strings, uint64_t count) {
    return record(isolate, COR_HELPER_CONCAT, strings[0], strings[1], count)->gives;
}
static void *fake_interface_entry(CorIsolate *isolate, const CorType *type, const CorType *interface,
                                  uint64_t slot) {
    return record(isolate, COR_HELPER_INTERFACE_ENTRY, (uintptr_t)type, (uintptr_t)interface, slot)->gives;
}
static void *fake_role_entry(CorIsolate *isolate, const CorType *type, uint64_t role) {
    return record(isolate, COR_HELPER_ROLE_ENTRY, (uintptr_t)type, role, 0)->gives;
}
static uint64_t fake_is_interface(const CorObject *object, const CorType *type) {
    return object && object->type == type;
}
static uint64_t fake_string_eq(CorIsolate *isolate, const CorStringObject *a, const CorStringObject *b) {
    isolate->budget -= (int64_t)a->length; /* what code keeps of it is stored before, and loaded after */
    assert_ptr_not_equal(a, b);            /* the code sees that itself, and other lengths, too */
    assert_int_equal(a->length, b->length);
    return memcmp(a->bytes, b->bytes, a->length) == 0;
}
static uint64_t fake_string_compare(CorIsolate *isolate, const CorStringObject *a, const CorStringObject *b) {
    isolate->budget -= (int64_t)(a->length + b->length);
    return (uint64_t)a->length - b->length;
}
static uint64_t fake_string_hash(const CorStringObject *a) {
    return a->length * (uint64_t)3;
}

EmittedHelper *const emitted_helpers[COR_HELPER_COUNT] = {
    [COR_HELPER_KEEP] = (EmittedHelper *)cor_machine_keep,
    [COR_HELPER_NEW] = (EmittedHelper *)fake_new,
    [COR_HELPER_NEW_ARRAY] = (EmittedHelper *)fake_new_array,
    [COR_HELPER_ARRAY_OF] = (EmittedHelper *)fake_array_of,
    [COR_HELPER_CONCAT] = (EmittedHelper *)fake_concat,
    [COR_HELPER_INTERFACE_ENTRY] = (EmittedHelper *)fake_interface_entry,
    [COR_HELPER_ROLE_ENTRY] = (EmittedHelper *)fake_role_entry,
    [COR_HELPER_IS_INTERFACE] = (EmittedHelper *)fake_is_interface,
    [COR_HELPER_STRING_EQ] = (EmittedHelper *)fake_string_eq,
    [COR_HELPER_STRING_COMPARE] = (EmittedHelper *)fake_string_compare,
    [COR_HELPER_STRING_HASH] = (EmittedHelper *)fake_string_hash,
};

static Emitted m;

static void open_graph(void **session, uint32_t tier, uint32_t parameters, uint32_t blocks) {
    emitted_open(&m, *session, blocks);
    m.g.graph->tier = tier;
    m.g.function.parameter_slots = parameters;
    m.g.function.result_slots = 1;
}

static JitState *state_without_slots(void) {
    return state(&m.g, 2, 0, NULL);
}

static uint64_t address(const void *pointer) {
    return (uintptr_t)pointer;
}

/* ---- Fields and elements ----------------------------------------------------------------------- */

static JitNode *access_node(JitNode *node, uint8_t width, uint32_t offset, uint32_t stride) {
    node->access = (JitAccess){.width = width, .offset = offset, .stride = stride};
    return node;
}

typedef struct Width {
    uint8_t store, load;
    uint32_t bytes;
    bool is_signed;
} Width;

static const Width widths[] = {
    {COR_WIDTH_U8, COR_WIDTH_U8, 1, false},   {COR_WIDTH_U8, COR_WIDTH_I8, 1, true},
    {COR_WIDTH_U16, COR_WIDTH_U16, 2, false}, {COR_WIDTH_U16, COR_WIDTH_I16, 2, true},
    {COR_WIDTH_U32, COR_WIDTH_U32, 4, false}, {COR_WIDTH_U32, COR_WIDTH_I32, 4, true},
    {COR_WIDTH_64, COR_WIDTH_64, 8, false},   {COR_WIDTH_REFERENCE, COR_WIDTH_64, 8, false},
};

static uint64_t extended(const Width *width, uint64_t value) {
    uint32_t unused = 64 - width->bytes * 8;
    return width->is_signed ? (uint64_t)((int64_t)(value << unused) >> unused) : value << unused >> unused;
}

/* a[8] := b; returns what is loaded from there: LLVM has to see that it is the same place. */
static void test_fields(void **session) {
    uint64_t memory[4];
    for (uint32_t i = 0; i < 2 * sizeof widths / sizeof *widths; i++) {
        const Width *width = &widths[i / 2];
        open_graph(session, 1 + i % 2, 2, 1);
        JitNode *object = param(&m.g, 0);
        access_node(node2(&m.g, 0, JIT_STORE, object, param(&m.g, 1)), width->store, 8, 0);
        give(&m.g, 0, access_node(node1(&m.g, 0, JIT_LOAD, object), width->load, 8, 0));
        emitted_compile(&m);
        for (uint64_t value = 0x8182838485868788, turn = 0; turn < 9; turn++, value >>= 7) {
            memset(memory, 0xee, sizeof memory);
            assert_int_equal(RESULT(&m, address(memory), value), extended(width, value));
            uint64_t kept = width->bytes == 8 ? 0 : ~(uint64_t)0 << width->bytes * 8;
            assert_int_equal(memory[0], 0xeeeeeeeeeeeeeeee);
            assert_int_equal(memory[1], (0xeeeeeeeeeeeeeeee & kept) | (value & ~kept));
        }
        emitted_close(&m);
    }
}

/* The part at 4 of elements of 24 bytes. */
static void test_elements(void **session) {
    struct {
        uint64_t header[2]; /* of a CorArrayObject */
        char elements[10 * 24];
    } array = {.header = {0, 10}}, before;
    for (uint32_t i = 0; i < 2 * sizeof widths / sizeof *widths; i++) {
        const Width *width = &widths[i / 2];
        open_graph(session, 1 + i % 2, 3, 1);
        JitNode *object = param(&m.g, 0), *index = param(&m.g, 1);
        access_node(node3(&m.g, 0, JIT_STORE_ELEMENT, object, index, param(&m.g, 2)), width->store, 8, 24);
        give(&m.g, 0, access_node(node2(&m.g, 0, JIT_LOAD_ELEMENT, object, index), width->load, 8, 24));
        emitted_compile(&m);
        for (uint32_t index_value = 0; index_value < 10; index_value++) {
            before = array;
            uint64_t value = 0xf1f2f3f4f5f6f7f8 - index_value;
            assert_int_equal(RESULT(&m, address(&array), index_value, value), extended(width, value));
            char *place = before.elements + index_value * 24 + 8;
            memcpy(place, &value, width->bytes);
            assert_memory_equal(&before, &array, sizeof array);
        }
        emitted_close(&m);
    }
}

/* Floats go through memory of four bytes, through states of phis and through slots. */
static void test_floats_in_memory(void **session) {
    float memory[4] = {0, 0, 1.5f, 0};
    open_graph(session, 2, 2, 1);
    JitNode *object = param(&m.g, 0);
    JitNode *sum = node2(&m.g, 0, JIT_ADD_F32,
                         access_node(node1(&m.g, 0, JIT_LOAD, object), COR_WIDTH_U32, 8, 0), param(&m.g, 1));
    access_node(node2(&m.g, 0, JIT_STORE, object, sum), COR_WIDTH_U32, 12, 0);
    access_node(node2(&m.g, 0, JIT_STORE, object, sum), COR_WIDTH_64, 0, 0);
    give(&m.g, 0, sum);
    emitted_compile(&m);
    assert_int_equal(RESULT(&m, address(memory), 0x40000000 /* 2 */), 0x40600000);
    assert_true(memory[3] == 3.5f && memory[0] == 3.5f && memory[1] == 0);
    emitted_close(&m);
}

/* Two fields that overlap in nothing but their objects: the order of stores to them is kept where it matters. */
static void test_aliasing(void **session) {
    uint64_t memory[4] = {0};
    open_graph(session, 2, 2, 1);
    JitNode *a = param(&m.g, 0), *b = param(&m.g, 1), *one = number(&m.g, 1), *two = number(&m.g, 2);
    access_node(node2(&m.g, 0, JIT_STORE, a, one), COR_WIDTH_64, 8, 0);
    access_node(node2(&m.g, 0, JIT_STORE, b, two), COR_WIDTH_64, 8, 0);
    give(&m.g, 0, access_node(node1(&m.g, 0, JIT_LOAD, a), COR_WIDTH_64, 8, 0));
    emitted_compile(&m);
    assert_int_equal(RESULT(&m, address(memory), address(memory)), 2);
    assert_int_equal(RESULT(&m, address(memory), address(memory + 1)), 1);
    emitted_close(&m);
}

/* ---- Globals ----------------------------------------------------------------------------------- */

static void test_globals(void **session) {
    open_graph(session, 1, 1, 1);
    m.g.function.result_slots = 3;
    JitNode *ready = node0(&m.g, 0, JIT_GLOBAL_READY), *old = node0(&m.g, 0, JIT_GLOBAL);
    JitNode *set = node1(&m.g, 0, JIT_SET_GLOBAL, param(&m.g, 0)), *new = node0(&m.g, 0, JIT_GLOBAL);
    ready->number = old->number = set->number = new->number = 5;
    jit_append(m.g.graph, m.g.blocks[0], JIT_RETURN, 3, (JitNode *[]){ready, old, new});
    emitted_compile(&m);
    uint64_t *results = emitted_frame(&m);
    m.globals[5] = 7;
    assert_int_equal(RESULT(&m, 9), 1); /* no initialiser runs */
    assert_int_equal(results[1], 7);
    assert_int_equal(results[2], 9);
    assert_int_equal(m.globals_set[5], 1);
    m.isolate.initializing = 2;
    assert_int_equal(RESULT(&m, 10), 1);
    m.globals_set[5] = 0;
    assert_int_equal(RESULT(&m, 11), 0);
    assert_int_equal(m.globals[5], 11);
    emitted_close(&m);
}

/* ---- What never changes ------------------------------------------------------------------------ */

static void test_constant_parts(void **session) {
    static CorType type = {.ordinal = 3};
    CorStringObject *text = calloc(1, sizeof *text + 8);
    text->length = 6;
    memcpy(text->bytes,
           "\xc3\xa4"
           "bcde",
           6);
    CorArrayObject array = {.length = 77};
    CorClosureObject closure = {.type = &type, .function = &m.g.function};
    open_graph(session, 1, 4, 1);
    m.g.function.result_slots = 6;
    JitNode *string = param(&m.g, 0), *object = param(&m.g, 2), *one = number(&m.g, 1);
    JitNode *results[] = {
        node1(&m.g, 0, JIT_LENGTH, param(&m.g, 1)),
        node1(&m.g, 0, JIT_TYPE_OF, object),
        node1(&m.g, 0, JIT_CASE_OF, object),
        node1(&m.g, 0, JIT_FUNCTION_OF, object),
        node1(&m.g, 0, JIT_STRING_LENGTH, string),
        node2(&m.g, 0, JIT_STRING_BYTE, string, node2(&m.g, 0, JIT_SUB, param(&m.g, 3), one)),
    };
    jit_append(m.g.graph, m.g.blocks[0], JIT_RETURN, 6, results);
    emitted_compile(&m);
    assert_int_equal(RESULT(&m, address(text), address(&array), address(&closure), 1), 77);
    const uint64_t *frame = emitted_frame(&m);
    assert_int_equal(frame[1], address(&type));
    assert_int_equal(frame[2], 3);
    assert_int_equal(frame[3], address(&m.g.function));
    assert_int_equal(frame[4], 6);
    assert_int_equal(frame[5], 0xc3);
    free(text);
    emitted_close(&m);
}

/* With zero bytes behind it, as the heap's strings have. */
static CorStringObject *new_text(const char *text) {
    size_t length = strlen(text);
    CorStringObject *string = calloc(1, sizeof *string + (length + 8) / 8 * 8);
    assert_non_null(string);
    string->length = (uint32_t)length;
    memcpy(string->bytes, text, length);
    return string;
}

static void test_strings(void **session) {
    static const char *const texts[] = {
        "",         "a",         "hello",     "hellp",           "goodbye",
        "eightsix", "eightsixt", "eightsixs", "eightsixteenand", "eightsixteenanc"};
    enum { TEXTS = sizeof texts / sizeof *texts };
    open_graph(session, 2, 2, 1);
    m.g.function.result_slots = 3;
    JitNode *first = param(&m.g, 0), *second = param(&m.g, 1);
    JitNode *results[] = {node2(&m.g, 0, JIT_STRING_EQ, first, second),
                          node2(&m.g, 0, JIT_STRING_COMPARE, first, second),
                          node1(&m.g, 0, JIT_STRING_HASH, second)};
    jit_append(m.g.graph, m.g.blocks[0], JIT_RETURN, 3, results);
    emitted_compile(&m);
    for (int i = 0; i < TEXTS; i++)
        for (int j = 0; j < TEXTS; j++) {
            CorStringObject *a = new_text(texts[i]), *b = new_text(texts[j]);
            assert_int_equal(RESULT(&m, address(a), address(b)), i == j);
            assert_int_equal(emitted_frame(&m)[1], (uint64_t)a->length - b->length);
            assert_int_equal(emitted_frame(&m)[2], b->length * (uint64_t)3);
            b->hash = 77;
            assert_int_equal(RESULT(&m, address(b), address(b)), 1);
            assert_int_equal(emitted_frame(&m)[2], 77);
            free(a);
            free(b);
        }
    emitted_close(&m);
}

/* ---- Types ------------------------------------------------------------------------------------- */

static void test_types(void **session) {
    static const CorType *base_display[1], *middle_display[2], *leaf_display[3];
    static CorType base = {.depth = 0, .display = base_display},
                   middle = {.depth = 1, .display = middle_display},
                   leaf = {.depth = 2, .display = leaf_display},
                   other = {.depth = 1, .display = leaf_display + 1};
    base_display[0] = middle_display[0] = leaf_display[0] = &base;
    middle_display[1] = leaf_display[1] = &middle;
    leaf_display[2] = &leaf;
    const CorType *types[] = {&base, &middle, &leaf};
    for (uint32_t wanted = 0; wanted < 3; wanted++) {
        open_graph(session, 1 + wanted % 2, 1, 1);
        m.g.function.result_slots = 3;
        JitNode *object = param(&m.g, 0);
        JitNode *results[] = {node1(&m.g, 0, JIT_IS_CLASS, object), node1(&m.g, 0, JIT_IS_EXACT, object),
                              node1(&m.g, 0, JIT_IS_INTERFACE, object)};
        for (int i = 0; i < 3; i++)
            results[i]->of.type = types[wanted];
        jit_append(m.g.graph, m.g.blocks[0], JIT_RETURN, 3, results);
        emitted_compile(&m);
        for (uint32_t actual = 0; actual < 3; actual++) {
            CorObject made = {types[actual]};
            assert_int_equal(RESULT(&m, address(&made)), actual >= wanted);
            assert_int_equal(emitted_frame(&m)[1], actual == wanted);
            assert_int_equal(emitted_frame(&m)[2], actual == wanted);
        }
        CorObject stranger = {&other};
        if (wanted > 0)
            assert_int_equal(RESULT(&m, address(&stranger)), 0);
        assert_int_equal(RESULT(&m, 0), 0);
        assert_int_equal(emitted_frame(&m)[1], 0);
        assert_int_equal(emitted_frame(&m)[2], 0);
        emitted_close(&m);
    }
}

/* ---- Allocation -------------------------------------------------------------------------------- */

static JitNode *allocation(JitOp op, uint32_t count, JitNode *const *inputs, const CorType *type) {
    JitNode *node = jit_append(m.g.graph, m.g.blocks[0], op, count, inputs);
    node->of.type = type;
    node->state = state_without_slots();
    return node;
}

/* Three objects of one list of two: the third comes from the helper.  Each holds the one before. */
static void test_new(void **session) {
    static CorType type;
    for (uint32_t turn = 0; turn < 4; turn++) {
        uint64_t objects[3][4] = {{0}};
        open_graph(session, 1 + turn % 2, 1, 1);
        type.heap_list = turn < 2 ? 0 : 6; /* not known when it is compiled, or known */
        JitNode *before = param(&m.g, 0);
        for (int i = 0; i < 3; i++) {
            JitNode *object = allocation(JIT_NEW, 0, NULL, &type);
            access_node(node2(&m.g, 0, JIT_STORE, object, before), COR_WIDTH_REFERENCE, 8, 0);
            before = object;
        }
        give(&m.g, 0, before);
        emitted_compile(&m);
        type.heap_list = 6;
        objects[0][0] = address(objects[1]);
        m.lists.head[6] = objects[0];
        m.gives = objects[2];
        objects[2][0] = address(&type);
        assert_int_equal(RESULT(&m, 5), address(objects[2]));
        assert_int_equal(m.calls, 1);
        assert_int_equal(m.seen[0], address(&type));
        assert_null(m.lists.head[6]);
        for (int i = 0; i < 3; i++) {
            assert_int_equal(objects[i][0], address(&type));
            assert_int_equal(objects[i][1], i == 0 ? 5 : address(objects[i - 1]));
        }
        m.gives = NULL;
        assert_int_equal(RUN(&m, 5), COR_THROWN);
        emitted_close(&m);
    }
}

static void test_new_closure(void **session) {
    static CorType type = {.heap_list = 1};
    uint64_t object[4] = {0};
    CorLoweredFunction function;
    open_graph(session, 2, 0, 1);
    JitNode *closure = allocation(JIT_NEW_CLOSURE, 0, NULL, &type);
    closure->of.callee = &function;
    give(&m.g, 0, closure);
    emitted_compile(&m);
    m.lists.head[1] = object;
    assert_int_equal(emitted_result(&m, 0, NULL), address(object));
    assert_int_equal(object[0], address(&type));
    assert_int_equal(object[1], address(&function));
    emitted_close(&m);
}

/* Arrays of pairs: a word, and 32 bits. */
static const CorScalar pair_scalars[] = {{0, COR_WIDTH_64}, {8, COR_WIDTH_I32}};
static const CorLayout pair_layout = {.count = 2, .size = 16, .alignment = 8, .scalars = pair_scalars};
static const CorType pair = {.layout = &pair_layout};
/* Arrays of references. */
static const CorScalar word_scalar = {0, COR_WIDTH_REFERENCE};
static const CorLayout word_layout = {.count = 1, .size = 8, .alignment = 8, .scalars = &word_scalar};
static const CorType word = {.layout = &word_layout};

static void assert_array(const uint64_t *array, const CorType *type, uint64_t length,
                         const uint64_t *elements, uint32_t words) {
    assert_int_equal(array[0], address(type));
    assert_int_equal(array[1], length);
    assert_memory_equal(array + 2, elements, words * sizeof *elements);
    assert_int_equal(array[2 + words], 0x5555); /* what follows is not touched */
}

/* Small ones come from the list of their size, with their elements; a helper makes large ones, and says what is wrong with
 * a negative length. */
static void test_new_array(void **session) {
    static CorType type = {.element = &pair};
    for (uint32_t turn = 0; turn < 2; turn++) {
        uint64_t array[12] = {0};
        open_graph(session, 1, 3, 1);
        JitNode *inputs[] = {param(&m.g, 0), param(&m.g, 1), param(&m.g, 2)};
        give(&m.g, 0, allocation(JIT_NEW_ARRAY, turn == 0 ? 3 : 1, inputs, &type));
        emitted_compile(&m);
        m.lists.head[3] = array; /* 48 bytes, without references */
        array[6] = 0x5555;
        assert_int_equal(RESULT(&m, 2, 7, -1), address(array));
        assert_null(m.lists.head[3]);
        const uint64_t filled[] = {7, UINT32_MAX, 7, UINT32_MAX}, unset[4] = {0};
        assert_array(array, &type, 2, turn == 0 ? filled : unset, 4);
        assert_int_equal(m.calls, 0);
        m.gives = &type;
        if (turn == 0) { /* the recording helper reads a value */
            assert_int_equal(RESULT(&m, 32, 7, 8), address(&type));
            assert_int_equal(m.seen[1], 32);
            assert_int_equal(RESULT(&m, -1, 7, 8), address(&type));
            assert_int_equal(m.calls, 2);
        }
        emitted_close(&m);
    }
}

static void test_array_of(void **session) {
    static CorType type = {.element = &word, .mark_bytes = SIZE_MAX};
    uint64_t array[6] = {[4] = 0x5555};
    open_graph(session, 1, 2, 1);
    JitNode *inputs[] = {param(&m.g, 0), param(&m.g, 1)};
    JitNode *made = allocation(JIT_ARRAY_OF, 2, inputs, &type);
    made->number = 2;
    give(&m.g, 0, made);
    emitted_compile(&m);
    m.lists.head[COR_HEAP_WHOLE + 2] = array;
    assert_int_equal(RESULT(&m, 20, 30), address(array));
    const uint64_t elements[] = {20, 30};
    assert_array(array, &type, 2, elements, 2);
    assert_int_equal(m.calls, 0);
    emitted_close(&m);
}

static void test_allocators(void **session) {
    static CorType pairs = {.element = &pair}, words = {.element = &word}, none;
    CorType *const types[] = {&pairs, &words, &none};
    static const JitOp ops[] = {JIT_NEW_ARRAY, JIT_ARRAY_OF, JIT_CONCAT};
    static const CorHelper helpers[] = {COR_HELPER_NEW_ARRAY, COR_HELPER_ARRAY_OF, COR_HELPER_CONCAT};
    for (int i = 0; i < 3; i++) {
        open_graph(session, 1, 3, 1);
        JitNode *inputs[] = {param(&m.g, 0), param(&m.g, 1), param(&m.g, 2)};
        CorType *type = types[i];
        JitNode *made = allocation(ops[i], 3, inputs, type);
        made->number = 3; /* elements of one slot */
        give(&m.g, 0, made);
        emitted_compile(&m);
        m.gives = type;
        assert_int_equal(RESULT(&m, 10, 20, 30), address(type));
        assert_int_equal(m.called, helpers[i]);
        const uint64_t seen[3][4] = {{address(type), 10, 20, 30}, {address(type), 3, 10, 30}, {10, 20, 3, 0}};
        assert_memory_equal(m.seen, seen[i], sizeof seen[i]);
        m.gives = NULL;
        assert_int_equal(RUN(&m, 10, 20, 30), COR_THROWN);
        emitted_close(&m);
    }
}

/* ---- Entries ----------------------------------------------------------------------------------- */

static void test_entries(void **session) {
    CorType *class = calloc(1, sizeof *class + 4 * sizeof(CorWord *)); /* with a vtable */
    static CorType interface;
    static CorWord code[4];
    open_graph(session, 1, 1, 1);
    m.g.function.result_slots = 3;
    JitNode *type = param(&m.g, 0);
    JitNode *results[] = {node1(&m.g, 0, JIT_VIRTUAL_ENTRY, type), node1(&m.g, 0, JIT_INTERFACE_ENTRY, type),
                          node1(&m.g, 0, JIT_ROLE_ENTRY, type)};
    results[0]->number = results[1]->number = 2;
    results[1]->of.type = &interface;
    results[2]->number = COR_ROLE_HASH;
    results[1]->state = results[2]->state = state_without_slots();
    jit_append(m.g.graph, m.g.blocks[0], JIT_RETURN, 3, results);
    emitted_compile(&m);
    atomic_store(&class->vtable[2], code);
    atomic_store(&class->roles[COR_ROLE_HASH], code + 2);
    m.gives = code + 1;
    assert_int_equal(RESULT(&m, address(class)), address(code));
    assert_int_equal(emitted_frame(&m)[1], address(code + 1));
    assert_int_equal(emitted_frame(&m)[2], address(code + 2));
    assert_int_equal(m.seen[1], address(&interface));
    assert_int_equal(m.seen[2], 2);
    atomic_store(&class->roles[COR_ROLE_HASH], NULL);
    RESULT(&m, address(class));
    assert_int_equal(m.called, COR_HELPER_ROLE_ENTRY);
    assert_int_equal(m.seen[1], COR_ROLE_HASH);
    assert_int_equal(emitted_frame(&m)[2], address(code + 1));
    emitted_close(&m);
    free(class);
}

static int open_session(void **session) {
    char failure[JIT_FAILURE];
    *session = session_open(false, failure);
    return *session == NULL;
}

static int close_session(void **session) {
    session_close(*session);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_elements),
        cmocka_unit_test(test_floats_in_memory),
        cmocka_unit_test(test_aliasing),
        cmocka_unit_test(test_globals),
        cmocka_unit_test(test_constant_parts),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_new),
        cmocka_unit_test(test_new_closure),
        cmocka_unit_test(test_new_array),
        cmocka_unit_test(test_array_of),
        cmocka_unit_test(test_allocators),
        cmocka_unit_test(test_entries),
    };
    return cmocka_run_group_tests(tests, open_session, close_session);
}

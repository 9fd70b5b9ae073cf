/* The heap: lists and mark classes, accounts and quotas, stress switches, threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vm/heap/heap.h"
#include "vm/native/host.h"

typedef struct Roots {
    void *slots[64];
    int visits;
} Roots;

static void visit_roots(void *context, const CorHeap *heap, CorHeapVisitor *visitor) {
    (void)heap;
    Roots *roots = context;
    roots->visits++;
    cor_heap_visit(visitor, roots->slots, roots->slots + 64);
}

typedef struct Node {
    void *type;
    struct Node *left, *right;
    uint64_t value;
} Node;

static Node *new_node(CorHeap *heap) {
    Node *node = cor_heap_take(heap, cor_heap_list(sizeof(Node), 24));
    if (!node)
        node = cor_heap_allocate(heap, sizeof(Node), 24);
    if (node)
        node->type = NULL;
    return node;
}

static Node *make_tree(CorHeap *heap, void **root, int depth) {
    Node *node = new_node(heap);
    if (!node)
        return NULL;
    cor_heap_store(NULL, root, node);
    node->value = (uint64_t)depth;
    if (depth > 0 && (!make_tree(heap, (void **)&node->left, depth - 1) ||
                      !make_tree(heap, (void **)&node->right, depth - 1)))
        return NULL;
    return node;
}

static uint64_t count_tree(const Node *node) {
    return node ? 1 + count_tree(node->left) + count_tree(node->right) : 0;
}

static void trees_survive(void **state) {
    (void)state;
    Roots roots = {0};
    CorHeap *heap = cor_heap_new(0, visit_roots, &roots);
    assert_non_null(heap);
    assert_true(cor_heap_enter(heap));
    make_tree(heap, &roots.slots[0], 14);
    for (int i = 0; i < 200; i++)
        make_tree(heap, &roots.slots[1], 12);
    cor_heap_collect(heap);
    assert_int_equal(count_tree(roots.slots[0]), (1 << 15) - 1);
    assert_int_equal(count_tree(roots.slots[1]), (1 << 13) - 1);
    assert_int_equal(heap->live, 32 * ((1 << 15) - 1 + (1 << 13) - 1));
    roots.slots[0] = NULL;
    cor_heap_collect(heap);
    assert_int_equal(heap->live, 32 * ((1 << 13) - 1));
    cor_heap_leave(heap);
    cor_heap_free(heap);
}

/* Where little is alive, the heap is collected before it is used up; where much is, it is not. */
static void little_is_collected_early(void **state) {
    (void)state;
    Roots roots = {0};
    CorHeap *heap = cor_heap_new(0, visit_roots, &roots);
    assert_true(cor_heap_enter(heap));
    cor_heap_collect(heap);
    for (int turn = 0; turn < 2; turn++) {
        if (turn == 1)
            make_tree(heap, &roots.slots[0], 17); /* 8 MiB */
        cor_heap_collect(heap);
        roots.visits = 0;
        for (int i = 0; i < (16 << 20) / (int)sizeof(Node); i++)
            assert_non_null(new_node(heap));
        assert_true(turn == 0 ? roots.visits >= 2 : roots.visits <= 1);
    }
    cor_heap_leave(heap);
    cor_heap_free(heap);
}

/* What is made one after the other lies so, upwards. */
static void objects_are_neighbours(void **state) {
    (void)state;
    CorHeap *heap = cor_heap_new(0, visit_roots, &(Roots){0});
    assert_true(cor_heap_enter(heap));
    uintptr_t before = 0;
    int count = 0, upwards = 0;
    for (; count < 1000; count++) {
        uintptr_t node = (uintptr_t)new_node(heap);
        upwards += node > before;
        before = node;
    }
    assert_true(upwards > count / 10 * 9);
    cor_heap_leave(heap);
    cor_heap_free(heap);
}

/* Arrays of whole pages begin at varying places, are found there, and count as those pages. */
static void pages_are_shared_evenly(void **state) {
    (void)state;
    enum { COUNT = 40, SIZE = 4000 };
    Roots roots = {0};
    CorHeap *heap = cor_heap_new(0, visit_roots, &roots);
    assert_true(cor_heap_enter(heap));
    uint64_t **rows = cor_heap_allocate(heap, SIZE, SIZE_MAX);
    rows[0] = NULL;
    roots.slots[0] = rows;
    bool begins[4096 / 64] = {0};
    for (uint64_t i = 1; i <= COUNT; i++) {
        uint64_t *row = i % 2 ? cor_heap_allocate_data(heap, SIZE) : cor_heap_allocate(heap, SIZE, SIZE_MAX);
        assert_non_null(row);
        row[0] = 0;
        row[SIZE / 8 - 1] = i;
        begins[(uintptr_t)row % 4096 / 64] = true;
        cor_heap_store(rows, (void **)&rows[i], row);
    }
    for (int i = 0; i < 200; i++)
        memset(cor_heap_allocate_data(heap, SIZE), 0, SIZE);
    cor_heap_collect(heap);
    for (uint64_t i = 1; i <= COUNT; i++)
        assert_int_equal(rows[i][SIZE / 8 - 1], i);
    assert_in_range(heap->live, (COUNT + 1) * 4096, (COUNT + 1) * 8192);
    assert_int_equal(heap->live % 4096, 0);
    int count = 0;
    for (size_t i = 0; i < sizeof begins; i++)
        count += begins[i];
    assert_true(count >= 30);
    cor_heap_leave(heap);
    cor_heap_free(heap);
}

/* Every mark class keeps exactly the references before its end alive, and memory comes zeroed. */
static void every_class_is_scanned_and_zeroed(void **state) {
    (void)state;
    Roots roots = {0};
    CorHeap *heap = cor_heap_new(0, visit_roots, &roots);
    assert_true(cor_heap_enter(heap));
    for (size_t size = 16; size <= 2048; size += size < 512 ? 16 : 256) {
        for (size_t mark = 0; mark <= size; mark += 8) {
            uint64_t *object = cor_heap_allocate(heap, size, mark);
            for (size_t i = 1; i < size / 8; i++)
                assert_int_equal(object[i], 0);
            object[0] = 0;
            roots.slots[0] = object;
            if (mark > 8) {
                void *target = cor_heap_allocate(heap, 16, 0);
                object[mark / 8 - 1] = (uintptr_t)target;
                memset(object + mark / 8, 0x5a, size - mark);
            }
            if (mark % 64 == 16) {
                cor_heap_collect(heap);
                size_t expected = (size + 15) / 16 * 16 + 16;
                assert_in_range(heap->live, expected, size <= 512 ? expected : expected + size / 2);
            }
            roots.slots[0] = NULL;
        }
    }
    cor_heap_leave(heap);
    cor_heap_free(heap);
}

static void the_quota_holds(void **state) {
    (void)state;
    Roots roots = {0};
    enum { QUOTA = 8 << 20 };
    CorHeap *heap = cor_heap_new(QUOTA, visit_roots, &roots);
    assert_true(cor_heap_enter(heap));
    for (int i = 0; i < 100; i++) /* garbage is no live data */
        assert_non_null(make_tree(heap, &roots.slots[0], 12));
    assert_null(cor_heap_allocate(heap, QUOTA, 0));
    roots.slots[0] = NULL;
    Node *list = NULL;
    size_t count = 0;
    for (Node *node; (node = new_node(heap)) != NULL; count++) {
        node->left = list;
        roots.slots[0] = list = node;
    }
    assert_in_range(count * 32, QUOTA - QUOTA / 16, QUOTA);
    for (int i = 0; i < 100; i++) /* handlers can go on for a while */
        assert_non_null(new_node(heap));
    roots.slots[0] = list = NULL;
    for (int i = 0; i < 100; i++)
        assert_non_null(make_tree(heap, &roots.slots[0], 12));
    assert_true(cor_heap_charge(heap, QUOTA / 2));
    assert_false(cor_heap_charge(heap, QUOTA));
    assert_true(cor_heap_charge(heap, -(QUOTA / 2)));
    cor_heap_leave(heap);
    cor_heap_free(heap);
}

/* What cannot wait for an error is allocated beyond the quota, and owed; nothing is owed before. */
static void what_goes_beyond_the_quota_is_owed(void **state) {
    (void)state;
    Roots roots = {0};
    enum { QUOTA = 1 << 20 };
    CorHeap *heap = cor_heap_new(QUOTA, visit_roots, &roots);
    assert_true(cor_heap_enter(heap));
    size_t count = 0;
    for (Node *list = NULL; !heap->owes && count * sizeof(Node) < 2 * QUOTA; count++) {
        Node *node = cor_heap_allocate_owing(heap, sizeof *node, offsetof(Node, value));
        assert_non_null(node);
        node->left = list;
        roots.slots[0] = list = node;
    }
    assert_true(heap->owes);
    assert_in_range(count * sizeof(Node), QUOTA - QUOTA / 16, QUOTA);
    assert_non_null(cor_heap_allocate_owing(heap, QUOTA, 0));
    cor_heap_leave(heap);
    cor_heap_free(heap);
}

/* A word that is left on the machine stack may lead to an object of another account, larger than this one can be. */
static void larger_objects_are_not_counted(void **state) {
    (void)state;
    Roots mine = {0}, other = {0};
    CorHeap *small = cor_heap_new(1 << 20, visit_roots, &mine), *large = cor_heap_new(0, visit_roots, &other);
    assert_true(cor_heap_enter(large));
    void *object = cor_heap_allocate(large, 2 << 20, 0);
    assert_non_null(object);
    other.slots[0] = mine.slots[0] = object;
    cor_heap_leave(large);
    assert_true(cor_heap_enter(small));
    cor_heap_collect(small);
    assert_int_equal(small->live, 0);
    assert_non_null(cor_heap_allocate(small, 1 << 19, 0));
    cor_heap_leave(small);
    assert_true(cor_heap_enter(large));
    cor_heap_collect(large);
    assert_true(large->live >= 2 << 20);
    cor_heap_leave(large);
    cor_heap_free(small);
    cor_heap_free(large);
}

/* What else seems to be alive, for the same reason, makes allocations fail, but overdraws nothing. */
static void what_was_not_taken_overdraws_nothing(void **state) {
    (void)state;
    Roots mine = {0}, other = {0};
    CorHeap *small = cor_heap_new(1 << 20, visit_roots, &mine), *large = cor_heap_new(0, visit_roots, &other);
    assert_true(cor_heap_enter(large));
    for (int i = 0; i < 4; i++)
        assert_non_null(mine.slots[i] = other.slots[i] = cor_heap_allocate(large, 1 << 19, 0));
    cor_heap_leave(large);
    assert_true(cor_heap_enter(small));
    cor_heap_collect(small);
    assert_true(small->live >= 2 << 20);
    assert_null(cor_heap_allocate(small, 1024, 0));
    assert_false(cor_heap_is_overdrawn(small));
    mine = (Roots){0};
    cor_heap_collect(small);
    assert_non_null(cor_heap_allocate(small, 1024, 0));
    cor_heap_leave(small);
    cor_heap_free(small);
    cor_heap_free(large);
}

/* What is taken without regard to the quota is in the account, too, and an account that is nearly full fails before it has to be
 * counted at every allocation. */
static void nothing_is_beyond_the_account(void **state) {
    (void)state;
    Roots roots = {0};
    enum { QUOTA = 4 << 20, PART = 512 };
    CorHeap *heap = cor_heap_new(QUOTA, visit_roots, &roots);
    assert_true(cor_heap_enter(heap));
    size_t held = 0;
    void **last = NULL;
    for (; held < 2 * QUOTA && !cor_heap_is_overdrawn(heap); held += PART) {
        void **part = cor_heap_allocate_reserved(heap, PART, SIZE_MAX);
        assert_non_null(part);
        part[0] = NULL;
        part[1] = last;
        roots.slots[0] = (void *)(last = part);
    }
    assert_in_range(held, QUOTA, QUOTA + QUOTA / 4);
    assert_null(cor_heap_allocate(heap, 2 * PART, 0)); /* from no list */
    assert_true(cor_heap_take_failed_count(heap) > QUOTA);
    assert_int_equal(cor_heap_take_failed_count(heap), 0);
    while (last && held > QUOTA / 10 * 9) {
        last = last[1];
        held -= PART;
    }
    roots.slots[0] = (void *)last;
    cor_heap_collect(heap);
    assert_false(cor_heap_is_overdrawn(heap));
    assert_true(cor_heap_charge(heap, QUOTA / 20)); /* not full, but within the margin */
    size_t count = 0;
    while (count < QUOTA && cor_heap_allocate(heap, 1024, 0))
        count += 1024;
    assert_in_range(count, 0, QUOTA / 16);
    cor_heap_leave(heap);
    cor_heap_free(heap);
}

static void one_account_pays_not_for_another(void **state) {
    (void)state;
    Roots mine = {0}, other = {0};
    CorHeap *small = cor_heap_new(1 << 20, visit_roots, &mine), *large = cor_heap_new(0, visit_roots, &other);
    assert_true(cor_heap_enter(large));
    assert_non_null(make_tree(large, &other.slots[0], 16));
    cor_heap_leave(large);
    assert_true(cor_heap_enter(small));
    for (int i = 0; i < 50; i++)
        assert_non_null(make_tree(small, &mine.slots[0], 12));
    cor_heap_collect(small);
    assert_int_equal(small->live, 32 * ((1 << 13) - 1));
    cor_heap_leave(small);
    cor_heap_free(small);
    cor_heap_free(large);
}

static void large_objects(void **state) {
    (void)state;
    Roots roots = {0};
    CorHeap *heap = cor_heap_new(64 << 20, visit_roots, &roots);
    assert_true(cor_heap_enter(heap));
    for (int i = 0; i < 200; i++) {
        void **array = cor_heap_allocate(heap, 4 << 20, SIZE_MAX);
        assert_non_null(array);
        array[0] = NULL;
        roots.slots[0] = array;
        array[(4 << 20) / 8 - 1] = cor_heap_allocate_data(heap, 1 << 20);
        memset(array[(4 << 20) / 8 - 1], 1, 1 << 20);
    }
    cor_heap_collect(heap);
    assert_in_range(heap->live, 5 << 20, (5 << 20) + 16384);
    cor_heap_leave(heap);
    cor_heap_free(heap);
}

static void stress_switches(void **state) {
    (void)state;
    Roots roots = {0};
    CorHeap *heap = cor_heap_new(0, visit_roots, &roots);
    assert_true(cor_heap_enter(heap));
    cor_heap_stress(heap, 1, 0);
    assert_non_null(make_tree(heap, &roots.slots[0], 5));
    assert_int_equal(count_tree(roots.slots[0]), 63);
    assert_int_equal(heap->allocation_count, 63);
    cor_heap_stress(heap, 0, 10);
    for (int i = 1; i < 20; i++)
        assert_int_equal(new_node(heap) == NULL, i == 10);
    cor_heap_leave(heap);
    cor_heap_free(heap);
}

enum { THREADS = 4 };

static void run_thread(void *opaque) {
    uint64_t *nodes = opaque;
    Roots roots = {0};
    CorHeap *heap = cor_heap_new(4 << 20, visit_roots, &roots);
    if (heap && cor_heap_enter(heap)) {
        for (int i = 0; i < 60; i++)
            make_tree(heap, &roots.slots[i % 8], 10);
        for (int i = 0; i < 8; i++)
            *nodes += count_tree(roots.slots[i]);
        cor_heap_leave(heap);
    }
    cor_heap_free(heap);
}

static void threads_share_the_heap(void **state) {
    (void)state;
    const CorHost *host = cor_host_default();
    for (int round = 0; round < 5; round++) {
        CorHostThread *threads[THREADS];
        uint64_t nodes[THREADS] = {0};
        for (int i = 0; i < THREADS; i++)
            threads[i] = host->thread_start(host, run_thread, &nodes[i], 0);
        for (int i = 0; i < THREADS; i++) {
            host->thread_join(host, threads[i]);
            assert_int_equal(nodes[i], 8 * ((1 << 11) - 1));
        }
    }
}

static void permanent_memory(void **state) {
    (void)state;
    CorHeapPermanent *owner = NULL;
    char *last = NULL;
    for (size_t size = 1; size < 100000; size = size * 3 / 2 + 1) {
        char *memory = cor_heap_permanent(&owner, size);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % 16, 0);
        assert_int_equal(memory[0] | memory[size - 1], 0);
        memset(memory, 0xff, size);
        assert_ptr_not_equal(memory, last);
        last = memory;
    }
    cor_heap_permanent_free(owner);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_survive),
        cmocka_unit_test(little_is_collected_early),
        cmocka_unit_test(objects_are_neighbours),
        cmocka_unit_test(pages_are_shared_evenly),
        cmocka_unit_test(every_class_is_scanned_and_zeroed),
        cmocka_unit_test(the_quota_holds),
        cmocka_unit_test(what_goes_beyond_the_quota_is_owed),
        cmocka_unit_test(nothing_is_beyond_the_account),
        cmocka_unit_test(one_account_pays_not_for_another),
        cmocka_unit_test(large_objects),
        cmocka_unit_test(larger_objects_are_not_counted),
        cmocka_unit_test(what_was_not_taken_overdraws_nothing),
        cmocka_unit_test(stress_switches),
        cmocka_unit_test(threads_share_the_heap),
        cmocka_unit_test(permanent_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

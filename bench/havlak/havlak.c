#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static void *resize(void *memory, size_t count, size_t size) {
    void *result = realloc(memory, count * size);
    if (!result)
        exit(1);
    return result;
}

/// A growing list of pointers.
struct list {
    void **items;
    size_t length, capacity;
};

static void push(struct list *list, void *item) {
    if (list->length == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 4;
        list->items = resize(list->items, list->capacity, sizeof *list->items);
    }
    list->items[list->length++] = item;
}

/// A growing list of numbers.
struct numbers {
    int64_t *items;
    size_t length, capacity;
};

static void push_number(struct numbers *numbers, int64_t number) {
    if (numbers->length == numbers->capacity) {
        numbers->capacity = numbers->capacity ? 2 * numbers->capacity : 4;
        numbers->items = resize(numbers->items, numbers->capacity, sizeof *numbers->items);
    }
    numbers->items[numbers->length++] = number;
}

/// The sets are small: a search is faster than a table.
static void add_number(struct numbers *set, int64_t number) {
    for (size_t i = 0; i < set->length; i++)
        if (set->items[i] == number)
            return;
    push_number(set, number);
}

// ---- Graphs

struct block {
    int64_t name;
    struct list in_edges, out_edges;
};

struct graph {
    struct list blocks;
};

static struct block *block_named(struct graph *graph, int64_t name) {
    while (graph->blocks.length <= (size_t)name) {
        struct block *block = resize(NULL, 1, sizeof *block);
        *block = (struct block){.name = (int64_t)graph->blocks.length};
        push(&graph->blocks, block);
    }
    return graph->blocks.items[name];
}

static void connect(struct graph *graph, int64_t source, int64_t target) {
    struct block *from = block_named(graph, source), *to = block_named(graph, target);
    push(&from->out_edges, to);
    push(&to->in_edges, from);
}

static void discard_graph(struct graph *graph) {
    for (size_t i = 0; i < graph->blocks.length; i++) {
        struct block *block = graph->blocks.items[i];
        free(block->in_edges.items);
        free(block->out_edges.items);
        free(block);
    }
    free(graph->blocks.items);
}

// Each of these begins at a block, makes new ones, and gives the last of them.

static int64_t diamond(struct graph *graph, int64_t start) {
    connect(graph, start, start + 1);
    connect(graph, start, start + 2);
    connect(graph, start + 1, start + 3);
    connect(graph, start + 2, start + 3);
    return start + 3;
}

static int64_t straight(struct graph *graph, int64_t start, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        connect(graph, start + i, start + i + 1);
    return start + count;
}

static int64_t loop(struct graph *graph, int64_t start) {
    int64_t header = straight(graph, start, 1), first = diamond(graph, header);
    int64_t inner = straight(graph, first, 1), second = diamond(graph, inner);
    int64_t footer = straight(graph, second, 1);
    connect(graph, second, inner);
    connect(graph, first, header);
    connect(graph, footer, start);
    return straight(graph, footer, 1);
}

// ---- Loops

struct loop {
    bool is_reducible;
    struct list blocks, children;
    struct loop *parent;
    int64_t nesting, depth;
};

/// The loops of a graph, of which those that are in no other are children of the root.
struct tree {
    struct loop root;
    struct list loops;
};

static struct loop *add_loop(struct tree *tree, struct block *header, bool is_reducible) {
    struct loop *loop = resize(NULL, 1, sizeof *loop);
    *loop = (struct loop){.is_reducible = is_reducible};
    push(&loop->blocks, header);
    push(&tree->loops, loop);
    return loop;
}

static void set_parent(struct loop *loop, struct loop *parent) {
    loop->parent = parent;
    push(&parent->children, loop);
}

static void calculate_nesting(struct loop *loop, int64_t depth) {
    loop->depth = depth;
    for (size_t i = 0; i < loop->children.length; i++) {
        struct loop *child = loop->children.items[i];
        calculate_nesting(child, depth + 1);
        if (loop->nesting < 1 + child->nesting)
            loop->nesting = 1 + child->nesting;
    }
}

static void discard_tree(struct tree *tree) {
    for (size_t i = 0; i < tree->loops.length; i++) {
        struct loop *loop = tree->loops.items[i];
        free(loop->blocks.items);
        free(loop->children.items);
        free(loop);
    }
    free(tree->loops.items);
    free(tree->root.children.items);
}

// ---- Finding them

/// A member of disjoint sets of blocks, the sets being those that a loop has collapsed to one.
struct node {
    struct block *block;
    int64_t number;
    struct node *parent;
    struct loop *loop;
};

static struct node *find(struct node *start) {
    struct node *root = start;
    while (root != root->parent)
        root = root->parent;
    for (struct node *node = start; node != root;) {
        struct node *parent = node->parent;
        node->parent = root;
        node = parent;
    }
    return root;
}

enum kind { PLAIN, REDUCIBLE, SELF_LOOP, IRREDUCIBLE };

enum { UNVISITED = -1 };

struct finder {
    struct graph *graph;
    struct tree *tree;
    struct node *nodes; // by number, which a depth-first search gives
    int64_t length;
    int64_t *numbers; // by name of the block
    int64_t *last;    // by number: that of the last descendant
    enum kind *kinds;
    struct numbers *back_edges; // from which numbers
    struct numbers *other_edges;
};

static void visit(struct finder *f, struct block *block) {
    int64_t number = f->length++;
    f->nodes[number] = (struct node){block, number, &f->nodes[number], NULL};
    f->numbers[block->name] = number;
    for (size_t i = 0; i < block->out_edges.length; i++) {
        struct block *target = block->out_edges.items[i];
        if (f->numbers[target->name] == UNVISITED)
            visit(f, target);
    }
    f->last[number] = f->length - 1;
}

static bool is_ancestor(const struct finder *f, int64_t w, int64_t v) {
    return w <= v && v <= f->last[w];
}

static void sort_edges(struct finder *f) {
    for (int64_t w = 0; w < f->length; w++) {
        const struct list *edges = &f->nodes[w].block->in_edges;
        for (size_t i = 0; i < edges->length; i++) {
            int64_t v = f->numbers[((struct block *)edges->items[i])->name];
            if (v == UNVISITED)
                continue;
            if (is_ancestor(f, w, v))
                push_number(&f->back_edges[w], v);
            else
                add_number(&f->other_edges[w], v);
        }
    }
}

static bool contains(const struct list *list, const void *item) {
    for (size_t i = 0; i < list->length; i++)
        if (list->items[i] == item)
            return true;
    return false;
}

/// Follows an edge backwards, from the body of the loop of w to the node.
static void reach(struct finder *f, int64_t w, struct node *node, struct list *pool) {
    if (!is_ancestor(f, w, node->number)) {
        f->kinds[w] = IRREDUCIBLE;
        add_number(&f->other_edges[w], node->number);
    } else if (node->number != w && !contains(pool, node)) {
        push(pool, node);
    }
}

static void collapse(struct finder *f, int64_t w, const struct list *pool) {
    struct node *node = &f->nodes[w];
    struct loop *loop = add_loop(f->tree, node->block, f->kinds[w] != IRREDUCIBLE);
    node->loop = loop;
    for (size_t i = 0; i < pool->length; i++) {
        struct node *each = pool->items[i];
        each->parent = node;
        if (each->loop)
            set_parent(each->loop, loop);
        else
            push(&loop->blocks, each->block);
    }
}

/// Finds the loop whose header is the block of a number, those of all larger numbers having been found.
static void find_loop(struct finder *f, int64_t w) {
    struct list pool = {0};
    for (size_t i = 0; i < f->back_edges[w].length; i++) {
        int64_t v = f->back_edges[w].items[i];
        if (v == w)
            f->kinds[w] = SELF_LOOP;
        else
            push(&pool, find(&f->nodes[v]));
    }
    if (pool.length > 0)
        f->kinds[w] = REDUCIBLE;
    for (size_t next = 0; next < pool.length; next++) {
        const struct numbers *edges = &f->other_edges[((struct node *)pool.items[next])->number];
        for (size_t i = 0; i < edges->length; i++)
            reach(f, w, find(&f->nodes[edges->items[i]]), &pool);
    }
    if (pool.length > 0 || f->kinds[w] == SELF_LOOP)
        collapse(f, w, &pool);
    free(pool.items);
}

static struct tree find_loops(struct graph *graph) {
    size_t size = graph->blocks.length;
    struct tree tree = {.root = {.is_reducible = true}};
    struct finder f = {graph,
                       &tree,
                       resize(NULL, size, sizeof *f.nodes),
                       0,
                       resize(NULL, size, sizeof *f.numbers),
                       resize(NULL, size, sizeof *f.last),
                       resize(NULL, size, sizeof *f.kinds),
                       resize(NULL, size, sizeof *f.back_edges),
                       resize(NULL, size, sizeof *f.other_edges)};
    for (size_t i = 0; i < size; i++) {
        f.numbers[i] = UNVISITED;
        f.last[i] = 0;
        f.kinds[i] = PLAIN;
        f.back_edges[i] = f.other_edges[i] = (struct numbers){0};
    }
    visit(&f, graph->blocks.items[0]);
    sort_edges(&f);
    for (int64_t w = f.length - 1; w >= 0; w--)
        find_loop(&f, w);
    for (size_t i = 0; i < size; i++) {
        free(f.back_edges[i].items);
        free(f.other_edges[i].items);
    }
    free(f.nodes);
    free(f.numbers);
    free(f.last);
    free(f.kinds);
    free(f.back_edges);
    free(f.other_edges);
    return tree;
}

static int64_t count_loops(struct graph *graph) {
    struct tree tree = find_loops(graph);
    int64_t count = (int64_t)tree.loops.length;
    discard_tree(&tree);
    return count;
}

/// Loops in loops in loops, so many of each.
static void build(struct graph *graph, int64_t outer, int64_t middle, int64_t inner) {
    int64_t n = 2;
    for (int64_t i = 0; i < outer; i++) {
        connect(graph, 2, n + 1);
        n++;
        for (int64_t j = 0; j < middle; j++) {
            int64_t top = n;
            n = straight(graph, n, 1);
            for (int64_t k = 0; k < inner; k++)
                n = loop(graph, n);
            int64_t bottom = straight(graph, n, 1);
            connect(graph, n, top);
            n = bottom;
        }
        connect(graph, n, 1);
    }
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    struct graph graph = {0};
    loop(&graph, 0);
    connect(&graph, 0, 2);
    int64_t found = 0;
    for (int64_t round = 0; round < atoll(argv[1]); round++)
        found += count_loops(&graph);
    build(&graph, 10, 10, 5);
    for (int64_t round = 0; round < atoll(argv[2]); round++)
        found += count_loops(&graph);
    struct tree tree = find_loops(&graph);
    for (size_t i = 0; i < tree.loops.length; i++) {
        struct loop *loop = tree.loops.items[i];
        if (!loop->parent)
            set_parent(loop, &tree.root);
    }
    calculate_nesting(&tree.root, 0);
    int64_t irreducible = 0, depths = 0;
    size_t blocks = 0;
    for (size_t i = 0; i < tree.loops.length; i++) {
        struct loop *loop = tree.loops.items[i];
        irreducible += !loop->is_reducible;
        depths += loop->depth;
        blocks += loop->blocks.length;
    }
    printf("%" PRId64 " %zu %zu %" PRId64 " %" PRId64 " %" PRId64 " %zu\n", found, graph.blocks.length,
           tree.loops.length, irreducible, tree.root.nesting, depths, blocks);
    discard_tree(&tree);
    discard_graph(&graph);
    return 0;
}

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct tree {
    struct tree *left, *right;
};

static struct tree *build(int64_t depth) {
    struct tree *tree = malloc(sizeof *tree);
    if (!tree)
        exit(1);
    tree->left = depth == 0 ? NULL : build(depth - 1);
    tree->right = depth == 0 ? NULL : build(depth - 1);
    return tree;
}

static int64_t count(const struct tree *tree) {
    if (!tree->left)
        return 1;
    return 1 + count(tree->left) + count(tree->right);
}

static void discard(struct tree *tree) {
    if (tree->left) {
        discard(tree->left);
        discard(tree->right);
    }
    free(tree);
}

static int64_t build_and_count(int64_t depth) {
    struct tree *tree = build(depth);
    int64_t result = count(tree);
    discard(tree);
    return result;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    int64_t depth = atoll(argv[1]), factor = atoll(argv[2]);
    printf("stretch tree of depth %" PRId64 ": %" PRId64 "\n", depth + 1, build_and_count(depth + 1));
    struct tree *long_lived = build(depth);
    for (int64_t small = 4; small <= depth; small += 2) {
        int64_t rounds = factor << (depth - small), total = 0;
        for (int64_t round = 0; round < rounds; round++)
            total += build_and_count(small);
        printf("%" PRId64 " trees of depth %" PRId64 ": %" PRId64 "\n", rounds, small, total);
    }
    printf("long lived tree of depth %" PRId64 ": %" PRId64 "\n", depth, count(long_lived));
    discard(long_lived);
    return 0;
}

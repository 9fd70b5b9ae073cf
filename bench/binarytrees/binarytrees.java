public class binarytrees {
    static final class Tree {
        final Tree left, right;

        Tree(Tree left, Tree right) {
            this.left = left;
            this.right = right;
        }

        int count() {
            if (left == null) return 1;
            return 1 + left.count() + right.count();
        }
    }

    static Tree build(int depth) {
        if (depth == 0) return new Tree(null, null);
        return new Tree(build(depth - 1), build(depth - 1));
    }

    public static void main(String[] args) {
        int depth = Integer.parseInt(args[0]);
        int factor = Integer.parseInt(args[1]);
        System.out.println("stretch tree of depth " + (depth + 1) + ": " + build(depth + 1).count());
        Tree longLived = build(depth);
        for (int small = 4; small <= depth; small += 2) {
            int rounds = factor << (depth - small);
            int total = 0;
            for (int round = 0; round < rounds; round++) total += build(small).count();
            System.out.println(rounds + " trees of depth " + small + ": " + total);
        }
        System.out.println("long lived tree of depth " + depth + ": " + longLived.count());
    }
}

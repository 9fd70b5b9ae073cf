import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

public class havlak {
    static final class Block {
        final int name;
        final List<Block> inEdges = new ArrayList<>(), outEdges = new ArrayList<>();

        Block(int name) {
            this.name = name;
        }
    }

    static final class Graph {
        final List<Block> blocks = new ArrayList<>();

        Block block(int name) {
            while (blocks.size() <= name) blocks.add(new Block(blocks.size()));
            return blocks.get(name);
        }

        void connect(int source, int target) {
            Block from = block(source), to = block(target);
            from.outEdges.add(to);
            to.inEdges.add(from);
        }

        // Each of these begins at a block, makes new ones, and gives the last of them.

        int diamond(int start) {
            connect(start, start + 1);
            connect(start, start + 2);
            connect(start + 1, start + 3);
            connect(start + 2, start + 3);
            return start + 3;
        }

        int straight(int start, int count) {
            for (int i = 0; i < count; i++) connect(start + i, start + i + 1);
            return start + count;
        }

        int loop(int start) {
            int header = straight(start, 1);
            int first = diamond(header);
            int inner = straight(first, 1);
            int second = diamond(inner);
            int footer = straight(second, 1);
            connect(second, inner);
            connect(first, header);
            connect(footer, start);
            return straight(footer, 1);
        }
    }

    static final class Loop {
        final Block header;
        final boolean isReducible;
        final List<Block> blocks = new ArrayList<>();
        final List<Loop> children = new ArrayList<>();
        Loop parent;
        int nesting, depth;

        Loop(Block header, boolean isReducible) {
            this.header = header;
            this.isReducible = isReducible;
            if (header != null) blocks.add(header);
        }

        void setParent(Loop parent) {
            this.parent = parent;
            parent.children.add(this);
        }

        void calculateNesting(int depth) {
            this.depth = depth;
            for (Loop child : children) {
                child.calculateNesting(depth + 1);
                nesting = Math.max(nesting, 1 + child.nesting);
            }
        }
    }

    /** The loops of a graph, of which those that are in no other are children of the root. */
    static final class LoopTree {
        final Loop root = new Loop(null, true);
        final List<Loop> loops = new ArrayList<>();

        Loop add(Block header, boolean isReducible) {
            Loop loop = new Loop(header, isReducible);
            loops.add(loop);
            return loop;
        }

        void calculateNesting() {
            for (Loop loop : loops) {
                if (loop.parent == null) loop.setParent(root);
            }
            root.calculateNesting(0);
        }
    }

    /** A member of disjoint sets of blocks, the sets being those that a loop has collapsed to one. */
    static final class Node {
        final Block block;
        final int number;
        Node parent = this;
        Loop loop;

        Node(Block block, int number) {
            this.block = block;
            this.number = number;
        }

        Node find() {
            List<Node> path = new ArrayList<>();
            Node node = this;
            while (node != node.parent) {
                if (node.parent != node.parent.parent) path.add(node);
                node = node.parent;
            }
            for (Node each : path) each.parent = node;
            return node;
        }
    }

    enum Kind { PLAIN, REDUCIBLE, SELF_LOOP, IRREDUCIBLE }

    static final class Finder {
        static final int UNVISITED = -1;
        private final Graph graph;
        private final LoopTree tree;
        private final List<Node> nodes = new ArrayList<>();         // by number, which a depth-first search gives
        private final int[] numbers;                                // by name of the block
        private final int[] last;                                   // by number: that of the last descendant
        private final Kind[] kinds;
        private final List<List<Integer>> backEdges = new ArrayList<>(); // from which numbers
        private final List<Set<Integer>> otherEdges = new ArrayList<>();

        Finder(Graph graph, LoopTree tree) {
            this.graph = graph;
            this.tree = tree;
            int size = graph.blocks.size();
            numbers = new int[size];
            Arrays.fill(numbers, UNVISITED);
            last = new int[size];
            kinds = new Kind[size];
            Arrays.fill(kinds, Kind.PLAIN);
            for (int i = 0; i < size; i++) {
                backEdges.add(new ArrayList<>());
                otherEdges.add(new LinkedHashSet<>());
            }
        }

        void find() {
            visit(graph.blocks.get(0));
            sortEdges();
            for (int w = nodes.size() - 1; w >= 0; w--) findLoop(w);
        }

        private void visit(Block block) {
            int number = nodes.size();
            nodes.add(new Node(block, number));
            numbers[block.name] = number;
            for (Block target : block.outEdges) {
                if (numbers[target.name] == UNVISITED) visit(target);
            }
            last[number] = nodes.size() - 1;
        }

        private boolean isAncestor(int w, int v) {
            return w <= v && v <= last[w];
        }

        private void sortEdges() {
            for (int w = 0; w < nodes.size(); w++) {
                for (Block source : nodes.get(w).block.inEdges) {
                    int v = numbers[source.name];
                    if (v == UNVISITED) continue;
                    if (isAncestor(w, v)) backEdges.get(w).add(v);
                    else otherEdges.get(w).add(v);
                }
            }
        }

        /** Finds the loop whose header is the block of a number, those of all larger numbers having been found. */
        private void findLoop(int w) {
            List<Node> pool = new ArrayList<>();
            for (int v : backEdges.get(w)) {
                if (v == w) kinds[w] = Kind.SELF_LOOP;
                else pool.add(nodes.get(v).find());
            }
            if (!pool.isEmpty()) kinds[w] = Kind.REDUCIBLE;
            for (int next = 0; next < pool.size(); next++) {
                for (int y : otherEdges.get(pool.get(next).number)) reach(w, nodes.get(y).find(), pool);
            }
            if (pool.isEmpty() && kinds[w] != Kind.SELF_LOOP) return;
            Node node = nodes.get(w);
            Loop loop = tree.add(node.block, kinds[w] != Kind.IRREDUCIBLE);
            node.loop = loop;
            for (Node each : pool) {
                each.parent = node;
                if (each.loop != null) each.loop.setParent(loop);
                else loop.blocks.add(each.block);
            }
        }

        /** Follows an edge backwards, from the body of the loop of w to the node. */
        private void reach(int w, Node node, List<Node> pool) {
            if (!isAncestor(w, node.number)) {
                kinds[w] = Kind.IRREDUCIBLE;
                otherEdges.get(w).add(node.number);
            } else if (node.number != w && !pool.contains(node)) {
                pool.add(node);
            }
        }
    }

    static LoopTree findLoops(Graph graph) {
        LoopTree tree = new LoopTree();
        new Finder(graph, tree).find();
        return tree;
    }

    /** Loops in loops in loops, so many of each. */
    static void build(Graph graph, int outer, int middle, int inner) {
        int n = 2;
        for (int i = 0; i < outer; i++) {
            graph.connect(2, n + 1);
            n++;
            for (int j = 0; j < middle; j++) {
                int top = n;
                n = graph.straight(n, 1);
                for (int k = 0; k < inner; k++) n = graph.loop(n);
                int bottom = graph.straight(n, 1);
                graph.connect(n, top);
                n = bottom;
            }
            graph.connect(n, 1);
        }
    }

    public static void main(String[] args) {
        int small = Integer.parseInt(args[0]);
        int large = Integer.parseInt(args[1]);
        Graph graph = new Graph();
        graph.loop(0);
        graph.connect(0, 2);
        int found = 0;
        for (int round = 0; round < small; round++) found += findLoops(graph).loops.size();
        build(graph, 10, 10, 5);
        for (int round = 0; round < large; round++) found += findLoops(graph).loops.size();
        LoopTree tree = findLoops(graph);
        tree.calculateNesting();
        int irreducible = 0, depths = 0, blocks = 0;
        for (Loop loop : tree.loops) {
            if (!loop.isReducible) irreducible++;
            depths += loop.depth;
            blocks += loop.blocks.size();
        }
        System.out.println(found + " " + graph.blocks.size() + " " + tree.loops.size() + " " + irreducible + " "
            + tree.root.nesting + " " + depths + " " + blocks);
    }
}

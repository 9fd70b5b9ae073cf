class Block {
    constructor(name) {
        this.name = name;
        this.inEdges = [];
        this.outEdges = [];
    }
}

class Graph {
    constructor() {
        this.blocks = [];
    }

    block(name) {
        while (this.blocks.length <= name) this.blocks.push(new Block(this.blocks.length));
        return this.blocks[name];
    }

    connect(source, target) {
        const from = this.block(source);
        const to = this.block(target);
        from.outEdges.push(to);
        to.inEdges.push(from);
    }

    // Each of these begins at a block, makes new ones, and gives the last of them.

    diamond(start) {
        this.connect(start, start + 1);
        this.connect(start, start + 2);
        this.connect(start + 1, start + 3);
        this.connect(start + 2, start + 3);
        return start + 3;
    }

    straight(start, count) {
        for (let i = 0; i < count; i++) this.connect(start + i, start + i + 1);
        return start + count;
    }

    loop(start) {
        const header = this.straight(start, 1);
        const first = this.diamond(header);
        const inner = this.straight(first, 1);
        const second = this.diamond(inner);
        const footer = this.straight(second, 1);
        this.connect(second, inner);
        this.connect(first, header);
        this.connect(footer, start);
        return this.straight(footer, 1);
    }
}

class Loop {
    constructor(header, isReducible) {
        this.header = header;
        this.isReducible = isReducible;
        this.blocks = header === null ? [] : [header];
        this.children = [];
        this.parent = null;
        this.nesting = 0;
        this.depth = 0;
    }

    setParent(parent) {
        this.parent = parent;
        parent.children.push(this);
    }

    calculateNesting(depth) {
        this.depth = depth;
        for (const child of this.children) {
            child.calculateNesting(depth + 1);
            this.nesting = Math.max(this.nesting, 1 + child.nesting);
        }
    }
}

/** The loops of a graph, of which those that are in no other are children of the root. */
class LoopTree {
    constructor() {
        this.root = new Loop(null, true);
        this.loops = [];
    }

    add(header, isReducible) {
        const loop = new Loop(header, isReducible);
        this.loops.push(loop);
        return loop;
    }

    calculateNesting() {
        for (const loop of this.loops) {
            if (loop.parent === null) loop.setParent(this.root);
        }
        this.root.calculateNesting(0);
    }
}

/** A member of disjoint sets of blocks, the sets being those that a loop has collapsed to one. */
class Node {
    constructor(block, number) {
        this.block = block;
        this.number = number;
        this.parent = this;
        this.loop = null;
    }

    find() {
        const path = [];
        let node = this;
        while (node !== node.parent) {
            if (node.parent !== node.parent.parent) path.push(node);
            node = node.parent;
        }
        for (const each of path) each.parent = node;
        return node;
    }
}

const PLAIN = 0;
const REDUCIBLE = 1;
const SELF_LOOP = 2;
const IRREDUCIBLE = 3;
const UNVISITED = -1;

class Finder {
    constructor(graph, tree) {
        const size = graph.blocks.length;
        this.graph = graph;
        this.tree = tree;
        this.nodes = [];                                                // by number, which a depth-first search gives
        this.numbers = new Array(size).fill(UNVISITED);                 // by name of the block
        this.last = new Array(size).fill(0);                            // by number: that of the last descendant
        this.kinds = new Array(size).fill(PLAIN);
        this.backEdges = Array.from({length: size}, () => []);          // from which numbers
        this.otherEdges = Array.from({length: size}, () => new Set());
    }

    find() {
        this.visit(this.graph.blocks[0]);
        this.sortEdges();
        for (let w = this.nodes.length - 1; w >= 0; w--) this.findLoop(w);
    }

    visit(block) {
        const number = this.nodes.length;
        this.nodes.push(new Node(block, number));
        this.numbers[block.name] = number;
        for (const target of block.outEdges) {
            if (this.numbers[target.name] === UNVISITED) this.visit(target);
        }
        this.last[number] = this.nodes.length - 1;
    }

    isAncestor(w, v) {
        return w <= v && v <= this.last[w];
    }

    sortEdges() {
        for (let w = 0; w < this.nodes.length; w++) {
            for (const source of this.nodes[w].block.inEdges) {
                const v = this.numbers[source.name];
                if (v === UNVISITED) continue;
                if (this.isAncestor(w, v)) this.backEdges[w].push(v);
                else this.otherEdges[w].add(v);
            }
        }
    }

    /** Finds the loop whose header is the block of a number, those of all larger numbers having been found. */
    findLoop(w) {
        const pool = [];
        for (const v of this.backEdges[w]) {
            if (v === w) this.kinds[w] = SELF_LOOP;
            else pool.push(this.nodes[v].find());
        }
        if (pool.length > 0) this.kinds[w] = REDUCIBLE;
        for (let next = 0; next < pool.length; next++) {
            for (const y of this.otherEdges[pool[next].number]) this.reach(w, this.nodes[y].find(), pool);
        }
        if (pool.length === 0 && this.kinds[w] !== SELF_LOOP) return;
        const node = this.nodes[w];
        const loop = this.tree.add(node.block, this.kinds[w] !== IRREDUCIBLE);
        node.loop = loop;
        for (const each of pool) {
            each.parent = node;
            if (each.loop !== null) each.loop.setParent(loop);
            else loop.blocks.push(each.block);
        }
    }

    /** Follows an edge backwards, from the body of the loop of w to the node. */
    reach(w, node, pool) {
        if (!this.isAncestor(w, node.number)) {
            this.kinds[w] = IRREDUCIBLE;
            this.otherEdges[w].add(node.number);
        } else if (node.number !== w && !pool.includes(node)) {
            pool.push(node);
        }
    }
}

function findLoops(graph) {
    const tree = new LoopTree();
    new Finder(graph, tree).find();
    return tree;
}

/** Loops in loops in loops, so many of each. */
function build(graph, outer, middle, inner) {
    let n = 2;
    for (let i = 0; i < outer; i++) {
        graph.connect(2, n + 1);
        n++;
        for (let j = 0; j < middle; j++) {
            const top = n;
            n = graph.straight(n, 1);
            for (let k = 0; k < inner; k++) n = graph.loop(n);
            const bottom = graph.straight(n, 1);
            graph.connect(n, top);
            n = bottom;
        }
        graph.connect(n, 1);
    }
}

const small = Number(process.argv[2]);
const large = Number(process.argv[3]);
const graph = new Graph();
graph.loop(0);
graph.connect(0, 2);
let found = 0;
for (let round = 0; round < small; round++) found += findLoops(graph).loops.length;
build(graph, 10, 10, 5);
for (let round = 0; round < large; round++) found += findLoops(graph).loops.length;
const tree = findLoops(graph);
tree.calculateNesting();
let irreducible = 0;
let depths = 0;
let blocks = 0;
for (const loop of tree.loops) {
    if (!loop.isReducible) irreducible++;
    depths += loop.depth;
    blocks += loop.blocks.length;
}
console.log(found, graph.blocks.length, tree.loops.length, irreducible, tree.root.nesting, depths, blocks);

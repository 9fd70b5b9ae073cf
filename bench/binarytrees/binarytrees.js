class Tree {
    constructor(left, right) {
        this.left = left;
        this.right = right;
    }
    count() {
        if (this.left === null) return 1;
        return 1 + this.left.count() + this.right.count();
    }
}

function build(depth) {
    if (depth === 0) return new Tree(null, null);
    return new Tree(build(depth - 1), build(depth - 1));
}

const depth = Number(process.argv[2]);
const factor = Number(process.argv[3]);
console.log(`stretch tree of depth ${depth + 1}: ${build(depth + 1).count()}`);
const longLived = build(depth);
for (let small = 4; small <= depth; small += 2) {
    const rounds = factor << (depth - small);
    let total = 0;
    for (let round = 0; round < rounds; round++) total += build(small).count();
    console.log(`${rounds} trees of depth ${small}: ${total}`);
}
console.log(`long lived tree of depth ${depth}: ${longLived.count()}`);

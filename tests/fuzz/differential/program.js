// Programs: a prelude, units, and a way to end.
"use strict";

const fs = require("fs");
const path = require("path");
const vm = require("vm");
const {Block, node, indented} = require("./tree");
const {Maker} = require("./maker");
const T = require("./types");

const prelude = fs.readFileSync(path.join(__dirname, "_prelude.cora"), "utf8");
const oracle = new vm.Script(`(() => {${fs.readFileSync(path.join(__dirname, "prelude.js"), "utf8")}
return $source => { out.length = 0; eval($source); return out; }; })()`, {filename: "prelude.js"});

// How programs end, behind their units: by themselves, with a code, or by an error that nobody catches.
const endings = [
    null, null, null, "fn main(): int => 7", "fn main() { exit(5) }",
    "fn last(i: int): int => 100 / (i - 40)\nfn main() { for i in 0..60 { last(i) } }",
    "fn last(a: List<int>, i: int): int => a[i] + 1\nfn main(args: List<string>) {\n    var n = 0\n    for i in 0..2000 { n += last([1, 2, 3], if i == 1900 { 3 } else { i % 3 }) }\n    print(n)\n}",
    "fn last(n: int): int {\n    defer { if n == 3 { print(\"unwound\") } }\n    if n == 7 { throw Failure(n) }\n    return last(n + 1) * 2\n}\nfn main(): int => last(0)",
    "fn last(x: any): int => (x as int) + 1\nfn main() {\n    for i in 0..500 { last(if i < 499 { any_of(i) } else { any_of(\"text\") }) }\n}",
    "fn last(n: int): int => last(n + 1) + 1\nfn main(): int => last(0)",
];
const DEEP_ENDING = endings.length - 1;

class Program {
    constructor(seed, units) {
        T.forget();
        const chooser = new Maker(seed, false), nodes = [];
        let names = 0;
        this.deep = false;
        for (let i = 0; i < units; i++) {
            const maker = new Maker(BigInt(seed) * 1000n + BigInt(i), chooser.chance(35), names);
            nodes.push(maker.makeUnit(i));
            names = maker.names;
            this.deep = this.deep || maker.deep;
            this.maker = maker;
        }
        const ending = chooser.below(endings.length);
        if (endings[ending]) nodes.push(node(null, endings[ending], null));
        this.deep = this.deep || ending === DEEP_ENDING;
        this.units = units;
        this.block = new Block(nodes);
    }

    source() { return prelude + this.block.text("cora"); }
    // ... for a reader
    prettySource() { return prelude + indented(this.block.text("cora")); }
    javascript() { return this.block.nodes.filter(n => n.js !== null).map(n => n.text("js")).join("\n"); }

    // The lines that the units with an oracle print, as JavaScript computes them.
    expected() {
        return Array.from(oracle.runInThisContext()(this.javascript()));
    }

    simple(t) { return T.everyPart(t, part => part.kind !== "param") ? this.maker.simple(t) : null; }
}

// The lines between the marks of the units that `expected` has.
function linesOf(output, expected) {
    const wanted = new Set(expected.filter(line => line.startsWith("== "))), lines = [];
    let inside = false;
    for (const line of output.split("\n")) {
        if (line.startsWith("== ")) inside = wanted.has(line);
        if (inside) lines.push(line);
        if (line.startsWith("-- ")) inside = false;
    }
    return lines;
}

module.exports = {Program, linesOf};

// A unit: types, functions and a function that tests them. A program is many of them, each in names of its own.
"use strict";

const {Block, node} = require("./tree");
const T = require("./types");
const {kernels} = require("./kernels");
const {Scope} = require("./maker");

module.exports = {
    // Calls a function some times, with other values each time: to run is cheap, to compile is not.
    makeTest(f) {
        const scope = new Scope(), label = this.name("t");
        if (f.generics && f.generics.length) return null;
        const rounds = f.parameters.length ? Math.max(1, Math.min(12, Math.floor(4000 / f.cost))) : 1, k = this.name("i");
        scope.add(k, T.types.int);
        scope.sampler = k;
        const call = this.callFunction({generics: [], ...f}, new Map(), f.result, scope, 2);
        const [shown, js] = this.canPrint(f.result) ? ["@0", `text(${JSON.stringify(this.shape(f.result))}, @0)`]
            : [`${this.mixer(f.result)}(7, @0)`, `String(${this.mixer(f.result)}(7n, @0))`];
        const detail = this.oracle ? "errorName(e)" : this.pick(["errorName(e)", "errorName(e), e.message", `errorName(e), if ${k} < 2 { e.trace } else { "" }`]);
        return node(null, `for ${k} in 0..${rounds} { try { print("${label}", ${shown}) } catch e { print("${label}", ${detail}) } }`,
                    `for (let ${k} = 0n; ${k} < ${rounds}n; ${k}++) { try { print("${label} " + ${js}); } catch ($) { if ($.type === undefined) throw $; print("${label} " + $.type); } }`, call);
    },

    // {node, oracle}
    makeUnit(number) {
        const makeTimes = (low, high, make) => { for (let i = this.between(low, high); i > 0; i--) make.call(this); };
        makeTimes(0, 1, this.makeStruct);
        makeTimes(0, 1, this.makeInterface);
        makeTimes(0, 1, this.makeStruct);
        makeTimes(0, 2, this.makeEnum);
        for (const i of this.interfaces) if (!i.implementations.some(d => d.kind === "class")) this.makeClass(null, i);
        makeTimes(0, 1, this.makeHierarchy);
        makeTimes(0, 2, this.makeGlobal);
        const weighted = [[6, this.makeFunction], [1, this.makeRecursive], [1, this.makeMutual], ...(this.oracle ? [] : [[2, this.makeGeneric]])];
        makeTimes(1, 3, () => {
            let at = this.below(weighted.reduce((sum, [w]) => sum + w, 0));
            for (const [w, make] of weighted) if ((at -= w) < 0) return make.call(this);
        });
        const tests = [];
        for (const f of this.functions) tests.push(this.makeTest(f));
        makeTimes(0, 1, () => tests.push(this.makeTest(this.makeHot())));
        if (!this.oracle) makeTimes(0, 2, () => tests.push(this.makeKernel()));
        tests.push(...this.globals.map(g => this.showOf(g)));
        const name = `unit${number}`;
        return node(null, `@0\nfn ${name}() {@1}\nrun("${name}", ${name}, ${!this.oracle})`,
                    this.oracle ? `@0\nfunction ${name}() {@1}\nrun("${name}", ${name});` : null,
                    new Block(this.declarations), new Block(tests));
    },

    makeKernel() {
        const kernel = this.pick(kernels);
        if (kernel.deep) this.deep = true;
        const name = this.name("kernel"), [declarations, call] = kernel(this, name);
        this.declarations.push(node(null, declarations, null));
        return node(null, `try { print("${name}", ${call}) } catch e { print("${name}", errorName(e), e.message, e.trace) }`, null);
    },
};

// Code that becomes hot: loops that work on variables of all kinds, and in which things change late: the class of a
// receiver, the function in a variable, what an optional holds, whether an index is in bounds.
"use strict";

const {Block, lines, node} = require("./tree");
const T = require("./types");
const {types} = T;
const {Scope} = require("./maker");

const stmt = (cora, js, ...parts) => node(null, cora, js, ...parts);

module.exports = {
    // A function without parameters whose loop runs often.
    makeHot() {
        const name = this.name("hot"), limit = this.limit, scope = new Scope(), sum = this.name("v");
        this.limit = this.pick([6000, 15000, 40000]);
        this.spent = 1;
        scope.add(sum, types.int, true);
        const nodes = [stmt(`var ${sum}: int = 0`, `let ${sum} = 0n;`), ...this.times(2, 6, () => this.declare(scope))];
        const n = Math.min(this.pick([40, 200, 1000, 3000]), this.limit / 10), i = this.name("i"), [inner, label] = this.looped(scope, n, i);
        const before = [], late = [], rounds = [];
        for (let count = this.between(1, 3); count > 0; count--) {
            const known = [...inner.variables], made = this.lateChange(scope, inner, sum);
            if (!made) {
                inner.variables = known;
                continue;
            }
            before.push(made[0]);
            late.push(made[1]);
        }
        for (const v of scope.variables) if (!inner.variables.some(w => w.name === v.name)) inner.variables.unshift(v);
        for (let count = this.between(1, 4); count > 0; count--) rounds.push(this.statement(inner, 2));
        for (const each of late) rounds.splice(this.below(rounds.length + 1), 0, each);
        rounds.push(this.mixIn(inner), this.progress(name, inner, sum, n));
        const body = new Block(rounds);
        const loop = this.chance(30) ? stmt(`var ${i} = -1\n${label}: while ${i} < ${n - 1} {\n    ${i} += 1@0}`, `let ${i} = -1n;\n${label}: while (${i} < ${n - 1}n) {\n    ${i} += 1n;@0}`, body)
            : stmt(`${label}: for ${i} in 0..${n} {@0}`, `${label}: for (let $${i} = 0n; $${i} < ${n}n; $${i}++) { let ${i} = $${i};@0}`, body);
        const shown = scope.variables.map(v => this.showOf(v)).filter(s => s && this.chance(70));
        const all = new Block([...nodes, ...before, loop, ...shown, stmt(`return ${sum}`, `return ${sum};`)]);
        this.declare_(`fn ${name}(): int {@0}`, `function ${name}() {@0}`, all);
        this.limit = limit;
        return {name, parameters: [], result: types.int, cost: this.spent};
    },

    // Prints the checksum and a variable four times.
    progress(name, inner, sum, n) {
        const every = Math.max(2, n >> 2), {name: i} = inner.loops[inner.loops.length - 1], at = this.below(every);
        const scalars = inner.variables.filter(v => v.type.isScalar && v.name !== sum && v.name !== i && (!this.oracle || v.type.kind === "int"));
        const shown = scalars.length ? this.recent(scalars).name : i;
        return stmt(`if ${i} % ${every} == ${at} { print("${name}", ${i}, ${sum}, ${shown}) }`,
                    `if (${i} % ${every}n === ${at}n) { print("${name} " + [${i}, ${sum}, ${shown}].join(" ")); }`);
    },

    // [what stands before the loop, what stands in it]
    lateChange(scope, inner, sum) {
        const weighted = [[3, this.lateFunction], [2, this.lateError]];
        if (this.interfaces.some(i => i.implementations.length > 1) || this.classes.some(c => c.subclasses.length)) weighted.push([9, this.lateReceiver]);
        if (!this.oracle) weighted.push([2, this.lateNull], [2, this.lateAny], [2, this.receivers]);
        const known = [...inner.variables];
        return this.choose(weighted.map(([weight, maker]) => [weight, (...args) => {
            inner.variables = [...known];
            return maker.apply(this, args);
        }]), scope, inner, sum);
    },

    // A variable, and its assignment under a condition that holds late.
    lateVariable(t, first, scope, inner) {
        const name = this.name("v");
        const declared = stmt(`var ${name}: ${t} = @0`, `let ${name} = @0;`, first);
        inner.add(name, t, true);
        const change = stmt(`if @0 { ${name} = @1 }`, `if (@0) { ${name} = @1; }`, this.rare(inner), this.build(t, inner, 2) || this.leaf(t, inner));
        return [name, declared, change];
    },

    addTo(sum, t, value) {
        return stmt(`${sum} = ${this.mixer(t)}(${sum}, @0)`, `${sum} = ${this.mixer(t)}(${sum}, @0);`, value);
    },

    memberCall(name, t, inner) {
        const members = this.membersOf(t).filter(m => !m.mutating && this.affordable(Math.min(m.cost, 6), inner));
        if (!members.length) return null;
        const m = this.pick(members);
        return this.callOf(m.result, `${name}.${m.name}`, m.property ? null : m.parameters, 8, inner, 1);
    },

    // A receiver whose class changes: one implementation first, then another.
    lateReceiver(scope, inner, sum) {
        const wide = [...this.interfaces.filter(i => i.implementations.length > 1).map(i => T.declared("interface", i)),
                      ...this.classes.filter(c => c.subclasses.length).map(c => T.declared("class", c))];
        if (!wide.length || inner.cost * 20 > this.limit) return null;
        const t = this.pick(wide), of = this.pick(this.implementations(t)), parts = of.isScalar ? this.leaf(of, scope) : this.build(of, scope, 2);
        const [name, declared, change] = this.lateVariable(t, t.kind === "interface" ? this.as(t, parts) : parts, scope, inner);
        const value = this.memberCall(name, t, inner);
        return value && [declared, lines(change, this.addTo(sum, value.type, value))];
    },

    // A list of receivers, of which the first rounds see only one.
    receivers(scope, inner, sum) {
        const wide = this.interfaces.filter(i => i.implementations.length > 1).map(i => T.declared("interface", i));
        if (!wide.length || inner.cost * 20 > this.limit) return null;
        const t = this.pick(wide), name = this.name("v"), made = this.times(3, 5, () => this.build(t, scope, 2));
        const declared = stmt(`let ${name}: ${T.list(t)} = list_of<${t}>([${this.holes(made)}])`, null, ...made);
        const item = this.name("v");
        inner.add(item, t);
        const value = this.memberCall(item, t, inner);
        inner.variables.pop(); // what is made later may stand before it
        const {name: i, trips} = inner.loops[inner.loops.length - 1];
        return value && [declared, lines(stmt(`let ${item} = ${name}[if ${i} < ${trips >> 1} { 0 } else { ${i} % ${made.length} }]`, null),
                                              this.addTo(sum, value.type, value))];
    },

    lateFunction(scope, inner, sum) {
        if (inner.cost * 20 > this.limit) return null;
        const t = T.fn(this.times(0, 2, () => this.valueType(0)), this.valueType(1));
        const [name, declared, change] = this.lateVariable(t, this.buildFunction(t, scope, 2), scope, inner);
        return [declared, lines(change, this.addTo(sum, t.result, this.callOf(t.result, name, t.parameters, 8, inner, 1)))];
    },

    lateNull(scope, inner, sum) {
        const of = this.valueType(1), t = T.optional(of);
        if (of.kind === "optional") return null;
        const name = this.name("v"), [some, other] = [this.build(t, scope, 2), this.leaf(of, inner)];
        const use = this.pick([`${name} ?? @2`, `if let y = ${name} { y } else { @2 }`, `try { ${name}! } catch _: NullError { @2 }`,
                               `match ${name} { null => @2, y => y }`]);
        return [stmt(`var ${name}: ${t} = @0`, null, some),
                stmt(`if @0 { ${name} = null } else if @1 { ${name} = @2 }\n${sum} = ${this.mixer(of)}(${sum}, ${use})`, null,
                     this.rare(inner), this.rare(inner), other)];
    },

    lateAny(scope, inner, sum) {
        const [name, declared, change] = this.lateVariable(types.any, this.build(types.any, scope, 2), scope, inner), of = this.boxable();
        const use = this.pick([`if let y = ${name} as? ${of} { ${this.mixer(of)}(${sum}, y) } else { ${sum} - 1 }`,
                               `match ${name} { y: ${of} => ${this.mixer(of)}(${sum}, y), _ => ${sum} * 3 }`,
                               `try { ${this.mixer(of)}(${sum}, ${name} as ${of}) } catch e: CastError { ${sum} + e.message.length }`]);
        return [declared, lines(change, stmt(`${sum} = ${use}`, null))];
    },

    // An error in a late round, of one of many kinds, caught in the loop.
    lateError(scope, inner, sum) {
        const {name: i, trips} = inner.loops[inner.loops.length - 1], late = trips - 1 - this.below(Math.max(1, trips >> 4));
        const values = this.name("v"), t = this.pick(this.ints), more = this.leaf(types.int, inner);
        const [error, before, js, use, jsUse] = this.pick([
            ["IndexError", `let ${values} = Array<${t}>(${late}, @0)`, `let ${values} = new Array(${late}).fill(@0);`, `${values}[${i}] as int + @1`, `wrap("int", wrap("int", at(${values}, ${i})) + @1)`],
            ["ArithmeticError", `let ${values}: ${t} = @0`, `let ${values} = @0;`, `(${values} as int + 1000) / (${late} - ${i}) + @1`,
             `wrap("int", div("int", wrap("int", wrap("int", ${values}) + 1000n), ${late}n - ${i}) + @1)`],
            ["KeyError", `let ${values} = map_of<int, ${t}>([${late}: @0, 0: @0])`, `let ${values} = new Map([[${late}n, @0], [0n, @0]]);`,
             `${values}[if ${i} == ${late} { -1 } else { 0 }] as int + @1`, `wrap("int", wrap("int", key(${values}, ${i} === ${late}n ? -1n : 0n)) + @1)`],
        ]);
        const value = this.integer(t, BigInt(this.between(0, 100)));
        if (this.chance(30)) // by a function that throws
            return [stmt(`${before}\nfn ${values}_f(${i}: int): int => ${use.replace("@1", "1")}`,
                         `${js}\nconst ${values}_f = ${i} => ${jsUse.replace("@1", "1n")};`, value),
                    stmt(`${sum} += try { ${values}_f(${i}) } catch _: ${error} { @0 }`,
                         `try { ${sum} = wrap("int", ${sum} + ${values}_f(${i})); } catch ($) { if ($.type !== "${error}") throw $; ${sum} = wrap("int", ${sum} + @0); }`, more)];
        return [stmt(before, js, value),
                stmt(`try { ${sum} = ${use} + ${sum} } catch _: ${error} { ${sum} += 7 }`,
                     `try { ${sum} = wrap("int", ${jsUse} + ${sum}); } catch ($) { if ($.type !== "${error}") throw $; ${sum} = wrap("int", ${sum} + 7n); }`, value, more)];
    },
};

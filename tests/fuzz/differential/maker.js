// Makes random well-typed programs. This file holds the choices, types, scopes and simple values; expressions.js,
// statements.js, declarations.js, hot.js and unit.js make the rest.
//
// A program ends: loops have a bound, functions call those before them only, or themselves with a smaller budget, and
// what a function costs is estimated while it is made: `spent` counts statements, a scope knows how often it may run.
//
// With `oracle` set everything that is made has a text in JavaScript too (prelude.js has what that needs).
"use strict";

const {node} = require("./tree");
const T = require("./types");
const {types} = T;

const OPAQUE = new Set(["fn", "any", "param"]);

// The generic class of the prelude.
const BOX = {kind: "class", name: "Box", parameters: ["T"], fields: [["value", T.param("T")]], subclasses: [], base: null,
             methods: [{name: "swap", parameters: [T.param("T")], result: T.param("T"), cost: 2}]};

// xorshift128: quick, and the same on every host.
class Random {
    constructor(seed) {
        let s = BigInt(seed) * 0x9E3779B97F4A7C15n;
        this.state = [1, 2, 3, 4].map(() => {
            s = BigInt.asUintN(64, s + 0x9E3779B97F4A7C15n);
            let z = BigInt.asUintN(64, (s ^ (s >> 30n)) * 0xBF58476D1CE4E5B9n);
            z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94D049BB133111EBn);
            return Number((z ^ (z >> 31n)) & 0xFFFFFFFFn) | 1;
        });
    }

    next() {
        const s = this.state;
        let t = s[3];
        s[3] = s[2];
        s[2] = s[1];
        s[1] = s[0];
        t ^= t << 11;
        t ^= t >>> 8;
        s[0] = t ^ s[1] ^ (s[1] >>> 19);
        return s[0] >>> 0;
    }

    below(n) { return this.next() % n; }
    between(low, high) { return low + this.below(high - low + 1); }
    chance(percent) { return this.below(100) < percent; }
    pick(items) { return items[this.below(items.length)]; }
}

// Where code stands: what it sees, how often it runs, what it may jump to.
class Scope {
    constructor(outer) {
        this.variables = outer ? [...outer.variables] : []; // {name, type, mutable}
        this.loops = outer ? [...outer.loops] : [];         // {name, type, trips}: counters of the loops around
        this.labels = outer ? [...outer.labels] : [];       // of the loops that may be left
        this.cost = outer ? outer.cost : 1;                 // how often this code runs for a call of its function
        this.result = outer ? outer.result : null;          // what `return` takes here; null: it may not stand here
        this.recursion = outer ? outer.recursion : null;    // {call, budget}: how the function calls itself
        this.sampler = outer ? outer.sampler : null;        // a counter: scalars follow from its bits
        this.mutating = outer ? outer.mutating : false;     // in a `mut fn`: closures do not see `self`
    }

    add(name, type, mutable = false) {
        this.variables.push({name, type, mutable});
    }

    // A scope of code that is a function of its own.
    closure() {
        const inner = new Scope(this);
        inner.labels = [];
        inner.result = null;
        inner.recursion = null;
        inner.cost *= 4;
        // a function that can be assigned later might be this one: it would call itself
        inner.variables = inner.variables.filter(v => T.everyPart(v.type, p => p.kind !== "fn") || (v.type.kind === "fn" && !v.mutable));
        if (this.mutating) inner.variables = inner.variables.filter(v => !v.name.startsWith("self"));
        return inner;
    }

    // ... of a body that runs so many times.
    loop(trips) {
        const inner = new Scope(this);
        inner.cost *= trips;
        return inner;
    }
}

class Maker {
    constructor(seed, oracle, firstName = 0) {
        this.random = new Random(seed);
        this.oracle = oracle;
        this.names = firstName;
        this.structs = [];
        this.enums = [];
        this.classes = [{...BOX, methods: [...BOX.methods]}];
        this.interfaces = [];
        this.functions = []; // {name, parameters, result, cost, generics: [{name, bound}]}
        this.globals = [];
        this.mixers = new Map(); // of types: functions that add a value to a checksum
        this.declarations = [];
        this.nesting = 0;
        this.spent = 0;
        this.limit = 3000; // cost that a function may have
        this.deep = false; // it runs out of stack
        const ints = Object.keys(T.INTS).map(name => types[name]);
        this.ints = [types.int, types.int, types.int, ...ints];
        this.scalars = [this.pick(this.ints), this.pick(this.ints), types.int, types.int, types.float,
                        this.pick([types.float, types.f32]), this.pick([types.f32, types.bool, types.string]),
                        ...(oracle ? [] : [this.pick([types.char, types.string, types.bool])])];
        this.palette = []; // composed types: few of them, so that values of a type meet
    }

    chance(percent) { return this.random.chance(percent); }
    pick(items) { return this.random.pick(items); }
    below(n) { return this.random.below(n); }
    between(low, high) { return this.random.between(low, high); }
    name(prefix) {
        const name = `${prefix}${++this.names}`;
        return name in types ? this.name(prefix) : name; // a variable `i16` would hide the type
    }
    times(low, high, make) { return Array.from({length: this.between(low, high)}, make); }

    // Calls the makers of a list of [weight, maker] until one gives something.
    choose(weighted, ...args) {
        for (let tries = 0; tries < 4; tries++) {
            let total = 0, chosen = 0;
            for (let i = 0; i < weighted.length; i++) total += weighted[i][0];
            for (let at = this.below(total) - weighted[0][0]; at >= 0; at -= weighted[chosen][0]) chosen++;
            const made = weighted[chosen][1].apply(this, args);
            if (made) return made;
        }
        return null;
    }

    // ---- Types

    scalar() {
        return this.chance(95) ? this.pick(this.scalars) : this.pick([...this.ints, types.f32, types.bool, types.string]);
    }

    number() { return this.pick(this.scalars.filter(t => t.isNumber)); }

    // A value: copied when it is assigned.
    valueType(depth = 2) {
        const r = this.below(100);
        if (depth === 0 || r < 50) return this.scalar();
        if (this.palette.length && (r < 90 || this.palette.length > 12)) return this.pick(this.palette);
        const t = this.newType(depth);
        if (!t.isScalar && !this.palette.includes(t)) this.palette.push(t);
        return t;
    }

    newType(depth) {
        const r = this.below(100);
        if (r < 35 && this.structs.length) return this.instance("struct", this.pick(this.structs), depth);
        if (r < 58) return T.tuple(...this.times(2, 3, () => this.valueType(depth - 1)));
        if (r < 80) {
            const t = this.valueType(depth - 1);
            return this.oracle && t.kind === "optional" ? t : T.optional(t);
        }
        if (r < 96 && this.enums.length) return this.instance("enum", this.pick(this.enums), depth);
        return this.scalar();
    }

    // A type of a declaration, its type arguments chosen.
    instance(kind, decl, depth = 1) {
        return T.declared(kind, decl, decl.parameters.map(() => this.valueType(Math.max(0, depth - 1))));
    }

    // Mostly one of a few: what the library does for a key is compiled for each.
    keyType() {
        if (this.chance(60)) return this.pick([types.int, types.string]);
        return this.oracle ? this.pick([types.int, types.string, types.i32])
            : this.pick([types.int, types.int, types.string, types.u8, types.char, T.tuple(types.int, types.bool),
                         this.pick([...this.palette.filter(t => this.canHash(t)), types.f32]),
                         this.pick([...this.classes.filter(d => d.ordered).map(d => T.declared("class", d)), types.u64])]);
    }

    anyType() {
        const r = this.below(100);
        if (r < 60) return this.valueType();
        if (r < 72) return T.list(this.elementType());
        if (r < 79) return T.array(this.elementType());
        if (r < 83) return T.map(this.keyType(), this.chance(50) ? types.int : this.valueType(1));
        if (r < 85) return this.oracle ? this.valueType() : T.set(this.keyType());
        if (r < 89 && this.classes.length) return this.instance("class", this.pick(this.classes));
        if (r < 93 && this.implemented().length) return T.declared("interface", this.pick(this.implemented()));
        if (r < 94 && !this.oracle) return types.any;
        return this.functionType();
    }

    // The interfaces of which there are values.
    implemented() { return this.interfaces.filter(i => i.implementations.some(d => d.kind === "class")); }

    functionType() {
        return T.fn(this.times(0, 2, () => this.valueType(this.chance(30) ? 1 : 0)), this.valueType(1));
    }

    elementType() {
        const r = this.below(100);
        if (r < 8 && this.implemented().length) return T.declared("interface", this.pick(this.implemented()));
        if (r < 14 && this.classes.length) return this.instance("class", this.pick(this.classes), 0);
        if (r < 17) return this.functionType();
        return this.valueType(1);
    }

    // The type as `text` of the prelude wants it.
    shape(t) {
        if (!this.oracle) return null;
        switch (t.kind) {
        case "struct": return ["struct", t.decl.name, T.fieldsOf(t).map(([n, f]) => [n, this.shape(f)])];
        case "enum": return ["enum", t.decl.name];
        case "array": return ["list", this.shape(t.args[0])];
        case "optional": case "tuple": case "list": case "map": return [t.kind, ...t.args.map(a => this.shape(a))];
        default: return t.text;
        }
    }

    // ---- What values of a type can do

    canPrint(t) { return T.everyPart(t, p => p.kind !== "param" && !(this.oracle && (OPAQUE.has(p.kind) || ["class", "interface", "set"].includes(p.kind)))); }
    canCompare(t) { return T.everyPart(t, p => !OPAQUE.has(p.kind) && (p.kind !== "class" || p.decl.ordered) && p.kind !== "interface"); }
    canHash(t) { return T.everyPart(t, p => !OPAQUE.has(p.kind) && !["list", "array", "map", "set", "interface"].includes(p.kind) && (p.kind !== "class" || p.decl.ordered)); }
    canOrder(t) { return t.isScalar || (t.kind === "tuple" && t.args.every(p => this.canOrder(p))) || Boolean(t.kind === "class" && t.decl.ordered); }

    // ---- Literals and simple values

    integer(t, value) {
        value = t.signed ? BigInt.asIntN(t.bits, value) : BigInt.asUintN(t.bits, value);
        const negative = value < 0n, text = negative ? `(${value})` : `${value}`;
        // MIN has no literal in the middle of an expression
        const cora = value === t.low && t.signed ? `${t}.Min` : t.text === "int" ? text
            : this.chance(70) ? `typed_${t}(${value})` : `(${value} as ${t})`;
        return node(t, cora, negative ? `(${value}n)` : `${value}n`);
    }

    integerLiteral(t) {
        const r = this.below(100);
        if (r < 55) return this.integer(t, BigInt(this.below(10)));
        if (r < 75)
            return this.integer(t, this.pick([t.low, t.high, t.high - 1n, t.low + 1n, -1n, t.high >> 1n, t.high >> BigInt(t.bits >> 1),
                                              1n << BigInt(this.below(t.bits)), (1n << BigInt(this.below(t.bits))) - 1n]));
        return this.integer(t, BigInt(this.between(-1000, 1000)));
    }

    floatLiteral(t) {
        const [cora, js] = this.pick(this.chance(70)
            ? ["0.0", "1.0", "-1.5", "0.5", "2.25", "3.0", "0.1", "100.0", "7.75", "1e-3", "1e10"].map(x => [x, x])
            : [["-0.0", "-0.0"], ["1e308", "1e308"], ["5e-324", "5e-324"], ["float.NaN", "NaN"], ["float.Infinity", "Infinity"],
               ["-float.Infinity", "-Infinity"], ["9007199254740993.0", "9007199254740993.0"], ["9.3e18", "9.3e18"],
               ["-9.3e18", "-9.3e18"], ["2147483648.0", "2147483648.0"], ["-129.0", "-129.0"], ["255.5", "255.5"],
               ["1.8446744073709552e19", "1.8446744073709552e19"], ["3.5e38", "3.5e38"]]);
        return t === types.float ? node(t, cora.startsWith("-") ? `(${cora})` : cora, `(${js})`)
            : node(t, `((${cora}) as f32)`, `Math.fround(${js})`);
    }

    // A simple value of the type, as short as possible.
    simple(t) {
        switch (t.kind) {
        case "int": return node(t, t.text === "int" ? "1" : `typed_${t}(1)`, "1n");
        case "float": return node(t, t === types.float ? "1.0" : "typed_f32(1.0)", "1.0");
        case "bool": return node(t, "true", "true");
        case "char": return node(t, "'a'", null);
        case "string": return node(t, '"a"', '"a"');
        case "any": return node(t, "any_of(1)", null);
        case "optional": return node(t, `none<${t.args[0]}>()`, "null");
        case "tuple": return this.tupleOf(t, t.args.map(p => this.simple(p)));
        case "struct": return this.structOf(t, T.fieldsOf(t).map(([, f]) => this.simple(f)));
        case "enum": return this.caseOf(t, 0, T.casesOf(t)[0].types.map(f => this.simple(f)));
        case "list": case "set": return node(t, `${t}()`, "[]");
        case "map": return node(t, `${t}()`, "new Map()");
        case "array":
            return t.args[0].kind === "fn" ? node(t, `array_of<${t.args[0]}>([@0])`, "[@0]", this.simple(t.args[0]))
                : node(t, `${t}(3, @0)`, "new Array(3).fill(@0)", this.simple(t.args[0]));
        case "class": return this.objectOf(t, T.fieldsOf(t).map(([, f]) => this.simple(f)));
        case "interface": return this.simpleImplementation(t);
        case "fn": {
            const names = t.parameters.map(p => [this.name("p"), p]);
            return this.lambdaOf(t, names, this.simple(t.result));
        }
        default: return null; // a type parameter: only variables have it
        }
    }

    holes(parts) { return parts.map((_, i) => `@${i}`).join(", "); }

    tupleOf(t, parts) { return node(t, `(${this.holes(parts)})`, `[${this.holes(parts)}]`, ...parts); }

    structOf(t, parts) {
        const js = T.fieldsOf(t).map(([name], i) => `${name}: @${i}`).join(", ");
        return node(t, `${t}(${this.holes(parts)})`, `({${js}})`, ...parts);
    }

    caseOf(t, number, parts) {
        const holes = parts.length ? `(${this.holes(parts)})` : "";
        return node(t, `${t}.${T.casesOf(t)[number].name}${holes}`,
                    `({tag: ${number}${parts.map((_, i) => `, ${i}: @${i}`).join("")}})`, ...parts);
    }

    objectOf(t, parts) { return node(t, `${t}(${this.holes(parts)})`, `new ${t.decl.name}(${this.holes(parts)})`, ...parts); }

    // A class that implements the interface: each interface has one that can be made of simple values.
    simpleImplementation(t) {
        const made = this.simple(T.declared("class", t.decl.implementations.find(d => d.kind === "class")));
        return this.as(t, made);
    }

    // A conversion that happens by itself where a type is expected.
    as(t, made) {
        if (t === made.type) return made;
        return node(t, `as_${t.decl.name}(@0)`, "@0", made);
    }

    lambdaOf(t, names, body) {
        const cora = names.map(([n, p]) => `${n}: ${p}`).join(", ");
        return node(t, `((${cora}): ${t.result} => @0)`, `((${names.map(([n]) => n).join(", ")}) => (@0))`, body);
    }
}

module.exports = {Maker, Scope};
for (const part of ["expressions", "statements", "declarations", "hot", "unit"])
    Object.assign(Maker.prototype, require(`./${part}`));

// Types as the generator knows them. They are interned by their text: two that are the same are identical.
"use strict";

const INTS = {int: [64, true], i8: [8, true], i16: [16, true], i32: [32, true],
              u8: [8, false], u16: [16, false], u32: [32, false], u64: [64, false]};
const interned = new Map();

// kind: int, float, bool, char, string, any, param (a type parameter), optional, tuple, list, array, set, map, fn,
// struct, enum, class, interface. `args` are its parts, of a declared type the type arguments.
class Type {
    constructor(kind, text, args, decl) {
        this.kind = kind;
        this.text = text;
        this.args = args;
        this.decl = decl; // of struct, enum, class, interface
        if (kind === "int") [this.bits, this.signed] = INTS[text];
    }

    get isNumber() { return this.kind === "int" || this.kind === "float"; }
    get isScalar() { return this.isNumber || this.kind === "bool" || this.kind === "char" || this.kind === "string"; }
    get low() { return this.signed ? -(1n << BigInt(this.bits - 1)) : 0n; }
    get high() { return (1n << BigInt(this.bits - (this.signed ? 1 : 0))) - 1n; }
    // of a function: its parameters and its result, the last of `args`
    get parameters() { return this.args.slice(0, -1); }
    get result() { return this.args[this.args.length - 1]; }
    toString() { return this.text; }
}

function make(kind, text, args = [], decl = null) {
    const key = `${kind} ${text}`;
    let found = interned.get(key);
    if (!found) {
        found = new Type(kind, text, args, decl);
        interned.set(key, found);
    }
    return found;
}

const types = {any: make("any", "any"), bool: make("bool", "bool"), char: make("char", "char"), string: make("string", "string"),
               float: make("float", "float"), f32: make("float", "f32")};
for (const name of Object.keys(INTS)) types[name] = make("int", name);

const optional = t => make("optional", t.kind === "fn" ? `(${t})?` : `${t}?`, [t]);
const tuple = (...ts) => make("tuple", `(${ts.join(", ")})`, ts);
const list = t => make("list", `List<${t}>`, [t]);
const array = t => make("array", `Array<${t}>`, [t]);
const set = t => make("set", `Set<${t}>`, [t]);
const map = (k, v) => make("map", `Map<${k}, ${v}>`, [k, v]);
const fn = (ts, result) => make("fn", `fn(${ts.join(", ")}): ${result}`, [...ts, result]);
const param = name => make("param", name);
const declared = (kind, decl, args = []) =>
    make(kind, args.length ? `${decl.name}<${args.join(", ")}>` : decl.name, args, decl);
// Forgets the types that programs have declared.
function forget() {
    for (const [key, t] of interned) if (t.decl || t.args.length || t.kind === "param") interned.delete(key);
}

// The type with type parameters replaced: `by` maps their names.
function substitute(t, by) {
    if (t.kind === "param") return by.get(t.text) || t;
    if (!t.args.length) return t;
    const args = t.args.map(a => substitute(a, by));
    switch (t.kind) {
    case "optional": return optional(args[0]);
    case "tuple": return tuple(...args);
    case "list": return list(args[0]);
    case "array": return array(args[0]);
    case "set": return set(args[0]);
    case "map": return map(...args);
    case "fn": return fn(args.slice(0, -1), args[args.length - 1]);
    default: return declared(t.kind, t.decl, args);
    }
}

// What the type parameters are when `pattern` is to be `t`, added to `by`; false: it cannot be.
function unify(pattern, t, by) {
    if (pattern.kind === "param") {
        const known = by.get(pattern.text);
        if (known) return known === t;
        by.set(pattern.text, t);
        return true;
    }
    if (!pattern.args.length) return pattern === t;
    return pattern.kind === t.kind && pattern.decl === t.decl && pattern.args.length === t.args.length &&
        pattern.args.every((a, i) => unify(a, t.args[i], by));
}

const bindings = t => new Map(t.decl.parameters.map((name, i) => [name, t.args[i]]));
// [name, type] of the fields of a struct or class, inherited ones first.
function fieldsOf(t) {
    const by = bindings(t);
    const above = t.decl.base ? fieldsOf(t.decl.base) : [];
    return [...above, ...t.decl.fields.map(([name, of]) => [name, substitute(of, by)])];
}
// {name, types} of the cases of an enum.
function casesOf(t) {
    const by = bindings(t);
    return t.decl.cases.map(c => ({name: c.name, types: c.types.map(of => substitute(of, by))}));
}
// The methods a value of the type has: {name, parameters, result, cost, mutating}.
function methodsOf(t) {
    if (!t.decl) return [];
    const by = bindings(t);
    const own = t.decl.methods.map(m => ({...m, parameters: m.parameters.map(p => substitute(p, by)),
                                          result: substitute(m.result, by)}));
    return [...(t.decl.base ? methodsOf(t.decl.base) : []), ...own];
}
const isSubclass = (t, above) => t === above || (t.decl && t.decl.base ? isSubclass(t.decl.base, above) : false);

// Whether `holds` of the type and all that values of it are made of.
function everyPart(t, holds, seen = new Set()) {
    if (seen.has(t)) return true;
    seen.add(t);
    if (!holds(t)) return false;
    if (t.args.length && !t.decl && !t.args.every(a => everyPart(a, holds, seen))) return false;
    if (t.kind === "struct") return fieldsOf(t).every(([, f]) => everyPart(f, holds, seen));
    if (t.kind === "enum") return casesOf(t).every(c => c.types.every(f => everyPart(f, holds, seen)));
    return true;
}
module.exports = {INTS, types, optional, tuple, list, array, set, map, fn, param, declared, forget, substitute, unify, fieldsOf,
                  casesOf, methodsOf, isSubclass, everyPart};

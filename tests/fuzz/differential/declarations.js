// Types, functions and module variables.
"use strict";

const {Block, node} = require("./tree");
const T = require("./types");
const {types} = T;
const {Scope} = require("./maker");

const METHOD_COST = 80; // of what can be overridden or implemented: all of them keep to it

module.exports = {
    declare_(cora, js, ...parts) { this.declarations.push(node(null, cora, js, ...parts)); },

    // ---- Bodies

    // Statements and a value; [its node, what it costs]. `own`: what the scope has besides the parameters.
    body(parameters, result, depth, own = [], statements = 6, prepare = null) {
        const scope = new Scope();
        scope.variables = own.map(([name, type, mutable = false]) => ({name, type, mutable}));
        for (const [name, type] of parameters) scope.add(name, type);
        scope.result = result;
        if (prepare) prepare(scope);
        const before = this.spent;
        this.spent = 1;
        const nodes = this.times(1, 4, () => this.declare(scope));
        nodes.push(...this.times(1, statements, () => this.statement(scope, depth)));
        if (this.chance(40)) nodes.push(...scope.variables.filter(v => !v.name.startsWith("self") && this.chance(30)).map(v => this.showOf(v)));
        nodes.push(node(null, "return @0", "return @0;", this.expr(result, scope, 3)));
        const cost = this.spent;
        this.spent = before;
        return [node(null, "{@0}", "{@0}", new Block(nodes)), cost];
    },

    // An expression; [its node, what it costs].
    arrow(parameters, result, own = [], depth = 2) {
        const scope = new Scope();
        scope.variables = own.map(([name, type, mutable = false]) => ({name, type, mutable}));
        for (const [name, type] of parameters) scope.add(name, type);
        const before = this.spent;
        this.spent = 2;
        const made = this.expr(result, scope, depth);
        const cost = this.spent;
        this.spent = before;
        return [node(null, "=> @0", "{ return @0; }", made), cost];
    },

    // A body that costs so much at the most.
    cheapBody(parameters, result, own, most) {
        const limit = this.limit;
        this.limit = most - 1; // it calls nothing that can be overridden: that might be itself
        const [body, cost] = this.chance(55) ? this.arrow(parameters, result, own) : this.body(parameters, result, 1, own, 3);
        this.limit = limit;
        if (cost <= most) return body;
        const value = own.find(([, t]) => t === result) || parameters.find(([, t]) => t === result);
        return node(null, "=> @0", "{ return @0; }", value ? node(result, value[0], value[0]) : this.simple(result));
    },

    listed: parameters => parameters.map(([name, t]) => `${name}: ${t}`).join(", "),
    onlyNames: parameters => parameters.map(([name]) => name).join(", "),
    named(ts) { return ts.map(t => [this.name("p"), t]); },

    // ---- Structs, enums

    makeStruct() {
        const name = this.name("S"), generic = !this.oracle && this.chance(25);
        const decl = {kind: "struct", name, parameters: generic ? ["T"] : [], fields: [], methods: [], operators: [], base: null};
        decl.fields = this.times(1, 4, () => [this.name("f"), this.chance(6) ? T.list(this.scalar()) : this.valueType(1)]);
        if (generic) decl.fields.push([this.name("f"), T.param("T")]);
        const t = T.declared("struct", decl, generic ? [T.param("T")] : []);
        const fields = T.fieldsOf(t), parts = [], lines = fields.map(([f, p]) => `    ${f}: ${p}`);
        const add = (head, body) => {
            parts.push(body);
            lines.push(`    ${head} @${parts.length - 1}`);
        };
        if (!this.oracle) this.structMembers(decl, t, fields, add);
        const supers = this.implement(decl, t, fields.map(([f, p]) => [`self.${f}`, p]), add);
        this.declare_(`struct ${t}${supers} {\n${lines.join("\n")}\n}`, "", ...parts);
        this.structs.push(decl);
    },

    structMembers(decl, t, fields, add) {
        const own = fields.map(([f, p]) => [`self.${f}`, p]), inPlace = fields.map(([f, p]) => [`self.${f}`, p, true]);
        for (let i = this.below(3); i > 0; i--) {
            const parameters = this.named(this.times(0, 2, () => this.valueType(1))), result = this.valueType(1), method = this.name("meth");
            add(`fn ${method}(${this.listed(parameters)}): ${result}`, this.cheapBody(parameters, result, [...own, ["self", t]], METHOD_COST));
            decl.methods.push({name: method, parameters: parameters.map(p => p[1]), result, cost: METHOD_COST});
        }
        if (this.chance(60)) { // changes itself
            const parameters = this.named([this.valueType(1)]), result = this.valueType(0), method = this.name("mut"), scope = new Scope();
            scope.mutating = true;
            scope.variables = inPlace.map(([name, type, mutable]) => ({name, type, mutable}));
            for (const [name, p] of parameters) scope.add(name, p);
            const nodes = this.times(1, 3, () => this.update(scope) || this.assign(scope));
            nodes.push(node(null, "return @0", null, this.leaf(result, scope)));
            add(`mut fn ${method}(${this.listed(parameters)}): ${result}`, node(null, "{@0}", null, new Block(nodes)));
            decl.methods.push({name: method, parameters: parameters.map(p => p[1]), result, cost: 12, mutating: true});
        }
        if (this.chance(50)) { // operators
            const [symbol, parameter] = this.pick([["+", "self"], ["*", "self"], ["-", "self"], ["<<", types.int], ["%", types.int], ["-", null]]);
            const parameters = parameter ? [["o", parameter === "self" ? t : parameter]] : [];
            const values = fields.map(([f, p]) => {
                const a = node(p, `self.${f}`, null);
                if (!p.isNumber || symbol === "<<" || symbol === "%") return a;
                if (!parameter) return p.kind === "int" && !p.signed ? node(p, `(~self.${f})`, null) : node(p, `(-self.${f})`, null);
                return node(p, `(self.${f} ${symbol} o.${f})`, null);
            });
            if (parameter === types.int && fields[0][1].kind === "int") values[0] = node(fields[0][1], `(self.${fields[0][0]} ${symbol === "<<" ? "<<" : "+"} (o${fields[0][1] === types.int ? "" : ` as ${fields[0][1]}`}))`, null);
            add(`operator fn ${symbol}(${this.listed(parameters)}): ${t}`, node(null, "=> @0", null, this.structOf(t, values)));
            decl.operators.push({symbol, parameter});
        }
    },

    makeEnum() {
        const name = this.name("E"), generic = !this.oracle && this.chance(20);
        const decl = {kind: "enum", name, parameters: generic ? ["T"] : [], cases: [], methods: [], base: null};
        const t = T.declared("enum", decl, generic ? [T.param("T")] : []);
        const plain = this.chance(20);
        decl.cases = this.times(1, 5, () => ({name: this.name("C"), types: plain ? [] : this.times(0, 2, () => this.valueType(1))}));
        if (generic) decl.cases.push({name: this.name("C"), types: [types.int, T.param("T")]});
        if (this.chance(35)) decl.cases.push({name: this.name("C"), types: [t, this.valueType(0), ...(this.chance(40) ? [t] : [])]});
        const parts = [], lines = T.casesOf(t).map(c => `    ${c.name}` + (c.types.length ? `(${c.types.map((p, i) => `a${i}: ${p}`).join(", ")})` : ""));
        const add = (head, body) => {
            parts.push(body);
            lines.push(`    ${head} @${parts.length - 1}`);
        };
        this.enums.push(decl);
        const supers = this.implement(decl, t, [], add);
        const shapes = T.casesOf(t).map(c => [c.name, c.types.map(f => this.shape(f))]);
        this.declare_(`enum ${t}${supers} {\n${lines.join("\n")}\n}`, `enums.${name} = ${JSON.stringify(shapes)};`, ...parts);
    },

    // ---- Interfaces

    makeInterface() {
        const name = this.name("I"), decl = {kind: "interface", name, parameters: [], methods: [], implementations: [], base: null};
        const t = T.declared("interface", decl), lines = [], parts = [], js = [];
        for (let i = this.between(1, 2); i > 0; i--) {
            const parameters = this.times(0, 2, () => this.valueType(1)), result = this.valueType(1), method = this.name("meth");
            decl.methods.push({name: method, parameters, result, cost: METHOD_COST, abstract: true});
            lines.push(`    fn ${method}(${this.listed(this.named(parameters))}): ${result}`);
        }
        if (!this.oracle && this.chance(50)) {
            const property = this.name("prop"), result = this.scalar();
            decl.methods.push({name: property, parameters: [], result, cost: METHOD_COST, abstract: true, property: true});
            lines.push(`    get ${property}: ${result}`);
        }
        for (let i = this.below(3); i > 0; i--) { // by default, with the others
            const parameters = this.named(this.times(0, 2, () => this.valueType(1))), result = this.valueType(1), method = this.name("meth");
            parts.push(this.cheapBody(parameters, result, [["self", t]], 3 * METHOD_COST));
            lines.push(`    fn ${method}(${this.listed(parameters)}): ${result} @${parts.length - 1}`);
            js.push(`    ${method}(${this.onlyNames(parameters)}) { const self = this; return (() => @${parts.length - 1})(); }`);
            decl.methods.push({name: method, parameters: parameters.map(p => p[1]), result, cost: 4 * METHOD_COST});
        }
        this.declare_(`interface ${name} {\n${lines.join("\n")}\n}\nfn as_${name}(x: ${name}): ${name} => x`,
                      `const ${name} = {\n${js.join(",\n")}\n};\nconst as_${name} = x => x;`, ...parts);
        this.interfaces.push(decl);
        if (!this.oracle && this.chance(30)) this.extend(decl, this.pick([types.int, types.u8, types.string, types.float]));
    },

    // A type of the language implements an interface.
    extend(decl, t) {
        const lines = [], parts = [];
        this.implementMethods(decl, [["self", t]], (head, body) => {
            parts.push(body);
            lines.push(`    ${head} @${parts.length - 1}`);
        });
        this.declare_(`extend ${t} : ${decl.name} {\n${lines.join("\n")}\n}`, null, ...parts);
        decl.implementations.push({kind: "builtin", name: t.text});
    },

    // Lets a struct, enum or class that is being declared implement an interface; what stands behind its name.
    implement(decl, t, own, add) {
        const wanted = this.interfaces.filter(() => this.chance(this.oracle ? 0 : 45));
        if (decl.parameters.length || !wanted.length) return "";
        const made = this.pick(wanted);
        this.implementMethods(made, [...own, ["self", t]], add);
        made.implementations.push(decl);
        decl.methods.push(...made.methods.map(m => ({...m, abstract: false})));
        return ` : ${made.name}`;
    },

    implementMethods(of, own, add) {
        for (const m of of.methods) {
            if (!m.abstract && !this.chance(25)) continue;
            const parameters = this.named(m.parameters), cora = m.property ? `get ${m.name}: ${m.result}` : `fn ${m.name}(${this.listed(parameters)}): ${m.result}`;
            let body = this.cheapBody(parameters, m.result, own, METHOD_COST);
            if (m.property && body.cora.startsWith("=>")) body = node(null, "{ return @0 }", null, body.parts[0]);
            add(m.abstract ? cora : `override ${cora}`, body);
        }
    },

    // ---- Classes

    // A class, some that are derived from it, and what they override.
    makeHierarchy() {
        const base = this.makeClass(null, this.interfaces.length && this.chance(60) ? this.pick(this.interfaces) : null);
        for (let i = this.below(4); i > 0; i--) this.makeClass(this.pick([base, base, ...base.subclasses]), null);
    },

    makeClass(baseDecl, implemented) {
        const name = this.name("K"), decl = {kind: "class", name, parameters: [], fields: [], methods: [], subclasses: [], base: null};
        if (baseDecl) decl.base = T.declared("class", baseDecl);
        const t = T.declared("class", decl);
        decl.fields = this.times(baseDecl ? 0 : 1, 3, () => [this.name("g"), this.fieldType(t)]);
        const inherited = baseDecl ? T.fieldsOf(decl.base) : [], fields = [...inherited, ...decl.fields];
        const own = [...fields.map(([f, p]) => [`self.${f}`, p, true]), ["self", t]];
        const parts = [], cora = [], js = [];
        const add = (head, method, parameters, body) => {
            parts.push(body);
            cora.push(`    ${head} @${parts.length - 1}`);
            js.push(`    ${method}(${this.onlyNames(parameters)}) { const self = this; return (() => @${parts.length - 1})(); }`);
        };
        const method = (word, m) => {
            const parameters = this.named(m.parameters);
            let body = this.cheapBody(parameters, m.result, own, METHOD_COST);
            if (m.property && body.cora.startsWith("=>")) body = node(null, "{ return @0 }", null, body.parts[0]);
            add(m.property ? `${word}get ${m.name}: ${m.result}` : `${word}fn ${m.name}(${this.listed(parameters)}): ${m.result}`, m.name, parameters, body);
        };
        const overridden = baseDecl ? T.methodsOf(decl.base).filter(() => this.chance(55)) : [];
        for (const m of overridden) method("override ", m);
        const added = this.times(baseDecl ? 0 : 1, 2, () => ({name: this.name("meth"), parameters: this.times(0, 2, () => this.valueType(1)),
                                                              result: this.valueType(1), cost: METHOD_COST}));
        for (const m of added) method("open ", m);
        decl.methods.push(...added);
        decl.ordered = false;
        let supers = baseDecl ? ` : ${baseDecl.name}` : "";
        const scalars = fields.filter(([, p]) => p.isScalar && p.kind !== "bool").map(f => f[0]);
        const plainly = body => node(null, body, null);
        if (!this.oracle && scalars.length && this.chance(30))
            add(`${baseDecl && baseDecl.shown ? "override" : "open"} fn toString(): string`, "", [], plainly(`=> "${name.toLowerCase()}<{self.${this.pick(scalars)}}>"`)), decl.shown = true;
        decl.shown = decl.shown || Boolean(baseDecl && baseDecl.shown);
        if (!this.oracle && !baseDecl && !implemented && scalars.length && this.chance(45)) {
            decl.ordered = true;
            const key = this.pick(scalars);
            supers += ` : Comparable<${name}>, Hashable<${name}>`;
            add(`fn compare(other: ${name}): int`, "", [], plainly(`=> self.${key}.compare(other.${key})`));
            add(`fn equals(other: ${name}): bool`, "", [], plainly(`=> self.${key} == other.${key}`));
            add("fn hash(): int", "", [], plainly(`=> self.${key}.hash()`));
        }
        if (implemented) {
            supers += ` : ${implemented.name}`;
            const ordered = implemented.methods.filter(m => m.abstract || this.chance(25));
            for (const m of ordered) method(m.abstract ? "open " : "override ", m);
            decl.methods.push(...implemented.methods.map(m => ({...m, abstract: false})));
            implemented.implementations.push(decl);
        }
        this.writeClass(decl, supers, fields, inherited, parts, cora, js, implemented);
        for (let above = baseDecl; above; above = above.base ? above.base.decl : null) {
            above.subclasses.push(decl);
            for (const each of this.interfaces) if (each.implementations.includes(above)) each.implementations.push(decl);
        }
        this.classes.push(decl);
        return decl;
    },

    fieldType(t) {
        const r = this.below(100);
        if (r < 10 && !this.oracle) return T.optional(t);
        if (r < 20) return T.list(this.valueType(0));
        return this.valueType(1);
    },

    writeClass(decl, supers, fields, inherited, parts, cora, js, implemented) {
        const {name} = decl, lines = decl.fields.map(([f, p]) => `    var ${f}: ${p}`);
        const up = decl.base ? `; super(${this.onlyNames(inherited)})` : "";
        const init = `    init(${this.listed(fields)}) { ${decl.fields.map(([f]) => `self.${f} = ${f}`).join("; ")}${up} }`.replace("{ ; ", "{ ");
        const jsInit = `    constructor(${this.onlyNames(fields)}) { ${decl.base ? `super(${this.onlyNames(inherited)}); ` : ""}` +
            `${decl.fields.map(([f]) => `this.${f} = ${f};`).join(" ")} }`;
        const defaults = implemented ? `\nfor (const k of Object.keys(${implemented.name})) if (!(k in ${name}.prototype)) ` +
            `${name}.prototype[k] = ${implemented.name}[k];` : "";
        this.declare_(`open class ${name}${supers} {\n${[...lines, init, ...cora].join("\n")}\n}\nfn up_${name}(x: ${name}): ${name} => x`,
                      `class ${name}${decl.base ? ` extends ${decl.base}` : ""} {\n${[jsInit, ...js].join("\n")}\n}${defaults}\nconst up_${name} = x => x;`,
                      ...parts);
    },

    // ---- Functions

    addFunction(name, parameters, result, cost, more = {}) {
        if (cost <= this.limit) this.functions.push({name, parameters: parameters.map(p => p[1]), result, cost, generics: [], ...more});
    },

    writeFunction(name, parameters, result, body, generics = "") {
        this.declare_(`fn ${name}${generics}(${this.listed(parameters)}): ${result} @0`, `function ${name}(${this.onlyNames(parameters)}) @0`, body);
    },

    makeFunction() {
        const name = this.name("fun"), small = this.chance(35), result = this.valueType(small ? 1 : 2); // small enough to be inlined
        const parameters = this.named(this.times(small ? 1 : 0, small ? 3 : 4, () => small && this.chance(60) ? result : small ? this.valueType(1) : this.anyType()));
        const [body, cost] = small ? this.arrow(parameters, result) : this.body(parameters, result, 2);
        this.writeFunction(name, parameters, result, body);
        this.addFunction(name, parameters, result, cost);
    },

    makeGeneric() {
        const name = this.name("gen"), bounds = this.interfaces.filter(i => i.implementations.length), u = T.param("U");
        const bound = bounds.length && this.chance(50) ? this.pick(bounds) : null, t = T.param("T");
        t.bound = bound ? T.declared("interface", bound) : null;
        const parameters = this.named([t, this.pick([t, u, types.int, T.list(t), T.optional(t)]), u, ...this.times(0, 1, () => this.valueType(1))]);
        const result = this.pick([t, t, u, T.optional(u), T.list(t), T.tuple(t, u), this.scalar()]);
        const [body, cost] = this.chance(50) ? this.arrow(parameters, result) : this.body(parameters, result, 1, [], 4);
        this.writeFunction(name, parameters, result, body, `<T${bound ? `: ${bound.name}` : ""}, U>`);
        this.addFunction(name, parameters, result, cost, {generics: [{name: "T", bound: t.bound}, {name: "U", bound: null}]});
        t.bound = null;
    },

    // A function that calls itself, once or twice, with a budget that falls.
    makeRecursive() {
        const name = this.name("rec"), result = this.valueType(1), calls = this.between(1, 2), depth = calls === 1 ? this.pick([10, 60, 200]) : 7;
        const parameters = [[this.name("d"), types.int], ...this.named(this.times(1, 3, () => this.valueType(1)))];
        this.writeRecursive(name, parameters, result, calls, depth, name)();
    },

    // Two functions that call each other.
    makeMutual() {
        const [even, odd] = [this.name("rec"), this.name("rec")], result = this.valueType(1);
        const types_ = this.times(1, 2, () => this.valueType(1));
        const parameters = () => [[this.name("d"), types.int], ...this.named(types_)];
        const first = this.writeRecursive(even, parameters(), result, 1, 40, odd);
        this.writeRecursive(odd, parameters(), result, 1, 40, even)();
        first();
    },

    // Gives what makes it known: neither of two that call each other may be called by the other in another way.
    writeRecursive(name, parameters, result, calls, depth, callee) {
        const [budget] = parameters[0], rounds = calls === 1 ? depth : 2 ** depth;
        const limit = this.limit;
        this.limit = Math.min(200, limit / rounds * 2);
        const call = (scope, d) => {
            const args = [node(types.int, `(${budget} - 1)`, `(${budget} - 1n)`), ...parameters.slice(1).map(([, p]) => this.expr(p, scope, d - 1))];
            return node(result, `${callee}(${this.holes(args)})`, `${callee}(${this.holes(args)})`, ...args);
        };
        const base = new Scope();
        for (const [p, t] of parameters) base.add(p, t);
        const leaf = this.expr(result, base, 2);
        const prepare = scope => { scope.recursion = {result, calls, call}; };
        const [body, cost] = this.body(parameters, result, 1, [], 3, prepare);
        this.limit = limit;
        // the budget may be any number when a value that is not a literal is passed for it
        const guard = node(null, `if ${budget} <= 0 || ${budget} > ${depth} { return @0 }`, `if (${budget} <= 0n || ${budget} > ${depth}n) { return @0; }`, leaf);
        this.writeFunction(name, parameters, result, node(null, "{\n    @0@1}", "{\n    @0@1}", guard, body.parts[0]));
        return () => this.addFunction(name, parameters, result, cost * rounds, {budget: 0, depth});
    },

    makeGlobal() {
        const t = this.anyType(), name = this.name("glob");
        if (!T.everyPart(t, p => p.kind !== "fn")) return; // a function could be called by itself
        this.declare_(`var ${name}: ${t} = @0`, `let ${name} = @0;`, this.simple(t));
        this.globals.push({name, type: t, mutable: true});
    },

    // ---- Checksums

    // The function that adds a value of the type to a checksum.
    mixer(t) {
        if (t.isScalar) return `mix_${t}`;
        let name = this.mixers.get(t);
        if (name) return name;
        name = this.name("mix");
        this.mixers.set(t, name);
        const call = (p, h, x) => `${this.mixer(p)}(${h}, ${x})`;
        const chain = parts => parts.reduce((h, [p, x]) => call(p, h, x), "h");
        const define = (cora, js) => this.declare_(`fn ${name}(h: int, x: ${t}): int ${cora}`, `function ${name}(h, x) ${js}`);
        switch (t.kind) {
        case "optional": {
            const inner = call(t.args[0], "h * 17", "y");
            const jsInner = call(t.args[0], 'wrap("int", h * 17n)', "x");
            define(`{\n    if let y = x { return ${inner} }\n    return h * 31 + 5\n}`, `{ return x === null ? wrap("int", h * 31n + 5n) : ${jsInner}; }`);
            break;
        }
        case "tuple": define(`=> ${chain(t.args.map((p, i) => [p, `x.${i}`]))}`, `{ return ${chain(t.args.map((p, i) => [p, `x[${i}]`]))}; }`); break;
        case "struct": {
            const text = chain(T.fieldsOf(t).map(([f, p]) => [p, `x.${f}`]));
            define(`=> ${text}`, `{ return ${text}; }`);
            break;
        }
        case "class": {
            const text = chain(T.fieldsOf(t).filter(([, p]) => p.isScalar).map(([f, p]) => [p, `x.${f}`]));
            define(`=> ${text}`, `{ return ${text}; }`);
            break;
        }
        case "enum": {
            const cases = T.casesOf(t), names = c => c.types.map((_, i) => `a${i}`);
            const arms = cases.map((c, n) => `    .${c.name}${c.types.length ? `(${names(c).join(", ")})` : ""} => ` +
                chain(c.types.map((p, i) => [p, `a${i}`])).replace(/\bh\b/, `(h * 31 + ${n})`));
            const js = cases.map((c, n) => `if (x.tag === ${n}) return ` + chain(c.types.map((p, i) => [p, `x[${i}]`])).replace(/\bh\b/, `wrap("int", h * 31n + ${n}n)`) + ";");
            define(`=> match x {\n${arms.join("\n")}\n}`, `{ ${js.join(" ")} }`);
            break;
        }
        case "list": case "array": case "set":
            define(`{\n    var s = h\n    for y in x { s = ${call(t.args[0], "s", "y")} }\n    return s\n}`,
                   `{ let s = h; for (const y of x) s = ${call(t.args[0], "s", "y")}; return s; }`);
            break;
        case "map": {
            const text = call(t.args[1], call(t.args[0], "s", "k"), "y");
            define(`{\n    var s = h\n    for (k, y) in x { s = ${text} }\n    return s\n}`, `{ let s = h; for (const [k, y] of x) s = ${text}; return s; }`);
            break;
        }
        case "any": define("=> match x { n: int => h * 31 + n, s: string => mix_string(h, s), _ => h * 31 + 3 }", "{ return h; }"); break;
        default: define("=> h * 31 + 7", '{ return wrap("int", h * 31n + 7n); }');
        }
        return name;
    },
};

// Statements: each maker takes a scope and how deep blocks may nest in it, and gives a node, or null.
"use strict";

const {Block, lines, node} = require("./tree");
const T = require("./types");
const {types} = T;
const {Scope} = require("./maker");

const stmt = (cora, js, ...parts) => node(null, cora, js, ...parts);
const ERRORS = ["ArithmeticError", "IndexError", "NullError", "KeyError", "ValueError"];

module.exports = {
    block(outer, most, depth) {
        const scope = new Scope(outer);
        return new Block(this.times(1, most, () => this.statement(scope, depth)));
    },

    statement(scope, depth) {
        this.spent += scope.cost;
        const weighted = [[8, this.declare], [10, this.assign], [8, this.update], [2, this.show], [1, this.swap], [4, this.mixIn]];
        if (scope.loops.some(l => l.trips >= 8)) weighted.push([6, this.rareStatement], [5, this.shortLived]);
        if (depth > 0) weighted.push([4, this.branch], [7, this.loop], [4, this.bind], [3, this.guarded], [1, this.deferred]);
        if (scope.labels.length) weighted.push([2, this.jump]);
        if (scope.result) weighted.push([1, this.leave]);
        if (!this.oracle) {
            weighted.push([3, this.change], [2, this.mutate], [2, this.localFunction], [2, this.declareLater], [1, this.fail], [2, this.calls]);
            if (depth > 0) weighted.push([3, this.matchStatement], [2, this.drain], [1, this.guardStatement]);
        }
        return this.choose(weighted, scope, depth);
    },

    // ---- Variables

    declare(scope) {
        const t = this.anyType(), name = this.name("v"), mutable = this.chance(65);
        const value = this.expr(t, scope, 3);
        scope.add(name, t, mutable);
        return stmt(`${mutable ? "var" : "let"} ${name}: ${t} = @0`, `let ${name} = @0;`, value);
    },

    declareLater(scope) {
        const t = this.valueType(), name = this.name("v");
        const made = stmt(`let ${name}: ${t}\nif @0 { ${name} = @1 } else { ${name} = @2 }`, null, this.expr(types.bool, scope, 2),
                          this.expr(t, scope, 2), this.expr(t, scope, 2));
        scope.add(name, t);
        return made;
    },

    // Places that can be assigned: {type, cora, set(js of the value), get, parts}. @0 is the value, @1 and so on the
    // parts; `pure`: the parts may be evaluated twice.
    places(scope, pure) {
        const found = [];
        const add = (type, cora, set, get, parts = []) => found.push({type, cora, set, get, parts});
        // what lies in a value that is stored at `cora`
        const inside = (t, cora, get, set, path, level) => {
            if (level > 2) return;
            const parts = t.kind === "struct" ? T.fieldsOf(t).map(([f, p]) => [f, `.${f}`, `.${f}`, p])
                : t.kind === "tuple" ? t.args.map((p, i) => [i, `.${i}`, `[${i}]`, p]) : [];
            for (const [key, suffix, js, p] of parts) {
                const keys = [...path, key];
                add(p, cora + suffix, v => set(keys, v), get + js);
                inside(p, cora + suffix, get + js, set, keys, level + 1);
            }
        };
        for (const {name, type: t, mutable} of [...this.globals, ...scope.variables]) {
            if (mutable) {
                add(t, name, v => `${name} = ${v};`, name);
                inside(t, name, name, (keys, v) => `{ const $v = ${v}; ${name} = changed(${name}, ${JSON.stringify(keys)}, $v); }`, [], 0);
            }
            if (t.kind === "class") {
                for (const [f, p] of T.fieldsOf(t)) {
                    const place = `${name}.${f}`;
                    add(p, place, v => `${place} = ${v};`, place);
                    inside(p, place, place, (keys, v) => `{ const $v = ${v}; ${place} = changed(${place}, ${JSON.stringify(keys)}, $v); }`, [], 1);
                }
            } else if (t.kind === "list" || t.kind === "array") {
                const at = this.small(scope, pure);
                add(t.args[0], `${name}[@1]`, v => `put(${name}, @1, ${v});`, `at(${name}, @1)`, [at]);
                const index = this.small(scope, true);
                const before = found.length;
                inside(t.args[0], `${name}[@1]`, `at(${name}, @1)`,
                       (keys, v) => `{ const $v = ${v}; put(${name}, @1, changed(at(${name}, @1), ${JSON.stringify(keys)}, $v)); }`, [], 1);
                for (const place of found.slice(before)) place.parts = [index];
            } else if (t.kind === "map") {
                const keys = scope.variables.filter(v => v.type === t.args[0]);
                if (keys.length) {
                    const {name: k} = this.pick(keys);
                    add(t.args[1], `${name}[${k}]`, v => `${name}.set(${k}, ${v});`, this.oracle ? null : "", []);
                }
            }
        }
        return found;
    },

    assign(scope) {
        const places = this.places(scope, false);
        if (!places.length) return null;
        const {type, cora, set, parts} = this.pick(places.slice(-30));
        return stmt(`${cora} = @0`, set("@0"), this.expr(type, scope, 3), ...parts);
    },

    // v += e, and v = v * e + f
    update(scope) {
        const places = this.places(scope, true).filter(p => p.type.isNumber && p.get !== null);
        if (!places.length) return null;
        const {type: t, cora, set, get, parts} = this.pick(places.slice(-30)), n = parts.length + 1;
        const value = this.chance(50) ? this.fused(t, scope) : this.expr(t, scope, 2);
        const rounded = js => t.kind === "int" ? `wrap("${t}", ${js})` : t === types.f32 ? `Math.fround(${js})` : js;
        const first = this.simple(types.int); // keeps the numbers of the holes
        if (this.chance(30)) {
            const other = this.projection(t, scope, 2) || this.leaf(t, scope);
            const product = t === types.f32 ? `Math.fround(${get} * (@${n}))` : `${get} * (@${n})`;
            return stmt(`${cora} = ${cora} * @${n} + @${n + 1}`, set(rounded(`${product} + (@${n + 1})`)), first, ...parts, value, other);
        }
        const operator = this.pick(["+", "+", "-", "*"]);
        return stmt(`${cora} ${operator}= @${n}`, set(rounded(`${get} ${operator} (@${n})`)), first, ...parts, value);
    },

    swap(scope) {
        const found = scope.variables.filter(v => v.mutable && v.type.kind !== "fn" && !v.name.includes("."));
        const pairs = found.flatMap(a => found.filter(b => a.type === b.type && a.name < b.name).map(b => [a, b]));
        if (!pairs.length) return null;
        const [a, b] = this.pick(pairs), value = this.expr(a.type, scope, 2);
        return stmt(`(${a.name}, ${b.name}) = (${b.name}, @0)`, `[${a.name}, ${b.name}] = [${b.name}, @0];`, value);
    },

    // Adds a value to a checksum.
    mixIn(scope) {
        const sums = this.variables(scope, types.int, true);
        if (!sums.length) return null;
        const t = this.anyType(), {name} = this.recent(sums), mixer = this.mixer(t);
        if (!this.affordable(6, scope)) return null;
        this.spent += 6 * scope.cost;
        return stmt(`${name} = ${mixer}(${name}, @0)`, `${name} = ${mixer}(${name}, @0);`, this.expr(t, scope, 2));
    },

    showOf({name, type}) {
        if (!this.canPrint(type)) return null;
        return stmt(`print("${name}", ${name})`, `print("${name} " + text(${JSON.stringify(this.shape(type))}, ${name}));`);
    },

    // Prints a variable; in a long loop a few times only.
    show(scope) {
        const found = [...this.globals, ...scope.variables].filter(v => this.canPrint(v.type));
        if (!found.length) return null;
        const shown = this.showOf(this.recent(found));
        if (scope.cost <= 12) return shown;
        if (!scope.loops.length || scope.cost > 20 * scope.loops[scope.loops.length - 1].trips) return null;
        const {name, trips} = scope.loops[scope.loops.length - 1], every = Math.max(2, trips >> 1);
        return stmt(`if ${name} % ${every} == ${every - 1} { @0 }`, `if (${name} % ${every}n === ${every - 1}n) { @0 }`, shown);
    },

    // ---- What changes objects

    // push, pop, insert and so on.
    change(scope) {
        const found = [...this.globals, ...scope.variables].filter(v => ["list", "map", "set"].includes(v.type.kind));
        if (!found.length) return null;
        const {name, type: t} = this.recent(found), e = this.expr(t.args[0], scope, 2);
        const grows = scope.cost > 60 ? `if ${name}.length < 40 { @A }` : "@A";
        if (t.kind === "set") return this.chance(50) ? stmt(`${name}.remove(@0)`, null, e) : stmt(grows.replace("@A", `${name}.add(@0)`), null, e);
        if (t.kind === "map") {
            const x = this.name("x"), inner = scope.closure();
            inner.add(x, t.args[1]);
            return this.pick([
                () => stmt(`${name}.remove(@0)`, null, e), () => stmt(grows.replace("@A", `${name}[@0] = @1`), null, e, this.expr(t.args[1], scope, 2)),
                () => stmt(grows.replace("@A", `${name}.update(@0, @1, ${x} => @2)`), null, e, this.leaf(t.args[1], scope), this.expr(t.args[1], inner, 2)),
                () => stmt(grows.replace("@A", `_ = ${name}.getOrPut(@0, () => @1)`), null, e, this.expr(t.args[1], scope, 1)),
            ])();
        }
        return this.pick([
            () => stmt(grows.replace("@A", `${name}.push(@0)`), null, e), () => stmt(grows.replace("@A", `${name}.push(@0)`), null, e),
            () => stmt(`_ = ${name}.pop()`, null), () => stmt(`${name}.insert(@1, @0)`, null, e, this.small(scope)),
            () => stmt(`${name}.removeAt(@0)`, null, this.small(scope)), () => stmt(`${name}.swap(@0, @1)`, null, this.small(scope), this.small(scope)),
            () => stmt(`${name}.reverse()`, null), () => stmt(`${name}.truncate(${this.between(2, 9)})`, null),
        ])();
    },

    // Calls a `mut fn` of a struct in some place, and keeps its result.
    mutate(scope) {
        const places = this.places(scope, true).filter(p => p.type.kind === "struct" && this.membersOf(p.type).some(m => m.mutating));
        if (!places.length) return null;
        const {type, cora, parts} = this.pick(places.slice(-30)), m = this.pick(this.membersOf(type).filter(each => each.mutating));
        if (!this.affordable(m.cost, scope)) return null;
        this.spent += m.cost * scope.cost;
        const n = parts.length + 1, args = m.parameters.map(p => this.expr(p, scope, 2));
        const holes = args.map((_, i) => `@${n + i}`).join(", "), name = this.name("v");
        scope.add(name, m.result);
        return stmt(`let ${name}: ${m.result} = ${cora}.${m.name}(${holes})`, null, this.simple(types.int), ...parts, ...args);
    },

    // A call for what it does.
    calls(scope) {
        const found = this.functions.filter(f => !f.generics.length && this.affordable(f.cost, scope));
        if (!found.length) return null;
        const f = this.pick(found);
        return stmt("_ = @0", null, this.callFunction(f, new Map(), f.result, scope, 2));
    },

    // A closure that changes what is around it, and is called.
    localFunction(scope) {
        const cells = scope.variables.filter(v => v.mutable && v.type.isNumber && !v.name.includes("."));
        if (!cells.length || scope.cost > 300) return null;
        const name = this.name("local"), p = this.name("p"), of = this.valueType(1), t = this.valueType(1), inner = scope.closure();
        inner.add(p, of);
        inner.cost = 1;
        const spent = this.spent;
        inner.result = t;
        const changes = this.times(1, 2, () => this.update(inner) || this.assign(inner));
        const body = new Block([...changes, stmt("return @0", null, this.expr(t, inner, 2))]);
        this.spent = spent + 20 * scope.cost;
        scope.add(name, T.fn([of], t));
        return stmt(`fn ${name}(${p}: ${of}): ${t} {@0}`, null, body);
    },

    // An object, or a function with its cells, that is made in a loop, changed, read and given up.
    shortLived(scope) {
        const sums = this.variables(scope, types.int, true);
        if (!sums.length || scope.cost * 12 > this.limit) return null;
        const r = this.below(100), t = r < 60 ? this.instance("class", this.pick(this.classes)) : r < 75 ? T.array(this.scalar()) : r < 85 ? T.list(this.scalar()) : this.functionType();
        const name = this.name("v"), made = stmt(`${this.chance(50) ? "var" : "let"} ${name}: ${t} = @0`, `let ${name} = @0;`, this.build(t, scope, 2));
        const inner = new Scope(scope), {name: sum} = this.recent(sums), parts = [made];
        inner.variables = [{name, type: t, mutable: false}, ...scope.variables.filter(v => v.type.isScalar)];
        for (let i = this.below(3); i > 0; i--) {
            const places = this.places(inner, false).filter(p => p.cora.startsWith(`${name}.`) || p.cora.startsWith(`${name}[`));
            if (!places.length) break;
            const {type, cora, set, parts: holes} = this.pick(places), change = stmt(`${cora} = @0`, set("@0"), this.expr(type, inner, 2), ...holes);
            parts.push(this.chance(25) ? stmt("if @0 { @1 }", "if (@0) { @1 }", this.rare(scope), change) : change);
        }
        const of = t.kind === "fn" ? t.result : t.kind === "class" ? this.pick([...T.fieldsOf(t).map(f => f[1]), ...T.methodsOf(t).map(m => m.result)]) : t.args[0];
        const read = t.kind === "fn" ? this.callOf(of, name, t.parameters, 8, inner, 1) : this.expr(of, Object.assign(new Scope(inner), {variables: [{name, type: t, mutable: false}]}), 1);
        parts.push(stmt(`${sum} = ${this.mixer(of)}(${sum}, @0)`, `${sum} = ${this.mixer(of)}(${sum}, @0);`, read));
        if (this.chance(15)) parts.push(this.assign(Object.assign(new Scope(scope), {variables: [...scope.variables, {name, type: t, mutable: false}]})));
        this.spent += 10 * scope.cost;
        scope.add(name, t);
        return lines(...parts.filter(p => p));
    },

    // ---- Branches

    rareStatement(scope, depth) {
        const inner = new Scope(scope), maker = this.pick([this.assign, this.assign, this.update, this.show, ...(this.oracle ? [] : [this.change, this.fail])]);
        const made = maker.call(this, inner, depth);
        return made ? stmt("if @0 { @1 }", "if (@0) { @1 }", this.rare(scope), made) : null;
    },

    branch(scope, depth) {
        const condition = this.chance(25) ? this.rare(scope) : this.expr(types.bool, scope, 2), then = this.block(scope, 3, depth - 1);
        if (this.chance(50)) return stmt("if @0 {@1}", "if (@0) {@1}", condition, then);
        return stmt("if @0 {@1} else {@2}", "if (@0) {@1} else {@2}", condition, then, this.block(scope, 3, depth - 1));
    },

    // if let of an optional, or the parts of a tuple.
    bind(scope, depth) {
        if (this.chance(60)) {
            const t = this.valueType(1), x = this.name("b"), inner = new Scope(scope);
            if (this.oracle && t.kind === "optional") return null;
            inner.add(x, t);
            return stmt(`if let ${x} = @0 {@1} else {@2}`, `{ const ${x} = @0; if (${x} !== null) {@1} else {@2} }`,
                        this.expr(T.optional(t), scope, 2), this.block(inner, 3, depth - 1), this.block(scope, 2, depth - 1));
        }
        const t = T.tuple(this.valueType(1), this.valueType(1)), [a, b] = [this.name("b"), this.name("b")];
        const made = stmt(`let (${a}, ${b}) = @0`, `const [${a}, ${b}] = @0;`, this.expr(t, scope, 3));
        scope.add(a, t.args[0]);
        scope.add(b, t.args[1]);
        return made;
    },

    guardStatement(scope) {
        const leave = this.leaving(scope);
        if (!leave) return null;
        const t = this.valueType(1), x = this.name("b"), value = this.expr(T.optional(t), scope, 2);
        if (t.kind === "optional") return null;
        scope.add(x, t);
        return stmt(`guard let ${x} = @0 else { @1 }`, null, value, leave);
    },

    // How this place can be left: by a jump, a return or an error.
    leaving(scope) {
        const found = [];
        if (scope.labels.length) found.push(() => stmt(`${this.pick(["break", "continue"])} ${this.pick(scope.labels)}`, null));
        if (scope.result) found.push(() => stmt("return @0", null, this.expr(scope.result, scope, 1)));
        return found.length ? this.pick(found)() : null;
    },

    // Arms that are statements: over an enum, a class or interface, or a value with literals.
    matchStatement(scope, depth) {
        const wide = scope.variables.filter(v => ["interface", "any"].includes(v.type.kind) || (v.type.kind === "class" && v.type.decl.subclasses.length));
        const arms = [], parts = [];
        if (wide.length && this.chance(60)) {
            const {name, type} = this.recent(wide);
            const below = type.kind === "any" ? [types.int, types.string, this.boxable()] : this.implementations(type).filter(t => t !== type);
            for (const t of new Set(below.slice(0, 3))) {
                const x = this.name("m"), inner = new Scope(scope);
                inner.add(x, t);
                parts.push(this.block(inner, 2, depth - 1));
                arms.push(`${x}: ${t} => {@${parts.length - 1}}`);
            }
            parts.push(this.block(scope, 2, depth - 1));
            return stmt(`match ${name} {\n${[...arms, `_ => {@${parts.length - 1}}`].join("\n")}\n}`, null, ...parts);
        }
        const t = this.chance(50) && this.enums.length ? this.instance("enum", this.pick(this.enums)) : this.valueType(1), seen = new Set();
        parts.push(this.expr(t, scope, 2));
        for (let i = this.between(1, 4); i > 0; i--) {
            const pattern = this.pattern(t, scope, 3);
            if (seen.has(pattern) || /^[_(), ]*$/.test(pattern)) continue;
            seen.add(pattern);
            parts.push(this.block(scope, 2, depth - 1));
            arms.push(`${pattern} => {@${parts.length - 1}}`);
        }
        parts.push(this.block(scope, 2, depth - 1));
        return stmt(`match ${this.subject(t)} {\n${[...arms, `_ => {@${parts.length - 1}}`].join("\n")}\n}`, null, ...parts);
    },

    // ---- Loops

    trips(scope) {
        const r = this.below(100), most = this.limit / (8 * scope.cost);
        const wanted = r < 55 ? this.between(1, 6) : r < 80 ? this.between(10, 60) : this.between(100, 1200);
        return Math.max(1, Math.min(wanted, Math.floor(most)));
    },

    // The scope of a loop's body, and the label to write before it.
    looped(scope, trips, counter, type = types.int) {
        const inner = scope.loop(trips), label = this.name("l");
        inner.labels.push(label);
        if (counter) {
            inner.add(counter, type);
            inner.loops.push({name: counter, type, trips});
        }
        return [inner, label];
    },

    loop(scope, depth) {
        if (scope.cost * 16 > this.limit) return null;
        const weighted = [[6, this.rangeLoop], [2, this.eachLoop], [2, this.whileLoop], [1, this.mapLoop]];
        if (!this.oracle) weighted.push([2, this.typedRangeLoop], [1, this.charLoop], [1, this.steppedLoop]);
        return this.choose(weighted, scope, depth);
    },

    rangeLoop(scope, depth) {
        const i = this.name("i"), n = this.trips(scope), [inner, label] = this.looped(scope, n, i);
        const body = this.block(inner, 4, depth - 1);
        if (this.chance(25))
            return stmt(`${label}: for ${i} in (0..${n}).reversed() {@0}`, `${label}: for (let $${i} = ${n - 1}n; $${i} >= 0n; $${i}--) { let ${i} = $${i};@0}`, body);
        const inclusive = this.chance(20);
        return stmt(`${label}: for ${i} in 0..${inclusive ? `=${n - 1}` : n} {@0}`,
                    `${label}: for (let $${i} = 0n; $${i} < ${n}n; $${i}++) { let ${i} = $${i};@0}`, body);
    },

    steppedLoop(scope, depth) {
        const i = this.name("i"), n = this.trips(scope), k = this.between(2, 7), [inner, label] = this.looped(scope, Math.ceil(n / k), i);
        inner.loops[inner.loops.length - 1].trips = n;
        const start = this.pick(["0", "-3", `${n}`, "int.Max - 20"]), range = start.startsWith("int") ? `(${start}..=int.Max)` : `(${start}..${n})`;
        const walked = this.pick([`${range}.step(${k})`, `${range}.reversed().step(${k})`, `${range}.step(${k}).reversed()`]);
        return stmt(`${label}: for ${i} in ${walked} {@0}`, null, this.block(inner, 4, depth - 1));
    },

    // Over another type of integers, up to its end now and then.
    typedRangeLoop(scope, depth) {
        const t = this.pick(this.ints), i = this.name("i"), n = Math.min(this.trips(scope), 100), [inner, label] = this.looped(scope, n, null);
        inner.add(i, t);
        const [from, to] = this.chance(50) ? [this.integer(t, t.high - BigInt(n - 1)), `${t}.Max`]
            : t.signed ? [this.integer(t, -BigInt(n >> 1)), this.integer(t, BigInt(n >> 1)).text("cora")]
                : [this.integer(t, 0n), this.integer(t, BigInt(n)).text("cora")];
        const range = `@0${to.endsWith("Max") ? "..=" : ".."}${to}`, walked = this.pick([range, range, `(${range}).reversed()`, `(${range}).step(${this.between(1, 9)})`]);
        return stmt(`${label}: for ${i} in ${walked} {@1}`, null, from, this.block(inner, 4, depth - 1));
    },

    eachLoop(scope, depth) {
        const found = scope.variables.filter(v => v.type.kind === "list" || v.type.kind === "array" || v.type.kind === "set" && !this.oracle);
        if (!found.length) return null;
        const {name, type: t} = this.recent(found), x = this.name("e"), [inner, label] = this.looped(scope, 6, null);
        inner.add(x, t.args[0]);
        // what is changed in the loop is copied, or the change is an error
        const from = this.chance(15) && !this.oracle ? name : t.kind === "list" ? `${name}.take(9)` : `${name}.copy()`;
        if (from === name && t.kind !== "array" && scope.cost > 30) return null;
        return stmt(`${label}: for ${x} in ${from} {@0}`, `${label}: for (const ${x} of ${name}.slice(0${t.kind === "list" ? ", 9" : ""})) {@0}`,
                    this.block(inner, 4, depth - 1));
    },

    mapLoop(scope, depth) {
        const found = scope.variables.filter(v => v.type.kind === "map");
        if (!found.length) return null;
        const {name, type: t} = this.pick(found), [k, x] = [this.name("k"), this.name("e")], [inner, label] = this.looped(scope, 5, null);
        inner.add(k, t.args[0]);
        inner.add(x, t.args[1]);
        return stmt(`${label}: for (${k}, ${x}) in ${name}.copy() {@0}`, `${label}: for (const [${k}, ${x}] of [...${name}]) {@0}`,
                    this.block(inner, 3, depth - 1));
    },

    charLoop(scope, depth) {
        const found = scope.variables.filter(v => v.type.kind === "string");
        if (!found.length) return null;
        const x = this.name("c"), [inner, label] = this.looped(scope, 5, null);
        inner.add(x, types.char);
        return stmt(`${label}: for ${x} in ${this.recent(found).name}[..9].chars() {@0}`, null, this.block(inner, 3, depth - 1));
    },

    whileLoop(scope, depth) {
        const i = this.name("i"), n = this.trips(scope), [inner, label] = this.looped(scope, n, i);
        if (!this.oracle && this.chance(50)) return this.countedWhile(inner, label, i, n, depth);
        const condition = this.chance(60) ? this.expr(types.bool, inner, 2) : node(types.bool, "true", "true");
        return stmt(`var ${i} = 0\n${label}: while ${i} < ${n} && @0 {\n    ${i} += 1@1}`,
                    `let ${i} = 0n;\n${label}: while (${i} < ${n}n && @0) {\n    ${i} += 1n;@1}`, condition, this.block(inner, 4, depth - 1));
    },

    // Conditions of many kinds, with the counter changed at the end.
    countedWhile(inner, label, i, n, depth) {
        const t = this.pick([types.int, types.int, types.i32, types.u8, types.float, types.u64]), most = t === types.u8 ? Math.min(n, 200) : n;
        inner.loops.pop();
        inner.variables.pop();
        inner.add(i, t);
        if (t === types.int) inner.loops.push({name: i, type: t, trips: most});
        const [start, condition, step] = this.pick([
            ["0", `${i} < ${most}`, "+= 1"], ["0", `${i} <= ${most - 1}`, "+= 1"], ["0", `${i} != ${most}`, "+= 1"], [`${most}`, `${i} > 0`, "-= 1"],
            [`${most - 1}`, `${i} >= 1`, "-= 1"], [`${most}`, `${i} != 0`, "-= 1"], ["0", `!(${i} == ${most})`, "+= 1"], ["0", `${most} > ${i}`, "+= 1"]]);
        // `continue` would leave the counter as it is
        return stmt(`var ${i}: ${t} = ${start}\n${label}: while ${condition} {\n    defer { ${i} ${step} }@0}`, null, this.block(inner, 4, depth - 1));
    },

    // Takes values from a list until it is empty.
    drain(scope, depth) {
        const t = this.valueType(1), q = this.name("v"), x = this.name("b"), [inner, label] = this.looped(scope, 5, null);
        if (t.kind === "optional" || scope.cost * 16 > this.limit) return null;
        inner.add(x, t);
        return stmt(`let ${q}: ${T.list(t)} = @0.take(6)\n${label}: while let ${x} = ${q}.pop() {@1}`, null, this.expr(T.list(t), scope, 2),
                    this.block(inner, 3, depth - 1));
    },

    jump(scope) {
        const inside = scope.labels[scope.labels.length - 1], label = this.chance(60) ? inside : this.pick(scope.labels);
        const word = this.pick(["break", "continue"]), to = label === inside && this.chance(50) ? "" : ` ${label}`;
        return stmt(`if @0 { ${word}${to} }`, `if (@0) { ${word}${to}; }`, this.chance(40) ? this.rare(scope) : this.expr(types.bool, scope, 2));
    },

    leave(scope) {
        return stmt("if @0 { return @1 }", "if (@0) { return @1; }", this.rare(scope), this.expr(scope.result, scope, 2));
    },

    // ---- Errors

    fail(scope) {
        const {cora} = this.pick([stmt('throw ValueError("made {@0}")'), stmt("throw Failure(@0)"), stmt("assert(@0 == 12345)")]);
        return stmt(`if @1 { ${cora} }`, null, this.leaf(types.int, scope), this.rare(scope));
    },

    guarded(scope, depth) {
        const inner = new Scope(scope);
        if (this.oracle) {
            inner.labels = [];
            inner.result = null;
        }
        const error = this.oracle ? this.pick(ERRORS) : this.pick([...ERRORS, ...ERRORS, "CastError", "StateError", "Failure"]);
        const body = this.block(inner, 3, depth - 1), caught = this.block(inner, 2, depth - 1);
        if (this.chance(30))
            body.nodes.push(stmt('if @0 { throw ValueError("made") }', 'if (@0) { raise("ValueError", "made"); }', this.rare(inner)));
        const js = `try {@0} catch ($) { if ($.type === undefined) throw $; if ($.type === '${error}') {@1} else { print($.type); } }`;
        const shown = this.oracle ? "errorName(e)" : this.pick(["errorName(e)", "errorName(e)", "e.message", "errorName(e), e.trace"]);
        const cora = `try {@0} catch _: ${error} {@1} catch e {${scope.cost <= 30 ? ` print(${shown}) ` : ""}}`;
        if (scope.cost > 30 && this.oracle) return null;
        if (!this.chance(40)) return stmt(cora, js, body, caught);
        return stmt(cora + " finally {@2}", js + " finally {@2}", body, caught, this.last(scope));
    },

    // What runs however a block is left: nothing in it may jump out.
    last(scope) {
        const inner = new Scope(scope);
        inner.labels = [];
        inner.result = null;
        return this.block(inner, 2, 0);
    },

    deferred(scope, depth) {
        const inner = new Scope(scope);
        if (this.oracle) {
            inner.labels = [];
            inner.result = null;
        }
        return stmt("if true {\n    defer {@0}@1}", "{ try {@1} finally {@0} }", this.last(scope), this.block(inner, 3, depth - 1));
    },
};

// Expressions: each maker takes a type, a scope and a depth, and gives a node of that type, or null when it has none.
"use strict";

const {node} = require("./tree");
const {samplesOf} = require("./samples");
const T = require("./types");
const {types} = T;

const ERRORS = ["ArithmeticError", "IndexError", "NullError", "KeyError", "ValueError"];
const own = (t, cora, js, ...parts) => node(t, cora, js, ...parts);

module.exports = {
    expr(t, scope, depth = 3) {
        if (depth <= 0) return this.leaf(t, scope);
        if (t.kind === "param") return this.choose([[4, this.leaf], [1, this.call], [2, this.projection], [1, this.conditional]], t, scope, depth) ||
            this.leaf(t, scope);
        const weighted = [[8, this.leaf], [9, this.call], [9, this.projection], [3, this.conditional], [1, this.coalesce],
                          [1, this.callValue], [1, this.generic], [1, this.attempt], [2, this.rareChoice]];
        if (this.enums.length) weighted.push([3, this.matchEnum]);
        if (t.isNumber) weighted.push([15, this.arithmetic], [8, this.fused], [5, this.conversion]);
        else if (t.kind === "bool") weighted.push([15, this.comparison], [6, this.logic]);
        else if (t.kind === "string") weighted.push([6, this.interpolation], [3, this.join]);
        else weighted.push([12, this.build]);
        if (t.kind === "list") weighted.push([3, this.listOfFunction]);
        if (!this.oracle) {
            weighted.push([3, this.matchValue], [2, this.castDown], [1, this.block_], [2, this.ifLet]);
            if (t.isNumber) weighted.push([3, this.numberMethod], [2, this.fold]);
            if (t.kind === "bool") weighted.push([3, this.test]);
            if (t.kind === "string") weighted.push([5, this.stringMethod]);
            if (t.kind === "optional") weighted.push([3, this.attemptOptional], [2, this.optionalOf]);
        }
        return this.choose(weighted, t, scope, depth) || this.leaf(t, scope);
    },

    // ---- Leaves

    variables(scope, t, mutable = false) {
        return [...this.globals, ...scope.variables].filter(v => v.type === t && (v.mutable || !mutable));
    },

    sample(t) {
        const value = this.pick(samplesOf(t));
        return t.kind === "int" ? this.integer(t, value) : own(t, ...value);
    },

    variable(v) { return node(v.type, v.name, v.name); },

    // One of the latest of them.
    recent(candidates) { return this.pick(candidates.slice(-8)); },

    leaf(t, scope) {
        if (scope.sampler && t.isScalar && this.chance(80)) {
            const bit = `${scope.sampler} & ${1 << this.below(4)}`;
            if (t.kind === "bool") return own(t, `(${bit} == 0)`, `((${bit}n) === 0n)`);
            return own(t, `(if ${bit} == 0 { @0 } else { @1 })`, `((${bit}n) === 0n ? @0 : @1)`, this.sample(t), this.sample(t));
        }
        const candidates = this.variables(scope, t);
        const onlyVariables = t.kind === "param" || (t.kind === "interface" && !this.implemented().includes(t.decl));
        if (candidates.length && (onlyVariables || this.chance(85))) return this.variable(this.recent(candidates));
        if (t.kind === "int") return this.integerLiteral(t);
        if (t.kind === "float") return this.floatLiteral(t);
        if (t.kind === "bool") {
            const numbers = scope.variables.filter(v => v.type.kind === "int");
            if (numbers.length && this.chance(80)) {
                const bit = 1 << this.below(3), {name} = this.recent(numbers);
                return own(t, `(${name} & ${bit} == 0)`, `((${name} & ${bit}n) === 0n)`);
            }
            return this.pick([own(t, "true", "true"), own(t, "false", "false")]);
        }
        if (t.kind === "string") {
            const text = JSON.stringify(this.pick(["", "a", "bc", "xyz", "d é", "0"]));
            return own(t, text, text);
        }
        if (t.kind === "char") return own(t, this.pick(["'a'", "'z'", "'0'", "'é'", "'🛶'", "'\\n'"]), null);
        if (candidates.length) return this.variable(this.recent(candidates));
        this.nesting++;
        const built = this.nesting < 4 || !T.everyPart(t, p => p.kind !== "param") ? this.build(t, scope, 1) : null;
        this.nesting--;
        return built || this.simple(t);
    },

    // An index: mostly within bounds. `pure`: its text may be evaluated twice.
    small(scope, pure = false) {
        const counters = [...scope.loops.filter(l => l.type === types.int), ...scope.variables.filter(v => v.type === types.int)];
        const r = this.below(100);
        if (counters.length && r < 65) {
            const {name} = this.recent(counters), mask = this.pick([1, 1, 3, 3, 7]);
            return r < 12 ? own(types.int, name, name) : own(types.int, `(${name} & ${mask})`, `(${name} & ${mask}n)`);
        }
        if (r > 92 && !pure) return this.expr(types.int, scope, 1);
        return this.integer(types.int, BigInt(this.below(3)));
    },

    // ---- Numbers

    arithmetic(t, scope, depth) {
        const a = this.expr(t, scope, depth - 1);
        if (t.kind === "float") {
            const operator = this.pick(["+", "+", "-", "*", "*", "/", "%", "neg"]);
            if (operator === "neg") return own(t, "(-@0)", "(-@0)", a);
            const js = `(@0 ${operator} @1)`;
            return own(t, js, t === types.float ? js : `Math.fround${js}`, a, this.expr(t, scope, depth - 1));
        }
        let operator = this.pick(["+", "+", "-", "-", "*", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>", "neg", "~"]);
        if (operator === "neg" && t.signed) return own(t, "(-@0)", `wrap("${t}", -@0)`, a);
        if (operator === "neg" || operator === "~") return own(t, "(~@0)", `wrap("${t}", ~@0)`, a);
        if (["<<", ">>", ">>>"].includes(operator)) {
            const b = this.expr(this.pick(this.ints), scope, depth - 2);
            return own(t, `(@0 ${operator} @1)`, `${{"<<": "shl", ">>": "shr", ">>>": "ushr"}[operator]}("${t}", @0, @1)`, a, b);
        }
        let b = this.expr(t, scope, depth - 1);
        if (operator === "/" || operator === "%") {
            if (this.chance(75)) b = own(t, "(@0 | 1)", "(@0 | 1n)", b); // not zero
            return own(t, `(@0 ${operator} @1)`, `${operator === "/" ? "div" : "rem"}("${t}", @0, @1)`, a, b);
        }
        if ("&|^".includes(operator)) return own(t, `(@0 ${operator} @1)`, `(@0 ${operator} @1)`, a, b);
        return own(t, `(@0 ${operator} @1)`, `wrap("${t}", @0 ${operator} @1)`, a, b);
    },

    // a * b + c with loads: what may become one instruction, and must not for floats.
    fused(t, scope) {
        const [a, b, c] = [0, 1, 2].map(() => this.projection(t, scope, 1) || this.leaf(t, scope));
        const [first, second] = this.pick([["@0 * @1", "+ @2"], ["@0 * @1", "- @2"], ["@0 - @1", "* @2"], ["@0 + @1", "+ @2"]]);
        const cora = this.chance(30) ? `(@2 ${this.pick("+-")} (@0 * @1))` : `((${first}) ${second})`;
        if (t === types.float) return own(t, cora, cora, a, b, c);
        const js = cora.startsWith("(@2") ? [cora.slice(1, 5), "(@0 * @1)", ""] : ["", `(${first})`, ` ${second}`];
        if (t.kind === "int") return own(t, cora, `wrap("${t}", ${js.join(" ")})`, a, b, c);
        return own(t, cora, `Math.fround(${js[0]} Math.fround${js[1]}${js[2]})`, a, b, c);
    },

    conversion(t, scope, depth) {
        const source = this.pick([...Object.keys(T.INTS).map(n => types[n]), types.float, types.f32].filter(s => s !== t));
        if (t === types.f32 && source.bits === 64 && this.oracle) return null; // rounded twice in JavaScript
        let js;
        if (t.kind === "float") {
            js = source.kind === "float" ? "@0" : "Number(@0)";
            if (t === types.f32) js = `Math.fround(${js})`;
        } else {
            js = source.kind === "float" ? `toInt("${t}", @0)` : `wrap("${t}", @0)`;
        }
        const from = this.expr(source, scope, depth - 1);
        if (t.kind === "int" && source.kind === "float" && this.chance(40)) { // near the limits
            const scale = this.pick(["1e2", "4e4", "2e9", "1e18", "1e19"]);
            const scaled = source === types.float ? `(@0 * ${scale})` : `Math.fround(@0 * Math.fround(${scale}))`;
            return own(t, `((@0 * ${scale}) as ${t})`, `toInt("${t}", ${scaled})`, from);
        }
        return own(t, `(@0 as ${t})`, js, from);
    },

    numberMethod(t, scope, depth) {
        const a = this.expr(t, scope, depth - 1), b = () => this.expr(t, scope, depth - 2);
        if (t.kind === "float") {
            const name = this.pick(["abs", "sqrt", "floor", "ceil", "round", "trunc", "min", "max", "sign"]);
            return ["min", "max"].includes(name) ? own(t, `@0.${name}(@1)`, null, a, b()) : own(t, `@0.${name}()`, null, a);
        }
        const names = ["min", "max", "clamp", "pow", ...(t.signed ? ["abs"] : []),
                       ...(["int", "u32", "u64"].includes(t.text) ? ["countOnes", "leadingZeros", "trailingZeros"] : [])];
        const name = this.pick(names);
        if (name === "clamp") return own(t, "@0.clamp(@1, @2)", null, a, this.integer(t, -5n & t.high), b());
        if (name === "pow") return own(t, `@0.pow(${this.between(0, 9)})`, null, a);
        if (name === "min" || name === "max") return own(t, `@0.${name}(@1)`, null, a, b());
        return own(t, name === "abs" ? "@0.abs()" : `(@0.${name}() as ${t})`, null, a);
    },

    // A range or list that is folded: calls of a closure in the library's loop.
    fold(t, scope, depth) {
        if (scope.cost > 200) return null;
        const [sum, x] = [this.name("s"), this.name("x")], inner = scope.closure();
        inner.add(sum, t);
        const lists = scope.variables.filter(v => v.type.kind === "list");
        const over = lists.length ? this.recent(lists) : null;
        const n = this.pick([3, 8, 20]);
        inner.add(x, over ? over.type.args[0] : types.int);
        inner.cost *= 5;
        this.spent += n * scope.cost;
        const source = over ? `${over.name}.take(9)` : `(${this.between(-2, 1)}..${n})`;
        return own(t, `${source}.fold<${t}>(@0, (${sum}: ${t}, ${x}: ${over ? over.type.args[0] : types.int}): ${t} => @1)`, null,
                   this.expr(t, scope, depth - 1), this.expr(t, inner, Math.min(2, depth - 1)));
    },

    // ---- Booleans

    comparison(t, scope, depth) {
        let of = this.scalar();
        if (this.chance(20)) of = this.valueType(1);
        if (!this.oracle && this.chance(10)) of = this.anyType();
        if (["class", "fn"].includes(of.kind) && this.chance(50))
            return own(t, `(@0 ${this.pick(["===", "!=="])} @1)`, null, this.leaf(of, scope), this.leaf(of, scope));
        const operand = () => this.expr(of, scope, depth - 1);
        if (!of.isNumber) {
            if (!this.canCompare(of)) return null;
            const ordered = !this.oracle && (of.kind === "string" || of.kind === "char" || of.kind === "bool" || this.canOrder(of));
            const operator = this.pick(ordered ? ["==", "!=", "<", "<=", ">", ">="] : ["==", "!="]);
            return own(t, `(@0 ${operator} @1)`, `${operator === "==" ? "" : "!"}same(@0, @1)`, operand(), operand());
        }
        const operator = this.pick(["<", "<=", ">", ">=", "==", "!="]);
        return own(t, `(@0 ${operator} @1)`, `(@0 ${operator.replace("==", "===").replace("!=", "!==")} @1)`, operand(), operand());
    },

    logic(t, scope, depth) {
        const a = this.expr(t, scope, depth - 1);
        if (this.chance(25)) return own(t, "(!@0)", "(!@0)", a);
        const operator = this.pick(["&&", "&&", "||", "||", "&", "|", "^"]), b = this.expr(t, scope, depth - 1);
        return own(t, `(@0 ${operator} @1)`, operator.length > 1 ? `(@0 ${operator} @1)` : `!!(@0 ${operator} @1)`, a, b);
    },

    test(t, scope, depth) {
        const found = [];
        for (const v of scope.variables) {
            if (v.type.kind === "any") found.push(() => own(t, `(${this.widened(v)} is ${this.chance(30) && this.interfaces.length ? this.pick(this.interfaces).name : this.boxable()})`, null));
            if (v.type.kind === "class" && v.mutable) found.push(() => own(t, `(${v.name} === @0)`, null, this.leaf(v.type, scope)));
            if (v.type.kind === "float") found.push(() => own(t, `${v.name}.${this.pick(["isNaN", "isFinite", "isInfinite"])}()`, null));
            if (v.type.kind === "interface" || (v.type.kind === "class" && v.type.decl.subclasses.length)) {
                const below = this.implementations(v.type).filter(i => i !== v.type);
                if (below.length) found.push(() => own(t, `(${this.widened(v)} is ${this.pick(below)})`, null));
            }
            if (v.type.kind === "optional") found.push(() => own(t, `(same<${v.type}>(${v.name}) ${this.pick(["==", "!="])} null)`, null));
            if (v.type.kind === "list" && this.canCompare(v.type.args[0]))
                found.push(() => own(t, `${v.name}.contains(@0)`, null, this.expr(v.type.args[0], scope, depth - 2)));
            if (v.type.kind === "set") found.push(() => own(t, `${v.name}.contains(@0)`, null, this.expr(v.type.args[0], scope, depth - 2)));
            if (v.type.kind === "map") found.push(() => own(t, `${v.name}.contains(@0)`, null, this.expr(v.type.args[0], scope, depth - 2)));
        }
        return found.length ? this.pick(found)() : null;
    },

    // A variable whose type no test around it has narrowed: a cast or test that is decided is an error.
    widened({name, type}) {
        return type.kind === "any" ? `any_of(${name})` : `${type.kind === "class" ? "up" : "as"}_${type.decl.name}(${name})`;
    },

    // A condition that holds seldom, and then late: what a compiler that watched the first rounds does not expect.
    rare(scope) {
        const loops = scope.loops.filter(l => l.trips >= 8);
        if (!loops.length) return this.expr(types.bool, scope, 2);
        const {name, trips} = this.recent(loops), late = trips - 1 - this.below(Math.max(1, trips >> 3));
        const [cora, js] = this.pick([[`(${name} == ${late})`, `(${name} === ${late}n)`], [`(${name} >= ${late})`, `(${name} >= ${late}n)`],
                                      [`(${name} % ${Math.max(2, trips >> 2)} == ${(trips >> 2) - 1})`,
                                       `(${name} % ${Math.max(2, trips >> 2)}n === ${(trips >> 2) - 1}n)`]]);
        return own(types.bool, cora, js);
    },

    rareChoice(t, scope, depth) {
        if (!scope.loops.some(l => l.trips >= 8)) return null;
        return own(t, "(if @0 { @1 } else { @2 })", "(@0 ? @1 : @2)", this.rare(scope), this.expr(t, scope, depth - 1),
                   this.leaf(t, scope));
    },

    // ---- Strings

    interpolation(t, scope, depth) {
        const of = this.valueType(1);
        if (!this.canPrint(of)) return null;
        const part = this.expr(of, scope, Math.min(depth - 1, 1));
        if (!this.oracle && (of.isNumber || of.kind === "string") && this.chance(60)) {
            const spec = of.kind === "int" ? this.pick([">9", "+", "x", "#b", "08", "*^12", "X"])
                : of.kind === "float" ? this.pick([".3", ".0", "12.2", "e", "+.1"]) : this.pick([">6", ".2", "-<5"]);
            return own(t, `cut("<{@0:${spec}}>")`, null, part);
        }
        return own(t, 'cut("<{@0}>")', `cut('<' + text(${JSON.stringify(this.shape(of))}, @0) + '>')`, part);
    },

    join(t, scope, depth) {
        return own(t, "cut(@0 + @1)", "cut(@0 + @1)", this.leaf(t, scope), this.chance(50) ? this.leaf(t, scope) : this.expr(t, scope, depth - 2));
    },

    stringMethod(t, scope, depth) {
        const a = this.leaf(t, scope), k = () => this.small(scope);
        switch (this.below(7)) {
        case 0: return own(t, "@0[@1..@2]", null, a, k(), k());
        case 1: return own(t, `@0.${this.pick(["toUpper", "trim", "reversed", "toLower"])}()`, null, a);
        case 2: return own(t, "cut(@0.repeat(@1 & 3))", null, a, this.expr(types.int, scope, depth - 2));
        case 3: return own(t, `cut(@0.split("${this.pick(["", "b", " ", ","])}").join("-"))`, null, a);
        case 4: return own(t, "(@0[@1] as char).toString()", null, a, k());
        case 5: return own(t, "@0.padStart(@1 & 7, '*')", null, a, this.expr(types.int, scope, depth - 2));
        default: return own(t, 'cut(StringBuilder().append(@0).append("/").append(@1).toString())', null, a, this.expr(this.scalar(), scope, depth - 2));
        }
    },

    // ---- Values that are made

    build(t, scope, depth) {
        const below = p => this.expr(p, scope, depth - 1);
        switch (t.kind) {
        case "optional": return own(t, `some<${t.args[0]}>(@0)`, "@0", below(t.args[0]));
        case "tuple": return this.tupleOf(t, t.args.map(below));
        case "struct": return this.structOf(t, T.fieldsOf(t).map(([, f]) => below(f)));
        case "enum": {
            const cases = T.casesOf(t), number = depth > 1 ? this.below(cases.length) : cases.findIndex(c => !c.types.includes(t));
            // a value with two others of its type in it, in a loop, would have more parts than can be gone through
            return this.caseOf(t, number, cases[number].types.map(p => p !== t ? below(p) : depth > 1 ? this.build(t, scope, depth - 1) : this.simple(t)));
        }
        case "list": case "set": {
            const parts = this.times(2, 5, () => this.expr(t.args[0], scope, depth - 2));
            return own(t, `${t.kind}_of<${t.args[0]}>([${this.holes(parts)}])`, `[${this.holes(parts)}]`, ...parts);
        }
        case "array": return this.buildArray(t, scope, depth);
        case "map": {
            const parts = this.times(1, 3, () => [this.leaf(t.args[0], scope), this.leaf(t.args[1], scope)]).flat();
            const pairs = parts.filter((_, i) => i % 2 === 0).map((_, i) => i * 2);
            return own(t, `map_of<${t.args.join(", ")}>([${pairs.map(i => `@${i}: @${i + 1}`).join(", ")}])`,
                       `new Map([${pairs.map(i => `[@${i}, @${i + 1}]`).join(", ")}])`, ...parts);
        }
        case "class": return this.buildObject(t, scope, depth);
        case "interface": return this.implemented().includes(t.decl) && this.as(t, this.expr(this.pick(this.implementations(t)), scope, depth - 1));
        case "any": {
            const of = this.boxable();
            return own(t, `any_of(same<${of}>(@0))`, null, this.expr(of, scope, depth - 1));
        }
        case "fn": return this.buildFunction(t, scope, depth);
        default: return null;
        }
    },

    buildArray(t, scope, depth) {
        const n = this.pick([2, 3, 4, 8]);
        if (t.args[0].kind === "fn") { // a function would be asked for the elements
            const parts = this.times(2, 4, () => this.expr(t.args[0], scope, depth - 2));
            return own(t, `array_of<${t.args[0]}>([${this.holes(parts)}])`, `[${this.holes(parts)}]`, ...parts);
        }
        if (this.chance(50))
            return own(t, `${t}(${n}, @0)`, `new Array(${n}).fill(@0)`, this.expr(t.args[0], scope, depth - 2));
        const i = this.name("i"), inner = scope.closure();
        inner.add(i, types.int);
        return own(t, `${t}(${n}, ${i} => @0)`, `Array.from({length: ${n}}, (_, $) => { const ${i} = BigInt($); return @0; })`,
                   this.expr(t.args[0], inner, depth - 2));
    },

    buildObject(t, scope, depth) {
        const of = this.pick(this.implementations(t));
        const made = this.objectOf(of, T.fieldsOf(of).map(([, f]) => this.expr(f, scope, depth - 2)));
        made.type = t;
        if (of !== t) made.cora = `up_${t.decl.name}(${made.cora})`;
        return made;
    },

    // A lambda, with variables of its own now and then; or a function by its name.
    buildFunction(t, scope, depth) {
        const named = this.functions.filter(f => !f.generics.length && f.cost < 60 && f.result === t.result &&
                                            f.parameters.length === t.parameters.length && f.parameters.every((p, i) => p === t.parameters[i]));
        if (named.length && this.chance(50)) {
            const {name} = this.pick(named);
            return own(t, name, name);
        }
        const names = t.parameters.map(p => [this.name("p"), p]), inner = scope.closure();
        for (const [name, p] of names) inner.add(name, p);
        if (this.oracle || this.chance(55) || depth < 2) return this.lambdaOf(t, names, this.expr(t.result, inner, depth - 1));
        inner.result = t.result;
        const body = this.block(inner, 3, 1);
        body.nodes.push(node(null, "return @0", "return @0;", this.expr(t.result, inner, depth - 1)));
        return own(t, `((${names.map(([n, p]) => `${n}: ${p}`).join(", ")}): ${t.result} => {@0})`, null, body);
    },

    // The types of objects that a value of a class or an interface may be.
    implementations(t) {
        if (t.kind === "interface")
            return t.decl.implementations.map(d => d instanceof Object && d.kind === "builtin" ? types[d.name] : T.declared(d.kind, d));
        const below = [t.decl, ...t.decl.subclasses].filter(d => !d.abstract);
        return below.map(d => d === t.decl ? t : T.declared("class", d));
    },

    // What is put into an `any`.
    boxable() {
        const named = [...this.structs, ...this.enums, ...this.classes].filter(d => !d.parameters.length);
        const r = this.below(100);
        if (named.length && r < 25) {
            const decl = this.pick(named);
            return T.declared(decl.kind, decl);
        }
        if (r < 35) return this.pick([T.tuple(types.int, types.string), T.list(types.int)]);
        return this.pick([types.int, types.int, types.string, types.float, types.u8, types.bool]);
    },

    // A checked cast of a value whose own type is not known; what does not fit is caught, or not.
    castDown(t, scope, depth) {
        const wide = scope.variables.filter(v => (v.type.kind === "any" && !["optional", "any", "fn"].includes(t.kind)) ||
            (v.type !== t && ["interface", "class"].includes(v.type.kind) && this.implementations(v.type).includes(t)));
        if (!wide.length) return null;
        const name = this.widened(this.recent(wide));
        if (this.chance(25)) return own(t, `(${name} as ${t})`, null);
        return own(t, `(${name} as? ${t} ?? @0)`, null, this.expr(t, scope, depth - 1));
    },

    listOfFunction(t, scope, depth) {
        if (scope.cost > 200) return null;
        const x = this.name("x"), inner = scope.closure(), kind = this.pick(["map", "filter", "reversed", "slice", "sorted"]);
        this.spent += 5 * scope.cost;
        if (kind === "map") {
            const of = this.valueType(1);
            inner.add(x, of);
            return own(t, `@0.take(9).map(${x} => @1)`, `@0.slice(0, 9).map(${x} => (@1))`, this.expr(T.list(of), scope, depth - 1),
                       this.expr(t.args[0], inner, depth - 2));
        }
        const base = this.expr(t, scope, depth - 1);
        if (kind === "filter") {
            inner.add(x, t.args[0]);
            return own(t, `@0.filter(${x} => @1)`, `@0.filter(${x} => @1)`, base, this.expr(types.bool, inner, depth - 2));
        }
        if (kind === "sorted") {
            if (this.oracle || !t.args[0].isScalar) return null;
            return own(t, "@0.sorted()", null, base);
        }
        if (kind === "reversed") return own(t, "@0.reversed()", "[...@0].reverse()", base);
        return own(t, "@0[@1..@2]", "slice(@0, @1, @2)", base, this.small(scope), this.small(scope));
    },

    // ---- Parts of what there is

    // A field, element, payload or member of some variable, or of a part of it. Not all are looked at, which would take long.
    projection(t, scope, depth) {
        const found = [], {globals} = this, {variables} = scope, count = globals.length + variables.length;
        let at = this.below(count || 1);
        for (let seen = 0; seen < count && (seen < 8 || !found.length); seen++, at = (at + 1) % count) {
            const v = at < globals.length ? globals[at] : variables[at - globals.length];
            this.parts(found, t, v.type, v.name, v.name, scope, depth, 0);
        }
        return found.length ? this.pick(found)() : null;
    },

    parts(found, t, of, name, js, scope, depth, level) {
        const offer = (type, suffix, jsSuffix = suffix) => {
            if (type === t) found.push(() => own(t, name + suffix, js + jsSuffix));
            else if (level < 2 && !type.isScalar && type.kind !== "param") this.parts(found, t, type, name + suffix, js + jsSuffix, scope, depth, level + 1);
        };
        switch (of.kind) {
        case "string":
            if (t === types.int) found.push(() => own(t, `${name}.length`, `size(${js})`));
            if (t === types.u8 && !this.oracle) found.push(() => own(t, `${name}[@0]`, null, this.small(scope)));
            break;
        case "tuple": of.args.forEach((p, i) => offer(p, `.${i}`, `[${i}]`)); break;
        case "struct": case "class": T.fieldsOf(of).forEach(([f, p]) => offer(p, `.${f}`)); break;
        case "list": case "array":
            if (of.args[0] === t) found.push(...Array(2).fill(() => own(t, `${name}[@0]`, `at(${js}, @0)`, this.small(scope))));
            if (t === types.int) found.push(() => own(t, `${name}.length`, `BigInt(${js}.length)`));
            if (of.args[0].kind === "struct")
                for (const [f, p] of T.fieldsOf(of.args[0]))
                    if (p === t) found.push(() => own(t, `${name}[@0].${f}`, `at(${js}, @0).${f}`, this.small(scope)));
            if (of.kind === "list" && t.kind === "optional" && t.args[0] === of.args[0] && of.args[0].kind !== "optional")
                found.push(() => own(t, `${name}.get(@0)`, `(${js}[@0] ?? null)`, this.small(scope)));
            break;
        case "map":
            if (of.args[1] === t) {
                found.push(() => own(t, `${name}.getOr(@0, @1)`, `((k, d) => ${js}.has(k) ? ${js}.get(k) : d)(@0, @1)`,
                                     this.expr(of.args[0], scope, depth - 2), this.expr(t, scope, depth - 2)));
                found.push(() => own(t, `${name}[@0]`, `key(${js}, @0)`, this.leaf(of.args[0], scope)));
            }
            break;
        case "optional":
            if (of.args[0] === t) {
                found.push(() => own(t, `(${name} ?? @0)`, `(${js} ?? @0)`, this.expr(t, scope, depth - 2)));
                if (this.chance(30)) found.push(() => own(t, `${name}!`, `some(${js})`));
            }
            break;
        }
    },

    coalesce(t, scope, depth) {
        if (t.kind === "optional") return null;
        return own(t, "(@0 ?? @1)", "(@0 ?? @1)", this.expr(T.optional(t), scope, depth - 1), this.expr(t, scope, depth - 1));
    },

    // The optional of a member of what may be absent.
    optionalOf(t, scope) {
        const inner = t.args[0], found = [];
        for (const v of scope.variables) {
            if (v.type.kind !== "optional" || !["struct", "class"].includes(v.type.args[0].kind)) continue;
            for (const [f, p] of T.fieldsOf(v.type.args[0])) if (p === inner || p === t) found.push(`${v.name}?.${f}`);
        }
        if (inner.kind === "optional") return null;
        return found.length ? own(t, `(${this.pick(found)})`, null) : null;
    },

    // ---- Branches

    conditional(t, scope, depth) {
        return own(t, "(if @0 { @1 } else { @2 })", "(@0 ? @1 : @2)", this.expr(types.bool, scope, depth - 1), this.expr(t, scope, depth - 1),
                   this.expr(t, scope, depth - 1));
    },

    ifLet(t, scope, depth) {
        const of = this.valueType(1), x = this.name("b"), inner = scope.closure();
        inner.cost = scope.cost;
        inner.add(x, of);
        return own(t, `(if let ${x} = @0 { @1 } else { @2 })`, null, this.expr(T.optional(of), scope, depth - 1),
                   this.expr(t, inner, depth - 1), this.leaf(t, scope));
    },

    block_(t, scope, depth) {
        const x = this.name("v"), of = this.valueType(1), inner = scope.closure();
        inner.cost = scope.cost;
        const value = this.expr(of, scope, depth - 1);
        inner.add(x, of);
        return own(t, `{ let ${x}: ${of} = @0; @1 }`.replace(/^/, "(if true ") + " else { @2 })", null, value, this.expr(t, inner, depth - 1), this.leaf(t, scope));
    },

    // A try whose handler gives a value.
    attempt(t, scope, depth) {
        const error = this.pick(ERRORS);
        return own(t, `(try { @0 } catch _: ${error} { @1 } catch _ { @2 })`,
                   "(() => { try { return @0; } catch ($) { if ($.type === undefined) throw $; " +
                   `if ($.type === '${error}') return @1; return @2; } })()`,
                   this.expr(t, scope, depth - 1), this.leaf(t, scope), this.leaf(t, scope));
    },

    attemptOptional(t, scope, depth) {
        if (t.args[0].kind === "optional") return null;
        return own(t, "(try? @0)", null, this.expr(t.args[0], scope, depth - 1));
    },

    matchEnum(t, scope, depth) {
        const decl = this.pick(this.enums), palette = this.palette.filter(p => p.kind === "enum");
        const of = palette.length ? this.pick(palette) : this.instance("enum", decl);
        const arms = [], js = [], parts = [this.expr(of, scope, depth - 1)];
        T.casesOf(of).forEach(({name, types: payload}, number) => {
            const bound = payload.map(p => [this.name("m"), p]), inner = new (scope.constructor)(scope);
            for (const [m, p] of bound) inner.add(m, p);
            inner.result = null;
            inner.labels = [];
            const pattern = `.${name}` + (bound.length ? `(${bound.map(b => b[0]).join(", ")})` : "");
            const constants = bound.map(([m], i) => `const ${m} = $[${i}]; `).join("");
            if (this.chance(25)) {
                parts.push(this.expr(types.bool, inner, depth - 2), this.expr(t, inner, depth - 2));
                arms.push(`${pattern} if @${parts.length - 2} => @${parts.length - 1}`);
                js.push(`if ($.tag === ${number}) { ${constants}if (@${parts.length - 2}) return @${parts.length - 1}; }`);
            }
            if (!this.oracle && payload.length && this.chance(40)) { // looks into the payload
                const nested = payload.map(p => this.pattern(p, inner, 2));
                parts.push(this.expr(t, scope, depth - 2));
                arms.push(`.${name}(${nested.join(", ")}) => @${parts.length - 1}`);
            }
            parts.push(this.expr(t, inner, depth - 2));
            arms.push(`${pattern} => @${parts.length - 1}`);
            js.push(`if ($.tag === ${number}) { ${constants}return @${parts.length - 1}; }`);
        });
        return own(t, `(match @0 { ${arms.join(", ")} })`, `($ => { ${js.join(" ")} })(@0)`, ...parts);
    },

    // A pattern of the type that binds nothing, and may not match.
    pattern(t, scope, depth) {
        if (depth === 0 || this.chance(25)) return "_";
        switch (t.kind) {
        case "int": {
            const low = t.signed ? this.between(-4, 3) : this.between(0, 3);
            return this.pick([String(low), `${low}..${low + this.between(1, 100)}`, `${low}..=${low + this.between(0, 100)}`,
                              `${low} | ${low + this.between(1, 9)}`]);
        }
        case "bool": return this.pick(["true", "false"]);
        case "string": return this.pick(['"a"', '"bc" | "xyz"', '""']);
        case "char": return this.pick(["'a'..='f'", "'z'", "'0'..'9'"]);
        case "optional": return this.chance(30) ? "null" : t.args[0].kind === "optional" ? "_" : this.pattern(t.args[0], scope, depth - 1);
        case "tuple": return `(${t.args.map(p => this.pattern(p, scope, depth - 1)).join(", ")})`;
        case "struct": return `${t.decl.name}(${T.fieldsOf(t).map(([, p]) => this.pattern(p, scope, depth - 1)).join(", ")})`;
        case "enum": {
            const {name, types: payload} = this.pick(T.casesOf(t));
            if (!payload.length) return `.${name}`;
            return this.chance(30) ? `.${name}(..)` : `.${name}(${payload.map(p => this.pattern(p, scope, depth - 1)).join(", ")})`;
        }
        default: return "_";
        }
    },

    // What stands behind `match`: a variable that an arm for null narrows could not be matched with null again.
    subject(t) { return t.kind === "optional" ? `same<${t}>(@0)` : "@0"; },

    // A match over any value, with literals, ranges, tuples, guards and a rest.
    matchValue(t, scope, depth) {
        const of = this.valueType(1), arms = [], parts = [this.expr(of, scope, depth - 1)], seen = new Set();
        for (let i = this.between(1, 4); i > 0; i--) {
            const pattern = this.pattern(of, scope, 3);
            if (seen.has(pattern) || /^[_(), ]*$/.test(pattern)) continue;
            seen.add(pattern);
            parts.push(this.expr(t, scope, depth - 2));
            let guard = "";
            if (this.chance(25)) {
                parts.push(this.expr(types.bool, scope, 1));
                guard = ` if @${parts.length - 1}`;
                arms.push(`${pattern}${guard} => @${parts.length - 2}`);
            } else {
                arms.push(`${pattern} => @${parts.length - 1}`);
            }
        }
        parts.push(this.expr(t, scope, depth - 2));
        return own(t, `(match ${this.subject(of)} { ${[...arms, `_ => @${parts.length - 1}`].join(", ")} })`, null, ...parts);
    },

    // ---- Calls

    affordable(cost, scope) { return cost * scope.cost <= this.limit && this.spent + cost * scope.cost <= 2 * this.limit; },

    call(t, scope, depth) {
        if (scope.recursion && scope.recursion.result === t && scope.cost === 1 && scope.recursion.calls > 0 && this.chance(60)) {
            scope.recursion.calls--;
            return scope.recursion.call(scope, depth);
        }
        const found = [];
        for (const f of this.functions) {
            const by = new Map();
            if (!this.affordable(f.cost, scope) || !T.unify(f.result, t, by)) continue;
            found.push(() => this.callFunction(f, by, t, scope, depth));
        }
        for (const v of [...this.globals, ...scope.variables])
            for (const m of this.membersOf(v.type))
                if (m.result === t && !m.mutating && this.affordable(m.cost, scope))
                    found.push(() => this.callOf(t, m.property ? `${v.name}.${m.name}` : `${v.name}.${m.name}`, m.property ? null : m.parameters, m.cost, scope, depth));
        if (!this.oracle)
            for (const v of scope.variables) {
                if (v.type !== t || v.type.kind !== "struct") continue;
                for (const o of v.type.decl.operators)
                    if (o.cost === undefined || this.affordable(o.cost, scope))
                        found.push(() => own(t, o.parameter ? `(${v.name} ${o.symbol} @0)` : `(${o.symbol}${v.name})`, null,
                                             ...(o.parameter ? [this.expr(o.parameter === "self" ? t : o.parameter, scope, depth - 1)] : [])));
            }
        return found.length ? this.pick(found)() : null;
    },

    membersOf(t) {
        return t.kind === "param" ? (t.bound ? T.methodsOf(t.bound) : []) : T.methodsOf(t);
    },

    callFunction(f, by, t, scope, depth) {
        for (const {name, bound} of f.generics)
            if (!by.has(name)) by.set(name, bound ? this.pick(this.implementations(bound)) : this.valueType(1));
        for (const {name, bound} of f.generics)
            if (bound && !this.implementations(bound).includes(by.get(name))) return null;
        const args = f.generics.length ? `<${f.generics.map(g => by.get(g.name)).join(", ")}>` : "";
        const made = this.callOf(t, f.name + args, f.parameters.map(p => T.substitute(p, by)), f.cost, scope, depth, f);
        made.js = made.js && made.js.replace(args, "");
        return made;
    },

    callOf(t, callee, parameters, cost, scope, depth, f = null) {
        this.spent += cost * scope.cost;
        if (!parameters) return own(t, callee, callee);
        const parts = parameters.map((p, i) => f && f.budget === i ? this.budget(f, scope) : this.expr(p, scope, depth - 1));
        return own(t, `${callee}(${this.holes(parts)})`, `${callee}(${this.holes(parts)})`, ...parts);
    },

    // How deep a recursive function may go.
    budget(f) { return this.integer(types.int, BigInt(this.between(0, f.depth))); },

    callValue(t, scope, depth) {
        const found = scope.variables.filter(v => v.type.kind === "fn" && v.type.result === t);
        if (!found.length || scope.cost > this.limit / 30) return null;
        const {name, type} = this.recent(found);
        return this.callOf(t, name, type.parameters, 30, scope, depth);
    },

    generic(t, scope, depth) {
        const of = this.valueType(1), e = (type, d = depth - 1) => this.expr(type, scope, d);
        if (!this.oracle && this.chance(40)) { // through the interfaces of the library
            if (t === types.int && this.canHash(of)) return own(t, `hash_of<${of}>(@0)`, null, e(of));
            if (t.kind === "string" && (of.isScalar || ["struct", "enum"].includes(of.kind)) && this.canPrint(of)) return own(t, `text_of<${of}>(@0)`, null, e(of));
            if (t.kind === "bool" && this.canCompare(of)) return own(t, `equal<${of}>(@0, @1)`, null, e(of), e(of, depth - 2));
            if (this.canOrder(t)) return own(t, `largest<${t}>(@0, @1)`, null, e(t), e(t, depth - 2));
        }
        switch (this.below(this.oracle ? 4 : 7)) {
        case 0: return own(t, `choose<${t}>(@0, @1, @2)`, "choose(@0, @1, @2)", e(types.bool), e(t), e(t));
        case 1: return own(t, `second<${of}, ${t}>(@0, @1)`, "second(@0, @1)", e(of), e(t));
        case 2: return own(t, `Box<${t}>(@0).swap(@1)`, "new Box(@0).swap(@1)", e(t), e(t));
        case 3: {
            const x = this.name("x"), inner = scope.closure();
            inner.add(x, t);
            return own(t, `twice<${t}>(@0, ${x} => @1)`, `twice(@0, ${x} => (@1))`, e(t), this.expr(t, inner, depth - 2));
        }
        case 4: return own(t, `Pair<${t}, ${of}>(@0, @1).swapped().second`, null, e(t), e(of));
        case 5: return own(t, `Chain<${t}>(@0).push(@1).push(@2).at(@3 & 3)`, null, e(t), e(t, depth - 2), e(t, depth - 2), this.small(scope));
        default: {
            const x = this.name("x"), inner = scope.closure();
            inner.add(x, of);
            return own(t, `Box<${of}>(@0).map<${t}>(${x} => @1).value`, null, e(of), this.expr(t, inner, depth - 2));
        }
        }
    },
};

// Small programs about values: narrow ones beside each other, numbers at their limits that the compiler comes to know by inlining,
// and more of them alive than a processor has registers. As in kernels.js.
"use strict";

const BYTES = ["u8", "u8", "i8", "bool"];
const NARROW = ["u8", "u8", "i8", "bool", "u16", "i16", "i32", "u32", "f32"];
const lines = (m, low, high, make, indent) => m.times(low, high, make).join("\n" + " ".repeat(indent));
const from = (t, x) => t === "bool" ? `((${x}) & 1 == 1)` : `((${x}) as ${t})`;
const toInt = (t, x) => t === "bool" ? `(if ${x} { 1 } else { 0 })` : t === "f32" ? `(${x}.bits() as int)` : `(${x} as int)`;

// Narrow fields and elements: what is stored in one, and whether its neighbours stay as they are.
function neighbours(m, f) {
    const kinds = m.chance(60) ? BYTES : NARROW; // wider ones may leave room behind a byte
    const fields = m.times(3, 8, () => m.pick(kinds)), t = m.pick(kinds), n = m.between(6, 60), size = m.between(2, 9);
    const value = () => m.pick(["i", "i * 37", "-1", "-i", "255", "i << 6", "300 - i", "sum"]);
    const store = of => {
        const k = m.below(fields.length);
        return `${of}.f${k} = ${from(fields[k], value())}`;
    };
    const step = () => m.pick([() => store("c"), () => store("c"), () => store("v"), () => store(`list[i % ${size}]`), () => store(`list[${m.below(size)}]`), () => `flat[i % ${size}] = ${from(t, value())}`,
        () => `flat[${size - 1}] = ${from(t, value())}`, () => `flat[${m.below(size)}] = ${from(t, value())}`, () => `list[i % ${size}] = v`, () => "v = list[0]", () => `if i % ${m.between(2, 5)} == 0 { ${store("c")} } else { ${store("c")} }`, () => `sum += ${f}OfCell(c)`, () => `sum = sum * 3 + ${f}OfPart(v)`])();
    const of = fields.reduce((sum, type, k) => `(${sum}) * 7 + ${toInt(type, `x.f${k}`)}`, "1");
    return [`class ${f}Cell {
    ${fields.map((type, k) => `var f${k}: ${type} = ${from(type, `${m.between(0, 200)}`)}`).join("\n    ")}
}
struct ${f}Part {
    ${fields.map((type, k) => `f${k}: ${type}`).join("\n    ")}
}
fn ${f}OfCell(x: ${f}Cell): int => ${of}
fn ${f}OfPart(x: ${f}Part): int => ${of}
fn ${f}Set(c: ${f}Cell, list: Array<${f}Part>, flat: Array<${t}>, n: int): int {
    var sum = 0
    var v = list[${size - 1}]
    for i in 0..n {
        ${lines(m, 2, 5, step, 8)}
        if i % ${m.between(1, 4)} == 0 {
            sum = sum * 31 + ${f}OfCell(c) + ${f}OfPart(v) + ${f}OfPart(list[${m.below(size)}])
            for x in flat { sum = sum * 5 + ${toInt(t, "x")} }
        }
    }
    return sum
}
let ${f}Kept: List<${f}Cell> = []
fn ${f}(n: int): string {
    let c = ${f}Cell()
    ${m.chance(70) ? `${f}Kept.push(c)` : ""}
    let list = Array<${f}Part>(${size}, k => ${f}Part(${fields.map((type, k) => from(type, `k * 3 + ${k + 1}`)).join(", ")}))
    let flat = Array<${t}>(${size}, k => ${from(t, "k * 5 + 1")})
    let sum = ${f}Set(c, list, flat, n)
    return "{sum} {${f}Set(c, list, flat, 2)} {${f}OfCell(c)} {list} {flat}"
}`, `${f}(${n})`];
}

// Operations on numbers at their limits, which are constants where the function is inlined.
function limits(m, f) {
    const kinds = ["int", "int", "int", "i32", "i16", "i8", "u8", "u32", "u64"], t = m.pick(kinds), u = m.pick(kinds), signed = t[0] !== "u";
    const constant = () => m.pick([`${t}.Min`, `${t}.Min`, `${t}.Max`, `${signed ? "-1" : `${t}.Max - 1`}`, `${signed ? "-1" : "1"}`, "0", "1", "2", "7", `${t}.Min + 1`, "x"]);
    const operations = m.times(2, 4, k => {
        const body = m.pick(["a / b", "a / b", "a % b", "a * b", "a - b", "a << (b as int & 127)", "a >> (b as int & 127)", "a >>> (b as int & 127)", `((a as ${u}) / (b as ${u})) as ${t}`, `((a as ${u}) % (b as ${u})) as ${t}`,
            "if a < b { a } else { b }", "(0 as T - a) / b".replace("T", t), "a / b * b + a % b", `(a as float / (b as float)) as ${t}`, "(a + b) / b", "(a - b) % b"]);
        return [`${f}Op${m.name("o")}`, body];
    });
    const call = () => {
        const [name] = m.pick(operations), a = m.pick([`${t}.Min`, constant()]), b = m.pick([signed ? "-1" : "1", constant()]);
        return `${name}(${a}, ${b})`;
    };
    const use = () => m.pick([`sum = sum * 31 + (try { ${call()} as int } catch _: ArithmeticError { 5 })`, `sum ^= try { (${call()} as int) + (${call()} as int) } catch _: ArithmeticError { i }`,
        `if i % 3 == 1 { sum = try { sum + (${call()} as int) } catch e { sum + e.message.length } }`, `x = try { ${call()} } catch _: ArithmeticError { x + 1 }`]);
    return [`${operations.map(([name, body]) => `fn ${name}(a: ${t}, b: ${t}): ${t} => ${body}`).join("\n")}
fn ${f}(n: int): string {
    var sum = 0
    var x: ${t} = ${m.pick(["3", `${t}.Min`])}
    for i in 0..n {
        ${lines(m, 4, 9, use, 8)}
    }
    return "{sum} {x}"
}`, `${f}(${m.between(3, 40)})`];
}

// Many numbers that are alive together across calls, checks and errors, of several kinds.
function crowd(m, f) {
    const count = m.pick([6, 10, 16, 24]), some = m.pick([["float"], ["float", "float", "float", "int", "int", "f32", "i32"]]), kinds = Array.from({length: count}, () => m.pick(some));
    const n = m.between(4, 80), v = () => m.below(count), as = (k, x) => `((${x}) as ${kinds[k]})`;
    const risky = m.pick([() => `calls[i & 1](i)`, () => `calls[i & 1](i)`, () => `${f}Check(i)`, () => `list[i % ${m.between(3, 6)}]`, () => `100 / (i % ${m.between(2, 9)})`, () => `${f}Deep(i & 7)`]);
    const step = () => {
        const [a, b, c] = [v(), v(), v()];
        return m.pick([() => `v${a} = ${as(a, `v${b}`)} + v${a}`, () => `v${a} = v${a} * ${as(a, `v${b} as int & 3`)} - ${as(a, `v${c}`)}`, () => `v${a} += ${as(a, `i`)}`, () => `if v${a} > ${as(a, `v${b}`)} { v${c} = ${as(c, "i")} }`,
            () => `v${a} += ${as(a, `try { ${risky()} } catch _ { ${m.between(1, 9)} }`)}`, () => `try { v${a} = ${as(a, risky())}; v${b} = ${as(b, risky())} } catch _ { v${c} += 1 }`, () => `v${a} = ${as(a, `${f}Mix(v${b} as float, v${c} as float, i)`)}`,
            () => `if i % ${m.between(3, 9)} == 2 { print("${f}", v${a}, v${b}, v${c}) }`, () => `v${a} += ${as(a, "try { calls[i & 1](i & 31) } catch _ { 3 }")}`, () => `v${a} += ${as(a, "try { calls[i & 1](i & 31) } catch _ { 3 }")}`, () => `(v${a}, v${b}) = (${as(a, `v${b}`)}, ${as(b, `v${a}`)})`])();
    };
    return [`fn ${f}Check(i: int): int {
    if i % ${m.between(3, 20)} == 2 { throw ValueError("check") }
    return i * 2
}
fn ${f}Deep(n: int): int => if n <= 0 || n > 40 { 1 } else { ${f}Deep(n - 1) + n }
fn ${f}Mix(a: float, b: float, i: int): float {
    var (x, y) = (a, b)
    for j in 0..(i & 3) { (x, y) = (y * 0.5, x + 1.0) }
    return x - y
}
fn ${f}(n: int): string {
    let list = [5, 6, 7, 8]
    let calls: List<fn(int): int> = [${f}Check, ${f}Deep] // nobody knows which: a call
    ${kinds.map((kind, k) => `var v${k}: ${kind} = ${k + 1}`).join("\n    ")}
    for i in 0..n {
        ${lines(m, 4, 10, step, 8)}
    }
    return "${kinds.map((_, k) => `{v${k}}`).join(" ")}"
}`, `${f}(${n})`];
}

module.exports = {valueKernels: [neighbours, neighbours, limits, limits, crowd, crowd]};

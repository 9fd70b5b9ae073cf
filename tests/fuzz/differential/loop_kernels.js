// Small programs about what the optimiser does to loops: indices at the ends of arrays, objects that hardly ever escape, fields
// and variables that change now and then, errors that are caught while variables are being assigned. As in kernels.js.
"use strict";

const lines = (m, low, high, make, indent) => m.times(low, high, make).join("\n" + " ".repeat(indent));
const late = (m, n) => m.pick([`i == ${n - m.between(1, 5)}`, `i >= ${n - m.between(1, 4)}`, `i % ${Math.max(2, n >> 2)} == 3`, `i & ${m.pick([15, 31, 63])} == 7`]);

// Loops over arrays whose indices stop at the length, before it or behind it, in every direction and at every distance.
function edges(m, f) {
    const t = m.pick(["int", "int", "i32", "u32", "i16", "u8", "i8", "float", "f32"]), isFloat = t[0] === "f";
    const counter = m.pick(["int", "int", "int", "int", "i32", "u8", "u32"]), i = counter === "int" ? "i" : "(i as int)";
    const index = () => m.pick([i, i, i, i, `${i} + 1`, `${i} - 1`, `${i} + k`, `n - 1 - ${i}`, `${i} * 2`, `${i} & 7`, `${i} / 2`, "k", "0", "1", `${i} % 5`, `${i} + 1 - k`,
                                `${i} ^ 1`, `a.length - 1 - ${i}`]);
    const array = () => m.pick(["a", "a", "b"]), some = () => `${array()}[${index()}]`;
    const isWhile = m.chance(40);
    const again = () => { // the same place before and behind a store that may reach it
        const fixed = () => m.pick(["0", "1", "2", "3", "k"]), [first, second] = m.pick([[index, index], [index, fixed], [fixed, index]]);
        const [at, q] = [`${array()}[${first()}]`, m.name("q")];
        return `let ${q} = ${at}\n            ${array()}[${second()}] = ${q} + 1 as ${t}\n            sum += ${at} - ${q}`;
    };
    const step = () => m.pick([`sum += ${some()}`, `sum += ${some()}`, `sum += ${some()} * ${some()}`, `sum = sum * 3 as ${t} - ${some()}`, `${some()} = ${some()} + ${some()}`,
        `${some()} = sum`, `${some()} = ${i} as ${t}`, `${some()} += 1 as ${t}`, `if ${some()} > ${some()} { hits += 1 }`, `if ${some()} == ${some()} { sum += 2 as ${t} }`,
        `hits += ${f}At(a, ${index()})`, `if ${i} % ${m.between(2, 9)} < 2 && ${i} < ${array()}.length - ${m.between(0, 4)} { sum += a[${index()} + ${m.between(0, 3)}] }`,
        `if ${i} < ${m.pick(["n - k", "n / 2", "b.length", "7"])} { sum += ${some()} }`, `sum = if ${some()} < sum { sum } else { ${some()} }`, again(), again(), `hits = hits * 3 + k`, `hits += ${array()}.length`,
        `if hits > ${m.between(20, 900)} { break }`, `if sum == ${m.between(0, 9)} as ${t} { break }`, `for j in 0..${m.between(1, 4)} { sum += a[${index()} + j] }`,
        ...(isFloat ? [`sum = sum / (${some()} + 3.0)`] : [`sum ^= ${some()} << ${m.between(0, 9)}`, `sum = sum / (${some()} | 1)`, `hits += (${some()} as int) >> 1`, `sum += ${some()} >>> (hits & 3)`]),
        ...(isWhile ? [] : [`if i & 7 == 3 { continue }`, `if ${i} == n - 2 { continue }`])]);
    const start = m.pick(["0", "0", "0", "1", "k", "2"]), end = m.pick(["a.length", "a.length", "n", "n", "a.length - 1", "b.length", "n + 1", "a.length / 2", "n - k"]);
    const body = lines(m, 1, 4, step, 12), by = m.pick([1, 1, 1, 2, 3]), typed = x => counter === "int" ? x : counter[0] === "u" ? `(${x}).max(0) as ${counter}` : `(${x}) as ${counter}`; // -1 would be too many rounds
    const loop = isWhile ? m.pick([
        [`var i: ${counter} = ${typed(start)}`, `while i < ${typed(end)}`, `i += ${by}`], [`var i: ${counter} = ${typed(start)}`, `while ${typed(end)} > i`, `i += ${by}`],
        [`var i: ${counter} = ${typed(start)}`, `while i <= ${typed(`${end} - 1`)}`, `i += ${by}`],
        ...(counter[0] === "u" ? [] : [[`var i: ${counter} = ${typed(`${end} - 1`)}`, `while i >= ${typed(start)}`, `i -= ${by}`], [`var i: ${counter} = ${typed(end)}`, `while i > ${typed(start)}`, `i -= ${by}`]])])
        : ["", m.pick([`for i in ${typed(start)}..${typed(end)}`, `for i in ${typed(start)}..${typed(end)}`, `for i in ${typed(start)}..=${typed(`${end} - 1`)}`,
                       `for i in (${typed(start)}..${typed(end)}).reversed()`, `for i in (${typed(start)}..${typed(end)}).step(${by + 1})`]), ""];
    const size = m.pick([0, 1, 2, 3, 7, 8, 9, 16, 17, 33, 64, 130, 1500]); // the last: more than a budget pays for
    return [`fn ${f}At(a: Array<${t}>, i: int): int => if i >= 0 && i < a.length { a[i] as int } else { -1 }
fn ${f}Over(a: Array<${t}>, b: Array<${t}>, n: int, k: int): string {
    var sum = ${m.pick(["0", "1", "7"])} as ${t}
    var hits = 0
    try {
        ${loop[0]}
        ${loop[1]} {
            ${body}
            ${loop[2]}
        }
    } catch _: IndexError {
        hits += 100000
    }${m.chance(30) ? " finally { hits += n }" : ""}
    return "{sum} {hits}"
}
fn ${f}(size: int): string {
    var text = ""
    for round in 0..4 {
        let a = Array<${t}>(size, i => (i * ${m.between(1, 99)} % ${m.between(5, 60)}) as ${t})
        let b = if round == 2 { a } else { Array<${t}>((size + round - 1).max(0), i => (i * 7 - 3) as ${t}) }
        text = "{text} {${f}Over(a, b, size + ${m.pick(["0", "0", "round - 1", "(round & 1)"])}, round)} {if size < 9 { "{a}" } else { "" }}"
    }
    return text
}`, `${f}(${size}) + (try { ${f}(${m.between(0, 40)}) } catch e { e.message })`];
}

// Objects that are made in each round, changed, compared, put into others, and kept on rare paths only.
function escaping(m, f) {
    const t = m.pick(["int", "float", "u8", "i32", "int?", "string"]), n = m.between(10, 600);
    const value = {int: "i", float: "i as float", u8: "i as u8", i32: "(i * 7) as i32", "int?": "if i % 3 == 0 { null } else { i }", string: '"{i & 3}"'}[t];
    const cell = () => m.pick(["c", "c", "c", "d", "last"]);
    const step = () => m.pick([`${cell()}.x = ${value}`, `${cell()}.y += i`, `${cell()}.y = ${cell()}.y * 3 + sum`, `${cell()}.next = ${cell()}`, "last = c", `if i & 1 == 0 { last = d }`,
        `if ${late(m, n)} { ${f}Kept = ${cell()} }`, `if ${late(m, n)} { ${f}All.push(${cell()}) }`, `if ${late(m, n)} { ${f}Keep(${cell()}) }`, `d = if i % ${m.between(2, 5)} == 0 { c } else { ${f}Cell(${value}, i, null) }`,
        `d = ${cell()}.moved(${m.between(1, 9)})`, `sum += ${cell()}.y`, `if ${cell()} === ${cell()} { sum += 1 }`, `if let e = ${cell()}.next { sum += e.y }`, `sum += ${cell()}.next?.y ?? ${m.between(1, 9)}`,
        `let ${m.name("g")} = () => c.y + i\n        sum += g${m.names}()`, `let ${m.name("g")} = (k: int) => { c.y += k }\n        g${m.names}(${m.between(1, 5)})`, `let (_, ${m.name("q")}) = (c, d)\n        c.y += q${m.names}.y`,
        `try { sum += ${f}Check(${cell()}, ${m.between(2, 40)}) } catch e: ${f}Error { sum += e.cell.y }`, `if ${cell()}.x == ${cell()}.x { sum ^= 5 }`, `let ${m.name("s")} = ${f}Pair(c, ${value})\n        sum += s${m.names}.first.y`,
        `if i == ${m.between(0, n)} { break }`, `if i % ${m.between(3, 9)} == 1 { continue }`, `d = ${f}Pick(c, d, i)`]);
    return [`class ${f}Cell {
    var x: ${t}
    var y: int
    var next: ${f}Cell?
    init(x: ${t}, y: int, next: ${f}Cell?) { self.x = x; self.y = y; self.next = next }
    fn moved(by: int): ${f}Cell => ${f}Cell(self.x, self.y + by, self.next)
}
class ${f}Error : Error {
    let cell: ${f}Cell
    init(cell: ${f}Cell) { self.cell = cell; super("cell {cell.y}") }
}
struct ${f}Pair { first: ${f}Cell; second: ${t} }
var ${f}Kept: ${f}Cell? = null
let ${f}All: List<${f}Cell> = []
fn ${f}Keep(c: ${f}Cell) {
    if let old = ${f}Kept { c.y += old.y & 7 }
    ${f}Kept = c
}
fn ${f}Check(c: ${f}Cell, every: int): int {
    if c.y % every == every - 1 { throw ${f}Error(c) }
    return c.y & 15
}
fn ${f}Pick(a: ${f}Cell, b: ${f}Cell, i: int): ${f}Cell => if i % 7 == 3 { b } else { a }
fn ${f}(n: int): string {
    var sum = 0
    var i = 0
    var last = ${f}Cell(${value}, 1, null)
    var d = last
    for i in 0..n {
        let c = ${f}Cell(${value}, i * 3, null)
        ${lines(m, 3, 9, () => step(), 8)}
        sum = sum * 31 + c.y + d.y
    }
    return "{sum} {last.x} {last.y} {d.y} {${f}Kept?.y} {${f}Kept?.x} {${f}All.map(c => c.y)}"
}`, `${f}(${n})`];
}

// What a loop reads again and again, and what changes it: its own stores, those through another name, and calls.
function invariants(m, f) {
    const t = m.pick(["int", "int", "i32", "float"]), n = m.between(10, 500);
    const box = () => m.pick(["b", "b", "c"]), isQuiet = m.chance(50); // without calls
    const steps = () => [`sum += ${box()}.limit`, `sum += ${box()}.data[i % ${box()}.data.length] as int`, `sum = sum * 3 + ${f}Global`, `${f}Global += ${m.between(1, 9)}`, `if ${late(m, n)} { ${f}Bump(${box()}, i) }`,
        `if ${late(m, n)} { ${box()}.limit -= 1 }`, `${box()}.data[i & 3] = i as ${t}`, `sum += ${box()}.data.length`, `if ${late(m, n)} { ${box()}.data = Array<${t}>(5 + i % 3, 2 as ${t}) }`, `sum += ${box()}.other?.limit ?? 3`,
        `if i < ${box()}.limit { sum += 1 }`, `if ${late(m, n)} { ${box()}.other = null }`, `sum += ${f}Shared.length`, `if ${late(m, n)} { ${f}Shared.push(i) }`, `sum += ${f}Shared[i % ${f}Shared.length]`,
        `if ${late(m, n)} { c = b }`, `sum += ${f}Sum(${box()}.data)`, `try { sum += ${box()}.data[i] as int } catch _: IndexError { sum += 7 }`, `${box()}.limit += ${box()}.data.length & 1`, `sum ^= ${f}Limit(${box()})`];
    const step = () => {
        const all = steps();
        return m.pick(isQuiet ? all.filter(each => !/Bump|push|Array<|Sum\(|try/.test(each)) : all);
    };
    return [`class ${f}Box {
    var limit: int
    var data: Array<${t}>
    var other: ${f}Box? = null
    init(limit: int) { self.limit = limit; self.data = Array<${t}>(4 + limit % 5, i => i as ${t}) }
}
var ${f}Global = 3
let ${f}Shared: List<int> = [1, 2]
fn ${f}Limit(b: ${f}Box): int => b.limit * 2 + ${f}Global
fn ${f}Bump(b: ${f}Box, i: int) {
    b.limit += 1
    ${f}Global += i
    b.data = Array<${t}>(b.data.length + 1, i as ${t})
}
fn ${f}Sum(data: Array<${t}>): int {
    var sum = 0 as ${t}
    for x in data { sum += x }
    return sum as int
}
fn ${f}(n: int): string {
    var sum = 0
    let b = ${f}Box(${m.between(3, 60)})
    var c = ${m.chance(40) ? "b" : `${f}Box(7)`}
    b.other = c
    var i = 0
    while i < ${m.pick(["n", "n", "n.min(b.limit * 4)"])} {
        ${lines(m, 2, 7, step, 8)}
        i += 1
    }
    return "{sum} {i} {b.limit} {c.limit} {b.data} {${f}Global} {${f}Shared.length}"
}`, `${f}(${n})`];
}

// Errors of inlined functions, of the library and of the VM, caught where variables were just about to be assigned.
function catching(m, f) {
    const n = m.between(5, 300), every = m.between(2, 9), t = m.pick(["int", "float", "(int, int)", "string", "int?"]);
    const value = {int: "x", float: "x as float", "(int, int)": "(x, i)", string: '"{x & 7}"', "int?": "if x & 1 == 0 { null } else { x }"}[t];
    const risky = () => m.pick([`x = ${f}Check(i)`, `x = ${f}Div(x, i % ${every})`, `x += ${f}At(list, i % ${m.between(2, 6)})`, `x = list[i % ${m.between(3, 7)}]`, `x = 1000 / (i % ${m.between(2, 30)})`, `s = s[i % 4..(x & 3)]`,
        `v = ${f}Make(i, x)`, `x = map[i % ${m.between(2, 6)}]`, `w = wide(i)`, `let ${m.name("y")} = ${f}Check(i + 1)\n            x = y${m.names} ^ x`, `x = (any_of(if i % ${m.between(2, 60)} == 1 { any_of("s") } else { any_of(i) }) as int)`,
        `x = maybe(i)!`, `(x, s) = (${f}Check(i), "{i}")`, `x = ${f}Check(${f}Div(40, i % ${every}))`, `x = ${f}Wrap(i)`, `x += ${f}Wrap(${f}Wrap(i) & 63)`, `s = ${f}Cut(s, i % ${m.between(3, 9)})`, `x = ${f}Wide(i, list)`, `array[i % ${m.between(3, 9)}] = ${f}Check(i)`, `array = Array<int>(${m.between(2, 9)} - i % ${m.between(2, 12)}, i)`,
        `x += try { ${f}Check(i) } catch _: IndexError { 1 }`, `if ${late(m, n)} { throw KeyError("late") }`, `list = list_of<int>([${f}Check(i), x, 3])`]);
    const safe = () => m.pick(["x = x * 3 + 1", "w.0 += x", "x ^= w.1", 's = "ab{x & 7}é"', `v = ${value}`, "log += x", "x += list.length", "x += array[0]", "x += s.length", "w = (x, i)", "list = list_of<int>([x, i, 7, 9])", "array = Array<int>(4, x)"]);
    const leave = () => m.pick(["", "", "", `if ${late(m, n)} { continue }`, `if i == ${n - 2} { break }`, `if x == ${m.between(0, 99)} { continue }`, `if ${late(m, n)} { return "early {x} {w} {log}" }`]);
    const kinds = m.pick([["ValueError"], ["ArithmeticError", "IndexError"], ["IndexError", "ValueError", "KeyError"], ["CastError", "NullError"], []]);
    const handlers = [...kinds.map(k => [`_: ${k}`]), ...(kinds.length && m.chance(15) ? [] : [["e"]])].map(([p]) => `catch ${p} {\n            ${lines(m, 1, 3, safe, 12)}\n            ${leave()}\n        }`);
    return [`fn ${f}Check(i: int): int {
    if i % ${m.between(3, 40)} == 2 { throw ValueError("check {i}") }
    return i * 2
}
fn ${f}Div(a: int, b: int): int => a / b
fn ${f}At(a: List<int>, i: int): int => a[i] + 1
fn ${f}Deep(i: int, depth: int): int {
    if depth > 0 { return ${f}Deep(i, depth - 1) + 1 }
    if i % ${m.between(3, 30)} == 1 { throw ${m.pick(["ValueError", "KeyError", "IndexError"])}("deep {i}") }
    return i
}
fn ${f}Wrap(i: int): int => ${f}Deep(i, ${m.between(0, 4)}) + 1
fn ${f}Cut(s: string, i: int): string => s[i..]
fn ${f}Wide(i: int, list: List<int>): int => list[i % ${m.between(3, 8)}] + ${f}Wrap(i)
fn ${f}Make(i: int, x: int): ${t} {
    if i % ${m.between(3, 50)} == 1 { throw ValueError("make") }
    return ${value}
}
fn ${f}Loop(n: int): string {
    var x = 1
    var s = "abcdé"
    var v: ${t} = ${value.replace(/\bi\b/g, "0")}
    var w = (1, 2)
    var log = 0
    var list = [5, 6, 7]
    var array = Array<int>(3, 4)
    let text = "0123456789é"
    let map = [0: 4, 1: 5, 3: 6]
    fn wide(i: int): (int, int) => (${f}Check(i), ${f}At(list, i % 4))
    fn maybe(i: int): int? => if i % ${m.between(3, 20)} == 0 { null } else { i }
    for i in 0..n {
        try {
            ${lines(m, 2, 6, () => m.chance(70) ? risky() : safe(), 12)}
            ${leave()}
        } ${handlers.join(" ")}${m.chance(35) ? ` finally { ${safe()} }` : ""}
        ${safe()}
        log = log * 31 + x
    }
    return "{x} {s} {v} {w} {log} {list} {array} {text.length} {map.length}"
}
fn ${f}(n: int): string {
    var all = ""
    for start in 0..3 { all = "{all}; {try { ${f}Loop(n + start) } catch e { e.message }}" }
    return all
}`, `${f}(${n})`];
}

// Conditions about the same few numbers, one within the other: what one says of the next.
function relations(m, f) {
    const t = m.pick(["int", "int", "int", "i32", "u8", "u32", "u64", "float"]), n = m.between(20, 400), k = m.between(2, 7);
    const number = () => m.pick(["a", "a", "b", "b", "c", "d", ...(t === "float" ? ["0.0", "float.NaN"] : ["0", "1", `${k}`, "a + 1", "b - 1", "b + 1", "a - 1", "c / 2"])]);
    const test = () => `${number()} ${m.pick(["<", "<=", ">", ">=", "==", "!=", "<=", "<"])} ${number()}`;
    const condition = () => m.pick([test(), test(), test(), `!(${test()})`, `${test()} && ${test()}`, `${test()} || ${test()}`]);
    let marks = 0;
    const nest = depth => depth === 0 || m.chance(15) ? m.pick([`sum = sum * 3 + ${++marks}`, `sum += ${++marks}`, `sum ^= ${++marks}`, "d = a", "d = if a < b { a } else { b }", "d += 1 as T".replace("T", t),
                                                               `if ${condition()} { continue }`, "sum += hits[(a as int) & 7]", "hits[(d as int) & 7] += 1"])
        : m.pick([() => `if ${condition()} {\n${nest(depth - 1)}\n${nest(depth - 1)}\n} else {\n${nest(depth - 1)}\n}`, () => `if ${condition()} {\n${nest(depth - 1)}\n}\n${nest(depth - 1)}`,
                  () => `while ${m.pick(["d <= b", "d < c", "d != b"])} && rounds < ${m.between(100, 3000)} {\nd += 1 as ${t}\nrounds += 1\n${nest(depth - 1)}\n}`.replace(/continue/g, "break"),
                  () => `sum += if ${condition()} { ${++marks} } else if ${condition()} { ${++marks} } else { ${++marks} }`])();
    return [`fn ${f}(n: int): string {
    var sum = 0
    var rounds = 0
    var d = 0 as ${t}
    let hits = Array<int>(8, 0)
    for i in 0..n {
        let a = (i % ${m.between(2, 7)}${m.chance(30) ? " - 2" : ""}) as ${t}
        let b = (i * ${m.between(3, 9)} % ${m.between(2, 7)}) as ${t}
        let c = ${m.pick([`(i & 3) as ${t}`, `${k} as ${t}`, "b", `${t === "float" ? "float.Infinity" : `${t}.Max`}`, `${t === "float" ? "-0.0" : `${t}.Min`}`])}
        ${nest(3)}
        ${nest(2)}
    }
    return "{sum} {rounds} {d} {hits}"
}`, `${f}(${n})`];
}

// Narrow numbers that rounds of a loop hand on, and that are asked for all of their bits.
function carried(m, f) {
    const kinds = ["i32", "i32", "u32", "u32", "i16", "u16", "i8", "u8"], t = m.pick(kinds), u = m.pick(kinds), n = m.between(20, 600);
    const other = {x: "y", y: "x"}, type = {x: t, y: u};
    const change = () => {
        const v = m.pick(["x", "y"]), o = other[v];
        return m.pick([`${v} = ${v} * ${m.between(3, 99)} + (i as ${type[v]})`, `${v} = ${o} as ${type[v]}`, `${v} = -${v} as ${type[v]}`.replace(/^(\w) = -(\w) as (\w+)/, (_, a, b, c) => `${a} = 0 as ${c} - ${b}`), `${v} = ~${v}`, `${v} ^= ${o} as ${type[v]}`,
            `${v} = ${v} << ${m.between(0, 40)}`, `${v} = ${v} >> ${m.between(0, 40)}`, `${v} = ${v} >>> ${m.between(0, 40)}`, `${v} -= ${m.between(1, 99)} as ${type[v]}`, `${v} = ${v} / ((${o} as ${type[v]}) | 1)`, `${v} = (sum >> ${m.between(0, 40)}) as ${type[v]}`,
            `${v} = ${type[v]}.${m.pick(["Min", "Max"])}`, `${v} = data[i & 7] as ${type[v]}`, `data[i & 7] = ${v} as ${t}`, `${v} = if ${v} < ${o} as ${type[v]} { ${v} + 1 } else { ${o} as ${type[v]} }`, `${v} |= 1`, `${v} = (${v} as float * 1.5) as ${type[v]}`]);
    };
    const use = () => {
        const v = m.pick(["x", "y"]), o = other[v];
        return m.pick([`sum += ${v} as int`, `sum = sum * 31 + (${v} as int)`, `if ${v} < ${o} as ${type[v]} { sum += 1 }`, `if ${v} as int > ${o} as int { sum += 3 }`, `sum ^= (${v} as float) as int`, `sum += (${v} as int) / 3`, `sum += (${v} as int) >> 2`, `sum += (${v} as u64 >>> 3) as int`,
            `if ${v} > 0 { sum -= 1 }`, `sum += (${v} / 3) as int`, `sum += (${v} % 7) as int`, `total += ${v} as float`, `sum += ${v}.hash() & 15`, `if ${late(m, n)} { print("${f}", i, ${v}) }`]);
    };
    const statement = () => m.pick([() => change(), () => change(), () => use(), () => `if i % ${m.between(2, 9)} == 0 { ${change()} } else { ${change()} }`, () => `if ${late(m, n)} { ${change()} }`])();
    return [`fn ${f}(n: int): string {
    var x: ${t} = ${m.pick(["0", "1", "7", `${t}.Max`, `${t}.Min`])}
    var y: ${u} = ${m.pick(["0", "1", "7", `${u}.Max`, `${u}.Min`])}
    var sum = 0
    var total = 0.0
    let data = Array<${t}>(8, i => (i * 77 - 100) as ${t})
    for i in 0..n {
        ${lines(m, 2, 5, statement, 8)}
        ${use()}
        ${m.chance(50) ? use() : ""}
    }
    return "{x} {y} {sum} {total}"
}`, `${f}(${n})`];
}

// Chains of what may be absent, which it seldom is, and then often.
function chains(m, f) {
    const n = m.between(10, 400);
    const path = () => m.pick(["a?.next?.next?.value", "a?.next?.value", "a?.list?.first", "a?.next?.list?.get(i & 3)", "a?.next?.map?.get(i & 3)", "a?.next?.twice()", "a?.list?.length", "a?.next?.next?.next?.twice()"]);
    const use = () => m.pick([`sum += ${path()} ?? ${m.between(1, 9)}`, `if let v = ${path()} { sum = sum * 3 + v }`, `sum += match ${path()} { null => -1, 0..=9 => 5, v => v }`, `if ${path()} == null { sum += 1 }`,
        `sum += try { ${path()}! } catch _: NullError { 3 }`, `guard let v = ${path()} else { continue }\n        sum ^= v`, `a?.next?.value = i`, `a?.value = sum & 7`]).replace(/\bv\b/g, `v${++m.names}`);
    return [`class ${f}Link {
    var value: int
    var next: ${f}Link? = null
    var list: List<int>? = null
    var map: Map<int, int>? = null
    init(value: int) { self.value = value }
    fn twice(): int => self.value * 2
}
fn ${f}Build(i: int): ${f}Link? {
    if i % ${m.between(3, 30)} == 2 { return null }
    let a = ${f}Link(i)
    if i % ${m.between(2, 20)} != 1 { a.next = ${f}Link(i + 1) }
    if i % ${m.between(2, 20)} != 1 { a.next?.next = ${f}Link(i + 2) }
    if i % ${m.between(2, 9)} == 0 { a.list = [i, i + 1] }
    if i % ${m.between(2, 9)} == 0 { a.next?.list = List<int>() }
    if i % ${m.between(2, 9)} == 0 { a.next?.map = [1: i, 2: 3] }
    return a
}
fn ${f}(n: int): string {
    var sum = 0
    for i in 0..n {
        let a = ${f}Build(i)
        ${lines(m, 2, 5, use, 8)}
    }
    return "{sum}"
}`, `${f}(${n})`];
}

// Objects and arrays that have two names in a function, or perhaps do not: what is read early, and what is stored through the other name.
function aliases(m, f) {
    const t = m.pick(["int", "int", "i32", "u8", "float"]), n = m.between(3, 90), size = m.between(2, 9);
    const box = () => m.pick(["a", "b"]), array = () => m.pick(["d", "e", "d", "e", `${box()}.data`]), at = () => m.pick(["0", "k", `${size - 1}`, `i % ${size}`, "k + 1"]);
    const element = () => `${array()}[${at()}]`;
    const read = () => m.pick([`sum += ${box()}.limit`, `sum += ${box()}.limit * 3`, `sum = sum * 3 + (${element()} as int)`, `sum += ${element()} as int`, `sum += ${box()}.data.length`, `if i < ${box()}.limit { sum += 1 }`,
        `sum += ${box()}.pair.1`]);
    const write = () => m.pick([`${box()}.limit += 1`, `${box()}.limit = i`, `${element()} = i as ${t}`, `${element()} += 1 as ${t}`, `if ${late(m, n)} { ${box()}.limit = ${m.between(0, 9)} }`, `if ${late(m, n)} { ${box()}.data = ${m.pick(["d", "e"])} }`,
        `if ${late(m, n)} { ${element()} = 7 as ${t} }`, `${box()}.pair = (i, sum)`, `${box()}.pair.1 += 1`]);
    const loop = () => `${m.pick(["for i in 0..n", "for i in 1..n", "for i in 0..d.length", `for i in 0..a.limit.min(${m.between(3, 200)})`])} {
        ${lines(m, 1, 3, read, 8)}
        ${lines(m, 1, 2, write, 8)}
        ${m.chance(50) ? read() : ""}
    }`;
    return [`class ${f}Box {
    var limit: int
    var data: Array<${t}>
    var pair: (int, int) = (1, 2)
    init(limit: int, data: Array<${t}>) { self.limit = limit; self.data = data }
}
fn ${f}Walk(a: ${f}Box, b: ${f}Box, d: Array<${t}>, e: Array<${t}>, n: int, k: int): int {
    var sum = 0
    ${m.times(1, 2, loop).join("\n    ")}
    return sum
}
fn ${f}(n: int): string {
    let (d, e) = (Array<${t}>(${size}, i => i as ${t}), Array<${t}>(${size}, i => (i * 3) as ${t}))
    let (a, b) = (${f}Box(${m.between(1, 30)}, d), ${f}Box(${m.between(1, 30)}, e))
    var out = ""
    for (x, y, p, q) in [(a, b, d, e), (a, a, d, d), (a, b, d, d), (b, b, e, d), (b, a, a.data, b.data)] {
        let sum = try { ${f}Walk(x, y, p, q, n, ${m.below(size)}) } catch _: IndexError { -1 }
        out = "{out} {sum}"
    }
    return "{out} {a.limit} {b.limit} {a.data} {b.data} {a.pair} {b.pair}"
}`, `${f}(${n})`];
}

// Long loops, more than a budget pays for at once, that read ahead of themselves near the ends of arrays, behind conditions.
function ahead(m, f) {
    const t = m.pick(["int", "int", "i32", "u8", "float"]), size = m.pick([200, 900, 2500, 6000]), k = m.between(0, 3);
    const index = () => m.pick(["i + 1", "i + k", "i", "i - k", "i * 2", "i + k + 1", "m - i"]);
    const condition = () => m.pick(["c[i & 15] > 2", `i % ${m.between(2, 5)} == 1`, `i < m - ${m.between(0, 5)}`, `i < m - k - ${m.between(0, 2)}`, "sum & 3 != 1", `i & 31 != ${m.between(0, 31)}`]);
    const use = () => m.pick([`sum += a[${index()}] as int`, `sum = sum * 3 + (a[${index()}] as int)`, `a[${index()}] = sum as ${t}`, `x = a[${index()}]`, `sum += (x as int) & 7`, `x += 1 as ${t}`, `last = i`]);
    const step = () => m.pick([() => `if ${condition()} { ${use()} }`, () => `if ${condition()} { ${use()} }`, () => `if ${condition()} { ${use()} } else { ${use()} }`, () => use()])();
    return [`fn ${f}Run(a: Array<${t}>, c: Array<int>, m: int, k: int): string {
    var sum = 1
    var last = -1
    var x = 3 as ${t}
    try {
        for i in ${m.pick(["0..m", "0..m", "1..m", "k..m", "0..=m", "(0..m).step(2)"])} {
            ${lines(m, 1, 3, step, 12)}
            ${m.chance(40) ? use() : ""}
        }
    } catch e: IndexError { return "{e.message} {sum} {last} {x}" }
    return "{sum} {last} {x}"
}
fn ${f}(n: int): string {
    let a = Array<${t}>(n, i => (i * 7) as ${t})
    let c = Array<int>(16, i => i * 5 % 8)
    return "{${f}Run(a, c, n - ${m.between(0, 2)}, ${k})} {${f}Run(a, c, n / 2 + ${m.between(0, 2)}, ${k})} {${f}Run(a, c, n + ${m.below(2)}, 0)}"
}`, `${f}(${size})`];
}

module.exports = {loopKernels: [edges, edges, edges, escaping, escaping, invariants, invariants, catching, catching, relations, relations, carried, carried, chains, aliases, aliases, ahead, ahead]};

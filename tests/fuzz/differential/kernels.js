// Small programs of the kinds that people write, with random types and numbers: what the grammar of the generator would
// hardly put together. Each takes the maker and a name, and gives declarations and a call whose value is printed.
"use strict";

const {loopKernels} = require("./loop_kernels");
const {valueKernels} = require("./value_kernels");

const ints = ["int", "int", "i32", "u32", "i16", "u8", "i64", "u64"];
const intOf = m => m.pick(ints);

// Sieve: nested loops over an array of booleans, stepped by a variable.
function sieve(m, f) {
    const n = m.between(50, 900);
    return [`fn ${f}(n: int): string {
    let composite = Array<bool>(n + 1, false)
    var count = 0
    var last = 0
    for i in 2..=n {
        if composite[i] { continue }
        count += 1
        last = i
        var j = i * i
        while j <= n {
            composite[j] = true
            j += i
        }
    }
    return "{count} {last}"
}`, `${f}(${n})`];
}

// Matrices: three nested loops, of one type of numbers.
function matrix(m, f) {
    const t = m.pick(["int", "float", "f32", "i32", "u8", "u64"]), n = m.between(2, 9), rounds = m.between(1, 6);
    return [`fn ${f}(rounds: int): ${t} {
    let n = ${n}
    let a = Array<Array<${t}>>(n, i => Array<${t}>(n, j => (i * ${m.between(1, 99)} - j * 7) as ${t}))
    var b = Array<Array<${t}>>(n, i => Array<${t}>(n, j => (i ^ j) as ${t}))
    var trace = 0 as ${t}
    for round in 0..rounds {
        let c = Array<Array<${t}>>(n, _ => Array<${t}>(n, 0 as ${t}))
        for i in 0..n { for j in 0..n {
            var sum = 0 as ${t}
            for k in 0..n { sum += a[i][k] * b[k][j] }
            c[i][j] = sum${t === "float" || t === "f32" ? " / (round as " + t + " + 3.0)" : ""}
        } }
        b = c
        trace += c[round % n][(round * 3) % n]
    }
    return trace
}`, `${f}(${rounds})`];
}

// Arithmetic of one width, wrapping, with every operator and conversions on the way.
function mixing(m, f) {
    const [t, u] = [intOf(m), intOf(m)], n = m.between(100, 3000);
    const step = () => m.pick([`x = x * ${m.between(3, 120)} + (i as ${t})`, `x ^= x << ${m.between(1, 70)}`, `x ^= x >> ${m.between(1, 70)}`,
        `x += x >>> ${m.between(1, 66)}`, `y = (x as ${u}) * 3 + y`, "x -= y as T".replace("T", t), `x = x / ((i & 7) as ${t} | 1)`, `y = y % ((i & 31) as ${u} | 1) - 1`,
        `x = ~x | (i as ${t})`, `y &= (x as float * 1.5) as ${u}`, `x += (y as f32) as ${t}`, `y |= y >> (x as int)`, `if x > y as ${t} { x += 1 } else { y -= 1 }`,
        `x = x.max(y as ${t}) - 1`, `y += ${u}.Max`, `x = ${t}.Min - x`, `if i == ${n - 3} { y = ${u}.Min }`]);
    return [`fn ${f}(n: int): string {
    var x = 1 as ${t}
    var y = 7 as ${u}
    for i in 0..n {
        ${m.times(3, 7, step).join("\n        ")}
        if i % ${n >> 1} == 5 { print("${f}", i, x, y) }
    }
    return "{x} {y}"
}`, `${f}(${n})`];
}

// Divisions and remainders at the limits, with errors that are caught in the loop.
function division(m, f) {
    const t = intOf(m), n = m.between(20, 400);
    // meet where the function is inlined
    const fixed = () => m.pick([`${t}.Min`, `${t}.Min`, `${t}.Max`, `7 as ${t}`]), by = () => m.pick([`(0 - 1) as ${t}`, `(0 - 1) as ${t}`, `2 as ${t}`, `${t}.Min`]);
    return [`fn ${f}Part(a: ${t}, b: ${t}): int => ((a ${m.pick(["/", "/", "%"])} b) as int) + ((a ${m.pick(["*", "-", ">>", "<<"])} b) as int)
let ${f}First = ${f}Part(1, 1) // only what has run is inlined
fn ${f}(n: int): string {
    var sum: int = ${f}First
    var errors = 0
    var a = ${t}.Min
    for i in 0..n {
        let b = ((i % ${m.between(3, 40)}) - ${m.between(0, 2)}) as ${t}
        try {
            sum = sum * 31 + ((a / b) as int) + ((a % b) as int)
            if i % ${m.between(2, 5)} == 0 { sum ^= ${f}Part(${fixed()}, ${by()}) + ${f}Part(a, ${by()}) + ${f}Part(${fixed()}, ${by()}) }
        } catch e: ArithmeticError {
            errors += 1
            if errors == 1 { print("${f}", i, e.message) }
        }
        a = if i % 3 == 0 { ${t}.Min } else { a + ${m.between(1, 9)} }
    }
    return "{sum} {errors}"
}`, `${f}(${n})`];
}

// What looks like no change, or a well-known order, and is not for -0.0, infinities and what is no number.
function special(m, f) {
    const z = () => m.pick([`${f}Values[i % 9]`, `${f}Values[i % 9]`, `${f}Values[i / 9 % 9]`, "x"]), seen = value => `total = total * 3 + (((${value}) as float).bits() >>> 48) as int`;
    const [a, b] = [z(), z()], c = m.pick(["0.0", "-0.0", "1.0", "-1.0", "2.0"]);
    return [seen(`${a} + ${c}`), seen(`${c} + ${a}`), seen(`${a} - ${c}`), seen(`${c} - ${a}`), seen(`${a} * ${c}`), seen(`${a} / ${c}`), seen(`-(${a} - ${b})`), seen(`-${a} + ${b}`), seen(`${a} + ${a}`), seen(`${a} - ${a}`),
            seen(`${a}.min(${b})`), seen(`${a}.max(${b})`), seen(`if ${a} < ${b} { ${a} } else { ${b} }`), seen(`if ${a} >= ${b} { ${a} } else { ${b} }`), seen(`if ${a} == 0.0 { ${b} } else { ${a} }`), seen(`${a}.abs()`), seen(`${a}.sqrt()`),
            `total = total * 3 + (if ${a} ${m.pick(["<", "<=", ">", ">=", "==", "!="])} ${b} { 1 } else { 0 })`, `total += if !(${a} ${m.pick(["<", "<=", ">", ">="])} ${b}) { 5 } else { 2 }`];
}

// Floats: sums that cancel, numbers that become infinite or no number, conversions that saturate.
function floats(m, f) {
    const t = m.pick(["float", "float", "f32"]), n = m.between(50, 2000);
    const step = () => m.pick(["x = x * 1.0001 + y", "y = y - x * 0.5", "x = x / (y - 1.0)", "y = (x * x + y * y).sqrt()", "x = -x % 7.25", `y += (i as ${t}) * 0.1`,
        "if x > 1e6 { x = 0.125 }", "if y.isNaN() { y = 1.0 }", "x = x.min(y).abs()", "y = x.floor() - y.trunc()", `total += (x * 1e${m.between(0, 20)}) as ${intOf(m)} as int`,
        "total ^= (y.bits() & 0xffff) as int", "if x == y { total += 1 }", "if !(x < y) { total += 2 }", ...special(m, f), `if i == ${n - 2} { x = 1.0 / (x - x) }`, "x = if x < 0.0 { -0.0 } else { x }"]);
    return [`let ${f}Values: Array<${t}> = [0.0, -0.0, 1.0, -1.0, ${t === "f32" ? "float.NaN as f32, float.Infinity as f32, -float.Infinity as f32" : "float.NaN, float.Infinity, -float.Infinity"}, 2.5, -1e30]
fn ${f}(n: int): string {
    var x: ${t} = ${m.pick(["0.1", "1.5", "-3.0"])}
    var y: ${t} = ${m.pick(["0.3", "-0.0", "100.0"])}
    var total: int = 0
    for i in 0..n {
        ${m.times(4, 8, step).join("\n        ")}
    }
    return "{x} {y} {total}"
}`, `${f}(${n})`];
}

// A machine with a stack: a match in a loop, over operations with and without payload.
function machine(m, f) {
    const t = m.pick(["int", "i32", "float", "u8"]), code = m.times(4, 12, () => m.pick([`.Push(${m.between(0, 9)} as ${t})`, `.Push(${m.between(0, 9)} as ${t})`, ".Add", ".Mul",
        ".Sub", ".Div", ".Dup", ".Swap", `.Jump(${m.between(0, 6)}, ${m.between(1, 60)})`, ".Drop"]));
    return [`enum ${f}Op { Push(value: ${t}), Add, Sub, Mul, Div, Dup, Swap, Drop, Jump(to: int, times: int), Halt }
fn ${f}(code: List<${f}Op>, limit: int): string {
    let stack: List<${t}> = []
    let jumps = Map<int, int>()
    var pc = 0
    var steps = 0
    fn pop(): ${t} => stack.pop() ?? throw StateError("empty at {pc}")
    while steps < limit {
        steps += 1
        if pc >= code.length { pc = 0 }
        match code[pc] {
            Push(v) => stack.push(v)
            Add => stack.push(pop() + pop())
            Sub => stack.push(pop() - pop())
            Mul => stack.push(pop() * pop())
            Div => {
                let (b, a) = (pop(), pop())
                stack.push(try { a / b } catch _: ArithmeticError { a })
            }
            Dup => {
                let top = pop()
                stack.push(top)
                stack.push(top)
            }
            Swap => { if stack.length > 1 { stack.swap(stack.length - 1, stack.length - 2) } }
            Drop => { _ = pop() }
            Jump(to, times) if jumps.getOr(pc, 0) < times => {
                jumps.update(pc, 1, n => n + 1)
                pc = to - 1
            }
            Jump(..) => { jumps[pc] = 0 }
            Halt => break
        }
        pc += 1
        if stack.length > 30 { stack.truncate(20) }
    }
    return "{steps} {pc} {stack}"
}`, `${f}([${code.join(", ")}${m.chance(30) ? ", .Halt" : ""}], ${m.between(20, 900)})`];
}

// A list of nodes: optional references that are followed until null, and turned around.
function linked(m, f) {
    const t = m.pick(["int", "string", "(int, float)", "u8?"]);
    const value = {int: "i * 7", string: '"n{i}"', "(int, float)": "(i, i as float / 2.0)", "u8?": "if i % 3 == 0 { null } else { i as u8 }"}[t];
    return [`class ${f}Node { var value: ${t}; var next: ${f}Node? }
fn ${f}(n: int): string {
    var head: ${f}Node? = null
    for i in 0..n { head = ${f}Node(${value}, head) }
    var last: ${f}Node? = null
    var count = 0
    while let node = head {
        head = node.next
        node.next = last
        last = node
        count += 1
    }
    var sum = 0
    var at = last
    while at != null {
        sum = sum * 31 + at!.value.hash() % 1000
        at = at?.next
    }
    return "{count} {sum} {last?.value} {last?.next?.next?.value}"
}`, `${f}(${m.between(0, 300)})`];
}

// A search tree of a generic class: recursion through optional fields.
function tree(m, f) {
    const t = m.pick(["int", "u16", "float", "string"]);
    const key = {int: "seed % 1000", u16: "seed as u16", float: "(seed % 97) as float / 4.0", string: '"{seed % 211}"'}[t];
    return [`class ${f}Node<T: Comparable<T>> {
    let key: T
    var count = 1
    var left: ${f}Node<T>? = null
    var right: ${f}Node<T>? = null
    fn add(key: T): bool {
        let order = key.compare(self.key)
        if order == 0 {
            self.count += 1
            return false
        }
        let below = if order < 0 { self.left } else { self.right }
        if below != null { return below.add(key) }
        if order < 0 { self.left = ${f}Node<T>(key) } else { self.right = ${f}Node<T>(key) }
        return true
    }
    fn depth(): int => 1 + (self.left?.depth() ?? 0).max(self.right?.depth() ?? 0)
    fn walk(f: fn(T, int)) {
        self.left?.walk(f)
        f(self.key, self.count)
        self.right?.walk(f)
    }
}
fn ${f}(n: int): string {
    var seed = ${m.between(1, 99999)}
    var root: ${f}Node<${t}>? = null
    var fresh = 0
    for i in 0..n {
        seed = (seed * 1103515245 + 12345) & 0x7fffffff
        let key: ${t} = ${key}
        if let r = root { if r.add(key) { fresh += 1 } } else { root = ${f}Node<${t}>(key) }
    }
    var sum = 0
    root?.walk((key, count) => { sum = sum * 31 + key.hash() % 997 + count })
    return "{fresh} {root?.depth()} {sum}"
}`, `${f}(${m.between(1, 400)})`];
}

// Text taken apart and put together.
function texts(m, f) {
    return [`fn ${f}(n: int): string {
    let out = StringBuilder()
    var text = "${m.pick(["12+34*5-6", "a1b22é333", "(1 2) [3]"])}"
    for i in 0..n {
        var number: int? = null
        var words = 0
        for c in text.chars() {
            if let d = c.digit() { number = (number ?? 0) * 10 + d } else {
                if let value = number { out.append(value * i).append(c) }
                number = null
                words += 1
            }
        }
        text = "{text[0..text.length.min(${m.between(3, 9)})]}{i:x}{words}{if i % 5 == 0 { "é" } else { "" }}"
        try { text = text[i % 4..] } catch e { out.append("<{e.message}>") }
        if out.length > 300 { out.truncate(${m.pick(["7", "0", "out.length - 1"])}) }
    }
    return "{out} {text} {text.length}"
}`, `${f}(${m.between(1, 120)})`];
}

// A struct with operators and methods that change it, in variables, elements and fields.
function vectors(m, f) {
    const t = m.pick(["float", "int", "f32", "i16"]);
    return [`struct ${f}Vec {
    x: ${t}
    y: ${t}
    operator fn +(o: ${f}Vec): ${f}Vec => ${f}Vec(self.x + o.x, self.y + o.y)
    operator fn *(k: ${t}): ${f}Vec => ${f}Vec(self.x * k, self.y * k)
    operator fn -(): ${f}Vec => ${f}Vec(-self.x, -self.y)
    operator fn [](i: int): ${t} => match i { 0 => self.x, 1 => self.y, _ => throw IndexError("no part {i}") }
    mut fn turn(): ${t} {
        let old = self.x
        self.x = self.y
        self.y = -old
        return old
    }
}
class ${f}Body {
    var at: ${f}Vec
    var speed: ${f}Vec
    mut_: int = 0
    fn step() {
        self.at = self.at + self.speed * (2 as ${t})
        self.mut_ += self.speed.turn() as int
    }
}
fn ${f}(n: int): string {
    let bodies = [${f}Body(${f}Vec(1, 2), ${f}Vec(3, 4)), ${f}Body(${f}Vec(5, 6), ${f}Vec(-1, 0))]
    let points = Array<${f}Vec>(4, i => ${f}Vec(i as ${t}, 1))
    var sum = ${f}Vec(0, 0)
    for i in 0..n {
        for b in bodies { b.step() }
        sum = sum + -bodies[i & 1].at + points[i & 3]
        points[(i + 1) & 3].x += points[i & 3].turn()
        bodies[0].speed.y = points[3].y + sum[i % 2]
        if i == ${m.between(20, 60)} { try { sum = sum * sum[i] } catch e { print("${f}", e.message) } }
    }
    return "{sum} {points} {bodies[0].mut_} {bodies[1].at}"
}`.replace("    mut_: int = 0\n", "    var mut_: int = 0\n"), `${f}(${m.between(1, 500)})`];
}

// An iterator of one's own, and lazy pipelines over it.
function iterators(m, f) {
    return [`class ${f}Count : Iterator<int> {
    var at: int
    let end: int
    fn next(): int? {
        if self.at >= self.end { return null }
        self.at += ${m.between(1, 3)}
        return self.at
    }
}
fn ${f}(n: int): string {
    var sum = 0
    for x in ${f}Count(0, n) { sum = sum * 3 + x }
    let list = ${f}Count(-5, n).filter(x => x % ${m.between(2, 5)} != 0).map(x => x * x).takeWhile(x => x < ${m.between(100, 90000)}).toList()
    let pairs = list.enumerate().filter((i, _) => i % 2 == 0).map((i, x) => i - x)
    let groups = list.groupBy(x => x % 4).mapValues(g => g.length)
    return "{sum} {list.length} {pairs.fold(0, (a, b) => a ^ b)} {groups} {list.sortedBy((a, b) => b - a).take(2)} {list.windows(2).map(w => w[1] - w[0]).max()}"
}`, `${f}(${m.between(0, 300)})`];
}

// Recursion until there is no stack left: the depth that is reached shows, and what unwinding did.
function deep(m, f) {
    const t = m.pick(["int", "float", "string?", "(int, int)"]), value = {int: "n", float: "n as float", "string?": 'if n > 5 { "x" } else { null }', "(int, int)": "(n, -n)"}[t];
    const [before, after] = m.pick([["", ""], ["    defer { unwound += 1 }\n", ""], ["    try {\n", "    } finally { unwound += 1 }\n"]]);
    return [`var ${f}Depth = 0
fn ${f}Down(n: int, extra: ${t}): int {
    ${f}Depth = n
${before.replace(/unwound/g, `${f}Unwound`)}    return ${m.pick([`${f}Down(n + 1, ${value}) + 1`, `${f}Other(n + 1).1 + n`, `[n].map(x => ${f}Down(x + 1, ${value}))[0] - 1`])}
${after.replace(/unwound/g, `${f}Unwound`)}}
fn ${f}Other(n: int): (bool, int) => (n > 3, ${f}Down(n + 1, ${value}))
var ${f}Unwound = 0
fn ${f}(rounds: int): string {
    var depths: List<int> = []
    for i in 0..rounds {
        try { ${f}Down(i, ${value.replace(/\bn\b/g, "i")}) } catch e: StackOverflowError { depths.push(${f}Depth) }
    }
    return "{depths} {${f}Unwound}"
}`, `${f}(${m.between(1, 3)})`];
}
deep.deep = true;

// Errors thrown through several calls, with finally and defer on the way, and jumps out of try.
function unwinding(m, f) {
    const n = m.between(20, 600), every = m.between(3, 200);
    return [`class ${f}Error : Error {
    let code: int
    init(code: int) {
        self.code = code
        super("code {code}", if code % 2 == 0 { ValueError("because of {code}") } else { null })
    }
}
var ${f}Log = 0
fn ${f}Inner(i: int): int {
    defer { ${f}Log += 1 }
    if i % ${every} == ${every - 1} { throw ${f}Error(i) }
    if i % ${every + 2} == 1 { return [1, 2][i & 3] }
    return i
}
fn ${f}Middle(i: int): int {
    var result = 0
    try {
        result = ${f}Inner(i) + ${f}Inner(i + 1)
        if result % 7 == 3 { return result }
    } catch e: IndexError {
        result = -1
    } finally {
        ${f}Log += result
    }
    return result * 2
}
fn ${f}(n: int): string {
    var sum = 0
    var caught = 0
    outer: for i in 0..n {
        defer { sum += 1 }
        for j in 0..2 {
            try {
                sum = sum * 3 + ${f}Middle(i + j)
                if sum % 11 == 0 { continue outer }
                if sum % 1009 == 5 { break outer }
            } catch e: ${f}Error {
                caught += e.code
                if e.code % 3 == 0 { sum += (e.cause?.message ?? "none").length }
                if caught == e.code { print("${f}", e.trace) }
            }
        }
    }
    return "{sum} {caught} {${f}Log}"
}`, `${f}(${n})`];
}

// Closures of the rounds of a loop, called later; and variables that several of them share.
function closures(m, f) {
    const t = m.pick(["int", "float", "u8", "string"]);
    const start = t === "string" ? '""' : `0 as ${t}`, add = t === "string" ? '"{i}"' : `i as ${t}`;
    return [`fn ${f}Counter(): (fn(): ${t}, fn(${t})) {
    var n = ${start}
    return (() => n, by => { n = n + by })
}
fn ${f}(rounds: int): string {
    let all: List<fn(int): int> = []
    var shared: int = 1
    for i in 0..rounds {
        var mine = i
        all.push(x => {
            mine += x
            shared = shared * 5 + mine
            mine - i
        })
    }
    let (get, add) = ${f}Counter()
    var sum = 0
    for i in 0..rounds * 4 {
        sum += all[i % all.length](i)
        if i % 8 == 0 { add(${add}) }
    }
    let twice = (g: fn(int): int) => (x: int): int => g(g(x))
    return "{sum} {shared} {get()} {twice(twice(all[0]))(3)}"
}`, `${f}(${m.between(1, 90)})`];
}

// Shapes: an interface with a default, implemented by a class, a struct, an enum and numbers; new ones come late.
function shapes(m, f) {
    const n = m.between(20, 1500), late = n - m.between(1, Math.max(1, n >> 3));
    const order = m.pick([["Square", "Circle", "Kind", "int"], ["Circle", "int", "Square", "Kind"], ["int", "Kind", "Circle", "Square"]]);
    const make = {Square: `${f}Square(i as float)`, Circle: `${f}Circle(i)`, Kind: `(if i % 2 == 0 { ${f}Kind.Empty } else { ${f}Kind.Box(i, 2) })`, int: "i"};
    return [`interface ${f}Shape {
    fn ${f}area(): float
    get ${f}sides: int
    fn ${f}weight(k: int): int => (self.${f}area() * 4.0) as int * k + self.${f}sides
}
struct ${f}Square : ${f}Shape {
    side: float
    fn ${f}area(): float => self.side * self.side
    get ${f}sides: int { return 4 }
}
open class ${f}Circle : ${f}Shape {
    var r: int
    init(r: int) { self.r = r }
    open fn ${f}area(): float => self.r as float * 3.0
    get ${f}sides: int { return 0 }
    override fn ${f}weight(k: int): int => self.r - k
}
class ${f}Ring : ${f}Circle {
    init(r: int) { super(r + 1) }
    override fn ${f}area(): float => super.${f}area() - 1.0
}
enum ${f}Kind : ${f}Shape {
    Empty
    Box(a: int, b: u8)
    fn ${f}area(): float => match self { Empty => 0.0, Box(a, b) => (a * b as int) as float }
    get ${f}sides: int { return self.ordinal * 4 }
}
extend int : ${f}Shape {
    fn ${f}area(): float => (self as float).abs().sqrt()
    get ${f}sides: int { return self & 7 }
}
fn ${f}Heavy<T: ${f}Shape>(x: T, k: int): int => x.${f}weight(k) + x.${f}sides
fn ${f}(n: int): string {
    var sum = 0
    var rings = 0
    for i in 0..n {
        let s: ${f}Shape = if i < ${n >> 1} { ${make[order[0]]} } else if i < ${late} { if i & 1 == 0 { ${make[order[0]]} } else { ${make[order[1]]} } } else if i % 3 == 0 {
            ${f}Ring(i) } else if i % 3 == 1 { ${make[order[2]]} } else { ${make[order[3]]} }
        sum = sum * 31 + s.${f}weight(i & 3) + ${f}Heavy(s, 2)
        if let c = s as? ${f}Circle { rings += c.r }
        if s is ${f}Ring { rings += ${f}Heavy(s as ${f}Ring, 1) }
    }
    return "{sum} {rings}"
}`, `${f}(${n})`];
}

// Maps and sets that grow, shrink and are changed while they are gone through.
function tables(m, f) {
    const k = m.pick(["int", "string", "(int, bool)", "u8", "char"]);
    const key = {int: "i * 7 % 61", string: '"k{i % 37}"', "(int, bool)": "(i % 23, i & 1 == 0)", u8: "i as u8", char: "(97 + i % 26) as u8 as char"}[k];
    return [`fn ${f}(n: int): string {
    let counts = Map<${k}, int>()
    let seen = Set<${k}>()
    var twice = 0
    var errors = 0
    for i in 0..n {
        let key: ${k} = ${key}
        counts.update(key, 1, old => old * 3 + i)
        if !seen.add(key) { twice += 1 }
        if i % ${m.between(3, 9)} == 0 { seen.remove(key) }
        if i % ${m.between(20, 50)} == 3 { counts.removeWhere((_, v) => v % 2 == 0) }
        if i % 64 == 63 {
            try { for (key, value) in counts { if value % 5 == 0 { counts.remove(key) } } } catch e: StateError { errors += 1 }
        }
        if counts.get(key) == null { errors += 100 }
        try { twice += counts[key] & 1 } catch e: KeyError { errors += 1000 }
    }
    return "{counts.length} {counts.values().fold(0, (a, b) => a * 31 + b)} {seen.length} {twice} {errors}"
}`, `${f}(${m.between(1, 400)})`];
}

// Sorting by hand, with a comparison that is passed.
function sorting(m, f) {
    const t = m.pick(["int", "i8", "float", "u16"]), n = m.between(2, 40);
    return [`fn ${f}Sort(a: Array<${t}>, before: fn(${t}, ${t}): bool): int {
    var swaps = 0
    var end = a.length - 1
    while end > 0 {
        var last = 0
        for i in 0..end {
            if before(a[i + 1], a[i]) {
                (a[i], a[i + 1]) = (a[i + 1], a[i])
                swaps += 1
                last = i
            }
        }
        end = last
    }
    return swaps
}
fn ${f}(n: int): string {
    let a = Array<${t}>(n, i => (i * ${m.between(3, 999)} % ${m.between(7, 300)} - 50) as ${t})
    let first = ${f}Sort(a, (x, y) => x < y)
    let low = a[0]
    let second = ${f}Sort(a, (x, y) => if x % 2 as ${t} == y % 2 as ${t} { x > y } else { x % 2 as ${t} < y % 2 as ${t} })
    return "{first} {low} {second} {a.toList().take(5)} {a.sorted().toList().takeLast(2)}"
}`, `${f}(${n})`];
}

// The grid of a game of life, in nested labelled loops with bounds that wrap.
function grid(m, f) {
    const w = m.between(3, 9), t = m.pick(["bool", "u8", "int?"]);
    const alive = {bool: "cell", u8: "cell > 0", "int?": "cell != null"}[t], live = {bool: "true", u8: "1", "int?": "i"}[t], dead = {bool: "false", u8: "0", "int?": "null"}[t];
    return [`fn ${f}(rounds: int): string {
    let w = ${w}
    var cells = Array<${t}>(w * w, i => if i * ${m.between(3, 50)} % 5 < 2 { ${live} } else { ${dead} })
    var changes = 0
    for round in 0..rounds {
        let next = cells.copy()
        cell: for i in 0..w * w {
            var count = 0
            for dy in -1..=1 { for dx in -1..=1 {
                if dx == 0 && dy == 0 { continue }
                let cell = cells[((i / w + dy + w) % w) * w + (i % w + dx + w) % w]
                if ${alive} { count += 1 }
                if count > 3 {
                    next[i] = ${dead}
                    changes += 1
                    continue cell
                }
            } }
            if count == 3 { next[i] = ${live} } else if count < 2 { next[i] = ${dead} }
        }
        cells = next
    }
    return "{changes} {cells}"
}`, `${f}(${m.between(1, 12)})`];
}

// Statics, properties and variables of a module that functions change.
function statics(m, f) {
    const t = m.pick(["int", "i16", "u32", "float"]);
    return [`class ${f}Account {
    static var opened = 0
    static const Fee: ${t} = ${m.between(1, 9)}
    private var held: ${t}
    init(start: ${t}) {
        self.held = start
        ${f}Account.opened += 1
    }
    get balance: ${t} { return self.held - ${f}Account.Fee }
    set balance(value) { self.held = value * 2 as ${t} }
}
var ${f}Total: ${t} = 0
const ${f}Mask = (1 << ${m.between(2, 9)}) - 1
fn ${f}Move(from: ${f}Account, to: ${f}Account, amount: ${t}): bool {
    if from.balance < amount { return false }
    from.balance -= amount
    to.balance += amount
    ${f}Total += amount
    return true
}
fn ${f}(n: int): string {
    let all = Array<${f}Account>(4, i => ${f}Account(i as ${t} * 10))
    var moved = 0
    for i in 0..n { if ${f}Move(all[i & 3], all[(i * 7 + 1) & 3], (i & ${f}Mask) as ${t}) { moved += 1 } }
    return "{moved} {${f}Account.opened} {${f}Total} {all[1].balance}"
}`, `${f}(${m.between(1, 900)})`];
}

// Sorting by the library, whose comparison throws, sorts itself, or has no order.
function callbacks(m, f) {
    const n = m.between(2, 60), at = m.between(1, 200);
    return [`class ${f}Key : Comparable<${f}Key>, Hashable<${f}Key> {
    let n: int
    fn compare(other: ${f}Key): int {
        ${f}Calls += 1
        if ${f}Calls == ${at} { throw ValueError("at {${f}Calls}") }
        return ${m.pick(["self.n - other.n", "[other.n, self.n].sorted().first! - other.n", "if self.n == 3 { 1 } else { self.n.compare(other.n) }"])}
    }
    fn equals(other: ${f}Key): bool => self.n % 7 == other.n % 7
    fn hash(): int => self.n % 7
    fn toString(): string => "<{self.n}>"
}
var ${f}Calls = 0
fn ${f}Nest(n: int): int {
    let parts = [n, n - 1, n - 2]
    parts.sortBy((a, b) => if n > 0 { ${f}Nest(n - 1) + a - b } else { b - a })
    return parts[0] - n
}
fn ${f}(n: int): string {
    let keys = (0..n).map(i => ${f}Key(i * ${m.between(3, 99)} % 31))
    var order = "none"
    try { order = "{keys.sorted().take(6)}" } catch e: ValueError { order = e.message }
    let set = Set<${f}Key>()
    for k in keys { set.add(k) }
    let nested = try { ${f}Nest(${m.pick([2, 4, 6])}) } catch e: StackOverflowError { -1 }
    return "{order} {set} {${f}Calls} {nested} {keys.maxBy(k => k.n % 5)} {keys.indexOf(${f}Key(6))}"
}`, `${f}(${n})`];
}

// Text of values whose own toString is asked for by others, deep down.
function shown(m, f) {
    return [`class ${f}Node {
    let value: int
    let below: List<${f}Node>
    fn toString(): string {
        if self.value == ${m.between(0, 60)} { throw ValueError("node {self.below.length}") }
        return "({self.value}{self.below.map(b => b.toString()).join("")})"
    }
}
fn ${f}Make(n: int, width: int): ${f}Node => ${f}Node(n, if n <= 0 { List<${f}Node>() } else { (0..width).map(i => ${f}Make(n - 1 - i, width)) })
fn ${f}Deep(n: int): ${f}Node {
    var node = ${f}Node(-1, [])
    for i in 0..n { node = ${f}Node(-2 - i, [node]) }
    return node
}
fn ${f}(n: int): string {
    let first = try { "{${f}Make(n, 2)}" } catch e: ValueError { e.message }
    let second = try { "{[${f}Deep(${m.pick([5, 40, 150])})]}".length } catch e: StackOverflowError { -1 }
    return "{first} {second}"
}`, `${f}(${m.between(0, 6)})`];
}

// A function with a very long body, whose branches reach far.
function large(m, f) {
    const t = m.pick(["int", "u32", "float"]), lines = m.times(150, 900, () => m.pick([`a = a * 3 + b`, `b = b - a`, "if a > b { a = b } else { b = a + 1 }", "c[i & 3] = a",
        "b += c[(i + 1) & 3]", `if b == ${m.between(0, 99)} { continue }`, `a = a + ${m.between(1, 99)}`, "total += 1"]));
    return [`fn ${f}(n: int): string {
    var a: ${t} = 1
    var b: ${t} = 2
    var total = 0
    let c = Array<${t}>(4, 5)
    for i in 0..n {
        ${lines.join("\n        ")}
        if i == ${m.between(3, 9)} { break }
    }
    return "{a} {b} {total} {c}"
}`, `${f}(${m.between(1, 30)})`];
}

module.exports = {kernels: [callbacks, shown, large, sieve, matrix, mixing, mixing, division, floats, floats, machine, linked, tree, texts, vectors, iterators, deep, unwinding, closures, shapes, shapes,
                            tables, sorting, grid, statics, ...loopKernels, ...loopKernels, ...valueKernels, ...valueKernels]};

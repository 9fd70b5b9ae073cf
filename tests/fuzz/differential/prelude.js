// What a generated program in JavaScript needs to compute as Cora does: integers are BigInts that wrap, floats are
// Numbers, structs and tuples are never changed in place.
"use strict";

class CoraError extends Error {
    constructor(type, message = "") {
        super(message);
        this.type = type;
    }
}
const out = [];
const enums = {}; // by their names: the names and types of their cases
const bits = {i8: 8, i16: 16, i32: 32, int: 64, u8: 8, u16: 16, u32: 32, u64: 64};
const wrap = (t, x) => t[0] === "u" ? BigInt.asUintN(bits[t], x) : BigInt.asIntN(bits[t], x);
const raise = (type, message) => { throw new CoraError(type, message); };
const div = (t, a, b) => b === 0n ? raise("ArithmeticError") : wrap(t, a / b);
const rem = (t, a, b) => b === 0n ? raise("ArithmeticError") : wrap(t, a % b);
const count = (t, c) => c & BigInt(bits[t] - 1);
const shl = (t, a, c) => wrap(t, a << count(t, c));
const shr = (t, a, c) => a >> count(t, c);
const ushr = (t, a, c) => wrap(t, BigInt.asUintN(bits[t], a) >> count(t, c));
const toInt = (t, x) => {
    if (Number.isNaN(x)) return 0n;
    const unsigned = t[0] === "u", w = BigInt(bits[t]);
    const low = unsigned ? 0n : -(1n << (w - 1n)), high = (1n << (unsigned ? w : w - 1n)) - 1n;
    if (x >= Number(high)) return high;
    if (x <= Number(low)) return low;
    return BigInt(Math.trunc(x));
};
const index = (length, i) => i < 0n || i >= BigInt(length) ? raise("IndexError") : Number(i);
const at = (list, i) => list[index(list.length, i)];
const put = (list, i, value) => { list[index(list.length, i)] = value; };
const slice = (list, a, b) => a < 0n || b < a || b > BigInt(list.length) ? raise("IndexError")
    : list.slice(Number(a), Number(b));
const some = x => x === null ? raise("NullError") : x;
const key = (map, k) => map.has(k) ? map.get(k) : raise("KeyError");
const size = s => BigInt(Buffer.byteLength(s, "utf8"));
const compare = (a, b) => a < b ? -1 : a > b ? 1 : 0;
const same = (a, b) => {
    if (a === null || b === null || typeof a !== "object") return a === b;
    if (Array.isArray(a)) return a.length === b.length && a.every((x, i) => same(x, b[i]));
    if (a.tag !== b.tag) return false;
    return Object.keys(a).every(k => same(a[k], b[k]));
};
// To that many decimals, ties to even, where JavaScript takes the larger.
function rounded(x, decimals) {
    const exact = x.toExponential(100), text = x.toExponential(decimals);
    const tie = /^50*e/.test(exact.slice(2 + decimals));
    const down = exact.slice(0, decimals ? 2 + decimals : 1);
    return tie && "02468".includes(down.at(-1)) ? down + exact.slice(exact.indexOf("e")) : text;
}
// The fewest digits that read back, of an f32 as one.
function shortest(x, single) {
    for (let digits = 0; single && digits < 8; digits++)
        if (Math.fround(Number(rounded(x, digits))) === x) return rounded(x, digits);
    return single ? rounded(x, 8) : x.toExponential();
}
function real(x, single = false) {
    if (Number.isNaN(x)) return "nan";
    const sign = x < 0 || Object.is(x, -0) ? "-" : "";
    x = Math.abs(x);
    if (x === Infinity) return sign + "inf";
    if (x === 0) return sign + "0.0";
    const [mantissa, exponent] = shortest(x, single).split("e");
    const digits = mantissa.replace(".", "").replace(/0+$/, "") || "0", e = Number(exponent);
    if (e < -5 || e >= 16) return sign + digits[0] + "." + (digits.slice(1) || "0") + "e" + e;
    if (e < 0) return sign + "0." + "0".repeat(-e - 1) + digits;
    return sign + digits.slice(0, e + 1).padEnd(e + 1, "0") + "." + (digits.slice(e + 1) || "0");
}
// The text of a value of a type: a letter or [letter, types...].
function text(type, x) {
    const [kind, ...parts] = Array.isArray(type) ? type : [type];
    if (kind === "optional") return x === null ? "null" : text(parts[0], x);
    switch (kind) {
    case "float": return real(x);
    case "f32": return real(x, true);
    case "string": return x;
    case "list": return "[" + x.map(v => inside(parts[0], v)).join(", ") + "]";
    case "tuple": return "(" + x.map((v, i) => inside(parts[i], v)).join(", ") + ")";
    case "struct": return parts[0] + "(" + parts[1].map(([n, t]) => n + ": " + inside(t, x[n])).join(", ") + ")";
    case "enum": {
        const [name, types] = enums[parts[0]][x.tag];
        return types.length ? name + "(" + types.map((t, i) => inside(t, x[i])).join(", ") + ")" : name;
    }
    case "map": return x.size === 0 ? "[:]"
        : "[" + [...x].map(([k, v]) => inside(parts[0], k) + ": " + inside(parts[1], v)).join(", ") + "]";
    default: return String(x);
    }
}
const inside = (type, x) => type === "string" ? '"' + x.replace(/[\\"]/g, "\\$&") + '"'
    : type[0] === "optional" ? (x === null ? "null" : inside(type[1], x)) : text(type, x);
const print = line => { out.push(line); };
const cut = s => size(s) > 300n ? "~" : s;
const changed = (value, [key, ...rest], x) => {
    const copy = Array.isArray(value) ? [...value] : {...value};
    copy[key] = rest.length ? changed(value[key], rest, x) : x;
    return copy;
};
const choose = (c, a, b) => c ? a : b;
const second = (_, b) => b;
const twice = (x, f) => f(f(x));
class Box {
    constructor(v) { this.value = v; }
    swap(v) {
        const old = this.value;
        this.value = v;
        return old;
    }
}
const up_Box = x => x;
const view = new DataView(new ArrayBuffer(8));
const bitsOf = x => Number.isNaN(x) ? 0x7FF8000000000000n : (view.setFloat64(0, x), view.getBigUint64(0));
const bitsOfSingle = x => Number.isNaN(x) ? 0x7FC00000n : (view.setFloat32(0, x), BigInt(view.getUint32(0)));
const mix_int = (h, x) => BigInt.asIntN(64, h * 31n + x);
const mix_i8 = mix_int, mix_i16 = mix_int, mix_i32 = mix_int, mix_u8 = mix_int, mix_u16 = mix_int, mix_u32 = mix_int, mix_u64 = mix_int;
const mix_float = (h, x) => mix_int(h, bitsOf(x));
const mix_f32 = (h, x) => mix_int(h, bitsOfSingle(x));
const mix_bool = (h, x) => mix_int(h, x ? 1n : 2n);
const mix_string = (h, x) => {
    const bytes = Buffer.from(x, "utf8");
    let s = mix_int(h, BigInt(bytes.length));
    for (const byte of bytes.subarray(0, 6)) s = mix_int(s, BigInt(byte));
    return s;
};
const errorName = e => e.type;
const run = (name, f) => {
    print("== " + name);
    try { f(); } catch ($) {
        if ($.type === undefined) throw $;
        print($.type);
    }
    print("-- " + name);
};

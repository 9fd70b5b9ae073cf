// Values at the limits of the types that are scalars.
"use strict";

const strings = ["", "a", "bc", "d é", "0", "xyz xyz", "-1", "12.5"];
const chars = ["'a'", "'z'", "'0'", "'é'", "'\\n'", "'🛶'", "' '", "'A'"];
const floats = ["0.0", "1.0", "-1.0", "-0.0", "0.5", "float.NaN", "float.Infinity", "-float.Infinity", "1e308", "5e-324", "2147483648.0", "-9.3e18",
                "1.8446744073709552e19", "255.5", "-129.0", "3.5e38", "0.1", "7.75", "1e-3", "9007199254740993.0"];

function integers({bits, signed, low, high}) {
    const values = [0n, 1n, high, low, 2n, 3n, 7n, high - 1n, low + 1n, BigInt(bits), BigInt(bits - 1), 100n, high >> 1n, high >> BigInt(bits >> 1),
                    1n << BigInt(bits >> 1), 5n];
    return [...values, ...(signed ? [-1n, -2n, -100n] : [])].filter(v => v >= low && v <= high);
}

// Of the type: BigInts for integers, and [Cora, JavaScript] for others.
function samplesOf(t) {
    switch (t.kind) {
    case "int": return integers(t);
    case "float": return floats.map(f => [f, f.replace("float.", "")]).map(([cora, js]) => t.text === "float" ? [`(${cora})`, `(${js})`] : [`((${cora}) as f32)`, `Math.fround(${js})`]);
    case "string": return strings.map(s => [JSON.stringify(s), JSON.stringify(s)]);
    default: return chars.map(c => [c, null]);
    }
}

module.exports = {samplesOf};

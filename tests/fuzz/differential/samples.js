// Tables of values at the limits of their types, as text for the preludes of both languages: `TYPE_at(k)` is the k-th.
"use strict";

const T = require("./types");

const strings = ["", "a", "bc", "d é", "0", "xyz xyz", "-1", "12.5"];
const chars = ["'a'", "'z'", "'0'", "'é'", "'\\n'", "'🛶'", "' '", "'A'"];
const floats = ["0.0", "1.0", "-1.0", "-0.0", "0.5", "float.NaN", "float.Infinity", "-float.Infinity", "1e308", "5e-324", "2147483648.0", "-9.3e18",
                "1.8446744073709552e19", "255.5", "-129.0", "3.5e38", "0.1", "7.75", "1e-3", "9007199254740993.0"];

function integers({bits, signed, low, high}) {
    const values = [0n, 1n, high, low, 2n, 3n, 7n, high - 1n, low + 1n, BigInt(bits), BigInt(bits - 1), 100n, high >> 1n, high >> BigInt(bits >> 1),
                    1n << BigInt(bits >> 1), 5n];
    return [...values, ...(signed ? [-1n, -2n, -100n] : [])].filter(v => v >= low && v <= high);
}

function table(name, values, jsValues, ofType = name) {
    return [`let ${name}Values: Array<${ofType}> = [${values.join(", ")}]\nfn ${name}_at(k: int): ${ofType} => ${name}Values[k % ${values.length}]`,
            `const ${name}Values = [${jsValues.join(", ")}], ${name}_at = k => ${name}Values[Number(k) % ${values.length}];`];
}

const tables = [
    ...Object.keys(T.INTS).map(name => {
        const values = integers(T.types[name]);
        return table(name, values, values.map(v => `${v < 0n ? `(${v}n)` : `${v}n`}`));
    }),
    table("float", floats, floats.map(f => f.replace("float.", ""))),
    table("f32", floats.map(f => `(${f}) as f32`), floats.map(f => `Math.fround(${f.replace("float.", "")})`)),
    table("bool", ["true", "false", "false"], ["true", "false", "false"]),
    table("string", strings.map(s => JSON.stringify(s)), strings.map(s => JSON.stringify(s))),
    table("char", chars, ["null"]),
];

module.exports = {samples: tables.map(t => t[0]).join("\n") + "\n", jsSamples: tables.map(t => t[1]).join("\n") + "\n"};

// Texts made of the pieces of JSON, right and wrong: which of them JSON.parse accepts.
const { SplitMix64 } = require("./_inputs.js");

const pieces = ["[", "]", "{", "}", ",", ":", '"a"', '""', String.raw`\"\\\/\b\f\n\r\t\"`, String.raw`"A\u0042\ud83d\uDE00"`,
    String.raw`"\x"`, String.raw`"\u12"`, '"\t"', '"', "'a'", "a", "0", "-0", "7", "-12", "01", "-", "+1", "1.5", "2.", ".5", "1e2", "1E-2", "1e",
    "1e+", "-2.5e+3", "123456789012345678901234567890", "true", "false", "null", "nul", "True", "nullx", "NaN", " ", "\t", "\n", "\r",
    "\f", "\u00a0", "\u2028", "é", "//", "/**/", "#", "\0"];
const random = new SplitMix64(31n);
const below = limit => Number(random.next() % BigInt(limit));

function valid(depth) {
    const scalars = ['"a"', '""', String.raw`"A\u0042\ud83d\uDE00"`, "0", "-12", "1.5", "-2.5e+3", "1e2", "true", "false", "null"];
    const kind = below(depth > 3 ? 3 : 6);
    if (kind < 3) return [scalars[below(scalars.length)]];
    const out = [kind === 5 ? "{" : "["];
    const count = below(4);
    for (let i = 0; i < count; i++) {
        if (i > 0) out.push(",");
        if (kind === 5) out.push('"a"', ":");
        if (below(3) === 0) out.push(" ");
        out.push(...valid(depth + 1));
    }
    out.push(kind === 5 ? "}" : "]");
    return out;
}

function accepts(text) {
    try {
        let finite = true; // std.json takes no number that is too large
        JSON.parse(text, (_, value) => {
            if (value === Infinity || value === -Infinity) finite = false;
            return value;
        });
        return finite ? "y" : "n";
    } catch {
        return "n";
    }
}

for (let line = 0; line < 60; line++) {
    let verdicts = "";
    for (let i = 0; i < 50; i++) {
        let tokens;
        if (line % 3 === 0) {
            const count = 1 + below(4);
            tokens = [];
            for (let k = 0; k < count; k++) tokens.push(pieces[below(pieces.length)]);
        } else {
            tokens = valid(0);
        }
        if (line % 3 === 2) {
            const at = below(tokens.length), change = below(3);
            if (change === 0) tokens[at] = pieces[below(pieces.length)];
            else if (change === 1) tokens.splice(at, 0, pieces[below(pieces.length)]);
            else tokens.splice(at, 1);
        }
        verdicts += accepts(tokens.join(""));
    }
    console.log(verdicts);
}

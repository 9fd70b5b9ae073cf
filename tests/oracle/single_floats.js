// Math.fround after each operation of doubles, which hold exact sums and products, and enough of quotients and roots.
const { SplitMix64 } = require("./_inputs.js");

const random = new SplitMix64(157n);
const unit = () => Number(random.next() >> 11n) * 2 ** -53;
const below = limit => Number(random.next() % BigInt(limit));
const fromBits = bits => new Float32Array(new Uint32Array([bits]).buffer)[0];
const bits = x => isNaN(x) ? "7fc00000" : new Uint32Array(new Float32Array([x]).buffer)[0].toString(16);

function number(i) {
    if (i % 3 === 0) return fromBits(Number(random.next() & 0xffffffffn));
    return Math.fround(i % 3 === 1 ? unit() * 8 - 4 : below(100000) / 64);
}

// The fewest digits that read back as the same f32, placed as Cora does it.
function text(x) {
    if (!isFinite(x)) return isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
    if (x === 0) return Object.is(x, -0) ? "-0.0" : "0.0";
    let digits = 1;
    while (Math.fround(Number(Math.abs(x).toExponential(digits - 1))) !== Math.abs(x)) digits++;
    const [mantissa, power] = Math.abs(x).toExponential(digits - 1).split("e"), sign = x < 0 ? "-" : "";
    const exponent = Number(power);
    let all = mantissa.replace(".", "");
    // A number in the middle of two texts goes to the even digit, not up.
    const beyond = Math.abs(x).toExponential(60).replace(".", "").slice(digits).split("e")[0];
    if (/^50*$/.test(beyond) && all[digits - 1] % 2 === 1) all = String(BigInt(all) - 1n);
    if (exponent < -5 || exponent >= 16) return `${sign}${all[0]}.${all.slice(1) || "0"}e${exponent}`;
    if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${all}`;
    const padded = all.padEnd(exponent + 1, "0");
    return `${sign}${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1) || "0"}`;
}

function integer(x) {
    if (isNaN(x)) return 0n;
    const most = 2n ** 63n - 1n, least = -(2n ** 63n);
    return x >= 2 ** 63 ? most : x <= -(2 ** 63) ? least : BigInt(Math.trunc(x));
}

for (let i = 0; i < 250; i++) {
    const a = number(i), b = number(Math.floor(i / 3));
    const away = Math.sign(a) * Math.floor(Math.abs(a) + 0.5), round = Math.abs(a) < 0.5 && a !== 0 ? Math.sign(a) * 0 : away || a;
    const least = isNaN(a) || a < b ? a : b, most = isNaN(a) || a > b ? a : b;
    const results = [a + b, a - b, a * b, a / b, a % b, Math.sqrt(a), Math.floor(a), Math.ceil(a), round, Math.trunc(a), -a, Math.abs(a), least, most];
    console.log(results.map(bits).join(" "), a < b, a === b, text(a), String(integer(a)));
}

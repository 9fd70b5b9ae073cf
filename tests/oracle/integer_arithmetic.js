// Wrapping arithmetic of 64 bits, by BigInt.
const { SplitMix64 } = require("./_inputs.js");
const random = new SplitMix64(3n);
const signed = x => BigInt.asIntN(64, x);
for (let i = 0; i < 400; i++) {
    const a = signed(random.next() >> (random.next() % 64n)), b = signed(random.next() >> (random.next() % 64n));
    const shift = random.next() % 64n;
    const quotient = b === 0n ? 0n : signed(a / b), rest = b === 0n ? 0n : a % b;
    const logical = signed(BigInt.asUintN(64, a) >> shift);
    console.log([a + b, a - b, a * b, quotient, rest, a & b, a | b, a ^ b, a << shift, a >> shift, logical]
        .map(x => String(signed(x))).join(" "));
}

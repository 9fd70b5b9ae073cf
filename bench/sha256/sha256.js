const ROUND_CONSTANTS = new Int32Array([
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

function rotate(x, count) {
    return x >>> count | x << 32 - count;
}

function compress(state, message, at, w) {
    for (let i = 0; i < 16; i++) {
        const j = at + 4 * i;
        w[i] = message[j] << 24 | message[j + 1] << 16 | message[j + 2] << 8 | message[j + 3];
    }
    for (let i = 16; i < 64; i++) {
        const s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >>> 3;
        const s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >>> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let e = state[4];
    let f = state[5];
    let g = state[6];
    let h = state[7];
    for (let i = 0; i < 64; i++) {
        const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
        const choice = e & f ^ ~e & g;
        const t1 = h + s1 + choice + ROUND_CONSTANTS[i] + w[i];
        const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
        const majority = a & b ^ a & c ^ b & c;
        const t2 = s0 + majority;
        h = g;
        g = f;
        f = e;
        e = d + t1 | 0;
        d = c;
        c = b;
        b = a;
        a = t1 + t2 | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

/** The message, a one bit, zeros, and the length in bits: whole blocks of 64 bytes. */
function padded(message) {
    const result = new Uint8Array(Math.floor((message.length + 8) / 64) * 64 + 64);
    result.set(message);
    result[message.length] = 0x80;
    new DataView(result.buffer).setBigUint64(result.length - 8, BigInt(message.length * 8));
    return result;
}

function sha256(message) {
    const state = new Int32Array([
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ]);
    const blocks = padded(message);
    const w = new Int32Array(64);
    for (let at = 0; at < blocks.length; at += 64) compress(state, blocks, at, w);
    return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

const length = Number(process.argv[2]);
const message = new Uint8Array(length);
for (let i = 0; i < length; i++) message[i] = i * 7 + Math.floor(i / 256);
const rounds = Number(process.argv[3]);
for (let round = 0; round < rounds; round++) {
    message[0] = round;
    console.log(sha256(message));
}

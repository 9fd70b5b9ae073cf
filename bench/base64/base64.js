const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const EQUALS = 61;

function encode(data) {
    const text = new Uint8Array(Math.floor((data.length + 2) / 3) * 4).fill(EQUALS);
    const whole = Math.floor(data.length / 3) * 3;
    let out = 0;
    for (let at = 0; at < whole; at += 3) {
        const bits = data[at] << 16 | data[at + 1] << 8 | data[at + 2];
        text[out] = ALPHABET.charCodeAt(bits >> 18);
        text[out + 1] = ALPHABET.charCodeAt(bits >> 12 & 63);
        text[out + 2] = ALPHABET.charCodeAt(bits >> 6 & 63);
        text[out + 3] = ALPHABET.charCodeAt(bits & 63);
        out += 4;
    }
    if (whole < data.length) {
        const second = whole + 1 < data.length ? data[whole + 1] : 0;
        const bits = data[whole] << 16 | second << 8;
        text[out] = ALPHABET.charCodeAt(bits >> 18);
        text[out + 1] = ALPHABET.charCodeAt(bits >> 12 & 63);
        if (whole + 1 < data.length) text[out + 2] = ALPHABET.charCodeAt(bits >> 6 & 63);
    }
    return text;
}

class Decoder {
    constructor() {
        this.values = new Uint8Array(256);
        for (let i = 0; i < 64; i++) this.values[ALPHABET.charCodeAt(i)] = i;
    }

    /** The bytes that a text, which is not empty, stands for. */
    decode(text) {
        const values = this.values;
        const padding = text[text.length - 1] !== EQUALS ? 0 : text[text.length - 2] !== EQUALS ? 1 : 2;
        const data = new Uint8Array(text.length / 4 * 3 - padding);
        let at = 0;
        for (let out = 0; out < data.length; out += 3) {
            const bits = values[text[at]] << 18 | values[text[at + 1]] << 12 | values[text[at + 2]] << 6
                | values[text[at + 3]];
            data[out] = bits >> 16;
            if (out + 1 < data.length) data[out + 1] = bits >> 8;
            if (out + 2 < data.length) data[out + 2] = bits;
            at += 4;
        }
        return data;
    }
}

function checksum(bytes) {
    let sum = 0;
    for (let i = 0; i < bytes.length; i += 61) sum = (sum * 31 + bytes[i]) % 65521;
    return sum;
}

const length = Number(process.argv[2]);
const rounds = Number(process.argv[3]);
const decoder = new Decoder();
for (let round = 0; round < rounds; round++) {
    const data = new Uint8Array(length + round % 3);
    for (let i = 0; i < data.length; i++) data[i] = i * 7 + Math.floor(i / 256) + round;
    const text = encode(data);
    const back = decoder.decode(text);
    console.log(text.length, checksum(text), back.length, checksum(back));
}

function generate(length, seed) {
    const text = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
        seed = (seed * 3877 + 29573) % 139968;
        text[i] = 97 + Math.floor(seed * 4 / 139968);
    }
    return text;
}

function distance(a, b) {
    let above = Int32Array.from({length: b.length + 1}, (_, j) => j);
    let row = new Int32Array(b.length + 1);
    for (let i = 0; i < a.length; i++) {
        row[0] = i + 1;
        for (let j = 0; j < b.length; j++) {
            const replaced = above[j] + (a[i] === b[j] ? 0 : 1);
            row[j + 1] = Math.min(replaced, above[j + 1] + 1, row[j] + 1);
        }
        [above, row] = [row, above];
    }
    return above[b.length];
}

const length = Number(process.argv[2]);
const pairs = Number(process.argv[3]);
let sum = 0;
for (let pair = 0; pair < pairs; pair++) {
    sum += distance(generate(length, pair), generate(length + pair % 7, pair + 1000));
}
console.log(sum);

function zeros(n) {
    const rows = [];
    for (let i = 0; i < n; i++) rows.push(new Float64Array(n));
    return rows;
}

function generate(n, seed) {
    const rows = zeros(n);
    const scale = seed / n / n;
    for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) rows[i][j] = scale * ((i - j) * (i + j));
    }
    return rows;
}

function multiply(a, b) {
    const n = a.length;
    const transposed = zeros(n);
    for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) transposed[j][i] = b[i][j];
    }
    const product = zeros(n);
    for (let i = 0; i < n; i++) {
        const row = a[i];
        const out = product[i];
        for (let j = 0; j < n; j++) {
            const column = transposed[j];
            let sum = 0;
            for (let k = 0; k < n; k++) sum += row[k] * column[k];
            out[j] = sum;
        }
    }
    return product;
}

const n = Number(process.argv[2]);
const product = multiply(generate(n, 1.0), generate(n, 2.0));
const middle = Math.floor(n / 2);
console.log(Math.trunc(product[middle][middle] * 1e6));
console.log(Math.trunc(product[0][n - 1] * 1e6));

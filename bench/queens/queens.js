function place(row, n, columns, rising, falling) {
    if (row === n) return 1;
    let ways = 0;
    for (let column = 0; column < n; column++) {
        if (!columns[column] && !rising[row + column] && !falling[row - column + n]) {
            columns[column] = true;
            rising[row + column] = true;
            falling[row - column + n] = true;
            ways += place(row + 1, n, columns, rising, falling);
            columns[column] = false;
            rising[row + column] = false;
            falling[row - column + n] = false;
        }
    }
    return ways;
}

const n = Number(process.argv[2]);
const rounds = Number(process.argv[3]);
const flags = (count) => new Array(count).fill(false);
for (let round = 0; round < rounds; round++) console.log(place(0, n, flags(n), flags(2 * n), flags(2 * n)));

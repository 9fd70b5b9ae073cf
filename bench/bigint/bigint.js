// The digits of pi by an unbounded spigot (Jeremy Gibbons, 2006): sum / denominator is the least that the rest may be,
// (sum + part) / denominator the most.
function digits(count) {
    let part = 1n, sum = 3n, denominator = 1n, k = 0;
    const out = [];
    while (out.length < count) {
        k++;
        const odd = BigInt(2 * k + 1);
        sum = sum * odd + part * BigInt(k - 1);
        denominator *= odd;
        part *= BigInt(k);
        if (part << 2n > sum) continue;
        const digit = sum / denominator;
        if (digit !== (sum + part) / denominator) continue;
        out.push(digit);
        sum = (sum - denominator * digit) * 10n;
        part *= 10n;
    }
    return out.join("");
}

console.log(digits(Number(process.argv[2])));

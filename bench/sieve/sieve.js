function sieve(limit) {
    const composite = new Uint8Array(limit);
    let count = 0;
    for (let i = 2; i < limit; i++) {
        if (composite[i] === 0) {
            count++;
            for (let multiple = i + i; multiple < limit; multiple += i) composite[multiple] = 1;
        }
    }
    return count;
}

const limit = Number(process.argv[2]);
const rounds = Number(process.argv[3]);
let total = 0;
for (let round = 0; round < rounds; round++) total += sieve(limit - round);
console.log(total);

const MODULUS = 1000003;

function halves(numbers, round) {
    return numbers.map((x) => x * 3 + round).filter((x) => x % 2 === 0).map((x) => x / 2)
        .reduce((sum, x) => (sum + x) % MODULUS, 0);
}

function squares(count, least) {
    return Array.from({length: count}, (_, i) => i * i % 1009).filter((x) => x >= least)
        .reduce((sum, x) => sum + x, 0);
}

function turnover(items, least) {
    return items.filter((item) => item.quantity >= least).map((item) => item.price * item.quantity)
        .reduce((sum, x) => sum + x, 0);
}

/** Sends each number through all the steps. */
function composed(numbers, steps) {
    return numbers.map((x) => steps.reduce((value, step) => step(value), x))
        .reduce((sum, x) => (sum + x) % MODULUS, 0);
}

function around(numbers, center) {
    const distances = numbers.map((x) => Math.abs(x - center));
    const least = distances.reduce((least, x) => x < least ? x : least, MODULUS);
    return least + distances.reduce((count, x) => x < 1000 ? count + 1 : count, 0);
}

const count = Number(process.argv[2]);
const rounds = Number(process.argv[3]);
let seed = 42;
const numbers = Array.from({length: count}, () => {
    seed = (seed * 3877 + 29573) % 139968;
    return seed;
});
const items = numbers.map((x) => ({price: x % 1000, quantity: Math.floor(x / 1000)}));
let half = 0;
let square = 0;
let sold = 0;
let through = 0;
let near = 0;
for (let round = 0; round < rounds; round++) {
    const steps = [(x) => x + round, (x) => x * 7 % MODULUS, (x) => x % 2 === 0 ? x / 2 : x + 1];
    half += halves(numbers, round);
    square += squares(count, round % 500);
    sold += turnover(items, round % 100);
    through += composed(numbers, steps);
    near += around(numbers, round * 37 % 139968);
}
console.log(half, square, sold, through, near);

// The same formulas in the same floats.
const { SplitMix64 } = require("./_inputs.js");

const random = new SplitMix64(156n);
const unit = () => Number(random.next() >> 11n) * 2 ** -53;
const show = x => isNaN(x) ? "7ff8000000000000" : new BigUint64Array(new Float64Array([x]).buffer)[0].toString(16);
const sum = list => list.reduce((a, b) => a + b, 0);

function bisect(f, a, b) {
    for (let i = 0; i < 60; i++) {
        const middle = (a + b) / 2;
        if (f(a) < 0 === f(middle) < 0) a = middle; else b = middle;
    }
    return a;
}

function simpson(f, a, b, n) {
    const h = (b - a) / n;
    let total = 0;
    for (let i = 0; i <= n; i++) total += f(a + i * h) * (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2);
    return total * h / 3;
}

function rungeKutta(f, y, h, steps) {
    for (let i = 0, t = 0; i < steps; i++, t += h) {
        const k1 = f(t, y), k2 = f(t + h / 2, y + h / 2 * k1), k3 = f(t + h / 2, y + h / 2 * k2), k4 = f(t + h, y + h * k3);
        y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    }
    return y;
}

for (let round = 0; round < 40; round++) {
    const c = [0, 0, 0, 0].map(() => unit() * 6 - 3);
    const f = x => ((((0 * x + c[3]) * x + c[2]) * x) + c[1]) * x + c[0];
    const points = [0, 1, 2, 3, 4, 5, 6, 7].map(i => [i, f(i) + unit()]);
    const sx = sum(points.map(p => p[0])), sy = sum(points.map(p => p[1]));
    const sxx = sum(points.map(p => p[0] * p[0])), sxy = sum(points.map(p => p[0] * p[1]));
    const slope = (8 * sxy - sx * sy) / (8 * sxx - sx * sx);
    let root = 10;
    for (let i = 0; i < 30; i++) root -= f(root) / (c[1] + root * (2 * c[2] + root * 3 * c[3]));
    let v = [1, 1, 1];
    for (let i = 0; i < 20; i++) {
        const next = [c[0] * v[0] + v[1], v[0] + c[1] * v[1] + v[2], v[1] + c[2] * v[2]];
        const size = Math.sqrt(next[0] * next[0] + next[1] * next[1] + next[2] * next[2]);
        v = next.map(x => x / size);
    }
    console.log(show(f(1.5)), show(bisect(f, -50, 50)), show(simpson(f, -1, 2, 20)), show(rungeKutta((t, y) => c[0] * t - y, c[1], 0.1, 25)),
        show(slope), show((sy - slope * sx) / 8), show(root), v.map(show).join(","));
}

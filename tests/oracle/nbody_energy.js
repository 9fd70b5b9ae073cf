// Bodies that attract each other, in the same floats.
const { SplitMix64 } = require("./_inputs.js");

const random = new SplitMix64(126n);
const unit = () => Number(random.next() >> 11n) * 2 ** -53;
const bits = x => {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, x);
    return view.getBigUint64(0).toString(16);
};

const bodies = Array.from({ length: 6 }, () => {
    const at = [unit() * 40, unit() * 40, unit() * 40], speed = [unit(), unit(), unit()];
    return { at, speed, mass: unit() * 10 };
});
const square = d => d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
const between = (a, b) => a.at.map((x, k) => x - b.at[k]);

function energy() {
    let e = 0;
    bodies.forEach((b, i) => {
        e += 0.5 * b.mass * square(b.speed);
        for (const other of bodies.slice(i + 1)) e -= b.mass * other.mass / Math.sqrt(square(between(b, other)));
    });
    return e;
}

function advance(dt) {
    bodies.forEach((b, i) => {
        for (const other of bodies.slice(i + 1)) {
            const d = between(b, other), distance = square(d), pull = dt / (distance * Math.sqrt(distance));
            d.forEach((x, k) => {
                b.speed[k] -= x * other.mass * pull;
                other.speed[k] += x * b.mass * pull;
            });
        }
    });
    for (const b of bodies) b.speed.forEach((v, k) => { b.at[k] += dt * v; });
}

for (let step = 0; step < 100; step++) {
    console.log(bits(energy()), bits(bodies[step % 6].at[0]));
    for (let k = 0; k < 20; k++) advance(0.01);
}

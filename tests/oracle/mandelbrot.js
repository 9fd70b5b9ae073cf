// The Mandelbrot set, in the same floats.
const bits = x => new BigUint64Array(new Float64Array([x]).buffer)[0].toString(16);

function escape(cx, cy) {
    let x = 0, y = 0, n = 0;
    for (; n < 200 && x * x + y * y < 4; n++) [x, y] = [x * x - y * y + cx, 2 * x * y + cy];
    return [n, x];
}
for (let row = 0; row < 24; row++) {
    const points = Array.from({ length: 40 }, (_, column) => escape(column / 13 - 2.2, row / 10 - 1.15));
    console.log(points.map(p => " .:-=+*#%@"[Math.floor(p[0] * 9 / 200)]).join(""), points.reduce((s, p) => s + p[0], 0));
    console.log(points.filter(p => p[0] === 200).map(p => bits(p[1])).join(" "));
}

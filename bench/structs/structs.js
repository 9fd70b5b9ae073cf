class Point {
    constructor(x, y, vx, vy) {
        this.x = x;
        this.y = y;
        this.vx = vx;
        this.vy = vy;
    }
    move(time) {
        this.x += this.vx * time;
        this.y += this.vy * time;
        if (this.x < 0 || this.x > 1) this.vx = -this.vx;
        if (this.y < 0 || this.y > 1) this.vy = -this.vy;
    }
}

function distance(a, b) {
    const dx = a.x - b.x;
    const dy = a.y - b.y;
    return Math.sqrt(dx * dx + dy * dy);
}

function simulate(count, steps) {
    const points = [];
    let seed = 42;
    for (let i = 0; i < count; i++) {
        seed = (seed * 3877 + 29573) % 139968;
        const x = seed / 139968;
        seed = (seed * 3877 + 29573) % 139968;
        const y = seed / 139968;
        points.push(new Point(x, y, y - 0.5, 0.5 - x));
    }
    let total = 0;
    for (let step = 0; step < steps; step++) {
        for (let i = 0; i < count; i++) points[i].move(0.01);
        for (let i = 1; i < count; i++) total += distance(points[i - 1], points[i]);
    }
    return total / (count * steps);
}

console.log(simulate(Number(process.argv[2]), Number(process.argv[3])).toFixed(9));

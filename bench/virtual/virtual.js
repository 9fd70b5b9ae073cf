class Square {
    constructor(side) {
        this.side = side;
    }
    area(round) {
        return this.side * this.side + round;
    }
}

class Rectangle {
    constructor(width, height) {
        this.width = width;
        this.height = height;
    }
    area(round) {
        return this.width * this.height + round;
    }
}

class Slab {
    constructor(length) {
        this.length = length;
    }
    area(round) {
        return this.length * 3 - round;
    }
}

function shapes(count) {
    const result = [];
    let seed = 42;
    for (let i = 0; i < count; i++) {
        seed = (seed * 1103 + 12345) % 65536;
        const size = seed % 100;
        const kind = Math.floor(seed / 128) % 3;
        if (kind === 0) result.push(new Square(size));
        else if (kind === 1) result.push(new Rectangle(size, size + 1));
        else result.push(new Slab(size));
    }
    return result;
}

function total(shapes, rounds) {
    let sum = 0;
    for (let round = 0; round < rounds; round++) {
        for (let i = 0; i < shapes.length; i++) sum += shapes[i].area(round);
    }
    return sum;
}

console.log(total(shapes(1000), Number(process.argv[2])));

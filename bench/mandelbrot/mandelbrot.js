function mandelbrot(n) {
    let checksum = 0;
    for (let y = 0; y < n; y++) {
        const ci = 2 * y / n - 1;
        let byte = 0;
        for (let x = 0; x < n; x++) {
            const cr = 2 * x / n - 1.5;
            let zr = 0;
            let zi = 0;
            let squareR = 0;
            let squareI = 0;
            for (let i = 0; i < 50 && squareR + squareI <= 4; i++) {
                zi = 2 * zr * zi + ci;
                zr = squareR - squareI + cr;
                squareR = zr * zr;
                squareI = zi * zi;
            }
            byte *= 2;
            if (squareR + squareI <= 4) byte++;
            if (x % 8 === 7) {
                checksum = (checksum * 31 + byte) % 65521;
                byte = 0;
            }
        }
    }
    return checksum;
}

console.log(mandelbrot(Number(process.argv[2])));

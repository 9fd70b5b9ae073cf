function fannkuch(n) {
    const order = [];
    const work = [];
    const count = [];
    for (let i = 0; i < n; i++) {
        order.push(i);
        work.push(0);
        count.push(0);
    }
    let checksum = 0;
    let most = 0;
    let index = 0;
    let r = n;
    while (true) {
        for (; r !== 1; r--) count[r - 1] = r;
        for (let i = 0; i < n; i++) work[i] = order[i];
        let flips = 0;
        for (let first = work[0]; first !== 0; first = work[0]) {
            for (let low = 0, high = first; low < high; low++, high--) {
                const swapped = work[low];
                work[low] = work[high];
                work[high] = swapped;
            }
            flips++;
        }
        if (flips > most) most = flips;
        checksum += index % 2 === 0 ? flips : -flips;
        for (; ; r++) {
            if (r === n) return [checksum, most];
            const front = order[0];
            for (let i = 0; i < r; i++) order[i] = order[i + 1];
            order[r] = front;
            if (--count[r] > 0) break;
        }
        index++;
    }
}

const n = Number(process.argv[2]);
const rounds = Number(process.argv[3]);
for (let round = 0; round < rounds; round++) console.log(fannkuch(n).join(" "));

function integers(draws) {
    const counts = new Map();
    let seed = 42;
    for (let draw = 0; draw < draws; draw++) {
        seed = (seed * 3877 + 29573) % 139968;
        const key = seed * 1021;
        counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    let found = 0;
    for (let i = 0; i < draws; i++) found += counts.get(i * 211 % 279936 * 1021) ?? 0;
    let removed = 0;
    for (let i = 0; i < 139968; i += 2) {
        if (counts.delete(i * 1021)) removed++;
    }
    let sum = 0;
    for (const [key, count] of counts) sum += key % 1000 * count;
    console.log(found, removed, counts.size, sum);
}

function words(draws) {
    let text = "";
    let seed = 42;
    for (let draw = 0; draw < draws; draw++) {
        seed = (seed * 3877 + 29573) % 139968;
        text += `word${seed % 5000} `;
    }
    const counts = new Map();
    for (const word of text.trim().split(" ")) counts.set(word, (counts.get(word) ?? 0) + 1);
    let sum = 0;
    for (let i = 0; i < 10000; i++) sum += i * (counts.get(`word${i}`) ?? 0);
    console.log(counts.size, sum);
}

integers(Number(process.argv[2]));
words(Number(process.argv[2]));

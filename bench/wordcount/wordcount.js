function generate(words) {
    const starts = ["Ka", "Lo", "Mi", "Ren", "Tu", "Sa", "Vor", "Ne"];
    const syllables = ["ka", "lo", "mi", "ren", "tu", "sa", "vor", "ne"];
    const text = [];
    let seed = 42;
    for (let i = 0; i < words; i++) {
        seed = (seed * 3877 + 29573) % 139968;
        const a = seed;
        seed = (seed * 3877 + 29573) % 139968;
        let rest = Math.floor(Math.floor(a * seed / 139968) * 8192 / 139968);
        text.push(i % 12 === 0 ? starts[rest % 8] : syllables[rest % 8]);
        while (rest >= 8) {
            rest = Math.floor(rest / 8);
            text.push(syllables[rest % 8]);
        }
        text.push(i % 12 === 11 ? ".\n" : i % 12 === 5 ? ", " : " ");
    }
    return text.join("");
}

function count(text) {
    const counts = new Map();
    for (const line of text.trim().split("\n")) {
        for (const part of line.toLowerCase().split(" ")) {
            const word = part.endsWith(".") || part.endsWith(",") ? part.slice(0, -1) : part;
            if (word !== "") counts.set(word, (counts.get(word) ?? 0) + 1);
        }
    }
    return counts;
}

const text = generate(Number(process.argv[2]));
const rounds = Number(process.argv[3]);
let total = 0;
for (let round = 1; round < rounds; round++) total += count(text).size;
const counts = count(text);
console.log(text.length, total + counts.size);
const entries = [...counts].sort((a, b) => a[1] !== b[1] ? b[1] - a[1] : a[0] < b[0] ? -1 : 1);
for (const [word, times] of entries.slice(0, 10)) console.log(word, times);

function build(lines) {
    const cities = ["Bergen", "Galway", "Porto", "Split", "Riga"];
    let text = "";
    for (let i = 0; i < lines; i++) text += `item ${i} costs ${i * 7 % 1000} in ${cities[i % 5]}\n`;
    return text;
}

function occurrences(text, part) {
    let count = 0;
    for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++;
    return count;
}

const rounds = Number(process.argv[3]);
for (let round = 0; round < rounds; round++) {
    const text = build(Number(process.argv[2])).replaceAll("costs", "is sold for");
    const turned = [];
    let words = 0;
    for (const line of text.trim().split("\n")) {
        const parts = line.split(" ");
        words += parts.length;
        turned.push(parts.reverse().join("-"));
    }
    const joined = turned.join(";").toUpperCase();
    console.log(text.length, words, joined.length, occurrences(joined, "FOR-SOLD"), joined.slice(-20));
}

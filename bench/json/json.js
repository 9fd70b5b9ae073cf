function build(records) {
    const cities = ["Bergen", "Galway", "Porto", "Split", "Riga"];
    const parts = [];
    for (let i = 0; i < records; i++)
        parts.push(`{"id": ${i}, "name": "user ${i}", "mail": "user${i}@example.org", "active": ${i % 3 === 0}, `
            + `"score": ${i % 997}.25, "tags": ["alpha", "beta \\"two\\"", "g${i % 7}"], `
            + `"address": {"city": "${cities[i % 5]}", "street": "Line ${i % 89}\\nHouse 7", `
            + `"place": [${i % 180}.5, -${i % 90}.125]}, `
            + `"note": ${i % 4 === 0 ? "null" : '"a longer text, as people write them"'}}`);
    return "[" + parts.join(",\n") + "]";
}

const text = build(Number(process.argv[2]));
const rounds = Number(process.argv[3]);
for (let round = 0; round < rounds; round++) {
    const users = JSON.parse(text);
    const cities = new Map();
    let score = 0, tags = 0, north = 0, notes = 0;
    for (const user of users) {
        if (user.active) score += user.score;
        tags += user.tags.length;
        const address = user.address;
        north += address.place[0];
        const city = address.city;
        cities.set(city, (cities.get(city) ?? 0) + 1);
        if (user.note !== null) notes += 1;
        user.rank = tags + round;
    }
    const out = JSON.stringify(users);
    console.log(out.length, score.toFixed(2), north.toFixed(1), tags, notes, cities.get("Porto"), out.slice(-60));
}

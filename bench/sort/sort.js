class Person {
    constructor(id, age) {
        this.id = id;
        this.age = age;
    }
}

function checksum(values) {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum = (sum * 31 + values[i]) % 1000003;
    return sum;
}

const count = Number(process.argv[2]);
const numbers = [];
const people = [];
let seed = 42;
for (let i = 0; i < count; i++) {
    seed = (seed * 3877 + 29573) % 139968;
    numbers.push(seed);
    seed = (seed * 3877 + 29573) % 139968;
    people.push(new Person(i, seed % 100));
}
numbers.sort((a, b) => a - b);
console.log(checksum(numbers));
numbers.sort((a, b) => b - a);
console.log(checksum(numbers));
people.sort((a, b) => a.age !== b.age ? b.age - a.age : a.id - b.id);
console.log(checksum(people.map((person) => person.id)));

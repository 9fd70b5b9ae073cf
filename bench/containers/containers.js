class Job {
    constructor(time, id, load) {
        this.time = time;
        this.id = id;
        this.load = load;
    }
}

class Stack {
    constructor() {
        this.items = [];
    }
    get length() {
        return this.items.length;
    }
    push(item) {
        this.items.push(item);
    }
    pop() {
        return this.items.pop();
    }
}

class Queue {
    constructor() {
        this.items = new Array(4).fill(undefined);
        this.head = 0;
        this.count = 0;
    }
    get length() {
        return this.count;
    }
    push(item) {
        if (this.count === this.items.length) this.grow();
        this.items[this.place(this.count)] = item;
        this.count++;
    }
    pop() {
        if (this.count === 0) return undefined;
        const item = this.items[this.head];
        this.items[this.head] = undefined;
        this.head = this.place(1);
        this.count--;
        return item;
    }
    place(offset) {
        const index = this.head + offset;
        return index < this.items.length ? index : index - this.items.length;
    }
    grow() {
        const larger = new Array(2 * this.count).fill(undefined);
        for (let i = 0; i < this.count; i++) larger[i] = this.items[this.place(i)];
        this.items = larger;
        this.head = 0;
    }
}

class Heap {
    constructor(isBefore) {
        this.items = [];
        this.isBefore = isBefore;
    }
    push(item) {
        const items = this.items;
        items.push(item);
        let index = items.length - 1;
        while (index > 0) {
            const parent = (index - 1) >> 1;
            if (!this.isBefore(item, items[parent])) break;
            items[index] = items[parent];
            index = parent;
        }
        items[index] = item;
    }
    pop() {
        const items = this.items;
        const item = items.pop();
        const length = items.length;
        if (length === 0) return item;
        const first = items[0];
        let index = 0;
        while (2 * index + 1 < length) {
            let child = 2 * index + 1;
            if (child + 1 < length && this.isBefore(items[child + 1], items[child])) child++;
            if (!this.isBefore(items[child], item)) break;
            items[index] = items[child];
            index = child;
        }
        items[index] = item;
        return first;
    }
}

let seed = 42;

/** A number below the limit, which is at most 139968. */
function next(limit) {
    seed = (seed * 3877 + 29573) % 139968;
    return Math.floor(seed * limit / 139968);
}

const jobs = Number(process.argv[2]);
const steps = Number(process.argv[3]);
const waiting = new Heap((a, b) => a.time < b.time || a.time === b.time && a.id < b.id);
const queue = new Queue();
const stack = new Stack();
for (let id = 0; id < jobs; id++) waiting.push(new Job(next(1000), id, next(100) / 100));
let clock = 0;
let hash = 0;
for (let step = 0; step < steps; step++) {
    const first = waiting.pop();
    if (first !== undefined) {
        clock = first.time;
        if (first.load > 0.5) queue.push(first);
        else stack.push(first);
    }
    if (queue.length + stack.length > Math.floor(jobs / 2)) {
        for (let i = 0; i < 8; i++) {
            const job = next(2) === 0 ? queue.pop() : stack.pop();
            if (job === undefined) continue;
            const load = (job.load + next(100) / 100) / 2;
            waiting.push(new Job(clock + 1 + next(1000), job.id, load));
            hash = (hash * 31 + job.id + Math.floor(load * 1000)) % 1000003;
        }
    }
}
console.log(clock, hash);

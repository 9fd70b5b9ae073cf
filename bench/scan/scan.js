function generate(lines) {
    const names = ["total", "index", "width2", "row_count", "x", "position", "if", "buffer", "let", "sum"];
    const text = [];
    let seed = 42;
    for (let line = 0; line < lines; line++) {
        seed = (seed * 3877 + 29573) % 139968;
        const first = names[seed % 10];
        const second = names[Math.floor(seed / 10) % 10];
        text.push(`    ${first} = ${second}(${seed}, "${first} ${line}")`);
        text.push(` + ${line} * (${second} - 7) // ${first} of ${second}\n`);
    }
    return text.join("");
}

const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 34;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;

function isLetter(c) {
    return c >= 97 && c <= 122 || c >= 65 && c <= 90 || c === 95;
}

function isDigit(c) {
    return c >= ZERO && c <= NINE;
}

class Scanner {
    constructor(text) {
        this.text = text;
        this.names = 0;
        this.keywords = 0;
        this.numbers = 0;
        this.strings = 0;
        this.comments = 0;
        this.others = 0;
        this.lines = 0;
        this.sum = 0;
        this.hash = 0;
    }

    /** Where the name that starts at `start` ends. */
    name(start) {
        let at = start;
        while (isLetter(this.text.charCodeAt(at)) || isDigit(this.text.charCodeAt(at))) {
            this.hash = (this.hash * 31 + this.text.charCodeAt(at)) % 65521;
            at++;
        }
        const word = this.text.slice(start, at);
        if (word === "if" || word === "let") this.keywords++;
        else this.names++;
        return at;
    }

    number(start) {
        let at = start;
        let value = 0;
        while (isDigit(this.text.charCodeAt(at))) {
            value = value * 10 + (this.text.charCodeAt(at) - ZERO);
            at++;
        }
        this.numbers++;
        this.sum += value;
        return at;
    }

    scan() {
        let at = 0;
        while (at < this.text.length) {
            const c = this.text.charCodeAt(at);
            if (isLetter(c)) {
                at = this.name(at);
            } else if (isDigit(c)) {
                at = this.number(at);
            } else if (c === QUOTE) {
                at++;
                while (this.text.charCodeAt(at) !== QUOTE) at++;
                at++;
                this.strings++;
            } else if (c === SLASH && this.text.charCodeAt(at + 1) === SLASH) {
                while (this.text.charCodeAt(at) !== NEWLINE) at++;
                this.comments++;
            } else {
                if (c === NEWLINE) this.lines++;
                else if (c !== SPACE) this.others++;
                at++;
            }
        }
    }
}

const text = generate(Number(process.argv[2]));
const rounds = Number(process.argv[3]);
for (let round = 0; round < rounds; round++) {
    const s = new Scanner(text);
    s.scan();
    console.log(s.names, s.keywords, s.numbers, s.strings, s.comments, s.others, s.lines, s.sum, s.hash);
}

const Op = {
    CONST: 0, MOVE: 1, ADD: 2, MUL: 3, DIV: 4, MOD: 5, ADD_CONST: 6, LOAD: 7, STORE: 8, JUMP: 9, JUMP_ZERO: 10,
    JUMP_LESS: 11, JUMP_EQUAL: 12, PUSH: 13, POP: 14, CALL: 15, RETURN: 16, HALT: 17,
};

class Instruction {
    constructor(op, a, b, c) {
        this.op = op;
        this.a = a;
        this.b = b;
        this.c = c;
    }
}

class Assembler {
    constructor() {
        this.code = [];
    }

    /** Where the instruction went. */
    emit(op, a = 0, b = 0, c = 0) {
        this.code.push(new Instruction(op, a, b, c));
        return this.code.length - 1;
    }

    /** Has the jump at `index` go to what comes next. */
    land(index) {
        this.code[index].c = this.code.length;
    }
}

const SUM = 0;
const ROUNDS = 1;
const ZERO = 2;
const ONE = 3;
const TWO = 4;
const THREE = 5;
const N = 6;
const I = 7;
const J = 8;
const T = 9;
const LIMIT = 10;
const MODULUS = 11;
const ARGUMENT = 12;
const RESULT = 13;

/** A function: the Fibonacci number of its argument. Gives its address. */
function assembleFunction(asm) {
    const entry = asm.code.length;
    const base = asm.emit(Op.JUMP_LESS, ARGUMENT, TWO);
    asm.emit(Op.PUSH, ARGUMENT);
    asm.emit(Op.ADD_CONST, ARGUMENT, ARGUMENT, -1);
    asm.emit(Op.CALL, 0, 0, entry);
    asm.emit(Op.POP, ARGUMENT);
    asm.emit(Op.PUSH, RESULT);
    asm.emit(Op.ADD_CONST, ARGUMENT, ARGUMENT, -2);
    asm.emit(Op.CALL, 0, 0, entry);
    asm.emit(Op.POP, T);
    asm.emit(Op.ADD, RESULT, RESULT, T);
    asm.emit(Op.RETURN);
    asm.land(base);
    asm.emit(Op.MOVE, RESULT, ARGUMENT);
    asm.emit(Op.RETURN);
    return entry;
}

/** Adds the steps from the number of the round to 1. */
function assembleSequence(asm) {
    asm.emit(Op.MOVE, N, ROUNDS);
    const step = asm.code.length;
    const done = asm.emit(Op.JUMP_EQUAL, N, ONE);
    asm.emit(Op.MOD, T, N, TWO);
    const even = asm.emit(Op.JUMP_ZERO, T);
    asm.emit(Op.MUL, N, N, THREE);
    asm.emit(Op.ADD_CONST, N, N, 1);
    const next = asm.emit(Op.JUMP);
    asm.land(even);
    asm.emit(Op.DIV, N, N, TWO);
    asm.land(next);
    asm.emit(Op.ADD_CONST, SUM, SUM, 1);
    asm.emit(Op.JUMP, 0, 0, step);
    asm.land(done);
}

/** Adds the primes below the limit. */
function assembleSieve(asm) {
    asm.emit(Op.CONST, I);
    const clear = asm.code.length;
    asm.emit(Op.STORE, ONE, I);
    asm.emit(Op.ADD_CONST, I, I, 1);
    asm.emit(Op.JUMP_LESS, I, LIMIT, clear);
    asm.emit(Op.CONST, I, 2);
    const outer = asm.code.length;
    asm.emit(Op.LOAD, T, I);
    const composite = asm.emit(Op.JUMP_ZERO, T);
    asm.emit(Op.ADD, SUM, SUM, I);
    asm.emit(Op.ADD, J, I, I);
    const inner = asm.code.length;
    const mark = asm.emit(Op.JUMP_LESS, J, LIMIT);
    const leave = asm.emit(Op.JUMP);
    asm.land(mark);
    asm.emit(Op.STORE, ZERO, J);
    asm.emit(Op.ADD, J, J, I);
    asm.emit(Op.JUMP, 0, 0, inner);
    asm.land(composite);
    asm.land(leave);
    asm.emit(Op.ADD_CONST, I, I, 1);
    asm.emit(Op.JUMP_LESS, I, LIMIT, outer);
}

function assemble(rounds) {
    const asm = new Assembler();
    const start = asm.emit(Op.JUMP);
    const entry = assembleFunction(asm);
    asm.land(start);
    const constants = [[ROUNDS, rounds], [ONE, 1], [TWO, 2], [THREE, 3], [LIMIT, 256], [MODULUS, 1000003]];
    for (const [register, value] of constants) asm.emit(Op.CONST, register, value);
    const round = asm.code.length;
    assembleSequence(asm);
    assembleSieve(asm);
    asm.emit(Op.CONST, ARGUMENT, 12);
    asm.emit(Op.CALL, 0, 0, entry);
    asm.emit(Op.ADD, SUM, SUM, RESULT);
    asm.emit(Op.MOD, SUM, SUM, MODULUS);
    asm.emit(Op.ADD_CONST, ROUNDS, ROUNDS, -1);
    const end = asm.emit(Op.JUMP_ZERO, ROUNDS);
    asm.emit(Op.JUMP, 0, 0, round);
    asm.land(end);
    asm.emit(Op.HALT);
    return asm.code;
}

function run(code) {
    const registers = new Array(16).fill(0);
    const memory = new Array(256).fill(0);
    const stack = new Array(256).fill(0);
    let top = 0;
    let at = 0;
    while (true) {
        const {op, a, b, c} = code[at];
        at++;
        switch (op) {
            case Op.CONST: registers[a] = b; break;
            case Op.MOVE: registers[a] = registers[b]; break;
            case Op.ADD: registers[a] = registers[b] + registers[c]; break;
            case Op.MUL: registers[a] = registers[b] * registers[c]; break;
            case Op.DIV: registers[a] = Math.floor(registers[b] / registers[c]); break;
            case Op.MOD: registers[a] = registers[b] % registers[c]; break;
            case Op.ADD_CONST: registers[a] = registers[b] + c; break;
            case Op.LOAD: registers[a] = memory[registers[b]]; break;
            case Op.STORE: memory[registers[b]] = registers[a]; break;
            case Op.JUMP: at = c; break;
            case Op.JUMP_ZERO: if (registers[a] === 0) at = c; break;
            case Op.JUMP_LESS: if (registers[a] < registers[b]) at = c; break;
            case Op.JUMP_EQUAL: if (registers[a] === registers[b]) at = c; break;
            case Op.PUSH: stack[top++] = registers[a]; break;
            case Op.POP: registers[a] = stack[--top]; break;
            case Op.CALL: stack[top++] = at; at = c; break;
            case Op.RETURN: at = stack[--top]; break;
            case Op.HALT: return registers[SUM];
        }
    }
}

console.log(run(assemble(Number(process.argv[2]))));

import java.util.ArrayList;
import java.util.List;

public class vmloop {
    enum Op {
        CONST, MOVE, ADD, MUL, DIV, MOD, ADD_CONST, LOAD, STORE, JUMP, JUMP_ZERO, JUMP_LESS, JUMP_EQUAL, PUSH, POP,
        CALL, RETURN, HALT
    }

    static final class Instruction {
        final Op op;
        final int a, b;
        int c;

        Instruction(Op op, int a, int b, int c) {
            this.op = op;
            this.a = a;
            this.b = b;
            this.c = c;
        }
    }

    static final class Assembler {
        final List<Instruction> code = new ArrayList<>();

        /** Where the instruction went. */
        int emit(Op op, int a, int b, int c) {
            code.add(new Instruction(op, a, b, c));
            return code.size() - 1;
        }

        /** Has the jump at `index` go to what comes next. */
        void land(int index) {
            code.get(index).c = code.size();
        }
    }

    static final int SUM = 0, ROUNDS = 1, ZERO = 2, ONE = 3, TWO = 4, THREE = 5, N = 6, I = 7, J = 8, T = 9, LIMIT = 10,
        MODULUS = 11, ARGUMENT = 12, RESULT = 13;

    /** A function: the Fibonacci number of its argument. Gives its address. */
    static int assembleFunction(Assembler asm) {
        int entry = asm.code.size();
        int base = asm.emit(Op.JUMP_LESS, ARGUMENT, TWO, 0);
        asm.emit(Op.PUSH, ARGUMENT, 0, 0);
        asm.emit(Op.ADD_CONST, ARGUMENT, ARGUMENT, -1);
        asm.emit(Op.CALL, 0, 0, entry);
        asm.emit(Op.POP, ARGUMENT, 0, 0);
        asm.emit(Op.PUSH, RESULT, 0, 0);
        asm.emit(Op.ADD_CONST, ARGUMENT, ARGUMENT, -2);
        asm.emit(Op.CALL, 0, 0, entry);
        asm.emit(Op.POP, T, 0, 0);
        asm.emit(Op.ADD, RESULT, RESULT, T);
        asm.emit(Op.RETURN, 0, 0, 0);
        asm.land(base);
        asm.emit(Op.MOVE, RESULT, ARGUMENT, 0);
        asm.emit(Op.RETURN, 0, 0, 0);
        return entry;
    }

    /** Adds the steps from the number of the round to 1. */
    static void assembleSequence(Assembler asm) {
        asm.emit(Op.MOVE, N, ROUNDS, 0);
        int step = asm.code.size();
        int done = asm.emit(Op.JUMP_EQUAL, N, ONE, 0);
        asm.emit(Op.MOD, T, N, TWO);
        int even = asm.emit(Op.JUMP_ZERO, T, 0, 0);
        asm.emit(Op.MUL, N, N, THREE);
        asm.emit(Op.ADD_CONST, N, N, 1);
        int next = asm.emit(Op.JUMP, 0, 0, 0);
        asm.land(even);
        asm.emit(Op.DIV, N, N, TWO);
        asm.land(next);
        asm.emit(Op.ADD_CONST, SUM, SUM, 1);
        asm.emit(Op.JUMP, 0, 0, step);
        asm.land(done);
    }

    /** Adds the primes below the limit. */
    static void assembleSieve(Assembler asm) {
        asm.emit(Op.CONST, I, 0, 0);
        int clear = asm.code.size();
        asm.emit(Op.STORE, ONE, I, 0);
        asm.emit(Op.ADD_CONST, I, I, 1);
        asm.emit(Op.JUMP_LESS, I, LIMIT, clear);
        asm.emit(Op.CONST, I, 2, 0);
        int outer = asm.code.size();
        asm.emit(Op.LOAD, T, I, 0);
        int composite = asm.emit(Op.JUMP_ZERO, T, 0, 0);
        asm.emit(Op.ADD, SUM, SUM, I);
        asm.emit(Op.ADD, J, I, I);
        int inner = asm.code.size();
        int mark = asm.emit(Op.JUMP_LESS, J, LIMIT, 0);
        int leave = asm.emit(Op.JUMP, 0, 0, 0);
        asm.land(mark);
        asm.emit(Op.STORE, ZERO, J, 0);
        asm.emit(Op.ADD, J, J, I);
        asm.emit(Op.JUMP, 0, 0, inner);
        asm.land(composite);
        asm.land(leave);
        asm.emit(Op.ADD_CONST, I, I, 1);
        asm.emit(Op.JUMP_LESS, I, LIMIT, outer);
    }

    static Instruction[] assemble(int rounds) {
        Assembler asm = new Assembler();
        int start = asm.emit(Op.JUMP, 0, 0, 0);
        int entry = assembleFunction(asm);
        asm.land(start);
        int[][] constants = {{ROUNDS, rounds}, {ONE, 1}, {TWO, 2}, {THREE, 3}, {LIMIT, 256}, {MODULUS, 1000003}};
        for (int[] each : constants) asm.emit(Op.CONST, each[0], each[1], 0);
        int round = asm.code.size();
        assembleSequence(asm);
        assembleSieve(asm);
        asm.emit(Op.CONST, ARGUMENT, 12, 0);
        asm.emit(Op.CALL, 0, 0, entry);
        asm.emit(Op.ADD, SUM, SUM, RESULT);
        asm.emit(Op.MOD, SUM, SUM, MODULUS);
        asm.emit(Op.ADD_CONST, ROUNDS, ROUNDS, -1);
        int end = asm.emit(Op.JUMP_ZERO, ROUNDS, 0, 0);
        asm.emit(Op.JUMP, 0, 0, round);
        asm.land(end);
        asm.emit(Op.HALT, 0, 0, 0);
        return asm.code.toArray(new Instruction[0]);
    }

    static long run(Instruction[] code) {
        long[] registers = new long[16], memory = new long[256], stack = new long[256];
        int top = 0, at = 0;
        while (true) {
            Instruction instruction = code[at];
            int a = instruction.a, b = instruction.b, c = instruction.c;
            at++;
            switch (instruction.op) {
                case CONST -> registers[a] = b;
                case MOVE -> registers[a] = registers[b];
                case ADD -> registers[a] = registers[b] + registers[c];
                case MUL -> registers[a] = registers[b] * registers[c];
                case DIV -> registers[a] = registers[b] / registers[c];
                case MOD -> registers[a] = registers[b] % registers[c];
                case ADD_CONST -> registers[a] = registers[b] + c;
                case LOAD -> registers[a] = memory[(int) registers[b]];
                case STORE -> memory[(int) registers[b]] = registers[a];
                case JUMP -> at = c;
                case JUMP_ZERO -> {
                    if (registers[a] == 0) at = c;
                }
                case JUMP_LESS -> {
                    if (registers[a] < registers[b]) at = c;
                }
                case JUMP_EQUAL -> {
                    if (registers[a] == registers[b]) at = c;
                }
                case PUSH -> stack[top++] = registers[a];
                case POP -> registers[a] = stack[--top];
                case CALL -> {
                    stack[top++] = at;
                    at = c;
                }
                case RETURN -> at = (int) stack[--top];
                case HALT -> {
                    return registers[SUM];
                }
            }
        }
    }

    public static void main(String[] args) {
        System.out.println(run(assemble(Integer.parseInt(args[0]))));
    }
}

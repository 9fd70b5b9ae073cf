#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum op {
    CONST,
    MOVE,
    ADD,
    MUL,
    DIV,
    MOD,
    ADD_CONST,
    LOAD,
    STORE,
    JUMP,
    JUMP_ZERO,
    JUMP_LESS,
    JUMP_EQUAL,
    PUSH,
    POP,
    CALL,
    RETURN,
    HALT
};

struct instruction {
    enum op op;
    int64_t a, b, c;
};

struct assembler {
    struct instruction code[100];
    int64_t length;
};

/// Where the instruction went.
static int64_t emit(struct assembler *as, enum op op, int64_t a, int64_t b, int64_t c) {
    as->code[as->length] = (struct instruction){op, a, b, c};
    return as->length++;
}

/// Has the jump at `index` go to what comes next.
static void land(struct assembler *as, int64_t index) {
    as->code[index].c = as->length;
}

enum registers { SUM, ROUNDS, ZERO, ONE, TWO, THREE, N, I, J, T, LIMIT, MODULUS, ARGUMENT, RESULT };

/// A function: the Fibonacci number of its argument. Gives its address.
static int64_t assemble_function(struct assembler *as) {
    int64_t entry = as->length;
    int64_t base = emit(as, JUMP_LESS, ARGUMENT, TWO, 0);
    emit(as, PUSH, ARGUMENT, 0, 0);
    emit(as, ADD_CONST, ARGUMENT, ARGUMENT, -1);
    emit(as, CALL, 0, 0, entry);
    emit(as, POP, ARGUMENT, 0, 0);
    emit(as, PUSH, RESULT, 0, 0);
    emit(as, ADD_CONST, ARGUMENT, ARGUMENT, -2);
    emit(as, CALL, 0, 0, entry);
    emit(as, POP, T, 0, 0);
    emit(as, ADD, RESULT, RESULT, T);
    emit(as, RETURN, 0, 0, 0);
    land(as, base);
    emit(as, MOVE, RESULT, ARGUMENT, 0);
    emit(as, RETURN, 0, 0, 0);
    return entry;
}

/// Adds the steps from the number of the round to 1.
static void assemble_sequence(struct assembler *as) {
    emit(as, MOVE, N, ROUNDS, 0);
    int64_t step = as->length;
    int64_t done = emit(as, JUMP_EQUAL, N, ONE, 0);
    emit(as, MOD, T, N, TWO);
    int64_t even = emit(as, JUMP_ZERO, T, 0, 0);
    emit(as, MUL, N, N, THREE);
    emit(as, ADD_CONST, N, N, 1);
    int64_t next = emit(as, JUMP, 0, 0, 0);
    land(as, even);
    emit(as, DIV, N, N, TWO);
    land(as, next);
    emit(as, ADD_CONST, SUM, SUM, 1);
    emit(as, JUMP, 0, 0, step);
    land(as, done);
}

/// Adds the primes below the limit.
static void assemble_sieve(struct assembler *as) {
    emit(as, CONST, I, 0, 0);
    int64_t clear = as->length;
    emit(as, STORE, ONE, I, 0);
    emit(as, ADD_CONST, I, I, 1);
    emit(as, JUMP_LESS, I, LIMIT, clear);
    emit(as, CONST, I, 2, 0);
    int64_t outer = as->length;
    emit(as, LOAD, T, I, 0);
    int64_t composite = emit(as, JUMP_ZERO, T, 0, 0);
    emit(as, ADD, SUM, SUM, I);
    emit(as, ADD, J, I, I);
    int64_t inner = as->length;
    int64_t mark = emit(as, JUMP_LESS, J, LIMIT, 0);
    int64_t leave = emit(as, JUMP, 0, 0, 0);
    land(as, mark);
    emit(as, STORE, ZERO, J, 0);
    emit(as, ADD, J, J, I);
    emit(as, JUMP, 0, 0, inner);
    land(as, composite);
    land(as, leave);
    emit(as, ADD_CONST, I, I, 1);
    emit(as, JUMP_LESS, I, LIMIT, outer);
}

static void assemble(struct assembler *as, int64_t rounds) {
    const int64_t constants[][2] = {{ROUNDS, rounds}, {ONE, 1},     {TWO, 2},
                                    {THREE, 3},       {LIMIT, 256}, {MODULUS, 1000003}};
    int64_t start = emit(as, JUMP, 0, 0, 0);
    int64_t entry = assemble_function(as);
    land(as, start);
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        emit(as, CONST, constants[i][0], constants[i][1], 0);
    int64_t round = as->length;
    assemble_sequence(as);
    assemble_sieve(as);
    emit(as, CONST, ARGUMENT, 12, 0);
    emit(as, CALL, 0, 0, entry);
    emit(as, ADD, SUM, SUM, RESULT);
    emit(as, MOD, SUM, SUM, MODULUS);
    emit(as, ADD_CONST, ROUNDS, ROUNDS, -1);
    int64_t end = emit(as, JUMP_ZERO, ROUNDS, 0, 0);
    emit(as, JUMP, 0, 0, round);
    land(as, end);
    emit(as, HALT, 0, 0, 0);
}

static int64_t run(const struct instruction *code) {
    int64_t registers[16] = {0}, memory[256] = {0}, stack[256] = {0};
    int64_t top = 0, at = 0;
    for (;;) {
        const struct instruction *instruction = &code[at++];
        int64_t a = instruction->a, b = instruction->b, c = instruction->c;
        switch (instruction->op) {
        case CONST: registers[a] = b; break;
        case MOVE: registers[a] = registers[b]; break;
        case ADD: registers[a] = registers[b] + registers[c]; break;
        case MUL: registers[a] = registers[b] * registers[c]; break;
        case DIV: registers[a] = registers[b] / registers[c]; break;
        case MOD: registers[a] = registers[b] % registers[c]; break;
        case ADD_CONST: registers[a] = registers[b] + c; break;
        case LOAD: registers[a] = memory[registers[b]]; break;
        case STORE: memory[registers[b]] = registers[a]; break;
        case JUMP: at = c; break;
        case JUMP_ZERO:
            if (registers[a] == 0)
                at = c;
            break;
        case JUMP_LESS:
            if (registers[a] < registers[b])
                at = c;
            break;
        case JUMP_EQUAL:
            if (registers[a] == registers[b])
                at = c;
            break;
        case PUSH: stack[top++] = registers[a]; break;
        case POP: registers[a] = stack[--top]; break;
        case CALL:
            stack[top++] = at;
            at = c;
            break;
        case RETURN: at = stack[--top]; break;
        case HALT: return registers[SUM];
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    struct assembler as = {0};
    assemble(&as, atoll(argv[1]));
    printf("%" PRId64 "\n", run(as.code));
    return 0;
}

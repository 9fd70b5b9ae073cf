-- Addresses and registers count from 1; those of the memory from 0.
local floor = math.floor
local CONST, MOVE, ADD, MUL, DIV, MOD, ADD_CONST, LOAD, STORE, JUMP, JUMP_ZERO, JUMP_LESS, JUMP_EQUAL, PUSH, POP,
    CALL, RETURN, HALT = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
local SUM, ROUNDS, ZERO, ONE, TWO, THREE, N, I, J, T, LIMIT, MODULUS, ARGUMENT, RESULT = 1, 2, 3, 4, 5, 6, 7, 8, 9,
    10, 11, 12, 13, 14

local Assembler = {}
Assembler.__index = Assembler

-- Where the instruction went.
function Assembler:emit(op, a, b, c)
    self.code[#self.code + 1] = {op = op, a = a or 0, b = b or 0, c = c or 0}
    return #self.code
end

-- Has the jump at `index` go to what comes next.
function Assembler:land(index)
    self.code[index].c = #self.code + 1
end

-- A function: the Fibonacci number of its argument. Gives its address.
local function assemble_function(asm)
    local entry = #asm.code + 1
    local base = asm:emit(JUMP_LESS, ARGUMENT, TWO)
    asm:emit(PUSH, ARGUMENT)
    asm:emit(ADD_CONST, ARGUMENT, ARGUMENT, -1)
    asm:emit(CALL, 0, 0, entry)
    asm:emit(POP, ARGUMENT)
    asm:emit(PUSH, RESULT)
    asm:emit(ADD_CONST, ARGUMENT, ARGUMENT, -2)
    asm:emit(CALL, 0, 0, entry)
    asm:emit(POP, T)
    asm:emit(ADD, RESULT, RESULT, T)
    asm:emit(RETURN)
    asm:land(base)
    asm:emit(MOVE, RESULT, ARGUMENT)
    asm:emit(RETURN)
    return entry
end

-- Adds the steps from the number of the round to 1.
local function assemble_sequence(asm)
    asm:emit(MOVE, N, ROUNDS)
    local step = #asm.code + 1
    local done = asm:emit(JUMP_EQUAL, N, ONE)
    asm:emit(MOD, T, N, TWO)
    local even = asm:emit(JUMP_ZERO, T)
    asm:emit(MUL, N, N, THREE)
    asm:emit(ADD_CONST, N, N, 1)
    local next = asm:emit(JUMP)
    asm:land(even)
    asm:emit(DIV, N, N, TWO)
    asm:land(next)
    asm:emit(ADD_CONST, SUM, SUM, 1)
    asm:emit(JUMP, 0, 0, step)
    asm:land(done)
end

-- Adds the primes below the limit.
local function assemble_sieve(asm)
    asm:emit(CONST, I)
    local clear = #asm.code + 1
    asm:emit(STORE, ONE, I)
    asm:emit(ADD_CONST, I, I, 1)
    asm:emit(JUMP_LESS, I, LIMIT, clear)
    asm:emit(CONST, I, 2)
    local outer = #asm.code + 1
    asm:emit(LOAD, T, I)
    local composite = asm:emit(JUMP_ZERO, T)
    asm:emit(ADD, SUM, SUM, I)
    asm:emit(ADD, J, I, I)
    local inner = #asm.code + 1
    local mark = asm:emit(JUMP_LESS, J, LIMIT)
    local leave = asm:emit(JUMP)
    asm:land(mark)
    asm:emit(STORE, ZERO, J)
    asm:emit(ADD, J, J, I)
    asm:emit(JUMP, 0, 0, inner)
    asm:land(composite)
    asm:land(leave)
    asm:emit(ADD_CONST, I, I, 1)
    asm:emit(JUMP_LESS, I, LIMIT, outer)
end

local function assemble(rounds)
    local asm = setmetatable({code = {}}, Assembler)
    local start = asm:emit(JUMP)
    local entry = assemble_function(asm)
    asm:land(start)
    for _, constant in ipairs({{ROUNDS, rounds}, {ONE, 1}, {TWO, 2}, {THREE, 3}, {LIMIT, 256}, {MODULUS, 1000003}}) do
        asm:emit(CONST, constant[1], constant[2])
    end
    local round = #asm.code + 1
    assemble_sequence(asm)
    assemble_sieve(asm)
    asm:emit(CONST, ARGUMENT, 12)
    asm:emit(CALL, 0, 0, entry)
    asm:emit(ADD, SUM, SUM, RESULT)
    asm:emit(MOD, SUM, SUM, MODULUS)
    asm:emit(ADD_CONST, ROUNDS, ROUNDS, -1)
    local finish = asm:emit(JUMP_ZERO, ROUNDS)
    asm:emit(JUMP, 0, 0, round)
    asm:land(finish)
    asm:emit(HALT)
    return asm.code
end

local function run(code)
    local registers, memory, stack = {}, {}, {}
    for i = 1, 16 do registers[i] = 0 end
    for i = 0, 255 do memory[i] = 0 end
    local top = 0
    local at = 1
    while true do
        local instruction = code[at]
        local op, a, b, c = instruction.op, instruction.a, instruction.b, instruction.c
        at = at + 1
        if op == CONST then
            registers[a] = b
        elseif op == MOVE then
            registers[a] = registers[b]
        elseif op == ADD then
            registers[a] = registers[b] + registers[c]
        elseif op == MUL then
            registers[a] = registers[b] * registers[c]
        elseif op == DIV then
            registers[a] = floor(registers[b] / registers[c])
        elseif op == MOD then
            registers[a] = registers[b] % registers[c]
        elseif op == ADD_CONST then
            registers[a] = registers[b] + c
        elseif op == LOAD then
            registers[a] = memory[registers[b]]
        elseif op == STORE then
            memory[registers[b]] = registers[a]
        elseif op == JUMP then
            at = c
        elseif op == JUMP_ZERO then
            if registers[a] == 0 then at = c end
        elseif op == JUMP_LESS then
            if registers[a] < registers[b] then at = c end
        elseif op == JUMP_EQUAL then
            if registers[a] == registers[b] then at = c end
        elseif op == PUSH then
            top = top + 1
            stack[top] = registers[a]
        elseif op == POP then
            registers[a] = stack[top]
            top = top - 1
        elseif op == CALL then
            top = top + 1
            stack[top] = at
            at = c
        elseif op == RETURN then
            at = stack[top]
            top = top - 1
        elseif op == HALT then
            return registers[SUM]
        end
    end
end

print(string.format("%d", run(assemble(tonumber(arg[1])))))

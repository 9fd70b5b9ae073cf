-- LuaJIT has its bit operations in a library, Lua 5.4 in its syntax, which LuaJIT cannot read: each has a `compress` of
-- its own, that of Lua 5.4 in a string.
local ROUND_CONSTANTS = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}

local compress
if jit then
    local bit = require("bit")
    local band, bor, bxor, bnot, ror = bit.band, bit.bor, bit.bxor, bit.bnot, bit.ror
    local lshift, rshift, tobit = bit.lshift, bit.rshift, bit.tobit
    function compress(k, state, message, at, w)
        for i = 1, 16 do
            local j = at + 4 * i - 3
            w[i] = bor(lshift(message[j], 24), lshift(message[j + 1], 16), lshift(message[j + 2], 8), message[j + 3])
        end
        for i = 17, 64 do
            local x, y = w[i - 15], w[i - 2]
            local s0 = bxor(ror(x, 7), ror(x, 18), rshift(x, 3))
            local s1 = bxor(ror(y, 17), ror(y, 19), rshift(y, 10))
            w[i] = tobit(w[i - 16] + s0 + w[i - 7] + s1)
        end
        local a, b, c, d, e, f, g, h = unpack(state)
        for i = 1, 64 do
            local s1 = bxor(ror(e, 6), ror(e, 11), ror(e, 25))
            local choice = bxor(band(e, f), band(bnot(e), g))
            local t1 = h + s1 + choice + k[i] + w[i]
            local s0 = bxor(ror(a, 2), ror(a, 13), ror(a, 22))
            local majority = bxor(band(a, b), band(a, c), band(b, c))
            local t2 = s0 + majority
            h, g, f, e, d, c, b, a = g, f, e, tobit(d + t1), c, b, a, tobit(t1 + t2)
        end
        state[1], state[2] = tobit(state[1] + a), tobit(state[2] + b)
        state[3], state[4] = tobit(state[3] + c), tobit(state[4] + d)
        state[5], state[6] = tobit(state[5] + e), tobit(state[6] + f)
        state[7], state[8] = tobit(state[7] + g), tobit(state[8] + h)
    end
else
    compress = load([[
        return function(k, state, message, at, w)
            for i = 1, 16 do
                local j = at + 4 * i - 3
                w[i] = message[j] << 24 | message[j + 1] << 16 | message[j + 2] << 8 | message[j + 3]
            end
            for i = 17, 64 do
                local x, y = w[i - 15], w[i - 2]
                local s0 = (x >> 7 | x << 25) ~ (x >> 18 | x << 14) ~ x >> 3
                local s1 = (y >> 17 | y << 15) ~ (y >> 19 | y << 13) ~ y >> 10
                w[i] = w[i - 16] + s0 + w[i - 7] + s1 & 0xffffffff
            end
            local a, b, c, d, e, f, g, h = table.unpack(state)
            for i = 1, 64 do
                local s1 = (e >> 6 | e << 26) ~ (e >> 11 | e << 21) ~ (e >> 25 | e << 7)
                local choice = e & f ~ ~e & g
                local t1 = h + s1 + choice + k[i] + w[i]
                local s0 = (a >> 2 | a << 30) ~ (a >> 13 | a << 19) ~ (a >> 22 | a << 10)
                local majority = a & b ~ a & c ~ b & c
                local t2 = s0 + majority
                h, g, f, e, d, c, b, a = g, f, e, d + t1 & 0xffffffff, c, b, a, t1 + t2 & 0xffffffff
            end
            state[1], state[2] = state[1] + a & 0xffffffff, state[2] + b & 0xffffffff
            state[3], state[4] = state[3] + c & 0xffffffff, state[4] + d & 0xffffffff
            state[5], state[6] = state[5] + e & 0xffffffff, state[6] + f & 0xffffffff
            state[7], state[8] = state[7] + g & 0xffffffff, state[8] + h & 0xffffffff
        end
    ]])()
end

-- The message, a one bit, zeros, and the length in bits: whole blocks of 64 bytes.
local function padded(message)
    local result = {}
    for i = 1, #message do result[i] = message[i] end
    local size = math.floor((#message + 8) / 64) * 64 + 64
    result[#message + 1] = 0x80
    for i = #message + 2, size do result[i] = 0 end
    local bits = #message * 8
    for i = 0, 7 do
        result[size - i] = bits % 256
        bits = math.floor(bits / 256)
    end
    return result
end

local function sha256(message)
    local state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
    local blocks = padded(message)
    local w = {}
    for at = 0, #blocks - 1, 64 do compress(ROUND_CONSTANTS, state, blocks, at, w) end
    local words = {}
    for i = 1, 8 do words[i] = string.format("%08x", state[i] % 2 ^ 32) end
    return table.concat(words)
end

local message = {}
for i = 0, tonumber(arg[1]) - 1 do message[i + 1] = (i * 7 + math.floor(i / 256)) % 256 end
for round = 0, tonumber(arg[2]) - 1 do
    message[1] = round % 256
    print(sha256(message))
end

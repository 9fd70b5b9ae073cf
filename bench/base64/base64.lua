-- The bits are moved by arithmetic: the operators of Lua 5.4 are none of LuaJIT's.
local floor = math.floor
local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local EQUALS = 61

local characters, values = {}, {}
for i = 0, 63 do
    local character = ALPHABET:byte(i + 1)
    characters[i] = character
    values[character] = i
end
values[EQUALS] = 0

local function encode(data)
    local text = {}
    local whole = floor(#data / 3) * 3
    local out = 1
    for at = 1, whole, 3 do
        local bits = data[at] * 65536 + data[at + 1] * 256 + data[at + 2]
        text[out] = characters[floor(bits / 262144)]
        text[out + 1] = characters[floor(bits / 4096) % 64]
        text[out + 2] = characters[floor(bits / 64) % 64]
        text[out + 3] = characters[bits % 64]
        out = out + 4
    end
    if whole < #data then
        local second = data[whole + 2]
        local bits = data[whole + 1] * 65536 + (second or 0) * 256
        text[out] = characters[floor(bits / 262144)]
        text[out + 1] = characters[floor(bits / 4096) % 64]
        text[out + 2] = second and characters[floor(bits / 64) % 64] or EQUALS
        text[out + 3] = EQUALS
    end
    return text
end

-- The bytes that a text, which is not empty, stands for.
local function decode(text)
    local padding = text[#text] ~= EQUALS and 0 or text[#text - 1] ~= EQUALS and 1 or 2
    local length = #text / 4 * 3 - padding
    local data = {}
    local at = 1
    for out = 1, length, 3 do
        local bits = values[text[at]] * 262144 + values[text[at + 1]] * 4096 + values[text[at + 2]] * 64
            + values[text[at + 3]]
        data[out] = floor(bits / 65536)
        if out + 1 <= length then data[out + 1] = floor(bits / 256) % 256 end
        if out + 2 <= length then data[out + 2] = bits % 256 end
        at = at + 4
    end
    return data
end

local function checksum(bytes)
    local sum = 0
    for i = 1, #bytes, 61 do sum = (sum * 31 + bytes[i]) % 65521 end
    return sum
end

local length, rounds = tonumber(arg[1]), tonumber(arg[2])
for round = 0, rounds - 1 do
    local data = {}
    for i = 0, length + round % 3 - 1 do data[i + 1] = (i * 7 + floor(i / 256) + round) % 256 end
    local text = encode(data)
    local back = decode(text)
    print(string.format("%d %d %d %d", #text, checksum(text), #back, checksum(back)))
end

local floor, min = math.floor, math.min

local function generate(length, seed)
    local text = {}
    for i = 1, length do
        seed = (seed * 3877 + 29573) % 139968
        text[i] = 97 + floor(seed * 4 / 139968)
    end
    return text
end

local function distance(a, b)
    local above, row = {}, {}
    for j = 0, #b do above[j] = j end
    for i = 1, #a do
        row[0] = i
        for j = 1, #b do
            local replaced = above[j - 1] + (a[i] == b[j] and 0 or 1)
            row[j] = min(replaced, above[j] + 1, row[j - 1] + 1)
        end
        above, row = row, above
    end
    return above[#b]
end

local length, pairs = tonumber(arg[1]), tonumber(arg[2])
local sum = 0
for pair = 0, pairs - 1 do
    sum = sum + distance(generate(length, pair), generate(length + pair % 7, pair + 1000))
end
print(string.format("%d", sum))

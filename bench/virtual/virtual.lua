local Square, Rectangle, Slab = {}, {}, {}
Square.__index, Rectangle.__index, Slab.__index = Square, Rectangle, Slab

function Square:area(round) return self.side * self.side + round end
function Rectangle:area(round) return self.width * self.height + round end
function Slab:area(round) return self.length * 3 - round end

local function shapes(count)
    local result = {}
    local seed = 42
    for i = 1, count do
        seed = (seed * 1103 + 12345) % 65536
        local size = seed % 100
        local kind = math.floor(seed / 128) % 3
        if kind == 0 then result[i] = setmetatable({side = size}, Square)
        elseif kind == 1 then result[i] = setmetatable({width = size, height = size + 1}, Rectangle)
        else result[i] = setmetatable({length = size}, Slab) end
    end
    return result
end

local function total(list, rounds)
    local sum = 0
    for round = 0, rounds - 1 do
        for i = 1, #list do sum = sum + list[i]:area(round) end
    end
    return sum
end

print(string.format("%d", total(shapes(1000), tonumber(arg[1]))))

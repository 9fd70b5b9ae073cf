-- Lua has no map, filter and fold: here they are, of lists.
local floor, abs = math.floor, math.abs
local MODULUS = 1000003

local function map(list, f)
    local result = {}
    for i = 1, #list do result[i] = f(list[i]) end
    return result
end

local function filter(list, f)
    local result, length = {}, 0
    for i = 1, #list do
        local x = list[i]
        if f(x) then
            length = length + 1
            result[length] = x
        end
    end
    return result
end

local function fold(list, initial, f)
    local sum = initial
    for i = 1, #list do sum = f(sum, list[i]) end
    return sum
end

local function range_map(count, f)
    local result = {}
    for i = 0, count - 1 do result[i + 1] = f(i) end
    return result
end

local function halves(numbers, round)
    local tripled = map(numbers, function(x) return x * 3 + round end)
    local halved = map(filter(tripled, function(x) return x % 2 == 0 end), function(x) return x / 2 end)
    return fold(halved, 0, function(sum, x) return (sum + x) % MODULUS end)
end

local function squares(count, least)
    local all = range_map(count, function(i) return i * i % 1009 end)
    return fold(filter(all, function(x) return x >= least end), 0, function(sum, x) return sum + x end)
end

local function turnover(items, least)
    local some = filter(items, function(item) return item.quantity >= least end)
    local prices = map(some, function(item) return item.price * item.quantity end)
    return fold(prices, 0, function(sum, x) return sum + x end)
end

-- Sends each number through all the steps.
local function composed(numbers, steps)
    local sent = map(numbers, function(x)
        return fold(steps, x, function(value, step) return step(value) end)
    end)
    return fold(sent, 0, function(sum, x) return (sum + x) % MODULUS end)
end

local function around(numbers, center)
    local distances = map(numbers, function(x) return abs(x - center) end)
    local least = fold(distances, MODULUS, function(least, x) return x < least and x or least end)
    return least + fold(distances, 0, function(count, x) return x < 1000 and count + 1 or count end)
end

local count, rounds = tonumber(arg[1]), tonumber(arg[2])
local seed = 42
local numbers = range_map(count, function()
    seed = (seed * 3877 + 29573) % 139968
    return seed
end)
local items = map(numbers, function(x) return {price = x % 1000, quantity = floor(x / 1000)} end)
local half, square, sold, through, near = 0, 0, 0, 0, 0
for round = 0, rounds - 1 do
    local steps = {
        function(x) return x + round end,
        function(x) return x * 7 % MODULUS end,
        function(x) return x % 2 == 0 and x / 2 or x + 1 end,
    }
    half = half + halves(numbers, round)
    square = square + squares(count, round % 500)
    sold = sold + turnover(items, round % 100)
    through = through + composed(numbers, steps)
    near = near + around(numbers, round * 37 % 139968)
end
print(string.format("%d %d %d %d %d", half, square, sold, through, near))

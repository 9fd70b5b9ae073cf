local host = host

local Point = {}
Point.__index = Point

function Point.new(x, y)
    local self = setmetatable({}, Point)
    self.x = x
    self.y = y
    return self
end

function Point:length()
    return math.sqrt(self.x * self.x + self.y * self.y)
end

function add(a, b)
    return a + b
end

function callHost(count)
    local sum = 0
    for i = 0, count - 1 do
        sum = host.add(sum, i)
    end
    return sum
end

local function sieve(limit)
    local flags = {}
    for i = 0, limit do
        flags[i] = true
    end
    local count = 0
    for i = 2, limit do
        if flags[i] then
            count = count + 1
            local j = i * i
            while j <= limit do
                flags[j] = false
                j = j + i
            end
        end
    end
    return count
end

local function sort(list)
    for i = 2, #list do
        local value = list[i]
        local j = i - 1
        while j >= 1 and list[j] > value do
            list[j + 1] = list[j]
            j = j - 1
        end
        list[j + 1] = value
    end
end

local function search(list, value)
    local low, high = 1, #list
    while low <= high do
        local middle = math.floor((low + high) / 2)
        if list[middle] == value then
            return middle
        end
        if list[middle] < value then
            low = middle + 1
        else
            high = middle - 1
        end
    end
    return -1
end

local function words(text)
    local counts = {}
    for word in string.gmatch(text, "%a+") do
        counts[word] = (counts[word] or 0) + 1
    end
    return counts
end

local function gcd(a, b)
    if b == 0 then return a end
    return gcd(b, a % b)
end

function all()
    local list = {}
    local seed = 42
    for i = 1, 50 do
        seed = (seed * 1103515245 + 12345) % 2147483648
        list[#list + 1] = seed % 100
    end
    sort(list)
    local sum = sieve(100) + search(list, list[21]) + gcd(48, 36)
    for _, count in pairs(words("a b a c b a")) do
        sum = sum + count
    end
    local point = Point.new(3, 4)
    if point:length() > 4.9 then
        sum = sum + 1
    end
    return sum
end

total = all()

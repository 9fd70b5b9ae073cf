local function checksum(values)
    local sum = 0
    for i = 1, #values do sum = (sum * 31 + values[i]) % 1000003 end
    return string.format("%d", sum)
end

local count = tonumber(arg[1])
local numbers, people = {}, {}
local seed = 42
for i = 1, count do
    seed = (seed * 3877 + 29573) % 139968
    numbers[i] = seed
    seed = (seed * 3877 + 29573) % 139968
    people[i] = {id = i - 1, age = seed % 100}
end
table.sort(numbers, function(a, b) return a < b end)
print(checksum(numbers))
table.sort(numbers, function(a, b) return a > b end)
print(checksum(numbers))
table.sort(people, function(a, b)
    if a.age ~= b.age then return a.age > b.age end
    return a.id < b.id
end)
local ids = {}
for i = 1, count do ids[i] = people[i].id end
print(checksum(ids))

local function sieve(limit)
    local composite = {}
    for i = 1, limit do composite[i] = false end -- so that the table is an array
    local count = 0
    for i = 2, limit - 1 do
        if not composite[i] then
            count = count + 1
            for multiple = i + i, limit - 1, i do composite[multiple] = true end
        end
    end
    return count
end

local limit, rounds = tonumber(arg[1]), tonumber(arg[2])
local total = 0
for round = 0, rounds - 1 do total = total + sieve(limit - round) end
print(string.format("%d", total))

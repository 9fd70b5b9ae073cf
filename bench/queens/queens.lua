local function place(row, n, columns, rising, falling)
    if row > n then return 1 end
    local ways = 0
    for column = 1, n do
        if not columns[column] and not rising[row + column] and not falling[row - column + n] then
            columns[column] = true
            rising[row + column] = true
            falling[row - column + n] = true
            ways = ways + place(row + 1, n, columns, rising, falling)
            columns[column] = false
            rising[row + column] = false
            falling[row - column + n] = false
        end
    end
    return ways
end

local function flags(count)
    local result = {}
    for i = 1, count do result[i] = false end
    return result
end

local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for round = 1, rounds do print(string.format("%d", place(1, n, flags(n), flags(2 * n), flags(2 * n)))) end

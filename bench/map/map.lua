local function integers(draws)
    local counts = {}
    local seed = 42
    for draw = 1, draws do
        seed = (seed * 3877 + 29573) % 139968
        local key = seed * 1021
        counts[key] = (counts[key] or 0) + 1
    end
    local found = 0
    for i = 0, draws - 1 do found = found + (counts[i * 211 % 279936 * 1021] or 0) end
    local removed = 0
    for i = 0, 139967, 2 do
        if counts[i * 1021] then
            counts[i * 1021] = nil
            removed = removed + 1
        end
    end
    local length, sum = 0, 0
    for key, count in pairs(counts) do
        length = length + 1
        sum = sum + key % 1000 * count
    end
    print(string.format("%d %d %d %d", found, removed, length, sum))
end

local function words(draws)
    local pieces = {}
    local seed = 42
    for draw = 1, draws do
        seed = (seed * 3877 + 29573) % 139968
        pieces[draw] = "word" .. seed % 5000
    end
    local text = table.concat(pieces, " ")
    local counts = {}
    for word in text:gmatch("[^ ]+") do counts[word] = (counts[word] or 0) + 1 end
    local length = 0
    for _ in pairs(counts) do length = length + 1 end
    local sum = 0
    for i = 0, 9999 do sum = sum + i * (counts["word" .. i] or 0) end
    print(string.format("%d %d", length, sum))
end

integers(tonumber(arg[1]))
words(tonumber(arg[1]))

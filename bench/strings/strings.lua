local function build(lines)
    local cities = {"Bergen", "Galway", "Porto", "Split", "Riga"}
    local pieces = {}
    for i = 0, lines - 1 do
        pieces[#pieces + 1] = "item " .. i .. " costs " .. i * 7 % 1000 .. " in " .. cities[i % 5 + 1] .. "\n"
    end
    return table.concat(pieces)
end

local function occurrences(text, part)
    local count = 0
    local at = text:find(part, 1, true)
    while at do
        count = count + 1
        at = text:find(part, at + #part, true)
    end
    return count
end

for round = 1, tonumber(arg[2]) do
    local text = build(tonumber(arg[1])):gsub("costs", "is sold for")
    local turned = {}
    local words = 0
    for line in text:gmatch("[^\n]+") do
        local parts = {}
        for word in line:gmatch("[^ ]+") do parts[#parts + 1] = word end
        local count = #parts
        words = words + count
        for i = 1, math.floor(count / 2) do parts[i], parts[count + 1 - i] = parts[count + 1 - i], parts[i] end
        turned[#turned + 1] = table.concat(parts, "-")
    end
    local joined = table.concat(turned, ";"):upper()
    print(string.format("%d %d %d %d %s", #text, words, #joined, occurrences(joined, "FOR-SOLD"), joined:sub(-20)))
end

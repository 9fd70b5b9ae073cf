local floor = math.floor

local function generate(words)
    local starts = {"Ka", "Lo", "Mi", "Ren", "Tu", "Sa", "Vor", "Ne"}
    local syllables = {"ka", "lo", "mi", "ren", "tu", "sa", "vor", "ne"}
    local text = {}
    local seed = 42
    for i = 0, words - 1 do
        seed = (seed * 3877 + 29573) % 139968
        local a = seed
        seed = (seed * 3877 + 29573) % 139968
        local rest = floor(floor(a * seed / 139968) * 8192 / 139968)
        text[#text + 1] = (i % 12 == 0 and starts or syllables)[rest % 8 + 1]
        while rest >= 8 do
            rest = floor(rest / 8)
            text[#text + 1] = syllables[rest % 8 + 1]
        end
        text[#text + 1] = i % 12 == 11 and ".\n" or i % 12 == 5 and ", " or " "
    end
    return table.concat(text)
end

local function count(text)
    local counts, length = {}, 0
    for line in text:gmatch("[^\n]+") do
        for word in line:lower():gmatch("[^ .,]+") do
            local times = counts[word]
            if not times then length = length + 1 end
            counts[word] = (times or 0) + 1
        end
    end
    return counts, length
end

local text, rounds = generate(tonumber(arg[1])), tonumber(arg[2])
local total = 0
for round = 2, rounds do
    local _, length = count(text)
    total = total + length
end
local counts, length = count(text)
print(string.format("%d %d", #text, total + length))
local entries = {}
for word, times in pairs(counts) do entries[#entries + 1] = {word = word, times = times} end
table.sort(entries, function(a, b) return a.times > b.times or a.times == b.times and a.word < b.word end)
for i = 1, math.min(10, #entries) do print(string.format("%s %d", entries[i].word, entries[i].times)) end

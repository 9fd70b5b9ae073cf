-- A hand-written reader and writer of JSON: Lua has none. Objects remember the order of their members.
local null = {}
local escapes = {['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t"}
local byte, find, sub = string.byte, string.find, string.sub

local function fail(at) error("no JSON at " .. at) end

local function read_string(text, at)
    local stop = find(text, '["\\]', at + 1) or fail(at)
    if byte(text, stop) == 34 then return sub(text, at + 1, stop - 1), stop + 1 end
    local parts, from = {}, at + 1
    while byte(text, stop) == 92 do
        parts[#parts + 1] = sub(text, from, stop - 1)
        parts[#parts + 1] = escapes[sub(text, stop + 1, stop + 1)] or fail(stop)
        from = stop + 2
        stop = find(text, '["\\]', from) or fail(at)
    end
    parts[#parts + 1] = sub(text, from, stop - 1)
    return table.concat(parts), stop + 1
end

local read_value

local function read_array(text, at)
    local items, count = {}, 0
    at = find(text, "[^ \n]", at + 1)
    if byte(text, at) == 93 then return items, at + 1 end
    while true do
        count = count + 1
        items[count], at = read_value(text, at)
        at = find(text, "[^ \n]", at)
        local c = byte(text, at)
        if c == 93 then return items, at + 1 end
        if c ~= 44 then fail(at) end
        at = at + 1
    end
end

local function read_object(text, at)
    local names, values = {}, {}
    local object = {names = names, values = values}
    at = find(text, "[^ \n]", at + 1)
    if byte(text, at) == 125 then return object, at + 1 end
    while true do
        at = find(text, '"', at, true) or fail(at)
        local name
        name, at = read_string(text, at)
        at = find(text, ":", at, true) or fail(at)
        names[#names + 1] = name
        values[name], at = read_value(text, at + 1)
        at = find(text, "[^ \n]", at)
        local c = byte(text, at)
        if c == 125 then return object, at + 1 end
        if c ~= 44 then fail(at) end
        at = at + 1
    end
end

function read_value(text, at)
    at = find(text, "[^ \n]", at)
    local c = byte(text, at)
    if c == 34 then return read_string(text, at) end
    if c == 123 then return read_object(text, at) end
    if c == 91 then return read_array(text, at) end
    if c == 116 then return true, at + 4 end
    if c == 102 then return false, at + 5 end
    if c == 110 then return null, at + 4 end
    local _, stop = find(text, "^-?%d+%.?%d*[eE]?[+-]?%d*", at)
    return tonumber(sub(text, at, stop)), stop + 1
end

local quoted = {['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\b"] = "\\b",
    ["\f"] = "\\f"}
local function quote(text)
    return '"' .. text:gsub('[%c"\\]', function(c) return quoted[c] or string.format("\\u%04x", c:byte()) end) .. '"'
end

local function write(value, out)
    local kind = type(value)
    if kind == "string" then
        out[#out + 1] = quote(value)
    elseif kind == "number" then
        out[#out + 1] = value == math.floor(value) and string.format("%d", value) or tostring(value)
    elseif kind == "boolean" then
        out[#out + 1] = tostring(value)
    elseif value == null then
        out[#out + 1] = "null"
    elseif value.names then
        out[#out + 1] = "{"
        for i, name in ipairs(value.names) do
            out[#out + 1] = i > 1 and "," .. quote(name) .. ":" or quote(name) .. ":"
            write(value.values[name], out)
        end
        out[#out + 1] = "}"
    else
        out[#out + 1] = "["
        for i = 1, #value do
            if i > 1 then out[#out + 1] = "," end
            write(value[i], out)
        end
        out[#out + 1] = "]"
    end
end

local function build(records)
    local cities = {"Bergen", "Galway", "Porto", "Split", "Riga"}
    local parts = {}
    for i = 0, records - 1 do
        parts[#parts + 1] = '{"id": ' .. i .. ', "name": "user ' .. i .. '", "mail": "user' .. i
            .. '@example.org", "active": ' .. tostring(i % 3 == 0) .. ', "score": ' .. i % 997
            .. '.25, "tags": ["alpha", "beta \\"two\\"", "g' .. i % 7
            .. '"], "address": {"city": "' .. cities[i % 5 + 1] .. '", "street": "Line ' .. i % 89
            .. '\\nHouse 7", "place": [' .. i % 180 .. ".5, -" .. i % 90 .. '.125]}, "note": '
            .. (i % 4 == 0 and "null" or '"a longer text, as people write them"') .. "}"
    end
    return "[" .. table.concat(parts, ",\n") .. "]"
end

local text = build(tonumber(arg[1]))
for round = 0, tonumber(arg[2]) - 1 do
    local users = read_value(text, 1)
    local cities = {}
    local score, tags, north, notes = 0, 0, 0, 0
    for _, user in ipairs(users) do
        local values = user.values
        if values.active then score = score + values.score end
        tags = tags + #values.tags
        local address = values.address.values
        north = north + address.place[1]
        local city = address.city
        cities[city] = (cities[city] or 0) + 1
        if values.note ~= null then notes = notes + 1 end
        if values.rank == nil then user.names[#user.names + 1] = "rank" end
        values.rank = tags + round
    end
    local out = {}
    write(users, out)
    out = table.concat(out)
    print(string.format("%d %.2f %.1f %d %d %d %s", #out, score, north, tags, notes, cities.Porto, out:sub(-60)))
end

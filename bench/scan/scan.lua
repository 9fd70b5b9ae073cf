local byte = string.byte
local NEWLINE, SPACE, QUOTE, SLASH, ZERO, NINE = 10, 32, 34, 47, 48, 57

local function generate(lines)
    local names = {"total", "index", "width2", "row_count", "x", "position", "if", "buffer", "let", "sum"}
    local text = {}
    local seed = 42
    for line = 0, lines - 1 do
        seed = (seed * 3877 + 29573) % 139968
        local first = names[seed % 10 + 1]
        local second = names[math.floor(seed / 10) % 10 + 1]
        text[#text + 1] = "    " .. first .. " = " .. second .. "(" .. seed .. ", \"" .. first .. " " .. line .. "\")"
        text[#text + 1] = " + " .. line .. " * (" .. second .. " - 7) // " .. first .. " of " .. second .. "\n"
    end
    return table.concat(text)
end

local function is_letter(c)
    return c >= 97 and c <= 122 or c >= 65 and c <= 90 or c == 95
end

local function is_digit(c)
    return c >= ZERO and c <= NINE
end

local Scanner = {}
Scanner.__index = Scanner

local function new_scanner(text)
    return setmetatable({text = text, names = 0, keywords = 0, numbers = 0, strings = 0, comments = 0, others = 0,
        lines = 0, sum = 0, hash = 0}, Scanner)
end

-- Where the name that starts at `start` ends.
function Scanner:name(start)
    local at = start
    while is_letter(byte(self.text, at)) or is_digit(byte(self.text, at)) do
        self.hash = (self.hash * 31 + byte(self.text, at)) % 65521
        at = at + 1
    end
    local word = self.text:sub(start, at - 1)
    if word == "if" or word == "let" then self.keywords = self.keywords + 1 else self.names = self.names + 1 end
    return at
end

function Scanner:number(start)
    local at = start
    local value = 0
    while is_digit(byte(self.text, at)) do
        value = value * 10 + (byte(self.text, at) - ZERO)
        at = at + 1
    end
    self.numbers = self.numbers + 1
    self.sum = self.sum + value
    return at
end

function Scanner:scan()
    local at = 1
    while at <= #self.text do
        local c = byte(self.text, at)
        if is_letter(c) then
            at = self:name(at)
        elseif is_digit(c) then
            at = self:number(at)
        elseif c == QUOTE then
            at = at + 1
            while byte(self.text, at) ~= QUOTE do at = at + 1 end
            at = at + 1
            self.strings = self.strings + 1
        elseif c == SLASH and byte(self.text, at + 1) == SLASH then
            while byte(self.text, at) ~= NEWLINE do at = at + 1 end
            self.comments = self.comments + 1
        else
            if c == NEWLINE then self.lines = self.lines + 1 elseif c ~= SPACE then self.others = self.others + 1 end
            at = at + 1
        end
    end
end

local text = generate(tonumber(arg[1]))
for round = 1, tonumber(arg[2]) do
    local s = new_scanner(text)
    s:scan()
    print(string.format("%d %d %d %d %d %d %d %d %d", s.names, s.keywords, s.numbers, s.strings, s.comments, s.others,
        s.lines, s.sum, s.hash))
end

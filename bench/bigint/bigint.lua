-- The digits of pi by an unbounded spigot (Jeremy Gibbons, 2006): sum / denominator is the least that the rest may be,
-- (sum + part) / denominator the most. Natural numbers are lists of limbs, the least first, without zeros at the end.
local floor = math.floor
local base = 10000000

local function trimmed(a, length)
    while length > 0 and a[length] == 0 do
        a[length] = nil
        length = length - 1
    end
    return a
end

-- a * factor + b * weight; the factors are small
local function combined(a, factor, b, weight)
    local out, carry, length = {}, 0, #a
    if b and #b > length then length = #b end
    for i = 1, length do
        local sum = (a[i] or 0) * factor + carry
        if b then sum = sum + (b[i] or 0) * weight end
        carry = floor(sum / base)
        out[i] = sum - carry * base
    end
    while carry ~= 0 do
        length = length + 1
        local rest = floor(carry / base)
        out[length] = carry - rest * base
        carry = rest
    end
    return trimmed(out, length)
end

-- a - b * factor, or nil where that is negative
local function without(a, b, factor)
    local out, borrow, length = {}, 0, #a
    if #b > length then length = #b end
    for i = 1, length do
        local sum = (a[i] or 0) - (b[i] or 0) * factor + borrow
        borrow = floor(sum / base)
        out[i] = sum - borrow * base
    end
    if borrow < 0 then return nil end
    return trimmed(out, length)
end

local function less(a, b)
    if #a ~= #b then return #a < #b end
    for i = #a, 1, -1 do
        if a[i] ~= b[i] then return a[i] < b[i] end
    end
    return false
end

-- a / b, which is small: what the first limbs say, put right
local function quotient(a, b)
    local last = #b
    local high = 0
    for i = #a, last - 1, -1 do high = high * base + (a[i] or 0) end
    local guess = floor(high / (b[last] * base + (b[last - 1] or 0)))
    local rest = without(a, b, guess)
    while not rest do
        guess = guess - 1
        rest = without(a, b, guess)
    end
    while not less(rest, b) do
        guess = guess + 1
        rest = without(rest, b, 1)
    end
    return guess
end

local function digits(count)
    local part, sum, denominator, k = {1}, {3}, {1}, 0
    local out = {}
    while #out < count do
        k = k + 1
        local odd = 2 * k + 1
        sum = combined(sum, odd, part, k - 1)
        denominator = combined(denominator, odd)
        part = combined(part, k)
        if not less(sum, combined(part, 4)) then
            local digit = quotient(sum, denominator)
            if digit == quotient(combined(sum, 1, part, 1), denominator) then
                out[#out + 1] = string.format("%d", digit)
                sum = combined(without(sum, denominator, digit), 10)
                part = combined(part, 10)
            end
        end
    end
    return table.concat(out)
end

print(digits(tonumber(arg[1])))

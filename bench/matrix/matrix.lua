local function zeros(n)
    local rows = {}
    for i = 1, n do
        local row = {}
        for j = 1, n do row[j] = 0.0 end
        rows[i] = row
    end
    return rows
end

local function generate(n, seed)
    local rows = zeros(n)
    local scale = seed / n / n
    for i = 0, n - 1 do
        for j = 0, n - 1 do rows[i + 1][j + 1] = scale * ((i - j) * (i + j)) end
    end
    return rows
end

local function multiply(a, b)
    local n = #a
    local transposed = zeros(n)
    for i = 1, n do
        for j = 1, n do transposed[j][i] = b[i][j] end
    end
    local product = zeros(n)
    for i = 1, n do
        local row, out = a[i], product[i]
        for j = 1, n do
            local column = transposed[j]
            local sum = 0.0
            for k = 1, n do sum = sum + row[k] * column[k] end
            out[j] = sum
        end
    end
    return product
end

local function truncated(x)
    return string.format("%d", x < 0 and math.ceil(x) or math.floor(x))
end

local n = tonumber(arg[1])
local product = multiply(generate(n, 1.0), generate(n, 2.0))
local middle = math.floor(n / 2) + 1
print(truncated(product[middle][middle] * 1e6))
print(truncated(product[1][n] * 1e6))

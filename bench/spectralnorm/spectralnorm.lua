local function entry(i, j)
    return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1)
end

local function multiply(n, v, product)
    for i = 0, n - 1 do
        local sum = 0.0
        for j = 0, n - 1 do sum = sum + entry(i, j) * v[j + 1] end
        product[i + 1] = sum
    end
end

local function multiply_transposed(n, v, product)
    for i = 0, n - 1 do
        local sum = 0.0
        for j = 0, n - 1 do sum = sum + entry(j, i) * v[j + 1] end
        product[i + 1] = sum
    end
end

local function spectral_norm(n)
    local u, v, between = {}, {}, {}
    for i = 1, n do u[i], v[i], between[i] = 1.0, 0.0, 0.0 end
    for round = 1, 10 do
        multiply(n, u, between)
        multiply_transposed(n, between, v)
        multiply(n, v, between)
        multiply_transposed(n, between, u)
    end
    local uv, vv = 0.0, 0.0
    for i = 1, n do
        uv = uv + u[i] * v[i]
        vv = vv + v[i] * v[i]
    end
    return math.sqrt(uv / vv)
end

print(string.format("%.9f", spectral_norm(tonumber(arg[1]))))

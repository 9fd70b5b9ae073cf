local function mandelbrot(n)
    local checksum = 0
    for y = 0, n - 1 do
        local ci = 2.0 * y / n - 1.0
        local byte = 0
        for x = 0, n - 1 do
            local cr = 2.0 * x / n - 1.5
            local zr, zi, square_r, square_i = 0.0, 0.0, 0.0, 0.0
            local i = 0
            while i < 50 and square_r + square_i <= 4.0 do
                zi = 2.0 * zr * zi + ci
                zr = square_r - square_i + cr
                square_r = zr * zr
                square_i = zi * zi
                i = i + 1
            end
            byte = byte * 2
            if square_r + square_i <= 4.0 then byte = byte + 1 end
            if x % 8 == 7 then
                checksum = (checksum * 31 + byte) % 65521
                byte = 0
            end
        end
    end
    return checksum
end

print(string.format("%d", mandelbrot(tonumber(arg[1]))))

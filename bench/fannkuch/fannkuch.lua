local function fannkuch(n)
    local order, work, count = {}, {}, {}
    for i = 1, n do order[i], work[i], count[i] = i, 0, 0 end
    local checksum, most, index, r = 0, 0, 0, n
    while true do
        while r ~= 1 do
            count[r] = r
            r = r - 1
        end
        for i = 1, n do work[i] = order[i] end
        local flips = 0
        local first = work[1]
        while first ~= 1 do
            local low, high = 1, first
            while low < high do
                work[low], work[high] = work[high], work[low]
                low, high = low + 1, high - 1
            end
            flips = flips + 1
            first = work[1]
        end
        if flips > most then most = flips end
        checksum = checksum + (index % 2 == 0 and flips or -flips)
        while true do
            if r == n then return checksum, most end
            local front = order[1]
            for i = 1, r do order[i] = order[i + 1] end
            order[r + 1] = front
            count[r + 1] = count[r + 1] - 1
            if count[r + 1] > 0 then break end
            r = r + 1
        end
        index = index + 1
    end
end

local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for round = 1, rounds do print(string.format("%d %d", fannkuch(n))) end

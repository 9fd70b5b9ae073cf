local sqrt = math.sqrt
local Point = {}
Point.__index = Point

function Point:move(time)
    self.x = self.x + self.vx * time
    self.y = self.y + self.vy * time
    if self.x < 0.0 or self.x > 1.0 then self.vx = -self.vx end
    if self.y < 0.0 or self.y > 1.0 then self.vy = -self.vy end
end

local function distance(a, b)
    local dx = a.x - b.x
    local dy = a.y - b.y
    return sqrt(dx * dx + dy * dy)
end

local function simulate(count, steps)
    local points = {}
    local seed = 42
    for i = 1, count do
        seed = (seed * 3877 + 29573) % 139968
        local x = seed / 139968
        seed = (seed * 3877 + 29573) % 139968
        local y = seed / 139968
        points[i] = setmetatable({x = x, y = y, vx = y - 0.5, vy = 0.5 - x}, Point)
    end
    local total = 0.0
    for step = 1, steps do
        for i = 1, count do points[i]:move(0.01) end
        for i = 2, count do total = total + distance(points[i - 1], points[i]) end
    end
    return total / (count * steps)
end

print(string.format("%.9f", simulate(tonumber(arg[1]), tonumber(arg[2]))))

local floor, sqrt = math.floor, math.sqrt

local Vec = {}
Vec.__index = Vec

local function vec(x, y, z)
    return setmetatable({x = x, y = y, z = z}, Vec)
end

function Vec.__add(a, b)
    return vec(a.x + b.x, a.y + b.y, a.z + b.z)
end

function Vec.__sub(a, b)
    return vec(a.x - b.x, a.y - b.y, a.z - b.z)
end

function Vec.__mul(a, by)
    return vec(a.x * by, a.y * by, a.z * by)
end

function Vec:dot(other)
    return self.x * other.x + self.y * other.y + self.z * other.z
end

function Vec:unit()
    return self * (1.0 / sqrt(self:dot(self)))
end

local Ray = {}
Ray.__index = Ray

local function new_ray(origin, direction)
    return setmetatable({origin = origin, direction = direction}, Ray)
end

function Ray:at(distance)
    return self.origin + self.direction * distance
end

local function new_hit(point, normal, color, shine)
    return {point = point, normal = normal, color = color, shine = shine}
end

local Sphere = {}
Sphere.__index = Sphere

local function new_sphere(center, radius, color, shine)
    return setmetatable({center = center, radius = radius, color = color, shine = shine}, Sphere)
end

-- How far along the ray, whose direction is a unit vector, the sphere begins; nil if it is not hit.
function Sphere:distance(ray)
    local offset = ray.origin - self.center
    local half = offset:dot(ray.direction)
    local discriminant = half * half - offset:dot(offset) + self.radius * self.radius
    if discriminant < 0.0 then return nil end
    local root = sqrt(discriminant)
    if -half - root > 0.0001 then return -half - root end
    if -half + root > 0.0001 then return -half + root end
    return nil
end

local function power16(x)
    local x2 = x * x
    local x4 = x2 * x2
    local x8 = x4 * x4
    return x8 * x8
end

local function sky(direction)
    local height = 0.5 * (direction.y + 1.0)
    return vec(1.0, 1.0, 1.0) * (1.0 - height) + vec(0.5, 0.7, 1.0) * height
end

local function plane(point)
    local is_dark = (floor(point.x) + floor(point.z)) % 2 == 0
    local color = is_dark and vec(0.2, 0.2, 0.2) or vec(0.9, 0.9, 0.9)
    return new_hit(point, vec(0.0, 1.0, 0.0), color, 0.1)
end

local Scene = {}
Scene.__index = Scene

local function new_scene(count)
    local spheres = {}
    local seed = 42
    for i = 1, count do
        seed = (seed * 3877 + 29573) % 139968
        local x = seed / 139968
        seed = (seed * 3877 + 29573) % 139968
        local z = seed / 139968
        local radius = 0.3 + 0.4 * x * z
        local color = vec(0.4 + 0.6 * x, 0.4 + 0.6 * z, 0.7)
        spheres[i] = new_sphere(vec(x * 8.0 - 4.0, radius, z * 6.0), radius, color, 0.2 + 0.3 * z)
    end
    return setmetatable({light = vec(-5.0, 8.0, -5.0), spheres = spheres}, Scene)
end

function Scene:nearest(ray)
    local nearest
    local least = 1.0e30
    local spheres = self.spheres
    for i = 1, #spheres do
        local distance = spheres[i]:distance(ray)
        if distance and distance < least then
            least = distance
            nearest = spheres[i]
        end
    end
    if ray.direction.y < 0.0 then
        local distance = -ray.origin.y / ray.direction.y
        if distance > 0.0001 and distance < least then return plane(ray:at(distance)) end
    end
    if not nearest then return nil end
    local point = ray:at(least)
    return new_hit(point, (point - nearest.center) * (1.0 / nearest.radius), nearest.color, nearest.shine)
end

function Scene:is_shaded(ray, distance)
    local spheres = self.spheres
    for i = 1, #spheres do
        local other = spheres[i]:distance(ray)
        if other and other < distance then return true end
    end
    return false
end

-- The colour that comes along the ray, after at most so many reflections.
function Scene:trace(ray, reflections)
    local hit = self:nearest(ray)
    if not hit then return sky(ray.direction) end
    local to_light = self.light - hit.point
    local distance = sqrt(to_light:dot(to_light))
    local direction = to_light * (1.0 / distance)
    local mirrored = ray.direction - hit.normal * (2.0 * hit.normal:dot(ray.direction))
    local brightness, glare = 0.15, 0.0
    local slope = hit.normal:dot(direction)
    if slope > 0.0 and not self:is_shaded(new_ray(hit.point, direction), distance) then
        brightness = brightness + 0.85 * slope
        local along = mirrored:dot(direction)
        if along > 0.0 then glare = power16(along) end
    end
    local color = hit.color * brightness + vec(glare, glare, glare)
    if reflections == 0 then return color end
    local reflected = self:trace(new_ray(hit.point, mirrored), reflections - 1)
    return color * (1.0 - hit.shine) + reflected * hit.shine
end

local function level(brightness)
    return brightness > 1.0 and 255 or floor(brightness * 255.0)
end

local size = tonumber(arg[1])
local scene = new_scene(12)
local eye = vec(0.0, 2.0, -7.0)
local sum, hash = 0, 0
for row = 0, size - 1 do
    for column = 0, size - 1 do
        local x = (column + 0.5) / size - 0.5
        local y = 0.35 - (row + 0.5) / size
        local color = scene:trace(new_ray(eye, vec(x, y, 1.0):unit()), 3)
        local red, green, blue = level(color.x), level(color.y), level(color.z)
        sum = sum + red + green + blue
        hash = (hash * 31 + red * 65536 + green * 256 + blue) % 1000003
    end
end
print(string.format("%d %d", sum, hash))

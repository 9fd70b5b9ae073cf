-- Vectors are plain tables, which functions make and nobody changes.
local floor, sqrt = math.floor, math.sqrt

local function vec(x, y, z) return {x = x, y = y, z = z} end
local function add(a, b) return {x = a.x + b.x, y = a.y + b.y, z = a.z + b.z} end
local function subtract(a, b) return {x = a.x - b.x, y = a.y - b.y, z = a.z - b.z} end
local function scale(a, by) return {x = a.x * by, y = a.y * by, z = a.z * by} end
local function dot(a, b) return a.x * b.x + a.y * b.y + a.z * b.z end
local function unit(a) return scale(a, 1.0 / sqrt(dot(a, a))) end
local function ray_at(ray, distance) return add(ray.origin, scale(ray.direction, distance)) end

-- How far along the ray, whose direction is a unit vector, the sphere begins; nil if it is not hit.
local function sphere_distance(sphere, ray)
    local offset = subtract(ray.origin, sphere.center)
    local half = dot(offset, ray.direction)
    local discriminant = half * half - dot(offset, offset) + sphere.radius * sphere.radius
    if discriminant < 0.0 then return nil end
    local root = sqrt(discriminant)
    if -half - root > 0.0001 then return -half - root end
    if -half + root > 0.0001 then return -half + root end
    return nil
end

local function new_scene(count)
    local spheres = {}
    local seed = 42
    for i = 1, count do
        seed = (seed * 3877 + 29573) % 139968
        local x = seed / 139968
        seed = (seed * 3877 + 29573) % 139968
        local z = seed / 139968
        local radius = 0.3 + 0.4 * x * z
        local center, color = vec(x * 8.0 - 4.0, radius, z * 6.0), vec(0.4 + 0.6 * x, 0.4 + 0.6 * z, 0.7)
        spheres[i] = {center = center, radius = radius, color = color, shine = 0.2 + 0.3 * z}
    end
    return {light = vec(-5.0, 8.0, -5.0), spheres = spheres}
end

local function plane(point)
    local is_dark = (floor(point.x) + floor(point.z)) % 2 == 0
    local color = is_dark and vec(0.2, 0.2, 0.2) or vec(0.9, 0.9, 0.9)
    return {point = point, normal = vec(0.0, 1.0, 0.0), color = color, shine = 0.1}
end

local function nearest_hit(scene, ray)
    local nearest
    local least = 1.0e30
    local spheres = scene.spheres
    for i = 1, #spheres do
        local distance = sphere_distance(spheres[i], ray)
        if distance and distance < least then
            least = distance
            nearest = spheres[i]
        end
    end
    if ray.direction.y < 0.0 then
        local distance = -ray.origin.y / ray.direction.y
        if distance > 0.0001 and distance < least then return plane(ray_at(ray, distance)) end
    end
    if not nearest then return nil end
    local point = ray_at(ray, least)
    local normal = scale(subtract(point, nearest.center), 1.0 / nearest.radius)
    return {point = point, normal = normal, color = nearest.color, shine = nearest.shine}
end

local function is_shaded(scene, ray, distance)
    local spheres = scene.spheres
    for i = 1, #spheres do
        local other = sphere_distance(spheres[i], ray)
        if other and other < distance then return true end
    end
    return false
end

local function power16(x)
    local x2 = x * x
    local x4 = x2 * x2
    local x8 = x4 * x4
    return x8 * x8
end

local function sky(direction)
    local height = 0.5 * (direction.y + 1.0)
    return add(scale(vec(1.0, 1.0, 1.0), 1.0 - height), scale(vec(0.5, 0.7, 1.0), height))
end

-- The colour that comes along the ray, after at most so many reflections.
local function trace(scene, ray, reflections)
    local hit = nearest_hit(scene, ray)
    if not hit then return sky(ray.direction) end
    local to_light = subtract(scene.light, hit.point)
    local distance = sqrt(dot(to_light, to_light))
    local direction = scale(to_light, 1.0 / distance)
    local mirrored = subtract(ray.direction, scale(hit.normal, 2.0 * dot(hit.normal, ray.direction)))
    local brightness, glare = 0.15, 0.0
    local slope = dot(hit.normal, direction)
    if slope > 0.0 and not is_shaded(scene, {origin = hit.point, direction = direction}, distance) then
        brightness = brightness + 0.85 * slope
        local along = dot(mirrored, direction)
        if along > 0.0 then glare = power16(along) end
    end
    local color = add(scale(hit.color, brightness), vec(glare, glare, glare))
    if reflections == 0 then return color end
    local reflected = trace(scene, {origin = hit.point, direction = mirrored}, reflections - 1)
    return add(scale(color, 1.0 - hit.shine), scale(reflected, hit.shine))
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
        local color = trace(scene, {origin = eye, direction = unit(vec(x, y, 1.0))}, 3)
        local red, green, blue = level(color.x), level(color.y), level(color.z)
        sum = sum + red + green + blue
        hash = (hash * 31 + red * 65536 + green * 256 + blue) % 1000003
    end
end
print(string.format("%d %d", sum, hash))

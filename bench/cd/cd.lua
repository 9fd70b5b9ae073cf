local sin, cos, sqrt, floor = math.sin, math.cos, math.sqrt, math.floor
local MIN_X, MIN_Y, MIN_Z, MAX_X, MAX_Y, MAX_Z = 0.0, 0.0, 0.0, 1000.0, 1000.0, 10.0
local RADIUS, VOXEL_SIZE = 1.0, 2.0

local Voxel = {}
Voxel.__index = Voxel

local function new_voxel(x, y)
    return setmetatable({x = x, y = y}, Voxel)
end

function Voxel.compare(a, b)
    if a.x ~= b.x then return a.x < b.x and -1 or 1 end
    if a.y ~= b.y then return a.y < b.y and -1 or 1 end
    return 0
end

function Voxel:moved(x, y)
    return new_voxel(self.x + x, self.y + y)
end

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

-- ---- Red-black trees

local Tree = {}
Tree.__index = Tree

local function new_tree(compare)
    return setmetatable({compare = compare, root = nil}, Tree)
end

function Tree:get(key)
    local compare = self.compare
    local node = self.root
    while node do
        local order = compare(key, node.key)
        if order == 0 then return node.value end
        if order < 0 then node = node.left else node = node.right end
    end
    return nil
end

-- The value that the key had.
function Tree:put(key, value)
    local compare = self.compare
    local parent, node, order = nil, self.root, 0
    while node do
        order = compare(key, node.key)
        if order == 0 then
            local old = node.value
            node.value = value
            return old
        end
        parent = node
        if order < 0 then node = node.left else node = node.right end
    end
    node = {key = key, value = value, parent = parent, left = nil, right = nil, is_red = true}
    if not parent then self.root = node elseif order < 0 then parent.left = node else parent.right = node end
    self:balance(node)
    return nil
end

function Tree:balance(node)
    while node.parent and node.parent.is_red do
        local parent = node.parent
        local grandparent = parent.parent
        local on_left = parent == grandparent.left
        local uncle
        if on_left then uncle = grandparent.right else uncle = grandparent.left end
        if uncle and uncle.is_red then
            parent.is_red = false
            uncle.is_red = false
            grandparent.is_red = true
            node = grandparent
        else
            if on_left then
                if node == parent.right then
                    node = parent
                    self:rotate_left(node)
                end
                self:rotate_right(grandparent)
            else
                if node == parent.left then
                    node = parent
                    self:rotate_right(node)
                end
                self:rotate_left(grandparent)
            end
            node.parent.is_red = false
            grandparent.is_red = true
        end
    end
    self.root.is_red = false
end

function Tree:rotate_left(node)
    local up = node.right
    node.right = up.left
    if up.left then up.left.parent = node end
    self:replace(node, up)
    up.left = node
    node.parent = up
end

function Tree:rotate_right(node)
    local up = node.left
    node.left = up.right
    if up.right then up.right.parent = node end
    self:replace(node, up)
    up.right = node
    node.parent = up
end

-- Hangs another node where a node hangs.
function Tree:replace(node, by)
    local parent = node.parent
    by.parent = parent
    if not parent then self.root = by elseif node == parent.left then parent.left = by else parent.right = by end
end

local function visit(node, f)
    if not node then return end
    visit(node.left, f)
    f(node.value)
    visit(node.right, f)
end

-- Calls the function with all values, by order of their keys.
function Tree:for_each(f)
    visit(self.root, f)
end

-- ---- Aircraft

local function simulate(count, time)
    local frame = {}
    for i = 0, count - 1, 2 do
        frame[#frame + 1] = {id = i, position = vec(time, cos(time) * 2.0 + i * 3.0, 10.0)}
        frame[#frame + 1] = {id = i + 1, position = vec(time, sin(time) * 2.0 + i * 3.0, 10.0)}
    end
    return frame
end

local function is_near(voxel, at, reach)
    return voxel <= at + reach and at - reach <= voxel + VOXEL_SIZE
end

-- Whether the times have one in common with those from 0 to 1.
local function overlaps_unit(low, high)
    return low <= 1.0 and 1.0 <= high or low <= 0.0 and 0.0 <= high or 0.0 <= low and high <= 1.0
end

-- How an aircraft flew from one frame to the next.
local Motion = {}
Motion.__index = Motion

local function new_motion(id, from, to)
    return setmetatable({id = id, from = from, to = to}, Motion)
end

-- Where it met another that flew at the same time, both at a constant speed.
function Motion:meeting(other)
    local speed, other_speed = self.to - self.from, other.to - other.from
    local distance = other.from - self.from
    local relative = other_speed - speed
    local a = relative:dot(relative)
    if a == 0.0 then
        if sqrt(distance:dot(distance)) > RADIUS then return nil end
        return (self.from + other.from) * 0.5
    end
    local b = 2.0 * (self.from - other.from):dot(speed - other_speed)
    local c = -RADIUS * RADIUS + distance:dot(distance)
    local discriminant = b * b - 4.0 * a * c
    if discriminant < 0.0 then return nil end
    local start, finish = (-b - sqrt(discriminant)) / (2.0 * a), (-b + sqrt(discriminant)) / (2.0 * a)
    if not overlaps_unit(start, finish) then return nil end
    local time = start <= 0.0 and 0.0 or start
    local there = self.from + speed * time
    local point = (there + (other.from + other_speed * time)) * 0.5
    local inside = point.x >= MIN_X and point.x <= MAX_X and point.y >= MIN_Y and point.y <= MAX_Y
        and point.z >= MIN_Z and point.z <= MAX_Z
    return inside and point or nil
end

function Motion:touches(voxel)
    if voxel.x > MAX_X or voxel.x < MIN_X or voxel.y > MAX_Y or voxel.y < MIN_Y then return false end
    local from, to = self.from, self.to
    local reach = RADIUS / 2.0
    local speed_x, speed_y = to.x - from.x, to.y - from.y
    local low_x = (voxel.x - reach - from.x) / speed_x
    local high_x = (voxel.x + VOXEL_SIZE + reach - from.x) / speed_x
    if speed_x < 0.0 then low_x, high_x = high_x, low_x end
    local low_y = (voxel.y - reach - from.y) / speed_y
    local high_y = (voxel.y + VOXEL_SIZE + reach - from.y) / speed_y
    if speed_y < 0.0 then low_y, high_y = high_y, low_y end
    return (speed_x == 0.0 and is_near(voxel.x, from.x, reach) or overlaps_unit(low_x, high_x))
        and (speed_y == 0.0 and is_near(voxel.y, from.y, reach) or overlaps_unit(low_y, high_y))
        and (speed_x == 0.0 or speed_y == 0.0 or low_y <= high_x and high_x <= high_y
            or low_y <= low_x and low_x <= high_y or low_x <= low_y and high_y <= high_x)
end

local function grid_line(at)
    if at < 0.0 then return -VOXEL_SIZE * floor(-at / VOXEL_SIZE) - VOXEL_SIZE end
    return VOXEL_SIZE * floor(at / VOXEL_SIZE)
end

local function voxel_of(position)
    return new_voxel(grid_line(position.x), grid_line(position.y))
end

-- ---- Collisions

-- Notes the motion at the voxel and at those around it that it touches, unless it has been there.
local function enter(motion, voxel, voxels, seen)
    if not motion:touches(voxel) or seen:put(voxel, true) then return end
    local motions = voxels:get(voxel)
    if motions then motions[#motions + 1] = motion else voxels:put(voxel, {motion}) end
    enter(motion, voxel:moved(-VOXEL_SIZE, 0.0), voxels, seen)
    enter(motion, voxel:moved(VOXEL_SIZE, 0.0), voxels, seen)
    enter(motion, voxel:moved(0.0, -VOXEL_SIZE), voxels, seen)
    enter(motion, voxel:moved(0.0, VOXEL_SIZE), voxels, seen)
    enter(motion, voxel:moved(-VOXEL_SIZE, -VOXEL_SIZE), voxels, seen)
    enter(motion, voxel:moved(-VOXEL_SIZE, VOXEL_SIZE), voxels, seen)
    enter(motion, voxel:moved(VOXEL_SIZE, -VOXEL_SIZE), voxels, seen)
    enter(motion, voxel:moved(VOXEL_SIZE, VOXEL_SIZE), voxels, seen)
end

-- The motions that touch the same voxel, of each voxel that two touch.
local function together(motions)
    local voxels = new_tree(Voxel.compare)
    for _, motion in ipairs(motions) do enter(motion, voxel_of(motion.from), voxels, new_tree(Voxel.compare)) end
    local result = {}
    voxels:for_each(function(near)
        if #near > 1 then result[#result + 1] = near end
    end)
    return result
end

local Detector = {}
Detector.__index = Detector

local function new_detector()
    return setmetatable({positions = new_tree(function(a, b) return a - b end)}, Detector)
end

function Detector:detect(frame)
    local motions = {}
    for i, aircraft in ipairs(frame) do
        local old = self.positions:put(aircraft.id, aircraft.position)
        motions[i] = new_motion(aircraft.id, old or aircraft.position, aircraft.position)
    end
    local collisions = {}
    for _, near in ipairs(together(motions)) do
        for i = 1, #near do
            for j = i + 1, #near do
                local point = near[i]:meeting(near[j])
                if point then
                    collisions[#collisions + 1] = {first = near[i].id, second = near[j].id, point = point}
                end
            end
        end
    end
    return collisions
end

local detector = new_detector()
local count, frames = tonumber(arg[1]), tonumber(arg[2])
local collisions, sum = 0, 0
for frame = 0, frames - 1 do
    for _, collision in ipairs(detector:detect(simulate(count, frame / 10))) do
        collisions = collisions + 1
        sum = (sum * 31 + collision.first * 7 + collision.second) % 1000003
    end
end
print(string.format("%d %d", collisions, sum))

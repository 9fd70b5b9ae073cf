local floor = math.floor

local Stack = {}
Stack.__index = Stack

local function new_stack()
    return setmetatable({items = {}, length = 0}, Stack)
end

function Stack:push(item)
    self.length = self.length + 1
    self.items[self.length] = item
end

function Stack:pop()
    if self.length == 0 then return nil end
    local item = self.items[self.length]
    self.items[self.length] = nil
    self.length = self.length - 1
    return item
end

local Queue = {}
Queue.__index = Queue

local function new_queue()
    return setmetatable({items = {}, capacity = 4, head = 1, length = 0}, Queue)
end

function Queue:place(offset)
    local index = self.head + offset
    return index <= self.capacity and index or index - self.capacity
end

function Queue:push(item)
    if self.length == self.capacity then self:grow() end
    self.items[self:place(self.length)] = item
    self.length = self.length + 1
end

function Queue:pop()
    if self.length == 0 then return nil end
    local item = self.items[self.head]
    self.items[self.head] = false
    self.head = self:place(1)
    self.length = self.length - 1
    return item
end

function Queue:grow()
    local larger = {}
    for i = 0, self.length - 1 do larger[i + 1] = self.items[self:place(i)] end
    self.items = larger
    self.capacity = 2 * self.length
    self.head = 1
end

local Heap = {}
Heap.__index = Heap

local function new_heap(is_before)
    return setmetatable({items = {}, length = 0, is_before = is_before}, Heap)
end

function Heap:push(item)
    local items, is_before = self.items, self.is_before
    self.length = self.length + 1
    local index = self.length
    while index > 1 do
        local parent = floor(index / 2)
        if not is_before(item, items[parent]) then break end
        items[index] = items[parent]
        index = parent
    end
    items[index] = item
end

function Heap:pop()
    local items, is_before, length = self.items, self.is_before, self.length
    if length == 0 then return nil end
    local first, item = items[1], items[length]
    items[length] = nil
    length = length - 1
    self.length = length
    if length == 0 then return item end
    local index = 1
    while 2 * index <= length do
        local child = 2 * index
        if child < length and is_before(items[child + 1], items[child]) then child = child + 1 end
        if not is_before(items[child], item) then break end
        items[index] = items[child]
        index = child
    end
    items[index] = item
    return first
end

local seed = 42

-- A number below the limit, which is at most 139968.
local function next_number(limit)
    seed = (seed * 3877 + 29573) % 139968
    return floor(seed * limit / 139968)
end

local jobs, steps = tonumber(arg[1]), tonumber(arg[2])
local waiting = new_heap(function(a, b) return a.time < b.time or a.time == b.time and a.id < b.id end)
local queue, stack = new_queue(), new_stack()
for id = 0, jobs - 1 do
    local time = next_number(1000)
    waiting:push({time = time, id = id, load = next_number(100) / 100})
end
local clock, hash = 0, 0
for step = 1, steps do
    local first = waiting:pop()
    if first then
        clock = first.time
        if first.load > 0.5 then queue:push(first) else stack:push(first) end
    end
    if queue.length + stack.length > floor(jobs / 2) then
        for i = 1, 8 do
            local source = next_number(2) == 0 and queue or stack
            local job = source:pop()
            if job then
                local load = (job.load + next_number(100) / 100) / 2
                local time = clock + 1 + next_number(1000)
                waiting:push({time = time, id = job.id, load = load})
                hash = (hash * 31 + job.id + floor(load * 1000)) % 1000003
            end
        end
    end
end
print(string.format("%d %d", clock, hash))

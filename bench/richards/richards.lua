local IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = 1, 2, 3, 4, 5, 6
local DATA_SIZE = 4
local DEVICE, WORK = 0, 1

-- The operator of Lua 5.4, which LuaJIT cannot read, or the library of LuaJIT.
local xor = jit and require("bit").bxor or load("return function(a, b) return a ~ b end")()

local Packet = {}
Packet.__index = Packet

local function new_packet(link, id, kind)
    return setmetatable({link = link, id = id, kind = kind, datum = 0, data = {0, 0, 0, 0}}, Packet)
end

-- The queue with this packet at its end.
function Packet:add_to(queue)
    self.link = nil
    if not queue then return self end
    local last = queue
    while last.link do last = last.link end
    last.link = self
    return queue
end

local Task = {}
Task.__index = Task

local function new_task(class, scheduler, id, priority, queue, waiting)
    return setmetatable({scheduler = scheduler, id = id, priority = priority, queue = queue,
        packet_pending = queue ~= nil, waiting = waiting, holding = false}, class)
end

local function subclass()
    local class = {}
    for name, method in pairs(Task) do class[name] = method end
    class.__index = class
    return class
end

function Task:is_idle()
    return self.holding or self.waiting and not self.packet_pending
end

-- Runs the task with the packet that it waited for, if it did; gives the task to run next.
function Task:run()
    if self.waiting and self.packet_pending then
        local packet = self.queue
        self.queue = packet.link
        self.waiting = false
        self.packet_pending = self.queue ~= nil
        return self:process(packet)
    end
    return self:process(nil)
end

-- Takes a packet from the sender, and the processor too if this task is more urgent.
function Task:accept(packet, sender)
    if self.queue then
        packet:add_to(self.queue)
        return sender
    end
    self.queue = packet
    self.packet_pending = true
    return self.priority > sender.priority and self or sender
end

local IdleTask = subclass()

local function new_idle_task(scheduler, count)
    local task = new_task(IdleTask, scheduler, IDLE, 0, nil, false)
    task.seed = 1
    task.count = count
    return task
end

function IdleTask:process(packet)
    self.count = self.count - 1
    if self.count == 0 then return self.scheduler:hold() end
    local half = math.floor(self.seed / 2)
    if self.seed % 2 == 0 then
        self.seed = half
        return self.scheduler:release(DEVICE_A)
    end
    self.seed = xor(half, 0xd008)
    return self.scheduler:release(DEVICE_B)
end

local DeviceTask = subclass()

local function new_device_task(scheduler, id, priority)
    return new_task(DeviceTask, scheduler, id, priority, nil, true)
end

function DeviceTask:process(packet)
    if packet then
        self.pending = packet
        return self.scheduler:hold()
    end
    local pending = self.pending
    if not pending then return self.scheduler:wait() end
    self.pending = nil
    return self.scheduler:send(pending)
end

local WorkerTask = subclass()

local function new_worker_task(scheduler, priority, queue)
    local task = new_task(WorkerTask, scheduler, WORKER, priority, queue, true)
    task.handler = HANDLER_A
    task.letter = 0
    return task
end

function WorkerTask:process(packet)
    if not packet then return self.scheduler:wait() end
    self.handler = self.handler == HANDLER_A and HANDLER_B or HANDLER_A
    packet.id = self.handler
    packet.datum = 0
    for i = 1, DATA_SIZE do
        self.letter = self.letter + 1
        if self.letter > 26 then self.letter = 1 end
        packet.data[i] = self.letter
    end
    return self.scheduler:send(packet)
end

local HandlerTask = subclass()

local function new_handler_task(scheduler, id, priority, queue)
    return new_task(HandlerTask, scheduler, id, priority, queue, true)
end

function HandlerTask:process(packet)
    if packet then
        if packet.kind == WORK then self.work = packet:add_to(self.work)
        else self.device = packet:add_to(self.device) end
    end
    local work = self.work
    if work then
        local count = work.datum
        if count == DATA_SIZE then
            self.work = work.link
            return self.scheduler:send(work)
        end
        local device = self.device
        if device then
            self.device = device.link
            device.datum = work.data[count + 1]
            work.datum = count + 1
            return self.scheduler:send(device)
        end
    end
    return self.scheduler:wait()
end

local Scheduler = {}
Scheduler.__index = Scheduler

local function new_scheduler()
    return setmetatable({tasks = {}, sent = 0, held = 0}, Scheduler)
end

function Scheduler:add(task)
    task.next = self.list
    self.list = task
    self.tasks[task.id] = task
end

function Scheduler:run()
    self.current = self.list
    while self.current do
        local task = self.current
        if task:is_idle() then self.current = task.next else self.current = task:run() end
    end
end

-- What a task does to itself and others; each gives the task to run next.

function Scheduler:release(id)
    local task = self.tasks[id]
    task.holding = false
    return task.priority > self.current.priority and task or self.current
end

function Scheduler:hold()
    local task = self.current
    self.held = self.held + 1
    task.holding = true
    return task.next
end

function Scheduler:wait()
    self.current.waiting = true
    return self.current
end

function Scheduler:send(packet)
    local receiver = self.tasks[packet.id]
    local sender = self.current
    self.sent = self.sent + 1
    packet.link = nil
    packet.id = sender.id
    return receiver:accept(packet, sender)
end

local function packets(count, id, kind)
    local queue
    for i = 1, count do queue = new_packet(queue, id, kind) end
    return queue
end

for round = 1, tonumber(arg[1]) do
    local scheduler = new_scheduler()
    scheduler:add(new_idle_task(scheduler, 10000))
    scheduler:add(new_worker_task(scheduler, 1000, packets(2, WORKER, WORK)))
    scheduler:add(new_handler_task(scheduler, HANDLER_A, 2000, packets(3, DEVICE_A, DEVICE)))
    scheduler:add(new_handler_task(scheduler, HANDLER_B, 3000, packets(3, DEVICE_B, DEVICE)))
    scheduler:add(new_device_task(scheduler, DEVICE_A, 4000))
    scheduler:add(new_device_task(scheduler, DEVICE_B, 5000))
    scheduler:run()
    print(string.format("%d %d", scheduler.sent, scheduler.held))
end

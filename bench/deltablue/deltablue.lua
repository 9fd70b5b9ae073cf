-- DeltaBlue, an incremental solver of constraints with strengths (Freeman-Benson, Maloney, Borning, 1990): a chain of
-- equalities and a projection, whose ends are edited.
local REQUIRED, PREFERRED, STRONG_DEFAULT, NORMAL, WEAKEST = 0, 2, 3, 4, 6
local NONE, FORWARD, BACKWARD = 0, 1, 2
local max, floor, ceil = math.max, math.floor, math.ceil

local function class(super)
    local made = setmetatable({}, super)
    made.__index = made
    return made
end

local function push(list, item)
    list[#list + 1] = item
end

local function pop(list)
    local item = list[#list]
    list[#list] = nil
    return item
end

local function remove_from(list, item)
    local kept, length = 0, #list
    for i = 1, length do
        if list[i] ~= item then
            kept = kept + 1
            list[kept] = list[i]
        end
    end
    for i = kept + 1, length do list[i] = nil end
end

local Variable = class()

local function variable(value)
    return setmetatable({
        value = value, constraints = {}, determined_by = nil, mark = 0, walk_strength = WEAKEST, stay = true
    }, Variable)
end

local Constraint = class()

function Constraint:is_input()
    return false
end

function Constraint:add(planner)
    self:add_to_graph()
    planner:incremental_add(self)
end

function Constraint:destroy(planner)
    if self:is_satisfied() then planner:incremental_remove(self) else self:remove_from_graph() end
end

-- Satisfies the constraint if it can; the constraint that it overrides.
function Constraint:satisfy(mark, planner)
    self:choose_method(mark)
    if not self:is_satisfied() then
        if self.strength == REQUIRED then error("a required constraint cannot be satisfied") end
        return nil
    end
    self:mark_inputs(mark)
    local out = self:output()
    local overridden = out.determined_by
    if overridden then overridden:mark_unsatisfied() end
    out.determined_by = self
    if not planner:add_propagate(self, mark) then error("a cycle of constraints") end
    out.mark = mark
    return overridden
end

-- A constraint on one variable.
local Unary = class(Constraint)

local function unary(of, strength, editing)
    return setmetatable({strength = strength, variable = of, editing = editing, satisfied = false}, Unary)
end

function Unary:is_satisfied()
    return self.satisfied
end

function Unary:is_input()
    return self.editing
end

function Unary:output()
    return self.variable
end

function Unary:add_to_graph()
    push(self.variable.constraints, self)
    self.satisfied = false
end

function Unary:remove_from_graph()
    remove_from(self.variable.constraints, self)
    self.satisfied = false
end

function Unary:choose_method(mark)
    self.satisfied = self.variable.mark ~= mark and self.strength < self.variable.walk_strength
end

function Unary:mark_inputs() end

function Unary:inputs_known()
    return true
end

function Unary:mark_unsatisfied()
    self.satisfied = false
end

function Unary:recalculate()
    self.variable.walk_strength = self.strength
    self.variable.stay = not self.editing
end

function Unary:execute() end

-- An equality of two variables.
local Binary = class(Constraint)

local function binary(first, second, strength)
    return setmetatable({strength = strength, first = first, second = second, direction = NONE}, Binary)
end

function Binary:is_satisfied()
    return self.direction ~= NONE
end

function Binary:output()
    return self.direction == FORWARD and self.second or self.first
end

function Binary:input()
    return self.direction == FORWARD and self.first or self.second
end

function Binary:add_to_graph()
    push(self.first.constraints, self)
    push(self.second.constraints, self)
    self.direction = NONE
end

function Binary:remove_from_graph()
    remove_from(self.first.constraints, self)
    remove_from(self.second.constraints, self)
    self.direction = NONE
end

function Binary:choose_method(mark)
    local first, second = self.first, self.second
    if first.mark == mark then
        self.direction = second.mark ~= mark and self.strength < second.walk_strength and FORWARD or NONE
    elseif second.mark == mark then
        self.direction = self.strength < first.walk_strength and BACKWARD or NONE
    elseif first.walk_strength > second.walk_strength then
        self.direction = self.strength < first.walk_strength and BACKWARD or NONE
    else
        self.direction = self.strength < second.walk_strength and FORWARD or NONE
    end
end

function Binary:mark_inputs(mark)
    self:input().mark = mark
end

function Binary:inputs_known(mark)
    local input = self:input()
    return input.mark == mark or input.stay or not input.determined_by
end

function Binary:mark_unsatisfied()
    self.direction = NONE
end

function Binary:recalculate()
    local input, out = self:input(), self:output()
    out.walk_strength = max(self.strength, input.walk_strength)
    out.stay = self:inputs_stay()
    if out.stay then self:execute() end
end

function Binary:inputs_stay()
    return self:input().stay
end

function Binary:execute()
    self:output().value = self:input().value
end

-- second = first * scale + offset
local Scale = class(Binary)

local function scaling(first, scale, offset, second, strength)
    return setmetatable({
        strength = strength, first = first, second = second, direction = NONE, scale = scale, offset = offset
    }, Scale)
end

function Scale:add_to_graph()
    Binary.add_to_graph(self)
    push(self.scale.constraints, self)
    push(self.offset.constraints, self)
end

function Scale:remove_from_graph()
    Binary.remove_from_graph(self)
    remove_from(self.scale.constraints, self)
    remove_from(self.offset.constraints, self)
end

function Scale:mark_inputs(mark)
    Binary.mark_inputs(self, mark)
    self.scale.mark = mark
    self.offset.mark = mark
end

function Scale:inputs_stay()
    return Binary.inputs_stay(self) and self.scale.stay and self.offset.stay
end

function Scale:execute()
    if self.direction == FORWARD then
        self.second.value = self.first.value * self.scale.value + self.offset.value
    else
        local quotient = (self.second.value - self.offset.value) / self.scale.value
        self.first.value = quotient < 0 and ceil(quotient) or floor(quotient)
    end
end

local Planner = class()

function Planner:new_mark()
    self.mark = self.mark + 1
    return self.mark
end

function Planner:incremental_add(constraint)
    local mark = self:new_mark()
    local overridden = constraint:satisfy(mark, self)
    while overridden do overridden = overridden:satisfy(mark, self) end
end

function Planner:incremental_remove(constraint)
    local out = constraint:output()
    constraint:mark_unsatisfied()
    constraint:remove_from_graph()
    local unsatisfied = self:remove_propagate_from(out)
    for strength = REQUIRED, WEAKEST do
        for i = 1, #unsatisfied do
            if unsatisfied[i].strength == strength then self:incremental_add(unsatisfied[i]) end
        end
    end
end

-- The constraints that compute what the sources determine, in an order in which they can run.
function Planner:plan(edit)
    local mark = self:new_mark()
    local plan, todo = {}, {}
    if edit:is_input() and edit:is_satisfied() then push(todo, edit) end
    while #todo > 0 do
        local constraint = pop(todo)
        local out = constraint:output()
        if out.mark ~= mark and constraint:inputs_known(mark) then
            push(plan, constraint)
            out.mark = mark
            self:add_consumers(out, todo)
        end
    end
    return plan
end

function Planner:add_propagate(constraint, mark)
    local todo = {constraint}
    while #todo > 0 do
        local next = pop(todo)
        local out = next:output()
        if out.mark == mark then
            self:incremental_remove(constraint)
            return false
        end
        next:recalculate()
        self:add_consumers(out, todo)
    end
    return true
end

function Planner:remove_propagate_from(out)
    out.determined_by = nil
    out.walk_strength = WEAKEST
    out.stay = true
    local unsatisfied, todo = {}, {out}
    while #todo > 0 do
        local of = pop(todo)
        local determining, constraints = of.determined_by, of.constraints
        for i = 1, #constraints do
            local constraint = constraints[i]
            if not constraint:is_satisfied() then
                push(unsatisfied, constraint)
            elseif constraint ~= determining then
                constraint:recalculate()
                push(todo, constraint:output())
            end
        end
    end
    return unsatisfied
end

function Planner:add_consumers(of, list)
    local determining, constraints = of.determined_by, of.constraints
    for i = 1, #constraints do
        local constraint = constraints[i]
        if constraint ~= determining and constraint:is_satisfied() then push(list, constraint) end
    end
end

local function execute(plan)
    for i = 1, #plan do plan[i]:execute() end
end

function Planner:change(of, value)
    local edit = unary(of, PREFERRED, true)
    edit:add(self)
    local plan = self:plan(edit)
    for _ = 1, 10 do
        of.value = value
        execute(plan)
    end
    edit:destroy(self)
end

local function new_planner()
    return setmetatable({mark = 0}, Planner)
end

-- A chain of equalities, from an edited end to one that would rather stay.
local function chain(length)
    local planner = new_planner()
    local first = variable(0)
    local last = first
    for _ = 1, length do
        local next = variable(0)
        binary(last, next, REQUIRED):add(planner)
        last = next
    end
    unary(last, STRONG_DEFAULT, false):add(planner)
    local edit = unary(first, PREFERRED, true)
    edit:add(planner)
    local plan = planner:plan(edit)
    local sum = 0
    for i = 0, 99 do
        first.value = i
        execute(plan)
        sum = sum + last.value
    end
    edit:destroy(planner)
    return sum
end

-- Many variables with the same scale and offset, of which each part is edited.
local function projection(count)
    local planner = new_planner()
    local scale, offset = variable(10), variable(1000)
    local outputs = {}
    local source, output
    for i = 0, count - 1 do
        source = variable(i)
        output = variable(i)
        push(outputs, output)
        unary(source, NORMAL, false):add(planner)
        scaling(source, scale, offset, output, REQUIRED):add(planner)
    end
    local sum = 0
    planner:change(source, 17)
    sum = sum + output.value
    planner:change(output, 1050)
    sum = sum + source.value
    planner:change(scale, 5)
    for i = 1, count do sum = sum + outputs[i].value end
    planner:change(offset, 2000)
    for i = 1, count do sum = sum + outputs[i].value end
    return sum
end

local size = tonumber(arg[1])
local chains, projections = 0, 0
for _ = 1, tonumber(arg[2]) do
    chains = chains + chain(size)
    projections = projections + projection(size)
end
print(string.format("%d %d", chains, projections))

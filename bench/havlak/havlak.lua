local function push(list, item)
    list[#list + 1] = item
end

local Graph = {}
Graph.__index = Graph

local function new_graph()
    return setmetatable({blocks = {}, length = 0}, Graph)
end

function Graph:block(name)
    while self.length <= name do
        self.blocks[self.length] = {name = self.length, in_edges = {}, out_edges = {}}
        self.length = self.length + 1
    end
    return self.blocks[name]
end

function Graph:connect(source, target)
    local from, to = self:block(source), self:block(target)
    push(from.out_edges, to)
    push(to.in_edges, from)
end

-- Each of these begins at a block, makes new ones, and gives the last of them.

function Graph:diamond(start)
    self:connect(start, start + 1)
    self:connect(start, start + 2)
    self:connect(start + 1, start + 3)
    self:connect(start + 2, start + 3)
    return start + 3
end

function Graph:straight(start, count)
    for i = 0, count - 1 do self:connect(start + i, start + i + 1) end
    return start + count
end

function Graph:loop(start)
    local header = self:straight(start, 1)
    local first = self:diamond(header)
    local inner = self:straight(first, 1)
    local second = self:diamond(inner)
    local footer = self:straight(second, 1)
    self:connect(second, inner)
    self:connect(first, header)
    self:connect(footer, start)
    return self:straight(footer, 1)
end

local Loop = {}
Loop.__index = Loop

local function new_loop(header, is_reducible)
    return setmetatable({header = header, is_reducible = is_reducible, blocks = {header}, children = {}, parent = nil,
        nesting = 0, depth = 0}, Loop)
end

function Loop:set_parent(parent)
    self.parent = parent
    push(parent.children, self)
end

function Loop:calculate_nesting(depth)
    self.depth = depth
    for _, child in ipairs(self.children) do
        child:calculate_nesting(depth + 1)
        self.nesting = math.max(self.nesting, 1 + child.nesting)
    end
end

-- The loops of a graph, of which those that are in no other are children of the root.
local LoopTree = {}
LoopTree.__index = LoopTree

local function new_tree()
    return setmetatable({root = new_loop(nil, true), loops = {}}, LoopTree)
end

function LoopTree:add(header, is_reducible)
    local loop = new_loop(header, is_reducible)
    push(self.loops, loop)
    return loop
end

function LoopTree:calculate_nesting()
    for _, loop in ipairs(self.loops) do
        if not loop.parent then loop:set_parent(self.root) end
    end
    self.root:calculate_nesting(0)
end

-- A member of disjoint sets of blocks, the sets being those that a loop has collapsed to one.
local Node = {}
Node.__index = Node

local function new_node(block, number)
    local node = setmetatable({block = block, number = number, parent = nil, loop = nil}, Node)
    node.parent = node
    return node
end

function Node:find()
    local path = {}
    local node = self
    while node ~= node.parent do
        if node.parent ~= node.parent.parent then push(path, node) end
        node = node.parent
    end
    for i = 1, #path do path[i].parent = node end
    return node
end

-- A set of numbers, in the order in which they came.
local Set = {}
Set.__index = Set

local function new_set()
    return setmetatable({items = {}, contained = {}}, Set)
end

function Set:add(number)
    if not self.contained[number] then
        self.contained[number] = true
        push(self.items, number)
    end
end

local PLAIN, REDUCIBLE, SELF_LOOP, IRREDUCIBLE = 0, 1, 2, 3

local Finder = {}
Finder.__index = Finder

-- Numbers, which a depth-first search gives, and names count from 0.
local function new_finder(graph, tree)
    local finder = setmetatable({graph = graph, tree = tree, nodes = {}, length = 0, numbers = {}, last = {},
        kinds = {}, back_edges = {}, other_edges = {}}, Finder)
    for i = 0, graph.length - 1 do
        finder.kinds[i] = PLAIN
        finder.back_edges[i] = {}
        finder.other_edges[i] = new_set()
    end
    return finder
end

function Finder:find()
    self:visit(self.graph.blocks[0])
    self:sort_edges()
    for w = self.length - 1, 0, -1 do self:find_loop(w) end
end

function Finder:visit(block)
    local number = self.length
    self.nodes[number] = new_node(block, number)
    self.length = number + 1
    self.numbers[block.name] = number
    for _, target in ipairs(block.out_edges) do
        if not self.numbers[target.name] then self:visit(target) end
    end
    self.last[number] = self.length - 1
end

function Finder:is_ancestor(w, v)
    return w <= v and v <= self.last[w]
end

function Finder:sort_edges()
    for w = 0, self.length - 1 do
        for _, source in ipairs(self.nodes[w].block.in_edges) do
            local v = self.numbers[source.name]
            if v then
                if self:is_ancestor(w, v) then push(self.back_edges[w], v) else self.other_edges[w]:add(v) end
            end
        end
    end
end

local function contains(list, item)
    for i = 1, #list do
        if list[i] == item then return true end
    end
    return false
end

-- Finds the loop whose header is the block of a number, those of all larger numbers having been found.
function Finder:find_loop(w)
    local pool = {}
    for _, v in ipairs(self.back_edges[w]) do
        if v == w then self.kinds[w] = SELF_LOOP else push(pool, self.nodes[v]:find()) end
    end
    if #pool > 0 then self.kinds[w] = REDUCIBLE end
    local next = 1
    while next <= #pool do
        for _, y in ipairs(self.other_edges[pool[next].number].items) do self:reach(w, self.nodes[y]:find(), pool) end
        next = next + 1
    end
    if #pool == 0 and self.kinds[w] ~= SELF_LOOP then return end
    local node = self.nodes[w]
    local loop = self.tree:add(node.block, self.kinds[w] ~= IRREDUCIBLE)
    node.loop = loop
    for _, each in ipairs(pool) do
        each.parent = node
        if each.loop then each.loop:set_parent(loop) else push(loop.blocks, each.block) end
    end
end

-- Follows an edge backwards, from the body of the loop of w to the node.
function Finder:reach(w, node, pool)
    if not self:is_ancestor(w, node.number) then
        self.kinds[w] = IRREDUCIBLE
        self.other_edges[w]:add(node.number)
    elseif node.number ~= w and not contains(pool, node) then
        push(pool, node)
    end
end

local function find_loops(graph)
    local tree = new_tree()
    new_finder(graph, tree):find()
    return tree
end

-- Loops in loops in loops, so many of each.
local function build(graph, outer, middle, inner)
    local n = 2
    for i = 1, outer do
        graph:connect(2, n + 1)
        n = n + 1
        for j = 1, middle do
            local top = n
            n = graph:straight(n, 1)
            for k = 1, inner do n = graph:loop(n) end
            local bottom = graph:straight(n, 1)
            graph:connect(n, top)
            n = bottom
        end
        graph:connect(n, 1)
    end
end

local small, large = tonumber(arg[1]), tonumber(arg[2])
local graph = new_graph()
graph:loop(0)
graph:connect(0, 2)
local found = 0
for round = 1, small do found = found + #find_loops(graph).loops end
build(graph, 10, 10, 5)
for round = 1, large do found = found + #find_loops(graph).loops end
local tree = find_loops(graph)
tree:calculate_nesting()
local irreducible, depths, blocks = 0, 0, 0
for _, loop in ipairs(tree.loops) do
    if not loop.is_reducible then irreducible = irreducible + 1 end
    depths = depths + loop.depth
    blocks = blocks + #loop.blocks
end
print(string.format("%d %d %d %d %d %d %d", found, graph.length, #tree.loops, irreducible, tree.root.nesting, depths,
    blocks))

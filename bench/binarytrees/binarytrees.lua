local function build(depth)
    if depth == 0 then return {} end
    return {left = build(depth - 1), right = build(depth - 1)}
end

local function count(tree)
    if not tree.left then return 1 end
    return 1 + count(tree.left) + count(tree.right)
end

local depth = tonumber(arg[1])
local factor = tonumber(arg[2])
print(string.format("stretch tree of depth %d: %d", depth + 1, count(build(depth + 1))))
local long_lived = build(depth)
for small = 4, depth, 2 do
    local rounds = factor * 2 ^ (depth - small)
    local total = 0
    for round = 1, rounds do total = total + count(build(small)) end
    print(string.format("%d trees of depth %d: %d", rounds, small, total))
end
print(string.format("long lived tree of depth %d: %d", depth, count(long_lived)))

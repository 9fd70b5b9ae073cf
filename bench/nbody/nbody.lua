local sqrt = math.sqrt
local SOLAR_MASS = 39.47841760435743
local YEAR = 365.24

local function body(x, y, z, vx, vy, vz, mass)
    return {x = x, y = y, z = z, vx = vx, vy = vy, vz = vz, mass = mass}
end

local function planets()
    return {
        body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, SOLAR_MASS),
        body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694 * YEAR,
            0.00769901118419740425 * YEAR, -0.0000690460016972063023 * YEAR, 0.000954791938424326609 * SOLAR_MASS),
        body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411154 * YEAR,
            0.00499852801234917238 * YEAR, 0.0000230417297573763929 * YEAR, 0.000285885980666130812 * SOLAR_MASS),
        body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618 * YEAR,
            0.00237847173959480950 * YEAR, -0.0000296589568540237556 * YEAR, 0.0000436624404335156298 * SOLAR_MASS),
        body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322 * YEAR,
            0.00162824170038242295 * YEAR, -0.0000951592254519715870 * YEAR, 0.0000515138902046611451 * SOLAR_MASS),
    }
end

local function offset_momentum(bodies)
    local px, py, pz = 0.0, 0.0, 0.0
    for i = 1, #bodies do
        local b = bodies[i]
        px = px + b.vx * b.mass
        py = py + b.vy * b.mass
        pz = pz + b.vz * b.mass
    end
    bodies[1].vx = -px / SOLAR_MASS
    bodies[1].vy = -py / SOLAR_MASS
    bodies[1].vz = -pz / SOLAR_MASS
end

local function advance(bodies, dt)
    local count = #bodies
    for i = 1, count do
        local a = bodies[i]
        for j = i + 1, count do
            local b = bodies[j]
            local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            local squared = dx * dx + dy * dy + dz * dz
            local magnitude = dt / (squared * sqrt(squared))
            a.vx = a.vx - dx * b.mass * magnitude
            a.vy = a.vy - dy * b.mass * magnitude
            a.vz = a.vz - dz * b.mass * magnitude
            b.vx = b.vx + dx * a.mass * magnitude
            b.vy = b.vy + dy * a.mass * magnitude
            b.vz = b.vz + dz * a.mass * magnitude
        end
    end
    for i = 1, count do
        local b = bodies[i]
        b.x = b.x + dt * b.vx
        b.y = b.y + dt * b.vy
        b.z = b.z + dt * b.vz
    end
end

local function energy(bodies)
    local total = 0.0
    for i = 1, #bodies do
        local a = bodies[i]
        total = total + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
        for j = i + 1, #bodies do
            local b = bodies[j]
            local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            total = total - a.mass * b.mass / sqrt(dx * dx + dy * dy + dz * dz)
        end
    end
    return total
end

local steps = tonumber(arg[1])
local bodies = planets()
offset_momentum(bodies)
print(string.format("%d", math.ceil(energy(bodies) * 1e12))) -- negative: up is towards zero
for step = 1, steps do advance(bodies, 0.01) end
print(string.format("%d", math.ceil(energy(bodies) * 1e12)))

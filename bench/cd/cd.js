const MIN_X = 0;
const MIN_Y = 0;
const MIN_Z = 0;
const MAX_X = 1000;
const MAX_Y = 1000;
const MAX_Z = 10;
const RADIUS = 1;
const VOXEL_SIZE = 2;

class Voxel {
    constructor(x, y) {
        this.x = x;
        this.y = y;
    }

    compare(other) {
        if (this.x !== other.x) return this.x < other.x ? -1 : 1;
        if (this.y !== other.y) return this.y < other.y ? -1 : 1;
        return 0;
    }

    moved(x, y) {
        return new Voxel(this.x + x, this.y + y);
    }
}

class Vec {
    constructor(x, y, z) {
        this.x = x;
        this.y = y;
        this.z = z;
    }
    plus(other) {
        return new Vec(this.x + other.x, this.y + other.y, this.z + other.z);
    }
    minus(other) {
        return new Vec(this.x - other.x, this.y - other.y, this.z - other.z);
    }
    times(by) {
        return new Vec(this.x * by, this.y * by, this.z * by);
    }
    dot(other) {
        return this.x * other.x + this.y * other.y + this.z * other.z;
    }
}

// ---- Red-black trees

class Node {
    constructor(key, value, parent) {
        this.key = key;
        this.value = value;
        this.parent = parent;
        this.left = null;
        this.right = null;
        this.isRed = true;
    }
}

class Tree {
    constructor(compare) {
        this.compare = compare;
        this.root = null;
    }

    get(key) {
        let node = this.root;
        while (node !== null) {
            const order = this.compare(key, node.key);
            if (order === 0) return node.value;
            node = order < 0 ? node.left : node.right;
        }
        return undefined;
    }

    /** The value that the key had. */
    put(key, value) {
        let parent = null;
        let node = this.root;
        let order = 0;
        while (node !== null) {
            order = this.compare(key, node.key);
            if (order === 0) {
                const old = node.value;
                node.value = value;
                return old;
            }
            parent = node;
            node = order < 0 ? node.left : node.right;
        }
        node = new Node(key, value, parent);
        if (parent === null) this.root = node;
        else if (order < 0) parent.left = node;
        else parent.right = node;
        this.balance(node);
        return undefined;
    }

    balance(node) {
        while (node.parent !== null && node.parent.isRed) {
            const parent = node.parent;
            const grandparent = parent.parent;
            const onLeft = parent === grandparent.left;
            const uncle = onLeft ? grandparent.right : grandparent.left;
            if (uncle !== null && uncle.isRed) {
                parent.isRed = false;
                uncle.isRed = false;
                grandparent.isRed = true;
                node = grandparent;
                continue;
            }
            if (onLeft) {
                if (node === parent.right) {
                    node = parent;
                    this.rotateLeft(node);
                }
                this.rotateRight(grandparent);
            } else {
                if (node === parent.left) {
                    node = parent;
                    this.rotateRight(node);
                }
                this.rotateLeft(grandparent);
            }
            node.parent.isRed = false;
            grandparent.isRed = true;
        }
        this.root.isRed = false;
    }

    rotateLeft(node) {
        const up = node.right;
        node.right = up.left;
        if (up.left !== null) up.left.parent = node;
        this.replace(node, up);
        up.left = node;
        node.parent = up;
    }

    rotateRight(node) {
        const up = node.left;
        node.left = up.right;
        if (up.right !== null) up.right.parent = node;
        this.replace(node, up);
        up.right = node;
        node.parent = up;
    }

    /** Hangs another node where a node hangs. */
    replace(node, by) {
        const parent = node.parent;
        by.parent = parent;
        if (parent === null) this.root = by;
        else if (node === parent.left) parent.left = by;
        else parent.right = by;
    }

    /** Calls the function with all values, by order of their keys. */
    forEach(f) {
        this.visit(this.root, f);
    }

    visit(node, f) {
        if (node === null) return;
        this.visit(node.left, f);
        f(node.value);
        this.visit(node.right, f);
    }
}

const newVoxelTree = () => new Tree((a, b) => a.compare(b));

// ---- Aircraft

class Aircraft {
    constructor(id, position) {
        this.id = id;
        this.position = position;
    }
}

function simulate(count, time) {
    const frame = [];
    for (let i = 0; i < count; i += 2) {
        frame.push(new Aircraft(i, new Vec(time, Math.cos(time) * 2 + i * 3, 10)));
        frame.push(new Aircraft(i + 1, new Vec(time, Math.sin(time) * 2 + i * 3, 10)));
    }
    return frame;
}

/** How an aircraft flew from one frame to the next. */
class Motion {
    constructor(id, from, to) {
        this.id = id;
        this.from = from;
        this.to = to;
    }

    /** Where it met another that flew at the same time, both at a constant speed. */
    meeting(other) {
        const speed = this.to.minus(this.from);
        const otherSpeed = other.to.minus(other.from);
        const distance = other.from.minus(this.from);
        const relative = otherSpeed.minus(speed);
        const a = relative.dot(relative);
        if (a === 0) {
            if (Math.sqrt(distance.dot(distance)) > RADIUS) return null;
            return this.from.plus(other.from).times(0.5);
        }
        const b = 2 * this.from.minus(other.from).dot(speed.minus(otherSpeed));
        const c = -RADIUS * RADIUS + distance.dot(distance);
        const discriminant = b * b - 4 * a * c;
        if (discriminant < 0) return null;
        const start = (-b - Math.sqrt(discriminant)) / (2 * a);
        const end = (-b + Math.sqrt(discriminant)) / (2 * a);
        if (!overlapsUnit(start, end)) return null;
        const time = start <= 0 ? 0 : start;
        const there = this.from.plus(speed.times(time));
        const point = there.plus(other.from.plus(otherSpeed.times(time))).times(0.5);
        const inside = point.x >= MIN_X && point.x <= MAX_X && point.y >= MIN_Y && point.y <= MAX_Y
            && point.z >= MIN_Z && point.z <= MAX_Z;
        return inside ? point : null;
    }

    touches(voxel) {
        if (voxel.x > MAX_X || voxel.x < MIN_X || voxel.y > MAX_Y || voxel.y < MIN_Y) return false;
        const {from, to} = this;
        const reach = RADIUS / 2;
        const speedX = to.x - from.x;
        const speedY = to.y - from.y;
        let lowX = (voxel.x - reach - from.x) / speedX;
        let highX = (voxel.x + VOXEL_SIZE + reach - from.x) / speedX;
        if (speedX < 0) [lowX, highX] = [highX, lowX];
        let lowY = (voxel.y - reach - from.y) / speedY;
        let highY = (voxel.y + VOXEL_SIZE + reach - from.y) / speedY;
        if (speedY < 0) [lowY, highY] = [highY, lowY];
        return (speedX === 0 && isNear(voxel.x, from.x, reach) || overlapsUnit(lowX, highX))
            && (speedY === 0 && isNear(voxel.y, from.y, reach) || overlapsUnit(lowY, highY))
            && (speedX === 0 || speedY === 0 || lowY <= highX && highX <= highY || lowY <= lowX && lowX <= highY
                || lowX <= lowY && highY <= highX);
    }
}

function isNear(voxel, at, reach) {
    return voxel <= at + reach && at - reach <= voxel + VOXEL_SIZE;
}

/** Whether the times have one in common with those from 0 to 1. */
function overlapsUnit(low, high) {
    return low <= 1 && 1 <= high || low <= 0 && 0 <= high || 0 <= low && high <= 1;
}

function voxelOf(position) {
    return new Voxel(gridLine(position.x), gridLine(position.y));
}

function gridLine(at) {
    const line = VOXEL_SIZE * Math.trunc(at / VOXEL_SIZE);
    return at < 0 ? line - VOXEL_SIZE : line;
}

// ---- Collisions

class Collision {
    constructor(first, second, point) {
        this.first = first;
        this.second = second;
        this.point = point;
    }
}

class Detector {
    constructor() {
        this.positions = new Tree((a, b) => a - b);
    }

    detect(frame) {
        const motions = [];
        for (const {id, position} of frame) {
            const old = this.positions.put(id, position);
            motions.push(new Motion(id, old ?? position, position));
        }
        const collisions = [];
        for (const near of together(motions)) {
            for (let i = 0; i < near.length; i++) {
                for (let j = i + 1; j < near.length; j++) {
                    const point = near[i].meeting(near[j]);
                    if (point !== null) collisions.push(new Collision(near[i].id, near[j].id, point));
                }
            }
        }
        return collisions;
    }
}

/** The motions that touch the same voxel, of each voxel that two touch. */
function together(motions) {
    const voxels = newVoxelTree();
    for (const motion of motions) enter(motion, voxelOf(motion.from), voxels, newVoxelTree());
    const result = [];
    voxels.forEach((near) => {
        if (near.length > 1) result.push(near);
    });
    return result;
}

/** Notes the motion at the voxel and at those around it that it touches, unless it has been there. */
function enter(motion, voxel, voxels, seen) {
    if (!motion.touches(voxel) || seen.put(voxel, true) !== undefined) return;
    const motions = voxels.get(voxel);
    if (motions !== undefined) motions.push(motion);
    else voxels.put(voxel, [motion]);
    enter(motion, voxel.moved(-VOXEL_SIZE, 0), voxels, seen);
    enter(motion, voxel.moved(VOXEL_SIZE, 0), voxels, seen);
    enter(motion, voxel.moved(0, -VOXEL_SIZE), voxels, seen);
    enter(motion, voxel.moved(0, VOXEL_SIZE), voxels, seen);
    enter(motion, voxel.moved(-VOXEL_SIZE, -VOXEL_SIZE), voxels, seen);
    enter(motion, voxel.moved(-VOXEL_SIZE, VOXEL_SIZE), voxels, seen);
    enter(motion, voxel.moved(VOXEL_SIZE, -VOXEL_SIZE), voxels, seen);
    enter(motion, voxel.moved(VOXEL_SIZE, VOXEL_SIZE), voxels, seen);
}

const detector = new Detector();
const count = Number(process.argv[2]);
const frames = Number(process.argv[3]);
let collisions = 0;
let sum = 0;
for (let frame = 0; frame < frames; frame++) {
    for (const collision of detector.detect(simulate(count, frame / 10))) {
        collisions++;
        sum = (sum * 31 + collision.first * 7 + collision.second) % 1000003;
    }
}
console.log(collisions, sum);

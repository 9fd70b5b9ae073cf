// Vectors are plain objects, which functions make and nobody changes.
const vec = (x, y, z) => ({x, y, z});
const add = (a, b) => ({x: a.x + b.x, y: a.y + b.y, z: a.z + b.z});
const subtract = (a, b) => ({x: a.x - b.x, y: a.y - b.y, z: a.z - b.z});
const scale = (a, by) => ({x: a.x * by, y: a.y * by, z: a.z * by});
const dot = (a, b) => a.x * b.x + a.y * b.y + a.z * b.z;
const unit = (a) => scale(a, 1 / Math.sqrt(dot(a, a)));
const rayAt = (ray, distance) => add(ray.origin, scale(ray.direction, distance));

/** How far along the ray, whose direction is a unit vector, the sphere begins; infinite if it is not hit. */
function sphereDistance(sphere, ray) {
    const offset = subtract(ray.origin, sphere.center);
    const half = dot(offset, ray.direction);
    const discriminant = half * half - dot(offset, offset) + sphere.radius * sphere.radius;
    if (discriminant < 0) return Infinity;
    const root = Math.sqrt(discriminant);
    if (-half - root > 0.0001) return -half - root;
    if (-half + root > 0.0001) return -half + root;
    return Infinity;
}

function newScene(count) {
    const spheres = [];
    let seed = 42;
    for (let i = 0; i < count; i++) {
        seed = (seed * 3877 + 29573) % 139968;
        const x = seed / 139968;
        seed = (seed * 3877 + 29573) % 139968;
        const z = seed / 139968;
        const radius = 0.3 + 0.4 * x * z;
        const color = vec(0.4 + 0.6 * x, 0.4 + 0.6 * z, 0.7);
        spheres.push({center: vec(x * 8 - 4, radius, z * 6), radius, color, shine: 0.2 + 0.3 * z});
    }
    return {light: vec(-5, 8, -5), spheres};
}

function plane(point) {
    const isDark = (Math.floor(point.x) + Math.floor(point.z)) % 2 === 0;
    const color = isDark ? vec(0.2, 0.2, 0.2) : vec(0.9, 0.9, 0.9);
    return {point, normal: vec(0, 1, 0), color, shine: 0.1};
}

function nearestHit(scene, ray) {
    let nearest = null;
    let least = 1.0e30;
    for (const sphere of scene.spheres) {
        const distance = sphereDistance(sphere, ray);
        if (distance < least) {
            least = distance;
            nearest = sphere;
        }
    }
    if (ray.direction.y < 0) {
        const distance = -ray.origin.y / ray.direction.y;
        if (distance > 0.0001 && distance < least) return plane(rayAt(ray, distance));
    }
    if (nearest === null) return null;
    const point = rayAt(ray, least);
    const normal = scale(subtract(point, nearest.center), 1 / nearest.radius);
    return {point, normal, color: nearest.color, shine: nearest.shine};
}

function isShaded(scene, ray, distance) {
    for (const sphere of scene.spheres) {
        if (sphereDistance(sphere, ray) < distance) return true;
    }
    return false;
}

function power16(x) {
    const x2 = x * x;
    const x4 = x2 * x2;
    const x8 = x4 * x4;
    return x8 * x8;
}

function sky(direction) {
    const height = 0.5 * (direction.y + 1);
    return add(scale(vec(1, 1, 1), 1 - height), scale(vec(0.5, 0.7, 1), height));
}

/** The colour that comes along the ray, after at most so many reflections. */
function trace(scene, ray, reflections) {
    const hit = nearestHit(scene, ray);
    if (hit === null) return sky(ray.direction);
    const toLight = subtract(scene.light, hit.point);
    const distance = Math.sqrt(dot(toLight, toLight));
    const direction = scale(toLight, 1 / distance);
    const mirrored = subtract(ray.direction, scale(hit.normal, 2 * dot(hit.normal, ray.direction)));
    let brightness = 0.15;
    let glare = 0;
    const slope = dot(hit.normal, direction);
    if (slope > 0 && !isShaded(scene, {origin: hit.point, direction}, distance)) {
        brightness += 0.85 * slope;
        const along = dot(mirrored, direction);
        if (along > 0) glare = power16(along);
    }
    const color = add(scale(hit.color, brightness), vec(glare, glare, glare));
    if (reflections === 0) return color;
    const reflected = trace(scene, {origin: hit.point, direction: mirrored}, reflections - 1);
    return add(scale(color, 1 - hit.shine), scale(reflected, hit.shine));
}

function level(brightness) {
    return brightness > 1 ? 255 : Math.floor(brightness * 255);
}

const size = Number(process.argv[2]);
const scene = newScene(12);
const eye = vec(0, 2, -7);
let sum = 0;
let hash = 0;
for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
        const x = (column + 0.5) / size - 0.5;
        const y = 0.35 - (row + 0.5) / size;
        const color = trace(scene, {origin: eye, direction: unit(vec(x, y, 1))}, 3);
        const red = level(color.x);
        const green = level(color.y);
        const blue = level(color.z);
        sum += red + green + blue;
        hash = (hash * 31 + red * 65536 + green * 256 + blue) % 1000003;
    }
}
console.log(sum, hash);

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
    unit() {
        return this.times(1 / Math.sqrt(this.dot(this)));
    }
}

class Ray {
    constructor(origin, direction) {
        this.origin = origin;
        this.direction = direction;
    }
    at(distance) {
        return this.origin.plus(this.direction.times(distance));
    }
}

class Hit {
    constructor(point, normal, color, shine) {
        this.point = point;
        this.normal = normal;
        this.color = color;
        this.shine = shine;
    }
}

class Sphere {
    constructor(center, radius, color, shine) {
        this.center = center;
        this.radius = radius;
        this.color = color;
        this.shine = shine;
    }

    /** How far along the ray, whose direction is a unit vector, the sphere begins; infinite if it is not hit. */
    distance(ray) {
        const offset = ray.origin.minus(this.center);
        const half = offset.dot(ray.direction);
        const discriminant = half * half - offset.dot(offset) + this.radius * this.radius;
        if (discriminant < 0) return Infinity;
        const root = Math.sqrt(discriminant);
        if (-half - root > 0.0001) return -half - root;
        if (-half + root > 0.0001) return -half + root;
        return Infinity;
    }
}

class Scene {
    constructor(count) {
        this.light = new Vec(-5, 8, -5);
        this.spheres = [];
        let seed = 42;
        for (let i = 0; i < count; i++) {
            seed = (seed * 3877 + 29573) % 139968;
            const x = seed / 139968;
            seed = (seed * 3877 + 29573) % 139968;
            const z = seed / 139968;
            const radius = 0.3 + 0.4 * x * z;
            const color = new Vec(0.4 + 0.6 * x, 0.4 + 0.6 * z, 0.7);
            this.spheres.push(new Sphere(new Vec(x * 8 - 4, radius, z * 6), radius, color, 0.2 + 0.3 * z));
        }
    }

    nearest(ray) {
        let nearest = null;
        let least = 1.0e30;
        for (const sphere of this.spheres) {
            const distance = sphere.distance(ray);
            if (distance < least) {
                least = distance;
                nearest = sphere;
            }
        }
        if (ray.direction.y < 0) {
            const distance = -ray.origin.y / ray.direction.y;
            if (distance > 0.0001 && distance < least) return plane(ray.at(distance));
        }
        if (nearest === null) return null;
        const point = ray.at(least);
        const normal = point.minus(nearest.center).times(1 / nearest.radius);
        return new Hit(point, normal, nearest.color, nearest.shine);
    }

    isShaded(ray, distance) {
        for (const sphere of this.spheres) {
            if (sphere.distance(ray) < distance) return true;
        }
        return false;
    }

    /** The colour that comes along the ray, after at most so many reflections. */
    trace(ray, reflections) {
        const hit = this.nearest(ray);
        if (hit === null) return sky(ray.direction);
        const toLight = this.light.minus(hit.point);
        const distance = Math.sqrt(toLight.dot(toLight));
        const direction = toLight.times(1 / distance);
        const mirrored = ray.direction.minus(hit.normal.times(2 * hit.normal.dot(ray.direction)));
        let brightness = 0.15;
        let glare = 0;
        const slope = hit.normal.dot(direction);
        if (slope > 0 && !this.isShaded(new Ray(hit.point, direction), distance)) {
            brightness += 0.85 * slope;
            const along = mirrored.dot(direction);
            if (along > 0) glare = power16(along);
        }
        const color = hit.color.times(brightness).plus(new Vec(glare, glare, glare));
        if (reflections === 0) return color;
        const reflected = this.trace(new Ray(hit.point, mirrored), reflections - 1);
        return color.times(1 - hit.shine).plus(reflected.times(hit.shine));
    }
}

function power16(x) {
    const x2 = x * x;
    const x4 = x2 * x2;
    const x8 = x4 * x4;
    return x8 * x8;
}

function plane(point) {
    const isDark = (Math.floor(point.x) + Math.floor(point.z)) % 2 === 0;
    const color = isDark ? new Vec(0.2, 0.2, 0.2) : new Vec(0.9, 0.9, 0.9);
    return new Hit(point, new Vec(0, 1, 0), color, 0.1);
}

function sky(direction) {
    const height = 0.5 * (direction.y + 1);
    return new Vec(1, 1, 1).times(1 - height).plus(new Vec(0.5, 0.7, 1).times(height));
}

function level(brightness) {
    return brightness > 1 ? 255 : Math.floor(brightness * 255);
}

const size = Number(process.argv[2]);
const scene = new Scene(12);
const eye = new Vec(0, 2, -7);
let sum = 0;
let hash = 0;
for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
        const x = (column + 0.5) / size - 0.5;
        const y = 0.35 - (row + 0.5) / size;
        const color = scene.trace(new Ray(eye, new Vec(x, y, 1).unit()), 3);
        const red = level(color.x);
        const green = level(color.y);
        const blue = level(color.z);
        sum += red + green + blue;
        hash = (hash * 31 + red * 65536 + green * 256 + blue) % 1000003;
    }
}
console.log(sum, hash);

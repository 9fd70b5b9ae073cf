#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { SPHERES = 12 };

struct vec {
    double x, y, z;
};

static struct vec add(struct vec a, struct vec b) {
    return (struct vec){a.x + b.x, a.y + b.y, a.z + b.z};
}

static struct vec subtract(struct vec a, struct vec b) {
    return (struct vec){a.x - b.x, a.y - b.y, a.z - b.z};
}

static struct vec scale(struct vec a, double by) {
    return (struct vec){a.x * by, a.y * by, a.z * by};
}

static double dot(struct vec a, struct vec b) {
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static struct vec unit(struct vec a) {
    return scale(a, 1.0 / sqrt(dot(a, a)));
}

struct ray {
    struct vec origin, direction;
};

static struct vec ray_at(struct ray ray, double distance) {
    return add(ray.origin, scale(ray.direction, distance));
}

struct hit {
    struct vec point, normal, color;
    double shine;
};

struct sphere {
    struct vec center;
    double radius;
    struct vec color;
    double shine;
};

/// How far along the ray, whose direction is a unit vector, the sphere begins; infinite if it is not hit.
static double sphere_distance(const struct sphere *sphere, struct ray ray) {
    struct vec offset = subtract(ray.origin, sphere->center);
    double half = dot(offset, ray.direction);
    double discriminant = half * half - dot(offset, offset) + sphere->radius * sphere->radius;
    if (discriminant < 0.0)
        return INFINITY;
    double root = sqrt(discriminant);
    if (-half - root > 0.0001)
        return -half - root;
    if (-half + root > 0.0001)
        return -half + root;
    return INFINITY;
}

struct scene {
    struct vec light;
    struct sphere spheres[SPHERES];
};

static struct scene new_scene(void) {
    struct scene scene = {.light = {-5.0, 8.0, -5.0}};
    int64_t seed = 42;
    for (int i = 0; i < SPHERES; i++) {
        seed = (seed * 3877 + 29573) % 139968;
        double x = (double)seed / 139968.0;
        seed = (seed * 3877 + 29573) % 139968;
        double z = (double)seed / 139968.0;
        double radius = 0.3 + 0.4 * x * z;
        scene.spheres[i] = (struct sphere){
            {x * 8.0 - 4.0, radius, z * 6.0}, radius, {0.4 + 0.6 * x, 0.4 + 0.6 * z, 0.7}, 0.2 + 0.3 * z};
    }
    return scene;
}

static struct hit plane(struct vec point) {
    bool is_dark = (int64_t)(floor(point.x) + floor(point.z)) % 2 == 0;
    struct vec color = is_dark ? (struct vec){0.2, 0.2, 0.2} : (struct vec){0.9, 0.9, 0.9};
    return (struct hit){point, {0.0, 1.0, 0.0}, color, 0.1};
}

static bool nearest(const struct scene *scene, struct ray ray, struct hit *hit) {
    const struct sphere *nearest = NULL;
    double least = 1.0e30;
    for (int i = 0; i < SPHERES; i++) {
        double distance = sphere_distance(&scene->spheres[i], ray);
        if (distance < least) {
            least = distance;
            nearest = &scene->spheres[i];
        }
    }
    if (ray.direction.y < 0.0) {
        double distance = -ray.origin.y / ray.direction.y;
        if (distance > 0.0001 && distance < least) {
            *hit = plane(ray_at(ray, distance));
            return true;
        }
    }
    if (!nearest)
        return false;
    struct vec point = ray_at(ray, least);
    struct vec normal = scale(subtract(point, nearest->center), 1.0 / nearest->radius);
    *hit = (struct hit){point, normal, nearest->color, nearest->shine};
    return true;
}

static bool is_shaded(const struct scene *scene, struct ray ray, double distance) {
    for (int i = 0; i < SPHERES; i++)
        if (sphere_distance(&scene->spheres[i], ray) < distance)
            return true;
    return false;
}

static double power16(double x) {
    double x2 = x * x, x4 = x2 * x2, x8 = x4 * x4;
    return x8 * x8;
}

static struct vec sky(struct vec direction) {
    double height = 0.5 * (direction.y + 1.0);
    return add(scale((struct vec){1.0, 1.0, 1.0}, 1.0 - height), scale((struct vec){0.5, 0.7, 1.0}, height));
}

/// The colour that comes along the ray, after at most so many reflections.
static struct vec trace(const struct scene *scene, struct ray ray, int64_t reflections) {
    struct hit hit;
    if (!nearest(scene, ray, &hit))
        return sky(ray.direction);
    struct vec to_light = subtract(scene->light, hit.point);
    double distance = sqrt(dot(to_light, to_light));
    struct vec direction = scale(to_light, 1.0 / distance);
    struct vec mirrored = subtract(ray.direction, scale(hit.normal, 2.0 * dot(hit.normal, ray.direction)));
    double brightness = 0.15, glare = 0.0;
    double slope = dot(hit.normal, direction);
    if (slope > 0.0 && !is_shaded(scene, (struct ray){hit.point, direction}, distance)) {
        brightness += 0.85 * slope;
        double along = dot(mirrored, direction);
        if (along > 0.0)
            glare = power16(along);
    }
    struct vec color = add(scale(hit.color, brightness), (struct vec){glare, glare, glare});
    if (reflections == 0)
        return color;
    struct vec reflected = trace(scene, (struct ray){hit.point, mirrored}, reflections - 1);
    return add(scale(color, 1.0 - hit.shine), scale(reflected, hit.shine));
}

static int64_t level(double brightness) {
    return brightness > 1.0 ? 255 : (int64_t)(brightness * 255.0);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    int64_t size = atoll(argv[1]), sum = 0, hash = 0;
    struct scene scene = new_scene();
    struct vec eye = {0.0, 2.0, -7.0};
    for (int64_t row = 0; row < size; row++) {
        for (int64_t column = 0; column < size; column++) {
            double x = ((double)column + 0.5) / (double)size - 0.5;
            double y = 0.35 - ((double)row + 0.5) / (double)size;
            struct vec color = trace(&scene, (struct ray){eye, unit((struct vec){x, y, 1.0})}, 3);
            int64_t red = level(color.x), green = level(color.y), blue = level(color.z);
            sum += red + green + blue;
            hash = (hash * 31 + red * 65536 + green * 256 + blue) % 1000003;
        }
    }
    printf("%" PRId64 " %" PRId64 "\n", sum, hash);
    return 0;
}

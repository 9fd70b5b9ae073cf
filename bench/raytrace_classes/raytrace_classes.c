// Vectors are passed and returned by pointers; nothing but the spheres is allocated.
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct vec {
    double x, y, z;
};

static void add(struct vec *out, const struct vec *a, const struct vec *b) {
    *out = (struct vec){a->x + b->x, a->y + b->y, a->z + b->z};
}

static void subtract(struct vec *out, const struct vec *a, const struct vec *b) {
    *out = (struct vec){a->x - b->x, a->y - b->y, a->z - b->z};
}

static void scale(struct vec *out, const struct vec *a, double by) {
    *out = (struct vec){a->x * by, a->y * by, a->z * by};
}

static double dot(const struct vec *a, const struct vec *b) {
    return a->x * b->x + a->y * b->y + a->z * b->z;
}

struct ray {
    struct vec origin, direction;
};

static void ray_at(struct vec *out, const struct ray *ray, double distance) {
    scale(out, &ray->direction, distance);
    add(out, &ray->origin, out);
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
static double sphere_distance(const struct sphere *sphere, const struct ray *ray) {
    struct vec offset;
    subtract(&offset, &ray->origin, &sphere->center);
    double half = dot(&offset, &ray->direction);
    double discriminant = half * half - dot(&offset, &offset) + sphere->radius * sphere->radius;
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
    struct sphere **spheres;
    int64_t count;
};

static void *allocate(size_t size) {
    void *memory = malloc(size);
    if (!memory)
        exit(1);
    return memory;
}

static struct scene *new_scene(int64_t count) {
    struct scene *scene = allocate(sizeof *scene);
    *scene = (struct scene){{-5.0, 8.0, -5.0}, allocate((size_t)count * sizeof *scene->spheres), count};
    int64_t seed = 42;
    for (int64_t i = 0; i < count; i++) {
        seed = (seed * 3877 + 29573) % 139968;
        double x = (double)seed / 139968.0;
        seed = (seed * 3877 + 29573) % 139968;
        double z = (double)seed / 139968.0;
        double radius = 0.3 + 0.4 * x * z;
        scene->spheres[i] = allocate(sizeof **scene->spheres);
        *scene->spheres[i] = (struct sphere){
            {x * 8.0 - 4.0, radius, z * 6.0}, radius, {0.4 + 0.6 * x, 0.4 + 0.6 * z, 0.7}, 0.2 + 0.3 * z};
    }
    return scene;
}

static void free_scene(struct scene *scene) {
    for (int64_t i = 0; i < scene->count; i++)
        free(scene->spheres[i]);
    free(scene->spheres);
    free(scene);
}

static void plane(struct hit *hit, const struct ray *ray, double distance) {
    ray_at(&hit->point, ray, distance);
    bool is_dark = (int64_t)(floor(hit->point.x) + floor(hit->point.z)) % 2 == 0;
    hit->normal = (struct vec){0.0, 1.0, 0.0};
    hit->color = is_dark ? (struct vec){0.2, 0.2, 0.2} : (struct vec){0.9, 0.9, 0.9};
    hit->shine = 0.1;
}

static bool nearest(const struct scene *scene, const struct ray *ray, struct hit *hit) {
    const struct sphere *nearest = NULL;
    double least = 1.0e30;
    for (int64_t i = 0; i < scene->count; i++) {
        double distance = sphere_distance(scene->spheres[i], ray);
        if (distance < least) {
            least = distance;
            nearest = scene->spheres[i];
        }
    }
    if (ray->direction.y < 0.0) {
        double distance = -ray->origin.y / ray->direction.y;
        if (distance > 0.0001 && distance < least) {
            plane(hit, ray, distance);
            return true;
        }
    }
    if (!nearest)
        return false;
    ray_at(&hit->point, ray, least);
    subtract(&hit->normal, &hit->point, &nearest->center);
    scale(&hit->normal, &hit->normal, 1.0 / nearest->radius);
    hit->color = nearest->color;
    hit->shine = nearest->shine;
    return true;
}

static bool is_shaded(const struct scene *scene, const struct ray *ray, double distance) {
    for (int64_t i = 0; i < scene->count; i++)
        if (sphere_distance(scene->spheres[i], ray) < distance)
            return true;
    return false;
}

static double power16(double x) {
    double x2 = x * x, x4 = x2 * x2, x8 = x4 * x4;
    return x8 * x8;
}

static void sky(struct vec *out, const struct vec *direction) {
    double height = 0.5 * (direction->y + 1.0);
    struct vec low = {1.0, 1.0, 1.0}, high = {0.5, 0.7, 1.0};
    scale(&low, &low, 1.0 - height);
    scale(&high, &high, height);
    add(out, &low, &high);
}

/// The colour that comes along the ray, after at most so many reflections.
static void trace(struct vec *out, const struct scene *scene, const struct ray *ray, int64_t reflections) {
    struct hit hit;
    if (!nearest(scene, ray, &hit)) {
        sky(out, &ray->direction);
        return;
    }
    struct vec to_light;
    subtract(&to_light, &scene->light, &hit.point);
    double distance = sqrt(dot(&to_light, &to_light));
    struct ray shadow = {hit.point, to_light};
    scale(&shadow.direction, &to_light, 1.0 / distance);
    struct ray mirrored = {hit.point, hit.normal};
    scale(&mirrored.direction, &hit.normal, 2.0 * dot(&hit.normal, &ray->direction));
    subtract(&mirrored.direction, &ray->direction, &mirrored.direction);
    double brightness = 0.15, glare = 0.0;
    double slope = dot(&hit.normal, &shadow.direction);
    if (slope > 0.0 && !is_shaded(scene, &shadow, distance)) {
        brightness += 0.85 * slope;
        double along = dot(&mirrored.direction, &shadow.direction);
        if (along > 0.0)
            glare = power16(along);
    }
    struct vec white = {glare, glare, glare};
    scale(out, &hit.color, brightness);
    add(out, out, &white);
    if (reflections == 0)
        return;
    struct vec reflected;
    trace(&reflected, scene, &mirrored, reflections - 1);
    scale(out, out, 1.0 - hit.shine);
    scale(&reflected, &reflected, hit.shine);
    add(out, out, &reflected);
}

static int64_t level(double brightness) {
    return brightness > 1.0 ? 255 : (int64_t)(brightness * 255.0);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    int64_t size = atoll(argv[1]), sum = 0, hash = 0;
    struct scene *scene = new_scene(12);
    for (int64_t row = 0; row < size; row++) {
        for (int64_t column = 0; column < size; column++) {
            double x = ((double)column + 0.5) / (double)size - 0.5;
            double y = 0.35 - ((double)row + 0.5) / (double)size;
            struct ray ray = {{0.0, 2.0, -7.0}, {x, y, 1.0}};
            scale(&ray.direction, &ray.direction, 1.0 / sqrt(dot(&ray.direction, &ray.direction)));
            struct vec color;
            trace(&color, scene, &ray, 3);
            int64_t red = level(color.x), green = level(color.y), blue = level(color.z);
            sum += red + green + blue;
            hash = (hash * 31 + red * 65536 + green * 256 + blue) % 1000003;
        }
    }
    free_scene(scene);
    printf("%" PRId64 " %" PRId64 "\n", sum, hash);
    return 0;
}

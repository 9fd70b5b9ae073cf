#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct point {
    double x, y, vx, vy;
};

static void move(struct point *point, double time) {
    point->x += point->vx * time;
    point->y += point->vy * time;
    if (point->x < 0.0 || point->x > 1.0)
        point->vx = -point->vx;
    if (point->y < 0.0 || point->y > 1.0)
        point->vy = -point->vy;
}

static double distance(struct point a, struct point b) {
    double dx = a.x - b.x;
    double dy = a.y - b.y;
    return sqrt(dx * dx + dy * dy);
}

static double simulate(int64_t count, int64_t steps) {
    struct point *points = malloc((size_t)count * sizeof *points);
    if (!points)
        exit(1);
    int64_t seed = 42;
    for (int64_t i = 0; i < count; i++) {
        seed = (seed * 3877 + 29573) % 139968;
        double x = (double)seed / 139968.0;
        seed = (seed * 3877 + 29573) % 139968;
        double y = (double)seed / 139968.0;
        points[i] = (struct point){x, y, y - 0.5, 0.5 - x};
    }
    double total = 0;
    for (int64_t step = 0; step < steps; step++) {
        for (int64_t i = 0; i < count; i++)
            move(&points[i], 0.01);
        for (int64_t i = 1; i < count; i++)
            total += distance(points[i - 1], points[i]);
    }
    return total / (double)(count * steps);
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    printf("%.9f\n", simulate(atoll(argv[1]), atoll(argv[2])));
    return 0;
}

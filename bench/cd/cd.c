// The trees are intrusive: their links stand at the head of what they hold, each kind of which has its own search.
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const double min_x = 0.0, min_y = 0.0, min_z = 0.0, max_x = 1000.0, max_y = 1000.0, max_z = 10.0;
static const double radius = 1.0, voxel_size = 2.0;

static void *resize(void *memory, size_t count, size_t size) {
    void *result = realloc(memory, count * size);
    if (!result)
        exit(1);
    return result;
}

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

// ---- Red-black trees

struct link {
    struct link *parent, *left, *right;
    bool is_red;
};

struct tree {
    struct link *root;
};

/// Hangs another node where a node hangs.
static void replace(struct tree *tree, struct link *node, struct link *by) {
    struct link *parent = node->parent;
    by->parent = parent;
    if (!parent)
        tree->root = by;
    else if (node == parent->left)
        parent->left = by;
    else
        parent->right = by;
}

static void rotate_left(struct tree *tree, struct link *node) {
    struct link *up = node->right;
    node->right = up->left;
    if (up->left)
        up->left->parent = node;
    replace(tree, node, up);
    up->left = node;
    node->parent = up;
}

static void rotate_right(struct tree *tree, struct link *node) {
    struct link *up = node->left;
    node->left = up->right;
    if (up->right)
        up->right->parent = node;
    replace(tree, node, up);
    up->right = node;
    node->parent = up;
}

static void balance(struct tree *tree, struct link *node) {
    for (struct link *parent = node->parent; parent && parent->is_red; parent = node->parent) {
        struct link *grandparent = parent->parent;
        bool on_left = parent == grandparent->left;
        struct link *uncle = on_left ? grandparent->right : grandparent->left;
        if (uncle && uncle->is_red) {
            parent->is_red = false;
            uncle->is_red = false;
            grandparent->is_red = true;
            node = grandparent;
            continue;
        }
        if (on_left) {
            if (node == parent->right) {
                node = parent;
                rotate_left(tree, node);
            }
            rotate_right(tree, grandparent);
        } else {
            if (node == parent->left) {
                node = parent;
                rotate_right(tree, node);
            }
            rotate_left(tree, grandparent);
        }
        node->parent->is_red = false;
        grandparent->is_red = true;
    }
    tree->root->is_red = false;
}

/// Inserts a node at a place that a search has found to be free, below its parent.
static void insert(struct tree *tree, struct link **place, struct link *parent, struct link *node) {
    *node = (struct link){parent, NULL, NULL, true};
    *place = node;
    balance(tree, node);
}

// ---- Aircraft

struct aircraft {
    int64_t id;
    struct vec position;
};

static void simulate(int64_t count, double time, struct aircraft *frame) {
    for (int64_t i = 0; i < count; i += 2) {
        frame[i] = (struct aircraft){i, {time, cos(time) * 2.0 + (double)i * 3.0, 10.0}};
        frame[i + 1] = (struct aircraft){i + 1, {time, sin(time) * 2.0 + (double)i * 3.0, 10.0}};
    }
}

struct voxel {
    double x, y;
};

/// How an aircraft flew from one frame to the next.
struct motion {
    int64_t id;
    struct vec from, to;
};

/// Whether the times have one in common with those from 0 to 1.
static bool overlaps_unit(double low, double high) {
    return (low <= 1.0 && 1.0 <= high) || (low <= 0.0 && 0.0 <= high) || (0.0 <= low && high <= 1.0);
}

/// Whether two that flew at the same time, both at a constant speed, met, and where.
static bool meeting(const struct motion *one, const struct motion *other, struct vec *point) {
    struct vec speed = subtract(one->to, one->from), other_speed = subtract(other->to, other->from);
    struct vec distance = subtract(other->from, one->from), relative = subtract(other_speed, speed);
    double a = dot(relative, relative);
    if (a == 0.0) {
        *point = scale(add(one->from, other->from), 0.5);
        return sqrt(dot(distance, distance)) <= radius;
    }
    double b = 2.0 * dot(subtract(one->from, other->from), subtract(speed, other_speed));
    double c = -radius * radius + dot(distance, distance);
    double discriminant = b * b - 4.0 * a * c;
    if (discriminant < 0.0)
        return false;
    double start = (-b - sqrt(discriminant)) / (2.0 * a), end = (-b + sqrt(discriminant)) / (2.0 * a);
    if (!overlaps_unit(start, end))
        return false;
    double time = start <= 0.0 ? 0.0 : start;
    struct vec there = add(one->from, scale(speed, time));
    *point = scale(add(there, add(other->from, scale(other_speed, time))), 0.5);
    return point->x >= min_x && point->x <= max_x && point->y >= min_y && point->y <= max_y &&
           point->z >= min_z && point->z <= max_z;
}

static bool is_near(double voxel, double at, double reach) {
    return voxel <= at + reach && at - reach <= voxel + voxel_size;
}

static void swap(double *a, double *b) {
    double old = *a;
    *a = *b;
    *b = old;
}

static bool touches(const struct motion *motion, struct voxel voxel) {
    if (voxel.x > max_x || voxel.x < min_x || voxel.y > max_y || voxel.y < min_y)
        return false;
    double reach = radius / 2.0;
    struct vec from = motion->from;
    double speed_x = motion->to.x - from.x, speed_y = motion->to.y - from.y;
    double low_x = (voxel.x - reach - from.x) / speed_x;
    double high_x = (voxel.x + voxel_size + reach - from.x) / speed_x;
    if (speed_x < 0.0)
        swap(&low_x, &high_x);
    double low_y = (voxel.y - reach - from.y) / speed_y;
    double high_y = (voxel.y + voxel_size + reach - from.y) / speed_y;
    if (speed_y < 0.0)
        swap(&low_y, &high_y);
    return ((speed_x == 0.0 && is_near(voxel.x, from.x, reach)) || overlaps_unit(low_x, high_x)) &&
           ((speed_y == 0.0 && is_near(voxel.y, from.y, reach)) || overlaps_unit(low_y, high_y)) &&
           (speed_x == 0.0 || speed_y == 0.0 || (low_y <= high_x && high_x <= high_y) ||
            (low_y <= low_x && low_x <= high_y) || (low_x <= low_y && high_y <= high_x));
}

static double grid_line(double at) {
    double line = voxel_size * (double)(int64_t)(at / voxel_size);
    return at < 0.0 ? line - voxel_size : line;
}

// ---- What the trees hold

/// Where an aircraft was.
struct position {
    struct link link;
    struct aircraft aircraft;
};

/// Notes where an aircraft is; gives where it was, or where it is if that is not known.
static struct vec put_position(struct tree *tree, struct aircraft aircraft) {
    struct link **place = &tree->root, *parent = NULL;
    while (*place) {
        struct position *position = (struct position *)*place;
        if (aircraft.id == position->aircraft.id) {
            struct vec old = position->aircraft.position;
            position->aircraft = aircraft;
            return old;
        }
        parent = *place;
        place = aircraft.id < position->aircraft.id ? &parent->left : &parent->right;
    }
    struct position *position = resize(NULL, 1, sizeof *position);
    position->aircraft = aircraft;
    insert(tree, place, parent, &position->link);
    return aircraft.position;
}

static void discard(struct link *node) {
    if (node) {
        discard(node->left);
        discard(node->right);
        free(node);
    }
}

/// The motions that touch a voxel.
struct entry {
    struct link link;
    struct voxel voxel;
    const struct motion **motions;
    size_t length, capacity;
};

/// The entry of a voxel, which is a new one without motions if there was none.
static struct entry *entry_of(struct tree *tree, struct voxel voxel, bool *is_new) {
    struct link **place = &tree->root, *parent = NULL;
    while (*place) {
        struct entry *entry = (struct entry *)*place;
        bool below = voxel.x != entry->voxel.x ? voxel.x < entry->voxel.x : voxel.y < entry->voxel.y;
        if (!below && voxel.x == entry->voxel.x && voxel.y == entry->voxel.y) {
            *is_new = false;
            return entry;
        }
        parent = *place;
        place = below ? &parent->left : &parent->right;
    }
    struct entry *entry = resize(NULL, 1, sizeof *entry);
    *entry = (struct entry){.voxel = voxel};
    insert(tree, place, parent, &entry->link);
    *is_new = true;
    return entry;
}

static void push_motion(struct entry *entry, const struct motion *motion) {
    if (entry->length == entry->capacity) {
        entry->capacity = entry->capacity ? 2 * entry->capacity : 1;
        entry->motions = resize(entry->motions, entry->capacity, sizeof *entry->motions);
    }
    entry->motions[entry->length++] = motion;
}

static void discard_entries(struct link *node) {
    if (node) {
        discard_entries(node->left);
        discard_entries(node->right);
        free(((struct entry *)node)->motions);
        free(node);
    }
}

// ---- Collisions

/// Notes the motion at the voxel and at those around it that it touches, unless it has been there.
static void enter(const struct motion *motion, double x, double y, struct tree *voxels, struct tree *seen) {
    struct voxel voxel = {x, y};
    bool is_new;
    if (!touches(motion, voxel))
        return;
    entry_of(seen, voxel, &is_new);
    if (!is_new)
        return;
    push_motion(entry_of(voxels, voxel, &is_new), motion);
    enter(motion, x - voxel_size, y, voxels, seen);
    enter(motion, x + voxel_size, y, voxels, seen);
    enter(motion, x, y - voxel_size, voxels, seen);
    enter(motion, x, y + voxel_size, voxels, seen);
    enter(motion, x - voxel_size, y - voxel_size, voxels, seen);
    enter(motion, x - voxel_size, y + voxel_size, voxels, seen);
    enter(motion, x + voxel_size, y - voxel_size, voxels, seen);
    enter(motion, x + voxel_size, y + voxel_size, voxels, seen);
}

struct collision {
    int64_t first, second;
    struct vec point;
};

struct collisions {
    struct collision *items;
    size_t length, capacity;
};

static void push_collision(struct collisions *collisions, struct collision collision) {
    if (collisions->length == collisions->capacity) {
        collisions->capacity = collisions->capacity ? 2 * collisions->capacity : 16;
        collisions->items = resize(collisions->items, collisions->capacity, sizeof collision);
    }
    collisions->items[collisions->length++] = collision;
}

/// Adds the collisions of the motions that touch the same voxel, of each voxel.
static void collide(const struct link *node, struct collisions *collisions) {
    if (!node)
        return;
    collide(node->left, collisions);
    const struct entry *near = (const struct entry *)node;
    for (size_t i = 0; i < near->length; i++) {
        for (size_t j = i + 1; j < near->length; j++) {
            struct vec point;
            if (meeting(near->motions[i], near->motions[j], &point))
                push_collision(collisions,
                               (struct collision){near->motions[i]->id, near->motions[j]->id, point});
        }
    }
    collide(node->right, collisions);
}

static void detect(struct tree *positions, const struct aircraft *frame, int64_t count,
                   struct motion *motions, struct collisions *collisions) {
    struct tree voxels = {NULL};
    for (int64_t i = 0; i < count; i++) {
        struct vec from = put_position(positions, frame[i]);
        motions[i] = (struct motion){frame[i].id, from, frame[i].position};
    }
    for (int64_t i = 0; i < count; i++) {
        struct tree seen = {NULL};
        enter(&motions[i], grid_line(motions[i].from.x), grid_line(motions[i].from.y), &voxels, &seen);
        discard_entries(seen.root);
    }
    collisions->length = 0;
    collide(voxels.root, collisions);
    discard_entries(voxels.root);
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    int64_t count = atoll(argv[1]), total = 0, sum = 0;
    struct aircraft *frame = resize(NULL, (size_t)count + 1, sizeof *frame);
    struct motion *motions = resize(NULL, (size_t)count + 1, sizeof *motions);
    struct tree positions = {NULL};
    struct collisions collisions = {0};
    for (int64_t i = 0; i < atoll(argv[2]); i++) {
        simulate(count, (double)i / 10.0, frame);
        detect(&positions, frame, count, motions, &collisions);
        for (size_t j = 0; j < collisions.length; j++) {
            total++;
            sum = (sum * 31 + collisions.items[j].first * 7 + collisions.items[j].second) % 1000003;
        }
    }
    printf("%" PRId64 " %" PRId64 "\n", total, sum);
    free(frame);
    free(motions);
    free(collisions.items);
    discard(positions.root);
    return 0;
}

// C has no generic types: the containers are written for jobs, as one would; the heap has its comparator by pointer.
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct job {
    int64_t time, id;
    double load;
};

static void *resize(void *memory, size_t count, size_t size) {
    void *result = realloc(memory, count * size);
    if (!result)
        exit(1);
    return result;
}

struct stack {
    struct job *items;
    size_t length, capacity;
};

static void stack_push(struct stack *stack, struct job job) {
    if (stack->length == stack->capacity) {
        stack->capacity = stack->capacity ? 2 * stack->capacity : 4;
        stack->items = resize(stack->items, stack->capacity, sizeof job);
    }
    stack->items[stack->length++] = job;
}

static bool stack_pop(struct stack *stack, struct job *job) {
    if (stack->length == 0)
        return false;
    *job = stack->items[--stack->length];
    return true;
}

struct queue {
    struct job *items;
    size_t head, length, capacity;
};

static size_t queue_place(const struct queue *queue, size_t offset) {
    size_t index = queue->head + offset;
    return index < queue->capacity ? index : index - queue->capacity;
}

static void queue_grow(struct queue *queue) {
    size_t capacity = queue->capacity ? 2 * queue->capacity : 4;
    struct job *items = resize(NULL, capacity, sizeof *items);
    for (size_t i = 0; i < queue->length; i++)
        items[i] = queue->items[queue_place(queue, i)];
    free(queue->items);
    *queue = (struct queue){items, 0, queue->length, capacity};
}

static void queue_push(struct queue *queue, struct job job) {
    if (queue->length == queue->capacity)
        queue_grow(queue);
    queue->items[queue_place(queue, queue->length)] = job;
    queue->length++;
}

static bool queue_pop(struct queue *queue, struct job *job) {
    if (queue->length == 0)
        return false;
    *job = queue->items[queue->head];
    queue->head = queue_place(queue, 1);
    queue->length--;
    return true;
}

struct heap {
    struct job *items;
    size_t length, capacity;
    bool (*is_before)(const struct job *a, const struct job *b);
};

static void heap_push(struct heap *heap, struct job job) {
    if (heap->length == heap->capacity) {
        heap->capacity = heap->capacity ? 2 * heap->capacity : 4;
        heap->items = resize(heap->items, heap->capacity, sizeof job);
    }
    size_t index = heap->length++;
    while (index > 0) {
        size_t parent = (index - 1) / 2;
        if (!heap->is_before(&job, &heap->items[parent]))
            break;
        heap->items[index] = heap->items[parent];
        index = parent;
    }
    heap->items[index] = job;
}

static bool heap_pop(struct heap *heap, struct job *first) {
    if (heap->length == 0)
        return false;
    struct job *items = heap->items;
    *first = items[0];
    struct job job = items[--heap->length];
    size_t length = heap->length, index = 0;
    while (2 * index + 1 < length) {
        size_t child = 2 * index + 1;
        if (child + 1 < length && heap->is_before(&items[child + 1], &items[child]))
            child++;
        if (!heap->is_before(&items[child], &job))
            break;
        items[index] = items[child];
        index = child;
    }
    items[index] = job;
    return true;
}

static bool is_before(const struct job *a, const struct job *b) {
    return a->time < b->time || (a->time == b->time && a->id < b->id);
}

/// A number below the limit, which is at most 139968.
static int64_t next(int64_t *seed, int64_t limit) {
    *seed = (*seed * 3877 + 29573) % 139968;
    return *seed * limit / 139968;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    int64_t jobs = atoll(argv[1]), steps = atoll(argv[2]), seed = 42;
    struct heap waiting = {.is_before = is_before};
    struct queue queue = {0};
    struct stack stack = {0};
    for (int64_t id = 0; id < jobs; id++) {
        int64_t time = next(&seed, 1000);
        heap_push(&waiting, (struct job){time, id, (double)next(&seed, 100) / 100.0});
    }
    int64_t clock = 0, hash = 0;
    for (int64_t step = 0; step < steps; step++) {
        struct job job;
        if (heap_pop(&waiting, &job)) {
            clock = job.time;
            if (job.load > 0.5)
                queue_push(&queue, job);
            else
                stack_push(&stack, job);
        }
        if ((int64_t)(queue.length + stack.length) > jobs / 2) {
            for (int i = 0; i < 8; i++) {
                if (!(next(&seed, 2) == 0 ? queue_pop(&queue, &job) : stack_pop(&stack, &job)))
                    continue;
                double load = (job.load + (double)next(&seed, 100) / 100.0) / 2.0;
                heap_push(&waiting, (struct job){clock + 1 + next(&seed, 1000), job.id, load});
                hash = (hash * 31 + job.id + (int64_t)(load * 1000.0)) % 1000003;
            }
        }
    }
    printf("%" PRId64 " %" PRId64 "\n", clock, hash);
    free(waiting.items);
    free(queue.items);
    free(stack.items);
    return 0;
}

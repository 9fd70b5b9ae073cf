#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B, TASKS };
enum { DATA_SIZE = 4 };
enum kind { DEVICE, WORK };

struct packet {
    struct packet *link;
    int64_t id;
    enum kind kind;
    int64_t datum;
    int64_t data[DATA_SIZE];
};

struct scheduler;

struct task {
    struct task *(*process)(struct task *self, struct packet *packet);
    struct scheduler *scheduler;
    int64_t id, priority;
    struct task *next;
    struct packet *queue;
    bool packet_pending, waiting, holding;
};

struct idle_task {
    struct task base;
    int64_t seed, count;
};

struct device_task {
    struct task base;
    struct packet *pending;
};

struct worker_task {
    struct task base;
    int64_t handler, letter;
};

struct handler_task {
    struct task base;
    struct packet *work, *device;
};

struct scheduler {
    struct task *tasks[TASKS], *list, *current;
    int64_t sent, held;
};

static void *allocate(size_t size) {
    void *memory = calloc(1, size);
    if (!memory)
        exit(1);
    return memory;
}

/// The queue with the packet at its end.
static struct packet *packet_add_to(struct packet *packet, struct packet *queue) {
    packet->link = NULL;
    if (!queue)
        return packet;
    struct packet *last = queue;
    while (last->link)
        last = last->link;
    last->link = packet;
    return queue;
}

static bool task_is_idle(const struct task *task) {
    return task->holding || (task->waiting && !task->packet_pending);
}

/// Runs the task with the packet that it waited for, if it did; gives the task to run next.
static struct task *task_run(struct task *task) {
    if (task->waiting && task->packet_pending) {
        struct packet *packet = task->queue;
        task->queue = packet->link;
        task->waiting = false;
        task->packet_pending = task->queue != NULL;
        return task->process(task, packet);
    }
    return task->process(task, NULL);
}

/// Takes a packet from the sender, and the processor too if this task is more urgent.
static struct task *task_accept(struct task *task, struct packet *packet, struct task *sender) {
    if (task->queue) {
        packet_add_to(packet, task->queue);
        return sender;
    }
    task->queue = packet;
    task->packet_pending = true;
    return task->priority > sender->priority ? task : sender;
}

// ---- What a task does to itself and others; each gives the task to run next

static struct task *scheduler_release(struct scheduler *scheduler, int64_t id) {
    struct task *task = scheduler->tasks[id];
    task->holding = false;
    return task->priority > scheduler->current->priority ? task : scheduler->current;
}

static struct task *scheduler_hold(struct scheduler *scheduler) {
    scheduler->held++;
    scheduler->current->holding = true;
    return scheduler->current->next;
}

static struct task *scheduler_wait(struct scheduler *scheduler) {
    scheduler->current->waiting = true;
    return scheduler->current;
}

static struct task *scheduler_send(struct scheduler *scheduler, struct packet *packet) {
    struct task *receiver = scheduler->tasks[packet->id];
    scheduler->sent++;
    packet->link = NULL;
    packet->id = scheduler->current->id;
    return task_accept(receiver, packet, scheduler->current);
}

// ---- The kinds of tasks

static struct task *idle_process(struct task *self, struct packet *packet) {
    struct idle_task *task = (struct idle_task *)self;
    (void)packet;
    task->count--;
    if (task->count == 0)
        return scheduler_hold(self->scheduler);
    if ((task->seed & 1) == 0) {
        task->seed = task->seed / 2;
        return scheduler_release(self->scheduler, DEVICE_A);
    }
    task->seed = (task->seed / 2) ^ 0xd008;
    return scheduler_release(self->scheduler, DEVICE_B);
}

static struct task *device_process(struct task *self, struct packet *packet) {
    struct device_task *task = (struct device_task *)self;
    if (packet) {
        task->pending = packet;
        return scheduler_hold(self->scheduler);
    }
    struct packet *pending = task->pending;
    if (!pending)
        return scheduler_wait(self->scheduler);
    task->pending = NULL;
    return scheduler_send(self->scheduler, pending);
}

static struct task *worker_process(struct task *self, struct packet *packet) {
    struct worker_task *task = (struct worker_task *)self;
    if (!packet)
        return scheduler_wait(self->scheduler);
    task->handler = task->handler == HANDLER_A ? HANDLER_B : HANDLER_A;
    packet->id = task->handler;
    packet->datum = 0;
    for (int i = 0; i < DATA_SIZE; i++) {
        task->letter++;
        if (task->letter > 26)
            task->letter = 1;
        packet->data[i] = task->letter;
    }
    return scheduler_send(self->scheduler, packet);
}

static struct task *handler_process(struct task *self, struct packet *packet) {
    struct handler_task *task = (struct handler_task *)self;
    if (packet) {
        if (packet->kind == WORK)
            task->work = packet_add_to(packet, task->work);
        else
            task->device = packet_add_to(packet, task->device);
    }
    struct packet *work = task->work;
    if (work) {
        int64_t count = work->datum;
        if (count == DATA_SIZE) {
            task->work = work->link;
            return scheduler_send(self->scheduler, work);
        }
        struct packet *device = task->device;
        if (device) {
            task->device = device->link;
            device->datum = work->data[count];
            work->datum = count + 1;
            return scheduler_send(self->scheduler, device);
        }
    }
    return scheduler_wait(self->scheduler);
}

static void add(struct scheduler *scheduler, struct task *task, struct task values) {
    *task = values;
    task->scheduler = scheduler;
    task->packet_pending = task->queue != NULL;
    task->next = scheduler->list;
    scheduler->list = task;
    scheduler->tasks[task->id] = task;
}

static void add_idle_task(struct scheduler *scheduler, int64_t count) {
    struct idle_task *task = allocate(sizeof *task);
    task->seed = 1;
    task->count = count;
    add(scheduler, &task->base, (struct task){.process = idle_process, .id = IDLE});
}

static void add_device_task(struct scheduler *scheduler, int64_t id, int64_t priority) {
    struct device_task *task = allocate(sizeof *task);
    add(scheduler, &task->base,
        (struct task){.process = device_process, .id = id, .priority = priority, .waiting = true});
}

static void add_worker_task(struct scheduler *scheduler, int64_t priority, struct packet *queue) {
    struct worker_task *task = allocate(sizeof *task);
    task->handler = HANDLER_A;
    add(scheduler, &task->base,
        (struct task){
            .process = worker_process, .id = WORKER, .priority = priority, .queue = queue, .waiting = true});
}

static void add_handler_task(struct scheduler *scheduler, int64_t id, int64_t priority,
                             struct packet *queue) {
    struct handler_task *task = allocate(sizeof *task);
    add(scheduler, &task->base,
        (struct task){
            .process = handler_process, .id = id, .priority = priority, .queue = queue, .waiting = true});
}

static void run(struct scheduler *scheduler) {
    scheduler->current = scheduler->list;
    while (scheduler->current) {
        struct task *task = scheduler->current;
        scheduler->current = task_is_idle(task) ? task->next : task_run(task);
    }
}

static struct packet *packets(int64_t count, int64_t id, enum kind kind) {
    struct packet *queue = NULL;
    for (int64_t i = 0; i < count; i++) {
        struct packet *packet = allocate(sizeof *packet);
        *packet = (struct packet){.link = queue, .id = id, .kind = kind};
        queue = packet;
    }
    return queue;
}

int main(int argc, char **argv) { // what a round allocates is not freed: it is little
    if (argc != 2)
        return 2;
    for (int64_t round = 0; round < atoll(argv[1]); round++) {
        struct scheduler *scheduler = allocate(sizeof *scheduler);
        add_idle_task(scheduler, 10000);
        add_worker_task(scheduler, 1000, packets(2, WORKER, WORK));
        add_handler_task(scheduler, HANDLER_A, 2000, packets(3, DEVICE_A, DEVICE));
        add_handler_task(scheduler, HANDLER_B, 3000, packets(3, DEVICE_B, DEVICE));
        add_device_task(scheduler, DEVICE_A, 4000);
        add_device_task(scheduler, DEVICE_B, 5000);
        run(scheduler);
        printf("%" PRId64 " %" PRId64 "\n", scheduler->sent, scheduler->held);
    }
    return 0;
}

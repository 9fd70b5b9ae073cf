const IDLE = 0;
const WORKER = 1;
const HANDLER_A = 2;
const HANDLER_B = 3;
const DEVICE_A = 4;
const DEVICE_B = 5;
const TASKS = 6;
const DATA_SIZE = 4;

const DEVICE = 0;
const WORK = 1;

class Packet {
    constructor(link, id, kind) {
        this.link = link;
        this.id = id;
        this.kind = kind;
        this.datum = 0;
        this.data = new Array(DATA_SIZE).fill(0);
    }

    /** The queue with this packet at its end. */
    addTo(queue) {
        this.link = null;
        if (queue === null) return this;
        let last = queue;
        while (last.link !== null) last = last.link;
        last.link = this;
        return queue;
    }
}

class Task {
    constructor(scheduler, id, priority, queue, waiting) {
        this.scheduler = scheduler;
        this.id = id;
        this.priority = priority;
        this.next = null;
        this.queue = queue;
        this.packetPending = queue !== null;
        this.waiting = waiting;
        this.holding = false;
    }

    isIdle() {
        return this.holding || this.waiting && !this.packetPending;
    }

    /** Runs the task with the packet that it waited for, if it did; gives the task to run next. */
    run() {
        if (this.waiting && this.packetPending) {
            const packet = this.queue;
            this.queue = packet.link;
            this.waiting = false;
            this.packetPending = this.queue !== null;
            return this.process(packet);
        }
        return this.process(null);
    }

    /** Takes a packet from the sender, and the processor too if this task is more urgent. */
    accept(packet, sender) {
        if (this.queue !== null) {
            packet.addTo(this.queue);
            return sender;
        }
        this.queue = packet;
        this.packetPending = true;
        return this.priority > sender.priority ? this : sender;
    }
}

class IdleTask extends Task {
    constructor(scheduler, count) {
        super(scheduler, IDLE, 0, null, false);
        this.seed = 1;
        this.count = count;
    }

    process(packet) {
        this.count--;
        if (this.count === 0) return this.scheduler.hold();
        if ((this.seed & 1) === 0) {
            this.seed = this.seed >> 1;
            return this.scheduler.release(DEVICE_A);
        }
        this.seed = this.seed >> 1 ^ 0xd008;
        return this.scheduler.release(DEVICE_B);
    }
}

class DeviceTask extends Task {
    constructor(scheduler, id, priority) {
        super(scheduler, id, priority, null, true);
        this.pending = null;
    }

    process(packet) {
        if (packet !== null) {
            this.pending = packet;
            return this.scheduler.hold();
        }
        if (this.pending === null) return this.scheduler.wait();
        const sent = this.pending;
        this.pending = null;
        return this.scheduler.send(sent);
    }
}

class WorkerTask extends Task {
    constructor(scheduler, priority, queue) {
        super(scheduler, WORKER, priority, queue, true);
        this.handler = HANDLER_A;
        this.letter = 0;
    }

    process(packet) {
        if (packet === null) return this.scheduler.wait();
        this.handler = this.handler === HANDLER_A ? HANDLER_B : HANDLER_A;
        packet.id = this.handler;
        packet.datum = 0;
        for (let i = 0; i < DATA_SIZE; i++) {
            this.letter++;
            if (this.letter > 26) this.letter = 1;
            packet.data[i] = this.letter;
        }
        return this.scheduler.send(packet);
    }
}

class HandlerTask extends Task {
    constructor(scheduler, id, priority, queue) {
        super(scheduler, id, priority, queue, true);
        this.work = null;
        this.device = null;
    }

    process(packet) {
        if (packet !== null) {
            if (packet.kind === WORK) this.work = packet.addTo(this.work);
            else this.device = packet.addTo(this.device);
        }
        const work = this.work;
        if (work !== null) {
            const count = work.datum;
            if (count === DATA_SIZE) {
                this.work = work.link;
                return this.scheduler.send(work);
            }
            const device = this.device;
            if (device !== null) {
                this.device = device.link;
                device.datum = work.data[count];
                work.datum = count + 1;
                return this.scheduler.send(device);
            }
        }
        return this.scheduler.wait();
    }
}

class Scheduler {
    constructor() {
        this.tasks = new Array(TASKS).fill(null);
        this.list = null;
        this.current = null;
        this.sent = 0;
        this.held = 0;
    }

    add(task) {
        task.next = this.list;
        this.list = task;
        this.tasks[task.id] = task;
    }

    run() {
        this.current = this.list;
        while (this.current !== null) {
            const task = this.current;
            this.current = task.isIdle() ? task.next : task.run();
        }
    }

    // What a task does to itself and others; each gives the task to run next.

    release(id) {
        const task = this.tasks[id];
        task.holding = false;
        return task.priority > this.current.priority ? task : this.current;
    }

    hold() {
        const task = this.current;
        this.held++;
        task.holding = true;
        return task.next;
    }

    wait() {
        this.current.waiting = true;
        return this.current;
    }

    send(packet) {
        const receiver = this.tasks[packet.id];
        const sender = this.current;
        this.sent++;
        packet.link = null;
        packet.id = sender.id;
        return receiver.accept(packet, sender);
    }
}

function packets(count, id, kind) {
    let queue = null;
    for (let i = 0; i < count; i++) queue = new Packet(queue, id, kind);
    return queue;
}

const rounds = Number(process.argv[2]);
for (let round = 0; round < rounds; round++) {
    const scheduler = new Scheduler();
    scheduler.add(new IdleTask(scheduler, 10000));
    scheduler.add(new WorkerTask(scheduler, 1000, packets(2, WORKER, WORK)));
    scheduler.add(new HandlerTask(scheduler, HANDLER_A, 2000, packets(3, DEVICE_A, DEVICE)));
    scheduler.add(new HandlerTask(scheduler, HANDLER_B, 3000, packets(3, DEVICE_B, DEVICE)));
    scheduler.add(new DeviceTask(scheduler, DEVICE_A, 4000));
    scheduler.add(new DeviceTask(scheduler, DEVICE_B, 5000));
    scheduler.run();
    console.log(scheduler.sent, scheduler.held);
}

public class richards {
    static final int IDLE = 0, WORKER = 1, HANDLER_A = 2, HANDLER_B = 3, DEVICE_A = 4, DEVICE_B = 5, TASKS = 6;
    static final int DATA_SIZE = 4;

    enum Kind { DEVICE, WORK }

    static final class Packet {
        Packet link;
        int id;
        final Kind kind;
        int datum;
        final int[] data = new int[DATA_SIZE];

        Packet(Packet link, int id, Kind kind) {
            this.link = link;
            this.id = id;
            this.kind = kind;
        }

        /** The queue with this packet at its end. */
        Packet addTo(Packet queue) {
            link = null;
            if (queue == null) return this;
            Packet last = queue;
            while (last.link != null) last = last.link;
            last.link = this;
            return queue;
        }
    }

    abstract static class Task {
        final Scheduler scheduler;
        final int id, priority;
        Task next;
        private Packet queue;
        boolean packetPending, waiting, holding;

        Task(Scheduler scheduler, int id, int priority, Packet queue, boolean waiting) {
            this.scheduler = scheduler;
            this.id = id;
            this.priority = priority;
            this.queue = queue;
            this.packetPending = queue != null;
            this.waiting = waiting;
        }

        abstract Task process(Packet packet);

        boolean isIdle() {
            return holding || waiting && !packetPending;
        }

        /** Runs the task with the packet that it waited for, if it did; gives the task to run next. */
        Task run() {
            if (waiting && packetPending) {
                Packet packet = queue;
                queue = packet.link;
                waiting = false;
                packetPending = queue != null;
                return process(packet);
            }
            return process(null);
        }

        /** Takes a packet from the sender, and the processor too if this task is more urgent. */
        Task accept(Packet packet, Task sender) {
            if (queue != null) {
                packet.addTo(queue);
                return sender;
            }
            queue = packet;
            packetPending = true;
            return priority > sender.priority ? this : sender;
        }
    }

    static final class IdleTask extends Task {
        private int seed = 1, count;

        IdleTask(Scheduler scheduler, int count) {
            super(scheduler, IDLE, 0, null, false);
            this.count = count;
        }

        Task process(Packet packet) {
            count--;
            if (count == 0) return scheduler.hold();
            if ((seed & 1) == 0) {
                seed = seed / 2;
                return scheduler.release(DEVICE_A);
            }
            seed = seed / 2 ^ 0xd008;
            return scheduler.release(DEVICE_B);
        }
    }

    static final class DeviceTask extends Task {
        private Packet pending;

        DeviceTask(Scheduler scheduler, int id, int priority) {
            super(scheduler, id, priority, null, true);
        }

        Task process(Packet packet) {
            if (packet != null) {
                pending = packet;
                return scheduler.hold();
            }
            if (pending == null) return scheduler.suspend();
            Packet sent = pending;
            pending = null;
            return scheduler.send(sent);
        }
    }

    static final class WorkerTask extends Task {
        private int handler = HANDLER_A, letter = 0;

        WorkerTask(Scheduler scheduler, int priority, Packet queue) {
            super(scheduler, WORKER, priority, queue, true);
        }

        Task process(Packet packet) {
            if (packet == null) return scheduler.suspend();
            handler = handler == HANDLER_A ? HANDLER_B : HANDLER_A;
            packet.id = handler;
            packet.datum = 0;
            for (int i = 0; i < DATA_SIZE; i++) {
                letter++;
                if (letter > 26) letter = 1;
                packet.data[i] = letter;
            }
            return scheduler.send(packet);
        }
    }

    static final class HandlerTask extends Task {
        private Packet work, device;

        HandlerTask(Scheduler scheduler, int id, int priority, Packet queue) {
            super(scheduler, id, priority, queue, true);
        }

        Task process(Packet packet) {
            if (packet != null) {
                if (packet.kind == Kind.WORK) work = packet.addTo(work);
                else device = packet.addTo(device);
            }
            if (work != null) {
                int count = work.datum;
                if (count == DATA_SIZE) {
                    Packet sent = work;
                    work = sent.link;
                    return scheduler.send(sent);
                }
                if (device != null) {
                    Packet sent = device;
                    device = sent.link;
                    sent.datum = work.data[count];
                    work.datum = count + 1;
                    return scheduler.send(sent);
                }
            }
            return scheduler.suspend();
        }
    }

    static final class Scheduler {
        private final Task[] tasks = new Task[TASKS];
        private Task list, current;
        int sent, held;

        void add(Task task) {
            task.next = list;
            list = task;
            tasks[task.id] = task;
        }

        void run() {
            current = list;
            while (current != null) current = current.isIdle() ? current.next : current.run();
        }

        // What a task does to itself and others; each gives the task to run next.

        Task release(int id) {
            Task task = tasks[id];
            task.holding = false;
            return task.priority > current.priority ? task : current;
        }

        Task hold() {
            held++;
            current.holding = true;
            return current.next;
        }

        Task suspend() {
            current.waiting = true;
            return current;
        }

        Task send(Packet packet) {
            Task receiver = tasks[packet.id];
            sent++;
            packet.link = null;
            packet.id = current.id;
            return receiver.accept(packet, current);
        }
    }

    static Packet packets(int count, int id, Kind kind) {
        Packet queue = null;
        for (int i = 0; i < count; i++) queue = new Packet(queue, id, kind);
        return queue;
    }

    public static void main(String[] args) {
        int rounds = Integer.parseInt(args[0]);
        for (int round = 0; round < rounds; round++) {
            Scheduler scheduler = new Scheduler();
            scheduler.add(new IdleTask(scheduler, 10000));
            scheduler.add(new WorkerTask(scheduler, 1000, packets(2, WORKER, Kind.WORK)));
            scheduler.add(new HandlerTask(scheduler, HANDLER_A, 2000, packets(3, DEVICE_A, Kind.DEVICE)));
            scheduler.add(new HandlerTask(scheduler, HANDLER_B, 3000, packets(3, DEVICE_B, Kind.DEVICE)));
            scheduler.add(new DeviceTask(scheduler, DEVICE_A, 4000));
            scheduler.add(new DeviceTask(scheduler, DEVICE_B, 5000));
            scheduler.run();
            System.out.println(scheduler.sent + " " + scheduler.held);
        }
    }
}

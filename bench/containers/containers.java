import java.util.ArrayList;
import java.util.List;

public class containers {
    record Job(long time, int id, double load) {
    }

    static final class Stack<T> {
        private final List<T> items = new ArrayList<>();

        int length() {
            return items.size();
        }

        void push(T item) {
            items.add(item);
        }

        T pop() {
            return items.isEmpty() ? null : items.remove(items.size() - 1);
        }
    }

    @SuppressWarnings("unchecked")
    static final class Queue<T> {
        private T[] items = (T[]) new Object[4];
        private int head = 0, count = 0;

        int length() {
            return count;
        }

        void push(T item) {
            if (count == items.length) grow();
            items[place(count)] = item;
            count++;
        }

        T pop() {
            if (count == 0) return null;
            T item = items[head];
            items[head] = null;
            head = place(1);
            count--;
            return item;
        }

        private int place(int offset) {
            int index = head + offset;
            return index < items.length ? index : index - items.length;
        }

        private void grow() {
            T[] larger = (T[]) new Object[2 * count];
            for (int i = 0; i < count; i++) larger[i] = items[place(i)];
            items = larger;
            head = 0;
        }
    }

    interface Order<T> {
        boolean isBefore(T a, T b);
    }

    static final class Heap<T> {
        private final List<T> items = new ArrayList<>();
        private final Order<T> order;

        Heap(Order<T> order) {
            this.order = order;
        }

        void push(T item) {
            items.add(item);
            int index = items.size() - 1;
            while (index > 0) {
                int parent = (index - 1) / 2;
                if (!order.isBefore(item, items.get(parent))) break;
                items.set(index, items.get(parent));
                index = parent;
            }
            items.set(index, item);
        }

        T pop() {
            if (items.isEmpty()) return null;
            T item = items.remove(items.size() - 1);
            int length = items.size();
            if (length == 0) return item;
            T first = items.get(0);
            int index = 0;
            while (2 * index + 1 < length) {
                int child = 2 * index + 1;
                if (child + 1 < length && order.isBefore(items.get(child + 1), items.get(child))) child++;
                if (!order.isBefore(items.get(child), item)) break;
                items.set(index, items.get(child));
                index = child;
            }
            items.set(index, item);
            return first;
        }
    }

    static int seed = 42;

    /** A number below the limit, which is at most 139968. */
    static int next(int limit) {
        seed = (seed * 3877 + 29573) % 139968;
        return (int) ((long) seed * limit / 139968);
    }

    public static void main(String[] args) {
        int jobs = Integer.parseInt(args[0]);
        int steps = Integer.parseInt(args[1]);
        Heap<Job> waiting = new Heap<>((a, b) -> a.time < b.time || a.time == b.time && a.id < b.id);
        Queue<Job> queue = new Queue<>();
        Stack<Job> stack = new Stack<>();
        for (int id = 0; id < jobs; id++) {
            int time = next(1000);
            waiting.push(new Job(time, id, next(100) / 100.0));
        }
        long clock = 0, hash = 0;
        for (int step = 0; step < steps; step++) {
            Job first = waiting.pop();
            if (first != null) {
                clock = first.time;
                if (first.load > 0.5) queue.push(first);
                else stack.push(first);
            }
            if (queue.length() + stack.length() > jobs / 2) {
                for (int i = 0; i < 8; i++) {
                    Job job = next(2) == 0 ? queue.pop() : stack.pop();
                    if (job == null) continue;
                    double load = (job.load + next(100) / 100.0) / 2.0;
                    waiting.push(new Job(clock + 1 + next(1000), job.id, load));
                    hash = (hash * 31 + job.id + (int) (load * 1000.0)) % 1000003;
                }
            }
        }
        System.out.println(clock + " " + hash);
    }
}

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

public class cd {
    static final double MIN_X = 0.0, MIN_Y = 0.0, MIN_Z = 0.0, MAX_X = 1000.0, MAX_Y = 1000.0, MAX_Z = 10.0;
    static final double RADIUS = 1.0, VOXEL_SIZE = 2.0;

    record Voxel(double x, double y) implements Comparable<Voxel> {
        @Override
        public int compareTo(Voxel other) {
            if (x != other.x) return x < other.x ? -1 : 1;
            if (y != other.y) return y < other.y ? -1 : 1;
            return 0;
        }

        Voxel moved(double byX, double byY) {
            return new Voxel(x + byX, y + byY);
        }
    }

    record Vec(double x, double y, double z) {
        Vec plus(Vec other) {
            return new Vec(x + other.x, y + other.y, z + other.z);
        }

        Vec minus(Vec other) {
            return new Vec(x - other.x, y - other.y, z - other.z);
        }

        Vec times(double by) {
            return new Vec(x * by, y * by, z * by);
        }

        double dot(Vec other) {
            return x * other.x + y * other.y + z * other.z;
        }
    }

    // ---- Red-black trees

    static final class Node<K, V> {
        final K key;
        V value;
        Node<K, V> parent, left, right;
        boolean isRed = true;

        Node(K key, V value, Node<K, V> parent) {
            this.key = key;
            this.value = value;
            this.parent = parent;
        }
    }

    static final class Tree<K extends Comparable<K>, V> {
        private Node<K, V> root;

        V get(K key) {
            Node<K, V> node = root;
            while (node != null) {
                int order = key.compareTo(node.key);
                if (order == 0) return node.value;
                node = order < 0 ? node.left : node.right;
            }
            return null;
        }

        /** The value that the key had. */
        V put(K key, V value) {
            Node<K, V> parent = null, node = root;
            int order = 0;
            while (node != null) {
                order = key.compareTo(node.key);
                if (order == 0) {
                    V old = node.value;
                    node.value = value;
                    return old;
                }
                parent = node;
                node = order < 0 ? node.left : node.right;
            }
            node = new Node<>(key, value, parent);
            if (parent == null) root = node;
            else if (order < 0) parent.left = node;
            else parent.right = node;
            balance(node);
            return null;
        }

        private void balance(Node<K, V> node) {
            Node<K, V> parent;
            while ((parent = node.parent) != null && parent.isRed) {
                Node<K, V> grandparent = parent.parent;
                boolean onLeft = parent == grandparent.left;
                Node<K, V> uncle = onLeft ? grandparent.right : grandparent.left;
                if (uncle != null && uncle.isRed) {
                    parent.isRed = false;
                    uncle.isRed = false;
                    grandparent.isRed = true;
                    node = grandparent;
                    continue;
                }
                if (onLeft) {
                    if (node == parent.right) {
                        node = parent;
                        rotateLeft(node);
                    }
                    rotateRight(grandparent);
                } else {
                    if (node == parent.left) {
                        node = parent;
                        rotateRight(node);
                    }
                    rotateLeft(grandparent);
                }
                node.parent.isRed = false;
                grandparent.isRed = true;
            }
            root.isRed = false;
        }

        private void rotateLeft(Node<K, V> node) {
            Node<K, V> up = node.right;
            node.right = up.left;
            if (up.left != null) up.left.parent = node;
            replace(node, up);
            up.left = node;
            node.parent = up;
        }

        private void rotateRight(Node<K, V> node) {
            Node<K, V> up = node.left;
            node.left = up.right;
            if (up.right != null) up.right.parent = node;
            replace(node, up);
            up.right = node;
            node.parent = up;
        }

        /** Hangs another node where a node hangs. */
        private void replace(Node<K, V> node, Node<K, V> by) {
            Node<K, V> parent = node.parent;
            by.parent = parent;
            if (parent == null) root = by;
            else if (node == parent.left) parent.left = by;
            else parent.right = by;
        }

        /** Calls the function with all values, by order of their keys. */
        void forEach(Consumer<V> f) {
            visit(root, f);
        }

        private void visit(Node<K, V> node, Consumer<V> f) {
            if (node == null) return;
            visit(node.left, f);
            f.accept(node.value);
            visit(node.right, f);
        }
    }

    // ---- Aircraft

    record Aircraft(int id, Vec position) {
    }

    static List<Aircraft> simulate(int count, double time) {
        List<Aircraft> frame = new ArrayList<>();
        for (int i = 0; i < count; i += 2) {
            frame.add(new Aircraft(i, new Vec(time, Math.cos(time) * 2.0 + i * 3.0, 10.0)));
            frame.add(new Aircraft(i + 1, new Vec(time, Math.sin(time) * 2.0 + i * 3.0, 10.0)));
        }
        return frame;
    }

    /** How an aircraft flew from one frame to the next. */
    record Motion(int id, Vec from, Vec to) {
        /** Where it met another that flew at the same time, both at a constant speed. */
        Vec meeting(Motion other) {
            Vec speed = to.minus(from), otherSpeed = other.to.minus(other.from);
            Vec distance = other.from.minus(from), relative = otherSpeed.minus(speed);
            double a = relative.dot(relative);
            if (a == 0.0) {
                if (Math.sqrt(distance.dot(distance)) > RADIUS) return null;
                return from.plus(other.from).times(0.5);
            }
            double b = 2.0 * from.minus(other.from).dot(speed.minus(otherSpeed));
            double c = -RADIUS * RADIUS + distance.dot(distance);
            double discriminant = b * b - 4.0 * a * c;
            if (discriminant < 0.0) return null;
            double start = (-b - Math.sqrt(discriminant)) / (2.0 * a);
            double end = (-b + Math.sqrt(discriminant)) / (2.0 * a);
            if (!overlapsUnit(start, end)) return null;
            double time = start <= 0.0 ? 0.0 : start;
            Vec there = from.plus(speed.times(time));
            Vec point = there.plus(other.from.plus(otherSpeed.times(time))).times(0.5);
            boolean inside = point.x >= MIN_X && point.x <= MAX_X && point.y >= MIN_Y && point.y <= MAX_Y
                && point.z >= MIN_Z && point.z <= MAX_Z;
            return inside ? point : null;
        }

        boolean touches(Voxel voxel) {
            if (voxel.x > MAX_X || voxel.x < MIN_X || voxel.y > MAX_Y || voxel.y < MIN_Y) return false;
            double reach = RADIUS / 2.0;
            double speedX = to.x - from.x, speedY = to.y - from.y;
            double lowX = (voxel.x - reach - from.x) / speedX, highX = (voxel.x + VOXEL_SIZE + reach - from.x) / speedX;
            if (speedX < 0.0) {
                double old = lowX;
                lowX = highX;
                highX = old;
            }
            double lowY = (voxel.y - reach - from.y) / speedY, highY = (voxel.y + VOXEL_SIZE + reach - from.y) / speedY;
            if (speedY < 0.0) {
                double old = lowY;
                lowY = highY;
                highY = old;
            }
            return (speedX == 0.0 && isNear(voxel.x, from.x, reach) || overlapsUnit(lowX, highX))
                && (speedY == 0.0 && isNear(voxel.y, from.y, reach) || overlapsUnit(lowY, highY))
                && (speedX == 0.0 || speedY == 0.0 || lowY <= highX && highX <= highY || lowY <= lowX && lowX <= highY
                    || lowX <= lowY && highY <= highX);
        }
    }

    static boolean isNear(double voxel, double at, double reach) {
        return voxel <= at + reach && at - reach <= voxel + VOXEL_SIZE;
    }

    /** Whether the times have one in common with those from 0 to 1. */
    static boolean overlapsUnit(double low, double high) {
        return low <= 1.0 && 1.0 <= high || low <= 0.0 && 0.0 <= high || 0.0 <= low && high <= 1.0;
    }

    static Voxel voxelOf(Vec position) {
        return new Voxel(gridLine(position.x), gridLine(position.y));
    }

    static double gridLine(double at) {
        double line = VOXEL_SIZE * (int) (at / VOXEL_SIZE);
        return at < 0.0 ? line - VOXEL_SIZE : line;
    }

    // ---- Collisions

    record Collision(int first, int second, Vec point) {
    }

    static final class Detector {
        private final Tree<Integer, Vec> positions = new Tree<>();

        List<Collision> detect(List<Aircraft> frame) {
            List<Motion> motions = new ArrayList<>();
            for (Aircraft aircraft : frame) {
                Vec old = positions.put(aircraft.id, aircraft.position);
                motions.add(new Motion(aircraft.id, old != null ? old : aircraft.position, aircraft.position));
            }
            List<Collision> collisions = new ArrayList<>();
            for (List<Motion> near : together(motions)) {
                for (int i = 0; i < near.size(); i++) {
                    for (int j = i + 1; j < near.size(); j++) {
                        Vec point = near.get(i).meeting(near.get(j));
                        if (point != null) collisions.add(new Collision(near.get(i).id, near.get(j).id, point));
                    }
                }
            }
            return collisions;
        }
    }

    /** The motions that touch the same voxel, of each voxel that two touch. */
    static List<List<Motion>> together(List<Motion> motions) {
        Tree<Voxel, List<Motion>> voxels = new Tree<>();
        for (Motion motion : motions) enter(motion, voxelOf(motion.from), voxels, new Tree<>());
        List<List<Motion>> result = new ArrayList<>();
        voxels.forEach(near -> {
            if (near.size() > 1) result.add(near);
        });
        return result;
    }

    /** Notes the motion at the voxel and at those around it that it touches, unless it has been there. */
    static void enter(Motion motion, Voxel voxel, Tree<Voxel, List<Motion>> voxels, Tree<Voxel, Boolean> seen) {
        if (!motion.touches(voxel) || seen.put(voxel, true) != null) return;
        List<Motion> motions = voxels.get(voxel);
        if (motions == null) {
            motions = new ArrayList<>();
            voxels.put(voxel, motions);
        }
        motions.add(motion);
        enter(motion, voxel.moved(-VOXEL_SIZE, 0.0), voxels, seen);
        enter(motion, voxel.moved(VOXEL_SIZE, 0.0), voxels, seen);
        enter(motion, voxel.moved(0.0, -VOXEL_SIZE), voxels, seen);
        enter(motion, voxel.moved(0.0, VOXEL_SIZE), voxels, seen);
        enter(motion, voxel.moved(-VOXEL_SIZE, -VOXEL_SIZE), voxels, seen);
        enter(motion, voxel.moved(-VOXEL_SIZE, VOXEL_SIZE), voxels, seen);
        enter(motion, voxel.moved(VOXEL_SIZE, -VOXEL_SIZE), voxels, seen);
        enter(motion, voxel.moved(VOXEL_SIZE, VOXEL_SIZE), voxels, seen);
    }

    public static void main(String[] args) {
        Detector detector = new Detector();
        int count = Integer.parseInt(args[0]);
        int frames = Integer.parseInt(args[1]);
        long collisions = 0, sum = 0;
        for (int frame = 0; frame < frames; frame++) {
            for (Collision collision : detector.detect(simulate(count, frame / 10.0))) {
                collisions++;
                sum = (sum * 31 + collision.first * 7 + collision.second) % 1000003;
            }
        }
        System.out.println(collisions + " " + sum);
    }
}

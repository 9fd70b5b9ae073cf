public class structs {
    static final class Point {
        double x, y, vx, vy;

        Point(double x, double y, double vx, double vy) {
            this.x = x;
            this.y = y;
            this.vx = vx;
            this.vy = vy;
        }

        void move(double time) {
            x += vx * time;
            y += vy * time;
            if (x < 0.0 || x > 1.0) vx = -vx;
            if (y < 0.0 || y > 1.0) vy = -vy;
        }
    }

    static double distance(Point a, Point b) {
        double dx = a.x - b.x;
        double dy = a.y - b.y;
        return Math.sqrt(dx * dx + dy * dy);
    }

    static double simulate(int count, int steps) {
        Point[] points = new Point[count];
        int seed = 42;
        for (int i = 0; i < count; i++) {
            seed = (seed * 3877 + 29573) % 139968;
            double x = seed / 139968.0;
            seed = (seed * 3877 + 29573) % 139968;
            double y = seed / 139968.0;
            points[i] = new Point(x, y, y - 0.5, 0.5 - x);
        }
        double total = 0;
        for (int step = 0; step < steps; step++) {
            for (int i = 0; i < count; i++) points[i].move(0.01);
            for (int i = 1; i < count; i++) total += distance(points[i - 1], points[i]);
        }
        return total / ((double) count * steps);
    }

    public static void main(String[] args) {
        System.out.printf("%.9f%n", simulate(Integer.parseInt(args[0]), Integer.parseInt(args[1])));
    }
}

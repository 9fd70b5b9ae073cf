public class virtual {
    static abstract class Shape {
        abstract long area(long round);
    }

    static final class Square extends Shape {
        final long side;

        Square(long side) {
            this.side = side;
        }

        long area(long round) {
            return side * side + round;
        }
    }

    static final class Rectangle extends Shape {
        final long width, height;

        Rectangle(long width, long height) {
            this.width = width;
            this.height = height;
        }

        long area(long round) {
            return width * height + round;
        }
    }

    static final class Slab extends Shape {
        final long length;

        Slab(long length) {
            this.length = length;
        }

        long area(long round) {
            return length * 3 - round;
        }
    }

    static Shape[] shapes(int count) {
        Shape[] result = new Shape[count];
        int seed = 42;
        for (int i = 0; i < count; i++) {
            seed = (seed * 1103 + 12345) % 65536;
            int size = seed % 100;
            int kind = seed / 128 % 3;
            result[i] = kind == 0 ? new Square(size) : kind == 1 ? new Rectangle(size, size + 1) : new Slab(size);
        }
        return result;
    }

    static long total(Shape[] shapes, int rounds) {
        long sum = 0;
        for (int round = 0; round < rounds; round++)
            for (Shape shape : shapes) sum += shape.area(round);
        return sum;
    }

    public static void main(String[] args) {
        System.out.println(total(shapes(1000), Integer.parseInt(args[0])));
    }
}

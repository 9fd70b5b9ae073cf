public class mandelbrot {
    static int run(int n) {
        double size = n;
        int checksum = 0;
        for (int y = 0; y < n; y++) {
            double ci = 2.0 * y / size - 1.0;
            int bits = 0;
            for (int x = 0; x < n; x++) {
                double cr = 2.0 * x / size - 1.5;
                double zr = 0, zi = 0, squareR = 0, squareI = 0;
                for (int i = 0; i < 50 && squareR + squareI <= 4.0; i++) {
                    zi = 2.0 * zr * zi + ci;
                    zr = squareR - squareI + cr;
                    squareR = zr * zr;
                    squareI = zi * zi;
                }
                bits *= 2;
                if (squareR + squareI <= 4.0) bits++;
                if (x % 8 == 7) {
                    checksum = (checksum * 31 + bits) % 65521;
                    bits = 0;
                }
            }
        }
        return checksum;
    }

    public static void main(String[] args) {
        System.out.println(run(Integer.parseInt(args[0])));
    }
}

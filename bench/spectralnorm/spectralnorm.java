public class spectralnorm {
    static double entry(int i, int j) {
        return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
    }

    static void multiply(double[] v, double[] product) {
        for (int i = 0; i < v.length; i++) {
            double sum = 0;
            for (int j = 0; j < v.length; j++) sum += entry(i, j) * v[j];
            product[i] = sum;
        }
    }

    static void multiplyTransposed(double[] v, double[] product) {
        for (int i = 0; i < v.length; i++) {
            double sum = 0;
            for (int j = 0; j < v.length; j++) sum += entry(j, i) * v[j];
            product[i] = sum;
        }
    }

    static double spectralNorm(int n) {
        double[] u = new double[n], v = new double[n], between = new double[n];
        java.util.Arrays.fill(u, 1);
        for (int round = 0; round < 10; round++) {
            multiply(u, between);
            multiplyTransposed(between, v);
            multiply(v, between);
            multiplyTransposed(between, u);
        }
        double uv = 0, vv = 0;
        for (int i = 0; i < n; i++) {
            uv += u[i] * v[i];
            vv += v[i] * v[i];
        }
        return Math.sqrt(uv / vv);
    }

    public static void main(String[] args) {
        System.out.printf("%.9f%n", spectralNorm(Integer.parseInt(args[0])));
    }
}

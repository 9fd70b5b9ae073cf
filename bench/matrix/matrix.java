public class matrix {
    static double[][] generate(int n, double seed) {
        double[][] rows = new double[n][n];
        double scale = seed / n / n;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) rows[i][j] = scale * ((i - j) * (i + j));
        return rows;
    }

    static double[][] multiply(double[][] a, double[][] b) {
        int n = a.length;
        double[][] transposed = new double[n][n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) transposed[j][i] = b[i][j];
        double[][] product = new double[n][n];
        for (int i = 0; i < n; i++) {
            double[] row = a[i];
            double[] out = product[i];
            for (int j = 0; j < n; j++) {
                double[] column = transposed[j];
                double sum = 0;
                for (int k = 0; k < n; k++) sum += row[k] * column[k];
                out[j] = sum;
            }
        }
        return product;
    }

    public static void main(String[] args) {
        int n = Integer.parseInt(args[0]);
        double[][] product = multiply(generate(n, 1.0), generate(n, 2.0));
        System.out.println((long) (product[n / 2][n / 2] * 1e6));
        System.out.println((long) (product[0][n - 1] * 1e6));
    }
}

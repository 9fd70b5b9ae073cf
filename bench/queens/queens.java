public class queens {
    static int place(int row, int n, boolean[] columns, boolean[] rising, boolean[] falling) {
        if (row == n) return 1;
        int ways = 0;
        for (int column = 0; column < n; column++) {
            if (!columns[column] && !rising[row + column] && !falling[row - column + n]) {
                columns[column] = true;
                rising[row + column] = true;
                falling[row - column + n] = true;
                ways += place(row + 1, n, columns, rising, falling);
                columns[column] = false;
                rising[row + column] = false;
                falling[row - column + n] = false;
            }
        }
        return ways;
    }

    public static void main(String[] args) {
        int n = Integer.parseInt(args[0]), rounds = Integer.parseInt(args[1]);
        for (int round = 0; round < rounds; round++)
            System.out.println(place(0, n, new boolean[n], new boolean[2 * n], new boolean[2 * n]));
    }
}

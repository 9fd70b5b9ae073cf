public class levenshtein {
    static byte[] generate(int length, int seed) {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            seed = (seed * 3877 + 29573) % 139968;
            text[i] = (byte) ('a' + seed * 4 / 139968);
        }
        return text;
    }

    static int distance(byte[] a, byte[] b) {
        int[] above = new int[b.length + 1], row = new int[b.length + 1];
        for (int j = 0; j <= b.length; j++) above[j] = j;
        for (int i = 0; i < a.length; i++) {
            row[0] = i + 1;
            for (int j = 0; j < b.length; j++) {
                int replaced = above[j] + (a[i] == b[j] ? 0 : 1);
                row[j + 1] = Math.min(Math.min(replaced, above[j + 1] + 1), row[j] + 1);
            }
            int[] swapped = above;
            above = row;
            row = swapped;
        }
        return above[b.length];
    }

    public static void main(String[] args) {
        int length = Integer.parseInt(args[0]);
        int pairs = Integer.parseInt(args[1]);
        long sum = 0;
        for (int pair = 0; pair < pairs; pair++) {
            sum += distance(generate(length, pair), generate(length + pair % 7, pair + 1000));
        }
        System.out.println(sum);
    }
}

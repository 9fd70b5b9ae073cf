public class fannkuch {
    static void run(int n) {
        int[] order = new int[n], work = new int[n], count = new int[n];
        int checksum = 0, most = 0, index = 0, r = n;
        for (int i = 0; i < n; i++) order[i] = i;
        while (true) {
            for (; r != 1; r--) count[r - 1] = r;
            for (int i = 0; i < n; i++) work[i] = order[i];
            int flips = 0;
            for (int first = work[0]; first != 0; first = work[0]) {
                for (int low = 0, high = first; low < high; low++, high--) {
                    int swapped = work[low];
                    work[low] = work[high];
                    work[high] = swapped;
                }
                flips++;
            }
            if (flips > most) most = flips;
            checksum += index % 2 == 0 ? flips : -flips;
            for (;; r++) {
                if (r == n) {
                    System.out.println(checksum + " " + most);
                    return;
                }
                int front = order[0];
                for (int i = 0; i < r; i++) order[i] = order[i + 1];
                order[r] = front;
                if (--count[r] > 0) break;
            }
            index++;
        }
    }

    public static void main(String[] args) {
        int n = Integer.parseInt(args[0]), rounds = Integer.parseInt(args[1]);
        for (int round = 0; round < rounds; round++) run(n);
    }
}

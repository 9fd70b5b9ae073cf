public class sieve {
    static int sieve(int limit) {
        boolean[] composite = new boolean[limit];
        int count = 0;
        for (int i = 2; i < limit; i++) {
            if (!composite[i]) {
                count++;
                for (int multiple = i + i; multiple < limit; multiple += i) composite[multiple] = true;
            }
        }
        return count;
    }

    public static void main(String[] args) {
        int limit = Integer.parseInt(args[0]);
        int rounds = Integer.parseInt(args[1]);
        long total = 0;
        for (int round = 0; round < rounds; round++) total += sieve(limit - round);
        System.out.println(total);
    }
}

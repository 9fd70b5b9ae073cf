import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

public class pipeline {
    static final int MODULUS = 1000003;

    record Item(int price, int quantity) {
    }

    static int halves(int[] numbers, int round) {
        return Arrays.stream(numbers).map(x -> x * 3 + round).filter(x -> x % 2 == 0).map(x -> x / 2)
            .reduce(0, (sum, x) -> (sum + x) % MODULUS);
    }

    static int squares(int count, int least) {
        return IntStream.range(0, count).map(i -> i * i % 1009).filter(x -> x >= least).reduce(0, (sum, x) -> sum + x);
    }

    static int turnover(Item[] items, int least) {
        return Arrays.stream(items).filter(item -> item.quantity >= least).mapToInt(item -> item.price * item.quantity)
            .reduce(0, (sum, x) -> sum + x);
    }

    /** Sends each number through all the steps. */
    static int composed(int[] numbers, IntUnaryOperator[] steps) {
        return Arrays.stream(numbers).map(x -> {
            for (IntUnaryOperator step : steps) x = step.applyAsInt(x);
            return x;
        }).reduce(0, (sum, x) -> (sum + x) % MODULUS);
    }

    static long around(int[] numbers, int center) {
        int[] distances = Arrays.stream(numbers).map(x -> Math.abs(x - center)).toArray();
        int least = Arrays.stream(distances).reduce(MODULUS, (a, x) -> x < a ? x : a);
        return least + Arrays.stream(distances).filter(x -> x < 1000).count();
    }

    public static void main(String[] args) {
        int count = Integer.parseInt(args[0]);
        int rounds = Integer.parseInt(args[1]);
        int[] numbers = new int[count];
        int seed = 42;
        for (int i = 0; i < count; i++) {
            seed = (seed * 3877 + 29573) % 139968;
            numbers[i] = seed;
        }
        Item[] items = Arrays.stream(numbers).mapToObj(x -> new Item(x % 1000, x / 1000)).toArray(Item[]::new);
        long half = 0, square = 0, sold = 0, through = 0, near = 0;
        for (int i = 0; i < rounds; i++) {
            int round = i;
            IntUnaryOperator[] steps = {x -> x + round, x -> x * 7 % MODULUS, x -> x % 2 == 0 ? x / 2 : x + 1};
            half += halves(numbers, round);
            square += squares(count, round % 500);
            sold += turnover(items, round % 100);
            through += composed(numbers, steps);
            near += around(numbers, round * 37 % 139968);
        }
        System.out.println(half + " " + square + " " + sold + " " + through + " " + near);
    }
}

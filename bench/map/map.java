import java.util.HashMap;
import java.util.Map;

public class map {
    static void integers(int draws) {
        Map<Integer, Integer> counts = new HashMap<>();
        int seed = 42;
        for (int draw = 0; draw < draws; draw++) {
            seed = (seed * 3877 + 29573) % 139968;
            counts.merge(seed * 1021, 1, Integer::sum);
        }
        long found = 0;
        for (int i = 0; i < draws; i++) found += counts.getOrDefault(i * 211 % 279936 * 1021, 0);
        int removed = 0;
        for (int i = 0; i < 139968; i += 2) {
            if (counts.remove(i * 1021) != null) removed++;
        }
        long sum = 0;
        for (Map.Entry<Integer, Integer> entry : counts.entrySet()) sum += entry.getKey() % 1000 * entry.getValue();
        System.out.println(found + " " + removed + " " + counts.size() + " " + sum);
    }

    static void words(int draws) {
        StringBuilder text = new StringBuilder();
        int seed = 42;
        for (int draw = 0; draw < draws; draw++) {
            seed = (seed * 3877 + 29573) % 139968;
            text.append("word").append(seed % 5000).append(' ');
        }
        Map<String, Integer> counts = new HashMap<>();
        for (String word : text.toString().trim().split(" ")) counts.merge(word, 1, Integer::sum);
        long sum = 0;
        for (int i = 0; i < 10000; i++) sum += i * counts.getOrDefault("word" + i, 0);
        System.out.println(counts.size() + " " + sum);
    }

    public static void main(String[] args) {
        integers(Integer.parseInt(args[0]));
        words(Integer.parseInt(args[0]));
    }
}

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

public class wordcount {
    static String generate(int words) {
        String[] starts = {"Ka", "Lo", "Mi", "Ren", "Tu", "Sa", "Vor", "Ne"};
        String[] syllables = {"ka", "lo", "mi", "ren", "tu", "sa", "vor", "ne"};
        StringBuilder text = new StringBuilder();
        int seed = 42;
        for (int i = 0; i < words; i++) {
            seed = (seed * 3877 + 29573) % 139968;
            long a = seed;
            seed = (seed * 3877 + 29573) % 139968;
            int rest = (int) (a * seed / 139968 * 8192 / 139968);
            text.append(i % 12 == 0 ? starts[rest % 8] : syllables[rest % 8]);
            while (rest >= 8) {
                rest /= 8;
                text.append(syllables[rest % 8]);
            }
            text.append(i % 12 == 11 ? ".\n" : i % 12 == 5 ? ", " : " ");
        }
        return text.toString();
    }

    static Map<String, Integer> count(String text) {
        Map<String, Integer> counts = new HashMap<>();
        for (String line : text.split("\n")) {
            for (String word : line.toLowerCase().split(" ")) {
                if (word.endsWith(".") || word.endsWith(",")) word = word.substring(0, word.length() - 1);
                counts.merge(word, 1, Integer::sum);
            }
        }
        return counts;
    }

    public static void main(String[] args) {
        String text = generate(Integer.parseInt(args[0]));
        int rounds = Integer.parseInt(args[1]);
        int total = 0;
        for (int round = 1; round < rounds; round++) total += count(text).size();
        Map<String, Integer> counts = count(text);
        System.out.println(text.length() + " " + (total + counts.size()));
        List<Map.Entry<String, Integer>> entries = new ArrayList<>(counts.entrySet());
        entries.sort((a, b) -> a.getValue().equals(b.getValue()) ? a.getKey().compareTo(b.getKey())
            : b.getValue() - a.getValue());
        for (Map.Entry<String, Integer> entry : entries.subList(0, Math.min(10, entries.size()))) {
            System.out.println(entry.getKey() + " " + entry.getValue());
        }
    }
}

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

public class strings {
    static String build(int lines) {
        String[] cities = {"Bergen", "Galway", "Porto", "Split", "Riga"};
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++)
            text.append("item ").append(i).append(" costs ").append(i * 7 % 1000).append(" in ").append(cities[i % 5])
                .append('\n');
        return text.toString();
    }

    static int occurrences(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) count++;
        return count;
    }

    public static void main(String[] args) {
        int rounds = Integer.parseInt(args[1]);
        for (int round = 0; round < rounds; round++) {
            String text = build(Integer.parseInt(args[0])).replace("costs", "is sold for");
            List<String> turned = new ArrayList<>();
            int words = 0;
            for (String line : text.trim().split("\n")) {
                List<String> parts = Arrays.asList(line.split(" "));
                words += parts.size();
                Collections.reverse(parts);
                turned.add(String.join("-", parts));
            }
            String joined = String.join(";", turned).toUpperCase();
            System.out.println(text.length() + " " + words + " " + joined.length() + " "
                + occurrences(joined, "FOR-SOLD") + " " + joined.substring(joined.length() - 20));
        }
    }
}

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public class json {
    /** Reads JSON; Java has no reader of its own. */
    static class Reader {
        final String text;
        int at = 0;

        Reader(String text) { this.text = text; }

        RuntimeException wrong() { return new RuntimeException("no JSON at " + at); }

        char skip() {
            while (at < text.length() && text.charAt(at) <= ' ') at++;
            if (at == text.length()) throw wrong();
            return text.charAt(at);
        }

        Object value() {
            switch (skip()) {
            case '"': return string();
            case '{': return object();
            case '[': return array();
            case 't': return word("true", true);
            case 'f': return word("false", false);
            case 'n': return word("null", null);
            default: return number();
            }
        }

        Object word(String word, Object value) {
            if (!text.startsWith(word, at)) throw wrong();
            at += word.length();
            return value;
        }

        Object number() {
            int start = at;
            boolean whole = true;
            for (; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '.' || c == 'e' || c == 'E') whole = false;
                else if ((c < '0' || c > '9') && c != '-' && c != '+') break;
            }
            String digits = text.substring(start, at);
            if (whole) return Long.valueOf(digits);
            return Double.valueOf(digits);
        }

        String string() {
            int start = ++at;
            while (text.charAt(at) != '"' && text.charAt(at) != '\\') at++;
            if (text.charAt(at) == '"') return text.substring(start, at++);
            StringBuilder out = new StringBuilder();
            while (text.charAt(at) != '"') {
                if (text.charAt(at) == '\\') {
                    out.append(text, start, at++);
                    switch (text.charAt(at++)) {
                    case '"': out.append('"'); break;
                    case '\\': out.append('\\'); break;
                    case '/': out.append('/'); break;
                    case 'b': out.append('\b'); break;
                    case 'f': out.append('\f'); break;
                    case 'n': out.append('\n'); break;
                    case 'r': out.append('\r'); break;
                    case 't': out.append('\t'); break;
                    case 'u':
                        out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                        at += 4;
                        break;
                    default: throw wrong();
                    }
                    start = at;
                } else {
                    at++;
                }
            }
            out.append(text, start, at++);
            return out.toString();
        }

        List<Object> array() {
            List<Object> items = new ArrayList<>();
            at++;
            if (skip() == ']') {
                at++;
                return items;
            }
            while (true) {
                items.add(value());
                char c = skip();
                at++;
                if (c == ']') return items;
                if (c != ',') throw wrong();
            }
        }

        Map<String, Object> object() {
            Map<String, Object> members = new LinkedHashMap<>();
            at++;
            if (skip() == '}') {
                at++;
                return members;
            }
            while (true) {
                if (skip() != '"') throw wrong();
                String name = string();
                if (skip() != ':') throw wrong();
                at++;
                members.put(name, value());
                char c = skip();
                at++;
                if (c == '}') return members;
                if (c != ',') throw wrong();
            }
        }
    }

    static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
            case '"': out.append("\\\""); break;
            case '\\': out.append("\\\\"); break;
            case '\n': out.append("\\n"); break;
            case '\r': out.append("\\r"); break;
            case '\t': out.append("\\t"); break;
            default:
                if (c < ' ') out.append(String.format("\\u%04x", (int) c));
                else out.append(c);
            }
        }
        out.append('"');
    }

    @SuppressWarnings("unchecked")
    static void write(Object value, StringBuilder out) {
        if (value instanceof String) {
            quote((String) value, out);
        } else if (value instanceof Map) {
            char before = '{';
            for (Map.Entry<String, Object> entry : ((Map<String, Object>) value).entrySet()) {
                out.append(before);
                quote(entry.getKey(), out);
                out.append(':');
                write(entry.getValue(), out);
                before = ',';
            }
            out.append(before == '{' ? "{}" : "}");
        } else if (value instanceof List) {
            char before = '[';
            for (Object item : (List<Object>) value) {
                out.append(before);
                write(item, out);
                before = ',';
            }
            out.append(before == '[' ? "[]" : "]");
        } else {
            out.append(value);
        }
    }

    static String build(int records) {
        String[] cities = {"Bergen", "Galway", "Porto", "Split", "Riga"};
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < records; i++) {
            if (i > 0) text.append(",\n");
            text.append("{\"id\": ").append(i).append(", \"name\": \"user ").append(i).append("\", \"mail\": \"user").append(i)
                .append("@example.org\", \"active\": ").append(i % 3 == 0).append(", \"score\": ").append(i % 997)
                .append(".25, \"tags\": [\"alpha\", \"beta \\\"two\\\"\", \"g").append(i % 7)
                .append("\"], \"address\": {\"city\": \"").append(cities[i % 5]).append("\", \"street\": \"Line ").append(i % 89)
                .append("\\nHouse 7\", \"place\": [").append(i % 180).append(".5, -").append(i % 90)
                .append(".125]}, \"note\": ").append(i % 4 == 0 ? "null" : "\"a longer text, as people write them\"").append('}');
        }
        return text.append(']').toString();
    }

    @SuppressWarnings("unchecked")
    public static void main(String[] args) {
        String text = build(Integer.parseInt(args[0]));
        int rounds = Integer.parseInt(args[1]);
        for (int round = 0; round < rounds; round++) {
            List<Object> users = (List<Object>) new Reader(text).value();
            Map<String, Integer> cities = new HashMap<>();
            double score = 0, north = 0;
            int tags = 0, notes = 0;
            for (Object each : users) {
                Map<String, Object> user = (Map<String, Object>) each;
                if ((Boolean) user.get("active")) score += (Double) user.get("score");
                tags += ((List<Object>) user.get("tags")).size();
                Map<String, Object> address = (Map<String, Object>) user.get("address");
                north += (Double) ((List<Object>) address.get("place")).get(0);
                cities.merge((String) address.get("city"), 1, Integer::sum);
                if (user.get("note") != null) notes++;
                user.put("rank", (long) (tags + round));
            }
            StringBuilder out = new StringBuilder();
            write(users, out);
            System.out.println(out.length() + " " + String.format("%.2f %.1f", score, north) + " " + tags + " " + notes + " "
                + cities.get("Porto") + " " + out.substring(out.length() - 60));
        }
    }
}

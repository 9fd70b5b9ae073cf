public class scan {
    static String generate(int lines) {
        String[] names = {"total", "index", "width2", "row_count", "x", "position", "if", "buffer", "let", "sum"};
        StringBuilder text = new StringBuilder();
        int seed = 42;
        for (int line = 0; line < lines; line++) {
            seed = (seed * 3877 + 29573) % 139968;
            String first = names[seed % 10], second = names[seed / 10 % 10];
            text.append("    ").append(first).append(" = ").append(second).append('(').append(seed).append(", \"")
                .append(first).append(' ').append(line).append("\") + ").append(line).append(" * (").append(second)
                .append(" - 7) // ").append(first).append(" of ").append(second).append('\n');
        }
        return text.toString();
    }

    static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    final String text;
    int names, keywords, numbers, strings, comments, others, lines, hash;
    long sum;

    scan(String text) {
        this.text = text;
    }

    /** Where the name that starts at `start` ends. */
    int name(int start) {
        int at = start;
        while (isLetter(text.charAt(at)) || isDigit(text.charAt(at))) {
            hash = (hash * 31 + text.charAt(at)) % 65521;
            at++;
        }
        String word = text.substring(start, at);
        if (word.equals("if") || word.equals("let")) keywords++;
        else names++;
        return at;
    }

    int number(int start) {
        int at = start;
        int value = 0;
        while (isDigit(text.charAt(at))) {
            value = value * 10 + (text.charAt(at) - '0');
            at++;
        }
        numbers++;
        sum += value;
        return at;
    }

    void run() {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isLetter(c)) {
                at = name(at);
            } else if (isDigit(c)) {
                at = number(at);
            } else if (c == '"') {
                at++;
                while (text.charAt(at) != '"') at++;
                at++;
                strings++;
            } else if (c == '/' && text.charAt(at + 1) == '/') {
                while (text.charAt(at) != '\n') at++;
                comments++;
            } else {
                if (c == '\n') lines++;
                else if (c != ' ') others++;
                at++;
            }
        }
    }

    public static void main(String[] args) {
        String text = generate(Integer.parseInt(args[0]));
        int rounds = Integer.parseInt(args[1]);
        for (int round = 0; round < rounds; round++) {
            scan s = new scan(text);
            s.run();
            System.out.println(s.names + " " + s.keywords + " " + s.numbers + " " + s.strings + " " + s.comments + " "
                + s.others + " " + s.lines + " " + s.sum + " " + s.hash);
        }
    }
}

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *generate(int64_t lines) {
    static const char *const names[] = {"total",    "index", "width2", "row_count", "x",
                                        "position", "if",    "buffer", "let",       "sum"};
    enum { LONGEST = 200 };
    char *text = malloc((size_t)lines * LONGEST + 1), *end = text;
    if (!text)
        exit(1);
    int64_t seed = 42;
    for (int64_t line = 0; line < lines; line++) {
        seed = (seed * 3877 + 29573) % 139968;
        const char *first = names[seed % 10], *second = names[seed / 10 % 10];
        end += sprintf(end, "    %s = %s(%" PRId64 ", \"%s %" PRId64 "\")", first, second, seed, first, line);
        end += sprintf(end, " + %" PRId64 " * (%s - 7) // %s of %s\n", line, second, first, second);
    }
    *end = '\0';
    return text;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

struct scanner {
    const char *text;
    int64_t names, keywords, numbers, strings, comments, others, lines, sum, hash;
};

/// Where the name that starts at `start` ends.
static size_t scan_name(struct scanner *s, size_t start) {
    size_t at = start;
    for (; is_letter(s->text[at]) || is_digit(s->text[at]); at++)
        s->hash = (s->hash * 31 + s->text[at]) % 65521;
    const char *word = s->text + start;
    size_t length = at - start;
    if ((length == 2 && memcmp(word, "if", 2) == 0) || (length == 3 && memcmp(word, "let", 3) == 0))
        s->keywords++;
    else
        s->names++;
    return at;
}

static size_t scan_number(struct scanner *s, size_t start) {
    size_t at = start;
    int64_t value = 0;
    for (; is_digit(s->text[at]); at++)
        value = value * 10 + (s->text[at] - '0');
    s->numbers++;
    s->sum += value;
    return at;
}

static void scan(struct scanner *s) {
    size_t end = strlen(s->text);
    for (size_t at = 0; at < end;) {
        char c = s->text[at];
        if (is_letter(c)) {
            at = scan_name(s, at);
        } else if (is_digit(c)) {
            at = scan_number(s, at);
        } else if (c == '"') {
            at++;
            while (s->text[at] != '"')
                at++;
            at++;
            s->strings++;
        } else if (c == '/' && s->text[at + 1] == '/') {
            while (s->text[at] != '\n')
                at++;
            s->comments++;
        } else {
            if (c == '\n')
                s->lines++;
            else if (c != ' ')
                s->others++;
            at++;
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    char *text = generate(atoll(argv[1]));
    for (int64_t round = 0; round < atoll(argv[2]); round++) {
        struct scanner s = {.text = text};
        scan(&s);
        const int64_t counts[] = {s.names,  s.keywords, s.numbers, s.strings, s.comments,
                                  s.others, s.lines,    s.sum,     s.hash};
        for (size_t i = 0; i < 9; i++)
            printf("%" PRId64 "%c", counts[i], i == 8 ? '\n' : ' ');
    }
    free(text);
    return 0;
}

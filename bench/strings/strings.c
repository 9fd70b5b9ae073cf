#define _GNU_SOURCE // memrchr
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    char *bytes;
    size_t length, capacity;
};

static void append(struct text *text, const char *bytes, size_t length) {
    if (text->length + length + 1 > text->capacity) {
        text->capacity = 2 * (text->length + length) + 64;
        text->bytes = realloc(text->bytes, text->capacity);
        if (!text->bytes)
            exit(1);
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

static struct text build(int64_t lines) {
    static const char *const cities[] = {"Bergen", "Galway", "Porto", "Split", "Riga"};
    struct text text = {0};
    for (int64_t i = 0; i < lines; i++) {
        char line[80];
        int length = snprintf(line, sizeof line, "item %" PRId64 " costs %" PRId64 " in %s\n", i,
                              i * 7 % 1000, cities[i % 5]);
        append(&text, line, (size_t)length);
    }
    return text;
}

static struct text replace(struct text text, const char *part, const char *by) {
    struct text result = {0};
    const char *rest = text.bytes;
    for (const char *found; (found = strstr(rest, part)); rest = found + strlen(part)) {
        append(&result, rest, (size_t)(found - rest));
        append(&result, by, strlen(by));
    }
    append(&result, rest, (size_t)(text.bytes + text.length - rest));
    return result;
}

/// The words of a line, the last one first, with dashes between them; gives their number.
static int64_t turn_round(struct text *result, const char *line, const char *end) {
    int64_t words = 1;
    const char *word;
    while ((word = memrchr(line, ' ', (size_t)(end - line)))) {
        append(result, word + 1, (size_t)(end - word - 1));
        append(result, "-", 1);
        end = word;
        words++;
    }
    append(result, line, (size_t)(end - line));
    return words;
}

static int64_t occurrences(const char *text, const char *part) {
    int64_t count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    for (int64_t round = 0; round < atoll(argv[2]); round++) {
        struct text built = build(atoll(argv[1])), text = replace(built, "costs", "is sold for"),
                    joined = {0};
        int64_t words = 0;
        const char *end = text.bytes + text.length;
        for (const char *line = text.bytes, *line_end; line < end; line = line_end + 1) {
            line_end = memchr(line, '\n', (size_t)(end - line));
            if (joined.length > 0)
                append(&joined, ";", 1);
            words += turn_round(&joined, line, line_end);
        }
        for (size_t i = 0; i < joined.length; i++)
            if (joined.bytes[i] >= 'a' && joined.bytes[i] <= 'z')
                joined.bytes[i] = (char)(joined.bytes[i] - 'a' + 'A');
        printf("%zu %" PRId64 " %zu %" PRId64 " %s\n", text.length, words, joined.length,
               occurrences(joined.bytes, "FOR-SOLD"), joined.bytes + joined.length - 20);
        free(built.bytes);
        free(text.bytes);
        free(joined.bytes);
    }
    return 0;
}

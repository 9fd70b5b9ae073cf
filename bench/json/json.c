#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- Memory that is freed at once

enum { BLOCK = 1 << 20 };

struct block {
    struct block *next;
    size_t used;
    char bytes[];
};

static struct block *blocks;

static void *take(size_t size) {
    size = (size + 15) & ~(size_t)15;
    if (!blocks || blocks->used + size > BLOCK) {
        struct block *block = malloc(sizeof *block + (size > BLOCK ? size : BLOCK));
        if (!block)
            exit(1);
        block->next = blocks;
        block->used = 0;
        blocks = block;
    }
    void *memory = blocks->bytes + blocks->used;
    blocks->used += size;
    return memory;
}

static void free_all(void) {
    while (blocks) {
        struct block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

// ---- Values

enum kind { NIL, FALSE, TRUE, INT, FLOAT, STRING, ARRAY, OBJECT };

struct text {
    const char *bytes;
    size_t length;
};

struct value {
    enum kind kind;
    union {
        int64_t integer;
        double number;
        struct text text;
        struct {
            struct value *items; // of an object: name, value, name, value ...
            size_t count, capacity;
        };
    };
};

static void push(struct value *list, struct value item) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 4;
        struct value *items = take(capacity * sizeof *items);
        if (list->count)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
}

static struct value *member(const struct value *object, const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < object->count; i += 2)
        if (object->items[i].text.length == length && memcmp(object->items[i].text.bytes, name, length) == 0)
            return &object->items[i + 1];
    return NULL;
}

static void set(struct value *object, const char *name, struct value value) {
    struct value *there = member(object, name);
    if (there) {
        *there = value;
        return;
    }
    push(object, (struct value){.kind = STRING, .text = {name, strlen(name)}});
    push(object, value);
}

// ---- Reading

static const char *at;

static void fail(void) {
    fprintf(stderr, "no JSON\n");
    exit(1);
}

static char skip(void) {
    while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')
        at++;
    return *at;
}

static struct value read_string(void) {
    const char *start = ++at;
    while (*at != '"' && *at != '\\' && *at)
        at++;
    if (*at == '"') {
        char *copy = take((size_t)(at - start));
        memcpy(copy, start, (size_t)(at - start));
        return (struct value){.kind = STRING, .text = {copy, (size_t)(at++ - start)}};
    }
    const char *end = at;
    for (; *end != '"'; end += *end == '\\' ? 2 : 1)
        if (!*end)
            fail();
    char *text = take((size_t)(end - start)), *to = text;
    for (at = start; at < end;) {
        if (*at != '\\') {
            *to++ = *at++;
            continue;
        }
        static const char from[] = "\"\\/bfnrt", by[] = "\"\\/\b\f\n\r\t";
        const char *found = strchr(from, at[1]);
        if (!found)
            fail();
        *to++ = by[found - from];
        at += 2;
    }
    at = end + 1;
    return (struct value){.kind = STRING, .text = {text, (size_t)(to - text)}};
}

static struct value read_value(void);

static struct value read_array(void) {
    struct value array = {.kind = ARRAY};
    at++;
    if (skip() == ']')
        return at++, array;
    for (;;) {
        push(&array, read_value());
        char c = skip();
        at++;
        if (c == ']')
            return array;
        if (c != ',')
            fail();
    }
}

static struct value read_object(void) {
    struct value object = {.kind = OBJECT};
    at++;
    if (skip() == '}')
        return at++, object;
    for (;;) {
        if (skip() != '"')
            fail();
        struct value name = read_string();
        if (skip() != ':')
            fail();
        at++;
        push(&object, name);
        push(&object, read_value());
        char c = skip();
        at++;
        if (c == '}')
            return object;
        if (c != ',')
            fail();
    }
}

static struct value read_word(const char *word, enum kind kind) {
    if (strncmp(at, word, strlen(word)) != 0)
        fail();
    at += strlen(word);
    return (struct value){.kind = kind};
}

static struct value read_number(void) {
    char *end;
    int64_t integer = strtoll(at, &end, 10);
    if (end == at)
        fail();
    if (*end != '.' && *end != 'e' && *end != 'E')
        return at = end, (struct value){.kind = INT, .integer = integer};
    double number = strtod(at, &end);
    at = end;
    return (struct value){.kind = FLOAT, .number = number};
}

static struct value read_value(void) {
    switch (skip()) {
    case '"': return read_string();
    case '{': return read_object();
    case '[': return read_array();
    case 't': return read_word("true", TRUE);
    case 'f': return read_word("false", FALSE);
    case 'n': return read_word("null", NIL);
    default: return read_number();
    }
}

// ---- Writing

struct buffer {
    char *bytes;
    size_t length, capacity;
};

static char *room(struct buffer *buffer, size_t more) {
    if (buffer->length + more > buffer->capacity) {
        buffer->capacity = 2 * (buffer->length + more) + 64;
        buffer->bytes = realloc(buffer->bytes, buffer->capacity);
        if (!buffer->bytes)
            exit(1);
    }
    return buffer->bytes + buffer->length;
}

static void append(struct buffer *buffer, const char *text) {
    size_t length = strlen(text);
    memcpy(room(buffer, length), text, length);
    buffer->length += length;
}

static void quote(struct buffer *buffer, struct text text) {
    char *start = room(buffer, 6 * text.length + 2), *to = start;
    *to++ = '"';
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c >= ' ' && c != '"' && c != '\\')
            *to++ = (char)c;
        else if (c == '"' || c == '\\')
            *to++ = '\\', *to++ = (char)c;
        else if (c == '\n')
            *to++ = '\\', *to++ = 'n';
        else
            to += sprintf(to, "\\u%04x", c);
    }
    *to++ = '"';
    buffer->length += (size_t)(to - start);
}

static void write_value(struct buffer *buffer, const struct value *value) {
    switch (value->kind) {
    case NIL: append(buffer, "null"); break;
    case FALSE: append(buffer, "false"); break;
    case TRUE: append(buffer, "true"); break;
    case INT: buffer->length += (size_t)sprintf(room(buffer, 24), "%" PRId64, value->integer); break;
    case FLOAT: // the shortest text that reads back the same
        for (int digits = 15;; digits++) {
            int length = sprintf(room(buffer, 32), "%.*g", digits, value->number);
            if (digits == 17 || strtod(buffer->bytes + buffer->length, NULL) == value->number) {
                buffer->length += (size_t)length;
                break;
            }
        }
        break;
    case STRING: quote(buffer, value->text); break;
    case ARRAY:
        append(buffer, "[");
        for (size_t i = 0; i < value->count; i++) {
            if (i > 0)
                append(buffer, ",");
            write_value(buffer, &value->items[i]);
        }
        append(buffer, "]");
        break;
    case OBJECT:
        append(buffer, "{");
        for (size_t i = 0; i < value->count; i++) {
            if (i > 0)
                append(buffer, i % 2 == 1 ? ":" : ",");
            write_value(buffer, &value->items[i]);
        }
        append(buffer, "}");
    }
}

// ---- The benchmark

static const char *const cities[] = {"Bergen", "Galway", "Porto", "Split", "Riga"};

static struct buffer build(int64_t records) {
    struct buffer text = {0};
    append(&text, "[");
    for (int64_t i = 0; i < records; i++)
        text.length += (size_t)sprintf(
            room(&text, 512),
            "%s{\"id\": %" PRId64 ", \"name\": \"user %" PRId64 "\", \"mail\": \"user%" PRId64
            "@example.org\", \"active\": %s, \"score\": %" PRId64
            ".25, \"tags\": [\"alpha\", \"beta \\\"two\\\"\", \"g%" PRId64
            "\"], \"address\": {\"city\": \"%s\", \"street\": \"Line %" PRId64
            "\\nHouse 7\", \"place\": [%" PRId64 ".5, -%" PRId64 ".125]}, \"note\": %s}",
            i > 0 ? ",\n" : "", i, i, i, i % 3 == 0 ? "true" : "false", i % 997, i % 7, cities[i % 5], i % 89,
            i % 180, i % 90, i % 4 == 0 ? "null" : "\"a longer text, as people write them\"");
    append(&text, "]");
    *room(&text, 1) = '\0';
    return text;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    struct buffer text = build(atoll(argv[1])), out = {0};
    for (int64_t round = 0; round < atoll(argv[2]); round++) {
        at = text.bytes;
        struct value users = read_value();
        int64_t counts[5] = {0}, tags = 0, notes = 0;
        double score = 0, north = 0;
        for (size_t i = 0; i < users.count; i++) {
            struct value *user = &users.items[i], *address = member(user, "address");
            if (member(user, "active")->kind == TRUE)
                score += member(user, "score")->number;
            tags += (int64_t)member(user, "tags")->count;
            north += member(address, "place")->items[0].number;
            struct text city = member(address, "city")->text;
            for (int k = 0; k < 5; k++)
                counts[k] +=
                    city.length == strlen(cities[k]) && memcmp(city.bytes, cities[k], city.length) == 0;
            notes += member(user, "note")->kind != NIL;
            set(user, "rank", (struct value){.kind = INT, .integer = tags + round});
        }
        out.length = 0;
        write_value(&out, &users);
        printf("%zu %.2f %.1f %" PRId64 " %" PRId64 " %" PRId64 " %.60s\n", out.length, score, north, tags,
               notes, counts[2], out.bytes + out.length - 60);
        free_all();
    }
    free(text.bytes);
    free(out.bytes);
    return 0;
}

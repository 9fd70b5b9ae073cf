#include "tests/fuzz/mutate.h"

#include <string.h>

#include "vm/bytecode/writer.h"

/* SplitMix64 (Steele, Lea, Flood 2014). */
uint32_t random_below(Random *random, size_t limit) {
    uint64_t bits = random->state += 0x9E3779B97F4A7C15u;
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
    bits ^= bits >> 31;
    return limit ? (uint32_t)((bits >> 16) % limit) : 0;
}

typedef struct Span {
    size_t start, end;
} Span;

/* Puts `with` where the span is; too much is not put. */
static void replace(Input *input, Span span, const uint8_t *with, size_t length) {
    uint8_t copy[4096];
    if (length > sizeof copy)
        length = sizeof copy;
    if (input->size - (span.end - span.start) + length > input->capacity)
        return;
    if (length)
        memcpy(copy, with, length); /* it may lie in the input */
    memmove(input->bytes + span.start + length, input->bytes + span.end, input->size - span.end);
    memcpy(input->bytes + span.start, copy, length);
    input->size = input->size - (span.end - span.start) + length;
}

/* ---- Bytes ------------------------------------------------------------------------------------- */

static const uint8_t interesting[] = {0,    1,    2,    3,    4,    8,   0x10, 0x20, 0x7F,
                                      0x80, 0xC0, 0xE2, 0xF0, 0xFF, '"', '{',  '('};

static void edit_byte(Random *random, Input *input) {
    uint8_t *byte = &input->bytes[random_below(random, input->size)];
    switch (random_below(random, 4)) {
    case 0: *byte ^= (uint8_t)(1u << random_below(random, 8)); break;
    case 1: *byte = (uint8_t)(*byte + 1 + random_below(random, 4)); break;
    case 2: *byte = (uint8_t)(*byte - 1 - random_below(random, 4)); break;
    default: *byte = interesting[random_below(random, sizeof interesting)]; break;
    }
}

/* A few bytes that stand elsewhere. */
static Span short_span(Random *random, const Input *input) {
    size_t start = random_below(random, input->size);
    size_t length = 1 + random_below(random, random_below(random, 4) ? 4 : 40);
    return (Span){start, start + length < input->size ? start + length : input->size};
}

static void edit_bytes(Random *random, Input *input, const Input *other) {
    Span span = short_span(random, input);
    const Input *from = random_below(random, 3) ? input : other;
    Span source = short_span(random, from);
    size_t length = source.end - source.start;
    switch (random_below(random, 20)) {
    case 0: replace(input, span, NULL, 0); return;
    case 1: replace(input, (Span){span.start, span.start}, from->bytes + source.start, length); return;
    case 2: replace(input, span, from->bytes + source.start, length); return;
    case 3:
    case 4:
    case 5: /* the size stays */
        if (length > input->size - span.start)
            length = input->size - span.start;
        memmove(input->bytes + span.start, from->bytes + source.start, length);
        return;
    default: edit_byte(random, input); return;
    }
}

/* ---- Tokens and lines -------------------------------------------------------------------------- */

typedef enum TokenClass { TOKEN_SPACE, TOKEN_WORD, TOKEN_NUMBER, TOKEN_STRING, TOKEN_SIGN } TokenClass;

static TokenClass class_of(uint8_t byte) {
    if (byte <= ' ')
        return TOKEN_SPACE;
    if (byte >= '0' && byte <= '9')
        return TOKEN_NUMBER;
    if ((byte | 32) >= 'a' && (byte | 32) <= 'z')
        return TOKEN_WORD;
    return byte == '_' || byte == '@' || byte >= 0x80 ? TOKEN_WORD : byte == '"' ? TOKEN_STRING : TOKEN_SIGN;
}

/* The end of the token that starts there, by a rule that is good enough for Cora and assembly text. */
static size_t token_end(const Input *input, size_t start) {
    TokenClass kind = class_of(input->bytes[start]);
    size_t end = start + 1;
    if (kind == TOKEN_SIGN)
        return end;
    for (; end < input->size; end++) {
        uint8_t byte = input->bytes[end];
        TokenClass next = class_of(byte);
        if (kind == TOKEN_STRING) {
            if (byte == '"' || byte == '\n')
                return end + 1;
        } else if (next != kind && !(kind == TOKEN_WORD && next == TOKEN_NUMBER) &&
                   !(kind == TOKEN_WORD && byte == '.' && input->bytes[start] == '@'))
            return end;
    }
    return input->size;
}

/* A random token that is no space; where `wanted` is a class, preferably of it.  Empty: there is none. */
static Span random_token(Random *random, const Input *input, int wanted) {
    Span found = {0, 0};
    for (int attempt = 0; attempt < 12; attempt++) {
        size_t at = random_below(random, input->size), line = at;
        while (line > 0 && input->bytes[line - 1] != '\n')
            line--;
        for (size_t end; line < input->size; line = end) {
            end = token_end(input, line);
            if (end > at) {
                if (class_of(input->bytes[line]) != TOKEN_SPACE)
                    found = (Span){line, end};
                break;
            }
        }
        if (found.end && (wanted < 0 || class_of(input->bytes[found.start]) == (TokenClass)wanted))
            return found;
    }
    return found;
}

static Span random_lines(Random *random, const Input *input) {
    size_t start = random_below(random, input->size), end = start;
    while (start > 0 && input->bytes[start - 1] != '\n')
        start--;
    for (uint32_t lines = random_below(random, 4) ? 1 : 1 + random_below(random, 8); lines > 0; lines--) {
        while (end < input->size && input->bytes[end] != '\n')
            end++;
        end += end < input->size;
    }
    return (Span){start, end};
}

/* From a bracket to its partner; empty when no bracket is hit. */
static Span random_group(Random *random, const Input *input) {
    Span token = random_token(random, input, TOKEN_SIGN);
    int depth = 0;
    for (size_t i = token.start; i < input->size && i < token.start + 2000; i++) {
        depth += strchr("([{", input->bytes[i]) != NULL && input->bytes[i];
        depth -= strchr(")]}", input->bytes[i]) != NULL && input->bytes[i];
        if (depth <= 0)
            return i > token.start ? (Span){token.start, i + 1} : (Span){0, 0};
    }
    return (Span){0, 0};
}

static const char *const words[] = {
    "0",     "1",         "-1",     "9223372036854775807",
    "1e308", "null",      "self",   "T",
    "int",   "u8",        "f32",    "string",
    "any",   "never",     "void",   "bool",
    "char",  "?",         "!",      "??",
    "?.",    "[",         "]",      "(",
    ")",     "{",         "}",      "<",
    ">",     ",",         ";",      "\n",
    "if",    "else",      "while",  "for",
    "in",    "match",     "is",     "as",
    "try",   "throw",     "catch",  "return",
    "break", "continue",  "defer",  "let",
    "var",   "fn",        "class",  "struct",
    "enum",  "interface", "extend", "import",
    "super", "static",    "const",  "mut",
    "\"\"",  "\"\\(x)\"", "_",      "..",
    "=>",
};

static void edit_text(Random *random, Input *input, const Input *other) {
    const Input *from = random_below(random, 4) ? input : other;
    Span token = random_token(random, input, -1), with;
    switch (random_below(random, 16)) {
    case 0: replace(input, token, NULL, 0); return;
    case 1: replace(input, random_lines(random, input), NULL, 0); return;
    case 2: replace(input, random_group(random, input), NULL, 0); return;
    case 3:
        with = random_group(random, from);
        replace(input, token, from->bytes + with.start, with.end - with.start);
        return;
    case 4:
    case 5: {
        Span at = random_lines(random, input);
        with = random_lines(random, from);
        at.end = random_below(random, 2) ? at.start : at.end;
        replace(input, at, from->bytes + with.start, with.end - with.start);
        return;
    }
    case 6: {
        const char *word = words[random_below(random, sizeof words / sizeof *words)];
        token.end = random_below(random, 2) ? token.start : token.end;
        replace(input, token, (const uint8_t *)word, strlen(word));
        return;
    }
    case 7:
        with = random_token(random, from, -1);
        replace(input, (Span){token.start, token.start}, from->bytes + with.start, with.end - with.start);
        return;
    case 8: edit_byte(random, input); return;
    default: /* by one of its class: the likeliest to mean something */
        with = random_token(random, from, class_of(input->bytes[token.start]));
        replace(input, token, from->bytes + with.start, with.end - with.start);
        return;
    }
}

void mutate(Random *random, FuzzForm form, Input *input, const Input *other) {
    if (form == FUZZ_MODULE && random_below(random, 8) && mutate_module(random, input))
        return;
    uint32_t edits = random_below(random, 3) ? 1 : 2 + random_below(random, 5);
    for (; edits > 0 && input->size > 0; edits--) {
        if (form == FUZZ_TEXT)
            edit_text(random, input, other);
        else
            edit_bytes(random, input, other);
    }
    if (form == FUZZ_MODULE)
        cor_module_seal(input->bytes, input->size);
}

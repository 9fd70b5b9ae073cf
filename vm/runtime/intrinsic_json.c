/* Intrinsics of JSON (RFC 8259): bytes to events and events to bytes.  std.json makes everything else of them.
 *
 * Both work in portions.  Input, events and texts are arrays of the caller, and what has to be remembered between two
 * calls is in an array of integers, `state`, so a text of any size goes through windows of any size.
 *
 * What is scanned comes as events of two words: the kind in the low byte and the offset of the token in the input above
 * it, and the value.  What is rendered has its kind and flags in one word, and a second one for the value of a number;
 * texts are taken in order.
 *
 * Any module may call with any arrays, so everything that is read from `state` is checked before it is used; state
 * that makes no sense gives a wrong result or an error, no more. */
#include <inttypes.h>
#include <math.h>

#include "vm/bytecode/utf8.h"
#include "vm/runtime/intrinsic_support.h"
#include "vm/runtime/number.h"
#include "vm/runtime/string_scan.h"

/* The kinds of events. */
typedef enum JsonEvent {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_INT,    /* value: the integer */
    JSON_FLOAT,  /* value: the bits of the float */
    JSON_STRING, /* value: its place among the texts */
    JSON_KEY,    /* likewise */
    JSON_BEGIN_ARRAY,
    JSON_END_ARRAY, /* value: how many elements */
    JSON_BEGIN_OBJECT,
    JSON_END_OBJECT, /* value: how many members */
} JsonEvent;

/* ---- Scanning ---------------------------------------------------------------------------------- */

/* Places in the state of json.scan; levels of nesting follow, each twice the number of values so far, plus 1 for an
 * object. */
enum {
    SCAN_AT,      /* offset of what is looked at next */
    SCAN_END,     /* of the input */
    SCAN_FINAL,   /* not 0: nothing follows behind the end */
    SCAN_EXPECT,  /* JsonExpect */
    SCAN_DEPTH,   /* how many levels are open */
    SCAN_EVENTS,  /* words of events written by this call */
    SCAN_TEXTS,   /* texts written by this call */
    SCAN_PROBLEM, /* JsonProblem */
    SCAN_PLACE,   /* offset of the problem */
    SCAN_MANY,    /* not 0: any number of documents, one after another */
    SCAN_KNOWN,   /* bytes behind SCAN_AT that were found to be the plain beginning of a string */
    SCAN_LEVELS = 16,
};

typedef enum JsonExpect {
    EXPECT_DOCUMENT,
    EXPECT_VALUE,
    EXPECT_ELEMENT_OR_END,
    EXPECT_KEY_OR_END,
    EXPECT_KEY,
    EXPECT_COLON,
    EXPECT_COMMA_OR_END,
    EXPECT_NOTHING,
} JsonExpect;

/* What json.scan returns. */
typedef enum JsonStatus {
    SCAN_MORE_INPUT,
    SCAN_FULL,    /* no room for another event or text */
    SCAN_DONE,    /* the input has ended, and so has the document */
    SCAN_INVALID, /* there is a problem */
    SCAN_DEEP,    /* no room for another level; it goes on when the state is larger */
} JsonStatus;

typedef enum JsonProblem {
    PROBLEM_EXPECTED, /* what stands there cannot: SCAN_EXPECT says what could */
    PROBLEM_END,      /* the input ends within a document */
    PROBLEM_OPEN_STRING,
    PROBLEM_CONTROL,
    PROBLEM_ESCAPE,
    PROBLEM_HEX,
    PROBLEM_SURROGATE,
    PROBLEM_UTF8,
    PROBLEM_LEADING_ZERO,
    PROBLEM_DIGIT,
    PROBLEM_RANGE,
    PROBLEM_WORD,
} JsonProblem;

typedef struct JsonScan {
    CorIsolate *isolate;
    const uint8_t *bytes;
    size_t at, end;
    bool final, no_memory;
    uint64_t *state, *levels, depth, level_limit;
    JsonExpect expect;
    CorArrayObject *texts, *keys;
    uint64_t text_count;
    uint64_t value; /* of the token */
    JsonEvent event;
    JsonProblem problem;
    size_t place;
} JsonScan;

/* What reading a token comes to: it is whole, or it reaches the end of the input, or it is wrong, or there is no room for
 * the level that it opens. */
typedef enum JsonToken { TOKEN_WHOLE, TOKEN_CUT, TOKEN_WRONG, TOKEN_DEEP } JsonToken;

static JsonToken wrong(JsonScan *scan, JsonProblem problem, size_t place) {
    scan->problem = problem;
    scan->place = place;
    return TOKEN_WRONG;
}

/* The token reaches the end of the input. */
static JsonToken cut(JsonScan *scan, JsonProblem problem) {
    return scan->final ? wrong(scan, problem, scan->end) : TOKEN_CUT;
}

static uint64_t load_word(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* The top bit of every byte of 8 that is less than a blank, a quote or a backslash.  Behind the lowest one, which is
 * right, more may be set (Lamport, "Multiple Byte Processing with Full-Word Instructions", 1975). */
static uint64_t special_bytes(uint64_t word) {
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
    return (((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) &
           tops;
}

static bool is_special(uint8_t byte) {
    return byte < 0x20 || byte == '"' || byte == '\\';
}

/* The first special byte at or after an offset, or the end; *high gets the top bits of what is between. */
static size_t plain_end(const uint8_t *bytes, size_t at, size_t end, uint64_t *high) {
    size_t start = at;
    for (; end - at >= 8; at += 8) {
        uint64_t word = load_word(bytes + at), special = special_bytes(word);
        if (special != 0) {
            size_t plain =
                (size_t)__builtin_ctzll(special) / 8; /* the lowest byte comes first on every host */
            *high |= word & (((uint64_t)1 << plain * 8) - 1);
            return at + plain;
        }
        *high |= word;
    }
    if (at > start && at < end) { /* the last 8 bytes, some of which have been seen */
        uint64_t word = load_word(bytes + end - 8), special = special_bytes(word) >> (8 - (end - at)) * 8;
        *high |= word;
        return special != 0 ? at + (size_t)__builtin_ctzll(special) / 8 : end;
    }
    for (; at < end && !is_special(bytes[at]); at++)
        *high |= bytes[at];
    return at;
}

static int hex_digit(uint8_t byte) {
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Four hexadecimal digits before `end`. */
static JsonToken read_hex(JsonScan *scan, size_t at, uint32_t *unit) {
    *unit = 0;
    for (size_t i = 0; i < 4; i++) {
        if (at + i >= scan->end)
            return cut(scan, PROBLEM_OPEN_STRING);
        int digit = hex_digit(scan->bytes[at + i]);
        if (digit < 0)
            return wrong(scan, PROBLEM_HEX, at + i);
        *unit = *unit << 4 | (uint32_t)digit;
    }
    return TOKEN_WHOLE;
}

/* The escape at a backslash: its scalar, and its length. */
static JsonToken read_escape(JsonScan *scan, size_t at, uint32_t *scalar, size_t *length) {
    if (at + 1 >= scan->end)
        return cut(scan, PROBLEM_OPEN_STRING);
    *length = 2;
    switch (scan->bytes[at + 1]) {
    case '"': *scalar = '"'; return TOKEN_WHOLE;
    case '\\': *scalar = '\\'; return TOKEN_WHOLE;
    case '/': *scalar = '/'; return TOKEN_WHOLE;
    case 'b': *scalar = '\b'; return TOKEN_WHOLE;
    case 'f': *scalar = '\f'; return TOKEN_WHOLE;
    case 'n': *scalar = '\n'; return TOKEN_WHOLE;
    case 'r': *scalar = '\r'; return TOKEN_WHOLE;
    case 't': *scalar = '\t'; return TOKEN_WHOLE;
    case 'u': break;
    default: return wrong(scan, PROBLEM_ESCAPE, at);
    }
    uint32_t low;
    JsonToken token = read_hex(scan, at + 2, scalar);
    if (token != TOKEN_WHOLE)
        return token;
    *length = 6;
    if (*scalar < 0xd800 || *scalar > 0xdfff)
        return TOKEN_WHOLE;
    if (*scalar > 0xdbff)
        return wrong(scan, PROBLEM_SURROGATE, at);
    for (size_t i = 6; i < 8; i++) {
        if (at + i >= scan->end)
            return cut(scan, PROBLEM_OPEN_STRING);
        if (scan->bytes[at + i] != (i == 6 ? '\\' : 'u'))
            return wrong(scan, PROBLEM_SURROGATE, at);
    }
    token = read_hex(scan, at + 8, &low);
    if (token != TOKEN_WHOLE)
        return token;
    if (low < 0xdc00 || low > 0xdfff)
        return wrong(scan, PROBLEM_SURROGATE, at);
    *scalar = 0x10000 + ((*scalar - 0xd800) << 10) + (low - 0xdc00);
    *length = 12;
    return TOKEN_WHOLE;
}

/* A text that was seen lately, or NULL; *slot is where this one belongs. */
static CorStringObject *known_key(JsonScan *scan, const uint8_t *bytes, size_t length, uint64_t *slot) {
    uint64_t count = scan->keys->length, hash = length;
    if (count == 0 || (count & (count - 1)) != 0 || length > 64)
        return *slot = UINT64_MAX, NULL;
    if (length >= 8) {
        hash ^= load_word(bytes) * 0x9e3779b97f4a7c15u ^ load_word(bytes + length - 8) * 0xc2b2ae3d27d4eb4fu;
    } else {
        for (size_t i = 0; i < length; i++)
            hash = (hash ^ bytes[i]) * 0x9e3779b97f4a7c15u;
    }
    *slot = (hash ^ hash >> 32) & (count - 1);
    CorStringObject *known = (CorStringObject *)(uintptr_t)scan->keys->elements[*slot];
    bool same = known && known->length == length && memcmp(known->bytes, bytes, length) == 0;
    return same ? known : NULL;
}

static JsonToken give_string(JsonScan *scan, CorStringObject *string) {
    if (!string)
        return scan->no_memory = true, TOKEN_WRONG;
    cor_heap_store(scan->texts, &scan->texts->elements[scan->text_count], string);
    scan->value = scan->text_count++;
    return TOKEN_WHOLE;
}

/* A string without escapes. */
static JsonToken give_plain(JsonScan *scan, size_t start, size_t end, uint64_t high, bool is_key) {
    const uint8_t *bytes = scan->bytes + start;
    size_t length = end - start;
    uint64_t slot = UINT64_MAX;
    CorStringObject *string = is_key ? known_key(scan, bytes, length, &slot) : NULL;
    if (string)
        return give_string(scan, string);
    if ((high & 0x8080808080808080u) != 0 && !cor_utf8_valid(bytes, length))
        return wrong(scan, PROBLEM_UTF8, start);
    string = cor_string_new(scan->isolate, (const char *)bytes, length);
    if (string && slot != UINT64_MAX)
        cor_heap_store(scan->keys, &scan->keys->elements[slot], string);
    return give_string(scan, string);
}

/* A string whose text, from `start` to `end`, has escapes; they are right. */
static JsonToken give_escaped(JsonScan *scan, size_t start, size_t end, size_t length) {
    CorStringObject *string = cor_string_allocate(scan->isolate, length);
    if (!string)
        return give_string(scan, NULL);
    uint8_t *to = (uint8_t *)string->bytes;
    uint64_t high = 0;
    for (size_t at = start; at < end;) {
        size_t plain = plain_end(scan->bytes, at, end, &high), escape = 0;
        memcpy(to, scan->bytes + at, plain - at);
        to += plain - at;
        at = plain;
        if (at < end) {
            uint32_t scalar = 0;
            read_escape(scan, at, &scalar, &escape);
            to += cor_utf8_encode(to, scalar);
            at += escape;
        }
    }
    if ((high & 0x8080808080808080u) != 0 && !cor_utf8_valid((const uint8_t *)string->bytes, length))
        return wrong(scan, PROBLEM_UTF8, start);
    return give_string(scan, string);
}

/* The string at a quote. */
static JsonToken read_string(JsonScan *scan, bool is_key) {
    size_t start = scan->at + 1, at = start, escapes = 0, length = 0;
    uint64_t high = 0;
    if (scan->state[SCAN_KNOWN] < scan->end - start) {
        at += scan->state[SCAN_KNOWN];
        high = scan->state[SCAN_KNOWN] > 0 ? UINT64_MAX : 0;
    }
    for (size_t plain = start;; plain = at) { /* up to `plain`, what has been measured */
        at = plain_end(scan->bytes, at, scan->end, &high);
        length += at - plain;
        if (at == scan->end) {
            scan->state[SCAN_KNOWN] = escapes > 0 ? 0 : at - start;
            return cut(scan, PROBLEM_OPEN_STRING);
        }
        if (scan->bytes[at] == '"')
            break;
        if (scan->bytes[at] < 0x20)
            return wrong(scan, PROBLEM_CONTROL, at);
        uint32_t scalar = 0;
        size_t escape = 0;
        uint8_t encoded[4];
        JsonToken token = read_escape(scan, at, &scalar, &escape);
        if (token != TOKEN_WHOLE)
            return token;
        length += cor_utf8_encode(encoded, scalar);
        at += escape;
        escapes++;
    }
    JsonToken token =
        escapes > 0 ? give_escaped(scan, start, at, length) : give_plain(scan, start, at, high, is_key);
    scan->event = is_key ? JSON_KEY : JSON_STRING;
    scan->state[SCAN_KNOWN] = 0;
    scan->at = at + 1;
    return token;
}

static size_t digits_end(const JsonScan *scan, size_t at) {
    while (at < scan->end && scan->bytes[at] >= '0' && scan->bytes[at] <= '9')
        at++;
    return at;
}

/* At least one digit at an offset. */
static JsonToken need_digits(JsonScan *scan, size_t *at) {
    size_t end = digits_end(scan, *at);
    if (end == *at)
        return end == scan->end ? cut(scan, PROBLEM_DIGIT) : wrong(scan, PROBLEM_DIGIT, end);
    *at = end;
    return TOKEN_WHOLE;
}

/* The number of digits alone, from `digits` to `end`; false when no integer of 64 bits is that. */
static bool read_integer(const JsonScan *scan, size_t digits, size_t end, bool negative, uint64_t *value) {
    uint64_t magnitude = 0;
    if (end - digits > 19)
        return false;
    for (size_t i = digits; i < end; i++)
        magnitude = magnitude * 10 + (scan->bytes[i] - '0'); /* 19 digits fit */
    *value = negative ? -magnitude : magnitude;
    return magnitude <= (uint64_t)INT64_MAX + negative && !(negative && magnitude == 0);
}

/* The number at a digit or minus. */
static JsonToken read_number(JsonScan *scan) {
    size_t start = scan->at, at = start;
    bool negative = scan->bytes[at] == '-', is_integer = true;
    at += negative;
    size_t digits = at;
    JsonToken token = need_digits(scan, &at);
    if (token != TOKEN_WHOLE)
        return token;
    if (scan->bytes[digits] == '0' && at > digits + 1)
        return wrong(scan, PROBLEM_LEADING_ZERO, digits);
    size_t integer_end = at;
    if (at < scan->end && scan->bytes[at] == '.') {
        is_integer = false;
        at++;
        if ((token = need_digits(scan, &at)) != TOKEN_WHOLE)
            return token;
    }
    if (at < scan->end && (scan->bytes[at] | 0x20) == 'e') {
        is_integer = false;
        at++;
        at += at < scan->end && (scan->bytes[at] == '-' || scan->bytes[at] == '+');
        if ((token = need_digits(scan, &at)) != TOKEN_WHOLE)
            return token;
    }
    if (at == scan->end && !scan->final)
        return TOKEN_CUT;
    scan->event = JSON_INT;
    if (!is_integer || !read_integer(scan, digits, integer_end, negative, &scan->value)) {
        double number = 0;
        if (!number_read_f64((const char *)scan->bytes + start, at - start, &number) || !isfinite(number))
            return wrong(scan, PROBLEM_RANGE, start);
        scan->event = JSON_FLOAT;
        scan->value = intrinsic_of_f64(number);
    }
    scan->at = at;
    return TOKEN_WHOLE;
}

static bool is_word_byte(uint8_t byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '_' || byte >= 0x80;
}

/* null, true or false. */
static JsonToken read_word(JsonScan *scan, const char *word, JsonEvent event) {
    size_t length = strlen(word), left = scan->end - scan->at, end = scan->at + length;
    size_t common = left < length ? left : length;
    if (memcmp(scan->bytes + scan->at, word, common) != 0)
        return wrong(scan, PROBLEM_WORD, scan->at);
    if (left < length || (left == length && !scan->final))
        return scan->final ? wrong(scan, PROBLEM_WORD, scan->at) : TOKEN_CUT;
    if (left > length && is_word_byte(scan->bytes[end]))
        return wrong(scan, PROBLEM_WORD, scan->at);
    scan->event = event;
    scan->value = 0;
    scan->at = end;
    return TOKEN_WHOLE;
}

static JsonToken read_scalar(JsonScan *scan) {
    switch (scan->bytes[scan->at]) {
    case '"': return read_string(scan, false);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': return read_number(scan);
    case 'n': return read_word(scan, "null", JSON_NULL);
    case 't': return read_word(scan, "true", JSON_TRUE);
    case 'f': return read_word(scan, "false", JSON_FALSE);
    default:
        return wrong(scan, is_word_byte(scan->bytes[scan->at]) ? PROBLEM_WORD : PROBLEM_EXPECTED, scan->at);
    }
}

static void skip_space(JsonScan *scan) {
    for (; scan->at < scan->end; scan->at++) {
        uint8_t byte = scan->bytes[scan->at];
        if (byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t')
            return;
    }
}

static bool is_in_object(const JsonScan *scan) {
    return scan->depth > 0 && (scan->levels[scan->depth - 1] & 1) != 0;
}

/* Steps over a comma or colon that belongs here. */
static bool take_separator(JsonScan *scan, uint8_t byte) {
    if (scan->expect == EXPECT_COMMA_OR_END && byte == ',')
        scan->expect = is_in_object(scan) ? EXPECT_KEY : EXPECT_VALUE;
    else if (scan->expect == EXPECT_COLON && byte == ':')
        scan->expect = EXPECT_VALUE;
    else
        return false;
    scan->at++;
    return true;
}

/* What may follow a whole value. */
static JsonExpect expect_after(const JsonScan *scan) {
    return scan->depth > 0 ? EXPECT_COMMA_OR_END : scan->state[SCAN_MANY] ? EXPECT_DOCUMENT : EXPECT_NOTHING;
}

static JsonToken open_level(JsonScan *scan, uint8_t bracket) {
    bool is_object = bracket == '{';
    if (scan->depth >= scan->level_limit)
        return TOKEN_DEEP;
    if (scan->depth > 0)
        scan->levels[scan->depth - 1] += 2;
    scan->levels[scan->depth++] = is_object;
    scan->event = is_object ? JSON_BEGIN_OBJECT : JSON_BEGIN_ARRAY;
    scan->value = 0;
    scan->expect = is_object ? EXPECT_KEY_OR_END : EXPECT_ELEMENT_OR_END;
    scan->at++;
    return TOKEN_WHOLE;
}

static JsonToken close_level(JsonScan *scan) {
    uint64_t level = scan->levels[--scan->depth];
    scan->event = level & 1 ? JSON_END_OBJECT : JSON_END_ARRAY;
    scan->value = level >> 1;
    scan->expect = expect_after(scan);
    scan->at++;
    return TOKEN_WHOLE;
}

static JsonToken take_scalar(JsonScan *scan) {
    JsonToken token = read_scalar(scan);
    if (token != TOKEN_WHOLE)
        return token;
    if (scan->depth > 0)
        scan->levels[scan->depth - 1] += 2;
    scan->expect = expect_after(scan);
    return TOKEN_WHOLE;
}

static JsonToken take_key(JsonScan *scan) {
    JsonToken token = read_string(scan, true);
    if (token == TOKEN_WHOLE)
        scan->expect = EXPECT_COLON;
    return token;
}

/* The token that begins with a byte, which is no separator: the event and value of the scan. */
static JsonToken take_token(JsonScan *scan, uint8_t byte) {
    switch (scan->expect) {
    case EXPECT_DOCUMENT:
    case EXPECT_VALUE:
    case EXPECT_ELEMENT_OR_END:
        if (byte == '{' || byte == '[')
            return open_level(scan, byte);
        if (byte == ']' && scan->expect == EXPECT_ELEMENT_OR_END && !is_in_object(scan))
            return close_level(scan);
        return take_scalar(scan);
    case EXPECT_KEY:
    case EXPECT_KEY_OR_END:
        if (byte == '"')
            return take_key(scan);
        if (byte == '}' && scan->expect == EXPECT_KEY_OR_END && is_in_object(scan))
            return close_level(scan);
        break;
    case EXPECT_COMMA_OR_END:
        if (byte == (is_in_object(scan) ? '}' : ']'))
            return close_level(scan);
        break;
    default: break;
    }
    return wrong(scan, PROBLEM_EXPECTED, scan->at);
}

/* At the end of the input. */
static JsonStatus scan_end(JsonScan *scan) {
    if (!scan->final)
        return SCAN_MORE_INPUT;
    if (scan->expect == EXPECT_NOTHING || (scan->expect == EXPECT_DOCUMENT && scan->state[SCAN_MANY]))
        return SCAN_DONE;
    scan->problem = PROBLEM_END;
    scan->place = scan->end;
    return SCAN_INVALID;
}

/* Puts events for what follows into `events`, as far as they have room. */
static JsonStatus scan_events(JsonScan *scan, CorArrayObject *events, uint64_t *used) {
    for (;;) {
        skip_space(scan);
        if (scan->at == scan->end)
            return scan_end(scan);
        if (events->length - *used < 2 || scan->text_count >= scan->texts->length)
            return SCAN_FULL;
        size_t start = scan->at;
        if (take_separator(scan, scan->bytes[start]))
            continue;
        JsonToken token = take_token(scan, scan->bytes[start]);
        if (token != TOKEN_WHOLE) {
            scan->at = start;
            return token == TOKEN_CUT ? SCAN_MORE_INPUT : token == TOKEN_DEEP ? SCAN_DEEP : SCAN_INVALID;
        }
        events->elements[(*used)++] = scan->event | (uint64_t)start << 8;
        events->elements[(*used)++] = scan->value;
    }
}

NATIVE_FUNCTION(intrinsic_JSON_SCAN) {
    CorArrayObject *bytes = intrinsic_array(arguments[0]), *state = intrinsic_array(arguments[1]),
                   *events = intrinsic_array(arguments[2]);
    if (state->length < SCAN_LEVELS)
        return intrinsic_throw_index(isolate, SCAN_LEVELS - 1, state->length);
    uint64_t *word = state->elements, levels = state->length - SCAN_LEVELS, start = word[SCAN_AT];
    if (!intrinsic_is_range(start, word[SCAN_END], bytes->length))
        return intrinsic_throw_range(isolate, start, word[SCAN_END], bytes->length);
    bool needs_level = word[SCAN_EXPECT] >= EXPECT_ELEMENT_OR_END && word[SCAN_EXPECT] <= EXPECT_COMMA_OR_END;
    if (word[SCAN_EXPECT] > EXPECT_NOTHING || word[SCAN_DEPTH] > levels ||
        (needs_level && word[SCAN_DEPTH] == 0))
        return cor_throw(isolate, COR_ERROR_VALUE, "json.scan was given a state that it does not make");
    JsonScan scan = {
        .isolate = isolate,
        .bytes = (const uint8_t *)bytes->elements,
        .at = start,
        .end = word[SCAN_END],
        .final = word[SCAN_FINAL] != 0,
        .state = word,
        .levels = word + SCAN_LEVELS,
        .depth = word[SCAN_DEPTH],
        .level_limit = levels,
        .expect = (JsonExpect)word[SCAN_EXPECT],
        .texts = intrinsic_array(arguments[3]),
        .keys = intrinsic_array(arguments[4]),
    };
    uint64_t used = 0;
    JsonStatus status = scan_events(&scan, events, &used);
    cor_isolate_charge(isolate, (scan.at - start) / 2);
    word[SCAN_AT] = scan.at;
    word[SCAN_DEPTH] = scan.depth;
    word[SCAN_EXPECT] = scan.expect;
    word[SCAN_EVENTS] = used;
    word[SCAN_TEXTS] = scan.text_count;
    word[SCAN_PROBLEM] = scan.problem;
    word[SCAN_PLACE] = scan.place;
    if (scan.no_memory)
        return cor_throw_out_of_memory(isolate);
    *result = status;
    return COR_OK;
}

/* ---- Rendering --------------------------------------------------------------------------------- */

/* Places in the state of json.render. */
enum {
    RENDER_NEXT,   /* the word of the next event */
    RENDER_END,    /* words of events */
    RENDER_TEXT,   /* the next text */
    RENDER_AT,     /* offset in the buffer behind what is written */
    RENDER_DEPTH,  /* levels that are open */
    RENDER_INDENT, /* blanks per level; 0: all on one line, without any */
    RENDER_AFTER,  /* the kind of the event before; RENDER_FIRST: none */
    RENDER_NEEDED, /* bytes of room that the next event needs */
    RENDER_STATE,
    RENDER_FIRST = 255,
    RENDER_MAX_INDENT = 64,
    RENDER_KIND = 15,  /* of an event's word */
    RENDER_KEYED = 16, /* a flag: a key and its value; the key's text is before that of the value */
};

/* What json.render returns. */
typedef enum JsonRendered { RENDERED_ALL, RENDER_FULL, RENDER_NO_NUMBER } JsonRendered;

/* Bytes of the text in quotes. */
static size_t quoted_length(const CorStringObject *text) {
    const uint8_t *bytes = intrinsic_text(text);
    size_t length = 2 + (size_t)text->length;
    uint64_t high = 0;
    for (size_t at = 0; (at = plain_end(bytes, at, text->length, &high)) < text->length; at++) {
        switch (bytes[at]) {
        case '"':
        case '\\':
        case '\b':
        case '\f':
        case '\n':
        case '\r':
        case '\t': length += 1; break;
        default: length += 5;
        }
    }
    return length;
}

static uint8_t *write_quoted(uint8_t *to, const CorStringObject *text) {
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = intrinsic_text(text);
    uint64_t high = 0;
    *to++ = '"';
    for (size_t at = 0;; at++) {
        size_t plain = plain_end(bytes, at, text->length, &high);
        memcpy(to, bytes + at, plain - at);
        to += plain - at;
        at = plain;
        if (at == text->length)
            break;
        *to++ = '\\';
        switch (bytes[at]) {
        case '\b': *to++ = 'b'; break;
        case '\f': *to++ = 'f'; break;
        case '\n': *to++ = 'n'; break;
        case '\r': *to++ = 'r'; break;
        case '\t': *to++ = 't'; break;
        case '"':
        case '\\': *to++ = bytes[at]; break;
        default:
            memcpy(to, "u00", 3);
            to[3] = (uint8_t)digits[bytes[at] >> 4];
            to[4] = (uint8_t)digits[bytes[at] & 15];
            to += 5;
        }
    }
    *to++ = '"';
    return to;
}

/* A newline and the blanks of a level. */
static uint8_t *write_line(uint8_t *to, const uint64_t *state) {
    size_t blanks = state[RENDER_INDENT] * state[RENDER_DEPTH];
    *to = '\n';
    memset(to + 1, ' ', blanks);
    return to + 1 + blanks;
}

/* What stands between the event before and one that is not an end; documents are separated by newlines. */
static uint8_t *write_separator(uint8_t *to, const uint64_t *state) {
    bool indents = state[RENDER_INDENT] > 0;
    switch (state[RENDER_AFTER]) {
    case RENDER_FIRST: return to;
    case JSON_KEY:
        *to++ = ':';
        if (indents)
            *to++ = ' ';
        return to;
    case JSON_BEGIN_ARRAY:
    case JSON_BEGIN_OBJECT: return indents ? write_line(to, state) : to;
    default:
        if (state[RENDER_DEPTH] == 0)
            return *to = '\n', to + 1;
        *to++ = ',';
        return indents ? write_line(to, state) : to;
    }
}

static uint8_t *write_end(uint8_t *to, const uint64_t *state, uint8_t bracket) {
    bool is_empty = state[RENDER_AFTER] == JSON_BEGIN_ARRAY || state[RENDER_AFTER] == JSON_BEGIN_OBJECT;
    if (state[RENDER_INDENT] > 0 && !is_empty)
        to = write_line(to, state);
    *to++ = bracket;
    return to;
}

static uint8_t *write_word(uint8_t *to, const char *word) {
    size_t length = strlen(word);
    memcpy(to, word, length);
    return to + length;
}

/* Writes an event but for its key; there is room. */
static uint8_t *write_event(uint8_t *to, uint64_t *state, uint8_t kind, uint64_t value,
                            const CorStringObject *text) {
    if (kind != JSON_END_ARRAY && kind != JSON_END_OBJECT)
        to = write_separator(to, state);
    switch (kind) {
    case JSON_NULL: return write_word(to, "null");
    case JSON_FALSE: return write_word(to, "false");
    case JSON_TRUE: return write_word(to, "true");
    case JSON_INT: return to + number_write_i64((char *)to, (int64_t)value);
    case JSON_FLOAT: return to + number_write_float((char *)to, intrinsic_f64(value), false);
    case JSON_STRING:
    case JSON_KEY: return write_quoted(to, text);
    case JSON_BEGIN_ARRAY:
    case JSON_BEGIN_OBJECT:
        *to = kind == JSON_BEGIN_ARRAY ? '[' : '{';
        state[RENDER_DEPTH]++;
        return to + 1;
    default:
        state[RENDER_DEPTH] -= state[RENDER_DEPTH] > 0;
        return write_end(to, state, kind == JSON_END_ARRAY ? ']' : '}');
    }
}

/* Whether the text in quotes fits into `room` bytes besides `*needed` others; *needed grows by what it takes. */
static bool quoted_fits(const CorStringObject *text, size_t room, size_t *needed) {
    if (*needed + 2 + 6 * (size_t)text->length <= room) /* every byte an escape: no need to look */
        return *needed += 2 + 6 * (size_t)text->length, true;
    *needed += quoted_length(text);
    return *needed <= room;
}

/* The next text, or NULL. */
static const CorStringObject *take_text(const CorArrayObject *texts, uint64_t *next) {
    return *next < texts->length ? intrinsic_string(texts->elements[(*next)++]) : NULL;
}

/* Writes the events from word *next on, as far as there is room between `to` and `end`. */
static JsonRendered render_events(const CorArrayObject *events, const CorArrayObject *texts, uint64_t *state,
                                  uint8_t **to, const uint8_t *end) {
    uint64_t next = state[RENDER_NEXT], next_text = state[RENDER_TEXT], limit = state[RENDER_END];
    JsonRendered status = RENDERED_ALL;
    while (next < limit) {
        uint64_t event = events->elements[next], after = next + 1, after_text = next_text, value = 0;
        uint8_t kind = event & RENDER_KIND;
        const CorStringObject *key = NULL, *text = NULL;
        size_t room = (size_t)(end - *to);
        size_t needed = NUMBER_TEXT + 8 + state[RENDER_INDENT] * (state[RENDER_DEPTH] + 1);
        bool fits = true;
        if (event & RENDER_KEYED) {
            if (!(key = take_text(texts, &after_text)))
                break;
            fits = quoted_fits(key, room, &needed);
        }
        if (kind == JSON_STRING || kind == JSON_KEY) {
            if (!(text = take_text(texts, &after_text)))
                break;
            fits = quoted_fits(text, room, &needed) && fits;
        } else if (kind == JSON_INT || kind == JSON_FLOAT) {
            if (after == limit)
                break;
            value = events->elements[after++];
            if (kind == JSON_FLOAT && !isfinite(intrinsic_f64(value))) {
                status = RENDER_NO_NUMBER;
                break;
            }
        }
        if (!fits || needed > room) {
            state[RENDER_NEEDED] = needed;
            status = RENDER_FULL;
            break;
        }
        if (key) {
            *to = write_event(*to, state, JSON_KEY, 0, key);
            state[RENDER_AFTER] = JSON_KEY;
        }
        *to = write_event(*to, state, kind, value, text);
        state[RENDER_AFTER] = kind;
        next = after;
        next_text = after_text;
    }
    state[RENDER_NEXT] = next;
    state[RENDER_TEXT] = next_text;
    return status;
}

NATIVE_FUNCTION(intrinsic_JSON_RENDER) {
    const CorArrayObject *events = intrinsic_array(arguments[0]), *texts = intrinsic_array(arguments[1]);
    CorArrayObject *state = intrinsic_array(arguments[2]), *buffer = intrinsic_array(arguments[3]);
    if (state->length < RENDER_STATE)
        return intrinsic_throw_index(isolate, RENDER_STATE - 1, state->length);
    uint64_t *word = state->elements, start = word[RENDER_AT];
    if (!intrinsic_is_range(word[RENDER_NEXT], word[RENDER_END], events->length))
        return intrinsic_throw_range(isolate, word[RENDER_NEXT], word[RENDER_END], events->length);
    if (start > buffer->length)
        return intrinsic_throw_range(isolate, start, buffer->length, buffer->length);
    if (word[RENDER_INDENT] > RENDER_MAX_INDENT || word[RENDER_DEPTH] > UINT32_MAX)
        return cor_throw(isolate, COR_ERROR_VALUE, "json.render was given a state that it does not make");
    uint8_t *out = (uint8_t *)buffer->elements, *to = out + start;
    JsonRendered status = render_events(events, texts, word, &to, out + buffer->length);
    word[RENDER_AT] = (uint64_t)(to - out);
    cor_isolate_charge(isolate, (word[RENDER_AT] - start) / 2);
    *result = status;
    return COR_OK;
}

/* ---- Lists of keys, positions ------------------------------------------------------------------- */

/* Whether two texts are equal; COR_STOPPED: see cor_isolate_pay. */
static CorStatus compare_texts(CorIsolate *isolate, uint64_t a, uint64_t b, bool *same) {
    const CorStringObject *left = intrinsic_string(a), *right = intrinsic_string(b);
    *same = a == b;
    if (a == b || left->length != right->length)
        return COR_OK;
    if (intrinsic_pay_copy(isolate, left->length) != COR_OK)
        return COR_STOPPED;
    *same = memcmp(left->bytes, right->bytes, left->length) == 0;
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_BYTES_POSITION) {
    const CorArrayObject *array = intrinsic_array(arguments[0]);
    uint64_t start = arguments[1], end = arguments[2];
    if (!intrinsic_is_range(start, end, array->length))
        return intrinsic_throw_range(isolate, start, end, array->length);
    if (intrinsic_pay_scan(isolate, end - start) != COR_OK)
        return COR_STOPPED;
    const char *at = (const char *)array->elements + start, *stop = at + (end - start), *newline;
    uint64_t lines = 0;
    for (; at < stop && (newline = memchr(at, '\n', (size_t)(stop - at))) != NULL; at = newline + 1)
        lines++;
    result[0] = lines;
    result[1] = string_count(at, (size_t)(stop - at));
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_ARRAY_FIND_STRING) {
    const CorArrayObject *array = intrinsic_array(arguments[0]);
    uint64_t count = arguments[1];
    if (count > array->length)
        return intrinsic_throw_range(isolate, 0, count, array->length);
    if (cor_isolate_pay(isolate, count) != COR_OK)
        return COR_STOPPED;
    uint64_t found = UINT64_MAX;
    for (uint64_t at = 0; at < count && found == UINT64_MAX; at++) {
        bool same;
        if (compare_texts(isolate, array->elements[at], arguments[2], &same) != COR_OK)
            return COR_STOPPED;
        if (same)
            found = at;
    }
    *result = found;
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_ARRAY_MATCHES_STRINGS) {
    const CorArrayObject *array = intrinsic_array(arguments[0]), *part = intrinsic_array(arguments[2]);
    uint64_t at = arguments[1];
    bool same = at <= array->length && part->length <= array->length - at;
    if (same && cor_isolate_pay(isolate, part->length) != COR_OK)
        return COR_STOPPED;
    for (uint64_t i = 0; same && i < part->length; i++)
        if (compare_texts(isolate, array->elements[at + i], part->elements[i], &same) != COR_OK)
            return COR_STOPPED;
    *result = same;
    return COR_OK;
}

#include "compiler/literal.h"

#include <string.h>

// Widths and precisions beyond this are mistakes.
#define MAX_FORMAT_NUMBER 65535u

static Span span_of(const LiteralReader *reader, uint32_t start, uint32_t end) {
    return source_span(reader->file->id, start, end);
}

// ------------------------------------------------------------------------------------------------- numbers

static uint32_t digit_value(char c) {
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (uint32_t)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (uint32_t)(c - 'A') + 10;
    return 16;
}

uint64_t literal_integer(const char *text, uint32_t length, bool *overflow) {
    uint32_t base = 10, at = 0;
    if (length > 2 && text[0] == '0' && digit_value(text[1]) != 0) {
        char letter = text[1] | 0x20;
        base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
        at = base == 10 ? 0 : 2;
    }
    uint64_t value = 0;
    *overflow = false;
    for (; at < length; at++) {
        if (text[at] == '_')
            continue;
        uint32_t digit = digit_value(text[at]);
        if (digit >= base) // a broken literal, reported by the lexer
            break;
        if (value > (UINT64_MAX - digit) / base) {
            *overflow = true;
            return UINT64_MAX;
        }
        value = value * base + digit;
    }
    return value;
}

const char *literal_float(Arena *arena, const char *text, uint32_t length) {
    char *digits = arena_allocate(arena, (size_t)length + 1), *out = digits;
    for (uint32_t i = 0; i < length; i++) {
        if (text[i] != '_')
            *out++ = text[i];
    }
    return digits;
}

// ------------------------------------------------------------------------------------------------- escapes

// The scalar of `\u{...}` at `at`; `*size` receives the length of the escape.
static uint32_t unicode_escape(const LiteralReader *reader, uint32_t at, uint32_t end, uint32_t *size) {
    const char *text = reader->file->text;
    uint32_t value = 0, digits = 0, next = at + 2;
    bool opened = next < end && text[next] == '{';
    next += opened;
    while (opened && next < end && digit_value(text[next]) < 16) {
        value = value > 0xFFFFFF ? value : value << 4 | digit_value(text[next]);
        digits++;
        next++;
    }
    bool closed = opened && next < end && text[next] == '}';
    *size = next + closed - at;
    bool valid = closed && digits && value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
    if (valid)
        return value;
    Diagnostic *d = diagnostic_add(reader->sink, DIAGNOSTIC_INVALID_UNICODE_ESCAPE,
                                   span_of(reader, at, at + *size), NULL);
    if (!closed || !digits)
        diagnostic_help(d, "write the number in hexadecimal between braces: `\\u{1F6F6}`");
    else
        diagnostic_note(d, "scalar values go up to 10FFFF and leave out D800 to DFFF");
    return 0xFFFD;
}

static uint32_t byte_escape(const LiteralReader *reader, uint32_t at, uint32_t end, uint32_t *size) {
    const char *text = reader->file->text;
    uint32_t high = at + 2 < end ? digit_value(text[at + 2]) : 16;
    uint32_t low = at + 3 < end ? digit_value(text[at + 3]) : 16;
    if (high < 8 && low < 16) {
        *size = 4;
        return high << 4 | low;
    }
    *size = high == 16 ? 2 : low == 16 ? 3 : 4;
    Diagnostic *d =
        diagnostic_add(reader->sink, DIAGNOSTIC_INVALID_BYTE_ESCAPE, span_of(reader, at, at + *size), NULL);
    if (*size == 4)
        diagnostic_help(d, "characters beyond ASCII are written `\\u{...}`");
    else
        diagnostic_help(d, "two hexadecimal digits follow `\\x`, as in `\\x09`");
    return 0xFFFD;
}

static void report_escape(const LiteralReader *reader, uint32_t at, uint32_t size) {
    const char *text = reader->file->text;
    const char *shown = arena_copy_text(reader->arena, text + at, size);
    Diagnostic *d =
        diagnostic_add(reader->sink, DIAGNOSTIC_UNKNOWN_ESCAPE, span_of(reader, at, at + size), shown, NULL);
    if (text[at + 1] == '{' || text[at + 1] == '}')
        diagnostic_help(d, "braces of text are written `{{` and `}}`");
    else
        diagnostic_help(
            d, "the escapes are \\n \\r \\t \\0 \\\\ \\\" \\' \\x7F \\u{1F6F6}; in a raw string `r\"...\"` a "
               "backslash is itself");
}

// The scalar of the escape at `at`, which is a backslash with at least one byte after it.
static uint32_t escape(const LiteralReader *reader, uint32_t at, uint32_t end, uint32_t *size) {
    const char *text = reader->file->text;
    *size = 2;
    switch (text[at + 1]) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case '0': return '\0';
    case '\\':
    case '"':
    case '\'': return (unsigned char)text[at + 1];
    case 'u': return unicode_escape(reader, at, end, size);
    case 'x': return byte_escape(reader, at, end, size);
    default: break;
    }
    uint32_t scalar;
    uint32_t letter = source_decode_utf8(text + at + 1, end - at - 1, &scalar);
    bool blank = letter && scalar < 0x20;
    *size = 1 + (blank || !letter ? 0 : letter);
    report_escape(reader, at, *size);
    return 0xFFFD;
}

uint32_t literal_character(const LiteralReader *reader, uint32_t start, uint32_t end) {
    const char *text = reader->file->text;
    uint32_t at = start + 1, last = end - 1, size = 0, scalar = 0xFFFD;
    if (at >= last) {
        Diagnostic *d =
            diagnostic_add(reader->sink, DIAGNOSTIC_EMPTY_CHARACTER, span_of(reader, start, end), NULL);
        diagnostic_help(d, "an empty string is written `\"\"`");
        return scalar;
    }
    if (text[at] == '\\' && at + 1 < last) {
        scalar = escape(reader, at, last, &size);
    } else {
        size = source_decode_utf8(text + at, last - at, &scalar);
        if (!size) { // not UTF-8, reported by the lexer
            scalar = 0xFFFD;
            size = last - at;
        }
    }
    if (at + size < last) {
        Diagnostic *d =
            diagnostic_add(reader->sink, DIAGNOSTIC_LONG_CHARACTER, span_of(reader, start, end), NULL);
        diagnostic_help(d, "text stands in double quotes");
    }
    return scalar;
}

// ------------------------------------------------------------------------------------------------- strings

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

LiteralLayout literal_layout(const LiteralReader *reader, uint32_t start, uint32_t end, bool multiline,
                             bool raw, uint32_t line_break, bool blank_tail) {
    const char *text = reader->file->text;
    LiteralLayout layout = {.raw = raw, .multiline = multiline, .start = start, .end = end};
    if (!multiline || line_break == UINT32_MAX)
        return layout;
    layout.indent_start = line_break + 1;
    while (layout.indent_start + layout.indent_length < end &&
           is_blank(text[layout.indent_start + layout.indent_length]))
        layout.indent_length++;
    uint32_t first = start;
    while (first < end && (is_blank(text[first]) || text[first] == '\r'))
        first++;
    if (first < end && text[first] == '\n') {
        layout.start = first + 1;
        layout.starts_line = true;
    }
    if (blank_tail)
        layout.end = line_break > start && text[line_break - 1] == '\r' ? line_break - 1 : line_break;
    return layout;
}

// The offset behind the indentation of the line that starts at `at`. A line of blanks only may be shorter.
static uint32_t skip_indent(const LiteralReader *reader, LiteralLayout *layout, uint32_t at, uint32_t end) {
    const char *text = reader->file->text;
    if (end - at >= layout->indent_length &&
        memcmp(text + at, text + layout->indent_start, layout->indent_length) == 0)
        return at + layout->indent_length;
    uint32_t blank = at;
    while (blank < end && is_blank(text[blank]))
        blank++;
    bool is_empty = text[blank] == '\n' || text[blank] == '\r';
    if (is_empty || layout->reported)
        return blank;
    layout->reported = true;
    Diagnostic *d = diagnostic_add(reader->sink, DIAGNOSTIC_STRING_INDENT, span_of(reader, at, blank), NULL);
    diagnostic_label(d, "this line is indented less than the closing quotes");
    diagnostic_secondary(d,
                         span_of(reader, layout->indent_start, layout->indent_start + layout->indent_length),
                         "this indentation is taken from every line");
    return blank;
}

// One character of the text at `at`: writes what it stands for and returns how many bytes of source it took.
static uint32_t take(const LiteralReader *reader, const LiteralLayout *layout, uint32_t at, uint32_t end,
                     char **out) {
    const char *text = reader->file->text;
    char c = text[at];
    if (!layout->raw && c == '\\' && at + 1 < end) {
        uint32_t size, scalar = escape(reader, at, end, &size);
        *out += source_encode_utf8(scalar, *out);
        return size;
    }
    if (layout->multiline && c == '\r' && at + 1 < end && text[at + 1] == '\n')
        return 1;
    *(*out)++ = c;
    return !layout->raw && (c == '{' || c == '}') && at + 1 < end && text[at + 1] == c ? 2 : 1;
}

const char *literal_text(const LiteralReader *reader, LiteralLayout *layout, uint32_t start, uint32_t end,
                         uint32_t *length) {
    bool starts_line = layout->starts_line && start <= layout->start;
    if (start < layout->start)
        start = layout->start;
    if (end > layout->end)
        end = layout->end;
    *length = 0;
    if (start > end)
        return "";
    // No escape is shorter than what it stands for, except that a broken one of 1 or 2 bytes becomes U+FFFD.
    char *bytes = arena_allocate(reader->arena, (size_t)(end - start) * 3 + 1), *out = bytes;
    for (uint32_t at = start; at < end;) {
        if (starts_line)
            at = skip_indent(reader, layout, at, end);
        starts_line = false;
        if (at >= end)
            break;
        starts_line = layout->multiline && reader->file->text[at] == '\n';
        at += take(reader, layout, at, end, &out);
    }
    if (starts_line && end < layout->end) // an interpolation begins the line
        skip_indent(reader, layout, end, end);
    *length = (uint32_t)(out - bytes);
    return bytes;
}

// ------------------------------------------------------------------------------------------ format specs

typedef struct SpecReader {
    const char *text;
    uint32_t at, end;
} SpecReader;

static char spec_peek(const SpecReader *spec) {
    return spec->at < spec->end ? spec->text[spec->at] : '\0';
}

static bool spec_accept(SpecReader *spec, char c) {
    if (spec->at >= spec->end || spec->text[spec->at] != c)
        return false;
    spec->at++;
    return true;
}

static bool is_align(char c) {
    return c == '<' || c == '^' || c == '>';
}

static void read_align(SpecReader *spec, AstFormatSpec *format) {
    uint32_t scalar = 0;
    uint32_t size =
        spec->at < spec->end ? source_decode_utf8(spec->text + spec->at, spec->end - spec->at, &scalar) : 0;
    if (size && spec->at + size < spec->end && is_align(spec->text[spec->at + size])) {
        format->fill = scalar;
        spec->at += size;
    }
    if (is_align(spec_peek(spec)))
        format->align = spec->text[spec->at++];
}

static bool read_number(SpecReader *spec, uint32_t *number) {
    bool found = false;
    for (*number = 0; spec_peek(spec) >= '0' && spec_peek(spec) <= '9'; found = true) {
        *number = *number * 10 + (uint32_t)(spec->text[spec->at++] - '0');
        if (*number > MAX_FORMAT_NUMBER)
            *number = MAX_FORMAT_NUMBER + 1;
    }
    return found;
}

// Reads everything that is understood; what is left over is wrong.
static bool read_spec(SpecReader *spec, AstFormatSpec *format) {
    read_align(spec, format);
    format->plus = spec_accept(spec, '+');
    format->alternate = spec_accept(spec, '#');
    format->zero = spec_accept(spec, '0');
    format->has_width = read_number(spec, &format->width);
    if (spec_accept(spec, '.')) {
        format->has_precision = read_number(spec, &format->precision);
        if (!format->has_precision)
            return false;
    }
    char type = spec_peek(spec);
    if (type && strchr("xXobeEf?", type)) {
        format->type = type;
        spec->at++;
    }
    return spec->at == spec->end && format->width <= MAX_FORMAT_NUMBER &&
           format->precision <= MAX_FORMAT_NUMBER;
}

AstFormatSpec *literal_format_spec(const LiteralReader *reader, uint32_t start, uint32_t end) {
    AstFormatSpec *format = ARENA_NEW(reader->arena, AstFormatSpec);
    format->span = span_of(reader, start, end);
    format->fill = ' ';
    SpecReader spec = {reader->file->text, start, end};
    if (read_spec(&spec, format))
        return format;
    const char *text = arena_copy_text(reader->arena, reader->file->text + start, end - start);
    Diagnostic *d =
        diagnostic_add(reader->sink, DIAGNOSTIC_INVALID_FORMAT_SPEC, span_of(reader, start, end), text, NULL);
    diagnostic_note(
        d, "a specification is [[fill]align][+][#][0][width][.precision][type], with align one of < ^ > and "
           "type one of x X o b e E f ?");
    return format;
}

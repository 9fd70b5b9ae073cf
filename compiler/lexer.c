// The lexer is a loop over two modes: in code it skips blanks and reads one token; in a string it reads text up to
// the quote or to the `{` of an interpolation, which switches back to code. Open strings form a stack of frames,
// because the code of an interpolation may hold strings. A string or interpolation that is not closed is closed
// where it must have ended, and only the outermost one is reported.
#include "compiler/lexer.h"

#include "compiler/brackets.h"

#include <string.h>

// How many bytes are read once more at most, so that no line takes time that grows with its square.
#define REREAD_LIMIT 4096u

// An open string.
typedef struct StringFrame {
    uint32_t begin;         // index of STRING_BEGIN
    uint32_t interpolation; // index of INTERPOLATION_BEGIN, if `in_code`
    uint32_t reports;       // how many there were before it
    bool multiline;
    bool raw;
    bool in_code;
    uint32_t depth;       // open brackets in the code of the interpolation
    uint32_t brace_depth; // those of them that are braces
} StringFrame;

typedef struct Lexer {
    TokenIndex index;
    Arena *arena;
    DiagnosticSink *sink;
    const SourceFile *file;
    const char *text;
    uint32_t length;
    uint32_t at;
    uint32_t previous_end; // of the last token
    bool starts_line;
    uint32_t doc_start, doc_end; // pending documentation comments; empty if equal
    TokenList list;
    uint32_t capacity, doc_capacity;
    StringFrame *frames;
    uint32_t frame_count, frame_capacity;
} Lexer;

static Span span_of(const Lexer *lexer, uint32_t start, uint32_t end) {
    return source_span(lexer->file->id, start, end);
}

static char peek(const Lexer *lexer, uint32_t offset) {
    return lexer->at + offset < lexer->length ? lexer->text[lexer->at + offset] : '\0';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_word(char c) {
    return is_word_start(c) || is_digit(c);
}

static bool is_one_of(char c, const char *set) {
    return c != '\0' && strchr(set, c);
}

// Scalars beyond ASCII that may stand in a name: all but blanks, controls, punctuation blocks and non-characters.
static bool is_word_scalar(uint32_t scalar) {
    return scalar > 0xA0 && scalar != 0xAD && !(scalar >= 0x2000 && scalar <= 0x206F) &&
           !(scalar >= 0x3000 && scalar <= 0x303F) && scalar != 0xFEFF &&
           !(scalar >= 0xFF00 && scalar <= 0xFF0F) && (scalar & 0xFFFE) != 0xFFFE &&
           !(scalar >= 0xE000 && scalar <= 0xF8FF) && !(scalar >= 0xFFF0 && scalar <= 0xFFFF);
}

// The number of bytes of the word character at `at`, or 0.
static uint32_t word_size(const Lexer *lexer, uint32_t at) {
    if (at >= lexer->length)
        return 0;
    if ((unsigned char)lexer->text[at] < 0x80)
        return is_word(lexer->text[at]);
    uint32_t scalar;
    uint32_t size = source_decode_utf8(lexer->text + at, lexer->length - at, &scalar);
    return size && is_word_scalar(scalar) ? size : 0;
}

static uint32_t word_end(const Lexer *lexer, uint32_t at) {
    uint32_t size;
    do {
        while (at < lexer->length && is_word(lexer->text[at]))
            at++;
        size = word_size(lexer, at);
        at += size;
    } while (size);
    return at;
}

// Whether a line without anything stands in a part of the text.
static bool has_blank_line(const Lexer *lexer, uint32_t start, uint32_t end) {
    bool is_blank = false;
    for (uint32_t at = start; at < end; at++) {
        char c = lexer->text[at];
        if (c == '\n' && is_blank)
            return true;
        is_blank = c == '\n' || (is_blank && (c == ' ' || c == '\t' || c == '\r'));
    }
    return false;
}

// The pending documentation belongs to nothing that follows: at the top of the file it is the module's.
static void detach_documentation(Lexer *lexer) {
    TokenDoc *module = &lexer->list.module_doc;
    if (lexer->list.count == 0 && module->start == module->end)
        *module = (TokenDoc){0, lexer->doc_start, lexer->doc_end};
    lexer->doc_start = lexer->doc_end = 0;
}

static Token *emit(Lexer *lexer, TokenKind kind, uint32_t start, uint32_t end) {
    Token token = {.kind = (uint8_t)kind, .start = start, .end = end};
    if (lexer->starts_line)
        token.flags |= TOKEN_STARTS_LINE;
    if (start == lexer->previous_end && start > 0)
        token.flags |= TOKEN_ADJACENT;
    bool is_detached = kind == TOKEN_IMPORT || kind == TOKEN_END;
    if (lexer->doc_start < lexer->doc_end && (is_detached || has_blank_line(lexer, lexer->doc_end, start)))
        detach_documentation(lexer);
    if (lexer->doc_start < lexer->doc_end) {
        TokenDoc doc = {lexer->list.count, lexer->doc_start, lexer->doc_end};
        ARENA_PUSH(lexer->arena, lexer->list.docs, lexer->list.doc_count, lexer->doc_capacity, doc);
        token.flags |= TOKEN_HAS_DOC;
        lexer->doc_start = lexer->doc_end = 0;
    }
    lexer->starts_line = false;
    lexer->previous_end = end;
    lexer->at = end;
    ARENA_PUSH(lexer->arena, lexer->list.items, lexer->list.count, lexer->capacity, token);
    return &lexer->list.items[lexer->list.count - 1];
}

static StringFrame *top_frame(Lexer *lexer) {
    return lexer->frame_count ? &lexer->frames[lexer->frame_count - 1] : NULL;
}

// ------------------------------------------------------------------------------------------------ strings

static void open_string(Lexer *lexer, uint32_t start, bool raw) {
    uint32_t quote = start + raw;
    bool multiline = lexer->length - quote >= 3 && memcmp(lexer->text + quote, "\"\"\"", 3) == 0;
    StringFrame frame = {.begin = lexer->list.count, .multiline = multiline, .raw = raw};
    Token *token = emit(lexer, TOKEN_STRING_BEGIN, start, quote + (multiline ? 3 : 1));
    token->flags |= (uint8_t)((multiline ? TOKEN_MULTILINE : 0) | (raw ? TOKEN_RAW : 0));
    ARENA_PUSH(lexer->arena, lexer->frames, lexer->frame_count, lexer->frame_capacity, frame);
}

static void close_string(Lexer *lexer, uint32_t end, bool broken) {
    StringFrame frame = lexer->frames[--lexer->frame_count];
    emit(lexer, TOKEN_STRING_END, lexer->at, end);
    if (broken)
        lexer->list.items[frame.begin].flags |= TOKEN_BROKEN;
}

static void close_interpolation(Lexer *lexer, uint32_t end) {
    emit(lexer, TOKEN_INTERPOLATION_END, lexer->at, end);
    top_frame(lexer)->in_code = false;
}

static void report_unterminated(Lexer *lexer, const StringFrame *frame) {
    if (frame->in_code) {
        const Token *brace = &lexer->list.items[frame->interpolation];
        Diagnostic *d = diagnostic_add(lexer->sink, DIAGNOSTIC_UNTERMINATED_INTERPOLATION,
                                       span_of(lexer, brace->start, brace->end), NULL);
        diagnostic_label(d, "this `{` is not closed");
        diagnostic_suggest(d, span_of(lexer, brace->start, brace->end), "{{",
                           "a brace in text is written `{{`");
        return;
    }
    const Token *quote = &lexer->list.items[frame->begin];
    Diagnostic *d =
        diagnostic_add(lexer->sink, DIAGNOSTIC_UNTERMINATED_STRING,
                       span_of(lexer, quote->start, frame->multiline ? quote->end : lexer->at), NULL);
    if (frame->multiline)
        diagnostic_label(d, "no closing `\"\"\"` follows");
    else
        diagnostic_help(d,
                        "close it with `\"`; a string of several lines stands between `\"\"\"` and `\"\"\"`");
}

// Whether the rest of the line makes sense when the brace of the interpolation is text: a quote closes the string, and the
// others come in pairs.
static bool closes_as_text(const Lexer *lexer, const StringFrame *frame) {
    uint32_t start = lexer->list.items[frame->interpolation].end, quotes = 0;
    if (lexer->at - start > REREAD_LIMIT)
        return false;
    for (uint32_t at = start; at < lexer->at; at++) {
        at += lexer->text[at] == '\\';
        quotes += at < lexer->at && lexer->text[at] == '"';
    }
    return quotes % 2 == 1;
}

// An interpolation that its line does not close was meant as text, or its `}` is missing: from the brace on, the string is
// read once more, as text. What follows it is then read as what it is.
static void reread_as_text(Lexer *lexer, uint32_t index) {
    StringFrame *frame = &lexer->frames[index];
    uint32_t end = lexer->list.items[frame->interpolation].end;
    lexer->list.items[frame->begin].flags |= TOKEN_BROKEN;
    lexer->list.count = frame->interpolation;
    while (lexer->list.doc_count && lexer->list.docs[lexer->list.doc_count - 1].token >= lexer->list.count)
        lexer->list.doc_count--;
    lexer->doc_start = lexer->doc_end = 0;
    lexer->frame_count = index + 1;
    lexer->at = lexer->previous_end = end;
    lexer->starts_line = false;
    frame->in_code = false;
}

// The line (or, at the end of the file, everything) ends inside the innermost frame. Closes the frames that cannot
// go on: all of them at the end of the file, else those from the outermost single-line string on.
static void break_strings(Lexer *lexer, bool end_of_file) {
    uint32_t first = 0;
    while (!end_of_file && lexer->frames[first].multiline)
        first++;
    StringFrame *frame = &lexer->frames[first];
    if (frame->in_code) // what is reported of its code is a consequence
        diagnostic_forget(lexer->sink, frame->reports);
    report_unterminated(lexer, frame);
    if (frame->in_code && !frame->multiline && closes_as_text(lexer, frame)) {
        reread_as_text(lexer, first);
        return;
    }
    while (lexer->frame_count > first) {
        if (top_frame(lexer)->in_code)
            close_interpolation(lexer, lexer->at);
        close_string(lexer, lexer->at, true);
    }
}

// Whether the quotes at `at` close the string: of a run in a multi-line string the last three do.
static bool at_closing_quotes(const Lexer *lexer, const StringFrame *frame, uint32_t at) {
    if (!frame->multiline)
        return true;
    return lexer->length - at >= 3 && memcmp(lexer->text + at, "\"\"\"", 3) == 0 &&
           !(at + 3 < lexer->length && lexer->text[at + 3] == '"');
}

static void report_stray_brace(Lexer *lexer, uint32_t at) {
    Span span = span_of(lexer, at, at + 1);
    Diagnostic *d = diagnostic_add(lexer->sink, DIAGNOSTIC_STRAY_BRACE, span, NULL);
    diagnostic_suggest(d, span, "}}", "a brace in text is written `}}`");
}

// Moves to the last byte of the escape that begins here. The braces of `\u{...}` belong to it.
static void skip_escape(Lexer *lexer) {
    char next = peek(lexer, 1);
    if (lexer->at + 1 >= lexer->length || next == '\n' || next == '\r')
        return;
    lexer->at++;
    if (next != 'u' || peek(lexer, 1) != '{')
        return;
    lexer->at++;
    while (is_word(peek(lexer, 1)))
        lexer->at++;
    lexer->at += peek(lexer, 1) == '}';
}

// Skips text of a string up to what ends it: a quote, the `{` of an interpolation, a line break that may not
// stand in it, or the end of the file.
static void skip_string_text(Lexer *lexer, const StringFrame *frame) {
    for (; lexer->at < lexer->length; lexer->at++) {
        char c = lexer->text[lexer->at];
        if (c == '"' && at_closing_quotes(lexer, frame, lexer->at))
            return;
        if (c == '\n' && !frame->multiline)
            return;
        if (frame->raw)
            continue;
        if (c == '\\')
            skip_escape(lexer);
        else if ((c == '{' || c == '}') && peek(lexer, 1) == c)
            lexer->at++;
        else if (c == '{')
            return;
        else if (c == '}')
            report_stray_brace(lexer, lexer->at);
    }
}

static void lex_string(Lexer *lexer) {
    StringFrame *frame = top_frame(lexer);
    uint32_t start = lexer->at;
    skip_string_text(lexer, frame);
    if (lexer->at > start)
        emit(lexer, TOKEN_STRING_TEXT, start, lexer->at);
    char c = peek(lexer, 0);
    if (lexer->at >= lexer->length || c == '\n') {
        break_strings(lexer, lexer->at >= lexer->length);
    } else if (c == '"') {
        close_string(lexer, lexer->at + (frame->multiline ? 3 : 1), false);
    } else {
        frame->in_code = true;
        frame->depth = frame->brace_depth = 0;
        frame->interpolation = lexer->list.count;
        frame->reports = lexer->sink->count;
        emit(lexer, TOKEN_INTERPOLATION_BEGIN, lexer->at, lexer->at + 1);
    }
}

// From a `:` at the top level of an interpolation to its `}`.
static void lex_format_spec(Lexer *lexer) {
    uint32_t start = ++lexer->at;
    while (lexer->at < lexer->length && !is_one_of(lexer->text[lexer->at], "}\"\n"))
        lexer->at++;
    emit(lexer, TOKEN_FORMAT_SPEC, start, lexer->at);
}

// ------------------------------------------------------------------------------------- numbers, characters

static void emit_broken(Lexer *lexer, TokenKind kind, uint32_t start, uint32_t end) {
    emit(lexer, kind, start, end)->flags |= TOKEN_BROKEN;
}

static bool is_base_digit(char c, uint32_t base) {
    if (base == 16)
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    return c >= '0' && c < (char)('0' + base);
}

static void lex_based_number(Lexer *lexer, uint32_t base, const char *base_name) {
    uint32_t start = lexer->at, end = word_end(lexer, start);
    uint32_t digits = 0;
    for (uint32_t at = start + 2; at < end; at++) {
        char c = lexer->text[at];
        if (c == '_')
            continue;
        if (!is_base_digit(c, base)) {
            uint32_t size = word_size(lexer, at);
            char digit[5] = "";
            memcpy(digit, lexer->text + at, size ? size : 1);
            diagnostic_add(lexer->sink, DIAGNOSTIC_INVALID_DIGIT, span_of(lexer, at, at + (size ? size : 1)),
                           digit,
                           base == 8    ? "an octal"
                           : base == 16 ? "a hexadecimal"
                                        : "a binary",
                           NULL);
            emit_broken(lexer, TOKEN_INT, start, end);
            return;
        }
        digits++;
    }
    if (digits) {
        emit(lexer, TOKEN_INT, start, end);
        return;
    }
    diagnostic_add(lexer->sink, DIAGNOSTIC_NO_DIGITS, span_of(lexer, start, end), base_name, NULL);
    emit_broken(lexer, TOKEN_INT, start, end);
}

static void skip_digits(Lexer *lexer) {
    while (is_digit(peek(lexer, 0)) || peek(lexer, 0) == '_')
        lexer->at++;
}

// The fraction and exponent of a decimal number, if there are any.
static bool skip_fraction(Lexer *lexer) {
    bool found = false;
    if (peek(lexer, 0) == '.' && is_digit(peek(lexer, 1))) {
        lexer->at++;
        skip_digits(lexer);
        found = true;
    }
    char c = peek(lexer, 0), sign = peek(lexer, 1);
    if ((c == 'e' || c == 'E') &&
        (is_digit(sign) || ((sign == '+' || sign == '-') && is_digit(peek(lexer, 2))))) {
        lexer->at += 2;
        skip_digits(lexer);
        found = true;
    }
    return found;
}

static void lex_number(Lexer *lexer) {
    char second = peek(lexer, 1);
    if (peek(lexer, 0) == '0' && (second == 'x' || second == 'X')) {
        lex_based_number(lexer, 16, "hexadecimal");
        return;
    }
    if (peek(lexer, 0) == '0' && (second == 'o' || second == 'O')) {
        lex_based_number(lexer, 8, "octal");
        return;
    }
    if (peek(lexer, 0) == '0' && (second == 'b' || second == 'B')) {
        lex_based_number(lexer, 2, "binary");
        return;
    }
    uint32_t start = lexer->at;
    uint8_t before = lexer->list.count ? lexer->list.items[lexer->list.count - 1].kind : TOKEN_END;
    bool is_member = (before == TOKEN_DOT || before == TOKEN_QUESTION_DOT) && lexer->previous_end == start;
    skip_digits(lexer);
    bool is_float = !is_member && skip_fraction(lexer); // `t.0.1` is two members
    uint32_t digits_end = lexer->at, end = word_end(lexer, digits_end);
    TokenKind kind = is_float ? TOKEN_FLOAT : TOKEN_INT;
    if (end == digits_end) {
        emit(lexer, kind, start, end);
        return;
    }
    const char *suffix = arena_copy_text(lexer->arena, lexer->text + digits_end, end - digits_end);
    Diagnostic *d =
        diagnostic_add(lexer->sink, DIAGNOSTIC_NUMBER_SUFFIX, span_of(lexer, digits_end, end), suffix, NULL);
    diagnostic_help(d, "a number takes the type that is expected of it; `as` converts it to another");
    emit_broken(lexer, kind, start, end);
}

// The offset of the quote that closes the character literal whose text starts at `at`, or of what stops the search.
static uint32_t find_char_end(const Lexer *lexer, uint32_t at) {
    while (at < lexer->length && lexer->text[at] != '\'' && lexer->text[at] != '\n')
        at += lexer->text[at] == '\\' && at + 1 < lexer->length && lexer->text[at + 1] != '\n' ? 2 : 1;
    return at;
}

static void lex_char(Lexer *lexer) {
    uint32_t start = lexer->at;
    uint32_t end = find_char_end(lexer, start + 1);
    if (end < lexer->length && lexer->text[end] == '\'') {
        emit(lexer, TOKEN_CHAR, start, end + 1);
        return;
    }
    end = word_end(lexer, start + 1);
    Diagnostic *d =
        diagnostic_add(lexer->sink, DIAGNOSTIC_UNTERMINATED_CHAR, span_of(lexer, start, end), NULL);
    diagnostic_help(d, "close it with `'`; text of any length stands between `\"` and `\"`");
    emit_broken(lexer, TOKEN_CHAR, start, end);
}

// -------------------------------------------------------------------------------------- comments and blanks

static void skip_line_comment(Lexer *lexer) {
    bool is_doc = peek(lexer, 2) == '/' && peek(lexer, 3) != '/';
    uint32_t start = lexer->at;
    while (lexer->at < lexer->length && lexer->text[lexer->at] != '\n')
        lexer->at++;
    if (!is_doc)
        return;
    if (lexer->doc_start < lexer->doc_end && has_blank_line(lexer, lexer->doc_end, start))
        detach_documentation(lexer);
    if (lexer->doc_start == lexer->doc_end)
        lexer->doc_start = start;
    lexer->doc_end = lexer->at;
}

static void skip_block_comment(Lexer *lexer) {
    uint32_t start = lexer->at, depth = 0;
    do {
        if (lexer->at >= lexer->length) {
            Diagnostic *d = diagnostic_add(lexer->sink, DIAGNOSTIC_UNTERMINATED_COMMENT,
                                           span_of(lexer, start, start + 2), NULL);
            diagnostic_label(d, "no `*/` closes this comment");
            if (depth > 1)
                diagnostic_note(d, "comments nest: each `/*` inside needs a `*/` of its own");
            return;
        }
        char c = peek(lexer, 0), next = peek(lexer, 1);
        bool opens = c == '/' && next == '*', closes = c == '*' && next == '/';
        lexer->starts_line |= c == '\n';
        depth += opens;
        depth -= closes;
        lexer->at += opens || closes ? 2 : 1;
    } while (depth);
}

// A line break in the code of an interpolation is allowed in multi-line strings and inside brackets.
static bool breaks_interpolation(Lexer *lexer) {
    StringFrame *frame = top_frame(lexer);
    return frame && !frame->multiline && frame->depth == 0;
}

// Skips one blank or comment; returns whether there was one. May close strings at a line break.
static bool skip_blank(Lexer *lexer) {
    char c = peek(lexer, 0);
    if (c == '\n' && breaks_interpolation(lexer)) {
        break_strings(lexer, false);
        return true;
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        lexer->starts_line |= c == '\n';
        do
            lexer->at++;
        while (peek(lexer, 0) == ' ');
        return true;
    }
    if (c == '/' && peek(lexer, 1) == '/')
        skip_line_comment(lexer);
    else if (c == '/' && peek(lexer, 1) == '*')
        skip_block_comment(lexer);
    else
        return false;
    return true;
}

// --------------------------------------------------------------------------------------------------- code

// A character that starts no token, and all such characters that follow it.
static void lex_invalid(Lexer *lexer) {
    uint32_t start = lexer->at, end = start, scalar = 0, first = 0;
    bool valid = false;
    while (end < lexer->length) {
        uint32_t size = source_decode_utf8(lexer->text + end, lexer->length - end, &scalar), ignored;
        if (end > start &&
            (is_one_of(lexer->text[end], " \t\r\n\"'") || word_size(lexer, end) ||
             token_find_punctuator(&lexer->index, lexer->text + end, 1, &ignored) != TOKEN_INVALID))
            break;
        if (end == start) {
            first = scalar;
            valid = size != 0;
        }
        end += size ? size : 1;
    }
    if (valid) { // bytes that are not UTF-8 are reported by check_utf8
        char shown[16];
        uint32_t size = first < 0x20 || first == 0x7F ? 0 : source_encode_utf8(first, shown);
        shown[size] = '\0';
        const char *text = size ? shown : arena_printf(lexer->arena, "U+%04X", (unsigned)first);
        Diagnostic *d = diagnostic_add(lexer->sink, DIAGNOSTIC_UNEXPECTED_CHARACTER,
                                       span_of(lexer, start, end), text, NULL);
        if (first == 0x201C || first == 0x201D)
            diagnostic_help(d, "strings stand in plain quotes: `\"`");
        else if (first == 0x2018 || first == 0x2019)
            diagnostic_help(d, "characters stand in plain quotes: `'`");
        else if (first >= 0x2010 && first <= 0x2014)
            diagnostic_help(d, "this is a dash: minus is `-`");
        else if (first == 0x2212)
            diagnostic_help(d, "minus is `-`");
    }
    emit(lexer, TOKEN_INVALID, start, end);
}

static void lex_word(Lexer *lexer) {
    uint32_t start = lexer->at, end = word_end(lexer, start);
    emit(lexer, token_classify_word(&lexer->index, lexer->text + start, end - start), start, end);
}

// Follows the brackets in the code of an interpolation. Returns true if the token ended it.
static bool track_interpolation(Lexer *lexer, TokenKind kind) {
    StringFrame *frame = top_frame(lexer);
    if (!frame)
        return false;
    switch (kind) {
    case TOKEN_LEFT_BRACE: frame->brace_depth++; // fall through
    case TOKEN_LEFT_PAREN:
    case TOKEN_LEFT_BRACKET: frame->depth++; return false;
    case TOKEN_RIGHT_PAREN:
    case TOKEN_RIGHT_BRACKET: frame->depth -= frame->depth > frame->brace_depth; return false;
    case TOKEN_RIGHT_BRACE:
        if (frame->brace_depth == 0) {
            close_interpolation(lexer, lexer->at + 1);
            return true;
        }
        frame->brace_depth--;
        frame->depth -= frame->depth > frame->brace_depth;
        return false;
    default: return false;
    }
}

static void lex_punctuator(Lexer *lexer) {
    StringFrame *frame = top_frame(lexer);
    uint32_t size;
    TokenKind kind =
        token_find_punctuator(&lexer->index, lexer->text + lexer->at, lexer->length - lexer->at, &size);
    if (kind == TOKEN_INVALID)
        lex_invalid(lexer);
    else if (kind == TOKEN_COLON && frame && frame->depth == 0)
        lex_format_spec(lexer);
    else if (!track_interpolation(lexer, kind))
        emit(lexer, kind, lexer->at, lexer->at + size);
}

static void lex_code(Lexer *lexer) {
    if (skip_blank(lexer))
        return;
    char c = peek(lexer, 0);
    if (c == '"')
        open_string(lexer, lexer->at, false);
    else if (c == 'r' && peek(lexer, 1) == '"')
        open_string(lexer, lexer->at, true);
    else if (c == '\'')
        lex_char(lexer);
    else if (is_digit(c))
        lex_number(lexer);
    else if (word_size(lexer, lexer->at))
        lex_word(lexer);
    else
        lex_punctuator(lexer);
}

// Every byte of the file must be part of well-formed UTF-8; each run of bytes that are not is reported once.
static void check_utf8(Lexer *lexer) {
    uint32_t run_end = UINT32_MAX;
    for (uint32_t at = 0; at < lexer->length;) {
        if ((unsigned char)lexer->text[at] < 0x80) {
            at++;
            continue;
        }
        uint32_t scalar;
        uint32_t size = source_decode_utf8(lexer->text + at, lexer->length - at, &scalar);
        if (!size) {
            if (at != run_end) {
                Diagnostic *d =
                    diagnostic_add(lexer->sink, DIAGNOSTIC_INVALID_UTF8, span_of(lexer, at, at + 1), NULL);
                diagnostic_label(d, "byte 0x%02X begins no character here",
                                 (unsigned)(unsigned char)lexer->text[at]);
            }
            run_end = at + 1;
        }
        at += size ? size : 1;
    }
}

TokenList lexer_lex(const SourceFile *file, Arena *arena, DiagnosticSink *sink) {
    Lexer lexer = {.arena = arena,
                   .sink = sink,
                   .file = file,
                   .text = file->text,
                   .length = file->length,
                   .starts_line = true};
    token_index_init(&lexer.index);
    check_utf8(&lexer);
    if (lexer.length >= 3 && memcmp(lexer.text, "\xEF\xBB\xBF", 3) == 0)
        lexer.at = 3;
    if (peek(&lexer, 0) == '#' && peek(&lexer, 1) == '!') {
        while (lexer.at < lexer.length && lexer.text[lexer.at] != '\n')
            lexer.at++;
    }
    while (lexer.at < lexer.length || lexer.frame_count) {
        StringFrame *frame = top_frame(&lexer);
        if (frame && !frame->in_code)
            lex_string(&lexer);
        else if (lexer.at >= lexer.length)
            break_strings(&lexer, true);
        else
            lex_code(&lexer);
    }
    lexer.starts_line = true;
    emit(&lexer, TOKEN_END, lexer.length, lexer.length);
    brackets_balance(&lexer.list, file, arena, sink);
    return lexer.list;
}

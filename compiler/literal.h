// Literals: the values that the text of number, character and string tokens stands for.
//
// Errors in the text (an unknown escape, a line that is indented too little) are reported at their exact place,
// and some value is returned.
#ifndef COMPILER_LITERAL_H
#define COMPILER_LITERAL_H

#include "compiler/ast.h"
#include "compiler/diagnostic.h"

typedef struct LiteralReader {
    const SourceFile *file;
    Arena *arena;
    DiagnosticSink *sink;
} LiteralReader;

// The value of an integer token in any base; UINT64_MAX and `*overflow` if it needs more than 64 bits.
uint64_t literal_integer(const char *text, uint32_t length, bool *overflow);

// The text of a float token as strtod reads it.
const char *literal_float(Arena *arena, const char *text, uint32_t length);

// The scalar of a character token, quotes included in the range.
uint32_t literal_character(const LiteralReader *reader, uint32_t start, uint32_t end);

// How the text between the quotes of one string is laid out: which part of it counts, and what is stripped from
// the beginning of its lines.
typedef struct LiteralLayout {
    bool raw;
    bool multiline;
    uint32_t start; // the text before and after is dropped
    uint32_t end;
    bool starts_line;                     // the text begins at the beginning of a line
    uint32_t indent_start, indent_length; // the indentation of the closing line
    bool reported;                        // a line that is indented less
} LiteralLayout;

// The layout of a string. `line_break` is the offset of the last line break in its text (UINT32_MAX if there is
// none), and `blank_tail` tells whether nothing but blanks follows it.
LiteralLayout literal_layout(const LiteralReader *reader, uint32_t start, uint32_t end, bool multiline,
                             bool raw, uint32_t line_break, bool blank_tail);

// The bytes that the text from `start` to `end` stands for, terminated by NUL; `*length` without it.
const char *literal_text(const LiteralReader *reader, LiteralLayout *layout, uint32_t start, uint32_t end,
                         uint32_t *length);

// The format specification that stands in the range.
AstFormatSpec *literal_format_spec(const LiteralReader *reader, uint32_t start, uint32_t end);

#endif

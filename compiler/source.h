// Source files and places in them.
//
// A span is a half-open range of byte offsets of one file. Lines and columns are computed only when a human
// reads them; both are counted from 1, columns in Unicode scalars. A byte that is not part of well-formed
// UTF-8 counts as one column, so every offset of any input has a position.
#ifndef COMPILER_SOURCE_H
#define COMPILER_SOURCE_H

#include "compiler/arena.h"
#include <stdbool.h>

// Offsets are 32 bits wide; a larger file is refused before it is lexed.
#define SOURCE_MAX_LENGTH ((size_t)1 << 28)

typedef struct Span {
    uint32_t file; // SourceFile.id
    uint32_t start;
    uint32_t end;
} Span;

// Makes columns on long lines cheap: the first scalar that begins at or behind a certain byte.
#define SOURCE_MARK_DISTANCE 256u
typedef struct SourceMark {
    uint32_t offset;
    uint32_t scalars; // of the file before it
} SourceMark;

typedef struct SourceFile {
    uint32_t id;
    const char *path; // as shown to the user
    const char *text; // `length` bytes and a terminating NUL
    uint32_t length;
    uint32_t *line_starts; // offset of the first byte of each line
    uint32_t line_count;   // at least 1
    SourceMark *marks;     // one for every SOURCE_MARK_DISTANCE bytes
} SourceFile;

typedef struct SourceSet {
    Arena *arena;
    SourceFile **files; // indexed by id
    uint32_t count;
    uint32_t capacity;
} SourceSet;

typedef struct SourcePosition {
    uint32_t line;   // from 1
    uint32_t column; // from 1, in Unicode scalars
} SourcePosition;

void source_set_init(SourceSet *set, Arena *arena);

// A copy of the text in which bytes that are not UTF-8 have become U+FFFD, as the names of files may have.
char *source_copy_name(Arena *arena, const char *text, size_t length);

// Adds a file; `path` (by source_copy_name) and `text` are copied. Returns NULL if the text is longer than SOURCE_MAX_LENGTH.
SourceFile *source_add(SourceSet *set, const char *path, const char *text, size_t length);

const SourceFile *source_file(const SourceSet *set, uint32_t id);

// The position of a byte offset; an offset beyond the end has the position of the end.
SourcePosition source_position(const SourceFile *file, uint32_t offset);

// The same for a caller that asks for neighbouring places of one file one after the other: `*hint`, zero at first, is
// its memory of the last line.
SourcePosition source_position_near(const SourceFile *file, uint32_t offset, uint32_t *hint);

// The bytes of a line (from 1) without its line break; `*length` receives their number.
const char *source_line(const SourceFile *file, uint32_t line, uint32_t *length);

// Decodes the scalar at `text`, of which `length` bytes remain (at least one). Returns the number of bytes it
// takes, or 0 if they are not well-formed UTF-8 (Unicode 15, table 3-7: no surrogates, no overlong forms).
uint32_t source_decode_utf8(const char *text, size_t length, uint32_t *scalar);

// Writes a scalar value as UTF-8 and returns the number of bytes, at most 4.
uint32_t source_encode_utf8(uint32_t scalar, char *out);

static inline Span source_span(uint32_t file, uint32_t start, uint32_t end) {
    return (Span){file, start, end};
}

// From the start of `first` to the end of `last`, which are in the same file.
static inline Span source_join(Span first, Span last) {
    return (Span){first.file, first.start, last.end};
}

#endif

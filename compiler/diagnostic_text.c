// Diagnostics for people, in the manner of rustc:
//
//   error[E0301]: unknown name `lenght`
//     --> main.cora:3:9
//      |
//    3 |     let n = lenght + 1
//      |             ^^^^^^ not found in this scope
//      |
//      = help: did you mean `length`?
//
// A line of source is shown once, with a row of marks for every label on it. Tabs become spaces, wide characters
// take two columns, whatever cannot be shown takes one; of a long line only the surroundings of its label appear.
#include "compiler/diagnostic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAB_WIDTH     4u
#define MAX_LINE      140u // columns of source shown
#define MAX_LABELS    32u  // of one diagnostic; more are not shown
#define CONTEXT_WIDTH 60u  // columns shown before the label of a long line

typedef struct Printer {
    DiagnosticWriter out;
    const SourceSet *sources;
    bool colour;
    uint32_t gutter; // digits of the largest line number
} Printer;

typedef enum Style { STYLE_NONE, STYLE_ERROR, STYLE_WARNING, STYLE_FRAME, STYLE_HELP, STYLE_BOLD } Style;

static const char *const style_codes[] = {
    [STYLE_NONE] = "\x1b[0m",     [STYLE_ERROR] = "\x1b[1;31m", [STYLE_WARNING] = "\x1b[1;33m",
    [STYLE_FRAME] = "\x1b[1;34m", [STYLE_HELP] = "\x1b[1;36m",  [STYLE_BOLD] = "\x1b[1m",
};

static void put_bytes(Printer *printer, const char *bytes, size_t length) {
    printer->out.write(printer->out.context, bytes, length);
}

static void put(Printer *printer, const char *text) {
    put_bytes(printer, text, strlen(text));
}

static void put_styled(Printer *printer, Style style, const char *text) {
    if (printer->colour)
        put(printer, style_codes[style]);
    put(printer, text);
    if (printer->colour)
        put(printer, style_codes[STYLE_NONE]);
}

static void put_repeated(Printer *printer, char c, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        put_bytes(printer, &c, 1);
}

// ------------------------------------------------------------------------------------------ display width

typedef struct ScalarRange {
    uint32_t first, last;
} ScalarRange;

static bool in_ranges(const ScalarRange *ranges, size_t count, uint32_t scalar) {
    for (size_t i = 0; i < count; i++) {
        if (scalar >= ranges[i].first && scalar <= ranges[i].last)
            return true;
    }
    return false;
}

// Columns that a scalar takes on a terminal: the blocks of wide and of combining characters, not exact tables.
static uint32_t scalar_width(uint32_t scalar) {
    static const ScalarRange wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},
                                       {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
                                       {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
                                       {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
    static const ScalarRange combining[] = {
        {0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
    if (scalar < 0x300)
        return 1;
    if (in_ranges(combining, sizeof combining / sizeof *combining, scalar))
        return 0;
    return in_ranges(wide, sizeof wide / sizeof *wide, scalar) ? 2 : 1;
}

// A step through a line: the bytes of one displayed character, and its columns.
typedef struct Cell {
    uint32_t size;  // bytes of source
    uint32_t width; // columns
    bool printable; // can be written as it is
} Cell;

static Cell cell_at(const char *line, uint32_t length, uint32_t at, uint32_t column) {
    uint32_t scalar;
    uint32_t size = source_decode_utf8(line + at, length - at, &scalar);
    if (!size)
        return (Cell){1, 1, false};
    if (scalar == '\t')
        return (Cell){1, TAB_WIDTH - column % TAB_WIDTH, false};
    bool control = scalar < 0x20 || (scalar >= 0x7F && scalar < 0xA0) ||
                   (scalar >= 0x202A && scalar <= 0x202E) || (scalar >= 0x2066 && scalar <= 0x2069);
    return (Cell){size, control ? 1 : scalar_width(scalar), !control};
}

// The column (from 0) at which the byte `offset` of a line is displayed.
static uint32_t display_column(const char *line, uint32_t length, uint32_t offset) {
    uint32_t column = 0;
    for (uint32_t at = 0; at < offset && at < length;) {
        Cell cell = cell_at(line, length, at, column);
        column += cell.width;
        at += cell.size;
    }
    return column;
}

// Writes the columns from `first` up to `end` of a line.
static void put_source(Printer *printer, const char *line, uint32_t length, uint32_t first, uint32_t end) {
    uint32_t column = 0;
    for (uint32_t at = 0; at < length && column < end;) {
        Cell cell = cell_at(line, length, at, column);
        if (column >= first) {
            if (cell.printable)
                put_bytes(printer, line + at, cell.size);
            else if (line[at] == '\t')
                put_repeated(printer, ' ', cell.width);
            else
                put(printer, "\xEF\xBF\xBD");
        }
        column += cell.width;
        at += cell.size;
    }
}

// ------------------------------------------------------------------------------------------------- labels

// A label, placed: the part of it on its first line.
typedef struct Mark {
    const SourceFile *file;
    uint32_t line;       // from 1
    uint32_t first, end; // columns from 0 as displayed; at least one
    bool primary;
    const char *text;
} Mark;

static bool place(const SourceSet *sources, Span span, bool primary, const char *text, Mark *mark) {
    const SourceFile *file = source_file(sources, span.file);
    if (!file)
        return false;
    SourcePosition position = source_position(file, span.start);
    uint32_t length;
    const char *line = source_line(file, position.line, &length);
    uint32_t line_start = file->line_starts[position.line - 1];
    uint32_t start = (span.start < file->length ? span.start : file->length) - line_start;
    uint32_t end = span.end > span.start ? span.end - line_start : start;
    if (end > length)
        end = length;
    *mark = (Mark){file, position.line, display_column(line, length, start), 0, primary, text};
    mark->end = end > start ? display_column(line, length, end) : mark->first + 1;
    if (mark->end <= mark->first)
        mark->end = mark->first + 1;
    return true;
}

static int compare_marks(const void *left, const void *right) {
    const Mark *a = left, *b = right;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static void put_gutter(Printer *printer, uint32_t line) {
    char number[16] = "";
    if (line)
        snprintf(number, sizeof number, "%u", (unsigned)line);
    char gutter[48];
    snprintf(gutter, sizeof gutter, " %*s |", (int)printer->gutter, number);
    put_styled(printer, STYLE_FRAME, gutter);
}

static void put_mark(Printer *printer, const Mark *mark, uint32_t offset, uint32_t end, Style primary) {
    put_gutter(printer, 0);
    put(printer, " ");
    put_repeated(printer, ' ', mark->first - offset);
    uint32_t last = mark->end < end ? mark->end : end;
    uint32_t count = last > mark->first ? last - mark->first : 1;
    Style style = mark->primary ? primary : STYLE_FRAME;
    if (printer->colour)
        put(printer, style_codes[style]);
    put_repeated(printer, mark->primary ? '^' : '-', count);
    if (mark->text) {
        put(printer, " ");
        put(printer, mark->text);
    }
    if (printer->colour)
        put(printer, style_codes[STYLE_NONE]);
    put(printer, "\n");
}

// One line of source and the marks on it. A long line is cut around its first mark, and marks outside the cut
// are left to the other lines.
static void put_marked_line(Printer *printer, const Mark *marks, uint32_t count, Style primary) {
    uint32_t length;
    const char *line = source_line(marks->file, marks->line, &length);
    uint32_t first = 0, end = MAX_LINE;
    if (marks->first > MAX_LINE - CONTEXT_WIDTH / 2) {
        first = marks->first - CONTEXT_WIDTH;
        end = first + MAX_LINE;
    }
    put_gutter(printer, marks->line);
    put(printer, length ? " " : "");
    put_source(printer, line, length, first, end);
    put(printer, "\n");
    for (uint32_t i = 0; i < count; i++) {
        if (marks[i].first >= first && marks[i].first < end)
            put_mark(printer, &marks[i], first, end, primary);
    }
}

// All marks of one file, in line order.
static void put_excerpt(Printer *printer, Mark *marks, uint32_t count, Style primary) {
    qsort(marks, count, sizeof *marks, compare_marks);
    put_gutter(printer, 0);
    put(printer, "\n");
    for (uint32_t i = 0; i < count;) {
        uint32_t next = i + 1;
        while (next < count && marks[next].line == marks[i].line)
            next++;
        if (i && marks[i].line > marks[i - 1].line + 1)
            put_styled(printer, STYLE_FRAME, "...\n");
        put_marked_line(printer, marks + i, next - i, primary);
        i = next;
    }
}

// Moves the marks of the first mark's file to the front, in order; returns how many they are.
static uint32_t partition_by_file(Mark *marks, uint32_t count) {
    uint32_t same = 1;
    for (uint32_t i = 1; i < count; i++) {
        if (marks[i].file != marks[0].file)
            continue;
        Mark moved = marks[i];
        memmove(&marks[same + 1], &marks[same], (i - same) * sizeof *marks);
        marks[same++] = moved;
    }
    return same;
}

static void put_location(Printer *printer, const char *arrow, const SourceFile *file, uint32_t line,
                         uint32_t column) {
    char place_text[40];
    put_repeated(printer, ' ', printer->gutter + 1);
    put_styled(printer, STYLE_FRAME, arrow);
    put(printer, file->path);
    if (column)
        snprintf(place_text, sizeof place_text, ":%u:%u\n", (unsigned)line, (unsigned)column);
    else
        snprintf(place_text, sizeof place_text, ":%u\n", (unsigned)line);
    put(printer, place_text);
}

static void put_labels(Printer *printer, const Diagnostic *diagnostic, Style primary) {
    Mark marks[MAX_LABELS];
    uint32_t count = 0;
    if (!place(printer->sources, diagnostic->span, true, diagnostic->label, &marks[count]))
        return;
    count++;
    for (uint32_t i = 0; i < diagnostic->secondary_count && count < MAX_LABELS; i++) {
        const DiagnosticLabel *label = &diagnostic->secondary[i];
        count += place(printer->sources, label->span, false, label->text, &marks[count]);
    }
    uint32_t largest = 1;
    for (uint32_t i = 0; i < count; i++)
        largest = marks[i].line > largest ? marks[i].line : largest;
    printer->gutter = (uint32_t)snprintf(NULL, 0, "%u", (unsigned)largest);

    SourcePosition start = source_position(marks[0].file, diagnostic->span.start);
    put_location(printer, "--> ", marks[0].file, start.line, start.column);
    uint32_t same = partition_by_file(marks, count);
    put_excerpt(printer, marks, same, primary);
    for (uint32_t done = same; done < count; done += same) {
        same = partition_by_file(marks + done, count - done);
        put_location(printer, "::: ", marks[done].file, marks[done].line, 0);
        put_excerpt(printer, marks + done, same, primary);
    }
}

static void put_remarks(Printer *printer, const Diagnostic *diagnostic) {
    if (diagnostic->remark_count) {
        put_gutter(printer, 0);
        put(printer, "\n");
    }
    for (uint32_t i = 0; i < diagnostic->remark_count; i++) {
        const DiagnosticRemark *remark = &diagnostic->remarks[i];
        put_repeated(printer, ' ', printer->gutter + 2);
        put_styled(printer, STYLE_FRAME, "= ");
        bool note = remark->kind == DIAGNOSTIC_NOTE;
        put_styled(printer, note ? STYLE_BOLD : STYLE_HELP, note ? "note: " : "help: ");
        put(printer, remark->text);
        put(printer, "\n");
    }
}

static void put_diagnostic(Printer *printer, const Diagnostic *diagnostic) {
    const DiagnosticInfo *info = diagnostic_info(diagnostic->code);
    bool error = info->severity == DIAGNOSTIC_ERROR;
    Style style = error ? STYLE_ERROR : STYLE_WARNING;
    char title[32];
    snprintf(title, sizeof title, "%s[%s]", error ? "error" : "warning", info->code);
    put_styled(printer, style, title);
    put_styled(printer, STYLE_BOLD, ": ");
    put_styled(printer, STYLE_BOLD, diagnostic->message);
    put(printer, "\n");
    printer->gutter = 1;
    put_labels(printer, diagnostic, style);
    put_remarks(printer, diagnostic);
    put(printer, "\n");
}

static void put_count(Printer *printer, Style style, uint32_t count, const char *what) {
    char text[48];
    snprintf(text, sizeof text, "%u %s%s", (unsigned)count, what, count == 1 ? "" : "s");
    put_styled(printer, style, text);
}

static void put_summary(Printer *printer, const DiagnosticSink *sink, uint32_t shown) {
    uint32_t errors = 0;
    for (uint32_t i = 0; i < sink->count; i++)
        errors += diagnostic_info(sink->items[i]->code)->severity == DIAGNOSTIC_ERROR;
    uint32_t warnings = sink->count - errors;
    if (errors)
        put_count(printer, STYLE_ERROR, errors, "error");
    if (errors && warnings)
        put(printer, ", ");
    if (warnings)
        put_count(printer, STYLE_WARNING, warnings, "warning");
    uint32_t hidden = sink->count - shown + sink->dropped;
    if (hidden) {
        char text[48];
        snprintf(text, sizeof text, " (%u not shown)", (unsigned)hidden);
        put(printer, text);
    }
    put(printer, "\n");
}

void diagnostic_render_text(DiagnosticSink *sink, DiagnosticWriter writer, DiagnosticRenderOptions options) {
    Printer printer = {.out = writer, .sources = sink->sources, .colour = options.colour};
    diagnostic_sort(sink);
    DiagnosticSelection selection = diagnostic_select(sink, options);
    uint32_t shown = 0;
    for (uint32_t i = 0; i < sink->count; i++) {
        if (!diagnostic_is_selected(&selection, sink->items[i]))
            continue;
        put_diagnostic(&printer, sink->items[i]);
        shown++;
    }
    if (sink->count)
        put_summary(&printer, sink, shown);
}

void diagnostic_render_one(const Diagnostic *diagnostic, DiagnosticWriter writer) {
    Printer printer = {.out = writer, .sources = diagnostic->sink->sources};
    put_diagnostic(&printer, diagnostic);
}

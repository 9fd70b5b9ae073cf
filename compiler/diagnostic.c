#include "compiler/diagnostic.h"

#include <stdlib.h>
#include <string.h>

enum { ERROR = DIAGNOSTIC_ERROR, WARNING = DIAGNOSTIC_WARNING }; // the severity column of the table

static const DiagnosticInfo infos[DIAGNOSTIC_CODE_COUNT] = {
#define DIAGNOSTIC_ROW(name, code, severity, message, explanation)                                           \
    [DIAGNOSTIC_##name] = {code, #name, (DiagnosticSeverity)severity, message, explanation},
#include "compiler/diagnostics.def"
#undef DIAGNOSTIC_ROW
};

void diagnostic_sink_init(DiagnosticSink *sink, Arena *arena, const SourceSet *sources) {
    *sink = (DiagnosticSink){.arena = arena, .sources = sources, .overflow = {.sink = sink, .muted = true}};
}

const DiagnosticInfo *diagnostic_info(DiagnosticCode code) {
    return &infos[code];
}

// The template with each `{}` replaced by the next argument; a missing one shows as "?". The first pass, with
// `out` NULL, measures.
static size_t expand(char *out, const char *template, va_list arguments) {
    size_t length = 0;
    bool more = true;
    for (const char *at = template; *at; at++) {
        if (at[0] != '{' || at[1] != '}') {
            if (out)
                out[length] = *at;
            length++;
            continue;
        }
        const char *argument = more ? va_arg(arguments, const char *) : NULL;
        if (!argument) {
            more = false;
            argument = "?";
        }
        size_t size = strlen(argument);
        if (out)
            memcpy(out + length, argument, size);
        length += size;
        at++;
    }
    return length;
}

Diagnostic *diagnostic_add(DiagnosticSink *sink, DiagnosticCode code, Span span, ...) {
    uint32_t *count = infos[code].severity == DIAGNOSTIC_ERROR ? &sink->error_count : &sink->warning_count;
    if (++*count > DIAGNOSTIC_SINK_LIMIT) {
        sink->dropped++;
        return &sink->overflow;
    }
    Diagnostic *diagnostic = ARENA_NEW(sink->arena, Diagnostic);
    diagnostic->sink = sink;
    diagnostic->code = code;
    diagnostic->span = span;
    diagnostic->order = sink->count;

    va_list arguments, again;
    va_start(arguments, span);
    va_copy(again, arguments);
    char *message = arena_allocate(sink->arena, expand(NULL, infos[code].message, arguments) + 1);
    expand(message, infos[code].message, again);
    diagnostic->message = message;
    va_end(again);
    va_end(arguments);

    ARENA_PUSH(sink->arena, sink->items, sink->count, sink->capacity, diagnostic);
    return diagnostic;
}

void diagnostic_forget(DiagnosticSink *sink, uint32_t count) {
    for (; sink->count > count; sink->count--) {
        if (infos[sink->items[sink->count - 1]->code].severity == DIAGNOSTIC_ERROR)
            sink->error_count--;
        else
            sink->warning_count--;
    }
}

void diagnostic_label(Diagnostic *diagnostic, const char *format, ...) {
    if (diagnostic->muted)
        return;
    va_list arguments;
    va_start(arguments, format);
    diagnostic->label = arena_vprintf(diagnostic->sink->arena, format, arguments);
    va_end(arguments);
}

void diagnostic_secondary(Diagnostic *diagnostic, Span span, const char *format, ...) {
    if (diagnostic->muted || span.end == 0) // what is imported has no source here
        return;
    va_list arguments;
    va_start(arguments, format);
    DiagnosticLabel label = {span, arena_vprintf(diagnostic->sink->arena, format, arguments)};
    va_end(arguments);
    ARENA_PUSH(diagnostic->sink->arena, diagnostic->secondary, diagnostic->secondary_count,
               diagnostic->secondary_capacity, label);
}

static void add_remark(Diagnostic *diagnostic, DiagnosticRemark remark) {
    ARENA_PUSH(diagnostic->sink->arena, diagnostic->remarks, diagnostic->remark_count,
               diagnostic->remark_capacity, remark);
}

void diagnostic_note(Diagnostic *diagnostic, const char *format, ...) {
    if (diagnostic->muted)
        return;
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(diagnostic->sink->arena, format, arguments);
    va_end(arguments);
    add_remark(diagnostic, (DiagnosticRemark){.kind = DIAGNOSTIC_NOTE, .text = text});
}

void diagnostic_help(Diagnostic *diagnostic, const char *format, ...) {
    if (diagnostic->muted)
        return;
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(diagnostic->sink->arena, format, arguments);
    va_end(arguments);
    add_remark(diagnostic, (DiagnosticRemark){.kind = DIAGNOSTIC_HELP, .text = text});
}

void diagnostic_suggest(Diagnostic *diagnostic, Span span, const char *replacement, const char *format, ...) {
    if (diagnostic->muted)
        return;
    Arena *arena = diagnostic->sink->arena;
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    add_remark(diagnostic,
               (DiagnosticRemark){.kind = DIAGNOSTIC_HELP,
                                  .text = text,
                                  .has_edit = true,
                                  .edit = span,
                                  .replacement = arena_copy_text(arena, replacement, strlen(replacement))});
}

static int compare_numbers(uint32_t a, uint32_t b) {
    return (a > b) - (a < b);
}

// By place, then by code, then by time: those that are duplicates become neighbours.
static int compare(const void *left, const void *right) {
    const Diagnostic *a = *(Diagnostic *const *)left, *b = *(Diagnostic *const *)right;
    int order = compare_numbers(a->span.file, b->span.file);
    if (!order)
        order = compare_numbers(a->span.start, b->span.start);
    if (!order)
        order = compare_numbers(a->span.end, b->span.end);
    if (!order)
        order = compare_numbers(a->code, b->code);
    return order ? order : compare_numbers(a->order, b->order);
}

static bool same_report(const Diagnostic *a, const Diagnostic *b) {
    return a->code == b->code && a->span.file == b->span.file && a->span.start == b->span.start &&
           a->span.end == b->span.end;
}

// E01xx and E02xx: what the lexer and the parser report.
static bool is_syntax(const Diagnostic *diagnostic) {
    const char *code = infos[diagnostic->code].code;
    return code[0] == 'E' && code[1] == '0' && (code[2] == '1' || code[2] == '2');
}

static uint32_t line_of(const DiagnosticSink *sink, const Diagnostic *diagnostic) {
    const SourceFile *file = source_file(sink->sources, diagnostic->span.file);
    return file ? source_position(file, diagnostic->span.start).line : 0;
}

// Whether a syntax error is the likely cause of `sink->items[at]`: one of the same line, or, of a name that is not found
// and of a warning, one of the same file, for what they miss may be what was not understood. The items are sorted.
static bool is_consequence(const DiagnosticSink *sink, uint32_t at) {
    const Diagnostic *diagnostic = sink->items[at];
    if (is_syntax(diagnostic))
        return false;
    bool whole_file =
        diagnostic->code == DIAGNOSTIC_UNKNOWN_NAME || infos[diagnostic->code].severity == DIAGNOSTIC_WARNING;
    uint32_t line = line_of(sink, diagnostic), first = at;
    while (first > 0 && sink->items[first - 1]->span.file == diagnostic->span.file)
        first--;
    for (uint32_t i = first; i < sink->count && sink->items[i]->span.file == diagnostic->span.file; i++)
        if (is_syntax(sink->items[i]) && (whole_file || line_of(sink, sink->items[i]) == line))
            return true;
    return false;
}

void diagnostic_sort(DiagnosticSink *sink) {
    if (sink->count < 2)
        return;
    qsort(sink->items, sink->count, sizeof *sink->items, compare);
    bool *dropped = ARENA_ARRAY(sink->arena, bool, sink->count);
    for (uint32_t i = 0; i < sink->count; i++)
        dropped[i] = (i > 0 && same_report(sink->items[i - 1], sink->items[i])) || is_consequence(sink, i);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < sink->count; i++)
        if (!dropped[i])
            sink->items[kept++] = sink->items[i];
    sink->count = kept;
}

DiagnosticSelection diagnostic_select(const DiagnosticSink *sink, DiagnosticRenderOptions options) {
    uint32_t errors = 0, limit = options.limit ? options.limit : UINT32_MAX;
    for (uint32_t i = 0; i < sink->count; i++)
        errors += infos[sink->items[i]->code].severity == DIAGNOSTIC_ERROR;
    errors = errors < limit ? errors : limit;
    return (DiagnosticSelection){.errors = errors, .warnings = limit - errors};
}

bool diagnostic_is_selected(DiagnosticSelection *selection, const Diagnostic *diagnostic) {
    uint32_t *room =
        infos[diagnostic->code].severity == DIAGNOSTIC_ERROR ? &selection->errors : &selection->warnings;
    if (*room == 0)
        return false;
    --*room;
    return true;
}

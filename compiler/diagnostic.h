// Diagnostics: what the compiler has to say about a program.
//
// Every message that can be given is a row of `diagnostics.def`: a stable code, a severity, a template whose
// `{}` are filled in with texts, and an explanation from which its page in the documentation derives. A phase
// adds a diagnostic to the sink, then decorates it with labels, notes, help and suggested edits:
//
//     Diagnostic *d = diagnostic_add(sink, DIAGNOSTIC_UNKNOWN_NAME, name.span, name.text, NULL);
//     diagnostic_label(d, "not found in this scope");
//     diagnostic_secondary(d, other->span, "a similar name is declared here");
//     diagnostic_suggest(d, name.span, similar, "did you mean `%s`?", similar);
//
// The sink keeps everything until it is rendered: sorted by position, without duplicates, for a terminal or
// as JSON. All memory is the sink's arena's.
#ifndef COMPILER_DIAGNOSTIC_H
#define COMPILER_DIAGNOSTIC_H

#include "compiler/arena.h"
#include "compiler/source.h"
#include <stdbool.h>

typedef enum DiagnosticSeverity { DIAGNOSTIC_ERROR, DIAGNOSTIC_WARNING } DiagnosticSeverity;

typedef enum DiagnosticCode {
#define DIAGNOSTIC_ROW(name, code, severity, message, explanation) DIAGNOSTIC_##name,
#include "compiler/diagnostics.def"
#undef DIAGNOSTIC_ROW
    DIAGNOSTIC_CODE_COUNT
} DiagnosticCode;

typedef struct DiagnosticInfo {
    const char *code; // "E0123"
    const char *name; // "UNKNOWN_NAME"
    DiagnosticSeverity severity;
    const char *message; // template with {} placeholders
    const char *explanation;
} DiagnosticInfo;

typedef struct DiagnosticLabel {
    Span span;
    const char *text;
} DiagnosticLabel;

typedef enum DiagnosticRemarkKind { DIAGNOSTIC_NOTE, DIAGNOSTIC_HELP } DiagnosticRemarkKind;

typedef struct DiagnosticRemark {
    DiagnosticRemarkKind kind;
    const char *text;
    bool has_edit; // then the help is to replace `edit` by `replacement`
    Span edit;
    const char *replacement;
} DiagnosticRemark;

typedef struct DiagnosticSink DiagnosticSink;

typedef struct Diagnostic {
    DiagnosticSink *sink;
    DiagnosticCode code;
    uint32_t order; // of addition
    Span span;
    const char *message;
    const char *label; // of the primary span; may be NULL
    DiagnosticLabel *secondary;
    uint32_t secondary_count, secondary_capacity;
    DiagnosticRemark *remarks;
    uint32_t remark_count, remark_capacity;
    bool muted; // the sink was full: what is added to it is dropped
} Diagnostic;

struct DiagnosticSink {
    Arena *arena;
    const SourceSet *sources;
    Diagnostic **items;
    uint32_t count, capacity;
    uint32_t error_count; // before removal of duplicates
    uint32_t warning_count;
    uint32_t dropped;    // beyond DIAGNOSTIC_SINK_LIMIT
    Diagnostic overflow; // stands for each of those
};

// More errors or warnings than this many are counted, not kept: many of the one do not hide the others.
#define DIAGNOSTIC_SINK_LIMIT 500u

void diagnostic_sink_init(DiagnosticSink *sink, Arena *arena, const SourceSet *sources);

const DiagnosticInfo *diagnostic_info(DiagnosticCode code);

#if defined(__GNUC__)
#define DIAGNOSTIC_SENTINEL __attribute__((sentinel))
#else
#define DIAGNOSTIC_SENTINEL
#endif

// Adds a diagnostic. The arguments are the texts (`const char *`) for the template's `{}`, then NULL. The
// result is never NULL and may be decorated until the sink is rendered.
Diagnostic *diagnostic_add(DiagnosticSink *sink, DiagnosticCode code, Span span, ...) DIAGNOSTIC_SENTINEL;

// Takes back all that was added since the sink held `count`, where these turn out to be consequences.
void diagnostic_forget(DiagnosticSink *sink, uint32_t count);

// The text under the primary span.
void diagnostic_label(Diagnostic *diagnostic, const char *format, ...) ARENA_PRINTF_LIKE(2, 3);
// A further place that explains the error, with its own text; it may be in another file.
void diagnostic_secondary(Diagnostic *diagnostic, Span span, const char *format, ...) ARENA_PRINTF_LIKE(3, 4);
void diagnostic_note(Diagnostic *diagnostic, const char *format, ...) ARENA_PRINTF_LIKE(2, 3);
void diagnostic_help(Diagnostic *diagnostic, const char *format, ...) ARENA_PRINTF_LIKE(2, 3);
// Help that is an edit: `replacement` in place of `span` (an empty span inserts).
void diagnostic_suggest(Diagnostic *diagnostic, Span span, const char *replacement, const char *format, ...)
    ARENA_PRINTF_LIKE(4, 5);

// Sorts by file and position. Removes all but the first of those with the same span and code, and what a syntax error
// is the likely cause of.
void diagnostic_sort(DiagnosticSink *sink);

// Where rendered text goes.
typedef struct DiagnosticWriter {
    void (*write)(void *context, const char *bytes, size_t length);
    void *context;
} DiagnosticWriter;

typedef struct DiagnosticRenderOptions {
    bool colour;
    // print at most this many, errors rather than warnings, and say how many more there are; 0: no limit
    uint32_t limit;
} DiagnosticRenderOptions;

// What is to be printed of a sorted sink.
typedef struct DiagnosticSelection {
    uint32_t errors, warnings; // that there is still room for
} DiagnosticSelection;

DiagnosticSelection diagnostic_select(const DiagnosticSink *sink, DiagnosticRenderOptions options);
// Whether the next one is printed.
bool diagnostic_is_selected(DiagnosticSelection *selection, const Diagnostic *diagnostic);

// Sorts, then writes for a human: header, source lines, underlined spans, notes, and a summary line.
void diagnostic_render_text(DiagnosticSink *sink, DiagnosticWriter writer, DiagnosticRenderOptions options);

// Writes one diagnostic in the same way, without colour.
void diagnostic_render_one(const Diagnostic *diagnostic, DiagnosticWriter writer);

// Sorts, then writes one JSON object per line; the fields are documented at the implementation.
void diagnostic_render_json(DiagnosticSink *sink, DiagnosticWriter writer, DiagnosticRenderOptions options);

#endif

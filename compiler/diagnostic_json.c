// Diagnostics for programs: one JSON object (RFC 8259) per line.
//
//   {"severity":"error","code":"E0301","message":"...","span":SPAN,"label":"..." or null,
//    "labels":[{"span":SPAN,"text":"..."}],
//    "remarks":[{"kind":"note" or "help","text":"...","edit":null or {"span":SPAN,"replacement":"..."}}]}
//
// A SPAN is {"file":"path","start":{"line":1,"column":1,"offset":0},"end":{...}}; lines and columns count from 1,
// columns in Unicode scalars, offsets in bytes from 0; the end is exclusive.
#include "compiler/diagnostic.h"

#include <stdio.h>
#include <string.h>

static void put(DiagnosticWriter *out, const char *text) {
    out->write(out->context, text, strlen(text));
}

static void put_number(DiagnosticWriter *out, uint32_t number) {
    char digits[16];
    snprintf(digits, sizeof digits, "%u", (unsigned)number);
    put(out, digits);
}

static void put_escaped(DiagnosticWriter *out, uint32_t scalar, const char *bytes, uint32_t size) {
    char escape[8];
    switch (scalar) {
    case '"': put(out, "\\\""); break;
    case '\\': put(out, "\\\\"); break;
    case '\n': put(out, "\\n"); break;
    case '\t': put(out, "\\t"); break;
    default:
        if (scalar >= 0x20) {
            out->write(out->context, bytes, size);
            break;
        }
        snprintf(escape, sizeof escape, "\\u%04x", (unsigned)scalar);
        put(out, escape);
    }
}

// Bytes that are not UTF-8 become U+FFFD.
static void put_string(DiagnosticWriter *out, const char *text) {
    if (!text) {
        put(out, "null");
        return;
    }
    put(out, "\"");
    for (size_t left = strlen(text); left > 0;) {
        uint32_t scalar;
        uint32_t size = source_decode_utf8(text, left, &scalar);
        if (size)
            put_escaped(out, scalar, text, size);
        else
            put(out, "\xEF\xBF\xBD");
        text += size ? size : 1;
        left -= size ? size : 1;
    }
    put(out, "\"");
}

static void put_place(DiagnosticWriter *out, const SourceFile *file, uint32_t offset) {
    SourcePosition position = source_position(file, offset);
    put(out, "{\"line\":");
    put_number(out, position.line);
    put(out, ",\"column\":");
    put_number(out, position.column);
    put(out, ",\"offset\":");
    put_number(out, offset);
    put(out, "}");
}

static void put_span(DiagnosticWriter *out, const SourceSet *sources, Span span) {
    const SourceFile *file = source_file(sources, span.file);
    if (!file) {
        put(out, "null");
        return;
    }
    put(out, "{\"file\":");
    put_string(out, file->path);
    put(out, ",\"start\":");
    put_place(out, file, span.start);
    put(out, ",\"end\":");
    put_place(out, file, span.end);
    put(out, "}");
}

static void put_remark(DiagnosticWriter *out, const SourceSet *sources, const DiagnosticRemark *remark) {
    put(out, "{\"kind\":");
    put_string(out, remark->kind == DIAGNOSTIC_NOTE ? "note" : "help");
    put(out, ",\"text\":");
    put_string(out, remark->text);
    put(out, ",\"edit\":");
    if (remark->has_edit) {
        put(out, "{\"span\":");
        put_span(out, sources, remark->edit);
        put(out, ",\"replacement\":");
        put_string(out, remark->replacement);
        put(out, "}");
    } else {
        put(out, "null");
    }
    put(out, "}");
}

static void put_diagnostic(DiagnosticWriter *out, const Diagnostic *diagnostic) {
    const SourceSet *sources = diagnostic->sink->sources;
    const DiagnosticInfo *info = diagnostic_info(diagnostic->code);
    put(out, "{\"severity\":");
    put_string(out, info->severity == DIAGNOSTIC_ERROR ? "error" : "warning");
    put(out, ",\"code\":");
    put_string(out, info->code);
    put(out, ",\"message\":");
    put_string(out, diagnostic->message);
    put(out, ",\"span\":");
    put_span(out, sources, diagnostic->span);
    put(out, ",\"label\":");
    put_string(out, diagnostic->label);
    put(out, ",\"labels\":[");
    for (uint32_t i = 0; i < diagnostic->secondary_count; i++) {
        put(out, i ? ",{\"span\":" : "{\"span\":");
        put_span(out, sources, diagnostic->secondary[i].span);
        put(out, ",\"text\":");
        put_string(out, diagnostic->secondary[i].text);
        put(out, "}");
    }
    put(out, "],\"remarks\":[");
    for (uint32_t i = 0; i < diagnostic->remark_count; i++) {
        if (i)
            put(out, ",");
        put_remark(out, sources, &diagnostic->remarks[i]);
    }
    put(out, "]}\n");
}

void diagnostic_render_json(DiagnosticSink *sink, DiagnosticWriter writer, DiagnosticRenderOptions options) {
    diagnostic_sort(sink);
    DiagnosticSelection selection = diagnostic_select(sink, options);
    for (uint32_t i = 0; i < sink->count; i++)
        if (diagnostic_is_selected(&selection, sink->items[i]))
            put_diagnostic(&writer, sink->items[i]);
}

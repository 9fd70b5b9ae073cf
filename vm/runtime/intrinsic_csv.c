/* The intrinsics of CSV (RFC 4180): bytes to rows of fields, in portions, and fields to bytes.  std.csv makes everything
 * else of them.
 *
 * A row is taken whole or not at all: where the input ends within one, or there is no room for its fields, the scan stops at
 * its start.  Any module may call with any arrays, so what is read from `state` is checked. */
#include <inttypes.h>

#include "vm/bytecode/utf8.h"
#include "vm/runtime/intrinsic_support.h"

/* Places in the state. */
enum {
    CSV_AT,          /* offset of the next row */
    CSV_END,         /* of the input */
    CSV_FINAL,       /* not 0: nothing follows behind the end */
    CSV_SEPARATOR,   /* an ASCII character */
    CSV_QUOTE,       /* an ASCII character, or more than 127: none */
    CSV_LINE,        /* of the next row */
    CSV_TEXTS,       /* fields written by this call */
    CSV_ROWS,        /* words of rows written by this call: the number of fields and the line of each row */
    CSV_PROBLEM,     /* CsvProblem */
    CSV_PLACE,       /* offset of the problem, */
    CSV_PLACE_LINE,  /* its line, */
    CSV_PLACE_START, /* and the offset where that line or the row begins, whichever is later */
    CSV_STATE,
};

typedef enum CsvStatus { CSV_MORE_INPUT, CSV_FULL, CSV_DONE, CSV_INVALID } CsvStatus;

typedef enum CsvProblem {
    CSV_STRAY_QUOTE, /* in a field that does not begin with one */
    CSV_AFTER_QUOTE, /* something behind a quoted field */
    CSV_OPEN_QUOTE,  /* the input ends in a quoted field */
    CSV_UTF8,
} CsvProblem;

typedef struct CsvScan {
    CorIsolate *isolate;
    const uint8_t *bytes;
    size_t at, end;
    bool final, no_memory;
    uint8_t separator;
    unsigned quote;
    uint64_t line, place_line;
    size_t line_start;
    CorArrayObject *texts;
    uint64_t text_count;
    CsvProblem problem;
    size_t place;
} CsvScan;

typedef enum CsvPart { PART_WHOLE, PART_CUT, PART_NO_ROOM, PART_WRONG } CsvPart;

static CsvPart csv_wrong(CsvScan *scan, CsvProblem problem, size_t place) {
    scan->problem = problem;
    scan->place = place;
    return PART_WRONG;
}

/* Adds a field; `doubled` of its quotes stand twice. */
static CsvPart add_field(CsvScan *scan, size_t start, size_t end, size_t doubled) {
    const uint8_t *bytes = scan->bytes + start;
    size_t length = end - start;
    if (scan->text_count >= scan->texts->length)
        return PART_NO_ROOM;
    if (!cor_utf8_valid(bytes, length))
        return csv_wrong(scan, CSV_UTF8, start);
    CorStringObject *text = doubled == 0 ? cor_string_new(scan->isolate, (const char *)bytes, length)
                                         : cor_string_allocate(scan->isolate, length - doubled);
    if (!text)
        return scan->no_memory = true, PART_WRONG;
    if (doubled > 0) {
        char *to = text->bytes;
        for (size_t i = 0; i < length; i++) {
            *to++ = (char)bytes[i];
            i += bytes[i] == scan->quote;
        }
    }
    cor_heap_store(scan->texts, &scan->texts->elements[scan->text_count++], text);
    return PART_WHOLE;
}

static bool ends_field(const CsvScan *scan, uint8_t byte) {
    return byte == scan->separator || byte == '\n' || byte == '\r';
}

/* The quoted field at the scan's place. */
static CsvPart quoted_field(CsvScan *scan) {
    size_t start = ++scan->at, doubled = 0;
    for (;; scan->at++) {
        if (scan->at == scan->end)
            return scan->final ? csv_wrong(scan, CSV_OPEN_QUOTE, start - 1) : PART_CUT;
        uint8_t byte = scan->bytes[scan->at];
        if (byte == '\n') {
            scan->line++;
            scan->line_start = scan->at + 1;
        }
        if (byte != scan->quote)
            continue;
        if (scan->at + 1 == scan->end && !scan->final)
            return PART_CUT;
        if (scan->at + 1 == scan->end || scan->bytes[scan->at + 1] != scan->quote)
            break;
        doubled++;
        scan->at++;
    }
    CsvPart part = add_field(scan, start, scan->at, doubled);
    scan->at++;
    if (part == PART_WHOLE && scan->at < scan->end && !ends_field(scan, scan->bytes[scan->at]))
        return csv_wrong(scan, CSV_AFTER_QUOTE, scan->at);
    return part;
}

static CsvPart plain_field(CsvScan *scan) {
    size_t start = scan->at;
    for (; scan->at < scan->end && !ends_field(scan, scan->bytes[scan->at]); scan->at++)
        if (scan->bytes[scan->at] == scan->quote)
            return csv_wrong(scan, CSV_STRAY_QUOTE, scan->at);
    if (scan->at == scan->end && !scan->final)
        return PART_CUT;
    return add_field(scan, start, scan->at, 0);
}

/* The line end at the scan's place: CR LF, LF or CR. */
static CsvPart line_end(CsvScan *scan) {
    if (scan->bytes[scan->at] == '\r') {
        if (scan->at + 1 == scan->end && !scan->final)
            return PART_CUT;
        scan->at += scan->at + 1 < scan->end && scan->bytes[scan->at + 1] == '\n';
    }
    scan->at++;
    scan->line++;
    scan->line_start = scan->at;
    return PART_WHOLE;
}

/* The fields of a row, and its end. */
static CsvPart row_fields(CsvScan *scan) {
    for (;;) {
        bool is_quoted = scan->at < scan->end && scan->bytes[scan->at] == scan->quote;
        CsvPart part = is_quoted ? quoted_field(scan) : plain_field(scan);
        if (part != PART_WHOLE)
            return part;
        if (scan->at == scan->end)
            return PART_WHOLE;
        if (scan->bytes[scan->at] != scan->separator)
            return line_end(scan);
        scan->at++;
        if (scan->at == scan->end && !scan->final)
            return PART_CUT;
    }
}

/* Whole rows, as far as there is room; lines without anything are left out. */
static CsvStatus scan_rows(CsvScan *scan, CorArrayObject *rows, uint64_t *used) {
    for (;;) {
        CsvPart part = PART_WHOLE;
        size_t start = scan->at;
        uint64_t texts = scan->text_count, line = scan->line;
        scan->line_start = start;
        while (part == PART_WHOLE && scan->at < scan->end &&
               (scan->bytes[scan->at] == '\n' || scan->bytes[scan->at] == '\r'))
            part = line_end(scan);
        if (part == PART_WHOLE) {
            if (scan->at == scan->end)
                return scan->final ? CSV_DONE : CSV_MORE_INPUT;
            if (rows->length - *used < 2)
                return CSV_FULL;
            start = scan->at;
            line = scan->line;
            part = row_fields(scan);
        }
        if (part != PART_WHOLE) {
            scan->place_line = scan->line;
            scan->at = start;
            scan->line = line;
            scan->text_count = texts;
            return part == PART_CUT ? CSV_MORE_INPUT : part == PART_NO_ROOM ? CSV_FULL : CSV_INVALID;
        }
        rows->elements[(*used)++] = scan->text_count - texts;
        rows->elements[(*used)++] = line;
    }
}

NATIVE_FUNCTION(intrinsic_CSV_SCAN) {
    CorArrayObject *bytes = intrinsic_array(arguments[0]), *state = intrinsic_array(arguments[1]),
                   *texts = intrinsic_array(arguments[2]), *rows = intrinsic_array(arguments[3]);
    if (state->length < CSV_STATE)
        return intrinsic_throw_index(isolate, CSV_STATE - 1, state->length);
    uint64_t *word = state->elements, start = word[CSV_AT], used = 0;
    if (!intrinsic_is_range(start, word[CSV_END], bytes->length))
        return intrinsic_throw_range(isolate, start, word[CSV_END], bytes->length);
    CsvScan scan = {
        .isolate = isolate,
        .bytes = (const uint8_t *)bytes->elements,
        .at = start,
        .end = word[CSV_END],
        .final = word[CSV_FINAL] != 0,
        .separator = (uint8_t)(word[CSV_SEPARATOR] & 127),
        .quote = word[CSV_QUOTE] > 127 ? 256 : (unsigned)word[CSV_QUOTE],
        .line = word[CSV_LINE],
        .texts = texts,
    };
    CsvStatus status = scan_rows(&scan, rows, &used);
    cor_isolate_charge(isolate, (scan.at - start) / 2);
    word[CSV_AT] = scan.at;
    word[CSV_LINE] = scan.line;
    word[CSV_TEXTS] = scan.text_count;
    word[CSV_ROWS] = used;
    word[CSV_PROBLEM] = scan.problem;
    word[CSV_PLACE] = scan.place;
    word[CSV_PLACE_LINE] = scan.place_line;
    word[CSV_PLACE_START] = scan.line_start;
    if (scan.no_memory)
        return cor_throw_out_of_memory(isolate);
    *result = status;
    return COR_OK;
}

/* ---- Writing ----------------------------------------------------------------------------------- */

NATIVE_FUNCTION(intrinsic_CSV_APPEND) {
    CorArrayObject *buffer = intrinsic_array(arguments[0]);
    const CorStringObject *field = intrinsic_string(arguments[2]);
    uint64_t at = arguments[1];
    uint8_t separator = (uint8_t)arguments[3], quote = (uint8_t)arguments[4];
    if (at > buffer->length)
        return intrinsic_throw_range(isolate, at, buffer->length, buffer->length);
    if (intrinsic_pay_scan(isolate, (uint64_t)field->length * 2) != COR_OK)
        return COR_STOPPED;
    const uint8_t *bytes = intrinsic_text(field);
    size_t quotes = 0;
    bool is_quoted = field->length == 0 && arguments[5] != 0;
    for (size_t i = 0; i < field->length; i++) {
        quotes += bytes[i] == quote;
        is_quoted |= bytes[i] == separator || bytes[i] == quote || bytes[i] == '\n' || bytes[i] == '\r';
    }
    size_t needed = field->length + quotes + (is_quoted ? 2 : 0);
    if (needed > buffer->length - at) {
        *result = -(uint64_t)needed;
        return COR_OK;
    }
    uint8_t *to = (uint8_t *)buffer->elements + at;
    if (is_quoted)
        *to++ = quote;
    if (quotes == 0) {
        memcpy(to, bytes, field->length);
        to += field->length;
    } else {
        for (size_t i = 0; i < field->length; i++) {
            if (bytes[i] == quote)
                *to++ = quote;
            *to++ = bytes[i];
        }
    }
    if (is_quoted)
        *to++ = quote;
    *result = at + needed;
    return COR_OK;
}

/* What an example has written, held against what its comments expect. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/test_suite.h"

/* One mark in the output, from DOC_MARK_BEGIN to behind the line that DOC_MARK_END ends. */
typedef struct Mark {
    unsigned line;
    char kind;        /* DocMark */
    const char *text; /* behind the kind */
    size_t length;
    char *start, *end; /* in the output */
} Mark;

/* The next mark from `at` on. False: there is none. */
static bool mark_find(char *at, char *limit, Mark *mark) {
    char *start = memchr(at, DOC_MARK_BEGIN, (size_t)(limit - at));
    if (!start)
        return false;
    char *text = start + 1;
    *mark = (Mark){.start = start};
    while (text < limit && *text >= '0' && *text <= '9')
        mark->line = 10 * mark->line + (unsigned)(*text++ - '0');
    char *end = memchr(text, DOC_MARK_END, (size_t)(limit - text));
    if (text == limit || !end)
        return false;
    mark->kind = *text++;
    if (*text == ' ')
        text++;
    mark->text = text;
    mark->length = (size_t)(end - text);
    if (mark->length && text[mark->length - 1] == ' ')
        mark->length--;
    mark->end = end + 1 < limit && end[1] == '\n' ? end + 2 : end + 1;
    return true;
}

static void judge_place(FILE *out, const TestFile *file, unsigned line) {
    if (ftell(out) > 0)
        fputc('\n', out);
    fprintf(out, "%s:%u: ", file->source->path, line);
}

/* An indented block of text under a heading. */
static void judge_lines(FILE *out, const char *heading, const char *text, size_t length) {
    fprintf(out, "\n  %s", heading);
    if (length == 0)
        fputs("(nothing)", out);
    for (size_t i = 0; i < length; i++) {
        fputc(text[i], out);
        if (text[i] == '\n' && i + 1 < length)
            fputs("            ", out);
    }
}

static void judge_both(FILE *out, const DocExpectation *wanted, const char *got, size_t length) {
    judge_lines(out, "expected: ", wanted->text, strlen(wanted->text));
    judge_lines(out, "actual:   ", got, length);
}

static void judge_error(FILE *out, const TestFile *file, const DocExpectation *wanted, const Mark *mark) {
    bool fits = mark->kind == DOC_MARK_THROWN &&
                (!wanted->part || memmem(mark->text, mark->length, wanted->part, strlen(wanted->part)));
    if (fits)
        return;
    judge_place(out, file, wanted->line);
    if (mark->kind == DOC_MARK_NO_ERROR)
        fprintf(out, "expected %s, and nothing was thrown", wanted->text);
    else
        fprintf(out, "expected %s%s%s, and this was thrown: %.*s", wanted->text, wanted->part ? ": " : "",
                wanted->part ? wanted->part : "", (int)mark->length, mark->text);
}

static void judge_value(FILE *out, const TestFile *file, const DocExpectation *wanted, const Mark *mark) {
    bool is_list = mark->length >= 2; /* [VALUE] */
    const char *value = mark->text + is_list;
    size_t length = mark->length - 2 * is_list;
    if (length == strlen(wanted->text) && memcmp(value, wanted->text, length) == 0)
        return;
    judge_place(out, file, wanted->line);
    fputs("the value differs", out);
    judge_both(out, wanted, value, length);
}

/* The output between the mark and the one that ends it. */
static void judge_output(FILE *out, const TestFile *file, const DocExpectation *wanted, const Mark *mark,
                         char *limit) {
    Mark last;
    char *at = mark->end;
    while (mark_find(at, limit, &last) && last.line != wanted->line)
        at = last.end;
    size_t length = (size_t)(last.start - mark->end);
    if (length && mark->end[length - 1] == '\n')
        length--;
    if (length == strlen(wanted->text) && memcmp(mark->end, wanted->text, length) == 0)
        return;
    judge_place(out, file, wanted->line);
    fputs("the output differs", out);
    judge_both(out, wanted, mark->end, length);
}

static bool judge_find(char *output, char *limit, unsigned line, Mark *mark) {
    for (char *at = output; mark_find(at, limit, mark); at = mark->end)
        if (mark->line == line && mark->kind != DOC_MARK_OUTPUT_END)
            return true;
    return false;
}

/* Whether the mark that ends the output of a statement is there. */
static bool judge_is_closed(char *limit, const Mark *begin) {
    Mark mark;
    for (char *at = begin->end; mark_find(at, limit, &mark); at = mark.end)
        if (mark.line == begin->line && mark.kind == DOC_MARK_OUTPUT_END)
            return true;
    return false;
}

static void judge_all(FILE *out, const TestFile *file, const DocExample *example, char *output, char *limit,
                      bool ended) {
    for (uint32_t i = 0; i < example->expectation_count; i++) {
        const DocExpectation *wanted = &example->expectations[i];
        Mark mark;
        bool found = judge_find(output, limit, wanted->line, &mark);
        if (!found || (wanted->kind == DOC_EXPECT_OUTPUT && !judge_is_closed(limit, &mark))) {
            if (ended) {
                judge_place(out, file, wanted->line);
                fputs("the example ends before this statement does", out);
            }
            return; /* else the reason is told where it ended */
        }
        if (wanted->kind == DOC_EXPECT_VALUE)
            judge_value(out, file, wanted, &mark);
        else if (wanted->kind == DOC_EXPECT_ERROR)
            judge_error(out, file, wanted, &mark);
        else
            judge_output(out, file, wanted, &mark, limit);
    }
}

static size_t judge_remove_marks(char *output, char *limit) {
    char *at = output, *out = output;
    for (Mark mark; mark_find(at, limit, &mark); at = mark.end) {
        memmove(out, at, (size_t)(mark.start - at));
        out += mark.start - at;
    }
    memmove(out, at, (size_t)(limit - at));
    return (size_t)(out + (limit - at) - output);
}

char *example_judge(const TestFile *file, const DocExample *example, char *output, size_t *length,
                    bool ended) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return strdup("out of memory");
    judge_all(out, file, example, output, output + *length, ended);
    fclose(out);
    *length = judge_remove_marks(output, output + *length);
    if (text && size == 0) {
        free(text);
        return NULL;
    }
    return text ? text : strdup("out of memory");
}

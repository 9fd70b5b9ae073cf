#include "cli/test_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/files.h"
#include "compiler/source.h"

/* ---- For a person ------------------------------------------------------------------------------ */

static void report_indented(const char *text, size_t length, const char *prefix) {
    for (const char *end = text + length; text < end;) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t size = newline ? (size_t)(newline - text) : (size_t)(end - text);
        fputs(size ? prefix : "", stdout);
        fwrite(text, 1, size, stdout);
        putchar('\n');
        text += size + 1;
    }
}

static const char *report_message(const TestCase *test) {
    return test->message ? test->message : test->outcome == TEST_FAILED ? "out of memory" : "";
}

void report_test(const TestSuite *suite, const TestCase *test) {
    static const char *const words[] = {
        [TEST_PASSED] = "pass", [TEST_FAILED] = "FAIL", [TEST_SKIPPED] = "skip"};
    if (test->outcome == TEST_PASSED && !suite->settings->verbose)
        return;
    printf("%s %s (%s:%u)", words[test->outcome], test->name, test->file->source->path, test->line);
    if (suite->settings->verbose)
        printf(" %.1f ms", test->seconds * 1000);
    if (test->outcome == TEST_SKIPPED)
        printf(": %s", report_message(test));
    putchar('\n');
    if (test->outcome == TEST_FAILED)
        report_indented(report_message(test), strlen(report_message(test)), "    ");
    if (test->outcome == TEST_FAILED && test->output_length) {
        puts("    output:");
        report_indented(test->output, test->output_length, "    | ");
    }
    fflush(stdout);
}

static size_t report_count(const TestSuite *suite, const TestFile *file, TestOutcome outcome) {
    size_t count = 0;
    for (size_t i = 0; i < suite->case_count; i++)
        count += suite->cases[i].outcome == outcome && (!file || suite->cases[i].file == file);
    return count;
}

void report_summary(const TestSuite *suite, double seconds) {
    size_t skipped = report_count(suite, NULL, TEST_SKIPPED);
    if (suite->case_count == 0 && suite->settings->filter_count > 0)
        puts("no test has a name with what --filter says; --list shows them all");
    else if (suite->case_count == 0)
        puts("there is no test here: a test is a function marked `@test`, or an example in a `///` comment");
    printf("%zu passed, %zu failed", report_count(suite, NULL, TEST_PASSED),
           report_count(suite, NULL, TEST_FAILED));
    if (skipped)
        printf(", %zu skipped", skipped);
    if (suite->settings->verbose)
        printf(" in %.2f s", seconds);
    putchar('\n');
}

/* ---- For tools --------------------------------------------------------------------------------- */

/* Text of XML: what XML cannot hold becomes U+FFFD. */
static void junit_text(FILE *out, const char *text, size_t length) {
    for (size_t at = 0; at < length;) {
        uint32_t scalar;
        uint32_t size = source_decode_utf8(text + at, length - at, &scalar);
        bool is_char = size && (scalar >= 0x20 || scalar == '\n' || scalar == '\t') && scalar != 0xFFFE &&
                       scalar != 0xFFFF;
        if (!is_char)
            fputs("\xEF\xBF\xBD", out);
        else if (scalar == '<')
            fputs("&lt;", out);
        else if (scalar == '>')
            fputs("&gt;", out);
        else if (scalar == '&')
            fputs("&amp;", out);
        else if (scalar == '"')
            fputs("&quot;", out);
        else
            fwrite(text + at, 1, size, out);
        at += size ? size : 1;
    }
}

static void junit_attribute(FILE *out, const char *name, const char *value, size_t length) {
    fprintf(out, " %s=\"", name);
    junit_text(out, value, length);
    fputc('"', out);
}

static void junit_case(FILE *out, const TestCase *test) {
    const char *message = report_message(test);
    fputs("    <testcase", out);
    junit_attribute(out, "name", test->name, strlen(test->name));
    junit_attribute(out, "classname", test->file->source->module, strlen(test->file->source->module));
    junit_attribute(out, "file", test->file->source->path, strlen(test->file->source->path));
    fprintf(out, " line=\"%u\" time=\"%.6f\">\n", test->line, test->seconds);
    if (test->outcome != TEST_PASSED) {
        const char *element = test->outcome == TEST_FAILED ? "failure" : "skipped";
        fprintf(out, "      <%s", element);
        junit_attribute(out, "message", message, strcspn(message, "\n"));
        fputc('>', out);
        junit_text(out, message, strlen(message));
        fprintf(out, "</%s>\n", element);
    }
    if (test->output_length) {
        fputs("      <system-out>", out);
        junit_text(out, test->output, test->output_length);
        fputs("</system-out>\n", out);
    }
    fputs("    </testcase>\n", out);
}

static void junit_file(FILE *out, const TestSuite *suite, const TestFile *file) {
    size_t failed = report_count(suite, file, TEST_FAILED), skipped = report_count(suite, file, TEST_SKIPPED);
    size_t total = report_count(suite, file, TEST_PASSED) + failed + skipped;
    double seconds = 0;
    if (total == 0)
        return;
    for (size_t i = 0; i < suite->case_count; i++)
        seconds += suite->cases[i].file == file ? suite->cases[i].seconds : 0;
    fputs("  <testsuite", out);
    junit_attribute(out, "name", file->source->module, strlen(file->source->module));
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\" errors=\"0\" time=\"%.6f\">\n", total,
            failed, skipped, seconds);
    for (size_t i = 0; i < suite->case_count; i++)
        if (suite->cases[i].file == file)
            junit_case(out, &suite->cases[i]);
    fputs("  </testsuite>\n", out);
}

bool report_write_junit(const TestSuite *suite, const char *path) {
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return command_report("out of memory"), false;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out);
    for (size_t i = 0; i < suite->sources.count; i++)
        junit_file(out, suite, &suite->files[i]);
    fputs("</testsuites>\n", out);
    bool whole = fclose(out) == 0;
    if (!whole)
        command_report("out of memory");
    bool written = whole && files_write(path, text, length);
    free(text);
    return written;
}

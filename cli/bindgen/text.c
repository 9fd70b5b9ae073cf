#include "cli/bindgen/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/bindgen/bindgen.h"

void *text_allocate(void *old, size_t size) {
    void *memory = realloc(old, size);
    if (!memory) {
        bindgen_report("out of memory");
        exit(EXIT_INTERNAL);
    }
    return memory;
}

void *text_grow(void *items, size_t count, size_t size) {
    bool is_full = (count & (count - 1)) == 0;
    return is_full ? text_allocate(items, (2 * count + 1) * size) : items;
}

void text_add_bytes(Text *text, const char *bytes, size_t length) {
    if (text->length + length >= text->capacity) {
        text->capacity = 2 * (text->length + length) + 64;
        text->bytes = text_allocate(text->bytes, text->capacity);
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(Text *text, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *bytes = text_allocate(NULL, (size_t)length + 1);
    vsnprintf(bytes, (size_t)length + 1, format, again);
    va_end(again);
    text_add_bytes(text, bytes, (size_t)length);
    free(bytes);
}

char *text_take(CXString string) {
    const char *bytes = clang_getCString(string);
    char *copy = NULL;
    if (bytes)
        copy = strcpy(text_allocate(NULL, strlen(bytes) + 1), bytes);
    clang_disposeString(string);
    return copy;
}

/* ---- Literals ---------------------------------------------------------------------------------- */

/* The length of the character of UTF-8 there; 0: it is none. */
static size_t text_character(const unsigned char *bytes) {
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = bytes[0] < 0x80 ? 1 : bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : 2;
    unsigned value = bytes[0] & (0xFF >> (length + 1));
    if (length == 1)
        return 1;
    if (bytes[0] < 0xC0 || bytes[0] >= 0xF8)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3F);
    }
    return value >= least[length] && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF) ? length : 0;
}

static void text_add_character(Text *text, const unsigned char *bytes, size_t length) {
    if (strchr("\"\\", *bytes))
        text_add(text, "\\%c", *bytes);
    else if (strchr("{}", *bytes))
        text_add(text, "%c%c", *bytes, *bytes);
    else if (*bytes == '\n')
        text_add(text, "\\n");
    else if (*bytes < ' ' || *bytes == 0x7F)
        text_add(text, "\\x%02X", *bytes);
    else
        text_add_bytes(text, (const char *)bytes, length);
}

bool text_add_string(Text *text, const char *value) {
    const unsigned char *bytes = (const unsigned char *)value;
    Text literal = {0};
    while (*bytes) {
        size_t length = text_character(bytes);
        if (length == 0)
            return false;
        text_add_character(&literal, bytes, length);
        bytes += length;
    }
    text_add(text, "\"%s\"", literal.bytes ? literal.bytes : "");
    free(literal.bytes);
    return true;
}

void text_add_float(Text *text, double value, bool is_single) {
    char digits[40];
    bool is_exact = false;
    for (int precision = 1; !is_exact && precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        is_exact = is_single ? strtof(digits, NULL) == (float)value : strtod(digits, NULL) == value;
    }
    text_add(text, "%s%s", digits, strpbrk(digits, ".e") ? "" : ".0");
}

/* ---- Comments ---------------------------------------------------------------------------------- */

#define BLANK " \t\r\n"

static const char *skip(const char *begin, const char *end, const char *bytes) {
    while (begin < end && strchr(bytes, *begin))
        begin++;
    return begin;
}

/* One line, without what makes it a comment, and without indentation, which would make it an example to run. */
static void text_add_line(Text *text, const char *begin, const char *end, const char *prefix) {
    begin = skip(begin, end, BLANK);
    if (begin < end && strchr("/*", *begin))
        begin = skip(skip(begin, end, "/*!"), end, BLANK);
    while (end > begin && strchr(BLANK, end[-1]))
        end--;
    text_add(text, "%s%s", prefix, begin < end ? " " : "");
    while (begin < end) {
        size_t length = text_character((const unsigned char *)begin);
        if (length == 0 || iscntrl((unsigned char)*begin))
            text_add(text, "?"), begin++;
        else
            text_add_bytes(text, begin, length), begin += length;
    }
    text_add(text, "\n");
}

void text_add_comment(Text *text, const char *comment, const char *prefix) {
    const char *end = comment + strlen(comment);
    if (end - comment > 4 && strcmp(end - 2, "*/") == 0)
        for (end -= 2; end[-1] == '*';)
            end--;
    while (end > comment && strchr(BLANK, end[-1]))
        end--;
    comment = skip(comment, end, "/*!");
    comment = skip(comment + (*comment == '<'), end, BLANK); /* `<` when it stands behind what it is about */
    while (comment < end) {
        size_t length = strcspn(comment, "\n");
        const char *line_end = comment + length < end ? comment + length : end;
        text_add_line(text, comment, line_end, prefix);
        comment = line_end + 1;
    }
}

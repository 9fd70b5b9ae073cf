/* Texts that grow, for coracle-bindgen. What the program allocates lives until it exits, which is soon; without memory it exits
 * at once. */
#ifndef CLI_BINDGEN_TEXT_H
#define CLI_BINDGEN_TEXT_H

#include <clang-c/Index.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Text {
    char *bytes; /* NULL while it is empty; else it ends with a zero byte */
    size_t length, capacity;
} Text;

void text_add(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(Text *text, const char *bytes, size_t length);

/* Adds a literal of Cora. False: it is not UTF-8, and nothing is added. */
bool text_add_string(Text *text, const char *value);
/* Adds the shortest literal that is the number, which is finite. */
void text_add_float(Text *text, double value, bool is_single);
/* Adds the text of a comment of C, each line behind the prefix. */
void text_add_comment(Text *text, const char *comment, const char *prefix);

/* A copy that libclang does not own, NULL for none; the argument is given back. */
char *text_take(CXString string);

/* More memory, or the end. */
void *text_allocate(void *old, size_t size);
/* Items so many, with room for another. */
void *text_grow(void *items, size_t count, size_t size);

#endif

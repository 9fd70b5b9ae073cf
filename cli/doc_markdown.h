/* Documentation comments as a page of Markdown. */
#ifndef CLI_DOC_MARKDOWN_H
#define CLI_DOC_MARKDOWN_H

#include <stdio.h>

#include "cli/sources.h"

/* Writes the page of a module, which `count` sources are the parts of. */
void markdown_write_module(FILE *out, Source *const *parts, size_t count);

/* Writes the first sentence of a module's comment, without the point. */
void markdown_write_summary(FILE *out, Source *const *parts, size_t count);

#endif

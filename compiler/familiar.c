#include "compiler/familiar.h"

#include <string.h>

static const Familiar rows[] = {
#define FAMILIAR(place, theirs, ours, help) {FAMILIAR_##place, theirs, ours, help},
#include "compiler/familiar.def"
};

const Familiar *familiar_find(FamiliarPlace place, const char *word) {
    const Familiar *end = rows + sizeof rows / sizeof *rows;
    for (const Familiar *row = rows; row < end; row++)
        if (row->place == place && strcmp(row->theirs, word) == 0)
            return row;
    return NULL;
}

void familiar_help(Diagnostic *diagnostic, const Familiar *row, Span span) {
    if (row->help)
        diagnostic_help(diagnostic, "%s", row->help);
    else
        diagnostic_suggest(diagnostic, span, row->ours, "`%s` is written `%s` in Cora", row->theirs,
                           row->ours);
}

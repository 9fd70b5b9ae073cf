// Words of other languages, and what Cora has for them: the table is familiar.def.
#ifndef COMPILER_FAMILIAR_H
#define COMPILER_FAMILIAR_H

#include "compiler/diagnostic.h"

typedef enum FamiliarPlace { FAMILIAR_WORD, FAMILIAR_NAME, FAMILIAR_TYPE, FAMILIAR_MEMBER } FamiliarPlace;

typedef struct Familiar {
    FamiliarPlace place;
    const char *theirs;
    const char *ours; // replaces it, or NULL
    const char *help; // or NULL: "write `ours`"
} Familiar;

// The row for the word at this place, or NULL.
const Familiar *familiar_find(FamiliarPlace place, const char *word);

// Adds the help of a row: the edit of `span`, if the row has a word to put there.
void familiar_help(Diagnostic *diagnostic, const Familiar *row, Span span);

#endif

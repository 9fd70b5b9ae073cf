// "Did you mean": the candidate that other languages call by the unknown name (synonyms.def), or else the nearest one.
//
// Distance is the restricted Damerau-Levenshtein distance (insertions, deletions, substitutions, transpositions
// of neighbours) without regard to case, bounded by a third of the name's length, so that unrelated names are
// never suggested.
#ifndef COMPILER_SUGGEST_H
#define COMPILER_SUGGEST_H

#include <stdint.h>

typedef struct Suggestion {
    const char *wanted;            // the unknown name
    const char *best;              // nearest candidate so far, or NULL
    uint32_t distance;             // of `best`
    uint32_t synonym, synonym_end; // rows of the table for `wanted` that are better than `best`
} Suggestion;

// Starts a search, feeds it candidates (NUL-terminated), and reads `best` at the end:
//     Suggestion s = suggest_begin(name);
//     for (...) suggest_consider(&s, candidate);
//     if (s.best) ...
Suggestion suggest_begin(const char *wanted);
void suggest_consider(Suggestion *suggestion, const char *candidate);

#endif

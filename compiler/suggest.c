#include "compiler/suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

// Names longer than this are compared for equality without case only.
#define SUGGEST_MAX_LENGTH 64

static uint32_t minimum(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

// The restricted Damerau-Levenshtein distance (optimal string alignment) by three rolling rows. A change of case
// costs nothing here; the caller prefers the exact spelling through its bound.
static uint32_t distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    uint32_t rows[3][SUGGEST_MAX_LENGTH + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = (uint32_t)j;
    for (size_t i = 1; i <= a_length; i++) {
        uint32_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = (uint32_t)i;
        for (size_t j = 1; j <= b_length; j++) {
            int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            row[j] = minimum(minimum(above[j], row[j - 1]) + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
                tolower((unsigned char)a[i - 2]) == y)
                row[j] = minimum(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

static const struct {
    const char *theirs, *ours;
} synonyms[] = {
#define SYNONYM(theirs, ours) {theirs, ours},
#include "compiler/synonyms.def"
#undef SYNONYM
};
enum { SYNONYM_COUNT = sizeof synonyms / sizeof synonyms[0] };

Suggestion suggest_begin(const char *wanted) {
    size_t length = strlen(wanted);
    uint32_t bound = length < 3 ? 1 : (uint32_t)(length / 3) + 1;
    Suggestion suggestion = {.wanted = wanted, .best = NULL, .distance = bound};
    uint32_t *at = &suggestion.synonym;
    while (*at < SYNONYM_COUNT && strcmp(synonyms[*at].theirs, wanted) != 0)
        ++*at;
    suggestion.synonym_end = *at;
    while (suggestion.synonym_end < SYNONYM_COUNT &&
           strcmp(synonyms[suggestion.synonym_end].theirs, wanted) == 0)
        suggestion.synonym_end++;
    return suggestion;
}

static bool is_better_synonym(Suggestion *suggestion, const char *candidate) {
    for (uint32_t i = suggestion->synonym; i < suggestion->synonym_end; i++) {
        if (strcmp(synonyms[i].ours, candidate) == 0) {
            suggestion->synonym_end = i;
            return true;
        }
    }
    return false;
}

void suggest_consider(Suggestion *suggestion, const char *candidate) {
    if (!candidate) // a declaration that is broken has no name
        return;
    if (is_better_synonym(suggestion, candidate)) {
        suggestion->best = candidate;
        suggestion->distance = 0;
        return;
    }
    size_t wanted_length = strlen(suggestion->wanted), length = strlen(candidate);
    if (wanted_length > SUGGEST_MAX_LENGTH || length > SUGGEST_MAX_LENGTH || length == 0)
        return;
    size_t difference = wanted_length > length ? wanted_length - length : length - wanted_length;
    if (difference >= suggestion->distance)
        return;
    uint32_t found = distance(suggestion->wanted, wanted_length, candidate, length);
    if (found < suggestion->distance) {
        suggestion->best = candidate;
        suggestion->distance = found;
    }
}

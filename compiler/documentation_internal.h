#ifndef COMPILER_DOCUMENTATION_INTERNAL_H
#define COMPILER_DOCUMENTATION_INTERNAL_H

#include "compiler/diagnostic.h"
#include "compiler/documentation.h"
#include "compiler/intern.h"

typedef struct DocReader {
    Documentation documentation; // first: what is freed is this
    Arena arena;
    jmp_buf escape;
    SourceSet sources;
    InternTable names;
    DiagnosticSink sink;
    const char *import;
} DocReader;

// Finds the examples in the documentation comment between two offsets of the file (doc_examples.c).
void doc_examples_find(DocReader *reader, DocEntry *entry, uint32_t start, uint32_t end);

#endif

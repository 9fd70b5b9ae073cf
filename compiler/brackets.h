// Brackets: makes a list of tokens balanced and tells every bracket its partner.
//
// Later phases rely on it: each opening bracket, string and interpolation has its closing token in `match`, and the
// pairs nest. In a file where they do not, the missing closing brackets are inserted (with an empty range) where
// they probably belong, closing brackets that close nothing are removed, and each is reported.
#ifndef COMPILER_BRACKETS_H
#define COMPILER_BRACKETS_H

#include "compiler/diagnostic.h"
#include "compiler/token.h"

void brackets_balance(TokenList *list, const SourceFile *file, Arena *arena, DiagnosticSink *sink);

#endif

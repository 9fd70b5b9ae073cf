// Lexer: bytes to tokens.
//
// Any bytes are accepted; what is not a token has been reported and stands in the list as TOKEN_INVALID, and every
// bracket and string in the list is closed. Memory is linear in the length of the file.
#ifndef COMPILER_LEXER_H
#define COMPILER_LEXER_H

#include "compiler/diagnostic.h"
#include "compiler/token.h"

TokenList lexer_lex(const SourceFile *file, Arena *arena, DiagnosticSink *sink);

#endif

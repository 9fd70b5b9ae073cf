// Parser: source text to syntax tree.
//
// `parser_parse` reads one file. It always returns a module; whatever could not be read has been reported to
// the sink and stands in the tree as an error node. Running time and memory are linear in the length of the
// file, and the nesting of constructs is limited (PARSER_MAX_NESTING), so that any bytes are safe to parse.
#ifndef COMPILER_PARSER_H
#define COMPILER_PARSER_H

#include "compiler/ast.h"
#include "compiler/diagnostic.h"
#include "compiler/intern.h"

// Levels of nested expressions, types, patterns, statements and declarations.
#define PARSER_MAX_NESTING 256

// Parses `file`. Tree and names live in `arena`; `names` is shared by all modules of a compilation.
AstModule *parser_parse(const SourceFile *file, Arena *arena, InternTable *names, DiagnosticSink *sink);

#endif

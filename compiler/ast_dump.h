// The syntax tree as S-expressions, for tests and for people who debug the parser.
#ifndef COMPILER_AST_DUMP_H
#define COMPILER_AST_DUMP_H

#include "compiler/ast.h"

// NUL-terminated text in `arena`; a module's items stand on a line each.
const char *ast_dump_module(Arena *arena, const AstModule *module);

#endif

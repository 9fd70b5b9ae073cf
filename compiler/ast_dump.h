// The syntax tree as S-expressions, for tests and for people who debug the parser.
#ifndef COMPILER_AST_DUMP_H
#define COMPILER_AST_DUMP_H

#include "compiler/ast.h"

// Each returns NUL-terminated text in `arena`. A module's items stand on a line each.
const char *ast_dump_module(Arena *arena, const AstModule *module);
const char *ast_dump_expr(Arena *arena, const AstExpr *expr);
const char *ast_dump_type(Arena *arena, const AstType *type);
const char *ast_dump_pattern(Arena *arena, const AstPattern *pattern);

#endif

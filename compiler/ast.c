#include "compiler/ast.h"

#include <stddef.h>

// The bytes of a node up to the end of one of its members.
#define UP_TO(Node, member) (offsetof(Node, member) + sizeof(((Node *)0)->member))

size_t ast_expr_size(AstExprKind kind) {
    static const uint8_t sizes[] = {
        [AST_EXPR_INT] = UP_TO(AstExpr, integer),
        [AST_EXPR_FLOAT] = UP_TO(AstExpr, floating),
        [AST_EXPR_CHAR] = UP_TO(AstExpr, character),
        [AST_EXPR_STRING] = UP_TO(AstExpr, string),
        [AST_EXPR_INTERPOLATION] = UP_TO(AstExpr, interpolation),
        [AST_EXPR_BOOL] = UP_TO(AstExpr, boolean),
        [AST_EXPR_TUPLE] = UP_TO(AstExpr, list),
        [AST_EXPR_LIST] = UP_TO(AstExpr, list),
        [AST_EXPR_MAP] = UP_TO(AstExpr, map),
        [AST_EXPR_NAME] = UP_TO(AstExpr, name),
        [AST_EXPR_CALL] = UP_TO(AstExpr, call),
        [AST_EXPR_INDEX] = UP_TO(AstExpr, index),
        [AST_EXPR_UNARY] = UP_TO(AstExpr, unary),
        [AST_EXPR_CAST] = UP_TO(AstExpr, cast),
        [AST_EXPR_BLOCK] = UP_TO(AstExpr, block),
        [AST_EXPR_IF] = UP_TO(AstExpr, if_),
        [AST_EXPR_MATCH] = UP_TO(AstExpr, match),
        [AST_EXPR_THROW] = UP_TO(AstExpr, operand),
        [AST_EXPR_RETURN] = UP_TO(AstExpr, operand),
    };
    size_t size = (size_t)kind < sizeof sizes ? sizes[kind] : 0;
    return size ? size : sizeof(AstExpr);
}

size_t ast_stmt_size(AstStmtKind kind) {
    switch (kind) {
    case AST_STMT_EXPR: return UP_TO(AstStmt, expr);
    case AST_STMT_DECL: return UP_TO(AstStmt, decl);
    case AST_STMT_ASSIGN: return UP_TO(AstStmt, assign);
    default: return sizeof(AstStmt);
    }
}

const char *ast_binary_spelling(AstBinaryOperator operator) {
    static const char *const spellings[AST_BINARY_COUNT] = {
#define AST_BINARY_ROW(operator, precedence, spelling) [AST_BINARY_##operator] = spelling,
#include "compiler/operators.def"
#undef AST_BINARY_ROW
    };
    return spellings[operator];
}

const char *ast_unary_spelling(AstUnaryOperator operator) {
    static const char *const spellings[] = {
        [AST_UNARY_NEGATE] = "-", [AST_UNARY_NOT] = "!", [AST_UNARY_COMPLEMENT] = "~"};
    return spellings[operator];
}

const char *ast_modifier_spelling(AstModifier modifier) {
    switch (modifier) {
    case AST_MODIFIER_PUB: return "pub";
    case AST_MODIFIER_PRIVATE: return "private";
    case AST_MODIFIER_OPEN: return "open";
    case AST_MODIFIER_ABSTRACT: return "abstract";
    case AST_MODIFIER_OVERRIDE: return "override";
    case AST_MODIFIER_STATIC: return "static";
    case AST_MODIFIER_MUT: return "mut";
    case AST_MODIFIER_OPERATOR: return "operator";
    }
    return "?";
}

const char *ast_decl_kind_name(AstDeclKind kind) {
    switch (kind) {
    case AST_DECL_ERROR: return "declaration";
    case AST_DECL_IMPORT: return "import";
    case AST_DECL_BINDING: return "variable";
    case AST_DECL_FIELD: return "field";
    case AST_DECL_FUNCTION: return "function";
    case AST_DECL_INIT: return "init";
    case AST_DECL_GETTER: return "getter";
    case AST_DECL_SETTER: return "setter";
    case AST_DECL_STRUCT: return "struct";
    case AST_DECL_CLASS: return "class";
    case AST_DECL_ENUM: return "enum";
    case AST_DECL_CASE: return "enum case";
    case AST_DECL_INTERFACE: return "interface";
    case AST_DECL_EXTEND: return "extend";
    case AST_DECL_EXTERN: return "extern";
    }
    return "?";
}

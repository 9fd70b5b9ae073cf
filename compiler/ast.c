#include "compiler/ast.h"

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

#include "compiler/tree.h"

#include <string.h>

// How many bytes of a node its kind uses.
static size_t tree_size(TreeKind kind) {
    switch (kind) {
    case TREE_NULL:
    case TREE_VARIABLE:
    case TREE_TUPLE_FIELD:
    case TREE_ELEMENT:
    case TREE_HOLE:
    case TREE_UNARY:
    case TREE_BINARY:
    case TREE_COMPARE:
    case TREE_AND:
    case TREE_OR:
    case TREE_COALESCE:
    case TREE_TO_STRING:
    case TREE_CONVERT:
    case TREE_UPCAST:
    case TREE_SOME:
    case TREE_UNWRAP:
    case TREE_ASSIGN:
    case TREE_COMPOUND:
    case TREE_RETURN:
    case TREE_THROW:
    case TREE_DEFER: return offsetof(TreeExpr, args);
    case TREE_CONSTANT:
    case TREE_FIELD:
    case TREE_ENUM_CASE:
    case TREE_STRUCT:
    case TREE_TUPLE:
    case TREE_ARRAY:
    case TREE_LIST:
    case TREE_SET:
    case TREE_MAP:
    case TREE_LAMBDA:
    case TREE_FUNCTION:
    case TREE_CALL:
    case TREE_CALL_VIRTUAL:
    case TREE_CALL_MUT:
    case TREE_CALL_VALUE:
    case TREE_NEW:
    case TREE_SUPER_INIT:
    case TREE_PRINT:
    case TREE_CONCAT:
    case TREE_IS:
    case TREE_BLOCK: return offsetof(TreeExpr, c);
    default: return sizeof(TreeExpr);
    }
}

TreeExpr *tree_new(Arena *arena, TreeKind kind, const Type *type, Span span) {
#ifdef NDEBUG
    TreeExpr *tree = arena_allocate(arena, tree_size(kind));
#else
    TreeExpr *tree = ARENA_NEW(arena, TreeExpr);
    memset((char *)tree + tree_size(kind), 0xdd, sizeof *tree - tree_size(kind)); // whoever uses it notices
#endif
    tree->kind = (uint8_t)kind;
    tree->type = type;
    tree->span = span;
    return tree;
}

// Literals and literal collections, which take the type that their context expects.
//
// A number without context is `int` or `float` for the moment: its constant carries `flag`, and a conversion may
// still give it another type (check_adapt), so that `[1, 2.5]` and `x + 1` need no second look.
#include "compiler/check.h"

#include <stdlib.h>

static TreeExpr *check_out_of_range(Body *b, Span span, const char *text, const Type *type) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_LITERAL_RANGE, span, text, check_name_of(b, type));
    uint32_t bits = type_bits(type);
    if (type_is_integer(type) && type_is_signed(type))
        diagnostic_note(d, "`%s` holds %lld to %llu", check_name_of(b, type), -(1ll << (bits - 2)) * 2,
                        (1ull << (bits - 1)) - 1);
    else if (type_is_integer(type))
        diagnostic_note(d, "`%s` holds 0 to %llu", check_name_of(b, type),
                        bits == 64 ? UINT64_MAX : (1ull << bits) - 1);
    return check_error_tree(b, span);
}

static TreeExpr *check_integer_literal(Body *b, uint64_t magnitude, bool overflow, bool negative, Span span,
                                       const Type *hint) {
    const Type *type = check_strip(check_strip(hint));
    bool adapted = type && type_is_number(type);
    if (!adapted)
        type = check_builtin(b, TYPE_I64);
    if (type_is_float(type) && !overflow) {
        double value = negative ? -(double)magnitude : (double)magnitude;
        Constant constant = {.type = type, .real = type->kind == TYPE_F32 ? (double)(float)value : value};
        return check_constant_tree(b, constant, span);
    }
    if (overflow || !constant_fits(type, negative, magnitude))
        return check_out_of_range(b, span, check_source_text(b, span), type);
    TreeExpr *tree =
        check_constant_tree(b, constant_integer(type, (int64_t)(negative ? 0 - magnitude : magnitude)), span);
    tree->flag = !adapted;
    return tree;
}

static TreeExpr *check_float_literal(Body *b, const char *text, bool negative, Span span, const Type *hint) {
    const Type *type = check_strip(check_strip(hint));
    bool adapted = type && type_is_float(type);
    if (!adapted)
        type = check_builtin(b, TYPE_F64);
    double value = type->kind == TYPE_F32 ? (double)strtof(text, NULL) : strtod(text, NULL);
    Constant constant = {.type = type, .real = negative ? -value : value};
    TreeExpr *tree = check_constant_tree(b, constant, span);
    tree->flag = !adapted;
    return tree;
}

static TreeExpr *check_char_literal(Body *b, const AstExpr *e, const Type *hint) {
    const Type *type = check_strip(check_strip(hint));
    bool byte = type && type->kind == TYPE_U8 && e->character.scalar < 128;
    TreeExpr *tree = check_constant_tree(
        b, (Constant){.type = check_builtin(b, byte ? TYPE_U8 : TYPE_CHAR), .integer = e->character.scalar},
        e->span);
    tree->flag = !byte;
    return tree;
}

TreeExpr *check_literal(Body *b, const AstExpr *e, const Type *hint) {
    switch (e->kind) {
    case AST_EXPR_INT:
        return check_integer_literal(b, e->integer.value, e->integer.overflow, false, e->span, hint);
    case AST_EXPR_FLOAT: return check_float_literal(b, e->floating.text, false, e->span, hint);
    case AST_EXPR_CHAR: return check_char_literal(b, e, hint);
    case AST_EXPR_BOOL:
        return check_constant_tree(
            b, (Constant){.type = check_builtin(b, TYPE_BOOL), .integer = e->boolean.value}, e->span);
    case AST_EXPR_STRING: {
        Constant constant = {.type = check_builtin(b, TYPE_STRING)};
        constant.string.bytes = e->string.bytes;
        constant.string.length = e->string.length;
        return check_constant_tree(b, constant, e->span);
    }
    default: return check_tree(b, TREE_NULL, check_builtin(b, TYPE_NULL), e->span);
    }
}

TreeExpr *check_negative_literal(Body *b, const AstExpr *e, const Type *hint) {
    const AstExpr *number = e->unary.operand;
    if (number->kind == AST_EXPR_FLOAT)
        return check_float_literal(b, number->floating.text, true, e->span, hint);
    return check_integer_literal(b, number->integer.value, number->integer.overflow, true, e->span, hint);
}

bool check_is_literal_expr(const AstExpr *e) {
    for (;;) {
        switch (e->kind) {
        case AST_EXPR_INT:
        case AST_EXPR_FLOAT:
        case AST_EXPR_CHAR: return true;
        case AST_EXPR_UNARY: e = e->unary.operand; break;
        case AST_EXPR_BINARY:
            if (e->binary.operator> AST_BINARY_BIT_OR || !check_is_literal_expr(e->binary.right))
                return false;
            e = e->binary.left;
            break;
        default: return false;
        }
    }
}

// ---------------------------------------------------------------------------------------------- collections

TreeExpr *check_tuple(Body *b, const AstExpr *e, const Type *hint) {
    const Type *shape = check_strip(hint);
    bool fits = shape && shape->kind == TYPE_TUPLE && shape->arg_count == e->list.count;
    TreeExpr *tree = check_tree(b, TREE_TUPLE, NULL, e->span);
    tree->args = ARENA_ARRAY(b->arena, TreeExpr *, e->list.count);
    tree->arg_count = e->list.count;
    const Type **types = ARENA_ARRAY(b->arena, const Type *, e->list.count);
    for (uint32_t i = 0; i < e->list.count; i++) {
        const Type *element = fits ? shape->args[i] : NULL;
        TreeExpr *value = check_operand(b, e->list.elements[i], element);
        if (check_concrete(b, &element) && check_converts(b, value, element))
            value = check_convert(b, value, element, e->list.elements[i]->span);
        if (value->type->kind == TYPE_NULL || value->type->kind == TYPE_NEVER) {
            check_report(b, DIAGNOSTIC_CANNOT_INFER, value->span, check_name_of(b, value->type), NULL);
            value = check_error_tree(b, value->span);
        }
        tree->args[i] = value;
        types[i] = value->type;
    }
    tree->type = types_tuple(b->types, types, e->list.count);
    return tree;
}

// The collection that a hint asks for: the element type may be unknown.
typedef struct CollectionHint {
    TreeKind kind; // TREE_LIST, TREE_ARRAY, TREE_SET
    const Type *element;
} CollectionHint;

static CollectionHint check_collection_hint(Body *b, const Type *hint) {
    const CoreTypes *core = &b->checker->core;
    const Type *shape = check_strip(hint);
    if (shape && shape->kind == TYPE_VARIABLE)
        shape = check_strip(check_resolve(b, shape));
    if (!shape)
        return (CollectionHint){TREE_LIST, NULL};
    if (shape->kind == TYPE_ARRAY)
        return (CollectionHint){TREE_ARRAY, shape->args[0]};
    if (shape->kind == TYPE_NAMED && shape->decl == core->Set && core->Set)
        return (CollectionHint){TREE_SET, shape->args[0]};
    if (shape->kind == TYPE_NAMED && (shape->decl == core->List || shape->decl == core->Iterable) &&
        shape->arg_count)
        return (CollectionHint){TREE_LIST, shape->args[0]};
    return (CollectionHint){TREE_LIST, NULL};
}

static const Type *check_collection_type(Body *b, TreeKind kind, const Type *element, Span span) {
    if (element->has_error)
        return element;
    if (kind == TREE_ARRAY)
        return types_array(b->types, element);
    TypeDecl *decl = kind == TREE_SET ? b->checker->core.Set : b->checker->core.List;
    if (!decl) {
        check_report(b, DIAGNOSTIC_CORE_MISSING, span, kind == TREE_SET ? "Set" : "List", NULL);
        return check_builtin(b, TYPE_ERROR);
    }
    if (!check_bounds(b->checker, decl->type_params, &element, 1, span))
        return check_builtin(b, TYPE_ERROR);
    return types_named(b->types, decl, &element, 1);
}

TreeExpr *check_list(Body *b, const AstExpr *e, const Type *hint) {
    CollectionHint want = check_collection_hint(b, hint);
    const Type *element = want.element;
    bool known = check_concrete(b, &element);
    uint32_t count = e->list.count;
    TreeExpr *tree = check_tree(b, want.kind, NULL, e->span);
    tree->args = ARENA_ARRAY(b->arena, TreeExpr *, count);
    tree->arg_count = count;
    Span *spans = ARENA_ARRAY(b->arena, Span, count);
    for (uint32_t i = 0; i < count; i++) {
        spans[i] = e->list.elements[i]->span;
        const Type *next = known ? element : i && want.element == NULL ? tree->args[0]->type : want.element;
        if (next && next->kind == TYPE_NULL)
            next = NULL;
        tree->args[i] = known ? check_value(b, e->list.elements[i], element)
                              : check_operand(b, e->list.elements[i], next);
    }
    if (!known && !count && check_has_error(hint))
        return check_error_tree(b, e->span);
    if (!known && !count) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_EMPTY_COLLECTION, e->span, "list", NULL);
        diagnostic_help(
            d,
            "give it a type where it is declared, as in `let items: List<int> = []`, or write `List<int>()`");
        tree->type = check_builtin(b, TYPE_ERROR);
        return tree;
    }
    if (!known)
        element = check_join_branches(b, tree->args, spans, count, NULL);
    tree->type = check_collection_type(b, want.kind, element, e->span);
    return tree;
}

// `[key: value]`: keys at even places of args, values at odd ones.
TreeExpr *check_map(Body *b, const AstExpr *e, const Type *hint) {
    TypeDecl *map = b->checker->core.Map;
    const Type *shape = check_strip(hint);
    if (shape && shape->kind == TYPE_VARIABLE)
        shape = check_strip(check_resolve(b, shape));
    bool fits = map && shape && shape->kind == TYPE_NAMED && shape->decl == map;
    const Type *types[2] = {fits ? shape->args[0] : NULL, fits ? shape->args[1] : NULL};
    bool known[2] = {check_concrete(b, &types[0]), check_concrete(b, &types[1])};
    uint32_t count = e->map.count;
    TreeExpr **parts[2] = {ARENA_ARRAY(b->arena, TreeExpr *, count),
                           ARENA_ARRAY(b->arena, TreeExpr *, count)};
    Span *spans[2] = {ARENA_ARRAY(b->arena, Span, count), ARENA_ARRAY(b->arena, Span, count)};
    for (uint32_t i = 0; i < count; i++) {
        for (int side = 0; side < 2; side++) {
            const AstExpr *part = side ? e->map.entries[i].value : e->map.entries[i].key;
            spans[side][i] = part->span;
            const Type *next = i && parts[side][0]->type->kind != TYPE_NULL ? parts[side][0]->type : NULL;
            parts[side][i] = known[side] ? check_value(b, part, types[side]) : check_operand(b, part, next);
        }
    }
    TreeExpr *tree = check_tree(b, TREE_MAP, check_builtin(b, TYPE_ERROR), e->span);
    if (!count && check_has_error(hint))
        return tree;
    if (!count && (!known[0] || !known[1])) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_EMPTY_COLLECTION, e->span, "map", NULL);
        diagnostic_help(d, "give it a type where it is declared, or write `Map<string, int>()`");
        return tree;
    }
    for (int side = 0; side < 2; side++)
        if (!known[side])
            types[side] = check_join_branches(b, parts[side], spans[side], count, NULL);
    tree->args = ARENA_ARRAY(b->arena, TreeExpr *, (size_t)count * 2);
    tree->arg_count = count * 2;
    for (uint32_t i = 0; i < count * 2; i++)
        tree->args[i] = parts[i % 2][i / 2];
    if (!map)
        check_report(b, DIAGNOSTIC_CORE_MISSING, e->span, "Map", NULL);
    else if (!types[0]->has_error && !types[1]->has_error &&
             check_bounds(b->checker, map->type_params, types, 2, e->span))
        tree->type = types_named(b->types, map, types, 2);
    return tree;
}

// Diagnostics that several files of the body half give, with the repairs they propose.
#include "compiler/check.h"

#include <string.h>

Diagnostic *check_report(Body *b, DiagnosticCode code, Span span, const char *first, const char *second) {
    return diagnostic_add(b->checker->sink, code, span, first ? first : "", second ? second : "", NULL);
}

const char *check_name_of(Body *b, const Type *type) {
    return types_name(b->types, type);
}

const char *check_source_text(Body *b, Span span) {
    const SourceFile *file = source_file(b->checker->sources, span.file);
    if (!file || span.start > span.end || span.end > file->length)
        return "";
    return arena_copy_text(b->arena, file->text + span.start, span.end - span.start);
}

static Span check_after(Span span) {
    return (Span){span.file, span.end, span.end};
}

// Whether `text as T` or `text!` needs no parentheses.
static bool check_is_postfix(const TreeExpr *value) {
    switch (value->kind) {
    case TREE_UNARY:
    case TREE_BINARY:
    case TREE_COMPARE:
    case TREE_AND:
    case TREE_OR:
    case TREE_COALESCE:
    case TREE_CONCAT:
    case TREE_IF:
    case TREE_MATCH:
    case TREE_TRY:
    case TREE_TRY_OPTIONAL:
    case TREE_LAMBDA:
    case TREE_BLOCK:
    case TREE_CONVERT:
    case TREE_CAST:
    case TREE_TRY_CAST:
    case TREE_IS: return false;
    default: return true;
    }
}

static void check_help_conversion(Body *b, Diagnostic *d, Span span, const TreeExpr *value,
                                  const Type *expected, const char *why) {
    const char *name = check_name_of(b, expected);
    if (value && check_is_postfix(value))
        diagnostic_suggest(d, check_after(span), arena_printf(b->arena, " as %s", name), "%s with `as %s`",
                           why, name);
    else
        diagnostic_help(d, "%s with `as %s`", why, name);
}

static void check_help_optional(Diagnostic *d, Span span, const TreeExpr *value) {
    if (value && check_is_postfix(value))
        diagnostic_suggest(d, check_after(span), "!", "if it cannot be null here, take its value with `!`");
    diagnostic_help(d, "give a value for null with `??`, or test it with `if let`");
}

// A method `asInt()`, as values of `std.json` have it.
static bool check_help_as(Body *b, Diagnostic *d, Span span, const Type *expected, const Type *found) {
    static const struct {
        TypeKind kind;
        const char *method;
    } methods[] = {
        {TYPE_I64, "asInt"}, {TYPE_F64, "asFloat"}, {TYPE_STRING, "asString"}, {TYPE_BOOL, "asBool"}};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const char *name = methods[i].method;
        if (methods[i].kind != expected->kind || found->kind != TYPE_NAMED ||
            lookup_member(b->checker, found, intern_string(b->checker->names, name)).kind != MEMBER_METHOD)
            continue;
        diagnostic_suggest(d, check_after(span), arena_printf(b->arena, ".%s()", name), "take it with `%s()`",
                           name);
        return true;
    }
    return false;
}

static void check_help_mismatch(Body *b, Diagnostic *d, Span span, const TreeExpr *value,
                                const Type *expected, const Type *found) {
    if (found->kind == TYPE_NULL) {
        diagnostic_help(d, "only a type with `?` has null: `%s?`", check_name_of(b, expected));
    } else if (found->kind == TYPE_OPTIONAL && expected->kind != TYPE_OPTIONAL &&
               check_type_converts(b, found->args[0], expected)) {
        check_help_optional(d, span, value);
    } else if (expected->kind == TYPE_I64 && found->kind == TYPE_BOOL && value &&
               value->kind == TREE_BINARY) {
        diagnostic_help(d, "an order is given by a number, negative, zero or positive: `a.compare(b)`");
    } else if (type_is_number(expected) && (type_is_number(found) || found->kind == TYPE_CHAR)) {
        check_help_conversion(b, d, span, value, expected, "convert it");
    } else if (expected->kind == TYPE_STRING && found->kind == TYPE_CHAR && value &&
               value->kind == TREE_CONSTANT) {
        diagnostic_help(d, "a text stands in double quotes");
    } else if (expected->kind == TYPE_STRING && found->kind != TYPE_VOID) {
        diagnostic_help(d, "text is made of any value by interpolation: \"{...}\"");
    } else if (type_is_number(expected) && found->kind == TYPE_STRING &&
               !(value && value->kind == TREE_CONSTANT)) {
        diagnostic_help(d, "a text is read as a number by `%s.parse(...)`", check_name_of(b, expected));
    } else if (type_is_reference(expected) && expected->kind != TYPE_ANY &&
               is_subtype(b->checker, expected, found)) {
        check_help_conversion(b, d, span, value, expected, "if it is one, cast it");
    } else if (expected->kind == TYPE_BOOL && type_is_number(found)) {
        diagnostic_help(d, "a condition is a bool: compare it, as in `!= 0`");
    } else if (expected->kind == TYPE_BOOL && found->kind == TYPE_OPTIONAL) {
        diagnostic_help(d, "a condition is a bool: ask `!= null`, or bind the value by `if let x = ...`");
    } else if (expected->kind == TYPE_BOOL && (found->kind == TYPE_STRING || found->kind == TYPE_NAMED)) {
        diagnostic_help(d, "a condition is a bool, such as `!value.isEmpty`");
    } else if (check_help_as(b, d, span, expected, found)) {
        return;
    } else if (expected->kind == TYPE_NAMED && expected->decl->kind == COR_DEF_INTERFACE &&
               found->kind == TYPE_NAMED) {
        diagnostic_note(d, "`%s` does not implement `%s`", check_name_of(b, found),
                        check_name_of(b, expected));
    } else if (expected->kind == TYPE_NAMED && found->kind == TYPE_NAMED && expected->decl == found->decl) {
        diagnostic_note(d, "type arguments must be the same: generic types are invariant");
    }
}

void check_help_no_value(Diagnostic *d, const TreeExpr *value) {
    if (value && value->kind == TREE_IF && !value->c)
        diagnostic_help(d, "an `if` has a value only with an `else`");
    bool is_method = value && (value->kind == TREE_CALL || value->kind == TREE_CALL_VIRTUAL) &&
                     value->arg_count && value->function->self_type;
    if (!is_method)
        return;
    const char *name = value->function->name;
    static const struct {
        const char *changing, *giving;
    } pairs[] = {
        {"sort", "sorted"}, {"sortBy", "sortedBy"}, {"sortByKey", "sortedByKey"}, {"reverse", "reversed"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(name, pairs[i].changing) == 0) {
            diagnostic_help(d, "`%s` changes what it is called on; `%s` gives a new one", name,
                            pairs[i].giving);
            return;
        }
    diagnostic_help(d, "`%s` gives nothing: call it in a statement of its own", name);
}

Diagnostic *check_report_mismatch(Body *b, Span span, const TreeExpr *value, const Type *expected,
                                  const Type *found) {
    if (check_has_error(expected) || check_has_error(found))
        return NULL;
    if (found->kind == TYPE_VOID) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NO_VALUE, span, check_name_of(b, expected), NULL);
        diagnostic_label(d, "this gives no value");
        check_help_no_value(d, value);
        return d;
    }
    const char *expected_name = check_name_of(b, expected), *found_name = check_name_of(b, found);
    Diagnostic *d = check_report(b, DIAGNOSTIC_TYPE_MISMATCH, span, expected_name, found_name);
    diagnostic_label(d, "expected `%s`", expected_name);
    check_help_mismatch(b, d, span, value, expected, found);
    return d;
}

// ------------------------------------------------------------------------------------------- tree helpers

TreeExpr *check_tree(Body *b, TreeKind kind, const Type *type, Span span) {
    return tree_new(b->arena, kind, type, span);
}

TreeExpr *check_error_tree(Body *b, Span span) {
    return check_tree(b, TREE_NULL, check_builtin(b, TYPE_ERROR), span);
}

TreeExpr *check_constant_tree(Body *b, Constant constant, Span span) {
    TreeExpr *tree = check_tree(b, TREE_CONSTANT, constant.type, span);
    tree->constant = constant;
    return tree;
}

TreeExpr *check_integer_tree(Body *b, int64_t value, Span span) {
    return check_constant_tree(b, constant_integer(check_builtin(b, TYPE_I64), value), span);
}

TreeExpr *check_variable_tree(Body *b, Variable *variable, Span span) {
    TreeExpr *tree = check_tree(b, TREE_VARIABLE, variable->type, span);
    tree->variable = variable;
    return tree;
}

TreeExpr *check_unary_tree(Body *b, TreeKind kind, const Type *type, TreeExpr *a, Span span) {
    TreeExpr *tree = check_tree(b, kind, type, span);
    tree->a = a;
    return tree;
}

TreeExpr *check_block_tree(Body *b, TreeExpr **statements, uint32_t count, TreeExpr *value, Span span) {
    TreeExpr *tree = check_tree(b, TREE_BLOCK, value ? value->type : check_builtin(b, TYPE_VOID), span);
    tree->args = statements;
    tree->arg_count = count;
    tree->a = value;
    return tree;
}

TreePattern *check_bind_pattern(Body *b, Variable *variable, Span span) {
    TreePattern *pattern = ARENA_NEW(b->arena, TreePattern);
    pattern->kind = PATTERN_BIND;
    pattern->type = variable->type;
    pattern->span = span;
    pattern->variable = variable;
    return pattern;
}

TreeExpr *check_let_tree(Body *b, Variable *variable, TreeExpr *value, Span span) {
    TreeExpr *tree = check_tree(b, TREE_LET, check_builtin(b, TYPE_VOID), span);
    tree->pattern = check_bind_pattern(b, variable, span);
    tree->a = value;
    return tree;
}

TreeExpr *check_temporary(Body *b, TreeExpr *value, Variable **variable) {
    *variable = check_declare(b, NULL, value->type, value->span, true);
    return check_let_tree(b, *variable, value, value->span);
}

void check_append(Body *b, TreeList *list, TreeExpr *tree) {
    if (tree)
        ARENA_PUSH(b->arena, list->items, list->count, list->capacity, tree);
}

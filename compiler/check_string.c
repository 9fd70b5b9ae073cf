// Text from values: interpolation, and which format specs which types take.
//
//   integers      [[fill]align][+][#][0][width][type x X o b]
//   floats        [[fill]align][+][0][width][.precision][type e E f]
//   all others    [[fill]align][width][.precision][type ?]: with `?`, text and characters in quotes, with escapes
#include "compiler/check.h"

#include <string.h>

TreeExpr *check_to_string(Body *b, TreeExpr *value) {
    if (value->type->kind == TYPE_STRING)
        return value;
    return check_unary_tree(b, TREE_TO_STRING, check_builtin(b, TYPE_STRING), value, value->span);
}

// What is wrong with the spec for the type, or NULL.
static const char *check_spec_fault(const AstFormatSpec *spec, const Type *type) {
    if (type_is_integer(type)) {
        if (spec->has_precision)
            return "an integer has no decimals";
        return spec->type && !strchr("xXob", spec->type) ? "an integer takes `x`, `X`, `o` or `b`" : NULL;
    }
    if (type_is_float(type)) {
        if (spec->alternate)
            return "`#` is for integers";
        return spec->type && !strchr("eEf", spec->type) ? "a float takes `e`, `E` or `f`" : NULL;
    }
    if (spec->plus || spec->alternate || spec->zero)
        return "`+`, `#` and `0` are for numbers";
    return spec->type && spec->type != '?' ? "only a number has such a form" : NULL;
}

static TreeExpr *check_format(Body *b, const AstStringPart *part, TreeExpr *value) {
    const AstFormatSpec *spec = part->format;
    const char *fault = check_spec_fault(spec, value->type);
    if (fault) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_FORMAT_SPEC, spec->span, check_source_text(b, spec->span),
                                     check_name_of(b, value->type));
        diagnostic_label(d, "%s", fault);
        return check_error_tree(b, part->value->span);
    }
    TreeExpr *tree =
        check_unary_tree(b, TREE_FORMAT, check_builtin(b, TYPE_STRING), value, part->value->span);
    tree->text.bytes = check_source_text(b, spec->span);
    tree->text.length = (uint32_t)strlen(tree->text.bytes);
    return tree;
}

TreeExpr *check_interpolation(Body *b, const AstExpr *e) {
    const Type *string = check_builtin(b, TYPE_STRING);
    TreeExpr *tree = check_tree(b, TREE_CONCAT, string, e->span);
    tree->args = ARENA_ARRAY(b->arena, TreeExpr *, e->interpolation.count);
    for (uint32_t i = 0; i < e->interpolation.count; i++) {
        const AstStringPart *part = &e->interpolation.parts[i];
        TreeExpr *piece;
        if (!part->value) {
            Constant text = {.type = string};
            text.string.bytes = part->text;
            text.string.length = part->length;
            piece = check_constant_tree(b, text, e->span);
        } else {
            TreeExpr *value = check_operand(b, part->value, NULL);
            if (value->type->kind == TYPE_NULL)
                value = check_convert(b, value, types_optional(b->types, check_builtin(b, TYPE_ANY)),
                                      value->span);
            if (value->type->has_error || value->type->kind == TYPE_NEVER)
                piece = value;
            else
                piece = part->format ? check_format(b, part, value) : check_to_string(b, value);
        }
        tree->args[tree->arg_count++] = piece;
    }
    return tree;
}

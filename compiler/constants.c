// Constant folding over typed trees, with the arithmetic of the language: integers wrap at their width, shift counts
// are masked, division of an integer by zero is an error, f32 is rounded after every operation.
#include "compiler/check.h"

#include <math.h>
#include <string.h>

bool constant_fits(const Type *type, bool negative, uint64_t magnitude) {
    if (type_is_float(type))
        return true;
    uint32_t bits = type_bits(type);
    if (!type_is_signed(type))
        return negative ? magnitude == 0 : bits == 64 || magnitude < (uint64_t)1 << bits;
    uint64_t limit = (uint64_t)1 << (bits - 1);
    return negative ? magnitude <= limit : magnitude < limit;
}

Constant constant_integer(const Type *type, int64_t value) {
    Constant constant = {.type = type, .integer = value};
    switch (type->kind) {
    case TYPE_I8: constant.integer = (int8_t)(uint8_t)value; break;
    case TYPE_I16: constant.integer = (int16_t)(uint16_t)value; break;
    case TYPE_I32: constant.integer = (int32_t)(uint32_t)value; break;
    case TYPE_U8: constant.integer = (uint8_t)value; break;
    case TYPE_U16: constant.integer = (uint16_t)value; break;
    case TYPE_U32: constant.integer = (uint32_t)value; break;
    default: break;
    }
    return constant;
}

static Constant constant_real(const Type *type, double value) {
    return (Constant){.type = type, .real = type->kind == TYPE_F32 ? (double)(float)value : value};
}

int constant_compare(const Constant *a, const Constant *b) {
    if (a->type->kind == TYPE_STRING) {
        uint32_t shorter = a->string.length < b->string.length ? a->string.length : b->string.length;
        int order = shorter ? memcmp(a->string.bytes, b->string.bytes, shorter) : 0;
        return order ? order : (a->string.length > b->string.length) - (a->string.length < b->string.length);
    }
    if (type_is_float(a->type))
        return (a->real > b->real) - (a->real < b->real);
    if (a->type->kind == TYPE_U64)
        return ((uint64_t)a->integer > (uint64_t)b->integer) - ((uint64_t)a->integer < (uint64_t)b->integer);
    return (a->integer > b->integer) - (a->integer < b->integer);
}

bool constant_equal(const Constant *a, const Constant *b) {
    if (type_is_float(a->type) && (a->real != a->real || b->real != b->real))
        return false;
    return a->type == b->type && constant_compare(a, b) == 0;
}

static const char *constant_escape(Body *b, uint32_t scalar, char quote) {
    if (scalar == '\n')
        return "\\n";
    if (scalar == '\t')
        return "\\t";
    if (scalar == (uint32_t)quote || scalar == '\\')
        return arena_printf(b->arena, "\\%c", (char)scalar);
    if (scalar < 32 || scalar == 127)
        return arena_printf(b->arena, "\\u{%x}", scalar);
    char text[5] = {0};
    source_encode_utf8(scalar, text);
    return arena_copy_text(b->arena, text, strlen(text));
}

const char *constant_text(Body *b, const Constant *constant) {
    switch (constant->type->kind) {
    case TYPE_BOOL: return constant->integer ? "true" : "false";
    case TYPE_CHAR:
        return arena_printf(b->arena, "'%s'", constant_escape(b, (uint32_t)constant->integer, '\''));
    case TYPE_STRING:
        return arena_printf(b->arena, "\"%.*s\"", (int)constant->string.length, constant->string.bytes);
    case TYPE_F32:
    case TYPE_F64: return arena_printf(b->arena, "%g", constant->real);
    case TYPE_U64: return arena_printf(b->arena, "%llu", (unsigned long long)constant->integer);
    default: return arena_printf(b->arena, "%lld", (long long)constant->integer);
    }
}

// ----------------------------------------------------------------------------------------------- operators

typedef struct Fold {
    Body *b;
    const TreeExpr *where; // the first part that is not constant
    const char *why;
} Fold;

static bool fold_tree(Fold *f, const TreeExpr *tree, Constant *out);

static bool fold_fail(Fold *f, const TreeExpr *where, const char *why) {
    if (!f->where) {
        f->where = where;
        f->why = why;
    }
    return false;
}

static bool fold_division(Fold *f, const TreeExpr *tree, const Constant *a, const Constant *b,
                          Constant *out) {
    bool remainder = tree->op == OPERATOR_REM;
    if (b->integer == 0)
        return fold_fail(f, tree, "an integer is divided by zero");
    if (!type_is_signed(a->type)) {
        uint64_t x = (uint64_t)a->integer, y = (uint64_t)b->integer;
        *out = constant_integer(a->type, (int64_t)(remainder ? x % y : x / y));
    } else if (b->integer == -1) { // MIN / -1 is MIN
        *out = constant_integer(a->type, remainder ? 0 : (int64_t)(0 - (uint64_t)a->integer));
    } else {
        *out = constant_integer(a->type, remainder ? a->integer % b->integer : a->integer / b->integer);
    }
    return true;
}

static bool fold_integers(Fold *f, const TreeExpr *tree, const Constant *a, const Constant *b,
                          Constant *out) {
    uint64_t x = (uint64_t)a->integer, y = (uint64_t)b->integer, r = 0;
    uint32_t bits = a->type->kind == TYPE_BOOL ? 1 : type_bits(a->type), count = (uint32_t)y & (bits - 1);
    switch (tree->op) {
    case OPERATOR_ADD: r = x + y; break;
    case OPERATOR_SUB: r = x - y; break;
    case OPERATOR_MUL: r = x * y; break;
    case OPERATOR_DIV:
    case OPERATOR_REM: return fold_division(f, tree, a, b, out);
    case OPERATOR_AND: r = x & y; break;
    case OPERATOR_OR: r = x | y; break;
    case OPERATOR_XOR: r = x ^ y; break;
    case OPERATOR_SHL: r = x << count; break;
    case OPERATOR_SHR: r = !type_is_signed(a->type) || a->integer >= 0 ? x >> count : ~(~x >> count); break;
    case OPERATOR_USHR: r = (bits < 64 ? x & (((uint64_t)1 << bits) - 1) : x) >> count; break;
    default: return fold_fail(f, tree, "this operator is not evaluated at compile time");
    }
    *out = constant_integer(a->type, (int64_t)r);
    return true;
}

static bool fold_reals(Fold *f, const TreeExpr *tree, const Constant *a, const Constant *b, Constant *out) {
    double r;
    switch (tree->op) {
    case OPERATOR_ADD: r = a->real + b->real; break;
    case OPERATOR_SUB: r = a->real - b->real; break;
    case OPERATOR_MUL: r = a->real * b->real; break;
    case OPERATOR_DIV: r = a->real / b->real; break;
    case OPERATOR_REM: r = fmod(a->real, b->real); break;
    default: return fold_fail(f, tree, "this operator is not evaluated at compile time");
    }
    if (r != r)
        r = NAN;
    *out = constant_real(a->type, r);
    return true;
}

static bool fold_comparison(const TreeExpr *tree, const Constant *a, const Constant *b, Constant *out) {
    int order = constant_compare(a, b);
    bool equal = constant_equal(a, b),
         unordered = type_is_float(a->type) && (a->real != a->real || b->real != b->real);
    bool result = false;
    switch (tree->op) {
    case OPERATOR_EQ: result = equal; break;
    case OPERATOR_NE: result = !equal; break;
    case OPERATOR_LT: result = !unordered && order < 0; break;
    case OPERATOR_LE: result = !unordered && order <= 0; break;
    case OPERATOR_GT: result = !unordered && order > 0; break;
    case OPERATOR_GE: result = !unordered && order >= 0; break;
    default: return false;
    }
    *out = (Constant){.type = tree->type, .integer = result};
    return true;
}

static bool fold_binary(Fold *f, const TreeExpr *tree, Constant *out) {
    Constant a, b;
    if (!fold_tree(f, tree->a, &a) || !fold_tree(f, tree->b, &b))
        return false;
    if (tree->op >= OPERATOR_EQ && tree->op <= OPERATOR_GE)
        return fold_comparison(tree, &a, &b, out) || fold_fail(f, tree, NULL);
    if (type_is_float(a.type))
        return fold_reals(f, tree, &a, &b, out);
    if (type_is_integer(a.type) || a.type->kind == TYPE_BOOL)
        return fold_integers(f, tree, &a, &b, out);
    return fold_fail(f, tree, NULL);
}

static bool fold_unary(Fold *f, const TreeExpr *tree, Constant *out) {
    Constant a;
    if (!fold_tree(f, tree->a, &a))
        return false;
    switch (tree->op) {
    case OPERATOR_NEG:
        *out = type_is_float(a.type) ? constant_real(a.type, -a.real)
                                     : constant_integer(a.type, (int64_t)(0 - (uint64_t)a.integer));
        return true;
    case OPERATOR_NOT: *out = (Constant){.type = a.type, .integer = !a.integer}; return true;
    case OPERATOR_COMPLEMENT: *out = constant_integer(a.type, ~a.integer); return true;
    default: return fold_fail(f, tree, NULL);
    }
}

// ---------------------------------------------------------------------------------------------- conversions

// Truncates towards zero and saturates; NaN gives 0.
static int64_t fold_truncate(const Type *type, double value) {
    if (value != value)
        return 0;
    uint32_t bits = type_bits(type);
    if (type_is_signed(type)) {
        double limit = ldexp(1.0, (int)bits - 1);
        if (value >= limit)
            return bits == 64 ? INT64_MAX : ((int64_t)1 << (bits - 1)) - 1;
        if (value <= -limit)
            return bits == 64 ? INT64_MIN : -((int64_t)1 << (bits - 1));
        return (int64_t)value;
    }
    if (value <= 0)
        return 0;
    if (value >= ldexp(1.0, (int)bits))
        return bits == 64 ? -1 : (int64_t)(((uint64_t)1 << bits) - 1);
    return (int64_t)(uint64_t)value;
}

static bool fold_convert(Fold *f, const TreeExpr *tree, Constant *out) {
    Constant a;
    const Type *to = tree->type;
    if (!fold_tree(f, tree->a, &a))
        return false;
    if (type_is_float(to)) {
        double value = type_is_float(a.type)      ? a.real
                       : a.type->kind == TYPE_U64 ? (to->kind == TYPE_F32 ? (double)(float)(uint64_t)a.integer
                                                                          : (double)(uint64_t)a.integer)
                       : to->kind == TYPE_F32     ? (double)(float)a.integer
                                                  : (double)a.integer;
        *out = constant_real(to, value);
    } else if (type_is_float(a.type)) {
        *out = constant_integer(to, fold_truncate(to, a.real));
    } else {
        *out = constant_integer(to, a.integer);
    }
    return true;
}

static bool fold_to_string(Fold *f, const TreeExpr *tree, Constant *out) {
    Constant a;
    if (!fold_tree(f, tree->a, &a))
        return false;
    const char *text;
    *out = (Constant){.type = tree->type};
    if (a.type->kind == TYPE_CHAR) {
        char *bytes = ARENA_ARRAY(f->b->arena, char, 5);
        out->string.length = source_encode_utf8((uint32_t)a.integer, bytes);
        out->string.bytes = bytes;
        return true;
    }
    if (type_is_float(a.type))
        return fold_fail(f, tree, "the text of a float is not made at compile time");
    if (a.type->kind == TYPE_STRING) {
        *out = a;
        return true;
    }
    text = constant_text(f->b, &a);
    out->string.bytes = text;
    out->string.length = (uint32_t)strlen(text);
    return true;
}

// Of a text that is put together: constants that double from line to line would take all memory.
enum { FOLD_LONGEST = 1 << 16 };

static bool fold_concat(Fold *f, const TreeExpr *tree, Constant *out) {
    Constant *parts = ARENA_ARRAY(f->b->arena, Constant, tree->arg_count);
    size_t length = 0;
    for (uint32_t i = 0; i < tree->arg_count; i++) {
        if (!fold_tree(f, tree->args[i], &parts[i]))
            return false;
        length += parts[i].string.length;
    }
    if (length > FOLD_LONGEST)
        return fold_fail(f, tree, "the text has more than 65536 bytes");
    char *bytes = ARENA_ARRAY(f->b->arena, char, length + 1), *at = bytes;
    for (uint32_t i = 0; i < tree->arg_count; i++) {
        if (parts[i].string.length)
            memcpy(at, parts[i].string.bytes, parts[i].string.length);
        at += parts[i].string.length;
    }
    *out = (Constant){.type = tree->type};
    out->string.bytes = bytes;
    out->string.length = (uint32_t)length;
    return true;
}

static bool fold_choice(Fold *f, const TreeExpr *tree, Constant *out) {
    Constant a;
    if (!fold_tree(f, tree->a, &a))
        return false;
    if (tree->kind == TREE_AND)
        return a.integer ? fold_tree(f, tree->b, out) : (*out = a, true);
    if (tree->kind == TREE_OR)
        return a.integer ? (*out = a, true) : fold_tree(f, tree->b, out);
    return tree->c ? fold_tree(f, a.integer ? tree->b : tree->c, out) : fold_fail(f, tree, NULL);
}

static bool fold_tree(Fold *f, const TreeExpr *tree, Constant *out) {
    switch (tree->kind) {
    case TREE_CONSTANT: *out = tree->constant; return true;
    case TREE_UNARY: return fold_unary(f, tree, out);
    case TREE_BINARY:
    case TREE_COMPARE: return fold_binary(f, tree, out);
    case TREE_CONVERT:
        if (tree->a->type->kind == TYPE_NAMED)
            return fold_fail(f, tree, NULL);
        return fold_convert(f, tree, out);
    case TREE_TO_STRING: return fold_to_string(f, tree, out);
    case TREE_CONCAT: return fold_concat(f, tree, out);
    case TREE_AND:
    case TREE_OR:
    case TREE_IF: return fold_choice(f, tree, out);
    case TREE_BLOCK:
        if (!tree->arg_count && tree->a)
            return fold_tree(f, tree->a, out);
        return fold_fail(f, tree, NULL);
    case TREE_VARIABLE: return fold_fail(f, tree, "a variable is not known at compile time");
    case TREE_CALL:
    case TREE_CALL_VIRTUAL:
    case TREE_CALL_VALUE:
    case TREE_NEW:
    case TREE_STRUCT: return fold_fail(f, tree, "a call is not evaluated at compile time");
    default: return fold_fail(f, tree, NULL);
    }
}

bool constant_fold(Body *b, const TreeExpr *tree, Constant *out, const TreeExpr **where, const char **why) {
    Fold fold = {.b = b};
    bool good = fold_tree(&fold, tree, out);
    *where = fold.where;
    *why = fold.why;
    return good;
}

bool fold_constant(Checker *checker, const AstExpr *value, const Type *expected, Constant *out) {
    Body *b = check_body(checker);
    TreeExpr *tree = check_standalone(b, value, expected);
    const TreeExpr *where = NULL;
    const char *why = NULL;
    if (tree->type->has_error)
        return false;
    if (constant_fold(b, tree, out, &where, &why))
        return true;
    Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_CONSTANT, where ? where->span : value->span, NULL, NULL);
    diagnostic_label(d, "%s", why ? why : "not known at compile time");
    return false;
}

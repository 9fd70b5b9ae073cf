// Expressions with operators, by precedence climbing over the table of operators.def.
#include "compiler/parser_core.h"

// Precedences that are not those of a binary operator of the table; operators.def describes the whole ladder.
enum {
    PRECEDENCE_ANY = 0,
    PRECEDENCE_OR = 8,
    PRECEDENCE_COMPARISON = 30,
    PRECEDENCE_RANGE = 40,
    PRECEDENCE_CAST = 100
};

static const uint8_t precedences[AST_BINARY_COUNT] = {
#define AST_BINARY_ROW(operator, precedence, spelling) [AST_BINARY_##operator] = precedence,
#include "compiler/operators.def"
#undef AST_BINARY_ROW
};

static bool binary_operator(TokenKind kind, AstBinaryOperator *operator) {
    switch (kind) {
    case TOKEN_STAR: *operator= AST_BINARY_MULTIPLY; return true;
    case TOKEN_SLASH: *operator= AST_BINARY_DIVIDE; return true;
    case TOKEN_PERCENT: *operator= AST_BINARY_REMAINDER; return true;
    case TOKEN_PLUS: *operator= AST_BINARY_ADD; return true;
    case TOKEN_MINUS: *operator= AST_BINARY_SUBTRACT; return true;
    case TOKEN_LESS_LESS: *operator= AST_BINARY_SHIFT_LEFT; return true;
    case TOKEN_GREATER_GREATER: *operator= AST_BINARY_SHIFT_RIGHT; return true;
    case TOKEN_GREATER_GREATER_GREATER: *operator= AST_BINARY_SHIFT_RIGHT_LOGICAL; return true;
    case TOKEN_AND: *operator= AST_BINARY_BIT_AND; return true;
    case TOKEN_CARET: *operator= AST_BINARY_BIT_XOR; return true;
    case TOKEN_OR: *operator= AST_BINARY_BIT_OR; return true;
    case TOKEN_LESS: *operator= AST_BINARY_LESS; return true;
    case TOKEN_LESS_EQUAL: *operator= AST_BINARY_LESS_EQUAL; return true;
    case TOKEN_GREATER: *operator= AST_BINARY_GREATER; return true;
    case TOKEN_GREATER_EQUAL: *operator= AST_BINARY_GREATER_EQUAL; return true;
    case TOKEN_EQUAL_EQUAL: *operator= AST_BINARY_EQUAL; return true;
    case TOKEN_BANG_EQUAL: *operator= AST_BINARY_NOT_EQUAL; return true;
    case TOKEN_EQUAL_EQUAL_EQUAL: *operator= AST_BINARY_SAME; return true;
    case TOKEN_BANG_EQUAL_EQUAL: *operator= AST_BINARY_NOT_SAME; return true;
    case TOKEN_AND_AND: *operator= AST_BINARY_AND; return true;
    case TOKEN_OR_OR: *operator= AST_BINARY_OR; return true;
    case TOKEN_QUESTION_QUESTION: *operator= AST_BINARY_COALESCE; return true;
    default: return false;
    }
}

bool parser_assignment_operator(TokenKind kind, bool *compound, AstBinaryOperator *operator) {
    *compound = kind != TOKEN_EQUAL;
    switch (kind) {
    case TOKEN_EQUAL: return true;
    case TOKEN_PLUS_EQUAL: *operator= AST_BINARY_ADD; return true;
    case TOKEN_MINUS_EQUAL: *operator= AST_BINARY_SUBTRACT; return true;
    case TOKEN_STAR_EQUAL: *operator= AST_BINARY_MULTIPLY; return true;
    case TOKEN_SLASH_EQUAL: *operator= AST_BINARY_DIVIDE; return true;
    case TOKEN_PERCENT_EQUAL: *operator= AST_BINARY_REMAINDER; return true;
    case TOKEN_AND_EQUAL: *operator= AST_BINARY_BIT_AND; return true;
    case TOKEN_CARET_EQUAL: *operator= AST_BINARY_BIT_XOR; return true;
    case TOKEN_OR_EQUAL: *operator= AST_BINARY_BIT_OR; return true;
    case TOKEN_LESS_LESS_EQUAL: *operator= AST_BINARY_SHIFT_LEFT; return true;
    case TOKEN_GREATER_GREATER_EQUAL: *operator= AST_BINARY_SHIFT_RIGHT; return true;
    case TOKEN_GREATER_GREATER_GREATER_EQUAL: *operator= AST_BINARY_SHIFT_RIGHT_LOGICAL; return true;
    case TOKEN_QUESTION_QUESTION_EQUAL: *operator= AST_BINARY_COALESCE; return true;
    default: return false;
    }
}

static AstExpr *operators(Parser *parser, uint32_t minimum);
static AstExpr *nested_operators(Parser *parser, uint32_t minimum);
static AstExpr *more_operators(Parser *parser, AstExpr *left, uint32_t minimum);

// ------------------------------------------------------------------------------------------------ prefix

static AstExpr *unary(Parser *parser, AstUnaryOperator operator) {
    uint32_t start = parser->token.start;
    parser_advance(parser);
    AstExpr *operand = parser_prefix(parser);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_UNARY, start);
    expr->unary.operator= operator;
    expr->unary.operand = operand;
    return expr;
}

static AstExpr *spawn(Parser *parser) {
    uint32_t start = parser->token.start;
    parser_advance(parser);
    AstExpr *body = parser_at(parser, TOKEN_LEFT_BRACE) ? parser_block(parser) : parser_prefix(parser);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_SPAWN, start);
    expr->operand.operand = body;
    return expr;
}

static AstExpr *try_optional(Parser *parser) {
    uint32_t start = parser->token.start;
    parser_advance(parser);
    parser_advance(parser);
    AstExpr *operand = nested_operators(parser, PRECEDENCE_OR);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_TRY_OPTIONAL, start);
    expr->operand.operand = operand;
    return expr;
}

static AstExpr *unary_plus(Parser *parser) {
    Span span = parser_token_span(parser);
    Diagnostic *d = parser_report(parser, DIAGNOSTIC_UNARY_PLUS, span, NULL, NULL);
    diagnostic_suggest(d, span, "", "leave the `+` out");
    parser_advance(parser);
    return parser_prefix(parser);
}

static AstExpr *prefix(Parser *parser) {
    switch (parser->token.kind) {
    case TOKEN_MINUS: return unary(parser, AST_UNARY_NEGATE);
    case TOKEN_BANG: return unary(parser, AST_UNARY_NOT);
    case TOKEN_TILDE: return unary(parser, AST_UNARY_COMPLEMENT);
    case TOKEN_PLUS: return unary_plus(parser);
    case TOKEN_SPAWN: return spawn(parser);
    case TOKEN_TRY:
        return parser_peek(parser, 1) == TOKEN_QUESTION ? try_optional(parser) : parser_postfix(parser);
    default: return parser_postfix(parser);
    }
}

// The operand of a prefix operator.
AstExpr *parser_prefix(Parser *parser) {
    ParserLevel level;
    AstExpr *expr = parser_enter(parser, &level) ? prefix(parser) : parser_error_expr(parser);
    parser_leave(parser, &level);
    return expr;
}

// ------------------------------------------------------------------------------------------------ binary

// `i++` and `i--`: the second sign has no operand. Reports and returns true.
static bool increment(Parser *parser, const AstExpr *operand) {
    TokenKind kind = parser->token.kind;
    const Token *second = parser_peek_token(parser, 1), *behind = parser_peek_token(parser, 2);
    if ((kind != TOKEN_PLUS && kind != TOKEN_MINUS) || second->kind != kind ||
        !(second->flags & TOKEN_ADJACENT))
        return false;
    bool ends = (behind->flags & TOKEN_STARTS_LINE) || token_is_closer(behind->kind) ||
                behind->kind == TOKEN_END || behind->kind == TOKEN_SEMICOLON ||
                behind->kind == TOKEN_LEFT_BRACE || behind->kind == TOKEN_COMMA;
    if (!ends)
        return false;
    const char *sign = kind == TOKEN_PLUS ? "+" : "-";
    Span span = source_span(parser->file->id, parser->token.start, second->end);
    Diagnostic *d = parser_report(parser, DIAGNOSTIC_INCREMENT, span, sign, sign);
    diagnostic_suggest(d, source_span(span.file, operand->span.end, span.end),
                       arena_printf(parser->arena, " %s= 1", sign), "write `%s= 1`", sign);
    parser_advance(parser);
    parser_advance(parser);
    return true;
}

static AstExpr *binary(Parser *parser, AstExpr *left, AstBinaryOperator operator) {
    Span operator_span = parser_token_span(parser);
    uint32_t precedence = precedences[operator];
    uint32_t left_height = parser->height;
    parser_advance(parser);
    parser->height = 0;
    AstExpr *right = operator== AST_BINARY_COALESCE ? nested_operators(parser, precedence)
                                                    : operators(parser, precedence + 1);
    if (parser->height < left_height)
        parser->height = left_height;
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_BINARY, left->span.start);
    expr->binary.operator= operator;
    expr->binary.left = left;
    expr->binary.right = right;
    expr->binary.operator_span = operator_span;
    return expr;
}

static AstExpr *range(Parser *parser, AstExpr *low) {
    bool inclusive = parser_at(parser, TOKEN_DOT_DOT_EQUAL);
    uint32_t left_height = parser->height;
    parser_advance(parser);
    parser->height = 0;
    AstExpr *high = operators(parser, PRECEDENCE_RANGE + 1);
    if (parser->height < left_height)
        parser->height = left_height;
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_RANGE, low->span.start);
    expr->range.low = low;
    expr->range.high = high;
    expr->range.inclusive = inclusive;
    return expr;
}

static AstExpr *cast(Parser *parser, AstExpr *operand) {
    AstExprKind kind = parser_at(parser, TOKEN_IS) ? AST_EXPR_IS : AST_EXPR_CAST;
    parser_advance(parser);
    bool optional = kind == AST_EXPR_CAST && parser_accept(parser, TOKEN_QUESTION);
    AstType *type = parser_operand_type(parser);
    AstExpr *expr = parser_new_expr(parser, kind, operand->span.start);
    expr->cast.operand = operand;
    expr->cast.type = type;
    expr->cast.optional = optional;
    return expr;
}

// `a ? b : c`, which Cora does not have: reports, and reads it so that nothing follows from it.
static AstExpr *ternary(Parser *parser, AstExpr *condition) {
    Diagnostic *d = parser_report(parser, DIAGNOSTIC_TERNARY, parser_token_span(parser), NULL, NULL);
    parser_advance(parser);
    if (parser_at(parser, TOKEN_COLON) && (parser->token.flags & TOKEN_ADJACENT)) {
        diagnostic_help(d, "a value for null is given by `a ?? b`");
        parser_advance(parser);
    } else {
        diagnostic_help(d, "`if condition { a } else { b }` is an expression");
    }
    parser_expression(parser);
    if (!parser->recovering && parser_accept(parser, TOKEN_COLON))
        parser_expression(parser);
    return parser_new_expr(parser, AST_EXPR_ERROR, condition->span.start);
}

// `a < b < c`: reports, and reads it so that nothing follows from it.
static AstExpr *chained_comparison(Parser *parser, AstExpr *left, AstBinaryOperator operator) {
    Diagnostic *d =
        parser_report(parser, DIAGNOSTIC_CHAINED_COMPARISON, parser_token_span(parser), NULL, NULL);
    diagnostic_secondary(d, left->binary.operator_span, "the first comparison");
    diagnostic_help(d, "join two comparisons with `&&`");
    binary(parser, left, operator);
    return parser_new_expr(parser, AST_EXPR_ERROR, left->span.start);
}

// `a..b..c`, likewise.
static AstExpr *chained_range(Parser *parser, AstExpr *left) {
    Diagnostic *d = parser_report(parser, DIAGNOSTIC_CHAINED_RANGE, parser_token_span(parser), NULL, NULL);
    diagnostic_help(d, "other steps than 1: `(a..b).step(n)`");
    range(parser, left);
    return parser_new_expr(parser, AST_EXPR_ERROR, left->span.start);
}

static bool is_comparison(const AstExpr *expr) {
    return expr->kind == AST_EXPR_BINARY && !expr->parenthesised &&
           precedences[expr->binary.operator] == PRECEDENCE_COMPARISON;
}

// The expression that `left` and the operator at the current token begin; NULL if that token is no operator of at
// least this precedence.
static AstExpr *one_operator(Parser *parser, AstExpr *left, uint32_t minimum) {
    TokenKind kind = parser->token.kind;
    AstBinaryOperator operator;
    if (binary_operator(kind, &operator)) {
        if (precedences[operator] < minimum || (parser_at_line_start(parser) && kind == TOKEN_MINUS))
            return NULL;
        if (increment(parser, left))
            return parser_new_expr(parser, AST_EXPR_ERROR, left->span.start);
        if (precedences[operator] == PRECEDENCE_COMPARISON && is_comparison(left))
            return chained_comparison(parser, left, operator);
        return binary(parser, left, operator);
    }
    if (kind == TOKEN_DOT_DOT || kind == TOKEN_DOT_DOT_EQUAL) {
        if (minimum > PRECEDENCE_RANGE)
            return NULL;
        if (left->kind == AST_EXPR_RANGE && !left->parenthesised)
            return chained_range(parser, left);
        return range(parser, left);
    }
    if (kind == TOKEN_AS || kind == TOKEN_IS)
        return minimum > PRECEDENCE_CAST ? NULL : cast(parser, left);
    if (kind == TOKEN_QUESTION && minimum == PRECEDENCE_ANY && !parser_at_line_start(parser))
        return ternary(parser, left);
    return NULL;
}

static AstExpr *more_operators(Parser *parser, AstExpr *left, uint32_t minimum) {
    while (!parser->recovering) {
        AstExpr *next = one_operator(parser, left, minimum);
        if (!next || !parser_heighten(parser))
            break;
        left = next;
    }
    return left;
}

// Not a level of nesting by itself: it calls itself only for operators of higher precedence.
static AstExpr *operators(Parser *parser, uint32_t minimum) {
    return more_operators(parser, prefix(parser), minimum);
}

static AstExpr *nested_operators(Parser *parser, uint32_t minimum) {
    ParserLevel level;
    AstExpr *expr = parser_enter(parser, &level) ? operators(parser, minimum) : parser_error_expr(parser);
    parser_leave(parser, &level);
    return expr;
}

AstExpr *parser_expression(Parser *parser) {
    return nested_operators(parser, PRECEDENCE_ANY);
}

// -------------------------------------------------------------------------------------------- subscripts

static AstExpr *slice(Parser *parser, AstExpr *object, AstExpr *low, const ParserGroup *group) {
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_SLICE, object->span.start);
    expr->slice.object = object;
    expr->slice.low = low;
    expr->slice.inclusive = parser_at(parser, TOKEN_DOT_DOT_EQUAL);
    parser_advance(parser);
    if (!parser_at_close(parser, group))
        expr->slice.high = parser_expression(parser);
    return expr;
}

static bool at_range(const Parser *parser) {
    return parser_at(parser, TOKEN_DOT_DOT) || parser_at(parser, TOKEN_DOT_DOT_EQUAL);
}

AstExpr *parser_subscript(Parser *parser, AstExpr *object) {
    ParserGroup group = parser_open_group(parser, false);
    AstExpr *index = at_range(parser) ? NULL : nested_operators(parser, PRECEDENCE_RANGE + 1);
    AstExpr *expr;
    if (at_range(parser)) {
        expr = slice(parser, object, index, &group);
    } else {
        index = more_operators(parser, index, PRECEDENCE_ANY);
        expr = parser_new_expr(parser, AST_EXPR_INDEX, object->span.start);
        expr->index.object = object;
        expr->index.index = index;
    }
    if (!parser->recovering && parser_at(parser, TOKEN_COLON))
        diagnostic_help(parser_expected(parser, "`]`"), "a slice is written `a[start..end]`");
    parser_close_group(parser, &group);
    expr->span = parser_span(parser, object->span.start);
    return expr;
}

// Primary expressions and what follows them directly: members, calls, subscripts, `!`.
#include "compiler/parser_core.h"

bool parser_begins_expression(const Parser *parser) {
    switch (parser->token.kind) {
    case TOKEN_IDENTIFIER:
    case TOKEN_INT:
    case TOKEN_FLOAT:
    case TOKEN_CHAR:
    case TOKEN_STRING_BEGIN:
    case TOKEN_LEFT_PAREN:
    case TOKEN_LEFT_BRACKET:
    case TOKEN_MINUS:
    case TOKEN_BANG:
    case TOKEN_TILDE:
    case TOKEN_DOT:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_NULL:
    case TOKEN_SELF:
    case TOKEN_SUPER:
    case TOKEN_IF:
    case TOKEN_MATCH:
    case TOKEN_TRY:
    case TOKEN_THROW:
    case TOKEN_RETURN:
    case TOKEN_BREAK:
    case TOKEN_CONTINUE:
    case TOKEN_SPAWN: return true;
    case TOKEN_LEFT_BRACE: return !parser->context.brace_ends_head;
    default: return parser->misnames[parser->token.kind];
    }
}

// --------------------------------------------------------------------------------------------- arguments

static AstArgument argument(Parser *parser) {
    AstArgument result = {0};
    uint32_t start = parser->token.start;
    if (parser_at_any_word(parser) && parser_peek(parser, 1) == TOKEN_COLON) {
        result.name = parser_take_word(parser);
        parser_advance(parser);
    }
    result.value = parser_expression(parser);
    if (!parser->recovering && parser_at(parser, TOKEN_EQUAL)) {
        Diagnostic *d =
            parser_report(parser, DIAGNOSTIC_ASSIGNMENT_AS_EXPRESSION, parser_token_span(parser), NULL, NULL);
        diagnostic_help(d, "a named argument is written `name: value`");
        parser_advance(parser);
        result.value = parser_expression(parser);
    }
    result.span = parser_span(parser, start);
    return result;
}

AstArgument *parser_arguments(Parser *parser, uint32_t *count) {
    AstArgument *arguments = NULL;
    uint32_t capacity = 0;
    *count = 0;
    ParserGroup group = parser_open_group(parser, false);
    while (!parser_at_close(parser, &group)) {
        AstArgument next = argument(parser);
        ARENA_PUSH(parser->arena, arguments, *count, capacity, next);
        if (!parser_next_item(parser, &group))
            break;
    }
    parser_close_group(parser, &group);
    return arguments;
}

// ------------------------------------------------------------------------------------------------ primary

// `(a)`, `(a, b)`
static AstExpr *parenthesised(Parser *parser) {
    uint32_t start = parser->token.start, count = 0, capacity = 0;
    AstExpr **elements = NULL;
    ParserGroup group = parser_open_group(parser, false);
    if (parser_at_close(parser, &group))
        parser_expected(parser, "an expression");
    while (!parser_at_close(parser, &group)) {
        AstExpr *element = parser_expression(parser);
        ARENA_PUSH(parser->arena, elements, count, capacity, element);
        if (!parser_next_item(parser, &group))
            break;
    }
    parser_close_group(parser, &group);
    if (count == 1) {
        elements[0]->parenthesised = true;
        return elements[0];
    }
    AstExpr *expr = parser_new_expr(parser, count ? AST_EXPR_TUPLE : AST_EXPR_ERROR, start);
    expr->list.elements = elements;
    expr->list.count = count;
    return expr;
}

static AstExpr *name(Parser *parser) {
    uint32_t start = parser->token.start;
    AstName word = parser_take_word(parser);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_NAME, start);
    expr->name.name = word;
    return expr;
}

static AstExpr *scope(Parser *parser) {
    uint32_t start = parser->token.start;
    parser_advance(parser);
    AstExpr *body = parser_block(parser);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_SCOPE, start);
    expr->operand.operand = body;
    return expr;
}

// A name, or one of the words that mean something only in their place: `scope {` and `select {`.
static AstExpr *name_or_construct(Parser *parser) {
    const Token *next = parser_peek_token(parser, 1);
    bool brace_follows = next->kind == TOKEN_LEFT_BRACE && !parser->context.brace_ends_head &&
                         !(next->flags & TOKEN_STARTS_LINE);
    if (brace_follows && parser_at_word(parser, "scope"))
        return scope(parser);
    if (brace_follows && parser_at_word(parser, "select"))
        return parser_select(parser);
    return name(parser);
}

static AstExpr *keyword(Parser *parser, AstExprKind kind) {
    uint32_t start = parser->token.start;
    parser_advance(parser);
    AstExpr *expr = parser_new_expr(parser, kind, start);
    if (kind == AST_EXPR_SUPER && !parser_at(parser, TOKEN_DOT) && !parser_at(parser, TOKEN_LEFT_PAREN))
        diagnostic_help(parser_report(parser, DIAGNOSTIC_LONE_SUPER, expr->span, NULL, NULL),
                        "write `super.method()`, or `super(...)` in an `init`; the object itself is `self`");
    return expr;
}

// `.Case`
static AstExpr *implicit_member(Parser *parser) {
    uint32_t start = parser->token.start;
    parser_advance(parser);
    if (!parser_at_any_word(parser)) {
        Diagnostic *d = parser_expected(parser, "a name");
        if (parser_at(parser, TOKEN_INT))
            diagnostic_help(d, "a float has a digit on both sides of its point: `0.5`");
        return parser_error_expr(parser);
    }
    AstName word = parser_take_word(parser);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_IMPLICIT_MEMBER, start);
    expr->name.name = word;
    return expr;
}

static AstExpr *no_expression(Parser *parser) {
    if (parser->misnames[parser->token.kind] && !parser_at_line_start(parser))
        return name(parser);
    const Token *previous = parser->index ? &parser->tokens.items[parser->index - 1] : NULL;
    bool thin_arrow = parser_at(parser, TOKEN_GREATER) && previous && previous->kind == TOKEN_MINUS &&
                      (parser->token.flags & TOKEN_ADJACENT);
    if (thin_arrow) {
        Span span = source_span(parser->file->id, previous->start, parser->token.end);
        Diagnostic *d = parser_error(parser, DIAGNOSTIC_WRONG_ARROW, span, "=>", NULL);
        diagnostic_suggest(d, span, "=>", "a lambda is written `x => ...`");
        return parser_error_expr(parser);
    }
    Diagnostic *d = parser_expected(parser, "an expression");
    if (parser_at(parser, TOKEN_FN))
        diagnostic_help(d, "a function value is written `(a, b) => ...`");
    else if (parser_at(parser, TOKEN_LET))
        diagnostic_help(d, "`let` stands directly after `if`, `while` or `guard`, without parentheses");
    return parser_error_expr(parser);
}

static AstExpr *primary(Parser *parser) {
    if (parser_at_lambda(parser))
        return parser_lambda(parser);
    switch (parser->token.kind) {
    case TOKEN_IDENTIFIER: return name_or_construct(parser);
    case TOKEN_INT:
    case TOKEN_FLOAT:
    case TOKEN_CHAR:
    case TOKEN_STRING_BEGIN:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_NULL: return parser_literal(parser);
    case TOKEN_SELF: return keyword(parser, AST_EXPR_SELF);
    case TOKEN_SUPER: return keyword(parser, AST_EXPR_SUPER);
    case TOKEN_DOT: return implicit_member(parser);
    case TOKEN_LEFT_PAREN: return parenthesised(parser);
    case TOKEN_LEFT_BRACKET: return parser_list_or_map(parser);
    case TOKEN_LEFT_BRACE:
        return parser->context.brace_ends_head ? no_expression(parser) : parser_block(parser);
    case TOKEN_IF: return parser_if(parser);
    case TOKEN_MATCH: return parser_match(parser);
    case TOKEN_TRY: return parser_try(parser);
    case TOKEN_THROW:
    case TOKEN_RETURN:
    case TOKEN_BREAK:
    case TOKEN_CONTINUE: return parser_jump(parser);
    default: return no_expression(parser);
    }
}

// ------------------------------------------------------------------------------------------------ postfix

static AstExpr *call(Parser *parser, AstExpr *callee) {
    uint32_t count;
    AstArgument *arguments = parser_arguments(parser, &count);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_CALL, callee->span.start);
    expr->call.callee = callee;
    expr->call.arguments = arguments;
    expr->call.argument_count = count;
    return expr;
}

// The index of `t.0`; numbers that no tuple has are cut off and left to the checker.
static AstExpr *tuple_member(Parser *parser, AstExpr *object, bool optional) {
    bool overflow;
    uint32_t start = parser->token.start;
    uint64_t index = literal_integer(parser->file->text + start, parser->token.end - start, &overflow);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_TUPLE_MEMBER, object->span.start);
    expr->tuple_member.object = object;
    expr->tuple_member.index = index > UINT32_MAX ? UINT32_MAX : (uint32_t)index;
    expr->tuple_member.index_span = parser_token_span(parser);
    expr->tuple_member.optional = optional;
    parser_advance(parser);
    expr->span = parser_span(parser, object->span.start);
    return expr;
}

static AstExpr *member(Parser *parser, AstExpr *object) {
    bool optional = parser_at(parser, TOKEN_QUESTION_DOT);
    parser_advance(parser);
    if (parser_at(parser, TOKEN_INT))
        return tuple_member(parser, object, optional);
    bool of_number = object->kind == AST_EXPR_INT && parser_at_line_start(parser);
    if (!parser_at_any_word(parser) || of_number ||
        (token_is_keyword(parser->token.kind) && parser_at_line_start(parser))) {
        Diagnostic *d = parser_expected(parser, "the name of a member");
        if (object->kind == AST_EXPR_INT)
            diagnostic_help(d, "a float has a digit on both sides of its point: `5.0`");
        return parser_new_expr(parser, AST_EXPR_ERROR, object->span.start);
    }
    AstName word = parser_take_word(parser);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_MEMBER, object->span.start);
    expr->member.object = object;
    expr->member.name = word;
    expr->member.optional = optional;
    return expr;
}

static AstExpr *instantiate(Parser *parser, AstExpr *operand) {
    uint32_t count;
    AstType **arguments = parser_type_arguments(parser, false, &count);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_INSTANTIATE, operand->span.start);
    expr->instantiate.operand = operand;
    expr->instantiate.arguments = arguments;
    expr->instantiate.argument_count = count;
    return expr;
}

static AstExpr *around(Parser *parser, AstExprKind kind, AstExpr *operand) {
    AstExpr *expr = parser_new_expr(parser, kind, operand->span.start);
    expr->operand.operand = operand;
    return expr;
}

static bool takes_type_arguments(const AstExpr *expr) {
    return (expr->kind == AST_EXPR_NAME || expr->kind == AST_EXPR_MEMBER) && !expr->parenthesised;
}

// One postfix operation on `expr`, or NULL if none follows. `*chained` tells that a `?.` is waiting for the end
// of its chain.
static AstExpr *one_postfix(Parser *parser, AstExpr *expr, bool *chained) {
    bool same_line = !parser_at_line_start(parser);
    switch (parser->token.kind) {
    case TOKEN_DOT:
        if (!same_line && parser->context.dot_begins_arm)
            return NULL;
        return member(parser, expr);
    case TOKEN_QUESTION_DOT: *chained = true; return member(parser, expr);
    case TOKEN_LEFT_PAREN: return same_line ? call(parser, expr) : NULL;
    case TOKEN_LEFT_BRACKET: return same_line ? parser_subscript(parser, expr) : NULL;
    case TOKEN_BANG:
        if (!same_line)
            return NULL;
        if (*chained)
            expr = around(parser, AST_EXPR_OPTIONAL_CHAIN, expr);
        *chained = false;
        parser_advance(parser);
        return around(parser, AST_EXPR_UNWRAP, expr);
    case TOKEN_LESS:
        return takes_type_arguments(expr) && parser_at_type_arguments(parser) ? instantiate(parser, expr)
                                                                              : NULL;
    default: return NULL;
    }
}

AstExpr *parser_postfix(Parser *parser) {
    AstExpr *expr = primary(parser);
    bool chained = false;
    if (expr->kind == AST_EXPR_LAMBDA && !expr->parenthesised)
        return expr;
    while (!parser->recovering) {
        AstExpr *next = one_postfix(parser, expr, &chained);
        if (!next)
            break;
        expr = next;
        if (!parser_heighten(parser))
            break;
    }
    return chained ? around(parser, AST_EXPR_OPTIONAL_CHAIN, expr) : expr;
}

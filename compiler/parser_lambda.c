// Lambdas, parameter lists, and the bodies that follow `=>`.
#include "compiler/parser_core.h"

// --------------------------------------------------------------------------------------------- parameters

static void report_untyped(Parser *parser, const AstParameter *parameter) {
    if (!parameter->name.text)
        return;
    Diagnostic *d =
        parser_report(parser, DIAGNOSTIC_PARAMETER_TYPE, parameter->name.span, parameter->name.text, NULL);
    if (parameter->name.text == intern_string(parser->names, "self"))
        diagnostic_help(d, "methods have `self` without declaring it");
    else
        diagnostic_help(d, "write `%s: Type`", parameter->name.text);
}

static bool ends_parameter(const Parser *parser) {
    return parser_at(parser, TOKEN_COMMA) || parser_at(parser, TOKEN_EQUAL) ||
           token_is_closer(parser->token.kind);
}

static AstParameter parameter(Parser *parser, bool types_optional) {
    uint32_t start = parser->token.start;
    AstParameter result = {.name = parser_name(parser, "a parameter name")};
    if (!parser->recovering && parser_accept(parser, TOKEN_COLON))
        result.type = parser_type(parser);
    else if (!parser->recovering && !ends_parameter(parser))
        parser_expected(parser, types_optional ? "`,` or `)`" : "`:` and a type");
    else if (!types_optional)
        report_untyped(parser, &result);
    if (!parser->recovering && parser_accept(parser, TOKEN_EQUAL))
        result.default_value = parser_expression(parser);
    result.span = parser_span(parser, start);
    return result;
}

AstParameter *parser_parameters(Parser *parser, bool types_optional, uint32_t *count) {
    AstParameter *parameters = NULL;
    uint32_t capacity = 0;
    *count = 0;
    if (!parser_at(parser, TOKEN_LEFT_PAREN)) {
        parser_expected(parser, "`(`");
        return NULL;
    }
    ParserGroup group = parser_open_group(parser, false);
    while (!parser_at_close(parser, &group)) {
        AstParameter next = parameter(parser, types_optional);
        ARENA_PUSH(parser->arena, parameters, *count, capacity, next);
        if (!parser_next_item(parser, &group))
            break;
    }
    parser_close_group(parser, &group);
    return parameters;
}

// ------------------------------------------------------------------------------------------------ lambdas

// Whether the parentheses at the current token could be a lambda's parameters: empty, or a name and one of `,` `:`
// `=` `)` behind it.
static bool could_be_parameters(const Parser *parser) {
    TokenKind first = parser_peek(parser, 1), second = parser_peek(parser, 2);
    if (first == TOKEN_RIGHT_PAREN)
        return true;
    return first == TOKEN_IDENTIFIER && (second == TOKEN_COMMA || second == TOKEN_COLON ||
                                         second == TOKEN_EQUAL || second == TOKEN_RIGHT_PAREN);
}

// How far the result type of a lambda may reach behind its `:`.
#define MAX_RESULT_LOOKAHEAD 256u

// Whether `=>` follows the type that begins at `distance`: the tokens of a type, parentheses as a whole.
static bool arrow_behind_type(const Parser *parser, uint32_t distance) {
    uint32_t angles = 0;
    for (uint32_t steps = 0; steps < MAX_RESULT_LOOKAHEAD; steps++) {
        const Token *token = parser_peek_token(parser, distance++);
        switch (token->kind) {
        case TOKEN_ARROW: return steps > 0;
        case TOKEN_LEFT_PAREN: distance = token->match + 1 - parser->index; break;
        case TOKEN_LESS: angles++; break;
        case TOKEN_GREATER: angles -= angles >= 1; break;
        case TOKEN_GREATER_GREATER: angles -= angles >= 2 ? 2 : angles; break;
        case TOKEN_GREATER_GREATER_GREATER: angles -= angles >= 3 ? 3 : angles; break;
        case TOKEN_COMMA:
            if (!angles)
                return false;
            break;
        case TOKEN_IDENTIFIER:
        case TOKEN_FN:
        case TOKEN_DOT:
        case TOKEN_COLON:
        case TOKEN_QUESTION:
        case TOKEN_QUESTION_QUESTION: break;
        default: return false;
        }
    }
    return false;
}

// Whether the token at `distance` is `=>`, or the `->` of other languages, which is reported where it is expected.
static bool is_arrow(const Parser *parser, uint32_t distance) {
    TokenKind kind = parser_peek(parser, distance);
    const Token *next = parser_peek_token(parser, distance + 1);
    return kind == TOKEN_ARROW ||
           (kind == TOKEN_MINUS && next->kind == TOKEN_GREATER && (next->flags & TOKEN_ADJACENT));
}

bool parser_at_lambda(const Parser *parser) {
    if (parser->context.arrow_ends_guard)
        return false;
    if (parser_at(parser, TOKEN_IDENTIFIER))
        return is_arrow(parser, 1);
    if (!parser_at(parser, TOKEN_LEFT_PAREN))
        return false;
    uint32_t behind = parser->token.match + 1 - parser->index;
    if (is_arrow(parser, behind))
        return true;
    return parser_peek(parser, behind) == TOKEN_COLON && could_be_parameters(parser) &&
           arrow_behind_type(parser, behind + 1);
}

AstExpr *parser_lambda(Parser *parser) {
    uint32_t start = parser->token.start;
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_LAMBDA, start);
    if (parser_at(parser, TOKEN_IDENTIFIER)) {
        AstParameter only = {.name = parser_take_word(parser)};
        only.span = only.name.span;
        uint32_t capacity = 0;
        ARENA_PUSH(parser->arena, expr->lambda.parameters, expr->lambda.parameter_count, capacity, only);
    } else {
        expr->lambda.parameters = parser_parameters(parser, true, &expr->lambda.parameter_count);
        if (parser_accept(parser, TOKEN_COLON))
            expr->lambda.result = parser_type(parser);
    }
    bool has_body = !parser->recovering && parser_expect_arrow(parser);
    expr->lambda.body = has_body ? parser_arrow_body(parser) : parser_error_expr(parser);
    expr->span = parser_span(parser, start);
    return expr;
}

// A block of one statement.
static AstExpr *block_of(Parser *parser, AstStmt *stmt) {
    AstExpr *block = parser_new_expr(parser, AST_EXPR_BLOCK, stmt->span.start);
    uint32_t capacity = 0;
    ARENA_PUSH(parser->arena, block->block.statements, block->block.count, capacity, stmt);
    return block;
}

AstExpr *parser_arrow_body(Parser *parser) {
    if (parser_at(parser, TOKEN_LEFT_BRACE))
        return parser_block(parser);
    if (parser_at(parser, TOKEN_FOR) || parser_at(parser, TOKEN_WHILE))
        return block_of(parser, parser_statement(parser));
    AstExpr *value = parser_expression(parser);
    if (parser->recovering)
        return value;
    bool compound;
    AstBinaryOperator operator;
    if (!parser_assignment_operator(parser->token.kind, &compound, &operator))
        return value;
    return block_of(parser, parser_finish_statement(parser, value));
}

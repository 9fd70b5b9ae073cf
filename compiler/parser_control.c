// Blocks, conditions, and the expressions that steer control: if, match, try, select, throw, return, break, continue.
#include "compiler/parser_core.h"

AstExpr *parser_block(Parser *parser) {
    uint32_t start = parser->token.start;
    AstExpr *block = parser_new_expr(parser, AST_EXPR_BLOCK, start);
    if (!parser_at(parser, TOKEN_LEFT_BRACE)) {
        parser_expected(parser, "`{`");
        return block;
    }
    ParserLevel level;
    bool entered = parser_enter(parser, &level);
    ParserGroup group = parser_open_group(parser, true);
    if (entered)
        block->block.statements = parser_statements(parser, group.close, &block->block.count);
    parser_close_group(parser, &group);
    parser_leave(parser, &level);
    block->span = parser_span(parser, start);
    return block;
}

// The block behind a head. Without braces, the statement that stands there is taken for it.
static AstExpr *body(Parser *parser) {
    if (parser_reach_body(parser))
        return parser_block(parser);
    bool statement_follows =
        !parser->recovering && parser_begins_expression(parser) && !parser_at_line_start(parser);
    Diagnostic *d = parser_expected(parser, "`{`");
    AstExpr *block = parser_new_expr(parser, AST_EXPR_BLOCK, parser->token.start);
    if (statement_follows) {
        diagnostic_help(d, "a body always stands in braces");
        parser->recovering = false;
        AstExpr *value = parser_expression(parser);
        if (!parser->recovering)
            parser_finish_statement(parser, value);
    }
    return block;
}

// ---------------------------------------------------------------------------------------------- conditions

AstExpr *parser_head_expression(Parser *parser) {
    ParserContext outer = parser->context;
    parser->context.brace_ends_head = true;
    AstExpr *expr = parser_expression(parser);
    parser->context = outer;
    return expr;
}

// `if a = b`: surely a comparison was meant.
static AstExpr *assignment_in_condition(Parser *parser) {
    Span span = parser_token_span(parser);
    Diagnostic *d = parser_report(parser, DIAGNOSTIC_ASSIGNMENT_AS_EXPRESSION, span, NULL, NULL);
    diagnostic_suggest(d, span, "==", "to compare, write `==`");
    parser_advance(parser);
    parser_head_expression(parser);
    return parser_new_expr(parser, AST_EXPR_ERROR, span.start);
}

// `if let x = maybe && ...`, whose value would be the whole conjunction.
static void let_and(Parser *parser, AstCondition *condition) {
    Span span = condition->value->binary.operator_span;
    Diagnostic *d = parser_report(parser, DIAGNOSTIC_EXPECTED, span, "`{`", "`&&`");
    diagnostic_help(d, "`let` and `&&` do not mix: put the second `if` into the first one, or test "
                       "`maybe != null && ...`");
    condition->value = parser_error_expr(parser);
}

AstCondition *parser_condition(Parser *parser) {
    AstCondition *condition = ARENA_NEW(parser->arena, AstCondition);
    uint32_t start = parser->token.start;
    bool is_binding = parser_at(parser, TOKEN_LET) || parser_at(parser, TOKEN_VAR);
    if (parser_at(parser, TOKEN_VAR)) {
        Span span = parser_token_span(parser);
        Diagnostic *d = parser_report(parser, DIAGNOSTIC_VAR_CONDITION, span, NULL, NULL);
        diagnostic_suggest(d, span, "let", "write `let`; a `var` inside can copy the name");
    }
    if (is_binding) {
        parser_advance(parser);
        condition->pattern = parser_pattern(parser, true);
        if (!parser->recovering)
            parser_expect(parser, TOKEN_EQUAL);
    }
    condition->value = parser->recovering ? parser_error_expr(parser) : parser_head_expression(parser);
    if (!parser->recovering && parser_at(parser, TOKEN_EQUAL))
        condition->value = assignment_in_condition(parser);
    if (is_binding && condition->value->kind == AST_EXPR_BINARY && !condition->value->parenthesised &&
        condition->value->binary.operator== AST_BINARY_AND)
        let_and(parser, condition);
    if (!parser->recovering && parser_at(parser, TOKEN_COMMA)) {
        Diagnostic *d = parser_expected(parser, "`{`");
        diagnostic_help(d, "conditions are joined with `&&`; a further `let` stands in an `if` of its own");
    }
    condition->span = parser_span(parser, start);
    return condition;
}

// --------------------------------------------------------------------------------------------------- if

static AstExpr *one_if(Parser *parser) {
    uint32_t start = parser->token.start;
    parser_advance(parser);
    AstCondition *condition = parser_condition(parser);
    AstExpr *then_body = body(parser);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_IF, start);
    expr->if_.condition = condition;
    expr->if_.then_body = then_body;
    return expr;
}

// A chain of `else if` is a loop here, so that only its tree is nested.
AstExpr *parser_if(Parser *parser) {
    AstExpr *first = one_if(parser), *last = first;
    while (!parser->recovering && parser_accept(parser, TOKEN_ELSE)) {
        if (!parser_at(parser, TOKEN_IF)) {
            last->if_.else_body = body(parser);
            break;
        }
        last->if_.else_body = one_if(parser);
        last = last->if_.else_body;
        if (!parser_heighten(parser))
            break;
    }
    for (AstExpr *expr = first; expr && expr->kind == AST_EXPR_IF; expr = expr->if_.else_body)
        expr->span.end = parser->previous_end;
    return first;
}

// ------------------------------------------------------------------------------------------------- match

static AstExpr *guard_expression(Parser *parser) {
    ParserContext outer = parser->context;
    parser->context.arrow_ends_guard = true;
    AstExpr *expr = parser_expression(parser);
    parser->context = outer;
    return expr;
}

// `else =>` and `default =>` of other languages.
static AstPattern *foreign_wildcard(Parser *parser) {
    Span span = parser_token_span(parser);
    Diagnostic *d = parser_report(parser, DIAGNOSTIC_ELSE_ARM, span, NULL, NULL);
    diagnostic_suggest(d, span, "_", "write `_ => ...`");
    parser_advance(parser);
    return parser_new_pattern(parser, AST_PATTERN_WILDCARD, span.start);
}

static bool at_foreign_wildcard(const Parser *parser) {
    return parser_at(parser, TOKEN_ELSE) ||
           (parser_at_word(parser, "default") && parser_peek(parser, 1) == TOKEN_COLON);
}

// `case 1:` of other languages. (A case may be called `case`; then something else follows.)
static void skip_foreign_case(Parser *parser) {
    const Token *next = parser_peek_token(parser, 1);
    bool pattern_follows = next->kind == TOKEN_IDENTIFIER || next->kind == TOKEN_INT ||
                           next->kind == TOKEN_CHAR || next->kind == TOKEN_STRING_BEGIN ||
                           next->kind == TOKEN_DOT || next->kind == TOKEN_TRUE || next->kind == TOKEN_FALSE ||
                           next->kind == TOKEN_NULL;
    if (!parser_at_word(parser, "case") || !pattern_follows || (next->flags & TOKEN_STARTS_LINE))
        return;
    Span span = source_span(parser->file->id, parser->token.start, next->start);
    Diagnostic *d = parser_report(parser, DIAGNOSTIC_CASE_KEYWORD, parser_token_span(parser), NULL, NULL);
    diagnostic_suggest(d, span, "", "an arm is written `pattern => value`");
    parser_advance(parser);
}

// `=>`; `->` and `:` are reported and taken for it.
static bool arm_arrow(Parser *parser) {
    if (!parser_at(parser, TOKEN_COLON))
        return parser_expect_arrow(parser);
    Diagnostic *d = parser_report(parser, DIAGNOSTIC_EXPECTED, parser_token_span(parser), "`=>`", "`:`");
    diagnostic_suggest(d, parser_token_span(parser), " =>", "an arm is written `pattern => value`");
    parser_advance(parser);
    return true;
}

static AstMatchArm arm(Parser *parser) {
    uint32_t start = parser->token.start;
    AstMatchArm result = {0};
    skip_foreign_case(parser);
    result.pattern = at_foreign_wildcard(parser) ? foreign_wildcard(parser) : parser_pattern(parser, true);
    if (!parser->recovering && parser_accept(parser, TOKEN_IF))
        result.guard = guard_expression(parser);
    bool has_body = !parser->recovering && arm_arrow(parser);
    result.body = has_body ? parser_arrow_body(parser) : parser_error_expr(parser);
    result.span = parser_span(parser, start);
    return result;
}

// Between arms: a newline, `,` or `;`.
static void end_arm(Parser *parser, const ParserGroup *group, uint32_t start) {
    if (!parser->recovering && parser_accept(parser, TOKEN_COMMA))
        return;
    bool ends = parser_at_close(parser, group) || parser_at_line_start(parser) ||
                parser_accept(parser, TOKEN_SEMICOLON);
    if (!parser->recovering && !ends)
        parser_expected(parser, "a newline or `,` behind the arm");
    if (parser->recovering)
        parser_synchronize(parser, start);
}

static void match_arms(Parser *parser, AstExpr *expr) {
    uint32_t capacity = 0;
    ParserGroup group = parser_open_group(parser, true);
    parser->context.dot_begins_arm = true;
    while (!parser_at_close(parser, &group)) {
        uint32_t start = parser->index;
        AstMatchArm next = arm(parser);
        ARENA_PUSH(parser->arena, expr->match.arms, expr->match.count, capacity, next);
        end_arm(parser, &group, start);
    }
    parser_close_group(parser, &group);
}

AstExpr *parser_match(Parser *parser) {
    ParserLevel level;
    uint32_t start = parser->token.start;
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_MATCH, start);
    parser_advance(parser);
    expr->match.subject = parser_head_expression(parser);
    bool entered = parser_enter(parser, &level);
    if (!entered)
        parser->recovering = true;
    else if (parser_reach_body(parser))
        match_arms(parser, expr);
    else
        parser_expected(parser, "`{`");
    parser_leave(parser, &level);
    expr->span = parser_span(parser, start);
    return expr;
}

// --------------------------------------------------------------------------------------------------- try

// `catch e: IOError {`, `catch e {`, `catch {`
static AstCatch catch_clause(Parser *parser) {
    AstCatch result = {0};
    uint32_t start = parser->token.start;
    parser_advance(parser);
    if (parser_at(parser, TOKEN_LEFT_PAREN)) {
        Diagnostic *d = parser_expected(parser, "a name or `{`");
        diagnostic_help(d, "write `catch e: Error { ... }`, without parentheses");
    } else if (!parser_at(parser, TOKEN_LEFT_BRACE)) {
        result.name = parser_name(parser, "a name for the error");
        if (!parser->recovering && parser_accept(parser, TOKEN_COLON))
            result.type = parser_type(parser);
    }
    result.body = body(parser);
    result.span = parser_span(parser, start);
    return result;
}

AstExpr *parser_try(Parser *parser) {
    uint32_t start = parser->token.start, capacity = 0;
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_TRY, start);
    parser_advance(parser);
    if (!parser_at(parser, TOKEN_LEFT_BRACE)) {
        Diagnostic *d = parser_expected(parser, "`{` or `?`");
        diagnostic_help(
            d, "`try { ... } catch e { ... }` handles an error; `try? expression` gives null for it");
        return parser_new_expr(parser, AST_EXPR_ERROR, start);
    }
    expr->try_.body = parser_block(parser);
    while (!parser->recovering && parser_at(parser, TOKEN_CATCH)) {
        AstCatch clause = catch_clause(parser);
        ARENA_PUSH(parser->arena, expr->try_.catches, expr->try_.catch_count, capacity, clause);
    }
    if (!parser->recovering && parser_accept(parser, TOKEN_FINALLY))
        expr->try_.finally_body = body(parser);
    expr->span = parser_span(parser, start);
    if (!parser->recovering && !expr->try_.catch_count && !expr->try_.finally_body)
        parser_report(parser, DIAGNOSTIC_LONE_TRY, source_span(expr->span.file, start, start + 3), NULL,
                      NULL);
    return expr;
}

// ------------------------------------------------------------------------------------------------- jumps

static bool value_follows(const Parser *parser) {
    return parser_begins_expression(parser) && !parser_at_line_start(parser);
}

AstExpr *parser_jump(Parser *parser) {
    TokenKind kind = parser->token.kind;
    uint32_t start = parser->token.start;
    parser_advance(parser);
    if (kind == TOKEN_BREAK || kind == TOKEN_CONTINUE) {
        AstName label = {0};
        if (parser_at(parser, TOKEN_IDENTIFIER) && !parser_at_line_start(parser))
            label = parser_take_word(parser);
        AstExpr *expr =
            parser_new_expr(parser, kind == TOKEN_BREAK ? AST_EXPR_BREAK : AST_EXPR_CONTINUE, start);
        expr->jump.label = label;
        return expr;
    }
    AstExpr *operand = NULL;
    if (kind == TOKEN_THROW || value_follows(parser))
        operand = parser_expression(parser);
    AstExpr *expr = parser_new_expr(parser, kind == TOKEN_THROW ? AST_EXPR_THROW : AST_EXPR_RETURN, start);
    expr->operand.operand = operand;
    return expr;
}

// ------------------------------------------------------------------------------------------------ select

// `v = channel.receive() => ...`, `channel.send(x) => ...`, `after duration => ...`
static AstSelectArm select_arm(Parser *parser) {
    AstSelectArm result = {0};
    uint32_t start = parser->token.start;
    TokenKind next = parser_peek(parser, 1);
    if (parser_at(parser, TOKEN_IDENTIFIER) && next == TOKEN_EQUAL) {
        result.name = parser_take_word(parser);
        parser_advance(parser);
    } else if (parser_at_word(parser, "after") && next != TOKEN_DOT && next != TOKEN_LEFT_PAREN) {
        result.is_after = true;
        parser_advance(parser);
    }
    result.operation = guard_expression(parser);
    bool has_body = !parser->recovering && parser_expect_arrow(parser);
    result.body = has_body ? parser_arrow_body(parser) : parser_error_expr(parser);
    result.span = parser_span(parser, start);
    return result;
}

AstExpr *parser_select(Parser *parser) {
    ParserLevel level;
    uint32_t start = parser->token.start, capacity = 0;
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_SELECT, start);
    parser_advance(parser);
    bool entered = parser_enter(parser, &level);
    ParserGroup group = parser_open_group(parser, true);
    parser->context.dot_begins_arm = true;
    while (entered && !parser_at_close(parser, &group)) {
        uint32_t arm_start = parser->index;
        AstSelectArm next = select_arm(parser);
        ARENA_PUSH(parser->arena, expr->select.arms, expr->select.count, capacity, next);
        end_arm(parser, &group, arm_start);
    }
    parser_close_group(parser, &group);
    parser_leave(parser, &level);
    expr->span = parser_span(parser, start);
    return expr;
}
